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
    Stop,
    interval::Range,
    near, spend,
    system::{Definition, OPEN_HIGH, OPEN_LOW, System, ceiling, divisor, product, turn},
};

/// A point of the system, with a value for every variable.
pub(super) fn find(mut system: System, fuel: &mut u64) -> Result<Vec<i128>, Stop> {
    let mut trail: Vec<Definition> = Vec::new();
    loop {
        system.tidy(fuel)?;
        if !system.solve_equality(&mut trail, fuel)? {
            break;
        }
    }
    let mut point = match system.free_point() {
        Some(point) => point,
        None => project(&system, fuel)?,
    };
    for definition in trail.iter().rev() {
        definition.complete(&mut point)?;
    }
    Ok(point)
}

/// A point of a tidy system without equalities: one variable is projected away.
fn project(system: &System, fuel: &mut u64) -> Result<Vec<i128>, Stop> {
    let variable = easiest(system).ok_or(Stop::Unknown)?;
    let bounds = Bounds::new(system, variable)?;
    let mut point = find(bounds.shadow(system, Shadow::Real, fuel)?, fuel)?;
    if bounds.lift(&mut point)? {
        return Ok(point);
    }
    let dark = bounds.shadow(system, Shadow::Dark, fuel).and_then(|dark| find(dark, fuel));
    match dark {
        Ok(mut point) => {
            let lifted = bounds.lift(&mut point)?;
            debug_assert!(lifted, "a gap of the dark shadow without an integer");
            if lifted { Ok(point) } else { Err(Stop::Unknown) }
        }
        Err(Stop::Empty) => bounds.splinters(system, fuel),
        Err(Stop::Unknown) => Err(Stop::Unknown),
    }
}

