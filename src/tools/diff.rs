//! What a change changes, for people and machines; and gates that a change must pass.
//!
//! ```text
//!   refund: 1 change
//!     gold, owned 31 to 60 days: deny → approve(amount: total)
//!       e.g. owned 31 days, gold yes: deny by otherwise → approve(amount: USD 100.00) by gold_window
//! ```

use std::fmt::Write as _;

use crate::json::Json;
use crate::policy::diff::{
    Changes, Condition, DecisionDifference, Declared, Difference, DutyDifference, In, Open, PolicyDifference,
    Region, Said, Segment, Witness,
};
use crate::words::counted;

pub mod gates;

/// The difference as text, a paragraph for each policy.
pub fn text(all: &[PolicyDifference]) -> String {
    let mut out = String::new();
    for (index, it) in all.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        written(it, &mut Plain, &mut out);
    }
    out
}

/// The difference as Markdown, made to be read as a comment on a proposed change.
pub fn markdown(all: &[PolicyDifference]) -> String {
    let mut out = String::new();
    for (index, it) in all.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        written(it, &mut Markdown, &mut out);
    }
    out
}

/// How lines are laid out.
trait Layout {
    /// The heading of a policy.
    fn policy(&mut self, out: &mut String, words: &str);
    /// The heading of days, or of something in a policy.
    fn part(&mut self, out: &mut String, words: &str);
    /// A line below a heading.
    fn line(&mut self, out: &mut String, words: &str);
    /// A line below that.
    fn detail(&mut self, out: &mut String, words: &str);
    /// Something of the policies.
    fn code(&self, words: &str) -> String;
}

struct Plain;

impl Layout for Plain {
    fn policy(&mut self, out: &mut String, words: &str) {
        out.push_str(words);
        out.push('\n');
    }

    fn part(&mut self, out: &mut String, words: &str) {
        let _ = writeln!(out, "{words}");
    }

    fn line(&mut self, out: &mut String, words: &str) {
        let _ = writeln!(out, "  {words}");
    }

    fn detail(&mut self, out: &mut String, words: &str) {
        let _ = writeln!(out, "    {words}");
    }

    fn code(&self, words: &str) -> String {
        words.to_owned()
    }
}

struct Markdown;

impl Layout for Markdown {
    fn policy(&mut self, out: &mut String, words: &str) {
        let _ = writeln!(out, "### {words}");
    }

    fn part(&mut self, out: &mut String, words: &str) {
        let _ = writeln!(out, "\n**{words}**\n");
    }

    fn line(&mut self, out: &mut String, words: &str) {
        let _ = writeln!(out, "- {words}");
    }

    fn detail(&mut self, out: &mut String, words: &str) {
        let _ = writeln!(out, "  - {words}");
    }

    fn code(&self, words: &str) -> String {
        // A longer fence than any in the words.
        let longest = words.split(|it| it != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest + 1);
        let space = if longest > 0 { " " } else { "" };
        format!("{fence}{space}{words}{space}{fence}")
    }
}

fn written(policy: &PolicyDifference, layout: &mut impl Layout, out: &mut String) {
    let several = policy.segments.len() > 1;
    for segment in &policy.segments {
        let days = if several { format!(", {}", segment.days) } else { String::new() };
        match &segment.difference {
            None => {
                let what = if segment.old.is_some() { "removed" } else { "added" };
                layout.policy(out, &format!("{}{days}: {what}", policy.name));
            }
            Some(it) if it.is_same() => {
                layout.policy(out, &format!("{}{days}: the same for all cases (proved)", policy.name));
            }
            Some(it) => {
                let summary = summary(it);
                layout.policy(out, &format!("{}{days}: {summary}", policy.name));
                difference(it, layout, out);
            }
        }
    }
}

