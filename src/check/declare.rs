//! The first pass: every name of every item, once, and the shape of the facts.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{
    check::{
        Checker, codes,
        flow::{Flow, Place},
        range::Range,
        types::{Shape, counts, default_bounds, ty_of},
    },
    diag::Diagnostic,
    hir::{Decision, Definition, Outcome, Parameter, Setting, Ty},
    schema::{Key, Node, Slot, Type},
    source::Span,
    syntax::ast::{self, Field, FieldKind, Item, Name},
    value::Scalar,
};

/// A fact or a group of facts, by name.
#[derive(Clone)]
pub(super) enum Entry {
    Leaf(usize),
    Group {
        /// The slot of its presence, where it is optional.
        presence: Option<usize>,
        entries: BTreeMap<String, Entry>,
    },
    /// A list: its index, and what stands at each place, with the slots of the first item.
    List(usize, Box<Entry>),
}

/// What else a name can stand for.
#[derive(Clone, Copy)]
pub(super) enum Global {
    Setting(usize),
    Definition(usize),
    Decision(usize),
    /// A table by date.
    Dated(usize),
    /// The facts that a `facts` block declares at its outermost level.
    Fact,
}

/// A setting with its place.
#[derive(Clone)]
pub(super) struct SettingInfo {
    pub(super) hir: Setting,
}

/// What the checker knows of a definition.
#[derive(Clone)]
pub(super) struct DefinitionInfo<'a> {
    pub(super) ast: &'a ast::Define,
    /// Its parameters, records taken apart.
    pub(super) locals: Vec<LocalInfo>,
    /// The checked definition; `None` until then, or where something was reported in it.
    pub(super) hir: Option<Arc<Definition>>,
    pub(super) ty: Option<Ty>,
    pub(super) range: Option<Range>,
    /// Whether a case gives `absent`.
    pub(super) optional: bool,
    /// What must be there wherever it is used, and where in it that is needed.
    pub(super) requires: BTreeMap<Place, Span>,
    /// What it makes known as a condition.
    pub(super) flow: Flow,
    /// Whether it was used.
    pub(super) used: bool,
}

/// A leaf of a parameter of a definition.
#[derive(Clone)]
pub(super) struct LocalInfo {
    /// Its name with its dots.
    pub(super) name: String,
    /// The parameter to which it belongs.
    pub(super) parameter: usize,
    pub(super) ty: Type,
    pub(super) low: i128,
    pub(super) high: i128,
    pub(super) optional: bool,
    /// The local that says whether the record around it is there.
    pub(super) within: Option<usize>,
}

/// What the checker knows of a decision.
pub(super) struct DecisionInfo<'a> {
    pub(super) ast: &'a ast::Decision,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) hir: Option<Decision>,
    /// Whether its outcomes were declared without a mistake.
    pub(super) sound: bool,
}

impl<'a> DecisionInfo<'a> {
    /// The same without the checked decision.
    pub(super) fn without_tree(&self) -> DecisionInfo<'a> {
        DecisionInfo { ast: self.ast, outcomes: self.outcomes.clone(), hir: None, sound: self.sound }
    }
}

