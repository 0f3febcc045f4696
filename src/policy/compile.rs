//! Compiles the policies of a set, each once for every stretch of days.
//!
//! Every file is parsed once; a policy is put together from the trees of those that it needs, which come
//! before it. What is found is sorted to the policy in which it was looked for, but a policy that extends
//! another is not told again of what its base's author has been told: only errors are shown in other files,
//! and those that both find are one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::{
    check,
    diag::{Diagnostic, Diagnostics, Severity},
    hir::Hir,
    ir::{self, Program},
    limits::Limits,
    policy::{
        Policy,
        allow::{self, Allowances, Allowed},
        digest, shortened,
    },
    resolve::{Days, File, Library, Linked, Segment},
    source::{Source, Span},
    syntax::ast,
    threads,
};

/// A policy of a shorter text is compiled before a thread has begun.
const LONG: usize = 64 << 10;

/// What became of the policies of a set.
pub(super) struct Compiled {
    /// By name, those that others need first.
    pub(super) policies: Vec<One>,
}

/// What became of one policy.
pub(super) struct One {
    pub(super) name: String,
    /// Its files, by index in the source.
    pub(super) files: Vec<usize>,
    /// Those, and the files that hold rows of its tables.
    pub(super) own: Vec<usize>,
    pub(super) extends: Option<String>,
    /// Whether it has no decisions: it is there for others to use.
    pub(super) library: bool,
    /// Its versions in order of time; empty where it is refused.
    pub(super) versions: Vec<Policy>,
    /// What was found, ordered by place.
    pub(super) found: Vec<Diagnostic>,
    /// What its author allows of what was found.
    pub(super) allowed: Vec<Allowed>,
    pub(super) omitted: usize,
    /// A policy that it needs and that is refused; then it was not looked at.
    pub(super) waits_for: Option<String>,
}

impl One {
    pub(super) fn is_refused(&self) -> bool {
        self.waits_for.is_some() || self.found.iter().any(|it| it.code.severity == Severity::Error)
    }
}

/// Compiles all policies of `source`; or only one, by the index of its file, and those that it needs.
pub(super) fn compile(source: &Source, only: Option<usize>, limits: &Limits) -> Compiled {
    let library = Library::read(source, limits);
    let mut linking = Diagnostics::default();
    let order = library.order(&mut linking);
    let linking = linking.into_sorted();
    let wanted = only.map(|index| wanted(&library, &order, index));
    let allowances = Arc::new(Allowances::of(&library, source));
    let (segments, refused) = (BTreeMap::new(), BTreeMap::new());
    let mut work = Work { source, limits, library: &library, allowances, segments, refused };
    let mut policies = Vec::new();
    for it in order.iter().filter(|it| wanted.as_ref().is_none_or(|wanted| wanted.contains(it.name))) {
        let own: Vec<usize> = library.versions(it.name).map(|(_, file)| file.index).collect();
        let links = linking.iter().filter(|found| own.contains(&work.file_of(found.span)));
        policies.push(work.policy(it, links.cloned().collect()));
    }
    for file in library.files().iter().filter(|it| only.is_none_or(|only| only == it.index)) {
        if library.name_of(file).is_none() {
            policies.push(work.nameless(file));
        }
    }
    drop((work, order));
    library.give_back();
    Compiled { policies }
}

/// The names that the policy of one file needs, its own included.
fn wanted<'l>(library: &'l Library, order: &[Linked<'l>], index: usize) -> BTreeSet<&'l str> {
    let own = library.files().iter().filter(|it| it.index == index).filter_map(|it| library.name_of(it));
    let mut wanted: BTreeSet<&str> = own.collect();
    // Each comes after those that it needs.
    for it in order.iter().rev() {
        if wanted.contains(it.name) {
            wanted.extend(&it.needs);
        }
    }
    wanted
}

/// The file in which a place lies, by index.
pub(super) fn file_of(source: &Source, span: Span) -> usize {
    source.files().partition_point(|it| it.base() <= span.start).saturating_sub(1)
}

/// Orders findings by place, then by code.
pub(super) fn sort(found: &mut [Diagnostic]) {
    found.sort_by(|a, b| (a.span, a.code.id, &a.message).cmp(&(b.span, b.code.id, &b.message)));
}

struct Work<'w> {
    source: &'w Source,
    limits: &'w Limits,
    library: &'w Library,
    allowances: Arc<Allowances>,
    segments: BTreeMap<String, Vec<Segment<'w>>>,
    /// Why each refused policy is: itself, or one that it needs.
    refused: BTreeMap<String, String>,
}

