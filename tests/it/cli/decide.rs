//! `evenhand decide`.

use crate::cli::{command, file, run, run_with, shown, stderr, stdout, without_digests};
use crate::laws::outcomes::outcomes_of;
use insta::assert_snapshot;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

const RETURNS: &str = "returns/returns.policy";

fn decide(facts: &str) -> String {
    shown(&run_with(&["decide", RETURNS, "--facts", "-"], facts.as_bytes()))
}

#[test]
fn one_case_in_words() {
    assert_snapshot!(shown(&run(&["decide", RETURNS, "--facts", "returns/case.json"])));
}

#[test]
fn one_decision() {
    let arguments = ["decide", RETURNS, "--facts", "returns/case.json", "--decision", "goodwill"];
    assert_snapshot!(shown(&run(&arguments)));
}

#[test]
fn an_unknown_decision() {
    let arguments = ["decide", RETURNS, "--facts", "returns/case.json", "--decision", "refnud"];
    assert_snapshot!(shown(&run(&arguments)), @r"
    exit code 2
    ──── stderr
    error: returns/returns.policy: the policy has no decision `refnud`; did you mean `refund`?
    ");
}

#[test]
fn nothing_known() {
    assert_snapshot!(decide("{}"));
}

#[test]
fn an_exception() {
    assert_snapshot!(decide(r#"{"fraud_flag": true, "order": {"condition": "damaged-in-transit"}}"#));
}

/// The outcome is certain, its amount and a disclosure are not.
#[test]
fn decided_but_not_settled() {
    let facts = r#"{"today": "2026-03-13", "fraud_flag": false, "customer": {"tier": "standard", "phone": "1"},
        "order": {"bought_on": "2026-03-01", "condition": "opened"}}"#;
    assert_snapshot!(decide(facts));
}

#[test]
fn a_conflict() {
    let output = run_with(&["decide", "conflict.policy", "--facts", "-"], br#"{"vip": true, "late": true}"#);
    assert_snapshot!(shown(&output));
}

#[test]
fn as_json() {
    let output = run(&["decide", RETURNS, "--facts", "returns/case.json", "--format", "json"]);
    let text = stdout(&output);
    assert_eq!(text.lines().count(), 1);
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_snapshot!(without_digests(&serde_json::to_string_pretty(&answer).unwrap()));
}

#[test]
fn the_body_is_canonical() {
    let output = run(&["decide", RETURNS, "--facts", "returns/case.json", "--format", "body"]);
    let text = stdout(&output);
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json_canonicalizer::to_string(&body).unwrap() + "\n", text);
    assert_eq!(body["policy"], "shop.returns");
}

#[test]
fn facts_that_break_the_schema() {
    let facts =
        "{\n  \"order\": {\"total\": \"EUR 5\", \"conditon\": \"opened\"},\n  \"fraud_flag\": null\n}\n";
    assert_snapshot!(decide(facts));
    let output = run_with(&["decide", RETURNS, "--facts", "-", "--format", "json"], facts.as_bytes());
    assert_eq!(output.status.code(), Some(2));
    let error: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(error["problems"][0]["path"], "order.total");
    assert_eq!(error["problems"][0]["line"], 2);
}

#[test]
fn facts_that_break_an_assumption() {
    assert_snapshot!(decide(r#"{"today": "2026-03-13", "order": {"bought_on": "2026-03-14"}}"#));
}

#[test]
fn facts_that_are_no_json() {
    assert_snapshot!(decide("{\"today\": 2026-03-13}"));
    assert_snapshot!("facts_that_are_empty", decide(""));
}

#[test]
fn facts_that_cannot_be_read() {
    assert_snapshot!(shown(&run(&["decide", RETURNS, "--facts", "nowhere.json"])), @r"
    exit code 2
    ──── stderr
    error: nowhere.json: there is no such file
    ");
    assert_snapshot!(shown(&run_with(&["decide", RETURNS, "--facts", "-"], b"{\"a\": \"\xff\"}")), @r"
    exit code 2
    ──── stderr
    error: standard input: the text is not UTF-8: line 1 has the byte 0xFF (byte 8 of the text)
    ");
    let long = format!("{{\"a\": \"{}\"}}", "x".repeat(2 << 20));
    assert_snapshot!(decide(&long), @r"
    exit code 2
    ──── stderr
    error: standard input: the facts have more than 1048576 bytes, the most that are allowed
    ");
}

#[test]
fn a_policy_with_errors_decides_nothing() {
    let output = run(&["decide", "broken.policy", "--facts", "returns/case.json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert!(stderr(&output).contains("broken.policy: 2 errors\n"), "{}", stderr(&output));
}

#[test]
fn lines_in_words() {
    assert_snapshot!(shown(&run(&["decide", RETURNS, "--facts", "returns/cases.jsonl"])));
}

#[test]
fn lines_as_json() {
    let output = run(&["decide", RETURNS, "--facts", "returns/cases.jsonl", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let answers: Vec<Value> = stdout(&output).lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let heads: Vec<String> = answers
        .iter()
        .map(|it| {
            let outcome = &it["answer"]["body"]["decisions"]["refund"]["status"];
            format!("line {} id {} refund {outcome} error {}", it["line"], it["id"], it["error"])
        })
        .collect();
    assert_snapshot!(heads.join("\n"));
}

/// A line is told from a document by what follows it, or by the name of the file.
#[test]
fn lines_and_documents() {
    let case = |facts: &str, more: &[&str]| {
        let arguments = [&["decide", RETURNS, "--facts", "-", "--format", "json"], more].concat();
        let output = run_with(&arguments, facts.as_bytes());
        stdout(&output)
            .lines()
            .map(|it| serde_json::from_str::<Value>(it).unwrap()["line"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(case("{}", &[]), [Value::Null]);
    assert_eq!(case("\n{\n}\n\n", &[]), [Value::Null]);
    assert_eq!(case("{}\n", &["--lines"]), [Value::from(1)]);
    assert_eq!(case("{}\n\n{}", &[]), [Value::from(1), Value::from(3)]);
    let path = file("one_line", "a.jsonl", b"{\"fraud_flag\": true}\n");
    let output = run(&["decide", RETURNS, "--facts", &path, "--format", "json"]);
    assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap()["line"], 1);
}

#[test]
fn each_body_is_that_of_the_case_alone() {
    let facts = ["{\"fraud_flag\":true}", "{}", "{\"fraud_flag\":true}"];
    let arguments = ["decide", RETURNS, "--facts", "-", "--format", "body"];
    let together = stdout(&run_with(&arguments, facts.join("\n").as_bytes()));
    let alone: String = facts.iter().map(|it| stdout(&run_with(&arguments, it.as_bytes()))).collect();
    assert_eq!(together, alone);
}

/// An answer comes before the next line is asked for, so that another program can hold a conversation.
#[test]
fn lines_are_answered_as_they_come() {
    let mut command = command(&["decide", RETURNS, "--facts", "-", "--lines", "--format", "json"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap());
    for number in 1..=3 {
        stdin.write_all(b"{\"fraud_flag\": true}\n").unwrap();
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&answer).unwrap()["line"], number);
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut command = command(&["decide", RETURNS, "--facts", "-", "--lines", "--format", "body"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    // Ends when the command does.
    while stdin.write_all(b"{}\n").is_ok() {}
    drop(stdin);
    let mut complaints = String::new();
    child.stderr.take().unwrap().read_to_string(&mut complaints).unwrap();
    assert_eq!((child.wait().unwrap().code(), complaints.as_str()), (Some(0), ""));
}

/// Outcomes are those of the whole answers, and so are the problems and the exit code.
#[test]
fn lines_as_outcomes() {
    let arguments = |format| ["decide", RETURNS, "--facts", "returns/cases.jsonl", "--format", format];
    let output = run(&arguments("outcome"));
    assert_snapshot!(shown(&output));
    let whole = stdout(&run(&arguments("json")));
    for (line, whole) in stdout(&output).lines().zip(whole.lines()) {
        let (told, whole): (Value, Value) =
            (serde_json::from_str(line).unwrap(), serde_json::from_str(whole).unwrap());
        assert_eq!(serde_json_canonicalizer::to_string(&told).unwrap(), line);
        for key in ["id", "line", "problems", "error"] {
            assert_eq!(told.get(key), whole.get(key), "{line}");
        }
        if told.get("decisions").is_some() {
            assert_eq!(told["decisions"].to_string(), outcomes_of(&whole["answer"]["body"]), "{line}");
        }
    }
}

#[test]
fn one_case_as_outcomes() {
    let outcome = |facts: &str| {
        shown(&run_with(&["decide", RETURNS, "--facts", "-", "--format", "outcome"], facts.as_bytes()))
    };
    assert_snapshot!(outcome(r#"{"fraud_flag": true, "order": {"condition": "damaged-in-transit"}}"#));
    assert_snapshot!("one_case_as_outcomes_refused", outcome(r#"{"fraud_flag": 3}"#));
    let one = ["decide", RETURNS, "--facts", "-", "--format", "outcome", "--decision", "goodwill"];
    assert_snapshot!("one_case_as_outcomes_one_decision", shown(&run_with(&one, b"{}")));
    let conflict = ["decide", "conflict.policy", "--facts", "-", "--format", "outcome"];
    let facts = br#"{"vip": true, "late": true}"#;
    assert_snapshot!("one_case_as_outcomes_conflict", shown(&run_with(&conflict, facts)));
}

/// Many blocks of lines: every answer once, in order, with its number; whatever stands between them.
#[test]
fn many_lines_stay_in_order() {
    let mut facts = String::new();
    for number in 1..=20_000 {
        let line = match number % 1_000 {
            500 => "broken".to_owned(),
            501 => String::new(),
            _ => format!(r#"{{"id": {number}, "facts": {{"fraud_flag": {}}}}}"#, number % 3 == 0),
        };
        facts.push_str(&line);
        facts.push('\n');
    }
    let path = file("many_lines", "many.jsonl", facts.as_bytes());
    let output = run(&["decide", RETURNS, "--facts", &path, "--format", "outcome", "--decision", "refund"]);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    let mut numbers = (1..=20_000_u64).filter(|it| it % 1_000 != 501);
    for line in text.lines() {
        let (told, number) = (serde_json::from_str::<Value>(line).unwrap(), numbers.next().unwrap());
        assert_eq!(told["line"], number);
        match number % 1_000 {
            500 => assert_eq!(told["problems"][0]["kind"], "not-json"),
            _ => assert_eq!(told["id"], number),
        }
        let decided = told["decisions"]["refund"]["status"] == "decided";
        assert_eq!(decided, number % 3 == 0 && number % 1_000 != 500, "{line}");
    }
    assert_eq!(numbers.next(), None);
}

/// A line says how far it is, and goes away; it never gets into the answers.
#[test]
fn progress_is_shown_where_it_is_asked_for() {
    let facts = "{\"fraud_flag\": true}\n".repeat(30_000);
    let path = file("progress", "many.jsonl", facts.as_bytes());
    let told =
        |more: &[&str]| run(&[&["decide", RETURNS, "--facts", &path, "--format", "body"], more].concat());
    let (quiet, never, always) = (told(&[]), told(&["--progress", "never"]), told(&["--progress", "always"]));
    assert_eq!((stderr(&quiet).as_str(), stderr(&never).as_str()), ("", ""));
    assert!(quiet.stdout == never.stdout && never.stdout == always.stdout);
    let shown = stderr(&always);
    assert!(shown.contains(" cases, ") && shown.contains(" %, ") && shown.contains(" a second"), "{shown}");
    assert!(shown.ends_with("\r\u{1b}[2K"), "{shown:?}");
}
