//! `evenhand test PATH…`: runs the tests that stand in policies.

use evenhand::json::Json;
use evenhand::limits::Limits;
use evenhand::policy::Policy;
use evenhand::tools::suite::{self, Report};

use crate::cli::output::{Output, Status, Stop, complain};
use crate::cli::{Format, TestArguments, check, input};

/// Runs the tests of all policies under the given paths.
pub(crate) fn run(arguments: &TestArguments, output: &mut Output) -> Result<Status, Stop> {
    let limits = Limits::default();
    let mut status = Status::Fine;
    let mut reports = Vec::new();
    let mut refused = Vec::new();
    for read in input::sources(&arguments.paths, &limits) {
        let source = match read {
            Ok(source) => source,
            Err((path, reason)) => {
                status = Status::Wrong;
                complain(&format!("{}: {reason}", path.display()));
                refused.push(suite::untested(&path.to_string_lossy(), &reason));
                continue;
            }
        };
        match Policy::compile_source(&source, &limits) {
            Ok(policy) => {
                let report = suite::run(&policy, &source);
                if report.failed() > 0 {
                    status = status.max(Status::Found);
                }
                if arguments.format == Format::Text {
                    output.text(&report.words())?;
                }
                reports.push(report);
            }
            Err(rejected) => {
                status = status.max(Status::Found);
                check::show_refusal(&source, &rejected);
                refused.push(suite::untested(source.name(), "the policy has errors"));
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
