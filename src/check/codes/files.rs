//! Policies of several files: codes T750 to T779.

crate::diag::codes! {
    /// A policy that is used or extended is not among the files.
    ///
    /// `use` and `extends` name another file by the name in its header. Files are looked for under one root: the files
    /// that the host hands over, or the folder that is checked. The name of the file itself does not matter.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// use shared.types
    /// ```
    ///
    /// Name it as its header does, and let its file be read with this one:
    ///
    /// ```policy,accepts
    /// # file types.policy
    /// policy shared.types language 1
    /// type Tier = ordered standard < gold
    /// # file demo.policy
    /// policy demo language 1
    /// use shared.types
    /// facts { tier: Tier }
    /// ```
    UNKNOWN_FILE = "T750" "unknown-file" Error;

    /// Files need each other in a circle.
    ///
    /// What a file uses or extends is read before it, so no file can need itself, not even through others.
    ///
    /// ```policy,reports
    /// # file a.policy
    /// policy a language 1
    /// use b
    /// # file b.policy
    /// policy b language 1
    /// use a
    /// ```
    ///
    /// Move what both need to a file of its own:
    ///
    /// ```policy,accepts
    /// # file a.policy
    /// policy a language 1
    /// use shared
    /// facts { tier: Tier }
    /// # file b.policy
    /// policy b language 1
    /// use shared
    /// facts { tier: Tier }
    /// # file shared.policy
    /// policy shared language 1
    /// type Tier = ordered standard < gold
    /// ```
    FILE_CIRCLE = "T751" "file-circle" Error;

    /// A name after `use` cannot be brought from the other file.
    ///
    /// Types, settings, definitions and calendars can be shared. Facts and decisions belong to their policy, and so does a
    /// definition that reads one of them: in another policy it would read something else, or nothing.
    ///
    /// ```policy,reports
    /// # file times.policy
    /// policy shared.times language 1
    /// facts { owned: days }
    /// define long_owned = owned > 365 days
    /// # file demo.policy
    /// policy demo language 1
    /// use shared.times (long_owned)
    /// ```
    ///
    /// Let the definition take what it needs:
    ///
    /// ```policy,accepts
    /// # file times.policy
    /// policy shared.times language 1
    /// define long(owned: days) = owned > 365 days
    /// # file demo.policy
    /// policy demo language 1
    /// use shared.times (long)
    /// facts { owned: days }
    /// assume "nothing is that old": not long(owned)
    /// ```
    NOT_SHARED = "T752" "not-shared" Error;

    /// What is to be changed is not there.
    ///
    /// `replaces`, `removes` and a `setting` without a type change something of the policy after `extends`, or turn a
    /// setting of a file that is used. Most often the name is misspelt, or the base has been changed since.
    ///
    /// ```policy,reports
    /// # file base.policy
    /// policy base language 1
    /// setting window: days = 30 days
    /// # file client.policy
    /// policy client extends base language 1
    /// setting windw = 45 days
    /// ```
    ///
    /// Name it as it is declared there:
    ///
    /// ```policy,accepts
    /// # file base.policy
    /// policy base language 1
    /// setting window: days = 30 days
    /// # file client.policy
    /// policy client extends base language 1
    /// setting window = 45 days
    /// ```
    NOTHING_TO_CHANGE = "T753" "nothing-to-change" Error;

    /// An overlay declares a fact that its base has.
    ///
    /// The rules of the base are proved safe for its facts as they are declared. An overlay adds facts, also to the groups
    /// of the base, and changes none.
    ///
    /// ```policy,reports
    /// # file base.policy
    /// policy base language 1
    /// facts { order { total: money USD } }
    /// # file client.policy
    /// policy client extends base language 1
    /// facts { order { total: money USD between USD 0 and USD 100 } }
    /// ```
    ///
    /// Add only what is new:
    ///
    /// ```policy,accepts
    /// # file base.policy
    /// policy base language 1
    /// facts { order { total: money USD } }
    /// # file client.policy
    /// policy client extends base language 1
    /// facts { order { shipping: money USD } }
    /// ```
    CHANGED_FACT = "T754" "changed-fact" Error;

    /// An overlay adds what its base already has.
    ///
    /// A rule, a definition, a disclosure or a step of the base stays as it is unless the overlay says that it `replaces`
    /// it: nothing is overwritten by accident when the base grows.
    ///
    /// ```policy,reports
    /// # file base.policy
    /// policy base language 1
    /// facts { vip: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule quick { when vip then approve }
    ///   otherwise deny
    /// }
    /// # file client.policy
    /// policy client extends base language 1
    /// decision refund {
    ///   rule quick { when not vip then approve }
    /// }
    /// ```
    ///
    /// Say that it is replaced, or give it another name:
    ///
    /// ```policy,accepts
    /// # file base.policy
    /// policy base language 1
    /// facts { vip: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule quick { when vip then approve }
    ///   otherwise deny
    /// }
    /// # file client.policy
    /// policy client extends base language 1
    /// decision refund {
    ///   replaces rule quick { when not vip then approve }
    /// }
    /// ```
    ALREADY_THERE = "T755" "already-there" Error;

    /// A definition is removed that something still reads.
    ///
    /// An overlay may remove a definition of its base, if nothing that stays needs it.
    ///
    /// ```policy,reports
    /// # file base.policy
    /// policy base language 1
    /// facts { total: money USD }
    /// define large = total > USD 100
    /// decision refund { outcome approve  outcome deny  rule some { when large then deny }  otherwise approve }
    /// # file client.policy
    /// policy client extends base language 1
    /// removes define large
    /// ```
    ///
    /// Put another in its place, or remove what reads it too:
    ///
    /// ```policy,accepts
    /// # file base.policy
    /// policy base language 1
    /// facts { total: money USD }
    /// define large = total > USD 100
    /// decision refund { outcome approve  outcome deny  rule some { when large then deny }  otherwise approve }
    /// # file client.policy
    /// policy client extends base language 1
    /// replaces define large = total > USD 500
    /// ```
    STILL_READ = "T756" "still-read" Error;

    /// An overlay changes what its base has locked, or what a locked item reads.
    ///
    /// Where a locked rule decides in the base, it decides the same in every policy that extends it. So a locked item is
    /// neither replaced nor removed, and what it reads is closed: its definitions and settings stay, the decisions that it
    /// reads stay, and no new assumption speaks of its facts.
    ///
    /// ```policy,reports
    /// # file base.policy
    /// policy base language 1
    /// facts { fraud_score: integer between 0 and 100 }
    /// setting too_risky: integer = 80  between 50 and 100
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   locked rule fraud { when fraud_score >= too_risky then deny }
    ///   otherwise approve
    /// }
    /// # file client.policy
    /// policy client extends base language 1
    /// setting too_risky = 95
    /// ```
    ///
    /// Leave it as it is, or let the base take `locked` away:
    ///
    /// ```policy,accepts
    /// # file base.policy
    /// policy base language 1
    /// facts { fraud_score: integer between 0 and 100 }
    /// setting too_risky: integer = 80  between 50 and 100
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule fraud { when fraud_score >= too_risky then deny }
    ///   otherwise approve
    /// }
    /// # file client.policy
    /// policy client extends base language 1
    /// setting too_risky = 95
    /// ```
    LOCKED = "T757" "locked" Error;

    /// A rule that is not locked overrides a locked one.
    ///
    /// A locked rule decides the same in every policy that extends this one. What overrides it can undo it, so in the base
    /// it must be locked too, and an overlay cannot override it at all: not by name, not through other rules and not with
    /// `everything`.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { fraud: boolean vip: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   locked rule fraud { when fraud then deny }
    ///   rule loyal overrides fraud { when vip then approve }
    ///   otherwise approve
    /// }
    /// ```
    ///
    /// Lock the rule above it too, or do not let it override:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { fraud: boolean vip: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   locked rule fraud { when fraud then deny }
    ///   locked rule loyal overrides fraud { when vip then approve }
    ///   otherwise approve
    /// }
    /// ```
    LOCK_OVERRIDDEN = "T758" "lock-overridden" Error;

    /// In a decision that says `first`, a rule that is not locked stands before a locked one.
    ///
    /// There the order decides. An overlay may change a rule that is not locked, and what stands below it would then decide
    /// in other cases.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { fraud: boolean vip: boolean }
    /// decision refund first {
    ///   outcome approve
    ///   outcome deny
    ///   rule loyal { when vip then approve }
    ///   locked rule fraud { when fraud then deny }
    ///   otherwise approve
    /// }
    /// ```
    ///
    /// Move the locked rules to the top, or lock what stands above them:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { fraud: boolean vip: boolean }
    /// decision refund first {
    ///   outcome approve
    ///   outcome deny
    ///   locked rule fraud { when fraud then deny }
    ///   rule loyal { when vip then approve }
    ///   otherwise approve
    /// }
    /// ```
    LOCK_NOT_FIRST = "T759" "lock-not-first" Error;

    /// Two files of one name are in force on the same days.
    ///
    /// Files of one name are versions of one policy, and the day of a case picks one of them. Both ends of a period count.
    ///
    /// ```policy,reports
    /// # file one.policy
    /// policy shop language 1 in force through 2026-03-01 version chosen by bought
    /// facts { bought: date }
    /// decision refund { outcome approve  always approve }
    /// # file two.policy
    /// policy shop language 1 in force from 2026-03-01 version chosen by bought
    /// facts { bought: date }
    /// decision refund { outcome approve  always approve }
    /// ```
    ///
    /// Let the second begin on the day after the first ends:
    ///
    /// ```policy,accepts
    /// # file one.policy
    /// policy shop language 1 in force through 2026-02-28 version chosen by bought
    /// facts { bought: date }
    /// decision refund { outcome approve  always approve }
    /// # file two.policy
    /// policy shop language 1 in force from 2026-03-01 version chosen by bought
    /// facts { bought: date }
    /// decision refund { outcome approve  always approve }
    /// ```
    VERSIONS_OVERLAP = "T760" "versions-overlap" Error;

    /// No version of a policy is in force on some days between two versions.
    ///
    /// A case of such a day is an error. That may be meant; most often the next version begins a day too late.
    ///
    /// ```policy,reports
    /// # file one.policy
    /// policy shop language 1 in force through 2026-02-27 version chosen by bought
    /// facts { bought: date }
    /// decision refund { outcome approve  always approve }
    /// # file two.policy
    /// policy shop language 1 in force from 2026-03-01 version chosen by bought
    /// facts { bought: date }
    /// decision refund { outcome approve  always approve }
    /// ```
    ///
    /// Let the second begin on the day after the first ends:
    ///
    /// ```policy,accepts
    /// # file one.policy
    /// policy shop language 1 in force through 2026-02-28 version chosen by bought
    /// facts { bought: date }
    /// decision refund { outcome approve  always approve }
    /// # file two.policy
    /// policy shop language 1 in force from 2026-03-01 version chosen by bought
    /// facts { bought: date }
    /// decision refund { outcome approve  always approve }
    /// ```
    VERSIONS_GAP = "T761" "versions-gap" Warning;

    /// A period ends before it begins.
    ///
    /// `from` names the first day and `through` the last one; both are included.
    ///
    /// ```policy,reports
    /// policy shop language 1 in force from 2026-03-01 through 2026-02-28 version chosen by bought
    /// facts { bought: date }
    /// decision refund { outcome approve  always approve }
    /// ```
    ///
    /// Name the earlier day first:
    ///
    /// ```policy,accepts
    /// policy shop language 1 in force from 2026-02-28 through 2026-03-01 version chosen by bought
    /// facts { bought: date }
    /// decision refund { outcome approve  always approve }
    /// ```
    EMPTY_PERIOD = "T762" "empty-period" Error;

    /// A policy has several versions, and nothing says which day picks one.
    ///
    /// Versions are told apart by a day of the case: the day of the purchase, say, or of the complaint. The policy names that
    /// fact; it is never the day on which somebody happens to ask.
    ///
    /// ```policy,reports
    /// policy shop language 1
    /// facts { owned: days }
    /// setting window: days = 14 days through 2026-02-28, 30 days from 2026-03-01
    /// decision refund { outcome approve  outcome deny  rule in_time { when owned <= window then approve } otherwise deny }
    /// # file other.policy
    /// policy other language 1
    /// facts { bought: date }
    /// ```
    ///
    /// Name the fact:
    ///
    /// ```policy,accepts
    /// policy shop language 1 version chosen by bought
    /// facts { bought: date owned: days }
    /// setting window: days = 14 days through 2026-02-28, 30 days from 2026-03-01
    /// decision refund { outcome approve  outcome deny  rule in_time { when owned <= window then approve } otherwise deny }
    /// # file other.policy
    /// policy other language 1
    /// facts { bought: date }
    /// ```
    VERSION_NOT_CHOSEN = "T763" "version-not-chosen" Error;

    /// What picks the version is no fact that every case has, or it is not the same in all versions.
    ///
    /// The day is read before the version is known. So it is a `date` that is never absent, declared in all versions with the
    /// same name, in the policy and in JSON. A definition cannot pick the version: it would belong to one of them.
    ///
    /// ```policy,reports
    /// policy shop language 1 version chosen by bought
    /// facts { bought: optional date }
    /// decision refund { outcome approve  always approve }
    /// ```
    ///
    /// Name a date that every case has:
    ///
    /// ```policy,accepts
    /// policy shop language 1 version chosen by bought
    /// facts { bought: date }
    /// decision refund { outcome approve  always approve }
    /// ```
    DATING_FACT = "T764" "dating-fact" Error;

    /// A policy says when it is in force, and nothing holds cases to it.
    ///
    /// Without a fact that dates a case, a case of any day is decided.
    ///
    /// ```policy,reports
    /// policy shop language 1 in force from 2026-03-01
    /// facts { bought: date }
    /// decision refund { outcome approve  always approve }
    /// ```
    ///
    /// Name the fact that says which day counts:
    ///
    /// ```policy,accepts
    /// policy shop language 1 in force from 2026-03-01 version chosen by bought
    /// facts { bought: date }
    /// decision refund { outcome approve  always approve }
    /// ```
    PERIOD_NOT_HELD = "T765" "period-not-held" Warning;

    /// On some days a setting has no value, or two.
    ///
    /// A setting whose values have days must have exactly one on every day on which the policy is in force.
    ///
    /// ```policy,reports
    /// policy shop language 1 version chosen by bought
    /// facts { bought: date }
    /// setting window: days = 14 days through 2026-02-27, 30 days from 2026-03-01
    /// # file other.policy
    /// policy other language 1
    /// ```
    ///
    /// Let the days of its values meet:
    ///
    /// ```policy,accepts
    /// policy shop language 1 version chosen by bought
    /// facts { bought: date }
    /// setting window: days = 14 days through 2026-02-28, 30 days from 2026-03-01
    /// # file other.policy
    /// policy other language 1
    /// ```
    SETTING_DAYS = "T766" "setting-days" Error;

    /// A policy is in force on days on which what it extends or uses is not.
    ///
    /// On these days there would be nothing to extend.
    ///
    /// ```policy,reports
    /// # file base.policy
    /// policy base language 1 in force from 2026-03-01 version chosen by bought
    /// facts { bought: date }
    /// decision refund { outcome approve  always approve }
    /// # file client.policy
    /// policy client extends base language 1 in force from 2026-01-01
    /// ```
    ///
    /// Leave the period out, and it is that of the base; or begin it later:
    ///
    /// ```policy,accepts
    /// # file base.policy
    /// policy base language 1 in force from 2026-03-01 version chosen by bought
    /// facts { bought: date }
    /// decision refund { outcome approve  always approve }
    /// # file client.policy
    /// policy client extends base language 1
    /// ```
    NOT_IN_FORCE = "T767" "not-in-force" Error;

    /// A text holds several versions, and one policy was asked for.
    ///
    /// A setting with values by day makes a version of the policy for each stretch of days. A host that compiles one text
    /// into one policy cannot have them all; `PolicySet` holds them and picks by the day of the case. The command always
    /// does.
    ///
    /// ```policy,reports
    /// policy shop language 1 version chosen by bought
    /// facts { bought: date owned: days }
    /// setting window: days = 14 days through 2026-02-28, 30 days from 2026-03-01
    /// decision refund { outcome approve  outcome deny  rule in_time { when owned <= window then approve } otherwise deny }
    /// ```
    ///
    /// Load it as a set, or give the setting one value:
    ///
    /// ```policy,accepts
    /// policy shop language 1
    /// facts { bought: date owned: days }
    /// setting window: days = 30 days
    /// decision refund { outcome approve  outcome deny  rule in_time { when owned <= window then approve } otherwise deny }
    /// ```
    SEVERAL_VERSIONS = "T768" "several-versions" Error;
}
