//! Facts in cells: one 64 bit number each.
//!
//! Two numbers that no value has stand for *nobody has said* and *there is none*. A value beyond 64 bits has a wide
//! cell of its own. A text stands as its number among the texts that the policy names; any other text is kept as it
//! is, because it may be an argument.
//!
//! After the cells of facts come words that say some of them once more ([`lanes`](crate::flat::fast::lanes)).

use std::hash::Hasher;
use std::sync::Arc;

use rustc_hash::FxHasher;

use crate::{
    eval::Slot,
    flat::{CellForm, Dictionary, Flat},
    schema::{self, Schema, Type},
    value::{Known, Scalar},
};

/// Nobody has said.
pub(crate) const UNKNOWN: i64 = i64::MIN;
/// There is none.
pub(crate) const ABSENT: i64 = i64::MIN + 1;
/// The least value that a cell can hold.
pub(crate) const LEAST: i64 = i64::MIN + 2;

/// How each fact stands in its cell.
pub(crate) fn forms(schema: &Schema) -> Vec<CellForm> {
    let (mut wide, mut texts) = (0, 0);
    let next = |count: &mut u32| {
        *count += 1;
        *count - 1
    };
    let form = |slot: &schema::Slot| match slot.ty {
        Type::Boolean => CellForm::Boolean,
        Type::Choice(_) => CellForm::Choice,
        Type::Record => CellForm::Presence,
        Type::Text { .. } => CellForm::Text(next(&mut texts)),
        Type::MoneyOf(_) => CellForm::Wide(next(&mut wide)),
        _ if fits(slot.low) && fits(slot.high) => CellForm::Integer,
        _ => CellForm::Wide(next(&mut wide)),
    };
    schema.slots.iter().map(form).collect()
}

/// Whether a cell can hold a value, and the nearest beyond it.
fn fits(value: i128) -> bool {
    i64::try_from(value).is_ok_and(|it| (LEAST..i64::MAX).contains(&it))
}

/// What is known of each fact.
#[derive(Clone, Debug)]
pub(crate) struct Cells {
    /// One for each fact, and words after them.
    all: Vec<i64>,
    wide: Vec<i128>,
    /// For each dictionary, the text that is none of its own. Kept as it is, so that a warm one costs nothing.
    others: Vec<String>,
}

impl Dictionary {
    /// Texts by their numbers.
    pub(crate) fn new(texts: Vec<Arc<str>>) -> Dictionary {
        let mut places = vec![NONE; (texts.len() * 2).next_power_of_two()];
        for (number, text) in texts.iter().enumerate() {
            let mut at = hash(text) as usize & (places.len() - 1);
            // There are twice as many places as texts, so one is free.
            while places.get(at).is_some_and(|it| *it != NONE) {
                at = (at + 1) & (places.len() - 1);
            }
            if let Some(place) = places.get_mut(at) {
                *place = number as u32;
            }
        }
        Dictionary { texts, places }
    }

    /// The number of a text; for any other, how many there are.
    pub(crate) fn number(&self, text: &str) -> usize {
        let mask = self.places.len().wrapping_sub(1);
        let mut at = hash(text) as usize & mask;
        while let Some(number) = self.places.get(at).filter(|it| **it != NONE) {
            if self.texts.get(*number as usize).is_some_and(|it| **it == *text) {
                return *number as usize;
            }
            at = (at + 1) & mask;
        }
        self.texts.len()
    }
}

/// No text.
const NONE: u32 = u32::MAX;

/// The same for the same text on every machine.
fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

impl Cells {
    /// Cells of which nobody has said anything.
    pub(crate) fn new(flat: &Flat) -> Cells {
        let wide = flat.forms.iter().filter(|it| matches!(it, CellForm::Wide(_))).count();
        let facts = std::iter::repeat_n(&UNKNOWN, flat.forms.len());
        Cells {
            all: facts.chain(flat.fast.lanes.blank()).copied().collect(),
            wide: vec![0; wide],
            others: vec![String::new(); flat.texts.len()],
        }
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self, flat: &Flat) {
        if let Some((facts, words)) = self.all.split_at_mut_checked(flat.forms.len()) {
            facts.fill(UNKNOWN);
            words.iter_mut().zip(flat.fast.lanes.blank()).for_each(|(word, blank)| *word = *blank);
        }
    }

    /// How many cells there are, words among them.
    #[inline]
    pub(crate) fn count(&self) -> usize {
        self.all.len()
    }

