//! Regions: a set of cases as boxes, one list for machines and one for people.
//!
//! ```text
//!   tier ── gold ─────▶ days ── 31..60 ──▶ in      for people    tier gold, 31 to 60 days
//!    │                     └── else ────▶ out      for machines  the same, cut into parts that are apart
//!    └── silver ──▶ …
//! ```
//!
//! *Apart*: each path of the diagram is a box, and no two paths share a case ([`apart`]). There may be very many
//! of them; how many there are is counted without listing them ([`count`]).
//!
//! *Maximal*: people want few conditions. From one path each condition is dropped, or widened as far as the box
//! holds no case that is looked at and does not belong to the set; what the box covers is done with, and the
//! rest gives the next one ([`maximal`]). Whether it holds such a case is asked of the integers
//! ([`crate::space::search`]), so a condition that others imply goes. The boxes overlap, together they are the
//! set, and none of them can be said in fewer or weaker conditions of its dimensions. This is the expansion of
//! implicants to primes of logic minimisation (Quine; McCluskey 1956), one at a time.

use indexmap::IndexMap;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

use crate::space::{
    Space,
    diagram::{Level, NO, Ref, Spent, Store},
    search::{Found, Taken, Tangles},
};

/// A condition of a box: the dimension of this level lies in one of the intervals, sorted and apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Side {
    pub level: Level,
    pub intervals: Vec<(i128, i128)>,
}

/// A box: what all of these say, sorted by level.
pub(crate) type Region = Vec<Side>;

/// The cases of a box.
pub(crate) fn set(store: &mut Store, region: &[Side]) -> Result<Ref, Spent> {
    let sides: Vec<Ref> = region.iter().map(|it| store.within(it.level, &it.intervals)).collect();
    store.and(sides)
}

/// How many boxes [`apart`] would list, were there no limit; never more than it can say.
pub(crate) fn count(store: &Store, set: Ref) -> u128 {
    counted(store, set, &mut FxHashMap::default())
}

fn counted(store: &Store, at: Ref, known: &mut FxHashMap<Ref, u128>) -> u128 {
    if at.as_leaf().is_some() {
        return u128::from(at != NO);
    }
    if let Some(known) = known.get(&at) {
        return *known;
    }
    let children: BTreeSet<Ref> = store.edges(at).map(|it| it.2).collect();
    let sum = children.into_iter().fold(0, |sum: u128, it| sum.saturating_add(counted(store, it, known)));
    known.insert(at, sum);
    sum
}

/// The first boxes of a set, no two of which share a case.
pub(crate) fn apart(store: &Store, set: Ref, most: usize) -> Vec<Region> {
    let mut found = Vec::new();
    walk(store, set, most, &mut Vec::new(), &mut found);
    found
}

fn walk(store: &Store, at: Ref, most: usize, taken: &mut Region, found: &mut Vec<Region>) {
    if at == NO || found.len() >= most {
        return;
    }
    if at.as_leaf().is_some() {
        found.push(taken.clone());
        return;
    }
    let mut children: IndexMap<Ref, Vec<(i128, i128)>> = IndexMap::new();
    for (low, high, child) in store.edges(at) {
        children.entry(child).or_default().push((low, high));
    }
    let level = store.level(at);
    for (child, intervals) in children {
        taken.push(Side { level, intervals });
        walk(store, child, most, taken, found);
        taken.pop();
    }
}

/// Where the maximal boxes of a set are looked for.
pub(crate) struct Looking<'s> {
    pub space: &'s Space,
    pub store: &'s mut Store,
    pub tangles: &'s mut Tangles,
    /// For each variable a value that a case usually has: boxes near it are found first.
    pub typical: &'s [i128],
}

