//! One decision in one case: which rules hold, which override which, what comes out.

use std::collections::BTreeSet;

use evenhand::syntax::ast::{Consequence, Decision, Expression, Hit, Override, Part, Rule, Template};

use crate::reference::evaluate::{Case, Item, Locals, Value, all, negated};
use crate::reference::render::{parameters_json, text_of};

/// What came out of a decision.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// One outcome.
    One(Item),
    /// The items of a `collect` decision, in canonical order.
    Items(Vec<Item>),
    /// Rules that disagree, by index, with what each says.
    Conflict(Vec<(usize, Item)>),
    /// No rule holds and there is no `otherwise`.
    Gap,
    /// It reads decisions in error: their indexes.
    Depends(BTreeSet<usize>),
}

/// A decision in one case.
#[derive(Clone, Debug)]
pub(crate) struct Decided {
    pub(crate) outcome: Outcome,
    /// For each rule whether it holds: yes, no, or `Value::Error`.
    pub(crate) holds: Vec<Value>,
    /// For each rule the true rules that override it.
    pub(crate) overridden: Vec<Vec<usize>>,
    /// The rules that decide or disagree. Empty where `otherwise` or `always` decides.
    pub(crate) deciding: Vec<usize>,
}

impl Decided {
    /// What reading the decision gives.
    pub(crate) fn outcome(&self) -> Value {
        match &self.outcome {
            Outcome::One(item) => Value::Choice(item.outcome.clone()),
            Outcome::Items(items) => Value::Items(items.clone()),
            _ => Value::Error,
        }
    }

    /// What reading a parameter gives; nothing where the outcome has none of this name.
    pub(crate) fn parameter(&self, name: &str) -> Value {
        match &self.outcome {
            Outcome::One(item) => {
                item.parameters.iter().find(|it| it.0 == name).map_or(Value::Nothing, |it| it.1.clone())
            }
            _ => Value::Error,
        }
    }
}

/// For each rule of a decision the rules that it overrides (B12).
pub(crate) fn overrides(decision: &Decision) -> Vec<BTreeSet<usize>> {
    let rules = &decision.rules;
    if decision.first.is_some() {
        return (0..rules.len()).map(|index| (index + 1..rules.len()).collect()).collect();
    }
    let named = |rule: &Rule| -> BTreeSet<usize> {
        let names = rule.overrides.iter().filter_map(|it| match it {
            Override::Rule(name) => Some(name.text.as_str()),
            Override::Everything(_) => None,
        });
        names.filter_map(|name| rules.iter().position(|it| it.name.text == name)).collect()
    };
    let everything = |rule: &Rule| rule.overrides.iter().any(|it| matches!(it, Override::Everything(_)));
    let mut direct: Vec<BTreeSet<usize>> = rules.iter().map(named).collect();
    for table in decision.tables.iter().filter(|it| it.hit == Hit::First) {
        let rows = (0..rules.len()).filter(|it| rules[*it].table == Some(table.span));
        let rows: Vec<usize> = rows.collect();
        for (place, row) in rows.iter().enumerate() {
            direct[*row].extend(&rows[place + 1..]);
        }
    }
    let by_name = closure(direct.clone());
    let mut edges = direct;
    for (index, rule) in rules.iter().enumerate().filter(|it| everything(it.1)) {
        let below = (0..rules.len()).filter(|other| {
            *other != index && !everything(&rules[*other]) && !by_name[*other].contains(&index)
        });
        edges[index].extend(below);
        let _ = rule;
    }
    closure(edges)
}

fn closure(mut edges: Vec<BTreeSet<usize>>) -> Vec<BTreeSet<usize>> {
    loop {
        let mut grown = false;
        for index in 0..edges.len() {
            let further: BTreeSet<usize> = edges[index].iter().flat_map(|it| edges[*it].clone()).collect();
            let before = edges[index].len();
            edges[index].extend(further);
            grown |= edges[index].len() > before;
        }
        if !grown {
            return edges;
        }
    }
}

