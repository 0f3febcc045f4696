//! What is so in one case: the values of variables, and which formulas hold there.
//!
//! Where a diagram says whether there is a case, this says what a case is one of. A fact that is not known or
//! not there has no value, and what stands for something that is not looked into has none either; a formula that
//! turns on such a value is neither true nor false here.

use crate::{
    space::{
        Key, Space,
        cases::Cases,
        diagram::{Ref, Store},
        formula::{Formula, Shape},
        linear::{Linear, Var},
    },
    value::{Known, Scalar},
};

/// A case.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    /// By variable.
    values: Vec<Option<i128>>,
    /// By formula.
    truths: Vec<Option<bool>>,
}

impl Point {
    /// The case of a policy with these facts.
    pub(crate) fn new(cases: &Cases<'_>, policy: usize, facts: &[Known]) -> Point {
        let mut point = Point { values: vec![None; cases.space.variables.len()], truths: Vec::new() };
        point.tell(cases, policy, facts);
        for var in 0..point.values.len() {
            let derived = cases.space.variables.get_index(var).and_then(|it| point.derived(it.0));
            if let (Some(value), Some(place)) = (derived, point.values.get_mut(var)) {
                *place = Some(value);
            }
        }
        for formula in 0..cases.space.formulas.len() as Formula {
            let truth = point.truth_of(cases, formula);
            point.truths.push(truth);
        }
        point
    }

    /// Whether a formula holds.
    pub(crate) fn holds(&self, formula: Formula) -> Option<bool> {
        self.truths.get(formula as usize).copied().flatten()
    }

    /// The value of a term.
    pub(crate) fn value(&self, term: &[(Var, i128)]) -> Option<i128> {
        let linear = Linear { terms: term.to_vec(), constant: 0 };
        self.reckoned(&linear)
    }

    fn reckoned(&self, term: &Linear) -> Option<i128> {
        term.value(|var| self.values.get(var as usize).copied().flatten())
    }

    fn tell(&mut self, cases: &Cases<'_>, policy: usize, facts: &[Known]) {
        let Some(normal) = cases.policies.get(policy) else { return };
        for (vars, known) in normal.facts.iter().zip(facts) {
            let present = match known {
                Known::Unknown => None,
                Known::Absent => Some(0),
                Known::Value(_) => Some(1),
            };
            self.set(vars.present, present);
            let (Some(var), Known::Value(value)) = (vars.value, known) else { continue };
            let value = match value {
                Scalar::Number(value) => Some(*value),
                Scalar::Boolean(value) => Some(i128::from(*value)),
                Scalar::Choice(index) => normal.choice(var, *index),
                Scalar::Text(text) => Some(text_value(&cases.space, text)),
            };
            self.set(Some(var), value);
        }
    }

    fn set(&mut self, var: Option<Var>, value: Option<i128>) {
        if let Some(place) = var.and_then(|it| self.values.get_mut(it as usize)) {
            *place = value;
        }
    }

    /// What rounding and its like make of other variables, which come before.
    fn derived(&self, key: &Key) -> Option<i128> {
        match key {
            Key::Rounded(term, by, how) => how.divide(self.reckoned(term)?, *by),
            Key::Product(a, b) => self.reckoned(a)?.checked_mul(self.reckoned(b)?),
            Key::Fact(_) | Key::Present(_) | Key::Opaque(..) => None,
        }
    }

    fn truth_of(&self, cases: &Cases<'_>, formula: Formula) -> Option<bool> {
        match cases.space.formulas.shape(formula) {
            Shape::Constant(value) => Some(*value),
            Shape::Within(dimension, intervals) => {
                let term = cases.space.dimensions.get_index(*dimension as usize)?.0;
                let value = self.value(term)?;
                Some(intervals.iter().any(|it| it.0 <= value && value <= it.1))
            }
            Shape::Not(inner) => Some(!self.holds(*inner)?),
            Shape::And(parts) => self.all(parts, true),
            Shape::Or(parts) => self.all(parts, false),
            Shape::Comes(decision, leaves) => {
                let comes = cases.decisions.get(*decision as usize)?.as_ref()?.comes;
                let leaf = self.leaf(cases, &cases.store, comes)?;
                Some(leaves.binary_search(&leaf).is_ok())
            }
        }
    }

    /// `and` over all parts where `all`, else `or`.
    fn all(&self, parts: &[Formula], all: bool) -> Option<bool> {
        let mut unknown = false;
        for part in parts {
            match self.holds(*part) {
                Some(truth) if truth != all => return Some(!all),
                Some(_) => {}
                None => unknown = true,
            }
        }
        (!unknown).then_some(all)
    }

    fn leaf(&self, cases: &Cases<'_>, store: &Store, root: Ref) -> Option<u32> {
        let mut at = root;
        loop {
            if let Some(leaf) = at.as_leaf() {
                return Some(leaf);
            }
            at = store.child(at, self.value(cases.term(store.level(at)))?);
        }
    }
}

/// The value of a text: that of all that no condition names is one.
pub(crate) fn text_value(space: &Space, text: &str) -> i128 {
    space.texts.get_index_of(text).map_or(crate::space::OTHER_TEXT, |it| it as i128)
}
