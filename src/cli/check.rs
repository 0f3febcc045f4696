//! `evenhand check PATH…`: says what is wrong with policies.

use evenhand::diag::Diagnostic;
use evenhand::limits::Limits;
use evenhand::policy::{Examined, Timeline};
use evenhand::source::Source;
use evenhand::tools::checked::Checked;
use evenhand::tools::findings::{self, Tally};
use evenhand::tools::levels::Levels;
use evenhand::tools::{github, junit, sarif};
use std::path::Path;

use crate::cli::folder::Folder;
use crate::cli::output::{Output, Status, Stop, colours, colours_of_errors, complain, complain_as_it_is};
use crate::cli::{CheckArguments, CheckFormat, config, input, snippet};

/// Checks all policies under the given paths.
pub(crate) fn run(arguments: &CheckArguments, output: &mut Output) -> Result<Status, Stop> {
    let limits = Limits::default();
    let mut status = Status::Fine;
    let mut unreadable = Vec::new();
    let mut sources = Vec::new();
    for read in input::sources(&arguments.paths, &limits) {
        match read {
            Ok(source) => sources.push(source),
            Err((path, reason)) => {
                status = Status::Wrong;
                complain(&format!("{}: {reason}", path.display()));
                unreadable.push((path, reason));
            }
        }
    }
    let mut checked = Checked::new(levels(arguments, &sources, &limits)?);
    for (path, reason) in unreadable {
        checked.add_unreadable(&path.to_string_lossy(), &reason);
    }
    let folder = Folder::of(sources, arguments.root.as_deref(), &limits);
    for mut it in asked(&folder)? {
        it.prove();
        checked.add(it);
    }
    if checked.policies().any(|it| checked.fails(it)) {
        status = status.max(Status::Found);
    }
    match arguments.format {
        CheckFormat::Text => {
            for it in checked.policies() {
                output.text(&report(it, &checked, colours()))?;
            }
            let tally = checked.tally();
            if tally.policies > 0 {
                output.line(&tally.words())?;
            }
        }
        CheckFormat::Json => output.line(&findings::document(&checked).pretty())?,
        CheckFormat::Github => output.text(&github::text(&checked))?,
        CheckFormat::Sarif => output.line(&sarif::document(&checked).pretty())?,
        CheckFormat::Junit => output.text(&junit::document(&checked))?,
    }
    Ok(status)
}

/// How much each finding weighs in this run: by the file of rules, then by the arguments.
fn levels(arguments: &CheckArguments, sources: &[Source], limits: &Limits) -> Result<Levels, Stop> {
    let mut levels = config::levels(arguments.root.as_deref(), sources, limits)?;
    if arguments.strict {
        levels.strict();
    }
    for name in &arguments.deny {
        levels.deny(name).map_err(|words| Stop::Wrong(format!("--deny: {words}")))?;
    }
    Ok(levels)
}

/// What became of the policies of the files that were named, in the order of these; before one that waits for
/// another that one, if it was not named itself.
pub(crate) fn asked(folder: &Folder) -> Result<Vec<Examined>, Stop> {
    let mut all = folder.examine().map_err(|rejected| Stop::Wrong(rejected.to_string()))?;
    let mut asked = Vec::new();
    for source in &folder.named {
        if let Some(at) = all.iter().position(|it| it.files.iter().any(|it| it == source.name())) {
            let it = all.remove(at);
            // Why it was not looked at stands in a file that was found for it.
            let because = all.iter().position(|base| it.waits_for.as_ref() == Some(&base.name));
            let named = |base: &Examined| {
                folder.named.iter().any(|source| base.files.iter().any(|it| it == source.name()))
            };
            if let Some(at) = because.filter(|at| all.get(*at).is_some_and(|it| !named(it))) {
                asked.push(all.remove(at));
            }
            asked.push(it);
        }
    }
    Ok(asked)
}

/// Whether a policy cannot be used.
pub(crate) fn refused(it: &Examined) -> bool {
    it.timeline.is_none()
}

