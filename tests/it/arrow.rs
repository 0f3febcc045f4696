//! Cases as Arrow columns: what is decided is what is decided of the same cases as JSON.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int8Array,
    Int32Array, Int64Array, RecordBatch, StringArray, StringViewArray, StructArray,
    TimestampMillisecondArray, UInt64Array, cast::AsArray, types::Int32Type,
};
use arrow_schema::{DataType, Field, Fields, Schema};
use evenhand::compiled::arrow::Columns;
use evenhand::{Compiled, Policy};
use serde_json::Value;

use crate::generate::facts::{self, Saying};
use crate::generate::rng::Rng;
use crate::laws::cautious::ensure;
use crate::laws::run::{corner, full, partial, run};
use crate::laws::subject::Subject;

mod typed;

fn column(name: &str, array: impl Array + 'static) -> (String, ArrayRef) {
    (name.to_owned(), Arc::new(array))
}

fn batch(columns: Vec<(String, ArrayRef)>) -> RecordBatch {
    let field = |(name, array): &(String, ArrayRef)| Field::new(name, array.data_type().clone(), true);
    let fields: Vec<Field> = columns.iter().map(field).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.into_iter().map(|it| it.1).collect()).unwrap()
}

/// A value of a column as text; none for null.
fn text(array: &ArrayRef, row: usize) -> Option<String> {
    if array.is_null(row) {
        return None;
    }
    Some(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).to_owned(),
        DataType::Dictionary(..) => {
            let dictionary = array.as_dictionary::<Int32Type>();
            let key = dictionary.keys().value(row) as usize;
            dictionary.values().as_string::<i32>().value(key).to_owned()
        }
        DataType::Int64 => array.as_any().downcast_ref::<Int64Array>().unwrap().value(row).to_string(),
        DataType::Int32 => array.as_any().downcast_ref::<Int32Array>().unwrap().value(row).to_string(),
        DataType::Boolean => array.as_boolean().value(row).to_string(),
        DataType::Decimal128(..) => {
            array.as_any().downcast_ref::<Decimal128Array>().unwrap().value_as_string(row)
        }
        DataType::Date32 => {
            let day = array.as_any().downcast_ref::<Date32Array>().unwrap().value(row);
            evenhand::value::date::format(day.into())
        }
        other => format!("{other}"),
    })
}

/// A row as `name: value` for all columns that have one.
fn row(batch: &RecordBatch, row: usize) -> Vec<String> {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns());
    columns.filter_map(|(field, array)| Some(format!("{}: {}", field.name(), text(array, row)?))).collect()
}

/// One row from JSON: a column for each key that is there. None for lists.
fn columns_of(object: &serde_json::Map<String, Value>) -> Option<Vec<(String, ArrayRef)>> {
    let array = |value: &Value| -> Option<ArrayRef> {
        Some(match value {
            Value::Null => Arc::new(arrow_array::NullArray::new(1)),
            Value::Bool(value) => Arc::new(BooleanArray::from(vec![*value])),
            Value::Number(number) => match number.as_i64() {
                Some(number) => Arc::new(Int64Array::from(vec![number])),
                None => Arc::new(StringArray::from(vec![number.to_string()])),
            },
            Value::String(text) => Arc::new(StringViewArray::from(vec![text.as_str()])),
            Value::Object(members) => {
                let (names, arrays): (Vec<String>, Vec<ArrayRef>) = columns_of(members)?.into_iter().unzip();
                let field =
                    |(name, array): (&String, &ArrayRef)| Field::new(name, array.data_type().clone(), true);
                let fields: Fields = names.iter().zip(&arrays).map(field).collect();
                match arrays.is_empty() {
                    true => Arc::new(StructArray::new_empty_fields(1, None)),
                    false => Arc::new(StructArray::new(fields, arrays, None)),
                }
            }
            Value::Array(_) => return None,
        })
    };
    object.iter().map(|(key, value)| Some((key.clone(), array(value)?))).collect()
}

/// What JSON says of a parameter, as a column says it.
fn expected(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Object(amount) => Some(amount["amount"].as_str().unwrap().to_owned()),
        other => Some(other.to_string()),
    }
}

