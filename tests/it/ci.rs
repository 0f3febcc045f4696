//! What the repository offers to build servers does what it says: the action, the hooks, and the manual on both.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::disallowed_methods, reason = "a test reads and writes files")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const EVENHAND: &str = env!("CARGO_BIN_EXE_evenhand");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

/// The keys that stand right below the line `key:`.
fn keys<'t>(text: &'t str, key: &str) -> Vec<&'t str> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut lines = text.lines().skip_while(|it| it.trim() != format!("{key}:"));
    let Some(head) = lines.next() else { return Vec::new() };
    let below = lines.take_while(|it| it.is_empty() || indent(it) > indent(head));
    let below: Vec<&str> = below.filter(|it| !it.is_empty()).collect();
    let first = below.first().map_or(0, |it| indent(it));
    let own = below.into_iter().filter(|it| indent(it) == first);
    own.filter_map(|it| it.trim().split_once(':').map(|it| it.0)).collect()
}

/// The words after `before` that `after` ends.
fn between<'t>(text: &'t str, before: &str, after: &[char]) -> BTreeSet<&'t str> {
    text.split(before).skip(1).filter_map(|it| it.split(after).next()).collect()
}

#[test]
fn files_are_yaml_as_far_as_one_sees() {
    for name in ["action.yml", ".pre-commit-hooks.yaml"] {
        for (index, line) in read(name).lines().enumerate() {
            let blank = line.len() - line.trim_start().len();
            assert!(
                !line.contains('\t') && blank % 2 == 0 && line.trim_end() == line,
                "{name}:{}",
                index + 1
            );
        }
    }
}

#[test]
fn the_action_uses_its_inputs() {
    let action = read("action.yml");
    let declared: BTreeSet<&str> = keys(&action, "inputs").into_iter().collect();
    assert_eq!(declared, between(&action, "${{ inputs.", &[' ']));
    assert!(declared.len() > 3);
}

/// Every flag and format that the action and the hooks name is one of the command's.
#[test]
fn flags_exist() {
    let help = Command::new(EVENHAND).args(["check", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for name in ["action.yml", ".pre-commit-hooks.yaml"] {
        let text = read(name);
        let script = text.split("evenhand=").last().unwrap();
        for flag in
            between(script, " --", &[' ', ')', ',', ']', '\n', '"']).into_iter().filter(|it| !it.is_empty())
        {
            assert!(help.contains(&format!("--{flag}")), "{name}: --{flag}");
        }
        for format in between(&text, "--format ", &[' ']) {
            assert!(help.contains(&format!("- {format}:")), "{name}: {format}\n{help}");
        }
    }
}

/// What the manual writes under `with` is an input, and its hooks are those that there are.
#[test]
fn the_manual_shows_what_there_is() {
    let (manual, action, hooks) =
        (read("grammar/MANUAL.md"), read("action.yml"), read(".pre-commit-hooks.yaml"));
    let declared: BTreeSet<&str> = keys(&action, "inputs").into_iter().collect();
    let shown = keys(&manual, "with");
    assert!(!shown.is_empty() && shown.iter().all(|it| declared.contains(it)), "{shown:?}");
    assert_eq!(between(&manual, "- id: ", &['\n']), between(&hooks, "- id: ", &['\n']));
    for input in declared {
        assert!(manual.contains(&format!("`{input}`")), "{input}");
    }
}

/// Each hook as pre-commit would run it, in a folder of policies.
#[test]
fn hooks_run() {
    let hooks = read(".pre-commit-hooks.yaml");
    let entries: Vec<&str> = between(&hooks, "entry: evenhand ", &['\n']).into_iter().collect();
    assert_eq!(entries, ["check", "test"]);
    assert_eq!(hooks.matches("args: [.]").count(), entries.len());
    for entry in entries {
        let folder = root().join("tests/cases/cli/returns");
        let output = Command::new(EVENHAND).args([entry, "."]).current_dir(folder).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{entry}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

/// The script of the action that checks.
#[cfg(unix)]
fn script() -> String {
    let action = read("action.yml");
    let block = action.split("      run: |\n").nth(1).unwrap();
    let lines = block.lines().take_while(|it| it.is_empty() || it.starts_with("        "));
    lines.map(|it| it.strip_prefix("        ").unwrap_or("").to_owned() + "\n").collect()
}

/// Runs the script with these inputs, over what the action's own steps would have set up.
#[cfg(unix)]
fn act(test: &str, inputs: [&str; 5]) -> (Output, String) {
    let temp = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ci").join(test);
    let _ = fs::remove_dir_all(&temp);
    fs::create_dir_all(temp.join("evenhand/bin")).unwrap();
    std::os::unix::fs::symlink(EVENHAND, temp.join("evenhand/bin/evenhand")).unwrap();
    let mut command = Command::new("bash");
    command.args(["-e", "-o", "pipefail", "-c", &script()]).current_dir(root().join("tests/cases/cli"));
    for (name, value) in ["PATHS", "DENY", "STRICT", "ROOT", "SARIF"].into_iter().zip(inputs) {
        command.env(name, value);
    }
    command.env("RUNNER_TEMP", &temp).env("GITHUB_OUTPUT", temp.join("output"));
    let output = command.output().unwrap();
    (output, fs::read_to_string(temp.join("output")).unwrap_or_default())
}

#[cfg(unix)]
#[test]
fn the_action_checks() {
    let code = |test, inputs| act(test, inputs).0.status.code();
    assert_eq!(code("fine", ["returns", "", "false", "", "false"]), Some(0));
    assert_eq!(code("warned", ["warned.policy", "", "true", ".", "false"]), Some(0));
    assert_eq!(code("denied", ["returns\nwarned.policy\n", "warnings", "false", "", "false"]), Some(1));
    assert_eq!(code("by_name", ["warned.policy", "one-sided-days\nunused-definition", "", "", ""]), Some(1));
    assert_eq!(code("nowhere", ["nowhere", "", "false", "", "true"]), Some(2));
    // Words of a workflow are no commands.
    assert_eq!(code("quoted", ["$(touch /nowhere/x); --help", "", "false", "", "false"]), Some(2));
}

#[cfg(unix)]
#[test]
fn the_action_writes_sarif() {
    let (output, set) = act("sarif", ["several", "", "false", "", "true"]);
    assert_eq!(output.status.code(), Some(1));
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("::error file=several/client.policy,line=4,"), "{shown}");
    let path = set.trim().strip_prefix("sarif-file=").unwrap();
    let document: serde_json::Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(document["version"], "2.1.0");
}