impl<'a> Checker<'a> {
    /// Declares everything that can be named before it is checked.
    pub(super) fn declare(&mut self) {
        let file = self.file;
        let mut types: BTreeMap<&'a str, Span> = BTreeMap::new();
        for item in &file.items {
            match item {
                Item::Type(it) => {
                    if let Some(first) = types.insert(&it.name.text, it.name.span) {
                        self.duplicate(&it.name, first, "type");
                    } else {
                        self.types.insert(&it.name.text, it);
                    }
                }
                Item::Decision(it) => self.decisions.push(DecisionInfo {
                    ast: it,
                    outcomes: Vec::new(),
                    hir: None,
                    sound: true,
                }),
                _ => {}
            }
        }
        for item in &file.items {
            if let Item::Type(it) = item {
                // Types that nothing uses are checked too.
                match &it.ty.kind {
                    ast::TypeKind::OneOf(choices) => {
                        self.enumeration(&it.name.text, choices, false, it.ty.span);
                    }
                    ast::TypeKind::Ordered(choices) => {
                        self.enumeration(&it.name.text, choices, true, it.ty.span);
                    }
                    _ => {
                        self.shape(&it.ty);
                    }
                }
            }
        }
        let mut spans: BTreeMap<String, Span> = BTreeMap::new();
        let mut decision = 0;
        for item in &file.items {
            match item {
                Item::Facts(fields, _) => self.facts_block(fields, &mut spans),
                Item::Stages(names, _) => self.stage_names(names),
                Item::Calendar(it) => self.calendar(it),
                Item::Setting(it) => {
                    let global = Global::Setting(self.settings.len());
                    if self.declare_global(&it.name, global, &mut spans) {
                        self.setting(it);
                    }
                }
                Item::Define(it) => {
                    let global = Global::Definition(self.definitions.len());
                    let named = self.declare_global(&it.name, global, &mut spans);
                    self.declare_definition(it);
                    if let Some(info) = self.definitions.last_mut() {
                        // A name that was taken cannot be used: that is one mistake, not two.
                        info.used = !named;
                    }
                }
                Item::Dated(it) => {
                    let global = Global::Dated(self.dated.len());
                    self.declare_global(&it.name, global, &mut spans);
                    self.declare_dated(it);
                }
                Item::Decision(it) => {
                    self.declare_global(&it.name, Global::Decision(decision), &mut spans);
                    decision += 1;
                }
                _ => {}
            }
        }
        for index in 0..self.decisions.len() {
            self.declare_outcomes(index);
        }
        let rules: usize = self.decisions.iter().map(|it| it.ast.rules.len()).sum();
        if rules > self.limits.rules {
            let message = format!("the policy has {rules} rules; at most {} are allowed", self.limits.rules);
            self.report(
                Diagnostic::new(&codes::TOO_COSTLY, self.source.own().span(0, 0), message)
                    .with_help("split the policy, or raise the limit `rules` in the host"),
            );
        }
    }

    pub(super) fn duplicate(&mut self, name: &Name, first: Span, what: &str) {
        let message = format!("there is another {what} named `{}`", name.text);
        self.report(
            Diagnostic::new(&codes::DUPLICATE_NAME, name.span, message)
                .with_related(first, "the first one")
                .with_help("give one of the two another name"),
        );
    }

    fn declare_global(&mut self, name: &Name, global: Global, spans: &mut BTreeMap<String, Span>) -> bool {
        if let Some(first) = spans.get(&name.text) {
            let first = *first;
            self.duplicate(name, first, "item");
            return false;
        }
        spans.insert(name.text.clone(), name.span);
        self.globals.insert(name.text.clone(), global);
        true
    }

    fn stage_names(&mut self, names: &[Name]) {
        for name in names {
            if self.stages.contains(&name.text) {
                let message = format!("the stage `{}` is listed twice", name.text);
                self.report(
                    Diagnostic::new(&codes::DUPLICATE_NAME, name.span, message).with_help("remove one"),
                );
            } else {
                self.stages.push(name.text.clone());
            }
        }
    }

    fn facts_block(&mut self, fields: &'a [Field], spans: &mut BTreeMap<String, Span>) {
        let mut keys = Keys::new(std::mem::take(&mut self.schema.keys));
        let mut entries = std::mem::take(&mut self.facts);
        for field in fields {
            if !self.declare_global(&field.name, Global::Fact, spans) {
                continue;
            }
            let around = Around { path: "", json: "", within: None };
            self.field(field, &around, &mut keys, &mut entries);
        }
        self.schema.keys = keys.list;
        self.facts = entries;
    }

