//! Exact decimals: from text to steps and back.
//!
//! A number in text is a run of digits and a power of ten. Reading drops the zeros at both ends, so that
//! only the *value* decides whether it fits: `1.50` fits one decimal, `1.55` does not. The exponent is only
//! ever added to, never counted through, so `1e99999999999999999999` costs what its length costs.

use serde::{Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use thiserror::Error;

/// The most steps that a read number may have, in either direction.
pub const MOST_STEPS: i128 = 10_i128.pow(36);

/// Why a text is no number of the wanted scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DecimalProblem {
    /// It does not read as a number.
    #[error("this is not a number")]
    NotANumber,
    /// Its value needs more decimals than the scale has.
    #[error("this has more than {scale} decimals")]
    TooManyDigits {
        /// The decimals that there are.
        scale: u8,
    },
    /// It is beyond 10^36 steps.
    #[error("this number is too large")]
    TooLarge,
}

/// Reads a number, written as JSON writes them, in steps of 10^-`scale`. Leading zeros are let through.
///
/// # Errors
///
/// Where the text is no number, needs more than `scale` decimals, or is beyond [`MOST_STEPS`].
pub fn parse(text: &str, scale: u8) -> Result<i128, DecimalProblem> {
    let Parts { negative, digits, power } = Parts::of(text).ok_or(DecimalProblem::NotANumber)?;
    if digits.is_empty() {
        return Ok(0);
    }
    let zeros = power + i128::from(scale);
    if zeros < 0 {
        return Err(DecimalProblem::TooManyDigits { scale });
    }
    // 10^36 has 37 digits, so what follows fits 10^37 and cannot overflow.
    if digits.len() as i128 + zeros > 37 {
        return Err(DecimalProblem::TooLarge);
    }
    let mut units = digits.iter().fold(0_i128, |units, digit| units * 10 + i128::from(*digit));
    for _ in 0..zeros {
        units *= 10;
    }
    match units <= MOST_STEPS {
        true if negative => Ok(-units),
        true => Ok(units),
        false => Err(DecimalProblem::TooLarge),
    }
}

/// Whether `text` is a number that [`parse`] reads, of whatever size.
pub fn is_number(text: &str) -> bool {
    Parts::of(text).is_some()
}

/// Writes steps of 10^-`scale` with all their decimals: 250 at scale 2 is `2.50`.
pub fn format(units: i128, scale: u8) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let scale = usize::from(scale);
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(scale));
    match fraction {
        "" => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{fraction}"),
    }
}

/// Writes steps of 10^-`scale` without zeros at the end: 250 at scale 2 is `2.5`.
pub fn format_trimmed(units: i128, scale: u8) -> String {
    let (units, scale) = normal(units, scale);
    format(units, scale)
}

/// An exact decimal: `units` × 10^-`scale`. Equal values are equal whatever their scale.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    units: i128,
    scale: u8,
}

impl Decimal {
    /// `units` × 10^-`scale`: `Decimal::new(4999, 2)` is 49.99.
    pub const fn new(units: i128, scale: u8) -> Self {
        Decimal { units, scale }
    }

    /// Reads a number with as many decimals as it is written with.
    ///
    /// # Errors
    ///
    /// Where the text is no number or has more than 36 digits.
    pub fn parse(text: &str) -> Result<Self, DecimalProblem> {
        let parts = Parts::of(text).ok_or(DecimalProblem::NotANumber)?;
        let needed = if parts.digits.is_empty() { 0 } else { parts.power.min(0).unsigned_abs() };
        let written = text.split_once('.').map_or(0, |(_, after)| {
            after.bytes().take_while(u8::is_ascii_digit).take(usize::from(u8::MAX)).count()
        });
        let plain = if text.contains(['e', 'E']) { 0 } else { written as u128 };
        let scale = u8::try_from(needed.max(plain)).map_err(|_| DecimalProblem::TooLarge)?;
        Ok(Decimal { units: parse(text, scale)?, scale })
    }

    /// How many steps.
    pub const fn units(self) -> i128 {
        self.units
    }

    /// The same value without zeros at the end.
    #[must_use]
    pub fn trimmed(self) -> Self {
        let (units, scale) = normal(self.units, self.scale);
        Decimal { units, scale }
    }

