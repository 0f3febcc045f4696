//! Policies of several files, as a host has them: timelines, clients, a set that is replaced while it decides.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]
#![allow(clippy::disallowed_methods, reason = "a test reads files")]

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use evenhand::policy::{FactsProblem, SetError};
use evenhand::tools::suite;
use evenhand::value::date::Date;
use evenhand::{FactCode, Limits, Live, Policy, PolicySet, SetAnswer, Source, Status};

use crate::diagnostics::files;

/// A set of the files of `text`, each after a line `# file NAME`.
#[track_caller]
pub(crate) fn set(text: &str) -> PolicySet {
    PolicySet::load(files(text), &Limits::default()).unwrap_or_else(|it| panic!("{it}\n{text}"))
}

/// The outcome of `refund` in words, with the rule that decides.
#[track_caller]
pub(crate) fn outcome(set: &PolicySet, policy: &str, facts: &str) -> String {
    match set.decide_json(policy, facts).unwrap_or_else(|it| panic!("{it}: {facts}")) {
        SetAnswer::Undated(it) => format!("needs {}", it.fact()),
        SetAnswer::Answer(answer) => {
            let refund = answer.decision("refund").unwrap();
            let by: Vec<&str> =
                refund.reasons.iter().filter_map(|it| it.rule()?.rsplit('/').next()).collect();
            match &refund.status {
                Status::Decided(outcome) => format!("{} by {}", outcome.name, by.join(", ")),
                Status::Undecided(it) => format!("undecided: {}", it.needs.join(", ")),
                other => format!("{other:?}"),
            }
        }
    }
}

const BASE: &str = r"
# file base.policy
policy base language 1 version chosen by bought
use shared
facts { bought: date owned: days between 0 days and 1_000 days total: money USD tier: Tier fraud: boolean }
setting window: days = 14 days through 2026-02-28, 30 days from 2026-03-01  between 7 days and 60 days
define in_time = owned <= window
decision refund {
  outcome approve
  outcome deny
  outcome check
  locked rule fraud { when fraud then check }
  rule early { when in_time then approve }
  rule late overrides early { when owned > 2 * (window) then deny }
  otherwise deny
}
# file shared.policy
policy shared language 1
type Tier = ordered standard < gold
";

fn facts(bought: &str, owned: u32, fraud: bool) -> String {
    format!(
        r#"{{"bought": "{bought}", "owned": {owned}, "total": "USD 5", "tier": "gold", "fraud": {fraud}}}"#
    )
}

