//! What a solver says of a policy, held against the reference and against what the engine proves.
//!
//! [`smt`] says a policy as formulas, [`question`] asks them; a policy made by [`make`] is small and full of
//! near misses. Here every formula is computed for random facts and compared with the reference, and policies
//! are written out for `tests/oracle/prove.py`, which asks Z3 each question again. What once went wrong stands in
//! `tests/cases/proofs`, with the answers that are right.

// A test says what is wrong by panicking.
#![allow(clippy::panic, clippy::unwrap_used)]
#![allow(clippy::disallowed_methods, reason = "a test reads files")]

mod change;
pub(crate) mod choice;
pub(crate) mod claims;
pub(crate) mod engine;
mod lines;
pub(crate) mod make;
pub(crate) mod question;
mod shrink;
pub(crate) mod smt;
pub(crate) mod symbol;
pub(crate) mod term;

use std::collections::BTreeMap;
use std::fs;

use evenhand::Policy;

use crate::generate::facts as made;
use crate::generate::plan::{Plan, PlanItem};
use crate::generate::rng::Rng;
use crate::laws::run::{cases, first_seed};
use crate::oracle::engine::Tried;
use crate::oracle::question::{Question, assignment, holds_in, questions};
use crate::oracle::smt::{Codes, Exporter};
use crate::oracle::symbol::{Content, Said, Symbol};
use crate::oracle::term::{Store, Term};
use crate::reference::evaluate::{Case, Outside, Value};
use crate::reference::intake::{Fact, read_facts};
use crate::reference::model::Model;
use crate::reference::{self, violated};

/// A policy said as formulas.
pub(crate) struct Formulas {
    /// Where the facts are a case.
    pub(crate) case: Term,
    pub(crate) asked: Vec<(Question, Term)>,
}

/// Every question about a policy as a formula.
pub(crate) fn formulas(exporter: &Exporter) -> Said<Formulas> {
    let mut asked = Vec::new();
    for question in questions(exporter.model) {
        if question != Question::Fault {
            let formula = exporter.formula(&question)?;
            asked.push((question, formula));
        }
    }
    // Last: it is about all that was read.
    asked.push((Question::Fault, exporter.formula(&Question::Fault)?));
    let assumed = exporter.assumed()?;
    let case = exporter.store().and([exporter.domain()?, assumed]);
    Ok(Formulas { case, asked })
}

/// Random facts for a policy, accepted where some are found.
pub(crate) fn some_facts(model: &Model, rng: &mut Rng, tries: usize) -> Option<Vec<Fact>> {
    (0..tries).find_map(|_| {
        let json = made::json(model, &made::full(model, rng));
        let facts = read_facts(model, &json).unwrap_or_else(|error| panic!("{error}: {json}"));
        violated(model, &facts).is_none().then_some(facts)
    })
}

/// Facts of which types can be asked: a case where one is found soon.
pub(crate) fn sample(model: &Model, rng: &mut Rng) -> Vec<Fact> {
    some_facts(model, rng, 20).unwrap_or_else(|| {
        let json = made::json(model, &made::full(model, rng));
        read_facts(model, &json).unwrap_or_else(|error| panic!("{error}: {json}"))
    })
}

/// Computes every formula for random facts; what it gives must be what the reference gives.
fn formulas_agree(text: &str, rng: &mut Rng, rounds: usize) -> Result<usize, String> {
    let file = reference::parse(text);
    let model = Model::new(&file, text);
    let sample = sample(&model, rng);
    let (store, codes) = (Store::default(), Codes::default());
    let exporter = Exporter::new(&model, &store, &codes, &sample);
    let formulas = formulas(&exporter)?;
    let mut compared = 0;
    for _ in 0..rounds {
        let json = made::json(&model, &made::full(&model, rng));
        let facts = read_facts(&model, &json).unwrap();
        let Some(assignment) = assignment(&exporter, &facts) else { continue };
        let accepted = violated(&model, &facts).is_none();
        let values = store.compute(&assignment);
        assert_eq!(Store::held(&values, formulas.case), accepted, "assumptions\n{json}\n{text}");
        if !accepted {
            continue;
        }
        let case = Case::new(&model, &facts, Outside::Nothing);
        for (question, formula) in &formulas.asked {
            let (said, expected) = (Store::held(&values, *formula), holds_in(&case, question));
            assert_eq!(said, expected, "{question:?}\n{json}\n{text}");
            compared += 1;
        }
        for decision in model.decisions.iter().filter(|it| it.collect.is_none()) {
            let (symbolic, decided) = (exporter.decision(decision)?, case.decided(decision));
            for name in decision.outcomes.iter().flat_map(|it| &it.parameters).map(|it| &it.name.text) {
                let symbol = symbolic.parameter(&exporter, name);
                // Reading it may make new formulas.
                let values = store.compute(&assignment);
                let said = computed(&symbol, &values);
                let expected = comparable(&exporter, decided.parameter(name));
                assert_eq!(said, expected, "{}.{name}\n{json}\n{text}", decision.name.text);
                compared += 1;
            }
        }
    }
    Ok(compared)
}