    fn fields(&mut self, fields: &'a [Field], around: &Around<'_>) -> (Vec<Key>, BTreeMap<String, Entry>) {
        let (mut keys, mut entries) = (Keys::new(Vec::new()), BTreeMap::new());
        let mut spans: BTreeMap<&str, Span> = BTreeMap::new();
        for field in fields {
            if let Some(first) = spans.insert(&field.name.text, field.name.span) {
                self.duplicate(&field.name, first, "fact");
                continue;
            }
            self.field(field, around, &mut keys, &mut entries);
        }
        (keys.list, entries)
    }

    fn field(
        &mut self,
        field: &'a Field,
        around: &Around<'_>,
        keys: &mut Keys,
        entries: &mut BTreeMap<String, Entry>,
    ) {
        let name = &field.name.text;
        let json = field.json.as_ref().map_or(name, |it| &it.text);
        if let Some(other) = keys.names.get(json) {
            let message = format!("`{other}` already has the JSON name \"{json}\"");
            let span = field.json.as_ref().map_or(field.name.span, |it| it.span);
            self.report(Diagnostic::new(&codes::DUPLICATE_NAME, span, message));
        }
        let path = joined(around.path, name);
        let json_path = joined(around.json, json);
        let inner = Around { path: &path, json: &json_path, within: around.within };
        let (node, entry) = match &field.kind {
            FieldKind::Group(fields) => {
                let (keys, entries) = self.fields(fields, &inner);
                (Node::Object { presence: None, keys }, Entry::Group { presence: None, entries })
            }
            FieldKind::Leaf { ty, bounds, ask } => match self.shape(ty) {
                None => {
                    entries.insert(name.clone(), Entry::Leaf(usize::MAX));
                    return;
                }
                Some(Shape::Record(record, fields)) => {
                    if let Some(bounds) = bounds {
                        let message = "a record has no bounds";
                        self.report(Diagnostic::new(&codes::EMPTY_BOUNDS, bounds.span, message));
                    }
                    let Some(made) = self.record(field, ty.optional, record, fields, &inner) else { return };
                    made
                }
                Some(Shape::List(list)) => {
                    let Some(made) = self.list(field, ty, list, bounds.as_ref(), &inner) else {
                        entries.insert(name.clone(), Entry::Leaf(usize::MAX));
                        return;
                    };
                    made
                }
                Some(Shape::Leaf(Type::Items(_))) => {
                    let message = "what a decision collects is no fact";
                    self.report(Diagnostic::new(&codes::UNKNOWN_TYPE, ty.span, message));
                    return;
                }
                Some(Shape::Leaf(leaf)) => {
                    let (low, high) = self.bounds(leaf, bounds.as_ref());
                    let slot = self.slot(field, leaf, &inner);
                    if let Some(it) = self.schema.slots.last_mut() {
                        (it.low, it.high, it.optional) = (low, high, ty.optional);
                        it.ask = ask.as_ref().map(|it| it.text.clone());
                    }
                    (Node::Leaf(slot), Entry::Leaf(slot))
                }
            },
        };
        keys.push(Key { json: json.clone(), name: name.clone(), node });
        entries.insert(name.clone(), entry);
    }

    /// Adds a slot for `field`, not optional and without bounds.
    pub(super) fn slot(&mut self, field: &Field, ty: Type, at: &Around<'_>) -> usize {
        self.schema.slots.push(Slot {
            path: at.path.to_owned(),
            json_path: at.json.to_owned(),
            ty,
            low: 0,
            high: 0,
            optional: false,
            within: at.within,
            ask: None,
            doc: field.doc.as_ref().map(|it| it.text.clone()),
        });
        self.schema.slots.len() - 1
    }

