//! Laws of policies in several files, tried on made-up bases, overlays and timelines.
//!
//! An overlay is a list of changes of a made-up plan. What it means is worked out a second time here, on the
//! plan: the plan is changed by hand and printed as one file. Both must be the same policy, digest and all; and
//! one file is held against the reference by the other laws.

use std::collections::BTreeSet;

use evenhand::{Limits, Policy, PolicySet, Source};
use serde_json::Value as Json;

use crate::generate;
use crate::generate::facts::{self};
use crate::generate::plan::{Plan, PlanDecision, PlanItem, PlanRule};
use crate::generate::rng::Rng;
use crate::laws::run::{cases, first_seed};
use crate::laws::subject::answer;
use crate::reference;
use crate::reference::model::Model;

/// Facts that are tried on one pair of a base and an overlay.
const FACTS: usize = 10;

/// What an overlay changes in one decision.
#[derive(Clone, Debug)]
enum Change {
    Remove(String),
    Replace(PlanRule),
    Add(PlanRule),
    Otherwise(String),
}

/// A base with locked rules, and an overlay.
struct Pair {
    base: Plan,
    locked: BTreeSet<String>,
    changes: Vec<(String, Vec<Change>)>,
    turned: Vec<String>,
}

fn rule_text(rule: &PlanRule, keyword: &str) -> String {
    let overrides = match rule.overrides.is_empty() {
        true => String::new(),
        false => format!(" overrides {}", rule.overrides.join(", ")),
    };
    let conditions: Vec<&str> = rule.guards.iter().chain(&rule.conjuncts).map(String::as_str).collect();
    format!(
        "  {keyword} {}{overrides} {{\n    when {}\n    {}\n  }}\n",
        rule.name,
        conditions.join(" and "),
        rule.rest
    )
}

impl Pair {
    fn base_text(&self) -> String {
        let mut text = self.base.text().replace("policy made.up", "policy made.base");
        for name in &self.locked {
            for after in [" ", " overrides"] {
                text =
                    text.replace(&format!("  rule {name}{after}"), &format!("  locked rule {name}{after}"));
            }
        }
        text.replace("locked locked", "locked")
    }

    fn overlay_text(&self) -> String {
        let mut text = "policy made.up extends made.base language 1\n".to_owned();
        self.turned.iter().for_each(|it| text.push_str(it));
        for (decision, changes) in &self.changes {
            text.push_str(&format!("decision {decision} {{\n"));
            for change in changes {
                match change {
                    Change::Remove(name) => text.push_str(&format!("  removes rule {name}\n")),
                    Change::Replace(rule) => text.push_str(&rule_text(rule, "replaces rule")),
                    Change::Add(rule) => text.push_str(&rule_text(rule, "rule")),
                    Change::Otherwise(it) => text.push_str(&format!("  replaces {it}\n")),
                }
            }
            text.push_str("}\n");
        }
        text
    }

    fn load(&self) -> Result<PolicySet, Vec<&'static str>> {
        let sources = [
            Source::new("base.policy", &self.base_text()),
            Source::new("client.policy", &self.overlay_text()),
        ];
        PolicySet::load(sources, &Limits::default())
            .map_err(|it| it.diagnostics().iter().map(|it| it.code.id).collect())
    }
}

/// The plan as the overlay makes it; locks aside.
fn changed(plan: &Plan, changes: &[(String, Vec<Change>)]) -> Plan {
    let mut plan = plan.clone();
    for (decision, changes) in changes {
        let found = plan.items.iter_mut().find_map(|it| match it {
            PlanItem::Decision(it) if it.name == *decision => Some(it),
            _ => None,
        });
        let it = found.unwrap();
        let mut added = Vec::new();
        for change in changes {
            match change {
                Change::Remove(name) => {
                    let at = it.rules.iter().position(|it| it.name == *name).unwrap();
                    let gone = it.rules.remove(at);
                    for rule in it.rules.iter_mut().filter(|it| it.overrides.contains(name)) {
                        rule.overrides.retain(|it| it != name);
                        rule.overrides.extend(gone.overrides.clone());
                    }
                }
                Change::Replace(new) => {
                    let at = it.rules.iter().position(|it| it.name == new.name).unwrap();
                    let mut new = new.clone();
                    new.overrides.extend(it.rules[at].overrides.clone());
                    it.rules[at] = new;
                }
                Change::Add(new) => added.push(new.clone()),
                Change::Otherwise(new) => it.fallback = Some(new.clone()),
            }
        }
        match it.first {
            true => drop(it.rules.splice(0..0, added)),
            false => it.rules.extend(added),
        }
        for rule in &mut it.rules {
            let mut seen = BTreeSet::new();
            rule.overrides.retain(|it| seen.insert(it.clone()));
        }
    }
    plan
}

