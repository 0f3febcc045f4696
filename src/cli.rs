//! The command line: reads arguments and files, calls the library, writes what it says.
//!
//! One module for each subcommand, and three that they share: `input` reads files within limits, `output`
//! writes and survives a reader that goes away, `snippet` draws findings. Nothing here decides anything that
//! a host of the library would need.
//!
//! Exit codes: 0 all is well; 1 something was found (an error in a policy, a test that fails, a decision in
//! error, a line of facts that cannot be taken); 2 the command was used wrongly or could not read its input.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

use crate::cli::output::{Output, Status, Stop};

mod batch;
mod boundary;
mod cases;
mod check;
#[cfg(feature = "parquet")]
mod columns;
mod compile;
mod config;
mod decide;
mod diff;
mod explain;
mod facts;
mod folder;
mod git;
mod input;
mod new;
mod output;
mod progress;
mod snippet;
mod suite;

const EXAMPLES: &str = "\
Examples:
  evenhand new acme.refunds                     write a policy to begin with
  evenhand check policies/                      check every policy in a folder
  evenhand check policies/ --deny warnings      and fail on warnings too
  evenhand test refunds.policy                  run the tests of a policy
  evenhand cases refunds.policy                 write tests for all that it decides
  evenhand facts refunds.policy                 show what it must know
  evenhand decide refunds.policy --facts case.json
  evenhand decide refunds.policy --facts cases.jsonl --format json
  evenhand decide policies/ --policy acme.refunds --facts case.json
  evenhand compile refunds.policy --to refunds.evenhand
  evenhand diff main..HEAD -- policies/         what a change of policies changes
  evenhand explain T201                         what a finding means and how to mend it

Exit codes:
  0  all is well
  1  a policy has errors, a test failed, or a case could not be decided
  2  the command was used wrongly, or its input could not be read";

/// Runs customer-support policies: same facts, same decision, with reasons
#[derive(Parser)]
#[command(name = "evenhand", version, after_help = EXAMPLES, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check policies and say what is wrong with them
    Check(CheckArguments),
    /// Decide a case, or many, from facts in JSON
    Decide(DecideArguments),
    /// Say for which cases a change of policies changes what is decided, and from what to what
    Diff(DiffArguments),
    /// Show the facts that a policy must know
    Facts(FactsArguments),
    /// Explain a finding by its code or name
    Explain(ExplainArguments),
    /// Run the tests that stand in policies
    Test(TestArguments),
    /// Write tests that try every rule, boundary and override of a policy
    Cases(CasesArguments),
    /// Write the compiled form of a policy, which loads without its text
    Compile(CompileArguments),
    /// Write a policy to begin with
    New(NewArguments),
}

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON document
    Json,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum CheckFormat {
    /// For people
    Text,
    /// One JSON document
    Json,
    /// Commands for a GitHub workflow, which shows findings beside the lines
    Github,
    /// SARIF 2.1.0, for code hosts and editors
    Sarif,
    /// JUnit XML, for build servers
    Junit,
}

#[derive(Args)]
struct CheckArguments {
    /// Policies, or folders to search for files that end in `.policy`
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How findings are written
    #[arg(long, value_enum, default_value = "text")]
    format: CheckFormat,
    /// Fail on `warnings`, or on the finding of this name; may be repeated
    #[arg(long, value_name = "NAME")]
    deny: Vec<String>,
    /// Fail on what could not be proved
    #[arg(long)]
    strict: bool,
    /// Where to look for `evenhand.toml`, and for the files that policies use or extend; otherwise in their folders
    /// and those around them
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
}

/// How answers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum AnswerFormat {
    /// In words
    Text,
    /// The whole answer as one line of JSON
    Json,
    /// The canonical body alone, as one line of JSON
    Body,
    /// Outcomes and their parameters alone, without reasons, as one line of JSON
    Outcome,
}

/// Whether a line on the terminal says how far a long run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Progress {
    /// Where the answers go elsewhere than to the terminal
    Auto,
    /// Never
    Never,
    /// Always, on standard error
    Always,
}

