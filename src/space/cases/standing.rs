//! What stands in a case: the rules that hold and that no rule that holds overrides.
//!
//! A rule that is overridden sets nothing aside that what overrides it does not, because overrides are closed
//! (semantics B12). So it may be dropped as soon as one above it holds, whatever is still open.

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::collections::BTreeSet;

use crate::space::{
    cases::NOTHING_STANDS,
    diagram::{Join, Ref, Store},
    normal::Entry,
};

/// Joins what stands of single entries to what stands of all.
pub(super) struct Standing<'d> {
    pub(super) decision: &'d crate::hir::Decision,
    pub(super) entries: &'d [Entry],
    pub(super) sets: IndexSet<Box<[u32]>, FxBuildHasher>,
    pub(super) known: FxHashMap<Box<[Ref]>, Ref>,
    /// The entry that a node below the root of one is of.
    pub(super) owner: FxHashMap<Ref, u32>,
}

impl Standing<'_> {
    pub(super) fn leaf(&mut self, set: Vec<u32>) -> Ref {
        Ref::leaf(self.sets.insert_full(set.into()).0 as u32)
    }

    pub(super) fn own(&mut self, store: &Store, root: Ref, entry: u32) {
        let mut open = vec![root];
        while let Some(at) = open.pop() {
            if at.as_leaf().is_none() && self.owner.insert(at, entry).is_none() {
                open.extend(store.edges(at).map(|it| it.2));
            }
        }
    }

    fn rule(&self, entry: u32) -> Option<usize> {
        self.entries.get(entry as usize).and_then(|it| it.rule)
    }

    /// Whether one of `true_ones` (entries whose rules hold) overrides the rule of an entry.
    fn beaten(&self, entry: u32, true_ones: &[usize]) -> bool {
        let Some(rule) = self.rule(entry) else { return false };
        true_ones.iter().any(|it| self.decision.overrides(*it, rule))
    }
}

impl Join for Standing<'_> {
    fn settle(&mut self, operands: &mut Vec<Ref>) -> Option<Ref> {
        let mut stands: BTreeSet<u32> = BTreeSet::new();
        for set in operands.iter().filter_map(|it| it.as_leaf()) {
            stands.extend(self.sets.get_index(set as usize).into_iter().flatten());
        }
        operands.retain(|it| it.as_leaf().is_none());
        let holding: Vec<usize> = stands
            .iter()
            .filter_map(|it| self.entries.get(*it as usize))
            .filter(|it| it.holds)
            .filter_map(|it| it.rule)
            .collect();
        if !holding.is_empty() {
            stands.retain(|it| !self.beaten(*it, &holding));
            operands.retain(|it| self.owner.get(it).is_none_or(|entry| !self.beaten(*entry, &holding)));
        }
        if operands.is_empty() {
            return Some(self.leaf(stands.into_iter().collect()));
        }
        if !stands.is_empty() {
            let leaf = self.leaf(stands.into_iter().collect());
            operands.push(leaf);
        }
        operands.sort_unstable();
        operands.dedup();
        match operands.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    fn is_silent(&self, leaf: Ref) -> bool {
        leaf == Ref::leaf(NOTHING_STANDS)
    }

    fn known(&mut self) -> &mut FxHashMap<Box<[Ref]>, Ref> {
        &mut self.known
    }
}