impl<'f> Case<'_, 'f> {
    /// `when` and not `unless`. A condition outside its guard is a fault of whoever accepted the policy.
    pub(crate) fn condition(&self, when: &[Expression], unless: &[Expression], of: &str) -> Value {
        let none = Locals::new();
        let when = when.iter().map(|it| self.value(it, &none));
        let unless = unless.iter().map(|it| negated(self.value(it, &none)));
        let held = all(when.chain(unless), false);
        assert!(held != Value::Nothing, "the condition of `{of}` reads what is absent");
        held
    }

    /// Computes a decision.
    pub(crate) fn decide(&self, decision: &'f Decision) -> Decided {
        let rules = &decision.rules;
        let holds: Vec<Value> =
            rules.iter().map(|it| self.condition(&it.when, &it.unless, &it.name.text)).collect();
        let edges = overrides(decision);
        let truly: Vec<usize> = (0..rules.len()).filter(|it| holds[*it] == Value::Boolean(true)).collect();
        let overridden: Vec<Vec<usize>> = (0..rules.len())
            .map(|rule| truly.iter().copied().filter(|it| edges[*it].contains(&rule)).collect())
            .collect();
        let undefeated = |rule: &usize| overridden[*rule].is_empty();
        let deciding: Vec<usize> = truly.iter().copied().filter(undefeated).collect();
        let (mut said, mut failing) = (Vec::new(), false);
        for rule in &deciding {
            let items: Option<Vec<Item>> =
                rules[*rule].then.iter().flatten().map(|it| self.consequence(decision, it)).collect();
            match items {
                Some(items) => said.extend(items.into_iter().map(|it| (*rule, it))),
                None => failing = true,
            }
        }
        let broken =
            failing || (0..rules.len()).any(|it| holds[it] == Value::Error && overridden[it].is_empty());
        let (outcome, deciding) = if broken {
            (self.depends(decision), Vec::new())
        } else if decision.collect.is_some() {
            (Outcome::Items(self.canonical(decision, said)), deciding)
        } else if said.is_empty() {
            let fallback = decision.otherwise.first().or(decision.always.first());
            let outcome = match fallback.map(|it| self.consequence(decision, &it.consequence)) {
                None => Outcome::Gap,
                Some(None) => self.depends(decision),
                Some(Some(item)) => Outcome::One(item),
            };
            (outcome, deciding)
        } else if said
            .iter()
            .all(|it| self.canonical_text(decision, &it.1) == self.canonical_text(decision, &said[0].1))
        {
            (Outcome::One(said.swap_remove(0).1), deciding)
        } else {
            (Outcome::Conflict(said), deciding)
        };
        Decided { outcome, holds, overridden, deciding }
    }

    /// An outcome with the values of its parameters; nothing where one is an error.
    pub(crate) fn consequence(&self, decision: &'f Decision, consequence: &Consequence) -> Option<Item> {
        let outcomes = self.model.outcomes(decision);
        let name = &consequence.outcome.text;
        let declared = outcomes.iter().find(|it| it.0 == name).expect("a declared outcome").1;
        let mut parameters = Vec::new();
        for parameter in declared {
            let argument = consequence.arguments.iter().find(|it| it.name.text == parameter.name.text);
            let ty = self.model.ty(&parameter.ty);
            let value =
                argument.map_or(Value::Nothing, |it| self.against(&it.value, Some(&ty), &Locals::new()));
            if value == Value::Error {
                return None;
            }
            let name = parameter.name.text.clone();
            assert!(value != Value::Nothing || parameter.ty.optional, "argument `{name}` is absent");
            parameters.push((name, value));
        }
        Some(Item { outcome: name.clone(), parameters })
    }

    fn canonical_text(&self, decision: &'f Decision, item: &Item) -> (usize, String) {
        let outcomes = self.model.outcomes(decision);
        let place = outcomes.iter().position(|it| it.0 == item.outcome).expect("a declared outcome");
        let parameters = parameters_json(self.model, &decision.name.text, item);
        (place, serde_json_canonicalizer::to_string(&parameters).expect("plain JSON"))
    }

    fn canonical(&self, decision: &'f Decision, said: Vec<(usize, Item)>) -> Vec<Item> {
        let keyed = said.into_iter().map(|(_, item)| (self.canonical_text(decision, &item), item));
        keyed.collect::<std::collections::BTreeMap<_, _>>().into_values().collect()
    }

    fn depends(&self, decision: &'f Decision) -> Outcome {
        let mut read = BTreeSet::new();
        for rule in &decision.rules {
            rule.when.iter().chain(&rule.unless).for_each(|it| self.reads(it, &mut read));
            let arguments = rule.then.iter().flatten().flat_map(|it| &it.arguments);
            arguments.for_each(|it| self.reads(&it.value, &mut read));
        }
        for fallback in decision.otherwise.iter().chain(&decision.always) {
            fallback.consequence.arguments.iter().for_each(|it| self.reads(&it.value, &mut read));
        }
        let in_error = |it: &usize| self.decided(self.model.decisions[*it]).outcome() == Value::Error;
        Outcome::Depends(read.into_iter().filter(in_error).collect())
    }

    /// A text with its values filled in; else `Error`, or `Nothing` where it reads what is absent.
    pub(crate) fn rendered(&self, template: &Template, locals: &Locals) -> Result<String, Value> {
        let mut text = String::new();
        for part in &template.parts {
            match part {
                Part::Text(it) => text.push_str(it),
                Part::Hole(e) => {
                    let value = self.value(e, locals);
                    if matches!(value, Value::Nothing | Value::Error) {
                        return Err(value);
                    }
                    let ty = self.ty(e, locals).expect("a value in a text has a type");
                    text.push_str(&text_of(&value, &ty));
                }
            }
        }
        Ok(text)
    }
}
