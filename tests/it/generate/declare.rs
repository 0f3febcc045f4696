//! Facts, enumerations, settings and assumptions.

use crate::generate::Generator;
use crate::generate::plan::PlanItem;
use crate::generate::terms::{Atom, Guard, Kind, Listed, Scope, bounded};

const CURRENCIES: [&str; 3] = ["USD", "JPY", "EUR"];

impl Generator {
    /// Enumerations, declared by name or to be written in place.
    pub(crate) fn enumerations(&mut self) {
        for index in 0..2 + self.rng.below(2) {
            let ordered = self.rng.chance(40);
            let count = 2 + self.rng.below(3);
            let letter = ["p", "q", "r"][index];
            let names: Vec<String> = (0..count).map(|it| format!("{letter}{it}")).collect();
            let written = names.iter().map(|name| {
                if self.rng.chance(20) { format!("\"{name}-json\" as {name}") } else { name.clone() }
            });
            let written = written.collect();
            let name = (ordered || self.rng.chance(50)).then(|| format!("Type{index}"));
            let list = Listed { name, ordered, names, written };
            if let Some(name) = &list.name {
                self.items.push(PlanItem::Text(format!("type {name} = {}\n", list.declared())));
            }
            self.lists.push(list);
        }
    }

    fn kind(&mut self) -> Kind {
        match self.rng.below(32) {
            0..6 => Kind::Boolean,
            6..9 => Kind::Integer,
            9..13 => Kind::Choice(self.rng.below(self.lists.len())),
            13..15 => Kind::Money(CURRENCIES[self.rng.below(3)]),
            15..18 => Kind::Date,
            18 => Kind::Days,
            19 => Kind::Percent,
            20 => Kind::Duration,
            21 => self.rng.pick(&[Kind::Decimal, Kind::MoneyOf("money JPY or KRW")]).clone(),
            22 => self.rng.pick(&[Kind::Text, Kind::MoneyOf("money JPY or KRW")]).clone(),
            23 => Kind::Time,
            24..27 => Kind::DateTime,
            27..29 => Kind::Instant,
            29 => Kind::BusinessDays,
            30 => Kind::BusinessHours,
            _ => self.rng.pick(&[Kind::Months, Kind::Years]).clone(),
        }
    }

    pub(crate) fn written_kind(&mut self, kind: &Kind, wide: bool) -> String {
        match kind {
            Kind::Choice(list) => self.lists[*list].written(),
            Kind::Items(decision) => decision.clone(),
            _ => bounded(kind, wide, &mut self.rng),
        }
    }

    /// The facts: groups, optional values, optional records.
    pub(crate) fn facts(&mut self) {
        let mut text = String::from("facts {\n");
        let groups = 1 + self.rng.below(2);
        for _ in 0..1 + self.rng.below(2) {
            let name = self.fresh("fact");
            text.push_str(&self.field("", &name, &[], "  "));
        }
        if self.rng.chance(50) {
            text.push_str(&self.list_fact("", &[], "  "));
        }
        for group in 0..groups {
            let name = ["order", "customer"][group];
            let json =
                if self.rng.chance(20) { format!("\"{name}-data\" as {name}") } else { name.to_owned() };
            text.push_str(&format!("  {json} {{\n"));
            self.inside(name, &[], &mut text, "    ");
            text.push_str("  }\n");
        }
        if self.rng.chance(40) {
            let needs = [Guard::present("extra")];
            self.presence("extra", &[]);
            if self.rng.chance(50) {
                text.push_str("  extra: optional record {\n");
                self.inside("extra", &needs, &mut text, "    ");
                text.push_str("  }\n");
            } else {
                text.push_str("  extra: optional Extra\n");
                let mut record = String::from("type Extra = record {\n");
                self.inside("extra", &needs, &mut record, "  ");
                record.push_str("}\n");
                self.items.push(PlanItem::Text(record));
            }
        }
        text.push_str("}\n");
        self.items.push(PlanItem::Text(text));
    }

    fn inside(&mut self, path: &str, needs: &[Guard], text: &mut String, indent: &str) {
        let mut words = vec!["from", "to", "on", "at", "rule", "when", "date", "is"];
        self.rng.shuffle(&mut words);
        for _ in 0..1 + self.rng.below(3) {
            let odd = if self.rng.chance(8) { words.pop() } else { None };
            let name = odd.map_or_else(|| self.fresh("field"), str::to_owned);
            text.push_str(&self.field(path, &name, needs, indent));
        }
        if self.rng.chance(15) {
            text.push_str(&self.list_fact(path, needs, indent));
        }
    }

    fn presence(&mut self, path: &str, needs: &[Guard]) {
        let (text, kind, needs) = (path.to_owned(), Kind::Boolean, needs.to_vec());
        self.presences.push(Atom { text, kind, needs, fact: true, risky: false, positive: false });
    }

    fn field(&mut self, prefix: &str, name: &str, needs: &[Guard], indent: &str) -> String {
        let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
        let mut kind = self.kind();
        if let Kind::Choice(list) = kind
            && self.lists[list].name.is_none()
            && self.atoms.iter().any(|it| it.kind == kind)
        {
            // A list that is written in place is a type of its own each time.
            kind = Kind::Boolean;
        }
        let wide = self.rng.chance(20);
        let ty = self.written_kind(&kind, wide);
        self.huge |= ty.contains("9_007");
        let optional = self.rng.chance(25);
        let mut needs = needs.to_vec();
        if optional {
            self.presence(&path, &needs);
            needs.push(Guard::present(&path));
        }
        let positive = kind == Kind::Integer && ty.contains("between 1 ");
        self.atoms.push(Atom { text: path, kind, needs, fact: true, risky: false, positive });
        let json = if self.rng.chance(10) { format!("\"{name}-key\" as {name}") } else { name.to_owned() };
        let optional = if optional { "optional " } else { "" };
        let ask = if self.rng.chance(20) { " ask \"What is it?\"" } else { "" };
        format!("{indent}{json}: {optional}{ty}{ask}\n")
    }

    pub(crate) fn settings(&mut self) {
        for _ in 0..self.rng.below(3) {
            let name = self.fresh("setting");
            let kind = self
                .rng
                .pick(&[Kind::Days, Kind::Integer, Kind::Boolean, Kind::Money("USD"), Kind::Percent])
                .clone();
            let (ty, value) = match &kind {
                Kind::Days => ("days", format!("{} days between 0 days and 90 days", self.rng.below(4))),
                Kind::Integer => ("integer", format!("{} between -5 and 10", self.rng.below(4))),
                Kind::Boolean => ("boolean", (*self.rng.pick(&["yes", "no"])).to_owned()),
                Kind::Percent => ("percent", "12.5% between 0% and 100%".to_owned()),
                _ => ("money USD", "USD 1.01 between USD 0 and USD 50".to_owned()),
            };
            self.items.push(PlanItem::Text(format!("setting {name}: {ty} = {value}\n")));
            let (text, needs) = (name, Vec::new());
            self.atoms.push(Atom { text, kind, needs, fact: false, risky: false, positive: false });
        }
    }

    /// Relations between facts that mostly hold.
    pub(crate) fn assumes(&mut self) {
        for index in 0..2 {
            if !self.rng.chance(25) {
                continue;
            }
            let scope = Scope { facts_only: true, safe_only: true, ..Scope::default() };
            let condition = format!("({}) or ({})", self.boolean(&scope, 1), self.boolean(&scope, 1));
            self.items.push(PlanItem::Text(format!("assume \"assumption {index}\": {condition}\n")));
        }
    }
}
