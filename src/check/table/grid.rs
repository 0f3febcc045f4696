//! Which rows of a table cover which values: gaps, rows that meet, rows that nothing reaches.
//!
//! Each column is an axis of whole steps, each cell a set of closed intervals on it, and a row the box of its
//! cells. One axis after the other is cut where some interval begins or ends; between two cuts the same rows
//! go on to the next axis:
//!
//! ```text
//!   zone    EU ─────────────────────  UK ──────────   rows 1 2      rows 3
//!   weight  0 ──── 500 │ 501 ── 2000  …               row 1 │ row 2
//! ```
//!
//! **Exact** for constant cells of columns that are free of each other. Where two columns are related, a value
//! that is found may be one that no case has. Costs one step for each row that goes on at each cut, and gives
//! up at [`MOST_STEPS`]: what was not found then is not known.

use std::collections::{BTreeMap, BTreeSet};

/// A budget that tables of ten thousand rows meet only where most of their rows overlap.
pub(super) const MOST_STEPS: usize = 4_000_000;
/// The most pairs of rows that are told of one table.
const MOST_MEETINGS: usize = 20;

/// The intervals of one row, for each axis.
pub(super) type Boxed = Vec<Vec<(i128, i128)>>;

/// A table as boxes.
pub(super) struct Grid {
    /// The first and the last step of each axis.
    pub(super) axes: Vec<(i128, i128)>,
    /// For each row and axis the intervals, clipped to the axis.
    pub(super) rows: Vec<Boxed>,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// A point that no row covers.
    pub(super) gap: Option<Vec<i128>>,
    /// Two rows of different classes, and a point that both cover.
    pub(super) meetings: BTreeMap<(usize, usize), Vec<i128>>,
    /// For each row, whether some point is its own: the first row there, or any.
    pub(super) reached: Vec<bool>,
    /// The budget ran out.
    pub(super) gave_up: bool,
}

/// Looks at all points. With `first`, only the first row at a point counts; else rows of one class may meet.
pub(super) fn look(grid: &Grid, first: bool, class: &[usize]) -> Found {
    let full = grid.rows.iter().map(|row| full_from(row, &grid.axes)).collect();
    let found = Found { reached: vec![false; grid.rows.len()], ..Found::default() };
    let mut sweep = Sweep { grid, first, class, full, found, steps: 0 };
    let all: Vec<usize> = (0..grid.rows.len()).collect();
    sweep.axis(0, &all, &mut Vec::new());
    sweep.found
}

/// The first axis from which on a row covers everything.
fn full_from(row: &[Vec<(i128, i128)>], axes: &[(i128, i128)]) -> usize {
    let whole = |(cell, axis): (&Vec<(i128, i128)>, &(i128, i128))| cell.first() == Some(axis);
    let tail = row.iter().zip(axes).rev().take_while(|it| whole(*it)).count();
    axes.len() - tail
}

struct Sweep<'g> {
    grid: &'g Grid,
    first: bool,
    class: &'g [usize],
    full: Vec<usize>,
    found: Found,
    steps: usize,
}

