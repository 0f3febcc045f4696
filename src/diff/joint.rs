//! What decisions of two policies come to, in one numbering: outcomes by name, arguments by parameter.

use indexmap::IndexSet;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::{
    diff::{Comparing, Label},
    hir::Hir,
    schema::Type,
    space::{
        cases::difference,
        diagram::{Ref, Spent},
        formula::{FALSE, Formula, TRUE},
        linear::{Linear, Var},
        normal::{Argument, CONFLICT, Class, DEPENDS, FIRST_CLASS, GAP, OUTSIDE, Says},
        shapes::type_shape,
    },
};

/// The value of a parameter, as both policies name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Given {
    /// A linear term divided by a positive number, in the steps of a type.
    Number(Linear, i128, String),
    Boolean(bool),
    /// A value of an enumeration, by name.
    Choice(String),
    Text(Arc<str>),
    Variable(Var),
    Absent,
    /// What is not looked into, by its shape, and its type.
    Shape(u32, String),
}

/// An outcome with its arguments, by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Named {
    pub outcome: String,
    pub arguments: Vec<(String, Given)>,
}

/// What a decision comes to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Value {
    Outside,
    Gap,
    Conflict,
    Depends,
    /// An outcome, by its number.
    One(u32),
    /// Collected ones, sorted.
    Several(Vec<u32>),
}

/// All that two decisions of one name come to.
#[derive(Debug, Default)]
pub(crate) struct Joint {
    pub classes: IndexSet<Named>,
    pub values: IndexSet<Value>,
    pub labels: Vec<Label>,
    words: Vec<String>,
    /// The place of each outcome among those declared.
    ranks: Vec<usize>,
}

impl Joint {
    /// The leaf for cases that are not accepted.
    pub(crate) fn new() -> Joint {
        let mut joint = Joint::default();
        joint.value(Value::Outside);
        joint
    }

    fn value(&mut self, value: Value) -> u32 {
        let label = || -> Label {
            let special =
                |name: &str, words: &str| Label { names: vec![name.to_owned()], words: words.to_owned() };
            match &value {
                Value::Outside => special("refused", "not accepted"),
                Value::Gap => special("gap", "no answer (no rule holds)"),
                Value::Conflict => special("conflict", "no answer (rules disagree)"),
                Value::Depends => special("error", "no answer (it reads a decision without one)"),
                Value::One(class) => self.label(&[*class]),
                Value::Several(classes) => match classes.is_empty() {
                    true => special("empty", "empty"),
                    false => {
                        let label = self.label(classes);
                        Label { words: format!("({})", label.words), ..label }
                    }
                },
            }
        };
        let label = label();
        let (number, is_new) = self.values.insert_full(value);
        if is_new {
            self.labels.push(label);
        }
        number as u32
    }

    fn label(&self, classes: &[u32]) -> Label {
        let name = |it: &u32| self.classes.get_index(*it as usize).map(|it| it.outcome.clone());
        let words = |it: &u32| self.words.get(*it as usize).cloned();
        let names: BTreeSet<String> = classes.iter().filter_map(name).collect();
        let mut all: Vec<(usize, String)> =
            classes.iter().filter_map(|it| Some((*self.ranks.get(*it as usize)?, words(it)?))).collect();
        all.sort();
        let all: Vec<String> = all.into_iter().map(|it| it.1).collect();
        Label { names: names.into_iter().collect(), words: all.join(", ") }
    }
}

