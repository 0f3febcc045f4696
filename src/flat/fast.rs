//! The part of a flat program that nearly every decision takes, laid out to be followed quickly.
//!
//! It says nothing that the program does not say: tests that look at one cell or at a sum of cells, and leaves that say
//! one outcome of constants or of one cell. Everything else is a place where the walk comes to rest, and
//! [`run`](crate::flat::run) goes on there.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::hint::select_unpredictable;

use crate::{
    eval::Slot,
    flat::{
        Argument, CellForm, Flat, Go, Leaf, Read, Say, Target, Test,
        cells::{ABSENT, LEAST},
    },
    schema::Type,
};

/// What can be followed quickly.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fast {
    /// One for each test.
    nodes: Vec<Node>,
    /// One for each leaf.
    pub(super) leaves: Vec<Spoken>,
    /// One for each decision.
    jumps: Vec<Jump>,
}

/// Several tests in one: those that a decision begins with and that look at cells of few values.
///
/// ```text
///   chargeback_open × kind × condition ──▶ table[20 × chargeback_open + 4 × kind + condition]
/// ```
#[derive(Clone, Debug, Default)]
struct Jump {
    /// The cells, and how many entries lie between one value and the next.
    cells: Vec<(u32, u32)>,
    /// Where each combination of values leads.
    table: Vec<Target>,
}

/// A table of jumps has at most so many entries, so that it stays near the processor.
const ENTRIES: usize = 4_096;
/// A cell must be asked for in at least one of so many cases, values counted alike: to look at it costs about that much
/// of a test of its own.
const SELDOM: u64 = 4;

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

