//! A policy as formulas over its facts: what the reference computes in one case, in all cases at once.
//!
//! It follows [`crate::reference::evaluate`] branch by branch and shares with the engine nothing but the parser.
//! What is no linear matter of whole numbers (products of facts, months, calendars, orders of texts) is
//! *outside*: such a policy is not said at all, and the reason is given.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use evenhand::syntax::ast::time::{ClockType, Side, TimeExpression, TimePart};
use evenhand::syntax::ast::{
    Alternative, AlternativeKind, CapKind, CellKind, Comparison, Define, Each, Expression, ExpressionKind,
    ExtremumKind, Fold, Guard, Literal, LiteralKind, Over, ProductOperator, Row,
};
use num_bigint::BigInt;
use num_traits::One;
use unicode_normalization::UnicodeNormalization;

use crate::oracle::choice::SymbolicDecision;
use crate::oracle::symbol::{Algebra, Content, Names, Ratio, Said, Symbol};
use crate::oracle::term::{Store, Term};
use crate::reference::evaluate::{Case, Locals, Outside, Unit, Value, bare};
use crate::reference::intake::Fact;
use crate::reference::model::{Enumeration, Model, Ty, number_of};
use crate::reference::number::{parse_date, ten_to, whole};
use crate::reference::time::written_time;

/// The longest list that is written out.
const LONGEST: usize = 6;

/// Words and texts as numbers; two policies that share it agree on them.
#[derive(Default)]
pub(crate) struct Codes {
    words: RefCell<Vec<String>>,
    texts: RefCell<Vec<String>>,
}

impl Codes {
    fn code(list: &RefCell<Vec<String>>, text: &str) -> i64 {
        let mut list = list.borrow_mut();
        let at = list.iter().position(|it| it == text).unwrap_or_else(|| {
            list.push(text.to_owned());
            list.len() - 1
        });
        at as i64
    }

    pub(crate) fn word(&self, text: &str) -> i64 {
        Codes::code(&self.words, text)
    }

    pub(crate) fn text(&self, text: &str) -> i64 {
        Codes::code(&self.texts, text)
    }

    /// The code of a text that stands in the policy.
    pub(crate) fn known_text(&self, text: &str) -> Option<i64> {
        self.texts.borrow().iter().position(|it| it == text).map(|it| it as i64)
    }

    pub(crate) fn word_of(&self, code: usize) -> String {
        self.words.borrow()[code].clone()
    }

    /// The text of a code; one that stands nowhere in the policy where there are not so many.
    pub(crate) fn text_of(&self, code: i64) -> String {
        let texts = self.texts.borrow();
        match usize::try_from(code).ok().and_then(|it| texts.get(it)) {
            Some(text) => text.clone(),
            None => format!("~{}", -code),
        }
    }
}

/// A policy, and the formulas for what it says.
pub(crate) struct Exporter<'s, 'm, 'f> {
    pub(crate) model: &'m Model<'f>,
    pub(crate) algebra: Algebra<'s>,
    pub(crate) codes: &'s Codes,
    /// Some case: types are asked of the reference, which asks for one.
    pub(crate) sample: Case<'m, 'f>,
    pub(crate) decided: RefCell<BTreeMap<&'f str, Rc<SymbolicDecision>>>,
    defined: RefCell<BTreeMap<&'f str, Symbol>>,
    /// Where the policy reads what is not there, or has no case: never, if it was rightly accepted.
    pub(crate) faults: RefCell<Vec<Term>>,
    others: Cell<usize>,
    /// What stands between these places is this truth value.
    pub(crate) swapped: Cell<Option<(usize, usize, bool)>>,
}

impl<'s, 'm, 'f> Exporter<'s, 'm, 'f> {
    pub(crate) fn new(model: &'m Model<'f>, store: &'s Store, codes: &'s Codes, sample: &'m [Fact]) -> Self {
        let others = model.slots.iter().filter(|it| matches!(it.ty, Ty::Text { .. })).count();
        Exporter {
            model,
            algebra: Algebra { store },
            codes,
            sample: Case::new(model, sample, Outside::Nothing),
            decided: RefCell::default(),
            defined: RefCell::default(),
            faults: RefCell::default(),
            others: Cell::new(others),
            swapped: Cell::new(None),
        }
    }

