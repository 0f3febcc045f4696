//! The laws of the language, each tried on made-up policies and facts.
//!
//! The engine is held against the reference where every fact is known, and against all cases that are left
//! where some are not. The numbers are those of the project's list of laws.

// A test says what is wrong by panicking.
#![allow(clippy::panic, clippy::unwrap_used)]

pub(crate) mod cautious;
mod compiled;
mod diff;
mod exact;
pub(crate) mod outcomes;
mod overlays;
mod pieces;
pub(crate) mod run;
pub(crate) mod subject;
pub(crate) mod tokens;

use evenhand::Policy;
use serde_json::Value as Json;

use crate::fuzz_bodies::{mutated, spans_lie_in};
use crate::generate;
use crate::generate::facts::{self, Said, Saying};
use crate::generate::rng::Rng;
use crate::laws::cautious::{Told, ensure, list, value};
use crate::laws::run::{Tally, cases, corner, first_seed, full, partial, run};
use crate::laws::subject::{Subject, answer};
use crate::reference::evaluate::Outside;
use crate::reference::intake::read_facts;
use crate::reference::model::Ty;
use crate::reference::{plain, told};

/// Cases that are tried for one answer with unknown facts.
const CASES: usize = 24;

/// Cases that are tried for one exact answer.
const MORE_CASES: usize = 160;

/// The cases that are left, as the reference sees them; whether they are all.
fn cases_left(subject: &Subject, saying: &Saying, rng: &mut Rng) -> (Vec<Told>, bool) {
    cases_left_of(subject, saying, rng, CASES)
}

fn cases_left_of(subject: &Subject, saying: &Saying, rng: &mut Rng, most: usize) -> (Vec<Told>, bool) {
    let (cases, all) = facts::completions(subject.model, saying, most, rng);
    let told = cases.into_iter().filter_map(|case| subject.expected(&case).map(|expected| (case, expected)));
    (told.collect(), all)
}

/// Law 1.
#[test]
fn parsing_any_text_ends_and_its_spans_lie_in_the_text() {
    let mut rng = Rng::new(first_seed());
    for round in 0..cases() {
        let text = generate::policy(rng.next()).text();
        let text = mutated(&text, &mut rng, round % 7);
        spans_lie_in(&text);
    }
}

/// Laws 3 and S11.
#[test]
fn deciding_twice_gives_the_same_bytes_and_they_are_canonical() {
    run("law 3 and S11", partial, &|subject, saying, rng| {
        let facts = facts::json(subject.model, saying).to_string();
        let Ok(body) = subject.answer(&facts) else { return Ok(()) };
        let again = Policy::compile(subject.text).map_err(|_| "refused the second time")?;
        ensure!(answer(&again, &facts) == Ok(body.clone()), "another answer the second time");
        let parsed: Json = serde_json::from_str(&body).map_err(|it| it.to_string())?;
        let canonical = serde_json_canonicalizer::to_string(&parsed).map_err(|it| it.to_string())?;
        ensure!(canonical == body, "not canonical: {body}");
        let spelled = facts::respelled(subject.model, saying, rng);
        ensure!(subject.answer(&spelled) == Ok(body), "another spelling, another answer: {spelled}");
        Ok(())
    });
}

/// Law 4.
#[test]
fn the_engine_agrees_with_the_reference_where_all_is_known() {
    let decided = Tally::default();
    run("law 4", full, &|subject, saying, _| {
        let body = subject.body(saying)?;
        let expected = subject.expected(saying).ok_or("no case")?;
        let decisions = &body["decisions"];
        for (name, entry) in decisions.as_object().into_iter().flatten() {
            decided.count(entry["status"] == "decided");
            let wanted = &expected.decisions[name];
            let entry = &told(entry);
            ensure!(entry == wanted, "{name}: the engine says\n{entry}\nthe reference\n{wanted}");
        }
        ensure!(plain(decisions) == expected.decisions, "other decisions than {}", expected.decisions);
        cautious::totals(subject, saying, &body)
    });
    decided.print("law 4: decided");
}

