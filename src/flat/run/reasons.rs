//! Which rules decide.

use crate::flat::{
    Leaf,
    run::{Came, Failure, Run},
    why::{Piece, Why},
};

impl Run<'_> {
    /// Finds the rules that decide, or that are in conflict, and the values in their texts, given what the decision came
    /// to.
    pub(super) fn reasons(&mut self, decision: usize, came: Came, whys: &[Why]) {
        let mut rules = std::mem::take(&mut self.room.rules);
        let mut told = std::mem::take(&mut self.room.told);
        rules.clear();
        told.clear();
        if matches!(came, Came::Decided(_) | Came::Collected | Came::Failed(Failure::Conflict))
            && self.deciding(decision, &mut rules)
            && rules.is_empty()
            && matches!(came, Came::Decided(_))
        {
            // What decides where no rule holds stands last.
            rules.extend(whys.len().checked_sub(1).map(|it| it as u32));
        }
        for why in rules.iter().filter_map(|it| whys.get(*it as usize)) {
            for piece in why.because.iter().flatten() {
                if let Piece::Value { value, .. } = piece {
                    told.push(self.argument(*value));
                }
            }
        }
        self.room.rules = rules;
        self.room.told = told;
    }

    /// Adds the rules that decide; whether it is known which these are.
    fn deciding(&mut self, decision: usize, rules: &mut Vec<u32>) -> bool {
        let flat = self.flat;
        let Some(jump) = flat.fast.reasons(decision) else { return false };
        let Ok(leaf) = self.walk(jump.start(self.facts.all)) else { return false };
        match flat.leaves.get(leaf) {
            Some(Leaf::Rules(all)) => rules.extend_from_slice(all),
            Some(Leaf::Scan(all)) => match self.standing(all) {
                Ok(standing) => {
                    let named = standing.iter().filter_map(|it| flat.rules.get(*it as usize));
                    rules.extend(named.map(|it| it.rule));
                }
                Err(_) => return false,
            },
            _ => return false,
        }
        true
    }
}
