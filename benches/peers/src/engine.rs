//! What every engine is asked to do, and the facts that they share.

use crate::support::{
    clients, refunds14,
    usd::{Decided, Usd},
};
use serde::Serialize;
use serde_json::{Map, Value};

/// A prepared policy in one engine, for cases of one type.
pub trait Engine<Case> {
    /// Facts in the engine's own form.
    type Facts;

    /// Brings a case into that form. Not timed.
    fn facts(&self, case: &Case) -> Self::Facts;

    /// Decides facts in the engine's own form.
    fn decide(&mut self, facts: &Self::Facts) -> Decided;

    /// The JSON text of a case, as this engine's host would get it. Not timed.
    fn text(&self, case: &Case) -> String;

    /// Decides a JSON text.
    fn decide_text(&mut self, text: &str) -> Decided;
}

/// How amounts stand in the facts of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amounts {
    /// Whole cents: 4999. Exact in every engine, and what is timed.
    Cents,
    /// Dollars with decimals: 49.99. What a shop's JSON has; binary fractions in most engines.
    Dollars,
}

impl Amounts {
    /// An amount as a number of JSON.
    pub fn number(self, amount: Usd) -> Value {
        match self {
            Amounts::Cents => amount.0.into(),
            Amounts::Dollars => {
                let text = format!("{}.{:02}", amount.0 / 100, amount.0 % 100);
                serde_json::from_str(&text).expect("a number")
            }
        }
    }

    /// The answer that a number stands for: an amount, or one of the codes below zero. One number is the cheapest
    /// answer that all engines can give.
    pub fn answer(self, number: f64) -> Decided {
        match (number < 0.0, self) {
            (true, _) => code(number as i64),
            (false, Amounts::Cents) => Decided::Approve(Usd(number as i64)),
            (false, Amounts::Dollars) => Decided::Approve(Usd((number * 100.0).round() as i64)),
        }
    }
}

/// The answer that a whole number stands for.
pub fn answer(number: i64) -> Decided {
    if number < 0 { code(number) } else { Decided::Approve(Usd(number)) }
}

fn code(number: i64) -> Decided {
    match number {
        -1 => Decided::Deny,
        -2 => Decided::Exchange,
        -3 => Decided::Supervisor,
        -4 => Decided::FraudDesk,
        -5 => Decided::Review,
        other => panic!("{other} is no answer"),
    }
}

/// A case of policy A as one flat object: the shape that costs the engines least.
pub fn flat_a(case: &refunds14::Case, amounts: Amounts) -> Map<String, Value> {
    let refunds14::Case { order, customer, .. } = case;
    [
        ("kind", word(order.kind)),
        ("condition", word(order.condition)),
        ("days", order.days.into()),
        ("total", amounts.number(order.total)),
        ("final_sale", order.final_sale.into()),
        ("tier", word(customer.tier)),
        ("region", word(customer.region)),
        ("refunds_last_year", customer.refunds_last_year.into()),
        ("asked", amounts.number(case.asked)),
        ("chargeback_open", case.chargeback_open.into()),
        ("manager_approved", case.manager_approved.into()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into_iter()
    .collect()
}

/// A case of policy B as one flat object.
pub fn flat_b(case: &clients::Case) -> Map<String, Value> {
    [
        ("client", case.client.clone().into()),
        ("tier", word(case.tier)),
        ("days", case.days.into()),
        ("damaged", case.damaged.into()),
        ("total", case.total.0.into()),
        ("asked", case.asked.0.into()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into_iter()
    .collect()
}

fn word(value: impl Serialize) -> Value {
    serde_json::to_value(value).expect("a text")
}

/// A policy text with its places filled in.
pub fn filled(text: &str, places: &[(&str, &str)]) -> String {
    places.iter().fold(text.to_owned(), |text, (place, with)| text.replace(place, with))
}
