//! What can be wrong with facts: the problems, and all their wording.

use crate::datum::{Datum, DatumError, DatumProblem, Kind};
use crate::json::problem::{JsonProblem, JsonProblemKind};
use crate::schema::{Schema, Slot, Type};
use crate::source::Place;
use crate::value::form::{bound_words, clipped, escaped};
use std::fmt;
use thiserror::Error;

/// One thing that is wrong with the facts of a call.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct FactProblem {
    /// Its kind.
    pub code: FactCode,
    /// The path of the fact in JSON: `order.total`; empty for the facts as a whole.
    pub path: String,
    /// What was expected and what was found: one clause.
    pub message: String,
    /// What to do, where that is not plain.
    pub help: Option<String>,
    /// The byte offset, where the facts came from JSON text.
    pub offset: Option<u32>,
    /// The same as line and column.
    pub place: Option<Place>,
    /// For a key that stands twice: the byte offset of the first one.
    pub first: Option<u32>,
}

/// The kinds of [`FactProblem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactCode {
    /// The text is no JSON.
    NotJson,
    /// A key stands twice in one object.
    DuplicateKey,
    /// The document, a list in it or its nesting is beyond a limit.
    TooLarge,
    /// The policy declares no such fact.
    UnknownFact,
    /// A value of another type.
    WrongType,
    /// Null for a fact that is not optional.
    NullNotAllowed,
    /// A value outside the fact's bounds.
    OutOfBounds,
    /// A number with more decimals than its type has.
    TooManyDecimals,
    /// A floating-point number that is not exact, or not finite.
    InexactNumber,
    /// An amount in another currency.
    WrongCurrency,
    /// A value that the enumeration does not have.
    UnknownChoice,
    /// A date that the calendar does not have.
    NoSuchDay,
    /// A time that the clock does not have.
    NoSuchTime,
    /// A text with too many characters.
    TextTooLong,
    /// A list with too many items.
    ListTooLong,
    /// The case is of a day on which the policy, or any version of it, is not in force.
    NotInForce,
}

impl FactCode {
    /// Its name in words: `unknown-fact`.
    pub fn name(self) -> &'static str {
        match self {
            FactCode::NotJson => "not-json",
            FactCode::DuplicateKey => "duplicate-key",
            FactCode::TooLarge => "too-large",
            FactCode::UnknownFact => "unknown-fact",
            FactCode::WrongType => "wrong-type",
            FactCode::NullNotAllowed => "null-not-allowed",
            FactCode::OutOfBounds => "out-of-bounds",
            FactCode::TooManyDecimals => "too-many-decimals",
            FactCode::InexactNumber => "inexact-number",
            FactCode::WrongCurrency => "wrong-currency",
            FactCode::UnknownChoice => "unknown-choice",
            FactCode::NoSuchDay => "no-such-day",
            FactCode::NoSuchTime => "no-such-time",
            FactCode::TextTooLong => "text-too-long",
            FactCode::ListTooLong => "list-too-long",
            FactCode::NotInForce => "not-in-force",
        }
    }
}

impl fmt::Display for FactCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl fmt::Display for FactProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place {
            write!(out, "line {}, column {}: ", place.line, place.column)?;
        }
        if !self.path.is_empty() {
            write!(out, "`{}`: ", escaped(&self.path))?;
        }
        out.write_str(&self.message)
    }
}

impl FactProblem {
    /// A problem of the fact with this path in JSON.
    pub fn new(code: FactCode, path: impl Into<String>, message: impl Into<String>) -> Self {
        let (path, message) = (path.into(), message.into());
        FactProblem { code, path, message, help: None, offset: None, place: None, first: None }
    }

    /// Says what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says where it is in the JSON text, if it comes from one.
    #[must_use]
    pub fn at(mut self, offset: Option<u32>) -> Self {
        self.offset = offset;
        self
    }
}

impl From<JsonProblem> for FactProblem {
    fn from(problem: JsonProblem) -> Self {
        let code = match problem.kind {
            JsonProblemKind::DuplicateKey { .. } => FactCode::DuplicateKey,
            JsonProblemKind::TooDeep { .. }
            | JsonProblemKind::ListTooLong { .. }
            | JsonProblemKind::TooLong { .. } => FactCode::TooLarge,
            _ => FactCode::NotJson,
        };
        FactProblem {
            code,
            path: problem.path,
            message: problem.kind.to_string(),
            help: problem.kind.help(),
            offset: Some(problem.offset),
            place: Some(problem.place),
            first: None,
        }
    }
}

