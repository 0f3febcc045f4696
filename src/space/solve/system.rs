//! A system of rows as one table, and what keeps it small: rounds of tidying, and equalities solved away.
//!
//! Every row has a place for every variable, so that rows can be added to one another:
//!
//! ```text
//!   low   high   coefficients …            one row after the other in one list of numbers
//! ```
//!
//! A side that the ranges imply is *open* ([`OPEN_LOW`], [`OPEN_HIGH`]): it takes no part in anything. A variable
//! that is gone keeps its number; its range is one value and no row has it.
//!
//! **Promises** to keep the set of integer points, exactly. Solving an equality changes what some variables stand
//! for; the [`Definition`]s it leaves turn a point of the new system into one of the old.

use crate::space::solve::{
    ROUNDS, Row, Stop,
    interval::{Range, extent, narrow},
    near_zero,
    number::{ceiling, divisor, floor, plus_times, rounded, times},
    spend,
};

/// No low side. A sum of 128 bits is never below it, so as a number it says the same.
pub(super) const OPEN_LOW: i128 = i128::MIN;
/// No high side.
pub(super) const OPEN_HIGH: i128 = i128::MAX;

/// Ranges, one per variable, and rows over them.
#[derive(Clone, Debug)]
pub(super) struct System {
    ranges: Vec<Range>,
    /// The rows, each `low, high, coefficients…`.
    numbers: Vec<i128>,
}

/// What a variable that was solved for is, once the others have values: `constant + terms·values`. The terms may
/// have the variable itself, which then stands for what took its place.
#[derive(Debug)]
pub(super) struct Definition {
    /// Its number.
    variable: usize,
    /// What is added.
    constant: i128,
    /// A coefficient for every variable.
    terms: Vec<i128>,
}

impl Definition {
    /// Nothing is added.
    pub(super) fn new(variable: usize, terms: Vec<i128>) -> Self {
        Self { variable, constant: 0, terms }
    }

    /// Puts the value of the variable into a point that has all others.
    pub(super) fn complete(&self, point: &mut [i128]) -> Result<(), Stop> {
        let value = product(&self.terms, point)?.checked_add(self.constant).ok_or(Stop::Unknown)?;
        *point.get_mut(self.variable).ok_or(Stop::Unknown)? = value;
        Ok(())
    }
}

impl System {
    /// The system of these rows. Its variables are those of `used`, which is sorted and has all that the rows have.
    pub(super) fn new(ranges: &[Range], rows: &[&Row], used: &[usize]) -> Result<Self, Stop> {
        let own: Option<Vec<Range>> = used.iter().map(|variable| ranges.get(*variable).copied()).collect();
        let mut system = Self { ranges: own.ok_or(Stop::Unknown)?, numbers: Vec::new() };
        system.numbers.reserve(rows.len() * system.width());
        for row in rows {
            let start = system.numbers.len();
            system.push(row.low, row.high, std::iter::empty());
            let terms = system.numbers.get_mut(start + 2..).ok_or(Stop::Unknown)?;
            for (variable, coefficient) in &row.terms {
                let place = used.binary_search(variable).ok().and_then(|at| terms.get_mut(at));
                *place.ok_or(Stop::Unknown)? = *coefficient;
            }
        }
        Ok(system)
    }

    /// A system over the same variables without rows.
    pub(super) fn without_rows(&self) -> Self {
        Self { ranges: self.ranges.clone(), numbers: Vec::new() }
    }

    /// The numbers of one row.
    fn width(&self) -> usize {
        self.ranges.len() + 2
    }

    /// The range of each variable.
    pub(super) fn ranges(&self) -> &[Range] {
        &self.ranges
    }

    /// The rows: low, high, and a coefficient for each variable.
    pub(super) fn rows(&self) -> impl Iterator<Item = (i128, i128, &[i128])> + Clone {
        self.numbers.chunks_exact(self.width()).filter_map(|row| match row {
            [low, high, terms @ ..] => Some((*low, *high, terms)),
            _ => None,
        })
    }

    /// Adds a row; coefficients that are not given are 0.
    pub(super) fn push(&mut self, low: i128, high: i128, terms: impl Iterator<Item = i128>) {
        let end = self.numbers.len() + self.width();
        self.numbers.extend([low, high]);
        self.numbers.extend(terms);
        self.numbers.resize(end, 0);
    }

