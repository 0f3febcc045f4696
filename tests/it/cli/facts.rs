//! `evenhand facts`.

use crate::cli::{run, run_with, shown, stdout};
use insta::assert_snapshot;

#[test]
fn a_table() {
    assert_snapshot!(shown(&run(&["facts", "returns/returns.policy"])));
}

#[test]
fn every_type() {
    assert_snapshot!(shown(&run(&["facts", "types.policy"])));
}

#[test]
fn a_json_schema() {
    assert_snapshot!(shown(&run(&["facts", "types.policy", "--format", "schema"])));
}

#[test]
fn a_template() {
    assert_snapshot!(shown(&run(&["facts", "types.policy", "--format", "template"])));
}

/// What the template says, the policy takes; assumptions included.
#[test]
fn templates_are_accepted() {
    for policy in ["types.policy", "returns/returns.policy", "failing.policy", "../acme/refunds.policy"] {
        let template = run(&["facts", policy, "--format", "template"]);
        assert!(template.stderr.is_empty(), "{policy}: {}", shown(&template));
        let answer = run_with(&["decide", policy, "--facts", "-", "--format", "body"], &template.stdout);
        assert_eq!(answer.status.code(), Some(0), "{policy}: {}{}", stdout(&template), shown(&answer));
    }
}

#[test]
fn a_policy_with_errors_has_no_facts_to_show() {
    let output = run(&["facts", "broken.policy"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
}
