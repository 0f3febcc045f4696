//! From two diagrams to the regions in which they differ.

use indexmap::IndexSet;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

use crate::{
    diff::{Changes, Comparing, Condition, Label, Open, Part, Region, Said, Sided, Witness, observe},
    space::{
        diagram::{NO, Ref, Spent, YES},
        formula::Formula,
        linear::Var,
        region::{self, Looking, Side},
        search::{Found, Taken, Tangles},
    },
};

/// The most regions that are written out for people.
const MOST_REGIONS: usize = 50;

/// The most parts that are written out for machines.
const MOST_PARTS: usize = 1_000;

/// The steps that finding readable regions of one pair may take.
const READABLE: u64 = 1_000_000;

/// Neither accepts the case.
const NEITHER: Ref = Ref::leaf(0);

/// Both say the same.
const SAME: Ref = Ref::leaf(1);

/// The first leaf that stands for a pair.
const FIRST: u32 = 2;

/// For each case, what was and what is.
pub(crate) struct Pairs {
    pub root: Ref,
    pub all: Vec<(u32, u32)>,
    pub labels: Vec<Label>,
}

/// What is asked of an evaluator at a witness.
pub(crate) type Observe<'o> = dyn Fn(&Sided<'_>, usize, &observe::Facts) -> observe::Seen + 'o;

