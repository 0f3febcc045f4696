//! Comparisons: of numbers, dates, texts, values of enumerations, conditions and outcomes.

use crate::{
    check::{
        Checker, codes,
        expression::{Typed, negate},
        flow::{Flow, Known, Place},
        range::{Range, ceil_div, floor_div},
        types::is_moment,
    },
    diag::Diagnostic,
    hir::{Form, Kind, Measure, Order, Ty},
    source::Span,
    syntax::ast::{Comparison, Expression, ExpressionKind},
    value::Scalar,
};

pub(super) fn order_of(operator: Comparison) -> Order {
    match operator {
        Comparison::Is => Order::Equal,
        Comparison::IsNot => Order::Different,
        Comparison::Less | Comparison::Earlier => Order::Less,
        Comparison::AtMost | Comparison::NoLater => Order::AtMost,
        Comparison::Greater | Comparison::Later => Order::Greater,
        Comparison::AtLeast | Comparison::NoEarlier => Order::AtLeast,
    }
}

pub(super) fn in_words(operator: Comparison) -> bool {
    use Comparison::{Earlier, Later, NoEarlier, NoLater};
    matches!(operator, Earlier | Later | NoEarlier | NoLater)
}

/// Whether the expression can only be understood by the other side: a bare word.
fn bare_word(it: &Expression) -> Option<&str> {
    match &it.kind {
        ExpressionKind::Reference(path) if !path.contains('.') => Some(path),
        ExpressionKind::Parenthesis(inner) => bare_word(inner),
        _ => None,
    }
}

