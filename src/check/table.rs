//! Tables: what their rows leave out, where two of them meet, and which of them nothing reaches.
//!
//! A row is checked as the rule or the case that it is (`cell.rs` reads its cells). Then the table is looked at
//! as a whole (`grid.rs`): the table of a definition must cover every value once, so that it always has one
//! value; of a decision's table it is said where that is not so, because rules outside may see to the rest.

use std::collections::BTreeMap;

use crate::{
    check::{
        Checker, codes,
        flow::Known,
        range::Range,
        table::grid::{Boxed, Found, Grid, look},
        types::type_of,
    },
    diag::Diagnostic,
    hir::{Case, Consequence, Expr, Kind, Rule, Ty},
    schema::Type,
    source::Span,
    syntax::ast::{self, Expression, Hit, Table},
    value::Scalar,
};

mod cell;
mod dated;
mod grid;

pub(super) use cell::Shape;
pub(super) use dated::DatedInfo;

/// The most columns of a table.
const MOST_COLUMNS: usize = 50;
/// The most pairs of rows of one table that are reported.
const MOST_PAIRS: usize = 3;

/// A column, as the cells see it.
struct Axis {
    name: String,
    low: i128,
    high: i128,
    /// Whether the step before the first stands for absence.
    absent: bool,
    ty: AxisType,
}

/// The rows of a decision's table, as rules.
struct Rows<'r> {
    table: &'r Table,
    /// Their indices among the rules.
    at: &'r [usize],
    places: &'r [Span],
    /// What each says, and whether all of it is constant.
    says: &'r [(String, bool)],
    checked: &'r [&'r Rule],
}

enum AxisType {
    Value(Type),
    Outcomes(usize),
    Text,
}

impl<'a> Checker<'a> {
    /// Checks the columns of a table, once for all rows. `None` where one was reported.
    fn columns(&mut self, table: &'a Table) -> Option<Vec<Option<Axis>>> {
        if table.columns.len() > MOST_COLUMNS {
            let message =
                format!("this table has {} columns; at most {MOST_COLUMNS} are read", table.columns.len());
            self.report(
                Diagnostic::new(&codes::TOO_COSTLY, table.span, message)
                    .with_help("split it, or compute a part of it with `define`"),
            );
            return None;
        }
        let mut axes = Vec::with_capacity(table.columns.len());
        let mut sound = true;
        for column in table.columns.iter() {
            match self.axis(column) {
                Some(axis) => axes.push(axis),
                None => sound = false,
            }
        }
        sound.then_some(axes)
    }

    /// A column: `None` where it was reported, no axis where its values are not whole steps.
    fn axis(&mut self, column: &Expression) -> Option<Option<Axis>> {
        let name = self.source.slice(column.span).split_whitespace().collect::<Vec<_>>().join(" ");
        let axis = |low, high, absent, ty| Some(Some(Axis { name, low, high, absent, ty }));
        if let Some(decision) = self.decision_named(column)
            && let Some(info) = self.decisions.get(decision)
            && info.ast.collect.is_none()
        {
            let count = i128::try_from(info.outcomes.len()).ok()?;
            return axis(0, count - 1, false, AxisType::Outcomes(decision));
        }
        let typed = self.expression(column, &Known::default(), None)?;
        let absent = !typed.missing.is_empty();
        match (typed.expr.ty, typed.range) {
            (Ty::Boolean, _) => axis(0, 1, absent, AxisType::Value(Type::Boolean)),
            (Ty::Choice(index), _) => {
                let count = self.schema.enumerations.get(index).map_or(0, |it| it.choices.len());
                let count = i128::try_from(count).ok()?;
                axis(0, count - 1, absent, AxisType::Value(Type::Choice(index)))
            }
            (Ty::Text, _) => axis(0, i128::MAX, absent, AxisType::Text),
            (ty, Some(Range::Whole(low, high))) => match type_of(ty) {
                Some(ty) => axis(low, high, absent, AxisType::Value(ty)),
                None => Some(None),
            },
            (Ty::Items(_), _) => {
                let message = "a collected set is no column: ask about it, as in `goodwill includes voucher`";
                self.report(Diagnostic::new(&codes::NOT_IN_CELL, column.span, message));
                None
            }
            _ => Some(None),
        }
    }