    pub(super) fn record(
        &mut self,
        field: &'a Field,
        optional: bool,
        record: Option<&str>,
        fields: &'a [Field],
        at: &Around<'_>,
    ) -> Option<(Node, Entry)> {
        if let Some(name) = record {
            if self.open_types.iter().any(|it| it == name) {
                let message = format!("the record `{name}` contains itself");
                self.report(
                    Diagnostic::new(&codes::CYCLE, field.span, message)
                        .with_help("a record has a fixed number of fields; remove this one"),
                );
                return None;
            }
            self.open_types.push(name.to_owned());
        }
        let presence = optional.then(|| self.slot(field, Type::Record, at));
        if let (Some(_), Some(it)) = (presence, self.schema.slots.last_mut()) {
            it.optional = true;
            if let FieldKind::Leaf { ask, .. } = &field.kind {
                it.ask = ask.as_ref().map(|it| it.text.clone());
            }
        }
        let inner = Around { path: at.path, json: at.json, within: presence.or(at.within) };
        let (keys, entries) = self.fields(fields, &inner);
        if let Some(name) = record {
            self.open_types.retain(|it| it != name);
        }
        Some((Node::Object { presence, keys }, Entry::Group { presence, entries }))
    }

    fn setting(&mut self, it: &'a ast::Setting) {
        let known = match self.shape(&it.ty) {
            Some(Shape::Leaf(ty)) if !matches!(ty, Type::Items(_)) => Some(ty),
            Some(Shape::List(_)) => {
                self.list_not_here(it.ty.span, "a setting");
                None
            }
            Some(_) => {
                let message = "a setting is one value";
                self.report(
                    Diagnostic::new(&codes::UNKNOWN_TYPE, it.ty.span, message)
                        .with_help("make each of its fields a setting of its own"),
                );
                None
            }
            None => None,
        };
        let ty = known.unwrap_or(Type::Boolean);
        let written = it.bounds.as_ref().filter(|_| known.is_some());
        let bounds = written.map(|it| self.bounds(ty, Some(it)));
        let absent = matches!(it.value.kind, ast::LiteralKind::Absent) && it.ty.optional;
        let value = if absent { None } else { known.and_then(|ty| self.typed_literal(&it.value, ty)) };
        if it.ty.optional {
            self.report(
                Diagnostic::new(&codes::ABSENT_NOT_ALLOWED, it.ty.span, "a setting always has a value")
                    .with_help("remove `optional`; for a switch, use a `boolean` setting"),
            );
        }
        let (low, high) = bounds.unwrap_or(default_bounds(ty));
        if let Some(Scalar::Number(value)) = value
            && !(low..=high).contains(&value)
        {
            let shown = |it: i128| crate::value::form::words(&Scalar::Number(it), ty, &self.schema);
            let (value, low, high) = (shown(value), shown(low), shown(high));
            let message = format!("expected a value between {low} and {high}, found {value}");
            let mut diagnostic = Diagnostic::new(&codes::OUT_OF_BOUNDS, it.value.span, message);
            if let Some(bounds) = &it.bounds {
                diagnostic = diagnostic.with_related(bounds.span, "its bounds");
            }
            self.report(diagnostic);
        }
        self.settings.push(SettingInfo {
            hir: Setting {
                name: it.name.text.clone(),
                ty,
                value,
                bounds,
                doc: it.doc.as_ref().map(|it| it.text.clone()),
                span: it.name.span,
            },
        });
    }

    pub(super) fn declare_definition(&mut self, it: &'a ast::Define) {
        let mut locals: Vec<LocalInfo> = Vec::new();
        let mut names: BTreeMap<&str, Span> = BTreeMap::new();
        for (index, parameter) in it.parameters.iter().enumerate() {
            if let Some(first) = names.insert(&parameter.name.text, parameter.name.span) {
                self.duplicate(&parameter.name, first, "parameter");
                continue;
            }
            let mut path = Vec::new();
            self.local(
                &parameter.ty,
                parameter.bounds.as_ref(),
                &parameter.name.text,
                index,
                None,
                &mut locals,
                &mut path,
            );
        }
        self.definitions.push(DefinitionInfo {
            ast: it,
            locals,
            hir: None,
            ty: None,
            range: None,
            optional: false,
            requires: BTreeMap::new(),
            flow: Flow::default(),
            used: false,
        });
    }

