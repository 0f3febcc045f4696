//! Whether two expressions of two policies are one: built alike, of the same facts.
//!
//! Terms that proofs do not look into, deadlines and texts are compared by this. Each operation has a number;
//! two that are alike, on operands that are alike, have one. What reads a decision is alike only where all that
//! the decision says is. So equal numbers are a proof that the values are equal in every case; different ones
//! say nothing.

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::{
    calendar::Calendar,
    hir::{Hir, Part, Template, TimeOp},
    ir::{Holes, NodeId, Op, Program, RulePlan},
    schema::{Slot, Type},
};

/// A policy, by its place among those of the space.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Of<'p> {
    pub index: usize,
    pub hir: &'p Hir,
    pub program: &'p Program,
}

/// The numbers of the expressions of some policies.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    all: IndexSet<String, FxBuildHasher>,
    nodes: FxHashMap<(usize, NodeId), u32>,
    decisions: FxHashMap<(usize, u32), u32>,
    calendars: Vec<Calendar>,
}

impl Shapes {
    fn number(&mut self, shape: String) -> u32 {
        self.all.insert_full(shape).0 as u32
    }

    /// The number of a node.
    pub(crate) fn node(&mut self, of: Of<'_>, node: NodeId) -> u32 {
        let mut open = vec![node];
        while let Some(at) = open.last().copied() {
            if self.known(of, at).is_some() {
                open.pop();
                continue;
            }
            let Some(op) = of.program.nodes.get(at as usize) else {
                open.pop();
                continue;
            };
            let before = open.len();
            op.each_operand(|it| {
                if self.known(of, it).is_none() {
                    open.push(it);
                }
            });
            if open.len() > before {
                continue;
            }
            let shape = self.shape(of, op);
            let number = self.number(shape);
            self.nodes.insert((of.index, at), number);
            open.pop();
        }
        self.known(of, node).unwrap_or(u32::MAX)
    }

    fn known(&self, of: Of<'_>, node: NodeId) -> Option<u32> {
        self.nodes.get(&(of.index, node)).copied()
    }

    fn shape(&mut self, of: Of<'_>, op: &Op) -> String {
        let constant = |index: &u32| format!("{:?}", of.program.constants.get(*index as usize));
        let head = match op {
            Op::Constant(index) => format!("constant {}", constant(index)),
            Op::Absent => "absent".to_owned(),
            Op::Fact(slot) | Op::RecordPresent(slot) => {
                let kind = if matches!(op, Op::Fact(_)) { "fact" } else { "record" };
                format!("{kind} {}", fact(of.hir, *slot as usize))
            }
            Op::Present(_) => "present".to_owned(),
            Op::Not(_) => "not".to_owned(),
            Op::And(_) => "and".to_owned(),
            Op::Or(_) => "or".to_owned(),
            Op::Compare(order, ..) => format!("compare {order:?}"),
            Op::OneOf(_, all) => format!("one of {:?}", all.iter().map(constant).collect::<Vec<_>>()),
            Op::OutcomeIs(decision, outcomes) => {
                let names: Vec<_> = outcomes.iter().map(|it| outcome(of.hir, *decision, *it)).collect();
                format!("is {} {names:?}", self.decision(of, *decision))
            }
            Op::OutcomeParameter { decision, outcome, parameter } => {
                format!("parameter {} {outcome} {parameter}", self.decision(of, *decision))
            }
            Op::Includes(decision, it) => {
                format!("includes {} {:?}", self.decision(of, *decision), outcome(of.hir, *decision, *it))
            }
            Op::Empty(decision) => format!("empty {}", self.decision(of, *decision)),
            Op::Collected(decision) => format!("collected {}", self.decision(of, *decision)),
            Op::Decision(decision) => format!("decision {}", self.decision(of, *decision)),
            Op::Sum(terms) => format!("sum {:?}", terms.iter().map(|it| it.0).collect::<Vec<_>>()),
            Op::Product(..) => "product".to_owned(),
            Op::Scale(_, by) => format!("scale {}", constant(by)),
            Op::Ratio(..) => "ratio".to_owned(),
            Op::Quotient(..) => "quotient".to_owned(),
            Op::Extremum(extreme, _) => format!("extreme {extreme:?}"),
            Op::Round(_, to) => format!("round {to:?}"),
            Op::AddMonths(..) => "months".to_owned(),
            Op::Time(TimeOp::Calendar(index, op), _) => {
                format!("calendar {:?} {op:?}", of.hir.calendars.get(*index).map(|it| self.calendar(it)))
            }
            Op::Time(op, _) => format!("time {op:?}"),
            Op::Cases { .. } => "cases".to_owned(),
            Op::Fold { fold, none, .. } => format!("fold {fold:?} {}", none.is_some()),
            Op::InCurrency { place, count, .. } => format!("currency {place} {count}"),
            Op::AmountIn(_, stride) => format!("amount {}", constant(stride)),
        };
        let mut shape = head;
        op.each_operand(|it| shape.push_str(&format!(" #{}", self.known(of, it).unwrap_or(u32::MAX))));
        shape
    }

