//! Times and calendars of the reference: seconds and days, one step at a time.

use std::collections::BTreeMap;

use evenhand::syntax::ast::time::{
    BusinessUnit, Calendar as Written, CalendarDays, ClockType, Days, Side, TimeExpression, TimePart,
};
use evenhand::syntax::ast::{Literal, LiteralKind, Name};
use num_rational::BigRational;
use num_traits::ToPrimitive;

use crate::reference::calendar::{Calendar, Kept, On, zone};
use crate::reference::evaluate::{Case, Locals, Unit, Value, add, all, negated, order, strict};
use crate::reference::number::{civil, date_text, day_number, month_length, parse_date, whole};

const DAY: i64 = 86_400;

/// The calendar that a text declares.
pub(crate) fn calendar(written: &Written) -> Calendar {
    let mut calendar = Calendar {
        covers: written.covers.iter().map(days).collect(),
        zone: written.zones.first().map(|it| zone(&it.text).expect("a zone")),
        week: [const { Kept::Closed }; 7],
        special: BTreeMap::new(),
    };
    for line in &written.lines {
        let kept = match &line.hours {
            None => Kept::Closed,
            Some(hours) if hours.is_empty() => Kept::Open,
            Some(hours) => {
                let second = |text: &str| parse_time(text).expect("a time");
                Kept::Hours(hours.iter().map(|it| (second(&it.from), second(&it.to))).collect())
            }
        };
        match &line.days {
            CalendarDays::Week(parts) => {
                for index in parts.iter().flat_map(|it| it.first..=it.last) {
                    calendar.week[index] = kept.clone();
                }
            }
            CalendarDays::Days(ranges) => {
                for day in ranges.iter().map(days).flat_map(|it| it.0..=it.1) {
                    calendar.special.insert(day, kept.clone());
                }
            }
        }
    }
    calendar
}

fn days(written: &Days) -> (i64, i64) {
    let day = |literal: &Literal| match &literal.kind {
        LiteralKind::Date(text) => parse_date(text).expect("a day"),
        other => panic!("{other:?} is no day"),
    };
    (day(&written.first), day(written.last.as_ref().unwrap_or(&written.first)))
}

/// Seconds of `17:00`, `17:00:30`, `24:00`.
pub(crate) fn parse_time(text: &str) -> Option<i64> {
    let parts: Vec<&str> = text.split(':').collect();
    let two = |it: &&str| it.len() == 2 && it.bytes().all(|it| it.is_ascii_digit());
    if !(2..=3).contains(&parts.len()) || !parts.iter().all(two) {
        return None;
    }
    let parts: Vec<i64> = parts.iter().map(|it| it.parse().unwrap_or(0)).collect();
    let seconds = parts[0] * 3600 + parts[1] * 60 + parts.get(2).copied().unwrap_or(0);
    let on_the_clock = parts[0] <= 23 && parts[1] <= 59 && parts.get(2).is_none_or(|it| *it <= 59);
    (on_the_clock || seconds == DAY).then_some(seconds)
}

/// Seconds of a date and time, and of its offset where it has one.
pub(crate) fn parse_datetime(text: &str) -> Option<(i64, Option<i64>)> {
    let (date, rest) = text.split_once('T')?;
    let (time, offset) = match rest.find(['Z', '+', '-']) {
        Some(at) => (&rest[..at], Some(&rest[at..])),
        None => (rest, None),
    };
    let offset = match offset {
        None => None,
        Some("Z") => Some(0),
        Some(text) if text.len() == 6 => {
            let seconds = parse_time(&text[1..])?;
            Some(if text.starts_with('-') { -seconds } else { seconds })
        }
        Some(_) => return None,
    };
    Some((parse_date(date)? * DAY + parse_time(time).filter(|it| *it < DAY)?, offset))
}

/// The value of a time, a date-time or an instant as it is written.
pub(crate) fn written_time(text: &str) -> Value {
    match parse_datetime(text) {
        Some((seconds, None)) => Value::DateTime(seconds),
        Some((seconds, Some(offset))) => Value::Instant(seconds - offset),
        None => Value::Time(parse_time(text).expect("a time")),
    }
}

