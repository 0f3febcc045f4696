//! `evenhand diff`.

use crate::cli::{folder, run, shown, shown_in, stderr, stdout};
use insta::assert_snapshot;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Compares the two policies of a pair.
fn pair(name: &str, more: &[&str]) -> Output {
    let (old, new) = (format!("../diff/{name}/old.policy"), format!("../diff/{name}/new.policy"));
    run(&[&["diff", &old, &new], more].concat())
}

#[test]
fn a_wider_window() {
    assert_snapshot!(shown(&pair("window", &[])));
}

#[test]
fn as_markdown() {
    assert_snapshot!(shown(&pair("window", &["--format", "markdown"])));
}

#[test]
fn as_json() {
    assert_snapshot!(shown(&pair("benefits", &["--format", "json"])));
}

#[test]
fn what_is_collected() {
    assert_snapshot!(shown(&pair("benefits", &[])));
}

#[test]
fn other_facts() {
    assert_snapshot!(shown(&pair("facts", &[])));
}

#[test]
fn what_is_not_looked_into() {
    assert_snapshot!(shown(&pair("calendar", &[])));
}

#[test]
fn versions() {
    assert_snapshot!(shown(&run(&["diff", "../diff/versions/old", "../diff/versions/new"])));
}

#[test]
fn nothing_changes() {
    let path = "../diff/window/old.policy";
    assert_snapshot!(shown(&run(&["diff", path, path, "--exit-code"])), @r"
    exit code 0
    ──── stdout
    shop.refunds: the same for all cases (proved)
    ");
}

#[test]
fn the_exit_code_tells_of_differences_on_request() {
    assert_eq!(pair("window", &[]).status.code(), Some(0));
    assert_eq!(pair("window", &["--exit-code"]).status.code(), Some(1));
}

#[test]
fn gates() {
    let told = |more: &[&str]| {
        let output = pair("window", more);
        format!("exit code {}\n{}", output.status.code().unwrap(), stderr(&output))
    };
    assert_snapshot!(told(&["--forbid", "refund: deny -> approve", "--forbid-lost-disclosures"]));
    assert_snapshot!(told(&["--forbid", "refund: * -> escalate", "--forbid", "other: * -> *"]));
    assert_snapshot!(told(&["--forbid", "refund approve"]), @r"
    exit code 2
    error: expected a gate like `refund: deny -> approve` or `*: * -> conflict`, found `refund approve`
    ");
    let open = pair("calendar", &["--forbid", "cancel: at_end -> nothing"]);
    assert_eq!(open.status.code(), Some(0), "{}", stderr(&open));
}

#[test]
fn what_cannot_be_compared() {
    assert_snapshot!(shown(&run(&["diff", "nowhere.policy", "conflict.policy"])));
    assert_snapshot!(shown(&run(&["diff", "broken.policy", "conflict.policy"])));
    assert_snapshot!(shown(&run(&["diff", "conflict.policy"])));
}

fn git(folder: &Path, arguments: &[&str]) {
    let who =
        ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.com", "-c", "init.defaultBranch=main"];
    let output = Command::new("git").args(who).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn revisions() {
    let folder = folder("revisions");
    let evenhand = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_evenhand"));
        command.arg("diff").args(arguments).current_dir(&folder).output().unwrap()
    };
    let write = |window: u32| {
        let base = "policy shop.base language 1\ntype Tier = ordered standard < gold\n";
        let text = format!(
            "policy shop.refunds language 1\nuse shop.base\n\
             facts {{ tier: Tier  owned: days between 0 days and 1_000 days }}\n\
             decision refund {{\n  outcome approve\n  outcome deny\n  \
             rule gold {{ when tier is gold and owned <= {window} days then approve }}\n  otherwise deny\n}}\n"
        );
        fs::create_dir_all(folder.join("shared")).unwrap();
        fs::create_dir_all(folder.join("policies")).unwrap();
        fs::write(folder.join("shared/base.policy"), base).unwrap();
        fs::write(folder.join("policies/refunds.policy"), text).unwrap();
    };
    git(&folder, &["init", "-q"]);
    write(30);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "-q", "-m", "before"]);
    git(&folder, &["checkout", "-q", "-b", "wider"]);
    write(60);
    git(&folder, &["commit", "-q", "-a", "-m", "wider"]);
    let ranged = stdout(&evenhand(&["main..wider", "--", "policies"]));
    assert_snapshot!(ranged);
    assert_eq!(stdout(&evenhand(&["main", "wider", "--", "policies"])), ranged);
    assert_eq!(stdout(&evenhand(&["main...", "--", "policies"])), ranged);
    assert_eq!(stdout(&evenhand(&["main", "--", "policies", "shared"])), ranged);
    assert_eq!(stdout(&evenhand(&["main..wider"])), ranged);
    write(90);
    assert!(stdout(&evenhand(&["HEAD", "--", "policies"])).contains("61 to 90 days"));
    assert_snapshot!(shown_in("revisions", &evenhand(&["nowhere..main", "--", "policies"])));
    assert_snapshot!(shown_in("revisions", &evenhand(&["main..wider", "--", "elsewhere"])));
}