impl Sweep<'_> {
    fn axis(&mut self, axis: usize, rows: &[usize], point: &mut Vec<i128>) {
        self.steps += rows.len() + 1;
        if self.steps > MOST_STEPS {
            self.found.gave_up = true;
            return;
        }
        // What stands below a row that covers all the rest is never the first.
        let full = |it: &usize| self.full.get(*it).is_some_and(|from| *from <= axis);
        let rows = match rows.iter().position(full) {
            Some(at) if self.first => rows.get(..=at).unwrap_or(rows),
            _ => rows,
        };
        let Some(first) = rows.first() else {
            if self.found.gap.is_none() {
                self.found.gap = Some(self.whole(point));
            }
            return;
        };
        if axis >= self.grid.axes.len() || rows.iter().all(full) {
            self.met(*first, rows, point);
            return;
        }
        let mut before: Option<Vec<usize>> = None;
        for (at, active) in self.cuts(axis, rows) {
            if before.as_ref() != Some(&active) {
                point.push(at);
                self.axis(axis + 1, &active, point);
                point.pop();
            }
            if self.found.gave_up {
                return;
            }
            before = Some(active);
        }
    }

    /// Where the axis is cut, and the rows that go on from there.
    fn cuts(&mut self, axis: usize, rows: &[usize]) -> Vec<(i128, Vec<usize>)> {
        let Some((low, high)) = self.grid.axes.get(axis).copied() else { return Vec::new() };
        let mut changes: BTreeMap<i128, Vec<(bool, usize)>> = BTreeMap::from([(low, Vec::new())]);
        for row in rows {
            let cells = self.grid.rows.get(*row).and_then(|it| it.get(axis));
            for (from, to) in cells.into_iter().flatten() {
                changes.entry(*from).or_default().push((true, *row));
                if *to < high {
                    changes.entry(to + 1).or_default().push((false, *row));
                }
            }
        }
        let mut active: BTreeSet<usize> = BTreeSet::new();
        let mut cuts = Vec::with_capacity(changes.len());
        for (at, changes) in changes {
            for (begins, row) in changes.iter().filter(|it| !it.0).chain(changes.iter().filter(|it| it.0)) {
                match begins {
                    true => drop(active.insert(*row)),
                    false => drop(active.remove(row)),
                }
            }
            self.steps += active.len();
            if self.steps > MOST_STEPS {
                self.found.gave_up = true;
                return cuts;
            }
            cuts.push((at, active.iter().copied().collect()));
        }
        cuts
    }

    fn met(&mut self, first: usize, rows: &[usize], point: &[i128]) {
        let considered = if self.first { rows.get(..1).unwrap_or(rows) } else { rows };
        for row in considered {
            if let Some(reached) = self.found.reached.get_mut(*row) {
                *reached = true;
            }
        }
        let other = considered.iter().find(|it| self.class.get(**it) != self.class.get(first));
        if let Some(other) = other
            && self.found.meetings.len() < MOST_MEETINGS
            && !self.found.meetings.contains_key(&(first, *other))
        {
            let whole = self.whole(point);
            self.found.meetings.insert((first, *other), whole);
        }
    }

    /// A point with the first step of every axis that is left.
    fn whole(&self, point: &[i128]) -> Vec<i128> {
        let rest = self.grid.axes.iter().skip(point.len()).map(|it| it.0);
        point.iter().copied().chain(rest).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Boxed, Grid, look};
    use proptest::prelude::*;

    fn boxes() -> impl Strategy<Value = (Vec<Boxed>, Vec<usize>)> {
        let interval = (0..6_i128, 0..6_i128).prop_map(|(a, b)| (a.min(b), a.max(b)));
        let cell =
            prop_oneof![Just(vec![(0, 5)]), interval.prop_map(|it| vec![it]), Just(vec![(0, 1), (4, 5)])];
        let row = prop::collection::vec(cell, 3);
        prop::collection::vec((row, 0..3_usize), 0..7).prop_map(|it| it.into_iter().unzip())
    }

    proptest! {
        #[test]
        fn cutting_agrees_with_looking_everywhere((rows, class) in boxes(), first in any::<bool>()) {
            let grid = Grid { axes: vec![(0, 5); 3], rows };
            let found = look(&grid, first, &class);
            let covers = |row: usize, point: &[i128]| {
                grid.rows[row].iter().zip(point).all(|(cell, at)| cell.iter().any(|(a, b)| a <= at && at <= b))
            };
            let mut gap = false;
            let mut meet = false;
            let mut reached = vec![false; grid.rows.len()];
            for x in 0..6 { for y in 0..6 { for z in 0..6 {
                let all: Vec<usize> = (0..grid.rows.len()).filter(|it| covers(*it, &[x, y, z])).collect();
                gap |= all.is_empty();
                meet |= !first && all.iter().any(|it| class[*it] != class[all[0]]);
                let counted = if first { &all[..all.len().min(1)] } else { &all[..] };
                counted.iter().for_each(|it| reached[*it] = true);
            } } }
            prop_assert!(!found.gave_up);
            prop_assert_eq!(found.gap.is_some(), gap);
            if let Some(point) = &found.gap {
                prop_assert!((0..grid.rows.len()).all(|it| !covers(it, point)));
            }
            prop_assert_eq!(!found.meetings.is_empty(), meet);
            for ((a, b), point) in &found.meetings {
                prop_assert!(covers(*a, point) && covers(*b, point) && class[*a] != class[*b]);
            }
            prop_assert_eq!(found.reached, reached);
        }
    }
}
