//! Walks the paths of diagrams that some integers satisfy.
//!
//! A diagram treats dimensions as independent; here those that share variables are looked at together. A
//! *tangle* is a set of variables that dimensions and rows relate. On the way down a path the intervals taken
//! in each tangle are a small linear system; an edge that makes one unsatisfiable is not walked. What was found
//! below a node is kept for the intervals of those tangles only that are still asked for below it.

use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;
use std::rc::Rc;

use crate::space::{
    Space,
    diagram::{Level, Ref, Spent, Store},
    linear::Var,
    solve::{Row, Solved, nearest, solve},
};

/// An interval that was taken on a path: the level, the first and the last value.
pub(crate) type Taken = (Level, i128, i128);

/// Which dimensions hang together.
#[derive(Debug, Default)]
pub(crate) struct Tangles {
    /// By level, the tangle of the dimension.
    of_level: Vec<u32>,
    /// By level, the term.
    terms: Vec<Vec<(Var, i128)>>,
    /// For each tangle.
    all: Vec<Tangle>,
    /// What is known of intervals taken together.
    known: FxHashMap<Box<[Taken]>, bool>,
    /// For each node, the tangles that need looking at and are asked for at it or below.
    below: FxHashMap<Ref, Rc<[u32]>>,
    /// Whether some answer was taken to be yes because numbers left 128 bits or fuel ran out.
    pub(crate) unsure: bool,
}

/// Variables that hang together.
#[derive(Debug, Default)]
struct Tangle {
    vars: Vec<Var>,
    rows: Vec<Row>,
    /// Whether its dimensions are not independent, or take not all values of their ranges.
    matters: bool,
}

/// The steps that one system may take.
const SYSTEM_FUEL: u64 = 200_000;

impl Tangles {
    /// Finds what hangs together among the dimensions with these terms, by level.
    pub(crate) fn new(space: &Space, terms: Vec<Vec<(Var, i128)>>) -> Tangles {
        let mut groups = Groups { parent: (0..space.variables.len()).collect() };
        for term in terms.iter() {
            groups.join(term.iter().map(|it| it.0 as usize));
        }
        for row in &space.rows {
            groups.join(row.terms.iter().map(|it| it.0));
        }
        let mut numbers: FxHashMap<usize, u32> = FxHashMap::default();
        let mut all: Vec<Tangle> = Vec::new();
        let mut number_of = vec![0_u32; space.variables.len()];
        for var in 0..space.variables.len() {
            let number = *numbers.entry(groups.find(var)).or_insert_with(|| {
                all.push(Tangle::default());
                (all.len() - 1) as u32
            });
            if let (Some(tangle), Some(place)) = (all.get_mut(number as usize), number_of.get_mut(var)) {
                tangle.vars.push(var as Var);
                *place = number;
            }
        }
        let number = |var: usize| number_of.get(var).copied().unwrap_or(0);
        for row in &space.rows {
            let own = row.terms.first().map_or(0, |it| number(it.0));
            if let Some(tangle) = all.get_mut(own as usize) {
                tangle.rows.push(row.clone());
                tangle.matters = true;
            }
        }
        let mut of_level = Vec::with_capacity(terms.len());
        let mut met = BTreeSet::new();
        for term in &terms {
            let own = term.first().map_or(0, |it| number(it.0 as usize));
            of_level.push(own);
            let again = !met.insert(own);
            let skips = !term.iter().any(|it| it.1.abs() == 1);
            if let Some(tangle) = all.get_mut(own as usize) {
                tangle.matters |= again || skips;
            }
        }
        Tangles { of_level, terms, all, ..Tangles::default() }
    }

    /// The term of the dimension of a level.
    pub(crate) fn term(&self, level: Level) -> &[(Var, i128)] {
        self.terms.get(level as usize).map_or(&[], Vec::as_slice)
    }

    fn of(&self, level: Level) -> u32 {
        self.of_level.get(level as usize).copied().unwrap_or(0)
    }

