//! Rows of tables, from their meaning: a cell is a question about its column, and any cell but `any` and
//! `absent` also asks whether the column is there.

use evenhand::syntax::ast::{
    Alternative, AlternativeKind, CellKind, Comparison, Expression, ExpressionKind, Literal, LiteralKind, Row,
};

use crate::reference::evaluate::{Case, Locals, Value, all, negated};
use crate::reference::model::Ty;

impl Case<'_, '_> {
    /// Whether every cell of a row matches its column.
    pub(crate) fn row(&self, row: &Row, locals: &Locals) -> Value {
        let cells = row.columns.iter().zip(&row.cells);
        all(cells.map(|(column, cell)| self.cell(column, &cell.kind, locals)), false)
    }

    fn cell(&self, column: &Expression, cell: &CellKind, locals: &Locals) -> Value {
        let (alternatives, none_of) = match cell {
            CellKind::Any => return Value::Boolean(true),
            CellKind::OneOf(it) => (it, false),
            CellKind::NoneOf(it) => (it, true),
            CellKind::Bare => panic!("a cell of a file that is no text"),
        };
        let named = |word: Word| alternatives.iter().any(|it| self.word(column, it, locals) == Some(word));
        match self.presence(column, locals) {
            Value::Error => return Value::Error,
            Value::Nothing => return Value::Boolean(!none_of && named(Word::Absent)),
            _ if !none_of && named(Word::Present) => return Value::Boolean(true),
            _ => {}
        }
        let values = alternatives.iter().filter(|it| self.word(column, it, locals).is_none());
        let matched = all(values.map(|it| self.alternative(column, it, locals)), true);
        if none_of { negated(matched) } else { matched }
    }

    fn alternative(&self, column: &Expression, it: &Alternative, locals: &Locals) -> Value {
        let compare = |operator, value: &Expression| self.compare(operator, column, value, locals);
        match &it.kind {
            AlternativeKind::Value(value) => compare(Comparison::Is, value),
            AlternativeKind::OrMore { value, above: true } => compare(Comparison::AtLeast, value),
            AlternativeKind::OrMore { value, above: false } => compare(Comparison::AtMost, value),
            AlternativeKind::Compare(operator, value) => compare(*operator, value),
            AlternativeKind::Range { low, over, high, under } => {
                let from = compare(if *over { Comparison::Greater } else { Comparison::AtLeast }, low);
                let to = compare(if *under { Comparison::Less } else { Comparison::AtMost }, high);
                all([from, to].into_iter(), false)
            }
        }
    }

    fn word(&self, column: &Expression, it: &Alternative, locals: &Locals) -> Option<Word> {
        let AlternativeKind::Value(value) = &it.kind else { return None };
        match &value.kind {
            ExpressionKind::Literal(Literal { kind: LiteralKind::Absent, .. }) => Some(Word::Absent),
            ExpressionKind::Reference(word) if word == "present" => match self.ty(column, locals) {
                Some(Ty::Choice(list)) if list.index(word).is_some() => None,
                _ => Some(Word::Present),
            },
            _ => None,
        }
    }
}

/// Words of a cell that are no values.
#[derive(Clone, Copy, PartialEq)]
enum Word {
    Absent,
    Present,
}
