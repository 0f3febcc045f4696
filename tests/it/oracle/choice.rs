//! A decision in all cases at once: which rules hold and decide, and what comes out.

use std::rc::Rc;

use evenhand::syntax::ast::{Consequence, Decision, Expression};

use crate::oracle::smt::Exporter;
use crate::oracle::symbol::{Content, Names, Said, Symbol, Thing};
use crate::oracle::term::Term;
use crate::reference::decide::overrides;

/// What a rule says, where it says it.
pub(crate) struct SymbolicRule {
    /// Whether its condition holds.
    pub(crate) holds: Symbol,
    /// It holds, and nothing that holds overrides it.
    pub(crate) decides: Term,
    /// What follows; more than one only in a `collect` decision.
    pub(crate) things: Vec<Thing>,
}

/// A decision in all cases.
pub(crate) struct SymbolicDecision {
    pub(crate) rules: Vec<SymbolicRule>,
    /// It is in error because of what it reads.
    pub(crate) broken: Term,
    pub(crate) gap: Term,
    pub(crate) conflict: Term,
    /// What reading it gives.
    pub(crate) read: Symbol,
    /// Every outcome that may come out, where it does.
    pub(crate) results: Vec<Thing>,
}

impl SymbolicDecision {
    /// What reading a parameter gives.
    pub(crate) fn parameter(&self, exporter: &Exporter, name: &str) -> Symbol {
        let algebra = exporter.algebra;
        let mut value = algebra.nothing();
        for thing in self.results.iter().rev() {
            if let Some((_, own)) = thing.parameters.iter().find(|it| it.0 == name) {
                value =
                    algebra.choose(thing.there, own, &value).expect("parameters of one name are of one type");
            }
        }
        let failed = Symbol { error: self.read.error, ..algebra.sure(Content::Never) };
        algebra.choose(self.read.error, &failed, &value).expect("nothing is of every type")
    }

    /// Where two rules both decide and disagree.
    pub(crate) fn disagree(&self, exporter: &Exporter, a: usize, b: usize) -> Said<Term> {
        let (store, algebra) = (exporter.store(), exporter.algebra);
        let (a, b) = (&self.rules[a], &self.rules[b]);
        let same = algebra.same_thing(&a.things[0], &b.things[0])?;
        let arguments = a.things[0].parameters.iter().chain(&b.things[0].parameters);
        let failing = store.or(arguments.map(|it| it.1.error));
        Ok(store.and([a.decides, b.decides, store.not(same), store.not(failing)]))
    }
}

impl<'f> Exporter<'_, '_, 'f> {
    /// `when` and not `unless`.
    pub(crate) fn condition(&self, when: &[Expression], unless: &[Expression]) -> Said<Symbol> {
        let mut parts = Vec::new();
        for it in when {
            parts.push(self.value(it, &Names::new())?);
        }
        for it in unless {
            parts.push(self.algebra.negated(self.value(it, &Names::new())?));
        }
        let held = self.algebra.all(&parts, false);
        self.faults.borrow_mut().push(held.nothing);
        Ok(held)
    }

    /// The decision, computed once.
    pub(crate) fn decision(&self, decision: &'f Decision) -> Said<Rc<SymbolicDecision>> {
        let name = decision.name.text.as_str();
        if let Some(known) = self.decided.borrow().get(name) {
            return Ok(Rc::clone(known));
        }
        let result = Rc::new(self.decide(decision)?);
        self.decided.borrow_mut().insert(name, Rc::clone(&result));
        Ok(result)
    }

