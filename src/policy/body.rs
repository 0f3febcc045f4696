//! An answer as JSON: the canonical body, and the envelope around it.
//!
//! The body is a function of the policy's digest and the facts: rules and decisions by name, values in the one
//! form that their type has, facts in order of declaration. What may differ from one engine or source file to
//! the next stands in the envelope.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    check::EDITION,
    eval::{
        Failure, Settled,
        report::{By, DecisionReport, Due, ObligationReport, Rendered},
        show,
    },
    hir::{Decision, Hir},
    json::Json,
    policy::{Answer, digest},
    value::{Scalar, date, form},
};

/// The version of the answer's format.
const SCHEMA: i64 = 1;

type Members = BTreeMap<String, Json>;

/// The canonical body.
pub(super) fn body(answer: &Answer) -> Json {
    let inner = &answer.policy.inner;
    let writer = Writer { hir: &inner.hir };
    let decisions = answer.report.decisions.iter().filter_map(|it| {
        let decision = inner.hir.decisions.get(it.decision)?;
        let exact = answer.policy.is_exact(it.decision);
        Some((decision.name.clone(), writer.decision(decision, it, exact)))
    });
    let mut members = Members::from(
        [
            ("schema", Json::Integer(SCHEMA)),
            ("edition", Json::integer(EDITION.into())),
            ("policy", Json::from(inner.hir.name.as_str())),
            ("policy_digest", Json::from(&*inner.digest)),
            ("settled", Json::Bool(answer.report.settled)),
            ("open", writer.facts(&answer.report.open)),
            ("decisions", Json::Object(decisions.collect())),
        ]
        .map(|(key, value)| (key.to_owned(), value)),
    );
    if let Some((first, last)) = inner.hir.in_force {
        let day = |it: Option<i128>| it.map_or(Json::Null, |it| Json::from(date::format(it)));
        members.insert("in_force".to_owned(), Json::object([("from", day(first)), ("through", day(last))]));
    }
    Json::Object(members)
}

/// The body with what is not part of it.
pub(super) fn envelope(answer: &Answer) -> Json {
    let body = body(answer);
    let digest = digest::of_text(&body.canonical());
    let next = answer.next().map(|(fact, ask)| {
        Json::object([("fact", Json::from(fact)), ("ask", ask.map_or(Json::Null, Json::from))])
    });
    Json::object([
        ("body", body),
        ("answer_digest", Json::from(digest)),
        ("engine", Json::from(env!("CARGO_PKG_VERSION"))),
        ("places", places(answer)),
        ("next", next.unwrap_or(Json::Null)),
    ])
}

/// What the decisions come to, without reasons, duties and needs: of each entry of the body what says its outcome.
pub(super) fn outcomes(answer: &Answer) -> Json {
    let hir = &answer.policy.inner.hir;
    let writer = Writer { hir };
    let decisions = answer.report.decisions.iter().filter_map(|report| {
        let decision = hir.decisions.get(report.decision)?;
        let mut members = Members::new();
        writer.status(decision, report, &mut |key, value| drop(members.insert(key.to_owned(), value)));
        if let Some(Json::Object(error)) = members.get_mut("error") {
            error.retain(|key, _| key == "kind");
        }
        Some((decision.name.clone(), Json::Object(members)))
    });
    Json::Object(decisions.collect())
}

/// Where the rules stand that the answer names.
fn places(answer: &Answer) -> Json {
    let inner = &answer.policy.inner;
    let writer = Writer { hir: &inner.hir };
    let mut places = Members::new();
    for report in &answer.report.decisions {
        let Some(decision) = inner.hir.decisions.get(report.decision) else { continue };
        let mut named: BTreeSet<usize> = report.open_rules.iter().copied().collect();
        named.extend(report.set_aside.iter().flat_map(|(rule, by)| by.iter().copied().chain([*rule])));
        named.extend(report.reasons.iter().filter_map(|it| match it.by {
            By::Rule(index) => Some(index),
            By::Otherwise | By::Always => None,
        }));
        for index in named {
            if let Some(rule) = decision.rules.get(index) {
                let place = inner.source.place(rule.span.start);
                let name = inner.source.name_at(rule.span.start);
                let text = format!("{name}:{}:{}", place.line, place.column);
                places.insert(writer.rule(decision, index), Json::from(text));
            }
        }
    }
    Json::Object(places)
}

/// Names things.
#[derive(Clone, Copy)]
pub(super) struct Writer<'h> {
    pub(super) hir: &'h Hir,
}

