//! Expressions: the typed tree of each, its range, and what it makes known.

use std::collections::BTreeMap;

use crate::{
    check::{
        Checker, codes,
        declare::LocalInfo,
        flow::{Flow, Known, Place},
        range::Range,
    },
    diag::Diagnostic,
    hir::{Expr, Kind, Ty},
    source::Span,
    syntax::ast::{Expression, ExpressionKind, Literal},
};

/// The deepest tree that one expression may become.
const DEEPEST: usize = 250;

/// A checked expression.
#[derive(Clone)]
pub(super) struct Typed {
    pub(super) expr: Expr,
    /// The range of a number or a date, in the form of its type.
    pub(super) range: Option<Range>,
    pub(super) flow: Flow,
    /// The place that it reads, where it does nothing else.
    pub(super) place: Option<Place>,
    /// Places that it needs to be there and that are not known to be.
    pub(super) missing: Vec<Missing>,
}

/// A place that must be there, and where a definition needs it.
#[derive(Clone, Copy)]
pub(super) struct Missing {
    pub(super) place: Place,
    pub(super) needed_at: Option<Span>,
}

/// The definition around the expression that is being checked.
#[derive(Default)]
pub(super) struct Scope {
    /// Its parameters, taken apart.
    pub(super) locals: Vec<LocalInfo>,
    /// The names of its parameters.
    pub(super) parameters: Vec<String>,
    /// Where set, what is missing becomes a requirement of the definition instead of a mistake.
    pub(super) requires: Option<BTreeMap<Place, Span>>,
}

impl Typed {
    pub(super) fn new(kind: Kind, ty: Ty, span: Span) -> Self {
        let expr = Expr { kind, ty, span };
        Typed { expr, range: None, flow: Flow::default(), place: None, missing: Vec::new() }
    }

    pub(super) fn with_range(mut self, range: Option<Range>) -> Self {
        self.range = range;
        self
    }

    pub(super) fn with_flow(mut self, flow: Flow) -> Self {
        self.flow = flow;
        self
    }
}

