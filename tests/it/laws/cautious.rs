//! What an answer with unknown facts must satisfy, given all the cases that are left (or a sample).

use serde_json::Value as Json;

use crate::generate::facts::Said;
use crate::generate::facts::Saying;
use crate::laws::subject::Subject;
use crate::reference::Expected;

/// A case and what the reference says of it.
pub(crate) type Told = (Saying, std::rc::Rc<Expected>);

/// The list under a key; empty where there is none.
pub(crate) fn list<'j>(entry: &'j Json, key: &str) -> &'j [Json] {
    entry.get(key).and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

fn has_text(list: &[Json], text: &Json) -> bool {
    list.contains(text)
}

macro_rules! ensure {
    ($held:expr, $($message:tt)+) => {
        if !$held {
            return Err(format!($($message)+));
        }
    };
}
pub(crate) use ensure;

/// The value of a decision: everything but reasons and statuses of others.
pub(crate) fn value(entry: &Json) -> Json {
    let keys = ["status", "outcome", "parameters", "items", "error"];
    Json::Object(keys.iter().filter_map(|key| Some(((*key).to_owned(), entry.get(*key)?.clone()))).collect())
}

/// Whether both are errors: which rules disagree, and which other decisions are in error, may be left open.
fn both_fail(a: &Json, b: &Json) -> bool {
    a["status"] == "error" && b["status"] == "error"
}

/// Whether a known conflict is, in a case, an error of a decision that is read: a rule that is open, or an
/// argument that is, comes to read it. Either way it is an error, and stays one.
pub(crate) fn became_dependent(settled: &Json, case: &Json) -> bool {
    settled["error"]["kind"] == "conflict" && case["error"]["kind"] == "depends"
}

/// Whether a settled value is the value of a case. A conflict may gain candidates, and a candidate
/// parameters: it is one all the same.
pub(crate) fn same_value(settled: &Json, case: &Json) -> bool {
    let (mut known, mut other) = (value(settled), value(case));
    if became_dependent(settled, case) {
        return true;
    }
    let within = |it: &Json, other: &Json| {
        let parameters = it["parameters"].as_object().into_iter().flatten();
        let mut same = parameters.map(|(key, value)| other["parameters"].get(key) == Some(value));
        it["rule"] == other["rule"] && it["outcome"] == other["outcome"] && same.all(|it| it)
    };
    let kept = |it: &Json| list(&case["error"], "candidates").iter().any(|other| within(it, other));
    if list(&settled["error"], "candidates").iter().all(kept) {
        let on = list(&settled["error"], "on").iter().all(|it| list(&case["error"], "on").contains(it));
        if on && settled["error"]["kind"] == "depends" && case["error"]["kind"] == "depends" {
            // An open rule may come to read another decision in error.
            known["error"]["on"] = case["error"]["on"].clone();
        }
        for value in [&mut known, &mut other] {
            if value["error"]["kind"] == "conflict" {
                value["error"]["candidates"] = Json::Null;
            }
        }
    }
    known == other
}

/// Holds the engine's entry of one decision against the cases.
pub(crate) fn decision(subject: &Subject, name: &str, entry: &Json, told: &[Told]) -> Result<(), String> {
    let cases: Vec<&Json> = told.iter().map(|it| &it.1.decisions[name]).collect();
    match entry["status"].as_str() {
        Some("decided" | "error") => {
            for case in &cases {
                ensure!(same_value(entry, case), "{name}: {entry}\nbut a case gives {case}");
                for reason in list(entry, "reasons") {
                    let same = |it: &&Json| {
                        let mut reason = reason.clone();
                        if let Some(open) = reason.as_object_mut().filter(|it| it.contains_key("templates")) {
                            open.remove("templates");
                            open.insert("because".into(), it["because"].clone());
                        }
                        reason == **it
                    };
                    ensure!(
                        list(case, "reasons").iter().any(|it| same(&it)) || became_dependent(entry, case),
                        "{name}: reason {reason} is none in {case}"
                    );
                }
                for used in list(entry, "definitions") {
                    let same =
                        |it: &Json| it["definition"] == used["definition"] && it["case"] == used["case"];
                    ensure!(
                        list(case, "definitions").iter().any(same),
                        "{name}: definition {used} is not used in {case}"
                    );
                }
            }
        }
        Some("undecided") => undecided(name, entry, &cases)?,
        other => return Err(format!("{name}: status {other:?}")),
    }
    rules(subject, name, entry, told)?;
    for kind in ["disclosures", "steps"] {
        for (index, due) in list(entry, kind).iter().enumerate() {
            for case in &cases {
                let Some(full) = list(case, kind).get(index) else {
                    return Err(format!("{name}: {due} is not in {case}"));
                };
                obligation(due, full)?;
            }
        }
    }
    Ok(())
}

