//! Many cases at once, column by column: each test is done for all of them before the next.
//!
//! That is how databases of columns run their queries (P. Boncz, M. Zukowski, N. Nes: MonetDB/X100: Hyper-Pipelining
//! Query Execution, CIDR 2005): what is done for a case is little, and the processor does it for several at a time.

use crate::flat::{
    Flat, Leaf, Target,
    cells::{ABSENT, UNKNOWN},
    fast::{Fast, jump::Jump, spoken::Number},
};

/// The cells of many cases, one column after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Columns<'c> {
    /// For each fact the cells of all cases; none where nobody has said it of any.
    pub cells: &'c [Vec<i64>],
    /// How many cases there are.
    pub count: usize,
}

/// What many cases come to, and room to find it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Many {
    /// For each case the leaf that says its outcome; none for a case that has to be looked at by itself.
    pub found: Vec<Option<u32>>,
    /// Less than 0 where a cell has no value.
    signs: Vec<i64>,
    rows: Vec<u32>,
    places: Vec<u32>,
}

impl Columns<'_> {
    /// The cells of a fact, unless nobody has said it of any case.
    fn of(&self, cell: u32) -> Option<&[i64]> {
        self.cells.get(cell as usize)?.get(..self.count)
    }

    /// The cell of a fact of one case; none for what is no fact.
    #[inline]
    pub(crate) fn cell(&self, cell: u32, case: usize) -> Option<i64> {
        self.cells.get(cell as usize).map(|it| it.get(case).copied().unwrap_or(UNKNOWN))
    }
}

impl Many {
    /// Finds what cases come to, where tests of cells lead to outcomes of constants or of numbers, and no assume is
    /// broken.
    pub(crate) fn find(&mut self, flat: &Flat, columns: Columns<'_>, decision: usize) {
        self.found.clear();
        self.found.resize(columns.count, None);
        let Some(jump) = flat.fast.jump(decision).filter(|it| it.is_alone) else { return };
        let jumps = self.places(jump, columns).is_some();
        for case in 0..columns.count {
            let start = if jumps { self.start(jump, case) } else { None };
            let start = start.unwrap_or(jump.root);
            let leaf = flat.fast.leaf(flat, columns, case, start);
            let leaf = leaf.filter(|it| says(flat, columns, case, *it));
            if let Some(found) = self.found.get_mut(case) {
                *found = leaf.map(|it| it as u32);
            }
        }
        for root in &flat.assumes {
            for (case, found) in self.found.iter_mut().enumerate() {
                let leaf = flat.fast.leaf(flat, columns, case, *root).and_then(|it| flat.leaves.get(it));
                *found = found.filter(|_| matches!(leaf, Some(Leaf::Holds)));
            }
        }
    }

    /// Finds the rows and places of a jump; none where one of its cells has no value in any case.
    fn places(&mut self, jump: &Jump, columns: Columns<'_>) -> Option<()> {
        let Many { signs, rows, places, .. } = self;
        signs.clear();
        signs.resize(columns.count, 0);
        for all in [&mut *rows, &mut *places] {
            all.clear();
            all.resize(columns.count, 0);
        }
        for few in &jump.few {
            for ((value, sign), row) in columns.of(few.cell)?.iter().zip(&mut *signs).zip(&mut *rows) {
                *sign |= value;
                *row = row.wrapping_add((*value as u32).wrapping_mul(few.step));
            }
        }
        for single in &jump.single {
            for ((value, sign), place) in columns.of(single.cell)?.iter().zip(&mut *signs).zip(&mut *places) {
                *sign |= sign_of(*value);
                *place += u32::from(*value > single.cut) * single.step;
            }
        }
        for near in &jump.near {
            let adds = jump.adds.get(near.first as usize..)?.get(..=near.last as usize)?;
            for ((value, sign), place) in columns.of(near.cell)?.iter().zip(&mut *signs).zip(&mut *places) {
                *sign |= sign_of(*value);
                *place += u32::from(adds.get(near.place(*value)).copied().unwrap_or(0));
            }
        }
        for far in &jump.far {
            for ((value, sign), place) in columns.of(far.cell)?.iter().zip(&mut *signs).zip(&mut *places) {
                *sign |= sign_of(*value);
                *place += far.rank(&jump.cuts, *value)? as u32 * far.step;
            }
        }
        Some(())
    }

    /// Where a jump leads; none where one of its cells has no value.
    fn start(&self, jump: &Jump, case: usize) -> Option<Target> {
        let row = *self.rows.get(case)? as usize;
        let first = jump.rows.get(row).filter(|_| self.signs.get(case).is_some_and(|it| *it >= 0))?;
        jump.table.get((first + self.places.get(case)?) as usize).copied()
    }
}

impl Fast {
    /// The leaf where tests of the cells of a case lead.
    fn leaf(&self, flat: &Flat, columns: Columns<'_>, case: usize, from: Target) -> Option<usize> {
        let to = match from.index() {
            Err(leaf) => return Some(leaf),
            Ok(_) => self.follow(flat, |cell| columns.cell(cell, case), from),
        };
        to.index().err()
    }
}

/// Less than 0 for what is no value of a number.
fn sign_of(value: i64) -> i64 {
    -i64::from(value <= ABSENT)
}

/// Whether a leaf says an outcome whose arguments are there.
fn says(flat: &Flat, columns: Columns<'_>, case: usize, leaf: usize) -> bool {
    let Some(spoken) = flat.fast.spoken(leaf) else { return false };
    match spoken.number {
        Number::Nowhere => true,
        Number::Cell => columns.cell(spoken.cell, case).is_some_and(|it| it > ABSENT),
        Number::Code(_) => false,
    }
}
