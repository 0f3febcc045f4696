//! Changes of a policy that must not change what is proved of it, or only as is told.

use std::collections::BTreeMap;

use evenhand::Policy;

use crate::generate::plan::{Plan, PlanDecision, PlanItem, PlanRule};
use crate::generate::rng::Rng;
use crate::oracle::engine::{answers, word};
use crate::oracle::question::{Question, obligations, properties};
use crate::reference::model::Model;
use crate::reference::parse;

/// What is answered, by questions in words: places change with the order of writing, names do not.
pub(crate) type Told = BTreeMap<String, &'static str>;

/// A question in words.
fn words(model: &Model, question: &Question) -> String {
    let decision = |d: usize| model.decisions[d].name.text.clone();
    let rule = |d: usize, r: usize| model.decisions[d].rules[r].name.text.clone();
    let (kind, places) = question.parts();
    match *question {
        Question::Decides(d, r) => format!("{kind} {} {}", decision(d), rule(d, r)),
        Question::Conflicting(d, a, b) | Question::Together(d, a, b) => {
            let mut pair = [rule(d, a), rule(d, b)];
            pair.sort();
            format!("{kind} {} {}", decision(d), pair.join(" "))
        }
        Question::Happens(d, o) => {
            format!("{kind} {} {}", decision(d), model.outcomes(model.decisions[d])[o].0)
        }
        Question::Required(o) => format!("{kind} {}", obligations(model)[o].name.text),
        Question::Violates(p) => format!("{kind} {}", properties(model)[p].name.text),
        _ => places.iter().fold(kind.to_owned(), |text, d| format!("{text} {}", decision(*d))),
    }
}

/// Everything that is answered of a policy; nothing where it is none.
pub(crate) fn told(plan: &Plan) -> Option<Told> {
    let text = plan.text();
    let policy = Policy::compile(&text).ok()?;
    let file = parse(&text);
    let model = Model::new(&file, &text);
    Some(answers(&policy, &model).iter().map(|it| (words(&model, &it.0), word(&it.1))).collect())
}

/// The same policy in yen where it was in dollars: cents become yen.
pub(crate) fn in_yen(plan: &Plan) -> Plan {
    let mut plan = plan.clone();
    for item in &mut plan.items {
        match item {
            PlanItem::Text(text) => *text = yen(text),
            PlanItem::Lookup(..) => {}
            PlanItem::Decision(it) => {
                it.outcomes.iter_mut().chain(&mut it.obligations).for_each(|it| *it = yen(it));
                it.fallback = it.fallback.as_deref().map(yen);
                for rule in &mut it.rules {
                    rule.conjuncts.iter_mut().chain([&mut rule.rest]).for_each(|it| *it = yen(it));
                }
                for table in &mut it.tables {
                    table.columns.iter_mut().for_each(|it| *it = yen(it));
                    for row in &mut table.rows {
                        row.cells.iter_mut().chain([&mut row.then]).for_each(|it| *it = yen(it));
                    }
                }
            }
        }
    }
    plan
}

fn yen(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("USD") {
        out += &rest[..at];
        out += "JPY";
        rest = &rest[at + 3..];
        let Some(amount) = rest.strip_prefix(' ') else { continue };
        let length = amount.find(|it: char| !it.is_ascii_digit() && it != '.' && it != '-');
        let (amount, after) = amount.split_at(length.unwrap_or(amount.len()));
        if amount.is_empty() {
            continue;
        }
        let (whole, cents) = amount.split_once('.').unwrap_or((amount, "00"));
        let digits = format!("{}{cents}", whole.trim_start_matches('-'));
        let sign = if amount.starts_with('-') { "-" } else { "" };
        let digits = digits.trim_start_matches('0');
        out += &format!(" {sign}{}", if digits.is_empty() { "0" } else { digits });
        rest = after;
    }
    out + rest
}

/// A rule in place of which two stand, `condition` asked in one and its opposite in the other; or the same twice.
pub(crate) fn doubled(plan: &Plan, rng: &mut Rng, split: bool) -> Option<(Plan, String, String)> {
    let mut plan = plan.clone();
    let decisions = plan.items.iter_mut().filter_map(|it| match it {
        PlanItem::Decision(it) if !it.rules.is_empty() => Some(it),
        _ => None,
    });
    let mut decisions: Vec<&mut PlanDecision> = decisions.collect();
    if decisions.is_empty() {
        return None;
    }
    let at = rng.below(decisions.len());
    let decision = &mut decisions[at];
    let at = rng.below(decision.rules.len());
    let name = decision.rules[at].name.clone();
    let second = format!("{name}_too");
    let mut other = PlanRule { name: second.clone(), ..decision.rules[at].clone() };
    if split {
        decision.rules[at].conjuncts.push("b0".into());
        other.conjuncts.push("not b0".into());
    }
    decision.rules.insert(at + 1, other);
    for rule in decision.rules.iter_mut().filter(|it| it.overrides.contains(&name)) {
        rule.overrides.push(second.clone());
    }
    // Only `everything` leaves out what names its own rule, or is another `everything`: both hold of the double.
    Some((plan, name, second))
}

/// What of the one is not so of the other, among what both are asked, `but` what the change is about.
pub(crate) fn difference(one: &Told, other: &Told, but: &[&str]) -> Option<String> {
    let about = |it: &str| it.split(' ').any(|word| but.contains(&word));
    one.iter().find_map(|(question, answer)| {
        let found = other.get(question)?;
        (found != answer && !about(question)).then(|| format!("{question}: {answer}, then {found}"))
    })
}
