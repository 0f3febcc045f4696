//! What a comparison of two policies costs. `cargo bench --bench diff`.
//!
//! Five of the rules are changed. *Whole* is from two compiled policies to the difference with its witnesses;
//! *comparison* is the same once both have been looked at, which `check` does as well.

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use evenhand::{Limits, Policy, Source};
use std::hint::black_box;

#[allow(dead_code, reason = "facts are for other measurements")]
mod support;

fn compile(text: &str) -> Policy {
    Policy::compile_source(&Source::new("bench.policy", text), &Limits::default())
        .expect("the policy is right")
}

/// The policy with other days in five of its rules.
fn changed(text: &str, rules: usize) -> String {
    let mut text = text.to_owned();
    for index in 0..5 {
        let rule = (rules / 5 * index) / 3 * 3;
        let days = 10 + rule * 7 % 80;
        let start = text.find(&format!("rule r{rule} ")).expect("there is such a rule");
        let (before, after) = text.split_at(start);
        let after =
            after.replacen(&format!("owned <= {days} days"), &format!("owned <= {} days", days + 1), 1);
        text = before.to_owned() + &after;
    }
    text
}

fn diff(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("diff");
    group.sample_size(10);
    for rules in [10, 100, 1_000, 10_000] {
        let text = support::policy(rules);
        let (old, new) = (compile(&text), compile(&changed(&text, rules)));
        let found = old.diff(&new);
        assert!(!found.decisions[0].values.regions.is_empty() && found.decisions[0].values.open.is_empty());
        group.bench_function(BenchmarkId::new("whole", rules), |bencher| {
            bencher.iter(|| black_box(old.diff(black_box(&new))));
        });
        group.bench_function(BenchmarkId::new("comparison", rules), |bencher| {
            bencher.iter_batched(
                || old.compare(&new),
                |it| black_box(it.difference()),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, diff);
criterion_main!(benches);
