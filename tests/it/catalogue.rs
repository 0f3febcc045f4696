//! Holds the catalogue of codes to its promises: ids, names, pages that are run, and a directory of cases for
//! each code.

use std::collections::BTreeSet;
use std::fs;

use evenhand::diag::Code;
use evenhand::tools::catalogue;

use crate::diagnostics::{cases, findings};

/// Codes whose page shows no policy, each with the reason.
const WITHOUT_EXAMPLE: [(&str, &str); 3] = [
    ("text-too-long", "the example would be 4 MiB long; tests/it/diagnostics.rs reports it at 50 MB"),
    ("control-character", "a page cannot hold one; its cases do"),
    ("too-costly", "the example would be very large; tests/it/diagnostics.rs reports it under small limits"),
];

/// Codes that have no directory of cases, because their cases are made by the tests.
const GENERATED: [&str; 2] = ["text-too-long", "too-costly"];

fn exempt(code: &Code) -> bool {
    WITHOUT_EXAMPLE.iter().any(|(name, _)| *name == code.name)
}

/// The examples of a page behind fences that say `policy,…`.
fn examples(code: &Code, kind: &str) -> Vec<String> {
    let fence = format!("```policy,{kind}");
    let mut found = Vec::new();
    let mut open: Option<String> = None;
    for line in code.page {
        let line = line.strip_prefix(' ').unwrap_or(line);
        match &mut open {
            None if line == fence => open = Some(String::new()),
            None => {}
            Some(_) if line == "```" => found.extend(open.take()),
            Some(text) => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    assert_eq!(open, None, "{}: a fence is not closed", code.id);
    found
}

#[test]
fn ids_and_names_are_unique_and_in_order() {
    let ids: Vec<&str> = catalogue::codes().map(|it| it.id).collect();
    let mut sorted = ids.clone();
    // In order of the storeys: writing, meaning, proofs.
    sorted.sort_unstable_by_key(|it| (it.replacen('P', "U", 1), *it));
    sorted.dedup();
    assert_eq!(ids, sorted, "each id once, in order");
    let names: BTreeSet<&str> = catalogue::codes().map(|it| it.name).collect();
    assert_eq!(names.len(), ids.len(), "each name once");
    for code in catalogue::codes() {
        let (letter, digits) = code.id.split_at(1);
        assert!(matches!(letter, "S" | "T" | "P") && digits.len() == 3, "{}", code.id);
        assert!(digits.bytes().all(|it| it.is_ascii_digit()), "{}", code.id);
        let words: Vec<&str> = code.name.split('-').collect();
        let small = |word: &&str| !word.is_empty() && word.bytes().all(|it| it.is_ascii_lowercase());
        assert!(words.iter().all(small), "{} is not written as-words-like-these", code.name);
    }
}

#[test]
fn a_page_begins_with_one_sentence_and_says_more() {
    for code in catalogue::codes() {
        let lines: Vec<&str> = code.page.iter().map(|it| it.trim()).collect();
        let summary: Vec<&str> = lines.iter().copied().take_while(|it| !it.is_empty()).collect();
        let summary = summary.join(" ");
        assert!(summary.ends_with('.') && !summary.contains(". "), "{}: {summary}", code.id);
        let prose = lines.iter().skip_while(|it| !it.is_empty()).find(|it| !it.is_empty());
        assert!(prose.is_some(), "{}: the page ends after its first sentence", code.id);
        for word in ["invalid", "illegal", "failed to"] {
            assert!(!lines.iter().any(|it| it.to_lowercase().contains(word)), "{}: says {word}", code.id);
        }
    }
}

/// What is found in an example of a code's page. What the examples of the compiler's codes do not do at all, as
/// an `otherwise` that is never met, is no matter there.
fn reported(code: &Code, text: &str) -> Vec<&'static str> {
    let proofs = code.id.starts_with('P');
    let found = findings(text).into_iter().map(|it| it.code.id);
    found.filter(|it| proofs || !it.starts_with('P')).collect()
}

#[test]
fn every_page_shows_a_policy_that_reports_its_code() {
    for code in catalogue::codes() {
        let examples = examples(code, "reports");
        assert_eq!(
            examples.is_empty(),
            exempt(code),
            "{}: shows {} failing policies",
            code.id,
            examples.len()
        );
        for text in examples {
            assert_eq!(reported(code, &text), [code.id], "example of {}:\n{text}", code.id);
        }
    }
}

#[test]
fn every_page_shows_a_policy_that_is_accepted() {
    for code in catalogue::codes() {
        let examples = examples(code, "accepts");
        assert_eq!(examples.is_empty(), exempt(code), "{}: shows {} sound policies", code.id, examples.len());
        for text in examples {
            let reported = reported(code, &text);
            assert!(reported.is_empty(), "example of {}: {reported:?}\n{text}", code.id);
        }
    }
}

#[test]
fn every_code_has_a_directory_of_cases_and_every_directory_a_code() {
    let names: BTreeSet<String> = catalogue::codes()
        .map(|it| it.name.to_owned())
        .filter(|it| !GENERATED.contains(&it.as_str()))
        .collect();
    let directories: BTreeSet<String> = fs::read_dir(cases("diagnostics"))
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names, directories);
}
