//! The types of values and the shape of the facts, resolved: what intake, the evaluator and the analyser
//! share.
//!
//! Every number is an integer count of its type's smallest step: USD 49.99 is 4999, `decimal to 0.1` 2.5 is
//! 25, 15% at two decimals is 1500, a date is its day number (1970-01-01 is 0), a duration its seconds. The
//! step is part of the type, so a value needs no scale of its own and equality is identity.

use crate::value::{Currency, clock::Grain};

/// The type of a value, without bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Type {
    /// `boolean`.
    Boolean,
    /// `integer` (scale 0) or `decimal to 0.1` (scale 1).
    Number {
        /// Decimal digits of the step.
        scale: u8,
    },
    /// `percent`: 15.00 % at scale 2 is 1500.
    Percent {
        /// Decimal digits of the step.
        scale: u8,
    },
    /// `money USD`.
    Money {
        /// The currency.
        currency: Currency,
        /// Decimal digits of the step.
        scale: u8,
    },
    /// `text up to N`: at most so many characters.
    Text {
        /// The most characters.
        longest: u32,
    },
    /// `date`, as a day number.
    Date,
    /// `time`, as seconds since midnight.
    Time {
        /// The step.
        grain: Grain,
    },
    /// `datetime`, as seconds of a local clock since 1970-01-01T00:00.
    DateTime {
        /// The step.
        grain: Grain,
    },
    /// `instant`, as seconds since 1970-01-01T00:00Z.
    Instant {
        /// The step.
        grain: Grain,
    },
    /// `days`.
    Days,
    /// `months`.
    Months,
    /// `years`.
    Years,
    /// `duration`, in seconds.
    Duration {
        /// Seconds that one number in JSON stands for: 60 for `duration in minutes`.
        json_unit: Option<u32>,
    },
    /// `business days`.
    BusinessDays,
    /// `business hours`, in seconds.
    BusinessHours,
    /// An enumeration: an index into [`Schema::enumerations`].
    Choice(usize),
    /// Whether an optional record is there. Only a fact slot has it; it is never a value of an expression.
    Record,
    /// The set that the `collect` decision of this index gives. Only parameters have it.
    Items(usize),
    /// A list: an index into [`Schema::lists`]. Its known value is its length. Only a fact slot has it.
    List(usize),
    /// `money EUR or GBP`: an index into [`Schema::currencies`]. A value is one integer, the amount in steps
    /// times the number of currencies, plus the place of its currency among them.
    MoneyOf(usize),
}

/// A bounded list of facts, whose items have slots of their own.
///
/// ```text
///   items        items[0].price  items[0].kind  items[1].price  items[1].kind  …
///   slot         first                          first + stride
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct List {
    /// The slot of the list itself.
    pub slot: usize,
    /// The first slot of the first item.
    pub first: usize,
    /// How many slots an item has.
    pub stride: usize,
    /// The most items.
    pub most: usize,
    /// Whether an item is a record (otherwise one value).
    pub record: bool,
}

impl List {
    /// The slots of the item of this index.
    pub fn item(&self, index: usize) -> std::ops::Range<usize> {
        let start = self.first + index * self.stride;
        start..start + self.stride
    }

    /// The slots of all items.
    pub fn slots(&self) -> std::ops::Range<usize> {
        self.first..self.first + self.most * self.stride
    }
}

/// The currencies of a `money EUR or GBP`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Currencies {
    /// The currencies, sorted by their codes, with the decimal digits of the step of each; two or more.
    pub all: Vec<(Currency, u8)>,
    /// The most of these digits: those of the step of a value.
    pub scale: u8,
}

impl Currencies {
    /// How many there are.
    pub fn count(&self) -> i128 {
        self.all.len() as i128
    }

    /// The value that stands for an amount in steps of the currency at this place.
    pub fn value(&self, amount: i128, place: usize) -> Option<i128> {
        amount.checked_mul(self.stride(place)?)?.checked_add(place as i128)
    }

