//! Many cases through one policy, on one thread and on two: JSON Lines beside serde_json alone, which only parses the
//! lines, and Arrow record batches.
//!
//! `cargo bench --bench batch --features arrow`. Policy A is that of `BENCHMARKS.md`.

// Benches stop where something is not as it should be, and their own inputs have no holes.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs)]

use std::hint::black_box;
use std::thread;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use evenhand::tools::outcomes::OutcomeLines;
use evenhand::{Limits, PolicySet, Source};

#[path = "support/mod.rs"]
#[allow(dead_code, reason = "each bench takes what it needs")]
mod support;

use support::refunds14;

/// Cases that are decided one after the other, so that no branch is learnt by heart; as many batches for each thread.
const CASES: usize = 32_768;

/// Runs the same on so many threads, each with a part of its own.
fn on<T: Send, P: Sync>(parts: &[P], rooms: &mut [T], run: impl Fn(&P, &mut T) + Sync) {
    match (parts, rooms) {
        ([part], [room]) => run(part, room),
        (parts, rooms) => thread::scope(|scope| {
            for (part, room) in parts.iter().zip(rooms) {
                scope.spawn(|| run(part, room));
            }
        }),
    }
}

fn lines(criterion: &mut Criterion) {
    let set = PolicySet::load([Source::new("bench", refunds14::POLICY)], &Limits::default()).unwrap();
    let timeline = set.timelines().next().unwrap();
    let texts: Vec<String> =
        refunds14::cases(CASES, 7).iter().map(|it| serde_json::to_string(it).unwrap()).collect();
    let mut group = criterion.benchmark_group("lines");
    group.throughput(Throughput::Elements(CASES as u64));
    for threads in [1, 2] {
        let parts: Vec<&[String]> = texts.chunks(CASES / threads).collect();
        group.bench_function(BenchmarkId::new("serde_json alone", threads), |it| {
            it.iter(|| {
                on(&parts, &mut vec![(); threads], |part, ()| {
                    for text in *part {
                        black_box(serde_json::from_str::<refunds14::Case>(black_box(text)).unwrap());
                    }
                });
            });
        });
        let mut rooms = vec![(OutcomeLines::new(timeline, &[]), String::new()); threads];
        group.bench_function(BenchmarkId::new("outcomes", threads), |it| {
            it.iter(|| {
                on(&parts, &mut rooms, |part, (lines, out)| {
                    out.clear();
                    for (number, text) in part.iter().enumerate() {
                        lines.write(black_box(text), Some(number as u64), out).unwrap();
                    }
                    black_box(&out);
                });
            });
        });
    }
    group.finish();
}

#[cfg(feature = "arrow")]
mod columns {
    use std::sync::Arc;

    use arrow_array::{
        ArrayRef, BooleanArray, Decimal128Array, DictionaryArray, Int32Array, RecordBatch, StringArray,
        types::Int32Type,
    };
    use evenhand::Policy;
    use evenhand::compiled::arrow::Columns;

    use super::{
        BenchmarkId, CASES, Criterion, Throughput, black_box, on,
        support::{refunds14, usd::Decided},
    };

    /// The rows of a batch, as readers of files give them.
    const ROWS: usize = 8_192;

    /// A value as its JSON has it.
    fn name(value: impl serde::Serialize) -> String {
        serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
    }

    /// Texts as they are, or by number.
    fn texts(all: Vec<String>, by_number: bool) -> ArrayRef {
        match by_number {
            true => Arc::new(all.iter().map(|it| Some(it.as_str())).collect::<DictionaryArray<Int32Type>>()),
            false => Arc::new(StringArray::from(all)),
        }
    }

