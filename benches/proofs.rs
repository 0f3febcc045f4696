//! What proofs cost as policies grow.
//!
//! `cargo bench --bench proofs`. *Partitioned* policies have ten rules for each of many clients, as an outsourced
//! helpdesk has them; the rules of *unpartitioned* ones are spread at random over seven facts, some of them with
//! a relation of two. The policy of 100,000 rules is proved only where `EVENHAND_LARGE` is set.

#![allow(clippy::panic, reason = "a bench that cannot go on fails")]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use evenhand::{Limits, Policy, Source};
use std::hint::black_box;

#[allow(dead_code, reason = "the module serves other benches too")]
mod support;

use support::proofs::{partitioned, unpartitioned};

fn compile(text: &str) -> Policy {
    // Larger than what a policy may be where nobody asks for more.
    let mut limits = Limits::default();
    (limits.source_bytes, limits.rules, limits.steps) = (1 << 28, 1 << 20, 1 << 26);
    Policy::compile_source(&Source::new("bench.policy", text), &limits)
        .unwrap_or_else(|rejected| panic!("{rejected}"))
}

fn prove(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("prove");
    group.sample_size(10);
    let large = std::env::var_os("EVENHAND_LARGE").is_some();
    let sizes: &[usize] = if large { &[100, 1_000, 10_000, 100_000] } else { &[100, 1_000, 10_000] };
    for rules in sizes {
        let policy = compile(&partitioned(*rules));
        group.bench_function(BenchmarkId::new("partitioned", rules), |bencher| {
            bencher.iter(|| black_box(black_box(&policy).prove()));
        });
    }
    for rules in [100, 300, 1_000] {
        for (name, relations) in [("unpartitioned", false), ("unpartitioned, with relations", true)] {
            let policy = compile(&unpartitioned(rules, relations));
            group.bench_function(BenchmarkId::new(name, rules), |bencher| {
                bencher.iter(|| black_box(black_box(&policy).prove()));
            });
        }
    }
    group.finish();
}

fn compare(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("diff");
    group.sample_size(10);
    for rules in [100, 1_000, 10_000] {
        let text = partitioned(rules);
        let (old, new) = (compile(&text), compile(&with_changes(&text, 5)));
        group.bench_function(BenchmarkId::new("5 changed rules", rules), |bencher| {
            bencher.iter(|| black_box(black_box(&old).diff(black_box(&new))));
        });
    }
    group.finish();
}

/// The policy with the bound of so many rules a day later, spread over it.
fn with_changes(text: &str, changes: usize) -> String {
    let total = text.matches("days <= 30").count().max(1);
    let every = (total / changes).max(1);
    let mut seen = 0;
    let lines = text.lines().map(|line| {
        if !line.contains("days <= 30") {
            return line.to_owned();
        }
        seen += 1;
        match seen % every == 0 && seen / every <= changes {
            true => line.replace("days <= 30", "days <= 31"),
            false => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

criterion_group!(proofs, prove, compare);
criterion_main!(proofs);
