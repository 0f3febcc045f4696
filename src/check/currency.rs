//! `money EUR or GBP`: amounts in one of several currencies.
//!
//! Such an amount is a value of its own type until a condition has said its currency: `price is in EUR`. Where
//! that is known, the same name is an amount in EUR. It travels as presence does ([`Known`]).

use std::collections::BTreeSet;

use crate::{
    check::{
        Checker, codes,
        expression::{Typed, negate},
        flow::{Flow, Known},
        literal::ten,
        range::Range,
    },
    diag::Diagnostic,
    hir::{Expr, Form, Kind, Measure, Ty},
    schema::{Currencies, Type},
    source::Span,
    syntax::ast::{Bounds, Expression, Literal, LiteralKind, Name, Number},
    value::{Currency, Scalar},
    words::{list, plain_list},
};

/// The default bound of an amount, in units.
const DEFAULT_MAGNITUDE: i128 = 1_000_000_000_000;

/// The bounds of an amount in one of these currencies that declares none.
pub(crate) fn default_money_of_bounds(currencies: &Currencies) -> [i128; 2] {
    let most = DEFAULT_MAGNITUDE * ten(currencies.scale);
    through_all(-most, most, currencies)
}

/// The least and the greatest value of an amount between two, in whichever currency.
fn through_all(low: i128, high: i128, currencies: &Currencies) -> [i128; 2] {
    let count = currencies.count();
    [low * count, high * count + (count - 1)]
}

