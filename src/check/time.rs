//! Times of day, date-times and instants: their arithmetic, their parts, and counting over days.
//!
//! A `datetime` plus a duration is a sum of seconds; its date is that divided by the length of a day, its time
//! of day what is left over. `is in the 7 days after Y` is two comparisons with dates that are counted from
//! `Y`, never from what is asked for. What needs a calendar is in `cover.rs`.

use crate::{
    check::{
        Checker, codes,
        expression::{Typed, negate},
        flow::Known,
        number::form_of,
        range::Range,
        types::{is_moment, ty_of},
    },
    diag::Diagnostic,
    hir::{CalendarOp, Expr, Form, Kind, Measure, Order, TimeOp, Ty},
    schema::{ChoiceName, Enumeration, Type},
    source::Span,
    syntax::ast::{
        Expression, Name,
        time::{Side, TimeExpression, TimePart},
    },
    value::{Scalar, clock::DAY, date},
    words::WEEKDAYS,
};

/// The name of the built-in enumeration of the days of the week.
pub(super) const WEEKDAY: &str = "weekday";

/// The seconds of a day, as the operations hold them.
pub(super) const DAY_LENGTH: u32 = 86_400;

/// The largest operands of `is in the N days …`: each stands in the tree twice.
const LARGEST_TWICE: usize = 200;

/// Whether a number counts business days or business hours.
pub(super) fn is_business(ty: Ty) -> bool {
    matches!(ty, Ty::Quantity(Measure::BusinessDays | Measure::BusinessHours, _))
}

/// What helps where two kinds of dates and times meet.
pub(super) fn clock_mix(wanted: Ty, found: Ty) -> Option<&'static str> {
    Some(match (wanted, found) {
        (Ty::Date, Ty::DateTime) => "take the day of it, as in `date of T`",
        (Ty::Date, Ty::Instant) => "a moment has a date only in a place: `date of T in CALENDAR`",
        (Ty::DateTime, Ty::Date) => "say at what time, as in `D at 17:00`, or compare the day: `date of T`",
        (Ty::DateTime, Ty::Instant) => {
            "a moment has a local time only in a place: `datetime of T in CALENDAR`"
        }
        (Ty::Instant, Ty::DateTime) => "a local time is a moment only in a place: `instant of T in CALENDAR`",
        (Ty::Instant, Ty::Date) => "say at what time and where, as in `instant of (D at 17:00) in CALENDAR`",
        (Ty::Time, Ty::DateTime) => "take the time of day of it, as in `time of T`",
        (Ty::Time, Ty::Instant) => "a moment has a time of day only in a place: `time of T in CALENDAR`",
        (Ty::DateTime | Ty::Instant, Ty::Time) => {
            "a time of day has no date: say of which day, as in `D at T`"
        }
        (Ty::Time, Ty::Text) => "write a time without quotes, as in `17:00`",
        (Ty::DateTime, Ty::Text) => "write it without quotes, as in `2026-03-01T17:00`",
        (Ty::Instant, Ty::Text) => "write it without quotes, as in `2026-03-01T17:00Z`",
        (Ty::Time, Ty::Quantity(Measure::Number, _)) => "a time of day is written `17:00`",
        _ => return None,
    })
}

