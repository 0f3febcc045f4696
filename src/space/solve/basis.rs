//! Another basis of the same integers, in which a thin strip is not thin.
//!
//! `1 <= 1000·x - 999·y <= 3` has very few integer points in a small box, and no variable shows it. With
//! `y = v + x` the row is `1 <= x - 999·v <= 3`, with `x = u + 999·v` it is `1 <= u <= 3`: three values to look at.
//!
//! The columns of the rows, each row divided by its width, are vectors. Whatever integer multiple of one column
//! is taken from another, the integers stay the same; the shortest columns are taken that pairs of them make, as
//! Gauss did with two. How short they get decides how fast an answer comes, never which.

use crate::space::solve::{
    Stop,
    interval::{Range, extent},
    number::{plus_times, rounded, times},
    spend,
    system::{Definition, System, given},
};

/// The most steps: long before that the columns are as short as they get.
const STEPS: usize = 400;

/// Bits of an entry. Two of them multiplied leave room for the sum of many.
const BITS: u32 = 56;

/// Puts the system into a better basis, if there is one. What turns its points back goes to the trail.
pub(super) fn change(system: &mut System, trail: &mut Vec<Definition>, fuel: &mut u64) -> Result<(), Stop> {
    let mut changed = system.clone();
    for (variable, (low, high)) in system.ranges().iter().enumerate() {
        if low < high {
            changed.push_range(variable, *low, *high);
        }
    }
    let widths = widths(system, &changed)?;
    let mut steps = 0;
    // What each new variable is in terms of the old ones: its range follows from theirs.
    let count = system.ranges().len();
    let unit = |at: usize| (0..count).map(|it| i128::from(it == at)).collect::<Vec<i128>>();
    let mut inverse: Vec<Vec<i128>> = (0..count).map(unit).collect();
    while let Some((kept, shortened, multiple)) = shortest_step(&changed, &widths, fuel)? {
        let mut terms = unit(kept);
        *terms.get_mut(shortened).ok_or(Stop::Unknown)? = multiple.checked_neg().ok_or(Stop::Unknown)?;
        let step = Definition::new(kept, terms);
        changed.substitute(&step, fuel)?;
        let other = inverse.get(shortened).ok_or(Stop::Unknown)?.clone();
        for (entry, other) in inverse.get_mut(kept).ok_or(Stop::Unknown)?.iter_mut().zip(other) {
            *entry = plus_times(*entry, multiple, other).ok_or(Stop::Unknown)?;
        }
        trail.push(step);
        steps += 1;
        if steps == STEPS {
            break;
        }
    }
    if steps == 0 {
        return Ok(());
    }
    let ranges: Result<Vec<Range>, Stop> =
        inverse.iter().map(|terms| extent(system.ranges(), given(terms))).collect();
    changed.set_ranges(ranges?);
    *system = changed;
    Ok(())
}

/// How many values each row of `changed` can have; its rows are still those of `system` and its ranges.
fn widths(system: &System, changed: &System) -> Result<Vec<i128>, Stop> {
    let widths = changed.rows().map(|(low, high, terms)| {
        let (least, most) = extent(system.ranges(), given(terms))?;
        let width = high.min(most).checked_sub(low.max(least)).and_then(|it| it.checked_add(1));
        width.map(|it| it.max(1)).ok_or(Stop::Unknown)
    });
    widths.collect()
}

/// A pair of columns of which one gets shorter by a multiple of the other: the other, the one, how many times.
fn shortest_step(
    system: &System,
    widths: &[i128],
    fuel: &mut u64,
) -> Result<Option<(usize, usize, i128)>, Stop> {
    let free: Vec<usize> =
        system.ranges().iter().enumerate().filter(|(_, it)| it.0 < it.1).map(|(at, _)| at).collect();
    for kept in &free {
        for shortened in free.iter().filter(|it| *it != kept) {
            spend(fuel)?;
            let multiple = multiple(system, widths, *shortened, *kept).unwrap_or(0);
            if multiple != 0 {
                return Ok(Some((*kept, *shortened, multiple)));
            }
        }
    }
    Ok(None)
}

/// How many times the column of `other` makes that of `column` shortest. None where numbers get too large.
fn multiple(system: &System, widths: &[i128], column: usize, other: usize) -> Option<i128> {
    let entries = || {
        system.rows().zip(widths).filter_map(move |((_, _, terms), width)| {
            let pair = (*terms.get(column)?, *terms.get(other)?);
            (pair != (0, 0)).then_some((pair, *width))
        })
    };
    // The largest entry gets BITS bits, the others as many as are left to them.
    let scale = entries().map(|((a, b), width)| bits(a).max(bits(b)) - bits(width)).max()?;
    let shift = i32::try_from(BITS).ok()? - scale;
    let mut product = 0_i128;
    let mut square = 0_i128;
    for ((a, b), width) in entries() {
        let (a, b) = (scaled(a, width, shift)?, scaled(b, width, shift)?);
        product = plus_times(product, a, b)?;
        square = plus_times(square, b, b)?;
    }
    rounded(product, square)
}

/// `number · 2^shift / width`.
fn scaled(number: i128, width: i128, shift: i32) -> Option<i128> {
    let by = shift.unsigned_abs();
    if shift < 0 {
        return number.checked_shr(by)?.checked_div(width);
    }
    let room = 126_i32.checked_sub(bits(number))?.unsigned_abs();
    let first = by.min(room);
    // What does not fit in front of the division comes off the width: an entry need not be exact.
    times(number, 1_i128.checked_shl(first)?)?.checked_div(width.checked_shr(by - first)?.max(1))
}

/// Binary digits of the number without its sign.
fn bits(number: i128) -> i32 {
    i128::BITS.saturating_sub(number.unsigned_abs().leading_zeros()).cast_signed()
}
