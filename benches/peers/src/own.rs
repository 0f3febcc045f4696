//! Evenhand. Each of its entries is a row: what the library offers a host stands here once.
//!
//! A new entry (a compiled form, facts bound to slots, another reader of JSON) is a type here that implements
//! [`Engine`], and a line in `main.rs`.

use crate::{
    engine::Engine,
    support::usd::{Decided, Usd},
};
use evenhand::{Answer, Facts, Policy, Status, Value};
use serde::Serialize;

/// `Policy::decide`: the whole answer, with reasons, on facts that were taken in; from JSON text,
/// `Policy::facts_from_json` before it.
pub struct Whole(Policy);

impl Whole {
    /// Compiles a policy.
    pub fn new(text: &str) -> Whole {
        Whole(Policy::compile(text).unwrap_or_else(|rejected| panic!("{rejected}")))
    }
}

impl<Case: Serialize> Engine<Case> for Whole {
    type Facts = Facts;

    fn facts(&self, case: &Case) -> Facts {
        self.0.facts_from(case).expect("facts")
    }

    fn decide(&mut self, facts: &Facts) -> Decided {
        decided(&self.0.decide(facts).expect("an answer"))
    }

    fn text(&self, case: &Case) -> String {
        serde_json::to_string(case).expect("JSON")
    }

    fn decide_text(&mut self, text: &str) -> Decided {
        let facts = self.0.facts_from_json(text).expect("facts");
        decided(&self.0.decide(&facts).expect("an answer"))
    }
}

fn decided(answer: &Answer) -> Decided {
    let Some(Status::Decided(outcome)) = answer.decision("refund").map(|it| &it.status) else {
        panic!("not decided: {answer:?}");
    };
    match outcome.name.as_str() {
        "approve" => match outcome.parameters.first() {
            Some((_, Value::Money(money))) => Decided::Approve(cents(money.amount.units())),
            other => panic!("no amount: {other:?}"),
        },
        "exchange" => Decided::Exchange,
        "deny" => Decided::Deny,
        "review" => Decided::Review,
        "escalate" => match outcome.parameters.first() {
            Some((_, Value::Choice(queue))) if &**queue == "fraud_desk" => Decided::FraudDesk,
            _ => Decided::Supervisor,
        },
        other => panic!("no such outcome: {other}"),
    }
}

/// An amount of dollars has two decimals, always.
fn cents(units: i128) -> Usd {
    Usd(i64::try_from(units).expect("a small amount"))
}