    /// The cell of a fact.
    pub(crate) fn get(&self, slot: usize) -> Option<i64> {
        self.all.get(slot).copied()
    }

    /// Sets the cell of a fact.
    #[inline]
    pub(crate) fn set(&mut self, flat: &Flat, slot: usize, value: i64) {
        flat.fast.lanes.put(&mut self.all, slot, value);
    }

    /// Puts what is known of a fact into its cell. The value is one of the fact's type, within its bounds.
    pub(crate) fn put(&mut self, flat: &Flat, slot: usize, known: &Known) {
        let value = match known {
            Known::Unknown => UNKNOWN,
            Known::Absent => ABSENT,
            Known::Value(value) => self.encoded(flat, slot, value),
        };
        self.set(flat, slot, value);
    }

    fn encoded(&mut self, flat: &Flat, slot: usize, value: &Scalar) -> i64 {
        let form = flat.forms.get(slot).copied();
        match (value, form) {
            (Scalar::Boolean(value), _) => i64::from(*value),
            (Scalar::Choice(index), _) => i64::from(*index),
            (Scalar::Number(value), Some(CellForm::Wide(index))) => {
                if let Some(wide) = self.wide.get_mut(index as usize) {
                    *wide = *value;
                }
                0
            }
            // Bounds are part of the form: what has no wide cell fits.
            (Scalar::Number(value), _) => i64::try_from(*value).unwrap_or(UNKNOWN),
            (Scalar::Text(text), _) => self.number_of(flat, slot, text).unwrap_or(UNKNOWN),
        }
    }

    /// The number of a text of a fact. One that conditions do not name is kept.
    pub(crate) fn number_of(&mut self, flat: &Flat, slot: usize, text: &str) -> Option<i64> {
        let Some(CellForm::Text(index)) = flat.forms.get(slot).copied() else { return None };
        let dictionary = flat.texts.get(index as usize)?;
        let number = dictionary.number(text);
        if number == dictionary.texts.len() {
            let other = self.others.get_mut(index as usize)?;
            other.clear();
            other.push_str(text);
        }
        i64::try_from(number).ok()
    }

    /// To read them.
    #[inline]
    pub(crate) fn view(&self) -> View<'_> {
        View { all: &self.all, wide: &self.wide, others: &self.others }
    }
}

/// Facts to read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'c> {
    /// One for each fact, and words after them.
    pub all: &'c [i64],
    /// One for each fact that may have more than 64 bits.
    pub wide: &'c [i128],
    /// For each dictionary, the text that is none of its own.
    pub others: &'c [String],
}

impl View<'_> {
    /// The cell of a fact.
    #[inline]
    pub(crate) fn cell(&self, slot: u32) -> i64 {
        self.all.get(slot as usize).copied().unwrap_or(ABSENT)
    }

    /// What is known of a fact, as intake says it.
    pub(crate) fn known(&self, flat: &Flat, slot: usize) -> Known {
        match self.slot(flat, slot) {
            Slot::Unknown { .. } => Known::Unknown,
            value => value.to_scalar().map_or(Known::Absent, Known::Value),
        }
    }

    /// What is known of a fact, for an operation.
    pub(crate) fn slot(&self, flat: &Flat, slot: usize) -> Slot {
        let (Some(cell), Some(form)) = (self.all.get(slot).copied(), flat.forms.get(slot)) else {
            return Slot::Nothing;
        };
        match (cell, form) {
            (UNKNOWN, _) => Slot::UNKNOWN,
            (ABSENT, _) => Slot::Nothing,
            (value, CellForm::Boolean | CellForm::Presence) => Slot::Boolean(value != 0),
            (value, CellForm::Integer) => Slot::Integer(value.into()),
            (value, CellForm::Choice) => u32::try_from(value).map_or(Slot::Nothing, Slot::Choice),
            (_, CellForm::Wide(index)) => {
                self.wide.get(*index as usize).map_or(Slot::Nothing, |it| Slot::Integer(*it))
            }
            (number, CellForm::Text(index)) => {
                let dictionary = flat.texts.get(*index as usize);
                let own =
                    usize::try_from(number).ok().and_then(|it| dictionary.and_then(|all| all.texts.get(it)));
                match (own, self.others.get(*index as usize)) {
                    (Some(own), _) => Slot::Text(Arc::clone(own)),
                    (None, Some(other)) => Slot::Text(Arc::from(other.as_str())),
                    (None, None) => Slot::Nothing,
                }
            }
        }
    }
}
