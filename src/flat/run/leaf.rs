//! What a decision comes to at a leaf.

use std::collections::BTreeSet;

use crate::{
    eval::{Item, Slot},
    flat::{
        Argument, CellForm, Leaf, Read,
        cells::{ABSENT, UNKNOWN},
        run::{Came, Failure, Run},
    },
};

impl Run<'_> {
    pub(super) fn argument(&mut self, argument: Argument) -> Slot {
        let flat = self.flat;
        match argument {
            Argument::Cell(slot) => self.facts.slot(flat, slot as usize),
            Argument::Constant(index) => flat.constants.get(index as usize).map_or(Slot::Nothing, Slot::from),
            Argument::Code(code) => self.code(code).clone(),
        }
    }

    /// What a decision comes to at a leaf.
    pub(super) fn come(&mut self, decision: usize, leaf: usize) -> Came {
        let flat = self.flat;
        match flat.leaves.get(leaf) {
            Some(Leaf::Says(say)) => match self.say_one(decision, *say) {
                Some(outcome) => Came::Decided(outcome),
                None => self.say(decision, &[*say]),
            },
            Some(Leaf::All(says)) => match flat.decisions.get(decision).is_some_and(|it| it.collect) {
                true => self.collect(decision, says),
                false => self.say(decision, says),
            },
            Some(Leaf::Gap) => Came::Failed(Failure::Gap),
            Some(Leaf::Scan(rules)) => self.scan(decision, rules),
            _ => Came::Failed(Failure::Depends),
        }
    }

    /// Says an outcome, where all its arguments are numbers that are known: the way of nearly all decisions.
    fn say_one(&mut self, decision: usize, say: u32) -> Option<u32> {
        let flat = self.flat;
        let say = flat.says.get(say as usize)?;
        let state = self.room.states.get_mut(decision)?;
        if state.arguments.len() != say.arguments.len() {
            state.arguments.resize(say.arguments.len(), Slot::Nothing);
        }
        for (place, argument) in say.arguments.iter().enumerate() {
            let value = match argument {
                Argument::Cell(slot) => match (flat.forms.get(*slot as usize)?, self.cell(*slot)) {
                    (_, UNKNOWN | ABSENT) => return None,
                    (CellForm::Integer, value) => Slot::Integer(value.into()),
                    (CellForm::Choice, value) => Slot::Choice(u32::try_from(value).ok()?),
                    _ => return None,
                },
                Argument::Constant(index) => Slot::from(flat.constants.get(*index as usize)?),
                Argument::Code(code) => {
                    let code = *flat.codes.get(*code as usize).filter(|it| it.plain)?;
                    Slot::Integer(self.plain(code)?)
                }
            };
            *self.room.states.get_mut(decision)?.arguments.get_mut(place)? = value;
        }
        Some(say.outcome)
    }

    /// Says an outcome, where all of these are the same.
    fn say(&mut self, decision: usize, says: &[u32]) -> Came {
        let flat = self.flat;
        let mut arguments = match self.room.states.get_mut(decision) {
            Some(state) => std::mem::take(&mut state.arguments),
            None => Vec::new(),
        };
        arguments.clear();
        let (mut first, mut failed, mut open, mut conflict) = (None, false, None, false);
        for say in says.iter().filter_map(|it| flat.says.get(*it as usize)) {
            let outcome = *first.get_or_insert(say.outcome);
            conflict |= outcome != say.outcome;
            for (place, argument) in say.arguments.iter().enumerate() {
                let value = self.argument(*argument);
                match &value {
                    Slot::Failed => failed = true,
                    Slot::Unknown { .. } => open = open.or(Some(self.asked(*argument))),
                    _ => {}
                }
                // Only the arguments of one outcome can be compared.
                match arguments.get(place) {
                    _ if outcome != say.outcome => {}
                    None => arguments.push(value),
                    Some(said) => conflict |= *said != value,
                }
            }
        }
        if let Some(state) = self.room.states.get_mut(decision) {
            state.arguments = arguments;
        }
        match (failed, open, conflict, first) {
            (true, ..) => Came::Failed(Failure::Depends),
            (_, Some(fact), ..) => Came::Open(fact),
            (.., true, _) => Came::Failed(Failure::Conflict),
            (.., Some(outcome)) => Came::Decided(outcome),
            _ => Came::Failed(Failure::Gap),
        }
    }

    fn asked(&self, argument: Argument) -> Option<u32> {
        match argument {
            Argument::Cell(slot) => Some(slot),
            Argument::Constant(_) => None,
            Argument::Code(code) => self.missing(Read::Code(code)),
        }
    }

    fn collect(&mut self, decision: usize, says: &[u32]) -> Came {
        let flat = self.flat;
        let mut items = BTreeSet::new();
        for say in says.iter().filter_map(|it| flat.says.get(*it as usize)) {
            let mut arguments = Vec::with_capacity(say.arguments.len());
            for argument in &say.arguments {
                let value = self.argument(*argument);
                match value {
                    Slot::Failed => return Came::Failed(Failure::Depends),
                    Slot::Unknown { .. } => return Came::Open(self.asked(*argument)),
                    value => arguments.push(value),
                }
            }
            items.insert(Item { outcome: say.outcome as usize, arguments });
        }
        if let Some(state) = self.room.states.get_mut(decision) {
            state.items = items.into_iter().collect();
        }
        Came::Collected
    }

    /// What a decision comes to where rules have to be asked one by one.
    fn scan(&mut self, decision: usize, rules: &[u32]) -> Came {
        let flat = self.flat;
        let standing = match self.standing(rules) {
            Ok(standing) => standing,
            Err(came) => return came,
        };
        let says =
            standing.iter().filter_map(|it| flat.rules.get(*it as usize)).flat_map(|it| it.says.iter());
        let says: Vec<u32> = says.copied().collect();
        let own = flat.decisions.get(decision);
        match (own.is_some_and(|it| it.collect), standing.is_empty()) {
            (true, _) => self.collect(decision, &says),
            (false, false) => self.say(decision, &says),
            (false, true) => match own.and_then(|it| it.fallback) {
                Some(say) => self.say(decision, &[say]),
                None => Came::Failed(Failure::Gap),
            },
        }
    }

    /// Of these rules those that hold and that no rule that holds overrides; or what the decision comes to without
    /// them.
    pub(super) fn standing(&mut self, rules: &[u32]) -> Result<Vec<u32>, Came> {
        let flat = self.flat;
        let (mut truly, mut failed): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::new());
        for index in rules {
            let Some(rule) = flat.rules.get(*index as usize) else { continue };
            let holds = match rule.condition {
                None => &Slot::Boolean(true),
                Some(code) => self.code(code),
            };
            match holds {
                Slot::Boolean(true) => truly.push(*index),
                Slot::Failed => failed.push(*index),
                Slot::Unknown { .. } => {
                    return Err(Came::Open(rule.condition.and_then(|it| self.missing(Read::Code(it)))));
                }
                _ => {}
            }
        }
        let stands = |index: &u32| {
            let Some(rule) = flat.rules.get(*index as usize) else { return false };
            !truly
                .iter()
                .filter_map(|it| flat.rules.get(*it as usize))
                .any(|by| by.rule != rule.rule && by.overrides.contains(rule.rule as usize))
        };
        match failed.iter().any(stands) {
            true => Err(Came::Failed(Failure::Depends)),
            false => Ok(truly.iter().copied().filter(|it| stands(it)).collect()),
        }
    }
}
