//! `evenhand check --format github|sarif|junit`: snapshots of each, and what holds of all of them.
//!
//! The official schemas are not in this repository: `tests/oracle/reports.py` holds the output against them. What
//! they ask for is asked for here too, as far as it can go wrong.

use crate::cli::{cases, file, folder, run, shown, stdout};
use insta::assert_snapshot;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

const ALL: [&str; 4] = ["several", "mixed", "warned.policy", "nowhere.policy"];

fn report(format: &str, more: &[&str]) -> String {
    let arguments = [&["check", "--format", format], &ALL[..], more].concat();
    stdout(&run(&arguments))
}

fn sarif(more: &[&str]) -> Value {
    serde_json::from_str(&report("sarif", more)).unwrap()
}

#[test]
fn github() {
    let arguments = [&["check", "--format", "github"], &ALL[..]].concat();
    assert_snapshot!(shown(&run(&arguments)));
}

#[test]
fn junit() {
    assert_snapshot!(report("junit", &["--deny", "one-sided-days"]));
}

/// The pages of rules have snapshots of their own.
#[test]
fn sarif_without_its_pages() {
    let mut document = sarif(&["--deny", "one-sided-days"]);
    for rule in document["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap() {
        for text in ["text", "markdown"] {
            let page = rule["help"][text].as_str().unwrap();
            assert!(page.contains(rule["id"].as_str().unwrap()) && page.lines().count() > 5, "{page}");
            rule["help"][text] = "…".into();
        }
    }
    document["runs"][0]["tool"]["driver"]["semanticVersion"] = "…".into();
    assert_snapshot!(format!("{document:#}"));
}

#[test]
fn results_of_sarif_name_their_rules_and_places() {
    let document = sarif(&[]);
    let run = &document["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let mut seen = BTreeSet::new();
    let results = run["results"].as_array().unwrap();
    assert!(results.len() > 6);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(seen.insert(result["partialFingerprints"].to_string()), "{result} is told from no other");
        let places = result["locations"].as_array().unwrap().iter();
        for place in places.chain(result["relatedLocations"].as_array().unwrap()) {
            region(&place["physicalLocation"]["artifactLocation"], &place["physicalLocation"]["region"]);
        }
        for fix in result["fixes"].as_array().into_iter().flatten() {
            for change in fix["artifactChanges"].as_array().unwrap() {
                for it in change["replacements"].as_array().unwrap() {
                    region(&change["artifactLocation"], &it["deletedRegion"]);
                }
            }
        }
    }
    let used: BTreeSet<u64> = results.iter().map(|it| it["ruleIndex"].as_u64().unwrap()).collect();
    assert_eq!(used.len(), rules.len(), "a rule without a result");
}

/// The region lies in its file, in columns of UTF-16.
fn region(artifact: &Value, region: &Value) {
    let path = artifact["uri"].as_str().unwrap().replace("%C3%B6", "ö").replace("%C3%9F", "ß");
    let text = fs::read_to_string(cases().join(path.replace("%20", " "))).unwrap();
    let lines: Vec<&str> = text.split('\n').collect();
    let number = |key: &str| usize::try_from(region[key].as_u64().unwrap()).unwrap();
    for (line, column) in [("startLine", "startColumn"), ("endLine", "endColumn")] {
        let length = lines[number(line) - 1].encode_utf16().count();
        assert!((1..=length + 1).contains(&number(column)), "{artifact} {region}");
    }
    assert!((number("startLine"), number("startColumn")) <= (number("endLine"), number("endColumn")));
}

/// A fix of SARIF, carried out, leaves the text that the finding asks for.
#[test]
fn fixes_of_sarif_fit_the_text() {
    let document = sarif(&[]);
    let results = document["runs"][0]["results"].as_array().unwrap();
    let of_file = |it: &&Value| it["message"]["text"].as_str().unwrap().contains("`smal`");
    let change = &results.iter().find(of_file).unwrap()["fixes"][0]["artifactChanges"][0]["replacements"][0];
    let text = fs::read_to_string(cases().join("several/größe 1.policy")).unwrap();
    let number = |key: &str| usize::try_from(change["deletedRegion"][key].as_u64().unwrap()).unwrap();
    let line = text.lines().nth(number("startLine") - 1).unwrap();
    let units: Vec<u16> = line.encode_utf16().collect();
    assert_eq!(
        &units[number("startColumn") - 1..number("endColumn") - 1],
        "smal".encode_utf16().collect::<Vec<_>>()
    );
}

