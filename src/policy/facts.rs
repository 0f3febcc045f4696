//! Facts for a policy: read, checked, and bound to it.
//!
//! Whatever a host has, JSON text, a struct of its own, another serde source or single values, it becomes
//! [`Facts`] or a [`FactsError`] with every problem in it. Facts that break an `assume` are refused as well:
//! a decision is made for facts that can be.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use serde::{Deserializer, Serialize};
use thiserror::Error;

use crate::{
    datum::Datum,
    eval::{self, Slot},
    intake::{self, FactProblem},
    policy::{Policy, set},
    schema::Type,
    value::{Known, Value, form},
};

/// Facts that a policy has accepted. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The digest of the policy.
    pub(super) policy: Arc<str>,
    known: Arc<[Known]>,
}

impl Facts {
    /// What is known of each slot of the policy's schema.
    pub(crate) fn known(&self) -> &[Known] {
        &self.known
    }

    /// Whether `policy` has accepted them.
    pub(super) fn belong_to(&self, policy: &Policy) -> bool {
        *self.policy == *policy.digest()
    }
}

/// Why facts were not taken: everything that is wrong with them, in order.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct FactsError {
    pub(super) problems: Vec<FactsProblem>,
}

impl FactsError {
    /// Everything that is wrong, in the order of the data; violated assumes last. Never empty.
    pub fn problems(&self) -> &[FactsProblem] {
        &self.problems
    }
}

/// One line for each problem.
impl fmt::Display for FactsError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                out.write_str("\n")?;
            }
            problem.fmt(out)?;
        }
        Ok(())
    }
}

/// One thing that is wrong with the facts of a call. Meant to be matched exhaustively.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FactsProblem {
    /// A fact is not what the schema says, or the text is no JSON. Its `code` says which.
    #[error(transparent)]
    Fact(#[from] FactProblem),
    /// The facts that are known break a relation that the policy assumes.
    #[error(transparent)]
    Assumption(#[from] ViolatedAssumption),
    /// The facts that are known break no assumption by themselves, but no values of the unknown ones satisfy all.
    #[error(transparent)]
    NoSuchCase(#[from] NoSuchCase),
    /// The host's deserializer reported a mistake of its own.
    #[error("{0}")]
    Unreadable(String),
}

impl FactsProblem {
    /// The name of its kind in words: `unknown-fact`, `assumption-violated`, `no-such-case`, `unreadable`.
    pub fn name(&self) -> &'static str {
        match self {
            FactsProblem::Fact(problem) => problem.code.name(),
            FactsProblem::Assumption(_) => "assumption-violated",
            FactsProblem::NoSuchCase(_) => "no-such-case",
            FactsProblem::Unreadable(_) => "unreadable",
        }
    }
}

/// An `assume` that does not hold, whatever the unknown facts are.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct ViolatedAssumption {
    /// Its name in words.
    pub name: String,
    /// The facts that it reads and that are known, by path in the policy, in order of declaration.
    pub facts: Vec<(String, Value)>,
}

impl fmt::Display for ViolatedAssumption {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the facts break the assumption `{}`", form::escaped(&self.name))?;
        with_values(out, &self.facts)
    }
}

fn with_values(out: &mut fmt::Formatter<'_>, facts: &[(String, Value)]) -> fmt::Result {
    for (index, (path, value)) in facts.iter().enumerate() {
        write!(out, "{} `{path}` is {value}", if index == 0 { ":" } else { "," })?;
    }
    Ok(())
}

/// Assumes that hold in no case together which has the known facts, though each by itself may hold.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct NoSuchCase {
    /// Their names in words, in order of declaration.
    pub assumptions: Vec<String>,
    /// The facts that they read and that are known, by path in the policy, in order of declaration.
    pub facts: Vec<(String, Value)>,
}

