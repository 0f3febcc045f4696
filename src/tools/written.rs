//! What a decision came to, written as a test of the policy would expect it:
//! `refund is approve(amount: USD 49.99) by standard_window`.

use crate::eval::report::{By, DecisionReport, Due, ObligationReport};
use crate::eval::{Failure, Item, Settled, show};
use crate::hir::{Decision, Hir, Obligation};

/// What a decision came to, with what decided it.
pub(crate) fn decision(report: &DecisionReport, hir: &Hir) -> String {
    let Some(decision) = hir.decisions.get(report.decision) else { return String::new() };
    let name = &decision.name;
    match &report.settled {
        Settled::Decided { item: it, .. } => {
            format!("{name} is {}{}", show::item(it, decision, hir), by(report, decision))
        }
        Settled::Collected { items: all, .. } => {
            format!("{name} is {}{}", items(all, decision, hir), by(report, decision))
        }
        Settled::Undecided(_) => format!("{name} undecided{}", needs(&report.needs, hir)),
        Settled::Failed(Failure::Conflict(rules)) => {
            format!("{name} error conflict of {}", rule_names(rules, decision).join(", "))
        }
        Settled::Failed(Failure::Gap) => format!("{name} error gap"),
        Settled::Failed(Failure::Depends) => {
            format!("{name} error, because of {}", decision_names(&report.depends_on, hir).join(", "))
        }
    }
}

/// `(voucher, call_back)`, or `empty`.
pub(crate) fn items(all: &[Item], decision: &Decision, hir: &Hir) -> String {
    let all: Vec<String> = all.iter().map(|it| show::item(it, decision, hir)).collect();
    if all.is_empty() { "empty".to_owned() } else { format!("({})", all.join(", ")) }
}

fn by(report: &DecisionReport, decision: &Decision) -> String {
    let names: Vec<&str> = report.reasons.iter().map(|it| by_name(it.by, decision)).collect();
    if names.is_empty() { String::new() } else { format!(" by {}", names.join(", ")) }
}

/// The name of what decides: a rule's, or the word itself.
pub(crate) fn by_name(by: By, decision: &Decision) -> &str {
    match by {
        By::Rule(rule) => decision.rules.get(rule).map_or("", |it| it.name.as_str()),
        By::Otherwise => "otherwise",
        By::Always => "always",
    }
}

/// ` needs order.total, today`, or nothing.
pub(crate) fn needs(slots: &[usize], hir: &Hir) -> String {
    let paths: Vec<&str> = paths(slots, hir);
    if paths.is_empty() { String::new() } else { format!(" needs {}", paths.join(", ")) }
}

/// The paths of these slots in the policy.
pub(crate) fn paths<'h>(slots: &[usize], hir: &'h Hir) -> Vec<&'h str> {
    slots.iter().filter_map(|it| hir.schema.slots.get(*it)).map(|it| it.path.as_str()).collect()
}

/// The names of rules of a decision.
pub(crate) fn rule_names<'h>(rules: &[usize], decision: &'h Decision) -> Vec<&'h str> {
    rules.iter().filter_map(|it| decision.rules.get(*it)).map(|it| it.name.as_str()).collect()
}

/// The names of decisions.
pub(crate) fn decision_names<'h>(decisions: &[usize], hir: &'h Hir) -> Vec<&'h str> {
    decisions.iter().filter_map(|it| hir.decisions.get(*it)).map(|it| it.name.as_str()).collect()
}

/// The disclosure or step that a report of this decision speaks of.
pub(crate) fn obligation<'h>(
    report: &ObligationReport,
    decision: &'h Decision,
    hir: &'h Hir,
) -> Option<&'h Obligation> {
    if report.top { hir.obligations.get(report.index) } else { decision.obligations.get(report.index) }
}

/// The names of the disclosures (or steps) that these decisions require, and of those of which it is open;
/// each once, in order.
pub(crate) fn obligations<'h>(
    reports: &[&DecisionReport],
    step: bool,
    hir: &'h Hir,
) -> (Vec<&'h str>, Vec<&'h str>) {
    let (mut required, mut open) = (Vec::new(), Vec::new());
    for report in reports {
        let Some(decision) = hir.decisions.get(report.decision) else { continue };
        for due in if step { &report.steps } else { &report.disclosures } {
            let names = match due.due {
                Due::Required { .. } => &mut required,
                Due::Open(_) => &mut open,
                Due::NotRequired | Due::Error => continue,
            };
            if let Some(obligation) = obligation(due, decision, hir)
                && !names.contains(&obligation.name.as_str())
            {
                names.push(obligation.name.as_str());
            }
        }
    }
    (required, open)
}
