//! The program that a policy becomes: one flat list of typed operations, each reading only earlier ones.
//!
//! ```text
//!   hir (a tree, definitions by name)  ── from_hir ──▶  nodes 0 1 2 3 … n   (definitions shared, calls gone)
//!                                                       └─ assumes ┘
//! ```
//!
//! A definition is one node wherever it is used; a definition with parameters is instantiated once for each
//! distinct list of argument nodes; two equal operations on equal operands are one node. So `a20 = a19 + a19`
//! costs one node, and evaluating a program is one pass over a list: no recursion, no calls, and a cost that
//! is known when the policy is compiled.
//!
//! A decision is a node too. It stands after all that it reads and before all that reads it.
//!
//! **Traces.** Nodes forget which definition they came from. What an answer lists as used is found on a second,
//! small graph: which [`Instance`]s and decisions an expression names ([`Names`]).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    hir::{Extreme, Order, Rounding, TimeOp},
    source::Span,
    value::Scalar,
};

pub(crate) mod from_hir;
mod lower;

pub(crate) use from_hir::{TooCostly, from_hir};

/// The index of a node in [`Program::nodes`].
pub(crate) type NodeId = u32;

/// The index of an instance in [`Program::instances`].
pub(crate) type InstanceId = u32;

/// An operation. Operands are earlier nodes. Numbers are integers, or ratios of two where the checker says so.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Op {
    /// The constant of this index.
    Constant(u32),
    /// There is no value.
    Absent,
    /// The fact in this slot.
    Fact(u32),
    /// Whether the record in this slot is there.
    RecordPresent(u32),
    /// Whether the value is there.
    Present(NodeId),
    /// `not`.
    Not(NodeId),
    /// `and` over all.
    And(Box<[NodeId]>),
    /// `or` over all.
    Or(Box<[NodeId]>),
    /// A comparison.
    Compare(Order, NodeId, NodeId),
    /// Whether the value is one of these constants.
    OneOf(NodeId, Box<[u32]>),
    /// Whether the decision has one of these outcomes.
    OutcomeIs(u32, Box<[u32]>),
    /// The parameter of an outcome of a decision.
    OutcomeParameter {
        /// The decision.
        decision: u32,
        /// The outcome.
        outcome: u32,
        /// The parameter.
        parameter: u32,
    },
    /// Whether the collected set holds an item with this outcome: decision, outcome.
    Includes(u32, u32),
    /// Whether the collected set is empty.
    Empty(u32),
    /// The collected set.
    Collected(u32),
    /// The sum of all, each subtracted where the flag is set.
    Sum(Box<[(bool, NodeId)]>),
    /// The product of two.
    Product(NodeId, NodeId),
    /// An integer times the constant of this index.
    Scale(NodeId, u32),
    /// The ratio of two integers.
    Ratio(NodeId, NodeId),
    /// The quotient of two ratios.
    Quotient(NodeId, NodeId),
    /// The least or greatest of all.
    Extremum(Extreme, Box<[NodeId]>),
    /// Rounds.
    Round(NodeId, Box<RoundTo>),
    /// A date so many months later.
    AddMonths(NodeId, NodeId),
    /// An operation on days, times or a calendar.
    Time(TimeOp, Box<[NodeId]>),
    /// The value of the first case whose guard holds, else the last value.
    Cases {
        /// Guards and values, in order.
        guarded: Box<[(NodeId, NodeId)]>,
        /// The value where no guard holds.
        last: NodeId,
    },
    /// What is made of the values of those items whose condition holds.
    Fold {
        /// What is made of them.
        fold: Fold,
        /// For each item that there can be, its condition and its value.
        items: Box<[(NodeId, NodeId)]>,
        /// The value where no condition holds.
        none: Option<NodeId>,
    },
    /// Whether an amount in one of so many currencies is in the one at this place.
    InCurrency {
        /// The amount.
        value: NodeId,
        /// The place of the currency.
        place: u32,
        /// How many currencies there are.
        count: u32,
    },
    /// The amount in steps of its currency, of an amount in one of several: divided by the constant of this
    /// index, toward minus infinity.
    AmountIn(NodeId, u32),
    /// Settles the decision of this index, for all nodes after it.
    Decision(u32),
}

/// What is made of the values of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Fold {
    /// Their sum.
    Total,
    /// The least or the greatest.
    Extreme(Extreme),
}

