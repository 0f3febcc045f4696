//! Comparisons in the normal form.

use crate::{
    hir::Order,
    ir::NodeId,
    space::{
        Space,
        formula::{FALSE, Formula, TRUE},
        linear::{Linear, Var},
        normal::{
            Form, Normal, Piece, Truth,
            number::{floored, times_linear},
        },
    },
    value::Scalar,
};

impl Normal<'_> {
    pub(super) fn compare(
        &self,
        space: &mut Space,
        node: NodeId,
        order: Order,
        a: NodeId,
        b: NodeId,
    ) -> Truth {
        if let (Some(Form::Condition(a, _)), Some(Form::Condition(b, _))) = (self.form_of(a), self.form_of(b))
        {
            return compare_conditions(space, order, *a, *b);
        }
        let (a, b) = (self.pieces(a), self.pieces(b));
        let mut yes = Vec::new();
        for (when, one) in &a.all {
            for (and_when, other) in &b.all {
                let Some(holds) = self.ordered(space, order, one, other) else {
                    return self.unseen_condition(space, node, &format!("{order:?}"), &[&a, &b]);
                };
                yes.push(space.formulas.and([*when, *and_when, holds]));
            }
        }
        let error = space.formulas.or([a.error, b.error]);
        let sound = space.formulas.not(error);
        let yes = space.formulas.or(yes);
        Truth { yes: space.formulas.and([yes, sound]), error }
    }

    /// When a comparison holds of two pieces; none where that is not linear.
    pub(super) fn ordered(&self, space: &mut Space, order: Order, a: &Piece, b: &Piece) -> Option<Formula> {
        match (a, b) {
            (Piece::Number(a, d), Piece::Number(b, e)) => {
                let difference = a.times(*e)?.minus(&b.times(*d)?)?;
                against_zero(space, order, &difference)
            }
            (Piece::Ratio(a, d), Piece::Number(b, e)) => {
                let difference = a.times(*e)?.minus(&times_linear(d, b)?)?;
                over(space, order, &difference, d)
            }
            (Piece::Number(b, e), Piece::Ratio(a, d)) => {
                let difference = times_linear(d, b)?.minus(&a.times(*e)?)?;
                over(space, order, &difference, d)
            }
            (Piece::Ratio(a, d), Piece::Ratio(b, e)) if d == e => over(space, order, &a.minus(b)?, d),
            (Piece::Choice(a), Piece::Choice(b)) => Some(if order.holds(a.cmp(b)) { TRUE } else { FALSE }),
            (Piece::Text(a), Piece::Text(b)) => Some(if order.holds(a.cmp(b)) { TRUE } else { FALSE }),
            (Piece::Variable(var), Piece::Choice(index)) => self.choices_that(space, order, *var, *index),
            (Piece::Choice(index), Piece::Variable(var)) => {
                self.choices_that(space, order.turned(), *var, *index)
            }
            (Piece::Variable(var), Piece::Text(text)) | (Piece::Text(text), Piece::Variable(var)) => {
                let value = space.text(text);
                let is = space.one_of(*var, vec![(value, value)]);
                match order {
                    Order::Equal => Some(is),
                    Order::Different => Some(space.formulas.not(is)),
                    _ => None,
                }
            }
            (Piece::Variable(a), Piece::Variable(b)) => self.two_facts(space, order, *a, *b),
            _ => None,
        }
    }

    /// The values of an enumeration that compare so with one of them.
    fn choices_that(&self, space: &mut Space, order: Order, var: Var, index: u32) -> Option<Formula> {
        if order == Order::Equal {
            let value = self.choice(var, index)?;
            return Some(space.one_of(var, vec![(value, value)]));
        }
        let count = self.choices.get(&var).map_or(7, Vec::len) as u32;
        let holds = (0..count).filter(|it| order.holds(it.cmp(&index)));
        let mut values: Vec<i128> = holds.map(|it| self.choice(var, it)).collect::<Option<_>>()?;
        values.sort_unstable();
        Some(space.one_of(var, values.into_iter().map(|it| (it, it)).collect()))
    }

    /// Two facts of one enumeration whose numbers are in its order.
    fn two_facts(&self, space: &mut Space, order: Order, a: Var, b: Var) -> Option<Formula> {
        let (one, other) = (self.choices.get(&a)?, self.choices.get(&b)?);
        if one != other || !one.is_sorted() {
            return None;
        }
        let difference = Linear::variable(a).minus(&Linear::variable(b))?;
        against_zero(space, order, &difference)
    }

    pub(super) fn one_of(&self, space: &mut Space, node: NodeId, value: NodeId, constants: &[u32]) -> Truth {
        let scalars: Vec<&Scalar> =
            constants.iter().filter_map(|it| self.program.constants.get(*it as usize)).collect();
        if let Some(Form::Condition(truth, _)) = self.form_of(value) {
            let is = |wanted| scalars.contains(&&Scalar::Boolean(wanted));
            let either = space.formulas.or([truth.yes, truth.error]);
            let no = space.formulas.not(either);
            let parts = [if is(true) { truth.yes } else { FALSE }, if is(false) { no } else { FALSE }];
            return Truth { yes: space.formulas.or(parts), error: truth.error };
        }
        let pieces = self.pieces(value);
        let mut yes = Vec::new();
        for (when, piece) in &pieces.all {
            let Some(is) = self.is_one(space, piece, &scalars) else {
                return self.unseen_condition(space, node, &format!("one of {scalars:?}"), &[&pieces]);
            };
            yes.push(space.formulas.and([*when, is]));
        }
        let yes = space.formulas.or(yes);
        let sound = space.formulas.not(pieces.error);
        Truth { yes: space.formulas.and([yes, sound]), error: pieces.error }
    }

    fn is_one(&self, space: &mut Space, piece: &Piece, scalars: &[&Scalar]) -> Option<Formula> {
        let mut values: Vec<i128> = Vec::with_capacity(scalars.len());
        let mut parts = Vec::new();
        for scalar in scalars {
            match (piece, scalar) {
                (Piece::Variable(var), Scalar::Choice(index)) => values.push(self.choice(*var, *index)?),
                (Piece::Variable(_), Scalar::Text(text)) => values.push(space.text(text)),
                (Piece::Number(term, by), Scalar::Number(value)) => {
                    let difference = term.minus(&Linear::constant(value.checked_mul(*by)?))?;
                    parts.push(space.is_zero(&difference)?);
                }
                (Piece::Choice(own), Scalar::Choice(index)) => {
                    parts.push(if own == index { TRUE } else { FALSE })
                }
                (Piece::Text(own), Scalar::Text(text)) => parts.push(if own == text { TRUE } else { FALSE }),
                _ => return None,
            }
        }
        if let Piece::Variable(var) = piece {
            values.sort_unstable();
            parts.push(space.one_of(*var, values.into_iter().map(|it| (it, it)).collect()));
        }
        Some(space.formulas.or(parts))
    }

    pub(super) fn in_currency(
        &self,
        space: &mut Space,
        node: NodeId,
        value: NodeId,
        place: u32,
        count: u32,
    ) -> Form {
        let (place, count) = (i128::from(place), i128::from(count));
        let pieces = self.pieces(value);
        let mut yes = Vec::new();
        for (when, piece) in &pieces.all {
            let is = match (piece, floored(space, piece, count)) {
                (Piece::Number(term, 1), Some(Piece::Number(whole, 1))) => {
                    let rest = whole.times(count).and_then(|it| term.minus(&it));
                    rest.and_then(|it| space.between(&it, Some(place), Some(place)))
                }
                _ => None,
            };
            let Some(is) = is else {
                return Form::condition(self.unseen_condition(
                    space,
                    node,
                    &format!("in {place}"),
                    &[&pieces],
                ));
            };
            yes.push(space.formulas.and([*when, is]));
        }
        let yes = space.formulas.or(yes);
        let sound = space.formulas.not(pieces.error);
        Form::condition(Truth { yes: space.formulas.and([yes, sound]), error: pieces.error })
    }
}

