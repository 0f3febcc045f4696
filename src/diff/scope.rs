//! The cases in which two policies can differ at all, by what is written otherwise.
//!
//! **Why the others need no look.** A rule is *kept* if both policies have it by one name, with the same condition,
//! outcome, arguments and words, if kept rules stand in the same order in both, and if it overrides the same
//! kept rules in both. In a case in which no rule holds (or is in error) but kept ones, the same rules hold in
//! both; each sets aside the same ones; so the same rules stand, and where none does, `otherwise` is the same or
//! everything is looked at. Hence the decision comes to the same, for the same reasons. What is left are the
//! cases in which a rule that is not kept holds or is in error in one of the policies, and those that only one
//! accepts.
//!
//! **Decisions that are read.** A condition that reads decisions is kept if it reads them alike: outside of the
//! cases of all decisions together it is the same, because what it reads is. One that is not kept and reads
//! decisions is drawn of diagrams that have to be known everywhere: then all cases are looked at.

use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

use crate::{
    diff::{Comparing, Sided, joint::Joint},
    hir::{Decision, Notes, Overrides, Part, Rule},
    ir::{Holes, RulePlan},
    schema::Type,
    space::{
        diagram::{Ref, Spent, YES},
        formula::{Formula, Shape},
        normal::{Entry, FIRST_CLASS, Says},
        shapes::type_shape,
    },
};

/// The steps that drawing the scope may take: where it has no reasonable size everything is looked at.
const STEPS: u64 = 400_000;

/// A decision of both policies: its index in each, and the numbers of its classes, one numbering for both.
struct Paired {
    at: [usize; 2],
    classes: [Vec<u32>; 2],
}

/// What is known of the formulas of both.
struct Alike {
    /// Whether a formula reads a decision.
    reads: Vec<bool>,
    pairs: Vec<Paired>,
    /// Pairs of formulas that are alike.
    known: FxHashSet<(Formula, Formula)>,
}

/// Everything has to be looked at.
struct Everywhere;

impl<'p> Comparing<'p> {
    /// The cases outside of which both say the same.
    pub(super) fn scope(&mut self) -> Ref {
        match self.changed() {
            Ok(changed) => self.cases.within(STEPS, |it| {
                let mut sets = Vec::with_capacity(changed.len() + 2);
                if let [old, new] = it.accepted.clone().as_slice() {
                    sets.extend([it.store.without(*old, *new)?, it.store.without(*new, *old)?]);
                }
                for formula in changed {
                    sets.push(it.set(formula)?);
                }
                it.store.or(sets)
            }),
            Err(Everywhere) => Err(Spent),
        }
        .unwrap_or(YES)
    }

    /// The conditions of what is not kept.
    fn changed(&mut self) -> Result<BTreeSet<Formula>, Everywhere> {
        let [old, new] = self.sides;
        if !self.retyped.is_empty() {
            return Err(Everywhere);
        }
        let mut alike = Alike {
            reads: self.cases.space.formulas.reading(),
            pairs: Vec::new(),
            known: FxHashSet::default(),
        };
        for (a, decision) in old.hir.decisions.iter().enumerate() {
            if let Some(b) = new.hir.decisions.iter().position(|it| it.name == decision.name) {
                let mut joint = Joint::new();
                let classes = [self.classes(0, a, &mut joint), self.classes(1, b, &mut joint)];
                alike.pairs.push(Paired { at: [a, b], classes });
            }
        }
        let mut changed = BTreeSet::new();
        for pair in 0..alike.pairs.len() {
            self.changed_rules(pair, &mut alike, &mut changed)?;
        }
        // What a duty says is not drawn but read of the diagrams.
        for (_, conditions) in self.duty_conditions() {
            let truth = |side: usize| {
                let condition = conditions.get(side).copied().flatten();
                condition.and_then(|it| self.cases.policies.get(side).map(|policy| policy.truth(it)))
            };
            let is_kept = match (truth(0), truth(1)) {
                (Some(one), Some(other)) => {
                    alike.are(self, one.yes, other.yes) && alike.are(self, one.error, other.error)
                }
                _ => false,
            };
            let reads = [truth(0), truth(1)].into_iter().flatten();
            if !is_kept && reads.into_iter().any(|it| alike.reads(it.yes) || alike.reads(it.error)) {
                return Err(Everywhere);
            }
        }
        Ok(changed)
    }

