//! The flat program: what a policy decides, as tests over cells and nothing else.
//!
//! ```text
//!   facts ── bound once ──▶ cells  [ 3 | 4999 | absent | … ]
//!   decision ──▶ test cell 0 ──▶ test cell 1 ──▶ leaf: approve(amount: cell 1)
//! ```
//!
//! Each decision is a diagram of tests. A test looks at one cell, at what another decision came to, or at a value
//! that a short list of operations gives, and goes where its value says: over a cut, through a table of all values,
//! or by search among sorted cuts. A leaf says what the rules left come to. So a decision costs as many tests as
//! its facts ask for, however many rules there are: a key that parts the rules by client is one jump.
//!
//! A diagram has a budget, a count that depends on the rules alone ([`build`]). Where it runs out, a leaf lists
//! the rules that are still possible there, and they are asked one by one ([`Leaf::Scan`]).
//!
//! The flat program says outcomes and their parameters, and which rules say them where it is made for that ([`why`]).
//! Disclosures and steps are the policy's. Over known facts the two agree; where a test needs a fact that nobody has
//! said, the flat program names the fact ([`run::Came::Open`]).

use serde::{Deserialize, Serialize};

use crate::{
    calendar::Calendar,
    flat::{fast::Fast, why::Whys},
    hir::Overrides,
    ir::{NodeId, Op},
    schema::Schema,
    value::Scalar,
};

pub(crate) mod build;
pub(crate) mod cells;
pub(crate) mod fast;
pub(crate) mod run;
pub(crate) mod why;

/// What a policy decides, as tests over cells.
#[derive(Clone, Debug)]
pub(crate) struct Flat {
    /// The facts.
    pub schema: Schema,
    /// How each fact stands in its cell.
    pub forms: Vec<CellForm>,
    /// The texts that conditions name, for each fact that is one.
    pub texts: Vec<Dictionary>,
    /// The calendars that operations name.
    pub calendars: Vec<Calendar>,
    /// The constants that operations name.
    pub constants: Vec<Scalar>,
    /// The operations of all codes, each after its operands.
    pub ops: Vec<Op>,
    /// Values that tests and arguments ask for.
    pub codes: Vec<Code>,
    /// The operations of all codes, one after the other.
    pub steps: Vec<NodeId>,
    /// Sums of cells: the first of their terms, and how many there are.
    pub sums: Vec<(u32, u32)>,
    /// The cells of all sums, each counted so many times.
    pub terms: Vec<(u32, i64)>,
    /// The tests.
    pub tests: Vec<Test>,
    /// The cuts of all searches.
    pub cuts: Vec<i64>,
    /// Where all tables and searches go.
    pub targets: Vec<Target>,
    /// What the rules left come to.
    pub leaves: Vec<Leaf>,
    /// Outcomes with their arguments.
    pub says: Vec<Say>,
    /// Rules that are asked one by one.
    pub rules: Vec<ScanRule>,
    /// The decisions.
    pub decisions: Vec<Decision>,
    /// For each assume, the diagram that says whether it is broken.
    pub assumes: Vec<Target>,
    /// Which rules decide, where that was asked for.
    pub whys: Option<Whys>,
    /// What of it can be followed quickly: made of all the rest, last.
    pub fast: Fast,
}

impl Flat {
    /// With what can be followed quickly.
    pub(crate) fn ready(mut self) -> Flat {
        self.fast = Fast::new(&self);
        self
    }
}

/// How a fact stands in its cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum CellForm {
    /// 0 or 1.
    Boolean,
    /// In the steps of its type; the length of a list.
    Integer,
    /// In the steps of its type, in this wide cell.
    Wide(u32),
    /// The index of a value of an enumeration.
    Choice,
    /// The number of a text in this dictionary, or how many it holds for any other.
    Text(u32),
    /// 1: the record is there.
    Presence,
}

