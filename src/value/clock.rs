//! Times of day, local date-times and instants: exact seconds, from text and to text.
//!
//! A time of day is the seconds since midnight; a date-time the seconds of a local clock since
//! 1970-01-01T00:00, without a zone; an instant the seconds since 1970-01-01T00:00Z. Texts are ISO 8601 in
//! one spelling each: `17:00`, `2026-03-10T10:00`, `2026-03-10T10:00+02:00` or `…Z`, each with seconds where
//! wanted. A fraction of a second is read where it is zero. There are no leap seconds: `:60` is refused.

use std::fmt;

use crate::value::date::{self, DateProblem};
use thiserror::Error;

/// Seconds of a day of 24 hours.
pub const DAY: i128 = 86_400;

/// The smallest step that a type of times has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Grain {
    /// Whole minutes.
    Minute,
    /// Whole seconds.
    Second,
}

impl Grain {
    /// How many seconds it has.
    pub fn seconds(self) -> i64 {
        match self {
            Grain::Minute => 60,
            Grain::Second => 1,
        }
    }
}

/// Why a text is no time, date-time or instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ClockProblem {
    /// It has another form.
    #[error("a time is written as `17:00`, a date and time as `2026-03-10T10:00`")]
    OtherForm,
    /// The calendar has no such day.
    #[error("the calendar has no such day")]
    NoSuchDay,
    /// An hour past 23, or a minute or second past 59.
    #[error("the clock has no such time")]
    NoSuchTime,
    /// A second 60.
    #[error("leap seconds are not counted: the last second of a minute is 59")]
    LeapSecond,
    /// A part of a second.
    #[error("a time is a whole number of seconds")]
    NotWholeSeconds,
    /// An offset where there is none.
    #[error("a `datetime` is local and has no offset; with one it is an `instant`")]
    Offset,
    /// No offset where there must be one.
    #[error(
        "an `instant` ends with its offset, as in `2026-03-10T10:00Z` or `+02:00`; without one it is a `datetime`"
    )]
    NoOffset,
}

/// Reads `17:00` or `17:00:30` as seconds of the day.
///
/// # Errors
///
/// Where the text has another form, or the clock has no such time.
pub fn parse_time(text: &str) -> Result<i128, ClockProblem> {
    let (seconds, rest) = time_of_day(text)?;
    if rest.is_empty() { Ok(seconds) } else { Err(ClockProblem::OtherForm) }
}

/// Reads `2026-03-10T10:00` as seconds of the local clock.
///
/// # Errors
///
/// Where the text has another form or an offset, or there is no such day or time.
pub fn parse_datetime(text: &str) -> Result<i128, ClockProblem> {
    let (seconds, offset) = with_offset(text)?;
    if offset.is_none() { Ok(seconds) } else { Err(ClockProblem::Offset) }
}

/// Reads `2026-03-10T10:00Z` or `2026-03-10T10:00+02:00` as seconds since 1970-01-01T00:00Z.
///
/// # Errors
///
/// Where the text has another form or no offset, or there is no such day or time.
pub fn parse_instant(text: &str) -> Result<i128, ClockProblem> {
    let (seconds, offset) = with_offset(text)?;
    Ok(seconds - offset.ok_or(ClockProblem::NoOffset)?)
}

/// Whether the text is written as a date and a time, with or without an offset.
pub fn is_datetime(text: &str) -> bool {
    with_offset(text).is_ok()
}

/// Local seconds, and the offset where there is one.
fn with_offset(text: &str) -> Result<(i128, Option<i128>), ClockProblem> {
    let (Some(day), Some("T" | "t"), Some(rest)) = (text.get(..10), text.get(10..11), text.get(11..)) else {
        return Err(ClockProblem::OtherForm);
    };
    let day = date::parse(day).map_err(|problem| match problem {
        DateProblem::NotADate => ClockProblem::OtherForm,
        DateProblem::NoSuchDay => ClockProblem::NoSuchDay,
    })?;
    let (seconds, rest) = time_of_day(rest)?;
    Ok((day * DAY + seconds, offset(rest)?))
}

