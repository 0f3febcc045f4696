//! What a change of a policy changes: for which cases, from what, to what.
//!
//! ```text
//!   old ─┐                      ┌─ what each decision comes to ─┐
//!        ├─ one space of cases ─┤                               ├─ pairs (old, new) ── regions ── witnesses
//!   new ─┘                      └─ what each duty comes to ─────┘
//! ```
//!
//! Both policies are looked at in one space ([`crate::space::cases`]): facts are one by their paths, values of
//! enumerations by their names. Only cases in which something that is written otherwise has a say are drawn
//! ([`scope`]); for each decision, disclosure and step the two diagrams are walked at once, and where both are
//! the same diagram the walk stops: so the cost follows the change and not the policy. What is left are
//! pairs of what was and what is, each with its set of cases: as boxes that are apart, for machines, and as a
//! few maximal ones, for people ([`crate::space::region`]). This is the change-impact analysis of Margrave
//! (Fisler et al., 2005), over intervals and integers.
//!
//! **Three layers.** What is decided; what has to be said and done; and, where these are the same, which rules
//! decide and in which words.
//!
//! **Certain.** Every case that is in no region gives the same in both: "the same for all cases" is a proof. A
//! region has a case that was decided by both evaluators. Where terms are not looked into, or the steps are
//! spent, that is said, and nothing is claimed ([`Open`]).

use crate::{
    hir::Hir,
    ir::Program,
    json::Json,
    space::{
        cases::Cases,
        diagram::{NO, Ref, Spent, YES},
        phrase::Phrases,
        shapes::Of,
    },
};

mod alike;
mod duties;
mod hunt;
mod joint;
mod layer;
mod observe;
pub(crate) mod probe;
mod reasons;
mod scope;
mod structure;
mod values;

use layer::Pairs;

/// What differs between two policies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// Which cases only one of them accepts.
    pub accepted: Changes,
    /// One for each decision of either, those of the old one first.
    pub decisions: Vec<DecisionDifference>,
    /// One for each disclosure and step of either.
    pub duties: Vec<DutyDifference>,
    /// What is declared otherwise: facts, outcomes, settings, texts.
    pub structure: Vec<Declared>,
    /// The steps that were taken: a count, the same on every machine.
    pub steps: u64,
}

impl Difference {
    /// Whether it is proved that every case is decided alike, with the same duties and reasons, and nothing is
    /// declared otherwise.
    pub fn is_same(&self) -> bool {
        self.is_same_in_answers() && self.structure.is_empty()
    }

    /// Whether it is proved that every case has the same outcomes, parameters, duties and reasons.
    pub fn is_same_in_answers(&self) -> bool {
        self.decisions.iter().all(DecisionDifference::is_same)
            && self.duties.iter().all(DutyDifference::is_same)
    }
}

/// In which of two policies something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum In {
    /// In both.
    Both,
    /// In the old one alone.
    Old,
    /// In the new one alone.
    New,
}

/// What differs in a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecisionDifference {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub found: In,
    /// For which cases its outcome or parameters differ.
    pub values: Changes,
    /// For which cases these are the same and the rules that decide, or their words, differ.
    pub reasons: Changes,
}

impl DecisionDifference {
    /// Whether it is proved that nothing of it differs.
    pub fn is_same(&self) -> bool {
        self.found == In::Both && self.values.is_same() && self.reasons.is_same()
    }
}

/// What differs in a disclosure or a step.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DutyDifference {
    /// The decision that it stands in; none for one at the top.
    pub decision: Option<String>,
    /// Its name.
    pub name: String,
    /// Whether it is a step (otherwise a disclosure).
    pub step: bool,
    /// Where it is.
    pub found: In,
    /// For which cases it is required in one and not in the other.
    pub required: Changes,
    /// What else of it is written otherwise: `deadline`, `stage`, `text`.
    pub details: Vec<String>,
}

impl DutyDifference {
    /// Whether it is proved that nothing of it differs.
    pub fn is_same(&self) -> bool {
        self.found == In::Both && self.required.is_same() && self.details.is_empty()
    }
}

