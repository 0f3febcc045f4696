//! What leaves say, ready to be given out.

use std::hint::select_unpredictable;

use crate::{
    eval::Slot,
    flat::{
        Argument, CellForm, Code, Flat, Say,
        cells::{LEAST, UNKNOWN},
    },
};

/// What a leaf says: one outcome, of constants or of one number.
#[derive(Clone, Debug)]
pub(crate) struct Spoken {
    pub outcome: u32,
    pub number: Number,
    /// A cell; any where it says none.
    pub cell: u32,
    /// The least that must stand there.
    least: i64,
    /// The first argument, but for the number in the cell.
    first: First,
    pub constants: Box<[Slot]>,
}

/// Where the number comes from that a leaf says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    /// It says none.
    Nowhere,
    /// The cell.
    Cell,
    /// A code that is plain.
    Code(Code),
}

/// The first argument of an outcome as a number. Most outcomes have no other, and which one an outcome is cannot be
/// foreseen: so it can be read without asking.
#[derive(Clone, Copy, Debug)]
pub(crate) struct First {
    pub is: Is,
    pub number: i64,
}

/// What the first argument is: first come those of which the number is it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Is {
    /// The number, and there is no other argument.
    Alone,
    /// The number; it stands among the arguments too.
    Constant,
    /// No number.
    Nothing,
    /// What stands among the arguments.
    Within,
}

/// What a leaf says, and its number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found<'f> {
    spoken: &'f Spoken,
    number: i64,
}

impl First {
    pub(crate) const WITHIN: First = First { is: Is::Within, number: 0 };

    /// Of constants.
    fn of(constants: &[Slot]) -> First {
        match constants.first().and_then(Slot::number).map(i64::try_from) {
            None => First { is: Is::Nothing, number: 0 },
            Some(Ok(number)) => First { is: Is::Constant, number },
            Some(Err(_)) => First::WITHIN,
        }
    }
}

impl Spoken {
    /// None where it says more than that.
    pub(super) fn new(flat: &Flat, say: &Say) -> Option<Spoken> {
        let outcome = say.outcome;
        let alone = |number, cell| {
            let first = First { is: Is::Alone, number: 0 };
            Some(Spoken { outcome, number, cell, least: LEAST, first, constants: Box::from([Slot::Nothing]) })
        };
        match *say.arguments {
            [Argument::Cell(cell)] if flat.forms.get(cell as usize) == Some(&CellForm::Integer) => {
                return alone(Number::Cell, cell);
            }
            [Argument::Code(code)] => {
                return alone(Number::Code(*flat.codes.get(code as usize).filter(|it| it.plain)?), 0);
            }
            _ => {}
        }
        let constant = |it: &Argument| match it {
            Argument::Constant(index) => flat.constants.get(*index as usize).map(Slot::from),
            Argument::Cell(_) | Argument::Code(_) => None,
        };
        let constants = say.arguments.iter().map(constant).collect::<Option<Box<[Slot]>>>()?;
        let first = First::of(&constants);
        Some(Spoken { outcome, number: Number::Nowhere, cell: 0, least: UNKNOWN, first, constants })
    }

    /// What it says, given what stands in its cell; none where nothing does that it needs.
    #[inline]
    pub(crate) fn with(&self, cell: i64) -> Option<Found<'_>> {
        // Whether it needs the cell cannot be foreseen, so that is not asked first.
        let number = select_unpredictable(self.number == Number::Cell, cell, self.first.number);
        (cell >= self.least).then_some(self.saying(number))
    }

    /// What it says where its number is this one.
    #[inline]
    pub(crate) fn saying(&self, number: i64) -> Found<'_> {
        Found { spoken: self, number }
    }
}

impl<'f> Found<'f> {
    /// The outcome.
    #[inline]
    pub(crate) fn outcome(&self) -> usize {
        self.spoken.outcome as usize
    }

    /// Its first argument.
    #[inline]
    pub(crate) fn first(&self) -> First {
        First { number: self.number, ..self.spoken.first }
    }

    /// All of its arguments, unless the number is alone.
    #[inline]
    pub(crate) fn arguments(&self) -> &'f [Slot] {
        &self.spoken.constants
    }
}
