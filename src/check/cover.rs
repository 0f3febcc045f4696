//! What is counted in a calendar, and the proof that no count leaves what the calendar covers.
//!
//! Every count is monotone in its time and in its number, so the ends of the ranges of both are asked at
//! compile time: where the calendar has an answer for these, and all lie in one covered range, it has one for
//! everything between. Where it has none, the widest bounds that would do are searched by halves, and the
//! message proposes them.

use std::sync::Arc;

use crate::{
    calendar::{Calendar, Clock},
    check::{Checker, codes, expression::Typed, number::form_of, range::Range, types::type_of},
    diag::Diagnostic,
    hir::{CalendarOp, Expr, Form, Kind, Measure, TimeOp, Ty},
    schema::Type,
    source::Span,
    syntax::ast::{Name, time::BusinessUnit},
    value::{
        Scalar,
        clock::{DAY, Grain},
        form,
    },
    words::nearest,
};

/// The two ends of a whole range.
fn ends(typed: &Typed) -> Option<(i128, i128)> {
    match typed.range {
        Some(Range::Whole(low, high)) => Some((low, high)),
        _ => None,
    }
}

/// What a time is counted on; none for a date.
fn clock_of(ty: Ty) -> Option<Clock> {
    match ty {
        Ty::DateTime => Some(Clock::Local),
        Ty::Instant => Some(Clock::Instant),
        _ => None,
    }
}

/// The covered range around a day or a moment.
fn reach(calendar: &Calendar, clock: Option<Clock>, at: i128) -> Option<(i128, i128)> {
    match clock {
        None => calendar.reach_of_days(at),
        Some(clock) => calendar.reach(clock, at),
    }
}

