//! `evenhand explain`, `evenhand new`, and wrong use.

use crate::cli::{folder, run, shown, shown_in, stderr, stdout};
use insta::assert_snapshot;
use std::fs;

#[test]
fn a_page() {
    assert_snapshot!(shown(&run(&["explain", "S001"])));
    let by_name = stdout(&run(&["explain", "unexpected-text"]));
    assert_eq!(by_name, stdout(&run(&["explain", "s001"])));
    assert!(by_name.starts_with("S001 unexpected-text (error)\n"));
}

#[test]
fn every_listed_code_has_a_page() {
    let list = stdout(&run(&["explain", "--list"]));
    assert!(list.lines().count() > 10);
    for line in list.lines() {
        let mut words = line.split_whitespace();
        let (id, name) = (words.next().unwrap(), words.next().unwrap());
        assert!(words.next().is_some(), "{line}: no summary");
        let page = stdout(&run(&["explain", id]));
        assert!(page.starts_with(&format!("{id} {name} (")), "{page}");
        assert!(!page.contains("```"), "{page}");
    }
}

#[test]
fn an_unknown_code() {
    assert_snapshot!(shown(&run(&["explain", "unexpected-txt"])), @r"
    exit code 2
    ──── stderr
    error: there is no finding `unexpected-txt`; did you mean `unexpected-text`?
    ");
    assert_snapshot!(shown(&run(&["explain", "zzz"])), @r"
    exit code 2
    ──── stderr
    error: there is no finding `zzz`; `evenhand explain --list` shows all
    ");
}

#[test]
fn a_new_policy_is_sound_and_passes_its_tests() {
    let folder = folder("new");
    let place = folder.to_str().unwrap();
    assert_snapshot!(shown_in("new", &run(&["new", "acme.refunds", "--path", place])));
    let path = folder.join("acme.refunds.policy");
    let path = path.to_str().unwrap();
    let checked = run(&["check", path]);
    assert_eq!(checked.status.code(), Some(0), "{}", stdout(&checked));
    assert!(stdout(&checked).ends_with("\nno errors in 1 policy\n"), "{}", stdout(&checked));
    let tested = run(&["test", path]);
    assert!(stdout(&tested).ends_with("\n3 passed, 0 failed\n"), "{}", stdout(&tested));
    let before = fs::read(path).unwrap();
    assert_snapshot!(shown_in("new", &run(&["new", "acme.refunds", "--path", place])), @r"
    exit code 2
    ──── stderr
    error: TMP/acme.refunds.policy: the file is there already; nothing was written
    ");
    assert_eq!(fs::read(path).unwrap(), before);
}

#[test]
fn a_new_policy_needs_a_name_and_a_folder() {
    let folder = folder("new_wrong");
    let place = folder.to_str().unwrap();
    for name in ["../x", "a b", "", "1a", "a/b"] {
        let output = run(&["new", name, "--path", place]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("is no name of a policy"), "{}", stderr(&output));
    }
    let output = run(&["new", "a", "--path", &format!("{place}/nowhere")]);
    assert_snapshot!(shown_in("new_wrong", &output), @r"
    exit code 2
    ──── stderr
    error: TMP/nowhere/a.policy: there is no such folder
    ");
    assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
}

#[test]
fn help() {
    assert_snapshot!(shown(&run(&["--help"])));
    assert_snapshot!("help_decide", shown(&run(&["decide", "--help"])));
    assert_eq!(stdout(&run(&["--version"])), format!("evenhand {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_use() {
    for arguments in [&["chekc"][..], &["check"], &["decide", "returns/returns.policy"], &["explain"], &[]] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
    assert_snapshot!(shown(&run(&["chekc", "x"])));
}