impl Checker<'_> {
    pub(super) fn compare(
        &mut self,
        operator: Comparison,
        left: &Expression,
        right: &Expression,
        span: Span,
        known: &Known,
    ) -> Option<Typed> {
        if let Some(decision) = self.decision_named(left)
            && self.decisions.get(decision).is_some_and(|it| it.ast.collect.is_none())
        {
            return self.outcome_is(decision, operator, right, span);
        }
        if let ExpressionKind::OrMore { value, above } = &right.kind {
            return self.or_more(operator, left, value, *above, span, known);
        }
        let (a, b) = self.sides(left, right, known)?;
        let typed = self.compared(order_of(operator), a, b, span)?;
        if in_words(operator)
            && let Kind::Compare(_, a, _) = &typed.expr.kind
            && !is_moment(a.ty)
        {
            let found = self.described(a.ty);
            let message = format!("`later` and `earlier` compare dates and times, and this is {found}");
            self.report(
                Diagnostic::new(&codes::NOT_COMPARABLE, span, message)
                    .with_help("write `<`, `<=`, `>` or `>=`"),
            );
            return None;
        }
        Some(typed)
    }

    /// Checks both sides, each with the other's type in view.
    fn sides(&mut self, left: &Expression, right: &Expression, known: &Known) -> Option<(Typed, Typed)> {
        let named = |it: &Expression| match bare_word(it) {
            Some(word) => {
                self.globals.contains_key(word) || self.scope.parameters.iter().any(|it| it == word)
            }
            None => true,
        };
        let (left_named, right_named) = (named(left), named(right));
        if left_named || !right_named {
            let a = self.value(left, known, None);
            if a.is_none() && !right_named {
                // What the word on the right means depends on the left side, which was reported.
                return None;
            }
            let b = self.value(right, known, a.as_ref().map(|it| it.expr.ty));
            Some((a?, b?))
        } else {
            let b = self.value(right, known, None);
            let a = self.value(left, known, b.as_ref().map(|it| it.expr.ty));
            Some((a?, b?))
        }
    }

    pub(super) fn compared(&mut self, order: Order, a: Typed, b: Typed, span: Span) -> Option<Typed> {
        let ordering = !matches!(order, Order::Equal | Order::Different);
        for side in [&a, &b] {
            if let (true, Ty::MoneyOf(index)) = (ordering, side.expr.ty) {
                self.currency_not_known(index, side.expr.span);
                return None;
            }
        }
        let (a, b) = match (a.expr.ty, b.expr.ty) {
            (Ty::MoneyOf(index), Ty::Quantity(Measure::Money(_), _)) => (a, self.in_one_of(b, index)?),
            (Ty::Quantity(Measure::Money(_), _), Ty::MoneyOf(index)) => (self.in_one_of(a, index)?, b),
            _ => (a, b),
        };
        match (a.expr.ty, b.expr.ty) {
            (Ty::MoneyOf(x), Ty::MoneyOf(y)) if x == y && !ordering => {
                Some(self.comparison_node(order, a, b, span))
            }
            (Ty::Quantity(x, _), Ty::Quantity(y, _)) => {
                let (a, b) = self.one_unit(a, x, b, y)?;
                self.numbers(order, a, b, span)
            }
            (x, y) if x == y && is_moment(x) => self.numbers(order, a, b, span),
            (Ty::Choice(x), Ty::Choice(y)) if x == y => {
                if ordering && !self.schema.enumerations.get(x).is_some_and(|it| it.ordered) {
                    let message = format!("the values of {} have no order", self.described(a.expr.ty));
                    self.report(
                        Diagnostic::new(&codes::NOT_ORDERED, span, message)
                            .with_help("declare the list as `ordered a < b < c`, or compare with `is`"),
                    );
                    return None;
                }
                Some(self.comparison_node(order, a, b, span))
            }
            (Ty::Boolean, Ty::Boolean) | (Ty::Text, Ty::Text) => {
                if ordering {
                    let message = format!("{} has no order", self.described(a.expr.ty));
                    self.report(
                        Diagnostic::new(&codes::NOT_ORDERED, span, message).with_help("compare with `is`"),
                    );
                    return None;
                }
                Some(self.equality(order, a, b, span))
            }
            (x, y) => {
                self.mismatch(x, y, b.expr.span);
                None
            }
        }
    }

    /// Brings a share (a number that came of a division) and a percentage to one unit.
    fn one_unit(&mut self, a: Typed, x: Measure, b: Typed, y: Measure) -> Option<(Typed, Typed)> {
        if x == y {
            return Some((a, b));
        }
        let unrounded = |it: &Typed| !matches!(it.expr.ty, Ty::Quantity(_, Form::Steps(_)));
        match (x, y) {
            (Measure::Number, Measure::Percent) if unrounded(&a) => Some((a, as_share(b))),
            (Measure::Percent, Measure::Number) if unrounded(&b) => Some((as_share(a), b)),
            _ => {
                let (wanted, found, span) = match (&a.expr.kind, x, y) {
                    (Kind::Constant(_), Measure::Number, _) => (b.expr.ty, a.expr.ty, a.expr.span),
                    _ => (a.expr.ty, b.expr.ty, b.expr.span),
                };
                self.mismatch(wanted, found, span);
                None
            }
        }
    }

    pub(super) fn numbers(&mut self, order: Order, a: Typed, b: Typed, span: Span) -> Option<Typed> {
        let (left, right) = ((a.place, a.range), (b.place, b.range));
        let (a, b) = if is_moment(a.expr.ty) {
            (a, b)
        } else {
            let mut both = self.aligned(vec![a, b])?.into_iter();
            (both.next()?, both.next()?)
        };
        let (x, y) = (a.range?, b.range?);
        if !x.comparable(y) {
            let message = "these two are too wide to be compared exactly";
            self.report(
                Diagnostic::new(&codes::MAY_OVERFLOW, span, message)
                    .with_help("give the facts in them bounds, or round one of the two sides"),
            );
            return None;
        }
        let flow = number_flow(order, (left, x), (right, y));
        Some(self.comparison_node(order, a, b, span).with_flow(flow))
    }

    pub(super) fn comparison_node(&self, order: Order, a: Typed, b: Typed, span: Span) -> Typed {
        Typed::new(Kind::Compare(order, Box::new(a.expr), Box::new(b.expr)), Ty::Boolean, span)
    }

    /// Equality of conditions and texts; `X is yes` is `X`, so that what `X` makes known is not lost.
    fn equality(&mut self, order: Order, a: Typed, b: Typed, span: Span) -> Typed {
        if let Kind::Constant(Scalar::Boolean(value)) = b.expr.kind {
            let mut same = a;
            same.expr.span = span;
            same.place = None;
            return if value == (order == Order::Equal) { same } else { negate(same) };
        }
        self.comparison_node(order, a, b, span)
    }

    fn or_more(
        &mut self,
        operator: Comparison,
        left: &Expression,
        value: &Expression,
        above: bool,
        span: Span,
        known: &Known,
    ) -> Option<Typed> {
        let (a, b) = self.sides(left, value, known)?;
        if !matches!(a.expr.ty, Ty::Choice(_)) {
            self.report(
                Diagnostic::new(
                    &codes::NOT_ORDERED,
                    span,
                    "`or above` and `or below` are for ordered lists of values",
                )
                .with_help("write `>=` or `<=`"),
            );
            return None;
        }
        let order = match (operator, above) {
            (Comparison::Is, true) => Order::AtLeast,
            (Comparison::Is, false) => Order::AtMost,
            (Comparison::IsNot, true) => Order::Less,
            (Comparison::IsNot, false) => Order::Greater,
            _ => {
                self.report(
                    Diagnostic::new(&codes::NOT_A_CONDITION, span, "`or above` and `or below` follow `is`")
                        .with_help("write `X is gold or above`"),
                );
                return None;
            }
        };
        self.compared(order, a, b, span)
    }

    fn outcome_is(
        &mut self,
        decision: usize,
        operator: Comparison,
        right: &Expression,
        span: Span,
    ) -> Option<Typed> {
        let Some(word) = bare_word(right) else {
            let found = self.source.slice(right.span);
            let message = format!("expected the name of an outcome, found `{found}`");
            self.report(Diagnostic::new(&codes::UNKNOWN_OUTCOME, right.span, message).with_help(
                "write `decision is outcome`; ask for a parameter with a dot, as in `refund.amount`",
            ));
            return None;
        };
        let outcome = self.outcome_named(decision, word, right.span)?;
        let asked = self.outcome_question(decision, vec![outcome], span);
        match operator {
            Comparison::Is => Some(asked),
            Comparison::IsNot => Some(negate(asked)),
            _ => {
                self.report(
                    Diagnostic::new(&codes::NOT_ORDERED, span, "outcomes have no order")
                        .with_help("compare with `is` or `is one of`"),
                );
                None
            }
        }
    }

    pub(super) fn outcome_question(&self, decision: usize, outcomes: Vec<usize>, span: Span) -> Typed {
        let mut flow = Flow::default();
        if let [only] = outcomes.as_slice() {
            flow.yes = Known::present([Place::Outcome(decision, *only)]);
        }
        let count = self.decisions.get(decision).map_or(0, |it| it.outcomes.len());
        let mut rest = (0..count).filter(|it| !outcomes.contains(it));
        if let (Some(other), None) = (rest.next(), rest.next()) {
            flow.no = Known::present([Place::Outcome(decision, other)]);
        }
        Typed::new(Kind::OutcomeIs(decision, outcomes), Ty::Boolean, span).with_flow(flow)
    }

    pub(super) fn one_of(
        &mut self,
        value: &Expression,
        choices: &[Expression],
        negated: bool,
        span: Span,
        known: &Known,
    ) -> Option<Typed> {
        let finish = |typed: Typed| if negated { negate(typed) } else { typed };
        if let Some(decision) = self.decision_named(value)
            && self.decisions.get(decision).is_some_and(|it| it.ast.collect.is_none())
        {
            let mut outcomes = Vec::new();
            for choice in choices {
                match bare_word(choice) {
                    Some(word) => outcomes.push(self.outcome_named(decision, word, choice.span)?),
                    None => {
                        let found = self.source.slice(choice.span);
                        let message = format!("expected the name of an outcome, found `{found}`");
                        self.report(Diagnostic::new(&codes::UNKNOWN_OUTCOME, choice.span, message));
                        return None;
                    }
                }
            }
            outcomes.sort_unstable();
            outcomes.dedup();
            return Some(finish(self.outcome_question(decision, outcomes, span)));
        }
        let typed = self.value(value, known, None)?;
        let mut constants = Vec::new();
        let mut comparisons = Vec::new();
        for choice in choices {
            let other = self.value(choice, known, Some(typed.expr.ty))?;
            let one = self.compared(Order::Equal, typed.clone(), other, choice.span)?;
            if let Kind::Compare(_, left, right) = &one.expr.kind
                && let Kind::Constant(constant) = &right.kind
                && left.ty == typed.expr.ty
            {
                constants.push(constant.clone());
            }
            comparisons.push(one.expr);
        }
        // Where every value is a constant of the same form, one node asks for all of them.
        if constants.len() == comparisons.len() {
            constants.sort();
            constants.dedup();
            let kind = Kind::OneOf(Box::new(typed.expr), constants);
            return Some(finish(Typed::new(kind, Ty::Boolean, span)));
        }
        Some(finish(Typed::new(Kind::Or(comparisons), Ty::Boolean, span)))
    }
}

