//! Decision diagrams: what a case comes to, as a graph of choices.
//!
//! A node asks for the value of one dimension and has an edge for each interval of its values; a leaf is a
//! number. Dimensions are asked in the order of their levels, no node has two adjacent edges to one child, and
//! equal nodes are one node: so two diagrams are one if and only if they give the same leaf everywhere, as far
//! as dimensions are independent. A set of cases is a diagram with the leaves [`NO`] and [`YES`].
//!
//! ```text
//!   tier ── standard ──▶ days ── 0..30 ──▶ 1
//!    │                     └── 31..  ──▶ 0
//!    └── gold, platinum ──▶ 1
//! ```
//!
//! Diagrams are joined many at a time ([`Store::join`]): at each level an operand is carried only into the
//! cells where it says something, so that ten thousand rules of a thousand clients cost as much as what is
//! written of each client. Interval diagrams are those of firewall analysis (Gouda and Liu, "Structured
//! firewall design", 2007); joining lists of residual rules follows the sweep of decision tables (Calvanese
//! et al., 2018) with sharing.
//!
//! **Cost** is a count of steps, never a time: [`Spent`] is the same on every machine.

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap};
use thiserror::Error;

/// The place of a dimension in the order of asking.
pub(crate) type Level = u32;

/// The leaf for cases that are not in a set.
pub(crate) const NO: Ref = Ref::leaf(0);

/// The leaf for cases that are in a set.
pub(crate) const YES: Ref = Ref::leaf(1);

const LEAF: u32 = 1 << 31;

/// A diagram: a node of a store, or a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ref(u32);

impl Ref {
    /// The leaf of this number, below 2^31.
    pub(crate) const fn leaf(number: u32) -> Ref {
        Ref(number | LEAF)
    }

    /// The number of a leaf.
    pub(crate) fn as_leaf(self) -> Option<u32> {
        (self.0 & LEAF != 0).then_some(self.0 & !LEAF)
    }
}

/// The steps that were allowed have been taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the steps that a proof may take are spent")]
pub(crate) struct Spent;

/// A node: its level, and for each interval its last value and what follows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Node {
    level: Level,
    edges: Box<[(i128, Ref)]>,
}

/// How diagrams are joined.
pub(crate) trait Join {
    /// Drops operands that say nothing beside the others. The result, where the rest decides it.
    fn settle(&mut self, operands: &mut Vec<Ref>) -> Option<Ref>;
    /// Whether a leaf says nothing as an operand.
    fn is_silent(&self, leaf: Ref) -> bool;
    /// What was joined before.
    fn known(&mut self) -> &mut FxHashMap<Box<[Ref]>, Ref>;
}

/// `and` and `or` of sets.
#[derive(Debug, Default)]
pub(crate) struct Sets {
    known: FxHashMap<Box<[Ref]>, Ref>,
    /// The leaf that decides alone.
    any: bool,
}

impl Join for Sets {
    fn settle(&mut self, operands: &mut Vec<Ref>) -> Option<Ref> {
        let (decides, silent) = if self.any { (YES, NO) } else { (NO, YES) };
        if operands.contains(&decides) {
            return Some(decides);
        }
        operands.retain(|it| *it != silent);
        operands.sort_unstable();
        operands.dedup();
        match operands.as_slice() {
            [] => Some(silent),
            [only] => Some(*only),
            _ => None,
        }
    }

    fn is_silent(&self, leaf: Ref) -> bool {
        leaf == if self.any { NO } else { YES }
    }

    fn known(&mut self) -> &mut FxHashMap<Box<[Ref]>, Ref> {
        &mut self.known
    }
}

/// All nodes of the diagrams of one space.
#[derive(Debug)]
pub(crate) struct Store {
    nodes: IndexSet<Node, FxBuildHasher>,
    /// The least and the greatest value of each dimension, by level.
    ranges: Vec<(i128, i128)>,
    and: Sets,
    or: Sets,
    not: FxHashMap<Ref, Ref>,
    /// The steps that are left.
    pub(crate) fuel: u64,
}

