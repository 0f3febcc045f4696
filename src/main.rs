//! The command `evenhand`: arguments in, the library's answers out. See [`cli`].

#![forbid(unsafe_code)]

use std::process::ExitCode;

mod cli;

fn main() -> ExitCode {
    cli::run()
}
