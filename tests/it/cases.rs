//! Published policies with published decisions: each vector of a case must come out exactly.
//!
//! A case is a folder of `tests/cases/` with a policy, written from the `POLICY.md` beside it, and the
//! decisions that it must give, one a line. What is compared is the outcome, its parameters, the set of
//! disclosures that are required and, where facts are missing, exactly which of them are needed. The slow
//! reference evaluator must say the same of every vector that decides.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]
#![allow(clippy::disallowed_methods, reason = "a test reads files")]

use evenhand::tools::suite;
use evenhand::{Limits, Policy, Source};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::PathBuf;

use crate::reference;

type Object = Map<String, Value>;

/// A policy with its decisions.
struct Case {
    folder: &'static str,
    file: &'static str,
    /// Turns the facts of a vector into those of the policy, and names the decision that they ask for.
    asks: fn(&mut Object) -> String,
    /// Facts that a vector leaves out because no rule reads them: for the reference, which wants them all.
    filler: fn() -> Value,
}

const BEST_BUY: Case = Case {
    folder: "bestbuy-returns",
    file: "returns.policy",
    asks: |_| "product_return".to_owned(),
    filler: || json!({"tier": "standard", "opened": false, "return_state": "TX"}),
};

const AIRLINE: Case =
    Case { folder: "tau-airline", file: "airline.policy", asks: airline, filler: airline_filler };

const INCIDENTS: Case = Case {
    folder: "bu-incident-priority",
    file: "incidents.policy",
    asks: |_| "triage".to_owned(),
    filler: || json!({"critical_service": false, "workaround": false}),
};

/// The kind of request is the decision.
fn airline(facts: &mut Object) -> String {
    facts.remove("request").unwrap().as_str().unwrap().to_owned()
}

fn airline_filler() -> Value {
    json!({
        "membership": "gold", "cabin": "economy", "passengers": 2, "total_bags": 0,
        "created_at": "2024-05-15T14:00:00", "now": "2024-05-15T15:00:00",
        "any_flown": true, "airline_cancelled": true, "insurance": true, "reason": "health",
        "asked_for_compensation": true, "facts_confirmed": false, "complaint": "delayed_flight",
        "wants_change_or_cancel": true, "change_or_cancel_done": false,
    })
}

impl Case {
    fn path(&self, file: &str) -> PathBuf {
        [env!("CARGO_MANIFEST_DIR"), "tests/cases", self.folder, file].iter().collect()
    }

    fn source(&self) -> Source {
        Source::new(self.file, &fs::read_to_string(self.path(self.file)).unwrap())
    }

    fn policy(&self) -> Policy {
        let policy =
            Policy::compile_source(&self.source(), &Limits::default()).unwrap_or_else(|it| panic!("{it}"));
        assert!(policy.warnings().is_empty(), "{}: {:?}", self.folder, policy.warnings());
        policy
    }

    /// Every vector of `file` must come out. Returns how many there are.
    #[track_caller]
    fn holds(&self, file: &str, reference_every: usize) -> usize {
        let policy = self.policy();
        let text = fs::read_to_string(self.path(file)).unwrap();
        let mut wrong = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let vector: Value = serde_json::from_str(line).unwrap();
            let mut facts = vector["facts"].as_object().unwrap().clone();
            let decision = (self.asks)(&mut facts);
            let expected = expected(&vector["expect"]);
            let found = answered(&policy, &decision, &facts);
            if found != expected {
                wrong.push(format!("{}\n  expected {expected}\n  found    {found}", vector["id"]));
            }
            if expected.get("outcome").is_some() && number % reference_every == 0 {
                let mut all = (self.filler)().as_object().unwrap().clone();
                all.extend(facts);
                let decisions = reference::decide_file(self.source().text(), &Value::Object(all));
                let found = summary(&decisions[&decision]);
                if found != expected {
                    wrong.push(format!(
                        "{}, reference\n  expected {expected}\n  found    {found}",
                        vector["id"]
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{}/{file}: {} differ\n{}", self.folder, wrong.len(), wrong.join("\n"));
        text.lines().count()
    }

    #[track_caller]
    fn passes_its_own_tests(&self) {
        let report = suite::run(&self.policy(), &self.source());
        assert!(report.failed() == 0 && report.passed() > 10, "{}", report.words());
    }
}

/// What a vector expects, in the form of [`summary`].
fn expected(expect: &Value) -> Value {
    if let Some(needs) = expect.get("needs") {
        return json!({"needs": needs});
    }
    json!({"outcome": expect["outcome"], "parameters": expect["params"], "disclosures": expect["disclosures"]})
}

/// What the policy says of a vector. A decided answer must also be settled.
fn answered(policy: &Policy, decision: &str, facts: &Object) -> Value {
    let facts = policy.facts_from(facts).unwrap_or_else(|error| panic!("{error}"));
    let answer = policy.decide_only(&[decision], &facts).unwrap();
    let body: Value = serde_json::from_str(&answer.body()).unwrap();
    let found = &body["decisions"][decision];
    if found["status"] == "decided" {
        assert_eq!(body["settled"], true, "{body}");
    }
    summary(found)
}

/// A decision of a body, as far as vectors speak of it.
fn summary(decision: &Value) -> Value {
    match decision["status"].as_str() {
        Some("decided") => {
            let parameters = decision["parameters"].as_object().unwrap().iter();
            // A parameter has one type, so the day for which a request is scheduled is one of its own.
            let name = |it: &String| if it == "resolve_on" { "resolve_by".to_owned() } else { it.clone() };
            let given: Object =
                parameters.filter(|it| !it.1.is_null()).map(|it| (name(it.0), it.1.clone())).collect();
            let required =
                decision["disclosures"].as_array().unwrap().iter().filter(|it| it["status"] == "required");
            let mut names: Vec<&str> = required.map(|it| short(it["name"].as_str().unwrap())).collect();
            names.sort_unstable();
            json!({"outcome": decision["outcome"], "parameters": given, "disclosures": names})
        }
        Some("undecided") => json!({"needs": decision["needs"]}),
        _ => decision.clone(),
    }
}

/// The name without the policy and the decision.
fn short(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

#[test]
fn bestbuy_returns() {
    assert_eq!(BEST_BUY.holds("vectors.jsonl", 1), 48);
}

#[test]
fn bu_incident_priority() {
    assert_eq!(INCIDENTS.holds("vectors.jsonl", 1), 46);
}

#[test]
fn tau_airline() {
    assert_eq!(AIRLINE.holds("vectors.jsonl", 1), 40);
}

/// Every fortieth line is also held against the reference, which is slow.
#[test]
fn tau_airline_in_a_batch() {
    assert_eq!(AIRLINE.holds("batch.jsonl", 40), 4_000);
}

#[test]
fn policies_pass_their_own_tests() {
    BEST_BUY.passes_its_own_tests();
    AIRLINE.passes_its_own_tests();
    INCIDENTS.passes_its_own_tests();
}
