//! What the proofs find in a policy, as its author reads it.
//!
//! Quiet: one cause is told once (a rule that never applies is not also said to be idle), what guards another
//! condition is not called superfluous, and what has words of its own is not called redundant.

use std::collections::BTreeSet;

use crate::{
    diag::Diagnostic,
    eval::{self, Evaluation, Item, Settled, show},
    hir::Decision,
    ir::Op,
    prove::{Existence, Prover, Question, Why, codes, words},
    space::{diagram::Spent, normal::CONFLICT},
    value::Known,
    words::{counted, plain_list},
};

mod parts;
mod rules;

/// The most conflicts of one decision that are shown one by one.
const MOST_CONFLICTS: usize = 10;

/// What is claimed of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Every case has an answer from the decision of this index.
    NoGap(usize),
    /// No rules of the decision of this index that stand disagree.
    NoConflict(usize),
    /// The property of this index holds in every case.
    Property(usize),
}

/// A claim with what became of it: [`Existence::No`] is a proof, as there is no case against it.
pub(crate) struct Verdict {
    pub claim: Claim,
    pub against: Existence,
}

/// Proves what can be proved of a policy, and says what was found.
pub(crate) fn examine(prover: &mut Prover<'_>) -> (Vec<Verdict>, Vec<Diagnostic>) {
    let mut finder = Finder { prover, found: Vec::new(), verdicts: Vec::new() };
    finder.examine();
    (finder.verdicts, finder.found)
}

struct Finder<'f, 'p> {
    prover: &'f mut Prover<'p>,
    found: Vec<Diagnostic>,
    verdicts: Vec<Verdict>,
}

