//! The expressions directly below one, in order. Passes that look at every expression of a policy ask for them each
//! time, so no list of them is made.

use std::array;
use std::slice;
use std::vec;

use crate::hir::{Expr, Kind};

/// What [`Expr::children`] gives.
#[derive(Clone, Debug)]
pub enum Children<'e> {
    /// At most two operands.
    Few(array::IntoIter<Option<&'e Expr>, 2>),
    /// Operands of one kind.
    All(slice::Iter<'e, Expr>),
    /// The terms of a sum.
    Terms(slice::Iter<'e, (bool, Expr)>),
    /// The parts of something that goes over items.
    Parts(vec::IntoIter<&'e Expr>),
}

impl<'e> Iterator for Children<'e> {
    type Item = &'e Expr;

    fn next(&mut self) -> Option<&'e Expr> {
        match self {
            Children::Few(them) => them.find_map(|it| it),
            Children::All(them) => them.next(),
            Children::Terms(them) => them.next().map(|it| &it.1),
            Children::Parts(them) => them.next(),
        }
    }
}

impl Expr {
    /// The expressions directly below this one, in order.
    pub fn children(&self) -> Children<'_> {
        let few = |a, b| Children::Few([a, b].into_iter());
        match &self.kind {
            Kind::Constant(_)
            | Kind::Absent
            | Kind::Fact(_)
            | Kind::Local(_)
            | Kind::Definition(_)
            | Kind::RecordPresent(_)
            | Kind::OutcomeIs(..)
            | Kind::OutcomeParameter(..)
            | Kind::Includes(..)
            | Kind::Empty(_)
            | Kind::Collected(_) => few(None, None),
            Kind::Present(it) | Kind::Not(it) | Kind::OneOf(it, _) | Kind::Scale(it, _) => {
                few(Some(it), None)
            }
            Kind::InCurrency(it, ..) | Kind::AmountIn(it, _) => few(Some(it), None),
            Kind::Round { value, .. } => few(Some(value), None),
            Kind::Call(_, all) | Kind::And(all) | Kind::Or(all) | Kind::Extremum(_, all) => {
                Children::All(all.iter())
            }
            Kind::Sum(all) => Children::Terms(all.iter()),
            Kind::Compare(_, a, b)
            | Kind::Product(a, b)
            | Kind::Ratio(a, b)
            | Kind::Quotient(a, b)
            | Kind::AddMonths(a, b) => few(Some(a), Some(b)),
            Kind::Each(each) => Children::Parts(each.children().into_iter()),
            Kind::Time(_, all) => Children::All(all.iter()),
        }
    }
}
