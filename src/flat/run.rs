//! Runs a flat program.
//!
//! Nothing here allocates once the buffers have grown, except for sets that are collected and for arguments that are
//! texts of the facts' own.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::{
    calendar::Calendar,
    eval::{Item, Slot, compute::Reads, number, slot::NOTHING},
    flat::{
        Argument, CellForm, Code, Flat, Go, Leaf, Read, Target,
        cells::{ABSENT, Cells, LEAST, UNKNOWN},
    },
    ir::{NodeId, Op},
    value::Scalar,
};

/// Facts, and room to decide on them.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    /// The facts.
    pub cells: Cells,
    values: Vec<Slot>,
    numbers: Vec<i128>,
    plain: Slot,
    states: Vec<State>,
    truly: Vec<u32>,
}

/// What a decision came to.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// It.
    pub came: Came,
    /// The arguments of the outcome.
    pub arguments: Vec<Slot>,
    /// The set that it collected.
    pub items: Arc<[Item]>,
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

/// Why a walk ends before a leaf.
enum Stop {
    Open(Option<u32>),
    Broken,
}

impl Machine {
    pub(crate) fn new(flat: &Flat) -> Machine {
        let state = State { came: Came::Open(None), arguments: Vec::new(), items: Arc::from([]) };
        Machine {
            cells: Cells::new(flat),
            values: vec![Slot::Nothing; flat.ops.len()],
            numbers: vec![0; flat.ops.len()],
            plain: Slot::Nothing,
            states: vec![state; flat.decisions.len()],
            truly: Vec::new(),
        }
    }

    /// Decides.
    pub(crate) fn decide(&mut self, flat: &Flat, decision: usize) -> Option<&State> {
        let before = flat.decisions.get(decision)?;
        for earlier in &before.reads {
            self.settle(flat, *earlier as usize);
        }
        self.settle(flat, decision);
        self.states.get(decision)
    }

    /// The first assume, by index, that the facts certainly break.
    pub(crate) fn broken(&mut self, flat: &Flat) -> Option<usize> {
        flat.assumes.iter().position(|root| {
            let Ok(leaf) = self.walk(flat, *root) else { return false };
            match flat.leaves.get(leaf) {
                Some(Leaf::Broken) => true,
                Some(Leaf::Claim(code)) => *self.code(flat, *code) == Slot::Boolean(false),
                _ => false,
            }
        })
    }

    fn settle(&mut self, flat: &Flat, decision: usize) {
        let Some(own) = flat.decisions.get(decision) else { return };
        let came = match self.walk(flat, own.root) {
            Ok(leaf) => self.come(flat, decision, leaf),
            Err(Stop::Open(fact)) => Came::Open(fact),
            Err(Stop::Broken) => Came::Failed(Failure::Depends),
        };
        if let Some(state) = self.states.get_mut(decision) {
            state.came = came;
        }
    }

    /// Follows the tests to a leaf.
    fn walk(&mut self, flat: &Flat, root: Target) -> Result<usize, Stop> {
        let mut at = root;
        loop {
            let test = match at.index() {
                Err(leaf) => return Ok(leaf),
                Ok(test) => flat.tests.get(test).ok_or(Stop::Broken)?,
            };
            // Nearly all tests look at a cell that has a value.
            let value = match test.read {
                Read::Cell(slot) => self.cell(slot),
                read => match self.look(flat, read)? {
                    Some(value) => value,
                    None => {
                        at = test.failed;
                        continue;
                    }
                },
            };
            at = if value > ABSENT {
                lead(flat, &test.go, value).ok_or(Stop::Broken)?
            } else if value == ABSENT {
                test.absent
            } else {
                return Err(Stop::Open(self.missing(flat, test.read)));
            };
        }
    }

    /// What a test looks at that is no cell; none where that is in error.
    #[inline(never)]
    fn look(&mut self, flat: &Flat, read: Read) -> Result<Option<i64>, Stop> {
        Ok(match read {
            Read::Cell(slot) => Some(self.cell(slot)),
            Read::Sum(sum) => Some(self.sum(flat, sum)),
            Read::Outcome(decision) => match self.states.get(decision as usize).map(|it| it.came) {
                Some(Came::Decided(outcome)) => Some(i64::from(outcome)),
                Some(Came::Open(fact)) => return Err(Stop::Open(fact)),
                _ => None,
            },
            Read::Code(code) => self.number(flat, code),
        })
    }

    fn cell(&self, slot: u32) -> i64 {
        self.cells.all.get(slot as usize).copied().unwrap_or(ABSENT)
    }

