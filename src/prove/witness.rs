//! From values of variables to facts, and what values a case has where nothing asks for others.

use std::sync::Arc;

use crate::{
    schema::{Schema, Slot, Type},
    space::{Key, Space, cases::Cases, normal::Normal, point::text_value},
    value::{Known, Scalar, clock, date},
};

/// For each variable, a value that a case usually has: that of the policy's tests, in order, else a plain one.
pub(crate) fn typical(cases: &Cases<'_>, policy: usize) -> Vec<i128> {
    let tests = cases.policies.get(policy).map_or(&[][..], |it| &it.hir.tests);
    let told: Vec<&[Known]> = tests.iter().map(|it| it.facts.as_slice()).collect();
    near(cases, policy, &told)
}

/// For each variable, its value in the first of these facts that tells it, else a plain one.
pub(crate) fn near(cases: &Cases<'_>, policy: usize, told: &[&[Known]]) -> Vec<i128> {
    let space = &cases.space;
    let mut values: Vec<i128> =
        space.variables.values().map(|it| 0_i128.clamp(it.low, it.high.max(it.low))).collect();
    for (index, (key, variable)) in space.variables.iter().enumerate() {
        // What is optional is there: a case without it is the rarer one.
        if let (Key::Present(_), Some(value)) = (key, values.get_mut(index)) {
            *value = 1.clamp(variable.low, variable.high);
        }
    }
    let Some(normal) = cases.policies.get(policy) else { return values };
    for (slot, (declared, vars)) in normal.hir.schema.slots.iter().zip(&normal.facts).enumerate() {
        let told = told.iter().filter_map(|it| it.get(slot)).filter(|it| **it != Known::Unknown);
        if let (Some(var), Some(known)) = (vars.present, told.clone().next()) {
            set(&mut values, var, i128::from(*known != Known::Absent));
        }
        let Some(var) = vars.value else { continue };
        let first =
            told.filter_map(|it| if let Known::Value(value) = it { Some(value) } else { None }).next();
        let value = match first {
            Some(Scalar::Number(value)) => Some(*value),
            Some(Scalar::Boolean(value)) => Some(i128::from(*value)),
            Some(Scalar::Choice(index)) => normal.choice(var, *index),
            Some(Scalar::Text(text)) => Some(text_value(space, text)),
            None => plain(declared),
        };
        if let Some(value) = value {
            set(&mut values, var, value);
        }
    }
    values
}

fn set(values: &mut [i128], var: u32, value: i128) {
    if let Some(place) = values.get_mut(var as usize) {
        *place = value;
    }
}

/// A plain value of a type: some money, a day of 2026, at ten.
fn plain(slot: &Slot) -> Option<i128> {
    let usual = match slot.ty {
        Type::Date => date::from_ymd(2026, 3, 2)?,
        Type::DateTime { .. } | Type::Instant { .. } => date::from_ymd(2026, 3, 2)? * clock::DAY + 36_000,
        Type::Time { .. } => 36_000,
        Type::Money { scale, .. } => 100 * 10_i128.checked_pow(scale.into())?,
        Type::List(_) => 1,
        _ => return None,
    };
    Some(usual.clamp(slot.low, slot.high.max(slot.low)))
}

/// The facts of a policy where its variables have these values.
pub(crate) fn facts(space: &Space, policy: &Normal<'_>, values: &[i128]) -> Vec<Known> {
    let schema = &policy.hir.schema;
    let value = |var: u32| values.get(var as usize).copied().unwrap_or(0);
    let mut facts: Vec<Known> = Vec::with_capacity(schema.slots.len());
    for (index, (slot, vars)) in schema.slots.iter().zip(&policy.facts).enumerate() {
        let absent = is_outside(schema, &facts, index, slot) || vars.present.is_some_and(|it| value(it) == 0);
        let known = match (absent, slot.ty, vars.value) {
            (true, ..) => Known::Absent,
            (_, Type::Record, _) => Known::Value(Scalar::Boolean(true)),
            (_, _, None) => Known::Absent,
            (_, Type::Boolean, Some(var)) => Known::Value(Scalar::Boolean(value(var) != 0)),
            (_, Type::Choice(_), Some(var)) => {
                Known::Value(Scalar::Choice(policy.choice_at(var, value(var))))
            }
            (_, Type::Text { longest }, Some(var)) => {
                Known::Value(Scalar::Text(text(space, value(var), longest)))
            }
            (_, _, Some(var)) => Known::Value(Scalar::Number(value(var))),
        };
        facts.push(known);
    }
    facts
}

/// Whether what is around a slot is not there, or has no such item.
fn is_outside(schema: &Schema, facts: &[Known], index: usize, slot: &Slot) -> bool {
    let Some(within) = slot.within else { return false };
    match (schema.list_at(within), facts.get(within)) {
        (_, Some(Known::Absent)) => true,
        (Some(list), Some(Known::Value(Scalar::Number(length)))) => {
            let item = index.saturating_sub(list.first).checked_div(list.stride).unwrap_or(0);
            item as i128 >= *length
        }
        _ => false,
    }
}

/// The text of a value: one that a condition names, or one that none does.
fn text(space: &Space, value: i128, longest: u32) -> Arc<str> {
    let named = usize::try_from(value).ok().and_then(|it| space.texts.get_index(it));
    if let Some(named) = named {
        return Arc::clone(named);
    }
    let fits = |it: &String| it.chars().count() <= longest as usize && !space.texts.contains(it.as_str());
    let plain =
        std::iter::once("something else".to_owned()).chain((0..=space.texts.len()).map(|it| it.to_string()));
    let found = plain.map(|it| it.chars().take(longest.max(1) as usize).collect::<String>()).find(fits);
    Arc::from(found.unwrap_or_default())
}
