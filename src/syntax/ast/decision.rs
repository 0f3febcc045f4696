//! Decisions as written: outcomes, rules, what decides otherwise, disclosures and steps.

use crate::{
    source::Span,
    syntax::ast::{Change, Choice, Expression, Name, Notes, Parameter, Quoted, Table, Template},
};

/// `decision name first collect one of (…) "doc" { … }`.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Its name.
    pub name: Name,
    /// `first`: the first rule that holds decides.
    pub first: Option<Span>,
    /// `collect`, with its items where they are listed at once.
    pub collect: Option<Collect>,
    /// Its doc string.
    pub doc: Option<Quoted>,
    /// `outcome` declarations.
    pub outcomes: Vec<Outcome>,
    /// Its rules, the rows of its tables among them, in order of writing.
    pub rules: Vec<Rule>,
    /// Its tables.
    pub tables: Vec<Table>,
    /// `otherwise …`; more than one is reported by the checker.
    pub otherwise: Vec<Fallback>,
    /// `always …`.
    pub always: Vec<Fallback>,
    /// Disclosures and steps inside it, in order of writing.
    pub obligations: Vec<Obligation>,
    /// What is changed of the decision of this name in the policy that is extended.
    pub changes: Vec<Change>,
    /// `locked`: no overlay changes anything in it.
    pub locked: Option<Span>,
    /// The whole item.
    pub span: Span,
}

/// `collect` or `collect one of (…)`.
#[derive(Clone, Debug)]
pub struct Collect {
    /// The items, where they are listed at once.
    pub items: Option<Vec<Choice>>,
    /// The clause.
    pub span: Span,
}

/// `outcome approve(amount: money USD)`.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its name.
    pub name: Name,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// Its doc string.
    pub doc: Option<Quoted>,
}

/// A rule. Clauses that were written more than once are all kept; the checker reports them.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name.
    pub name: Name,
    /// Its doc string.
    pub doc: Option<Quoted>,
    /// What it overrides.
    pub overrides: Vec<Override>,
    /// `when` clauses.
    pub when: Vec<Expression>,
    /// `unless` clauses.
    pub unless: Vec<Expression>,
    /// `then` clauses: each a list, longer than one only in a `collect` decision.
    pub then: Vec<Vec<Consequence>>,
    /// `because` and `cites`.
    pub notes: Notes,
    /// For a row, the place of its table ([`Table::span`]).
    pub table: Option<Span>,
    /// `locked`: no overlay replaces, removes or overrides it.
    pub locked: Option<Span>,
    /// How many policies lie below the one that wrote it: 0 in a policy that extends none.
    pub level: u32,
    /// The whole rule.
    pub span: Span,
}

/// One name after `overrides`.
#[derive(Clone, Debug)]
pub enum Override {
    /// `everything`.
    Everything(Span),
    /// A rule's name.
    Rule(Name),
}

/// An outcome with its arguments: `approve(amount: order.total)`.
#[derive(Clone, Debug)]
pub struct Consequence {
    /// The outcome's name.
    pub outcome: Name,
    /// Its arguments, by name.
    pub arguments: Vec<Argument>,
    /// The whole.
    pub span: Span,
}

/// `name: value`.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The parameter's name.
    pub name: Name,
    /// Its value.
    pub value: Expression,
}

/// `otherwise OUTCOME …` or `always OUTCOME …`.
#[derive(Clone, Debug)]
pub struct Fallback {
    /// The outcome.
    pub consequence: Consequence,
    /// `because` and `cites`.
    pub notes: Notes,
    /// The whole clause.
    pub span: Span,
}

/// Whether something must be said or done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObligationKind {
    /// Something that must be said.
    Disclosure,
    /// Something that must be done.
    Step,
}

/// A `disclosure` or a `step`.
#[derive(Clone, Debug)]
pub struct Obligation {
    /// Which of the two.
    pub kind: ObligationKind,
    /// Its name.
    pub name: Name,
    /// Its doc string; a step's is what to do.
    pub doc: Option<Quoted>,
    /// `when` clauses.
    pub when: Vec<Expression>,
    /// `unless` clauses.
    pub unless: Vec<Expression>,
    /// `during S`, `before S`.
    pub stages: Vec<Stage>,
    /// `no later than D`.
    pub deadlines: Vec<Expression>,
    /// `say in LANG "…"`.
    pub say: Vec<Say>,
    /// `cites "…"`.
    pub cites: Vec<Quoted>,
    /// `locked`: no overlay replaces or removes it.
    pub locked: Option<Span>,
    /// The whole.
    pub span: Span,
}

/// `during S` or `before S`.
#[derive(Clone, Debug)]
pub struct Stage {
    /// `before` (otherwise `during`).
    pub before: bool,
    /// The stage.
    pub name: Name,
}

/// `say in de "…"`.
#[derive(Clone, Debug)]
pub struct Say {
    /// The language tag, where one is written.
    pub language: Option<Name>,
    /// The text.
    pub text: Template,
}