/// A percentage as a plain number: a hundredth of it.
fn as_share(mut typed: Typed) -> Typed {
    if let Ty::Quantity(_, form) = typed.expr.ty {
        let form = match form {
            Form::Steps(scale) => Form::Fraction(crate::check::literal::ten(scale) * 100),
            Form::Fraction(below) => Form::Fraction(below * 100),
            // A ratio in percent is not reached: percentages are divided only by numbers, and compared whole.
            Form::Ratio => Form::Ratio,
        };
        typed.expr.ty = Ty::Quantity(Measure::Number, form);
    }
    typed
}

/// The place that a number reads, where it does nothing else, and its range.
type Read = (Option<Place>, Option<Range>);

/// What a comparison of two numbers makes known of the places that it compares.
fn number_flow(order: Order, left: (Read, Range), right: (Read, Range)) -> Flow {
    let mirrored = match order {
        Order::Less => Order::Greater,
        Order::AtMost => Order::AtLeast,
        Order::Greater => Order::Less,
        Order::AtLeast => Order::AtMost,
        same => same,
    };
    let a = place_flow(order, left.0, left.1, right.1);
    let b = place_flow(mirrored, right.0, right.1, left.1);
    Flow { yes: a.yes.and(&b.yes), no: a.no.and(&b.no) }
}

