//! Type expressions: what they stand for, their default bounds, and how a message names them.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::{
    check::{Checker, codes, foreign::foreign_type, literal::ten, time::WEEKDAY},
    diag::Diagnostic,
    hir::{Form, Measure, Ty},
    schema::{ChoiceName, Enumeration, Type},
    source::Span,
    syntax::ast::{
        Bounds, Choice, CountUnit, Field, ListType, Number, TimeUnit, TypeExpression, TypeKind,
        time::{BusinessUnit, ClockType},
    },
    value::{
        Currency,
        clock::{self, Grain},
        date,
    },
    words::nearest,
};

/// The most decimals that a type may have.
pub(super) const MOST_DECIMALS: usize = 12;
/// The default bound of integers, decimals and money, in units.
const DEFAULT_MAGNITUDE: i128 = 1_000_000_000_000;
/// The default longest text, in characters.
const DEFAULT_TEXT: u32 = 1_000;

/// What a type expression stands for.
pub(super) enum Shape<'a> {
    Leaf(Type),
    /// A record type: its declared name, if any, and its fields.
    Record(Option<&'a str>, &'a [Field]),
    /// A list, which only a fact can be.
    List(&'a ListType),
}

/// The inclusive default bounds of a type, in steps; 0 for types without order.
pub(crate) fn default_bounds(ty: Type) -> (i128, i128) {
    let magnitude = match ty {
        Type::Number { scale } | Type::Money { scale, .. } => DEFAULT_MAGNITUDE * ten(scale),
        Type::Percent { scale } => 1_000_000 * ten(scale),
        Type::Date => return (date::FIRST_DEFAULT, date::LAST_DEFAULT),
        Type::Time { grain } => return (0, clock::DAY - tick(grain)),
        Type::DateTime { grain } | Type::Instant { grain } => {
            let end = (date::LAST_DEFAULT + 1) * clock::DAY - tick(grain);
            return (date::FIRST_DEFAULT * clock::DAY, end);
        }
        Type::Days | Type::BusinessDays => 1_000_000,
        Type::Months => 12_000,
        Type::Years => 1_000,
        Type::Duration { .. } | Type::BusinessHours => 10_000_000_000,
        Type::Boolean
        | Type::Text { .. }
        | Type::Choice(_)
        | Type::Record
        | Type::Items(_)
        | Type::List(_)
        | Type::MoneyOf(_) => 0,
    };
    (-magnitude, magnitude)
}

/// Seconds of a step.
pub(super) fn tick(grain: Grain) -> i128 {
    match grain {
        Grain::Minute => 60,
        Grain::Second => 1,
    }
}

/// Whether values of this type have a range: numbers, dates and times.
pub(super) fn counts(ty: Ty) -> bool {
    matches!(ty, Ty::Quantity(..) | Ty::MoneyOf(_)) || is_moment(ty)
}

/// Whether values of this type are dates or times.
pub(super) fn is_moment(ty: Ty) -> bool {
    matches!(ty, Ty::Date | Ty::Time | Ty::DateTime | Ty::Instant)
}

/// The type of an expression that reads a value of `ty`.
pub(super) fn ty_of(ty: Type) -> Ty {
    let quantity = |unit, scale| Ty::Quantity(unit, Form::Steps(scale));
    match ty {
        Type::Boolean | Type::Record => Ty::Boolean,
        Type::Number { scale } => quantity(Measure::Number, scale),
        Type::Percent { scale } => quantity(Measure::Percent, scale),
        Type::Money { currency, scale } => quantity(Measure::Money(currency), scale),
        Type::Text { .. } => Ty::Text,
        Type::Date => Ty::Date,
        Type::Time { .. } => Ty::Time,
        Type::DateTime { .. } => Ty::DateTime,
        Type::Instant { .. } => Ty::Instant,
        Type::Days => quantity(Measure::Days, 0),
        Type::Months => quantity(Measure::Months, 0),
        Type::Years => quantity(Measure::Years, 0),
        Type::Duration { .. } => quantity(Measure::Duration, 0),
        Type::BusinessDays => quantity(Measure::BusinessDays, 0),
        Type::BusinessHours => quantity(Measure::BusinessHours, 0),
        Type::Choice(index) => Ty::Choice(index),
        Type::Items(index) => Ty::Items(index),
        // A list is read as its length.
        Type::List(_) => quantity(Measure::Number, 0),
        Type::MoneyOf(index) => Ty::MoneyOf(index),
    }
}

