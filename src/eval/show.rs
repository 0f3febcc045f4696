//! How a node's value is written: in words, in JSON, and which of two items of one outcome comes first.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::{
    eval::{Item, Slot},
    hir::{Decision, Hir, Parameter},
    json::Json,
    schema::{Schema, Type},
    value::form,
};

/// The value as people read it; none for what is unknown or in error. `outcome` names the outcome of a decision, both
/// by their indices.
pub(crate) fn words<'n>(
    slot: &Slot,
    ty: Type,
    schema: &Schema,
    outcome: &dyn Fn(usize, usize) -> Option<&'n str>,
) -> Option<String> {
    match (slot, ty) {
        (Slot::Nothing, _) => Some("absent".to_owned()),
        (Slot::Items(items), Type::Items(decision)) => {
            let names: Vec<&str> = items.iter().filter_map(|it| outcome(decision, it.outcome)).collect();
            Some(if names.is_empty() { "none".to_owned() } else { names.join(", ") })
        }
        _ => slot.to_scalar().map(|it| form::words(&it, ty, schema)),
    }
}

/// The same of a policy's own.
pub(crate) fn words_of(slot: &Slot, ty: Type, hir: &Hir) -> Option<String> {
    let outcome = |decision: usize, outcome: usize| {
        Some(hir.decisions.get(decision)?.outcomes.get(outcome)?.name.as_str())
    };
    words(slot, ty, &hir.schema, &outcome)
}

/// `approve(amount: USD 49.99)`.
pub(crate) fn item(item: &Item, decision: &Decision, hir: &Hir) -> String {
    let Some(outcome) = decision.outcomes.get(item.outcome) else { return String::new() };
    let pairs = outcome.parameters.iter().zip(&item.arguments);
    let arguments: Vec<String> = pairs
        .map(|(parameter, slot)| {
            let value = words_of(slot, parameter.ty, hir);
            format!("{}: {}", parameter.name, value.as_deref().unwrap_or("unknown"))
        })
        .collect();
    match arguments.is_empty() {
        true => outcome.name.clone(),
        false => format!("{}({})", outcome.name, arguments.join(", ")),
    }
}

/// The value of a parameter as it stands in an answer; none for what is unknown or in error.
pub(crate) fn json(slot: &Slot, parameter: &Parameter, hir: &Hir) -> Option<Json> {
    match (slot, parameter.ty) {
        (Slot::Nothing, _) => Some(Json::Null),
        (Slot::Items(items), Type::Items(decision)) => {
            let decision = hir.decisions.get(decision)?;
            Some(Json::List(items.iter().map(|it| item_json(it, decision, hir)).collect()))
        }
        _ => slot
            .to_scalar()
            .map(|it| form::to_json(&it, parameter.ty, parameter.low, parameter.high, &hir.schema)),
    }
}

/// `{"outcome": …, "parameters": {…}}`. A parameter that is not known is left out.
pub(crate) fn item_json(item: &Item, decision: &Decision, hir: &Hir) -> Json {
    let outcome = decision.outcomes.get(item.outcome).map_or("", |it| it.json.as_str());
    Json::object([("outcome", Json::from(outcome)), ("parameters", parameters_json(item, decision, hir))])
}

/// The parameters of an item, by name. One that is not known is left out.
pub(crate) fn parameters_json(item: &Item, decision: &Decision, hir: &Hir) -> Json {
    let parameters = decision.outcomes.get(item.outcome).map_or(&[][..], |it| &it.parameters);
    let pairs = parameters.iter().zip(&item.arguments);
    let pairs = pairs.filter_map(|(parameter, slot)| {
        json(slot, parameter, hir).map(|value| (parameter.name.clone(), value))
    });
    Json::Object(pairs.collect())
}

/// A set of items in canonical order: that of the outcomes, then that of the JSON texts of their parameters.
pub(crate) fn in_order(items: BTreeSet<Item>, decision: &Decision, hir: &Hir) -> Arc<[Item]> {
    let mut keyed: Vec<(String, Item)> =
        items.into_iter().map(|it| (parameters_json(&it, decision, hir).canonical(), it)).collect();
    keyed.sort_by(|a, b| (a.1.outcome, &a.0).cmp(&(b.1.outcome, &b.0)));
    keyed.into_iter().map(|(_, item)| item).collect()
}
