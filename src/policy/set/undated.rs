//! Which version governs a case: the day is read first, before anything else is known of the facts.

use crate::{
    check::EDITION,
    compiled::Standing,
    datum::{Datum, Kind},
    intake::{FactCode, FactProblem},
    json::{self, Json},
    policy::{
        Answer, Facts, FactsError, FactsProblem, Policy, digest,
        set::{SetError, Timeline},
    },
    schema::Node,
    value::{
        Known, Scalar,
        date::{self, Date},
    },
    words::plain_list,
};

/// Which version governs a case.
#[derive(Clone, Copy, Debug)]
pub enum Choice<'t> {
    /// This one.
    Version(&'t Policy),
    /// The day of the case is not known, and there are several versions.
    Undated,
}

/// The answer of a set.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "the larger one is the usual one")]
pub enum SetAnswer {
    /// That of the version that governs the case.
    Answer(Answer),
    /// The day of the case is not known, so no version governs it yet.
    Undated(Undated),
}

/// What can be said while the day of a case is not known: every decision waits for it.
#[derive(Clone, Debug)]
pub struct Undated {
    timeline: Timeline,
    asked: Vec<String>,
}

impl Undated {
    /// The policy whose version is not known.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The fact that is missing, by path in the policy.
    pub fn fact(&self) -> &str {
        self.timeline.chosen_by().unwrap_or_default()
    }

    /// The question that asks for it, where a version has one.
    pub fn ask(&self) -> Option<&str> {
        self.timeline.versions().iter().find_map(|it| {
            let hir = it.hir();
            hir.schema.slots.get(hir.chosen_by?)?.ask.as_deref()
        })
    }

    /// The decisions asked, each with the outcomes that some version has.
    pub fn decisions(&self) -> Vec<(&str, Vec<&str>)> {
        let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
        for version in self.timeline.versions() {
            for decision in &version.hir().decisions {
                if !self.asked.is_empty() && !self.asked.contains(&decision.name) {
                    continue;
                }
                let at = found.iter().position(|it| it.0 == decision.name);
                let at = at.unwrap_or_else(|| {
                    found.push((&decision.name, Vec::new()));
                    found.len() - 1
                });
                let Some((_, outcomes)) = found.get_mut(at) else { continue };
                for outcome in &decision.outcomes {
                    if !outcomes.contains(&outcome.json.as_str()) {
                        outcomes.push(&outcome.json);
                    }
                }
            }
        }
        found
    }

    /// What can be said of each decision, without reasons and needs: see [`Answer::outcomes`].
    pub fn outcomes(&self) -> Json {
        let decisions = self.decisions().into_iter().map(|(name, outcomes)| {
            let possible = Json::List(outcomes.into_iter().map(Json::from).collect());
            let entry = Json::object([("status", Json::from("undecided")), ("possible", possible)]);
            (name.to_owned(), entry)
        });
        Json::Object(decisions.collect())
    }

    fn json(&self) -> Json {
        let texts = |all: &[&str]| Json::List(all.iter().map(|it| Json::from(*it)).collect());
        let nothing = || Json::List(Vec::new());
        let decisions = self.decisions().into_iter().map(|(name, outcomes)| {
            let entry = Json::object([
                ("status", Json::from("undecided")),
                ("exactness", Json::from("cautious")),
                ("possible", texts(&outcomes)),
                ("needs", texts(&[self.fact()])),
                ("reasons", nothing()),
                ("definitions", nothing()),
                ("set_aside", nothing()),
                ("open_rules", nothing()),
                ("disclosures", nothing()),
                ("steps", nothing()),
            ]);
            (name.to_owned(), entry)
        });
        Json::object([
            ("schema", Json::Integer(1)),
            ("edition", Json::integer(EDITION.into())),
            ("policy", Json::from(self.timeline.name())),
            ("policy_digest", Json::from(self.timeline.digest())),
            ("settled", Json::Bool(false)),
            ("open", texts(&[self.fact()])),
            ("decisions", Json::Object(decisions.collect())),
        ])
    }
}

