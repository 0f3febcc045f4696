//! What a policy declares, looked up by name: types, fact slots, definitions, decisions.
//!
//! A *slot* is a leaf fact or the presence of an optional record. Slots stand in order of declaration, a
//! record before its fields.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use evenhand::syntax::ast::{
    Bounds, Choice, Claim, CountUnit, DatedTable, Decision, Define, Expression, ExpressionKind, Field,
    FieldKind, File, Item, Literal, LiteralKind, Obligation, ObligationKind, Outcome, Parameter, Setting,
    TimeUnit, TypeExpression, TypeKind,
    time::{BusinessUnit, ClockType},
};
use num_rational::BigRational;

use crate::reference::calendar::Calendar;
use crate::reference::evaluate::Value;
use crate::reference::number::{parse_date, parse_decimal, whole, written_scale};
use crate::reference::time;

/// A closed list of values: name in the policy, spelling in JSON.
#[derive(Debug, PartialEq)]
pub(crate) struct Enumeration {
    pub(crate) choices: Vec<(String, String)>,
}

impl Enumeration {
    pub(crate) fn index(&self, name: &str) -> Option<usize> {
        self.choices.iter().position(|it| it.0 == name)
    }
}

/// A type, without `optional`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ty {
    Boolean,
    Number {
        scale: u32,
    },
    Percent {
        scale: u32,
    },
    Money {
        currency: String,
        scale: u32,
    },
    Text {
        longest: u32,
    },
    Date,
    Count(CountUnit),
    Duration {
        unit: Option<TimeUnit>,
    },
    /// A type of times, and whether it is to the minute.
    Clock(ClockType, bool),
    /// Business days, or opening time.
    Business(BusinessUnit),
    Choice(Rc<Enumeration>),
    /// A record fact; its path.
    Record,
    /// The set of a `collect` decision.
    Items(String),
    /// The outcome of an ordinary decision.
    Outcome(String),
    /// A list: the most items.
    List {
        most: usize,
    },
    /// An amount in one of these currencies, each with its digits.
    MoneyOf {
        all: Vec<(String, u32)>,
    },
}

/// The least and the greatest value, where they are known.
pub(crate) type Range = Option<(BigRational, BigRational)>;

/// A leaf fact, or the presence of an optional record.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) path: String,
    /// The keys in JSON, outermost first.
    pub(crate) keys: Vec<String>,
    pub(crate) ty: Ty,
    /// Written bounds, or the default ones of the documents; `None` where there are none to know.
    pub(crate) range: Range,
    /// Whether `between` was written.
    pub(crate) bounded: bool,
    pub(crate) optional: bool,
    /// The slot of the innermost optional record or list around it.
    pub(crate) within: Option<usize>,
    /// Its place, where it stands in an item of that list.
    pub(crate) place: Option<usize>,
}

/// What stands under a JSON key.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Leaf(usize),
    Object {
        presence: Option<usize>,
        keys: BTreeMap<String, Node>,
    },
    /// A list: its slot, and each of its items.
    List {
        slot: usize,
        items: Vec<Node>,
    },
}

/// A policy, by name.
pub(crate) struct Model<'f> {
    pub(crate) name: &'f str,
    pub(crate) types: BTreeMap<&'f str, &'f TypeExpression>,
    pub(crate) settings: BTreeMap<&'f str, &'f Setting>,
    pub(crate) defines: Vec<&'f Define>,
    pub(crate) define_index: BTreeMap<&'f str, usize>,
    pub(crate) dated: BTreeMap<&'f str, &'f DatedTable>,
    pub(crate) decisions: Vec<&'f Decision>,
    pub(crate) decision_index: BTreeMap<&'f str, usize>,
    pub(crate) obligations: Vec<&'f Obligation>,
    pub(crate) assumes: Vec<&'f Claim>,
    pub(crate) slots: Vec<Slot>,
    pub(crate) slot_index: BTreeMap<String, usize>,
    /// Paths of groups and records that are always there.
    pub(crate) groups: BTreeSet<String>,
    pub(crate) root: BTreeMap<String, Node>,
    pub(crate) file: &'f File,
    /// What the file was read from.
    pub(crate) text: &'f str,
    /// The calendars, by name, in order of declaration.
    pub(crate) calendars: Vec<(String, Calendar)>,
}

