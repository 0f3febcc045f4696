//! The value of an expression in one case: every fact known or absent.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use evenhand::syntax::ast::{
    Alternative, CapKind, CellKind, Comparison, CountUnit, Decision, Define, Expression, ExpressionKind,
    ExtremumKind, Guard, Literal, LiteralKind, ProductOperator, time::BusinessUnit,
};
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use unicode_normalization::UnicodeNormalization;

use crate::reference::decide::Decided;
use crate::reference::intake::Fact;
use crate::reference::list::{each_parts, one_of_currency};
use crate::reference::model::{Model, Ty, number_of};
use crate::reference::number::{add_months, parse_date, round, whole};
use crate::reference::time::{add_time, timed, written_time};

/// What a number counts, as far as adding it to a date asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    One,
    Days,
    Months,
    Years,
    BusinessDays,
    BusinessHours,
}

impl Unit {
    pub(crate) fn of(unit: CountUnit) -> Self {
        match unit {
            CountUnit::Days => Unit::Days,
            CountUnit::Months => Unit::Months,
            CountUnit::Years => Unit::Years,
        }
    }
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    Boolean(bool),
    Number(Unit, BigRational),
    Date(i64),
    /// Seconds of the day.
    Time(i64),
    /// Seconds of a local clock since 1970-01-01T00:00.
    DateTime(i64),
    /// Seconds since 1970-01-01T00:00Z.
    Instant(i64),
    /// The name of a value of an enumeration, or of an outcome.
    Choice(String),
    Text(String),
    /// An amount in one of several currencies: its currency, the amount.
    OneOf(String, BigRational),
    /// What a `collect` decision gave, in canonical order.
    Items(Vec<Item>),
    /// A record that is there, by its path.
    Record(String),
    /// Absent, or an atom outside its guard.
    Nothing,
    /// Read from a decision in error.
    Error,
}

/// An outcome with the values of its parameters, in order of declaration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Item {
    pub(crate) outcome: String,
    pub(crate) parameters: Vec<(String, Value)>,
}

/// Parameters of the definition around an expression: value and type.
pub(crate) type Locals = BTreeMap<String, (Value, Ty)>;

/// What an absent fact, or a parameter of another outcome, reads as. Law S4: it makes no difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outside {
    Nothing,
    Low,
    High,
}

/// A policy with the facts of one case.
pub(crate) struct Case<'m, 'f> {
    pub(crate) model: &'m Model<'f>,
    facts: &'m [Fact],
    outside: Outside,
    defined: RefCell<BTreeMap<&'f str, Value>>,
    decided: RefCell<BTreeMap<&'f str, Rc<Decided>>>,
}

impl<'m, 'f> Case<'m, 'f> {
    pub(crate) fn new(model: &'m Model<'f>, facts: &'m [Fact], outside: Outside) -> Self {
        Case { model, facts, outside, defined: RefCell::default(), decided: RefCell::default() }
    }

