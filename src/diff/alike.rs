//! Decisions that are written alike: where the diagrams are too large to be made, that both have the same rules
//! still proves that both decide alike.

use crate::{
    diff::{Comparing, joint::Joint},
    space::normal::{Entry, Says},
};

impl Comparing<'_> {
    /// Whether two decisions have the same rules, in the same order, with the same conditions as sets of cases.
    pub(crate) fn are_alike(&mut self, a: usize, b: usize) -> bool {
        let [old, new] = self.sides;
        let (Some(one), Some(other)) = (old.hir.decisions.get(a), new.hir.decisions.get(b)) else {
            return false;
        };
        let flags =
            (one.collect, one.first, one.rules.len()) == (other.collect, other.first, other.rules.len());
        let rules = one.rules.iter().zip(&other.rules);
        let overrides = |a: &crate::hir::Overrides, b: &crate::hir::Overrides| {
            (&a.all_but, &a.listed, &a.runs) == (&b.all_but, &b.listed, &b.runs)
        };
        let mut accepted = self.cases.accepted.iter();
        if !flags
            || accepted.next() != accepted.next()
            || !rules.clone().all(|(a, b)| a.name == b.name && overrides(&a.overrides, &b.overrides))
        {
            return false;
        }
        let mut joint = Joint::new();
        let (one, other) = (self.entries_of(0, a, &mut joint), self.entries_of(1, b, &mut joint));
        one == other
    }

    /// What the rules say, by names that both policies share.
    #[allow(clippy::type_complexity, reason = "compared as a whole")]
    fn entries_of(
        &mut self,
        side: usize,
        decision: usize,
        joint: &mut Joint,
    ) -> Vec<(Option<usize>, u32, Option<u32>, bool)> {
        let Some(form) = self.cases.form(side, decision) else { return Vec::new() };
        let classes: Vec<_> = form.classes.iter().cloned().collect();
        let entries: Vec<Entry> = form.entries.iter().chain(&form.fallback).copied().collect();
        let numbers: Vec<u32> = classes.iter().map(|it| self.class(side, decision, it, joint)).collect();
        let says = |it: Says| match it {
            Says::Class(class) => numbers.get(class as usize).copied(),
            Says::Error => None,
        };
        entries.into_iter().map(|it| (it.rule, it.when, says(it.says), it.holds)).collect()
    }

    /// Whether all rules of two decisions that are alike have the same words.
    pub(crate) fn have_the_same_words(&mut self, a: usize, b: usize) -> bool {
        let [old, new] = self.sides;
        let mut words = |side: usize, decision: usize| -> Vec<u32> {
            let of = if side == 0 { old } else { new };
            let (Some(written), Some(plan)) =
                (of.hir.decisions.get(decision), of.program.decisions.get(decision))
            else {
                return Vec::new();
            };
            let fallback = written.otherwise.iter().map(|it| &it.notes).zip(&plan.fallback);
            let all = written.rules.iter().map(|it| &it.notes).zip(&plan.rules).chain(fallback);
            let shapes = &mut self.cases.space.shapes;
            all.map(|(notes, plan)| shapes.words(of.of(side), &notes.because, &plan.because, &notes.cites))
                .collect()
        };
        words(0, a) == words(1, b)
    }
}