impl<'f> Model<'f> {
    pub(crate) fn new(file: &'f File, text: &'f str) -> Self {
        let name = file.headers.first().map_or("", |it| it.name.text.as_str());
        let mut model = Model {
            name,
            types: BTreeMap::new(),
            settings: BTreeMap::new(),
            defines: Vec::new(),
            define_index: BTreeMap::new(),
            dated: BTreeMap::new(),
            decisions: Vec::new(),
            decision_index: BTreeMap::new(),
            obligations: Vec::new(),
            assumes: Vec::new(),
            slots: Vec::new(),
            slot_index: BTreeMap::new(),
            groups: BTreeSet::new(),
            root: BTreeMap::new(),
            file,
            text,
            calendars: Vec::new(),
        };
        for item in &file.items {
            model.declare(item);
        }
        for item in &file.items {
            if let Item::Facts(fields, _) = item {
                let keys = model.fields(fields, "", &[], None);
                model.root.extend(keys);
            }
        }
        model
    }

    fn declare(&mut self, item: &'f Item) {
        match item {
            Item::Type(it) => drop(self.types.insert(&it.name.text, &it.ty)),
            Item::Setting(it) => drop(self.settings.insert(&it.name.text, it)),
            Item::Define(it) => {
                self.define_index.insert(&it.name.text, self.defines.len());
                self.defines.push(it);
            }
            Item::Dated(it) => {
                self.dated.insert(&it.name.text, it);
                for column in &it.columns {
                    self.define_index.insert(&column.name.text, self.defines.len());
                    self.defines.push(column);
                }
            }
            Item::Decision(it) => {
                self.decision_index.insert(&it.name.text, self.decisions.len());
                self.decisions.push(it);
            }
            Item::Calendar(it) => self.calendars.push((it.name.text.clone(), time::calendar(it))),
            Item::Obligation(it) => self.obligations.push(it),
            Item::Assume(it) => self.assumes.push(it),
            Item::Stages(..) | Item::Facts(..) | Item::Property(_) | Item::Test(_) => {}
            Item::Use(_) | Item::Turn(_) | Item::Change(_) => {}
        }
    }

