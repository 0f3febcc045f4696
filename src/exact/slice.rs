//! The part of a program that one decision, disclosure or step reads. What is exact of it depends on that part
//! and on nothing else of the policy.

use std::collections::BTreeSet;

use crate::{
    hir::Hir,
    ir::{DecisionPlan, NodeId, ObligationPlan, Op, Program, RulePlan},
    schema::Schema,
};

/// What is read.
#[derive(Debug, Default)]
pub(super) struct Reads {
    /// Decisions.
    pub decisions: BTreeSet<usize>,
    /// The slots of facts, and of the records and lists around them.
    pub slots: BTreeSet<usize>,
}

/// The nodes of a rule's condition and arguments.
fn of_rule(rule: &RulePlan) -> impl Iterator<Item = NodeId> + '_ {
    rule.condition.iter().copied().chain(rule.then.iter().flat_map(|it| it.arguments.iter().copied()))
}

/// What these nodes and decisions read, directly or not.
pub(super) fn reads(
    program: &Program,
    schema: &Schema,
    nodes: impl Iterator<Item = NodeId>,
    decision: Option<usize>,
) -> Reads {
    let mut reads = Reads::default();
    let mut open: Vec<NodeId> = nodes.collect();
    let mut seen = vec![false; program.nodes.len()];
    let mut enter = decision;
    loop {
        if let Some(index) = enter.take()
            && let (true, Some(plan)) = (reads.decisions.insert(index), program.decisions.get(index))
        {
            open.extend(plan.rules.iter().chain(&plan.fallback).flat_map(of_rule));
        }
        let Some(node) = open.pop() else { break };
        match seen.get_mut(node as usize) {
            Some(seen @ false) => *seen = true,
            _ => continue,
        }
        let Some(op) = program.nodes.get(node as usize) else { continue };
        match op {
            Op::Fact(slot) | Op::RecordPresent(slot) => with_around(schema, *slot as usize, &mut reads.slots),
            Op::OutcomeIs(decision, _)
            | Op::OutcomeParameter { decision, .. }
            | Op::Includes(decision, _)
            | Op::Empty(decision)
            | Op::Collected(decision) => enter = Some(*decision as usize),
            _ => op.each_operand(|it| open.push(it)),
        }
    }
    reads
}

fn with_around(schema: &Schema, slot: usize, slots: &mut BTreeSet<usize>) {
    let mut at = Some(slot);
    while let Some(slot) = at {
        if !slots.insert(slot) {
            return;
        }
        at = schema.slots.get(slot).and_then(|it| it.within).filter(|it| *it < slot);
    }
}

/// Assumes that have facts in common.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// By index.
    pub assumes: Vec<usize>,
    pub slots: BTreeSet<usize>,
}

/// The assumes of a policy, those together that have facts in common.
pub(super) fn groups(hir: &Hir, program: &Program) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (index, node) in program.assumes.iter().enumerate() {
        let reads = reads(program, &hir.schema, std::iter::once(*node), None);
        let mut own = Group { assumes: vec![index], slots: reads.slots };
        let mut apart = Vec::with_capacity(groups.len() + 1);
        for group in groups {
            match group.slots.is_disjoint(&own.slots) {
                true => apart.push(group),
                false => {
                    own.assumes.extend(group.assumes);
                    own.slots.extend(group.slots);
                }
            }
        }
        own.assumes.sort_unstable();
        apart.push(own);
        groups = apart;
    }
    groups
}

/// The program with these decisions and assumes, and with no disclosures and steps but those given.
pub(super) fn sliced(
    program: &Program,
    decisions: &BTreeSet<usize>,
    assumes: impl Iterator<Item = usize>,
    inside: Option<usize>,
    top: Option<&ObligationPlan>,
) -> Program {
    let duty =
        |it: &ObligationPlan| ObligationPlan { condition: it.condition, deadline: None, say: Vec::new() };
    let decision = |(index, plan): (usize, &DecisionPlan)| match decisions.contains(&index) {
        true => DecisionPlan {
            rules: plan.rules.clone(),
            fallback: plan.fallback.clone(),
            obligations: match inside == Some(index) {
                true => plan.obligations.iter().map(duty).collect(),
                false => Vec::new(),
            },
        },
        false => DecisionPlan::default(),
    };
    Program {
        nodes: program.nodes.clone(),
        constants: program.constants.clone(),
        places: Vec::new(),
        assumes: assumes.filter_map(|it| program.assumes.get(it).copied()).collect(),
        assume_nodes: program.assume_nodes,
        decisions: program.decisions.iter().enumerate().map(decision).collect(),
        obligations: top.map(duty).into_iter().collect(),
        instances: Vec::new(),
        properties: Vec::new(),
        decide_nodes: program.decide_nodes,
    }
}
