//! What can be wrong with the meaning of a policy: codes T101 to T899.
//!
//! T1 names, T2 types, T3 presence, T4 ranges and cost, T5 rounding, T6 decisions, T7 texts, T8 things unused.

crate::diag::codes! {
    /// A name is not declared.
    UNKNOWN_NAME = "T101" "unknown-name" Error;

    /// A name is declared twice.
    DUPLICATE_NAME = "T102" "duplicate-name" Error;

    /// A type is not known, or cannot stand here.
    UNKNOWN_TYPE = "T103" "unknown-type" Error;

    /// A decision has no such outcome.
    UNKNOWN_OUTCOME = "T104" "unknown-outcome" Error;

    /// An outcome has no such parameter.
    UNKNOWN_PARAMETER = "T105" "unknown-parameter" Error;

    /// A decision has no such rule.
    UNKNOWN_RULE = "T106" "unknown-rule" Error;

    /// A stage is not declared.
    UNKNOWN_STAGE = "T107" "unknown-stage" Error;

    /// A word is not a value of the list that is compared with.
    UNKNOWN_CHOICE = "T108" "unknown-choice" Error;

    /// A currency code is not known.
    UNKNOWN_CURRENCY = "T109" "unknown-currency" Error;

    /// A test is like a test that does not exist.
    UNKNOWN_TEST = "T110" "unknown-test" Error;

    /// A word is both a value of a list and the name of a fact or definition.
    AMBIGUOUS_NAME = "T111" "ambiguous-name" Error;

    /// Something is defined by itself.
    CYCLE = "T112" "cycle" Error;

    /// A file does not begin with a policy's header.
    MISSING_HEADER = "T113" "missing-header" Error;

    /// The header names no edition of the language, or one that does not exist.
    UNKNOWN_EDITION = "T114" "unknown-edition" Error;

    /// A clause stands where there already is one.
    REPEATED_CLAUSE = "T115" "repeated-clause" Error;

    /// A clause is missing without which an item means nothing.
    MISSING_CLAUSE = "T116" "missing-clause" Error;

    /// A value has another type than is needed.
    TYPE_MISMATCH = "T201" "type-mismatch" Error;

    /// Amounts of two currencies meet.
    MIXED_CURRENCIES = "T202" "mixed-currencies" Error;

    /// Numbers of two units meet.
    MIXED_UNITS = "T203" "mixed-units" Error;

    /// A number does not say what it counts.
    MISSING_UNIT = "T204" "missing-unit" Error;

    /// A condition is needed, and a value is found.
    NOT_A_CONDITION = "T205" "not-a-condition" Error;

    /// Values that have no order are compared as if they had.
    NOT_ORDERED = "T206" "not-ordered" Error;

    /// A comparison in words for dates is used for something else.
    NOT_COMPARABLE = "T207" "not-comparable" Error;

    /// A definition is used with other arguments than it has.
    WRONG_ARGUMENTS = "T208" "wrong-arguments" Error;

    /// Bounds are given that no value meets, or to something that has none.
    EMPTY_BOUNDS = "T209" "empty-bounds" Error;

    /// A constant lies outside the bounds of what it is given to.
    OUT_OF_BOUNDS = "T210" "out-of-bounds" Error;

    /// A number has more decimals than its type.
    TOO_MANY_DECIMALS = "T211" "too-many-decimals" Error;

    /// A date is not in the calendar.
    NO_SUCH_DAY = "T212" "no-such-day" Error;

    /// A step or a length is not one that can be used.
    STEP = "T213" "not-a-step" Error;

    /// `absent` stands where there must be a value.
    ABSENT_NOT_ALLOWED = "T214" "absent-not-allowed" Error;

    /// It is asked whether something is there that always is.
    NEVER_ABSENT = "T215" "never-absent" Error;

    /// An optional value is used where it may be absent.
    MAY_BE_ABSENT = "T301" "may-be-absent" Error;

    /// A parameter of an outcome is read where the decision may have another outcome.
    OUTCOME_NOT_KNOWN = "T302" "outcome-not-known" Error;

    /// A number can become too large to be computed exactly.
    MAY_OVERFLOW = "T401" "may-overflow" Error;

    /// A divisor can be zero.
    MAY_DIVIDE_BY_ZERO = "T402" "may-divide-by-zero" Error;

    /// A computed date can leave the years 1 to 9999.
    MAY_LEAVE_CALENDAR = "T403" "may-leave-calendar" Error;

    /// A value can lie outside the bounds of the parameter that it is given to.
    MAY_LEAVE_BOUNDS = "T404" "may-leave-bounds" Error;

    /// A policy is larger or deeper than the host allows.
    TOO_COSTLY = "T405" "too-costly" Error;

    /// An unrounded value is used where a value has a fixed number of decimals.
    UNROUNDED = "T501" "unrounded" Error;

    /// A decision has no outcome.
    NO_OUTCOME = "T601" "no-outcome" Error;

    /// A definition by cases has no last case.
    NO_OTHERWISE = "T602" "no-otherwise" Error;

    /// A case stands after `otherwise`.
    OTHERWISE_NOT_LAST = "T603" "otherwise-not-last" Error;

    /// Rules override each other in a circle.
    OVERRIDE_CYCLE = "T604" "override-cycle" Error;

    /// `first` and `overrides` (or `collect`) stand in one decision.
    OVERRIDES_IN_FIRST = "T605" "overrides-in-first" Error;

    /// `always` or `otherwise` stands where it cannot decide anything.
    ALWAYS_WITH_RULES = "T606" "always-with-rules" Error;

    /// An outcome is given without a value for one of its parameters.
    MISSING_PARAMETER = "T607" "missing-parameter" Error;

    /// An assumption speaks of a decision.
    ASSUMPTION_READS_DECISION = "T608" "assumption-reads-decision" Error;

    /// Nothing shows that a decision's rules cover every case.
    GAP_NOT_SHOWN = "T609" "gap-not-shown" Warning;

    /// A disclosure or step at the top belongs to no decision.
    NO_DECISION = "T610" "no-decision" Error;

    /// A value has no words in the language of a text.
    NO_WORDS = "T701" "no-words" Error;

    /// Nothing uses a definition.
    UNUSED_DEFINITION = "T801" "unused-definition" Warning;
}