impl SetAnswer {
    /// The answer of a version, if one governs the case.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            SetAnswer::Answer(answer) => Some(answer),
            SetAnswer::Undated(_) => None,
        }
    }

    /// Whether nothing waits for a fact.
    pub fn is_settled(&self) -> bool {
        self.answer().is_some_and(Answer::is_settled)
    }

    /// How its decisions stand, the worst of them.
    pub fn standing(&self) -> Standing {
        self.answer().map_or(Standing::Open, Answer::standing)
    }

    /// The facts that are missing, by path in the policy.
    pub fn open(&self) -> Vec<&str> {
        match self {
            SetAnswer::Answer(answer) => answer.open().iter().map(String::as_str).collect(),
            SetAnswer::Undated(undated) => vec![undated.fact()],
        }
    }

    /// The canonical text of the answer: RFC 8785 JSON on one line.
    pub fn body(&self) -> String {
        match self {
            SetAnswer::Answer(answer) => answer.body(),
            SetAnswer::Undated(undated) => undated.json().canonical(),
        }
    }

    /// What the decisions come to, without reasons, duties and needs: see [`Answer::outcomes`].
    pub fn outcomes(&self) -> Json {
        match self {
            SetAnswer::Answer(answer) => answer.outcomes(),
            SetAnswer::Undated(undated) => undated.outcomes(),
        }
    }

    /// The body with what is not part of it: its digest, the engine's version, places, the fact to ask for.
    pub fn envelope(&self) -> Json {
        match self {
            SetAnswer::Answer(answer) => answer.envelope(),
            SetAnswer::Undated(undated) => {
                let body = undated.json();
                let next = [
                    ("fact", Json::from(undated.fact())),
                    ("ask", undated.ask().map_or(Json::Null, Json::from)),
                ];
                Json::object([
                    ("answer_digest", Json::from(digest::of_text(&body.canonical()))),
                    ("body", body),
                    ("engine", Json::from(env!("CARGO_PKG_VERSION"))),
                    ("places", Json::Object(std::collections::BTreeMap::new())),
                    ("next", Json::object(next)),
                ])
            }
        }
    }
}