/// `2 changes of what is decided`, or that all cases are the same.
fn summary(it: &Difference) -> String {
    let regions = |all: &mut dyn Iterator<Item = &Changes>| -> usize { all.map(|it| it.regions.len()).sum() };
    let accepted = it.accepted.regions.len();
    let decided: usize = it.decisions.iter().map(|it| answers(&it.values).count()).sum();
    let duties = it.duties.iter().filter(|it| !it.required.regions.is_empty()).count();
    let reasons = regions(&mut it.decisions.iter().map(|it| &it.reasons));
    let open = it.accepted.open.iter();
    let open = open.chain(it.decisions.iter().flat_map(|it| it.values.open.iter().chain(&it.reasons.open)));
    let open = open.chain(it.duties.iter().flat_map(|it| &it.required.open)).count();
    let mut parts = Vec::new();
    for (count, one, many) in [
        (accepted, "change of what is accepted", "changes of what is accepted"),
        (decided, "change of what is decided", "changes of what is decided"),
        (duties, "disclosure or step required otherwise", "disclosures or steps required otherwise"),
        (reasons, "change of reasons alone", "changes of reasons alone"),
    ] {
        if count > 0 {
            parts.push(counted(count as i128, one, many));
        }
    }
    if open > 0 {
        parts.push("some things are not shown".to_owned());
    }
    let decisions = it.decisions.iter().any(|it| it.found != In::Both);
    match parts.is_empty() {
        true if decisions => "decisions were added or removed".to_owned(),
        true if it.is_same_in_answers() => "the same answers for all cases (proved)".to_owned(),
        true => "the same decisions for all cases (proved)".to_owned(),
        false => parts.join(", "),
    }
}

/// The regions of a decision that both policies accept.
fn answers(it: &Changes) -> impl Iterator<Item = &Region> {
    it.regions.iter().filter(|it| !it.is_of_acceptance())
}

fn difference(it: &Difference, layout: &mut impl Layout, out: &mut String) {
    if !it.accepted.is_same() {
        layout.part(out, "the cases that are accepted");
        changes(&it.accepted, it.accepted.regions.iter(), layout, out);
    }
    for decision in &it.decisions {
        decided(decision, layout, out);
    }
    for duty in it.duties.iter().filter(|it| !it.is_same()) {
        due(duty, layout, out);
    }
    for decision in it.decisions.iter().filter(|it| !it.reasons.is_same() && it.values.open.is_empty()) {
        layout.part(out, &format!("{}: the same is decided for other reasons", layout.code(&decision.name)));
        changes(&decision.reasons, decision.reasons.regions.iter(), layout, out);
    }
    if !it.structure.is_empty() {
        layout.part(out, "declared otherwise");
        for it in &it.structure {
            layout.line(out, &format!("{} {}: {}", it.kind, layout.code(&it.name), it.what));
        }
    }
}

fn decided(it: &DecisionDifference, layout: &mut impl Layout, out: &mut String) {
    let name = layout.code(&it.name);
    let only_acceptance = it.values.open.is_empty() && !it.values.more && answers(&it.values).count() == 0;
    let words = match (it.found, only_acceptance) {
        (In::Old, _) => format!("{name}: the decision is removed"),
        (In::New, _) => format!("{name}: the decision is new"),
        (In::Both, true) if it.values.is_same() => format!("{name}: the same for all cases (proved)"),
        (In::Both, true) => format!("{name}: the same for all cases that both accept (proved)"),
        (In::Both, false) => {
            let count = answers(&it.values).count() as i128;
            let more = if it.values.more { "more than " } else { "" };
            match count {
                0 => format!("{name}: not shown"),
                _ => format!("{name}: {more}{}", counted(count, "change", "changes")),
            }
        }
    };
    layout.part(out, &words);
    changes(&it.values, answers(&it.values), layout, out);
}

fn due(it: &DutyDifference, layout: &mut impl Layout, out: &mut String) {
    let kind = if it.step { "step" } else { "disclosure" };
    let found = match it.found {
        In::Old => " is removed",
        In::New => " is new",
        In::Both => "",
    };
    let details = match it.details.as_slice() {
        [] => String::new(),
        all => format!(", {} written otherwise", all.join(" and ")),
    };
    layout.part(out, &format!("{kind} {}{found}{details}", layout.code(&it.name)));
    // What comes with another outcome is not told case by case a second time.
    let mut following: Vec<(&str, &str)> = Vec::new();
    for it in it.required.regions.iter().filter(|it| it.follows) {
        let change = (it.from.words.as_str(), it.to.words.as_str());
        if !following.contains(&change) {
            following.push(change);
        }
    }
    for (from, to) in following {
        let change = format!("{} → {}", layout.code(from), layout.code(to));
        layout.line(out, &format!("where what is decided changes: {change}"));
    }
    changes(&it.required, it.required.regions.iter().filter(|it| !it.follows), layout, out);
}