/// What `it order other` makes known of the place that `it` reads. `range` is its range after both
/// sides were brought to one form, `own` the one before: their ratio is the factor between the two.
fn place_flow(order: Order, read: Read, range: Range, other: Range) -> Flow {
    let (Some(place), Some(Range::Whole(low, high))) = read else {
        return Flow::default();
    };
    let (Range::Whole(wide_low, wide_high), Range::Whole(least, most)) = (range, other) else {
        return Flow::default();
    };
    let factor = match (low, high) {
        (0, 0) => return Flow::default(),
        (0, high) => wide_high / high,
        (low, _) => wide_low / low,
    };
    if factor <= 0 {
        return Flow::default();
    }
    // The bounds of the other side, in the steps of this one.
    let (from, to) = (ceil_div(least, factor), floor_div(most, factor));
    let known = |low: i128, high: i128| Known::range(place, low, high);
    let (far_low, far_high) = (low.min(from) - 1, high.max(to) + 1);
    let less = || known(far_low, ceil_div(most, factor) - 1);
    let at_most = || known(far_low, to);
    let greater = || known(floor_div(least, factor) + 1, far_high);
    let at_least = || known(from, far_high);
    match order {
        Order::Less => Flow { yes: less(), no: at_least() },
        Order::AtMost => Flow { yes: at_most(), no: greater() },
        Order::Greater => Flow { yes: greater(), no: at_most() },
        Order::AtLeast => Flow { yes: at_least(), no: less() },
        Order::Equal | Order::Different => {
            let equal = known(from, to);
            let different = match (least == most && least % factor == 0, least / factor) {
                (true, value) if value == low => known(low + 1, high),
                (true, value) if value == high => known(low, high - 1),
                _ => Known::default(),
            };
            if order == Order::Equal {
                Flow { yes: equal, no: different }
            } else {
                Flow { yes: different, no: equal }
            }
        }
    }
}
