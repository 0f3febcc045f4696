//! Tables whose rows stand in a file of comma-separated values.
//!
//! The first line names the columns: those after `by`, as they are written there or by their last part, in any
//! order; what follows (`then` in a decision, `value` in a definition, the values' own names in a table by date);
//! and, where wanted, `row`, `because` and `cites`. Each cell is read as a cell of a table is, but an empty one
//! says `any`, and in a column of texts a cell is the text itself. From then on a row is a row, with its places in
//! the file.
//!
//! Most cells are plain words: those are not given to the grammar, which is what makes ten thousand rows quick.

use pest::Parser as _;

use crate::{
    diag::{Diagnostic, Diagnostics},
    limits::Limits,
    source::{SourceFile, Span},
    syntax::{
        Rule,
        ast::{
            Alternative, AlternativeKind, Cell, CellKind, ChangeKind, Consequence, DatedTable, Decision,
            Define, Expression, ExpressionKind, File, Item, Name, Notes, Part, Quoted, Rule as AstRule,
            Table, Template,
        },
        codes,
        csv::{self, Field, Record},
        grammar::Grammar,
        scan::Scanned,
        tree::{
            Builder,
            table::{Written, dated_column, generated_name, last_is_otherwise},
        },
    },
    words::{list, nearest},
};

/// Words that are no values: cells of them are given to the grammar.
const WORDS: [&str; 12] =
    ["yes", "no", "true", "false", "absent", "any", "not", "over", "earlier", "later", "and", "or"];

/// Fills the tables of `file` that name a file; `find` gives that file by the name that is written.
pub(crate) fn fill<'f>(
    file: &mut File,
    own: &'f SourceFile,
    find: &dyn Fn(&str) -> Option<&'f SourceFile>,
    limits: &Limits,
    diagnostics: &mut Diagnostics,
) {
    let scanned = Scanned::default();
    let mut filling = Filling { own, find, limits, diagnostics, scanned: &scanned };
    for item in &mut file.items {
        match item {
            Item::Decision(it) => filling.decision(it),
            Item::Define(it) => filling.define(it),
            Item::Dated(it) => filling.dated(it),
            Item::Change(it) => match &mut it.kind {
                ChangeKind::Define(it) => filling.define(it),
                ChangeKind::Dated(it) => filling.dated(it),
                _ => {}
            },
            _ => {}
        }
    }
    let tables = tables(&file.items);
    for allowance in &mut file.allowances {
        let scope = allowance.scope;
        let inside = |span: Span| scope.start <= span.start && span.end <= scope.end;
        let named = tables.iter().filter(|it| inside(it.0)).filter_map(|it| find(&it.1.text));
        allowance.data.extend(named.map(|it| it.span(0, it.text().len())));
    }
}

/// The place of a table that names a file.
fn named(table: &Table) -> Option<(Span, &Quoted)> {
    Some((table.span, table.file.as_ref()?))
}

/// The tables that name a file, each with its place, in order of writing.
fn tables(items: &[Item]) -> Vec<(Span, &Quoted)> {
    let mut found = Vec::new();
    for item in items {
        match item {
            Item::Decision(it) => found.extend(it.tables.iter().filter_map(named)),
            Item::Define(it) => found.extend(it.table.as_ref().and_then(named)),
            Item::Dated(it) => found.extend(it.file.as_ref().map(|file| (it.span, file))),
            Item::Change(it) => match &it.kind {
                ChangeKind::Define(it) => found.extend(it.table.as_ref().and_then(named)),
                ChangeKind::Dated(it) => found.extend(it.file.as_ref().map(|file| (it.span, file))),
                _ => {}
            },
            _ => {}
        }
    }
    found
}

/// The names of the files that the tables of `file` name, in order of writing.
pub(crate) fn files(file: &File) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for (_, it) in tables(&file.items) {
        if !found.contains(&it.text.as_str()) {
            found.push(&it.text);
        }
    }
    found
}

