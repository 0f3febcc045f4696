//! The space of cases of a policy, or of two that are compared: its variables and dimensions, and the sets of
//! cases that its conditions are.
//!
//! ```text
//!   program ── normal ──▶ formulas over dimensions ── order, diagram ──▶ sets of cases ── search ──▶ a case
//! ```
//!
//! **Variables** are integers: a fact in the steps of its type, an enumeration's or a known text's index,
//! whether an optional fact is there, and what rounding and its like make of others. A **dimension** is a
//! linear term of variables, without constant and reduced; what compares terms cuts a dimension into intervals.
//! So `today - bought <= 30` and `today - bought <= 60` are two cuts of one dimension, and need no arithmetic.
//!
//! **Exact.** Diagrams treat dimensions as independent; [`search`] walks only those of their paths that some
//! integers satisfy ([`solve`]). What is not linear (a product of facts, months, a calendar) is a variable of
//! its own that may have any value in its range ([`Variable::exact`] is false): every case is among those
//! looked at, but not all that are looked at exist. So "there is none" is always a proof, and a case that is
//! found is replayed before it is shown.

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;
use std::sync::Arc;

use crate::{
    calendar::Calendar,
    hir::Rounding,
    source::Span,
    space::{
        formula::{FALSE, Formula, Formulas, TRUE},
        linear::{Linear, Var, ceiling, floor},
        solve::Row,
    },
};

pub(crate) mod cases;
pub(crate) mod diagram;
pub(crate) mod formula;
pub(crate) mod linear;
pub(crate) mod normal;
pub(crate) mod phrase;
pub(crate) mod point;
pub(crate) mod region;
pub(crate) mod search;
pub(crate) mod shapes;
pub(crate) mod solve;

/// What a variable stands for. Two policies that are compared share those that are equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    /// The fact of this path.
    Fact(String),
    /// Whether the optional fact or record of this path is there.
    Present(String),
    /// A term divided by a positive number and rounded.
    Rounded(Linear, i128, How),
    /// A product, where neither is a number.
    Product(Linear, Linear),
    /// What an operation that is not looked into makes of its operands.
    Opaque(String, Vec<Linear>),
}

/// How a quotient is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum How {
    /// Toward minus infinity.
    Floor,
    /// Toward plus infinity.
    Ceiling,
    /// To the nearest, a half up.
    HalfUp,
    /// To the nearest, a half down.
    HalfDown,
    /// To the nearest, a half to the even.
    HalfEven,
}

impl How {
    /// How a mode rounds numbers of one sign.
    pub(crate) fn of(mode: Rounding, negative: bool) -> How {
        match (mode, negative) {
            (Rounding::HalfUp, false) => How::HalfUp,
            (Rounding::HalfUp, true) => How::HalfDown,
            (Rounding::HalfEven, _) => How::HalfEven,
            (Rounding::Up, false) | (Rounding::Down, true) => How::Ceiling,
            (Rounding::Up, true) | (Rounding::Down, false) => How::Floor,
        }
    }
}

/// A variable.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    /// Its least value.
    pub low: i128,
    /// Its greatest value.
    pub high: i128,
    /// Whether its values are those that the others allow: false where it stands for what is not looked into.
    pub exact: bool,
    /// Whether it is a text: its range is that of the texts that conditions name.
    pub text: bool,
    /// Where what it stands for is written, for one that is not exact.
    pub place: Option<Span>,
}

/// A dimension: a linear term without constant, reduced.
#[derive(Clone, Debug)]
pub(crate) struct Dimension {
    /// Its least value.
    pub low: i128,
    /// Its greatest value.
    pub high: i128,
}

/// The variables, dimensions and formulas of the policies looked at.
#[derive(Debug, Default)]
pub(crate) struct Space {
    /// By what they stand for.
    pub variables: IndexMap<Key, Variable, FxBuildHasher>,
    /// By their terms.
    pub dimensions: IndexMap<Vec<(Var, i128)>, Dimension, FxBuildHasher>,
    /// The formulas.
    pub formulas: Formulas,
    /// What relates variables in every case.
    pub rows: Vec<Row>,
    /// What holds in every case beside the rows, each with the variable that it is said of: with every value of
    /// the others that the rest allows there is one of it.
    pub sides: Vec<(Var, Formula)>,
    /// The texts that conditions name; a text's value is its index, and -1 stands for all others.
    pub texts: IndexSet<Arc<str>, FxBuildHasher>,
    /// For each fact with an enumeration, by path: the names of its values, in the order of their numbers.
    pub names: IndexMap<String, IndexSet<String, FxBuildHasher>, FxBuildHasher>,
    calendars: Vec<Calendar>,
    /// What expressions of several policies are one.
    pub shapes: shapes::Shapes,
    /// How many policies there are.
    pub policies: usize,
}

/// Ranges become known when all policies have been read: until then an open end is left open.
const EVERYTHING: (i128, i128) = (i128::MIN, i128::MAX);

/// The value of a text that no condition names.
pub(crate) const OTHER_TEXT: i128 = -1;

impl Space {
    /// The variable of this key. One that is there already keeps its wider range.
    pub(crate) fn variable(&mut self, key: Key, low: i128, high: i128) -> Var {
        let new = Variable { low, high, exact: true, text: false, place: None };
        let entry = self.variables.entry(key);
        let index = entry.index();
        let own = entry.or_insert(new);
        own.low = own.low.min(low);
        own.high = own.high.max(high);
        index as Var
    }

