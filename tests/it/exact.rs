//! Exact answers from partial facts, one small policy for each way in which a cautious look would fall short.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use evenhand::Policy;
use serde_json::{Value, json};

/// The policy of these facts and decisions.
fn policy(text: &str) -> Policy {
    Policy::compile(&format!("policy p language 1\n{text}")).unwrap()
}

/// The entry of the first decision, for some facts.
fn entry(policy: &Policy, facts: Value) -> Value {
    let facts = policy.facts_from_json(&facts.to_string()).unwrap();
    let body: Value = serde_json::from_str(&policy.decide(&facts).unwrap().body()).unwrap();
    let entry = body["decisions"].as_object().unwrap().values().next().unwrap().clone();
    assert_eq!(entry["exactness"], "exact");
    entry
}

fn decided(entry: &Value) -> &str {
    assert_eq!(entry["status"], "decided", "{entry}");
    entry["outcome"].as_str().unwrap()
}

const TWO: &str = "decision d { outcome yes outcome no";

/// What plain three-valued logic gives up in one of six cases.
#[test]
fn a_rule_and_its_opposite_decide_together() {
    let policy = policy(&format!(
        "facts {{ x: boolean }} {TWO} rule a {{ when x then yes }} rule b {{ when not x then yes }} }}"
    ));
    let entry = entry(&policy, json!({}));
    assert_eq!(decided(&entry), "yes");
    assert_eq!(entry["open_rules"], json!(["p/d/a", "p/d/b"]));
    assert_eq!(entry["reasons"], json!([]));
}

#[test]
fn an_assumption_counts_and_its_first_fact_is_asked() {
    let policy = policy(&format!(
        "facts {{ a: boolean b: boolean }} assume \"the two are one\": a is b \
         {TWO} rule r {{ when b then yes }} otherwise no }}"
    ));
    let open = entry(&policy, json!({}));
    assert_eq!((&open["status"], &open["needs"]), (&json!("undecided"), &json!(["a"])));
    assert_eq!(decided(&entry(&policy, json!({"a": true}))), "yes");
    assert_eq!(decided(&entry(&policy, json!({"b": false}))), "no");
}

#[test]
fn dates_that_hang_together_are_looked_at_together() {
    let policy = policy(&format!(
        "facts {{ bought: date sent: date today: date }} \
         assume \"sent after it is bought\": sent is no earlier than bought \
         assume \"not in the future\": today is no earlier than sent \
         {TWO} rule late {{ when today - bought > 30 days then no }} \
         rule fresh {{ when today - bought <= 30 days then yes }} }}"
    ));
    // It was sent more than 30 days ago: bought it was before that.
    let known = json!({"sent": "2026-01-01", "today": "2026-03-01"});
    assert_eq!(decided(&entry(&policy, known)), "no");
    let open = entry(&policy, json!({"today": "2026-03-01"}));
    assert_eq!((&open["possible"], &open["needs"]), (&json!(["yes", "no"]), &json!(["bought"])));
}

#[test]
fn an_amount_is_known_where_arithmetic_fixes_it() {
    let policy = policy(
        "facts { a: integer between 0 and 9 b: integer between 0 and 9 } \
         assume \"together five\": a + b is 5 \
         decision d { outcome give(n: integer between 0 and 100, m: integer between 0 and 100) \
         always give(n: 2 * (a + b), m: a) }",
    );
    let open = entry(&policy, json!({}));
    assert_eq!(open["parameters"], json!({"n": 10}), "{open}");
    assert_eq!(open["needs"], json!(["a"]));
    let told = entry(&policy, json!({"b": 3}));
    assert_eq!((decided(&told), &told["parameters"]), ("give", &json!({"n": 10, "m": 2})));
}

#[test]
fn a_disclosure_settles_before_its_facts_do() {
    let policy = policy(&format!(
        "facts {{ x: boolean y: boolean z: boolean }} \
         {TWO} rule a {{ when x then yes }} otherwise no \
         disclosure always_one {{ when y or not y say \"One.\" }} \
         disclosure never {{ when y and not y say \"Never.\" }} \
         disclosure on_z {{ when (y and z) or (not y and z) say \"Z.\" }} }}"
    ));
    let entry = entry(&policy, json!({"x": true}));
    let statuses: Vec<&Value> =
        entry["disclosures"].as_array().unwrap().iter().map(|it| &it["status"]).collect();
    assert_eq!(statuses, [&json!("required"), &json!("not_required"), &json!("open")]);
    assert_eq!(entry["disclosures"][2]["needs"], json!(["z"]));
}

#[test]
fn an_error_in_every_case_is_one_and_in_some_is_possible() {
    let policy = policy(&format!(
        "facts {{ x: boolean y: boolean }} {TWO} rule a {{ when x or y then yes }} \
         rule b {{ when x then no }} rule c {{ when not x then no }} }}"
    ));
    let error = entry(&policy, json!({"y": true}));
    assert_eq!(error["error"]["kind"], "conflict", "{error}");
    let open = entry(&policy, json!({}));
    assert_eq!((&open["possible"], &open["needs"]), (&json!(["no"]), &json!(["x", "y"])));
    assert_eq!(open.get("outcome"), None);
}

#[test]
fn facts_that_no_case_extends_are_refused() {
    let policy = policy(&format!(
        "facts {{ a: integer between 0 and 9 b: integer between 0 and 9 c: integer between 0 and 9 }} \
         assume \"a is below b\": a < b assume \"b is below c\": b < c \
         {TWO} rule r {{ when b > 4 then yes }} otherwise no }}"
    ));
    let error = policy.facts_from_json(r#"{"a": 5, "c": 6}"#).unwrap_err();
    assert_eq!(error.problems()[0].name(), "no-such-case");
    assert_eq!(
        error.to_string(),
        "no case has these facts and satisfies the assumptions `a is below b`, `b is below c`: `a` is 5, `c` is 6"
    );
    assert_eq!(decided(&entry(&policy, json!({"a": 5, "c": 7}))), "yes");
}
