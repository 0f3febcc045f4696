//! What one operation makes of its operands, whoever holds them.
//!
//! The evaluator runs all nodes of a program in order; the flat program runs a few of them, when a test asks for
//! one. Both compute here, so an operation means one thing.

use crate::{
    calendar::Calendar,
    eval::{
        fold, number,
        slot::{NOTHING, Slot, joined, stopped},
        time,
    },
    hir::Order,
    ir::{NodeId, Op},
};

/// Where operands stand.
pub(crate) trait Reads {
    /// What is known of an earlier node.
    fn slot(&self, node: NodeId) -> &Slot;
    /// What is known of the fact in a slot of the schema.
    fn fact(&self, slot: usize) -> Slot;
    /// The constant of this index.
    fn constant(&self, index: u32) -> Slot;
    /// The calendars that operations name.
    fn calendars(&self) -> &[Calendar];
    /// What an operation reads of a decision.
    fn read(&self, op: &Op) -> Slot;

    /// What an operation gives. All nodes that it reads have been run.
    fn compute(&self, op: &Op) -> Slot {
        match op {
            Op::Constant(index) => self.constant(*index),
            Op::Absent | Op::Decision(_) => Slot::Nothing,
            Op::Fact(slot) => self.fact(*slot as usize),
            Op::RecordPresent(slot) => match self.fact(*slot as usize) {
                Slot::Nothing => Slot::Boolean(false),
                unknown @ Slot::Unknown { .. } => unknown,
                _ => Slot::Boolean(true),
            },
            Op::Present(value) => match self.slot(*value) {
                Slot::Failed => Slot::Failed,
                Slot::Unknown { may_fail } => Slot::Unknown { may_fail: *may_fail },
                value => Slot::Boolean(*value != Slot::Nothing),
            },
            Op::Not(value) => match self.slot(*value) {
                Slot::Boolean(value) => Slot::Boolean(!value),
                other => other.clone(),
            },
            Op::And(parts) => joined(parts.iter().map(|it| self.slot(*it)), false),
            Op::Or(parts) => joined(parts.iter().map(|it| self.slot(*it)), true),
            Op::Cases { guarded, last } => self.cases(guarded, *last),
            Op::Fold { fold, items, none } => {
                let slots = items.iter().map(|(holds, value)| (self.slot(*holds), self.slot(*value)));
                fold::fold(*fold, slots, none.map(|it| self.slot(it)))
            }
            Op::OutcomeIs(..)
            | Op::OutcomeParameter { .. }
            | Op::Includes(..)
            | Op::Empty(_)
            | Op::Collected(_) => self.read(op),
            _ => self.compute_strict(op),
        }
    }

    /// Operations that have a value only where all operands have one.
    fn compute_strict(&self, op: &Op) -> Slot {
        let value = match op {
            Op::Compare(comparison, a, b) => return self.compare(*comparison, *a, *b),
            Op::OneOf(value, constants) => return self.one_of(*value, constants),
            Op::Sum(terms) => return self.sum(terms),
            Op::Extremum(extreme, parts) => {
                let slots = || parts.iter().map(|it| self.slot(*it));
                return stopped(slots())
                    .or_else(|| number::extremum(*extreme, slots()))
                    .unwrap_or(Slot::Nothing);
            }
            Op::Product(a, b) => self.on_two(*a, *b, number::product),
            Op::Ratio(a, b) => self.on_two(*a, *b, number::ratio),
            Op::Quotient(a, b) => self.on_two(*a, *b, number::quotient),
            Op::AddMonths(a, b) => self.on_two(*a, *b, number::add_months),
            Op::Time(op, operands) => {
                let operands: Vec<&Slot> = operands.iter().map(|it| self.slot(*it)).collect();
                stopped(operands.iter().copied()).or_else(|| time::apply(*op, &operands, self.calendars()))
            }
            Op::Scale(value, factor) => {
                let (value, factor) = (self.slot(*value), self.constant(*factor));
                stopped([value]).or_else(|| number::product(value, &factor))
            }
            Op::Round(value, to) => {
                let value = self.slot(*value);
                stopped([value]).or_else(|| number::round(value, to))
            }
            Op::InCurrency { value, place, count } => {
                let value = self.slot(*value);
                stopped([value]).or_else(|| number::is_in_currency(value, *place, *count))
            }
            Op::AmountIn(value, stride) => {
                let (value, stride) = (self.slot(*value), self.constant(*stride));
                stopped([value]).or_else(|| number::whole_times(value, &stride))
            }
            _ => None,
        };
        value.unwrap_or(Slot::Nothing)
    }

