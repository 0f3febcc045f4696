//! Arithmetic: sums, products, caps, extremes and rounding, with their units and ranges.
//!
//! Sums and products are taken from left to right; a sum that continues stays one flat node. A percentage
//! counts hundredths, so what it multiplies gets a hundred times the denominator. A quotient by a constant
//! only changes the denominator; any other becomes a ratio, and its divisor must be shown not to be zero.

use crate::{
    check::{
        Checker, codes,
        expression::Typed,
        flow::Known,
        literal::ten,
        number::{constant_of, denominator, form_of},
        range::Range,
        types::{MOST_DECIMALS, is_moment},
    },
    diag::Diagnostic,
    hir::{Expr, Extreme, Form, Kind, Measure, Rounding, Ty},
    source::Span,
    syntax::ast::{CapKind, CountUnit, Expression, Literal, ProductOperator, RoundingMode},
    value::{Scalar, date, gcd},
};

/// The most operators of one sum, product or cap: some of them nest, and a tree is walked by recursion.
const LONGEST_CHAIN: usize = 500;

impl Checker<'_> {
    /// Reports a chain of operators that is too long.
    fn short_chain(&mut self, operators: usize, span: Span) -> Option<()> {
        if operators <= LONGEST_CHAIN {
            return Some(());
        }
        let message = format!("{operators} operators follow each other; at most {LONGEST_CHAIN} can");
        self.report(
            Diagnostic::new(&codes::TOO_COSTLY, span, message)
                .with_help("name a part of it with `define` and use the name"),
        );
        None
    }

    // ── sums ─────────────────────────────────────────────────────────────────────────────────────

    pub(super) fn negated(&mut self, inner: &Expression, span: Span, known: &Known) -> Option<Typed> {
        let (typed, _) = self.quantity(inner, known)?;
        self.opposite(typed, span)
    }

    pub(super) fn opposite(&mut self, typed: Typed, span: Span) -> Option<Typed> {
        let form = form_of(&typed);
        if form != Form::Ratio {
            let mut opposite = self.scaled(typed, -1, form)?;
            opposite.expr.span = span;
            return Some(opposite);
        }
        let (ty, range) = (typed.expr.ty, typed.range.map(Range::negated));
        Some(Typed::new(Kind::Sum(vec![(true, typed.expr)]), ty, span).with_range(range))
    }

    pub(super) fn sum(
        &mut self,
        first: &Expression,
        rest: &[(bool, Expression)],
        span: Span,
        known: &Known,
    ) -> Option<Typed> {
        self.short_chain(rest.len(), span)?;
        let mut left = self.value(first, known, None);
        for (minus, it) in rest {
            let right = self.value(it, known, None);
            let joined = first.span.to(it.span);
            left = match (left, right) {
                (Some(left), Some(right)) => self.added(left, *minus, right, joined),
                _ => None,
            };
        }
        let mut typed = left?;
        typed.expr.span = span;
        typed.place = None;
        Some(typed)
    }

    fn added(&mut self, left: Typed, minus: bool, right: Typed, span: Span) -> Option<Typed> {
        if Self::are_timed(left.expr.ty, right.expr.ty) {
            return self.added_time(left, minus, right, span);
        }
        match (left.expr.ty, right.expr.ty) {
            (Ty::Date, Ty::Date) if minus => {
                let days = Ty::Quantity(Measure::Days, Form::Steps(0));
                self.combined(left, true, right, days, span)
            }
            (Ty::Date, Ty::Quantity(..)) => self.shifted_date(left, right, minus, span),
            (Ty::Quantity(..), Ty::Date) if !minus => self.shifted_date(right, left, false, span),
            (Ty::Quantity(a, _), Ty::Quantity(b, _)) if a == b => {
                let mut both = self.aligned(vec![left, right])?.into_iter();
                let (left, right) = (both.next()?, both.next()?);
                let ty = left.expr.ty;
                self.combined(left, minus, right, ty, span)
            }
            (Ty::Quantity(..), Ty::Quantity(..)) => {
                self.mismatch(left.expr.ty, right.expr.ty, right.expr.span);
                None
            }
            (Ty::MoneyOf(index), _) | (_, Ty::MoneyOf(index)) => {
                let left_is = matches!(left.expr.ty, Ty::MoneyOf(_));
                self.currency_not_known(index, if left_is { left.expr.span } else { right.expr.span });
                None
            }
            (a, b) => {
                let sign = if minus { "-" } else { "+" };
                let message =
                    format!("`{sign}` does not join {} and {}", self.described(a), self.described(b));
                self.report(Diagnostic::new(&codes::TYPE_MISMATCH, span, message));
                None
            }
        }
    }

    /// The sum node of two operands of one form; a sum on the left is continued, not nested.
    pub(super) fn combined(
        &mut self,
        left: Typed,
        minus: bool,
        right: Typed,
        ty: Ty,
        span: Span,
    ) -> Option<Typed> {
        let other = if minus { right.range.map(Range::negated) } else { right.range };
        let total = left.range.zip(other).and_then(|(a, b)| a.plus(b));
        let range = match total {
            Some(range) => range,
            None => return self.too_wide(&left.expr, span),
        };
        let kind = match (left.expr.kind, right.expr.kind) {
            (Kind::Constant(Scalar::Number(a)), Kind::Constant(Scalar::Number(b))) => {
                Kind::Constant(Scalar::Number(if minus { a - b } else { a + b }))
            }
            (Kind::Sum(mut all), right_kind) => {
                all.push((minus, Expr { kind: right_kind, ..right.expr }));
                Kind::Sum(all)
            }
            (left_kind, right_kind) => Kind::Sum(vec![
                (false, Expr { kind: left_kind, ..left.expr }),
                (minus, Expr { kind: right_kind, ..right.expr }),
            ]),
        };
        Some(Typed::new(kind, ty, span).with_range(Some(range)))
    }

    pub(super) fn shifted_date(
        &mut self,
        day: Typed,
        distance: Typed,
        minus: bool,
        span: Span,
    ) -> Option<Typed> {
        let Ty::Quantity(unit, form) = distance.expr.ty else { return None };
        if !matches!(unit, Measure::Days | Measure::Months | Measure::Years) {
            let days = Ty::Quantity(Measure::Days, Form::Steps(0));
            self.mismatch(days, distance.expr.ty, distance.expr.span);
            return None;
        }
        if form != Form::Steps(0) {
            self.unrounded(unit, 0, distance.expr.span);
            return None;
        }
        let typed = if unit == Measure::Days {
            self.combined(day, minus, distance, Ty::Date, span)?
        } else {
            let months = match (unit, minus) {
                (Measure::Years, false) => 12,
                (Measure::Years, true) => -12,
                (_, false) => 1,
                (_, true) => -1,
            };
            let distance = self.scaled(distance, months, Form::Steps(0))?;
            let (Some(Range::Whole(from, to)), Some(Range::Whole(least, most))) = (day.range, distance.range)
            else {
                return None;
            };
            let range = date::add_months(from, least).zip(date::add_months(to, most));
            let kind = Kind::AddMonths(Box::new(day.expr), Box::new(distance.expr));
            let typed = Typed::new(kind, Ty::Date, span);
            match range {
                Some((low, high)) => typed.with_range(Some(Range::Whole(low, high))),
                None => return self.leaves_calendar(&typed.expr, span),
            }
        };
        match typed.range {
            Some(Range::Whole(low, high)) if low >= date::FIRST && high <= date::LAST => Some(typed),
            _ => self.leaves_calendar(&typed.expr, span),
        }
    }

    // ── products ─────────────────────────────────────────────────────────────────────────────────

    pub(super) fn product(
        &mut self,
        first: &Expression,
        rest: &[(ProductOperator, Expression)],
        span: Span,
        known: &Known,
    ) -> Option<Typed> {
        self.short_chain(rest.len(), span)?;
        let mut left = self.quantity(first, known);
        for (operator, it) in rest {
            let right = self.quantity(it, known);
            let joined = first.span.to(it.span);
            left = match (left, right) {
                (Some(left), Some(right)) => match operator {
                    ProductOperator::Divide => self.divided(left, right, joined),
                    _ => self.multiplied(left, right, joined),
                },
                _ => None,
            };
        }
        let (mut typed, _) = left?;
        typed.expr.span = span;
        typed.place = None;
        Some(typed)
    }

    fn multiplied(
        &mut self,
        (left, a): (Typed, Measure),
        (right, b): (Typed, Measure),
        span: Span,
    ) -> Option<(Typed, Measure)> {
        // A percentage counts hundredths, so the product has a hundred more of them below it.
        let (unit, hundred) = match (a, b) {
            (Measure::Percent, other) => (other, 100),
            (other, Measure::Percent) => (other, 100),
            (Measure::Number, other) | (other, Measure::Number) => (other, 1),
            _ => {
                let (a, b) = (self.described(left.expr.ty), self.described(right.expr.ty));
                let message = format!("{a} and {b} cannot be multiplied");
                self.report(Diagnostic::new(&codes::MIXED_UNITS, span, message));
                return None;
            }
        };
        if form_of(&left) == Form::Ratio || form_of(&right) == Form::Ratio {
            let (left, right) = (self.as_ratio(left)?, self.as_ratio(right)?);
            let total = left.range.zip(right.range).and_then(|(x, y)| x.times(y));
            let range = self.fitting(total, &left, span)?;
            let kind = Kind::Product(Box::new(left.expr), Box::new(right.expr));
            let typed = Typed::new(kind, Ty::Quantity(unit, Form::Ratio), span).with_range(Some(range));
            let typed = if hundred == 1 { typed } else { self.hundredth(typed)? };
            return Some((typed, unit));
        }
        let below = denominator(form_of(&left))?
            .checked_mul(denominator(form_of(&right))?)
            .and_then(|it| it.checked_mul(hundred));
        let Some(below) = below.filter(|it| *it < 1 << 100) else { return self.too_wide(&left.expr, span) };
        let rounded = match (form_of(&left), form_of(&right)) {
            (Form::Steps(x), Form::Steps(y)) if hundred == 1 && unit == Measure::Number => Some(x + y),
            (Form::Steps(x), Form::Steps(y)) if hundred == 1 && (x == 0 && a == Measure::Number) => Some(y),
            (Form::Steps(x), Form::Steps(0)) if hundred == 1 && b == Measure::Number => Some(x),
            _ => None,
        };
        let rounded = rounded.filter(|it| usize::from(*it) <= MOST_DECIMALS);
        let form = rounded.map_or(Form::Fraction(below), Form::Steps);
        let (constant, other) = match (constant_of(&left), constant_of(&right)) {
            (Some(constant), _) => (constant, right),
            (None, Some(constant)) => (constant, left),
            (None, None) => {
                let total = left.range.zip(right.range).and_then(|(x, y)| x.times(y));
                let range = self.fitting(total, &left, span)?;
                let kind = Kind::Product(Box::new(left.expr), Box::new(right.expr));
                let typed = Typed::new(kind, Ty::Quantity(unit, form), span).with_range(Some(range));
                return Some((typed, unit));
            }
        };
        let (constant, form) = reduced(constant, form);
        let mut typed = other;
        typed.expr.ty = Ty::Quantity(unit, form);
        let mut typed = self.scaled(typed, constant, form)?;
        typed.expr.span = span;
        Some((typed, unit))
    }

    /// A ratio divided by 100.
    fn hundredth(&mut self, typed: Typed) -> Option<Typed> {
        let span = typed.expr.span;
        let ty = typed.expr.ty;
        let hundred = Typed::new(
            Kind::Constant(Scalar::Number(100)),
            Ty::Quantity(Measure::Number, Form::Steps(0)),
            span,
        )
        .with_range(Some(Range::Whole(100, 100)));
        let hundred = self.as_ratio(hundred)?;
        let total = typed.range.zip(hundred.range).and_then(|(a, b)| a.quotient(b));
        let range = self.fitting(total, &typed, span)?;
        let kind = Kind::Quotient(Box::new(typed.expr), Box::new(hundred.expr));
        Some(Typed::new(kind, ty, span).with_range(Some(range)))
    }

    fn divided(
        &mut self,
        (left, a): (Typed, Measure),
        (right, b): (Typed, Measure),
        span: Span,
    ) -> Option<(Typed, Measure)> {
        let unit = match (a, b) {
            _ if a == b => Measure::Number,
            (_, Measure::Number) => a,
            _ => {
                let (a, b) = (self.described(left.expr.ty), self.described(right.expr.ty));
                let message = format!("{a} cannot be divided by {b}");
                self.report(
                    Diagnostic::new(&codes::MIXED_UNITS, span, message)
                        .with_help("divide by a plain number, or by a value of the same unit"),
                );
                return None;
            }
        };
        self.never_zero(&right)?;
        let (own, other) = (denominator(form_of(&left)), denominator(form_of(&right)));
        let (Some(own), Some(other)) = (own, other) else {
            let (left, right) = (self.as_ratio(left)?, self.as_ratio(right)?);
            let total = left.range.zip(right.range).and_then(|(x, y)| x.quotient(y));
            let range = self.fitting(total, &left, span)?;
            let kind = Kind::Quotient(Box::new(left.expr), Box::new(right.expr));
            let typed = Typed::new(kind, Ty::Quantity(unit, Form::Ratio), span).with_range(Some(range));
            return Some((typed, unit));
        };
        if let Some(constant) = constant_of(&right) {
            // (n / own) / (c / other) = n × other / (own × c)
            let shared = gcd(other, constant);
            let (count, by) = (other / shared * constant.signum(), constant.abs() / shared);
            let Some(below) = own.checked_mul(by).filter(|it| *it < 1 << 100) else {
                return self.too_wide(&left.expr, span);
            };
            let (count, form) = reduced(count, Form::Fraction(below));
            let mut typed = left;
            typed.expr.ty = Ty::Quantity(unit, form);
            let mut typed = self.scaled(typed, count, form)?;
            typed.expr.span = span;
            return Some((typed, unit));
        }
        let shared = gcd(own, other);
        let (left_form, right_form) = (form_of(&left), form_of(&right));
        let left = self.scaled(left, other / shared, left_form)?;
        let right = self.scaled(right, own / shared, right_form)?;
        let total = left.range.zip(right.range).and_then(|(x, y)| x.divided(y));
        let range = self.fitting(total, &left, span)?;
        let kind = Kind::Ratio(Box::new(left.expr), Box::new(right.expr));
        let typed = Typed::new(kind, Ty::Quantity(unit, Form::Ratio), span).with_range(Some(range));
        Some((typed, unit))
    }

    /// Reports a divisor that can be zero.
    fn never_zero(&mut self, divisor: &Typed) -> Option<()> {
        let zero = match divisor.range {
            Some(Range::Whole(low, high)) => low <= 0 && high >= 0,
            Some(Range::Ratio(it)) => it.low <= 0 && it.high >= 0,
            None => true,
        };
        if !zero {
            return Some(());
        }
        let text = self.source.slice(divisor.expr.span).to_owned();
        let message = match divisor.expr.kind {
            Kind::Constant(_) => "nothing can be divided by zero".to_owned(),
            _ => format!("`{text}` can be zero, and it divides"),
        };
        let help = match divisor.expr.kind {
            Kind::Fact(_) => format!(
                "give `{text}` bounds that exclude 0, as in `between 1 and 1_000`, or ask first: `{text} > 0 and …`"
            ),
            Kind::Constant(_) => "divide by something else".to_owned(),
            _ => {
                format!("ask first, with a name for it: `define divisor = {text}`, then `divisor > 0 and …`")
            }
        };
        self.report(Diagnostic::new(&codes::MAY_DIVIDE_BY_ZERO, divisor.expr.span, message).with_help(help));
        None
    }

    // ── caps, extremes, rounding ─────────────────────────────────────────────────────────────────

    pub(super) fn capped(
        &mut self,
        base: &Expression,
        caps: &[(CapKind, Expression)],
        span: Span,
        known: &Known,
    ) -> Option<Typed> {
        self.short_chain(caps.len(), span)?;
        let mut typed = self.value(base, known, None)?;
        if is_moment(typed.expr.ty) {
            self.report(
                Diagnostic::new(
                    &codes::TYPE_MISMATCH,
                    span,
                    "`but no more than` caps numbers and amounts, not dates and times",
                )
                .with_help("write `earliest of (a, b)` or `latest of (a, b)`"),
            );
            return None;
        }
        for (kind, cap) in caps {
            let cap = self.value(cap, known, Some(typed.expr.ty))?;
            let extreme = if *kind == CapKind::NoMore { Extreme::Least } else { Extreme::Greatest };
            typed = self.extreme_of(vec![typed, cap], extreme, span)?;
        }
        Some(typed)
    }

    pub(super) fn rounded(
        &mut self,
        value: &Expression,
        mode: RoundingMode,
        step: &Literal,
        span: Span,
        known: &Known,
    ) -> Option<Typed> {
        let (typed, unit) = self.quantity(value, known)?;
        let constant = self.constant(step)?;
        let (Ty::Quantity(step_unit, Form::Steps(scale)), Scalar::Number(step_value)) =
            (constant.ty, constant.value)
        else {
            self.mismatch(typed.expr.ty, constant.ty, step.span);
            return None;
        };
        if step_unit != unit {
            self.mismatch(typed.expr.ty, constant.ty, step.span);
            return None;
        }
        if step_value <= 0 {
            self.report(
                Diagnostic::new(&codes::STEP, step.span, "a step to round to is more than zero")
                    .with_help("write what the result is a multiple of, as in `USD 0.01` or `USD 0.05`"),
            );
            return None;
        }
        // round(n / below ÷ step / 10^scale) × step
        let below = denominator(form_of(&typed)).unwrap_or(1);
        let (numerator, denominator) = match below.checked_mul(step_value) {
            Some(product) => (ten(scale), product),
            None => return self.too_wide(&typed.expr, span),
        };
        let shared = gcd(numerator, denominator);
        let (numerator, denominator) = (numerator / shared, denominator / shared);
        let bounded = typed.range.and_then(|it| it.rounded(numerator, denominator, step_value));
        let range = self.fitting(bounded, &typed, span)?;
        let mode = match mode {
            RoundingMode::HalfUp => Rounding::HalfUp,
            RoundingMode::HalfEven => Rounding::HalfEven,
            RoundingMode::Up => Rounding::Up,
            RoundingMode::Down => Rounding::Down,
        };
        let value = Box::new(typed.expr);
        let kind = Kind::Round { value, mode, numerator, denominator, step: step_value };
        let ty = Ty::Quantity(unit, Form::Steps(scale));
        Some(Typed::new(kind, ty, span).with_range(Some(range)))
    }

    pub(super) fn count_in(
        &mut self,
        unit: CountUnit,
        inner: &Expression,
        span: Span,
        known: &Known,
    ) -> Option<Typed> {
        let wanted = match unit {
            CountUnit::Days => Measure::Days,
            CountUnit::Months => Measure::Months,
            CountUnit::Years => Measure::Years,
        };
        let (mut typed, found) = self.quantity(inner, known)?;
        if found != wanted {
            self.mismatch(Ty::Quantity(wanted, Form::Steps(0)), typed.expr.ty, inner.span);
            return None;
        }
        typed.expr.ty = Ty::Quantity(Measure::Number, form_of(&typed));
        typed.expr.span = span;
        typed.place = None;
        Some(typed)
    }
}

/// A constant factor over a denominator, reduced. Rounded forms stay as they are.
fn reduced(count: i128, form: Form) -> (i128, Form) {
    match form {
        Form::Fraction(below) if count != 0 => {
            let shared = gcd(count, below);
            (count / shared, Form::Fraction(below / shared))
        }
        form => (count, form),
    }
}
