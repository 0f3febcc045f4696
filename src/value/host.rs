//! Values as a Rust host sees them: self-describing, with their unit, scale and name in them.

use crate::schema::{Schema, Type};
use crate::value::clock::{DateTime, Instant, Time};
use crate::value::date::Date;
use crate::value::decimal::Decimal;
use crate::value::form::{escaped, words};
use crate::value::{Currency, Scalar, duration};
use crate::words::counted;
use std::fmt;
use std::sync::Arc;

/// A value in an answer, or one that a host gives for a fact. `Display` writes it for people.
///
/// Matching is meant to be exhaustive: a new kind of value is a new language edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i128),
    /// A decimal with the decimals of its type.
    Decimal(Decimal),
    /// A percentage: 15 is 15 %.
    Percent(Decimal),
    /// An amount of money.
    Money(Money),
    /// A text in NFC.
    Text(Arc<str>),
    /// A date.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// A local date and time.
    DateTime(DateTime),
    /// A moment.
    Instant(Instant),
    /// A count of days.
    Days(i128),
    /// A count of months.
    Months(i128),
    /// A count of years.
    Years(i128),
    /// A length of time.
    Duration {
        /// In seconds.
        seconds: i128,
    },
    /// A count of business days.
    BusinessDays(i128),
    /// A length of opening time.
    BusinessHours {
        /// In seconds.
        seconds: i128,
    },
    /// A value of an enumeration, by its name in the policy.
    Choice(Arc<str>),
    /// The host says, or the policy answers, that there is none.
    Absent,
    /// What a collecting decision gives, in order of declaration.
    Items(Vec<Item>),
}

/// An amount in a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// The amount, at the full scale of its type: 49.90 for USD 49.90.
    pub amount: Decimal,
    /// The currency.
    pub currency: Currency,
}

impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.currency, self.amount)
    }
}

/// One item of a collecting decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The outcome's name.
    pub outcome: Arc<str>,
    /// Its parameters by name, in order of declaration.
    pub parameters: Vec<(Arc<str>, Value)>,
}

impl Value {
    /// What `scalar` means as a value of type `ty`.
    pub fn from_scalar(scalar: &Scalar, ty: Type, schema: &Schema) -> Value {
        match scalar {
            Scalar::Boolean(value) => Value::Boolean(*value),
            Scalar::Text(text) => Value::Text(Arc::clone(text)),
            Scalar::Choice(_) => Value::Choice(words(scalar, ty, schema).into()),
            Scalar::Number(units) => match ty {
                Type::MoneyOf(index) => Value::from_one_of(*units, index, schema),
                ty => Value::from_units(*units, ty),
            },
        }
    }

    /// An amount in one of several currencies.
    fn from_one_of(value: i128, index: usize, schema: &Schema) -> Value {
        let parts = schema.currencies.get(index).and_then(|it| it.parts(value));
        parts.map_or(Value::Integer(value), |(amount, currency, digits)| {
            Value::Money(Money { amount: Decimal::new(amount, digits), currency })
        })
    }

