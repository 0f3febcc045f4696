//! Tables: each row becomes a rule of its decision, a case of its definition, or a case of every column of a
//! dated table. How the rows are laid out is kept beside.

use std::sync::Arc;

use crate::{
    diag::Diagnostic,
    source::Span,
    syntax::{
        Pair, Rule,
        ast::{
            Alternative, AlternativeKind, Bounds, Case, Cell, CellKind, Comparison, Consequence, DatedTable,
            Decision, Define, Expression, ExpressionKind, Guard, Hit, Literal, LiteralKind, Name, Notes,
            Parameter, Row, RowLayout, Rule as AstRule, Table, TypeExpression, TypeKind,
        },
        codes,
        expression::comparison_of,
        tree::{Builder, has},
    },
};

/// The parameter of a column of a dated table. No author can write this name.
pub(in crate::syntax) const DAY: &str = "the day";
/// The last day of the calendar.
const LAST_DAY: &str = "9999-12-31";

impl<'i> Builder<'i, '_> {
    /// Builds a table of a decision and adds its rows to the rules.
    pub(super) fn table(&mut self, pair: Pair<'i>, decision: &mut Decision) {
        let mut table = self.empty_table(&pair, decision.rules.len());
        self.allowed(&pair, table.span);
        let parts = pair.into_inner();
        let number = decision.tables.len() + 1;
        for (index, row) in parts.filter(|it| it.as_rule() == Rule::row).enumerate() {
            let (cells, places) = self.cells(&row);
            let name = row.clone().into_inner().find(|it| it.as_rule() == Rule::row_name);
            let name = name.map(|it| self.own_name(&it));
            let then = row.clone().into_inner().find(|it| it.as_rule() == Rule::row_then);
            let then = then.map(|it| self.consequences(it)).unwrap_or_default();
            let own = Written { name, cells, notes: self.notes(&row), places, span: self.span(&row) };
            let generated = generated_name(&table, number, index, own.span);
            if let Some(rule) = self.row_rule(&mut table, own, generated, then) {
                decision.rules.push(rule);
            }
        }
        self.not_empty(&table);
        decision.tables.push(table);
    }

    /// Builds the table of a definition and adds its rows to the cases.
    pub(super) fn lookup(&mut self, pair: Pair<'i>, define: &mut Define) {
        let mut table = self.empty_table(&pair, 0);
        for row in pair.into_inner().filter(|it| it.as_rule() == Rule::lookup_row) {
            let (cells, places) = self.cells(&row);
            let value = row.clone().into_inner().find(|it| it.as_rule() == Rule::expression);
            let Some(value) = value.map(|it| self.expression(it)) else { continue };
            let own = Written { name: None, cells, notes: self.notes(&row), places, span: self.span(&row) };
            if let Some(case) = self.row_case(&mut table, own, value) {
                define.cases.push(case);
            }
        }
        self.not_empty(&table);
        last_is_otherwise(&mut define.cases);
        define.table = Some(table);
    }

    fn empty_table(&mut self, pair: &Pair<'i>, first: usize) -> Table {
        let part = |wanted: Rule| pair.clone().into_inner().find(|it| it.as_rule() == wanted);
        let hit = part(Rule::hit);
        let columns = part(Rule::columns).map(|it| self.expressions(it)).unwrap_or_default();
        Table {
            name: part(Rule::table_name).map(|it| self.own_name(&it)),
            hit: match hit.as_ref() {
                Some(it) if has(it, Rule::k_first) => Hit::First,
                Some(it) if has(it, Rule::k_collect) => Hit::Collect,
                _ => Hit::Unique,
            },
            hit_word: hit.as_ref().map(|it| self.span(it)),
            columns: Arc::from(columns),
            file: part(Rule::from_file).map(|it| self.own_quoted(&it)),
            first,
            rows: Vec::new(),
            lost: false,
            span: self.span(pair),
        }
    }

    fn not_empty(&mut self, table: &Table) {
        if table.rows.is_empty() && table.file.is_none() {
            self.diagnostics.push(
                Diagnostic::new(&codes::EMPTY_TABLE, table.span, "this table has no rows")
                    .with_help("a row is a line of cells between bars, as in `| gold | USD 5 |`"),
            );
        }
    }

    /// A row of a decision's table as a rule.
    pub(in crate::syntax) fn row_rule(
        &mut self,
        table: &mut Table,
        row: Written,
        generated: Name,
        then: Vec<Consequence>,
    ) -> Option<AstRule> {
        let (name, condition) = self.row_condition(table, &row)?;
        Some(AstRule {
            name: name.unwrap_or(generated),
            doc: None,
            overrides: Vec::new(),
            when: condition.into_iter().collect(),
            unless: Vec::new(),
            then: vec![then],
            notes: row.notes,
            table: Some(table.span),
            locked: None,
            level: 0,
            span: row.span,
        })
    }

    /// A row of a definition's table as a case.
    pub(in crate::syntax) fn row_case(
        &mut self,
        table: &mut Table,
        row: Written,
        value: Expression,
    ) -> Option<Case> {
        let (_, condition) = self.row_condition(table, &row)?;
        let guard = match condition {
            Some(condition) => Guard::When(condition),
            None => Guard::When(Expression {
                kind: ExpressionKind::Row(Box::new(Row { columns: Arc::from([]), cells: Vec::new() })),
                span: row.places.first().copied().unwrap_or(row.span),
            }),
        };
        Some(Case { value, guard, notes: row.notes, span: row.span })
    }

    /// The condition of a row, none where every cell is `any`; its layout is added to the table.
    #[allow(clippy::type_complexity)]
    fn row_condition(
        &mut self,
        table: &mut Table,
        row: &Written,
    ) -> Option<(Option<Name>, Option<Expression>)> {
        let name = row.name.clone();
        table.rows.push(RowLayout { name: name.clone(), cells: row.places.clone(), span: row.span });
        if row.cells.len() != table.columns.len() {
            table.lost = true;
            let cells =
                |count: usize| if count == 1 { "1 cell".to_owned() } else { format!("{count} cells") };
            let message = format!(
                "this row has {} and what follows; the table has {}",
                cells(row.cells.len()),
                match table.columns.len() {
                    1 => "1 column".to_owned(),
                    count => format!("{count} columns"),
                }
            );
            self.diagnostics.push(
                Diagnostic::new(&codes::WRONG_NUMBER_OF_CELLS, row.span, message)
                    .with_help("give each column a cell, `any` where it does not matter, then what follows"),
            );
            return None;
        }
        let matters = row.cells.iter().any(|it| !matches!(it.kind, CellKind::Any));
        let whole = match (row.places.first(), row.places.iter().rev().nth(1)) {
            (Some(first), Some(last)) => first.to(*last),
            _ => row.span,
        };
        let condition = matters.then(|| Expression {
            kind: ExpressionKind::Row(Box::new(Row {
                columns: Arc::clone(&table.columns),
                cells: row.cells.clone(),
            })),
            span: whole,
        });
        Some((name, condition))
    }

    /// The cells of a row, and the places of all of them, what follows included.
    fn cells(&mut self, row: &Pair<'i>) -> (Vec<Cell>, Vec<Span>) {
        let (mut cells, mut places) = (Vec::new(), Vec::new());
        for part in row.clone().into_inner() {
            match part.as_rule() {
                Rule::cell => {
                    places.push(self.span(&part));
                    cells.push(self.cell(part));
                }
                Rule::row_then | Rule::expression => places.push(self.span(&part)),
                _ => {}
            }
        }
        (cells, places)
    }

    pub(in crate::syntax) fn cell(&mut self, pair: Pair<'i>) -> Cell {
        let whole = self.span(&pair);
        let mut kind = CellKind::Any;
        let none_of = pair.clone().into_inner().find(|it| it.as_rule() == Rule::none_of);
        let negated = none_of.is_some();
        let listed = none_of.unwrap_or(pair).into_inner().filter(|it| it.as_rule() == Rule::alternative);
        let alternatives: Vec<Alternative> = listed.map(|it| self.alternative(it)).collect();
        if !alternatives.is_empty() {
            kind = if negated { CellKind::NoneOf(alternatives) } else { CellKind::OneOf(alternatives) };
        }
        Cell { kind, bare: None, span: whole }
    }

    fn alternative(&mut self, pair: Pair<'i>) -> Alternative {
        let whole = self.span(&pair);
        let (over, under) = (has(&pair, Rule::over), has(&pair, Rule::to_under));
        let compared = pair.clone().into_inner().find(|it| it.as_rule() == Rule::cell_compare);
        let mut values = pair.into_inner().filter(|it| it.as_rule() == Rule::cell_value);
        let (low, above) = match values.next() {
            Some(it) => self.cell_value(it),
            None => (self.nothing(whole), None),
        };
        let kind = match (values.next(), compared) {
            (Some(high), _) => {
                let (high, _) = self.cell_value(high);
                AlternativeKind::Range { low, over, high, under }
            }
            (None, Some(compared)) => AlternativeKind::Compare(comparison_of(&compared), low),
            (None, None) => match above {
                Some(above) => AlternativeKind::OrMore { value: low, above },
                None => AlternativeKind::Value(low),
            },
        };
        Alternative { kind, span: whole }
    }

    fn nothing(&self, at: Span) -> Expression {
        Expression { kind: ExpressionKind::Literal(self.missing_literal(at)), span: at }
    }

    // ── dated tables ─────────────────────────────────────────────────────────────────────────────

    pub(super) fn dated(&mut self, pair: Pair<'i>) -> DatedTable {
        let file = pair.clone().into_inner().find(|it| it.as_rule() == Rule::from_file);
        let mut table = DatedTable {
            name: self.own_name(&pair),
            file: file.map(|it| self.own_quoted(&it)),
            columns: Vec::new(),
            starting: Vec::new(),
            rows: Vec::new(),
            locked: self.locked(&pair),
            span: self.span(&pair),
        };
        let doc = self.doc(&pair);
        self.allowed(&pair, table.span);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::dated_header => {
                    let names = part.clone().into_inner().filter(|it| it.as_rule() == Rule::name);
                    let names: Vec<Name> = names.map(|it| self.name(it)).collect();
                    table.rows.push(RowLayout {
                        name: None,
                        cells: names.iter().map(|it| it.span).collect(),
                        span: self.span(&part),
                    });
                    table.columns = names.iter().map(|it| dated_column(&table, it, doc.as_ref())).collect();
                }
                Rule::dated_row => {
                    let (whole, notes) = (self.span(&part), self.notes(&part));
                    let start = part.clone().into_inner().find(|it| it.as_rule() == Rule::date);
                    let Some(start) = start.map(|it| self.name(it)) else { continue };
                    let values = self.expressions(part);
                    self.dated_row(&mut table, start, values, notes, whole);
                }
                _ => {}
            }
        }
        self.close_dated(&mut table);
        table
    }

    /// Adds a row to every column of a dated table.
    pub(in crate::syntax) fn dated_row(
        &mut self,
        table: &mut DatedTable,
        start: Name,
        values: Vec<Expression>,
        notes: Notes,
        whole: Span,
    ) {
        let cells = [start.span].into_iter().chain(values.iter().map(|it| it.span)).collect();
        table.rows.push(RowLayout { name: None, cells, span: whole });
        if values.len() != table.columns.len() {
            let message = format!(
                "this row has {} beside its date; the header names {}",
                crate::words::counted(i128::try_from(values.len()).unwrap_or(i128::MAX), "value", "values"),
                table.columns.len()
            );
            self.diagnostics.push(
                Diagnostic::new(&codes::WRONG_NUMBER_OF_CELLS, whole, message)
                    .with_help("give each column of the header a value"),
            );
            return;
        }
        table.starting.push(start);
        for (column, value) in table.columns.iter_mut().zip(values) {
            column.cases.push(Case { value, guard: Guard::Otherwise, notes: notes.clone(), span: whole });
        }
    }

    /// Gives every case but the last its guard, now that it is known when the next row starts.
    pub(in crate::syntax) fn close_dated(&mut self, table: &mut DatedTable) {
        if table.file.is_some() && table.columns.is_empty() {
            return;
        }
        // The header is a row of the layout where it is written here.
        let header = usize::from(table.file.is_none());
        if table.rows.len() <= header || table.columns.is_empty() {
            self.diagnostics.push(
                Diagnostic::new(&codes::EMPTY_TABLE, table.span, "this table has no rows or no values")
                    .with_help("write `| starting | fee |`, then rows such as `| 2026-01-01 | USD 5 |`"),
            );
        }
        let count = table.starting.len();
        for column in &mut table.columns {
            for (case, next) in column.cases.iter_mut().zip(table.starting.iter().skip(1)) {
                case.guard = Guard::When(earlier_than(next));
            }
            if let (1, Some(only)) = (count, column.cases.first_mut()) {
                only.guard = Guard::Plain;
            }
            if let (Some(parameter), Some(first)) = (column.parameters.first_mut(), table.starting.first()) {
                parameter.bounds = Some(Bounds {
                    low: day(&first.text, first.span),
                    high: day(LAST_DAY, first.span),
                    span: first.span,
                });
            }
        }
    }
}