fn decisions(plan: &Plan) -> impl Iterator<Item = &PlanDecision> {
    plan.items.iter().filter_map(|it| match it {
        PlanItem::Decision(it) => Some(it),
        _ => None,
    })
}

/// Another rule of the decision under a new name; its condition is known to be well formed.
fn like(decision: &PlanDecision, name: String, rng: &mut Rng) -> PlanRule {
    let mut rule = rng.pick(&decision.rules).clone();
    if rule.guards.is_empty() && rng.chance(40) {
        rule.conjuncts = vec![format!("not ({})", rule.conjuncts.join(" and "))];
    }
    PlanRule { name, overrides: Vec::new(), ..rule }
}

/// Some rules that are locked, with all that override them.
fn locks(plan: &Plan, rng: &mut Rng) -> BTreeSet<String> {
    let mut locked = BTreeSet::new();
    for decision in decisions(plan) {
        let names: Vec<&String> = decision.rules.iter().map(|it| &it.name).collect();
        if decision.first {
            let count = rng.below(names.len() + 1);
            locked.extend(names.into_iter().take(count).cloned());
            continue;
        }
        locked.extend(names.into_iter().filter(|_| rng.chance(35)).cloned());
        for _ in 0..decision.rules.len() {
            for rule in &decision.rules {
                let over = rule.overrides.iter().any(|it| {
                    locked.contains(it)
                        || (it == "everything" && decision.rules.iter().any(|it| locked.contains(&it.name)))
                });
                if over {
                    locked.insert(rule.name.clone());
                }
            }
        }
    }
    locked
}

fn overlay(plan: &Plan, locked: &BTreeSet<String>, rng: &mut Rng) -> Vec<(String, Vec<Change>)> {
    let mut all = Vec::new();
    for decision in decisions(plan).filter(|it| !it.rules.is_empty()) {
        let mut changes = Vec::new();
        for rule in decision.rules.iter().filter(|it| !locked.contains(&it.name)) {
            match rng.below(6) {
                0 => changes.push(Change::Remove(rule.name.clone())),
                1 => changes.push(Change::Replace(like(decision, rule.name.clone(), rng))),
                _ => {}
            }
        }
        // A plan prints its tables after its rules, an overlay's rules stand after both.
        let most = if decision.first || decision.tables.is_empty() { 3 } else { 1 };
        for number in 0..rng.below(most) {
            let mut new = like(decision, format!("added_{number}"), rng);
            if !decision.first {
                let kept = |it: &&PlanRule| {
                    !changes.iter().any(|change| matches!(change, Change::Remove(name) if *name == it.name))
                };
                let open = decision.rules.iter().filter(|it| !locked.contains(&it.name)).filter(kept);
                new.overrides = open.filter(|_| rng.chance(30)).map(|it| it.name.clone()).collect();
                if rng.chance(15) {
                    new.overrides.push("everything".to_owned());
                }
            }
            changes.push(Change::Add(new));
        }
        if decision.fallback.as_ref().is_some_and(|it| it.starts_with("otherwise")) && rng.chance(20) {
            changes.push(Change::Otherwise(decision.fallback.clone().unwrap()));
        }
        if !changes.is_empty() {
            all.push((decision.name.clone(), changes));
        }
    }
    all
}

