//! `evenhand cases`.

use crate::cli::{file, run, shown, stdout};
use insta::assert_snapshot;
use std::fs;

#[test]
fn tests_to_paste() {
    assert_snapshot!(shown(&run(&["cases", "returns/returns.policy"])));
}

#[test]
fn what_the_tests_of_the_policy_leave_out() {
    assert_snapshot!(shown(&run(&["cases", "returns/returns.policy", "--missing"])));
}

#[test]
fn as_data() {
    assert_snapshot!(shown(&run(&["cases", "conflict.policy", "--format", "json"])));
}

#[test]
fn all_versions_of_a_policy() {
    let policy = "policy demo language 1 version chosen by day\nfacts { day: date  n: integer between 0 and 99 }\n\
        setting most: integer = 10 through 2026-06-30, 20 from 2026-07-01\n\
        decision d { outcome a outcome b rule r { when n <= most then a } otherwise b }\n";
    let path = file("all_versions", "demo.policy", policy.as_bytes());
    let written = run(&["cases", &path]);
    assert_snapshot!(stdout(&written));
    let pasted = format!("{policy}\n{}", stdout(&written));
    fs::write(&path, pasted).unwrap();
    let tested = run(&["test", &path]);
    assert_eq!(tested.status.code(), Some(0), "{}", stdout(&tested));
}

#[test]
fn a_decision_that_is_not_there() {
    assert_snapshot!(shown(&run(&["cases", "returns/returns.policy", "--decision", "refnd"])), @r"
    exit code 2
    ──── stderr
    error: the policy has no decision `refnd`; did you mean `refund`?
    ");
}

#[test]
fn help() {
    assert_snapshot!(shown(&run(&["cases", "--help"])));
}
