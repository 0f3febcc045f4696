//! zen-engine: a decision table, compiled, with its index of rows. Numbers are decimal, so dollars are exact.

use crate::{
    engine::{Amounts, Engine, answer, flat_a, flat_b},
    support::{
        clients::{self, Condition},
        refunds14,
        usd::Decided,
    },
};
use serde_json::{Map, Value, json};
use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};
use zen_engine::{Decision, Variable, model::GraphContent};

pub struct Zen {
    decision: Decision,
    amounts: Amounts,
}

/// A row: the cells that are not empty, by column, and the answer.
type Row = (Vec<(&'static str, String)>, String);

impl Zen {
    /// A table of these columns and rows. The column `_` holds whole conditions.
    fn new(columns: &[&str], rows: Vec<Row>, amounts: Amounts) -> Zen {
        let inputs: Vec<Value> = columns
            .iter()
            .map(|name| match *name {
                "_" => json!({"id": "_", "name": "_"}),
                name => json!({"id": name, "name": name, "field": name}),
            })
            .collect();
        let rules: Vec<Value> = rows
            .into_iter()
            .map(|(cells, answer)| {
                let mut rule: Map<String, Value> =
                    cells.into_iter().map(|(column, cell)| (column.to_owned(), cell.into())).collect();
                rule.insert("answer".to_owned(), answer.into());
                rule.into()
            })
            .collect();
        let table = json!({
            "hitPolicy": "first",
            "inputs": inputs,
            "outputs": [{"id": "answer", "name": "answer", "field": "answer"}],
            "rules": rules,
        });
        let graph = json!({
            "nodes": [
                {"id": "in", "name": "in", "type": "inputNode"},
                {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
                {"id": "out", "name": "out", "type": "outputNode"},
            ],
            "edges": [
                {"id": "1", "sourceId": "in", "targetId": "table"},
                {"id": "2", "sourceId": "table", "targetId": "out"},
            ],
        });
        let graph: GraphContent = serde_json::from_value(graph).expect("a graph");
        let mut decision = Decision::from(graph);
        decision.validate().expect("a sound graph");
        decision.compile();
        Zen { decision, amounts }
    }

    /// Policy A.
    pub fn refunds(amounts: Amounts) -> Zen {
        let share = |tenths: u32| match amounts {
            Amounts::Cents => format!("total - floor((total * {tenths} + 500) / 1000)"),
            Amounts::Dollars => {
                format!("total - floor(total * {} * 100 + 0.5) / 100", f64::from(tenths) / 1000.0)
            }
        };
        let large = if amounts == Amounts::Cents { "250000" } else { "2500" };
        let row = |cells: &[(&'static str, &str)], answer: &str| {
            (cells.iter().map(|(column, cell)| (*column, (*cell).to_owned())).collect(), answer.to_owned())
        };
        let new = r#""unopened", "opened""#;
        let not_defective = r#""unopened", "opened", "damaged""#;
        let opened = r#""opened""#;
        let rows = vec![
            row(&[("chargeback_open", "true")], "-4"),
            row(&[("final_sale", "true"), ("condition", not_defective)], "-1"),
            row(&[("kind", r#""grocery""#), ("condition", new)], "-1"),
            row(&[("kind", r#""digital""#), ("condition", not_defective)], "-1"),
            row(&[("refunds_last_year", ">= 8")], "-3"),
            row(&[("manager_approved", "false"), ("total", &format!("> {large}"))], "-3"),
            row(&[("region", r#""EU""#), ("days", "<= 14"), ("condition", new)], "total"),
            row(&[("condition", r#""unopened""#), ("tier", r#""platinum""#), ("days", "<= 60")], "total"),
            row(&[("condition", r#""unopened""#), ("tier", r#""gold""#), ("days", "<= 45")], "total"),
            row(&[("condition", r#""unopened""#), ("days", "<= 30")], "total"),
            row(&[("condition", opened), ("kind", r#""electronics""#), ("days", "<= 14")], &share(150)),
            row(&[("condition", opened), ("days", "<= 14")], &share(75)),
            row(&[("condition", r#""defective""#), ("days", "<= 365")], "total"),
            row(&[("condition", r#""damaged""#), ("days", "<= 7")], "total"),
            row(&[("condition", opened), ("kind", r#""apparel""#), ("days", "<= 30")], "-2"),
            row(
                &[("condition", opened), ("tier", r#""gold", "platinum""#), ("_", "asked * 5 <= total")],
                "asked",
            ),
            row(&[], "-1"),
        ];
        let columns = [
            "chargeback_open",
            "final_sale",
            "kind",
            "condition",
            "refunds_last_year",
            "manager_approved",
            "region",
            "tier",
            "days",
            "total",
            "_",
        ];
        Zen::new(&columns, rows, amounts)
    }

    /// Policy B.
    pub fn clients(count: usize) -> Zen {
        let rows = clients::rules(count).into_iter().map(|rule| {
            let client = ("client", format!("\"{}\"", clients::name(rule.client)));
            match rule.condition {
                Condition::Recent { days } => {
                    let tier = ("tier", r#""silver", "gold""#.to_owned());
                    (vec![client, tier, ("days", format!("<= {days}"))], "asked".to_owned())
                }
                Condition::Damaged { percent } => {
                    let share = ("_", format!("asked * 100 <= total * {percent}"));
                    (vec![client, ("damaged", "true".to_owned()), share], "asked".to_owned())
                }
                Condition::Old { days, dollars } => {
                    let asked = ("asked", format!("> {}", dollars * 100));
                    (vec![client, ("days", format!("> {days}")), asked], "-5".to_owned())
                }
            }
        });
        let otherwise = (vec![], "-1".to_owned());
        let columns = ["client", "tier", "damaged", "days", "asked", "_"];
        Zen::new(&columns, rows.chain([otherwise]).collect(), Amounts::Cents)
    }

    fn run(&self, facts: Variable) -> Decided {
        let future = pin!(self.decision.evaluate(facts));
        // A table waits for nothing.
        let Poll::Ready(answered) = future.poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("it waits");
        };
        let result = answered.expect("an answer").result;
        let number = result.dot("answer").and_then(|it| it.as_number()).expect("a number");
        match self.amounts {
            Amounts::Cents => answer(i64::try_from(number).expect("a whole number")),
            Amounts::Dollars => self.amounts.answer(f64::try_from(number).expect("an amount")),
        }
    }
}

macro_rules! engine_for {
    ($case:ty, $flat:expr) => {
        impl Engine<$case> for Zen {
            type Facts = Variable;

            fn facts(&self, case: &$case) -> Variable {
                serde_json::from_str(&Engine::<$case>::text(self, case)).expect("JSON")
            }

            fn decide(&mut self, facts: &Variable) -> Decided {
                self.run(facts.clone())
            }

            fn text(&self, case: &$case) -> String {
                Value::Object($flat(case, self.amounts)).to_string()
            }

            fn decide_text(&mut self, text: &str) -> Decided {
                self.run(serde_json::from_str(text).expect("JSON"))
            }
        }
    };
}

engine_for!(refunds14::Case, flat_a);
engine_for!(clients::Case, |case, _| flat_b(case));
