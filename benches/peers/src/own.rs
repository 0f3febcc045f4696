//! Evenhand. Each of its entries is a row: what the library offers a host stands here once.
//!
//! A new entry (a compiled form, facts bound to slots, another reader of JSON) is a type here that implements
//! [`Engine`], and a line in `main.rs`.

use crate::{
    engine::Engine,
    support::usd::{Decided, Usd},
};
use evenhand::compiled::{Cases, DecisionId};
use evenhand::{Answer, Case, Facts, Policy, Status, Value, Verdict};
use serde::Serialize;
use std::cell::RefCell;
use std::hint::select_unpredictable;

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

/// `Cases::decide` on a compiled policy: outcome and parameters, on facts that are bound to their places; from JSON
/// text, `Case::read_json` and `Case::decide`.
pub struct Fast {
    decision: DecisionId,
    outcomes: Vec<Outcome>,
    room: Case,
    rows: RefCell<Cases>,
}

impl Fast {
    /// Compiles a policy.
    pub fn new(text: &str) -> Fast {
        let compiled = Policy::compile(text).unwrap_or_else(|rejected| panic!("{rejected}")).compiled();
        let decision = compiled.decision("refund").expect("a decision");
        Fast {
            decision,
            outcomes: compiled.outcomes(decision).map(named).collect(),
            room: compiled.case(),
            rows: RefCell::new(compiled.cases()),
        }
    }
}

impl<Facts: Serialize> Engine<Facts> for Fast {
    /// The place of a case among the rows.
    type Facts = usize;

    fn facts(&self, case: &Facts) -> usize {
        let mut rows = self.rows.borrow_mut();
        rows.read(case).expect("facts");
        rows.len() - 1
    }

    fn decide(&mut self, place: &usize) -> Decided {
        let Fast { decision, outcomes, rows, .. } = self;
        said(outcomes, rows.get_mut().decide(*place, *decision).expect("a case"))
    }

    fn text(&self, case: &Facts) -> String {
        serde_json::to_string(case).expect("JSON")
    }

    fn decide_text(&mut self, text: &str) -> Decided {
        self.room.read_json(text).expect("facts");
        said(&self.outcomes, self.room.decide(self.decision))
    }
}

/// What the host makes of an outcome whose parameter is 0, and of one whose parameter is another or that has none. Names
/// are compared once, when the policy is compiled.
type Outcome = [Decided; 2];

fn named(name: &str) -> Outcome {
    match name {
        // The amount is put in later.
        "approve" => [Decided::Approve(Usd(0)); 2],
        // The places of `one of (fraud_desk, supervisor)`.
        "escalate" => [Decided::FraudDesk, Decided::Supervisor],
        "exchange" => [Decided::Exchange; 2],
        "deny" => [Decided::Deny; 2],
        "review" => [Decided::Review; 2],
        other => panic!("no such outcome: {other}"),
    }
}

fn said(outcomes: &[Outcome], verdict: Verdict<'_>) -> Decided {
    let Verdict::Decided(said) = verdict else {
        undecided(verdict);
    };
    // Which outcome it is cannot be foreseen, so nothing here branches on it.
    let number = i64::try_from(said.number_at(0).unwrap_or(-1)).unwrap_or(-1);
    let known = outcomes[said.index()][usize::from(number != 0)];
    let is_approved = matches!(known, Decided::Approve(_));
    select_unpredictable(is_approved, Decided::Approve(Usd(number)), known)
}

#[cold]
fn undecided(verdict: Verdict<'_>) -> ! {
    panic!("not decided: {verdict:?}")
}