    fn calendar(&mut self, calendar: &Calendar) -> usize {
        let at = self.calendars.iter().position(|it| it == calendar);
        at.unwrap_or_else(|| {
            self.calendars.push(calendar.clone());
            self.calendars.len() - 1
        })
    }

    /// All that a decision says. Decisions read only earlier ones, so this ends.
    fn decision(&mut self, of: Of<'_>, index: u32) -> u32 {
        if let Some(known) = self.decisions.get(&(of.index, index)) {
            return *known;
        }
        let Some(plan) = of.program.decisions.get(index as usize) else { return u32::MAX };
        let Some(written) = of.hir.decisions.get(index as usize) else { return u32::MAX };
        let mut shape =
            format!("{} {} {} {:?}", written.name, written.collect, written.first, written.outcomes);
        for (rule, plan) in plan.rules.iter().enumerate() {
            let overrides = written.rules.get(rule).map(|it| &it.overrides);
            shape.push_str(&format!("; {overrides:?} {}", self.rule(of, plan)));
        }
        if let Some(plan) = &plan.fallback {
            shape.push_str(&format!("; otherwise {}", self.rule(of, plan)));
        }
        let number = self.number(shape);
        self.decisions.insert((of.index, index), number);
        number
    }

    fn rule(&mut self, of: Of<'_>, plan: &RulePlan) -> String {
        let mut shape = format!("{:?}", plan.condition.map(|it| self.node(of, it)));
        for then in &plan.then {
            shape.push_str(&format!(" {}", then.outcome));
            for argument in &then.arguments {
                shape.push_str(&format!(" {}", self.node(of, *argument)));
            }
        }
        shape
    }

    /// The number of a text with its values.
    pub(crate) fn text(&mut self, of: Of<'_>, template: &Template, holes: Option<&Holes>) -> u32 {
        let mut values = holes.into_iter().flatten();
        let mut shape = "text".to_owned();
        for part in &template.parts {
            match part {
                Part::Text(text) => shape.push_str(&format!(" {text:?}")),
                Part::Value { ty, .. } => {
                    let value = values.next().map(|it| self.node(of, *it));
                    shape.push_str(&format!(" {value:?} {}", type_shape(of.hir, *ty)));
                }
            }
        }
        self.number(shape)
    }

    /// The number of several texts and what they cite.
    pub(crate) fn words(&mut self, of: Of<'_>, texts: &[Template], holes: &[Holes], cites: &[String]) -> u32 {
        let texts: Vec<u32> =
            texts.iter().enumerate().map(|(index, text)| self.text(of, text, holes.get(index))).collect();
        self.number(format!("words {texts:?} {cites:?}"))
    }
}

fn fact(hir: &Hir, slot: usize) -> String {
    let Some(slot) = hir.schema.slots.get(slot) else { return String::new() };
    format!("{} {} {}", slot.path, kind_of(hir, slot), type_shape(hir, slot.ty))
}

/// What two policies must have in common for a fact of theirs to be one: what its numbers stand for. Names of
/// enumerations are common as far as they go.
pub(crate) fn kind_of(hir: &Hir, slot: &Slot) -> String {
    match slot.ty {
        Type::Choice(_) => "choice".to_owned(),
        Type::Text { .. } => "text".to_owned(),
        Type::Duration { .. } => "duration".to_owned(),
        Type::List(index) => format!("list {:?}", hir.schema.lists.get(index).map(|it| it.record)),
        Type::MoneyOf(index) => format!("money {:?}", hir.schema.currencies.get(index)),
        ty => format!("{ty:?}"),
    }
}

/// A type, with the names of its values.
pub(crate) fn type_shape(hir: &Hir, ty: Type) -> String {
    match ty {
        Type::Choice(index) => {
            let all = hir.schema.enumerations.get(index);
            format!("{:?}", all.map(|it| it.choices.iter().map(|it| &it.name).collect::<Vec<_>>()))
        }
        Type::MoneyOf(index) => format!("{:?}", hir.schema.currencies.get(index)),
        Type::Items(index) => format!("items of {:?}", hir.decisions.get(index).map(|it| &it.name)),
        Type::List(_) => "list".to_owned(),
        ty => format!("{ty:?}"),
    }
}

fn outcome(hir: &Hir, decision: u32, outcome: u32) -> Option<&str> {
    let outcomes = &hir.decisions.get(decision as usize)?.outcomes;
    outcomes.get(outcome as usize).map(|it| it.name.as_str())
}