    /// A sum of cells, as a cell has it.
    fn sum(&self, flat: &Flat, sum: u32) -> i64 {
        let (mut total, mut absent) = (0_i128, false);
        for (cell, by) in terms(flat, sum) {
            match self.cell(*cell) {
                UNKNOWN => return UNKNOWN,
                ABSENT => absent = true,
                // A product of two 64 bit numbers leaves room for more of them than there are cells.
                value => total = total.saturating_add(i128::from(value) * i128::from(*by)),
            }
        }
        if absent { ABSENT } else { clamped(total) }
    }

    /// The value of a code as a cell has it; none for one that reads a decision in error.
    fn number(&mut self, flat: &Flat, code: u32) -> Option<i64> {
        Some(match self.code(flat, code) {
            Slot::Failed => return None,
            Slot::Unknown { .. } => UNKNOWN,
            Slot::Nothing => ABSENT,
            Slot::Boolean(value) => i64::from(*value),
            Slot::Choice(index) => i64::from(*index),
            Slot::Integer(value) => clamped(*value),
            // Only asked whether it is there.
            Slot::Ratio(..) | Slot::Text(_) | Slot::Items(_) => 0,
        })
    }

    /// The value of a code that is plain, where all cells have numbers and nothing overflows. What it means is what
    /// [`Reads::compute`] says, which is asked for everything else.
    fn plain(&mut self, flat: &Flat, code: Code) -> Option<i128> {
        let mut last = 0;
        for step in flat.steps.get(code.first as usize..)?.iter().take(code.count as usize) {
            last = *step as usize;
            let of = |node: &NodeId| self.numbers.get(*node as usize).copied();
            let constant = |index: &u32| match flat.constants.get(*index as usize) {
                Some(Scalar::Number(value)) => Some(*value),
                _ => None,
            };
            let value = match flat.ops.get(last)? {
                Op::Fact(slot) => Some(self.cell(*slot)).filter(|it| *it > ABSENT).map(i128::from)?,
                Op::Constant(index) => constant(index)?,
                Op::Scale(a, by) => of(a)?.checked_mul(constant(by)?)?,
                Op::Sum(terms) => terms.iter().try_fold(0_i128, |sum, (minus, term)| match minus {
                    true => sum.checked_sub(of(term)?),
                    false => sum.checked_add(of(term)?),
                })?,
                Op::Round(a, to) => number::round_integer(of(a)?, to)?,
                _ => return None,
            };
            *self.numbers.get_mut(last)? = value;
        }
        self.numbers.get(last).copied()
    }

    /// The value of a code.
    fn code(&mut self, flat: &Flat, code: u32) -> &Slot {
        let Some(code) = flat.codes.get(code as usize) else { return &NOTHING };
        if let (true, Some(value)) = (code.plain, self.plain(flat, *code)) {
            self.plain = Slot::Integer(value);
            return &self.plain;
        }
        let (first, end) = (code.first as usize, code.first as usize + code.count as usize);
        let mut last = 0;
        for step in flat.steps.get(first..end).unwrap_or_default() {
            last = *step as usize;
            let Some(op) = flat.ops.get(last) else { return &NOTHING };
            let value = Standing { flat, machine: self }.compute(op);
            if let Some(place) = self.values.get_mut(last) {
                *place = value;
            }
        }
        self.values.get(last).unwrap_or(&NOTHING)
    }

    /// The first fact that a test waits for.
    fn missing(&self, flat: &Flat, read: Read) -> Option<u32> {
        match read {
            Read::Cell(slot) => Some(slot),
            Read::Sum(sum) => terms(flat, sum).iter().map(|it| it.0).find(|it| self.cell(*it) == UNKNOWN),
            Read::Outcome(_) => None,
            Read::Code(code) => {
                let code = flat.codes.get(code as usize)?;
                let steps = flat.steps.get(code.first as usize..)?.iter().take(code.count as usize);
                steps.into_iter().find_map(|step| match flat.ops.get(*step as usize) {
                    Some(Op::Fact(slot) | Op::RecordPresent(slot)) if self.cell(*slot) == UNKNOWN => {
                        Some(*slot)
                    }
                    _ => None,
                })
            }
        }
    }

    fn argument(&mut self, flat: &Flat, argument: Argument) -> Slot {
        match argument {
            Argument::Cell(slot) => self.cells.slot(flat, slot as usize),
            Argument::Constant(index) => flat.constants.get(index as usize).map_or(Slot::Nothing, Slot::from),
            Argument::Code(code) => self.code(flat, code).clone(),
        }
    }

