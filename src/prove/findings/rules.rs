//! Rules, overrides and duties that do nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    diag::Diagnostic,
    hir::{Decision, Obligation},
    ir::{Joint, Part},
    prove::{Existence, Question, codes, findings::Finder},
    source::Span,
    space::{
        cases::{NOT_ACCEPTED, NOTHING_STANDS},
        diagram::{NO, Ref, Spent},
        formula::Formula,
        normal::Says,
    },
    words::list,
};

impl Finder<'_, '_> {
    /// Rules that never decide.
    pub(super) fn dead_rules(&mut self, index: usize, decision: &Decision) -> BTreeSet<usize> {
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
    pub(super) fn is_empty(&mut self, set: Ref) -> Result<bool, Spent> {
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

    /// Overrides that are written, of rules that never hold together.
    pub(super) fn idle_overrides(&mut self, index: usize, decision: &Decision, dead: &BTreeSet<usize>) {
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
    pub(super) fn redundant_rules(&mut self, index: usize, decision: &Decision, dead: &BTreeSet<usize>) {
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

    pub(super) fn otherwise(&mut self, index: usize, decision: &Decision) {
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

    pub(super) fn duty(&mut self, question: Question, duty: &Obligation) {
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
}
