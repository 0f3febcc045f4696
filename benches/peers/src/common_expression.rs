//! cel: the Common Expression Language. Facts stand in a context whose resolver lends them out, which costs less
//! than variables of the context or a map.
//!
//! Policy A is one expression. A parser that recurses cannot read thousands of nested conditionals, so policy B is
//! a program for each rule; the host runs one after another.

use crate::{
    engine::{Amounts, Engine, answer, filled, flat_a, flat_b},
    support::{
        clients::{self, Condition},
        refunds14,
        usd::Decided,
    },
};
use cel::{
    Context, Env, Program,
    common::{
        types::{CelBool, CelDouble, CelInt, CelString},
        value::CowVal,
    },
    context::VariableResolver,
    extensions,
};
use serde_json::{Map, Value};
use std::sync::Arc;

/// No amount and no code: the rule does not hold.
const NOT: i64 = -9;

pub struct Cel {
    env: Arc<Env>,
    programs: Vec<Program>,
    amounts: Amounts,
}

impl Cel {
    fn new(amounts: Amounts) -> Cel {
        let mut env = Env::stdlib();
        env.add_extension(extensions::math).expect("an extension");
        Cel { env: Arc::new(env), programs: Vec::new(), amounts }
    }

    fn add(&mut self, text: &str) {
        self.programs.push(self.env.compile(text).expect("CEL"));
    }

    /// Policy A.
    pub fn refunds(amounts: Amounts) -> Cel {
        let share = |tenths: u32| match amounts {
            Amounts::Cents => format!("(total * {tenths} + 500) / 1000"),
            Amounts::Dollars => format!("math.round(total * {} * 100.0) / 100.0", f64::from(tenths) / 1000.0),
        };
        let (large, goodwill) = match amounts {
            Amounts::Cents => ("250000", "asked * 5 <= total"),
            Amounts::Dollars => ("2500.0", "asked <= total * 0.2"),
        };
        let places = [
            ("{large}", large),
            ("{goodwill}", goodwill),
            ("{handling}", &share(75)),
            ("{restocking}", &share(150)),
        ];
        let mut cel = Cel::new(amounts);
        cel.add(&filled(include_str!("../policies/refunds14.cel"), &places));
        cel
    }

    /// Policy B.
    pub fn clients(count: usize) -> Cel {
        let mut cel = Cel::new(Amounts::Cents);
        for rule in clients::rules(count) {
            let client = clients::name(rule.client);
            let (condition, answer) = match rule.condition {
                Condition::Recent { days } => (format!("days <= {days} && tier != 'standard'"), "asked"),
                Condition::Damaged { percent } => {
                    (format!("damaged && asked * 100 <= total * {percent}"), "asked")
                }
                Condition::Old { days, dollars } => {
                    (format!("days > {days} && asked > {}", dollars * 100), "-5")
                }
            };
            cel.add(&format!("client == '{client}' && {condition} ? {answer} : {NOT}"));
        }
        cel
    }

    fn run(&self, context: &Context<'_, '_>) -> Decided {
        for program in &self.programs {
            let value = cel::Value::resolve_val(program.expression(), context).expect("a value");
            match value.downcast_ref::<CelInt>() {
                Some(number) if *number.inner() == NOT => {}
                Some(number) if self.amounts == Amounts::Cents => return answer(*number.inner()),
                Some(code) => return self.amounts.answer(*code.inner() as f64),
                None => {
                    let amount = value.downcast_ref::<CelDouble>().expect("a number");
                    return self.amounts.answer(*amount.inner());
                }
            }
        }
        Decided::Deny
    }
}

/// Facts as CEL's values, by name.
pub struct Lent(Vec<(String, Fact)>);

enum Fact {
    Boolean(CelBool),
    Integer(CelInt),
    Double(CelDouble),
    Text(CelString<'static>),
}

impl Lent {
    fn new(facts: Map<String, Value>) -> Lent {
        let fact = |value: Value| match value {
            Value::Bool(value) => Fact::Boolean(value.into()),
            Value::String(text) => Fact::Text(text.into()),
            Value::Number(number) => match number.as_i64() {
                Some(number) => Fact::Integer(number.into()),
                None => Fact::Double(number.as_f64().expect("a double").into()),
            },
            other => panic!("{other} is no fact"),
        };
        Lent(facts.into_iter().map(|(name, value)| (name, fact(value))).collect())
    }
}

impl VariableResolver for Lent {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let (_, fact) = self.0.iter().find(|(name, _)| name == variable)?;
        Some(match fact {
            Fact::Boolean(value) => CowVal::Borrowed(value),
            Fact::Integer(value) => CowVal::Borrowed(value),
            Fact::Double(value) => CowVal::Borrowed(value),
            Fact::Text(value) => CowVal::Borrowed(value),
        })
    }
}

macro_rules! engine_for {
    ($case:ty, $flat:expr) => {
        impl Engine<$case> for Cel {
            type Facts = Context<'static, 'static>;

            fn facts(&self, case: &$case) -> Context<'static, 'static> {
                // As long as the process: the context borrows what it lends.
                let lent: &'static Lent = Box::leak(Box::new(Lent::new($flat(case, self.amounts))));
                let mut context = Context::with_env(Arc::clone(&self.env));
                context.set_variable_resolver(lent);
                context
            }

            fn decide(&mut self, facts: &Context<'static, 'static>) -> Decided {
                self.run(facts)
            }

            fn text(&self, case: &$case) -> String {
                Value::Object($flat(case, self.amounts)).to_string()
            }

            fn decide_text(&mut self, text: &str) -> Decided {
                let lent = Lent::new(serde_json::from_str(text).expect("JSON"));
                let mut context = Context::with_env(Arc::clone(&self.env));
                context.set_variable_resolver(&lent);
                self.run(&context)
            }
        }
    };
}

engine_for!(refunds14::Case, flat_a);
engine_for!(clients::Case, |case, _| flat_b(case));
