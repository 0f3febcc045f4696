//! From the rules of a decision to a diagram of tests.
//!
//! A state is what is left of the rules: those that may still hold, with what is left of their conditions. Rules
//! that do not hold are dropped, and so are those that a rule that holds overrides; overrides are closed, so these
//! set nothing aside that the other does not. The variable that most rules read parts a state into smaller ones.
//! Equal states are built once.
//!
//! ```text
//!   state ── all rules left say the same ──▶ leaf
//!         ── all are settled ─────────────▶ leaf: what they say, which must be the same
//!         ── the budget is spent ─────────▶ leaf: ask these rules one by one
//!         ── else ────────────────────────▶ test of one variable, a smaller state for each piece of its values
//! ```

use std::ops::RangeInclusive;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::{
    eval::cover::covered,
    flat::{
        Go, Leaf, ScanRule, Target, Test,
        build::{
            condition::Conditions,
            formula::{F, FAILED, FALSE, NOTHING, Pieces, Store, TRUE, Var},
            reads::Domain,
        },
    },
    hir::{self, Overrides},
    ir::NodeId,
};

/// No path is longer, so that no walk over a diagram that is being built runs out of stack.
const LONGEST: u32 = 200;
/// States of more rules look for what is overridden by counting.
const MANY: usize = 64;
/// A part may take so many times its share.
const MORE: u64 = 4;
/// States of at most so many rules look how much each variable would leave of them.
const FEW: usize = 24;
/// A table may have so many entries for each piece.
const SPARSE: i64 = 4;

/// What is left of the rules: those that may hold, in order, with what is left of their conditions.
type State = Box<[(u32, F)]>;

/// The diagrams of the states of a decision that were built.
#[derive(Default)]
struct Known {
    states: FxHashMap<State, Target>,
    /// For each rule the first one that says the same; nothing where it matters which rule it is.
    first_alike: Vec<u32>,
    /// Of states in which no rule sets another one aside, with the first that is alike for each rule: clients whose rules
    /// say the same share a diagram.
    alike: FxHashMap<State, Target>,
}

impl Known {
    fn new(rules: &Rules<'_>) -> Known {
        let mut first: FxHashMap<&[u32], u32> = FxHashMap::default();
        let says = rules.rules.iter().filter(|_| !rules.named).enumerate();
        let first_alike = says.map(|(index, (_, says))| *first.entry(says).or_insert(index as u32));
        Known { first_alike: first_alike.collect(), ..Known::default() }
    }

    /// The state as all that are alike have it, if that is all there is to it.
    fn alike(&self, rules: &Rules<'_>, state: &[(u32, F)]) -> Option<State> {
        let first = |(rule, f): &(u32, F)| Some((*self.first_alike.get(*rule as usize)?, *f));
        rules.are_alone(state).then(|| state.iter().map(first).collect())?
    }
}

/// What can be asked of one decision, or of an assume.
#[derive(Default)]
pub(super) struct Rules<'a> {
    /// The assume.
    pub assume: Option<NodeId>,
    /// Whether the rules that decide are asked for, and not what they say.
    pub named: bool,
    /// The decision as it is written.
    pub decision: Option<&'a hir::Decision>,
    /// Its index.
    pub index: u32,
    /// For each rule, its condition as it is written, and what it says.
    pub rules: Vec<(Option<NodeId>, Box<[u32]>)>,
    /// For each rule, whether its arguments read a decision.
    pub fails: Vec<bool>,
    /// What decides where none holds, and whether its arguments read a decision.
    pub fallback: Option<(u32, bool)>,
}

impl Rules<'_> {
    /// Whether no rule of a state sets another one aside, unless by its place.
    fn are_alone(&self, state: &[(u32, F)]) -> bool {
        let alone = |it: &hir::Decision| it.first || !state.iter().any(|(rule, _)| overrides(it, *rule));
        self.decision.is_none_or(alone)
    }
}