    /// Adds the range of a variable as a row.
    pub(super) fn push_range(&mut self, variable: usize, low: i128, high: i128) {
        self.push(low, high, (0..=variable).map(|it| i128::from(it == variable)));
    }

    /// Gives every variable another range.
    pub(super) fn set_ranges(&mut self, ranges: Vec<Range>) {
        self.ranges = ranges;
    }

    /// Gives a variable another range.
    pub(super) fn set_range(&mut self, variable: usize, range: Range) {
        if let Some(place) = self.ranges.get_mut(variable) {
            *place = range;
        }
    }

    /// The largest coefficient, without its sign.
    pub(super) fn largest(&self) -> u128 {
        self.rows().flat_map(|(_, _, terms)| terms).map(|it| it.unsigned_abs()).max().unwrap_or(0)
    }

    /// Counts a variable from the low end of its range. None where it begins at zero already.
    pub(super) fn recentre(&mut self, variable: usize, fuel: &mut u64) -> Result<Option<Definition>, Stop> {
        let (low, high) = *self.ranges.get(variable).ok_or(Stop::Unknown)?;
        if low == 0 || low >= high {
            return Ok(None);
        }
        let terms = (0..self.ranges.len()).map(|it| i128::from(it == variable)).collect();
        let definition = Definition { variable, constant: low, terms };
        self.substitute(&definition, fuel)?;
        self.set_range(variable, (0, high.checked_sub(low).ok_or(Stop::Unknown)?));
        Ok(Some(definition))
    }

    /// Takes a variable out of the system that no row has any more.
    pub(super) fn retire(&mut self, variable: usize) {
        self.set_range(variable, (0, 0));
    }

    /// The point of the ranges that is nearest to zero, where no row is left.
    pub(super) fn free_point(&self) -> Option<Vec<i128>> {
        self.numbers.is_empty().then(|| near_zero(&self.ranges))
    }

    /// Narrows the ranges, divides rows by what their coefficients have in common, and drops what says nothing
    /// more, in rounds.
    pub(super) fn tidy(&mut self, fuel: &mut u64) -> Result<(), Stop> {
        for _ in 0..ROUNDS {
            if !self.tidy_once(fuel)? {
                break;
            }
        }
        self.merge()
    }

    /// One round; whether a range is narrower.
    fn tidy_once(&mut self, fuel: &mut u64) -> Result<bool, Stop> {
        let width = self.width();
        let mut moved = false;
        let mut kept = 0;
        let mut numbers = std::mem::take(&mut self.numbers);
        for start in (0..numbers.len()).step_by(width) {
            spend(fuel)?;
            let Some([low, high, terms @ ..]) = numbers.get_mut(start..start + width) else { continue };
            fold(&self.ranges, low, high, terms)?;
            divide(low, high, terms)?;
            let effect = narrow(&mut self.ranges, given(terms), *low, *high)?;
            moved |= effect.moved;
            // A row of one variable has said all in the range.
            if effect.implied() || given(terms).count() < 2 {
                continue;
            }
            if effect.low_implied {
                *low = OPEN_LOW;
            }
            if effect.high_implied {
                *high = OPEN_HIGH;
            }
            numbers.copy_within(start..start + width, kept);
            kept += width;
        }
        numbers.truncate(kept);
        self.numbers = numbers;
        Ok(moved)
    }

    /// Makes one row of those with the same coefficients.
    fn merge(&mut self) -> Result<(), Stop> {
        if self.numbers.len() <= self.width() {
            return Ok(());
        }
        let mut rows: Vec<(i128, i128, &[i128])> = self.rows().collect();
        rows.sort_unstable_by(|a, b| a.2.cmp(b.2));
        if !rows.iter().zip(rows.iter().skip(1)).any(|(a, b)| a.2 == b.2) {
            return Ok(());
        }
        let mut merged = self.without_rows();
        for same in rows.chunk_by(|a, b| a.2 == b.2) {
            let Some((_, _, terms)) = same.first() else { continue };
            let low = same.iter().map(|it| it.0).fold(OPEN_LOW, i128::max);
            let high = same.iter().map(|it| it.1).fold(OPEN_HIGH, i128::min);
            if low > high {
                return Err(Stop::Empty);
            }
            merged.push(low, high, terms.iter().copied());
        }
        *self = merged;
        Ok(())
    }

