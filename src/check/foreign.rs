//! Words of other languages where a name or a type is needed, and what stands for them here.

/// Names of other languages, and what stands for them here.
pub(super) fn foreign_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "today" | "now" => {
            "there is no clock: declare it as a fact, `today: date` or `now: datetime`, and the host says it"
        }
        "in" | "any" => "to look for a value in a list, write `is one of (a, b)`",
        "null" | "none" | "nil" | "NULL" | "None" | "missing" | "blank" => {
            "write `is absent` of a fact that may be missing, and `is present` of one that is there"
        }
        "TRUE" | "True" | "Yes" | "YES" => "write `yes`",
        "FALSE" | "False" | "No" | "NO" => "write `no`",
        "min" => "write `lowest of (a, b)`; for dates `earliest of (a, b)`",
        "max" => "write `highest of (a, b)`; for dates `latest of (a, b)`",
        "round" => "write `(X) rounded half up to USD 0.01`",
        "sum" | "avg" => "write `sum of i.price for each i in items`",
        "count" | "len" => "write `count of i in items`",
        "day" | "days" | "month" | "months" | "year" | "years" | "hour" | "hours" => {
            "a unit follows its number after a space, as in `30 days`"
        }
        _ => return None,
    })
}

/// Types of other languages, and what they are called here.
pub(super) fn foreign_type(name: &str) -> Option<&'static str> {
    Some(match name {
        "bool" | "Boolean" | "flag" => "a yes or no is `boolean`",
        "int" | "Integer" | "number" | "long" => {
            "a whole number is `integer`, one with decimals `decimal to 0.01`"
        }
        "float" | "double" | "real" => "numbers are exact here: say how exact, as in `decimal to 0.01`",
        "string" | "str" | "String" => "a text is `text`",
        "enum" => "a list of values is `one of (a, b)`",
        "currency" | "amount" | "money" => "an amount names its currency, as in `money USD`",
        "decimal" => "a decimal names its step, as in `decimal to 0.01`",
        "one" | "ordered" => "a list of values is `one of (a, b)` or `ordered a < b`",
        "record" => "a record lists its fields, as in `record { city: text }`",
        "optional" => "say what is optional, as in `optional date`",
        "timestamp" => "a moment with its offset is `instant`, a local date and time `datetime`",
        "clock" | "timeofday" => "a time of day is `time`",
        "List" | "array" | "Array" | "set" | "collection" | "list" => {
            "a list says what it holds and how much, as in `list of text up to 10`"
        }
        "weeks" | "week" => "count `days`",
        "hours" | "minutes" | "seconds" => "elapsed time is `duration`, or `duration in minutes`",
        _ => return None,
    })
}
