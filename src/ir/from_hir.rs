//! Makes a [`Program`] of a checked policy.
//!
//! Order matters and is this: assumes, so that intake evaluates a prefix; definitions and decisions in
//! [`Hir::order`]; then all texts, which may read any decision; then disclosures and steps.
//!
//! **Promises.** Every operand of a node stands before it. Lowering takes time linear in the policy and in
//! [`Limits::steps`](crate::limits::Limits::steps), and never recurses.

use std::collections::BTreeSet;
use std::rc::Rc;

use thiserror::Error;

use crate::{
    hir::{self, Consequence, Expr, Hir, Kind, Obligation, Template, Unit},
    ir::{
        DecisionPlan, Holes, Joint, Named, NodeId, ObligationPlan, Op, Part, Program, RulePlan, ThenPlan,
        lower::{Lowering, boxed, narrow},
    },
    source::Span,
};

/// The program would take more steps than the host allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the policy takes more than {limit} steps")]
pub(crate) struct TooCostly {
    /// The definition, rule, assume or obligation at which the limit was passed.
    pub span: Span,
    /// The limit.
    pub limit: usize,
    /// Where that is something that goes over items: the most items.
    pub items: Option<usize>,
}

/// Lowers `hir` into at most `steps` nodes.
///
/// # Errors
///
/// Where that is not enough.
pub(crate) fn from_hir(hir: &Hir, steps: usize) -> Result<Program, TooCostly> {
    let mut lowering = Lowering::new(hir, steps);
    let none: Rc<[NodeId]> = Rc::from([]);
    let mut program = Program::default();
    for assume in &hir.assumes {
        lowering.place = assume.span;
        program.assumes.push(lowering.expression(&assume.condition, &none)?.node);
    }
    program.assume_nodes = lowering.nodes.len();
    program.decisions = hir.decisions.iter().map(|_| DecisionPlan::default()).collect();
    for unit in &hir.order {
        match unit {
            Unit::Definition(index) => lowering.definition(*index, &none)?,
            Unit::Decision(index) => {
                let plan = lowering.decision(*index, &none)?;
                if let Some(place) = program.decisions.get_mut(*index) {
                    *place = plan;
                }
            }
        }
    }
    for (decision, plan) in hir.decisions.iter().zip(&mut program.decisions) {
        lowering.texts(decision, plan, &none)?;
    }
    for (decision, plan) in hir.decisions.iter().zip(&mut program.decisions) {
        plan.obligations = lowering.obligations(&decision.obligations, &none)?;
    }
    program.obligations = lowering.obligations(&hir.obligations, &none)?;
    lowering.instance_texts()?;
    program.decide_nodes = lowering.nodes.len();
    for property in &hir.properties {
        lowering.place = property.span;
        program.properties.push(lowering.expression(&property.condition, &none)?.node);
    }
    program.places = lowering.places;
    program.nodes = lowering.nodes.into_iter().collect();
    program.constants = lowering.constants.into_iter().collect();
    program.instances = lowering.instances;
    Ok(program)
}

impl<'h> Lowering<'h> {
    /// Lowers a plain definition; one with parameters waits for its calls.
    fn definition(&mut self, index: usize, none: &Rc<[NodeId]>) -> Result<(), TooCostly> {
        match self.hir.definitions.get(index) {
            Some(definition) if definition.locals.is_empty() => {
                self.place = definition.span;
                self.instantiate(index, none)
            }
            _ => Ok(()),
        }
    }

    fn decision(&mut self, index: usize, none: &Rc<[NodeId]>) -> Result<DecisionPlan, TooCostly> {
        let mut plan = DecisionPlan::default();
        let Some(decision) = self.hir.decisions.get(index) else { return Ok(plan) };
        for rule in &decision.rules {
            self.place = rule.span;
            let mut names = BTreeSet::new();
            let mut parts = None;
            let condition = match &rule.condition {
                Some(condition) if rule.row => {
                    let lowered = self.expression(condition, none)?;
                    names.extend(lowered.names);
                    Some(lowered.node)
                }
                Some(condition) => {
                    let part = self.parts(condition, &mut names, none)?;
                    let node = part.node;
                    parts = Some(part);
                    Some(node)
                }
                None => None,
            };
            let then = self.consequences(&rule.then, &mut names, none)?;
            plan.rules.push(RulePlan { parts, ..RulePlan::new(condition, then, names) });
        }
        self.place = decision.span;
        if let Some(fallback) = &decision.otherwise {
            let mut names = BTreeSet::new();
            let then = self.consequences([&fallback.then], &mut names, none)?;
            plan.fallback = Some(RulePlan::new(None, then, names));
        }
        self.node(Op::Decision(narrow(index)))?;
        Ok(plan)
    }