    pub(crate) fn facts(&self) -> &'m [Fact] {
        self.facts
    }

    pub(crate) fn outside(&self) -> Outside {
        self.outside
    }

    /// The decision's result, computed once.
    pub(crate) fn decided(&self, decision: &'f Decision) -> Rc<Decided> {
        let name = decision.name.text.as_str();
        if let Some(known) = self.decided.borrow().get(name) {
            return Rc::clone(known);
        }
        let result = Rc::new(self.decide(decision));
        self.decided.borrow_mut().insert(name, Rc::clone(&result));
        result
    }

    /// The value of an expression.
    pub(crate) fn value(&self, e: &Expression, locals: &Locals) -> Value {
        match &e.kind {
            ExpressionKind::Literal(literal) => literal_value(literal),
            ExpressionKind::Reference(path) => self.reference(path, locals),
            ExpressionKind::Call(name, arguments) => {
                let define = self.model.define(&name.text).expect("a declared definition");
                let locals = self.bind(define, arguments, locals);
                self.define_value(define, &locals)
            }
            ExpressionKind::Parenthesis(inner) => self.value(inner, locals),
            ExpressionKind::Not(inner) => negated(self.value(inner, locals)),
            ExpressionKind::Negate(inner) => {
                strict(vec![self.value(inner, locals)], |it| number(it, |unit, it| (unit, -it)))
            }
            ExpressionKind::And(parts) => all(parts.iter().map(|it| self.value(it, locals)), false),
            ExpressionKind::Or(parts) => all(parts.iter().map(|it| self.value(it, locals)), true),
            ExpressionKind::Implies(a, b) => {
                all([negated(self.value(a, locals)), self.value(b, locals)].into_iter(), true)
            }
            ExpressionKind::Compare(operator, a, b) => self.compare(*operator, a, b, locals),
            ExpressionKind::OneOf { value, choices, negated: not } => {
                let ty = self.ty(value, locals);
                let value = self.value(value, locals);
                let choices: Vec<Value> =
                    choices.iter().map(|it| self.against(it, ty.as_ref(), locals)).collect();
                let operands = [value].into_iter().chain(choices).collect();
                together(operands, |it| Value::Boolean(it[1..].contains(&it[0]) != *not))
            }
            ExpressionKind::Presence { value, present } => match self.presence(value, locals) {
                Value::Error => Value::Error,
                value => Value::Boolean((value != Value::Nothing) == *present),
            },
            ExpressionKind::Each(each) => self.each(each, locals),
            ExpressionKind::InCurrency { value, currency, negated: not } => {
                let held = |it: &Value| matches!(it, Value::OneOf(own, _) if *own == currency.text);
                match self.value(value, locals) {
                    it @ Value::OneOf(..) => Value::Boolean(held(&it) != *not),
                    other => other,
                }
            }
            ExpressionKind::Empty { value, negated } if self.list_path(value).is_some() => {
                self.list_is_empty(self.list_path(value).unwrap_or(""), *negated)
            }
            ExpressionKind::Includes(set, item) if self.list_path(set).is_some() => {
                self.list_includes(self.list_path(set).unwrap_or(""), item, locals)
            }
            ExpressionKind::Empty { value, negated: not } => {
                strict(vec![self.value(value, locals)], |it| Value::Boolean(items(&it[0]).is_empty() != *not))
            }
            ExpressionKind::Includes(set, item) => {
                let ExpressionKind::Reference(name) = &bare(item).kind else { panic!("an item is a word") };
                let has = |it: &[Value]| items(&it[0]).iter().any(|it| it.outcome == *name);
                strict(vec![self.value(set, locals)], |it| Value::Boolean(has(it)))
            }
            ExpressionKind::OrMore { .. } => panic!("`or above` stands after `is`"),
            ExpressionKind::Sum(first, rest) => {
                let operands = [first.as_ref()].into_iter().chain(rest.iter().map(|it| &it.1));
                let operands = operands.map(|it| self.value(it, locals)).collect();
                strict(operands, |it| {
                    let steps = it[1..].iter().zip(rest);
                    steps.fold(it[0].clone(), |sum, (value, (minus, _))| add(&sum, value, *minus))
                })
            }
            ExpressionKind::Product(first, rest) => {
                let operands = [first.as_ref()].into_iter().chain(rest.iter().map(|it| &it.1));
                let operands = operands.map(|it| self.value(it, locals)).collect();
                strict(operands, |it| {
                    let steps = it[1..].iter().zip(rest);
                    steps.fold(it[0].clone(), |product, (value, (operator, _))| {
                        multiply(&product, value, *operator)
                    })
                })
            }
            ExpressionKind::Capped(first, caps) => {
                let operands = [first.as_ref()].into_iter().chain(caps.iter().map(|it| &it.1));
                let operands = operands.map(|it| self.value(it, locals)).collect();
                strict(operands, |it| {
                    let steps = it[1..].iter().zip(caps);
                    steps.fold(it[0].clone(), |value, (cap, (kind, _))| match kind {
                        CapKind::NoMore => pick(&value, cap, Ordering::Less),
                        CapKind::NoLess => pick(&value, cap, Ordering::Greater),
                    })
                })
            }
            ExpressionKind::Extremum(kind, parts) => {
                let wanted = match kind {
                    ExtremumKind::Lowest | ExtremumKind::Earliest => Ordering::Less,
                    ExtremumKind::Highest | ExtremumKind::Latest => Ordering::Greater,
                };
                let operands = parts.iter().map(|it| self.value(it, locals)).collect();
                strict(operands, |it| it[1..].iter().fold(it[0].clone(), |best, it| pick(&best, it, wanted)))
            }
            ExpressionKind::Shifted { distance, from, after, calendar } => {
                let operands = vec![self.value(from, locals), self.value(distance, locals)];
                strict(operands, |it| {
                    let business = self.business_shift(&it[0], &it[1], *after, calendar.as_ref());
                    business.unwrap_or_else(|| add(&it[0], &it[1], !after))
                })
            }
            ExpressionKind::Time(it) => self.time_value(it, locals),
            ExpressionKind::Rounded { value, mode, step } => {
                let step = number_of(step);
                strict(vec![self.value(value, locals)], |it| {
                    number(it, |unit, it| (unit, round(it, &step, *mode)))
                })
            }
            ExpressionKind::Row(row) => self.row(row, locals),
            ExpressionKind::OnDay(table, day) => {
                let define = self.model.dated_column(table);
                let locals = self.bind(define, std::slice::from_ref(day), locals);
                self.define_value(define, &locals)
            }
            ExpressionKind::HasRow(table, day) => {
                let first = parse_date(&self.model.dated_table(table).starting[0].text).expect("a day");
                strict(vec![self.value(day, locals)], |it| {
                    Value::Boolean(order(&it[0], &Value::Date(first)) != Ordering::Less)
                })
            }
            ExpressionKind::CountIn(_, inner) => {
                strict(vec![self.value(inner, locals)], |it| number(it, |_, it| (Unit::One, it.clone())))
            }
        }
    }

    fn reference(&self, path: &str, locals: &Locals) -> Value {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        match (locals.get(first), rest) {
            (Some((value, _)), None) => return value.clone(),
            (Some((Value::Record(record), _)), Some(rest)) => return self.fact(&format!("{record}.{rest}")),
            (Some((value, _)), Some(_)) => return value.clone(),
            (None, _) => {}
        }
        if self.model.slot(path).is_some() || self.model.groups.contains(path) {
            return self.fact(path);
        }
        if let Some(define) = self.model.define(path) {
            return self.plain_define(define);
        }
        if let Some(setting) = self.model.settings.get(path) {
            return literal_value(&setting.value);
        }
        match (self.model.decision(first), rest) {
            (Some(decision), None) => self.decided(decision).outcome(),
            (Some(decision), Some(parameter)) => match self.decided(decision).parameter(parameter) {
                Value::Nothing => self.outside_parameter(decision, parameter),
                value => value,
            },
            (None, None) => Value::Choice(path.to_owned()),
            (None, Some(_)) => panic!("`{path}` is not declared"),
        }
    }

    fn fact(&self, path: &str) -> Value {
        let Some(index) = self.model.slot(path) else { return Value::Record(path.to_owned()) };
        let slot = &self.model.slots[index];
        match &self.facts[index] {
            Fact::Known(_) if slot.ty == Ty::Record => Value::Record(path.to_owned()),
            Fact::Known(value) => value.clone(),
            Fact::Absent => self.extreme(&slot.ty, slot.range.as_ref()),
            Fact::Unknown => panic!("`{path}` is unknown: a case has every fact"),
        }
    }

    fn outside_parameter(&self, decision: &'f Decision, name: &str) -> Value {
        let parameter = self.model.parameter(decision, name).expect("a declared parameter");
        let mut all =
            decision.outcomes.iter().flat_map(|it| &it.parameters).filter(|it| it.name.text == name);
        // Outcomes may give parameters of different types one name; then none is read in place of another.
        let kind = |it: &evenhand::syntax::ast::Parameter| std::mem::discriminant(&self.model.ty(&it.ty));
        if all.any(|it| kind(it) != kind(parameter)) {
            return Value::Nothing;
        }
        let bounds = parameter.bounds.as_ref().map(|it| (number_of(&it.low), number_of(&it.high)));
        self.extreme(&self.model.ty(&parameter.ty), bounds.as_ref())
    }

    /// What an atom outside its guard reads as.
    fn extreme(&self, ty: &Ty, range: Option<&(BigRational, BigRational)>) -> Value {
        let high = match self.outside {
            Outside::Nothing => return Value::Nothing,
            Outside::Low => false,
            Outside::High => true,
        };
        let bound =
            || range.map_or_else(|| whole(1), |(low, up)| if high { up.clone() } else { low.clone() });
        match ty {
            Ty::Boolean => Value::Boolean(high),
            Ty::Number { .. } | Ty::Percent { .. } | Ty::Money { .. } | Ty::Duration { .. } => {
                Value::Number(Unit::One, bound())
            }
            Ty::Count(unit) => Value::Number(Unit::of(*unit), bound()),
            Ty::Date => Value::Date(bound().to_integer().to_i64().unwrap_or(0)),
            Ty::Clock(kind, _) => timed(*kind, bound().to_integer().to_i64().unwrap_or(0)),
            Ty::Business(BusinessUnit::Days) => Value::Number(Unit::BusinessDays, bound()),
            Ty::Business(_) => Value::Number(Unit::BusinessHours, bound()),
            Ty::Text { .. } => Value::Text(if high { "zzz".into() } else { String::new() }),
            Ty::Choice(list) => {
                let choice = if high { list.choices.last() } else { list.choices.first() };
                choice.map_or(Value::Nothing, |it| Value::Choice(it.0.clone()))
            }
            Ty::Items(_) => Value::Items(Vec::new()),
            Ty::MoneyOf { all } => {
                let currency = if high { all.last() } else { all.first() };
                currency.map_or(Value::Nothing, |it| Value::OneOf(it.0.clone(), bound()))
            }
            Ty::Record | Ty::Outcome(_) | Ty::List { .. } => Value::Nothing,
        }
    }

    /// Whether there is a value, never read as anything else.
    pub(crate) fn presence(&self, e: &Expression, locals: &Locals) -> Value {
        if let ExpressionKind::Reference(path) = &bare(e).kind {
            let path = match path.split_once('.').and_then(|(first, rest)| Some((locals.get(first)?, rest))) {
                Some(((Value::Record(record), _), rest)) => format!("{record}.{rest}"),
                _ => path.clone(),
            };
            if let Some(index) = self.model.slot(&path) {
                let present = matches!(self.facts[index], Fact::Known(_));
                return if present { Value::Boolean(true) } else { Value::Nothing };
            }
            if let Some((Some(decision), parameter)) =
                path.split_once('.').map(|it| (self.model.decision(it.0), it.1))
            {
                return self.decided(decision).parameter(parameter);
            }
        }
        let strictly =
            Case { outside: Outside::Nothing, ..Case::new(self.model, self.facts, Outside::Nothing) };
        strictly.value(e, locals)
    }

    /// A definition without parameters, computed once.
    fn plain_define(&self, define: &'f Define) -> Value {
        let name = define.name.text.as_str();
        if let Some(known) = self.defined.borrow().get(name) {
            return known.clone();
        }
        let value = self.define_value(define, &Locals::new());
        self.defined.borrow_mut().insert(name, value.clone());
        value
    }

    fn define_value(&self, define: &Define, locals: &Locals) -> Value {
        match self.case_of(define, locals) {
            Ok(index) => {
                let ty = self.define_ty(define, locals);
                self.against(&define.cases[index].value, ty.as_ref(), locals)
            }
            Err(none) => none,
        }
    }

    /// Which case applies; else the value that stands for it: `Error` or `Nothing`.
    pub(crate) fn case_of(&self, define: &Define, locals: &Locals) -> Result<usize, Value> {
        for (index, case) in define.cases.iter().enumerate() {
            match &case.guard {
                Guard::Plain | Guard::Otherwise => return Ok(index),
                Guard::When(guard) => match self.value(guard, locals) {
                    Value::Boolean(true) => return Ok(index),
                    Value::Boolean(false) => {}
                    other => return Err(other),
                },
            }
        }
        panic!("no case of `{}` applies", define.name.text)
    }

    /// The parameters of a call, evaluated.
    pub(crate) fn bind(&self, define: &Define, arguments: &[Expression], locals: &Locals) -> Locals {
        let bound = define.parameters.iter().zip(arguments).map(|(parameter, argument)| {
            let ty = self.model.ty(&parameter.ty);
            let value = self.against(argument, Some(&ty), locals);
            (parameter.name.text.clone(), (value, ty))
        });
        bound.collect()
    }

    /// The value of `e` where a value of type `ty` is wanted: a bare word may be one of an enumeration.
    pub(crate) fn against(&self, e: &Expression, ty: Option<&Ty>, locals: &Locals) -> Value {
        if let ExpressionKind::Reference(word) = &bare(e).kind {
            let listed = match ty {
                Some(Ty::Choice(list)) => list.index(word).is_some(),
                Some(Ty::Outcome(decision)) => {
                    let decision = self.model.decision(decision).expect("a declared decision");
                    self.model.outcomes(decision).iter().any(|it| it.0 == word)
                }
                _ => false,
            };
            if listed {
                return Value::Choice(word.clone());
            }
        }
        let value = self.value(e, locals);
        match ty {
            Some(ty @ (Ty::MoneyOf { .. } | Ty::Money { .. })) => {
                let own = self.ty(e, locals);
                one_of_currency(self.model, ty, value, own.as_ref())
            }
            _ => value,
        }
    }

    pub(crate) fn compare(
        &self,
        operator: Comparison,
        a: &Expression,
        b: &Expression,
        locals: &Locals,
    ) -> Value {
        if let ExpressionKind::OrMore { value, above } = &bare(b).kind {
            let ordering = if *above { Comparison::AtLeast } else { Comparison::AtMost };
            let held = self.compare(ordering, a, value, locals);
            return if operator == Comparison::IsNot { negated(held) } else { held };
        }
        let (type_a, type_b) = (self.ty(a, locals), self.ty(b, locals));
        // What is compared with an amount in one of several currencies keeps its currency.
        let side = |e, own: &Option<Ty>, other: &Option<Ty>| match own {
            Some(Ty::MoneyOf { .. }) => self.value(e, locals),
            _ => self.against(e, other.as_ref(), locals),
        };
        let operands = vec![side(a, &type_a, &type_b), side(b, &type_b, &type_a)];
        together(operands, |it| {
            let (a, b) = (&it[0], &it[1]);
            let list = match (&type_a, &type_b) {
                (Some(Ty::Choice(list)), _) | (_, Some(Ty::Choice(list))) => Some(list),
                _ => None,
            };
            let order = || match (a, b, list) {
                (Value::Choice(a), Value::Choice(b), Some(list)) => list.index(a).cmp(&list.index(b)),
                _ => order(a, b),
            };
            Value::Boolean(match operator {
                Comparison::Is => a == b,
                Comparison::IsNot => a != b,
                Comparison::Less | Comparison::Earlier => order().is_lt(),
                Comparison::AtMost | Comparison::NoLater => order().is_le(),
                Comparison::Greater | Comparison::Later => order().is_gt(),
                Comparison::AtLeast | Comparison::NoEarlier => order().is_ge(),
            })
        })
    }

    /// The decisions that an expression reads, directly or through definitions.
    pub(crate) fn reads(&self, e: &Expression, found: &mut BTreeSet<usize>) {
        if let ExpressionKind::Reference(path)
        | ExpressionKind::Call(evenhand::syntax::ast::Name { text: path, .. }, _) = &e.kind
        {
            let first = path.split('.').next().unwrap_or(path);
            if let Some(index) = self.model.decision_index.get(first) {
                found.insert(*index);
            }
            if let Some(define) = self.model.define(first) {
                for case in &define.cases {
                    if let Guard::When(guard) = &case.guard {
                        self.reads(guard, found);
                    }
                    self.reads(&case.value, found);
                }
            }
        }
        if let ExpressionKind::OnDay(table, _) = &e.kind {
            self.model.dated_column(table).cases.iter().for_each(|it| self.reads(&it.value, found));
        }
        for part in parts(e) {
            self.reads(part, found);
        }
    }
}

