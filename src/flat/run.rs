//! Runs a flat program.
//!
//! ```text
//!   root ── tests of cells, one after the other (`fast`) ──▶ leaf ──▶ what it says (`leaf`)
//!             │  any other test, or a cell without a value (`step`)
//!             └─ sums, decisions, operations (`code`)
//! ```
//!
//! Nothing here allocates once the buffers have grown, except for sets that are collected, for rules that are asked one by
//! one, and for arguments that are texts of the facts' own.

use std::sync::Arc;

use crate::{
    eval::{Item, Slot},
    flat::{
        Code, Flat, Go, Leaf, Read, Target, Test,
        cells::{ABSENT, UNKNOWN, View},
        fast::spoken::{Found, Number, Spoken},
    },
};

mod code;
mod leaf;
mod reasons;

/// Room to decide. Made once, and used for one case after the other.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    values: Vec<Slot>,
    numbers: Vec<i128>,
    plain: Slot,
    states: Vec<State>,
    /// The rules that decide.
    rules: Vec<u32>,
    /// The values in their texts.
    told: Vec<Slot>,
}

/// What a decision came to.
#[derive(Clone, Debug)]
struct State {
    came: Came,
    /// The arguments of the outcome.
    arguments: Vec<Slot>,
    /// The set that it collected.
    items: Arc<[Item]>,
}

/// What a decision came to, to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reached<'r> {
    /// It.
    pub came: Came,
    /// The arguments of the outcome.
    pub arguments: &'r [Slot],
    /// The set that it collected.
    pub items: &'r [Item],
}

/// What a decision came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Came {
    /// The outcome of this index.
    Decided(u32),
    /// A set of items.
    Collected,
    /// It is in error.
    Failed(Failure),
    /// A test asks for a fact that nobody has said: its slot, where it is one.
    Open(Option<u32>),
}

/// Why a decision is in error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Rules that hold disagree.
    Conflict,
    /// No rule holds.
    Gap,
    /// It reads a decision in error.
    Depends,
}

impl Room {
    pub(crate) fn new(flat: &Flat) -> Room {
        let state = State { came: Came::Open(None), arguments: Vec::new(), items: Arc::from([]) };
        Room {
            values: vec![Slot::Nothing; flat.ops.len()],
            numbers: vec![0; flat.ops.len()],
            plain: Slot::Nothing,
            states: vec![state; flat.decisions.len()],
            rules: Vec::new(),
            told: Vec::new(),
        }
    }
}

/// The outcome, where tests of cells lead to one of constants or of one number: the way of nearly all decisions. Where there
/// is none, [`decide`] has to be asked.
// A call would cost a large part of what is called.
#[inline(always)]
pub(crate) fn find<'f>(flat: &'f Flat, cells: &[i64], room: &mut Room, decision: usize) -> Option<Found<'f>> {
    let at = flat.fast.jump(decision).filter(|it| it.is_alone)?.start(cells);
    // Most decisions are at their end now.
    let leaf = match at.index() {
        Err(leaf) => leaf,
        Ok(_) => flat.fast.glide(flat, cells, at).index().err()?,
    };
    let spoken = flat.fast.spoken(leaf)?;
    if let Number::Code(code) = spoken.number {
        return computed(flat, cells, room, spoken, code);
    }
    spoken.with(*cells.get(spoken.cell as usize)?)
}

/// The outcome of a leaf that says what a code gives.
#[inline(never)]
fn computed<'f>(
    flat: &Flat,
    cells: &[i64],
    room: &mut Room,
    spoken: &'f Spoken,
    code: Code,
) -> Option<Found<'f>> {
    let number = code::plain(flat, cells, &mut room.numbers, code)?;
    Some(spoken.saying(i64::try_from(number).ok()?))
}

/// Decides on facts.
pub(crate) fn decide<'r>(
    flat: &Flat,
    facts: View<'_>,
    room: &'r mut Room,
    decision: usize,
) -> Option<Reached<'r>> {
    let own = flat.decisions.get(decision)?;
    let mut run = Run { flat, facts, room };
    for earlier in &own.reads {
        run.settle(*earlier as usize);
    }
    run.settle(decision);
    let State { came, arguments, items } = room.states.get(decision)?;
    Some(Reached { came: *came, arguments, items })
}

/// What a decision came to, with the rules that decide, and the values in their texts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Explained<'r> {
    /// It; found quickly, or reached the long way.
    pub reached: Result<Found<'r>, Reached<'r>>,
    /// Places in the decision's list of [`Why`](crate::flat::why::Why), in order.
    pub rules: &'r [u32],
    /// The values of all their texts, one after the other.
    pub told: &'r [Slot],
}

