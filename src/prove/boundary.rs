//! Cases worth testing: for each rule one that it decides, both sides of each of its boundaries, and so on.
//!
//! A [`Goal`] is something that a test should try. A boundary is an atom of a condition (a term compared with a
//! number, a fact compared with some of its values) that settles the condition: the condition holds, and would
//! not if the atom did not, or the other way round. Replacing the atom by *true* and by *false* says that as a
//! formula, whatever the condition looks like: definitions, exceptions and `or` need nothing of their own.
//!
//! For each goal that no case found so far reaches, a case is looked for: first one where nothing overrides the
//! rule, so that the answer shows it; near the case of the rule, so that few facts differ. Then cases that reach
//! nothing that others do not are dropped. What is counted as reached was seen by the evaluator.

use std::collections::BTreeSet;

use crate::{
    eval::{self, Evaluation, Failure, Hold, Settled},
    ir::NodeId,
    prove::{Existence, Prover, Question, accepted, replays, witness},
    space::{
        diagram::{NO, Ref, Spent, YES},
        formula::{FALSE, Formula, Shape, TRUE},
        point::Point,
    },
    value::{Known, Scalar},
};

mod words;

/// The steps that one goal may take.
const STEPS_OF_A_GOAL: u64 = 400_000;

/// What is found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Boundaries {
    /// The cases, in order of what they are for.
    pub cases: Vec<Case>,
    /// How many goals may be reached by some case, but none was found.
    pub open: usize,
}

/// A case worth testing.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// What it is for, in few words.
    pub name: String,
    /// All that it tries and no case before it does, in the same words.
    pub tries: Vec<String>,
    /// Its facts.
    pub facts: Vec<Known>,
}

/// What has a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    /// A rule of a decision.
    Rule(usize, usize),
    /// A disclosure or step in a decision.
    Duty(usize, usize),
    /// One at the top.
    DutyAtTop(usize),
}

/// Something that a test should try.
#[derive(Clone, Copy, Debug)]
enum Goal {
    /// What a question asks for happens.
    Ask(Question),
    /// The rule of the decision holds, and so does one that it overrides.
    Overrides(usize, usize),
    /// A side of a boundary.
    Edge(Edge),
}

/// A side of a boundary.
#[derive(Clone, Copy, Debug)]
struct Edge {
    owner: Owner,
    dimension: u32,
    /// The value of the dimension; none where any value on this side is as good.
    value: Option<i128>,
    /// Whether the condition holds on this side.
    inside: bool,
    /// Whether it is the owner's own condition, and not one that picks what it says.
    own: bool,
    /// The atom settles the condition.
    settles: Formula,
    /// And nothing overrides the owner.
    clear: Formula,
}

/// How well a case reaches a goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    No,
    /// But something else overrides what it is about.
    Hidden,
    Clear,
}

/// A goal with what became of it.
#[derive(Debug)]
struct Wanted {
    goal: Goal,
    /// The goal whose case this one's should be near.
    near: Option<usize>,
    /// How well cases must reach it to count.
    level: Reach,
}

struct Tried {
    facts: Vec<Known>,
    reaches: Vec<Reach>,
    /// The goal that it was looked for; none for one that was there.
    made_for: Option<usize>,
}

/// Finds cases worth testing of these decisions. What `told` tries already is not tried again; each with the
/// decisions of which it expects something.
pub(crate) fn boundaries(
    prover: &mut Prover<'_>,
    asked: &BTreeSet<usize>,
    told: &[(Vec<Known>, BTreeSet<usize>)],
) -> Boundaries {
    let mut seeker = Seeker { goals: Vec::new(), tried: Vec::new(), open: 0, force: YES, prover };
    seeker.force = seeker.in_force();
    seeker.all_goals(asked);
    for (facts, expected) in told {
        seeker.add(facts.clone(), None, Some(expected));
    }
    let before = seeker.prover.typical.clone();
    for goal in 0..seeker.goals.len() {
        seeker.seek(goal);
        seeker.prover.typical.clone_from(&before);
    }
    let chosen = seeker.chosen();
    Boundaries { cases: seeker.named(&chosen), open: seeker.open }
}

