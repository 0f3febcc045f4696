//! Gives a flat run of operands and operators its structure.
//!
//! From loosest to tightest: `implies`; `or`; `and`; `not`; comparisons and `is …`; `but no more than`;
//! `+ -`; `rounded`; `* / of`; `after before`; unary `-`. Chains of one level become one flat node, so the
//! depth of the tree is the depth of the brackets.

use crate::{
    diag::Diagnostic,
    source::Span,
    syntax::{
        Pair, Rule,
        ast::{
            CapKind, Comparison, Expression, ExpressionKind as Kind, Name, ProductOperator, RoundingMode,
            time::{TimeExpression, TimePart},
        },
        codes,
        tree::{
            Builder,
            calendar::{side, time_part},
            has,
            list::extremum_kind,
        },
    },
};
use tokens::Tokens;

mod tokens;

fn shift(distance: Expression, from: Expression, after: bool, calendar: Option<Name>) -> Expression {
    let mut whole = joined(&distance, &from);
    if let Some(calendar) = &calendar {
        whole = whole.to(calendar.span);
    }
    // `3 business days after date of T in support`: one calendar serves both.
    let calendar = calendar.or_else(|| match &from.kind {
        Kind::Time(it) => match &**it {
            TimeExpression::PartOf { calendar, .. } => calendar.clone(),
            _ => None,
        },
        _ => None,
    });
    Expression {
        kind: Kind::Shifted { distance: Box::new(distance), from: Box::new(from), after, calendar },
        span: whole,
    }
}

fn time(it: TimeExpression, span: Span) -> Expression {
    Expression { kind: Kind::Time(Box::new(it)), span }
}

fn joined(first: &Expression, last: &Expression) -> Span {
    first.span.to(last.span)
}

