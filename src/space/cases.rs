//! All cases of the policies looked at, as diagrams: what each decision comes to, and which conditions hold.
//!
//! For each decision two diagrams are made. *Standing* has, as leaves, the sets of what stands: rules that hold
//! and that no rule that holds overrides. *Comes* has what that comes to: a class, a conflict, a gap. Both say
//! [`OUTSIDE`] for cases that are not accepted or that no integers make.

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::collections::BTreeSet;

mod boxes;
mod focus;

use crate::{
    hir::Hir,
    ir::Program,
    schema::Type,
    space::{
        Space,
        diagram::{Level, NO, Ref, Spent, Store, YES},
        formula::{FALSE, Formula, Shape, TRUE},
        linear::{Linear, Var},
        normal::{
            Argument, CONFLICT, Class, DEPENDS, DecisionForm, Entry, FIRST_CLASS, GAP, Normal, OUTSIDE, Says,
            normalise,
        },
        search::Tangles,
        shapes::kind_of,
    },
};

mod order;
mod scope;
mod standing;

use order::ordered;
use standing::Standing;

/// The most dimensions that are looked at: diagrams are as deep.
const MOST_DIMENSIONS: usize = 1_200;

/// The steps that one decision's diagrams may take, beside those of each rule. Where thousands of rules share
/// a few facts and no key parts them, the diagram of what stands has no reasonable size, and rules are looked
/// at in pairs.
const STANDING: u64 = 400_000;

/// And for each of its rules: rules that a key parts take about thirty.
const STANDING_OF_A_RULE: u64 = 150;

/// The leaf of *standing* where nothing stands.
pub(crate) const NOTHING_STANDS: u32 = 0;

/// The leaf of *standing* for cases that are not accepted.
pub(crate) const NOT_ACCEPTED: u32 = 1;

/// All cases.
#[derive(Debug)]
pub(crate) struct Cases<'p> {
    pub space: Space,
    /// The policies.
    pub policies: Vec<Normal<'p>>,
    pub store: Store,
    pub tangles: Tangles,
    /// The level of each dimension, where it has one.
    levels: Vec<Option<Level>>,
    /// The terms of the dimensions, by level.
    terms: Vec<Vec<(Var, i128)>>,
    sets: Vec<Option<Ref>>,
    /// For each policy, the cases that it accepts.
    pub accepted: Vec<Ref>,
    /// For each decision of each policy, in order: none where the steps were spent.
    pub decisions: Vec<Option<DecisionCases>>,
    /// Whether what holds in every case is left out where nothing that is looked at can tell.
    focused: bool,
    /// The cases that decisions are drawn for: outside of them every decision says that they are not accepted.
    scope: Ref,
}

/// The cases of a decision.
#[derive(Debug)]
pub(crate) struct DecisionCases {
    /// For each case, the number of the set of entries that stand.
    pub standing: Ref,
    /// These sets, sorted, by number.
    pub sets: IndexSet<Box<[u32]>, FxBuildHasher>,
    /// For each case, what it comes to.
    pub comes: Ref,
}

