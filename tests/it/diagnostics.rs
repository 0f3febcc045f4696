//! What the compiler says, in full: every code in every wording, every slip that an author makes, and what it
//! does with texts that no author writes.
//!
//! A case is a policy in `tests/cases/diagnostics/<code>/`; the first line says what is tried. One snapshot
//! for each code shows all its cases with what was found in them. `tests/cases/slips/` holds what people
//! write who do not know the language yet.

#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use evenhand::diag::{Diagnostic, Severity};
use evenhand::policy::{PolicySet, silenced};
use evenhand::{Limits, Policy, Source};

mod render;
mod sizes;

/// A directory of cases.
pub(crate) fn cases(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name)
}

/// What the compiler finds in `text`. A line `# file NAME` begins another file; places are those in `text`.
pub(crate) fn findings(text: &str) -> Vec<Diagnostic> {
    let files = files(text);
    if files.len() > 1 {
        return match PolicySet::load(files, &Limits::default()) {
            Ok(set) => {
                let versions = set.timelines().flat_map(|it| it.versions().to_vec());
                set.warnings().iter().cloned().chain(versions.flat_map(|it| proved(&it))).collect()
            }
            Err(rejected) => rejected.diagnostics().to_vec(),
        };
    }
    findings_within(&Source::new("policy", text), &Limits::default())
}

fn findings_within(source: &Source, limits: &Limits) -> Vec<Diagnostic> {
    match Policy::compile_source(source, limits) {
        Ok(policy) => policy.warnings().iter().cloned().chain(proved(&policy)).collect(),
        Err(rejected) => rejected.diagnostics().to_vec(),
    }
}

/// What the proofs find in a policy, and its author does not allow.
fn proved(policy: &Policy) -> Vec<Diagnostic> {
    let parted = silenced(std::slice::from_ref(policy), policy.prove().findings().to_vec());
    parted.kept.into_iter().chain(parted.unused).collect()
}

/// The files of a text. Joined, each begins where it stands in the text: the line end between two is the place
/// that no file has.
pub(crate) fn files(text: &str) -> Vec<Source> {
    const MARK: &str = "\n# file ";
    let mut starts = vec![0];
    starts.extend(text.match_indices(MARK).map(|(at, _)| at + 1));
    // What a case says of itself in comments stands before its first file.
    let only_comments = |end: &usize| text[..*end].lines().all(|it| it.is_empty() || it.starts_with('#'));
    if starts.get(1).is_some_and(only_comments) {
        starts.remove(1);
    }
    let ends = starts.iter().skip(1).map(|it| it - 1).chain([text.len()]);
    let name = |text: &str| {
        let named = text.lines().find_map(|it| it.strip_prefix(MARK.trim_start()));
        named.unwrap_or("policy").trim().to_owned()
    };
    let file = |(start, end): (&usize, usize)| Source::new(&name(&text[*start..end]), &text[*start..end]);
    starts.iter().zip(ends).map(file).collect()
}

/// The names in a directory, sorted.
fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<String> = entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

/// All cases of a directory on one page.
fn page(directory: &Path) -> String {
    let mut out = String::new();
    for name in names(directory) {
        let text = fs::read_to_string(directory.join(&name)).unwrap();
        let source = Source::new(&name, &text);
        out.push_str(&format!("──── {name}\n"));
        out.push_str(&render::page(&source, &findings(&text)));
        out.push('\n');
    }
    out
}

/// Compares what is shown with `tests/it/snapshots/<name>.snap`.
fn snapshot(name: &str, shown: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("snapshots");
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, shown));
}

#[test]
fn every_code() {
    let root = cases("diagnostics");
    for code in names(&root) {
        let directory = root.join(&code);
        for name in names(&directory) {
            let text = fs::read_to_string(directory.join(&name)).unwrap();
            let found = findings(&text);
            assert!(found.iter().any(|it| it.code.name == code), "{code}/{name} does not report its code");
        }
        let id = evenhand::tools::catalogue::find(&code).map_or("", |it| it.id);
        snapshot(&format!("diagnostics@{id}-{code}"), &page(&directory));
    }
}

#[test]
fn slips_of_authors() {
    let root = cases("slips");
    for theme in names(&root) {
        snapshot(&format!("slips@{theme}"), &page(&root.join(&theme)));
    }
}

/// One cause is reported once: each of these policies has one mistake.
#[test]
fn a_slip_is_reported_once() {
    let root = cases("slips");
    for theme in names(&root) {
        for name in names(&root.join(&theme)) {
            let text = fs::read_to_string(root.join(&theme).join(&name)).unwrap();
            let found = findings(&text);
            let errors: Vec<&str> = found
                .iter()
                .filter(|it| it.code.severity == Severity::Error)
                .map(|it| it.message.as_str())
                .collect();
            assert_eq!(errors.len(), 1, "{theme}/{name}: {errors:?}");
        }
    }
}

/// What a machine offers to put in place of a slip is read, or brings the next message.
#[test]
fn a_fix_changes_what_is_found() {
    for root in ["slips", "diagnostics"].map(cases) {
        for theme in names(&root) {
            for name in names(&root.join(&theme)) {
                let text = fs::read_to_string(root.join(&theme).join(&name)).unwrap();
                let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
                for finding in findings(text) {
                    let Some(fix) = &finding.fix else { continue };
                    let mut mended = text.to_owned();
                    mended.replace_range(fix.span.range(), &fix.replacement);
                    let again = findings(&mended);
                    let same = |it: &Diagnostic| {
                        it.span.start == finding.span.start && it.message == finding.message
                    };
                    assert!(!again.iter().any(same), "{theme}/{name}: the fix leaves {:?}", finding.message);
                }
            }
        }
    }
}

/// The messages keep to the house's wording.
#[test]
fn messages_are_one_clause_in_small_letters() {
    for root in ["slips", "diagnostics"].map(cases) {
        for theme in names(&root) {
            for name in names(&root.join(&theme)) {
                let text = fs::read_to_string(root.join(&theme).join(&name)).unwrap();
                for finding in findings(&text) {
                    let related = finding.related.iter().map(|it| &it.text);
                    for words in related.chain([&finding.message]).chain(&finding.help).chain(&finding.label)
                    {
                        let begins = words.chars().next().unwrap_or('A');
                        assert!(!begins.is_uppercase() && !words.ends_with('.'), "{theme}/{name}: {words}");
                        for word in ["invalid", "illegal", "failed to", "Some(", "None"] {
                            assert!(!words.contains(word), "{theme}/{name}: {words}");
                        }
                    }
                    let source = Source::new(&name, &text);
                    let span = finding.span;
                    let inside = source.text().get(span.range()).is_some();
                    assert!(inside, "{theme}/{name}: {span:?} lies outside the text");
                }
            }
        }
    }
}
