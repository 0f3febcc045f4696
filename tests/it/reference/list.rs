//! Lists, days and amounts in several currencies: plain loops over the items that there are.

use std::cmp::Ordering;

use evenhand::syntax::ast::{Each, Expression, ExpressionKind, ExtremumKind, Fold, Item, ItemIn, Over};
use num_rational::BigRational;
use num_traits::ToPrimitive;

use crate::reference::evaluate::{
    Case, Locals, Outside, Unit, Value, add, all, bare, parts, pick, unwrapped,
};
use crate::reference::intake::Fact;
use crate::reference::model::{Model, Ty};
use crate::reference::number::whole;

impl<'f> Case<'_, 'f> {
    /// How many items a list has; nothing where it is absent.
    fn length(&self, path: &str) -> Option<usize> {
        let index = self.model.slot(path).expect("a declared list");
        match (&self.model.slots[index].ty, &self.facts()[index]) {
            (Ty::List { .. }, Fact::Known(Value::Number(_, count))) => count.to_integer().to_usize(),
            (Ty::List { .. }, Fact::Absent) if self.outside() != Outside::Nothing => Some(0),
            (Ty::List { .. }, Fact::Absent) => None,
            (ty, fact) => panic!("`{path}` is {ty:?}: {fact:?}"),
        }
    }

    /// The list that an expression names.
    pub(crate) fn list_path<'e>(&self, e: &'e Expression) -> Option<&'e str> {
        let ExpressionKind::Reference(path) = &bare(e).kind else { return None };
        let slot = self.model.slot(path)?;
        matches!(self.model.slots[slot].ty, Ty::List { .. }).then_some(path.as_str())
    }

    /// What the item of a list at this place is, as a local.
    fn item(&self, list: &str, index: usize) -> (Value, Ty) {
        let path = format!("{list}[{index}]");
        match self.model.slot(&path) {
            Some(slot) => {
                let Fact::Known(value) = &self.facts()[slot] else { panic!("`{path}` is no value") };
                (value.clone(), self.model.slots[slot].ty.clone())
            }
            None => (Value::Record(path), Ty::Record),
        }
    }

    /// The items that there are; else the value that stands for the whole.
    fn items_in(&self, over: &ItemIn, locals: &Locals) -> Result<Vec<(Value, Ty)>, Value> {
        match &over.over {
            Over::List(list) => {
                let length = self.length(&list.text).ok_or(Value::Nothing)?;
                Ok((0..length).map(|it| self.item(&list.text, it)).collect())
            }
            Over::Days { from, through, .. } => {
                match (self.value(from, locals), self.value(through, locals)) {
                    (Value::Date(from), Value::Date(through)) => {
                        Ok((from..=through).map(|day| (Value::Date(day), Ty::Date)).collect())
                    }
                    (a, b) if a == Value::Error || b == Value::Error => Err(Value::Error),
                    _ => Err(Value::Nothing),
                }
            }
        }
    }

    /// The value of what goes over items.
    pub(crate) fn each(&self, each: &Each, locals: &Locals) -> Value {
        let items = match self.items_in(&each.over, locals) {
            Ok(items) => items,
            Err(stop) => return stop,
        };
        let bound = |item: &(Value, Ty)| {
            let mut locals = locals.clone();
            locals.insert(each.over.name.text.clone(), item.clone());
            locals
        };
        if let Fold::Any | Fold::Every = each.fold {
            let value = each.value.as_ref().expect("a condition");
            let held = items.iter().map(|it| self.value(value, &bound(it)));
            return all(held, each.fold == Fold::Any);
        }
        let mut values = Vec::new();
        for item in &items {
            let locals = bound(item);
            match each.filter.as_ref().map(|it| self.value(it, &locals)) {
                Some(Value::Boolean(false)) => {}
                None | Some(Value::Boolean(true)) => values.push(match &each.value {
                    Some(value) => unwrapped(self.value(value, &locals)),
                    None => Value::Number(Unit::One, whole(1)),
                }),
                Some(stop) => values.push(stop),
            }
        }
        for stop in [Value::Error, Value::Nothing] {
            if values.contains(&stop) {
                return stop;
            }
        }
        match each.fold {
            Fold::Extreme(kind) => {
                let wanted = match kind {
                    ExtremumKind::Lowest | ExtremumKind::Earliest => Ordering::Less,
                    ExtremumKind::Highest | ExtremumKind::Latest => Ordering::Greater,
                };
                let best = values.into_iter().reduce(|best, it| pick(&best, &it, wanted));
                best.unwrap_or_else(|| match &each.default {
                    Some(default) => self.value(default, locals),
                    None => Value::Nothing,
                })
            }
            _ => {
                let unit = match self.each_ty(each, locals) {
                    Some(Ty::Count(unit)) => Unit::of(unit),
                    _ => Unit::One,
                };
                values.iter().fold(Value::Number(unit, whole(0)), |sum, it| add(&sum, it, false))
            }
        }
    }

    /// The type of what goes over items.
    pub(crate) fn each_ty(&self, each: &Each, locals: &Locals) -> Option<Ty> {
        match each.fold {
            Fold::Any | Fold::Every => return Some(Ty::Boolean),
            Fold::Count => return Some(Ty::Number { scale: 0 }),
            Fold::Sum | Fold::Extreme(_) => {}
        }
        let mut inner = locals.clone();
        let item = match &each.over.over {
            Over::Days { .. } => (Value::Nothing, Ty::Date),
            Over::List(list) => {
                let path = format!("{}[0]", list.text);
                match self.model.slot(&path) {
                    Some(slot) => (Value::Nothing, self.model.slots[slot].ty.clone()),
                    None => (Value::Record(path), Ty::Record),
                }
            }
        };
        inner.insert(each.over.name.text.clone(), item);
        let own = self.ty(each.value.as_ref()?, &inner)?;
        let default = each.default.as_ref().and_then(|it| self.ty(it, locals));
        Some(default.map_or(own.clone(), |it| crate::reference::types::join(&own, &it)))
    }

    /// `items is empty`.
    pub(crate) fn list_is_empty(&self, list: &str, negated: bool) -> Value {
        self.length(list).map_or(Value::Nothing, |it| Value::Boolean((it == 0) != negated))
    }

    /// `ratings includes 5`.
    pub(crate) fn list_includes(&self, list: &str, item: &Expression, locals: &Locals) -> Value {
        let slot = self.model.slot(&format!("{list}[0]")).expect("a list of values");
        let ty = self.model.slots[slot].ty.clone();
        let wanted = self.against(item, Some(&ty), locals);
        if let Value::Error | Value::Nothing = wanted {
            // Of no items none is it, whatever it is.
            return if self.length(list) == Some(0) { Value::Boolean(false) } else { wanted };
        }
        match self.length(list) {
            None => Value::Nothing,
            Some(length) => Value::Boolean((0..length).any(|it| self.item(list, it).0 == wanted)),
        }
    }

    /// Whether a count of days is longer than it says, where nothing but facts says it.
    pub(crate) fn too_many_days(&self) -> bool {
        let mut found = Vec::new();
        for item in &self.model.file.items {
            item_expressions(item, &mut |it| days_in(it, &mut found));
        }
        found.into_iter().any(|(from, through, most)| {
            let reads_known = |e: &Expression| self.is_closed(e);
            if !reads_known(from) || !reads_known(through) {
                return false;
            }
            match (self.value(from, &Locals::new()), self.value(through, &Locals::new())) {
                (Value::Date(from), Value::Date(through)) => through - from + 1 > most,
                _ => false,
            }
        })
    }

    /// Whether all that an expression names is a fact, a setting or a plain definition.
    fn is_closed(&self, e: &Expression) -> bool {
        let own = match &e.kind {
            ExpressionKind::Reference(path) => {
                self.model.slot(path).is_some()
                    || self.model.define(path).is_some()
                    || self.model.settings.contains_key(path.as_str())
            }
            ExpressionKind::Call(..) => false,
            _ => true,
        };
        own && parts(e).into_iter().all(|it| self.is_closed(it))
    }
}

