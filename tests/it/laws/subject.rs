//! What a law is tried on: a policy with its engine and its reference, and facts for it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use evenhand::Policy;
use serde_json::Value as Json;

use crate::generate::facts::{self, Said, Saying};
use crate::generate::plan::{Plan, PlanItem};
use crate::generate::rng::Rng;
use crate::reference::evaluate::Outside;
use crate::reference::intake::read_facts;
use crate::reference::model::Model;
use crate::reference::{self, Expected};

/// A policy, compiled by the engine and read by the reference.
pub(crate) struct Subject<'m, 'f> {
    pub(crate) plan: &'m Plan,
    pub(crate) text: &'m str,
    pub(crate) engine: &'m Policy,
    pub(crate) model: &'m Model<'f>,
    known: RefCell<BTreeMap<String, Option<Rc<Expected>>>>,
    bases: RefCell<Vec<Saying>>,
}

impl<'m, 'f> Subject<'m, 'f> {
    pub(crate) fn new(plan: &'m Plan, text: &'m str, engine: &'m Policy, model: &'m Model<'f>) -> Self {
        Subject { plan, text, engine, model, known: RefCell::default(), bases: RefCell::default() }
    }

    /// What the reference says of a case; nothing where an `assume` excludes it.
    pub(crate) fn expected(&self, case: &Saying) -> Option<Rc<Expected>> {
        let json = facts::json(self.model, case);
        let key = json.to_string();
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let facts = read_facts(self.model, &json).unwrap_or_else(|error| panic!("{error}: {json}"));
        let accepted = reference::violated(self.model, &facts).is_none();
        let expected = accepted.then(|| Rc::new(reference::decide(self.model, &facts, Outside::Nothing)));
        self.known.borrow_mut().insert(key, expected.clone());
        expected
    }

    /// The engine's answer, as bytes; the error is why the facts are refused.
    pub(crate) fn answer(&self, facts: &str) -> Result<String, String> {
        answer(self.engine, facts)
    }

    /// The engine's answer to what is said.
    pub(crate) fn body(&self, saying: &Saying) -> Result<Json, String> {
        let body = self.answer(&facts::json(self.model, saying).to_string())?;
        Ok(serde_json::from_str(&body).expect("a body is JSON"))
    }

    /// A case that every `assume` accepts, if one is found soon.
    pub(crate) fn accepted(&self, make: fn(&Model, &mut Rng) -> Saying, rng: &mut Rng) -> Option<Saying> {
        (0..12).map(|_| make(self.model, rng)).find(|it| self.expected(it).is_some())
    }

    /// One of a few accepted cases: what is left of them, once some is forgotten, overlaps.
    pub(crate) fn base(&self, rng: &mut Rng) -> Option<Saying> {
        if self.bases.borrow().len() < 3 {
            let case = self.accepted(facts::full, rng)?;
            self.bases.borrow_mut().push(case);
        }
        Some(rng.pick(&self.bases.borrow()).clone())
    }

    /// Where a slot stands that the host has not spoken of, and that can be spoken of.
    pub(crate) fn unknown(&self, saying: &Saying) -> Vec<usize> {
        let open = |it: &usize| saying[*it] == Said::Unknown && facts::matters(self.model, saying, *it);
        (0..saying.len()).filter(open).collect()
    }
}

/// The engine's answer, as bytes; the error is why the facts are refused.
pub(crate) fn answer(engine: &Policy, facts: &str) -> Result<String, String> {
    let facts = engine.facts_from_json(facts).map_err(|it| it.to_string())?;
    let answer =
        engine.decide(&facts).unwrap_or_else(|error| panic!("accepted facts are not decided: {error}"));
    Ok(answer.body())
}

/// Tries a law on one policy and facts. A panic is a failure like another.
pub(crate) type Law<'l> = dyn Fn(&Subject, &Saying, &mut Rng) -> Result<(), String> + 'l;

/// Tries a law on a plan; nothing where the engine refuses the plan.
pub(crate) fn attempt(plan: &Plan, saying: &Saying, seed: u64, law: &Law) -> Option<Result<(), String>> {
    let text = plan.text();
    let tried = catch_unwind(AssertUnwindSafe(|| {
        let engine = Policy::compile(&text).ok()?;
        let file = reference::parse(&text);
        let model = Model::new(&file, &text);
        Some(law(&Subject::new(plan, &text, &engine, &model), saying, &mut Rng::new(seed)))
    }));
    tried.unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().cloned();
        let said = said.or_else(|| panic.downcast_ref::<&str>().map(|it| (*it).to_owned()));
        Some(Err(format!("panic: {}", said.unwrap_or_default())))
    })
}

/// A smaller plan on which the law fails still.
pub(crate) fn shrunk(plan: &Plan, saying: &Saying, seed: u64, law: &Law) -> Plan {
    let fails = |plan: &Plan| matches!(attempt(plan, saying, seed, law), Some(Err(_)));
    let mut plan = plan.clone();
    loop {
        let smaller = without_one(&plan).into_iter().find(|it| fails(it));
        match smaller {
            Some(smaller) => plan = smaller,
            None => return plan,
        }
    }
}

/// Every plan that lacks one part of this one. Facts stay: what is said of them goes by place.
pub(crate) fn without_one(plan: &Plan) -> Vec<Plan> {
    let mut plans = Vec::new();
    for (index, item) in plan.items.iter().enumerate() {
        let is_facts = matches!(item, PlanItem::Text(text) if text.starts_with("facts"));
        if !is_facts {
            let mut plan = plan.clone();
            plan.items.remove(index);
            plans.push(plan);
        }
        let PlanItem::Decision(decision) = item else { continue };
        let mut put = |change: &dyn Fn(&mut crate::generate::plan::PlanDecision)| {
            let mut plan = plan.clone();
            if let PlanItem::Decision(decision) = &mut plan.items[index] {
                change(decision);
                plans.push(plan);
            }
        };
        for rule in 0..decision.rules.len() {
            put(&|it| drop(it.rules.remove(rule)));
            for conjunct in 0..decision.rules[rule].conjuncts.len() {
                put(&|it| drop(it.rules[rule].conjuncts.remove(conjunct)));
            }
            for overridden in 0..decision.rules[rule].overrides.len() {
                put(&|it| drop(it.rules[rule].overrides.remove(overridden)));
            }
            if let Some(at) = decision.rules[rule].rest.find(" because") {
                put(&|it| it.rules[rule].rest.truncate(at));
            }
        }
        for obligation in 0..decision.obligations.len() {
            put(&|it| drop(it.obligations.remove(obligation)));
        }
        for outcome in 0..decision.outcomes.len() {
            put(&|it| drop(it.outcomes.remove(outcome)));
        }
        if decision.fallback.is_some() {
            put(&|it| it.fallback = None);
        }
    }
    plans
}
