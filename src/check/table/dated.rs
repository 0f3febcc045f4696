//! Dated tables: `tariff.first_kilo on parcel.posted_on`.
//!
//! Each column of values is a definition of the day, so reading one is a call. A day before the first row has
//! no value: the bounds of the day or the guard `tariff has a row on D` must exclude it.

use std::collections::BTreeMap;

use crate::{
    check::{Checker, codes, declare::Global, expression::Typed, flow::Known, range::Range},
    diag::Diagnostic,
    hir::Ty,
    source::Span,
    syntax::ast::{Comparison, DatedTable, Expression, ExpressionKind, Literal, LiteralKind, Name},
    value::date,
    words::{list, nearest},
};

/// A dated table and the definitions that its columns are.
#[derive(Clone)]
pub(in crate::check) struct DatedInfo<'a> {
    pub(in crate::check) ast: &'a DatedTable,
    pub(in crate::check) definitions: Vec<usize>,
}

impl<'a> Checker<'a> {
    /// Declares the columns of a dated table.
    pub(in crate::check) fn declare_dated(&mut self, ast: &'a DatedTable) {
        let mut names: BTreeMap<&str, Span> = BTreeMap::new();
        let mut definitions = Vec::with_capacity(ast.columns.len());
        for column in &ast.columns {
            if let Some(first) = names.insert(&column.name.text, column.name.span) {
                self.duplicate(&column.name, first, "column");
                continue;
            }
            definitions.push(self.definitions.len());
            self.globals.insert(column.name.text.clone(), Global::Definition(self.definitions.len()));
            self.declare_definition(column);
        }
        self.dated.push(DatedInfo { ast, definitions });
        let mut before: Option<(i128, Span)> = None;
        for start in &ast.starting {
            // What is no day is reported with the bounds of the column.
            let Ok(day) = date::parse(&start.text) else { continue };
            if let Some((earlier, span)) = before
                && day <= earlier
            {
                let message = if day == earlier {
                    format!("two rows start on {}", start.text)
                } else {
                    format!("this row starts on {}, before the one above it", start.text)
                };
                self.report(
                    Diagnostic::new(&codes::DATED_ORDER, start.span, message)
                        .with_related(span, "the row above it")
                        .with_help("list the rows by their dates, each date once"),
                );
            }
            before = Some((day, start.span));
        }
    }

