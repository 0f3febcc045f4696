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

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::hint::select_unpredictable;

use crate::{
    flat::{
        CellForm, Decision, Flat, Target,
        cells::ABSENT,
        fast::{Node, beyond},
    },
    schema::Type,
};

/// Several tests in one.
#[derive(Clone, Debug)]
pub(crate) struct Jump {
    /// Whether the decision reads no other.
    pub(crate) is_alone: bool,
    /// Its first test.
    pub(super) root: Target,
    /// Cells of few values.
    pub(super) few: Vec<Few>,
    /// Where the row of each combination of their values begins.
    pub(super) rows: Vec<u32>,
    /// Cells of numbers whose cuts are near to each other.
    pub(super) near: Vec<Near>,
    /// What each of them adds to the place, from its first cut to beyond its last.
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
    /// How many rows lie between one value and the next.
    pub(super) step: u32,
}

/// A cell of numbers, whose place is looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near {
    pub(super) cell: u32,
    /// The first of what it adds.
    pub(super) first: u32,
    /// The value of the first, and how many come after it.
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

/// Rows and tables have at most so many entries, so that they stay near the processor.
const ENTRIES: usize = 4_096;
/// A cell must be asked for in at least one of so many cases that are not decided before, values counted alike: to look at
/// it in vain costs about that much of a wrong guess.
const SELDOM: u64 = 16;
/// A number among more cuts is no longer found cheaply.
const CUTS: usize = 31;
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
        let (mut all, mut row) = (0, 0_u64);
        for few in &self.few {
            let value = *cells.get(few.cell as usize)?;
            all |= value;
            row = row.wrapping_add((value as u64).wrapping_mul(few.step.into()));
        }
        let (mut least, mut at) = (i64::MAX, *self.rows.get(row as usize)? as usize);
        for near in &self.near {
            let value = *cells.get(near.cell as usize)?;
            least = least.min(value);
            let place = near.first as usize + beyond(value, near.base, near.last);
            at += usize::from(*self.adds.get(place)?);
        }
        for far in &self.far {
            let value = *cells.get(far.cell as usize)?;
            least = least.min(value);
            at += far.rank(&self.cuts, value)? * far.step as usize;
        }
        // Few values count from 0, and what has no value is less than all numbers.
        self.table.get(at).copied().filter(|_| (all >= 0) & (least > ABSENT))
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

/// A cell that was chosen.
struct Chosen {
    cell: u32,
    /// A value for each entry that it has.
    values: Vec<i64>,
    /// Whether it is a number, and the values are its cuts and one beyond them.
    is_number: bool,
}

/// What a combination of values leads to is found for all cases at once: so much stands for all of them.
const ALL: u64 = 1 << 40;

impl Jump {
    /// The jump that replaces the first tests of a decision: one that goes nowhere but to the first where more would not
    /// be worth it.
    pub(super) fn new(flat: &Flat, nodes: &[Node], decision: &Decision) -> Jump {
        let root = decision.root;
        let mut plan = Plan { flat, nodes, root, chosen: Vec::new() };
        while let Some(next) = plan.next() {
            plan.chosen.push(next);
        }
        if plan.chosen.len() < 2 {
            plan.chosen.clear();
        }
        let mut jump = plan.jump();
        while jump.is_none() && plan.chosen.pop().is_some() {
            jump = plan.jump();
        }
        let mut jump = jump.unwrap_or_else(|| Jump::to(root));
        jump.is_alone = decision.reads.is_empty();
        jump
    }

    /// A jump to the first test.
    fn to(root: Target) -> Jump {
        Jump {
            is_alone: false,
            root,
            few: Vec::new(),
            rows: vec![0],
            near: Vec::new(),
            adds: Vec::new(),
            far: Vec::new(),
            cuts: Vec::new(),
            table: vec![root],
        }
    }
}

/// How a jump comes to be.
struct Plan<'f> {
    flat: &'f Flat,
    nodes: &'f [Node],
    root: Target,
    chosen: Vec<Chosen>,
}

/// A value of each chosen cell; none for those that are left open.
type Combination = Vec<Option<i64>>;

