//! What one row says of the range of each of its variables.
//!
//! The sum of a row lies between its *least* and its *most* over the ranges. What `high` leaves above the least
//! is the room in which one variable may move away from the end that makes the sum least:
//!
//! ```text
//!   20·x - 3·y <= 9,  x in 0..100, y in 0..10      least = -30, room = 39:  x <= 0 + 39/20 = 1
//! ```
//!
//! **Sound.** No integer point of the ranges that satisfies the row is lost. Numbers are rounded inwards.
//! **Incomplete.** Rows are not related to each other.

use crate::space::solve::{
    Stop,
    number::{floor, plus_times, times},
};

/// The numbers from the first to the second, both of them included.
pub(crate) type Range = (i128, i128);

/// What a row did to the ranges, and what of it they imply.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effect {
    /// A range is narrower now.
    pub moved: bool,
    /// The ranges imply that the sum is not below `low`.
    pub low_implied: bool,
    /// The ranges imply that the sum is not above `high`.
    pub high_implied: bool,
}

impl Effect {
    /// Whether the ranges imply the row.
    pub(super) fn implied(self) -> bool {
        self.low_implied && self.high_implied
    }
}

/// The least and the most of a sum over the ranges.
pub(super) fn extent(ranges: &[Range], terms: impl Iterator<Item = (usize, i128)>) -> Result<Range, Stop> {
    let mut least = 0_i128;
    let mut most = 0_i128;
    for (variable, coefficient) in terms {
        let (low, high) = *ranges.get(variable).ok_or(Stop::Unknown)?;
        let (down, up) = if coefficient < 0 { (high, low) } else { (low, high) };
        least = plus_times(least, coefficient, down).ok_or(Stop::Unknown)?;
        most = plus_times(most, coefficient, up).ok_or(Stop::Unknown)?;
    }
    Ok((least, most))
}

/// Narrows `ranges` by `low <= terms <= high`.
pub(super) fn narrow<T>(ranges: &mut [Range], terms: T, low: i128, high: i128) -> Result<Effect, Stop>
where
    T: Iterator<Item = (usize, i128)> + Clone,
{
    let (least, most) = extent(ranges, terms.clone())?;
    if low > high || least > high || most < low {
        return Err(Stop::Empty);
    }
    let mut effect = Effect { moved: false, low_implied: low <= least, high_implied: most <= high };
    if effect.implied() {
        return Ok(effect);
    }
    // An implied side may be as far away as numbers go; no arithmetic is done with it.
    let above = if effect.high_implied { None } else { Some(high.checked_sub(least).ok_or(Stop::Unknown)?) };
    let below = if effect.low_implied { None } else { Some(most.checked_sub(low).ok_or(Stop::Unknown)?) };
    for (variable, coefficient) in terms {
        let range = ranges.get_mut(variable).ok_or(Stop::Unknown)?;
        let size = coefficient.checked_abs().ok_or(Stop::Unknown)?;
        let (from_low, from_high) = if coefficient < 0 { (below, above) } else { (above, below) };
        let (start, end) = *range;
        if let Some(steps) = steps(from_low, size, start, end) {
            range.1 = start.saturating_add(steps);
            effect.moved = true;
        }
        if let Some(steps) = steps(from_high, size, start, end) {
            range.0 = end.saturating_sub(steps);
            effect.moved = true;
        }
        if range.0 > range.1 {
            return Err(Stop::Empty);
        }
    }
    Ok(effect)
}

/// How many steps of `size` a variable may take in `room`, where those are fewer than its range has.
fn steps(room: Option<i128>, size: i128, start: i128, end: i128) -> Option<i128> {
    let room = room?;
    let span = end.checked_sub(start);
    // A product is cheaper than a quotient, and most rows narrow nothing.
    let whole = span.and_then(|span| times(span, size));
    if whole.is_some_and(|whole| whole <= room) {
        return None;
    }
    let steps = if size == 1 { room } else { floor(room, size)? };
    span.is_none_or(|span| steps < span).then_some(steps)
}
