//! Cases worth testing, as tests of the policy: the facts as `given` gives them, what comes out as `expect`.
//!
//! ```text
//!   test "refund: standard_window" {
//!     given  today 2026-11-21, order { purchased_on 2026-11-09, … }
//!     expect refund is approve(amount: USD 49.99) by standard_window
//!   }
//!   test "refund: not standard_window, owned 31 days" like "refund: standard_window" but today 2026-12-10 {
//!     expect refund is deny by otherwise
//!   }
//! ```
//!
//! The first test is whole. Each other one begins with the earlier one from which it differs least, where that
//! is shorter. Pasted into the policy they pass: what is expected is what the policy answers.

use std::collections::BTreeSet;

use crate::eval::report::{By, DecisionReport, Report};
use crate::eval::{Failure, Item, Settled};
use crate::hir::{Decision, Hir};
use crate::json::Json;
use crate::policy::Policy;
use crate::policy::boundary::{BoundaryCase, BoundaryCases};
use crate::tools::written;
use crate::value::Known;

mod given;

/// The widest that a line of a test gets, where what stands on it can be parted.
const WIDEST: usize = 110;

/// The cases as tests, one after the other, with an empty line between them; and how many are left out, because
/// no constant of the language is one of their facts: opening times to the second.
pub fn tests(policy: &Policy, cases: &BoundaryCases) -> (String, usize) {
    let written = |it: &&BoundaryCase| given::is_written(policy.schema(), it.witness.known());
    let all: Vec<&BoundaryCase> = cases.cases().iter().filter(written).collect();
    let mut texts = Vec::with_capacity(all.len());
    for (index, case) in all.iter().enumerate() {
        texts.push(test(policy, cases, case, all.get(..index).unwrap_or_default()));
    }
    (texts.join("\n"), cases.cases().len() - all.len())
}

/// The cases as data: names, what they try, facts, and the canonical body of the answer to each.
pub fn to_json(policy: &Policy, cases: &BoundaryCases) -> Json {
    let names = policy.decisions().enumerate().filter(|it| cases.decisions().contains(&it.0));
    let names: Vec<&str> = names.map(|it| it.1).collect();
    let case = |it: &BoundaryCase| {
        let facts = policy.facts_from_json(&it.witness.facts().canonical()).ok();
        let answer = facts.and_then(|facts| policy.decide_only(&names, &facts).ok());
        Json::object([
            ("name", Json::from(it.name.as_str())),
            ("tries", Json::List(it.tries.iter().map(|it| Json::from(it.as_str())).collect())),
            ("facts", it.witness.facts().clone()),
            ("answer", answer.map_or(Json::Null, |it| it.body_json())),
        ])
    };
    Json::object([
        ("policy", Json::from(policy.name())),
        ("policy_digest", Json::from(policy.digest())),
        ("in_force", Json::from(policy.in_force().to_string())),
        ("cases", Json::List(cases.cases().iter().map(case).collect())),
        ("open", Json::integer(cases.open() as i128)),
    ])
}

fn test(policy: &Policy, cases: &BoundaryCases, case: &BoundaryCase, earlier: &[&BoundaryCase]) -> String {
    let schema = policy.schema();
    let known = case.witness.known();
    let whole = given::whole(schema, known);
    let changes = |it: &BoundaryCase| given::changes(schema, it.witness.known(), known);
    let nearest = earlier
        .iter()
        .map(|it| (changes(it), it))
        .min_by_key(|it| it.0.iter().map(String::len).sum::<usize>());
    let long = |parts: &[String]| parts.iter().map(|it| it.len() + 2).sum::<usize>();
    let nearest = nearest.filter(|(changes, it)| long(changes) + it.name.len() < long(&whole));
    let expected: Vec<String> =
        expectations(policy, cases.decisions(), known).iter().map(|it| format!("  expect {it}\n")).collect();
    let name = &case.name;
    let head = match nearest {
        None => format!("test \"{name}\" {{\n{}", given_lines(&whole)),
        Some((changes, it)) => {
            let head = format!("test \"{name}\" like \"{}\"", it.name);
            let line = format!("{head} but {} {{\n", changes.join(", "));
            match changes.is_empty() {
                true => format!("{head} {{\n"),
                false if line.chars().count() <= WIDEST => line,
                false => format!("{head} {{\n{}", given_lines(&changes)),
            }
        }
    };
    format!("{head}{}}}\n", expected.concat())
}