    /// What a decision comes to at a leaf.
    fn come(&mut self, flat: &Flat, decision: usize, leaf: usize) -> Came {
        match flat.leaves.get(leaf) {
            Some(Leaf::Says(say)) => match self.say_one(flat, decision, *say) {
                Some(outcome) => Came::Decided(outcome),
                None => self.say(flat, decision, &[*say]),
            },
            Some(Leaf::All(says)) => match flat.decisions.get(decision).is_some_and(|it| it.collect) {
                true => self.collect(flat, decision, says),
                false => self.say(flat, decision, says),
            },
            Some(Leaf::Gap) => Came::Failed(Failure::Gap),
            Some(Leaf::Scan(rules)) => self.scan(flat, decision, rules),
            _ => Came::Failed(Failure::Depends),
        }
    }

    /// Says an outcome, where all its arguments are numbers that are known: the way of nearly all decisions.
    fn say_one(&mut self, flat: &Flat, decision: usize, say: u32) -> Option<u32> {
        let say = flat.says.get(say as usize)?;
        let state = self.states.get_mut(decision)?;
        if state.arguments.len() != say.arguments.len() {
            state.arguments.resize(say.arguments.len(), Slot::Nothing);
        }
        for (place, argument) in say.arguments.iter().enumerate() {
            let value = match argument {
                Argument::Cell(slot) => match (flat.forms.get(*slot as usize)?, self.cell(*slot)) {
                    (_, UNKNOWN | ABSENT) => return None,
                    (CellForm::Integer, value) => Slot::Integer(value.into()),
                    (CellForm::Choice, value) => Slot::Choice(u32::try_from(value).ok()?),
                    _ => return None,
                },
                Argument::Constant(index) => Slot::from(flat.constants.get(*index as usize)?),
                Argument::Code(code) => {
                    let code = *flat.codes.get(*code as usize).filter(|it| it.plain)?;
                    Slot::Integer(self.plain(flat, code)?)
                }
            };
            *self.states.get_mut(decision)?.arguments.get_mut(place)? = value;
        }
        Some(say.outcome)
    }

    /// Says an outcome, where all of these are the same.
    fn say(&mut self, flat: &Flat, decision: usize, says: &[u32]) -> Came {
        let mut arguments = match self.states.get_mut(decision) {
            Some(state) => std::mem::take(&mut state.arguments),
            None => Vec::new(),
        };
        arguments.clear();
        let (mut first, mut failed, mut open, mut conflict) = (None, false, None, false);
        for say in says.iter().filter_map(|it| flat.says.get(*it as usize)) {
            let outcome = *first.get_or_insert(say.outcome);
            conflict |= outcome != say.outcome;
            for (place, argument) in say.arguments.iter().enumerate() {
                let value = self.argument(flat, *argument);
                match &value {
                    Slot::Failed => failed = true,
                    Slot::Unknown { .. } => open = open.or(Some(self.asked(flat, *argument))),
                    _ => {}
                }
                // Only the arguments of one outcome can be compared.
                match arguments.get(place) {
                    _ if outcome != say.outcome => {}
                    None => arguments.push(value),
                    Some(said) => conflict |= *said != value,
                }
            }
        }
        if let Some(state) = self.states.get_mut(decision) {
            state.arguments = arguments;
        }
        match (failed, open, conflict, first) {
            (true, ..) => Came::Failed(Failure::Depends),
            (_, Some(fact), ..) => Came::Open(fact),
            (.., true, _) => Came::Failed(Failure::Conflict),
            (.., Some(outcome)) => Came::Decided(outcome),
            _ => Came::Failed(Failure::Gap),
        }
    }

    fn asked(&self, flat: &Flat, argument: Argument) -> Option<u32> {
        match argument {
            Argument::Cell(slot) => Some(slot),
            Argument::Constant(_) => None,
            Argument::Code(code) => self.missing(flat, Read::Code(code)),
        }
    }

    fn collect(&mut self, flat: &Flat, decision: usize, says: &[u32]) -> Came {
        let mut items = BTreeSet::new();
        for say in says.iter().filter_map(|it| flat.says.get(*it as usize)) {
            let mut arguments = Vec::with_capacity(say.arguments.len());
            for argument in &say.arguments {
                let value = self.argument(flat, *argument);
                match value {
                    Slot::Failed => return Came::Failed(Failure::Depends),
                    Slot::Unknown { .. } => return Came::Open(self.asked(flat, *argument)),
                    value => arguments.push(value),
                }
            }
            items.insert(Item { outcome: say.outcome as usize, arguments });
        }
        if let Some(state) = self.states.get_mut(decision) {
            state.items = items.into_iter().collect();
        }
        Came::Collected
    }

