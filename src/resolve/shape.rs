//! The parts of items, as far as several files have to do with them: names, locks, texts.

use crate::{
    source::Span,
    syntax::ast::{self, Decision, Item, Name},
};

/// The name of an item that other files can bring in with `use`, and what it is.
pub(super) fn shared(item: &Item) -> Option<(&Name, &'static str)> {
    match item {
        Item::Type(it) => Some((&it.name, "type")),
        Item::Setting(it) => Some((&it.name, "setting")),
        Item::Define(it) => Some((&it.name, "definition")),
        Item::Dated(it) => Some((&it.name, "definition")),
        Item::Calendar(it) => Some((&it.name, "calendar")),
        _ => None,
    }
}

/// The name of an item that expressions can read.
pub(super) fn readable(item: &Item) -> Option<&Name> {
    match item {
        Item::Decision(it) => Some(&it.name),
        other => shared(other).map(|it| it.0),
    }
}

/// The places of all text of an item that may name others, wherever its parts were written. A calendar names
/// none.
pub(super) fn texts(item: &Item) -> Vec<Span> {
    match item {
        Item::Type(it) => vec![it.ty.span],
        Item::Setting(it) => vec![it.ty.span],
        Item::Define(it) => it.cases.iter().map(|it| it.span).chain([it.span]).collect(),
        Item::Dated(it) => vec![it.span],
        Item::Decision(it) => of_decision(it),
        Item::Obligation(it) => of_obligation(it),
        Item::Assume(it) | Item::Property(it) => vec![it.span],
        _ => Vec::new(),
    }
}

fn of_decision(it: &Decision) -> Vec<Span> {
    let rules = it.rules.iter().flat_map(of_rule);
    let fallbacks = it.otherwise.iter().chain(&it.always).map(|it| it.span);
    let obligations = it.obligations.iter().flat_map(of_obligation);
    let parameters = it.outcomes.iter().flat_map(|it| &it.parameters).map(|it| it.ty.span);
    rules.chain(fallbacks).chain(obligations).chain(parameters).collect()
}

/// The places of what a rule reads.
pub(super) fn of_rule(it: &ast::Rule) -> Vec<Span> {
    let conditions = it.when.iter().chain(&it.unless).map(|it| it.span);
    let consequences = it.then.iter().flatten();
    let arguments = consequences.flat_map(|it| &it.arguments).map(|it| it.value.span);
    // A row of a table reads the columns, which are written above it.
    let columns = it.when.iter().filter_map(|it| match &it.kind {
        ast::ExpressionKind::Row(row) => Some(row.columns.iter().map(|it| it.span)),
        _ => None,
    });
    let because = it.notes.because.iter().map(|it| it.span);
    conditions.chain(arguments).chain(because).chain(columns.flatten()).collect()
}

/// The places of what a disclosure or a step reads.
pub(super) fn of_obligation(it: &ast::Obligation) -> Vec<Span> {
    let conditions = it.when.iter().chain(&it.unless).chain(&it.deadlines).map(|it| it.span);
    conditions.chain(it.say.iter().map(|it| it.text.span)).collect()
}

/// A rule with the same name.
pub(super) fn rule<'d>(decision: &'d Decision, name: &str) -> Option<&'d ast::Rule> {
    decision.rules.iter().find(|it| it.name.text == name)
}
