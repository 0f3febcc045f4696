//! Writes [`Json`] as text.
//!
//! The canonical text is that of RFC 8785: no blanks, keys sorted by UTF-16 code units, and only the escapes
//! that JSON demands. It is a function of the value alone, so equal values have equal bytes.

use crate::json::Json;
use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// The canonical text of `json`.
pub fn canonical(json: &Json) -> String {
    text(json, None)
}

/// `json` over several lines, indented by two spaces a level; empty lists and objects stay on one line.
pub fn pretty(json: &Json) -> String {
    text(json, Some(0))
}

fn text(json: &Json, depth: Option<usize>) -> String {
    let mut out = String::new();
    // A `String` takes whatever is written.
    let _ = write(json, depth, &mut out);
    out
}

/// Writes on one line, or, where `depth` is given, over several.
pub(crate) fn write(json: &Json, depth: Option<usize>, out: &mut dyn Write) -> fmt::Result {
    match json {
        Json::Null => out.write_str("null"),
        Json::Bool(value) => out.write_str(if *value { "true" } else { "false" }),
        Json::Integer(value) => write!(out, "{value}"),
        Json::Text(text) => write_text(text, out),
        Json::List(items) => {
            write_all(['[', ']'], items, depth, out, |item, depth, out| write(item, depth, out))
        }
        Json::Object(members) => {
            write_all(['{', '}'], sorted(members), depth, out, |(key, value), depth, out| {
                write_text(key, out)?;
                out.write_str(if depth.is_some() { ": " } else { ":" })?;
                write(value, depth, out)
            })
        }
    }
}

/// Writes `items` between `brackets`, parted by commas.
fn write_all<T>(
    brackets: [char; 2],
    items: impl IntoIterator<Item = T>,
    depth: Option<usize>,
    out: &mut dyn Write,
    write_one: impl Fn(T, Option<usize>, &mut dyn Write) -> fmt::Result,
) -> fmt::Result {
    let [open, close] = brackets;
    let inner = depth.map(|depth| depth + 1);
    let mut any = false;
    out.write_char(open)?;
    for item in items {
        if any {
            out.write_char(',')?;
        }
        any = true;
        start_line(inner, out)?;
        write_one(item, inner, out)?;
    }
    if any {
        start_line(depth, out)?;
    }
    out.write_char(close)
}

fn start_line(depth: Option<usize>, out: &mut dyn Write) -> fmt::Result {
    let Some(depth) = depth else { return Ok(()) };
    out.write_char('\n')?;
    (0..depth).try_for_each(|_| out.write_str("  "))
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

/// Appends a text in quotes.
pub(crate) fn push_text(text: &str, out: &mut String) {
    // A `String` takes whatever is written.
    let _ = write_text(text, out);
}

/// Writes a text in quotes.
fn write_text(text: &str, out: &mut dyn Write) -> fmt::Result {
    out.write_char('"')?;
    let mut rest = text;
    // Most texts are written as they are.
    while let Some(at) = rest.bytes().position(|it| matches!(it, b'"' | b'\\' | 0..=0x1f)) {
        let (plain, from) = rest.split_at(at);
        out.write_str(plain)?;
        let mut characters = from.chars();
        match characters.next() {
            Some('"') => out.write_str("\\\"")?,
            Some('\\') => out.write_str("\\\\")?,
            Some('\u{8}') => out.write_str("\\b")?,
            Some('\t') => out.write_str("\\t")?,
            Some('\n') => out.write_str("\\n")?,
            Some('\u{c}') => out.write_str("\\f")?,
            Some('\r') => out.write_str("\\r")?,
            Some(other) => write!(out, "\\u{:04x}", u32::from(other))?,
            None => {}
        }
        rest = characters.as_str();
    }
    out.write_str(rest)?;
    out.write_char('"')
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
        let mut piece_by_piece = String::new();
        json.write_canonical(&mut piece_by_piece).unwrap();
        assert_eq!(piece_by_piece, expected);
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
