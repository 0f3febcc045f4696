//! Lists of facts, and what goes over their items or over days.

use crate::generate::Generator;
use crate::generate::terms::{Atom, Guard, Kind, Scope};

/// A list that can be gone over.
#[derive(Clone, Debug)]
pub(crate) struct ListFact {
    pub(crate) path: String,
    /// What must hold before it may be read.
    pub(crate) needs: Vec<Guard>,
    /// The parts of an item: what follows its name, whether it is optional.
    pub(crate) parts: Vec<(String, Kind, bool)>,
}

impl Generator {
    /// The text of a list of facts.
    pub(crate) fn list_fact(&mut self, prefix: &str, needs: &[Guard], indent: &str) -> String {
        let name = self.fresh("list");
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        let most = 1 + self.rng.below(3);
        let optional = self.rng.chance(20);
        let mut needs = needs.to_vec();
        if optional {
            let (text, kind, outer) = (path.clone(), Kind::Boolean, needs.clone());
            self.presences.push(Atom { text, kind, needs: outer, fact: true, risky: false, positive: false });
            needs.push(Guard::present(&path));
        }
        let mut parts = Vec::new();
        let element = if self.rng.chance(35) {
            let kind = self.rng.pick(&[Kind::Integer, Kind::Date, Kind::Text, Kind::Money("USD")]).clone();
            let written = self.written_kind(&kind, false);
            parts.push((String::new(), kind, false));
            written
        } else {
            let mut fields = String::new();
            for index in 0..1 + self.rng.below(3) {
                let kinds = [Kind::Boolean, Kind::Boolean, Kind::Integer, Kind::Money("USD"), Kind::Date];
                let kind = self.rng.pick(&kinds).clone();
                let written = self.written_kind(&kind, false);
                let part = self.rng.chance(25);
                let word = if part { "optional " } else { "" };
                fields.push_str(&format!(" part{index}: {word}{written}"));
                parts.push((format!(".part{index}"), kind, part));
            }
            format!("record {{{fields} }}")
        };
        self.list_facts.push(ListFact { path, needs, parts });
        let optional = if optional { "optional " } else { "" };
        format!("{indent}{name}: {optional}list of {element} up to {most}\n")
    }

    /// A list that may be read here.
    fn some_list(&mut self, scope: &Scope) -> Option<ListFact> {
        let readable: Vec<ListFact> =
            self.list_facts.iter().filter(|it| scope.has(&it.needs)).cloned().collect();
        if readable.is_empty() || scope.loops > 1 { None } else { Some(self.rng.pick(&readable).clone()) }
    }

    /// What stands after `in`, the name of an item, and what may be read of it.
    fn items(&mut self, scope: &Scope) -> Option<(String, String, Scope)> {
        if scope.loops > 1 {
            return None;
        }
        let name = self.fresh("it");
        let mut inner = scope.clone();
        inner.loops += 1;
        let atom = |text: String, kind: Kind, needs| Atom {
            text,
            kind,
            needs,
            fact: true,
            risky: false,
            positive: false,
        };
        if self.rng.chance(15) && scope.locals.is_empty() {
            let days: Vec<Atom> =
                self.readable(&Kind::Date, scope).into_iter().filter(|it| it.fact).collect();
            if days.is_empty() {
                return None;
            }
            let from = self.rng.pick(&days).text.clone();
            let other = self.rng.pick(&days).text.clone();
            let through =
                if self.rng.chance(70) { format!("{from} + {} days", self.rng.below(3)) } else { other };
            inner.locals.push(atom(name.clone(), Kind::Date, Vec::new()));
            return Some((format!("days from {from} through {through} up to 3"), name, inner));
        }
        let list = self.some_list(scope)?;
        for (part, kind, optional) in &list.parts {
            let text = format!("{name}{part}");
            let needs = if *optional { vec![Guard::present(&text)] } else { Vec::new() };
            inner.locals.push(atom(text, kind.clone(), needs));
        }
        Some((list.path, name, inner))
    }

    /// A condition about a list.
    pub(crate) fn list_condition(&mut self, scope: &Scope, depth: usize) -> Option<String> {
        if let Some(list) = self.some_list(scope) {
            let value = list.parts.first().filter(|it| it.0.is_empty()).map(|it| it.1.clone());
            match (self.rng.below(6), value) {
                (0, _) => return Some(format!("{} is empty", list.path)),
                (1, _) => return Some(format!("{} is not empty", list.path)),
                (2 | 3, Some(kind)) => {
                    return Some(format!("{} includes {}", list.path, self.operand(&kind, scope)));
                }
                _ => {}
            }
        }
        let (over, name, inner) = self.items(scope)?;
        let word = *self.rng.pick(&["any", "every"]);
        let condition = self.boolean(&inner, depth.min(2));
        Some(format!("({word} {name} in {over} has ({condition}))"))
    }

    /// A value made of the items of a list.
    pub(crate) fn list_value(&mut self, kind: &Kind, scope: &Scope, depth: usize) -> Option<String> {
        let (over, name, inner) = self.items(scope)?;
        let filter = if self.rng.chance(60) {
            format!(" where {}", self.filter(&inner, depth))
        } else {
            String::new()
        };
        if *kind == Kind::Integer && self.rng.chance(50) {
            return Some(format!("(count of {name} in {over}{filter})"));
        }
        let value = format!("({})", self.exact(kind, &inner, depth.min(1)));
        if *kind != Kind::Date && self.rng.chance(50) {
            return Some(format!("(sum of {value} for each {name} in {over}{filter})"));
        }
        let words = if *kind == Kind::Date { ["earliest", "latest"] } else { ["lowest", "highest"] };
        let word = *self.rng.pick(&words);
        let other = self.operand(kind, scope);
        Some(format!("({word} of {value} for each {name} in {over}{filter} or else ({other}))"))
    }

    fn filter(&mut self, scope: &Scope, depth: usize) -> String {
        format!("({})", self.boolean(scope, depth.min(1)))
    }
}
