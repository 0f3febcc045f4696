//! The part of a flat program that nearly every decision takes, laid out to be followed quickly.
//!
//! It says nothing that the program does not say: tests that look at one cell and go through a table, and leaves that
//! say one outcome of constants or of one cell. Everything else is a place where the walk comes to rest, and
//! [`run`](crate::flat::run) goes on there.

use crate::{
    eval::Slot,
    flat::{Argument, CellForm, Flat, Go, Leaf, Read, Say, Target, cells::ABSENT},
};

/// What can be followed quickly.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fast {
    /// One for each test.
    nodes: Vec<Node>,
    /// One for each leaf.
    pub(super) leaves: Vec<Spoken>,
}

/// A test of one cell through a table.
#[derive(Clone, Copy, Debug)]
struct Node {
    /// The cell; for any other test none that there is.
    cell: u32,
    /// The first entry of the table.
    first: u32,
    /// The value that it is for.
    base: i64,
    /// How many entries come after it.
    last: u32,
}

/// What a leaf says.
#[derive(Clone, Debug)]
pub(super) enum Spoken {
    /// This outcome with constants.
    Constants(u32, Box<[Slot]>),
    /// This outcome with the number in this cell.
    Number(u32, u32),
    /// More than that.
    More,
}

impl Fast {
    pub(crate) fn new(flat: &Flat) -> Fast {
        let node = |test: &crate::flat::Test| match (test.read, test.go) {
            (Read::Cell(cell), Go::Table { base, first, count }) => {
                Node { cell, first, base, last: count.saturating_sub(1) }
            }
            _ => Node { cell: u32::MAX, first: 0, base: 0, last: 0 },
        };
        let leaf = |leaf: &Leaf| match leaf {
            Leaf::Says(say) => flat.says.get(*say as usize).map_or(Spoken::More, |it| spoken(flat, it)),
            _ => Spoken::More,
        };
        Fast { nodes: flat.tests.iter().map(node).collect(), leaves: flat.leaves.iter().map(leaf).collect() }
    }

    /// Follows tests to a leaf, or to a test that is more than a table of a cell that has a value.
    #[inline]
    pub(super) fn glide(&self, targets: &[Target], cells: &[i64], root: Target) -> Target {
        let mut at = root;
        // A leaf is beyond all tests.
        while let Some(node) = self.nodes.get(at.0 as usize) {
            let value = match cells.get(node.cell as usize) {
                Some(value) if *value > ABSENT => *value,
                _ => break,
            };
            let above = if value > node.base { value.wrapping_sub(node.base) as u64 } else { 0 };
            let place = above.min(node.last.into()) as usize + node.first as usize;
            match targets.get(place) {
                Some(target) => at = *target,
                None => break,
            }
        }
        at
    }
}

fn spoken(flat: &Flat, say: &Say) -> Spoken {
    if let [Argument::Cell(slot)] = &*say.arguments
        && flat.forms.get(*slot as usize) == Some(&CellForm::Integer)
    {
        return Spoken::Number(say.outcome, *slot);
    }
    let constant = |it: &Argument| match it {
        Argument::Constant(index) => flat.constants.get(*index as usize).map(Slot::from),
        Argument::Cell(_) | Argument::Code(_) => None,
    };
    let constants: Option<Box<[Slot]>> = say.arguments.iter().map(constant).collect();
    constants.map_or(Spoken::More, |it| Spoken::Constants(say.outcome, it))
}