impl Looking<'_> {
    /// Boxes that together are the cases of `set`, at most so many, as far as `avoid` goes: none holds a case of
    /// it. Cases that are in neither may be in a box. And whether these are all.
    pub(crate) fn maximal(
        &mut self,
        set: Ref,
        avoid: Ref,
        most: usize,
    ) -> Result<(Vec<Region>, bool), Spent> {
        let cells = cells(self.store, &[set, avoid]);
        let mut rest = self.tangles.prune(self.space, self.store, set, NO)?;
        let mut found: Vec<(Region, Ref)> = Vec::new();
        while rest != NO && found.len() < most {
            let Some(first) = self.first(rest)? else { break };
            let widest = self.widened(first, avoid, &cells)?;
            let cases = self::set(self.store, &widest)?;
            let left = self.store.without(rest, cases)?;
            if left == rest {
                break;
            }
            rest = self.tangles.prune(self.space, self.store, left, NO)?;
            found.push((widest, cases));
        }
        self.without_needless(set, &mut found)?;
        Ok((found.into_iter().map(|it| it.0).collect(), rest == NO))
    }

    /// The path of a set that is nearest to what is usual, as a box.
    fn first(&mut self, set: Ref) -> Result<Option<Region>, Spent> {
        let mut path: Vec<Taken> = Vec::new();
        let mut take = |_: &Tangles, taken: &[Taken]| {
            path = taken.to_vec();
            true
        };
        let wanted = |leaf| Ref::leaf(leaf) != NO;
        let found = self.tangles.find(self.space, self.store, set, self.typical, &wanted, &mut take)?;
        let side = |it: &Taken| Side { level: it.0, intervals: vec![(it.1, it.2)] };
        Ok((found == Found::Path).then(|| path.iter().map(side).collect()))
    }

    /// Whether no case of `avoid` is in the box.
    fn is_clear(&mut self, region: &[Side], avoid: Ref) -> Result<bool, Spent> {
        let cases = set(self.store, region)?;
        let both = self.store.and([cases, avoid])?;
        if both == NO {
            return Ok(true);
        }
        let wanted = |leaf| Ref::leaf(leaf) != NO;
        let found =
            self.tangles.find(self.space, self.store, both, self.typical, &wanted, &mut |_, _| true)?;
        Ok(found == Found::Nothing)
    }

    /// The box with each condition dropped or widened, those asked last first.
    fn widened(
        &mut self,
        mut region: Region,
        avoid: Ref,
        cells: &BTreeMap<Level, Vec<(i128, i128)>>,
    ) -> Result<Region, Spent> {
        let mut at = region.len();
        while at > 0 {
            at -= 1;
            let side = region.remove(at);
            if self.is_clear(&region, avoid)? {
                continue;
            }
            region.insert(at, side);
        }
        for at in (0..region.len()).rev() {
            let Some(level) = region.get(at).map(|it| it.level) else { continue };
            let own = cells.get(&level).map_or(&[][..], Vec::as_slice);
            match self.space.is_finite(self.tangles.term(level)) {
                true => self.with_values(&mut region, at, own, avoid)?,
                false => self.with_ends(&mut region, at, own, avoid)?,
            }
        }
        Ok(region)
    }

    /// Adds each value of a dimension that may be added.
    fn with_values(
        &mut self,
        region: &mut Region,
        at: usize,
        cells: &[(i128, i128)],
        avoid: Ref,
    ) -> Result<(), Spent> {
        for cell in cells {
            let Some(side) = region.get_mut(at) else { return Ok(()) };
            if side.intervals.iter().any(|it| it.0 <= cell.0 && cell.1 <= it.1) {
                continue;
            }
            let before = side.intervals.clone();
            side.intervals = joined(&before, *cell);
            if !self.is_clear(region, avoid)?
                && let Some(side) = region.get_mut(at)
            {
                side.intervals = before;
            }
        }
        Ok(())
    }

    /// Moves the ends of an interval out as far as they may go.
    fn with_ends(
        &mut self,
        region: &mut Region,
        at: usize,
        cells: &[(i128, i128)],
        avoid: Ref,
    ) -> Result<(), Spent> {
        let Some((low, high)) = region.get(at).and_then(|it| it.intervals.first()).copied() else {
            return Ok(());
        };
        let lows: Vec<i128> = cells.iter().map(|it| it.0).filter(|it| *it < low).collect();
        let mut own = (low, high);
        // What is clear with an end further out is clear with one further in: halving finds the furthest.
        let (mut dirty, mut clear) = (0, lows.len());
        while dirty < clear {
            let middle = dirty + (clear - dirty) / 2;
            let Some(low) = lows.get(middle).copied() else { break };
            match self.is_clear_with(region, at, (low, own.1), avoid)? {
                true => clear = middle,
                false => dirty = middle + 1,
            }
        }
        own.0 = lows.get(clear).copied().unwrap_or(low);
        let highs: Vec<i128> = cells.iter().map(|it| it.1).filter(|it| *it > high).collect();
        let (mut clear, mut dirty) = (0, highs.len());
        while clear < dirty {
            let middle = clear + (dirty - clear) / 2;
            let Some(high) = highs.get(middle).copied() else { break };
            match self.is_clear_with(region, at, (own.0, high), avoid)? {
                true => clear = middle + 1,
                false => dirty = middle,
            }
        }
        own.1 = clear.checked_sub(1).and_then(|it| highs.get(it)).copied().unwrap_or(high);
        if let Some(side) = region.get_mut(at) {
            side.intervals = vec![own];
        }
        Ok(())
    }

    fn is_clear_with(
        &mut self,
        region: &mut Region,
        at: usize,
        interval: (i128, i128),
        avoid: Ref,
    ) -> Result<bool, Spent> {
        if let Some(side) = region.get_mut(at) {
            side.intervals = vec![interval];
        }
        self.is_clear(region, avoid)
    }

    /// Drops boxes whose cases are all in others.
    fn without_needless(&mut self, set: Ref, found: &mut Vec<(Region, Ref)>) -> Result<(), Spent> {
        // Beyond a few, nobody sees one more or less.
        if found.len() > 12 {
            return Ok(());
        }
        let mut at = 0;
        while at < found.len() {
            let others: Vec<Ref> =
                found.iter().enumerate().filter(|it| it.0 != at).map(|it| it.1.1).collect();
            let others = self.store.or(others)?;
            let left = self.store.without(set, others)?;
            match self.tangles.prune(self.space, self.store, left, NO)? {
                NO => drop(found.remove(at)),
                _ => at += 1,
            }
        }
        Ok(())
    }
}