#[derive(Args)]
#[command(after_help = "\
Facts are one JSON object, or JSON Lines: one object a line, one answer a line. A line may be the facts
themselves, or hold them under `facts` beside an `id`, which the answer then repeats. A fact that is left out
is unknown; `null` says that there is none.

Examples:
  evenhand decide refunds.policy --facts case.json
  evenhand decide refunds.policy --facts cases.jsonl --format json > answers.jsonl
  evenhand decide refunds.policy --facts last-year.jsonl --format outcome > outcomes.jsonl
  echo '{\"order\": {\"total\": \"USD 49.99\"}}' | evenhand decide refunds.policy --facts -")]
struct DecideArguments {
    /// The policy, or a folder that holds it
    #[arg(value_name = "POLICY")]
    policy: PathBuf,
    /// Answer only this decision; may be repeated
    #[arg(long = "decision", value_name = "NAME")]
    decisions: Vec<String>,
    /// A file of facts, or `-` for standard input
    #[arg(long, value_name = "FILE")]
    facts: PathBuf,
    /// Read the facts as JSON Lines, even if there is only one
    #[arg(long)]
    lines: bool,
    /// How answers are written
    #[arg(long, value_enum, default_value = "text")]
    format: AnswerFormat,
    /// The file to write the answers to, where the facts are a Parquet file
    #[cfg(feature = "parquet")]
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// A column of a Parquet file that is no fact, and stands in the answers again; may be repeated
    #[cfg(feature = "parquet")]
    #[arg(long, value_name = "COLUMN")]
    keep: Vec<String>,
    /// Whether a line on the terminal says how far it is, where there are many cases
    #[arg(long, value_enum, default_value = "auto")]
    progress: Progress,
    /// The name of the policy, where a folder holds several
    #[arg(long = "policy", value_name = "NAME")]
    name: Option<String>,
    /// Where to look for the files that policies use or extend; otherwise in their folders and those around them
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
}

/// How differences are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    /// For people
    Text,
    /// One JSON document
    Json,
    /// Markdown, to be read as a comment on a proposed change
    Markdown,
}

#[derive(Args)]
#[command(after_help = "\
Policies are compared by name, versions by the days on which they are in force. The exit code is 0 also where
something differs, unless `--exit-code` is given; it is 1 where a gate is broken, 2 where something cannot be read
or has errors.

Examples:
  evenhand diff old/refunds.policy refunds.policy
  evenhand diff main..HEAD -- policies/                    two revisions of a Git repository
  evenhand diff main...HEAD -- policies/                   since the branch left main
  evenhand diff HEAD -- policies/                          a revision, and the files as they are
  evenhand diff main...HEAD --format markdown -- policies/ > comment.md
  evenhand diff main...HEAD --forbid 'refund: * -> approve' --forbid-lost-disclosures -- policies/")]
struct DiffArguments {
    /// Two files or folders; or with paths after `--` one or two revisions, or a range of them
    #[arg(required = true, num_args = 1..=2, value_names = ["OLD", "NEW"])]
    sides: Vec<String>,
    /// What to compare of the revisions
    #[arg(last = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How differences are written
    #[arg(long, value_enum, default_value = "text")]
    format: DiffFormat,
    /// End with exit code 1 where something differs
    #[arg(long)]
    exit_code: bool,
    /// Forbid a change, as `DECISION: FROM -> TO`, each a name or `*`; may be repeated
    #[arg(long, value_name = "CHANGE")]
    forbid: Vec<String>,
    /// Forbid that a disclosure is not required any more in a case in which it was
    #[arg(long)]
    forbid_lost_disclosures: bool,
    /// Where to look for the files that policies use or extend; otherwise in their folders and those around them
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
}

/// How facts are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FactsFormat {
    /// A table
    Text,
    /// A JSON Schema (draft 2020-12)
    Schema,
    /// A JSON document with a sample value for every fact
    Template,
}

