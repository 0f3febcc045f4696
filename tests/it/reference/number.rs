//! Exact numbers and calendar days, done the long way.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

/// Ten to the power of `digits`.
pub(crate) fn ten_to(digits: u32) -> BigRational {
    BigRational::from_integer(BigInt::from(10).pow(digits))
}

/// A whole number.
pub(crate) fn whole(number: i64) -> BigRational {
    BigRational::from_integer(BigInt::from(number))
}

/// The value of `-12`, `2.50` or `1e3`; nothing where the text is no number. `_` is not read here.
pub(crate) fn parse_decimal(text: &str) -> Option<BigRational> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], text[at + 1..].trim_start_matches('+').parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (negative, digits) = match mantissa.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, mantissa),
    };
    let (before, after) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if before.is_empty() || digits.ends_with('.') || !all_digits(before) || !all_digits(after) {
        return None;
    }
    let steps: BigInt = format!("{before}{after}").parse().ok()?;
    let scale = i32::try_from(after.len()).ok()? - exponent;
    let power = ten_to(scale.unsigned_abs());
    let value = BigRational::from_integer(steps);
    let value = if scale >= 0 { value / power } else { value * power };
    Some(if negative { -value } else { value })
}

/// How many digits are written after the point.
pub(crate) fn written_scale(text: &str) -> u32 {
    text.split_once('.').map_or(0, |(_, after)| after.len() as u32)
}

/// `value` with exactly `scale` digits after the point. It must fit.
pub(crate) fn at_scale(value: &BigRational, scale: u32) -> String {
    let steps = value * ten_to(scale);
    assert!(steps.is_integer(), "{value} has more than {scale} digits");
    let digits = steps.to_integer().abs().to_string();
    let sign = if value.is_negative() { "-" } else { "" };
    if scale == 0 {
        return format!("{sign}{digits}");
    }
    let padded = format!("{digits:0>width$}", width = scale as usize + 1);
    let (before, after) = padded.split_at(padded.len() - scale as usize);
    format!("{sign}{before}.{after}")
}

/// `value` with as many digits after the point as it has.
pub(crate) fn trimmed(value: &BigRational) -> String {
    let scale = (0..60).find(|scale| (value * ten_to(*scale)).is_integer()).expect("a decimal fraction");
    at_scale(value, scale)
}

/// The multiple of `step` that `value` is rounded to; `half` decides a tie or everything.
pub(crate) fn round(
    value: &BigRational,
    step: &BigRational,
    mode: evenhand::syntax::ast::RoundingMode,
) -> BigRational {
    use evenhand::syntax::ast::RoundingMode;
    let quotient = value / step;
    let toward_zero = quotient.trunc();
    let rest = (&quotient - &toward_zero).abs();
    let away = if rest.is_zero() { toward_zero.clone() } else { &toward_zero + quotient.signum() };
    let half = BigRational::new(BigInt::one(), BigInt::from(2));
    let odd = (toward_zero.to_integer() % BigInt::from(2)) != BigInt::zero();
    let goes_away = match mode {
        RoundingMode::Down => false,
        RoundingMode::Up => true,
        RoundingMode::HalfUp => rest >= half,
        RoundingMode::HalfEven => rest > half || (rest == half && odd),
    };
    (if goes_away { away } else { toward_zero }) * step
}

fn leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

/// How many days a month has.
pub(crate) fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 if leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The day number of a date: 1970-01-01 is 0.
pub(crate) fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let leaps_before =
        |year: i64| (year - 1).div_euclid(4) - (year - 1).div_euclid(100) + (year - 1).div_euclid(400);
    let years = 365 * (year - 1970) + leaps_before(year) - leaps_before(1970);
    let months: i64 = (1..month).map(|it| month_length(year, it)).sum();
    years + months + day - 1
}

/// Year, month and day of a day number.
pub(crate) fn civil(number: i64) -> (i64, i64, i64) {
    let mut year = 1970 + number.div_euclid(366).min(number.div_euclid(365));
    while day_number(year + 1, 1, 1) <= number {
        year += 1;
    }
    let mut month = 1;
    while month < 12 && day_number(year, month + 1, 1) <= number {
        month += 1;
    }
    (year, month, number - day_number(year, month, 1) + 1)
}

/// The day number of `2026-03-01`; nothing where it is no real day or not written with 4, 2 and 2 digits.
pub(crate) fn parse_date(text: &str) -> Option<i64> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|it| it.is_ascii_digit());
    if !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return None;
    }
    let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let real = (1..=12).contains(&month) && day >= 1 && day <= month_length(year, month);
    real.then(|| day_number(year, month, day))
}

/// `2026-03-01`.
pub(crate) fn date_text(number: i64) -> String {
    let (year, month, day) = civil(number);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The date `months` later; the last day of the month where the month is too short.
pub(crate) fn add_months(number: i64, months: i64) -> i64 {
    let (year, month, day) = civil(number);
    let index = year * 12 + (month - 1) + months;
    let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
    day_number(year, month, day.min(month_length(year, month)))
}

/// Years, months and days of the calendar against a second way of counting.
#[test]
fn calendar_agrees_with_jiff() {
    let first = jiff::civil::date(1970, 1, 1);
    for number in (-26_000..84_500).step_by(7) {
        let date = first.checked_add(jiff::Span::new().days(number)).unwrap();
        assert_eq!(date_text(number), date.to_string());
        assert_eq!(parse_date(&date_text(number)), Some(number));
        let later = date.checked_add(jiff::Span::new().months(number % 30)).unwrap();
        assert_eq!(date_text(add_months(number, number % 30)), later.to_string());
    }
}
