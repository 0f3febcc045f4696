//! Is there a case in which …? Each question as a formula, and as the reference answers it for one case.

use evenhand::syntax::ast::{Claim, Item, Obligation, Rule};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;

use crate::oracle::smt::Exporter;
use crate::oracle::symbol::{Names, Said};
use crate::oracle::term::{Assignment, Term};
use crate::reference::decide::Outcome;
use crate::reference::evaluate::{Case, Locals, Outside, Unit, Value, all, negated};
use crate::reference::intake::Fact;
use crate::reference::model::{Model, Ty};
use crate::reference::parse;
use crate::reference::time::timed;

/// A question about all cases. Decisions, rules and the like are named by their place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Question {
    /// Is there a case at all?
    Case,
    /// Does something read what is not there? Never, if the policy was rightly accepted.
    Fault,
    /// No rule of the decision holds, and there is no `otherwise`.
    Gap(usize),
    /// Rules of the decision disagree.
    Conflict(usize),
    /// These two rules of the decision both hold undefeated and say different things.
    Conflicting(usize, usize, usize),
    /// The decision is an error because of what it reads.
    Depends(usize),
    /// The condition of the rule holds.
    Holds(usize, usize),
    /// The rule is true and nothing that is true overrides it.
    Decides(usize, usize),
    /// The conditions of both rules hold.
    Together(usize, usize, usize),
    /// No rule of the decision holds, and none fails to be evaluated.
    Otherwise(usize),
    /// The outcome of this place comes out, or is among the items.
    Happens(usize, usize),
    /// The obligation of this place is required: those of decisions first, then those at the top.
    Required(usize),
    /// The property does not hold.
    Violates(usize),
    /// The property holds.
    Keeps(usize),
    /// The first rule stands, and the second does not stand beside it and say the same.
    Alone(usize, usize, usize),
    /// The condition of the rule holds or not as it did not before, where what stands between these places is
    /// always true, or always false.
    Part(usize, usize, usize, usize, bool),
}

impl Question {
    /// The kind, and the places that it is about.
    pub(crate) fn parts(&self) -> (&'static str, Vec<usize>) {
        match *self {
            Question::Case => ("case", vec![]),
            Question::Fault => ("fault", vec![]),
            Question::Gap(d) => ("gap", vec![d]),
            Question::Conflict(d) => ("conflict", vec![d]),
            Question::Conflicting(d, a, b) => ("conflicting", vec![d, a, b]),
            Question::Depends(d) => ("depends", vec![d]),
            Question::Holds(d, r) => ("holds", vec![d, r]),
            Question::Decides(d, r) => ("decides", vec![d, r]),
            Question::Together(d, a, b) => ("together", vec![d, a, b]),
            Question::Otherwise(d) => ("otherwise", vec![d]),
            Question::Happens(d, o) => ("happens", vec![d, o]),
            Question::Required(o) => ("required", vec![o]),
            Question::Violates(p) => ("violates", vec![p]),
            Question::Keeps(p) => ("keeps", vec![p]),
            Question::Alone(d, a, b) => ("alone", vec![d, a, b]),
            Question::Part(d, r, from, to, value) => ("part", vec![d, r, from, to, usize::from(value)]),
        }
    }

    /// The name of its formula.
    pub(crate) fn name(&self) -> String {
        let (kind, places) = self.parts();
        places.iter().fold(kind.to_owned(), |name, it| format!("{name}.{it}"))
    }
}

/// The properties of a policy.
pub(crate) fn properties<'f>(model: &Model<'f>) -> Vec<&'f Claim> {
    let claim = |it: &'f Item| if let Item::Property(it) = it { Some(it) } else { None };
    model.file.items.iter().filter_map(claim).collect()
}

/// Every obligation: those of decisions in order, then those at the top.
pub(crate) fn obligations<'f>(model: &Model<'f>) -> Vec<&'f Obligation> {
    let inside = model.decisions.iter().flat_map(|it| &it.obligations);
    inside.chain(model.obligations.iter().copied()).collect()
}

