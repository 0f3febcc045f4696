//! Durations: exact seconds, from text and to text.
//!
//! Two spellings are read: ISO 8601 without a day part (`PT4H`, `-PT1H30M`) and the words of a policy
//! (`4 hours`, `1 hour 30 minutes`). A day is a count of its own and not 24 hours, so `P1D` is refused with
//! a problem of its own.

use crate::value::decimal::{self, DecimalProblem};
use thiserror::Error;

/// Seconds of one hour.
pub const HOUR: u32 = 3_600;
/// Seconds of one minute.
pub const MINUTE: u32 = 60;

/// Why a text or number is no duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DurationProblem {
    /// It has neither spelling.
    #[error("a duration is written as `PT4H` or `4 hours`")]
    NotADuration,
    /// It has days, weeks, months or years in it.
    #[error("a duration has hours, minutes and seconds only: a day is not 24 hours")]
    Days,
    /// It is a fraction of a second.
    #[error("a duration is a whole number of seconds")]
    NotWholeSeconds,
    /// It is beyond what can be held.
    #[error("this duration is too long")]
    TooLarge,
}

/// Reads `PT1H30M` or `1 hour 30 minutes` as seconds.
///
/// # Errors
///
/// Where the text has neither spelling, has days, or does not come to whole seconds.
pub fn parse(text: &str) -> Result<i128, DurationProblem> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let seconds = match unsigned.strip_prefix('P') {
        Some(rest) => parse_iso(rest)?,
        None => parse_words(unsigned)?,
    };
    Ok(if negative { -seconds } else { seconds })
}

/// Reads a number of units of `unit` seconds each: `1.5` minutes is 90.
///
/// # Errors
///
/// Where the text is no number or does not come to whole seconds.
pub fn parse_number(text: &str, unit: u32) -> Result<i128, DurationProblem> {
    // Ten thousandths suffice: 3600 has four factors 2, so no finer decimal of an hour is whole seconds.
    let steps = decimal::parse(text, 4).map_err(|problem| match problem {
        DecimalProblem::NotANumber => DurationProblem::NotADuration,
        DecimalProblem::TooManyDigits { .. } => DurationProblem::NotWholeSeconds,
        DecimalProblem::TooLarge => DurationProblem::TooLarge,
    })?;
    let scaled = steps.checked_mul(i128::from(unit)).ok_or(DurationProblem::TooLarge)?;
    match scaled % 10_000 {
        0 => Ok(scaled / 10_000),
        _ => Err(DurationProblem::NotWholeSeconds),
    }
}

/// Writes seconds in ISO 8601: `PT1H30M`, `PT0S`, `-PT4H`.
pub fn iso(seconds: i128) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let mut text = format!("{sign}PT");
    for (count, letter, _) in parts(seconds) {
        text.push_str(&format!("{count}{letter}"));
    }
    if seconds == 0 {
        text.push_str("0S");
    }
    text
}

/// Writes seconds in words: `1 hour 30 minutes`, `0 seconds`, `-4 hours`.
pub fn words(seconds: i128) -> String {
    if seconds == 0 {
        return "0 seconds".to_owned();
    }
    let sign = if seconds < 0 { "-" } else { "" };
    let words = parts(seconds).map(|(count, _, word)| format!("{count} {word}{}", plural(count)));
    format!("{sign}{}", words.collect::<Vec<_>>().join(" "))
}

/// Reads `4 business hours`, `90 business minutes` or any spelling of a duration as seconds.
///
/// # Errors
///
/// As [`parse`].
pub fn parse_business(text: &str) -> Result<i128, DurationProblem> {
    parse(&text.replace(" business ", " "))
}

/// Writes seconds of opening time in words: `4 business hours`, `1 business hour 30 minutes`.
///
/// None is `0 business hours`: the language counts opening time in no smaller unit than minutes.
pub fn business_words(seconds: i128) -> String {
    match seconds {
        0 => "0 business hours".to_owned(),
        _ => words(seconds).replacen(' ', " business ", 1),
    }
}

/// The parts that are not zero, largest first.
fn parts(seconds: i128) -> impl Iterator<Item = (u128, char, &'static str)> {
    let all = seconds.unsigned_abs();
    let parts = [(all / 3_600, 'H', "hour"), (all / 60 % 60, 'M', "minute"), (all % 60, 'S', "second")];
    parts.into_iter().filter(|(count, _, _)| *count > 0)
}

fn plural(count: u128) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// What follows the `P`.
fn parse_iso(text: &str) -> Result<i128, DurationProblem> {
    let Some(mut rest) = text.strip_prefix('T') else {
        let has_days =
            text.ends_with(['D', 'W', 'M', 'Y', 'H', 'S']) && text.starts_with(|c: char| c.is_ascii_digit());
        return Err(if has_days { DurationProblem::Days } else { DurationProblem::NotADuration });
    };
    if rest.is_empty() {
        return Err(DurationProblem::NotADuration);
    }
    let mut total = 0_i128;
    for (letter, unit) in [('H', HOUR), ('M', MINUTE), ('S', 1)] {
        if let Some((number, after)) = rest.split_once(letter) {
            total = add(total, whole(number, unit)?)?;
            rest = after;
        }
    }
    if rest.is_empty() { Ok(total) } else { Err(DurationProblem::NotADuration) }
}