    // ── tables of decisions ──────────────────────────────────────────────────────────────────────

    /// Reports the tables of a decision that say the wrong word, and those whose columns are wrong: their rows
    /// are not checked. Gives the rules that are left out.
    pub(super) fn table_words(&mut self, ast: &'a ast::Decision) -> Vec<Span> {
        let mut left_out = Vec::new();
        for table in &ast.tables {
            self.table_word(ast, table);
            if self.columns(table).is_none() {
                left_out.push(table.span);
            }
        }
        left_out
    }

    fn table_word(&mut self, ast: &ast::Decision, table: &Table) {
        let at = table.hit_word.unwrap_or(Span { end: table.span.start + 5, ..table.span });
        let collects = ast.collect.is_some();
        let (message, help) = match (collects, table.hit) {
            (true, Hit::Unique | Hit::First) => (
                "a table in a decision that collects says `collect`",
                "write `table collect by …`: every row that holds adds its items",
            ),
            (false, Hit::Collect) => (
                "`collect` is for tables of a decision that collects",
                "write `decision … collect`, or `table by …`",
            ),
            (false, _) if ast.first.is_some() && table.hit_word.is_some() => (
                "in a decision that says `first` the order of all rules and rows decides",
                "write `table by …`",
            ),
            _ => return,
        };
        self.report(Diagnostic::new(&codes::TABLE_WORD, at, message).with_help(help));
    }