impl Store {
    /// An empty store over dimensions with these ranges.
    pub(crate) fn new(ranges: Vec<(i128, i128)>, fuel: u64) -> Self {
        Store {
            nodes: IndexSet::default(),
            ranges,
            and: Sets::default(),
            or: Sets { any: true, ..Sets::default() },
            not: FxHashMap::default(),
            fuel,
        }
    }

    /// The least and the greatest value of a dimension.
    pub(crate) fn range(&self, level: Level) -> (i128, i128) {
        self.ranges.get(level as usize).copied().unwrap_or((0, 0))
    }

    /// Adds a dimension after all others.
    pub(crate) fn add_level(&mut self, range: (i128, i128)) -> Level {
        self.ranges.push(range);
        (self.ranges.len() - 1) as Level
    }

    /// Takes steps.
    pub(crate) fn spend(&mut self, steps: u64) -> Result<(), Spent> {
        match self.fuel.checked_sub(steps) {
            Some(left) => {
                self.fuel = left;
                Ok(())
            }
            None => {
                self.fuel = 0;
                Err(Spent)
            }
        }
    }

    /// The level of a node; for a leaf one after all.
    pub(crate) fn level(&self, at: Ref) -> Level {
        self.node(at).map_or(Level::MAX, |it| it.level)
    }

    fn node(&self, at: Ref) -> Option<&Node> {
        match at.as_leaf() {
            Some(_) => None,
            None => self.nodes.get_index(at.0 as usize),
        }
    }

