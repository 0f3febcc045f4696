//! Finds the files that policies need: a set for what the user named.
//!
//! A file names others by their headers. They are looked for in the file's own folder and the folders inside it,
//! then in the folder around it, and so on up to the folder in which the command runs; `--root` names one folder
//! to look in instead. Of one name, all files of the first folder that has some are taken: they are its versions.

use evenhand::limits::Limits;
use evenhand::policy::{Examined, PolicySet, Rejected};
use evenhand::source::Source;
use evenhand::tools::files::{self, Names};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::cli::input;

/// What the user named, with what that needs.
pub(crate) struct Folder {
    /// The files that the user named, in their order.
    pub(crate) named: Vec<Source>,
    /// Files that these need.
    found: Vec<Source>,
    limits: Limits,
}

impl Folder {
    /// Finds what `named` needs.
    pub(crate) fn of(named: Vec<Source>, root: Option<&Path>, limits: &Limits) -> Folder {
        let mut search = Search { limits, known: BTreeMap::new() };
        let mut have: BTreeSet<String> = BTreeSet::new();
        let mut open: Vec<(PathBuf, String)> = Vec::new();
        for source in &named {
            let names = files::names(source, limits);
            have.extend(names.own);
            open.extend(names.needs.into_iter().map(|it| (PathBuf::from(source.name()), it)));
        }
        let mut found: Vec<Source> = Vec::new();
        while let Some((asking, name)) = open.pop() {
            if !have.insert(name.clone()) {
                continue;
            }
            let folders = root.map_or_else(|| around(&asking), |it| vec![it.to_owned()]);
            let files = folders.iter().map(|it| search.named(it, &name)).find(|it| !it.is_empty());
            for (source, needs) in files.unwrap_or_default() {
                open.extend(needs.into_iter().map(|it| (PathBuf::from(source.name()), it)));
                found.push(source);
            }
        }
        found.sort_by(|a, b| a.name().cmp(b.name()));
        Folder { named, found, limits: limits.clone() }
    }

    /// All texts: those named, then those that they need.
    fn sources(&self) -> impl Iterator<Item = Source> + '_ {
        self.named.iter().chain(&self.found).cloned()
    }

    /// What becomes of each policy.
    pub(crate) fn examine(&self) -> Result<Vec<Examined>, Rejected> {
        PolicySet::examine(self.sources(), &self.limits)
    }
}

/// The folder of a file and those around it, up to the one in which the command runs.
fn around(file: &Path) -> Vec<PathBuf> {
    let own = file.parent().map_or_else(PathBuf::new, Path::to_owned);
    if own.is_absolute() {
        return vec![own];
    }
    let here = |it: &Path| if it.as_os_str().is_empty() { PathBuf::from(".") } else { it.to_owned() };
    own.ancestors().map(here).collect()
}

/// Reads each folder once.
struct Search<'l> {
    limits: &'l Limits,
    known: BTreeMap<PathBuf, Vec<(Source, Names)>>,
}

impl Search<'_> {
    /// The files under a folder whose header has this name, and what each needs.
    fn named(&mut self, folder: &Path, name: &str) -> Vec<(Source, Vec<String>)> {
        let limits = self.limits;
        let files = self.known.entry(folder.to_owned()).or_insert_with(|| {
            let paths = [folder.to_owned()];
            let read = input::sources(&paths, limits).filter_map(Result::ok);
            read.map(|source| {
                let names = files::names(&source, limits);
                (source, names)
            })
            .collect()
        });
        let same = files.iter().filter(|(_, names)| names.own.as_deref() == Some(name));
        same.map(|(source, names)| (source.clone(), names.needs.clone())).collect()
    }
}
