//! Arrow record batches in, outcomes and parameters out, as columns.
//!
//! ```text
//!   order.total │ customer.tier │ …        ──▶        status  │ outcome │ amount │ problem
//!   49.99       │ gold          │                     decided │ approve │ 49.99  │
//! ```
//!
//! A schema is held against the facts of a policy once ([`Columns::bind`]): every column is a fact, by its path
//! (`order.total`) or inside a struct column, and its type is one that can hold the fact exactly. Columns are then read
//! straight into cells, and decided one test after the other for all rows. A row that is not decided that way is looked
//! at by itself; one with a value that is not in its usual form is read again by intake, which has the rules and the words
//! for everything, as it has for JSON.
//!
//! | fact | columns |
//! |---|---|
//! | boolean | `Boolean` |
//! | number, days, months, years, business days | integers, `Decimal128`, texts |
//! | money in one currency | `Decimal128`, an amount in that currency; texts as in JSON: `USD 49.99` |
//! | percent, duration, business hours, money in one of several currencies | texts as in JSON: `15%` |
//! | date | `Date32`, texts |
//! | date and time | `Timestamp` without a zone, texts |
//! | instant | `Timestamp` with a zone, texts |
//! | time | `Time32` in seconds, texts |
//! | text, value of a list | texts |
//!
//! Texts are `Utf8`, `LargeUtf8`, `Utf8View` and dictionaries of `Utf8`. Floating-point columns are refused, because
//! they are not exact; so are whole numbers for money, because nobody can know whether they count dollars or cents.
//!
//! What is null is absent where the fact is optional, and unknown where it is not. A fact without a column is unknown.
//! A struct column that is null is an optional record that is absent. Where an optional record stands in columns with
//! dots, it is there if one of them has a value, and unknown if all are null.

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema as ArrowSchema};

use crate::{
    compiled::{
        Case, Compiled, DecisionId, Inner, Refused,
        arrow::{
            answer::Answers,
            source::{Source, Table},
        },
        quick::Writer,
    },
    datum::{Datum, Kind},
    flat::{cells::ABSENT, fast::many::Many},
    intake::{self, FactCode, FactProblem},
};

mod answer;
mod bind;
mod source;

/// A schema that was held against the facts of a policy. For one thread; another thread has a clone.
#[derive(Clone, Debug)]
pub struct Columns {
    case: Case,
    many: Many,
    sources: Vec<Source>,
    /// The columns that are no facts and stand in the answer again.
    kept: Vec<usize>,
    fields: Vec<(String, DataType)>,
}

impl Columns {
    /// Holds a schema against the facts of a policy. Every column must be a fact.
    ///
    /// # Errors
    ///
    /// All columns that are no facts, or cannot hold theirs exactly.
    pub fn bind(compiled: &Compiled, schema: &ArrowSchema) -> Result<Columns, Vec<FactProblem>> {
        Columns::bind_beside(compiled, schema, &[])
    }

    /// The same where the columns of these names are no facts. They stand in the answer again, before all others.
    ///
    /// # Errors
    ///
    /// As [`Columns::bind`], and a name that no column has.
    pub fn bind_beside(
        compiled: &Compiled,
        schema: &ArrowSchema,
        kept: &[&str],
    ) -> Result<Columns, Vec<FactProblem>> {
        let (sources, kept) = bind::bind(compiled, schema, kept)?;
        let field = |it: &std::sync::Arc<Field>| (it.name().clone(), it.data_type().clone());
        let fields = schema.fields().iter().map(field).collect();
        Ok(Columns { case: compiled.case(), many: Many::default(), sources, kept, fields })
    }

