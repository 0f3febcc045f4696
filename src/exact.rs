//! Exact answers from partial facts: what all cases agree on that extend the facts which are known.
//!
//! ```text
//!   program ── slice ──▶ what one decision reads ── space ──▶ diagrams ── chart ──▶ drawn once, kept
//!   facts, some unknown ── room, walk ──▶ the leaves that some case reaches ── settle, needs ──▶ the answer
//! ```
//!
//! The evaluator of [`crate::eval`] is cautious: it never relates two unknowns to each other. What it leaves
//! open is looked at here again, in the diagram of the decision, where `x` and `not x` exclude each other and an
//! `assume` counts. A diagram is drawn when it is first asked for, never while a policy is compiled.
//!
//! **Exact or cautious is settled by the policy alone.** A decision, disclosure or step is exact where nothing
//! that it reads is outside the fragment of which the space of cases speaks exactly, and its diagram has at most
//! [`NODES`] nodes, is made in at most [`FUEL`] steps, and tells in at most [`STEPS`] steps what is needed where
//! nothing is known. These are counts, the same on every machine; no answer is ever cut short.

use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::{
    eval::{DecisionState, Duty, Hold, Settled, Sharper},
    exact::{
        chart::{Chart, Drawing, Place, Said},
        needs::needs,
        room::Room,
        settle::Settling,
        slice::{Group, Reads, groups, reads, sliced},
        value::{Told, Value},
        walk::Walk,
    },
    hir::Hir,
    ir::{ObligationPlan, Program},
    space::{
        cases::{Cases, NOT_ACCEPTED},
        diagram::{NO, Ref, YES},
        linear::Var,
        normal::{Argument, Says, Truth},
    },
    value::Known,
};

mod chart;
mod needs;
mod room;
mod settle;
mod slice;
mod value;
mod walk;

/// The steps in which the diagrams of one decision, disclosure or step are made.
const FUEL: u64 = 8_000_000;

/// The most nodes of one diagram.
const NODES: usize = 20_000;

/// The most steps in which it is told, of facts that are all unknown, which are needed.
const STEPS: u64 = 100_000;

/// A disclosure or step is not required in a case, is required, or reads a decision in error.
const NOT_REQUIRED: u32 = 1;
const REQUIRED: u32 = 2;
const IN_ERROR: u32 = 3;

/// An outcome with its arguments.
#[derive(Debug)]
struct Class {
    outcome: usize,
    arguments: Vec<Said>,
}

/// What stands in some cases.
#[derive(Debug)]
struct Stand {
    /// The rules that hold and are not overridden.
    rules: Vec<usize>,
    /// What they say.
    classes: Vec<u32>,
    /// Whether one reads a decision in error.
    error: bool,
}

/// The diagrams of a decision.
#[derive(Debug)]
struct DecisionChart {
    standing: Place,
    comes: Place,
    /// What stands, by leaf of `standing`; none for cases that there are not.
    sets: Vec<Option<Stand>>,
    classes: Vec<Class>,
}

/// A chart of a decision with its disclosures and steps, or of one at the top.
#[derive(Debug, Default)]
struct Unit {
    chart: Chart,
    decision: Option<DecisionChart>,
    /// The disclosures and steps, in order; none for those that are not exact.
    duties: Vec<Option<Place>>,
    /// Whether nothing of it is left to caution.
    whole: bool,
}

/// What is exact of a policy. Nothing is drawn before it is asked for.
#[derive(Debug, Default)]
pub(crate) struct Exact {
    groups: OnceLock<Vec<Group>>,
    assumes: Vec<OnceLock<Option<(Chart, Place)>>>,
    decisions: Vec<OnceLock<Unit>>,
    top: Vec<OnceLock<Unit>>,
}

impl Exact {
    /// Prepares charts of a policy.
    pub(crate) fn new(program: &Program) -> Exact {
        let places = |count: usize| (0..count).map(|_| OnceLock::new()).collect();
        Exact {
            groups: OnceLock::new(),
            assumes: (0..program.assumes.len()).map(|_| OnceLock::new()).collect(),
            decisions: places(program.decisions.len()),
            top: places(program.obligations.len()),
        }
    }

