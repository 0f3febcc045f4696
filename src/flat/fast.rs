//! The part of a flat program that nearly every decision takes, laid out to be followed quickly.
//!
//! It says nothing that the program does not say: tests that look at one cell or at a sum of cells, and leaves that say
//! one outcome of constants or of one number. Everything else is a place where the walk comes to rest, and
//! [`run`](crate::flat::run) goes on there.

use std::{collections::BTreeSet, hint::select_unpredictable};

use crate::flat::{
    Decision, Flat, Go, Leaf, Read, Target, Test,
    cells::{ABSENT, LEAST},
    fast::{jump::Jump, lanes::Lanes, spoken::Spoken},
};

mod jump;
pub(crate) mod lanes;
#[cfg(feature = "arrow")]
pub(crate) mod many;
mod plan;
pub(crate) mod spoken;

/// What can be followed quickly.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fast {
    /// One for each test.
    nodes: Vec<Node>,
    /// One for each leaf; none for those that say more.
    leaves: Vec<Option<Spoken>>,
    /// One for each decision.
    jumps: Vec<Jump>,
    /// One for each decision, to the rules that decide; none where these are not asked for.
    reasons: Vec<Jump>,
    /// The facts that jumps look at by fours.
    pub lanes: Lanes,
}

/// A test of one cell, or of a sum of cells.
#[derive(Clone, Copy, Debug)]
struct Node {
    /// The cell; a sum is [`SUM`] and its place among all sums, and any other test [`OTHER`]: no policy has so many cells.
    cell: u32,
    /// The first entry among all targets.
    first: u32,
    /// Of a table the value of the first entry; of a search the first cut.
    base: i64,
    /// How many entries come after the first; of a search [`SEARCH`] and the same, which is how many cuts there are.
    last: u32,
}

const SUM: u32 = 1 << 31;
const OTHER: u32 = u32::MAX;
const SEARCH: u32 = 1 << 31;

/// So many cuts are compared all at once.
const SHORT: usize = 16;

impl Fast {
    pub(crate) fn new(flat: &Flat) -> Fast {
        let node = |test: &Test| {
            let cell = match test.read {
                Read::Cell(cell) => cell,
                Read::Sum(sum) => SUM | sum,
                Read::Outcome(_) | Read::Code(_) => OTHER,
            };
            match test.go {
                Go::Table { base, first, count } => Node { cell, first, base, last: count.saturating_sub(1) },
                Go::Search { cut, count, target } => {
                    Node { cell, first: target, base: cut.into(), last: SEARCH | count }
                }
            }
        };
        let leaf = |leaf: &Leaf| match leaf {
            Leaf::Says(say) => Spoken::new(flat, flat.says.get(*say as usize)?),
            _ => None,
        };
        let mut fast = Fast {
            nodes: flat.tests.iter().map(node).collect(),
            leaves: flat.leaves.iter().map(leaf).collect(),
            jumps: Vec::new(),
            reasons: Vec::new(),
            lanes: Lanes::default(),
        };
        let jump = |root: Target| plan::jump(flat, &fast.nodes, root);
        let alone = |it: &Decision| Jump { is_alone: it.reads.is_empty(), ..jump(it.root) };
        let jumps: Vec<Jump> = flat.decisions.iter().map(alone).collect();
        let reasons: Vec<Jump> = flat.whys.iter().flat_map(|it| &it.roots).map(|it| jump(*it)).collect();
        (fast.jumps, fast.reasons) = (jumps, reasons);
        let few = fast.jumps.iter().chain(&fast.reasons).flat_map(|it| &it.few);
        let few: BTreeSet<u32> = few.map(|it| it.cell).collect();
        fast.lanes = Lanes::new(flat.forms.len(), few);
        for jump in fast.jumps.iter_mut().chain(&mut fast.reasons) {
            jump.fours = fast.lanes.fours(&jump.few);
        }
        fast
    }

