//! Words of other languages and of everyday speech.

use crate::syntax::{
    Rule,
    message::{Failure, habit::Habit},
};

const MORE: &str = "write `> X`; for a date `is later than X`";
const LESS: &str = "write `< X`; for a date `is earlier than X`";
const AT_LEAST: &str = "write `>= X`; for a date `is no earlier than X`";
const AT_MOST: &str = "write `<= X`; for a date `is no later than X`";
const WITHIN: &str =
    "say which day counts: `<= 30 days` for a number of days, `is no later than 30 days after X` for a date";
const UNTIL: &str = "say which end is meant: `is no later than D` or `is earlier than D`";
const LIST: &str = "to look for a value in a list, write `is one of (a, b)`";

/// A word right before the place where reading stopped: it was read as a name.
pub(super) fn before(failure: &Failure<'_>) -> Option<Habit> {
    if failure.token == ","
        && let Some(habit) = any_of(failure)
    {
        return Some(habit);
    }
    let mut before = failure.before();
    let (last_at, last) = before.next()?;
    let (second_at, second) = before.next().unwrap_or((last_at, ""));
    let third = before.next().map_or("", |it| it.1);
    let after_is = |word: &str| matches!(word, "is" | "not" | "are" | "was");
    if failure.wants_value() || !failure.tried.contains(&Rule::plus) {
        return None;
    }
    let end = last_at + last.len();
    let through = failure.at + failure.token.len();
    let from_last = |help: &str| Some(Habit::new(failure, last_at, end, help).expected("a value"));
    let both = |help: &str| Some(Habit::new(failure, last_at, through, help).expected("a value"));
    match (last, failure.token) {
        ("at", "least") => return both(AT_LEAST),
        ("at", "most") => return both(AT_MOST),
        ("greater" | "more" | "larger" | "higher" | "older", "than") => return both(MORE),
        ("less" | "fewer" | "smaller" | "lower" | "newer", "than") => return both(LESS),
        ("equal" | "equals", _) => return from_last("to compare, write `is`"),
        _ => {}
    }
    if second == "or" && matches!(last, "after" | "before") && matches!(third, "on") {
        let help =
            if last == "after" { "write `is no earlier than D`" } else { "write `is no later than D`" };
        let from = failure.before().nth(2).map_or(second_at, |it| it.0);
        return Some(Habit::new(failure, from, end, help).expected("a value"));
    }
    if !after_is(second) {
        return None;
    }
    match last {
        "within" => from_last(WITHIN),
        "until" => from_last(UNTIL),
        "between" => from_last("write two comparisons: `X >= A and X <= B`"),
        "before" => from_last("to compare dates, write `is earlier than D`"),
        "after" => from_last("to compare dates, write `is later than D`"),
        "since" => from_last("to compare dates, write `is no earlier than D`"),
        "on" | "exactly" | "the" | "a" | "an" => from_last("remove this word: `is` compares"),
        "over" | "above" | "greater" | "more" => from_last(MORE),
        "under" | "below" | "less" | "fewer" => from_last(LESS),
        "in" | "any" | "either" | "among" => from_last(LIST),
        _ => None,
    }
}

/// `any of (a, b)`, of which the grammar reads `any of (a`.
fn any_of(failure: &Failure<'_>) -> Option<Habit> {
    let open = failure.item.get(..failure.at)?.rfind('(')?;
    let text = failure.item.get(..open)?.trim_end();
    let phrase = ["any of", "either of", "none of", "some of"].into_iter().find(|it| text.ends_with(it))?;
    Some(Habit::new(failure, text.len() - phrase.len(), text.len(), LIST).expected("a value"))
}

/// A word where reading stopped.
pub(super) fn find(failure: &Failure<'_>) -> Option<Habit> {
    let here = |help: &str| Habit::here(failure, help);
    let operator = failure.tried.contains(&Rule::plus);
    let third = failure.before().nth(1).map_or("", |it| it.1);
    Some(match failure.token {
        "is" | "are" if third == "then" => here("name the outcome alone, as in `then approve`"),
        "is" | "be" if failure.keyword() == "define" && !operator => {
            here("a definition is written with `=`").becomes("=")
        }
        _ if unnamed_item(failure) => here("give each item a name, as in `any i in items has (…)`"),
        _ if failure.tried.contains(&Rule::k_for) && failure.token != "." => {
            here("say over what, as in `sum of i.price for each i in items`")
        }
        "within" => here(WITHIN),
        "until" | "till" => here(UNTIL),
        "if" => here("a condition begins with `when`").becomes("when"),
        "else" | "elsif" | "default" => {
            here("what decides when no rule holds is `otherwise OUTCOME`, after the rules")
        }
        "where" if failure.tried.contains(&Rule::k_has) => {
            here("it belongs to the condition: `any i in items has (A and B)`")
        }
        "where" => here("a condition begins with `when`").becomes("when"),
        "in" | "among" => here(LIST),
        "greater" | "more" | "over" | "exceeds" => here(MORE),
        "less" | "fewer" | "under" => here(LESS),
        "above" | "below" if !failure.wants_value() => {
            here(if failure.token == "above" { MORE } else { LESS })
        }
        "equals" | "equal" => here("to compare, write `is`").becomes("is"),
        "ago" => here("count from a date: `30 days before today`"),
        "old" => {
            here("count from a date: `today - X >= 30 days`, or `X is no later than 30 days before today`")
        }
        "isn" | "isnt" | "aren" => return not(failure),
        "does" | "doesn" | "did" | "do" => here("a condition is true or not: write `not X`"),
        "has" | "have" | "exists" | "contains" => {
            here("ask whether a fact is there with `X is present`, and compare it with `is`")
        }
        "xor" => here("write `is not` between two conditions in parentheses"),
        "capped" | "max" | "maximum" | "limited" => here("a cap is written `X but no more than Y`"),
        "min" | "minimum" => here("a floor is written `X but no less than Y`"),
        "to" if failure.tried.contains(&Rule::k_and) => {
            here("bounds are written `between 1 and 5`").becomes("and")
        }
        "to" if failure.tried.contains(&Rule::rounding_mode) => {
            here("say which way: `rounded half up to USD 0.01`")
        }
        "required" | "mandatory" | "nullable" => {
            here("every fact is required unless its type says `optional`")
        }
        token if is_number(token) && failure.tried.contains(&Rule::k_between) => {
            here("bounds are written `between 1 and 5`")
        }
        _ => return not(failure),
    })
}

/// `count of items`, `every items has`: the list stands where the name of an item does.
fn unnamed_item(failure: &Failure<'_>) -> bool {
    let mut before = failure.before();
    let named = before.next().is_some();
    let word = before.next().map_or("", |it| it.1);
    let over = matches!(word, "any" | "every" | "each")
        || word == "of" && before.next().is_some_and(|it| it.1 == "count");
    named && over && failure.tried.contains(&Rule::k_in)
}

fn is_number(token: &str) -> bool {
    token.starts_with(|it: char| it.is_ascii_digit())
}

/// The `isn` of `isn't`.
fn not(failure: &Failure<'_>) -> Option<Habit> {
    let negated = matches!(failure.token, "isn" | "aren" | "isnt");
    let end = failure.at + failure.token.len();
    let rest = failure.item.get(end..)?;
    let apostrophe = ["'t", "’t"].iter().find(|it| rest.starts_with(**it)).map_or(0, |it| it.len());
    negated.then(|| Habit::new(failure, failure.at, end + apostrophe, "write `is not`").becomes("is not"))
}