/// Everything that can be asked of a policy.
pub(crate) fn questions(model: &Model) -> Vec<Question> {
    let mut all = vec![Question::Case, Question::Fault];
    for (d, decision) in model.decisions.iter().enumerate() {
        all.extend([Question::Gap(d), Question::Conflict(d), Question::Depends(d), Question::Otherwise(d)]);
        for a in 0..decision.rules.len() {
            all.extend([Question::Holds(d, a), Question::Decides(d, a)]);
            for b in a + 1..decision.rules.len() {
                all.push(Question::Together(d, a, b));
                if decision.collect.is_none() {
                    all.push(Question::Conflicting(d, a, b));
                }
            }
        }
        all.extend((0..model.outcomes(decision).len()).map(|it| Question::Happens(d, it)));
    }
    all.extend((0..obligations(model).len()).map(Question::Required));
    for it in 0..properties(model).len() {
        all.extend([Question::Violates(it), Question::Keeps(it)]);
    }
    all
}

impl<'f> Exporter<'_, '_, 'f> {
    /// The formula of a question, for facts that are a case.
    pub(crate) fn formula(&self, question: &Question) -> Said<Term> {
        let (store, algebra) = (self.store(), self.algebra);
        let decision = |index: usize| self.decision(self.model.decisions[index]);
        let claim = |index: usize| self.value(&properties(self.model)[index].condition, &Names::new());
        Ok(match *question {
            Question::Case => store.truth(true),
            Question::Fault => {
                for it in 0..self.model.decisions.len() {
                    decision(it)?;
                }
                let faults = self.faults.borrow().clone();
                store.or(faults)
            }
            Question::Gap(d) => decision(d)?.gap,
            Question::Conflict(d) => decision(d)?.conflict,
            Question::Conflicting(d, a, b) => decision(d)?.disagree(self, a, b)?,
            Question::Depends(d) => decision(d)?.broken,
            Question::Holds(d, r) => algebra.is(&decision(d)?.rules[r].holds, true),
            Question::Decides(d, r) => decision(d)?.rules[r].decides,
            Question::Together(d, a, b) => {
                let it = decision(d)?;
                store.and([a, b].map(|rule| algebra.is(&it.rules[rule].holds, true)))
            }
            Question::Otherwise(d) => {
                store.and(decision(d)?.rules.iter().map(|it| algebra.is(&it.holds, false)))
            }
            Question::Happens(d, o) => {
                let it = decision(d)?;
                let name = self.model.outcomes(self.model.decisions[d])[o].0;
                let here = it.results.iter().filter(|it| it.outcome == name).map(|it| it.there);
                store.and([store.not(it.broken), store.or(here)])
            }
            Question::Required(o) => {
                let it = obligations(self.model)[o];
                algebra.is(&self.condition(&it.when, &it.unless)?, true)
            }
            Question::Violates(p) => algebra.is(&claim(p)?, false),
            Question::Keeps(p) => algebra.is(&claim(p)?, true),
            Question::Alone(d, a, b) => {
                let it = decision(d)?;
                let (a, b) = (&it.rules[a], &it.rules[b]);
                let same = algebra.same_thing(&a.things[0], &b.things[0])?;
                store.and([a.decides, store.not(store.and([b.decides, same]))])
            }
            Question::Part(d, r, from, to, value) => {
                let rule = &self.model.decisions[d].rules[r];
                let held = algebra.is(&decision(d)?.rules[r].holds, true);
                // What it would read then is no fault of the policy.
                let faults = self.faults.borrow().len();
                self.swapped.set(Some((from, to, value)));
                let other = self.condition(&rule.when, &rule.unless);
                self.swapped.set(None);
                self.faults.borrow_mut().truncate(faults);
                let other = algebra.is(&other?, true);
                store.or([store.and([held, store.not(other)]), store.and([store.not(held), other])])
            }
        })
    }
}

