//! Proofs: whether there is a case in which something happens.
//!
//! Every claim about a policy is asked as an existence question. *Yes* comes with a case that was replayed
//! by the evaluator that gives answers, so it is certain whatever this room thinks. *No* is a proof over all
//! cases that intake accepts: the diagram of what was asked has no path that any integers satisfy. Else the
//! answer is *not shown*, with the reason: the steps were spent, or the cases that were found do not replay,
//! because they turn on a term that is not looked into.

use std::collections::BTreeSet;

use crate::{
    eval::{self, DecisionState, Evaluation, Failure, Hold, Settled, Slot},
    hir::Hir,
    ir::{NodeId, Program},
    source::Span,
    space::{
        cases::{Cases, DecisionCases, NOT_ACCEPTED, NOTHING_STANDS},
        diagram::{NO, Ref, Spent, YES},
        linear::Var,
        normal::{CONFLICT, FIRST_CLASS, GAP, Says},
        search::{Found, Taken, Tangles},
    },
    value::Known,
};

pub(crate) mod boundary;
pub mod codes;
mod document;
mod findings;
mod pairs;
pub(crate) mod witness;
pub(crate) mod words;

pub(crate) use document::document;
pub use findings::Claim;
pub(crate) use findings::{Verdict, examine};

/// The steps that the proofs of a policy may take. A count, so that verdicts are the same on every machine.
pub(crate) fn fuel(hir: &Hir) -> u64 {
    let rules: usize = hir.decisions.iter().map(|it| it.rules.len()).sum();
    STEPS + STEPS_OF_A_RULE * rules as u64
}

const STEPS: u64 = 4_000_000;

const STEPS_OF_A_RULE: u64 = 400;

/// The steps that one question may take, so that a hard one leaves something to the others.
const STEPS_OF_A_QUESTION: u64 = 1_500_000;

/// Whether there is a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Existence {
    /// There is: its facts.
    Yes(Vec<Known>),
    /// There is none.
    No,
    /// Neither is shown.
    NotShown(Why),
}

/// Why something is not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// The steps are spent.
    Steps,
    /// It turns on what stands at these places, which is not looked into.
    Unseen(Vec<Span>),
    /// Numbers are too large to be reckoned with.
    Numbers,
}

/// What can be asked. Decisions, rules and the like by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// Any case at all.
    Case,
    /// No rule of the decision holds, and nothing says what then.
    Gap(usize),
    /// Rules of the decision that stand disagree.
    Conflict(usize),
    /// These two rules of the decision stand and disagree.
    Conflicting(usize, usize, usize),
    /// The rule of the decision holds, and none that holds overrides it.
    Decides(usize, usize),
    /// `otherwise` decides.
    Otherwise(usize),
    /// The decision has the outcome.
    Happens(usize, usize),
    /// The disclosure or step inside the decision is required.
    Required(usize, usize),
    /// The disclosure or step at the top is required.
    RequiredAtTop(usize),
    /// The property does not hold.
    Violates(usize),
    /// Two rules of the decision hold at once.
    Together(usize, usize, usize),
}

impl Question {
    /// The decision whose rules it asks about.
    fn decision(self) -> Option<usize> {
        match self {
            Question::Gap(decision)
            | Question::Conflict(decision)
            | Question::Conflicting(decision, ..)
            | Question::Decides(decision, _)
            | Question::Otherwise(decision)
            | Question::Happens(decision, _) => Some(decision),
            Question::Case
            | Question::Required(..)
            | Question::RequiredAtTop(_)
            | Question::Violates(_)
            | Question::Together(..) => None,
        }
    }
}

/// Proves things of one policy.
pub(crate) struct Prover<'p> {
    hir: &'p Hir,
    program: &'p Program,
    pub(crate) cases: Cases<'p>,
    typical: Vec<i128>,
}

impl<'p> Prover<'p> {
    /// Looks at a policy with at most so many steps.
    pub(crate) fn new(hir: &'p Hir, program: &'p Program, fuel: u64) -> Self {
        let cases = Cases::new(&[(hir, program)], fuel);
        let typical = witness::typical(&cases, 0);
        Prover { hir, program, cases, typical }
    }

    /// How many steps are left.
    pub(crate) fn fuel(&self) -> u64 {
        self.cases.store.fuel
    }

    fn decision(&self, index: usize) -> Result<&DecisionCases, Spent> {
        self.cases.decisions.get(index).and_then(Option::as_ref).ok_or(Spent)
    }

