//! Which rules decide, and their words: for hosts that ask for reasons on the fast way too.
//!
//! What a decision comes to often needs fewer tests than to know which rules say it. So the rules have diagrams of
//! their own, made only where reasons are asked for.

use serde::{Deserialize, Serialize};

use crate::{
    flat::{Argument, Target},
    schema::Type,
};

/// Which rules decide.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Whys {
    /// For each decision, the diagram whose leaves name the rules that decide.
    pub roots: Vec<Target>,
    /// For each decision, the decisions that it and its texts read, each after those that it reads.
    pub reads: Vec<Box<[u32]>>,
    /// For each decision, its rules in order; and last, where it has that, what decides if none holds.
    pub rules: Vec<Vec<Why>>,
}

/// The words of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Why {
    /// Its name; `otherwise` or `always`.
    pub name: String,
    /// Its texts.
    pub because: Vec<Vec<Piece>>,
    /// What it cites.
    pub cites: Vec<String>,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Piece {
    /// Text.
    Text(String),
    /// A value.
    Value {
        /// It.
        value: Argument,
        /// The type that says how it is written.
        ty: Type,
        /// How it stands in the policy, between the braces.
        source: String,
    },
}
