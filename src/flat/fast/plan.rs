//! Chooses the cells that a decision begins with, and fills the tables of its [`Jump`].
//!
//! Cells are chosen one after the other: the one that most of the cases not decided yet ask for next, all values of a cell
//! counted alike. Everything is counted, so the same policy has the same jump on every machine.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::{
    flat::{
        CellForm, Flat, Target,
        fast::{
            Node,
            jump::{Few, Jump},
        },
    },
    schema::Type,
};

/// Rows and tables have at most so many entries, so that they stay near the processor.
const ENTRIES: usize = 4_096;
/// There are at most so many combinations of values, so that to look at all takes no time that anybody notices.
const COMBINATIONS: usize = 1 << 17;
/// A cell must be asked for in at least one of so many cases that are not decided before: to look at it in vain costs about
/// that much of a wrong guess.
const SELDOM: u64 = 16;
/// A number among more cuts is no longer found cheaply.
const CUTS: usize = 31;

/// The jump that replaces the tests from this one on: one that goes nowhere but to it where more would not be worth it.
pub(super) fn jump(flat: &Flat, nodes: &[Node], root: Target) -> Jump {
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
    jump.unwrap_or_else(|| Jump::to(root))
}

/// A cell that was chosen.
struct Chosen {
    cell: u32,
    /// A value for each entry that it has.
    values: Vec<i64>,
    /// Whether it is a number, and the values are its cuts and one beyond them.
    is_number: bool,
}

/// So much stands for all cases while they are shared out among tests.
const ALL: u64 = 1 << 40;

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
                    let undecided = to.filter(|it| it.index().is_ok());
                    let each = weight / undecided.clone().count().max(1) as u64;
                    for to in undecided {
                        *open.entry(to.0).or_default() += each;
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
        let all = entries.checked_mul(self.entries(!is_number))?;
        let fits = values.len() <= most && entries <= ENTRIES && all <= COMBINATIONS;
        fits.then_some(Chosen { cell, values, is_number })
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
        let mut jump = Jump { rows: Vec::new(), table: Vec::new(), ..Jump::to(self.root) };
        let mut place = self.entries(true);
        jump.rows.resize(self.entries(false), 0);
        for chosen in &self.chosen {
            if chosen.is_number {
                place /= chosen.values.len();
                let cuts = chosen.values.split_last().map_or(&[][..], |it| it.1);
                // A cell of this form has no lesser value than its fact.
                let least = self.flat.schema.slots.get(chosen.cell as usize)?.low;
                jump.add(chosen.cell, i64::try_from(least).ok()?, cuts, place as u32);
            } else {
                let after = self.chosen.iter().filter(|it| !it.is_number && it.cell > chosen.cell);
                let step: usize = after.map(|it| it.values.len()).product();
                jump.few.push(Few { cell: chosen.cell, step: step as u32 });
            }
        }
        let mut rows =
            Rows { plan: self, within: self.within(), jump, known: BTreeMap::new(), told: BTreeMap::new() };
        rows.fill(self.root, &mut vec![None; self.chosen.len()])?;
        Some(rows.jump)
    }
}

/// The rows of a jump, on the way to be filled.
struct Rows<'p> {
    plan: &'p Plan<'p>,
    /// All tests that look at chosen cells.
    within: BTreeMap<u32, usize>,
    jump: Jump,
    /// Where each row of the table begins.
    known: BTreeMap<Vec<u32>, u32>,
    /// By the test that a number is asked from.
    told: BTreeMap<u32, Told>,
}

/// The rows from a test on.
struct Told {
    /// The chosen cells of few values that are asked for after numbers: they tell rows apart too.
    late: Vec<usize>,
    /// Where the row of each combination of their values begins; the last cell counts fastest.
    rows: Vec<u32>,
}

/// Where all ways from a test on end.
struct Ends {
    /// The cells that tell ways apart, with how many entries lie between one value and the next.
    steps: Vec<(usize, usize)>,
    /// The end of each combination.
    all: Vec<u32>,
    /// Room for the combinations of one way.
    places: Vec<usize>,
}

