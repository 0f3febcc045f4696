//! A part of the space of cases, drawn once and read often: owned, shared between threads, and no larger than
//! what is asked of it.
//!
//! The diagrams of [`crate::space`] are made in a store that grows; here the few that an answer reads stand in
//! two lists, with the variables that they can tell apart renumbered from 0.

use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::{
    space::{
        How, Key,
        cases::Cases,
        diagram::Ref,
        linear::{Linear, Var},
        normal::{Argument, Normal},
        solve::Row,
    },
    value::{Known, Scalar},
};

/// A node of a chart, or a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place(u32);

const LEAF: u32 = 1 << 31;

impl Place {
    /// The leaf of this number, below 2^31.
    pub(super) const fn leaf(number: u32) -> Place {
        Place(number | LEAF)
    }

    /// The number of a leaf.
    pub(super) fn as_leaf(self) -> Option<u32> {
        (self.0 & LEAF != 0).then_some(self.0 & !LEAF)
    }
}

/// The edges of a node: the last value of each interval, and what follows.
pub(super) type Edges = [(i128, Place)];

/// Nodes.
#[derive(Debug, Default)]
pub(super) struct Graph {
    nodes: Vec<(usize, Box<Edges>)>,
}

impl Graph {
    /// Adds a node.
    pub(super) fn add(&mut self, level: usize, edges: Box<Edges>) -> Place {
        self.nodes.push((level, edges));
        Place((self.nodes.len() - 1) as u32)
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The level of a node and its edges; none of a leaf.
    pub(super) fn node(&self, at: Place) -> Option<(usize, &Edges)> {
        match at.as_leaf() {
            Some(_) => None,
            None => self.nodes.get(at.0 as usize).map(|it| (it.0, &*it.1)),
        }
    }

    /// The levels of all nodes.
    pub(super) fn levels(&self) -> BTreeSet<usize> {
        self.nodes.iter().map(|it| it.0).collect()
    }
}

/// What a variable stands for.
#[derive(Clone, Debug)]
pub(super) enum Of {
    /// The fact in a slot.
    Fact(usize),
    /// Whether the fact or record in a slot is there.
    Present(usize),
    /// A term of earlier variables, divided and rounded.
    Rounded(Linear, i128, How),
}

/// A variable.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    /// Its least and its greatest value.
    pub range: (i128, i128),
    pub of: Of,
}

/// What an argument's number stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    Absent,
    Boolean,
    Number,
    Choice,
    Text,
}

/// An argument: a term, and what its number stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Said {
    pub kind: Kind,
    pub term: Linear,
}

/// Variables, terms by level, and nodes.
#[derive(Debug, Default)]
pub(super) struct Chart {
    pub variables: Vec<Variable>,
    /// The terms of the dimensions, by level.
    pub terms: Vec<Vec<(usize, i128)>>,
    /// What relates the variables in every case.
    pub rows: Vec<Row>,
    /// The texts that conditions and arguments name.
    pub texts: Vec<Arc<str>>,
    pub graph: Graph,
}

impl Chart {
    /// The number of a fact's value; of a text that is not named it is -1.
    fn number(&self, value: &Scalar) -> i128 {
        match value {
            Scalar::Boolean(value) => i128::from(*value),
            Scalar::Number(value) => *value,
            // In a space of one policy the values of an enumeration have the numbers of the policy.
            Scalar::Choice(index) => i128::from(*index),
            Scalar::Text(text) => self.texts.iter().position(|it| it == text).map_or(-1, |it| it as i128),
        }
    }

    /// The values of the variables that the facts tell, in order.
    pub(super) fn known(&self, facts: &[Known]) -> Vec<Option<i128>> {
        let mut known: Vec<Option<i128>> = Vec::with_capacity(self.variables.len());
        for variable in &self.variables {
            let value = match &variable.of {
                Of::Fact(slot) => match facts.get(*slot) {
                    Some(Known::Value(value)) => Some(self.number(value)),
                    // Nobody observes the value of what is not there.
                    Some(Known::Absent) | None => Some(0.clamp(variable.range.0, variable.range.1)),
                    Some(Known::Unknown) => None,
                },
                Of::Present(slot) => match facts.get(*slot) {
                    Some(Known::Value(_)) => Some(1),
                    Some(Known::Absent) | None => Some(0),
                    Some(Known::Unknown) => None,
                },
                Of::Rounded(term, by, how) => {
                    let value = term.value(|var| known.get(var as usize).copied().flatten());
                    value.and_then(|it| how.divide(it, *by))
                }
            };
            known.push(value);
        }
        known
    }
}

/// Draws a chart.
pub(super) struct Drawing<'c, 'p> {
    cases: &'c Cases<'p>,
    pub chart: Chart,
    vars: FxHashMap<Var, usize>,
    levels: FxHashMap<u32, usize>,
}