struct Filling<'f, 'd> {
    /// The policy's file.
    own: &'f SourceFile,
    find: &'d dyn Fn(&str) -> Option<&'f SourceFile>,
    limits: &'d Limits,
    diagnostics: &'d mut Diagnostics,
    scanned: &'d Scanned,
}

/// A file that was read, and what its columns are.
struct Data<'f> {
    file: &'f SourceFile,
    records: Vec<Record<'f>>,
    /// For each wanted column its place in a record.
    columns: Vec<usize>,
    row: Option<usize>,
    because: Option<usize>,
    cites: Option<usize>,
}

impl<'f> Data<'f> {
    fn span(&self, field: &Field<'_>) -> Span {
        self.file.span(field.start, field.end)
    }

    fn record_span(&self, record: &Record<'_>) -> Span {
        self.file.span(record.start, record.end)
    }
}

impl<'f> Filling<'f, '_> {
    fn decision(&mut self, decision: &mut Decision) {
        let mut more = 0;
        for number in 1..=decision.tables.len() {
            let Some(table) = decision.tables.get_mut(number - 1) else { continue };
            table.first += more;
            if table.file.is_none() {
                continue;
            }
            let rules = self.rules(table, number);
            more += rules.len();
            let at = table.first.min(decision.rules.len());
            decision.rules.splice(at..at, rules);
        }
    }

    fn rules(&mut self, table: &mut Table, number: usize) -> Vec<AstRule> {
        let Some((data, cells)) = self.opened(table, "then") else { return Vec::new() };
        let mut rules = Vec::with_capacity(data.records.len());
        for (index, record) in data.records.iter().enumerate() {
            let written = self.written(&data, record, cells);
            let then = data.columns.last().and_then(|it| record.fields.get(*it));
            let then = then.and_then(|it| self.then(&data, it));
            let (Some(written), Some(then)) = (written, then) else {
                table.lost = true;
                continue;
            };
            let name = generated_name(table, number, index, written.span);
            let built = self.at(&data, 0, |it| it.row_rule(table, written, name, then));
            rules.extend(built);
        }
        rules
    }

    fn define(&mut self, define: &mut Define) {
        let Some(table) = &mut define.table else { return };
        if table.file.is_none() {
            return;
        }
        let Some((data, cells)) = self.opened(table, "value") else { return };
        for record in &data.records {
            let written = self.written(&data, record, cells);
            let value = data.columns.last().and_then(|it| record.fields.get(*it));
            let value = value.and_then(|it| self.value(&data, it));
            let (Some(written), Some(value)) = (written, value) else {
                table.lost = true;
                continue;
            };
            let case = self.at(&data, 0, |it| it.row_case(table, written, value));
            define.cases.extend(case);
        }
        last_is_otherwise(&mut define.cases);
    }

    fn dated(&mut self, table: &mut DatedTable) {
        let Some(named) = table.file.clone() else { return };
        let Some((file, mut records)) = self.records(&named) else { return };
        if records.is_empty() {
            return self.no_rows(&named);
        }
        let header = records.remove(0);
        let data = Data { file, records, columns: Vec::new(), row: None, because: None, cites: None };
        let place = |wanted: &str| header.fields.iter().position(|it| it.text == wanted);
        let Some(starting) = place("starting") else {
            return self.header(data.record_span(&header), "this line names no column `starting`", &named);
        };
        let data = Data { because: place("because"), cites: place("cites"), ..data };
        let others = [Some(starting), data.because, data.cites];
        let values: Vec<usize> = (0..header.fields.len()).filter(|it| !others.contains(&Some(*it))).collect();
        for at in &values {
            let Some(field) = header.fields.get(*at) else { continue };
            if !is_word(&field.text) {
                let message = format!("`{}` is no name of a column", field.text);
                return self.header(data.span(field), &message, &named);
            }
            let name = Name { text: field.text.to_string(), span: data.span(field) };
            let column = dated_column(table, &name, None);
            table.columns.push(column);
        }
        for record in &data.records {
            if !self.whole(&data, record, header.fields.len()) {
                continue;
            }
            let Some(start) = record.fields.get(starting) else { continue };
            let start = Name { text: start.text.to_string(), span: data.span(start) };
            let fields = values.iter().filter_map(|it| record.fields.get(*it));
            let read: Option<Vec<Expression>> = fields.map(|it| self.value(&data, it)).collect();
            let (Some(read), Some(notes)) = (read, self.notes(&data, record)) else { continue };
            let whole = data.record_span(record);
            self.at(&data, 0, |it| it.dated_row(table, start, read, notes, whole));
        }
        self.at(&data, 0, |it| it.close_dated(table));
    }

    // ── the file ─────────────────────────────────────────────────────────────────────────────────

    fn records(&mut self, named: &Quoted) -> Option<(&'f SourceFile, Vec<Record<'f>>)> {
        let Some(file) = (self.find)(&named.text) else {
            let message = format!("the file \"{}\" of this table was not read", named.text);
            self.diagnostics.push(
                Diagnostic::new(&codes::NO_FILE, named.span, message).with_help(
                    "the name is relative to the policy's own file and ends in `.csv`; pass the file to the compiler beside the policy",
                ),
            );
            return None;
        };
        if file.text().len() > self.limits.source_bytes {
            let message = format!(
                "the file \"{}\" has {} bytes; at most {} are allowed",
                named.text,
                file.text().len(),
                self.limits.source_bytes
            );
            self.diagnostics.push(
                Diagnostic::new(&codes::TEXT_TOO_LONG, named.span, message)
                    .with_help("raise the limit `source_bytes` in the host"),
            );
            return None;
        }
        match csv::read(file.text()) {
            Ok(records) => Some((file, records)),
            Err(problem) => {
                let span = file.span(problem.at, problem.at + 1);
                self.diagnostics.push(
                    Diagnostic::new(&codes::UNREADABLE_FILE, span, problem.message).with_help(problem.help),
                );
                None
            }
        }
    }

    fn no_rows(&mut self, named: &Quoted) {
        let message = format!("the file \"{}\" has no rows", named.text);
        self.diagnostics.push(
            Diagnostic::new(&codes::EMPTY_TABLE, named.span, message)
                .with_help("its first line names the columns, every other line is a row"),
        );
    }

    fn header(&mut self, at: Span, message: &str, named: &Quoted) {
        self.diagnostics.push(
            Diagnostic::new(&codes::FILE_COLUMNS, at, message)
                .with_related(named.span, "the table that reads the file")
                .with_help("the first line of the file names the columns of the table, separated by commas"),
        );
    }

    /// Reads the file of a table: its rows, where its columns stand, and how many of them are cells.
    fn opened(&mut self, table: &mut Table, result: &str) -> Option<(Data<'f>, usize)> {
        let named = table.file.clone()?;
        let (file, mut records) = self.records(&named)?;
        if records.len() < 2 {
            self.no_rows(&named);
            return None;
        }
        let header = records.remove(0);
        let mut data = Data { file, records, columns: Vec::new(), row: None, because: None, cites: None };
        let mut left: Vec<usize> = (0..header.fields.len()).collect();
        let mut take = |names: &[&str]| {
            let is = |it: &usize| {
                header.fields.get(*it).is_some_and(|it| names.iter().any(|name| folded(&it.text) == *name))
            };
            let at = left.iter().position(is)?;
            Some(left.remove(at))
        };
        let mut missing = Vec::new();
        for column in table.columns.iter() {
            let written = self.spelled(column);
            let last = written.rsplit('.').next().unwrap_or(&written);
            match take(&[&written, last]) {
                Some(at) => data.columns.push(at),
                None => missing.push(written),
            }
        }
        let cells = data.columns.len();
        match take(&[result]) {
            Some(at) => data.columns.push(at),
            None => missing.push(result.to_owned()),
        }
        (data.row, data.because, data.cites) = (take(&["row"]), take(&["because"]), take(&["cites"]));
        if !missing.is_empty() {
            let missing: Vec<&str> = missing.iter().map(String::as_str).collect();
            let message = format!("this line names no column {}", list(&missing, "and"));
            self.header(data.record_span(&header), &message, &named);
            return None;
        }
        if let Some(field) = left.first().and_then(|it| header.fields.get(*it)) {
            let names: Vec<String> = table.columns.iter().map(|it| self.spelled(it)).collect();
            let known = names.iter().map(String::as_str).chain([result, "row", "because", "cites"]);
            let message = match nearest(&field.text, known) {
                Some(near) => format!("the table has no column `{}`; did you mean `{near}`?", field.text),
                None => format!("the table has no column `{}`", field.text),
            };
            self.header(data.span(field), &message, &named);
            return None;
        }
        let width = header.fields.len();
        let records = std::mem::take(&mut data.records);
        let count = records.len();
        data.records = records.into_iter().filter(|it| self.whole(&data, it, width)).collect();
        table.lost = data.records.len() < count;
        Some((data, cells))
    }

    /// How a column is written after `by`, white space folded.
    fn spelled(&self, column: &Expression) -> String {
        folded(self.own.text().get(self.own.range(column.span)).unwrap_or(""))
    }

    /// Reports a row with more or fewer fields than the first line.
    fn whole(&mut self, data: &Data<'f>, record: &Record<'f>, width: usize) -> bool {
        let count = record.fields.len();
        if count != width {
            let message = format!("this row has {count} fields; the first line has {width}");
            self.diagnostics.push(
                Diagnostic::new(&codes::WRONG_NUMBER_OF_CELLS, data.record_span(record), message)
                    .with_help("separate the fields by commas; put a field that holds a comma in quotes"),
            );
        }
        count == width
    }

    // ── a row ────────────────────────────────────────────────────────────────────────────────────

    /// Gives a builder whose places are those of the file, from `start` on.
    fn at<'t, T>(
        &mut self,
        data: &Data<'f>,
        start: usize,
        build: impl FnOnce(&mut Builder<'t, '_>) -> T,
    ) -> T {
        let base = data.file.span(start, start).start;
        let mut builder = Builder {
            text: "",
            base,
            whole: data.file.span(0, data.file.text().len()),
            scanned: self.scanned,
            diagnostics: &mut *self.diagnostics,
            closely: 0,
            allowances: Vec::new(),
        };
        build(&mut builder)
    }

    fn written(&mut self, data: &Data<'f>, record: &Record<'f>, cells: usize) -> Option<Written> {
        let fields: Vec<&Field<'f>> = data.columns.iter().filter_map(|it| record.fields.get(*it)).collect();
        let places = fields.iter().map(|it| data.span(it)).collect();
        let cells = fields.iter().take(cells).map(|it| self.cell(data, it)).collect();
        let name = data.row.and_then(|it| record.fields.get(it)).filter(|it| !it.text.is_empty());
        if let Some(field) = name.filter(|it| !is_word(&it.text)) {
            let message = format!("`{}` is no name of a row", field.text);
            self.diagnostics.push(
                Diagnostic::new(&codes::UNEXPECTED_TEXT, data.span(field), message)
                    .with_help("a name begins with a letter and has letters, digits and `_`"),
            );
            return None;
        }
        let name = name.map(|it| Name { text: it.text.to_string(), span: data.span(it) });
        let notes = self.notes(data, record)?;
        Some(Written { name, cells, notes, places, span: data.record_span(record) })
    }

    fn cell(&mut self, data: &Data<'f>, field: &Field<'f>) -> Cell {
        let span = data.span(field);
        let bare: Option<Box<str>> = Some(field.text.as_ref().into());
        if field.text.trim().is_empty() || field.text == "any" {
            return Cell { kind: CellKind::Any, bare: None, span };
        }
        if is_word(&field.text) && !WORDS.contains(&field.text.as_ref()) {
            let value = Expression { kind: ExpressionKind::Reference(field.text.to_string()), span };
            let only = Alternative { kind: AlternativeKind::Value(value), span };
            return Cell { kind: CellKind::OneOf(vec![only]), bare, span };
        }
        match Grammar::parse(Rule::one_cell, &field.text) {
            Ok(pairs) => {
                let found = pairs.flat_map(pest::iterators::Pair::into_inner);
                let found = found.into_iter().find(|it| it.as_rule() == Rule::cell);
                match found {
                    Some(pair) => {
                        let cell = self.at(data, field.start, |it| it.cell(pair));
                        Cell { bare, span, ..cell }
                    }
                    None => Cell { kind: CellKind::Bare, bare, span },
                }
            }
            Err(_) => Cell { kind: CellKind::Bare, bare, span },
        }
    }

    fn then(&mut self, data: &Data<'f>, field: &Field<'f>) -> Option<Vec<Consequence>> {
        let span = data.span(field);
        if is_word(&field.text) {
            let outcome = Name { text: field.text.to_string(), span };
            return Some(vec![Consequence { outcome, arguments: Vec::new(), span }]);
        }
        let pairs = Grammar::parse(Rule::one_then, &field.text).ok();
        let pair =
            pairs.and_then(|it| it.flat_map(|it| it.into_inner()).find(|it| it.as_rule() == Rule::row_then));
        match pair {
            Some(pair) => Some(self.at(data, field.start, |it| it.consequences(pair))),
            None => self.unexpected(data, field, "an outcome"),
        }
    }

    fn value(&mut self, data: &Data<'f>, field: &Field<'f>) -> Option<Expression> {
        let pairs = Grammar::parse(Rule::one_expression, &field.text).ok();
        let pair = pairs
            .and_then(|it| it.flat_map(|it| it.into_inner()).find(|it| it.as_rule() == Rule::expression));
        match pair {
            Some(pair) => Some(self.at(data, field.start, |it| it.expression(pair))),
            None => self.unexpected(data, field, "a value"),
        }
    }

    fn unexpected<T>(&mut self, data: &Data<'f>, field: &Field<'f>, wanted: &str) -> Option<T> {
        let message = match field.text.is_empty() {
            true => format!("expected {wanted}, found an empty field"),
            false => format!("expected {wanted}, found `{}`", field.text),
        };
        self.diagnostics.push(Diagnostic::new(&codes::UNEXPECTED_TEXT, data.span(field), message));
        None
    }

    fn notes(&mut self, data: &Data<'f>, record: &Record<'f>) -> Option<Notes> {
        let said =
            |at: Option<usize>| at.and_then(|it| record.fields.get(it)).filter(|it| !it.text.is_empty());
        let mut notes = Notes::default();
        if let Some(field) = said(data.because) {
            notes.because.push(self.template(data, field)?);
        }
        if let Some(field) = said(data.cites) {
            notes.cites.push(Quoted { text: field.text.to_string(), span: data.span(field) });
        }
        Some(notes)
    }

    fn template(&mut self, data: &Data<'f>, field: &Field<'f>) -> Option<Template> {
        let span = data.span(field);
        if !field.text.contains(['{', '}']) {
            return Some(Template { parts: vec![Part::Text(field.text.to_string())], span });
        }
        let Ok(pairs) = Grammar::parse(Rule::one_text, &field.text) else {
            return self.unexpected(data, field, "a text, its values in `{…}`");
        };
        let mut parts = Vec::new();
        for pair in pairs.flat_map(|it| it.into_inner()) {
            match pair.as_rule() {
                Rule::free_chunk => parts.push(Part::Text(pair.as_str().to_owned())),
                Rule::hole => {
                    let inner = pair.into_inner().find(|it| it.as_rule() == Rule::expression);
                    let inner = inner.map(|it| self.at(data, field.start, |builder| builder.expression(it)));
                    parts.extend(inner.map(Part::Hole));
                }
                _ => {}
            }
        }
        Some(Template { parts, span })
    }
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_word(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
}
