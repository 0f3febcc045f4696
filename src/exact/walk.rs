//! Walks the paths of a chart that the facts which are known leave, and that some integers satisfy.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::exact::{
    chart::{Graph, Place},
    room::{Room, Taken},
};

/// A walk, alone or of two cases at once.
pub(super) struct Walk<'r> {
    pub graph: &'r Graph,
    pub room: &'r Room<'r>,
    /// By leaf, the groups on which what it says depends, in the first and the second case.
    pub leaves: &'r [[u64; 2]],
    /// What was taken, by group.
    pub taken: Vec<Vec<Taken>>,
    /// The groups that are asked for at a place or below, in the first and the second case.
    below: [FxHashMap<Place, u64>; 2],
    possible: FxHashMap<(usize, Box<[Taken]>), bool>,
    seen: FxHashSet<(Place, Place, Box<[Taken]>)>,
    /// How many places were looked at.
    pub steps: u64,
}

impl<'r> Walk<'r> {
    pub(super) fn new(graph: &'r Graph, room: &'r Room<'r>, leaves: &'r [[u64; 2]]) -> Walk<'r> {
        Walk {
            graph,
            room,
            leaves,
            taken: vec![Vec::new(); 64],
            below: Default::default(),
            possible: FxHashMap::default(),
            seen: FxHashSet::default(),
            steps: 0,
        }
    }

    /// Begins again: what is possible stays known.
    pub(super) fn again(&mut self) {
        self.seen.clear();
    }

    /// Walks every path until `found` takes a leaf, and says whether it took one.
    pub(super) fn any(&mut self, at: Place, found: &mut dyn FnMut(&mut Self, u32) -> bool) -> bool {
        let at = self.room.skip(self.graph, at);
        if !self.is_new(at, at) {
            return false;
        }
        let Some((level, edges)) = self.graph.node(at) else {
            return at.as_leaf().is_some_and(|leaf| found(self, leaf));
        };
        let Err(dim) = self.room.level(level, false) else { return false };
        let mut first = dim.low;
        for (last, child) in edges {
            if *last < first {
                continue;
            }
            let until = (*last).min(dim.high);
            if self.enter(dim.group, (dim.number, first, until)) {
                let taken = self.any(*child, found);
                self.leave(dim.group);
                if taken {
                    return true;
                }
            }
            match last.checked_add(1) {
                Some(next) if next <= dim.high => first = next,
                _ => break,
            }
        }
        false
    }

    /// Takes an interval; false, and nothing is taken, where it cannot be.
    pub(super) fn enter(&mut self, group: Option<usize>, interval: Taken) -> bool {
        let Some(group) = group else { return true };
        if let Some(taken) = self.taken.get_mut(group) {
            taken.push(interval);
        }
        let possible = self.is_possible(group);
        if !possible {
            self.leave(Some(group));
        }
        possible
    }

    /// Takes back the last interval.
    pub(super) fn leave(&mut self, group: Option<usize>) {
        if let Some(taken) = group.and_then(|it| self.taken.get_mut(it)) {
            taken.pop();
        }
    }

    fn is_possible(&mut self, group: usize) -> bool {
        let taken: Box<[Taken]> = self.taken.get(group).map_or(Box::from([]), |it| it.as_slice().into());
        if let Some(known) = self.possible.get(&(group, taken.clone())) {
            return *known;
        }
        let possible = self.room.solve(1 << group, &self.taken, &[]).is_some();
        self.possible.insert((group, taken), possible);
        possible
    }

    /// Whether a pair of places is new, with what was taken that is asked for below them.
    pub(super) fn is_new(&mut self, a: Place, b: Place) -> bool {
        self.steps += 1;
        let asked = self.below(a, false) | self.below(b, true);
        let mut context = Vec::new();
        let mut left = asked;
        while left != 0 {
            let group = left.trailing_zeros() as usize;
            left &= left - 1;
            context.extend_from_slice(self.taken.get(group).map_or(&[], Vec::as_slice));
        }
        self.seen.insert((a, b, context.into()))
    }

    /// The groups that are asked for at a place or below.
    pub(super) fn below(&mut self, at: Place, second: bool) -> u64 {
        let which = usize::from(second);
        let at = self.room.skip(self.graph, at);
        if let Some(leaf) = at.as_leaf() {
            return self.leaves.get(leaf as usize).and_then(|it| it.get(which)).copied().unwrap_or(0);
        }
        if let Some(known) = self.below.get(which).and_then(|it| it.get(&at)) {
            return *known;
        }
        let Some((level, edges)) = self.graph.node(at) else { return 0 };
        let mut asked = 0;
        if let Err(dim) = self.room.level(level, second) {
            asked |= dim.group.map_or(0, |it| 1 << it);
        }
        for (_, child) in edges {
            asked |= self.below(*child, second);
        }
        if let Some(known) = self.below.get_mut(which) {
            known.insert(at, asked);
        }
        asked
    }
}