struct Seeker<'s, 'p> {
    prover: &'s mut Prover<'p>,
    goals: Vec<Wanted>,
    tried: Vec<Tried>,
    open: usize,
    /// The cases of days on which this version is in force.
    force: Ref,
}

impl Seeker<'_, '_> {
    fn in_force(&mut self) -> Ref {
        let (hir, cases) = (self.prover.hir, &mut self.prover.cases);
        let (Some(slot), Some((first, last))) = (hir.chosen_by, hir.in_force) else { return YES };
        let normal = cases.policies.first();
        let Some(var) = normal.and_then(|it| it.facts.get(slot)).and_then(|it| it.value) else { return YES };
        let days = (first.unwrap_or(i128::MIN), last.unwrap_or(i128::MAX));
        let formula = cases.space.one_of(var, vec![days]);
        cases.set(formula).unwrap_or(YES)
    }

    fn want(&mut self, goal: Goal, near: Option<usize>) -> usize {
        self.goals.push(Wanted { goal, near, level: Reach::Clear });
        self.goals.len() - 1
    }

    // ── goals ──

    fn all_goals(&mut self, asked: &BTreeSet<usize>) {
        let hir = self.prover.hir;
        for index in asked.iter().copied() {
            let Some(decision) = hir.decisions.get(index) else { continue };
            let mut decides = Vec::with_capacity(decision.rules.len());
            for rule in 0..decision.rules.len() {
                let own = self.want(Goal::Ask(Question::Decides(index, rule)), None);
                decides.push(own);
                self.edges_of_rule(index, rule, own);
            }
            for (rule, written) in decision.rules.iter().enumerate() {
                let near = decides.get(rule).copied();
                for (other, _) in &written.names {
                    self.want(Goal::Ask(Question::Together(index, rule, *other)), near);
                }
                if (0..decision.rules.len()).any(|it| decision.overrides(rule, it)) {
                    self.want(Goal::Overrides(index, rule), near);
                }
            }
            let near = decides.first().copied();
            if decision.otherwise.is_some() {
                self.want(Goal::Ask(Question::Otherwise(index)), near);
            }
            self.want(Goal::Ask(Question::Gap(index)), near);
            self.want(Goal::Ask(Question::Conflict(index)), near);
            for duty in 0..decision.obligations.len() {
                let own = self.want(Goal::Ask(Question::Required(index, duty)), near);
                let plan = self.prover.program.decisions.get(index).and_then(|it| it.obligations.get(duty));
                let condition = plan.and_then(|it| it.condition);
                self.edges_of_duty(Owner::Duty(index, duty), condition, own);
            }
        }
        for (duty, written) in hir.obligations.iter().enumerate() {
            if written.decisions.is_empty() || written.decisions.iter().any(|it| asked.contains(it)) {
                let own = self.want(Goal::Ask(Question::RequiredAtTop(duty)), Some(0));
                let condition = self.prover.program.obligations.get(duty).and_then(|it| it.condition);
                self.edges_of_duty(Owner::DutyAtTop(duty), condition, own);
            }
        }
    }

