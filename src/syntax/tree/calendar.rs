//! Calendars: what they cover, and when they are open.

use crate::syntax::{
    Pair, Rule,
    ast::{
        TypeKind,
        time::{
            BusinessUnit, Calendar, CalendarDays, CalendarLine, ClockType, Days, Hours, Side, TimePart,
            WeekPart,
        },
    },
    tree::{Builder, has},
};

impl<'i> Builder<'i, '_> {
    pub(super) fn calendar(&mut self, pair: Pair<'i>) -> Calendar {
        let mut calendar = Calendar {
            name: self.own_name(&pair),
            doc: self.doc(&pair),
            covers: Vec::new(),
            zones: Vec::new(),
            lines: Vec::new(),
            span: self.span(&pair),
        };
        self.allowed(&pair, calendar.span);
        for part in pair.into_inner() {
            let whole = self.span(&part);
            match part.as_rule() {
                Rule::covers => calendar.covers.push(self.days(part)),
                Rule::zone => calendar.zones.push(self.own_quoted(&part)),
                Rule::open => {
                    let hours = part.clone().into_inner().filter(|it| it.as_rule() == Rule::hours);
                    let hours = hours.map(|it| self.hours_of(it)).collect();
                    let days = self.line_days(part);
                    calendar.lines.push(CalendarLine { days, hours: Some(hours), span: whole });
                }
                Rule::closed => {
                    let days = self.line_days(part);
                    calendar.lines.push(CalendarLine { days, hours: None, span: whole });
                }
                _ => {}
            }
        }
        calendar
    }

    fn line_days(&self, pair: Pair<'i>) -> CalendarDays {
        let mut days = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::week_days => {
                    return CalendarDays::Week(part.into_inner().map(|it| self.week_part(it)).collect());
                }
                Rule::some_days | Rule::day_off => {
                    let parts = part.into_inner().filter(|it| it.as_rule() == Rule::some_day);
                    days.extend(parts.map(|it| self.days(it)));
                }
                _ => {}
            }
        }
        CalendarDays::Days(days)
    }

    fn days(&self, pair: Pair<'i>) -> Days {
        let whole = self.span(&pair);
        let mut dates = pair.into_inner().filter(|it| it.as_rule() == Rule::date).map(|it| self.literal(it));
        let first = dates.next().unwrap_or_else(|| self.missing_literal(whole));
        Days { first, last: dates.next(), span: whole }
    }

    pub(super) fn clock_type(pair: &Pair<'i>) -> TypeKind {
        let kind = if has(pair, Rule::k_time) {
            ClockType::Time
        } else if has(pair, Rule::k_datetime) {
            ClockType::DateTime
        } else {
            ClockType::Instant
        };
        let to_minutes = has(pair, Rule::k_the).then(|| has(pair, Rule::k_minutes));
        TypeKind::Clock(kind, to_minutes)
    }

    /// The unit of business time that a type, a constant or a question names.
    pub(in crate::syntax) fn business_unit(pair: &Pair<'i>) -> BusinessUnit {
        if has(pair, Rule::k_days) || has(pair, Rule::k_day) {
            BusinessUnit::Days
        } else if has(pair, Rule::k_hours) {
            BusinessUnit::Hours
        } else {
            BusinessUnit::Minutes
        }
    }

    fn hours_of(&self, pair: Pair<'_>) -> Hours {
        let whole = self.span(&pair);
        let mut times =
            pair.into_inner().filter(|it| it.as_rule() == Rule::time).map(|it| it.as_str().to_owned());
        let (from, to) = (times.next().unwrap_or_default(), times.next().unwrap_or_default());
        Hours { from, to, span: whole }
    }

    fn week_part(&self, pair: Pair<'_>) -> WeekPart {
        let whole = self.span(&pair);
        let names = pair.into_inner().filter(|it| it.as_rule() == Rule::day_name);
        let mut days =
            names.map(|it| crate::words::WEEKDAYS.iter().position(|day| *day == it.as_str()).unwrap_or(0));
        let first = days.next().unwrap_or(0);
        WeekPart { first, last: days.next().unwrap_or(first), span: whole }
    }
}

/// Which part of a date or time is asked for.
pub(in crate::syntax) fn time_part(pair: &Pair<'_>) -> TimePart {
    let kind = |it| has(pair, it);
    if kind(Rule::k_first) {
        TimePart::FirstOfMonth
    } else if kind(Rule::k_last) {
        TimePart::LastOfMonth
    } else if kind(Rule::k_date) {
        TimePart::Date
    } else if kind(Rule::k_time) {
        TimePart::Time
    } else if kind(Rule::k_datetime) {
        TimePart::DateTime
    } else if kind(Rule::k_instant) {
        TimePart::Instant
    } else {
        TimePart::Weekday
    }
}

/// On which side of its anchor a reach lies.
pub(in crate::syntax) fn side(pair: &Pair<'_>) -> Side {
    let kind = |it| has(pair, it);
    if kind(Rule::k_beginning) {
        Side::BeginningWith
    } else if kind(Rule::k_ending) {
        Side::EndingWith
    } else if kind(Rule::k_after) {
        Side::After
    } else {
        Side::Before
    }
}
