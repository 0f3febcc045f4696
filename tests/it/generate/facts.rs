//! Facts for a policy: cases, partial knowledge, spellings in JSON, and documents that must be refused.
//!
//! Works on the slots of any parsed policy, made up or not.

use evenhand::syntax::ast::{
    CountUnit,
    time::{BusinessUnit, ClockType},
};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use serde_json::{Value as Json, json};

use crate::generate::rng::Rng;
use crate::reference::model::{Model, Slot, Ty};
use crate::reference::number::{at_scale, date_text, ten_to, trimmed, whole};
use crate::reference::time::{clock_text, timed};

/// What the host says of a slot; the value in canonical JSON, `true` for the presence of a record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Said {
    Unknown,
    Absent,
    Value(Json),
}

/// What the host says of each slot.
pub(crate) type Saying = Vec<Said>;

/// The most values of a domain that is listed.
const FEW: i64 = 5;

fn steps(slot: &Slot) -> Option<(i64, i64, BigRational)> {
    if let Ty::Clock(_, true) = &slot.ty {
        let (low, high) = slot.range.clone()?;
        let minute = |it: BigRational| (it / whole(60)).to_integer().to_i64().unwrap_or(0);
        return Some((minute(low), minute(high), whole(60)));
    }
    let scale = match &slot.ty {
        Ty::Number { scale } | Ty::Money { scale, .. } => *scale,
        Ty::Percent { scale } => scale + 2,
        Ty::MoneyOf { all } => all.iter().map(|it| it.1).min().unwrap_or(0),
        Ty::Date | Ty::Count(_) | Ty::Duration { .. } | Ty::Clock(..) | Ty::Business(_) | Ty::List { .. } => {
            0
        }
        _ => return None,
    };
    let (low, high) = slot.range.clone().unwrap_or_else(|| (whole(0), whole(3)));
    let step = |it: BigRational| (it * ten_to(scale)).to_integer().to_i64().unwrap_or(0);
    Some((step(low), step(high), whole(1) / ten_to(scale)))
}

fn spelled(slot: &Slot, value: &BigRational) -> Json {
    match &slot.ty {
        Ty::Number { scale: 0 } => {
            let number = value.to_integer();
            if number.magnitude() < BigInt::from(1_i64 << 53).magnitude() {
                json!(number.to_i64())
            } else {
                json!(number.to_string())
            }
        }
        Ty::Number { scale } => json!(at_scale(value, *scale)),
        Ty::Percent { .. } => json!(format!("{}%", trimmed(&(value * whole(100))))),
        Ty::Money { currency, scale } => json!({"amount": at_scale(value, *scale), "currency": currency}),
        Ty::MoneyOf { all } => {
            let (currency, scale) = &all[0];
            json!({"amount": at_scale(value, *scale), "currency": currency})
        }
        Ty::Date => json!(date_text(value.to_integer().to_i64().unwrap_or(0))),
        Ty::Clock(kind, to_minutes) => {
            json!(clock_text(&timed(*kind, value.to_integer().to_i64().unwrap_or(0)), *to_minutes))
        }
        Ty::Duration { .. } | Ty::Business(BusinessUnit::Hours | BusinessUnit::Minutes) => {
            let seconds = value.to_integer().to_i64().unwrap_or(0);
            let sign = if seconds < 0 { "-" } else { "" };
            json!(format!("{sign}PT{}S", seconds.abs()))
        }
        _ => json!(value.to_integer().to_i64()),
    }
}

/// All values of a slot where they are few, else nothing.
pub(crate) fn few_values(slot: &Slot) -> Option<Vec<Json>> {
    match &slot.ty {
        Ty::Boolean => Some(vec![json!(false), json!(true)]),
        Ty::Record => Some(vec![json!(true)]),
        Ty::Choice(list) => Some(list.choices.iter().map(|it| json!(it.1)).collect()),
        Ty::Text { .. } | Ty::Items(_) | Ty::Outcome(_) => None,
        Ty::MoneyOf { all } => {
            let (low, high, _) = steps(slot)?;
            let few = high - low < FEW && slot.bounded && all.iter().all(|it| it.1 == 0);
            let amounts = |code: &String| {
                let code = code.clone();
                (low..=high).map(move |it| json!({"amount": it.to_string(), "currency": code}))
            };
            few.then(|| all.iter().flat_map(|it| amounts(&it.0)).collect())
        }
        _ => {
            let (low, high, step) = steps(slot)?;
            let few = high - low < FEW && slot.bounded;
            few.then(|| (low..=high).map(|it| spelled(slot, &(whole(it) * &step))).collect())
        }
    }
}

