//! For which cases a disclosure or a step is required, and was not; or was, and is not.

use rustc_hash::FxHashMap;

use crate::{
    diff::{Changes, Comparing, DutyDifference, In, Label, Open, Sided, layer::Pairs, observe},
    hir::Obligation,
    ir::{NodeId, ObligationPlan},
    space::{
        diagram::{NO, Ref, Spent, YES},
        formula::FALSE,
    },
};

/// The leaves: not accepted, not required, required, in error.
const LABELS: [(&str, &str); 4] = [
    ("refused", "not accepted"),
    ("not_required", "not required"),
    ("required", "required"),
    ("error", "no answer (it reads a decision without one)"),
];

/// A disclosure or step of one policy.
#[derive(Clone, Copy, Debug)]
struct Duty<'p> {
    written: &'p Obligation,
    plan: &'p ObligationPlan,
}

/// What two disclosures or steps have in common if they are one: the decision, the kind and the name.
type Name = (Option<String>, bool, String);

fn all<'p>(side: &Sided<'p>) -> Vec<(Name, Duty<'p>)> {
    let mut found = Vec::new();
    for (decision, plans) in side.hir.decisions.iter().zip(&side.program.decisions) {
        for (written, plan) in decision.obligations.iter().zip(&plans.obligations) {
            let name = (Some(decision.name.clone()), written.step, written.name.clone());
            found.push((name, Duty { written, plan }));
        }
    }
    for (written, plan) in side.hir.obligations.iter().zip(&side.program.obligations) {
        found.push(((None, written.step, written.name.clone()), Duty { written, plan }));
    }
    found
}

impl Comparing<'_> {
    /// What differs in disclosures and steps.
    pub(crate) fn duties(&mut self) -> Vec<DutyDifference> {
        let [old, new] = self.sides;
        let (before, after) = (all(&old), all(&new));
        let mut names: Vec<Name> = before.iter().map(|it| it.0.clone()).collect();
        for (name, _) in &after {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        let find = |all: &[(Name, Duty<'_>)], name: &Name| all.iter().position(|it| it.0 == *name);
        let mut found = Vec::with_capacity(names.len());
        for name in names {
            let one = find(&before, &name).and_then(|it| before.get(it)).map(|it| it.1);
            let other = find(&after, &name).and_then(|it| after.get(it)).map(|it| it.1);
            let details = match (one, other) {
                (Some(one), Some(other)) => self.details(one, other),
                _ => Vec::new(),
            };
            let conditions = [one.map(|it| it.plan.condition), other.map(|it| it.plan.condition)];
            let required = match self.required(conditions) {
                Ok(pairs) => {
                    let observe = |side: &Sided<'_>, index: usize, facts: &observe::Facts| {
                        observe::duty(side, conditions.get(index).copied().flatten(), facts)
                    };
                    self.changes(pairs, &observe)
                }
                Err(Spent) => Changes::unknown(Open::Steps),
            };
            let is_in = match (one, other) {
                (Some(_), Some(_)) => In::Both,
                (Some(_), None) => In::Old,
                _ => In::New,
            };
            let (decision, step, name) = name;
            found.push(DutyDifference { decision, name, step, found: is_in, required, details });
        }
        found
    }

    /// The pairs of whether it is required.
    pub(crate) fn required(&mut self, conditions: [Option<Option<NodeId>>; 2]) -> Result<Pairs, Spent> {
        let [old, new] = conditions;
        let (one, other) = (self.due(0, old)?, self.due(1, new)?);
        // Whether it is accepted at all is said of decisions.
        let both = self.both;
        let (one, other) = (self.kept(one, both)?, self.kept(other, both)?);
        let label = |(name, words): &(&str, &str)| Label {
            names: vec![(*name).to_owned()],
            words: (*words).to_owned(),
        };
        self.pairs(one, other, LABELS.iter().map(label).collect(), &mut |_, _, _| None)
    }

    /// The names of all disclosures and steps, with their conditions on both sides.
    #[allow(clippy::type_complexity, reason = "a list of pairs")]
    pub(crate) fn duty_conditions(&self) -> Vec<(String, [Option<Option<NodeId>>; 2])> {
        let [old, new] = self.sides;
        let (before, after) = (all(&old), all(&new));
        let condition = |all: &[(Name, Duty<'_>)], name: &Name| {
            all.iter().find(|it| it.0 == *name).map(|it| it.1.plan.condition)
        };
        let mut names: Vec<&Name> = before.iter().chain(&after).map(|it| &it.0).collect();
        names.sort();
        names.dedup();
        let one = |name: &Name| (name.2.clone(), [condition(&before, name), condition(&after, name)]);
        names.into_iter().map(one).collect()
    }

    /// For each case whether a duty is required. One that a policy does not have never is.
    fn due(&mut self, side: usize, condition: Option<Option<NodeId>>) -> Result<Ref, Spent> {
        let truth = match condition {
            Some(condition) => self.cases.policies.get(side).map(|it| it.truth(condition)).ok_or(Spent)?,
            None => return Ok(Ref::leaf(1)),
        };
        let yes = self.cases.set(truth.yes)?;
        let required = self.cases.store.map(yes, |it| if it == YES { Ref::leaf(2) } else { Ref::leaf(1) })?;
        if truth.error == FALSE {
            return Ok(required);
        }
        let error = self.cases.set(truth.error)?;
        self.cases.store.pair(required, error, &mut FxHashMap::default(), &mut |a, b| match b {
            YES => Some(Ref::leaf(3)),
            NO => Some(a),
            _ => None,
        })
    }

    /// What else is written otherwise.
    fn details(&mut self, one: Duty<'_>, other: Duty<'_>) -> Vec<String> {
        let [old, new] = self.sides;
        let mut details = Vec::new();
        let stage = |side: &Sided<'_>, duty: Duty<'_>| {
            let (index, before) = duty.written.stage?;
            Some((side.hir.stages.get(index).cloned(), before))
        };
        if stage(&old, one) != stage(&new, other) {
            details.push("stage".to_owned());
        }
        let mut deadline = |index: usize, side: &Sided<'_>, duty: Duty<'_>| {
            duty.plan.deadline.map(|it| self.cases.space.shapes.node(side.of(index), it))
        };
        if deadline(0, &old, one) != deadline(1, &new, other) {
            details.push("deadline".to_owned());
        }
        let mut texts = |index: usize, side: &Sided<'_>, duty: Duty<'_>| -> Vec<(String, u32)> {
            let said = duty.written.say.iter().enumerate();
            let mut texts: Vec<(String, u32)> = said
                .map(|(at, (tag, text))| {
                    (tag.clone(), self.cases.space.shapes.text(side.of(index), text, duty.plan.say.get(at)))
                })
                .collect();
            texts.sort();
            texts
        };
        let said = texts(0, &old, one) == texts(1, &new, other);
        let words = |it: Duty<'_>| (it.written.doc.clone(), it.written.cites.clone());
        if !said || words(one) != words(other) {
            details.push("text".to_owned());
        }
        details
    }
}