impl From<DatumError> for FactProblem {
    fn from(error: DatumError) -> Self {
        let code = match error.problem {
            DatumProblem::NotFinite(_) | DatumProblem::Inexact(_) => FactCode::InexactNumber,
            DatumProblem::TooDeep => FactCode::TooLarge,
            DatumProblem::KeyIsNoText | DatumProblem::Bytes | DatumProblem::Other(_) => FactCode::WrongType,
        };
        FactProblem::new(code, error.path, error.problem.to_string())
    }
}

/// What a value of this type looks like.
pub(crate) fn expected(ty: Type, schema: &Schema) -> String {
    match ty {
        Type::Boolean => "`true` or `false`".to_owned(),
        Type::Number { scale: 0 } => "a whole number".to_owned(),
        Type::Number { scale } => format!("a number with at most {}", decimals(scale)),
        Type::Percent { .. } => "a percentage such as `\"15%\"`".to_owned(),
        Type::Money { currency, .. } => format!("an amount in {currency}"),
        Type::Text { .. } => "a text".to_owned(),
        Type::Date => "a date such as `\"2026-03-01\"`".to_owned(),
        Type::Time { .. } => "a time of day such as `\"17:00\"`".to_owned(),
        Type::DateTime { .. } => "a local date and time such as `\"2026-03-01T17:00\"`".to_owned(),
        Type::Instant { .. } => {
            "a moment with its offset such as `\"2026-03-01T17:00+02:00\"` or `\"2026-03-01T15:00Z\"`"
                .to_owned()
        }
        Type::Days => "a number of days".to_owned(),
        Type::Months => "a number of months".to_owned(),
        Type::Years => "a number of years".to_owned(),
        Type::BusinessDays => "a number of business days".to_owned(),
        Type::BusinessHours => "business hours such as `\"PT4H\"` or `\"4 business hours\"`".to_owned(),
        Type::Duration { json_unit: None } => "a duration such as `\"PT4H\"` or `\"4 hours\"`".to_owned(),
        Type::Duration { json_unit: Some(unit) } => format!("a number of {}", unit_word(unit)),
        Type::Choice(_) => {
            let spellings = spellings(ty, schema);
            match spellings.get(12..) {
                Some([_, ..]) => "a value of the enumeration".to_owned(),
                _ => format!("one of {}", crate::words::list(&spellings, "or")),
            }
        }
        Type::Record | Type::Items(_) => "an object".to_owned(),
        Type::List(_) => "a list".to_owned(),
        Type::MoneyOf(index) => {
            let all = schema.currencies.get(index).map_or(&[][..], |it| &it.all);
            let codes: Vec<&str> = all.iter().map(|it| it.0.code()).collect();
            format!("an amount in {}", crate::words::plain_list(&codes, "or"))
        }
    }
}

/// The values of an enumeration as they are spelled in JSON.
pub(crate) fn spellings(ty: Type, schema: &Schema) -> Vec<&str> {
    let Type::Choice(index) = ty else { return Vec::new() };
    let choices = schema.enumerations.get(index).map(|it| it.choices.as_slice());
    choices.unwrap_or_default().iter().map(|choice| choice.json.as_str()).collect()
}

/// `2 decimals`.
pub(crate) fn decimals(scale: u8) -> String {
    crate::words::counted(scale.into(), "decimal", "decimals")
}

/// `minutes`, for a unit in seconds.
pub(crate) fn unit_word(unit: u32) -> &'static str {
    match unit {
        crate::value::duration::HOUR => "hours",
        crate::value::duration::MINUTE => "minutes",
        _ => "seconds",
    }
}

/// What a value is, for a message.
pub(crate) fn found(datum: &Datum) -> String {
    match &datum.kind {
        Kind::Null => "`null`".to_owned(),
        Kind::Boolean(value) => format!("`{value}`"),
        Kind::Number(text) => format!("the number `{}`", clipped(text, 40)),
        Kind::Text(text) => format!("the text `{}`", clipped(text, 40)),
        Kind::List(_) => "a list".to_owned(),
        Kind::Object(_) => "an object".to_owned(),
    }
}

/// `at least USD 0.00 and at most USD 100000.00`.
pub(crate) fn bounds(slot: &Slot, schema: &Schema) -> String {
    let end = |units| bound_words(units, slot.ty, schema);
    match slot.ty {
        Type::Date => format!("a date from {} to {}", end(slot.low), end(slot.high)),
        Type::Time { .. } => format!("a time from {} to {}", end(slot.low), end(slot.high)),
        Type::DateTime { .. } | Type::Instant { .. } => {
            format!("a date and time from {} to {}", end(slot.low), end(slot.high))
        }
        _ => format!("at least {} and at most {}", end(slot.low), end(slot.high)),
    }
}
