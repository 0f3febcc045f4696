//! What is known of a node while a program runs.

use std::sync::Arc;

use crate::value::{Known, Scalar};

/// What is known of a node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    /// It depends on facts that the host has not said.
    Unknown {
        /// Whether some of them may make it read a decision in error.
        may_fail: bool,
    },
    /// There is no value: absent, or outside the guard of its expression, where nobody observes it.
    Nothing,
    /// It reads a decision in error, whatever the unknown facts are.
    Failed,
    /// True or false.
    Boolean(bool),
    /// A number in the steps of its type, a date, or a count.
    Integer(i128),
    /// An unrounded number: numerator and positive denominator, not reduced.
    Ratio(i128, i128),
    /// A value of an enumeration.
    Choice(u32),
    /// A text.
    Text(Arc<str>),
    /// What a decision collected, in canonical order.
    Items(Arc<[Item]>),
}

/// An outcome with its arguments.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Item {
    /// The index of the outcome.
    pub outcome: usize,
    /// One for each parameter.
    pub arguments: Vec<Slot>,
}

/// What stands for a node that is not there.
pub(crate) static NOTHING: Slot = Slot::Nothing;

impl Slot {
    /// An unknown that cannot become an error.
    pub(crate) const UNKNOWN: Slot = Slot::Unknown { may_fail: false };

    /// Whether it depends on unknown facts.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Slot::Unknown { .. })
    }

    /// Whether it has a value, or is certain to have none.
    pub(crate) fn is_known(&self) -> bool {
        !matches!(self, Slot::Unknown { .. } | Slot::Failed)
    }

    /// Whether some completion of the facts makes it read a decision in error.
    pub(crate) fn may_fail(&self) -> bool {
        matches!(self, Slot::Failed | Slot::Unknown { may_fail: true })
    }

    /// The value as a number: in the steps of its type, a boolean as 0 or 1, a choice as its place.
    pub(crate) fn number(&self) -> Option<i128> {
        match self {
            Slot::Integer(value) => Some(*value),
            Slot::Choice(index) => Some((*index).into()),
            Slot::Boolean(value) => Some((*value).into()),
            _ => None,
        }
    }

    /// The value in the steps of its type; none for what is unknown, in error, unrounded or a set.
    pub(crate) fn to_scalar(&self) -> Option<Scalar> {
        match self {
            Slot::Boolean(value) => Some(Scalar::Boolean(*value)),
            Slot::Integer(value) => Some(Scalar::Number(*value)),
            Slot::Choice(index) => Some(Scalar::Choice(*index)),
            Slot::Text(text) => Some(Scalar::Text(Arc::clone(text))),
            Slot::Unknown { .. } | Slot::Nothing | Slot::Failed | Slot::Ratio(..) | Slot::Items(_) => None,
        }
    }
}

impl From<&Scalar> for Slot {
    fn from(value: &Scalar) -> Self {
        match value {
            Scalar::Boolean(value) => Slot::Boolean(*value),
            Scalar::Number(value) => Slot::Integer(*value),
            Scalar::Choice(index) => Slot::Choice(*index),
            Scalar::Text(text) => Slot::Text(Arc::clone(text)),
        }
    }
}

impl From<&Known> for Slot {
    fn from(known: &Known) -> Self {
        match known {
            Known::Unknown => Slot::UNKNOWN,
            Known::Absent => Slot::Nothing,
            Known::Value(value) => Slot::from(value),
        }
    }
}

impl From<bool> for Slot {
    fn from(value: bool) -> Self {
        Slot::Boolean(value)
    }
}

/// What stops a strict operation: an operand in error, else an unknown one, else one that is not there.
pub(crate) fn stopped<'s>(operands: impl IntoIterator<Item = &'s Slot>) -> Option<Slot> {
    let mut unknown = None;
    let mut nothing = None;
    for operand in operands {
        match operand {
            Slot::Failed => return Some(Slot::Failed),
            Slot::Unknown { may_fail } => unknown = Some(unknown.unwrap_or(false) || *may_fail),
            Slot::Nothing => nothing = Some(Slot::Nothing),
            _ => {}
        }
    }
    unknown.map(|may_fail| Slot::Unknown { may_fail }).or(nothing)
}

/// `or` where `settles` is true, `and` where it is false: one such operand settles it; else an unknown one
/// leaves it open; else one in error makes it one.
pub(crate) fn joined<'s>(operands: impl IntoIterator<Item = &'s Slot>, settles: bool) -> Slot {
    let mut may_fail = false;
    let mut unknown = false;
    let mut failed = false;
    let mut nothing = false;
    for operand in operands {
        match operand {
            Slot::Boolean(value) if *value == settles => return Slot::Boolean(settles),
            Slot::Boolean(_) => {}
            Slot::Failed => failed = true,
            Slot::Unknown { may_fail: may } => {
                unknown = true;
                may_fail |= *may;
            }
            _ => nothing = true,
        }
    }
    match (unknown, failed, nothing) {
        (true, ..) => Slot::Unknown { may_fail: may_fail || failed },
        (_, true, _) => Slot::Failed,
        (.., true) => Slot::Nothing,
        _ => Slot::Boolean(!settles),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_operand_settles_whatever_the_others_are() {
        let operands = [Slot::Failed, Slot::UNKNOWN, Slot::Boolean(false), Slot::Nothing];
        assert_eq!(joined(&operands, false), Slot::Boolean(false));
        assert_eq!(joined(&operands, true), Slot::Unknown { may_fail: true });
        assert_eq!(joined(&[Slot::Failed, Slot::Boolean(true)], false), Slot::Failed);
        assert_eq!(joined(&[], false), Slot::Boolean(true));
    }

    #[test]
    fn an_error_stops_before_an_unknown() {
        assert_eq!(stopped(&[Slot::UNKNOWN, Slot::Failed]), Some(Slot::Failed));
        assert_eq!(stopped(&[Slot::Nothing, Slot::UNKNOWN]), Some(Slot::UNKNOWN));
        assert_eq!(stopped(&[Slot::Boolean(true)]), None);
    }
}
