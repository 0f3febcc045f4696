//! The type of an expression, as far as printing a value and finding an enumeration ask.

use std::rc::Rc;

use evenhand::syntax::ast::time::{BusinessUnit, ClockType, TimeExpression, TimePart};
use evenhand::syntax::ast::{Define, Expression, ExpressionKind, Literal, LiteralKind};

use crate::reference::evaluate::{Case, Locals, Value, bare};
use crate::reference::model::{Enumeration, Ty, currency_scale, weekdays};
use crate::reference::number::written_scale;
use crate::reference::time::written_time;

impl<'f> Case<'_, 'f> {
    /// The type of an expression; nothing for a bare word, whose type the other side has, and for `absent`.
    pub(crate) fn ty(&self, e: &Expression, locals: &Locals) -> Option<Ty> {
        let first_known = |parts: &mut dyn Iterator<Item = &Expression>| {
            parts.filter_map(|it| self.ty(it, locals)).reduce(|a, b| join(&a, &b))
        };
        match &e.kind {
            ExpressionKind::Literal(literal) => literal_ty(literal),
            ExpressionKind::Reference(path) => self.reference_ty(path, locals),
            ExpressionKind::Call(name, arguments) => {
                let define = self.model.define(&name.text).expect("a declared definition");
                let locals = self.bind(define, arguments, locals);
                self.define_ty(define, &locals)
            }
            ExpressionKind::Parenthesis(inner) | ExpressionKind::Negate(inner) => self.ty(inner, locals),
            ExpressionKind::Not(_)
            | ExpressionKind::And(_)
            | ExpressionKind::Or(_)
            | ExpressionKind::Implies(..)
            | ExpressionKind::Compare(..)
            | ExpressionKind::OneOf { .. }
            | ExpressionKind::Presence { .. }
            | ExpressionKind::Empty { .. }
            | ExpressionKind::Row(_)
            | ExpressionKind::HasRow(..)
            | ExpressionKind::Includes(..) => Some(Ty::Boolean),
            ExpressionKind::Each(each) => self.each_ty(each, locals),
            ExpressionKind::InCurrency { .. } => Some(Ty::Boolean),
            ExpressionKind::OnDay(table, _) => {
                let define = self.model.dated_column(table);
                self.define_ty(define, &Locals::new())
            }
            ExpressionKind::OrMore { value, .. } => self.ty(value, locals),
            ExpressionKind::Time(it) => self.time_ty(it),
            ExpressionKind::Sum(first, rest) => {
                let types: Vec<Ty> = [first.as_ref()]
                    .into_iter()
                    .chain(rest.iter().map(|it| &it.1))
                    .filter_map(|it| self.ty(it, locals))
                    .collect();
                let mut timed = types.iter().filter(|it| matches!(it, Ty::Clock(..)));
                match timed.clone().count() {
                    0 => {}
                    1 => return timed.next().cloned(),
                    _ => return Some(Ty::Duration { unit: None }),
                }
                let dates = types.iter().filter(|it| **it == Ty::Date).count();
                match dates {
                    0 => types.into_iter().reduce(|a, b| join(&a, &b)),
                    1 => Some(Ty::Date),
                    _ => Some(Ty::Count(evenhand::syntax::ast::CountUnit::Days)),
                }
            }
            ExpressionKind::Product(first, rest) => {
                let types = [first.as_ref()].into_iter().chain(rest.iter().map(|it| &it.1));
                types.filter_map(|it| self.ty(it, locals)).reduce(product)
            }
            ExpressionKind::Capped(first, rest) => {
                first_known(&mut [first.as_ref()].into_iter().chain(rest.iter().map(|it| &it.1)))
            }
            ExpressionKind::Extremum(_, parts) => first_known(&mut parts.iter()),
            ExpressionKind::Shifted { from, .. } => self.ty(from, locals),
            ExpressionKind::Rounded { step, .. } => literal_ty(step),
            ExpressionKind::CountIn(..) => Some(Ty::Number { scale: 0 }),
        }
    }

    fn time_ty(&self, e: &TimeExpression) -> Option<Ty> {
        // Whole minutes are a matter of declared types alone.
        Some(match e {
            TimeExpression::PartOf { part, .. } => match part {
                TimePart::Date | TimePart::FirstOfMonth | TimePart::LastOfMonth => Ty::Date,
                TimePart::Time => Ty::Clock(ClockType::Time, true),
                TimePart::DateTime => Ty::Clock(ClockType::DateTime, true),
                TimePart::Instant => Ty::Clock(ClockType::Instant, true),
                TimePart::Weekday => Ty::Choice(Rc::new(weekdays())),
            },
            TimeExpression::At(..) => Ty::Clock(ClockType::DateTime, true),
            TimeExpression::BusinessBetween { unit, .. } => Ty::Business(*unit),
            TimeExpression::Business { .. } | TimeExpression::Within { .. } => Ty::Boolean,
            TimeExpression::Stray { .. } => return None,
        })
    }

    fn reference_ty(&self, path: &str, locals: &Locals) -> Option<Ty> {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        match (locals.get(first), rest) {
            (Some((_, ty)), None) => return Some(ty.clone()),
            (Some((Value::Record(record), _)), Some(rest)) => {
                return self.reference_ty(&format!("{record}.{rest}"), &Locals::new());
            }
            (Some(_), Some(_)) => return None,
            (None, _) => {}
        }
        if let Some(index) = self.model.slot(path) {
            return Some(self.model.slots[index].ty.clone());
        }
        if let Some(define) = self.model.define(path) {
            return self.define_ty(define, &Locals::new());
        }
        if let Some(setting) = self.model.settings.get(path) {
            return Some(self.model.ty(&setting.ty));
        }
        let decision = self.model.decision(first)?;
        match rest {
            None if decision.collect.is_some() => Some(Ty::Items(first.to_owned())),
            None => Some(Ty::Outcome(first.to_owned())),
            Some(name) => self.model.parameter(decision, name).map(|it| self.model.ty(&it.ty)),
        }
    }

    /// The type of the values of a definition.
    pub(crate) fn define_ty(&self, define: &Define, locals: &Locals) -> Option<Ty> {
        let types: Vec<Ty> = define.cases.iter().filter_map(|it| self.ty(&it.value, locals)).collect();
        if let Some(several) = types.iter().find(|it| matches!(it, Ty::MoneyOf { .. })) {
            return Some(several.clone());
        }
        types.into_iter().reduce(|a, b| join(&a, &b)).or_else(|| self.enumeration_of_words(define))
    }

    /// The enumeration that has all the words that a definition gives.
    fn enumeration_of_words(&self, define: &Define) -> Option<Ty> {
        let mut words = Vec::new();
        for case in &define.cases {
            match &bare(&case.value).kind {
                ExpressionKind::Reference(word) => words.push(word.clone()),
                ExpressionKind::Literal(_) => {}
                _ => return None,
            }
        }
        let has_all =
            |ty: &Ty| matches!(ty, Ty::Choice(list) if words.iter().all(|it| list.index(it).is_some()));
        let declared = self.model.types.values().map(|it| self.model.ty(it));
        let known = declared.chain(self.model.slots.iter().map(|it| it.ty.clone())).find(has_all);
        known.or_else(|| {
            words.dedup();
            let choices = words.into_iter().map(|it| (it.clone(), it)).collect();
            Some(Ty::Choice(Rc::new(Enumeration { choices })))
        })
    }
}

