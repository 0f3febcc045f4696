//! For which cases the same is decided for other reasons: by other rules, or in other words.

use indexmap::IndexSet;
use std::collections::BTreeMap;

use crate::{
    diff::{Comparing, Label, layer::Pairs},
    space::{
        cases::{NOT_ACCEPTED, NOTHING_STANDS},
        diagram::{NO, Ref, Spent, YES},
        normal::Says,
    },
};

/// The rules that decide, each with the number of its words.
type Reasons = Vec<(String, u32)>;

impl Comparing<'_> {
    /// The pairs of what decides, in the cases in which `values` says that the same is decided.
    pub(crate) fn reasons(&mut self, a: usize, b: usize, values: Ref) -> Result<Pairs, Spent> {
        let mut all: IndexSet<Option<Reasons>> = IndexSet::new();
        all.insert(None);
        let (one, other) = (self.deciding(0, a, &mut all)?, self.deciding(1, b, &mut all)?);
        let label = |reasons: &Option<Reasons>| {
            let names: Vec<String> = reasons.iter().flatten().map(|it| it.0.clone()).collect();
            let words = match (reasons, names.is_empty()) {
                (None, _) => "not accepted".to_owned(),
                (_, true) => "by no rule".to_owned(),
                _ => format!("by {}", names.join(", ")),
            };
            let names = if reasons.is_none() { vec!["refused".to_owned()] } else { names };
            Label { names, words }
        };
        let labels = all.iter().map(label).collect();
        let same = self.cases.store.map(values, |it| if it == Ref::leaf(1) { YES } else { NO })?;
        let (one, other) = (self.kept(one, same)?, self.kept(other, same)?);
        self.pairs(one, other, labels, &mut |_, _, _| None)
    }

    /// What decides in each case, as the numbers of `all`.
    fn deciding(
        &mut self,
        side: usize,
        decision: usize,
        all: &mut IndexSet<Option<Reasons>>,
    ) -> Result<Ref, Spent> {
        let Some(of) = self.sides.get(side).copied() else { return Err(Spent) };
        let (written, plan) = match (of.hir.decisions.get(decision), of.program.decisions.get(decision)) {
            (Some(written), Some(plan)) => (written, plan),
            _ => return Err(Spent),
        };
        let entries = self.cases.entries(side, decision);
        let at = self.cases.policies.get(side).map_or(0, |it| it.base as usize) + decision;
        let own = self.cases.decisions.get(at).and_then(Option::as_ref).ok_or(Spent)?;
        let standing = own.standing;
        let mut words: BTreeMap<usize, u32> = BTreeMap::new();
        let mut leaves = Vec::with_capacity(own.sets.len());
        for (number, set) in own.sets.iter().enumerate() {
            let mut rules: Vec<usize> = Vec::with_capacity(set.len());
            let standing = set.iter().filter_map(|it| entries.get(*it as usize));
            for entry in standing.filter(|it| it.says != Says::Error) {
                rules.extend(entry.rule);
            }
            rules.sort_unstable();
            rules.dedup();
            let mut reasons: Reasons = Vec::with_capacity(rules.len());
            for rule in rules {
                let (Some(rule_written), Some(plan)) = (written.rules.get(rule), plan.rules.get(rule)) else {
                    continue;
                };
                let notes = &rule_written.notes;
                let shapes = &mut self.cases.space.shapes;
                let number = words.entry(rule).or_insert_with(|| {
                    shapes.words(of.of(side), &notes.because, &plan.because, &notes.cites)
                });
                reasons.push((rule_written.name.clone(), *number));
            }
            if let (NOTHING_STANDS, Some(otherwise)) = (number as u32, &written.otherwise) {
                let notes = &otherwise.notes;
                let holes = plan.fallback.as_ref().map_or(&[][..], |it| &it.because);
                let number = self.cases.space.shapes.words(of.of(side), &notes.because, holes, &notes.cites);
                let name = if written.always { "always" } else { "otherwise" };
                reasons.push((name.to_owned(), number));
            }
            let reasons = (number as u32 != NOT_ACCEPTED).then_some(reasons);
            leaves.push(Ref::leaf(all.insert_full(reasons).0 as u32));
        }
        self.cases.store.map(standing, |leaf| {
            leaf.as_leaf().and_then(|it| leaves.get(it as usize)).copied().unwrap_or(Ref::leaf(0))
        })
    }
}