impl fmt::Display for NoSuchCase {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self.assumptions.len() {
            1 => "no case has these facts and satisfies the assumption",
            _ => "no case has these facts and satisfies the assumptions",
        })?;
        for (index, name) in self.assumptions.iter().enumerate() {
            let comma = if index == 0 { " " } else { ", " };
            write!(out, "{comma}`{}`", form::escaped(name))?;
        }
        with_values(out, &self.facts)
    }
}

/// Gathers facts one by one. See [`Policy::facts`].
#[derive(Clone, Debug)]
#[must_use]
pub struct FactsBuilder {
    policy: Policy,
    known: Vec<Known>,
    problems: Vec<FactsProblem>,
}

impl FactsBuilder {
    /// Sets the fact with this path in the policy: `order.total`. A text is read as the fact's type asks:
    /// `"USD 49.99"`, `"2026-03-01"`, the JSON spelling of a choice. Setting a fact inside an optional record
    /// says that the record is there.
    pub fn set(mut self, path: &str, value: impl Into<Value>) -> Self {
        let inner = &self.policy.inner;
        let set = intake::set_value(&mut self.known, path, &value.into(), &inner.hir.schema, &inner.limits);
        if let Err(problems) = set {
            self.problems.extend(problems.into_iter().map(FactsProblem::Fact));
        }
        self
    }

    /// Says that there is none: of an optional fact, or of an optional record.
    pub fn absent(self, path: &str) -> Self {
        self.set(path, Value::Absent)
    }

    /// The facts that were set; all others are unknown.
    ///
    /// # Errors
    ///
    /// All problems: those of single facts, or else the assumes that are violated.
    pub fn build(self) -> Result<Facts, FactsError> {
        match self.problems.is_empty() {
            true => self.policy.accept(self.known),
            false => Err(FactsError { problems: self.problems }),
        }
    }
}

/// Reading facts.
impl Policy {
    /// Reads facts from JSON text: a value, `null` for absent, a missing key for unknown.
    ///
    /// # Errors
    ///
    /// Everything that is wrong: no JSON; keys that stand twice or are not declared, values of another type or
    /// out of bounds, with line and column; or else violated assumes.
    pub fn facts_from_json(&self, text: &str) -> Result<Facts, FactsError> {
        self.read(intake::read_json(text, &self.inner.hir.schema, &self.inner.limits))
    }

    /// Reads facts from anything that serde can serialize: a host's own struct, a `serde_json::Value`. `None`
    /// is absent; a field that is skipped is unknown.
    ///
    /// # Errors
    ///
    /// As [`Policy::facts_from_json`], without lines; and floating-point numbers that are not exact.
    pub fn facts_from<T: Serialize + ?Sized>(&self, facts: &T) -> Result<Facts, FactsError> {
        self.read(intake::read_serialize(facts, &self.inner.hir.schema, &self.inner.limits))
    }

    /// Reads facts from any serde source, such as a YAML or MessagePack reader.
    ///
    /// # Errors
    ///
    /// As [`Policy::facts_from`], or the deserializer's own mistake.
    pub fn facts_from_deserializer<'de, D: Deserializer<'de>>(&self, source: D) -> Result<Facts, FactsError> {
        match <Datum as serde::Deserialize>::deserialize(source) {
            Ok(datum) => self.facts_from_datum(&datum),
            Err(error) => Err(FactsError {
                problems: vec![FactsProblem::Unreadable(form::escaped(&error.to_string()))],
            }),
        }
    }

    /// Reads facts from a tree of data.
    ///
    /// # Errors
    ///
    /// As [`Policy::facts_from_json`].
    pub fn facts_from_datum(&self, datum: &Datum) -> Result<Facts, FactsError> {
        self.read(intake::read(datum, &self.inner.hir.schema, &self.inner.limits))
    }

