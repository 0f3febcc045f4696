//! Tables: each cell with the condition that says the same, so that a policy can be printed without tables.

use std::fmt::Write as _;

use crate::generate::plan::{PlanItem, PlanRow, PlanTable};
use crate::generate::terms::{Atom, Guard, Kind, Scope};
use crate::generate::{Generator, KnownOutcome};

impl Generator {
    /// Names that can be columns. What a definition needs in some of its cases only is asked for at once.
    fn columns(&mut self) -> Vec<Atom> {
        let plain = |it: &&Atom| {
            let own = Guard::present(&it.text);
            let speakable = !matches!(it.kind, Kind::Items(_));
            let of_decision = it.text.contains('.') && !it.text.contains(' ');
            speakable && (it.fact || it.needs.is_empty() || it.needs == [own] || of_decision)
        };
        let mut all: Vec<Atom> = self.atoms.iter().filter(plain).cloned().collect();
        self.rng.shuffle(&mut all);
        let count = 1 + self.rng.below(3);
        all.truncate(count);
        all
    }

    /// A cell, and the condition that it stands for; none for `any`.
    fn cell(&mut self, column: &Atom) -> (String, Option<String>) {
        if self.rng.chance(25) {
            return ("any".into(), None);
        }
        let name = &column.text;
        let own = Guard::present(name);
        let optional = column.needs.last() == Some(&own);
        if optional && self.rng.chance(15) {
            return ("absent".into(), Some(own.no));
        }
        let mut needs: Vec<String> = column.needs.iter().map(|it| it.yes.clone()).collect();
        if optional && self.rng.chance(12) {
            // The one question says it, whatever record is around.
            return ("present".into(), Some(own.yes));
        }
        let (mut cell, condition) = self.value_cell(name, &column.kind);
        let mut condition = format!("({condition})");
        if self.rng.chance(15) && !cell.starts_with("not") {
            cell = format!("not ({cell})");
            condition = format!("not {condition}");
        }
        if optional && self.rng.chance(10) && !cell.starts_with("not") {
            needs.push(condition);
            return (format!("absent, {cell}"), Some(format!("({} or {})", own.no, needs.join(" and "))));
        }
        needs.push(condition);
        (cell, Some(needs.join(" and ")))
    }

    /// One or several values, a comparison or a range.
    fn value_cell(&mut self, name: &str, kind: &Kind) -> (String, String) {
        let ordered = match kind {
            Kind::Boolean | Kind::Text => false,
            Kind::Choice(list) => self.lists[*list].ordered,
            _ => true,
        };
        let one = self.literal(kind);
        match self.rng.below(if ordered { 6 } else { 2 }) {
            0 => (one.clone(), format!("{name} is {one}")),
            1 => {
                let other = self.literal(kind);
                (format!("{one}, {other}"), format!("{name} is {one} or {name} is {other}"))
            }
            2 | 3 if matches!(kind, Kind::Choice(_)) => {
                let word = *self.rng.pick(&["above", "below"]);
                (format!("{one} or {word}"), format!("{name} is {one} or {word}"))
            }
            2 => match *self.rng.pick(&[true, false]) {
                true => (format!("{one} or above"), format!("{name} >= {one}")),
                false => (format!("{one} or below"), format!("{name} <= {one}")),
            },
            3 if *kind == Kind::Date => {
                let words =
                    *self.rng.pick(&["earlier than", "later than", "no earlier than", "no later than"]);
                (format!("{words} {one}"), format!("{name} is {words} {one}"))
            }
            3 => {
                let sign = *self.rng.pick(&["<", "<=", ">", ">="]);
                (format!("{sign} {one}"), format!("{name} {sign} {one}"))
            }
            // A range of one value, or around a few: its ends are never turned round.
            4 => (format!("{one} through {one}"), format!("{name} >= {one} and {name} <= {one}")),
            _ => {
                let (low, high) = match kind {
                    Kind::Integer => ("0", "2"),
                    Kind::Date => ("2026-02-28", "2026-03-02"),
                    _ => return (one.clone(), format!("{name} is {one}")),
                };
                let (over, under) = (self.rng.chance(30), self.rng.chance(30));
                let cell = format!(
                    "{}{low} {} {high}",
                    if over { "over " } else { "" },
                    if under { "to under" } else { "through" }
                );
                let (from, to) = (if over { ">" } else { ">=" }, if under { "<" } else { "<=" });
                (cell, format!("{name} {from} {low} and {name} {to} {high}"))
            }
        }
    }

    fn row(&mut self, columns: &[Atom]) -> (Vec<String>, Vec<String>) {
        let cells: Vec<(String, Option<String>)> = columns.iter().map(|it| self.cell(it)).collect();
        let conditions = cells.iter().filter_map(|it| it.1.clone()).collect();
        (cells.into_iter().map(|it| it.0).collect(), conditions)
    }

