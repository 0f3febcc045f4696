//! From the facts of a case to the values of variables: the way back from a witness.

use crate::{
    diff::Comparing,
    space::{How, Key, diagram::Level, linear::Linear, region::Side},
    value::{Known, Scalar},
};

impl Comparing<'_> {
    /// The value of a dimension; none where it turns on what is not looked into.
    pub(crate) fn value(&self, level: Level, values: &[Option<i128>]) -> Option<i128> {
        let term = Linear { terms: self.cases.term(level).to_vec(), constant: 0 };
        term.value(|var| values.get(var as usize).copied().flatten())
    }

    /// Whether a case lies in a box, as far as that is looked into.
    pub(crate) fn may_lie_in(&self, region: &[Side], values: &[Option<i128>]) -> bool {
        region.iter().all(|side| {
            let value = self.value(side.level, values);
            value.is_none_or(|it| side.intervals.iter().any(|own| own.0 <= it && it <= own.1))
        })
    }

    /// The values of all variables, as far as they are looked into.
    pub(crate) fn values_of(&self, facts: &[Option<&[Known]>]) -> Vec<Option<i128>> {
        let space = &self.cases.space;
        let mut values: Vec<Option<i128>> = vec![None; space.variables.len()];
        for (policy, known) in self.cases.policies.iter().zip(facts) {
            let Some(known) = known else { continue };
            for (vars, known) in policy.facts.iter().zip(*known) {
                let value = |var: u32, scalar: &Scalar| match scalar {
                    Scalar::Boolean(it) => Some(i128::from(*it)),
                    Scalar::Number(it) => Some(*it),
                    Scalar::Choice(it) => policy.choice(var, *it),
                    Scalar::Text(it) => Some(space.texts.get_index_of(it).map_or(-1, |it| it as i128)),
                };
                if let Some(place) = vars.present.and_then(|it| values.get_mut(it as usize)) {
                    *place = Some(i128::from(*known != Known::Absent));
                }
                if let Some(var) = vars.value
                    && let Some(place) = values.get_mut(var as usize)
                {
                    *place = match known {
                        Known::Value(scalar) => value(var, scalar),
                        // Nobody asks for the value of what is not there.
                        _ => place.or(Some(space.range_of(var).0)),
                    };
                }
            }
        }
        self.present(facts, &mut values);
        for var in 0..values.len() {
            let Some((key, _)) = space.variables.get_index(var) else { continue };
            let of = |term: &Linear| term.value(|it| values.get(it as usize).copied().flatten());
            let value = match key {
                Key::Rounded(term, by, how) => of(term).and_then(|it| rounded(it, *by, *how)),
                Key::Product(a, b) => of(a).zip(of(b)).and_then(|(a, b)| a.checked_mul(b)),
                Key::Opaque(..) | Key::Fact(_) | Key::Present(_) => continue,
            };
            if let Some(place) = values.get_mut(var) {
                *place = value;
            }
        }
        values
    }

    /// A fact that one policy requires is there for the other too.
    fn present(&self, facts: &[Option<&[Known]>], values: &mut [Option<i128>]) {
        let space = &self.cases.space;
        for (side, known) in self.sides.iter().zip(facts) {
            let Some(known) = known else { continue };
            for (slot, known) in side.hir.schema.slots.iter().zip(*known) {
                let key = Key::Present(slot.path.clone());
                let place = space.variables.get_index_of(&key).and_then(|it| values.get_mut(it));
                if let Some(place @ None) = place {
                    *place = Some(i128::from(*known != Known::Absent));
                }
            }
        }
    }
}

/// A quotient rounded, by its definition.
fn rounded(value: i128, by: i128, how: How) -> Option<i128> {
    let down = value.checked_div_euclid(by)?;
    let twice = value.checked_rem_euclid(by)?.checked_mul(2)?;
    let up = down.checked_add(1)?;
    Some(match how {
        How::Floor => down,
        _ if twice == 0 => down,
        How::Ceiling => up,
        _ if twice < by => down,
        _ if twice > by => up,
        How::HalfUp => up,
        How::HalfDown => down,
        How::HalfEven => {
            if down % 2 == 0 {
                down
            } else {
                up
            }
        }
    })
}
