//! What a leaf says, as far as the known facts tell: the values that cases are told apart by.

use std::collections::BTreeMap;

use crate::{
    eval::Slot,
    exact::{
        chart::{Chart, Kind, Of, Said},
        room::{Rest, Room, Taken},
    },
    value::{Known, Scalar},
};

/// An argument.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Argument {
    /// Its value.
    Is(Slot),
    /// It depends on unknown facts.
    Open(Said),
}

/// What a leaf says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    /// There is no such case.
    Outside,
    /// One of a few things that are told apart by number.
    Plain(u32),
    /// An outcome with its arguments.
    Outcome(usize, Vec<Argument>),
}

impl Value {
    /// Whether it is the same in every case.
    pub(super) fn is_fixed(&self) -> bool {
        match self {
            Value::Outside | Value::Plain(_) => true,
            Value::Outcome(_, arguments) => arguments.iter().all(|it| matches!(it, Argument::Is(_))),
        }
    }

    /// The arguments that depend on unknown facts.
    pub(super) fn open(&self) -> impl Iterator<Item = &Said> {
        let arguments = match self {
            Value::Outcome(_, arguments) => arguments.as_slice(),
            _ => &[],
        };
        arguments.iter().filter_map(|it| match it {
            Argument::Open(said) => Some(said),
            Argument::Is(_) => None,
        })
    }
}

/// What is known of facts, and of a chart's variables.
#[derive(Clone, Copy)]
pub(super) struct Told<'c> {
    pub chart: &'c Chart,
    pub facts: &'c [Known],
    pub known: &'c [Option<i128>],
}

impl Told<'_> {
    /// An argument as far as it is known.
    pub(super) fn argument(&self, said: &Said) -> Argument {
        if let ([(var, 1)], 0, Kind::Text) = (said.term.terms.as_slice(), said.term.constant, said.kind) {
            // A text that nothing names is known all the same.
            return match self.chart.variables.get(*var as usize).map(|it| &it.of) {
                Some(Of::Fact(slot)) => match self.facts.get(*slot) {
                    Some(Known::Value(Scalar::Text(text))) => Argument::Is(Slot::Text(text.clone())),
                    Some(Known::Unknown) => Argument::Open(said.clone()),
                    _ => Argument::Is(Slot::Nothing),
                },
                _ => Argument::Open(said.clone()),
            };
        }
        match said.term.value(|var| self.known.get(var as usize).copied().flatten()) {
            Some(number) => Argument::Is(self.slot(said.kind, number)),
            None => Argument::Open(said.clone()),
        }
    }

    /// The value that a number stands for.
    pub(super) fn slot(&self, kind: Kind, number: i128) -> Slot {
        match kind {
            Kind::Absent => Slot::Nothing,
            Kind::Boolean => Slot::Boolean(number != 0),
            Kind::Number => Slot::Integer(number),
            Kind::Choice => u32::try_from(number).map_or(Slot::Nothing, Slot::Choice),
            Kind::Text => {
                let text = usize::try_from(number).ok().and_then(|it| self.chart.texts.get(it));
                text.map_or(Slot::Nothing, |it| Slot::Text(it.clone()))
            }
        }
    }

    /// The number that stands for a value; none for a text that nothing names, and where there is none.
    pub(super) fn number(&self, slot: &Slot) -> Option<i128> {
        match slot {
            Slot::Boolean(value) => Some(i128::from(*value)),
            Slot::Integer(value) => Some(*value),
            Slot::Choice(index) => Some(i128::from(*index)),
            Slot::Text(text) => self.chart.texts.iter().position(|it| it == text).map(|it| it as i128),
            _ => None,
        }
    }

    /// Whether two values differ in some cases that what was taken leaves: the first value in the first case,
    /// the other in the second.
    pub(super) fn differ(&self, room: &Room<'_>, taken: &[Vec<Taken>], a: &Value, b: &Value) -> bool {
        match (a, b) {
            (Value::Outside, _) | (_, Value::Outside) => false,
            (Value::Outcome(a, these), Value::Outcome(b, those)) if a == b => {
                these.iter().zip(those).any(|(a, b)| self.arguments_differ(room, taken, a, b))
            }
            _ => a != b,
        }
    }

    /// The same of two arguments.
    pub(super) fn arguments_differ(
        &self,
        room: &Room<'_>,
        taken: &[Vec<Taken>],
        a: &Argument,
        b: &Argument,
    ) -> bool {
        let (said, rest) = match (a, b) {
            (Argument::Is(a), Argument::Is(b)) => return a != b,
            (Argument::Open(a), Argument::Open(b)) => {
                let (one, other) = (room.said(a, false), room.said(b, true));
                if a.kind != b.kind {
                    return true;
                }
                if a.kind == Kind::Text && both_other(room, taken, &one, &other) {
                    return true;
                }
                (a, minus(one, other))
            }
            (Argument::Open(said), Argument::Is(slot)) | (Argument::Is(slot), Argument::Open(said)) => {
                let second = matches!(b, Argument::Open(_));
                let kind = match slot {
                    Slot::Nothing => Kind::Absent,
                    _ => said.kind,
                };
                match self.number(slot) {
                    Some(number) if kind == said.kind => {
                        (said, minus(room.said(said, second), Rest { constant: number, terms: Vec::new() }))
                    }
                    // Nothing, or a text that others than this one are like.
                    _ => return true,
                }
            }
        };
        let _ = said;
        let groups = room.groups_of(&rest);
        [(1, i128::MAX / 4), (i128::MIN / 4, -1)]
            .into_iter()
            .any(|(low, high)| room.solve(groups, taken, &[(&rest, low, high)]).is_some())
    }
}

/// Whether two texts may both be ones that nothing names, and not be one.
fn both_other(room: &Room<'_>, taken: &[Vec<Taken>], a: &Rest, b: &Rest) -> bool {
    if a.terms == b.terms {
        return false;
    }
    let groups = room.groups_of(a) | room.groups_of(b);
    room.solve(groups, taken, &[(a, -1, -1), (b, -1, -1)]).is_some()
}

fn minus(a: Rest, b: Rest) -> Rest {
    let mut terms: BTreeMap<usize, i128> = a.terms.into_iter().collect();
    for (copy, by) in b.terms {
        let own = terms.entry(copy).or_insert(0);
        *own = own.saturating_sub(by);
    }
    let terms = terms.into_iter().filter(|it| it.1 != 0).collect();
    Rest { constant: a.constant.saturating_sub(b.constant), terms }
}