/// Other values for some settings, within their bounds.
fn turns(plan: &Plan, rng: &mut Rng) -> Vec<String> {
    let mut turned = Vec::new();
    for item in &plan.items {
        let PlanItem::Text(text) = item else { continue };
        let Some(rest) = text.strip_prefix("setting ") else { continue };
        let name = rest.split(':').next().unwrap();
        let value = match rest.split(':').nth(1).unwrap().trim() {
            it if it.starts_with("days") => format!("{} days", rng.below(90)),
            it if it.starts_with("integer") => rng.below(10).to_string(),
            it if it.starts_with("boolean") => (*rng.pick(&["yes", "no"])).to_owned(),
            it if it.starts_with("percent") => format!("{}%", rng.below(100)),
            it if it.starts_with("money") => format!("USD {}.10", rng.below(49)),
            _ => continue,
        };
        if rng.chance(60) {
            turned.push(format!("setting {name} = {value}\n"));
        }
    }
    turned
}

/// An overlay is the policy that its base becomes when it is changed by hand.
#[test]
fn an_overlay_is_its_base_changed_by_hand() {
    let (mut tried, mut refused) = (0, 0);
    for seed in first_seed().. {
        if tried >= cases() / FACTS {
            break;
        }
        let mut rng = Rng::new(seed.wrapping_mul(7));
        let base = generate::policy(seed);
        let changes = overlay(&base, &BTreeSet::new(), &mut rng);
        let by_hand = changed(&base, &changes).text();
        let pair = Pair { base, locked: BTreeSet::new(), changes, turned: Vec::new() };
        let by_hand = Policy::compile(&by_hand);
        match (pair.load(), by_hand) {
            (Ok(set), Ok(by_hand)) => {
                tried += 1;
                let merged = &set.timeline("made.up").unwrap().versions()[0];
                assert_eq!(
                    merged.digest(),
                    by_hand.digest(),
                    "seed {seed}\n{}\n{}\n{}",
                    pair.base_text(),
                    pair.overlay_text(),
                    by_hand.source().text()
                );
            }
            (Err(_), Err(_)) => refused += 1,
            // The base alone may be refused where the changed policy is not.
            (Err(_), Ok(_)) if Policy::compile(&pair.base_text()).is_err() => refused += 1,
            (merged, by_hand) => panic!(
                "seed {seed}: {:?} and {:?}\n{}\n{}",
                merged.err(),
                by_hand.err().map(|it| it.to_string()),
                pair.base_text(),
                pair.overlay_text()
            ),
        }
    }
    println!("overlays by hand: {tried} tried, {refused} refused");
}

/// Law S8: where a locked rule decides in the base, it decides the same in every overlay.
#[test]
fn what_a_locked_rule_decides_stays() {
    let (mut tried, mut refused, mut decided) = (0, 0, 0);
    for seed in first_seed().. {
        if tried >= cases() / FACTS {
            break;
        }
        let mut rng = Rng::new(seed.wrapping_mul(11));
        let base = generate::policy(seed);
        let locked = locks(&base, &mut rng);
        let changes = overlay(&base, &locked, &mut rng);
        let turned = turns(&base, &mut rng);
        let pair = Pair { base, locked, changes, turned };
        let Ok(set) = pair.load() else {
            refused += 1;
            continue;
        };
        tried += 1;
        let text = pair.base_text();
        let file = reference::parse(&text);
        let model = Model::new(&file, &text);
        for _ in 0..FACTS {
            let facts = facts::json(&model, &facts::full(&model, &mut rng)).to_string();
            let (one, other) = (
                &set.timeline("made.base").unwrap().versions()[0],
                &set.timeline("made.up").unwrap().versions()[0],
            );
            let Ok(before) = answer(one, &facts) else { continue };
            let after = answer(other, &facts).unwrap();
            decided += stays(&pair, &before, &after).unwrap_or_else(|it| {
                panic!("seed {seed}: {it}\nfacts: {facts}\n{text}\n{}", pair.overlay_text())
            });
        }
    }
    println!("law S8: {tried} overlays, {refused} refused, {decided} decisions by a locked rule");
    assert!(cases() < 1000 || decided > tried / 4, "too few locked rules decide");
}

