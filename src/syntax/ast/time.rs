//! What a policy says of times and calendars.

use crate::{
    source::Span,
    syntax::ast::{Expression, Literal, Name, Quoted},
};

/// The types of times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockType {
    /// `time`, of day.
    Time,
    /// `datetime`, local.
    DateTime,
    /// `instant`.
    Instant,
}

/// Units of business time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BusinessUnit {
    /// `business days`.
    Days,
    /// `business hours`.
    Hours,
    /// `business minutes`: only in constants.
    Minutes,
}

/// `calendar support "…" { … }`.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// Its name.
    pub name: Name,
    /// Its doc string.
    pub doc: Option<Quoted>,
    /// `covers A through B`.
    pub covers: Vec<Days>,
    /// `zone "…"`; more than one is reported by the checker.
    pub zones: Vec<Quoted>,
    /// `open …` and `closed …`, in order of writing.
    pub lines: Vec<CalendarLine>,
    /// The whole item.
    pub span: Span,
}

/// One day, or all from one through another.
#[derive(Clone, Debug)]
pub struct Days {
    /// The first.
    pub first: Literal,
    /// The last, where it is written.
    pub last: Option<Literal>,
    /// The whole.
    pub span: Span,
}

/// A line that says when it is open.
#[derive(Clone, Debug)]
pub struct CalendarLine {
    /// For which days.
    pub days: CalendarDays,
    /// The hours; none for `closed`, empty where none are said.
    pub hours: Option<Vec<Hours>>,
    /// The whole line.
    pub span: Span,
}

/// The days of a line.
#[derive(Clone, Debug)]
pub enum CalendarDays {
    /// `monday through friday, sunday`.
    Week(Vec<WeekPart>),
    /// `2026-12-24, 2026-12-31`.
    Days(Vec<Days>),
}

/// `monday` or `monday through friday`; days count from Monday, 0.
#[derive(Clone, Copy, Debug)]
pub struct WeekPart {
    /// The first.
    pub first: usize,
    /// The last; the first itself where one day is named.
    pub last: usize,
    /// The whole.
    pub span: Span,
}

/// `09:00 to 17:00`, as written.
#[derive(Clone, Debug)]
pub struct Hours {
    /// The opening.
    pub from: String,
    /// The closing.
    pub to: String,
    /// The whole.
    pub span: Span,
}

/// Expressions on times and calendars.
#[derive(Clone, Debug)]
pub enum TimeExpression {
    /// `date of T`, `weekday of D`, `first day of month of D`.
    PartOf {
        /// Which part.
        part: TimePart,
        /// Of what.
        of: Expression,
        /// `in CALENDAR`.
        calendar: Option<Name>,
    },
    /// `DATE at TIME`.
    At(Expression, Expression),
    /// `business days from A to B`.
    BusinessBetween {
        /// Days or hours.
        unit: BusinessUnit,
        /// From when.
        from: Expression,
        /// Until when.
        to: Expression,
        /// `in CALENDAR`.
        calendar: Option<Name>,
    },
    /// `D is a business day`, `T is in business hours`.
    Business {
        /// Days or hours.
        unit: BusinessUnit,
        /// The day or the time.
        value: Expression,
        /// `is not`.
        negated: bool,
        /// `in CALENDAR`.
        calendar: Option<Name>,
    },
    /// `X is in the 7 days after Y`.
    Within {
        /// What is asked for.
        value: Expression,
        /// `is not`.
        negated: bool,
        /// How far.
        reach: Expression,
        /// On which side of `anchor`, and whether that counts.
        side: Side,
        /// From when.
        anchor: Expression,
        /// `in CALENDAR`.
        calendar: Option<Name>,
    },
    /// `E in CALENDAR` where no calendar is read.
    Stray {
        /// What stands before it.
        value: Expression,
        /// The calendar.
        calendar: Name,
    },
}

impl TimeExpression {
    /// The expressions directly below it, in order.
    pub fn children(&self) -> Vec<&Expression> {
        match self {
            TimeExpression::PartOf { of: it, .. }
            | TimeExpression::Business { value: it, .. }
            | TimeExpression::Stray { value: it, .. } => vec![it],
            TimeExpression::At(a, b) | TimeExpression::BusinessBetween { from: a, to: b, .. } => vec![a, b],
            TimeExpression::Within { value, reach, anchor, .. } => vec![value, reach, anchor],
        }
    }
}

/// A part of a date or a time, or what becomes of it elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimePart {
    /// `date of`.
    Date,
    /// `time of`.
    Time,
    /// `datetime of`.
    DateTime,
    /// `instant of`.
    Instant,
    /// `weekday of`.
    Weekday,
    /// `first day of month of`.
    FirstOfMonth,
    /// `last day of month of`.
    LastOfMonth,
}

/// Where the days of `is in the N days …` lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// `beginning with Y`: Y is the first.
    BeginningWith,
    /// `ending with Y`: Y is the last.
    EndingWith,
    /// `after Y`: Y does not count.
    After,
    /// `before Y`: Y does not count.
    Before,
}
