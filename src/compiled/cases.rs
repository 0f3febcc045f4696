//! Many cases side by side, to be decided one after the other.

use serde::Serialize;

use crate::{
    compiled::{Case, Compiled, DecisionId, Explained, Inner, Refused, Verdict, decided, explained},
    flat::{cells::View, run::Room},
};

/// The facts of many cases, and room to decide on them: for who asks a policy about all of last year. Each case costs
/// one number of 64 bits a fact.
#[derive(Clone)]
pub struct Cases {
    /// Where a case is read before it stands with the others.
    case: Case,
    count: usize,
    cells: Vec<i64>,
    wide: Vec<i128>,
    others: Vec<String>,
}

impl Compiled {
    /// Room for many cases, of which there are none yet.
    pub fn cases(&self) -> Cases {
        Cases { case: self.case(), count: 0, cells: Vec::new(), wide: Vec::new(), others: Vec::new() }
    }
}

impl Cases {
    /// The policy.
    pub fn compiled(&self) -> &Compiled {
        self.case.compiled()
    }

    /// How many cases there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Forgets all cases.
    pub fn clear(&mut self) {
        self.count = 0;
        self.cells.clear();
        self.wide.clear();
        self.others.clear();
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
        self.cells.extend_from_slice(all);
        self.wide.extend_from_slice(wide);
        self.others.extend_from_slice(others);
        self.count += 1;
    }

    /// Decides on the case of this place, from 0; none where there is no such case.
    #[inline]
    pub fn decide(&mut self, place: usize, decision: DecisionId) -> Option<Verdict<'_>> {
        let (inner, facts, room) = self.at(place)?;
        Some(decided(inner, facts, room, decision))
    }

    /// The same with the rules that decide, as [`Case::explain`] has them.
    pub fn explain(&mut self, place: usize, decision: DecisionId) -> Option<Explained<'_>> {
        let (inner, facts, room) = self.at(place)?;
        Some(explained(inner, facts, room, decision))
    }

    #[inline]
    fn at(&mut self, place: usize) -> Option<(&Inner, View<'_>, &mut Room)> {
        let Case { compiled, cells, room } = &mut self.case;
        let own = cells.view();
        if place >= self.count {
            return None;
        }
        let facts = View {
            all: row(&self.cells, place, own.all.len())?,
            wide: row(&self.wide, place, own.wide.len())?,
            others: row(&self.others, place, own.others.len())?,
        };
        Some((&compiled.inner, facts, room))
    }
}

/// The row of this place, of so many columns. It is there, so its end is no more than the length of all.
#[inline]
fn row<T>(all: &[T], place: usize, columns: usize) -> Option<&[T]> {
    match all {
        [] => Some(&[]),
        _ => all.get(place.wrapping_mul(columns)..)?.get(..columns),
    }
}