/// Some value of a slot; corners and small numbers are likely.
pub(crate) fn some_value(slot: &Slot, rng: &mut Rng) -> Json {
    if let Some(values) = few_values(slot) {
        return rng.pick(&values).clone();
    }
    if let Ty::Text { longest } = &slot.ty {
        let long = "x".repeat(*longest as usize);
        let texts = [
            "",
            "a",
            "b",
            "with \"quotes\" {x}",
            "U\u{308}ni\u{e7}ode",
            "line\nbreak\u{7}",
            " a ",
            long.as_str(),
        ];
        return json!(rng.pick(&texts));
    }
    let (low, high, step) = steps(slot).expect("a type that counts");
    let scale = whole(1) / &step;
    let unit = scale.to_integer().to_i64().unwrap_or(1).max(1);
    let near = |it: i64| it.clamp(low, high);
    let count = match rng.below(8) {
        0 => low,
        1 => high,
        2 => near(0),
        3 => near(unit * rng.between(0, 3)),
        4 => near(unit * *rng.pick(&[20, 500, 1000]) + rng.between(-1, 1)),
        5 if slot.ty == Ty::Date => near(20_500 + rng.between(0, 90)),
        // Around the working hours of the spring of 2026.
        2..6 if matches!(slot.ty, Ty::Clock(ClockType::DateTime | ClockType::Instant, _)) => {
            let seconds = (20_500 + rng.between(0, 40)) * 86_400 + 3_600 * rng.between(0, 23);
            let seconds = seconds + *rng.pick(&[-1, 0, 0, 60, 1_800]);
            near((whole(seconds) / &step).to_integer().to_i64().unwrap_or(0))
        }
        5 => near(rng.between(-3, 100)),
        _ => {
            let width = (i128::from(high) - i128::from(low) + 1).min(i128::from(i64::MAX)) as i64;
            low.saturating_add((rng.next() % width.unsigned_abs()) as i64).min(high)
        }
    };
    let mut value = spelled(slot, &(whole(count) * step));
    if let (Ty::MoneyOf { all }, Some(money)) = (&slot.ty, value.as_object_mut()) {
        money.insert("currency".into(), json!(rng.pick(all).0));
    }
    value
}

/// Whether nothing can be said of a slot: it is in an absent record, or behind the last item of a list.
pub(crate) fn hidden(model: &Model, saying: &[Said], index: usize) -> bool {
    let slot = &model.slots[index];
    let Some(around) = slot.within else { return false };
    match (&saying[around], &model.slots[around].ty, slot.place) {
        (Said::Absent, _, _) => true,
        (Said::Value(length), Ty::List { most }, Some(place)) => {
            length.as_u64().is_none_or(|it| it > *most as u64 || place as u64 >= it)
        }
        _ => false,
    }
}

/// Whether a slot is an item of a list of values, which is known as soon as the list is.
fn is_bare_item(model: &Model, index: usize) -> bool {
    let slot = &model.slots[index];
    slot.place.is_some()
        && slot.path.ends_with(']')
        && slot.ty != Ty::Record
        && slot.within.is_some_and(|it| matches!(model.slots[it].ty, Ty::List { .. }))
}

/// A case: every slot known or absent.
pub(crate) fn full(model: &Model, rng: &mut Rng) -> Saying {
    let mut saying: Saying = Vec::new();
    for (index, slot) in model.slots.iter().enumerate() {
        let hidden = hidden(model, &saying, index);
        let absent = hidden || (slot.optional && rng.chance(35));
        saying.push(if absent { Said::Absent } else { Said::Value(some_value(slot, rng)) });
    }
    saying
}

/// A case at a corner of the bounds.
pub(crate) fn corner(model: &Model, rng: &mut Rng) -> Saying {
    let mut saying = full(model, rng);
    for (slot, said) in model.slots.iter().zip(&mut saying) {
        // The length of a list stands: its items are said already.
        if matches!(slot.ty, Ty::List { .. } | Ty::MoneyOf { .. }) {
            continue;
        }
        if let (Said::Value(value), Some((low, high, step))) = (said, steps(slot)) {
            let corner = if rng.chance(50) { low } else { high };
            *value = spelled(slot, &(whole(corner) * step));
        }
    }
    saying
}

/// The same case with some of it not said.
pub(crate) fn forget(model: &Model, case: &Saying, percent: usize, rng: &mut Rng) -> Saying {
    let mut saying = case.clone();
    for (index, slot) in model.slots.iter().enumerate() {
        let around = slot.within.map(|it| saying[it].clone());
        let free = !hidden(model, &saying, index) && !is_bare_item(model, index);
        if around == Some(Said::Unknown) || (free && rng.chance(percent)) {
            saying[index] = Said::Unknown;
        }
    }
    saying
}

