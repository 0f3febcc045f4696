//! Follows names: which cases of definitions an answer used, and which decisions in error it waits on.

use std::collections::BTreeSet;

use crate::{
    eval::{Evaluation, Settled, Slot},
    ir::{CasePlan, DecisionPlan, Holes, Instance, InstanceId, Named, NodeId, Op},
};

/// The cases that apply in the definitions that `roots` name, directly or through what those cases name:
/// instance and case, in order of declaration. Reading a decision does not go into that decision.
pub(super) fn used_cases<'r>(
    evaluation: &Evaluation<'_>,
    roots: impl IntoIterator<Item = &'r Named>,
) -> Vec<(InstanceId, usize)> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let mut stack: Vec<Named> = roots.into_iter().copied().collect();
    while let Some(named) = stack.pop() {
        let Named::Instance(id) = named else { continue };
        let Some(instance) = evaluation.program.instances.get(id as usize) else { continue };
        if !seen.insert(id) {
            continue;
        }
        let applies = applies(evaluation, instance);
        for (index, case) in instance.cases.iter().enumerate() {
            stack.extend(&case.guard_names);
            if applies == Some(index) {
                stack.extend(&case.value_names);
                if is_observed(evaluation, case) {
                    found.push((instance.definition, index, id));
                }
                break;
            }
            // Whether any later guard is looked at depends on this one.
            if case.guard.is_some_and(|it| evaluation.slot(it).is_unknown()) {
                break;
            }
        }
    }
    found.sort_unstable();
    found.into_iter().map(|(_, case, id)| (id, case)).collect()
}

/// Whether a text of a definition certainly has its values. Where one is absent, or may turn out to be, the
/// definition is named outside its guard, or may be.
pub(super) fn is_told(evaluation: &Evaluation<'_>, holes: &[Holes]) -> bool {
    let mut stack: Vec<NodeId> = holes.iter().flatten().copied().collect();
    if stack.iter().any(|it| *evaluation.slot(*it) == Slot::Nothing) {
        return false;
    }
    let mut seen = BTreeSet::new();
    while let Some(node) = stack.pop() {
        if !evaluation.slot(node).is_unknown() || !seen.insert(node) {
            continue;
        }
        match evaluation.program.nodes.get(node as usize) {
            Some(Op::Fact(slot)) => {
                let slot = evaluation.hir.schema.slots.get(*slot as usize);
                if slot.is_some_and(|it| it.optional || it.within.is_some()) {
                    return false;
                }
            }
            Some(Op::OutcomeParameter { .. }) => return false,
            // These always have a value: what may be absent below them is guarded.
            Some(Op::And(_) | Op::Or(_) | Op::Present(_)) => {}
            // What is absent in an item is guarded by the condition of that item.
            Some(Op::Fold { items, none, .. }) => {
                stack.extend(items.iter().map(|it| it.0).chain(*none));
            }
            Some(op) => op.each_operand(|it| stack.push(it)),
            None => {}
        }
    }
    true
}

/// Whether somebody certainly sees the value of a case that applies. One without a value, where the case does
/// not say so, is named outside its guard; and one that is not known may turn out to be.
fn is_observed(evaluation: &Evaluation<'_>, case: &CasePlan) -> bool {
    let value = evaluation.slot(case.value);
    case.is_absent || !value.is_unknown() && *value != Slot::Nothing
}

/// The case that gives the value; none where that is not known, an error, or outside the definition's guard.
fn applies(evaluation: &Evaluation<'_>, instance: &Instance) -> Option<usize> {
    for (index, case) in instance.cases.iter().enumerate() {
        match case.guard.map(|it| evaluation.slot(it)) {
            None | Some(Slot::Boolean(true)) => return Some(index),
            Some(Slot::Boolean(false)) => {}
            Some(_) => return None,
        }
    }
    None
}

/// The decisions in error that a decision reads, directly or through definitions, in order of declaration.
pub(super) fn failed_reads(evaluation: &Evaluation<'_>, plan: &DecisionPlan) -> Vec<usize> {
    let mut seen = BTreeSet::new();
    let mut stack: Vec<Named> =
        plan.rules.iter().chain(&plan.fallback).flat_map(|it| &it.names).copied().collect();
    while let Some(named) = stack.pop() {
        if !seen.insert(named) {
            continue;
        }
        if let Named::Instance(id) | Named::ForItem(id) = named
            && let Some(instance) = evaluation.program.instances.get(id as usize)
        {
            let names = instance.cases.iter().flat_map(|it| it.guard_names.iter().chain(&it.value_names));
            stack.extend(names);
        }
    }
    let decisions = seen.into_iter().filter_map(|it| match it {
        Named::Decision(index) => Some(index as usize),
        Named::Instance(_) | Named::ForItem(_) => None,
    });
    let in_error =
        |it: &usize| matches!(evaluation.decision(*it).map(|it| &it.settled), Some(Settled::Failed(_)));
    decisions.filter(in_error).collect()
}