/// A value that a symbol is among computed values, as far as two can be compared.
fn computed(symbol: &Symbol, values: &[Option<term::Computed>]) -> Option<String> {
    if Store::held(values, symbol.error) {
        return Some("error".into());
    }
    if Store::held(values, symbol.nothing) {
        return Some("nothing".into());
    }
    Some(match &symbol.value {
        Content::Boolean(it) => Store::held(values, *it).to_string(),
        Content::Number(_, it) => {
            num_rational::BigRational::new(Store::counted(values, it.top), it.bottom.clone()).to_string()
        }
        Content::Date(it) | Content::Choice(it) | Content::Clock(_, it) => {
            Store::counted(values, *it).to_string()
        }
        _ => return None,
    })
}

/// The same of a value of the reference.
fn comparable(exporter: &Exporter, value: Value) -> Option<String> {
    Some(match value {
        Value::Boolean(it) => it.to_string(),
        Value::Number(_, it) => it.to_string(),
        Value::Date(it) | Value::Time(it) | Value::DateTime(it) | Value::Instant(it) => it.to_string(),
        Value::Choice(it) => exporter.codes.word(&it).to_string(),
        Value::Nothing => "nothing".into(),
        Value::Error => "error".into(),
        _ => return None,
    })
}

/// The exporter says what the reference says, of policies of every kind.
#[test]
fn formulas_say_what_the_reference_says() {
    let (mut compared, mut said) = (0, 0);
    let mut outside: BTreeMap<String, usize> = BTreeMap::new();
    let first = first_seed();
    for seed in first..first + cases() as u64 / 4 {
        let text = crate::generate::policy(seed).text();
        if Policy::compile(&text).is_err() {
            continue;
        }
        match formulas_agree(&text, &mut Rng::new(seed), 10) {
            Ok(count) => {
                compared += count;
                said += 1;
            }
            Err(reason) => {
                let reason = reason.split(' ').take(3).collect::<Vec<_>>().join(" ");
                *outside.entry(reason).or_default() += 1;
            }
        }
    }
    println!("{said} policies, {compared} answers compared; outside: {outside:?}");
    assert!(said > 0);
}

/// Policies that are made to be said are said, and rightly.
#[test]
fn made_policies_are_said_whole() {
    let (mut compared, mut said, mut refused) = (0, 0, BTreeMap::<String, usize>::new());
    let mut outside: BTreeMap<String, usize> = BTreeMap::new();
    let first = first_seed();
    for seed in first..first + cases() as u64 / 4 {
        let text = make::policy(seed).text();
        if let Err(rejected) = Policy::compile(&text) {
            let error = |it: &&evenhand::Diagnostic| it.code.severity == evenhand::Severity::Error;
            let found = rejected.diagnostics().iter().find(error).unwrap();
            let shown = format!("{} {}", found.code.id, found.message);
            *refused.entry(shown).or_default() += 1;
            continue;
        }
        match formulas_agree(&text, &mut Rng::new(seed), 20) {
            Ok(count) => {
                compared += count;
                said += 1;
            }
            Err(reason) => *outside.entry(reason).or_default() += 1,
        }
    }
    println!("{said} policies, {compared} answers compared; refused {refused:#?}; outside: {outside:?}");
    assert!(said > 0);
}

/// Writes policies for the solver, where a run on demand says where.
#[test]
fn write() {
    lines::write();
}

/// What the solver found is held against the reference.
#[test]
fn replay() {
    lines::replay();
}