/// Laws S1 and S3, of exact decisions.
#[test]
fn an_exact_answer_is_what_all_cases_agree_on() {
    let (exact, tried, undecided) = (Tally::default(), Tally::default(), Tally::default());
    run("law S1", partial, &|subject, saying, rng| {
        let (told, all) = cases_left_of(subject, saying, rng, MORE_CASES);
        if told.is_empty() {
            return Ok(());
        }
        let body = subject.body(saying).map_err(|it| format!("facts with cases are refused: {it}"))?;
        for (name, entry) in body["decisions"].as_object().into_iter().flatten() {
            exact.count(entry["exactness"] == "exact");
            if entry["exactness"] == "exact" {
                tried.count(all);
                if all {
                    undecided.count(entry["status"] == "undecided");
                    exact::decision(subject, name, entry, saying, &told)?;
                }
            }
        }
        Ok(())
    });
    exact.print("law S1: exact decisions");
    tried.print("law S1: tried on all cases that are left");
    undecided.print("law S1: undecided of those");
}

/// Laws 5 and S1.
#[test]
fn an_answer_with_unknown_facts_holds_in_every_case_that_is_left() {
    let (needless, complete) = (Tally::default(), Tally::default());
    run("law 5", partial, &|subject, saying, rng| {
        let (told, all) = cases_left(subject, saying, rng);
        complete.count(all);
        if told.is_empty() {
            return Ok(());
        }
        let body = subject.body(saying).map_err(|it| format!("facts with cases are refused: {it}"))?;
        cautious::totals(subject, saying, &body)?;
        for (name, entry) in body["decisions"].as_object().into_iter().flatten() {
            cautious::decision(subject, name, entry, &told)?;
            cautious::needs_suffice(subject, name, entry, saying, &told)?;
            if entry["status"] == "undecided" && all {
                let first = value(&told[0].1.decisions[name]);
                needless.count(told.iter().all(|it| value(&it.1.decisions[name]) == first));
            }
        }
        let (case, _) = rng.pick(&told).clone();
        needed_facts_decide(subject, saying, &case, &body)
    });
    complete.print("law 5: tried on all cases that are left");
    needless.print("law 5: undecided though all cases agree");
}

/// Fills in what is needed for each decision and obligation: then it is decided.
fn needed_facts_decide(subject: &Subject, saying: &Saying, case: &Saying, body: &Json) -> Result<(), String> {
    for (name, entry) in body["decisions"].as_object().into_iter().flatten() {
        let filled = |needs: &[Json]| -> Result<Saying, String> {
            let mut filled = saying.clone();
            for slot in cautious::need_slots(subject, saying, needs)? {
                tell(subject, &mut filled, case, slot);
            }
            Ok(filled)
        };
        let more = filled(list(entry, "needs"))?;
        let answer =
            subject.body(&more).map_err(|it| format!("{name}: filled-in facts are refused: {it}"))?;
        let after = &answer["decisions"][name];
        ensure!(
            after["status"] != "undecided",
            "{name}: {entry}\nwith its needs from {case:?} it is {after}"
        );
        for kind in ["disclosures", "steps"] {
            for (index, due) in list(entry, kind).iter().enumerate() {
                let more = filled(list(due, "needs"))?;
                let answer =
                    subject.body(&more).map_err(|it| format!("{name}: filled-in facts are refused: {it}"))?;
                let after = &list(&answer["decisions"][name], kind)[index];
                let open = due["status"] == "open";
                let done = after["status"] != "open" && (open || list(after, "needs").is_empty());
                ensure!(done, "{name}: {due}\nwith its needs from {case:?} it is {after}");
            }
        }
    }
    Ok(())
}

