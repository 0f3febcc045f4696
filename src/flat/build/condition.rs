//! From a program's nodes to conditions over variables.
//!
//! A comparison of numbers becomes a run of values of one variable: a cell, or a sum of nodes counted so many times,
//! so that `today - bought <= 30 days` and `bought < today - 60 days` are two cuts of one variable. A definition with
//! cases becomes a choice between comparisons. What is none of these is looked at as a whole, true or false.

use std::collections::BTreeMap;

use crate::{
    flat::{
        build::{
            formula::{DEEPEST, F, FALSE, NOTHING, Store, TRUE},
            reads::{Reads, Terms, choices},
        },
        cells::LEAST,
    },
    hir::Order,
    ir::{NodeId, Op},
    schema::Type,
    value::{Scalar, gcd},
};

/// Definitions inside definitions are opened so deep.
const OPENED: u32 = 4;
/// A definition of more cases is looked at as a whole.
const CASES: usize = 16;
/// A greater cut is looked at as a whole, so that what counts as the nearest in 64 bits is on its right side.
const FARTHEST: i128 = 1 << 62;

/// Makes conditions of nodes.
pub(super) struct Conditions<'p> {
    pub(super) reads: Reads<'p>,
    pub(super) store: Store,
    /// One for each node that is a condition and nothing else.
    formulas: Vec<Option<F>>,
}

/// So many sums inside a sum are opened.
const SUMS: u32 = 64;

/// A sum of nodes and a number.
#[derive(Clone, Debug, Default)]
struct Linear {
    terms: BTreeMap<NodeId, i128>,
    constant: i128,
    /// How many sums were opened: definitions that double each other would go on for ever.
    sums: u32,
}

impl<'p> Conditions<'p> {
    pub(super) fn new(reads: Reads<'p>) -> Self {
        let mut conditions = Conditions { reads, store: Store::new(), formulas: Vec::new() };
        for node in 0..conditions.reads.program.nodes.len() as NodeId {
            let formula = conditions.formula(node);
            conditions.formulas.push(formula);
        }
        conditions
    }

    /// The condition that a node is.
    pub(super) fn of(&mut self, node: NodeId) -> F {
        match self.formulas.get(node as usize).copied().flatten() {
            Some(f) if self.store.depth(f) <= DEEPEST => f,
            _ => self.whole(node),
        }
    }

    /// A condition that is looked at as a whole.
    fn whole(&mut self, node: NodeId) -> F {
        let var = self.reads.code_var(node);
        self.store.atom(var, vec![(1, 1)], NOTHING)
    }

    fn formula(&mut self, node: NodeId) -> Option<F> {
        Some(match self.reads.op(node) {
            Op::Constant(index) => match self.reads.program.constants.get(*index as usize) {
                Some(Scalar::Boolean(value)) => constant(*value),
                _ => return None,
            },
            Op::Absent => NOTHING,
            Op::Fact(slot) => match self.reads.hir.schema.slots.get(*slot as usize)?.ty {
                Type::Boolean => {
                    let var = self.reads.cell(*slot)?;
                    self.store.atom(var, vec![(1, 1)], NOTHING)
                }
                _ => return None,
            },
            Op::RecordPresent(slot) => self.there(*slot)?,
            Op::Present(value) => self.present(*value),
            Op::Not(value) => {
                let value = self.of(*value);
                self.store.not(value)
            }
            Op::And(parts) => {
                let parts: Vec<F> = parts.iter().map(|it| self.of(*it)).collect();
                self.store.and(parts)
            }
            Op::Or(parts) => {
                let parts: Vec<F> = parts.iter().map(|it| self.of(*it)).collect();
                self.store.or(parts)
            }
            Op::Compare(order, a, b) => self.compare(*order, *a, *b, 0).unwrap_or_else(|| self.whole(node)),
            Op::OneOf(value, constants) => {
                self.one_of(*value, constants, 0).unwrap_or_else(|| self.whole(node))
            }
            Op::OutcomeIs(decision, outcomes) => {
                let var = self.reads.outcome(*decision);
                let mut runs: Vec<(i64, i64)> =
                    outcomes.iter().map(|it| (i64::from(*it), i64::from(*it))).collect();
                runs.sort_unstable();
                self.store.atom(var, joined(runs), NOTHING)
            }
            Op::Cases { guarded, last } => {
                let is_condition =
                    |node: NodeId| self.formulas.get(node as usize).is_some_and(Option::is_some);
                let says = |node: NodeId| !matches!(self.reads.op(node), Op::Absent);
                let mut results = guarded.iter().map(|it| it.1).chain([*last]);
                if !results.clone().all(is_condition) || !results.any(says) {
                    return None;
                }
                let last = self.of(*last);
                self.chosen(guarded, last, |own, value| Some(own.of(value)))?
            }
            _ => return None,
        })
    }