    fn edges_of_rule(&mut self, decision: usize, rule: usize, near: usize) {
        let written = self.prover.hir.decisions.get(decision);
        let Some(form) = self.prover.cases.form(0, decision) else { return };
        let Some(truth) = form.rules.get(rule).copied() else { return };
        let above: Vec<Formula> = form
            .rules
            .iter()
            .enumerate()
            .filter(|(other, _)| written.is_some_and(|it| it.overrides(*other, rule)))
            .map(|it| it.1.yes)
            .collect();
        // What picks the arguments of an outcome is a condition, too.
        let said: Vec<Formula> =
            form.entries.iter().filter(|it| it.rule == Some(rule) && it.holds).map(|it| it.when).collect();
        let formulas = &mut self.prover.cases.space.formulas;
        let above = formulas.or(above);
        let clear = formulas.not(above);
        let own = formulas.atoms(truth.yes);
        let mut edges = Vec::new();
        for atom in &own {
            self.edges(Owner::Rule(decision, rule), truth.yes, *atom, (true, clear), &mut edges);
        }
        for when in said {
            let atoms = self.prover.cases.space.formulas.atoms(when);
            for atom in atoms.into_iter().filter(|it| !own.contains(it)) {
                self.edges(Owner::Rule(decision, rule), when, atom, (false, clear), &mut edges);
            }
        }
        self.want_edges(edges, near);
    }

    fn edges_of_duty(&mut self, owner: Owner, condition: Option<NodeId>, near: usize) {
        let Some(truth) = self.prover.cases.policies.first().map(|it| it.truth(condition)) else { return };
        let atoms = self.prover.cases.space.formulas.atoms(truth.yes);
        let mut edges = Vec::new();
        for atom in atoms {
            self.edges(owner, truth.yes, atom, (true, TRUE), &mut edges);
        }
        self.want_edges(edges, near);
    }

    /// Each side of each boundary once; the outer side is looked for near the inner one.
    fn want_edges(&mut self, edges: Vec<Edge>, near: usize) {
        let mut seen = BTreeSet::new();
        let mut inner = near;
        for edge in edges {
            let side = if edge.own { edge.inside } else { true };
            // Any value of a fact of few values will do, but each condition on it is tried.
            let which = if edge.value.is_none() { Some(edge.settles) } else { None };
            if !seen.insert((edge.dimension, edge.value, side, which)) {
                continue;
            }
            let near = if edge.inside { near } else { inner };
            let goal = self.want(Goal::Edge(edge), Some(near));
            if edge.inside {
                inner = goal;
            }
        }
    }

    /// The sides of the boundaries that an atom draws through a condition.
    fn edges(
        &mut self,
        owner: Owner,
        condition: Formula,
        atom: Formula,
        (own, clear): (bool, Formula),
        edges: &mut Vec<Edge>,
    ) {
        let space = &mut self.prover.cases.space;
        let Shape::Within(dimension, intervals) = space.formulas.shape(atom).clone() else { return };
        let Some((term, range)) = space.dimensions.get_index(dimension as usize) else { return };
        let known = |it: u32| space.variables.get_index(it as usize).is_some_and(|it| it.1.exact);
        if !term.iter().all(|it| known(it.0)) {
            return;
        }
        let (finite, (low, high)) = (space.is_finite(term), (range.low, range.high));
        let formulas = &mut space.formulas;
        let with = formulas.with(condition, atom, TRUE);
        let without = formulas.with(condition, atom, FALSE);
        // The condition may hold because of the atom, or because it does not hold.
        for (same, other) in [(with, without), (without, with)] {
            let fails = formulas.not(other);
            let settles = formulas.and([same, fails]);
            if settles == FALSE {
                continue;
            }
            let holds = same == with;
            let (here, there) = (atom, formulas.not(atom));
            let (inner, outer) = if holds { (here, there) } else { (there, here) };
            let mut side = |inside: bool, value: Option<i128>| {
                let settles = formulas.and([settles, if inside { inner } else { outer }]);
                let clear = formulas.and([settles, clear]);
                edges.push(Edge { owner, dimension, value, inside, own, settles, clear });
            };
            if finite {
                side(true, None);
                side(false, None);
                continue;
            }
            for (from, to) in intervals.iter().copied() {
                for (last, beyond, end) in
                    [(from, from.saturating_sub(1), low), (to, to.saturating_add(1), high)]
                {
                    let inside_range = |it: i128| low <= it && it <= high;
                    if last != end && inside_range(last) && inside_range(beyond) {
                        let (inner, outer) = if holds { (last, beyond) } else { (beyond, last) };
                        side(true, Some(inner));
                        side(false, Some(outer));
                    }
                }
            }
        }
    }

