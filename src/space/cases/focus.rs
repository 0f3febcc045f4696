//! Which of what holds in every case can be told from what is looked at: a record that nothing names need not
//! be there, and whether it is says nothing of any other.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::{
    schema::Type,
    space::{
        Key, OTHER_TEXT, Space,
        cases::Cases,
        formula::{Formula, Shape},
        linear::Var,
        normal::{Argument, Normal},
    },
};

impl Cases<'_> {
    /// What holds in every case of the variables that the conditions, arguments and duties of a policy name.
    pub(super) fn sides_that_matter(&self, policy: usize) -> Vec<Formula> {
        let Some(normal) = self.policies.get(policy) else { return Vec::new() };
        let program = normal.program;
        let mut open: Vec<Formula> = normal.roots();
        let duties = program.decisions.iter().flat_map(|it| &it.obligations).chain(&program.obligations);
        let conditions = duties.filter_map(|it| it.condition).chain(program.assumes.iter().copied());
        for condition in conditions {
            let truth = normal.truth(Some(condition));
            open.extend([truth.yes, truth.error]);
        }
        let mut vars: BTreeSet<Var> = BTreeSet::new();
        for class in normal.decisions.iter().flat_map(|it| &it.classes) {
            for argument in &class.arguments {
                match argument {
                    Argument::Number(term, _) => vars.extend(term.terms.iter().map(|it| it.0)),
                    Argument::Variable(var) => drop(vars.insert(*var)),
                    _ => {}
                }
            }
        }
        let mut seen = vec![false; self.space.formulas.len()];
        let mut taken = vec![false; self.space.sides.len()];
        let mut sides = Vec::new();
        loop {
            self.named(&mut open, &mut seen, &mut vars);
            self.and_what_they_are_made_of(&mut vars);
            let before = sides.len();
            for ((var, side), taken) in self.space.sides.iter().zip(&mut taken) {
                if !*taken && vars.contains(var) {
                    *taken = true;
                    sides.push(*side);
                    open.push(*side);
                }
            }
            if sides.len() == before {
                return sides;
            }
        }
    }

    /// The variables that formulas name.
    fn named(&self, open: &mut Vec<Formula>, seen: &mut [bool], vars: &mut BTreeSet<Var>) {
        while let Some(at) = open.pop() {
            match seen.get_mut(at as usize) {
                Some(seen @ false) => *seen = true,
                _ => continue,
            }
            if let Shape::Within(dimension, _) = self.space.formulas.shape(at) {
                let term = self.space.dimensions.get_index(*dimension as usize);
                vars.extend(term.into_iter().flat_map(|it| it.0).map(|it| it.0));
            }
            self.space.formulas.each_operand(at, |it| open.push(it));
        }
    }

    /// What is made of others comes with them.
    pub(crate) fn and_what_they_are_made_of(&self, vars: &mut BTreeSet<Var>) {
        let mut open: Vec<Var> = vars.iter().copied().collect();
        while let Some(var) = open.pop() {
            if let Some((Key::Rounded(term, ..), _)) = self.space.variables.get_index(var as usize) {
                open.extend(term.terms.iter().map(|it| it.0).filter(|it| vars.insert(*it)));
            }
        }
    }
}

impl Normal<'_> {
    /// Says that a fact is none of the texts that are too long for it; of two policies each says so for itself.
    pub(crate) fn fit_texts(&self, space: &mut Space) {
        if space.policies > 1 {
            return;
        }
        for (slot, vars) in self.hir.schema.slots.iter().zip(&self.facts) {
            let Some(var) = vars.value else { continue };
            if let Some(side) = self.fitting(space, slot.ty, var) {
                space.sides.push((var, side));
            }
        }
    }

    /// The texts that are not too long for a fact; none where that is all.
    pub(crate) fn fitting(&self, space: &mut Space, ty: Type, var: Var) -> Option<Formula> {
        let Type::Text { longest } = ty else { return None };
        let fits = |it: &Arc<str>| it.chars().count() <= longest as usize;
        if space.texts.iter().all(fits) {
            return None;
        }
        let named = (0_i128..).zip(&space.texts).filter(|it| fits(it.1)).map(|it| (it.0, it.0));
        let values = std::iter::once((OTHER_TEXT, OTHER_TEXT)).chain(named).collect();
        Some(space.one_of(var, values))
    }
}
