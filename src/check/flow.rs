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

/// What is known of a place.
#[derive(Clone, Debug, Default)]
struct Noted {
    /// It is there.
    present: bool,
    /// A tighter range of its number, inclusive.
    range: Option<(i128, i128)>,
    /// Of an amount in one of several currencies, which of these it can be in.
    currencies: Option<BTreeSet<usize>>,
}

impl Noted {
    fn is_empty(&self) -> bool {
        !self.present && self.range.is_none() && self.currencies.is_none()
    }
}

/// What is known of places. Most conditions speak of a few: these stand in a list, and no tree is made for them.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// Each place once, in order of notice.
    few: Vec<(Place, Noted)>,
    /// The places that came after these.
    #[allow(
        clippy::box_collection,
        reason = "what is known is moved often, and this is nearly always empty"
    )]
    more: Option<Box<BTreeMap<Place, Noted>>>,
    /// A condition around could not be read. Whatever it was to make known counts as there: one mistake is reported once.
    is_unread: bool,
}

/// How many places stand in a list.
const FEW: usize = 12;

impl Known {
    fn of(place: Place, noted: Noted) -> Self {
        Known { few: vec![(place, noted)], ..Known::default() }
    }

    pub(super) fn present(places: impl IntoIterator<Item = Place>) -> Self {
        let mut known = Known::default();
        places.into_iter().for_each(|it| known.noted(it).present = true);
        known
    }

    pub(super) fn range(place: Place, low: i128, high: i128) -> Self {
        Known::of(place, Noted { range: Some((low, high)), ..Noted::default() })
    }

    pub(super) fn currencies(place: Place, currencies: impl IntoIterator<Item = usize>) -> Self {
        let currencies = Some(currencies.into_iter().collect());
        Known::of(place, Noted { currencies, ..Noted::default() })
    }

    /// Whether the place is known to be there.
    pub(super) fn has(&self, place: Place) -> bool {
        self.is_unread || self.get(place).is_some_and(|it| it.present)
    }

    /// The same after a condition that could not be read.
    pub(super) fn and_unread(self) -> Known {
        Known { is_unread: true, ..self }
    }

    /// The tighter range of a number.
    pub(super) fn range_of(&self, place: Place) -> Option<(i128, i128)> {
        self.get(place)?.range
    }

    /// The currencies in which an amount can be.
    pub(super) fn currencies_of(&self, place: Place) -> Option<&BTreeSet<usize>> {
        self.get(place)?.currencies.as_ref()
    }

    /// The same without what is known of currencies.
    pub(super) fn without_currencies(&self) -> Known {
        let mut known = self.clone();
        let more = known.more.iter_mut().flat_map(|it| it.values_mut());
        known.few.iter_mut().map(|it| &mut it.1).chain(more).for_each(|it| it.currencies = None);
        known
    }

    /// Keeps what is known of the places that `keep` accepts.
    pub(super) fn retain(&mut self, keep: impl Fn(&Place) -> bool) {
        self.few.retain(|it| keep(&it.0));
        if let Some(more) = &mut self.more {
            more.retain(|place, _| keep(place));
        }
    }

    fn get(&self, place: Place) -> Option<&Noted> {
        let near = self.few.iter().find(|it| it.0 == place).map(|it| &it.1);
        near.or_else(|| self.more.as_ref()?.get(&place))
    }

    /// What is noted of a place; a new note where there is none.
    fn noted(&mut self, place: Place) -> &mut Noted {
        let at = self.few.iter().position(|it| it.0 == place).unwrap_or_else(|| {
            if self.few.len() < FEW && self.more.is_none() {
                self.few.push((place, Noted::default()));
                return self.few.len() - 1;
            }
            FEW
        });
        match self.few.get_mut(at) {
            Some(near) => &mut near.1,
            None => self.more.get_or_insert_default().entry(place).or_default(),
        }
    }

    fn iter(&self) -> impl Iterator<Item = (Place, &Noted)> {
        let more = self.more.iter().flat_map(|it| it.iter());
        self.few.iter().map(|it| (it.0, &it.1)).chain(more.map(|it| (*it.0, it.1)))
    }

    /// Everything that either of the two knows.
    pub(super) fn and(self, other: &Known) -> Known {
        let mut both = self;
        both.is_unread |= other.is_unread;
        for (place, noted) in other.iter() {
            let own = both.noted(place);
            own.present |= noted.present;
            own.range = match (own.range, noted.range) {
                (Some(a), Some(b)) => Some((a.0.max(b.0), a.1.min(b.1))),
                (a, b) => a.or(b),
            };
            match (&mut own.currencies, &noted.currencies) {
                (Some(own), Some(other)) => own.retain(|it| other.contains(it)),
                (own @ None, Some(other)) => *own = Some(other.clone()),
                (_, None) => {}
            }
        }
        both
    }

    /// What both know.
    pub(super) fn or(&self, other: &Known) -> Known {
        let mut either = Known::default();
        for (place, own) in self.iter() {
            let Some(noted) = other.get(place) else { continue };
            let hull = |a: (i128, i128), b: (i128, i128)| (a.0.min(b.0), a.1.max(b.1));
            let both = Noted {
                present: own.present && noted.present,
                range: own.range.zip(noted.range).map(|(a, b)| hull(a, b)),
                currencies: own.currencies.as_ref().zip(noted.currencies.as_ref()).map(|(a, b)| a | b),
            };
            if !both.is_empty() {
                *either.noted(place) = both;
            }
        }
        either
    }
}

/// What a condition makes known.
#[derive(Clone, Debug, Default)]
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
