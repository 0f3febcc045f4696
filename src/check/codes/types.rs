//! Types, units and constants: codes T201 to T299.

crate::diag::codes! {
    /// A value has another type than is needed.
    ///
    /// Nothing is converted on the quiet: a text is no date, a date is no number, a decision is no value.
    /// The message says what was expected and what was found.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { paid_on: date }
    /// assume "paid this year": paid_on is no earlier than "2026-01-01"
    /// ```
    ///
    /// Write a value of the type that is expected; dates, for one, stand without quotes:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { paid_on: date }
    /// assume "paid this year": paid_on is no earlier than 2026-01-01
    /// ```
    TYPE_MISMATCH = "T201" "type-mismatch" Error;

    /// Amounts of two currencies meet.
    ///
    /// Five dollars and five euros are not ten of anything, and a policy knows no exchange rate: rates
    /// change, and an answer must not.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { total: money USD }
    /// assume "not too much": total + EUR 5 <= USD 100
    /// ```
    ///
    /// Stay in one currency. Convert outside, and pass the converted amount as a fact:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { total: money USD, shipping_in_usd: money USD }
    /// assume "not too much": total + shipping_in_usd <= USD 100
    /// ```
    MIXED_CURRENCIES = "T202" "mixed-currencies" Error;

    /// Numbers of two units meet.
    ///
    /// Days, months, years, hours, amounts and percentages do not mix. A month has no fixed number of days,
    /// and a day has not always 24 hours, so that no conversion would be right.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { response_time: duration }
    /// assume "answered": response_time <= 14 days
    /// ```
    ///
    /// Compare like with like. `14 days of 24 hours` is a duration; to compare with months, compare dates,
    /// as in `paid_on is no earlier than 6 months before today`:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { response_time: duration }
    /// assume "answered": response_time <= 14 days of 24 hours
    /// ```
    MIXED_UNITS = "T203" "mixed-units" Error;

    /// A number does not say what it counts.
    ///
    /// `30` can be days, dollars or percent. Two readers who guess differently decide differently, so a
    /// number that counts something says what.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { age: days }
    /// assume "not too old": age <= 30
    /// ```
    ///
    /// Write the unit:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { age: days }
    /// assume "not too old": age <= 30 days
    /// ```
    MISSING_UNIT = "T204" "missing-unit" Error;

    /// A condition is needed, and a value is found.
    ///
    /// `when`, `unless`, `assume` and `property` need something that is yes or no. An amount or a date
    /// alone is neither; no value is taken for a yes because it is there or is not zero.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { total: money USD }
    /// assume "it costs something": total
    /// ```
    ///
    /// Compare the value:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { total: money USD }
    /// assume "it costs something": total > USD 0
    /// ```
    NOT_A_CONDITION = "T205" "not-a-condition" Error;

    /// Values that have no order are compared as if they had.
    ///
    /// `<` and its kin, `or above` and `or below` need an order: that of numbers, amounts and dates, or
    /// that of a list which is declared as `ordered`. The values of a `one of (…)` list stand in no order,
    /// nor do texts, conditions and outcomes.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { tier: one of (standard, gold, platinum) }
    /// assume "good": tier is gold or above
    /// ```
    ///
    /// Declare the order, or compare with `is`:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { tier: ordered standard < gold < platinum }
    /// assume "good": tier is gold or above
    /// ```
    NOT_ORDERED = "T206" "not-ordered" Error;

    /// A comparison in words for dates is used for something else.
    ///
    /// `is no later than` and its kin compare dates. For numbers and amounts there are the signs, which
    /// nobody reads in two ways.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { age: days }
    /// assume "not too old": age is no later than 30 days
    /// ```
    ///
    /// Use `<`, `<=`, `>` or `>=`:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { age: days }
    /// assume "not too old": age <= 30 days
    /// ```
    NOT_COMPARABLE = "T207" "not-comparable" Error;

    /// A definition is used with other arguments than it has.
    ///
    /// A definition with parameters is used with one value for each, in their order; one without parameters
    /// is used by its name alone.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { total: money USD }
    /// define half(amount: money USD) = amount / 2
    /// assume "not too much": half <= USD 100
    /// assume "nor too little": half(total) >= USD 1
    /// ```
    ///
    /// Give a value for each parameter:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { total: money USD }
    /// define half(amount: money USD) = amount / 2
    /// assume "not too much": half(total) <= USD 100
    /// ```
    WRONG_ARGUMENTS = "T208" "wrong-arguments" Error;

    /// Bounds are given that no value meets, or to something that has none.
    ///
    /// `between A and B` includes both ends, the smaller one first. Texts, conditions, lists of values and
    /// records have no bounds.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { rating: integer between 5 and 1 }
    /// ```
    ///
    /// Write the smaller one first:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { rating: integer between 1 and 5 }
    /// ```
    EMPTY_BOUNDS = "T209" "empty-bounds" Error;

    /// A constant lies outside the bounds of what it is given to.
    ///
    /// The bounds of a fact or a setting hold everywhere, in a test too: a case outside them is refused
    /// when its facts come in, so testing it would test nothing.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// setting window: days = 120 days between 14 days and 90 days
    /// ```
    ///
    /// Change the value or the bounds:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// setting window: days = 60 days between 14 days and 90 days
    /// ```
    OUT_OF_BOUNDS = "T210" "out-of-bounds" Error;

    /// A number has more decimals than its type.
    ///
    /// How fine a value can be belongs to its type: cents for dollars, whole days for days. Nothing is
    /// rounded on the quiet, so a finer constant is refused.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { total: money USD }
    /// assume "not too much": total <= USD 49.995
    /// ```
    ///
    /// Write the value as fine as the type is, or declare a finer type, as in `money USD to 0.001`:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { total: money USD }
    /// assume "not too much": total <= USD 49.99
    /// ```
    TOO_MANY_DECIMALS = "T211" "too-many-decimals" Error;

    /// A date is not in the calendar.
    ///
    /// Dates are written year-month-day. A day such as 30 February does not exist, and no other is put in
    /// its place.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { paid_on: date }
    /// assume "paid in winter": paid_on is no later than 2026-02-30
    /// ```
    ///
    /// Write a day that exists:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { paid_on: date }
    /// assume "paid in winter": paid_on is no later than 2026-02-28
    /// ```
    NO_SUCH_DAY = "T212" "no-such-day" Error;

    /// A step or a length is not one that can be used.
    ///
    /// The step of a type is 1, 0.1, 0.01 and so on, down to twelve decimals. What a value is rounded to is
    /// more than zero. The length of a text is a whole number of characters within the host's limit.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { weight: decimal to 0.05 }
    /// ```
    ///
    /// Use one of these steps; to round to 0.05, say so where the value is used:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { weight: decimal to 0.01 }
    /// ```
    STEP = "T213" "not-a-step" Error;

    /// `absent` stands where there must be a value.
    ///
    /// Only what is declared `optional` can be absent. Absent is not zero and not unknown: it says that
    /// there is none.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// setting window: days = absent
    /// ```
    ///
    /// Give a value, or declare it `optional` where that is possible:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// setting window: days = 30 days
    /// ```
    ABSENT_NOT_ALLOWED = "T214" "absent-not-allowed" Error;

    /// It is asked whether something is there that always is.
    ///
    /// Only a fact, parameter or definition that is `optional` can be absent. The question would always
    /// have the same answer, so that the rule does not say what was meant. A fact that the host has not
    /// told yet is *unknown*, and unknown is never asked for: the answer then says which facts it needs.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { total: money USD }
    /// assume "there is a total": total is present
    /// ```
    ///
    /// Leave the question out, or declare the fact `optional`:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { total: optional money USD }
    /// assume "there is a total": total is present
    /// ```
    NEVER_ABSENT = "T215" "never-absent" Error;
}
