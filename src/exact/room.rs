//! What is left of a chart's dimensions once some facts are known: terms of the unknown variables, and which of
//! them hang together.
//!
//! Two cases are looked at in one room where they have some facts in common and others not ([`Room::new`] with
//! `split`): a variable that they need not share has a copy for each, and so have the dimensions that name one.

use std::cell::Cell;

use crate::{
    exact::chart::{Chart, Graph, Place, Said},
    space::{
        linear::Linear,
        solve::{Row, Solved, solve},
    },
};

/// An interval that was taken: the dimension, the first and the last value.
pub(super) type Taken = (u32, i128, i128);

/// The steps that one system may take.
const SYSTEM_FUEL: u64 = 200_000;

/// The most groups that are told apart; all others are one.
const MOST_GROUPS: usize = 64;

/// What is left of a term.
#[derive(Clone, Debug, Default)]
pub(super) struct Rest {
    pub constant: i128,
    /// Unknown variables: the copies of the second case come after all others.
    pub terms: Vec<(usize, i128)>,
}

/// A dimension that is not known.
#[derive(Clone, Debug)]
pub(super) struct Dim {
    pub number: u32,
    pub rest: Rest,
    pub low: i128,
    pub high: i128,
    /// What it hangs together with; none where it stands alone and takes every value of its range.
    pub group: Option<usize>,
}

/// Variables that hang together.
#[derive(Debug, Default)]
struct Group {
    vars: Vec<usize>,
    rows: Vec<Row>,
}

/// What is left of a chart.
pub(super) struct Room<'c> {
    pub chart: &'c Chart,
    known: &'c [Option<i128>],
    split: Option<&'c [bool]>,
    /// By level: what is known, else the dimension in the first and the second case.
    dims: Vec<Result<i128, [Dim; 2]>>,
    group_of: Vec<Option<usize>>,
    groups: Vec<Group>,
    /// The steps that systems have taken.
    pub spent: Cell<u64>,
}

