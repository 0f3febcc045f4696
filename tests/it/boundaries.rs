//! Cases worth testing, as `evenhand cases` writes them: pasted into their policy they pass, and then nothing is
//! missing any more.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]
#![allow(clippy::disallowed_methods, reason = "a test reads files")]

use std::collections::BTreeSet;
use std::fs;

use evenhand::policy::proofs::Existence;
use evenhand::policy::{By, Failure, Status, boundary::BoundaryCases};
use evenhand::tools::{boundary, suite};
use evenhand::{Limits, Policy, Source};

use crate::generate;
use crate::laws::run::{cases, first_seed};

fn compile(name: &str, text: &str) -> Policy {
    Policy::compile_source(&Source::new(name, text), &Limits::default())
        .unwrap_or_else(|rejected| panic!("{rejected}\n{text}"))
}

/// The tests pass where they are pasted, and try what is to be tried. Gives how many there are.
fn holds(name: &str, text: &str) -> usize {
    let policy = compile(name, text);
    let found = policy.boundary_cases();
    let (tests, left_out) = boundary::tests(&policy, &found);
    let pasted = format!("{text}\n{tests}");
    let with_tests = compile(name, &pasted);
    assert_eq!(with_tests.digest(), policy.digest(), "{name}");
    let report = suite::run(&with_tests, with_tests.source());
    assert_eq!(report.failed(), 0, "{name}\n{}\n{pasted}", report.words());
    assert!(report.passed() + left_out >= found.cases().len());
    let missing = with_tests.boundary_cases_of::<&str>(&[], true, &[]).unwrap();
    let names: Vec<&str> = missing.cases().iter().map(|it| it.name.as_str()).collect();
    assert!(names.is_empty() || left_out > 0, "{name}: still missing: {names:?}\n{pasted}");
    every_rule_decides(&policy, &found);
    found.cases().len()
}

/// What decides in the case of any proof decides in one of these cases.
fn every_rule_decides(policy: &Policy, found: &BoundaryCases) {
    let decisions: Vec<&str> = policy.decisions().collect();
    let mut by: BTreeSet<(usize, String)> = BTreeSet::new();
    let mut fails: BTreeSet<usize> = BTreeSet::new();
    let mut decide = |facts: &str, all: bool| {
        let facts = policy.facts_from_json(facts).unwrap();
        let answer = policy.decide(&facts).unwrap();
        let mut seen = BTreeSet::new();
        for (index, name) in decisions.iter().enumerate() {
            let decision = answer.decision(name).unwrap();
            assert!(!matches!(decision.status, Status::Undecided(_)), "{name} is undecided");
            if all && matches!(decision.status, Status::Failed(Failure::Depends(_))) {
                fails.insert(index);
            }
            seen.extend(decision.reasons.iter().map(|it| {
                (
                    index,
                    match &it.by {
                        By::Rule(id) => id.clone(),
                        By::Otherwise | By::Always => String::new(),
                    },
                )
            }));
        }
        seen
    };
    for case in found.cases() {
        by.extend(decide(&case.witness.facts().canonical(), true));
    }
    let mut seen = BTreeSet::new();
    let mut prover = policy.prover();
    for question in prover.questions() {
        if let Existence::Yes(witness) = prover.ask(question) {
            seen.extend(decide(&witness.facts().canonical(), false));
        }
    }
    // Beside a rule in error a rule that stands is no reason.
    let missed: Vec<_> = seen.difference(&by).filter(|it| !fails.contains(&it.0)).collect();
    assert!(missed.is_empty() || found.open() > 0, "not tried: {missed:?}");
}

#[test]
fn the_examples() {
    let mut counts = Vec::new();
    for name in ["examples/refunds", "examples/subscription", "examples/escalation"] {
        let path = format!("{name}.policy");
        counts.push(holds(&path, &fs::read_to_string(&path).unwrap()));
    }
    // Small enough to be read.
    println!("{counts:?}");
    assert!(counts.iter().all(|it| *it <= 45), "{counts:?}");
}

#[test]
fn published_policies() {
    for name in ["tau-airline/airline", "bu-incident-priority/incidents"] {
        let path = format!("tests/cases/{name}.policy");
        holds(&path, &fs::read_to_string(&path).unwrap());
    }
}

