//! Whole minutes: whether a value fits where its type is `to the minute`.
//!
//! Nothing is rounded on the quiet. A value is a whole number of minutes where all that it is made of is: facts
//! and parameters by their types, constants by their value, openings by the hours of their calendar. That is
//! decided at compile time; a value that only happens to be whole is not.

use std::collections::BTreeSet;

use crate::{
    calendar::{Clock, Day},
    check::{Checker, codes, expression::Typed, time::DAY_LENGTH},
    diag::Diagnostic,
    hir::{CalendarOp, Expr, Kind, TimeOp},
    schema::Type,
    source::Span,
    value::{Scalar, clock::Grain},
};

impl Checker<'_> {
    /// Reports a time that may have seconds where its type has none.
    pub(super) fn in_grain(&mut self, typed: &Typed, ty: Type, name: &str) -> Option<()> {
        let minutes = to_minutes(ty);
        if !minutes || self.whole_minutes(&typed.expr) {
            return Some(());
        }
        let message = format!("`{name}` is to the minute, and this value can have seconds");
        self.report(Diagnostic::new(&codes::NOT_WHOLE_MINUTES, typed.expr.span, message).with_help(format!(
            "let `{name}` be `to the second`, or let the facts that it is made of be `to the minute`"
        )));
        None
    }

    /// Reports a constant with seconds where its type has none.
    pub(super) fn whole_minute_literal(&mut self, value: &Scalar, ty: Type, span: Span) -> Option<()> {
        let minutes = to_minutes(ty);
        match value {
            Scalar::Number(seconds) if minutes && seconds % 60 != 0 => {
                let message =
                    format!("`{}` has seconds, and its type is to the minute", self.source.slice(span));
                self.report(
                    Diagnostic::new(&codes::NOT_WHOLE_MINUTES, span, message)
                        .with_help("leave the seconds out, or let the type be `to the second`"),
                );
                None
            }
            _ => Some(()),
        }
    }

    /// Whether every value of an expression that counts seconds is a whole number of minutes. It is where all
    /// that it is made of is; each definition is looked at once.
    pub(super) fn whole_minutes(&self, expr: &Expr) -> bool {
        let mut seen = BTreeSet::new();
        // Each with the definition around it, whose parameters it reads.
        let mut open: Vec<(&Expr, Option<usize>)> = vec![(expr, None)];
        while let Some((it, around)) = open.pop() {
            let whole = match &it.kind {
                Kind::Constant(Scalar::Number(value)) => value % 60 == 0,
                Kind::Absent => true,
                Kind::Fact(slot) => self.schema.slots.get(*slot).is_some_and(|it| to_minutes(it.ty)),
                Kind::Local(index) => {
                    let locals = match around.and_then(|it| self.definitions.get(it)) {
                        Some(info) => &info.locals,
                        None => &self.scope.locals,
                    };
                    locals.get(*index).is_some_and(|it| to_minutes(it.ty))
                }
                Kind::OutcomeParameter(decision, outcome, parameter) => {
                    let outcome = self.decisions.get(*decision).and_then(|it| it.outcomes.get(*outcome));
                    let parameter = outcome.and_then(|it| it.parameters.get(*parameter));
                    parameter.is_some_and(|it| to_minutes(it.ty))
                }
                Kind::Definition(index) | Kind::Call(index, _) => {
                    let definition = self.definitions.get(*index).and_then(|it| it.hir.as_ref());
                    if seen.insert(*index) {
                        let cases = definition.into_iter().flat_map(|it| &it.cases);
                        open.extend(cases.map(|it| (&it.value, Some(*index))));
                    }
                    definition.is_some()
                }
                Kind::Scale(_, factor) if factor % 60 == 0 => true,
                Kind::Round { step, .. } => step % 60 == 0,
                Kind::Sum(_) | Kind::Extremum(..) | Kind::Scale(..) => {
                    open.extend(it.children().map(|it| (it, around)));
                    true
                }
                Kind::Time(op, all) => {
                    open.extend(all.iter().map(|it| (it, around)));
                    match op {
                        TimeOp::Remainder(DAY_LENGTH) => true,
                        TimeOp::Calendar(calendar, op) => self.keeps_minutes(*calendar, *op),
                        _ => false,
                    }
                }
                _ => false,
            };
            if !whole {
                return false;
            }
        }
        true
    }

    /// Whether the operation of a calendar makes whole minutes of whole minutes.
    fn keeps_minutes(&self, calendar: usize, op: CalendarOp) -> bool {
        let Some(calendar) = self.calendars.get(calendar).and_then(|it| it.made.as_ref()) else {
            return false;
        };
        let plan = &calendar.plan;
        // Since 1973 every clock of the world differs from UTC by whole minutes.
        let modern = plan.covers.first().is_some_and(|it| it.0 >= 3 * 366);
        let whole = |it: &Day| match it {
            Day::Hours(all) => all.iter().all(|it| it.0 % 60 == 0 && it.1 % 60 == 0),
            _ => true,
        };
        let hours = plan.week.iter().chain(plan.special.values()).all(whole);
        match op {
            CalendarOp::AddBusinessTime(Clock::Local) | CalendarOp::BusinessTimeBetween(Clock::Local) => {
                hours
            }
            CalendarOp::AddBusinessTime(_) | CalendarOp::BusinessTimeBetween(_) => hours && modern,
            CalendarOp::LocalOf | CalendarOp::InstantOf => modern,
            _ => false,
        }
    }
}

/// Whether values of a type are times to the minute.
fn to_minutes(ty: Type) -> bool {
    matches!(
        ty,
        Type::Time { grain: Grain::Minute }
            | Type::DateTime { grain: Grain::Minute }
            | Type::Instant { grain: Grain::Minute }
    )
}
