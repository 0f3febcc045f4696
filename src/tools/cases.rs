//! Reads cases: facts as they are, or under `facts` in an object that says more of the case.
//!
//! ```text
//!   {"order": {…}, "today": "2026-03-13"}                      the facts themselves
//!   {"id": "C-17", "facts": {"order": {…}}, "note": "…"}       facts with an id; the rest is the host's own
//! ```
//!
//! The second form is read only where the policy declares no fact `facts` of its own.

use std::collections::BTreeMap;

use crate::datum::{Datum, Kind};
use crate::intake::FactProblem;
use crate::json::Json;
use crate::json::read;
use crate::policy::{Choice, Facts, FactsError, FactsProblem, Policy, Timeline};
use crate::source::{Place, Source};
use crate::value::form;

/// One case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its id, where it has one that is a text, a number or a boolean.
    pub id: Option<Json>,
    /// Its facts, or everything that is wrong with them.
    pub facts: Result<Facts, Vec<Problem>>,
}

/// One thing that is wrong with a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its kind in words: `unknown-fact`.
    pub kind: &'static str,
    /// The path of the fact in JSON; empty for the facts as a whole.
    pub path: String,
    /// Where it is in the text.
    pub place: Option<Place>,
    /// What was expected and what was found.
    pub message: String,
    /// What to do, where that is not plain.
    pub help: Option<String>,
}

/// Reads a case from JSON text.
pub fn read(text: &str, policy: &Policy) -> Case {
    let mut case = Case { id: None, facts: Err(Vec::new()) };
    let wrapped = if declares_facts(policy) { None } else { wrapped(text, policy) };
    case.facts = match wrapped {
        Some(Ok((id, facts))) => {
            case.id = id;
            policy.facts_from_datum(&facts)
        }
        Some(Err(problems)) => {
            case.facts = Err(problems);
            return case;
        }
        None => policy.facts_from_json(text),
    }
    .map_err(|error| error.problems().iter().map(|it| Problem::new(it, text)).collect());
    case
}

/// A case that the day in it sorts to a version.
#[derive(Clone, Debug)]
pub struct DatedCase {
    /// Its id, where it has one that is a text, a number or a boolean.
    pub id: Option<Json>,
    /// The version that governs it and its facts; `None` where the day is not known; or everything that is
    /// wrong.
    pub facts: Result<Option<(Policy, Facts)>, Vec<Problem>>,
}

/// Reads a case from JSON text for the version that its day picks.
pub fn read_dated(text: &str, timeline: &Timeline) -> DatedCase {
    let mut case = DatedCase { id: None, facts: Ok(None) };
    let Some(first) = timeline.versions().first() else { return case };
    let declared = timeline.versions().iter().any(declares_facts);
    let problems = |error: FactsError| error.problems().iter().map(|it| Problem::new(it, text)).collect();
    case.facts = match if declared { None } else { wrapped(text, first) } {
        Some(Err(problems)) => Err(problems),
        Some(Ok((id, facts))) => {
            case.id = id;
            timeline.choose(&facts).map_err(problems).and_then(|choice| match choice {
                Choice::Undated => Ok(None),
                Choice::Version(it) => {
                    it.facts_from_datum(&facts).map(|facts| Some((it.clone(), facts))).map_err(problems)
                }
            })
        }
        None => timeline.choose_json(text).map_err(problems).and_then(|choice| match choice {
            Choice::Undated => Ok(None),
            Choice::Version(it) => {
                it.facts_from_json(text).map(|facts| Some((it.clone(), facts))).map_err(problems)
            }
        }),
    };
    case
}

/// Whether a policy has a fact `facts` of its own, so that nothing can stand around its facts.
pub(crate) fn declares_facts(policy: &Policy) -> bool {
    policy.schema().keys.iter().any(|key| key.json == "facts")
}

/// A case's id and facts.
type Parts = (Option<Json>, Datum);

