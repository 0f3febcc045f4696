//! The cells of a row: what each asks of its column, and which values it accepts where that is constant.
//!
//! A cell becomes the comparison that an author would write: `EU, UK` is `zone is one of (EU, UK)`. Any cell
//! but `any` and `absent` implies that the column is there, so the question for presence comes first where the
//! column may be absent.

use crate::{
    check::{
        Checker, codes,
        compare::{in_words, order_of},
        expression::{Typed, negate},
        flow::{Flow, Known, Place},
        number::{constant_of, denominator},
        range::{ceil_div, floor_div},
        types::is_moment,
    },
    diag::Diagnostic,
    hir::{Expr, Kind, Order, Ty},
    schema::Type,
    source::Span,
    syntax::ast::{
        Alternative, AlternativeKind, Cell, CellKind, Expression, ExpressionKind, Literal, LiteralKind, Row,
    },
    value::Scalar,
};

/// Further than any value: the open end of a comparison.
const FAR: i128 = 1 << 126;

/// What a cell accepts: whole steps of its column, in closed intervals.
#[derive(Clone, Debug, Default)]
pub(in crate::check) struct Shape {
    /// Whether the column may be absent.
    pub(super) absent: bool,
    /// Everything that is there.
    pub(super) all: bool,
    /// Else these.
    pub(super) spans: Vec<(i128, i128)>,
}

impl Shape {
    /// The shape of `any`.
    pub(super) fn any() -> Shape {
        Shape { absent: true, all: true, spans: Vec::new() }
    }

    /// What is there and is not accepted.
    fn complement(mut self) -> Shape {
        self.spans.sort_unstable();
        let mut rest = Vec::new();
        let mut from = -FAR;
        for (low, high) in self.spans.into_iter().filter(|(low, high)| low <= high) {
            if low > from {
                rest.push((from, low - 1));
            }
            from = from.max(high.saturating_add(1));
        }
        if from <= FAR {
            rest.push((from, FAR));
        }
        Shape { absent: false, all: false, spans: if self.all { Vec::new() } else { rest } }
    }
}

/// One alternative: its question, and what it accepts where that is constant.
struct Match {
    typed: Typed,
    spans: Option<(i128, i128)>,
    span: Span,
}

/// A constant in the steps of a column: the whole steps around it.
#[derive(Clone, Copy)]
struct Steps {
    floor: i128,
    ceil: i128,
}

