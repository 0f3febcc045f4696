//! Lists in the tree of a text: their types, what goes over their items, and their items in tests.

use crate::{
    source::Span,
    syntax::ast::{AssignedValue, Bounds, Expression, ExtremumKind, Name, Number, TypeExpression},
};

/// `list of integer between 1 and 5 up to 10`.
#[derive(Clone, Debug)]
pub struct ListType {
    /// The type of an item.
    pub element: TypeExpression,
    /// The bounds of an item.
    pub bounds: Option<Bounds>,
    /// The most items.
    pub most: Number,
}

/// What goes over the items of a list, or over days.
#[derive(Clone, Debug)]
pub struct Each {
    /// What is made of the items.
    pub fold: Fold,
    /// The items, and the name of each.
    pub over: ItemIn,
    /// The condition of `has`, or the value of each item; none for `count of`.
    pub value: Option<Expression>,
    /// `where C`.
    pub filter: Option<Expression>,
    /// `or else V`.
    pub default: Option<Expression>,
}

/// What is made of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// `any … has`.
    Any,
    /// `every … has`.
    Every,
    /// `count of`.
    Count,
    /// `sum of`.
    Sum,
    /// `lowest of`, `highest of`, `earliest of`, `latest of`.
    Extreme(ExtremumKind),
}

/// `i in items`.
#[derive(Clone, Debug)]
pub struct ItemIn {
    /// The name of an item.
    pub name: Name,
    /// What it is an item of.
    pub over: Over,
}

/// What items come of.
#[derive(Clone, Debug)]
pub enum Over {
    /// A list, with its dots.
    List(Name),
    /// `days from A through B up to 1_000`.
    Days {
        /// The first day.
        from: Expression,
        /// The last day.
        through: Expression,
        /// The most days.
        most: Number,
        /// The whole clause.
        span: Span,
    },
}

/// An item of a list in a test: without a name.
#[derive(Clone, Debug)]
pub struct AssignedElement {
    /// Its value.
    pub value: AssignedValue,
    /// Where it stands.
    pub span: Span,
}