fn undecided(name: &str, entry: &Json, cases: &[&Json]) -> Result<(), String> {
    ensure!(list(entry, "reasons").is_empty(), "{name}: undecided with reasons {entry}");
    ensure!(list(entry, "definitions").is_empty(), "{name}: undecided with definitions {entry}");
    ensure!(!list(entry, "needs").is_empty(), "{name}: undecided without needs {entry}");
    let possible = list(entry, "possible");
    for case in cases {
        if let Some(outcome) = case.get("outcome") {
            ensure!(has_text(possible, outcome), "{name}: {outcome} is not possible in {entry}");
        }
        if let Some(outcome) = entry.get("outcome") {
            ensure!(case.get("outcome") == Some(outcome), "{name}: {entry}\nbut a case gives {case}");
            for (parameter, value) in entry["parameters"].as_object().into_iter().flatten() {
                let same = case["parameters"].get(parameter) == Some(value);
                ensure!(same, "{name}: parameter `{parameter}` of {entry}\nbut a case gives {case}");
            }
        }
        if case.get("items").is_some() {
            for item in list(entry, "certain") {
                ensure!(list(case, "items").contains(item), "{name}: {item} is certain but not in {case}");
            }
            for item in list(case, "items") {
                let known = list(entry, "certain").contains(item) || has_text(possible, &item["outcome"]);
                ensure!(known, "{name}: {item} is neither certain nor possible in {entry}");
            }
        }
    }
    Ok(())
}

/// Statuses of rules.
fn rules(subject: &Subject, name: &str, entry: &Json, told: &[Told]) -> Result<(), String> {
    for aside in list(entry, "set_aside") {
        for (_, expected) in told {
            let same = |it: &&Json| it["rule"] == aside["rule"];
            let case = list(&expected.decisions[name], "set_aside").iter().find(same);
            let by =
                list(aside, "by").iter().all(|it| case.is_some_and(|case| list(case, "by").contains(it)));
            ensure!(by, "{name}: {aside} is set aside, but not in {}", expected.decisions[name]);
        }
    }
    let decision = subject.model.decision(name).expect("a declared decision");
    for rule in &decision.rules {
        let id = format!("{}/{name}/{}", subject.model.name, rule.name.text);
        let open = list(entry, "open_rules").contains(&Json::from(id.as_str()));
        let truths: Vec<_> = told.iter().map(|it| it.1.truths[&id]).collect();
        let constant = truths.iter().all(|it| it.holds == truths[0].holds);
        let overridden = truths.iter().all(|it| it.overridden);
        let never = truths.iter().all(|it| it.holds != Some(true) || it.overridden);
        ensure!(
            open || constant || overridden || entry["exactness"] == "exact" && never,
            "{name}: `{id}` is not open in {entry}, but holds in some cases only"
        );
    }
    Ok(())
}

/// Holds an obligation against what it is in a case.
fn obligation(due: &Json, case: &Json) -> Result<(), String> {
    ensure!(due["name"] == case["name"], "{due} stands where {case} should");
    if due["status"] == "open" {
        ensure!(!list(due, "needs").is_empty(), "open without needs: {due}");
        return Ok(());
    }
    for (key, value) in due.as_object().into_iter().flatten() {
        let open = matches!(key.as_str(), "needs" | "templates" | "texts");
        ensure!(open || case.get(key) == Some(value), "{due}\nbut a case gives {case}");
    }
    for (language, text) in due.get("texts").and_then(Json::as_object).into_iter().flatten() {
        ensure!(case["texts"].get(language) == Some(text), "{due}\nbut a case gives {case}");
    }
    Ok(())
}

