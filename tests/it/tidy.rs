//! What a reviewer would have to say again and again.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]
#![allow(clippy::disallowed_methods, reason = "a test reads files")]

use std::fs;
use std::path::Path;

/// Lines of a file without its tests. A file that is longer wants to be two.
const LONGEST_FILE: usize = 600;

/// Every Rust file under `root`, sorted.
pub(crate) fn rust_files(root: &Path) -> Vec<String> {
    files(root, "rs")
}

/// Every file under `root` whose name ends so, sorted.
pub(crate) fn files(root: &Path, ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => open.push(path),
                false if path.extension().is_some_and(|it| it == ending) => {
                    found.push(path.display().to_string())
                }
                false => {}
            }
        }
    }
    found.sort();
    found
}

/// The text before the test module at the foot of a file.
fn code(text: &str) -> &str {
    let foot = ["#[cfg(test)]\nmod tests {", "#[cfg(test)]\npub(crate) mod tests {"];
    foot.iter().filter_map(|it| text.find(it)).min().map_or(text, |at| &text[..at])
}

#[track_caller]
fn none(violations: Vec<String>) {
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
}

#[test]
fn every_file_says_what_it_is() {
    let files = rust_files(Path::new("src")).into_iter().chain(rust_files(Path::new("tests")));
    none(files.filter(|it| !fs::read_to_string(it).unwrap().starts_with("//! ")).collect());
}

#[test]
fn no_mod_rs() {
    none(rust_files(Path::new("src")).into_iter().filter(|it| it.ends_with("/mod.rs")).collect());
}

#[test]
fn imports_are_absolute() {
    let mut violations = Vec::new();
    for file in rust_files(Path::new("src")) {
        let text = fs::read_to_string(&file).unwrap();
        for (index, line) in code(&text).lines().enumerate() {
            if line.contains("super::") && !line.trim_start().starts_with("//") {
                violations.push(format!("{file}:{}: `super::` outside tests", index + 1));
            }
        }
    }
    none(violations);
}

#[test]
fn files_are_short() {
    let mut violations = Vec::new();
    for file in rust_files(Path::new("src")) {
        let lines = code(&fs::read_to_string(&file).unwrap()).lines().count();
        if lines > LONGEST_FILE {
            violations.push(format!("{file}: {lines} lines; {LONGEST_FILE} are allowed"));
        }
    }
    none(violations);
}
