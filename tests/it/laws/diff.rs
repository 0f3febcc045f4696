//! Law S13: a comparison of two policies says of every case what the two policies say.

use evenhand::Policy;
use evenhand::policy::diff::probe::{Held, Probe, whole};
use evenhand::policy::diff::{Changes, Difference, Region};

use crate::generate;
use crate::generate::facts;
use crate::generate::plan::{Plan, PlanDecision, PlanItem};
use crate::generate::rng::Rng;
use crate::laws::run::{cases, first_seed};
use crate::reference;
use crate::reference::model::Model;

/// Facts that are tried on one pair of policies.
const FACTS_A_PAIR: usize = 100;

/// Another number in a text that has one.
fn another_number(text: &mut String, rng: &mut Rng) {
    let starts: Vec<usize> = (0..text.len())
        .filter(|it| {
            let bytes = text.as_bytes();
            bytes[*it].is_ascii_digit()
                && (*it == 0 || !(bytes[*it - 1].is_ascii_alphanumeric() || b"_.-".contains(&bytes[*it - 1])))
        })
        .collect();
    if starts.is_empty() {
        return;
    }
    let start = *rng.pick(&starts);
    let end = start + text[start..].bytes().take_while(u8::is_ascii_digit).count();
    let Ok(number) = text[start..end].parse::<i64>() else { return };
    let other = match rng.below(4) {
        0 => number + 1,
        1 => (number - 1).max(0),
        2 => number * 2,
        _ => number / 2,
    };
    text.replace_range(start..end, &format!("{other:0width$}", width = end - start));
}

/// A change such as people make: a constant, an outcome, a rule less, other overrides, another condition.
fn changed(plan: &Plan, rng: &mut Rng) -> Plan {
    let mut plan = plan.clone();
    for _ in 0..1 + rng.below(3) {
        let at = rng.below(plan.items.len());
        match &mut plan.items[at] {
            PlanItem::Text(text) => another_number(text, rng),
            PlanItem::Lookup(_, table) => {
                if !table.rows.is_empty() {
                    let row = rng.below(table.rows.len());
                    another_number(&mut table.rows[row].then, rng);
                }
            }
            PlanItem::Decision(decision) => change_decision(decision, rng),
        }
    }
    plan
}

fn change_decision(decision: &mut PlanDecision, rng: &mut Rng) {
    if decision.rules.is_empty() {
        if let Some(fallback) = &mut decision.fallback {
            another_number(fallback, rng);
        }
        return;
    }
    let (at, other) = (rng.below(decision.rules.len()), rng.below(decision.rules.len()));
    match rng.below(8) {
        0 => drop(decision.rules.remove(at)),
        1 => decision.rules.swap(at, other),
        2 => {
            let rest = decision.rules[other].rest.clone();
            decision.rules[at].rest = rest;
        }
        3 => {
            let name = decision.rules[other].name.clone();
            match decision.rules[at].overrides.iter().position(|it| *it == name) {
                Some(known) => drop(decision.rules[at].overrides.remove(known)),
                None if at != other => decision.rules[at].overrides.push(name),
                None => decision.rules[at].overrides.clear(),
            }
        }
        4 => {
            let rule = &mut decision.rules[at];
            if !rule.conjuncts.is_empty() {
                let part = rng.below(rule.conjuncts.len());
                rule.conjuncts[part] = format!("not ({})", rule.conjuncts[part]);
            }
        }
        5 => {
            let rule = &mut decision.rules[at];
            if !rule.conjuncts.is_empty() {
                drop(rule.conjuncts.remove(rng.below(rule.conjuncts.len())));
            }
        }
        6 if !decision.obligations.is_empty() => {
            drop(decision.obligations.remove(rng.below(decision.obligations.len())));
        }
        _ => {
            let rule = &mut decision.rules[at];
            match rule.conjuncts.is_empty() || rng.chance(30) {
                true => another_number(&mut rule.rest, rng),
                false => {
                    let part = rng.below(rule.conjuncts.len());
                    another_number(&mut rule.conjuncts[part], rng);
                }
            }
        }
    }
}

/// The changes of a difference, as names.
fn pairs(regions: &[Region], turned: bool) -> Vec<(Vec<String>, Vec<String>)> {
    let names = |it: &Region| (it.from.names.clone(), it.to.names.clone());
    let turn = |it: (Vec<String>, Vec<String>)| if turned { (it.1, it.0) } else { it };
    let mut pairs: Vec<_> = regions.iter().map(|it| turn(names(it))).collect();
    pairs.sort();
    pairs.dedup();
    pairs
}

/// What regions say, and of which cases.
fn told(changes: &Changes) -> (Vec<(String, String, Vec<String>)>, bool) {
    let words = |it: &Region| it.conditions.iter().map(|it| it.words.clone()).collect();
    let told = changes.regions.iter().map(|it| (it.from.words.clone(), it.to.words.clone(), words(it)));
    let mut told: Vec<_> = told.collect();
    told.sort();
    (told, changes.open.is_empty())
}

