//! Numbers and comparisons in the normal form.

use crate::{
    hir::{Extreme, Order},
    ir::{Fold, NodeId, Op, RoundTo},
    schema::{Slot, Type},
    space::{
        How, Key, Space,
        formula::{FALSE, Formula, TRUE},
        linear::{Linear, Var, ceiling, floor},
        normal::{Form, MOST_PIECES, Normal, Piece, Pieces, Truth},
    },
    value::{Scalar, clock::Grain, duration::MINUTE, gcd},
};

/// A value under a condition; none where no item counts.
type Found = (Formula, Option<Piece>);

impl Normal<'_> {
    pub(super) fn number(&self, space: &mut Space, node: NodeId, op: &Op) -> Form {
        let made = match op {
            Op::Sum(terms) => {
                let mut sum = Some(Pieces::one(Piece::Number(Linear::default(), 1)));
                for (minus, term) in terms {
                    let term = self.pieces(*term);
                    sum = sum
                        .and_then(|it| self.combined(space, node, it, term, |_, a, b| added(a, b, *minus)));
                }
                sum
            }
            Op::Product(a, b) => {
                self.on_two(space, node, *a, *b, |space, a, b| self.product(space, node, a, b))
            }
            Op::Ratio(a, b) | Op::Quotient(a, b) => self.on_two(space, node, *a, *b, |_, a, b| divided(a, b)),
            Op::Scale(value, factor) => {
                let by = self.integer(*factor);
                self.on_one(space, node, *value, |_, it| times(it, by?))
            }
            Op::Extremum(extreme, parts) => {
                let items: Vec<(Truth, Pieces)> =
                    parts.iter().map(|it| (Truth::certain(TRUE), self.pieces(*it))).collect();
                self.folded(space, node, Fold::Extreme(*extreme), &items, None)
            }
            Op::Fold { fold, items, none } => {
                let items: Vec<(Truth, Pieces)> = items
                    .iter()
                    .map(|(holds, value)| (self.truth(Some(*holds)), self.pieces(*value)))
                    .collect();
                let none = none.map(|it| self.pieces(it));
                self.folded(space, node, *fold, &items, none)
            }
            Op::Round(value, to) => self.round(space, node, *value, to),
            Op::AmountIn(value, stride) => {
                let by = self.integer(*stride);
                self.on_one(space, node, *value, |space, it| floored(space, it, by?))
            }
            Op::AddMonths(date, months) => {
                self.on_two(space, node, *date, *months, |space, a, b| self.months(space, node, a, b))
            }
            Op::Time(op, operands) => return self.time(space, node, *op, operands),
            _ => None,
        };
        Form::Value(made.unwrap_or_else(|| self.hidden(space, op, node)))
    }

    /// A value that is not looked into.
    pub(super) fn hidden(&self, space: &mut Space, op: &Op, node: NodeId) -> Pieces {
        let mut errors = Vec::new();
        op.each_operand(|it| match self.form_of(it) {
            Some(Form::Condition(truth, _)) => errors.push(truth.error),
            Some(Form::Value(pieces)) => errors.push(pieces.error),
            None => {}
        });
        Pieces { error: space.formulas.or(errors), ..Pieces::one(Piece::Opaque(node)) }
    }

    fn integer(&self, constant: u32) -> Option<i128> {
        match self.program.constants.get(constant as usize)? {
            Scalar::Number(value) => Some(*value),
            _ => None,
        }
    }

    pub(super) fn on_one(
        &self,
        space: &mut Space,
        node: NodeId,
        value: NodeId,
        make: impl Fn(&mut Space, &Piece) -> Option<Piece>,
    ) -> Option<Pieces> {
        let pieces = self.pieces(value);
        let mut all = Vec::with_capacity(pieces.all.len());
        for (when, piece) in &pieces.all {
            all.push((*when, make(space, piece)?));
        }
        Some(self.gathered(space, node, Pieces { all, ..pieces }))
    }

    pub(super) fn on_two(
        &self,
        space: &mut Space,
        node: NodeId,
        a: NodeId,
        b: NodeId,
        make: impl Fn(&mut Space, &Piece, &Piece) -> Option<Piece>,
    ) -> Option<Pieces> {
        let (a, b) = (self.pieces(a), self.pieces(b));
        self.combined(space, node, a, b, make)
    }

    fn combined(
        &self,
        space: &mut Space,
        node: NodeId,
        a: Pieces,
        b: Pieces,
        make: impl Fn(&mut Space, &Piece, &Piece) -> Option<Piece>,
    ) -> Option<Pieces> {
        let mut all = Vec::with_capacity(a.all.len() * b.all.len());
        for (when, one) in &a.all {
            for (and_when, other) in &b.all {
                let when = space.formulas.and([*when, *and_when]);
                if when != FALSE {
                    all.push((when, make(space, one, other)?));
                }
            }
        }
        let present = space.formulas.and([a.present, b.present]);
        let error = space.formulas.or([a.error, b.error]);
        Some(self.gathered(space, node, Pieces { all, present, error }))
    }

    fn product(&self, space: &mut Space, node: NodeId, a: &Piece, b: &Piece) -> Option<Piece> {
        if let Some(product) = scaled_ratio(a, b).or_else(|| scaled_ratio(b, a)) {
            return Some(product);
        }
        let (Piece::Number(a, d), Piece::Number(b, e)) = (a, b) else { return None };
        if let Some(by) = a.as_constant() {
            return Some(Piece::Number(b.times(by)?, d.checked_mul(*e)?));
        }
        if let Some(by) = b.as_constant() {
            return Some(Piece::Number(a.times(by)?, d.checked_mul(*e)?));
        }
        let ((a_low, a_high), (b_low, b_high)) = (space.range(a)?, space.range(b)?);
        let mut corners = Vec::with_capacity(4);
        for (x, y) in [(a_low, b_low), (a_low, b_high), (a_high, b_low), (a_high, b_high)] {
            corners.push(x.checked_mul(y)?);
        }
        let range = (corners.iter().copied().min()?, corners.iter().copied().max()?);
        let key = Key::Product(a.min(b).clone(), a.max(b).clone());
        let var = space.opaque(key, range, self.place(node));
        Some(Piece::Number(Linear::variable(var), d.checked_mul(*e)?))
    }

    fn round(&self, space: &mut Space, node: NodeId, value: NodeId, to: &RoundTo) -> Option<Pieces> {
        let pieces = self.pieces(value);
        let mut all = Vec::new();
        for (when, piece) in &pieces.all {
            let Piece::Number(term, by) = piece else { return None };
            let term = term.times(to.numerator)?;
            let by = by.checked_mul(to.denominator)?;
            let (low, high) = space.range(&term)?;
            let sign = space.between(&term, Some(0), None)?;
            for negative in [false, true] {
                if if negative { low >= 0 } else { high < 0 } {
                    continue;
                }
                let sign = if negative { space.formulas.not(sign) } else { sign };
                let when = space.formulas.and([*when, sign]);
                let rounded = rounded(space, &term, by, How::of(to.mode, negative))?;
                all.push((when, Piece::Number(rounded.times(to.step)?, 1)));
            }
        }
        Some(self.gathered(space, node, Pieces { all, ..pieces }))
    }

    /// What is made of items, each with the condition under which it counts.
    fn folded(
        &self,
        space: &mut Space,
        node: NodeId,
        fold: Fold,
        items: &[(Truth, Pieces)],
        none: Option<Pieces>,
    ) -> Option<Pieces> {
        let start = match fold {
            Fold::Total => Some(Piece::Number(Linear::default(), 1)),
            Fold::Extreme(_) => None,
        };
        let mut found: Vec<Found> = vec![(TRUE, start)];
        let mut errors = Vec::new();
        for (counts, value) in items {
            errors.push(counts.error);
            errors.push(space.formulas.and([counts.yes, value.error]));
            let not = space.formulas.not(counts.yes);
            let mut next: Vec<Found> = Vec::new();
            for (when, so_far) in found {
                next.push((space.formulas.and([when, not]), so_far.clone()));
                for (is, piece) in &value.all {
                    let here = space.formulas.and([when, counts.yes, *is]);
                    if here != FALSE {
                        next.extend(self.one_more(space, fold, here, so_far.as_ref(), piece)?);
                    }
                }
            }
            found = together(space, next);
            if found.len() > 4 * MOST_PIECES {
                return None;
            }
        }
        let mut all = Vec::new();
        let nothing = none.as_ref().map_or(&[][..], |it| &it.all);
        for (when, piece) in found {
            match piece {
                Some(piece) => all.push((when, piece)),
                None => {
                    for (is, piece) in nothing {
                        all.push((space.formulas.and([when, *is]), piece.clone()));
                    }
                    errors.extend(none.as_ref().map(|it| space.formulas.and([when, it.error])));
                }
            }
        }
        let error = space.formulas.or(errors);
        Some(self.gathered(space, node, Pieces { all, present: TRUE, error }))
    }

    fn one_more(
        &self,
        space: &mut Space,
        fold: Fold,
        when: Formula,
        so_far: Option<&Piece>,
        piece: &Piece,
    ) -> Option<Vec<Found>> {
        let Some(so_far) = so_far else { return Some(vec![(when, Some(piece.clone()))]) };
        let order = match fold {
            Fold::Total => return Some(vec![(when, Some(added(so_far, piece, false)?))]),
            Fold::Extreme(Extreme::Least) => Order::AtMost,
            Fold::Extreme(Extreme::Greatest) => Order::AtLeast,
        };
        if so_far == piece {
            return Some(vec![(when, Some(piece.clone()))]);
        }
        let stays = self.ordered(space, order, so_far, piece)?;
        let goes = space.formulas.not(stays);
        Some(vec![
            (space.formulas.and([when, stays]), Some(so_far.clone())),
            (space.formulas.and([when, goes]), Some(piece.clone())),
        ])
    }
}

