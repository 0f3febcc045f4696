//! What checking a policy found: as data for other programs, and in one line for people.

use crate::diag::{Diagnostic, Label, Severity};
use crate::json::Json;
use crate::policy::proofs::{Claim, Existence, Proofs, Verdict};
use crate::policy::{Allowed, Examined, Policy};
use crate::schema::Type;
use crate::source::{Source, Span};
use crate::tools::catalogue::severity;
use crate::tools::checked::{Checked, Entry};
use crate::tools::levels::Levels;
use crate::value::date::Date;
use crate::words::{counted, plain_list};
use std::collections::BTreeMap;

/// How many errors and warnings there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Policies that were checked.
    pub policies: usize,
    /// Findings that refuse a policy.
    pub errors: usize,
    /// Findings that do not.
    pub warnings: usize,
}

impl Tally {
    /// Counts the findings of one policy, as they weigh in this run.
    pub fn add(&mut self, findings: &[Diagnostic], levels: &Levels) {
        let of = |weight| findings.iter().filter(|it| levels.severity(it.code) == Some(weight)).count();
        self.policies += 1;
        self.errors += of(Severity::Error);
        self.warnings += of(Severity::Warning);
    }

    /// `2 errors, 1 warning in 3 policies`.
    pub fn words(&self) -> String {
        let policies = counted(self.policies as i128, "policy", "policies");
        format!("{} in {policies}", self.findings())
    }

    /// `2 errors, 1 warning`.
    pub fn findings(&self) -> String {
        let number = |count: usize, one, many| match count {
            0 => format!("no {many}"),
            _ => counted(count as i128, one, many),
        };
        let errors = number(self.errors, "error", "errors");
        let warnings = match self.warnings {
            0 => String::new(),
            count => format!(", {}", number(count, "warning", "warnings")),
        };
        format!("{errors}{warnings}")
    }
}

/// What an accepted policy is made of and what a decision costs:
/// `3 decisions, 12 rules, 40 facts; at most 512 steps a decision; refund is exact`.
pub fn summary(policy: &Policy) -> String {
    let hir = policy.hir();
    let rules: usize = hir.decisions.iter().map(|it| it.rules.len()).sum();
    let facts = hir.schema.slots.iter().filter(|it| it.ty != Type::Record).count();
    let counts = [
        counted(hir.decisions.len() as i128, "decision", "decisions"),
        counted(rules as i128, "rule", "rules"),
        counted(facts as i128, "fact", "facts"),
    ];
    let cost = counted(policy.cost() as i128, "step", "steps");
    let (mut exact, mut cautious) = (Vec::new(), Vec::new());
    for (index, decision) in hir.decisions.iter().enumerate() {
        let all = if policy.is_exact(index) { &mut exact } else { &mut cautious };
        all.push(decision.name.as_str());
    }
    let are = |names: &[&str], what: &str| match names {
        [] => None,
        [only] => Some(format!("{only} is {what}")),
        several => Some(format!("{} are {what}", plain_list(several, "and"))),
    };
    let exactness: String = [are(&exact, "exact"), are(&cautious, "cautious")]
        .into_iter()
        .flatten()
        .map(|it| format!("; {it}"))
        .collect();
    format!("{}; at most {cost} a decision{exactness}", counts.join(", "))
}

