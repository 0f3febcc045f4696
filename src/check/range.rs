//! Between which values a number lies, and how wide its parts are: what proves that no operation leaves
//! 126 bits, divides by zero or leaves the calendar.
//!
//! All arithmetic is checked; `None` means that the result could be too wide to be computed exactly.

/// The widest magnitude that a number of a program may have: comparisons and sums of two such still fit.
pub(super) const WIDEST: i128 = 1 << 126;

/// Resolution of the bounds of a ratio.
const MILLION: i128 = 1_000_000;

/// The bounds of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// An integer between two others, both included.
    Whole(i128, i128),
    /// A ratio.
    Ratio(RatioRange),
}

/// The bounds of a ratio and of its two integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RatioRange {
    /// The greatest magnitude of the numerator.
    pub(super) numerator: i128,
    /// The greatest denominator; the least is 1.
    pub(super) denominator: i128,
    /// A lower bound of the value, in millionths.
    pub(super) low: i128,
    /// An upper bound of the value, in millionths.
    pub(super) high: i128,
}

pub(super) fn fits(value: i128) -> Option<i128> {
    (-WIDEST..=WIDEST).contains(&value).then_some(value)
}

fn times(a: i128, b: i128) -> Option<i128> {
    fits(a.checked_mul(b)?)
}

fn plus(a: i128, b: i128) -> Option<i128> {
    fits(a.checked_add(b)?)
}

/// `a / b` rounded toward minus infinity; `b` is positive.
pub(super) fn floor_div(a: i128, b: i128) -> i128 {
    a.div_euclid(b)
}

/// `a / b` rounded toward plus infinity; `b` is positive.
pub(super) fn ceil_div(a: i128, b: i128) -> i128 {
    a.div_euclid(b) + i128::from(a.rem_euclid(b) != 0)
}

impl Range {
    /// The range of a number `count` times as large.
    pub(super) fn scaled(self, count: i128) -> Option<Range> {
        match self {
            Range::Whole(low, high) => {
                let (a, b) = (times(low, count)?, times(high, count)?);
                Some(Range::Whole(a.min(b), a.max(b)))
            }
            Range::Ratio(_) => None,
        }
    }

    pub(super) fn plus(self, other: Range) -> Option<Range> {
        match (self, other) {
            (Range::Whole(a, b), Range::Whole(c, d)) => Some(Range::Whole(plus(a, c)?, plus(b, d)?)),
            (Range::Ratio(a), Range::Ratio(b)) => Some(Range::Ratio(RatioRange {
                numerator: plus(times(a.numerator, b.denominator)?, times(b.numerator, a.denominator)?)?,
                denominator: times(a.denominator, b.denominator)?,
                low: plus(a.low, b.low)?,
                high: plus(a.high, b.high)?,
            })),
            _ => None,
        }
    }

    pub(super) fn negated(self) -> Range {
        match self {
            Range::Whole(low, high) => Range::Whole(-high, -low),
            Range::Ratio(it) => Range::Ratio(RatioRange { low: -it.high, high: -it.low, ..it }),
        }
    }

    pub(super) fn times(self, other: Range) -> Option<Range> {
        match (self, other) {
            (Range::Whole(a, b), Range::Whole(c, d)) => {
                let corners = [times(a, c)?, times(a, d)?, times(b, c)?, times(b, d)?];
                let low = corners.into_iter().min()?;
                Some(Range::Whole(low, corners.into_iter().max()?))
            }
            (Range::Ratio(a), Range::Ratio(b)) => {
                let corner = |x: i128, y: i128| Some((floor_div(times(x, y)?, MILLION), x, y));
                let corners = [
                    corner(a.low, b.low)?,
                    corner(a.low, b.high)?,
                    corner(a.high, b.low)?,
                    corner(a.high, b.high)?,
                ];
                let low = corners.iter().map(|it| it.0).min()?;
                let high = corners.iter().map(|it| it.0).max()?;
                Some(Range::Ratio(RatioRange {
                    numerator: times(a.numerator, b.numerator)?,
                    denominator: times(a.denominator, b.denominator)?,
                    low,
                    high: plus(high, 1)?,
                }))
            }
            _ => None,
        }
    }

    /// The range of a whole number taken as a ratio over `denominator`.
    pub(super) fn over(self, denominator: i128) -> Option<Range> {
        let Range::Whole(low, high) = self else { return Some(self) };
        Some(Range::Ratio(RatioRange {
            numerator: low.abs().max(high.abs()),
            denominator,
            low: floor_div(times(low, MILLION)?, denominator),
            high: ceil_div(times(high, MILLION)?, denominator),
        }))
    }

