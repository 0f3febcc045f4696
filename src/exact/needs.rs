//! The facts that settle what a diagram says: of the unknown ones those that are left when, in reverse order of
//! declaration, each is dropped without which the rest still settles it.
//!
//! **Settles.** Some facts settle a value where any two cases that agree on them have one value. Whether there
//! are two that do not is looked for by walking the diagram twice at once: dimensions that the two cases share
//! are taken together, the others apart, and what hangs together is solved for both cases at once.
//!
//! **Records.** Whether an optional record is there is a fact of its own, and one that is asked before those in
//! it: they have a value to agree on only where it is.
//!
//! **The plain case.** Where no two dimensions that are left hang together, a reduced diagram asks for a
//! dimension only where that makes a difference: so each fact that it asks for is needed, and no other.

use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::collections::{BTreeMap, BTreeSet};

use crate::{
    exact::{
        chart::{Graph, Of, Place, Said},
        room::Room,
        value::{Told, Value},
        walk::Walk,
    },
    schema::Schema,
    space::linear::Linear,
    value::Known,
};

/// What is below a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    /// No case.
    Nothing,
    /// One value, the same in every case.
    One(u32),
    /// Several.
    Many,
}

/// A diagram that says values, of what is unknown.
struct Small {
    graph: Graph,
    root: Place,
    values: Vec<Value>,
}

/// The slots of the facts that are needed to settle what the leaves below `root` say, in order.
pub(super) fn needs(
    told: &Told<'_>,
    schema: &Schema,
    root: Place,
    value: &dyn Fn(u32) -> Value,
    steps: &mut u64,
) -> Vec<usize> {
    let small = restricted(told, root, value);
    let levels = small.graph.levels();
    let open: Vec<&Linear> = small.values.iter().flat_map(Value::open).map(|it| &it.term).collect();
    let needing = Needing { told, schema, small: &small, levels: &levels, open: &open };
    let candidates = needing.candidates();
    let plain = Room::new(told.chart, told.known, None, levels.iter().copied(), &[]).hangs_apart();
    let kept = match plain && open.is_empty() && !small.values.contains(&Value::Outside) {
        true => candidates,
        false => needing.dropping(candidates, steps),
    };
    *steps += small.graph.len() as u64;
    kept.into_iter().collect()
}

/// The diagram without what is known; values that are equal are one leaf.
fn restricted(told: &Told<'_>, root: Place, value: &dyn Fn(u32) -> Value) -> Small {
    let levels = 0..told.chart.terms.len();
    let room = Room::new(told.chart, told.known, None, levels, &[]);
    let mut restricting = Restricting {
        room: &room,
        value,
        made: FxHashMap::default(),
        nodes: IndexMap::default(),
        values: BTreeMap::new(),
        graph: Graph::default(),
    };
    let root = restricting.place(root);
    let mut values: Vec<(Value, u32)> = restricting.values.into_iter().collect();
    values.sort_unstable_by_key(|it| it.1);
    Small { graph: restricting.graph, root, values: values.into_iter().map(|it| it.0).collect() }
}
/// What is asked at a node, and what follows after each interval.
type Branches = (usize, Box<[(i128, Place)]>);

struct Restricting<'r> {
    room: &'r Room<'r>,
    value: &'r dyn Fn(u32) -> Value,
    made: FxHashMap<Place, Place>,
    nodes: IndexMap<Branches, Place, FxBuildHasher>,
    values: BTreeMap<Value, u32>,
    graph: Graph,
}

impl Restricting<'_> {
    fn place(&mut self, at: Place) -> Place {
        let at = self.room.skip(&self.room.chart.graph, at);
        if let Some(made) = self.made.get(&at) {
            return *made;
        }
        let made = match self.room.chart.graph.node(at) {
            None => {
                let next = self.values.len() as u32;
                let value = (self.value)(at.as_leaf().unwrap_or(0));
                Place::leaf(*self.values.entry(value).or_insert(next))
            }
            Some((level, edges)) => self.node(level, edges),
        };
        self.made.insert(at, made);
        made
    }

    fn node(&mut self, level: usize, edges: &[(i128, Place)]) -> Place {
        let room = self.room;
        let Err(dim) = room.level(level, false) else { return Place::leaf(0) };
        let mut kept: Vec<(i128, Place)> = Vec::with_capacity(edges.len());
        for (last, child) in edges {
            if *last < dim.low {
                continue;
            }
            let child = self.place(*child);
            let last = (*last).min(dim.high);
            match kept.last_mut() {
                Some(before) if before.1 == child => before.0 = last,
                _ => kept.push((last, child)),
            }
            if last >= dim.high {
                break;
            }
        }
        if let [(_, only)] = kept.as_slice() {
            return *only;
        }
        let graph = &mut self.graph;
        let edges: Box<[(i128, Place)]> = kept.into();
        *self.nodes.entry((level, edges.clone())).or_insert_with(|| graph.add(level, edges))
    }
}