impl Checker<'_> {
    /// Checks an expression whose value is needed: what it reads must be there.
    pub(super) fn value(&mut self, it: &Expression, known: &Known, expected: Option<Ty>) -> Option<Typed> {
        let typed = self.expression(it, known, expected)?;
        self.present(typed)
    }

    /// Checks a condition.
    pub(super) fn condition(&mut self, it: &Expression, known: &Known) -> Option<Typed> {
        let typed = self.value(it, known, Some(Ty::Boolean))?;
        if typed.expr.ty == Ty::Boolean {
            return Some(typed);
        }
        let message = format!("expected a condition, found {}", self.described(typed.expr.ty));
        let help = match &typed.expr.kind {
            Kind::Each(each) if each.filter.is_some() => {
                "`where` takes all that follows it: to compare the whole, write `(count of … where …) > 2`"
            }
            _ => "a condition is yes or no: compare the value with another, as in `X is Y` or `X <= Y`",
        };
        self.report(Diagnostic::new(&codes::NOT_A_CONDITION, it.span, message).with_help(help));
        None
    }

    /// Checks a condition that stands alone: nothing is known around it.
    pub(super) fn closed_condition(&mut self, it: &Expression) -> Option<Expr> {
        let typed = self.condition(it, &Known::default())?;
        self.shallow(&typed.expr).then_some(typed.expr)
    }

    /// Reports what the expression needs and what is not known to be there, or, inside a definition, notes
    /// it as something that every use of the definition needs.
    pub(super) fn present(&mut self, mut typed: Typed) -> Option<Typed> {
        let span = typed.expr.span;
        for missing in std::mem::take(&mut typed.missing) {
            if let Some(requires) = &mut self.scope.requires
                && !matches!(missing.place, Place::Local(_))
            {
                requires.entry(missing.place).or_insert(span);
                continue;
            }
            self.report_missing(missing, span);
            return None;
        }
        Some(typed)
    }

    fn report_missing(&mut self, missing: Missing, span: Span) {
        let name = self.place_name(missing.place);
        let text = self.source.slice(span);
        let mut diagnostic = if let Place::Outcome(decision, outcome) = missing.place {
            let decision_name = self.decisions.get(decision).map_or("", |it| it.ast.name.text.as_str());
            let outcome_name = self.outcome_name(decision, outcome);
            let message = format!("`{text}` is there only when `{decision_name}` is `{outcome_name}`");
            Diagnostic::new(&codes::OUTCOME_NOT_KNOWN, span, message)
                .with_help(format!("ask first, as in `{decision_name} is {outcome_name} and …`"))
        } else {
            let message = if text == name {
                format!("`{name}` may be absent here")
            } else {
                format!("`{text}` needs `{name}`, which may be absent here")
            };
            Diagnostic::new(&codes::MAY_BE_ABSENT, span, message)
                .with_help(format!("make sure that it is there first, as in `{name} is present and …`"))
        };
        if let Some(needed) = missing.needed_at {
            diagnostic = diagnostic.with_related(needed, format!("here it needs `{name}`"));
        }
        self.report(diagnostic);
    }

    /// How the author calls a place.
    pub(super) fn place_name(&self, place: Place) -> String {
        match place {
            Place::Slot(slot) => self.schema.slots.get(slot).map_or(String::new(), |it| it.path.clone()),
            Place::Definition(index) => {
                self.definitions.get(index).map_or(String::new(), |it| it.ast.name.text.clone())
            }
            Place::Local(index) => self.scope.locals.get(index).map_or(String::new(), |it| it.name.clone()),
            Place::Outcome(decision, outcome) => {
                let name = self.decisions.get(decision).map_or("", |it| it.ast.name.text.as_str());
                format!("{name} is {}", self.outcome_name(decision, outcome))
            }
            Place::Parameter(decision, outcome, parameter) => {
                let it = self.decisions.get(decision);
                let name = it.map_or("", |it| it.ast.name.text.as_str());
                let parameter = it
                    .and_then(|it| it.outcomes.get(outcome))
                    .and_then(|it| it.parameters.get(parameter))
                    .map_or("", |it| it.name.as_str());
                format!("{name}.{parameter}")
            }
        }
    }

    pub(super) fn outcome_name(&self, decision: usize, outcome: usize) -> &str {
        let outcomes = self.decisions.get(decision).map(|it| &it.outcomes);
        outcomes.and_then(|it| it.get(outcome)).map_or("", |it| it.name.as_str())
    }

    /// Checks any expression. A bare word is looked up as a value of `expected` where that is an enumeration.
    pub(super) fn expression(
        &mut self,
        it: &Expression,
        known: &Known,
        expected: Option<Ty>,
    ) -> Option<Typed> {
        let span = it.span;
        match &it.kind {
            ExpressionKind::Literal(literal) => self.literal_expression(literal),
            ExpressionKind::Reference(path) => self.reference(path, span, known, expected),
            ExpressionKind::Call(name, arguments) => self.call(name, arguments, span, known),
            ExpressionKind::Parenthesis(inner) => {
                let mut typed = self.expression(inner, known, expected)?;
                typed.expr.span = span;
                Some(typed)
            }
            ExpressionKind::Not(inner) => {
                let inner = self.condition(inner, known)?;
                let flow = inner.flow.clone().swapped();
                Some(Typed::new(Kind::Not(Box::new(inner.expr)), Ty::Boolean, span).with_flow(flow))
            }
            ExpressionKind::And(all) => self.chain(all, known, span, true),
            ExpressionKind::Or(all) => self.chain(all, known, span, false),
            ExpressionKind::Implies(a, b) => {
                let a = self.condition(a, known);
                let after = match &a {
                    Some(a) => known.clone().and(&a.flow.yes),
                    None => known.clone().and_unread(),
                };
                let b = self.condition(b, &after)?;
                let a = a?;
                let flow = a.flow.clone().swapped().or(&b.flow);
                // A `not` that is not written has an empty place.
                let not_a =
                    Expr { span: a.expr.span.empty(), kind: Kind::Not(Box::new(a.expr)), ty: Ty::Boolean };
                Some(Typed::new(Kind::Or(vec![not_a, b.expr]), Ty::Boolean, span).with_flow(flow))
            }
            ExpressionKind::Compare(operator, a, b) => self.compare(*operator, a, b, span, known),
            ExpressionKind::OneOf { value, choices, negated } => {
                self.one_of(value, choices, *negated, span, known)
            }
            ExpressionKind::Presence { value, present } => self.presence(value, *present, span, known),
            ExpressionKind::Each(each) => self.each(each, span, known),
            ExpressionKind::InCurrency { value, currency, negated } => {
                self.in_currency(value, currency, *negated, span, known)
            }
            ExpressionKind::Empty { value, negated } if self.list_of(value).is_some() => {
                self.list_is_empty(value, *negated, span, known)
            }
            ExpressionKind::Empty { value, negated } => {
                let decision = self.collecting(value)?;
                let empty = Typed::new(Kind::Empty(decision), Ty::Boolean, span);
                Some(if *negated { negate(empty) } else { empty })
            }
            ExpressionKind::Includes(value, item) => match self.list_of(value) {
                Some(list) => self.list_includes(list, value, item, span, known),
                None => self.includes(value, item, span),
            },
            ExpressionKind::OrMore { .. } => {
                self.report(
                    Diagnostic::new(&codes::NOT_A_CONDITION, span, "`or above` and `or below` follow `is`")
                        .with_help("write `X is gold or above`"),
                );
                None
            }
            ExpressionKind::Negate(inner) => self.negated(inner, span, known),
            ExpressionKind::Sum(first, rest) => self.sum(first, rest, span, known),
            ExpressionKind::Product(first, rest) => self.product(first, rest, span, known),
            ExpressionKind::Capped(base, caps) => self.capped(base, caps, span, known),
            ExpressionKind::Extremum(kind, all) => self.extremum(*kind, all, span, known),
            ExpressionKind::Shifted { distance, from, after, calendar } => {
                self.shifted(distance, from, *after, calendar.as_ref(), span, known)
            }
            ExpressionKind::Time(it) => self.time(it, span, known),
            ExpressionKind::Rounded { value, mode, step } => self.rounded(value, *mode, step, span, known),
            ExpressionKind::CountIn(unit, inner) => self.count_in(*unit, inner, span, known),
            ExpressionKind::Row(row) => self.row(row, span, known),
            ExpressionKind::OnDay(table, day) => self.on_day(table, day, span, known),
            ExpressionKind::HasRow(table, day) => self.has_row(table, day, span, known),
        }
    }

    fn literal_expression(&mut self, literal: &Literal) -> Option<Typed> {
        let constant = self.constant(literal)?;
        let range = constant.range();
        Some(Typed::new(Kind::Constant(constant.value), constant.ty, literal.span).with_range(range))
    }

    /// `and` (otherwise `or`): each operand is checked with what the ones before it make known.
    fn chain(&mut self, all: &[Expression], known: &Known, span: Span, and: bool) -> Option<Typed> {
        let mut operands = Vec::with_capacity(all.len());
        let mut flow: Option<Flow> = None;
        let mut around = known.clone();
        let mut sound = true;
        for it in all {
            let Some(operand) = self.condition(it, &around) else {
                sound = false;
                around = around.and_unread();
                continue;
            };
            around = around.and(if and { &operand.flow.yes } else { &operand.flow.no });
            flow = Some(match flow {
                None => operand.flow,
                Some(before) if and => before.and(&operand.flow),
                Some(before) => before.or(&operand.flow),
            });
            operands.push(operand.expr);
        }
        let kind = if and { Kind::And(operands) } else { Kind::Or(operands) };
        sound.then(|| Typed::new(kind, Ty::Boolean, span).with_flow(flow.unwrap_or_default()))
    }

    pub(super) fn presence(
        &mut self,
        value: &Expression,
        present: bool,
        span: Span,
        known: &Known,
    ) -> Option<Typed> {
        // Whether an amount is there is asked of it as it is declared, whatever its currency.
        let known = &known.without_currencies();
        let mut inner = match &value.kind {
            ExpressionKind::Reference(path) => match self.record_presence(path, span, known) {
                Some(found) => found?,
                None => match self.list_named(path) {
                    Some(list) => self.list_length(list, value.span, known)?,
                    None => self.expression(value, known, None)?,
                },
            },
            _ => self.expression(value, known, None)?,
        };
        let Some(place) = inner.place.filter(|it| self.may_be_absent(*it)) else {
            let text = self.source.slice(value.span).to_owned();
            self.report(
                Diagnostic::new(&codes::NEVER_ABSENT, value.span, format!("`{text}` is never absent"))
                    .with_help("only a fact, parameter or definition that is `optional` can be absent"),
            );
            return None;
        };
        // Whether it is there may be asked where a record around it is absent, but not where a definition
        // that needs another fact stands without it.
        inner.missing.retain(|it| it.place != place && it.needed_at.is_some());
        let inner = self.present(inner)?;
        let flow = Flow { yes: self.implied_presence(place), no: Known::default() };
        let kind = match inner.expr.kind {
            it @ Kind::RecordPresent(_) => it,
            _ => Kind::Present(Box::new(inner.expr)),
        };
        let mut asked = Typed::new(kind, Ty::Boolean, span).with_flow(flow);
        // A parameter is there only where the decision has its outcome, which may not be known yet.
        if let Place::Parameter(decision, outcome, _) = place
            && !known.has(Place::Outcome(decision, outcome))
        {
            let is_outcome = self.outcome_question(decision, vec![outcome], span);
            let flow = is_outcome.flow.and(&asked.flow);
            let both = Kind::And(vec![is_outcome.expr, asked.expr]);
            asked = Typed::new(both, Ty::Boolean, span).with_flow(flow);
        }
        Some(if present { asked } else { negate(asked) })
    }

    /// What is there when `place` is: itself and the optional records around it.
    pub(super) fn implied_presence(&self, place: Place) -> Known {
        let mut places = vec![place];
        let mut at = place;
        loop {
            let around = match at {
                Place::Slot(slot) => self.schema.slots.get(slot).and_then(|it| it.within).map(Place::Slot),
                Place::Local(local) => {
                    self.scope.locals.get(local).and_then(|it| it.within).map(Place::Local)
                }
                _ => None,
            };
            match around {
                Some(it) => {
                    places.push(it);
                    at = it;
                }
                None => return Known::present(places),
            }
        }
    }

    fn may_be_absent(&self, place: Place) -> bool {
        match place {
            Place::Slot(slot) => self.schema.slots.get(slot).is_some_and(|it| it.optional),
            Place::Local(local) => self.scope.locals.get(local).is_some_and(|it| it.optional),
            Place::Definition(index) => self.definitions.get(index).is_some_and(|it| it.optional),
            Place::Parameter(decision, outcome, parameter) => {
                let outcome = self.decisions.get(decision).and_then(|it| it.outcomes.get(outcome));
                outcome.and_then(|it| it.parameters.get(parameter)).is_some_and(|it| it.optional)
            }
            Place::Outcome(..) => false,
        }
    }

    /// Whether the tree is shallow enough for those that walk it; reports it otherwise.
    pub(super) fn shallow(&mut self, expr: &Expr) -> bool {
        let mut open = vec![(expr, 1)];
        while let Some((it, depth)) = open.pop() {
            if depth > DEEPEST {
                let message = "this expression is nested too deep to be evaluated";
                self.report(
                    Diagnostic::new(&codes::TOO_COSTLY, expr.span, message)
                        .with_help("name a part of it with `define` and use the name"),
                );
                return false;
            }
            open.extend(it.children().map(|child| (child, depth + 1)));
        }
        true
    }

    /// The name of a decision that the expression reads, directly or through definitions.
    pub(super) fn first_decision_read(&self, expr: &Expr) -> Option<String> {
        let decision = self.decisions_read(expr).into_iter().next()?;
        self.decisions.get(decision).map(|it| it.ast.name.text.clone())
    }

    /// The decisions that the expression reads, directly or through definitions, sorted.
    pub(super) fn decisions_read(&self, expr: &Expr) -> Vec<usize> {
        let mut found = std::collections::BTreeSet::new();
        let mut seen = std::collections::BTreeSet::new();
        let mut open = vec![expr];
        while let Some(it) = open.pop() {
            match it.kind {
                Kind::OutcomeIs(decision, _)
                | Kind::OutcomeParameter(decision, ..)
                | Kind::Includes(decision, _)
                | Kind::Empty(decision)
                | Kind::Collected(decision) => {
                    found.insert(decision);
                }
                Kind::Definition(index) | Kind::Call(index, _) if seen.insert(index) => {
                    if let Some(definition) = self.definitions.get(index).and_then(|it| it.hir.as_ref()) {
                        for case in &definition.cases {
                            open.extend(case.guard.as_ref());
                            open.push(&case.value);
                        }
                    }
                }
                _ => {}
            }
            open.extend(it.children());
        }
        found.into_iter().collect()
    }
}

/// `not` of a condition.
pub(super) fn negate(condition: Typed) -> Typed {
    let span = condition.expr.span;
    let flow = condition.flow.clone().swapped();
    Typed::new(Kind::Not(Box::new(condition.expr)), Ty::Boolean, span).with_flow(flow)
}
