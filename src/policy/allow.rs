//! What an author says may be: `allow NAME "reason"` keeps a warning from being reported.
//!
//! An allowance speaks for the item that holds it, in the header for its file, and for the rows of a file of data
//! that a table in that item names. It silences warnings of one name whose place lies there, whoever looked: a
//! policy that extends another does not hear of what the base's author has allowed in the base's text. Of several
//! allowances the one of the smallest item counts, and of two in one item the first.
//!
//! ```text
//!   found ──▶ silenced ──▶ kept      to be reported
//!                     ├──▶ allowed   with the reason, for who wants to see them
//!                     └──▶ unused    allowances that silenced nothing
//! ```
//!
//! An allowance is judged by who could have reported it. What the compiler finds is settled when all versions of
//! a policy are compiled; what proofs find is settled when they have run, by [`silenced`]. No allowance is part of
//! any digest: it stands beside the policy, not in it.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    check,
    diag::{Code, Diagnostic, Severity},
    policy::{Examined, Policy, compile, shortened},
    prove,
    resolve::{File, Library},
    source::{Source, Span},
    syntax::{self, ast},
    words::nearest,
};

/// Every code that a finding in a policy can have, in order of the storeys and of declaration.
pub(crate) fn codes() -> impl Iterator<Item = &'static Code> {
    syntax::codes::ALL.iter().copied().chain(check::codes::all()).chain(prove::codes::all())
}

/// Whether only proofs report a code, and not the compiler.
fn is_of_proofs(code: &Code) -> bool {
    code.id.starts_with('P')
}

/// A finding that the author says may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// What was found.
    pub finding: Diagnostic,
    /// Why it may be, in the author's words.
    pub reason: String,
    /// Where that is written.
    pub span: Span,
}

/// Findings, parted by what the author allows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Silenced {
    /// What is to be reported.
    pub kept: Vec<Diagnostic>,
    /// What the author allows.
    pub allowed: Vec<Allowed>,
    /// The allowances that silenced nothing, each a finding of its own.
    pub unused: Vec<Diagnostic>,
}

/// Parts what proofs found in a policy, in all its versions. `found` is all that they found: afterwards an
/// allowance of such a finding that silenced nothing is unused.
pub fn silenced(versions: &[Policy], found: Vec<Diagnostic>) -> Silenced {
    let Some(policy) = versions.first() else { return Silenced { kept: found, ..Silenced::default() } };
    let allowances = &policy.inner.allowances;
    allowances.part(policy.source(), policy.name(), found, is_of_proofs)
}

impl Examined {
    /// Adds what proofs found in it, in all its versions: without what its author allows, and, where they were
    /// `complete`, with the allowances of such findings that silenced nothing. As elsewhere, of other policies'
    /// files it is told only the errors.
    pub(super) fn add_proofs(&mut self, found: Vec<Diagnostic>, complete: bool) {
        let Some(timeline) = &self.timeline else { return };
        let parted = silenced(timeline.versions(), found);
        let in_own = |span: Span| self.own.contains(&compile::file_of(&self.source, span));
        let told = |it: &Diagnostic| it.code.severity == Severity::Error || in_own(it.span);
        let unused = parted.unused.into_iter().filter(|_| complete);
        let mut findings = std::mem::take(&mut self.findings);
        findings.extend(parted.kept.into_iter().chain(unused).filter(told));
        compile::sort(&mut findings);
        findings.dedup();
        let most = timeline.versions().first().map_or(usize::MAX, |it| it.limits().findings);
        let (findings, omitted) = shortened(findings, most);
        self.allowed.extend(parted.allowed.into_iter().filter(|it| in_own(it.finding.span)));
        self.allowed.sort_by_key(|it| (it.finding.span, it.finding.code.id));
        self.allowed.dedup();
        self.findings = findings;
        self.omitted += omitted;
    }
}

/// What is wrong with the allowances of a file themselves.
pub(super) fn problems(file: &ast::File) -> impl Iterator<Item = Diagnostic> {
    file.allowances.iter().filter_map(|it| read(it).1)
}

