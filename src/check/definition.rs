//! Definitions: their cases, their type, what they require and what they make known.

use std::sync::Arc;

use crate::{
    check::{
        Checker, codes,
        declare::DefinitionInfo,
        expression::{Scope, Typed},
        flow::{Flow, Known, Place},
        range::Range,
    },
    diag::Diagnostic,
    hir::{Case, Definition, Expr, Kind, Local, Ty},
    schema::{ChoiceName, Enumeration},
    source::Span,
    syntax::ast::{self, Expression, ExpressionKind, Guard, LiteralKind},
};

/// A case before its value is brought to the definition's type.
struct Draft<'a> {
    ast: &'a ast::Case,
    guard: Option<Typed>,
    /// `None` is `absent`.
    value: Option<Typed>,
    /// What is known where the case applies.
    known: Known,
}

impl<'a> Checker<'a> {
    /// Checks the definition of this index, after everything that it reads.
    pub(super) fn definition(&mut self, index: usize) {
        let Some(info) = self.definitions.get(index) else { return };
        let (ast, locals) = (info.ast, info.locals.clone());
        let hir_locals = locals.iter().map(|it| {
            let (name, ty) = (it.name.clone(), crate::check::types::ty_of(it.ty));
            Local { name, ty, low: it.low, high: it.high }
        });
        let hir_locals: Vec<Local> = hir_locals.collect();
        self.scope = Scope {
            locals,
            parameters: ast.parameters.iter().map(|it| it.name.text.clone()).collect(),
            requires: Some(std::collections::BTreeMap::new()),
        };
        let made = self.cases(ast);
        let scope = std::mem::take(&mut self.scope);
        let Some((cases, ty, range, optional, flow)) = made else { return };
        let definition = Definition {
            name: ast.name.text.clone(),
            doc: ast.doc.as_ref().map(|it| it.text.clone()),
            locals: hir_locals,
            ty,
            cases,
            span: ast.name.span,
        };
        if let Some(info) = self.definitions.get_mut(index) {
            *info = DefinitionInfo {
                ast: info.ast,
                locals: std::mem::take(&mut info.locals),
                hir: Some(Arc::new(definition)),
                ty: Some(ty),
                range,
                optional,
                requires: scope.requires.unwrap_or_default(),
                flow,
                used: info.used,
            };
        }
    }

    #[allow(clippy::type_complexity)]
    fn cases(&mut self, ast: &'a ast::Define) -> Option<(Vec<Case>, Ty, Option<Range>, bool, Flow)> {
        match &ast.table {
            // Its rows were reported.
            Some(_) if ast.cases.is_empty() => return None,
            Some(table) => self.lookup_columns(table)?,
            None => self.case_order(ast)?,
        }
        let words = self.word_values(ast);
        let mut drafts = Vec::with_capacity(ast.cases.len());
        let mut known = Known::default();
        let mut sound = true;
        let mut expected = words;
        for case in &ast.cases {
            let guard = match &case.guard {
                Guard::When(condition) => match self.condition(condition, &known) {
                    Some(guard) => Some(guard),
                    None => {
                        sound = false;
                        known = known.and_unread();
                        continue;
                    }
                },
                Guard::Plain | Guard::Otherwise => None,
            };
            let inside = guard.as_ref().map_or(known.clone(), |it| known.clone().and(&it.flow.yes));
            let value = if is_absent(&case.value) {
                None
            } else {
                match self.value(&case.value, &inside, expected) {
                    Some(value) => Some(value),
                    None => {
                        sound = false;
                        continue;
                    }
                }
            };
            expected = expected.or(value.as_ref().map(|it| it.expr.ty));
            if let Some(guard) = &guard {
                known = known.and(&guard.flow.no);
            }
            drafts.push(Draft { ast: case, guard, value, known: inside });
        }
        if !sound {
            return None;
        }
        let optional = drafts.iter().any(|it| it.value.is_none());
        let flow = match drafts.as_slice() {
            [only] => only.value.as_ref().map(|it| it.flow.clone()).unwrap_or_default(),
            _ => Flow::default(),
        };
        // What a condition makes known of a parameter means nothing to those who use the definition.
        let flow = Flow { yes: without_locals(flow.yes), no: without_locals(flow.no) };
        let (mut cases, ty, range) = self.unified(drafts)?;
        self.covering(ast, &mut cases)?;
        for case in &cases {
            if !self.shallow(&case.value) || !case.guard.as_ref().is_none_or(|it| self.shallow(it)) {
                return None;
            }
        }
        Some((cases, ty, range, optional, flow))
    }

    /// The last case is `otherwise`, or there is only one.
    fn case_order(&mut self, ast: &ast::Define) -> Option<()> {
        let name = &ast.name.text;
        let last = ast.cases.len().checked_sub(1)?;
        for (index, case) in ast.cases.iter().enumerate() {
            let diagnostic = match (&case.guard, index == last) {
                (Guard::When(_), true) => {
                    let message = format!("`{name}` has no value where none of its conditions holds");
                    Diagnostic::new(&codes::NO_OTHERWISE, case.span, message)
                        .with_help("add a last case, as in `= X otherwise`, or make this one `otherwise`")
                }
                (Guard::Plain, _) if last > 0 => {
                    let message = format!("this case of `{name}` says no condition");
                    Diagnostic::new(&codes::NO_OTHERWISE, case.span, message)
                        .with_help("add `when …`; the last case is `otherwise`")
                }
                (Guard::Otherwise, false) => Diagnostic::new(
                    &codes::OTHERWISE_NOT_LAST,
                    case.span,
                    "no case after `otherwise` can apply",
                )
                .with_help("move it to the end"),
                _ => continue,
            };
            self.report(diagnostic);
            return None;
        }
        Some(())
    }

