//! What binds several files together: `use`, `extends`, periods, and what an overlay changes.

use crate::{
    source::Span,
    syntax::{
        Pair, Rule,
        ast::{Change, ChangeKind, Dated, ObligationKind, Period, Turn, Use},
        tree::{Builder, has},
    },
};

impl<'i> Builder<'i, '_> {
    /// Where `locked` stands in front of an item, if it does.
    pub(super) fn locked(&self, pair: &Pair<'i>) -> Option<Span> {
        let word = pair.clone().into_inner().find(|it| it.as_rule() == Rule::k_locked)?;
        Some(self.span(&word))
    }

    /// The days that `from` and `through` name below `pair`; `None` where there are none.
    pub(super) fn period(&self, pair: &Pair<'i>) -> Option<Period> {
        let end = |wanted: Rule| {
            let clause = pair.clone().into_inner().find(|it| it.as_rule() == wanted)?;
            let day = clause.into_inner().find(|it| it.as_rule() == Rule::date)?;
            Some(self.name(day))
        };
        let (from, through) = (end(Rule::days_from), end(Rule::days_through));
        let ends = pair.clone().into_inner().filter(|it| is_end(it.as_rule()));
        let span = ends.map(|it| self.span(&it)).reduce(Span::to)?;
        Some(Period { from, through, span })
    }

    pub(super) fn use_item(&self, pair: Pair<'i>) -> Use {
        let names = pair.clone().into_inner().find(|it| it.as_rule() == Rule::used_names);
        let names = names.map(|it| it.into_inner().map(|it| self.name(it)).collect());
        Use { file: self.own_name(&pair), names, span: self.span(&pair) }
    }

    pub(super) fn turn(&self, pair: Pair<'i>) -> Turn {
        Turn { name: self.own_name(&pair), values: self.dated_values(&pair), span: self.span(&pair) }
    }

    /// The values of a setting, in order of writing.
    pub(super) fn dated_values(&self, pair: &Pair<'i>) -> Vec<Dated> {
        let written = pair.clone().into_inner().filter(|it| it.as_rule() == Rule::dated_value);
        let dated = |it: Pair<'i>| {
            let literal = it.clone().into_inner().next();
            let value = literal.map_or_else(|| self.missing_literal(self.span(&it)), |it| self.literal(it));
            Dated { value, period: self.period(&it) }
        };
        written.map(dated).collect()
    }

    /// `replaces …` or `removes …`, at the top or in a decision.
    pub(super) fn change(&mut self, pair: Pair<'i>) -> Option<Change> {
        let span = self.span(&pair);
        if matches!(pair.as_rule(), Rule::removes | Rule::removes_part) {
            let name = self.own_name(&pair);
            let kind = match () {
                () if has(&pair, Rule::k_define) => ChangeKind::NoDefine(name),
                () if has(&pair, Rule::k_rule) => ChangeKind::NoRule(name),
                () => ChangeKind::NoObligation(removed_kind(&pair), name),
            };
            return Some(Change { kind, span });
        }
        let written = pair.into_inner().find(|it| it.as_rule() != Rule::k_replaces)?;
        let kind = match written.as_rule() {
            Rule::dated => ChangeKind::Dated(self.dated(written)),
            Rule::define => ChangeKind::Define(self.define(written)),
            Rule::rule => ChangeKind::Rule(self.rule(written)),
            Rule::otherwise => ChangeKind::Otherwise(self.fallback(written)),
            _ => ChangeKind::Obligation(self.obligation(written)),
        };
        Some(Change { kind, span })
    }
}

fn is_end(it: Rule) -> bool {
    matches!(it, Rule::days_from | Rule::days_through)
}

fn removed_kind(pair: &Pair<'_>) -> ObligationKind {
    if has(pair, Rule::k_step) { ObligationKind::Step } else { ObligationKind::Disclosure }
}