impl Checker<'_> {
    /// The calendar that is named; where none is, the only one that there is.
    pub(super) fn calendar_index(&mut self, name: Option<&Name>, span: Span) -> Option<usize> {
        if let Some(name) = name {
            if let Some(index) = self.calendars.iter().position(|it| it.name == name.text) {
                return Some(index);
            }
            if self.file.broken.iter().any(|it| it.keyword == "calendar") {
                return None;
            }
            let names = self.calendars.iter().map(|it| it.name.as_str());
            let near = nearest(&name.text, names).map(str::to_owned);
            let message = format!("there is no calendar `{}`", name.text);
            let diagnostic = Diagnostic::new(&codes::UNKNOWN_CALENDAR, name.span, message);
            let all: Vec<&str> = self.calendars.iter().map(|it| it.name.as_str()).collect();
            let help = match all.as_slice() {
                [] => "declare one, as in `calendar support { covers 2026-01-01 through 2026-12-31 … }`"
                    .to_owned(),
                [only] => format!("the only calendar is `{only}`"),
                all => format!("the calendars are {}", crate::words::list(all, "and")),
            };
            self.report(match near {
                Some(near) => {
                    diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(name.span, near)
                }
                None => diagnostic.with_help(help),
            });
            return None;
        }
        if self.file.broken.iter().any(|it| it.keyword == "calendar") {
            return None;
        }
        let (message, help) = match self.calendars.len() {
            1 => return Some(0),
            0 => (
                "this is counted in a calendar, and there is none",
                "declare one, as in `calendar support { covers 2026-01-01 through 2026-12-31 … }`".to_owned(),
            ),
            _ => {
                let all: Vec<&str> = self.calendars.iter().map(|it| it.name.as_str()).collect();
                let help = format!("say which, with `in` and its name: {}", crate::words::list(&all, "or"));
                ("this is counted in a calendar, and there are several", help)
            }
        };
        self.report(Diagnostic::new(&codes::UNKNOWN_CALENDAR, span, message).with_help(help));
        None
    }

    /// The calendar itself, where nothing was reported in it, and with what the clock needs of it.
    fn calendar_with(
        &mut self,
        index: usize,
        clock: Option<Clock>,
        hours: bool,
        span: Span,
    ) -> Option<Arc<Calendar>> {
        let calendar = self.calendars.get(index)?.made.clone()?;
        let name = calendar.name.clone();
        if clock == Some(Clock::Instant) && calendar.plan.zone.is_none() {
            let message =
                format!("the calendar `{name}` says no zone, and a moment has no local time without");
            self.report(
                Diagnostic::new(&codes::CALENDAR_SAYS_TOO_LITTLE, span, message)
                    .with_help("add its time zone to the calendar, as in `zone \"Europe/Berlin\"`"),
            );
            return None;
        }
        if hours && !calendar.has_hours() {
            let message = format!("the calendar `{name}` does not say the hours of every business day");
            self.report(
                Diagnostic::new(&codes::CALENDAR_SAYS_TOO_LITTLE, span, message)
                    .with_help("add them, as in `open monday through friday 09:00 to 17:00`"),
            );
            return None;
        }
        Some(calendar)
    }

    /// `3 business days after D`, `4 business hours before T`.
    pub(super) fn shifted_business(
        &mut self,
        count: Typed,
        from: Typed,
        after: bool,
        name: Option<&Name>,
        span: Span,
    ) -> Option<Typed> {
        let Ty::Quantity(unit, _) = count.expr.ty else { return None };
        if form_of(&count) != Form::Steps(0) {
            self.unrounded(unit, 0, count.expr.span);
            return None;
        }
        let clock = self.unit_fits(unit, &from)?;
        let index = self.calendar_index(name, span)?;
        let calendar = self.calendar_with(index, clock, clock.is_some(), span)?;
        let count_span = count.expr.span;
        let count = if after { count } else { self.opposite(count, count_span)? };
        let ((low, high), (least, most)) = (ends(&from)?, ends(&count)?);
        let shift = |at: i128, by: i128| match clock {
            None => calendar.add_business_days(at, by),
            Some(clock) => calendar.add_business_time(clock, at, by),
        };
        let within = |at: i128| shift(at, least).is_some() && shift(at, most).is_some();
        self.in_cover(&calendar, clock, &from, &within, Some(&count.expr), span)?;
        let range = Range::Whole(shift(low, least)?, shift(high, most)?);
        let (op, ty) = match clock {
            None => (CalendarOp::AddBusinessDays, Ty::Date),
            Some(clock) => (CalendarOp::AddBusinessTime(clock), from.expr.ty),
        };
        let kind = Kind::Time(TimeOp::Calendar(index, op), vec![from.expr, count.expr]);
        Some(Typed::new(kind, ty, span).with_range(Some(range)))
    }

    /// Business days go with dates, business hours with times.
    fn unit_fits(&mut self, unit: Measure, from: &Typed) -> Option<Option<Clock>> {
        let ty = from.expr.ty;
        let help = match (unit, ty) {
            (Measure::BusinessDays, Ty::Date) => return Some(None),
            (Measure::BusinessHours, Ty::DateTime | Ty::Instant) => return Some(clock_of(ty)),
            (Measure::BusinessDays, Ty::DateTime) => "business days are counted from a date: `date of T`",
            (Measure::BusinessDays, Ty::Instant) => {
                "business days are counted from a date: `date of T in CALENDAR`"
            }
            (Measure::BusinessHours, Ty::Date) => "business hours are counted from a time: `D at 09:00`",
            (Measure::BusinessDays, _) => "business days are counted from a date",
            _ => "business hours are counted from a date and time",
        };
        let wanted = if unit == Measure::BusinessDays { "a date" } else { "a date and time" };
        let message = format!("expected {wanted}, found {}", self.described(ty));
        self.report(Diagnostic::new(&codes::TYPE_MISMATCH, from.expr.span, message).with_help(help));
        None
    }

    /// `business days from A to B`.
    pub(super) fn business_between(
        &mut self,
        unit: BusinessUnit,
        from: Typed,
        to: Typed,
        name: Option<&Name>,
        span: Span,
    ) -> Option<Typed> {
        let measure = if unit == BusinessUnit::Days { Measure::BusinessDays } else { Measure::BusinessHours };
        let clock = self.unit_fits(measure, &from)?;
        if from.expr.ty != to.expr.ty {
            self.mismatch(from.expr.ty, to.expr.ty, to.expr.span);
            return None;
        }
        let index = self.calendar_index(name, span)?;
        let calendar = self.calendar_with(index, clock, clock.is_some(), span)?;
        let ((from_low, from_high), (to_low, to_high)) = (ends(&from)?, ends(&to)?);
        self.in_cover(&calendar, clock, &from, &|_| true, None, span)?;
        let home = reach(&calendar, clock, from_low);
        self.in_cover(&calendar, clock, &to, &|at| reach(&calendar, clock, at) == home, None, span)?;
        let between = |a: i128, b: i128| match clock {
            None => calendar.business_days_between(a, b),
            Some(clock) => calendar.business_time_between(clock, a, b),
        };
        let range = Range::Whole(between(from_high, to_low)?, between(from_low, to_high)?);
        let op = match clock {
            None => CalendarOp::BusinessDaysBetween,
            Some(clock) => CalendarOp::BusinessTimeBetween(clock),
        };
        let kind = Kind::Time(TimeOp::Calendar(index, op), vec![from.expr, to.expr]);
        Some(Typed::new(kind, Ty::Quantity(measure, Form::Steps(0)), span).with_range(Some(range)))
    }

    /// `D is a business day`, `T is in business hours`.
    pub(super) fn business_question(
        &mut self,
        unit: BusinessUnit,
        value: Typed,
        name: Option<&Name>,
        span: Span,
    ) -> Option<Typed> {
        let measure = if unit == BusinessUnit::Days { Measure::BusinessDays } else { Measure::BusinessHours };
        let clock = self.unit_fits(measure, &value)?;
        let index = self.calendar_index(name, span)?;
        let calendar = self.calendar_with(index, clock, clock.is_some(), span)?;
        self.in_cover(&calendar, clock, &value, &|_| true, None, span)?;
        let op = match clock {
            None => CalendarOp::IsBusinessDay,
            Some(clock) => CalendarOp::IsOpen(clock),
        };
        let kind = Kind::Time(TimeOp::Calendar(index, op), vec![value.expr]);
        Some(Typed::new(kind, Ty::Boolean, span))
    }

    /// A moment as local time, or local time as a moment.
    pub(super) fn converted(
        &mut self,
        op: CalendarOp,
        of: Typed,
        name: Option<&Name>,
        span: Span,
    ) -> Option<Typed> {
        let index = self.calendar_index(name, span)?;
        let calendar = self.calendar_with(index, Some(Clock::Instant), false, span)?;
        let (low, high) = ends(&of)?;
        let (clock, ty) = match op {
            CalendarOp::LocalOf => (Clock::Instant, Ty::DateTime),
            _ => (Clock::Local, Ty::Instant),
        };
        let one =
            |at: i128| if clock == Clock::Instant { calendar.local_of(at) } else { calendar.instant_of(at) };
        self.in_cover(&calendar, Some(clock), &of, &|at| one(at).is_some(), None, span)?;
        let range = match op {
            CalendarOp::LocalOf => calendar.locals_of(low, high),
            _ => calendar.instants_of(low, high),
        };
        let Some((least, most)) = range else {
            return self.not_covered(&calendar, Some(clock), &of, &|at| one(at).is_some(), None, span);
        };
        let kind = Kind::Time(TimeOp::Calendar(index, op), vec![of.expr]);
        Some(Typed::new(kind, ty, span).with_range(Some(Range::Whole(least, most))))
    }

    // ── the proof ────────────────────────────────────────────────────────────────────────────────

    /// Reports a count that could leave what the calendar covers. `within` says whether the calendar has an
    /// answer at a place; where it has not, that is so from there to the end of the covered range.
    fn in_cover(
        &mut self,
        calendar: &Calendar,
        clock: Option<Clock>,
        at: &Typed,
        within: &dyn Fn(i128) -> bool,
        count: Option<&Expr>,
        span: Span,
    ) -> Option<()> {
        let (low, high) = ends(at)?;
        let home = reach(calendar, clock, low);
        if home.is_some() && home == reach(calendar, clock, high) && within(low) && within(high) {
            return Some(());
        }
        self.not_covered(calendar, clock, at, within, count, span)
    }

    fn not_covered<T>(
        &mut self,
        calendar: &Calendar,
        clock: Option<Clock>,
        at: &Typed,
        within: &dyn Fn(i128) -> bool,
        count: Option<&Expr>,
        span: Span,
    ) -> Option<T> {
        let (low, high) = ends(at)?;
        let spans: Vec<(i128, i128)> = calendar
            .plan
            .covers
            .iter()
            .filter_map(|(first, _)| match clock {
                None => calendar.reach_of_days(*first),
                Some(Clock::Local) => calendar.reach(Clock::Local, first * DAY),
                // The clocks of the world differ from UTC by less than a day and a half.
                Some(Clock::Instant) => calendar
                    .reach(Clock::Instant, (first + 1) * DAY + DAY / 2)
                    .or_else(|| calendar.reach(Clock::Instant, first * DAY + DAY / 2)),
            })
            .collect();
        let found = spans.iter().filter_map(|it| widest(*it, within));
        let overlap = |it: &(i128, i128)| (it.1.min(high) - it.0.max(low)).max(-1);
        let best = found.max_by_key(overlap);
        let shown: Vec<String> = calendar
            .plan
            .covers
            .iter()
            .map(|(first, last)| {
                format!(
                    "{} through {}",
                    crate::value::date::format(*first),
                    crate::value::date::format(*last)
                )
            })
            .collect();
        let text = self.source.slice(at.expr.span).to_owned();
        let covers = shown.join(" and ");
        let message = match count {
            Some(_) => format!(
                "counted from `{text}`, this can leave what the calendar `{}` covers: {covers}",
                calendar.name
            ),
            None => {
                format!("`{text}` can lie outside what the calendar `{}` covers: {covers}", calendar.name)
            }
        };
        let help = match best {
            Some(bounds) => self.proposed(&at.expr, bounds, &text),
            None => match count.map(|it| (&it.kind, it.ty)) {
                Some((Kind::Constant(_), _)) | None => {
                    "let the calendar cover more days, or count fewer".to_owned()
                }
                Some((_, Ty::Quantity(Measure::BusinessHours, _))) => {
                    "give what is counted bounds, as in `between 0 business hours and 80 business hours`"
                        .to_owned()
                }
                Some(_) => {
                    "give what is counted bounds, as in `between 0 business days and 30 business days`"
                        .to_owned()
                }
            },
        };
        self.report(Diagnostic::new(&codes::MAY_LEAVE_COVER, span, message).with_help(help));
        None
    }

    /// What to write so that a value lies within bounds.
    fn proposed(&self, expr: &Expr, bounds: (i128, i128), text: &str) -> String {
        if let Some((slot, (low, high))) = self.traced(expr, bounds)
            && let Some(slot) = self.schema.slots.get(slot)
        {
            let (low, high) = (low.max(slot.low), high.min(slot.high));
            let step = match slot.ty {
                Type::DateTime { .. } | Type::Instant { .. } => 60,
                _ => 1,
            };
            let (low, high) = (-(-low).div_euclid(step) * step, high.div_euclid(step) * step);
            if low <= high {
                let ty = match slot.ty {
                    Type::DateTime { .. } => Type::DateTime { grain: Grain::Minute },
                    Type::Instant { .. } => Type::Instant { grain: Grain::Minute },
                    other => other,
                };
                let shown = |it: i128| form::words(&Scalar::Number(it), ty, &self.schema);
                return format!("give `{}` bounds: `between {} and {}`", slot.path, shown(low), shown(high));
            }
        }
        let Some(ty) = type_of(expr.ty) else { return "give the facts in it bounds".to_owned() };
        let step = if ty == Type::Date { 1 } else { 60 };
        let (low, high) = (-(-bounds.0).div_euclid(step) * step, bounds.1.div_euclid(step) * step);
        let shown = |it: i128| form::words(&Scalar::Number(it), ty, &self.schema);
        let name = if text.contains([' ', '(']) { "day" } else { text };
        format!(
            "give the facts in it bounds, or name it with `define` and ask first: `{name} is no earlier than {} and {name} is no later than {} and …`",
            shown(low),
            shown(high)
        )
    }

    /// The fact of which an expression is made, and the bounds that it needs so that the expression has these.
    fn traced(&self, expr: &Expr, (low, high): (i128, i128)) -> Option<(usize, (i128, i128))> {
        let (mut at, mut low, mut high) = (expr, low, high);
        loop {
            match &at.kind {
                Kind::Fact(slot) => return Some((*slot, (low, high))),
                Kind::Definition(index) => match self.definitions.get(*index)?.hir.as_ref()?.cases.as_slice()
                {
                    [only] => at = &only.value,
                    _ => return None,
                },
                Kind::Time(TimeOp::FloorDivide(by), all) => {
                    let by = i128::from(*by);
                    (low, high) = (low.checked_mul(by)?, high.checked_mul(by)?.checked_add(by - 1)?);
                    at = all.first()?;
                }
                Kind::Time(TimeOp::Calendar(index, CalendarOp::LocalOf), all) => {
                    let calendar = self.calendars.get(*index)?.made.as_ref()?;
                    (low, high) = (calendar.instant_of(low)?, calendar.instant_of(high)?);
                    at = all.first()?;
                }
                Kind::Time(TimeOp::Calendar(index, CalendarOp::InstantOf), all) => {
                    let calendar = self.calendars.get(*index)?.made.as_ref()?;
                    (low, high) = (calendar.local_of(low)?, calendar.local_of(high)?);
                    at = all.first()?;
                }
                Kind::Sum(all) => match all.as_slice() {
                    [(false, inner), (minus, Expr { kind: Kind::Constant(Scalar::Number(by)), .. })] => {
                        let by = if *minus { -by } else { *by };
                        (low, high) = (low - by, high - by);
                        at = inner;
                    }
                    _ => return None,
                },
                _ => return None,
            }
        }
    }
}

/// The widest part of a covered range at whose ends `within` holds; it fails only toward the ends.
fn widest((start, end): (i128, i128), within: &dyn Fn(i128) -> bool) -> Option<(i128, i128)> {
    let middle = start + (end - start) / 2;
    let inside = [start, end, middle].into_iter().find(|it| within(*it))?;
    let mut low = (start - 1, inside);
    while low.1 - low.0 > 1 {
        let half = low.0 + (low.1 - low.0) / 2;
        if within(half) { low.1 = half } else { low.0 = half }
    }
    let mut high = (inside, end + 1);
    while high.1 - high.0 > 1 {
        let half = high.0 + (high.1 - high.0) / 2;
        if within(half) { high.0 = half } else { high.1 = half }
    }
    Some((low.1, high.0))
}