/// The values of several conditions, those of one value together.
fn together(space: &mut Space, found: Vec<Found>) -> Vec<Found> {
    let mut by_value: indexmap::IndexMap<Option<Piece>, Vec<Formula>> = indexmap::IndexMap::new();
    for (when, piece) in found {
        if when != FALSE {
            by_value.entry(piece).or_default().push(when);
        }
    }
    by_value.into_iter().map(|(piece, when)| (space.formulas.or(when), piece)).collect()
}

/// A product of which one is a number.
pub(super) fn times_linear(a: &Linear, b: &Linear) -> Option<Linear> {
    match (a.as_constant(), b.as_constant()) {
        (_, Some(by)) => a.times(by),
        (Some(by), _) => b.times(by),
        _ => None,
    }
}

fn added(a: &Piece, b: &Piece, minus: bool) -> Option<Piece> {
    let sign = if minus { -1 } else { 1 };
    match (a, b) {
        (Piece::Number(a, d), Piece::Number(b, e)) => {
            let sum = a.times(*e)?.plus(&b.times(d.checked_mul(sign)?)?)?;
            Some(reduced(sum, d.checked_mul(*e)?))
        }
        (Piece::Number(zero, _), it) if zero.as_constant() == Some(0) && !minus => Some(it.clone()),
        (Piece::Ratio(a, d), Piece::Ratio(b, e)) if d == e => {
            Some(Piece::Ratio(a.plus(&b.times(sign)?)?, d.clone()))
        }
        (Piece::Ratio(a, d), Piece::Number(b, e)) => {
            let sum = a.times(*e)?.plus(&times_linear(d, b)?.times(sign)?)?;
            Some(Piece::Ratio(sum, d.times(*e)?))
        }
        (Piece::Number(b, e), Piece::Ratio(a, d)) => {
            let sum = times_linear(d, b)?.plus(&a.times(e.checked_mul(sign)?)?)?;
            Some(Piece::Ratio(sum, d.times(*e)?))
        }
        _ => None,
    }
}

