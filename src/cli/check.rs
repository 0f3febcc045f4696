//! `evenhand check PATH…`: says what is wrong with policies.

use evenhand::diag::{Diagnostic, Severity};
use evenhand::json::Json;
use evenhand::limits::Limits;
use evenhand::policy::Policy;
use evenhand::source::Source;
use evenhand::tools::findings::{self, Tally};
use std::path::Path;

use crate::cli::output::{Output, Status, Stop, colours, colours_of_errors, complain, complain_as_it_is};
use crate::cli::{CheckArguments, Format, input, snippet};

/// Checks all policies under the given paths.
pub(crate) fn run(arguments: &CheckArguments, output: &mut Output) -> Result<Status, Stop> {
    let limits = Limits::default();
    let mut status = Status::Fine;
    let mut tally = Tally::default();
    let mut entries = Vec::new();
    for found in input::policies(&arguments.paths) {
        let read = found.and_then(|path| match input::policy(&path, &limits) {
            Ok(source) => Ok(source),
            Err(reason) => Err((path, reason)),
        });
        let source = match read {
            Ok(source) => source,
            Err((path, reason)) => {
                status = Status::Wrong;
                complain(&format!("{}: {reason}", path.display()));
                entries.push(findings::unreadable(&path.to_string_lossy(), &reason));
                continue;
            }
        };
        let checked = Policy::compile_source(&source, &limits);
        let diagnostics = match &checked {
            Ok(policy) => policy.warnings(),
            Err(rejected) => {
                status = status.max(Status::Found);
                rejected.diagnostics()
            }
        };
        tally.add(diagnostics);
        match arguments.format {
            Format::Json => entries.push(entry(&source, checked.as_ref().ok(), diagnostics)),
            Format::Text => tell(&source, checked.as_ref().ok(), diagnostics, output)?,
        }
    }
    match arguments.format {
        Format::Json => output.line(&findings::document(entries).pretty())?,
        Format::Text if tally.policies > 0 => output.line(&tally.words())?,
        Format::Text => {}
    }
    Ok(status)
}

fn entry(source: &Source, policy: Option<&Policy>, diagnostics: &[Diagnostic]) -> Json {
    match policy {
        Some(policy) => findings::accepted(source.name(), policy, source),
        None => findings::refused(source.name(), diagnostics, source),
    }
}

fn tell(
    source: &Source,
    policy: Option<&Policy>,
    diagnostics: &[Diagnostic],
    output: &mut Output,
) -> Result<(), Stop> {
    for diagnostic in diagnostics {
        output.text(&snippet::draw(diagnostic, source, colours()))?;
    }
    match policy {
        Some(policy) => output.line(&format!("{}: {}", source.name(), findings::summary(policy))),
        None => Ok(()),
    }
}

/// The policy of a file that another command works with. `None` where it has errors, which have been shown.
pub(crate) fn compiled(path: &Path) -> Result<Option<Policy>, Stop> {
    let limits = Limits::default();
    let wrong = |reason| Stop::Wrong(format!("{}: {reason}", path.display()));
    let source = input::policy(path, &limits).map_err(wrong)?;
    match Policy::compile_source(&source, &limits) {
        Ok(policy) => Ok(Some(policy)),
        Err(rejected) => {
            show_errors(&source, rejected.diagnostics());
            Ok(None)
        }
    }
}

/// Draws the errors of a policy on standard error.
pub(crate) fn show_errors(source: &Source, diagnostics: &[Diagnostic]) {
    let errors = diagnostics.iter().filter(|it| it.code.severity == Severity::Error);
    for diagnostic in errors {
        complain_as_it_is(&snippet::draw(diagnostic, source, colours_of_errors()));
    }
    let mut tally = Tally::default();
    tally.add(diagnostics);
    complain_as_it_is(&format!("{}: {}\n", source.name(), tally.words()));
}
