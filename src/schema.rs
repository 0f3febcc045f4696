//! The types of values and the shape of the facts, resolved: what intake, the evaluator and the analyser
//! share.
//!
//! Every number is an integer count of its type's smallest step: USD 49.99 is 4999, `decimal to 0.1` 2.5 is
//! 25, 15% at two decimals is 1500, a date is its day number (1970-01-01 is 0), a duration its seconds. The
//! step is part of the type, so a value needs no scale of its own and equality is identity.

use crate::value::{Currency, clock::Grain};

/// The type of a value, without bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
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
}

/// A closed list of values.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Enumeration {
    /// Its declared name; empty where it was written in place.
    pub name: String,
    /// Its values, in order of declaration.
    pub choices: Vec<ChoiceName>,
    /// Whether the order of declaration is an order of the values.
    pub ordered: bool,
}

/// The two spellings of a value of an enumeration.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ChoiceName {
    /// In the policy.
    pub name: String,
    /// In facts and answers.
    pub json: String,
}

/// One slot of facts: a leaf value, or the presence of an optional record.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
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
    /// The slot of the innermost optional record around it: where that is absent, so is this.
    pub within: Option<usize>,
    /// The question that asks for it.
    pub ask: Option<String>,
    /// What it is.
    pub doc: Option<String>,
}

/// A key of a JSON object of facts.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Key {
    /// As written in JSON.
    pub json: String,
    /// As written in the policy: the last part of the path.
    pub name: String,
    /// What stands under it.
    pub node: Node,
}

/// What stands under a key.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
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
}

/// The facts that a policy declares.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Schema {
    /// All enumerations, in order of declaration.
    pub enumerations: Vec<Enumeration>,
    /// All slots, in order of declaration; the presence of a record comes before its leaves.
    pub slots: Vec<Slot>,
    /// The keys of the outermost object.
    pub keys: Vec<Key>,
}

impl Schema {
    /// The slot with this path in the policy.
    pub fn slot(&self, path: &str) -> Option<usize> {
        self.slots.iter().position(|it| it.path == path)
    }
}
