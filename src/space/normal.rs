//! The normal form of a program: each node a formula, or a few linear terms, each with the condition under
//! which it is the value.
//!
//! Nodes are taken in their order, so operands are there before what reads them. What is piecewise (cases of a
//! definition, `least`, sums over items) becomes *pieces*, as long as they are few; what is not linear becomes a
//! variable of its own. A formula of a node is what it is where it is observed: outside its guard it may say
//! anything, as an evaluator may.
//!
//! **Errors.** A condition is true, false, or in error because it reads a decision in error. Two formulas say
//! when it is true ([`Truth::yes`]) and when it is in error ([`Truth::error`]); they exclude each other.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::{
    hir::Hir,
    ir::{NodeId, Op, Program},
    schema::Type,
    source::Span,
    space::{
        Key, Space,
        formula::{FALSE, Formula, TRUE},
        linear::{Linear, Var},
        shapes::Of,
    },
    value::Scalar,
};

mod bounds;
mod condition;
mod decision;
mod number;
mod time;

pub(crate) use decision::{
    Argument, CONFLICT, Class, DEPENDS, DecisionForm, Entry, FIRST_CLASS, GAP, OUTSIDE, Says,
};

/// The most pieces that a value may have.
const MOST_PIECES: usize = 64;

/// When a condition is true, and when it is in error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Truth {
    pub yes: Formula,
    pub error: Formula,
}

impl Truth {
    const fn certain(yes: Formula) -> Truth {
        Truth { yes, error: FALSE }
    }
}

/// A value that a node has under some condition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Piece {
    /// A linear term divided by a positive number.
    Number(Linear, i128),
    /// A linear term divided by another.
    Ratio(Linear, Linear),
    /// A value of an enumeration, by its index in the policy.
    Choice(u32),
    /// A text.
    Text(Arc<str>),
    /// The value of a fact with an enumeration or a text.
    Variable(Var),
    /// What is not looked into, by the node that makes it.
    Opaque(NodeId),
}

/// What a node is.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    /// A condition, and when it has a value at all.
    Condition(Truth, Formula),
    /// A value.
    Value(Pieces),
}

impl Form {
    const fn condition(truth: Truth) -> Form {
        Form::Condition(truth, TRUE)
    }

    fn nothing() -> Form {
        Form::Value(Pieces { all: Vec::new(), present: FALSE, error: FALSE })
    }
}

/// The values of a node, each with its condition; the conditions exclude each other.
#[derive(Clone, Debug)]
pub(crate) struct Pieces {
    pub all: Vec<(Formula, Piece)>,
    /// When there is a value.
    pub present: Formula,
    /// When it reads a decision in error.
    pub error: Formula,
}

impl Pieces {
    fn one(piece: Piece) -> Pieces {
        Pieces { all: vec![(TRUE, piece)], present: TRUE, error: FALSE }
    }
}

/// A policy in its normal form.
#[derive(Debug)]
pub(crate) struct Normal<'p> {
    pub hir: &'p Hir,
    pub program: &'p Program,
    /// What each node is; none for those that only texts read.
    forms: Vec<Option<Form>>,
    /// Its decisions.
    pub decisions: Vec<DecisionForm>,
    /// What makes its decisions different from those of another policy of the space: the first is 0.
    pub base: u32,
    /// For each fact whose values are those of an enumeration, their values in the space.
    choices: FxHashMap<Var, Vec<i128>>,
    /// The variables of the facts, by slot.
    pub facts: Vec<FactVars>,
    /// The facts that are of another type in an earlier policy of the space: they have variables of their own.
    pub apart: BTreeSet<String>,
    /// How many variables there were before it.
    pub before: usize,
    /// Its place among the policies of the space.
    pub index: usize,
}

/// The variables of a fact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FactVars {
    /// Its value.
    pub value: Option<Var>,
    /// Whether it is there, where that is its own question.
    pub present: Option<Var>,
}

