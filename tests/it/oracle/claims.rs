//! Findings of proofs as questions: what each says of all cases, and what none says though it should.

use std::collections::BTreeMap;

use evenhand::policy::proofs::{Claim, Existence, Proofs};
use evenhand::source::Span;
use evenhand::syntax::ast::Override;
use evenhand::{Diagnostic, Policy};

use crate::oracle::engine::word;
use crate::oracle::question::{Question, obligations, properties};
use crate::reference::model::Model;

/// A question, and whether there must be a case.
pub(crate) type Claimed = (Question, bool);

fn within(outer: Span, inner: Span) -> bool {
    let (outer, inner) = (outer.range(), inner.range());
    outer.start <= inner.start && inner.end <= outer.end
}

/// What a finding says; nothing where it says nothing of all cases.
pub(crate) fn claims(model: &Model, finding: &Diagnostic) -> Vec<Claimed> {
    let decision = model.decisions.iter().position(|it| within(it.span, finding.span));
    let rule = |span: Span| {
        let d = decision?;
        model.decisions[d].rules.iter().position(|it| within(it.span, span)).map(|it| (d, it))
    };
    // A cell is no expression that could be taken away.
    let in_row = rule(finding.span).is_some_and(|(d, r)| model.decisions[d].rules[r].table.is_some());
    let related = finding.related.first().and_then(|it| rule(it.span));
    let (own, range) = (rule(finding.span), finding.span.range());
    let claim = match (finding.code.name, decision, own, related) {
        ("gap", Some(d), ..) => Some((Question::Gap(d), true)),
        ("conflict", _, Some((d, b)), Some((_, a))) => {
            Some((Question::Conflicting(d, a.min(b), a.max(b)), true))
        }
        ("property-fails", ..) => {
            let at = properties(model).iter().position(|it| within(it.span, finding.span));
            at.map(|it| (Question::Violates(it), true))
        }
        ("no-case", ..) => Some((Question::Case, false)),
        ("dead-rule", _, Some((d, r)), _) => Some((Question::Decides(d, r), false)),
        ("redundant-rule", _, Some((d, r)), Some((_, kept))) => Some((Question::Alone(d, r, kept), false)),
        ("always-true" | "never-true", ..) if in_row => None,
        ("always-true", _, Some((d, r)), _) => {
            Some((Question::Part(d, r, range.start, range.end, true), false))
        }
        ("never-true", _, Some((d, r)), _) => {
            Some((Question::Part(d, r, range.start, range.end, false), false))
        }
        ("idle-override", _, Some((d, r)), _) => {
            let rules = &model.decisions[d].rules;
            let named = rules[r].overrides.iter().find_map(|it| match it {
                Override::Rule(name) if name.span == finding.span => Some(&name.text),
                _ => None,
            });
            let other = named.and_then(|name| rules.iter().position(|it| it.name.text == *name));
            other.map(|other| (Question::Together(d, r.min(other), r.max(other)), false))
        }
        ("idle-otherwise", Some(d), ..) => Some((Question::Otherwise(d), false)),
        ("idle-duty", ..) => {
            let at = obligations(model).iter().position(|it| within(it.span, finding.span));
            at.map(|it| (Question::Required(it), false))
        }
        _ => None,
    };
    claim.into_iter().collect()
}

/// Where the findings and verdicts of a policy and the answers to single questions do not say the same.
pub(crate) fn contradiction(
    policy: &Policy,
    model: &Model,
    proofs: &Proofs,
    answers: &[(Question, Existence)],
) -> Option<(String, String)> {
    let answers: BTreeMap<&Question, &str> = answers.iter().map(|it| (&it.0, word(&it.1))).collect();
    let answer = |it: &Question| answers.get(it).copied();
    for verdict in proofs.verdicts() {
        let question = match verdict.claim {
            Claim::NoGap(d) => Question::Gap(d),
            Claim::NoConflict(d) => Question::Conflict(d),
            Claim::Property(p) => Question::Violates(p),
        };
        if answer(&question) != Some(word(&verdict.against)) {
            let told = format!("{verdict:?} and {question:?}: {:?}", answer(&question));
            return Some(("verdict".into(), told));
        }
    }
    let mut claimed = Vec::new();
    for finding in proofs.findings() {
        let own = claims(model, finding);
        for (question, there) in &own {
            let said = answer(question);
            if said.is_some_and(|it| it != if *there { "yes" } else { "no" }) {
                return Some((
                    format!("finding {}", finding.code.name),
                    format!("{}: {said:?}", finding.message),
                ));
            }
        }
        claimed.extend(own);
    }
    if answer(&Question::Case) == Some("no") {
        return None;
    }
    // What reads a decision in error never holds there; that is told of the decision.
    let broken =
        answers.iter().any(|it| matches!(it.0, Question::Gap(_) | Question::Conflict(_)) && *it.1 == "yes");
    // What has been said of a place by the compiler is not said again.
    let silent = |span: Span| policy.warnings().iter().any(|it| within(span, it.span));
    for (question, said) in &answers {
        let there = *said == "yes";
        let must = match **question {
            Question::Gap(_) | Question::Violates(_) => there,
            Question::Conflicting(..) => there && claimed.len() < 10,
            Question::Decides(d, r) => !there && !broken && !silent(model.decisions[d].rules[r].span),
            Question::Otherwise(d) => !there && !model.decisions[d].otherwise.is_empty(),
            Question::Required(o) => !there && !silent(obligations(model)[o].span),
            _ => false,
        };
        if must && !claimed.iter().any(|it| it.0 == **question) {
            let told = format!("{question:?} is `{said}`, and no finding says so");
            return Some((format!("missed {}", question.parts().0), told));
        }
    }
    None
}