    /// Lowers a condition, and notes how it is put together. As deep as brackets.
    fn parts(
        &mut self,
        condition: &'h Expr,
        names: &mut BTreeSet<Named>,
        none: &Rc<[NodeId]>,
    ) -> Result<Part, TooCostly> {
        let (joint, inner): (Joint, &[Expr]) = match &condition.kind {
            Kind::And(all) => (Joint::And, all),
            Kind::Or(all) => (Joint::Or, all),
            Kind::Not(it) => (Joint::Not, std::slice::from_ref(&**it)),
            _ => {
                let lowered = self.expression(condition, none)?;
                names.extend(lowered.names);
                let span = condition.span;
                return Ok(Part { span, node: lowered.node, joint: Joint::Single, parts: Vec::new() });
            }
        };
        let mut parts = Vec::with_capacity(inner.len());
        for part in inner {
            parts.push(self.parts(part, names, none)?);
        }
        let nodes: Box<[NodeId]> = parts.iter().map(|it| it.node).collect();
        let op = match joint {
            Joint::And => Op::And(nodes),
            Joint::Or => Op::Or(nodes),
            Joint::Not | Joint::Single => Op::Not(nodes.first().copied().unwrap_or(0)),
        };
        let node = self.node_at(op, condition.span)?;
        Ok(Part { span: condition.span, node, joint, parts })
    }

    fn consequences(
        &mut self,
        all: impl IntoIterator<Item = &'h Consequence>,
        names: &mut BTreeSet<Named>,
        none: &Rc<[NodeId]>,
    ) -> Result<Vec<ThenPlan>, TooCostly> {
        let mut plans = Vec::new();
        for consequence in all {
            let mut arguments = Vec::with_capacity(consequence.arguments.len());
            for argument in &consequence.arguments {
                let lowered = self.expression(argument, none)?;
                names.extend(lowered.names);
                arguments.push(lowered.node);
            }
            let plan = ThenPlan { outcome: consequence.outcome, arguments: arguments.into() };
            // `then voucher, voucher` says it once.
            if !plans.contains(&plan) {
                plans.push(plan);
            }
        }
        Ok(plans)
    }

    /// Lowers the texts of all rules and of `otherwise`.
    fn texts(
        &mut self,
        decision: &'h crate::hir::Decision,
        plan: &mut DecisionPlan,
        none: &Rc<[NodeId]>,
    ) -> Result<(), TooCostly> {
        for (rule, plan) in decision.rules.iter().zip(&mut plan.rules) {
            self.place = rule.span;
            let mut names = BTreeSet::new();
            plan.because = self.templates(&rule.notes.because, &mut names, none)?;
            plan.text_names = boxed(names);
        }
        self.place = decision.span;
        if let (Some(fallback), Some(plan)) = (&decision.otherwise, &mut plan.fallback) {
            let mut names = BTreeSet::new();
            plan.because = self.templates(&fallback.notes.because, &mut names, none)?;
            plan.text_names = boxed(names);
        }
        Ok(())
    }

    fn templates(
        &mut self,
        templates: impl IntoIterator<Item = &'h Template>,
        names: &mut BTreeSet<Named>,
        locals: &Rc<[NodeId]>,
    ) -> Result<Vec<Holes>, TooCostly> {
        let mut plans = Vec::new();
        for template in templates {
            let mut holes = Vec::new();
            for part in &template.parts {
                if let hir::Part::Value { expr, .. } = part {
                    let lowered = self.expression(expr, locals)?;
                    names.extend(lowered.names);
                    holes.push(lowered.node);
                }
            }
            plans.push(holes.into());
        }
        Ok(plans)
    }

    fn obligations(
        &mut self,
        all: &'h [Obligation],
        none: &Rc<[NodeId]>,
    ) -> Result<Vec<ObligationPlan>, TooCostly> {
        let mut plans = Vec::with_capacity(all.len());
        for obligation in all {
            self.place = obligation.span;
            let mut lower = |expr: &'h Option<crate::hir::Expr>| match expr {
                Some(expr) => self.expression(expr, none).map(|it| Some(it.node)),
                None => Ok(None),
            };
            let condition = lower(&obligation.condition)?;
            let deadline = lower(&obligation.deadline)?;
            let say = self.templates(obligation.say.iter().map(|it| &it.1), &mut BTreeSet::new(), none)?;
            plans.push(ObligationPlan { condition, deadline, say });
        }
        Ok(plans)
    }

    /// Lowers the texts of all definitions. A text may call a definition with new arguments, whose texts come
    /// to the end of the list.
    fn instance_texts(&mut self) -> Result<(), TooCostly> {
        let mut next = 0;
        while let Some(definition) = self.instances.get(next).map(|it| it.definition) {
            let locals = self.locals_of(next);
            let cases = self.hir.definitions.get(definition).map_or(&[][..], |it| &it.cases);
            for (index, case) in cases.iter().enumerate() {
                self.place = case.span;
                let because = self.templates(&case.notes.because, &mut BTreeSet::new(), &locals)?;
                let place = self.instances.get_mut(next).and_then(|it| it.cases.get_mut(index));
                if let Some(place) = place {
                    place.because = because;
                }
            }
            next += 1;
        }
        Ok(())
    }
}

impl RulePlan {
    fn new(condition: Option<NodeId>, then: Vec<ThenPlan>, names: BTreeSet<Named>) -> Self {
        RulePlan {
            condition,
            parts: None,
            then,
            names: boxed(names),
            because: Vec::new(),
            text_names: boxed(BTreeSet::new()),
        }
    }
}
