//! Policy B: N rules spread over N/10 clients. The rules as data, the policy that says them, its facts as a host
//! has them, and hand-written Rust that finds the client by a hash.

use super::{
    numbers::Numbers,
    usd::{Decided, Usd},
};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// One rule: for whom, when, what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    pub(crate) client: usize,
    pub(crate) condition: Condition,
}

/// When a rule holds. Each kind has its outcome.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Condition {
    /// Bought at most so many days ago, by a customer of tier silver or above: approve what was asked.
    Recent { days: u32 },
    /// Damaged, and asked for at most so many percent of the total: approve what was asked.
    Damaged { percent: i64 },
    /// Bought more days ago, and asked for more than so many dollars: review.
    Old { days: u32, dollars: i64 },
}

/// One case, as a host has it. Its JSON is what the policy reads.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) client: String,
    pub(crate) tier: Tier,
    pub(crate) days: u32,
    pub(crate) damaged: bool,
    pub(crate) total: Usd,
    pub(crate) asked: Usd,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Tier {
    Standard,
    Silver,
    Gold,
}

/// How many clients share so many rules.
pub(crate) fn clients(rules: usize) -> usize {
    (rules / 10).max(1)
}

/// The name of a client: `client_17`.
pub(crate) fn name(client: usize) -> String {
    format!("client_{client}")
}

/// The rules, in order; the first that holds decides. If none does, it is `deny`. Those of a client lie apart from each
/// other, and each asks for less than the ones of its kind before it, so that none is dead.
pub(crate) fn rules(count: usize) -> Vec<Rule> {
    let clients = clients(count);
    (0..count)
        .map(|rule| Rule { client: rule % clients, condition: condition(rule % clients, rule / clients) })
        .collect()
}

/// The condition of a client's rule, by its place among them.
fn condition(client: usize, place: usize) -> Condition {
    let (client, place) = (client as i64, place as i64);
    match place % 3 {
        0 => Condition::Recent { days: (10 + 7 * place + client % 7) as u32 },
        1 => Condition::Damaged { percent: 5 + 9 * place + client % 9 },
        _ => Condition::Old {
            days: (90 - 5 * place - client % 5).max(1) as u32,
            dollars: (95 - 9 * place - client % 9).max(1),
        },
    }
}

/// The policy that says them.
pub(crate) fn policy(count: usize) -> String {
    let names: Vec<String> = (0..clients(count)).map(name).collect();
    let mut text = format!(
        "policy bench.clients language 1\n\
         type Client = one of ({})\n\
         facts {{\n  client: Client\n  tier: ordered standard < silver < gold\n  \
         days: days between 0 days and 3_650 days\n  damaged: boolean\n  \
         total: money USD between USD 0 and USD 20_000\n  asked: money USD between USD 0 and USD 20_000\n}}\n\
         decision refund first {{\n  outcome approve(amount: money USD)\n  outcome review\n  outcome deny\n",
        names.join(", ")
    );
    for (index, rule) in rules(count).into_iter().enumerate() {
        let (condition, outcome) = match rule.condition {
            Condition::Recent { days } => {
                (format!("days <= {days} days and tier is silver or above"), "approve(amount: asked)")
            }
            Condition::Damaged { percent } => {
                (format!("damaged and asked <= {percent}% of total"), "approve(amount: asked)")
            }
            Condition::Old { days, dollars } => {
                (format!("days > {days} days and asked > USD {dollars}"), "review")
            }
        };
        let _ = writeln!(
            text,
            "  rule r{index} {{ when client is {} and {condition} then {outcome} \
             because \"Case {index} of the client: {{asked}} was asked.\" }}",
            name(rule.client)
        );
    }
    text.push_str("  otherwise deny because \"No rule of the client applies.\"\n}\n");
    text
}

/// What a programmer would write: the rules of each client, found by a hash of its name.
pub(crate) struct ByClient {
    #[allow(
        clippy::disallowed_types,
        reason = "the map of whoever writes this by hand; nothing iterates it"
    )]
    rules: std::collections::HashMap<String, Vec<Condition>>,
}

impl ByClient {
    pub(crate) fn new(count: usize) -> ByClient {
        let mut by_client = ByClient { rules: Default::default() };
        for rule in rules(count) {
            by_client.rules.entry(name(rule.client)).or_default().push(rule.condition);
        }
        by_client
    }

    pub(crate) fn decide(&self, case: &Case) -> Decided {
        let rules = self.rules.get(&case.client).map_or(&[][..], Vec::as_slice);
        for rule in rules {
            match rule {
                Condition::Recent { days } if case.days <= *days && case.tier >= Tier::Silver => {
                    return Decided::Approve(case.asked);
                }
                Condition::Damaged { percent }
                    if case.damaged && case.asked.0 * 100 <= case.total.0 * percent =>
                {
                    return Decided::Approve(case.asked);
                }
                Condition::Old { days, dollars } if case.days > *days && case.asked.0 > dollars * 100 => {
                    return Decided::Review;
                }
                _ => {}
            }
        }
        Decided::Deny
    }
}

/// `count` cases of a seed for a policy of so many rules: clients at random, half of the numbers on a boundary or
/// beside it.
pub(crate) fn cases(rules: usize, count: usize, seed: u64) -> Vec<Case> {
    let mut numbers = Numbers::new(seed);
    (0..count).map(|_| case(rules, &mut numbers)).collect()
}

fn case(rules: usize, numbers: &mut Numbers) -> Case {
    let client = numbers.below(clients(rules) as u64) as usize;
    let total = numbers.below(100_000) as i64;
    // The numbers of one of its rules.
    let (days, asked) = match condition(client, numbers.below(10) as usize) {
        Condition::Recent { days } => (days, total / 2),
        Condition::Damaged { percent } => (60, total * percent / 100),
        Condition::Old { days, dollars } => (days, dollars * 100),
    };
    let days = if numbers.once_in(2) { days + numbers.below(2) as u32 } else { numbers.below(120) as u32 };
    let asked = match numbers.once_in(2) {
        true => asked + numbers.below(2) as i64,
        false => numbers.below(total as u64 + 1) as i64,
    };
    Case {
        client: name(client),
        tier: numbers.pick(&[Tier::Standard, Tier::Silver, Tier::Gold]),
        days,
        damaged: numbers.once_in(2),
        total: Usd(total),
        asked: Usd(asked),
    }
}
