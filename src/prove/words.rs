//! Cases and answers in words.

use std::collections::BTreeSet;

use crate::{
    eval::{Evaluation, Failure, Settled, show},
    prove::{Prover, Question},
    value::{Known, form},
};

/// The most facts of a case that are written out.
const MOST_FACTS: usize = 10;

/// The facts of a case that a question turns on: `order.total USD 49.99, customer.tier gold`.
pub(super) fn case(prover: &Prover<'_>, facts: &[Known], question: Question) -> String {
    let relevant = prover.relevant(question);
    let schema = &prover.hir.schema;
    let outside = |slot: usize| {
        schema
            .slots
            .get(slot)
            .and_then(|it| it.within)
            .is_some_and(|it| facts.get(it) == Some(&Known::Absent))
    };
    let shown: Vec<String> = facts
        .iter()
        .enumerate()
        .filter(|(slot, _)| relevant.contains(slot) && !outside(*slot))
        .filter_map(|(slot, known)| Some(fact(schema.slots.get(slot)?, known, schema)))
        .collect();
    match shown.len() {
        0 => "any case".to_owned(),
        count if count > MOST_FACTS => {
            let more = count - MOST_FACTS;
            format!(
                "{} and {more} more facts",
                shown.iter().take(MOST_FACTS).cloned().collect::<Vec<_>>().join(", ")
            )
        }
        _ => shown.join(", "),
    }
}

/// A fact with its value: `order.total USD 49.99`.
pub(crate) fn fact(slot: &crate::schema::Slot, known: &Known, schema: &crate::schema::Schema) -> String {
    use crate::schema::Type;
    match (known, slot.ty) {
        (Known::Absent, _) => format!("{} absent", slot.path),
        (Known::Unknown, _) => format!("{} unknown", slot.path),
        (Known::Value(_), Type::Record) => format!("{} present", slot.path),
        (Known::Value(value), Type::List(_)) => {
            let count = form::words(value, Type::Number { scale: 0 }, schema);
            format!("number of {} {count}", slot.path)
        }
        (Known::Value(value), ty) => format!("{} {}", slot.path, form::words(value, ty, schema)),
    }
}

/// What a decision comes to: `refund is approve(amount: USD 49.99)`.
pub(crate) fn answer(evaluation: &Evaluation<'_>, index: usize) -> Option<String> {
    let decision = evaluation.hir.decisions.get(index)?;
    let name = &decision.name;
    Some(match &evaluation.decision(index)?.settled {
        Settled::Decided { item: it, .. } => {
            format!("{name} is {}", show::item(it, decision, evaluation.hir))
        }
        Settled::Collected { items, .. } => {
            let items: Vec<String> =
                items.iter().map(|it| show::item(it, decision, evaluation.hir)).collect();
            match items.is_empty() {
                true => format!("{name} is empty"),
                false => format!("{name} is ({})", items.join(", ")),
            }
        }
        Settled::Undecided(_) => format!("{name} is undecided"),
        Settled::Failed(Failure::Conflict(_)) => format!("{name} is in conflict"),
        Settled::Failed(Failure::Gap) => format!("{name} has no answer"),
        Settled::Failed(Failure::Depends) => format!("{name} reads a decision in error"),
    })
}

impl Prover<'_> {
    /// The slots of the facts that a question turns on.
    pub(super) fn relevant(&self, question: Question) -> BTreeSet<usize> {
        let mut nodes: Vec<u32> = Vec::new();
        let program = self.program;
        match question {
            Question::Case => nodes.extend(&program.assumes),
            Question::Violates(index) => nodes.extend(program.properties.get(index)),
            Question::Required(decision, index) => {
                let plans = program.decisions.get(decision).map_or(&[][..], |it| &it.obligations);
                nodes.extend(plans.get(index).and_then(|it| it.condition));
            }
            Question::RequiredAtTop(index) => {
                nodes.extend(program.obligations.get(index).and_then(|it| it.condition));
            }
            Question::Conflicting(decision, a, b) => {
                nodes.extend(
                    self.read_by(decision, |it| it == a || it == b || self.above(decision, it, &[a, b])),
                );
            }
            // What rules say is of no matter to whether they hold.
            Question::Together(decision, a, b) => {
                nodes.extend(self.conditions(decision, |it| it == a || it == b));
            }
            Question::Decides(decision, rule) => {
                nodes.extend(self.conditions(decision, |it| it == rule || self.above(decision, it, &[rule])));
            }
            Question::Gap(decision) | Question::Otherwise(decision) => {
                nodes.extend(self.conditions(decision, |_| true));
            }
            Question::Conflict(decision) | Question::Happens(decision, _) => {
                nodes.extend(self.read_by(decision, |_| true));
            }
        }
        self.facts_below(nodes)
    }

    fn above(&self, decision: usize, rule: usize, others: &[usize]) -> bool {
        let written = self.hir.decisions.get(decision);
        written.is_some_and(|it| others.iter().any(|other| it.overrides(rule, *other)))
    }

    fn conditions(&self, decision: usize, of: impl Fn(usize) -> bool) -> Vec<u32> {
        let rules = self.program.decisions.get(decision).map_or(&[][..], |it| &it.rules);
        rules.iter().enumerate().filter(|it| of(it.0)).filter_map(|it| it.1.condition).collect()
    }

    /// What the conditions and arguments of rules read.
    fn read_by(&self, decision: usize, of: impl Fn(usize) -> bool) -> Vec<u32> {
        let rules = self.program.decisions.get(decision).map_or(&[][..], |it| &it.rules);
        let chosen = rules.iter().enumerate().filter(|it| of(it.0)).map(|it| it.1);
        chosen
            .flat_map(|it| {
                it.condition.into_iter().chain(it.then.iter().flat_map(|it| it.arguments.iter().copied()))
            })
            .collect()
    }

    /// The slots of the facts that nodes read, through decisions too.
    fn facts_below(&self, mut open: Vec<u32>) -> BTreeSet<usize> {
        use crate::ir::Op;
        let mut seen = BTreeSet::new();
        let mut decisions = BTreeSet::new();
        let mut facts = BTreeSet::new();
        while let Some(node) = open.pop() {
            let Some(op) = self.program.nodes.get(node as usize).filter(|_| seen.insert(node)) else {
                continue;
            };
            match op {
                Op::Fact(slot) | Op::RecordPresent(slot) => drop(facts.insert(*slot as usize)),
                Op::OutcomeIs(it, _)
                | Op::Includes(it, _)
                | Op::Empty(it)
                | Op::Collected(it)
                | Op::OutcomeParameter { decision: it, .. } => {
                    if decisions.insert(*it) {
                        open.extend(self.read_by(*it as usize, |_| true));
                    }
                }
                op => op.each_operand(|it| open.push(it)),
            }
        }
        facts
    }
}
