//! Whether integers exist that satisfy a few linear rows: exact, and never by trying a range out.
//!
//! ```text
//!   0 <= refund <= 10^15    0 <= total <= 10^15    100·refund - 15·total <= 49    refund - total >= 1
//! ```
//!
//! The cheap ways come first, because most systems of a policy fall to them:
//!
//! 1. *Ranges.* Each row narrows the range of each of its variables ([`interval`]), in rounds. A row that the
//!    ranges imply says nothing more; where none is left, every point of the ranges is an answer.
//! 2. *Guesses.* The ends of the ranges, and what is nearest to zero.
//! 3. *Differences.* Where every row that is left compares two variables, narrowing is the algorithm of
//!    Bellman and Ford: after as many rounds as there are variables the low ends are a point, or there is none.
//! 4. *The rest.* Equalities are solved for a variable ([`system`]), then variables are projected away one by
//!    one by Pugh's Omega test ([`omega`]), in a basis in which thin strips are not thin ([`basis`]).
//!
//! **Sound and complete.** [`Solved::Empty`] is a proof. A [`Solved::Point`] has been put into every row.
//! **Honest.** A number that leaves 128 bits, fuel that runs out, more than a hundred variables that hang together
//! by more than differences: that is [`Solved::Unknown`].
//! **Deterministic.** The same arguments give the same answer; one look at a row takes one of the fuel.

use crate::space::solve::{
    interval::{Range, narrow},
    number::plus_times,
    system::System,
};

mod basis;
mod interval;
mod nearest;
mod number;
mod omega;
mod shadow;
mod system;
#[cfg(test)]
mod tests;

#[cfg_attr(not(test), allow(unused_imports, reason = "witnesses stand above"))]
pub(crate) use nearest::nearest;

/// Rounds of narrowing before a harder way is taken. Ranges can go on shrinking for ever, one at a time.
const ROUNDS: usize = 8;

/// The most variables that are projected away: the recursion is as deep as they are many.
const MOST_VARIABLES: usize = 100;

/// `low <= Σ coefficient·variable <= high`. Variables are numbered from 0 and sorted; no coefficient is 0.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Variables, each with its coefficient.
    pub terms: Box<[(usize, i128)]>,
    /// The least that the sum may be.
    pub low: i128,
    /// The most that the sum may be.
    pub high: i128,
}

/// What is known of a system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Solved {
    /// One value for each variable; they satisfy every row.
    Point(Vec<i128>),
    /// No integers satisfy the rows.
    Empty,
    /// A number left 128 bits, the fuel ran out, or there are too many variables.
    Unknown,
}

/// Why a way ended without a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// There is no point: this is a proof.
    Empty,
    /// It is not known whether there is one.
    Unknown,
}

/// Whether integers within `ranges` (both ends belong to them, one per variable) satisfy all of `rows`.
pub(crate) fn solve(ranges: &[Range], rows: &[Row], fuel: &mut u64) -> Solved {
    match find(ranges, rows, fuel) {
        Ok(point) if holds(&point, ranges, rows) => Solved::Point(point),
        Ok(_) => {
            debug_assert!(false, "a point that is none");
            Solved::Unknown
        }
        Err(Stop::Empty) => Solved::Empty,
        Err(Stop::Unknown) => Solved::Unknown,
    }
}

/// The ways in their order.
fn find(given: &[Range], rows: &[Row], fuel: &mut u64) -> Result<Vec<i128>, Stop> {
    if given.iter().any(|(low, high)| low > high) {
        return Err(Stop::Empty);
    }
    let mut ranges = given.to_vec();
    for _ in 0..ROUNDS {
        let swept = sweep(&mut ranges, rows, fuel)?;
        if swept.implied {
            return Ok(near_zero(&ranges));
        }
        if !swept.moved {
            break;
        }
    }
    let ends: [fn(&Range) -> i128; 3] = [near, |it| it.0, |it| it.1];
    for end in ends {
        spend(fuel)?;
        let guess: Vec<i128> = ranges.iter().map(end).collect();
        if holds(&guess, given, rows) {
            return Ok(guess);
        }
    }
    let open: Vec<&Row> = rows.iter().filter(|row| !implied(&ranges, row)).collect();
    if open.iter().all(|row| compares_two(row)) {
        return differences(ranges, rows, fuel);
    }
    let mut used: Vec<usize> = open.iter().flat_map(|row| &row.terms).map(|term| term.0).collect();
    used.sort_unstable();
    used.dedup();
    if used.len() > MOST_VARIABLES {
        return Err(Stop::Unknown);
    }
    let found = omega::find(System::new(&ranges, &open, &used)?, fuel)?;
    let mut point = near_zero(&ranges);
    for (variable, value) in used.into_iter().zip(found) {
        *point.get_mut(variable).ok_or(Stop::Unknown)? = value;
    }
    Ok(point)
}

/// What one round of narrowing did.
struct Swept {
    /// A range is narrower.
    moved: bool,
    /// The ranges imply every row.
    implied: bool,
}

/// Lets each row narrow the ranges once.
fn sweep(ranges: &mut [Range], rows: &[Row], fuel: &mut u64) -> Result<Swept, Stop> {
    let mut swept = Swept { moved: false, implied: true };
    for row in rows {
        spend(fuel)?;
        let effect = narrow(ranges, row.terms.iter().copied(), row.low, row.high)?;
        swept.moved |= effect.moved;
        swept.implied &= effect.implied();
    }
    Ok(swept)
}

/// A system of differences. Along a chain of `x >= y + c` every low end rises at most once per round, and a
/// chain without a circle is shorter than there are variables: what still moves then, moves for ever.
fn differences(mut ranges: Vec<Range>, rows: &[Row], fuel: &mut u64) -> Result<Vec<i128>, Stop> {
    for _ in 0..ranges.len() {
        if !sweep(&mut ranges, rows, fuel)?.moved {
            return Ok(ranges.iter().map(|it| it.0).collect());
        }
    }
    Err(Stop::Empty)
}

/// Whether the row is `low <= c·x - c·y <= high`. One of a single variable is implied once it has narrowed it.
fn compares_two(row: &Row) -> bool {
    matches!(&*row.terms, [(_, first), (_, second)] if first.checked_neg() == Some(*second))
}

/// Whether the ranges alone say what the row says.
fn implied(ranges: &[Range], row: &Row) -> bool {
    interval::extent(ranges, row.terms.iter().copied())
        .is_ok_and(|(least, most)| row.low <= least && most <= row.high)
}

/// Whether the point lies in the ranges and satisfies the rows; not, where a number leaves 128 bits.
fn holds(point: &[i128], ranges: &[Range], rows: &[Row]) -> bool {
    point.len() == ranges.len()
        && point.iter().zip(ranges).all(|(value, (low, high))| low <= value && value <= high)
        && rows.iter().all(|row| {
            let mut terms = row.terms.iter();
            let sum = terms.try_fold(0_i128, |sum, (variable, coefficient)| {
                plus_times(sum, *coefficient, *point.get(*variable)?)
            });
            sum.is_some_and(|sum| row.low <= sum && sum <= row.high)
        })
}

/// The point of a box that is nearest to zero.
fn near_zero(ranges: &[Range]) -> Vec<i128> {
    ranges.iter().map(near).collect()
}

/// The number of a range that is nearest to zero.
fn near((low, high): &Range) -> i128 {
    0.min(*high).max(*low)
}

/// Takes one step from the fuel.
fn spend(fuel: &mut u64) -> Result<(), Stop> {
    *fuel = fuel.checked_sub(1).ok_or(Stop::Unknown)?;
    Ok(())
}