/// The value type of an expression, where it has one: an unrounded number has none.
pub(super) fn type_of(ty: Ty) -> Option<Type> {
    Some(match ty {
        Ty::Boolean => Type::Boolean,
        Ty::Choice(index) => Type::Choice(index),
        Ty::Text => Type::Text { longest: DEFAULT_TEXT },
        Ty::Items(index) => Type::Items(index),
        Ty::MoneyOf(index) => Type::MoneyOf(index),
        counted => return counted.counted(),
    })
}

impl<'a> Checker<'a> {
    /// A type in an author's words: `an amount in USD`, `a number of days`.
    pub(super) fn described(&self, ty: Ty) -> String {
        match ty {
            Ty::Boolean => "a condition (yes or no)".to_owned(),
            Ty::Text => "a text".to_owned(),
            Ty::Date => "a date".to_owned(),
            Ty::Time => "a time of day".to_owned(),
            Ty::DateTime => "a date and time (`datetime`)".to_owned(),
            Ty::Instant => "a moment (`instant`)".to_owned(),
            Ty::Items(_) => "a collected set".to_owned(),
            Ty::MoneyOf(index) => format!("an amount in {}", self.currency_names(index)),
            Ty::Choice(index) => match self.schema.enumerations.get(index) {
                Some(it) if !it.name.is_empty() => format!("a `{}`", it.name),
                Some(it) => {
                    let names: Vec<&str> = it.choices.iter().take(3).map(|it| it.name.as_str()).collect();
                    let more = if it.choices.len() > 3 { ", …" } else { "" };
                    format!("one of ({}{more})", names.join(", "))
                }
                None => "a value of a list".to_owned(),
            },
            Ty::Quantity(unit, form) => {
                let what = match unit {
                    Measure::Number => "a number".to_owned(),
                    Measure::Percent => "a percentage".to_owned(),
                    Measure::Money(currency) => format!("an amount in {}", currency.code()),
                    Measure::Days => "a number of days".to_owned(),
                    Measure::Months => "a number of months".to_owned(),
                    Measure::Years => "a number of years".to_owned(),
                    Measure::Duration => "a duration".to_owned(),
                    Measure::BusinessDays => "a number of business days".to_owned(),
                    Measure::BusinessHours => "business hours".to_owned(),
                };
                if matches!(form, Form::Steps(_)) { what } else { format!("{what}, not rounded") }
            }
        }
    }

