//! Questions about a decision whose diagram of what stands is too large to be made: its rules are looked at one
//! by one and in pairs.
//!
//! A pair of rules names few facts, so each of these questions is small, and there are as many as pairs. What
//! is told of the whole decision by one diagram is told here only as far as all its pairs are.

use crate::{
    prove::{Existence, Prover, Question, Why},
    space::{
        diagram::{NO, Ref, Spent},
        normal::Says,
    },
};

impl Prover<'_> {
    pub(super) fn ask_in_pairs(&mut self, decision: usize, question: Question) -> Result<Existence, Spent> {
        let yes = |leaf: u32| leaf == 1;
        match question {
            Question::Decides(_, rule) => {
                let stands = self.stands(decision, rule)?;
                self.exists(stands, &yes, question)
            }
            Question::Conflicting(_, a, b) => {
                let differ = self.differ(decision, a, b)?;
                self.exists(differ, &yes, question)
            }
            Question::Conflict(_) => self.any_conflict(decision),
            Question::Gap(_) | Question::Otherwise(_) => {
                let fallback = self.cases.form(0, decision).is_some_and(|it| !it.fallback.is_empty());
                if self.is_collect(decision) || fallback != matches!(question, Question::Otherwise(_)) {
                    return Ok(Existence::No);
                }
                let rules = self.cases.form(0, decision).map_or(Vec::new(), |it| it.rules.clone());
                let mut left = self.accepted();
                for truth in rules {
                    // One rule after the other: what is left gets smaller, and is soon little.
                    let either = self.cases.space.formulas.or([truth.yes, truth.error]);
                    let either = self.cases.set(either)?;
                    left = self.cases.store.without(left, either)?;
                    if left == NO {
                        return Ok(Existence::No);
                    }
                }
                self.exists(left, &yes, question)
            }
            Question::Happens(_, outcome) => self.happens(decision, outcome, question),
            _ => Err(Spent),
        }
    }

    /// The accepted cases in which a rule holds and none that holds overrides it.
    pub(super) fn stands(&mut self, decision: usize, rule: usize) -> Result<Ref, Spent> {
        let holding = self.holding(decision, rule)?;
        let accepted = self.accepted();
        let mut stands = self.cases.store.and([accepted, holding])?;
        let rules = self.cases.form(0, decision).map_or(0, |it| it.rules.len());
        for by in 0..rules {
            if self.overrides(decision, by, rule) {
                let by = self.holding(decision, by)?;
                stands = self.cases.store.without(stands, by)?;
            }
        }
        Ok(stands)
    }

    pub(super) fn overrides(&self, decision: usize, rule: usize, other: usize) -> bool {
        self.hir.decisions.get(decision).is_some_and(|it| it.overrides(rule, other))
    }

    /// The cases in which two rules stand and say different things.
    pub(super) fn differ(&mut self, decision: usize, a: usize, b: usize) -> Result<Ref, Spent> {
        if a == b || self.overrides(decision, a, b) || self.overrides(decision, b, a) {
            return Ok(NO);
        }
        let (one, other) = (self.holding(decision, a)?, self.holding(decision, b)?);
        if self.cases.store.and([one, other])? == NO {
            return Ok(NO);
        }
        let entries = self.cases.entries(0, decision);
        let mut parts = Vec::new();
        for one in entries.iter().filter(|it| it.rule == Some(a)) {
            for other in entries.iter().filter(|it| it.rule == Some(b)) {
                let (Says::Class(first), Says::Class(second)) = (one.says, other.says) else { continue };
                if first != second {
                    let (one, other) = (self.cases.set(one.when)?, self.cases.set(other.when)?);
                    let both = self.cases.store.and([one, other])?;
                    let equal = self.cases.equal(0, decision, &[first, second])?;
                    parts.push(self.cases.store.without(both, equal)?);
                }
            }
        }
        let differ = self.cases.store.or(parts)?;
        if differ == NO {
            return Ok(NO);
        }
        let (one, other) = (self.stands(decision, a)?, self.stands(decision, b)?);
        self.cases.store.and([differ, one, other])
    }

    fn any_conflict(&mut self, decision: usize) -> Result<Existence, Spent> {
        if self.is_collect(decision) {
            return Ok(Existence::No);
        }
        let rules = self.cases.form(0, decision).map_or(0, |it| it.rules.len());
        let mut not_shown = None;
        for a in 0..rules {
            for b in a + 1..rules {
                self.cases.store.spend(1)?;
                let differ = self.differ(decision, a, b)?;
                if differ == NO {
                    continue;
                }
                match self.exists(differ, &|leaf| leaf == 1, Question::Conflict(decision))? {
                    Existence::No => {}
                    Existence::Yes(facts) => return Ok(Existence::Yes(facts)),
                    Existence::NotShown(why) => not_shown = Some(why),
                }
            }
        }
        Ok(not_shown.map_or(Existence::No, Existence::NotShown))
    }

    fn happens(&mut self, decision: usize, outcome: usize, question: Question) -> Result<Existence, Spent> {
        let Some(form) = self.cases.form(0, decision) else { return Err(Spent) };
        let says = |says| match says {
            Says::Class(class) => {
                form.classes.get_index(class as usize).map(|it| it.outcome) == Some(outcome)
            }
            Says::Error => false,
        };
        let own = form.entries.iter().filter(|it| says(it.says)).filter_map(|it| it.rule);
        let mut rules: Vec<usize> = own.collect();
        rules.dedup();
        let fallback = form.fallback.iter().any(|it| says(it.says));
        let mut shown = true;
        for rule in rules {
            let stands = self.stands(decision, rule)?;
            match self.exists(stands, &|leaf| leaf == 1, question)? {
                Existence::Yes(facts) => return Ok(Existence::Yes(facts)),
                // It may stand in conflict only.
                Existence::No => {}
                Existence::NotShown(_) => shown = false,
            }
        }
        match fallback {
            true => self.ask_in_pairs(decision, Question::Otherwise(decision)),
            false if shown => Ok(Existence::No),
            false => Ok(Existence::NotShown(Why::Steps)),
        }
    }
}
