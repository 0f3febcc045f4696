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
    diag::Diagnostic,
    json::Json,
    policy::{Examined, Policy},
    prove::{self, Why},
    source::Span,
    value::Known,
};

pub use crate::prove::{Claim, Question};

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

impl Reason {
    /// It in one word: `steps`, `unseen` or `numbers`.
    pub fn name(&self) -> &'static str {
        match self {
            Reason::Steps => "steps",
            Reason::Unseen(_) => "unseen",
            Reason::Numbers => "numbers",
        }
    }
}

/// A case that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    pub(super) facts: Json,
    pub(super) known: Vec<Known>,
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

/// What was proved of a policy, and what was found on the way.
#[derive(Clone, Debug)]
pub struct Proofs {
    verdicts: Vec<Verdict>,
    findings: Vec<Diagnostic>,
}

/// A claim about all cases, with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What is claimed.
    pub claim: Claim,
    /// Whether there is a case against it: [`Existence::No`] is the proof of the claim.
    pub against: Existence,
}

impl Proofs {
    /// The claims, of the decisions first, then of the properties.
    pub fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// What was found, ordered by place. Errors are what can go wrong in some case.
    pub fn findings(&self) -> &[Diagnostic] {
        &self.findings
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
        self.prover_within(prove::fuel(&self.inner.hir))
    }

    /// Proves what can be proved: that every case has one answer from each decision, and that each property
    /// holds; and finds rules, parts of conditions, overrides and duties that do nothing.
    pub fn prove(&self) -> Proofs {
        self.prove_within(prove::fuel(&self.inner.hir))
    }

    /// The same in at most so many steps.
    pub fn prove_within(&self, steps: u64) -> Proofs {
        let mut prover = prove::Prover::new(&self.inner.hir, &self.inner.program, steps);
        let (verdicts, found) = prove::examine(&mut prover);
        // What the compiler has said of a place, a proof does not say again; nor where the author allows it.
        let allowed = self.allowed().iter().map(|it| &it.finding);
        let known: Vec<&Diagnostic> = self.warnings().iter().chain(allowed).collect();
        let said = |it: &Diagnostic| {
            known.iter().any(|warning| warning.span == it.span && warning.code.severity == it.code.severity)
        };
        let mut findings: Vec<Diagnostic> = found.into_iter().filter(|it| !said(it)).collect();
        findings.sort_by(|a, b| (a.span, a.code.id, &a.message).cmp(&(b.span, b.code.id, &b.message)));
        let verdict = |it: prove::Verdict| Verdict { claim: it.claim, against: self.existence(it.against) };
        Proofs { verdicts: verdicts.into_iter().map(verdict).collect(), findings }
    }

    fn existence(&self, found: prove::Existence) -> Existence {
        match found {
            prove::Existence::Yes(known) => {
                let facts = prove::document(&self.inner.hir.schema, &known);
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
        self.policy.existence(self.inner.ask(question))
    }

    /// The steps that are left.
    pub fn steps_left(&self) -> u64 {
        self.inner.fuel()
    }
}

impl Examined {
    /// Proves each version, and adds what was found to the findings: what the author allows to what is allowed,
    /// and allowances that silenced nothing.
    pub fn prove(&mut self) {
        let Some(timeline) = &self.timeline else { return };
        let versions = timeline.versions();
        self.proofs = versions.iter().map(Policy::prove).collect();
        let mut found: Vec<Diagnostic> = Vec::new();
        // What is so in several versions is said once.
        for finding in self.proofs.iter().flat_map(Proofs::findings) {
            if !found.contains(finding) {
                found.push(finding.clone());
            }
        }
        // Where something could not be told, an allowance may be for what would have been found.
        let told = |it: &Verdict| !matches!(it.against, Existence::NotShown(_));
        let complete = self.proofs.iter().flat_map(Proofs::verdicts).all(told);
        self.add_proofs(found, complete);
    }
}
