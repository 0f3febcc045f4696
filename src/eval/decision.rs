//! Settles a decision: which rules hold, which are set aside, and what that comes to.
//!
//! ```text
//!   rules that hold, may hold, or are in error
//!     − those that a rule that holds overrides          (whatever else is true)
//!     = the rules left ── all say the same, known ──▶ decided
//!                      ── two that certainly stand say different things ──▶ conflict
//!                      ── one certainly stands in error ──▶ depends
//!                      ── none, and none may come ──▶ otherwise, or a gap
//!                      ── else ──▶ undecided, with what is settled all the same
//! ```
//!
//! A rule *certainly stands* where it holds and no rule that may hold overrides it. Over complete facts
//! nothing may hold that does not, and the picture is that of the manual.
//!
//! **Errors to come.** An undecided decision may turn out to be a conflict, a gap or in error itself. What
//! reads it is known only where that cannot be ([`Undecided::can_fail`]). Whether two rules that may both
//! stand disagree is asked of their values, or of their nodes: two rules that give the same unknown value
//! agree.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::{
    eval::{
        Evaluation, Item, Slot,
        cover::{covered, may_conflict, overrides_nothing},
        show,
    },
    hir::Decision,
    ir::{DecisionPlan, NodeId, RulePlan, ThenPlan},
};

/// Whether a rule's condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hold {
    /// It holds.
    True,
    /// It does not.
    False,
    /// It reads a decision in error.
    Failed,
    /// That depends on unknown facts.
    Unknown {
        /// Which may make it read a decision in error.
        may_fail: bool,
    },
}

impl Hold {
    fn is_unknown(self) -> bool {
        matches!(self, Hold::Unknown { .. })
    }
}

/// How a decision stands.
#[derive(Clone, Debug)]
pub(crate) struct DecisionState {
    /// For each rule, whether its condition holds.
    pub holds: Vec<Hold>,
    /// For each rule, whether a rule that holds overrides it.
    pub defeated: Vec<bool>,
    /// For each rule, whether a rule that may hold overrides it.
    pub threatened: Vec<bool>,
    /// What it comes to.
    pub settled: Settled,
    /// What each rule does over all cases that are left, where that is known exactly.
    pub statuses: Option<Box<Statuses>>,
}

/// What each rule of a decision does over all cases that are left.
#[derive(Clone, Debug, Default)]
pub(crate) struct Statuses {
    /// It holds in each, and no rule that holds overrides it.
    pub decides: Vec<bool>,
    /// That is so in some of them only.
    pub open: Vec<bool>,
}

/// What a decision comes to.
#[derive(Clone, Debug)]
pub(crate) enum Settled {
    /// One outcome, every argument known.
    Decided {
        /// It.
        item: Item,
        /// The rules that certainly stand. Empty where `otherwise` decides, and where it is open which of
        /// several rules decides that all say the same.
        rules: Vec<usize>,
        /// Whether `otherwise` or `always` decides.
        fallback: bool,
    },
    /// The items of a `collect` decision.
    Collected {
        /// In canonical order.
        items: Arc<[Item]>,
        /// The rules that certainly stand.
        rules: Vec<usize>,
    },
    /// It depends on unknown facts.
    Undecided(Undecided),
    /// It is in error.
    Failed(Failure),
}

/// What is settled of a decision that depends on unknown facts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Undecided {
    /// Outcomes that are possible; of a `collect` decision those that may still come in. Sorted.
    pub possible: Vec<usize>,
    /// For each possible outcome, arguments that all rules left agree on; the others are unknown.
    pub fixed: BTreeMap<usize, Vec<Slot>>,
    /// Of a `collect` decision: what is in the set whatever comes.
    pub certain: Arc<[Item]>,
    /// Of a `collect` decision: the outcomes that are in the set whatever comes, arguments known or not.
    pub included: BTreeSet<usize>,
    /// Whether it may still turn out to be in error.
    pub can_fail: bool,
    /// Rules whose conditions matter.
    pub asked: Vec<usize>,
    /// Rules whose arguments may become the answer.
    pub saying: Vec<usize>,
    /// Whether the arguments of `otherwise` may become the answer.
    pub fallback: bool,
    /// Whether arguments matter even where only the outcome is asked: they may be in error or in conflict.
    pub arguments_matter: bool,
}