/// The seconds of a time of day and what follows it.
fn time_of_day(text: &str) -> Result<(i128, &str), ClockProblem> {
    let hour = two_digits(text).ok_or(ClockProblem::OtherForm)?;
    let rest = text.get(2..).and_then(|it| it.strip_prefix(':')).ok_or(ClockProblem::OtherForm)?;
    let minute = two_digits(rest).ok_or(ClockProblem::OtherForm)?;
    let mut rest = rest.get(2..).unwrap_or_default();
    let mut second = 0;
    if let Some(after) = rest.strip_prefix(':') {
        second = two_digits(after).ok_or(ClockProblem::OtherForm)?;
        rest = after.get(2..).unwrap_or_default();
        if let Some(fraction) = rest.strip_prefix('.') {
            let end = fraction.find(|it: char| !it.is_ascii_digit()).unwrap_or(fraction.len());
            let (digits, after) = fraction.split_at(end);
            if digits.is_empty() {
                return Err(ClockProblem::OtherForm);
            }
            if digits.bytes().any(|it| it != b'0') {
                return Err(ClockProblem::NotWholeSeconds);
            }
            rest = after;
        }
    }
    match (hour, minute, second) {
        (0..=23, 0..=59, 0..=59) => Ok((hour * 3_600 + minute * 60 + second, rest)),
        (0..=23, 0..=59, 60) => Err(ClockProblem::LeapSecond),
        _ => Err(ClockProblem::NoSuchTime),
    }
}

/// The seconds of `Z`, `+02:00` or `-05:30`; nothing where the text is empty.
fn offset(text: &str) -> Result<Option<i128>, ClockProblem> {
    let sign = match text.chars().next() {
        None => return Ok(None),
        Some('Z' | 'z') if text.len() == 1 => return Ok(Some(0)),
        Some('+') => 1,
        Some('-') => -1,
        Some(_) => return Err(ClockProblem::OtherForm),
    };
    match time_of_day(text.get(1..).unwrap_or_default()) {
        Ok((seconds, "")) if text.len() == 6 => Ok(Some(sign * seconds)),
        Err(ClockProblem::NoSuchTime) => Err(ClockProblem::NoSuchTime),
        _ => Err(ClockProblem::OtherForm),
    }
}

fn two_digits(text: &str) -> Option<i128> {
    match text.as_bytes() {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', ..] => Some(i128::from(a - b'0') * 10 + i128::from(b - b'0')),
        _ => None,
    }
}

/// Writes a time of day: `17:00`, or to the second `17:00:30`.
pub fn format_time(seconds: i128, grain: Grain) -> String {
    let (hour, minute, second) =
        (seconds.div_euclid(3_600), seconds.div_euclid(60).rem_euclid(60), seconds.rem_euclid(60));
    // Nothing is hidden: where a time to the minute has seconds all the same, they are shown.
    match (grain, second) {
        (Grain::Minute, 0) => format!("{hour:02}:{minute:02}"),
        _ => format!("{hour:02}:{minute:02}:{second:02}"),
    }
}

/// Writes a local date-time: `2026-03-10T10:15`.
pub fn format_datetime(seconds: i128, grain: Grain) -> String {
    let (day, time) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    format!("{}T{}", date::format(day), format_time(time, grain))
}

/// Writes an instant in UTC: `2026-03-10T10:15Z`.
pub fn format_instant(seconds: i128, grain: Grain) -> String {
    format!("{}Z", format_datetime(seconds, grain))
}

/// A time of day as a host sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Time {
    /// Seconds since midnight.
    pub seconds: i128,
    /// The step of its type, in which it is written.
    pub grain: Grain,
}

/// A local date and time, without a zone, as a host sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DateTime {
    /// Seconds of the local clock since 1970-01-01T00:00.
    pub seconds: i128,
    /// The step of its type, in which it is written.
    pub grain: Grain,
}

