//! datalogic-rs: JSONLogic, compiled once; facts parsed once into its arena, or JSON text read straight into it.
//!
//! Its best form is one `if` of many conditions. Policy B stands here twice: as its rules are written, and grouped
//! by client by hand, with the engine's `switch` around ten rules each.

use crate::{
    engine::{Amounts, Engine, filled, flat_a, flat_b},
    support::{
        clients::{self, Condition, Rule},
        refunds14,
        usd::Decided,
    },
};
use datalogic_rs::{DataValue, Logic, Session, bumpalo::Bump};
use serde_json::{Value, json};

pub struct DataLogic {
    logic: Logic,
    session: Session<'static>,
    /// Where facts live that were parsed already, close together.
    arena: &'static Bump,
    amounts: Amounts,
}

impl DataLogic {
    fn new(text: &str, amounts: Amounts) -> DataLogic {
        // As long as the process, as a host would keep it.
        let engine: &datalogic_rs::Engine = Box::leak(Box::new(datalogic_rs::Engine::new()));
        let logic = engine.compile(text).expect("JSONLogic");
        DataLogic { logic, session: engine.session(), arena: Box::leak(Box::default()), amounts }
    }

    /// Policy A.
    pub fn refunds(amounts: Amounts) -> DataLogic {
        let share = |tenths: u32| match amounts {
            Amounts::Cents => {
                format!(
                    r#"{{"floor": {{"/": [{{"+": [{{"*": [{{"var": "total"}}, {tenths}]}}, 500]}}, 1000]}}}}"#
                )
            }
            Amounts::Dollars => format!(
                r#"{{"/": [{{"floor": {{"+": [{{"*": [{{"var": "total"}}, {}, 100]}}, 0.5]}}}}, 100]}}"#,
                f64::from(tenths) / 1000.0
            ),
        };
        let (large, goodwill) = match amounts {
            Amounts::Cents => ("250000", r#"{"<=": [{"*": [{"var": "asked"}, 5]}, {"var": "total"}]}"#),
            Amounts::Dollars => ("2500", r#"{"<=": [{"var": "asked"}, {"*": [{"var": "total"}, 0.2]}]}"#),
        };
        let places = [
            ("{large}", large),
            ("{goodwill}", goodwill),
            ("{handling}", &share(75)),
            ("{restocking}", &share(150)),
        ];
        DataLogic::new(&filled(include_str!("../policies/refunds14.jsonlogic.json"), &places), amounts)
    }

    /// Policy B, rule after rule.
    pub fn clients(count: usize) -> DataLogic {
        let mut chain = Vec::new();
        for rule in clients::rules(count) {
            let of_client = json!({"===": [{"var": "client"}, clients::name(rule.client)]});
            let (mut conditions, answer) = said(&rule);
            conditions.insert(0, of_client);
            chain.extend([json!({"and": conditions}), answer]);
        }
        chain.push(json!(-1));
        DataLogic::new(&json!({"if": chain}).to_string(), Amounts::Cents)
    }

    /// Policy B, grouped by client by hand.
    pub fn grouped(count: usize) -> DataLogic {
        let mut chains = vec![Vec::new(); clients::clients(count)];
        for rule in clients::rules(count) {
            let (conditions, answer) = said(&rule);
            chains[rule.client].extend([json!({"and": conditions}), answer]);
        }
        let cases: Vec<Value> = chains
            .into_iter()
            .enumerate()
            .map(|(client, mut chain)| {
                chain.push(json!(-1));
                json!([clients::name(client), {"if": chain}])
            })
            .collect();
        DataLogic::new(&json!({"switch": [{"var": "client"}, cases, -1]}).to_string(), Amounts::Cents)
    }
}

/// The conditions of a rule besides its client, and what it answers.
fn said(rule: &Rule) -> (Vec<Value>, Value) {
    let (days, asked, total) = (json!({"var": "days"}), json!({"var": "asked"}), json!({"var": "total"}));
    match rule.condition {
        Condition::Recent { days: most } => {
            (vec![json!({"<=": [days, most]}), json!({"!==": [{"var": "tier"}, "standard"]})], asked)
        }
        Condition::Damaged { percent } => {
            let share = json!({"<=": [{"*": [asked, 100]}, {"*": [total, percent]}]});
            (vec![json!({"var": "damaged"}), share], asked)
        }
        Condition::Old { days: least, dollars } => {
            (vec![json!({">": [days, least]}), json!({">": [asked, dollars * 100]})], json!(-5))
        }
    }
}

fn decided(value: &DataValue<'_>, amounts: Amounts) -> Decided {
    match (value.as_i64(), amounts) {
        (Some(number), Amounts::Cents) => crate::engine::answer(number),
        _ => amounts.answer(value.as_f64().expect("a number")),
    }
}

macro_rules! engine_for {
    ($case:ty, $flat:expr) => {
        impl Engine<$case> for DataLogic {
            type Facts = &'static DataValue<'static>;

            fn facts(&self, case: &$case) -> Self::Facts {
                let text = self.arena.alloc_str(&Engine::<$case>::text(self, case));
                self.arena.alloc(DataValue::from_str(text, self.arena).expect("JSON"))
            }

            fn decide(&mut self, facts: &Self::Facts) -> Decided {
                let answer = self.session.eval_borrowed(&self.logic, *facts).expect("a value");
                let answer = decided(answer, self.amounts);
                self.session.reset();
                answer
            }

            fn text(&self, case: &$case) -> String {
                Value::Object($flat(case, self.amounts)).to_string()
            }

            fn decide_text(&mut self, text: &str) -> Decided {
                let answer = self.session.eval_borrowed(&self.logic, text).expect("a value");
                let answer = decided(answer, self.amounts);
                self.session.reset();
                answer
            }
        }
    };
}

engine_for!(refunds14::Case, flat_a);
engine_for!(clients::Case, |case, _| flat_b(case));
