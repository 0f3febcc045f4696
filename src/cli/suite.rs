//! `evenhand test PATH…`: runs the tests that stand in policies.

use evenhand::json::Json;
use evenhand::limits::Limits;
use evenhand::tools::suite::{self, Report};

use crate::cli::folder::Folder;
use crate::cli::output::{Output, Status, Stop, complain};
use crate::cli::{Format, TestArguments, check, input};

/// Runs the tests of all policies under the given paths.
pub(crate) fn run(arguments: &TestArguments, output: &mut Output) -> Result<Status, Stop> {
    let limits = Limits::default();
    let mut status = Status::Fine;
    let mut reports = Vec::new();
    let mut refused = Vec::new();
    let mut sources = Vec::new();
    for read in input::sources(&arguments.paths, &limits) {
        match read {
            Ok(source) => sources.push(source),
            Err((path, reason)) => {
                status = Status::Wrong;
                complain(&format!("{}: {reason}", path.display()));
                refused.push(suite::untested(&path.to_string_lossy(), &reason));
            }
        }
    }
    let folder = Folder::of(sources, arguments.root.as_deref(), &limits);
    for it in check::asked(&folder)? {
        match &it.timeline {
            // What holds no decisions has nothing to test.
            Some(_) if it.library && it.waits_for.is_none() && folder.named.len() > 1 => {}
            Some(timeline) => {
                for report in suite::run_versions(timeline) {
                    if report.failed() > 0 {
                        status = status.max(Status::Found);
                    }
                    if arguments.format == Format::Text {
                        output.text(&report.words())?;
                    }
                    reports.push(report);
                }
            }
            None => {
                status = status.max(Status::Found);
                check::show_refusal(&it);
                let reason = match &it.waits_for {
                    Some(base) => format!("`{base}` has errors"),
                    None => "the policy has errors".to_owned(),
                };
                refused.push(suite::untested(it.source.name(), &reason));
            }
        }
    }
    let (passed, failed) = reports
        .iter()
        .fold((0, 0), |(passed, failed), report| (passed + report.passed(), failed + report.failed()));
    match arguments.format {
        Format::Json => {
            let policies = reports.iter().map(Report::to_json).chain(refused).collect();
            let document = Json::object([
                ("schema", Json::Integer(1)),
                ("policies", Json::List(policies)),
                ("passed", Json::integer(passed as i128)),
                ("failed", Json::integer(failed as i128)),
            ]);
            output.line(&document.pretty())?;
        }
        Format::Text if reports.is_empty() => {}
        Format::Text => output.line(&format!("{passed} passed, {failed} failed"))?,
    }
    Ok(status)
}