impl<'i> Builder<'i, '_> {
    /// Builds an `expression`, a `condition`, or one of the narrower forms.
    pub(super) fn expression(&mut self, pair: Pair<'i>) -> Expression {
        self.implies(&mut Tokens::new(pair.into_inner().collect()))
    }

    fn implies(&mut self, tokens: &mut Tokens<'i>) -> Expression {
        let left = self.or(tokens);
        if tokens.next_if(Rule::implies).is_none() {
            return left;
        }
        let right = self.or(tokens);
        while let Some(again) = tokens.next_if(Rule::implies) {
            let message = "`implies` follows `implies` without parentheses";
            self.diagnostics.push(
                Diagnostic::new(&codes::CHAINED_OPERATOR, self.span(&again), message)
                    .with_help("put one of the two in parentheses"),
            );
            self.or(tokens);
        }
        let whole = joined(&left, &right);
        Expression { kind: Kind::Implies(Box::new(left), Box::new(right)), span: whole }
    }

    fn or(&mut self, tokens: &mut Tokens<'i>) -> Expression {
        let first = self.and(tokens);
        if tokens.peek() != Some(Rule::or) {
            return first;
        }
        let mut all = tokens.list(first, Rule::or);
        while tokens.next_if(Rule::or).is_some() {
            all.push(self.and(tokens));
        }
        flat(all, Kind::Or)
    }

    fn and(&mut self, tokens: &mut Tokens<'i>) -> Expression {
        let first = self.not(tokens);
        if tokens.peek() != Some(Rule::and) {
            return first;
        }
        let mut all = tokens.list(first, Rule::and);
        while tokens.next_if(Rule::and).is_some() {
            all.push(self.not(tokens));
        }
        flat(all, Kind::And)
    }

    fn not(&mut self, tokens: &mut Tokens<'i>) -> Expression {
        let negated = tokens.first().filter(|it| is_not(it)).map(|it| self.span(it));
        match negated {
            Some(word) => {
                tokens.next();
                let inner = self.comparison(tokens);
                let whole = word.to(inner.span);
                Expression { kind: Kind::Not(Box::new(inner)), span: whole }
            }
            None => self.comparison(tokens),
        }
    }

    fn comparison(&mut self, tokens: &mut Tokens<'i>) -> Expression {
        let mut left = self.capped(tokens);
        let mut compared = false;
        while let Some(next) = tokens.peek() {
            let known = matches!(
                next,
                Rule::compare
                    | Rule::includes
                    | Rule::is_present
                    | Rule::is_absent
                    | Rule::is_one_of
                    | Rule::is_empty
                    | Rule::is_in_currency
                    | Rule::has_row
                    | Rule::is_business_day
                    | Rule::is_open
                    | Rule::within
                    | Rule::in_calendar
            );
            if !known {
                break;
            }
            let Some(token) = tokens.next() else { break };
            if next == Rule::in_calendar {
                // What comes before it has no calendar in it.
                if let Some(calendar) = self.calendar_name(token) {
                    let whole = left.span.to(calendar.span);
                    left = time(TimeExpression::Stray { value: left, calendar }, whole);
                }
                continue;
            }
            if compared {
                let message = "a comparison is compared again";
                self.diagnostics.push(
                    Diagnostic::new(&codes::CHAINED_OPERATOR, self.span(&token), message)
                        .with_help("write two comparisons joined by `and`"),
                );
            }
            // What was compared again is reported once and left out.
            left = match std::mem::replace(&mut compared, true) {
                true => {
                    self.compared(left.clone(), token, tokens);
                    left
                }
                false => self.compared(left, token, tokens),
            };
        }
        left
    }

    fn compared(&mut self, left: Expression, token: Pair<'i>, tokens: &mut Tokens<'i>) -> Expression {
        let left_span = left.span;
        let through_token = left.span.to(self.span(&token));
        let value = Box::new(left);
        if token.as_rule() == Rule::compare {
            let operator = comparison_of(&token);
            let right = self.capped(tokens);
            let whole = left_span.to(right.span);
            return Expression { kind: Kind::Compare(operator, value, Box::new(right)), span: whole };
        }
        let negated = has(&token, Rule::k_not);
        match token.as_rule() {
            Rule::is_present => {
                Expression { kind: Kind::Presence { value, present: !negated }, span: through_token }
            }
            Rule::is_absent => {
                Expression { kind: Kind::Presence { value, present: negated }, span: through_token }
            }
            Rule::is_empty => Expression { kind: Kind::Empty { value, negated }, span: through_token },
            Rule::is_in_currency => {
                let named = token.clone().into_inner().find(|it| it.as_rule() == Rule::currency_name);
                let currency = named.map_or_else(|| self.missing_name(through_token), |it| self.name(it));
                Expression { kind: Kind::InCurrency { value, currency, negated }, span: through_token }
            }
            Rule::is_business_day | Rule::is_open => {
                let (unit, calendar) = (Self::business_unit(&token), self.calendar_name(token));
                time(TimeExpression::Business { unit, value: *value, negated, calendar }, through_token)
            }
            Rule::within => self.within(*value, token, tokens),
            Rule::is_one_of => {
                let choices = self.expressions(token);
                Expression { kind: Kind::OneOf { value, choices, negated }, span: through_token }
            }
            Rule::has_row => {
                let day = self.capped(tokens);
                let whole = left_span.to(day.span);
                Expression { kind: Kind::HasRow(value, Box::new(day)), span: whole }
            }
            _ => {
                let right = self.capped(tokens);
                let whole = left_span.to(right.span);
                Expression { kind: Kind::Includes(value, Box::new(right)), span: whole }
            }
        }
    }

    /// `X is in the 7 days after Y`.
    fn within(&mut self, value: Expression, token: Pair<'i>, tokens: &mut Tokens<'i>) -> Expression {
        let (negated, side) = (has(&token, Rule::k_not), side(&token));
        let reach = token
            .clone()
            .into_inner()
            .find(|it| matches!(it.as_rule(), Rule::quantity | Rule::parenthesis | Rule::reference));
        let reach = self.operand(reach.unwrap_or(token), &mut Tokens::new(Vec::new()));
        let anchor = self.sum(tokens);
        let calendar = self.next_calendar(tokens).or_else(|| match &anchor.kind {
            Kind::Time(it) => match &**it {
                TimeExpression::PartOf { calendar, .. } => calendar.clone(),
                _ => None,
            },
            _ => None,
        });
        let whole = value.span.to(calendar.as_ref().map_or(anchor.span, |it| anchor.span.to(it.span)));
        time(TimeExpression::Within { value, negated, reach, side, anchor, calendar }, whole)
    }

    /// The calendar that comes next, where one does.
    fn next_calendar(&mut self, tokens: &mut Tokens<'i>) -> Option<Name> {
        let token = tokens.next_if(Rule::in_calendar)?;
        self.calendar_name(token)
    }

    /// The name after `in`.
    fn calendar_name(&mut self, pair: Pair<'i>) -> Option<Name> {
        let found = pair.into_inner().find(|it| it.as_rule() == Rule::name)?;
        Some(self.name(found))
    }

    fn capped(&mut self, tokens: &mut Tokens<'i>) -> Expression {
        if tokens.is_alone() {
            return self.unary(tokens);
        }
        let base = self.sum(tokens);
        let mut caps = Vec::new();
        while let Some(cap) = tokens.next_if(Rule::cap) {
            let kind = if has(&cap, Rule::k_more) { CapKind::NoMore } else { CapKind::NoLess };
            caps.push((kind, self.sum(tokens)));
        }
        let capped = match caps.last() {
            None => base,
            Some((_, last)) => {
                let whole = joined(&base, last);
                Expression { kind: Kind::Capped(Box::new(base), caps), span: whole }
            }
        };
        // Kept wherever it stands: the checker reports it where it does not follow `is`.
        match tokens.next_if(Rule::or_more) {
            None => capped,
            Some(more) => {
                let whole = capped.span.to(self.span(&more));
                let above = has(&more, Rule::k_above);
                Expression { kind: Kind::OrMore { value: Box::new(capped), above }, span: whole }
            }
        }
    }

    fn sum(&mut self, tokens: &mut Tokens<'i>) -> Expression {
        let first = self.rounded(tokens);
        let mut rest: Vec<(bool, Expression)> = Vec::new();
        while let Some(minus) = match tokens.peek() {
            Some(Rule::plus) => Some(false),
            Some(Rule::minus) => Some(true),
            _ => None,
        } {
            tokens.next();
            let term = self.rounded(tokens);
            if matches!(term.kind, Kind::Rounded { .. }) {
                let message = "`rounded` follows `+` or `-` without parentheses";
                self.diagnostics.push(
                    Diagnostic::new(&codes::ROUNDING_WITHOUT_PARENTHESES, term.span, message).with_help(
                        "put what is rounded in parentheses: a cent can depend on whether the whole sum or \
                         only its last part is rounded",
                    ),
                );
            }
            rest.push((minus, term));
        }
        match rest.last() {
            None => first,
            Some((_, last)) => {
                let whole = joined(&first, last);
                Expression { kind: Kind::Sum(Box::new(first), rest), span: whole }
            }
        }
    }

    fn rounded(&mut self, tokens: &mut Tokens<'i>) -> Expression {
        let value = self.product(tokens);
        match tokens.next_if(Rule::rounding) {
            None => value,
            Some(token) => {
                let whole = value.span.to(self.span(&token));
                let mut mode = RoundingMode::HalfUp;
                let mut step = None;
                for part in token.into_inner() {
                    match part.as_rule() {
                        Rule::k_rounded | Rule::k_to => {}
                        Rule::rounding_mode => mode = rounding_mode(&part),
                        _ => step = Some(self.literal(part)),
                    }
                }
                let step = Box::new(step.unwrap_or_else(|| self.missing_literal(whole)));
                Expression { kind: Kind::Rounded { value: Box::new(value), mode, step }, span: whole }
            }
        }
    }

    fn product(&mut self, tokens: &mut Tokens<'i>) -> Expression {
        let first = self.at(tokens);
        let mut rest: Vec<(ProductOperator, Expression)> = Vec::new();
        while let Some(operator) = match tokens.peek() {
            Some(Rule::times) => Some(ProductOperator::Times),
            Some(Rule::of) => Some(ProductOperator::Of),
            Some(Rule::divide) => Some(ProductOperator::Divide),
            _ => None,
        } {
            tokens.next();
            rest.push((operator, self.at(tokens)));
        }
        match rest.last() {
            None => first,
            Some((_, last)) => {
                let whole = joined(&first, last);
                Expression { kind: Kind::Product(Box::new(first), rest), span: whole }
            }
        }
    }

    /// The value of a cell; with `or above` (`true`) or `or below` where that follows it.
    pub(super) fn cell_value(&mut self, pair: Pair<'i>) -> (Expression, Option<bool>) {
        let mut list = Vec::new();
        for token in pair.into_inner() {
            match token.as_rule() {
                Rule::cell_term => list.extend(token.into_inner()),
                _ => list.push(token),
            }
        }
        let mut tokens = Tokens::new(list);
        let (value, above) = match self.capped(&mut tokens) {
            Expression { kind: Kind::OrMore { value, above }, .. } => (*value, Some(above)),
            value => (value, None),
        };
        if let Some(rest) = tokens.next() {
            self.diagnostics.push(
                Diagnostic::new(&codes::CHAINED_OPERATOR, self.span(&rest), "`or above` ends a cell's value")
                    .with_help("separate the values of a cell by `,`"),
            );
        }
        (value, above)
    }

    /// `tariff.first_kilo on d`.
    fn on_day(&mut self, tokens: &mut Tokens<'i>) -> Expression {
        let mut left = self.unary(tokens);
        let mut links = 0;
        while let Some(token) = tokens.next_if(Rule::on) {
            let day = self.unary(tokens);
            links += 1;
            if links == 1 {
                let whole = joined(&left, &day);
                left = Expression { kind: Kind::OnDay(Box::new(left), Box::new(day)), span: whole };
            } else {
                self.chained(&token, "on", links);
            }
        }
        left
    }

    /// `DATE at TIME`.
    fn at(&mut self, tokens: &mut Tokens<'i>) -> Expression {
        let mut left = self.shifted(tokens);
        let mut links = 0;
        while let Some(token) = tokens.next_if(Rule::at) {
            let right = self.shifted(tokens);
            links += 1;
            if links == 1 {
                let whole = joined(&left, &right);
                left = time(TimeExpression::At(left, right), whole);
            } else {
                self.chained(&token, "at", links);
            }
        }
        left
    }

    fn shifted(&mut self, tokens: &mut Tokens<'i>) -> Expression {
        let distance = self.on_day(tokens);
        let Some(after) = tokens.next_shift() else { return distance };
        let mut from = self.on_day(tokens);
        let first = joined(&distance, &from);
        let mut chained = false;
        while let Some(again) = tokens.next_shift() {
            if !chained {
                let word = if again { "after" } else { "before" };
                let message = format!("`{word}` follows `after` or `before` without parentheses");
                self.diagnostics.push(
                    Diagnostic::new(&codes::CHAINED_OPERATOR, first, message)
                        .with_help("put one of the two in parentheses"),
                );
            }
            chained = true;
            // What stands between is left out of the tree, which only brackets deepen.
            self.next_calendar(tokens);
            from = self.on_day(tokens);
        }
        let calendar = self.next_calendar(tokens);
        shift(distance, from, after, calendar)
    }

    fn unary(&mut self, tokens: &mut Tokens<'i>) -> Expression {
        let Some(token) = tokens.next() else {
            let at = Span::new(self.text.len(), self.text.len()).moved(self.base);
            return Expression { kind: Kind::Literal(self.missing_literal(at)), span: at };
        };
        if token.as_rule() != Rule::prefix {
            return self.operand(token, tokens);
        }
        let sign = self.span(&token);
        let not = is_not(&token);
        let inner = match tokens.next() {
            Some(operand) => self.operand(operand, tokens),
            None => Expression { kind: Kind::Literal(self.missing_literal(sign)), span: sign },
        };
        let whole = sign.to(inner.span);
        let inner = Box::new(inner);
        Expression { kind: if not { Kind::Not(inner) } else { Kind::Negate(inner) }, span: whole }
    }

    fn operand(&mut self, pair: Pair<'i>, tokens: &mut Tokens<'i>) -> Expression {
        let mut whole = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::parenthesis => {
                let inner = self.expressions(pair).into_iter().next();
                match inner {
                    Some(inner) => Kind::Parenthesis(Box::new(inner)),
                    None => Kind::Literal(self.missing_literal(whole)),
                }
            }
            Rule::reference | Rule::plain_name => match tokens.next_if(Rule::call_arguments) {
                None => Kind::Reference(pair.as_str().to_owned()),
                Some(arguments) => {
                    let name = self.name(pair);
                    whole = whole.to(self.span(&arguments));
                    Kind::Call(name, self.expressions(arguments))
                }
            },
            Rule::has_each | Rule::count_each | Rule::sum_each => self.each(pair),
            Rule::extremum if has(&pair, Rule::each_item) => self.each(pair),
            Rule::extremum | Rule::extremum_of => {
                let kind = extremum_kind(&pair);
                Kind::Extremum(kind, self.expressions(pair))
            }
            Rule::count_in => {
                let unit = Self::count_unit(&pair);
                let mut inner = pair.into_inner().filter(|it| !is_count_word(it.as_rule()));
                match inner.next() {
                    Some(first) => {
                        let mut rest = Tokens::new(inner.collect());
                        Kind::CountIn(unit, Box::new(self.operand(first, &mut rest)))
                    }
                    None => Kind::Literal(self.missing_literal(whole)),
                }
            }
            Rule::part_of => {
                let part = pair.clone().into_inner().next().map_or(TimePart::Date, |it| time_part(&it));
                let of = self.one_operands(pair).into_iter().next();
                let of = of.unwrap_or_else(|| self.missing_expression(whole));
                let calendar = self.next_calendar(tokens);
                whole = calendar.as_ref().map_or(whole, |it| whole.to(it.span));
                Kind::Time(Box::new(TimeExpression::PartOf { part, of, calendar }))
            }
            Rule::business_between => {
                let unit = Self::business_unit(&pair);
                let mut ends = self.one_operands(pair).into_iter();
                let from = ends.next().unwrap_or_else(|| self.missing_expression(whole));
                let to = ends.next().unwrap_or_else(|| self.missing_expression(whole));
                let calendar = self.next_calendar(tokens);
                whole = calendar.as_ref().map_or(whole, |it| whole.to(it.span));
                Kind::Time(Box::new(TimeExpression::BusinessBetween { unit, from, to, calendar }))
            }
            _ => Kind::Literal(self.literal(pair)),
        };
        Expression { kind, span: whole }
    }

    /// The operands in a construct that has no operators between them.
    fn one_operands(&mut self, pair: Pair<'i>) -> Vec<Expression> {
        let is_operand = |it: &Pair<'i>| {
            use Rule::{call_arguments, date, datetime, parenthesis, reference, time};
            matches!(it.as_rule(), parenthesis | reference | call_arguments | date | datetime | time)
        };
        let mut tokens = Tokens::new(pair.into_inner().filter(is_operand).collect());
        let mut operands = Vec::new();
        while let Some(first) = tokens.next() {
            operands.push(self.operand(first, &mut tokens));
        }
        operands
    }

    fn missing_expression(&self, span: Span) -> Expression {
        Expression { kind: Kind::Literal(self.missing_literal(span)), span }
    }

    pub(super) fn expressions(&mut self, pair: Pair<'i>) -> Vec<Expression> {
        let inner = pair.into_inner().filter(|it| it.as_rule() == Rule::expression);
        inner.map(|it| self.expression(it)).collect()
    }
}