    // ── cases ──

    fn seek(&mut self, index: usize) {
        let best = self.tried.iter().filter_map(|it| it.reaches.get(index)).max().copied();
        let best = best.unwrap_or(Reach::No);
        let Some(wanted) = self.goals.get(index) else { return };
        if best == Reach::Clear {
            return;
        }
        let (goal, near) = (wanted.goal, wanted.near);
        let near = near.and_then(|it| {
            self.tried.iter().find(|tried| tried.reaches.get(it).is_some_and(|it| *it != Reach::No))
        });
        if let Some(near) = near {
            let told = [near.facts.as_slice()];
            self.prover.typical = witness::near(&self.prover.cases, 0, &told);
        }
        let mut open = false;
        for level in [Reach::Clear, Reach::Hidden] {
            // One that is hidden is there.
            if best >= level || matches!((goal, level), (Goal::Ask(_) | Goal::Overrides(..), Reach::Hidden)) {
                break;
            }
            match self.look(goal, level) {
                Existence::Yes(facts) => {
                    self.add(facts, Some(index), None);
                    let last = self.tried.last().and_then(|it| it.reaches.get(index));
                    if last.is_some_and(|it| *it >= level) {
                        self.set_level(index, level);
                        return;
                    }
                    self.tried.pop();
                    open = true;
                }
                Existence::No => {}
                Existence::NotShown(_) => open = true,
            }
        }
        self.set_level(index, Reach::Hidden);
        self.open += usize::from(open && best == Reach::No);
    }

    fn set_level(&mut self, index: usize, level: Reach) {
        if let Some(wanted) = self.goals.get_mut(index) {
            wanted.level = level;
        }
    }

    /// Looks for a case that reaches a goal.
    fn look(&mut self, goal: Goal, level: Reach) -> Existence {
        let before = self.prover.fuel();
        let allowed = before.min(STEPS_OF_A_GOAL);
        self.prover.cases.store.fuel = allowed;
        let found = self.try_look(goal, level);
        self.prover.cases.store.fuel = before - (allowed - self.prover.fuel());
        found.unwrap_or(Existence::NotShown(crate::prove::Why::Steps))
    }

    fn try_look(&mut self, goal: Goal, level: Reach) -> Result<Existence, Spent> {
        let root = match goal {
            Goal::Ask(question) => {
                if question.decision().is_some_and(|it| self.prover.decision(it).is_err()) {
                    return Ok(self.prover.ask(question));
                }
                let root = self.prover.root(question)?;
                let wanted = self.prover.wanted(question)?;
                self.prover.cases.store.map(root, |it| match it.as_leaf() {
                    Some(leaf) if wanted.contains(&leaf) => YES,
                    _ => NO,
                })?
            }
            Goal::Overrides(decision, rule) => {
                let written = self.prover.hir.decisions.get(decision);
                let count = written.map_or(0, |it| it.rules.len());
                let mut below = Vec::new();
                for other in (0..count).filter(|it| written.is_some_and(|all| all.overrides(rule, *it))) {
                    below.push(self.prover.holding(decision, other)?);
                }
                let own = self.prover.holding(decision, rule)?;
                let below = self.prover.cases.store.or(below)?;
                self.prover.cases.store.and([own, below])?
            }
            Goal::Edge(edge) => {
                let cases = &mut self.prover.cases;
                let formula = if level == Reach::Clear { edge.clear } else { edge.settles };
                let here = match edge.value {
                    Some(value) => {
                        cases.space.formulas.within(edge.dimension, (i128::MIN, i128::MAX), [(value, value)])
                    }
                    None => TRUE,
                };
                let (formula, here) = (cases.set(formula)?, cases.set(here)?);
                cases.store.and([formula, here])?
            }
        };
        let accepted = self.prover.accepted();
        let root = self.prover.cases.store.and([accepted, self.force, root])?;
        let (hir, program) = (self.prover.hir, self.prover.program);
        self.prover.search(root, &|leaf| leaf == 1, &|facts| {
            let evaluation = eval::run_claims(hir, program, facts);
            accepted_here(&evaluation, facts) && seen(&evaluation, &goal)
        })
    }

