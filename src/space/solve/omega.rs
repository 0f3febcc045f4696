//! The Omega test: variables are projected away until none is left.
//!
//! A variable `x` stands between the rows that have it. Each pair of a lower side and an upper side
//!
//! ```text
//!   l <= a·x + e      b·x + f <= h
//! ```
//!
//! gives a row without it, the *shadow*: `b·l - a·h <= b·e - a·f`. Over the integers a gap between the two can
//! be free of a multiple, so that there are three answers:
//!
//! - no point in the shadow: there is none at all;
//! - the shadow's point leaves an integer for `x`, always so where `a` or `b` is 1: that is a point;
//! - otherwise the *dark shadow*, in which every gap is so wide that it holds an integer, is asked;
//! - and where that has no point, `x` is close above a lower side: one equality for each of the few distances
//!   (*splinters*), each of which solves a variable away.
//!
//! **Complete** over the integers: every point is in the dark shadow or in a splinter. The recursion is as deep as
//! there are variables. What it costs is bounded by the fuel alone.

use crate::space::solve::{
    Stop, basis,
    interval::Range,
    shadow::{Bounds, Shadow, closed, thin},
    spend,
    system::{Definition, System},
};

/// More splinters than this are worth another basis.
const FEW: i128 = 8;

/// Values of a variable that are still worth looking at one by one where its shadow leaves 128 bits.
const MANY: i128 = 1_000;

/// A coefficient above this makes a better basis worth its cost.
const LARGE: u128 = 1 << 32;

/// The most fuel for the range of one variable in a new basis.
const PURSE: u64 = 2_000;

/// A point of the system, with a value for every variable.
pub(super) fn find(system: System, fuel: &mut u64) -> Result<Vec<i128>, Stop> {
    find_in(system, false, fuel)
}

/// A point of the system; whether its basis has been changed for the better.
fn find_in(mut system: System, mut changed: bool, fuel: &mut u64) -> Result<Vec<i128>, Stop> {
    let mut trail: Vec<Definition> = Vec::new();
    system.tidy(fuel)?;
    while system.solve_equality(&mut trail, fuel)? {
        system.tidy(fuel)?;
        // What an equality leaves can have numbers far larger than it needs.
        if system.largest() > LARGE {
            improve(&mut system, &mut trail, fuel)?;
            system.tidy(fuel)?;
            changed = true;
        }
    }
    let mut point = match system.free_point() {
        Some(point) => point,
        None => project(&system, changed, fuel)?,
    };
    complete(&trail, &mut point)?;
    Ok(point)
}

/// Puts the values of what was defined into a point, the last definition first.
fn complete(trail: &[Definition], point: &mut [i128]) -> Result<(), Stop> {
    trail.iter().rev().try_for_each(|definition| definition.complete(point))
}

/// A point of a tidy system without equalities: one variable is projected away.
fn project(system: &System, changed: bool, fuel: &mut u64) -> Result<Vec<i128>, Stop> {
    let variable = easiest(system, None).ok_or(Stop::Unknown)?;
    let bounds = Bounds::new(system, variable)?;
    let real = bounds.shadow(system, Shadow::Real, fuel).and_then(|real| find(real, fuel));
    let unknown = match real {
        Ok(mut point) => {
            if bounds.lift(&mut point)? {
                return Ok(point);
            }
            false
        }
        Err(Stop::Empty) => return Err(Stop::Empty),
        Err(Stop::Unknown) => true,
    };
    if !changed && (unknown || bounds.count_splinters() > FEW) {
        let mut better = system.clone();
        let mut trail = Vec::new();
        improve(&mut better, &mut trail, fuel)?;
        let mut point = find_in(better, true, fuel)?;
        complete(&trail, &mut point)?;
        return Ok(point);
    }
    // With one variable less the numbers may fit again.
    if unknown {
        return match narrowest(system) {
            Some((variable, range, count)) if count <= MANY => each_value(system, variable, range, fuel),
            _ => Err(Stop::Unknown),
        };
    }
    let dark = bounds.shadow(system, Shadow::Dark, fuel).and_then(|dark| find(dark, fuel));
    match dark {
        Ok(mut point) => {
            let lifted = bounds.lift(&mut point)?;
            debug_assert!(lifted, "a gap of the dark shadow without an integer");
            if lifted { Ok(point) } else { Err(Stop::Unknown) }
        }
        Err(Stop::Empty) => match narrowest(system) {
            Some((variable, range, count)) if count < bounds.count_splinters() => {
                each_value(system, variable, range, fuel)
            }
            _ => each_splinter(system, &bounds, fuel),
        },
        Err(Stop::Unknown) => Err(Stop::Unknown),
    }
}

