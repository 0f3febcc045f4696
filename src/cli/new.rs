//! `evenhand new NAME`: writes a policy to begin with.

use evenhand::tools::starter::starter;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

use crate::cli::NewArguments;
use crate::cli::input::plainly;
use crate::cli::output::{Output, Status, Stop};

/// Writes `NAME.policy`, unless it is there already.
pub(crate) fn run(arguments: &NewArguments, output: &mut Output) -> Result<Status, Stop> {
    let text = starter(&arguments.name).map_err(|error| Stop::Wrong(error.to_string()))?;
    let path = arguments.path.join(format!("{}.policy", arguments.name));
    let shown = path.strip_prefix(".").unwrap_or(&path).display().to_string();
    let file = OpenOptions::new().write(true).create_new(true).open(&path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Stop::Wrong(format!("{shown}: the file is there already; nothing was written"))
        }
        ErrorKind::NotFound => Stop::Wrong(format!("{shown}: there is no such folder")),
        ErrorKind::PermissionDenied => Stop::Wrong(format!("{shown}: it may not be written")),
        _ => Stop::Wrong(format!("{shown}: {}", plainly(&error))),
    })?;
    output.text(&format!(
        "wrote {shown}\n\n\
         What to do next:\n  \
         evenhand check {shown}     is it sound?\n  \
         evenhand test {shown}      does it decide what it should?\n  \
         evenhand facts {shown}     what must it be told?\n  \
         evenhand facts {shown} --format template > case.json\n  \
         evenhand decide {shown} --facts case.json\n"
    ))?;
    Ok(Status::Fine)
}