/// What is proved of a policy: `refund and priority have one answer in every case; both properties hold`. None
/// where nothing is.
pub fn proved(policy: &Policy, proofs: &Proofs) -> Option<String> {
    let hir = policy.hir();
    let holds =
        |claim: Claim| proofs.verdicts().iter().any(|it| it.claim == claim && it.against == Existence::No);
    let mut parts = Vec::new();
    let single: Vec<usize> =
        (0..hir.decisions.len()).filter(|it| !hir.decisions.get(*it).is_some_and(|it| it.collect)).collect();
    let name = |it: &usize| hir.decisions.get(*it).map_or("", |it| it.name.as_str());
    let sound: Vec<&str> = single
        .iter()
        .filter(|it| holds(Claim::NoGap(**it)) && holds(Claim::NoConflict(**it)))
        .map(name)
        .collect();
    match sound.as_slice() {
        [] => {}
        [only] => parts.push(format!("{only} has one answer in every case")),
        several => parts.push(format!("{} have one answer in every case", plain_list(several, "and"))),
    }
    let properties = (0..hir.properties.len()).filter(|it| holds(Claim::Property(*it))).count();
    match (properties, hir.properties.len()) {
        (0, _) => {}
        (1, 1) => parts.push("the property holds".to_owned()),
        (2, 2) => parts.push("both properties hold".to_owned()),
        (some, all) if some == all => parts.push(format!("all {all} properties hold")),
        (some, all) => parts.push(format!("{some} of {all} properties hold")),
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The verdicts on a version.
fn verdicts(policy: &Policy, proofs: &Proofs) -> Json {
    let hir = policy.hir();
    let decision = |it: usize| Json::from(hir.decisions.get(it).map_or("", |it| it.name.as_str()));
    let verdict = |it: &Verdict| {
        let (claim, of, name) = match it.claim {
            Claim::NoGap(index) => ("no_gap", "decision", decision(index)),
            Claim::NoConflict(index) => ("no_conflict", "decision", decision(index)),
            Claim::Property(index) => (
                "property",
                "property",
                Json::from(hir.properties.get(index).map_or("", |it| it.name.as_str())),
            ),
        };
        let (verdict, witness, reason) = match &it.against {
            Existence::No => ("proved", Json::Null, Json::Null),
            Existence::Yes(witness) => ("refuted", witness.facts().clone(), Json::Null),
            Existence::NotShown(reason) => ("not_shown", Json::Null, Json::from(reason.name())),
        };
        Json::object([
            ("claim", Json::from(claim)),
            (of, name),
            ("verdict", Json::from(verdict)),
            ("witness", witness),
            ("reason", reason),
        ])
    };
    Json::List(proofs.verdicts().iter().map(verdict).collect())
}

/// The whole document: one entry for each path.
pub fn document(checked: &Checked) -> Json {
    let entry = |it: &Entry| match it {
        Entry::Policy(it) => examined(it, checked),
        Entry::Unreadable { path, reason } => unreadable(path, reason),
    };
    let policies = checked.entries().iter().map(entry).collect();
    Json::object([("schema", Json::Integer(1)), ("policies", Json::List(policies))])
}

/// The entry of a policy, accepted or refused. What only an accepted policy has is that of its last version.
fn examined(it: &Examined, checked: &Checked) -> Json {
    let found =
        it.findings.iter().map(|finding| to_json(finding, &it.source, checked.severity(finding.code)));
    let mut entry = entry(it.source.name(), !checked.fails(it), Json::List(found.collect()));
    let mut put = |key: &str, value: Json| drop(entry.insert(key.to_owned(), value));
    put("allowed", Json::List(it.allowed.iter().map(|allowed| self::allowed(allowed, &it.source)).collect()));
    put("omitted", Json::integer(it.omitted as i128));
    put("extends", it.extends.as_deref().map_or(Json::Null, Json::from));
    put("waits_for", it.waits_for.as_deref().map_or(Json::Null, Json::from));
    let versions = it.timeline.as_ref().map_or(&[][..], |it| it.versions());
    if let Some(policy) = versions.last() {
        let decision = |(index, name): (usize, &str)| {
            let exactness = if policy.is_exact(index) { "exact" } else { "cautious" };
            Json::object([("name", Json::from(name)), ("exactness", Json::from(exactness))])
        };
        put("policy", Json::from(policy.name()));
        put("digest", Json::from(policy.digest()));
        put("logic_digest", Json::from(policy.logic_digest()));
        put("decisions", Json::List(policy.decisions().enumerate().map(decision).collect()));
        put("cost", Json::integer(policy.cost() as i128));
    }
    let proofs = |index: usize, policy: &Policy| {
        it.proofs.get(index).map_or(Json::List(Vec::new()), |it| verdicts(policy, it))
    };
    let versions = versions.iter().enumerate().map(|(index, policy)| version(policy, proofs(index, policy)));
    put("versions", Json::List(versions.collect()));
    Json::Object(entry)
}

/// A version of a policy: its file, its days, what it is.
fn version(policy: &Policy, verdicts: Json) -> Json {
    let day = |it: Option<Date>| it.map_or(Json::Null, |it| Json::from(it.to_string()));
    let period = policy.in_force();
    Json::object([
        ("path", Json::from(policy.source().name())),
        ("from", day(period.from)),
        ("through", day(period.through)),
        ("digest", Json::from(policy.digest())),
        ("logic_digest", Json::from(policy.logic_digest())),
        ("verdicts", verdicts),
    ])
}

/// What is said of a file that holds no decisions.
pub const LIBRARY: &str = "no decisions; what it holds is for other policies to use";

/// The entry of a path that gives no text, with the reason in words.
fn unreadable(path: &str, reason: &str) -> Json {
    let mut entry = entry(path, false, Json::List(Vec::new()));
    entry.insert("error".to_owned(), Json::from(reason));
    Json::Object(entry)
}

/// What every entry has; what only an accepted policy has is null.
fn entry(path: &str, ok: bool, diagnostics: Json) -> BTreeMap<String, Json> {
    let members = [
        ("path", Json::from(path)),
        ("ok", Json::Bool(ok)),
        ("policy", Json::Null),
        ("digest", Json::Null),
        ("logic_digest", Json::Null),
        ("decisions", Json::List(Vec::new())),
        ("cost", Json::Null),
        ("diagnostics", diagnostics),
        ("allowed", Json::List(Vec::new())),
        ("omitted", Json::Integer(0)),
        ("extends", Json::Null),
        ("waits_for", Json::Null),
        ("versions", Json::List(Vec::new())),
    ];
    members.map(|(key, value)| (key.to_owned(), value)).into()
}

/// A finding that the author allows, with the reason.
fn allowed(it: &Allowed, source: &Source) -> Json {
    let finding = to_json(&it.finding, source, it.finding.code.severity);
    Json::object([("finding", finding), ("reason", Json::from(it.reason.as_str()))])
}

/// A finding of this weight with its places: the file, and lines and columns, both from 1; the end is one past
/// the last character.
pub fn to_json(diagnostic: &Diagnostic, source: &Source, weight: Severity) -> Json {
    let related = diagnostic.related.iter().map(|it| related(it, source)).collect::<Vec<_>>();
    let text = |it: &Option<String>| it.as_deref().map_or(Json::Null, Json::from);
    let fix = diagnostic.fix.as_ref().map_or(Json::Null, |fix| {
        placed(source, fix.span, [("replacement", Json::from(fix.replacement.as_str()))])
    });
    placed(
        source,
        diagnostic.span,
        [
            ("code", Json::from(diagnostic.code.id)),
            ("name", Json::from(diagnostic.code.name)),
            ("severity", Json::from(severity(weight))),
            ("message", Json::from(diagnostic.message.as_str())),
            ("label", text(&diagnostic.label)),
            ("help", text(&diagnostic.help)),
            ("related", Json::List(related)),
            ("fix", fix),
        ],
    )
}

fn related(label: &Label, source: &Source) -> Json {
    placed(source, label.span, [("text", Json::from(label.text.as_str()))])
}

/// An object of `members`, the file and the four numbers of a place.
fn placed<const N: usize>(source: &Source, span: Span, members: [(&str, Json); N]) -> Json {
    let (start, end) = (source.place(span.start), source.place(span.end));
    let places =
        [("line", start.line), ("column", start.column), ("end_line", end.line), ("end_column", end.column)];
    let places = places.into_iter().map(|(key, count)| (key, Json::integer(count.into())));
    let path = std::iter::once(("path", Json::from(source.name_at(span.start))));
    let members = path.chain(places).chain(members).map(|(key, value)| (key.to_owned(), value));
    Json::Object(members.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_from_one() {
        let source = Source::new("a.policy", "# Gebühr\nab");
        let diagnostic = Diagnostic::new(&crate::syntax::codes::UNEXPECTED_TEXT, Span::new(11, 12), "here")
            .with_related(Span::new(5, 7), "there")
            .with_fix(Span::new(11, 11), "x");
        assert_eq!(
            to_json(&diagnostic, &source, Severity::Error).canonical(),
            concat!(
                r#"{"code":"S001","column":2,"end_column":3,"end_line":2,"#,
                r#""fix":{"column":2,"end_column":2,"end_line":2,"line":2,"path":"a.policy","replacement":"x"},"#,
                r#""help":null,"label":null,"line":2,"message":"here","name":"unexpected-text","#,
                r#""path":"a.policy","#,
                r#""related":[{"column":6,"end_column":7,"end_line":1,"line":1,"path":"a.policy","text":"there"}],"#,
                r#""severity":"error"}"#
            )
        );
    }
}
