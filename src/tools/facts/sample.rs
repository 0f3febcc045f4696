//! A document with a value for every fact, for a host to fill in.
//!
//! Each fact gets a value of its type: zero, the first of its choices, a day of 2026, moved into its bounds.
//! Where the assumptions of the policy refuse that, other values are tried one fact at a time, as long as
//! fewer problems remain. This finds what simple relations ask for, and says so where it does not.

use crate::json::Json;
use crate::policy::Policy;
use crate::schema::{Key, Node, Schema, Slot, Type};
use crate::value::{Scalar, clock, date, form};

/// The most documents that are tried.
const MOST_TRIES: usize = 2_000;

/// A document of facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The document.
    pub facts: Json,
    /// Whether the policy takes it, assumptions included.
    pub accepted: bool,
}

/// A sample of the facts of `policy`.
pub fn sample(policy: &Policy) -> Sample {
    let schema = policy.schema();
    search(schema, &|facts| match policy.facts_from_json(&facts.canonical()) {
        Ok(_) => 0,
        Err(error) => error.problems().len().max(1),
    })
}

/// Changes one fact at a time as long as `problems` gets fewer.
fn search(schema: &Schema, problems: &dyn Fn(&Json) -> usize) -> Sample {
    // Of a list, the first item alone is shown.
    let shown = |index: usize| {
        let list = schema.list_around(index).and_then(|it| schema.list_at(it));
        list.is_none_or(|it| it.item(0).contains(&index))
    };
    let of = |(index, slot): (usize, &Slot)| if shown(index) { candidates(slot, schema) } else { Vec::new() };
    let candidates: Vec<Vec<Json>> = schema.slots.iter().enumerate().map(of).collect();
    let mut chosen: Vec<&Json> = candidates.iter().map(|it| it.first().unwrap_or(&Json::Null)).collect();
    let mut least = problems(&document(&schema.keys, schema, &chosen));
    let mut tries = 0;
    let mut better = true;
    while least > 0 && better && tries < MOST_TRIES {
        better = false;
        for (slot, values) in candidates.iter().enumerate() {
            for value in values {
                let Some(before) = chosen.get_mut(slot).map(|place| std::mem::replace(place, value)) else {
                    continue;
                };
                let found = if tries < MOST_TRIES {
                    problems(&document(&schema.keys, schema, &chosen))
                } else {
                    least
                };
                tries += 1;
                if found < least {
                    least = found;
                    better = true;
                } else if let Some(place) = chosen.get_mut(slot) {
                    *place = before;
                }
            }
        }
    }
    Sample { facts: document(&schema.keys, schema, &chosen), accepted: least == 0 }
}

/// The document in which each slot has the value chosen for it.
fn document(keys: &[Key], schema: &Schema, chosen: &[&Json]) -> Json {
    let members = keys.iter().map(|key| (key.json.clone(), member(&key.node, schema, chosen)));
    Json::Object(members.collect())
}

fn member(node: &Node, schema: &Schema, chosen: &[&Json]) -> Json {
    let value = |slot: usize| chosen.get(slot).map_or(Json::Null, |it| (*it).clone());
    match node {
        Node::Leaf(slot) => value(*slot),
        // One item shows what all look like; without items where the assumptions ask for none.
        Node::List { list, item } => match schema.lists.get(*list).map(|it| value(it.slot)) {
            Some(Json::List(some)) if !some.is_empty() => Json::List(vec![member(item, schema, chosen)]),
            Some(other) => other,
            None => Json::Null,
        },
        Node::Object { presence: Some(slot), .. } if value(*slot) == Json::Null => Json::Null,
        Node::Object { keys, .. } => document(keys, schema, chosen),
    }
}

/// Values that the fact may have, the most telling one first.
fn candidates(slot: &Slot, schema: &Schema) -> Vec<Json> {
    let mut values: Vec<Json> = match slot.ty {
        Type::Boolean => [false, true].map(Json::Bool).to_vec(),
        // Any value but null stands for a record that is there.
        Type::Record => vec![Json::Bool(true)],
        Type::Text { longest } => vec![Json::Text("text".chars().take(longest as usize).collect())],
        Type::Choice(index) => {
            let choices = schema.enumerations.get(index).map(|it| it.choices.as_slice()).unwrap_or_default();
            choices.iter().map(|choice| Json::from(choice.json.as_str())).collect()
        }
        Type::Items(_) => Vec::new(),
        // Any item stands for the one that is shown.
        Type::List(_) => vec![Json::List(vec![Json::Null]), Json::List(Vec::new())],
        ty => {
            let usual = match ty {
                Type::Date => date::from_ymd(2026, 1, 1).unwrap_or(0),
                // A Monday, at ten.
                Type::DateTime { .. } | Type::Instant { .. } => {
                    date::from_ymd(2026, 1, 5).unwrap_or(0) * clock::DAY + 36_000
                }
                Type::Time { .. } => 36_000,
                _ => 0,
            };
            let counts = [usual.clamp(slot.low, slot.high.max(slot.low)), slot.low, slot.high];
            counts.iter().map(|count| number(*count, slot, schema)).collect()
        }
    };
    if slot.optional {
        values.push(Json::Null);
    }
    values
}

/// A count as intake takes it; money in its short form.
fn number(count: i128, slot: &Slot, schema: &Schema) -> Json {
    match slot.ty {
        Type::Money { .. } | Type::MoneyOf(_) => {
            Json::Text(form::words(&Scalar::Number(count), slot.ty, schema))
        }
        _ => form::to_json(&Scalar::Number(count), slot.ty, slot.low, slot.high, schema),
    }
}
