//! The `decisions` object of an answer: outcomes with reasons, used definitions, disclosures and steps.

use std::collections::{BTreeMap, BTreeSet};

use evenhand::syntax::ast::{
    Consequence, Decision, Define, Expression, ExpressionKind, Guard, Literal, LiteralKind, Notes,
    Obligation, ObligationKind, Part, Template,
};
use serde_json::{Map, Value as Json, json};

use crate::reference::decide::{Decided, Outcome};
use crate::reference::evaluate::{Case, Locals, Value, bare, parts};
use crate::reference::model::list_of;
use crate::reference::number::date_text;
use crate::reference::render::{item_json, items_json, parameters_json};
use crate::reference::time::clock_text;

/// Whether a rule holds; nothing where its condition is an error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Truth {
    pub(crate) holds: Option<bool>,
    /// Whether a rule that holds overrides it.
    pub(crate) overridden: bool,
}

/// Definitions with the case that applied, and its notes with values filled in.
type Used = BTreeMap<(usize, usize), Json>;

impl<'f> Case<'_, 'f> {
    /// The whole `decisions` object.
    pub(crate) fn decisions_json(&self) -> Json {
        let entries = self.model.decisions.iter().map(|it| (it.name.text.clone(), self.decision_json(it)));
        Json::Object(entries.collect())
    }

    /// Whether each rule holds, by its id.
    pub(crate) fn truths(&self) -> BTreeMap<String, Truth> {
        let mut truths = BTreeMap::new();
        for decision in &self.model.decisions {
            let decided = self.decided(decision);
            for rule in 0..decision.rules.len() {
                let holds = if let Value::Boolean(held) = decided.holds[rule] { Some(held) } else { None };
                let overridden = !decided.overridden[rule].is_empty();
                truths.insert(self.rule_id(decision, rule), Truth { holds, overridden });
            }
        }
        truths
    }

    fn rule_id(&self, decision: &Decision, rule: usize) -> String {
        format!("{}/{}/{}", self.model.name, decision.name.text, decision.rules[rule].name.text)
    }

    fn decision_json(&self, decision: &'f Decision) -> Json {
        let decided = self.decided(decision);
        let mut entry = Map::new();
        let mut put = |key: &str, value: Json| drop(entry.insert(key.to_owned(), value));
        let name = decision.name.text.as_str();
        match &decided.outcome {
            Outcome::One(item) => {
                put("status", json!("decided"));
                put("outcome", json!(item.outcome));
                put("parameters", parameters_json(self.model, name, item));
            }
            Outcome::Items(items) => {
                put("status", json!("decided"));
                put("items", items_json(self.model, name, items));
            }
            failed => {
                put("status", json!("error"));
                put("error", self.error_json(decision, failed));
            }
        }
        put("reasons", self.reasons_json(decision, &decided));
        put("definitions", self.definitions_json(decision, &decided));
        put("set_aside", self.set_aside_json(decision, &decided));
        put("open_rules", json!([]));
        for kind in [ObligationKind::Disclosure, ObligationKind::Step] {
            let index = self.model.decision_index[name];
            let inside = decision.obligations.iter().filter(|it| it.kind == kind);
            let inside = inside.map(|it| self.obligation_json(it, &format!("{}/{name}", self.model.name)));
            let top = self.model.obligations.iter().filter(|it| it.kind == kind && self.belongs(it, index));
            let top = top.map(|it| self.obligation_json(it, self.model.name));
            put(list_of(kind), inside.chain(top).collect());
        }
        Json::Object(entry)
    }

    fn error_json(&self, decision: &'f Decision, failed: &Outcome) -> Json {
        match failed {
            Outcome::Conflict(said) => {
                let candidates = said.iter().map(|(rule, item)| {
                    let mut entry = item_json(self.model, &decision.name.text, item);
                    entry["rule"] = json!(self.rule_id(decision, *rule));
                    entry
                });
                json!({"kind": "conflict", "candidates": candidates.collect::<Json>()})
            }
            Outcome::Depends(on) => {
                let names: Vec<&str> =
                    on.iter().map(|it| self.model.decisions[*it].name.text.as_str()).collect();
                json!({"kind": "depends", "on": names})
            }
            _ => json!({"kind": "gap"}),
        }
    }

    /// `because` and `cites`; nothing where a text reads what is absent.
    fn noted(&self, notes: &Notes, locals: &Locals) -> Option<Json> {
        let cites: Vec<&str> = notes.cites.iter().map(|it| it.text.as_str()).collect();
        let (mut because, mut templates) = (Vec::new(), Vec::new());
        for template in &notes.because {
            match self.rendered(template, locals) {
                Ok(text) => because.push(text),
                // It reads a decision in error.
                Err(Value::Error) => templates.push(self.as_written(template)),
                Err(_) => return None,
            }
        }
        let mut entry = json!({"because": because, "cites": cites});
        if !templates.is_empty() {
            entry["templates"] = json!(templates);
        }
        Some(entry)
    }

    /// A text with its holes.
    fn as_written(&self, template: &Template) -> String {
        let part = |it: &Part| match it {
            Part::Text(text) => text.clone(),
            Part::Hole(hole) => {
                let words: Vec<&str> = self.model.text[hole.span.range()].split_whitespace().collect();
                format!("{{{}}}", words.join(" "))
            }
        };
        template.parts.iter().map(part).collect()
    }

    fn reason(&self, notes: &Notes) -> Json {
        self.noted(notes, &Locals::new()).expect("a reason reads what is there")
    }

    fn reasons_json(&self, decision: &'f Decision, decided: &Decided) -> Json {
        let mut reasons = Vec::new();
        for rule in &decided.deciding {
            let mut entry = self.reason(&decision.rules[*rule].notes);
            entry["rule"] = json!(self.rule_id(decision, *rule));
            reasons.push(entry);
        }
        if let (Outcome::One(_), true) = (&decided.outcome, decided.deciding.is_empty()) {
            for (word, fallbacks) in [("otherwise", &decision.otherwise), ("always", &decision.always)] {
                for fallback in fallbacks.iter().take(1) {
                    let mut entry = self.reason(&fallback.notes);
                    entry[word] = json!(true);
                    reasons.push(entry);
                }
            }
        }
        Json::Array(reasons)
    }

    fn set_aside_json(&self, decision: &'f Decision, decided: &Decided) -> Json {
        let mut entries = Vec::new();
        for (rule, by) in decided.overridden.iter().enumerate() {
            if decided.holds[rule] == Value::Boolean(true) && !by.is_empty() {
                let by: Vec<String> = by.iter().map(|it| self.rule_id(decision, *it)).collect();
                entries.push(json!({"rule": self.rule_id(decision, rule), "by": by}));
            }
        }
        Json::Array(entries)
    }

    fn definitions_json(&self, decision: &'f Decision, decided: &Decided) -> Json {
        let mut used = Used::new();
        let mut seen = BTreeSet::new();
        let none = Locals::new();
        if !matches!(decided.outcome, Outcome::One(_) | Outcome::Items(_)) {
            return json!([]);
        }
        let mut from =
            |conditions: &[Expression], then: &mut dyn Iterator<Item = &Consequence>, notes: &Notes| {
                conditions.iter().for_each(|it| self.uses(it, &none, &mut used, &mut seen));
                for argument in then.flat_map(|it| &it.arguments) {
                    self.uses(&argument.value, &none, &mut used, &mut seen);
                }
                holes(&notes.because).for_each(|it| self.uses(it, &none, &mut used, &mut seen));
            };
        for rule in decided.deciding.iter().map(|it| &decision.rules[*it]) {
            from(&rule.when, &mut rule.then.iter().flatten(), &rule.notes);
            from(&rule.unless, &mut std::iter::empty(), &Notes::default());
        }
        if decided.deciding.is_empty() && matches!(decided.outcome, Outcome::One(_)) {
            for fallback in decision.otherwise.iter().chain(&decision.always) {
                from(&[], &mut [&fallback.consequence].into_iter(), &fallback.notes);
            }
        }
        used.into_values().collect()
    }

    /// Follows the definitions that an expression names.
    fn uses(&self, e: &Expression, locals: &Locals, used: &mut Used, seen: &mut BTreeSet<String>) {
        match &e.kind {
            ExpressionKind::Reference(name) if !locals.contains_key(name) => {
                if let Some(define) = self.model.define(name)
                    && seen.insert(name.clone())
                {
                    self.uses_define(define, &Locals::new(), used, seen);
                }
            }
            ExpressionKind::Call(name, arguments) => {
                let define = self.model.define(&name.text).expect("a declared definition");
                let bound = self.bind(define, arguments, locals);
                self.uses_define(define, &bound, used, seen);
            }
            // What a call says of one item is not said of the whole.
            ExpressionKind::Each(each) => {
                let of_item = each.filter.iter().chain(&each.value);
                of_item.for_each(|it| self.uses_of_item(it, locals, used, seen));
                let of_item =
                    |it: &&Expression| each.filter.iter().chain(&each.value).any(|e| std::ptr::eq(e, *it));
                let whole = parts(e).into_iter().filter(|it| !of_item(it));
                whole.for_each(|it| self.uses(it, locals, used, seen));
                return;
            }
            // Each item is compared with it.
            ExpressionKind::Includes(set, item) if self.list_path(set).is_some() => {
                self.uses_of_item(item, locals, used, seen);
                return;
            }
            ExpressionKind::OnDay(table, day) => {
                let define = self.model.dated_column(table);
                let bound = self.bind(define, std::slice::from_ref(day), locals);
                self.uses_define(define, &bound, used, seen);
            }
            _ => {}
        }
        parts(e).into_iter().for_each(|it| self.uses(it, locals, used, seen));
    }

    /// Follows the definitions without parameters that an expression about an item names.
    fn uses_of_item(&self, e: &Expression, locals: &Locals, used: &mut Used, seen: &mut BTreeSet<String>) {
        if let ExpressionKind::Reference(name) = &e.kind
            && !locals.contains_key(name)
            && let Some(define) = self.model.define(name)
            && seen.insert(name.clone())
        {
            self.uses_define(define, &Locals::new(), used, seen);
        }
        parts(e).into_iter().for_each(|it| self.uses_of_item(it, locals, used, seen));
    }

    fn uses_define(&self, define: &Define, locals: &Locals, used: &mut Used, seen: &mut BTreeSet<String>) {
        let applies = self.case_of(define, locals);
        for (index, case) in define.cases.iter().enumerate() {
            if let Guard::When(guard) = &case.guard {
                self.uses(guard, locals, used, seen);
            }
            if applies == Ok(index) {
                self.uses(&case.value, locals, used, seen);
                let names_absent = matches!(
                    &bare(&case.value).kind,
                    ExpressionKind::Literal(Literal { kind: LiteralKind::Absent, .. })
                );
                // Named where its value is not observed: outside its guard.
                if !names_absent && self.value(&case.value, locals) == Value::Nothing {
                    return;
                }
                if !case.notes.because.is_empty() || !case.notes.cites.is_empty() {
                    let name = &define.name.text;
                    let Some(mut entry) = self.noted(&case.notes, locals) else { return };
                    entry["definition"] = json!(name);
                    entry["case"] = json!(index + 1);
                    used.entry((self.model.define_index[name.as_str()], index)).or_insert(entry);
                }
                return;
            }
        }
    }

    fn belongs(&self, obligation: &Obligation, decision: usize) -> bool {
        let mut read = BTreeSet::new();
        obligation.when.iter().chain(&obligation.unless).for_each(|it| self.reads(it, &mut read));
        read.contains(&decision)
    }

    fn obligation_json(&self, obligation: &Obligation, prefix: &str) -> Json {
        let name = &obligation.name.text;
        let mut entry = Map::new();
        let mut put = |key: &str, value: Json| drop(entry.insert(key.to_owned(), value));
        put("name", json!(format!("{prefix}/{name}")));
        match self.condition(&obligation.when, &obligation.unless, name) {
            Value::Boolean(true) => put("status", json!("required")),
            Value::Boolean(false) => put("status", json!("not_required")),
            _ => put("status", json!("error")),
        }
        if entry["status"] == json!("required") {
            self.required(obligation, &mut entry);
        }
        Json::Object(entry)
    }

    fn required(&self, obligation: &Obligation, entry: &mut Map<String, Json>) {
        let none = Locals::new();
        let mut put = |key: &str, value: Json| drop(entry.insert(key.to_owned(), value));
        let cites: Vec<&str> = obligation.cites.iter().map(|it| it.text.as_str()).collect();
        put("cites", json!(cites));
        if let Some(stage) = obligation.stages.first() {
            put("stage", json!({if stage.before { "before" } else { "during" }: stage.name.text}));
        }
        let mut broken = false;
        if let Some(deadline) = obligation.deadlines.first() {
            match self.value(deadline, &none) {
                Value::Date(day) => put("deadline", json!(date_text(day))),
                time @ (Value::DateTime(_) | Value::Instant(_)) => {
                    put("deadline", json!(clock_text(&time, true)))
                }
                Value::Error => broken = true,
                other => panic!("the deadline of `{}` is {other:?}", obligation.name.text),
            }
        }
        let mut texts = Map::new();
        for say in &obligation.say {
            let language = say.language.as_ref().map_or("en", |it| it.text.as_str()).to_owned();
            match self.rendered(&say.text, &none) {
                Ok(text) => drop(texts.insert(language, json!(text))),
                Err(Value::Error) => broken = true,
                Err(_) => panic!("the text of `{}` reads what is absent", obligation.name.text),
            }
        }
        match obligation.kind {
            ObligationKind::Disclosure => put("texts", Json::Object(texts)),
            ObligationKind::Step => {
                if let Some(doc) = &obligation.doc {
                    put("text", json!(doc.text));
                }
            }
        }
        if broken {
            entry.retain(|key, _| key == "name");
            entry.insert("status".into(), json!("error"));
        }
    }
}

fn holes(templates: &[Template]) -> impl Iterator<Item = &Expression> {
    templates.iter().flat_map(|it| &it.parts).filter_map(|it| match it {
        Part::Hole(e) => Some(e),
        Part::Text(_) => None,
    })
}