    fn groups(&self, hir: &Hir, program: &Program) -> &[Group] {
        self.groups.get_or_init(|| groups(hir, program))
    }

    fn decision(&self, hir: &Hir, program: &Program, index: usize) -> Option<&Unit> {
        let place = self.decisions.get(index)?;
        Some(place.get_or_init(|| {
            let plan = program.decisions.get(index);
            let duties = plan.map_or(&[][..], |it| &it.obligations);
            let conditions = duties.iter().filter_map(|it| it.condition);
            let reads = reads(program, &hir.schema, conditions, Some(index));
            drawn(hir, program, &self.connected(hir, program, reads), Some(index), None)
        }))
    }

    fn at_top(&self, hir: &Hir, program: &Program, index: usize) -> Option<&Unit> {
        let place = self.top.get(index)?;
        let plan = program.obligations.get(index)?;
        Some(place.get_or_init(|| {
            let reads = reads(program, &hir.schema, plan.condition.into_iter(), None);
            drawn(hir, program, &self.connected(hir, program, reads), None, Some(plan))
        }))
    }

    /// What is read, with the assumes that have facts in common with it.
    fn connected(&self, hir: &Hir, program: &Program, reads: Reads) -> (Reads, Vec<usize>) {
        let mut assumes = Vec::new();
        for group in self.groups(hir, program) {
            if !group.slots.is_disjoint(&reads.slots) {
                assumes.extend_from_slice(&group.assumes);
            }
        }
        assumes.sort_unstable();
        (reads, assumes)
    }

    /// Whether a decision is exact, with all disclosures and steps that an answer lists with it.
    pub(crate) fn is_exact(&self, hir: &Hir, program: &Program, index: usize) -> bool {
        let own = self.decision(hir, program, index).is_some_and(|it| it.whole);
        let reads = |it: &crate::hir::Obligation| it.decisions.contains(&index);
        let top = (0..).zip(&hir.obligations).filter(|it| reads(it.1)).map(|it| it.0);
        own && top.into_iter().all(|it| self.at_top(hir, program, it).is_some_and(|it| it.whole))
    }

    /// The assumes, by index, that no case satisfies all of which extends these facts.
    pub(crate) fn impossible(&self, hir: &Hir, program: &Program, facts: &[Known]) -> Vec<usize> {
        if !facts.contains(&Known::Unknown) {
            return Vec::new();
        }
        for (group, place) in self.groups(hir, program).iter().zip(&self.assumes) {
            let is_open = |it: &usize| facts.get(*it) == Some(&Known::Unknown);
            let told = group.slots.iter().any(|it| !is_open(it));
            // Nothing is known of it: there is a case, or the policy was not accepted.
            if !told || !group.slots.iter().any(is_open) {
                continue;
            }
            if let Some((chart, root)) = place.get_or_init(|| accepted(hir, program, group)) {
                let known = chart.known(facts);
                let room = Room::new(chart, &known, None, 0..chart.terms.len(), &[]);
                let mut walk = Walk::new(&chart.graph, &room, &[]);
                if !walk.any(*root, &mut |_, leaf| leaf == 1) {
                    return group.assumes.clone();
                }
            }
        }
        Vec::new()
    }

    /// Sharpens what an evaluation of these facts leaves open.
    pub(crate) fn look<'e>(&'e self, hir: &'e Hir, program: &'e Program, facts: &'e [Known]) -> Look<'e> {
        Look { exact: self, hir, program, facts, known: RefCell::default() }
    }
}

/// The cases that a group of assumes accepts; none where that is not known exactly.
fn accepted(hir: &Hir, program: &Program, group: &Group) -> Option<(Chart, Place)> {
    let program = sliced(program, &BTreeSet::new(), group.assumes.iter().copied(), None, None);
    let cases = Cases::focused(hir, &program, FUEL);
    let root = cases.accepted.first().copied()?;
    if cases.store.fuel == 0 || !is_exact(&cases, root) {
        return None;
    }
    let mut drawing = Drawing::new(&cases, &[root], &[]);
    let place = drawing.draw(root, &mut |it| it);
    Some((drawing.chart, place))
}

