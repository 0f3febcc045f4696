//! What an exact answer with unknown facts must be, given all the cases that are left: no less than what they
//! agree on, and no more.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::generate::facts::{self, Said, Saying};
use crate::laws::cautious::{Told, ensure, list, need_slots};
use crate::laws::subject::Subject;
use crate::reference::model::Ty;

/// What two cases are told apart by: which rules disagree, and whether one of them reads an error, may be open.
fn value(case: &Json) -> Json {
    match (case["status"].as_str(), case["error"]["kind"].as_str()) {
        (Some("error"), Some("gap")) => json!("gap"),
        (Some("error"), _) => json!("error"),
        _ => json!([case["outcome"], case["parameters"], case["items"]]),
    }
}

/// Holds the entry of a decision that says it is exact against all cases.
pub(crate) fn decision(
    subject: &Subject,
    name: &str,
    entry: &Json,
    saying: &Saying,
    told: &[Told],
) -> Result<(), String> {
    let cases: Vec<&Json> = told.iter().map(|it| &it.1.decisions[name]).collect();
    let values: BTreeSet<String> = cases.iter().map(|it| value(it).to_string()).collect();
    ensure!(
        (values.len() > 1) == (entry["status"] == "undecided"),
        "{name}: {} values, but {entry}",
        values.len()
    );
    if entry["status"] == "undecided" {
        undecided(name, entry, &cases)?;
        let by: Vec<(&Saying, String)> =
            told.iter().map(|it| (&it.0, value(&it.1.decisions[name]).to_string())).collect();
        let wanted = needed(subject, saying, &by);
        let found = need_slots(subject, saying, list(entry, "needs"))?;
        ensure!(found == wanted, "{name}: {:?} are needed, but {entry}", paths(subject, &wanted));
    }
    rules(subject, name, entry, told)?;
    for kind in ["disclosures", "steps"] {
        for (index, due) in list(entry, kind).iter().enumerate() {
            let status = |it: &Told| list(&it.1.decisions[name], kind)[index]["status"].to_string();
            let by: Vec<(&Saying, String)> = told.iter().map(|it| (&it.0, status(it))).collect();
            let statuses: BTreeSet<&String> = by.iter().map(|it| &it.1).collect();
            // A text that cannot be had because it reads an error makes a required one an error.
            let open = statuses.len() > 1;
            ensure!(
                open == (due["status"] == "open") || due["status"] == "required",
                "{name}: {statuses:?}, but {due}"
            );
            if due["status"] == "open" {
                let wanted = needed(subject, saying, &by);
                let found = need_slots(subject, saying, list(due, "needs"))?;
                // What its texts wait for comes with it.
                ensure!(
                    wanted.iter().all(|it| found.contains(it)),
                    "{name}: {:?} are needed, but {due}",
                    paths(subject, &wanted)
                );
            }
        }
    }
    Ok(())
}

fn paths(subject: &Subject, slots: &[usize]) -> Vec<String> {
    slots.iter().map(|it| subject.model.slots[*it].path.clone()).collect()
}

fn undecided(name: &str, entry: &Json, cases: &[&Json]) -> Result<(), String> {
    let set = |all: &[Json]| all.iter().map(Json::to_string).collect::<BTreeSet<String>>();
    let sound: Vec<&&Json> = cases.iter().filter(|it| it["status"] == "decided").collect();
    if entry.get("certain").is_some() {
        let mut certain = sound.first().map_or(BTreeSet::new(), |it| set(list(it, "items")));
        certain.retain(|it| sound.iter().all(|case| set(list(case, "items")).contains(it)));
        ensure!(set(list(entry, "certain")) == certain, "{name}: {certain:?} are certain, but {entry}");
        let others =
            sound.iter().flat_map(|it| list(it, "items")).filter(|it| !certain.contains(&it.to_string()));
        let possible: BTreeSet<String> = others.map(|it| it["outcome"].to_string()).collect();
        ensure!(set(list(entry, "possible")) == possible, "{name}: {possible:?} are possible, but {entry}");
        return Ok(());
    }
    let possible: BTreeSet<String> = sound.iter().map(|it| it["outcome"].to_string()).collect();
    ensure!(set(list(entry, "possible")) == possible, "{name}: {possible:?} are possible, but {entry}");
    let only = possible.len() == 1 && sound.len() == cases.len();
    ensure!(only == entry.get("outcome").is_some(), "{name}: one outcome is {only}, but {entry}");
    if only {
        for (parameter, value) in cases[0]["parameters"].as_object().into_iter().flatten() {
            let agreed = cases.iter().all(|it| it["parameters"].get(parameter) == Some(value));
            let told = entry["parameters"].get(parameter).is_some();
            ensure!(agreed == told, "{name}: all agree on `{parameter}` is {agreed}, but {entry}");
        }
    }
    Ok(())
}

