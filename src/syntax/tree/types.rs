//! Types, facts, settings and constants.

use crate::syntax::{
    Pair, Rule,
    ast::{
        Bounds, Choice, CountUnit, Field, FieldKind, Literal, LiteralKind, Number, Quoted, Setting, TimeUnit,
        TypeExpression, TypeItem, TypeKind,
    },
    tree::{Builder, has},
};

impl<'i> Builder<'i, '_> {
    pub(super) fn type_item(&mut self, pair: Pair<'i>) -> TypeItem {
        let name = self.own_name(&pair);
        let doc = self.doc(&pair);
        let ty = match pair.clone().into_inner().last() {
            Some(base) => {
                TypeExpression { optional: false, span: self.span(&base), kind: self.type_kind(base) }
            }
            None => TypeExpression { optional: false, span: self.span(&pair), kind: TypeKind::Boolean },
        };
        TypeItem { name, doc, ty }
    }

    pub(super) fn type_expression(&mut self, pair: Pair<'i>) -> TypeExpression {
        let whole = self.span(&pair);
        let optional = has(&pair, Rule::k_optional);
        let kind = pair.into_inner().last().map_or(TypeKind::Boolean, |it| self.type_kind(it));
        TypeExpression { optional, kind, span: whole }
    }

    pub(super) fn type_kind(&mut self, pair: Pair<'i>) -> TypeKind {
        let number_in = |it: &Pair<'i>| it.clone().into_inner().find(|it| it.as_rule() == Rule::number);
        match pair.as_rule() {
            Rule::integer_type => TypeKind::Integer,
            Rule::decimal_type => match number_in(&pair) {
                Some(step) => TypeKind::Decimal(self.number(&step)),
                None => TypeKind::Integer,
            },
            Rule::percent_type => {
                let step = pair.into_inner().find(|it| it.as_rule() == Rule::percent);
                TypeKind::Percent(step.map(|it| self.number(&it)))
            }
            Rule::money_type => {
                let step = number_in(&pair).map(|it| self.number(&it));
                let currencies = pair.clone().into_inner().filter(|it| it.as_rule() == Rule::currency_name);
                let mut names: Vec<_> = currencies.map(|it| self.name(it)).collect();
                match (names.len(), names.pop()) {
                    (1, Some(name)) => TypeKind::Money(name, step),
                    (_, Some(last)) => {
                        names.push(last);
                        TypeKind::MoneyOf(names, step)
                    }
                    (_, None) => TypeKind::Money(self.missing_name(self.span(&pair)), step),
                }
            }
            Rule::list_type => self.list_type(pair),
            Rule::text_type | Rule::list_text => TypeKind::Text(number_in(&pair).map(|it| self.number(&it))),
            Rule::date_type => TypeKind::Date,
            Rule::duration_type => TypeKind::Duration(time_unit(&pair)),
            Rule::clock_type => Self::clock_type(&pair),
            Rule::business_type => TypeKind::Business(Self::business_unit(&pair)),
            Rule::count_type => TypeKind::Count(Self::count_unit(&pair)),
            Rule::one_of => TypeKind::OneOf(self.choices(pair)),
            Rule::ordered => TypeKind::Ordered(self.choices(pair)),
            Rule::record => TypeKind::Record(self.fields(pair)),
            Rule::named_type => TypeKind::Named(self.own_name(&pair)),
            _ => TypeKind::Boolean,
        }
    }

    pub(in crate::syntax) fn count_unit(pair: &Pair<'i>) -> CountUnit {
        if has(pair, Rule::k_days) {
            CountUnit::Days
        } else if has(pair, Rule::k_months) {
            CountUnit::Months
        } else {
            CountUnit::Years
        }
    }

    pub(super) fn choices(&self, pair: Pair<'i>) -> Vec<Choice> {
        let choices = pair.into_inner().filter(|it| it.as_rule() == Rule::choice);
        choices.map(|it| Choice { name: self.own_name(&it), json: self.own_json(&it) }).collect()
    }

    fn own_json(&self, pair: &Pair<'i>) -> Option<Quoted> {
        has(pair, Rule::string).then(|| self.own_quoted(pair))
    }

    pub(super) fn fields(&mut self, pair: Pair<'i>) -> Vec<Field> {
        let fields = pair.into_inner().filter(|it| matches!(it.as_rule(), Rule::field | Rule::group));
        fields.map(|it| self.field(it)).collect()
    }

    fn field(&mut self, pair: Pair<'i>) -> Field {
        let whole = self.span(&pair);
        let doc = self.doc(&pair);
        let named = pair.clone().into_inner().next();
        let name = named.as_ref().map_or_else(|| self.missing_name(whole), |it| self.own_name(it));
        let json = named.as_ref().and_then(|it| self.own_json(it));
        let kind = if pair.as_rule() == Rule::group {
            FieldKind::Group(self.fields(pair))
        } else {
            let mut ty = TypeExpression { optional: false, kind: TypeKind::Boolean, span: whole };
            let (mut bounds, mut ask) = (None, None);
            for part in pair.into_inner() {
                match part.as_rule() {
                    Rule::type_expression => ty = self.type_expression(part),
                    Rule::bounds => bounds = Some(self.bounds(part)),
                    Rule::ask => ask = Some(self.own_quoted(&part)),
                    _ => {}
                }
            }
            FieldKind::Leaf { ty, bounds, ask }
        };
        Field { name, json, doc, kind, span: whole }
    }

    pub(super) fn bounds(&self, pair: Pair<'i>) -> Bounds {
        let whole = self.span(&pair);
        let keyword = |it: &Pair<'i>| matches!(it.as_rule(), Rule::k_between | Rule::k_and);
        let mut ends = pair.into_inner().filter(|it| !keyword(it)).map(|it| self.literal(it));
        let low = ends.next().unwrap_or_else(|| self.missing_literal(whole));
        let high = ends.next().unwrap_or_else(|| self.missing_literal(whole));
        Bounds { low, high, span: whole }
    }

    /// Builds any constant of the grammar.
    pub(in crate::syntax) fn literal(&self, pair: Pair<'i>) -> Literal {
        let whole = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::number | Rule::plain_number | Rule::signed => LiteralKind::Number(self.number(&pair)),
            Rule::percent | Rule::signed_percent => LiteralKind::Percent(self.number(&pair)),
            Rule::money => self.money(pair),
            Rule::quantity | Rule::signed_quantity => self.quantity(pair),
            Rule::date => LiteralKind::Date(pair.as_str().to_owned()),
            Rule::time => LiteralKind::Time(pair.as_str().to_owned()),
            Rule::datetime => LiteralKind::DateTime(pair.as_str().to_owned()),
            Rule::boolean => LiteralKind::Boolean(has(&pair, Rule::k_true)),
            Rule::string => LiteralKind::Text(self.quoted(pair).text),
            Rule::name => LiteralKind::Word(pair.as_str().to_owned()),
            _ => LiteralKind::Absent,
        };
        Literal { kind, span: whole }
    }

    fn money(&self, pair: Pair<'i>) -> LiteralKind {
        let whole = self.span(&pair);
        let mut parts = pair.into_inner();
        let currency = parts.next().map_or_else(|| self.missing_name(whole), |it| self.name(it));
        let amount = parts.next().map(|it| self.number(&it));
        LiteralKind::Money(Box::new(currency), amount.unwrap_or(Number { text: String::new(), span: whole }))
    }

    fn quantity(&self, pair: Pair<'i>) -> LiteralKind {
        let negative = pair.as_str().starts_with('-');
        let quantity = if pair.as_rule() == Rule::signed_quantity {
            pair.clone().into_inner().last().unwrap_or(pair)
        } else {
            pair
        };
        let mut count = Number { text: String::new(), span: self.span(&quantity) };
        let (mut unit, mut hours) = (None, None);
        for part in quantity.into_inner() {
            match part.as_rule() {
                Rule::number => count = self.number(&part),
                Rule::unit => unit = Some(part),
                Rule::day_length => {
                    hours =
                        part.into_inner().find(|it| it.as_rule() == Rule::number).map(|it| self.number(&it));
                }
                _ => {}
            }
        }
        if negative {
            count.text.insert(0, '-');
        }
        match (unit, hours) {
            (_, Some(hours)) => LiteralKind::DaysOfHours(count, Box::new(hours)),
            (Some(unit), None) if has(&unit, Rule::k_business) => {
                LiteralKind::Business(count, Self::business_unit(&unit))
            }
            (Some(unit), None) => match time_unit(&unit) {
                Some(time) => LiteralKind::Duration(count, time),
                None => LiteralKind::Count(count, Self::count_unit(&unit)),
            },
            (None, None) => LiteralKind::Number(count),
        }
    }

    pub(super) fn setting(&mut self, pair: Pair<'i>) -> Setting {
        let whole = self.span(&pair);
        let name = self.own_name(&pair);
        let doc = self.doc(&pair);
        let mut ty = TypeExpression { optional: false, kind: TypeKind::Boolean, span: whole };
        let mut bounds = None;
        let (locked, mut dated) = (self.locked(&pair), self.dated_values(&pair));
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::type_expression => ty = self.type_expression(part),
                Rule::bounds => bounds = Some(self.bounds(part)),
                _ => {}
            }
        }
        let value = dated.first().map_or_else(|| self.missing_literal(whole), |it| it.value.clone());
        if dated.len() == 1 && dated.iter().all(|it| it.period.is_none()) {
            dated.clear();
        }
        Setting { name, ty, value, dated, bounds, doc, locked }
    }
}

fn time_unit(pair: &Pair<'_>) -> Option<TimeUnit> {
    if has(pair, Rule::k_seconds) {
        Some(TimeUnit::Seconds)
    } else if has(pair, Rule::k_minutes) {
        Some(TimeUnit::Minutes)
    } else if has(pair, Rule::k_hours) {
        Some(TimeUnit::Hours)
    } else {
        None
    }
}