    fn classes(&mut self, side: usize, decision: usize, joint: &mut Joint) -> Vec<u32> {
        let form = self.cases.form(side, decision);
        let classes: Vec<_> = form.map_or(Vec::new(), |it| it.classes.iter().cloned().collect());
        classes.iter().map(|it| self.class(side, decision, it, joint)).collect()
    }

    /// Adds the conditions of the rules of a decision that are not kept.
    fn changed_rules(
        &mut self,
        pair: usize,
        alike: &mut Alike,
        changed: &mut BTreeSet<Formula>,
    ) -> Result<(), Everywhere> {
        let [old, new] = self.sides;
        let Some([a, b]) = alike.pairs.get(pair).map(|it| it.at) else { return Err(Everywhere) };
        let (Some(one), Some(other)) = (old.hir.decisions.get(a), new.hir.decisions.get(b)) else {
            return Err(Everywhere);
        };
        if (one.collect, one.first, one.always) != (other.collect, other.first, other.always)
            || !self.is_same_otherwise(pair, (one, other), alike)
        {
            return Err(Everywhere);
        }
        let said = [self.said_by_rule(0, a), self.said_by_rule(1, b)];
        let [before, after] = &said;
        let names: FxHashMap<&str, usize> =
            other.rules.iter().enumerate().map(|(index, it)| (it.name.as_str(), index)).collect();
        let mut same: Vec<(usize, usize)> = Vec::with_capacity(one.rules.len());
        for (index, rule) in one.rules.iter().enumerate() {
            let Some(place) = names.get(rule.name.as_str()).copied() else { continue };
            let (entries, others) = (before.get(index), after.get(place));
            let is_same = entries.zip(others).is_some_and(|(a, b)| self.say_the_same(pair, a, b, alike));
            if is_same && self.rules_have_the_same_words([a, b], [index, place]) {
                same.push((index, place));
            }
        }
        let same = in_order(&same);
        let kept = with_the_same_overrides(one, other, &same);
        let kept_old: FxHashSet<usize> = kept.iter().map(|it| it.0).collect();
        let kept_new: FxHashSet<usize> = kept.iter().map(|it| it.1).collect();
        for (said, kept) in said.iter().zip([kept_old, kept_new]) {
            let others = said.iter().enumerate().filter(|it| !kept.contains(&it.0));
            for entry in others.flat_map(|it| it.1) {
                if alike.reads(entry.when) {
                    return Err(Everywhere);
                }
                changed.insert(entry.when);
            }
        }
        Ok(())
    }

    /// What each rule says.
    fn said_by_rule(&self, side: usize, decision: usize) -> Vec<Vec<Entry>> {
        let Some(form) = self.cases.form(side, decision) else { return Vec::new() };
        let mut said = vec![Vec::new(); form.rules.len()];
        for entry in &form.entries {
            if let Some(own) = entry.rule.and_then(|it| said.get_mut(it)) {
                own.push(*entry);
            }
        }
        said
    }

    fn say_the_same(&self, pair: usize, one: &[Entry], other: &[Entry], alike: &mut Alike) -> bool {
        let class = |side: usize, says: Says| match says {
            Says::Class(it) => {
                let classes = alike.pairs.get(pair).and_then(|it| it.classes.get(side));
                classes.and_then(|all| all.get(it as usize)).copied()
            }
            Says::Error => None,
        };
        let says = one.iter().zip(other).all(|(a, b)| {
            (a.holds, a.says == Says::Error) == (b.holds, b.says == Says::Error)
                && class(0, a.says) == class(1, b.says)
        });
        one.len() == other.len()
            && says
            && one.iter().zip(other).all(|(a, b)| alike.are(self, a.when, b.when))
    }

    fn is_same_otherwise(
        &mut self,
        pair: usize,
        (one, other): (&Decision, &Decision),
        alike: &mut Alike,
    ) -> bool {
        let [old, new] = self.sides;
        let Some([a, b]) = alike.pairs.get(pair).map(|it| it.at) else { return false };
        let entries = |it: &Self, side: usize, index: usize| {
            it.cases.form(side, index).map_or(Vec::new(), |it| it.fallback.clone())
        };
        let (entries, others) = (entries(self, 0, a), entries(self, 1, b));
        if !self.say_the_same(pair, &entries, &others, alike) {
            return false;
        }
        let plans = (old.program.decisions.get(a), new.program.decisions.get(b));
        let (Some(plan), Some(new_plan)) = plans else { return false };
        match (&one.otherwise, &other.otherwise, &plan.fallback, &new_plan.fallback) {
            (Some(a), Some(b), Some(plan), Some(new_plan)) => {
                self.have_the_same_notes((&a.notes, &plan.because), (&b.notes, &new_plan.because))
            }
            (None, None, None, None) => true,
            _ => false,
        }
    }