/// The expressions directly inside an expression.
pub(crate) fn parts(e: &Expression) -> Vec<&Expression> {
    match &e.kind {
        ExpressionKind::Literal(_) | ExpressionKind::Reference(_) => Vec::new(),
        ExpressionKind::Time(it) => it.children(),
        ExpressionKind::Call(_, parts)
        | ExpressionKind::And(parts)
        | ExpressionKind::Or(parts)
        | ExpressionKind::Extremum(_, parts) => parts.iter().collect(),
        ExpressionKind::Each(each) => each_parts(each),
        ExpressionKind::InCurrency { value: inner, .. }
        | ExpressionKind::Parenthesis(inner)
        | ExpressionKind::Not(inner)
        | ExpressionKind::Negate(inner)
        | ExpressionKind::CountIn(_, inner)
        | ExpressionKind::Presence { value: inner, .. }
        | ExpressionKind::Empty { value: inner, .. }
        | ExpressionKind::OrMore { value: inner, .. }
        | ExpressionKind::Rounded { value: inner, .. } => vec![inner],
        ExpressionKind::Implies(a, b)
        | ExpressionKind::Compare(_, a, b)
        | ExpressionKind::Includes(a, b)
        | ExpressionKind::Shifted { distance: a, from: b, .. } => vec![a, b],
        // The name of the table is no expression.
        ExpressionKind::OnDay(_, day) | ExpressionKind::HasRow(_, day) => vec![day],
        ExpressionKind::Row(row) => {
            let mut all = Vec::new();
            for (column, cell) in row.columns.iter().zip(&row.cells) {
                if let CellKind::OneOf(cells) | CellKind::NoneOf(cells) = &cell.kind {
                    all.push(column);
                    all.extend(cells.iter().flat_map(Alternative::values));
                }
            }
            all
        }
        ExpressionKind::OneOf { value, choices, .. } => [value.as_ref()].into_iter().chain(choices).collect(),
        ExpressionKind::Sum(first, rest) => {
            [first.as_ref()].into_iter().chain(rest.iter().map(|it| &it.1)).collect()
        }
        ExpressionKind::Product(first, rest) => {
            [first.as_ref()].into_iter().chain(rest.iter().map(|it| &it.1)).collect()
        }
        ExpressionKind::Capped(first, rest) => {
            [first.as_ref()].into_iter().chain(rest.iter().map(|it| &it.1)).collect()
        }
    }
}