    fn decide(&self, decision: &'f Decision) -> Said<SymbolicDecision> {
        let (store, algebra) = (self.store(), self.algebra);
        let mut rules = Vec::new();
        for rule in &decision.rules {
            let holds = self.condition(&rule.when, &rule.unless)?;
            let mut things = Vec::new();
            for it in rule.then.iter().flatten() {
                things.push(self.consequence(decision, it)?);
            }
            rules.push(SymbolicRule { holds, decides: store.truth(false), things });
        }
        let edges = overrides(decision);
        let mut broken = Vec::new();
        for index in 0..rules.len() {
            let above = (0..rules.len()).filter(|it| edges[*it].contains(&index));
            let overridden = store.or(above.map(|it| algebra.is(&rules[it].holds, true)));
            let undefeated = store.not(overridden);
            broken.push(store.and([rules[index].holds.error, undefeated]));
            rules[index].decides = store.and([algebra.is(&rules[index].holds, true), undefeated]);
            let rule = &rules[index];
            let failing = rule.things.iter().flat_map(|it| &it.parameters).map(|it| it.1.error);
            broken.push(store.and([rule.decides, store.or(failing)]));
            self.check_arguments(decision, &decision.rules[index].then, rule.decides, &rule.things);
        }
        let mut broken = store.or(broken);
        let some = store.or(rules.iter().map(|it| it.decides));
        if decision.collect.is_some() {
            let mut items = Vec::new();
            for rule in &rules {
                items.extend(rule.things.iter().map(|it| Thing { there: rule.decides, ..it.clone() }));
            }
            let no = store.truth(false);
            let read = Symbol { error: broken, nothing: no, value: Content::Items(items.clone()) };
            return Ok(SymbolicDecision { rules, broken, gap: no, conflict: no, read, results: items });
        }
        let clean = store.not(broken);
        let mut conflict = Vec::new();
        for (index, a) in rules.iter().enumerate() {
            for b in &rules[index + 1..] {
                let same = algebra.same_thing(&a.things[0], &b.things[0])?;
                conflict.push(store.and([a.decides, b.decides, store.not(same)]));
            }
        }
        let conflict = store.and([clean, store.or(conflict)]);
        let none = store.and([clean, store.not(some)]);
        let written = decision.otherwise.first().or(decision.always.first());
        let (mut gap, mut results) = (none, Vec::new());
        for rule in &rules {
            let there = store.and([clean, store.not(conflict), rule.decides]);
            results.push(Thing { there, ..rule.things[0].clone() });
        }
        if let Some(written) = written {
            gap = store.truth(false);
            let thing = self.consequence(decision, &written.consequence)?;
            let fails = store.or(thing.parameters.iter().map(|it| it.1.error));
            broken = store.or([broken, store.and([none, fails])]);
            let there = store.and([none, store.not(fails)]);
            self.check_arguments(
                decision,
                &[vec![written.consequence.clone()]],
                there,
                std::slice::from_ref(&thing),
            );
            results.push(Thing { there, ..thing });
        }
        let error = store.or([broken, gap, conflict]);
        let mut code = store.small(-1);
        for thing in results.iter().rev() {
            code = store.choose(thing.there, store.small(self.codes.word(&thing.outcome)), code);
        }
        let read = Symbol { error, nothing: store.truth(false), value: Content::Choice(code) };
        Ok(SymbolicDecision { rules, broken, gap, conflict, read, results })
    }

    /// An argument that is not there is a fault, unless its parameter is optional.
    fn check_arguments(
        &self,
        decision: &'f Decision,
        written: &[Vec<Consequence>],
        decides: Term,
        things: &[Thing],
    ) {
        let outcomes = self.model.outcomes(decision);
        for (consequence, thing) in written.iter().flatten().zip(things) {
            let declared = outcomes.iter().find(|it| it.0 == consequence.outcome.text);
            let declared = declared.expect("a declared outcome").1;
            for (parameter, (_, value)) in declared.iter().zip(&thing.parameters) {
                if !parameter.ty.optional {
                    let fault = self.store().and([decides, value.nothing]);
                    self.faults.borrow_mut().push(fault);
                }
            }
        }
    }

    fn consequence(&self, decision: &'f Decision, consequence: &Consequence) -> Said<Thing> {
        let outcomes = self.model.outcomes(decision);
        let declared = outcomes.iter().find(|it| it.0 == consequence.outcome.text);
        let declared = declared.expect("a declared outcome").1;
        let mut parameters = Vec::new();
        for parameter in declared {
            let argument = consequence.arguments.iter().find(|it| it.name.text == parameter.name.text);
            let ty = self.model.ty(&parameter.ty);
            let value = match argument {
                Some(it) => self.against(&it.value, Some(&ty), &Names::new())?,
                None => self.algebra.nothing(),
            };
            parameters.push((parameter.name.text.clone(), value));
        }
        let there = self.store().truth(true);
        Ok(Thing { there, outcome: consequence.outcome.text.clone(), parameters })
    }
}