impl Op {
    /// Calls `each` with every operand, in order.
    pub(crate) fn each_operand(&self, mut each: impl FnMut(NodeId)) {
        match self {
            Op::Constant(_)
            | Op::Absent
            | Op::Fact(_)
            | Op::RecordPresent(_)
            | Op::OutcomeIs(..)
            | Op::OutcomeParameter { .. }
            | Op::Includes(..)
            | Op::Empty(_)
            | Op::Collected(_)
            | Op::Decision(_) => {}
            Op::Present(a) | Op::Not(a) | Op::OneOf(a, _) | Op::Scale(a, _) | Op::Round(a, _) => each(*a),
            Op::InCurrency { value, .. } | Op::AmountIn(value, _) => each(*value),
            Op::Fold { items, none, .. } => {
                for (holds, value) in items {
                    each(*holds);
                    each(*value);
                }
                none.iter().copied().for_each(each);
            }
            Op::Compare(_, a, b)
            | Op::Product(a, b)
            | Op::Ratio(a, b)
            | Op::Quotient(a, b)
            | Op::AddMonths(a, b) => {
                each(*a);
                each(*b);
            }
            Op::And(parts) | Op::Or(parts) | Op::Extremum(_, parts) | Op::Time(_, parts) => {
                parts.iter().copied().for_each(each)
            }
            Op::Sum(terms) => terms.iter().for_each(|it| each(it.1)),
            Op::Cases { guarded, last } => {
                for (guard, value) in guarded {
                    each(*guard);
                    each(*value);
                }
                each(*last);
            }
        }
    }
}

impl Op {
    /// The same operation on other operands.
    pub(crate) fn with_operands(&self, mut of: impl FnMut(NodeId) -> NodeId) -> Op {
        let mut all = |nodes: &[NodeId]| nodes.iter().map(|it| of(*it)).collect::<Box<[NodeId]>>();
        match self {
            Op::And(parts) => Op::And(all(parts)),
            Op::Or(parts) => Op::Or(all(parts)),
            Op::Extremum(extreme, parts) => Op::Extremum(*extreme, all(parts)),
            Op::Time(op, parts) => Op::Time(*op, all(parts)),
            Op::Present(a) => Op::Present(of(*a)),
            Op::Not(a) => Op::Not(of(*a)),
            Op::OneOf(a, constants) => Op::OneOf(of(*a), constants.clone()),
            Op::Scale(a, by) => Op::Scale(of(*a), *by),
            Op::Round(a, to) => Op::Round(of(*a), to.clone()),
            Op::InCurrency { value, place, count } => {
                Op::InCurrency { value: of(*value), place: *place, count: *count }
            }
            Op::AmountIn(value, by) => Op::AmountIn(of(*value), *by),
            Op::Compare(order, a, b) => Op::Compare(*order, of(*a), of(*b)),
            Op::Product(a, b) => Op::Product(of(*a), of(*b)),
            Op::Ratio(a, b) => Op::Ratio(of(*a), of(*b)),
            Op::Quotient(a, b) => Op::Quotient(of(*a), of(*b)),
            Op::AddMonths(a, b) => Op::AddMonths(of(*a), of(*b)),
            Op::Sum(terms) => Op::Sum(terms.iter().map(|(minus, it)| (*minus, of(*it))).collect()),
            Op::Cases { guarded, last } => Op::Cases {
                guarded: guarded.iter().map(|(guard, value)| (of(*guard), of(*value))).collect(),
                last: of(*last),
            },
            Op::Fold { fold, items, none } => Op::Fold {
                fold: *fold,
                items: items.iter().map(|(holds, value)| (of(*holds), of(*value))).collect(),
                none: none.map(of),
            },
            Op::Constant(_)
            | Op::Absent
            | Op::Fact(_)
            | Op::RecordPresent(_)
            | Op::OutcomeIs(..)
            | Op::OutcomeParameter { .. }
            | Op::Includes(..)
            | Op::Empty(_)
            | Op::Collected(_)
            | Op::Decision(_) => self.clone(),
        }
    }

    /// The decision that it reads.
    pub(crate) fn decision(&self) -> Option<u32> {
        match self {
            Op::OutcomeIs(decision, _)
            | Op::Includes(decision, _)
            | Op::Empty(decision)
            | Op::Collected(decision)
            | Op::OutcomeParameter { decision, .. } => Some(*decision),
            _ => None,
        }
    }
}

/// `round(value × numerator / denominator) × step`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct RoundTo {
    /// How.
    pub mode: Rounding,
    /// Multiplies the value before rounding; positive.
    pub numerator: i128,
    /// Divides it; positive.
    pub denominator: i128,
    /// Multiplies the rounded number; positive.
    pub step: i128,
}

