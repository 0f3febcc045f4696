//! A policy in parts that can be put in another order and printed.

use std::fmt::Write as _;

use crate::generate::rng::Rng;

/// A policy before it is printed.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) header: String,
    pub(crate) items: Vec<PlanItem>,
}

#[derive(Clone, Debug)]
pub(crate) enum PlanItem {
    Text(String),
    Decision(PlanDecision),
}

#[derive(Clone, Debug)]
pub(crate) struct PlanDecision {
    pub(crate) name: String,
    pub(crate) first: bool,
    /// What stands after the name: `collect`, a doc string.
    pub(crate) head: String,
    pub(crate) outcomes: Vec<String>,
    pub(crate) rules: Vec<PlanRule>,
    /// `otherwise …` or `always …`.
    pub(crate) fallback: Option<String>,
    pub(crate) obligations: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct PlanRule {
    pub(crate) name: String,
    pub(crate) overrides: Vec<String>,
    /// Parts of the condition that must stay in front: they guard the others.
    pub(crate) guards: Vec<String>,
    pub(crate) conjuncts: Vec<String>,
    /// `unless`, `then`, `because`, `cites`.
    pub(crate) rest: String,
}

impl Plan {
    pub(crate) fn text(&self) -> String {
        let mut text = self.header.clone();
        for item in &self.items {
            text.push('\n');
            match item {
                PlanItem::Text(it) => text.push_str(it),
                PlanItem::Decision(it) => it.print(&mut text),
            }
        }
        text
    }

    /// The same policy with items, rules and conjuncts in another order.
    pub(crate) fn permuted(&self, rng: &mut Rng) -> Plan {
        let mut plan = self.clone();
        rng.shuffle(&mut plan.items);
        for item in &mut plan.items {
            if let PlanItem::Decision(decision) = item {
                if !decision.first {
                    rng.shuffle(&mut decision.rules);
                }
                decision.rules.iter_mut().for_each(|it| rng.shuffle(&mut it.conjuncts));
            }
        }
        plan
    }

    /// The same policy with every `first` said by `overrides`; nothing where none says it.
    pub(crate) fn without_first(&self) -> Option<Plan> {
        let mut plan = self.clone();
        let mut changed = false;
        for item in &mut plan.items {
            if let PlanItem::Decision(decision) = item
                && decision.first
            {
                decision.first = false;
                changed = true;
                let names: Vec<String> = decision.rules.iter().map(|it| it.name.clone()).collect();
                for (index, rule) in decision.rules.iter_mut().enumerate() {
                    rule.overrides = names[index + 1..].to_vec();
                }
            }
        }
        changed.then_some(plan)
    }
}

impl PlanDecision {
    fn print(&self, text: &mut String) {
        let first = if self.first { " first" } else { "" };
        let _ = writeln!(text, "decision {}{first}{} {{", self.name, self.head);
        for outcome in &self.outcomes {
            let _ = writeln!(text, "  {outcome}");
        }
        for rule in &self.rules {
            let overrides = if rule.overrides.is_empty() {
                String::new()
            } else {
                format!(" overrides {}", rule.overrides.join(", "))
            };
            let conditions: Vec<&str> =
                rule.guards.iter().chain(&rule.conjuncts).map(String::as_str).collect();
            let _ = writeln!(text, "  rule {}{overrides} {{", rule.name);
            let _ = writeln!(text, "    when {}", conditions.join(" and "));
            let _ = writeln!(text, "    {}\n  }}", rule.rest);
        }
        for line in self.fallback.iter().chain(&self.obligations) {
            let _ = writeln!(text, "  {line}");
        }
        text.push_str("}\n");
    }
}