    fn on_two(&self, a: NodeId, b: NodeId, combine: impl Fn(&Slot, &Slot) -> Option<Slot>) -> Option<Slot> {
        let (a, b) = (self.slot(a), self.slot(b));
        stopped([a, b]).or_else(|| combine(a, b))
    }

    fn compare(&self, comparison: Order, a: NodeId, b: NodeId) -> Slot {
        let (a, b) = (self.slot(a), self.slot(b));
        let holds = || number::order(a, b).map(|order| Slot::Boolean(comparison.holds(order)));
        stopped([a, b]).or_else(holds).unwrap_or(Slot::Nothing)
    }

    fn one_of(&self, value: NodeId, constants: &[u32]) -> Slot {
        let value = self.slot(value);
        let is_one = || Slot::Boolean(constants.iter().any(|it| *value == self.constant(*it)));
        stopped([value]).unwrap_or_else(is_one)
    }

    fn sum(&self, terms: &[(bool, NodeId)]) -> Slot {
        if let Some(stop) = stopped(terms.iter().map(|it| self.slot(it.1))) {
            return stop;
        }
        let mut total: Option<Slot> = None;
        for (minus, term) in terms {
            let term = self.slot(*term);
            let next = match (&total, minus) {
                (None, false) => Some(term.clone()),
                (None, true) => number::negated(term),
                (Some(total), _) => number::add(total, term, *minus),
            };
            match next {
                Some(next) => total = Some(next),
                None => return Slot::Nothing,
            }
        }
        total.unwrap_or(Slot::Nothing)
    }

    /// The value of the first case whose guard holds. Behind an unknown guard, known only where every value
    /// that may be selected is the same.
    fn cases(&self, guarded: &[(NodeId, NodeId)], last: NodeId) -> Slot {
        let mut selected: Option<&Slot> = None;
        let mut differ = false;
        let mut may_fail = false;
        let mut see = |value| match selected {
            None => selected = Some(value),
            Some(first) => differ |= !same(first, value),
        };
        let mut fallen_through = true;
        for (guard, value) in guarded {
            let value = self.slot(*value);
            match self.slot(*guard) {
                Slot::Boolean(true) => {
                    see(value);
                    may_fail |= value.may_fail();
                    fallen_through = false;
                    break;
                }
                Slot::Unknown { may_fail: may } => {
                    see(value);
                    // A guard in error makes the whole an error, whatever the values are.
                    may_fail |= *may || value.may_fail();
                }
                Slot::Failed => {
                    see(&Slot::Failed);
                    may_fail = true;
                    fallen_through = false;
                    break;
                }
                Slot::Boolean(false) => {}
                // The definition stands outside its guard here, and nobody observes it.
                _ => {
                    see(&NOTHING);
                    fallen_through = false;
                    break;
                }
            }
        }
        if fallen_through {
            let value = self.slot(last);
            see(value);
            may_fail |= value.may_fail();
        }
        match selected {
            Some(Slot::Failed) if !differ => Slot::Failed,
            Some(value) if !differ && !may_fail && value.is_known() => value.clone(),
            _ => Slot::Unknown { may_fail },
        }
    }
}

/// Whether two slots certainly hold the same.
fn same(a: &Slot, b: &Slot) -> bool {
    match (a, b) {
        (Slot::Ratio(..), Slot::Ratio(..)) => number::order(a, b).is_some_and(std::cmp::Ordering::is_eq),
        _ => a == b,
    }
}
