//! Writes out what goes over items: its body once for each item that there can be.
//!
//! ```text
//!   any i in items has (i.price > 5)      or( and( length > 0, items[0].price > 5 ),
//!                                             and( length > 1, items[1].price > 5 ), … )
//! ```
//!
//! A place after the last item fails its guard, and what is in it is absent: so nobody observes it. Only those
//! facts of an item that the body reads become nodes.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::{
    hir::{self, Each, Expr, Kind, Order, Over},
    ir::{
        Fold, NodeId, Op, TooCostly,
        lower::{Frame, Lowering, Work, narrow},
    },
    value::Scalar,
};

impl<'h> Lowering<'h> {
    /// Puts the body of `each` to work, once for each item. Its other operands are the last values.
    pub(super) fn unroll(&mut self, each: &'h Each, frame: &mut Frame<'h>) -> Result<(), TooCostly> {
        let most = each.most(&self.hir.schema);
        self.loops.push((each.value.span, most));
        frame.depth += 1;
        self.visits += most;
        if self.visits > self.steps {
            return Err(self.too_costly());
        }
        let read = locals_read(each);
        let outer: Vec<NodeId> = frame.locals.iter().take(each.base).copied().collect();
        let mut items: Vec<(NodeId, Rc<[NodeId]>)> = Vec::with_capacity(most);
        match &each.over {
            Over::List(list) => {
                let Some(list) = self.hir.schema.lists.get(*list).copied() else { return Ok(()) };
                let length = self.node(Op::Fact(narrow(list.slot)))?;
                for index in 0..most {
                    let there = self.beyond(length, index)?;
                    let mut locals = outer.clone();
                    for (offset, slot) in list.item(index).enumerate() {
                        let unread = !read.contains(&(each.base + offset));
                        locals.push(if unread { length } else { self.fact(slot)? });
                    }
                    items.push((there, locals.into()));
                }
            }
            Over::Days { .. } => {
                let through = frame.pop();
                let from = frame.pop();
                for index in 0..most {
                    let day = self.days_later(from, index)?;
                    let there = self.node(Op::Compare(Order::AtMost, day, through))?;
                    let locals: Vec<NodeId> = outer.iter().copied().chain([day]).collect();
                    items.push((there, locals.into()));
                }
            }
        }
        frame.work.push(Work::Locals(Rc::clone(&frame.locals)));
        for (there, locals) in items.into_iter().rev() {
            frame.work.push(Work::Visit(&each.value));
            frame.work.extend(each.filter.as_ref().map(Work::Visit));
            frame.work.push(Work::Value(there));
            frame.work.push(Work::Locals(locals));
        }
        Ok(())
    }

    /// Makes one value of those of all items.
    pub(super) fn fold(&mut self, each: &'h Each, frame: &mut Frame<'h>) -> Result<(), TooCostly> {
        let width = 2 + usize::from(each.filter.is_some());
        let count = each.most(&self.hir.schema);
        let values = frame.take(count * width);
        let mut items: Vec<(NodeId, NodeId)> = Vec::with_capacity(count);
        for item in values.chunks_exact(width) {
            match *item {
                [there, value] => items.push((there, value)),
                [there, filter, value] => items.push((self.node(Op::And([there, filter].into()))?, value)),
                _ => {}
            }
        }
        let none = if each.default.is_some() { Some(frame.pop()) } else { None };
        let node = match each.fold {
            hir::Fold::Any => {
                let parts: Result<Vec<NodeId>, TooCostly> =
                    items.into_iter().map(|(there, has)| self.node(Op::And([there, has].into()))).collect();
                self.node(Op::Or(parts?.into()))?
            }
            hir::Fold::Every => {
                let mut parts = Vec::with_capacity(items.len());
                for (there, has) in items {
                    let gone = self.node(Op::Not(there))?;
                    parts.push(self.node(Op::Or([gone, has].into()))?);
                }
                self.node(Op::And(parts.into()))?
            }
            hir::Fold::Total => self.node(Op::Fold { fold: Fold::Total, items: items.into(), none })?,
            hir::Fold::Extreme(extreme) => {
                self.node(Op::Fold { fold: Fold::Extreme(extreme), items: items.into(), none })?
            }
        };
        self.loops.pop();
        frame.depth -= 1;
        frame.values.push(node);
        Ok(())
    }

    /// Whether a list of this length has an item of this index.
    fn beyond(&mut self, length: NodeId, index: usize) -> Result<NodeId, TooCostly> {
        let index = self.constant(Scalar::Number(index as i128));
        let index = self.node(Op::Constant(index))?;
        self.node(Op::Compare(Order::Greater, length, index))
    }

    fn fact(&mut self, slot: usize) -> Result<NodeId, TooCostly> {
        let is_record = self.hir.schema.is_record(slot);
        let slot = narrow(slot);
        self.node(if is_record { Op::RecordPresent(slot) } else { Op::Fact(slot) })
    }

    fn days_later(&mut self, from: NodeId, days: usize) -> Result<NodeId, TooCostly> {
        if days == 0 {
            return Ok(from);
        }
        let days = self.constant(Scalar::Number(days as i128));
        let days = self.node(Op::Constant(days))?;
        self.node(Op::Sum([(false, from), (false, days)].into()))
    }
}

/// The locals that the body reads.
fn locals_read(each: &Each) -> BTreeSet<usize> {
    let mut read = BTreeSet::new();
    let mut open: Vec<&Expr> = each.filter.iter().chain([&each.value]).collect();
    while let Some(it) = open.pop() {
        if let Kind::Local(index) = it.kind {
            read.insert(index);
        }
        open.extend(it.children());
    }
    read
}