/// Columns of the kinds that JSON has.
fn holds(subject: &Subject, saying: &Saying) -> Result<(), String> {
    let facts = facts::json(subject.model, saying);
    let Some(columns) = columns_of(facts.as_object().unwrap()) else { return Ok(()) };
    // An object that is absent has no struct that says so, nor has a batch without columns a row.
    if columns.is_empty() || has_null_object(subject, &facts) {
        return Ok(());
    }
    agrees(&subject.engine.compiled(), &batch(columns), &[facts])
}

/// Columns of the types that the facts have.
fn holds_typed(subject: &Subject, saying: &Saying) -> Result<(), String> {
    let facts = facts::json(subject.model, saying);
    let cases = [facts.clone(), facts];
    match typed::columns(subject.engine.schema(), &cases) {
        Some(columns) if !columns.is_empty() => agrees(&subject.engine.compiled(), &batch(columns), &cases),
        _ => Ok(()),
    }
}

/// Each row of the batch is decided as the case of the same place is decided as JSON.
fn agrees(compiled: &Compiled, batch: &RecordBatch, cases: &[Value]) -> Result<(), String> {
    let mut bound = match Columns::bind(compiled, &batch.schema()) {
        Ok(bound) => bound,
        // A number that is too large for 64 bits, or an amount as a bare number, comes as a column of another kind.
        Err(problems) if problems.iter().all(|it| it.message.contains("a column of ")) => return Ok(()),
        Err(problems) => return Err(format!("{problems:?}")),
    };
    let mut case = compiled.case();
    for name in compiled.decisions() {
        let id = compiled.decision(name).unwrap();
        let answer = bound.decide(batch, id).map_err(|it| format!("{it:?}"))?;
        for (row, facts) in cases.iter().enumerate() {
            match case.read_json(&facts.to_string()) {
                Ok(()) => {
                    let mut line = String::new();
                    compiled.outcome_writer_of(&[id]).write(&mut case, &mut line);
                    says(&answer, row, &serde_json::from_str::<Value>(&line).unwrap()[name])?;
                }
                Err(refused) => ensure!(
                    told(&answer, "status", row).as_deref() == Some("refused"),
                    "JSON is refused: {refused}; {:?}",
                    self::row(&answer, row)
                ),
            }
        }
    }
    Ok(())
}

fn told(answer: &RecordBatch, column: &str, row: usize) -> Option<String> {
    answer.column_by_name(column).and_then(|it| text(it, row))
}

/// Whether a row says what the outcome line of a decision does.
fn says(answer: &RecordBatch, row: usize, entry: &Value) -> Result<(), String> {
    let words = self::row(answer, row);
    ensure!(told(answer, "status", row).as_deref() == entry["status"].as_str(), "{entry}: {words:?}");
    ensure!(told(answer, "outcome", row).as_deref() == entry["outcome"].as_str(), "{entry}: {words:?}");
    if let Some(items) = entry.get("items") {
        let items = serde_json_canonicalizer::to_string(items).unwrap();
        ensure!(told(answer, "items", row) == Some(items), "{entry}: {words:?}");
    }
    for (parameter, value) in entry["parameters"].as_object().into_iter().flatten() {
        let own = format!("{}.{parameter}", entry["outcome"].as_str().unwrap());
        let column = answer.column_by_name(&own).or_else(|| answer.column_by_name(parameter)).unwrap();
        let is_clock = matches!(column.data_type(), DataType::Timestamp(..) | DataType::Time32(_));
        let words = text(column, row);
        match is_clock {
            true => ensure!(words.is_some() != value.is_null(), "{parameter} of {entry}: {words:?}"),
            false => ensure!(
                words == expected(value)
                    || value["currency"].is_string() && words.is_some()
                    || value.is_array(),
                "{parameter} of {entry}: {words:?}"
            ),
        }
    }
    Ok(())
}

/// Whether a record is said to be absent, which a column of nothing but nulls cannot say.
fn has_null_object(subject: &Subject, facts: &Value) -> bool {
    fn any(value: &Value, path: &str, records: &[String]) -> bool {
        value.as_object().into_iter().flatten().any(|(key, value)| {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            value.is_null() && records.contains(&path) || any(value, &path, records)
        })
    }
    let slots = &subject.engine.schema().slots;
    let inside = slots
        .iter()
        .filter(|it| matches!(it.ty, evenhand::schema::Type::Record | evenhand::schema::Type::List(_)));
    any(facts, "", &inside.map(|it| it.json_path.clone()).collect::<Vec<_>>())
}