/// Turns a program into its normal form in `space`. `base` numbers its decisions; `apart` are its facts that have
/// another type in an earlier policy.
pub(crate) fn normalise<'p>(
    hir: &'p Hir,
    program: &'p Program,
    space: &mut Space,
    base: u32,
    apart: BTreeSet<String>,
) -> Normal<'p> {
    let mut it = Normal {
        hir,
        program,
        forms: Vec::with_capacity(program.nodes.len()),
        decisions: program.decisions.iter().map(|_| DecisionForm::default()).collect(),
        base,
        choices: FxHashMap::default(),
        facts: Vec::new(),
        apart,
        before: space.variables.len(),
        index: space.policies,
    };
    space.policies += 1;
    it.declare(space);
    let needed = it.needed();
    for (node, op) in program.nodes.iter().enumerate() {
        let form = match (op, needed.get(node)) {
            (Op::Decision(index), _) => {
                it.decision(space, *index as usize);
                None
            }
            (_, Some(true)) => Some(it.form(space, node as NodeId, op)),
            _ => None,
        };
        it.forms.push(form);
    }
    it
}

impl Normal<'_> {
    /// Which nodes matter: all but those that only texts read.
    fn needed(&self) -> Vec<bool> {
        let mut needed = vec![false; self.program.nodes.len()];
        let rules = self.program.decisions.iter().flat_map(|it| it.rules.iter().chain(&it.fallback));
        let said = rules.flat_map(|it| {
            it.condition.iter().copied().chain(it.then.iter().flat_map(|it| it.arguments.iter().copied()))
        });
        let duties = self.program.decisions.iter().flat_map(|it| &it.obligations);
        let duties = duties.chain(&self.program.obligations).filter_map(|it| it.condition);
        let claims = self.program.properties.iter().chain(&self.program.assumes).copied();
        let mut open: Vec<NodeId> = said.chain(duties).chain(claims).collect();
        while let Some(node) = open.pop() {
            if let (Some(needed @ false), Some(op)) =
                (needed.get_mut(node as usize), self.program.nodes.get(node as usize))
            {
                *needed = true;
                op.each_operand(|it| open.push(it));
            }
        }
        needed
    }

    /// Makes the variables of all facts, and says what holds of them in every case.
    fn declare(&mut self, space: &mut Space) {
        for (index, slot) in self.hir.schema.slots.iter().enumerate() {
            let mut vars = FactVars::default();
            let path = self.key_of(&slot.path);
            let key = Key::Fact(path.clone());
            match slot.ty {
                Type::Record => {}
                Type::Boolean => vars.value = Some(space.variable(key, 0, 1)),
                Type::Choice(enumeration) => {
                    let names =
                        self.hir.schema.enumerations.get(enumeration).map_or(&[][..], |it| &it.choices);
                    let values = space.choices(&path, names.iter().map(|it| it.name.as_str()));
                    let var = space.variable(key, 0, values.iter().copied().max().unwrap_or(0));
                    self.choices.insert(var, values);
                    vars.value = Some(var);
                }
                Type::Text { .. } | Type::Items(_) => vars.value = Some(space.text_variable(key)),
                _ => vars.value = Some(number::counted(space, key, slot)),
            }
            if slot.optional || slot.ty == Type::Record {
                vars.present = Some(space.variable(Key::Present(slot.path.clone()), 0, 1));
            }
            self.facts.push(vars);
            if let (Some(var), Some(within)) = (vars.present, slot.within) {
                // What is around it is not there: neither is this.
                let around = self.there(space, within, Some(index));
                let own = space.one_of(var, vec![(0, 0)]);
                let side = space.formulas.or([own, around]);
                space.sides.push((var, side));
            }
        }
    }

    /// The path of a fact in the space.
    pub(crate) fn key_of(&self, path: &str) -> String {
        match self.apart.contains(path) {
            true => format!("{path} of {}", self.base),
            false => path.to_owned(),
        }
    }

    /// When the fact or record in a slot is there; for a list's slot, when it has the item of `inside`.
    pub(crate) fn there(&self, space: &mut Space, slot: usize, inside: Option<usize>) -> Formula {
        let Some(declared) = self.hir.schema.slots.get(slot) else { return TRUE };
        let own = self.facts.get(slot).copied().unwrap_or_default();
        if let (Some(list), Some(inside)) = (self.hir.schema.list_at(slot), inside) {
            let index = inside.saturating_sub(list.first).checked_div(list.stride).unwrap_or(0);
            let has = own.value.map_or(TRUE, |var| space.one_of(var, vec![(index as i128 + 1, i128::MAX)]));
            let outer = self.around(space, slot, declared.within);
            return space.formulas.and([has, outer]);
        }
        match own.present {
            // What is around an optional one is there where it is: a side condition says so.
            Some(var) => space.one_of(var, vec![(1, 1)]),
            None => self.around(space, slot, declared.within),
        }
    }

    fn around(&self, space: &mut Space, slot: usize, within: Option<usize>) -> Formula {
        match within.filter(|it| *it < slot) {
            Some(within) => self.there(space, within, Some(slot)),
            None => TRUE,
        }
    }

    /// The conditions of all rules.
    pub(crate) fn roots(&self) -> Vec<Formula> {
        self.decisions.iter().flat_map(|it| it.entries.iter().chain(&it.fallback).map(|it| it.when)).collect()
    }

    /// What a node is.
    pub(crate) fn form_of(&self, node: NodeId) -> Option<&Form> {
        self.forms.get(node as usize).and_then(Option::as_ref)
    }

    /// When a condition is true and when it is in error; one that is not written is true.
    pub(crate) fn truth(&self, condition: Option<NodeId>) -> Truth {
        match condition.map(|it| self.form_of(it)) {
            None => Truth::certain(TRUE),
            Some(Some(Form::Condition(truth, _))) => *truth,
            Some(_) => Truth::certain(FALSE),
        }
    }

    fn pieces(&self, node: NodeId) -> Pieces {
        match self.form_of(node) {
            Some(Form::Value(pieces)) => pieces.clone(),
            _ => Pieces::one(Piece::Opaque(node)),
        }
    }

    /// Where a node is written, as far as that is known.
    pub(crate) fn place(&self, node: NodeId) -> Option<Span> {
        self.program.places.get(node as usize).copied()
    }

    fn form(&self, space: &mut Space, node: NodeId, op: &Op) -> Form {
        match op {
            Op::Constant(index) => self.constant(*index),
            Op::Absent => Form::nothing(),
            Op::Fact(slot) => self.fact(space, *slot as usize),
            Op::RecordPresent(slot) => {
                Form::condition(Truth::certain(self.there(space, *slot as usize, None)))
            }
            Op::Present(value) => Form::condition(self.present(*value)),
            Op::Not(value) => {
                let truth = self.truth(Some(*value));
                let either = space.formulas.or([truth.yes, truth.error]);
                Form::condition(Truth { yes: space.formulas.not(either), error: truth.error })
            }
            Op::And(parts) => Form::condition(self.joined(space, parts, true)),
            Op::Or(parts) => Form::condition(self.joined(space, parts, false)),
            Op::Compare(order, a, b) => Form::condition(self.compare(space, node, *order, *a, *b)),
            Op::OneOf(value, constants) => Form::condition(self.one_of(space, node, *value, constants)),
            Op::Cases { guarded, last } => self.cases(space, node, guarded, *last),
            Op::OutcomeIs(decision, outcomes) => {
                let is = |class: &Class| outcomes.contains(&(class.outcome as u32));
                Form::condition(self.comes(space, *decision, is))
            }
            Op::Includes(decision, outcome) => {
                let truth = self.includes(space, *decision, |it| it.outcome == *outcome as usize);
                Form::condition(truth)
            }
            Op::Empty(decision) => {
                let some = self.includes(space, *decision, |_| true);
                let either = space.formulas.or([some.yes, some.error]);
                Form::condition(Truth { yes: space.formulas.not(either), error: some.error })
            }
            Op::OutcomeParameter { decision, outcome, parameter } => {
                let truth = self.parameter_truth(space, *decision, *outcome, *parameter);
                truth.unwrap_or_else(|| {
                    Form::Value(self.parameter(space, node, *decision, *outcome, *parameter))
                })
            }
            Op::Collected(decision) => {
                let error = self.includes(space, *decision, |_| true).error;
                Form::Value(Pieces { error, ..Pieces::one(Piece::Opaque(node)) })
            }
            Op::InCurrency { value, place, count } => self.in_currency(space, node, *value, *place, *count),
            Op::Decision(_) => Form::nothing(),
            _ => self.number(space, node, op),
        }
    }

    fn constant(&self, index: u32) -> Form {
        match self.program.constants.get(index as usize) {
            Some(Scalar::Boolean(value)) => {
                Form::condition(Truth::certain(if *value { TRUE } else { FALSE }))
            }
            Some(Scalar::Number(value)) => {
                Form::Value(Pieces::one(Piece::Number(Linear::constant(*value), 1)))
            }
            Some(Scalar::Choice(index)) => Form::Value(Pieces::one(Piece::Choice(*index))),
            Some(Scalar::Text(text)) => Form::Value(Pieces::one(Piece::Text(Arc::clone(text)))),
            None => Form::nothing(),
        }
    }

    fn fact(&self, space: &mut Space, slot: usize) -> Form {
        let ty = self.hir.schema.slots.get(slot).map(|it| it.ty);
        let var = self.facts.get(slot).and_then(|it| it.value);
        let (Some(ty), Some(var)) = (ty, var) else { return Form::condition(Truth::certain(FALSE)) };
        let piece = match ty {
            Type::Boolean => {
                let yes = space.one_of(var, vec![(1, 1)]);
                return Form::Condition(Truth::certain(yes), self.there(space, slot, None));
            }
            Type::Choice(_) | Type::Text { .. } | Type::Items(_) => Piece::Variable(var),
            _ => Piece::Number(Linear::variable(var), 1),
        };
        let present = self.there(space, slot, None);
        Form::Value(Pieces { all: vec![(TRUE, piece)], present, error: FALSE })
    }

    /// When a node has a value.
    fn present(&self, node: NodeId) -> Truth {
        match self.form_of(node) {
            Some(Form::Value(pieces)) => Truth { yes: pieces.present, error: pieces.error },
            Some(Form::Condition(truth, present)) => Truth { yes: *present, error: truth.error },
            None => Truth::certain(TRUE),
        }
    }

    /// `and` where `all`, else `or`: one operand that settles it is enough; else one in error makes it one.
    fn joined(&self, space: &mut Space, parts: &[NodeId], all: bool) -> Truth {
        let truths: Vec<Truth> = parts.iter().map(|it| self.truth(Some(*it))).collect();
        let formulas = &mut space.formulas;
        let yes: Vec<Formula> = truths.iter().map(|it| it.yes).collect();
        let error = formulas.or(truths.iter().map(|it| it.error));
        if all {
            let mut open = Vec::with_capacity(truths.len() + 1);
            if error != FALSE {
                for it in &truths {
                    open.push(formulas.or([it.yes, it.error]));
                }
                open.push(error);
            }
            let error = if open.is_empty() { FALSE } else { formulas.and(open) };
            return Truth { yes: formulas.and(yes), error };
        }
        let yes = formulas.or(yes);
        let no = formulas.not(yes);
        Truth { yes, error: formulas.and([error, no]) }
    }

    /// The first case whose guard holds.
    fn cases(&self, space: &mut Space, node: NodeId, guarded: &[(NodeId, NodeId)], last: NodeId) -> Form {
        let mut left = TRUE;
        let mut error = FALSE;
        let mut reached: Vec<(Formula, NodeId)> = Vec::with_capacity(guarded.len() + 1);
        for (guard, value) in guarded {
            let truth = self.truth(Some(*guard));
            let here = space.formulas.and([left, truth.yes]);
            let failed = space.formulas.and([left, truth.error]);
            error = space.formulas.or([error, failed]);
            reached.push((here, *value));
            let no = space.formulas.or([truth.yes, truth.error]);
            let no = space.formulas.not(no);
            left = space.formulas.and([left, no]);
        }
        reached.push((left, last));
        reached.retain(|it| it.0 != FALSE);
        let is_condition = reached.iter().any(|it| matches!(self.form_of(it.1), Some(Form::Condition(..))));
        if is_condition {
            let mut yes = Vec::with_capacity(reached.len());
            let mut present = Vec::with_capacity(reached.len());
            for (here, value) in &reached {
                let truth = self.truth(Some(*value));
                yes.push(space.formulas.and([*here, truth.yes]));
                let there = self.present(*value).yes;
                present.push(space.formulas.and([*here, there]));
                let failed = space.formulas.and([*here, truth.error]);
                error = space.formulas.or([error, failed]);
            }
            return Form::Condition(Truth { yes: space.formulas.or(yes), error }, space.formulas.or(present));
        }
        let mut pieces = Pieces { all: Vec::new(), present: FALSE, error };
        for (here, value) in &reached {
            let own = self.pieces(*value);
            for (when, piece) in own.all {
                pieces.all.push((space.formulas.and([*here, when]), piece));
            }
            let present = space.formulas.and([*here, own.present]);
            pieces.present = space.formulas.or([pieces.present, present]);
            let failed = space.formulas.and([*here, own.error]);
            pieces.error = space.formulas.or([pieces.error, failed]);
        }
        Form::Value(self.gathered(space, node, pieces))
    }

    /// Pieces of one value become one; where there are too many, the value is not looked into.
    fn gathered(&self, space: &mut Space, node: NodeId, pieces: Pieces) -> Pieces {
        let mut by_value: indexmap::IndexMap<Piece, Vec<Formula>> = indexmap::IndexMap::new();
        for (when, piece) in pieces.all {
            if when != FALSE {
                by_value.entry(piece).or_default().push(when);
            }
        }
        if by_value.len() > MOST_PIECES {
            let piece = self.unseen(space, node, &by_value.into_keys().collect::<Vec<_>>());
            return Pieces { all: vec![(TRUE, piece)], ..pieces };
        }
        let all = by_value.into_iter().map(|(piece, when)| (space.formulas.or(when), piece)).collect();
        Pieces { all, ..pieces }
    }

    /// A free variable for a number that may be any of these; for anything else the node itself.
    fn unseen(&self, space: &mut Space, node: NodeId, pieces: &[Piece]) -> Piece {
        let mut range: Option<(i128, i128)> = None;
        let mut operands = Vec::new();
        for piece in pieces {
            let Piece::Number(term, 1) = piece else { return Piece::Opaque(node) };
            let Some((low, high)) = space.range(term) else { return Piece::Opaque(node) };
            range = Some(range.map_or((low, high), |it| (it.0.min(low), it.1.max(high))));
            operands.push(term.clone());
        }
        let Some(range) = range else { return Piece::Opaque(node) };
        let key = Key::Opaque("one of".to_owned(), operands);
        Piece::Number(Linear::variable(space.opaque(key, range, self.place(node))), 1)
    }

    /// A condition that is not looked into: true or false as it likes.
    fn unseen_condition(&self, space: &mut Space, node: NodeId, what: &str, operands: &[&Pieces]) -> Truth {
        let terms = operands.iter().map(|it| match it.all.as_slice() {
            [(TRUE, Piece::Number(term, 1))] => Some(term.clone()),
            [(TRUE, Piece::Variable(var))] => Some(Linear::variable(*var)),
            _ => None,
        });
        let terms: Option<Vec<Linear>> = terms.collect();
        // Two policies share it where its operands tell what it is.
        let key = match terms {
            Some(terms) => Key::Opaque(what.to_owned(), terms),
            None => Key::Opaque(self.shape(space, what, node), Vec::new()),
        };
        let var = space.opaque(key, (0, 1), self.place(node));
        let error = space.formulas.or(operands.iter().map(|it| it.error));
        let some = space.one_of(var, vec![(1, 1)]);
        let sound = space.formulas.not(error);
        Truth { yes: space.formulas.and([some, sound]), error }
    }

    /// A name for what a node is, that a node of another policy has only if it is the same.
    fn shape(&self, space: &mut Space, what: &str, node: NodeId) -> String {
        let of = Of { index: self.index, hir: self.hir, program: self.program };
        format!("{what} #{}", space.shapes.node(of, node))
    }

    /// The index in the policy of a value in the space of an enumeration.
    pub(crate) fn choice_at(&self, var: Var, value: i128) -> u32 {
        match self.choices.get(&var) {
            Some(values) => values.iter().position(|it| *it == value).unwrap_or(0) as u32,
            None => u32::try_from(value).unwrap_or(0),
        }
    }

    /// The value in the space of a value of an enumeration, for the fact of this variable. What is no fact has
    /// the indices of the policy.
    pub(crate) fn choice(&self, var: Var, index: u32) -> Option<i128> {
        match self.choices.get(&var) {
            Some(values) => values.get(index as usize).copied(),
            None => Some(i128::from(index)),
        }
    }
}
