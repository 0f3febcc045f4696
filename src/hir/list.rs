//! What goes over the items of a list, or over days: one node, however many items there can be.
//!
//! The items are locals: those of the scope around it, and after them one for each slot of an item (a day has
//! one). So a body reads an item as a definition reads its parameters, and lowering writes it out once for each
//! item that there can be.

use serde::Serialize;

use crate::hir::{Expr, Extreme};

/// What goes over items.
#[derive(Clone, Debug, Serialize)]
pub struct Each {
    /// What is made of the items.
    pub fold: Fold,
    /// The items.
    pub over: Over,
    /// The index of the first local that stands for an item.
    pub base: usize,
    /// Which items count; none means all.
    pub filter: Option<Expr>,
    /// The condition, or the value of an item.
    pub value: Expr,
    /// The value where no item counts.
    pub default: Option<Expr>,
}

/// What is made of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Fold {
    /// Whether one has it.
    Any,
    /// Whether all have it.
    Every,
    /// The sum of their values; 0 where there are none.
    Total,
    /// The least or the greatest value.
    Extreme(Extreme),
}

/// What items come of.
#[derive(Clone, Debug, Serialize)]
pub enum Over {
    /// The list of facts of this index.
    List(usize),
    /// Days, the first and the last included; none where the last is before the first.
    Days {
        /// The first day.
        from: Expr,
        /// The last day.
        through: Expr,
        /// The most days; an assumption says so where the types do not.
        most: usize,
    },
}

impl Each {
    /// The expressions directly below it, in order.
    pub fn children(&self) -> Vec<&Expr> {
        let mut all = Vec::new();
        if let Over::Days { from, through, .. } = &self.over {
            all.extend([from, through]);
        }
        all.extend(&self.default);
        all.extend(&self.filter);
        all.push(&self.value);
        all
    }

    /// How many items there are at most.
    pub fn most(&self, schema: &crate::schema::Schema) -> usize {
        match &self.over {
            Over::List(list) => schema.lists.get(*list).map_or(0, |it| it.most),
            Over::Days { most, .. } => *most,
        }
    }
}