    /// The edges of a node in order: the first and the last value, and what follows. None of a leaf.
    pub(crate) fn edges(&self, at: Ref) -> impl Iterator<Item = (i128, i128, Ref)> + '_ {
        let node = self.node(at);
        let first = node.and_then(|it| self.ranges.get(it.level as usize)).map_or(0, |it| it.0);
        let edges = node.map_or(&[][..], |it| &it.edges);
        edges.iter().scan(first, |first, (last, child)| {
            let edge = (*first, *last, *child);
            *first = last.saturating_add(1);
            Some(edge)
        })
    }

    /// What follows where the node's dimension has this value.
    pub(crate) fn child(&self, at: Ref, value: i128) -> Ref {
        let Some(node) = self.node(at) else { return at };
        let index = node.edges.partition_point(|it| it.0 < value);
        node.edges.get(index).or(node.edges.last()).map_or(at, |it| it.1)
    }

    /// The node with these edges, in order and without gaps; equal neighbours become one.
    pub(crate) fn make(&mut self, level: Level, edges: Vec<(i128, Ref)>) -> Ref {
        let mut merged: Vec<(i128, Ref)> = Vec::with_capacity(edges.len());
        for (last, child) in edges {
            match merged.last_mut() {
                Some(before) if before.1 == child => before.0 = last,
                _ => merged.push((last, child)),
            }
        }
        match merged.as_slice() {
            [] => NO,
            [only] => only.1,
            _ => {
                let (index, _) = self.nodes.insert_full(Node { level, edges: merged.into() });
                Ref(index as u32)
            }
        }
    }

    /// The cases where the dimension of this level lies in one of the intervals, sorted and apart.
    pub(crate) fn within(&mut self, level: Level, intervals: &[(i128, i128)]) -> Ref {
        let (low, high) = self.ranges.get(level as usize).copied().unwrap_or((0, 0));
        let mut edges: Vec<(i128, Ref)> = Vec::with_capacity(2 * intervals.len() + 1);
        let mut next = low;
        for (from, to) in intervals {
            let (from, to) = ((*from).max(next), (*to).min(high));
            if from > to {
                continue;
            }
            if from > next {
                edges.push((from - 1, NO));
            }
            edges.push((to, YES));
            next = to.saturating_add(1);
        }
        if next <= high {
            edges.push((high, NO));
        }
        self.make(level, edges)
    }

    /// The cases that are in all sets.
    pub(crate) fn and(&mut self, sets: impl IntoIterator<Item = Ref>) -> Result<Ref, Spent> {
        let mut join = std::mem::take(&mut self.and);
        let joined = self.join(&mut join, sets.into_iter().collect());
        self.and = join;
        joined
    }

    /// The cases that are in one of the sets.
    pub(crate) fn or(&mut self, sets: impl IntoIterator<Item = Ref>) -> Result<Ref, Spent> {
        let mut join = std::mem::take(&mut self.or);
        join.any = true;
        let joined = self.join(&mut join, sets.into_iter().collect());
        self.or = join;
        joined
    }

    /// The cases that are not in the set.
    pub(crate) fn not(&mut self, set: Ref) -> Result<Ref, Spent> {
        let mut known = std::mem::take(&mut self.not);
        let turned = self.mapped(set, &mut known, &mut |leaf| if leaf == NO { YES } else { NO });
        self.not = known;
        turned
    }

    /// The cases that are in one and not in the other.
    pub(crate) fn without(&mut self, set: Ref, other: Ref) -> Result<Ref, Spent> {
        if set == NO || other == YES {
            return Ok(NO);
        }
        let rest = self.not(other)?;
        self.and([set, rest])
    }

    /// The diagram with other leaves.
    pub(crate) fn map(&mut self, at: Ref, mut leaf: impl FnMut(Ref) -> Ref) -> Result<Ref, Spent> {
        self.mapped(at, &mut FxHashMap::default(), &mut leaf)
    }

    fn mapped(
        &mut self,
        at: Ref,
        known: &mut FxHashMap<Ref, Ref>,
        leaf: &mut impl FnMut(Ref) -> Ref,
    ) -> Result<Ref, Spent> {
        let Some(node) = self.node(at) else { return Ok(leaf(at)) };
        if let Some(known) = known.get(&at) {
            return Ok(*known);
        }
        let (level, edges) = (node.level, node.edges.clone());
        self.spend(1 + edges.len() as u64 / 8)?;
        let mut made = Vec::with_capacity(edges.len());
        for (last, child) in &edges {
            made.push((*last, self.mapped(*child, known, leaf)?));
        }
        let mapped = self.make(level, made);
        known.insert(at, mapped);
        Ok(mapped)
    }

    /// Joins two diagrams. `pick` says what comes of two parts where that can be told at once, as it must of
    /// two leaves.
    pub(crate) fn pair(
        &mut self,
        a: Ref,
        b: Ref,
        known: &mut FxHashMap<(Ref, Ref), Ref>,
        pick: &mut impl FnMut(Ref, Ref) -> Option<Ref>,
    ) -> Result<Ref, Spent> {
        if let Some(picked) = pick(a, b) {
            return Ok(picked);
        }
        if let Some(known) = known.get(&(a, b)) {
            return Ok(*known);
        }
        let level = self.level(a).min(self.level(b));
        let Some((_, high)) = self.ranges.get(level as usize).copied() else { return Ok(a) };
        let (left, right) = (self.sides(a, level, high), self.sides(b, level, high));
        self.spend(1 + (left.len() + right.len()) as u64 / 8)?;
        let mut made = Vec::with_capacity(left.len() + right.len());
        let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
        while let (Some((end, one)), Some((other_end, two))) = (left.peek(), right.peek()) {
            let last = *end.min(other_end);
            made.push((last, self.pair(*one, *two, known, pick)?));
            if *end == last {
                left.next();
            }
            if *other_end == last {
                right.next();
            }
        }
        let paired = self.make(level, made);
        known.insert((a, b), paired);
        Ok(paired)
    }

    /// The edges of a node of this level; what asks for a later one goes on for all values up to `high`.
    fn sides(&self, at: Ref, level: Level, high: i128) -> Box<[(i128, Ref)]> {
        match self.node(at) {
            Some(node) if node.level == level => node.edges.clone(),
            _ => Box::new([(high, at)]),
        }
    }

    /// Joins many diagrams.
    pub(crate) fn join<J: Join>(&mut self, join: &mut J, mut operands: Vec<Ref>) -> Result<Ref, Spent> {
        if let Some(settled) = join.settle(&mut operands) {
            return Ok(settled);
        }
        let key: Box<[Ref]> = operands.into();
        if let Some(known) = join.known().get(&key) {
            return Ok(*known);
        }
        let level = key.iter().map(|it| self.level(*it)).min().unwrap_or(Level::MAX);
        let (low, high) = self.ranges.get(level as usize).copied().unwrap_or((0, 0));
        // What an operand says of each interval, and operands that do not ask for this dimension.
        let mut said: Vec<(i128, i128, Ref)> = Vec::new();
        let mut everywhere: Vec<Ref> = Vec::new();
        for operand in &key {
            match self.level(*operand) == level {
                false => everywhere.push(*operand),
                true => said.extend(self.edges(*operand).filter(|it| !join.is_silent(it.2))),
            }
        }
        self.spend(1 + said.len() as u64)?;
        said.sort_unstable_by_key(|it| it.0);
        let mut edges: Vec<(i128, Ref)> = Vec::new();
        let mut active: Vec<(i128, Ref)> = Vec::new();
        let mut said = said.into_iter().peekable();
        let mut at = low;
        let nothing = match everywhere.is_empty() && said.peek().is_none() {
            true => None,
            false => Some(self.join(join, everywhere.clone())?),
        };
        while at <= high {
            active.retain(|it| it.0 >= at);
            while let Some((_, last, child)) = said.next_if(|it| it.0 <= at) {
                active.push((last, child));
            }
            let next = said.peek().map_or(high, |it| it.0.saturating_sub(1));
            let last = active.iter().map(|it| it.0).min().map_or(next, |it| it.min(next)).min(high);
            let child = match (active.is_empty(), nothing) {
                (true, Some(nothing)) => nothing,
                _ => {
                    let parts = everywhere.iter().copied().chain(active.iter().map(|it| it.1)).collect();
                    self.join(join, parts)?
                }
            };
            edges.push((last, child));
            match last.checked_add(1) {
                Some(next) => at = next,
                None => break,
            }
        }
        let made = self.make(level, edges);
        join.known().insert(key, made);
        Ok(made)
    }

    /// The levels that a diagram asks for.
    pub(crate) fn support(&self, root: Ref) -> std::collections::BTreeSet<Level> {
        let mut levels = std::collections::BTreeSet::new();
        self.visit(root, |store, at| {
            levels.insert(store.level(at));
        });
        levels
    }

    /// The nodes of a diagram.
    pub(crate) fn nodes_of(&self, root: Ref) -> Vec<Ref> {
        let mut nodes = Vec::new();
        self.visit(root, |_, at| nodes.push(at));
        nodes
    }

    /// The leaves of a diagram, as far as dimensions are independent.
    pub(crate) fn leaves(&self, root: Ref) -> std::collections::BTreeSet<u32> {
        let mut leaves: std::collections::BTreeSet<u32> = root.as_leaf().into_iter().collect();
        self.visit(root, |store, at| {
            leaves.extend(store.edges(at).filter_map(|it| it.2.as_leaf()));
        });
        leaves
    }

    /// How many nodes a diagram has.
    pub(crate) fn size(&self, root: Ref) -> usize {
        let mut size = 0;
        self.visit(root, |_, _| size += 1);
        size
    }

    /// Calls `each` with every node once, in no order that matters.
    fn visit(&self, root: Ref, mut each: impl FnMut(&Store, Ref)) {
        let mut seen = rustc_hash::FxHashSet::default();
        let mut open = vec![root];
        while let Some(at) = open.pop() {
            if at.as_leaf().is_some() || !seen.insert(at) {
                continue;
            }
            each(self, at);
            open.extend(self.edges(at).map(|it| it.2));
        }
    }
}