    /// Answers a question.
    pub(crate) fn ask(&mut self, question: Question) -> Existence {
        let before = self.fuel();
        let allowed = before.min(STEPS_OF_A_QUESTION);
        self.cases.store.fuel = allowed;
        let answer = self.try_ask(question).unwrap_or(Existence::NotShown(Why::Steps));
        self.cases.store.fuel = before - (allowed - self.fuel());
        answer
    }

    fn try_ask(&mut self, question: Question) -> Result<Existence, Spent> {
        if let Some(decision) = question.decision().filter(|it| self.decision(*it).is_err()) {
            return self.ask_in_pairs(decision, question);
        }
        let root = self.root(question)?;
        let wanted = self.wanted(question)?;
        self.exists(root, &|leaf| wanted.contains(&leaf), question)
    }

    /// The diagram in which to look.
    fn root(&mut self, question: Question) -> Result<Ref, Spent> {
        match question {
            Question::Case => Ok(self.accepted()),
            Question::Gap(decision) | Question::Conflict(decision) | Question::Happens(decision, _) => {
                match self.is_collect(decision) {
                    true => self.decision(decision).map(|it| it.standing),
                    false => self.decision(decision).map(|it| it.comes),
                }
            }
            Question::Decides(decision, _) | Question::Otherwise(decision) => {
                self.decision(decision).map(|it| it.standing)
            }
            Question::Conflicting(decision, a, b) => self.disagreement(decision, a, b),
            Question::Together(decision, a, b) => {
                let (a, b) = (self.holding(decision, a)?, self.holding(decision, b)?);
                let accepted = self.accepted();
                self.cases.store.and([accepted, a, b])
            }
            Question::Required(decision, index) => {
                let plans = self.program.decisions.get(decision).map_or(&[][..], |it| &it.obligations);
                let condition = plans.get(index).map(|it| it.condition);
                self.condition(condition.ok_or(Spent)?)
            }
            Question::RequiredAtTop(index) => {
                let condition = self.program.obligations.get(index).map(|it| it.condition);
                self.condition(condition.ok_or(Spent)?)
            }
            Question::Violates(index) => {
                let node = self.program.properties.get(index).copied();
                let Some(truth) = self.cases.policies.first().map(|it| it.truth(node)) else {
                    return Err(Spent);
                };
                let formulas = &mut self.cases.space.formulas;
                let either = formulas.or([truth.yes, truth.error]);
                let no = formulas.not(either);
                let no = self.cases.set(no)?;
                let accepted = self.accepted();
                self.cases.store.and([accepted, no])
            }
        }
    }

    /// The cases that the policy accepts.
    pub(crate) fn accepted(&self) -> Ref {
        self.cases.accepted.first().copied().unwrap_or(YES)
    }

    /// The leaves to look for.
    fn wanted(&self, question: Question) -> Result<BTreeSet<u32>, Spent> {
        Ok(match question {
            Question::Gap(decision) | Question::Conflict(decision) if self.is_collect(decision) => {
                BTreeSet::new()
            }
            Question::Gap(_) => BTreeSet::from([GAP]),
            Question::Conflict(_) => BTreeSet::from([CONFLICT]),
            Question::Happens(decision, outcome) if self.is_collect(decision) => {
                // Beside a rule in error there are no items.
                let failed = self.failed_sets(decision)?;
                let mut sets = self.sets_with(decision, |says| says == Some(outcome), |_| true)?;
                sets.retain(|it| !failed.contains(it));
                sets
            }
            Question::Happens(decision, outcome) => {
                let classes = self.cases.form(0, decision).map(|it| it.classes.iter().enumerate());
                let own = classes.into_iter().flatten().filter(|it| it.1.outcome == outcome);
                own.map(|(index, _)| FIRST_CLASS + index as u32).collect()
            }
            Question::Decides(decision, rule) => self.sets_with(decision, |_| true, |it| it == Some(rule))?,
            // No rule stands: as no rule overrides itself, none holds.
            Question::Otherwise(_) => BTreeSet::from([NOTHING_STANDS]),
            _ => BTreeSet::from([1]),
        })
    }

    fn is_collect(&self, decision: usize) -> bool {
        self.hir.decisions.get(decision).is_some_and(|it| it.collect)
    }

