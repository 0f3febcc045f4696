//! Lowers one expression: an explicit stack in place of recursion, equal nodes made once.
//!
//! An expression is visited before its operands and built after them. A call whose instance is not there yet
//! suspends the expression until the definition's cases have been lowered with the arguments in place of its
//! parameters; so definitions that call definitions nest on the heap, never on the thread's stack.
//!
//! **Cost.** The number of nodes and the number of visits inside definitions with parameters are each bounded
//! by [`Limits::steps`](crate::limits::Limits::steps): a definition that doubles itself at every level is
//! refused, not waited for.

use std::collections::BTreeSet;
use std::rc::Rc;

mod each;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use crate::{
    hir::{Each, Expr, Hir, Kind, Over},
    ir::{CasePlan, Instance, InstanceId, Named, Names, NodeId, Op, RoundTo, TooCostly},
    source::Span,
    value::Scalar,
};

/// The program in the making.
pub(super) struct Lowering<'h> {
    pub(super) hir: &'h Hir,
    pub(super) nodes: IndexSet<Op, FxBuildHasher>,
    /// Where each node is first written.
    pub(super) places: Vec<Span>,
    /// The expression that is being built.
    at: Span,
    pub(super) constants: IndexSet<Scalar, FxBuildHasher>,
    /// By definition and arguments.
    ids: IndexMap<(usize, Rc<[NodeId]>), InstanceId>,
    pub(super) instances: Vec<Instance>,
    /// What is being lowered, to say where the limit was met.
    pub(super) place: Span,
    steps: usize,
    visits: usize,
    /// What goes over items around the expression, with the most items of each.
    loops: Vec<(Span, usize)>,
}

/// A lowered expression.
pub(super) struct Lowered {
    pub(super) node: NodeId,
    pub(super) names: BTreeSet<Named>,
}

enum Work<'h> {
    Visit(&'h Expr),
    Build(&'h Expr),
    /// Writes out what goes over items, once its other operands are there.
    Unroll(&'h Each),
    /// Puts these in place of the parameters and items from here on.
    Locals(Rc<[NodeId]>),
    /// A value that is there.
    Value(NodeId),
}

/// An expression being lowered.
struct Frame<'h> {
    work: Vec<Work<'h>>,
    values: Vec<NodeId>,
    names: BTreeSet<Named>,
    locals: Rc<[NodeId]>,
    /// How many things that go over items are around what is being lowered, in this expression.
    depth: usize,
}

/// A definition being instantiated: its guards and values in order.
struct Job<'h> {
    definition: usize,
    locals: Rc<[NodeId]>,
    parts: Vec<&'h Expr>,
    done: Vec<Lowered>,
}