impl Writer<'_> {
    /// A rule's id.
    pub(super) fn rule(&self, decision: &Decision, index: usize) -> String {
        let rule = decision.rules.get(index).map_or("", |it| it.name.as_str());
        format!("{}/{}/{rule}", self.hir.name, decision.name)
    }

    /// A disclosure's or step's id.
    pub(super) fn obligation(&self, decision: &Decision, name: &str, top: bool) -> String {
        match top {
            true => format!("{}/{name}", self.hir.name),
            false => format!("{}/{}/{name}", self.hir.name, decision.name),
        }
    }

    /// The paths of facts.
    pub(super) fn paths(&self, slots: &[usize]) -> Vec<String> {
        slots.iter().filter_map(|it| self.hir.schema.slots.get(*it)).map(|it| it.path.clone()).collect()
    }

    fn facts(&self, slots: &[usize]) -> Json {
        texts(&self.paths(slots))
    }

    fn rules(&self, decision: &Decision, rules: &[usize]) -> Json {
        Json::List(rules.iter().map(|it| Json::from(self.rule(decision, *it))).collect())
    }

    fn decision(&self, decision: &Decision, report: &DecisionReport, exact: bool) -> Json {
        let mut members = Members::new();
        let mut put = |key: &str, value: Json| drop(members.insert(key.to_owned(), value));
        put("exactness", Json::from(if exact { "exact" } else { "cautious" }));
        self.status(decision, report, &mut put);
        if !report.needs.is_empty() || matches!(report.settled, Settled::Undecided(_)) {
            put("needs", self.facts(&report.needs));
        }
        put("reasons", self.reasons(decision, report));
        put("definitions", self.definitions(report));
        let set_aside = report.set_aside.iter().map(|(rule, by)| {
            Json::object([("rule", Json::from(self.rule(decision, *rule))), ("by", self.rules(decision, by))])
        });
        put("set_aside", Json::List(set_aside.collect()));
        put("open_rules", self.rules(decision, &report.open_rules));
        let duties = |all: &[ObligationReport]| {
            Json::List(all.iter().filter_map(|it| self.duty(decision, it)).collect())
        };
        put("disclosures", duties(&report.disclosures));
        put("steps", duties(&report.steps));
        Json::Object(members)
    }

    fn status(&self, decision: &Decision, report: &DecisionReport, put: &mut impl FnMut(&str, Json)) {
        let items = |all: &[crate::eval::Item]| {
            Json::List(all.iter().map(|it| show::item_json(it, decision, self.hir)).collect())
        };
        match &report.settled {
            Settled::Decided { item, .. } => {
                put("status", Json::from("decided"));
                put("outcome", Json::from(outcome(decision, item.outcome)));
                put("parameters", show::parameters_json(item, decision, self.hir));
            }
            Settled::Collected { items: all, .. } => {
                put("status", Json::from("decided"));
                put("items", items(all));
            }
            Settled::Undecided(undecided) => {
                put("status", Json::from("undecided"));
                let names = undecided.possible.iter().map(|it| Json::from(outcome(decision, *it)));
                put("possible", Json::List(names.collect()));
                if decision.collect {
                    put("certain", items(&undecided.certain));
                }
                if let Some(item) = undecided.only() {
                    put("outcome", Json::from(outcome(decision, item.outcome)));
                    put("parameters", show::parameters_json(&item, decision, self.hir));
                }
            }
            Settled::Failed(failure) => {
                put("status", Json::from("error"));
                put("error", self.failure(decision, report, failure));
            }
        }
    }

    fn failure(&self, decision: &Decision, report: &DecisionReport, failure: &Failure) -> Json {
        match failure {
            Failure::Conflict(_) => {
                let candidates = report.candidates.iter().map(|(rule, item)| {
                    Json::object([
                        ("rule", Json::from(self.rule(decision, *rule))),
                        ("outcome", Json::from(outcome(decision, item.outcome))),
                        ("parameters", show::parameters_json(item, decision, self.hir)),
                    ])
                });
                let candidates = Json::List(candidates.collect());
                Json::object([("kind", Json::from("conflict")), ("candidates", candidates)])
            }
            Failure::Gap => Json::object([("kind", Json::from("gap"))]),
            Failure::Depends => {
                let names = report.depends_on.iter().filter_map(|it| self.hir.decisions.get(*it));
                let on = names.map(|it| Json::from(it.name.as_str())).collect();
                Json::object([("kind", Json::from("depends")), ("on", Json::List(on))])
            }
        }
    }

    fn reasons(&self, decision: &Decision, report: &DecisionReport) -> Json {
        let reason = |it: &crate::eval::report::Reason| {
            let (key, by) = match it.by {
                By::Rule(index) => ("rule", Json::from(self.rule(decision, index))),
                By::Otherwise => ("otherwise", Json::Bool(true)),
                By::Always => ("always", Json::Bool(true)),
            };
            words([(key, by)], &it.because, &it.cites)
        };
        Json::List(report.reasons.iter().map(reason).collect())
    }

    fn definitions(&self, report: &DecisionReport) -> Json {
        let used = report.definitions.iter().filter_map(|it| {
            let definition = self.hir.definitions.get(it.definition)?;
            let case = Json::integer(i128::try_from(it.case).ok()? + 1);
            let named = [("definition", Json::from(definition.name.as_str())), ("case", case)];
            Some(words(named, &it.because, &it.cites))
        });
        Json::List(used.collect())
    }

    fn duty(&self, decision: &Decision, report: &ObligationReport) -> Option<Json> {
        let all = if report.top { &self.hir.obligations } else { &decision.obligations };
        let written = all.get(report.index)?;
        let mut members = Members::new();
        let mut put = |key: &str, value: Json| drop(members.insert(key.to_owned(), value));
        put("name", Json::from(self.obligation(decision, &written.name, report.top)));
        let status = match &report.due {
            Due::NotRequired => "not_required",
            Due::Error => "error",
            Due::Open(_) => "open",
            Due::Required { .. } => "required",
        };
        put("status", Json::from(status));
        if !report.due.needs().is_empty() || status == "open" {
            put("needs", self.facts(report.due.needs()));
        }
        let Due::Required { deadline, texts: said, .. } = &report.due else {
            return Some(Json::Object(members));
        };
        if let Some((stage, before)) = written.stage {
            let name = Json::from(self.hir.stages.get(stage).map_or("", String::as_str));
            put("stage", Json::object([(if before { "before" } else { "during" }, name)]));
        }
        if let (Some(by), Some(ty)) = (deadline, written.deadline_type) {
            let by = form::words(&Scalar::Number(*by), ty, &self.hir.schema);
            put("deadline", Json::from(by));
        }
        let (done, waiting) = by_language(said);
        if !written.step || !done.is_empty() {
            put("texts", Json::Object(done));
        }
        if !waiting.is_empty() {
            put("templates", Json::Object(waiting));
        }
        put("cites", texts(&written.cites));
        if let (true, Some(doc)) = (written.step, &written.doc) {
            put("text", Json::from(doc.as_str()));
        }
        Some(Json::Object(members))
    }
}

