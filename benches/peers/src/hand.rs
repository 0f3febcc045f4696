//! Hand-written Rust: the baseline.

use crate::{
    engine::Engine,
    support::{
        clients::{self, ByClient},
        refunds14,
        usd::Decided,
    },
};

/// Policy A as a function.
pub struct Refunds;

impl Engine<refunds14::Case> for Refunds {
    type Facts = refunds14::Case;

    fn facts(&self, case: &refunds14::Case) -> refunds14::Case {
        *case
    }

    fn decide(&mut self, facts: &refunds14::Case) -> Decided {
        refunds14::decide(facts)
    }

    fn text(&self, case: &refunds14::Case) -> String {
        serde_json::to_string(case).expect("JSON")
    }

    fn decide_text(&mut self, text: &str) -> Decided {
        refunds14::decide_json(text).expect("a case")
    }
}

impl Engine<clients::Case> for ByClient {
    type Facts = clients::Case;

    fn facts(&self, case: &clients::Case) -> clients::Case {
        case.clone()
    }

    fn decide(&mut self, facts: &clients::Case) -> Decided {
        ByClient::decide(self, facts)
    }

    fn text(&self, case: &clients::Case) -> String {
        serde_json::to_string(case).expect("JSON")
    }

    fn decide_text(&mut self, text: &str) -> Decided {
        ByClient::decide(self, &serde_json::from_str(text).expect("a case"))
    }
}
