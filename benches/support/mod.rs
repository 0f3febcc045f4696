//! Generated policies: N rules spread over N/10 clients, as an outsourced helpdesk has them.

use std::fmt::Write as _;

#[allow(dead_code, reason = "some of the benches read it, and `benches/peers`")]
pub(crate) mod clients;
#[allow(dead_code, reason = "each bench reads a part of it")]
pub(crate) mod numbers;
#[allow(dead_code, reason = "only one of the benches reads it")]
pub(crate) mod proofs;
#[allow(dead_code, reason = "some of the benches read it, and `benches/peers`")]
pub(crate) mod refunds14;
#[allow(dead_code, reason = "what the policies above share")]
pub(crate) mod usd;

/// A policy of `rules` rules over `rules / 10` clients. Each rule reads four facts; one of them is a
/// difference of dates, one an amount compared with a share of another. `first` keeps it free of conflicts.
pub(crate) fn policy(rules: usize) -> String {
    let clients = (rules / 10).max(1);
    let names: Vec<String> = (0..clients).map(|it| format!("client_{it}")).collect();
    let mut text = format!(
        "policy bench.clients language 1\n\
         type Client = one of ({})\n\
         facts {{\n  today: date\n  client: Client\n  bought_on: date\n  \
         tier: ordered standard < silver < gold\n  damaged: boolean\n  \
         total: money USD between USD 0 and USD 100_000\n  asked: money USD between USD 0 and USD 100_000\n}}\n\
         assume \"nothing is bought in the future\": bought_on is no later than today\n\
         define owned = today - bought_on\n\
         decision refund first {{\n  outcome approve(amount: money USD)\n  outcome review\n  outcome deny\n",
        names.join(", ")
    );
    for rule in 0..rules {
        let days = 10 + rule * 7 % 80;
        let share = 5 + rule * 3 % 90;
        let (condition, outcome) = match rule % 3 {
            0 => (format!("owned <= {days} days and tier is silver or above"), "approve(amount: asked)"),
            1 => (format!("damaged and asked <= {share}% of total"), "approve(amount: asked)"),
            _ => (format!("owned > {days} days and asked > USD {share}"), "review"),
        };
        let client = rule % clients;
        let _ = writeln!(
            text,
            "  rule r{rule} {{ when client is client_{client} and {condition} then {outcome} \
             because \"Case {rule} of the client: {{asked}} was asked.\" }}"
        );
    }
    text.push_str("  otherwise deny because \"No rule of the client applies.\"\n}\n");
    text
}

/// Facts for [`policy`]: the case of index `index`, spread over the clients.
pub(crate) fn facts(rules: usize, index: usize) -> String {
    let clients = (rules / 10).max(1);
    let tier = ["standard", "silver", "gold"][index % 3];
    format!(
        "{{\"today\": \"2026-11-21\", \"client\": \"client_{}\", \"bought_on\": \"2026-{:02}-15\", \"tier\": \"{tier}\", \
         \"damaged\": {}, \"total\": \"USD {}.50\", \"asked\": \"USD {}.25\"}}",
        index % clients,
        1 + index % 11,
        index.is_multiple_of(2),
        100 + index % 900,
        1 + index % 400,
    )
}
