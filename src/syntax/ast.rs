//! The tree of a policy text: what the author wrote, with every place.
//!
//! No name is resolved and no type is known here. Long chains (`and`, `or`, sums, products, caps) are flat
//! lists, so the depth of a tree is bounded by the depth of brackets.

use crate::source::Span;

mod decision;
mod expression;
mod list;
mod table;
pub mod time;

pub use decision::{
    Argument, Collect, Consequence, Decision, Fallback, Obligation, ObligationKind, Outcome, Override, Rule,
    Say, Stage,
};
pub use expression::{
    CapKind, Comparison, Expression, ExpressionKind, ExtremumKind, ProductOperator, RoundingMode,
};
pub use list::{AssignedElement, Each, Fold, ItemIn, ListType, Over};
pub use table::{
    Alternative, AlternativeKind, Cell, CellKind, DatedTable, Hit, Layout, Row, RowLayout, Table,
};

use time::{BusinessUnit, Calendar, ClockType, TimeExpression};

/// A file: its items in order of writing. Items that did not parse are in `broken`.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// `policy NAME …`; the first one, if any.
    pub headers: Vec<Header>,
    /// Everything else.
    pub items: Vec<Item>,
    /// What could not be read; its names are not reported as unknown.
    pub broken: Vec<Broken>,
    /// What the author says may be, wherever it stands.
    pub allowances: Vec<Allowance>,
}

/// `allow unused-definition "clients of this policy read it"`: a finding that is not reported.
#[derive(Clone, Debug)]
pub struct Allowance {
    /// The name of the finding.
    pub finding: Name,
    /// Why it may be.
    pub reason: Quoted,
    /// The item that holds it, for which it speaks; the whole file where the header holds it.
    pub scope: Span,
    /// The files whose rows are those of tables in that item.
    pub data: Vec<Span>,
    /// The clause.
    pub span: Span,
}

/// An item, or a part of a decision, that did not parse.
#[derive(Clone, Debug)]
pub struct Broken {
    /// The keyword it began with, or empty.
    pub keyword: String,
    /// The word after the keyword, or empty: what it would have declared.
    pub name: String,
    /// The decision in which it stands, if any.
    pub decision: Option<String>,
    /// The whole broken text.
    pub span: Span,
}

/// A word with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The word; for a path, with its dots.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A quoted text without holes, its escapes resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// The text.
    pub text: String,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// `policy acme.refunds language 1 title "…" owner "…"`.
#[derive(Clone, Debug)]
pub struct Header {
    /// The policy's name, with its dots.
    pub name: Name,
    /// The policy that this one changes: `extends base.refunds`.
    pub extends: Option<Name>,
    /// `in force from … through …`.
    pub in_force: Option<Period>,
    /// The fact whose day says which version governs a case: `version chosen by …`.
    pub chosen_by: Option<Name>,
    /// The language edition, as written.
    pub language: Option<Number>,
    /// The title.
    pub title: Option<Quoted>,
    /// Who answers for it.
    pub owner: Option<Quoted>,
    /// The whole header.
    pub span: Span,
}

/// Days from one to another, both included; an end that is left out is open.
#[derive(Clone, Debug)]
pub struct Period {
    /// The first day, as written.
    pub from: Option<Name>,
    /// The last day, as written.
    pub through: Option<Name>,
    /// The whole clause.
    pub span: Span,
}

/// `use shared.calendars`, `use shared.types (Tier, Region)`.
#[derive(Clone, Debug)]
pub struct Use {
    /// The name in the header of the other file.
    pub file: Name,
    /// What is brought from there; everything where nothing is listed.
    pub names: Option<Vec<Name>>,
    /// The whole item.
    pub span: Span,
}

/// `setting window = 45 days`: another value for a setting of another file.
#[derive(Clone, Debug)]
pub struct Turn {
    /// The setting.
    pub name: Name,
    /// Its value, or its values by day.
    pub values: Vec<Dated>,
    /// The whole item.
    pub span: Span,
}

