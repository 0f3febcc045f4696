//! Questions about all cases of a policy, and their proofs.
//!
//! ```
//! # use evenhand::policy::{Policy, proofs::{Existence, Question}};
//! let policy = Policy::compile(r#"
//!   policy demo language 1
//!   facts { days: integer between 0 and 100 }
//!   decision refund {
//!     outcome approve
//!     outcome deny
//!     rule in_time  { when days <= 30 then approve }
//!     rule too_late { when days > 31 then deny }
//!   }
//! "#)?;
//! let mut prover = policy.prover();
//! match prover.ask(Question::Gap(0)) {
//!     Existence::Yes(witness) => assert_eq!(witness.facts().canonical(), r#"{"days":31}"#),
//!     other => panic!("{other:?}"),
//! }
//! assert_eq!(prover.ask(Question::Conflict(0)), Existence::No);
//! # Ok::<(), evenhand::Rejected>(())
//! ```

use crate::{
    json::Json,
    policy::Policy,
    prove::{self, FUEL, Why},
    source::Span,
    value::Known,
};

pub use crate::prove::Question;

/// Whether there is a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Existence {
    /// There is this one; it was replayed.
    Yes(Witness),
    /// There is none, among all cases that the policy accepts: a proof.
    No,
    /// Neither is shown.
    NotShown(Reason),
}

/// Why neither is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The steps that proofs may take are spent. They are a count, so this is the same on every machine.
    Steps,
    /// It turns on what stands at these places: a product of facts, months, a calendar, a long list.
    Unseen(Vec<Span>),
    /// Numbers are too large to be reckoned with exactly.
    Numbers,
}

/// A case that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    facts: Json,
    known: Vec<Known>,
}

impl Witness {
    /// Its facts, as [`Policy::facts_from_json`] takes them.
    pub fn facts(&self) -> &Json {
        &self.facts
    }

    /// What is known of each slot.
    pub(crate) fn known(&self) -> &[Known] {
        &self.known
    }
}

/// Answers questions about all cases of a policy. What was found for one question serves the next.
pub struct Prover<'p> {
    policy: &'p Policy,
    inner: prove::Prover<'p>,
}

impl std::fmt::Debug for Prover<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Prover").field("policy", self.policy).finish_non_exhaustive()
    }
}

impl Policy {
    /// Prepares proofs, which may take as many steps as suit a check of a policy.
    pub fn prover(&self) -> Prover<'_> {
        self.prover_within(FUEL)
    }

    /// Prepares proofs that may take at most so many steps. Fewer steps can only turn a proof into
    /// [`Existence::NotShown`].
    pub fn prover_within(&self, steps: u64) -> Prover<'_> {
        Prover { policy: self, inner: prove::Prover::new(&self.inner.hir, &self.inner.program, steps) }
    }
}

impl Prover<'_> {
    /// Every question that is asked of a policy one by one: of its decisions, rules, outcomes, duties and
    /// properties.
    pub fn questions(&self) -> Vec<Question> {
        let hir = &self.policy.inner.hir;
        let mut all = vec![Question::Case];
        for (index, decision) in hir.decisions.iter().enumerate() {
            all.extend([Question::Gap(index), Question::Conflict(index), Question::Otherwise(index)]);
            all.extend((0..decision.rules.len()).map(|it| Question::Decides(index, it)));
            all.extend((0..decision.outcomes.len()).map(|it| Question::Happens(index, it)));
            all.extend((0..decision.obligations.len()).map(|it| Question::Required(index, it)));
        }
        all.extend((0..hir.obligations.len()).map(Question::RequiredAtTop));
        all.extend((0..hir.properties.len()).map(Question::Violates));
        all
    }

    /// Answers a question. An index that is out of range asks for nothing, and there is no such case.
    pub fn ask(&mut self, question: Question) -> Existence {
        match self.inner.ask(question) {
            prove::Existence::Yes(known) => {
                let facts = prove::document(&self.policy.inner.hir.schema, &known);
                Existence::Yes(Witness { facts, known })
            }
            prove::Existence::No => Existence::No,
            prove::Existence::NotShown(why) => Existence::NotShown(match why {
                Why::Steps => Reason::Steps,
                Why::Unseen(places) => Reason::Unseen(places),
                Why::Numbers => Reason::Numbers,
            }),
        }
    }

    /// The steps that are left.
    pub fn steps_left(&self) -> u64 {
        self.inner.fuel()
    }
}
