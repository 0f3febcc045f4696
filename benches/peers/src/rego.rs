//! regorus: Rego on its virtual machine, which is its fastest form; facts as its values.
//!
//! Policy B is rules as data, a list for each client under its name, and a few lines of Rego that read them: the
//! form in which Rego's own object finds the client.

use crate::{
    engine::{Amounts, Engine, answer, filled, flat_a, flat_b},
    support::{
        clients::{self, Condition},
        refunds14,
        usd::Decided,
    },
};
use regorus::{Value as Rego, languages::rego::compiler::Compiler, rvm::vm::RegoVM};
use serde_json::{Map, Value, json};

pub struct Regorus {
    machine: RegoVM,
    amounts: Amounts,
}

impl Regorus {
    fn new(text: String, data: Option<Value>, amounts: Amounts) -> Regorus {
        const ENTRY: &str = "data.bench.answer";
        let mut engine = regorus::Engine::new();
        engine.add_policy("policy.rego".to_owned(), text).expect("Rego");
        let compiled = engine.compile_with_entrypoint(&ENTRY.into()).expect("Rego");
        let program = Compiler::compile_from_policy(&compiled, &[ENTRY]).expect("a program");
        let mut machine = RegoVM::new();
        machine.load_program(program);
        if let Some(data) = data {
            machine.set_data(Rego::from_json_str(&data.to_string()).expect("JSON")).expect("data");
        }
        Regorus { machine, amounts }
    }

    /// Policy A.
    pub fn refunds(amounts: Amounts) -> Regorus {
        let share = |tenths: u32| match amounts {
            Amounts::Cents => format!("floor(((input.total * {tenths}) + 500) / 1000)"),
            Amounts::Dollars => {
                format!("(round((input.total * {}) * 100) / 100)", f64::from(tenths) / 1000.0)
            }
        };
        let (large, goodwill) = match amounts {
            Amounts::Cents => ("250000", "input.asked * 5 <= input.total"),
            Amounts::Dollars => ("2500", "input.asked <= input.total * 0.2"),
        };
        let places = [
            ("{large}", large),
            ("{goodwill}", goodwill),
            ("{handling}", &share(75)),
            ("{restocking}", &share(150)),
        ];
        Regorus::new(filled(include_str!("../policies/refunds14.rego"), &places), None, amounts)
    }

    /// Policy B.
    pub fn clients(count: usize) -> Regorus {
        let mut rules: Map<String, Value> = Map::new();
        for rule in clients::rules(count) {
            // One form for all, so that one condition reads them: what a rule does not ask is wide open.
            let mut said = json!({
                "from": 0, "to": 1_000_000, "above": -1, "percent": 1_000_000,
                "tiers": ["standard", "silver", "gold"], "damaged": [true, false], "answer": "approve",
            });
            match rule.condition {
                Condition::Recent { days } => {
                    said["to"] = days.into();
                    said["tiers"] = json!(["silver", "gold"]);
                }
                Condition::Damaged { percent } => {
                    said["damaged"] = json!([true]);
                    said["percent"] = percent.into();
                }
                Condition::Old { days, dollars } => {
                    said["from"] = (days + 1).into();
                    said["above"] = (dollars * 100).into();
                    said["answer"] = "review".into();
                }
            }
            let of_client = rules.entry(clients::name(rule.client)).or_insert_with(|| json!([]));
            of_client.as_array_mut().expect("a list").push(said);
        }
        let text = include_str!("../policies/clients.rego").to_owned();
        Regorus::new(text, Some(json!({"rules": rules})), Amounts::Cents)
    }

    fn run(&mut self, input: Rego) -> Decided {
        self.machine.set_input(input);
        let value = self.machine.execute_entry_point_by_index(0).expect("a value");
        match value.as_i64() {
            Ok(number) if self.amounts == Amounts::Cents => answer(number),
            _ => self.amounts.answer(value.as_f64().expect("a number")),
        }
    }
}

macro_rules! engine_for {
    ($case:ty, $flat:expr) => {
        impl Engine<$case> for Regorus {
            type Facts = Rego;

            fn facts(&self, case: &$case) -> Rego {
                Rego::from_json_str(&Engine::<$case>::text(self, case)).expect("JSON")
            }

            fn decide(&mut self, facts: &Rego) -> Decided {
                self.run(facts.clone())
            }

            fn text(&self, case: &$case) -> String {
                Value::Object($flat(case, self.amounts)).to_string()
            }

            fn decide_text(&mut self, text: &str) -> Decided {
                self.run(Rego::from_json_str(text).expect("JSON"))
            }
        }
    };
}

engine_for!(refunds14::Case, flat_a);
engine_for!(clients::Case, |case, _| flat_b(case));