/// A value of a setting: `14 days through 2026-02-28`.
#[derive(Clone, Debug)]
pub struct Dated {
    /// The value.
    pub value: Literal,
    /// The days on which it holds; all of them where none are written.
    pub period: Option<Period>,
}

/// What an overlay changes of the policy that it extends.
#[derive(Clone, Debug)]
pub struct Change {
    /// What is changed, and how.
    pub kind: ChangeKind,
    /// The whole item.
    pub span: Span,
}

/// The kinds of changes.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "there are few of them in a tree")]
pub enum ChangeKind {
    /// `replaces define d = …`.
    Define(Define),
    /// `replaces define d by date { … }`.
    Dated(DatedTable),
    /// `replaces rule r { … }`, in a decision.
    Rule(Rule),
    /// `replaces otherwise …`, in a decision.
    Otherwise(Fallback),
    /// `replaces disclosure d { … }`, `replaces step s { … }`.
    Obligation(Obligation),
    /// `removes define d`.
    NoDefine(Name),
    /// `removes rule r`, in a decision.
    NoRule(Name),
    /// `removes disclosure d`, `removes step s`.
    NoObligation(ObligationKind, Name),
}

/// One item of a file.
#[derive(Clone, Debug)]
pub enum Item {
    /// `use shared.calendars`.
    Use(Use),
    /// `setting s = v`.
    Turn(Turn),
    /// `replaces …` or `removes …`.
    Change(Change),
    /// `stages a, b`.
    Stages(Vec<Name>, Span),
    /// `type T = …`.
    Type(TypeItem),
    /// `calendar c { … }`.
    Calendar(Calendar),
    /// `setting s: T = v`.
    Setting(Setting),
    /// `facts { … }`.
    Facts(Vec<Field>, Span),
    /// `assume "…": …`.
    Assume(Claim),
    /// `define d = …`.
    Define(Define),
    /// `define d by date { … }`.
    Dated(DatedTable),
    /// `decision d { … }`.
    Decision(Decision),
    /// A `disclosure` or `step` at the top.
    Obligation(Obligation),
    /// `property "…": …`.
    Property(Claim),
    /// `test "…" { … }`.
    Test(Test),
}

/// `type NAME = …`.
#[derive(Clone, Debug)]
pub struct TypeItem {
    /// Its name.
    pub name: Name,
    /// Its doc string.
    pub doc: Option<Quoted>,
    /// What it stands for.
    pub ty: TypeExpression,
}

/// A type as written, `optional` included.
#[derive(Clone, Debug)]
pub struct TypeExpression {
    /// `optional T`.
    pub optional: bool,
    /// The type itself.
    pub kind: TypeKind,
    /// The whole expression.
    pub span: Span,
}

/// The kinds of type expressions.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// `boolean`.
    Boolean,
    /// `integer`.
    Integer,
    /// `decimal to 0.1`.
    Decimal(Number),
    /// `percent`, `percent to 0.001%`.
    Percent(Option<Number>),
    /// `money USD`, `money GBP to 0.001`.
    Money(Name, Option<Number>),
    /// `money EUR or GBP`: two or more currencies.
    MoneyOf(Vec<Name>, Option<Number>),
    /// `text`, `text up to 200`.
    Text(Option<Number>),
    /// `date`.
    Date,
    /// `days`, `months`, `years`.
    Count(CountUnit),
    /// `duration`, `duration in minutes`.
    Duration(Option<TimeUnit>),
    /// `time`, `datetime to the minute`: whole minutes (`true`) or seconds, where that is said.
    Clock(ClockType, Option<bool>),
    /// `business days`, `business hours`.
    Business(BusinessUnit),
    /// `one of (a, "b-c" as b_c)`.
    OneOf(Vec<Choice>),
    /// `ordered a < b < c`.
    Ordered(Vec<Choice>),
    /// `record { … }`.
    Record(Vec<Field>),
    /// `list of Item up to 50`.
    List(Box<ListType>),
    /// A declared type, or a `collect` decision.
    Named(Name),
}