impl Plan<'_> {
    /// The cell that is asked for next in most cases once the chosen ones are known.
    fn next(&self) -> Option<Chosen> {
        // Tests lead to earlier ones, so the last that is open is followed when all that lead to it have been.
        let mut open = BTreeMap::from([(self.root.0, ALL)]);
        let mut asked: BTreeMap<u32, (u64, Vec<i64>)> = BTreeMap::new();
        while let Some((at, weight)) = open.pop_last() {
            let Some(node) = self.nodes.get(at as usize) else { continue };
            match self.known(node).and_then(|it| self.chosen.get(it)) {
                Some(chosen) => {
                    let to = chosen.values.iter().filter_map(|it| self.lead(node, *it));
                    let undecided: Vec<u32> = to.filter(|it| it.index().is_ok()).map(|it| it.0).collect();
                    for to in &undecided {
                        *open.entry(*to).or_default() += weight / undecided.len() as u64;
                    }
                }
                None => {
                    let (all, cuts) = asked.entry(node.cell).or_default();
                    *all += weight;
                    cuts.extend(node.cuts(self.flat).take(CUTS + 1));
                }
            }
        }
        asked.retain(|cell, it| it.0 >= ALL / SELDOM && self.chosen.iter().all(|it| it.cell != *cell));
        let fitting =
            asked.into_iter().filter_map(|(cell, (all, cuts))| Some((all, self.choose(cell, cuts)?)));
        fitting.max_by_key(|it| (it.0, Reverse(it.1.cell))).map(|it| it.1)
    }

    /// What a cell adds, if there is room for it.
    fn choose(&self, cell: u32, mut cuts: Vec<i64>) -> Option<Chosen> {
        let is_number = matches!(self.flat.forms.get(cell as usize)?, CellForm::Integer);
        let values = match is_number {
            true => {
                cuts.sort_unstable();
                cuts.dedup();
                cuts.push(cuts.last()?.saturating_add(1));
                cuts
            }
            false => (0..few(self.flat, cell)?).collect(),
        };
        let most = if is_number { CUTS + 1 } else { ENTRIES };
        let entries = values.len().checked_mul(self.entries(is_number))?;
        (values.len() <= most && entries <= ENTRIES).then_some(Chosen { cell, values, is_number })
    }

    /// How many combinations the chosen cells of one kind have.
    fn entries(&self, numbers: bool) -> usize {
        self.chosen.iter().filter(|it| it.is_number == numbers).map(|it| it.values.len()).product()
    }

    /// The chosen cell that a test looks at, if its values tell apart everything that the test does.
    fn known(&self, node: &Node) -> Option<usize> {
        let index = self.chosen.iter().position(|it| it.cell == node.cell)?;
        let chosen = self.chosen.get(index)?;
        // The last value lies beyond all cuts and is none.
        let (_, own) = chosen.values.split_last()?;
        let is_told = |it: i64| own.binary_search(&it).is_ok();
        (!chosen.is_number || node.cuts(self.flat).all(is_told)).then_some(index)
    }

    fn lead(&self, node: &Node, value: i64) -> Option<Target> {
        self.flat.targets.get(node.entry(self.flat, value)).copied()
    }

    /// All tests that can be reached by looking at chosen cells, with the chosen cell that they look at.
    fn within(&self) -> BTreeMap<u32, usize> {
        let mut within = BTreeMap::new();
        let mut open = vec![self.root];
        while let Some(at) = open.pop() {
            let Some(node) = self.nodes.get(at.0 as usize) else { continue };
            let Some(index) = self.known(node) else { continue };
            if within.insert(at.0, index).is_none() {
                let values = self.chosen.get(index).map_or(&[][..], |it| &it.values);
                open.extend(values.iter().filter_map(|it| self.lead(node, *it)));
            }
        }
        within
    }

    /// Where tests lead as long as they look at cells that a combination says.
    fn follow(&self, within: &BTreeMap<u32, usize>, from: Target, values: &Combination) -> Target {
        let mut at = from;
        while let Some(index) = within.get(&at.0)
            && let Some(value) = values.get(*index).copied().flatten()
            && let Some(to) = self.nodes.get(at.0 as usize).and_then(|it| self.lead(it, value))
        {
            at = to;
        }
        at
    }

    /// A combination of the chosen cells of one kind; the last cell counts fastest.
    fn combination(&self, numbers: bool, mut entry: usize) -> Combination {
        let mut step = self.entries(numbers);
        let value = |chosen: &Chosen| {
            if chosen.is_number != numbers {
                return None;
            }
            step /= chosen.values.len();
            let value = chosen.values.get(entry / step).copied();
            entry %= step;
            value
        };
        self.chosen.iter().map(value).collect()
    }

    /// The chosen cells of few values that tests ask for from here on.
    fn late(&self, within: &BTreeMap<u32, usize>, from: Target) -> Vec<usize> {
        let (mut late, mut open) = (BTreeSet::new(), BTreeSet::from([from.0]));
        while let Some(at) = open.pop_last() {
            let (Some(index), Some(node)) = (within.get(&at), self.nodes.get(at as usize)) else { continue };
            let Some(chosen) = self.chosen.get(*index) else { continue };
            if !chosen.is_number {
                late.insert(*index);
            }
            open.extend(chosen.values.iter().filter_map(|it| self.lead(node, *it)).map(|it| it.0));
        }
        late.into_iter().collect()
    }

    /// The jump over the chosen cells; none where it would be too large.
    fn jump(&self) -> Option<Jump> {
        let within = self.within();
        let places = self.entries(true);
        let numbers: Vec<Combination> = (0..places).map(|it| self.combination(true, it)).collect();
        // Rows are told apart by where the cells of few values lead alone, and by those that are asked for after numbers.
        let mut late: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        let mut told: BTreeMap<(u32, Combination), u32> = BTreeMap::new();
        let mut known: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
        let (mut rows, mut table) = (Vec::new(), Vec::new());
        for entry in 0..self.entries(false) {
            let values = self.combination(false, entry);
            let from = self.follow(&within, self.root, &values);
            let late = late.entry(from.0).or_insert_with(|| self.late(&within, from));
            let key = (from.0, late.iter().filter_map(|it| values.get(*it).copied()).collect());
            let row = *told.entry(key).or_insert_with(|| {
                let to = |number: &Combination| {
                    let all = values.iter().zip(number).map(|(few, number)| few.or(*number)).collect();
                    self.follow(&within, from, &all).0
                };
                let row: Vec<u32> = numbers.iter().map(to).collect();
                *known.entry(row).or_insert_with_key(|row| {
                    let first = table.len() as u32;
                    table.extend(row.iter().map(|it| Target(*it)));
                    first
                })
            });
            rows.push(row);
            if table.len() > ENTRIES {
                return None;
            }
        }
        let mut jump = Jump { rows, table, ..Jump::to(self.root) };
        let (mut row_step, mut place_step) = (self.entries(false), places);
        for chosen in &self.chosen {
            if chosen.is_number {
                place_step /= chosen.values.len();
                jump.number(chosen, place_step as u32);
            } else {
                row_step /= chosen.values.len();
                jump.few.push(Few { cell: chosen.cell, step: row_step as u32 });
            }
        }
        Some(jump)
    }
}