/// Lines that are added above move no fingerprint.
#[test]
fn fingerprints_stay_when_lines_move() {
    let text = fs::read_to_string(cases().join("broken.policy")).unwrap();
    let prints = |text: &str| -> Vec<String> {
        let path = file("fingerprints", "a.policy", text.as_bytes());
        let document: Value =
            serde_json::from_str(&stdout(&run(&["check", "--format", "sarif", &path]))).unwrap();
        let results = document["runs"][0]["results"].as_array().unwrap().clone();
        results.iter().map(|it| it["partialFingerprints"].to_string()).collect()
    };
    let before = prints(&text);
    assert!(before.len() > 1);
    assert_eq!(before, prints(&format!("# a comment\n\n{text}")));
    assert_ne!(before, prints(&text.replace("totl", "totel")));
}

/// What the elements of the XML say of their sums is so, and every tag is closed.
#[test]
fn junit_adds_up() {
    for more in [&[][..], &["--deny", "warnings"]] {
        let text = report("junit", more);
        let count = |of: &str| text.matches(of).count();
        let head = text.lines().nth(1).unwrap();
        assert!(head.contains(&format!("tests=\"{}\"", count("<testcase "))), "{head}");
        assert!(head.contains(&format!("failures=\"{}\"", count("<failure "))), "{head}");
        assert!(head.contains(&format!("errors=\"{}\"", count("<error "))), "{head}");
        assert_eq!(count("<testsuite "), count("</testsuite>"));
        assert_eq!(
            count("<testcase "),
            count("</testcase>")
                + text.lines().filter(|it| it.contains("<testcase ") && it.ends_with("/>")).count()
        );
        assert_eq!(count("<failure "), count("</failure>"));
        assert_eq!(count("<system-out>"), count("</system-out>"));
    }
}

/// One run of `check` says the same in every format, and ends alike.
#[test]
fn formats_agree() {
    let json: Value = serde_json::from_str(&report("json", &[])).unwrap();
    let entries = json["policies"].as_array().unwrap();
    let found: usize = entries.iter().map(|it| it["diagnostics"].as_array().unwrap().len()).sum();
    let allowed: usize = entries.iter().map(|it| it["allowed"].as_array().unwrap().len()).sum();
    assert_eq!((found, allowed), (9, 1));
    let github = report("github", &[]);
    assert_eq!(github.lines().filter(|it| it.starts_with("::") && it.contains(",title=")).count(), found);
    let results = sarif(&[])["runs"][0]["results"].as_array().unwrap().clone();
    assert_eq!(results.len(), found + allowed);
    assert_eq!(results.iter().filter(|it| it.get("suppressions").is_some()).count(), allowed);
    let junit = report("junit", &[]);
    let messages = |it: &Value| it["diagnostics"].as_array().unwrap().clone();
    for finding in entries.iter().flat_map(messages) {
        let text = finding["message"].as_str().unwrap();
        assert!(junit.contains(text) && github.contains(text), "{text}");
    }
    for format in ["text", "json", "github", "sarif", "junit"] {
        for (path, code) in [("returns", 0), ("warned.policy", 0), ("several", 1), ("nowhere.policy", 2)] {
            let output = run(&["check", "--format", format, path]);
            assert_eq!(output.status.code(), Some(code), "{format} {path}");
        }
    }
}

#[test]
fn nothing_found() {
    let empty = folder("nothing_found");
    fs::copy(cases().join("returns/returns.policy"), empty.join("a.policy")).unwrap();
    let path = empty.join("a.policy");
    let path = path.to_str().unwrap();
    assert_eq!(stdout(&run(&["check", "--format", "github", path])), "no errors in 1 policy\n");
    let document: Value = serde_json::from_str(&stdout(&run(&["check", "--format", "sarif", path]))).unwrap();
    assert_eq!(document["runs"][0]["results"], Value::Array(Vec::new()));
}
