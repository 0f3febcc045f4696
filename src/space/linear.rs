//! Linear expressions over integer variables, in checked 128-bit arithmetic.

use std::collections::BTreeMap;

use crate::value::gcd;

/// The index of a variable of a space.
pub(crate) type Var = u32;

/// `constant + Σ coefficient × variable`; variables sorted, no coefficient is 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Linear {
    /// The variables with their coefficients.
    pub terms: Vec<(Var, i128)>,
    /// What is added.
    pub constant: i128,
}

impl Linear {
    /// A number.
    pub(crate) fn constant(constant: i128) -> Self {
        Linear { terms: Vec::new(), constant }
    }

    /// A variable.
    pub(crate) fn variable(var: Var) -> Self {
        Linear { terms: vec![(var, 1)], constant: 0 }
    }

    /// The number, where it has no variables.
    pub(crate) fn as_constant(&self) -> Option<i128> {
        self.terms.is_empty().then_some(self.constant)
    }

    /// So many times this; none where that leaves 128 bits.
    pub(crate) fn times(&self, factor: i128) -> Option<Linear> {
        if factor == 0 {
            return Some(Linear::default());
        }
        let scaled = |(var, by): &(Var, i128)| Some((*var, by.checked_mul(factor)?));
        Some(Linear {
            terms: self.terms.iter().map(scaled).collect::<Option<_>>()?,
            constant: self.constant.checked_mul(factor)?,
        })
    }

    /// The sum; none where that leaves 128 bits.
    pub(crate) fn plus(&self, other: &Linear) -> Option<Linear> {
        let mut sum: BTreeMap<Var, i128> = self.terms.iter().copied().collect();
        for (var, by) in &other.terms {
            let own = sum.entry(*var).or_insert(0);
            *own = own.checked_add(*by)?;
        }
        let terms = sum.into_iter().filter(|it| it.1 != 0).collect();
        Some(Linear { terms, constant: self.constant.checked_add(other.constant)? })
    }

    /// The difference; none where that leaves 128 bits.
    pub(crate) fn minus(&self, other: &Linear) -> Option<Linear> {
        self.plus(&other.times(-1)?)
    }

    /// The least and the greatest value within the variables' ranges; none where that leaves 128 bits.
    pub(crate) fn range(&self, range: impl Fn(Var) -> (i128, i128)) -> Option<(i128, i128)> {
        let mut ends = (self.constant, self.constant);
        for (var, by) in &self.terms {
            let (low, high) = range(*var);
            let (low, high) = if *by > 0 { (low, high) } else { (high, low) };
            ends.0 = ends.0.checked_add(by.checked_mul(low)?)?;
            ends.1 = ends.1.checked_add(by.checked_mul(high)?)?;
        }
        Some(ends)
    }

    /// The value where each variable has one; none where one has none or that leaves 128 bits.
    pub(crate) fn value(&self, value: impl Fn(Var) -> Option<i128>) -> Option<i128> {
        self.terms
            .iter()
            .try_fold(self.constant, |sum, (var, by)| sum.checked_add(by.checked_mul(value(*var)?)?))
    }

    /// Without the constant, divided by the greatest common divisor of the coefficients, the first of them
    /// positive; and the divisor, negative where signs were turned. None for a number.
    pub(crate) fn normalised(&self) -> Option<(Vec<(Var, i128)>, i128)> {
        let divisor = self.terms.iter().fold(0, |divisor, it| gcd(divisor, it.1));
        let divisor = if self.terms.first()?.1 < 0 { -divisor } else { divisor };
        let divided = |(var, by): &(Var, i128)| Some((*var, by.checked_div(divisor)?));
        Some((self.terms.iter().map(divided).collect::<Option<_>>()?, divisor))
    }
}

/// `a / b` toward minus infinity; `b` is not zero.
pub(crate) fn floor(a: i128, b: i128) -> i128 {
    if b < 0 {
        return floor(a.saturating_neg(), b.saturating_neg());
    }
    a.checked_div_euclid(b).unwrap_or(a)
}

/// `a / b` toward plus infinity; `b` is not zero.
pub(crate) fn ceiling(a: i128, b: i128) -> i128 {
    floor(a.saturating_neg(), b).saturating_neg()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic() {
        let x = Linear::variable(0);
        let y = Linear::variable(1);
        let it = x.times(6).unwrap().minus(&y.times(4).unwrap()).unwrap().plus(&Linear::constant(5)).unwrap();
        assert_eq!(it.terms, [(0, 6), (1, -4)]);
        assert_eq!(it.normalised(), Some((vec![(0, 3), (1, -2)], 2)));
        assert_eq!(it.times(-1).unwrap().normalised(), Some((vec![(0, 3), (1, -2)], -2)));
        assert_eq!(it.range(|_| (-1, 10)), Some((-41, 69)));
        assert_eq!(it.value(|var| Some(i128::from(var) + 1)), Some(3));
        assert_eq!(x.minus(&x).unwrap().as_constant(), Some(0));
        assert_eq!(Linear::constant(i128::MAX).plus(&Linear::constant(1)), None);
        assert_eq!([floor(-7, 2), floor(7, -2), ceiling(-7, 2), ceiling(7, 2)], [-4, -4, -3, 4]);
    }
}
