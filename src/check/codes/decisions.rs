//! Decisions, texts and what is unused: codes T601 to T899.

crate::diag::codes! {
    /// A decision has no outcome.
    ///
    /// What a decision can give is listed before its rules, one `outcome` for each, or behind `collect one
    /// of`.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// decision refund {
    /// }
    /// ```
    ///
    /// List the outcomes:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// decision refund {
    ///   outcome deny
    ///   always deny
    /// }
    /// ```
    NO_OUTCOME = "T601" "no-outcome" Error;

    /// A definition by cases has no last case.
    ///
    /// The cases are tried in their order, and a definition must have a value whatever the facts are. The
    /// last case says what it is when no condition holds, and every case before it has a condition.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { weight: integer }
    /// define fee
    ///   = USD 2 when weight <= 500
    ///   = USD 4 when weight <= 2_000
    /// assume "cheap": fee <= USD 10
    /// ```
    ///
    /// End with `otherwise`:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { weight: integer }
    /// define fee
    ///   = USD 2 when weight <= 500
    ///   = USD 4 otherwise
    /// assume "cheap": fee <= USD 10
    /// ```
    NO_OTHERWISE = "T602" "no-otherwise" Error;

    /// A case stands after `otherwise`.
    ///
    /// The cases are tried in their order and `otherwise` always applies, so nothing after it ever counts.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { weight: integer }
    /// define fee
    ///   = USD 4 otherwise
    ///   = USD 2 when weight <= 500
    /// assume "cheap": fee <= USD 10
    /// ```
    ///
    /// Move `otherwise` to the end:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { weight: integer }
    /// define fee
    ///   = USD 2 when weight <= 500
    ///   = USD 4 otherwise
    /// assume "cheap": fee <= USD 10
    /// ```
    OTHERWISE_NOT_LAST = "T603" "otherwise-not-last" Error;

    /// Rules override each other in a circle.
    ///
    /// `overrides` says which of two rules gives way where both hold. In a circle each gives way to the
    /// other, and no answer is left. What overrides a rule also overrides what that rule overrides, so a
    /// circle may go through others.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { vip: boolean, gift: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule quick overrides final { when vip  then approve }
    ///   rule final overrides quick { when gift then deny }
    ///   otherwise deny
    /// }
    /// ```
    ///
    /// Decide which of the two goes first:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { vip: boolean, gift: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule quick                 { when vip  then approve }
    ///   rule final overrides quick { when gift then deny }
    ///   otherwise deny
    /// }
    /// ```
    OVERRIDE_CYCLE = "T604" "override-cycle" Error;

    /// `first` and `overrides` (or `collect`) stand in one decision.
    ///
    /// In a decision that says `first` the order of writing decides which rule wins. `overrides` would be a
    /// second order beside it, and the two could disagree; `collect` takes every rule, not the first.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { vip: boolean, gift: boolean }
    /// decision refund first {
    ///   outcome approve
    ///   outcome deny
    ///   rule quick                 { when vip  then approve }
    ///   rule final overrides quick { when gift then deny }
    ///   otherwise deny
    /// }
    /// ```
    ///
    /// Keep one of the two: move the rule up, or remove `first`:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { vip: boolean, gift: boolean }
    /// decision refund first {
    ///   outcome approve
    ///   outcome deny
    ///   rule final { when gift then deny }
    ///   rule quick { when vip  then approve }
    ///   otherwise deny
    /// }
    /// ```
    OVERRIDES_IN_FIRST = "T605" "overrides-in-first" Error;

    /// `always` or `otherwise` stands where it cannot decide anything.
    ///
    /// `always` says that there is nothing to choose, so there are no rules beside it. A decision that
    /// collects is empty when no rule holds and needs neither.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { vip: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule quick { when vip then approve }
    ///   always deny
    /// }
    /// ```
    ///
    /// Beside rules, write `otherwise`:
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
    ALWAYS_WITH_RULES = "T606" "always-with-rules" Error;

    /// An outcome is given without a value for one of its parameters.
    ///
    /// Whoever reads the answer counts on every parameter that the outcome declares. Only an `optional` one
    /// may be left out, and is then absent.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// decision refund {
    ///   outcome approve(amount: money USD)
    ///   always approve
    /// }
    /// ```
    ///
    /// Give it a value, or declare it `optional`:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// decision refund {
    ///   outcome approve(amount: money USD)
    ///   always approve(amount: USD 5)
    /// }
    /// ```
    MISSING_PARAMETER = "T607" "missing-parameter" Error;

    /// An assumption speaks of a decision.
    ///
    /// An `assume` says which facts can come in at all, before anything is decided. What the decisions must
    /// obey is a `property`.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { vip: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule quick { when vip then approve }
    ///   otherwise deny
    /// }
    /// assume "members are refunded": vip implies refund is approve
    /// ```
    ///
    /// State it as a property:
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
    /// property "members are refunded": vip implies refund is approve
    /// ```
    ASSUMPTION_READS_DECISION = "T608" "assumption-reads-decision" Error;

    /// A disclosure or step at the top belongs to no decision.
    ///
    /// One that stands outside every decision belongs to those that its condition reads. This one reads
    /// none, so no answer would ever list it.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { vip: boolean }
    /// disclosure sorry { when vip  say "We are sorry." }
    /// ```
    ///
    /// Let its condition read a decision, or move it into one:
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
    /// disclosure sorry { when refund is deny  say "We are sorry." }
    /// ```
    NO_DECISION = "T610" "no-decision" Error;

    /// A value has no words in the language of a text.
    ///
    /// Counts of days, durations, yes and no and the values of lists are written in words, and this version
    /// has them in English only. `Wir erstatten binnen 30 days` is said to nobody.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { wait: days }
    /// decision refund {
    ///   outcome deny
    ///   always deny
    ///   disclosure waiting {
    ///     say       "Please wait {wait}."
    ///     say in de "Bitte warten Sie {wait}."
    ///   }
    /// }
    /// ```
    ///
    /// Numbers, amounts, dates and texts can stand in any language; a count can stand as a number:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { wait: days }
    /// decision refund {
    ///   outcome deny
    ///   always deny
    ///   disclosure waiting {
    ///     say       "Please wait {wait}."
    ///     say in de "Bitte warten Sie {number of days in wait} Tage."
    ///   }
    /// }
    /// ```
    NO_WORDS = "T701" "no-words" Error;

    /// Nothing uses a definition.
    ///
    /// It changes no answer. Most often it was meant to stand in a rule, and the rule repeats its text
    /// instead.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { total: money USD }
    /// define large = total > USD 500
    /// ```
    ///
    /// Use it, or remove it:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { total: money USD }
    /// define large = total > USD 500
    /// assume "no large orders": not large
    /// ```
    UNUSED_DEFINITION = "T801" "unused-definition" Warning;

    /// A condition on the days since a date also holds where that date lies in the future.
    ///
    /// `today - bought_on` is negative for something bought tomorrow, and a negative number is at most
    /// thirty. So `today - bought_on <= 30 days` approves a date that was typed wrongly.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { today: date  bought_on: date }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule recent { when today - bought_on <= 30 days then approve }
    ///   otherwise deny
    /// }
    /// ```
    ///
    /// Where it cannot happen, say so: facts that contradict it are then refused. Where it can, add a lower
    /// bound.
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { today: date  bought_on: date }
    /// assume "nothing is bought in the future": bought_on is no later than today
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule recent { when today - bought_on <= 30 days then approve }
    ///   otherwise deny
    /// }
    /// ```
    ONE_SIDED_DAYS = "T901" "one-sided-days" Warning;
}