/// All that is said of one policy.
fn report(it: &Examined, checked: &Checked, colours: bool) -> String {
    let mut text = drawn(it, checked.levels(), colours);
    let path = it.source.name();
    match &it.timeline {
        _ if checked.fails(it) => text.push_str(&why_refused(it, checked.levels())),
        None => {}
        Some(_) if it.library => text.push_str(&format!("{path}: {}\n", findings::LIBRARY)),
        Some(timeline) => {
            for (index, policy) in timeline.versions().iter().enumerate() {
                let days = if timeline.versions().len() > 1 {
                    format!("{}: ", policy.in_force())
                } else {
                    String::new()
                };
                let base = it.extends.as_ref().map_or_else(String::new, |it| format!("; extends {it}"));
                let path = policy.source().name();
                text.push_str(&format!("{path}: {days}{}{base}\n", findings::summary(policy)));
                if let Some(proved) = it.proofs.get(index).and_then(|it| findings::proved(policy, it)) {
                    text.push_str(&format!("{path}: {days}proved: {proved}\n"));
                }
            }
        }
    }
    text
}

fn why_refused(it: &Examined, levels: &Levels) -> String {
    let path = it.source.name();
    if let Some(base) = &it.waits_for {
        return format!("{path}: not checked, because `{base}` has errors\n");
    }
    let mut tally = Tally::default();
    tally.add(&it.findings, levels);
    format!("{path}: {}{}\n", tally.findings(), omitted(it.omitted))
}

fn omitted(count: usize) -> String {
    match count {
        0 => String::new(),
        count => format!(", and {count} more findings that are not shown"),
    }
}

/// The findings, each with the lines that it speaks of.
fn drawn(it: &Examined, levels: &Levels, colours: bool) -> String {
    let draw = |finding: &Diagnostic| {
        let weight = levels.severity(finding.code).unwrap_or(finding.code.severity);
        snippet::draw(finding, &it.source, weight, colours)
    };
    it.findings.iter().map(draw).collect()
}

/// The policy that another command works with, in all its versions: the only one under `path`, or the one
/// named `name`. `None` where it has errors, which have been shown.
pub(crate) fn compiled(
    path: &Path,
    root: Option<&Path>,
    name: Option<&str>,
) -> Result<Option<Timeline>, Stop> {
    let limits = Limits::default();
    let wrong = |reason: &str| Stop::Wrong(format!("{}: {reason}", path.display()));
    let mut sources = Vec::new();
    match path.is_dir() {
        false => sources.push(input::policy(path, &limits).map_err(|reason| wrong(&reason))?),
        true => {
            for read in input::sources(&[path.to_owned()], &limits) {
                sources.push(
                    read.map_err(|(path, reason)| Stop::Wrong(format!("{}: {reason}", path.display())))?,
                );
            }
        }
    }
    let folder = Folder::of(sources, root, &limits);
    let all = folder.examine().map_err(|rejected| Stop::Wrong(rejected.to_string()))?;
    let own = |it: &&Examined| {
        let named = folder.named.iter().any(|source| it.files.iter().any(|it| it == source.name()));
        named && name.is_none_or(|name| name == it.name)
    };
    let deciding: Vec<&Examined> = all.iter().filter(own).filter(|it| !it.library || refused(it)).collect();
    let chosen = match deciding.as_slice() {
        [] if name.is_some() => return Err(wrong(&no_such_policy(name.unwrap_or_default(), &all))),
        [] => match all.iter().find(own) {
            Some(it) => it,
            None => return Err(wrong("there is no policy here")),
        },
        [only] => only,
        several => {
            let names: Vec<&str> = several.iter().map(|it| it.name.as_str()).collect();
            return Err(wrong(&format!(
                "there are several policies; name one with `--policy`: {}",
                names.join(", ")
            )));
        }
    };
    match &chosen.timeline {
        Some(timeline) => Ok(Some(timeline.clone())),
        None => {
            // What it waits for was read because of it.
            let because = all.iter().filter(|it| chosen.waits_for.as_deref() == Some(&it.name));
            for it in because.chain([chosen]) {
                show_refusal(it);
            }
            Ok(None)
        }
    }
}

fn no_such_policy(name: &str, all: &[Examined]) -> String {
    let names: Vec<&str> = all.iter().filter(|it| !it.library).map(|it| it.name.as_str()).collect();
    format!("there is no policy `{name}` here; there are {}", names.join(", "))
}

/// Says on standard error why a policy is refused.
pub(crate) fn show_refusal(it: &Examined) {
    let levels = Levels::default();
    let text = drawn(it, &levels, colours_of_errors()) + &why_refused(it, &levels);
    complain_as_it_is(&text);
}