fn compare_conditions(space: &mut Space, order: Order, a: Truth, b: Truth) -> Truth {
    let formulas = &mut space.formulas;
    let error = formulas.or([a.error, b.error]);
    let (not_a, not_b) = (formulas.not(a.yes), formulas.not(b.yes));
    let (both, neither) = (formulas.and([a.yes, b.yes]), formulas.and([not_a, not_b]));
    let (only_a, only_b) = (formulas.and([a.yes, not_b]), formulas.and([not_a, b.yes]));
    let holds = match order {
        Order::Equal => vec![both, neither],
        Order::Different => vec![only_a, only_b],
        Order::Less => vec![only_b],
        Order::AtMost => vec![only_b, both, neither],
        Order::Greater => vec![only_a],
        Order::AtLeast => vec![only_a, both, neither],
    };
    let holds = formulas.or(holds);
    let sound = formulas.not(error);
    Truth { yes: formulas.and([holds, sound]), error }
}

/// When a term compares so with zero.
pub(super) fn against_zero(space: &mut Space, order: Order, term: &Linear) -> Option<Formula> {
    match order {
        Order::Equal => space.is_zero(term),
        Order::Different => space.is_zero(term).map(|it| space.formulas.not(it)),
        Order::Less => space.between(term, None, Some(-1)),
        Order::AtMost => space.between(term, None, Some(0)),
        Order::Greater => space.between(term, Some(1), None),
        Order::AtLeast => space.between(term, Some(0), None),
    }
}

/// When a quotient compares so with zero; the divisor is not zero.
fn over(space: &mut Space, order: Order, term: &Linear, divisor: &Linear) -> Option<Formula> {
    let (low, high) = space.range(divisor)?;
    let above = against_zero(space, order, term)?;
    if low >= 0 {
        return Some(above);
    }
    let below = against_zero(space, order.turned(), term)?;
    if high <= 0 {
        return Some(below);
    }
    // A divisor of zero is not observed: it goes with the positive ones.
    let positive = space.between(divisor, Some(0), None)?;
    let negative = space.between(divisor, None, Some(-1))?;
    let (above, below) = (space.formulas.and([positive, above]), space.formulas.and([negative, below]));
    Some(space.formulas.or([above, below]))
}