    /// Decides on all rows of a batch. The answer has as many rows, in the same order:
    ///
    /// | column | what stands in it |
    /// |---|---|
    /// | `status` | `decided`, `open` (a test asks for a fact that nobody has said), `error`, `refused` (the facts were not taken) |
    /// | `outcome` | the outcome of a decided row |
    /// | the name of a parameter | its value; `outcome.name` where two outcomes have parameters of one name and different types, or another column has the name |
    /// | `items` | of a decision that collects: the set, as JSON |
    /// | `problem` | what is wrong with the facts of a refused row, in words; the fact that an open one waits for; the kind of an error |
    ///
    /// Numbers are `Int64`, or `Decimal128` where they have decimals; money is `Decimal128`, with the currency in the
    /// metadata of the column; dates are `Date32`; times are `Timestamp` and `Time32` in seconds; everything else is
    /// text as in the body of an answer, values of lists as a dictionary.
    ///
    /// # Errors
    ///
    /// Where the batch has other columns than the schema that was bound, or the policy has no such decision.
    pub fn decide(
        &mut self,
        batch: &RecordBatch,
        decision: DecisionId,
    ) -> Result<RecordBatch, Vec<FactProblem>> {
        let schema = batch.schema_ref();
        let is_bound = |(field, own): (&std::sync::Arc<Field>, &(String, DataType))| {
            *field.name() == own.0 && *field.data_type() == own.1
        };
        if schema.fields().len() != self.fields.len()
            || !schema.fields().iter().zip(&self.fields).all(is_bound)
        {
            return Err(vec![whole("the batch has other columns than the schema that was bound")]);
        }
        let compiled = self.case.compiled.clone();
        let mut answers = Answers::new(&compiled, decision, batch.num_rows())
            .ok_or_else(|| vec![whole("the policy has no such decision")])?;
        let leaves = answers.leaves();
        // Some rows at a time, so that what is made of them is at hand and large batches need no more memory.
        for first in (0..batch.num_rows()).step_by(ROWS) {
            let part = batch.slice(first, ROWS.min(batch.num_rows() - first));
            let table = Table::new(&part, &self.sources, &compiled.inner.quick);
            find(&mut self.many, &compiled.inner, &table, (part.num_rows(), decision));
            answers.put_all(&leaves, table.cells(part.num_rows()), first, &mut self.many);
            for (row, _) in self.many.found.iter().enumerate().filter(|it| it.1.is_none()) {
                match read(&mut self.case, &self.sources, &table, row) {
                    Ok(()) => answers.put(first + row, self.case.decide(decision)),
                    Err(refused) => answers.refuse(first + row, &refused),
                }
            }
        }
        let kept = self.kept.iter().filter_map(|it| {
            Some((schema.fields().get(*it)?.as_ref().clone(), ArrayRef::clone(batch.columns().get(*it)?)))
        });
        answers.finish(kept.collect()).map_err(|it| vec![whole(&it.to_string())])
    }
}

/// Finds what so many rows come to, where all that stands in them is ready.
fn find(many: &mut Many, inner: &Inner, table: &Table<'_>, (rows, decision): (usize, DecisionId)) {
    many.found.clear();
    many.found.resize(rows, None);
    if !table.is_ready() {
        return;
    }
    let cells = table.cells(rows);
    many.find(&inner.flat, cells, decision.0);
    let is_in_force = |row: usize| {
        let Some((slot, first, last)) = inner.about.in_force else { return true };
        let day = cells.cell(slot as u32, row).filter(|it| *it > ABSENT).map(i128::from);
        day.is_none_or(|day| first.is_none_or(|it| it <= day) && last.is_none_or(|it| day <= it))
    };
    for (row, found) in many.found.iter_mut().enumerate() {
        *found = found.filter(|_| is_in_force(row) && !table.is_spoilt(row));
    }
}

/// Puts a row into the cells.
fn read(case: &mut Case, sources: &[Source], table: &Table<'_>, row: usize) -> Result<(), Refused> {
    let inner = &*case.compiled.inner;
    if let Some(cells) = table.take(row) {
        cells.enumerate().for_each(|(slot, cell)| case.cells.set(&inner.flat, slot, cell));
        return case.accept();
    }
    case.cells.clear(&inner.flat);
    let mut writer = Writer { inner, cells: &mut case.cells };
    if sources.iter().all(|it| it.read(table, row, &mut writer).is_ok()) {
        return case.accept();
    }
    let datum = Datum::new(Kind::Object(source::members(sources, table, row)));
    let read = intake::read(&datum, &inner.flat.schema, &inner.limits);
    case.retake(read)
}

/// Rows that are made ready together.
const ROWS: usize = 4_096;

/// A problem of the batch as a whole.
fn whole(message: &str) -> FactProblem {
    FactProblem::new(FactCode::WrongType, "", message)
}
