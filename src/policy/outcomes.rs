//! Outcomes of many cases, one after the other: from the compiled form where it is certain, else from the policy.
//!
//! ```text
//!   facts ──▶ cells ──▶ compiled form ── all is known, or it is as exact as the policy ──▶ text
//!                            └── anything else ──▶ Policy::decide ── Answer::outcomes ──▶ the same text
//! ```
//!
//! The compiled form says what the policy says where every fact is known. Where some are not, the policy may know
//! better: that the others are enough, that no case has these facts, or, of a decision that is cautious, less.

use crate::{
    compiled::{Case, OutcomeWriter, Refused, Standing},
    policy::{Answer, DecideError, Facts, FactsError, Policy, Status, unknown_decision},
};

/// Answers cases one after the other, with outcomes alone. For one thread; another thread has another.
#[derive(Clone, Debug)]
pub struct Outcomes {
    policy: Policy,
    asked: Vec<usize>,
    writer: OutcomeWriter,
    case: Case,
    /// For each assume the facts that it reads.
    assumed: Vec<Vec<usize>>,
    /// Whether all decisions asked are exact; asked for when some fact is not known.
    exact: Option<bool>,
    another_day: bool,
}

impl Policy {
    /// Prepares to say the outcomes of many cases: of all decisions, or of those that are named.
    ///
    /// ```
    /// # let policy = evenhand::Policy::compile("policy a language 1\nfacts { n: integer between 0 and 9 }\n\
    /// #     decision d { outcome yes outcome no rule r { when n > 4 then yes } otherwise no }")?;
    /// let mut outcomes = policy.outcomes::<&str>(&[])?;
    /// let mut text = String::new();
    /// for case in [r#"{"n": 7}"#, r#"{"n": 2}"#] {
    ///     outcomes.write_json(case, &mut text)?;
    ///     text.push('\n');
    /// }
    /// assert_eq!(text.lines().next(), Some(r#"{"d":{"outcome":"yes","parameters":{},"status":"decided"}}"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DecideError::UnknownDecision`].
    pub fn outcomes<N: AsRef<str>>(&self, names: &[N]) -> Result<Outcomes, DecideError> {
        let compiled = self.compiled();
        let mut ids = Vec::new();
        for name in names.iter().map(AsRef::as_ref) {
            ids.push(compiled.decision(name).ok_or_else(|| unknown_decision(self, name))?);
        }
        let writer = match names.is_empty() {
            true => compiled.outcome_writer(),
            false => compiled.outcome_writer_of(&ids),
        };
        let is_asked = |name: &str| names.is_empty() || names.iter().any(|it| it.as_ref() == name);
        let asked = self.decisions().enumerate().filter(|it| is_asked(it.1)).map(|it| it.0).collect();
        let program = &self.inner.program;
        let assumed = program.assumes.iter().map(|it| program.facts_of(*it)).collect();
        let (policy, case) = (self.clone(), compiled.case());
        Ok(Outcomes { policy, asked, writer, case, assumed, exact: None, another_day: false })
    }
}

impl Outcomes {
    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Reads facts from JSON text as [`Policy::facts_from_json`] does, and appends what [`Answer::outcomes`] says of
    /// them, as canonical JSON.
    ///
    /// # Errors
    ///
    /// What is wrong with the facts; then nothing is appended.
    pub fn write_json(&mut self, facts: &str, out: &mut String) -> Result<Standing, FactsError> {
        if let Some(standing) = self.write_fast(facts, out) {
            return Ok(standing);
        }
        let facts = self.policy.facts_from_json(facts)?;
        let answer = self.policy.answer_to(&self.asked, &facts);
        out.push_str(&answer.outcomes().canonical());
        Ok(answer.standing())
    }

    /// The same for facts that were read before.
    ///
    /// # Errors
    ///
    /// [`DecideError::ForeignFacts`] where another policy read them.
    pub fn write(&mut self, facts: &Facts, out: &mut String) -> Result<Standing, DecideError> {
        facts.put_into(&mut self.case)?;
        if let Some(standing) = self.certain(out) {
            return Ok(standing);
        }
        let answer = self.policy.answer(&self.asked, facts)?;
        out.push_str(&answer.outcomes().canonical());
        Ok(answer.standing())
    }

    /// The same from the compiled form alone; `None` where the policy has to be asked.
    pub(crate) fn write_fast(&mut self, facts: &str, out: &mut String) -> Option<Standing> {
        let read = self.case.read_json(facts);
        self.another_day = matches!(read, Err(Refused::NotInForce { .. }));
        match read {
            Ok(()) => self.certain(out),
            Err(_) => None,
        }
    }

    /// Whether the facts that were read last were refused because the policy is not in force on their day.
    pub(crate) fn is_of_another_day(&self) -> bool {
        self.another_day
    }

    /// Whether the day of the case that was read is known, where the policy is in force on some days only.
    pub(crate) fn is_dated(&self) -> bool {
        self.policy.inner.hir.chosen_by.is_some_and(|it| self.case.knows(it))
    }

    /// Writes what the case comes to, if that is certain.
    fn certain(&mut self, out: &mut String) -> Option<Standing> {
        let whole = self.case.knows_all();
        if !whole && !self.may_be_certain() {
            return None;
        }
        let before = out.len();
        match self.writer.write(&mut self.case, out) {
            Standing::Decided => Some(Standing::Decided),
            Standing::Failed if whole => Some(Standing::Failed),
            _ => {
                out.truncate(before);
                None
            }
        }
    }

    /// Whether there is a case that extends the known facts, and what is decided of them is decided by the policy.
    fn may_be_certain(&mut self) -> bool {
        // Assumes that have facts in common may together exclude what none excludes by itself. Those of which all
        // facts are known hold, those of which none is known hold in some case.
        let case = &self.case;
        let is_clear = |slots: &Vec<usize>| {
            let known = slots.iter().filter(|it| case.knows(**it)).count();
            known == 0 || known == slots.len()
        };
        if !self.assumed.iter().all(is_clear) {
            return false;
        }
        let policy = &self.policy;
        *self.exact.get_or_insert_with(|| self.asked.iter().all(|it| policy.is_exact(*it)))
    }
}

impl Policy {
    /// The answer to facts that this policy has read.
    fn answer_to(&self, asked: &[usize], facts: &Facts) -> Answer {
        crate::policy::typed::answer(self, self.report_on(asked, facts.known()))
    }
}

impl Answer {
    /// How its decisions stand, the worst of them.
    pub fn standing(&self) -> Standing {
        let of = |status: &Status| match status {
            Status::Failed(_) => Standing::Failed,
            Status::Undecided(_) => Standing::Open,
            Status::Decided(_) | Status::Collected(_) => Standing::Decided,
        };
        self.decisions().map(|it| of(&it.status)).max().unwrap_or(Standing::Decided)
    }
}
