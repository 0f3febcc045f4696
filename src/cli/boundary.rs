//! `evenhand cases POLICY`: writes tests that try what a policy decides.

use evenhand::json::Json;
use evenhand::policy::Policy;
use evenhand::tools::boundary::{tests, to_json};

use crate::cli::output::{Output, Status, Stop, complain_as_it_is};
use crate::cli::{CasesArguments, Format, check, facts};

/// Prints the tests of one policy, version by version.
pub(crate) fn run(arguments: &CasesArguments, output: &mut Output) -> Result<Status, Stop> {
    let (root, name) = (arguments.root.as_deref(), arguments.name.as_deref());
    let Some(timeline) = check::compiled(&arguments.policy, root, name)? else { return Ok(Status::Found) };
    let versions: Vec<&Policy> = match &arguments.on {
        Some(day) => vec![facts::version(&timeline, Some(day))?],
        None => timeline.versions().iter().collect(),
    };
    let mut documents = Vec::new();
    let (mut open, mut unwritten) = (0, 0);
    let mut texts = Vec::new();
    let mut taken = Vec::new();
    for policy in &versions {
        let found = policy.boundary_cases_of(&arguments.decisions, arguments.missing, &taken);
        let found = found.map_err(|error| Stop::Wrong(error.to_string()))?;
        open += found.open();
        taken.extend(found.cases().iter().map(|it| it.name.clone()));
        match arguments.format {
            Format::Json => documents.push(to_json(policy, &found)),
            Format::Text if found.cases().is_empty() => {}
            Format::Text => {
                let (text, left_out) = tests(policy, &found);
                unwritten += left_out;
                let several = versions.len() > 1;
                let head = if several { format!("# {}\n", policy.in_force()) } else { String::new() };
                texts.push(format!("{head}{text}"));
            }
        }
    }
    match arguments.format {
        Format::Json => {
            let versions = ("versions", Json::List(documents));
            output.line(&Json::object([("schema", Json::Integer(1)), versions]).pretty())?;
        }
        Format::Text => output.text(&texts.join("\n"))?,
    }
    if open > 0 && arguments.format == Format::Text {
        complain_as_it_is(&format!(
            "note: there may be a case to test beyond these, but none was found that is sure to be one: {open}\n"
        ));
    }
    if unwritten > 0 {
        complain_as_it_is(&format!(
            "note: left out, because no constant stands for a fact of it: {unwritten}; `--format json` has all\n"
        ));
    }
    Ok(Status::Fine)
}