    fn matters(&self, level: Level) -> bool {
        self.all.get(self.of(level) as usize).is_some_and(|it| it.matters)
    }

    /// The tangles that need looking at and are asked for at or below a node.
    fn below(&mut self, store: &Store, at: Ref) -> Rc<[u32]> {
        if at.as_leaf().is_some() {
            return Rc::from([]);
        }
        if let Some(known) = self.below.get(&at) {
            return Rc::clone(known);
        }
        let level = store.level(at);
        let mut asked: BTreeSet<u32> = BTreeSet::new();
        if self.matters(level) {
            asked.insert(self.of(level));
        }
        let children: BTreeSet<Ref> = store.edges(at).map(|it| it.2).collect();
        for child in children {
            asked.extend(self.below(store, child).iter());
        }
        let asked: Rc<[u32]> = asked.into_iter().collect();
        self.below.insert(at, Rc::clone(&asked));
        asked
    }

    /// Whether some integers satisfy what was taken in one tangle.
    fn possible(
        &mut self,
        space: &Space,
        store: &mut Store,
        taken: &[Taken],
        tangle: u32,
    ) -> Result<bool, Spent> {
        let own: Box<[Taken]> = taken.iter().filter(|it| self.of(it.0) == tangle).copied().collect();
        if let Some(known) = self.known.get(&own) {
            return Ok(*known);
        }
        let Some(it) = self.all.get(tangle as usize) else { return Ok(true) };
        let (ranges, rows) = self.system(space, it, &own);
        let mut fuel = SYSTEM_FUEL.min(store.fuel);
        let before = fuel;
        let solved = solve(&ranges, &rows, &mut fuel);
        store.spend(1 + (before - fuel) / 4)?;
        let possible = match solved {
            Solved::Point(_) => true,
            Solved::Empty => false,
            Solved::Unknown => {
                self.unsure = true;
                true
            }
        };
        self.known.insert(own, possible);
        Ok(possible)
    }

    /// Whether some integers satisfy what was taken, the last of it of this level.
    pub(crate) fn allows(
        &mut self,
        space: &Space,
        store: &mut Store,
        taken: &[Taken],
        level: Level,
    ) -> Result<bool, Spent> {
        match self.matters(level) {
            true => self.possible(space, store, taken, self.of(level)),
            false => Ok(true),
        }
    }

    /// The ranges of a tangle's variables, numbered from 0, and its rows, with what was taken.
    fn system(&self, space: &Space, tangle: &Tangle, taken: &[Taken]) -> (Vec<(i128, i128)>, Vec<Row>) {
        let index = |var: usize| tangle.vars.binary_search(&(var as Var)).unwrap_or(0);
        let mut ranges: Vec<(i128, i128)> = tangle.vars.iter().map(|it| space.range_of(*it)).collect();
        let local = |row: &Row| Row {
            terms: row.terms.iter().map(|(var, by)| (index(*var), *by)).collect(),
            low: row.low,
            high: row.high,
        };
        let mut rows: Vec<Row> = tangle.rows.iter().map(local).collect();
        for (level, low, high) in taken {
            match self.terms.get(*level as usize).map(Vec::as_slice) {
                Some([(var, 1)]) => {
                    if let Some(range) = ranges.get_mut(index(*var as usize)) {
                        *range = (range.0.max(*low), range.1.min(*high));
                    }
                }
                Some(term) => {
                    let terms = term.iter().map(|(var, by)| (index(*var as usize), *by)).collect();
                    rows.push(Row { terms, low: *low, high: *high });
                }
                None => {}
            }
        }
        (ranges, rows)
    }

    /// What was taken in the tangles that are still asked for.
    fn context(&self, taken: &[Taken], asked: &[u32]) -> Box<[Taken]> {
        taken.iter().filter(|it| asked.binary_search(&self.of(it.0)).is_ok()).copied().collect()
    }

