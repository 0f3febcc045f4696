//! What bounds one variable, and what is left when it is projected away.
//!
//! Every row that has the variable, and its range, is a [`Bound`] with a lower side, an upper side, or both. Each
//! pair of a lower and an upper side gives a row of the shadow; [`crate::space::solve::omega`] says what shadows
//! are for.

use crate::space::solve::{
    Stop,
    interval::Range,
    near,
    number::{ceiling, divisor, floor, times},
    spend,
    system::{OPEN_HIGH, OPEN_LOW, System, product, turn},
};

/// Whether the row has both sides.
pub(super) fn closed(low: i128, high: i128) -> bool {
    low != OPEN_LOW && high != OPEN_HIGH
}

/// Whether the two sides of one row can have no multiple of `size` between them.
pub(super) fn thin(low: i128, high: i128, size: u128) -> bool {
    high.abs_diff(low).saturating_add(1) < size
}

/// Which shadow of a pair of sides.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shadow {
    /// Where a rational number is between them.
    Real,
    /// Where an integer is between them whatever they are.
    Dark,
}

/// The rows that have a variable, with a positive coefficient, and its range.
pub(super) struct Bounds {
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
    pub(super) fn new(system: &System, variable: usize) -> Result<Self, Stop> {
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
    pub(super) fn shadow(&self, system: &System, shadow: Shadow, fuel: &mut u64) -> Result<System, Stop> {
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
    pub(super) fn lift(&self, point: &mut [i128]) -> Result<bool, Stop> {
        let (mut least, mut most) = self.range;
        for bound in &self.rows {
            let rest = product(&bound.rest, point)?;
            if bound.low != OPEN_LOW {
                let low = bound.low.checked_sub(rest).and_then(|it| ceiling(it, bound.size));
                least = least.max(low.ok_or(Stop::Unknown)?);
            }
            if bound.high != OPEN_HIGH {
                let high = bound.high.checked_sub(rest).and_then(|it| floor(it, bound.size));
                most = most.min(high.ok_or(Stop::Unknown)?);
            }
        }
        *point.get_mut(self.variable).ok_or(Stop::Unknown)? = near(&(least, most));
        Ok(least <= most)
    }

    /// The size of the largest lower and of the largest upper side.
    fn largest(&self) -> (i128, i128) {
        let lower = self.rows.iter().filter(|it| it.low != OPEN_LOW).map(|it| it.size);
        let upper = self.rows.iter().filter(|it| it.high != OPEN_HIGH).map(|it| it.size);
        (lower.max().unwrap_or(1), upper.max().unwrap_or(1))
    }

    /// How many systems the splinters are, from the lower sides and from the upper ones.
    fn counts(&self) -> (i128, i128) {
        let (largest_low, largest_high) = self.largest();
        let lower = self.rows.iter().filter(|it| it.low != OPEN_LOW).map(|it| it.splinters(largest_high));
        let upper = self.rows.iter().filter(|it| it.high != OPEN_HIGH).map(|it| it.splinters(largest_low));
        (lower.fold(0, i128::saturating_add), upper.fold(0, i128::saturating_add))
    }

    /// How many systems the splinters are, from where they are fewer.
    pub(super) fn count_splinters(&self) -> i128 {
        let (lower, upper) = self.counts();
        lower.min(upper)
    }

    /// The sides close to which a point is that is not in the dark shadow.
    pub(super) fn splinters(&self) -> impl Iterator<Item = Side> {
        let (largest_low, largest_high) = self.largest();
        let (lower, upper) = self.counts();
        let from_low = lower <= upper;
        self.rows.iter().filter_map(move |bound| {
            let (first, step, across) = match from_low {
                true => (bound.low, 1, largest_high),
                false => (bound.high, -1, largest_low),
            };
            if first == OPEN_LOW || first == OPEN_HIGH {
                return None;
            }
            let mut terms = bound.rest.clone();
            *terms.get_mut(self.variable)? = bound.size;
            Some(Side { terms, first, step, count: bound.splinters(across) })
        })
    }
}

/// One side of a bound, and how far from it a point can be.
pub(super) struct Side {
    /// The row of the bound.
    pub terms: Vec<i128>,
    /// What the row is at the side itself.
    pub first: i128,
    /// One step away from it.
    pub step: i128,
    /// How many steps there are, the side itself included.
    pub count: i128,
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
    let a = floor(second.size, common)?;
    let b = floor(first.size, common)?;
    // A gap is sure to hold a multiple of both sizes' least common multiple from here on.
    let gap = match shadow {
        Shadow::Real => 0,
        Shadow::Dark => times(a, first.size)?.checked_sub(a)?.checked_sub(b)?.checked_add(1)?,
    };
    let low = if first.low == OPEN_LOW || second.high == OPEN_HIGH {
        OPEN_LOW
    } else {
        let reach = times(a, first.low)?.checked_sub(times(b, second.high)?)?;
        reach.checked_add(gap)?
    };
    let high = if first.high == OPEN_HIGH || second.low == OPEN_LOW {
        OPEN_HIGH
    } else {
        let reach = times(a, first.high)?.checked_sub(times(b, second.low)?)?;
        reach.checked_sub(gap)?
    };
    if low == OPEN_LOW && high == OPEN_HIGH {
        return Some(());
    }
    let mut fits = true;
    let terms = first.rest.iter().zip(&second.rest).map(|(x, y)| {
        let left = if *x == 0 { Some(0) } else { times(a, *x) };
        let right = if *y == 0 { Some(0) } else { times(b, *y) };
        let term = left.zip(right).and_then(|(left, right)| left.checked_sub(right));
        fits &= term.is_some();
        term.unwrap_or(0)
    });
    into.push(low, high, terms);
    fits.then_some(())
}
