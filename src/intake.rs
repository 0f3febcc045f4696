//! Takes facts in: from a host's data to what is known of every fact.
//!
//! The data is walked along the schema. A value is checked against its type and bounds; `null` makes an
//! optional fact absent, and everything in an optional record with it; a missing key leaves a fact unknown.
//! Nothing is defaulted, converted between units or dropped: a key that the policy does not declare is a
//! problem. All problems are collected, up to [`Limits::findings`], in the order of the data.
//!
//! ```text
//!   { "order": { "total": "USD 49.99", "delivered_on": null } }
//!        │            │ Value(4999)         │ Absent          every other slot: Unknown
//! ```
//!
//! Relations that a policy assumes are not checked here; they need the evaluator. Cost: linear in the data,
//! times the number of keys beside each other.

use crate::datum::Datum;
use crate::intake::walk::Walk;
use crate::json::read::parse;
use crate::limits::Limits;
use crate::schema::{Node, Schema, Type};
use crate::source::Source;
use crate::value::form::clipped;
use crate::value::{Known, Scalar, Value};
use crate::words::nearest;
use std::borrow::Cow;

mod host;
mod leaf;
pub mod problem;
mod walk;

pub use problem::{FactCode, FactProblem};

/// Reads facts from JSON text. The result has one entry for each slot of the schema.
///
/// # Errors
///
/// All problems with their lines: the first mistake of JSON; or else keys that stand twice and then whatever
/// the schema does not allow.
pub fn read_json(text: &str, schema: &Schema, limits: &Limits) -> Result<Vec<Known>, Vec<FactProblem>> {
    let datum = parse(text, limits).map_err(|problem| vec![FactProblem::from(problem)])?;
    read(&datum, schema, limits).map_err(|problems| with_places(problems, text))
}

/// Reads facts from anything that serde can serialize. The result has one entry for each slot of the schema.
///
/// # Errors
///
/// What [`Datum::from_serialize`] refuses, or else all problems that [`read`] finds.
pub fn read_serialize<T: serde::Serialize + ?Sized>(
    facts: &T,
    schema: &Schema,
    limits: &Limits,
) -> Result<Vec<Known>, Vec<FactProblem>> {
    let datum = Datum::from_serialize(facts).map_err(|error| vec![FactProblem::from(error)])?;
    read(&datum, schema, limits)
}

/// Reads facts from a tree of data. The result has one entry for each slot of the schema.
///
/// # Errors
///
/// All problems: keys that stand twice, and then whatever the schema does not allow.
pub fn read(datum: &Datum, schema: &Schema, limits: &Limits) -> Result<Vec<Known>, Vec<FactProblem>> {
    let mut walk = Walk::new(schema, limits);
    walk.whole(datum);
    let found = walk.finish()?;
    let mut known = vec![Known::Unknown; schema.slots.len()];
    assign(&mut known, found);
    Ok(known)
}

/// Sets one fact, or a group or record of them, by its path in the policy. A fact inside an optional record
/// says that the record is there; `null` for the record says that it is not. `known` has one entry for each
/// slot and is unchanged where there are problems.
///
/// # Errors
///
/// Where the policy declares no such fact, or the value is none of its type.
pub fn set(
    known: &mut [Known],
    path: &str,
    datum: &Datum,
    schema: &Schema,
    limits: &Limits,
) -> Result<(), Vec<FactProblem>> {
    let target = Target::find(path, schema, known).map_err(|problem| vec![problem])?;
    let mut walk = Walk::new(schema, limits);
    (walk.path, walk.shift) = (target.json_path, target.shift);
    walk.duplicates(datum);
    walk.node(target.node, datum);
    let found = walk.finish()?;
    let presences = target.within.iter().map(|presence| (*presence, Known::Value(Scalar::Boolean(true))));
    for (slot, value) in presences.chain(found) {
        let is_record = schema.slots.get(slot).is_some_and(|it| it.ty == Type::Record);
        // The items of a list go with it.
        if is_record && known.get(slot) == Some(&Known::Absent) || schema.list_at(slot).is_some() {
            forget_within(known, slot, schema);
        }
        assign(known, [(slot, value)]);
    }
    Ok(())
}

