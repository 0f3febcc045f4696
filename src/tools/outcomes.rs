//! Cases in, outcomes out, line by line: as `evenhand decide --format outcome` writes them.
//!
//! ```text
//!   {"id": "C-17", "facts": {"order": {…}}}   ──▶   {"decisions":{"refund":{…}},"id":"C-17","line":1}
//! ```
//!
//! A line that is written as hosts mostly write them goes from its bytes to the answer's without a tree in between.
//! Everything else goes the long way, which has the words for what is wrong, and gives the same bytes.

use crate::json::Json;
use crate::policy::{DecideError, Outcomes, Policy, SetAnswer, Standing, Timeline};
use crate::tools::cases::{self, DatedCase, Problem};

mod parts;

/// Answers cases that come as lines. For one thread; another thread has another.
#[derive(Clone, Debug)]
pub struct OutcomeLines {
    timeline: Timeline,
    asked: Vec<String>,
    /// For each version, from when a case of it comes.
    versions: Vec<Option<Outcomes>>,
    /// The version of the case before.
    last: usize,
    /// Whether facts may stand under `facts` beside an id.
    wrapped: bool,
    longest: usize,
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// It was answered.
    Answered(Standing),
    /// Its facts were not taken; what is wrong with them stands in the answer's place.
    Refused,
}

/// Brackets that a policy may have inside each other, and some more.
const DEEP: usize = 40;

impl OutcomeLines {
    /// Answers by the version that the day of a case picks: the decisions of these names, or all if none is named.
    pub fn new(timeline: &Timeline, asked: &[String]) -> OutcomeLines {
        let versions = timeline.versions();
        let limits = || versions.iter().map(Policy::limits);
        OutcomeLines {
            wrapped: !versions.iter().any(cases::declares_facts)
                && limits().all(|it| it.facts_nesting >= DEEP),
            longest: limits().map(|it| it.facts_bytes).min().unwrap_or(0),
            versions: vec![None; versions.len()],
            timeline: timeline.clone(),
            asked: asked.to_vec(),
            last: 0,
        }
    }

    /// Appends the answer to the case on a line, and a line end. Without a number it is a document by itself, whose
    /// problems keep their lines.
    ///
    /// # Errors
    ///
    /// [`DecideError::UnknownDecision`] where the version of the case lacks a decision that is asked.
    pub fn write(&mut self, text: &str, number: Option<u64>, out: &mut String) -> Result<Line, DecideError> {
        if let Some(standing) = self.write_fast(text, number, out) {
            return Ok(Line::Answered(standing));
        }
        let DatedCase { id, facts } = cases::read_dated(text, &self.timeline);
        let answer = match facts {
            Ok(Some((policy, facts))) => SetAnswer::Answer(match self.asked.is_empty() {
                true => policy.decide(&facts)?,
                false => policy.decide_only(&self.asked, &facts)?,
            }),
            Ok(None) => SetAnswer::Undated(self.timeline.undated(&self.asked)),
            Err(problems) => {
                refuse(number, id, problems, out);
                return Ok(Line::Refused);
            }
        };
        out.push_str(BEFORE);
        out.push_str(&answer.outcomes().canonical());
        let id = id.filter(|_| number.is_some()).map(|it| it.canonical());
        finish(number, id.as_deref(), out);
        Ok(Line::Answered(answer.standing()))
    }

    /// The same, if the line is written in the usual way and its answer is certain.
    fn write_fast(&mut self, text: &str, number: Option<u64>, out: &mut String) -> Option<Standing> {
        if text.len() > self.longest {
            return None;
        }
        // Spares a look at the keys of most lines.
        let parts = match self.wrapped && text.contains("\"facts\"") {
            true => parts::parts(text)?,
            false => parts::Parts { id: None, facts: text },
        };
        let before = out.len();
        out.push_str(BEFORE);
        let written = self.write_version(parts.facts, out);
        match written {
            Some(_) => finish(number, parts.id.filter(|_| number.is_some()), out),
            None => out.truncate(before),
        }
        written
    }

    /// Tries the version of the case before, and then the others.
    fn write_version(&mut self, facts: &str, out: &mut String) -> Option<Standing> {
        let count = self.versions.len();
        for at in (0..count).map(|it| (self.last + it) % count) {
            let (place, policy) = (self.versions.get_mut(at)?, self.timeline.versions().get(at)?);
            let outcomes = match place {
                Some(outcomes) => outcomes,
                // A version that no case is of may lack a decision.
                None => place.insert(policy.outcomes(&self.asked).ok()?),
            };
            match outcomes.write_fast(facts, out) {
                // Another version may govern a case without a day.
                Some(_) if count > 1 && !outcomes.is_dated() => return None,
                Some(standing) => {
                    self.last = at;
                    return Some(standing);
                }
                None if outcomes.is_of_another_day() => {}
                None => return None,
            }
        }
        None
    }
}

const BEFORE: &str = "{\"decisions\":";

fn finish(number: Option<u64>, id: Option<&str>, out: &mut String) {
    if let Some(id) = id {
        out.push_str(",\"id\":");
        out.push_str(id);
    }
    if let Some(number) = number {
        out.push_str(",\"line\":");
        crate::value::digits::integer(number.into(), out);
    }
    out.push_str("}\n");
}

/// Appends what is wrong with a case, as `--format json` says it.
pub fn refuse(number: Option<u64>, id: Option<Json>, mut problems: Vec<Problem>, out: &mut String) {
    if let Some(number) = number {
        cases::on_line(number, &mut problems);
    }
    let json = match number {
        Some(number) => cases::numbered(number, id, cases::problems_json(&problems)),
        None => Json::object(cases::problems_json(&problems)),
    };
    out.push_str(&json.canonical());
    out.push('\n');
}
