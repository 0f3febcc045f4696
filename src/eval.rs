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
    calendar::Calendar,
    eval::{compute::Reads, slot::NOTHING},
    hir::Hir,
    ir::{NodeId, Op, Program},
    value::Known,
};

pub(crate) mod decision;
pub(crate) mod needs;
pub(crate) mod report;
pub(crate) mod show;
pub(crate) mod slot;

pub(crate) mod compute;
pub(crate) mod cover;
mod fold;
pub(crate) mod number;
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
}

impl Reads for Evaluation<'_> {
    fn slot(&self, node: NodeId) -> &Slot {
        self.slots.get(node as usize).unwrap_or(&NOTHING)
    }

    fn fact(&self, slot: usize) -> Slot {
        self.facts.get(slot).map_or(Slot::Nothing, Slot::from)
    }

    fn constant(&self, index: u32) -> Slot {
        self.program.constants.get(index as usize).map_or(Slot::Nothing, Slot::from)
    }

    fn calendars(&self) -> &[Calendar] {
        &self.hir.calendars
    }

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
}
