//! Rows of tables as people write them elsewhere: empty cells, dashes, dots, bars left out.

use crate::syntax::message::{Failure, habit::Habit};

/// Whether reading stopped in a table: it is one, or some line before it is a row.
pub(super) fn in_table(failure: &Failure<'_>) -> bool {
    failure.keyword() == "table" || before(failure).lines().any(is_row)
}

fn is_row(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('|') && !line.starts_with("||")
}

fn before<'t>(failure: &Failure<'t>) -> &'t str {
    let line = failure.item.get(failure.at..).and_then(|it| it.lines().next()).unwrap_or("");
    failure.item.get(..failure.at + line.len()).unwrap_or(failure.item)
}

/// The habit of a row where reading stopped.
pub(super) fn find(failure: &Failure<'_>) -> Option<Habit> {
    if !in_table(failure) {
        return None;
    }
    let read = failure.item.get(..failure.at)?;
    let line = read.rsplit('\n').next().unwrap_or(read);
    if failure.token == ".." {
        return Some(Habit::here(failure, "a range is written `1 through 5`; both ends belong to it"));
    }
    if failure.token != "|" {
        let last = read.trim_end();
        let row = last.rsplit('\n').next().unwrap_or(last);
        let open = line.trim().is_empty() && is_row(row) && !row.ends_with('|');
        let habit = open.then(|| Habit::here(failure, "end every row with `|`"));
        return habit.map(|it| it.expected("`|` at the end of the row"));
    }
    if !line.trim_start().starts_with('|') && !line.trim_start().is_empty() {
        return Some(Habit::here(failure, "a row begins with `|`, as in `| gold | USD 5 |`"));
    }
    let cell = line.rsplit('|').next().unwrap_or(line).trim();
    if matches!(cell, "" | "-" | "*") {
        let help = "such a cell says nothing: write `any` where the column does not matter";
        return Some(Habit::here(failure, help));
    }
    let end = cell.strip_prefix("over ")?;
    let help = format!("write `> {end}`; `over` begins a range, as in `over 5 through 10`");
    Some(Habit::here(failure, help))
}