    /// Decimal digits of one step.
    pub const fn scale(self) -> u8 {
        self.scale
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&format(self.units, self.scale))
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        normal(self.units, self.scale) == normal(other.units, other.scale)
    }
}

impl Eq for Decimal {}

impl Hash for Decimal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        normal(self.units, self.scale).hash(state);
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match self.scale.cmp(&other.scale) {
            Ordering::Equal => self.units.cmp(&other.units),
            Ordering::Less => coarse_against_fine(*self, *other),
            Ordering::Greater => coarse_against_fine(*other, *self).reverse(),
        }
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Compares two decimals of which the first has the larger step.
fn coarse_against_fine(coarse: Decimal, fine: Decimal) -> Ordering {
    let more = u32::from(fine.scale.abs_diff(coarse.scale));
    let widened = 10_i128.checked_pow(more).and_then(|factor| coarse.units.checked_mul(factor));
    match widened {
        Some(units) => units.cmp(&fine.units),
        // Too wide for 128 bits means farther from zero than any `fine`.
        None => coarse.units.cmp(&0).then(0.cmp(&fine.units)),
    }
}

/// The same value with the fewest decimals.
fn normal(mut units: i128, mut scale: u8) -> (i128, u8) {
    if units == 0 {
        return (0, 0);
    }
    while scale > 0 && units % 10 == 0 {
        units /= 10;
        scale -= 1;
    }
    (units, scale)
}

/// A number taken apart: `digits` × 10^`power`, without zeros at either end; no digits are 0.
struct Parts {
    negative: bool,
    digits: Vec<u8>,
    power: i128,
}

