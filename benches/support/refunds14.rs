//! Policy A: the fourteen rules of `benches/policies/refunds14.policy`, in hand-written Rust; its facts as a host
//! has them, typed and as JSON; and cases at random.

use super::{
    numbers::Numbers,
    usd::{Decided, Usd},
};
use serde::{Deserialize, Serialize};

/// The policy itself.
pub(crate) const POLICY: &str = include_str!("../policies/refunds14.policy");

/// One case, as a host has it. Its JSON is what the policy reads.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) order: Order,
    pub(crate) customer: Customer,
    pub(crate) asked: Usd,
    pub(crate) chargeback_open: bool,
    pub(crate) manager_approved: bool,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    pub(crate) kind: Kind,
    pub(crate) condition: Condition,
    pub(crate) days: u32,
    pub(crate) total: Usd,
    pub(crate) final_sale: bool,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Customer {
    pub(crate) tier: Tier,
    pub(crate) region: Region,
    pub(crate) refunds_last_year: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Electronics,
    Apparel,
    Furniture,
    Grocery,
    Digital,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Condition {
    Unopened,
    Opened,
    Defective,
    Damaged,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Tier {
    Standard,
    Silver,
    Gold,
    Platinum,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Region {
    US,
    EU,
    UK,
    #[serde(rename = "other")]
    Other,
}

/// What a programmer would write for the policy: what overrides others first.
pub(crate) fn decide(case: &Case) -> Decided {
    use Condition::{Damaged, Defective, Opened, Unopened};
    let Case { order, customer, asked, .. } = case;
    let (condition, total, days) = (order.condition, order.total, order.days);
    if case.chargeback_open {
        return Decided::FraudDesk;
    }
    let refused = match order.kind {
        Kind::Grocery => matches!(condition, Unopened | Opened),
        Kind::Digital => condition != Defective,
        _ => false,
    };
    if refused || order.final_sale && condition != Defective {
        return Decided::Deny;
    }
    if customer.refunds_last_year >= 8 || total > Usd(250_000) && !case.manager_approved {
        return Decided::Supervisor;
    }
    let in_eu = customer.region == Region::EU;
    match condition {
        Unopened if in_eu && days <= 14 || days <= window(customer.tier) => Decided::Approve(total),
        Opened if days <= 14 => match order.kind {
            _ if in_eu => Decided::Approve(total),
            Kind::Electronics => Decided::Approve(Usd(total.0 - total.share(150).0)),
            _ => Decided::Approve(Usd(total.0 - total.share(75).0)),
        },
        Opened if order.kind == Kind::Apparel && days <= 30 => Decided::Exchange,
        Opened if customer.tier >= Tier::Gold && asked.0 * 5 <= total.0 => Decided::Approve(*asked),
        Defective if days <= 365 => Decided::Approve(total),
        Damaged if days <= 7 => Decided::Approve(total),
        _ => Decided::Deny,
    }
}

fn window(tier: Tier) -> u32 {
    match tier {
        Tier::Platinum => 60,
        Tier::Gold => 45,
        Tier::Silver | Tier::Standard => 30,
    }
}

/// The same from JSON text, by serde.
///
/// # Errors
///
/// What serde says of the text.
pub(crate) fn decide_json(text: &str) -> Result<Decided, serde_json::Error> {
    serde_json::from_str(text).map(|case| decide(&case))
}

/// `count` cases of a seed: about every second number lies on a boundary of a rule or beside it.
pub(crate) fn cases(count: usize, seed: u64) -> Vec<Case> {
    let mut numbers = Numbers::new(seed);
    (0..count).map(|_| case(&mut numbers)).collect()
}

fn case(numbers: &mut Numbers) -> Case {
    let total = match numbers.below(8) {
        0 => numbers.pick(&[0, 1, 250_000, 250_001, 2_000_000]),
        1 => numbers.below(2_000_001) as i64,
        _ => numbers.below(100_000) as i64,
    };
    let asked = match numbers.below(4) {
        0 => total,
        1 => total / 5,
        2 => (total / 5 + 1).min(total),
        _ => numbers.below(total as u64 + 1) as i64,
    };
    let days = match numbers.below(2) {
        0 => numbers.pick(&[0, 7, 8, 14, 15, 30, 31, 45, 46, 60, 61, 365, 366, 3650]),
        _ => numbers.below(80) as u32,
    };
    Case {
        order: Order {
            kind: numbers.pick(&[
                Kind::Electronics,
                Kind::Apparel,
                Kind::Furniture,
                Kind::Grocery,
                Kind::Digital,
            ]),
            condition: numbers.pick(&[
                Condition::Unopened,
                Condition::Opened,
                Condition::Defective,
                Condition::Damaged,
            ]),
            days,
            total: Usd(total),
            final_sale: numbers.once_in(8),
        },
        customer: Customer {
            tier: numbers.pick(&[Tier::Standard, Tier::Silver, Tier::Gold, Tier::Platinum]),
            region: numbers.pick(&[Region::US, Region::EU, Region::UK, Region::Other]),
            refunds_last_year: if numbers.once_in(6) { 6 + numbers.below(4) as u32 } else { 0 },
        },
        asked: Usd(asked),
        chargeback_open: numbers.once_in(10),
        manager_approved: numbers.once_in(2),
    }
}
