//! Numbers: their forms, and whether one fits where it stands.
//!
//! A number is an integer over a denominator that its type fixes (`Form::Steps`, `Form::Fraction`) until it is
//! divided by something that is no constant; then it is a ratio of two integers. Before an operation its
//! operands are brought to one form by explicit nodes. Every range is computed with checked arithmetic, and
//! one that leaves 126 bits is a mistake of the policy, reported here, so that none can happen in a decision.
//! The operations themselves are in `arithmetic.rs`.

use crate::{
    check::{
        Checker, codes,
        expression::Typed,
        flow::Known,
        literal::ten,
        range::Range,
        types::{is_moment, ty_of},
    },
    diag::Diagnostic,
    hir::{Expr, Form, Kind, Measure, Ty},
    schema::Type,
    source::Span,
    syntax::ast::Expression,
    value::{Scalar, gcd},
};

/// The denominator of a number that is held as an integer.
pub(super) fn denominator(form: Form) -> Option<i128> {
    match form {
        Form::Steps(scale) => Some(ten(scale)),
        Form::Fraction(denominator) => Some(denominator),
        Form::Ratio => None,
    }
}

/// The form of a number; a date counts whole days.
pub(super) fn form_of(typed: &Typed) -> Form {
    match typed.expr.ty {
        Ty::Quantity(_, form) => form,
        _ => Form::Steps(0),
    }
}

/// The value of a number that is a constant.
pub(super) fn constant_of(typed: &Typed) -> Option<i128> {
    match typed.expr.kind {
        Kind::Constant(Scalar::Number(value)) => Some(value),
        _ => None,
    }
}