impl Undecided {
    /// The outcome, where only one is possible and an error is not, with the arguments that are settled.
    pub(crate) fn only(&self) -> Option<Item> {
        match (self.can_fail, self.possible.as_slice()) {
            (false, [outcome]) => {
                let arguments = self.fixed.get(outcome)?.clone();
                Some(Item { outcome: *outcome, arguments })
            }
            _ => None,
        }
    }
}

/// Why a decision is in error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// These rules hold, none overrides another, and they disagree.
    Conflict(Vec<usize>),
    /// No rule holds, and there is no `otherwise`.
    Gap,
    /// It reads a decision in error.
    Depends,
}

impl DecisionState {
    /// Whether a rule decides in some completions of the facts only: it may hold, or it holds and a rule that
    /// may hold overrides it. What a rule that holds overrides is not open.
    pub(crate) fn is_open(&self, rule: usize) -> bool {
        if let Some(statuses) = &self.statuses {
            return statuses.open.get(rule).copied().unwrap_or(false);
        }
        let threatened = || self.threatened.get(rule).copied().unwrap_or(false);
        let open = match self.holds.get(rule) {
            Some(Hold::Unknown { .. }) => true,
            Some(Hold::True) => threatened(),
            Some(Hold::False | Hold::Failed) | None => false,
        };
        open && !self.is_defeated(rule)
    }

    /// Whether a rule that holds overrides this one.
    pub(crate) fn is_defeated(&self, rule: usize) -> bool {
        self.defeated.get(rule).copied().unwrap_or(false)
    }

    /// Whether the outcome is one of these.
    pub(super) fn outcome_is(&self, outcomes: &[u32]) -> Slot {
        let is_one = |outcome: &usize| outcomes.iter().any(|it| *it as usize == *outcome);
        match &self.settled {
            Settled::Decided { item, .. } => Slot::Boolean(is_one(&item.outcome)),
            Settled::Undecided(it) if it.can_fail => Slot::Unknown { may_fail: true },
            Settled::Undecided(it) if !it.possible.iter().any(is_one) => Slot::Boolean(false),
            Settled::Undecided(it) if it.possible.iter().all(is_one) => Slot::Boolean(true),
            Settled::Undecided(_) => Slot::UNKNOWN,
            Settled::Failed(_) => Slot::Failed,
            Settled::Collected { .. } => Slot::Nothing,
        }
    }

    /// The parameter of an outcome.
    pub(super) fn parameter(&self, outcome: usize, parameter: usize) -> Slot {
        let found = match &self.settled {
            Settled::Decided { item, .. } if item.outcome == outcome => item.arguments.get(parameter),
            Settled::Undecided(it) if it.can_fail => Some(&Slot::Unknown { may_fail: true }),
            Settled::Undecided(it) => it.fixed.get(&outcome).and_then(|it| it.get(parameter)),
            Settled::Failed(_) => Some(&Slot::Failed),
            Settled::Decided { .. } | Settled::Collected { .. } => None,
        };
        found.cloned().unwrap_or(Slot::Nothing)
    }

    /// Whether an item with this outcome was collected.
    pub(super) fn includes(&self, outcome: usize) -> Slot {
        let has = |items: &[Item]| items.iter().any(|it| it.outcome == outcome);
        match &self.settled {
            Settled::Collected { items, .. } => Slot::Boolean(has(items)),
            Settled::Undecided(it) if it.can_fail => Slot::Unknown { may_fail: true },
            Settled::Undecided(it) if it.included.contains(&outcome) => Slot::Boolean(true),
            Settled::Undecided(it) if !it.possible.contains(&outcome) => Slot::Boolean(false),
            Settled::Undecided(_) => Slot::UNKNOWN,
            Settled::Failed(_) => Slot::Failed,
            Settled::Decided { .. } => Slot::Nothing,
        }
    }

    /// Whether nothing was collected.
    pub(super) fn is_empty(&self) -> Slot {
        match &self.settled {
            Settled::Collected { items, .. } => Slot::Boolean(items.is_empty()),
            Settled::Undecided(it) if it.can_fail => Slot::Unknown { may_fail: true },
            Settled::Undecided(it) if !it.included.is_empty() => Slot::Boolean(false),
            Settled::Undecided(_) => Slot::UNKNOWN,
            Settled::Failed(_) => Slot::Failed,
            Settled::Decided { .. } => Slot::Nothing,
        }
    }