#[test]
fn columns_are_decided_as_json_is() {
    run("arrow", full, &|subject, saying, _| holds(subject, saying));
    run("arrow, corners", corner, &|subject, saying, _| holds(subject, saying));
    run("arrow, unknown facts", partial, &|subject, saying, _| holds(subject, saying));
}

#[test]
fn columns_of_own_types_are_decided_as_json_is() {
    run("typed columns", full, &|subject, saying, _| holds_typed(subject, saying));
    run("typed columns, corners", corner, &|subject, saying, _| holds_typed(subject, saying));
    run("typed columns, unknown facts", partial, &|subject, saying, _| holds_typed(subject, saying));
}

/// More rows than are made ready at a time. Some say nothing of a fact, some ask for more than was paid, which the policy
/// assumes away, and some are beyond the bounds of a fact.
#[test]
fn many_rows_are_decided_each_for_itself() {
    let policy = Policy::compile(include_str!("../../benches/policies/refunds14.policy")).unwrap();
    let mut rng = Rng::new(11);
    let mut pick = |all: &[&str]| (*rng.pick(all)).to_owned();
    let mut cases = Vec::new();
    for row in 0..9_000 {
        let mut number = |all: &[&str]| pick(all).parse::<i64>().unwrap();
        let days = number(&["0", "7", "8", "14", "15", "30", "31", "60", "365", "366", "3650", "4000"]);
        let refunds = number(&["0", "0", "7", "8"]);
        let mut facts = serde_json::json!({
            "order": {
                "kind": pick(&["electronics", "apparel", "furniture", "grocery", "digital"]),
                "condition": pick(&["unopened", "opened", "defective", "damaged"]),
                "days": days,
                "total": pick(&["USD 0.00", "USD 99.99", "USD 2500.00", "USD 2500.01", "USD 20000.00"]),
                "final_sale": pick(&["no", "no", "yes"]) == "yes",
            },
            "customer": {
                "tier": pick(&["standard", "silver", "gold", "platinum"]),
                "region": pick(&["US", "EU", "UK", "other"]),
                "refunds_last_year": refunds,
            },
            "asked": pick(&["USD 0.00", "USD 19.99", "USD 99.99", "USD 500.00"]),
            "chargeback_open": pick(&["no", "no", "no", "yes"]) == "yes",
            "manager_approved": pick(&["no", "yes"]) == "yes",
        });
        if row % 5 == 0 {
            let fact = pick(&["/asked", "/chargeback_open", "/order/days", "/order/total", "/customer/tier"]);
            let (around, key) = fact.rsplit_once('/').unwrap();
            facts.pointer_mut(around).unwrap().as_object_mut().unwrap().remove(key);
        }
        cases.push(facts);
    }
    let columns = typed::columns(policy.schema(), &cases).unwrap();
    agrees(&policy.compiled(), &batch(columns), &cases).unwrap_or_else(|it| panic!("{it}"));
}

const POLICY: &str = r#"policy shop.refunds language 1
type Kind = one of (book, "gift-card" as gift_card)
facts {
  id: text up to 9
  order {
    "total_amount" as total: money USD between USD 0 and USD 1_000
    kind: Kind
    weight: decimal to 0.1 between 0 and 50
  }
  bought: date between 2026-01-01 and 2026-12-31
  note: optional text up to 20
  delivery: optional record { on: optional date between 2026-01-01 and 2026-12-31, damaged: boolean }
  asked_at: instant
}
decision refund {
  outcome approve(amount: money USD, by: date, kind: Kind)
  outcome review(note: optional text)
  outcome deny
  rule broken { when delivery is present and delivery.damaged then approve(amount: order.total, by: bought + 30 days, kind: order.kind) }
  rule noted overrides broken { when note is present then review(note: note) }
  otherwise deny
}
"#;

fn compiled() -> Compiled {
    Policy::compile(POLICY).unwrap_or_else(|it| panic!("{it}")).compiled()
}

fn decided(compiled: &Compiled, batch: &RecordBatch, kept: &[&str]) -> RecordBatch {
    let mut columns =
        Columns::bind_beside(compiled, &batch.schema(), kept).unwrap_or_else(|it| panic!("{it:?}"));
    columns.decide(batch, compiled.decision("refund").unwrap()).unwrap()
}

