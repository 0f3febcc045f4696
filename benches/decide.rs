//! Deciding on a compiled policy, beside hand-written Rust: facts as each has them, JSON text, growth with the number
//! of rules, and loading.
//!
//! `cargo bench --bench decide`. Policy A and policy B are those of `BENCHMARKS.md`.

// Benches stop where something is not as it should be, and their own inputs have no holes.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use evenhand::{Case, Compiled, Limits, Policy, Source};

#[path = "support/mod.rs"]
#[allow(dead_code, reason = "each bench takes what it needs")]
mod support;

use support::{clients, refunds14};

/// Cases that are decided one after the other, so that no branch is learnt by heart.
const CASES: usize = 1_000;

fn compiled(text: &str) -> (Policy, Compiled) {
    let mut limits = Limits::default();
    limits.source_bytes = 1 << 28;
    let policy = Policy::compile_source(&Source::new("bench", text), &limits).unwrap();
    let compiled = policy.compiled();
    (policy, compiled)
}

fn json<T: serde::Serialize>(cases: &[T]) -> Vec<String> {
    cases.iter().map(|it| serde_json::to_string(it).unwrap()).collect()
}

fn bound(compiled: &Compiled, json: &[String]) -> Vec<Case> {
    let case = |text: &String| {
        let mut case = compiled.case();
        case.read_json(text).unwrap();
        case
    };
    json.iter().map(case).collect()
}

fn policy_a(criterion: &mut Criterion) {
    let (policy, compiled) = self::compiled(refunds14::POLICY);
    let decision = compiled.decision("refund").unwrap();
    let cases = refunds14::cases(CASES, 7);
    let texts = json(&cases);
    let mut group = criterion.benchmark_group("A");
    group.throughput(Throughput::Elements(CASES as u64));
    group.bench_function("typed/hand-written", |it| {
        it.iter(|| cases.iter().for_each(|case| drop(black_box(refunds14::decide(black_box(case))))));
    });
    let mut rooms = bound(&compiled, &texts);
    group.bench_function("typed/compiled", |it| {
        it.iter(|| rooms.iter_mut().for_each(|case| drop(black_box(case.decide(decision)))));
    });
    let mut room = compiled.case();
    group.bench_function("struct/compiled", |it| {
        it.iter(|| {
            for case in &cases {
                room.read(black_box(case)).unwrap();
                black_box(room.decide(decision));
            }
        });
    });
    group.bench_function("json/hand-written", |it| {
        it.iter(|| texts.iter().for_each(|text| drop(black_box(refunds14::decide_json(text).unwrap()))));
    });
    group.bench_function("json/compiled", |it| {
        it.iter(|| {
            for text in &texts {
                room.read_json(black_box(text)).unwrap();
                black_box(room.decide(decision));
            }
        });
    });
    let facts: Vec<_> = texts.iter().map(|it| policy.facts_from_json(it).unwrap()).collect();
    group.bench_function("typed/with reasons", |it| {
        it.iter(|| facts.iter().for_each(|it| drop(black_box(policy.decide(it).unwrap()))));
    });
    group.finish();
}

fn policy_b(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("B");
    group.throughput(Throughput::Elements(CASES as u64));
    for rules in [10, 100, 1_000, 10_000] {
        let (_, compiled) = self::compiled(&clients::policy(rules));
        let decision = compiled.decision("refund").unwrap();
        let by_client = clients::ByClient::new(rules);
        let cases = clients::cases(rules, CASES, 3);
        group.bench_function(BenchmarkId::new("typed/hand-written", rules), |it| {
            it.iter(|| cases.iter().for_each(|case| drop(black_box(by_client.decide(black_box(case))))));
        });
        let mut rooms = bound(&compiled, &json(&cases));
        group.bench_function(BenchmarkId::new("typed/compiled", rules), |it| {
            it.iter(|| rooms.iter_mut().for_each(|case| drop(black_box(case.decide(decision)))));
        });
    }
    group.finish();
}

fn loading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("load");
    group.sample_size(10);
    for rules in [10, 1_000, 10_000] {
        let text = clients::policy(rules);
        let (policy, whole) = compiled(&text);
        let bytes = whole.to_bytes();
        group.bench_function(BenchmarkId::new("text to policy", rules), |it| it.iter(|| compiled(&text).0));
        group.bench_function(BenchmarkId::new("policy to compiled", rules), |it| {
            it.iter(|| policy.compiled_within(4_096, 64));
        });
        group.bench_function(BenchmarkId::new("bytes to compiled", rules), |it| {
            it.iter(|| Compiled::from_bytes(black_box(&bytes)).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, policy_a, policy_b, loading);
criterion_main!(benches);
