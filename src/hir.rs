//! A policy with every name resolved and every type known: what the checker makes, and all that later
//! storeys read.
//!
//! **Numbers.** Every numeric expression has a [`Form`], decided by the checker, and all operands of one
//! operation have been brought to one form by explicit [`Kind::Scale`] and [`Kind::Ratio`] nodes, so an
//! evaluator multiplies, adds and compares integers and never converts. The checker has proved that in every
//! case that intake accepts no operation leaves 126 bits, divides by zero or leaves the calendar; outside the
//! guard of an expression an evaluator may give any value, because none is observed.
//!
//! **Shared, not inlined.** A definition is named by its index wherever it is used. Definitions and decisions
//! are listed so that each reads only earlier ones ([`Hir::order`]).
//!
//! **Identity.** The serialised form of this tree, without what is skipped here (spans, tests, properties,
//! owner), is what the policy's digest is over. Fields that hold words for people are `texts`-like and are
//! marked, because the logic digest leaves them out.

use serde::{Deserialize, Serialize};

use crate::{
    calendar::Calendar,
    schema::{Schema, Type},
    source::Span,
    value::Scalar,
};

mod children;
mod list;
mod overrides;
mod test;
mod time;
mod ty;

pub use children::Children;
pub use list::{Each, Fold, Over};
pub use overrides::Overrides;
pub use test::{Expectation, Expected, ExpectedOutcome, Test};
pub use time::{CalendarOp, TimeOp};
pub use ty::{Form, Measure, Ty};

/// A checked policy.
#[derive(Clone, Debug, Serialize)]
pub struct Hir {
    /// The policy's name: `acme.refunds`.
    pub name: String,
    /// The edition of the language.
    pub edition: u32,
    /// The title. Words.
    pub title: Option<String>,
    /// Who answers for it.
    #[serde(skip)]
    pub owner: Option<String>,
    /// The days on which it is in force, by their numbers, where they are not all days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_force: Option<(Option<i128>, Option<i128>)>,
    /// The slot of the day that says which version governs a case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chosen_by: Option<usize>,
    /// The stages of a conversation, in order.
    pub stages: Vec<String>,
    /// The facts and enumerations.
    pub schema: Schema,
    /// The calendars, with everything that they say of the days that they cover.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub calendars: Vec<Calendar>,
    /// The settings.
    pub settings: Vec<Setting>,
    /// What is taken as given of the facts.
    pub assumes: Vec<Assume>,
    /// The definitions, in order of declaration.
    pub definitions: Vec<Definition>,
    /// The decisions, in order of declaration.
    pub decisions: Vec<Decision>,
    /// Definitions and decisions in an order in which each reads only earlier ones.
    #[serde(skip)]
    pub order: Vec<Unit>,
    /// Disclosures and steps at the top.
    pub obligations: Vec<Obligation>,
    /// Claims to be proved.
    #[serde(skip)]
    pub properties: Vec<Property>,
    /// The policy's own tests.
    #[serde(skip)]
    pub tests: Vec<Test>,
}

/// A definition or a decision, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// An index into [`Hir::definitions`].
    Definition(usize),
    /// An index into [`Hir::decisions`].
    Decision(usize),
}

/// A constant that an overlay may turn. Uses of it are constants in the tree.
#[derive(Clone, Debug, Serialize)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Its value; absent for an optional one.
    pub value: Option<Scalar>,
    /// Its bounds in steps, where it has some.
    pub bounds: Option<(i128, i128)>,
    /// Words.
    pub doc: Option<String>,
    /// Where it is declared.
    #[serde(skip)]
    pub span: Span,
}

/// A relation that accepted facts have.
#[derive(Clone, Debug, Serialize)]
pub struct Assume {
    /// Its name in words.
    pub name: String,
    /// What holds; reads facts only.
    pub condition: Expr,
    /// Where it is declared.
    #[serde(skip)]
    pub span: Span,
}

/// A claim that is to hold in every case.
#[derive(Clone, Debug, Serialize)]
pub struct Property {
    /// Its name in words.
    pub name: String,
    /// What is claimed.
    pub condition: Expr,
    /// Where it is declared.
    #[serde(skip)]
    pub span: Span,
}

/// An expression.
#[derive(Clone, Debug, Serialize)]
pub struct Expr {
    /// What it is.
    pub kind: Kind,
    /// Its type.
    pub ty: Ty,
    /// Where it is written.
    #[serde(skip)]
    pub span: Span,
}