/// Something that is declared otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Declared {
    /// What it is: `fact`, `outcome`, `setting`, `decision`, `assume`, `text` and the like.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// What is otherwise: `added`, `at most USD 100.00 → at most USD 200.00`.
    pub what: String,
}

/// For which cases something differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changes {
    /// For people: few, each as wide as it can be. They may overlap; together they are all cases that differ,
    /// unless `more`. Of two answers a region is among the cases that both policies accept; those that only one
    /// accepts come after (see [`Region::is_of_acceptance`]).
    pub regions: Vec<Region>,
    /// Whether there are more than are listed.
    pub more: bool,
    /// For machines: no two share a case; the first ones of them.
    pub parts: Vec<Part>,
    /// How many parts there are.
    pub count: u128,
    /// What is not shown.
    pub open: Vec<Open>,
}

impl Changes {
    /// Whether it is proved that nothing differs.
    pub fn is_same(&self) -> bool {
        self.regions.is_empty() && self.count == 0 && self.open.is_empty()
    }

    fn unknown(open: Open) -> Changes {
        Changes { open: vec![open], ..Changes::default() }
    }
}

/// Why something is not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Open {
    /// The steps that a comparison may take are spent.
    Steps,
    /// It turns on these terms, which are not looked into: products of facts, months, a calendar, a long list.
    Unseen(Vec<String>),
    /// Numbers are too large to be reckoned with exactly.
    Numbers,
    /// These facts are of another type in the new policy, so that no case of the one is a case of the other.
    Retyped(Vec<String>),
}

/// What one policy says in a region.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Said {
    /// Names: of the outcome, or `refused`, `gap`, `conflict`, `error`, `empty`; `required`, `not_required`.
    pub names: Vec<String>,
    /// In words, arguments as they are written: `approve(amount: order.total)`.
    pub words: String,
    /// At the witness: `approve(amount: USD 100.00)`.
    pub answer: String,
    /// At the witness, the rules that decide, or `otherwise`; for a refusal, why.
    pub by: Vec<String>,
}

/// Cases in which the two differ in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Region {
    /// What the old one says.
    pub from: Said,
    /// What the new one says.
    pub to: Said,
    /// What holds of these cases. None: of all cases.
    pub conditions: Vec<Condition>,
    /// A case of it, decided by both. Without one it is not shown that there is a case.
    pub witness: Option<Witness>,
    /// Of a duty: whether it lies where what is decided changes too.
    pub follows: bool,
}

impl Region {
    /// Whether only one of the two accepts its cases.
    pub fn is_of_acceptance(&self) -> bool {
        let refused = |it: &Said| it.names == ["refused"];
        refused(&self.from) || refused(&self.to)
    }
}

/// A part of what differs, for machines.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// What the old one says, in words.
    pub from: String,
    /// What the new one says.
    pub to: String,
    /// What holds of its cases, all of them together.
    pub conditions: Vec<Condition>,
}

/// Something that holds of the cases of a region: a term lies in one of some intervals.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Condition {
    /// What it speaks of: a fact, a definition, a term.
    pub of: String,
    /// In words: `owned 31 to 60 days`.
    pub words: String,
    /// Of an enumeration, the names of the values.
    pub names: Vec<String>,
    /// The term: variables, each with what it is multiplied by.
    pub term: Vec<(String, i128)>,
    /// The intervals, in the steps of the type, both ends included.
    pub intervals: Vec<(i128, i128)>,
}

/// A case that shows a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Witness {
    /// Its facts, as the new policy takes them; as the old one does, where the new one cannot.
    pub facts: Json,
    /// As the old policy takes them, where that is another document.
    pub old_facts: Option<Json>,
    /// The facts that matter here, in words.
    pub words: Vec<String>,
}

/// What is said of something, before there is a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    pub names: Vec<String>,
    pub words: String,
}

/// A policy that is compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sided<'p> {
    pub hir: &'p Hir,
    pub program: &'p Program,
}

/// The days on which both are in force, where they are not all; an end that is none is open.
pub(crate) type Span = Option<(Option<i128>, Option<i128>)>;