/// The variable that costs least to project away: at best its shadow is exact, then the fewer rows it makes.
fn easiest(system: &System) -> Option<usize> {
    let mut best = None;
    for variable in 0..system.ranges().len() {
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

/// Whether the row has both sides.
fn closed(low: i128, high: i128) -> bool {
    low != OPEN_LOW && high != OPEN_HIGH
}

/// Whether the two sides of one row can have no multiple of `size` between them.
fn thin(low: i128, high: i128, size: u128) -> bool {
    high.abs_diff(low).saturating_add(1) < size
}

/// Which shadow of a pair of sides.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shadow {
    /// Where a rational number is between them.
    Real,
    /// Where an integer is between them whatever they are.
    Dark,
}

/// The rows that have a variable, with a positive coefficient, and its range.
struct Bounds {
    variable: usize,
    range: Range,
    rows: Vec<Bound>,
}

/// `low <= size·variable + rest <= high`.
struct Bound {
    size: i128,
    low: i128,
    high: i128,
    /// The coefficients of the other variables; 0 for the variable itself.
    rest: Vec<i128>,
}

impl Bounds {
    /// What bounds `variable` in `system`.
    fn new(system: &System, variable: usize) -> Result<Self, Stop> {
        let range = *system.ranges().get(variable).ok_or(Stop::Unknown)?;
        let mut rows = Vec::new();
        for (low, high, terms) in system.rows() {
            if terms.get(variable).is_none_or(|it| *it == 0) {
                continue;
            }
            let (mut low, mut high, mut rest) = (low, high, terms.to_vec());
            if rest.get(variable).is_some_and(|it| *it < 0) {
                turn(&mut low, &mut high, &mut rest)?;
            }
            let size = std::mem::take(rest.get_mut(variable).ok_or(Stop::Unknown)?);
            rows.push(Bound { size, low, high, rest });
        }
        let rest = vec![0; system.ranges().len()];
        rows.push(Bound { size: 1, low: range.0, high: range.1, rest });
        Ok(Self { variable, range, rows })
    }

    /// The system without the variable.
    fn shadow(&self, system: &System, shadow: Shadow, fuel: &mut u64) -> Result<System, Stop> {
        let mut without = system.without_rows();
        without.retire(self.variable);
        for (low, high, terms) in system.rows() {
            if terms.get(self.variable) == Some(&0) {
                without.push(low, high, terms.iter().copied());
            }
        }
        for (index, first) in self.rows.iter().enumerate() {
            let alone = u128::try_from(first.size).map_err(|_| Stop::Unknown)?;
            if shadow == Shadow::Dark && closed(first.low, first.high) && thin(first.low, first.high, alone) {
                return Err(Stop::Empty);
            }
            for second in self.rows.iter().skip(index + 1) {
                spend(fuel)?;
                pair(first, second, shadow, &mut without).ok_or(Stop::Unknown)?;
            }
        }
        Ok(without)
    }

    /// Gives the variable a value between its bounds at the point, if an integer is there.
    fn lift(&self, point: &mut [i128]) -> Result<bool, Stop> {
        let (mut least, mut most) = self.range;
        for bound in &self.rows {
            let rest = product(&bound.rest, point)?;
            if bound.low != OPEN_LOW {
                let low = bound.low.checked_sub(rest).and_then(|it| ceiling(it, bound.size));
                least = least.max(low.ok_or(Stop::Unknown)?);
            }
            if bound.high != OPEN_HIGH {
                let high = bound.high.checked_sub(rest).and_then(|it| it.checked_div_euclid(bound.size));
                most = most.min(high.ok_or(Stop::Unknown)?);
            }
        }
        *point.get_mut(self.variable).ok_or(Stop::Unknown)? = near(&(least, most));
        Ok(least <= most)
    }

    /// Looks for a point in which the variable is close to a side: all that the dark shadow leaves.
    fn splinters(&self, system: &System, fuel: &mut u64) -> Result<Vec<i128>, Stop> {
        let lower = self.rows.iter().filter(|it| it.low != OPEN_LOW);
        let upper = self.rows.iter().filter(|it| it.high != OPEN_HIGH);
        let largest = |sizes: &mut dyn Iterator<Item = i128>| sizes.max().unwrap_or(1);
        let from_low = largest(&mut upper.clone().map(|it| it.size));
        let from_high = largest(&mut lower.clone().map(|it| it.size));
        let sum = |counts: &mut dyn Iterator<Item = i128>| counts.fold(0, i128::saturating_add);
        let lows = sum(&mut lower.clone().map(|it| it.splinters(from_low)));
        let highs = sum(&mut upper.clone().map(|it| it.splinters(from_high)));
        if lows <= highs {
            self.close_to(lower.map(|it| (it, it.low, 1, from_low)), system, fuel)
        } else {
            self.close_to(upper.map(|it| (it, it.high, -1, from_high)), system, fuel)
        }
    }

    /// One system per distance from each of the sides.
    fn close_to<'b>(
        &self,
        sides: impl Iterator<Item = (&'b Bound, i128, i128, i128)>,
        system: &System,
        fuel: &mut u64,
    ) -> Result<Vec<i128>, Stop> {
        for (bound, side, step, across) in sides {
            let mut terms = bound.rest.clone();
            *terms.get_mut(self.variable).ok_or(Stop::Unknown)? = bound.size;
            for distance in 0..bound.splinters(across) {
                spend(fuel)?;
                let value = step.checked_mul(distance).and_then(|it| it.checked_add(side));
                let value = value.ok_or(Stop::Unknown)?;
                let mut splinter = system.clone();
                splinter.push(value, value, terms.iter().copied());
                match find(splinter, fuel) {
                    Err(Stop::Empty) => {}
                    other => return other,
                }
            }
        }
        Err(Stop::Empty)
    }
}

impl Bound {
    /// How many distances from this side leave a gap without an integer to a side across of size `across`:
    /// `0..=(size·across - size - across) / across`. A bound of size 1 has none, and no row is wider than itself.
    fn splinters(&self, across: i128) -> i128 {
        if self.size == 1 || across == 1 {
            return 0;
        }
        // size·across - size - across over across, without the product.
        let most = self.size - 1 - ceiling(self.size, across).unwrap_or(0);
        let count = most.saturating_add(1);
        if closed(self.low, self.high) {
            count.min(self.high.saturating_sub(self.low).saturating_add(1))
        } else {
            count
        }
    }
}

/// The row that a pair of bounds gives: both its sides, as far as the sides that make them are there.
fn pair(first: &Bound, second: &Bound, shadow: Shadow, into: &mut System) -> Option<()> {
    let common = i128::try_from(divisor(first.size.unsigned_abs(), second.size.unsigned_abs())).ok()?;
    let a = second.size.checked_div(common)?;
    let b = first.size.checked_div(common)?;
    // A gap is sure to hold a multiple of both sizes' least common multiple from here on.
    let gap = match shadow {
        Shadow::Real => 0,
        Shadow::Dark => a.checked_mul(first.size)?.checked_sub(a)?.checked_sub(b)?.checked_add(1)?,
    };
    let low = if first.low == OPEN_LOW || second.high == OPEN_HIGH {
        OPEN_LOW
    } else {
        let reach = a.checked_mul(first.low)?.checked_sub(b.checked_mul(second.high)?)?;
        reach.checked_add(gap)?
    };
    let high = if first.high == OPEN_HIGH || second.low == OPEN_LOW {
        OPEN_HIGH
    } else {
        let reach = a.checked_mul(first.high)?.checked_sub(b.checked_mul(second.low)?)?;
        reach.checked_sub(gap)?
    };
    if low == OPEN_LOW && high == OPEN_HIGH {
        return Some(());
    }
    let terms = first.rest.iter().zip(&second.rest).map(|(x, y)| {
        let left = if *x == 0 { Some(0) } else { a.checked_mul(*x) };
        let right = if *y == 0 { Some(0) } else { b.checked_mul(*y) };
        left?.checked_sub(right?)
    });
    let terms: Option<Vec<i128>> = terms.collect();
    into.push(low, high, terms?.into_iter());
    Some(())
}
