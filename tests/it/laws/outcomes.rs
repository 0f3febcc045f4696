//! Outcomes that are said fast are those of the whole answer, byte for byte.

use evenhand::policy::SetAnswer;
use evenhand::tools::outcomes::{Line, OutcomeLines};
use evenhand::{Compiled, PolicySet, Source, Standing};
use serde_json::{Map, Value as Json};

use crate::generate::facts::{self, Saying};
use crate::laws::cautious::ensure;
use crate::laws::run::{Tally, corner, full, partial, run};
use crate::laws::subject::Subject;

/// What a body says of outcomes.
pub(crate) fn outcomes_of(body: &Json) -> String {
    let entry = |(name, entry): (&String, &Json)| {
        let mut told = Map::new();
        for key in ["status", "outcome", "parameters", "items", "possible", "certain"] {
            told.extend(entry.get(key).map(|it| (key.to_owned(), it.clone())));
        }
        if let Some(error) = entry.get("error") {
            told.insert("error".to_owned(), serde_json::json!({ "kind": error["kind"] }));
        }
        (name.clone(), Json::Object(told))
    };
    let all = body["decisions"].as_object().into_iter().flatten().map(entry).collect();
    serde_json_canonicalizer::to_string(&Json::Object(all)).unwrap()
}

/// The timeline of one policy.
fn lines(text: &str) -> OutcomeLines {
    let set = PolicySet::load([Source::new("policy", text)], &evenhand::Limits::default()).unwrap();
    let timeline = set.timelines().next().unwrap();
    OutcomeLines::new(timeline, &[])
}

/// A line with facts as they are, and with an id beside them.
fn line_is_told(subject: &Subject, json: &str, expected: Option<&str>) -> Result<(), String> {
    let mut lines = lines(subject.text);
    let wrapped = format!("{{\"id\": \"C-1\", \"facts\": {json}, \"note\": 3}}");
    for (line, id) in [(json, ""), (wrapped.as_str(), "\"id\":\"C-1\",")] {
        let mut told = String::new();
        let came = lines.write(line, Some(17), &mut told).map_err(|it| it.to_string())?;
        match expected {
            Some(expected) => {
                let expected = format!("{{\"decisions\":{expected},{id}\"line\":17}}\n");
                ensure!(told == expected, "on a line: {told}\nof the answer: {expected}");
            }
            None => {
                ensure!(came == Line::Refused, "not refused: {told}");
                ensure!(told.contains("\"problems\":["), "no problems: {told}");
            }
        }
    }
    Ok(())
}

fn holds(subject: &Subject, saying: &Saying, fast: &Tally) -> Result<(), String> {
    let json = facts::json(subject.model, saying).to_string();
    let mut outcomes = subject.engine.outcomes::<&str>(&[]).map_err(|it| it.to_string())?;
    let mut text = String::new();
    let facts = match subject.engine.facts_from_json(&json) {
        Ok(facts) => facts,
        Err(refused) => {
            let said = outcomes.write_json(&json, &mut text).map_err(|it| it.to_string());
            ensure!(
                said == Err(refused.to_string()),
                "the facts are refused: {refused}; outcomes say {said:?}"
            );
            ensure!(text.is_empty(), "something was written: {text}");
            return line_is_told(subject, &json, None);
        }
    };
    let answer = subject.engine.decide(&facts).map_err(|it| it.to_string())?;
    let body: Json = serde_json::from_str(&answer.body()).map_err(|it| it.to_string())?;
    let expected = outcomes_of(&body);
    ensure!(
        answer.outcomes().canonical() == expected,
        "of the answer: {}\nof its body: {expected}",
        answer.outcomes().canonical()
    );
    let standing = outcomes.write_json(&json, &mut text).map_err(|it| it.to_string())?;
    ensure!(text == expected, "from JSON: {text}\nof the body: {expected}");
    ensure!(standing == SetAnswer::Answer(answer.clone()).standing(), "it stands otherwise: {standing:?}");
    text.clear();
    outcomes.write(&facts, &mut text).map_err(|it| it.to_string())?;
    ensure!(text == expected, "from facts: {text}\nof the body: {expected}");
    line_is_told(subject, &json, Some(&expected))?;

    // A host that has the compiled form alone.
    let compiled =
        Compiled::from_bytes(&subject.engine.compiled().to_bytes()).map_err(|it| it.to_string())?;
    let (mut case, mut text) = (compiled.case(), String::new());
    case.read_json(&json).map_err(|it| it.to_string())?;
    let standing = compiled.outcome_writer().write(&mut case, &mut text);
    let is_open = text.contains("\"status\":\"open\"");
    ensure!(is_open || standing != Standing::Open, "nothing is open: {text}");
    fast.count(!is_open);
    let undecided = expected.contains("\"status\":\"undecided\"");
    ensure!(is_open || undecided || text == expected, "compiled: {text}\nof the body: {expected}");
    Ok(())
}

#[test]
fn outcomes_are_those_of_the_answer() {
    let fast = Tally::default();
    run("outcomes", full, &|subject, saying, _| holds(subject, saying, &fast));
    run("outcomes, corners", corner, &|subject, saying, _| holds(subject, saying, &fast));
    fast.print("outcomes: said by the compiled form");
}

#[test]
fn outcomes_are_those_of_the_answer_where_facts_are_unknown() {
    let fast = Tally::default();
    run("outcomes, unknown facts", partial, &|subject, saying, _| holds(subject, saying, &fast));
    fast.print("outcomes, unknown facts: said by the compiled form");
}
