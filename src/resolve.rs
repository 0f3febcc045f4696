//! From the files of a folder to one tree for each policy and day.
//!
//! A policy may be written in several files: it `use`s named items of others, it `extends` another policy and
//! changes it, and files of one name are its versions, each in force on other days. What the checker reads is
//! one file. So the files are parsed once, and for each stretch of days on which the same texts are in force
//! the tree is put together from them:
//!
//! ```text
//!   shared.types ─── use ───┐
//!   base.refunds ─ extends ─┴─▶ client.refunds    2026-01-01 … 2026-02-28   a tree
//!   base.refunds (version 2) ─▶                   2026-03-01 …              another tree
//! ```
//!
//! Every node keeps its place in the file where it is written, because all files share one space of offsets;
//! whatever is found in the tree later is found in the file at fault.
//!
//! Five rooms: `timeline` cuts time into stretches, `merge` puts trees together, `locks` says what an overlay
//! may not touch, `reads` says what a piece of text may read, `shape` gives the parts of an item. Nothing here
//! knows types. Linear in the files for each stretch of days.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    check::codes,
    diag::{Diagnostic, Diagnostics},
    limits::Limits,
    source::{Source, SourceFile, Span},
    syntax::{self, ast},
    threads,
    words::nearest,
};

mod locks;
mod merge;
mod reads;
mod shape;
mod timeline;

pub(crate) use timeline::{Days, Segment};

/// Fewer rules are given back before a thread has begun.
const LONG: usize = 2_000;

/// All files of a set, each parsed once.
pub(crate) struct Library {
    source: Source,
    files: Vec<File>,
    /// The files of each policy name, in order of the source.
    by_name: BTreeMap<String, Vec<usize>>,
}

/// One parsed file.
pub(crate) struct File {
    /// Which file of the source it is.
    pub(crate) index: usize,
    /// What is written in it.
    pub(crate) tree: ast::File,
    /// What was found in its text alone.
    pub(crate) found: Diagnostics,
    /// Which files of the source hold rows of its tables.
    pub(crate) data: Vec<usize>,
}

impl File {
    fn header(&self) -> Option<&ast::Header> {
        self.tree.headers.first()
    }

    /// The names in headers of files that it needs, with their places.
    fn needs(&self) -> impl Iterator<Item = &ast::Name> {
        let uses = self.tree.items.iter().filter_map(|item| match item {
            ast::Item::Use(it) => Some(&it.file),
            _ => None,
        });
        self.header().and_then(|it| it.extends.as_ref()).into_iter().chain(uses)
    }
}

