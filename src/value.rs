//! Exact values: how they are held, read and written.
//!
//! Nothing here rounds, wraps or uses floating point. A [`Scalar`] is a value in the steps of its
//! [`Type`](crate::schema::Type); the submodules turn texts into steps and steps into texts.

use std::sync::Arc;

pub mod clock;
pub mod currency;
pub mod date;
pub mod decimal;
pub(crate) mod digits;
pub mod duration;
pub mod form;
pub mod host;

pub use currency::Currency;
pub use host::Value;

/// A known value in the steps of its type. What it means, its type says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Scalar {
    /// A boolean.
    Boolean(bool),
    /// Anything that counts: numbers, percentages, money, dates, times, days, months, years, durations.
    Number(i128),
    /// The index of a value in its enumeration.
    Choice(u32),
    /// A text in NFC.
    Text(Arc<str>),
}

/// What is known of a fact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Known {
    /// The host has not said.
    #[default]
    Unknown,
    /// The host says that there is none.
    Absent,
    /// The value.
    Value(Scalar),
}

/// A text in Unicode normal form C, in which texts are compared.
pub(crate) fn normal_text(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    text.nfc().collect()
}

/// The greatest common divisor, which is not negative; of 0 and a number the number.
pub(crate) fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    // Only of the least number alone is it out of reach, and nothing that is divided here gets there.
    i128::try_from(a).unwrap_or(i128::MAX)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_greatest_common_divisor_is_not_negative() {
        assert_eq!((super::gcd(12, -18), super::gcd(0, -5), super::gcd(0, 0)), (6, 5, 0));
    }
}