impl Checker<'_> {
    /// The type `money EUR or GBP`.
    pub(super) fn money_of(&mut self, codes: &[Name], step: Option<&Number>) -> Option<Type> {
        let own = match step {
            Some(step) => Some(self.decimals(step)?),
            None => None,
        };
        let mut all: Vec<(Currency, u8)> = Vec::new();
        for code in codes {
            let currency = self.currency(&code.text, code.span)?;
            if all.iter().any(|it| it.0 == currency) {
                let message = format!("`{}` stands in this list twice", code.text);
                self.report(
                    Diagnostic::new(&codes::DUPLICATE_NAME, code.span, message)
                        .with_help("remove one of the two"),
                );
                continue;
            }
            let digits = own.unwrap_or(currency.digits());
            let most = self.money_scales.entry(currency.code()).or_insert(currency.digits());
            *most = digits.max(*most);
            all.push((currency, digits));
        }
        all.sort_by_key(|it| it.0.code());
        let scale = all.iter().map(|it| it.1).max()?;
        let currencies = Currencies { all, scale };
        let known = self.schema.currencies.iter().position(|it| *it == currencies);
        Some(Type::MoneyOf(known.unwrap_or_else(|| {
            self.schema.currencies.push(currencies);
            self.schema.currencies.len() - 1
        })))
    }

    /// `EUR or GBP`.
    pub(super) fn currency_names(&self, index: usize) -> String {
        let all = self.schema.currencies.get(index).map_or(&[][..], |it| &it.all);
        let names: Vec<&str> = all.iter().map(|it| it.0.code()).collect();
        plain_list(&names, "or")
    }

    /// The bounds of such an amount: those of the number of units, whatever the currency is.
    pub(super) fn money_of_bounds(&mut self, index: usize, bounds: Option<&Bounds>) -> (i128, i128) {
        let Some(currencies) = self.schema.currencies.get(index).cloned() else { return (0, 0) };
        let Some(written) = bounds else {
            let [low, high] = default_money_of_bounds(&currencies);
            return (low, high);
        };
        let plain = |it: &Literal| matches!(it.kind, LiteralKind::Number(_));
        if !plain(&written.low) || !plain(&written.high) {
            let message = "these bounds are for amounts in several currencies";
            self.report(
                Diagnostic::new(&codes::TYPE_MISMATCH, written.span, message)
                    .with_help("write plain numbers, as in `between 0 and 10_000`"),
            );
            return (0, 0);
        }
        let (low, high) = self.bounds(Type::Number { scale: currencies.scale }, Some(written));
        let [low, high] = through_all(low, high, &currencies);
        (low, high)
    }

    /// A constant such as `EUR 5` as an amount in one of several currencies.
    pub(super) fn money_of_literal(&mut self, literal: &Literal, index: usize) -> Option<Scalar> {
        let constant = self.constant(literal)?;
        let Scalar::Number(value) = constant.value else { return None };
        let range = Some(Range::Whole(value, value));
        let typed =
            Typed::new(Kind::Constant(Scalar::Number(value)), constant.ty, literal.span).with_range(range);
        match self.in_one_of(typed, index)?.expr.kind {
            Kind::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// An amount in one currency as one in one of several. Others are left as they are.
    pub(super) fn in_one_of(&mut self, typed: Typed, index: usize) -> Option<Typed> {
        let Ty::Quantity(Measure::Money(currency), form) = typed.expr.ty else { return Some(typed) };
        let span = typed.expr.span;
        let currencies = self.schema.currencies.get(index)?.clone();
        let Some(place) = currencies.all.iter().position(|it| it.0 == currency) else {
            let message = format!(
                "expected an amount in {}, found one in {}",
                self.currency_names(index),
                currency.code()
            );
            self.report(Diagnostic::new(&codes::MIXED_CURRENCIES, span, message).with_help(format!(
                "add `or {}` to the type, or compare with another amount",
                currency.code()
            )));
            return None;
        };
        let (_, digits) = *currencies.all.get(place)?;
        let own = match form {
            Form::Steps(own) if own <= digits => own,
            _ => {
                self.unrounded(Measure::Money(currency), digits, span);
                return None;
            }
        };
        let steps = currencies.stride(place)?.checked_mul(ten(digits - own))?;
        let form = Form::Steps(currencies.scale);
        let scaled = self.scaled(typed, steps, form)?;
        let Some(Range::Whole(low, high)) = scaled.range else { return None };
        let shift = place as i128;
        let ty = Ty::MoneyOf(index);
        let kind = match scaled.expr.kind {
            Kind::Constant(Scalar::Number(value)) => {
                Kind::Constant(Scalar::Number(value.checked_add(shift)?))
            }
            _ if shift == 0 => {
                let range = Some(Range::Whole(low, high));
                return Some(Typed::new(scaled.expr.kind, ty, span).with_range(range));
            }
            _ => {
                let constant = Expr { kind: Kind::Constant(Scalar::Number(shift)), ty: scaled.expr.ty, span };
                Kind::Sum(vec![(false, scaled.expr), (false, constant)])
            }
        };
        let range = Range::Whole(low, high).plus(Range::Whole(shift, shift));
        Some(Typed::new(kind, ty, span).with_range(range))
    }

    /// `price is in EUR`.
    pub(super) fn in_currency(
        &mut self,
        value: &Expression,
        currency: &Name,
        negated: bool,
        span: Span,
        known: &Known,
    ) -> Option<Typed> {
        // What is known already is no reason to refuse the question: the value is asked as it is declared.
        let known = known.without_currencies();
        let typed = self.value(value, &known, None)?;
        let asked = self.currency(&currency.text, currency.span)?;
        let Ty::MoneyOf(index) = typed.expr.ty else {
            let message = format!(
                "expected an amount in one of several currencies, found {}",
                self.described(typed.expr.ty)
            );
            self.report(
                Diagnostic::new(&codes::TYPE_MISMATCH, value.span, message)
                    .with_help("`is in` asks for the currency of a `money EUR or GBP`"),
            );
            return None;
        };
        let all = self.schema.currencies.get(index)?.all.clone();
        let Some(place) = all.iter().position(|it| it.0 == asked) else {
            let names: Vec<&str> = all.iter().map(|it| it.0.code()).collect();
            let message = format!("this amount is never in {}", asked.code());
            self.report(
                Diagnostic::new(&codes::MIXED_CURRENCIES, currency.span, message)
                    .with_help(format!("its currencies are {}", list(&names, "and"))),
            );
            return None;
        };
        let mut flow = Flow::default();
        if let Some(at) = typed.place {
            flow.yes = Known::currencies(at, [place]);
            flow.no = Known::currencies(at, (0..all.len()).filter(|it| *it != place));
        }
        let kind = Kind::InCurrency(Box::new(typed.expr), place, all.len() as i128);
        let asked = Typed::new(kind, Ty::Boolean, span).with_flow(flow);
        Some(if negated { negate(asked) } else { asked })
    }

    /// The value as an amount in its currency, where that is known.
    pub(super) fn in_known_currency(&self, typed: Typed, known: &Known) -> Typed {
        let (Ty::MoneyOf(index), Some(place)) = (typed.expr.ty, typed.place) else { return typed };
        let only = |it: &BTreeSet<usize>| match (it.first(), it.len()) {
            (Some(only), 1) => Some(*only),
            _ => None,
        };
        let at = known.currencies_of(place).and_then(only);
        let currencies = self.schema.currencies.get(index);
        let (Some(at), Some(currencies)) = (at, currencies) else { return typed };
        let (Some((currency, digits)), Some(stride)) = (currencies.all.get(at), currencies.stride(at)) else {
            return typed;
        };
        let range = match typed.range {
            Some(Range::Whole(low, high)) => {
                Some(Range::Whole(low.div_euclid(stride), high.div_euclid(stride)))
            }
            other => other,
        };
        let span = typed.expr.span;
        let ty = Ty::Quantity(Measure::Money(*currency), Form::Steps(*digits));
        let mut amount = Typed::new(Kind::AmountIn(Box::new(typed.expr), stride), ty, span).with_range(range);
        amount.missing = typed.missing;
        // The place stays what may be absent, and what a comparison bounds is another number.
        amount
    }

    /// Reports an amount whose currency is not known where one is needed.
    pub(super) fn currency_not_known(&mut self, index: usize, span: Span) {
        let text = self.source.slice(span).to_owned();
        let first = self.schema.currencies.get(index).and_then(|it| it.all.first());
        let first = first.map_or("EUR", |it| it.0.code());
        let message = format!("`{text}` can be in {} here", self.currency_names(index));
        self.report(
            Diagnostic::new(&codes::CURRENCY_NOT_KNOWN, span, message)
                .with_help(format!("ask first, as in `{text} is in {first} and …`")),
        );
    }
}
