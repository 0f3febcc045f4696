//! Values that tests and arguments ask for: sums of cells, and operations as the evaluator computes them.

use std::sync::Arc;

use crate::{
    calendar::Calendar,
    eval::{Slot, compute::Reads, number, slot::NOTHING},
    flat::{
        Code, Flat, Read,
        cells::{ABSENT, LEAST, UNKNOWN},
        run::{Came, Run},
    },
    ir::{NodeId, Op},
    value::Scalar,
};

impl Run<'_> {
    /// A sum of cells, as a cell has it.
    pub(super) fn sum(&self, sum: u32) -> i64 {
        let flat = self.flat;
        let (mut total, mut absent) = (0_i128, false);
        for (cell, by) in terms(flat, sum) {
            match self.cell(*cell) {
                UNKNOWN => return UNKNOWN,
                ABSENT => absent = true,
                // A product of two 64 bit numbers leaves room for more of them than there are cells.
                value => total = total.saturating_add(i128::from(value) * i128::from(*by)),
            }
        }
        if absent { ABSENT } else { clamped(total) }
    }

    /// The value of a code as a cell has it; none for one that reads a decision in error.
    pub(super) fn number(&mut self, code: u32) -> Option<i64> {
        Some(match self.code(code) {
            Slot::Failed => return None,
            Slot::Unknown { .. } => UNKNOWN,
            Slot::Nothing => ABSENT,
            Slot::Boolean(value) => i64::from(*value),
            Slot::Choice(index) => i64::from(*index),
            Slot::Integer(value) => clamped(*value),
            // Only asked whether it is there.
            Slot::Ratio(..) | Slot::Text(_) | Slot::Items(_) => 0,
        })
    }

    /// The value of a code that is plain.
    pub(super) fn plain(&mut self, code: Code) -> Option<i128> {
        plain(self.flat, self.facts.all, &mut self.room.numbers, code)
    }

    /// The value of a code.
    pub(super) fn code(&mut self, code: u32) -> &Slot {
        let flat = self.flat;
        let Some(code) = flat.codes.get(code as usize) else { return &NOTHING };
        if let (true, Some(value)) = (code.plain, self.plain(*code)) {
            self.room.plain = Slot::Integer(value);
            return &self.room.plain;
        }
        let (first, end) = (code.first as usize, code.first as usize + code.count as usize);
        let mut last = 0;
        for step in flat.steps.get(first..end).unwrap_or_default() {
            last = *step as usize;
            let Some(op) = flat.ops.get(last) else { return &NOTHING };
            let value = self.compute(op);
            if let Some(place) = self.room.values.get_mut(last) {
                *place = value;
            }
        }
        self.room.values.get(last).unwrap_or(&NOTHING)
    }

    /// The first fact that a test waits for.
    pub(super) fn missing(&self, read: Read) -> Option<u32> {
        let flat = self.flat;
        match read {
            Read::Cell(slot) => Some(slot),
            Read::Sum(sum) => terms(flat, sum).iter().map(|it| it.0).find(|it| self.cell(*it) == UNKNOWN),
            Read::Outcome(_) => None,
            Read::Code(code) => {
                let code = flat.codes.get(code as usize)?;
                let steps = flat.steps.get(code.first as usize..)?.iter().take(code.count as usize);
                steps.into_iter().find_map(|step| match flat.ops.get(*step as usize) {
                    Some(Op::Fact(slot) | Op::RecordPresent(slot)) if self.cell(*slot) == UNKNOWN => {
                        Some(*slot)
                    }
                    _ => None,
                })
            }
        }
    }
}

/// The value of a code that is plain, where all cells have numbers and nothing overflows. What it means is what
/// [`Reads::compute`] says, which is asked for everything else.
pub(super) fn plain(flat: &Flat, cells: &[i64], numbers: &mut [i128], code: Code) -> Option<i128> {
    let mut last = 0;
    for step in flat.steps.get(code.first as usize..)?.iter().take(code.count as usize) {
        last = *step as usize;
        let of = |node: &NodeId| numbers.get(*node as usize).copied();
        let constant = |index: &u32| match flat.constants.get(*index as usize) {
            Some(Scalar::Number(value)) => Some(*value),
            _ => None,
        };
        let value = match flat.ops.get(last)? {
            Op::Fact(slot) => i128::from(*cells.get(*slot as usize).filter(|it| **it > ABSENT)?),
            Op::Constant(index) => constant(index)?,
            Op::Scale(a, by) => of(a)?.checked_mul(constant(by)?)?,
            Op::Sum(terms) => terms.iter().try_fold(0_i128, |sum, (minus, term)| match minus {
                true => sum.checked_sub(of(term)?),
                false => sum.checked_add(of(term)?),
            })?,
            Op::Round(a, to) => number::round_integer(of(a)?, to)?,
            _ => return None,
        };
        *numbers.get_mut(last)? = value;
    }
    numbers.get(last).copied()
}

/// The terms of a sum of cells.
fn terms(flat: &Flat, sum: u32) -> &[(u32, i64)] {
    let Some((first, count)) = flat.sums.get(sum as usize).copied() else { return &[] };
    flat.terms.get(first as usize..first as usize + count as usize).unwrap_or_default()
}

/// A number as a cell has it: one beyond 64 bits is the nearest within.
fn clamped(value: i128) -> i64 {
    i64::try_from(value.clamp(LEAST.into(), i64::MAX.into())).unwrap_or(LEAST)
}

/// As operations read it.
impl Reads for Run<'_> {
    fn slot(&self, node: NodeId) -> &Slot {
        self.room.values.get(node as usize).unwrap_or(&NOTHING)
    }

    fn fact(&self, slot: usize) -> Slot {
        self.facts.slot(self.flat, slot)
    }

    fn constant(&self, index: u32) -> Slot {
        self.flat.constants.get(index as usize).map_or(Slot::Nothing, Slot::from)
    }

    fn calendars(&self) -> &[Calendar] {
        &self.flat.calendars
    }

    fn read(&self, op: &Op) -> Slot {
        let state = op.decision().and_then(|it| self.room.states.get(it as usize));
        let Some(state) = state else { return Slot::Nothing };
        match (state.came, op) {
            // What an error could come of is left to those who can tell.
            (Came::Open(_), _) => Slot::Unknown { may_fail: true },
            (Came::Failed(_), _) => Slot::Failed,
            (Came::Decided(outcome), Op::OutcomeIs(_, outcomes)) => {
                Slot::Boolean(outcomes.contains(&outcome))
            }
            (Came::Decided(own), Op::OutcomeParameter { outcome, parameter, .. }) => match own == *outcome {
                true => state.arguments.get(*parameter as usize).cloned().unwrap_or(Slot::Nothing),
                false => Slot::Nothing,
            },
            (Came::Collected, Op::Includes(_, outcome)) => {
                Slot::Boolean(state.items.iter().any(|it| it.outcome == *outcome as usize))
            }
            (Came::Collected, Op::Empty(_)) => Slot::Boolean(state.items.is_empty()),
            (Came::Collected, Op::Collected(_)) => Slot::Items(Arc::clone(&state.items)),
            _ => Slot::Nothing,
        }
    }
}