/// The quotient without a common divisor.
fn reduced(term: Linear, by: i128) -> Piece {
    let divisor = term.terms.iter().fold(gcd(term.constant, by), |divisor, it| gcd(divisor, it.1));
    if divisor <= 1 {
        return Piece::Number(term, by);
    }
    let terms = term.terms.iter().map(|(var, it)| (*var, it / divisor)).collect();
    Piece::Number(Linear { terms, constant: term.constant / divisor }, by / divisor)
}

fn times(piece: &Piece, by: i128) -> Option<Piece> {
    match piece {
        Piece::Number(term, divisor) => Some(reduced(term.times(by)?, *divisor)),
        Piece::Ratio(term, divisor) => Some(Piece::Ratio(term.times(by)?, divisor.clone())),
        _ => None,
    }
}

/// A ratio times a number that is written.
fn scaled_ratio(ratio: &Piece, by: &Piece) -> Option<Piece> {
    match (ratio, by) {
        (Piece::Ratio(a, d), Piece::Number(by, e)) => {
            Some(Piece::Ratio(a.times(by.as_constant()?)?, d.times(*e)?))
        }
        _ => None,
    }
}

fn divided(a: &Piece, b: &Piece) -> Option<Piece> {
    let (a, d) = match a {
        Piece::Number(a, d) => (a.clone(), Linear::constant(*d)),
        Piece::Ratio(a, d) => (a.clone(), d.clone()),
        _ => return None,
    };
    let (b, e) = match b {
        Piece::Number(b, e) => (b.clone(), Linear::constant(*e)),
        Piece::Ratio(b, e) => (b.clone(), e.clone()),
        _ => return None,
    };
    let (above, below) = (times_linear(&a, &e)?, times_linear(&d, &b)?);
    match below.as_constant() {
        Some(0) => None,
        Some(by) if by < 0 => Some(reduced(above.times(-1)?, by.checked_neg()?)),
        Some(by) => Some(reduced(above, by)),
        None => Some(Piece::Ratio(above, below)),
    }
}