    /// Takes a case, with what it reaches; of one that was there, what it expects something of.
    fn add(&mut self, facts: Vec<Known>, made_for: Option<usize>, expected: Option<&BTreeSet<usize>>) {
        let (hir, program) = (self.prover.hir, self.prover.program);
        let evaluation = eval::run_claims(hir, program, &facts);
        let taken = match expected {
            // A test may leave facts out; then nothing that it says is refused.
            Some(_) => !program.assumes.iter().any(|it| *evaluation.slot(*it) == eval::Slot::Boolean(false)),
            None => true,
        };
        let point = Point::new(&self.prover.cases, 0, &facts);
        let is_expected = |goal: &Goal| match (expected, goal.decision()) {
            (Some(expected), Some(decision)) => expected.contains(&decision),
            _ => true,
        };
        let reach = |wanted: &Wanted| match taken && is_expected(&wanted.goal) {
            true => self.reach(&wanted.goal, &evaluation, &point),
            false => Reach::No,
        };
        let reaches = self.goals.iter().map(reach).collect();
        self.tried.push(Tried { facts, reaches, made_for });
    }

    fn reach(&self, goal: &Goal, evaluation: &Evaluation<'_>, point: &Point) -> Reach {
        let Goal::Edge(edge) = goal else {
            return if seen(evaluation, goal) { Reach::Clear } else { Reach::No };
        };
        let dimension = self.prover.cases.space.dimensions.get_index(edge.dimension as usize);
        let value = dimension.and_then(|it| point.value(it.0));
        let there = value.is_some() && (edge.value.is_none() || edge.value == value);
        // What is not there has no value, and neither has what is not looked into: whether the atom settles the
        // condition then cannot be told, and that the evaluator sees the condition as it should be has to do.
        let may = |formula: Formula| point.holds(formula) != Some(false);
        match there && may(edge.settles) && seen(evaluation, goal) {
            true if may(edge.clear) => Reach::Clear,
            true => Reach::Hidden,
            false => Reach::No,
        }
    }

    /// The cases that are kept, in the order of what they are for: the first one, then always that which reaches
    /// most of what is left.
    fn chosen(&self) -> Vec<usize> {
        let reaches = |tried: &Tried, goal: usize| {
            let level = self.goals.get(goal).map_or(Reach::Clear, |it| it.level);
            tried.reaches.get(goal).is_some_and(|it| *it != Reach::No && *it >= level)
        };
        let (there, made): (Vec<&Tried>, Vec<&Tried>) =
            self.tried.iter().partition(|it| it.made_for.is_none());
        let mut left: BTreeSet<usize> =
            (0..self.goals.len()).filter(|goal| !there.iter().any(|it| reaches(it, *goal))).collect();
        let first = self.tried.len() - made.len();
        let mut sets: Vec<(usize, Vec<usize>)> = (first..)
            .zip(&made)
            .map(|(index, it)| (index, left.iter().copied().filter(|goal| reaches(it, *goal)).collect()))
            .collect();
        let mut chosen = Vec::new();
        // The first one is the plainest: the others are told by how they differ.
        let mut next = sets.iter().find(|it| !it.1.is_empty()).cloned();
        while let Some((index, set)) = next.filter(|it| !it.1.is_empty()) {
            left.retain(|it| !set.contains(it));
            for (_, set) in &mut sets {
                set.retain(|it| left.contains(it));
            }
            chosen.push(index);
            next = sets.iter().max_by_key(|it| (it.1.len(), std::cmp::Reverse(it.0))).cloned();
        }
        chosen.sort_unstable();
        chosen
    }

