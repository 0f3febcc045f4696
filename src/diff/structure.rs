//! What is declared otherwise, whether or not it changes an answer: facts, outcomes, settings, assumptions, texts.

use crate::{
    diff::{Comparing, Declared, Sided},
    hir::{Definition, Hir, Outcome, Parameter, Setting},
    schema::{Schema, Slot, Type},
    space::shapes::type_shape,
    value::form,
};

/// What is in one list and not in the other, and in both: by name, the old ones first.
fn paired<'p, T>(
    old: &'p [T],
    new: &'p [T],
    name: impl Fn(&T) -> &str,
) -> Vec<(Option<&'p T>, Option<&'p T>)> {
    let find = |all: &'p [T], wanted: &str| all.iter().find(|it| name(it) == wanted);
    let mut pairs: Vec<(Option<&T>, Option<&T>)> =
        old.iter().map(|it| (Some(it), find(new, name(it)))).collect();
    pairs.extend(new.iter().filter(|it| find(old, name(it)).is_none()).map(|it| (None, Some(it))));
    pairs
}

struct Listing {
    found: Vec<Declared>,
}

impl Listing {
    fn say(&mut self, kind: &'static str, name: &str, what: String) {
        self.found.push(Declared { kind, name: name.to_owned(), what });
    }

    /// Added or removed; whether it was one of them.
    fn one_sided<T>(&mut self, kind: &'static str, name: &str, old: Option<&T>, new: Option<&T>) -> bool {
        match (old, new) {
            (Some(_), Some(_)) => return false,
            (Some(_), None) => self.say(kind, name, "removed".to_owned()),
            (None, _) => self.say(kind, name, "added".to_owned()),
        }
        true
    }

    fn changed(&mut self, kind: &'static str, name: &str, old: String, new: String) {
        if old != new {
            self.say(kind, name, format!("{old} → {new}"));
        }
    }
}

impl Comparing<'_> {
    /// All of it.
    pub(crate) fn structure(&mut self) -> Vec<Declared> {
        let [old, new] = self.sides;
        let mut list = Listing { found: Vec::new() };
        list.changed("policy", "name", old.hir.name.clone(), new.hir.name.clone());
        let title = |hir: &Hir| hir.title.clone().map_or_else(|| "none".to_owned(), |it| format!("\"{it}\""));
        list.changed("policy", "title", title(old.hir), title(new.hir));
        list.changed("policy", "stages", listed(&old.hir.stages), listed(&new.hir.stages));
        facts(&mut list, old.hir, new.hir);
        settings(&mut list, old.hir, new.hir);
        self.assumes(&mut list);
        for (a, b) in paired(&old.hir.decisions, &new.hir.decisions, |it| &it.name) {
            let name = a.or(b).map_or("", |it| it.name.as_str());
            if list.one_sided("decision", name, a, b) {
                continue;
            }
            if let (Some(a), Some(b)) = (a, b) {
                for (one, other) in paired(&a.outcomes, &b.outcomes, |it| &it.name) {
                    outcome(&mut list, name, (one, old.hir), (other, new.hir));
                }
            }
        }
        self.definitions(&mut list);
        list.found
    }

    fn assumes(&mut self, list: &mut Listing) {
        let [old, new] = self.sides;
        for (a, b) in paired(&old.hir.assumes, &new.hir.assumes, |it| &it.name) {
            let name = a.or(b).map_or("", |it| it.name.as_str());
            if list.one_sided("assume", name, a, b) {
                continue;
            }
            let mut shape = |index: usize, side: &Sided<'_>| {
                let at = side.hir.assumes.iter().position(|it| it.name == name);
                let node = at.and_then(|it| side.program.assumes.get(it));
                node.map(|it| self.cases.space.shapes.node(side.of(index), *it))
            };
            if shape(0, &old) != shape(1, &new) {
                list.say("assume", name, "changed".to_owned());
            }
        }
    }

    /// The words of definitions: what they come to shows in decisions.
    fn definitions(&mut self, list: &mut Listing) {
        let [old, new] = self.sides;
        let mut words = |index: usize, side: &Sided<'_>, wanted: &Definition| -> Vec<u32> {
            let at = side.hir.definitions.iter().position(|it| it.name == wanted.name);
            let instance = side.program.instances.iter().find(|it| Some(it.definition) == at);
            let cases = wanted.cases.iter().enumerate();
            let notes = cases.filter(|it| !it.1.notes.because.is_empty() || !it.1.notes.cites.is_empty());
            notes
                .map(|(case, it)| {
                    let plan = instance.and_then(|it| it.cases.get(case));
                    let holes = plan.map_or(&[][..], |it| &it.because);
                    self.cases.space.shapes.words(side.of(index), &it.notes.because, holes, &it.notes.cites)
                })
                .collect()
        };
        for (a, b) in paired(&old.hir.definitions, &new.hir.definitions, |it| &it.name) {
            if let (Some(a), Some(b)) = (a, b)
                && words(0, &old, a) != words(1, &new, b)
            {
                list.say("text", &a.name, "the reasons of the definition".to_owned());
            }
        }
    }
}

