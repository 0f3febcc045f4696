//! `evenhand check PATH…`: says what is wrong with policies.

use evenhand::diag::Diagnostic;
use evenhand::limits::Limits;
use evenhand::policy::{Policy, Rejected};
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
    for read in input::sources(&arguments.paths, &limits) {
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
        match &checked {
            Ok(policy) => tally.add(policy.warnings()),
            Err(rejected) => {
                status = status.max(Status::Found);
                tally.add(rejected.diagnostics());
            }
        }
        match (arguments.format, &checked) {
            (Format::Json, Ok(policy)) => entries.push(findings::accepted(source.name(), policy)),
            (Format::Json, Err(rejected)) => entries.push(findings::refused(source.name(), rejected)),
            (Format::Text, Ok(policy)) => {
                output.text(&drawn(&source, policy.warnings(), colours()))?;
                output.line(&format!("{}: {}", source.name(), findings::summary(policy)))?;
            }
            (Format::Text, Err(rejected)) => output.text(&refusal(&source, rejected, colours()))?,
        }
    }
    match arguments.format {
        Format::Json => output.line(&findings::document(entries).pretty())?,
        Format::Text if tally.policies > 0 => output.line(&tally.words())?,
        Format::Text => {}
    }
    Ok(status)
}

/// The findings, each with the lines that it speaks of.
fn drawn(source: &Source, diagnostics: &[Diagnostic], colours: bool) -> String {
    diagnostics.iter().map(|it| snippet::draw(it, source, colours)).collect()
}

/// All findings of a policy that was refused, and how many there are.
fn refusal(source: &Source, rejected: &Rejected, colours: bool) -> String {
    let mut tally = Tally::default();
    tally.add(rejected.diagnostics());
    let more = match rejected.omitted() {
        0 => String::new(),
        count => format!(", and {count} more findings that are not shown"),
    };
    let drawn = drawn(source, rejected.diagnostics(), colours);
    format!("{drawn}{}: {}{more}\n", source.name(), tally.findings())
}

/// The policy of a file that another command works with. `None` where it has errors, which have been shown.
pub(crate) fn compiled(path: &Path) -> Result<Option<Policy>, Stop> {
    let limits = Limits::default();
    let wrong = |reason| Stop::Wrong(format!("{}: {reason}", path.display()));
    let source = input::policy(path, &limits).map_err(wrong)?;
    match Policy::compile_source(&source, &limits) {
        Ok(policy) => Ok(Some(policy)),
        Err(rejected) => {
            show_refusal(&source, &rejected);
            Ok(None)
        }
    }
}

/// Says on standard error why a policy is refused.
pub(crate) fn show_refusal(source: &Source, rejected: &Rejected) {
    complain_as_it_is(&refusal(source, rejected, colours_of_errors()));
}
