//! Finds and reads `evenhand.toml`: how much findings weigh for a team.
//!
//! With `--root` it lies in that folder or nowhere. Without, it is the nearest one in the folders around the files
//! that are checked, up to the root of the file system, so that it counts from wherever the command is run. One
//! file counts for a run: where two are nearest to different files, neither is taken. What its words mean is
//! [`evenhand::tools::config`]'s to say; here is only what TOML is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use evenhand::limits::Limits;
use evenhand::source::Source;
use evenhand::tools::config::{self, Entry, Problem, Value};
use evenhand::tools::levels::Levels;
use toml_span::value::{Table, ValueInner};
use toml_span::{Error, ErrorKind};

use crate::cli::input;
use crate::cli::output::Stop;

/// The name of the file.
pub(crate) const NAME: &str = "evenhand.toml";

/// What the file of rules says of the weight of findings; nothing where there is none.
pub(crate) fn levels(root: Option<&Path>, sources: &[Source], limits: &Limits) -> Result<Levels, Stop> {
    let Some(path) = found(root, sources)? else { return Ok(Levels::default()) };
    let wrong = |reason: &str| Stop::Wrong(format!("{}: {reason}", path.display()));
    let source = input::file(&path, limits).map_err(|reason| wrong(&reason))?;
    read(source.text()).map_err(|problems| {
        let line = |it: &Problem| {
            let place = source.place(u32::try_from(it.at).unwrap_or(u32::MAX));
            format!("{}:{}:{}: {}", path.display(), place.line, place.column, it.words)
        };
        // Each after the first begins a line of its own, as the first does.
        Stop::Wrong(problems.iter().map(line).collect::<Vec<_>>().join("\nerror: "))
    })
}

fn found(root: Option<&Path>, sources: &[Source]) -> Result<Option<PathBuf>, Stop> {
    if let Some(root) = root {
        return Ok(Some(root.join(NAME)).filter(|it| it.is_file()));
    }
    let folders: BTreeSet<PathBuf> = sources
        .iter()
        .filter_map(|it| std::path::absolute(it.name()).ok()?.parent().map(Path::to_owned))
        .collect();
    let nearest = |folder: &PathBuf| folder.ancestors().map(|it| it.join(NAME)).find(|it| it.is_file());
    let found: BTreeSet<PathBuf> = folders.iter().filter_map(nearest).collect();
    let mut found = found.into_iter().map(|it| shown(&it));
    match (found.next(), found.next()) {
        (Some(first), Some(second)) => Err(Stop::Wrong(format!(
            "there is more than one {NAME} around these files: {} and {}; name the folder of one with `--root`, or check the files apart",
            first.display(),
            second.display()
        ))),
        (found, _) => Ok(found),
    }
}

/// The path from where the command runs, if it lies below.
fn shown(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).map_or_else(|_| path.to_owned(), Path::to_owned)
}

fn read(text: &str) -> Result<Levels, Vec<Problem>> {
    let mut document = toml_span::parse(text).map_err(|error| vec![problem(&error)])?;
    match document.take() {
        ValueInner::Table(table) => config::levels(&entries(table)),
        _ => Ok(Levels::default()),
    }
}

/// The entries of a table in the order in which they are written.
fn entries(table: Table<'_>) -> Vec<Entry> {
    let entry = |(key, mut value): (toml_span::value::Key<'_>, toml_span::Value<'_>)| Entry {
        key: key.name.into_owned(),
        key_at: key.span.start,
        at: value.span.start,
        value: plain(value.take()),
    };
    let mut entries: Vec<Entry> = table.into_iter().map(entry).collect();
    entries.sort_by_key(|it| it.key_at);
    entries
}

fn plain(value: ValueInner<'_>) -> Value {
    match value {
        ValueInner::String(text) => Value::Text(text.into_owned()),
        ValueInner::Boolean(value) => Value::Flag(value),
        ValueInner::Table(table) => Value::Table(entries(table)),
        ValueInner::Array(items) => {
            let item = |mut it: toml_span::Value<'_>| (it.span.start, plain(it.take()));
            Value::List(items.into_iter().map(item).collect())
        }
        ValueInner::Integer(_) | ValueInner::Float(_) => Value::Number,
    }
}

fn problem(error: &Error) -> Problem {
    let words = match &error.kind {
        ErrorKind::Wanted { expected, found } => format!("expected {expected}, found {found}"),
        ErrorKind::Unexpected(found) => format!("`{}` cannot stand here", found.escape_debug()),
        ErrorKind::UnquotedString => "a text stands between quotes, as in `\"warn\"`".to_owned(),
        ErrorKind::DuplicateKey { key, .. } => format!("`{key}` stands here for the second time"),
        ErrorKind::DuplicateTable { name, .. } => format!("`[{name}]` stands here for the second time"),
        ErrorKind::UnterminatedString | ErrorKind::InvalidCharInString('\n') => {
            "this text has no closing quote".to_owned()
        }
        ErrorKind::UnexpectedEof => "the file ends where a value was expected".to_owned(),
        _ => "this cannot be read as TOML".to_owned(),
    };
    Problem { at: error.span.start, words }
}
