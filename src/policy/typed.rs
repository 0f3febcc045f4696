//! Turns a report, which is all indices, into the answer that a Rust host reads.

use indexmap::IndexMap;

use crate::{
    eval::{
        self, Failure as Failed, Item, Settled, Slot,
        report::{DecisionReport, ObligationReport, Report},
    },
    hir::{self, Decision, Hir},
    policy::{
        Policy,
        answer::{
            Answer, By, Candidate, DecisionAnswer, Due, Failure, Obligation, Outcome, Reason, Required,
            SetAside, Stage, Status, Undecided, UsedDefinition,
        },
        body::{Writer, parted},
    },
    schema::Type,
    value::{Scalar, Value, host},
};

/// The answer that `report` stands for.
pub(super) fn answer(policy: &Policy, report: Report) -> Answer {
    let typing = Typing { names: Writer { hir: &policy.inner.hir } };
    let decisions = report.decisions.iter().filter_map(|it| typing.decision(it));
    let decisions = decisions.map(|it| (it.name.clone(), it)).collect();
    let open = typing.names.paths(&report.open);
    Answer { policy: policy.clone(), report, decisions, open }
}

struct Typing<'h> {
    names: Writer<'h>,
}

impl Typing<'_> {
    fn hir(&self) -> &Hir {
        self.names.hir
    }

    fn decision(&self, report: &DecisionReport) -> Option<DecisionAnswer> {
        let decision = self.hir().decisions.get(report.decision)?;
        let ids = |rules: &[usize]| rules.iter().map(|it| self.names.rule(decision, *it)).collect();
        let duties = |all: &[ObligationReport]| all.iter().filter_map(|it| self.duty(decision, it)).collect();
        let set_aside = |(rule, by): &(usize, Vec<usize>)| SetAside {
            rule: self.names.rule(decision, *rule),
            by: ids(by),
        };
        Some(DecisionAnswer {
            name: decision.name.clone(),
            status: self.status(decision, report),
            reasons: report.reasons.iter().map(|it| self.reason(decision, it)).collect(),
            definitions: report.definitions.iter().filter_map(|it| self.definition(it)).collect(),
            set_aside: report.set_aside.iter().map(set_aside).collect(),
            open_rules: ids(&report.open_rules),
            disclosures: duties(&report.disclosures),
            steps: duties(&report.steps),
            needs: self.names.paths(&report.needs),
        })
    }

    fn status(&self, decision: &Decision, report: &DecisionReport) -> Status {
        let outcomes = |items: &[Item]| items.iter().map(|it| self.outcome(decision, it)).collect();
        match &report.settled {
            Settled::Decided { item, .. } => Status::Decided(self.outcome(decision, item)),
            Settled::Collected { items, .. } => Status::Collected(outcomes(items)),
            Settled::Undecided(undecided) => {
                let possible = undecided.possible.iter().filter_map(|it| decision.outcomes.get(*it));
                Status::Undecided(Undecided {
                    possible: possible.map(|it| it.name.clone()).collect(),
                    outcome: undecided.only().map(|it| self.outcome(decision, &it)),
                    certain: outcomes(&undecided.certain),
                    needs: self.names.paths(&report.needs),
                })
            }
            Settled::Failed(Failed::Conflict(_)) => {
                let candidate = |(rule, item): &(usize, Item)| Candidate {
                    rule: self.names.rule(decision, *rule),
                    outcome: self.outcome(decision, item),
                };
                Status::Failed(Failure::Conflict(report.candidates.iter().map(candidate).collect()))
            }
            Settled::Failed(Failed::Gap) => Status::Failed(Failure::Gap),
            Settled::Failed(Failed::Depends) => {
                let on = report.depends_on.iter().filter_map(|it| self.hir().decisions.get(*it));
                Status::Failed(Failure::Depends(on.map(|it| it.name.clone()).collect()))
            }
        }
    }

    /// An outcome with the parameters that are known.
    fn outcome(&self, decision: &Decision, item: &Item) -> Outcome {
        let Some(outcome) = decision.outcomes.get(item.outcome) else {
            return Outcome { name: String::new(), parameters: IndexMap::new() };
        };
        let pairs = outcome.parameters.iter().zip(&item.arguments);
        let pairs = pairs.filter_map(|(parameter, slot)| {
            value(slot, parameter.ty, self.hir()).map(|value| (parameter.name.clone(), value))
        });
        Outcome { name: outcome.name.clone(), parameters: pairs.collect() }
    }

    fn reason(&self, decision: &Decision, reason: &eval::report::Reason) -> Reason {
        let (because, templates) = parted(&reason.because);
        let by = match reason.by {
            eval::report::By::Rule(index) => By::Rule(self.names.rule(decision, index)),
            eval::report::By::Otherwise => By::Otherwise,
            eval::report::By::Always => By::Always,
        };
        Reason { by, because, templates, cites: reason.cites.clone() }
    }

    fn definition(&self, used: &eval::report::UsedCase) -> Option<UsedDefinition> {
        let definition = self.hir().definitions.get(used.definition)?.name.clone();
        let (because, templates) = parted(&used.because);
        let case = used.case.saturating_add(1);
        Some(UsedDefinition { definition, case, because, templates, cites: used.cites.clone() })
    }

    fn duty(&self, decision: &Decision, report: &ObligationReport) -> Option<Obligation> {
        let all = if report.top { &self.hir().obligations } else { &decision.obligations };
        let written = all.get(report.index)?;
        let name = self.names.obligation(decision, &written.name, report.top);
        let status = match &report.due {
            eval::report::Due::NotRequired => Due::NotRequired,
            eval::report::Due::Error => Due::Error,
            eval::report::Due::Open(needs) => Due::Open(self.names.paths(needs)),
            eval::report::Due::Required { .. } => {
                Due::Required(Box::new(self.required(written, &report.due)))
            }
        };
        Some(Obligation { name, status })
    }

    fn required(&self, written: &hir::Obligation, due: &eval::report::Due) -> Required {
        let eval::report::Due::Required { deadline, texts: said, needs } = due else {
            return Required::default();
        };
        let (mut texts, mut templates) = (IndexMap::new(), IndexMap::new());
        for (language, text) in said {
            match text {
                eval::report::Rendered::Text(text) => texts.insert(language.clone(), text.clone()),
                eval::report::Rendered::Template(text) => templates.insert(language.clone(), text.clone()),
            };
        }
        let stage = written.stage.and_then(|(stage, before)| {
            let name = self.hir().stages.get(stage)?.clone();
            Some(if before { Stage::Before(name) } else { Stage::During(name) })
        });
        Required {
            stage,
            deadline: deadline
                .zip(written.deadline_type)
                .map(|(by, ty)| Value::from_scalar(&Scalar::Number(by), ty, &self.hir().schema)),
            texts,
            templates,
            text: written.doc.clone().filter(|_| written.step),
            cites: written.cites.clone(),
            needs: self.names.paths(needs),
        }
    }
}

/// A node's value as the host sees it; none for what is not known.
fn value(slot: &Slot, ty: Type, hir: &Hir) -> Option<Value> {
    match (slot, ty) {
        (Slot::Nothing, _) => Some(Value::Absent),
        (Slot::Items(items), Type::Items(decision)) => {
            let outcomes = hir.decisions.get(decision).map_or(&[][..], |it| &it.outcomes);
            let item = |item: &Item| {
                let outcome = outcomes.get(item.outcome)?;
                let pairs = outcome.parameters.iter().zip(&item.arguments);
                let pairs = pairs.filter_map(|(parameter, slot)| {
                    value(slot, parameter.ty, hir).map(|value| (parameter.name.as_str().into(), value))
                });
                Some(host::Item { outcome: outcome.name.as_str().into(), parameters: pairs.collect() })
            };
            Some(Value::Items(items.iter().filter_map(item).collect()))
        }
        _ => slot.to_scalar().map(|it| Value::from_scalar(&it, ty, &hir.schema)),
    }
}
