//! The policy's own tests, resolved.

use crate::{
    source::Span,
    value::{Known, Scalar},
};

/// A test of the policy.
#[derive(Clone, Debug)]
pub struct Test {
    /// Its name in words.
    pub name: String,
    /// What is known of each slot.
    pub facts: Vec<Known>,
    /// What is expected.
    pub expect: Vec<Expectation>,
    /// Where it is declared.
    pub span: Span,
}

/// One expectation of a test.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// What is expected.
    pub kind: Expected,
    /// Where it is written.
    pub span: Span,
}

/// The kinds of expectations.
#[derive(Clone, Debug)]
pub enum Expected {
    /// The decision has this outcome. Only the parameters that are named are compared.
    Outcome {
        /// The decision.
        decision: usize,
        /// The outcome.
        outcome: ExpectedOutcome,
        /// The deciding rules, by index; `None` stands for `otherwise`. Empty: not compared.
        by: Vec<Option<usize>>,
    },
    /// The collecting decision gives exactly these items.
    Items {
        /// The decision.
        decision: usize,
        /// The items.
        items: Vec<ExpectedOutcome>,
        /// The deciding rules, by index. Empty: not compared.
        by: Vec<Option<usize>>,
    },
    /// The decision is undecided; `needs` are slots, not compared where it is empty.
    Undecided {
        /// The decision.
        decision: usize,
        /// The facts needed, by slot, sorted.
        needs: Vec<usize>,
    },
    /// The decision is in error: a conflict, or (`false`) a gap.
    Failed {
        /// The decision.
        decision: usize,
        /// `conflict`.
        conflict: bool,
    },
    /// The facts are refused by the assume of this index.
    Refused(usize),
    /// Exactly these disclosures (or steps) are required, over the decisions that the test expects something
    /// of, or over all where it names none.
    Obligations {
        /// Steps (otherwise disclosures).
        step: bool,
        /// Their names.
        names: Vec<String>,
    },
}

/// An outcome that a test expects.
#[derive(Clone, Debug)]
pub struct ExpectedOutcome {
    /// The outcome's index.
    pub outcome: usize,
    /// Parameter index and value; `None` is absent.
    pub parameters: Vec<(usize, Option<Scalar>)>,
}