/// Looking only where something that differs has a say finds what looking everywhere does.
fn the_same_as_everywhere(found: &Difference, everywhere: &Difference, show: &dyn Fn() -> String) {
    let decisions = found.decisions.iter().zip(&everywhere.decisions);
    let values = decisions.clone().map(|(a, b)| (&a.values, &b.values));
    let reasons = decisions.map(|(a, b)| (&a.reasons, &b.reasons));
    let duties = found.duties.iter().zip(&everywhere.duties).map(|(a, b)| (&a.required, &b.required));
    for (own, whole) in values.chain(reasons).chain(duties) {
        let (own_told, whole_told) = (told(own), told(whole));
        // Elsewhere more may be left open.
        if whole.open.is_empty() && !whole.more {
            assert_eq!(own_told, whole_told, "not what looking everywhere finds: {}", show());
        }
    }
}

/// Witnesses are facts that both policies answer as the region says.
fn witnesses_replay(old: &Policy, new: &Policy, decision: &str, region: &Region) {
    let Some(witness) = &region.witness else { return };
    for (policy, said, facts) in [
        (old, &region.from, witness.old_facts.as_ref().unwrap_or(&witness.facts)),
        (new, &region.to, &witness.facts),
    ] {
        let read = policy.facts_from_json(&facts.canonical());
        assert_eq!(read.is_err(), said.names == ["refused"], "{}: {read:?}", facts.canonical());
        let Ok(facts) = read else { continue };
        let body: serde_json::Value = serde_json::from_str(&policy.decide(&facts).unwrap().body()).unwrap();
        let entry = &body["decisions"][decision];
        match said.names.first().map(String::as_str) {
            Some("gap" | "conflict") => assert_eq!(entry["error"]["kind"], said.names[0].as_str()),
            Some("error") => assert_eq!(entry["error"]["kind"], "depends"),
            Some("empty") => assert_eq!(entry["items"], serde_json::json!([])),
            Some(outcome) if entry.get("items").is_none() => {
                let spelled = outcome.replace('_', "");
                let told = entry["outcome"].as_str().unwrap_or_default().replace(['-', '_'], "");
                assert!(told == spelled || entry["outcome"].is_string(), "{entry}");
            }
            _ => {}
        }
    }
}

/// Law S13.
#[test]
fn a_comparison_says_of_every_case_what_both_policies_say() {
    let (wanted, first) = (cases(), first_seed());
    let (mut tried, mut compared, mut refused, mut partly) = (0, 0, 0, 0);
    let mut all = Held::default();
    for seed in first.. {
        if tried >= wanted {
            break;
        }
        let plan = generate::policy(seed);
        let mut rng = Rng::new(seed.wrapping_mul(77));
        let other = changed(&plan, &mut rng);
        let (text, other_text) = (plan.text(), other.text());
        let (Ok(old), Ok(new)) = (Policy::compile(&text), Policy::compile(&other_text)) else {
            refused += 1;
            continue;
        };
        compared += 1;
        let difference = old.diff(&new);
        let show = || format!("seed {seed}\n{text}\n──── new\n{other_text}");
        for it in &difference.decisions {
            for region in &it.values.regions {
                witnesses_replay(&old, &new, &it.name, region);
            }
        }
        the_same_as_everywhere(&difference, &whole(&old, &new), &show);
        let own = old.diff(&old);
        assert!(own.is_same(), "not the same as itself: {own:?}\n{}", show());
        let mirrored = new.diff(&old);
        for (a, b) in difference.decisions.iter().zip(&mirrored.decisions) {
            let sure = a.values.open.is_empty() && b.values.open.is_empty();
            if sure && a.name == b.name && !a.values.more && !b.values.more {
                let (one, turned) = (pairs(&a.values.regions, false), pairs(&b.values.regions, true));
                assert_eq!(one, turned, "{}: not mirrored, {}", a.name, show());
            }
        }
        let probe = Probe::new(&old, &new);
        partly += usize::from(!probe.is_whole());
        let files = [reference::parse(&text), reference::parse(&other_text)];
        let models = [Model::new(&files[0], &text), Model::new(&files[1], &other_text)];
        for round in 0..FACTS_A_PAIR {
            let model = &models[round % 2];
            let saying = match round % 5 {
                0 => facts::corner(model, &mut rng),
                _ => facts::full(model, &mut rng),
            };
            let json = facts::json(model, &saying).to_string();
            tried += 1;
            let held = probe.hold(&json).unwrap_or_else(|wrong| panic!("{wrong}\n{json}\n{}", show()));
            all.same += held.same;
            all.differ += held.differ;
            all.unseen += held.unseen;
        }
    }
    println!("law S13: {tried} facts on {compared} pairs ({refused} refused, {partly} not whole): {all:?}");
}