impl Comparing<'_> {
    /// Pairs two diagrams whose leaves have one numbering, in which 0 is "not accepted". `agree` gives the cases
    /// in which two leaves say the same.
    pub(crate) fn pairs(
        &mut self,
        a: Ref,
        b: Ref,
        labels: Vec<Label>,
        agree: &mut dyn FnMut(&mut Self, u32, u32) -> Option<Formula>,
    ) -> Result<Pairs, Spent> {
        let mut all: IndexSet<(u32, u32)> = IndexSet::new();
        let mut root = self.cases.store.pair(a, b, &mut FxHashMap::default(), &mut |a, b| match (
            a.as_leaf(),
            b.as_leaf(),
        ) {
            (Some(0), Some(0)) => Some(NEITHER),
            _ if a == b => Some(SAME),
            (Some(a), Some(b)) => Some(Ref::leaf(FIRST + all.insert_full((a, b)).0 as u32)),
            _ => None,
        })?;
        for (index, (a, b)) in all.iter().enumerate() {
            if let Some(formula) = agree(self, *a, *b) {
                let equal = self.cases.set(formula)?;
                let own = Ref::leaf(FIRST + index as u32);
                root = self.replaced(root, own, equal)?;
            }
        }
        root = self.kept(root, self.days)?;
        let Comparing { cases, .. } = self;
        let root = cases.tangles.prune(&cases.space, &mut cases.store, root, NEITHER)?;
        Ok(Pairs { root, all: all.into_iter().collect(), labels })
    }

    /// The same in place of a leaf, where `equal`.
    fn replaced(&mut self, root: Ref, leaf: Ref, equal: Ref) -> Result<Ref, Spent> {
        let touched = self.cases.store.map(root, |it| if it == leaf { YES } else { NO })?;
        let both = self.cases.store.and([touched, equal])?;
        self.cases.store.pair(root, both, &mut FxHashMap::default(), &mut |a, b| match b {
            YES => Some(SAME),
            NO => Some(a),
            _ => None,
        })
    }

    /// The diagram in these cases alone.
    pub(crate) fn kept(&mut self, root: Ref, cases: Ref) -> Result<Ref, Spent> {
        self.cases.store.pair(root, cases, &mut FxHashMap::default(), &mut |a, b| match b {
            YES => Some(a),
            NO => Some(NEITHER),
            _ => None,
        })
    }

    /// The regions of all pairs.
    pub(crate) fn changes(&mut self, pairs: Pairs, observe: &Observe<'_>) -> Changes {
        let mut changes = Changes::default();
        let leaves = self.cases.store.leaves(pairs.root);
        if !leaves.iter().any(|it| *it >= FIRST) {
            return changes;
        }
        // What only one of the two accepts comes last.
        let mut order: Vec<(usize, &(u32, u32))> = pairs.all.iter().enumerate().collect();
        order.sort_by_key(|(index, (a, b))| (*a == 0 || *b == 0, *index));
        for (index, (a, b)) in order {
            let leaf = FIRST + index as u32;
            let both = if *a == 0 || *b == 0 { self.either } else { self.both };
            let (Some(from), Some(to)) = (pairs.labels.get(*a as usize), pairs.labels.get(*b as usize))
            else {
                continue;
            };
            if leaves.contains(&leaf)
                && self.pair((pairs.root, leaf), both, (from, to), observe, &mut changes).is_err()
            {
                changes.open.push(Open::Steps);
            }
        }
        changes.open.dedup();
        changes
    }

    /// For each pair the boxes that are shown to people, and whether they are all of them.
    pub(crate) fn regions_of(&mut self, pairs: &Pairs) -> Vec<(Vec<Vec<Side>>, bool)> {
        let mut found = Vec::with_capacity(pairs.all.len());
        for (index, (a, b)) in pairs.all.iter().enumerate() {
            let leaf = Ref::leaf(FIRST + index as u32);
            let care = if *a == 0 || *b == 0 { self.either } else { self.both };
            let own = self.cases.store.map(pairs.root, |it| if it == leaf { YES } else { NO });
            let regions = own.and_then(|own| self.readable(own, care, MOST_REGIONS));
            found.push(regions.unwrap_or((Vec::new(), false)));
        }
        found
    }

    /// The regions of one pair.
    fn pair(
        &mut self,
        (root, leaf): (Ref, u32),
        care: Ref,
        (from, to): (&Label, &Label),
        observe: &Observe<'_>,
        changes: &mut Changes,
    ) -> Result<(), Spent> {
        let own = self.cases.store.map(root, |it| if it == Ref::leaf(leaf) { YES } else { NO })?;
        let retyped = self.retyped_in(own);
        if !retyped.is_empty() {
            changes.open.push(Open::Retyped(retyped));
            return Ok(());
        }
        let alone = self.cases.store.without(own, self.decided)?;
        let crate::space::cases::Cases { space, store, tangles, .. } = &mut self.cases;
        let follows = tangles.prune(space, store, alone, NO)? == NO;
        changes.count = changes.count.saturating_add(region::count(&self.cases.store, own));
        let room = MOST_PARTS.saturating_sub(changes.parts.len());
        for it in region::apart(&self.cases.store, own, room) {
            let conditions = self.conditions(&it, false);
            changes.parts.push(Part { from: from.words.clone(), to: to.words.clone(), conditions });
        }
        let room = MOST_REGIONS.saturating_sub(changes.regions.len());
        let (regions, all) = self.readable(own, care, room)?;
        changes.more |= !all;
        let mut open = BTreeSet::new();
        for it in regions {
            let cases = region::set(&mut self.cases.store, &it)?;
            let cases = self.cases.store.and([own, cases])?;
            let conditions = self.conditions(&it, true);
            let relevant = self.variables_of(&it);
            match self.witness(cases, &it, (from, to), &relevant, observe)? {
                Ok((from, to, witness)) => {
                    changes.regions.push(Region { from, to, conditions, witness: Some(witness), follows });
                }
                Err(unseen) => {
                    open.extend(unseen);
                    let said = |it: &Label| Said {
                        names: it.names.clone(),
                        words: it.words.clone(),
                        answer: it.words.clone(),
                        by: Vec::new(),
                    };
                    changes.regions.push(Region {
                        from: said(from),
                        to: said(to),
                        conditions,
                        witness: None,
                        follows,
                    });
                    if open.is_empty() {
                        changes.open.push(Open::Numbers);
                    }
                }
            }
        }
        if !open.is_empty() {
            changes.open.push(Open::Unseen(open.into_iter().collect()));
        }
        Ok(())
    }

    /// Few wide boxes; where the steps for that are spent, the first parts.
    fn readable(&mut self, own: Ref, care: Ref, most: usize) -> Result<(Vec<Vec<Side>>, bool), Spent> {
        let rest = self.cases.store.fuel.saturating_sub(READABLE);
        self.cases.store.fuel -= rest;
        let found = self.maximal(own, care, most);
        self.cases.store.fuel += rest;
        match found {
            Ok(found) => Ok(found),
            Err(Spent) => {
                let all = region::count(&self.cases.store, own) <= most as u128;
                Ok((region::apart(&self.cases.store, own, most), all))
            }
        }
    }

    fn maximal(&mut self, own: Ref, care: Ref, most: usize) -> Result<(Vec<Vec<Side>>, bool), Spent> {
        let care = self.cases.store.and([care, self.days])?;
        let avoid = self.cases.store.without(care, own)?;
        let crate::space::cases::Cases { space, store, tangles, .. } = &mut self.cases;
        Looking { space, store, tangles, typical: &self.typical }.maximal(own, avoid, most)
    }

    /// A case of a set that both evaluators answer as the labels say. Else the terms on which it turns.
    #[allow(clippy::type_complexity, reason = "what is found, or why not")]
    fn witness(
        &mut self,
        set: Ref,
        region: &[Side],
        (from, to): (&Label, &Label),
        relevant: &BTreeSet<Var>,
        observe: &Observe<'_>,
    ) -> Result<Result<(Said, Said, Witness), BTreeSet<String>>, Spent> {
        let [old, new] = self.sides;
        let mut found = None;
        let mut tried: Vec<Vec<i128>> = Vec::new();
        let crate::space::cases::Cases { space, store, tangles, policies, .. } = &mut self.cases;
        let typical = &self.typical;
        let mut accept = |tangles: &Tangles, taken: &[Taken]| {
            let Some(values) = tangles.point(space, taken, typical) else { return false };
            let values = match observe::on_the_grid(policies, values.clone()) {
                same if same == values => same,
                moved => {
                    // It may have left the region: that is looked at when facts are changed one at a time.
                    tried.push(moved);
                    return false;
                }
            };
            let facts: Vec<observe::Facts> =
                policies.iter().map(|it| observe::facts(space, it, &values)).collect();
            let [a, b] = facts.as_slice() else { return false };
            let (one, other) = (observe(&old, 0, a), observe(&new, 1, b));
            let as_said = one.names == from.names && other.names == to.names && one.key != other.key;
            match as_said {
                true => found = Some((one, other, facts)),
                false => tried.push(values),
            }
            as_said
        };
        let wanted = |leaf| Ref::leaf(leaf) == YES;
        let path = tangles.find(space, store, set, typical, &wanted, &mut accept)?;
        if found.is_none() && path != Found::Nothing {
            found = self.hunted(&tried, region, (from, to), relevant, observe);
        }
        let Some((one, other, facts)) = found else {
            let unseen = match path {
                Found::Nothing => BTreeSet::new(),
                _ => self.unseen(set),
            };
            return Ok(Err(unseen));
        };
        let said = |label: &Label, seen: observe::Seen| Said {
            names: label.names.clone(),
            words: label.words.clone(),
            answer: seen.words,
            by: seen.by,
        };
        let witness = self.told(&facts, relevant);
        Ok(Ok((said(from, one), said(to, other), witness)))
    }

    /// The terms that are not looked into and on which a set turns.
    fn unseen(&self, set: Ref) -> BTreeSet<String> {
        let vars = self.cases.opaque_in(set);
        vars.iter().map(|it| self.phrases.variable(&self.cases.space, *it)).collect()
    }

    /// The facts of another type in the new policy on which a set turns.
    fn retyped_in(&self, set: Ref) -> Vec<String> {
        if self.retyped.is_empty() {
            return Vec::new();
        }
        let levels = self.cases.store.support(set);
        let vars: BTreeSet<Var> = levels.iter().flat_map(|it| self.cases.term(*it)).map(|it| it.0).collect();
        let is_one = |path: &&String| {
            self.sides.iter().zip(&self.cases.policies).any(|(side, normal)| {
                let slot = side.hir.schema.slot(path).and_then(|it| normal.facts.get(it));
                slot.and_then(|it| it.value).is_some_and(|it| vars.contains(&it))
            })
        };
        self.retyped.iter().filter(is_one).cloned().collect()
    }

    fn variables_of(&self, region: &[Side]) -> BTreeSet<Var> {
        region.iter().flat_map(|it| self.cases.term(it.level)).map(|it| it.0).collect()
    }

    /// The conditions of a box in words. For people, what others say already is left out: that a fact is there,
    /// beside what it is.
    fn conditions(&self, region: &[Side], people: bool) -> Vec<Condition> {
        let space = &self.cases.space;
        let mut all = Vec::with_capacity(region.len());
        for side in region {
            let term = self.cases.term(side.level);
            if people && self.is_implied(term, side, region) {
                continue;
            }
            let linear = crate::space::linear::Linear { terms: term.to_vec(), constant: 0 };
            let range = space.range(&linear).unwrap_or((i128::MIN, i128::MAX));
            let phrase = self.phrases.condition(space, term, range, &side.intervals);
            all.push(Condition {
                of: phrase.of,
                words: phrase.words,
                names: phrase.names,
                term: term.iter().map(|it| (self.phrases.variable(space, it.0), it.1)).collect(),
                intervals: side.intervals.clone(),
            });
        }
        all
    }

    /// Whether a condition says that a fact is there of which another says what it is.
    fn is_implied(&self, term: &[(Var, i128)], side: &Side, region: &[Side]) -> bool {
        use crate::space::Key;
        let key = |var: Var| self.cases.space.variables.get_index(var as usize).map(|it| it.0);
        let [(var, _)] = term else { return false };
        let Some(Key::Present(path)) = key(*var) else { return false };
        let inside = |it: &String| {
            it == path || it.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with(['.', '[']))
        };
        side.intervals.iter().all(|it| it.0 > 0)
            && region.iter().filter(|it| it.level != side.level).any(|it| {
                let mut vars = self.cases.term(it.level).iter().map(|it| key(it.0));
                vars.any(|key| matches!(key, Some(Key::Fact(fact)) if inside(fact)))
            })
    }
}