impl Comparing<'_> {
    /// What a decision of one side comes to, with the leaves of both.
    pub(crate) fn numbered(&mut self, side: usize, decision: usize, joint: &mut Joint) -> Result<Ref, Spent> {
        let at = self.cases.policies.get(side).map_or(0, |it| it.base as usize) + decision;
        let Some(of) = self.sides.get(side).copied() else { return Err(Spent) };
        let Some(written) = of.hir.decisions.get(decision) else { return Err(Spent) };
        let form = self.cases.form(side, decision).ok_or(Spent)?;
        let classes: Vec<Class> = form.classes.iter().cloned().collect();
        let says: Vec<Says> = form.entries.iter().map(|it| it.says).collect();
        let numbers: Vec<u32> = classes.iter().map(|it| self.class(side, decision, it, joint)).collect();
        let class = |it: u32| numbers.get(it as usize).copied().unwrap_or(0);
        let own = self.cases.decisions.get(at).and_then(Option::as_ref).ok_or(Spent)?;
        if !written.collect {
            let comes = own.comes;
            let mut leaves: BTreeMap<u32, Ref> = BTreeMap::new();
            for leaf in self.cases.store.leaves(comes) {
                let value = match leaf {
                    OUTSIDE => Value::Outside,
                    GAP => Value::Gap,
                    CONFLICT => Value::Conflict,
                    DEPENDS => Value::Depends,
                    it => Value::One(class(it - FIRST_CLASS)),
                };
                leaves.insert(leaf, Ref::leaf(joint.value(value)));
            }
            let own = |leaf: Ref| leaf.as_leaf().and_then(|it| leaves.get(&it)).copied().unwrap_or(leaf);
            return self.cases.store.map(comes, own);
        }
        let mut leaves = Vec::with_capacity(own.sets.len());
        for set in &own.sets {
            let mut all = BTreeSet::new();
            let mut value = None;
            for entry in set.iter() {
                match says.get(*entry as usize) {
                    Some(Says::Class(it)) => drop(all.insert(class(*it))),
                    Some(Says::Error) => value = Some(Value::Depends),
                    None => value = Some(Value::Outside),
                }
            }
            let value = value.unwrap_or_else(|| Value::Several(all.into_iter().collect()));
            leaves.push(Ref::leaf(joint.value(value)));
        }
        let standing = own.standing;
        self.cases.store.map(standing, |leaf| {
            let set = leaf.as_leaf().and_then(|it| leaves.get(it as usize));
            set.copied().unwrap_or(Ref::leaf(0))
        })
    }

    /// The number of an outcome with its arguments.
    pub(crate) fn class(&mut self, side: usize, decision: usize, class: &Class, joint: &mut Joint) -> u32 {
        let Some(of) = self.sides.get(side).copied() else { return 0 };
        let Some(outcome) = of.hir.decisions.get(decision).and_then(|it| it.outcomes.get(class.outcome))
        else {
            return 0;
        };
        let mut arguments = Vec::with_capacity(class.arguments.len());
        let mut words = Vec::with_capacity(class.arguments.len());
        for (parameter, argument) in outcome.parameters.iter().zip(&class.arguments) {
            let given = self.given(side, argument, parameter.ty);
            let value = self.words_of(of.hir, &given, parameter.ty);
            words.push(format!("{}: {value}", parameter.name));
            arguments.push((parameter.name.clone(), given));
        }
        arguments.sort();
        let words = match words.is_empty() {
            true => outcome.name.clone(),
            false => format!("{}({})", outcome.name, words.join(", ")),
        };
        let (number, is_new) = joint.classes.insert_full(Named { outcome: outcome.name.clone(), arguments });
        if is_new {
            joint.words.push(words);
            joint.ranks.push(class.outcome);
        }
        number as u32
    }

    fn given(&mut self, side: usize, argument: &Argument, ty: Type) -> Given {
        let Some(of) = self.sides.get(side).copied() else { return Given::Absent };
        match argument {
            Argument::Number(term, divisor) => Given::Number(term.clone(), *divisor, type_shape(of.hir, ty)),
            Argument::Boolean(value) => Given::Boolean(*value),
            Argument::Choice(index) => Given::Choice(choice_name(of.hir, ty, *index)),
            Argument::Text(text) => Given::Text(Arc::clone(text)),
            Argument::Variable(var) => Given::Variable(*var),
            Argument::Absent => Given::Absent,
            Argument::Opaque(node) => {
                let number = self.cases.space.shapes.node(of.of(side), *node);
                Given::Shape(number, type_shape(of.hir, ty))
            }
        }
    }

    fn words_of(&self, hir: &Hir, given: &Given, ty: Type) -> String {
        match given {
            Given::Number(term, divisor, _) => self.phrases.value(&self.cases.space, term, *divisor, ty, hir),
            Given::Boolean(value) => if *value { "yes" } else { "no" }.to_owned(),
            Given::Choice(name) => name.clone(),
            Given::Text(text) => format!("\"{}\"", crate::value::form::clipped(text, 40)),
            Given::Variable(var) => self.phrases.variable(&self.cases.space, *var),
            Given::Absent => "absent".to_owned(),
            Given::Shape(..) => "…".to_owned(),
        }
    }

    /// The cases in which two values are the same; none where they never are.
    pub(crate) fn agree(&mut self, joint: &Joint, a: u32, b: u32) -> Option<Formula> {
        let all = |value: u32| -> Option<Vec<Named>> {
            let numbers = match joint.values.get_index(value as usize)? {
                Value::One(class) => vec![*class],
                Value::Several(classes) => classes.clone(),
                _ => return None,
            };
            Some(numbers.iter().filter_map(|it| joint.classes.get_index(*it as usize)).cloned().collect())
        };
        let (a, b) = (all(a)?, all(b)?);
        let mut parts = Vec::new();
        for (own, others) in a.iter().map(|it| (it, &b)).chain(b.iter().map(|it| (it, &a))) {
            let same: Vec<Formula> = others.iter().map(|it| self.same(own, it)).collect();
            parts.push(self.cases.space.formulas.or(same));
        }
        let formula = self.cases.space.formulas.and(parts);
        (formula != FALSE).then_some(formula)
    }

    fn same(&mut self, a: &Named, b: &Named) -> Formula {
        let names = |it: &Named| it.arguments.iter().map(|it| it.0.clone()).collect::<Vec<_>>();
        if a.outcome != b.outcome || names(a) != names(b) {
            return FALSE;
        }
        let parts: Vec<Formula> =
            a.arguments.iter().zip(&b.arguments).map(|(a, b)| self.same_value(&a.1, &b.1)).collect();
        self.cases.space.formulas.and(parts)
    }

    fn same_value(&mut self, a: &Given, b: &Given) -> Formula {
        let space = &mut self.cases.space;
        let one = |space: &mut crate::space::Space, var: Var, value: i128| {
            Some(space.one_of(var, vec![(value, value)]))
        };
        let same = match (a, b) {
            _ if a == b => Some(TRUE),
            (Given::Number(a, d, one), Given::Number(b, e, other)) if one == other => {
                difference(a, *d, b, *e).and_then(|it| space.is_zero(&it))
            }
            (Given::Variable(var), Given::Text(text)) | (Given::Text(text), Given::Variable(var)) => {
                // A text that no condition names has no value of its own.
                match space.texts.get_index_of(text) {
                    Some(value) => one(space, *var, value as i128),
                    None => return self.free(a, b),
                }
            }
            (Given::Variable(var), Given::Choice(name)) | (Given::Choice(name), Given::Variable(var)) => {
                match self.value_of(*var, name) {
                    Some(Some(value)) => one(&mut self.cases.space, *var, value),
                    Some(None) => Some(FALSE),
                    None => return self.free(a, b),
                }
            }
            (Given::Shape(..), _) | (_, Given::Shape(..)) | (Given::Variable(_), Given::Variable(_)) => {
                return self.free(a, b);
            }
            _ => Some(FALSE),
        };
        same.unwrap_or(FALSE)
    }

    /// The value of a name of an enumeration, for the fact of this variable, if it can have it. None for a
    /// variable whose names are not known.
    fn value_of(&self, var: Var, name: &str) -> Option<Option<i128>> {
        let space = &self.cases.space;
        let crate::space::Key::Fact(path) = space.variables.get_index(var as usize)?.0 else { return None };
        Some(space.names.get(path)?.get_index_of(name).map(|it| it as i128))
    }

    fn free(&mut self, a: &Given, b: &Given) -> Formula {
        let key = crate::space::Key::Opaque(format!("same {:?} {:?}", a.min(b), a.max(b)), Vec::new());
        let var = self.cases.space.opaque(key, (0, 1), None);
        self.cases.space.one_of(var, vec![(1, 1)])
    }
}

fn choice_name(hir: &Hir, ty: Type, index: u32) -> String {
    let all = match ty {
        Type::Choice(it) => hir.schema.enumerations.get(it),
        _ => None,
    };
    let name = all.and_then(|it| it.choices.get(index as usize));
    name.map_or_else(|| format!("choice {index}"), |it| it.name.clone())
}
