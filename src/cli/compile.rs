//! `evenhand compile POLICY --to FILE`: writes the compiled form of a policy.

use std::fs;

use crate::cli::facts::version;
use crate::cli::input::plainly;
use crate::cli::output::{Output, Status, Stop};
use crate::cli::{CompileArguments, check};

/// Writes the compiled form, and says what it is.
pub(crate) fn run(arguments: &CompileArguments, output: &mut Output) -> Result<Status, Stop> {
    let (root, name) = (arguments.root.as_deref(), arguments.name.as_deref());
    let Some(timeline) = check::compiled(&arguments.policy, root, name)? else { return Ok(Status::Found) };
    let policy = version(&timeline, arguments.on.as_deref())?;
    let compiled = match arguments.reasons {
        true => policy.compiled_with_reasons(),
        false => policy.compiled(),
    };
    let bytes = compiled.to_bytes();
    let to = &arguments.to;
    fs::write(to, &bytes).map_err(|error| Stop::Wrong(format!("{}: {}", to.display(), plainly(&error))))?;
    output.line(&format!("{}: {}, {} bytes", to.display(), policy.name(), bytes.len()))?;
    output.line(&format!("  {}", compiled.digest()))?;
    Ok(Status::Fine)
}