/// Says of a slot what a case says; the records around it come with it.
fn tell(subject: &Subject, saying: &mut Saying, case: &Saying, slot: usize) {
    saying[slot] = case[slot].clone();
    if let Some(around) = subject.model.slots[slot].within
        && saying[around] != case[around]
    {
        tell(subject, saying, case, around);
    }
    if matches!(subject.model.slots[slot].ty, Ty::List { .. }) {
        for (inner, it) in subject.model.slots.iter().enumerate() {
            if it.within == Some(slot) {
                tell_all(subject, saying, case, inner);
            }
        }
    }
    if case[slot] == Said::Absent {
        for (inner, it) in subject.model.slots.iter().enumerate() {
            if it.within == Some(slot) {
                tell_below(subject, saying, inner);
            }
        }
    }
}

/// Says of an item's fact what a case says, and of all that is in it.
fn tell_all(subject: &Subject, saying: &mut Saying, case: &Saying, slot: usize) {
    saying[slot] = case[slot].clone();
    for (inner, it) in subject.model.slots.iter().enumerate() {
        if it.within == Some(slot) {
            tell_all(subject, saying, case, inner);
        }
    }
}

fn tell_below(subject: &Subject, saying: &mut Saying, slot: usize) {
    saying[slot] = Said::Absent;
    for (inner, it) in subject.model.slots.iter().enumerate() {
        if it.within == Some(slot) {
            tell_below(subject, saying, inner);
        }
    }
}

/// Law S2.
#[test]
fn knowing_more_changes_nothing_that_is_settled() {
    run("law S2", partial, &|subject, saying, rng| {
        let case = facts::complete(subject.model, saying, rng);
        if subject.expected(&case).is_none() {
            return Ok(());
        }
        let mut before = subject.body(saying)?;
        let mut saying = saying.clone();
        loop {
            let unknown = subject.unknown(&saying);
            if unknown.is_empty() {
                return Ok(());
            }
            let slot = *rng.pick(&unknown);
            tell(subject, &mut saying, &case, slot);
            let after = subject.body(&saying)?;
            for (name, entry) in before["decisions"].as_object().into_iter().flatten() {
                let path = &subject.model.slots[slot].path;
                let later = &after["decisions"][name];
                kept(entry, later)
                    .map_err(|it| format!("{name}, told `{path}`: {it}\nbefore {entry}\nafter {later}"))?;
            }
            before = after;
        }
    });
}

fn kept(before: &Json, after: &Json) -> Result<(), String> {
    if before["status"] != "undecided" {
        ensure!(cautious::same_value(before, after), "the value changed");
        for reason in list(before, "reasons") {
            let same =
                |it: &Json| ["rule", "otherwise", "always"].iter().all(|key| it.get(key) == reason.get(key));
            let aside = cautious::became_dependent(before, after);
            ensure!(aside || list(after, "reasons").iter().any(same), "{reason} is no reason any more");
        }
    } else if after["status"] != "error" {
        let possible = list(before, "possible");
        let later = list(after, "possible").iter().chain(after.get("outcome"));
        for outcome in later {
            ensure!(possible.contains(outcome), "{outcome} became possible");
        }
    }
    for rule in list(after, "open_rules") {
        ensure!(list(before, "open_rules").contains(rule), "{rule} became open");
    }
    for aside in list(before, "set_aside") {
        let same = |it: &Json| it["rule"] == aside["rule"];
        ensure!(list(after, "set_aside").iter().any(same), "{aside} is not set aside any more");
    }
    for kind in ["disclosures", "steps"] {
        for (due, later) in list(before, kind).iter().zip(list(after, kind)) {
            ensure!(due["status"] == "open" || due["status"] == later["status"], "{due} became {later}");
        }
    }
    let fewer = list(after, "needs").iter().all(|it| list(before, "needs").contains(it));
    // A rule that comes to hold, or a case that comes to apply, brings its text with it.
    let said = list(after, "reasons").iter().chain(list(after, "definitions"));
    let texts = said.into_iter().any(|it| it.get("templates").is_some());
    ensure!(fewer || texts || before["status"] == "undecided", "more is needed");
    Ok(())
}