impl Parts {
    /// Reads `-? digits (. digits)? ([eE] [+-]? digits)?` and nothing else.
    fn of(text: &str) -> Option<Parts> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent_of(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) if is_digits(fraction) => (whole, fraction),
            Some(_) => return None,
            None => (mantissa, ""),
        };
        if !is_digits(whole) {
            return None;
        }
        let all = whole.bytes().chain(fraction.bytes()).map(|byte| byte - b'0');
        let mut digits: Vec<u8> = all.skip_while(|digit| *digit == 0).collect();
        let mut power = exponent - fraction.len() as i128;
        while digits.last() == Some(&0) {
            digits.pop();
            power += 1;
        }
        Some(Parts { negative, digits, power })
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An exponent, held at ±10^30: no text is long enough to bring a larger one back into range.
fn exponent_of(text: &str) -> Option<i128> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !is_digits(digits) {
        return None;
    }
    let far = 10_i128.pow(30);
    let size = digits.bytes().fold(0, |size, byte| (size * 10 + i128::from(byte - b'0')).min(far));
    Some(if text.starts_with('-') { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_value_decides_not_the_spelling() {
        assert_eq!(parse("0.10", 1), Ok(1));
        assert_eq!(parse("1.50", 1), Ok(15));
        assert_eq!(parse("1e3", 0), Ok(1000));
        assert_eq!(parse("1.0", 0), Ok(1));
        assert_eq!(parse("12.5e-1", 2), Ok(125));
        assert_eq!(parse("0.00120e+3", 1), Ok(12));
        assert_eq!(parse("007", 0), Ok(7));
        assert_eq!(parse("1.5", 0), Err(DecimalProblem::TooManyDigits { scale: 0 }));
        assert_eq!(parse("5.001", 2), Err(DecimalProblem::TooManyDigits { scale: 2 }));
    }

    #[test]
    fn zero_has_no_sign_and_no_exponent() {
        assert_eq!(parse("-0", 2), Ok(0));
        assert_eq!(parse("-0.000", 0), Ok(0));
        assert_eq!(parse("0e99999999999999999999999999999999999999999", 0), Ok(0));
        assert_eq!(parse("0e-99999999999999999999999999999999999999999", 0), Ok(0));
    }

    #[test]
    fn exponents_of_any_size_are_answered_at_once() {
        let huge = "9".repeat(100_000);
        for text in ["1e400", "1e99999999999999999999", &format!("1e{huge}"), &huge] {
            assert_eq!(parse(text, 2), Err(DecimalProblem::TooLarge));
        }
        for text in ["1e-400", "1e-99999999999999999999", &format!("1e-{huge}")] {
            assert_eq!(parse(text, 2), Err(DecimalProblem::TooManyDigits { scale: 2 }));
        }
        let balanced = format!("0.{}1e100001", "0".repeat(100_000));
        assert_eq!(parse(&balanced, 0), Ok(1));
    }

    #[test]
    fn the_largest_is_ten_to_the_thirty_six() {
        assert_eq!(parse("1e36", 0), Ok(MOST_STEPS));
        assert_eq!(parse("-1e34", 2), Ok(-MOST_STEPS));
        assert_eq!(parse("1000000000000000000000000000000000001", 0), Err(DecimalProblem::TooLarge));
        assert_eq!(parse("9e36", 0), Err(DecimalProblem::TooLarge));
    }

    #[test]
    fn what_is_no_number() {
        for text in
            ["", "-", "+1", ".5", "5.", "1e", "1e+", "1.e3", "--1", "1 ", " 1", "1_000", "0x10", "NaN"]
        {
            assert_eq!(parse(text, 2), Err(DecimalProblem::NotANumber), "{text}");
        }
        for text in ["Infinity", "1,5", "١", "1.5.2", "1e5e5", "1-", "e5", "1e.5"] {
            assert_eq!(parse(text, 2), Err(DecimalProblem::NotANumber), "{text}");
        }
    }

    #[test]
    fn writing() {
        assert_eq!(format(250, 2), "2.50");
        assert_eq!(format(-5, 2), "-0.05");
        assert_eq!(format(0, 2), "0.00");
        assert_eq!(format(7, 0), "7");
        assert_eq!(format_trimmed(250, 2), "2.5");
        assert_eq!(format_trimmed(-1500, 2), "-15");
        assert_eq!(format_trimmed(0, 2), "0");
        assert_eq!(format(i128::MIN, 0), i128::MIN.to_string());
        assert!(format(1, 255).starts_with("0.000"));
    }

    #[test]
    fn decimals_compare_by_value() {
        assert_eq!(Decimal::new(25, 1), Decimal::new(250, 2));
        assert!(Decimal::new(1, 255) > Decimal::new(0, 0));
        assert!(Decimal::new(i128::MIN, 0) < Decimal::new(i128::MIN, 9));
        assert!(Decimal::new(-1, 0) < Decimal::new(i128::MIN, 255));
        assert_eq!(Decimal::parse("49.90").map(|it| (it.units(), it.scale())), Ok((4990, 2)));
        assert_eq!(Decimal::parse("1e3").map(|it| (it.units(), it.scale())), Ok((1000, 0)));
        assert_eq!(Decimal::parse("1.50e-1").map(|it| it.to_string()), Ok("0.15".to_owned()));
        assert_eq!(Decimal::parse("1e-999"), Err(DecimalProblem::TooLarge));
        assert_eq!(Decimal::parse("0e-999"), Ok(Decimal::new(0, 0)));
    }

    proptest! {
        #[test]
        fn reading_takes_back_what_was_written(units in -MOST_STEPS..=MOST_STEPS, scale in 0_u8..40) {
            prop_assert_eq!(parse(&format(units, scale), scale), Ok(units));
            prop_assert_eq!(parse(&format_trimmed(units, scale), scale), Ok(units));
        }

        #[test]
        fn any_text_is_answered(text in "[-+0-9.eE]{0,60}", scale in any::<u8>()) {
            if let Ok(units) = parse(&text, scale) {
                prop_assert_eq!(parse(&format(units, scale), scale), Ok(units));
            }
            let _ = Decimal::parse(&text);
        }

        #[test]
        fn order_is_that_of_the_units(a in -MOST_STEPS..MOST_STEPS, b in -MOST_STEPS..MOST_STEPS, up in 0_u32..2) {
            let widened = Decimal::new(b * 10_i128.pow(up), up as u8);
            prop_assert_eq!(Decimal::new(a, 0).cmp(&widened), a.cmp(&b));
            prop_assert_eq!(widened.cmp(&Decimal::new(a, 0)), b.cmp(&a));
        }
    }
}