/// What the reference answers for one case.
pub(crate) fn holds_in(case: &Case, question: &Question) -> bool {
    let model = case.model;
    let decided = |d: usize| case.decided(model.decisions[d]);
    let yes = Value::Boolean(true);
    match *question {
        Question::Case => true,
        Question::Fault => false,
        Question::Gap(d) => decided(d).outcome == Outcome::Gap,
        Question::Conflict(d) => matches!(decided(d).outcome, Outcome::Conflict(_)),
        Question::Conflicting(d, a, b) => {
            let decision = model.decisions[d];
            let it = decided(d);
            let stands = |rule: usize| it.holds[rule] == yes && it.overridden[rule].is_empty();
            let says = |rule: usize| case.consequence(decision, &decision.rules[rule].then[0][0]);
            stands(a) && stands(b) && says(a).zip(says(b)).is_some_and(|(a, b)| a != b)
        }
        Question::Depends(d) => matches!(decided(d).outcome, Outcome::Depends(_)),
        Question::Holds(d, r) => decided(d).holds[r] == yes,
        Question::Decides(d, r) => decided(d).holds[r] == yes && decided(d).overridden[r].is_empty(),
        Question::Together(d, a, b) => decided(d).holds[a] == yes && decided(d).holds[b] == yes,
        Question::Otherwise(d) => decided(d).holds.iter().all(|it| *it == Value::Boolean(false)),
        Question::Happens(d, o) => {
            let name = model.outcomes(model.decisions[d])[o].0;
            match &decided(d).outcome {
                Outcome::One(item) => item.outcome == name,
                Outcome::Items(items) => items.iter().any(|it| it.outcome == name),
                _ => false,
            }
        }
        Question::Required(o) => {
            let it = obligations(model)[o];
            case.condition(&it.when, &it.unless, &it.name.text) == yes
        }
        Question::Violates(p) => {
            case.value(&properties(model)[p].condition, &Locals::new()) == Value::Boolean(false)
        }
        Question::Keeps(p) => case.value(&properties(model)[p].condition, &Locals::new()) == yes,
        Question::Alone(d, a, b) => {
            let decision = model.decisions[d];
            let it = decided(d);
            let stands = |rule: usize| it.holds[rule] == yes && it.overridden[rule].is_empty();
            let says = |rule: usize| case.consequence(decision, &decision.rules[rule].then[0][0]);
            stands(a) && !(stands(b) && says(a) == says(b))
        }
        Question::Part(d, r, from, to, value) => {
            let word = if value { "(yes)" } else { "(no)" };
            let text = format!("{}{word}{}", &model.text[..from], &model.text[to..]);
            // What is no expression of its own as it is written (a part of `is one of`) cannot be replaced in the text;
            // the formulas can, and Z3 is asked them.
            let mut broken = evenhand::diag::Diagnostics::default();
            evenhand::syntax::parse(&text, &evenhand::limits::Limits::default(), &mut broken);
            if broken.has_errors() {
                return false;
            }
            let file = parse(&text);
            let other = Model::new(&file, &text);
            let other = Case::new(&other, case.facts(), Outside::Nothing);
            let holds = |case: &Case, rule: &Rule| {
                let when = rule.when.iter().map(|it| case.value(it, &Locals::new()));
                let unless = rule.unless.iter().map(|it| negated(case.value(it, &Locals::new())));
                all(when.chain(unless), false) == Value::Boolean(true)
            };
            let rule = |model: &Model| model.decisions[d].rules[r].clone();
            holds(case, &rule(model)) != holds(&other, &rule(other.model))
        }
    }
}