impl Timeline {
    /// Which version governs a case with these facts in JSON. Only the text and the day are looked at; the
    /// version reads the rest.
    ///
    /// # Errors
    ///
    /// Where the text is no JSON, the day is none, or no version is in force on it.
    pub fn choose_json(&self, facts: &str) -> Result<Choice<'_>, FactsError> {
        let Some(first) = self.versions().first() else { return Ok(Choice::Undated) };
        if let [only] = self.versions() {
            return Ok(Choice::Version(only));
        }
        let datum = json::read::parse(facts, first.limits()).map_err(|it| failed(it.into()))?;
        self.chosen(first, &datum, |it| it.facts_from_json(facts))
    }

    /// The same for facts as a tree of data.
    ///
    /// # Errors
    ///
    /// As [`Timeline::choose_json`].
    pub fn choose(&self, facts: &Datum) -> Result<Choice<'_>, FactsError> {
        match self.versions() {
            [] => Ok(Choice::Undated),
            [only] => Ok(Choice::Version(only)),
            [first, ..] => self.chosen(first, facts, |it| it.facts_from_datum(facts)),
        }
    }

    fn chosen(
        &self,
        first: &Policy,
        facts: &Datum,
        read: impl FnOnce(&Policy) -> Result<Facts, FactsError>,
    ) -> Result<Choice<'_>, FactsError> {
        match self.day(first, facts) {
            Day::Known(day) => match self.on(day) {
                Some(version) => Ok(Choice::Version(version)),
                None => Err(failed(self.not_in_force(first, day))),
            },
            Day::Unknown => Ok(Choice::Undated),
            // Reading it as a fact of any version says what is wrong with it.
            Day::None => read(first).map(|_| Choice::Undated),
        }
    }

    /// What can be said of these decisions, or of all if none is named, while the day is not known.
    pub fn undated(&self, asked: &[String]) -> Undated {
        Undated { timeline: self.clone(), asked: asked.to_vec() }
    }

    /// Answers all decisions for facts in JSON, by the version that the day of the case picks.
    ///
    /// # Errors
    ///
    /// [`SetError::Facts`] where the facts are not taken.
    pub fn decide_json(&self, facts: &str) -> Result<SetAnswer, SetError> {
        self.decide_json_only::<&str>(&[], facts)
    }

    /// Answers only the decisions of these names; all of them where none is named.
    ///
    /// # Errors
    ///
    /// As [`Timeline::decide_json`], and [`SetError::Decide`] for a decision that the version does not have.
    pub fn decide_json_only<N: AsRef<str>>(&self, names: &[N], facts: &str) -> Result<SetAnswer, SetError> {
        match self.choose_json(facts)? {
            Choice::Version(policy) => {
                let facts = policy.facts_from_json(facts)?;
                let answer = match names.is_empty() {
                    true => policy.decide(&facts)?,
                    false => policy.decide_only(names, &facts)?,
                };
                Ok(SetAnswer::Answer(answer))
            }
            Choice::Undated => {
                let asked: Vec<String> = names.iter().map(|it| it.as_ref().to_owned()).collect();
                Ok(SetAnswer::Undated(self.undated(&asked)))
            }
        }
    }

    /// The day of a case.
    fn day(&self, version: &Policy, facts: &Datum) -> Day {
        let hir = version.hir();
        let slot = hir.chosen_by.and_then(|it| hir.schema.slots.get(it));
        let (mut here, mut keys) = (facts, hir.schema.keys.as_slice());
        for name in slot.map_or("", |it| it.path.as_str()).split('.') {
            let Kind::Object(members) = &here.kind else { return Day::None };
            let Some(key) = keys.iter().find(|it| it.name == name) else { return Day::None };
            match members.iter().find(|it| it.key == key.json) {
                Some(member) => here = &member.value,
                None => return Day::Unknown,
            }
            if let Node::Object { keys: inner, .. } = &key.node {
                keys = inner;
            }
        }
        let Kind::Text(text) = &here.kind else { return Day::None };
        date::parse(text).ok().and_then(Date::from_day_number).map_or(Day::None, Day::Known)
    }

    fn not_in_force(&self, version: &Policy, day: Date) -> FactProblem {
        let periods: Vec<String> = self.versions().iter().map(|it| it.in_force().to_string()).collect();
        problem(version, &date::format(day.day_number()), &periods)
    }
}

/// What the day of a case is.
enum Day {
    Known(Date),
    Unknown,
    /// It is no day.
    None,
}

fn failed(problem: FactProblem) -> FactsError {
    FactsError { problems: vec![FactsProblem::Fact(problem)] }
}

fn problem(policy: &Policy, day: &str, periods: &[String]) -> FactProblem {
    let hir = policy.hir();
    let slot = hir.chosen_by.and_then(|it| hir.schema.slots.get(it));
    let path = slot.map_or("", |it| it.json_path.as_str());
    let periods: Vec<&str> = periods.iter().map(String::as_str).collect();
    let what = if periods.len() > 1 { "no version of the policy" } else { "the policy" };
    let verb = if periods.len() > 1 { "is" } else { "is not" };
    let message = format!("{what} {verb} in force on {day}: it is {}", plain_list(&periods, "and"));
    FactProblem::new(FactCode::NotInForce, path, message)
        .with_help("load the version for that day, or look at the day of the case")
}

/// What is wrong with the day of a case, where the policy is not in force on it.
pub(in crate::policy) fn outside(policy: &Policy, known: &[Known]) -> Option<FactProblem> {
    let hir = policy.hir();
    let (first, last) = hir.in_force?;
    let Known::Value(Scalar::Number(day)) = known.get(hir.chosen_by?)? else { return None };
    let days = crate::resolve::Days { first, last };
    let shown = date::format(*day);
    (!days.contain(*day)).then(|| problem(policy, &shown, &[days.to_string()]))
}