/// `17:00` or `17:00:00`.
fn time_text(seconds: i64, to_minutes: bool) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if to_minutes && seconds == 0 {
        format!("{hours:02}:{minutes:02}")
    } else {
        format!("{hours:02}:{minutes:02}:{seconds:02}")
    }
}

/// A time, date-time or instant; `to_minutes` leaves seconds out where there are none.
pub(crate) fn clock_text(value: &Value, to_minutes: bool) -> String {
    let local =
        |it: i64| format!("{}T{}", date_text(it.div_euclid(DAY)), time_text(it.rem_euclid(DAY), to_minutes));
    match value {
        Value::Time(it) => time_text(*it, to_minutes),
        Value::DateTime(it) => local(*it),
        Value::Instant(it) => format!("{}Z", local(*it)),
        other => panic!("{other:?} is no time"),
    }
}

/// A time moved by seconds, or the seconds between two.
pub(crate) fn add_time(a: &Value, b: &Value, minus: bool) -> Option<Value> {
    let seconds = |it: &BigRational| it.to_integer().to_i64().expect("seconds fit");
    let moved = |time: i64, by: &BigRational| if minus { time - seconds(by) } else { time + seconds(by) };
    Some(match (a, b) {
        (Value::DateTime(a), Value::DateTime(b)) | (Value::Instant(a), Value::Instant(b)) if minus => {
            Value::Number(Unit::One, whole(a - b))
        }
        (Value::DateTime(a), Value::Number(Unit::One, b)) => Value::DateTime(moved(*a, b)),
        (Value::Instant(a), Value::Number(Unit::One, b)) => Value::Instant(moved(*a, b)),
        (Value::Number(Unit::One, _), Value::DateTime(_) | Value::Instant(_)) if !minus => {
            return add_time(b, a, false);
        }
        _ => return None,
    })
}

/// What a type of times is called in a value.
pub(crate) fn timed(kind: ClockType, seconds: i64) -> Value {
    match kind {
        ClockType::Time => Value::Time(seconds),
        ClockType::DateTime => Value::DateTime(seconds),
        ClockType::Instant => Value::Instant(seconds),
    }
}

fn clock(value: &Value) -> Option<(On, i64)> {
    match value {
        Value::DateTime(it) => Some((On::Local, *it)),
        Value::Instant(it) => Some((On::Instant, *it)),
        _ => None,
    }
}

/// What the calendar has no answer to is outside its guard, where nobody looks.
fn or_nothing(value: Option<Value>) -> Value {
    value.unwrap_or(Value::Nothing)
}

impl Case<'_, '_> {
    fn calendar(&self, name: Option<&Name>) -> &Calendar {
        let calendars = &self.model.calendars;
        match name {
            Some(name) => &calendars.iter().find(|it| it.0 == name.text).expect("a declared calendar").1,
            None => &calendars.first().expect("the only calendar").1,
        }
    }

    /// `N after X` where N counts business days or hours.
    pub(crate) fn business_shift(
        &self,
        from: &Value,
        count: &Value,
        after: bool,
        calendar: Option<&Name>,
    ) -> Option<Value> {
        let Value::Number(unit @ (Unit::BusinessDays | Unit::BusinessHours), count) = count else {
            return None;
        };
        let calendar = self.calendar(calendar);
        let count = count.to_integer().to_i64().expect("a count fits") * if after { 1 } else { -1 };
        Some(or_nothing(match (unit, from) {
            (Unit::BusinessDays, Value::Date(day)) => {
                calendar.add_business_days(*day, count).map(Value::Date)
            }
            (_, from) => {
                let (on, at) = clock(from).expect("a time");
                let moved = calendar.add_business_time(on, at, count);
                moved.map(|it| if on == On::Local { Value::DateTime(it) } else { Value::Instant(it) })
            }
        }))
    }