    /// The sets of what stands in which an entry says such an outcome and is of such a rule, and holds.
    pub(crate) fn sets_with(
        &self,
        decision: usize,
        says: impl Fn(Option<usize>) -> bool,
        of: impl Fn(Option<usize>) -> bool,
    ) -> Result<BTreeSet<u32>, Spent> {
        let Some(form) = self.cases.form(0, decision) else { return Err(Spent) };
        let outcome = |says| match says {
            Says::Class(class) => form.classes.get_index(class as usize).map(|it| it.outcome),
            Says::Error => None,
        };
        let fits: BTreeSet<u32> = (0_u32..)
            .zip(&form.entries)
            .filter(|(_, it)| it.holds && says(outcome(it.says)) && of(it.rule))
            .map(|it| it.0)
            .collect();
        let sets = self.decision(decision)?.sets.iter().enumerate();
        let some = sets
            .filter(|(number, set)| *number as u32 != NOT_ACCEPTED && set.iter().any(|it| fits.contains(it)));
        Ok(some.map(|it| it.0 as u32).collect())
    }

    /// The sets of what stands in which a rule is in error.
    fn failed_sets(&self, decision: usize) -> Result<BTreeSet<u32>, Spent> {
        let Some(form) = self.cases.form(0, decision) else { return Err(Spent) };
        let failed = |entry: &u32| form.entries.get(*entry as usize).is_some_and(|it| it.says == Says::Error);
        let sets = (0_u32..).zip(&self.decision(decision)?.sets);
        Ok(sets.filter(|it| it.1.iter().any(failed)).map(|it| it.0).collect())
    }

    /// The cases in which the rule's condition holds.
    pub(crate) fn holding(&mut self, decision: usize, rule: usize) -> Result<Ref, Spent> {
        let truth = self.cases.form(0, decision).and_then(|it| it.rules.get(rule)).copied();
        match truth {
            Some(truth) => self.cases.set(truth.yes),
            None => Err(Spent),
        }
    }

    /// The accepted cases in which a condition holds.
    pub(crate) fn condition(&mut self, condition: Option<NodeId>) -> Result<Ref, Spent> {
        let accepted = self.accepted();
        let Some(truth) = self.cases.policies.first().map(|it| it.truth(condition)) else {
            return Err(Spent);
        };
        let set = self.cases.set(truth.yes)?;
        self.cases.store.and([accepted, set])
    }

    /// The cases in which two rules stand and say different things.
    fn disagreement(&mut self, decision: usize, a: usize, b: usize) -> Result<Ref, Spent> {
        let entries = self.cases.entries(0, decision);
        let of = |rule: usize| -> Vec<(u32, crate::space::normal::Entry)> {
            (0_u32..)
                .zip(entries.iter().copied())
                .filter(|it| it.1.rule == Some(rule) && it.1.holds)
                .collect()
        };
        let mut parts = Vec::new();
        for (first, one) in of(a) {
            for (second, other) in of(b) {
                let (Says::Class(one), Says::Class(other)) = (one.says, other.says) else {
                    continue;
                };
                let cases = self.decision(decision)?;
                let both: BTreeSet<u32> = (0_u32..)
                    .zip(&cases.sets)
                    .filter(|(number, set)| {
                        *number != NOT_ACCEPTED && set.contains(&first) && set.contains(&second)
                    })
                    .map(|it| it.0)
                    .collect();
                if one == other || both.is_empty() {
                    continue;
                }
                let standing = cases.standing;
                let stand = self.cases.store.map(standing, |it| match it.as_leaf() {
                    Some(set) if both.contains(&set) => YES,
                    _ => NO,
                })?;
                let equal = self.cases.equal(0, decision, &[one, other])?;
                parts.push(self.cases.store.without(stand, equal)?);
            }
        }
        self.cases.store.or(parts)
    }

    /// Looks for a case at a wanted leaf that replays as the question says.
    pub(crate) fn exists(
        &mut self,
        root: Ref,
        wanted: &dyn Fn(u32) -> bool,
        question: Question,
    ) -> Result<Existence, Spent> {
        let (hir, program) = (self.hir, self.program);
        self.search(root, wanted, &|facts| {
            let evaluation = eval::run_claims(hir, program, facts);
            accepted(&evaluation) && replays(&evaluation, question)
        })
    }