#[test]
fn made_up_policies() {
    let (mut tried, mut written, mut open) = (0, 0, 0);
    for seed in first_seed().. {
        if tried >= (cases() / 50).max(4) {
            break;
        }
        let text = generate::policy(seed).text();
        let Ok(policy) = Policy::compile(&text) else { continue };
        open += policy.boundary_cases().open();
        written += holds(&format!("seed {seed}"), &text);
        tried += 1;
    }
    println!("cases worth testing: {written} of {tried} policies; {open} open");
}

const BOUNDARIES: &str = r#"
policy demo.returns language 1
facts {
  today: date
  bought_on: date
  total: money USD between USD 0 and USD 1_000
  kind: one of (gadget, cloth, food)
  opened: boolean
  delivered_on: optional date
}
assume "nothing is bought in the future": bought_on is no later than today
define owned = today - bought_on
define fee = USD 5 when total < USD 100
           = USD 10 otherwise
decision refund {
  outcome full(fee: money USD)
  outcome part
  outcome no
  rule in_time { when owned <= 30 days then full(fee: fee) }
  rule opened_gadget overrides in_time { when kind is gadget and opened and owned > 15 days then part }
  rule lost overrides everything { when delivered_on is absent and owned > 60 days then full(fee: USD 0) }
  otherwise no
}
"#;

/// Names of cases with the answers, one a line.
fn told(policy: &Policy, found: &BoundaryCases) -> String {
    let mut text = String::new();
    for case in found.cases() {
        let facts = policy.facts_from_json(&case.witness.facts().canonical()).unwrap();
        let answer = policy.decide(&facts).unwrap();
        for name in policy.decisions() {
            let status = match &answer.decision(name).unwrap().status {
                Status::Decided(it) => it.name.clone(),
                Status::Failed(it) => format!("{it:?}").split('(').next().unwrap().to_lowercase(),
                other => format!("{other:?}"),
            };
            text.push_str(&format!("{} → {status}\n", case.name));
        }
    }
    text
}

#[test]
fn both_sides_of_each_boundary() {
    let policy = compile("demo", BOUNDARIES);
    insta::assert_snapshot!(told(&policy, &policy.boundary_cases()));
    assert_eq!(policy.boundary_cases().open(), 0);
    insta::assert_snapshot!("both_sides_as_tests", boundary::tests(&policy, &policy.boundary_cases()).0);
    holds("demo", BOUNDARIES);
}

#[test]
fn what_is_wrong_is_a_case() {
    let text = "policy demo language 1\nfacts { n: integer between 0 and 100  b: boolean }\n\
        decision d {\n outcome x\n outcome y\n rule low { when n <= 10 then x }\n rule odd { when b and n < 50 then y }\n}\n";
    let policy = compile("demo", text);
    insta::assert_snapshot!(boundary::tests(&policy, &policy.boundary_cases()).0);
    holds("demo", text);
}

#[test]
fn every_kind_of_fact() {
    let path = "tests/cases/cli/types.policy";
    holds(path, &fs::read_to_string(path).unwrap());
    let text = "policy demo language 1\n\
        type Kind = one of (big, \"very small\" as small)\n\
        facts {\n\
          at: datetime\n open: time\n moment: instant to the second\n wait: duration between 0 seconds and 100_000 seconds\n\
          rate: percent to 0.01%\n weight: decimal to 0.001 between -5 and 50\n name: text up to 20\n\
          amount: money EUR or GBP between 0 and 100\n kind: Kind\n terms: optional months\n\
          box: optional record { deep: optional record { n: integer between 0 and 9 } label: text up to 12 }\n\
          items: list of record { price: money USD between USD 0 and USD 50  gift: boolean } up to 3\n\
          counts: optional list of integer between 0 and 5 up to 2\n\
        }\n\
        decision d collect {\n outcome x(n: integer, text: text up to 20)\n outcome y\n outcome z(worth: optional money USD)\n\
          rule a { when wait > 90 seconds and rate >= 12.25% then x(n: 1, text: name) }\n\
          rule b { when weight < -0.5 or name is \"say \\\"hi\\\"\" then y }\n\
          rule c { when box is present and box.deep is present and box.deep.n > 3 then z }\n\
          rule e { when any item in items has (item.gift and item.price > USD 10) then z(worth: USD 1) }\n\
          rule f { when open < 09:30 and kind is small then y }\n\
          rule g { when at >= 2026-03-01T10:00 and moment < 2026-03-01T10:00:30Z then y }\n\
          rule h { when counts is present and (count of it in counts where it > 2) is 2 then y }\n\
          rule i { when terms is present and terms > 12 months then y }\n\
        }\n";
    holds("every kind", text);
}
