//! Dates as day numbers, counted from 1970-01-01, in the proleptic Gregorian calendar.
//!
//! A year is counted from March, so that the leap day is its last; then days before a month are
//! `(153 m + 2) / 5`, and no table is needed. Years 1 to 9999; everything is integer arithmetic and constant
//! in cost. Adding months is monotone in the date.

use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// 0001-01-01, the first date there is.
pub const FIRST: i128 = days_before_march(0, 10, 1);
/// 9999-12-31, the last date there is.
pub const LAST: i128 = days_before_march(9999, 9, 31);
/// 1900-01-01, where the type `date` begins unless bounds say otherwise.
pub const FIRST_DEFAULT: i128 = days_before_march(1899, 10, 1);
/// 2199-12-31, where the type `date` ends unless bounds say otherwise.
pub const LAST_DEFAULT: i128 = days_before_march(2199, 9, 31);

const MONTHS_FROM_MARCH: i128 = 153;
const DAYS_IN_400_YEARS: i128 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i128 = 719_468;

/// Why a text is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DateProblem {
    /// It is not four, two and two digits.
    #[error("a date is written as `2026-03-01`")]
    NotADate,
    /// It is written as a date, but the calendar has no such day.
    #[error("the calendar has no such day")]
    NoSuchDay,
}

/// Reads `YYYY-MM-DD` as a day number.
///
/// # Errors
///
/// Where the text has another form, or the calendar has no such day.
pub fn parse(text: &str) -> Result<i128, DateProblem> {
    let bytes = text.as_bytes();
    let (Some(year), Some(b'-'), Some(month), Some(b'-'), Some(day), 10) = (
        number(bytes.get(..4)),
        bytes.get(4),
        number(bytes.get(5..7)),
        bytes.get(7),
        number(bytes.get(8..10)),
        bytes.len(),
    ) else {
        return Err(DateProblem::NotADate);
    };
    from_ymd(year, month, day).ok_or(DateProblem::NoSuchDay)
}

/// Writes a day number as `YYYY-MM-DD`. A number outside years 1 to 9999, which no date has, is written as
/// `day N`.
pub fn format(day: i128) -> String {
    match to_ymd(day) {
        Some((year, month, day)) => format!("{year:04}-{month:02}-{day:02}"),
        None => format!("day {day}"),
    }
}