/// The code that an allowance names, or was probably meant to name; and what is wrong with it, if something is.
fn read(it: &ast::Allowance) -> (Option<&'static Code>, Option<Diagnostic>) {
    use check::codes::{ALLOWED_WITHOUT_REASON, NOT_ALLOWABLE, UNKNOWN_FINDING, UNUSED_ALLOWANCE};
    let (name, span) = (it.finding.text.as_str(), it.finding.span);
    let Some(code) = codes().find(|code| code.name == name) else {
        let found = Diagnostic::new(&UNKNOWN_FINDING, span, format!("there is no finding `{name}`"));
        let by_id = codes().find(|code| code.id.eq_ignore_ascii_case(name));
        let warnings = || codes().filter(|it| it.severity == Severity::Warning);
        let near = nearest(name, warnings().map(|it| it.name));
        let meant = by_id.or_else(|| codes().find(|it| near == Some(it.name)));
        let found = match (by_id, near) {
            (Some(code), _) => {
                found.with_help("a finding is allowed by its name in words").with_fix(span, code.name)
            }
            (None, Some(near)) => found.with_help(format!("did you mean `{near}`?")).with_fix(span, near),
            (None, None) => found.with_help(
                "name it as the report does, beside its code; `evenhand explain --list` lists all names",
            ),
        };
        return (meant, Some(found));
    };
    if code.severity == Severity::Error {
        let message = format!("`{name}` is an error, and only warnings can be allowed");
        let found = Diagnostic::new(&NOT_ALLOWABLE, span, message)
            .with_help("mend what is found; a policy with an error is refused, whatever the reason");
        return (None, Some(found));
    }
    if std::ptr::eq(code, &UNUSED_ALLOWANCE) {
        let message = "an `allow` that silences nothing cannot be allowed";
        let found = Diagnostic::new(&NOT_ALLOWABLE, span, message).with_help("remove that `allow` instead");
        return (None, Some(found));
    }
    if it.reason.text.trim().is_empty() {
        let message = format!("nothing says why `{name}` may be");
        let help = "write the reason between the quotes, for whoever asks later whether it still holds";
        let found = Diagnostic::new(&ALLOWED_WITHOUT_REASON, it.reason.span, message).with_help(help);
        return (Some(code), Some(found));
    }
    (Some(code), None)
}

/// The allowances of all files of a set.
#[derive(Debug, Default)]
pub(super) struct Allowances {
    all: Vec<Allowance>,
    /// For each file, by its base, where which allowance speaks.
    scopes: BTreeMap<u32, Vec<(Span, usize)>>,
}

#[derive(Debug)]
struct Allowance {
    code: &'static Code,
    /// The policy in whose file it stands.
    policy: String,
    reason: String,
    span: Span,
    /// The length of the item for which it speaks.
    size: u32,
}

impl Allowances {
    /// Those of all files that name a finding as they should.
    pub(super) fn of(library: &Library, source: &Source) -> Allowances {
        let mut allowances = Allowances::default();
        for file in library.files() {
            if let Some(policy) = library.name_of(file) {
                allowances.add(file, policy, source);
            }
        }
        allowances
    }

    fn add(&mut self, file: &File, policy: &str, source: &Source) {
        for it in &file.tree.allowances {
            // What one that is not as it should be was meant to silence is no second mistake. Its policy is refused,
            // so that nothing in it is unused.
            let Some(code) = read(it).0 else { continue };
            let index = self.all.len();
            for span in it.data.iter().chain([&it.scope]) {
                let base = source.file_at(span.start).base();
                self.scopes.entry(base).or_default().push((*span, index));
            }
            self.all.push(Allowance {
                code,
                policy: policy.to_owned(),
                reason: it.reason.text.clone(),
                span: it.span,
                size: it.scope.end.saturating_sub(it.scope.start),
            });
        }
    }

    /// The allowance that silences a finding.
    fn silencing(&self, source: &Source, found: &Diagnostic) -> Option<usize> {
        let place = found.span;
        let scopes = self.scopes.get(&source.file_at(place.start).base())?;
        let inside = |(span, _): &&(Span, usize)| span.start <= place.start && place.end <= span.end;
        let here = scopes.iter().filter(inside).map(|it| it.1);
        let of = |index: &usize| self.all.get(*index).filter(|it| std::ptr::eq(it.code, found.code));
        here.filter_map(|index| Some((of(&index)?.size, index))).min().map(|it| it.1)
    }

    /// Parts what was found for `policy`. Unused are those of its own files whose code is one of `looked_for`.
    pub(super) fn part(
        &self,
        source: &Source,
        policy: &str,
        found: Vec<Diagnostic>,
        looked_for: impl Fn(&Code) -> bool,
    ) -> Silenced {
        let mut out = Silenced::default();
        let mut used = BTreeSet::new();
        for finding in found {
            let by = self.silencing(source, &finding);
            match by.and_then(|index| Some((index, self.all.get(index)?))) {
                Some((index, it)) => {
                    used.insert(index);
                    out.allowed.push(Allowed { finding, reason: it.reason.clone(), span: it.span });
                }
                None => out.kept.push(finding),
            }
        }
        let own = self.all.iter().enumerate().filter(|(_, it)| it.policy == policy && looked_for(it.code));
        let unused = own.filter(|(index, _)| !used.contains(index));
        out.unused = unused.map(|(_, it)| it.unused()).collect();
        out
    }

    /// The same for what the compiler found.
    pub(super) fn part_compiled(&self, source: &Source, policy: &str, found: Vec<Diagnostic>) -> Silenced {
        self.part(source, policy, found, |it| !is_of_proofs(it))
    }
}

impl Allowance {
    fn unused(&self) -> Diagnostic {
        let name = self.code.name;
        let message = format!("no `{name}` is found here that this could silence");
        Diagnostic::new(&check::codes::UNUSED_ALLOWANCE, self.span, message)
            .with_help("remove it")
            .with_fix(self.span, "")
    }
}
