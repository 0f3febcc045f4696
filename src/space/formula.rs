//! Conditions as formulas over dimensions: what a policy says, before it is known in which order to ask.
//!
//! Formulas are shared: each is an index, and its operands have lesser ones. So diagrams are made of them in
//! one pass, without recursion.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;
use std::collections::{BTreeMap, BTreeSet};

/// The index of a formula.
pub(crate) type Formula = u32;

/// Never true.
pub(crate) const FALSE: Formula = 0;

/// Always true.
pub(crate) const TRUE: Formula = 1;

/// A formula.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Shape {
    /// True or false.
    Constant(bool),
    /// The dimension lies in one of these intervals, sorted and apart.
    Within(u32, Box<[(i128, i128)]>),
    /// Not.
    Not(Formula),
    /// All.
    And(Box<[Formula]>),
    /// One of them.
    Or(Box<[Formula]>),
    /// What the decision of this index comes to is one of these.
    Comes(u32, Box<[u32]>),
}

/// All formulas of a space.
#[derive(Debug)]
pub(crate) struct Formulas {
    shapes: IndexSet<Shape, FxBuildHasher>,
}

impl Default for Formulas {
    fn default() -> Self {
        let mut shapes = IndexSet::default();
        shapes.insert(Shape::Constant(false));
        shapes.insert(Shape::Constant(true));
        Formulas { shapes }
    }
}

impl Formulas {
    /// The shape of a formula.
    pub(crate) fn shape(&self, formula: Formula) -> &Shape {
        const NEVER: &Shape = &Shape::Constant(false);
        self.shapes.get_index(formula as usize).unwrap_or(NEVER)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.shapes.len()
    }

    fn add(&mut self, shape: Shape) -> Formula {
        self.shapes.insert_full(shape).0 as Formula
    }

    /// The dimension lies in one of the intervals, sorted and apart, of the range `low..=high`.
    pub(crate) fn within(
        &mut self,
        dimension: u32,
        (low, high): (i128, i128),
        intervals: impl IntoIterator<Item = (i128, i128)>,
    ) -> Formula {
        let mut kept: Vec<(i128, i128)> = Vec::new();
        for (from, to) in intervals {
            let (from, to) = (from.max(low), to.min(high));
            match kept.last_mut() {
                _ if from > to => {}
                Some(before) if before.1.saturating_add(1) >= from => before.1 = before.1.max(to),
                _ => kept.push((from, to)),
            }
        }
        match kept.as_slice() {
            [] => FALSE,
            [(from, to)] if *from == low && *to == high => TRUE,
            _ => self.add(Shape::Within(dimension, kept.into())),
        }
    }

    /// What a decision comes to is one of `leaves`, sorted.
    pub(crate) fn comes(&mut self, decision: u32, leaves: Vec<u32>) -> Formula {
        match leaves.is_empty() {
            true => FALSE,
            false => self.add(Shape::Comes(decision, leaves.into())),
        }
    }

    /// Not.
    pub(crate) fn not(&mut self, of: Formula) -> Formula {
        match self.shape(of) {
            Shape::Constant(value) => Formula::from(!*value),
            Shape::Not(inner) => *inner,
            _ => self.add(Shape::Not(of)),
        }
    }

    /// All of them.
    pub(crate) fn and(&mut self, parts: impl IntoIterator<Item = Formula>) -> Formula {
        self.several(parts, TRUE, FALSE, Shape::And)
    }

    /// One of them.
    pub(crate) fn or(&mut self, parts: impl IntoIterator<Item = Formula>) -> Formula {
        self.several(parts, FALSE, TRUE, Shape::Or)
    }

    fn several(
        &mut self,
        parts: impl IntoIterator<Item = Formula>,
        silent: Formula,
        decides: Formula,
        make: impl Fn(Box<[Formula]>) -> Shape,
    ) -> Formula {
        let mut parts = parts.into_iter().filter(|it| *it != silent);
        let Some(first) = parts.next() else { return silent };
        let Some(second) = parts.next() else { return first };
        let mut kept: Vec<Formula> = [first, second].into_iter().chain(parts).collect();
        kept.sort_unstable();
        kept.dedup();
        match kept.as_slice() {
            [only] => *only,
            _ if kept.contains(&decides) => decides,
            _ => self.add(make(kept.into())),
        }
    }

    /// The formula where what is part of it is taken to be something else.
    pub(crate) fn with(&mut self, of: Formula, part: Formula, taken: Formula) -> Formula {
        let mut below: BTreeSet<Formula> = BTreeSet::new();
        let mut open = vec![of];
        while let Some(at) = open.pop() {
            // Operands come before what is made of them, so nothing before the part holds it.
            if at > part && below.insert(at) {
                self.each_operand(at, |it| open.push(it));
            }
        }
        let mut made: BTreeMap<Formula, Formula> = BTreeMap::from([(part, taken)]);
        for at in below {
            let now = |it: &Formula| made.get(it).copied().unwrap_or(*it);
            let new = match self.shape(at) {
                Shape::Constant(_) | Shape::Within(..) | Shape::Comes(..) => continue,
                Shape::Not(inner) => {
                    let inner = now(inner);
                    self.not(inner)
                }
                Shape::And(parts) => {
                    let parts: Vec<Formula> = parts.iter().map(now).collect();
                    self.and(parts)
                }
                Shape::Or(parts) => {
                    let parts: Vec<Formula> = parts.iter().map(now).collect();
                    self.or(parts)
                }
            };
            made.insert(at, new);
        }
        made.get(&of).copied().unwrap_or(of)
    }

    /// What a formula says of dimensions: the `Within` that it is made of, in order.
    pub(crate) fn atoms(&self, of: Formula) -> Vec<Formula> {
        let mut seen: BTreeSet<Formula> = BTreeSet::new();
        let mut open = vec![of];
        while let Some(at) = open.pop() {
            if seen.insert(at) {
                self.each_operand(at, |it| open.push(it));
            }
        }
        seen.into_iter().filter(|it| matches!(self.shape(*it), Shape::Within(..))).collect()
    }

    /// For each formula whether it says what a decision comes to.
    pub(crate) fn reading(&self) -> Vec<bool> {
        let mut reading: Vec<bool> = Vec::with_capacity(self.len());
        for (of, shape) in (0..).zip(&self.shapes) {
            let mut reads = matches!(shape, Shape::Comes(..));
            self.each_operand(of, |it| reads |= reading.get(it as usize).copied().unwrap_or(false));
            reading.push(reads);
        }
        reading
    }

    /// Calls `each` with the operands.
    pub(crate) fn each_operand(&self, of: Formula, mut each: impl FnMut(Formula)) {
        match self.shape(of) {
            Shape::Constant(_) | Shape::Within(..) | Shape::Comes(..) => {}
            Shape::Not(inner) => each(*inner),
            Shape::And(parts) | Shape::Or(parts) => parts.iter().copied().for_each(each),
        }
    }
}
