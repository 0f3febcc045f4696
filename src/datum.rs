//! The host's data before it has types: what JSON text, a Rust struct and any other serde source become.
//!
//! ```text
//!   JSON text ── json::read ──┐
//!   T: Serialize ── serialize ┼──▶ Datum ── intake ──▶ known facts
//!   any Deserializer ─────────┘
//! ```
//!
//! Numbers are kept as text, so nothing is rounded on the way. A double is taken only where its shortest
//! decimal is short enough to be what somebody wrote: 0.1 is exactly a tenth, the double nearest to 0.1 + 0.2
//! is refused. A tree made here is at most [`DEEPEST`] levels deep, so walks over it may recurse.

use std::fmt;
use thiserror::Error;

mod deserialize;
mod serialize;

/// The deepest nesting of lists and objects that is taken, whatever
/// [`Limits::facts_nesting`](crate::limits::Limits::facts_nesting) allows.
pub const DEEPEST: usize = 256;

/// A value that a host gives, with its place where it was read from text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datum {
    /// What it is.
    pub kind: Kind,
    /// The byte offset of its first byte in the JSON text it was read from.
    pub offset: Option<u32>,
}

/// What a [`Datum`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing: the host says that there is none.
    Null,
    /// True or false.
    Boolean(bool),
    /// A number, as JSON writes them.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Datum>),
    /// An object, its members in order of writing. A key may stand twice; intake reports it.
    Object(Vec<Member>),
}

/// A key of an object and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The key.
    pub key: String,
    /// The byte offset of the key in the JSON text it was read from.
    pub offset: Option<u32>,
    /// The value.
    pub value: Datum,
}

/// Why a host's data cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct DatumError {
    /// Where: keys and indices from the outermost value; empty for that value itself.
    pub path: String,
    /// Why.
    pub problem: DatumProblem,
}

/// What is the matter with a host's value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DatumProblem {
    /// A floating-point number that is infinite or not a number.
    #[error("expected a number, found `{0}`")]
    NotFinite(String),
    /// A floating-point number whose shortest decimal is too long to be what somebody wrote.
    #[error("`{0}` is a rounded floating-point number, expected an exact one; give it as a text")]
    Inexact(String),
    /// A map whose keys are no texts.
    #[error("expected a text as key")]
    KeyIsNoText,
    /// Bytes.
    #[error("bytes are no fact")]
    Bytes,
    /// Nested deeper than [`DEEPEST`].
    #[error("lists and objects are nested more than {DEEPEST} deep")]
    TooDeep,
    /// What the host's own code reported.
    #[error("{0}")]
    Other(String),
}

impl fmt::Display for DatumError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => self.problem.fmt(out),
            path => write!(out, "`{path}`: {}", self.problem),
        }
    }
}

impl DatumError {
    fn new(problem: DatumProblem) -> Self {
        DatumError { path: String::new(), problem }
    }

    /// The same, seen from one level further out.
    fn under(mut self, key: &str) -> Self {
        self.path = match self.path.as_str() {
            "" => key.to_owned(),
            rest if rest.starts_with('[') => format!("{key}{rest}"),
            rest => format!("{key}.{rest}"),
        };
        self
    }
}

impl Datum {
    /// A value that comes from no text.
    pub fn new(kind: Kind) -> Self {
        Datum { kind, offset: None }
    }

    /// Nothing: the host says that there is none.
    pub fn null() -> Self {
        Datum::new(Kind::Null)
    }

    /// A number from its text, as JSON writes them. What the text is worth is found out at intake.
    pub fn number(text: impl Into<String>) -> Self {
        Datum::new(Kind::Number(text.into()))
    }

    /// An object of these keys and values.
    pub fn object<K: Into<String>>(members: impl IntoIterator<Item = (K, Datum)>) -> Self {
        let member = |(key, value): (K, Datum)| Member { key: key.into(), offset: None, value };
        Datum::new(Kind::Object(members.into_iter().map(member).collect()))
    }

    /// Takes over any value that serde can serialize. `None` is null; a field that is skipped is missing;
    /// a unit variant of an enum is its name.
    ///
    /// # Errors
    ///
    /// Where the value holds a floating-point number that is not exact (see [`DatumProblem`]), bytes, a map
    /// whose keys are no texts, or more than [`DEEPEST`] levels; or where its own `Serialize` reports one.
    pub fn from_serialize<T: serde::Serialize + ?Sized>(value: &T) -> Result<Datum, DatumError> {
        value.serialize(serialize::ToDatum { depth: 0 })
    }
}

