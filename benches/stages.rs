//! What each stage costs: reading, checking and compiling a policy, and deciding with it.
//!
//! `cargo bench --bench stages`; with `EVENHAND_LARGE=1` also the loading of 100,000 rules. The examples are small
//! real policies; the generated ones grow from 10 rules on and show that every stage of loading is linear in the
//! size of the text. `load` is all of it: what its two stages leave is the compiling to a program and the digest.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use evenhand::{Limits, Policy, Source, check, diag::Diagnostics, syntax, syntax::ast};
use std::hint::black_box;

mod support;

const EXAMPLES: [(&str, &str); 3] = [
    ("refunds", include_str!("../examples/refunds.policy")),
    ("subscription", include_str!("../examples/subscription.policy")),
    ("escalation", include_str!("../examples/escalation.policy")),
];

fn parse(text: &str, limits: &Limits) -> ast::File {
    syntax::parse(black_box(text), limits, &mut Diagnostics::default())
}

/// Limits that let 100,000 rules through.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.source_bytes = 1 << 30;
    limits.steps = 1 << 30;
    limits
}

fn compile(text: &str) -> Policy {
    let source = Source::new("bench.policy", text);
    Policy::compile_source(black_box(&source), &limits()).expect("the policy is right")
}

fn texts(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("text");
    group.sample_size(10);
    let mut sizes = vec![10, 1_000, 10_000];
    if std::env::var_os("EVENHAND_LARGE").is_some() {
        sizes.push(100_000);
    }
    let generated = sizes.iter().flat_map(|rules| {
        let (told, bare) = (support::policy(*rules), support::proofs::partitioned(*rules));
        [(format!("{rules} rules with reasons"), told), (format!("{rules} rules"), bare)]
    });
    let limits = limits();
    let examples = EXAMPLES.map(|(name, text)| (name.to_owned(), text.to_owned()));
    for (name, text) in examples.into_iter().chain(generated) {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("parse", &name), &text, |bencher, text| {
            bencher.iter(|| black_box(parse(text, &limits)));
        });
        let (tree, source) = (parse(&text, &limits), Source::new("bench.policy", &text));
        group.bench_with_input(BenchmarkId::new("check", &name), &tree, |bencher, tree| {
            bencher.iter(|| black_box(check::check(tree, &source, &limits, &mut Diagnostics::default())));
        });
        group.bench_with_input(BenchmarkId::new("load", &name), &text, |bencher, text| {
            bencher.iter(|| compile(text));
        });
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