/// A compiled policy. Indices of decisions, rules, outcomes, obligations and notes are those of the
/// [`Hir`](crate::hir::Hir) that it was made of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Program {
    /// The operations.
    pub nodes: Vec<Op>,
    /// The constants that they name.
    pub constants: Vec<Scalar>,
    /// Where each operation is first written.
    pub places: Vec<Span>,
    /// One node for each assume.
    pub assumes: Vec<NodeId>,
    /// How many of the first nodes all assumes together read.
    pub assume_nodes: usize,
    /// One for each decision.
    pub decisions: Vec<DecisionPlan>,
    /// The disclosures and steps at the top.
    pub obligations: Vec<ObligationPlan>,
    /// Definitions, with their arguments filled in.
    pub instances: Vec<Instance>,
    /// One node for each property. What only they read stands after all else.
    pub properties: Vec<NodeId>,
    /// How many of the first nodes an answer reads.
    pub decide_nodes: usize,
}

impl Program {
    /// The number of steps that a decision takes at most: one for each node, rule and fallback.
    pub(crate) fn cost(&self) -> usize {
        let rules: usize = self.decisions.iter().map(|it| it.rules.len() + 1).sum();
        self.decide_nodes + rules
    }

    /// The slots of the facts that a node reads, known or not, in order of declaration. What it reads of
    /// decisions is not followed.
    pub(crate) fn facts_of(&self, node: NodeId) -> Vec<usize> {
        let mut seen = BTreeSet::new();
        let mut facts = BTreeSet::new();
        let mut stack = vec![node];
        while let Some(node) = stack.pop() {
            if !seen.insert(node) {
                continue;
            }
            match self.nodes.get(node as usize) {
                Some(Op::Fact(slot) | Op::RecordPresent(slot)) => drop(facts.insert(*slot as usize)),
                Some(op) => op.each_operand(|it| stack.push(it)),
                None => {}
            }
        }
        facts.into_iter().collect()
    }
}

/// Definitions and decisions that an expression names, sorted.
pub(crate) type Names = Box<[Named]>;

/// What an expression names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Named {
    /// A definition with its arguments.
    Instance(InstanceId),
    /// A decision.
    Decision(u32),
    /// A definition with arguments, called for an item of a list or for a day. There is one for each item that
    /// there can be, so answers do not list them.
    ForItem(InstanceId),
}

/// A definition with its arguments.
#[derive(Clone, Debug)]
pub(crate) struct Instance {
    /// Which definition.
    pub definition: usize,
    /// Its cases, in order.
    pub cases: Vec<CasePlan>,
    /// Its value.
    pub value: NodeId,
}

/// A case of an instance.
#[derive(Clone, Debug)]
pub(crate) struct CasePlan {
    /// When it applies; the last has none.
    pub guard: Option<NodeId>,
    /// Its value.
    pub value: NodeId,
    /// Whether it says that there is no value.
    pub is_absent: bool,
    /// What the guard names.
    pub guard_names: Names,
    /// What the value names.
    pub value_names: Names,
    /// Its texts.
    pub because: Vec<Holes>,
}

/// The nodes of a template's values, in order.
pub(crate) type Holes = Box<[NodeId]>;

/// A decision.
#[derive(Clone, Debug, Default)]
pub(crate) struct DecisionPlan {
    /// Its rules.
    pub rules: Vec<RulePlan>,
    /// What decides when no rule does.
    pub fallback: Option<RulePlan>,
    /// The disclosures and steps inside it.
    pub obligations: Vec<ObligationPlan>,
}

/// A rule, or `otherwise`.
#[derive(Clone, Debug)]
pub(crate) struct RulePlan {
    /// When it holds; none means always.
    pub condition: Option<NodeId>,
    /// How its condition is put together; none for a row of a table.
    pub parts: Option<Part>,
    /// What follows.
    pub then: Vec<ThenPlan>,
    /// What condition and arguments name.
    pub names: Names,
    /// Its texts.
    pub because: Vec<Holes>,
    /// What the texts name.
    pub text_names: Names,
}

/// A condition as it is put together by `and`, `or` and `not`.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// Where it is written.
    pub span: Span,
    /// It as a whole.
    pub node: NodeId,
    /// How it is put together.
    pub joint: Joint,
    /// What it is put together from.
    pub parts: Vec<Part>,
}

/// How a condition is put together from its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joint {
    /// It has none.
    Single,
    /// All of them.
    And,
    /// One of them.
    Or,
    /// Not its only one.
    Not,
}

/// An outcome with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ThenPlan {
    /// The outcome.
    pub outcome: usize,
    /// One node for each of its parameters.
    pub arguments: Box<[NodeId]>,
}

/// A disclosure or a step.
#[derive(Clone, Debug)]
pub(crate) struct ObligationPlan {
    /// When it is required; none means always.
    pub condition: Option<NodeId>,
    /// The day or the time by which.
    pub deadline: Option<NodeId>,
    /// Its texts, in order of writing.
    pub say: Vec<Holes>,
}
