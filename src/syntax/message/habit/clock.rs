//! Times of day and calendars as they are written elsewhere.

use crate::syntax::message::{Failure, first_token, habit::Habit};
use crate::words::WEEKDAYS;

/// A habit at the place where reading stopped.
pub(super) fn find(failure: &Failure<'_>) -> Option<Habit> {
    time(failure).or_else(|| (failure.keyword() == "calendar").then(|| calendar(failure)).flatten())
}

fn digits(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|it| it.is_ascii_digit())
}

/// `9:00`, `9 am`, `2026-03-01 17:00`.
fn time(failure: &Failure<'_>) -> Option<Habit> {
    let (last_at, last) = failure.before().next()?;
    let rest = failure.item.get(failure.at + failure.token.len()..)?;
    if failure.token == ":" && digits(last) && last.len() == 1 && digits(first_token(rest)) {
        let minutes = first_token(rest);
        let mended = format!("0{last}:{minutes}");
        let end = failure.at + 1 + minutes.len();
        let help = format!("a time has two digits for the hour: `{mended}`");
        return Some(Habit::new(failure, last_at, end, help).expected("a value").becomes(mended));
    }
    let half = failure.token.to_lowercase();
    if matches!(half.as_str(), "am" | "pm") && digits(last) && last.len() <= 2 {
        let hour: u32 = last.parse().ok()?;
        let hour = hour % 12 + if half == "pm" { 12 } else { 0 };
        let help = format!("a time is written on the clock of 24 hours: `{hour:02}:00`");
        let end = failure.at + failure.token.len();
        return Some(Habit::new(failure, last_at, end, help).expected("a value"));
    }
    if digits(failure.token) && failure.token.len() == 2 && rest.starts_with(':') {
        let before = failure.item.get(..failure.at)?.trim_end();
        let date = before.get(before.len().checked_sub(10)?..)?;
        let minutes = first_token(rest.get(1..)?);
        let shape =
            |it: &str| it.bytes().map(|it| if it.is_ascii_digit() { b'9' } else { it }).eq(*b"9999-99-99");
        if shape(date) && digits(minutes) {
            let mended = format!("{date}T{}:{minutes}", failure.token);
            let end = failure.at + 3 + minutes.len();
            let help = format!("a date and its time are joined by `T`: `{mended}`");
            return Some(
                Habit::new(failure, before.len() - 10, end, help).expected("a value").becomes(mended),
            );
        }
    }
    None
}

/// The lines of a calendar.
fn calendar(failure: &Failure<'_>) -> Option<Habit> {
    let here = |help: &str| Habit::here(failure, help);
    let last = failure.last();
    let word = failure.token.to_lowercase();
    let day = WEEKDAYS.iter().find(|it| word.len() >= 3 && it.starts_with(word.as_str()));
    if let Some(day) = day {
        let help = format!("the days of the week are written in full and in small letters: `{day}`");
        return Some(here(&help).becomes(*day));
    }
    Some(match failure.token {
        "-" | "–" | "until" | "till"
            if last.contains(':')
                || digits(last)
                    && failure.item.get(..failure.at)?.trim_end().rfind(':')
                        > failure.item.get(..failure.at)?.trim_end().rfind('\n') =>
        {
            here("opening hours are written `09:00 to 17:00`").becomes(" to ")
        }
        "-" | "to" | "until" | "till" if WEEKDAYS.contains(&last) => {
            here("write `through` between the first and the last day, as in `monday through friday`")
                .becomes(" through ")
        }
        "to" | "until" | "till" if digits(last) => {
            here("write `through` between the first and the last day: both are included").becomes("through")
        }
        "weekdays" | "workdays" => {
            here("name the days, as in `open monday through friday`").becomes("monday through friday")
        }
        "weekends" | "weekend" => here("days that no line names are closed: leave them out"),
        "holiday" | "holidays" | "off" | "except" | "close" => {
            here("days off are `closed`, as in `closed 2026-12-25 \"Christmas Day\"`").becomes("closed")
        }
        "hours" | "working" | "business" | "opening" => {
            here("working hours begin with `open`, as in `open monday through friday 09:00 to 17:00`")
        }
        "timezone" | "tz" => here("the time zone is `zone \"America/New_York\"`").becomes("zone"),
        "valid" | "from" => here("say which days are covered: `covers 2026-01-01 through 2026-12-31`"),
        _ => return None,
    })
}