#[test]
fn the_day_of_the_case_picks_the_version() {
    let set = set(&BASE.replace("2 * (window)", "90 days"));
    let timeline = set.timeline("base").unwrap();
    assert_eq!(set.timelines().map(|it| it.name()).collect::<Vec<_>>(), ["base"]);
    let periods: Vec<String> = timeline.versions().iter().map(|it| it.in_force().to_string()).collect();
    assert_eq!(periods, ["through 2026-02-28", "from 2026-03-01"]);
    assert_ne!(timeline.versions()[0].digest(), timeline.versions()[1].digest());
    assert_eq!(outcome(&set, "base", &facts("2026-02-28", 20, false)), "deny by ");
    assert_eq!(outcome(&set, "base", &facts("2026-03-01", 20, false)), "approve by early");
    assert_eq!(outcome(&set, "base", r#"{"owned": 20}"#), "needs bought");
    let day = Date::new(2026, 3, 1).unwrap();
    assert_eq!(set.policy_on("base", day).unwrap().digest(), timeline.versions()[1].digest());
}

/// What is said fast of a line is what the version of its day says, whatever came before it.
#[test]
fn lines_are_answered_by_the_version_of_their_day() {
    use evenhand::tools::outcomes::{Line, OutcomeLines};

    let set = set(&BASE.replace("2 * (window)", "90 days"));
    let timeline = set.timeline("base").unwrap();
    let mut lines = OutcomeLines::new(timeline, &[]);
    let mut cases = vec![r#"{"owned": 20}"#.to_owned(), r#"{"fraud": true}"#.to_owned()];
    for day in ["2026-02-28", "2026-03-01", "2026-03-02", "2026-01-01", "2026-02-30"] {
        cases.extend([facts(day, 20, false), facts(day, 100, false), facts(day, 5, true)]);
        cases.push(format!(r#"{{"bought": "{day}", "fraud": true}}"#));
    }
    for (number, case) in cases.iter().chain(cases.iter().rev()).enumerate() {
        let mut told = String::new();
        let came = lines.write(case, Some(number as u64), &mut told).unwrap();
        match timeline.decide_json(case) {
            Ok(answer) => {
                let outcomes = answer.outcomes().canonical();
                assert_eq!(told, format!("{{\"decisions\":{outcomes},\"line\":{number}}}\n"), "{case}");
                assert_eq!(came, Line::Answered(answer.standing()), "{case}");
            }
            Err(_) => assert_eq!(came, Line::Refused, "{case}"),
        }
    }
}

#[test]
fn an_undated_case_waits_for_its_day_alone() {
    let set = set(&BASE.replace("2 * (window)", "90 days"));
    let answer = set.decide_json("base", r#"{"fraud": true}"#).unwrap();
    assert_eq!(answer.open(), ["bought"]);
    assert!(!answer.is_settled());
    let body: serde_json::Value = serde_json::from_str(&answer.body()).unwrap();
    assert_eq!(body["decisions"]["refund"]["possible"], serde_json::json!(["approve", "deny", "check"]));
    assert_eq!(body["decisions"]["refund"]["needs"], serde_json::json!(["bought"]));
    assert_eq!(body["policy_digest"], set.timeline("base").unwrap().digest());
    assert_eq!(answer.body(), serde_json::to_string(&body).unwrap());
}

#[test]
fn a_case_outside_every_version_is_an_error_that_says_so() {
    let text = BASE
        .replace("2 * (window)", "90 days")
        .replace("language 1 version", "language 1 in force from 2026-01-01 through 2026-12-31 version");
    let set = set(&text);
    let error = set.decide_json("base", &facts("2027-01-01", 5, false)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`bought`: no version of the policy is in force on 2027-01-01: it is from 2026-01-01 through 2026-02-28 \
         and from 2026-03-01 through 2026-12-31"
    );
    let SetError::Facts(error) = error else { panic!("{error}") };
    assert!(matches!(&error.problems()[0], FactsProblem::Fact(it) if it.code == FactCode::NotInForce));
    // The day is read before the rest: other mistakes of the facts belong to a version.
    let error = set.decide_json("base", r#"{"bought": "2025-01-01", "nonsense": 1}"#).unwrap_err();
    assert!(error.to_string().contains("in force"), "{error}");
    let error = set.decide_json("base", r#"{"bought": "2026-01-01", "nonsense": 1}"#).unwrap_err();
    assert!(!error.to_string().contains("in force"), "{error}");
    // One version alone refuses the case too.
    let last = &set.timeline("base").unwrap().versions()[1];
    let error = last.facts_from_json(&facts("2026-02-28", 5, false)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`bought`: the policy is not in force on 2026-02-28: it is from 2026-03-01 through 2026-12-31"
    );
}

#[test]
fn a_day_that_is_none_is_reported_as_every_fact_is() {
    let set = set(&BASE.replace("2 * (window)", "90 days"));
    for (facts, expected) in [
        (
            r#"{"bought": "2026-02-30"}"#,
            "line 1, column 12: `bought`: expected a day of the calendar, found `2026-02-30`",
        ),
        (r#"{"bought": null}"#, "line 1, column 12: `bought`: "),
        ("[]", "line 1, column 1: "),
        (r#"{"bought": "#, "line 1, column 12: "),
    ] {
        let error = set.decide_json("base", facts).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{facts}: {error}");
    }
}

/// The answer on a day is that of its segment compiled alone, to the byte.
#[test]
fn a_segment_is_a_policy_of_its_own() {
    let text = BASE.replace("2 * (window)", "90 days");
    let set = set(&text);
    for (day, value, days) in [
        ("2026-02-27", "14 days", "in force through 2026-02-28"),
        ("2026-03-01", "30 days", "in force from 2026-03-01"),
    ] {
        let alone = text
            .replace("14 days through 2026-02-28, 30 days from 2026-03-01", value)
            .replace("language 1 version", &format!("language 1 {days} version"));
        let alone = self::set(&alone);
        let alone = alone.timeline("base").unwrap().versions()[0].clone();
        for owned in [0, 10, 20, 40, 100] {
            for fraud in [false, true] {
                let facts = facts(day, owned, fraud);
                let answer = alone.decide(&alone.facts_from_json(&facts).unwrap()).unwrap();
                assert_eq!(set.decide_json("base", &facts).unwrap().body(), answer.body());
            }
        }
    }
}

#[test]
fn a_client_changes_its_base_and_a_locked_rule_stays() {
    let text = BASE.replace("2 * (window)", "90 days")
        + r"
# file client.policy
policy client extends base language 1
setting window = 60 days
facts { staff: boolean }
decision refund {
  replaces rule late { when owned > 50 days then deny }
  rule staff overrides everything { when staff then approve }
  removes rule early
}
# file second.policy
policy second extends client language 1
decision refund { removes rule staff  replaces otherwise approve }
";
    let set = set(&text);
    assert_eq!(set.clients_of("base"), ["client", "second"]);
    assert_eq!(set.clients_of("client"), ["second"]);
    let facts = |staff: bool, fraud: bool| {
        facts("2026-03-05", 55, fraud).replace('}', &format!(r#", "staff": {staff}}}"#))
    };
    assert_eq!(outcome(&set, "client", &facts(false, false)), "deny by late");
    assert_eq!(outcome(&set, "client", &facts(true, false)), "approve by staff");
    assert_eq!(outcome(&set, "client", &facts(true, true)), "check by fraud");
    assert_eq!(outcome(&set, "second", &facts(true, false)), "deny by late");
    let early = facts(true, false).replace("55", "5");
    assert_eq!(outcome(&set, "second", &early), "approve by ");
}

/// Rows of a base's table move when an overlay takes one out, and new tables stand beside it.
#[test]
fn tables_of_a_base_and_of_an_overlay() {
    let set = set("# file base.policy
policy base language 1
facts { tier: one of (standard, gold, platinum) owned: days between 0 days and 100 days }
decision refund {
  outcome approve
  outcome deny
  rule never { when owned > 90 days then deny }
  table first by tier {
    plain: | standard | deny |
    | gold | approve |
    | any | deny |
  }
}
# file client.policy
policy client extends base language 1
decision refund {
  removes rule plain
  removes rule never
  table first by owned {
    | > 95 days | deny |
    | > 94 days | deny |
  }
}
# file other.policy
policy other extends base language 1
decision refund {
  replaces rule plain { when tier is standard and owned < 10 days then approve }
}
");
    let facts = |tier: &str, owned: u32| format!(r#"{{"tier": "{tier}", "owned": {owned}}}"#);
    assert_eq!(outcome(&set, "base", &facts("standard", 5)), "deny by plain");
    assert_eq!(outcome(&set, "client", &facts("standard", 5)), "deny by row_3");
    assert_eq!(outcome(&set, "client", &facts("standard", 96)), "deny by row_3, table_2_row_1");
    assert_eq!(outcome(&set, "other", &facts("standard", 5)), "approve by plain");
    assert_eq!(outcome(&set, "other", &facts("standard", 50)), "deny by row_3");
    assert_eq!(outcome(&set, "other", &facts("gold", 50)), "approve by row_2");
}

#[test]
fn what_comes_on_two_ways_is_one_item() {
    set("# file types.policy
policy types language 1
type Tier = ordered standard < gold
define high(tier: Tier) = tier is gold or above
# file base.policy
policy base language 1
use types
facts { tier: Tier }
decision refund { outcome approve outcome deny rule high { when high(tier) then approve } otherwise deny }
# file client.policy
policy client extends base language 1
use types (high)
decision refund { rule low { when not high(tier) then deny } }
");
}

/// Names of files, comments and places are no part of what a policy is.
#[test]
fn the_digest_is_over_the_resolved_policy() {
    let one = "policy shop language 1
type Tier = ordered standard < gold
facts { tier: Tier }
decision refund { outcome approve outcome deny rule high { when tier is gold then approve } otherwise deny }
";
    let several = "# file types.policy
policy types language 1   # comment
type Tier = ordered standard < gold
# file b.policy
policy shop language 1
use types
facts { tier: Tier }
decision refund { outcome approve outcome deny rule high { when tier is gold then approve } otherwise deny }
";
    let alone = Policy::compile(one).unwrap();
    assert_eq!(set(several).timeline("shop").unwrap().versions()[0].digest(), alone.digest());
}

#[test]
fn a_set_that_is_refused_displaces_nothing() {
    let text = BASE.replace("2 * (window)", "90 days");
    let live = Live::new(set(&text));
    let before = live.current().timeline("base").unwrap().digest().to_owned();
    let broken = text.replace("outcome check", "");
    let rejected = live.replace(files(&broken), &Limits::default()).unwrap_err();
    assert!(!rejected.diagnostics().is_empty());
    assert_eq!(live.current().timeline("base").unwrap().digest(), before);
    let old = live.replace(files(&text.replace("60 days", "50 days")), &Limits::default()).unwrap();
    assert_eq!(old.timeline("base").unwrap().digest(), before);
    assert_ne!(live.current().timeline("base").unwrap().digest(), before);
}

/// While one thread puts in other sets, good and broken, others decide; each call sees one whole set.
#[test]
fn threads_decide_while_the_set_is_replaced() {
    let text = BASE.replace("2 * (window)", "90 days");
    let other = text.replace("when in_time then approve", "when in_time then deny");
    let live = Live::new(set(&text));
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let mut decided = 0;
                while !done.load(Ordering::Relaxed) || decided == 0 {
                    let set = live.current();
                    let facts = facts("2026-03-05", 10, false);
                    let (first, second) = (outcome(&set, "base", &facts), outcome(&set, "base", &facts));
                    assert_eq!(first, second);
                    assert!(matches!(first.as_str(), "approve by early" | "deny by early"), "{first}");
                    decided += 1;
                }
            });
        }
        for round in 0..20 {
            let next = if round % 2 == 0 { &other } else { &text };
            live.replace(files(next), &Limits::default()).unwrap();
            live.replace(files(&next.replace("otherwise", "otherwize")), &Limits::default()).unwrap_err();
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn the_order_of_the_files_changes_no_answer() {
    let text = BASE.replace("2 * (window)", "90 days")
        + "\n# file client.policy\npolicy client extends base language 1\nsetting window = 50 days\n";
    let mut all = files(&text);
    let one = PolicySet::load(all.clone(), &Limits::default()).unwrap();
    all.reverse();
    let two = PolicySet::load(all, &Limits::default()).unwrap();
    for (a, b) in one.timelines().zip(two.timelines()) {
        assert_eq!((a.name(), a.digest()), (b.name(), b.digest()));
    }
}

fn folder(path: &Path, found: &mut Vec<Source>) {
    let mut entries: Vec<_> = fs::read_dir(path).unwrap().map(|it| it.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            folder(&path, found);
        } else if path.extension().is_some_and(|it| it == "policy") {
            found.push(Source::new(&path.to_string_lossy(), &fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn the_example_of_an_outsourcer() {
    let mut sources = Vec::new();
    folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/outsourcer"), &mut sources);
    let set = PolicySet::load(sources, &Limits::default()).unwrap_or_else(|it| panic!("{it}"));
    assert!(set.warnings().is_empty(), "{:?}", set.warnings());
    assert_eq!(set.clients_of("house.refunds"), ["lumen.refunds", "nordhaus.refunds", "petra.refunds"]);
    let mut tests = 0;
    for timeline in set.timelines() {
        for report in suite::run_versions(timeline) {
            assert_eq!(report.failed(), 0, "{}", report.words());
            tests += report.passed();
        }
    }
    assert_eq!(tests, 13);
}

/// Two hundred clients on one base.
#[test]
fn many_clients_on_one_base() {
    let mut text = BASE.replace("2 * (window)", "90 days");
    for client in 0..200 {
        let days = 7 + client % 50;
        text.push_str(&format!(
            "\n# file c{client}.policy\npolicy client.c{client} extends base language 1\nsetting window = {days} days\n\
             decision refund {{ rule own overrides early {{ when total > USD {client} then deny }} }}\n"
        ));
    }
    let set = set(&text);
    assert_eq!(set.clients_of("base").len(), 200);
    assert_eq!(outcome(&set, "client.c4", &facts("2026-03-05", 5, false)), "deny by own");
    assert_eq!(outcome(&set, "client.c9", &facts("2026-03-05", 5, false)), "approve by early");
}
