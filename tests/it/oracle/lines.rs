//! Policies and questions written out for `tests/oracle/prove.py`, and its cases read back.
//!
//! `EVENHAND_ORACLE=DIR cargo test --test it oracle::write` writes `DIR/policies.jsonl`: a line for each policy
//! with its formulas and the engine's answers. The script asks Z3 and writes `DIR/models.jsonl`, a case for each
//! question that has one; `cargo test --test it oracle::replay` holds these against the reference. How many
//! policies, `EVENHAND_CASES` says. Without `EVENHAND_ORACLE` neither does anything.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use evenhand::Policy;
use serde_json::{Value as Json, json};

use crate::generate::rng::Rng;
use crate::laws::run::{cases, first_seed};
use crate::oracle::claims::claims;
use crate::oracle::engine::{asked, word};
use crate::oracle::question::{facts, holds_in};
use crate::oracle::smt::{Codes, Exporter};
use crate::oracle::term::{Assignment, Store};
use crate::oracle::{formulas, make, sample};
use crate::reference::evaluate::{Case, Outside};
use crate::reference::model::Model;
use crate::reference::{self, violated};

/// The directory to write to, where one is named.
#[allow(clippy::disallowed_methods, reason = "a run on demand is told where to write")]
fn directory() -> Option<PathBuf> {
    std::env::var_os("EVENHAND_ORACLE").map(PathBuf::from)
}

/// One policy as a line; or why it is left out.
fn line(seed: u64, text: &str) -> Result<Json, String> {
    let policy = Policy::compile(text).map_err(|_| "refused by the compiler".to_owned())?;
    let file = reference::parse(text);
    let model = Model::new(&file, text);
    let sample = sample(&model, &mut Rng::new(seed));
    let (store, codes) = (Store::default(), Codes::default());
    let exporter = Exporter::new(&model, &store, &codes, &sample);
    let mut formulas = formulas(&exporter)?;
    let proofs = policy.prove();
    let mut claimed = BTreeMap::new();
    for (question, there) in proofs.findings().iter().flat_map(|it| claims(&model, it)) {
        formulas.asked.push((question.clone(), exporter.formula(&question)?));
        claimed.insert(question, if there { "yes" } else { "no" });
    }
    formulas.asked.sort();
    formulas.asked.dedup();
    let named: Vec<_> = formulas.asked.iter().map(|(it, formula)| (it.name(), *formula)).collect();
    let mut prover = policy.prover();
    let asked = formulas.asked.iter().map(|(it, _)| {
        let (kind, places) = it.parts();
        let answer = asked(&model, it).map(|it| word(&prover.ask(it)));
        let finding = claimed.get(it).copied();
        json!({"name": it.name(), "kind": kind, "places": places, "answer": answer.or(finding), "finding": finding})
    });
    Ok(json!({
        "seed": seed,
        "policy": text,
        "smt": store.smt(&[formulas.case], &named),
        "questions": asked.collect::<Vec<_>>(),
    }))
}

/// Writes policies for the solver.
pub(crate) fn write() {
    let Some(directory) = directory() else { return };
    fs::create_dir_all(&directory).unwrap();
    let mut out = std::io::BufWriter::new(fs::File::create(directory.join("policies.jsonl")).unwrap());
    let (mut written, mut skipped) = (0_usize, BTreeMap::<String, usize>::new());
    for seed in first_seed().. {
        if written >= cases() {
            break;
        }
        let text = make::policy(seed).text();
        match line(seed, &text) {
            Ok(line) => {
                writeln!(out, "{line}").unwrap();
                written += 1;
            }
            Err(reason) => *skipped.entry(reason).or_default() += 1,
        }
    }
    println!("{written} policies written; left out: {skipped:?}");
}

/// Every case that the solver found is one in the reference, and is what it was found for.
pub(crate) fn replay() {
    let Some(directory) = directory() else { return };
    let Ok(models) = fs::read_to_string(directory.join("models.jsonl")) else { return };
    let mut replayed = 0;
    for line in models.lines() {
        let line: Json = serde_json::from_str(line).unwrap();
        let seed = line["seed"].as_u64().unwrap();
        let text = make::policy(seed).text();
        let file = reference::parse(&text);
        let model = Model::new(&file, &text);
        let sample = sample(&model, &mut Rng::new(seed));
        let (store, codes) = (Store::default(), Codes::default());
        let exporter = Exporter::new(&model, &store, &codes, &sample);
        let formulas = formulas(&exporter).unwrap();
        for (name, found) in line["models"].as_object().unwrap() {
            // What only a finding asks has no case.
            let Some((question, _)) = formulas.asked.iter().find(|it| it.0.name() == *name) else { continue };
            let facts = facts(&exporter, &read_assignment(found));
            assert_eq!(violated(&model, &facts), None, "{name} of {seed}: {found}\n{text}");
            let case = Case::new(&model, &facts, Outside::Nothing);
            assert!(holds_in(&case, question), "{name} of {seed}: {found}\n{text}");
            replayed += 1;
        }
    }
    println!("{replayed} cases replayed");
}

fn read_assignment(found: &Json) -> Assignment {
    let mut all = Assignment::default();
    for (name, value) in found.as_object().unwrap() {
        match value {
            Json::Bool(value) => drop(all.flags.insert(name.clone(), *value)),
            value => drop(all.numbers.insert(name.clone(), value.as_str().unwrap().parse().unwrap())),
        }
    }
    all
}
