//! Who overrides whom: the transitive closure of `overrides`, with `everything`.
//!
//! `everything` means all rules of the decision except those that override this rule, directly or through
//! others, and those that also say `everything`; two of these are unordered unless one names the other, or a
//! chain of other rules orders them. The closure holds whether or not the rule in the middle holds. Only
//! names are listed: `everything` is kept as a complement, so a policy of many rules stays small. (B12.)

use std::collections::{BTreeMap, BTreeSet};

use crate::hir::Overrides;

/// Runs of rules that are shorter than this are listed one by one.
const SHORTEST_RUN: usize = 16;

/// What one rule says.
pub(super) struct Says {
    pub(super) everything: bool,
    /// The rules that it names, by index.
    pub(super) names: Vec<usize>,
}

/// The closure of each rule, or the rules of a circle, in its order.
pub(super) fn closure(says: &[Says]) -> Result<Vec<Overrides>, Vec<usize>> {
    let order = sorted(says)?;
    let mut sets: Vec<Set> = (0..says.len()).map(|_| Set::default()).collect();
    let everything = everything(says);
    // Sets only grow, and one pass is enough unless one `everything` is below another through others.
    for _ in 0..=everything.len() {
        let mut changed = false;
        for &index in &order {
            let set = step(says, &sets, &everything, index);
            if let Some(slot) = sets.get_mut(index) {
                changed |= *slot != set;
                *slot = set;
            }
        }
        if !changed {
            break;
        }
    }
    for (index, set) in sets.iter().enumerate() {
        if set.contains(index) {
            return Err(vec![index]);
        }
    }
    Ok(sets.into_iter().map(Set::into_overrides).collect())
}

/// The set of one rule, from the sets so far of those below it.
fn step(says: &[Says], sets: &[Set], everything: &BTreeMap<usize, BTreeSet<usize>>, index: usize) -> Set {
    let mut set = Set::default();
    let Some(it) = says.get(index) else { return set };
    for name in &it.names {
        set.listed.insert(*name, name + 1);
        if let Some(below) = sets.get(*name) {
            set.join(below);
        }
    }
    if let Some(own) = everything.get(&index) {
        let mut kept = own.clone();
        kept.insert(index);
        kept.extend(everything.keys().filter(|other| !it.names.contains(other)));
        // Another rule with `everything` is below this one where some rule that this one overrides is above it.
        for (other, above) in everything.iter().filter(|(other, _)| **other != index) {
            let through = above.iter().any(|it| !kept.contains(it) || set.listed.contains(*it));
            if through && let Some(below) = sets.get(*other) {
                kept.remove(other);
                kept.retain(|it| !below.contains(*it));
            }
        }
        set.join(&Set { all_but: Some(kept), listed: Runs::default() });
    }
    set
}

/// Each rule that says `everything`, with the rules that name it, directly or through others.
fn everything(says: &[Says]) -> BTreeMap<usize, BTreeSet<usize>> {
    let mut named_by: Vec<Vec<usize>> = vec![Vec::new(); says.len()];
    for (index, it) in says.iter().enumerate() {
        for name in &it.names {
            if let Some(above) = named_by.get_mut(*name) {
                above.push(index);
            }
        }
    }
    let ancestors = |rule: usize| {
        let mut found = BTreeSet::new();
        let mut open = vec![rule];
        while let Some(it) = open.pop() {
            let above = named_by.get(it).map_or(&[][..], Vec::as_slice);
            open.extend(above.iter().filter(|it| found.insert(**it)));
        }
        found
    };
    let all = says.iter().enumerate().filter(|(_, it)| it.everything);
    all.map(|(index, _)| (index, ancestors(index))).collect()
}

#[derive(Clone, Default, PartialEq, Eq)]
struct Set {
    all_but: Option<BTreeSet<usize>>,
    listed: Runs,
}

/// A set of rules as runs that do not touch: the rows of a table are neighbours.
#[derive(Clone, Default, PartialEq, Eq)]
struct Runs(Vec<(usize, usize)>);

impl Runs {
    fn contains(&self, rule: usize) -> bool {
        let before = self.0.partition_point(|it| it.0 <= rule);
        before.checked_sub(1).and_then(|it| self.0.get(it)).is_some_and(|it| rule < it.1)
    }

    /// Adds the rules from `from` to before `to`. Takes time linear in the runs after it.
    fn insert(&mut self, from: usize, to: usize) {
        let first = self.0.partition_point(|it| it.1 < from);
        let last = self.0.partition_point(|it| it.0 <= to);
        let touched = self.0.get(first..last).unwrap_or(&[]);
        let from = touched.first().map_or(from, |it| it.0.min(from));
        let to = touched.last().map_or(to, |it| it.1.max(to));
        self.0.splice(first..last, [(from, to)]);
    }
}

impl Set {
    fn contains(&self, rule: usize) -> bool {
        self.listed.contains(rule) || self.all_but.as_ref().is_some_and(|it| !it.contains(&rule))
    }