    /// What was collected.
    pub(super) fn collected(&self) -> Slot {
        match &self.settled {
            Settled::Collected { items, .. } => Slot::Items(Arc::clone(items)),
            Settled::Undecided(it) => Slot::Unknown { may_fail: it.can_fail },
            Settled::Failed(_) => Slot::Failed,
            Settled::Decided { .. } => Slot::Nothing,
        }
    }
}

/// Settles the decision of this index. All nodes that it reads have been run.
pub(super) fn settle(evaluation: &Evaluation<'_>, index: usize) -> Option<DecisionState> {
    let decision = evaluation.hir.decisions.get(index)?;
    let plan = evaluation.program.decisions.get(index)?;
    let holds: Vec<Hold> = plan.rules.iter().map(|it| evaluation.hold(it.condition)).collect();
    let truly: Vec<bool> = holds.iter().map(|it| *it == Hold::True).collect();
    let perhaps: Vec<bool> = holds.iter().map(|it| it.is_unknown()).collect();
    let defeated = covered(decision, &truly);
    let threatened = match perhaps.contains(&true) {
        true => covered(decision, &perhaps),
        false => vec![false; holds.len()],
    };
    let mut settling = Settling {
        evaluation,
        decision,
        plan,
        holds: &holds,
        sure: Vec::new(),
        perhaps: Vec::new(),
        can_fail: false,
    };
    let settled = match settling.sort(&defeated, &threatened) {
        Some(failure) => Settled::Failed(failure),
        None if decision.collect => settling.collect(&threatened),
        None => settling.choose(&threatened),
    };
    Some(DecisionState { holds, defeated, threatened, settled, statuses: None })
}

/// The rules left of a decision.
struct Settling<'e, 'p> {
    evaluation: &'e Evaluation<'p>,
    decision: &'p Decision,
    plan: &'p DecisionPlan,
    holds: &'e [Hold],
    /// Rules left that hold.
    sure: Vec<usize>,
    /// Rules left that may hold.
    perhaps: Vec<usize>,
    can_fail: bool,
}

/// What a rule says of an argument: its value, or the node that will have it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    Value(Slot),
    Node(NodeId),
}

