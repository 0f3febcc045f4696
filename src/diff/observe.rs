//! What the evaluators say of a case that the diagrams found.

use crate::{
    diff::{Comparing, Sided, Witness},
    eval::{self, Failure, Hold, Item, Settled, Slot, report::By, show},
    hir::{Decision, Hir},
    ir::NodeId,
    prove::{self, witness},
    schema::Type,
    space::{Key, Space, cases::Cases, linear::Var, normal::Normal},
    value::{Known, Scalar, clock::Grain},
};
use std::collections::BTreeSet;

/// The facts of a case, as a policy knows them.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub known: Vec<Known>,
    /// Why the policy cannot take them: the first fact that is outside its type.
    pub outside: Option<String>,
}

/// What a policy says.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub names: Vec<String>,
    /// Equal where what is said is equal.
    pub key: String,
    pub words: String,
    pub by: Vec<String>,
}

/// What cases usually look like: as in the tests of the new policy, else in those of the old one.
pub(crate) fn typical(cases: &Cases<'_>) -> Vec<i128> {
    let mut values = witness::typical(cases, 0);
    let new = witness::typical(cases, 1);
    for vars in cases.policies.get(1).map_or(&[][..], |it| &it.facts) {
        for var in vars.value.iter().chain(&vars.present) {
            if let (Some(place), Some(value)) = (values.get_mut(*var as usize), new.get(*var as usize)) {
                *place = *value;
            }
        }
    }
    values
}