/// Rules that decide in all cases are reasons; those that do in some only are open.
fn rules(subject: &Subject, name: &str, entry: &Json, told: &[Told]) -> Result<(), String> {
    let decision = subject.model.decision(name).expect("a declared decision");
    for rule in &decision.rules {
        let id = format!("{}/{name}/{}", subject.model.name, rule.name.text);
        let truths = told.iter().map(|it| it.1.truths[&id]);
        let standing = truths.filter(|it| it.holds == Some(true) && !it.overridden).count();
        let open = list(entry, "open_rules").contains(&Json::from(id.as_str()));
        ensure!(
            open == (standing > 0 && standing < told.len()),
            "{name}: `{id}` decides in {standing} of {} cases, but {entry}",
            told.len()
        );
        let reason = list(entry, "reasons").iter().any(|it| it["rule"] == id.as_str());
        let names_rules = entry["status"] == "decided" || entry["error"]["kind"] == "conflict";
        ensure!(
            !names_rules || reason == (standing == told.len()),
            "{name}: `{id}` decides in {standing} of {} cases, but {entry}",
            told.len()
        );
    }
    Ok(())
}

/// What is left when unknown facts are dropped in reverse order of declaration as long as the rest fixes the
/// value.
fn needed(subject: &Subject, saying: &Saying, by: &[(&Saying, String)]) -> Vec<usize> {
    let model = subject.model;
    let in_unknown_list = |slot: usize| {
        let mut around = model.slots[slot].within;
        while let Some(outer) = around {
            if matches!(model.slots[outer].ty, Ty::List { .. }) && saying[outer] == Said::Unknown {
                return true;
            }
            around = model.slots[outer].within;
        }
        false
    };
    let unknown = |it: &usize| {
        saying[*it] == Said::Unknown && facts::matters(model, saying, *it) && !in_unknown_list(*it)
    };
    let mut kept: BTreeSet<usize> = (0..saying.len()).filter(unknown).collect();
    for fact in kept.clone().into_iter().rev() {
        kept.remove(&fact);
        if !fixes(subject, &kept, by) {
            kept.insert(fact);
        }
    }
    kept.into_iter().collect()
}

/// Whether cases that agree on these facts have one value. Whether a record is there is a fact of its own: a fact
/// in it that is not there in one of two cases is none in which they differ. Who knows a list knows its items.
fn fixes(subject: &Subject, kept: &BTreeSet<usize>, by: &[(&Saying, String)]) -> bool {
    let model = subject.model;
    let mut slots: BTreeSet<usize> = kept.clone();
    for slot in 0..model.slots.len() {
        let mut at = model.slots[slot].within;
        while let Some(outer) = at {
            if kept.contains(&outer) && matches!(model.slots[outer].ty, Ty::List { .. }) {
                slots.insert(slot);
            }
            at = model.slots[outer].within;
        }
    }
    let own = |slot: usize| model.slots[slot].optional || matches!(model.slots[slot].ty, Ty::Record);
    let agree = |a: &Saying, b: &Saying| {
        slots
            .iter()
            .all(|it| a[*it] == b[*it] || !own(*it) && (a[*it] == Said::Absent || b[*it] == Said::Absent))
    };
    by.iter()
        .enumerate()
        .all(|(at, (a, value))| by[..at].iter().all(|(b, other)| value == other || !agree(a, b)))
}