#[test]
fn a_table_of_cases() {
    let kinds =
        DictionaryArray::<Int32Type>::from_iter([Some("gift-card"), Some("book"), None, Some("gift-crad")]);
    let delivery = StructArray::new(
        Fields::from(vec![
            Field::new("on", DataType::Date32, true),
            Field::new("damaged", DataType::Boolean, true),
        ]),
        vec![
            Arc::new(Date32Array::from(vec![Some(20_500), None, None, None])),
            Arc::new(BooleanArray::from(vec![Some(true), Some(false), None, Some(true)])),
        ],
        Some(vec![true, true, false, true].into()),
    );
    let totals = vec![Some(499_900), Some(499_950), Some(100), Some(10_000_100)];
    let batch = batch(vec![
        column("ticket", Int32Array::from(vec![7, 8, 9, 10])),
        column("order.total_amount", Decimal128Array::from(totals).with_precision_and_scale(12, 4).unwrap()),
        column("order.kind", kinds),
        column("order.weight", Int8Array::from(vec![1, 2, 3, 4])),
        column("bought", StringArray::from(vec!["2026-01-31", "2026-03-01", "2026-03-01", "2026-02-30"])),
        column("note", StringArray::from(vec![None, Some("call back"), None, None])),
        column("delivery", delivery),
        column("asked_at", TimestampMillisecondArray::from(vec![0, 1000, 2000, 1500]).with_timezone("UTC")),
    ]);
    let compiled = compiled();
    let answer = decided(&compiled, &batch, &["ticket"]);
    let rows: Vec<String> = (0..4).map(|it| row(&answer, it).join(", ")).collect();
    insta::assert_snapshot!(rows.join("\n"));
    assert_eq!(answer.schema().field_with_name("amount").unwrap().metadata().get("currency").unwrap(), "USD");
}

/// An optional record in columns with dots, and all other numbers.
#[test]
fn columns_with_dots() {
    let batch = batch(vec![
        column("order.total", StringArray::from(vec!["USD 5", "USD 5.00", "USD 5"])),
        column("order.kind", StringViewArray::from(vec!["book", "book", "book"])),
        column("order.weight", UInt64Array::from(vec![0, 50, u64::MAX])),
        column("bought", Date32Array::from(vec![20_500, 20_501, 20_502])),
        column("delivery.damaged", BooleanArray::from(vec![Some(true), None, Some(false)])),
        column("note", arrow_array::NullArray::new(3)),
    ]);
    let compiled = compiled();
    let answer = decided(&compiled, &batch, &[]);
    let rows: Vec<String> = (0..3).map(|it| row(&answer, it).join(", ")).collect();
    insta::assert_snapshot!(rows.join("\n"));
}

#[test]
fn columns_that_hold_no_fact() {
    let batch = batch(vec![
        column("order.total", Float64Array::from(vec![1.5])),
        column("order.kind", Int64Array::from(vec![1])),
        column("order.wieght", Int64Array::from(vec![1])),
        column("bought", TimestampMillisecondArray::from(vec![0])),
        column("delivery", StringArray::from(vec!["x"])),
        column("asked_at", TimestampMillisecondArray::from(vec![0])),
        column("ticket", Int64Array::from(vec![1])),
        column("note.text", StringArray::from(vec!["x"])),
    ]);
    let problems = Columns::bind_beside(&compiled(), &batch.schema(), &["tickt"]).unwrap_err();
    let shown = problems.iter().map(|it| format!("{}: {it}; {}", it.code, it.help.as_deref().unwrap_or("-")));
    insta::assert_snapshot!(shown.collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_batch_of_other_columns() {
    let one = batch(vec![column("note", StringArray::from(vec!["x"]))]);
    let other = batch(vec![column("note", StringViewArray::from(vec!["x"]))]);
    let compiled = compiled();
    let mut columns = Columns::bind(&compiled, &one.schema()).unwrap();
    let id = compiled.decision("refund").unwrap();
    assert!(columns.decide(&one, id).is_ok());
    let problems = columns.decide(&other, id).unwrap_err();
    assert_eq!(problems[0].message, "the batch has other columns than the schema that was bound");
}
