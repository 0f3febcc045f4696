//! What tests look at: variables, and the codes behind them.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::{
    flat::{
        Argument, CellForm, Code, Read,
        build::{
            formula::Var,
            values::{Value, may_be_absent},
        },
        cells::{LEAST, forms},
    },
    hir::Hir,
    ir::{NodeId, Op, Program},
    schema::{Schema, Type},
    value::Scalar,
};

/// A sum of nodes, each so many times.
pub(super) type Terms = Vec<(NodeId, i128)>;

/// The values that a variable can have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Domain {
    pub low: i64,
    pub high: i64,
    /// Whether it may have none.
    pub absent: bool,
    /// Whether it may read a decision in error.
    pub failed: bool,
    /// How many operations it costs to look.
    pub cost: u32,
}

/// Everything that tests and arguments look at.
pub(super) struct Reads<'p> {
    pub(super) hir: &'p Hir,
    pub(super) program: &'p Program,
    pub(super) values: Vec<Value>,
    pub(super) forms: Vec<CellForm>,
    /// The texts that conditions name, for each dictionary.
    pub(super) texts: Vec<Vec<std::sync::Arc<str>>>,
    /// One for each variable.
    pub(super) vars: Vec<(Read, Domain)>,
    known: FxHashMap<Read, Var>,
    sums: FxHashMap<Terms, Var>,
    pub(super) cell_sums: Vec<(u32, u32)>,
    pub(super) terms: Vec<(u32, i64)>,
    pub(super) constants: Vec<Scalar>,
    pub(super) ops: Vec<Op>,
    kept: FxHashMap<NodeId, NodeId>,
    pub(super) codes: Vec<Code>,
    code_of: FxHashMap<NodeId, u32>,
    pub(super) steps: Vec<NodeId>,
}

impl<'p> Reads<'p> {
    pub(super) fn new(hir: &'p Hir, program: &'p Program, values: Vec<Value>) -> Self {
        let forms = forms(&hir.schema);
        let texts = forms.iter().filter(|it| matches!(it, CellForm::Text(_))).count();
        Reads {
            forms,
            texts: vec![Vec::new(); texts],
            hir,
            program,
            values,
            vars: Vec::new(),
            known: FxHashMap::default(),
            sums: FxHashMap::default(),
            cell_sums: Vec::new(),
            terms: Vec::new(),
            constants: program.constants.clone(),
            ops: Vec::new(),
            kept: FxHashMap::default(),
            codes: Vec::new(),
            code_of: FxHashMap::default(),
            steps: Vec::new(),
        }
    }

    pub(super) fn value(&self, node: NodeId) -> Value {
        self.values.get(node as usize).copied().unwrap_or_default()
    }