/// Units that count calendar time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountUnit {
    /// Calendar days.
    Days,
    /// Calendar months.
    Months,
    /// Calendar years.
    Years,
}

/// Units of elapsed time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// 1 second.
    Seconds,
    /// 60 seconds.
    Minutes,
    /// 3,600 seconds.
    Hours,
}

/// A value of an enumeration: `gift_card` or `"gift-card" as gift_card`.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Its name in the policy.
    pub name: Name,
    /// Its spelling in facts and answers, where it differs.
    pub json: Option<Quoted>,
}

/// A fact, a group of facts, or a field of a record type.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name in the policy.
    pub name: Name,
    /// Its key in JSON, where it differs.
    pub json: Option<Quoted>,
    /// Its doc string.
    pub doc: Option<Quoted>,
    /// What it is.
    pub kind: FieldKind,
    /// The whole field.
    pub span: Span,
}

/// What a field is. Leaves are by far the most, so the larger variant is the usual one.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)]
pub enum FieldKind {
    /// `order { … }`: always present.
    Group(Vec<Field>),
    /// `total: money USD between … ask "…"`.
    Leaf {
        /// Its type.
        ty: TypeExpression,
        /// `between A and B`.
        bounds: Option<Bounds>,
        /// The question that asks for it.
        ask: Option<Quoted>,
    },
}

/// `between A and B`, both included.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// The least value.
    pub low: Literal,
    /// The greatest value.
    pub high: Literal,
    /// The whole clause.
    pub span: Span,
}

/// A number as written, without `_`; its value is exact text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// Digits, at most one point, a leading `-` where there is one.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A constant.
#[derive(Clone, Debug)]
pub struct Literal {
    /// Its value as written.
    pub kind: LiteralKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of constants. There are many in a long text: what is rare stands in a box.
#[derive(Clone, Debug)]
pub enum LiteralKind {
    /// `12`, `0.5`, `-3`.
    Number(Number),
    /// `15%`.
    Percent(Number),
    /// `USD 49.99`: currency, amount.
    Money(Box<Name>, Number),
    /// `30 days`, `6 months`, `1 year`.
    Count(Number, CountUnit),
    /// `4 hours`, `15 minutes`.
    Duration(Number, TimeUnit),
    /// `14 days of 24 hours`: the days, the hours of each.
    DaysOfHours(Number, Box<Number>),
    /// `4 business hours`.
    Business(Number, BusinessUnit),
    /// `2026-03-01`, as written.
    Date(String),
    /// `17:00`, as written.
    Time(String),
    /// `2026-03-01T17:00`, with or without an offset, as written.
    DateTime(String),
    /// `yes`, `no`.
    Boolean(bool),
    /// `"…"`.
    Text(String),
    /// `absent`.
    Absent,
    /// A bare word where only a constant can stand: a value of an enumeration.
    Word(String),
}

/// `setting refund_window: days = 30 days between 14 days and 90 days`.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeExpression,
    /// Its value; the first one where there are several by day.
    pub value: Literal,
    /// Its values by day; empty where it has one value on all days.
    pub dated: Vec<Dated>,
    /// The bounds within which an overlay may turn it.
    pub bounds: Option<Bounds>,
    /// Its doc string.
    pub doc: Option<Quoted>,
    /// `locked`: no overlay turns it.
    pub locked: Option<Span>,
}

/// An `assume` or a `property`: a named condition.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Its name in words.
    pub name: Quoted,
    /// What is claimed.
    pub condition: Expression,
    /// The whole item.
    pub span: Span,
}

