//! `evenhand decide POLICY --facts cases.parquet --to answers.parquet`: cases as columns, answers as columns.
//!
//! A file is read batch by batch. A few batches at a time are decided, one on each core, and written in order; so
//! memory does not grow with the number of cases.

use arrow_array::{Array, RecordBatch, RecordBatchReader, cast::AsArray, types::Int32Type};
use evenhand::compiled::{Compiled, DecisionId};
use evenhand::{Columns, FactCode, FactProblem};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use std::fs::File;
use std::num::NonZero;
use std::path::Path;
use std::thread;

use crate::cli::input::plainly;
use crate::cli::output::{Output, Status, Stop};
use crate::cli::progress::Progress;
use crate::cli::{DecideArguments, check};

/// Rows that are decided at once.
const ROWS: usize = 8_192;
/// Rows that are written together: as many are held, packed, before they go to the file.
const ROWS_TOGETHER: usize = 1 << 17;

/// Whether these facts are columns.
pub(crate) fn are_columns(arguments: &DecideArguments) -> bool {
    arguments.facts.extension().is_some_and(|it| it == "parquet")
}

/// Decides all rows.
pub(crate) fn run(arguments: &DecideArguments, output: &mut Output) -> Result<Status, Stop> {
    let (root, name) = (arguments.root.as_deref(), arguments.name.as_deref());
    let Some(timeline) = check::compiled(&arguments.policy, root, name)? else { return Ok(Status::Found) };
    let policy = |reason: &str| Stop::Wrong(format!("{}: {reason}", arguments.policy.display()));
    let [version] = timeline.versions() else {
        return Err(policy(
            "it has several versions: give its cases as JSON Lines, or name a file of one version",
        ));
    };
    let compiled = version.compiled();
    let decision = decision(arguments, &compiled).map_err(|reason| policy(&reason))?;
    let Some(to) = &arguments.to else {
        return Err(Stop::Wrong("say where the answers go: `--to answers.parquet`".to_owned()));
    };
    let facts = |reason: &str| Stop::Wrong(format!("{}: {reason}", arguments.facts.display()));
    let (reader, rows) = open(&arguments.facts).map_err(|reason| facts(&reason))?;
    let kept: Vec<&str> = arguments.keep.iter().map(String::as_str).collect();
    let columns = Columns::bind_beside(&compiled, &reader.schema(), &kept);
    let columns = columns.map_err(|problems| facts(&told(&problems)))?;
    let mut desk = Desk {
        progress: Progress::new(arguments.progress, u64::try_from(rows).ok()),
        columns,
        decision,
        counts: Counts::default(),
    };
    desk.decide(reader, to, &facts)?;
    drop(desk.progress);
    let Counts { rows, failed, open, refused } = desk.counts;
    let words = [(failed, "in error"), (open, "open"), (refused, "refused")];
    let words = words.iter().filter(|it| it.0 > 0).map(|it| format!(", {} {}", it.0, it.1));
    let noun = if rows == 1 { "case" } else { "cases" };
    output.line(&format!("{}: {rows} {noun}{}", to.display(), words.collect::<String>()))?;
    Ok(if failed + refused > 0 { Status::Found } else { Status::Fine })
}

/// The decision that is asked: a table of answers has one.
fn decision(arguments: &DecideArguments, compiled: &Compiled) -> Result<DecisionId, String> {
    let names: Vec<&str> = compiled.decisions().collect();
    let name = match (arguments.decisions.as_slice(), names.as_slice()) {
        ([name], _) => name.as_str(),
        ([], [name]) => name,
        ([], _) => return Err(format!("name the decision: `--decision` with one of {}", names.join(", "))),
        _ => return Err("a table of answers is about one decision: name one".to_owned()),
    };
    compiled.decision(name).ok_or_else(|| format!("the policy has no decision `{name}`"))
}

/// A file of columns, and how many rows it has.
fn open(path: &Path) -> Result<(ParquetRecordBatchReader, i64), String> {
    let file = File::open(path).map_err(|error| plainly(&error))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| in_words(&error))?;
    let rows = builder.metadata().file_metadata().num_rows();
    let reader = builder.with_batch_size(ROWS).build().map_err(|error| in_words(&error))?;
    Ok((reader, rows))
}