fn changes<'r>(
    it: &Changes,
    regions: impl Iterator<Item = &'r Region>,
    layout: &mut impl Layout,
    out: &mut String,
) {
    for it in regions {
        region(it, layout, out);
    }
    if it.more {
        layout.line(out, &format!("and more: in all {} parts that are apart", it.count));
    }
    for it in &it.open {
        layout.line(out, &format!("not shown: {}", reason(it)));
    }
}

fn region(it: &Region, layout: &mut impl Layout, out: &mut String) {
    let change = match it.from.words == it.to.words {
        // Of reasons alone.
        true => format!("{}, in other words", layout.code(&it.from.words)),
        false => format!("{} → {}", layout.code(&it.from.words), layout.code(&it.to.words)),
    };
    let may = if it.witness.is_some() { "" } else { " perhaps" };
    layout.line(out, &format!("{}:{may} {change}", where_it_is(&it.conditions)));
    if let Some(witness) = &it.witness {
        let facts = match witness.words.is_empty() {
            true => "any case".to_owned(),
            false => witness.words.join(", "),
        };
        layout.detail(out, &format!("e.g. {facts}"));
        layout.detail(out, &format!("{} → {}", answered(&it.from), answered(&it.to)));
    }
}

/// The conditions of a region in words.
pub(crate) fn where_it_is(conditions: &[Condition]) -> String {
    match conditions.is_empty() {
        true => "all cases".to_owned(),
        false => conditions.iter().map(|it| it.words.as_str()).collect::<Vec<_>>().join(", "),
    }
}

fn answered(said: &Said) -> String {
    match said.by.as_slice() {
        [] => said.answer.clone(),
        by if said.names == ["refused"] => format!("{}, because of {}", said.answer, by.join(", ")),
        by => format!("{} by {}", said.answer, by.join(", ")),
    }
}

/// Why something is not shown.
pub fn reason(open: &Open) -> String {
    match open {
        Open::Steps => "the steps that a comparison may take are spent".to_owned(),
        Open::Numbers => "numbers are too large to be reckoned with exactly".to_owned(),
        Open::Unseen(terms) => format!("it turns on {}, which is not looked into", terms.join(" and ")),
        Open::Retyped(facts) => format!(
            "{} is of another type in the new policy, so no case of the one is a case of the other",
            facts.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" and ")
        ),
    }
}

/// The difference as one document.
pub fn json(all: &[PolicyDifference]) -> Json {
    let policies = all.iter().map(|it| {
        Json::object([
            ("policy", Json::from(it.name.as_str())),
            ("same", Json::Bool(it.is_same())),
            ("segments", Json::List(it.segments.iter().map(segment_json).collect())),
        ])
    });
    Json::object([
        ("schema", Json::Integer(1)),
        ("same", Json::Bool(all.iter().all(PolicyDifference::is_same))),
        ("policies", Json::List(policies.collect())),
    ])
}

fn segment_json(it: &Segment) -> Json {
    let digest =
        |it: &Option<crate::policy::Policy>| it.as_ref().map_or(Json::Null, |it| Json::from(it.digest()));
    let date = |it: Option<crate::value::date::Date>| it.map_or(Json::Null, |it| Json::Text(it.to_string()));
    let mut members = vec![
        ("from", date(it.days.from)),
        ("through", date(it.days.through)),
        ("old_digest", digest(&it.old)),
        ("new_digest", digest(&it.new)),
    ];
    if let Some(it) = &it.difference {
        members.push(("same", Json::Bool(it.is_same())));
        members.push(("same_answers", Json::Bool(it.is_same_in_answers())));
        members.push(("accepted", changes_json(&it.accepted)));
        members.push(("decisions", Json::List(it.decisions.iter().map(decision_json).collect())));
        members.push(("duties", Json::List(it.duties.iter().map(duty_json).collect())));
        members.push(("declared", Json::List(it.structure.iter().map(declared_json).collect())));
    }
    object(members)
}

