//! `evenhand decide --facts cases.parquet`.

use std::fs::File;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Decimal128Type;
use arrow_array::{
    ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int32Array, RecordBatch, RecordBatchReader,
    StringArray,
};
use insta::assert_snapshot;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::cli::{folder, run, shown_in};

const POLICY: &str = "../../../benches/policies/refunds14.policy";

/// So many rows of policy A: every third opened, every tenth with an amount beyond the bounds.
fn table(rows: i32) -> RecordBatch {
    let each = |of: &dyn Fn(i32) -> &'static str| -> ArrayRef {
        Arc::new((0..rows).map(|it| Some(of(it))).collect::<StringArray>())
    };
    let flags = |of: &dyn Fn(i32) -> bool| -> ArrayRef {
        Arc::new((0..rows).map(|it| Some(of(it))).collect::<BooleanArray>())
    };
    let whole = |of: &dyn Fn(i32) -> i32| -> ArrayRef { Arc::new((0..rows).map(of).collect::<Int32Array>()) };
    let amounts = |of: &dyn Fn(i32) -> i128| -> ArrayRef {
        let all: Decimal128Array = (0..rows).map(of).collect();
        Arc::new(all.with_precision_and_scale(12, 2).unwrap())
    };
    RecordBatch::try_from_iter([
        ("ticket", whole(&|it| it)),
        ("order.kind", each(&|_| "electronics")),
        ("order.condition", each(&|it| if it % 3 == 0 { "opened" } else { "unopened" })),
        ("order.days", whole(&|it| it % 60)),
        ("order.total", amounts(&|it| if it % 10 == 9 { 999_999_999 } else { 33_330 })),
        ("order.final_sale", flags(&|_| false)),
        ("customer.tier", each(&|_| "standard")),
        ("customer.region", each(&|_| "US")),
        ("customer.refunds_last_year", whole(&|_| 0)),
        ("asked", amounts(&|_| 1)),
        ("chargeback_open", flags(&|_| false)),
        ("manager_approved", flags(&|_| false)),
    ])
    .unwrap()
}

fn write(batch: &RecordBatch, path: &str) {
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

fn read(path: &str) -> Vec<RecordBatch> {
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap().build().unwrap();
    assert!(reader.schema().fields().iter().any(|it| it.name() == "status"));
    reader.map(Result::unwrap).collect()
}

fn paths(test: &str) -> [String; 2] {
    let folder = folder(test);
    ["cases.parquet", "answers.parquet"].map(|it| folder.join(it).to_str().unwrap().to_owned())
}

#[test]
fn a_file_of_columns() {
    let [cases, answers] = paths("columns");
    write(&table(40_000), &cases);
    let output = run(&["decide", POLICY, "--facts", &cases, "--to", &answers, "--keep", "ticket"]);
    assert_snapshot!("columns_of_answers", shown_in("columns", &output));
    let mut ticket = 0;
    for batch in read(&answers) {
        let text = |name: &str, row: usize| {
            let column = arrow_array::cast::downcast_array::<
                arrow_array::DictionaryArray<arrow_array::types::Int32Type>,
            >(batch.column_by_name(name).unwrap());
            column.key(row).map(|it| column.values().as_string::<i32>().value(it).to_owned())
        };
        let amounts = batch.column_by_name("amount").unwrap().as_primitive::<Decimal128Type>();
        let tickets = batch.column_by_name("ticket").unwrap().as_primitive::<arrow_array::types::Int32Type>();
        for row in 0..batch.num_rows() {
            assert_eq!(tickets.value(row), ticket);
            let (status, outcome) = (text("status", row).unwrap(), text("outcome", row));
            match (ticket % 10, ticket % 60, ticket % 3) {
                (9, ..) => assert_eq!((status.as_str(), outcome), ("refused", None)),
                (_, 0..=14, 0) => assert_eq!(amounts.value(row), 28_330),
                (_, 0..=30, 1 | 2) => assert_eq!(amounts.value(row), 33_330),
                _ => assert_eq!(outcome.as_deref(), Some("deny")),
            }
            ticket += 1;
        }
    }
    assert_eq!(ticket, 40_000);
}

#[test]
fn columns_that_do_not_fit() {
    let [cases, answers] = paths("columns_that_do_not_fit");
    let test = |batch: &RecordBatch, more: &[&str]| {
        write(batch, &cases);
        shown_in("columns_that_do_not_fit", &run(&[&["decide", POLICY, "--facts", &cases], more].concat()))
    };
    assert_snapshot!("columns_kept_by_nobody", test(&table(1), &["--to", &answers]));
    let totals: ArrayRef = Arc::new(Float64Array::from(vec![1.5]));
    let floats = RecordBatch::try_from_iter([("order.total", totals)]).unwrap();
    assert_snapshot!("columns_of_floats", test(&floats, &["--to", &answers]));
    assert_snapshot!("columns_to_nowhere", test(&table(1), &["--keep", "ticket"]));
    assert_snapshot!("columns_without_rows", test(&table(0), &["--to", &answers, "--keep", "ticket"]));
    std::fs::write(&cases, "no columns").unwrap();
    let output = run(&["decide", POLICY, "--facts", &cases, "--to", &answers]);
    assert_snapshot!("columns_of_nothing", shown_in("columns_that_do_not_fit", &output));
    let output = run(&["decide", "returns/returns.policy", "--facts", &cases, "--to", &answers]);
    assert_snapshot!("columns_of_two_decisions", shown_in("columns_that_do_not_fit", &output));
}
