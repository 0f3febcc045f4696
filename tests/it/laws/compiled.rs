//! A compiled policy says what the policy says, whatever the size of its diagrams.

use std::collections::BTreeMap;

use evenhand::compiled::{Compiled, Explained, Failure as Failed, Refused, Said, Verdict};
use evenhand::policy::{By, Reason};
use evenhand::{FactsProblem, Failure, Outcome, Status, Value};

use crate::fuzz_bodies::mutated;
use crate::generate::facts::{self, Saying};
use crate::laws::cautious::ensure;
use crate::laws::run::{Tally, corner, full, partial, run};
use crate::laws::subject::Subject;

/// Sizes of diagrams: every rule asked one by one, a few tests and then that, as hosts have it.
const SIZES: [(u64, u64); 3] = [(0, 0), (5, 0), (4096, 32)];

/// A set is a set, in whatever order it comes.
fn sorted(value: Value) -> Value {
    match value {
        Value::Items(mut items) => {
            items.sort_by_key(|it| format!("{it:?}"));
            Value::Items(items)
        }
        other => other,
    }
}

fn said(said: Said<'_>) -> (String, BTreeMap<String, Value>) {
    (
        said.name().to_owned(),
        said.parameters().map(|(name, value)| (name.to_owned(), sorted(value))).collect(),
    )
}

fn outcome(outcome: &Outcome) -> (String, BTreeMap<String, Value>) {
    let parameters = outcome.parameters.iter().map(|(name, value)| (name.clone(), sorted(value.clone())));
    (outcome.name.clone(), parameters.collect())
}

/// Name, texts, and what it cites.
type Words = (String, Vec<String>, Vec<String>);

fn reasons(explained: Explained<'_>) -> Vec<Words> {
    let words = |it: evenhand::compiled::Reason<'_>| {
        let because = it.because().map(|it| it.to_string()).collect();
        (it.name().to_owned(), because, it.cites().map(str::to_owned).collect())
    };
    explained.reasons.into_iter().map(words).collect()
}

fn reason(reason: &Reason) -> Words {
    let name = match &reason.by {
        By::Rule(id) => id.rsplit('/').next().unwrap_or_default(),
        By::Otherwise => "otherwise",
        By::Always => "always",
    };
    // Those that wait for a fact come after those that do not.
    (name.to_owned(), [&reason.because[..], &reason.templates].concat(), reason.cites.clone())
}

/// Whether a verdict is what the policy says. Over facts that are all known it may leave nothing open.
fn agrees(verdict: Verdict<'_>, status: &Status, complete: bool) -> bool {
    match (verdict, status) {
        (Verdict::Decided(a), Status::Decided(b)) => said(a) == outcome(b),
        (Verdict::Collected(a), Status::Collected(b)) => {
            let mut a: Vec<_> = a.items().map(said).map(|it| format!("{it:?}")).collect();
            let mut b: Vec<_> = b.iter().map(outcome).map(|it| format!("{it:?}")).collect();
            a.sort();
            b.sort();
            a == b
        }
        (Verdict::Failed(Failed::Conflict), Status::Failed(Failure::Conflict(_))) => true,
        (Verdict::Failed(Failed::Gap), Status::Failed(Failure::Gap)) => true,
        (Verdict::Failed(Failed::Depends), Status::Failed(Failure::Depends(_))) => true,
        // A cautious answer leaves open what all cases agree on.
        (Verdict::Open(_), _) | (_, Status::Undecided(_)) => !complete,
        _ => false,
    }
}