/// An expression without the parentheses around it.
pub(crate) fn bare(e: &Expression) -> &Expression {
    match &e.kind {
        ExpressionKind::Parenthesis(inner) => bare(inner),
        _ => e,
    }
}

fn literal_value(literal: &Literal) -> Value {
    match &literal.kind {
        LiteralKind::Boolean(value) => Value::Boolean(*value),
        LiteralKind::Text(text) => Value::Text(text.nfc().collect()),
        LiteralKind::Absent => Value::Nothing,
        LiteralKind::Word(word) => Value::Choice(word.clone()),
        LiteralKind::Date(text) => Value::Date(parse_date(text).expect("a day")),
        LiteralKind::Time(text) | LiteralKind::DateTime(text) => written_time(text),
        LiteralKind::Business(_, BusinessUnit::Days) => Value::Number(Unit::BusinessDays, number_of(literal)),
        LiteralKind::Business(..) => Value::Number(Unit::BusinessHours, number_of(literal)),
        LiteralKind::Count(_, unit) => Value::Number(Unit::of(*unit), number_of(literal)),
        _ => Value::Number(Unit::One, number_of(literal)),
    }
}

/// An amount without its currency, where that is known by then.
pub(crate) fn unwrapped(value: Value) -> Value {
    match value {
        Value::OneOf(_, amount) => Value::Number(Unit::One, amount),
        other => other,
    }
}

