//! Deciding on a compiled policy, beside hand-written Rust: facts as each has them, JSON text, growth with the number
//! of rules, and loading.
//!
//! `cargo bench --bench decide`. Policy A and policy B are those of `BENCHMARKS.md`.

// Benches stop where something is not as it should be, and their own inputs have no holes.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs)]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use evenhand::compiled::Cases;
use evenhand::{Compiled, Limits, Policy, Source};

#[path = "support/mod.rs"]
#[allow(dead_code, reason = "each bench takes what it needs")]
mod support;

use support::{clients, refunds14};

/// Cases that are decided one after the other. A processor learns the ways of a thousand cases by heart, so typed facts are
/// tried with more of them too.
const CASES: usize = 1_000;
/// Too many to be learnt, few enough to stay near the processor.
const MANY: usize = 10_000;

fn policy(text: &str) -> Policy {
    let mut limits = Limits::default();
    limits.source_bytes = 1 << 28;
    Policy::compile_source(&Source::new("bench", text), &limits).unwrap()
}

fn compiled(text: &str) -> (Policy, Compiled) {
    let policy = policy(text);
    let compiled = policy.compiled();
    (policy, compiled)
}

fn json<T: serde::Serialize>(cases: &[T]) -> Vec<String> {
    cases.iter().map(|it| serde_json::to_string(it).unwrap()).collect()
}

fn bound<T: serde::Serialize>(compiled: &Compiled, facts: &[T]) -> Cases {
    let mut cases = compiled.cases();
    facts.iter().for_each(|it| cases.read(it).unwrap());
    cases
}

/// Facts as each has them, with and without reasons.
fn typed(criterion: &mut Criterion) {
    let policy = Policy::compile(refunds14::POLICY).unwrap();
    let (compiled, with_reasons) = (policy.compiled(), policy.compiled_with_reasons());
    let decision = compiled.decision("refund").unwrap();
    let mut group = criterion.benchmark_group("A typed");
    for count in [CASES, MANY] {
        let cases = refunds14::cases(count, 7);
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::new("hand-written", count), |it| {
            it.iter(|| {
                for case in &cases {
                    black_box(refunds14::decide(black_box(case)));
                }
            });
        });
        let mut rows = bound(&compiled, &cases);
        group.bench_function(BenchmarkId::new("compiled", count), |it| {
            it.iter(|| {
                for place in 0..count {
                    black_box(rows.decide(place, decision));
                }
            });
        });
        let mut rows = bound(&with_reasons, &cases);
        group.bench_function(BenchmarkId::new("compiled, rules that decide", count), |it| {
            it.iter(|| {
                for place in 0..count {
                    let explained = rows.explain(place, decision).unwrap();
                    for reason in explained.reasons {
                        black_box(reason.name());
                    }
                }
            });
        });
        let mut told = String::new();
        group.bench_function(BenchmarkId::new("compiled, reasons written", count), |it| {
            it.iter(|| {
                for place in 0..count {
                    told.clear();
                    let explained = rows.explain(place, decision).unwrap();
                    for because in explained.reasons.into_iter().flat_map(|it| it.because()) {
                        write!(told, "{because}").unwrap();
                    }
                    black_box(&told);
                }
            });
        });
        let facts: Vec<_> = json(&cases).iter().map(|it| policy.facts_from_json(it).unwrap()).collect();
        group.bench_function(BenchmarkId::new("whole answer", count), |it| {
            it.iter(|| facts.iter().for_each(|it| drop(black_box(policy.decide(it).unwrap()))));
        });
    }
    group.finish();
}

fn policy_a(criterion: &mut Criterion) {
    let (_, compiled) = self::compiled(refunds14::POLICY);
    let decision = compiled.decision("refund").unwrap();
    let cases = refunds14::cases(CASES, 7);
    let texts = json(&cases);
    let mut group = criterion.benchmark_group("A");
    group.throughput(Throughput::Elements(CASES as u64));
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
        it.iter(|| {
            for text in &texts {
                black_box(refunds14::decide_json(black_box(text)).unwrap());
            }
        });
    });
    group.bench_function("json/compiled", |it| {
        it.iter(|| {
            for text in &texts {
                room.read_json(black_box(text)).unwrap();
                black_box(room.decide(decision));
            }
        });
    });
    group.finish();
}

fn policy_b(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("B");
    group.throughput(Throughput::Elements(CASES as u64));
    for rules in [10, 100, 1_000, 10_000, 100_000] {
        let (_, compiled) = self::compiled(&clients::policy(rules));
        let decision = compiled.decision("refund").unwrap();
        let by_client = clients::ByClient::new(rules);
        let cases = clients::cases(rules, CASES, 3);
        group.bench_function(BenchmarkId::new("typed/hand-written", rules), |it| {
            it.iter(|| {
                for case in &cases {
                    black_box(by_client.decide(black_box(case)));
                }
            });
        });
        let mut rows = bound(&compiled, &cases);
        group.bench_function(BenchmarkId::new("typed/compiled", rules), |it| {
            it.iter(|| {
                for place in 0..CASES {
                    black_box(rows.decide(place, decision));
                }
            });
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
        group.bench_function(BenchmarkId::new("text to policy", rules), |it| {
            it.iter_with_large_drop(|| self::policy(&text));
        });
        group.bench_function(BenchmarkId::new("policy to compiled", rules), |it| {
            it.iter_with_large_drop(|| policy.compiled_within(4_096, 64, false));
        });
        group.bench_function(BenchmarkId::new("bytes to compiled", rules), |it| {
            it.iter_with_large_drop(|| Compiled::from_bytes(black_box(&bytes)).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, typed, policy_a, policy_b, loading);
criterion_main!(benches);