/// The day number of a year, month and day; `None` where the calendar or years 1 to 9999 have no such day.
pub fn from_ymd(year: i128, month: i128, day: i128) -> Option<i128> {
    let in_range = (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !in_range || day > days_in_month(year, month) {
        return None;
    }
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    Some(days_before_march(year, month, day))
}

/// The year, month and day of a day number; `None` outside years 1 to 9999.
pub fn to_ymd(day: i128) -> Option<(i128, i128, i128)> {
    if !(FIRST..=LAST).contains(&day) {
        return None;
    }
    let days = day + EPOCH;
    let (era, of_era) = (days / DAYS_IN_400_YEARS, days % DAYS_IN_400_YEARS);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / MONTHS_FROM_MARCH;
    let of_month = of_year - (MONTHS_FROM_MARCH * month + 2) / 5 + 1;
    let year = year_of_era + era * 400;
    match month {
        0..=9 => Some((year, month + 3, of_month)),
        _ => Some((year + 1, month - 9, of_month)),
    }
}

/// The same day of the month, `months` later (or earlier, where negative); the last day of the month where
/// there is no such day: 31 January and one month is 28 or 29 February. `None` outside years 1 to 9999.
pub fn add_months(day: i128, months: i128) -> Option<i128> {
    let (year, month, of_month) = to_ymd(day)?;
    let count = (year * 12 + month - 1).checked_add(months)?;
    let (year, month) = (count.div_euclid(12), count.rem_euclid(12) + 1);
    if !(1..=9999).contains(&year) {
        return None;
    }
    from_ymd(year, month, of_month.min(days_in_month(year, month)))
}

/// The first day of the month of a day; `None` outside years 1 to 9999.
pub fn first_of_month(day: i128) -> Option<i128> {
    let (_, _, of_month) = to_ymd(day)?;
    Some(day - of_month + 1)
}

/// The last day of the month of a day; `None` outside years 1 to 9999.
pub fn last_of_month(day: i128) -> Option<i128> {
    let (year, month, of_month) = to_ymd(day)?;
    Some(day - of_month + days_in_month(year, month))
}

fn days_in_month(year: i128, month: i128) -> i128 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// The day number for a year counted from March, `month` 0 being March.
const fn days_before_march(year: i128, month: i128, day: i128) -> i128 {
    let of_year = (MONTHS_FROM_MARCH * month + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + of_year - EPOCH
}

fn number(digits: Option<&[u8]>) -> Option<i128> {
    let digits = digits?;
    let all = digits.iter().all(u8::is_ascii_digit);
    all.then(|| digits.iter().fold(0, |number, digit| number * 10 + i128::from(digit - b'0')))
}

/// A date as a host sees it: a real day of years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The date with this year, month and day; `None` where there is no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Date> {
        from_ymd(year.into(), month.into(), day.into()).map(|_| Date { year, month, day })
    }

    /// The date with this day number; `None` outside years 1 to 9999.
    pub fn from_day_number(day: i128) -> Option<Date> {
        let (year, month, day) = to_ymd(day)?;
        Some(Date { year: year.try_into().ok()?, month: month.try_into().ok()?, day: day.try_into().ok()? })
    }

    /// Days since 1970-01-01.
    pub fn day_number(self) -> i128 {
        let (year, month, day) = (i128::from(self.year), i128::from(self.month), i128::from(self.day));
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        days_before_march(year, month, day)
    }

    /// The year, 1 to 9999.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    pub fn day(self) -> u8 {
        self.day
    }
}

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = DateProblem;

    fn from_str(text: &str) -> Result<Date, DateProblem> {
        let day = parse(text)?;
        Date::from_day_number(day).ok_or(DateProblem::NoSuchDay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use jiff::civil;
    use proptest::prelude::*;

    #[test]
    fn every_day_agrees_with_the_calendar() {
        let mut day = FIRST;
        for date in civil::date(1, 1, 1).series(1.day()) {
            let ymd = (i128::from(date.year()), i128::from(date.month()), i128::from(date.day()));
            assert_eq!(to_ymd(day), Some(ymd));
            assert_eq!(from_ymd(ymd.0, ymd.1, ymd.2), Some(day));
            day += 1;
        }
        assert_eq!(day, LAST + 1);
        assert_eq!((to_ymd(FIRST - 1), to_ymd(LAST + 1)), (None, None));
    }

    #[test]
    fn landmarks() {
        assert_eq!(parse("1970-01-01"), Ok(0));
        assert_eq!(parse("0001-01-01"), Ok(FIRST));
        assert_eq!(parse("9999-12-31"), Ok(LAST));
        assert_eq!(parse("1900-01-01"), Ok(FIRST_DEFAULT));
        assert_eq!(parse("2199-12-31"), Ok(LAST_DEFAULT));
        assert_eq!(format(FIRST), "0001-01-01");
        assert_eq!(format(LAST + 1), format!("day {}", LAST + 1));
        assert_eq!((to_ymd(i128::MIN), to_ymd(i128::MAX)), (None, None));
    }

    #[test]
    fn what_is_no_date() {
        for text in
            ["2026-02-30", "2026-13-01", "2026-00-10", "2026-01-00", "2025-02-29", "1900-02-29", "0000-01-01"]
        {
            assert_eq!(parse(text), Err(DateProblem::NoSuchDay), "{text}");
        }
        for text in
            ["", "2026-3-1", "26-03-01", "2026/03/01", "2026-03-01T00:00", " 2026-03-01", "02026-03-01"]
        {
            assert_eq!(parse(text), Err(DateProblem::NotADate), "{text}");
        }
        for text in ["+026-03-01", "2026-03-0١", "20260301", "2026-03-1", "2026-03-011", "yyyy-mm-dd"] {
            assert_eq!(parse(text), Err(DateProblem::NotADate), "{text}");
        }
        assert_eq!(from_ymd(2026, i128::MAX, i128::MIN), None);
    }

    #[test]
    fn months_clamp_to_the_last_day() {
        let plus = |text: &str, months| parse(text).ok().and_then(|day| add_months(day, months)).map(format);
        assert_eq!(plus("2026-01-31", 1).as_deref(), Some("2026-02-28"));
        assert_eq!(plus("2028-01-31", 1).as_deref(), Some("2028-02-29"));
        assert_eq!(plus("2026-03-31", -1).as_deref(), Some("2026-02-28"));
        assert_eq!(plus("2024-02-29", 12).as_deref(), Some("2025-02-28"));
        assert_eq!(plus("9999-12-01", 1), None);
        assert_eq!(plus("0001-01-31", -1), None);
        assert_eq!((plus("2026-01-01", i128::MAX), plus("2026-01-01", i128::MIN)), (None, None));
    }

    #[test]
    fn dates_of_hosts() {
        let date = Date::new(2026, 3, 1).unwrap();
        assert_eq!("2026-03-01".parse(), Ok(date));
        assert_eq!(Date::from_day_number(date.day_number()), Some(date));
        assert_eq!(date.to_string(), "2026-03-01");
        assert_eq!(Date::new(2026, 2, 29), None);
    }

    proptest! {
        #[test]
        fn months_agree_with_the_calendar(day in FIRST..=LAST, months in -130_000_i64..130_000) {
            let (year, month, of_month) = to_ymd(day).unwrap();
            let date = civil::date(year as i16, month as i8, of_month as i8);
            let expected = date.checked_add(months.months()).ok().filter(|date| date.year() >= 1);
            let expected = expected.map(|date| date.to_string());
            prop_assert_eq!(add_months(day, months.into()).map(format), expected);
        }

        #[test]
        fn adding_months_is_monotone(day in FIRST..LAST, months in -3000_i128..3000) {
            if let (Some(one), Some(next)) = (add_months(day, months), add_months(day + 1, months)) {
                prop_assert!(one <= next);
            }
        }

        #[test]
        fn writing_and_reading(day in FIRST..=LAST) {
            prop_assert_eq!(parse(&format(day)), Ok(day));
        }
    }
}