/// What is proved and what is refuted, of made policies, against the reference.
#[test]
fn proofs_and_witnesses_hold_in_the_reference() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut tried = Tried::default();
    let mut wrong = BTreeMap::new();
    let first = first_seed();
    for seed in first..first + cases() as u64 / 10 {
        let plan = make::policy(seed);
        match engine::tried(&plan.text(), seed, 30, &mut counts, &mut tried) {
            Ok(()) => {}
            Err((kind, told)) => {
                println!("{kind}, seed {seed}: {told}");
                wrong.entry(kind).or_insert((seed, plan));
            }
        }
    }
    println!("{} witnesses replayed, {} times no case where none is", tried.witnesses, tried.nones);
    println!("{counts:#?}");
    let mut told = String::new();
    for (kind, (seed, plan)) in wrong {
        println!("{kind}: looking for a smaller policy");
        let fails = |plan: &Plan| engine::failure(&plan.text(), seed).filter(|it| it.0 == kind);
        let plan = shrink::shrunk(&plan, &|it| fails(it).is_some());
        let why = fails(&plan).map(|it| it.1).unwrap_or_default();
        told += &format!("seed {seed}: {why}\n{}\n", plan.text());
    }
    assert!(told.is_empty(), "{told}");
}

/// Policies on which the analyser was wrong once: what it must say stands at their heads.
#[test]
fn corpus_is_answered_as_it_says() {
    let mut files: Vec<_> =
        fs::read_dir("tests/cases/proofs").unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    let mut told = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let policy = Policy::compile(&text).unwrap_or_else(|it| panic!("{}: {it}", path.display()));
        let file = reference::parse(&text);
        let model = Model::new(&file, &text);
        let answers = engine::answers(&policy, &model);
        let mut expected = 0;
        let head = text.lines().map_while(|it| it.strip_prefix("# "));
        for (name, answer) in head.filter_map(|it| it.split_once(": ")) {
            let Some(found) = answers.iter().find(|it| it.0.name() == name) else { continue };
            expected += 1;
            if engine::word(&found.1) != answer {
                told.push(format!("{}: {name} is `{}`", path.display(), engine::word(&found.1)));
            }
        }
        assert!(expected > 0, "{} expects nothing", path.display());
        let held = engine::tried(&text, 1, 200, &mut BTreeMap::new(), &mut Tried::default());
        told.extend(held.err().map(|it| format!("{}: {}", path.display(), it.1)));
    }
    assert!(told.is_empty(), "{told:#?}");
}

/// Rules and declarations in another order, another unit, a rule in two parts, a rule twice: the same is proved.
#[test]
fn what_changes_no_case_changes_no_proof() {
    let first = first_seed();
    let mut tried = BTreeMap::<&str, usize>::new();
    for seed in first..first + cases() as u64 / 20 {
        let plan = make::policy(seed);
        let mut rng = Rng::new(seed);
        let Some(told) = change::told(&plan) else { continue };
        let mut same = |how: &'static str, other: &Plan, but: &[&str]| {
            let then = change::told(other)?;
            *tried.entry(how).or_default() += 1;
            let different = change::difference(&told, &then, but);
            let both = format!("{}\n\n{}", plan.text(), other.text());
            assert_eq!(different, None, "{how}, seed {seed}\n{both}");
            Some((then, both))
        };
        same("another order", &plan.permuted(&mut rng), &[]);
        same("another unit", &change::in_yen(&plan), &[]);
        for split in [false, true] {
            let Some((other, name, second)) = change::doubled(&plan, &mut rng, split) else { continue };
            // Each half of a rule does less than the whole.
            let but = [name.as_str()];
            let how = if split { "a rule in two parts" } else { "a rule twice" };
            let first = plan.items.iter().any(|it| matches!(it, PlanItem::Decision(it) if it.first && it.rules.iter().any(|it| it.name == name)));
            let Some((then, both)) = same(how, &other, if split { &but } else { &[] }) else { continue };
            let decides = |told: &change::Told, rule: &str| {
                told.iter().any(|(it, answer)| {
                    it.starts_with("decides ") && it.ends_with(&format!(" {rule}")) && *answer == "yes"
                })
            };
            let halves = [decides(&then, &name), decides(&then, &second)];
            if split {
                assert_eq!(decides(&told, &name), halves[0] || halves[1], "{how}: {name}\n{both}");
            } else if !first {
                assert_eq!(halves[0], halves[1], "{how}: {name}\n{both}");
            }
        }
    }
    println!("{tried:?}");
}