impl<'c> Room<'c> {
    /// Looks at the dimensions of these levels. The variables of `watched` terms are looked at even where they
    /// hang together with nothing.
    pub(super) fn new(
        chart: &'c Chart,
        known: &'c [Option<i128>],
        split: Option<&'c [bool]>,
        levels: impl Iterator<Item = usize>,
        watched: &[&Linear],
    ) -> Room<'c> {
        let mut room = Room {
            chart,
            known,
            split,
            dims: vec![Ok(0); chart.terms.len()],
            group_of: vec![None; 2 * chart.variables.len()],
            groups: Vec::new(),
            spent: Cell::new(0),
        };
        for level in levels {
            let Some(term) = chart.terms.get(level) else { continue };
            let rest = room.rest(term.iter().copied(), 0, false);
            let dim = match rest.terms.is_empty() {
                true => Ok(rest.constant),
                false => {
                    let splits = term.iter().any(|it| room.is_split(it.0));
                    let second = room.rest(term.iter().copied(), 0, true);
                    let number = 2 * level as u32;
                    Err([room.dim(number, rest), room.dim(number + u32::from(splits), second)])
                }
            };
            if let Some(place) = room.dims.get_mut(level) {
                *place = dim;
            }
        }
        room.group(watched);
        room
    }

    fn is_split(&self, var: usize) -> bool {
        self.split.is_some_and(|it| it.get(var).copied().unwrap_or(false))
    }

    fn copy(&self, var: usize, second: bool) -> usize {
        if second && self.is_split(var) { var + self.chart.variables.len() } else { var }
    }

    /// What is left of a term in the first or the second case.
    pub(super) fn rest(
        &self,
        term: impl Iterator<Item = (usize, i128)>,
        constant: i128,
        second: bool,
    ) -> Rest {
        let mut rest = Rest { constant, terms: Vec::new() };
        for (var, by) in term {
            match self.known.get(var).copied().flatten() {
                Some(value) => rest.constant = rest.constant.saturating_add(value.saturating_mul(by)),
                None => rest.terms.push((self.copy(var, second), by)),
            }
        }
        rest
    }

    /// What is left of an argument in the first or the second case.
    pub(super) fn said(&self, said: &Said, second: bool) -> Rest {
        self.rest(said.term.terms.iter().map(|it| (it.0 as usize, it.1)), said.term.constant, second)
    }

    fn range_of(&self, copy: usize) -> (i128, i128) {
        let count = self.chart.variables.len();
        let var = if copy >= count { copy - count } else { copy };
        self.chart.variables.get(var).map_or((0, 0), |it| it.range)
    }

    fn dim(&self, number: u32, rest: Rest) -> Dim {
        let (mut low, mut high) = (rest.constant, rest.constant);
        for (copy, by) in &rest.terms {
            let (least, most) = self.range_of(*copy);
            let (least, most) = if *by > 0 { (least, most) } else { (most, least) };
            low = low.saturating_add(by.saturating_mul(least));
            high = high.saturating_add(by.saturating_mul(most));
        }
        Dim { number, rest, low, high, group: None }
    }

    /// The dimension of a level in the first or the second case, or its value.
    pub(super) fn level(&self, level: usize, second: bool) -> Result<i128, &Dim> {
        match self.dims.get(level) {
            Some(Ok(value)) => Ok(*value),
            Some(Err(dims)) => Err(dims.get(usize::from(second)).unwrap_or(&dims[0])),
            None => Ok(0),
        }
    }

    /// Follows what is known.
    pub(super) fn skip(&self, graph: &Graph, mut at: Place) -> Place {
        while let Some((level, edges)) = graph.node(at) {
            let Some(Ok(value)) = self.dims.get(level) else { break };
            let index = edges.partition_point(|it| it.0 < *value);
            match edges.get(index).or(edges.last()) {
                Some(edge) => at = edge.1,
                None => break,
            }
        }
        at
    }

    /// Whether no two dimensions hang together, and each takes every value of its range.
    pub(super) fn hangs_apart(&self) -> bool {
        self.groups.is_empty()
    }

    /// The groups of a rest, as bits.
    pub(super) fn groups_of(&self, rest: &Rest) -> u64 {
        let groups = rest.terms.iter().filter_map(|it| self.group_of.get(it.0).copied().flatten());
        groups.fold(0, |bits, it| bits | 1 << it)
    }

    /// Finds what hangs together.
    fn group(&mut self, watched: &[&Linear]) {
        let count = self.group_of.len();
        let mut parent: Vec<usize> = (0..count).collect();
        let mut alone = vec![true; count];
        let rows = self.rows();
        let dims: Vec<&Dim> = self.dims.iter().filter_map(|it| it.as_ref().err()).flatten().collect();
        let mut met = vec![u32::MAX; count];
        for dim in &dims {
            join(&mut parent, dim.rest.terms.iter().map(|it| it.0));
            if !matches!(dim.rest.terms.as_slice(), [(_, 1 | -1)]) {
                mark(&mut alone, &dim.rest.terms);
            }
            for (copy, _) in &dim.rest.terms {
                match met.get_mut(*copy) {
                    Some(met) if *met == u32::MAX => *met = dim.number,
                    // The first and the second case may share a dimension.
                    Some(met) if *met != dim.number => mark(&mut alone, &dim.rest.terms),
                    _ => {}
                }
            }
        }
        for row in &rows {
            join(&mut parent, row.terms.iter().map(|it| it.0));
            mark(&mut alone, &row.terms);
        }
        for term in watched {
            for second in [false, true] {
                let terms = term.terms.iter().map(|it| (it.0 as usize, it.1));
                mark(&mut alone, &self.rest(terms, 0, second).terms);
            }
        }
        let mut number: Vec<Option<usize>> = vec![None; count];
        for copy in 0..count {
            if alone.get(copy).copied().unwrap_or(true) {
                continue;
            }
            let root = root(&mut parent, copy);
            if let Some(place @ None) = number.get_mut(root) {
                if self.groups.len() < MOST_GROUPS {
                    self.groups.push(Group::default());
                }
                *place = Some(self.groups.len() - 1);
            }
        }
        for copy in 0..count {
            let root = root(&mut parent, copy);
            let Some(own) = number.get(root).copied().flatten() else { continue };
            let has_copy =
                copy < self.chart.variables.len() || self.is_split(copy - self.chart.variables.len());
            let unknown =
                self.known.get(copy % self.chart.variables.len().max(1)).is_some_and(Option::is_none);
            if let (true, true, Some(group)) = (has_copy, unknown, self.groups.get_mut(own)) {
                group.vars.push(copy);
                if let Some(place) = self.group_of.get_mut(copy) {
                    *place = Some(own);
                }
            }
        }
        for row in rows {
            let own = row.terms.first().and_then(|it| self.group_of.get(it.0).copied().flatten());
            if let Some(group) = own.and_then(|it| self.groups.get_mut(it)) {
                group.rows.push(row);
            }
        }
        let group_of = &self.group_of;
        for dim in self.dims.iter_mut().filter_map(|it| it.as_mut().err()).flatten() {
            let first = dim.rest.terms.first();
            dim.group = first.and_then(|it| group_of.get(it.0).copied().flatten());
        }
    }

    /// What relates unknown variables.
    fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for row in &self.chart.rows {
            let splits = row.terms.iter().any(|it| self.is_split(it.0));
            for second in [false, true] {
                if second && !splits {
                    continue;
                }
                let rest = self.rest(row.terms.iter().copied(), 0, second);
                if rest.terms.is_empty() {
                    continue;
                }
                let (low, high) =
                    (row.low.saturating_sub(rest.constant), row.high.saturating_sub(rest.constant));
                rows.push(Row { terms: rest.terms.into(), low, high });
            }
        }
        rows
    }

    /// Solves what was taken in some groups together with more rows: the variables, and their values. None
    /// where there is no solution. What is beyond 128 bits counts as one without values.
    pub(super) fn solve(
        &self,
        groups: u64,
        taken: &[Vec<Taken>],
        more: &[(&Rest, i128, i128)],
    ) -> Option<Option<(Vec<usize>, Vec<i128>)>> {
        let chosen = || (0..self.groups.len()).filter(|it| groups >> it & 1 == 1);
        let mut vars: Vec<usize> =
            chosen().filter_map(|it| self.groups.get(it)).flat_map(|it| it.vars.clone()).collect();
        vars.sort_unstable();
        let index = |copy: usize| vars.binary_search(&copy).unwrap_or(0);
        let mut ranges: Vec<(i128, i128)> = vars.iter().map(|it| self.range_of(*it)).collect();
        let mut rows: Vec<Row> = Vec::new();
        let mut take = |rest: &Rest, low: i128, high: i128| {
            let (low, high) = (low.saturating_sub(rest.constant), high.saturating_sub(rest.constant));
            match rest.terms.as_slice() {
                [] => low <= 0 && 0 <= high,
                [(copy, 1)] => ranges.get_mut(index(*copy)).is_none_or(|range| {
                    *range = (range.0.max(low), range.1.min(high));
                    range.0 <= range.1
                }),
                terms => {
                    let terms = terms.iter().map(|it| (index(it.0), it.1)).collect();
                    rows.push(Row { terms, low, high });
                    true
                }
            }
        };
        for (number, low, high) in chosen().filter_map(|it| taken.get(it)).flatten() {
            if let Err(dim) = self.level(*number as usize / 2, number % 2 == 1)
                && !take(&dim.rest, *low, *high)
            {
                return None;
            }
        }
        for (rest, low, high) in more {
            if !take(rest, *low, *high) {
                return None;
            }
        }
        for row in chosen().filter_map(|it| self.groups.get(it)).flat_map(|it| &it.rows) {
            let terms = row.terms.iter().map(|it| (index(it.0), it.1)).collect();
            rows.push(Row { terms, low: row.low, high: row.high });
        }
        if rows.is_empty() {
            let point = ranges.iter().map(|it| it.0).collect();
            return Some(Some((vars, point)));
        }
        let mut fuel = SYSTEM_FUEL;
        let solved = solve(&ranges, &rows, &mut fuel);
        self.spent.set(self.spent.get().saturating_add(4 + SYSTEM_FUEL - fuel));
        match solved {
            Solved::Point(point) => Some(Some((vars, point))),
            Solved::Empty => None,
            Solved::Unknown => Some(None),
        }
    }
}

fn mark(alone: &mut [bool], terms: &[(usize, i128)]) {
    for (copy, _) in terms {
        if let Some(alone) = alone.get_mut(*copy) {
            *alone = false;
        }
    }
}

fn root(parent: &mut [usize], of: usize) -> usize {
    let mut at = of;
    while let Some(next) = parent.get(at).copied().filter(|it| *it != at) {
        at = next;
    }
    if let Some(place) = parent.get_mut(of) {
        *place = at;
    }
    at
}

fn join(parent: &mut [usize], all: impl Iterator<Item = usize>) {
    let mut first = None;
    for it in all {
        let own = root(parent, it);
        match first {
            None => first = Some(own),
            Some(first) => {
                if let Some(place) = parent.get_mut(own) {
                    *place = first;
                }
            }
        }
    }
}
