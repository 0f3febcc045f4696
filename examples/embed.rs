//! The smallest host: a policy, some facts, a decision.
//!
//! ```text
//! cargo run --example embed
//! ```

use evenhand::{Policy, Status};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let policy = Policy::compile(include_str!("refunds.policy"))?;
    let facts = policy.facts_from_json(r#"{"payment": {"chargeback_open": true}}"#)?;
    let answer = policy.decide(&facts)?;

    match &answer.decision("refund").ok_or("the policy has no such decision")?.status {
        Status::Decided(outcome) => println!("{outcome:?}"),
        Status::Collected(items) => println!("{items:?}"),
        Status::Undecided(open) => println!("ask for {}", open.needs.join(", ")),
        Status::Failed(failure) => println!("for a person to decide: {failure:?}"),
    }
    Ok(())
}
