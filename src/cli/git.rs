//! Policies as they stood in a revision of a Git repository. Only reads: nothing in the repository is touched.

use evenhand::Policy;
use evenhand::limits::Limits;
use evenhand::source::Source;
use evenhand::tools::files;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cli::input;
use crate::cli::output::Stop;

/// `OLD..NEW`; of `OLD...NEW` the first is where the two parted, as with `git diff`. An end that is left out is
/// `HEAD`.
pub(crate) fn range(range: &str) -> Result<(String, String), Stop> {
    let head = |it: &str| if it.is_empty() { "HEAD".to_owned() } else { it.to_owned() };
    if let Some((old, new)) = range.split_once("...") {
        let (old, new) = (head(old), head(new));
        let base = git(&["merge-base".into(), "--".into(), old.into(), new.clone().into()])?;
        return Ok((base.trim().to_owned(), new));
    }
    match range.split_once("..") {
        Some((old, new)) => Ok((head(old), head(new))),
        None => Err(Stop::Wrong(format!("expected a range of revisions like `main..HEAD`, found `{range}`"))),
    }
}

/// The policies under some paths in a revision, and those that these need.
pub(crate) fn sources(
    revision: &str,
    paths: &[PathBuf],
    limits: &Limits,
) -> Result<(Vec<Source>, Vec<Source>), Stop> {
    if revision.starts_with('-') {
        return Err(Stop::Wrong(format!("expected a revision, found `{revision}`")));
    }
    let tree = Tree { revision, limits };
    let mut arguments: Vec<OsString> =
        vec!["ls-tree".into(), "-r".into(), "-z".into(), "--full-name".into(), "--name-only".into()];
    arguments.extend([revision.into(), "--".into()]);
    arguments.extend(paths.iter().map(|it| OsString::from(it.as_os_str())));
    let own = policies(&git(&arguments)?);
    if own.is_empty() {
        let paths: Vec<String> = paths.iter().map(|it| it.display().to_string()).collect();
        return Err(Stop::Wrong(format!(
            "{revision}: no file that ends in `.policy` in {}",
            paths.join(", ")
        )));
    }
    let named: Vec<Source> = own.iter().map(|it| tree.policy(it)).collect::<Result<_, _>>()?;
    let mut needs: Vec<String> = named.iter().flat_map(|it| files::names(it, limits).needs).collect();
    let mut have: BTreeSet<String> = named.iter().filter_map(|it| files::names(it, limits).own).collect();
    needs.retain(|it| !have.contains(it));
    let mut found = Vec::new();
    if !needs.is_empty() {
        let whole = ["ls-tree", "-r", "-z", "--full-tree", "--name-only", revision].map(OsString::from);
        let mut others: BTreeMap<String, Vec<Source>> = BTreeMap::new();
        for path in policies(&git(&whole)?).iter().filter(|it| !own.contains(it)) {
            let source = tree.policy(path)?;
            if let Some(name) = files::names(&source, limits).own {
                others.entry(name).or_default().push(source);
            }
        }
        while let Some(name) = needs.pop() {
            if have.insert(name.clone()) {
                for source in others.remove(&name).unwrap_or_default() {
                    needs.extend(files::names(&source, limits).needs);
                    found.push(source);
                }
            }
        }
    }
    Ok((named, found))
}

/// The policies among the names that Git lists.
fn policies(listed: &str) -> Vec<String> {
    listed.split('\0').filter(|it| it.ends_with(".policy")).map(str::to_owned).collect()
}

struct Tree<'r> {
    revision: &'r str,
    limits: &'r Limits,
}

impl Tree<'_> {
    /// A policy with the files of rows that its tables name.
    fn policy(&self, path: &str) -> Result<Source, Stop> {
        let own = self.file(path)?;
        let folder = Path::new(path).parent().unwrap_or(Path::new(""));
        let mut all = vec![own];
        for name in all.first().map_or(Vec::new(), |own| Policy::data_files(own, self.limits)) {
            // A file that is not there is reported at the table that names it.
            if let Ok(rows) = self.file(&folder.join(name).to_string_lossy()) {
                all.push(rows);
            }
        }
        Source::joined(&all)
            .ok_or_else(|| Stop::Wrong(format!("{path}: the files are together longer than 4 GiB")))
    }

    fn file(&self, path: &str) -> Result<Source, Stop> {
        let name = format!("{}:{path}", self.revision);
        let text = git(&["cat-file".into(), "blob".into(), name.clone().into()])?;
        if text.len() > self.limits.source_bytes {
            let most = self.limits.source_bytes;
            return Err(Stop::Wrong(format!(
                "{name}: the file has more than {most} bytes, the most that a policy may have"
            )));
        }
        Ok(Source::new(&name, text.strip_prefix('\u{feff}').unwrap_or(&text)))
    }
}

/// What Git says.
fn git(arguments: &[OsString]) -> Result<String, Stop> {
    let run = Command::new("git").args(arguments).output();
    let run = run.map_err(|error| Stop::Wrong(format!("git cannot be run ({error})")))?;
    if !run.status.success() {
        let said = String::from_utf8_lossy(&run.stderr);
        let said = said.trim().trim_start_matches("fatal: ");
        return Err(Stop::Wrong(format!("git: {said}")));
    }
    input::text(&run.stdout).map(str::to_owned).map_err(Stop::Wrong)
}
