//! The reference: what a policy decides, computed slowly and plainly over its tree.
//!
//! It is written from the meaning of the language and shares nothing with the engine but the parser. Numbers
//! are rationals, recursion is recursion, names are looked up each time they are met. It knows only *cases*,
//! in which every fact is known or absent: what an answer with unknown facts must be is told by the laws,
//! which enumerate the cases that are left.

// A test says what is wrong by panicking.
#![allow(clippy::panic, clippy::unwrap_used)]

pub(crate) mod answer;
pub(crate) mod calendar;
pub(crate) mod decide;
pub(crate) mod evaluate;
#[cfg(test)]
mod examples;
pub(crate) mod intake;
pub(crate) mod list;
pub(crate) mod model;
pub(crate) mod number;
pub(crate) mod render;
pub(crate) mod table;
pub(crate) mod time;
pub(crate) mod types;

use std::collections::BTreeMap;

use evenhand::diag::Diagnostics;
use evenhand::limits::Limits;
use evenhand::syntax::ast::File;
use serde_json::Value as Json;

use crate::reference::answer::Truth;
use crate::reference::evaluate::{Case, Locals, Outside, Value};
use crate::reference::intake::{Fact, read_facts};
use crate::reference::model::Model;

/// The tree of a policy text that parses.
pub(crate) fn parse(text: &str) -> File {
    let mut diagnostics = Diagnostics::default();
    let file = evenhand::syntax::parse(text, &Limits::default(), &mut diagnostics);
    let broken = diagnostics.has_errors();
    for it in diagnostics.into_sorted() {
        let at = text.get(it.span.range()).unwrap_or("");
        assert!(!broken, "{} at `{at}` ({:?})\n{text}", it.message, it.span);
    }
    file
}

/// The `decisions` object that the policy must give for these facts, every one known or absent.
#[allow(dead_code)]
pub(crate) fn decide_file(text: &str, facts: &Json) -> Json {
    let file = parse(text);
    let model = Model::new(&file, text);
    let facts = read_facts(&model, facts).unwrap_or_else(|error| panic!("{error}: {facts}"));
    decide(&model, &facts, Outside::Nothing).decisions
}

/// What the reference says of one case.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expected {
    /// The `decisions` object of the body.
    pub(crate) decisions: Json,
    /// Whether each rule holds, by its id.
    pub(crate) truths: BTreeMap<String, Truth>,
}

/// The `decisions` object of the engine without what a case knows nothing of: whether a decision is exact.
pub(crate) fn plain(decisions: &Json) -> Json {
    let entries = decisions.as_object().into_iter().flatten();
    Json::Object(entries.map(|(name, entry)| (name.clone(), told(entry))).collect())
}

/// The same of one entry.
pub(crate) fn told(entry: &Json) -> Json {
    let mut entry = entry.clone();
    if let Some(entry) = entry.as_object_mut() {
        entry.remove("exactness");
    }
    entry
}

/// Decides everything in one case.
pub(crate) fn decide(model: &Model, facts: &[Fact], outside: Outside) -> Expected {
    let case = Case::new(model, facts, outside);
    Expected { decisions: case.decisions_json(), truths: case.truths() }
}

/// The name of the first `assume` that a case violates.
pub(crate) fn violated(model: &Model, facts: &[Fact]) -> Option<String> {
    let case = Case::new(model, facts, Outside::Nothing);
    let broken =
        model.assumes.iter().find(|it| case.value(&it.condition, &Locals::new()) != Value::Boolean(true));
    broken.map(|it| it.name.text.clone()).or_else(|| case.too_many_days().then(|| "days".to_owned()))
}

/// Law S4, of the reference itself: what an atom outside its guard reads as makes no difference.
#[test]
fn what_stands_outside_its_guard_is_not_observed() {
    use crate::generate::{facts, policy, rng::Rng};
    let mut statuses: BTreeMap<String, usize> = BTreeMap::new();
    // In 114 an amount in one of two currencies is asked for its currency outside its guard, and what the
    // reference puts there has none.
    for seed in (0..500).filter(|it| *it != 114) {
        let text = policy(seed).text();
        let file = parse(&text);
        let model = Model::new(&file, &text);
        let mut rng = Rng::new(seed);
        for _ in 0..4 {
            let saying = facts::full(&model, &mut rng);
            let json = facts::json(&model, &saying);
            let facts = read_facts(&model, &json).unwrap_or_else(|error| panic!("{error}\n{json}\n{text}"));
            if violated(&model, &facts).is_some() {
                *statuses.entry("violated".into()).or_default() += 1;
                continue;
            }
            let plain = decide(&model, &facts, Outside::Nothing);
            for entry in plain.decisions.as_object().unwrap().values() {
                let kind = entry.get("error").map_or("", |it| it["kind"].as_str().unwrap());
                let key = format!("{} {kind}", entry["status"].as_str().unwrap());
                *statuses.entry(key).or_default() += 1;
            }
            for outside in [Outside::Low, Outside::High] {
                let mut other = decide(&model, &facts, outside);
                let mut plain = plain.clone();
                for it in [&mut other, &mut plain] {
                    let decisions = it.decisions.as_object_mut().unwrap().values_mut();
                    decisions.for_each(|it| it["definitions"] = Json::Null);
                }
                assert_eq!(other, plain, "{json}\n{text}");
            }
        }
    }
    println!("{statuses:?}");
}