/// How many decisions a locked rule makes; the error is the first that is another one in the overlay.
fn stays(pair: &Pair, before: &str, after: &str) -> Result<usize, String> {
    let json = |it: &str| serde_json::from_str::<Json>(it).unwrap()["decisions"].clone();
    let (before, after) = (json(before), json(after));
    let mut count = 0;
    for (name, entry) in before.as_object().into_iter().flatten() {
        let reasons = entry["reasons"].as_array().cloned().unwrap_or_default();
        let by_lock = reasons.iter().any(|it| {
            it["rule"].as_str().is_some_and(|it| pair.locked.contains(it.rsplit('/').next().unwrap_or("")))
        });
        if entry["status"] != "decided" || !by_lock || entry.get("items").is_some() {
            continue;
        }
        count += 1;
        let new = &after[name];
        if (&new["outcome"], &new["parameters"]) != (&entry["outcome"], &entry["parameters"]) {
            return Err(format!("{name} was\n{entry}\nand is\n{new}"));
        }
    }
    Ok(count)
}

/// Law S9: every day lies in exactly one version, and its answer is that of the version compiled alone.
#[test]
fn the_answer_on_a_day_is_that_of_its_version_alone() {
    let (mut tried, mut versions) = (0, 0);
    for seed in first_seed().. {
        if tried >= cases() / FACTS {
            break;
        }
        let mut rng = Rng::new(seed.wrapping_mul(13));
        let mut plan = generate::policy(seed);
        let others = turns(&plan, &mut rng);
        let mut cut = 0;
        let mut spans: Vec<(String, [String; 2])> = Vec::new();
        for (index, turn) in others.iter().enumerate() {
            let (name, value) = turn.trim_start_matches("setting ").trim().split_once(" = ").unwrap();
            for item in &mut plan.items {
                let PlanItem::Text(text) = item else { continue };
                if !text.starts_with(&format!("setting {name}:")) {
                    continue;
                }
                let old =
                    text.split(" = ").nth(1).unwrap().split(" between").next().unwrap().trim().to_owned();
                let month = index % 12 + 1;
                let dated = format!("{old} through 2026-{month:02}-10, {value} from 2026-{month:02}-11");
                *text = text.replacen(&old, &dated, 1);
                spans.push((dated, [old, value.to_owned()]));
                cut += 1;
            }
        }
        plan.header = plan.header.trim_end().to_owned() + " version chosen by case_day\n";
        plan.items.push(PlanItem::Text("facts { case_day: date }\n".into()));
        let text = plan.text();
        let Ok(set) = PolicySet::load([Source::new("a.policy", &text)], &Limits::default()) else { continue };
        tried += 1;
        let timeline = set.timeline("made.up").unwrap();
        versions += timeline.versions().len();
        assert_eq!(timeline.versions().len(), 1 + cut.min(12), "seed {seed}\n{text}");
        for version in timeline.versions() {
            let period = version.in_force();
            let day =
                period.from.or(period.through).map_or_else(|| "2026-01-01".to_owned(), |it| it.to_string());
            let mut alone = text.clone();
            for (number, (dated, [old, new])) in spans.iter().enumerate() {
                let later = day >= format!("2026-{:02}-11", number % 12 + 1);
                alone = alone.replacen(dated, if later { new } else { old }, 1);
            }
            if cut > 0 {
                alone =
                    alone.replacen(" version chosen by", &format!(" in force {period} version chosen by"), 1);
            }
            let alone = Policy::compile(&alone).unwrap_or_else(|it| panic!("seed {seed}: {it}\n{alone}"));
            assert_eq!(alone.digest(), version.digest(), "seed {seed}, {day}\n{text}");
            let file = reference::parse(alone.source().text());
            let model = Model::new(&file, alone.source().text());
            for _ in 0..2 {
                let mut facts = facts::json(&model, &facts::full(&model, &mut rng));
                facts["case_day"] = Json::from(day.as_str());
                let facts = facts.to_string();
                let body =
                    set.decide_json("made.up", &facts).map(|it| it.body()).map_err(|it| it.to_string());
                assert_eq!(body, answer(&alone, &facts), "seed {seed}\n{text}");
            }
        }
    }
    println!("law S9: {tried} timelines, {versions} versions");
}
