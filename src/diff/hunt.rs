//! Looks for a case by changing one fact at a time, where a region turns on terms that are not looked into.
//!
//! What such a term comes to is only known once the facts are; so the search in the diagrams finds cases that turn
//! out to be others. Here each number is tried at a few values near and far, and where an answer changes between
//! two of them, the place at which it does is found by halving: a case at which one policy has just changed its
//! mind and the other has not is what is looked for. The number of cases tried is bounded, and the same on
//! every machine.

use std::collections::BTreeSet;

use crate::{
    diff::{Comparing, Label, layer::Observe, observe},
    space::{Key, linear::Var, region::Side},
    value::Known,
};

/// What was found: what both say, and the facts.
type Found = (observe::Seen, observe::Seen, Vec<observe::Facts>);

/// The operations that all tries for one region may take together.
const MOST_OPERATIONS: usize = 4_000_000;

/// The most cases that are tried for one region.
const MOST_TRIES: usize = 1_500;

/// From how many of the cases that turned out to be others the search sets out.
const STARTS: usize = 4;

impl Comparing<'_> {
    /// A case in the box that both evaluators answer as the labels say.
    pub(crate) fn hunted(
        &self,
        tried: &[Vec<i128>],
        region: &[Side],
        labels: (&Label, &Label),
        relevant: &BTreeSet<Var>,
        observe: &Observe<'_>,
    ) -> Option<Found> {
        let cost: usize = self.sides.iter().map(|it| it.program.cost()).sum();
        let tries = (MOST_OPERATIONS / cost.max(1)).min(MOST_TRIES);
        let mut hunt = Hunt { comparing: self, region, labels, observe, tries, found: None };
        let is_number = |var: &Var| {
            let key = self.cases.space.variables.get_index(*var as usize).map(|it| it.0);
            matches!(key, Some(Key::Fact(_))) && !self.cases.space.is_finite(&[(*var, 1)])
        };
        let numbers: Vec<Var> = self.bases(relevant).into_iter().filter(is_number).collect();
        let mut starts: Vec<&Vec<i128>> = tried.iter().collect();
        starts.dedup();
        for start in starts.into_iter().take(STARTS) {
            for var in &numbers {
                hunt.along(start, *var);
                if hunt.found.is_some() || hunt.tries == 0 {
                    return hunt.found;
                }
            }
        }
        None
    }
}

struct Hunt<'h, 'p> {
    comparing: &'h Comparing<'p>,
    region: &'h [Side],
    labels: (&'h Label, &'h Label),
    observe: &'h Observe<'h>,
    tries: usize,
    found: Option<Found>,
}

/// What both say, by name.
type Names = (Vec<String>, Vec<String>);

impl Hunt<'_, '_> {
    /// Tries the values of one number.
    fn along(&mut self, start: &[i128], var: Var) {
        let (low, high) = self.comparing.cases.space.range_of(var);
        let own = start.get(var as usize).copied().unwrap_or(low);
        let mut samples: BTreeSet<i128> = [low, high, own, 0.clamp(low, high.max(low))].into();
        let mut step: i128 = 1;
        while let (Some(less), Some(more)) = (own.checked_sub(step), own.checked_add(step)) {
            if less < low && more > high {
                break;
            }
            samples.extend([less, more].into_iter().filter(|it| low <= *it && *it <= high));
            step = match step.checked_mul(2) {
                Some(next) => next,
                None => break,
            };
        }
        let mut before: Option<(i128, Names)> = None;
        for value in samples {
            let Some(names) = self.attempt(start, var, value) else { return };
            if let Some((last, told)) = before {
                if told.0 != names.0 {
                    self.halve(start, var, (last, value), &told.0, |it| &it.0);
                }
                if told.1 != names.1 {
                    self.halve(start, var, (last, value), &told.1, |it| &it.1);
                }
            }
            if self.found.is_some() || self.tries == 0 {
                return;
            }
            before = Some((value, names));
        }
    }

    /// Finds where an answer changes, and tries both sides of that place.
    fn halve(
        &mut self,
        start: &[i128],
        var: Var,
        (mut low, mut high): (i128, i128),
        before: &[String],
        which: impl Fn(&Names) -> &Vec<String>,
    ) {
        while self.found.is_none() && high.saturating_sub(low) > 1 {
            let middle = low + (high - low) / 2;
            let Some(names) = self.attempt(start, var, middle) else { return };
            match which(&names) == before {
                true => low = middle,
                false => high = middle,
            }
        }
    }

    /// Tries a value: what both say. None where no tries are left.
    fn attempt(&mut self, start: &[i128], var: Var, value: i128) -> Option<Names> {
        self.tries = self.tries.checked_sub(1)?;
        let mut values = start.to_vec();
        if let Some(place) = values.get_mut(var as usize) {
            *place = value;
        }
        let comparing = self.comparing;
        let values = observe::on_the_grid(&comparing.cases.policies, values);
        let [old, new] = &comparing.sides;
        let facts: Vec<observe::Facts> = comparing
            .cases
            .policies
            .iter()
            .map(|it| observe::facts(&comparing.cases.space, it, &values))
            .collect();
        let [a, b] = facts.as_slice() else { return None };
        let (one, other) = ((self.observe)(old, 0, a), (self.observe)(new, 1, b));
        let names = (one.names.clone(), other.names.clone());
        let as_said =
            names.0 == self.labels.0.names && names.1 == self.labels.1.names && one.key != other.key;
        if as_said && self.found.is_none() {
            let known: Vec<Option<&[Known]>> =
                facts.iter().map(|it| it.outside.is_none().then_some(it.known.as_slice())).collect();
            if comparing.may_lie_in(self.region, &comparing.values_of(&known)) {
                self.found = Some((one, other, facts));
            }
        }
        Some(names)
    }
}
