//! The first tests of a decision, all in one.
//!
//! ```text
//!   chargeback_open × kind × condition ───▶ a row ──┐
//!   days ─7──14──30─▶   total ─2500.00─▶  ▶ a place ┴─▶ table[row + place] ──▶ where the walk goes on
//! ```
//!
//! Cells of few values choose a row; combinations that lead to the same test share one. In a row, numbers choose a place
//! by the cuts that they lie between. Nothing of it branches on what the facts are, so the processor has nothing to
//! guess.

use std::hint::select_unpredictable;

use crate::flat::{Target, cells::LEAST, fast::lanes::Four};

/// Several tests in one.
#[derive(Clone, Debug)]
pub(crate) struct Jump {
    /// Whether it begins a decision that reads no other.
    pub(crate) is_alone: bool,
    /// Its first test.
    pub(super) root: Target,
    /// Cells of few values.
    pub(super) few: Vec<Few>,
    /// The same by fours.
    pub(super) fours: Vec<Four>,
    /// Where the row of each combination of their values begins.
    pub(super) rows: Vec<u32>,
    /// Cells of numbers with one cut.
    pub(super) single: Vec<Single>,
    /// Cells of numbers whose cuts are near to each other.
    pub(super) near: Vec<Near>,
    /// What each of them adds to the place, from its least value to beyond its last cut.
    pub(super) adds: Vec<u16>,
    /// Cells of numbers whose cuts are far from each other.
    pub(super) far: Vec<Far>,
    /// Their cuts, filled up with the greatest number.
    pub(super) cuts: Vec<i64>,
    /// Where each place of each row leads.
    pub(super) table: Vec<Target>,
}

/// A cell of few values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Few {
    pub(super) cell: u32,
    /// How many rows lie between one value and the next: at least as many as the cells after it have combinations.
    pub(super) step: u32,
}

/// A cell of numbers with one cut.
#[derive(Clone, Copy, Debug)]
pub(super) struct Single {
    pub(super) cell: u32,
    pub(super) cut: i64,
    /// How many places lie between what is below the cut and what is above it.
    pub(super) step: u32,
}

/// A cell of numbers, whose place is looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near {
    pub(super) cell: u32,
    /// The first of what it adds.
    pub(super) first: u32,
    /// The value of the first, than which no value is less, and how many come after it.
    pub(super) base: i64,
    pub(super) last: u32,
}

/// A cell of numbers, whose place is searched for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Far {
    pub(super) cell: u32,
    /// The first of its cuts.
    pub(super) first: u32,
    /// Half of one more than there are: a power of two.
    pub(super) half: u32,
    /// How many places lie between what is below a cut and what is above it.
    pub(super) step: u32,
}

/// Cuts that are no further apart are near to each other.
const NEAR: u64 = 512;

impl Jump {
    /// Where the first tests lead.
    #[inline]
    pub(crate) fn start(&self, cells: &[i64]) -> Target {
        // Who asks for a cell that has no value depends on the others, so all tests must be followed then.
        self.target(cells).unwrap_or(self.root)
    }

    /// None where one of the cells has no value.
    #[inline]
    fn target(&self, cells: &[i64]) -> Option<Target> {
        // A number that is there.
        let number = |cell: u32| match cells.get(cell as usize) {
            Some(value) if *value >= LEAST => Some(*value),
            _ => None,
        };
        let row = sum(&self.fours, |it| it.adds(cells))?;
        let single = |it: &Single| Some(usize::from(number(it.cell)? > it.cut) * it.step as usize);
        let near = |it: &Near| {
            let place = it.first as usize + it.place(number(it.cell)?);
            self.adds.get(place).copied().map(usize::from)
        };
        let far = |it: &Far| Some(it.rank(&self.cuts, number(it.cell)?)? * it.step as usize);
        let first = *self.rows.get(row)? as usize;
        let place = sum(&self.single, single)? + sum(&self.near, near)? + sum(&self.far, far)?;
        self.table.get(first + place).copied()
    }
}

/// What all of them come to together.
#[inline]
fn sum<T>(all: &[T], of: impl Fn(&T) -> Option<usize>) -> Option<usize> {
    // There are mostly one or two, and these need no loop.
    match all {
        [] => Some(0),
        [one] => of(one),
        [one, other] => Some(of(one)? + of(other)?),
        all => all.iter().try_fold(0, |sum, it| Some(sum + of(it)?)),
    }
}

impl Jump {
    /// A jump to the first test.
    pub(super) fn to(root: Target) -> Jump {
        Jump {
            is_alone: false,
            root,
            few: Vec::new(),
            fours: Vec::new(),
            rows: vec![0],
            single: Vec::new(),
            near: Vec::new(),
            adds: Vec::new(),
            far: Vec::new(),
            cuts: Vec::new(),
            table: vec![root],
        }
    }

    /// Adds a cell of numbers with its least value and its cuts, in order: each that lies below a value adds so many
    /// places.
    pub(super) fn add(&mut self, cell: u32, least: i64, cuts: &[i64], step: u32) {
        let Some(last) = cuts.last() else { return };
        let (base, span) = (least, last.saturating_sub(least).max(0) as u64);
        if let [cut] = *cuts {
            self.single.push(Single { cell, cut, step });
        } else if span < NEAR {
            let first = self.adds.len() as u32;
            let rank = |value: i64| cuts.partition_point(|it| *it < value) as u32;
            // Tables have fewer entries than 16 bits count.
            let add = |it| (rank(base.saturating_add_unsigned(it)) * step) as u16;
            self.adds.extend((0..=span + 1).map(add));
            self.near.push(Near { cell, first, base, last: span as u32 + 1 });
        } else {
            let (first, room) = (self.cuts.len(), (cuts.len() + 1).next_power_of_two());
            self.cuts.extend(cuts);
            self.cuts.resize(first + room - 1, i64::MAX);
            self.far.push(Far { cell, first: first as u32, half: room as u32 / 2, step });
        }
    }
}

impl Near {
    /// Which of what it adds belongs to a value.
    #[inline]
    pub(super) fn place(&self, value: i64) -> usize {
        // What has no value lies anywhere.
        (value.wrapping_sub(self.base) as u64).min(self.last.into()) as usize
    }
}

impl Far {
    /// How many cuts lie below a value.
    #[inline]
    pub(super) fn rank(&self, cuts: &[i64], value: i64) -> Option<usize> {
        let (mut rank, mut half) = (0, self.half as usize);
        while half > 0 {
            let cut = *cuts.get(self.first as usize + rank + half - 1)?;
            rank += select_unpredictable(cut < value, half, 0);
            half /= 2;
        }
        Some(rank)
    }
}
