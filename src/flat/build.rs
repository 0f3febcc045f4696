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
        fast::Fast,
    },
    hir::Hir,
    ir::{NodeId, Op, Program, ThenPlan},
};

mod condition;
mod diagram;
mod formula;
mod reads;
mod values;
mod why;

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

impl Budget {
    /// How many tests a decision of so many rules may have.
    fn of(self, rules: usize) -> u64 {
        self.tests.saturating_add(self.a_rule.saturating_mul(rules as u64))
    }
}

/// Flattens a program; with `reasons` also which rules decide.
pub(crate) fn flatten(hir: &Hir, program: &Program, budget: Budget, reasons: bool) -> Flat {
    let values = values::values(hir, program);
    let mut conditions = Conditions::new(Reads::new(hir, program, values));
    let mut says = Says::default();
    let plans: Vec<Rules<'_>> = (0..program.decisions.len())
        .filter_map(|index| rules(hir, program, index, &mut conditions.reads, &mut says))
        .collect();
    let mut diagrams = Diagrams::new(&mut conditions);
    let mut roots = Vec::with_capacity(plans.len());
    for plan in &plans {
        roots.push(diagrams.diagram(plan, budget.of(plan.rules.len())));
    }
    let assumes: Vec<Target> = program.assumes.iter().map(|it| diagrams.claim(*it, budget.tests)).collect();
    let decisions = plans.iter().zip(roots).map(|(plan, root)| Decision {
        root,
        reads: read_by(program, plan.index, false),
        collect: plan.decision.is_some_and(|it| it.collect),
        fallback: plan.fallback.map(|it| it.0),
    });
    let decisions = decisions.collect();
    let whys = reasons.then(|| why::whys(&mut diagrams, plans, program, budget));
    let Diagrams { tests, cuts, targets, leaves, rules, .. } = diagrams;
    let reads = conditions.reads;
    Flat {
        decisions,
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
        whys,
        fast: Fast::default(),
    }
    .ready()
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
        named: false,
        decision: hir.decisions.get(index),
        index: index as u32,
        rules,
        fails,
        fallback,
    })
}

/// The decisions that a decision reads, each after those that it reads: in order of their nodes. With `words` those
/// too that its texts read.
fn read_by(program: &Program, decision: u32, words: bool) -> Box<[u32]> {
    let roots_of = |index: u32| {
        let plan = program.decisions.get(index as usize);
        let rules = plan.into_iter().flat_map(|it| it.rules.iter().chain(&it.fallback));
        rules.flat_map(move |it| {
            let arguments = it.then.iter().flat_map(|it| it.arguments.iter().copied());
            let texts = it.because.iter().filter(move |_| words).flat_map(|it| it.iter().copied());
            it.condition.into_iter().chain(arguments).chain(texts)
        })
    };
    let mut seen: BTreeSet<NodeId> = BTreeSet::new();
    let mut found: BTreeSet<u32> = BTreeSet::new();
    let mut open: Vec<NodeId> = roots_of(decision).collect();
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