/// Puts the system into a better basis, with exact ranges that begin at zero.
fn improve(system: &mut System, trail: &mut Vec<Definition>, fuel: &mut u64) -> Result<(), Stop> {
    basis::change(system, trail, fuel)?;
    tighten(system, fuel)?;
    for variable in 0..system.ranges().len() {
        if let Some(definition) = system.recentre(variable, fuel)? {
            trail.push(definition);
        }
    }
    Ok(())
}

/// The variable that costs least to project away: at best its shadow is exact, then the fewer rows it makes.
/// `kept` stays.
fn easiest(system: &System, kept: Option<usize>) -> Option<usize> {
    let mut best = None;
    for variable in (0..system.ranges().len()).filter(|it| Some(*it) != kept) {
        let mut rows = 0_usize;
        let mut coarse = 0_usize;
        let mut largest = 0_u128;
        for (low, high, terms) in system.rows() {
            let size = terms.get(variable).map_or(0, |it| it.unsigned_abs());
            if size == 0 {
                continue;
            }
            rows += 1;
            largest = largest.max(size);
            if size > 1 {
                coarse += if closed(low, high) && thin(low, high, size) { 2 } else { 1 };
            }
        }
        let cost = (coarse > 1, rows, largest);
        if rows > 0 && best.is_none_or(|(least, _)| cost < least) {
            best = Some((cost, variable));
        }
    }
    best.map(|(_, variable)| variable)
}

/// Gives every variable the range that it has in the rows together, rounded inwards: in a new basis the ranges
/// are far from that. Where that costs too much the range stays.
fn tighten(system: &mut System, fuel: &mut u64) -> Result<(), Stop> {
    for variable in 0..system.ranges().len() {
        let mut purse = PURSE.min(*fuel);
        *fuel -= purse;
        let range = range_alone(system, variable, &mut purse);
        *fuel += purse;
        match range {
            Ok(range) => system.set_range(variable, range),
            Err(Stop::Empty) => return Err(Stop::Empty),
            Err(Stop::Unknown) => {}
        }
    }
    Ok(())
}

/// The range of a variable once all others are projected away.
fn range_alone(system: &System, variable: usize, fuel: &mut u64) -> Result<Range, Stop> {
    let mut alone = system.clone();
    alone.tidy(fuel)?;
    while let Some(other) = easiest(&alone, Some(variable)) {
        alone = Bounds::new(&alone, other)?.shadow(&alone, Shadow::Real, fuel)?;
        alone.tidy(fuel)?;
    }
    alone.ranges().get(variable).copied().ok_or(Stop::Unknown)
}

/// The variable of the rows with the fewest values, with its range and how many they are.
fn narrowest(system: &System) -> Option<(usize, Range, i128)> {
    let used = |variable: usize| system.rows().any(|(_, _, terms)| terms.get(variable) != Some(&0));
    let free = system.ranges().iter().enumerate().filter(|(variable, _)| used(*variable));
    let counts = free.map(|(variable, (low, high))| {
        (variable, (*low, *high), high.saturating_sub(*low).saturating_add(1))
    });
    counts.min_by_key(|it| it.2)
}

/// One system per value of a variable.
fn each_value(system: &System, variable: usize, range: Range, fuel: &mut u64) -> Result<Vec<i128>, Stop> {
    for value in range.0..=range.1 {
        spend(fuel)?;
        let mut fixed = system.clone();
        fixed.set_range(variable, (value, value));
        match find(fixed, fuel) {
            Err(Stop::Empty) => {}
            other => return other,
        }
    }
    Err(Stop::Empty)
}

/// One system per distance from a side of the bounds: all that the dark shadow leaves.
fn each_splinter(system: &System, bounds: &Bounds, fuel: &mut u64) -> Result<Vec<i128>, Stop> {
    for side in bounds.splinters() {
        let mut value = side.first;
        for _ in 0..side.count {
            spend(fuel)?;
            let mut splinter = system.clone();
            splinter.push(value, value, side.terms.iter().copied());
            match find(splinter, fuel) {
                Err(Stop::Empty) => {}
                other => return other,
            }
            value = value.checked_add(side.step).ok_or(Stop::Unknown)?;
        }
    }
    Err(Stop::Empty)
}