    pub(crate) fn define(&self, name: &str) -> Option<&'f Define> {
        self.define_index.get(name).map(|index| self.defines[*index])
    }

    /// The table by date whose name `e` begins with.
    pub(crate) fn dated_table(&self, e: &Expression) -> &'f DatedTable {
        let ExpressionKind::Reference(path) = &e.kind else { panic!("a table is a name") };
        self.dated[path.split('.').next().unwrap_or(path)]
    }

    /// The column of a table by date that `e` names.
    pub(crate) fn dated_column(&self, e: &Expression) -> &'f Define {
        let ExpressionKind::Reference(path) = &e.kind else { panic!("a column is a name") };
        self.define(path).unwrap_or_else(|| &self.dated_table(e).columns[0])
    }

    pub(crate) fn decision(&self, name: &str) -> Option<&'f Decision> {
        self.decision_index.get(name).map(|index| self.decisions[*index])
    }

    pub(crate) fn slot(&self, path: &str) -> Option<usize> {
        self.slot_index.get(path).copied()
    }

    fn add_slot(&mut self, slot: Slot) -> usize {
        self.slot_index.insert(slot.path.clone(), self.slots.len());
        self.slots.push(slot);
        self.slots.len() - 1
    }

    fn fields(
        &mut self,
        fields: &'f [Field],
        prefix: &str,
        keys: &[String],
        within: Option<usize>,
    ) -> BTreeMap<String, Node> {
        let mut nodes = BTreeMap::new();
        for field in fields {
            let key = field.json.as_ref().map_or(&field.name.text, |it| &it.text).clone();
            let path = if prefix.is_empty() {
                field.name.text.clone()
            } else {
                format!("{prefix}.{}", field.name.text)
            };
            let keys: Vec<String> = keys.iter().cloned().chain([key.clone()]).collect();
            let node = match &field.kind {
                FieldKind::Group(inner) => {
                    self.groups.insert(path.clone());
                    Node::Object { presence: None, keys: self.fields(inner, &path, &keys, within) }
                }
                FieldKind::Leaf { ty, bounds, .. } => self.leaf(ty, bounds.as_ref(), path, keys, within),
            };
            nodes.insert(key, node);
        }
        nodes
    }

    fn leaf(
        &mut self,
        written: &'f TypeExpression,
        bounds: Option<&'f Bounds>,
        path: String,
        keys: Vec<String>,
        within: Option<usize>,
    ) -> Node {
        let optional = written.optional;
        // An item of a list stands in it directly; what is in a record of an item stands in the record.
        let place = path.rsplit('.').find_map(|it| it.strip_suffix(']')?.split_once('[')?.1.parse().ok());
        let place = place.filter(|_| within.is_some_and(|it| matches!(self.slots[it].ty, Ty::List { .. })));
        if let TypeKind::List(list) = &self.resolve(written).kind {
            let most: usize = list.most.text.parse().expect("a number of items");
            let slot = self.add_slot(Slot {
                path: path.clone(),
                keys: keys.clone(),
                ty: Ty::List { most },
                range: Some((whole(0), whole(most as i64))),
                bounded: true,
                optional,
                within,
                place,
            });
            let items = (0..most).map(|index| {
                let (path, place) = (format!("{path}[{index}]"), format!("[{index}]"));
                let keys = keys.iter().cloned().chain([place]).collect();
                self.leaf(&list.element, list.bounds.as_ref(), path, keys, Some(slot))
            });
            return Node::List { slot, items: items.collect() };
        }
        if let TypeKind::Record(fields) = &self.resolve(written).kind {
            let presence = optional.then(|| {
                let (path, keys) = (path.clone(), keys.clone());
                self.add_slot(Slot {
                    path,
                    keys,
                    ty: Ty::Record,
                    range: None,
                    bounded: false,
                    optional,
                    within,
                    place,
                })
            });
            if presence.is_none() {
                self.groups.insert(path.clone());
            }
            return Node::Object { presence, keys: self.fields(fields, &path, &keys, presence.or(within)) };
        }
        let ty = self.ty(written);
        let range = bounds.map(|it| (number_of(&it.low), number_of(&it.high))).or_else(|| default_range(&ty));
        let bounded = bounds.is_some();
        Node::Leaf(self.add_slot(Slot { path, keys, ty, range, bounded, optional, within, place }))
    }

    /// Follows names of declared types.
    fn resolve(&self, written: &'f TypeExpression) -> &'f TypeExpression {
        match &written.kind {
            TypeKind::Named(name) => match self.types.get(name.text.as_str()) {
                Some(inner) => self.resolve(inner),
                None => written,
            },
            _ => written,
        }
    }

    /// The type that is written.
    pub(crate) fn ty(&self, written: &TypeExpression) -> Ty {
        match &written.kind {
            TypeKind::Boolean => Ty::Boolean,
            TypeKind::Integer => Ty::Number { scale: 0 },
            TypeKind::Decimal(step) => Ty::Number { scale: written_scale(&step.text) },
            TypeKind::Percent(step) => {
                Ty::Percent { scale: step.as_ref().map_or(2, |it| written_scale(&it.text)) }
            }
            TypeKind::Money(currency, step) => Ty::Money {
                currency: currency.text.clone(),
                scale: step
                    .as_ref()
                    .map_or_else(|| currency_scale(&currency.text), |it| written_scale(&it.text)),
            },
            TypeKind::MoneyOf(currencies, step) => {
                let digits = |code: &str| match step {
                    Some(step) => written_scale(&step.text),
                    None => currency_scale(code),
                };
                let mut all: Vec<(String, u32)> =
                    currencies.iter().map(|it| (it.text.clone(), digits(&it.text))).collect();
                all.sort();
                Ty::MoneyOf { all }
            }
            TypeKind::List(list) => Ty::List { most: list.most.text.parse().unwrap_or(usize::MAX) },
            TypeKind::Text(longest) => {
                Ty::Text { longest: longest.as_ref().map_or(1000, |it| it.text.parse().unwrap_or(u32::MAX)) }
            }
            TypeKind::Date => Ty::Date,
            TypeKind::Clock(kind, minutes) => Ty::Clock(*kind, minutes.unwrap_or(*kind == ClockType::Time)),
            TypeKind::Business(unit) => Ty::Business(*unit),
            TypeKind::Count(unit) => Ty::Count(*unit),
            TypeKind::Duration(unit) => Ty::Duration { unit: *unit },
            TypeKind::OneOf(choices) | TypeKind::Ordered(choices) => {
                Ty::Choice(Rc::new(enumeration(choices)))
            }
            TypeKind::Record(_) => Ty::Record,
            TypeKind::Named(name) => match self.types.get(name.text.as_str()) {
                Some(inner) => self.ty(inner),
                None if self.decision_index.contains_key(name.text.as_str()) => Ty::Items(name.text.clone()),
                None if name.text == "weekday" => Ty::Choice(Rc::new(weekdays())),
                None => panic!("type `{}` is not declared", name.text),
            },
        }
    }

    /// The outcomes of a decision with their parameters, in order of declaration.
    pub(crate) fn outcomes(&self, decision: &'f Decision) -> Vec<(&'f str, &'f [Parameter])> {
        let listed = decision.collect.iter().flat_map(|it| it.items.iter().flatten());
        let listed = listed.map(|it| (it.name.text.as_str(), &[] as &[Parameter]));
        let declared =
            decision.outcomes.iter().map(|it: &Outcome| (it.name.text.as_str(), it.parameters.as_slice()));
        listed.chain(declared).collect()
    }

    /// The parameter of this name that any outcome of the decision has.
    pub(crate) fn parameter(&self, decision: &'f Decision, name: &str) -> Option<&'f Parameter> {
        decision.outcomes.iter().flat_map(|it| &it.parameters).find(|it| it.name.text == name)
    }
}

/// The built-in list of the days of the week.
pub(crate) fn weekdays() -> Enumeration {
    let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    Enumeration { choices: names.iter().map(|it| ((*it).to_owned(), (*it).to_owned())).collect() }
}

fn enumeration(choices: &[Choice]) -> Enumeration {
    let json = |it: &Choice| it.json.as_ref().map_or(&it.name.text, |json| &json.text).clone();
    Enumeration { choices: choices.iter().map(|it| (it.name.text.clone(), json(it))).collect() }
}

/// Digits after the point of the smallest unit of a currency (ISO 4217).
pub(crate) fn currency_scale(code: &str) -> u32 {
    match code {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI"
        | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        "CLF" | "UYW" => 4,
        _ => 2,
    }
}

/// The bounds that a type has where none are written, as far as the documents name them.
pub(crate) fn default_range(ty: &Ty) -> Range {
    let million_million = || whole(1_000_000_000_000);
    match ty {
        Ty::Number { scale: 0 } | Ty::Money { .. } => Some((-million_million(), million_million())),
        Ty::MoneyOf { .. } => Some(crate::reference::list::default_amounts()),
        Ty::Date => Some((whole(parse_date("1900-01-01")?), whole(parse_date("2199-12-31")?))),
        Ty::Clock(ClockType::Time, minutes) => {
            Some((whole(0), whole(86_400 - if *minutes { 60 } else { 1 })))
        }
        Ty::Clock(_, minutes) => {
            let end = parse_date("2200-01-01")? * 86_400 - if *minutes { 60 } else { 1 };
            Some((whole(parse_date("1900-01-01")? * 86_400), whole(end)))
        }
        _ => None,
    }
}

/// The number that a constant stands for; a date's day number.
pub(crate) fn number_of(literal: &Literal) -> BigRational {
    let exact = |text: &str| parse_decimal(text).unwrap_or_else(|| panic!("`{text}` is no number"));
    match &literal.kind {
        LiteralKind::Number(it) | LiteralKind::Money(_, it) | LiteralKind::Count(it, _) => exact(&it.text),
        LiteralKind::Percent(it) => exact(&it.text) / whole(100),
        LiteralKind::Duration(it, unit) => exact(&it.text) * whole(seconds(*unit)),
        LiteralKind::Business(it, unit) => {
            let unit = match unit {
                BusinessUnit::Days => 1,
                BusinessUnit::Hours => 3600,
                BusinessUnit::Minutes => 60,
            };
            exact(&it.text) * whole(unit)
        }
        LiteralKind::Time(text) | LiteralKind::DateTime(text) => match time::written_time(text) {
            Value::Time(it) | Value::DateTime(it) | Value::Instant(it) => whole(it),
            other => panic!("{other:?} is no time"),
        },
        LiteralKind::DaysOfHours(days, hours) => exact(&days.text) * exact(&hours.text) * whole(3600),
        LiteralKind::Date(text) => whole(parse_date(text).unwrap_or_else(|| panic!("`{text}` is no day"))),
        other => panic!("{other:?} is no number"),
    }
}

/// Seconds of a unit of elapsed time.
pub(crate) fn seconds(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Seconds => 1,
        TimeUnit::Minutes => 60,
        TimeUnit::Hours => 3600,
    }
}

/// The list of the answer in which an obligation stands.
pub(crate) fn list_of(kind: ObligationKind) -> &'static str {
    match kind {
        ObligationKind::Disclosure => "disclosures",
        ObligationKind::Step => "steps",
    }
}