/// The kinds of expressions. Numbers are integers in the form of the expression's type unless it is `Ratio`.
#[derive(Clone, Debug, Serialize)]
pub enum Kind {
    /// A constant.
    Constant(Scalar),
    /// There is no value: a case of an optional definition, an argument of an optional parameter.
    Absent,
    /// The fact in this slot.
    Fact(usize),
    /// The parameter of the definition around it, by index into [`Definition::locals`].
    Local(usize),
    /// A plain definition.
    Definition(usize),
    /// A definition with arguments, one for each of its locals.
    Call(usize, Vec<Expr>),
    /// Whether the value is there (not absent).
    Present(Box<Expr>),
    /// Whether the record in this slot is there.
    RecordPresent(usize),
    /// `not`.
    Not(Box<Expr>),
    /// `and` over all.
    And(Vec<Expr>),
    /// `or` over all.
    Or(Vec<Expr>),
    /// A comparison of two values of one type and form.
    Compare(Order, Box<Expr>, Box<Expr>),
    /// Whether the value is one of the constants.
    OneOf(Box<Expr>, Vec<Scalar>),
    /// Whether the decision has one of these outcomes.
    OutcomeIs(usize, Vec<usize>),
    /// The parameter of an outcome of a decision: decision, outcome, parameter.
    OutcomeParameter(usize, usize, usize),
    /// Whether the collected set holds an item with this outcome: decision, outcome.
    Includes(usize, usize),
    /// Whether the collected set is empty.
    Empty(usize),
    /// The collected set itself.
    Collected(usize),
    /// The sum of all, each subtracted where the flag is set. Operands of one form, all integer or all ratio.
    Sum(Vec<(bool, Expr)>),
    /// The product of two: integer × integer, or ratio × ratio.
    Product(Box<Expr>, Box<Expr>),
    /// An integer times a constant.
    Scale(Box<Expr>, i128),
    /// The ratio of two integers; the second is not zero where the expression is observed, but may be negative.
    Ratio(Box<Expr>, Box<Expr>),
    /// The quotient of two ratios; the second is not zero where it is observed.
    Quotient(Box<Expr>, Box<Expr>),
    /// The least or the greatest of several of one form.
    Extremum(Extreme, Vec<Expr>),
    /// Rounds to a whole number of steps: `round(value × numerator / denominator) × step`, where value is an
    /// integer or a ratio.
    Round {
        /// What is rounded.
        value: Box<Expr>,
        /// How.
        mode: Rounding,
        /// Multiplies the value before rounding; positive.
        numerator: i128,
        /// Divides it; positive.
        denominator: i128,
        /// Multiplies the rounded number; positive.
        step: i128,
    },
    /// A date so many months (integer) later, clamped to the last day of the month.
    AddMonths(Box<Expr>, Box<Expr>),
    /// What is made of the items of a list, or of days.
    Each(Box<Each>),
    /// Whether an amount in one of several currencies is in the one at this place, of so many.
    InCurrency(Box<Expr>, usize, i128),
    /// The amount, in steps of its own currency, of an amount in one of several; see
    /// [`Currencies::stride`](crate::schema::Currencies::stride).
    AmountIn(Box<Expr>, i128),
    /// An operation on days, times or a calendar, with its operands.
    Time(TimeOp, Vec<Expr>),
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Order {
    /// Equal.
    Equal,
    /// Not equal.
    Different,
    /// Less.
    Less,
    /// Less or equal.
    AtMost,
    /// Greater.
    Greater,
    /// Greater or equal.
    AtLeast,
}

impl Order {
    /// The order that holds of `b` and `a` where this one holds of `a` and `b`.
    pub fn turned(self) -> Order {
        match self {
            Order::Less => Order::Greater,
            Order::AtMost => Order::AtLeast,
            Order::Greater => Order::Less,
            Order::AtLeast => Order::AtMost,
            Order::Equal | Order::Different => self,
        }
    }

    /// Whether it holds of two values in this order.
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Order::Equal => order.is_eq(),
            Order::Different => order.is_ne(),
            Order::Less => order.is_lt(),
            Order::AtMost => order.is_le(),
            Order::Greater => order.is_gt(),
            Order::AtLeast => order.is_ge(),
        }
    }
}

/// The lesser or the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Extreme {
    /// The least.
    Least,
    /// The greatest.
    Greatest,
}

/// How a tie or a remainder is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Rounding {
    /// To the nearest; a tie away from zero.
    HalfUp,
    /// To the nearest; a tie to the even multiple.
    HalfEven,
    /// Away from zero.
    Up,
    /// Toward zero.
    Down,
}

/// A definition.
#[derive(Clone, Debug, Serialize)]
pub struct Definition {
    /// Its name.
    pub name: String,
    /// Words.
    pub doc: Option<String>,
    /// Its parameters, records taken apart into their leaves; empty for a plain one.
    pub locals: Vec<Local>,
    /// Its type; every case's value has it, form included.
    pub ty: Ty,
    /// Its cases in order: the first whose guard holds gives the value.
    pub cases: Vec<Case>,
    /// Where it is declared.
    #[serde(skip)]
    pub span: Span,
}

/// A parameter of a definition.
#[derive(Clone, Debug, Serialize)]
pub struct Local {
    /// Its name, for a leaf of a record with its dots.
    pub name: String,
    /// Its type; for whether an optional record is there, `Boolean`.
    pub ty: Ty,
    /// The least value in steps, inclusive; for types without order 0.
    pub low: i128,
    /// The greatest value in steps, inclusive; for types without order 0.
    pub high: i128,
}