/// Whether a slot of a case can be left out or changed: it is not inside an absent record.
pub(crate) fn matters(model: &Model, saying: &Saying, index: usize) -> bool {
    !hidden(model, saying, index)
}

/// The cases that extend what is said: all where there are at most `limit`, else a third as many at random. The
/// flag says whether they are all.
pub(crate) fn completions(
    model: &Model,
    saying: &Saying,
    limit: usize,
    rng: &mut Rng,
) -> (Vec<Saying>, bool) {
    let mut cases: Vec<Saying> = vec![Vec::new()];
    for (index, (slot, said)) in model.slots.iter().zip(saying).enumerate() {
        let mut longer = Vec::new();
        for case in &cases {
            let hidden = hidden(model, case, index);
            let choices = match said {
                _ if hidden => Some(vec![Said::Absent]),
                Said::Unknown => few_values(slot).map(|values| {
                    let absent = slot.optional.then_some(Said::Absent);
                    values.into_iter().map(Said::Value).chain(absent).collect()
                }),
                known => Some(vec![known.clone()]),
            };
            let Some(choices) = choices else { return (sample(model, saying, limit / 3, rng), false) };
            for choice in choices {
                let mut case = case.clone();
                case.push(choice);
                longer.push(case);
            }
        }
        if longer.len() > limit {
            return (sample(model, saying, limit / 3, rng), false);
        }
        cases = longer;
    }
    (cases, true)
}

fn sample(model: &Model, saying: &Saying, count: usize, rng: &mut Rng) -> Vec<Saying> {
    (0..count).map(|_| complete(model, saying, rng)).collect()
}

/// One case that extends what is said.
pub(crate) fn complete(model: &Model, saying: &Saying, rng: &mut Rng) -> Saying {
    let mut case: Saying = Vec::new();
    for (index, (slot, said)) in model.slots.iter().zip(saying).enumerate() {
        let hidden = hidden(model, &case, index);
        case.push(match said {
            _ if hidden => Said::Absent,
            Said::Unknown if slot.optional && rng.chance(35) => Said::Absent,
            Said::Unknown => Said::Value(some_value(slot, rng)),
            known => known.clone(),
        });
    }
    case
}

/// What is said, as JSON.
pub(crate) fn json(model: &Model, saying: &Saying) -> Json {
    let mut root = json!({});
    for (index, slot) in model.slots.iter().enumerate() {
        if saying[index] == Said::Unknown || !matters(model, saying, index) {
            continue;
        }
        if slot.within.is_some_and(|it| saying[it] == Said::Unknown) && slot.place.is_some() {
            continue;
        }
        let value = match (&saying[index], &slot.ty) {
            (Said::Absent, _) => Json::Null,
            (_, Ty::Record) => json!({}),
            // Its items are put in their places as they come.
            (Said::Value(length), Ty::List { .. }) => match length.as_u64() {
                Some(length) => Json::Array((0..length).map(|_| json!({})).collect()),
                None => length.clone(),
            },
            (Said::Value(value), _) => value.clone(),
            (Said::Unknown, _) => continue,
        };
        let mut at = &mut root;
        for key in &slot.keys {
            at = match key.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
                Some(place) => &mut at[place.parse::<usize>().expect("a place")],
                None => at.as_object_mut().expect("a group").entry(key.clone()).or_insert_with(|| json!({})),
            };
        }
        *at = value;
    }
    root
}

/// The same facts in another spelling: other forms of values, other spaces, other order of keys.
pub(crate) fn respelled(model: &Model, saying: &Saying, rng: &mut Rng) -> String {
    let mut other = saying.clone();
    for (slot, said) in model.slots.iter().zip(&mut other) {
        if let Said::Value(value) = said {
            *value = other_form(slot, value, rng);
        }
    }
    shuffled(&json(model, &other), rng)
}

