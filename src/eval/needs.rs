//! Finds the facts that an unknown value waits for.
//!
//! The walk goes backwards through nodes that are unknown, and through no others: once every fact that it
//! finds is known, every node that it passed is known, hence the value that it began with. Behind an unknown
//! guard it follows the values that may be selected; through a decision, the conditions of the rules whose
//! truth matters, and their arguments only where they are asked for or may be in error or in conflict.
//!
//! **Sufficient**, and it misses no fact that can matter. **Not always minimal**: `(x or not x) and y` asks for
//! `x`. Each node is visited at most once a walk.

use std::collections::BTreeSet;

use crate::{
    eval::{Evaluation, Settled, Slot, decision::Undecided},
    ir::{NodeId, Op, RulePlan, ThenPlan},
    value::Known,
};

/// What is read of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Read {
    Outcome,
    Parameter(usize, usize),
    Everything,
}

/// Walks of one evaluation. Memory is shared by all of them.
pub(crate) struct Needs<'e, 'p> {
    evaluation: &'e Evaluation<'p>,
    /// The walk in which a node was last visited.
    visited: Vec<u32>,
    walk: u32,
    decisions: BTreeSet<(usize, Read)>,
    stack: Vec<NodeId>,
    facts: BTreeSet<usize>,
}

impl<'e, 'p> Needs<'e, 'p> {
    /// Prepares walks over `evaluation`.
    pub(crate) fn new(evaluation: &'e Evaluation<'p>) -> Self {
        Needs {
            evaluation,
            visited: Vec::new(),
            walk: 0,
            decisions: BTreeSet::new(),
            stack: Vec::new(),
            facts: BTreeSet::new(),
        }
    }

    /// The slots of the facts that these nodes wait for, in order of declaration.
    pub(crate) fn of(&mut self, nodes: impl IntoIterator<Item = NodeId>) -> Vec<usize> {
        self.begin();
        self.stack.extend(nodes);
        self.finish()
    }

    /// The slots of the facts that a decision waits for, in order of declaration.
    pub(crate) fn of_decision(&mut self, decision: usize) -> Vec<usize> {
        self.begin();
        self.read(decision, Read::Everything);
        self.finish()
    }

    fn begin(&mut self) {
        self.visited.resize(self.evaluation.program.nodes.len(), 0);
        self.walk += 1;
        self.decisions.clear();
        self.stack.clear();
        self.facts.clear();
    }

    fn finish(&mut self) -> Vec<usize> {
        while let Some(node) = self.stack.pop() {
            if !self.evaluation.slot(node).is_unknown() {
                continue;
            }
            match self.visited.get_mut(node as usize) {
                Some(walk) if *walk != self.walk => *walk = self.walk,
                _ => continue,
            }
            if let Some(op) = self.evaluation.program.nodes.get(node as usize) {
                self.operands(op);
            }
        }
        self.listed()
    }

    fn operands(&mut self, op: &Op) {
        match op {
            Op::Fact(slot) | Op::RecordPresent(slot) => drop(self.facts.insert(*slot as usize)),
            Op::Cases { guarded, last } => self.cases(guarded, *last),
            Op::Fold { items, none, .. } => self.items(items, *none),
            Op::OutcomeIs(decision, _) | Op::Includes(decision, _) | Op::Empty(decision) => {
                self.read(*decision as usize, Read::Outcome);
            }
            Op::OutcomeParameter { decision, outcome, parameter } => {
                self.read(*decision as usize, Read::Parameter(*outcome as usize, *parameter as usize));
            }
            Op::Collected(decision) => self.read(*decision as usize, Read::Everything),
            _ => op.each_operand(|it| self.stack.push(it)),
        }
    }

    fn cases(&mut self, guarded: &[(NodeId, NodeId)], last: NodeId) {
        for (guard, value) in guarded {
            match self.evaluation.slot(*guard) {
                Slot::Boolean(true) => return self.stack.push(*value),
                Slot::Unknown { .. } => self.stack.extend([*guard, *value]),
                Slot::Boolean(false) => {}
                _ => return,
            }
        }
        self.stack.push(last);
    }

    /// Items that count or may count, and what is taken where none does.
    fn items(&mut self, items: &[(NodeId, NodeId)], none: Option<NodeId>) {
        for (holds, value) in items {
            if *self.evaluation.slot(*holds) != Slot::Boolean(false) {
                self.stack.extend([*holds, *value]);
            }
        }
        self.stack.extend(none);
    }

    /// The facts that were found. Where a list is unknown, it stands for its items.
    fn listed(&self) -> Vec<usize> {
        let schema = &self.evaluation.hir.schema;
        if schema.lists.is_empty() {
            return self.facts.iter().copied().collect();
        }
        let unknown = |list: &usize| self.evaluation.fact(*list).is_none_or(|it| *it == Known::Unknown);
        let named = |slot: &usize| schema.list_around(*slot).filter(unknown).unwrap_or(*slot);
        self.facts.iter().map(named).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn read(&mut self, decision: usize, read: Read) {
        if !self.decisions.insert((decision, read)) {
            return;
        }
        let state = self.evaluation.decision(decision);
        let Some(Settled::Undecided(undecided)) = state.map(|it| &it.settled) else { return };
        let Some(plan) = self.evaluation.program.decisions.get(decision) else { return };
        let asked = undecided.asked.iter().filter_map(|it| plan.rules.get(*it));
        self.stack.extend(asked.filter_map(|it| it.condition));
        let fallback = plan.fallback.iter().filter(|_| undecided.fallback);
        let saying = undecided.saying.iter().filter_map(|it| plan.rules.get(*it)).chain(fallback);
        self.arguments(undecided, saying, read);
    }

    fn arguments<'r>(
        &mut self,
        undecided: &Undecided,
        saying: impl Iterator<Item = &'r RulePlan>,
        read: Read,
    ) {
        let then = saying.flat_map(|it| &it.then);
        match read {
            Read::Everything => self.all(then),
            _ if undecided.arguments_matter => self.all(then),
            Read::Outcome => {}
            Read::Parameter(outcome, parameter) => {
                let then = then.filter(|it| it.outcome == outcome);
                self.stack.extend(then.filter_map(|it| it.arguments.get(parameter)));
            }
        }
    }

    fn all<'r>(&mut self, then: impl Iterator<Item = &'r ThenPlan>) {
        self.stack.extend(then.flat_map(|it| &it.arguments));
    }
}
