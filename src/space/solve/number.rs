//! Exact arithmetic of 128 bits: a number that does not fit is none.
//!
//! Almost all numbers of a policy fit 64 bits, for which a machine multiplies and divides many times faster. Those
//! ways are taken apart here, so that nothing else has to think of it.

/// `a · b`.
#[inline]
pub(super) fn times(a: i128, b: i128) -> Option<i128> {
    match (i64::try_from(a), i64::try_from(b)) {
        // The product of two numbers of 64 bits has at most 127.
        (Ok(a), Ok(b)) => Some(i128::from(a) * i128::from(b)),
        _ => a.checked_mul(b),
    }
}

/// `start + a · b`.
#[inline]
pub(super) fn plus_times(start: i128, a: i128, b: i128) -> Option<i128> {
    times(a, b)?.checked_add(start)
}

/// `a / b` rounded down, for a positive `b`.
#[inline]
pub(super) fn floor(a: i128, b: i128) -> Option<i128> {
    match (i64::try_from(a), i64::try_from(b)) {
        (Ok(a), Ok(b)) => a.checked_div_euclid(b).map(i128::from),
        _ => a.checked_div_euclid(b),
    }
}

/// `a / b` rounded up, for a positive `b`.
#[inline]
pub(super) fn ceiling(a: i128, b: i128) -> Option<i128> {
    let floor = floor(a, b)?;
    if times(floor, b)? == a { Some(floor) } else { floor.checked_add(1) }
}

/// The integer nearest to `a / b`.
pub(super) fn rounded(a: i128, b: i128) -> Option<i128> {
    let quotient = a.checked_div(b)?;
    let rest = a.checked_rem(b)?;
    let up = rest.unsigned_abs() > b.unsigned_abs() / 2;
    let away = if (a < 0) == (b < 0) { 1 } else { -1 };
    if up { quotient.checked_add(away) } else { Some(quotient) }
}

/// The greatest common divisor; of 0 and a number it is the number.
pub(super) fn divisor(a: u128, b: u128) -> u128 {
    if let (Ok(a), Ok(b)) = (u64::try_from(a), u64::try_from(b)) {
        let (mut a, mut b) = (a, b);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        return u128::from(a);
    }
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
