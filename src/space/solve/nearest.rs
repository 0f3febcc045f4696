//! A point that looks like what was asked for.
//!
//! The variables are settled one by one. For each the least distance from its preference is found by halving:
//! whether a point exists within a distance is a question for [`solve`], and every point that it answers with
//! shortens the search.
//!
//! **Exact** while the fuel lasts. Costs about as many systems per variable as its range has binary digits.

use crate::space::solve::{Row, Solved, Stop, interval::Range, solve};

/// A point as near to `prefer` as the rows allow. The variables of `order` are settled in that order, each at
/// the least distance from its preference that those before it leave; of two as near, at the smaller. A variable
/// without a preference takes what comes. Where the fuel runs out on the way, the point is as near as was found.
pub(crate) fn nearest(
    ranges: &[Range],
    rows: &[Row],
    prefer: &[i128],
    order: &[usize],
    fuel: &mut u64,
) -> Solved {
    let first = match solve(ranges, rows, fuel) {
        Solved::Point(point) => point,
        other => return other,
    };
    let mut search = Search { ranges: ranges.to_vec(), rows, best: first };
    for variable in order {
        let Some(wish) = prefer.get(*variable) else { continue };
        // A question that stays open leaves the best point as it is.
        if search.settle(*variable, *wish, fuel).is_err() {
            break;
        }
    }
    Solved::Point(search.best)
}

/// The ranges with the settled variables fixed, and the best point of them so far.
struct Search<'r> {
    ranges: Vec<Range>,
    rows: &'r [Row],
    best: Vec<i128>,
}

impl Search<'_> {
    /// Fixes one variable as near to `wish` as can be.
    fn settle(&mut self, variable: usize, wish: i128, fuel: &mut u64) -> Result<(), Stop> {
        let Some(&(low, high)) = self.ranges.get(variable) else { return Ok(()) };
        // From outside, the nearest of the range is nearest to the end.
        let wish = wish.min(high).max(low);
        let mut within = self.distance(variable, wish)?;
        if within > 0 && self.within(variable, wish, 0, fuel)? {
            within = 0;
        }
        let mut beyond = 0_i128;
        while within > beyond.saturating_add(1) {
            let middle = beyond + (within - beyond) / 2;
            if self.within(variable, wish, middle, fuel)? {
                within = self.distance(variable, wish)?;
            } else {
                beyond = middle;
            }
        }
        let smaller = wish.checked_sub(within);
        if let Some(smaller) = smaller.filter(|it| self.best.get(variable) != Some(it)) {
            self.ask(variable, (smaller, smaller), fuel)?;
        }
        self.fix(variable);
        Ok(())
    }

    /// Whether a point exists with the variable at most `distance` from `wish`; if so it is the best.
    fn within(&mut self, variable: usize, wish: i128, distance: i128, fuel: &mut u64) -> Result<bool, Stop> {
        let ends = (wish.saturating_sub(distance), wish.saturating_add(distance));
        self.ask(variable, ends, fuel)
    }

    /// Whether a point exists with the variable between `ends`; if so it is the best.
    fn ask(&mut self, variable: usize, ends: Range, fuel: &mut u64) -> Result<bool, Stop> {
        let Some(range) = self.ranges.get_mut(variable) else { return Err(Stop::Unknown) };
        let before = *range;
        *range = (ends.0.max(before.0), ends.1.min(before.1));
        let solved = solve(&self.ranges, self.rows, fuel);
        if let Some(range) = self.ranges.get_mut(variable) {
            *range = before;
        }
        match solved {
            Solved::Point(point) => {
                self.best = point;
                Ok(true)
            }
            Solved::Empty => Ok(false),
            Solved::Unknown => Err(Stop::Unknown),
        }
    }

    /// How far the best point is from `wish`.
    fn distance(&self, variable: usize, wish: i128) -> Result<i128, Stop> {
        let value = self.best.get(variable).ok_or(Stop::Unknown)?;
        value.checked_sub(wish).and_then(i128::checked_abs).ok_or(Stop::Unknown)
    }

    /// Leaves the variable where the best point has it.
    fn fix(&mut self, variable: usize) {
        if let (Some(range), Some(value)) = (self.ranges.get_mut(variable), self.best.get(variable)) {
            *range = (*value, *value);
        }
    }
}