fn other_form(slot: &Slot, value: &Json, rng: &mut Rng) -> Json {
    match (&slot.ty, value) {
        (Ty::Number { scale: 0 }, Json::Number(number)) if rng.chance(40) => json!(number.to_string()),
        (Ty::Number { .. }, Json::String(text)) if text.len() < 15 && rng.chance(40) => {
            serde_json::from_str(text).unwrap_or_else(|_| value.clone())
        }
        (Ty::Money { currency, .. }, Json::Object(money)) => match rng.below(3) {
            0 => json!(format!("{currency} {}", money["amount"].as_str().unwrap_or("0"))),
            1 => {
                match money["amount"].as_str().filter(|it| it.len() < 15).map(serde_json::from_str::<Json>) {
                    Some(Ok(amount)) => json!({"currency": currency, "amount": amount}),
                    _ => value.clone(),
                }
            }
            _ => value.clone(),
        },
        (Ty::Count(unit), Json::Number(number)) => match rng.below(3) {
            0 => json!(number.to_string()),
            1 => {
                let word = match unit {
                    CountUnit::Days => "days",
                    CountUnit::Months => "months",
                    CountUnit::Years => "years",
                };
                json!(format!("{number} {word}"))
            }
            _ => value.clone(),
        },
        (Ty::Clock(kind, _), Json::String(text)) => match rng.below(3) {
            0 if text.matches(':').count() == 1 => json!(match text.strip_suffix('Z') {
                Some(local) => format!("{local}:00.0Z"),
                None => format!("{text}:00"),
            }),
            1 if *kind == ClockType::Instant => json!(text.replace('Z', "-00:00")),
            _ => value.clone(),
        },
        (Ty::Business(BusinessUnit::Days), Json::Number(number)) if rng.chance(50) => {
            json!(format!("{number} business days"))
        }
        (Ty::Duration { .. }, Json::String(text)) if rng.chance(50) && !text.starts_with('-') => {
            let seconds: i64 = text.trim_start_matches("PT").trim_end_matches('S').parse().unwrap_or(0);
            match rng.below(3) {
                0 => json!(format!("PT{}H{}M{}S", seconds / 3600, seconds / 60 % 60, seconds % 60)),
                1 if seconds % 60 == 0 => json!(format!("{} minutes", seconds / 60)),
                _ => json!(format!("{seconds} seconds")),
            }
        }
        _ => value.clone(),
    }
}

/// JSON text with the keys of each object in random order.
pub(crate) fn shuffled(value: &Json, rng: &mut Rng) -> String {
    let Json::Object(object) = value else { return value.to_string() };
    let mut entries: Vec<(&String, &Json)> = object.iter().collect();
    rng.shuffle(&mut entries);
    let entries: Vec<String> =
        entries.into_iter().map(|(key, value)| format!("{} :{}", json!(key), shuffled(value, rng))).collect();
    format!("{{{}}}", entries.join(" ,\n"))
}

/// A document with one thing wrong. Whether it must be refused, the reference's intake says.
pub(crate) fn broken(model: &Model, case: &Saying, rng: &mut Rng) -> Json {
    let mut other = case.clone();
    let known: Vec<usize> = (0..case.len())
        .filter(|it| {
            matches!(case[*it], Said::Value(_))
                && model.slots[*it].ty != Ty::Record
                && matters(model, case, *it)
        })
        .collect();
    if known.is_empty() || rng.chance(10) {
        let mut facts = json(model, case);
        facts["surprise"] = json!(1);
        return facts;
    }
    let index = *rng.pick(&known);
    let slot = &model.slots[index];
    let outside = steps(slot).map(|(low, high, step)| {
        let beyond = if rng.chance(50) { low.saturating_sub(1) } else { high.saturating_add(1) };
        spelled(slot, &(whole(beyond) * step))
    });
    let wrong = [
        Json::Null,
        json!(true),
        json!(1),
        json!(1.5),
        json!("1"),
        json!("zebra"),
        json!("15%"),
        json!("0.123456%"),
        json!("USD 1.234"),
        json!("USD 1"),
        json!("EUR 1"),
        json!({"amount": "1", "currency": "USD", "note": 1}),
        json!({"amount": "1"}),
        json!("2026-02-30"),
        json!("2026-2-3"),
        json!("2026-03-01"),
        json!("2026-03-01T10:00"),
        json!("2026-03-01T10:00:30Z"),
        json!("2026-03-01T25:00"),
        json!("2026-03-01 10:00"),
        json!("10:00"),
        json!("9:00"),
        json!("23:59:60"),
        json!("10:00:00.5"),
        json!("3 business days"),
        json!("4 business hours"),
        json!("P1D"),
        json!("PT1M"),
        json!("PT"),
        json!("1 hour"),
        json!("1 fortnight"),
        json!([]),
        json!({}),
        json!("x".repeat(1001)),
    ];
    other[index] = Said::Value(match outside {
        Some(outside) if rng.chance(50) => outside,
        _ => rng.pick(&wrong).clone(),
    });
    json(model, &other)
}