/// Law S3, as far as a cautious engine goes.
#[test]
fn an_interview_ends_settled() {
    let asked = Tally::default();
    run("law S3", partial, &|subject, saying, rng| {
        let case = facts::complete(subject.model, saying, rng);
        if subject.expected(&case).is_none() {
            return Ok(());
        }
        let mut saying = saying.clone();
        loop {
            let body = subject.body(&saying)?;
            let open = cautious::need_slots(subject, &saying, list(&body, "open"))?;
            let Some(slot) = open.first() else {
                ensure!(
                    body["settled"] == Json::Bool(true),
                    "nothing is open, but it is not settled: {body}"
                );
                let left = subject.unknown(&saying).len();
                asked.count(left > 0);
                return Ok(());
            };
            tell(subject, &mut saying, &case, *slot);
        }
    });
    asked.print("law S3: settled with facts unknown");
}

/// A body whose lists are sorted, without digests: what order of writing must not change.
fn unordered(body: &Json) -> Json {
    match body {
        Json::Array(items) => {
            let mut items: Vec<Json> = items.iter().map(unordered).collect();
            items.sort_by_key(Json::to_string);
            Json::Array(items)
        }
        Json::Object(entries) => {
            let kept = entries.iter().filter(|it| it.0 != "policy_digest");
            Json::Object(kept.map(|(key, value)| (key.clone(), unordered(value))).collect())
        }
        other => other.clone(),
    }
}

/// Law S5.
#[test]
fn order_of_writing_changes_nothing() {
    run("law S5", partial, &|subject, saying, rng| {
        let other = subject.plan.permuted(rng).text();
        let engine =
            Policy::compile(&other).map_err(|it| format!("refused in another order: {it}\n{other}"))?;
        let facts = facts::json(subject.model, saying);
        let Ok(body) = subject.answer(&facts.to_string()) else { return Ok(()) };
        let shuffled = facts::shuffled(&facts, rng);
        let again =
            answer(&engine, &shuffled).map_err(|it| format!("refused in another order: {it}\n{shuffled}"))?;
        let body: Json = serde_json::from_str(&body).map_err(|it| it.to_string())?;
        let again: Json = serde_json::from_str(&again).map_err(|it| it.to_string())?;
        ensure!(unordered(&body) == unordered(&again), "{body}\nbut in another order\n{again}\n{other}");
        Ok(())
    });
}

/// Law S7.
#[test]
fn first_is_what_overrides_say() {
    let said = Tally::default();
    run("law S7", partial, &|subject, saying, _| {
        let Some(other) = subject.plan.without_first() else { return Ok(()) };
        said.count(true);
        let other = other.text();
        let engine =
            Policy::compile(&other).map_err(|it| format!("refused with overrides: {it}\n{other}"))?;
        let Ok(body) = subject.body(saying) else { return Ok(()) };
        let again = answer(&engine, &facts::json(subject.model, saying).to_string())?;
        let again: Json = serde_json::from_str(&again).map_err(|it| it.to_string())?;
        ensure!(body["decisions"] == again["decisions"], "{body}\nbut with overrides\n{again}\n{other}");
        Ok(())
    });
    said.print("law S7: policies with `first`");
}

/// Law S7.
#[test]
fn a_table_is_what_its_rows_say() {
    let said = Tally::default();
    run("law S7, tables", partial, &|subject, saying, _| {
        let Some(other) = subject.plan.without_tables() else { return Ok(()) };
        said.count(true);
        let other = other.text();
        let engine =
            Policy::compile(&other).map_err(|it| format!("refused without tables: {it}\n{other}"))?;
        let Ok(body) = subject.body(saying) else { return Ok(()) };
        let again = answer(&engine, &facts::json(subject.model, saying).to_string())?;
        let again: Json = serde_json::from_str(&again).map_err(|it| it.to_string())?;
        ensure!(body["decisions"] == again["decisions"], "{body}\nbut without tables\n{again}\n{other}");
        Ok(())
    });
    said.print("law S7: policies with tables");
}