    fn from_units(units: i128, ty: Type) -> Value {
        match ty {
            Type::Number { scale: 0 } => Value::Integer(units),
            Type::Number { scale } => Value::Decimal(Decimal::new(units, scale)),
            Type::Percent { scale } => Value::Percent(Decimal::new(units, scale)),
            Type::Money { currency, scale } => {
                Value::Money(Money { amount: Decimal::new(units, scale), currency })
            }
            Type::Date => Date::from_day_number(units).map_or(Value::Integer(units), Value::Date),
            Type::Time { grain } => Value::Time(Time { seconds: units, grain }),
            Type::DateTime { grain } => Value::DateTime(DateTime { seconds: units, grain }),
            Type::Instant { grain } => Value::Instant(Instant { seconds: units, grain }),
            Type::Days => Value::Days(units),
            Type::Months => Value::Months(units),
            Type::Years => Value::Years(units),
            Type::Duration { .. } => Value::Duration { seconds: units },
            // The length of a list.
            Type::List(_) => Value::Integer(units),
            Type::BusinessDays => Value::BusinessDays(units),
            Type::BusinessHours => Value::BusinessHours { seconds: units },
            // No number has these types.
            Type::Boolean
            | Type::Text { .. }
            | Type::Choice(_)
            | Type::Record
            | Type::Items(_)
            | Type::MoneyOf(_) => Value::Integer(units),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Boolean(value) => out.write_str(if *value { "yes" } else { "no" }),
            Value::Integer(value) => value.fmt(out),
            Value::Decimal(value) => value.fmt(out),
            Value::Percent(value) => write!(out, "{}%", value.trimmed()),
            Value::Money(money) => money.fmt(out),
            Value::Text(text) => out.write_str(&escaped(text)),
            Value::Date(date) => date.fmt(out),
            Value::Time(time) => time.fmt(out),
            Value::DateTime(time) => time.fmt(out),
            Value::Instant(time) => time.fmt(out),
            Value::Days(count) => out.write_str(&counted(*count, "day", "days")),
            Value::Months(count) => out.write_str(&counted(*count, "month", "months")),
            Value::Years(count) => out.write_str(&counted(*count, "year", "years")),
            Value::Duration { seconds } => out.write_str(&duration::words(*seconds)),
            Value::BusinessDays(count) => out.write_str(&counted(*count, "business day", "business days")),
            Value::BusinessHours { seconds } => out.write_str(&duration::business_words(*seconds)),
            Value::Choice(name) => out.write_str(name),
            Value::Absent => out.write_str("absent"),
            Value::Items(items) if items.is_empty() => out.write_str("none"),
            Value::Items(items) => {
                let names: Vec<_> = items.iter().map(|item| &*item.outcome).collect();
                out.write_str(&names.join(", "))
            }
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Boolean(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Integer(value.into())
    }
}

/// A text. Where the fact is an enumeration, a date or money, it is read as such.
impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.into())
    }
}

impl From<Date> for Value {
    fn from(date: Date) -> Value {
        Value::Date(date)
    }
}

impl From<Time> for Value {
    fn from(time: Time) -> Value {
        Value::Time(time)
    }
}

impl From<DateTime> for Value {
    fn from(time: DateTime) -> Value {
        Value::DateTime(time)
    }
}

impl From<Instant> for Value {
    fn from(time: Instant) -> Value {
        Value::Instant(time)
    }
}

impl From<Decimal> for Value {
    fn from(value: Decimal) -> Value {
        Value::Decimal(value)
    }
}

impl From<Money> for Value {
    fn from(money: Money) -> Value {
        Value::Money(money)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::value::clock::Grain;

    #[test]
    fn words_agree_with_those_of_scalars() {
        let schema = Schema::default();
        let usd = Currency::from_code("USD").unwrap();
        let types = [
            Type::Number { scale: 0 },
            Type::Number { scale: 2 },
            Type::Percent { scale: 2 },
            Type::Money { currency: usd, scale: 2 },
            Type::Date,
            Type::Days,
            Type::Months,
            Type::Years,
            Type::Duration { json_unit: None },
            Type::Time { grain: Grain::Minute },
            Type::DateTime { grain: Grain::Second },
            Type::Instant { grain: Grain::Minute },
            Type::BusinessDays,
            Type::BusinessHours,
        ];
        for ty in types {
            for units in [-12_345, -100, -1, 0, 1, 2, 60, 1250, 99_999] {
                let scalar = Scalar::Number(units);
                assert_eq!(Value::from_scalar(&scalar, ty, &schema).to_string(), words(&scalar, ty, &schema));
            }
        }
        let scalar = Scalar::Text("a\tb".into());
        let ty = Type::Text { longest: 3 };
        assert_eq!(Value::from_scalar(&scalar, ty, &schema).to_string(), words(&scalar, ty, &schema));
    }

    #[test]
    fn sets() {
        let item = |name: &str| Item { outcome: name.into(), parameters: Vec::new() };
        assert_eq!(Value::Items(vec![]).to_string(), "none");
        assert_eq!(Value::Items(vec![item("voucher"), item("call_back")]).to_string(), "voucher, call_back");
    }
}
