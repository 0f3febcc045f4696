//! Lists: their types, what goes over their items, and their items in tests.

use crate::{
    diag::Diagnostic,
    syntax::{
        Pair, Rule,
        ast::{
            AssignedElement, Each, Expression, ExpressionKind, ExtremumKind, Fold, ItemIn, ListType, Number,
            Over, TypeExpression, TypeKind,
        },
        codes,
        tree::{Builder, has},
    },
};

impl<'i> Builder<'i, '_> {
    /// Builds `list of T between … and … up to N`.
    pub(super) fn list_type(&mut self, pair: Pair<'i>) -> TypeKind {
        let whole = self.span(&pair);
        let optional = has(&pair, Rule::k_optional);
        let mut element = TypeExpression { optional, kind: TypeKind::Boolean, span: whole };
        let mut most = Number { text: String::new(), span: whole };
        let mut bounds = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::k_list | Rule::k_of | Rule::k_optional | Rule::k_up | Rule::k_to => {}
                Rule::bounds => bounds = Some(self.bounds(part)),
                Rule::number => most = self.number(&part),
                _ => {
                    element.span = self.span(&part);
                    element.kind = self.type_kind(part);
                }
            }
        }
        TypeKind::List(Box::new(ListType { element, bounds, most }))
    }

    /// Builds `any … has`, `count of`, `sum of … for each` and `lowest of … for each`.
    pub(in crate::syntax) fn each(&mut self, pair: Pair<'i>) -> ExpressionKind {
        let whole = self.span(&pair);
        let fold = match pair.as_rule() {
            Rule::has_each if has(&pair, Rule::k_any) => Fold::Any,
            Rule::has_each => Fold::Every,
            Rule::count_each => Fold::Count,
            Rule::sum_each => Fold::Sum,
            _ => {
                let word = pair.clone().into_inner().find(|it| it.as_rule() == Rule::extremum_kind);
                Fold::Extreme(extremum_kind(word.as_ref().unwrap_or(&pair)))
            }
        };
        let (mut values, mut over, mut filter, mut default) = (Vec::new(), None, None, None);
        let mut parts: Vec<Pair<'i>> = pair.into_inner().collect();
        // What stands after `for each` is read as if it stood beside the value.
        if let Some(tail) = parts.pop_if(|it| it.as_rule() == Rule::each_item) {
            parts.extend(tail.into_inner());
        }
        for part in parts {
            match part.as_rule() {
                Rule::expression | Rule::plain => values.push(self.expression(part)),
                Rule::item_in => over = self.item_in(part),
                Rule::where_clause => {
                    filter = part.into_inner().last().map(|it| self.expression(it));
                }
                Rule::or_else => default = part.into_inner().last().map(|it| self.expression(it)),
                _ => {}
            }
        }
        if let Some(second) = values.get(1) {
            let message = "expected one value for each item, found several";
            self.diagnostics.push(
                Diagnostic::new(&codes::UNEXPECTED_TEXT, second.span, message)
                    .with_help("write `for each` after one value, or leave it out to compare the values"),
            );
        }
        let value = values.into_iter().next();
        match over {
            Some(over) => ExpressionKind::Each(Box::new(Each { fold, over, value, filter, default })),
            None => ExpressionKind::Literal(self.missing_literal(whole)),
        }
    }

    fn item_in(&mut self, pair: Pair<'i>) -> Option<ItemIn> {
        let name = self.own_name(&pair);
        let over = pair.into_inner().last()?;
        if over.as_rule() != Rule::counted_days {
            return Some(ItemIn { name, over: Over::List(self.name(over)) });
        }
        let whole = self.span(&over);
        let mut ends: Vec<Expression> = Vec::new();
        let mut most = Number { text: String::new(), span: whole };
        for part in over.into_inner() {
            match part.as_rule() {
                Rule::simple => ends.push(self.expression(part)),
                Rule::number => most = self.number(&part),
                _ => {}
            }
        }
        let mut ends = ends.into_iter();
        let (from, through) = (ends.next()?, ends.next()?);
        Some(ItemIn { name, over: Over::Days { from, through, most, span: whole } })
    }

    pub(super) fn assigned_elements(&mut self, pair: Pair<'i>) -> Vec<AssignedElement> {
        let elements = pair.into_inner().filter(|it| it.as_rule() == Rule::assigned_element);
        let elements: Vec<Pair<'i>> = elements.filter_map(|it| it.into_inner().last()).collect();
        elements
            .into_iter()
            .map(|it| AssignedElement { span: self.span(&it), value: self.assigned(it) })
            .collect()
    }
}

/// Which extreme a word names.
pub(in crate::syntax) fn extremum_kind(pair: &Pair<'_>) -> ExtremumKind {
    let word = pair.clone().into_inner().next();
    match word.as_ref().map(|it| it.as_str()) {
        Some("lowest") => ExtremumKind::Lowest,
        Some("highest") => ExtremumKind::Highest,
        Some("earliest") => ExtremumKind::Earliest,
        _ => ExtremumKind::Latest,
    }
}