/// A moment as a host sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instant {
    /// Seconds since 1970-01-01T00:00Z.
    pub seconds: i128,
    /// The step of its type, in which it is written.
    pub grain: Grain,
}

impl fmt::Display for Time {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&format_time(self.seconds, self.grain))
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&format_datetime(self.seconds, self.grain))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&format_instant(self.seconds, self.grain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_of_day() {
        assert_eq!(parse_time("00:00"), Ok(0));
        assert_eq!(parse_time("23:59:59"), Ok(DAY - 1));
        assert_eq!(parse_time("17:00:00.000"), Ok(61_200));
        assert_eq!(parse_time("24:00"), Err(ClockProblem::NoSuchTime));
        assert_eq!(parse_time("10:60"), Err(ClockProblem::NoSuchTime));
        assert_eq!(parse_time("23:59:60"), Err(ClockProblem::LeapSecond));
        assert_eq!(parse_time("10:00:00.5"), Err(ClockProblem::NotWholeSeconds));
        for text in
            ["", "9:00", "0900", "09:0", "09:00 ", "09:00Z", "09:00:", "09:00:00.", "0٩:00", "9:00 am"]
        {
            assert_eq!(parse_time(text), Err(ClockProblem::OtherForm), "{text}");
        }
    }

    #[test]
    fn date_times_and_instants() {
        assert_eq!(parse_datetime("1970-01-02T00:00"), Ok(DAY));
        assert_eq!(parse_datetime("1970-01-02T00:00Z"), Err(ClockProblem::Offset));
        assert_eq!(parse_datetime("2026-02-30T00:00"), Err(ClockProblem::NoSuchDay));
        assert_eq!(parse_datetime("2026-02-03"), Err(ClockProblem::OtherForm));
        assert_eq!(parse_datetime("2026-02-03 10:00"), Err(ClockProblem::OtherForm));
        assert_eq!(parse_instant("1970-01-01T02:00+02:00"), Ok(0));
        assert_eq!(parse_instant("1969-12-31T18:30:00-05:30"), Ok(0));
        assert_eq!(parse_instant("1970-01-01T00:00Z"), Ok(0));
        assert_eq!(parse_instant("1970-01-01T00:00"), Err(ClockProblem::NoOffset));
        for text in ["1970-01-01T00:00+2", "1970-01-01T00:00+02", "1970-01-01T00:00 Z", "1970-01-01T00:00ZZ"]
        {
            assert_eq!(parse_instant(text), Err(ClockProblem::OtherForm), "{text}");
        }
        assert_eq!(parse_instant("1970-01-01T00:00+25:00"), Err(ClockProblem::NoSuchTime));
    }

    #[test]
    fn writing() {
        assert_eq!(format_time(61_200, Grain::Minute), "17:00");
        assert_eq!(format_time(61_200, Grain::Second), "17:00:00");
        assert_eq!(format_datetime(-1, Grain::Second), "1969-12-31T23:59:59");
        assert_eq!(format_instant(900, Grain::Minute), "1970-01-01T00:15Z");
        // Nothing is hidden.
        assert_eq!(format_time(30, Grain::Minute), "00:00:30");
    }

    proptest! {
        #[test]
        fn reading_takes_back_what_was_written(seconds in date::FIRST * DAY..date::LAST * DAY) {
            prop_assert_eq!(parse_datetime(&format_datetime(seconds, Grain::Second)), Ok(seconds));
            prop_assert_eq!(parse_instant(&format_instant(seconds, Grain::Second)), Ok(seconds));
            let of_day = seconds.rem_euclid(DAY);
            prop_assert_eq!(parse_time(&format_time(of_day, Grain::Second)), Ok(of_day));
        }

        #[test]
        fn any_text_is_answered(text in "[-0-9T:.Z+]{0,26}") {
            let _ = (parse_time(&text), parse_datetime(&text), parse_instant(&text));
        }
    }
}
