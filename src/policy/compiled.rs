//! From a policy to its compiled form.

use crate::{
    compiled::{About, Case, Compiled, OutcomeSignature, ParameterSignature, Signature},
    flat::build::{Budget, flatten},
    hir::Parameter,
    policy::{DecideError, Facts, Policy},
};

impl Policy {
    /// The policy made ready for deciding fast. Made when it is first asked for, and then shared.
    pub fn compiled(&self) -> Compiled {
        self.inner.compiled.get_or_init(|| self.flattened(Budget::default(), false)).clone()
    }

    /// The same with the rules that decide and their texts, for [`Case::explain`]: larger, and made anew each time.
    pub fn compiled_with_reasons(&self) -> Compiled {
        self.flattened(Budget::default(), true)
    }

    /// The same with diagrams of another size, which changes no verdict: for the project's own tests.
    #[doc(hidden)]
    pub fn compiled_within(&self, tests: u64, a_rule: u64, reasons: bool) -> Compiled {
        self.flattened(Budget { tests, a_rule }, reasons)
    }

    fn flattened(&self, budget: Budget, reasons: bool) -> Compiled {
        let hir = &self.inner.hir;
        let decisions = hir.decisions.iter().map(|decision| Signature {
            name: decision.name.clone(),
            outcomes: decision
                .outcomes
                .iter()
                .map(|outcome| OutcomeSignature {
                    name: outcome.name.clone(),
                    json: outcome.json.clone(),
                    parameters: outcome.parameters.iter().map(signature).collect(),
                })
                .collect(),
        });
        let in_force = hir.in_force.zip(hir.chosen_by).map(|((first, last), slot)| (slot, first, last));
        let about = About {
            name: hir.name.clone(),
            digest: std::sync::Arc::clone(&self.inner.digest),
            edition: hir.edition,
            decisions: decisions.collect(),
            assumes: hir.assumes.iter().map(|it| it.name.clone()).collect(),
            in_force,
        };
        Compiled::new(about, flatten(hir, &self.inner.program, budget, reasons), self.inner.limits.clone())
    }
}

fn signature(parameter: &Parameter) -> ParameterSignature {
    let Parameter { name, ty, low, high, .. } = parameter;
    ParameterSignature { name: name.clone(), ty: *ty, low: *low, high: *high }
}

impl Facts {
    /// Puts all that is known into a case of the same policy, in place of what it held.
    ///
    /// # Errors
    ///
    /// [`DecideError::ForeignFacts`] where the case is of another policy.
    pub fn put_into(&self, case: &mut Case) -> Result<(), DecideError> {
        if *self.policy != *case.compiled().digest() {
            return Err(DecideError::ForeignFacts);
        }
        case.take(self.known());
        Ok(())
    }
}