/// The numbers and flags that stand for facts; nothing where a value is no number of this exporter.
pub(crate) fn assignment(exporter: &Exporter, facts: &[Fact]) -> Option<Assignment> {
    let mut all = Assignment::default();
    // Texts that stand nowhere in the policy: only which of them are the same matters.
    let mut others: Vec<&String> = Vec::new();
    for (index, (slot, fact)) in exporter.model.slots.iter().zip(facts).enumerate() {
        let there = matches!(fact, Fact::Known(_));
        all.flags.insert(format!("{} there", slot.path), there);
        all.flags.insert(slot.path.clone(), *fact == Fact::Known(Value::Boolean(true)));
        let number = match (fact, &slot.ty) {
            (Fact::Known(Value::Number(_, value)), _) => (value * exporter.scale(index).ok()?).to_integer(),
            (Fact::Known(Value::Date(day)), _) => BigInt::from(*day),
            (Fact::Known(Value::Time(it) | Value::DateTime(it) | Value::Instant(it)), ty) => {
                BigInt::from(it / seconds_of_step(ty))
            }
            (Fact::Known(Value::Choice(word)), _) => BigInt::from(exporter.codes.word(word)),
            (Fact::Known(Value::Text(text)), _) => {
                let other = || {
                    let found = others.iter().position(|it| *it == text);
                    let place = found.unwrap_or_else(|| {
                        others.push(text);
                        others.len() - 1
                    });
                    -1 - place as i64
                };
                BigInt::from(exporter.codes.known_text(text).unwrap_or_else(other))
            }
            // It is not read; its bounds are kept all the same.
            (_, Ty::Choice(list)) => BigInt::from(exporter.codes.word(&list.choices[0].0)),
            (_, Ty::Text { .. }) => BigInt::from(-1),
            (_, Ty::Boolean | Ty::Record) => continue,
            _ => {
                let low = slot.range.as_ref().map(|it| &it.0 * exporter.scale(index).unwrap_or(1.into()));
                low?.to_integer() / seconds_of_step(&slot.ty)
            }
        };
        all.numbers.insert(slot.path.clone(), number);
    }
    Some(all)
}

/// The seconds of a step of a time; 1 for all else.
fn seconds_of_step(ty: &Ty) -> i64 {
    if let Ty::Clock(_, true) = ty { 60 } else { 1 }
}

/// The facts for which numbers and flags stand.
pub(crate) fn facts(exporter: &Exporter, assignment: &Assignment) -> Vec<Fact> {
    let model = exporter.model;
    let number = |path: &str| assignment.numbers.get(path).cloned().unwrap_or_default();
    let flag = |path: &str| assignment.flags.get(path).copied().unwrap_or(false);
    let mut facts: Vec<Fact> = Vec::new();
    for (index, slot) in model.slots.iter().enumerate() {
        let inside = slot.within.is_none_or(|around| match (&facts[around], slot.place) {
            (Fact::Known(Value::Number(_, length)), Some(place)) => {
                length > &BigRational::from_integer(place.into())
            }
            (Fact::Known(_), _) => true,
            _ => false,
        });
        if !inside || (slot.optional && !flag(&format!("{} there", slot.path))) {
            facts.push(Fact::Absent);
            continue;
        }
        let code = number(&slot.path);
        let small = code.to_i64().unwrap_or_default();
        facts.push(Fact::Known(match &slot.ty {
            Ty::Boolean => Value::Boolean(flag(&slot.path)),
            Ty::Record => Value::Boolean(true),
            Ty::Choice(_) => Value::Choice(exporter.codes.word_of(small as usize)),
            Ty::Text { .. } => Value::Text(exporter.codes.text_of(small)),
            Ty::Date => Value::Date(small),
            Ty::Clock(kind, _) => timed(*kind, small * seconds_of_step(&slot.ty)),
            ty => {
                let unit = if let Ty::Count(unit) = ty { Unit::of(*unit) } else { Unit::One };
                Value::Number(unit, BigRational::new(code, exporter.scale(index).expect("a number")))
            }
        }));
    }
    facts
}