impl<'p> Finder<'_, 'p> {
    fn examine(&mut self) {
        let hir = self.prover.hir;
        if self.prover.ask(Question::Case) == Existence::No {
            if let Some(last) = hir.assumes.last() {
                let mut diagnostic =
                    Diagnostic::new(&codes::NO_CASE, last.span, "no facts meet all assumptions").with_help(
                        "every case would be refused: loosen an assumption, or the bounds of a fact",
                    );
                for it in hir.assumes.iter().rev().skip(1) {
                    diagnostic = diagnostic.with_related(it.span, "together with this one");
                }
                self.found.push(diagnostic);
            }
            return;
        }
        for (index, decision) in hir.decisions.iter().enumerate() {
            self.gap(index, decision);
            self.conflicts(index, decision);
            let dead = self.dead_rules(index, decision);
            self.parts(index, decision, &dead);
            self.idle_overrides(index, decision, &dead);
            self.redundant_rules(index, decision, &dead);
            self.otherwise(index, decision);
            for (at, duty) in decision.obligations.iter().enumerate() {
                self.duty(Question::Required(index, at), duty);
            }
        }
        for (at, duty) in hir.obligations.iter().enumerate() {
            self.duty(Question::RequiredAtTop(at), duty);
        }
        for index in 0..hir.properties.len() {
            self.property(index);
        }
    }

    fn say(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// A case in words: the facts that the question turns on.
    fn case(&self, facts: &[Known], question: Question) -> String {
        words::case(self.prover, facts, question)
    }

    fn run<'f>(&self, facts: &'f [Known]) -> Evaluation<'f>
    where
        'p: 'f,
    {
        eval::run_claims(self.prover.hir, self.prover.program, facts)
    }

    // ── every case has one answer ────────────────────────────────────────────────────────────────

    fn gap(&mut self, index: usize, decision: &Decision) {
        if decision.collect {
            return;
        }
        let name = &decision.name;
        let question = Question::Gap(index);
        let against = self.prover.ask(question);
        match &against {
            Existence::Yes(facts) => {
                let case = self.case(facts, question);
                let message = format!("`{name}` has no answer in some cases, such as {case}");
                self.say(
                    Diagnostic::new(&codes::GAP, decision.span, message)
                        .with_help("add a rule for them, or `otherwise OUTCOME`"),
                );
            }
            Existence::NotShown(why) => {
                let message = format!("nothing shows that `{name}` has an answer in every case");
                let diagnostic = Diagnostic::new(&codes::GAP_NOT_SHOWN, decision.span, message);
                let help =
                    "add `otherwise OUTCOME`: a case that no rule covers is an error when it is decided";
                self.say(because(diagnostic, why, help));
            }
            Existence::No => {}
        }
        self.verdicts.push(Verdict { claim: Claim::NoGap(index), against });
    }

    fn conflicts(&mut self, index: usize, decision: &Decision) {
        if decision.collect {
            return;
        }
        let against = match self.conflicting_pairs(index) {
            Ok(pairs) => self.conflicts_of(index, decision, &pairs),
            // Too large for one diagram: pairs are looked at, and the first conflict is told.
            Err(Spent) => {
                let against = self.prover.ask(Question::Conflict(index));
                if let Existence::Yes(facts) = &against {
                    self.conflict_at(index, decision, facts);
                }
                against
            }
        };
        if let Existence::NotShown(why) = &against {
            let message = format!("nothing shows that the rules of `{}` never disagree", decision.name);
            let diagnostic = Diagnostic::new(&codes::CONFLICT_NOT_SHOWN, decision.span, message);
            self.say(because(diagnostic, why, "let one of the rules that may meet override the other"));
        }
        self.verdicts.push(Verdict { claim: Claim::NoConflict(index), against });
    }

    /// Pairs of rules that stand together in some case that is not known to be none, and may disagree.
    fn conflicting_pairs(&mut self, index: usize) -> Result<BTreeSet<(usize, usize)>, Spent> {
        let cases = self.prover.decision(index)?;
        let store = &self.prover.cases.store;
        if !store.leaves(cases.comes).contains(&CONFLICT) {
            return Ok(BTreeSet::new());
        }
        let Some(form) = self.prover.cases.form(0, index) else { return Err(Spent) };
        let mut pairs = BTreeSet::new();
        for leaf in store.leaves(cases.standing) {
            let set = cases.sets.get_index(leaf as usize).map_or(&[][..], |it| it);
            let entries: Vec<_> = set.iter().filter_map(|it| form.entries.get(*it as usize)).collect();
            for (at, one) in entries.iter().enumerate() {
                for other in entries.iter().skip(at + 1).filter(|it| it.says != one.says) {
                    if let (Some(a), Some(b)) = (one.rule, other.rule) {
                        pairs.insert((a.min(b), a.max(b)));
                    }
                }
            }
        }
        Ok(pairs)
    }

    fn conflicts_of(
        &mut self,
        index: usize,
        decision: &Decision,
        pairs: &BTreeSet<(usize, usize)>,
    ) -> Existence {
        let mut first = None;
        let mut not_shown = None;
        let mut told = 0;
        let mut more = 0;
        for (a, b) in pairs {
            match self.prover.ask(Question::Conflicting(index, *a, *b)) {
                Existence::Yes(facts) => {
                    match told < MOST_CONFLICTS {
                        true => self.conflict(index, decision, (*a, *b), &facts),
                        false => more += 1,
                    }
                    told += 1;
                    first.get_or_insert(facts);
                }
                Existence::No => {}
                Existence::NotShown(why) => drop(not_shown.get_or_insert(why)),
            }
        }
        if more > 0 {
            let pairs = counted(more, "pair", "pairs");
            let message = format!("{pairs} more of the rules of `{}` disagree in some case", decision.name);
            self.say(Diagnostic::new(&codes::CONFLICT, decision.span, message));
        }
        match (first, not_shown) {
            (Some(facts), _) => Existence::Yes(facts),
            (None, Some(why)) => Existence::NotShown(why),
            (None, None) => Existence::No,
        }
    }

    /// The first two candidates of a case in conflict.
    fn conflict_at(&mut self, index: usize, decision: &Decision, facts: &[Known]) {
        let candidates = match self.run(facts).decision(index).map(|it| &it.settled) {
            Some(Settled::Failed(eval::Failure::Conflict(rules))) => rules.clone(),
            _ => Vec::new(),
        };
        if let [a, rest @ ..] = candidates.as_slice() {
            let other =
                rest.iter().find(|it| self.saying(index, *a, facts) != self.saying(index, **it, facts));
            if let Some(b) = other {
                self.conflict(index, decision, (*a, *b), facts);
            }
        }
    }

    fn conflict(&mut self, index: usize, decision: &Decision, (a, b): (usize, usize), facts: &[Known]) {
        let (Some(one), Some(other)) = (decision.rules.get(a), decision.rules.get(b)) else { return };
        let case = self.case(facts, Question::Conflicting(index, a, b));
        let (says, against) = (self.saying(index, a, facts), self.saying(index, b, facts));
        let message = format!("`{}` and `{}` disagree in some cases, such as {case}", one.name, other.name);
        self.say(
            Diagnostic::new(&codes::CONFLICT, other.span, message)
                .with_label(format!("this says {against}"))
                .with_related(one.span, format!("this says {says}"))
                .with_help("let one override the other, or make their conditions exclude each other"),
        );
    }

    /// What a rule says of a case: `approve(amount: USD 5)`.
    fn saying(&self, index: usize, rule: usize, facts: &[Known]) -> String {
        let evaluation = self.run(facts);
        let then = evaluation.program.decisions.get(index).and_then(|it| it.rules.get(rule)?.then.first());
        let Some((then, decision)) = then.zip(evaluation.hir.decisions.get(index)) else {
            return String::new();
        };
        let arguments = then.arguments.iter().map(|it| evaluation.slot(*it).clone()).collect();
        show::item(&Item { outcome: then.outcome, arguments }, decision, evaluation.hir)
    }

    // ── properties ───────────────────────────────────────────────────────────────────────────────

    fn property(&mut self, index: usize) {
        let Some(property) = self.prover.hir.properties.get(index) else { return };
        let question = Question::Violates(index);
        let against = self.prover.ask(question);
        match &against {
            Existence::Yes(facts) => {
                let case = self.case(facts, question);
                let message = format!("\"{}\" does not hold in some cases, such as {case}", property.name);
                let mut diagnostic = Diagnostic::new(&codes::PROPERTY_FAILS, property.span, message);
                let answers = self.answers(index, facts);
                if !answers.is_empty() {
                    let answers: Vec<&str> = answers.iter().map(String::as_str).collect();
                    diagnostic = diagnostic.with_label(format!("there, {}", plain_list(&answers, "and")));
                }
                self.say(diagnostic.with_help("mend the rules that decide there, or the property"));
            }
            Existence::NotShown(why) => {
                let message = format!("nothing shows that \"{}\" holds in every case", property.name);
                let diagnostic = Diagnostic::new(&codes::PROPERTY_NOT_SHOWN, property.span, message);
                self.say(because(diagnostic, why, "no case was found against it either"));
            }
            Existence::No => {}
        }
        self.verdicts.push(Verdict { claim: Claim::Property(index), against });
    }

    /// What the decisions that a property reads come to, in words.
    fn answers(&self, property: usize, facts: &[Known]) -> Vec<String> {
        let evaluation = self.run(facts);
        let mut decisions: BTreeSet<u32> = BTreeSet::new();
        let mut seen: BTreeSet<u32> = BTreeSet::new();
        let mut open: Vec<u32> = evaluation.program.properties.get(property).copied().into_iter().collect();
        while let Some(node) = open.pop() {
            let Some(op) = evaluation.program.nodes.get(node as usize).filter(|_| seen.insert(node)) else {
                continue;
            };
            match op {
                Op::OutcomeIs(it, _) | Op::Includes(it, _) | Op::Empty(it) | Op::Collected(it) => {
                    decisions.insert(*it);
                }
                Op::OutcomeParameter { decision, .. } => drop(decisions.insert(*decision)),
                op => op.each_operand(|it| open.push(it)),
            }
        }
        decisions.into_iter().filter_map(|it| words::answer(&evaluation, it as usize)).collect()
    }
}

/// Says why something is not shown.
fn because(diagnostic: Diagnostic, why: &Why, help: &str) -> Diagnostic {
    match why {
        Why::Steps => diagnostic.with_help(format!("the steps that a proof may take are spent; {help}")),
        Why::Numbers => {
            diagnostic.with_help(format!("its numbers are too large to be reckoned with; {help}"))
        }
        Why::Unseen(places) => {
            let mut diagnostic = diagnostic;
            for place in places.iter().take(3) {
                diagnostic = diagnostic.with_related(*place, "what this comes to is not looked into");
            }
            diagnostic.with_help(help)
        }
    }
}