/// What a leaf says.
#[derive(Clone, Debug)]
pub(super) enum Spoken {
    /// This outcome with constants.
    Constants(u32, Box<[Slot]>),
    /// This outcome with the number in this cell.
    Number(u32, u32),
    /// More than that.
    More,
}

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
            Leaf::Says(say) => flat.says.get(*say as usize).map_or(Spoken::More, |it| spoken(flat, it)),
            _ => Spoken::More,
        };
        let mut fast = Fast {
            nodes: flat.tests.iter().map(node).collect(),
            leaves: flat.leaves.iter().map(leaf).collect(),
            jumps: Vec::new(),
        };
        fast.jumps = flat.decisions.iter().map(|it| fast.jump(flat, it.root)).collect();
        fast
    }

    /// Where the first tests of a decision lead.
    #[inline]
    pub(super) fn start(&self, decision: usize, cells: &[i64], root: Target) -> Target {
        let Some(jump) = self.jumps.get(decision) else { return root };
        let (mut place, mut all) = (0_u64, 0_i64);
        for (cell, step) in &jump.cells {
            let Some(value) = cells.get(*cell as usize) else { return root };
            all |= *value;
            place = place.wrapping_add((*value as u64).wrapping_mul((*step).into()));
        }
        // What has no value is negative. Who asks for it depends on the others, so all tests are followed then.
        match jump.table.get(place as usize) {
            Some(target) if all >= 0 => *target,
            _ => root,
        }
    }

    /// Follows tests to a leaf, or to a test that looks at more than cells that have values.
    #[inline]
    pub(super) fn glide(&self, flat: &Flat, cells: &[i64], root: Target) -> Target {
        let mut at = root;
        // A leaf is beyond all tests.
        while let Some(node) = self.nodes.get(at.0 as usize) {
            let value = match cells.get(node.cell as usize) {
                Some(value) if *value > ABSENT => *value,
                Some(_) => break,
                None => match sum(flat, cells, node.cell) {
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

impl Fast {
    /// The jump that replaces the first tests of a decision.
    fn jump(&self, flat: &Flat, root: Target) -> Jump {
        let mut chosen: Vec<(u32, usize)> = Vec::new();
        let mut entries = 1;
        while let Some((cell, values)) = self.most_asked(flat, root, &chosen, ENTRIES / entries) {
            entries *= values;
            chosen.push((cell, values));
        }
        if chosen.len() < 2 {
            return Jump::default();
        }
        let mut step = entries;
        let steps = chosen.iter().map(|(cell, values)| {
            step /= values;
            (*cell, step as u32)
        });
        let cells: Vec<(u32, u32)> = steps.collect();
        let lead = |entry: usize| {
            let value = |cell: u32| {
                let index = chosen.iter().position(|it| it.0 == cell)?;
                let values = chosen.get(index)?.1;
                Some(entry / cells.get(index)?.1 as usize % values)
            };
            let mut at = root;
            while let Some(node) = self.nodes.get(at.0 as usize)
                && let Some(value) = value(node.cell)
                && let Some(target) = flat.targets.get(node.entry(flat, value as i64))
            {
                at = *target;
            }
            at
        };
        let table = (0..entries).map(lead).collect();
        Jump { cells, table }
    }

    /// The cell, with the count of its values, that is asked for next in most cases once the chosen ones are known.
    fn most_asked(
        &self,
        flat: &Flat,
        root: Target,
        chosen: &[(u32, usize)],
        most: usize,
    ) -> Option<(u32, usize)> {
        const ALL: u64 = 1 << 40;
        // Tests lead to earlier ones, so the last that is open is followed when all that lead to it have been.
        let mut open = BTreeMap::from([(root.0, ALL)]);
        let mut asked: BTreeMap<u32, u64> = BTreeMap::new();
        while let Some((at, weight)) = open.pop_last() {
            let Some(node) = self.nodes.get(at as usize) else { continue };
            match chosen.iter().find(|it| it.0 == node.cell) {
                Some((_, values)) => {
                    for value in 0..*values {
                        if let Some(target) = flat.targets.get(node.entry(flat, value as i64)) {
                            *open.entry(target.0).or_default() += weight / *values as u64;
                        }
                    }
                }
                None => *asked.entry(node.cell).or_default() += weight,
            }
        }
        let few = |(cell, weight): (u32, u64)| {
            let values = values(flat, cell).filter(|it| *it <= most)?;
            (weight >= ALL / SELDOM).then_some((weight, cell, values))
        };
        asked.into_iter().filter_map(few).max_by_key(|it| (it.0, Reverse(it.1))).map(|it| (it.1, it.2))
    }
}

impl Node {
    /// The place among all targets where a value leads.
    #[inline]
    fn entry(&self, flat: &Flat, value: i64) -> usize {
        // Which way a case goes cannot be foreseen, so nothing is gained by guessing it.
        let place = match self.last & SEARCH {
            0 => {
                let above = select_unpredictable(value > self.base, value.wrapping_sub(self.base) as u64, 0);
                let last = u64::from(self.last);
                select_unpredictable(above < last, above, last) as usize
            }
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

/// How many values a cell can have, where these are few and count from 0.
fn values(flat: &Flat, cell: u32) -> Option<usize> {
    let slot = flat.schema.slots.get(cell as usize)?;
    match (flat.forms.get(cell as usize)?, slot.ty) {
        (CellForm::Boolean, _) => Some(2),
        (CellForm::Choice, Type::Choice(index)) => {
            Some(flat.schema.enumerations.get(index)?.choices.len()).filter(|it| *it > 0)
        }
        _ => None,
    }
}

/// The value of a sum of cells that all have one, and that stays within 64 bits.
fn sum(flat: &Flat, cells: &[i64], sum: u32) -> Option<i64> {
    let (first, count) = *flat.sums.get((sum & !SUM) as usize)?;
    let terms = flat.terms.get(first as usize..)?.get(..count as usize)?;
    let mut total = 0_i64;
    for (cell, by) in terms {
        let value = cells.get(*cell as usize).filter(|it| **it > ABSENT)?;
        total = total.checked_add(value.checked_mul(*by)?)?;
    }
    // Numbers beyond these count as the nearest within.
    Some(total).filter(|it| *it >= LEAST && *it < i64::MAX)
}

fn spoken(flat: &Flat, say: &Say) -> Spoken {
    if let [Argument::Cell(slot)] = &*say.arguments
        && flat.forms.get(*slot as usize) == Some(&CellForm::Integer)
    {
        return Spoken::Number(say.outcome, *slot);
    }
    let constant = |it: &Argument| match it {
        Argument::Constant(index) => flat.constants.get(*index as usize).map(Slot::from),
        Argument::Cell(_) | Argument::Code(_) => None,
    };
    let constants: Option<Box<[Slot]>> = say.arguments.iter().map(constant).collect();
    constants.map_or(Spoken::More, |it| Spoken::Constants(say.outcome, it))
}
