//! Draws findings as plain text for snapshots: everything that a finding says, with its places.
//!
//! A snapshot shows the text with numbered lines and what was found in it. The command draws findings more
//! beautifully; here every part of one is named, so that a change of any of them shows.

use std::fmt::Write as _;

use evenhand::diag::{Diagnostic, Severity};
use evenhand::source::{Source, Span};

/// The text with numbered lines, then each finding.
pub(crate) fn page(source: &Source, findings: &[Diagnostic]) -> String {
    let mut out = String::new();
    for (index, line) in source.text().lines().enumerate() {
        let numbered = format!("{:>3} │ {line}", index + 1);
        out.push_str(numbered.trim_end());
        out.push('\n');
    }
    out.push('\n');
    out.push_str(&list(source, findings));
    out
}

/// The findings alone.
pub(crate) fn list(source: &Source, findings: &[Diagnostic]) -> String {
    if findings.is_empty() {
        return "nothing was found\n".to_owned();
    }
    findings.iter().map(|it| finding(source, it)).collect::<Vec<_>>().join("\n")
}

fn finding(source: &Source, it: &Diagnostic) -> String {
    let severity = match it.code.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut out = format!("{} {} {severity}\n", it.code.id, it.code.name);
    let mut line = |name: &str, text: &str| {
        let _ = writeln!(out, "  {name:<8} {text}");
    };
    line("at", &place(source, it.span));
    line("message", &it.message);
    if let Some(label) = &it.label {
        line("label", label);
    }
    if let Some(help) = &it.help {
        line("help", help);
    }
    if let Some(fix) = &it.fix {
        line("fix", &format!("{} becomes `{}`", place(source, fix.span), fix.replacement));
    }
    for label in &it.related {
        line("also", &format!("{}: {}", place(source, label.span), label.text));
    }
    out
}

/// `4:20 "…"`: where a span begins and the text under it, shortened in its middle.
fn place(source: &Source, span: Span) -> String {
    let at = source.place(span.start);
    let words = source.slice(span).split_whitespace().collect::<Vec<_>>().join(" ");
    let characters: Vec<char> = words.chars().flat_map(shown).collect();
    let text: String = match characters.len() {
        0..=60 => characters.into_iter().collect(),
        length => characters[..29].iter().chain(&['…']).chain(&characters[length - 29..]).collect(),
    };
    // The file is named where there are several.
    let file =
        if source.files().len() > 1 { format!("{}:", source.name_at(span.start)) } else { String::new() };
    format!("{file}{}:{} `{text}`", at.line, at.column)
}

/// A character, or its escape where it cannot be seen.
fn shown(character: char) -> Vec<char> {
    let hidden =
        character.is_control() || (character.is_whitespace() && character != ' ') || character == '\u{200b}';
    if hidden { character.escape_unicode().collect() } else { vec![character] }
}
