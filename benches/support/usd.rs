//! Amounts in US dollars as a host has them, and what a decision of a bench says.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// An amount, in cents. Its JSON is what Evenhand reads: `"USD 49.99"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Usd(pub(crate) i64);

impl Usd {
    /// A share of it in tenths of a percent, rounded half up to cents.
    pub(crate) fn share(self, tenths: i64) -> Usd {
        Usd((self.0 * tenths + 500) / 1000)
    }
}

impl fmt::Display for Usd {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "USD {}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl Serialize for Usd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Usd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Usd, D::Error> {
        struct Text;

        impl de::Visitor<'_> for Text {
            type Value = Usd;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an amount like USD 49.99")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Usd, E> {
                cents(text).map(Usd).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

/// The cents of `USD 49.99`, `USD 49.9` or `USD 49`.
fn cents(text: &str) -> Option<i64> {
    let digits = text.strip_prefix("USD ")?.as_bytes();
    let point = digits.iter().position(|it| *it == b'.');
    let (whole, part) = match point {
        Some(at) => (&digits[..at], &digits[at + 1..]),
        None => (digits, &digits[digits.len()..]),
    };
    if whole.is_empty() || part.len() > 2 || point.is_some() && part.is_empty() {
        return None;
    }
    let read = |digits: &[u8]| {
        digits.iter().try_fold(0_i64, |sum, digit| match digit {
            b'0'..=b'9' => sum.checked_mul(10)?.checked_add(i64::from(digit - b'0')),
            _ => None,
        })
    };
    let scale = if part.len() == 1 { 10 } else { 1 };
    read(whole)?.checked_mul(100)?.checked_add(read(part)? * scale)
}

/// What was decided, by whichever engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decided {
    Approve(Usd),
    Exchange,
    Deny,
    Review,
    FraudDesk,
    Supervisor,
}