impl<'p> Cases<'p> {
    /// Looks at policies with at most so many steps.
    pub(crate) fn new(policies: &[(&'p Hir, &'p Program)], fuel: u64) -> Cases<'p> {
        let mut cases = Cases::undrawn(policies, fuel);
        cases.draw(YES);
        cases
    }

    /// Looks at policies, and leaves their decisions to [`Cases::draw`].
    pub(crate) fn undrawn(policies: &[(&'p Hir, &'p Program)], fuel: u64) -> Cases<'p> {
        Cases::looking(policies, fuel, false)
    }

    /// Looks at a policy whose cases are not built, only what its conditions can tell apart.
    pub(crate) fn focused(hir: &'p Hir, program: &'p Program, fuel: u64) -> Cases<'p> {
        let mut cases = Cases::looking(&[(hir, program)], fuel, true);
        cases.draw(YES);
        cases
    }

    fn looking(policies: &[(&'p Hir, &'p Program)], fuel: u64, focused: bool) -> Cases<'p> {
        let mut space = Space::default();
        let mut normals = Vec::with_capacity(policies.len());
        let mut base = 0;
        let mut types: FxHashMap<&str, String> = FxHashMap::default();
        for (hir, program) in policies {
            let mut apart = BTreeSet::new();
            for slot in &hir.schema.slots {
                let own = kind_of(hir, slot);
                if types.entry(&slot.path).or_insert_with(|| own.clone()) != &own {
                    apart.insert(slot.path.clone());
                }
            }
            normals.push(normalise(hir, program, &mut space, base, apart));
            base += hir.decisions.len() as u32;
        }
        longer_texts(policies, &mut space);
        space.settle_texts();
        for normal in &normals {
            normal.fit_texts(&mut space);
        }
        let (levels, terms) = ordered(&space, &normals);
        let ranges = terms.iter().map(|it| range_of(&space, it)).collect();
        let mut cases = Cases {
            tangles: Tangles::new(&space, terms.clone()),
            store: Store::new(ranges, fuel),
            policies: normals,
            levels,
            terms,
            sets: vec![None; space.formulas.len()],
            accepted: Vec::new(),
            decisions: Vec::new(),
            focused,
            scope: YES,
            space,
        };
        for policy in 0..cases.policies.len() {
            // Without them everything is taken as a case: nothing is claimed that is not so.
            let accepted = cases.accepted_by(policy).unwrap_or(YES);
            cases.accepted.push(accepted);
        }
        cases
    }

    /// Draws what the decisions come to in the cases of `scope`.
    pub(crate) fn draw(&mut self, scope: Ref) {
        self.scope = scope;
        for policy in 0..self.policies.len() {
            let count = self.policies.get(policy).map_or(0, |it| it.decisions.len());
            for _ in 0..count {
                self.decisions.push(None);
            }
            let order: Vec<usize> = self.policies.get(policy).map_or(Vec::new(), |it| {
                it.hir
                    .order
                    .iter()
                    .filter_map(|it| match it {
                        crate::hir::Unit::Decision(index) => Some(*index),
                        crate::hir::Unit::Definition(_) => None,
                    })
                    .collect()
            });
            for index in order {
                let rules = self.form(policy, index).map_or(0, |it| it.rules.len() as u64);
                let made =
                    self.within(STANDING + STANDING_OF_A_RULE * rules, |it| it.decision(policy, index)).ok();
                let at = self.policies.get(policy).map_or(0, |it| it.base as usize) + index;
                if let Some(place) = self.decisions.get_mut(at) {
                    *place = made;
                }
            }
        }
    }

    /// Does something in at most so many steps.
    pub(crate) fn within<T>(
        &mut self,
        steps: u64,
        act: impl FnOnce(&mut Self) -> Result<T, Spent>,
    ) -> Result<T, Spent> {
        let before = self.store.fuel;
        self.store.fuel = before.min(steps);
        let allowed = self.store.fuel;
        let done = act(self);
        self.store.fuel = before - (allowed - self.store.fuel);
        done
    }

    /// The cases that a policy accepts.
    fn accepted_by(&mut self, policy: usize) -> Result<Ref, Spent> {
        let Some(normal) = self.policies.get(policy) else { return Ok(YES) };
        let program = normal.program;
        let mut parts: Vec<Formula> = program.assumes.iter().map(|it| normal.truth(Some(*it)).yes).collect();
        match self.focused {
            true => parts.extend(self.sides_that_matter(policy)),
            false => parts.extend(self.space.sides.iter().map(|it| it.1)),
        }
        let bounds = normal.bounds(&mut self.space);
        parts.extend(bounds);
        let mut sets = Vec::with_capacity(parts.len());
        for part in parts {
            sets.push(self.set(part)?);
        }
        let accepted = self.store.and(sets)?;
        self.tangles.prune(&self.space, &mut self.store, accepted, NO)
    }

    /// The set of cases of a formula.
    pub(crate) fn set(&mut self, formula: Formula) -> Result<Ref, Spent> {
        self.sets.resize(self.space.formulas.len(), None);
        let mut open = vec![formula];
        while let Some(at) = open.last().copied() {
            if self.sets.get(at as usize).is_some_and(Option::is_some) {
                open.pop();
                continue;
            }
            let before = open.len();
            let sets = &self.sets;
            self.space.formulas.each_operand(at, |it| {
                if sets.get(it as usize).is_some_and(Option::is_none) {
                    open.push(it);
                }
            });
            if open.len() > before {
                continue;
            }
            let made = self.make_set(at)?;
            if let Some(place) = self.sets.get_mut(at as usize) {
                *place = Some(made);
            }
            open.pop();
        }
        self.sets.get(formula as usize).copied().flatten().ok_or(Spent)
    }

    fn made(&self, formula: Formula) -> Ref {
        self.sets.get(formula as usize).copied().flatten().unwrap_or(NO)
    }

    fn make_set(&mut self, formula: Formula) -> Result<Ref, Spent> {
        match self.space.formulas.shape(formula).clone() {
            Shape::Constant(value) => Ok(if value { YES } else { NO }),
            Shape::Within(dimension, intervals) => {
                let level = self.level(dimension)?;
                Ok(self.store.within(level, &intervals))
            }
            Shape::Not(inner) => self.store.not(self.made(inner)),
            Shape::And(parts) => {
                let parts: Vec<Ref> = parts.iter().map(|it| self.made(*it)).collect();
                self.store.and(parts)
            }
            Shape::Or(parts) => {
                let parts: Vec<Ref> = parts.iter().map(|it| self.made(*it)).collect();
                self.store.or(parts)
            }
            Shape::Comes(decision, leaves) => {
                let cases = self.decisions.get(decision as usize).and_then(Option::as_ref).ok_or(Spent)?;
                let comes = cases.comes;
                self.store.map(comes, |leaf| match leaf.as_leaf() {
                    Some(leaf) if leaves.binary_search(&leaf).is_ok() => YES,
                    _ => NO,
                })
            }
        }
    }

    /// The level of a dimension; a new one comes after all others.
    fn level(&mut self, dimension: u32) -> Result<Level, Spent> {
        if let Some(Some(level)) = self.levels.get(dimension as usize) {
            return Ok(*level);
        }
        let Some((term, _)) = self.space.dimensions.get_index(dimension as usize) else { return Err(Spent) };
        if self.terms.len() >= MOST_DIMENSIONS {
            return Err(Spent);
        }
        let term = term.clone();
        let level = self.store.add_level(range_of(&self.space, &term));
        self.terms.push(term);
        self.levels.resize(self.space.dimensions.len(), None);
        if let Some(place) = self.levels.get_mut(dimension as usize) {
            *place = Some(level);
        }
        // What hangs together may be more now.
        self.tangles = Tangles::new(&self.space, self.terms.clone());
        Ok(level)
    }

    /// The term of the dimension of a level.
    pub(crate) fn term(&self, level: Level) -> &[(Var, i128)] {
        self.terms.get(level as usize).map_or(&[], Vec::as_slice)
    }

    fn decision(&mut self, policy: usize, index: usize) -> Result<DecisionCases, Spent> {
        let accepted = self.accepted.get(policy).copied().unwrap_or(YES);
        let accepted = self.store.and([accepted, self.scope])?;
        let entries = self.entries(policy, index);
        let sets = self.sets_of(&entries, accepted)?;
        let mut operands = Vec::with_capacity(sets.len());
        let Some(written) = self.policies.get(policy).and_then(|it| it.hir.decisions.get(index)) else {
            return Err(Spent);
        };
        let mut standing = Standing {
            decision: written,
            entries: &entries,
            sets: IndexSet::default(),
            known: FxHashMap::default(),
            owner: FxHashMap::default(),
        };
        standing.sets.insert(Box::from([]));
        standing.sets.insert(Box::from([u32::MAX]));
        for (number, set) in sets {
            let leaf = standing.leaf(vec![number]);
            let operand =
                self.store.map(set, |it| if it == YES { leaf } else { Ref::leaf(NOTHING_STANDS) })?;
            standing.own(&self.store, operand, number);
            operands.push(operand);
        }
        let joined = self.store.join(&mut standing, operands)?;
        let sets = standing.sets;
        let outside = Ref::leaf(NOT_ACCEPTED);
        let joined = self.store.pair(accepted, joined, &mut FxHashMap::default(), &mut |a, b| match a {
            YES => Some(b),
            NO => Some(outside),
            _ => None,
        })?;
        let standing = self.tangles.prune(&self.space, &mut self.store, joined, outside)?;
        let comes = self.comes(policy, index, standing, &sets)?;
        Ok(DecisionCases { standing, sets, comes })
    }

    /// What the rules of a decision say.
    pub(crate) fn entries(&self, policy: usize, index: usize) -> Vec<Entry> {
        self.form(policy, index).map_or(Vec::new(), |it| it.entries.clone())
    }

    /// A decision's normal form.
    pub(crate) fn form(&self, policy: usize, index: usize) -> Option<&DecisionForm> {
        self.policies.get(policy)?.decisions.get(index)
    }

    /// What a decision comes to, of what stands.
    fn comes(
        &mut self,
        policy: usize,
        index: usize,
        standing: Ref,
        sets: &IndexSet<Box<[u32]>, FxBuildHasher>,
    ) -> Result<Ref, Spent> {
        let fallback = self.fallback(policy, index)?;
        let Some(normal) = self.policies.get(policy) else { return Err(Spent) };
        let Some(form) = normal.decisions.get(index) else { return Err(Spent) };
        let collect = normal.hir.decisions.get(index).is_some_and(|it| it.collect);
        let mut open: Vec<(Ref, Vec<u32>)> = Vec::new();
        let mut leaves: Vec<Option<Ref>> = Vec::with_capacity(sets.len());
        for (number, set) in sets.iter().enumerate() {
            let leaf = match number as u32 {
                NOT_ACCEPTED => Some(Ref::leaf(OUTSIDE)),
                NOTHING_STANDS if collect => Some(Ref::leaf(FIRST_CLASS)),
                NOTHING_STANDS => None,
                _ => match settled(form, set, collect) {
                    Settled::Leaf(leaf) => Some(Ref::leaf(leaf)),
                    Settled::Open(classes) => {
                        let leaf = Ref::leaf((1 << 30) + open.len() as u32);
                        open.push((leaf, classes));
                        Some(leaf)
                    }
                },
            };
            leaves.push(leaf);
        }
        let mut comes = self.store.pair(standing, fallback, &mut FxHashMap::default(), &mut |a, b| {
            let set = a.as_leaf()?;
            Some(leaves.get(set as usize).copied().flatten().unwrap_or(b))
        })?;
        let is_open = !open.is_empty();
        for (leaf, classes) in open {
            comes = self.agreeing(policy, index, comes, leaf, &classes)?;
        }
        if is_open || fallback.as_leaf().is_none() {
            comes = self.tangles.prune(&self.space, &mut self.store, comes, Ref::leaf(OUTSIDE))?;
        }
        Ok(comes)
    }

    /// What a decision comes to where no rule holds.
    fn fallback(&mut self, policy: usize, index: usize) -> Result<Ref, Spent> {
        let entries = self.form(policy, index).map_or(Vec::new(), |it| it.fallback.clone());
        let mut fallback = Ref::leaf(GAP);
        for entry in entries {
            let set = self.set(entry.when)?;
            let leaf = match entry.says {
                Says::Class(class) => Ref::leaf(FIRST_CLASS + class),
                Says::Error => Ref::leaf(DEPENDS),
            };
            fallback = self.store.pair(set, fallback, &mut FxHashMap::default(), &mut |a, b| match a {
                YES => Some(leaf),
                NO => Some(b),
                _ => None,
            })?;
        }
        Ok(fallback)
    }

    /// Puts in place of `leaf`: the first of the classes where their arguments are equal, else a conflict.
    fn agreeing(
        &mut self,
        policy: usize,
        index: usize,
        comes: Ref,
        leaf: Ref,
        classes: &[u32],
    ) -> Result<Ref, Spent> {
        let equal = self.equal(policy, index, classes)?;
        let first = Ref::leaf(FIRST_CLASS + classes.first().copied().unwrap_or(0));
        let conflict = Ref::leaf(CONFLICT);
        let mut holds: FxHashMap<Ref, bool> = FxHashMap::default();
        let touched = touching(&self.store, comes, leaf, &mut holds);
        if !touched {
            return Ok(comes);
        }
        self.store.pair(comes, equal, &mut FxHashMap::default(), &mut |a, b| match (a.as_leaf(), b) {
            (Some(_), _) if a != leaf => Some(a),
            (Some(_), YES) => Some(first),
            (Some(_), NO) => Some(conflict),
            (None, _) if !holds.get(&a).copied().unwrap_or(true) => Some(a),
            _ => None,
        })
    }

    /// The cases where all of these classes are the same: one outcome, equal arguments.
    pub(crate) fn equal(&mut self, policy: usize, index: usize, classes: &[u32]) -> Result<Ref, Spent> {
        let all: Vec<Class> = match self.form(policy, index) {
            Some(form) => {
                classes.iter().filter_map(|it| form.classes.get_index(*it as usize)).cloned().collect()
            }
            None => Vec::new(),
        };
        let mut parts = Vec::new();
        for pair in all.windows(2) {
            let [a, b] = pair else { continue };
            if a.outcome != b.outcome {
                return Ok(NO);
            }
            for (a, b) in a.arguments.iter().zip(&b.arguments) {
                parts.push(self.same(policy, a, b));
            }
        }
        let formula = self.space.formulas.and(parts);
        self.set(formula)
    }

    /// When two arguments are the same.
    pub(crate) fn same(&mut self, policy: usize, a: &Argument, b: &Argument) -> Formula {
        let same = match (a, b) {
            _ if a == b => Some(TRUE),
            (Argument::Number(a, d), Argument::Number(b, e)) => {
                difference(a, *d, b, *e).and_then(|it| self.space.is_zero(&it))
            }
            (Argument::Variable(var), Argument::Text(text))
            | (Argument::Text(text), Argument::Variable(var)) => {
                let value = self.space.text(text);
                Some(self.space.one_of(*var, vec![(value, value)]))
            }
            (Argument::Variable(var), Argument::Choice(index))
            | (Argument::Choice(index), Argument::Variable(var)) => {
                let value = self.policies.get(policy).and_then(|it| it.choice(*var, *index));
                value.map(|it| self.space.one_of(*var, vec![(it, it)]))
            }
            (Argument::Opaque(_), _)
            | (_, Argument::Opaque(_))
            | (Argument::Variable(_), Argument::Variable(_)) => self.free(a, b),
            _ => Some(FALSE),
        };
        same.unwrap_or(FALSE)
    }

    /// Whether two arguments that cannot be compared are the same: as it likes.
    pub(crate) fn free(&mut self, a: &Argument, b: &Argument) -> Option<Formula> {
        let key = crate::space::Key::Opaque(format!("same {:?} {:?}", a.min(b), a.max(b)), Vec::new());
        let var = self.space.opaque(key, (0, 1), None);
        Some(self.space.one_of(var, vec![(1, 1)]))
    }

    /// The variables in the support of a diagram that stand for what is not looked into.
    pub(crate) fn opaque_in(&self, root: Ref) -> BTreeSet<Var> {
        let levels = self.store.support(root);
        let vars = levels.iter().flat_map(|it| self.term(*it)).map(|it| it.0);
        vars.filter(|it| self.space.variables.get_index(*it as usize).is_some_and(|(_, it)| !it.exact))
            .collect()
    }
}