    /// Asks rules one by one.
    fn scan(&mut self, flat: &Flat, decision: usize, rules: &[u32]) -> Came {
        let mut truly = std::mem::take(&mut self.truly);
        truly.clear();
        let mut failed: Vec<u32> = Vec::new();
        let mut open = None;
        for index in rules {
            let Some(rule) = flat.rules.get(*index as usize) else { continue };
            let holds = match rule.condition {
                None => &Slot::Boolean(true),
                Some(code) => self.code(flat, code),
            };
            match holds {
                Slot::Boolean(true) => truly.push(*index),
                Slot::Failed => failed.push(*index),
                Slot::Unknown { .. } => {
                    open = rule.condition.map(|it| self.missing(flat, Read::Code(it)));
                    break;
                }
                _ => {}
            }
        }
        let stands = |index: &u32| {
            let Some(rule) = flat.rules.get(*index as usize) else { return false };
            !truly
                .iter()
                .filter_map(|it| flat.rules.get(*it as usize))
                .any(|by| by.rule != rule.rule && by.overrides.contains(rule.rule as usize))
        };
        let came = if let Some(fact) = open {
            Came::Open(fact)
        } else if failed.iter().any(stands) {
            Came::Failed(Failure::Depends)
        } else {
            let standing = truly.iter().copied().filter(|it| stands(it));
            let says = standing.filter_map(|it| flat.rules.get(it as usize)).flat_map(|it| it.says.iter());
            let says: Vec<u32> = says.copied().collect();
            let own = flat.decisions.get(decision);
            match (own.is_some_and(|it| it.collect), truly.is_empty()) {
                (true, _) => self.collect(flat, decision, &says),
                (false, false) => self.say(flat, decision, &says),
                (false, true) => match own.and_then(|it| it.fallback) {
                    Some(say) => self.say(flat, decision, &[say]),
                    None => Came::Failed(Failure::Gap),
                },
            }
        };
        self.truly = truly;
        came
    }
}

/// The terms of a sum of cells.
fn terms(flat: &Flat, sum: u32) -> &[(u32, i64)] {
    let Some((first, count)) = flat.sums.get(sum as usize).copied() else { return &[] };
    flat.terms.get(first as usize..first as usize + count as usize).unwrap_or_default()
}

/// A number as a cell has it: one beyond 64 bits is the nearest within.
fn clamped(value: i128) -> i64 {
    i64::try_from(value.clamp(LEAST.into(), i64::MAX.into())).unwrap_or(LEAST)
}

/// Where a value leads.
#[inline]
fn lead(flat: &Flat, go: &Go, value: i64) -> Option<Target> {
    match *go {
        Go::Cut { at, low, high } => Some(if value <= at { low } else { high }),
        Go::Table { base, first, count } => {
            let place = u32::try_from(value.saturating_sub(base)).unwrap_or(0).min(count.saturating_sub(1));
            flat.targets.get(first as usize + place as usize).copied()
        }
        Go::Search { cut, count, target } => {
            let (cut, count) = (cut as usize, count as usize);
            let place = flat.cuts.get(cut..cut.checked_add(count)?)?.partition_point(|it| *it < value);
            flat.targets.get((target as usize).checked_add(place)?).copied()
        }
    }
}

/// A machine as operations read it.
struct Standing<'m> {
    flat: &'m Flat,
    machine: &'m Machine,
}

impl Reads for Standing<'_> {
    fn slot(&self, node: NodeId) -> &Slot {
        self.machine.values.get(node as usize).unwrap_or(&NOTHING)
    }

    fn fact(&self, slot: usize) -> Slot {
        self.machine.cells.slot(self.flat, slot)
    }

    fn constant(&self, index: u32) -> Slot {
        self.flat.constants.get(index as usize).map_or(Slot::Nothing, Slot::from)
    }

    fn calendars(&self) -> &[Calendar] {
        &self.flat.calendars
    }

    fn read(&self, op: &Op) -> Slot {
        let state = op.decision().and_then(|it| self.machine.states.get(it as usize));
        let Some(state) = state else { return Slot::Nothing };
        match (state.came, op) {
            // What an error could come of is left to those who can tell.
            (Came::Open(_), _) => Slot::Unknown { may_fail: true },
            (Came::Failed(_), _) => Slot::Failed,
            (Came::Decided(outcome), Op::OutcomeIs(_, outcomes)) => {
                Slot::Boolean(outcomes.contains(&outcome))
            }
            (Came::Decided(own), Op::OutcomeParameter { outcome, parameter, .. }) => match own == *outcome {
                true => state.arguments.get(*parameter as usize).cloned().unwrap_or(Slot::Nothing),
                false => Slot::Nothing,
            },
            (Came::Collected, Op::Includes(_, outcome)) => {
                Slot::Boolean(state.items.iter().any(|it| it.outcome == *outcome as usize))
            }
            (Came::Collected, Op::Empty(_)) => Slot::Boolean(state.items.is_empty()),
            (Came::Collected, Op::Collected(_)) => Slot::Items(Arc::clone(&state.items)),
            _ => Slot::Nothing,
        }
    }
}