impl<'w> Work<'w> {
    fn file_of(&self, span: Span) -> usize {
        file_of(self.source, span)
    }

    fn policy(&mut self, linked: &Linked<'_>, links: Vec<Diagnostic>) -> One {
        let (library, name) = (self.library, linked.name);
        let files: Vec<usize> = library.versions(name).map(|(_, file)| file.index).collect();
        let mut diagnostics = Diagnostics::default();
        let parsed = library.versions(name).flat_map(|(_, file)| file.found.clone().into_sorted());
        let allowances = library.versions(name).flat_map(|(_, file)| allow::problems(&file.tree));
        parsed.chain(links).chain(allowances).for_each(|it| diagnostics.push(it));
        let waits_for = linked.needs.iter().find_map(|it| self.refused.get(*it)).cloned();
        let mut versions = Vec::new();
        let mut library_only = true;
        if waits_for.is_none() {
            let none: &[Segment<'w>] = &[];
            let needed = |name: &str| self.segments.get(name).map_or(none, Vec::as_slice);
            let segments =
                if linked.sound { library.segments(name, needed, &mut diagnostics) } else { Vec::new() };
            library_only = segments.iter().all(|it| !decides(&it.tree));
            let drafts = self.drafts(&segments, &mut diagnostics);
            if !library_only {
                dated(&segments, &drafts, library.extended_by(name).is_some(), &mut diagnostics);
            }
            if !diagnostics.has_errors() {
                versions = drafts.into_iter().flatten().collect();
            }
            self.segments.insert(name.to_owned(), segments);
        }
        let refused = waits_for.is_some() || diagnostics.has_errors();
        let overlay = library.extended_by(name).is_some();
        let facts = library.versions(name).any(|(_, it)| has_facts(&it.tree));
        let quiet = library_only && (!facts || library.is_shared(name));
        let found = diagnostics.into_sorted();
        let parted = self.allowances.part_compiled(self.source, name, found);
        let mut found = parted.kept;
        if !refused {
            found.extend(parted.unused);
        }
        // The rows of a file of data are those of the table that names it.
        let data = library.versions(name).flat_map(|(_, file)| file.data.iter().copied());
        let own: Vec<usize> = files.iter().copied().chain(data).collect();
        let mut found = self.sifted(found, &own, overlay, quiet);
        found.dedup();
        let in_own = |it: &Allowed| own.contains(&self.file_of(it.finding.span));
        let allowed: Vec<Allowed> = parted.allowed.into_iter().filter(in_own).collect();
        if refused {
            versions.clear();
            self.refused.insert(name.to_owned(), waits_for.clone().unwrap_or_else(|| name.to_owned()));
        }
        let (found, omitted) = shortened(found, self.limits.findings);
        let versions = versions
            .into_iter()
            .map(|(file, checked)| self.made(file, checked, (&found, &allowed)))
            .collect();
        let extends = library.extended_by(name).map(str::to_owned);
        One {
            name: name.to_owned(),
            files,
            own,
            extends,
            library: library_only,
            versions,
            found,
            allowed,
            omitted,
            waits_for,
        }
    }

    /// Checks each segment. `None` for one that is refused.
    fn drafts(&self, segments: &[Segment<'_>], diagnostics: &mut Diagnostics) -> Vec<Option<Draft>> {
        let draft = |it: &Segment<'_>| {
            let source = self.source.of_file(it.file);
            let mut found = Diagnostics::default();
            let made = checked(&it.tree, it.days, &source, self.limits, &mut found);
            found.into_sorted().into_iter().for_each(|it| diagnostics.push(it));
            Some((it.file, made?))
        };
        segments.iter().map(draft).collect()
    }

    /// What is to be shown: everything in the own files, and errors in others. What is there for others to use
    /// may be unused; then `quiet` is set.
    fn sifted(&self, found: Vec<Diagnostic>, own: &[usize], overlay: bool, quiet: bool) -> Vec<Diagnostic> {
        let elsewhere = |it: &Diagnostic| !own.contains(&self.file_of(it.span));
        let unused = |it: &Diagnostic| std::ptr::eq(it.code, &check::codes::UNUSED_DEFINITION);
        let kept = |it: &Diagnostic| match it.code.severity {
            Severity::Error => true,
            Severity::Warning => !(elsewhere(it) || (quiet && unused(it))),
        };
        let mut found: Vec<Diagnostic> = found.into_iter().filter(kept).collect();
        sort(&mut found);
        let is = |it: &Diagnostic, code| std::ptr::eq(it.code, code);
        if found.iter().any(|it| is(it, &check::codes::VERSION_NOT_CHOSEN)) {
            found.retain(|it| !is(it, &check::codes::PERIOD_NOT_HELD));
        }
        if overlay {
            let header = |index: &usize| {
                let file = self.library.files().iter().find(|it| it.index == *index)?;
                file.tree.headers.first()?.extends.as_ref().map(|it| it.span)
            };
            let place = own.iter().find_map(header);
            for it in found.iter_mut().filter(|it| elsewhere(it)) {
                let told = it.related.iter().any(|it| own.contains(&self.file_of(it.span)));
                if let (Some(span), false) = (place, told) {
                    it.related.push(crate::diag::Label { span, text: "found for this policy".to_owned() });
                }
            }
        }
        found
    }

    fn made(&self, file: usize, checked: Checked, (found, allowed): (&[Diagnostic], &[Allowed])) -> Policy {
        let source = self.source.of_file(file);
        let found = (found.to_vec(), allowed.to_vec());
        Policy::new(&source, self.limits, checked, found, self.allowances.clone())
    }

    /// A file whose header is missing or broken.
    fn nameless(&self, file: &File) -> One {
        let mut diagnostics = file.found.clone();
        allow::problems(&file.tree).for_each(|it| diagnostics.push(it));
        checked(&file.tree, Days::ALL, &self.source.of_file(file.index), self.limits, &mut diagnostics);
        let (found, omitted) = shortened(diagnostics.into_sorted(), self.limits.findings);
        One {
            name: String::new(),
            files: vec![file.index],
            own: vec![file.index],
            extends: None,
            library: true,
            versions: Vec::new(),
            found,
            allowed: Vec::new(),
            omitted,
            waits_for: None,
        }
    }
}

/// What became of a tree.
pub(super) struct Checked {
    pub(super) hir: Hir,
    pub(super) program: Program,
    /// The digest of all of it, and the one without its words.
    pub(super) digests: [String; 2],
}

/// The own file of a segment, and what the segment is.
type Draft = (usize, Checked);

fn decides(tree: &ast::File) -> bool {
    tree.items.iter().any(|it| matches!(it, ast::Item::Decision(_)))
        || tree.broken.iter().any(|it| it.keyword == "decision")
}

fn has_facts(tree: &ast::File) -> bool {
    tree.items.iter().any(|it| matches!(it, ast::Item::Facts(..)))
}

/// From a tree to a program that is in force on `days`.
fn checked(
    tree: &ast::File,
    days: Days,
    source: &Source,
    limits: &Limits,
    diagnostics: &mut Diagnostics,
) -> Option<Checked> {
    let mut hir = check::check(tree, source, limits, diagnostics)?;
    if diagnostics.has_errors() {
        return None;
    }
    hir.in_force = (days != Days::ALL).then_some((days.first, days.last));
    let lower = || ir::from_hir(&hir, limits.steps);
    let (digests, program) = match source.text().len() < LONG {
        true => (digest::of_tree(&hir), lower()),
        // Neither needs the other, and both go over all of it.
        false => threads::both(|| digest::of_tree(&hir), lower),
    };
    match program {
        Ok(program) => Some(Checked { hir, program, digests }),
        Err(error) => {
            let help = match error.items {
                Some(items) => format!(
                    "this goes over up to {} items, and takes its steps for each: lower what follows `up to`",
                    crate::words::grouped(items as i128)
                ),
                None => "write definitions that many places use as definitions without parameters".to_owned(),
            };
            let finding = Diagnostic::new(&check::codes::TOO_COSTLY, error.span, error.to_string());
            diagnostics.push(finding.with_help(help));
            None
        }
    }
}

/// Several versions need one day that picks: the same fact in all of them.
fn dated(segments: &[Segment<'_>], drafts: &[Option<Draft>], overlay: bool, diagnostics: &mut Diagnostics) {
    let headers: Vec<&ast::Header> = segments.iter().filter_map(|it| it.tree.headers.first()).collect();
    let (Some(first), true) = (headers.first(), segments.len() > 1) else { return };
    for (segment, header) in segments.iter().zip(&headers).skip(1) {
        if header.chosen_by.is_none() {
            let place = header.in_force.as_ref().map_or(header.name.span, |it| it.span);
            let message = format!(
                "a version of `{}` begins {}, and nothing says which day of a case picks it",
                header.name.text, segment.days
            );
            let found = Diagnostic::new(&check::codes::VERSION_NOT_CHOSEN, place, message)
                .with_help("add `version chosen by` and a fact to the header, as in `version chosen by order.purchased_on`");
            diagnostics.push(match overlay || first.name.span == header.name.span {
                true => found,
                false => found.with_related(first.name.span, "the version before it"),
            });
            return;
        }
    }
    let picked = |draft: &Option<Draft>| {
        let hir = &draft.as_ref()?.1.hir;
        let slot = hir.schema.slots.get(hir.chosen_by?)?;
        Some((slot.path.clone(), slot.json_path.clone()))
    };
    let mut known: Option<(&ast::Header, (String, String))> = None;
    for (draft, header) in drafts.iter().zip(headers) {
        let Some(fact) = picked(draft) else { continue };
        match &known {
            None => known = Some((header, fact)),
            Some((_, same)) if *same == fact => {}
            Some((other, (path, json))) => {
                let place = |it: &ast::Header| it.chosen_by.as_ref().map_or(it.name.span, |it| it.span);
                let message = match *path == fact.0 {
                    true => format!("in JSON `{path}` is `{}` here and `{json}` in another version", fact.1),
                    false => format!("this version is chosen by `{}`, another one by `{path}`", fact.0),
                };
                let found = Diagnostic::new(&check::codes::DATING_FACT, place(header), message)
                    .with_related(place(other), "the other version")
                    .with_help(
                        "the day is read before the version is known: name the same fact in all of them",
                    );
                diagnostics.push(found);
                return;
            }
        }
    }
}

/// That a text holds several versions, where one policy was asked for. The first two of them are given.
pub(super) fn several(first: &Policy, second: &Policy) -> Diagnostic {
    let hir = second.hir();
    let days = hir.in_force.map_or(Days::ALL, |(first, last)| Days { first, last });
    let mut settings = first.hir().settings.iter().zip(&hir.settings);
    let turned = settings.find(|(first, second)| first.value != second.value);
    let place = turned.map_or(second.source().own().span(0, 0), |(first, _)| first.span);
    let message = format!("another version of `{}` is in force {days}", hir.name);
    Diagnostic::new(&check::codes::SEVERAL_VERSIONS, place, message)
        .with_help("load it with `PolicySet`, which picks the version by the day of the case")
}

/// That the texts of a set are together longer than offsets can count.
pub(super) fn too_long(text: &Source) -> Diagnostic {
    let message = "the texts of the set have together more than 4 GiB";
    Diagnostic::new(&crate::syntax::codes::TEXT_TOO_LONG, text.own().span(0, 0), message)
        .with_help("load them as several sets")
}