    /// Looks for a case at a wanted leaf that `confirm` takes.
    pub(crate) fn search(
        &mut self,
        root: Ref,
        wanted: &dyn Fn(u32) -> bool,
        confirm: &dyn Fn(&[Known]) -> bool,
    ) -> Result<Existence, Spent> {
        let Cases { space, store, tangles, policies, .. } = &mut self.cases;
        let Some(policy) = policies.first() else { return Err(Spent) };
        let mut facts = None;
        let typical = &self.typical;
        let mut without_point = false;
        let mut accept = |tangles: &Tangles, taken: &[Taken]| {
            let Some(values) = tangles.point(space, taken, typical) else {
                without_point = true;
                return false;
            };
            let found = witness::facts(space, policy, &values);
            let taken = confirm(&found);
            if taken {
                facts = Some(found);
            }
            taken
        };
        let found = tangles.find(space, store, root, typical, wanted, &mut accept)?;
        Ok(match (found, facts) {
            (_, Some(facts)) => Existence::Yes(facts),
            (Found::Nothing, None) => Existence::No,
            (Found::Path | Found::Refused, None) => {
                let unseen = self.places(&self.cases.opaque_in(root));
                match unseen.is_empty() && without_point {
                    true => Existence::NotShown(Why::Numbers),
                    false => Existence::NotShown(Why::Unseen(unseen)),
                }
            }
        })
    }

    fn places(&self, vars: &BTreeSet<Var>) -> Vec<Span> {
        let place = |var: &Var| self.cases.space.variables.get_index(*var as usize)?.1.place;
        let places: BTreeSet<Span> = vars.iter().filter_map(place).collect();
        places.into_iter().collect()
    }
}

/// Whether a policy accepts the facts of an evaluation.
pub(crate) fn accepted(evaluation: &Evaluation<'_>) -> bool {
    evaluation.program.assumes.iter().all(|it| *evaluation.slot(*it) == Slot::Boolean(true))
}

/// Whether the evaluator finds what a question asks for.
fn replays(evaluation: &Evaluation<'_>, question: Question) -> bool {
    let state = |decision: usize| evaluation.decision(decision);
    let holds = |it: &DecisionState, rule: usize| it.holds.get(rule) == Some(&Hold::True);
    let stands = |it: &DecisionState, rule: usize| holds(it, rule) && !it.is_defeated(rule);
    match question {
        Question::Case => true,
        Question::Gap(decision) => {
            state(decision).is_some_and(|it| matches!(it.settled, Settled::Failed(Failure::Gap)))
        }
        Question::Conflict(decision) => {
            state(decision).is_some_and(|it| matches!(it.settled, Settled::Failed(Failure::Conflict(_))))
        }
        Question::Conflicting(decision, a, b) => {
            state(decision).is_some_and(|it| stands(it, a) && stands(it, b))
                && said(evaluation, decision, a) != said(evaluation, decision, b)
        }
        Question::Decides(decision, rule) => state(decision).is_some_and(|it| stands(it, rule)),
        Question::Otherwise(decision) => state(decision)
            .is_some_and(|it| !it.holds.contains(&Hold::True) && !it.holds.contains(&Hold::Failed)),
        Question::Happens(decision, outcome) => state(decision).is_some_and(|it| match &it.settled {
            Settled::Decided { item, .. } => item.outcome == outcome,
            Settled::Collected { items, .. } => items.iter().any(|it| it.outcome == outcome),
            _ => false,
        }),
        Question::Required(decision, index) => {
            let plans = evaluation.program.decisions.get(decision).map_or(&[][..], |it| &it.obligations);
            plans.get(index).is_some_and(|it| evaluation.hold(it.condition) == Hold::True)
        }
        Question::RequiredAtTop(index) => {
            let plan = evaluation.program.obligations.get(index);
            plan.is_some_and(|it| evaluation.hold(it.condition) == Hold::True)
        }
        Question::Violates(index) => {
            let node = evaluation.program.properties.get(index);
            node.is_some_and(|it| *evaluation.slot(*it) == Slot::Boolean(false))
        }
        Question::Together(decision, a, b) => state(decision).is_some_and(|it| holds(it, a) && holds(it, b)),
    }
}

/// What a rule says.
fn said(evaluation: &Evaluation<'_>, decision: usize, rule: usize) -> Option<(usize, Vec<Slot>)> {
    let plan = evaluation.program.decisions.get(decision)?.rules.get(rule)?;
    let then = plan.then.first()?;
    Some((then.outcome, then.arguments.iter().map(|it| evaluation.slot(*it).clone()).collect()))
}
