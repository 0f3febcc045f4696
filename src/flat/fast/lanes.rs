//! Facts of few values once more, four to a word, so that a decision takes up four at once.
//!
//! ```text
//!   word     │ tier │ kind │ opened │ EU │      a lane of 16 bits each, the first fact lowest
//!   × factor │ step │ step │  step  │step│      the lanes turned round
//!   = the highest lane: tier × its step + kind × its step + …
//! ```
//!
//! A product of two words has in its highest lane the sum of the products of lanes that stand opposite each other. Steps
//! fall from fact to fact, each at least as large as the next times how many values that one has, so no sum in a lower lane
//! reaches the number of rows either: fewer than 16 bits, thrice, and nothing is carried.

use crate::flat::fast::jump::Few;

/// Which facts stand in words, and where.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lanes {
    /// One for each fact.
    all: Vec<Lane>,
    /// The words where nobody has said anything.
    blank: Vec<i64>,
}

/// Where a fact stands.
#[derive(Clone, Copy, Debug)]
struct Lane {
    /// The place of its word among all cells; that of no cell where it stands in none.
    word: u32,
    shift: u32,
}

/// Four cells of a jump.
#[derive(Clone, Copy, Debug)]
pub(super) struct Four {
    /// Their word.
    cell: u32,
    /// The lanes that are looked at.
    mask: u64,
    factor: u64,
}

const LANES: usize = 4;
const BITS: u32 = 16;
/// In each lane: nobody has said it, or there is none.
const NO_VALUE: u64 = 0x8000_8000_8000_8000;

impl Lanes {
    /// Lanes for these facts, in order, of so many.
    pub(super) fn new(facts: usize, few: impl IntoIterator<Item = u32>) -> Lanes {
        let mut lanes = Lanes { all: vec![Lane { word: u32::MAX, shift: 0 }; facts], blank: Vec::new() };
        for (place, fact) in few.into_iter().enumerate() {
            let (word, shift) = (place / LANES, (place % LANES) as u32 * BITS);
            if let Some(lane) = lanes.all.get_mut(fact as usize) {
                *lane = Lane { word: (facts + word) as u32, shift };
            }
            lanes.blank.resize(word + 1, 0);
            if let Some(blank) = lanes.blank.last_mut() {
                *blank |= (NO_VALUE & lane_at(shift)) as i64;
            }
        }
        lanes
    }

    /// The words where nobody has said anything.
    pub(crate) fn blank(&self) -> &[i64] {
        &self.blank
    }

    /// Puts a value into the cell of a fact, and into its lane.
    #[inline]
    pub(crate) fn put(&self, cells: &mut [i64], fact: usize, value: i64) {
        let (Some(lane), Some(cell)) = (self.all.get(fact), cells.get_mut(fact)) else { return };
        *cell = value;
        if let Some(word) = cells.get_mut(lane.word as usize) {
            // What has no value is less than 0.
            let value = (value as u64 | value as u64 >> (64 - BITS)) & lane_at(0);
            *word = (*word as u64 & !lane_at(lane.shift) | value << lane.shift) as i64;
        }
    }

    /// The cells of a jump by fours.
    pub(super) fn fours(&self, few: &[Few]) -> Vec<Four> {
        let mut fours: Vec<Four> = Vec::new();
        for Few { cell, step } in few {
            let Some(Lane { word, shift }) = self.all.get(*cell as usize).copied() else { continue };
            let at = fours.iter().position(|it| it.cell == word).unwrap_or_else(|| {
                fours.push(Four { cell: word, mask: 0, factor: 0 });
                fours.len() - 1
            });
            if let Some(four) = fours.get_mut(at) {
                four.mask |= lane_at(shift);
                four.factor |= u64::from(*step) << (64 - BITS - shift);
            }
        }
        fours
    }
}

impl Four {
    /// What they add to the row; none where one has no value.
    #[inline]
    pub(super) fn adds(&self, cells: &[i64]) -> Option<usize> {
        let lanes = *cells.get(self.cell as usize)? as u64 & self.mask;
        (lanes & NO_VALUE == 0).then_some((lanes.wrapping_mul(self.factor) >> (64 - BITS)) as usize)
    }
}

/// All bits of a lane.
const fn lane_at(shift: u32) -> u64 {
    0xFFFF << shift
}
