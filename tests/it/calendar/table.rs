//! The edge cases of calendars stand in the manual, and are run from there.

#![allow(clippy::disallowed_methods, reason = "a test reads files")]

use std::fs;
use std::path::Path;

use evenhand::{Policy, Status};

const HEADING: &str = "## Calendars: the edge cases";

/// The code of what is refused.
const LEAVES: &str = "T720";

/// A row of the manual: an expression, and what it gives; nothing where it is refused.
struct Row<'t> {
    expression: &'t str,
    gives: Option<&'t str>,
}

/// The section, from its heading to the next.
fn section(manual: &str) -> &str {
    let (_, rest) = manual.split_once(HEADING).unwrap();
    rest.split_once("\n## ").map_or(rest, |it| it.0)
}

/// The calendars that the section declares.
fn calendars(section: &str) -> &str {
    let (_, rest) = section.split_once("```policy\n").unwrap();
    rest.split_once("facts {").unwrap().0
}

fn rows(section: &str) -> impl Iterator<Item = Row<'_>> {
    section.lines().filter(|it| it.starts_with("| `")).map(|line| {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let expression = cells.next().unwrap().trim_matches('`');
        Row { expression, gives: cells.next().filter(|it| *it != "*refused*") }
    })
}

/// The type of what is given, by its look.
fn type_of(gives: &str) -> &'static str {
    match gives {
        "yes" | "no" => "boolean",
        _ if gives.contains("business day") => "business days",
        _ if gives.contains("business hour") => "business hours",
        _ if gives.ends_with('Z') && gives.matches(':').count() == 1 => "instant to the minute",
        _ if gives.ends_with('Z') => "instant",
        _ if gives.contains('T') => "datetime to the minute",
        _ => "date",
    }
}

/// What the language says of a row: what the expression gives, in words, or the codes of what is wrong.
fn run(calendars: &str, row: &Row<'_>) -> Result<String, String> {
    let (ty, expression) = (row.gives.map_or("nothing", type_of), row.expression);
    let policy = match row.gives {
        Some(_) => format!(
            "{calendars}\nfacts {{ ask: boolean }}\ndecision d {{\n  outcome shown(value: {ty})\n  outcome no\n  \
             rule r {{ when ask then shown(value: {expression}) because \"asked\" }}\n  \
             otherwise no because \"not asked\"\n}}\n"
        ),
        // What is refused has no value; it is enough to name it.
        None => format!(
            "{calendars}\ndefine it = {expression}\nfacts {{ ask: boolean }}\ndecision d {{\n  outcome no\n  \
             rule r {{ when ask and it is present then no because \"asked\" }}\n  \
             otherwise no because \"not asked\"\n}}\n"
        ),
    };
    let policy = Policy::compile(policy.as_str()).map_err(|rejected| codes(&rejected))?;
    let facts = policy.facts_from_json(r#"{"ask": true}"#).unwrap();
    let answer = policy.decide(&facts).unwrap();
    match &answer.decision("d").unwrap().status {
        Status::Decided(outcome) => Ok(outcome.get("value").unwrap().to_string()),
        other => Err(format!("{other:?}")),
    }
}

fn codes(rejected: &evenhand::Rejected) -> String {
    let errors = rejected.diagnostics().iter().map(|it| format!("{} {}", it.code.id, it.message));
    errors.collect::<Vec<_>>().join("; ")
}

#[test]
fn the_table_of_the_manual_is_true() {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("grammar/MANUAL.md");
    let manual = fs::read_to_string(manual).unwrap();
    let section = section(&manual);
    let calendars = calendars(section);
    let (mut rows_run, mut wrong) = (0, Vec::new());
    for row in rows(section) {
        rows_run += 1;
        let found = run(calendars, &row);
        let right = match (&found, row.gives) {
            (Ok(found), Some(gives)) => found == gives,
            (Err(codes), None) => codes.starts_with(LEAVES) && !codes.contains(';'),
            _ => false,
        };
        if !right {
            wrong.push(format!("{}\n    manual {:?}\n    run    {found:?}", row.expression, row.gives));
        }
    }
    assert!(rows_run > 90, "the table has {rows_run} rows");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
