//! What each stage costs: reading, checking and compiling a policy, and deciding with it.
//!
//! `cargo bench --bench stages`. The examples are small real policies; the generated ones grow from 100 to
//! 10,000 rules and show that reading and checking are linear in the size of the text.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use evenhand::{Limits, Policy, Source, diag::Diagnostics, syntax};
use std::hint::black_box;

mod support;

const EXAMPLES: [(&str, &str); 3] = [
    ("refunds", include_str!("../examples/refunds.policy")),
    ("subscription", include_str!("../examples/subscription.policy")),
    ("escalation", include_str!("../examples/escalation.policy")),
];

fn parse(text: &str) {
    let mut diagnostics = Diagnostics::default();
    black_box(syntax::parse(black_box(text), &Limits::default(), &mut diagnostics));
}

fn compile(text: &str) -> Policy {
    let source = Source::new("bench.policy", text);
    Policy::compile_source(black_box(&source), &Limits::default()).expect("the policy is right")
}

fn texts(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("text");
    group.sample_size(10);
    let generated = [100, 1_000, 10_000].map(|rules| (format!("{rules} rules"), support::policy(rules)));
    let examples = EXAMPLES.map(|(name, text)| (name.to_owned(), text.to_owned()));
    for (name, text) in examples.into_iter().chain(generated) {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("parse", &name), &text, |bencher, text| {
            bencher.iter(|| parse(text));
        });
        group.bench_with_input(
            BenchmarkId::new("parse, check and compile", &name),
            &text,
            |bencher, text| {
                bencher.iter(|| compile(text));
            },
        );
    }
    group.finish();
}

fn decisions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decide");
    for rules in [10, 100, 1_000] {
        let policy = compile(&support::policy(rules));
        let texts: Vec<String> = (0..64).map(|index| support::facts(rules, index)).collect();
        let read = |text: &String| policy.facts_from_json(text).expect("the facts are right");
        let facts: Vec<_> = texts.iter().map(read).collect();
        let mut next = 0;
        group.bench_function(BenchmarkId::new("from facts", rules), |bencher| {
            bencher.iter(|| {
                next = (next + 1) % facts.len();
                black_box(policy.decide(black_box(&facts[next])).expect("decided"))
            });
        });
        group.bench_function(BenchmarkId::new("from JSON to canonical JSON", rules), |bencher| {
            bencher.iter(|| {
                next = (next + 1) % texts.len();
                let facts = read(black_box(&texts[next]));
                black_box(policy.decide(&facts).expect("decided").body())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, texts, decisions);
criterion_main!(benches);