    fn rules_have_the_same_words(&mut self, decisions: [usize; 2], [one, other]: [usize; 2]) -> bool {
        let [(rules, plans), (new_rules, new_plans)] = self.written_rules(decisions);
        match (rules.get(one), plans.get(one), new_rules.get(other), new_plans.get(other)) {
            (Some(a), Some(plan), Some(b), Some(new_plan)) => {
                self.have_the_same_notes((&a.notes, &plan.because), (&b.notes, &new_plan.because))
            }
            _ => false,
        }
    }

    fn written_rules(&self, [a, b]: [usize; 2]) -> [(&'p [Rule], &'p [RulePlan]); 2] {
        let of = |side: Sided<'p>, decision: usize| {
            let rules = side.hir.decisions.get(decision).map_or(&[][..], |it| &it.rules);
            (rules, side.program.decisions.get(decision).map_or(&[][..], |it| &it.rules))
        };
        let [old, new] = self.sides;
        [of(old, a), of(new, b)]
    }

    /// Whether reasons and sources are the same, with the same values in the same types.
    fn have_the_same_notes(&mut self, one: (&Notes, &[Holes]), other: (&Notes, &[Holes])) -> bool {
        let [old, new] = self.sides;
        let ((notes, holes), (others, new_holes)) = (one, other);
        if notes.cites != others.cites || notes.because.len() != others.because.len() {
            return false;
        }
        for (index, (text, new_text)) in notes.because.iter().zip(&others.because).enumerate() {
            let parts = text.parts.iter().zip(&new_text.parts);
            let is_same = |(a, b): (&Part, &Part)| match (a, b) {
                (Part::Text(a), Part::Text(b)) => a == b,
                (Part::Value { ty: a, .. }, Part::Value { ty: b, .. }) => {
                    is_plain(*a) && a == b || type_shape(old.hir, *a) == type_shape(new.hir, *b)
                }
                _ => false,
            };
            let nodes = holes.get(index).map_or(&[][..], |it| it);
            let new_nodes = new_holes.get(index).map_or(&[][..], |it| it);
            if text.parts.len() != new_text.parts.len()
                || nodes.len() != new_nodes.len()
                || !parts.into_iter().all(is_same)
            {
                return false;
            }
            let shapes = &mut self.cases.space.shapes;
            let mut nodes = nodes.iter().zip(new_nodes);
            if !nodes.all(|(a, b)| shapes.node(old.of(0), *a) == shapes.node(new.of(1), *b)) {
                return false;
            }
        }
        true
    }
}

impl Alike {
    fn reads(&self, formula: Formula) -> bool {
        self.reads.get(formula as usize).copied().unwrap_or(true)
    }

    /// Whether a formula of the old policy is one of the new, but for the numbers of decisions and classes.
    fn are(&mut self, comparing: &Comparing<'_>, one: Formula, other: Formula) -> bool {
        let mut open = vec![(one, other)];
        let mut seen: FxHashSet<(Formula, Formula)> = FxHashSet::default();
        let formulas = &comparing.cases.space.formulas;
        while let Some((a, b)) = open.pop() {
            if a == b && !self.reads(a) || self.known.contains(&(a, b)) || !seen.insert((a, b)) {
                continue;
            }
            if !self.reads(a) || !self.reads(b) {
                return false;
            }
            match (formulas.shape(a), formulas.shape(b)) {
                (Shape::Not(a), Shape::Not(b)) => open.push((*a, *b)),
                (Shape::And(a), Shape::And(b)) | (Shape::Or(a), Shape::Or(b)) if a.len() == b.len() => {
                    open.extend(a.iter().copied().zip(b.iter().copied()));
                }
                (Shape::Comes(a, leaves), Shape::Comes(b, others)) => {
                    if !self.are_one(comparing, (*a, leaves), (*b, others)) {
                        return false;
                    }
                }
                _ => return false,
            }
        }
        self.known.extend(seen);
        true
    }