impl Checker<'_> {
    /// A checked number with its unit. Reports anything else.
    pub(super) fn quantity(&mut self, it: &Expression, known: &Known) -> Option<(Typed, Measure)> {
        let typed = self.value(it, known, None)?;
        match typed.expr.ty {
            Ty::Quantity(unit, _) => Some((typed, unit)),
            Ty::MoneyOf(index) => {
                self.currency_not_known(index, it.span);
                None
            }
            other => {
                let message = format!("expected a number or an amount, found {}", self.described(other));
                self.report(Diagnostic::new(&codes::TYPE_MISMATCH, it.span, message));
                None
            }
        }
    }

    pub(super) fn too_wide<T>(&mut self, expr: &Expr, span: Span) -> Option<T> {
        let message = "this can become too large to be computed exactly";
        let mut slots = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        let mut open = vec![expr];
        while let Some(it) = open.pop() {
            match it.kind {
                Kind::Fact(slot) => slots.push(slot),
                Kind::Definition(index) if seen.insert(index) => {
                    let definition = self.definitions.get(index).and_then(|it| it.hir.as_ref());
                    open.extend(definition.into_iter().flat_map(|it| &it.cases).map(|it| &it.value));
                }
                _ => {}
            }
            open.extend(it.children());
        }
        slots.sort_by_key(|slot| (self.schema.slots.get(*slot).map_or(0, |it| it.low - it.high), *slot));
        slots.dedup();
        let names: Vec<&str> = slots
            .iter()
            .take(2)
            .filter_map(|it| self.schema.slots.get(*it))
            .map(|it| it.path.as_str())
            .collect();
        let help = if names.is_empty() {
            "use smaller numbers, or round a part of it".to_owned()
        } else {
            let names = crate::words::list(&names, "and");
            format!("give {names} bounds, as in `between … and …`, or round a part of it")
        };
        self.report(Diagnostic::new(&codes::MAY_OVERFLOW, span, message).with_help(help));
        None
    }

    /// The range, or a report that the number is too wide.
    pub(super) fn fitting(&mut self, range: Option<Range>, typed: &Typed, span: Span) -> Option<Range> {
        match range {
            Some(range) => Some(range),
            None => self.too_wide(&typed.expr, span),
        }
    }

    /// The number times a positive or negative constant, in the form `form`.
    pub(super) fn scaled(&mut self, typed: Typed, count: i128, form: Form) -> Option<Typed> {
        let Ty::Quantity(unit, own) = typed.expr.ty else { return Some(typed) };
        let span = typed.expr.span;
        if count == 1 && own == form && typed.range.is_some_and(|it| it.scaled(1).is_some()) {
            return Some(Typed { place: None, missing: Vec::new(), ..typed });
        }
        let scaled = typed.range.and_then(|it| it.scaled(count));
        let range = self.fitting(scaled, &typed, span)?;
        let kind = match (typed.expr.kind, count) {
            (kind, 1) => kind,
            (Kind::Constant(Scalar::Number(value)), _) => Kind::Constant(Scalar::Number(value * count)),
            (kind, _) => Kind::Scale(Box::new(Expr { kind, ..typed.expr }), count),
        };
        let flow = typed.flow;
        Some(Typed::new(kind, Ty::Quantity(unit, form), span).with_range(Some(range)).with_flow(flow))
    }

    pub(super) fn as_ratio(&mut self, typed: Typed) -> Option<Typed> {
        let Ty::Quantity(unit, form) = typed.expr.ty else { return Some(typed) };
        let Some(below) = denominator(form) else { return Some(typed) };
        let span = typed.expr.span;
        let over = typed.range.and_then(|it| it.over(below));
        let range = self.fitting(over, &typed, span)?;
        let one = Expr {
            kind: Kind::Constant(Scalar::Number(below)),
            ty: Ty::Quantity(Measure::Number, Form::Steps(0)),
            span,
        };
        let kind = Kind::Ratio(Box::new(typed.expr), Box::new(one));
        Some(Typed::new(kind, Ty::Quantity(unit, Form::Ratio), span).with_range(Some(range)))
    }

    /// Brings numbers of one unit to one form.
    pub(super) fn aligned(&mut self, all: Vec<Typed>) -> Option<Vec<Typed>> {
        if all.iter().any(|it| form_of(it) == Form::Ratio) {
            return all.into_iter().map(|it| self.as_ratio(it)).collect();
        }
        let mut common: i128 = 1;
        for it in &all {
            let below = denominator(form_of(it))?;
            match (common / gcd(common, below)).checked_mul(below).filter(|it| *it < 1 << 100) {
                Some(multiple) => common = multiple,
                None => return self.too_wide(&it.expr, it.expr.span),
            }
        }
        let steps = all.iter().try_fold(0, |most: u8, it| match form_of(it) {
            Form::Steps(scale) => Some(most.max(scale)),
            _ => None,
        });
        let form = steps.map_or(Form::Fraction(common), Form::Steps);
        let mut aligned = Vec::with_capacity(all.len());
        for it in all {
            let below = denominator(form_of(&it))?;
            let place = it.place;
            let mut it = self.scaled(it, common / below, form)?;
            it.place = place;
            aligned.push(it);
        }
        Some(aligned)
    }

    /// A value in the type of a parameter, within its bounds where they are given.
    pub(super) fn fit(
        &mut self,
        typed: Typed,
        ty: Type,
        bounds: Option<(i128, i128)>,
        name: &str,
    ) -> Option<Typed> {
        let wanted = ty_of(ty);
        let typed = match ty {
            Type::MoneyOf(index) => self.in_one_of(typed, index)?,
            _ => typed,
        };
        let span = typed.expr.span;
        let (Ty::Quantity(unit, form), Ty::Quantity(wanted_unit, Form::Steps(scale))) =
            (typed.expr.ty, wanted)
        else {
            if typed.expr.ty != wanted {
                self.mismatch(wanted, typed.expr.ty, span);
                return None;
            }
            self.in_grain(&typed, ty, name)?;
            let bounded = is_moment(wanted) || matches!(ty, Type::MoneyOf(_));
            if let (true, Some(bounds)) = (bounded, bounds) {
                self.within(&typed, bounds, ty, name)?;
            }
            return Some(typed);
        };
        if unit != wanted_unit {
            self.mismatch(wanted, typed.expr.ty, span);
            return None;
        }
        let Form::Steps(own) = form else {
            self.unrounded(unit, scale, span);
            return None;
        };
        if own > scale {
            let message =
                format!("`{name}` has {}, and this value can have {own}", crate::words::decimals(scale));
            let example = self.step_example(unit, scale);
            self.report(
                Diagnostic::new(&codes::UNROUNDED, span, message)
                    .with_help(format!("round it, as in `(…) rounded half up to {example}`")),
            );
            return None;
        }
        let typed = self.scaled(typed, ten(scale - own), Form::Steps(scale))?;
        if let Some(bounds) = bounds {
            self.within(&typed, bounds, ty, name)?;
        }
        Some(typed)
    }

    /// Reports a value that can lie outside the bounds of the parameter `name`.
    fn within(&mut self, typed: &Typed, (low, high): (i128, i128), ty: Type, name: &str) -> Option<()> {
        let Some(Range::Whole(least, most)) = typed.range else { return Some(()) };
        if low <= least && most <= high {
            return Some(());
        }
        let shown = |it: i128| crate::value::form::bound_words(it, ty, &self.schema);
        let message = format!(
            "this can be between {} and {}, and `{name}` is between {} and {}",
            shown(least),
            shown(most),
            shown(low),
            shown(high)
        );
        let help = "cap it with `but no more than …` or `but no less than …`, or widen the bounds";
        self.report(Diagnostic::new(&codes::MAY_LEAVE_BOUNDS, typed.expr.span, message).with_help(help));
        None
    }

    fn step_example(&self, unit: Measure, scale: u8) -> String {
        let step = crate::value::decimal::format(1, scale);
        match unit {
            Measure::Money(currency) => format!("{} {step}", currency.code()),
            Measure::Percent => format!("{step}%"),
            Measure::Number => step,
            Measure::Days => "1 day".to_owned(),
            Measure::Months => "1 month".to_owned(),
            Measure::Years => "1 year".to_owned(),
            Measure::Duration => "1 minute".to_owned(),
            Measure::BusinessDays => "1 business day".to_owned(),
            Measure::BusinessHours => "1 business minute".to_owned(),
        }
    }

    /// Reports an unrounded number where a value with a fixed number of decimals is needed.
    pub(super) fn unrounded(&mut self, unit: Measure, scale: u8, span: Span) {
        let example = self.step_example(unit, scale);
        self.report(
            Diagnostic::new(
                &codes::UNROUNDED,
                span,
                "this value is not rounded, and a value here has a fixed number of decimals",
            )
            .with_help(format!("say how to round it, as in `(…) rounded half up to {example}`")),
        );
    }
}
