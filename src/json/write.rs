//! Writes [`Json`] as text.
//!
//! The canonical text is that of RFC 8785: no blanks, keys sorted by UTF-16 code units, and only the escapes
//! that JSON demands. It is a function of the value alone, so equal values have equal bytes.

use crate::json::Json;
use std::collections::BTreeMap;

/// The canonical text of `json`.
pub fn canonical(json: &Json) -> String {
    let mut out = String::new();
    write(json, None, &mut out);
    out
}

/// `json` over several lines, indented by two spaces a level; empty lists and objects stay on one line.
pub fn pretty(json: &Json) -> String {
    let mut out = String::new();
    write(json, Some(0), &mut out);
    out
}

/// Writes on one line, or, where `depth` is given, over several.
fn write(json: &Json, depth: Option<usize>, out: &mut String) {
    match json {
        Json::Null => out.push_str("null"),
        Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Integer(value) => out.push_str(&value.to_string()),
        Json::Text(text) => write_text(text, out),
        Json::List(items) => write_all(['[', ']'], items, depth, out, |item, depth, out| {
            write(item, depth, out);
        }),
        Json::Object(members) => {
            write_all(['{', '}'], sorted(members), depth, out, |(key, value), depth, out| {
                write_text(key, out);
                out.push_str(if depth.is_some() { ": " } else { ":" });
                write(value, depth, out);
            })
        }
    }
}

/// Writes `items` between `brackets`, parted by commas.
fn write_all<T>(
    brackets: [char; 2],
    items: impl IntoIterator<Item = T>,
    depth: Option<usize>,
    out: &mut String,
    write_one: impl Fn(T, Option<usize>, &mut String),
) {
    let [open, close] = brackets;
    let inner = depth.map(|depth| depth + 1);
    let mut any = false;
    out.push(open);
    for item in items {
        if any {
            out.push(',');
        }
        any = true;
        start_line(inner, out);
        write_one(item, inner, out);
    }
    if any {
        start_line(depth, out);
    }
    out.push(close);
}

fn start_line(depth: Option<usize>, out: &mut String) {
    if let Some(depth) = depth {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    }
}

/// The members by UTF-16 code units. A `BTreeMap` sorts by code points, which differs beyond U+FFFF.
fn sorted(members: &BTreeMap<String, Json>) -> Vec<(&String, &Json)> {
    let mut members: Vec<_> = members.iter().collect();
    members.sort_by(|(a, _), (b, _)| sort_key(a).cmp(sort_key(b)));
    members
}

/// By what keys are sorted.
pub(crate) fn sort_key(key: &str) -> impl Iterator<Item = u16> {
    key.encode_utf16()
}

/// Writes a text in quotes.
pub(crate) fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..='\u{1f}' => out.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out.push('"');
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn canonical_text() {
        let json = Json::object([
            ("b", Json::List(vec![Json::Null, Json::Integer(-7), Json::integer(1 << 53)])),
            ("a", Json::from("é\u{1}\u{7f}\u{2028}\"\\/\n")),
            ("", Json::object([])),
        ]);
        let expected =
            "{\"\":{},\"a\":\"é\\u0001\u{7f}\u{2028}\\\"\\\\/\\n\",\"b\":[null,-7,\"9007199254740992\"]}";
        assert_eq!(json.canonical(), expected);
    }

    #[test]
    fn keys_are_sorted_by_code_units() {
        let json = Json::object([("\u{fb33}", Json::Null), ("\u{1f600}", Json::Null), ("z", Json::Null)]);
        assert_eq!(json.canonical(), "{\"z\":null,\"\u{1f600}\":null,\"\u{fb33}\":null}");
    }

    #[test]
    fn pretty_text() {
        let json = Json::object([
            ("list", Json::List(vec![Json::Bool(true), Json::List(vec![])])),
            ("object", Json::object([("key", Json::Null)])),
        ]);
        let expected =
            "{\n  \"list\": [\n    true,\n    []\n  ],\n  \"object\": {\n    \"key\": null\n  }\n}";
        assert_eq!(json.pretty(), expected);
        assert_eq!(json.pretty(), serde_json::to_string_pretty(&json).unwrap());
    }

    pub(crate) fn any_json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::Bool),
            (-((1_i64 << 53) - 1)..(1_i64 << 53)).prop_map(Json::Integer),
            any::<String>().prop_map(Json::Text),
            "[\\x00-\\x30\"\\\\/]{0,8}".prop_map(Json::Text),
        ];
        leaf.prop_recursive(5, 60, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Json::List),
                prop::collection::btree_map(any::<String>(), inner, 0..8).prop_map(Json::Object),
            ]
        })
    }

    proptest! {
        #[test]
        fn agrees_with_another_canonicalizer(json in any_json()) {
            prop_assert_eq!(json.canonical(), serde_json_canonicalizer::to_string(&json).unwrap());
        }

        #[test]
        fn both_texts_mean_the_same(json in any_json()) {
            let value = serde_json::to_value(&json).unwrap();
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&json.canonical()).unwrap(), value.clone());
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&json.pretty()).unwrap(), value);
        }
    }
}
