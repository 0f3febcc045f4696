//! A help desk that decides its tickets by a policy.
//!
//! ```text
//! cargo run --example helpdesk                                   the tickets of examples/tickets.jsonl
//! cargo run --example helpdesk -- other.policy other.jsonl
//! ```
//!
//! It shows how a host embeds the library: compile once, read facts and say what is wrong with them, decide,
//! and match on the answer. Every way in which a decision can stand has its own arm, so none is forgotten.

use evenhand::policy::{DecisionAnswer, Due, Failure, Stage, Status};
use evenhand::{Answer, Limits, Outcome, Policy, Source};
use std::error::Error;
use std::io::{self, Write};

/// A line of the tickets' file. The facts stay as they came: the policy knows what they must be.
#[derive(serde::Deserialize)]
struct Ticket {
    id: String,
    facts: serde_json::Value,
}

#[expect(clippy::disallowed_methods, reason = "a host reads files; the library never does")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut paths = std::env::args().skip(1);
    let source = match paths.next() {
        Some(path) => Source::new(&path, &std::fs::read_to_string(&path)?),
        None => Source::new("refunds.policy", include_str!("refunds.policy")),
    };
    let tickets = match paths.next() {
        Some(path) => std::fs::read_to_string(path)?,
        None => include_str!("tickets.jsonl").to_owned(),
    };
    let policy = Policy::compile_source(&source, &Limits::default())?;
    work(&policy, &tickets, &mut io::stdout().lock())
}

/// Decides one ticket a line.
pub(crate) fn work(policy: &Policy, tickets: &str, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    for line in tickets.lines() {
        let ticket: Ticket = serde_json::from_str(line)?;
        writeln!(out, "{}", ticket.id)?;
        match policy.facts_from(&ticket.facts) {
            Ok(facts) => show(&policy.decide(&facts)?, out)?,
            // Facts that cannot be are never decided: somebody has to correct them first.
            Err(error) => writeln!(out, "  cannot be taken: {error}")?,
        }
        writeln!(out)?;
    }
    Ok(())
}

fn show(answer: &Answer, out: &mut impl Write) -> io::Result<()> {
    for decision in answer.decisions() {
        writeln!(out, "  {}: {}", decision.name, standing(&decision.status))?;
        for because in decision.reasons.iter().flat_map(|it| &it.because) {
            writeln!(out, "    because {because}")?;
        }
        show_duties(decision, out)?;
    }
    // Decided is not yet settled: a disclosure, a step or a text may still wait for a fact.
    match answer.next() {
        Some((fact, question)) => writeln!(out, "  ask next: {}", question.unwrap_or(fact)),
        None => Ok(()),
    }
}

/// What the desk does with each kind of answer. There is no text to search.
fn standing(status: &Status) -> String {
    match status {
        Status::Decided(outcome) => words(outcome),
        Status::Collected(items) if items.is_empty() => "nothing".to_owned(),
        Status::Collected(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
        Status::Undecided(open) => match &open.outcome {
            Some(outcome) => format!("will be {}, but not all of it is known yet", outcome.name),
            None => format!("not decided yet, may be {}", open.possible.join(" or ")),
        },
        // These are mistakes of the policy. They go to its owner, and the ticket to a person.
        Status::Failed(Failure::Conflict(rules)) => {
            let rules: Vec<&str> = rules.iter().map(|it| it.rule.as_str()).collect();
            format!("for a person: {} disagree", rules.join(" and "))
        }
        Status::Failed(Failure::Gap) => "for a person: no rule speaks of this case".to_owned(),
        Status::Failed(Failure::Depends(on)) => format!("for a person: see {}", on.join(", ")),
    }
}

fn words(outcome: &Outcome) -> String {
    let parameters = outcome.parameters.iter().map(|(name, value)| format!(", {name} {value}"));
    outcome.name.clone() + &parameters.collect::<String>()
}

/// What must be said and done: it is part of the decision, not of somebody's memory.
fn show_duties(decision: &DecisionAnswer, out: &mut impl Write) -> io::Result<()> {
    let said = decision.disclosures.iter().map(|it| ("say", it));
    for (verb, duty) in said.chain(decision.steps.iter().map(|it| ("do", it))) {
        let Due::Required(required) = &duty.status else { continue };
        let stage = match &required.stage {
            Some(Stage::Before(stage)) => format!(" before {stage}"),
            Some(Stage::During(stage)) => format!(" during {stage}"),
            None => String::new(),
        };
        let deadline = required.deadline.as_ref().map_or(String::new(), |day| format!(" by {day}"));
        let text = required.texts.get("en").or(required.text.as_ref()).unwrap_or(&duty.name);
        writeln!(out, "    {verb}{stage}{deadline}: {text}")?;
    }
    Ok(())
}