fn holds(subject: &Subject, saying: &Saying, complete: bool, decided: &Tally) -> Result<(), String> {
    let json = facts::json(subject.model, saying).to_string();
    let facts = subject.engine.facts_from_json(&json).map_err(|it| it.to_string())?;
    let answer = subject.engine.decide(&facts).map_err(|it| it.to_string())?;
    for (tests, a_rule) in SIZES {
        let compiled = subject.engine.compiled_within(tests, a_rule, true);
        let bytes = compiled.to_bytes();
        let compiled = Compiled::from_bytes(&bytes).map_err(|it| it.to_string())?;
        ensure!(compiled.to_bytes() == bytes, "other bytes once they were read");
        let mut case = compiled.case();
        case.read_json(&json).map_err(|it| format!("refused: {it}"))?;
        let read = format!("{case:?}");
        facts.put_into(&mut case).map_err(|it| it.to_string())?;
        ensure!(read == format!("{case:?}"), "read from JSON: {read}\ntaken: {case:?}");
        let mut cases = compiled.cases();
        (0..2).try_for_each(|_| cases.read_json(&json)).map_err(|it| format!("refused: {it}"))?;
        for entry in answer.decisions() {
            let id = compiled.decision(&entry.name).ok_or("a decision is missing")?;
            let verdict = case.decide(id);
            decided.count(!matches!(verdict, Verdict::Open(_)));
            let text = format!("{verdict:?}");
            ensure!(
                agrees(verdict, &entry.status, complete),
                "{} with {tests} tests: compiled {text}, the policy {:?}",
                entry.name,
                entry.status
            );
            for place in 0..2 {
                let beside = cases.decide(place, id).map(|it| format!("{it:?}"));
                ensure!(beside.as_ref() == Some(&text), "{text} by itself, {beside:?} beside others");
            }
            let explained = case.explain(id);
            ensure!(format!("{:?}", explained.verdict) == text, "explained as {:?}", explained.verdict);
            let reasons = reasons(explained);
            let said: Vec<_> = entry.reasons.iter().map(reason).collect();
            ensure!(
                reasons == said || !complete && (reasons.is_empty() || said.is_empty()),
                "{} with {tests} tests: reasons {reasons:?}, the policy {said:?}",
                entry.name
            );
        }
    }
    Ok(())
}

/// Text that means the same facts, or that is wrong somewhere, is taken as the policy takes it.
fn takes(subject: &Subject, text: &str, taken: &Tally) -> Result<(), String> {
    let compiled = subject.engine.compiled();
    let (mut case, mut same) = (compiled.case(), compiled.case());
    let read = case.read_json(text);
    let facts = subject.engine.facts_from_json(text);
    taken.count(read.is_ok());
    let agree = match (&read, &facts) {
        (Ok(()), Ok(facts)) => {
            facts.put_into(&mut same).map_err(|it| it.to_string())?;
            format!("{case:?}") == format!("{same:?}")
        }
        (Err(Refused::Facts(all)), Err(error)) => {
            all.iter().cloned().map(FactsProblem::Fact).eq(error.problems().iter().cloned())
        }
        (Err(Refused::Assumption(_)), Err(error)) => {
            matches!(error.problems(), [FactsProblem::Assumption(_), ..])
        }
        (Err(Refused::NotInForce { .. }), Err(error)) => matches!(error.problems(), [FactsProblem::Fact(_)]),
        // What no whole case agrees with is found by proofs.
        (Ok(()), Err(error)) => matches!(error.problems(), [FactsProblem::NoSuchCase(_)]),
        _ => false,
    };
    ensure!(agree, "{case:?} of {read:?}, but the policy: {facts:?}\n{text}");
    ensure!(read.is_ok() || format!("{case:?}") == "{}", "refused facts are kept: {case:?}");
    Ok(())
}

#[test]
fn a_compiled_policy_takes_the_facts_that_the_policy_takes() {
    let taken = Tally::default();
    run("compiled, spellings", full, &|subject, saying, rng| {
        takes(subject, &facts::respelled(subject.model, saying, rng), &taken)?;
        takes(subject, &facts::broken(subject.model, saying, rng).to_string(), &taken)?;
        let text = facts::json(subject.model, saying).to_string();
        takes(subject, &mutated(&text, rng, 1), &taken)
    });
    taken.print("compiled, spellings: taken");
}

#[test]
fn a_compiled_policy_says_what_the_policy_says() {
    let decided = Tally::default();
    run("compiled", full, &|subject, saying, _| holds(subject, saying, true, &decided));
    run("compiled, corners", corner, &|subject, saying, _| holds(subject, saying, true, &decided));
    decided.print("compiled: decided, a set, or in error");
}

#[test]
fn a_compiled_policy_says_nothing_else_where_facts_are_unknown() {
    let decided = Tally::default();
    run("compiled, unknown facts", partial, &|subject, saying, _| holds(subject, saying, false, &decided));
    decided.print("compiled, unknown facts: decided, a set, or in error");
}