enum Task<'h> {
    Expression(Frame<'h>),
    Instance(Job<'h>),
}

enum Step {
    More,
    Needs(usize, Rc<[NodeId]>),
    Done,
}

impl<'h> Frame<'h> {
    fn new(expr: &'h Expr, locals: Rc<[NodeId]>) -> Self {
        Frame { work: vec![Work::Visit(expr)], values: Vec::new(), names: BTreeSet::new(), locals, depth: 0 }
    }

    fn pop(&mut self) -> NodeId {
        self.values.pop().unwrap_or(0)
    }

    /// The last `count` values, in order.
    fn take(&mut self, count: usize) -> Box<[NodeId]> {
        let from = self.values.len().saturating_sub(count);
        self.values.split_off(from).into_boxed_slice()
    }
}

impl<'h> Lowering<'h> {
    pub(super) fn new(hir: &'h Hir, steps: usize) -> Self {
        Lowering {
            hir,
            nodes: IndexSet::default(),
            places: Vec::new(),
            at: Span::default(),
            constants: IndexSet::default(),
            ids: IndexMap::new(),
            instances: Vec::new(),
            place: Span::default(),
            steps: steps.min(u32::MAX as usize),
            visits: 0,
            loops: Vec::new(),
        }
    }

    /// The node of `op`, which is written at `span`.
    pub(super) fn node_at(&mut self, op: Op, span: Span) -> Result<NodeId, TooCostly> {
        self.at = span;
        self.node(op)
    }

    /// The node of `op`, made where there is none yet.
    pub(super) fn node(&mut self, op: Op) -> Result<NodeId, TooCostly> {
        let (index, is_new) = self.nodes.insert_full(op);
        if is_new {
            self.places.push(self.at);
        }
        if index >= self.steps {
            return Err(self.too_costly());
        }
        Ok(narrow(index))
    }

    fn too_costly(&self) -> TooCostly {
        let items = self.loops.first().map(|it| it.1);
        TooCostly { span: self.loops.first().map_or(self.place, |it| it.0), limit: self.steps, items }
    }

    fn constant(&mut self, value: Scalar) -> u32 {
        narrow(self.constants.insert_full(value).0)
    }

    /// Lowers `expr`, with `locals` in place of the parameters around it.
    pub(super) fn expression(&mut self, expr: &'h Expr, locals: &Rc<[NodeId]>) -> Result<Lowered, TooCostly> {
        let frame = Frame::new(expr, Rc::clone(locals));
        let lowered = self.run(Task::Expression(frame))?;
        Ok(lowered.unwrap_or(Lowered { node: 0, names: BTreeSet::new() }))
    }

    /// Instantiates a definition, where it is not yet.
    pub(super) fn instantiate(&mut self, definition: usize, locals: &Rc<[NodeId]>) -> Result<(), TooCostly> {
        if !self.ids.contains_key(&(definition, Rc::clone(locals))) {
            let job = self.job(definition, Rc::clone(locals))?;
            self.run(Task::Instance(job))?;
        }
        Ok(())
    }

    /// The arguments of an instance.
    pub(super) fn locals_of(&self, instance: usize) -> Rc<[NodeId]> {
        self.ids.get_index(instance).map_or_else(|| Rc::from([]), |((_, locals), _)| Rc::clone(locals))
    }

    fn run(&mut self, task: Task<'h>) -> Result<Option<Lowered>, TooCostly> {
        let mut stack = vec![task];
        let mut last = None;
        loop {
            let next = match stack.last_mut() {
                None => return Ok(last),
                Some(Task::Expression(frame)) => match self.step(frame)? {
                    Step::More => continue,
                    Step::Needs(definition, locals) => Some(Task::Instance(self.job(definition, locals)?)),
                    Step::Done => None,
                },
                Some(Task::Instance(job)) => {
                    job.done.extend(last.take());
                    let part = job.parts.get(job.done.len());
                    part.map(|part| Task::Expression(Frame::new(part, Rc::clone(&job.locals))))
                }
            };
            match next {
                // Only definitions nest here, and each of them at most once.
                Some(task) if stack.len() <= 2 * self.hir.definitions.len() + 2 => stack.push(task),
                Some(_) => return Err(self.too_costly()),
                None => match stack.pop() {
                    Some(Task::Expression(mut frame)) => {
                        last = Some(Lowered { node: frame.pop(), names: frame.names });
                    }
                    Some(Task::Instance(job)) => self.finish(job)?,
                    None => return Ok(last),
                },
            }
        }
    }

    fn job(&mut self, definition: usize, locals: Rc<[NodeId]>) -> Result<Job<'h>, TooCostly> {
        if self.instances.len() >= self.steps {
            return Err(self.too_costly());
        }
        let cases = self.hir.definitions.get(definition).map_or(&[][..], |it| &it.cases);
        let parts = cases.iter().flat_map(|it| it.guard.iter().chain([&it.value])).collect();
        Ok(Job { definition, locals, parts, done: Vec::new() })
    }

    fn finish(&mut self, job: Job<'h>) -> Result<(), TooCostly> {
        let cases = self.hir.definitions.get(job.definition).map_or(&[][..], |it| &it.cases);
        let mut done = job.done.into_iter();
        let mut plans = Vec::with_capacity(cases.len());
        let mut guarded = Vec::new();
        let mut last = None;
        for case in cases {
            let guard = if case.guard.is_some() { done.next() } else { None };
            let Some(value) = done.next() else { break };
            match &guard {
                Some(guard) => guarded.push((guard.node, value.node)),
                None => last = last.or(Some(value.node)),
            }
            let (guard, guard_names) = match guard {
                Some(it) => (Some(it.node), boxed(it.names)),
                None => (None, Names::default()),
            };
            plans.push(CasePlan {
                guard,
                value: value.node,
                is_absent: matches!(case.value.kind, Kind::Absent),
                guard_names,
                value_names: boxed(value.names),
                because: Vec::new(),
            });
        }
        let last = match last {
            Some(last) => last,
            None => self.node(Op::Absent)?,
        };
        let value = match guarded.is_empty() {
            true => last,
            false => self.node(Op::Cases { guarded: guarded.into(), last })?,
        };
        self.ids.insert((job.definition, job.locals), narrow(self.instances.len()));
        self.instances.push(Instance { definition: job.definition, cases: plans, value });
        Ok(())
    }

    fn step(&mut self, frame: &mut Frame<'h>) -> Result<Step, TooCostly> {
        match frame.work.pop() {
            None => return Ok(Step::Done),
            Some(Work::Visit(expr)) => {
                if !frame.locals.is_empty() {
                    self.visits += 1;
                    if self.visits > self.steps {
                        return Err(self.too_costly());
                    }
                }
                frame.work.push(Work::Build(expr));
                if let Kind::Each(each) = &expr.kind {
                    frame.work.push(Work::Unroll(each));
                }
                let from = frame.work.len();
                each_operand(expr, |operand| frame.work.push(Work::Visit(operand)));
                if let Some(operands) = frame.work.get_mut(from..) {
                    operands.reverse();
                }
            }
            Some(Work::Locals(locals)) => frame.locals = locals,
            Some(Work::Value(node)) => frame.values.push(node),
            Some(Work::Unroll(each)) => self.unroll(each, frame)?,
            Some(Work::Build(expr)) => {
                self.at = expr.span;
                return self.build_one(expr, frame);
            }
        }
        Ok(Step::More)
    }

    fn build_one(&mut self, expr: &'h Expr, frame: &mut Frame<'h>) -> Result<Step, TooCostly> {
        match &expr.kind {
            Kind::Each(each) => self.fold(each, frame)?,
            Kind::Definition(definition) => return self.refer(expr, *definition, 0, frame),
            Kind::Call(definition, arguments) => {
                return self.refer(expr, *definition, arguments.len(), frame);
            }
            Kind::Local(index) => {
                let node = match frame.locals.get(*index) {
                    Some(node) => *node,
                    None => self.node(Op::Absent)?,
                };
                frame.values.push(node);
            }
            kind => {
                let op = self.build(kind, frame);
                let node = self.node(op)?;
                frame.values.push(node);
            }
        }
        Ok(Step::More)
    }

    /// Puts the value of a definition in place of its arguments; or asks for its instance first.
    fn refer(
        &mut self,
        expr: &'h Expr,
        definition: usize,
        count: usize,
        frame: &mut Frame<'h>,
    ) -> Result<Step, TooCostly> {
        let arguments: Rc<[NodeId]> = frame.take(count).into();
        let key = (definition, arguments);
        match self.ids.get(&key) {
            Some(id) => {
                let value = self.instances.get(*id as usize).map_or(0, |it| it.value);
                // What a call says of one item is not said of the whole.
                let called = matches!(expr.kind, Kind::Call(..)) && frame.depth > 0;
                frame.names.insert(if called { Named::ForItem(*id) } else { Named::Instance(*id) });
                frame.values.push(value);
                Ok(Step::More)
            }
            None => {
                frame.values.extend(key.1.iter());
                frame.work.push(Work::Build(expr));
                Ok(Step::Needs(definition, key.1))
            }
        }
    }

    fn build(&mut self, kind: &Kind, frame: &mut Frame<'h>) -> Op {
        if let Some(decision) = decision_of(kind) {
            frame.names.insert(Named::Decision(narrow(decision)));
        }
        match kind {
            Kind::Constant(value) => Op::Constant(self.constant(value.clone())),
            Kind::Fact(slot) => Op::Fact(narrow(*slot)),
            Kind::RecordPresent(slot) => Op::RecordPresent(narrow(*slot)),
            Kind::Present(_) => Op::Present(frame.pop()),
            Kind::Not(_) => Op::Not(frame.pop()),
            Kind::And(parts) => Op::And(frame.take(parts.len())),
            Kind::Or(parts) => Op::Or(frame.take(parts.len())),
            Kind::OneOf(_, constants) => {
                let constants = constants.iter().map(|it| self.constant(it.clone())).collect();
                Op::OneOf(frame.pop(), constants)
            }
            Kind::OutcomeIs(decision, outcomes) => {
                Op::OutcomeIs(narrow(*decision), outcomes.iter().map(|it| narrow(*it)).collect())
            }
            Kind::OutcomeParameter(decision, outcome, parameter) => Op::OutcomeParameter {
                decision: narrow(*decision),
                outcome: narrow(*outcome),
                parameter: narrow(*parameter),
            },
            Kind::Includes(decision, outcome) => Op::Includes(narrow(*decision), narrow(*outcome)),
            Kind::Empty(decision) => Op::Empty(narrow(*decision)),
            Kind::Collected(decision) => Op::Collected(narrow(*decision)),
            Kind::Absent | Kind::Local(_) | Kind::Definition(_) | Kind::Call(..) | Kind::Each(_) => {
                Op::Absent
            }
            Kind::InCurrency(_, place, count) => {
                let count = usize::try_from(*count).unwrap_or(0);
                Op::InCurrency { value: frame.pop(), place: narrow(*place), count: narrow(count) }
            }
            Kind::AmountIn(_, stride) => Op::AmountIn(frame.pop(), self.constant(Scalar::Number(*stride))),
            Kind::Compare(..)
            | Kind::Sum(_)
            | Kind::Product(..)
            | Kind::Scale(..)
            | Kind::Ratio(..)
            | Kind::Quotient(..)
            | Kind::Extremum(..)
            | Kind::Round { .. }
            | Kind::AddMonths(..) => self.build_number(kind, frame),
            Kind::Time(op, operands) => Op::Time(*op, frame.take(operands.len())),
        }
    }

    fn build_number(&mut self, kind: &Kind, frame: &mut Frame<'h>) -> Op {
        let mut two = || {
            let second = frame.pop();
            (frame.pop(), second)
        };
        match kind {
            Kind::Compare(order, ..) => {
                let (a, b) = two();
                Op::Compare(*order, a, b)
            }
            Kind::Product(..) => {
                let (a, b) = two();
                // Multiplication has no order; one node serves both.
                Op::Product(a.min(b), a.max(b))
            }
            Kind::Ratio(..) => {
                let (a, b) = two();
                Op::Ratio(a, b)
            }
            Kind::Quotient(..) => {
                let (a, b) = two();
                Op::Quotient(a, b)
            }
            Kind::AddMonths(..) => {
                let (date, months) = two();
                Op::AddMonths(date, months)
            }
            Kind::Sum(terms) => {
                let values = frame.take(terms.len());
                Op::Sum(terms.iter().map(|it| it.0).zip(values).collect())
            }
            Kind::Scale(_, factor) => Op::Scale(frame.pop(), self.constant(Scalar::Number(*factor))),
            Kind::Extremum(extreme, parts) => Op::Extremum(*extreme, frame.take(parts.len())),
            Kind::Round { mode, numerator, denominator, step, .. } => {
                let (mode, numerator, denominator, step) = (*mode, *numerator, *denominator, *step);
                Op::Round(frame.pop(), Box::new(RoundTo { mode, numerator, denominator, step }))
            }
            _ => Op::Absent,
        }
    }
}

/// The decision that an expression reads itself.
fn decision_of(kind: &Kind) -> Option<usize> {
    match kind {
        Kind::OutcomeIs(decision, _)
        | Kind::OutcomeParameter(decision, ..)
        | Kind::Includes(decision, _)
        | Kind::Empty(decision)
        | Kind::Collected(decision) => Some(*decision),
        _ => None,
    }
}

/// Calls `each` with the operands, in order.
fn each_operand<'h>(expr: &'h Expr, mut each: impl FnMut(&'h Expr)) {
    // What is said of each item is written out for each of them, not here.
    let Kind::Each(it) = &expr.kind else { return expr.children().for_each(each) };
    it.default.iter().for_each(&mut each);
    if let Over::Days { from, through, .. } = &it.over {
        each(from);
        each(through);
    }
}

/// What `names` holds, as it is kept.
pub(super) fn boxed(names: BTreeSet<Named>) -> Names {
    names.into_iter().collect()
}

/// An index as it is kept. Indices are below the limit on steps, or below the size of a text of 4 GiB.
pub(super) fn narrow(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