/// The parts of a case whose facts stand under `facts`; none where they do not.
fn wrapped(text: &str, policy: &Policy) -> Option<Result<Parts, Vec<Problem>>> {
    // Spares reading most facts twice.
    if !text.contains("\"facts\"") {
        return None;
    }
    let datum = match read::read(text, policy.limits()) {
        Ok(datum) => datum,
        Err(problems) => {
            let problems = problems.into_iter().map(|it| FactsProblem::Fact(FactProblem::from(it)));
            return Some(Err(problems.map(|it| Problem::new(&it, text)).collect()));
        }
    };
    let Kind::Object(members) = datum.kind else { return None };
    let mut id = None;
    let mut facts = None;
    for member in members {
        match member.key.as_str() {
            "id" => id = identity(member.value),
            "facts" => facts = Some(member.value),
            _ => {}
        }
    }
    Some(Ok((id, facts?)))
}

/// A value that can name a case.
fn identity(datum: Datum) -> Option<Json> {
    match datum.kind {
        Kind::Text(text) => Some(Json::Text(text)),
        Kind::Number(text) => Some(text.parse().map_or(Json::Text(text), Json::integer)),
        Kind::Boolean(value) => Some(Json::Bool(value)),
        Kind::Null | Kind::List(_) | Kind::Object(_) => None,
    }
}

impl Problem {
    fn new(problem: &FactsProblem, text: &str) -> Problem {
        let kind = problem.name();
        match problem {
            FactsProblem::Fact(it) => {
                let place = it.place.or_else(|| it.offset.map(|offset| Source::new("", text).place(offset)));
                Problem {
                    kind,
                    path: it.path.clone(),
                    place,
                    message: it.message.clone(),
                    help: it.help.clone(),
                }
            }
            FactsProblem::Assumption(it) => Problem::of_whole(kind, it.to_string()),
            FactsProblem::NoSuchCase(it) => Problem::of_whole(kind, it.to_string()),
            FactsProblem::Unreadable(it) => Problem::of_whole(kind, it.clone()),
        }
    }

    /// A problem of the facts as a whole.
    pub fn of_whole(kind: &'static str, message: String) -> Problem {
        Problem { kind, path: String::new(), place: None, message, help: None }
    }

    /// `` `order.total`: expected an amount in USD, found … ``.
    pub fn words(&self) -> String {
        match self.path.as_str() {
            "" => self.message.clone(),
            path => format!("`{}`: {}", form::escaped(path), self.message),
        }
    }

    /// The same as data.
    pub fn to_json(&self) -> Json {
        let number = |number: Option<u32>| number.map_or(Json::Null, |it| Json::integer(it.into()));
        Json::object([
            ("kind", Json::from(self.kind)),
            ("path", Json::from(self.path.as_str())),
            ("line", number(self.place.map(|it| it.line))),
            ("column", number(self.place.map(|it| it.column))),
            ("message", Json::from(self.message.as_str())),
            ("help", self.help.as_deref().map_or(Json::Null, Json::from)),
        ])
    }
}

/// All problems of a case: in one line of words under `error`, and one by one.
pub fn problems_json(problems: &[Problem]) -> [(&'static str, Json); 2] {
    let words: Vec<String> = problems.iter().map(Problem::words).collect();
    let each = problems.iter().map(Problem::to_json).collect();
    [("error", Json::from(words.join("; "))), ("problems", Json::List(each))]
}

/// Puts problems of a case on its line of the input.
pub fn on_line(number: u64, problems: &mut [Problem]) {
    let line = u32::try_from(number).unwrap_or(u32::MAX);
    for problem in problems {
        let column = problem.place.map_or(1, |it| it.column);
        problem.place = Some(Place { line, column });
    }
}

/// An object that names its line, and its case if that has an id.
pub fn numbered<const N: usize>(number: u64, id: Option<Json>, members: [(&str, Json); N]) -> Json {
    let mut all = BTreeMap::from(members.map(|(key, value)| (key.to_owned(), value)));
    all.insert("line".to_owned(), Json::integer(number.into()));
    all.extend(id.map(|id| ("id".to_owned(), id)));
    Json::Object(all)
}
