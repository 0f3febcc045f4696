//! Holds what a comparison says against single cases: for the project's own tests.
//!
//! A case is put into the diagrams, value by value, and what stands at its leaf is compared with what the two
//! evaluators say. And it must lie in a region that was made for people exactly where it lies in that change.

use crate::{
    diff::{Comparing, Open, Request, Sided, layer::Pairs, observe},
    ir::NodeId,
    space::{diagram::Ref, region::Side},
    value::Known,
};

/// What is held against single cases.
enum Kind {
    Acceptance,
    Decision(usize, usize),
    Duty([Option<Option<NodeId>>; 2]),
}

struct Layer {
    name: String,
    kind: Kind,
    pairs: Pairs,
    /// The regions of each pair, and whether they are all.
    regions: Vec<(Vec<Vec<Side>>, bool)>,
}

/// A comparison that is held against cases.
pub(crate) struct Probe<'p> {
    comparing: Comparing<'p>,
    layers: Vec<Layer>,
    /// What was not shown.
    pub open: Vec<Open>,
}

/// How many layers say what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Both policies say the same.
    pub same: usize,
    /// They differ.
    pub differ: usize,
    /// It turns on something that is not looked into.
    pub unseen: usize,
}

impl<'p> Probe<'p> {
    pub(crate) fn new(request: &Request<'p, '_>) -> Probe<'p> {
        let mut comparing = Comparing::new(request);
        let [old, new] = comparing.sides;
        let mut layers = Vec::new();
        let mut open = Vec::new();
        let mut add = |comparing: &mut Comparing<'p>, name: &str, kind: Kind| {
            let pairs = match &kind {
                Kind::Acceptance => comparing.accepting(),
                Kind::Decision(a, b) => comparing.values(*a, *b),
                Kind::Duty(conditions) => comparing.required(*conditions),
            };
            let Ok(pairs) = pairs else {
                open.push(Open::Steps);
                return;
            };
            let regions = comparing.regions_of(&pairs);
            layers.push(Layer { name: name.to_owned(), kind, pairs, regions });
        };
        add(&mut comparing, "accepted", Kind::Acceptance);
        for (a, decision) in old.hir.decisions.iter().enumerate() {
            if let Some(b) = new.hir.decisions.iter().position(|it| it.name == decision.name) {
                add(&mut comparing, &decision.name, Kind::Decision(a, b));
            }
        }
        for (name, conditions) in comparing.duty_conditions() {
            add(&mut comparing, &name, Kind::Duty(conditions));
        }
        Probe { comparing, layers, open }
    }

    /// Holds all layers against a case, as each policy reads it: none where its schema refuses it.
    pub(crate) fn hold(&self, facts: [Option<Vec<Known>>; 2]) -> Result<Held, String> {
        let known: Vec<Option<&[Known]>> = facts.iter().map(Option::as_deref).collect();
        let values = self.comparing.values_of(&known);
        let [old, new] = self.comparing.sides;
        let facts = facts.map(|known| match known {
            Some(known) => observe::Facts { known, outside: None },
            None => observe::Facts { known: Vec::new(), outside: Some("its facts".to_owned()) },
        });
        let [before, after] = &facts;
        let mut held = Held::default();
        for layer in &self.layers {
            let see = |side: &Sided<'_>, index: usize, facts: &observe::Facts| match &layer.kind {
                Kind::Acceptance => observe::acceptance(side, facts),
                Kind::Decision(a, b) => observe::decision(side, if index == 0 { *a } else { *b }, facts),
                Kind::Duty(conditions) => {
                    observe::duty(side, conditions.get(index).copied().flatten(), facts)
                }
            };
            let (one, other) = (see(&old, 0, before), see(&new, 1, after));
            let refused = one.key == "refused" || other.key == "refused";
            // A duty is compared among the cases that both accept.
            let equal = one.key == other.key || (refused && matches!(layer.kind, Kind::Duty(_)));
            let complain = |what: String| {
                Err(format!("{}: {what}; the evaluators say {} → {}", layer.name, one.words, other.words))
            };
            let Some(leaf) = self.leaf(layer.pairs.root, &values) else {
                held.unseen += 1;
                continue;
            };
            match leaf.checked_sub(2).and_then(|it| layer.pairs.all.get(it as usize)) {
                None if !equal => return complain("the diagrams say that both are the same".to_owned()),
                None => held.same += 1,
                Some((a, b)) => {
                    let label = |it: u32| layer.pairs.labels.get(it as usize).cloned();
                    let (Some(from), Some(to)) = (label(*a), label(*b)) else {
                        return complain("a leaf without a label".to_owned());
                    };
                    if equal || from.names != one.names || to.names != other.names {
                        return complain(format!("the diagrams say {} → {}", from.words, to.words));
                    }
                    held.differ += 1;
                }
            }
            for (index, (regions, all)) in layer.regions.iter().enumerate() {
                let here = leaf == index as u32 + 2;
                let Some(inside) = self.inside(regions, &values) else { continue };
                if here && *all && !inside {
                    return complain(format!("it changes, but lies in none of {regions:?}"));
                }
                let of_both = layer.pairs.all.get(index).is_some_and(|it| it.0 != 0 && it.1 != 0);
                let apart = refused && (of_both || equal);
                if inside && !here && !apart {
                    return complain(format!("it lies in one of {regions:?}, but does not change so"));
                }
            }
        }
        Ok(held)
    }

    /// The leaf of a case; none where it turns on what is not looked into.
    fn leaf(&self, root: Ref, values: &[Option<i128>]) -> Option<u32> {
        let store = &self.comparing.cases.store;
        let mut at = root;
        loop {
            if let Some(leaf) = at.as_leaf() {
                return Some(leaf);
            }
            at = store.child(at, self.comparing.value(store.level(at), values)?);
        }
    }

    fn inside(&self, regions: &[Vec<Side>], values: &[Option<i128>]) -> Option<bool> {
        for region in regions {
            let mut inside = true;
            for side in region {
                let value = self.comparing.value(side.level, values)?;
                inside &= side.intervals.iter().any(|it| it.0 <= value && value <= it.1);
            }
            if inside {
                return Some(true);
            }
        }
        Some(false)
    }
}