/// Laws 8 and S6: a panic or a refusal to decide would fail the run.
#[test]
fn accepted_facts_are_decided_at_the_corners_of_their_bounds() {
    run("law 8, corners", corner, &|subject, saying, rng| {
        let expected = subject.expected(saying).ok_or("no case")?;
        let body = subject.body(saying)?;
        let decisions = &body["decisions"];
        ensure!(plain(decisions) == expected.decisions, "{body}\nthe reference says\n{}", expected.decisions);
        let some = facts::forget(subject.model, saying, 40, rng);
        subject.body(&some).map(drop)
    });
}

/// Laws S12 and S15.
#[test]
fn facts_are_accepted_or_refused_as_the_reference_says() {
    let refused = Tally::default();
    run("laws S12 and S15", full, &|subject, saying, rng| {
        let facts = facts::broken(subject.model, saying, rng);
        let read = read_facts(subject.model, &facts);
        let accepted = match &read {
            Ok(facts) => crate::reference::violated(subject.model, facts).map_or(Ok(()), Err),
            Err(error) => Err(error.clone()),
        };
        refused.count(accepted.is_err());
        let engine = subject.answer(&facts.to_string());
        let told =
            format!("{facts}\nthe engine says {:?}\nthe reference {accepted:?}", engine.as_ref().err());
        ensure!(engine.is_ok() == accepted.is_ok(), "{told}");
        Ok(())
    });
    refused.print("laws S12 and S15: refused");
}

/// Law S4: see `reference`, which reads absent facts as this and that; here the engine must agree with both.
#[test]
fn atoms_outside_their_guard_are_not_observed() {
    run("law S4", full, &|subject, saying, _| {
        let body = subject.body(saying)?;
        let facts = read_facts(subject.model, &facts::json(subject.model, saying))?;
        for outside in [Outside::Low, Outside::High] {
            let expected = crate::reference::decide(subject.model, &facts, outside);
            for (name, entry) in body["decisions"].as_object().into_iter().flatten() {
                let wanted = &expected.decisions[name];
                for key in
                    ["status", "outcome", "parameters", "items", "error", "reasons", "disclosures", "steps"]
                {
                    ensure!(
                        entry.get(key) == wanted.get(key),
                        "{name}, {key}: {entry}\n{outside:?} {wanted}"
                    );
                }
            }
        }
        Ok(())
    });
}

/// Law S10.
#[test]
fn formatting_keeps_the_digest_and_a_change_moves_it() {
    let moved = Tally::default();
    run("law S10", full, &|subject, _, rng| {
        let digest = subject.engine.digest().to_string();
        let spaced = tokens::respaced(subject.text, rng);
        let again =
            Policy::compile(&spaced).map_err(|it| format!("refused with other spaces: {it}\n{spaced}"))?;
        ensure!(again.digest() == digest, "other spaces, another digest:\n{spaced}");
        let Some((changed, what)) = tokens::one_changed(subject.text, rng) else { return Ok(()) };
        let Ok(other) = Policy::compile(&changed) else { return Ok(()) };
        moved.count(true);
        ensure!(other.digest() != digest, "{what} changes no digest:\n{changed}");
        Ok(())
    });
    moved.print("law S10: changed policies that are accepted");
}

/// Law S16.
#[test]
fn a_decision_alone_is_what_it_is_among_others() {
    run("law S16", partial, &|subject, saying, rng| {
        let facts = facts::json(subject.model, saying).to_string();
        let Ok(body) = subject.body(saying) else { return Ok(()) };
        let name = rng.pick(&subject.model.decisions).name.text.clone();
        let facts = subject.engine.facts_from_json(&facts).map_err(|it| it.to_string())?;
        let alone = subject.engine.decide_only(&[&name], &facts).map_err(|it| it.to_string())?;
        let alone: Json = serde_json::from_str(&alone.body()).map_err(|it| it.to_string())?;
        let same = alone["decisions"].get(&name) == body["decisions"].get(&name);
        ensure!(same, "{name} alone is {alone}\namong others {body}");
        Ok(())
    });
}