/// Whether a diagram is small and turns on nothing that is not looked into.
fn is_exact(cases: &Cases<'_>, root: Ref) -> bool {
    let levels = cases.store.support(root);
    let vars = levels.iter().flat_map(|it| cases.term(*it)).map(|it| it.0).collect();
    cases.store.size(root) <= NODES && are_exact(cases, vars)
}

/// Whether variables, and what they are made of, are all looked into: the whole part of what is not looked into
/// is not either.
fn are_exact(cases: &Cases<'_>, mut vars: BTreeSet<Var>) -> bool {
    cases.and_what_they_are_made_of(&mut vars);
    vars.iter().all(|it| cases.space.variables.get_index(*it as usize).is_some_and(|it| it.1.exact))
}

/// Draws the chart of what was sliced.
fn drawn(
    hir: &Hir,
    program: &Program,
    (reads, assumes): &(Reads, Vec<usize>),
    inside: Option<usize>,
    top: Option<&ObligationPlan>,
) -> Unit {
    let program = sliced(program, &reads.decisions, assumes.iter().copied(), inside, top);
    let mut cases = Cases::focused(hir, &program, FUEL);
    if cases.store.fuel == 0 {
        return Unit::default();
    }
    let own = inside.and_then(|it| program.decisions.get(it)).map_or(&[][..], |it| &it.obligations);
    let conditions: Vec<_> = own.iter().chain(&program.obligations).map(|it| it.condition).collect();
    let duties: Vec<Option<Ref>> = conditions
        .into_iter()
        .map(|condition| {
            cases.store.fuel = FUEL;
            let truth = cases.policies.first()?.truth(condition);
            duty(&mut cases, truth).filter(|it| is_exact(&cases, *it))
        })
        .collect();
    let decided = inside.filter(|it| decision_is_exact(&cases, *it));
    let mut roots: Vec<Ref> = duties.iter().flatten().copied().collect();
    let mut arguments: Vec<Argument> = Vec::new();
    if let Some((index, it)) = decided.and_then(|it| Some((it, cases.decisions.get(it)?.as_ref()?))) {
        roots.extend([it.standing, it.comes]);
        let classes = cases.form(0, index).into_iter().flat_map(|it| &it.classes);
        arguments.extend(classes.flat_map(|it| it.arguments.iter().cloned()));
    }
    let arguments: Vec<&Argument> = arguments.iter().collect();
    let mut drawing = Drawing::new(&cases, &roots, &arguments);
    let duties: Vec<Option<Place>> =
        duties.iter().map(|it| it.map(|it| drawing.draw(it, &mut |leaf| leaf))).collect();
    let decision = decided.and_then(|it| decision(&cases, it, &mut drawing));
    let whole = decision.is_some() == inside.is_some() && duties.iter().all(Option::is_some);
    let mut unit = Unit { chart: drawing.chart, decision, duties, whole };
    unit.leave_out_what_is_dear(hir, inside);
    unit
}

/// The cases in which a condition holds, does not, or is in error.
fn duty(cases: &mut Cases<'_>, truth: Truth) -> Option<Ref> {
    let accepted = cases.accepted.first().copied()?;
    let (yes, error) = (cases.set(truth.yes).ok()?, cases.set(truth.error).ok()?);
    let choose = |store: &mut crate::space::diagram::Store, set: Ref, then: u32, other: Ref| {
        store.pair(set, other, &mut FxHashMap::default(), &mut |a, b| match a {
            YES => Some(Ref::leaf(then)),
            NO => Some(b),
            _ => None,
        })
    };
    let made = choose(&mut cases.store, error, IN_ERROR, Ref::leaf(NOT_REQUIRED)).ok()?;
    let made = choose(&mut cases.store, yes, REQUIRED, made).ok()?;
    let made = cases.store.pair(accepted, made, &mut FxHashMap::default(), &mut |a, b| match a {
        YES => Some(b),
        NO => Some(Ref::leaf(0)),
        _ => None,
    });
    cases.tangles.prune(&cases.space, &mut cases.store, made.ok()?, Ref::leaf(0)).ok()
}

