//! Arithmetic on what is known: exact, checked, and silent where nothing is observed.
//!
//! The checker has proved that an observed operation neither overflows nor divides by zero, so none of these
//! gives an answer's reader less than the exact value. Outside its guard an operation may have no value, and
//! then it is [`None`]: never a panic, a wrap or a rounding.
//!
//! A ratio is not reduced as long as it fits, because a greatest common divisor costs more than the operation.

use std::cmp::Ordering;

use crate::{
    eval::slot::Slot,
    hir::{Extreme, Rounding},
    ir::RoundTo,
    value::date,
};

/// A numerator and a positive denominator.
type Ratio = (i128, i128);

/// `a + b`, or `a - b`.
pub(super) fn add(a: &Slot, b: &Slot, minus: bool) -> Option<Slot> {
    match (a, b) {
        (Slot::Integer(a), Slot::Integer(b)) => {
            if minus { a.checked_sub(*b) } else { a.checked_add(*b) }.map(Slot::Integer)
        }
        _ => on_ratios(a, b, |(a, b), (c, d)| {
            let (left, right) = (a.checked_mul(d)?, c.checked_mul(b)?);
            let sum = if minus { left.checked_sub(right)? } else { left.checked_add(right)? };
            Some((sum, b.checked_mul(d)?))
        }),
    }
}

/// `-a`.
pub(super) fn negated(a: &Slot) -> Option<Slot> {
    match a {
        Slot::Integer(a) => a.checked_neg().map(Slot::Integer),
        Slot::Ratio(a, b) => a.checked_neg().map(|a| Slot::Ratio(a, *b)),
        _ => None,
    }
}

/// `a × b`.
pub(super) fn product(a: &Slot, b: &Slot) -> Option<Slot> {
    match (a, b) {
        (Slot::Integer(a), Slot::Integer(b)) => a.checked_mul(*b).map(Slot::Integer),
        _ => on_ratios(a, b, |(a, b), (c, d)| Some((a.checked_mul(c)?, b.checked_mul(d)?))),
    }
}

/// `a / b` of two integers.
pub(super) fn ratio(a: &Slot, b: &Slot) -> Option<Slot> {
    match (a, b) {
        (Slot::Integer(a), Slot::Integer(b)) => positive(*a, *b),
        _ => None,
    }
}

/// `a / b` of two ratios.
pub(super) fn quotient(a: &Slot, b: &Slot) -> Option<Slot> {
    let divided = on_ratios(a, b, |(a, b), (c, d)| Some((a.checked_mul(d)?, b.checked_mul(c)?)))?;
    match divided {
        Slot::Ratio(a, b) => positive(a, b),
        _ => None,
    }
}

/// The ratio with its sign on top; none where the denominator is zero.
fn positive(a: i128, b: i128) -> Option<Slot> {
    match b.cmp(&0) {
        Ordering::Greater => Some(Slot::Ratio(a, b)),
        Ordering::Less => Some(Slot::Ratio(a.checked_neg()?, b.checked_neg()?)),
        Ordering::Equal => None,
    }
}

/// Combines two ratios; where that overflows, once more with both reduced.
fn on_ratios(a: &Slot, b: &Slot, combine: impl Fn(Ratio, Ratio) -> Option<Ratio>) -> Option<Slot> {
    let (a, b) = (as_ratio(a)?, as_ratio(b)?);
    let combined = combine(a, b).or_else(|| combine(reduced(a), reduced(b)))?;
    Some(Slot::Ratio(combined.0, combined.1))
}

fn as_ratio(slot: &Slot) -> Option<Ratio> {
    match slot {
        Slot::Ratio(a, b) => Some((*a, *b)),
        Slot::Integer(a) => Some((*a, 1)),
        _ => None,
    }
}

fn reduced((a, b): Ratio) -> Ratio {
    let (mut greater, mut lesser) = (a.unsigned_abs(), b.unsigned_abs());
    while lesser != 0 {
        (greater, lesser) = (lesser, greater % lesser);
    }
    match i128::try_from(greater) {
        Ok(divisor) if divisor > 0 => (a / divisor, b / divisor),
        _ => (a, b),
    }
}