/// A test without its places in the lists of cuts and targets, and its cuts and targets.
type Shape = (Test, Box<[i64]>, Box<[Target]>);

/// Builds diagrams into one list of tests.
pub(super) struct Diagrams<'c, 'p> {
    pub(super) conditions: &'c mut Conditions<'p>,
    pub(super) tests: Vec<Test>,
    pub(super) cuts: Vec<i64>,
    pub(super) targets: Vec<Target>,
    pub(super) leaves: Vec<Leaf>,
    pub(super) rules: Vec<ScanRule>,
    /// How many states were parted so far, and how many were left to be asked.
    states: u64,
    scans: u64,
    known_tests: FxHashMap<Shape, Target>,
    known_leaves: FxHashMap<Leaf, Target>,
    known_rules: FxHashMap<(u32, u32), u32>,
}

/// A state cut along one variable.
struct Parts {
    /// Greatest values and states.
    values: Vec<(i64, Vec<(u32, F)>)>,
    absent: Vec<(u32, F)>,
    failed: Vec<(u32, F)>,
}

impl<'c, 'p> Diagrams<'c, 'p> {
    pub(super) fn new(conditions: &'c mut Conditions<'p>) -> Self {
        Diagrams {
            conditions,
            tests: Vec::new(),
            cuts: Vec::new(),
            targets: Vec::new(),
            leaves: Vec::new(),
            rules: Vec::new(),
            states: 0,
            scans: 0,
            known_tests: FxHashMap::default(),
            known_leaves: FxHashMap::default(),
            known_rules: FxHashMap::default(),
        }
    }

    /// The diagram of a decision, of at most about `budget` tests.
    pub(super) fn diagram(&mut self, rules: &Rules<'_>, budget: u64) -> Target {
        let state = rules.rules.iter().enumerate().map(|(index, (condition, _))| {
            (index as u32, condition.map_or(TRUE, |it| self.conditions.of(it)))
        });
        let state = state.collect();
        let mut known = Known::new(rules);
        let state = settled(rules, state);
        let until = self.states.saturating_add(budget);
        self.state(rules, state, until, LONGEST, &mut known)
    }

    /// The diagram that says where an assume is broken: where it certainly does not hold.
    pub(super) fn claim(&mut self, assume: NodeId, budget: u64) -> Target {
        let f = self.conditions.of(assume);
        let f = self.conditions.store.not(f);
        let rules = Rules { assume: Some(assume), ..Rules::default() };
        let state = settled(&rules, vec![(0, f)]);
        let until = self.states.saturating_add(budget);
        self.state(&rules, state, until, LONGEST, &mut Known::default())
    }

    fn state(
        &mut self,
        rules: &Rules<'_>,
        state: State,
        until: u64,
        longest: u32,
        known: &mut Known,
    ) -> Target {
        let alike = known.alike(rules, &state);
        let found = alike.as_ref().and_then(|it| known.alike.get(it)).or_else(|| known.states.get(&state));
        if let Some(target) = found {
            return *target;
        }
        let scans = self.scans;
        let target = match self.leaf(rules, &state) {
            Some(leaf) => self.leaf_at(leaf),
            None if self.states >= until || longest == 0 => self.scan(rules, &state),
            None => self.split(rules, &state, until, longest, known),
        };
        // Rules that are asked one by one are these and no others.
        match alike.filter(|_| self.scans == scans) {
            Some(alike) => known.alike.insert(alike, target),
            None => known.states.insert(state, target),
        };
        target
    }