/// Whether a decision was made within its steps and turns on nothing that is not looked into.
fn decision_is_exact(cases: &Cases<'_>, index: usize) -> bool {
    let Some(Some(own)) = cases.decisions.get(index) else { return false };
    let Some(form) = cases.form(0, index) else { return false };
    let arguments = || form.classes.iter().flat_map(|it| &it.arguments);
    let known = |it: &Argument| match it {
        Argument::Number(term, by) => {
            *by == 1 && are_exact(cases, term.terms.iter().map(|it| it.0).collect())
        }
        Argument::Variable(var) => are_exact(cases, BTreeSet::from([*var])),
        Argument::Opaque(_) => false,
        Argument::Boolean(_) | Argument::Choice(_) | Argument::Text(_) | Argument::Absent => true,
    };
    let constant = |it: &Argument| match it {
        Argument::Number(term, _) => term.terms.is_empty(),
        Argument::Variable(_) => false,
        _ => true,
    };
    let collect =
        cases.policies.first().and_then(|it| it.hir.decisions.get(index)).is_some_and(|it| it.collect);
    is_exact(cases, own.standing)
        && is_exact(cases, own.comes)
        && arguments().all(known)
        // Sets of items that are computed are not told apart.
        && (!collect || arguments().all(constant))
}

/// Draws the diagrams of a decision.
fn decision(cases: &Cases<'_>, index: usize, drawing: &mut Drawing<'_, '_>) -> Option<DecisionChart> {
    let own = cases.decisions.get(index)?.as_ref()?;
    let form = cases.form(0, index)?;
    let mut classes = Vec::with_capacity(form.classes.len());
    for class in &form.classes {
        let arguments: Option<Vec<Said>> = class.arguments.iter().map(|it| drawing.said(it)).collect();
        classes.push(Class { outcome: class.outcome, arguments: arguments? });
    }
    let mut numbers: FxHashMap<u32, u32> = FxHashMap::default();
    let mut sets: Vec<Option<Stand>> = Vec::new();
    let standing = drawing.draw(own.standing, &mut |leaf| {
        *numbers.entry(leaf).or_insert_with(|| {
            let entries = own.sets.get_index(leaf as usize).map_or(&[][..], |it| it);
            let entries = || entries.iter().filter_map(|it| form.entries.get(*it as usize));
            let mut rules: Vec<usize> = entries().filter(|it| it.holds).filter_map(|it| it.rule).collect();
            rules.sort_unstable();
            rules.dedup();
            let class = |says: Says| if let Says::Class(class) = says { Some(class) } else { None };
            sets.push((leaf != NOT_ACCEPTED).then(|| Stand {
                rules,
                classes: entries().filter_map(|it| class(it.says)).collect(),
                error: entries().any(|it| it.says == Says::Error),
            }));
            (sets.len() - 1) as u32
        })
    });
    let comes = drawing.draw(own.comes, &mut |leaf| leaf);
    Some(DecisionChart { standing, comes, sets, classes })
}

impl Unit {
    /// Drops diagrams of which it takes long to tell what is needed.
    fn leave_out_what_is_dear(&mut self, hir: &Hir, inside: Option<usize>) {
        let facts = vec![Known::Unknown; hir.schema.slots.len()];
        let known = self.chart.known(&facts);
        let told = Told { chart: &self.chart, facts: &facts, known: &known };
        let mut steps = 0;
        if let (Some(chart), Some(decision)) = (&self.decision, inside.and_then(|it| hir.decisions.get(it))) {
            let settling = Settling { told, chart, decision, hir };
            needs(&told, &hir.schema, settling.root(), &|leaf| settling.value(leaf), &mut steps);
        }
        let decision_is_dear = steps > STEPS;
        let mut dear = Vec::with_capacity(self.duties.len());
        for duty in &self.duties {
            let mut steps = 0;
            if let Some(root) = duty {
                needs(&told, &hir.schema, *root, &due, &mut steps);
            }
            dear.push(steps > STEPS);
        }
        if decision_is_dear {
            self.decision = None;
            self.whole = false;
        }
        for (duty, dear) in self.duties.iter_mut().zip(dear) {
            if dear {
                *duty = None;
                self.whole = false;
            }
        }
    }
}

