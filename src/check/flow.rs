//! What is known at a place of an expression because of the conditions around it.
//!
//! Every condition has a [`Flow`]: what is known where it is true and where it is false. `not` swaps the two;
//! `and` unites what its operands make known when true and intersects what they make known when false; `or`
//! dually. The right operand of `and` is checked with what the left makes known when true. This is B16 of the
//! language's meaning; ranges of numbers travel the same way as presence.

use std::collections::{BTreeMap, BTreeSet};

/// Something that may be absent, or a number that a condition may bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// A fact, or whether an optional record is there.
    Slot(usize),
    /// A plain definition.
    Definition(usize),
    /// A parameter of the definition that is being checked.
    Local(usize),
    /// The decision has this outcome.
    Outcome(usize, usize),
    /// The optional parameter of an outcome of a decision.
    Parameter(usize, usize, usize),
}

/// What is known: which places are there, tighter ranges of numbers, inclusive, and of amounts in one of
/// several currencies, which of these they can be in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) present: BTreeSet<Place>,
    pub(super) ranges: BTreeMap<Place, (i128, i128)>,
    pub(super) currencies: BTreeMap<Place, BTreeSet<usize>>,
}

impl Known {
    pub(super) fn present(places: impl IntoIterator<Item = Place>) -> Self {
        Known { present: places.into_iter().collect(), ..Known::default() }
    }

    pub(super) fn range(place: Place, low: i128, high: i128) -> Self {
        Known { ranges: BTreeMap::from([(place, (low, high))]), ..Known::default() }
    }

    pub(super) fn currencies(place: Place, currencies: impl IntoIterator<Item = usize>) -> Self {
        let currencies = BTreeMap::from([(place, currencies.into_iter().collect())]);
        Known { currencies, ..Known::default() }
    }

    /// Everything that either of the two knows.
    pub(super) fn and(self, other: &Known) -> Known {
        let mut both = self;
        both.present.extend(other.present.iter().copied());
        for (place, (low, high)) in &other.ranges {
            let range = both.ranges.entry(*place).or_insert((*low, *high));
            *range = (range.0.max(*low), range.1.min(*high));
        }
        for (place, currencies) in &other.currencies {
            match both.currencies.get_mut(place) {
                Some(own) => own.retain(|it| currencies.contains(it)),
                None => drop(both.currencies.insert(*place, currencies.clone())),
            }
        }
        both
    }

    /// What both know.
    pub(super) fn or(&self, other: &Known) -> Known {
        let mut either = Known::default();
        either.present.extend(self.present.intersection(&other.present).copied());
        for (place, (low, high)) in &self.ranges {
            if let Some((other_low, other_high)) = other.ranges.get(place) {
                either.ranges.insert(*place, (*low.min(other_low), *high.max(other_high)));
            }
        }
        for (place, currencies) in &self.currencies {
            if let Some(other) = other.currencies.get(place) {
                either.currencies.insert(*place, currencies.union(other).copied().collect());
            }
        }
        either
    }
}

/// What a condition makes known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Flow {
    pub(super) yes: Known,
    pub(super) no: Known,
}

impl Flow {
    pub(super) fn swapped(self) -> Flow {
        Flow { yes: self.no, no: self.yes }
    }

    pub(super) fn and(self, other: &Flow) -> Flow {
        Flow { yes: self.yes.and(&other.yes), no: self.no.or(&other.no) }
    }

    pub(super) fn or(self, other: &Flow) -> Flow {
        Flow { yes: self.yes.or(&other.yes), no: self.no.and(&other.no) }
    }
}