/// Sorted intervals with one more, where neighbours become one.
fn joined(intervals: &[(i128, i128)], more: (i128, i128)) -> Vec<(i128, i128)> {
    let mut all: Vec<(i128, i128)> = intervals.iter().copied().chain([more]).collect();
    all.sort_unstable();
    let mut kept: Vec<(i128, i128)> = Vec::with_capacity(all.len());
    for (low, high) in all {
        match kept.last_mut() {
            Some(before) if before.1.saturating_add(1) >= low => before.1 = before.1.max(high),
            _ => kept.push((low, high)),
        }
    }
    kept
}

/// For each dimension the intervals into which diagrams cut its values.
fn cells(store: &Store, roots: &[Ref]) -> BTreeMap<Level, Vec<(i128, i128)>> {
    let mut cuts: BTreeMap<Level, (i128, BTreeSet<i128>)> = BTreeMap::new();
    let mut seen: BTreeSet<Ref> = BTreeSet::new();
    let mut open = roots.to_vec();
    while let Some(at) = open.pop() {
        if at.as_leaf().is_some() || !seen.insert(at) {
            continue;
        }
        let own = cuts.entry(store.level(at)).or_insert((i128::MAX, BTreeSet::new()));
        for (low, high, child) in store.edges(at) {
            own.0 = own.0.min(low);
            own.1.insert(high);
            open.push(child);
        }
    }
    let cells = |(first, ends): (i128, BTreeSet<i128>)| {
        let mut low = first;
        let cell = |high: i128| {
            let cell = (low, high);
            low = high.saturating_add(1);
            cell
        };
        ends.into_iter().map(cell).collect()
    };
    cuts.into_iter().map(|(level, it)| (level, cells(it))).collect()
}