/// `given` with its parts, as many on a line as fit.
fn given_lines(parts: &[String]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if line.chars().count() + part.chars().count() + 12 <= WIDEST => {
                line.push_str(", ");
                line.push_str(part);
            }
            _ => lines.push(part.clone()),
        }
    }
    match lines.is_empty() {
        true => String::new(),
        false => format!("  given  {}\n", lines.join(",\n         ")),
    }
}

/// What comes out, as a test expects it: of the decisions asked; where none of these can be expected, of all.
fn expectations(policy: &Policy, asked: &BTreeSet<usize>, known: &[Known]) -> Vec<String> {
    let report = policy.report(known);
    let hir = policy.hir();
    let some = expected(&report, hir, &|it| asked.contains(&it));
    if some.is_empty() { expected(&report, hir, &|_| true) } else { some }
}

fn expected(report: &Report, hir: &Hir, asked: &dyn Fn(usize) -> bool) -> Vec<String> {
    let mut lines = Vec::new();
    let mut told = Vec::new();
    for it in report.decisions.iter().filter(|it| asked(it.decision)) {
        let Some(decision) = hir.decisions.get(it.decision) else { continue };
        if let Some(line) = answer(it, decision, hir) {
            lines.push(line);
            told.push(it);
        }
    }
    let duties = || hir.decisions.iter().flat_map(|it| &it.obligations).chain(&hir.obligations);
    for (step, word) in [(false, "disclosures"), (true, "steps")] {
        if told.is_empty() || !duties().any(|it| it.step == step) {
            continue;
        }
        let (required, _) = written::obligations(&told, step, hir);
        let names = if required.is_empty() { "none".to_owned() } else { required.join(", ") };
        lines.push(format!("{word} {names}"));
    }
    lines
}

/// What a decision came to; none where a test has no words for it: it reads a decision in error.
fn answer(report: &DecisionReport, decision: &Decision, hir: &Hir) -> Option<String> {
    let name = &decision.name;
    let always = report.reasons.iter().any(|it| it.by == By::Always);
    let rules: Vec<&str> = report.reasons.iter().map(|it| written::by_name(it.by, decision)).collect();
    let by = match rules.is_empty() || always {
        true => String::new(),
        false => format!(" by {}", rules.join(", ")),
    };
    Some(match &report.settled {
        Settled::Decided { item: it, .. } => format!("{name} is {}{by}", item(it, decision, hir)?),
        Settled::Collected { items, .. } if items.is_empty() => format!("{name} is empty"),
        Settled::Collected { items, .. } => {
            let items: Option<Vec<String>> = items.iter().map(|it| item(it, decision, hir)).collect();
            format!("{name} is ({}){by}", items?.join(", "))
        }
        Settled::Failed(Failure::Conflict(_)) => format!("{name} error conflict"),
        Settled::Failed(Failure::Gap) => format!("{name} error gap"),
        Settled::Failed(Failure::Depends) | Settled::Undecided(_) => return None,
    })
}

/// `approve(amount: USD 49.99)`. What no test can name is left open.
fn item(item: &Item, decision: &Decision, hir: &Hir) -> Option<String> {
    let outcome = decision.outcomes.get(item.outcome)?;
    let arguments = outcome.parameters.iter().zip(&item.arguments).filter_map(|(parameter, slot)| {
        let value = match slot {
            crate::eval::Slot::Nothing => Some("absent".to_owned()),
            _ => slot.to_scalar().and_then(|it| given::literal(&it, parameter.ty, &hir.schema)),
        };
        Some(format!("{}: {}", parameter.name, value?))
    });
    let arguments: Vec<String> = arguments.collect();
    Some(match arguments.is_empty() {
        true => outcome.name.clone(),
        false => format!("{}({})", outcome.name, arguments.join(", ")),
    })
}
