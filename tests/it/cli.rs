//! The command, run as its users run it: every subcommand, every exit code, what it prints and where.
//!
//! Most tests are snapshots of a whole run. Places of the machine and digests are taken out, so that a
//! snapshot changes only where the command's words do.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::disallowed_methods, reason = "a test reads and writes files")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

mod boundary;
mod check;
#[cfg(feature = "parquet")]
mod columns;
mod decide;
mod diff;
mod facts;
mod few;
mod formats;
mod levels;
mod suite;

/// The folder with the policies that the tests run on; the command runs there.
fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/cli")
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evenhand"));
    command.args(arguments).current_dir(cases()).env_remove("NO_COLOR");
    command
}

/// Runs the command with this standard input.
fn run_with(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = command(arguments);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that does not read its input may be gone by now.
    let _ = stdin.write_all(input);
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn run(arguments: &[&str]) -> Output {
    run_with(arguments, b"")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The exit code, and what went to standard output and standard error.
fn shown(output: &Output) -> String {
    let mut text = format!("exit code {}\n", output.status.code().unwrap());
    for (name, part) in [("stdout", stdout(output)), ("stderr", stderr(output))] {
        if !part.is_empty() {
            text.push_str(&format!("──── {name}\n{part}"));
        }
    }
    without_digests(&text)
}

/// Replaces the digits of each digest.
fn without_digests(text: &str) -> String {
    let mut parts = text.split("sha256:");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        out.push_str("sha256:…");
        out.push_str(&part[digits..]);
    }
    out
}

/// An empty folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A file of this test's own.
fn file(test: &str, name: &str, content: &[u8]) -> String {
    let path = folder(test).join(name);
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

/// What [`shown`] gives, with the folder of this test's own taken out.
fn shown_in(test: &str, output: &Output) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(test);
    shown(output).replace(folder.to_str().unwrap(), "TMP")
}