    pub(crate) fn store(&self) -> &'s Store {
        self.algebra.store
    }

    /// The type of an expression, as the reference sees it.
    pub(crate) fn ty(&self, e: &Expression, names: &Names) -> Option<Ty> {
        self.sample.ty(e, &plain(names))
    }

    // ── facts ──────────────────────────────────────────────────────────────────────────────────

    /// Where a slot is there.
    pub(crate) fn present(&self, index: usize) -> Term {
        let (store, slot) = (self.store(), &self.model.slots[index]);
        let mut parts = Vec::new();
        if let Some(around) = slot.within {
            parts.push(self.present(around));
            if let (Ty::List { .. }, Some(place)) = (&self.model.slots[around].ty, slot.place) {
                let length = store.unknown(&self.model.slots[around].path);
                parts.push(store.below(store.small(place as i64), length));
            }
        }
        if slot.optional {
            parts.push(store.flag(&format!("{} there", slot.path)));
        }
        store.and(parts)
    }

    /// The whole steps of one of a slot's values.
    pub(crate) fn scale(&self, index: usize) -> Said<BigInt> {
        let scale = match &self.model.slots[index].ty {
            Ty::Clock(..) => 0,
            Ty::Number { scale } | Ty::Money { scale, .. } => *scale,
            Ty::Percent { scale } => scale + 2,
            Ty::Date | Ty::Count(_) | Ty::Duration { .. } | Ty::List { .. } => 0,
            other => return Err(format!("a fact of type {other:?}")),
        };
        Ok(ten_to(scale).to_integer())
    }

    fn slot(&self, index: usize) -> Said<Symbol> {
        let (store, slot) = (self.store(), &self.model.slots[index]);
        let there = self.present(index);
        let content = match &slot.ty {
            Ty::Record => Content::Record(slot.path.clone()),
            Ty::Boolean => Content::Boolean(store.flag(&slot.path)),
            Ty::Choice(_) => Content::Choice(store.unknown(&slot.path)),
            Ty::Text { .. } => Content::Text(store.unknown(&slot.path)),
            Ty::Date => Content::Date(store.unknown(&slot.path)),
            // To the minute: the unknown counts minutes.
            Ty::Clock(kind, to_minutes) => {
                let step = BigInt::from(if *to_minutes { 60 } else { 1 });
                Content::Clock(*kind, store.times(&step, store.unknown(&slot.path)))
            }
            ty => {
                let unit = if let Ty::Count(unit) = ty { Unit::of(*unit) } else { Unit::One };
                Content::Number(unit, Ratio { top: store.unknown(&slot.path), bottom: self.scale(index)? })
            }
        };
        Ok(Symbol { nothing: store.not(there), ..self.algebra.sure(content) })
    }

    /// What every fact keeps to: its type and bounds. To be asked for last, when all texts are known.
    pub(crate) fn domain(&self) -> Said<Term> {
        let store = self.store();
        let mut parts = Vec::new();
        for (index, slot) in self.model.slots.iter().enumerate() {
            let own = store.unknown(&slot.path);
            match &slot.ty {
                Ty::Boolean | Ty::Record => {}
                Ty::Choice(list) => {
                    let codes = list.choices.iter().map(|it| store.small(self.codes.word(&it.0)));
                    parts.push(store.or(codes.map(|it| store.same(own, it))));
                }
                Ty::Text { longest } => {
                    let texts = self.codes.texts.borrow();
                    if *longest < 4 {
                        return Err("a short text".into());
                    }
                    let fits = |it: &&String| it.chars().count() <= *longest as usize;
                    let known = texts.iter().enumerate().filter(|it| fits(&it.1)).map(|it| it.0 as i64);
                    // Below zero: texts that stand nowhere in the policy.
                    let others = (1..=self.others.get()).map(|it| -(it as i64));
                    let codes = known.chain(others).map(|it| store.same(own, store.small(it)));
                    parts.push(store.or(codes));
                }
                _ => {
                    let scale = self.scale(index)?;
                    let Some((low, high)) = &slot.range else { return Err("a fact without bounds".into()) };
                    let minutes = if let Ty::Clock(_, true) = slot.ty { 60 } else { 1 };
                    let step =
                        |it: &num_rational::BigRational| (it * &scale / whole(minutes)).floor().to_integer();
                    parts.push(store.at_most(store.number(&step(low)), own));
                    parts.push(store.at_most(own, store.number(&step(high))));
                }
            }
        }
        Ok(store.and(parts))
    }

    /// Where every `assume` holds.
    pub(crate) fn assumed(&self) -> Said<Term> {
        let mut parts = Vec::new();
        for assume in &self.model.assumes {
            let held = self.value(&assume.condition, &Names::new())?;
            parts.push(self.algebra.is(&held, true));
        }
        Ok(self.store().and(parts))
    }

    // ── expressions ────────────────────────────────────────────────────────────────────────────

    /// The value of an expression.
    pub(crate) fn value(&self, e: &Expression, names: &Names) -> Said<Symbol> {
        let (algebra, store) = (self.algebra, self.store());
        if let Some((from, to, value)) = self.swapped.get()
            && e.span.range() == (from..to)
        {
            return Ok(algebra.truth(value));
        }
        let each =
            |parts: &[Expression]| parts.iter().map(|it| self.value(it, names)).collect::<Said<Vec<_>>>();
        Ok(match &e.kind {
            ExpressionKind::Literal(literal) => self.literal(literal)?,
            ExpressionKind::Reference(path) => self.reference(path, names)?,
            ExpressionKind::Call(name, arguments) => {
                let define = self.model.define(&name.text).expect("a declared definition");
                let names = self.bind(define, arguments, names)?;
                self.define_value(define, &names)?
            }
            ExpressionKind::Parenthesis(inner) => self.value(inner, names)?,
            ExpressionKind::Not(inner) => algebra.negated(self.value(inner, names)?),
            ExpressionKind::Negate(inner) => {
                let it = self.value(inner, names)?;
                let value = match &it.value {
                    Content::Number(unit, ratio) => {
                        let top = store.times(&-BigInt::one(), ratio.top);
                        Content::Number(*unit, Ratio { top, ..ratio.clone() })
                    }
                    other => other.clone(),
                };
                Symbol { value, ..it }
            }
            ExpressionKind::And(parts) => algebra.all(&each(parts)?, false),
            ExpressionKind::Or(parts) => algebra.all(&each(parts)?, true),
            ExpressionKind::Implies(a, b) => {
                let operands = [algebra.negated(self.value(a, names)?), self.value(b, names)?];
                algebra.all(&operands, true)
            }
            ExpressionKind::Compare(operator, a, b) => self.compare(*operator, a, b, names)?,
            ExpressionKind::OneOf { value, choices, negated } => {
                let ty = self.ty(value, names);
                let value = self.value(value, names)?;
                let (mut operands, mut found) = (vec![value.clone()], Vec::new());
                for choice in choices {
                    let choice = self.against(choice, ty.as_ref(), names)?;
                    found.push(algebra.equal(&value.value, &choice.value)?);
                    operands.push(choice);
                }
                let found = store.or(found);
                let held = if *negated { store.not(found) } else { found };
                algebra.stopped(&operands, Content::Boolean(held))
            }
            ExpressionKind::Presence { value, present } => {
                let it = self.presence(value, names)?;
                let held = if *present { store.not(it.nothing) } else { it.nothing };
                Symbol { error: it.error, ..algebra.sure(Content::Boolean(held)) }
            }
            ExpressionKind::Each(it) => self.each(it, names)?,
            ExpressionKind::Empty { value, negated } => self.empty(value, *negated, names)?,
            ExpressionKind::Includes(set, item) => self.includes(set, item, names)?,
            ExpressionKind::Sum(first, rest) => {
                let mut sum = self.value(first, names)?;
                for (minus, part) in rest {
                    sum = algebra.sum(&sum, &self.value(part, names)?, *minus)?;
                }
                sum
            }
            ExpressionKind::Product(first, rest) => {
                let mut product = self.value(first, names)?;
                for (operator, part) in rest {
                    let divide = *operator == ProductOperator::Divide;
                    product = algebra.product(&product, &self.value(part, names)?, divide)?;
                }
                product
            }
            ExpressionKind::Capped(first, caps) => {
                let mut value = self.value(first, names)?;
                for (kind, cap) in caps {
                    let cap = self.value(cap, names)?;
                    value = self.pick(&value, &cap, *kind == CapKind::NoMore)?;
                }
                value
            }
            ExpressionKind::Extremum(kind, parts) => {
                let lowest = matches!(kind, ExtremumKind::Lowest | ExtremumKind::Earliest);
                let mut values = each(parts)?.into_iter();
                let first = values.next().expect("an extreme of something");
                values.try_fold(first, |best, it| self.pick(&best, &it, lowest))?
            }
            ExpressionKind::Shifted { distance, from, after, calendar: None } => {
                algebra.sum(&self.value(from, names)?, &self.value(distance, names)?, !after)?
            }
            ExpressionKind::Rounded { value, mode, step } => {
                let it = self.value(value, names)?;
                let value = match &it.value {
                    Content::Number(unit, ratio) => {
                        Content::Number(*unit, algebra.rounded(ratio, &number_of(step), *mode))
                    }
                    other => other.clone(),
                };
                Symbol { value, ..it }
            }
            ExpressionKind::Row(row) => self.row(row, names)?,
            ExpressionKind::OnDay(table, day) => {
                let define = self.model.dated_column(table);
                let names = self.bind(define, std::slice::from_ref(day), names)?;
                self.define_value(define, &names)?
            }
            ExpressionKind::HasRow(table, day) => {
                let first = parse_date(&self.model.dated_table(table).starting[0].text).expect("a day");
                let day = self.value(day, names)?;
                let held = algebra.ordered(&Content::Date(store.small(first)), &day.value, false)?;
                algebra.stopped([&day], Content::Boolean(held))
            }
            ExpressionKind::CountIn(_, inner) => {
                let it = self.value(inner, names)?;
                let value = match &it.value {
                    Content::Number(_, ratio) => Content::Number(Unit::One, ratio.clone()),
                    other => other.clone(),
                };
                Symbol { value, ..it }
            }
            ExpressionKind::OrMore { .. } => panic!("`or above` stands after `is`"),
            ExpressionKind::Time(it) => self.time(it, names)?,
            ExpressionKind::Shifted { .. } => return Err("calendar time".into()),
            ExpressionKind::InCurrency { .. } => return Err("one of several currencies".into()),
        })
    }

    fn literal(&self, literal: &Literal) -> Said<Symbol> {
        let (algebra, store) = (self.algebra, self.store());
        Ok(match &literal.kind {
            LiteralKind::Boolean(value) => algebra.truth(*value),
            LiteralKind::Text(text) => {
                let text: String = text.nfc().collect();
                algebra.sure(Content::Text(store.small(self.codes.text(&text))))
            }
            LiteralKind::Absent => algebra.nothing(),
            LiteralKind::Word(word) => algebra.sure(Content::Choice(store.small(self.codes.word(word)))),
            LiteralKind::Date(text) => {
                algebra.sure(Content::Date(store.small(parse_date(text).expect("a day"))))
            }
            LiteralKind::Time(text) | LiteralKind::DateTime(text) => {
                let (kind, seconds) = match written_time(text) {
                    Value::Time(it) => (ClockType::Time, it),
                    Value::DateTime(it) => (ClockType::DateTime, it),
                    Value::Instant(it) => (ClockType::Instant, it),
                    other => panic!("{other:?} is no time"),
                };
                algebra.sure(Content::Clock(kind, store.small(seconds)))
            }
            LiteralKind::Business(..) => return Err("business time".into()),
            LiteralKind::Count(_, unit) => {
                let value = algebra.ratio(&number_of(literal));
                algebra.sure(Content::Number(Unit::of(*unit), value))
            }
            _ => algebra.sure(Content::Number(Unit::One, algebra.ratio(&number_of(literal)))),
        })
    }

    fn reference(&self, path: &str, names: &Names) -> Said<Symbol> {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        match (names.get(first), rest) {
            (Some((Symbol { value: Content::Record(record), .. }, _)), Some(rest)) => {
                return self.fact(&format!("{record}.{rest}"));
            }
            (Some((value, _)), _) => return Ok(value.clone()),
            (None, _) => {}
        }
        if self.model.slot(path).is_some() || self.model.groups.contains(path) {
            return self.fact(path);
        }
        if let Some(define) = self.model.define(path) {
            if let Some(known) = self.defined.borrow().get(define.name.text.as_str()) {
                return Ok(known.clone());
            }
            let value = self.define_value(define, &Names::new())?;
            self.defined.borrow_mut().insert(&define.name.text, value.clone());
            return Ok(value);
        }
        if let Some(setting) = self.model.settings.get(path) {
            if !setting.dated.is_empty() {
                return Err("a setting with values by day".into());
            }
            return self.literal(&setting.value);
        }
        match (self.model.decision(first), rest) {
            (Some(decision), None) => Ok(self.decision(decision)?.read.clone()),
            (Some(decision), Some(name)) => Ok(self.decision(decision)?.parameter(self, name)),
            (None, None) => {
                let code = self.store().small(self.codes.word(path));
                Ok(self.algebra.sure(Content::Choice(code)))
            }
            (None, Some(_)) => panic!("`{path}` is not declared"),
        }
    }

    fn fact(&self, path: &str) -> Said<Symbol> {
        match self.model.slot(path) {
            Some(index) => self.slot(index),
            None => Ok(self.algebra.sure(Content::Record(path.to_owned()))),
        }
    }

    fn presence(&self, e: &Expression, names: &Names) -> Said<Symbol> {
        if let ExpressionKind::Reference(path) = &bare(e).kind {
            let record = path.split_once('.').and_then(|(first, rest)| match names.get(first) {
                Some((Symbol { value: Content::Record(record), .. }, _)) => Some(format!("{record}.{rest}")),
                _ => None,
            });
            if let Some(index) = self.model.slot(record.as_ref().unwrap_or(path)) {
                let nothing = self.store().not(self.present(index));
                return Ok(Symbol { nothing, ..self.algebra.truth(true) });
            }
        }
        self.value(e, names)
    }

    /// The value of a definition whose parameters are bound.
    fn define_value(&self, define: &Define, names: &Names) -> Said<Symbol> {
        let (algebra, store) = (self.algebra, self.store());
        let ty = self.sample.define_ty(define, &plain(names));
        let mut cases = Vec::new();
        let mut covered = false;
        for case in &define.cases {
            let guard = match &case.guard {
                Guard::Plain | Guard::Otherwise => algebra.truth(true),
                Guard::When(guard) => self.value(guard, names)?,
            };
            covered |= !matches!(case.guard, Guard::When(_));
            cases.push((guard, self.against(&case.value, ty.as_ref(), names)?));
            if covered {
                break;
            }
        }
        // From the last case back: a guard that is an error, or nothing, makes the whole so.
        let mut value = algebra.nothing();
        let mut none = store.truth(true);
        for (guard, own) in cases.iter().rev() {
            let stop = Symbol { value: Content::Never, ..guard.clone() };
            none = store.and([none, algebra.is(guard, false)]);
            let rest = algebra.choose(algebra.is(guard, true), own, &value)?;
            value = algebra.choose(algebra.there(guard), &rest, &stop)?;
        }
        // Of an item that is not there nothing is asked.
        if names.is_empty() {
            self.faults.borrow_mut().push(none);
        }
        Ok(value)
    }

    fn bind(&self, define: &Define, arguments: &[Expression], names: &Names) -> Said<Names> {
        let mut bound = Names::new();
        for (parameter, argument) in define.parameters.iter().zip(arguments) {
            let ty = self.model.ty(&parameter.ty);
            let value = self.against(argument, Some(&ty), names)?;
            bound.insert(parameter.name.text.clone(), (value, ty));
        }
        Ok(bound)
    }

    /// The value of `e` where a value of type `ty` is wanted: a bare word may be one of an enumeration.
    pub(crate) fn against(&self, e: &Expression, ty: Option<&Ty>, names: &Names) -> Said<Symbol> {
        if let Some(Ty::MoneyOf { .. } | Ty::Business(_)) = ty {
            return Err("a type outside".into());
        }
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
                let code = self.store().small(self.codes.word(word));
                return Ok(self.algebra.sure(Content::Choice(code)));
            }
        }
        self.value(e, names)
    }

    pub(crate) fn compare(
        &self,
        operator: Comparison,
        a: &Expression,
        b: &Expression,
        names: &Names,
    ) -> Said<Symbol> {
        let (algebra, store) = (self.algebra, self.store());
        if let ExpressionKind::OrMore { value, above } = &bare(b).kind {
            let ordering = if *above { Comparison::AtLeast } else { Comparison::AtMost };
            let held = self.compare(ordering, a, value, names)?;
            return Ok(if operator == Comparison::IsNot { algebra.negated(held) } else { held });
        }
        let (type_a, type_b) = (self.ty(a, names), self.ty(b, names));
        let list = match (&type_a, &type_b) {
            (Some(Ty::Choice(list)), _) | (_, Some(Ty::Choice(list))) => Some(Rc::clone(list)),
            _ => None,
        };
        let (a, b) = (self.against(a, type_b.as_ref(), names)?, self.against(b, type_a.as_ref(), names)?);
        let place = |it: &Content| match (it, &list) {
            (Content::Choice(code), Some(list)) => {
                Content::Number(Unit::One, Ratio { top: self.place(*code, list), bottom: BigInt::one() })
            }
            _ => it.clone(),
        };
        let order = |first: &Symbol, second: &Symbol, strict| {
            algebra.ordered(&place(&first.value), &place(&second.value), strict)
        };
        let held = match operator {
            Comparison::Is => algebra.equal(&a.value, &b.value)?,
            Comparison::IsNot => store.not(algebra.equal(&a.value, &b.value)?),
            Comparison::Less | Comparison::Earlier => order(&a, &b, true)?,
            Comparison::AtMost | Comparison::NoLater => order(&a, &b, false)?,
            Comparison::Greater | Comparison::Later => order(&b, &a, true)?,
            Comparison::AtLeast | Comparison::NoEarlier => order(&b, &a, false)?,
        };
        Ok(algebra.stopped([&a, &b], Content::Boolean(held)))
    }

    /// The place of a word in its list.
    fn place(&self, code: Term, list: &Enumeration) -> Term {
        let store = self.store();
        let mut place = store.small(0);
        for (index, (word, _)) in list.choices.iter().enumerate().skip(1) {
            let here = store.same(code, store.small(self.codes.word(word)));
            place = store.choose(here, store.small(index as i64), place);
        }
        place
    }

    // ── times ──────────────────────────────────────────────────────────────────────────────────

    fn time(&self, e: &TimeExpression, names: &Names) -> Said<Symbol> {
        let (algebra, store) = (self.algebra, self.store());
        let day = BigInt::from(86_400);
        Ok(match e {
            TimeExpression::PartOf { part, of, .. } => {
                let it = self.value(of, names)?;
                let value = match (part, &it.value) {
                    (_, Content::Never) => Content::Never,
                    (TimePart::Date, Content::Clock(ClockType::DateTime, at)) => {
                        Content::Date(store.floor(*at, &day))
                    }
                    (TimePart::Time, Content::Clock(ClockType::DateTime, at)) => {
                        let begin = store.times(&day, store.floor(*at, &day));
                        Content::Clock(ClockType::Time, store.minus(*at, begin))
                    }
                    (TimePart::Weekday, Content::Date(date)) => Content::Choice(self.weekday(*date)),
                    (part, of) => return Err(format!("calendar part {part:?} of {of:?}")),
                };
                Symbol { value, ..it }
            }
            TimeExpression::At(date, time) => {
                let (date, time) = (self.value(date, names)?, self.value(time, names)?);
                let value = match (&date.value, &time.value) {
                    (Content::Date(date), Content::Clock(_, time)) => {
                        Content::Clock(ClockType::DateTime, store.add(store.times(&day, *date), *time))
                    }
                    _ => Content::Never,
                };
                algebra.stopped([&date, &time], value)
            }
            TimeExpression::Within { value, negated, reach, side, anchor, .. } => {
                let (value, anchor) = (self.value(value, names)?, self.value(anchor, names)?);
                let after = matches!(side, Side::BeginningWith | Side::After);
                let far = algebra.sum(&anchor, &self.value(reach, names)?, !after)?;
                let before = |a: &Symbol, b: &Symbol, equal: bool| -> Said<Symbol> {
                    let held = algebra.ordered(&a.value, &b.value, !equal)?;
                    Ok(algebra.stopped([a, b], Content::Boolean(held)))
                };
                let both = match side {
                    Side::BeginningWith => [before(&anchor, &value, true)?, before(&value, &far, false)?],
                    Side::EndingWith => [before(&far, &value, false)?, before(&value, &anchor, true)?],
                    Side::After => [before(&anchor, &value, false)?, before(&value, &far, true)?],
                    Side::Before => [before(&far, &value, true)?, before(&value, &anchor, false)?],
                };
                let asked = algebra.all(&both, false);
                if *negated { algebra.negated(asked) } else { asked }
            }
            _ => return Err("calendar time".into()),
        })
    }

    /// The word for the day of the week.
    fn weekday(&self, date: Term) -> Term {
        let store = self.store();
        let names = ["thursday", "friday", "saturday", "sunday", "monday", "tuesday", "wednesday"];
        let week = BigInt::from(7);
        let place = store.minus(date, store.times(&week, store.floor(date, &week)));
        let mut code = store.small(self.codes.word(names[0]));
        for (index, name) in names.iter().enumerate().skip(1) {
            let here = store.same(place, store.small(index as i64));
            code = store.choose(here, store.small(self.codes.word(name)), code);
        }
        code
    }

    /// The lower of two values, or the higher.
    fn pick(&self, a: &Symbol, b: &Symbol, lower: bool) -> Said<Symbol> {
        let algebra = self.algebra;
        let better = if lower {
            algebra.ordered(&b.value, &a.value, true)?
        } else {
            algebra.ordered(&a.value, &b.value, true)?
        };
        let value = algebra.choose(better, b, a)?.value;
        Ok(algebra.stopped([a, b], value))
    }

    // ── lists and sets ─────────────────────────────────────────────────────────────────────────

    /// The slot of the list that an expression names, and the most items.
    fn list(&self, e: &Expression) -> Option<(usize, usize)> {
        let ExpressionKind::Reference(path) = &bare(e).kind else { return None };
        self.list_at(path)
    }

    fn list_at(&self, path: &str) -> Option<(usize, usize)> {
        let slot = self.model.slot(path)?;
        if let Ty::List { most } = self.model.slots[slot].ty { Some((slot, most)) } else { None }
    }

    /// Each item that there may be: where it is, and what stands for it.
    fn items(&self, slot: usize, most: usize) -> Said<Vec<(Term, (Symbol, Ty))>> {
        if most > LONGEST {
            return Err("a long list".into());
        }
        let (store, path) = (self.store(), &self.model.slots[slot].path);
        let mut items = Vec::new();
        for index in 0..most {
            let own = format!("{path}[{index}]");
            let there = store.below(store.small(index as i64), store.unknown(path));
            let item = match self.model.slot(&own) {
                Some(at) => (self.slot(at)?, self.model.slots[at].ty.clone()),
                None => (self.algebra.sure(Content::Record(own)), Ty::Record),
            };
            items.push((there, item));
        }
        Ok(items)
    }

    fn each(&self, each: &Each, names: &Names) -> Said<Symbol> {
        let (algebra, store) = (self.algebra, self.store());
        let Over::List(list) = &each.over.over else { return Err("days one by one".into()) };
        let (slot, most) = self.list_at(&list.text).expect("a declared list");
        let mut items = Vec::new();
        for (there, item) in self.items(slot, most)? {
            let mut names = names.clone();
            names.insert(each.over.name.text.clone(), item);
            items.push((there, names));
        }
        let whole = match each.fold {
            Fold::Any | Fold::Every => {
                let wanted = each.fold == Fold::Any;
                let condition = each.value.as_ref().expect("a condition");
                let mut held = Vec::new();
                for (there, names) in &items {
                    held.push(algebra.choose(
                        *there,
                        &self.value(condition, names)?,
                        &algebra.truth(!wanted),
                    )?);
                }
                algebra.all(&held, wanted)
            }
            _ => self.folded(each, &items, names)?,
        };
        let absent = store.not(self.present(slot));
        algebra.choose(absent, &algebra.nothing(), &whole)
    }

    fn folded(&self, each: &Each, items: &[(Term, Names)], names: &Names) -> Said<Symbol> {
        let (algebra, store) = (self.algebra, self.store());
        let one = algebra.sure(Content::Number(Unit::One, algebra.ratio(&whole(1))));
        let (mut stops, mut values) = (Vec::new(), Vec::new());
        for (there, names) in items {
            let filter = each.filter.as_ref().map_or(Ok(algebra.truth(true)), |it| self.value(it, names))?;
            let value = each.value.as_ref().map_or(Ok(one.clone()), |it| self.value(it, names))?;
            let counts = store.and([*there, algebra.is(&filter, true)]);
            let error = store.or([store.and([*there, filter.error]), store.and([counts, value.error])]);
            let nothing = store.or([store.and([*there, filter.nothing]), store.and([counts, value.nothing])]);
            stops.push(Symbol { error, nothing, value: Content::Never });
            values.push((counts, value.value));
        }
        let Fold::Extreme(kind) = each.fold else {
            let unit = match (each.fold, values.first()) {
                (Fold::Sum, Some((_, Content::Number(unit, _)))) => *unit,
                _ => Unit::One,
            };
            let zero = algebra.sure(Content::Number(unit, algebra.ratio(&whole(0))));
            let mut sum = zero.clone();
            for (counts, value) in values {
                let own = algebra.choose(counts, &algebra.sure(value), &zero)?;
                sum = algebra.sum(&sum, &own, false)?;
            }
            return Ok(algebra.stopped(&stops, sum.value));
        };
        let lowest = matches!(kind, ExtremumKind::Lowest | ExtremumKind::Earliest);
        let (mut some, mut best) = (store.truth(false), Content::Never);
        for (counts, value) in values {
            let better = match lowest {
                true => algebra.ordered(&value, &best, true)?,
                false => algebra.ordered(&best, &value, true)?,
            };
            let takes = store.and([counts, store.or([store.not(some), better])]);
            best = algebra.choose(takes, &algebra.sure(value), &algebra.sure(best))?.value;
            some = store.or([some, counts]);
        }
        let default = each.default.as_ref().map_or(Ok(algebra.nothing()), |it| self.value(it, names))?;
        let chosen = algebra.choose(some, &algebra.sure(best), &default)?;
        let stop = algebra.stopped(&stops, Content::Never);
        let stopped = store.or([stop.error, stop.nothing]);
        algebra.choose(stopped, &stop, &chosen)
    }

    fn empty(&self, set: &Expression, negated: bool, names: &Names) -> Said<Symbol> {
        let (algebra, store) = (self.algebra, self.store());
        let turned = |it| if negated { store.not(it) } else { it };
        if let Some((slot, _)) = self.list(set) {
            let length = store.unknown(&self.model.slots[slot].path);
            let empty = turned(store.same(length, store.small(0)));
            let nothing = store.not(self.present(slot));
            return Ok(Symbol { nothing, ..algebra.sure(Content::Boolean(empty)) });
        }
        let set = self.value(set, names)?;
        let Content::Items(items) = &set.value else { return Err(format!("{:?} as a set", set.value)) };
        let empty = store.not(store.or(items.iter().map(|it| it.there)));
        Ok(algebra.stopped([&set], Content::Boolean(turned(empty))))
    }

    fn includes(&self, set: &Expression, item: &Expression, names: &Names) -> Said<Symbol> {
        let (algebra, store) = (self.algebra, self.store());
        if let Some((slot, most)) = self.list(set) {
            let items = self.items(slot, most)?;
            let ty = items.first().map(|it| it.1.1.clone());
            let wanted = self.against(item, ty.as_ref(), names)?;
            let mut found = Vec::new();
            for (there, (value, _)) in &items {
                found.push(store.and([*there, algebra.equal(&value.value, &wanted.value)?]));
            }
            let there = self.present(slot);
            let length = store.unknown(&self.model.slots[slot].path);
            let none = store.and([there, store.same(length, store.small(0))]);
            let (error, lost) = (wanted.error, wanted.nothing);
            let held = Symbol {
                error: store.and([error, store.not(none)]),
                nothing: store.or([
                    store.and([lost, store.not(none)]),
                    store.and([store.not(error), store.not(there)]),
                ]),
                value: Content::Boolean(store.or(found)),
            };
            return Ok(held);
        }
        let ExpressionKind::Reference(name) = &bare(item).kind else { panic!("an item is a word") };
        let set = self.value(set, names)?;
        let Content::Items(items) = &set.value else { return Err(format!("{:?} as a set", set.value)) };
        let has = store.or(items.iter().filter(|it| it.outcome == *name).map(|it| it.there));
        Ok(algebra.stopped([&set], Content::Boolean(has)))
    }

    // ── rows of tables ─────────────────────────────────────────────────────────────────────────

    fn row(&self, row: &Row, names: &Names) -> Said<Symbol> {
        let mut held = Vec::new();
        for (column, cell) in row.columns.iter().zip(&row.cells) {
            held.push(self.cell(column, &cell.kind, names)?);
        }
        Ok(self.algebra.all(&held, false))
    }

    fn cell(&self, column: &Expression, cell: &CellKind, names: &Names) -> Said<Symbol> {
        let (algebra, store) = (self.algebra, self.store());
        let (alternatives, none_of) = match cell {
            CellKind::Any => return Ok(algebra.truth(true)),
            CellKind::OneOf(it) => (it, false),
            CellKind::NoneOf(it) => (it, true),
            CellKind::Bare => return Err("a cell of a file that is no text".into()),
        };
        let word = |it: &Alternative| -> Option<bool> {
            let AlternativeKind::Value(value) = &it.kind else { return None };
            match &value.kind {
                ExpressionKind::Literal(Literal { kind: LiteralKind::Absent, .. }) => Some(false),
                ExpressionKind::Reference(word) if word == "present" => match self.ty(column, names) {
                    Some(Ty::Choice(list)) if list.index(word).is_some() => None,
                    _ => Some(true),
                },
                _ => None,
            }
        };
        let named = |wanted| !none_of && alternatives.iter().any(|it| word(it) == Some(wanted));
        let column_there = self.presence(column, names)?;
        let mut matched = Vec::new();
        for it in alternatives.iter().filter(|it| word(it).is_none()) {
            matched.push(self.alternative(column, it, names)?);
        }
        let matched = algebra.all(&matched, true);
        let matched = if none_of { algebra.negated(matched) } else { matched };
        let matched = if named(true) { algebra.truth(true) } else { matched };
        let absent = algebra.truth(named(false));
        let held = algebra.choose(column_there.nothing, &absent, &matched)?;
        let stop = Symbol { error: store.truth(true), ..algebra.nothing() };
        let stop = Symbol { nothing: store.truth(false), ..stop };
        algebra.choose(column_there.error, &stop, &held)
    }

    fn alternative(&self, column: &Expression, it: &Alternative, names: &Names) -> Said<Symbol> {
        let compare = |operator, value: &Expression| self.compare(operator, column, value, names);
        match &it.kind {
            AlternativeKind::Value(value) => compare(Comparison::Is, value),
            AlternativeKind::OrMore { value, above: true } => compare(Comparison::AtLeast, value),
            AlternativeKind::OrMore { value, above: false } => compare(Comparison::AtMost, value),
            AlternativeKind::Compare(operator, value) => compare(*operator, value),
            AlternativeKind::Range { low, over, high, under } => {
                let from = compare(if *over { Comparison::Greater } else { Comparison::AtLeast }, low)?;
                let to = compare(if *under { Comparison::Less } else { Comparison::AtMost }, high)?;
                Ok(self.algebra.all(&[from, to], false))
            }
        }
    }
}

/// The names as the reference wants them where it is asked for a type.
fn plain(names: &Names) -> Locals {
    let value = |it: &Symbol| match &it.value {
        Content::Record(path) => Value::Record(path.clone()),
        _ => Value::Nothing,
    };
    names.iter().map(|(name, (symbol, ty))| (name.clone(), (value(symbol), ty.clone()))).collect()
}
