//! `evenhand facts POLICY`: shows what a policy must be told.

use evenhand::policy::{Policy, Timeline};
use evenhand::tools::facts::{json_schema::json_schema, sample::sample, table};
use evenhand::value::date::Date;

use crate::cli::output::{Output, Status, Stop, complain_as_it_is};
use crate::cli::{FactsArguments, FactsFormat, check};

/// Prints the facts of one policy.
pub(crate) fn run(arguments: &FactsArguments, output: &mut Output) -> Result<Status, Stop> {
    let (root, name) = (arguments.root.as_deref(), arguments.name.as_deref());
    let Some(timeline) = check::compiled(&arguments.policy, root, name)? else { return Ok(Status::Found) };
    let policy = version(&timeline, arguments.on.as_deref())?;
    match arguments.format {
        FactsFormat::Text => output.text(&table(policy))?,
        FactsFormat::Schema => output.line(&json_schema(policy).pretty())?,
        FactsFormat::Template => {
            let sample = sample(policy);
            output.line(&sample.facts.pretty())?;
            if !sample.accepted {
                complain_as_it_is(
                    "note: these values do not fit the assumptions of the policy together; change them before use\n",
                );
            }
        }
    }
    Ok(Status::Fine)
}

/// The version that is in force on a day; without one the last.
pub(crate) fn version<'t>(timeline: &'t Timeline, on: Option<&str>) -> Result<&'t Policy, Stop> {
    let found = match on {
        None => timeline.versions().last(),
        Some(day) => {
            let day: Date = day.parse().map_err(|error| Stop::Wrong(format!("--on {day}: {error}")))?;
            timeline.on(day)
        }
    };
    found.ok_or_else(|| {
        let name = timeline.name();
        Stop::Wrong(format!("no version of `{name}` is in force on {}", on.unwrap_or("any day")))
    })
}
