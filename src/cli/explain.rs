//! `evenhand explain CODE`: prints the page of a finding.

use evenhand::tools::catalogue;

use crate::cli::ExplainArguments;
use crate::cli::output::{Output, Status, Stop};

/// Prints one page, or the list of all.
pub(crate) fn run(arguments: &ExplainArguments, output: &mut Output) -> Result<Status, Stop> {
    let Some(word) = &arguments.code else {
        output.text(&catalogue::list())?;
        return Ok(Status::Fine);
    };
    let Some(code) = catalogue::find(word) else {
        let advice = match catalogue::probably(word) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`evenhand explain --list` shows all".to_owned(),
        };
        return Err(Stop::Wrong(format!("there is no finding `{word}`; {advice}")));
    };
    output.text(&catalogue::page(code))?;
    Ok(Status::Fine)
}