/// A whole number divided by a positive one, toward minus infinity.
pub(super) fn floored(space: &mut Space, piece: &Piece, by: i128) -> Option<Piece> {
    match piece {
        Piece::Number(term, 1) => Some(Piece::Number(rounded(space, term, by, How::Floor)?, 1)),
        _ => None,
    }
}

/// The variable of a fact that is a number. A time to the minute has no seconds.
pub(super) fn counted(space: &mut Space, key: Key, slot: &Slot) -> Var {
    let var = space.variable(key, slot.low, slot.high);
    if let Type::Time { grain: Grain::Minute }
    | Type::DateTime { grain: Grain::Minute }
    | Type::Instant { grain: Grain::Minute } = slot.ty
    {
        in_steps(space, var, i128::from(MINUTE));
    }
    var
}

/// Says of a variable that it is a multiple of a positive number.
fn in_steps(space: &mut Space, var: Var, by: i128) {
    let term = Linear::variable(var);
    let key = Key::Rounded(term.clone(), by, How::Floor);
    let is_new = !space.variables.contains_key(&key);
    // A second policy may have wider bounds; the number of steps has them, too.
    let (low, high) = space.range_of(var);
    let steps = Linear::variable(space.variable(key, floor(low, by), floor(high, by)));
    let rest = steps.times(by).and_then(|it| term.minus(&it));
    if let (true, Some(rest)) = (is_new, rest) {
        // No other number of steps has no rest, so this is what rounding down makes of it, too.
        space.relate(&rest, 0, 0);
    }
}

/// A term divided by a positive number and rounded: a variable with the rows that define it.
fn rounded(space: &mut Space, term: &Linear, by: i128, how: How) -> Option<Linear> {
    let Piece::Number(term, by) = reduced(term.clone(), by) else { return None };
    if by == 1 {
        return Some(term);
    }
    let (low, high) = space.range(&term)?;
    let (low, high) = (how.divide(low, by)?, how.divide(high, by)?);
    if low == high {
        return Some(Linear::constant(low));
    }
    let key = Key::Rounded(term.clone(), by, how);
    let is_new = !space.variables.contains_key(&key);
    let whole = Linear::variable(space.variable(key, low, high));
    if is_new {
        let last = by.checked_sub(1)?;
        let rest = term.minus(&whole.times(by)?)?;
        match how {
            How::Floor => space.relate(&rest, 0, last)?,
            How::Ceiling => space.relate(&rest, -last, 0)?,
            How::HalfUp => space.relate(&rest.times(2)?, -by, last)?,
            How::HalfDown => space.relate(&rest.times(2)?, -last, by)?,
            How::HalfEven => {
                space.relate(&rest.times(2)?, -by, by)?;
                half_to_even(space, &rest, by, &whole)?;
            }
        }
    }
    Some(whole)
}

/// At a half, the whole number is even.
fn half_to_even(space: &mut Space, rest: &Linear, by: i128, whole: &Linear) -> Option<()> {
    if by % 2 != 0 {
        return Some(());
    }
    let half = by / 2;
    let near = space.between(rest, Some(1 - half), Some(half - 1))?;
    let pairs = rounded(space, whole, 2, How::Floor)?;
    let even = space.is_zero(&whole.minus(&pairs.times(2)?)?)?;
    let side = space.formulas.or([near, even]);
    space.sides.push((whole.terms.first()?.0, side));
    Some(())
}

impl How {
    /// A number divided by a positive one and rounded.
    pub(crate) fn divide(self, value: i128, by: i128) -> Option<i128> {
        let twice = value.checked_mul(2)?;
        let double = by.checked_mul(2)?;
        Some(match self {
            How::Floor => floor(value, by),
            How::Ceiling => ceiling(value, by),
            How::HalfUp => floor(twice.checked_add(by)?, double),
            How::HalfDown => ceiling(twice.checked_sub(by)?, double),
            How::HalfEven => {
                let up = floor(twice.checked_add(by)?, double);
                let down = ceiling(twice.checked_sub(by)?, double);
                if up % 2 == 0 { up } else { down }
            }
        })
    }
}
