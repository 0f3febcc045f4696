//! `evenhand test`.

use crate::cli::{run, shown};
use insta::assert_snapshot;

#[test]
fn tests_that_pass() {
    assert_snapshot!(shown(&run(&["test", "returns/returns.policy"])));
}

#[test]
fn tests_that_fail() {
    assert_snapshot!(shown(&run(&["test", "failing.policy"])));
}

#[test]
fn several_policies() {
    assert_snapshot!(shown(&run(&["test", "returns", "conflict.policy", "failing.policy"])));
}

#[test]
fn results_as_json() {
    assert_snapshot!(shown(&run(&["test", "--format", "json", "failing.policy", "conflict.policy"])));
}

#[test]
fn a_policy_with_errors_is_not_tested() {
    let output = run(&["test", "mixed"]);
    assert_eq!(output.status.code(), Some(1));
    assert_snapshot!(shown(&output));
}

#[test]
fn nothing_to_test() {
    assert_eq!(run(&["test", "empty"]).status.code(), Some(2));
    assert_snapshot!(shown(&run(&["test", "conflict.policy"])));
}
