//! Operations on days, times and calendars.

use serde::{Deserialize, Serialize};

use crate::calendar::Clock;

/// Operations on days, times and calendars: strict, and defined wherever they are observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TimeOp {
    /// An integer divided by a positive constant, rounded down: the day of a date-time.
    FloorDivide(u32),
    /// What that leaves over, never negative: the time of day of a date-time.
    Remainder(u32),
    /// The day of the week of a date, as an index from Monday.
    Weekday,
    /// The first day of the month of a date.
    FirstOfMonth,
    /// The last day of the month of a date.
    LastOfMonth,
    /// A question to the calendar of this index.
    Calendar(usize, CalendarOp),
}

/// Questions to a calendar, with their operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CalendarOp {
    /// Whether a date is a business day.
    IsBusinessDay,
    /// Whether a time is in business hours.
    IsOpen(Clock),
    /// A date and a count of business days: the date so many business days later.
    AddBusinessDays,
    /// A time and seconds of opening time: the earliest time by which so much has passed.
    AddBusinessTime(Clock),
    /// The number of business days after the first date, through the second.
    BusinessDaysBetween,
    /// The opening time from the first time to the second, in seconds.
    BusinessTimeBetween(Clock),
    /// The local date-time of a moment.
    LocalOf,
    /// The moment of a local date-time.
    InstantOf,
}