    /// What a state comes to, where nothing more needs to be asked.
    fn leaf(&self, rules: &Rules<'_>, state: &[(u32, F)]) -> Option<Leaf> {
        if rules.assume.is_some() {
            return match state {
                [] => Some(Leaf::Holds),
                [(_, TRUE)] => Some(Leaf::Broken),
                [(_, FAILED)] => Some(Leaf::Holds),
                _ => None,
            };
        }
        if rules.named {
            let open = state.iter().any(|it| it.1 != TRUE && it.1 != FAILED);
            return (!open).then(|| match state.iter().any(|it| it.1 == FAILED) {
                true => Leaf::Depends,
                false => Leaf::Rules(state.iter().map(|it| it.0).collect()),
            });
        }
        let says = |rule: u32| rules.rules.get(rule as usize).map_or(&[][..], |it| &it.1);
        let collect = rules.decision.is_some_and(|it| it.collect);
        if state.is_empty() && !collect {
            return Some(rules.fallback.map_or(Leaf::Gap, |it| Leaf::Says(it.0)));
        }
        if state.iter().all(|it| it.1 == TRUE || it.1 == FAILED) {
            if state.iter().any(|it| it.1 == FAILED) {
                return Some(Leaf::Depends);
            }
            let mut all: Vec<u32> = state.iter().flat_map(|it| says(it.0)).copied().collect();
            all.sort_unstable();
            all.dedup();
            return Some(match (all.as_slice(), collect) {
                ([one], false) => Leaf::Says(*one),
                _ => Leaf::All(all.into()),
            });
        }
        if collect {
            return None;
        }
        // All that may be said is one thing, and nothing can be in error.
        let held = state.iter().any(|it| it.1 == TRUE);
        let mut all = state.iter().flat_map(|it| says(it.0)).copied();
        let one = match held {
            true => all.next()?,
            false => rules.fallback.filter(|it| !it.1)?.0,
        };
        let fails = |(rule, f): &(u32, F)| {
            let of_var = |it: &Var| self.conditions.reads.domain(*it).failed;
            rules.fails.get(*rule as usize).copied().unwrap_or(true)
                || *f == FAILED
                || self.conditions.store.vars(*f).iter().any(of_var)
        };
        (all.all(|it| it == one) && !state.iter().any(fails)).then_some(Leaf::Says(one))
    }

    fn leaf_at(&mut self, leaf: Leaf) -> Target {
        if let Some(known) = self.known_leaves.get(&leaf) {
            return *known;
        }
        let target = Target::leaf(self.leaves.len() as u32);
        self.leaves.push(leaf.clone());
        self.known_leaves.insert(leaf, target);
        target
    }

    fn scan(&mut self, rules: &Rules<'_>, state: &[(u32, F)]) -> Target {
        self.scans += 1;
        if let Some(assume) = rules.assume {
            let code = self.conditions.reads.code(assume);
            return self.leaf_at(Leaf::Claim(code));
        }
        let scanned: Box<[u32]> = state.iter().map(|it| self.scanned(rules, it.0)).collect();
        self.leaf_at(Leaf::Scan(scanned))
    }

    fn scanned(&mut self, rules: &Rules<'_>, rule: u32) -> u32 {
        if let Some(known) = self.known_rules.get(&(rules.index, rule)) {
            return *known;
        }
        let (condition, says) = rules.rules.get(rule as usize).cloned().unwrap_or_default();
        let written = rules.decision.and_then(|it| it.rules.get(rule as usize));
        let overrides = match rules.decision {
            // Each rule overrides all later ones.
            Some(decision) if decision.first => {
                Overrides { runs: vec![(rule as usize + 1, decision.rules.len())], ..Overrides::default() }
            }
            _ => written.map(|it| it.overrides.clone()).unwrap_or_default(),
        };
        let condition = condition.map(|it| self.conditions.reads.code(it));
        let index = self.rules.len() as u32;
        self.rules.push(ScanRule { rule, condition, says, overrides });
        self.known_rules.insert((rules.index, rule), index);
        index
    }

