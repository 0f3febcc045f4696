//! The facts as a JSON Schema, draft 2020-12.
//!
//! What the schema takes, intake takes as far as a schema can say it: the bounds of money, percentages, dates
//! and durations stand in words, because a pattern cannot count. No key is required: a fact that is not
//! given is unknown, and a policy may decide all the same.

use crate::intake::problem::unit_word;
use crate::json::{Json, LARGEST_INTEGER};
use crate::policy::Policy;
use crate::schema::{Key, Node, Schema, Slot, Type};
use crate::tools::facts::bounds;
use crate::value::{clock::Grain, form};
use std::collections::BTreeMap;

/// The pattern of a number as text.
const DECIMAL: &str = "-?[0-9]+(\\.[0-9]+)?";

/// The pattern of a date.
const DAY: &str = "[0-9]{4}-[0-9]{2}-[0-9]{2}";

type Members = BTreeMap<String, Json>;

/// The JSON Schema of the facts of `policy`.
pub fn json_schema(policy: &Policy) -> Json {
    let schema = policy.schema();
    let mut members = object(&schema.keys, schema);
    put(&mut members, "$schema", "https://json-schema.org/draft/2020-12/schema");
    put(&mut members, "title", format!("Facts of {}", policy.name()));
    Json::Object(members)
}

fn object(keys: &[Key], schema: &Schema) -> Members {
    let properties = keys.iter().map(|key| (key.json.clone(), node(&key.node, schema)));
    let mut members = Members::new();
    put(&mut members, "type", "object");
    put(&mut members, "additionalProperties", false);
    members.insert("properties".to_owned(), Json::Object(properties.collect()));
    members
}

fn node(at: &Node, schema: &Schema) -> Json {
    let mut members = Members::new();
    match at {
        Node::Leaf(index) => {
            if let Some(slot) = schema.slots.get(*index) {
                members = leaf(slot, schema);
                describe(&mut members, slot, schema);
            }
        }
        Node::List { list, item } => {
            if let Some(list) = schema.lists.get(*list)
                && let Some(slot) = schema.slots.get(list.slot)
            {
                members = typed(&["array"]);
                put(&mut members, "maxItems", Json::integer(list.most as i128));
                members.insert("items".to_owned(), node(item, schema));
                if slot.optional {
                    members = or_null(members);
                }
                describe(&mut members, slot, schema);
            }
        }
        Node::Object { presence, keys } => {
            members = object(keys, schema);
            if let Some(slot) = presence.and_then(|it| schema.slots.get(it)) {
                members = or_null(members);
                describe(&mut members, slot, schema);
            }
        }
    }
    Json::Object(members)
}