fn literal_ty(literal: &Literal) -> Option<Ty> {
    match &literal.kind {
        LiteralKind::Number(it) => Some(Ty::Number { scale: written_scale(&it.text) }),
        LiteralKind::Percent(it) => Some(Ty::Percent { scale: written_scale(&it.text) }),
        LiteralKind::Money(currency, it) => {
            let scale = currency_scale(&currency.text).max(written_scale(&it.text));
            Some(Ty::Money { currency: currency.text.clone(), scale })
        }
        LiteralKind::Count(_, unit) => Some(Ty::Count(*unit)),
        LiteralKind::Duration(..) | LiteralKind::DaysOfHours(..) => Some(Ty::Duration { unit: None }),
        LiteralKind::Date(_) => Some(Ty::Date),
        LiteralKind::Business(_, BusinessUnit::Days) => Some(Ty::Business(BusinessUnit::Days)),
        LiteralKind::Business(..) => Some(Ty::Business(BusinessUnit::Hours)),
        LiteralKind::Time(_) => Some(Ty::Clock(ClockType::Time, true)),
        LiteralKind::DateTime(text) => {
            let moment = matches!(written_time(text), Value::Instant(_));
            let kind = if moment { ClockType::Instant } else { ClockType::DateTime };
            Some(Ty::Clock(kind, true))
        }
        LiteralKind::Boolean(_) => Some(Ty::Boolean),
        LiteralKind::Text(_) => Some(Ty::Text { longest: 1000 }),
        LiteralKind::Absent | LiteralKind::Word(_) => None,
    }
}

/// The type that holds the values of both.
pub(crate) fn join(a: &Ty, b: &Ty) -> Ty {
    match (a, b) {
        (Ty::MoneyOf { .. }, Ty::Money { .. }) => b.clone(),
        (Ty::Number { scale: a }, Ty::Number { scale: b }) => Ty::Number { scale: *a.max(b) },
        (Ty::Percent { scale: a }, Ty::Percent { scale: b }) => Ty::Percent { scale: *a.max(b) },
        (Ty::Money { currency, scale: a }, Ty::Money { scale: b, .. }) => {
            Ty::Money { currency: currency.clone(), scale: *a.max(b) }
        }
        _ => a.clone(),
    }
}

fn product(a: Ty, b: Ty) -> Ty {
    match (&a, &b) {
        (Ty::Number { scale: x }, Ty::Number { scale: y }) => Ty::Number { scale: x + y },
        (Ty::Number { scale }, Ty::Money { currency, scale: cents })
        | (Ty::Money { currency, scale: cents }, Ty::Number { scale }) => {
            Ty::Money { currency: currency.clone(), scale: cents + scale }
        }
        (Ty::Number { .. } | Ty::Percent { .. }, _) => b,
        _ => a,
    }
}