    /// A value for each variable that what was taken speaks of, each as near to `typical` as may be, in order
    /// of the variables. None where it is not known whether there is one.
    pub(crate) fn point(&self, space: &Space, taken: &[Taken], typical: &[i128]) -> Option<Vec<i128>> {
        let mut values = typical.to_vec();
        let tangles: BTreeSet<u32> = taken.iter().map(|it| self.of(it.0)).collect();
        for number in tangles {
            let tangle = self.all.get(number as usize)?;
            let own: Vec<Taken> = taken.iter().filter(|it| self.of(it.0) == number).copied().collect();
            let (ranges, rows) = self.system(space, tangle, &own);
            let prefer: Vec<i128> =
                tangle.vars.iter().map(|it| typical.get(*it as usize).copied().unwrap_or(0)).collect();
            let order: Vec<usize> = (0..prefer.len()).collect();
            let mut fuel = SYSTEM_FUEL;
            let Solved::Point(point) = nearest(&ranges, &rows, &prefer, &order, &mut fuel) else {
                return None;
            };
            for (var, value) in tangle.vars.iter().zip(point) {
                if let Some(place) = values.get_mut(*var as usize) {
                    *place = value;
                }
            }
        }
        Some(values)
    }

    /// The diagram without paths that no integers satisfy: `outside` stands at their ends.
    pub(crate) fn prune(
        &mut self,
        space: &Space,
        store: &mut Store,
        root: Ref,
        outside: Ref,
    ) -> Result<Ref, Spent> {
        let mut pruning = Pruning { space, tangles: self, outside, known: FxHashMap::default() };
        pruning.prune(store, root, &mut Vec::new())
    }

    /// Looks for a path to a leaf that is `wanted` and that `accept` takes. The search goes on after a refusal,
    /// at most so many times.
    pub(crate) fn find(
        &mut self,
        space: &Space,
        store: &mut Store,
        root: Ref,
        typical: &[i128],
        wanted: &dyn Fn(u32) -> bool,
        accept: &mut dyn FnMut(&Tangles, &[Taken]) -> bool,
    ) -> Result<Found, Spent> {
        let mut finding = Finding {
            space,
            tangles: self,
            typical,
            wanted,
            accept,
            reaches: FxHashMap::default(),
            failed: FxHashSet::default(),
            refused: 0,
        };
        let mut taken = Vec::new();
        match finding.find(store, root, &mut taken)? {
            true => Ok(Found::Path),
            false if finding.refused > 0 => Ok(Found::Refused),
            false => Ok(Found::Nothing),
        }
    }
}

/// What a search came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A path was taken.
    Path,
    /// There are paths, but none of those tried was taken.
    Refused,
    /// There is none: a proof.
    Nothing,
}

/// How many paths a search may be refused.
const MOST_REFUSED: usize = 24;

struct Pruning<'s> {
    space: &'s Space,
    tangles: &'s mut Tangles,
    outside: Ref,
    known: FxHashMap<(Ref, Box<[Taken]>), Ref>,
}

impl Pruning<'_> {
    fn prune(&mut self, store: &mut Store, at: Ref, taken: &mut Vec<Taken>) -> Result<Ref, Spent> {
        let asked = self.tangles.below(store, at);
        if asked.is_empty() {
            return Ok(at);
        }
        let key = (at, self.tangles.context(taken, &asked));
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let level = store.level(at);
        let edges: Vec<(i128, i128, Ref)> = store.edges(at).collect();
        store.spend(1 + edges.len() as u64 / 8)?;
        let mut made = Vec::with_capacity(edges.len());
        let tangle = self.tangles.of(level);
        let matters = self.tangles.matters(level);
        for (low, high, child) in edges {
            if !matters {
                made.push((high, self.prune(store, child, taken)?));
                continue;
            }
            taken.push((level, low, high));
            let pruned = match self.tangles.possible(self.space, store, taken, tangle) {
                Ok(true) => self.prune(store, child, taken),
                Ok(false) => Ok(self.outside),
                Err(spent) => Err(spent),
            };
            taken.pop();
            made.push((high, pruned?));
        }
        let pruned = store.make(level, made);
        self.known.insert(key, pruned);
        Ok(pruned)
    }
}

