//! Facts straight into cells, where they are written as hosts mostly write them.
//!
//! What is taken here is taken exactly as intake takes it: the forms are fewer, and for everything else, mistakes
//! first of all, the data is read again by intake, which has the rules and the words ([`Slow`]).

use crate::{
    compiled::Inner,
    flat::{
        CellForm, Dictionary,
        cells::{ABSENT, Cells, UNKNOWN},
    },
    limits::Limits,
    schema::{Schema, Slot, Type},
    value::date,
};

/// Intake has to look at this.
#[derive(Debug)]
pub(crate) struct Slow;

/// The keys of an object that have been read, by their places.
#[derive(Default)]
pub(crate) struct Seen(u128);

impl Seen {
    /// A key stands once in an object. Few objects have more than 128 keys; intake reads those that do.
    pub(crate) fn once(&mut self, place: usize) -> Result<(), Slow> {
        let bit = u32::try_from(place).ok().and_then(|it| 1_u128.checked_shl(it)).ok_or(Slow)?;
        match self.0 & bit {
            0 => {
                self.0 |= bit;
                Ok(())
            }
            _ => Err(Slow),
        }
    }
}

/// How a fact is read quickly.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    Boolean,
    /// A number of so many decimals.
    Number {
        scale: u8,
    },
    /// `USD 49.99`.
    Money {
        code: [u8; 3],
        scale: u8,
    },
    /// `15%`.
    Percent {
        scale: u8,
    },
    Date,
    /// A count of days, months or years.
    Count,
    /// The JSON spellings of an enumeration.
    Choice(Dictionary),
    /// At most so many characters.
    Text(usize),
    Other,
}

/// A fact with what is needed to read it.
#[derive(Clone, Debug)]
pub(crate) struct Quick {
    form: Form,
    low: i64,
    high: i64,
    optional: bool,
    /// Where its cell can be set by itself, what its steps are a multiple of: 60 for a time to the minute.
    grain: Option<i64>,
}

impl Quick {
    /// Whether it can be set by itself, and have so many steps.
    pub(crate) fn takes(&self, steps: i64) -> bool {
        let has = |grain: i64| (self.low..=self.high).contains(&steps) && steps.rem_euclid(grain) == 0;
        !matches!(self.form, Form::Text(_)) && self.grain.is_some_and(has)
    }

    /// How many steps a whole number is, where the fact is a number or a count.
    #[cfg(feature = "arrow")]
    pub(crate) fn steps_of_one(&self) -> Option<i64> {
        match self.form {
            Form::Number { scale } => POWERS.get(usize::from(scale)).copied(),
            Form::Count => Some(1),
            _ => None,
        }
    }

    /// The least and the greatest of its steps, where these are all that a value has to keep to.
    #[cfg(feature = "arrow")]
    pub(crate) fn bounds(&self) -> Option<(i64, i64)> {
        match self.form {
            Form::Number { .. } | Form::Money { .. } | Form::Date | Form::Count => {
                Some((self.low, self.high))
            }
            _ => None,
        }
    }

    /// The cell of a text, where the fact is a value of a list.
    #[cfg(feature = "arrow")]
    pub(crate) fn choice(&self, text: &str) -> Option<i64> {
        match &self.form {
            Form::Choice(spellings) => {
                i64::try_from(spellings.number(text)).ok().filter(|it| (self.low..=self.high).contains(it))
            }
            _ => None,
        }
    }

    /// The most characters of a text that can be set by itself.
    pub(crate) fn longest(&self) -> Option<usize> {
        match self.form {
            Form::Text(longest) => self.grain.map(|_| longest),
            _ => None,
        }
    }
}

/// How each fact is read quickly.
pub(crate) fn forms(schema: &Schema, forms: &[CellForm], limits: &Limits) -> Vec<Quick> {
    schema.slots.iter().zip(forms).map(|(slot, cell)| quick(schema, slot, *cell, limits)).collect()
}

