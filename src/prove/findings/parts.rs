//! Parts of conditions that do nothing.
//!
//! A part does nothing if in no case in which it decides between true and false it matters which of them it is.
//! Most parts are seen to do something at once: with what has to hold beside it, a case is found by intervals
//! alone. Only for the others diagrams are drawn.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    diag::Diagnostic,
    hir::Decision,
    ir::{Joint, Op, Part, Program},
    prove::{codes, findings::Finder},
    source::Span,
    space::{
        diagram::Spent,
        formula::{FALSE, Formula, TRUE},
    },
};

impl Finder<'_, '_> {
    /// Parts of conditions that could as well always be true, or never.
    pub(super) fn parts(&mut self, index: usize, decision: &Decision, dead: &BTreeSet<usize>) {
        for (rule, written) in decision.rules.iter().enumerate().filter(|it| !dead.contains(&it.0)) {
            let plan = self.prover.program.decisions.get(index).and_then(|it| it.rules.get(rule));
            if let Some(whole) = plan.and_then(|it| it.parts.as_ref()) {
                // Where steps are spent nothing is said: this is advice, and no verdict.
                let _ = self.parts_of(&written.name, whole, whole, &mut None);
            }
        }
    }

    /// Tries each part of `whole` at or below `part`; below one that is told of, nothing is.
    /// `applies` is whether a case of the whole is found at once, where that was looked for.
    fn parts_of(
        &mut self,
        name: &str,
        whole: &Part,
        part: &Part,
        applies: &mut Option<bool>,
    ) -> Result<(), Spent> {
        for (value, code) in [(true, &codes::ALWAYS_TRUE), (false, &codes::NEVER_TRUE)] {
            // What guards another part is there for that one, and a `not` that is not written is no part. A rule
            // without a condition is no mistake.
            let is_asked = !guards(self.prover.program, part.node) && !part.span.is_empty();
            if !is_asked
                || std::ptr::eq(whole, part) && !value
                || self.matters_at_once(whole, part, value, applies)?
            {
                continue;
            }
            let as_written = self.with(whole, part, None).yes;
            let with = self.with(whole, part, Some(value)).yes;
            if self.same(as_written, with)? && !guards_division(self.prover.program, whole.node, part.node) {
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
        // One phrase may stand for several parts, such as `is in the 6 days ending with today`: none is told of.
        let mut written: BTreeMap<Span, usize> = BTreeMap::new();
        for it in &part.parts {
            *written.entry(it.span).or_default() += 1;
        }
        let is_written =
            |it: &&Part| it.span.is_empty() || it.span != part.span && written.get(&it.span) == Some(&1);
        part.parts.iter().filter(is_written).try_for_each(|it| self.parts_of(name, whole, it, applies))
    }

    /// Whether a case is found at once in which the condition is otherwise with `value` in place of the part.
    fn matters_at_once(
        &mut self,
        whole: &Part,
        part: &Part,
        value: bool,
        applies: &mut Option<bool>,
    ) -> Result<bool, Spent> {
        let mut beside = Vec::new();
        if !self.beside(whole, part, &mut beside) {
            return Ok(false);
        }
        let own = self.yes_of(part);
        beside.push((own, !value));
        // All parts that `and` joins are to be true: the condition holds, whichever part is asked about.
        let is_direct = whole.parts.iter().any(|it| std::ptr::eq(it, part));
        let is_whole = whole.joint == Joint::And && is_direct && !value;
        if let (true, Some(known)) = (is_whole, *applies) {
            return Ok(known);
        }
        let accepted = self.prover.accepted();
        let shown = self.prover.cases.shows(accepted, &beside)?;
        if is_whole {
            *applies = Some(shown);
        }
        Ok(shown)
    }

    /// What has to be so for `whole` to be true just where the part is, if `and` and `or` alone lead to it.
    fn beside(&mut self, whole: &Part, part: &Part, found: &mut Vec<(Formula, bool)>) -> bool {
        if std::ptr::eq(whole, part) {
            return true;
        }
        let beside = match whole.joint {
            Joint::And => true,
            Joint::Or => false,
            // Not its part is true just where its part is false, unless that may be in error.
            Joint::Not if self.never_fails(whole) => {
                return whole.parts.iter().any(|it| self.beside(it, part, found));
            }
            Joint::Single | Joint::Not => return false,
        };
        let mut is_there = false;
        for it in &whole.parts {
            let before = found.len();
            if !is_there && self.beside(it, part, found) {
                is_there = true;
            } else {
                found.truncate(before);
                let yes = self.yes_of(it);
                found.push((yes, beside));
            }
        }
        is_there
    }

    fn yes_of(&mut self, part: &Part) -> Formula {
        match self.prover.cases.policies.first().map(|it| it.truth(Some(part.node))) {
            Some(truth) if part.joint == Joint::Single || truth.error == FALSE => truth.yes,
            _ => self.with(part, part, None).yes,
        }
    }

    /// Whether a condition is true or false in every case.
    fn never_fails(&self, part: &Part) -> bool {
        let policy = self.prover.cases.policies.first();
        policy.is_some_and(|it| it.truth(Some(part.node)).error == FALSE)
    }

    /// The condition `whole`, with `value` in place of `part` where there is one. What is in error is neither
    /// true nor false.
    fn with(&mut self, whole: &Part, part: &Part, value: Option<bool>) -> Sides {
        if let (true, Some(value)) = (std::ptr::eq(whole, part), value) {
            return if value { Sides { yes: TRUE, no: FALSE } } else { Sides { yes: FALSE, no: TRUE } };
        }
        let parts: Vec<Sides> = whole.parts.iter().map(|it| self.with(it, part, value)).collect();
        let truth = self.prover.cases.policies.first().map(|it| it.truth(Some(whole.node)));
        let formulas = &mut self.prover.cases.space.formulas;
        let (yes, no) = (parts.iter().map(|it| it.yes), parts.iter().map(|it| it.no));
        match (whole.joint, truth) {
            (Joint::And, _) => Sides { yes: formulas.and(yes), no: formulas.or(no) },
            (Joint::Or, _) => Sides { yes: formulas.or(yes), no: formulas.and(no) },
            (Joint::Not, _) => {
                parts.first().map_or(Sides { yes: FALSE, no: FALSE }, |it| Sides { yes: it.no, no: it.yes })
            }
            (Joint::Single, Some(truth)) => {
                let either = formulas.or([truth.yes, truth.error]);
                Sides { yes: truth.yes, no: formulas.not(either) }
            }
            (Joint::Single, None) => Sides { yes: FALSE, no: FALSE },
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
}

/// When a condition is true, and when it is false.
#[derive(Clone, Copy)]
struct Sides {
    yes: Formula,
    no: Formula,
}

/// Whether a condition is there so that another may be asked: whether something is there, which outcome there
/// is, which currency.
fn guards(program: &Program, node: u32) -> bool {
    match program.nodes.get(node as usize) {
        Some(Op::Not(inner)) => guards(program, *inner),
        // Several of them together are one.
        Some(Op::And(parts) | Op::Or(parts)) => {
            !parts.is_empty() && parts.iter().all(|it| guards(program, *it))
        }
        Some(Op::OutcomeIs(..) | Op::Present(_) | Op::RecordPresent(_) | Op::InCurrency { .. }) => true,
        _ => false,
    }
}

/// Whether a comparison is of a fact that the condition divides by something of: it is there so that this is not
/// zero.
fn guards_division(program: &Program, whole: u32, part: u32) -> bool {
    match program.nodes.get(part as usize) {
        Some(Op::Not(inner)) => return guards_division(program, whole, *inner),
        Some(Op::Compare(..)) => {}
        _ => return false,
    }
    let compared = program.facts_of(part);
    let mut seen = BTreeSet::new();
    let mut open = vec![whole];
    while let Some(node) = open.pop() {
        let Some(op) = program.nodes.get(node as usize).filter(|_| seen.insert(node)) else { continue };
        if let Op::Ratio(_, by) | Op::Quotient(_, by) = op
            && program.facts_of(*by).iter().any(|it| compared.contains(it))
        {
            return true;
        }
        op.each_operand(|it| open.push(it));
    }
    false
}
