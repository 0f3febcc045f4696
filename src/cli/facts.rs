//! `evenhand facts POLICY`: shows what a policy must be told.

use evenhand::tools::facts::{json_schema::json_schema, sample::sample, table};

use crate::cli::output::{Output, Status, Stop, complain_as_it_is};
use crate::cli::{FactsArguments, FactsFormat, check};

/// Prints the facts of one policy.
pub(crate) fn run(arguments: &FactsArguments, output: &mut Output) -> Result<Status, Stop> {
    let Some(policy) = check::compiled(&arguments.policy)? else { return Ok(Status::Found) };
    match arguments.format {
        FactsFormat::Text => output.text(&table(&policy))?,
        FactsFormat::Schema => output.line(&json_schema(&policy).pretty())?,
        FactsFormat::Template => {
            let sample = sample(&policy);
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