/// The counts of days in an expression.
fn days_in<'e>(e: &'e Expression, found: &mut Vec<(&'e Expression, &'e Expression, i64)>) {
    if let ExpressionKind::Each(each) = &e.kind
        && let Over::Days { from, through, most, .. } = &each.over.over
    {
        found.push((from, through, most.text.parse().expect("a number of days")));
    }
    for part in parts(e) {
        days_in(part, found);
    }
}

/// Calls `see` with every expression of an item.
fn item_expressions<'e>(item: &'e Item, see: &mut dyn FnMut(&'e Expression)) {
    use evenhand::syntax::ast::{Guard, Notes, Obligation, Part, Template};
    fn template<'e>(it: &'e Template, see: &mut dyn FnMut(&'e Expression)) {
        for part in &it.parts {
            if let Part::Hole(e) = part {
                see(e);
            }
        }
    }
    fn notes<'e>(it: &'e Notes, see: &mut dyn FnMut(&'e Expression)) {
        it.because.iter().for_each(|it| template(it, see));
    }
    fn obligation<'e>(it: &'e Obligation, see: &mut dyn FnMut(&'e Expression)) {
        it.when.iter().chain(&it.unless).chain(&it.deadlines).for_each(&mut *see);
        it.say.iter().for_each(|it| template(&it.text, see));
    }
    fn definition<'e>(it: &'e evenhand::syntax::ast::Define, see: &mut dyn FnMut(&'e Expression)) {
        for case in &it.cases {
            see(&case.value);
            if let Guard::When(guard) = &case.guard {
                see(guard);
            }
            notes(&case.notes, see);
        }
    }
    match item {
        Item::Assume(it) => see(&it.condition),
        Item::Define(it) => definition(it, see),
        Item::Dated(it) => it.columns.iter().for_each(|it| definition(it, see)),
        Item::Decision(it) => {
            for rule in &it.rules {
                rule.when.iter().chain(&rule.unless).for_each(&mut *see);
                rule.then.iter().flatten().flat_map(|it| &it.arguments).for_each(|it| see(&it.value));
                notes(&rule.notes, see);
            }
            for fallback in it.otherwise.iter().chain(&it.always) {
                fallback.consequence.arguments.iter().for_each(|it| see(&it.value));
                notes(&fallback.notes, see);
            }
            it.obligations.iter().for_each(|it| obligation(it, see));
        }
        Item::Obligation(it) => obligation(it, see),
        _ => {}
    }
}

