//! Tests of a policy: what is given and what is expected.

use crate::syntax::{
    Pair, Rule,
    ast::{AssignedValue, Assignment, Expectation, ExpectationKind, Name, ObligationKind, Test},
    tree::{Builder, has},
};

impl<'i> Builder<'i, '_> {
    pub(super) fn test(&mut self, pair: Pair<'i>) -> Test {
        let mut test = Test {
            name: self.own_quoted(&pair),
            like: None,
            given: Vec::new(),
            expect: Vec::new(),
            inherited: false,
            span: self.span(&pair),
        };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::like => {
                    test.like = Some(self.own_quoted(&part));
                    test.given.extend(self.assignments(part));
                }
                Rule::given => test.given.extend(self.assignments(part)),
                Rule::expect => {
                    let whole = self.span(&part);
                    let kind = part.into_inner().last().and_then(|it| self.expectation(it));
                    test.expect.extend(kind.map(|kind| Expectation { kind, span: whole }));
                }
                _ => {}
            }
        }
        test
    }

    fn assignments(&mut self, pair: Pair<'i>) -> Vec<Assignment> {
        let all = pair.into_inner().filter(|it| it.as_rule() == Rule::assignment);
        all.map(|it| self.assignment(it)).collect()
    }

    fn assignment(&mut self, pair: Pair<'i>) -> Assignment {
        let path = self.own_name(&pair);
        let value = match pair.into_inner().last() {
            Some(it) => self.assigned(it),
            None => AssignedValue::Unknown(path.span),
        };
        Assignment { path, value }
    }

    pub(super) fn assigned(&mut self, pair: Pair<'i>) -> AssignedValue {
        let whole = self.span(&pair);
        match pair.as_rule() {
            Rule::assigned_record => AssignedValue::Record(self.assignments(pair), whole),
            Rule::assigned_list => AssignedValue::List(self.assigned_elements(pair), whole),
            Rule::k_unknown => AssignedValue::Unknown(whole),
            _ => AssignedValue::Literal(self.literal(pair)),
        }
    }

    fn expectation(&mut self, pair: Pair<'i>) -> Option<ExpectationKind> {
        let decision = self.own_name(&pair);
        Some(match pair.as_rule() {
            Rule::expect_disclosures => {
                ExpectationKind::Obligations { kind: ObligationKind::Disclosure, names: self.names(pair) }
            }
            Rule::expect_steps => {
                ExpectationKind::Obligations { kind: ObligationKind::Step, names: self.names(pair) }
            }
            Rule::expect_refused => ExpectationKind::Refused(self.own_quoted(&pair)),
            Rule::expect_undecided => {
                let needs = pair.into_inner().filter(|it| it.as_rule() == Rule::needed);
                ExpectationKind::Undecided { decision, needs: needs.map(|it| self.name(it)).collect() }
            }
            Rule::expect_failed => {
                ExpectationKind::Failed { decision, conflict: has(&pair, Rule::k_conflict) }
            }
            form @ (Rule::expect_outcome | Rule::expect_items) => {
                let by = pair.clone().into_inner().find(|it| it.as_rule() == Rule::by);
                let by = by.map(|it| self.names(it)).unwrap_or_default();
                let items = form == Rule::expect_items;
                ExpectationKind::Outcome { decision, outcomes: self.consequences(pair), items, by }
            }
            _ => return None,
        })
    }

    /// The names in a list; `otherwise` counts as one.
    fn names(&self, pair: Pair<'i>) -> Vec<Name> {
        let named = |it: &Pair<'i>| matches!(it.as_rule(), Rule::name | Rule::k_otherwise);
        pair.into_inner().filter(named).map(|it| self.name(it)).collect()
    }
}