fn quick(schema: &Schema, slot: &Slot, cell: CellForm, limits: &Limits) -> Quick {
    let form = match (slot.ty, cell) {
        (_, CellForm::Wide(_)) => Form::Other,
        (Type::Boolean, _) => Form::Boolean,
        (Type::Number { scale }, _) => Form::Number { scale },
        (Type::Percent { scale }, _) => Form::Percent { scale },
        (Type::Money { currency, scale }, _) => match currency.code().as_bytes().try_into() {
            Ok(code) => Form::Money { code, scale },
            Err(_) => Form::Other,
        },
        (Type::Date, _) => Form::Date,
        (Type::Days | Type::Months | Type::Years | Type::BusinessDays, _) => Form::Count,
        (Type::Choice(index), _) => match schema.enumerations.get(index) {
            Some(it) => {
                let spellings = it.choices.iter().map(|it| it.json.as_str().into());
                Form::Choice(Dictionary::new(spellings.collect()))
            }
            None => Form::Other,
        },
        (Type::Text { longest }, _) => Form::Text(limits.text_length.min(longest as usize)),
        _ => Form::Other,
    };
    let bound = |it: i128| i64::try_from(it).unwrap_or(UNKNOWN);
    let (low, high) = match &form {
        Form::Boolean => (0, 1),
        Form::Choice(spellings) => (0, i64::try_from(spellings.texts.len()).unwrap_or(0) - 1),
        _ => (bound(slot.low), bound(slot.high)),
    };
    Quick { form, low, high, optional: slot.optional, grain: grain(slot, cell) }
}

/// What the steps of a fact are a multiple of, where its cell is all of it and says nothing about others.
fn grain(slot: &Slot, cell: CellForm) -> Option<i64> {
    match (slot.ty, cell) {
        _ if slot.within.is_some() => None,
        (Type::List(_), _) | (_, CellForm::Wide(_) | CellForm::Presence) => None,
        (Type::Time { grain } | Type::DateTime { grain } | Type::Instant { grain }, _) => {
            Some(grain.seconds())
        }
        _ => Some(1),
    }
}

/// Puts values into cells. Each cell is written once: a fact that is said twice is a mistake.
pub(crate) struct Writer<'c> {
    pub(crate) inner: &'c Inner,
    pub(crate) cells: &'c mut Cells,
}

