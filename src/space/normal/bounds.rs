//! What bounds, presence and lengths say of the cases that a policy accepts, where the space is wider than it.

use std::sync::Arc;

use crate::{
    schema::Type,
    space::{Key, OTHER_TEXT, Space, formula::Formula, linear::Var, normal::Normal},
};

impl Normal<'_> {
    /// What holds of the facts of accepted cases because of their bounds, where the space is wider: another
    /// policy of it has other bounds, or other values in an enumeration.
    pub(crate) fn bounds(&self, space: &mut Space) -> Vec<Formula> {
        let mut bounds = Vec::new();
        for (index, (slot, vars)) in self.hir.schema.slots.iter().zip(&self.facts).enumerate() {
            bounds.extend(self.required(space, index));
            let Some(var) = vars.value else { continue };
            let within = match self.choices.get(&var) {
                // All that there are.
                Some(values) if space.range_of(var) == (0, values.len() as i128 - 1) => continue,
                Some(values) => {
                    let mut values = values.clone();
                    values.sort_unstable();
                    space.one_of(var, values.into_iter().map(|it| (it, it)).collect())
                }
                None if matches!(slot.ty, Type::Text { .. }) && space.policies > 1 => {
                    match self.fitting(space, slot.ty, var) {
                        Some(fitting) => fitting,
                        None => continue,
                    }
                }
                None if matches!(
                    slot.ty,
                    Type::Boolean | Type::Text { .. } | Type::Record | Type::Items(_)
                ) =>
                {
                    continue;
                }
                None if space.range_of(var) != (slot.low, slot.high) => {
                    space.one_of(var, vec![(slot.low, slot.high)])
                }
                None => continue,
            };
            // What is not there has no value.
            let there = self.there(space, index, None);
            let none = space.formulas.not(there);
            bounds.push(space.formulas.or([none, within]));
        }
        bounds
    }

    /// That a fact is there which this policy requires, and another policy of the space does not.
    fn required(&self, space: &mut Space, slot: usize) -> Option<Formula> {
        let declared = self.hir.schema.slots.get(slot)?;
        let vars = self.facts.get(slot)?;
        let present = space.variables.get_index_of(&Key::Present(declared.path.clone()))?;
        if vars.present.is_some() {
            return None;
        }
        let own = space.one_of(present as Var, vec![(1, 1)]);
        let around = self.around(space, slot, declared.within);
        let outside = space.formulas.not(around);
        Some(space.formulas.or([own, outside]))
    }

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
    fn fitting(&self, space: &mut Space, ty: Type, var: Var) -> Option<Formula> {
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