    /// How many values there are from one step of an amount in the currency at this place to the next.
    pub fn stride(&self, place: usize) -> Option<i128> {
        let digits = self.all.get(place)?.1;
        10_i128.checked_pow(u32::from(self.scale.checked_sub(digits)?))?.checked_mul(self.count())
    }

    /// The place of the currency of a value.
    pub fn place(&self, value: i128) -> Option<usize> {
        usize::try_from(value.checked_rem_euclid(self.count())?).ok()
    }

    /// A value as an amount in steps of its own currency: the amount, the currency, its digits.
    pub fn parts(&self, value: i128) -> Option<(i128, Currency, u8)> {
        let place = self.place(value)?;
        let (currency, digits) = *self.all.get(place)?;
        Some((value.checked_div_euclid(self.stride(place)?)?, currency, digits))
    }
}

/// A closed list of values.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Enumeration {
    /// Its declared name; empty where it was written in place.
    pub name: String,
    /// Its values, in order of declaration.
    pub choices: Vec<ChoiceName>,
    /// Whether the order of declaration is an order of the values.
    pub ordered: bool,
}

/// The two spellings of a value of an enumeration.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ChoiceName {
    /// In the policy.
    pub name: String,
    /// In facts and answers.
    pub json: String,
}

/// One slot of facts: a leaf value, or the presence of an optional record.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Slot {
    /// The path in the policy: `order.total`.
    pub path: String,
    /// The path in JSON, for messages: `order.total_amount`.
    pub json_path: String,
    /// Its type.
    pub ty: Type,
    /// The least value in steps, inclusive; for types without order 0.
    pub low: i128,
    /// The greatest value in steps, inclusive; for types without order 0.
    pub high: i128,
    /// Whether the host may say that there is none.
    pub optional: bool,
    /// The slot of the innermost optional record or list around it: where that is absent, or the list has no
    /// such item, so is this.
    pub within: Option<usize>,
    /// The question that asks for it.
    pub ask: Option<String>,
    /// What it is.
    pub doc: Option<String>,
}

/// A key of a JSON object of facts.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Key {
    /// As written in JSON.
    pub json: String,
    /// As written in the policy: the last part of the path.
    pub name: String,
    /// What stands under it.
    pub node: Node,
}

/// What stands under a key.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Node {
    /// A value, in this slot.
    Leaf(usize),
    /// A group or record.
    Object {
        /// The slot of its presence, where it is optional.
        presence: Option<usize>,
        /// Its keys, in order of declaration.
        keys: Vec<Key>,
    },
    /// A list.
    List {
        /// An index into [`Schema::lists`].
        list: usize,
        /// What stands at each place of it, with the slots of the first item.
        item: Box<Node>,
    },
}

/// The facts that a policy declares.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Schema {
    /// All enumerations, in order of declaration.
    pub enumerations: Vec<Enumeration>,
    /// All slots, in order of declaration; the presence of a record comes before its leaves.
    pub slots: Vec<Slot>,
    /// The keys of the outermost object.
    pub keys: Vec<Key>,
    /// All lists, in order of declaration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<List>,
    /// The currencies of all types of money in one of several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub currencies: Vec<Currencies>,
}

impl Schema {
    /// The slot with this path in the policy.
    pub fn slot(&self, path: &str) -> Option<usize> {
        self.slots.iter().position(|it| it.path == path)
    }

    /// Whether this slot says if an optional record is there.
    pub fn is_record(&self, slot: usize) -> bool {
        self.slots.get(slot).is_some_and(|it| it.ty == Type::Record)
    }

    /// The list whose own slot this is.
    pub fn list_at(&self, slot: usize) -> Option<List> {
        match self.slots.get(slot)?.ty {
            Type::List(index) => self.lists.get(index).copied(),
            _ => None,
        }
    }

    /// The slot of the list in one of whose items this slot is.
    pub fn list_around(&self, slot: usize) -> Option<usize> {
        let mut at = self.slots.get(slot)?.within;
        while let Some(outer) = at {
            if self.list_at(outer).is_some() {
                return Some(outer);
            }
            // What is around a slot comes before it, so this ends.
            at = self.slots.get(outer)?.within.filter(|it| *it < outer);
        }
        None
    }
}