impl Checker<'_> {
    /// Checks the condition of a row.
    pub(in crate::check) fn row(&mut self, row: &Row, span: Span, known: &Known) -> Option<Typed> {
        let mut around = known.clone();
        if self.is_heading(row) {
            return None;
        }
        let mut operands: Vec<Typed> = Vec::new();
        let mut shapes = Vec::with_capacity(row.cells.len());
        let mut sound = true;
        for (column, cell) in row.columns.iter().zip(&row.cells) {
            let Some((tests, shape)) = self.cell(column, cell, &around) else {
                sound = false;
                around = around.and_unread();
                continue;
            };
            for test in tests {
                around = around.and(&test.flow.yes);
                operands.push(test);
            }
            shapes.push(shape);
        }
        if !sound {
            return None;
        }
        self.shapes.insert(span, shapes);
        Some(all_of(operands, span))
    }

    /// Reports a row whose first cell names its column: headings, as tables have them elsewhere.
    fn is_heading(&mut self, row: &Row) -> bool {
        let (Some(column), Some(cell)) = (row.columns.first(), row.cells.first()) else { return false };
        let CellKind::OneOf(written) = &cell.kind else { return false };
        let [Alternative { kind: AlternativeKind::Value(value), .. }] = written.as_slice() else {
            return false;
        };
        let name = self.source.slice(column.span);
        if !matches!(value.kind, ExpressionKind::Reference(_)) || self.source.slice(value.span) != name {
            return false;
        }
        let message = format!("this cell of the column `{name}` names the column itself");
        self.report(
            Diagnostic::new(&codes::NOT_IN_CELL, cell.span, message)
                .with_help("a table has no row of headings: `by` names its columns"),
        );
        true
    }

    /// The questions of one cell, those for presence first.
    fn cell(
        &mut self,
        column: &Expression,
        cell: &Cell,
        known: &Known,
    ) -> Option<(Vec<Typed>, Option<Shape>)> {
        let (alternatives, negated) = match &cell.kind {
            CellKind::Any => return Some((Vec::new(), Some(Shape::any()))),
            CellKind::OneOf(all) => (all.as_slice(), false),
            CellKind::NoneOf(all) => (all.as_slice(), true),
            CellKind::Bare => (&[][..], false),
        };
        if let Some(decision) = self.decision_named(column)
            && self.decisions.get(decision).is_some_and(|it| it.ast.collect.is_none())
        {
            return self.outcome_cell(decision, cell, alternatives, negated);
        }
        let mut subject = self.expression(column, known, None)?;
        subject.expr.span = cell.span;
        let needed: Vec<Place> = subject.missing.drain(..).map(|it| it.place).collect();
        let bare = cell.bare.as_deref().filter(|_| subject.expr.ty == Ty::Text && !quoted(alternatives));
        if let Some(text) = bare {
            let literal = Literal { kind: LiteralKind::Text(text.to_owned()), span: cell.span };
            let value = Expression { kind: ExpressionKind::Literal(literal), span: cell.span };
            let written = [Alternative { kind: AlternativeKind::Value(value), span: cell.span }];
            return self.matching_cell(column, (subject, needed), (&written, false), cell, known);
        }
        if matches!(cell.kind, CellKind::Bare) {
            let message = format!("`{}` is no cell of a table", self.source.slice(cell.span));
            self.report(Diagnostic::new(&codes::NOT_IN_CELL, cell.span, message).with_help(
                "a cell is a value, a list of them, a range as in `1 through 5`, a comparison, or `any`",
            ));
            return None;
        }
        self.matching_cell(column, (subject, needed), (alternatives, negated), cell, known)
    }

    fn matching_cell(
        &mut self,
        column: &Expression,
        (subject, needed): (Typed, Vec<Place>),
        (alternatives, negated): (&[Alternative], bool),
        cell: &Cell,
        known: &Known,
    ) -> Option<(Vec<Typed>, Option<Shape>)> {
        let mut tests: Vec<Typed> = needed.iter().map(|it| self.is_there(*it, cell.span)).collect();
        let inside = tests.iter().fold(known.clone(), |known, it| known.and(&it.flow.yes));
        let mut subject = subject;
        if !tests.is_empty() {
            // Ranges may be tighter where it is there.
            subject = self.expression(column, &inside, None)?;
            subject.expr.span = cell.span;
        }
        let (mut absent, mut present) = (None, None);
        let mut matches = Vec::new();
        for alternative in alternatives {
            match self.presence_word(&subject, alternative) {
                Some(true) => present = Some(alternative.span),
                Some(false) => absent = Some(alternative.span),
                None => matches.push(self.alternative(&subject, alternative, &inside)?),
            }
        }
        if let (Some(at), _) | (None, Some(at)) = (absent, present) {
            if let (true, Some(at)) = (negated, present) {
                let message = "`not present` says nothing of a value";
                self.report(
                    Diagnostic::new(&codes::NOT_IN_CELL, at, message).with_help("write `absent` instead"),
                );
                return None;
            }
            let asked = self.presence(column, negated || present.is_some(), at, known)?;
            return self.with_presence((tests, matches), (asked, absent.is_some(), negated), cell);
        }
        let shape = self.accepted(&matches, negated);
        self.overlaps_in_cell(&matches);
        let mut matched = self.any_of(matches, cell.span);
        if negated {
            matched = negate(matched);
        }
        tests.push(matched);
        Some((tests, shape))
    }

    /// A cell that says `absent` or `present`, alone or beside values.
    fn with_presence(
        &mut self,
        (tests, matches): (Vec<Typed>, Vec<Match>),
        (asked, absent, negated): (Typed, bool, bool),
        cell: &Cell,
    ) -> Option<(Vec<Typed>, Option<Shape>)> {
        if matches.is_empty() {
            let there = Shape { absent: false, all: true, spans: Vec::new() };
            let shape = match absent && !negated {
                true => Shape { absent: true, ..Shape::default() },
                false => there,
            };
            return Some((vec![asked], Some(shape)));
        }
        let shape = self.accepted(&matches, negated);
        let mut values = tests;
        let mut matched = self.any_of(matches, cell.span);
        if negated {
            matched = negate(matched);
        }
        values.push(matched);
        if negated {
            return Some((values, shape));
        }
        let shape = match absent {
            true => shape.map(|it| Shape { absent: true, ..it }),
            false => Some(Shape { absent: false, all: true, spans: Vec::new() }),
        };
        let values = all_of(values, cell.span);
        let flow = asked.flow.clone().or(&values.flow);
        let either = Kind::Or(vec![asked.expr, values.expr]);
        Some((vec![Typed::new(either, Ty::Boolean, cell.span).with_flow(flow)], shape))
    }

    /// `present` (`true`) or `absent`, unless it is a value of the column.
    fn presence_word(&self, subject: &Typed, alternative: &Alternative) -> Option<bool> {
        let AlternativeKind::Value(value) = &alternative.kind else { return None };
        match &value.kind {
            ExpressionKind::Literal(Literal { kind: LiteralKind::Absent, .. }) => Some(false),
            ExpressionKind::Reference(word) if word == "present" => {
                let is_value = match subject.expr.ty {
                    Ty::Choice(index) => self
                        .schema
                        .enumerations
                        .get(index)
                        .is_some_and(|it| it.choices.iter().any(|it| it.name == "present")),
                    _ => false,
                };
                (!is_value && !self.globals.contains_key("present")).then_some(true)
            }
            _ => None,
        }
    }

    /// The question whether a place is there.
    fn is_there(&self, place: Place, span: Span) -> Typed {
        let boolean = |kind| Typed::new(kind, Ty::Boolean, span);
        let present = |kind, ty| boolean(Kind::Present(Box::new(Expr { kind, ty, span })));
        let asked = match place {
            Place::Slot(slot) => match self.schema.slots.get(slot).map(|it| it.ty) {
                Some(Type::Record) | None => boolean(Kind::RecordPresent(slot)),
                Some(ty) => present(Kind::Fact(slot), crate::check::types::ty_of(ty)),
            },
            Place::Local(local) => match self.scope.locals.get(local).map(|it| it.ty) {
                Some(Type::Record) | None => boolean(Kind::Local(local)),
                Some(ty) => present(Kind::Local(local), crate::check::types::ty_of(ty)),
            },
            Place::Definition(index) => {
                let ty = self.definitions.get(index).and_then(|it| it.ty).unwrap_or(Ty::Boolean);
                present(Kind::Definition(index), ty)
            }
            Place::Parameter(decision, outcome, parameter) => {
                let declared = self.decisions.get(decision).and_then(|it| it.outcomes.get(outcome));
                let ty = declared.and_then(|it| it.parameters.get(parameter)).map(|it| it.ty);
                let ty = ty.map_or(Ty::Boolean, crate::check::types::ty_of);
                present(Kind::OutcomeParameter(decision, outcome, parameter), ty)
            }
            Place::Outcome(decision, outcome) => {
                return self.outcome_question(decision, vec![outcome], span);
            }
        };
        asked.with_flow(Flow { yes: self.implied_presence(place), no: Known::default() })
    }

    fn alternative(&mut self, subject: &Typed, it: &Alternative, known: &Known) -> Option<Match> {
        let span = it.span;
        let (typed, spans) = match &it.kind {
            AlternativeKind::Value(value) => {
                if let ExpressionKind::Reference(word) = &value.kind
                    && word == "any"
                    && !self.globals.contains_key("any")
                {
                    self.report(
                        Diagnostic::new(&codes::NOT_IN_CELL, span, "`any` stands alone in its cell")
                            .with_help("leave the other values out, or take `any` out"),
                    );
                    return None;
                }
                self.one_side(subject, Order::Equal, value, span, known)?
            }
            AlternativeKind::OrMore { value, above } => {
                let order = if *above { Order::AtLeast } else { Order::AtMost };
                self.one_side(subject, order, value, span, known)?
            }
            AlternativeKind::Compare(operator, value) => {
                let made = self.one_side(subject, order_of(*operator), value, span, known)?;
                if in_words(*operator) && !is_moment(subject.expr.ty) {
                    let found = self.described(subject.expr.ty);
                    let message =
                        format!("`later` and `earlier` compare dates and times, and this column is {found}");
                    self.report(
                        Diagnostic::new(&codes::NOT_COMPARABLE, span, message)
                            .with_help("write `<`, `<=`, `>` or `>=`"),
                    );
                    return None;
                }
                made
            }
            AlternativeKind::Range { low, over, high, under } => {
                let from = if *over { Order::Greater } else { Order::AtLeast };
                let to = if *under { Order::Less } else { Order::AtMost };
                let low = self.one_side(subject, from, low, low.span, known);
                let high = self.one_side(subject, to, high, high.span, known);
                let ((low, from), (high, to)) = (low?, high?);
                let spans = from.zip(to).map(|(from, to)| (from.0, to.1));
                if spans.is_some_and(|(from, to)| from > to) {
                    self.report(
                        Diagnostic::new(&codes::EMPTY_RANGE, span, "nothing lies in this range").with_help(
                            "write the lower end first; `through` includes both ends, `over` and `under` do not",
                        ),
                    );
                    return None;
                }
                (all_of(vec![low, high], span), spans)
            }
        };
        Some(Match { typed, spans, span })
    }

    /// The column compared with one value, and the steps that the comparison accepts.
    #[allow(clippy::type_complexity)]
    fn one_side(
        &mut self,
        subject: &Typed,
        order: Order,
        value: &Expression,
        span: Span,
        known: &Known,
    ) -> Option<(Typed, Option<(i128, i128)>)> {
        let value = self.value(value, known, Some(subject.expr.ty))?;
        let steps = self.steps(subject, &value);
        let typed = self.compared(order, subject.clone(), value, span)?;
        let spans = steps.map(|Steps { floor, ceil }| match order {
            Order::Less => (-FAR, ceil - 1),
            Order::AtMost => (-FAR, floor),
            Order::Greater => (floor + 1, FAR),
            Order::AtLeast => (ceil, FAR),
            // A value between two steps is none of the column's: an empty interval.
            Order::Equal | Order::Different => (ceil, floor),
        });
        Some((typed, spans))
    }

    /// A constant in the steps of the column; none where it is none, or of another unit.
    fn steps(&mut self, subject: &Typed, value: &Typed) -> Option<Steps> {
        let exact = |at: i128| Some(Steps { floor: at, ceil: at });
        match (&value.expr.kind, subject.expr.ty, value.expr.ty) {
            (Kind::Constant(Scalar::Choice(index)), ..) => exact(i128::from(*index)),
            (Kind::Constant(Scalar::Boolean(value)), ..) => exact(i128::from(*value)),
            (Kind::Constant(Scalar::Text(text)), ..) => {
                let next = self.cell_texts.len();
                let number = *self.cell_texts.entry(text.to_string()).or_insert(next);
                exact(i128::try_from(number).ok()?)
            }
            (Kind::Constant(Scalar::Number(at)), own, other) if is_moment(own) && own == other => exact(*at),
            (_, Ty::Quantity(own, form), Ty::Quantity(unit, written)) if own == unit => {
                let numerator = constant_of(value)?.checked_mul(denominator(form)?)?;
                let below = denominator(written)?;
                Some(Steps { floor: floor_div(numerator, below), ceil: ceil_div(numerator, below) })
            }
            _ => None,
        }
    }

    fn accepted(&self, matches: &[Match], negated: bool) -> Option<Shape> {
        let spans: Option<Vec<(i128, i128)>> = matches.iter().map(|it| it.spans).collect();
        let shape = Shape { absent: false, all: false, spans: spans? };
        Some(if negated { shape.complement() } else { shape })
    }

    /// Warns of two alternatives of one cell that accept the same value.
    fn overlaps_in_cell(&mut self, matches: &[Match]) {
        let mut all: Vec<(i128, i128, Span)> = Vec::new();
        for it in matches {
            all.extend(it.spans.filter(|(low, high)| low <= high).map(|(low, high)| (low, high, it.span)));
        }
        all.sort_unstable_by_key(|it| (it.0, it.2.start));
        for pair in all.windows(2) {
            let [a, b] = pair else { continue };
            if b.0 <= a.1 {
                let (first, again) = if a.2.start <= b.2.start { (a.2, b.2) } else { (b.2, a.2) };
                let message = "a part of this was already said in the same cell";
                self.report(
                    Diagnostic::new(&codes::OVERLAP_IN_CELL, again, message)
                        .with_related(first, "it accepts the same value")
                        .with_help("leave it out, or correct its ends"),
                );
            }
        }
    }

    /// The question whether one of the alternatives matches.
    fn any_of(&self, mut matches: Vec<Match>, span: Span) -> Typed {
        if matches.len() == 1
            && let Some(only) = matches.pop()
        {
            return only.typed;
        }
        let mut constants = Vec::new();
        let mut subject: Option<&Expr> = None;
        for it in &matches {
            if let Kind::Compare(Order::Equal, left, right) = &it.typed.expr.kind
                && let Kind::Constant(constant) = &right.kind
                && subject.is_none_or(|it| it.ty == left.ty)
            {
                constants.push(constant.clone());
                subject = Some(left);
            }
        }
        // Where every value is a constant of the same form, one node asks for all of them.
        if constants.len() == matches.len()
            && let Some(subject) = subject
        {
            constants.sort();
            constants.dedup();
            let kind = Kind::OneOf(Box::new(subject.clone()), constants);
            return Typed::new(kind, Ty::Boolean, span);
        }
        let flow = matches.iter().map(|it| it.typed.flow.clone()).reduce(|a, b| a.or(&b));
        let all = matches.into_iter().map(|it| it.typed.expr).collect();
        Typed::new(Kind::Or(all), Ty::Boolean, span).with_flow(flow.unwrap_or_default())
    }

    /// A cell of a column that is a decision: its outcomes.
    fn outcome_cell(
        &mut self,
        decision: usize,
        cell: &Cell,
        alternatives: &[Alternative],
        negated: bool,
    ) -> Option<(Vec<Typed>, Option<Shape>)> {
        let mut outcomes = Vec::new();
        for it in alternatives {
            let word = match &it.kind {
                AlternativeKind::Value(Expression { kind: ExpressionKind::Reference(word), .. }) => word,
                _ => {
                    let found = self.source.slice(it.span);
                    let message = format!("expected the name of an outcome, found `{found}`");
                    self.report(Diagnostic::new(&codes::UNKNOWN_OUTCOME, it.span, message));
                    return None;
                }
            };
            outcomes.push(self.outcome_named(decision, word, it.span)?);
        }
        outcomes.sort_unstable();
        outcomes.dedup();
        let spans = outcomes.iter().filter_map(|it| i128::try_from(*it).ok()).map(|it| (it, it)).collect();
        let shape = Shape { absent: false, all: false, spans };
        let asked = self.outcome_question(decision, outcomes, cell.span);
        Some(match negated {
            true => (vec![negate(asked)], Some(shape.complement())),
            false => (vec![asked], Some(shape)),
        })
    }
}

/// Whether a cell of a file holds texts in the policy's own quotes.
fn quoted(alternatives: &[Alternative]) -> bool {
    let text = |it: &Alternative| {
        matches!(
            &it.kind,
            AlternativeKind::Value(Expression {
                kind: ExpressionKind::Literal(Literal {
                    kind: LiteralKind::Text(_) | LiteralKind::Absent,
                    ..
                }),
                ..
            })
        )
    };
    !alternatives.is_empty() && alternatives.iter().all(text)
}

/// All of the conditions; none is always true.
pub(super) fn all_of(mut all: Vec<Typed>, span: Span) -> Typed {
    if all.len() == 1
        && let Some(only) = all.pop()
    {
        return only;
    }
    let flow = all.iter().map(|it| it.flow.clone()).reduce(|a, b| a.and(&b)).unwrap_or_default();
    let operands: Vec<Expr> = all.into_iter().map(|it| it.expr).collect();
    let kind = match operands.is_empty() {
        true => Kind::Constant(Scalar::Boolean(true)),
        false => Kind::And(operands),
    };
    Typed::new(kind, Ty::Boolean, span).with_flow(flow)
}
