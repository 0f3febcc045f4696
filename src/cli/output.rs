//! Writes to standard output, and says how a command ended.
//!
//! A reader that goes away (`| head`) ends the command quietly.

use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// All is well.
    Fine,
    /// Something was found.
    Found,
    /// Some input could not be read; what was wrong has been said.
    Wrong,
}

/// Why a command stops in the middle.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The reader of the output has gone.
    NobodyReads,
    /// The command was used wrongly or cannot read its input.
    Wrong(String),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        match error.kind() {
            ErrorKind::BrokenPipe => Stop::NobodyReads,
            _ => Stop::Wrong(format!("the output cannot be written: {error}")),
        }
    }
}

/// Standard output, buffered.
pub(crate) struct Output {
    out: BufWriter<io::Stdout>,
}

impl Output {
    /// Standard output of this process.
    pub(crate) fn new() -> Output {
        Output { out: BufWriter::new(io::stdout()) }
    }

    /// Writes `text` as it is.
    pub(crate) fn text(&mut self, text: &str) -> Result<(), Stop> {
        Ok(self.out.write_all(text.as_bytes())?)
    }

    /// Writes `text` and ends the line.
    pub(crate) fn line(&mut self, text: &str) -> Result<(), Stop> {
        self.text(text)?;
        self.text("\n")
    }

    /// Passes on what was written so far.
    pub(crate) fn finish(&mut self) -> Result<(), Stop> {
        self.out.flush()?;
        // Standard output has a buffer of its own, by lines.
        Ok(io::stdout().flush()?)
    }
}

/// Whether standard output shows colours: it is a terminal, and `NO_COLOR` is not set.
pub(crate) fn colours() -> bool {
    io::stdout().is_terminal() && wants_colours()
}

/// Whether standard error shows colours.
pub(crate) fn colours_of_errors() -> bool {
    io::stderr().is_terminal() && wants_colours()
}

fn wants_colours() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty())
}

/// Writes a message to standard error, one line or more.
pub(crate) fn complain(message: &str) {
    complain_as_it_is(&format!("error: {message}\n"));
}

/// Writes text to standard error. Where that is closed, there is nobody to tell.
pub(crate) fn complain_as_it_is(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
