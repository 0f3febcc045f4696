//! What a decision comes to over all cases that the known facts leave.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    eval::{
        DecisionState, Failure, Item, Settled, Slot,
        decision::{Statuses, Undecided},
        show,
    },
    exact::{
        Class, DecisionChart, Stand,
        chart::Place,
        room::Room,
        value::{Argument, Told, Value},
        walk::Walk,
    },
    hir::{Decision, Hir},
    space::normal::{CONFLICT, DEPENDS, FIRST_CLASS, GAP, OUTSIDE},
};

/// No rule holds.
const A_GAP: u32 = 0;
/// Rules disagree, or one reads a decision in error: which of them may be open as long as it is one.
const AN_ERROR: u32 = 1;
/// The first set of items of a `collect` decision.
const ITEMS: u32 = 2;

/// A decision and what is known.
pub(super) struct Settling<'s> {
    pub told: Told<'s>,
    pub chart: &'s DecisionChart,
    pub decision: &'s Decision,
    pub hir: &'s Hir,
}

/// What stands in the cases that are left.
struct Standing {
    /// The numbers of the sets of what stands.
    sets: BTreeSet<u32>,
    statuses: Statuses,
}

impl Settling<'_> {
    /// The leaves that are reached.
    fn leaves(&self, root: Place, steps: &mut u64) -> BTreeSet<u32> {
        let levels = 0..self.told.chart.terms.len();
        let room = Room::new(self.told.chart, self.told.known, None, levels, &[]);
        let mut walk = Walk::new(&self.told.chart.graph, &room, &[]);
        let mut leaves = BTreeSet::new();
        walk.any(root, &mut |_, leaf| {
            leaves.insert(leaf);
            false
        });
        *steps += walk.steps;
        leaves
    }

    fn standing(&self, steps: &mut u64) -> Standing {
        let sets = self.leaves(self.chart.standing, steps);
        let count = self.decision.rules.len();
        let (mut always, mut ever) = (vec![true; count], vec![false; count]);
        for stand in sets.iter().filter_map(|it| self.chart.sets.get(*it as usize)).flatten() {
            let mut here = vec![false; count];
            for rule in &stand.rules {
                if let (Some(here), Some(ever)) = (here.get_mut(*rule), ever.get_mut(*rule)) {
                    (*here, *ever) = (true, true);
                }
            }
            for (always, here) in always.iter_mut().zip(here) {
                *always &= here;
            }
        }
        let open = always.iter().zip(&ever).map(|(always, ever)| *ever && !always).collect();
        Standing { sets, statuses: Statuses { decides: always, open } }
    }

    /// How the decision stands; none where there is no case.
    pub(super) fn settle(&self, state: &DecisionState, steps: &mut u64) -> Option<DecisionState> {
        let standing = self.standing(steps);
        if standing.sets.iter().all(|it| self.stand(*it).is_none()) {
            return None;
        }
        let rules: Vec<usize> = (0..self.decision.rules.len())
            .filter(|it| standing.statuses.decides.get(*it) == Some(&true))
            .collect();
        let settled = match self.decision.collect {
            true => self.collected(&standing, rules, state),
            false => self.chosen(&standing, rules, state, steps),
        };
        Some(DecisionState { settled, statuses: Some(Box::new(standing.statuses)), ..state.clone() })
    }

    fn stand(&self, set: u32) -> Option<&Stand> {
        self.chart.sets.get(set as usize)?.as_ref()
    }

    fn chosen(
        &self,
        standing: &Standing,
        rules: Vec<usize>,
        state: &DecisionState,
        steps: &mut u64,
    ) -> Settled {
        let leaves = self.leaves(self.chart.comes, steps);
        let gap = leaves.contains(&GAP);
        let (conflict, depends) = (leaves.contains(&CONFLICT), leaves.contains(&DEPENDS));
        let classes: Vec<u32> = leaves.into_iter().filter_map(|it| it.checked_sub(FIRST_CLASS)).collect();
        let outcomes: BTreeSet<usize> =
            classes.iter().filter_map(|it| self.class(*it)).map(|it| it.outcome).collect();
        let can_fail = gap || conflict || depends;
        match (outcomes.len(), gap, conflict, depends) {
            (0, true, false, false) => return Settled::Failed(Failure::Gap),
            (0, false, false, true) => return Settled::Failed(Failure::Depends),
            (0, false, ..) => return Settled::Failed(Failure::Conflict(rules)),
            _ => {}
        }
        let cautious = match &state.settled {
            Settled::Undecided(it) => it.clone(),
            _ => Undecided::default(),
        };
        let mut fixed: BTreeMap<usize, Vec<Slot>> = BTreeMap::new();
        for outcome in &outcomes {
            let count = self.decision.outcomes.get(*outcome).map_or(0, |it| it.parameters.len());
            let known = cautious.fixed.get(outcome).cloned();
            fixed.insert(*outcome, known.unwrap_or_else(|| vec![Slot::UNKNOWN; count]));
        }
        if let (false, 1, Some((outcome, slots))) = (can_fail, outcomes.len(), fixed.iter_mut().next()) {
            *slots = self.arguments(&classes, steps);
            if slots.iter().all(Slot::is_known) {
                let item = Item { outcome: *outcome, arguments: slots.clone() };
                let nothing = |it: &u32| self.stand(*it).is_none_or(|it| it.rules.is_empty());
                let fallback = standing.sets.iter().all(nothing);
                return Settled::Decided { item, rules, fallback };
            }
        }
        Settled::Undecided(Undecided {
            possible: outcomes.into_iter().collect(),
            fixed,
            can_fail,
            ..cautious
        })
    }

    fn class(&self, index: u32) -> Option<&Class> {
        self.chart.classes.get(index as usize)
    }

    /// The arguments that all cases agree on; the others are unknown. All classes have one outcome.
    fn arguments(&self, classes: &[u32], steps: &mut u64) -> Vec<Slot> {
        let resolved: BTreeMap<u32, Vec<Argument>> = classes
            .iter()
            .filter_map(|it| {
                Some((*it, self.class(*it)?.arguments.iter().map(|it| self.told.argument(it)).collect()))
            })
            .collect();
        let count = resolved.values().next().map_or(0, Vec::len);
        (0..count)
            .map(|parameter| {
                let mut all: Vec<&Argument> = resolved.values().filter_map(|it| it.get(parameter)).collect();
                all.sort_unstable();
                all.dedup();
                match all.as_slice() {
                    [Argument::Is(slot)] => slot.clone(),
                    several if several.iter().all(|it| matches!(it, Argument::Is(_))) => Slot::UNKNOWN,
                    _ => self.agreed(&resolved, parameter, steps),
                }
            })
            .collect()
    }

    /// The value of a parameter, where all cases give one: that of some case, if no other is found.
    fn agreed(&self, resolved: &BTreeMap<u32, Vec<Argument>>, parameter: usize, steps: &mut u64) -> Slot {
        let argument = |leaf: u32| resolved.get(&leaf.checked_sub(FIRST_CLASS)?)?.get(parameter);
        let watched: Vec<_> = resolved
            .values()
            .filter_map(|it| match it.get(parameter)? {
                Argument::Open(said) => Some(&said.term),
                Argument::Is(_) => None,
            })
            .collect();
        let levels = 0..self.told.chart.terms.len();
        let room = Room::new(self.told.chart, self.told.known, None, levels, &watched);
        let highest = resolved.keys().last().copied().unwrap_or(0) + FIRST_CLASS;
        let leaves: Vec<[u64; 2]> = (0..=highest)
            .map(|leaf| match argument(leaf) {
                Some(Argument::Open(said)) => [room.groups_of(&room.said(said, false)); 2],
                _ => [0; 2],
            })
            .collect();
        let mut walk = Walk::new(&self.told.chart.graph, &room, &leaves);
        let mut first: Option<Slot> = None;
        walk.any(self.chart.comes, &mut |walk, leaf| {
            first = match argument(leaf) {
                Some(Argument::Is(slot)) => Some(slot.clone()),
                Some(Argument::Open(said)) => {
                    let rest = room.said(said, false);
                    let solved = room.solve(room.groups_of(&rest), &walk.taken, &[]).flatten();
                    // A number that cannot be reckoned with is no agreement.
                    let value = solved.map_or(rest.constant, |(vars, point)| {
                        rest.terms.iter().fold(rest.constant, |sum, (copy, by)| {
                            let value = vars.binary_search(copy).ok().and_then(|it| point.get(it));
                            sum.saturating_add(by.saturating_mul(value.copied().unwrap_or(0)))
                        })
                    });
                    Some(self.told.slot(said.kind, value))
                }
                None => return false,
            };
            true
        });
        // Nothing stands for a text that nothing names: others are like it.
        let Some(first) = first else { return Slot::UNKNOWN };
        let wanted = Argument::Is(first.clone());
        walk.again();
        let other = walk.any(self.chart.comes, &mut |walk, leaf| {
            argument(leaf).is_some_and(|it| self.told.arguments_differ(&room, &walk.taken, it, &wanted))
        });
        *steps += walk.steps;
        if other { Slot::UNKNOWN } else { first }
    }

    /// The items of a set of what stands.
    fn items(&self, stand: &Stand) -> BTreeSet<Item> {
        let item = |class: &u32| {
            let class = self.class(*class)?;
            let known = |it: &crate::exact::chart::Said| match self.told.argument(it) {
                Argument::Is(slot) => slot,
                Argument::Open(_) => Slot::UNKNOWN,
            };
            Some(Item { outcome: class.outcome, arguments: class.arguments.iter().map(known).collect() })
        };
        stand.classes.iter().filter_map(item).collect()
    }

    fn collected(&self, standing: &Standing, rules: Vec<usize>, state: &DecisionState) -> Settled {
        let stands: Vec<&Stand> = standing.sets.iter().filter_map(|it| self.stand(*it)).collect();
        let can_fail = stands.iter().any(|it| it.error);
        if stands.iter().all(|it| it.error) {
            return Settled::Failed(Failure::Depends);
        }
        let sets: Vec<BTreeSet<Item>> =
            stands.iter().filter(|it| !it.error).map(|it| self.items(it)).collect();
        let mut certain = sets.first().cloned().unwrap_or_default();
        certain.retain(|it| sets.iter().all(|set| set.contains(it)));
        let outcomes = |set: &BTreeSet<Item>| set.iter().map(|it| it.outcome).collect::<BTreeSet<usize>>();
        let mut included = sets.first().map(outcomes).unwrap_or_default();
        included.retain(|it| sets.iter().all(|set| outcomes(set).contains(it)));
        let possible: BTreeSet<usize> =
            sets.iter().flatten().filter(|it| !certain.contains(it)).map(|it| it.outcome).collect();
        let is_one = sets.iter().all(|it| it.len() == certain.len());
        let items = show::in_order(certain, self.decision, self.hir);
        if is_one && !can_fail {
            return Settled::Collected { items, rules };
        }
        let cautious = match &state.settled {
            Settled::Undecided(it) => it.clone(),
            _ => Undecided::default(),
        };
        Settled::Undecided(Undecided {
            possible: possible.into_iter().collect(),
            certain: items,
            included,
            can_fail,
            ..cautious
        })
    }

    /// What a leaf of the diagram says in which the value of the decision is told apart.
    pub(super) fn value(&self, leaf: u32) -> Value {
        if self.decision.collect {
            return match self.stand(leaf) {
                None => Value::Outside,
                Some(it) if it.error => Value::Plain(AN_ERROR),
                Some(it) => Value::Plain(ITEMS + self.number_of(it)),
            };
        }
        match leaf {
            OUTSIDE => Value::Outside,
            GAP => Value::Plain(A_GAP),
            CONFLICT | DEPENDS => Value::Plain(AN_ERROR),
            class => match self.class(class - FIRST_CLASS) {
                Some(class) => Value::Outcome(
                    class.outcome,
                    class.arguments.iter().map(|it| self.told.argument(it)).collect(),
                ),
                None => Value::Outside,
            },
        }
    }

    /// A number for a set of items: that of the first set of what stands that has the same.
    fn number_of(&self, stand: &Stand) -> u32 {
        let items = self.items(stand);
        let same = |it: &Option<Stand>| it.as_ref().is_some_and(|it| !it.error && self.items(it) == items);
        self.chart.sets.iter().position(same).unwrap_or(0) as u32
    }

    /// The diagram in which the value of the decision is told apart.
    pub(super) fn root(&self) -> Place {
        if self.decision.collect { self.chart.standing } else { self.chart.comes }
    }
}