/// `define name(parameters) = …`.
#[derive(Clone, Debug)]
pub struct Define {
    /// Its name.
    pub name: Name,
    /// Its parameters; empty for a plain definition.
    pub parameters: Vec<Parameter>,
    /// Its doc string.
    pub doc: Option<Quoted>,
    /// One or more cases, tried in order; of a table one for each row.
    pub cases: Vec<Case>,
    /// `by …`, where its cases are the rows of a table.
    pub table: Option<Table>,
    /// `locked`: no overlay replaces or removes it.
    pub locked: Option<Span>,
    /// The whole item.
    pub span: Span,
}

/// One case of a definition.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its value.
    pub value: Expression,
    /// When it applies.
    pub guard: Guard,
    /// `because` and `cites`.
    pub notes: Notes,
    /// The whole case.
    pub span: Span,
}

/// When a case applies.
#[derive(Clone, Debug)]
pub enum Guard {
    /// No guard: the only case.
    Plain,
    /// `when C`.
    When(Expression),
    /// `otherwise`.
    Otherwise,
}

/// `because` and `cites`, in order of writing.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    /// `because "…"`.
    pub because: Vec<Template>,
    /// `cites "…"`.
    pub cites: Vec<Quoted>,
}

/// A text for people, with holes.
#[derive(Clone, Debug)]
pub struct Template {
    /// Literal text and holes, in order.
    pub parts: Vec<Part>,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// A part of a template.
#[derive(Clone, Debug)]
pub enum Part {
    /// Text, its escapes resolved.
    Text(String),
    /// `{expression}`.
    Hole(Expression),
}

/// A parameter of a definition or an outcome.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeExpression,
    /// Its bounds.
    pub bounds: Option<Bounds>,
}

/// `test "…" like "…" but … { given … expect … }`.
#[derive(Clone, Debug)]
pub struct Test {
    /// Its name in words.
    pub name: Quoted,
    /// The test whose facts it begins with.
    pub like: Option<Quoted>,
    /// Facts, in order: those of `but`, then those of each `given`.
    pub given: Vec<Assignment>,
    /// What is expected.
    pub expect: Vec<Expectation>,
    /// Whether it is a test of a policy that is extended: others can be like it, but it is not run.
    pub inherited: bool,
    /// The whole item.
    pub span: Span,
}

/// `order.total USD 5`, `order { total USD 5 }`.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The fact, with its dots, relative to the record around it.
    pub path: Name,
    /// Its value.
    pub value: AssignedValue,
}

/// What a test says of a fact.
#[derive(Clone, Debug)]
pub enum AssignedValue {
    /// A constant (`absent` included).
    Literal(Literal),
    /// `unknown`: takes back what `like` gave.
    Unknown(Span),
    /// `{ … }`.
    Record(Vec<Assignment>, Span),
    /// `( … )`: the items of a list.
    List(Vec<AssignedElement>, Span),
}

/// One `expect`.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// What is expected.
    pub kind: ExpectationKind,
    /// The whole clause.
    pub span: Span,
}

/// The kinds of expectations.
#[derive(Clone, Debug)]
pub enum ExpectationKind {
    /// `refund is approve(amount: USD 5) by standard_window`. In a `collect` decision: exactly these items.
    Outcome {
        /// The decision.
        decision: Name,
        /// The outcome; for `collect` the items; empty for `is empty`.
        outcomes: Vec<Consequence>,
        /// Whether it was written as a list of items or `empty`.
        items: bool,
        /// The rules that decide: `by a, b`; `otherwise` is the word itself.
        by: Vec<Name>,
    },
    /// `refund undecided needs a, b`.
    Undecided {
        /// The decision.
        decision: Name,
        /// The facts needed; empty where none are named.
        needs: Vec<Name>,
    },
    /// `refund error conflict`, `refund error gap`.
    Failed {
        /// The decision.
        decision: Name,
        /// `conflict` (otherwise `gap`).
        conflict: bool,
    },
    /// `error "assumption"`: the facts are refused by this `assume`.
    Refused(Quoted),
    /// `disclosures a, b` or `disclosures none`.
    Obligations {
        /// Disclosures or steps.
        kind: ObligationKind,
        /// Exactly these are required.
        names: Vec<Name>,
    },
}