    /// What the first case says whose guard holds.
    fn chosen(
        &mut self,
        guarded: &[(NodeId, NodeId)],
        last: F,
        mut says: impl FnMut(&mut Self, NodeId) -> Option<F>,
    ) -> Option<F> {
        let mut chosen = last;
        for (guard, value) in guarded.iter().rev() {
            let (guard, value) = (self.of(*guard), says(self, *value)?);
            chosen = self.store.choose(guard, value, chosen);
        }
        Some(chosen)
    }

    fn there(&mut self, slot: u32) -> Option<F> {
        let var = self.reads.cell(slot)?;
        Some(self.store.atom(var, vec![(LEAST, i64::MAX)], FALSE))
    }

    fn present(&mut self, node: NodeId) -> F {
        let value = self.reads.value(node);
        if value.total && !value.fails {
            return TRUE;
        }
        let cell = match self.reads.op(node) {
            Op::Fact(slot) => self.there(*slot),
            Op::Absent => Some(FALSE),
            _ => None,
        };
        cell.unwrap_or_else(|| {
            let var = self.reads.code_var(node);
            self.store.atom(var, vec![(LEAST, i64::MAX)], FALSE)
        })
    }

    fn scalar(&self, node: NodeId) -> Option<&'p Scalar> {
        match self.reads.op(node) {
            Op::Constant(index) => self.reads.program.constants.get(*index as usize),
            _ => None,
        }
    }

    fn compare(&mut self, order: Order, a: NodeId, b: NodeId, opened: u32) -> Option<F> {
        let (left, right) = (self.reads.value(a), self.reads.value(b));
        if left.number && right.number {
            if left.ratio || right.ratio {
                return None;
            }
            let mut difference = Linear::default();
            self.add(&mut difference, a, 1)?;
            self.add(&mut difference, b, -1)?;
            return self.relation(order, difference, opened);
        }
        match (self.scalar(a), self.scalar(b)) {
            (Some(a), Some(b)) => Some(constant(order.holds(a.cmp(b)))),
            (None, Some(constant)) => self.against(order, a, constant, opened),
            (Some(constant), None) => self.against(order.turned(), b, constant, opened),
            (None, None) => self.alike(order, a, b),
        }
    }

    /// Whether two conditions are alike.
    fn alike(&mut self, order: Order, a: NodeId, b: NodeId) -> Option<F> {
        let is_condition = |node: NodeId| self.formulas.get(node as usize).copied().flatten();
        let (first, second) = (is_condition(a)?, is_condition(b)?);
        if self.reads.value(b).fails || first == NOTHING || second == NOTHING {
            return None;
        }
        let turned = self.store.not(second);
        match order {
            Order::Equal => Some(self.store.choose(first, second, turned)),
            Order::Different => Some(self.store.choose(first, turned, second)),
            _ => None,
        }
    }

    /// A comparison with a constant that is no number.
    fn against(&mut self, order: Order, node: NodeId, to: &Scalar, opened: u32) -> Option<F> {
        if let Op::Cases { guarded, last } = self.reads.op(node) {
            if guarded.len() > CASES || opened >= OPENED {
                return None;
            }
            let last = self.against(order, *last, to, opened + 1)?;
            return self.chosen(guarded, last, |own, value| own.against(order, value, to, opened + 1));
        }
        if let Some(own) = self.scalar(node) {
            return Some(constant(order.holds(own.cmp(to))));
        }
        let slot = match self.reads.op(node) {
            Op::Absent => return Some(NOTHING),
            Op::Fact(slot) => Some(*slot),
            _ => None,
        };
        match (to, slot) {
            (Scalar::Boolean(value), _) => {
                let wanted = match order {
                    Order::Equal => *value,
                    Order::Different => !*value,
                    _ => return None,
                };
                let f = self.of(node);
                Some(if wanted { f } else { self.store.not(f) })
            }
            (Scalar::Text(text), Some(slot)) => {
                let number = self.reads.number(slot, text)?;
                let var = self.reads.cell(slot)?;
                let f = self.store.atom(var, vec![(number, number)], NOTHING);
                match order {
                    Order::Equal => Some(f),
                    Order::Different => Some(self.store.not(f)),
                    _ => None,
                }
            }
            (Scalar::Choice(index), slot) => {
                let (var, count) = match slot {
                    Some(slot) => {
                        let ty = self.reads.hir.schema.slots.get(slot as usize)?.ty;
                        (self.reads.cell(slot)?, choices(&self.reads.hir.schema, ty)?)
                    }
                    // A weekday, or the parameter of an outcome.
                    None => (self.reads.code_var(node), i64::from(index + 1).max(7)),
                };
                // Beyond those that are known to be, greater ones are alike.
                let holds = |it: &i64| order.holds(it.cmp(&i64::from(*index)));
                let mut runs: Vec<(i64, i64)> = (0..count).filter(holds).map(|it| (it, it)).collect();
                if let (None, true, Some(last)) = (slot, holds(&(count - 1)), runs.last_mut()) {
                    last.1 = i64::MAX;
                }
                Some(self.store.atom(var, joined(runs), NOTHING))
            }
            _ => None,
        }
    }

    fn one_of(&mut self, node: NodeId, constants: &[u32], opened: u32) -> Option<F> {
        let parts: Option<Vec<F>> = constants
            .iter()
            .map(|index| {
                let to = self.reads.program.constants.get(*index as usize)?;
                match to {
                    Scalar::Number(value) => self.point(node, *value, opened),
                    _ => self.against(Order::Equal, node, to, opened),
                }
            })
            .collect();
        // None of no constants: it has a value, and that is none of them.
        parts.filter(|it| !it.is_empty()).map(|it| self.store.or(it))
    }

    fn point(&mut self, node: NodeId, value: i128, opened: u32) -> Option<F> {
        let own = self.reads.value(node);
        if !own.number || own.ratio {
            return None;
        }
        let mut difference = Linear { constant: value.checked_neg()?, ..Linear::default() };
        self.add(&mut difference, node, 1)?;
        self.relation(Order::Equal, difference, opened)
    }

    /// Adds a node so many times.
    fn add(&self, sum: &mut Linear, node: NodeId, by: i128) -> Option<()> {
        match self.reads.op(node) {
            Op::Constant(index) => {
                let Some(Scalar::Number(value)) = self.reads.program.constants.get(*index as usize) else {
                    return None;
                };
                sum.constant = sum.constant.checked_add(value.checked_mul(by)?)?;
            }
            // Within known bounds nothing overflows on the way, so the order of adding is free.
            Op::Sum(terms) if self.reads.value(node).span.is_some() && sum.sums < SUMS => {
                sum.sums += 1;
                for (minus, term) in terms {
                    self.add(sum, *term, if *minus { by.checked_neg()? } else { by })?;
                }
            }
            Op::Scale(term, factor) if self.reads.value(node).span.is_some() && sum.sums < SUMS => {
                sum.sums += 1;
                let Some(Scalar::Number(factor)) = self.reads.program.constants.get(*factor as usize) else {
                    return None;
                };
                self.add(sum, *term, by.checked_mul(*factor)?)?;
            }
            _ => {
                let count = sum.terms.entry(node).or_insert(0);
                *count = count.checked_add(by)?;
            }
        }
        Some(())
    }

    /// `sum order 0`.
    fn relation(&mut self, order: Order, sum: Linear, opened: u32) -> Option<F> {
        // What cancels out still has to be there.
        if sum.terms.values().any(|it| *it == 0) {
            return None;
        }
        if let Some(f) = self.opened(order, &sum, opened) {
            return Some(f);
        }
        let Some((_, first)) = sum.terms.first_key_value() else {
            return Some(constant(order.holds(sum.constant.cmp(&0))));
        };
        if sum.terms.values().any(|it| *it == i128::MIN) {
            return None;
        }
        let divisor = sum.terms.values().fold(0, |all, it| gcd(all, *it));
        let sign = first.signum();
        let terms: Terms = sum.terms.iter().map(|(node, by)| (*node, by / divisor * sign)).collect();
        let order = if sign < 0 { order.turned() } else { order };
        // divisor × value order target
        let target = sum.constant.checked_mul(-sign)?;
        let runs = runs(order, divisor, target)?;
        let var = match terms.as_slice() {
            [(node, 1)] => match self.reads.op(*node) {
                Op::Fact(slot) => match self.reads.cell(*slot) {
                    Some(var) => var,
                    None => self.reads.code_var(*node),
                },
                _ => self.reads.code_var(*node),
            },
            several if several.iter().all(|it| self.reads.value(it.0).span.is_some()) => {
                self.reads.sum(terms)
            }
            _ => return None,
        };
        Some(self.store.atom(var, runs, NOTHING))
    }

    /// Opens a term that has cases.
    fn opened(&mut self, order: Order, sum: &Linear, opened: u32) -> Option<F> {
        let cases = sum.terms.iter().find_map(|(node, by)| match self.reads.op(*node) {
            Op::Cases { guarded, last } if guarded.len() <= CASES => Some((*node, *by, guarded, *last)),
            _ => None,
        });
        let (node, by, guarded, last) = cases.filter(|_| opened < OPENED)?;
        // An error of another term comes before a guard that is not observed.
        if sum.terms.keys().any(|it| *it != node && self.reads.value(*it).fails) {
            return None;
        }
        let with = |own: &mut Self, value: NodeId| {
            if matches!(own.reads.op(value), Op::Absent) {
                return Some(NOTHING);
            }
            let mut sum = sum.clone();
            sum.terms.remove(&node);
            own.add(&mut sum, value, by)?;
            own.relation(order, sum, opened + 1)
        };
        let last = with(self, last)?;
        self.chosen(guarded, last, with)
    }
}

