//! `lowest of`, `highest of`, `earliest of` and `latest of` several values.

use crate::{
    check::{Checker, codes, expression::Typed, flow::Known, range::Range, types::is_moment},
    diag::Diagnostic,
    hir::{Extreme, Kind, Ty},
    source::Span,
    syntax::ast::{Expression, ExtremumKind},
};

impl Checker<'_> {
    pub(super) fn extremum(
        &mut self,
        kind: ExtremumKind,
        all: &[Expression],
        span: Span,
        known: &Known,
    ) -> Option<Typed> {
        let values: Vec<Option<Typed>> = all.iter().map(|it| self.value(it, known, None)).collect();
        let values: Vec<Typed> = values.into_iter().collect::<Option<_>>()?;
        self.extreme_types(kind, &values)?;
        let least = matches!(kind, ExtremumKind::Lowest | ExtremumKind::Earliest);
        self.extreme_of(values, if least { Extreme::Least } else { Extreme::Greatest }, span)
    }

    /// Reports values of another type than the words ask for.
    pub(super) fn extreme_types(&mut self, kind: ExtremumKind, values: &[Typed]) -> Option<()> {
        let dates = matches!(kind, ExtremumKind::Earliest | ExtremumKind::Latest);
        for it in values {
            if is_moment(it.expr.ty) != dates {
                let found = self.described(it.expr.ty);
                let (wanted, help) = if dates {
                    ("a date or a time", "for numbers and amounts write `lowest of` or `highest of`")
                } else {
                    ("a number or an amount", "for dates and times write `earliest of` or `latest of`")
                };
                let message = format!("expected {wanted}, found {found}");
                self.report(Diagnostic::new(&codes::TYPE_MISMATCH, it.expr.span, message).with_help(help));
                return None;
            }
        }
        Some(())
    }

    /// Brings values of which one is chosen to one form.
    pub(super) fn one_form(&mut self, values: Vec<Typed>) -> Option<Vec<Typed>> {
        let first = values.first()?.expr.ty;
        for it in &values {
            if let Ty::MoneyOf(index) = it.expr.ty {
                self.currency_not_known(index, it.expr.span);
                return None;
            }
            let same = match (first, it.expr.ty) {
                (a, b) if is_moment(a) => a == b,
                (Ty::Quantity(a, _), Ty::Quantity(b, _)) => a == b,
                _ => false,
            };
            if !same {
                self.mismatch(first, it.expr.ty, it.expr.span);
                return None;
            }
        }
        if is_moment(first) { Some(values) } else { self.aligned(values) }
    }

    pub(super) fn extreme_of(&mut self, values: Vec<Typed>, extreme: Extreme, span: Span) -> Option<Typed> {
        let values = self.one_form(values)?;
        let ty = values.first()?.expr.ty;
        let mut range: Option<Range> = None;
        for it in &values {
            let own = it.range?;
            if range.is_some_and(|so_far| !so_far.comparable(own)) {
                return self.too_wide(&it.expr, span);
            }
            let greatest = extreme == Extreme::Greatest;
            range = Some(range.map_or(own, |so_far| so_far.extreme(own, greatest)));
        }
        let all = values.into_iter().map(|it| it.expr).collect();
        Some(Typed::new(Kind::Extremum(extreme, all), ty, span).with_range(range))
    }
}
