//! What fails a check: `--deny`, `--strict` and `evenhand.toml`.

use crate::cli::{cases, folder, run, shown, shown_in, stderr, stdout};
use insta::assert_snapshot;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

#[test]
fn denied_warnings_are_errors() {
    assert_snapshot!(shown(&run(&["check", "warned.policy", "--deny", "warnings"])));
}

#[test]
fn one_is_denied_by_name() {
    let code = |name: &str| run(&["check", "several/base.policy", "--deny", name]).status.code();
    assert_eq!(code("unused-definition"), Some(1));
    assert_eq!(code("one-sided-days"), Some(1));
    assert_eq!(code("row-never-reached"), Some(0));
    // An error is one anyway.
    assert_eq!(code("unknown-name"), Some(0));
}

/// What the author allows is not found, so it cannot be denied.
#[test]
fn what_is_allowed_stays_so() {
    let output = stdout(&run(&["check", "several/base.policy", "--deny", "warnings"]));
    assert!(output.ends_with("several/base.policy: 2 errors\n2 errors in 1 policy\n"), "{output}");
    assert!(!output.contains("`large`"), "{output}");
}

#[test]
fn a_name_that_is_no_findings() {
    assert_snapshot!(shown(&run(&["check", "warned.policy", "--deny", "warning"])), @r"
    exit code 2
    ──── stderr
    error: --deny: there is no finding `warning`; did you mean `warnings`?
    ");
}

/// A folder with a policy that has one warning, and this file of rules.
fn with_rules(test: &str, rules: &str) -> std::path::PathBuf {
    let folder = folder(test);
    fs::create_dir_all(folder.join("house/desk")).unwrap();
    fs::copy(cases().join("warned.policy"), folder.join("house/desk/a.policy")).unwrap();
    fs::write(folder.join("evenhand.toml"), rules).unwrap();
    folder
}

fn check_in(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evenhand"));
    command.arg("check").args(arguments).current_dir(folder).output().unwrap()
}

/// The nearest file around the policies counts, wherever the command runs.
#[test]
fn rules_are_found_around_the_files() {
    let top = with_rules("rules_found", "[rules]\nunused-definition = \"error\"\n");
    let code = |folder: &Path, arguments: &[&str]| check_in(folder, arguments).status.code();
    assert_eq!(code(&top, &["house"]), Some(1));
    assert_eq!(code(&top.join("house/desk"), &["a.policy"]), Some(1));
    let path = top.join("house/desk/a.policy");
    assert_eq!(code(Path::new("/"), &[path.to_str().unwrap()]), Some(1));
    fs::write(top.join("house/evenhand.toml"), "[rules]\nunused-definition = \"off\"\n").unwrap();
    let quiet = stdout(&check_in(&top, &["house"]));
    assert!(quiet.ends_with("no errors in 1 policy\n") && !quiet.contains("T801"), "{quiet}");
    // `--root` names the folder, and no other is looked at.
    assert_eq!(code(&top, &["house", "--root", "."]), Some(1));
    assert_eq!(code(&top, &["house", "--root", "house/desk"]), Some(0));
    // The arguments count over the file.
    assert_eq!(code(&top, &["house", "--deny", "unused-definition"]), Some(1));
}

#[test]
fn warnings_are_denied_in_the_file() {
    let top = with_rules("rules_deny", "[check]\ndeny = [\"warnings\"]\n");
    assert_eq!(check_in(&top, &["house"]).status.code(), Some(1));
    fs::write(top.join("evenhand.toml"), "check.deny = [\"warnings\"]\nrules.unused-definition = \"warn\"\n")
        .unwrap();
    assert_eq!(check_in(&top, &["house"]).status.code(), Some(0));
}

#[test]
fn one_file_counts_for_a_run() {
    let top = with_rules("rules_two", "");
    fs::create_dir_all(top.join("other")).unwrap();
    fs::copy(cases().join("conflict.policy"), top.join("other/b.policy")).unwrap();
    fs::write(top.join("other/evenhand.toml"), "").unwrap();
    assert_snapshot!(shown_in("rules_two", &check_in(&top, &["."])), @r"
    exit code 2
    ──── stderr
    error: there is more than one evenhand.toml around these files: evenhand.toml and other/evenhand.toml; name the folder of one with `--root`, or check the files apart
    ");
}

#[test]
fn slips_in_the_file() {
    let rules = concat!(
        "deny = [\"warnings\"]\n",
        "[check]\nstrict = \"yes\"\ndeny = [\"unused-defintion\", 5]\ndenny = \"x\"\n",
        "[rules]\nunused-definition = \"of\"\none-sided-days = 1\nunknown-name = \"warn\"\nT801 = \"off\"\n",
    );
    let top = with_rules("rules_slips", rules);
    assert_snapshot!(shown_in("rules_slips", &check_in(&top, &["house"])));
}

#[test]
fn what_is_no_toml() {
    let top = with_rules("rules_no_toml", "");
    let mut said = String::new();
    let texts = [
        "[rules]\nunused-definition = off\n",
        "[rules\n",
        "[rules]\na = \"warn\n",
        "[rules]\na = \"off\"\na = \"off\"\n",
        "[rules]\n[rules]\n",
        "[rules]\na =",
        "= 1",
        "rules = 1979-05-27\n",
        "\u{1}",
    ];
    for text in texts {
        fs::write(top.join("evenhand.toml"), text).unwrap();
        let output = check_in(&top, &["house"]);
        assert_eq!(output.status.code(), Some(2), "{text}");
        said.push_str(&stderr(&output));
    }
    assert_snapshot!(said);
}