/// Decides, and finds the rules that decide; none where the program was not made for that.
pub(crate) fn explain<'r>(
    flat: &'r Flat,
    facts: View<'_>,
    room: &'r mut Room,
    decision: usize,
) -> Option<Explained<'r>> {
    let whys = flat.whys.as_ref()?;
    let found = find(flat, facts.all, room, decision);
    let mut run = Run { flat, facts, room };
    for earlier in whys.reads.get(decision)? {
        run.settle(*earlier as usize);
    }
    let came = match found {
        Some(found) => Came::Decided(found.outcome() as u32),
        None => {
            run.settle(decision);
            run.room.states.get(decision)?.came
        }
    };
    run.reasons(decision, came, whys.rules.get(decision)?);
    let State { came, arguments, items } = room.states.get(decision)?;
    let reached = found.ok_or(Reached { came: *came, arguments, items });
    Some(Explained { reached, rules: &room.rules, told: &room.told })
}

/// The first assume, by index, that the facts certainly break.
pub(crate) fn broken(flat: &Flat, facts: View<'_>, room: &mut Room) -> Option<usize> {
    let mut run = Run { flat, facts, room };
    flat.assumes.iter().position(|root| {
        let Ok(leaf) = run.walk(*root) else { return false };
        match flat.leaves.get(leaf) {
            Some(Leaf::Broken) => true,
            Some(Leaf::Claim(code)) => *run.code(*code) == Slot::Boolean(false),
            _ => false,
        }
    })
}

/// A flat program, the facts of a case, and room.
struct Run<'r> {
    flat: &'r Flat,
    facts: View<'r>,
    room: &'r mut Room,
}

/// Why a walk ends before a leaf.
enum Stop {
    /// A test asks for a fact.
    Open(Option<u32>),
    /// A test leads nowhere: no flat program that was built, or checked when it was read, has such.
    Broken,
}

impl Run<'_> {
    fn settle(&mut self, decision: usize) {
        let Some(jump) = self.flat.fast.jump(decision) else { return };
        let came = match self.walk(jump.start(self.facts.all)) {
            Ok(leaf) => self.come(decision, leaf),
            Err(Stop::Open(fact)) => Came::Open(fact),
            Err(Stop::Broken) => Came::Failed(Failure::Depends),
        };
        if let Some(state) = self.room.states.get_mut(decision) {
            state.came = came;
        }
    }

    /// Follows the tests to a leaf.
    #[inline]
    fn walk(&mut self, root: Target) -> Result<usize, Stop> {
        let mut at = root;
        loop {
            at = self.flat.fast.glide(self.flat, self.facts.all, at);
            match at.index() {
                Err(leaf) => return Ok(leaf),
                Ok(test) => at = self.step(self.flat.tests.get(test).ok_or(Stop::Broken)?)?,
            }
        }
    }

    /// Where any test leads.
    #[inline(never)]
    fn step(&mut self, test: &Test) -> Result<Target, Stop> {
        let value = match test.read {
            Read::Cell(slot) => self.cell(slot),
            Read::Sum(sum) => self.sum(sum),
            Read::Outcome(decision) => match self.room.states.get(decision as usize).map(|it| it.came) {
                Some(Came::Decided(outcome)) => i64::from(outcome),
                Some(Came::Open(fact)) => return Err(Stop::Open(fact)),
                _ => return Ok(test.failed),
            },
            Read::Code(code) => match self.number(code) {
                Some(value) => value,
                None => return Ok(test.failed),
            },
        };
        match value {
            UNKNOWN => Err(Stop::Open(self.missing(test.read))),
            ABSENT => Ok(test.absent),
            value => lead(self.flat, &test.go, value).ok_or(Stop::Broken),
        }
    }

    fn cell(&self, slot: u32) -> i64 {
        self.facts.cell(slot)
    }
}

/// Where a value leads.
fn lead(flat: &Flat, go: &Go, value: i64) -> Option<Target> {
    match *go {
        Go::Table { base, first, count } => {
            let place = value.saturating_sub(base).min(i64::from(count) - 1).max(0);
            flat.targets.get(first as usize + place as usize).copied()
        }
        Go::Search { cut, count, target } => {
            let (cut, count) = (cut as usize, count as usize);
            let place = flat.cuts.get(cut..cut.checked_add(count)?)?.partition_point(|it| *it < value);
            flat.targets.get((target as usize).checked_add(place)?).copied()
        }
    }
}