/// Numbers and units in turn, the larger unit first, each unit at most once.
fn parse_words(text: &str) -> Result<i128, DurationProblem> {
    let mut words = text.split(' ');
    let mut total = 0_i128;
    let mut last = u32::MAX;
    while let Some(number) = words.next() {
        let unit = match words.next() {
            Some("hour" | "hours") => HOUR,
            Some("minute" | "minutes") => MINUTE,
            Some("second" | "seconds") => 1,
            Some("day" | "days" | "week" | "weeks" | "month" | "months" | "year" | "years") => {
                return Err(DurationProblem::Days);
            }
            _ => return Err(DurationProblem::NotADuration),
        };
        if unit >= last {
            return Err(DurationProblem::NotADuration);
        }
        last = unit;
        total = add(total, whole(number, unit)?)?;
    }
    Ok(total)
}

/// An unsigned number of units; decimals are read where they come to whole seconds, exponents are not.
fn whole(number: &str, unit: u32) -> Result<i128, DurationProblem> {
    match number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        true => parse_number(number, unit),
        false => Err(DurationProblem::NotADuration),
    }
}

fn add(total: i128, more: i128) -> Result<i128, DurationProblem> {
    total.checked_add(more).ok_or(DurationProblem::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_spellings() {
        for (text, seconds) in [
            ("PT4H", 14_400),
            ("PT1H30M", 5_400),
            ("PT0S", 0),
            ("-PT4H", -14_400),
            ("PT90M", 5_400),
            ("PT1H1S", 3_601),
            ("4 hours", 14_400),
            ("1 hour 30 minutes", 5_400),
            ("15 minutes", 900),
            ("30 seconds", 30),
            ("1.5 hours", 5_400),
            ("0.0025 hours", 9),
            ("-1 minute", -60),
        ] {
            assert_eq!(parse(text), Ok(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration() {
        for text in ["", "-", "PT", "P", "PTH", "PT1", "PT1M1H", "PT1H1H", "pt1h", "+PT1H", "PT-1H", "PT 1H"]
        {
            assert_eq!(parse(text), Err(DurationProblem::NotADuration), "{text}");
        }
        for text in
            ["4", "hours", "4  hours", "4 hours ", " 4 hours", "4hours", "5 minutes 1 hour", "1e3 hours"]
        {
            assert_eq!(parse(text), Err(DurationProblem::NotADuration), "{text}");
        }
        for text in ["P1D", "P1DT4H", "P2W", "P1M", "P1Y", "2 days", "1 month"] {
            assert_eq!(parse(text), Err(DurationProblem::Days), "{text}");
        }
        for text in ["PT0.5S", "0.00001 hours", "PT0.001M"] {
            assert_eq!(parse(text), Err(DurationProblem::NotWholeSeconds), "{text}");
        }
        assert_eq!(parse(&format!("PT{}H", "9".repeat(50))), Err(DurationProblem::TooLarge));
        assert_eq!(parse(&format!("PT{}H", "9".repeat(30))), Ok(3_600 * (10_i128.pow(30) - 1)));
    }

    #[test]
    fn numbers_of_a_unit() {
        assert_eq!(parse_number("1.5", MINUTE), Ok(90));
        assert_eq!(parse_number("-2e2", 1), Ok(-200));
        assert_eq!(parse_number("0.01", MINUTE), Err(DurationProblem::NotWholeSeconds));
        assert_eq!(parse_number("0.05", MINUTE), Ok(3));
        assert_eq!(parse_number("1e-400", HOUR), Err(DurationProblem::NotWholeSeconds));
        assert_eq!(parse_number("1e400", HOUR), Err(DurationProblem::TooLarge));
    }

    #[test]
    fn writing() {
        assert_eq!((iso(0).as_str(), words(0).as_str()), ("PT0S", "0 seconds"));
        assert_eq!((iso(65).as_str(), words(65).as_str()), ("PT1M5S", "1 minute 5 seconds"));
        assert_eq!((iso(-14_400).as_str(), words(-14_400).as_str()), ("-PT4H", "-4 hours"));
        assert_eq!(words(3_600 * 49), "49 hours");
        assert!(iso(i128::MIN).starts_with("-PT"));
    }

    proptest! {
        #[test]
        fn reading_takes_back_what_was_written(seconds in -10_i128.pow(30)..10_i128.pow(30)) {
            prop_assert_eq!(parse(&iso(seconds)), Ok(seconds));
            prop_assert_eq!(parse(&words(seconds)), Ok(seconds));
        }

        #[test]
        fn any_text_is_answered(text in "[-PTHMS0-9. ]{0,20}") {
            let _ = parse(&text);
        }
    }
}