impl<'p> Sided<'p> {
    /// For comparing expressions: 0 is the old one, 1 the new one.
    pub(crate) fn of(self, index: usize) -> Of<'p> {
        Of { index, hir: self.hir, program: self.program }
    }
}

/// What is compared, and how.
pub(crate) struct Request<'p, 'w> {
    pub old: Sided<'p>,
    pub new: Sided<'p>,
    /// The days on which both are in force, where they are not all.
    pub days: Span,
    /// The texts of the policies at a place.
    pub written: [&'w dyn Fn(crate::source::Span) -> String; 2],
    /// Whether all cases are looked at, also those in which nothing that differs has a say.
    pub whole: bool,
    pub fuel: u64,
}

/// A comparison on its way.
pub(crate) struct Comparing<'p> {
    pub cases: Cases<'p>,
    pub sides: [Sided<'p>; 2],
    pub phrases: Phrases<'p>,
    pub typical: Vec<i128>,
    /// The cases that are compared, as far as days go.
    pub days: Ref,
    /// The cases that one of the two accepts.
    pub either: Ref,
    /// The cases that both accept.
    pub both: Ref,
    /// The facts that are of another type in the new policy, with their variables.
    pub retyped: Vec<String>,
    /// The cases in which what is decided differs, of the decisions that were compared so far.
    pub decided: Ref,
    /// The steps that there were in the beginning.
    fuel: u64,
}

impl<'p> Comparing<'p> {
    /// What differs.
    pub(crate) fn difference(&mut self) -> Difference {
        let accepted = self.acceptance();
        let decisions = self.decisions();
        let duties = self.duties();
        let structure = self.structure();
        let steps = self.fuel.saturating_sub(self.cases.store.fuel);
        Difference { accepted, decisions, duties, structure, steps }
    }

    /// Looks at both policies.
    pub(crate) fn new(request: &Request<'p, '_>) -> Comparing<'p> {
        let sides = [request.old, request.new];
        let mut cases = Cases::undrawn(&sides.map(|it| (it.hir, it.program)), request.fuel);
        let mut phrases = Phrases::of(&cases.policies);
        let boundary = cases.policies.get(1).map_or(0, |it| it.before);
        for (var, variable) in cases.space.variables.values().enumerate() {
            let [old, new] = request.written;
            let written = if var < boundary { old } else { new };
            if let Some(place) = variable.place {
                phrases.written.insert(var as u32, written(place));
            }
        }
        for (policy, written) in cases.policies.iter().zip(request.written) {
            phrases.write(&cases.space, policy, written);
        }
        let accepted: Vec<Ref> = cases.accepted.clone();
        let either = cases.store.or(accepted.iter().copied()).unwrap_or(YES);
        let both = cases.store.and(accepted).unwrap_or(YES);
        let retyped = cases.policies.get(1).map_or(Vec::new(), |it| it.apart.iter().cloned().collect());
        let typical = observe::typical(&cases);
        let (days, fuel) = (YES, request.fuel);
        let mut comparing =
            Comparing { cases, sides, phrases, typical, days, either, both, retyped, decided: NO, fuel };
        comparing.days = comparing.days_of(request.days).unwrap_or(YES);
        let scope = if request.whole { YES } else { comparing.scope() };
        comparing.cases.draw(scope);
        comparing
    }

    /// The cases of some days.
    fn days_of(&mut self, days: Span) -> Result<Ref, Spent> {
        let Some((first, last)) = days else { return Ok(YES) };
        let mut parts = Vec::new();
        for (side, normal) in self.sides.iter().zip(&self.cases.policies) {
            let slot = side.hir.chosen_by.and_then(|it| normal.facts.get(it));
            if let Some(var) = slot.and_then(|it| it.value) {
                let interval = (first.unwrap_or(i128::MIN), last.unwrap_or(i128::MAX));
                parts.push(self.cases.space.one_of(var, vec![interval]));
            }
        }
        let formula = self.cases.space.formulas.and(parts);
        self.cases.set(formula)
    }