    /// Solves one equality for a variable, if there is one: whether there was.
    pub(super) fn solve_equality(
        &mut self,
        trail: &mut Vec<Definition>,
        fuel: &mut u64,
    ) -> Result<bool, Stop> {
        let width = self.width();
        let equalities = self.rows().enumerate().filter(|(_, (low, high, _))| low == high);
        let easiest = equalities.min_by_key(|(_, (_, _, terms))| {
            given(terms).map(|(_, coefficient)| coefficient.unsigned_abs()).min()
        });
        let Some((index, (constant, _, terms))) = easiest else { return Ok(false) };
        let mut equation = terms.to_vec();
        self.numbers.drain(index * width..(index + 1) * width);
        let mut changed = vec![false; equation.len()];
        loop {
            spend(fuel)?;
            let pivot = given(&equation).min_by_key(|(_, coefficient)| coefficient.unsigned_abs());
            let Some((variable, pivot)) = pivot else { return Err(Stop::Unknown) };
            let terms = if pivot == 1 || pivot == -1 {
                solved(&equation, variable, pivot)?
            } else if given(&equation).nth(1).is_none() {
                // One variable is left: an ordinary row.
                self.push(constant, constant, equation.into_iter());
                return Ok(true);
            } else {
                reduce(&mut equation, variable, pivot)?
            };
            let done = pivot.unsigned_abs() == 1;
            let constant = if done { times(pivot, constant).ok_or(Stop::Unknown)? } else { 0 };
            let first = changed.get_mut(variable).is_some_and(|it| !std::mem::replace(it, true));
            let definition = Definition { variable, constant, terms };
            self.define(&definition, first, done, fuel)?;
            trail.push(definition);
            if done {
                return Ok(true);
            }
        }
    }

    /// Puts a definition into all rows.
    pub(super) fn substitute(&mut self, definition: &Definition, fuel: &mut u64) -> Result<(), Stop> {
        let Definition { variable, constant, terms } = definition;
        let width = self.width();
        for row in self.numbers.chunks_exact_mut(width) {
            spend(fuel)?;
            let [low, high, coefficients @ ..] = row else { continue };
            let Some(place) = coefficients.get_mut(*variable) else { continue };
            let factor = std::mem::replace(place, 0);
            if factor == 0 {
                continue;
            }
            let by = times(factor, *constant).ok_or(Stop::Unknown)?;
            shift(low, high, by)?;
            for (coefficient, term) in coefficients.iter_mut().zip(terms) {
                *coefficient = plus_times(*coefficient, factor, *term).ok_or(Stop::Unknown)?;
            }
        }
        Ok(())
    }

    /// Solves with a definition: rows and ranges. The range of a variable becomes a row the `first` time that something
    /// else takes its place; later ones follow from the rows. A variable that is `done` has nothing in its place.
    fn define(
        &mut self,
        definition: &Definition,
        first: bool,
        done: bool,
        fuel: &mut u64,
    ) -> Result<(), Stop> {
        self.substitute(definition, fuel)?;
        let Definition { variable, constant, terms } = definition;
        let (low, high) = *self.ranges.get(*variable).ok_or(Stop::Unknown)?;
        if first {
            let side = |it: i128| it.checked_sub(*constant).ok_or(Stop::Unknown);
            self.push(side(low)?, side(high)?, terms.iter().copied());
        }
        // What takes its place is the variable itself without the other terms.
        let others = given(terms).filter(|(other, _)| other != variable);
        let (least, most) = if done { (low, high) } else { extent(&self.ranges, others)? };
        let range = self.ranges.get_mut(*variable).ok_or(Stop::Unknown)?;
        let side = |it: i128, by: i128| it.checked_sub(by).ok_or(Stop::Unknown);
        *range = if done { (0, 0) } else { (side(low, most)?, side(high, least)?) };
        Ok(())
    }
}

/// The coefficients that are not 0, each with its variable.
pub(super) fn given(terms: &[i128]) -> impl Iterator<Item = (usize, i128)> + Clone {
    terms.iter().copied().enumerate().filter(|(_, coefficient)| *coefficient != 0)
}