    fn batch(cases: &[refunds14::Case], by_number: bool) -> RecordBatch {
        let each = |of: fn(&refunds14::Case) -> String| texts(cases.iter().map(of).collect(), by_number);
        let flags = |of: fn(&refunds14::Case) -> bool| {
            Arc::new(cases.iter().map(|it| Some(of(it))).collect::<BooleanArray>()) as ArrayRef
        };
        let whole = |of: fn(&refunds14::Case) -> i32| {
            Arc::new(cases.iter().map(of).collect::<Int32Array>()) as ArrayRef
        };
        let amounts = |of: fn(&refunds14::Case) -> i64| {
            let all: Decimal128Array = cases.iter().map(|it| i128::from(of(it))).collect();
            Arc::new(all.with_precision_and_scale(12, 2).unwrap()) as ArrayRef
        };
        RecordBatch::try_from_iter([
            ("order.kind", each(|it| name(it.order.kind))),
            ("order.condition", each(|it| name(it.order.condition))),
            ("order.days", whole(|it| it.order.days as i32)),
            ("order.total", amounts(|it| it.order.total.0)),
            ("order.final_sale", flags(|it| it.order.final_sale)),
            ("customer.tier", each(|it| name(it.customer.tier))),
            ("customer.region", each(|it| name(it.customer.region))),
            ("customer.refunds_last_year", whole(|it| it.customer.refunds_last_year as i32)),
            ("asked", amounts(|it| it.asked.0)),
            ("chargeback_open", flags(|it| it.chargeback_open)),
            ("manager_approved", flags(|it| it.manager_approved)),
        ])
        .unwrap()
    }

    /// Before anything is timed, all rows are decided as hand-written Rust decides them.
    fn agree(columns: &mut Columns, compiled: &evenhand::Compiled, cases: &[refunds14::Case]) {
        use arrow_array::cast::AsArray;

        let answer = columns.decide(&batch(cases, true), compiled.decision("refund").unwrap()).unwrap();
        let text = |name: &str, row: usize| {
            let column = answer.column_by_name(name).unwrap().as_dictionary::<Int32Type>();
            column.key(row).map(|it| column.values().as_string::<i32>().value(it).to_owned())
        };
        let amounts = answer.column_by_name("amount").unwrap();
        let amounts = amounts.as_any().downcast_ref::<Decimal128Array>().unwrap();
        for (row, case) in cases.iter().enumerate() {
            let expected = match refunds14::decide(case) {
                Decided::Approve(amount) => {
                    assert_eq!(amounts.value(row), i128::from(amount.0));
                    ("approve", None)
                }
                Decided::Exchange => ("exchange", None),
                Decided::Deny | Decided::Review => ("deny", None),
                Decided::FraudDesk => ("escalate", Some("fraud_desk")),
                Decided::Supervisor => ("escalate", Some("supervisor")),
            };
            assert_eq!(
                (text("outcome", row).as_deref(), text("queue", row).as_deref()),
                (Some(expected.0), expected.1)
            );
        }
    }

    pub(super) fn arrow(criterion: &mut Criterion) {
        let compiled = Policy::compile(refunds14::POLICY).unwrap().compiled();
        let decision = compiled.decision("refund").unwrap();
        let cases = refunds14::cases(CASES, 7);
        let mut group = criterion.benchmark_group("arrow");
        group.throughput(Throughput::Elements(CASES as u64));
        for (texts, by_number) in [("dictionaries", true), ("texts", false)] {
            let batches: Vec<RecordBatch> = cases.chunks(ROWS).map(|it| batch(it, by_number)).collect();
            let mut columns = Columns::bind(&compiled, &batches[0].schema()).unwrap();
            if by_number {
                agree(&mut columns, &compiled, &cases);
            }
            for threads in [1, 2] {
                let parts: Vec<Vec<RecordBatch>> = cases
                    .chunks(CASES / threads)
                    .map(|it| it.chunks(ROWS).map(|it| batch(it, by_number)).collect())
                    .collect();
                let mut rooms = vec![columns.clone(); threads];
                group.bench_function(BenchmarkId::new(texts, threads), |it| {
                    it.iter(|| {
                        on(&parts, &mut rooms, |part, columns| {
                            for batch in part {
                                black_box(columns.decide(black_box(batch), decision).unwrap());
                            }
                        });
                    });
                });
            }
        }
        group.finish();
    }
}

#[cfg(feature = "arrow")]
criterion_group!(benches, lines, columns::arrow);
#[cfg(not(feature = "arrow"))]
criterion_group!(benches, lines);
criterion_main!(benches);