fn object(members: Vec<(&str, Json)>) -> Json {
    Json::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn found_json(found: In) -> Json {
    Json::from(match found {
        In::Both => "both",
        In::Old => "old",
        In::New => "new",
    })
}

fn decision_json(it: &DecisionDifference) -> Json {
    Json::object([
        ("decision", Json::from(it.name.as_str())),
        ("in", found_json(it.found)),
        ("values", changes_json(&it.values)),
        ("reasons", changes_json(&it.reasons)),
    ])
}

fn duty_json(it: &DutyDifference) -> Json {
    Json::object([
        ("decision", it.decision.as_deref().map_or(Json::Null, Json::from)),
        ("kind", Json::from(if it.step { "step" } else { "disclosure" })),
        ("name", Json::from(it.name.as_str())),
        ("in", found_json(it.found)),
        ("required", changes_json(&it.required)),
        ("otherwise", Json::List(it.details.iter().map(|it| Json::from(it.as_str())).collect())),
    ])
}

fn declared_json(it: &Declared) -> Json {
    Json::object([
        ("kind", Json::from(it.kind)),
        ("name", Json::from(it.name.as_str())),
        ("what", Json::from(it.what.as_str())),
    ])
}

fn changes_json(it: &Changes) -> Json {
    let parts = it.parts.iter().map(|it| {
        Json::object([
            ("from", Json::from(it.from.as_str())),
            ("to", Json::from(it.to.as_str())),
            ("conditions", conditions_json(&it.conditions)),
        ])
    });
    Json::object([
        ("same", Json::Bool(it.is_same())),
        ("regions", Json::List(it.regions.iter().map(region_json).collect())),
        ("more", Json::Bool(it.more)),
        ("parts", Json::List(parts.collect())),
        ("count", Json::integer(i128::try_from(it.count).unwrap_or(i128::MAX))),
        ("not_shown", Json::List(it.open.iter().map(|it| Json::Text(reason(it))).collect())),
    ])
}

fn region_json(it: &Region) -> Json {
    Json::object([
        ("from", said_json(&it.from)),
        ("to", said_json(&it.to)),
        ("conditions", conditions_json(&it.conditions)),
        ("follows", Json::Bool(it.follows)),
        ("witness", it.witness.as_ref().map_or(Json::Null, witness_json)),
    ])
}

fn said_json(it: &Said) -> Json {
    let texts = |all: &[String]| Json::List(all.iter().map(|it| Json::from(it.as_str())).collect());
    Json::object([
        ("names", texts(&it.names)),
        ("words", Json::from(it.words.as_str())),
        ("answer", Json::from(it.answer.as_str())),
        ("by", texts(&it.by)),
    ])
}

fn witness_json(it: &Witness) -> Json {
    let mut members = vec![
        ("facts", it.facts.clone()),
        ("words", Json::List(it.words.iter().map(|it| Json::from(it.as_str())).collect())),
    ];
    if let Some(old) = &it.old_facts {
        members.push(("old_facts", old.clone()));
    }
    object(members)
}

fn conditions_json(all: &[Condition]) -> Json {
    let one = |it: &Condition| {
        let interval = |(low, high): &(i128, i128)| {
            Json::object([("low", Json::integer(*low)), ("high", Json::integer(*high))])
        };
        let times = |(of, by): &(String, i128)| {
            Json::object([("of", Json::from(of.as_str())), ("times", Json::integer(*by))])
        };
        let mut members = vec![
            ("of", Json::from(it.of.as_str())),
            ("words", Json::from(it.words.as_str())),
            ("term", Json::List(it.term.iter().map(times).collect())),
            ("intervals", Json::List(it.intervals.iter().map(interval).collect())),
        ];
        if !it.names.is_empty() {
            members.push(("names", Json::List(it.names.iter().map(|it| Json::from(it.as_str())).collect())));
        }
        object(members)
    };
    Json::List(all.iter().map(one).collect())
}