    /// The range of the ratio of two whole numbers, the second of one sign and never zero.
    pub(super) fn divided(self, by: Range) -> Option<Range> {
        let (Range::Whole(a, b), Range::Whole(c, d)) = (self, by) else { return None };
        let (a, b, c, d) = if d < 0 { (-b, -a, -d, -c) } else { (a, b, c, d) };
        let corners = [(a, c), (a, d), (b, c), (b, d)];
        let mut low = i128::MAX;
        let mut high = i128::MIN;
        for (numerator, denominator) in corners {
            let scaled = times(numerator, MILLION)?;
            low = low.min(floor_div(scaled, denominator));
            high = high.max(ceil_div(scaled, denominator));
        }
        Some(Range::Ratio(RatioRange { numerator: a.abs().max(b.abs()), denominator: d, low, high }))
    }

    /// The range of the quotient of two ratios, the second of one sign and never zero.
    pub(super) fn quotient(self, by: Range) -> Option<Range> {
        let (Range::Ratio(a), Range::Ratio(b)) = (self, by) else { return None };
        // The least magnitude of the divisor is one over its greatest denominator.
        let widest = times(a.low.abs().max(a.high.abs()).max(1), b.denominator)?;
        Some(Range::Ratio(RatioRange {
            numerator: times(a.numerator, b.denominator)?,
            denominator: times(a.denominator, b.numerator)?,
            low: -widest,
            high: widest,
        }))
    }

    /// The smallest range that holds both.
    pub(super) fn hull(self, other: Range) -> Range {
        match (self, other) {
            (Range::Whole(a, b), Range::Whole(c, d)) => Range::Whole(a.min(c), b.max(d)),
            (Range::Ratio(a), Range::Ratio(b)) => Range::Ratio(RatioRange {
                numerator: a.numerator.max(b.numerator),
                denominator: a.denominator.max(b.denominator),
                low: a.low.min(b.low),
                high: a.high.max(b.high),
            }),
            (it, _) => it,
        }
    }

    /// The range of the lesser (or, with `greatest`, the greater) of two.
    pub(super) fn extreme(self, other: Range, greatest: bool) -> Range {
        let pick = |a: i128, b: i128| if greatest { a.max(b) } else { a.min(b) };
        match (self.hull(other), self, other) {
            (_, Range::Whole(a, b), Range::Whole(c, d)) => Range::Whole(pick(a, c), pick(b, d)),
            (Range::Ratio(hull), Range::Ratio(a), Range::Ratio(b)) => {
                Range::Ratio(RatioRange { low: pick(a.low, b.low), high: pick(a.high, b.high), ..hull })
            }
            (hull, _, _) => hull,
        }
    }

    /// Whether two numbers of these ranges can be compared within 126 bits.
    pub(super) fn comparable(self, other: Range) -> bool {
        match (self, other) {
            (Range::Ratio(a), Range::Ratio(b)) => {
                times(a.numerator, b.denominator).is_some() && times(b.numerator, a.denominator).is_some()
            }
            _ => true,
        }
    }

    /// The range of `round(value × numerator / denominator) × step`, whatever the mode.
    pub(super) fn rounded(self, numerator: i128, denominator: i128, step: i128) -> Option<Range> {
        let (low, high) = match self {
            Range::Whole(low, high) => {
                // Half a denominator is added when rounding: leave room for it.
                fits(denominator.checked_mul(2)?)?;
                let (low, high) = (times(low, numerator)?, times(high, numerator)?);
                (floor_div(low, denominator), ceil_div(high, denominator))
            }
            Range::Ratio(it) => {
                times(it.numerator, times(numerator, 2)?)?;
                let divisor = times(denominator, MILLION)?;
                times(times(it.denominator, denominator)?, 2)?;
                (floor_div(times(it.low, numerator)?, divisor), ceil_div(times(it.high, numerator)?, divisor))
            }
        };
        Some(Range::Whole(times(low, step)?, times(high, step)?))
    }
}

#[cfg(test)]
mod tests {
    use super::{Range, ceil_div, floor_div};

    #[test]
    fn division_of_integers_rounds_as_named() {
        assert_eq!((floor_div(-7, 2), ceil_div(-7, 2)), (-4, -3));
        assert_eq!((floor_div(7, 2), ceil_div(7, 2)), (3, 4));
    }

    #[test]
    fn a_product_takes_its_corners() {
        assert_eq!(Range::Whole(-2, 3).times(Range::Whole(-5, 4)), Some(Range::Whole(-15, 12)));
        assert_eq!(Range::Whole(0, 1 << 100).times(Range::Whole(0, 1 << 100)), None);
    }

    #[test]
    fn a_share_of_a_whole_is_bounded() {
        let Some(Range::Ratio(share)) = Range::Whole(0, 10).divided(Range::Whole(1, 4)) else {
            panic!("expected a ratio")
        };
        assert_eq!((share.low, share.high, share.numerator, share.denominator), (0, 10_000_000, 10, 4));
    }
}
