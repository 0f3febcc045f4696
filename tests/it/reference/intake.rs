//! Facts out of JSON, by the words of the brief: value, `null` for absent, a missing key for unknown.

use evenhand::syntax::ast::{
    CountUnit,
    time::{BusinessUnit, ClockType},
};
use num_rational::BigRational;
use serde_json::Value as Json;
use unicode_normalization::UnicodeNormalization;

use crate::reference::evaluate::{Unit, Value};
use crate::reference::model::{Model, Node, Range, Slot, Ty, seconds};
use crate::reference::number::{parse_date, parse_decimal, ten_to, whole};
use crate::reference::time::{parse_datetime, parse_time, timed};

/// What is known of a slot.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fact {
    Unknown,
    Absent,
    /// The value; `Value::Boolean(true)` for the presence of a record.
    Known(Value),
}

/// Reads facts. The error says in a few words what is wrong; it is for people who debug tests.
pub(crate) fn read_facts(model: &Model, json: &Json) -> Result<Vec<Fact>, String> {
    let mut facts = vec![Fact::Unknown; model.slots.len()];
    read_object(model, &model.root, json, &mut facts)?;
    Ok(facts)
}

fn read_object(
    model: &Model,
    keys: &std::collections::BTreeMap<String, Node>,
    json: &Json,
    facts: &mut [Fact],
) -> Result<(), String> {
    let object = json.as_object().ok_or("an object is expected")?;
    for (key, value) in object {
        let node = keys.get(key).ok_or_else(|| format!("key `{key}` is not declared"))?;
        read_node(model, node, value, facts)?;
    }
    Ok(())
}

fn read_node(model: &Model, node: &Node, value: &Json, facts: &mut [Fact]) -> Result<(), String> {
    match node {
        Node::Leaf(index) => facts[*index] = read_leaf(&model.slots[*index], value)?,
        Node::Object { presence: Some(_), .. } if value.is_null() => absent(node, facts),
        Node::Object { presence, keys } => {
            if let Some(index) = presence {
                facts[*index] = Fact::Known(Value::Boolean(true));
            }
            read_object(model, keys, value, facts)?;
        }
        Node::List { slot, .. } if value.is_null() && model.slots[*slot].optional => absent(node, facts),
        Node::List { slot, items } => {
            let values = value.as_array().ok_or("a list is expected")?;
            if values.len() > items.len() {
                return Err("too many items".into());
            }
            facts[*slot] = Fact::Known(Value::Number(Unit::One, whole(values.len() as i64)));
            for (index, item) in items.iter().enumerate() {
                match values.get(index) {
                    Some(value) => read_node(model, item, value, facts)?,
                    None => absent(item, facts),
                }
            }
        }
    }
    Ok(())
}

fn absent(node: &Node, facts: &mut [Fact]) {
    match node {
        Node::Leaf(index) => facts[*index] = Fact::Absent,
        Node::Object { presence, keys } => {
            if let Some(index) = presence {
                facts[*index] = Fact::Absent;
            }
            keys.values().for_each(|it| absent(it, facts));
        }
        Node::List { slot, items } => {
            facts[*slot] = Fact::Absent;
            items.iter().for_each(|it| absent(it, facts));
        }
    }
}

fn read_leaf(slot: &Slot, json: &Json) -> Result<Fact, String> {
    if json.is_null() {
        return if slot.optional {
            Ok(Fact::Absent)
        } else {
            Err(format!("`{}` is not optional", slot.path))
        };
    }
    let value =
        read_value(&slot.ty, &slot.range, json).map_err(|error| format!("`{}`: {error}", slot.path))?;
    Ok(Fact::Known(value))
}

fn read_value(ty: &Ty, range: &Range, json: &Json) -> Result<Value, String> {
    match (ty, json) {
        (Ty::Boolean, Json::Bool(value)) => Ok(Value::Boolean(*value)),
        (Ty::Number { scale }, _) => number(*scale, Unit::One, range, decimal(json)?),
        (Ty::Percent { scale }, Json::String(text)) => {
            let digits = text.strip_suffix('%').ok_or("`%` is expected")?;
            let hundredths = parse_decimal(digits).ok_or("no number")?;
            number(*scale + 2, Unit::One, range, hundredths / whole(100))
        }
        (Ty::Money { currency, scale }, _) => {
            let (written, amount) = money(json)?;
            if written != *currency {
                return Err(format!("{currency} is expected"));
            }
            number(*scale, Unit::One, range, amount)
        }
        (Ty::MoneyOf { all }, _) => {
            let (written, amount) = money(json)?;
            let (_, scale) = all.iter().find(|it| it.0 == written).ok_or("another currency")?;
            let Value::Number(_, amount) = number(*scale, Unit::One, range, amount)? else {
                return Err("no amount".into());
            };
            Ok(Value::OneOf(written, amount))
        }
        (Ty::Text { longest }, Json::String(text)) => {
            let text: String = text.nfc().collect();
            let fits = text.chars().count() <= *longest as usize;
            if fits { Ok(Value::Text(text)) } else { Err("too long".into()) }
        }
        (Ty::Date, Json::String(text)) => {
            let day = parse_date(text).ok_or("no day")?;
            within(range, &whole(day))?;
            Ok(Value::Date(day))
        }
        (Ty::Clock(kind, to_minutes), Json::String(text)) => {
            let seconds = clock(*kind, text).ok_or("no time")?;
            if *to_minutes && seconds % 60 != 0 {
                return Err("seconds".into());
            }
            within(range, &whole(seconds))?;
            Ok(timed(*kind, seconds))
        }
        (Ty::Business(BusinessUnit::Days), Json::String(text)) => {
            let digits = text.strip_suffix(" business days").or(text.strip_suffix(" business day"));
            let value = parse_decimal(digits.unwrap_or(text)).ok_or("no count")?;
            number(0, Unit::BusinessDays, range, value)
        }
        (Ty::Business(BusinessUnit::Days), _) => number(0, Unit::BusinessDays, range, decimal(json)?),
        (Ty::Business(_), Json::String(text)) => {
            let value = duration(&text.replace(" business ", " ")).ok_or("no opening time")?;
            number(0, Unit::BusinessHours, range, value)
        }
        (Ty::Count(unit), _) => number(0, Unit::of(*unit), range, count(*unit, json)?),
        (Ty::Duration { unit }, Json::Number(_)) => {
            let unit = unit.ok_or("a bare number has no unit")?;
            number(0, Unit::One, range, decimal(json)? * whole(seconds(unit)))
        }
        (Ty::Duration { .. }, Json::String(text)) => {
            let value = duration(text).ok_or("no duration")?;
            number(0, Unit::One, range, value)
        }
        (Ty::Choice(list), Json::String(text)) => {
            let found = list.choices.iter().find(|it| it.1 == *text).ok_or("not in the list")?;
            Ok(Value::Choice(found.0.clone()))
        }
        _ => Err("another type".into()),
    }
}