    fn join(&mut self, other: &Set) {
        other.listed.0.iter().for_each(|(from, to)| self.listed.insert(*from, *to));
        self.all_but = match (self.all_but.take(), &other.all_but) {
            (None, it) => it.clone(),
            (it, None) => it,
            (Some(a), Some(b)) => Some(a.intersection(b).copied().collect()),
        };
    }

    fn into_overrides(self) -> Overrides {
        let all_but: Option<Vec<usize>> = self.all_but.map(|it| it.into_iter().collect());
        let mut listed = Vec::new();
        let mut runs = Vec::new();
        for (from, to) in self.listed.0 {
            match &all_but {
                Some(but) => {
                    let first = but.partition_point(|it| *it < from);
                    listed.extend(but.iter().skip(first).take_while(|it| **it < to).copied());
                }
                None if to - from < SHORTEST_RUN => listed.extend(from..to),
                None => runs.push((from, to)),
            }
        }
        Overrides { all_but, listed, runs }
    }
}

/// The rules in an order in which each names only earlier ones, or a circle.
fn sorted(says: &[Says]) -> Result<Vec<usize>, Vec<usize>> {
    let mut state = vec![0_u8; says.len()];
    let mut order = Vec::with_capacity(says.len());
    for start in 0..says.len() {
        let mut path = vec![(start, 0)];
        if state.get(start) != Some(&0) {
            continue;
        }
        while let Some((node, next)) = path.last_mut() {
            let (at, edge) = (*node, *next);
            *next += 1;
            if let Some(it) = state.get_mut(at)
                && *it == 0
            {
                *it = 1;
            }
            match says.get(at).and_then(|it| it.names.get(edge)) {
                None => {
                    if let Some(it) = state.get_mut(at) {
                        *it = 2;
                    }
                    order.push(at);
                    path.pop();
                }
                Some(name) => match state.get(*name) {
                    Some(0) => path.push((*name, 0)),
                    Some(1) => {
                        let from = path.iter().position(|it| it.0 == *name).unwrap_or(0);
                        return Err(path.iter().skip(from).map(|it| it.0).collect());
                    }
                    _ => {}
                },
            }
        }
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::{Says, closure};

    fn says(everything: bool, names: &[usize]) -> Says {
        Says { everything, names: names.to_vec() }
    }

    fn edges(all: &[Says]) -> Vec<(usize, usize)> {
        let sets = closure(all).expect("no circle");
        let count = all.len();
        let pairs = (0..count).flat_map(|a| (0..count).map(move |b| (a, b)));
        pairs.filter(|(a, b)| sets[*a].contains(*b)).collect()
    }

    #[test]
    fn a_long_chain_is_one_run() {
        let all: Vec<Says> =
            (0..100).map(|it| says(false, if it < 99 { vec![it + 1] } else { vec![] }.as_slice())).collect();
        let sets = closure(&all).expect("no circle");
        assert_eq!((sets[3].runs.as_slice(), sets[3].listed.len()), (&[(4, 100)][..], 0));
        assert_eq!((sets[95].runs.len(), sets[95].listed.as_slice()), (0, &[96, 97, 98, 99][..]));
        assert_eq!(edges(&all).len(), 99 * 100 / 2);
    }

    #[test]
    fn the_closure_goes_through_the_middle() {
        assert_eq!(
            edges(&[says(false, &[]), says(false, &[0]), says(false, &[1])]),
            [(1, 0), (2, 0), (2, 1)]
        );
    }

    #[test]
    fn everything_spares_those_above_and_its_equals() {
        let all = [says(false, &[]), says(true, &[]), says(true, &[]), says(false, &[1])];
        // 3 names 1: 3 beats 1 and what 1 beats; 2 beats 0 and 3, hence, through 3, also 1.
        assert_eq!(edges(&all), [(1, 0), (2, 0), (2, 1), (2, 3), (3, 0), (3, 1)]);
    }

    #[test]
    fn one_everything_may_name_the_other() {
        assert_eq!(edges(&[says(false, &[]), says(true, &[]), says(true, &[1])]), [(1, 0), (2, 0), (2, 1)]);
    }

    #[test]
    fn a_circle_is_named_in_its_order() {
        assert_eq!(
            closure(&[says(false, &[1]), says(false, &[2]), says(false, &[0])]).unwrap_err(),
            [0, 1, 2]
        );
    }

    #[test]
    fn a_circle_through_everything_is_found() {
        // 2 names 0 and 3 names 1; 0 and 1 say everything: 0 > 3 > 1 > 2 > 0.
        let all = [says(true, &[]), says(true, &[]), says(false, &[0]), says(false, &[1])];
        assert!(closure(&all).is_err());
    }

    #[test]
    fn closing_a_closure_changes_nothing() {
        let all = [says(false, &[]), says(true, &[]), says(false, &[1]), says(false, &[2])];
        let once = edges(&all);
        let again: Vec<Says> = (0..all.len())
            .map(|a| says(false, &once.iter().filter(|it| it.0 == a).map(|it| it.1).collect::<Vec<_>>()))
            .collect();
        assert_eq!(edges(&again), once);
    }
}
