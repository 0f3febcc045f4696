//! Values as text for people, and as JSON.

use evenhand::syntax::ast::{CountUnit, time::BusinessUnit};
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};
use serde_json::{Value as Json, json};

use crate::reference::evaluate::{Item, Value};
use crate::reference::list::digits_of;
use crate::reference::model::{Model, Range, Ty, default_range, number_of};
use crate::reference::number::{at_scale, date_text, trimmed, whole};
use crate::reference::time::clock_text;

/// A value of type `ty` in a text.
pub(crate) fn text_of(value: &Value, ty: &Ty) -> String {
    match (value, ty) {
        (Value::Boolean(true), _) => "yes".into(),
        (Value::Boolean(false), _) => "no".into(),
        (Value::Number(_, it), Ty::Number { scale }) => at_scale(it, *scale),
        (Value::Number(_, it), Ty::Percent { .. }) => format!("{}%", trimmed(&(it * whole(100)))),
        (Value::Number(_, it), Ty::Money { currency, scale }) => {
            format!("{currency} {}", at_scale(it, *scale))
        }
        (Value::OneOf(currency, it), Ty::MoneyOf { all }) => {
            format!("{currency} {}", at_scale(it, digits_of(all, currency)))
        }
        (Value::Number(_, it), Ty::Count(unit)) => {
            let word = match unit {
                CountUnit::Days => "day",
                CountUnit::Months => "month",
                CountUnit::Years => "year",
            };
            counted(it, word)
        }
        (Value::Number(_, it), Ty::Duration { .. }) => duration_words(it),
        (Value::Number(_, it), Ty::Business(BusinessUnit::Days)) => counted(it, "business day"),
        (Value::Number(_, it), Ty::Business(_)) if it.is_zero() => "0 business hours".to_owned(),
        (Value::Number(_, it), Ty::Business(_)) => duration_words(it).replacen(' ', " business ", 1),
        (Value::Time(_) | Value::DateTime(_) | Value::Instant(_), _) => clock_text(value, true),
        (Value::Date(day), _) => date_text(*day),
        (Value::Choice(name), _) => name.clone(),
        (Value::Text(text), _) => text.chars().map(escaped).collect(),
        (Value::Items(items), _) if items.is_empty() => "none".into(),
        (Value::Items(items), _) => items.iter().map(|it| it.outcome.as_str()).collect::<Vec<_>>().join(", "),
        _ => panic!("{value:?} of type {ty:?} has no text"),
    }
}

fn escaped(character: char) -> String {
    if character.is_control() { format!("\\u{{{:x}}}", character as u32) } else { character.to_string() }
}

fn counted(count: &BigRational, word: &str) -> String {
    let plural = if count.abs() == whole(1) { "" } else { "s" };
    format!("{} {word}{plural}", at_scale(count, 0))
}

fn hours_minutes_seconds(seconds: &BigRational) -> [i64; 3] {
    assert!(seconds.is_integer(), "a duration is whole seconds");
    let seconds = seconds.abs().to_integer().to_i64().expect("a duration fits");
    [seconds / 3600, seconds / 60 % 60, seconds % 60]
}

fn duration_words(seconds: &BigRational) -> String {
    let parts = hours_minutes_seconds(seconds).into_iter().zip(["hour", "minute", "second"]);
    let words: Vec<String> =
        parts.filter(|it| it.0 != 0).map(|(count, word)| counted(&whole(count), word)).collect();
    let sign = if seconds.is_negative() { "-" } else { "" };
    if words.is_empty() { "0 seconds".into() } else { format!("{sign}{}", words.join(" ")) }
}

fn duration_iso(seconds: &BigRational) -> String {
    let parts = hours_minutes_seconds(seconds).into_iter().zip(["H", "M", "S"]);
    let parts: String =
        parts.filter(|it| it.0 != 0).map(|(count, letter)| format!("{count}{letter}")).collect();
    let sign = if seconds.is_negative() { "-" } else { "" };
    if parts.is_empty() { "PT0S".into() } else { format!("{sign}PT{parts}") }
}

/// A value of type `ty` in an answer; `range` are the written bounds of the parameter.
pub(crate) fn json_of(model: &Model, value: &Value, ty: &Ty, range: &Range) -> Json {
    match (value, ty) {
        (Value::Nothing, _) => Json::Null,
        (Value::Boolean(it), _) => json!(it),
        (Value::Time(_) | Value::DateTime(_) | Value::Instant(_), Ty::Clock(_, to_minutes)) => {
            json!(clock_text(value, *to_minutes))
        }
        (Value::Number(_, it), Ty::Number { scale: 0 } | Ty::Count(_) | Ty::Business(BusinessUnit::Days)) => {
            let text = at_scale(it, 0);
            let safe = whole((1 << 53) - 1);
            let range = range.clone().or_else(|| default_range(ty));
            let small = range.is_none_or(|(low, high)| low >= -&safe && high <= safe);
            if small { json!(text.parse::<i64>().expect("a small number")) } else { json!(text) }
        }
        (Value::Number(_, it), Ty::Number { scale }) => json!(at_scale(it, *scale)),
        (Value::Number(_, it), Ty::Money { currency, scale }) => {
            json!({"amount": at_scale(it, *scale), "currency": currency})
        }
        (Value::OneOf(currency, it), Ty::MoneyOf { all }) => {
            json!({"amount": at_scale(it, digits_of(all, currency)), "currency": currency})
        }
        (Value::Number(_, it), Ty::Duration { .. } | Ty::Business(_)) => json!(duration_iso(it)),
        (Value::Choice(name), Ty::Choice(list)) => {
            json!(list.index(name).map_or(name, |index| &list.choices[index].1))
        }
        (Value::Text(text), _) => json!(text),
        (Value::Items(items), Ty::Items(decision)) => items_json(model, decision, items),
        _ => json!(text_of(value, ty)),
    }
}

/// A set of items in canonical order.
pub(crate) fn items_json(model: &Model, decision: &str, items: &[Item]) -> Json {
    items.iter().map(|it| item_json(model, decision, it)).collect()
}

/// `{"outcome", "parameters"}`.
pub(crate) fn item_json(model: &Model, decision: &str, item: &Item) -> Json {
    json!({"outcome": item.outcome, "parameters": parameters_json(model, decision, item)})
}

/// The parameters of an item, by name.
pub(crate) fn parameters_json(model: &Model, decision: &str, item: &Item) -> Json {
    let decision = model.decision(decision).expect("a declared decision");
    let outcomes = model.outcomes(decision);
    let declared = outcomes.iter().find(|it| it.0 == item.outcome).map_or(&[][..], |it| it.1);
    let of = |name: &str| declared.iter().find(|it| it.name.text == name).expect("a declared parameter");
    let pairs = item.parameters.iter().map(|(name, value)| {
        let parameter = of(name);
        let range = parameter.bounds.as_ref().map(|it| (number_of(&it.low), number_of(&it.high)));
        (name.clone(), json_of(model, value, &model.ty(&parameter.ty), &range))
    });
    Json::Object(pairs.collect())
}