struct Needing<'n> {
    told: &'n Told<'n>,
    schema: &'n Schema,
    small: &'n Small,
    levels: &'n BTreeSet<usize>,
    open: &'n [&'n Linear],
}

impl Needing<'_> {
    /// The slot that stands for the fact of a variable: a list that is unknown stands for its items.
    fn fact(&self, var: usize) -> Option<usize> {
        match self.told.chart.variables.get(var)?.of {
            Of::Fact(slot) | Of::Present(slot) => {
                let list = self.schema.list_around(slot);
                let unknown = |it: &usize| self.told.facts.get(*it).is_none_or(|it| *it == Known::Unknown);
                Some(list.filter(unknown).unwrap_or(slot))
            }
            Of::Rounded(..) => None,
        }
    }

    /// The unknown facts that the diagram asks for, or that what it asks for is made of.
    fn candidates(&self) -> BTreeSet<usize> {
        let terms = self.levels.iter().filter_map(|it| self.told.chart.terms.get(*it));
        let mut open: Vec<usize> = terms.flatten().map(|it| it.0).collect();
        open.extend(self.open.iter().flat_map(|it| &it.terms).map(|it| it.0 as usize));
        let mut seen = vec![false; self.told.chart.variables.len()];
        let mut facts = BTreeSet::new();
        while let Some(var) = open.pop() {
            match seen.get_mut(var) {
                Some(seen @ false) => *seen = true,
                _ => continue,
            }
            if self.told.known.get(var).copied().flatten().is_some() {
                continue;
            }
            facts.extend(self.fact(var));
            if let Some(Of::Rounded(term, ..)) = self.told.chart.variables.get(var).map(|it| &it.of) {
                open.extend(term.terms.iter().map(|it| it.0 as usize));
            }
        }
        facts
    }

    /// The facts without those that can be dropped.
    fn dropping(&self, candidates: BTreeSet<usize>, steps: &mut u64) -> BTreeSet<usize> {
        let mut kept = candidates.clone();
        for fact in candidates.iter().rev() {
            kept.remove(fact);
            let split = self.split(&kept);
            if self.may_differ(&split, steps) {
                kept.insert(*fact);
            }
        }
        kept
    }

    /// The variables that two cases need not share which agree on these facts.
    fn split(&self, kept: &BTreeSet<usize>) -> Vec<bool> {
        let mut split: Vec<bool> = Vec::with_capacity(self.told.chart.variables.len());
        for (var, variable) in self.told.chart.variables.iter().enumerate() {
            let apart = match &variable.of {
                Of::Rounded(term, ..) => {
                    term.terms.iter().any(|it| split.get(it.0 as usize).copied().unwrap_or(false))
                }
                _ => self.fact(var).is_some_and(|fact| !kept.contains(&fact)),
            };
            let unknown = self.told.known.get(var).copied().flatten().is_none();
            split.push(apart && unknown);
        }
        split
    }

    fn may_differ(&self, split: &[bool], steps: &mut u64) -> bool {
        let told = self.told;
        let room = Room::new(told.chart, told.known, Some(split), self.levels.iter().copied(), self.open);
        let leaves: Vec<[u64; 2]> = self
            .small
            .values
            .iter()
            .map(|value| {
                let groups =
                    |second| value.open().fold(0, |bits, it| bits | room.groups_of(&room.said(it, second)));
                [groups(false), groups(true)]
            })
            .collect();
        let walk = Walk::new(&self.small.graph, &room, &leaves);
        let mut pairs = Pairs {
            told,
            values: &self.small.values,
            walk,
            below: FxHashMap::default(),
            splits: FxHashMap::default(),
        };
        let differ = pairs.differ(self.small.root, self.small.root);
        *steps += pairs.walk.steps + room.spent.get();
        differ
    }
}

/// Walks two cases at once.
struct Pairs<'r> {
    told: &'r Told<'r>,
    values: &'r [Value],
    walk: Walk<'r>,
    below: FxHashMap<Place, Below>,
    splits: FxHashMap<Place, bool>,
}