    /// The first tests of a decision.
    #[inline]
    pub(super) fn jump(&self, decision: usize) -> Option<&Jump> {
        self.jumps.get(decision)
    }

    /// The first tests on the way to the rules that decide.
    pub(super) fn reasons(&self, decision: usize) -> Option<&Jump> {
        self.reasons.get(decision)
    }

    /// What a leaf says, where that is one outcome of constants or of one number.
    #[inline]
    pub(crate) fn spoken(&self, leaf: usize) -> Option<&Spoken> {
        self.leaves.get(leaf)?.as_ref()
    }

    /// Follows tests to a leaf, or to a test that looks at more than cells that have values.
    #[inline(never)]
    pub(super) fn glide(&self, flat: &Flat, cells: &[i64], root: Target) -> Target {
        self.follow(flat, |cell| cells.get(cell as usize).copied(), root)
    }

    #[inline]
    fn follow(&self, flat: &Flat, cell: impl Fn(u32) -> Option<i64>, root: Target) -> Target {
        let mut at = root;
        // A leaf is beyond all tests.
        while let Some(node) = self.nodes.get(at.0 as usize) {
            let value = match cell(node.cell) {
                Some(value) if value > ABSENT => value,
                Some(_) => break,
                None => match sum(flat, &cell, node.cell) {
                    Some(value) => value,
                    None => break,
                },
            };
            match flat.targets.get(node.entry(flat, value)) {
                Some(target) => at = *target,
                None => break,
            }
        }
        at
    }
}

impl Node {
    /// The cuts that it tells apart, in order.
    fn cuts<'f>(&self, flat: &'f Flat) -> impl Iterator<Item = i64> + use<'f> {
        let (base, count) = (self.base, (self.last & !SEARCH) as usize);
        let (steps, cuts) = match self.last & SEARCH {
            0 => (count as u64, None),
            _ => (0, flat.cuts.get(base as usize..).and_then(|it| it.get(..count))),
        };
        let steps = (0..steps).map(move |it| base.saturating_add_unsigned(it));
        steps.chain(cuts.unwrap_or_default().iter().copied())
    }

    /// The place among all targets where a value leads.
    #[inline]
    fn entry(&self, flat: &Flat, value: i64) -> usize {
        let place = match self.last & SEARCH {
            0 => beyond(value, self.base, self.last),
            _ => {
                let (first, count) = (self.base as usize, (self.last & !SEARCH) as usize);
                let cuts = flat.cuts.get(first..).and_then(|it| it.get(..count)).unwrap_or_default();
                match count <= SHORT {
                    true => cuts.iter().map(|it| usize::from(*it < value)).sum(),
                    false => cuts.partition_point(|it| *it < value),
                }
            }
        };
        self.first as usize + place
    }
}

/// How far a value lies beyond another, within bounds.
#[inline]
fn beyond(value: i64, base: i64, last: u32) -> usize {
    // Which way a case goes cannot be foreseen, so nothing is gained by guessing it.
    let above = select_unpredictable(value > base, value.wrapping_sub(base) as u64, 0);
    let last = u64::from(last);
    select_unpredictable(above < last, above, last) as usize
}

/// The value of a sum of cells that all have one, and that stays within 64 bits.
#[inline]
fn sum(flat: &Flat, of: impl Fn(u32) -> Option<i64>, sum: u32) -> Option<i64> {
    let (first, count) = *flat.sums.get((sum & !SUM) as usize)?;
    let terms = flat.terms.get(first as usize..)?.get(..count as usize)?;
    let mut total = 0_i64;
    for (cell, by) in terms {
        let value = of(*cell).filter(|it| *it > ABSENT)?;
        total = total.checked_add(value.checked_mul(*by)?)?;
    }
    // Numbers beyond these count as the nearest within.
    Some(total).filter(|it| *it >= LEAST && *it < i64::MAX)
}