/// Sets one fact by its path in the policy, to a value of the host's own making.
///
/// # Errors
///
/// Where the policy declares no such fact, or the value is none of its type.
pub fn set_value(
    known: &mut [Known],
    path: &str,
    value: &Value,
    schema: &Schema,
    limits: &Limits,
) -> Result<(), Vec<FactProblem>> {
    let slot = schema.slot(path).and_then(|slot| schema.slots.get(slot));
    let datum = host::datum_of(value, slot, schema).map_err(|problem| vec![problem])?;
    set(known, path, &datum, schema, limits)
}

fn assign(known: &mut [Known], found: impl IntoIterator<Item = (usize, Known)>) {
    for (slot, value) in found {
        if let Some(place) = known.get_mut(slot) {
            *place = value;
        }
    }
}

/// Makes everything in the record whose presence is `record` unknown.
fn forget_within(known: &mut [Known], record: usize, schema: &Schema) {
    for (slot, value) in known.iter_mut().enumerate() {
        let mut outer = schema.slots.get(slot).and_then(|it| it.within);
        while let Some(presence) = outer {
            if presence == record {
                *value = Known::Unknown;
            }
            // The presence of a record comes before what is in it, so this chain ends.
            outer = schema.slots.get(presence).and_then(|it| it.within).filter(|next| *next < presence);
        }
    }
}

fn with_places(mut problems: Vec<FactProblem>, text: &str) -> Vec<FactProblem> {
    let source = Source::new("", text);
    for problem in &mut problems {
        problem.place = problem.offset.map(|offset| source.place(offset));
        if let (FactCode::DuplicateKey, Some(first)) = (problem.code, problem.first) {
            let line = source.place(first).line;
            problem.message.push_str(&format!("; the first one is on line {line}"));
        }
    }
    problems
}

/// What a path in the policy leads to.
struct Target<'s> {
    node: &'s Node,
    json_path: Vec<Cow<'s, str>>,
    /// How many slots it is behind the first item of the list in which it stands.
    shift: usize,
    /// The presences of the optional records around it, outermost first.
    within: Vec<usize>,
}