/// The expressions directly inside what goes over items.
pub(crate) fn each_parts(each: &Each) -> Vec<&Expression> {
    let mut all: Vec<&Expression> = Vec::new();
    if let Over::Days { from, through, .. } = &each.over.over {
        all.extend([from, through]);
    }
    all.extend(each.default.iter().chain(&each.filter).chain(&each.value));
    all
}

/// The least and the greatest value of the amounts of a type in several currencies, where it is bounded.
pub(crate) fn one_of_currency(model: &Model, ty: &Ty, value: Value, own: Option<&Ty>) -> Value {
    let _ = model;
    match (ty, value, own) {
        (Ty::MoneyOf { .. }, Value::Number(_, amount), Some(Ty::Money { currency, .. })) => {
            Value::OneOf(currency.clone(), amount)
        }
        (Ty::Money { .. }, value, _) => unwrapped(value),
        (_, value, _) => value,
    }
}

/// The digits of the amounts of a currency.
pub(crate) fn digits_of(all: &[(String, u32)], currency: &str) -> u32 {
    all.iter().find(|it| it.0 == currency).map_or(0, |it| it.1)
}

/// The bounds of amounts in several currencies where none are written.
pub(crate) fn default_amounts() -> (BigRational, BigRational) {
    (whole(-1_000_000_000_000), whole(1_000_000_000_000))
}