fn within(range: &Range, value: &BigRational) -> Result<(), String> {
    match range {
        Some((low, high)) if value < low || value > high => Err("out of bounds".into()),
        _ => Ok(()),
    }
}

fn number(scale: u32, unit: Unit, range: &Range, value: BigRational) -> Result<Value, String> {
    if !(&value * ten_to(scale)).is_integer() {
        return Err("too many digits".into());
    }
    within(range, &value)?;
    Ok(Value::Number(unit, value))
}

fn decimal(json: &Json) -> Result<BigRational, String> {
    let text = match json {
        Json::Number(number) => number.to_string(),
        Json::String(text) => text.clone(),
        _ => return Err("a number is expected".into()),
    };
    parse_decimal(&text).ok_or_else(|| "no number".into())
}

fn money(json: &Json) -> Result<(String, BigRational), String> {
    match json {
        Json::String(text) => {
            let (currency, amount) = text.split_once(' ').ok_or("no money")?;
            Ok((currency.to_owned(), parse_decimal(amount).ok_or("no amount")?))
        }
        Json::Object(object) if object.len() == 2 => {
            let currency = object.get("currency").and_then(Json::as_str).ok_or("no currency")?;
            Ok((currency.to_owned(), decimal(object.get("amount").ok_or("no amount")?)?))
        }
        _ => Err("no money".into()),
    }
}

/// Seconds of a time of the wanted kind; zeros of a second may follow a point.
fn clock(kind: ClockType, text: &str) -> Option<i64> {
    let exact = match text.find('.') {
        Some(at) => {
            let zeros = text[at + 1..].find(|it: char| it != '0').unwrap_or(text.len() - at - 1);
            let whole_second = text[..at].matches(':').count() == 2;
            if zeros == 0 || !whole_second {
                return None;
            }
            format!("{}{}", &text[..at], &text[at + 1 + zeros..])
        }
        None => text.to_owned(),
    };
    match (kind, parse_datetime(&exact)) {
        (ClockType::Time, None) => parse_time(&exact).filter(|it| *it < 86_400),
        (ClockType::DateTime, Some((seconds, None))) => Some(seconds),
        (ClockType::Instant, Some((seconds, Some(offset)))) => Some(seconds - offset),
        _ => None,
    }
}

fn count(unit: CountUnit, json: &Json) -> Result<BigRational, String> {
    let Json::String(text) = json else { return decimal(json) };
    let word = match unit {
        CountUnit::Days => "day",
        CountUnit::Months => "month",
        CountUnit::Years => "year",
    };
    let digits = text.split_once(' ').map_or(Some(text.as_str()), |(digits, unit)| {
        (unit == word || unit.strip_suffix('s') == Some(word)).then_some(digits)
    });
    digits.and_then(parse_decimal).ok_or_else(|| "no count".into())
}

/// `[-]PT[nH][nM][nS]`, or `4 hours`.
fn duration(text: &str) -> Option<BigRational> {
    if let Some((digits, unit)) = text.split_once(' ') {
        let unit = match unit {
            "hour" | "hours" => 3600,
            "minute" | "minutes" => 60,
            "second" | "seconds" => 1,
            _ => return None,
        };
        return Some(parse_decimal(digits)? * whole(unit));
    }
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let mut rest = rest.strip_prefix("PT")?;
    let mut total = whole(0);
    let mut parts = 0;
    for (letter, unit) in [('H', 3600), ('M', 60), ('S', 1)] {
        if let Some((digits, after)) = rest.split_once(letter) {
            let plain = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
            total += plain.then(|| parse_decimal(digits)).flatten()? * whole(unit);
            rest = after;
            parts += 1;
        }
    }
    (rest.is_empty() && parts > 0).then(|| if negative { -total } else { total })
}