fn outcome(decision: &Decision, index: usize) -> &str {
    decision.outcomes.get(index).map_or("", |it| it.json.as_str())
}

fn texts(all: &[String]) -> Json {
    Json::List(all.iter().map(|it| Json::from(it.as_str())).collect())
}

/// Texts that are filled in, and templates that are not.
fn by_language(said: &[(String, Rendered)]) -> (Members, Members) {
    let (mut done, mut waiting) = (Members::new(), Members::new());
    for (language, text) in said {
        match text {
            Rendered::Text(text) => done.insert(language.clone(), Json::from(text.as_str())),
            Rendered::Template(text) => waiting.insert(language.clone(), Json::from(text.as_str())),
        };
    }
    (done, waiting)
}

/// An entry with `because`, `cites` and, where a text waits for a fact, `templates`.
fn words<const N: usize>(named: [(&str, Json); N], because: &[Rendered], cites: &[String]) -> Json {
    let mut members: Members = named.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let (done, waiting) = parted(because);
    members.insert("because".to_owned(), texts(&done));
    members.insert("cites".to_owned(), texts(cites));
    if !waiting.is_empty() {
        members.insert("templates".to_owned(), texts(&waiting));
    }
    Json::Object(members)
}

/// Texts that are filled in, and templates that are not.
pub(super) fn parted(texts: &[Rendered]) -> (Vec<String>, Vec<String>) {
    let (mut done, mut waiting) = (Vec::new(), Vec::new());
    for text in texts {
        match text {
            Rendered::Text(text) => done.push(text.clone()),
            Rendered::Template(text) => waiting.push(text.clone()),
        }
    }
    (done, waiting)
}