    /// Whether both ask the same of one decision, of what both policies can come to there.
    fn are_one(
        &self,
        comparing: &Comparing<'_>,
        (a, leaves): (u32, &[u32]),
        (b, others): (u32, &[u32]),
    ) -> bool {
        let base = |side: usize| comparing.cases.policies.get(side).map_or(0, |it| it.base);
        let own = |number: u32, side: usize| number.checked_sub(base(side)).map(|it| it as usize);
        let pair = self.pairs.iter().find(|it| Some(it.at[0]) == own(a, 0) && Some(it.at[1]) == own(b, 1));
        let Some(Paired { classes: [old, new], .. }) = pair else { return false };
        // Classes that both have, in the old order: the lesser of two that agree in a case stands for both.
        let common = |all: &[u32], in_other: &[u32]| -> Vec<u32> {
            let other: FxHashSet<u32> = in_other.iter().copied().collect();
            all.iter().copied().filter(|it| other.contains(it)).collect()
        };
        let in_both = common(old, new);
        if in_both != common(new, old) {
            return false;
        }
        let known: FxHashSet<u32> = in_both.into_iter().collect();
        let meant = |leaves: &[u32], classes: &[u32]| -> Vec<(bool, u32)> {
            let meaning = leaves.iter().filter_map(|it| match it.checked_sub(FIRST_CLASS) {
                Some(class) => {
                    classes.get(class as usize).filter(|it| known.contains(it)).map(|it| (true, *it))
                }
                None => Some((false, *it)),
            });
            let mut meaning: Vec<(bool, u32)> = meaning.collect();
            meaning.sort_unstable();
            meaning
        };
        meant(leaves, old) == meant(others, new)
    }
}

/// Whether a type says all of itself, whatever the policy.
fn is_plain(ty: Type) -> bool {
    !matches!(ty, Type::Choice(_) | Type::MoneyOf(_) | Type::Items(_) | Type::List(_))
}

/// As many of the pairs, which are sorted by the first, as rise in the second too.
fn in_order(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    if pairs.is_sorted_by_key(|it| it.1) {
        return pairs.to_vec();
    }
    // For each length, the pair with the least end of a rising row of it; and for each pair the one before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, pair) in pairs.iter().enumerate() {
        let at = ends.partition_point(|it| pairs.get(*it).is_some_and(|it| it.1 < pair.1));
        before.push(at.checked_sub(1).and_then(|it| ends.get(it)).copied());
        match ends.get_mut(at) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut rising = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied();
    while let Some(index) = at {
        rising.extend(pairs.get(index).copied());
        at = before.get(index).copied().flatten();
    }
    rising.reverse();
    rising
}

/// The pairs of rules of which both override the same rules of these pairs.
fn with_the_same_overrides(
    one: &Decision,
    other: &Decision,
    pairs: &[(usize, usize)],
) -> Vec<(usize, usize)> {
    if one.first {
        // Each overrides all later ones, and the order is the same.
        return pairs.to_vec();
    }
    let ranks = |places: &mut dyn Iterator<Item = usize>, count: usize| {
        let mut ranks = vec![0_usize; count + 1];
        for place in places {
            if let Some(next) = ranks.get_mut(place + 1) {
                *next = 1;
            }
        }
        let mut sum = 0;
        for rank in &mut ranks {
            sum += *rank;
            *rank = sum;
        }
        ranks
    };
    let old = ranks(&mut pairs.iter().map(|it| it.0), one.rules.len());
    let new = ranks(&mut pairs.iter().map(|it| it.1), other.rules.len());
    let nothing = |it: &Overrides| it.all_but.is_none() && it.listed.is_empty() && it.runs.is_empty();
    let is_same = |(a, b): &&(usize, usize)| match (one.rules.get(*a), other.rules.get(*b)) {
        (Some(a), Some(b)) => {
            nothing(&a.overrides) && nothing(&b.overrides)
                || ranked(&a.overrides, &old) == ranked(&b.overrides, &new)
        }
        _ => false,
    };
    pairs.iter().filter(is_same).copied().collect()
}

/// What a rule overrides, by places among the rules that both policies have.
#[derive(PartialEq)]
struct Ranked {
    all_but: Option<Vec<usize>>,
    listed: Vec<usize>,
    runs: Vec<(usize, usize)>,
}

/// `ranks` has, for each rule and the end, how many of those that both have come before it.
fn ranked(overrides: &Overrides, ranks: &[usize]) -> Ranked {
    let rank = |rule: usize| ranks.get(rule).copied().unwrap_or(usize::MAX);
    let kept = |all: &[usize]| -> Vec<usize> {
        all.iter().filter(|it| rank(**it) < rank(**it + 1)).map(|it| rank(*it)).collect()
    };
    let runs = overrides.runs.iter().map(|it| (rank(it.0), rank(it.1)));
    Ranked {
        all_but: overrides.all_but.as_deref().map(kept),
        listed: kept(&overrides.listed),
        runs: runs.filter(|it| it.0 < it.1).collect(),
    }
}