    fn named(&self, chosen: &[usize]) -> Vec<Case> {
        let mut done: BTreeSet<usize> = BTreeSet::new();
        let mut cases = Vec::with_capacity(chosen.len());
        for tried in chosen.iter().filter_map(|it| self.tried.get(*it)) {
            let own = tried.made_for.into_iter();
            let others = (0..self.goals.len()).filter(|goal| {
                let level = self.goals.get(*goal).map_or(Reach::Clear, |it| it.level);
                Some(*goal) != tried.made_for
                    && tried.reaches.get(*goal).is_some_and(|it| *it != Reach::No && *it >= level)
            });
            let mut tries: Vec<String> = Vec::new();
            for goal in own.chain(others).filter(|it| done.insert(*it)).collect::<Vec<_>>() {
                let words = self.goals.get(goal).map(|it| self.words(&it.goal, &tried.facts));
                tries.extend(words.filter(|it| !tries.contains(it)));
            }
            let own = tried.made_for.and_then(|it| self.goals.get(it));
            let name = own.map_or_else(String::new, |it| self.words(&it.goal, &tried.facts));
            cases.push(Case { name, tries, facts: tried.facts.clone() });
        }
        cases
    }
}

impl Goal {
    /// The decision whose answer shows it.
    fn decision(&self) -> Option<usize> {
        match self {
            Goal::Ask(Question::Required(decision, _) | Question::Together(decision, ..)) => Some(*decision),
            Goal::Ask(question) => question.decision(),
            Goal::Overrides(decision, _) => Some(*decision),
            Goal::Edge(edge) => match edge.owner {
                Owner::Rule(decision, _) | Owner::Duty(decision, _) => Some(decision),
                Owner::DutyAtTop(_) => None,
            },
        }
    }
}

/// Whether these facts may be given: accepted, and of a day on which the version is in force.
fn accepted_here(evaluation: &Evaluation<'_>, facts: &[Known]) -> bool {
    let hir = evaluation.hir;
    let day = hir.chosen_by.and_then(|it| facts.get(it));
    let in_force = match (day, hir.in_force) {
        (Some(Known::Value(Scalar::Number(day))), Some((first, last))) => {
            first.is_none_or(|it| it <= *day) && last.is_none_or(|it| *day <= it)
        }
        _ => true,
    };
    in_force && accepted(evaluation)
}

/// Whether the evaluator sees a goal, as far as it can tell. A decision that reads one in error shows nothing.
fn seen(evaluation: &Evaluation<'_>, goal: &Goal) -> bool {
    let decision = goal.decision().and_then(|it| evaluation.decision(it));
    if decision.is_some_and(|it| matches!(it.settled, Settled::Failed(Failure::Depends))) {
        return false;
    }
    let hold = |decision: usize, rule: usize| {
        evaluation.decision(decision).and_then(|it| it.holds.get(rule)).copied()
    };
    match goal {
        Goal::Ask(question) => replays(evaluation, *question),
        Goal::Overrides(decision, rule) => {
            let Some(written) = evaluation.hir.decisions.get(*decision) else { return false };
            hold(*decision, *rule) == Some(Hold::True)
                && (0..written.rules.len())
                    .any(|it| written.overrides(*rule, it) && hold(*decision, it) == Some(Hold::True))
        }
        Goal::Edge(edge) => {
            let program = evaluation.program;
            let found = match edge.owner {
                Owner::Rule(decision, rule) => hold(decision, rule),
                Owner::Duty(decision, duty) => program
                    .decisions
                    .get(decision)
                    .and_then(|it| it.obligations.get(duty))
                    .map(|it| evaluation.hold(it.condition)),
                Owner::DutyAtTop(duty) => {
                    program.obligations.get(duty).map(|it| evaluation.hold(it.condition))
                }
            };
            match (edge.own, edge.inside) {
                (_, true) => found == Some(Hold::True),
                (true, false) => found == Some(Hold::False),
                (false, false) => true,
            }
        }
    }
}
