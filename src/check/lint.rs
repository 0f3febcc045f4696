//! Warns of `owned <= 30 days` that also holds for a purchase in the future.
//!
//! A difference of two dates or times is negative where the first is the earlier one, and a negative number is at most
//! thirty. A policy that means "in the last 30 days" must say that the other order does not happen. Reported
//! is a comparison `A - B <= constant`, directly or through plain definitions, that stands unnegated in a
//! rule's condition, where neither an assumption nor another comparison of the same condition relates the two
//! dates. (B20.) Blind to differences of anything but two facts, and to conditions below `not`.

use std::collections::BTreeSet;

use crate::{
    check::{
        Checker, codes,
        types::{is_moment, ty_of},
    },
    diag::Diagnostic,
    hir::{Assume, Expr, Kind, Measure, Order, Ty},
    source::Span,
    value::Scalar,
};

/// Two dates of facts, the smaller slot first.
type Pair = (usize, usize);

impl Checker<'_> {
    /// Reports the comparisons that a future date meets too.
    pub(super) fn one_sided_days(&mut self, assumes: &[Assume]) {
        // Without a date or a time among the facts there is nothing to look for, in thousands of rules.
        if !self.schema.slots.iter().any(|it| is_moment(ty_of(it.ty))) {
            return;
        }
        let mut related = BTreeSet::new();
        for assume in assumes {
            self.related_dates(&assume.condition, &mut related);
        }
        let mut found: Vec<(Pair, Span)> = Vec::new();
        for decision in self.decisions.iter().filter_map(|it| it.hir.as_ref()) {
            for condition in decision.rules.iter().filter_map(|it| it.condition.as_ref()) {
                let one_sided = self.upper_bounds(condition);
                if one_sided.is_empty() {
                    continue;
                }
                let mut own = related.clone();
                self.related_dates(condition, &mut own);
                found.extend(one_sided.into_iter().filter(|(pair, _)| !own.contains(pair)));
            }
        }
        let mut reported = BTreeSet::new();
        for (pair, span) in found {
            if reported.insert(span) {
                self.report_one_sided(pair, span);
            }
        }
    }

    fn report_one_sided(&mut self, (a, b): Pair, span: Span) {
        let name = |slot: usize| self.schema.slots.get(slot).map_or("", |it| it.path.as_str());
        let (later, earlier) = (name(a), name(b));
        let message = format!("this also holds where `{later}` is before `{earlier}`");
        let help = format!(
            "if that cannot happen, say so: `assume \"…\": {earlier} is no later than {later}`; else add a lower bound"
        );
        self.report(Diagnostic::new(&codes::ONE_SIDED_DAYS, span, message).with_help(help));
    }

    /// The comparisons `A - B <= constant` that stand unnegated in a condition, with `(A, B)`.
    fn upper_bounds(&self, condition: &Expr) -> Vec<(Pair, Span)> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![condition];
        while let Some(it) = open.pop() {
            match &it.kind {
                Kind::And(all) | Kind::Or(all) => open.extend(all),
                // Definitions are shared: one that is used twice is looked at once.
                Kind::Definition(index) if seen.insert(*index) => open.extend(self.plain(it)),
                Kind::Compare(Order::Less | Order::AtMost, left, right) => {
                    let constant = matches!(right.kind, Kind::Constant(Scalar::Number(0..)));
                    if let (Some(pair), true) = (self.difference(left), constant) {
                        found.push((pair, it.span));
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// All pairs of dates that some comparison below `condition` relates, but for upper bounds of their
    /// difference. Either order counts: whoever compares the two dates has thought of it.
    fn related_dates(&self, condition: &Expr, related: &mut BTreeSet<Pair>) {
        let mut seen = BTreeSet::new();
        let mut open = vec![condition];
        while let Some(it) = open.pop() {
            if let Kind::Definition(index) = it.kind
                && !seen.insert(index)
            {
                continue;
            }
            if let Kind::Compare(order, left, right) = &it.kind {
                if let (Kind::Fact(a), Kind::Fact(b)) = (&left.kind, &right.kind) {
                    related.extend([(*a, *b), (*b, *a)]);
                }
                if let (Some(pair), Order::AtLeast | Order::Greater | Order::Equal) =
                    (self.difference(left), order)
                {
                    related.insert(pair);
                }
            }
            open.extend(self.plain(it));
            open.extend(it.children());
        }
    }

    /// The two facts of a difference of dates.
    fn difference(&self, it: &Expr) -> Option<Pair> {
        let it = self.plain(it).unwrap_or(it);
        match (&it.kind, it.ty) {
            (Kind::Sum(terms), Ty::Quantity(Measure::Days | Measure::Duration, _)) => {
                match terms.as_slice() {
                    [(false, a), (true, b)] => match (&a.kind, &b.kind) {
                        (Kind::Fact(first), Kind::Fact(second)) if is_moment(a.ty) && is_moment(b.ty) => {
                            Some((*first, *second))
                        }
                        _ => None,
                    },
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The value of a definition without parameters and cases.
    fn plain(&self, it: &Expr) -> Option<&Expr> {
        let Kind::Definition(index) = it.kind else { return None };
        match self.definitions.get(index)?.hir.as_ref()?.cases.as_slice() {
            [only] => Some(&only.value),
            _ => None,
        }
    }
}
