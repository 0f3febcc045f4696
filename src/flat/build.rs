//! Flattens a program.
//!
//! The budget of a diagram is a count of its rules, so the same policy becomes the same flat program everywhere.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::{
    flat::{
        Decision, Dictionary, Flat, Say, Target,
        build::{
            condition::Conditions,
            diagram::{Diagrams, Rules},
            reads::Reads,
        },
    },
    hir::Hir,
    ir::{NodeId, Op, Program, ThenPlan},
};

mod condition;
mod diagram;
mod formula;
mod reads;
mod values;

/// A diagram may have so many tests, and so many more for each rule.
const TESTS: u64 = 4_096;
const TESTS_A_RULE: u64 = 64;

/// How large diagrams may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    /// Tests of a diagram.
    pub tests: u64,
    /// And for each of its rules.
    pub a_rule: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Budget { tests: TESTS, a_rule: TESTS_A_RULE }
    }
}

/// Flattens a program.
pub(crate) fn flatten(hir: &Hir, program: &Program, budget: Budget) -> Flat {
    let values = values::values(hir, program);
    let mut conditions = Conditions::new(Reads::new(hir, program, values));
    let mut says = Says::default();
    let plans: Vec<Rules<'_>> = (0..program.decisions.len())
        .filter_map(|index| rules(hir, program, index, &mut conditions.reads, &mut says))
        .collect();
    let mut diagrams = Diagrams::new(&mut conditions);
    let mut roots = Vec::with_capacity(plans.len());
    for plan in &plans {
        let tests = budget.tests.saturating_add(budget.a_rule.saturating_mul(plan.rules.len() as u64));
        roots.push(diagrams.diagram(plan, tests));
    }
    let assumes: Vec<Target> = program.assumes.iter().map(|it| diagrams.claim(*it, budget.tests)).collect();
    let Diagrams { tests, cuts, targets, leaves, rules, .. } = diagrams;
    let reads = conditions.reads;
    let decisions = plans.iter().zip(roots).map(|(plan, root)| Decision {
        root,
        reads: read_by(program, plan),
        collect: plan.decision.is_some_and(|it| it.collect),
        fallback: plan.fallback.map(|it| it.0),
    });
    Flat {
        decisions: decisions.collect(),
        schema: hir.schema.clone(),
        forms: reads.forms,
        texts: reads.texts.into_iter().map(Dictionary::new).collect(),
        calendars: hir.calendars.clone(),
        constants: reads.constants,
        ops: reads.ops,
        codes: reads.codes,
        steps: reads.steps,
        sums: reads.cell_sums,
        terms: reads.terms,
        tests,
        cuts,
        targets,
        leaves,
        says: says.all,
        rules,
        assumes,
    }
}

/// All outcomes with arguments, each once.
#[derive(Default)]
struct Says {
    all: Vec<Say>,
    known: FxHashMap<Say, u32>,
}

impl Says {
    fn add(&mut self, then: &ThenPlan, reads: &mut Reads<'_>) -> u32 {
        let arguments = then.arguments.iter().map(|it| reads.argument(*it)).collect();
        let say = Say { outcome: then.outcome as u32, arguments };
        if let Some(known) = self.known.get(&say) {
            return *known;
        }
        let index = self.all.len() as u32;
        self.all.push(say.clone());
        self.known.insert(say, index);
        index
    }
}

fn rules<'a>(
    hir: &'a Hir,
    program: &Program,
    index: usize,
    reads: &mut Reads<'_>,
    says: &mut Says,
) -> Option<Rules<'a>> {
    let plan = program.decisions.get(index)?;
    let mut rules = Vec::with_capacity(plan.rules.len());
    let mut fails = Vec::with_capacity(plan.rules.len());
    let reads_decision = |reads: &Reads<'_>, then: &[ThenPlan]| {
        then.iter().flat_map(|it| &it.arguments).any(|it| reads.value(*it).fails)
    };
    for rule in &plan.rules {
        let said: Box<[u32]> = rule.then.iter().map(|it| says.add(it, reads)).collect();
        rules.push((rule.condition, said));
        fails.push(reads_decision(reads, &rule.then));
    }
    let fallback = plan.fallback.as_ref().and_then(|it| {
        let first = it.then.first()?;
        Some((says.add(first, reads), reads_decision(reads, &it.then)))
    });
    Some(Rules {
        assume: None,
        decision: hir.decisions.get(index),
        index: index as u32,
        rules,
        fails,
        fallback,
    })
}

/// The decisions that a decision reads, each after those that it reads: in order of their nodes.
fn read_by(program: &Program, plan: &Rules<'_>) -> Box<[u32]> {
    let roots_of = |index: u32| {
        let plan = program.decisions.get(index as usize);
        let rules = plan.into_iter().flat_map(|it| it.rules.iter().chain(&it.fallback));
        rules.flat_map(|it| {
            it.condition.into_iter().chain(it.then.iter().flat_map(|it| it.arguments.iter().copied()))
        })
    };
    let mut seen: BTreeSet<NodeId> = BTreeSet::new();
    let mut found: BTreeSet<u32> = BTreeSet::new();
    let mut open: Vec<NodeId> = roots_of(plan.index).collect();
    while let Some(node) = open.pop() {
        if !seen.insert(node) {
            continue;
        }
        let Some(op) = program.nodes.get(node as usize) else { continue };
        op.each_operand(|it| open.push(it));
        if let Some(decision) = op.decision()
            && found.insert(decision)
        {
            open.extend(roots_of(decision));
        }
    }
    let order = program.nodes.iter().filter_map(|op| match op {
        Op::Decision(index) if found.contains(index) => Some(*index),
        _ => None,
    });
    order.collect()
}
