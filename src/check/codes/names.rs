//! Names, headers and clauses: codes T101 to T199.

crate::diag::codes! {
    /// A name is not declared.
    ///
    /// Every name in a condition or a value is a fact, a setting, a definition, a decision, or a value of
    /// the list that it is compared with. This one is none of them: most often it is misspelt, or a fact is
    /// named without its group, as in `total` for `order.total`. There is no clock either: `today` is a
    /// fact like any other.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { order { total: money USD } }
    /// assume "an order costs something": order.totl > USD 0
    /// ```
    ///
    /// Name it as it is declared, or declare it:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { order { total: money USD } }
    /// assume "an order costs something": order.total > USD 0
    /// ```
    UNKNOWN_NAME = "T101" "unknown-name" Error;

    /// A name is declared twice.
    ///
    /// A name stands for one thing in the whole file, so that a reader never has to ask which one is meant.
    /// Facts, settings, definitions and decisions share one set of names; rules, outcomes, disclosures and
    /// tests have one for each decision or for the file. A file also holds one policy, with one header.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { vip: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule quick { when vip then approve }
    ///   rule quick { when not vip then deny }
    ///   otherwise deny
    /// }
    /// ```
    ///
    /// Give one of the two another name:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { vip: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule quick  { when vip then approve }
    ///   rule slowly { when not vip then deny }
    ///   otherwise deny
    /// }
    /// ```
    DUPLICATE_NAME = "T102" "duplicate-name" Error;

    /// A type is not known, or cannot stand here.
    ///
    /// The types are `boolean`, `integer`, `decimal to 0.01`, `percent`, `money USD`, `text`, `date`,
    /// `days`, `months`, `years`, `duration`, `one of (a, b)`, `ordered a < b`, `record { … }`, what a
    /// `type` item declares, and `optional` before any of them. Where one value is needed, a record cannot
    /// stand.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { paid_on: dat }
    /// ```
    ///
    /// Name one of them:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { paid_on: date }
    /// ```
    UNKNOWN_TYPE = "T103" "unknown-type" Error;

    /// A decision has no such outcome.
    ///
    /// A decision can only give what its `outcome` lines list, so that whoever reads the answer knows all
    /// that can come.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { vip: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule quick { when vip then aprove }
    ///   otherwise deny
    /// }
    /// ```
    ///
    /// Name a declared outcome, or declare this one:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { vip: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule quick { when vip then approve }
    ///   otherwise deny
    /// }
    /// ```
    UNKNOWN_OUTCOME = "T104" "unknown-outcome" Error;

    /// An outcome has no such parameter.
    ///
    /// A value is given to a parameter by its name, and read back with a dot, as in `refund.amount`. The
    /// name is not among those that the outcome declares.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { total: money USD }
    /// decision refund {
    ///   outcome approve(amount: money USD)
    ///   always approve(sum: total)
    /// }
    /// ```
    ///
    /// Use the declared name:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { total: money USD }
    /// decision refund {
    ///   outcome approve(amount: money USD)
    ///   always approve(amount: total)
    /// }
    /// ```
    UNKNOWN_PARAMETER = "T105" "unknown-parameter" Error;

    /// A decision has no such rule.
    ///
    /// `overrides` names rules of the same decision, and so does `by` in a test. A misspelt name here would
    /// leave an exception without effect, and nobody would see it.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { vip: boolean, gift: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule quick                  { when vip  then approve }
    ///   rule final overrides quikc  { when gift then deny }
    ///   otherwise deny
    /// }
    /// ```
    ///
    /// Name the rule as it is declared:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { vip: boolean, gift: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule quick                  { when vip  then approve }
    ///   rule final overrides quick  { when gift then deny }
    ///   otherwise deny
    /// }
    /// ```
    UNKNOWN_RULE = "T106" "unknown-rule" Error;

    /// A stage is not declared.
    ///
    /// `before` and `during` in a disclosure or a step name a stage of the conversation, and `stages` lists
    /// them in their order.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// stages greeting, closing
    /// decision refund {
    ///   outcome deny
    ///   always deny
    ///   disclosure sorry { during closng  say "We are sorry." }
    /// }
    /// ```
    ///
    /// Name a declared stage. A date stands in parentheses instead, as in `(3 days before due)`:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// stages greeting, closing
    /// decision refund {
    ///   outcome deny
    ///   always deny
    ///   disclosure sorry { during closing  say "We are sorry." }
    /// }
    /// ```
    UNKNOWN_STAGE = "T107" "unknown-stage" Error;

    /// A word is not a value of the list that is compared with.
    ///
    /// A fact that is `one of (…)` can only have the values that are listed, exactly as they are written
    /// there. A condition about any other value would never hold.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { category: one of (book, toy) }
    /// assume "books only": category is boook
    /// ```
    ///
    /// Use a value of the list, or add this one to it:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { category: one of (book, toy) }
    /// assume "books only": category is book
    /// ```
    UNKNOWN_CHOICE = "T108" "unknown-choice" Error;

    /// A currency code is not known.
    ///
    /// Currencies are written with their three-letter code of ISO 4217. The table belongs to the edition of
    /// the language, because the code also says how many decimals an amount has.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { total: money DOL }
    /// ```
    ///
    /// Use the code:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { total: money USD }
    /// ```
    UNKNOWN_CURRENCY = "T109" "unknown-currency" Error;

    /// A test is like a test that does not exist.
    ///
    /// `like "…"` takes over the facts of another test of the same file, found by its exact name.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { vip: boolean }
    /// decision refund {
    ///   outcome approve
    ///   always approve
    /// }
    /// test "a guest" { given vip no  expect refund is approve }
    /// test "a member" like "a gest" but vip yes { expect refund is approve }
    /// ```
    ///
    /// Repeat the name of the other test exactly:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { vip: boolean }
    /// decision refund {
    ///   outcome approve
    ///   always approve
    /// }
    /// test "a guest" { given vip no  expect refund is approve }
    /// test "a member" like "a guest" but vip yes { expect refund is approve }
    /// ```
    UNKNOWN_TEST = "T110" "unknown-test" Error;

    /// A word is both a value of a list and the name of a fact or definition.
    ///
    /// In `tier is gold` the word `gold` could mean the value of the list or the other fact. The two would
    /// be compared differently, so the policy is refused instead of guessed at.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// type Tier = one of (silver, gold)
    /// facts { tier: Tier, gold: Tier }
    /// assume "golden": tier is gold
    /// ```
    ///
    /// Rename the fact or definition; the JSON name of a fact can stay:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// type Tier = one of (silver, gold)
    /// facts { tier: Tier, "gold" as best_tier: Tier }
    /// assume "golden": tier is gold
    /// ```
    AMBIGUOUS_NAME = "T111" "ambiguous-name" Error;

    /// Something is defined by itself.
    ///
    /// Definitions and decisions are worked out one after the other, each from those before it. One that
    /// depends on itself, directly or through others, has no value. The message shows the circle. A record
    /// that contains itself and a test that is like itself are circles too.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { total: money USD }
    /// define fee  = total - rest
    /// define rest = total - fee
    /// assume "something is left": rest > USD 0
    /// ```
    ///
    /// Take one step of the circle out:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { total: money USD }
    /// define fee  = USD 5
    /// define rest = total - fee
    /// assume "something is left": rest > USD 0
    /// ```
    CYCLE = "T112" "cycle" Error;

    /// A file does not begin with a policy's header.
    ///
    /// The header names the policy and the edition of the language. Every answer repeats the name, so that
    /// it can be traced to the policy that gave it.
    ///
    /// ```policy,reports
    /// facts { vip: boolean }
    /// ```
    ///
    /// Begin the file with it:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { vip: boolean }
    /// ```
    MISSING_HEADER = "T113" "missing-header" Error;

    /// The header names no edition of the language, or one that does not exist.
    ///
    /// The edition fixes what a policy means, for ever: a later version of Evenhand that reads more
    /// editions still gives the same answers for this one. There is one edition so far.
    ///
    /// ```policy,reports
    /// policy demo
    /// facts { vip: boolean }
    /// ```
    ///
    /// Write `language 1`:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { vip: boolean }
    /// ```
    UNKNOWN_EDITION = "T114" "unknown-edition" Error;

    /// A clause stands where there already is one.
    ///
    /// A rule has one `when`, one `unless` and one `then`, a decision one `otherwise`, a disclosure one
    /// text for each language, an outcome one value for each parameter. With two of them it would not be
    /// clear whether both count.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { vip: boolean, gift: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule quick { when vip when gift then approve }
    ///   otherwise deny
    /// }
    /// ```
    ///
    /// Join the two, or remove one:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { vip: boolean, gift: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule quick { when vip and gift then approve }
    ///   otherwise deny
    /// }
    /// ```
    REPEATED_CLAUSE = "T115" "repeated-clause" Error;

    /// A clause is missing without which an item means nothing.
    ///
    /// A rule without `then` decides nothing, a disclosure without `say` says nothing, and a test without
    /// `expect` tests nothing.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { vip: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule quick { when vip }
    ///   otherwise deny
    /// }
    /// ```
    ///
    /// Add it:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { vip: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule quick { when vip then approve }
    ///   otherwise deny
    /// }
    /// ```
    MISSING_CLAUSE = "T116" "missing-clause" Error;
}
