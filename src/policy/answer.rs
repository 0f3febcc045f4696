//! An answer as a Rust host reads it: to be matched, never to be searched for words.

use indexmap::IndexMap;

use crate::{
    eval::report::Report,
    json::Json,
    policy::{Policy, body, digest},
    value::Value,
};

/// What a policy says of some facts.
///
/// It borrows nothing and may outlive the policy's other uses. [`Answer::body`] is the same text for the same
/// policy and facts on every machine, in every run.
#[derive(Clone, Debug)]
pub struct Answer {
    pub(super) policy: Policy,
    pub(super) report: Report,
    pub(super) decisions: IndexMap<String, DecisionAnswer>,
    pub(super) open: Vec<String>,
}

impl Answer {
    /// The answer to one decision, if it was asked for.
    pub fn decision(&self, name: &str) -> Option<&DecisionAnswer> {
        self.decisions.get(name)
    }

    /// The answers to all decisions asked, in order of declaration.
    pub fn decisions(&self) -> impl Iterator<Item = &DecisionAnswer> {
        self.decisions.values()
    }

    /// Whether every decision is decided or in error, and no disclosure, step or text of them waits for a
    /// fact. *Decided* is not yet settled: a disclosure may still be open.
    pub fn is_settled(&self) -> bool {
        self.report.settled
    }

    /// The facts that are missing, by path in the policy, in order of declaration.
    pub fn open(&self) -> &[String] {
        &self.open
    }

    /// The fact to ask for next, and its question where the policy has one. Advice: any order of asking leads
    /// to the same answer.
    pub fn next(&self) -> Option<(&str, Option<&str>)> {
        let slot = self.policy.inner.hir.schema.slots.get(*self.report.open.first()?)?;
        Some((&slot.path, slot.ask.as_deref()))
    }

    /// The policy that gave it.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The answer by index.
    pub(crate) fn report(&self) -> &Report {
        &self.report
    }

    /// The canonical text of the answer: RFC 8785 JSON on one line.
    pub fn body(&self) -> String {
        body::body(self).canonical()
    }

    /// Writes the same text piece by piece.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn write_body(&self, out: &mut dyn std::fmt::Write) -> std::fmt::Result {
        body::body(self).write_canonical(out)
    }

    /// The same as data.
    pub fn body_json(&self) -> Json {
        body::body(self)
    }

    /// What the decisions come to, without reasons, disclosures, steps and needs: an object with an entry for each
    /// decision, in which stands what the body says of its status, outcome and parameters; of an error its kind.
    /// For many cases there is [`Policy::outcomes`].
    pub fn outcomes(&self) -> Json {
        body::outcomes(self)
    }

    /// `sha256:` and the digest of [`Answer::body`].
    pub fn digest(&self) -> String {
        digest::of_text(&self.body())
    }

    /// The answer with what is not part of it: its digest, the engine's version, the places of rules in the
    /// source, the fact to ask for next.
    pub fn envelope(&self) -> Json {
        body::envelope(self)
    }
}

/// The envelope.
impl serde::Serialize for Answer {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.envelope().serialize(serializer)
    }
}

/// The answer to one decision.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecisionAnswer {
    /// The decision's name.
    pub name: String,
    /// How it stands.
    pub status: Status,
    /// The rules that decide, or the candidates of a conflict, in order of writing: those that do so whatever
    /// the unknown facts are.
    pub reasons: Vec<Reason>,
    /// The cases of definitions that it used and that have words.
    pub definitions: Vec<UsedDefinition>,
    /// Rules that hold but that another rule overrides.
    pub set_aside: Vec<SetAside>,
    /// The ids of rules that decide for some values of the unknown facts only.
    pub open_rules: Vec<String>,
    /// What has to be said.
    pub disclosures: Vec<Obligation>,
    /// What has to be done.
    pub steps: Vec<Obligation>,
    /// The facts that it, or one of its texts, waits for, by path in the policy.
    pub needs: Vec<String>,
}

impl DecisionAnswer {
    /// The outcome, if it is decided and no set.
    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.status {
            Status::Decided(outcome) => Some(outcome),
            _ => None,
        }
    }
}