fn facts(list: &mut Listing, old: &Hir, new: &Hir) {
    for (a, b) in paired(&old.schema.slots, &new.schema.slots, |it| &it.path) {
        // Items of a list are declared once.
        let path = a.or(b).map_or("", |it| it.path.as_str());
        if path.contains('[') && !path.contains("[0]") {
            continue;
        }
        if list.one_sided("fact", path, a, b) {
            continue;
        }
        let (Some(a), Some(b)) = (a, b) else { continue };
        list.changed("fact", path, kind(a, &old.schema), kind(b, &new.schema));
        let there = |it: &Slot| if it.optional { "may be absent" } else { "required" }.to_owned();
        if a.ty != Type::Record {
            list.changed("fact", path, there(a), there(b));
        }
        if kind(a, &old.schema) == kind(b, &new.schema) && has_bounds(a.ty) {
            list.changed("fact", path, bounds(a, &old.schema), bounds(b, &new.schema));
        }
        list.changed(
            "fact",
            path,
            format!("`{}` in JSON", a.json_path),
            format!("`{}` in JSON", b.json_path),
        );
        let words =
            |it: &Slot| it.ask.clone().map_or_else(|| "no question".to_owned(), |it| format!("\"{it}\""));
        list.changed("fact", path, words(a), words(b));
    }
}

fn has_bounds(ty: Type) -> bool {
    !matches!(ty, Type::Boolean | Type::Choice(_) | Type::Text { .. } | Type::Record | Type::Items(_))
}

fn bounds(slot: &Slot, schema: &Schema) -> String {
    let words = |it: i128| form::bound_words(it, slot.ty, schema);
    format!("between {} and {}", words(slot.low), words(slot.high))
}

/// The type of a fact in words, with the names of its values.
fn kind(slot: &Slot, schema: &Schema) -> String {
    type_words(slot.ty, schema)
}

fn type_words(ty: Type, schema: &Schema) -> String {
    let digits = |name: &str, scale: u8| match scale {
        0 => name.to_owned(),
        _ => format!("{name} to {} digits", scale),
    };
    match ty {
        Type::Boolean => "boolean".to_owned(),
        Type::Number { scale: 0 } => "integer".to_owned(),
        Type::Number { scale } => digits("decimal", scale),
        Type::Percent { scale } => digits("percent", scale),
        Type::Money { currency, scale } => match scale == currency.digits() {
            true => format!("money {currency}"),
            false => digits(&format!("money {currency}"), scale),
        },
        Type::Text { longest } => format!("text up to {longest}"),
        Type::Date => "date".to_owned(),
        Type::Time { .. } => "time".to_owned(),
        Type::DateTime { .. } => "datetime".to_owned(),
        Type::Instant { .. } => "instant".to_owned(),
        Type::Days => "days".to_owned(),
        Type::Months => "months".to_owned(),
        Type::Years => "years".to_owned(),
        Type::Duration { .. } => "duration".to_owned(),
        Type::BusinessDays => "business days".to_owned(),
        Type::BusinessHours => "business hours".to_owned(),
        Type::Choice(index) => {
            let all = schema.enumerations.get(index).map_or(&[][..], |it| &it.choices);
            let names: Vec<String> = all.iter().map(|it| it.name.clone()).collect();
            format!("one of {}", listed(&names))
        }
        Type::Record => "record".to_owned(),
        Type::Items(_) => "items".to_owned(),
        Type::List(_) => "list".to_owned(),
        Type::MoneyOf(index) => {
            let all = schema.currencies.get(index).map_or(&[][..], |it| &it.all);
            let codes: Vec<&str> = all.iter().map(|it| it.0.code()).collect();
            format!("money {}", codes.join(" or "))
        }
    }
}

fn settings(list: &mut Listing, old: &Hir, new: &Hir) {
    for (a, b) in paired(&old.settings, &new.settings, |it| &it.name) {
        let name = a.or(b).map_or("", |it| it.name.as_str());
        if list.one_sided("setting", name, a, b) {
            continue;
        }
        let words = |it: &Setting, hir: &Hir| match &it.value {
            Some(value) => form::words(value, it.ty, &hir.schema),
            None => "absent".to_owned(),
        };
        if let (Some(a), Some(b)) = (a, b) {
            list.changed("setting", name, words(a, old), words(b, new));
        }
    }
}

fn outcome(
    list: &mut Listing,
    decision: &str,
    (a, old): (Option<&Outcome>, &Hir),
    (b, new): (Option<&Outcome>, &Hir),
) {
    let name = a.or(b).map_or("", |it| it.name.as_str());
    let whole = format!("{decision}.{name}");
    if list.one_sided("outcome", &whole, a, b) {
        return;
    }
    let (Some(a), Some(b)) = (a, b) else { return };
    list.changed("outcome", &whole, format!("`{}` in JSON", a.json), format!("`{}` in JSON", b.json));
    for (one, other) in paired(&a.parameters, &b.parameters, |it| &it.name) {
        let parameter = one.or(other).map_or("", |it| it.name.as_str());
        let whole = format!("{whole}({parameter})");
        if list.one_sided("parameter", &whole, one, other) {
            continue;
        }
        let words = |it: &Parameter, hir: &Hir| {
            let optional = if it.optional { ", optional" } else { "" };
            let ends = match has_bounds(it.ty) {
                true => {
                    let words = |bound: i128| form::bound_words(bound, it.ty, &hir.schema);
                    format!(" between {} and {}", words(it.low), words(it.high))
                }
                false => String::new(),
            };
            format!("{}{ends}{optional}", type_words(it.ty, &hir.schema))
        };
        if let (Some(one), Some(other)) = (one, other) {
            list.changed("parameter", &whole, words(one, old), words(other, new));
            if type_shape(old, one.ty) != type_shape(new, other.ty) && words(one, old) == words(other, new) {
                list.say("parameter", &whole, "changed".to_owned());
            }
        }
    }
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
