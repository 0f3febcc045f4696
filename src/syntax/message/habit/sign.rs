//! Signs of other languages.

use crate::syntax::{
    Rule,
    message::{
        Failure,
        habit::{Habit, code_of, is_number, table},
    },
    message::{first_token, leading_blank},
};

/// A sign where reading stopped.
pub(super) fn find(failure: &Failure<'_>) -> Option<Habit> {
    let here = |help: &str| Habit::here(failure, help);
    Some(match failure.token {
        "=" | ":" => return joint(failure),
        "==" => here("to compare, write `is`").becomes("is"),
        "!=" | "<>" => here("to compare, write `is not`").becomes("is not"),
        "&&" | "&" => here("write `and`").becomes("and"),
        "||" => here("write `or`").becomes("or"),
        "|" if failure.keyword() == "facts" || failure.keyword() == "type" => {
            here("a list of values is `one of (a, b)`")
        }
        "|" if table::in_table(failure) => return None,
        "|" => here("write `or`").becomes("or"),
        "!" => here("write `not`").becomes("not "),
        "=<" => here("write `<=`").becomes("<="),
        "=>" => here("write `>=` to compare, `implies` or `then` for a consequence"),
        ";" => here("no sign ends a clause: remove the `;`").becomes(""),
        "//" => here("a comment begins with `#`").becomes("#"),
        "[" => here("a list of values stands in round brackets, as in `one of (a, b)`").expected("`(`"),
        "(" if failure.last() == "one" => here("a list of values is `one of (a, b)`"),
        "(" if failure.last() == "in" => {
            let at = failure.before().next().map_or(failure.at, |it| it.0);
            let help = "to look for a value in a list, write `is one of (a, b)`";
            Habit::new(failure, at, at + 2, help).expected("an operator (`and`, `<=`, …)")
        }
        "'" => apostrophe(failure),
        "?" => here("a fact that may be missing is `optional`, as in `optional date`"),
        "%" => here("write a percentage right behind its number, as in `15%`"),
        "$" | "€" | "£" | "¥" => amount(failure),
        "," if failure.keyword() == "outcome" => here("each outcome has an `outcome` of its own"),
        "," if in_condition(failure) => here("join two conditions with `and` or `or`"),
        ".." | "-" if failure.tried.contains(&Rule::k_and) => {
            here("bounds are written `between 1 and 5`").becomes(" and ")
        }
        _ => return None,
    })
}

/// `=` or `:` where the two sides are joined by something else, or by nothing.
fn joint(failure: &Failure<'_>) -> Option<Habit> {
    let here = |help: &str| Habit::here(failure, help);
    let sign = failure.token;
    let second = failure.before().nth(1).map_or("", |it| it.1);
    let argument = failure.item.get(..failure.at).is_some_and(|it| it.rfind('(') > it.rfind(')'));
    Some(match (failure.keyword(), failure.last(), sign) {
        (
            _,
            "because" | "cites" | "when" | "unless" | "then" | "title" | "owner" | "ask" | "say" | "given"
            | "expect",
            _,
        ) => here("no sign stands after the word: remove it").becomes(""),
        ("policy", ..) => here("no sign stands here: `policy NAME language 1`").becomes(""),
        (_, _, "=") if second == "then" => here("name the outcome alone, as in `then approve`"),
        ("test", ..) => {
            here("no sign stands between a fact and its value, as in `order.total USD 5`").becomes("")
        }
        ("define" | "type", _, ":") => here("a definition is written with `=`").becomes("="),
        ("decision", _, ":") => here("the parts of a decision stand between `{` and `}`"),
        ("facts" | "setting" | "assume" | "property", _, "=")
            if !failure.wants_value() && !operators(failure) =>
        {
            here("a name and its type are joined by `:`").becomes(":")
        }
        (_, _, "=") if argument && !operators(failure) => {
            here("a parameter and its value are joined by `:`, as in `amount: order.total`").becomes(":")
        }
        (_, _, "=") if operators(failure) => here("to compare, write `is`").becomes("is"),
        (_, _, "=") if failure.wants_value() => here("to compare, write `is`, `<=` or `>=`"),
        _ => return None,
    })
}

fn operators(failure: &Failure<'_>) -> bool {
    failure.tried.contains(&Rule::plus)
}

/// Whether a condition outside brackets ends here.
fn in_condition(failure: &Failure<'_>) -> bool {
    let before = failure.item.get(..failure.at).unwrap_or("");
    let depth = before.matches('(').count() == before.matches(')').count();
    let clause = before.split(|it: char| !it.is_ascii_alphabetic()).rev().find(|it| {
        matches!(
            *it,
            "when" | "unless" | "then" | "because" | "cites" | "given" | "expect" | "assume" | "property"
        )
    });
    operators(failure) && depth && matches!(clause, Some("when" | "unless" | "assume" | "property"))
}

/// `'book'`, or the `'` of `isn't`.
fn apostrophe(failure: &Failure<'_>) -> Habit {
    let after = failure.item.get(failure.at + 1..).unwrap_or("");
    let word = first_token(after);
    let (last_at, last) = failure.before().next().unwrap_or((failure.at, ""));
    if word == "t" && matches!(last, "isn" | "doesn" | "hasn" | "wasn" | "don" | "aren") {
        let it = Habit::new(failure, last_at, failure.at + 2, "write `is not`")
            .expected("an operator (`and`, `<=`, …)");
        return it.becomes("is not");
    }
    if failure.wants_value() && after.get(word.len()..).is_some_and(|it| it.starts_with('\'')) {
        let help =
            format!("a value of a list stands without quotes, as in `{word}`; a text stands between `\"`");
        return Habit::new(failure, failure.at, failure.at + word.len() + 2, help).becomes(word);
    }
    Habit::here(failure, "texts stand between double quotes: `\"…\"`").becomes("\"")
}

/// `$50`.
fn amount(failure: &Failure<'_>) -> Habit {
    let after = failure.at + failure.token.len();
    let rest = failure.item.get(after..).unwrap_or("");
    let rest_at = after + leading_blank(rest);
    let number = first_token(failure.item.get(rest_at..).unwrap_or(""));
    let example = if is_number(number) { number } else { "49.99" };
    let help =
        format!("write an amount with its currency code, as in `{} {example}`", code_of(failure.token));
    let end = if is_number(number) { rest_at + number.len() } else { after };
    Habit::new(failure, failure.at, end, help)
}
