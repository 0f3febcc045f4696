//! `evenhand diff OLD NEW`: says for which cases a change of policies changes what is decided.

use evenhand::limits::Limits;
use evenhand::policy::diff::{PolicyDifference, timelines};
use evenhand::policy::{Examined, PolicySet, Timeline};
use evenhand::source::Source;
use evenhand::tools::diff::{self as words, gates};
use std::path::{Path, PathBuf};

use crate::cli::folder::Folder;
use crate::cli::output::{Output, Status, Stop, complain};
use crate::cli::{DiffArguments, DiffFormat, check, git, input};

/// Compares two files, folders or revisions.
pub(crate) fn run(arguments: &DiffArguments, output: &mut Output) -> Result<Status, Stop> {
    let gates: Vec<gates::Forbidden> = arguments
        .forbid
        .iter()
        .map(|it| gates::Forbidden::read(it).map_err(|wrong| Stop::Wrong(wrong.to_string())))
        .collect::<Result<_, _>>()?;
    let (old, new) = both(arguments)?;
    let (Some(old), Some(new)) = (old, new) else {
        complain("what has errors cannot be compared");
        return Ok(Status::Wrong);
    };
    let found = timelines(&old, &new);
    output.text(&match arguments.format {
        DiffFormat::Text => words::text(&found),
        DiffFormat::Markdown => words::markdown(&found),
        DiffFormat::Json => words::json(&found).pretty() + "\n",
    })?;
    output.finish()?;
    let mut broken: Vec<String> = gates.iter().flat_map(|it| it.broken(&found)).collect();
    if arguments.forbid_lost_disclosures {
        broken.extend(gates::lost_disclosures(&found));
    }
    for it in &broken {
        complain(&format!("forbidden by {it}"));
    }
    let differs = arguments.exit_code && !found.iter().all(PolicyDifference::is_same);
    Ok(if broken.is_empty() && !differs { Status::Fine } else { Status::Found })
}

/// The policies of one side; none where some are refused, which has been said.
type One = Option<Vec<Timeline>>;

/// The two sides.
fn both(arguments: &DiffArguments) -> Result<(One, One), Stop> {
    let given: Vec<&str> = arguments.sides.iter().map(String::as_str).collect();
    let root = arguments.root.as_deref();
    let paths = &arguments.paths;
    match (given.as_slice(), paths.is_empty()) {
        ([old, new], true) if Path::new(old).exists() && Path::new(new).exists() => {
            Ok((in_folder(&[PathBuf::from(old)], root)?, in_folder(&[PathBuf::from(new)], root)?))
        }
        ([old, new], true) => {
            let missing = if Path::new(old).exists() { new } else { old };
            Err(Stop::Wrong(format!(
                "{missing}: there is no such file; to compare revisions, name what to compare after `--`: \
                 `evenhand diff {old}..{new} -- policies/`"
            )))
        }
        ([range], _) if range.contains("..") => {
            let (old, new) = git::range(range)?;
            let paths = if paths.is_empty() { vec![PathBuf::from(".")] } else { paths.clone() };
            Ok((at_revision(&old, &paths)?, at_revision(&new, &paths)?))
        }
        ([old, new], false) => Ok((at_revision(old, paths)?, at_revision(new, paths)?)),
        ([old], false) => Ok((at_revision(old, paths)?, in_folder(paths, root)?)),
        _ => Err(Stop::Wrong(
            "expected two files or folders, or revisions and after `--` what to compare".to_owned(),
        )),
    }
}

/// The policies under some paths.
fn in_folder(paths: &[PathBuf], root: Option<&Path>) -> Result<One, Stop> {
    let limits = Limits::default();
    let mut sources = Vec::new();
    for read in input::sources(paths, &limits) {
        sources.push(read.map_err(|(path, reason)| Stop::Wrong(format!("{}: {reason}", path.display())))?);
    }
    let folder = Folder::of(sources, root, &limits);
    let all = folder.examine().map_err(|rejected| Stop::Wrong(rejected.to_string()))?;
    Ok(sound(all, &folder.named))
}

/// The policies under some paths as they stood in a revision.
fn at_revision(revision: &str, paths: &[PathBuf]) -> Result<One, Stop> {
    let limits = Limits::default();
    let (named, found) = git::sources(revision, paths, &limits)?;
    let all = PolicySet::examine(named.iter().chain(&found).cloned(), &limits)
        .map_err(|rejected| Stop::Wrong(rejected.to_string()))?;
    Ok(sound(all, &named))
}

/// The policies that decide, of those in the named files. None where one is refused.
fn sound(all: Vec<Examined>, named: &[Source]) -> One {
    let own = |it: &Examined| named.iter().any(|source| it.files.iter().any(|it| it == source.name()));
    let mut sound = true;
    for it in all.iter().filter(|it| check::refused(it)) {
        // One that was only found is needed by one that is named, if that waits for it.
        if own(it) || all.iter().any(|other| own(other) && other.waits_for.as_ref() == Some(&it.name)) {
            check::show_refusal(it);
            sound = false;
        }
    }
    let decide = all.iter().filter(|it| own(it) && !it.library);
    sound.then(|| decide.filter_map(|it| it.timeline.clone()).collect())
}
