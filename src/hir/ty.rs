//! The types of expressions.

use serde::Serialize;

use crate::{
    schema::Type,
    value::{Currency, clock::Grain},
};

/// The type of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Ty {
    /// True or false.
    Boolean,
    /// A value of the enumeration of this index.
    Choice(usize),
    /// A text.
    Text,
    /// A day.
    Date,
    /// A time of day, in seconds since midnight.
    Time,
    /// A local date and time, in seconds of the local clock.
    DateTime,
    /// A moment, in seconds since 1970-01-01T00:00Z.
    Instant,
    /// A number with a unit.
    Quantity(Measure, Form),
    /// What the `collect` decision of this index gives.
    Items(usize),
    /// An amount in one of several currencies: an index into [`Schema::currencies`](crate::schema::Schema::currencies).
    MoneyOf(usize),
}

impl Ty {
    /// The type that says how a value is written that counts something: a day, a time, a rounded number with
    /// its unit. Times are to the minute, and are written with their seconds where they have some.
    pub fn counted(self) -> Option<Type> {
        Some(match self {
            Ty::Date => Type::Date,
            Ty::Time => Type::Time { grain: Grain::Minute },
            Ty::DateTime => Type::DateTime { grain: Grain::Minute },
            Ty::Instant => Type::Instant { grain: Grain::Minute },
            Ty::Quantity(measure, Form::Steps(scale)) => match measure {
                Measure::Number => Type::Number { scale },
                Measure::Percent => Type::Percent { scale },
                Measure::Money(currency) => Type::Money { currency, scale },
                Measure::Days => Type::Days,
                Measure::Months => Type::Months,
                Measure::Years => Type::Years,
                Measure::Duration => Type::Duration { json_unit: None },
                Measure::BusinessDays => Type::BusinessDays,
                Measure::BusinessHours => Type::BusinessHours,
            },
            Ty::Quantity(..) | Ty::Boolean | Ty::Choice(_) | Ty::Text | Ty::Items(_) | Ty::MoneyOf(_) => {
                return None;
            }
        })
    }
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Measure {
    /// A plain number.
    Number,
    /// Hundredths.
    Percent,
    /// An amount of money.
    Money(Currency),
    /// Calendar days.
    Days,
    /// Calendar months.
    Months,
    /// Calendar years.
    Years,
    /// Elapsed time, in seconds.
    Duration,
    /// Business days of some calendar.
    BusinessDays,
    /// Opening time of some calendar, in seconds.
    BusinessHours,
}

/// How a number is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Form {
    /// Rounded: an integer count of 10^-scale.
    Steps(u8),
    /// Unrounded: an integer count of 1/denominator.
    Fraction(i128),
    /// Unrounded: a numerator and a positive denominator, both integers, not reduced.
    Ratio,
}
