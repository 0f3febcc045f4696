//! Opening hours as one list of stretches, with the time that was open before each.
//!
//! The sum before each stretch turns counting and its inverse into one binary search: a moment has a number of
//! open seconds before it, and a number of open seconds has a first and a last moment.

use crate::calendar::unroll::merged;

/// Opening hours on one clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Hours {
    /// In order, disjoint and not touching.
    stretches: Vec<Stretch>,
}

/// A stretch of time that is open, from `start` until before `end`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stretch {
    start: i128,
    end: i128,
    /// Open seconds before `start`.
    before: i128,
}

impl Hours {
    /// The union of `stretches`, which may overlap; what has no length is no stretch.
    pub(super) fn new(stretches: Vec<(i128, i128)>) -> Hours {
        let mut before = 0;
        let sum = |(start, end): (i128, i128)| {
            let stretch = Stretch { start, end, before };
            before += end - start;
            stretch
        };
        Hours { stretches: merged(stretches).into_iter().map(sum).collect() }
    }

    /// Whether it is open at a moment. At the opening it is, at the closing not.
    pub(super) fn is_open(&self, at: i128) -> bool {
        let begun = self.stretches.partition_point(|it| it.start <= at);
        self.at(begun.checked_sub(1)).is_some_and(|it| at < it.end)
    }

    /// Open seconds before a moment.
    pub(super) fn before(&self, at: i128) -> i128 {
        let begun = self.stretches.partition_point(|it| it.start < at);
        self.at(begun.checked_sub(1)).map_or(0, |it| it.before + at.min(it.end) - it.start)
    }

    /// The first moment with `seconds` open seconds before it, `seconds` being more than 0.
    pub(super) fn first_with(&self, seconds: i128) -> Option<i128> {
        let over = self.stretches.partition_point(|it| it.before + (it.end - it.start) < seconds);
        self.at(Some(over)).map(|it| it.start + (seconds - it.before))
    }

    /// The last moment with `seconds` open seconds before it, `seconds` being less than there are in all.
    pub(super) fn last_with(&self, seconds: i128) -> Option<i128> {
        let begun = self.stretches.partition_point(|it| it.before <= seconds);
        self.at(begun.checked_sub(1)).map(|it| it.start + (seconds - it.before))
    }

    fn at(&self, index: Option<usize>) -> Option<&Stretch> {
        index.and_then(|it| self.stretches.get(it))
    }
}