impl Checker<'_> {
    /// Whether values of this type are times: of day, local, or moments.
    pub(super) fn is_timed(ty: Ty) -> bool {
        is_moment(ty) && ty != Ty::Date
    }

    /// Whether a sum of the two is one of times, or of business time and a date.
    pub(super) fn are_timed(a: Ty, b: Ty) -> bool {
        let business = is_moment(a) && is_business(b) || is_business(a) && is_moment(b);
        Self::is_timed(a) || Self::is_timed(b) || business
    }

    /// The enumeration of the days of the week, declared when it is first met.
    pub(super) fn weekdays(&mut self) -> usize {
        if let Some(index) = self.weekdays {
            return index;
        }
        let choices = WEEKDAYS.iter().map(|it| ChoiceName { name: (*it).to_owned(), json: (*it).to_owned() });
        let choices = choices.collect();
        let index = self.enumerated(Enumeration { name: WEEKDAY.to_owned(), choices, ordered: false });
        self.weekdays = Some(index);
        index
    }

    /// Checks an expression on times or a calendar.
    pub(super) fn time(&mut self, it: &TimeExpression, span: Span, known: &Known) -> Option<Typed> {
        match it {
            TimeExpression::PartOf { part, of, calendar } => {
                self.part_of(*part, of, calendar.as_ref(), span, known)
            }
            TimeExpression::At(day, time) => {
                let day = self.value(day, known, Some(Ty::Date));
                let time = self.value(time, known, Some(Ty::Time));
                self.at(day?, time?, span)
            }
            TimeExpression::BusinessBetween { unit, from, to, calendar } => {
                let from = self.value(from, known, None);
                let to = self.value(to, known, None);
                self.business_between(*unit, from?, to?, calendar.as_ref(), span)
            }
            TimeExpression::Business { unit, value, negated, calendar } => {
                let value = self.value(value, known, None)?;
                let asked = self.business_question(*unit, value, calendar.as_ref(), span)?;
                Some(if *negated { negate(asked) } else { asked })
            }
            TimeExpression::Within { value, negated, reach, side, anchor, calendar } => {
                let value = self.value(value, known, None);
                let reach = self.value(reach, known, None);
                let anchor = self.value(anchor, known, None);
                let asked = self.within_reach(value?, reach?, *side, anchor?, calendar.as_ref(), span)?;
                Some(if *negated { negate(asked) } else { asked })
            }
            TimeExpression::Stray { value, calendar } => {
                self.value(value, known, None)?;
                self.superfluous_calendar(calendar);
                None
            }
        }
    }

    /// Reports a calendar where none is read, but for one that the part of a time behind it needs.
    pub(super) fn no_calendar(&mut self, calendar: Option<&Name>, from: &Expression) -> Option<()> {
        let shared = match &from.kind {
            crate::syntax::ast::ExpressionKind::Time(it) => matches!(**it, TimeExpression::PartOf { .. }),
            _ => false,
        };
        match calendar {
            Some(name) if !shared => {
                self.superfluous_calendar(name);
                None
            }
            _ => Some(()),
        }
    }

    fn superfluous_calendar(&mut self, name: &Name) {
        let message = format!("nothing before `in {}` is counted in a calendar", name.text);
        self.report(Diagnostic::new(&codes::CALENDAR_NOT_READ, name.span, message).with_help(
            "business days, business hours and the parts of an `instant` have a calendar, directly behind them",
        ));
    }

    // ── sums ─────────────────────────────────────────────────────────────────────────────────────

    /// A sum in which a time stands.
    pub(super) fn added_time(&mut self, left: Typed, minus: bool, right: Typed, span: Span) -> Option<Typed> {
        match (left.expr.ty, right.expr.ty) {
            (Ty::DateTime, Ty::DateTime) | (Ty::Instant, Ty::Instant) if minus => {
                let duration = Ty::Quantity(Measure::Duration, Form::Steps(0));
                self.combined(left, true, right, duration, span)
            }
            (Ty::DateTime | Ty::Instant, Ty::Quantity(Measure::Duration, _)) => {
                self.moved(left, right, minus, span)
            }
            (Ty::Quantity(Measure::Duration, _), Ty::DateTime | Ty::Instant) if !minus => {
                self.moved(right, left, false, span)
            }
            (a, b) if is_moment(a) && is_moment(b) && a != b && a != Ty::Time && b != Ty::Time => {
                self.mismatch(a, b, right.expr.span);
                None
            }
            (a, b) => {
                self.no_such_sum(a, b, minus, span);
                None
            }
        }
    }

    fn no_such_sum(&mut self, a: Ty, b: Ty, minus: bool, span: Span) {
        let counted = |it: Ty| match it {
            Ty::Quantity(Measure::Days, _) => Some("30 days"),
            Ty::Quantity(Measure::Months, _) => Some("6 months"),
            Ty::Quantity(Measure::Years, _) => Some("1 year"),
            _ => None,
        };
        let sign = if minus { "-" } else { "+" };
        let help = match (a, b) {
            (Ty::Time, _) | (_, Ty::Time) => {
                "a time of day has no arithmetic, because it would pass midnight: write `DATE at TIME` and count from there".to_owned()
            }
            (time, other) | (other, time) if is_business(other) && is_moment(time) => {
                "business days and hours are counted in a calendar, as in `3 business days after D in CALENDAR`".to_owned()
            }
            (Ty::DateTime, other) | (other, Ty::DateTime) if counted(other).is_some() => {
                let count = counted(other).unwrap_or_default();
                format!("count on the date and keep the time of day: `(date of T {sign} {count}) at time of T`")
            }
            (Ty::Instant, other) | (other, Ty::Instant) if counted(other).is_some() => {
                "days are counted where somebody lives: `instant of ((date of T in CAL + 30 days) at time of T in CAL) in CAL`, or add hours".to_owned()
            }
            _ => "a time and a duration make a time, and two times of one kind have a difference".to_owned(),
        };
        let (a, b) = (self.described(a), self.described(b));
        let message = match minus {
            true => format!("{b} cannot be taken from {a}"),
            false => format!("{b} cannot be added to {a}"),
        };
        self.report(Diagnostic::new(&codes::CLOCK_ARITHMETIC, span, message).with_help(help));
    }

    /// A time so much later (or earlier).
    fn moved(&mut self, time: Typed, by: Typed, minus: bool, span: Span) -> Option<Typed> {
        if form_of(&by) != Form::Steps(0) {
            self.unrounded(Measure::Duration, 0, by.expr.span);
            return None;
        }
        let ty = time.expr.ty;
        let typed = self.combined(time, minus, by, ty, span)?;
        self.in_years(typed, span)
    }

    /// Reports a time that can lie outside the years 1 to 9999.
    fn in_years(&mut self, typed: Typed, span: Span) -> Option<Typed> {
        let (first, last) = (date::FIRST * DAY, (date::LAST + 1) * DAY - 1);
        match typed.range {
            Some(Range::Whole(low, high)) if low >= first && high <= last => Some(typed),
            _ => self.leaves_calendar(&typed.expr, span),
        }
    }

    pub(super) fn leaves_calendar<T>(&mut self, expr: &Expr, span: Span) -> Option<T> {
        let mut distances = Vec::new();
        let mut clock = false;
        let mut open = vec![expr];
        while let Some(it) = open.pop() {
            if let Kind::Fact(slot) = it.kind
                && let Some(slot) = self.schema.slots.get(slot)
                && matches!(ty_of(slot.ty), Ty::Quantity(..))
            {
                clock |= matches!(slot.ty, Type::Duration { .. });
                distances.push(slot.path.clone());
            }
            open.extend(it.children());
        }
        let help = match distances.first() {
            Some(name) if clock => {
                format!("give `{name}` bounds, as in `between 0 hours and 1_000 hours`")
            }
            Some(name) => format!("give `{name}` bounds, as in `between 0 days and 365 days`"),
            None => "use a smaller distance".to_owned(),
        };
        let message = "this date can leave the years 1 to 9999";
        self.report(Diagnostic::new(&codes::MAY_LEAVE_CALENDAR, span, message).with_help(help));
        None
    }

    pub(super) fn shifted(
        &mut self,
        distance: &Expression,
        from: &Expression,
        after: bool,
        calendar: Option<&Name>,
        span: Span,
        known: &Known,
    ) -> Option<Typed> {
        let distance_typed = self.value(distance, known, None);
        let from_typed = self.value(from, known, Some(Ty::Date));
        let (distance_typed, from_typed) = (distance_typed?, from_typed?);
        if is_business(distance_typed.expr.ty) {
            return self.shifted_business(distance_typed, from_typed, after, calendar, span);
        }
        self.no_calendar(calendar, from)?;
        if Self::is_timed(from_typed.expr.ty) {
            return self.added_time(from_typed, !after, distance_typed, span);
        }
        if from_typed.expr.ty != Ty::Date {
            self.mismatch(Ty::Date, from_typed.expr.ty, from.span);
            return None;
        }
        if !matches!(distance_typed.expr.ty, Ty::Quantity(..)) {
            let days = Ty::Quantity(Measure::Days, Form::Steps(0));
            self.mismatch(days, distance_typed.expr.ty, distance.span);
            return None;
        }
        self.shifted_date(from_typed, distance_typed, !after, span)
    }

    // ── parts ────────────────────────────────────────────────────────────────────────────────────

    fn at(&mut self, day: Typed, time: Typed, span: Span) -> Option<Typed> {
        if day.expr.ty != Ty::Date {
            self.mismatch(Ty::Date, day.expr.ty, day.expr.span);
            return None;
        }
        if time.expr.ty != Ty::Time {
            self.mismatch(Ty::Time, time.expr.ty, time.expr.span);
            return None;
        }
        let range = day.range.and_then(|it| it.scaled(DAY)).zip(time.range).and_then(|(a, b)| a.plus(b));
        let range = self.fitting(range, &day, span)?;
        let midnight = Expr { span: day.expr.span, ty: Ty::DateTime, kind: scaled_day(day.expr) };
        let kind = Kind::Sum(vec![(false, midnight), (false, time.expr)]);
        Some(Typed::new(kind, Ty::DateTime, span).with_range(Some(range)))
    }

    fn part_of(
        &mut self,
        part: TimePart,
        of: &Expression,
        calendar: Option<&Name>,
        span: Span,
        known: &Known,
    ) -> Option<Typed> {
        let of = self.value(of, known, None)?;
        let ty = of.expr.ty;
        match (part, ty) {
            (TimePart::Date | TimePart::Time, Ty::DateTime) => {
                if calendar.is_some() {
                    // It needs none, but it must be one.
                    self.calendar_index(calendar, span)?;
                }
                self.part_of_local(part, of, span)
            }
            (TimePart::Date | TimePart::Time, Ty::Instant) => {
                let local = self.converted(CalendarOp::LocalOf, of, calendar, span)?;
                self.part_of_local(part, local, span)
            }
            (TimePart::DateTime, Ty::Instant) => self.converted(CalendarOp::LocalOf, of, calendar, span),
            (TimePart::Instant, Ty::DateTime) => self.converted(CalendarOp::InstantOf, of, calendar, span),
            (TimePart::Weekday, Ty::Date) => {
                let weekdays = self.weekdays();
                Some(Typed::new(Kind::Time(TimeOp::Weekday, vec![of.expr]), Ty::Choice(weekdays), span))
            }
            (TimePart::FirstOfMonth | TimePart::LastOfMonth, Ty::Date) => {
                let (op, edge): (_, fn(i128) -> Option<i128>) = match part {
                    TimePart::FirstOfMonth => (TimeOp::FirstOfMonth, date::first_of_month),
                    _ => (TimeOp::LastOfMonth, date::last_of_month),
                };
                let Some(Range::Whole(low, high)) = of.range else { return None };
                let range = edge(low).zip(edge(high)).map(|(low, high)| Range::Whole(low, high));
                Some(Typed::new(Kind::Time(op, vec![of.expr]), Ty::Date, span).with_range(range))
            }
            _ => {
                self.no_such_part(part, ty, of.expr.span);
                None
            }
        }
    }

    fn no_such_part(&mut self, part: TimePart, found: Ty, span: Span) {
        let (wanted, help) = match (part, found) {
            (TimePart::Date, Ty::Date) => ("a date and time", "it is a date already: leave `date of` out"),
            (TimePart::Time, Ty::Time) => ("a date and time", "it is a time already: leave `time of` out"),
            (TimePart::Time, Ty::Date) => ("a date and time", "a date has no time of day"),
            (TimePart::DateTime, Ty::Date) => ("a moment", "say at what time, as in `D at 17:00`"),
            (TimePart::DateTime, Ty::DateTime) => {
                ("a moment", "it is a `datetime` already: leave `datetime of` out")
            }
            (TimePart::Instant, Ty::Instant) => {
                ("a date and time", "it is an `instant` already: leave `instant of` out")
            }
            (TimePart::Instant, Ty::Date) => {
                ("a date and time", "say at what time, as in `instant of (D at 17:00) in CALENDAR`")
            }
            (TimePart::Weekday | TimePart::FirstOfMonth | TimePart::LastOfMonth, Ty::DateTime) => {
                ("a date", "take the day of it first, as in `weekday of (date of T)`")
            }
            (TimePart::Weekday | TimePart::FirstOfMonth | TimePart::LastOfMonth, Ty::Instant) => {
                ("a date", "take the day of it first, as in `weekday of (date of T in CALENDAR)`")
            }
            (TimePart::Weekday | TimePart::FirstOfMonth | TimePart::LastOfMonth, _) => {
                ("a date", "put what it is taken of in parentheses where it is more than one name")
            }
            _ => ("a date and time", "put what it is taken of in parentheses where it is more than one name"),
        };
        let message = format!("expected {wanted}, found {}", self.described(found));
        self.report(Diagnostic::new(&codes::TYPE_MISMATCH, span, message).with_help(help));
    }

    /// The date or the time of day of a local date-time.
    fn part_of_local(&mut self, part: TimePart, of: Typed, span: Span) -> Option<Typed> {
        let Some(Range::Whole(low, high)) = of.range else { return None };
        let days = (low.div_euclid(DAY), high.div_euclid(DAY));
        let (op, ty, range) = match part {
            TimePart::Date => (TimeOp::FloorDivide(DAY_LENGTH), Ty::Date, days),
            _ if days.0 == days.1 => {
                (TimeOp::Remainder(DAY_LENGTH), Ty::Time, (low.rem_euclid(DAY), high.rem_euclid(DAY)))
            }
            _ => (TimeOp::Remainder(DAY_LENGTH), Ty::Time, (0, DAY - 1)),
        };
        let kind = Kind::Time(op, vec![of.expr]);
        Some(Typed::new(kind, ty, span).with_range(Some(Range::Whole(range.0, range.1))))
    }

    // ── counting over days ───────────────────────────────────────────────────────────────────────

    /// `X is in the N days after Y`, as two comparisons that are counted from `Y`.
    fn within_reach(
        &mut self,
        value: Typed,
        reach: Typed,
        side: Side,
        anchor: Typed,
        calendar: Option<&Name>,
        span: Span,
    ) -> Option<Typed> {
        if !is_moment(value.expr.ty) || value.expr.ty == Ty::Time {
            let message = format!("expected a date, found {}", self.described(value.expr.ty));
            self.report(
                Diagnostic::new(&codes::TYPE_MISMATCH, value.expr.span, message)
                    .with_help("days are counted between dates, as in `X is in the 7 days after Y`"),
            );
            return None;
        }
        if anchor.expr.ty != value.expr.ty {
            self.mismatch(value.expr.ty, anchor.expr.ty, anchor.expr.span);
            return None;
        }
        let business = is_business(reach.expr.ty);
        if business && matches!(side, Side::BeginningWith | Side::EndingWith) {
            let message = "business days begin with no day: the start day never counts";
            self.report(
                Diagnostic::new(&codes::CLOCK_ARITHMETIC, span, message)
                    .with_help("write `in the 3 business days after X` or `before X`"),
            );
            return None;
        }
        for it in [&value.expr, &anchor.expr] {
            if larger_than(it, LARGEST_TWICE) {
                self.report(
                    Diagnostic::new(&codes::TOO_COSTLY, it.span, "this is too large to be compared twice")
                        .with_help("name it with `define` and use the name"),
                );
                return None;
            }
        }
        let after = matches!(side, Side::BeginningWith | Side::After);
        let far = if business {
            self.shifted_business(reach, anchor.clone(), after, calendar, span)?
        } else {
            self.reach_from(anchor.clone(), reach, !after, span)?
        };
        let (low, high) = if after { (anchor, far) } else { (far, anchor) };
        let (from, to) = match side {
            Side::BeginningWith => (Order::AtLeast, Order::Less),
            Side::EndingWith => (Order::Greater, Order::AtMost),
            Side::After => (Order::Greater, Order::AtMost),
            Side::Before => (Order::AtLeast, Order::Less),
        };
        let first = self.compared(from, value.clone(), low, span)?;
        let second = self.compared(to, value, high, span)?;
        let flow = first.flow.and(&second.flow);
        Some(Typed::new(Kind::And(vec![first.expr, second.expr]), Ty::Boolean, span).with_flow(flow))
    }

    /// The other end of a reach that no calendar counts.
    fn reach_from(&mut self, anchor: Typed, reach: Typed, minus: bool, span: Span) -> Option<Typed> {
        let (ty, found) = (anchor.expr.ty, reach.expr.ty);
        let days = matches!(found, Ty::Quantity(Measure::Days | Measure::Months | Measure::Years, _));
        match ty {
            Ty::Date if days => self.shifted_date(anchor, reach, minus, span),
            Ty::DateTime | Ty::Instant if matches!(found, Ty::Quantity(Measure::Duration, _)) => {
                self.moved(anchor, reach, minus, span)
            }
            Ty::Date => {
                self.mismatch(Ty::Quantity(Measure::Days, Form::Steps(0)), found, reach.expr.span);
                None
            }
            _ => {
                let message = format!("expected a duration, found {}", self.described(found));
                self.report(Diagnostic::new(&codes::MIXED_UNITS, reach.expr.span, message).with_help(
                    "hours are counted from a time; to count days, compare the days: `date of X is in the 7 days after date of Y`",
                ));
                None
            }
        }
    }
}

/// A date in seconds.
fn scaled_day(day: Expr) -> Kind {
    match day.kind {
        Kind::Constant(Scalar::Number(value)) => Kind::Constant(Scalar::Number(value * DAY)),
        _ => Kind::Scale(Box::new(day), DAY),
    }
}

/// Whether a tree has more than so many nodes.
fn larger_than(expr: &Expr, most: usize) -> bool {
    let mut open = vec![expr];
    let mut count = 0;
    while let Some(it) = open.pop() {
        count += 1;
        if count > most {
            return true;
        }
        open.extend(it.children());
    }
    false
}