    pub(crate) fn time_value(&self, e: &TimeExpression, locals: &Locals) -> Value {
        match e {
            TimeExpression::PartOf { part, of, calendar } => {
                strict(vec![self.value(of, locals)], |it| self.part(*part, &it[0], calendar.as_ref()))
            }
            TimeExpression::At(day, time) => {
                strict(vec![self.value(day, locals), self.value(time, locals)], |it| match (&it[0], &it[1]) {
                    (Value::Date(day), Value::Time(time)) => Value::DateTime(day * DAY + time),
                    other => panic!("{other:?} are no day and time"),
                })
            }
            TimeExpression::BusinessBetween { from, to, calendar, .. } => {
                let calendar = self.calendar(calendar.as_ref());
                strict(vec![self.value(from, locals), self.value(to, locals)], |it| {
                    or_nothing(match (&it[0], &it[1]) {
                        (Value::Date(a), Value::Date(b)) => calendar
                            .business_days_between(*a, *b)
                            .map(|it| Value::Number(Unit::BusinessDays, whole(it))),
                        (a, b) => {
                            let ((on, a), (_, b)) = (clock(a).expect("a time"), clock(b).expect("a time"));
                            let open = calendar.business_time_between(on, a, b);
                            open.map(|it| Value::Number(Unit::BusinessHours, whole(it)))
                        }
                    })
                })
            }
            TimeExpression::Business { unit, value, negated: not, calendar } => {
                let calendar = self.calendar(calendar.as_ref());
                let asked = strict(vec![self.value(value, locals)], |it| {
                    or_nothing(
                        match (unit, &it[0]) {
                            (BusinessUnit::Days, Value::Date(day)) => calendar.is_business_day(*day),
                            (_, time) => {
                                let (on, at) = clock(time).expect("a time");
                                calendar.is_open(on, at)
                            }
                        }
                        .map(Value::Boolean),
                    )
                });
                if *not { negated(asked) } else { asked }
            }
            TimeExpression::Within { value, negated: not, reach, side, anchor, calendar } => {
                let (value, anchor) = (self.value(value, locals), self.value(anchor, locals));
                let after = matches!(side, Side::BeginningWith | Side::After);
                let far = strict(vec![anchor.clone(), self.value(reach, locals)], |it| {
                    let business = self.business_shift(&it[0], &it[1], after, calendar.as_ref());
                    business.unwrap_or_else(|| add(&it[0], &it[1], !after))
                });
                let before = |a: &Value, b: &Value, equal: bool| {
                    strict(vec![a.clone(), b.clone()], |it| {
                        let found = order(&it[0], &it[1]);
                        Value::Boolean(found.is_lt() || (equal && found.is_eq()))
                    })
                };
                let both = match side {
                    Side::BeginningWith => [before(&anchor, &value, true), before(&value, &far, false)],
                    Side::EndingWith => [before(&far, &value, false), before(&value, &anchor, true)],
                    Side::After => [before(&anchor, &value, false), before(&value, &far, true)],
                    Side::Before => [before(&far, &value, true), before(&value, &anchor, false)],
                };
                let asked = all(both.into_iter(), false);
                if *not { negated(asked) } else { asked }
            }
            TimeExpression::Stray { .. } => panic!("a calendar where none is read"),
        }
    }

    fn part(&self, part: TimePart, of: &Value, calendar: Option<&Name>) -> Value {
        let local = |of: &Value| match of {
            Value::DateTime(it) => Some(*it),
            Value::Instant(it) => self.calendar(calendar).local_of(*it),
            other => panic!("{other:?} has no date and time"),
        };
        or_nothing(match (part, of) {
            (TimePart::Date, of) => local(of).map(|it| Value::Date(it.div_euclid(DAY))),
            (TimePart::Time, of) => local(of).map(|it| Value::Time(it.rem_euclid(DAY))),
            (TimePart::DateTime, of) => local(of).map(Value::DateTime),
            (TimePart::Instant, Value::DateTime(it)) => {
                self.calendar(calendar).instant_of(*it).map(Value::Instant)
            }
            (TimePart::Weekday, Value::Date(day)) => {
                let names = ["thursday", "friday", "saturday", "sunday", "monday", "tuesday", "wednesday"];
                Some(Value::Choice(names[day.rem_euclid(7) as usize].to_owned()))
            }
            (TimePart::FirstOfMonth, Value::Date(day)) => {
                let (year, month, _) = civil(*day);
                Some(Value::Date(day_number(year, month, 1)))
            }
            (TimePart::LastOfMonth, Value::Date(day)) => {
                let (year, month, _) = civil(*day);
                Some(Value::Date(day_number(year, month, month_length(year, month))))
            }
            other => panic!("{other:?} is no part"),
        })
    }
}