    /// The variable of a fact with a text.
    pub(crate) fn text_variable(&mut self, key: Key) -> Var {
        let var = self.variable(key, OTHER_TEXT, OTHER_TEXT);
        if let Some((_, own)) = self.variables.get_index_mut(var as usize) {
            own.text = true;
        }
        var
    }

    /// A variable for what is not looked into.
    pub(crate) fn opaque(&mut self, key: Key, (low, high): (i128, i128), place: Option<Span>) -> Var {
        let var = self.variable(key, low, high);
        if let Some((_, own)) = self.variables.get_index_mut(var as usize) {
            own.exact = false;
            own.place = own.place.or(place);
        }
        var
    }

    /// The least and greatest value of a variable.
    pub(crate) fn range_of(&self, var: Var) -> (i128, i128) {
        self.variables.get_index(var as usize).map_or((0, 0), |(_, it)| (it.low, it.high))
    }

    /// The least and greatest value of a term; none where that leaves 128 bits.
    pub(crate) fn range(&self, term: &Linear) -> Option<(i128, i128)> {
        term.range(|var| self.range_of(var))
    }

    /// The dimension of a reduced term.
    pub(crate) fn dimension(&mut self, term: Vec<(Var, i128)>) -> Option<(u32, (i128, i128))> {
        let linear = Linear { terms: term, constant: 0 };
        let (low, high) = self.range(&linear)?;
        let entry = self.dimensions.entry(linear.terms);
        let index = entry.index();
        // A range may have become wider since: a second policy has wider bounds.
        let own = entry.or_insert(Dimension { low, high });
        (own.low, own.high) = (own.low.min(low), own.high.max(high));
        Some((index as u32, (own.low, own.high)))
    }

    /// `low <= term <= high`, one of them where it is written; none where numbers leave 128 bits.
    pub(crate) fn between(
        &mut self,
        term: &Linear,
        low: Option<i128>,
        high: Option<i128>,
    ) -> Option<Formula> {
        let Some((terms, divisor)) = term.normalised() else {
            let value = term.constant;
            let holds = low.is_none_or(|it| it <= value) && high.is_none_or(|it| value <= it);
            return Some(if holds { TRUE } else { FALSE });
        };
        let low = low.map_or(Some(None), |it| it.checked_sub(term.constant).map(Some))?;
        let high = high.map_or(Some(None), |it| it.checked_sub(term.constant).map(Some))?;
        let (low, high) = match divisor > 0 {
            true => (low, high),
            false => (high, low),
        };
        let (dimension, _) = self.dimension(terms)?;
        let from = low.map_or(i128::MIN, |it| ceiling(it, divisor));
        let to = high.map_or(i128::MAX, |it| floor(it, divisor));
        Some(self.formulas.within(dimension, EVERYTHING, [(from, to)]))
    }

    /// Relates variables in every case: `low <= term <= high`.
    pub(crate) fn relate(&mut self, term: &Linear, low: i128, high: i128) -> Option<()> {
        let terms = term.terms.iter().map(|(var, by)| (*var as usize, *by)).collect();
        let row = Row { terms, low: low.checked_sub(term.constant)?, high: high.checked_sub(term.constant)? };
        self.rows.push(row);
        Some(())
    }

    /// `term = 0`; none where numbers leave 128 bits.
    pub(crate) fn is_zero(&mut self, term: &Linear) -> Option<Formula> {
        self.between(term, Some(0), Some(0))
    }

    /// The variable lies in one of the intervals, sorted and apart.
    pub(crate) fn one_of(&mut self, var: Var, intervals: Vec<(i128, i128)>) -> Formula {
        match self.dimension(vec![(var, 1)]) {
            Some((dimension, _)) => self.formulas.within(dimension, EVERYTHING, intervals),
            None => FALSE,
        }
    }

    /// The values of the names of an enumeration, for the fact of this path. Names that are there keep theirs.
    pub(crate) fn choices<'n>(&mut self, path: &str, names: impl Iterator<Item = &'n str>) -> Vec<i128> {
        let known = self.names.entry(path.to_owned()).or_default();
        names.map(|it| known.insert_full(it.to_owned()).0 as i128).collect()
    }

    /// The number of a calendar; equal ones have the same.
    pub(crate) fn calendar(&mut self, calendar: &Calendar) -> usize {
        let at = self.calendars.iter().position(|it| it == calendar);
        at.unwrap_or_else(|| {
            self.calendars.push(calendar.clone());
            self.calendars.len() - 1
        })
    }

    /// Gives the facts with a text the range of all texts that are named.
    pub(crate) fn settle_texts(&mut self) {
        let last = self.texts.len() as i128 - 1;
        for variable in self.variables.values_mut() {
            if variable.text {
                variable.high = last;
            }
        }
    }

    /// Whether a term is a fact of few values, and no number.
    pub(crate) fn is_finite(&self, term: &[(Var, i128)]) -> bool {
        match term {
            [(var, _)] => match self.variables.get_index(*var as usize) {
                Some((Key::Present(_), _)) => true,
                Some((Key::Fact(path), it)) => {
                    self.names.contains_key(path) || it.text || (it.low, it.high) == (0, 1)
                }
                Some((Key::Opaque(..), it)) => (it.low, it.high) == (0, 1),
                _ => false,
            },
            _ => false,
        }
    }

    /// The value of a text that a condition names.
    pub(crate) fn text(&mut self, text: &Arc<str>) -> i128 {
        self.texts.insert_full(Arc::clone(text)).0 as i128
    }
}