    pub(super) fn op(&self, node: NodeId) -> &'p Op {
        self.program.nodes.get(node as usize).unwrap_or(&Op::Absent)
    }

    pub(super) fn domain(&self, var: Var) -> Domain {
        let unknown = Domain { low: LEAST, high: i64::MAX, absent: true, failed: true, cost: u32::MAX };
        self.vars.get(var as usize).map_or(unknown, |it| it.1)
    }

    fn var(&mut self, read: Read, domain: Domain) -> Var {
        if let Some(known) = self.known.get(&read) {
            return *known;
        }
        let var = self.vars.len() as Var;
        self.vars.push((read, domain));
        self.known.insert(read, var);
        var
    }

    /// The fact in a slot, where its cell says all of it.
    pub(super) fn cell(&mut self, slot: u32) -> Option<Var> {
        let index = slot as usize;
        let form = *self.forms.get(index)?;
        let fact = self.hir.schema.slots.get(index)?;
        let (low, high) = match form {
            CellForm::Wide(_) => return None,
            CellForm::Boolean => (0, 1),
            CellForm::Presence => (1, 1),
            // Lists are as long as intake lets them be.
            CellForm::Integer if matches!(fact.ty, Type::List(_)) => (0, i64::MAX),
            CellForm::Integer => (i64::try_from(fact.low).ok()?, i64::try_from(fact.high).ok()?),
            CellForm::Choice => (0, choices(&self.hir.schema, fact.ty)? - 1),
            // The number of texts is known when all conditions are.
            CellForm::Text(_) => (0, i64::MAX),
        };
        let absent = may_be_absent(&self.hir.schema, index);
        Some(self.var(Read::Cell(slot), Domain { low, high, absent, failed: false, cost: 0 }))
    }

    /// The number of a text that a condition compares a fact to.
    pub(super) fn number(&mut self, slot: u32, text: &std::sync::Arc<str>) -> Option<i64> {
        let CellForm::Text(index) = *self.forms.get(slot as usize)? else { return None };
        let texts = self.texts.get_mut(index as usize)?;
        let known = texts.iter().position(|it| it == text);
        let number = known.unwrap_or_else(|| {
            texts.push(std::sync::Arc::clone(text));
            texts.len() - 1
        });
        i64::try_from(number).ok()
    }

    /// For a variable that is a text, how many texts conditions name.
    pub(super) fn texts_of(&self, var: Var) -> Option<i64> {
        let (Read::Cell(slot), _) = self.vars.get(var as usize)? else { return None };
        let CellForm::Text(index) = *self.forms.get(*slot as usize)? else { return None };
        i64::try_from(self.texts.get(index as usize)?.len()).ok()
    }

    pub(super) fn outcome(&mut self, decision: u32) -> Var {
        let count = self.hir.decisions.get(decision as usize).map_or(0, |it| it.outcomes.len());
        let high = i64::try_from(count).unwrap_or(i64::MAX).saturating_sub(1);
        self.var(Read::Outcome(decision), Domain { low: 0, high, absent: false, failed: true, cost: 1 })
    }

    /// The value of a node, as a number of 64 bits.
    pub(super) fn code_var(&mut self, node: NodeId) -> Var {
        let value = self.value(node);
        let code = self.code(node);
        let (low, high) = value.span.map_or((LEAST, i64::MAX), clamped);
        let cost = self.codes.get(code as usize).map_or(1, |it| it.count);
        let domain = Domain { low, high, absent: !value.total, failed: value.fails, cost };
        self.var(Read::Code(code), domain)
    }

    /// A sum of several nodes. The first is counted a positive number of times.
    pub(super) fn sum(&mut self, terms: Terms) -> Var {
        if let Some(known) = self.sums.get(&terms) {
            return *known;
        }
        let (mut absent, mut failed, mut span) = (false, false, Some((0_i128, 0_i128)));
        for (node, by) in &terms {
            let value = self.value(*node);
            (absent, failed) = (absent || !value.total, failed || value.fails);
            span = span.zip(value.span).and_then(|((low, high), (a, b))| {
                let (a, b) = (a.checked_mul(*by)?, b.checked_mul(*by)?);
                Some((low.checked_add(a.min(b))?, high.checked_add(a.max(b))?))
            });
        }
        let (low, high) = span.map_or((LEAST, i64::MAX), clamped);
        let (read, cost) = match self.cells(&terms) {
            Some(read) => (read, 1),
            None => {
                let code = self.sum_code(&terms);
                (Read::Code(code), self.codes.get(code as usize).map_or(1, |it| it.count))
            }
        };
        let var = self.var(read, Domain { low, high, absent, failed, cost });
        self.sums.insert(terms, var);
        var
    }

    /// A sum of cells that hold numbers.
    fn cells(&mut self, terms: &Terms) -> Option<Read> {
        let term = |(node, by): &(NodeId, i128)| match self.op(*node) {
            Op::Fact(slot) if self.forms.get(*slot as usize) == Some(&CellForm::Integer) => {
                Some((*slot, i64::try_from(*by).ok()?))
            }
            _ => None,
        };
        let cells: Vec<(u32, i64)> = terms.iter().map(term).collect::<Option<_>>()?;
        let sum = self.cell_sums.len() as u32;
        self.cell_sums.push((self.terms.len() as u32, cells.len() as u32));
        self.terms.extend(cells);
        Some(Read::Sum(sum))
    }

    fn sum_code(&mut self, terms: &Terms) -> u32 {
        let mut steps = BTreeSet::new();
        let mut sum = Vec::with_capacity(terms.len());
        for (node, by) in terms {
            let kept = self.keep(*node, &mut steps);
            let (minus, by) = (*by < 0, by.abs());
            let kept = match by {
                1 => kept,
                _ => {
                    let constant = self.constants.len() as u32;
                    self.constants.push(Scalar::Number(by));
                    self.added(Op::Scale(kept, constant), &mut steps)
                }
            };
            sum.push((minus, kept));
        }
        self.added(Op::Sum(sum.into()), &mut steps);
        self.coded(steps)
    }

    fn added(&mut self, op: Op, steps: &mut BTreeSet<NodeId>) -> NodeId {
        let node = self.ops.len() as NodeId;
        self.ops.push(op);
        steps.insert(node);
        node
    }

    fn coded(&mut self, steps: BTreeSet<NodeId>) -> u32 {
        let code = self.codes.len() as u32;
        let plain = steps.iter().all(|it| self.ops.get(*it as usize).is_some_and(|it| self.is_plain(it)));
        self.codes.push(Code { first: self.steps.len() as u32, count: steps.len() as u32, plain });
        self.steps.extend(steps);
        code
    }

    fn is_plain(&self, op: &Op) -> bool {
        match op {
            Op::Fact(slot) => self.forms.get(*slot as usize) == Some(&CellForm::Integer),
            Op::Constant(index) => matches!(self.constants.get(*index as usize), Some(Scalar::Number(_))),
            Op::Sum(_) | Op::Scale(..) | Op::Round(..) => true,
            _ => false,
        }
    }

    /// The code of a node.
    pub(super) fn code(&mut self, node: NodeId) -> u32 {
        if let Some(known) = self.code_of.get(&node) {
            return *known;
        }
        let mut steps = BTreeSet::new();
        self.keep(node, &mut steps);
        let code = self.coded(steps);
        self.code_of.insert(node, code);
        code
    }

    /// Keeps a node and all that it reads, and gathers them.
    fn keep(&mut self, node: NodeId, steps: &mut BTreeSet<NodeId>) -> NodeId {
        let mut below = BTreeSet::new();
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            if below.insert(node) {
                self.op(node).each_operand(|it| open.push(it));
            }
        }
        // Operands are earlier nodes, so they are kept before what reads them.
        for node in below {
            let kept = match self.kept.get(&node) {
                Some(kept) => *kept,
                None => {
                    let op = self.op(node).with_operands(|it| self.kept.get(&it).copied().unwrap_or(0));
                    let kept = self.ops.len() as NodeId;
                    self.ops.push(op);
                    self.kept.insert(node, kept);
                    kept
                }
            };
            steps.insert(kept);
        }
        self.kept.get(&node).copied().unwrap_or(0)
    }

    /// Where an argument comes from.
    pub(super) fn argument(&mut self, node: NodeId) -> Argument {
        match self.op(node) {
            Op::Fact(slot) => Argument::Cell(*slot),
            Op::Constant(index) => Argument::Constant(*index),
            _ => Argument::Code(self.code(node)),
        }
    }
}

fn clamped((low, high): (i128, i128)) -> (i64, i64) {
    let to = |it: i128| i64::try_from(it.clamp(LEAST.into(), i64::MAX.into())).unwrap_or(i64::MAX);
    (to(low), to(high))
}

/// How many values an enumeration has.
pub(super) fn choices(schema: &Schema, ty: Type) -> Option<i64> {
    let Type::Choice(index) = ty else { return None };
    i64::try_from(schema.enumerations.get(index)?.choices.len()).ok()
}
