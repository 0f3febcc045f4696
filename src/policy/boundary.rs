//! Cases worth testing: both sides of every boundary, every rule, every override.

use std::collections::BTreeSet;

use crate::{
    hir::Expected,
    policy::{DecideError, Policy, proofs::Witness, unknown_decision},
    prove::{self, boundary},
};

/// Cases worth testing, of some decisions of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundaryCases {
    cases: Vec<BoundaryCase>,
    decisions: BTreeSet<usize>,
    open: usize,
}

/// A case worth testing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundaryCase {
    /// What it is for, in few words: `refund: not standard_window, owned 31 days`. No two cases have the same
    /// name, and no test of the policy's files has it.
    pub name: String,
    /// All that it tries and that no case before it tries.
    pub tries: Vec<String>,
    /// Its facts, all of them.
    pub witness: Witness,
}

impl BoundaryCases {
    /// The cases, in the order of what they are for: decision by decision, rule by rule.
    pub fn cases(&self) -> &[BoundaryCase] {
        &self.cases
    }

    /// How many things are not tried although some case may try them: the steps were spent, or it turns on what
    /// proofs do not look into.
    pub fn open(&self) -> usize {
        self.open
    }

    /// The decisions that are tried, by index.
    pub(crate) fn decisions(&self) -> &BTreeSet<usize> {
        &self.decisions
    }
}

impl Policy {
    /// A small set of cases that tries all decisions: each rule decides in one; each boundary of a condition has
    /// a case on both sides; each override has one in which both rules hold; `otherwise`, and each disclosure
    /// and step, is there; and gaps and conflicts, where there are some.
    pub fn boundary_cases(&self) -> BoundaryCases {
        self.boundaries((0..self.inner.hir.decisions.len()).collect(), false, &[])
    }

    /// The same for the decisions of these names; for all where there are none. With `missing`, only what the
    /// policy's own tests do not try. No case has one of the names `taken`.
    ///
    /// # Errors
    ///
    /// [`DecideError::UnknownDecision`].
    pub fn boundary_cases_of<N: AsRef<str>>(
        &self,
        names: &[N],
        missing: bool,
        taken: &[String],
    ) -> Result<BoundaryCases, DecideError> {
        let mut asked = BTreeSet::new();
        for name in names.iter().map(AsRef::as_ref) {
            match self.decisions().position(|it| it == name) {
                Some(index) => drop(asked.insert(index)),
                None => return Err(unknown_decision(self, name)),
            }
        }
        if names.is_empty() {
            asked.extend(0..self.inner.hir.decisions.len());
        }
        Ok(self.boundaries(asked, missing, taken))
    }

    fn boundaries(&self, decisions: BTreeSet<usize>, missing: bool, taken: &[String]) -> BoundaryCases {
        let inner = &self.inner;
        let mut prover = prove::Prover::new(&inner.hir, &inner.program, prove::fuel(&inner.hir));
        let tests = inner.hir.tests.iter().filter(|_| missing).map(|test| {
            let expected = test.expect.iter().filter_map(|it| match it.kind {
                Expected::Outcome { decision, .. }
                | Expected::Items { decision, .. }
                | Expected::Failed { decision, .. } => Some(decision),
                Expected::Undecided { .. } | Expected::Refused(_) | Expected::Obligations { .. } => None,
            });
            (test.facts.clone(), expected.collect())
        });
        let tests: Vec<_> = tests.collect();
        let found = boundary::boundaries(&mut prover, &decisions, &tests);
        let mut names: BTreeSet<String> = taken.iter().cloned().collect();
        let cases = found.cases.into_iter().map(|it| {
            let name = self.free_name(&it.name, &names);
            names.insert(name.clone());
            let facts = prove::document(&inner.hir.schema, &it.facts);
            BoundaryCase { name, tries: it.tries, witness: Witness { facts, known: it.facts } }
        });
        BoundaryCases { cases: cases.collect(), decisions, open: found.open }
    }

    /// A name for a test that neither the files of the policy nor `names` have.
    fn free_name(&self, wanted: &str, names: &BTreeSet<String>) -> String {
        let plain: String =
            wanted.chars().map(|it| if matches!(it, '"' | '\\') { '\'' } else { it }).collect();
        let text = self.inner.source.text();
        let taken = |it: &str| names.contains(it) || text.contains(&format!("\"{it}\""));
        let numbered = (2..).map(|number: u32| format!("{plain} ({number})"));
        std::iter::once(plain.clone()).chain(numbered).find(|it| !taken(it)).unwrap_or(plain)
    }
}
