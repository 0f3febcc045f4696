//! Days, months, times and calendars in the normal form.
//!
//! Days of the week, days of date-times and times of day are linear, with a whole number beside them. Months
//! and calendars are not looked into: a variable stands for what they make, within what the calendar allows.

use crate::{
    hir::{CalendarOp, TimeOp},
    ir::NodeId,
    space::{
        Key, Space,
        linear::{Linear, ceiling, floor},
        normal::{Form, Normal, Piece, Pieces, number::floored},
    },
};

/// Days of the years 1 to 9999.
const DAYS: (i128, i128) = (-719_162, 2_932_896);

const SECONDS_OF_A_DAY: i128 = 86_400;

impl Normal<'_> {
    pub(super) fn time(&self, space: &mut Space, node: NodeId, op: TimeOp, operands: &[NodeId]) -> Form {
        let first = operands.first().copied().unwrap_or(node);
        let made = match op {
            TimeOp::FloorDivide(by) => {
                self.on_one(space, node, first, |space, it| floored(space, it, by.into()))
            }
            TimeOp::Remainder(by) => {
                self.on_one(space, node, first, |space, it| remainder(space, it, by.into()))
            }
            // 1970-01-01 was a Thursday.
            TimeOp::Weekday => self.on_one(space, node, first, weekday),
            TimeOp::FirstOfMonth => self.on_one(space, node, first, |space, it| {
                self.near(space, node, "first of month", it, (-30, 0))
            }),
            TimeOp::LastOfMonth => self
                .on_one(space, node, first, |space, it| self.near(space, node, "last of month", it, (0, 30))),
            TimeOp::Calendar(index, op) => return self.calendar(space, node, index, op, operands),
        };
        let hidden = || Pieces { ..Pieces::one(Piece::Opaque(node)) };
        Form::Value(made.unwrap_or_else(hidden))
    }

    /// A day so many days from another.
    fn near(
        &self,
        space: &mut Space,
        node: NodeId,
        what: &str,
        piece: &Piece,
        days: (i128, i128),
    ) -> Option<Piece> {
        let Piece::Number(term, 1) = piece else { return None };
        let (low, high) = space.range(term)?;
        let key = Key::Opaque(what.to_owned(), vec![term.clone()]);
        let range = (low.checked_add(days.0)?, high.checked_add(days.1)?);
        self.shifted(space, node, key, range, term, days)
    }

    /// A date so many months later.
    pub(super) fn months(
        &self,
        space: &mut Space,
        node: NodeId,
        date: &Piece,
        months: &Piece,
    ) -> Option<Piece> {
        let (Piece::Number(date, 1), Piece::Number(months, 1)) = (date, months) else { return None };
        if months.as_constant() == Some(0) {
            return Some(Piece::Number(date.clone(), 1));
        }
        let (fewest, most) = space.range(months)?;
        let days = (days_of_months(fewest)?.0, days_of_months(most)?.1);
        let (low, high) = space.range(date)?;
        let range = (low.checked_add(days.0)?, high.checked_add(days.1)?);
        let key = Key::Opaque("months later".to_owned(), vec![date.clone(), months.clone()]);
        self.shifted(space, node, key, range, date, days)
    }

    /// A free variable within so many of a term.
    fn shifted(
        &self,
        space: &mut Space,
        node: NodeId,
        key: Key,
        range: (i128, i128),
        from: &Linear,
        by: (i128, i128),
    ) -> Option<Piece> {
        let is_new = !space.variables.contains_key(&key);
        let made = Linear::variable(space.opaque(key, range, self.place(node)));
        if is_new {
            space.relate(&made.minus(from)?, by.0, by.1)?;
        }
        Some(Piece::Number(made, 1))
    }

    fn calendar(
        &self,
        space: &mut Space,
        node: NodeId,
        index: usize,
        op: CalendarOp,
        operands: &[NodeId],
    ) -> Form {
        let calendar = self.hir.calendars.get(index).map(|it| space.calendar(it));
        let what = format!("calendar {calendar:?} {op:?}");
        let pieces: Vec<Pieces> = operands.iter().map(|it| self.pieces(*it)).collect();
        let range = match op {
            CalendarOp::IsBusinessDay | CalendarOp::IsOpen(_) => {
                let all: Vec<&Pieces> = pieces.iter().collect();
                return Form::condition(self.unseen_condition(space, node, &what, &all));
            }
            CalendarOp::AddBusinessDays => DAYS,
            CalendarOp::BusinessDaysBetween => (DAYS.0 - DAYS.1, DAYS.1 - DAYS.0),
            CalendarOp::AddBusinessTime(_) | CalendarOp::LocalOf | CalendarOp::InstantOf => {
                ((DAYS.0 - 1) * SECONDS_OF_A_DAY, (DAYS.1 + 2) * SECONDS_OF_A_DAY)
            }
            CalendarOp::BusinessTimeBetween(_) => {
                let most = (DAYS.1 - DAYS.0 + 2) * SECONDS_OF_A_DAY;
                (-most, most)
            }
        };
        let terms = pieces.iter().map(|it| match it.all.as_slice() {
            [(crate::space::formula::TRUE, Piece::Number(term, 1))] => Some(term.clone()),
            _ => None,
        });
        let key = match terms.collect::<Option<Vec<Linear>>>() {
            Some(terms) => Key::Opaque(what, terms),
            None => Key::Opaque(self.shape(space, &what, node), Vec::new()),
        };
        let var = space.opaque(key, range, self.place(node));
        let error = space.formulas.or(pieces.iter().map(|it| it.error));
        Form::Value(Pieces { error, ..Pieces::one(Piece::Number(Linear::variable(var), 1)) })
    }
}

fn remainder(space: &mut Space, piece: &Piece, by: i128) -> Option<Piece> {
    let (Piece::Number(term, 1), Piece::Number(whole, 1)) = (piece, floored(space, piece, by)?) else {
        return None;
    };
    Some(Piece::Number(term.minus(&whole.times(by)?)?, 1))
}

/// The day of the week, counted from Monday, as a variable of its own.
fn weekday(space: &mut Space, piece: &Piece) -> Option<Piece> {
    let Piece::Number(date, 1) = piece else { return None };
    let shifted = date.plus(&Linear::constant(3))?;
    let Piece::Number(rest, 1) = remainder(space, &Piece::Number(shifted, 1), 7)? else { return None };
    if let Some(day) = rest.as_constant() {
        return u32::try_from(day).ok().map(Piece::Choice);
    }
    let key = Key::Rounded(rest.clone(), 1, crate::space::How::Floor);
    let is_new = !space.variables.contains_key(&key);
    let var = space.variable(key, 0, 6);
    if is_new {
        space.relate(&Linear::variable(var).minus(&rest)?, 0, 0)?;
    }
    Some(Piece::Variable(var))
}

/// The fewest and the most days of so many months: 400 years have 146,097 days and 4,800 months, and neither
/// a start nor a month's end is more than three days off that measure.
fn days_of_months(months: i128) -> Option<(i128, i128)> {
    let days = months.checked_mul(146_097)?;
    Some((floor(days, 4_800) - 3, ceiling(days, 4_800) + 3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::date;

    #[test]
    fn months_have_so_many_days() {
        for months in (-40..=40).chain([-1_200, -119, 119, 600, 1_200, 4_799]) {
            let (low, high) = days_of_months(months).unwrap();
            for day in (-60_000..60_000).step_by(1) {
                let later = date::add_months(day, months).unwrap();
                assert!((low..=high).contains(&(later - day)), "{months} months after {day}");
            }
        }
    }
}
