//! Expressions as written. Nesting is that of brackets; chains of one operator are flat.

use crate::{
    source::Span,
    syntax::ast::{CountUnit, Each, Literal, Name, Row, TimeExpression},
};

/// An expression.
#[derive(Clone, Debug)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// The whole.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Clone, Debug)]
pub enum ExpressionKind {
    /// A constant; never `Word`.
    Literal(Literal),
    /// A fact, definition, setting, parameter, decision, or value of an enumeration, with its dots.
    Reference(String),
    /// `late(delivery)`.
    Call(Name, Vec<Expression>),
    /// `(e)`: kept, because rounding asks for it.
    Parenthesis(Box<Expression>),
    /// `not e`.
    Not(Box<Expression>),
    /// `-e`.
    Negate(Box<Expression>),
    /// `a and b and c`.
    And(Vec<Expression>),
    /// `a or b or c`.
    Or(Vec<Expression>),
    /// `a implies b`.
    Implies(Box<Expression>, Box<Expression>),
    /// `a <= b`, `a is b`, `a is no later than b`.
    Compare(Comparison, Box<Expression>, Box<Expression>),
    /// `e is one of (a, b)`; `negated` for `is not one of`.
    OneOf {
        /// What is looked for.
        value: Box<Expression>,
        /// The values.
        choices: Vec<Expression>,
        /// `is not one of`.
        negated: bool,
    },
    /// `e is present` (`present: true`), `e is absent`.
    Presence {
        /// What is asked for.
        value: Box<Expression>,
        /// Whether the question is for presence.
        present: bool,
    },
    /// `goodwill is empty`, `items is empty`.
    Empty {
        /// The collecting decision, or the list.
        value: Box<Expression>,
        /// `is not empty`.
        negated: bool,
    },
    /// `any i in items has (…)`, `sum of i.price for each i in items`, and the like.
    Each(Box<Each>),
    /// `price is in EUR`; `negated` for `is not in EUR`.
    InCurrency {
        /// The amount.
        value: Box<Expression>,
        /// The currency.
        currency: Name,
        /// `is not in`.
        negated: bool,
    },
    /// `goodwill includes voucher`, `ratings includes 5`.
    Includes(Box<Expression>, Box<Expression>),
    /// `gold or above` (`above: true`), `gold or below`: only after `is`.
    OrMore {
        /// The value.
        value: Box<Expression>,
        /// `or above`.
        above: bool,
    },
    /// `a + b - c`: the first term, then each with its sign (`true` for minus).
    Sum(Box<Expression>, Vec<(bool, Expression)>),
    /// `a * b / c`, `15% of c`.
    Product(Box<Expression>, Vec<(ProductOperator, Expression)>),
    /// `x but no more than y`.
    Capped(Box<Expression>, Vec<(CapKind, Expression)>),
    /// `lowest of (a, b)`.
    Extremum(ExtremumKind, Vec<Expression>),
    /// `30 days after d` (`after: true`), `30 days before d`.
    Shifted {
        /// How far.
        distance: Box<Expression>,
        /// From where.
        from: Box<Expression>,
        /// `after`.
        after: bool,
        /// `in CALENDAR`.
        calendar: Option<Name>,
    },
    /// `(e) rounded half up to USD 0.01`.
    Rounded {
        /// What is rounded.
        value: Box<Expression>,
        /// How.
        mode: RoundingMode,
        /// To a multiple of what.
        step: Box<Literal>,
    },
    /// `number of days in e`.
    CountIn(CountUnit, Box<Expression>),
    /// A row of a table matches: each cell its column.
    Row(Box<Row>),
    /// `tariff.first_kilo on d`: the table's column, the day.
    OnDay(Box<Expression>, Box<Expression>),
    /// `tariff has a row on d`.
    HasRow(Box<Expression>, Box<Expression>),
    /// Times and calendars.
    Time(Box<TimeExpression>),
}

/// Comparison operators. The words and the signs mean the same; the words are for dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `is`.
    Is,
    /// `is not`.
    IsNot,
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `>`.
    Greater,
    /// `>=`.
    AtLeast,
    /// `is earlier than`.
    Earlier,
    /// `is no later than`.
    NoLater,
    /// `is later than`.
    Later,
    /// `is no earlier than`.
    NoEarlier,
}

/// Operators of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductOperator {
    /// `*`.
    Times,
    /// `of`, as in `15% of total`.
    Of,
    /// `/`.
    Divide,
}

/// Caps and floors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapKind {
    /// `but no more than`.
    NoMore,
    /// `but no less than`.
    NoLess,
}

/// Extremes of a list of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtremumKind {
    /// `lowest of`, for amounts.
    Lowest,
    /// `highest of`, for amounts.
    Highest,
    /// `earliest of`, for dates.
    Earliest,
    /// `latest of`, for dates.
    Latest,
}

/// How to round. Ties go away from zero or to the even multiple; `up` is away from zero, `down` toward it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundingMode {
    /// `half up`.
    HalfUp,
    /// `half even`.
    HalfEven,
    /// `up`.
    Up,
    /// `down`.
    Down,
}
