//! Runs a program over facts, known and unknown: the normative evaluator.
//!
//! One pass over the nodes in order fills one [`Slot`] each; a decision's node looks at all of its rules and
//! settles the decision ([`decision`]). Reports are made afterwards, of what was settled: the reasons and texts
//! ([`report`]), the facts that are missing ([`needs`]).
//!
//! **Sound.** What is known here holds for every way to complete the unknown facts: values, truths, errors.
//! **Incomplete.** It is cautious: two unknowns are never related to each other, so `x or not x` is unknown
//! while `x` is. What an unknown could turn into an error, it keeps in mind ([`Slot::Unknown`]).
//!
//! **Never** builds a diagnostic, recurses, or reads anything but its arguments. Takes
//! [`Program::cost`](crate::ir::Program::cost) steps.

use crate::{
    eval::slot::{NOTHING, joined, stopped},
    hir::{Hir, Order},
    ir::{NodeId, Op, Program},
    value::Known,
};

pub(crate) mod decision;
pub(crate) mod needs;
pub(crate) mod report;
pub(crate) mod show;
pub(crate) mod slot;

mod cover;
mod fold;
mod number;
mod time;
mod used;

pub(crate) use decision::{DecisionState, Failure, Hold, Settled};
pub(crate) use slot::{Item, Slot};

/// A program's nodes and decisions for one set of facts.
#[derive(Debug)]
pub(crate) struct Evaluation<'p> {
    /// The policy.
    pub hir: &'p Hir,
    /// Its program.
    pub program: &'p Program,
    facts: &'p [Known],
    slots: Vec<Slot>,
    decisions: Vec<Option<DecisionState>>,
}

/// A disclosure or step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Duty {
    /// Of the decision, by index.
    Inside(usize, usize),
    /// At the top, by index.
    Top(usize),
}

/// Knows more of what an evaluation leaves open, because it relates unknowns to each other.
pub(crate) trait Sharper {
    /// How a decision stands that stands at least so.
    fn decision(&self, index: usize, state: DecisionState) -> DecisionState;
    /// The facts that an undecided decision waits for, where that is known exactly.
    fn needs(&self, decision: usize) -> Option<Vec<usize>>;
    /// Whether the condition of a disclosure or step holds, and the facts that it waits for, where that is known
    /// exactly.
    fn duty(&self, duty: Duty) -> Option<(Hold, Vec<usize>)>;
}

/// Adds nothing: where all facts are known there is nothing more to know.
pub(crate) struct Plain;

impl Sharper for Plain {
    fn decision(&self, _: usize, state: DecisionState) -> DecisionState {
        state
    }

    fn needs(&self, _: usize) -> Option<Vec<usize>> {
        None
    }

    fn duty(&self, _: Duty) -> Option<(Hold, Vec<usize>)> {
        None
    }
}

/// Runs all that an answer reads. `facts` has what is known of each slot of the schema.
pub(crate) fn run<'p>(
    hir: &'p Hir,
    program: &'p Program,
    facts: &'p [Known],
    sharper: &dyn Sharper,
) -> Evaluation<'p> {
    let mut evaluation = Evaluation::new(hir, program, facts);
    evaluation.run(program.decide_nodes, Some(sharper));
    evaluation
}

/// Runs the program and what its properties claim.
pub(crate) fn run_claims<'p>(hir: &'p Hir, program: &'p Program, facts: &'p [Known]) -> Evaluation<'p> {
    let mut evaluation = Evaluation::new(hir, program, facts);
    evaluation.run(program.nodes.len(), None);
    evaluation
}

/// Whether each assume holds: the nodes that assumes read, and no others, are run.
pub(crate) fn assumes<'p>(hir: &'p Hir, program: &'p Program, facts: &'p [Known]) -> Evaluation<'p> {
    let mut evaluation = Evaluation::new(hir, program, facts);
    evaluation.run(program.assume_nodes, None);
    evaluation
}

impl<'p> Evaluation<'p> {
    fn new(hir: &'p Hir, program: &'p Program, facts: &'p [Known]) -> Self {
        let decisions = program.decisions.iter().map(|_| None).collect();
        Evaluation { hir, program, facts, slots: Vec::new(), decisions }
    }

    fn run(&mut self, count: usize, sharper: Option<&dyn Sharper>) {
        self.slots.reserve_exact(count);
        for op in self.program.nodes.iter().take(count) {
            if let Op::Decision(index) = op {
                let index = *index as usize;
                let state = decision::settle(self, index).map(|it| match sharper {
                    Some(sharper) => sharper.decision(index, it),
                    None => it,
                });
                if let Some(place) = self.decisions.get_mut(index) {
                    *place = state;
                }
            }
            let slot = self.compute(op);
            self.slots.push(slot);
        }
    }

    /// What is known of a node.
    pub(crate) fn slot(&self, node: NodeId) -> &Slot {
        self.slots.get(node as usize).unwrap_or(&NOTHING)
    }

    /// What is known of the fact in a slot.
    pub(crate) fn fact(&self, slot: usize) -> Option<&Known> {
        self.facts.get(slot)
    }

    /// How a decision stands; none for one that has not been run.
    pub(crate) fn decision(&self, index: usize) -> Option<&DecisionState> {
        self.decisions.get(index).and_then(Option::as_ref)
    }

    /// What is known of a condition; one that is not written holds.
    pub(crate) fn hold(&self, condition: Option<NodeId>) -> Hold {
        match condition.map(|it| self.slot(it)) {
            None | Some(Slot::Boolean(true)) => Hold::True,
            Some(Slot::Unknown { may_fail }) => Hold::Unknown { may_fail: *may_fail },
            Some(Slot::Failed) => Hold::Failed,
            Some(_) => Hold::False,
        }
    }

    fn compute(&self, op: &Op) -> Slot {
        match op {
            Op::Constant(index) => self.constant(*index),
            Op::Absent | Op::Decision(_) => Slot::Nothing,
            Op::Fact(slot) => self.facts.get(*slot as usize).map_or(Slot::Nothing, Slot::from),
            Op::RecordPresent(slot) => match self.facts.get(*slot as usize) {
                Some(Known::Unknown) => Slot::UNKNOWN,
                Some(Known::Value(_)) => Slot::Boolean(true),
                Some(Known::Absent) | None => Slot::Boolean(false),
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

    fn constant(&self, index: u32) -> Slot {
        self.program.constants.get(index as usize).map_or(Slot::Nothing, Slot::from)
    }

    /// What a later expression reads of a decision.
    fn read(&self, op: &Op) -> Slot {
        let state = |decision: &u32| self.decision(*decision as usize);
        let read = match op {
            Op::OutcomeIs(decision, outcomes) => state(decision).map(|it| it.outcome_is(outcomes)),
            Op::OutcomeParameter { decision, outcome, parameter } => {
                state(decision).map(|it| it.parameter(*outcome as usize, *parameter as usize))
            }
            Op::Includes(decision, outcome) => state(decision).map(|it| it.includes(*outcome as usize)),
            Op::Empty(decision) => state(decision).map(DecisionState::is_empty),
            Op::Collected(decision) => state(decision).map(DecisionState::collected),
            _ => None,
        };
        read.unwrap_or(Slot::Nothing)
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
                stopped(operands.iter().copied()).or_else(|| time::apply(*op, &operands, &self.hir.calendars))
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