impl Jump {
    /// Adds a cell of numbers.
    fn number(&mut self, chosen: &Chosen, step: u32) {
        let Some((above, cuts)) = chosen.values.split_last() else { return };
        let (cell, base) = (chosen.cell, cuts.first().copied().unwrap_or(*above));
        let span = above.abs_diff(base);
        if span <= NEAR {
            let first = self.adds.len() as u32;
            let rank = |value: i64| cuts.partition_point(|it| *it < value) as u32;
            let add = |it| (rank(base.saturating_add_unsigned(it)) * step) as u16;
            self.adds.extend((0..=span).map(add));
            self.near.push(Near { cell, first, base, last: span as u32 });
        } else {
            let (first, room) = (self.cuts.len(), chosen.values.len().next_power_of_two());
            self.cuts.extend(cuts);
            self.cuts.resize(first + room - 1, i64::MAX);
            self.far.push(Far { cell, first: first as u32, half: room as u32 / 2, step });
        }
    }
}

/// How many values a cell can have, where these are few and count from 0.
fn few(flat: &Flat, cell: u32) -> Option<i64> {
    let count = match (flat.forms.get(cell as usize)?, flat.schema.slots.get(cell as usize)?.ty) {
        (CellForm::Boolean, _) => 2,
        (CellForm::Choice, Type::Choice(index)) => flat.schema.enumerations.get(index)?.choices.len(),
        // Any text that has no number counts as one more.
        (CellForm::Text(index), _) => flat.texts.get(*index as usize)?.texts.len() + 1,
        _ => return None,
    };
    i64::try_from(count).ok().filter(|it| *it > 0)
}
