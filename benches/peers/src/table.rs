//! The table: rows of engines, columns of policies. The gate before it, the rounds of the clock, and how it is
//! written.

use crate::{
    column::{Column, Contestant},
    engine::Engine,
    support::{
        clients::{self, ByClient},
        refunds14,
        usd::Decided,
    },
};
use std::fmt;

/// How many cases the gate tries: of policy A, of policy B with 1,000 rules, and with 10,000.
const GATE: [usize; 3] = [20_000, 10_000, 1_000];
/// How many different cases are timed.
const TIMED: usize = 1024;
/// How many rules policy B has.
const RULES: [usize; 2] = [1_000, 10_000];
const COLUMNS: [&str; 4] = ["A", "B 1,000", "B 10,000", "JSON text → decision, A"];
const ROUNDS: usize = 40;

/// The made cases of a policy.
pub struct Made<Case: 'static> {
    /// For the gate, with what hand-written Rust says of them.
    pub gate: &'static [(Case, Decided)],
    timed: &'static [Case],
}

/// The made cases of all policies.
pub struct Cases {
    pub a: Made<refunds14::Case>,
    b: [Made<clients::Case>; 2],
}

impl Cases {
    fn new() -> Cases {
        let gate = refunds14::cases(GATE[0], 14).into_iter();
        let gate = kept(gate.map(|case| (case, refunds14::decide(&case))).collect());
        let a = Made { gate, timed: kept(refunds14::cases(TIMED, 28)) };
        let b = |index: usize| {
            let rules = RULES[index];
            let by_client = ByClient::new(rules);
            let gate = clients::cases(rules, GATE[1 + index], 10).into_iter();
            let decided = gate.map(|case| {
                let decided = by_client.decide(&case);
                (case, decided)
            });
            Made { gate: kept(decided.collect()), timed: kept(clients::cases(rules, TIMED, 20)) }
        };
        Cases { a, b: [b(0), b(1)] }
    }
}

/// As long as the process.
fn kept<T>(all: Vec<T>) -> &'static [T] {
    Box::leak(all.into_boxed_slice())
}

struct Row {
    name: &'static str,
    /// Policy A, and policy B in its sizes; nothing where the row has none.
    columns: [Option<Box<dyn Contestant>>; 3],
    /// Nanoseconds a decision.
    times: [f64; COLUMNS.len()],
}

/// The table that is filled.
pub struct Table {
    cases: Cases,
    /// What the names of rows must hold, one of these; every row where there are none.
    words: Vec<String>,
    rows: Vec<Row>,
}

/// A row that is being added; nothing where nobody asked for it.
pub struct Adding<'t> {
    cases: &'t Cases,
    row: Option<&'t mut Row>,
}

impl Adding<'_> {
    /// Its engine with policy A.
    pub fn a<E: Engine<refunds14::Case> + 'static>(mut self, make: impl Fn() -> E) -> Self {
        if let Some(row) = &mut self.row {
            let Made { gate, timed } = self.cases.a;
            row.columns[0] = Some(Box::new(Column::new(make(), gate, timed)));
        }
        self
    }

    /// Its engine with policy B of so many rules.
    pub fn b<E: Engine<clients::Case> + 'static>(mut self, make: impl Fn(usize) -> E) -> Self {
        if let Some(row) = &mut self.row {
            for (index, rules) in RULES.into_iter().enumerate() {
                let Made { gate, timed } = self.cases.b[index];
                row.columns[1 + index] = Some(Box::new(Column::new(make(rules), gate, timed)));
            }
        }
        self
    }
}

impl Table {
    /// A table of the rows whose names hold one of these words.
    pub fn new(words: Vec<String>) -> Table {
        Table { cases: Cases::new(), words, rows: Vec::new() }
    }

    pub fn cases(&self) -> &Cases {
        &self.cases
    }

    /// Adds a row.
    pub fn row(&mut self, name: &'static str) -> Adding<'_> {
        let wanted = self.words.is_empty() || self.words.iter().any(|word| name.contains(word));
        if wanted {
            self.rows.push(Row { name, columns: [None, None, None], times: [f64::INFINITY; COLUMNS.len()] });
        }
        Adding { cases: &self.cases, row: self.rows.last_mut().filter(|_| wanted) }
    }

    /// The gate: every engine decides every case as hand-written Rust does, from facts and from text. Otherwise says
    /// which one does not.
    pub fn agree(&mut self) -> Result<(), String> {
        for row in &mut self.rows {
            for (contestant, column) in row.columns.iter_mut().zip(COLUMNS) {
                if let Some(case) = contestant.as_mut().and_then(|it| it.disagreement()) {
                    return Err(format!("{} disagrees on {column}:\n  {case}", row.name));
                }
            }
            eprintln!("agrees: {}", row.name);
        }
        let [a, b, large] = GATE;
        println!(
            "All agree on {a} cases of A, {b} of B 1,000 and {large} of B 10,000, from facts and from text.\n"
        );
        Ok(())
    }

    /// Times every column: the engines take turns.
    pub fn time(&mut self) {
        let columns = self.rows.iter_mut().flat_map(|row| row.columns.iter_mut().flatten());
        columns.for_each(|it| it.prepare());
        for round in 0..ROUNDS {
            self.rows.iter_mut().for_each(Row::time);
            eprint!("\rround {} of {ROUNDS}", round + 1);
        }
        eprintln!();
    }
}

impl Row {
    /// A round of the clock.
    fn time(&mut self) {
        let Row { columns, times, .. } = self;
        for (column, time) in columns.iter_mut().zip(&mut *times) {
            if let Some(column) = column {
                *time = column.facts();
            }
        }
        if let Some(a) = &mut columns[0] {
            times[COLUMNS.len() - 1] = a.text();
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "| | {} |\n|---|---|---|---|---|", COLUMNS.join(" | "))?;
        for row in &self.rows {
            writeln!(out, "| {} | {} |", row.name, row.times.map(written).join(" | "))?;
        }
        Ok(())
    }
}

/// Nanoseconds with two or three figures: `7.7 ns`, `246 µs`.
fn written(nanoseconds: f64) -> String {
    let (number, unit) = match nanoseconds {
        it if !it.is_finite() => return "–".to_owned(),
        it if it < 1e3 => (it, "ns"),
        it if it < 1e6 => (it / 1e3, "µs"),
        it => (it / 1e6, "ms"),
    };
    if number < 100.0 { format!("{number:.1} {unit}") } else { format!("{number:.0} {unit}") }
}