    fn declare_outcomes(&mut self, index: usize) {
        let Some(ast) = self.decisions.get(index).map(|it| it.ast) else { return };
        let mut outcomes: Vec<Outcome> = Vec::new();
        let mut sound = true;
        if let Some(items) = ast.collect.as_ref().and_then(|it| it.items.as_ref()) {
            for choice in items {
                outcomes.push(Outcome {
                    name: choice.name.text.clone(),
                    json: choice.json.as_ref().map_or_else(|| choice.name.text.clone(), |it| it.text.clone()),
                    doc: None,
                    parameters: Vec::new(),
                });
            }
        }
        for outcome in &ast.outcomes {
            let mut parameters: Vec<Parameter> = Vec::new();
            for parameter in &outcome.parameters {
                if parameters.iter().any(|it| it.name == parameter.name.text) {
                    self.duplicate(&parameter.name, outcome.name.span, "parameter");
                    continue;
                }
                match self.shape(&parameter.ty) {
                    Some(Shape::Leaf(ty)) => {
                        let (low, high) = self.bounds(ty, parameter.bounds.as_ref());
                        let name = parameter.name.text.clone();
                        parameters.push(Parameter { name, ty, low, high, optional: parameter.ty.optional });
                    }
                    Some(Shape::Record(..)) => {
                        let message = "a parameter of an outcome is one value";
                        self.report(
                            Diagnostic::new(&codes::UNKNOWN_TYPE, parameter.ty.span, message)
                                .with_help("list the fields as parameters of their own"),
                        );
                        sound = false;
                    }
                    Some(Shape::List(_)) => {
                        self.list_not_here(parameter.ty.span, "a parameter of an outcome");
                        sound = false;
                    }
                    None => sound = false,
                }
            }
            if outcomes.iter().any(|it| it.name == outcome.name.text) {
                self.duplicate(&outcome.name, ast.name.span, "outcome");
                continue;
            }
            outcomes.push(Outcome {
                name: outcome.name.text.clone(),
                json: outcome.name.text.clone(),
                doc: outcome.doc.as_ref().map(|it| it.text.clone()),
                parameters,
            });
        }
        let broken = self
            .file
            .broken
            .iter()
            .any(|it| it.decision.as_deref() == Some(&ast.name.text) && it.keyword == "outcome");
        if outcomes.is_empty() && !broken {
            let message = format!("the decision `{}` has no outcome", ast.name.text);
            self.report(
                Diagnostic::new(&codes::NO_OUTCOME, ast.name.span, message)
                    .with_help("say what it can decide, as in `outcome approve` and `outcome deny`"),
            );
            sound = false;
        }
        if let Some(it) = self.decisions.get_mut(index) {
            it.outcomes = outcomes;
            it.sound = sound && !broken;
        }
    }

    /// The type and bounds of a slot as an expression sees them.
    pub(super) fn slot_type(&self, slot: usize) -> Option<(Ty, Option<Range>)> {
        let it = self.schema.slots.get(slot)?;
        let ty = ty_of(it.ty);
        Some((ty, counts(ty).then_some(Range::Whole(it.low, it.high))))
    }
}

/// The keys of one JSON object, with the name of each.
struct Keys {
    list: Vec<Key>,
    names: BTreeMap<String, String>,
}

impl Keys {
    fn new(list: Vec<Key>) -> Self {
        let names = list.iter().map(|it| (it.json.clone(), it.name.clone())).collect();
        Keys { list, names }
    }

    fn push(&mut self, key: Key) {
        self.names.insert(key.json.clone(), key.name.clone());
        self.list.push(key);
    }
}

/// Where a field stands.
pub(super) struct Around<'p> {
    pub(super) path: &'p str,
    pub(super) json: &'p str,
    pub(super) within: Option<usize>,
}

pub(super) fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
