//! What an answer costs at each step of an interview: first nothing is known, then one fact after another, each
//! the first that is still open.
//!
//! `cargo bench --bench interview`. The first answer to facts of which some are unknown draws the charts of what
//! it leaves open; that is measured apart.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use evenhand::{Facts, Policy};
use serde_json::{Map, Value, json};
use std::hint::black_box;

mod support;

const REFUNDS: &str = include_str!("../examples/refunds.policy");
const SUBSCRIPTION: &str = include_str!("../examples/subscription.policy");

/// A policy and a case of it, of which an interview is told one fact after another.
fn interviews() -> Vec<(&'static str, String, Value)> {
    let refund = json!({
        "today": "2026-03-20",
        "order": {
            "category": "apparel", "condition": "opened", "total": "USD 120.00",
            "purchased_on": "2026-03-01", "delivered_on": "2026-03-04",
        },
        "customer": {"tier": "gold", "region": "EU", "refunds_last_90_days": 1},
        "payment": {"chargeback_open": false},
    });
    let outage = json!({
        "today": "2026-03-20", "plan": "family", "price": "EUR 30.00",
        "period": {"begins_on": "2026-03-01", "ends_on": "2026-03-31"},
        "started_on": "2025-01-01", "minimum_term": 12, "cancels": true,
        "outage": {"minutes_in_month": 44_640, "minutes_down": 700, "announced": false},
        "complaints_this_year": 2,
    });
    let client = serde_json::from_str(&support::facts(1_000, 7)).expect("JSON");
    vec![
        ("refunds", REFUNDS.to_owned(), refund),
        ("subscription", SUBSCRIPTION.to_owned(), outage),
        ("1,000 rules", support::policy(1_000), client),
    ]
}

/// Tells a fact as the case has it; one that the case does not have is not there.
fn tell(said: &mut Value, case: &Value, path: &str) {
    let mut told = case;
    let mut at = said;
    let mut parts = path.split('.').peekable();
    while let Some(part) = parts.next() {
        told = &told[part];
        let object = at.as_object_mut().expect("an object");
        let is_record = told.is_object() && parts.peek().is_some();
        let value = if is_record { json!({}) } else { told.clone() };
        if !is_record || !object.contains_key(part) {
            // A record that is there is told with nothing in it.
            let value = if value.is_object() { json!({}) } else { value };
            object.insert(part.to_owned(), value);
        }
        at = object.get_mut(part).expect("just told");
        if !at.is_object() {
            return;
        }
    }
}

/// What is known at each step, and the fact that is told next.
fn steps(policy: &Policy, case: &Value) -> Vec<(Facts, String)> {
    let mut said = Value::Object(Map::new());
    let mut steps = Vec::new();
    loop {
        let facts = policy.facts_from_json(&said.to_string()).expect("the facts are right");
        let answer = policy.decide(&facts).expect("an answer");
        let next = answer.open().first().cloned();
        steps.push((facts, next.clone().unwrap_or_else(|| "settled".to_owned())));
        match next {
            Some(next) => tell(&mut said, case, &next),
            None => return steps,
        }
    }
}

fn interview(criterion: &mut Criterion) {
    for (name, text, case) in interviews() {
        let policy = Policy::compile(&text).expect("the policy is right");
        let mut group = criterion.benchmark_group(format!("interview, {name}"));
        group.sample_size(10);
        for (told, (facts, next)) in steps(&policy, &case).into_iter().enumerate() {
            let id = BenchmarkId::new(format!("{told} told"), format!("asks {next}"));
            group.bench_function(id, |bencher| bencher.iter(|| black_box(policy.decide(black_box(&facts)))));
        }
        group.bench_function("first answer, charts drawn", |bencher| {
            bencher.iter_batched(
                || Policy::compile(&text).expect("the policy is right"),
                |policy| {
                    let facts = policy.facts_from_json("{}").expect("no facts are right");
                    black_box(policy.decide(&facts).expect("an answer").is_settled())
                },
                criterion::BatchSize::PerIteration,
            );
        });
        group.finish();
    }
}

criterion_group!(benches, interview);
criterion_main!(benches);