impl Library {
    /// Parses all files of `source` that hold policies. Files of data, whose names end in `.csv`, are left alone.
    pub(crate) fn read(source: &Source, limits: &Limits) -> Library {
        let mut files: Vec<File> = Vec::new();
        let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, it) in source.files().iter().enumerate().filter(|(_, it)| !is_data(it)) {
            let mut found = Diagnostics::default();
            let mut tree = syntax::parse_at(it.base(), it.text(), limits, &mut found);
            let find = |name: &str| data_beside(source, it, name);
            syntax::fill::fill(&mut tree, it, &find, limits, &mut found);
            if let Some(header) = tree.headers.first() {
                by_name.entry(header.name.text.clone()).or_default().push(files.len());
            }
            let data = syntax::fill::files(&tree).into_iter().filter_map(&find).map(SourceFile::base);
            let place = |base: u32| source.files().iter().position(|it| it.base() == base);
            let data = data.filter_map(place).collect();
            files.push(File { index, tree, found, data });
        }
        Library { source: source.clone(), files, by_name }
    }

    /// Gives back the trees, long ones on several threads: a tree of many rules takes as long as their check does.
    pub(crate) fn give_back(self) {
        for item in self.files.into_iter().flat_map(|it| it.tree.items) {
            if let ast::Item::Decision(it) = item
                && it.rules.len() > LONG
            {
                threads::give_back(it.rules);
            }
        }
    }

    /// The parsed files.
    pub(crate) fn files(&self) -> &[File] {
        &self.files
    }

    /// The name in the header of a file.
    pub(crate) fn name_of(&self, file: &File) -> Option<&str> {
        let name = &file.header()?.name.text;
        self.by_name.get_key_value(name).map(|it| it.0.as_str())
    }

    /// The files of one policy.
    pub(crate) fn versions(&self, name: &str) -> impl Iterator<Item = (usize, &File)> {
        let all = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        all.iter().filter_map(|index| Some((*index, self.files.get(*index)?)))
    }

    /// Whether another file names this policy after `use` or `extends`.
    pub(crate) fn is_shared(&self, name: &str) -> bool {
        self.files.iter().flat_map(File::needs).any(|it| it.text == name)
    }

    /// The policy that this one extends, in any of its versions.
    pub(crate) fn extended_by(&self, name: &str) -> Option<&str> {
        let header = |(_, it): (usize, &File)| Some(it.header()?.extends.as_ref()?.text.clone());
        let base = self.versions(name).find_map(header)?;
        self.by_name.get_key_value(&base).map(|it| it.0.as_str())
    }

    /// The names of all policies, each after those that it needs; and for each what it needs. Reports names of
    /// files that are not there, and circles; whoever is in one or needs one is left out.
    pub(crate) fn order(&self, diagnostics: &mut Diagnostics) -> Vec<Linked<'_>> {
        let mut links: BTreeMap<&str, Linked<'_>> = BTreeMap::new();
        for name in self.by_name.keys() {
            let mut linked = Linked { name, needs: BTreeSet::new(), sound: true };
            for it in self.versions(name).flat_map(|(_, file)| file.needs()) {
                match self.by_name.get_key_value(&it.text) {
                    Some((known, _)) => drop(linked.needs.insert(known.as_str())),
                    None => {
                        linked.sound = false;
                        diagnostics.push(self.unknown_file(it));
                    }
                }
            }
            links.insert(name, linked);
        }
        self.sorted(links, diagnostics)
    }

    fn unknown_file(&self, name: &ast::Name) -> Diagnostic {
        let message = format!("no file that was read holds the policy `{}`", name.text);
        let found = Diagnostic::new(&codes::UNKNOWN_FILE, name.span, message);
        match nearest(&name.text, self.by_name.keys().map(String::as_str)) {
            Some(near) => found.with_help(format!("did you mean `{near}`?")),
            None => found.with_help("name it as the header of its file does, and read that file too"),
        }
    }

    /// Depth-first without recursion; a name that is met again while it is open closes a circle.
    fn sorted<'l>(
        &'l self,
        mut links: BTreeMap<&'l str, Linked<'l>>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Linked<'l>> {
        let names: Vec<&str> = links.keys().copied().collect();
        let mut done: BTreeSet<&str> = BTreeSet::new();
        let mut order: Vec<&str> = Vec::new();
        for start in names {
            let mut path: Vec<(&str, Vec<&str>)> = Vec::new();
            let below = |name: &str| links.get(name).map(|it| it.needs.iter().copied().collect::<Vec<_>>());
            if done.insert(start) {
                path.push((start, below(start).unwrap_or_default()));
            }
            let mut circles: Vec<Vec<&str>> = Vec::new();
            while let Some((name, left)) = path.last_mut() {
                let name = *name;
                match left.pop() {
                    None => {
                        order.push(name);
                        path.pop();
                    }
                    Some(next) => {
                        if let Some(from) = path.iter().position(|it| it.0 == next) {
                            circles.push(path.iter().skip(from).map(|it| it.0).collect());
                        } else if done.insert(next) {
                            path.push((next, below(next).unwrap_or_default()));
                        }
                    }
                }
            }
            for circle in circles {
                self.report_circle(&circle, diagnostics);
                for name in circle {
                    if let Some(it) = links.get_mut(name) {
                        it.sound = false;
                    }
                }
            }
        }
        order.into_iter().filter_map(|name| links.remove(name)).collect()
    }

    fn report_circle(&self, circle: &[&str], diagnostics: &mut Diagnostics) {
        let next = circle.iter().cycle().skip(1);
        let steps: Vec<&ast::Name> = circle
            .iter()
            .zip(next)
            .filter_map(|(name, next)| {
                self.versions(name).flat_map(|(_, file)| file.needs()).find(|it| it.text == **next)
            })
            .collect();
        let Some((first, rest)) = steps.split_first() else { return };
        let path: Vec<&str> = circle.iter().chain(circle.first()).copied().collect();
        let message = format!("these files need each other: {}", path.join(" → "));
        let mut found = Diagnostic::new(&codes::FILE_CIRCLE, first.span, message)
            .with_help("move what both need to a file of its own, and `use` that");
        for it in rest {
            found = found.with_related(it.span, "a step of the circle");
        }
        diagnostics.push(found);
    }
}

/// A policy name and what it needs.
pub(crate) struct Linked<'l> {
    /// The name.
    pub(crate) name: &'l str,
    /// The policies that it uses or extends.
    pub(crate) needs: BTreeSet<&'l str>,
    /// Whether all of them are there and none needs it in turn.
    pub(crate) sound: bool,
}

fn is_data(file: &SourceFile) -> bool {
    file.name().to_ascii_lowercase().ends_with(".csv")
}

/// The file of data that a policy's file calls `name`: relative to its own folder.
fn data_beside<'s>(source: &'s Source, own: &SourceFile, name: &str) -> Option<&'s SourceFile> {
    let own = own.name().replace('\\', "/");
    let folder = own.rsplit_once('/').map_or("", |it| it.0);
    let wanted = format!("{folder}/{name}");
    let wanted = plain_path(&wanted);
    let data = source.files().iter().filter(|it| is_data(it));
    let is = |it: &&SourceFile| plain_path(&it.name().replace('\\', "/")) == wanted;
    data.map(AsRef::as_ref).find(is)
}

/// A path without `.` and, as far as it can be told, `..`.
fn plain_path(path: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." if parts.last().is_some_and(|it| *it != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts
}

/// The place of a file that has none of its own.
fn beginning(source: &Source, file: &File) -> Span {
    match file.header() {
        Some(header) => header.name.span,
        None => source.files().get(file.index).map_or(Span::default(), |it| it.span(0, 0)),
    }
}