impl<'p> Settling<'_, 'p> {
    /// Finds the rules left. One that certainly stands in error makes the decision one.
    fn sort(&mut self, defeated: &[bool], threatened: &[bool]) -> Option<Failure> {
        let is = |flags: &[bool], rule: usize| flags.get(rule).copied().unwrap_or(false);
        let mut depends = false;
        for (rule, hold) in self.holds.iter().enumerate().filter(|it| !is(defeated, it.0)) {
            let in_error = match hold {
                Hold::False => continue,
                Hold::Failed => true,
                Hold::True => self.argument_failed(rule),
                Hold::Unknown { .. } => false,
            };
            match hold {
                _ if in_error && is(threatened, rule) => self.can_fail = true,
                _ if in_error => depends = true,
                Hold::Unknown { may_fail } => {
                    self.can_fail |= *may_fail || self.argument_may_fail(rule);
                    self.perhaps.push(rule);
                }
                _ => {
                    self.can_fail |= self.argument_may_fail(rule);
                    self.sure.push(rule);
                }
            }
        }
        depends.then_some(Failure::Depends)
    }

    fn then(&self, rule: usize) -> &'p [ThenPlan] {
        self.plan.rules.get(rule).map_or(&[], |it| &it.then)
    }

    fn slots(&self, then: &ThenPlan) -> Vec<Slot> {
        then.arguments.iter().map(|it| self.evaluation.slot(*it).clone()).collect()
    }

    fn item(&self, then: &ThenPlan) -> Item {
        Item { outcome: then.outcome, arguments: self.slots(then) }
    }

    fn is_known(&self, then: &ThenPlan) -> bool {
        then.arguments.iter().all(|it| self.evaluation.slot(*it).is_known())
    }

    fn any_argument(&self, rule: usize, is: impl Fn(&Slot) -> bool) -> bool {
        any_argument(self.evaluation, self.then(rule), is)
    }

    fn argument_failed(&self, rule: usize) -> bool {
        self.any_argument(rule, |it| *it == Slot::Failed)
    }

    fn argument_may_fail(&self, rule: usize) -> bool {
        self.any_argument(rule, Slot::may_fail)
    }

    /// The rules left, in order of writing.
    fn left(&self) -> Vec<usize> {
        let mut left: Vec<usize> = self.sure.iter().chain(&self.perhaps).copied().collect();
        left.sort_unstable();
        left
    }

    /// The rules that certainly stand.
    fn standing(&self, threatened: &[bool]) -> Vec<usize> {
        let stands = |rule: &usize| !threatened.get(*rule).copied().unwrap_or(false);
        self.sure.iter().copied().filter(stands).collect()
    }

    /// An ordinary decision.
    fn choose(mut self, threatened: &[bool]) -> Settled {
        let standing = self.standing(threatened);
        if self.disagree(&standing) {
            return Settled::Failed(Failure::Conflict(standing));
        }
        let some_rule_holds = self.holds.contains(&Hold::True);
        let fallback = if some_rule_holds { None } else { self.plan.fallback.as_ref() };
        let left = self.left();
        match fallback {
            None if !some_rule_holds => {
                if left.is_empty() && !self.can_fail {
                    return Settled::Failed(Failure::Gap);
                }
                self.can_fail = true;
            }
            Some(fallback) => {
                let failed = any_argument(self.evaluation, &fallback.then, |it| *it == Slot::Failed);
                if failed && left.is_empty() && !self.can_fail {
                    return Settled::Failed(Failure::Depends);
                }
                self.can_fail |= any_argument(self.evaluation, &fallback.then, Slot::may_fail);
            }
            None => {}
        }
        let says: Vec<&ThenPlan> = left
            .iter()
            .flat_map(|it| self.then(*it))
            .chain(fallback.iter().flat_map(|it| &it.then))
            .collect();
        if let (false, true, Some(first)) = (self.can_fail, self.agree(&says), says.first()) {
            let item = self.item(first);
            return Settled::Decided { item, rules: standing, fallback: left.is_empty() };
        }
        let class = self.classes(&left);
        self.can_fail |= may_conflict(self.decision, &class);
        Settled::Undecided(self.undecided(&says, &left, &class, &standing, fallback))
    }

    fn undecided(
        &self,
        says: &[&ThenPlan],
        left: &[usize],
        class: &[Option<usize>],
        standing: &[usize],
        fallback: Option<&RulePlan>,
    ) -> Undecided {
        let class_of = |rule: usize| class.get(rule).copied().flatten();
        let certain: BTreeSet<_> = standing.iter().filter_map(|it| class_of(*it)).collect();
        // A rule that says what one that certainly stands says, and sets nothing aside, changes nothing.
        let matters = |rule: &usize| {
            let agrees = class_of(*rule).is_some_and(|it| certain.contains(&it));
            !(agrees && self.changes_nothing_else(*rule))
        };
        let mut fixed: BTreeMap<usize, Vec<Slot>> = BTreeMap::new();
        for then in says.iter().filter(|it| !self.failed(it)) {
            let slots = self.slots(then);
            match fixed.get_mut(&then.outcome) {
                None => drop(fixed.insert(then.outcome, slots)),
                Some(agreed) => {
                    for (agreed, slot) in agreed.iter_mut().zip(slots) {
                        if *agreed != slot {
                            *agreed = Slot::UNKNOWN;
                        }
                    }
                }
            }
        }
        Undecided {
            possible: fixed.keys().copied().collect(),
            fixed,
            certain: Arc::from([]),
            included: BTreeSet::new(),
            can_fail: self.can_fail,
            asked: self.perhaps.iter().copied().filter(matters).collect(),
            saying: left.to_vec(),
            fallback: fallback.is_some(),
            arguments_matter: self.may_fail(says) || self.may_disagree_on_arguments(left, class),
        }
    }

    fn may_fail(&self, says: &[&ThenPlan]) -> bool {
        any_argument(self.evaluation, says.iter().copied(), Slot::may_fail)
    }

    /// Whether two rules left give one outcome with arguments that may differ, and may both stand.
    fn may_disagree_on_arguments(&self, left: &[usize], class: &[Option<usize>]) -> bool {
        let mut classes: BTreeMap<usize, usize> = BTreeMap::new();
        let outcome = |rule: &usize| self.then(*rule).first().map(|it| it.outcome);
        let class_of = |rule: &usize| class.get(*rule).copied().flatten();
        let mut pairs = left.iter().filter_map(|it| outcome(it).zip(class_of(it)));
        let differ = pairs.any(|(outcome, class)| *classes.entry(outcome).or_insert(class) != class);
        differ && may_conflict(self.decision, class)
    }

    fn failed(&self, then: &ThenPlan) -> bool {
        any_argument(self.evaluation, [then], |it| *it == Slot::Failed)
    }

    fn changes_nothing_else(&self, rule: usize) -> bool {
        let may_fail = matches!(self.holds.get(rule), Some(Hold::Unknown { may_fail: true }));
        let overrides_nothing =
            self.decision.rules.get(rule).is_some_and(|it| overrides_nothing(self.decision, it));
        !may_fail && !self.argument_may_fail(rule) && overrides_nothing
    }

    /// Whether rules certainly say different things: another outcome, or another known argument.
    fn disagree(&self, rules: &[usize]) -> bool {
        let mut agreed: Option<Item> = None;
        for then in rules.iter().flat_map(|it| self.then(*it)) {
            let Some(agreed) = &mut agreed else {
                agreed = Some(self.item(then));
                continue;
            };
            if agreed.outcome != then.outcome {
                return true;
            }
            for (agreed, node) in agreed.arguments.iter_mut().zip(&then.arguments) {
                let slot = self.evaluation.slot(*node);
                match (agreed.is_unknown(), slot.is_unknown()) {
                    (true, false) => *agreed = slot.clone(),
                    (false, false) if agreed != slot => return true,
                    _ => {}
                }
            }
        }
        false
    }

    /// Whether all say the same, and it is known.
    fn agree(&self, says: &[&ThenPlan]) -> bool {
        let Some((first, rest)) = says.split_first() else { return false };
        let same = |other: &&ThenPlan| {
            let mut pairs = first.arguments.iter().zip(&other.arguments);
            first.outcome == other.outcome
                && pairs.all(|(a, b)| a == b || self.evaluation.slot(*a) == self.evaluation.slot(*b))
        };
        self.is_known(first) && rest.iter().all(same)
    }

    /// Groups the rules left: those of one class say the same, whatever the unknown facts are.
    fn classes(&self, left: &[usize]) -> Vec<Option<usize>> {
        let mut numbers: BTreeMap<(usize, Vec<Said>), usize> = BTreeMap::new();
        let mut class = vec![None; self.holds.len()];
        for rule in left {
            let Some(then) = self.then(*rule).first() else { continue };
            let said = then.arguments.iter().map(|node| match self.evaluation.slot(*node) {
                Slot::Unknown { .. } | Slot::Failed => Said::Node(*node),
                known => Said::Value(known.clone()),
            });
            let next = numbers.len();
            let number = *numbers.entry((then.outcome, said.collect())).or_insert(next);
            if let Some(place) = class.get_mut(*rule) {
                *place = Some(number);
            }
        }
        class
    }

    /// A `collect` decision.
    fn collect(self, threatened: &[bool]) -> Settled {
        let left = self.left();
        let mut certain = BTreeSet::new();
        let mut included = BTreeSet::new();
        let standing = self.standing(threatened);
        for rule in &standing {
            included.extend(self.then(*rule).iter().map(|it| it.outcome));
            certain.extend(self.then(*rule).iter().filter(|it| self.is_known(it)).map(|it| self.item(it)));
        }
        let is_open = |then: &&ThenPlan| !self.is_known(then) || !certain.contains(&self.item(then));
        let open = |rule: usize| self.then(rule).iter().filter(is_open);
        let possible: BTreeSet<usize> =
            left.iter().flat_map(|it| open(*it)).filter(|it| !self.failed(it)).map(|it| it.outcome).collect();
        let settled = !self.can_fail && left.iter().all(|it| open(*it).next().is_none());
        let matters = |rule: &usize| open(*rule).next().is_some() || !self.changes_nothing_else(*rule);
        let asked = self.perhaps.iter().copied().filter(matters).collect();
        let items = show::in_order(certain, self.decision, self.evaluation.hir);
        if settled {
            return Settled::Collected { items, rules: standing };
        }
        Settled::Undecided(Undecided {
            possible: possible.into_iter().collect(),
            fixed: BTreeMap::new(),
            certain: items,
            included,
            can_fail: self.can_fail,
            asked,
            arguments_matter: left.iter().any(|it| self.argument_may_fail(*it)),
            saying: left,
            fallback: false,
        })
    }
}

fn any_argument<'t>(
    evaluation: &Evaluation<'_>,
    then: impl IntoIterator<Item = &'t ThenPlan>,
    is: impl Fn(&Slot) -> bool,
) -> bool {
    then.into_iter().flat_map(|it| &it.arguments).any(|it| is(evaluation.slot(*it)))
}
