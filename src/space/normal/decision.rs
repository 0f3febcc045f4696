//! Decisions in the normal form: under which condition which rule says what.

use indexmap::IndexSet;
use std::sync::Arc;

use crate::{
    ir::{NodeId, RulePlan, ThenPlan},
    space::{
        Space,
        formula::{FALSE, Formula, TRUE},
        linear::{Linear, Var},
        normal::{Form, Normal, Piece, Pieces, Truth},
    },
};

/// What a decision comes to, as a leaf: the case is not accepted.
pub(crate) const OUTSIDE: u32 = 0;
/// No rule holds, and there is no `otherwise`.
pub(crate) const GAP: u32 = 1;
/// Rules that stand disagree.
pub(crate) const CONFLICT: u32 = 2;
/// It reads a decision in error.
pub(crate) const DEPENDS: u32 = 3;
/// The first leaf that stands for a class.
pub(crate) const FIRST_CLASS: u32 = 4;

/// The most combinations of the pieces of an outcome's arguments.
const MOST_COMBINED: usize = 512;

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Argument {
    /// A linear term divided by a positive number.
    Number(Linear, i128),
    /// Yes or no.
    Boolean(bool),
    /// A value of an enumeration, by its index.
    Choice(u32),
    /// A text.
    Text(Arc<str>),
    /// The value of a fact with an enumeration or a text.
    Variable(Var),
    /// There is none.
    Absent,
    /// What is not looked into.
    Opaque(NodeId),
}

/// An outcome with its arguments. Two classes that differ may still say the same in some cases.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Class {
    pub outcome: usize,
    pub arguments: Vec<Argument>,
}

/// What a rule comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Says {
    /// This class.
    Class(u32),
    /// It reads a decision in error.
    Error,
}

/// What a rule says under a condition.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// The rule; none for `otherwise`.
    pub rule: Option<usize>,
    pub when: Formula,
    pub says: Says,
    /// Whether the rule's condition is true, so that the rule sets aside what it overrides: not where the
    /// condition itself is in error.
    pub holds: bool,
}

/// A decision in its normal form.
#[derive(Debug, Default)]
pub(crate) struct DecisionForm {
    /// What its rules say: conditions of one rule exclude each other.
    pub entries: Vec<Entry>,
    /// What `otherwise` says.
    pub fallback: Vec<Entry>,
    /// When each rule holds, and when its condition is in error.
    pub rules: Vec<Truth>,
    /// All that it can say.
    pub classes: IndexSet<Class>,
}