/// A case of a definition.
#[derive(Clone, Debug, Serialize)]
pub struct Case {
    /// When it applies; the last case has none.
    pub guard: Option<Expr>,
    /// The value, or `Kind::Absent`.
    pub value: Expr,
    /// Words, where it has some.
    pub notes: Notes,
    /// Where it is written.
    #[serde(skip)]
    pub span: Span,
}

/// `because` and `cites`. Words.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Notes {
    /// Texts with values.
    pub because: Vec<Template>,
    /// Texts.
    pub cites: Vec<String>,
}

/// A text with values filled in. Words.
#[derive(Clone, Debug, Serialize)]
pub struct Template {
    /// Its parts in order.
    pub parts: Vec<Part>,
}

/// A part of a template.
#[derive(Clone, Debug, Serialize)]
pub enum Part {
    /// Text.
    Text(String),
    /// A value; `source` is the expression as it is written between the braces, white space folded.
    Value {
        /// The value, never unrounded.
        expr: Expr,
        /// The type that says how it is written.
        ty: Type,
        /// The expression as written.
        source: String,
    },
}

/// A decision.
#[derive(Clone, Debug, Serialize)]
pub struct Decision {
    /// Its name.
    pub name: String,
    /// Words.
    pub doc: Option<String>,
    /// Whether it collects the items of all rules instead of choosing one outcome.
    pub collect: bool,
    /// Whether each rule overrides all later ones.
    pub first: bool,
    /// Its outcomes, in order of declaration.
    pub outcomes: Vec<Outcome>,
    /// Its rules, in order of writing.
    pub rules: Vec<Rule>,
    /// What decides when no rule does.
    pub otherwise: Option<Fallback>,
    /// Whether `otherwise` was written `always`, and there are no rules.
    pub always: bool,
    /// The disclosures and steps inside it.
    pub obligations: Vec<Obligation>,
    /// Where it is declared.
    #[serde(skip)]
    pub span: Span,
}

impl Decision {
    /// Whether the rule of index `rule` overrides the rule of index `other`.
    pub fn overrides(&self, rule: usize, other: usize) -> bool {
        match self.first {
            true => rule < other,
            false => rule != other && self.rules.get(rule).is_some_and(|it| it.overrides.contains(other)),
        }
    }
}

/// An outcome.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// How it is spelled in answers.
    pub json: String,
    /// Words.
    pub doc: Option<String>,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
}

/// A parameter of an outcome.
#[derive(Clone, Debug, Serialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// The least value in steps, inclusive.
    pub low: i128,
    /// The greatest value in steps, inclusive.
    pub high: i128,
    /// Whether there may be none.
    pub optional: bool,
}

/// A rule.
#[derive(Clone, Debug, Serialize)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// Words.
    pub doc: Option<String>,
    /// When it holds: `when` and not `unless`; none means always.
    pub condition: Option<Expr>,
    /// The rules that it overrides, the transitive closure; not used in a `first` decision.
    pub overrides: Overrides,
    /// The rules that it names after `overrides`, each with the place.
    #[serde(skip)]
    pub names: Vec<(usize, Span)>,
    /// Whether it is a row of a table.
    #[serde(skip)]
    pub row: bool,
    /// What follows: one, or in a `collect` decision one or more.
    pub then: Vec<Consequence>,
    /// Its reasons. Words.
    pub notes: Notes,
    /// Where it is written.
    #[serde(skip)]
    pub span: Span,
}

/// An outcome with a value for each of its parameters.
#[derive(Clone, Debug, Serialize)]
pub struct Consequence {
    /// The index of the outcome.
    pub outcome: usize,
    /// One for each parameter, in order of declaration, in the form of its type; `Kind::Absent` where an
    /// optional one is left out.
    pub arguments: Vec<Expr>,
    /// Where it is written.
    #[serde(skip)]
    pub span: Span,
}

/// `otherwise` or `always`.
#[derive(Clone, Debug, Serialize)]
pub struct Fallback {
    /// The outcome.
    pub then: Consequence,
    /// Its reasons. Words.
    pub notes: Notes,
}

/// A disclosure or a step.
#[derive(Clone, Debug, Serialize)]
pub struct Obligation {
    /// Whether it is a step (otherwise a disclosure).
    pub step: bool,
    /// Its name.
    pub name: String,
    /// Words: for a step, what to do.
    pub doc: Option<String>,
    /// When it is required; none means always.
    pub condition: Option<Expr>,
    /// The stage: index into [`Hir::stages`], and whether `before` it (otherwise `during`).
    pub stage: Option<(usize, bool)>,
    /// The day or the time by which.
    pub deadline: Option<Expr>,
    /// How that is written.
    #[serde(skip)]
    pub deadline_type: Option<Type>,
    /// Language tag and text, in order of writing; a text without a tag has `en`. Words.
    pub say: Vec<(String, Template)>,
    /// Words.
    pub cites: Vec<String>,
    /// For one at the top: the decisions that its condition reads, directly or through definitions.
    pub decisions: Vec<usize>,
    /// Where it is declared.
    #[serde(skip)]
    pub span: Span,
}