/// The sum of the products.
pub(super) fn product(terms: &[i128], values: &[i128]) -> Result<i128, Stop> {
    let mut pairs = terms.iter().zip(values);
    pairs.try_fold(0, |sum, (term, value)| plus_times(sum, *term, *value)).ok_or(Stop::Unknown)
}

/// Solves `equation = constant` for the variable whose coefficient is 1 or -1: the terms of what it is.
fn solved(equation: &[i128], variable: usize, pivot: i128) -> Result<Vec<i128>, Stop> {
    let terms = equation.iter().enumerate().map(|(other, coefficient)| {
        let factor = if other == variable { 0 } else { *coefficient };
        times(factor, pivot).and_then(i128::checked_neg).ok_or(Stop::Unknown)
    });
    terms.collect()
}

/// A step of Euclid's algorithm: takes `q·pivot` from every other coefficient of the equation, which leaves at
/// most half of the pivot. The terms are what the variable is in place of itself: `variable - Σ q·other`.
fn reduce(equation: &mut [i128], variable: usize, pivot: i128) -> Result<Vec<i128>, Stop> {
    let mut terms = Vec::with_capacity(equation.len());
    for (other, coefficient) in equation.iter_mut().enumerate() {
        if other == variable {
            terms.push(1);
            continue;
        }
        let quotient = rounded(*coefficient, pivot).ok_or(Stop::Unknown)?;
        let term = quotient.checked_neg().ok_or(Stop::Unknown)?;
        *coefficient = plus_times(*coefficient, term, pivot).ok_or(Stop::Unknown)?;
        terms.push(term);
    }
    Ok(terms)
}

/// Moves both sides of a row down by `by`. Open sides stay.
fn shift(low: &mut i128, high: &mut i128, by: i128) -> Result<(), Stop> {
    if *low != OPEN_LOW {
        *low = low.checked_sub(by).ok_or(Stop::Unknown)?;
    }
    if *high != OPEN_HIGH {
        *high = high.checked_sub(by).ok_or(Stop::Unknown)?;
    }
    Ok(())
}

/// Moves the variables that have one value into the sides of the row.
fn fold(ranges: &[Range], low: &mut i128, high: &mut i128, terms: &mut [i128]) -> Result<(), Stop> {
    for (coefficient, (start, end)) in terms.iter_mut().zip(ranges) {
        if start == end && *coefficient != 0 {
            let by = times(*coefficient, *start).ok_or(Stop::Unknown)?;
            shift(low, high, by)?;
            *coefficient = 0;
        }
    }
    Ok(())
}

/// Divides a row by the greatest divisor of its coefficients, the sides rounded inwards, and turns it so that its
/// first coefficient is positive.
fn divide(low: &mut i128, high: &mut i128, terms: &mut [i128]) -> Result<(), Stop> {
    let Some((_, first)) = given(terms).next() else { return Ok(()) };
    let mut common = 0_u128;
    for (_, coefficient) in given(terms) {
        common = divisor(common, coefficient.unsigned_abs());
        if common == 1 {
            break;
        }
    }
    if common > 1 {
        let common = i128::try_from(common).map_err(|_| Stop::Unknown)?;
        if *low != OPEN_LOW {
            *low = ceiling(*low, common).ok_or(Stop::Unknown)?;
        }
        if *high != OPEN_HIGH {
            *high = floor(*high, common).ok_or(Stop::Unknown)?;
        }
        for coefficient in terms.iter_mut() {
            *coefficient = floor(*coefficient, common).ok_or(Stop::Unknown)?;
        }
    }
    if first < 0 { turn(low, high, terms) } else { Ok(()) }
}

/// Multiplies a row by -1.
pub(super) fn turn(low: &mut i128, high: &mut i128, terms: &mut [i128]) -> Result<(), Stop> {
    (*low, *high) = (opposite(*high)?, opposite(*low)?);
    for coefficient in terms.iter_mut().filter(|it| **it != 0) {
        *coefficient = coefficient.checked_neg().ok_or(Stop::Unknown)?;
    }
    Ok(())
}

/// The side of a row times -1; an open side is the open side across.
fn opposite(side: i128) -> Result<i128, Stop> {
    match side {
        OPEN_LOW => Ok(OPEN_HIGH),
        OPEN_HIGH => Ok(OPEN_LOW),
        side => side.checked_neg().ok_or(Stop::Unknown),
    }
}