/// An error in an operand is an error; nothing in an operand is nothing.
pub(crate) fn strict(operands: Vec<Value>, combine: impl FnOnce(&[Value]) -> Value) -> Value {
    together(operands.into_iter().map(unwrapped).collect(), combine)
}

/// The same, with the currencies of amounts.
fn together(operands: Vec<Value>, combine: impl FnOnce(&[Value]) -> Value) -> Value {
    for stop in [Value::Error, Value::Nothing] {
        if operands.contains(&stop) {
            return stop;
        }
    }
    combine(&operands)
}

/// `or` where `wanted` is true, `and` where it is false: one such operand settles it, else one error does.
pub(crate) fn all(operands: impl Iterator<Item = Value>, wanted: bool) -> Value {
    let operands: Vec<Value> = operands.collect();
    for settles in [Value::Boolean(wanted), Value::Error, Value::Nothing] {
        if operands.contains(&settles) {
            return settles;
        }
    }
    Value::Boolean(!wanted)
}

pub(crate) fn negated(value: Value) -> Value {
    match value {
        Value::Boolean(value) => Value::Boolean(!value),
        other => other,
    }
}

fn number(operands: &[Value], change: impl FnOnce(Unit, &BigRational) -> (Unit, BigRational)) -> Value {
    let Value::Number(unit, value) = &operands[0] else { panic!("{:?} is no number", operands[0]) };
    let (unit, value) = change(*unit, value);
    Value::Number(unit, value)
}