    fn split(
        &mut self,
        rules: &Rules<'_>,
        state: &[(u32, F)],
        until: u64,
        longest: u32,
        known: &mut Known,
    ) -> Target {
        let Some(var) = self.best(rules, state) else { return self.scan(rules, state) };
        self.states += 1;
        let domain = self.domain(var);
        let parts = self.parts(state, var, domain);
        let count = |it: &Vec<(u32, F)>| it.len() as u64 + 1;
        let all: u64 = parts.values.iter().map(|it| count(&it.1)).sum::<u64>()
            + count(&parts.absent)
            + count(&parts.failed);
        let mut all = all;
        let mut below = |own: &mut Self, part: Vec<(u32, F)>| {
            // Each part has its share of what is left, so that one that is large does not spoil the others; and some
            // more, because much of what it needs has been built for others.
            let left = until.saturating_sub(own.states);
            let share = u128::from(left) * u128::from(count(&part)) / u128::from(all.max(1));
            let share = u64::try_from(share).unwrap_or(left).saturating_mul(MORE).min(left);
            all = all.saturating_sub(count(&part));
            own.state(rules, settled(rules, part), own.states + share, longest - 1, known)
        };
        let mut values: Vec<(i64, Target)> = Vec::with_capacity(parts.values.len());
        for (high, part) in parts.values {
            let target = below(self, part);
            match values.last_mut() {
                Some(last) if last.1 == target => last.0 = high,
                _ => values.push((high, target)),
            }
        }
        let absent = domain.absent.then(|| below(self, parts.absent));
        let failed = domain.failed.then(|| below(self, parts.failed));
        self.test(var, domain, &values, absent, failed)
    }

    fn domain(&self, var: Var) -> Domain {
        let mut domain = self.conditions.reads.domain(var);
        if let Some(count) = self.conditions.reads.texts_of(var) {
            domain.high = count;
        }
        domain
    }

    /// The variable to part a state by. Of few rules, the one that leaves least of them on average, its values
    /// counted alike; of many, the one that most of them read. Of several, the one that costs least to look at.
    fn best(&mut self, rules: &Rules<'_>, state: &[(u32, F)]) -> Option<Var> {
        let mut counts: FxHashMap<Var, u64> = FxHashMap::default();
        let mut vars: Vec<Var> = Vec::new();
        for (_, f) in state {
            for var in self.conditions.store.vars(*f) {
                let count = counts.entry(*var).or_insert(0);
                if *count == 0 {
                    vars.push(*var);
                }
                *count += 1;
            }
        }
        let cost = |own: &Self, var: Var| own.conditions.reads.domain(var).cost;
        if state.len() > FEW {
            let count = |var: &Var| counts.get(var).copied().unwrap_or(0);
            return vars.into_iter().min_by_key(|it| (std::cmp::Reverse(count(it)), cost(self, *it), *it));
        }
        let mut best: Option<((u64, u32, Var), Var)> = None;
        for var in vars {
            let key = (self.left(rules, state, var), cost(self, var), var);
            if best.is_none_or(|it| key < it.0) {
                best = Some((key, var));
            }
        }
        best.map(|it| it.1)
    }

    /// How many conditions are open on average once a variable is known, in thousandths.
    fn left(&mut self, rules: &Rules<'_>, state: &[(u32, F)], var: Var) -> u64 {
        let domain = self.domain(var);
        // Where no rule sets another one aside, nothing but counting is needed.
        if rules.are_alone(state) {
            let open = self.open(state, var, domain, rules.decision.is_some_and(|it| it.first));
            return open.iter().sum::<u64>() * 1_000 / (open.len() as u64).max(1);
        }
        let parts = self.parts(state, var, domain);
        let count = parts.values.len() as u64;
        let open = |part: Vec<(u32, F)>| {
            let left = settled(rules, part);
            left.iter().filter(|it| it.1 != TRUE && it.1 != FAILED).count() as u64
        };
        let all: u64 = parts.values.into_iter().map(|it| open(it.1)).sum();
        all * 1_000 / count.max(1)
    }