/// Texts, by number and by text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dictionary {
    /// By number.
    pub texts: Vec<std::sync::Arc<str>>,
    /// Numbers by the hashes of their texts.
    places: Vec<u32>,
}

/// A value: operations to run in order, of which the last gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Code {
    /// The first of its steps.
    pub first: u32,
    /// How many there are.
    pub count: u32,
    /// Whether they are whole numbers from cells and constants all the way.
    pub plain: bool,
}

/// Where to go: to a test, or to a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Target(pub u32);

const LEAF: u32 = 1 << 31;

impl Target {
    pub(crate) const fn test(index: u32) -> Target {
        Target(index & !LEAF)
    }

    pub(crate) const fn leaf(index: u32) -> Target {
        Target(index | LEAF)
    }

    /// The index of the test, or else of the leaf.
    pub(crate) const fn index(self) -> Result<usize, usize> {
        match self.0 & LEAF {
            0 => Ok(self.0 as usize),
            _ => Err((self.0 & !LEAF) as usize),
        }
    }
}

/// A test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Test {
    /// What it looks at.
    pub read: Read,
    /// Where its value leads.
    pub go: Go,
    /// Where to go where there is no value.
    pub absent: Target,
    /// Where to go where it reads a decision in error.
    pub failed: Target,
}

/// What a test looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Read {
    /// A cell.
    Cell(u32),
    /// A sum of cells, by the index of the sum. One beyond 64 bits counts as the nearest within.
    Sum(u32),
    /// The outcome of a decision.
    Outcome(u32),
    /// A value, by the index of its code. One beyond 64 bits counts as the nearest within.
    Code(u32),
}

/// Where a value leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Go {
    /// Through a table: `targets[first + value - base]`. Lesser values go where the first entry says, greater ones
    /// where the last does; so a cut is a table of two.
    Table {
        /// The value of the first entry.
        base: i64,
        /// The first entry.
        first: u32,
        /// How many there are, at least one.
        count: u32,
    },
    /// To the target of the first cut that is not less than the value; beyond all to the last.
    Search {
        /// The first cut.
        cut: u32,
        /// How many cuts there are.
        count: u32,
        /// The first target; there is one more than cuts.
        target: u32,
    },
}

/// What the rules left come to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Leaf {
    /// They say this.
    Says(u32),
    /// They say these, which must be the same; all of them where the decision collects.
    All(Box<[u32]>),
    /// None holds.
    Gap,
    /// One reads a decision in error.
    Depends,
    /// It depends on which of these hold, an index into the scanned rules each.
    Scan(Box<[u32]>),
    /// These rules decide, by their places in the decision, in order of writing.
    Rules(Box<[u32]>),
    /// The assume is not broken.
    Holds,
    /// The assume is broken.
    Broken,
    /// The assume is broken where the value of this code is false.
    Claim(u32),
    /// No value leads here.
    Never,
}

/// An outcome with its arguments.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Say {
    /// The outcome.
    pub outcome: u32,
    /// One for each parameter.
    pub arguments: Box<[Argument]>,
}

/// Where an argument comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Argument {
    /// The fact in this cell.
    Cell(u32),
    /// The constant of this index.
    Constant(u32),
    /// The value of this code.
    Code(u32),
}

/// A rule that is asked by itself.
#[derive(Clone, Debug)]
pub(crate) struct ScanRule {
    /// Its index in its decision.
    pub rule: u32,
    /// Its condition; none means always.
    pub condition: Option<u32>,
    /// What it says.
    pub says: Box<[u32]>,
    /// The rules that it overrides; of a `first` decision those after it.
    pub overrides: Overrides,
}

/// A decision.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Decision {
    /// Where it begins.
    pub root: Target,
    /// The decisions that its tests and arguments read, each after those that it reads.
    pub reads: Box<[u32]>,
    /// Whether it collects.
    pub collect: bool,
    /// What decides where no rule holds.
    pub fallback: Option<u32>,
}
