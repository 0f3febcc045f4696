//! Tables as written. Each row is also a rule, a case or a set of cases, whose condition is
//! [`Row`](super::ExpressionKind::Row): what reads the tree needs to know no more of tables than that.

use std::sync::Arc;

use crate::{
    source::Span,
    syntax::ast::{Comparison, Define, Expression, Name, Quoted},
};

/// A table in a decision, or that of a definition.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name, where it has one; rows without a name of their own are called by it.
    pub name: Option<Name>,
    /// How its rows stand to each other.
    pub hit: Hit,
    /// The word that says so, where it is written.
    pub hit_word: Option<Span>,
    /// What its cells are compared with.
    pub columns: Arc<[Expression]>,
    /// The file that has the rows, where it is not written here.
    pub file: Option<Quoted>,
    /// The index of its first row among the rules of its decision or the cases of its definition.
    pub first: usize,
    /// How its rows are laid out.
    pub rows: Vec<RowLayout>,
    /// Whether a row was reported and left out: what the others leave open is no second mistake.
    pub lost: bool,
    /// The whole table.
    pub span: Span,
}

/// How the rows of a table stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// Rows that hold together say the same.
    Unique,
    /// Each row overrides all later ones.
    First,
    /// All rows that hold count.
    Collect,
}

/// The places of a row and its cells, for whoever lays the table out anew.
#[derive(Clone, Debug)]
pub struct RowLayout {
    /// Its name, where one is written.
    pub name: Option<Name>,
    /// Its cells; the last is what follows.
    pub cells: Vec<Span>,
    /// The whole row, notes included.
    pub span: Span,
}

/// The places of a table's header and rows.
pub type Layout = Vec<RowLayout>;

/// The condition of a row: each cell matches its column.
#[derive(Clone, Debug)]
pub struct Row {
    /// The columns, shared by all rows.
    pub columns: Arc<[Expression]>,
    /// One cell for each column.
    pub cells: Vec<Cell>,
}

/// A cell of a row.
#[derive(Clone, Debug)]
pub struct Cell {
    /// What it says.
    pub kind: CellKind,
    /// The text of a cell of a file, which a column of texts takes as it is.
    pub bare: Option<Box<str>>,
    /// Where it is written.
    pub span: Span,
}

/// The kinds of cells.
#[derive(Clone, Debug)]
pub enum CellKind {
    /// `any`: also where the column is absent.
    Any,
    /// `EU, UK`: one of these.
    OneOf(Vec<Alternative>),
    /// `not EU`, `not (EU, UK)`: none of these.
    NoneOf(Vec<Alternative>),
    /// A cell of a file that is no such thing; right only in a column of texts.
    Bare,
}

/// One of the values or ranges in a cell.
#[derive(Clone, Debug)]
pub struct Alternative {
    /// What it says.
    pub kind: AlternativeKind,
    /// Where it is written.
    pub span: Span,
}

/// The kinds of alternatives.
#[derive(Clone, Debug)]
pub enum AlternativeKind {
    /// `EU`, `USD 5`, `absent`, `present`.
    Value(Expression),
    /// `gold or above` (`above: true`), `5 or below`.
    OrMore {
        /// The value.
        value: Expression,
        /// `or above`.
        above: bool,
    },
    /// `> USD 5`, `no later than 2026-03-01`.
    Compare(Comparison, Expression),
    /// `A through B`, `over A to under B`.
    Range {
        /// The lower end.
        low: Expression,
        /// `over`: the lower end itself does not belong to it.
        over: bool,
        /// The upper end.
        high: Expression,
        /// `to under`: the upper end itself does not belong to it.
        under: bool,
    },
}

impl Alternative {
    /// The values that it names, in order.
    pub fn values(&self) -> Vec<&Expression> {
        match &self.kind {
            AlternativeKind::Value(it)
            | AlternativeKind::OrMore { value: it, .. }
            | AlternativeKind::Compare(_, it) => vec![it],
            AlternativeKind::Range { low, high, .. } => vec![low, high],
        }
    }
}

/// `define tariff by date { | starting | first_kilo | … }`.
#[derive(Clone, Debug)]
pub struct DatedTable {
    /// Its name.
    pub name: Name,
    /// The file that has the rows, where it is not written here.
    pub file: Option<Quoted>,
    /// One definition for each column of values, named `tariff.first_kilo`, with one parameter: the day. Its
    /// cases are the rows; each but the last is guarded by the day on which the next one starts.
    pub columns: Vec<Define>,
    /// The day on which each row starts.
    pub starting: Vec<Name>,
    /// How the header and the rows are laid out.
    pub rows: Layout,
    /// `locked`: no overlay replaces or removes it.
    pub locked: Option<Span>,
    /// The whole item.
    pub span: Span,
}