fn constant(value: bool) -> F {
    if value { TRUE } else { FALSE }
}

/// The values of which `divisor × value order target` holds.
fn runs(order: Order, divisor: i128, target: i128) -> Option<Vec<(i64, i64)>> {
    let floor = target.checked_div_euclid(divisor)?;
    if floor.abs() >= FARTHEST {
        return None;
    }
    let whole = target.checked_rem_euclid(divisor)? == 0;
    let floor = i64::try_from(floor).ok()?;
    let below = if whole { floor - 1 } else { floor };
    Some(match order {
        Order::AtMost => vec![(LEAST, floor)],
        Order::Less => vec![(LEAST, below)],
        Order::Greater => vec![(floor + 1, i64::MAX)],
        Order::AtLeast => vec![(below + 1, i64::MAX)],
        Order::Equal if whole => vec![(floor, floor)],
        Order::Equal => Vec::new(),
        Order::Different if whole => vec![(LEAST, floor - 1), (floor + 1, i64::MAX)],
        Order::Different => vec![(LEAST, i64::MAX)],
    })
}

/// Runs that touch become one.
fn joined(runs: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    let mut joined: Vec<(i64, i64)> = Vec::with_capacity(runs.len());
    for (low, high) in runs {
        match joined.last_mut() {
            Some(last) if last.1.saturating_add(1) >= low => last.1 = last.1.max(high),
            _ => joined.push((low, high)),
        }
    }
    joined
}