    /// For each piece of a variable's values, how many conditions are open where it is known to lie there: what
    /// [`Diagrams::parts`] and [`settled`] would leave, counted without making it. After a rule that holds come none
    /// where the `first` decides.
    fn open(&mut self, state: &[(u32, F)], var: Var, domain: Domain, first: bool) -> Vec<u64> {
        let (cut, uppers) = self.cut(state, var, domain);
        // Of each piece: how many are open, and whether no more come.
        let mut open: Vec<(u64, bool)> = vec![(0, false); uppers.len()];
        let count = |places: &mut [(u64, bool)], f: F| match f {
            FALSE | NOTHING | FAILED => {}
            TRUE => places.iter_mut().for_each(|it| it.1 |= first),
            _ => places.iter_mut().filter(|it| !it.1).for_each(|it| it.0 += 1),
        };
        for ((_, f), pieces) in state.iter().zip(cut) {
            match pieces {
                None => count(&mut open, *f),
                Some(pieces) => each_piece(&pieces, &uppers, domain, |places, piece| {
                    count(open.get_mut(places).unwrap_or_default(), piece);
                }),
            }
        }
        open.into_iter().map(|it| it.0).collect()
    }

    /// The pieces of each condition that reads a variable, and the greatest values of the pieces of all of them.
    fn cut(&mut self, state: &[(u32, F)], var: Var, domain: Domain) -> (Vec<Option<Rc<Pieces>>>, Vec<i64>) {
        let store = &mut self.conditions.store;
        let reads = |store: &Store, f: F| store.vars(f).binary_search(&var).is_ok();
        let mut cut: Vec<Option<Rc<Pieces>>> = Vec::with_capacity(state.len());
        let mut uppers: Vec<i64> = Vec::new();
        for (_, f) in state {
            let pieces = reads(store, *f).then(|| store.pieces(*f, var));
            if let Some(pieces) = &pieces {
                let inside = pieces.values.iter().map(|it| it.0);
                uppers.extend(inside.filter(|it| (domain.low..domain.high).contains(it)));
            }
            cut.push(pieces);
        }
        uppers.sort_unstable();
        uppers.dedup();
        uppers.push(domain.high);
        (cut, uppers)
    }

    fn parts(&mut self, state: &[(u32, F)], var: Var, domain: Domain) -> Parts {
        let (cut, uppers) = self.cut(state, var, domain);
        let mut values: Vec<(i64, Vec<(u32, F)>)> = uppers.iter().map(|it| (*it, Vec::new())).collect();
        let (mut absent, mut failed) = (Vec::new(), Vec::new());
        for ((rule, f), pieces) in state.iter().zip(cut) {
            let Some(pieces) = pieces else {
                values.iter_mut().for_each(|it| it.1.push((*rule, *f)));
                absent.push((*rule, *f));
                failed.push((*rule, *f));
                continue;
            };
            absent.push((*rule, pieces.absent));
            failed.push((*rule, pieces.failed));
            each_piece(&pieces, &uppers, domain, |places, piece| {
                for part in values.get_mut(places).into_iter().flatten() {
                    part.1.push((*rule, piece));
                }
            });
        }
        Parts { values, absent, failed }
    }

    /// A test, or where it leads where all values lead there.
    fn test(
        &mut self,
        var: Var,
        domain: Domain,
        values: &[(i64, Target)],
        absent: Option<Target>,
        failed: Option<Target>,
    ) -> Target {
        let one =
            |it: Target| absent.is_none_or(|absent| absent == it) && failed.is_none_or(|failed| failed == it);
        if let [(_, target)] = values
            && one(*target)
        {
            return *target;
        }
        let Some((read, _)) = self.conditions.reads.vars.get(var as usize).copied() else {
            return self.leaf_at(Leaf::Never);
        };
        let never = self.leaf_at(Leaf::Never);
        let (absent, failed) = (absent.unwrap_or(never), failed.unwrap_or(never));
        let cuts: Box<[i64]> = values.iter().map(|it| it.0).collect();
        let targets: Box<[Target]> = values.iter().map(|it| it.1).collect();
        let shape = Test { read, go: Go::Table { base: 0, first: 0, count: 0 }, absent, failed };
        let key = (shape, cuts, targets);
        if let Some(known) = self.known_tests.get(&key) {
            return *known;
        }
        let go = self.go(domain, values, never);
        let target = Target::test(self.tests.len() as u32);
        self.tests.push(Test { go, ..shape });
        self.known_tests.insert(key, target);
        target
    }

