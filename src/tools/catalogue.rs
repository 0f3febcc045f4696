//! Finds the codes of all storeys and writes their pages.
//!
//! A code's page is the doc comment at its declaration; here it becomes text for a terminal. The fences of
//! its examples are taken away and what stands between them is indented, so that a page reads as prose.

use crate::diag::{Code, Severity};
use crate::words::nearest;

/// Every code that a diagnostic can have, in order of the storeys and of declaration.
pub fn codes() -> impl Iterator<Item = &'static Code> {
    crate::policy::codes()
}

/// The code with this id (`T201`) or name (`unknown-name`); capitals do not matter.
pub fn find(word: &str) -> Option<&'static Code> {
    codes().find(|code| code.id.eq_ignore_ascii_case(word) || code.name.eq_ignore_ascii_case(word))
}

/// The id or name that `word` was probably meant to be.
pub fn probably(word: &str) -> Option<&'static str> {
    nearest(word, codes().flat_map(|code| [code.name, code.id]))
}

/// The page of a code: a heading and what its declaration says. Ends with a line feed.
pub fn page(code: &Code) -> String {
    let mut text = format!("{} {} ({})\n\n", code.id, code.name, severity(code.severity));
    let mut example = false;
    for line in code.page {
        let line = line.strip_prefix(' ').unwrap_or(line);
        match (line.starts_with("```"), line.is_empty()) {
            (true, _) => {
                example = !example;
                continue;
            }
            (false, false) if example => text.push_str("    "),
            _ => {}
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// The same page as Markdown, its examples between fences.
pub fn markdown(code: &Code) -> String {
    let mut text = format!("# {} {} ({})\n\n", code.id, code.name, severity(code.severity));
    for line in code.page {
        let line = line.strip_prefix(' ').unwrap_or(line);
        // What follows the fence of an example says what tests do with it.
        text.push_str(if line.starts_with("```policy") { "```text" } else { line });
        text.push('\n');
    }
    text
}

/// All codes, one a line: id, name and the first sentence of the page.
pub fn list() -> String {
    let longest = codes().map(|code| code.name.len()).max().unwrap_or(0);
    codes().map(|code| format!("{}  {:longest$}  {}\n", code.id, code.name, summary(code))).collect()
}

/// The first paragraph of a code's page, on one line.
pub fn summary(code: &Code) -> String {
    let lines = code.page.iter().map(|line| line.trim()).take_while(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

/// The weight in one word.
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
