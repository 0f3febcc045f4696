//! cedar-policy: a policy for each rule; the client of policy B is the principal, in the scope of its policies.
//!
//! Cedar says which policies are satisfied and computes no value. So the id of a policy is its rank: the host takes
//! the least, and computes the amount itself.

use crate::{
    engine::{Amounts, Engine, flat_a, flat_b},
    support::{
        clients::{self, Condition, Rule},
        refunds14,
        usd::{Decided, Usd},
    },
};
use cedar_policy::{
    Authorizer, Context, Entities, EntityId, EntityTypeName, EntityUid, EvalResult, Policy, PolicyId,
    PolicySet, Request,
};
use serde_json::Value;
use std::str::FromStr as _;

pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    client: EntityTypeName,
    action: EntityUid,
    resource: EntityUid,
    /// The rules of policy B, by rank.
    rules: Vec<Rule>,
}

impl Cedar {
    fn new(policies: impl Iterator<Item = Policy>, rules: Vec<Rule>) -> Cedar {
        let mut set = PolicySet::new();
        for policy in policies {
            set.add(policy).expect("an id of its own");
        }
        let entity = |text: &str| EntityUid::from_str(text).expect("an entity");
        Cedar {
            authorizer: Authorizer::new(),
            policies: set,
            entities: Entities::empty(),
            client: EntityTypeName::from_str("Client").expect("a type"),
            action: entity(r#"Action::"refund""#),
            resource: entity(r#"Order::"this""#),
            rules,
        }
    }

    /// Policy A.
    pub fn refunds() -> Cedar {
        let read = PolicySet::from_str(include_str!("../policies/refunds14.cedar")).expect("Cedar");
        let named = |policy: &Policy| {
            let rank = policy.annotation("id").expect("a rank").to_owned();
            policy.new_id(PolicyId::new(rank))
        };
        Cedar::new(read.policies().map(named), Vec::new())
    }

    /// Policy B.
    pub fn clients(count: usize) -> Cedar {
        let rules = clients::rules(count);
        let policy = |(rank, rule): (usize, &Rule)| {
            let client = clients::name(rule.client);
            let condition = match rule.condition {
                Condition::Recent { days } => {
                    format!("context.days <= {days} && context.tier != \"standard\"")
                }
                Condition::Damaged { percent } => {
                    format!("context.damaged && context.asked * 100 <= context.total * {percent}")
                }
                Condition::Old { days, dollars } => {
                    format!("context.days > {days} && context.asked > {}", dollars * 100)
                }
            };
            let text = format!(
                "permit (principal == Client::\"{client}\", action, resource) when {{ {condition} }};"
            );
            Policy::parse(Some(PolicyId::new(rank.to_string())), text).expect("Cedar")
        };
        Cedar::new(rules.iter().enumerate().map(policy), rules.clone())
    }

    /// The request of a JSON text. Its client is the principal, where it has one.
    fn request(&self, text: &str) -> Request {
        let context = Context::from_json_str(text, None).expect("a context");
        let client = match context.get("client") {
            Some(EvalResult::String(name)) => EntityId::new(name),
            _ => EntityId::new("any"),
        };
        let principal = EntityUid::from_type_name_and_id(self.client.clone(), client);
        Request::new(principal, self.action.clone(), self.resource.clone(), context, None).expect("a request")
    }

    /// The rank of the first rule that holds.
    fn first(&self, request: &Request) -> Option<usize> {
        let response = self.authorizer.is_authorized(request, &self.policies, &self.entities);
        let ranks = response.diagnostics().reason().map(|id| {
            let id: &str = id.as_ref();
            id.parse::<usize>().expect("a rank")
        });
        ranks.min()
    }
}

fn amount(request: &Request, name: &str) -> Usd {
    match request.context().and_then(|it| it.get(name)) {
        Some(EvalResult::Long(cents)) => Usd(cents),
        other => panic!("{other:?} is no amount"),
    }
}

impl Cedar {
    /// What the host makes of the rank: policy A.
    fn refund(&self, request: &Request) -> Decided {
        let total = || amount(request, "total");
        match self.first(request) {
            Some(0) => Decided::FraudDesk,
            Some(1..=3) | None => Decided::Deny,
            Some(4 | 5) => Decided::Supervisor,
            Some(6 | 7 | 10 | 11) => Decided::Approve(total()),
            Some(8) => Decided::Approve(Usd(total().0 - total().share(75).0)),
            Some(9) => Decided::Approve(Usd(total().0 - total().share(150).0)),
            Some(12) => Decided::Exchange,
            Some(13) => Decided::Approve(amount(request, "asked")),
            Some(other) => panic!("there is no rule {other}"),
        }
    }

    /// What the host makes of the rank: policy B.
    fn of_client(&self, request: &Request) -> Decided {
        match self.first(request).map(|rank| self.rules[rank].condition) {
            None => Decided::Deny,
            Some(Condition::Old { .. }) => Decided::Review,
            Some(Condition::Recent { .. } | Condition::Damaged { .. }) => {
                Decided::Approve(amount(request, "asked"))
            }
        }
    }
}

macro_rules! engine_for {
    ($case:ty, $flat:expr, $decided:ident) => {
        impl Engine<$case> for Cedar {
            type Facts = Request;

            fn facts(&self, case: &$case) -> Request {
                self.request(&Engine::<$case>::text(self, case))
            }

            fn decide(&mut self, facts: &Request) -> Decided {
                self.$decided(facts)
            }

            fn text(&self, case: &$case) -> String {
                Value::Object($flat(case, Amounts::Cents)).to_string()
            }

            fn decide_text(&mut self, text: &str) -> Decided {
                self.$decided(&self.request(text))
            }
        }
    };
}

engine_for!(refunds14::Case, flat_a, refund);
engine_for!(clients::Case, |case, _| flat_b(case), of_client);
