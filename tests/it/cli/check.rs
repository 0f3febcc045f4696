//! `evenhand check`.

use crate::cli::{cases, file, folder, run, shown, shown_in, stderr, stdout};
use insta::assert_snapshot;
use std::fs;

#[test]
fn a_sound_policy() {
    assert_snapshot!(shown(&run(&["check", "returns/returns.policy"])));
}

#[test]
fn a_policy_with_errors() {
    assert_snapshot!(shown(&run(&["check", "broken.policy"])));
}

#[test]
fn warnings_refuse_nothing() {
    assert_snapshot!(shown(&run(&["check", "warned.policy"])));
}

#[test]
fn a_folder() {
    assert_snapshot!(shown(&run(&["check", "mixed", "returns"])));
}

#[test]
fn a_policy_named_twice_is_checked_once() {
    let output = stdout(&run(&["check", "returns/returns.policy", "./returns/returns.policy"]));
    assert!(output.ends_with("\nno errors in 1 policy\n"), "{output}");
}

#[test]
fn findings_as_json() {
    assert_snapshot!(shown(&run(&["check", "--format", "json", "mixed"])));
}

#[test]
fn a_folder_without_policies() {
    assert_snapshot!(shown(&run(&["check", "empty"])), @r"
    exit code 2
    ──── stderr
    error: empty: the folder has no file that ends in `.policy`
    ");
}

#[test]
fn what_cannot_be_read_does_not_hide_the_rest() {
    let output = run(&["check", "nowhere.policy", "warned.policy", "--format", "json"]);
    assert_eq!(output.status.code(), Some(2));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["policies"][0]["error"], "there is no such file");
    assert_eq!(document["policies"][0]["ok"], false);
    assert_eq!(document["policies"][1]["ok"], true);
    assert_eq!(stderr(&output), "error: nowhere.policy: there is no such file\n");
}

#[test]
fn a_text_that_is_not_utf_8() {
    let path = file("not_utf_8", "a.policy", b"policy a language 1\n# caf\xe9\n");
    assert_snapshot!(shown_in("not_utf_8", &run(&["check", &path])), @r"
    exit code 2
    ──── stderr
    error: TMP/a.policy: the text is not UTF-8: line 2 has the byte 0xE9 (byte 26 of the text)
    ");
}

#[test]
fn marks_and_line_ends_of_windows() {
    let text = fs::read_to_string(cases().join("warned.policy")).unwrap();
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let path = file("windows", "a.policy", windows.as_bytes());
    let output = run(&["check", &path]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let digest = |path: &str| {
        let document: serde_json::Value =
            serde_json::from_slice(&run(&["check", "--format", "json", path]).stdout).unwrap();
        document["policies"][0]["digest"].as_str().unwrap().to_owned()
    };
    assert_eq!(digest(&path), digest("warned.policy"));
}

#[test]
fn a_text_beyond_the_limit() {
    let path = file("too_long", "a.policy", &vec![b'#'; 50_000_000]);
    assert_snapshot!(shown_in("too_long", &run(&["check", &path])), @r"
    exit code 2
    ──── stderr
    error: TMP/a.policy: the file has more than 4194304 bytes, the most that a policy may have
    ");
    fs::remove_file(path).unwrap();
}

#[test]
fn a_folder_is_searched_in_order() {
    let folder = folder("searched");
    for (number, name) in
        ["b/x.policy", "a.policy", "b/a/y.policy", ".hidden/z.policy", "b/notes.txt", "c.policy.bak"]
            .into_iter()
            .enumerate()
    {
        let text = format!("policy a{number} language 1\n");
        fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
        fs::write(folder.join(name), text).unwrap();
    }
    let output = run(&["check", "--format", "json", folder.to_str().unwrap()]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let policies = document["policies"].as_array().unwrap();
    let names: Vec<_> = policies.iter().map(|it| it["path"].as_str().unwrap()).collect();
    let expected = ["a.policy", "b/a/y.policy", "b/x.policy"];
    assert_eq!(names, expected.map(|it| folder.join(it).to_str().unwrap().to_owned()));
}

#[test]
fn no_colours_in_a_pipe() {
    assert!(!stdout(&run(&["check", "broken.policy"])).contains('\u{1b}'));
}