/// Which of two values of one type is greater.
pub(super) fn order(a: &Slot, b: &Slot) -> Option<Ordering> {
    match (a, b) {
        (Slot::Integer(a), Slot::Integer(b)) => Some(a.cmp(b)),
        (Slot::Ratio(..) | Slot::Integer(_), Slot::Ratio(..) | Slot::Integer(_)) => {
            let ((a, b), (c, d)) = (as_ratio(a)?, as_ratio(b)?);
            match (a.checked_mul(d), c.checked_mul(b)) {
                (Some(left), Some(right)) => Some(left.cmp(&right)),
                _ => {
                    let ((a, b), (c, d)) = (reduced((a, b)), reduced((c, d)));
                    Some(a.checked_mul(d)?.cmp(&c.checked_mul(b)?))
                }
            }
        }
        (Slot::Boolean(a), Slot::Boolean(b)) => Some(a.cmp(b)),
        (Slot::Choice(a), Slot::Choice(b)) => Some(a.cmp(b)),
        (Slot::Text(a), Slot::Text(b)) => Some(a.cmp(b)),
        (Slot::Items(a), Slot::Items(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// The least or greatest of values of one type.
pub(super) fn extremum<'s>(extreme: Extreme, values: impl IntoIterator<Item = &'s Slot>) -> Option<Slot> {
    let wanted = match extreme {
        Extreme::Least => Ordering::Less,
        Extreme::Greatest => Ordering::Greater,
    };
    let mut values = values.into_iter();
    let mut best = values.next()?;
    for value in values {
        if order(value, best)? == wanted {
            best = value;
        }
    }
    Some(best.clone())
}

/// `round(value × numerator / denominator) × step`.
pub(super) fn round(value: &Slot, to: &RoundTo) -> Option<Slot> {
    let exact = |(a, b): Ratio| Some((a.checked_mul(to.numerator)?, b.checked_mul(to.denominator)?));
    let value = as_ratio(value)?;
    let (a, b) = exact(value).or_else(|| {
        let (numerator, denominator) = reduced((to.numerator, to.denominator));
        let (a, b) = reduced(value);
        Some((a.checked_mul(numerator)?, b.checked_mul(denominator)?))
    })?;
    rounded(a, b, to.mode)?.checked_mul(to.step).map(Slot::Integer)
}

/// The same of a whole number.
pub(crate) fn round_integer(value: i128, to: &RoundTo) -> Option<i128> {
    let exact = value.checked_mul(to.numerator)?;
    rounded(exact, to.denominator, to.mode)?.checked_mul(to.step)
}

/// `a / b` as a whole number; `b` is positive.
fn rounded(a: i128, b: i128, mode: Rounding) -> Option<i128> {
    let (whole, rest) = match (i64::try_from(a), i64::try_from(b)) {
        // Nearly all amounts; a division of 128 bits costs ten times as much.
        (Ok(a), Ok(b)) => (a.checked_div(b)?.into(), a.checked_rem(b)?.unsigned_abs().into()),
        _ => (a.checked_div(b)?, a.checked_rem(b)?.unsigned_abs()),
    };
    let left = b.unsigned_abs() - rest;
    let away = match mode {
        Rounding::Down => false,
        Rounding::Up => rest > 0,
        Rounding::HalfUp => rest >= left,
        Rounding::HalfEven => rest > left || rest == left && whole % 2 != 0,
    };
    match away {
        true => whole.checked_add(if a < 0 { -1 } else { 1 }),
        false => Some(whole),
    }
}

/// Whether an amount in one of `count` currencies is in the one at `place`.
pub(super) fn is_in_currency(value: &Slot, place: u32, count: u32) -> Option<Slot> {
    match value {
        Slot::Integer(value) => {
            let own = value.checked_rem_euclid(i128::from(count))?;
            Some(Slot::Boolean(own == i128::from(place)))
        }
        _ => None,
    }
}

/// How many whole times `by` goes into the value, toward minus infinity.
pub(super) fn whole_times(value: &Slot, by: &Slot) -> Option<Slot> {
    match (value, by) {
        (Slot::Integer(value), Slot::Integer(by)) => value.checked_div_euclid(*by).map(Slot::Integer),
        _ => None,
    }
}

/// A date so many months later, on the last day of its month where the day does not exist.
pub(super) fn add_months(day: &Slot, months: &Slot) -> Option<Slot> {
    match (day, months) {
        (Slot::Integer(day), Slot::Integer(months)) => date::add_months(*day, *months).map(Slot::Integer),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roundings() {
        let all = |a, b| {
            [Rounding::HalfUp, Rounding::HalfEven, Rounding::Up, Rounding::Down]
                .map(|it| rounded(a, b, it).unwrap())
        };
        assert_eq!(all(5, 2), [3, 2, 3, 2]);
        assert_eq!(all(7, 2), [4, 4, 4, 3]);
        assert_eq!(all(-5, 2), [-3, -2, -3, -2]);
        assert_eq!(all(-1, 3), [0, 0, -1, 0]);
        assert_eq!(all(4, 2), [2, 2, 2, 2]);
        assert_eq!(rounded(1, 0, Rounding::Up), None);
    }

    #[test]
    fn roundings_agree_with_their_definition() {
        for a in -60_i128..=60 {
            for b in 1..=12 {
                let near = |mode| rounded(a, b, mode).unwrap();
                let distance = |whole: i128| (whole * b - a).abs();
                for mode in [Rounding::HalfUp, Rounding::HalfEven] {
                    assert!(2 * distance(near(mode)) <= b);
                }
                assert!(near(Rounding::Down).abs() * b <= a.abs());
                assert!(near(Rounding::Up).abs() * b >= a.abs());
                if 2 * distance(near(Rounding::HalfEven)) == b {
                    assert_eq!(near(Rounding::HalfEven) % 2, 0);
                    assert!(near(Rounding::HalfUp).abs() * b > a.abs());
                }
            }
        }
    }

    #[test]
    fn ratios() {
        let half = Slot::Ratio(1, 2);
        assert_eq!(order(&half, &Slot::Ratio(2, 4)), Some(Ordering::Equal));
        assert_eq!(ratio(&Slot::Integer(3), &Slot::Integer(-6)), Some(Slot::Ratio(-3, 6)));
        assert_eq!(ratio(&Slot::Integer(3), &Slot::Integer(0)), None);
        assert_eq!(quotient(&half, &Slot::Ratio(-1, 3)), Some(Slot::Ratio(-3, 2)));
        assert_eq!(add(&half, &Slot::Ratio(1, 3), true), Some(Slot::Ratio(1, 6)));
        let wide = Slot::Ratio(i128::MAX - 1, i128::MAX - 1);
        assert_eq!(add(&wide, &wide, false), Some(Slot::Ratio(2, 1)));
        assert_eq!(order(&wide, &half), Some(Ordering::Greater));
        assert_eq!(product(&Slot::Integer(i128::MAX), &Slot::Integer(2)), None);
        assert_eq!(negated(&Slot::Integer(i128::MIN)), None);
    }
}