/// What is taken for a value, `null` included where it is optional.
fn leaf(slot: &Slot, schema: &Schema) -> Members {
    let members = match slot.ty {
        Type::Boolean => typed(&["boolean"]),
        Type::Number { scale: 0 } => counted(slot, "^-?[0-9]+$"),
        Type::Number { .. } => {
            let mut members = typed(&["number", "string"]);
            put(&mut members, "pattern", format!("^{DECIMAL}$"));
            limit(&mut members, slot);
            members
        }
        Type::Percent { .. } => patterned(&format!("^{DECIMAL}%$")),
        Type::Money { currency, .. } => money(&[currency.code()]),
        Type::MoneyOf(index) => {
            let all = schema.currencies.get(index).map_or(&[][..], |it| &it.all);
            money(&all.iter().map(|it| it.0.code()).collect::<Vec<_>>())
        }
        Type::Text { longest } => {
            let mut members = typed(&["string"]);
            put(&mut members, "maxLength", Json::integer(longest.into()));
            members
        }
        Type::Date => {
            let mut members = patterned("^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
            put(&mut members, "format", "date");
            members
        }
        Type::Time { grain } => patterned(&format!("^{}$", clock(grain))),
        Type::DateTime { grain } => patterned(&format!("^{DAY}T{}$", clock(grain))),
        Type::Instant { grain } => {
            patterned(&format!("^{DAY}T{}(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$", clock(grain)))
        }
        Type::Days => counted(slot, "^-?[0-9]+( days?)?$"),
        Type::Months => counted(slot, "^-?[0-9]+( months?)?$"),
        Type::Years => counted(slot, "^-?[0-9]+( years?)?$"),
        Type::Duration { json_unit } => duration(json_unit),
        Type::BusinessDays => counted(slot, "^-?[0-9]+( business days?)?$"),
        Type::BusinessHours => business_hours(),
        Type::Choice(index) => {
            let choices = schema.enumerations.get(index).map(|it| it.choices.as_slice()).unwrap_or_default();
            let names = choices.iter().map(|it| Json::from(it.json.as_str())).collect();
            Members::from([("enum".to_owned(), Json::List(names))])
        }
        Type::Record | Type::Items(_) | Type::List(_) => Members::new(),
    };
    if slot.optional { or_null(members) } else { members }
}

/// A count that may be written as a number or as text of this pattern.
fn counted(slot: &Slot, pattern: &str) -> Members {
    let mut members = typed(&["integer", "string"]);
    put(&mut members, "pattern", pattern);
    limit(&mut members, slot);
    members
}

fn patterned(pattern: &str) -> Members {
    let mut members = typed(&["string"]);
    put(&mut members, "pattern", pattern);
    members
}

/// `{"amount": "49.99", "currency": "USD"}` or `"USD 49.99"`.
fn money(currencies: &[&str]) -> Members {
    let mut amount = typed(&["string", "number"]);
    put(&mut amount, "pattern", format!("^{DECIMAL}$"));
    let currency = match currencies {
        [only] => Json::object([("const", Json::from(*only))]),
        all => Json::object([("enum", Json::List(all.iter().map(|it| Json::from(*it)).collect()))]),
    };
    let properties = Json::object([("amount", Json::Object(amount)), ("currency", currency)]);
    let pair = Json::object([
        ("type", Json::from("object")),
        ("additionalProperties", Json::Bool(false)),
        ("required", Json::List(vec![Json::from("amount"), Json::from("currency")])),
        ("properties", properties),
    ]);
    let code = match currencies {
        [only] => (*only).to_owned(),
        all => format!("({})", all.join("|")),
    };
    let text = Json::Object(patterned(&format!("^{code} {DECIMAL}$")));
    Members::from([("oneOf".to_owned(), Json::List(vec![pair, text]))])
}

/// `PT1H30M` or `1 hour 30 minutes`, or a number of the unit where there is one.
fn duration(unit: Option<u32>) -> Members {
    let iso = "P(?=T[0-9])T([0-9]+H)?([0-9]+M)?([0-9]+S)?";
    let words = "[0-9]+ (hours?|minutes?|seconds?)( [0-9]+ (minutes?|seconds?)){0,2}";
    let types: &[&str] = if unit.is_some() { &["string", "number"] } else { &["string"] };
    let mut members = typed(types);
    put(&mut members, "pattern", format!("^-?({iso}|{words})$"));
    members
}

/// The pattern of a time of day in the step of its type.
fn clock(grain: Grain) -> String {
    let seconds = match grain {
        Grain::Minute => "00",
        Grain::Second => "[0-5][0-9]",
    };
    format!("([01][0-9]|2[0-3]):[0-5][0-9](:{seconds}(\\.0+)?)?")
}

/// `PT4H` or `4 business hours`.
fn business_hours() -> Members {
    let iso = "P(?=T[0-9])T([0-9]+H)?([0-9]+M)?([0-9]+S)?";
    let part = "[0-9]+ (business )?";
    let words = format!("{part}(hours?|minutes?|seconds?)( {part}(minutes?|seconds?)){{0,2}}");
    patterned(&format!("^-?({iso}|{words})$"))
}

fn typed(types: &[&str]) -> Members {
    let ty = match types {
        [only] => Json::from(*only),
        several => Json::List(several.iter().map(|it| Json::from(*it)).collect()),
    };
    Members::from([("type".to_owned(), ty)])
}

/// Takes `null` as well.
fn or_null(mut members: Members) -> Members {
    match members.get_mut("type") {
        Some(Json::List(types)) => types.push(Json::from("null")),
        Some(one) => *one = Json::List(vec![one.clone(), Json::from("null")]),
        None => {}
    }
    if let Some(Json::List(values)) = members.get_mut("enum") {
        values.push(Json::Null);
    }
    if let Some(Json::List(forms)) = members.get_mut("oneOf") {
        forms.push(Json::object([("type", Json::from("null"))]));
    }
    members
}

/// The bounds as whole numbers, rounded outward; left out where JSON does not hold them exactly.
fn limit(members: &mut Members, slot: &Slot) {
    let scale = if let Type::Number { scale } = slot.ty { scale } else { 0 };
    let Some(unit) = 10_i128.checked_pow(scale.into()) else { return };
    let (low, high) = (slot.low.div_euclid(unit), -(-slot.high).div_euclid(unit));
    for (key, bound) in [("minimum", low), ("maximum", high)] {
        if (-LARGEST_INTEGER..=LARGEST_INTEGER).contains(&bound) {
            put(members, key, Json::integer(bound));
        }
    }
}

/// Adds what the policy says of the fact, what it asks, and the bounds in words.
fn describe(members: &mut Members, slot: &Slot, schema: &Schema) {
    let mut parts: Vec<String> =
        [&slot.doc, &slot.ask].into_iter().flatten().map(|it| sentence(it)).collect();
    if let Some(bounds) = bounds(slot, schema) {
        let [low, high] = bounds.map(|bound| form::bound_words(bound, slot.ty, schema));
        parts.push(format!("Between {low} and {high}."));
    }
    if let Type::Duration { json_unit: Some(unit) } = slot.ty {
        parts.push(format!("A number is read as {}.", unit_word(unit)));
    }
    if !parts.is_empty() {
        put(members, "description", parts.join(" "));
    }
}

fn put(members: &mut Members, key: &str, value: impl Into<Json>) {
    members.insert(key.to_owned(), value.into());
}

/// The text with a full stop, where it does not end like a sentence.
fn sentence(text: &str) -> String {
    let stop = if text.ends_with(['.', '?', '!', ':']) { "" } else { "." };
    format!("{text}{stop}")
}