impl Normal<'_> {
    pub(super) fn decision(&mut self, space: &mut Space, index: usize) {
        let Some(plan) = self.program.decisions.get(index) else { return };
        let mut form = DecisionForm::default();
        for (rule, plan) in plan.rules.iter().enumerate() {
            let truth = self.truth(plan.condition);
            form.rules.push(truth);
            if truth.error != FALSE {
                form.entries.push(Entry {
                    rule: Some(rule),
                    when: truth.error,
                    says: Says::Error,
                    holds: false,
                });
            }
            let said = self.said(space, &mut form.classes, truth.yes, plan);
            form.entries.extend(said.into_iter().map(|it| Entry { rule: Some(rule), ..it }));
        }
        if let Some(plan) = &plan.fallback {
            form.fallback = self.said(space, &mut form.classes, TRUE, plan);
        }
        if let Some(place) = self.decisions.get_mut(index) {
            *place = form;
        }
    }

    fn said(
        &self,
        space: &mut Space,
        classes: &mut IndexSet<Class>,
        when: Formula,
        plan: &RulePlan,
    ) -> Vec<Entry> {
        let mut entries = Vec::new();
        for then in &plan.then {
            let (error, all) = self.arguments(space, then);
            let failed = if error == FALSE { FALSE } else { space.formulas.and([when, error]) };
            if failed != FALSE {
                entries.push(Entry { rule: None, when: failed, says: Says::Error, holds: true });
            }
            let sound = space.formulas.not(error);
            for (is, arguments) in all {
                let when = match (sound, is) {
                    (TRUE, TRUE) => when,
                    _ => space.formulas.and([when, sound, is]),
                };
                if when != FALSE {
                    let (class, _) = classes.insert_full(Class { outcome: then.outcome, arguments });
                    entries.push(Entry { rule: None, when, says: Says::Class(class as u32), holds: true });
                }
            }
        }
        entries
    }

    /// The arguments of an outcome under each condition, and when one is in error.
    fn arguments(&self, space: &mut Space, then: &ThenPlan) -> (Formula, Vec<(Formula, Vec<Argument>)>) {
        let mut error = FALSE;
        let mut all: Vec<(Formula, Vec<Argument>)> = vec![(TRUE, Vec::new())];
        for node in &then.arguments {
            let (failed, mut values) = self.argument(space, *node);
            error = space.formulas.or([error, failed]);
            if all.len() * values.len() > MOST_COMBINED {
                values = vec![(TRUE, Argument::Opaque(*node))];
            }
            let mut next = Vec::with_capacity(all.len() * values.len());
            for (when, arguments) in &all {
                for (is, value) in &values {
                    let when = space.formulas.and([*when, *is]);
                    if let Argument::Text(text) = value {
                        // It may be compared with a fact.
                        space.text(text);
                    }
                    if when != FALSE {
                        next.push((when, arguments.iter().cloned().chain([value.clone()]).collect()));
                    }
                }
            }
            all = next;
        }
        (error, all)
    }

    fn argument(&self, space: &mut Space, node: NodeId) -> (Formula, Vec<(Formula, Argument)>) {
        match self.form_of(node) {
            Some(Form::Condition(truth, present)) => {
                let either = space.formulas.or([truth.yes, truth.error]);
                let no = space.formulas.not(either);
                let mut values = vec![
                    (space.formulas.and([truth.yes, *present]), Argument::Boolean(true)),
                    (space.formulas.and([no, *present]), Argument::Boolean(false)),
                ];
                values.push((space.formulas.not(*present), Argument::Absent));
                values.retain(|it| it.0 != FALSE);
                (truth.error, values)
            }
            Some(Form::Value(pieces)) => {
                let Pieces { all, present, error } = pieces;
                let mut values: Vec<(Formula, Argument)> = Vec::with_capacity(all.len() + 1);
                for (when, piece) in all {
                    values.push((space.formulas.and([*when, *present]), argument(piece, node)));
                }
                let sound = space.formulas.not(*error);
                let none = space.formulas.not(*present);
                values.push((space.formulas.and([none, sound]), Argument::Absent));
                values.retain(|it| it.0 != FALSE);
                (*error, values)
            }
            None => (FALSE, vec![(TRUE, Argument::Opaque(node))]),
        }
    }

    /// Whether a decision comes to a class that `is` one; in error where the decision is.
    pub(super) fn comes(&self, space: &mut Space, decision: u32, is: impl Fn(&Class) -> bool) -> Truth {
        let Some(form) = self.decisions.get(decision as usize) else { return Truth::certain(FALSE) };
        let mut leaves: Vec<u32> = Vec::new();
        for (index, class) in form.classes.iter().enumerate() {
            if is(class) {
                leaves.push(FIRST_CLASS + index as u32);
            }
        }
        let own = self.base + decision;
        let error = space.formulas.comes(own, vec![GAP, CONFLICT, DEPENDS]);
        Truth { yes: space.formulas.comes(own, leaves), error }
    }

    /// Whether a `collect` decision has an item of a class that `is` one. Its leaves are told when its sets are
    /// known, so it is asked through its rules.
    pub(super) fn includes(&self, space: &mut Space, decision: u32, is: impl Fn(&Class) -> bool) -> Truth {
        let Some(form) = self.decisions.get(decision as usize) else { return Truth::certain(FALSE) };
        let own = self.base + decision;
        let written = self.hir.decisions.get(decision as usize);
        let defeated_by = |rule: usize| -> Vec<usize> {
            let Some(written) = written else { return Vec::new() };
            (0..form.rules.len()).filter(|by| written.overrides(*by, rule)).collect()
        };
        let error = space.formulas.comes(own, vec![DEPENDS]);
        let mut yes = Vec::new();
        for entry in &form.entries {
            let (Some(rule), Says::Class(class)) = (entry.rule, entry.says) else { continue };
            if !form.classes.get_index(class as usize).is_some_and(&is) {
                continue;
            }
            let beaten = defeated_by(rule);
            let beaten =
                space.formulas.or(beaten.into_iter().filter_map(|it| form.rules.get(it)).map(|it| it.yes));
            let stands = space.formulas.not(beaten);
            yes.push(space.formulas.and([entry.when, stands]));
        }
        let yes = space.formulas.or(yes);
        let sound = space.formulas.not(error);
        Truth { yes: space.formulas.and([yes, sound]), error }
    }

    /// The parameter of an outcome of a decision.
    pub(super) fn parameter(
        &self,
        space: &mut Space,
        node: NodeId,
        decision: u32,
        outcome: u32,
        parameter: u32,
    ) -> Pieces {
        let own = self.base + decision;
        let error = space.formulas.comes(own, vec![GAP, CONFLICT, DEPENDS]);
        let Some(form) = self.decisions.get(decision as usize) else {
            return Pieces { error, ..Pieces::one(Piece::Opaque(node)) };
        };
        let mut all = Vec::new();
        let mut absent = Vec::new();
        for (index, class) in form.classes.iter().enumerate() {
            if class.outcome != outcome as usize {
                continue;
            }
            let here = space.formulas.comes(own, vec![FIRST_CLASS + index as u32]);
            match class.arguments.get(parameter as usize) {
                Some(Argument::Number(term, by)) => all.push((here, Piece::Number(term.clone(), *by))),
                Some(Argument::Choice(index)) => all.push((here, Piece::Choice(*index))),
                Some(Argument::Text(text)) => all.push((here, Piece::Text(Arc::clone(text)))),
                Some(Argument::Variable(var)) => all.push((here, Piece::Variable(*var))),
                Some(Argument::Absent) => absent.push(here),
                // A boolean parameter is asked as a condition; see `parameter_truth`.
                Some(Argument::Boolean(_) | Argument::Opaque(_)) | None => {
                    all.push((here, Piece::Opaque(node)));
                }
            }
        }
        let absent = space.formulas.or(absent);
        let present = space.formulas.not(absent);
        // Where the decision has another outcome the parameter is not observed: the first piece goes on there,
        // so that a condition on it does not say what the outcome is.
        let rest = space.formulas.or(all.iter().skip(1).map(|it| it.0));
        let rest = space.formulas.not(rest);
        if let Some(first) = all.first_mut() {
            first.0 = rest;
        }
        self.gathered(space, node, Pieces { all, present, error })
    }

    /// A boolean parameter of an outcome of a decision; none where it is no boolean.
    pub(super) fn parameter_truth(
        &self,
        space: &mut Space,
        decision: u32,
        outcome: u32,
        parameter: u32,
    ) -> Option<Form> {
        let form = self.decisions.get(decision as usize)?;
        let own = form.classes.iter().filter(|it| it.outcome == outcome as usize);
        let value = |it: &Class| it.arguments.get(parameter as usize).cloned();
        if !own.clone().any(|it| matches!(value(it), Some(Argument::Boolean(_)))) {
            return None;
        }
        let is = |it: &Class, wanted: &Argument| {
            it.outcome == outcome as usize && value(it).as_ref() == Some(wanted)
        };
        let truth = self.comes(space, decision, |it| is(it, &Argument::Boolean(true)));
        let absent = self.comes(space, decision, |it| is(it, &Argument::Absent));
        Some(Form::Condition(truth, space.formulas.not(absent.yes)))
    }
}

fn argument(piece: &Piece, node: NodeId) -> Argument {
    match piece {
        Piece::Number(term, by) => Argument::Number(term.clone(), *by),
        Piece::Choice(index) => Argument::Choice(*index),
        Piece::Text(text) => Argument::Text(Arc::clone(text)),
        Piece::Variable(var) => Argument::Variable(*var),
        Piece::Ratio(..) | Piece::Opaque(_) => Argument::Opaque(node),
    }
}