fn items(value: &Value) -> &[Item] {
    let Value::Items(items) = value else { panic!("{value:?} is no set of items") };
    items
}

pub(crate) fn order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Number(_, a) | Value::OneOf(_, a), Value::Number(_, b) | Value::OneOf(_, b)) => a.cmp(b),
        (Value::Date(a), Value::Date(b))
        | (Value::Time(a), Value::Time(b))
        | (Value::DateTime(a), Value::DateTime(b))
        | (Value::Instant(a), Value::Instant(b)) => a.cmp(b),
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => a.chars().cmp(b.chars()),
        _ => panic!("{a:?} and {b:?} have no order"),
    }
}

pub(crate) fn pick(a: &Value, b: &Value, wanted: Ordering) -> Value {
    if order(b, a) == wanted { b.clone() } else { a.clone() }
}

pub(crate) fn add(a: &Value, b: &Value, minus: bool) -> Value {
    let sign = if minus { whole(-1) } else { whole(1) };
    if let Some(time) = add_time(a, b, minus) {
        return time;
    }
    match (a, b) {
        (Value::Number(unit, a), Value::Number(_, b)) => Value::Number(*unit, a + b * sign),
        (Value::Date(a), Value::Date(b)) if minus => Value::Number(Unit::Days, whole(a - b)),
        (Value::Date(date), Value::Number(unit, count)) => shift(*date, *unit, &(count * sign)),
        (Value::Number(unit, count), Value::Date(date)) if !minus => shift(*date, *unit, count),
        _ => panic!("{a:?} and {b:?} do not add"),
    }
}

fn shift(date: i64, unit: Unit, count: &BigRational) -> Value {
    assert!(count.is_integer(), "a date moves by whole counts");
    let count = count.to_integer().to_i64().expect("a count of days fits");
    Value::Date(match unit {
        Unit::Days => date + count,
        Unit::Months => add_months(date, count),
        Unit::Years => add_months(date, count * 12),
        _ => panic!("a date moves by days, months or years"),
    })
}

fn multiply(a: &Value, b: &Value, operator: ProductOperator) -> Value {
    let (Value::Number(unit_a, a), Value::Number(unit_b, b)) = (a, b) else {
        panic!("{a:?} and {b:?} do not multiply")
    };
    match operator {
        ProductOperator::Times | ProductOperator::Of => Value::Number(*unit_a.max(unit_b), a * b),
        ProductOperator::Divide if b.is_zero() => Value::Nothing,
        ProductOperator::Divide => {
            let unit = if unit_a == unit_b { Unit::One } else { *unit_a };
            Value::Number(unit, a / b)
        }
    }
}