/// A row as it was read.
pub(in crate::syntax) struct Written {
    pub(in crate::syntax) name: Option<Name>,
    pub(in crate::syntax) cells: Vec<Cell>,
    pub(in crate::syntax) notes: Notes,
    pub(in crate::syntax) places: Vec<Span>,
    pub(in crate::syntax) span: Span,
}

/// What a row without a name is called: `row_1`, of the second table `table_2_row_1`, of one with a name
/// `shipping_row_1`.
pub(in crate::syntax) fn generated_name(table: &Table, number: usize, index: usize, span: Span) -> Name {
    let row = index + 1;
    let text = match (&table.name, number) {
        (Some(name), _) => format!("{}_row_{row}", name.text),
        (None, 1) => format!("row_{row}"),
        (None, number) => format!("table_{number}_row_{row}"),
    };
    Name { text, span }
}

/// A last row of nothing but `any` is the `otherwise` of its table.
pub(in crate::syntax) fn last_is_otherwise(cases: &mut [Case]) {
    let only = cases.len() == 1;
    if let Some(last) = cases.last_mut()
        && let Guard::When(Expression { kind: ExpressionKind::Row(row), .. }) = &last.guard
        && row.cells.is_empty()
    {
        last.guard = if only { Guard::Plain } else { Guard::Otherwise };
    }
}

/// A column of a dated table, without its cases.
pub(in crate::syntax) fn dated_column(
    table: &DatedTable,
    name: &Name,
    doc: Option<&crate::syntax::ast::Quoted>,
) -> Define {
    let text = format!("{}.{}", table.name.text, name.text);
    let ty = TypeExpression { optional: false, kind: TypeKind::Date, span: name.span };
    Define {
        name: Name { text, span: name.span },
        parameters: vec![Parameter {
            name: Name { text: DAY.to_owned(), span: name.span },
            ty,
            bounds: None,
        }],
        doc: doc.cloned(),
        cases: Vec::new(),
        table: None,
        locked: table.locked,
        span: table.span,
    }
}

fn day(text: &str, span: Span) -> Literal {
    Literal { kind: LiteralKind::Date(text.to_owned()), span }
}

fn earlier_than(next: &Name) -> Expression {
    let at = next.span;
    let own = Expression { kind: ExpressionKind::Reference(DAY.to_owned()), span: at };
    let start = Expression { kind: ExpressionKind::Literal(day(&next.text, at)), span: at };
    Expression {
        kind: ExpressionKind::Compare(Comparison::Earlier, Box::new(own), Box::new(start)),
        span: at,
    }
}
