//! Operations on days, times and calendars.
//!
//! The checker has proved that an observed operation lies within what its calendar covers and within the years
//! 1 to 9999; outside its guard an operation may have no value, and then it is [`None`].

use crate::{
    calendar::Calendar,
    eval::Slot,
    hir::{CalendarOp, TimeOp},
    value::date,
};

/// The value of an operation on operands that all have one.
pub(super) fn apply(op: TimeOp, operands: &[&Slot], calendars: &[Calendar]) -> Option<Slot> {
    let number = |index: usize| match operands.get(index) {
        Some(Slot::Integer(value)) => Some(*value),
        _ => None,
    };
    let value = match op {
        TimeOp::FloorDivide(by) => number(0)?.checked_div_euclid(by.into())?,
        TimeOp::Remainder(by) => number(0)?.checked_rem_euclid(by.into())?,
        TimeOp::Weekday => {
            // 1970-01-01 was a Thursday.
            let index = number(0)?.checked_add(3)?.rem_euclid(7);
            return u32::try_from(index).ok().map(Slot::Choice);
        }
        TimeOp::FirstOfMonth => date::first_of_month(number(0)?)?,
        TimeOp::LastOfMonth => date::last_of_month(number(0)?)?,
        TimeOp::Calendar(index, op) => return asked(calendars.get(index)?, op, number),
    };
    Some(Slot::Integer(value))
}

fn asked(calendar: &Calendar, op: CalendarOp, number: impl Fn(usize) -> Option<i128>) -> Option<Slot> {
    let first = number(0)?;
    let value = match op {
        CalendarOp::IsBusinessDay => return calendar.is_business_day(first).map(Slot::Boolean),
        CalendarOp::IsOpen(clock) => return calendar.is_open(clock, first).map(Slot::Boolean),
        CalendarOp::AddBusinessDays => calendar.add_business_days(first, number(1)?)?,
        CalendarOp::AddBusinessTime(clock) => calendar.add_business_time(clock, first, number(1)?)?,
        CalendarOp::BusinessDaysBetween => calendar.business_days_between(first, number(1)?)?,
        CalendarOp::BusinessTimeBetween(clock) => calendar.business_time_between(clock, first, number(1)?)?,
        CalendarOp::LocalOf => calendar.local_of(first)?,
        CalendarOp::InstantOf => calendar.instant_of(first)?,
    };
    Some(Slot::Integer(value))
}
