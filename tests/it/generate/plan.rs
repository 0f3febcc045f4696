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
    /// A definition by a table.
    Lookup(String, PlanTable),
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
    pub(crate) tables: Vec<PlanTable>,
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

#[derive(Clone, Debug)]
pub(crate) struct PlanTable {
    pub(crate) name: Option<String>,
    /// `first`, `unique`, `collect`, or nothing.
    pub(crate) hit: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<PlanRow>,
}

#[derive(Clone, Debug)]
pub(crate) struct PlanRow {
    pub(crate) name: Option<String>,
    pub(crate) cells: Vec<String>,
    /// What the cells say, without those that say `any`.
    pub(crate) conditions: Vec<String>,
    /// The outcome or the value.
    pub(crate) then: String,
    pub(crate) notes: String,
}

impl Plan {
    pub(crate) fn text(&self) -> String {
        let mut text = self.header.clone();
        for item in &self.items {
            text.push('\n');
            match item {
                PlanItem::Text(it) => text.push_str(it),
                PlanItem::Lookup(name, it) => {
                    let _ = write!(text, "define {name} ");
                    it.print(&mut text);
                }
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

    /// The same policy with every row of a table written as a rule or a case; nothing where there is none.
    pub(crate) fn without_tables(&self) -> Option<Plan> {
        let mut plan = self.clone();
        let mut changed = false;
        for item in &mut plan.items {
            match item {
                PlanItem::Text(_) => {}
                PlanItem::Lookup(name, table) => {
                    changed = true;
                    *item = PlanItem::Text(table.as_cases(name));
                }
                PlanItem::Decision(decision) => {
                    changed |= !decision.tables.is_empty();
                    for (number, table) in std::mem::take(&mut decision.tables).into_iter().enumerate() {
                        decision.rules.extend(table.as_rules(number + 1));
                    }
                }
            }
        }
        changed.then_some(plan)
    }

    /// The same policy with every `first` said by `overrides`; nothing where none says it.
    pub(crate) fn without_first(&self) -> Option<Plan> {
        let mut plan = self.without_tables().unwrap_or_else(|| self.clone());
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
            if !conditions.is_empty() {
                let _ = writeln!(text, "    when {}", conditions.join(" and "));
            }
            let _ = writeln!(text, "    {}\n  }}", rule.rest);
        }
        for table in &self.tables {
            text.push_str("  table ");
            table.print(text);
        }
        for line in self.fallback.iter().chain(&self.obligations) {
            let _ = writeln!(text, "  {line}");
        }
        text.push_str("}\n");
    }
}

impl PlanTable {
    fn print(&self, text: &mut String) {
        let words = self.name.iter().chain([&self.hit]).filter(|it| !it.is_empty());
        for word in words {
            let _ = write!(text, "{word} ");
        }
        let _ = writeln!(text, "by {} {{", self.columns.join(", "));
        for row in &self.rows {
            let name = row.name.as_ref().map_or(String::new(), |it| format!("{it}: "));
            let _ = writeln!(text, "    {name}| {} | {} |{}", row.cells.join(" | "), row.then, row.notes);
        }
        text.push_str("  }\n");
    }

    fn as_rules(&self, number: usize) -> Vec<PlanRule> {
        let named = |(index, row): (usize, &PlanRow)| match (&row.name, &self.name, number) {
            (Some(own), ..) => own.clone(),
            (None, Some(table), _) => format!("{table}_row_{}", index + 1),
            (None, None, 1) => format!("row_{}", index + 1),
            (None, None, _) => format!("table_{number}_row_{}", index + 1),
        };
        let names: Vec<String> = self.rows.iter().enumerate().map(named).collect();
        let rule = |(index, row): (usize, &PlanRow)| PlanRule {
            name: names[index].clone(),
            overrides: if self.hit == "first" { names[index + 1..].to_vec() } else { Vec::new() },
            guards: row.conditions.clone(),
            conjuncts: Vec::new(),
            rest: format!("then {}{}", row.then, row.notes),
        };
        self.rows.iter().enumerate().map(rule).collect()
    }

    fn as_cases(&self, name: &str) -> String {
        let mut text = format!("define {name}\n");
        for (index, row) in self.rows.iter().enumerate() {
            let guard = match (index + 1 == self.rows.len(), row.conditions.as_slice()) {
                (true, _) if self.rows.len() == 1 => String::new(),
                (true, _) => " otherwise".to_owned(),
                (false, []) => " when yes".to_owned(),
                (false, conditions) => format!(" when {}", conditions.join(" and ")),
            };
            let _ = writeln!(text, "  = {}{guard}{}", row.then, row.notes);
        }
        text
    }
}
