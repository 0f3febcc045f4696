//! Many cases side by side, to be decided one after the other.

use serde::Serialize;

use crate::{
    compiled::{Case, Compiled, DecisionId, Explained, Refused, Verdict, explained, said, settled},
    flat::{cells::View, run},
};

/// The facts of many cases, and room to decide on them: for who asks a policy about all of last year. Each case costs
/// one number of 64 bits a fact, and one for every four facts of few values that decisions begin with.
#[derive(Clone)]
pub struct Cases {
    /// Where a case is read before it stands with the others.
    case: Case,
    rows: Rows,
}

/// The cells of many cases, one case after the other.
#[derive(Clone, Default)]
struct Rows {
    count: usize,
    cells: Vec<i64>,
    wide: Vec<i128>,
    others: Vec<String>,
}

impl Compiled {
    /// Room for many cases, of which there are none yet.
    pub fn cases(&self) -> Cases {
        Cases { case: self.case(), rows: Rows::default() }
    }
}

impl Cases {
    /// The policy.
    pub fn compiled(&self) -> &Compiled {
        self.case.compiled()
    }

    /// How many cases there are.
    pub fn len(&self) -> usize {
        self.rows.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.count == 0
    }

    /// Forgets all cases.
    pub fn clear(&mut self) {
        let Rows { count, cells, wide, others } = &mut self.rows;
        *count = 0;
        cells.clear();
        wide.clear();
        others.clear();
    }

    /// Adds a case, read as [`Case::read_json`] reads it.
    ///
    /// # Errors
    ///
    /// [`Refused`], with everything that is wrong; then none is added.
    pub fn read_json(&mut self, text: &str) -> Result<(), Refused> {
        self.case.read_json(text)?;
        self.push();
        Ok(())
    }

    /// Adds a case, read as [`Case::read`] reads it.
    ///
    /// # Errors
    ///
    /// [`Refused`], with everything that is wrong; then none is added.
    pub fn read<T: Serialize + ?Sized>(&mut self, facts: &T) -> Result<(), Refused> {
        self.case.read(facts)?;
        self.push();
        Ok(())
    }

    fn push(&mut self) {
        let View { all, wide, others } = self.case.cells.view();
        self.rows.cells.extend_from_slice(all);
        self.rows.wide.extend_from_slice(wide);
        self.rows.others.extend_from_slice(others);
        self.rows.count += 1;
    }

    /// Decides on the case of this place, from 0; none where there is no such case.
    // What it gives is read at once: a call would put it into memory and take it out again.
    #[inline(always)]
    pub fn decide(&mut self, place: usize, decision: DecisionId) -> Option<Verdict<'_>> {
        let Case { compiled, cells, room } = &mut self.case;
        let inner = &*compiled.inner;
        match run::find(&inner.flat, self.rows.cells(place, cells.count())?, room, decision.0) {
            Some(found) => Some(said(inner, found, decision)),
            None => Some(settled(inner, self.rows.view(place, cells.view())?, room, decision)),
        }
    }

    /// The same with the rules that decide, as [`Case::explain`] has them.
    pub fn explain(&mut self, place: usize, decision: DecisionId) -> Option<Explained<'_>> {
        let Case { compiled, cells, room } = &mut self.case;
        Some(explained(&compiled.inner, self.rows.view(place, cells.view())?, room, decision))
    }
}

impl Rows {
    /// The cells of a case, of which there are so many.
    #[inline]
    fn cells(&self, place: usize, columns: usize) -> Option<&[i64]> {
        row(&self.cells, place, columns).filter(|_| place < self.count)
    }

    /// All that is known of a case that has as many columns as this one.
    fn view(&self, place: usize, like: View<'_>) -> Option<View<'_>> {
        Some(View {
            all: self.cells(place, like.all.len())?,
            wide: row(&self.wide, place, like.wide.len())?,
            others: row(&self.others, place, like.others.len())?,
        })
    }
}

/// The row of this place, of so many columns. If it is there, its end is no more than the length of all.
#[inline]
fn row<T>(all: &[T], place: usize, columns: usize) -> Option<&[T]> {
    all.get(place.wrapping_mul(columns)..)?.get(..columns)
}