impl Pairs<'_> {
    /// What is below a place.
    fn below(&mut self, at: Place) -> Below {
        if let Some(leaf) = at.as_leaf() {
            return match self.values.get(leaf as usize) {
                None | Some(Value::Outside) => Below::Nothing,
                Some(value) if value.is_fixed() => Below::One(leaf),
                Some(_) => Below::Many,
            };
        }
        if let Some(known) = self.below.get(&at) {
            return *known;
        }
        let graph = self.walk.graph;
        let mut all = Below::Nothing;
        for (_, child) in graph.node(at).map_or(&[][..], |it| it.1) {
            all = match (all, self.below(*child)) {
                (Below::Nothing, it) | (it, Below::Nothing) => it,
                (a, b) if a == b => a,
                _ => Below::Many,
            };
            if all == Below::Many {
                break;
            }
        }
        self.below.insert(at, all);
        all
    }

    /// Whether something below a place is not shared by the two cases.
    fn splits(&mut self, at: Place) -> bool {
        if let Some(known) = self.splits.get(&at) {
            return *known;
        }
        let room = self.walk.room;
        let splits = match self.walk.graph.node(at) {
            None => {
                let value = at.as_leaf().and_then(|it| self.values.get(it as usize));
                let apart = |it: &Said| room.said(it, false).terms != room.said(it, true).terms;
                value.is_some_and(|it| it.open().any(apart))
            }
            Some((level, edges)) => {
                let number = |second| room.level(level, second).map_or_else(|it| it.number, |_| 0);
                number(false) != number(true) || edges.iter().any(|it| self.splits(it.1))
            }
        };
        self.splits.insert(at, splits);
        splits
    }

    /// Whether two cases differ, the first below `a` and the second below `b`.
    fn differ(&mut self, a: Place, b: Place) -> bool {
        match (self.below(a), self.below(b)) {
            (Below::Nothing, _) | (_, Below::Nothing) => return false,
            (Below::One(a), Below::One(b)) if a == b => return false,
            _ => {}
        }
        // What is left the two cases share.
        if a == b && !self.splits(a) || !self.walk.is_new(a, b) {
            return false;
        }
        let graph = self.walk.graph;
        let room = self.walk.room;
        let (one, other) = (graph.node(a), graph.node(b));
        let level_of = |it: &Option<(usize, _)>| it.as_ref().map_or(usize::MAX, |it| it.0);
        let level = level_of(&one).min(level_of(&other));
        let (mine, yours) = (one.filter(|it| it.0 == level), other.filter(|it| it.0 == level));
        if level == usize::MAX {
            let value = |it: Place| self.values.get(it.as_leaf()? as usize);
            let pair = value(a).zip(value(b));
            return pair.is_some_and(|(a, b)| self.told.differ(room, &self.walk.taken, a, b));
        }
        let (Err(first), Err(second)) = (room.level(level, false), room.level(level, true)) else {
            return false;
        };
        let apart = first.number != second.number;
        let mine = mine.map_or(&[][..], |it| it.1);
        let yours = yours.map_or(&[][..], |it| it.1);
        match (apart, mine.is_empty()) {
            (true, false) => self.along(first, mine, &mut |it, child| it.differ(child, b)),
            (true, true) => self.along(second, yours, &mut |it, child| it.differ(a, child)),
            (false, _) => self.together(first, (a, mine), (b, yours)),
        }
    }

    /// One case goes on.
    fn along(
        &mut self,
        dim: &crate::exact::room::Dim,
        edges: &[(i128, Place)],
        on: &mut dyn FnMut(&mut Self, Place) -> bool,
    ) -> bool {
        let mut first = dim.low;
        for (last, child) in edges {
            let until = (*last).min(dim.high);
            if until >= first && self.walk.enter(dim.group, (dim.number, first, until)) {
                let differ = on(self, *child);
                self.walk.leave(dim.group);
                if differ {
                    return true;
                }
            }
            first = first.max(until.saturating_add(1));
        }
        false
    }

    /// Both cases go on, along a dimension that they share.
    fn together(
        &mut self,
        dim: &crate::exact::room::Dim,
        (a, mine): (Place, &[(i128, Place)]),
        (b, yours): (Place, &[(i128, Place)]),
    ) -> bool {
        let ends: BTreeSet<i128> = mine.iter().chain(yours).map(|it| it.0.min(dim.high)).collect();
        let child = |edges: &[(i128, Place)], end: i128, own: Place| {
            let index = edges.partition_point(|it| it.0 < end);
            edges.get(index).or(edges.last()).map_or(own, |it| it.1)
        };
        let mut first = dim.low;
        for end in ends {
            if end >= first && self.walk.enter(dim.group, (dim.number, first, end)) {
                let differ = self.differ(child(mine, end, a), child(yours, end, b));
                self.walk.leave(dim.group);
                if differ {
                    return true;
                }
            }
            first = first.max(end.saturating_add(1));
        }
        false
    }
}