impl<'c, 'p> Drawing<'c, 'p> {
    /// Prepares a chart of what these diagrams and the arguments of these classes tell apart.
    pub(super) fn new(cases: &'c Cases<'p>, roots: &[Ref], arguments: &[&Argument]) -> Drawing<'c, 'p> {
        let levels: BTreeSet<u32> = roots.iter().flat_map(|it| cases.store.support(*it)).collect();
        let mut vars: BTreeSet<Var> =
            levels.iter().flat_map(|it| cases.term(*it)).map(|(var, _)| *var).collect();
        for argument in arguments {
            match argument {
                Argument::Number(term, _) => vars.extend(term.terms.iter().map(|it| it.0)),
                Argument::Variable(var) => drop(vars.insert(*var)),
                _ => {}
            }
        }
        cases.and_what_they_are_made_of(&mut vars);
        let vars: FxHashMap<Var, usize> = vars.into_iter().zip(0..).collect();
        let mut drawing = Drawing { cases, chart: Chart::default(), vars, levels: FxHashMap::default() };
        for level in levels {
            let term = cases.term(level).iter().filter_map(|(var, by)| Some((drawing.var(*var)?, *by)));
            let term = term.collect();
            drawing.levels.insert(level, drawing.chart.terms.len());
            drawing.chart.terms.push(term);
        }
        drawing.variables();
        drawing.chart.texts = cases.space.texts.iter().cloned().collect();
        drawing
    }

    fn var(&self, var: Var) -> Option<usize> {
        self.vars.get(&var).copied()
    }

    fn variables(&mut self) {
        let space = &self.cases.space;
        let Some(normal) = self.cases.policies.first() else { return };
        let mut vars: Vec<Var> = self.vars.keys().copied().collect();
        vars.sort_unstable();
        for var in vars {
            let Some((key, it)) = space.variables.get_index(var as usize) else { continue };
            let of = match key {
                Key::Rounded(term, by, how) => Of::Rounded(self.term(term), *by, *how),
                Key::Present(_) => Of::Present(slot_of(normal, var)),
                _ => Of::Fact(slot_of(normal, var)),
            };
            self.chart.variables.push(Variable { range: (it.low, it.high), of });
        }
        for row in &space.rows {
            let terms: Option<Vec<(usize, i128)>> =
                row.terms.iter().map(|(var, by)| Some((self.var(*var as Var)?, *by))).collect();
            // A row that names another variable defines that one, and says nothing of these.
            if let Some(terms) = terms {
                self.chart.rows.push(Row { terms: terms.into(), low: row.low, high: row.high });
            }
        }
    }

    fn term(&self, term: &Linear) -> Linear {
        let terms = term.terms.iter().filter_map(|(var, by)| Some((self.var(*var)? as Var, *by)));
        Linear { terms: terms.collect(), constant: term.constant }
    }

    /// An argument; none where it is not known what it is.
    pub(super) fn said(&self, argument: &Argument) -> Option<Said> {
        let number = |kind, number: i128| Some(Said { kind, term: Linear::constant(number) });
        match argument {
            Argument::Number(term, 1) => Some(Said { kind: Kind::Number, term: self.term(term) }),
            Argument::Number(..) | Argument::Opaque(_) => None,
            Argument::Boolean(value) => number(Kind::Boolean, i128::from(*value)),
            Argument::Choice(index) => number(Kind::Choice, i128::from(*index)),
            Argument::Text(text) => number(Kind::Text, self.cases.space.texts.get_index_of(text)? as i128),
            Argument::Absent => number(Kind::Absent, 0),
            Argument::Variable(var) => {
                let (_, it) = self.cases.space.variables.get_index(*var as usize)?;
                let kind = if it.text { Kind::Text } else { Kind::Choice };
                Some(Said { kind, term: self.term(&Linear::variable(*var)) })
            }
        }
    }

    /// Draws a diagram, with other leaves.
    pub(super) fn draw(&mut self, root: Ref, leaf: &mut dyn FnMut(u32) -> u32) -> Place {
        self.copy(root, leaf, &mut FxHashMap::default())
    }

    fn copy(
        &mut self,
        at: Ref,
        leaf: &mut dyn FnMut(u32) -> u32,
        known: &mut FxHashMap<Ref, Place>,
    ) -> Place {
        if let Some(number) = at.as_leaf() {
            return Place::leaf(leaf(number));
        }
        if let Some(known) = known.get(&at) {
            return *known;
        }
        let edges: Vec<(i128, Ref)> = self.cases.store.edges(at).map(|it| (it.1, it.2)).collect();
        let edges = edges.into_iter().map(|(last, child)| (last, self.copy(child, leaf, known))).collect();
        let level = self.levels.get(&self.cases.store.level(at)).copied().unwrap_or(0);
        let place = self.chart.graph.add(level, edges);
        known.insert(at, place);
        place
    }
}

/// The slot of a fact's variable.
fn slot_of(normal: &Normal<'_>, var: Var) -> usize {
    let is = |it: &crate::space::normal::FactVars| it.value == Some(var) || it.present == Some(var);
    normal.facts.iter().position(is).unwrap_or(usize::MAX)
}