/// What a leaf of a disclosure or step says.
fn due(leaf: u32) -> Value {
    if leaf == 0 { Value::Outside } else { Value::Plain(leaf) }
}

/// What is exact of an answer to some facts.
pub(crate) struct Look<'e> {
    exact: &'e Exact,
    hir: &'e Hir,
    program: &'e Program,
    facts: &'e [Known],
    /// The values of the variables of charts that were looked at, by the charts' addresses.
    known: RefCell<FxHashMap<Duty, Vec<Option<i128>>>>,
}

impl Look<'_> {
    /// Looks at a unit with what is known of its variables.
    fn with<R>(&self, unit: &Unit, key: Duty, look: impl FnOnce(Told<'_>) -> R) -> R {
        let mut all = self.known.borrow_mut();
        let known = all.entry(key).or_insert_with(|| unit.chart.known(self.facts));
        look(Told { chart: &unit.chart, facts: self.facts, known })
    }
}

impl Sharper for Look<'_> {
    fn decision(&self, index: usize, state: DecisionState) -> DecisionState {
        let rules = 0..state.holds.len();
        let is_open =
            matches!(state.settled, Settled::Undecided(_)) || rules.into_iter().any(|it| state.is_open(it));
        let unit = if is_open { self.exact.decision(self.hir, self.program, index) } else { None };
        let (Some(unit), Some(decision)) = (unit, self.hir.decisions.get(index)) else { return state };
        let Some(chart) = &unit.decision else { return state };
        let settled = self.with(unit, Duty::Inside(index, 0), |told| {
            Settling { told, chart, decision, hir: self.hir }.settle(&state, &mut 0)
        });
        settled.unwrap_or(state)
    }

    fn needs(&self, index: usize) -> Option<Vec<usize>> {
        let unit = self.exact.decision(self.hir, self.program, index)?;
        let (chart, decision) = (unit.decision.as_ref()?, self.hir.decisions.get(index)?);
        Some(self.with(unit, Duty::Inside(index, 0), |told| {
            let settling = Settling { told, chart, decision, hir: self.hir };
            needs(&told, &self.hir.schema, settling.root(), &|leaf| settling.value(leaf), &mut 0)
        }))
    }

    fn duty(&self, duty: Duty) -> Option<(Hold, Vec<usize>)> {
        let (unit, key, index) = match duty {
            Duty::Inside(decision, index) => {
                (self.exact.decision(self.hir, self.program, decision)?, Duty::Inside(decision, 0), index)
            }
            Duty::Top(index) => (self.exact.at_top(self.hir, self.program, index)?, duty, 0),
        };
        let root = unit.duties.get(index).copied().flatten()?;
        self.with(unit, key, |told| {
            let room = Room::new(told.chart, told.known, None, 0..told.chart.terms.len(), &[]);
            let mut walk = Walk::new(&told.chart.graph, &room, &[]);
            let mut leaves = BTreeSet::new();
            walk.any(root, &mut |_, leaf| {
                if leaf > 0 {
                    leaves.insert(leaf);
                }
                false
            });
            let found: Vec<u32> = leaves.into_iter().collect();
            match found.as_slice() {
                [] => None,
                [NOT_REQUIRED] => Some((Hold::False, Vec::new())),
                [REQUIRED] => Some((Hold::True, Vec::new())),
                [_] => Some((Hold::Failed, Vec::new())),
                several => {
                    let hold = Hold::Unknown { may_fail: several.contains(&IN_ERROR) };
                    Some((hold, needs(&told, &self.hir.schema, root, &due, &mut 0)))
                }
            }
        })
    }
}