    /// Which cases only one of them accepts.
    fn acceptance(&mut self) -> Changes {
        let pairs = self.accepting();
        let observe = |side: &Sided<'_>, _: usize, facts: &observe::Facts| observe::acceptance(side, facts);
        match pairs {
            Ok(pairs) => self.changes(pairs, &observe),
            Err(Spent) => Changes::unknown(Open::Steps),
        }
    }

    fn accepting(&mut self) -> Result<Pairs, Spent> {
        let leaf = |it: Ref| Ref::leaf(u32::from(it == YES));
        let accepted = self.cases.accepted.clone();
        let [old, new] = accepted.as_slice() else { return Err(Spent) };
        let (old, new) = (self.cases.store.map(*old, leaf)?, self.cases.store.map(*new, leaf)?);
        let label = |name: &str, words: &str| Label { names: vec![name.to_owned()], words: words.to_owned() };
        let labels = vec![label("refused", "not accepted"), label("accepted", "accepted")];
        self.pairs(old, new, labels, &mut |_, _, _| None)
    }

    fn decisions(&mut self) -> Vec<DecisionDifference> {
        let [old, new] = self.sides;
        let at = |hir: &Hir, name: &str| hir.decisions.iter().position(|it| it.name == name);
        let mut found: Vec<(String, Option<usize>, Option<usize>)> = Vec::new();
        for (index, decision) in old.hir.decisions.iter().enumerate() {
            found.push((decision.name.clone(), Some(index), at(new.hir, &decision.name)));
        }
        for (index, decision) in new.hir.decisions.iter().enumerate() {
            if at(old.hir, &decision.name).is_none() {
                found.push((decision.name.clone(), None, Some(index)));
            }
        }
        let compared = found.into_iter().map(|(name, a, b)| match (a, b) {
            (Some(a), Some(b)) => {
                let (values, reasons) = self.decision(a, b);
                DecisionDifference { name, found: In::Both, values, reasons }
            }
            (a, _) => {
                let found = if a.is_some() { In::Old } else { In::New };
                DecisionDifference { name, found, values: Changes::default(), reasons: Changes::default() }
            }
        });
        compared.collect()
    }

    fn decision(&mut self, a: usize, b: usize) -> (Changes, Changes) {
        let values = self.values(a, b);
        let pairs = match values {
            Ok(pairs) => pairs,
            Err(Spent) if self.are_alike(a, b) => {
                let reasons = match self.have_the_same_words(a, b) {
                    true => Changes::default(),
                    false => Changes::unknown(Open::Steps),
                };
                return (Changes::default(), reasons);
            }
            Err(Spent) => return (Changes::unknown(Open::Steps), Changes::unknown(Open::Steps)),
        };
        let observe = |side: &Sided<'_>, index: usize, facts: &observe::Facts| {
            observe::decision(side, if index == 0 { a } else { b }, facts)
        };
        let root = pairs.root;
        let values = self.changes(pairs, &observe);
        self.decided = self.with_changes(root).unwrap_or(self.decided);
        let reasons = match self.reasons(a, b, root) {
            Ok(pairs) => {
                let observe = |side: &Sided<'_>, index: usize, facts: &observe::Facts| match index {
                    0 => observe::reasons(side, a, facts, "old"),
                    _ => observe::reasons(side, b, facts, "new"),
                };
                self.changes(pairs, &observe)
            }
            Err(Spent) => Changes::unknown(Open::Steps),
        };
        (values, reasons)
    }

    /// The cases in which what is decided differs, with those of one more decision.
    fn with_changes(&mut self, root: Ref) -> Result<Ref, Spent> {
        let own = self.cases.store.map(root, |it| match it.as_leaf() {
            Some(0 | 1) | None => NO,
            Some(_) => YES,
        })?;
        self.cases.store.or([self.decided, own])
    }

    /// The pairs of what two decisions come to.
    fn values(&mut self, a: usize, b: usize) -> Result<Pairs, Spent> {
        let mut joint = joint::Joint::new();
        let (one, other) = (self.numbered(0, a, &mut joint)?, self.numbered(1, b, &mut joint)?);
        self.pairs(one, other, joint.labels.clone(), &mut |it, a, b| it.agree(&joint, a, b))
    }
}