    /// Looks at the tables of a decision whose rules are all sound.
    pub(super) fn decision_tables(&mut self, ast: &'a ast::Decision, rules: &[Rule]) {
        for table in ast.tables.iter().filter(|it| !it.lost) {
            let own = |it: &(usize, &'a ast::Rule)| it.1.table == Some(table.span);
            let (at, written): (Vec<usize>, Vec<&ast::Rule>) =
                ast.rules.iter().enumerate().filter(own).unzip();
            let checked: Vec<&Rule> = at.iter().filter_map(|it| rules.get(*it)).collect();
            let conditions: Vec<Option<&Expression>> = written.iter().map(|it| it.when.first()).collect();
            let Some((grid, axes)) = self.grid(table, &conditions) else { continue };
            let says: Vec<(String, bool)> = checked.iter().map(|it| self.said(&it.then)).collect();
            let class = classes(says.iter().map(|it| it.0.as_str()));
            let first = table.hit == Hit::First || ast.first.is_some();
            let found = look(&grid, first, &class);
            let places: Vec<Span> = written.iter().map(|it| it.span).collect();
            if !found.gave_up {
                self.unreached(&found, &grid, &places, first);
            }
            if table.hit == Hit::Unique && ast.first.is_none() {
                self.repeated(&grid, &class, &places);
                let rows = Rows { table, at: &at, places: &places, says: &says, checked: &checked };
                self.conflicts(&rows, &found, &axes, rules);
            }
        }
    }

    /// Two rows of a `unique` table that say different things of one case. Certain where the columns are facts
    /// that nothing relates and no rule stands above both.
    fn conflicts(&mut self, rows: &Rows<'_>, found: &Found, axes: &[Axis], rules: &[Rule]) {
        let free = self.free_columns(rows.table);
        for ((a, b), point) in found.meetings.iter().take(MOST_PAIRS) {
            let (Some(one), Some(other)) = (rows.places.get(*a), rows.places.get(*b)) else { continue };
            let constant = |row: usize| rows.says.get(row).is_some_and(|it| it.1);
            let outcome =
                |row: usize| rows.checked.get(row).and_then(|it| it.then.first()).map(|it| it.outcome);
            let differ = outcome(*a) != outcome(*b) || constant(*a) && constant(*b);
            let above = |row: usize| {
                let at = rows.at.get(row).copied().unwrap_or(usize::MAX);
                rules.iter().any(|it| it.overrides.contains(at))
            };
            // What is not certain here is left to the proofs.
            if !free || !differ || above(*a) || above(*b) {
                continue;
            }
            let message = format!("two rows say different things of {}", point_in_words(self, axes, point));
            self.report(
                Diagnostic::new(&codes::ROWS_DISAGREE, *other, message)
                    .with_related(*one, "the other row")
                    .with_help("make the two exclude each other, or write `table first by …`: the first row that holds counts"),
            );
        }
    }

    /// Whether every combination of the columns' values is a case: they are different facts, and no assumption
    /// reads one of them.
    fn free_columns(&mut self, table: &Table) -> bool {
        let mut slots = Vec::new();
        for column in table.columns.iter() {
            let Some(typed) = self.expression(column, &Known::default(), None) else { return false };
            match typed.expr.kind {
                Kind::Fact(slot) if !slots.contains(&slot) => slots.push(slot),
                _ => return false,
            }
        }
        let assumes = |it: &ast::Item| matches!(it, ast::Item::Assume(_));
        !self.file.items.iter().any(assumes)
    }

    // ── tables of definitions ────────────────────────────────────────────────────────────────────

    /// Checks the columns of a definition's table, and that it does not collect.
    pub(super) fn lookup_columns(&mut self, table: &'a Table) -> Option<()> {
        if table.hit == Hit::Collect {
            let at = table.hit_word.unwrap_or(table.span);
            self.report(
                Diagnostic::new(&codes::TABLE_WORD, at, "a definition has one value and does not collect")
                    .with_help("write `define … first by …`, or `define … by …`"),
            );
            return None;
        }
        self.columns(table).map(drop)
    }

    /// Sees to it that a definition's table always has one value. Its last case then needs no guard.
    pub(super) fn covering(&mut self, ast: &'a ast::Define, cases: &mut [Case]) -> Option<()> {
        let Some(table) = &ast.table else { return Some(()) };
        if table.lost {
            return None;
        }
        let first = table.hit == Hit::First;
        let guarded = cases.last().is_some_and(|it| it.guard.is_some());
        let conditions: Vec<Option<&Expression>> = ast
            .cases
            .iter()
            .map(|it| match &it.guard {
                ast::Guard::When(condition) => Some(condition),
                _ => None,
            })
            .collect();
        let Some((grid, axes)) = self.grid(table, &conditions) else {
            return if first && !guarded { Some(()) } else { self.not_shown(ast, table) };
        };
        let says: Vec<String> = cases.iter().map(|it| self.value_key(&it.value).0).collect();
        let found = look(&grid, first, &classes(says.iter().map(String::as_str)));
        if found.gave_up && (guarded || !first) {
            return self.not_shown(ast, table);
        }
        let places: Vec<Span> = ast.cases.iter().map(|it| it.span).collect();
        if !found.gave_up {
            self.unreached(&found, &grid, &places, first);
        }
        let mut sound = true;
        for ((a, b), point) in found.meetings.iter().take(MOST_PAIRS) {
            let (Some(one), Some(other)) = (places.get(*a), places.get(*b)) else { continue };
            sound = false;
            let case = point_in_words(self, &axes, point);
            self.report(
                Diagnostic::new(&codes::ROWS_DISAGREE, *other, format!("two rows give different values for {case}"))
                    .with_related(*one, "the other row")
                    .with_help(format!(
                        "make the two exclude each other, or write `define {} first by …`: the first row that holds counts",
                        ast.name.text
                    )),
            );
        }
        if let Some(point) = &found.gap {
            sound = false;
            let case = point_in_words(self, &axes, point);
            let help = match first {
                true => "add a row for it, or a last row of `any`",
                false => "add a row for it; with `first` a last row of `any` can stand for all that is left",
            };
            self.report(
                Diagnostic::new(&codes::NO_ROW, ast.name.span, format!("no row covers {case}"))
                    .with_help(help),
            );
        }
        if !sound {
            return None;
        }
        if let Some(last) = cases.last_mut() {
            last.guard = None;
        }
        Some(())
    }

    fn not_shown(&mut self, ast: &ast::Define, table: &Table) -> Option<()> {
        let name = &ast.name.text;
        let message = format!("nothing shows that `{name}` has exactly one value in every case");
        let at = table.columns.first().map_or(ast.name.span, |it| it.span);
        let help = match table.hit {
            Hit::First => "end the table with a row of `any`".to_owned(),
            _ => format!(
                "only constant cells can be compared: write `define {name} first by …` and end with a row of `any`"
            ),
        };
        self.report(Diagnostic::new(&codes::TABLE_NOT_SHOWN, at, message).with_help(help));
        None
    }

    // ── both ─────────────────────────────────────────────────────────────────────────────────────

    /// The table as boxes; none where a cell is no constant or a column has no steps.
    fn grid(&mut self, table: &'a Table, conditions: &[Option<&Expression>]) -> Option<(Grid, Vec<Axis>)> {
        let shapes: Vec<Option<Vec<Option<Shape>>>> = conditions
            .iter()
            .map(|it| match it {
                Some(condition) => self.shapes.remove(&condition.span),
                None => Some(Vec::new()),
            })
            .collect();
        let mut axes: Vec<Axis> = self.columns(table)?.into_iter().collect::<Option<_>>()?;
        for axis in axes.iter_mut().filter(|it| matches!(it.ty, AxisType::Text)) {
            // Every text that some cell names, and one more for all others.
            axis.high = i128::try_from(self.cell_texts.len()).ok()?;
        }
        let mut rows = Vec::with_capacity(shapes.len());
        for row in shapes {
            let row = row?;
            let mut cells = Vec::with_capacity(axes.len());
            for (index, axis) in axes.iter().enumerate() {
                let any = Some(Shape::any());
                let shape = if row.is_empty() { &any } else { row.get(index)? };
                cells.push(clipped(shape.as_ref()?, axis));
            }
            rows.push(cells);
        }
        let bounds = |it: &Axis| (it.low - i128::from(it.absent), it.high);
        Some((Grid { axes: axes.iter().map(bounds).collect(), rows }, axes))
    }

    /// Warns of rows that no case reaches.
    fn unreached(&mut self, found: &Found, grid: &Grid, places: &[Span], first: bool) {
        for (row, place) in places.iter().enumerate() {
            if found.reached.get(row).copied().unwrap_or(true) {
                continue;
            }
            let empty = grid.rows.get(row).is_some_and(|it| it.iter().any(Vec::is_empty));
            let help = match (empty, first) {
                (true, _) => "one of its cells lies outside the column's bounds",
                (false, true) => "the rows above it take every case first: move it up, or remove it",
                (false, false) => "remove it",
            };
            self.report(
                Diagnostic::new(&codes::ROW_NEVER_REACHED, *place, "no case reaches this row")
                    .with_help(help),
            );
        }
    }

    /// Warns of rows that say again what another says.
    fn repeated(&mut self, grid: &Grid, class: &[usize], places: &[Span]) {
        let mut seen: BTreeMap<(&Boxed, usize), Span> = BTreeMap::new();
        for ((row, class), place) in grid.rows.iter().zip(class).zip(places) {
            if let Some(first) = seen.insert((row, *class), *place) {
                self.report(
                    Diagnostic::new(&codes::REPEATED_ROW, *place, "this row repeats another")
                        .with_related(first, "the same cells with the same result")
                        .with_help("remove one of the two"),
                );
            }
        }
    }

    /// What a row says, so that two rows that say the same have one key; and whether all of it is constant.
    fn said(&self, then: &[Consequence]) -> (String, bool) {
        let mut keys = Vec::with_capacity(then.len());
        let mut constant = true;
        for it in then {
            let mut key = it.outcome.to_string();
            for argument in &it.arguments {
                let (value, known) = self.value_key(argument);
                constant &= known;
                key.push('\u{1}');
                key.push_str(&value);
            }
            keys.push(key);
        }
        keys.sort();
        (keys.join("\u{2}"), constant)
    }

    fn value_key(&self, value: &Expr) -> (String, bool) {
        match &value.kind {
            Kind::Constant(Scalar::Number(it)) => (format!("= {it}"), true),
            Kind::Constant(Scalar::Boolean(it)) => (format!("= {it}"), true),
            Kind::Constant(Scalar::Choice(it)) => (format!("= {it}"), true),
            Kind::Constant(Scalar::Text(it)) => (format!("= {it}"), true),
            Kind::Absent => ("absent".to_owned(), true),
            _ => {
                let words: Vec<&str> = self.source.slice(value.span).split_whitespace().collect();
                (words.join(" "), false)
            }
        }
    }
}

/// Numbers the keys: equal ones get one number.
fn classes<'k>(keys: impl Iterator<Item = &'k str>) -> Vec<usize> {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    keys.map(|it| {
        let next = numbers.len();
        *numbers.entry(it).or_insert(next)
    })
    .collect()
}