    /// Begins with nothing known, for a host without serde.
    ///
    /// ```
    /// # let policy = evenhand::Policy::compile("policy a language 1\nfacts { total: money USD }\ndecision d { outcome o always o }")?;
    /// let facts = policy.facts().set("total", "USD 49.99").build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn facts(&self) -> FactsBuilder {
        let known = vec![Known::Unknown; self.inner.hir.schema.slots.len()];
        FactsBuilder { policy: self.clone(), known, problems: Vec::new() }
    }

    fn read(&self, read: Result<Vec<Known>, Vec<FactProblem>>) -> Result<Facts, FactsError> {
        match read {
            Ok(known) => self.accept(known),
            Err(problems) => {
                Err(FactsError { problems: problems.into_iter().map(FactsProblem::Fact).collect() })
            }
        }
    }

    /// Checks that the policy is in force on the day of the case, and the assumes.
    fn accept(&self, known: Vec<Known>) -> Result<Facts, FactsError> {
        if let Some(problem) = set::outside(self, &known) {
            return Err(FactsError { problems: vec![FactsProblem::Fact(problem)] });
        }
        let violated: Vec<usize> = self.violated(&known);
        if violated.is_empty() {
            let impossible = self.impossible(&known);
            if impossible.is_empty() {
                return Ok(Facts { policy: Arc::clone(&self.inner.digest), known: known.into() });
            }
            return Err(FactsError {
                problems: vec![FactsProblem::NoSuchCase(self.no_case(&impossible, &known))],
            });
        }
        let problem = |it: usize| FactsProblem::Assumption(self.violation(it, &known));
        Err(FactsError { problems: violated.into_iter().map(problem).collect() })
    }

    /// The assumes, by index, that do not hold of these facts whatever the unknown ones are.
    pub(crate) fn violated(&self, known: &[Known]) -> Vec<usize> {
        let inner = &self.inner;
        let evaluation = eval::assumes(&inner.hir, &inner.program, known);
        let assumes = inner.program.assumes.iter().enumerate();
        let broken = assumes.filter(|(_, node)| *evaluation.slot(**node) == Slot::Boolean(false));
        broken.map(|(index, _)| index).collect()
    }

    /// The assumes, by index, that hold in no case together which extends these facts.
    pub(crate) fn impossible(&self, known: &[Known]) -> Vec<usize> {
        self.inner.exact.impossible(&self.inner.hir, &self.inner.program, known)
    }

    fn no_case(&self, assumes: &[usize], known: &[Known]) -> NoSuchCase {
        let all: Vec<ViolatedAssumption> = assumes.iter().map(|it| self.violation(*it, known)).collect();
        let program = &self.inner.program;
        let nodes = assumes.iter().filter_map(|it| program.assumes.get(*it));
        let read = nodes.flat_map(|it| program.facts_of(*it)).collect();
        NoSuchCase { assumptions: all.into_iter().map(|it| it.name).collect(), facts: self.told(read, known) }
    }

    fn violation(&self, assume: usize, known: &[Known]) -> ViolatedAssumption {
        let inner = &self.inner;
        let read = inner.program.assumes.get(assume).map(|node| inner.program.facts_of(*node));
        let name = inner.hir.assumes.get(assume).map_or_else(String::new, |it| it.name.clone());
        let read = read.into_iter().flatten().collect();
        ViolatedAssumption { name, facts: self.told(read, known) }
    }

    /// The facts of these slots that are known, with their values.
    fn told(&self, slots: BTreeSet<usize>, known: &[Known]) -> Vec<(String, Value)> {
        let schema = &self.inner.hir.schema;
        let fact = |index: usize| {
            let slot = schema.slots.get(index)?;
            let value = match known.get(index)? {
                Known::Unknown => return None,
                // What is absent in an item is so because of its list, unless it is itself optional.
                Known::Absent if schema.list_around(index).is_some() && !slot.optional => return None,
                Known::Absent => Value::Absent,
                Known::Value(_) if slot.ty == Type::Record => return None,
                Known::Value(value) => Value::from_scalar(value, slot.ty, schema),
            };
            Some((slot.path.clone(), value))
        };
        slots.into_iter().filter_map(fact).collect()
    }
}