    /// The enumeration of a definition whose values are bare words that nothing else is named: a declared one
    /// that holds them all, or one of its own.
    fn word_values(&mut self, ast: &'a ast::Define) -> Option<Ty> {
        let mut words: Vec<&str> = Vec::new();
        for case in &ast.cases {
            if is_absent(&case.value) {
                continue;
            }
            match &case.value.kind {
                ExpressionKind::Reference(path)
                    if !path.contains('.')
                        && !self.globals.contains_key(path)
                        && !self.scope.parameters.contains(path) =>
                {
                    if !words.contains(&path.as_str()) {
                        words.push(path);
                    }
                }
                _ => return None,
            }
        }
        let holds = |it: &Enumeration| words.iter().all(|word| it.choices.iter().any(|it| it.name == *word));
        let holding: Vec<usize> = (0..self.schema.enumerations.len())
            .filter(|it| self.schema.enumerations.get(*it).is_some_and(holds))
            .collect();
        match (holding.as_slice(), words.len()) {
            (_, 0) => None,
            ([only], _) => Some(Ty::Choice(*only)),
            ([], 2..) => {
                let choices =
                    words.iter().map(|it| ChoiceName { name: (*it).to_owned(), json: (*it).to_owned() });
                let choices = choices.collect();
                let name = ast.name.text.clone();
                Some(Ty::Choice(self.enumerated(Enumeration { name, choices, ordered: false })))
            }
            ([], _) => None,
            (several, _) => {
                let declared = several
                    .iter()
                    .find(|it| self.schema.enumerations.get(**it).is_some_and(|it| !it.name.is_empty()));
                Some(Ty::Choice(*declared.or(several.first())?))
            }
        }
    }

    /// Where one value is an amount in one of several currencies, the others become such amounts.
    fn in_one_of_all(&mut self, drafts: Vec<Draft<'a>>) -> Option<Vec<Draft<'a>>> {
        let several = drafts.iter().filter_map(|it| it.value.as_ref()).find_map(|it| match it.expr.ty {
            Ty::MoneyOf(index) => Some(index),
            _ => None,
        });
        let Some(index) = several else { return Some(drafts) };
        let mut all = Vec::with_capacity(drafts.len());
        for mut draft in drafts {
            draft.value = match draft.value {
                Some(value) => Some(self.in_one_of(value, index)?),
                None => None,
            };
            all.push(draft);
        }
        Some(all)
    }

    /// Brings all values to one type and form.
    fn unified(&mut self, drafts: Vec<Draft<'a>>) -> Option<(Vec<Case>, Ty, Option<Range>)> {
        let drafts = self.in_one_of_all(drafts)?;
        let first = drafts.iter().find_map(|it| it.value.as_ref()).map(|it| (it.expr.ty, it.expr.span));
        let Some((first, _)) = first else {
            let span = drafts.first().map_or(Span::default(), |it| it.ast.span);
            self.report(
                Diagnostic::new(
                    &codes::ABSENT_NOT_ALLOWED,
                    span,
                    "a definition has a value in at least one case",
                )
                .with_help("give one of its cases a value"),
            );
            return None;
        };
        for draft in &drafts {
            let Some(value) = &draft.value else { continue };
            let same = match (first, value.expr.ty) {
                (Ty::Quantity(a, _), Ty::Quantity(b, _)) => a == b,
                (a, b) => a == b,
            };
            if !same {
                self.mismatch(first, value.expr.ty, value.expr.span);
                return None;
            }
        }
        let (mut asts, mut guards, mut values, mut slots) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for draft in drafts {
            asts.push((draft.ast, draft.known));
            guards.push(draft.guard);
            slots.push(draft.value.is_some());
            values.extend(draft.value);
        }
        if matches!(first, Ty::Quantity(..)) && values.len() > 1 {
            values = self.aligned(values)?;
        }
        let ty = values.first()?.expr.ty;
        let range = values.iter().map(|it| it.range).reduce(|a, b| Some(a?.hull(b?))).flatten();
        let mut values = values.into_iter();
        let mut cases = Vec::with_capacity(asts.len());
        for (((ast, known), guard), has_value) in asts.into_iter().zip(guards).zip(slots) {
            let notes = self.notes(&ast.notes, &known)?;
            let value = match has_value {
                true => values.next()?.expr,
                false => Expr { kind: Kind::Absent, ty, span: ast.value.span },
            };
            cases.push(Case { guard: guard.map(|it| it.expr), value, notes, span: ast.span });
        }
        Some((cases, ty, range))
    }

    /// Warns of definitions that nothing uses.
    pub(super) fn unused_definitions(&mut self) {
        let unused: Vec<&ast::Define> =
            self.definitions.iter().filter(|it| !it.used && it.hir.is_some()).map(|it| it.ast).collect();
        if !self.file.broken.is_empty() {
            return;
        }
        for it in unused {
            let message = format!("nothing uses the definition `{}`", it.name.text);
            self.report(
                Diagnostic::new(&codes::UNUSED_DEFINITION, it.name.span, message)
                    .with_help("remove it, or use it where it was meant to be used"),
            );
        }
    }
}

fn without_locals(mut known: Known) -> Known {
    known.retain(|place| !matches!(place, Place::Local(_)));
    known
}

/// Whether the expression is the word `absent`.
pub(super) fn is_absent(it: &Expression) -> bool {
    match &it.kind {
        ExpressionKind::Literal(literal) => matches!(literal.kind, LiteralKind::Absent),
        ExpressionKind::Parenthesis(inner) => is_absent(inner),
        _ => false,
    }
}