    /// A table of a decision, now and then.
    pub(crate) fn table(
        &mut self,
        outcomes: &[KnownOutcome],
        collect: bool,
        first: bool,
    ) -> Option<PlanTable> {
        if !self.rng.chance(35) {
            return None;
        }
        let columns = self.columns();
        if columns.is_empty() {
            return None;
        }
        let hit = match (collect, first) {
            (true, _) => "collect",
            (false, true) => "",
            _ if self.rng.chance(70) => "first",
            _ => *self.rng.pick(&["", "unique"]),
        };
        let scope = Scope::default();
        let outcome = self.rng.pick(outcomes).clone();
        let mut rows = Vec::new();
        let same = self.consequence(&outcome, &scope);
        for _ in 0..1 + self.rng.below(4) {
            let (cells, conditions) = self.row(&columns);
            // Rows that may hold together say the same where no order decides.
            let then = match hit {
                "" | "unique" if !first => same.clone(),
                _ => {
                    let outcome = self.rng.pick(outcomes).clone();
                    self.consequence(&outcome, &scope)
                }
            };
            let name = self.rng.chance(50).then(|| self.fresh("named"));
            rows.push(PlanRow { name, cells, conditions, then, notes: self.notes(&scope, 30) });
        }
        let columns = columns.into_iter().map(|it| it.text).collect();
        let name = self.rng.chance(30).then(|| self.fresh("table"));
        Some(PlanTable { name, hit: hit.into(), columns, rows })
    }

    /// A definition by a table: with an order and a last row of `any`, or every value of a closed column once.
    pub(crate) fn lookup(&mut self, name: &str, kind: &Kind) -> bool {
        let scope = Scope::default();
        let closed = |it: &&Atom| matches!(it.kind, Kind::Boolean | Kind::Choice(_)) && it.fact;
        let closed: Vec<Atom> = self.atoms.iter().filter(closed).cloned().collect();
        let unique = !closed.is_empty() && self.rng.chance(40);
        let columns = if unique { vec![self.rng.pick(&closed).clone()] } else { self.columns() };
        if columns.is_empty() || matches!(kind, Kind::Choice(_)) {
            return false;
        }
        let mut rows = Vec::new();
        let mut add = |it: &mut Self, cells: Vec<String>, conditions: Vec<String>| {
            let then = it.exact(kind, &scope, 1);
            let notes = it.notes(&scope, 40);
            rows.push(PlanRow { name: None, cells, conditions, then, notes });
        };
        if unique {
            let column = columns[0].clone();
            let mut values = match &column.kind {
                Kind::Choice(list) => self.lists[*list].names.clone(),
                _ => vec!["yes".into(), "no".into()],
            };
            self.rng.shuffle(&mut values);
            let needs: Vec<String> = column.needs.iter().map(|it| it.yes.clone()).collect();
            for value in values {
                let condition = needs.iter().cloned().chain([format!("{} is {value}", column.text)]);
                add(self, vec![value.clone()], condition.collect());
            }
            if !needs.is_empty() {
                // The last row needs no condition: the others are all that is left.
                add(self, vec!["absent".into()], vec![format!("{} is absent", column.text)]);
            }
        } else {
            for _ in 0..1 + self.rng.below(3) {
                let (cells, conditions) = self.row(&columns);
                add(self, cells, conditions);
            }
            add(self, vec!["any".into(); columns.len()], Vec::new());
        }
        let columns = columns.into_iter().map(|it| it.text).collect();
        let hit = if unique { "" } else { "first" };
        let table = PlanTable { name: None, hit: hit.into(), columns, rows };
        self.items.push(PlanItem::Lookup(name.to_owned(), table));
        true
    }

    /// A table by date, and what can be read of it.
    pub(crate) fn dated(&mut self) {
        let dates: Vec<Atom> =
            self.atoms.iter().filter(|it| it.fact && it.kind == Kind::Date).cloned().collect();
        if dates.is_empty() {
            return;
        }
        let name = self.fresh("tariff");
        let day = self.rng.pick(&dates).clone();
        let kinds: Vec<Kind> = (0..1 + self.rng.below(2))
            .map(|_| {
                self.rng.pick(&[Kind::Integer, Kind::Boolean, Kind::Money("USD"), Kind::Percent]).clone()
            })
            .collect();
        let mut text = format!("define {name} by date {{\n  | starting");
        for it in 0..kinds.len() {
            let _ = write!(text, " | col{it}");
        }
        text.push_str(" |\n");
        let early = self.rng.chance(50);
        let starts = ["1900-01-01", "2026-02-28", "2026-03-02", "2028-01-31"];
        for start in starts.iter().skip(usize::from(!early)).take(1 + self.rng.below(3)) {
            let _ = write!(text, "  | {start}");
            for kind in &kinds {
                let value = self.exact(kind, &Scope { facts_only: true, ..Scope::default() }, 1);
                let _ = write!(text, " | {value}");
            }
            let notes = self.notes(&Scope { facts_only: true, ..Scope::default() }, 30);
            let _ = writeln!(text, " |{notes}");
        }
        self.items.push(PlanItem::Text(text + "}\n"));
        let mut needs = day.needs.clone();
        if !early {
            let yes = format!("{name} has a row on {}", day.text);
            needs.push(Guard { no: format!("not ({yes})"), yes });
        }
        for (index, kind) in kinds.into_iter().enumerate() {
            let column = if index == 0 { format!("{name}.col0") } else { format!("{name}.col{index}") };
            let text = format!("({column} on {})", day.text);
            let (fact, positive) = (false, false);
            self.atoms.push(Atom { text, kind, needs: needs.clone(), fact, risky: false, positive });
        }
    }
}