/// What a set of entries that stand comes to.
enum Settled {
    Leaf(u32),
    /// These classes have one outcome; whether their arguments agree depends on the case.
    Open(Vec<u32>),
}

fn settled(form: &DecisionForm, set: &[u32], collect: bool) -> Settled {
    let mut classes: BTreeSet<u32> = BTreeSet::new();
    for entry in set.iter().filter_map(|it| form.entries.get(*it as usize)) {
        match entry.says {
            Says::Error => return Settled::Leaf(DEPENDS),
            Says::Class(class) => drop(classes.insert(class)),
        }
    }
    if collect {
        return Settled::Leaf(FIRST_CLASS);
    }
    let mut outcomes =
        classes.iter().filter_map(|it| form.classes.get_index(*it as usize)).map(|it| it.outcome);
    let first = outcomes.next();
    match classes.iter().copied().collect::<Vec<_>>().as_slice() {
        [] => Settled::Leaf(GAP),
        [only] => Settled::Leaf(FIRST_CLASS + only),
        _ if outcomes.any(|it| Some(it) != first) => Settled::Leaf(CONFLICT),
        several => Settled::Open(several.to_vec()),
    }
}

/// Names a text for each fact that one policy lets be longer than another does: one that only the first accepts.
fn longer_texts(policies: &[(&Hir, &Program)], space: &mut Space) {
    let mut known: FxHashMap<&str, u32> = FxHashMap::default();
    for slot in policies.iter().flat_map(|it| &it.0.schema.slots) {
        let Type::Text { longest } = slot.ty else { continue };
        let first = *known.entry(&slot.path).or_insert(longest);
        if first != longest {
            let text = "x".repeat(first.min(longest) as usize + 1);
            space.text(&text.into());
        }
    }
}

/// `a / d - b / e`, times a positive number.
pub(crate) fn difference(a: &Linear, d: i128, b: &Linear, e: i128) -> Option<Linear> {
    a.times(e)?.minus(&b.times(d)?)
}

/// Whether a leaf is below a node; what was found of each node is kept.
fn touching(store: &Store, at: Ref, leaf: Ref, known: &mut FxHashMap<Ref, bool>) -> bool {
    if at.as_leaf().is_some() {
        return at == leaf;
    }
    if let Some(known) = known.get(&at) {
        return *known;
    }
    let children: Vec<Ref> = store.edges(at).map(|it| it.2).collect();
    let mut touches = false;
    for child in children {
        touches |= touching(store, child, leaf, known);
    }
    known.insert(at, touches);
    touches
}

fn range_of(space: &Space, term: &[(Var, i128)]) -> (i128, i128) {
    let linear = Linear { terms: term.to_vec(), constant: 0 };
    space.range(&linear).unwrap_or((i128::MIN / 4, i128::MAX / 4))
}
