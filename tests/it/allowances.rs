//! What an author allows: for whom an `allow` speaks, and that it changes nothing but what is reported.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use evenhand::diag::Diagnostic;
use evenhand::policy::{Examined, PolicySet, silenced};
use evenhand::tools::catalogue;
use evenhand::{Limits, Policy, Source};

use crate::diagnostics::{files, findings};

/// What becomes of each policy in files parted by `# file NAME`, by name.
fn examined(text: &str) -> Vec<Examined> {
    let mut all = PolicySet::examine(files(text), &Limits::default()).unwrap();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

fn names(found: &[Diagnostic]) -> Vec<&str> {
    found.iter().map(|it| it.code.name).collect()
}

/// A policy whose rule has a one-sided comparison; `allowed` stands in the rule, `above` in the header.
fn recent(above: &str, allowed: &str) -> String {
    format!(
        "policy demo language 1 {above}\nfacts {{ today: date  bought: date }}\ndecision refund {{\n  outcome approve\n  outcome deny\n  rule recent {{ when today - bought <= 30 days then approve {allowed} }}\n  otherwise deny\n}}\n"
    )
}

const ALLOWED: &str = "allow one-sided-days \"not sold ahead\"";

#[test]
fn only_what_it_names_in_its_item() {
    assert_eq!(names(&findings(&recent("", ""))), ["one-sided-days"]);
    assert_eq!(names(&findings(&recent("", ALLOWED))), Vec::<&str>::new());
    assert_eq!(names(&findings(&recent(ALLOWED, ""))), Vec::<&str>::new());
    let other = "allow unused-definition \"none\"";
    assert_eq!(names(&findings(&recent("", other))), ["one-sided-days", "unused-allowance"]);
    // In the item beside it.
    let beside = recent("", "") + "assume \"so\": bought is no earlier than 2000-01-01 " + ALLOWED + "\n";
    assert_eq!(names(&findings(&beside)), ["one-sided-days", "unused-allowance"]);
}

#[test]
fn no_digest_moves() {
    let plain = Policy::compile(&recent("", "")).unwrap();
    for text in [recent("", ALLOWED), recent(ALLOWED, "")] {
        let policy = Policy::compile(&text).unwrap();
        assert_eq!((policy.digest(), policy.logic_digest()), (plain.digest(), plain.logic_digest()));
    }
}

/// With an allowance in the header for every warning, what was found is allowed and nothing else changes.
#[test]
fn what_is_allowed_is_what_was_found() {
    for seed in 0..60 {
        let text = crate::generate::policy(seed).text();
        let Ok(plain) = Policy::compile(&text) else { continue };
        let warnings = catalogue::codes().filter(|it| it.severity == evenhand::Severity::Warning);
        let allows: String = warnings
            .filter(|it| it.name != "unused-allowance")
            .map(|it| format!(" allow {} \"reason\"", it.name))
            .collect();
        let text = text.replacen("language 1", &format!("language 1{allows}"), 1);
        let all = PolicySet::examine([Source::new("policy", &text)], &Limits::default()).unwrap();
        let [it] = all.as_slice() else { panic!("one policy") };
        let policy = &it.timeline.as_ref().unwrap().versions()[0];
        assert_eq!(policy.digest(), plain.digest(), "{text}");
        assert!(it.findings.iter().all(|it| it.code.name == "unused-allowance"), "{text}");
        let mut allowed: Vec<&str> = it.allowed.iter().map(|it| it.finding.message.as_str()).collect();
        let mut found: Vec<&str> = plain.warnings().iter().map(|it| it.message.as_str()).collect();
        found.retain(|it| !it.contains("that this could silence"));
        // What the text allows already is found by nobody without it.
        allowed.retain(|it| found.contains(it));
        allowed.sort_unstable();
        found.sort_unstable();
        assert_eq!(allowed, found, "{text}");
    }
}

const VERSIONS: &str = r#"
# file first.policy
policy demo language 1
  in force through 2026-06-30
  version chosen by today
facts { today: date  bought: date }
define old = today - bought > 30 days
decision refund {
  outcome approve
  outcome deny
  rule recent { when today - bought <= 30 days then approve ALLOW }
  otherwise deny
}
# file second.policy
policy demo language 1
  in force from 2026-07-01
  version chosen by today
facts { today: date  bought: date }
decision refund {
  outcome approve
  outcome deny
  rule recent { when today - bought <= 60 days then approve }
  otherwise deny
}
"#;

/// An allowance speaks for its own text, in whichever version that stands.
#[test]
fn versions() {
    let text = VERSIONS.replace("ALLOW", ALLOWED);
    let [it] = &examined(text.trim_start())[..] else { panic!("one policy") };
    assert_eq!(names(&it.findings), ["unused-definition", "one-sided-days"]);
    assert_eq!(it.source.name_at(it.findings[1].span.start), "second.policy");
    assert_eq!(it.allowed.len(), 1);
    assert_eq!(it.allowed[0].reason, "not sold ahead");
}

const CLIENT: &str = r#"
# file base.policy
policy base language 1
facts { today: date  bought: date  vip: boolean }
define recent = today - bought <= 30 days  allow unused-definition "clients read it"
decision refund {
  allow one-sided-days "not sold ahead"
  outcome approve
  outcome deny
  rule kept     { when today - bought <= 10 days then approve }
  rule replaced { when today - bought <= 20 days then approve }
  otherwise deny
}
# file client.policy
policy client extends base language 1
decision refund {
  replaces rule replaced { when today - bought <= 40 days then approve }
}
"#;

/// A base's allowance speaks for the base's text, not for what its client writes.
#[test]
fn overlays() {
    let all = examined(CLIENT.trim_start());
    let [base, client] = &all[..] else { panic!("two policies") };
    assert_eq!((names(&base.findings), base.allowed.len()), (Vec::new(), 3));
    assert_eq!((names(&client.findings), client.allowed.len()), (vec!["one-sided-days"], 0));
    let mended = CLIENT.replace("40 days then approve", &format!("40 days then approve {ALLOWED}"));
    let all = examined(mended.trim_start());
    assert_eq!((names(&all[1].findings), all[1].allowed.len()), (Vec::new(), 1));
}

const ROWS: &str = r#"
# file a.policy
policy demo language 1
facts { zone: one of (EU, UK) }
decision fee {
  ALLOW
  outcome low
  outcome high
  table first by zone from "fees.csv"
  otherwise high
}
# file fees.csv
zone,then
EU,low
EU,low
UK,high
"#;

/// The rows of a file belong to the table that names it.
#[test]
fn rows_of_a_file() {
    let with = |allow: &str| names(&findings(ROWS.replace("ALLOW", allow).trim_start())).join(" ");
    // The rows cover every zone, so `otherwise` is never met.
    assert_eq!(with(""), "row-never-reached idle-otherwise");
    assert_eq!(with("allow row-never-reached \"the file is generated\""), "idle-otherwise");
}

/// A dated table that replaces another has its rows in a file too.
#[test]
fn a_replaced_table_is_filled() {
    let text = r#"
# file base.policy
policy base language 1
facts { today: date }
define rate by date {
  | starting   | fee   |
  | 2026-01-01 | USD 5 |
}
decision charge {
  outcome take(amount: money USD)
  outcome leave
  rule dated { when rate has a row on today then take(amount: rate.fee on today) }
  otherwise leave
}
# file client.policy
policy client extends base language 1
replaces define rate by date from "rates.csv"
# file rates.csv
starting,fee
2026-01-01,USD 7
"#;
    let set =
        PolicySet::load(files(text.trim_start()), &Limits::default()).unwrap_or_else(|it| panic!("{it}"));
    let answer = set.decide_json("client", r#"{"today": "2026-02-01"}"#).unwrap();
    assert!(answer.body().contains(r#"{"amount":{"amount":"7.00","currency":"USD"}}"#), "{}", answer.body());
}

/// What proofs find is silenced when they have run: here a finding of theirs is made up.
#[test]
fn proofs_are_silenced_when_they_have_run() {
    let text = recent("", ALLOWED);
    let source = Source::new("policy", &text);
    let at = |words: &str| {
        let start = text.find(words).unwrap();
        source.own().span(start, start + words.len())
    };
    let code = catalogue::find("one-sided-days").unwrap();
    let inside = Diagnostic::new(code, at("30 days"), "inside");
    let outside = Diagnostic::new(code, at("otherwise deny"), "outside");
    let policy = Policy::compile(&text).unwrap();
    let parted = silenced(std::slice::from_ref(&policy), vec![inside.clone(), outside.clone()]);
    assert_eq!(parted.kept, std::slice::from_ref(&outside));
    assert_eq!(parted.allowed.len(), 1);
    assert_eq!((&parted.allowed[0].finding, parted.allowed[0].reason.as_str()), (&inside, "not sold ahead"));
    // The compiler has judged this one already.
    assert!(parted.unused.is_empty());
}

const DEAD: &str = r#"
policy demo language 1
facts { days: integer between 0 and 100  vip: boolean }
decision refund {
  outcome approve
  outcome deny
  rule in_time { when days <= 30 then approve }
  rule never   { when days > 100 then approve IN_RULE }
  otherwise deny
}
property "members are refunded": vip implies refund is approve or days > 30  IN_PROPERTY
"#;

#[test]
fn what_proofs_find_is_allowed_too() {
    let proved = |in_rule: &str, in_property: &str| {
        let text = DEAD.replace("IN_RULE", in_rule).replace("IN_PROPERTY", in_property);
        let mut all = examined(text.trim_start());
        all[0].prove();
        all.remove(0)
    };
    let plain = proved("", "");
    let name = plain.findings[0].code.name;
    assert!(plain.findings[0].code.id.starts_with('P'), "{name}");
    assert_eq!(plain.findings.len(), 1);
    let allow = format!("allow {name} \"kept for later\"");
    let allowed = proved(&allow, "");
    assert_eq!((names(&allowed.findings), allowed.allowed.len()), (Vec::new(), 1));
    let both = proved(&allow, &allow);
    assert_eq!((names(&both.findings), both.allowed.len()), (vec!["unused-allowance"], 1));
    // Before the proofs have run, nothing is said of what they may find.
    let text = DEAD.replace("IN_RULE", "").replace("IN_PROPERTY", &allow);
    assert_eq!(names(&examined(text.trim_start())[0].findings), Vec::<&str>::new());
}