struct Finding<'s> {
    space: &'s Space,
    tangles: &'s mut Tangles,
    typical: &'s [i128],
    wanted: &'s dyn Fn(u32) -> bool,
    accept: &'s mut dyn FnMut(&Tangles, &[Taken]) -> bool,
    reaches: FxHashMap<Ref, bool>,
    failed: FxHashSet<(Ref, Box<[Taken]>)>,
    refused: usize,
}

impl Finding<'_> {
    /// Whether a wanted leaf is below, as far as dimensions are independent.
    fn reaches(&mut self, store: &Store, at: Ref) -> bool {
        if let Some(leaf) = at.as_leaf() {
            return (self.wanted)(leaf);
        }
        if let Some(known) = self.reaches.get(&at) {
            return *known;
        }
        let mut last = None;
        let mut reaches = false;
        for (_, _, child) in store.edges(at) {
            if last != Some(child) && self.reaches(store, child) {
                reaches = true;
                break;
            }
            last = Some(child);
        }
        self.reaches.insert(at, reaches);
        reaches
    }

    fn find(&mut self, store: &mut Store, at: Ref, taken: &mut Vec<Taken>) -> Result<bool, Spent> {
        if !self.reaches(store, at) {
            return Ok(false);
        }
        if at.as_leaf().is_some() {
            let accepted = (self.accept)(self.tangles, taken);
            self.refused += usize::from(!accepted);
            return Ok(accepted);
        }
        let asked = self.tangles.below(store, at);
        let key = (at, self.tangles.context(taken, &asked));
        if self.failed.contains(&key) {
            return Ok(false);
        }
        let level = store.level(at);
        let mut edges: Vec<(i128, i128, Ref)> = store.edges(at).collect();
        store.spend(1 + edges.len() as u64 / 8)?;
        let typical = self.typical_of(level);
        edges.sort_by_key(|(low, high, _)| {
            if typical < *low { low.saturating_sub(typical) } else { typical.saturating_sub(*high).max(0) }
        });
        let refused = self.refused;
        for (low, high, child) in edges {
            taken.push((level, low, high));
            let found = match self.tangles.allows(self.space, store, taken, level) {
                Ok(true) => self.find(store, child, taken),
                Ok(false) => Ok(false),
                Err(spent) => Err(spent),
            };
            if found? {
                return Ok(true);
            }
            taken.pop();
            if self.refused >= MOST_REFUSED {
                return Ok(false);
            }
        }
        if refused == self.refused {
            self.failed.insert(key);
        }
        Ok(false)
    }

    fn typical_of(&self, level: Level) -> i128 {
        let term = self.tangles.terms.get(level as usize).map_or(&[][..], Vec::as_slice);
        term.iter().fold(0_i128, |sum, (var, by)| {
            let value = self.typical.get(*var as usize).copied().unwrap_or(0);
            sum.saturating_add(by.saturating_mul(value))
        })
    }
}

/// Sets that are joined.
struct Groups {
    parent: Vec<usize>,
}

impl Groups {
    fn find(&mut self, of: usize) -> usize {
        let mut at = of;
        while let Some(parent) = self.parent.get(at).copied().filter(|it| *it != at) {
            // Half the way is saved for the next one.
            let grand = self.parent.get(parent).copied().unwrap_or(parent);
            if let Some(place) = self.parent.get_mut(at) {
                *place = grand;
            }
            at = grand;
        }
        at
    }

    fn join(&mut self, all: impl Iterator<Item = usize>) {
        let mut first = None;
        for it in all {
            let own = self.find(it);
            match first {
                None => first = Some(own),
                Some(first) => {
                    if let Some(place) = self.parent.get_mut(own) {
                        *place = first;
                    }
                }
            }
        }
    }
}