impl Rows<'_> {
    /// Fills the rows of all combinations that say these values, the tests that look at them being behind. None where the
    /// table would be too large.
    fn fill(&mut self, from: Target, values: &mut Combination) -> Option<()> {
        let plan = self.plan;
        let from = plan.follow(&self.within, from, values);
        let chosen = self.within.get(&from.0).and_then(|it| Some((*it, plan.chosen.get(*it)?)));
        let Some((index, chosen)) = chosen.filter(|it| !it.1.is_number) else {
            return self.put(from, values);
        };
        for value in &chosen.values {
            say(values, index, Some(*value));
            self.fill(from, values)?;
        }
        say(values, index, None);
        Some(())
    }

    /// Puts rows where the combinations stand that say these values.
    fn put(&mut self, from: Target, values: &Combination) -> Option<()> {
        if !self.told.contains_key(&from.0) {
            let told = self.tell(from)?;
            self.told.insert(from.0, told);
        }
        let told = self.told.get(&from.0)?;
        // Places among the rows of the jump, each with the combination of late values.
        let mut places = vec![(0, 0)];
        let few = self.plan.chosen.iter().zip(values).enumerate().filter(|it| !it.1.0.is_number);
        for ((index, (chosen, value)), few) in few.zip(&self.jump.few) {
            let values = value.map_or(0..chosen.values.len(), |it| it as usize..it as usize + 1);
            let late = told.late.contains(&index).then_some(chosen.values.len());
            spread(&mut places, values, |(row, combination), value| {
                let combination = late.map_or(combination, |count| combination * count + value);
                (row + value * few.step as usize, combination)
            });
        }
        for (row, combination) in places {
            *self.jump.rows.get_mut(row)? = *told.rows.get(combination)?;
        }
        Some(())
    }

    /// Finds the rows from a test on; none where the table would be too large.
    fn tell(&mut self, from: Target) -> Option<Told> {
        let late = self.plan.late(&self.within, from);
        let chosen = self.plan.chosen.iter().enumerate();
        let numbers = chosen.filter(|it| it.1.is_number).map(|it| it.0);
        // How many entries lie between one value and the next, the last cell first.
        let (mut steps, mut entries, mut places) = (Vec::new(), 1, 1);
        for index in late.iter().copied().chain(numbers).rev() {
            let chosen = self.plan.chosen.get(index)?;
            steps.push((index, entries));
            entries *= chosen.values.len();
            places *= if chosen.is_number { chosen.values.len() } else { 1 };
        }
        let mut ends = Ends { steps, all: vec![from.0; entries], places: Vec::new() };
        self.walk(from, &mut vec![None; self.plan.chosen.len()], &mut ends);
        let mut rows = Vec::new();
        for row in ends.all.chunks(places) {
            let table = &mut self.jump.table;
            rows.push(*self.known.entry(row.to_vec()).or_insert_with_key(|row| {
                table.extend(row.iter().map(|it| Target(*it)));
                (table.len() - row.len()) as u32
            }));
            if table.len() > ENTRIES {
                return None;
            }
        }
        Some(Told { late, rows })
    }

    /// Follows all ways from a test on, and puts their ends where all combinations stand that go them.
    fn walk(&self, from: Target, values: &mut Combination, ends: &mut Ends) {
        let at = self.plan.follow(&self.within, from, values);
        if let Some(index) = self.within.get(&at.0)
            && let Some(chosen) = self.plan.chosen.get(*index)
        {
            for value in &chosen.values {
                say(values, *index, Some(*value));
                self.walk(at, values, ends);
            }
            return say(values, *index, None);
        }
        let Ends { steps, all, places } = ends;
        places.clear();
        places.push(0);
        for (index, step) in steps {
            let Some(chosen) = self.plan.chosen.get(*index) else { continue };
            let said = values.get(*index).copied().flatten();
            let said = said.and_then(|it| chosen.values.iter().position(|value| *value == it));
            let own = said.map_or(0..chosen.values.len(), |it| it..it + 1);
            spread(places, own, |at, value| at + value * *step);
        }
        for place in places {
            if let Some(end) = all.get_mut(*place) {
                *end = at.0;
            }
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

/// Puts each of these in the place that each value gives it.
fn spread<T: Copy>(all: &mut Vec<T>, values: Range<usize>, place: impl Fn(T, usize) -> T) {
    let count = all.len();
    for value in values.clone().skip(1) {
        for index in 0..count {
            all.extend(all.get(index).copied().map(|it| place(it, value)));
        }
    }
    all.iter_mut().take(count).for_each(|it| *it = place(*it, values.start));
}

fn say(values: &mut Combination, index: usize, value: Option<i64>) {
    if let Some(place) = values.get_mut(index) {
        *place = value;
    }
}
