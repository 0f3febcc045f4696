//! What the proofs find in a policy, as its author reads it.
//!
//! Quiet: one cause is told once (a rule that never applies is not also said to be idle), what guards another
//! condition is not called superfluous, and what has words of its own is not called redundant.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    diag::Diagnostic,
    eval::{self, Evaluation, Item, Settled, show},
    hir::Decision,
    ir::{Joint, Op, Part, Program},
    prove::{Existence, Prover, Question, Why, codes, words},
    source::Span,
    space::{
        cases::{NOT_ACCEPTED, NOTHING_STANDS},
        diagram::{NO, Ref, Spent},
        formula::{FALSE, Formula, TRUE},
        normal::{CONFLICT, Says},
    },
    value::Known,
    words::{counted, list, plain_list},
};

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

    // ── rules ────────────────────────────────────────────────────────────────────────────────────

    /// Rules that never decide.
    fn dead_rules(&mut self, index: usize, decision: &Decision) -> BTreeSet<usize> {
        let alive = self.alive(index);
        let mut dead = BTreeSet::new();
        for (at, rule) in decision.rules.iter().enumerate() {
            let never = match &alive {
                Ok(alive) => !alive.contains(&at),
                Err(Spent) => self.prover.ask(Question::Decides(index, at)) == Existence::No,
            };
            if never {
                dead.insert(at);
                let diagnostic = self.why_dead(index, decision, at).unwrap_or_else(|_| {
                    let message = format!("the rule `{}` never decides", rule.name);
                    Diagnostic::new(&codes::DEAD_RULE, rule.span, message)
                });
                self.say(diagnostic);
            }
        }
        dead
    }

    /// The rules that stand in some case, as far as the diagram tells.
    fn alive(&self, index: usize) -> Result<BTreeSet<usize>, Spent> {
        let cases = self.prover.decision(index)?;
        let Some(form) = self.prover.cases.form(0, index) else { return Err(Spent) };
        let leaves = self.prover.cases.store.leaves(cases.standing);
        let sets = leaves
            .iter()
            .filter(|it| **it != NOT_ACCEPTED)
            .filter_map(|it| cases.sets.get_index(*it as usize));
        let entries = sets.flat_map(|it| it.iter()).filter_map(|it| form.entries.get(*it as usize));
        // One whose condition is in error is told of where the error is.
        Ok(entries.filter_map(|it| it.rule).collect())
    }

    fn why_dead(&mut self, index: usize, decision: &Decision, rule: usize) -> Result<Diagnostic, Spent> {
        let Some(written) = decision.rules.get(rule) else { return Err(Spent) };
        let name = &written.name;
        let holding = self.prover.holding(index, rule)?;
        let accepted = self.prover.accepted();
        let mut left = self.prover.cases.store.and([accepted, holding])?;
        if self.is_empty(left)? {
            let message = format!("the rule `{name}` never applies: no case meets its condition");
            let diagnostic = Diagnostic::new(&codes::DEAD_RULE, written.span, message);
            let diagnostic = match self.excluding(index, rule)? {
                Some((one, other)) => diagnostic
                    .with_related(one, "this part of the condition")
                    .with_related(other, "and this part exclude each other"),
                None => diagnostic,
            };
            return Ok(diagnostic.with_help("mend the condition, or remove the rule"));
        }
        let mut above: Vec<usize> = Vec::new();
        for by in 0..decision.rules.len() {
            if !decision.overrides(by, rule) {
                continue;
            }
            let by_holds = self.prover.holding(index, by)?;
            let rest = self.prover.cases.store.without(left, by_holds)?;
            if rest != left {
                above.push(by);
                left = rest;
            }
            if self.is_empty(left)? {
                break;
            }
        }
        let names: Vec<&str> =
            above.iter().filter_map(|it| decision.rules.get(*it)).map(|it| it.name.as_str()).collect();
        let how = if decision.first { "holds before it" } else { "overrides it" };
        let message = match names.len() {
            0 => format!("the rule `{name}` never decides"),
            _ => format!("the rule `{name}` never decides: wherever it holds, {} {how}", list(&names, "or")),
        };
        let mut diagnostic = Diagnostic::new(&codes::DEAD_RULE, written.span, message);
        for by in above.iter().take(5).filter_map(|it| decision.rules.get(*it)) {
            diagnostic = diagnostic.with_related(by.span, how);
        }
        Ok(diagnostic.with_help("narrow what stands above it, or remove the rule"))
    }

    /// Whether no case is in a set.
    fn is_empty(&mut self, set: Ref) -> Result<bool, Spent> {
        if set == NO {
            return Ok(true);
        }
        let cases = &mut self.prover.cases;
        let found = cases.tangles.find(
            &cases.space,
            &mut cases.store,
            set,
            &[],
            &|leaf| leaf == 1,
            &mut |_, _| true,
        )?;
        Ok(found == crate::space::search::Found::Nothing)
    }

    /// Two parts of a rule's condition that are never true at once.
    fn excluding(&mut self, index: usize, rule: usize) -> Result<Option<(Span, Span)>, Spent> {
        let parts = self.conjuncts(index, rule);
        let accepted = self.prover.accepted();
        for (at, (one, first)) in parts.iter().enumerate() {
            for (other, second) in parts.iter().skip(at + 1) {
                let (a, b) = (self.prover.cases.set(*one)?, self.prover.cases.set(*other)?);
                let both = self.prover.cases.store.and([accepted, a, b])?;
                if self.is_empty(both)? {
                    return Ok(Some((*first, *second)));
                }
            }
        }
        Ok(None)
    }

    /// The parts of a rule's condition that all have to be true, with their places.
    fn conjuncts(&self, index: usize, rule: usize) -> Vec<(Formula, Span)> {
        let plan = self.prover.program.decisions.get(index).and_then(|it| it.rules.get(rule));
        let Some(policy) = self.prover.cases.policies.first() else { return Vec::new() };
        let mut parts = Vec::new();
        let mut open: Vec<&Part> = plan.and_then(|it| it.parts.as_ref()).into_iter().collect();
        while let Some(part) = open.pop() {
            match part.joint {
                Joint::And => open.extend(part.parts.iter().rev()),
                _ => parts.push((policy.truth(Some(part.node)).yes, part.span)),
            }
        }
        parts
    }

    /// Parts of conditions that could as well always be true, or never.
    fn parts(&mut self, index: usize, decision: &Decision, dead: &BTreeSet<usize>) {
        for (rule, written) in decision.rules.iter().enumerate().filter(|it| !dead.contains(&it.0)) {
            let plan = self.prover.program.decisions.get(index).and_then(|it| it.rules.get(rule));
            if let Some(whole) = plan.and_then(|it| it.parts.as_ref()) {
                // Where steps are spent nothing is said: this is advice, and no verdict.
                let _ = self.parts_of(&written.name, whole, whole);
            }
        }
    }

    /// Tries each part of `whole` at or below `part`; below one that is told of, nothing is.
    fn parts_of(&mut self, name: &str, whole: &Part, part: &Part) -> Result<(), Spent> {
        let as_written = self.with(whole, part, None);
        for (value, code) in [(true, &codes::ALWAYS_TRUE), (false, &codes::NEVER_TRUE)] {
            let with = self.with(whole, part, Some(if value { TRUE } else { FALSE }));
            // What guards another part is there for that one. A rule without a condition is no mistake.
            if guards(self.prover.program, part.node) || std::ptr::eq(whole, part) && !value {
                continue;
            }
            if self.same(as_written, with)? {
                let word = if value { "always" } else { "never" };
                let message = format!(
                    "this part of the condition of `{name}` changes nothing: it could as well {word} be true"
                );
                self.say(
                    Diagnostic::new(code, part.span, message).with_help("remove it, or say what was meant"),
                );
                return Ok(());
            }
        }
        part.parts.iter().try_for_each(|it| self.parts_of(name, whole, it))
    }

    /// The condition `whole`, with `value` in place of `part` where there is one.
    fn with(&mut self, whole: &Part, part: &Part, value: Option<Formula>) -> Formula {
        if let (true, Some(value)) = (std::ptr::eq(whole, part), value) {
            return value;
        }
        let parts: Vec<Formula> = whole.parts.iter().map(|it| self.with(it, part, value)).collect();
        let formulas = &mut self.prover.cases.space.formulas;
        match whole.joint {
            Joint::And => formulas.and(parts),
            Joint::Or => formulas.or(parts),
            Joint::Not => formulas.not(parts.first().copied().unwrap_or(FALSE)),
            Joint::Single => {
                self.prover.cases.policies.first().map_or(FALSE, |it| it.truth(Some(whole.node)).yes)
            }
        }
    }

    /// Whether two conditions hold in the same accepted cases.
    fn same(&mut self, one: Formula, other: Formula) -> Result<bool, Spent> {
        let accepted = self.prover.accepted();
        let (one, other) = (self.prover.cases.set(one)?, self.prover.cases.set(other)?);
        for (a, b) in [(one, other), (other, one)] {
            let only = self.prover.cases.store.without(a, b)?;
            let only = self.prover.cases.store.and([accepted, only])?;
            if !self.is_empty(only)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Overrides that are written, of rules that never hold together.
    fn idle_overrides(&mut self, index: usize, decision: &Decision, dead: &BTreeSet<usize>) {
        for (at, rule) in decision.rules.iter().enumerate().filter(|it| !dead.contains(&it.0)) {
            for (other, span) in rule.names.iter().filter(|it| !dead.contains(&it.0)) {
                let Some(below) = decision.rules.get(*other) else { continue };
                if self.prover.ask(Question::Together(index, at, *other)) == Existence::No {
                    let message = format!(
                        "`{}` and `{}` never hold at once, so this override does nothing",
                        rule.name, below.name
                    );
                    self.say(
                        Diagnostic::new(&codes::IDLE_OVERRIDE, *span, message)
                            .with_related(below.span, "the other rule")
                            .with_help("remove the override, or mend the conditions"),
                    );
                }
            }
        }
    }

    /// Rules without words of their own that always stand beside one that says the same.
    fn redundant_rules(&mut self, index: usize, decision: &Decision, dead: &BTreeSet<usize>) {
        let Ok(cases) = self.prover.decision(index) else { return };
        let Some(form) = self.prover.cases.form(0, index) else { return };
        let silent = |rule: usize| {
            decision.rules.get(rule).is_some_and(|it| {
                it.notes.because.is_empty()
                    && it.notes.cites.is_empty()
                    && it.overrides.listed.is_empty()
                    && it.overrides.runs.is_empty()
                    && it.overrides.all_but.is_none()
            })
        };
        if decision.first {
            return;
        }
        let mut beside: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for leaf in self.prover.cases.store.leaves(cases.standing) {
            if leaf == NOTHING_STANDS || leaf == NOT_ACCEPTED {
                continue;
            }
            let set = cases.sets.get_index(leaf as usize).map_or(&[][..], |it| it);
            let entries: Vec<_> = set.iter().filter_map(|it| form.entries.get(*it as usize)).collect();
            for one in &entries {
                let Some(rule) = one.rule.filter(|it| silent(*it)) else { continue };
                let same = entries
                    .iter()
                    .filter(|it| it.rule != one.rule && it.says == one.says && one.says != Says::Error);
                let same: BTreeSet<usize> = same.filter_map(|it| it.rule).collect();
                match beside.get_mut(&rule) {
                    Some(all) => all.retain(|it| same.contains(it)),
                    None => drop(beside.insert(rule, same)),
                }
            }
        }
        // Of two that always stand together, the later one is told of.
        let mut told: BTreeSet<usize> = BTreeSet::new();
        for (rule, others) in beside.into_iter().rev() {
            let Some(other) = others.into_iter().find(|it| !told.contains(it) && !dead.contains(it)) else {
                continue;
            };
            let (Some(own), Some(kept)) = (decision.rules.get(rule), decision.rules.get(other)) else {
                continue;
            };
            told.insert(rule);
            let message = format!(
                "the rule `{}` changes nothing: wherever it decides, `{}` says the same",
                own.name, kept.name
            );
            self.found.push(
                Diagnostic::new(&codes::REDUNDANT_RULE, own.span, message)
                    .with_related(kept.span, "the other rule")
                    .with_help("remove it, or give it a reason of its own with `because`"),
            );
        }
    }

    fn otherwise(&mut self, index: usize, decision: &Decision) {
        if decision.otherwise.is_none() || decision.always || decision.rules.is_empty() {
            return;
        }
        if self.prover.ask(Question::Otherwise(index)) == Existence::No {
            let span = decision.otherwise.as_ref().map_or(decision.span, |it| it.then.span);
            let message =
                format!("`otherwise` never decides: the rules of `{}` cover every case", decision.name);
            self.say(
                Diagnostic::new(&codes::IDLE_OTHERWISE, span, message)
                    .with_help("remove it: without it, a gap that a later change opens is found"),
            );
        }
    }

    fn duty(&mut self, question: Question, duty: &crate::hir::Obligation) {
        if duty.condition.is_some() && self.prover.ask(question) == Existence::No {
            let what = if duty.step { "step" } else { "disclosure" };
            let message =
                format!("the {what} `{}` is never required: no case meets its condition", duty.name);
            self.say(
                Diagnostic::new(&codes::IDLE_DUTY, duty.span, message)
                    .with_help("mend the condition, or remove it"),
            );
        }
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

/// Whether a condition is there so that another may be asked: whether something is there, which outcome there
/// is, which currency.
fn guards(program: &Program, node: u32) -> bool {
    match program.nodes.get(node as usize) {
        Some(Op::Not(inner)) => guards(program, *inner),
        Some(Op::OutcomeIs(..) | Op::Present(_) | Op::RecordPresent(_) | Op::InCurrency { .. }) => true,
        _ => false,
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