/// The intervals of a cell on its axis, sorted and apart from each other.
fn clipped(shape: &Shape, axis: &Axis) -> Vec<(i128, i128)> {
    let mut spans: Vec<(i128, i128)> = Vec::new();
    if shape.absent && axis.absent {
        spans.push((axis.low - 1, axis.low - 1));
    }
    match shape.all {
        true => spans.push((axis.low, axis.high)),
        false => spans.extend(shape.spans.iter().map(|(a, b)| (*a.max(&axis.low), *b.min(&axis.high)))),
    }
    spans.retain(|(low, high)| low <= high);
    spans.sort_unstable();
    let mut apart: Vec<(i128, i128)> = Vec::with_capacity(spans.len());
    for (low, high) in spans {
        match apart.last_mut() {
            Some(last) if low <= last.1 + 1 => last.1 = last.1.max(high),
            _ => apart.push((low, high)),
        }
    }
    apart
}

/// A point in an author's words: ``zone `EU`, parcel_class `freight` ``.
fn point_in_words(checker: &Checker<'_>, axes: &[Axis], point: &[i128]) -> String {
    let mut parts = Vec::with_capacity(axes.len());
    for (axis, at) in axes.iter().zip(point) {
        let name = &axis.name;
        if axis.absent && *at < axis.low {
            parts.push(format!("`{name}` absent"));
            continue;
        }
        let value = match &axis.ty {
            AxisType::Value(Type::Boolean) => (if *at == 0 { "no" } else { "yes" }).to_owned(),
            AxisType::Value(ty @ Type::Choice(_)) => {
                let value = Scalar::Choice(u32::try_from(*at).unwrap_or(0));
                crate::value::form::words(&value, *ty, &checker.schema)
            }
            AxisType::Value(ty) => crate::value::form::words(&Scalar::Number(*at), *ty, &checker.schema),
            AxisType::Outcomes(decision) => {
                checker.outcome_name(*decision, usize::try_from(*at).unwrap_or(0)).to_owned()
            }
            AxisType::Text => {
                let text = checker.cell_texts.iter().find(|it| i128::try_from(*it.1) == Ok(*at));
                text.map_or("any other text".to_owned(), |it| format!("\"{}\"", it.0))
            }
        };
        parts.push(format!("`{name}` {value}"));
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    crate::words::plain_list(&parts, "with")
}