/// The words of `number of days in`.
fn is_count_word(it: Rule) -> bool {
    matches!(it, Rule::k_number | Rule::k_of | Rule::k_days | Rule::k_months | Rule::k_years | Rule::k_in)
}

fn is_not(pair: &Pair<'_>) -> bool {
    pair.as_rule() == Rule::prefix && has(pair, Rule::k_not)
}

fn flat(all: Vec<Expression>, kind: fn(Vec<Expression>) -> Kind) -> Expression {
    let start = all.first().map_or(Span::default(), |it| it.span);
    let whole = all.last().map_or(start, |it| start.to(it.span));
    Expression { kind: kind(all), span: whole }
}

pub(super) fn comparison_of(pair: &Pair<'_>) -> Comparison {
    match pair.as_str().trim_ascii_end() {
        "is" => Comparison::Is,
        "<=" => Comparison::AtMost,
        ">=" => Comparison::AtLeast,
        "<" => Comparison::Less,
        ">" => Comparison::Greater,
        _ => match (has(pair, Rule::k_later), has(pair, Rule::k_earlier), has(pair, Rule::k_no)) {
            (true, _, true) => Comparison::NoLater,
            (true, _, false) => Comparison::Later,
            (_, true, true) => Comparison::NoEarlier,
            (_, true, false) => Comparison::Earlier,
            _ if has(pair, Rule::k_not) => Comparison::IsNot,
            _ => Comparison::Is,
        },
    }
}

fn rounding_mode(pair: &Pair<'_>) -> RoundingMode {
    let half = has(pair, Rule::k_half);
    match (half, has(pair, Rule::k_up)) {
        (true, true) => RoundingMode::HalfUp,
        (true, false) => RoundingMode::HalfEven,
        (false, true) => RoundingMode::Up,
        (false, false) => RoundingMode::Down,
    }
}