impl Writer<'_> {
    fn put(&mut self, slot: usize, value: i64) -> Result<(), Slow> {
        match self.cells.get(slot) {
            Some(UNKNOWN) => {
                self.cells.set(&self.inner.flat, slot, value);
                Ok(())
            }
            _ => Err(Slow),
        }
    }

    fn bounded(&mut self, slot: usize, value: i64) -> Result<(), Slow> {
        let quick = self.quick(slot)?;
        match (quick.low..=quick.high).contains(&value) {
            true => self.put(slot, value),
            false => Err(Slow),
        }
    }

    pub(crate) fn quick(&self, slot: usize) -> Result<&Quick, Slow> {
        self.inner.quick.get(slot).ok_or(Slow)
    }

    /// The record in this slot is there.
    pub(crate) fn there(&mut self, slot: usize) -> Result<(), Slow> {
        self.put(slot, 1)
    }

    pub(crate) fn boolean(&mut self, slot: usize, value: bool) -> Result<(), Slow> {
        match self.quick(slot)?.form {
            Form::Boolean => self.put(slot, i64::from(value)),
            _ => Err(Slow),
        }
    }

    /// There is none.
    pub(crate) fn null(&mut self, slot: usize) -> Result<(), Slow> {
        match self.quick(slot)?.optional {
            true => self.put(slot, ABSENT),
            false => Err(Slow),
        }
    }

    /// A whole number of the host's.
    pub(crate) fn integer(&mut self, slot: usize, value: i64) -> Result<(), Slow> {
        match self.quick(slot)?.form {
            Form::Number { scale } => {
                let steps =
                    POWERS.get(usize::from(scale)).and_then(|it| value.checked_mul(*it)).ok_or(Slow)?;
                self.bounded(slot, steps)
            }
            Form::Count => self.bounded(slot, value),
            _ => Err(Slow),
        }
    }

    /// A value in the steps of its type, where that is one that counts something.
    #[cfg(feature = "arrow")]
    pub(crate) fn steps(&mut self, slot: usize, steps: i64) -> Result<(), Slow> {
        let quick = self.quick(slot)?;
        match quick.form {
            Form::Number { .. } | Form::Money { .. } | Form::Date | Form::Count => self.bounded(slot, steps),
            Form::Other if quick.takes(steps) => self.put(slot, steps),
            _ => Err(Slow),
        }
    }

    /// There is none, because what is around it is not there.
    #[cfg(feature = "arrow")]
    pub(crate) fn nothing(&mut self, slot: usize) -> Result<(), Slow> {
        self.put(slot, ABSENT)
    }

    /// What stands in a cell of a column that was made ready.
    #[cfg(feature = "arrow")]
    #[inline]
    pub(crate) fn ready(&mut self, slot: usize, cell: i64) -> Result<(), Slow> {
        self.put(slot, cell)
    }

    /// A number as it is written.
    pub(crate) fn number(&mut self, slot: usize, text: &[u8]) -> Result<(), Slow> {
        let steps = match self.quick(slot)?.form {
            Form::Number { scale } => decimal(text, scale)?,
            Form::Count => decimal(text, 0)?,
            _ => return Err(Slow),
        };
        self.bounded(slot, steps)
    }

    /// A text without escapes.
    pub(crate) fn text(&mut self, slot: usize, text: &str) -> Result<(), Slow> {
        let steps = match &self.quick(slot)?.form {
            Form::Number { scale } => decimal(text.as_bytes(), *scale)?,
            Form::Percent { scale } => decimal(text.strip_suffix('%').ok_or(Slow)?.as_bytes(), *scale)?,
            Form::Money { code, scale } => match text.as_bytes() {
                [a, b, c, b' ', amount @ ..] if [*a, *b, *c] == *code => decimal(amount, *scale)?,
                _ => return Err(Slow),
            },
            Form::Date => i64::try_from(date::parse(text).map_err(|_| Slow)?).map_err(|_| Slow)?,
            Form::Choice(spellings) => {
                let index = spellings.number(text);
                return match index < spellings.texts.len() {
                    true => self.put(slot, i64::try_from(index).map_err(|_| Slow)?),
                    false => Err(Slow),
                };
            }
            // What is ASCII is in normal form, and has as many characters as bytes.
            Form::Text(longest) if text.len() <= *longest && text.is_ascii() => {
                let number = self.cells.number_of(&self.inner.flat, slot, text).ok_or(Slow)?;
                return self.put(slot, number);
            }
            _ => return Err(Slow),
        };
        self.bounded(slot, steps)
    }
}

const POWERS: [i64; 10] =
    [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

/// A plain decimal number in steps of so many decimals.
fn decimal(text: &[u8], scale: u8) -> Result<i64, Slow> {
    let (minus, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    // Fewer than 64 bits hold, whatever the digits are.
    if digits.is_empty() || digits.len() > 17 || minus && digits == b"0" {
        return Err(Slow);
    }
    if let [b'0', b'0'..=b'9', ..] = digits {
        return Err(Slow);
    }
    let (mut value, mut decimals) = (0_i64, None);
    for byte in digits {
        match byte {
            b'0'..=b'9' => {
                value = value * 10 + i64::from(byte - b'0');
                decimals = decimals.map(|it: u8| it + 1);
            }
            b'.' if decimals.is_none() => decimals = Some(0),
            _ => return Err(Slow),
        }
    }
    // A point has digits on both sides.
    if decimals == Some(0) || digits.first() == Some(&b'.') {
        return Err(Slow);
    }
    let missing = scale.checked_sub(decimals.unwrap_or(0)).ok_or(Slow)?;
    let power = POWERS.get(usize::from(missing)).ok_or(Slow)?;
    let value = value.checked_mul(*power).ok_or(Slow)?;
    Ok(if minus { -value } else { value })
}