impl<'s> Target<'s> {
    fn find(path: &str, schema: &'s Schema, known: &[Known]) -> Result<Target<'s>, FactProblem> {
        let unknown = || {
            let message = format!("the policy declares no fact `{}`", clipped(path, 40));
            let near = nearest(path, schema.slots.iter().map(|slot| slot.path.as_str()));
            let mut problem = FactProblem::new(FactCode::UnknownFact, path, message);
            problem.help = near.map(|near| format!("did you mean `{near}`?"));
            problem
        };
        let (mut keys, mut json_path, mut within) = (schema.keys.as_slice(), Vec::new(), Vec::new());
        let mut shift = 0;
        let mut parts = path.split('.').peekable();
        while let Some(part) = parts.next() {
            let (name, index) = match part.strip_suffix(']').and_then(|it| it.split_once('[')) {
                Some((name, index)) => (name, Some(index.parse::<usize>().map_err(|_| unknown())?)),
                None => (part, None),
            };
            let key = keys.iter().find(|key| key.name == name).ok_or_else(unknown)?;
            json_path.push(Cow::Borrowed(key.json.as_str()));
            let mut node = &key.node;
            if let Some(index) = index {
                let Node::List { list, item } = node else { return Err(unknown()) };
                let list = schema.lists.get(*list).ok_or_else(unknown)?;
                let length = match known.get(list.slot) {
                    Some(Known::Value(Scalar::Number(length))) => *length,
                    _ => 0,
                };
                if index as i128 >= length {
                    let message =
                        format!("expected the list to have an item {index}, found that it has none");
                    let problem = FactProblem::new(FactCode::UnknownFact, clipped(path, 40), message);
                    return Err(problem.with_help("set the list as a whole first"));
                }
                json_path.push(Cow::Owned(format!("[{index}]")));
                shift = index * list.stride;
                node = item;
            }
            match node {
                node if parts.peek().is_none() => return Ok(Target { node, json_path, shift, within }),
                Node::Object { presence, keys: inner } => {
                    within.extend(presence.map(|it| it + shift));
                    keys = inner;
                }
                Node::Leaf(_) | Node::List { .. } => break,
            }
        }
        Err(unknown())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::schema::{ChoiceName, Enumeration, Key, Slot};
    use crate::value::Currency;
    use proptest::prelude::*;

    fn slot(path: &str, ty: Type, low: i128, high: i128) -> Slot {
        let (path, json_path) = (path.to_owned(), path.replace('_', "-"));
        let (optional, within, ask, doc) = (false, None, None, None);
        Slot { path, json_path, ty, low, high, optional, within, ask, doc }
    }

    fn key(name: &str, node: Node) -> Key {
        Key { json: name.replace('_', "-"), name: name.to_owned(), node }
    }

    /// ```text
    /// facts {
    ///   today: date
    ///   order { total: money USD between USD 0 and USD 100_000, category: one of (books, gift_card) }
    ///   delivery: optional record { on: optional date, address: optional record { zip: text up to 5 } }
    /// }
    /// ```
    pub(crate) fn schema() -> Schema {
        let usd = Type::Money { currency: Currency::from_code("USD").unwrap(), scale: 2 };
        let choice = |name: &str| ChoiceName { name: name.to_owned(), json: name.replace('_', "-") };
        let choices = vec![choice("books"), choice("gift_card")];
        let inside = |slot: Slot, within, optional| Slot { within: Some(within), optional, ..slot };
        Schema {
            enumerations: vec![Enumeration { name: String::new(), choices, ordered: false }],
            slots: vec![
                slot("today", Type::Date, -25_567, 84_005),
                slot("order.total", usd, 0, 10_000_000),
                slot("order.category", Type::Choice(0), 0, 0),
                Slot { optional: true, ..slot("delivery", Type::Record, 0, 0) },
                inside(slot("delivery.on", Type::Date, -25_567, 84_005), 3, true),
                inside(slot("delivery.address", Type::Record, 0, 0), 3, true),
                inside(slot("delivery.address.zip_code", Type::Text { longest: 5 }, 0, 0), 5, false),
            ],
            keys: vec![
                key("today", Node::Leaf(0)),
                key(
                    "order",
                    Node::Object {
                        presence: None,
                        keys: vec![key("total", Node::Leaf(1)), key("category", Node::Leaf(2))],
                    },
                ),
                key(
                    "delivery",
                    Node::Object {
                        presence: Some(3),
                        keys: vec![
                            key("on", Node::Leaf(4)),
                            key(
                                "address",
                                Node::Object {
                                    presence: Some(5),
                                    keys: vec![key("zip_code", Node::Leaf(6))],
                                },
                            ),
                        ],
                    },
                ),
            ],
            ..Schema::default()
        }
    }

    /// One letter a slot: `?` unknown, `-` absent, `+` a value.
    fn letters(known: &[Known]) -> String {
        let letter = |known: &Known| match known {
            Known::Unknown => '?',
            Known::Absent => '-',
            Known::Value(_) => '+',
        };
        known.iter().map(letter).collect()
    }

    fn accepts(text: &str) -> String {
        let known = read_json(text, &schema(), &Limits::default());
        letters(&known.unwrap_or_else(|problems| panic!("{text}: {problems:?}")))
    }

    /// `code: message; help`, one for each problem.
    fn refuses(text: &str) -> Vec<String> {
        let problems = read_json(text, &schema(), &Limits::default()).expect_err(text);
        let show = |it: &FactProblem| {
            let help = it.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
            format!("{}: {it}{help}", it.code)
        };
        problems.iter().map(show).collect()
    }

    #[test]
    fn known_absent_and_unknown() {
        assert_eq!(accepts("{}"), "???????");
        assert_eq!(accepts(r#"{"order": {}}"#), "???????");
        assert_eq!(accepts(r#"{"today": "2026-03-01", "order": {"total": "USD 5"}}"#), "++?????");
        assert_eq!(accepts(r#"{"delivery": null}"#), "???----");
        assert_eq!(accepts(r#"{"delivery": {}}"#), "???+???");
        assert_eq!(accepts(r#"{"delivery": {"on": null, "address": null}}"#), "???+---");
        assert_eq!(accepts(r#"{"delivery": {"address": {"zip-code": "12345"}}}"#), "???+?++");
    }

    #[test]
    fn all_problems_are_collected_in_order() {
        assert_eq!(
            refuses(
                "{\"today\": \"2026-02-30\",\n \"ordr\": 1,\n \"order\": {\"total\": null, \"category\": \"gift-crad\"},\n \"delivery\": []}"
            ),
            [
                "no-such-day: line 1, column 11: `today`: expected a day of the calendar, found `2026-02-30`",
                "unknown-fact: line 2, column 2: `ordr`: the policy declares no fact `ordr`; did you mean `order`?",
                "null-not-allowed: line 3, column 21: `order.total`: expected a value, found `null`: this fact is not optional; leave out the key where the value is not known",
                "unknown-choice: line 3, column 39: `order.category`: expected one of `books` or `gift-card`, found `gift-crad`; did you mean `gift-card`?",
                "wrong-type: line 4, column 14: `delivery`: expected an object, found a list",
            ]
        );
    }

    #[test]
    fn keys_that_stand_twice_and_keys_elsewhere() {
        assert_eq!(
            refuses("{\"order\": {\"total\": \"USD 1\",\n \"total\": \"USD 2\"}, \"total\": 3}"),
            [
                "duplicate-key: line 2, column 2: `order.total`: the key `total` stands twice; the first one is on line 1; leave out one of them",
                "unknown-fact: line 2, column 21: `total`: the policy declares no fact `total`; `order.total` is declared: one object stands in another, as in `{\"order\": {\"total\": …}}`",
            ]
        );
        assert_eq!(
            refuses(r#"{"delivery": {"address": {"zip_code": "1"}}}"#),
            [
                "unknown-fact: line 1, column 27: `delivery.address.zip_code`: the policy declares no fact `zip_code` in `delivery.address`; did you mean `zip-code`?"
            ]
        );
        assert_eq!(
            refuses(r#"{"order": {"total": {"amount": 1, "currency": "USD", "amount": 2}}}"#).len(),
            1,
            "a key may stand twice below a fact as little as above it"
        );
    }

    #[test]
    fn what_is_no_object() {
        assert_eq!(
            refuses("[]"),
            ["wrong-type: line 1, column 1: expected an object of facts, found a list"]
        );
        assert_eq!(
            refuses("null"),
            ["wrong-type: line 1, column 1: expected an object of facts, found `null`"]
        );
        assert_eq!(refuses("{\"order\": null}").len(), 1);
        assert_eq!(
            refuses("{\"a\": 1,}"),
            ["not-json: line 1, column 8: nothing follows the `,` before `}`; leave out the last `,`"]
        );
        assert_eq!(
            refuses(&"[".repeat(100_000)),
            [format!(
                "too-large: line 1, column 65: `{}`: lists and objects are nested more than 64 deep",
                "[0]".repeat(64)
            )]
        );
    }

    #[test]
    fn problems_are_limited() {
        let keys: Vec<String> = (0..10_000).map(|it| format!("\"k{it}\": {it}")).collect();
        let limits = Limits { findings: 7, ..Limits::default() };
        let problems = read_json(&format!("{{{}}}", keys.join(",")), &schema(), &limits).unwrap_err();
        assert_eq!(problems.len(), 7);
    }

    #[test]
    fn serde_sources() {
        let limits = Limits::default();
        let facts = serde_json::json!({"order": {"total": {"amount": 49.99, "currency": "USD"}}});
        let known = read_serialize(&facts, &schema(), &limits).unwrap();
        assert_eq!(known.get(1), Some(&Known::Value(Scalar::Number(4999))));
        let facts = serde_json::json!({"order": {"total": {"amount": 0.1 + 0.2, "currency": "USD"}}});
        let problem = read_serialize(&facts, &schema(), &limits).unwrap_err().remove(0);
        assert_eq!((problem.code, problem.path.as_str()), (FactCode::InexactNumber, "order.total.amount"));
        assert_eq!(problem.place, None);
    }

    #[test]
    fn facts_one_by_one() {
        let (schema, limits) = (schema(), Limits::default());
        let mut known = vec![Known::Unknown; schema.slots.len()];
        let mut set = |path: &str, value: Value| {
            let result = set_value(&mut known, path, &value, &schema, &limits);
            result.map(|()| letters(&known)).map_err(|problems| problems[0].to_string())
        };
        assert_eq!(set("order.category", Value::Choice("gift_card".into())).unwrap(), "??+????");
        assert_eq!(set("delivery.address.zip_code", Value::from("12345")).unwrap(), "??++?++");
        assert_eq!(set("delivery", Value::Absent).unwrap(), "??+----");
        assert_eq!(set("delivery.on", Value::Absent).unwrap(), "??++-??");
        assert_eq!(
            set("order.totl", Value::from(1)).unwrap_err(),
            "`order.totl`: the policy declares no fact `order.totl`"
        );
        assert_eq!(
            set("today.x", Value::from(1)).unwrap_err(),
            "`today.x`: the policy declares no fact `today.x`"
        );
        assert_eq!(set("", Value::from(1)).unwrap_err(), "the policy declares no fact ``");
        assert_eq!(
            set("today", Value::Absent).unwrap_err(),
            "`today`: expected a value, found `null`: this fact is not optional"
        );
        assert_eq!(
            set("delivery.address.zip_code", Value::Days(3)).unwrap_err(),
            "`delivery.address.zip-code`: expected a text, found `3 days`"
        );
        assert_eq!(
            set("order", Value::from("x")).unwrap_err(),
            "`order`: expected an object, found the text `x`"
        );
        assert_eq!(
            set("today", Value::Items(vec![])).unwrap_err(),
            "`today`: expected a date such as `\"2026-03-01\"`, found `none`"
        );
        let delivery = Datum::object([("on", Datum::from("2026-03-01"))]);
        crate::intake::set(&mut known, "delivery", &delivery, &schema, &limits).unwrap();
        assert_eq!(letters(&known), "??+++??", "what was there before stays");
    }

    /// What answers would show for a known fact, as data again.
    fn written(known: &[Known], schema: &Schema) -> Vec<(String, Value)> {
        let each = known.iter().zip(&schema.slots).filter(|(_, slot)| slot.ty != Type::Record);
        each.filter_map(|(known, slot)| match known {
            Known::Unknown => None,
            Known::Absent if slot.within.is_some() => None,
            Known::Absent => Some((slot.path.clone(), Value::Absent)),
            Known::Value(value) => Some((slot.path.clone(), Value::from_scalar(value, slot.ty, schema))),
        })
        .collect()
    }

    proptest! {
        #[test]
        fn any_data_is_answered(json in crate::json::write::tests::any_json()) {
            let _ = read_json(&json.canonical(), &schema(), &Limits::default());
            let wrapped = format!("{{\"order\": {{\"total\": {0}, \"category\": {0}}}, \"today\": {0}}}", json.canonical());
            let _ = read_json(&wrapped, &schema(), &Limits::default());
        }

        #[test]
        fn intake_is_idempotent(total in 0_i128..10_000_000, day in -25_567_i128..84_005, zip in ".{0,5}") {
            let (schema, limits) = (schema(), Limits::default());
            let total = crate::value::decimal::format(total, 2);
            let day = crate::value::date::format(day);
            let zip = Datum::object([("zip-code", Datum::from(zip))]);
            let facts = Datum::object([
                ("order", Datum::object([("total", Datum::from(format!("USD {total}")))])),
                ("today", Datum::from(day)),
                ("delivery", Datum::object([("address", zip)])),
            ]);
            // NFC may lengthen a text beyond its bound; then there is nothing to compare.
            if let Ok(known) = read(&facts, &schema, &limits) {
                let mut again = vec![Known::Unknown; schema.slots.len()];
                for (path, value) in written(&known, &schema) {
                    set_value(&mut again, &path, &value, &schema, &limits).unwrap();
                }
                prop_assert_eq!(again, known);
            }
        }
    }
}