#[derive(Args)]
struct FactsArguments {
    /// The policy, or a folder that holds it
    #[arg(value_name = "POLICY")]
    policy: PathBuf,
    /// How they are shown
    #[arg(long, value_enum, default_value = "text")]
    format: FactsFormat,
    /// The name of the policy, where a folder holds several
    #[arg(long = "policy", value_name = "NAME")]
    name: Option<String>,
    /// The day whose version is shown, where there are several; otherwise the last one
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// Where to look for the files that policies use or extend; otherwise in their folders and those around them
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
}

#[derive(Args)]
struct ExplainArguments {
    /// The code or name of a finding: `T201`, `unknown-name`
    #[arg(value_name = "CODE", required_unless_present = "list")]
    code: Option<String>,
    /// List all codes
    #[arg(long, conflicts_with = "code")]
    list: bool,
}

#[derive(Args)]
struct TestArguments {
    /// Policies, or folders to search for files that end in `.policy`
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How results are written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Where to look for the files that policies use or extend; otherwise in their folders and those around them
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
}

#[derive(Args)]
#[command(after_help = "\
The tests expect what the policy answers today: read them before they go into the policy, for what it answers
may be wrong.

Examples:
  evenhand cases refunds.policy
  evenhand cases refunds.policy --missing >> refunds.policy
  evenhand cases refunds.policy --decision refund --format json")]
struct CasesArguments {
    /// The policy, or a folder that holds it
    #[arg(value_name = "POLICY")]
    policy: PathBuf,
    /// Try only this decision; may be repeated
    #[arg(long = "decision", value_name = "NAME")]
    decisions: Vec<String>,
    /// Leave out what the policy's own tests try
    #[arg(long)]
    missing: bool,
    /// Tests to paste into the policy, or one JSON document with facts and answers
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// The name of the policy, where a folder holds several
    #[arg(long = "policy", value_name = "NAME")]
    name: Option<String>,
    /// The day whose version is tried, where there are several; otherwise all of them
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// Where to look for the files that policies use or extend; otherwise in their folders and those around them
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
}

#[derive(Args)]
#[command(after_help = "\
The compiled form says outcomes and their parameters, and the rules that decide with --reasons: a program loads it with
`Compiled::from_bytes`, without the parser and the checker. It is read by the version of Evenhand that wrote it.

Examples:
  evenhand compile refunds.policy --to refunds.evenhand")]
struct CompileArguments {
    /// The policy, or a folder that holds it
    #[arg(value_name = "POLICY")]
    policy: PathBuf,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// With the rules that decide and their texts
    #[arg(long)]
    reasons: bool,
    /// The name of the policy, where a folder holds several
    #[arg(long = "policy", value_name = "NAME")]
    name: Option<String>,
    /// The day whose version is compiled, where there are several; otherwise the last one
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// Where to look for the files that policies use or extend; otherwise in their folders and those around them
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
}

#[derive(Args)]
struct NewArguments {
    /// The policy's name, like `acme.refunds`; the file is NAME.policy
    #[arg(value_name = "NAME")]
    name: String,
    /// The folder to write it in
    #[arg(long, value_name = "DIR", default_value = ".")]
    path: PathBuf,
}

/// Runs the command with the arguments of this process.
pub(crate) fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Where nobody reads any more, there is nobody to tell.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let mut output = Output::new();
    let done = match &arguments.command {
        Command::Check(it) => check::run(it, &mut output),
        Command::Decide(it) => decide::run(it, &mut output),
        Command::Diff(it) => diff::run(it, &mut output),
        Command::Facts(it) => facts::run(it, &mut output),
        Command::Explain(it) => explain::run(it, &mut output),
        Command::Test(it) => suite::run(it, &mut output),
        Command::Cases(it) => boundary::run(it, &mut output),
        Command::Compile(it) => compile::run(it, &mut output),
        Command::New(it) => new::run(it, &mut output),
    };
    match done.and_then(|status| output.finish().map(|()| status)) {
        Ok(Status::Fine) | Err(Stop::NobodyReads) => ExitCode::SUCCESS,
        Ok(Status::Found) => ExitCode::from(1),
        Ok(Status::Wrong) => ExitCode::from(2),
        Err(Stop::Wrong(message)) => {
            output::complain(&message);
            ExitCode::from(2)
        }
    }
}