/// How a decision stands. Exactly one of these; an error is never turned into an outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// The outcome, whatever the unknown facts are.
    Decided(Outcome),
    /// The set of a `collect` decision, whatever the unknown facts are.
    Collected(Vec<Outcome>),
    /// It depends on facts that are not known.
    Undecided(Undecided),
    /// It is in error.
    Failed(Failure),
}

/// An outcome with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Its name in the policy.
    pub name: String,
    /// Its parameters by name, in order of declaration; [`Value::Absent`] for one that is left out.
    pub parameters: IndexMap<String, Value>,
}

impl Outcome {
    /// The parameter of this name.
    pub fn get(&self, parameter: &str) -> Option<&Value> {
        self.parameters.get(parameter)
    }
}

/// What is settled of a decision that depends on unknown facts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Undecided {
    /// The outcomes that are possible, in order of declaration; of a `collect` decision those that may still
    /// come in.
    pub possible: Vec<String>,
    /// The outcome, where only one is possible, with the parameters that are settled.
    pub outcome: Option<Outcome>,
    /// Of a `collect` decision: what is in the set already.
    pub certain: Vec<Outcome>,
    /// The facts that settle it, by path in the policy, in order of declaration.
    pub needs: Vec<String>,
}

/// Why a decision is in error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Rules hold, none of them overrides another, and they disagree.
    Conflict(Vec<Candidate>),
    /// No rule holds, and the decision has no `otherwise`.
    Gap,
    /// It reads these decisions, which are in error.
    Depends(Vec<String>),
}

/// A rule in a conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The rule's id: `policy/decision/rule`.
    pub rule: String,
    /// What it says. Parameters that are not known are left out.
    pub outcome: Outcome,
}

/// What decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// The rule of this id: `policy/decision/rule`.
    Rule(String),
    /// `otherwise`.
    Otherwise,
    /// `always`.
    Always,
}

/// A rule that decides, with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reason {
    /// What decides.
    pub by: By,
    /// Why, with values filled in.
    pub because: Vec<String>,
    /// Texts that wait for a fact, as they are written in the policy.
    pub templates: Vec<String>,
    /// What it cites.
    pub cites: Vec<String>,
}

impl Reason {
    /// The rule's id, if a rule decides.
    pub fn rule(&self) -> Option<&str> {
        match &self.by {
            By::Rule(id) => Some(id),
            By::Otherwise | By::Always => None,
        }
    }
}

/// A case of a definition that was used, with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UsedDefinition {
    /// The definition's name.
    pub definition: String,
    /// Which of its cases, counted from 1.
    pub case: usize,
    /// Why, with values filled in.
    pub because: Vec<String>,
    /// Texts that wait for a fact, as they are written in the policy.
    pub templates: Vec<String>,
    /// What it cites.
    pub cites: Vec<String>,
}

/// A rule that holds but that another rule overrides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Its id.
    pub rule: String,
    /// The ids of the rules that hold and override it.
    pub by: Vec<String>,
}

/// A disclosure or a step.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Obligation {
    /// Its id: `policy/decision/name`, or `policy/name` for one at the top.
    pub name: String,
    /// How it stands.
    pub status: Due,
}

/// How a disclosure or a step stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// It has to be said or done.
    Required(Box<Required>),
    /// It has not.
    NotRequired,
    /// That depends on unknown facts. These are they, and those that its texts and its deadline wait for.
    Open(Vec<String>),
    /// It reads a decision in error.
    Error,
}

/// What has to be said or done, when, and by when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Required {
    /// At which stage of the conversation.
    pub stage: Option<Stage>,
    /// The last day or moment for it: a date, a date and time, or an instant.
    pub deadline: Option<Value>,
    /// What to say, by language tag.
    pub texts: IndexMap<String, String>,
    /// Texts that wait for a fact, as they are written in the policy, by language tag.
    pub templates: IndexMap<String, String>,
    /// For a step: what to do.
    pub text: Option<String>,
    /// What it cites.
    pub cites: Vec<String>,
    /// The facts that a text or the deadline waits for.
    pub needs: Vec<String>,
}

/// A stage of the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Before this stage begins.
    Before(String),
    /// While this stage lasts.
    During(String),
}