impl From<bool> for Datum {
    fn from(value: bool) -> Self {
        Datum::new(Kind::Boolean(value))
    }
}

impl From<i128> for Datum {
    fn from(value: i128) -> Self {
        Datum::number(value.to_string())
    }
}

impl From<i64> for Datum {
    fn from(value: i64) -> Self {
        Datum::from(i128::from(value))
    }
}

impl From<&str> for Datum {
    fn from(text: &str) -> Self {
        Datum::new(Kind::Text(text.to_owned()))
    }
}

impl From<String> for Datum {
    fn from(text: String) -> Self {
        Datum::new(Kind::Text(text))
    }
}

impl From<Vec<Datum>> for Datum {
    fn from(items: Vec<Datum>) -> Self {
        Datum::new(Kind::List(items))
    }
}

/// Takes a double only where it is finite and its shortest decimal has at most 15 digits.
impl TryFrom<f64> for Datum {
    type Error = DatumError;

    fn try_from(value: f64) -> Result<Self, DatumError> {
        exact(value.is_finite(), format!("{value:e}"), 15).map_err(DatumError::new)
    }
}

/// Takes a single only where it is finite and its shortest decimal has at most 6 digits.
impl TryFrom<f32> for Datum {
    type Error = DatumError;

    fn try_from(value: f32) -> Result<Self, DatumError> {
        exact(value.is_finite(), format!("{value:e}"), 6).map_err(DatumError::new)
    }
}

/// The number that `shortest`, the shortest scientific text of a floating-point number, was written as.
fn exact(is_finite: bool, shortest: String, most: usize) -> Result<Datum, DatumProblem> {
    if !is_finite {
        return Err(DatumProblem::NotFinite(shortest));
    }
    let mantissa = shortest.split('e').next().unwrap_or_default();
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    let text = plain(&shortest);
    if digits <= most { Ok(Datum::number(text)) } else { Err(DatumProblem::Inexact(text)) }
}

/// `4.999e1` as `49.99`, where that is short; otherwise as it is.
fn plain(scientific: &str) -> String {
    match crate::value::decimal::Decimal::parse(scientific) {
        Ok(decimal) if decimal.scale() <= 20 => decimal.to_string(),
        _ => scientific.to_owned(),
    }
}

/// An object of `members`; or what some sources wrap in an object with one private key: a number of
/// serde_json under `arbitrary_precision`, a date of TOML.
fn object_of(mut members: Vec<Member>) -> Kind {
    if let [Member { key, value: Datum { kind: Kind::Text(text), .. }, .. }] = members.as_mut_slice() {
        match key.as_str() {
            "$serde_json::private::Number" => return Kind::Number(std::mem::take(text)),
            "$__toml_private_datetime" => return Kind::Text(std::mem::take(text)),
            _ => {}
        }
    }
    Kind::Object(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floating_point_is_taken_only_where_it_is_exact() {
        let text = |value: f64| match Datum::try_from(value).map(|datum| datum.kind) {
            Ok(Kind::Number(text)) => text,
            Err(error) => error.to_string(),
            Ok(other) => panic!("{other:?}"),
        };
        assert_eq!(text(0.1), "0.1");
        assert_eq!(text(49.99), "49.99");
        assert_eq!(text(-0.0), "0");
        assert_eq!(text(1e15), "1000000000000000");
        assert_eq!(text(1e-300), "1e-300");
        assert_eq!(
            text(f64::MAX),
            "`1.7976931348623157e308` is a rounded floating-point number, expected an exact one; give it as a text"
        );
        assert!(text(0.1 + 0.2).starts_with("`0.30000000000000004` is a rounded"));
        assert!(text(9_007_199_254_740_993.0).starts_with("`9007199254740992` is a rounded"));
        assert_eq!(text(f64::NAN), "expected a number, found `NaN`");
        assert_eq!(text(f64::NEG_INFINITY), "expected a number, found `-inf`");
        assert_eq!(Datum::try_from(0.1_f32), Ok(Datum::number("0.1")));
        assert!(Datum::try_from(0.1_f32 + 0.7_f32 + 1.0e-7_f32).is_err());
    }

    #[test]
    fn paths_of_errors() {
        let error = DatumError::new(DatumProblem::Bytes).under("[2]").under("items").under("order");
        assert_eq!(error.to_string(), "`order.items[2]`: bytes are no fact");
    }
}
