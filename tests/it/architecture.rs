//! The arrows: which storey may name which.
//!
//! The table is read against the text of every source file. A file that belongs to no line of it fails, so a
//! new storey is a decision and not an accident. What is *not* in the table is the point: `ir` and `eval` know
//! neither text nor findings, `check` runs nothing, nothing but the command does IO, and no storey names one
//! above it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]
#![allow(clippy::disallowed_methods, reason = "a test reads files")]

use std::fs;
use std::path::Path;

use crate::tidy::rust_files;

/// Each storey, and the storeys that it may name.
const ARROWS: &[(&str, &[&str])] = &[
    // ── the ground ──
    ("source", &[]),
    ("limits", &[]),
    ("words", &[]),
    ("threads", &[]),
    ("diag", &["source"]),
    // Values, their types, and their forms in JSON know each other.
    ("value", &["schema", "json", "words"]),
    ("schema", &["value"]),
    ("calendar", &["value", "words"]),
    ("json", &["source", "limits", "value", "datum"]),
    ("datum", &["value"]),
    ("hir", &["source", "value", "schema", "calendar"]),
    // ── the storeys ──
    ("syntax", &["source", "limits", "diag", "words", "threads"]),
    (
        "check",
        &["source", "limits", "diag", "words", "value", "schema", "calendar", "hir", "syntax", "threads"],
    ),
    ("resolve", &["source", "limits", "diag", "words", "value", "syntax", "check", "threads"]),
    ("intake", &["source", "limits", "words", "value", "schema", "json", "datum"]),
    ("ir", &["source", "value", "hir"]),
    ("eval", &["value", "schema", "calendar", "json", "hir", "ir"]),
    ("flat", &["value", "schema", "calendar", "hir", "ir", "eval"]),
    (
        "compiled",
        &[
            "limits", "words", "value", "schema", "calendar", "json", "datum", "hir", "ir", "eval", "flat",
            "intake",
        ],
    ),
    ("space", &["source", "value", "schema", "calendar", "hir", "ir"]),
    ("exact", &["schema", "value", "hir", "ir", "eval", "space"]),
    ("prove", &["source", "diag", "words", "value", "schema", "json", "hir", "ir", "eval", "space"]),
    ("diff", &["source", "value", "schema", "calendar", "json", "hir", "ir", "eval", "space", "prove"]),
    (
        "policy",
        &[
            "source", "limits", "diag", "words", "value", "schema", "json", "datum", "hir", "syntax",
            "check", "resolve", "intake", "ir", "eval", "flat", "compiled", "exact", "prove", "diff",
            "threads",
        ],
    ),
    (
        "tools",
        &[
            "source", "limits", "diag", "words", "value", "schema", "json", "datum", "hir", "syntax",
            "check", "intake", "eval", "prove", "policy",
        ],
    ),
    // The command sees the library from outside.
    ("cli", &[]),
];

/// The modules of the library that the command may name.
const COMMAND: &[&str] = &["compiled", "diag", "json", "limits", "policy", "source", "tools", "value"];

/// What belongs to no storey: the front page and the entry of the command.
const EXEMPT: &[&str] = &["lib", "main"];

#[test]
fn imports_follow_the_arrows() {
    let mut violations = Vec::new();
    for file in rust_files(Path::new("src")) {
        let text = fs::read_to_string(&file).unwrap();
        let module = file.trim_start_matches("src/").trim_end_matches(".rs");
        let layer = module.split('/').next().unwrap();
        if EXEMPT.contains(&module) {
            continue;
        }
        let Some((_, allowed)) = ARROWS.iter().find(|it| it.0 == layer) else {
            violations.push(format!("{file}: belongs to no storey; add it to the table"));
            continue;
        };
        let code = without_tests(&text);
        for named in named_after(&code, "crate::") {
            if named != layer && !allowed.contains(&named.as_str()) {
                violations.push(format!("{file}: `{layer}` must not name `{named}`"));
            }
        }
        if layer == "cli" {
            let modules = named_after(&code, "evenhand::").into_iter().filter(|it| starts_lower(it));
            violations.extend(
                modules
                    .filter(|it| !COMMAND.contains(&it.as_str()))
                    .map(|it| format!("{file}: the command must not name `{it}`")),
            );
        }
    }
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
}

/// No IO, clock or environment below the command. `clippy.toml` says the same of single calls.
#[test]
fn only_the_command_does_io() {
    const DOORS: &[&str] =
        &["std::fs", "std::io", "std::env", "std::net", "std::process", "std::thread", "std::time"];
    let mut violations = Vec::new();
    for file in rust_files(Path::new("src")) {
        if file.starts_with("src/cli") || file == "src/main.rs" {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let code = without_tests(&text);
        // The one room that starts threads.
        let allowed = if file == "src/threads.rs" { "std::thread" } else { "" };
        let closed = DOORS.iter().filter(|it| **it != allowed);
        violations.extend(closed.filter(|it| code.contains(**it)).map(|it| format!("{file}: names `{it}`")));
    }
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
}

/// The code without comments and without the test module at its foot. A file of tests is all foot.
fn without_tests(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    let code = code.split("#[cfg(test)]\npub(crate) mod tests {").next().unwrap_or(code);
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The first names after `prefix`, in `prefix::x` and in `prefix::{x, y::z}`.
fn named_after(code: &str, prefix: &str) -> Vec<String> {
    let mut named = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        let rest = &code[at + prefix.len()..];
        match rest.strip_prefix('{') {
            None => named.push(first_name(rest)),
            Some(group) => named.extend(members(group).iter().map(|it| first_name(it))),
        }
    }
    named.retain(|it| !it.is_empty());
    named
}

fn first_name(text: &str) -> String {
    text.trim_start().chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect()
}

fn starts_lower(name: &str) -> bool {
    name.starts_with(|it: char| it.is_ascii_lowercase())
}

/// The parts of `a, b::{c, d}, e}…` up to the closing brace.
fn members(group: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut depth = 0;
    for character in group.chars() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => parts.push(std::mem::take(&mut part)),
            _ => {}
        }
        if depth == 0 && character != ',' {
            part.push(character);
        }
    }
    parts.push(part);
    parts
}

#[test]
fn names_are_found() {
    let code = "use crate::{\n    a::{b, c},\n    d,\n};\nuse crate::e::F; let x = crate::g();";
    assert_eq!(named_after(code, "crate::"), ["a", "d", "e", "g"]);
}