    /// The dated table that an expression names, and the column behind the dot.
    fn dated_named<'e>(&self, it: &'e Expression) -> Option<(usize, Option<&'e str>)> {
        let ExpressionKind::Reference(path) = &it.kind else { return None };
        let (head, column) = match path.split_once('.') {
            Some((head, column)) => (head, Some(column)),
            None => (path.as_str(), None),
        };
        match self.globals.get(head) {
            Some(Global::Dated(index)) => Some((*index, column)),
            _ => None,
        }
    }

    /// Reports a dated table that is read without a day.
    pub(in crate::check) fn dated_reference<T>(&mut self, index: usize, span: Span) -> Option<T> {
        let ast = self.dated.get(index)?.ast;
        let column = ast.columns.first().map_or("", |it| it.name.text.as_str());
        let message = format!("`{}` is a table by date, and no day is said", ast.name.text);
        self.report(
            Diagnostic::new(&codes::NOT_DATED, span, message)
                .with_help(format!("write `{column} on …` and a date")),
        );
        self.used_columns(index);
        None
    }

    /// Counts all columns as used: they are meant to be read where something was reported.
    fn used_columns(&mut self, index: usize) {
        let Some(info) = self.dated.get(index) else { return };
        for definition in &info.definitions {
            if let Some(info) = self.definitions.get_mut(*definition) {
                info.used = true;
            }
        }
    }

    /// Reports a table of several columns that is read without naming one.
    fn which_column<T>(&mut self, index: usize, span: Span) -> Option<T> {
        let ast = self.dated.get(index)?.ast;
        let names: Vec<&str> = ast.columns.iter().map(|it| it.name.text.as_str()).collect();
        let message = format!("`{}` has several columns, and none is named", ast.name.text);
        let help = format!("name one of them: {}", list(&names, "or"));
        self.report(Diagnostic::new(&codes::NOT_DATED, span, message).with_help(help));
        self.used_columns(index);
        None
    }

    /// Checks `tariff.first_kilo on d`.
    pub(in crate::check) fn on_day(
        &mut self,
        table: &Expression,
        day: &Expression,
        span: Span,
        known: &Known,
    ) -> Option<Typed> {
        let (index, column) = self.dated_or_report(table)?;
        let info = self.dated.get(index)?;
        let ast = info.ast;
        let name = match column {
            None if ast.columns.len() == 1 => ast.columns.first()?.name.text.clone(),
            None => return self.which_column(index, table.span),
            Some(column) => format!("{}.{column}", ast.name.text),
        };
        if !ast.columns.iter().any(|it| it.name.text == name) {
            let own = |it: &'a crate::syntax::ast::Define| it.name.text.as_str();
            let names: Vec<&str> = ast.columns.iter().map(own).collect();
            let message = format!("the table `{}` has no column `{name}`", ast.name.text);
            let diagnostic = Diagnostic::new(&codes::UNKNOWN_NAME, table.span, message);
            self.report(match nearest(&name, names.iter().copied()) {
                Some(near) => {
                    diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(table.span, near)
                }
                None => diagnostic.with_help(format!("its columns are {}", list(&names, "and"))),
            });
            self.used_columns(index);
            return None;
        }
        if let Some(Global::Definition(index)) = self.globals.get(&name)
            && let Some(info) = self.definitions.get_mut(*index)
        {
            // Also where the day is wrong: that is one mistake, not two.
            info.used = true;
        }
        let typed = self.value(day, known, Some(Ty::Date))?;
        let start = ast.starting.first()?;
        if let (Ty::Date, Some(Range::Whole(low, high)), Ok(first)) =
            (typed.expr.ty, typed.range, date::parse(&start.text))
            && low < first
        {
            self.before_first_row(ast, start, (day.span, low == high));
            return None;
        }
        let name = Name { text: name, span: table.span };
        self.call(&name, std::slice::from_ref(day), span, known)
    }

    fn before_first_row(&mut self, ast: &DatedTable, start: &Name, (day, constant): (Span, bool)) {
        let text = self.source.slice(day);
        let can = if constant { "is" } else { "can be" };
        let message =
            format!("`{text}` {can} before {}, where `{}` has no row yet", start.text, ast.name.text);
        let help = match constant {
            true => "read it on a later day, or add a row at the top of the table".to_owned(),
            false => format!(
                "give the date bounds, as in `between {} and …`, or ask first: `{} has a row on {text} and …`",
                start.text, ast.name.text
            ),
        };
        self.report(
            Diagnostic::new(&codes::NO_ROW_THEN, day, message)
                .with_related(start.span, "the first row")
                .with_help(help),
        );
    }

    /// Checks `tariff has a row on d`: the day is not before the first row.
    pub(in crate::check) fn has_row(
        &mut self,
        table: &Expression,
        day: &Expression,
        span: Span,
        known: &Known,
    ) -> Option<Typed> {
        let (index, column) = self.dated_or_report(table)?;
        let ast = self.dated.get(index)?.ast;
        if column.is_some() {
            self.used_columns(index);
            let message = format!("all columns of `{}` have the same rows", ast.name.text);
            self.report(
                Diagnostic::new(&codes::NOT_DATED, table.span, message)
                    .with_help(format!("write `{} has a row on …`", ast.name.text)),
            );
            return None;
        }
        let start = ast.starting.first()?;
        let literal = Literal { kind: LiteralKind::Date(start.text.clone()), span: day.span };
        let first = Expression { kind: ExpressionKind::Literal(literal), span: day.span };
        self.compare(Comparison::NoEarlier, day, &first, span, known)
    }

    fn dated_or_report<'e>(&mut self, table: &'e Expression) -> Option<(usize, Option<&'e str>)> {
        let found = self.dated_named(table);
        if found.is_none() {
            let text = self.source.slice(table.span);
            let message = format!("`{text}` is no table by date");
            self.report(
                Diagnostic::new(&codes::NOT_DATED, table.span, message)
                    .with_help("`… on DATE` reads a column of a `define NAME by date { … }`"),
            );
        }
        found
    }
}