fn in_words(error: &ParquetError) -> String {
    format!("it cannot be read as Parquet ({error})")
}

/// Everything that is wrong with the columns.
fn told(problems: &[FactProblem]) -> String {
    let words = |it: &FactProblem| {
        let help = it.help.as_ref().map(|it| format!("\n  help: {it}")).unwrap_or_default();
        format!("\n  {it}{help}")
    };
    let all: String = problems.iter().map(words).collect();
    let keep = match problems.iter().any(|it| it.code == FactCode::UnknownFact) {
        true => "\n  columns that are no facts are named with `--keep`",
        false => "",
    };
    format!("its columns are not the facts of the policy:{all}{keep}")
}

/// How the cases stand.
#[derive(Default)]
struct Counts {
    rows: usize,
    failed: usize,
    open: usize,
    refused: usize,
}

impl Counts {
    fn add(&mut self, answers: &RecordBatch) {
        self.rows += answers.num_rows();
        let Some(column) =
            answers.column_by_name("status").and_then(|it| it.as_dictionary_opt::<Int32Type>())
        else {
            return;
        };
        let Some(names) = column.values().as_string_opt::<i32>() else { return };
        for key in column.keys().values() {
            match usize::try_from(*key).ok().filter(|it| *it < names.len()).map(|it| names.value(it)) {
                Some("error") => self.failed += 1,
                Some("open") => self.open += 1,
                Some("refused") => self.refused += 1,
                _ => {}
            }
        }
    }
}

struct Desk {
    columns: Columns,
    decision: DecisionId,
    progress: Progress,
    counts: Counts,
}

impl Desk {
    fn decide(
        &mut self,
        mut reader: ParquetRecordBatchReader,
        to: &Path,
        facts: &dyn Fn(&str) -> Stop,
    ) -> Result<(), Stop> {
        let unwritten = |reason: String| Stop::Wrong(format!("{}: {reason}", to.display()));
        let unbound = |problems: Vec<FactProblem>| facts(&told(&problems));
        // A file without cases has columns too.
        let none = RecordBatch::new_empty(reader.schema());
        let none = self.columns.decide(&none, self.decision).map_err(unbound)?;
        let file = File::create(to).map_err(|error| unwritten(plainly(&error)))?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(ROWS_TOGETHER))
            .build();
        let wrong = |error: ParquetError| unwritten(format!("it cannot be written ({error})"));
        let mut writer = ArrowWriter::try_new(file, none.schema(), Some(properties)).map_err(wrong)?;
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let mut rooms = vec![self.columns.clone(); threads];
        loop {
            let batches: Result<Vec<RecordBatch>, _> = reader.by_ref().take(threads).collect();
            let batches =
                batches.map_err(|error| facts(&format!("it cannot be read as Parquet ({error})")))?;
            if batches.is_empty() {
                break;
            }
            for answers in decided(&batches, &mut rooms, self.decision) {
                let answers = answers.map_err(unbound)?;
                writer.write(&answers).map_err(wrong)?;
                self.counts.add(&answers);
                // The size of the input is in rows.
                self.progress.add(answers.num_rows() as u64, answers.num_rows() as u64);
            }
        }
        writer.close().map_err(wrong)?;
        Ok(())
    }
}

/// The answers to some batches, each on a thread of its own.
fn decided(
    batches: &[RecordBatch],
    rooms: &mut [Columns],
    decision: DecisionId,
) -> Vec<Result<RecordBatch, Vec<FactProblem>>> {
    thread::scope(|scope| {
        let run = |(batch, columns): (&RecordBatch, &mut Columns)| columns.decide(batch, decision);
        let mut pairs = batches.iter().zip(rooms);
        let own = pairs.next();
        let others: Vec<_> = pairs.map(|it| scope.spawn(move || run(it))).collect();
        let mut all: Vec<_> = own.into_iter().map(run).collect();
        // A thread that ends before its time has said why; the run ends as it did.
        all.extend(
            others.into_iter().map(|it| it.join().unwrap_or_else(|why| std::panic::resume_unwind(why))),
        );
        all
    })
}