/// The values with each fact at a step of its type: a time to the minute has no seconds, an amount in one of
/// several currencies no more digits than its own. The next lower step is taken.
pub(crate) fn on_the_grid(policies: &[Normal<'_>], mut values: Vec<i128>) -> Vec<i128> {
    for policy in policies {
        let schema = &policy.hir.schema;
        for (slot, vars) in schema.slots.iter().zip(&policy.facts) {
            let Some(place) = vars.value.and_then(|it| values.get_mut(it as usize)) else { continue };
            let down = |value: i128, step: i128| value - value.checked_rem_euclid(step).unwrap_or(0);
            match slot.ty {
                Type::Time { grain: Grain::Minute }
                | Type::DateTime { grain: Grain::Minute }
                | Type::Instant { grain: Grain::Minute } => *place = down(*place, 60),
                Type::MoneyOf(index) => {
                    let currencies = schema.currencies.get(index);
                    let own = currencies.and_then(|it| Some((it.place(*place)?, it)));
                    if let Some((currency, it)) = own
                        && let Some(stride) = it.stride(currency)
                    {
                        *place = down(*place - currency as i128, stride) + currency as i128;
                    }
                }
                _ => {}
            }
        }
    }
    values
}

/// The facts of a policy where variables have these values.
pub(crate) fn facts(space: &Space, policy: &Normal<'_>, values: &[i128]) -> Facts {
    let known = witness::facts(space, policy, values);
    let value = |var: Var| values.get(var as usize).copied().unwrap_or(0);
    let mut outside = None;
    for (index, (slot, vars)) in policy.hir.schema.slots.iter().zip(&policy.facts).enumerate() {
        let is_there = known.get(index) != Some(&Known::Absent);
        let names =
            |var: Var| space.names.get(&policy.key_of(&slot.path)).map(|_| policy.choice_at(var, value(var)));
        let fits = match (slot.ty, vars.value) {
            _ if !is_there => true,
            (Type::Choice(_), Some(var)) => {
                let index = names(var);
                index.and_then(|it| policy.choice(var, it)) == Some(value(var))
            }
            (Type::Text { longest }, _) => match known.get(index) {
                Some(Known::Value(Scalar::Text(text))) => text.chars().count() <= longest as usize,
                _ => true,
            },
            (Type::Boolean | Type::Record | Type::Items(_), _) | (_, None) => true,
            (_, Some(var)) => slot.low <= value(var) && value(var) <= slot.high,
        };
        let missing = || {
            let key = Key::Present(slot.path.clone());
            let var = space.variables.get_index_of(&key).filter(|_| vars.present.is_none())?;
            let around = slot.within.and_then(|it| known.get(it)).is_some_and(|it| *it == Known::Absent);
            (is_there && !around && value(var as Var) == 0).then_some(())
        };
        if outside.is_none() && (!fits || missing().is_some()) {
            outside = Some(match fits {
                false => format!("the values of `{}`", slot.path),
                true => format!("`{}` is required", slot.path),
            });
        }
    }
    Facts { known, outside }
}

/// The first reason for which a policy does not take a case.
fn refusal(side: &Sided<'_>, facts: &Facts) -> Option<String> {
    if let Some(outside) = &facts.outside {
        return Some(outside.clone());
    }
    let evaluation = eval::assumes(side.hir, side.program, &facts.known);
    let broken = side.program.assumes.iter().position(|it| *evaluation.slot(*it) == Slot::Boolean(false))?;
    side.hir.assumes.get(broken).map(|it| format!("assume \"{}\"", it.name))
}

fn refused(why: String) -> Seen {
    Seen {
        names: vec!["refused".to_owned()],
        key: "refused".to_owned(),
        words: "not accepted".to_owned(),
        by: vec![why],
    }
}

/// Whether a policy takes a case.
pub(crate) fn acceptance(side: &Sided<'_>, facts: &Facts) -> Seen {
    match refusal(side, facts) {
        Some(why) => refused(why),
        None => Seen {
            names: vec!["accepted".to_owned()],
            key: "accepted".to_owned(),
            words: "accepted".to_owned(),
            by: Vec::new(),
        },
    }
}

/// What a decision comes to.
pub(crate) fn decision(side: &Sided<'_>, index: usize, facts: &Facts) -> Seen {
    if let Some(why) = refusal(side, facts) {
        return refused(why);
    }
    let (hir, evaluation) = (side.hir, eval::run(side.hir, side.program, &facts.known, &eval::Plain));
    let report = eval::report::report(&evaluation, &[index], &eval::Plain);
    let special = |name: &str, words: String, by| Seen {
        names: vec![name.to_owned()],
        key: name.to_owned(),
        words,
        by,
    };
    let nothing = || special("error", String::new(), Vec::new());
    let (Some(written), Some(report)) = (hir.decisions.get(index), report.decisions.first()) else {
        return nothing();
    };
    let by = report.reasons.iter().map(|it| by_name(it.by, written)).collect();
    let items = |all: &[Item]| -> (Vec<String>, String, String) {
        let names: BTreeSet<String> =
            all.iter().filter_map(|it| written.outcomes.get(it.outcome)).map(|it| it.name.clone()).collect();
        let mut keys: Vec<String> = all.iter().map(|it| key(it, written, hir)).collect();
        keys.sort();
        let words: Vec<String> = all.iter().map(|it| show::item(it, written, hir)).collect();
        (names.into_iter().collect(), keys.join(" "), words.join(", "))
    };
    match &report.settled {
        Settled::Decided { item, .. } => {
            let (names, key, words) = items(std::slice::from_ref(item));
            Seen { names, key, words, by }
        }
        Settled::Collected { items: all, .. } if all.is_empty() => special("empty", "empty".to_owned(), by),
        Settled::Collected { items: all, .. } => {
            let (names, key, words) = items(all);
            Seen { names, key, words: format!("({words})"), by }
        }
        Settled::Failed(Failure::Gap) => special("gap", "no answer (no rule holds)".to_owned(), by),
        Settled::Failed(Failure::Conflict(_)) => {
            special("conflict", "no answer (rules disagree)".to_owned(), by)
        }
        Settled::Failed(Failure::Depends) => {
            special("error", "no answer (it reads a decision without one)".to_owned(), by)
        }
        Settled::Undecided(_) => nothing(),
    }
}

fn by_name(by: By, written: &Decision) -> String {
    match by {
        By::Rule(rule) => written.rules.get(rule).map_or(String::new(), |it| it.name.clone()),
        By::Otherwise => "otherwise".to_owned(),
        By::Always => "always".to_owned(),
    }
}

/// An item by the names of its policy: equal where the items are equal.
fn key(item: &Item, decision: &Decision, hir: &Hir) -> String {
    let name = decision.outcomes.get(item.outcome).map_or("", |it| it.name.as_str());
    format!("{name}{}", show::parameters_json(item, decision, hir).canonical())
}

/// Which rules decide. `side_key` tells the two sides apart: of reasons it is the rules and their words that differ,
/// whatever the words come to in a case.
pub(crate) fn reasons(side: &Sided<'_>, index: usize, facts: &Facts, side_key: &str) -> Seen {
    let seen = decision(side, index, facts);
    let names = if seen.names == ["refused"] { seen.names } else { seen.by.clone() };
    Seen { key: side_key.to_owned(), names, ..seen }
}

/// Whether a disclosure or a step is required. `None` for one that the policy does not have.
pub(crate) fn duty(side: &Sided<'_>, condition: Option<Option<NodeId>>, facts: &Facts) -> Seen {
    if let Some(why) = refusal(side, facts) {
        return refused(why);
    }
    let evaluation = eval::run(side.hir, side.program, &facts.known, &eval::Plain);
    let (name, words) = match condition.map(|it| evaluation.hold(it)) {
        Some(Hold::True) => ("required", "required"),
        Some(Hold::Failed) => ("error", "no answer (it reads a decision without one)"),
        Some(Hold::False | Hold::Unknown { .. }) | None => ("not_required", "not required"),
    };
    let name = name.to_owned();
    Seen { names: vec![name.clone()], key: name, words: words.to_owned(), by: Vec::new() }
}

impl Comparing<'_> {
    /// A case with its facts in words: those that matter first, and of the others none.
    pub(crate) fn told(&self, facts: &[Facts], relevant: &BTreeSet<Var>) -> Witness {
        let [old, new] = self.sides;
        let relevant = self.bases(relevant);
        let documents: Vec<_> = facts
            .iter()
            .zip([old, new])
            .map(|(facts, side)| prove::document(&side.hir.schema, &facts.known))
            .collect();
        let mut words: Vec<String> = Vec::new();
        // A side that cannot take the case cannot say what it is.
        let mut sides: Vec<_> = facts.iter().zip([old, new]).zip(&self.cases.policies).collect();
        sides.reverse();
        sides.sort_by_key(|it| it.0.0.outside.is_some());
        for ((facts, side), normal) in sides {
            for ((slot, vars), known) in side.hir.schema.slots.iter().zip(&normal.facts).zip(&facts.known) {
                let matters = vars.value.iter().chain(&vars.present).any(|it| relevant.contains(it));
                let said = prove::words::fact(slot, known, &side.hir.schema);
                let known = words.iter().any(|it| it.split(' ').any(|it| it == slot.path));
                if matters && !known {
                    words.push(said);
                }
            }
        }
        let taken = |index: usize| facts.get(index).is_some_and(|it| it.outside.is_none());
        let (mut old_facts, mut facts) = match documents.as_slice() {
            [old, new] => (old.clone(), new.clone()),
            _ => return Witness { facts: crate::json::Json::Null, old_facts: None, words },
        };
        if !taken(1) {
            std::mem::swap(&mut old_facts, &mut facts);
        }
        let other = taken(0) && taken(1) && old_facts != facts;
        Witness { facts, old_facts: other.then_some(old_facts), words }
    }

    /// The facts of which variables are made.
    pub(crate) fn bases(&self, vars: &BTreeSet<Var>) -> BTreeSet<Var> {
        let mut seen = BTreeSet::new();
        let mut open: Vec<Var> = vars.iter().copied().collect();
        while let Some(var) = open.pop() {
            if !seen.insert(var) {
                continue;
            }
            let Some((key, _)) = self.cases.space.variables.get_index(var as usize) else { continue };
            match key {
                Key::Fact(_) | Key::Present(_) => {}
                Key::Rounded(term, ..) => open.extend(term.terms.iter().map(|it| it.0)),
                Key::Product(a, b) => open.extend(a.terms.iter().chain(&b.terms).map(|it| it.0)),
                Key::Opaque(_, all) => {
                    open.extend(all.iter().flat_map(|it| it.terms.iter().map(|it| it.0)));
                }
            }
        }
        seen
    }
}