/// The slots of a list of needs; they must stand in order and be unknown.
pub(crate) fn need_slots(subject: &Subject, saying: &Saying, needs: &[Json]) -> Result<Vec<usize>, String> {
    let mut slots = Vec::new();
    for need in needs {
        let slot = need.as_str().and_then(|it| subject.model.slot(it));
        let Some(slot) = slot else { return Err(format!("`{need}` is no fact")) };
        ensure!(saying[slot] == Said::Unknown, "`{need}` is needed, but known");
        ensure!(slots.last().is_none_or(|last| *last < slot), "needs are out of order: {needs:?}");
        slots.push(slot);
    }
    Ok(slots)
}

/// Of two cases, the one fact in which they differ; the presence of a record stands for what is in it.
fn only_difference(subject: &Subject, a: &Saying, b: &Saying) -> Option<usize> {
    let differing: Vec<usize> = (0..a.len()).filter(|it| a[*it] != b[*it]).collect();
    let first = *differing.first()?;
    let inside = |it: &usize| {
        let mut around = Some(*it);
        while let Some(slot) = around {
            if slot == first {
                return true;
            }
            around = subject.model.slots[slot].within;
        }
        false
    };
    differing.iter().all(inside).then_some(first)
}

/// Every fact whose change alone changes what is decided or due must be needed.
pub(crate) fn needs_suffice(
    subject: &Subject,
    name: &str,
    entry: &Json,
    saying: &Saying,
    told: &[Told],
) -> Result<(), String> {
    let needs = need_slots(subject, saying, list(entry, "needs"))?;
    let needed = |needs: &[usize], slot: usize| {
        // A list that is needed stands for its items.
        let mut around = Some(slot);
        while let Some(outer) = around {
            if needs.contains(&outer) {
                return true;
            }
            around = subject.model.slots[outer].within;
        }
        needs.iter().any(|it| subject.model.slots[*it].within == Some(slot))
    };
    for (at, (a, told_a)) in told.iter().enumerate() {
        for (b, told_b) in &told[..at] {
            let Some(slot) = only_difference(subject, a, b) else { continue };
            let (case_a, case_b) = (&told_a.decisions[name], &told_b.decisions[name]);
            let path = &subject.model.slots[slot].path;
            let same = same_value(case_a, case_b) || same_value(case_b, case_a) || both_fail(case_a, case_b);
            if entry["status"] == "undecided" && !same {
                ensure!(needed(&needs, slot), "{name}: `{path}` matters but is not needed in {entry}");
            }
            for kind in ["disclosures", "steps"] {
                for (index, due) in list(entry, kind).iter().enumerate() {
                    let (a, b) = (&list(case_a, kind)[index], &list(case_b, kind)[index]);
                    let needs = need_slots(subject, saying, list(due, "needs"))?;
                    // Whether an open one is due; of a required one also what it says.
                    let same = if due["status"] == "open" { a["status"] == b["status"] } else { a == b };
                    ensure!(
                        same || needed(&needs, slot),
                        "{name}: `{path}` matters but is not needed in {due}"
                    );
                }
            }
        }
    }
    Ok(())
}

/// `open` is the union of all needs, and `settled` says whether anything is open.
pub(crate) fn totals(subject: &Subject, saying: &Saying, body: &Json) -> Result<(), String> {
    let mut union = std::collections::BTreeSet::new();
    let mut settled = true;
    for (name, entry) in body["decisions"].as_object().into_iter().flatten() {
        settled &= entry["status"] != "undecided";
        let due = list(entry, "disclosures").iter().chain(list(entry, "steps"));
        for entry in [entry].into_iter().chain(due) {
            settled &= entry["status"] != "open";
            let needs =
                need_slots(subject, saying, list(entry, "needs")).map_err(|it| format!("{name}: {it}"))?;
            settled &= needs.is_empty();
            union.extend(needs);
        }
    }
    let open = need_slots(subject, saying, list(body, "open"))?;
    ensure!(open == union.into_iter().collect::<Vec<_>>(), "`open` is not the union of needs: {body}");
    ensure!(body["settled"] == Json::Bool(settled), "`settled` is wrong: {body}");
    Ok(())
}
