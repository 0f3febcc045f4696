//! JSON, exactly: a strict reader and a canonical writer.
//!
//! Why our own: a number must be read from its text and never pass through a double, a key that stands twice
//! must be reported with both places, and the reader must not depend on a switch (`arbitrary_precision`) that
//! one crate turns on for all others. The reader gives a [`Datum`](crate::datum::Datum); the writer takes a
//! [`Json`], which can hold only what every JSON library writes and reads back alike: no fractions, and
//! integers of at most 53 bits.

use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

pub(crate) mod duplicates;
pub mod problem;
pub mod read;
pub mod write;

/// The integers that every JSON library holds exactly: 2^53 − 1.
pub const LARGEST_INTEGER: i128 = (1 << 53) - 1;

/// A JSON value as Evenhand writes them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer, meant to lie within ±[`LARGEST_INTEGER`]. [`Json::integer`] sees to it.
    Integer(i64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object; keys are sorted when it is written.
    Object(BTreeMap<String, Json>),
}

impl Json {
    /// A number where every library reads it exactly, else a text of its digits.
    pub fn integer(value: i128) -> Json {
        match i64::try_from(value) {
            Ok(small) if (-LARGEST_INTEGER..=LARGEST_INTEGER).contains(&value) => Json::Integer(small),
            _ => Json::Text(value.to_string()),
        }
    }

    /// An object of these keys and values.
    pub fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
        Json::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// The canonical text: RFC 8785, one line, keys sorted by UTF-16 code units.
    pub fn canonical(&self) -> String {
        write::canonical(self)
    }

    /// Writes the canonical text piece by piece, so that it never stands in memory as a whole.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn write_canonical(&self, out: &mut dyn std::fmt::Write) -> std::fmt::Result {
        write::write(self, None, out)
    }

    /// The text for people: two spaces of indentation, keys in the same order, a line feed at the end of
    /// every line but the last.
    pub fn pretty(&self) -> String {
        write::pretty(self)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Json {
        Json::Bool(value)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Json {
        Json::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Json {
        Json::Text(text)
    }
}

impl From<Vec<Json>> for Json {
    fn from(items: Vec<Json>) -> Json {
        Json::List(items)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(value) => serializer.serialize_bool(*value),
            Json::Integer(value) => serializer.serialize_i64(*value),
            Json::Text(text) => serializer.serialize_str(text),
            Json::List(items) => serializer.collect_seq(items),
            Json::Object(members) => serializer.collect_map(members),
        }
    }
}