    /// What a type expression stands for. Reports what it does not know.
    pub(super) fn shape(&mut self, ty: &'a TypeExpression) -> Option<Shape<'a>> {
        self.shape_of(&ty.kind, ty.span)
    }

    fn shape_of(&mut self, kind: &'a TypeKind, span: Span) -> Option<Shape<'a>> {
        Some(Shape::Leaf(match kind {
            TypeKind::Boolean => Type::Boolean,
            TypeKind::Integer => Type::Number { scale: 0 },
            TypeKind::Decimal(step) => Type::Number { scale: self.decimals(step)? },
            TypeKind::Percent(None) => Type::Percent { scale: 2 },
            TypeKind::Percent(Some(step)) => Type::Percent { scale: self.decimals(step)? },
            TypeKind::Money(code, step) => {
                let currency = self.currency(&code.text, code.span)?;
                let scale = match step {
                    Some(step) => self.decimals(step)?,
                    None => currency.digits(),
                };
                let most = self.money_scales.entry(currency.code()).or_insert(currency.digits());
                *most = scale.max(*most);
                Type::Money { currency, scale }
            }
            TypeKind::MoneyOf(codes, step) => self.money_of(codes, step.as_ref())?,
            TypeKind::List(list) => return Some(Shape::List(list)),
            TypeKind::Text(None) => Type::Text { longest: DEFAULT_TEXT },
            TypeKind::Text(Some(longest)) => Type::Text { longest: self.text_length(longest)? },
            TypeKind::Date => Type::Date,
            TypeKind::Clock(kind, to_minutes) => {
                let usual = *kind == ClockType::Time;
                let grain = if to_minutes.unwrap_or(usual) { Grain::Minute } else { Grain::Second };
                match kind {
                    ClockType::Time => Type::Time { grain },
                    ClockType::DateTime => Type::DateTime { grain },
                    ClockType::Instant => Type::Instant { grain },
                }
            }
            TypeKind::Business(BusinessUnit::Days) => Type::BusinessDays,
            TypeKind::Business(_) => Type::BusinessHours,
            TypeKind::Count(CountUnit::Days) => Type::Days,
            TypeKind::Count(CountUnit::Months) => Type::Months,
            TypeKind::Count(CountUnit::Years) => Type::Years,
            TypeKind::Duration(unit) => Type::Duration {
                json_unit: unit.map(|it| match it {
                    TimeUnit::Seconds => 1,
                    TimeUnit::Minutes => 60,
                    TimeUnit::Hours => 3_600,
                }),
            },
            TypeKind::OneOf(choices) => Type::Choice(self.enumeration("", choices, false, span)),
            TypeKind::Ordered(choices) => Type::Choice(self.enumeration("", choices, true, span)),
            TypeKind::Record(fields) => return Some(Shape::Record(None, fields)),
            TypeKind::Named(name) => return self.named_type(&name.text, name.span),
        }))
    }

    fn named_type(&mut self, name: &str, span: Span) -> Option<Shape<'a>> {
        if let Some(item) = self.types.get(name).copied() {
            return match &item.ty.kind {
                TypeKind::OneOf(choices) => {
                    let index = self.enumeration(&item.name.text, choices, false, item.ty.span);
                    Some(Shape::Leaf(Type::Choice(index)))
                }
                TypeKind::Ordered(choices) => {
                    let index = self.enumeration(&item.name.text, choices, true, item.ty.span);
                    Some(Shape::Leaf(Type::Choice(index)))
                }
                TypeKind::Record(fields) => Some(Shape::Record(Some(&item.name.text), fields)),
                other => {
                    if self.open_types.iter().any(|it| it == name) {
                        let message = format!("the type `{name}` stands for itself");
                        self.report(Diagnostic::new(&codes::CYCLE, span, message));
                        return None;
                    }
                    self.open_types.push(name.to_owned());
                    let shape = self.shape_of(other, item.ty.span);
                    self.open_types.pop();
                    shape
                }
            };
        }
        let collecting =
            self.decisions.iter().position(|it| it.ast.name.text == name && it.ast.collect.is_some());
        if let Some(index) = collecting {
            return Some(Shape::Leaf(Type::Items(index)));
        }
        if name == WEEKDAY {
            return Some(Shape::Leaf(Type::Choice(self.weekdays())));
        }
        if self.file.broken.iter().any(|it| it.name == name) {
            return None;
        }
        let message = format!("there is no type `{name}`");
        let diagnostic = Diagnostic::new(&codes::UNKNOWN_TYPE, span, message);
        let built_in = [
            "boolean", "integer", "decimal", "percent", "money", "text", "date", "days", "months", "years",
            "duration", "time", "datetime", "instant", "weekday", "optional", "record",
        ];
        let declared = self.types.keys().copied();
        let near = nearest(name, built_in.into_iter().chain(declared)).map(str::to_owned);
        self.report(match (foreign_type(name), near) {
            (Some(help), _) => diagnostic.with_help(help),
            (None, Some(near)) => {
                diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(span, near)
            }
            (None, None) => {
                diagnostic.with_help("declare it with `type`, or use one of the language's types")
            }
        });
        None
    }

    /// The index of an enumeration, declared when it is first met.
    pub(super) fn enumeration(
        &mut self,
        name: &str,
        choices: &'a [Choice],
        ordered: bool,
        span: Span,
    ) -> usize {
        if let Some(index) = self.enumerations.get(&span) {
            return *index;
        }
        let mut names: Vec<ChoiceName> = Vec::new();
        let (mut seen, mut seen_json) = (BTreeSet::new(), BTreeSet::new());
        for choice in choices {
            let it = ChoiceName {
                name: choice.name.text.clone(),
                json: choice.json.as_ref().map_or_else(|| choice.name.text.clone(), |it| it.text.clone()),
            };
            let new = seen.insert(it.name.clone()) & seen_json.insert(it.json.clone());
            if !new {
                let message = format!("`{}` stands in this list twice", it.name);
                self.report(
                    Diagnostic::new(&codes::DUPLICATE_NAME, choice.name.span, message)
                        .with_help("remove one of the two"),
                );
            } else {
                names.push(it);
            }
        }
        let index = self.enumerated(Enumeration { name: name.to_owned(), choices: names, ordered });
        self.enumerations.insert(span, index);
        index
    }

    /// Adds an enumeration to the schema, and gives its index.
    pub(super) fn enumerated(&mut self, it: Enumeration) -> usize {
        let index = self.schema.enumerations.len();
        let mut choices = FxHashMap::default();
        for (at, choice) in (0_u32..).zip(&it.choices) {
            choices.entry(choice.name.clone()).or_insert(at);
        }
        self.choices.push(Arc::new(choices));
        self.schema.enumerations.push(it);
        index
    }

    /// The index of a value of an enumeration, where it has one of this name.
    pub(super) fn choice_named(&self, enumeration: usize, word: &str) -> Option<u32> {
        self.choices.get(enumeration)?.get(word).copied()
    }

    /// How many decimals a step such as `0.01` has.
    pub(super) fn decimals(&mut self, step: &Number) -> Option<u8> {
        let fraction = step.text.strip_prefix("0.").unwrap_or("");
        let one = step.text == "1" || (fraction.ends_with('1') && fraction.trim_start_matches('0') == "1");
        if one && fraction.len() <= MOST_DECIMALS {
            return u8::try_from(fraction.len()).ok();
        }
        let message = format!("`{}` is not a step that a type can have", step.text);
        self.report(
            Diagnostic::new(&codes::STEP, step.span, message)
                .with_help("steps are 1, 0.1, 0.01, 0.001 and so on, down to twelve decimals"),
        );
        None
    }

    fn text_length(&mut self, longest: &Number) -> Option<u32> {
        let most = self.limits.text_length;
        match longest.text.parse::<u32>() {
            Ok(length) if length > 0 && length as usize <= most => Some(length),
            _ => {
                let message = format!("a text can be up to {most} characters long, not {}", longest.text);
                self.report(
                    Diagnostic::new(&codes::STEP, longest.span, message)
                        .with_help("write a whole number of characters, as in `text up to 200`"),
                );
                None
            }
        }
    }

    pub(super) fn currency(&mut self, code: &str, span: Span) -> Option<Currency> {
        let found = Currency::from_code(code);
        if found.is_none() {
            let message = format!("there is no currency `{code}`");
            self.report(
                Diagnostic::new(&codes::UNKNOWN_CURRENCY, span, message)
                    .with_help("use the three-letter ISO 4217 code, as in `USD`, `EUR` or `GBP`"),
            );
        }
        found
    }

    /// The bounds of a value of type `ty`: the declared ones, checked, or the default ones.
    pub(super) fn bounds(&mut self, ty: Type, bounds: Option<&Bounds>) -> (i128, i128) {
        let default = default_bounds(ty);
        if let Type::MoneyOf(index) = ty {
            return self.money_of_bounds(index, bounds);
        }
        let Some(written) = bounds else { return default };
        if !ordered_number(ty) {
            let message = format!("{} has no bounds", self.described(ty_of(ty)));
            self.report(
                Diagnostic::new(&codes::EMPTY_BOUNDS, written.span, message).with_help("remove `between …`"),
            );
            return default;
        }
        let low = self.number_literal(&written.low, ty);
        let high = self.number_literal(&written.high, ty);
        let (Some(low), Some(high)) = (low, high) else { return default };
        if low > high {
            self.report(
                Diagnostic::new(&codes::EMPTY_BOUNDS, written.span, "no value lies between these bounds")
                    .with_help("write the smaller one first"),
            );
            return default;
        }
        (low, high)
    }
}

fn ordered_number(ty: Type) -> bool {
    !matches!(
        ty,
        Type::Boolean | Type::Text { .. } | Type::Choice(_) | Type::Record | Type::Items(_) | Type::List(_)
    )
}