    fn go(&mut self, domain: Domain, values: &[(i64, Target)], never: Target) -> Go {
        let first = self.targets.len() as u32;
        match values {
            [] | [_] => {
                self.targets.push(values.first().map_or(never, |it| it.1));
                Go::Table { base: 0, first, count: 1 }
            }
            [(at, low), (_, high)] => {
                self.targets.extend([*low, *high]);
                Go::Table { base: *at, first, count: 2 }
            }
            several => {
                let pieces = several.len() as i64;
                let wide = domain.high.checked_sub(domain.low);
                if wide.is_some_and(|it| it < pieces.saturating_mul(SPARSE).saturating_add(16)) {
                    for value in domain.low..=domain.high {
                        let at = several.partition_point(|it| it.0 < value);
                        self.targets.push(several.get(at).map_or(never, |it| it.1));
                    }
                    return Go::Table { base: domain.low, first, count: self.targets.len() as u32 - first };
                }
                let cut = self.cuts.len() as u32;
                let count = several.len() as u32 - 1;
                self.cuts.extend(several.iter().take(count as usize).map(|it| it.0));
                self.targets.extend(several.iter().map(|it| it.1));
                Go::Search { cut, count, target: first }
            }
        }
    }
}

/// Gives each piece of a condition that may hold, with the places of its values among those that end at `uppers`.
fn each_piece(
    pieces: &Pieces,
    uppers: &[i64],
    domain: Domain,
    mut give: impl FnMut(RangeInclusive<usize>, F),
) {
    let mut from = i64::MIN;
    for (high, piece) in &pieces.values {
        let low = std::mem::replace(&mut from, high.saturating_add(1));
        if *piece == FALSE || *piece == NOTHING || *high < domain.low || low > domain.high {
            continue;
        }
        let start = uppers.partition_point(|it| *it < low.max(domain.low));
        let end = uppers.partition_point(|it| *it < (*high).min(domain.high));
        give(start..=end, *piece);
    }
}

/// Whether a rule overrides any other by name.
fn overrides(decision: &hir::Decision, rule: u32) -> bool {
    decision.rules.get(rule as usize).is_some_and(|it| {
        let set = &it.overrides;
        !set.listed.is_empty() || !set.runs.is_empty() || set.all_but.is_some()
    })
}

/// What is left of a state when rules that do not hold and rules that are overridden are dropped.
fn settled(rules: &Rules<'_>, mut state: Vec<(u32, F)>) -> State {
    state.retain(|it| it.1 != FALSE && it.1 != NOTHING);
    let Some(decision) = rules.decision else { return state.into() };
    if decision.first {
        if let Some(first) = state.iter().position(|it| it.1 == TRUE) {
            state.truncate(first + 1);
        }
        return state.into();
    }
    let sets_aside = |it: &&(u32, F)| it.1 == TRUE && overrides(decision, it.0);
    let active: Vec<u32> = state.iter().filter(sets_aside).map(|it| it.0).collect();
    if active.is_empty() {
        return state.into();
    }
    if active.len() * state.len() > MANY * MANY {
        let mut flags = vec![false; decision.rules.len()];
        for rule in active {
            if let Some(flag) = flags.get_mut(rule as usize) {
                *flag = true;
            }
        }
        let beaten = covered(decision, &flags);
        state.retain(|it| !beaten.get(it.0 as usize).copied().unwrap_or(false));
    } else {
        let beaten = |rule: u32| active.iter().any(|by| decision.overrides(*by as usize, rule as usize));
        state.retain(|it| !beaten(it.0));
    }
    state.into()
}
