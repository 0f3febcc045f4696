//! Which rules of a decision matter where only some cases are looked at.

use std::collections::BTreeMap;

use crate::space::{
    cases::Cases,
    diagram::{Level, NO, Ref, Spent, Store, YES},
    formula::{Formula, Shape},
    normal::Entry,
};

/// The values that dimensions have in the cases of a set: sorted and apart. Not of those that have all.
type Values = BTreeMap<Level, Vec<(i128, i128)>>;

impl Cases<'_> {
    /// The entries with a case in the scope, by number, each with its set of cases. `accepted` are the cases of
    /// the scope that are accepted.
    pub(super) fn sets_of(&mut self, entries: &[Entry], accepted: Ref) -> Result<Vec<(u32, Ref)>, Spent> {
        let mut sets = Vec::new();
        let is_partial = self.scope != YES;
        if is_partial && accepted == NO {
            return Ok(sets);
        }
        let values = if is_partial { values_in(&mut self.store, accepted)? } else { Values::new() };
        for (number, entry) in (0_u32..).zip(entries) {
            if is_partial && self.misses(&values, entry.when, 0) {
                continue;
            }
            let set = self.set(entry.when)?;
            let set = self.store.and([set, self.scope])?;
            if set != NO || !is_partial {
                sets.push((number, set));
            }
        }
        Ok(sets)
    }

    /// Whether a formula, or one of its parts that all have to be true, is false for all these values.
    fn misses(&self, values: &Values, formula: Formula, depth: u8) -> bool {
        match self.space.formulas.shape(formula) {
            Shape::Within(dimension, intervals) => {
                let level = self.levels.get(*dimension as usize).copied().flatten();
                let values = level.and_then(|it| values.get(&it));
                values.is_some_and(|all| !intervals.iter().any(|it| meets(all, *it)))
            }
            Shape::And(parts) if depth < 2 => parts.iter().any(|it| self.misses(values, *it, depth + 1)),
            _ => false,
        }
    }
}

fn meets(values: &[(i128, i128)], (from, to): (i128, i128)) -> bool {
    let at = values.partition_point(|it| it.1 < from);
    values.get(at).is_some_and(|it| it.0 <= to)
}

/// The values of each dimension in the cases of a set that is not empty. A dimension that some path does not
/// ask for has all.
fn values_in(store: &mut Store, set: Ref) -> Result<Values, Spent> {
    let levels: Vec<Level> = store.support(set).into_iter().collect();
    let place = |level: Level| levels.partition_point(|it| *it < level);
    let mut found: Vec<Vec<(i128, i128)>> = vec![Vec::new(); levels.len()];
    let mut skipped = vec![false; levels.len()];
    let nodes = store.nodes_of(set);
    store.spend(nodes.len() as u64)?;
    for at in nodes {
        let own = place(store.level(at));
        for (low, high, child) in store.edges(at).filter(|it| it.2 != NO) {
            if let Some(values) = found.get_mut(own) {
                values.push((low, high));
            }
            let next = place(store.level(child));
            skipped.iter_mut().take(next).skip(own + 1).for_each(|it| *it = true);
        }
    }
    let mut values = Values::new();
    for ((level, mut own), skipped) in levels.into_iter().zip(found).zip(skipped) {
        if skipped {
            continue;
        }
        own.sort_unstable();
        let mut merged: Vec<(i128, i128)> = Vec::with_capacity(own.len());
        for (low, high) in own {
            match merged.last_mut() {
                Some(last) if low <= last.1 => last.1 = last.1.max(high),
                _ => merged.push((low, high)),
            }
        }
        values.insert(level, merged);
    }
    Ok(values)
}
