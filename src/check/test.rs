//! The tests of a policy: their facts as typed values, their expectations resolved.

use std::collections::BTreeMap;

use crate::{
    check::{Checker, codes, declare::Entry},
    diag::Diagnostic,
    hir::{Assume, Expectation, Expected, ExpectedOutcome, Test},
    schema::{Schema, Type},
    source::Span,
    syntax::ast::{self, AssignedValue, Assignment, ExpectationKind, Item, LiteralKind, ObligationKind},
    value::{Known, Scalar},
    words::nearest,
};

mod list;

impl<'a> Checker<'a> {
    /// Checks all tests. A broken test is left out; the others stay.
    pub(super) fn tests(&mut self, assumes: &[Assume]) -> Vec<Test> {
        let mut by_name: BTreeMap<&'a str, &'a ast::Test> = BTreeMap::new();
        let mut names: BTreeMap<&str, Span> = BTreeMap::new();
        for item in &self.file.items {
            let Item::Test(it) = item else { continue };
            self.once(&mut names, &it.name, "test");
            by_name.entry(&it.name.text).or_insert(it);
        }
        let mut tests = Vec::new();
        for item in &self.file.items {
            let Item::Test(it) = item else { continue };
            // Those of a policy that is extended are run there.
            if it.inherited {
                continue;
            }
            let facts = self.test_facts(it, &by_name);
            let expect: Vec<Option<Expectation>> = it
                .expect
                .iter()
                .map(|it| Some(Expectation { kind: self.expected(&it.kind, assumes)?, span: it.span }))
                .collect();
            if it.expect.is_empty() {
                let message = format!("the test \"{}\" expects nothing", it.name.text);
                self.report(
                    Diagnostic::new(&codes::MISSING_CLAUSE, it.name.span, message)
                        .with_help("add `expect`, as in `expect refund is deny`"),
                );
            }
            if let (Some(facts), Some(expect)) = (facts, expect.into_iter().collect()) {
                tests.push(Test { name: it.name.text.clone(), facts, expect, span: it.name.span });
            }
        }
        tests
    }

    /// The facts of a test: those of the test that it is like, then its own.
    fn test_facts(
        &mut self,
        test: &'a ast::Test,
        by_name: &BTreeMap<&'a str, &'a ast::Test>,
    ) -> Option<Vec<Known>> {
        let mut line = vec![test];
        while let Some(like) = line.last().and_then(|it| it.like.as_ref()) {
            let Some(base) = by_name.get(like.text.as_str()) else {
                if !self.file.broken.iter().any(|it| it.keyword == "test") {
                    let message = format!("there is no test \"{}\"", like.text);
                    let diagnostic = Diagnostic::new(&codes::UNKNOWN_TEST, like.span, message);
                    let near = nearest(&like.text, by_name.keys().copied());
                    self.report(match near {
                        Some(near) => diagnostic.with_help(format!("did you mean \"{near}\"?")),
                        None => diagnostic.with_help("`like` names another test of this file"),
                    });
                }
                return None;
            };
            if line.iter().any(|it| std::ptr::eq(*it, *base)) {
                // The first test of the circle reports it.
                let first = line.iter().map(|it| it.name.span).min();
                if Some(test.name.span) != first || !std::ptr::eq(*base, test) {
                    return None;
                }
                let message = format!("the test \"{}\" is like itself", like.text);
                self.report(
                    Diagnostic::new(&codes::CYCLE, like.span, message)
                        .with_help("begin one of them with `given`"),
                );
                return None;
            }
            line.push(base);
        }
        let mut facts = vec![Known::Unknown; self.schema.slots.len()];
        let mut sound = true;
        for it in line.into_iter().rev() {
            for assignment in &it.given {
                sound &= self.assign(assignment, "", &mut facts).is_some();
            }
        }
        sound.then_some(facts)
    }

    fn assign(&mut self, it: &'a Assignment, around: &str, facts: &mut [Known]) -> Option<()> {
        let path =
            if around.is_empty() { it.path.text.clone() } else { format!("{around}.{}", it.path.text) };
        let found = self.find_entry(&path);
        let Some(found) = found else {
            if !self.file.broken.iter().any(|it| it.keyword == "facts") {
                let message = format!("there is no fact `{path}`");
                let slots = self.schema.slots.iter().map(|it| it.path.as_str());
                let near = nearest(&path, slots).map(str::to_owned);
                let diagnostic = Diagnostic::new(&codes::UNKNOWN_NAME, it.path.span, message);
                self.report(match near {
                    Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
                    None => {
                        diagnostic.with_help("a test gives values to facts that are declared under `facts`")
                    }
                });
            }
            return None;
        };
        self.assign_to(found, &it.value, &path, facts)
    }

    /// Gives what `path` names a value.
    pub(super) fn assign_to(
        &mut self,
        found: Found,
        value: &'a AssignedValue,
        path: &str,
        facts: &mut [Known],
    ) -> Option<()> {
        match (value, found) {
            (value, Found::List(list)) => self.assign_list(list, value, path, facts),
            (AssignedValue::List(_, span), _) => {
                let message = format!("`{path}` is no list");
                self.report(
                    Diagnostic::new(&codes::TYPE_MISMATCH, *span, message)
                        .with_help("a record stands in braces, one value alone"),
                );
                None
            }
            (AssignedValue::Record(inner, _), Found::Group { presence, slots }) => {
                if presence.is_some() {
                    for slot in slots {
                        set(facts, slot, Known::Unknown);
                    }
                }
                self.appear(presence, facts);
                let mut sound = true;
                for assignment in inner {
                    sound &= self.assign(assignment, path, facts).is_some();
                }
                sound.then_some(())
            }
            (AssignedValue::Unknown(_), Found::Group { presence, slots }) => {
                for slot in slots.into_iter().chain(presence) {
                    set(facts, slot, Known::Unknown);
                }
                Some(())
            }
            (AssignedValue::Literal(literal), Found::Group { presence: Some(presence), slots })
                if matches!(literal.kind, LiteralKind::Absent) =>
            {
                for slot in slots.into_iter().chain([presence]) {
                    set(facts, slot, Known::Absent);
                }
                Some(())
            }
            (AssignedValue::Literal(literal), Found::Group { .. }) => {
                let message = format!("`{path}` is a group of facts, not a value");
                self.report(
                    Diagnostic::new(&codes::TYPE_MISMATCH, literal.span, message)
                        .with_help("give its facts in braces, as in `order { total USD 5 }`"),
                );
                None
            }
            (AssignedValue::Record(_, span), Found::Leaf(_)) => {
                let message = format!("`{path}` is one value, not a group of facts");
                self.report(Diagnostic::new(&codes::TYPE_MISMATCH, *span, message));
                None
            }
            (AssignedValue::Unknown(_), Found::Leaf(slot)) => {
                set(facts, slot, Known::Unknown);
                Some(())
            }
            (AssignedValue::Literal(literal), Found::Leaf(slot)) => {
                self.assign_leaf(slot, literal, path, facts)
            }
        }
    }

    fn assign_leaf(
        &mut self,
        slot: usize,
        literal: &ast::Literal,
        path: &str,
        facts: &mut [Known],
    ) -> Option<()> {
        let declared = self.schema.slots.get(slot)?.clone();
        if matches!(literal.kind, LiteralKind::Absent) {
            if !declared.optional {
                let message = format!("`{path}` is never absent");
                self.report(
                    Diagnostic::new(&codes::ABSENT_NOT_ALLOWED, literal.span, message)
                        .with_help("only an `optional` fact can be absent; leave an unknown fact out"),
                );
                return None;
            }
            self.appear(declared.within, facts);
            set(facts, slot, Known::Absent);
            return Some(());
        }
        let value = self.typed_literal(literal, declared.ty)?;
        self.bounded(&value, &declared, literal.span)?;
        self.appear(declared.within, facts);
        set(facts, slot, Known::Value(value));
        Some(())
    }

    fn bounded(&mut self, value: &Scalar, slot: &crate::schema::Slot, span: Span) -> Option<()> {
        let shown = |it: i128| crate::value::form::words(&Scalar::Number(it), slot.ty, &self.schema);
        let message = match value {
            Scalar::Number(number) if !(slot.low..=slot.high).contains(number) => {
                let bound = |it| crate::value::form::bound_words(it, slot.ty, &self.schema);
                let (low, high) = (bound(slot.low), bound(slot.high));
                format!("`{}` is between {low} and {high}, and this is {}", slot.path, shown(*number))
            }
            Scalar::Text(text) => match slot.ty {
                Type::Text { longest } if text.chars().count() > longest as usize => {
                    let found = text.chars().count();
                    format!("`{}` has at most {longest} characters, and this has {found}", slot.path)
                }
                _ => return Some(()),
            },
            _ => return Some(()),
        };
        self.report(
            Diagnostic::new(&codes::OUT_OF_BOUNDS, span, message)
                .with_help("a test's facts obey the bounds that every case obeys"),
        );
        None
    }

    /// Makes the optional records around a given fact present.
    fn appear(&self, record: Option<usize>, facts: &mut [Known]) {
        let mut at = record;
        while let Some(slot) = at {
            // The items of a list are given with their list, whose length stands.
            if self.schema.list_at(slot).is_none() {
                set(facts, slot, Known::Value(Scalar::Boolean(true)));
            }
            at = self.schema.slots.get(slot).and_then(|it| it.within);
        }
    }

    /// What a path leads to; `items[2].price` is a fact of the third item of a list.
    pub(super) fn find_entry(&self, path: &str) -> Option<Found> {
        let mut entries = &self.facts;
        let mut parts = path.split('.').peekable();
        let mut shift = 0;
        while let Some(part) = parts.next() {
            let (name, index) = match part.strip_suffix(']').and_then(|it| it.split_once('[')) {
                Some((name, index)) => (name, Some(index.parse::<usize>().ok()?)),
                None => (part, None),
            };
            let mut entry = entries.get(name)?;
            if let (Entry::List(list, item), Some(index)) = (entry, index) {
                let list = self.schema.lists.get(*list).filter(|it| index < it.most)?;
                shift = index * list.stride;
                entry = item;
            } else if index.is_some() {
                return None;
            }
            match (entry, parts.peek()) {
                (Entry::Leaf(slot), None) if *slot < self.schema.slots.len() => {
                    return Some(Found::Leaf(slot + shift));
                }
                (Entry::List(list, _), None) => return Some(Found::List(*list)),
                (Entry::Leaf(_) | Entry::List(..), _) => return None,
                (Entry::Group { presence, entries, .. }, None) => {
                    let mut slots = Vec::new();
                    leaves(entries, &self.schema, &mut slots);
                    let slots = slots.into_iter().map(|it| it + shift).collect();
                    return Some(Found::Group { presence: presence.map(|it| it + shift), slots });
                }
                (Entry::Group { entries: inner, .. }, Some(_)) => entries = inner,
            }
        }
        None
    }

    fn expected(&mut self, kind: &'a ExpectationKind, assumes: &[Assume]) -> Option<Expected> {
        match kind {
            ExpectationKind::Outcome { decision, outcomes, items, by } => {
                let index = self.decision_index(decision)?;
                let by = self.expected_rules(index, by)?;
                let made: Vec<Option<ExpectedOutcome>> =
                    outcomes.iter().map(|it| self.expected_outcome(index, it)).collect();
                let mut made: Vec<ExpectedOutcome> = made.into_iter().collect::<Option<_>>()?;
                let collects = self.decisions.get(index)?.ast.collect.is_some();
                if collects || *items {
                    if !collects {
                        let message = format!("`{}` has one outcome, not a set", decision.text);
                        self.report(Diagnostic::new(&codes::TYPE_MISMATCH, decision.span, message));
                        return None;
                    }
                    return Some(Expected::Items { decision: index, items: made, by });
                }
                Some(Expected::Outcome { decision: index, outcome: made.pop()?, by })
            }
            ExpectationKind::Undecided { decision, needs } => {
                let index = self.decision_index(decision)?;
                let mut slots = Vec::new();
                for need in needs {
                    match self.find_entry(&need.text) {
                        Some(Found::Leaf(slot) | Found::Group { presence: Some(slot), .. }) => {
                            slots.push(slot)
                        }
                        Some(Found::List(list)) => slots.push(self.schema.lists.get(list)?.slot),
                        _ => {
                            let message = format!("there is no fact `{}`", need.text);
                            self.report(Diagnostic::new(&codes::UNKNOWN_NAME, need.span, message));
                            return None;
                        }
                    }
                }
                slots.sort_unstable();
                Some(Expected::Undecided { decision: index, needs: slots })
            }
            ExpectationKind::Failed { decision, conflict } => {
                Some(Expected::Failed { decision: self.decision_index(decision)?, conflict: *conflict })
            }
            ExpectationKind::Refused(name) => {
                let found = assumes.iter().position(|it| it.name == name.text);
                if found.is_none() {
                    let message = format!("there is no assumption \"{}\"", name.text);
                    self.report(
                        Diagnostic::new(&codes::UNKNOWN_NAME, name.span, message)
                            .with_help("`expect error` names an `assume` of this policy"),
                    );
                }
                found.map(Expected::Refused)
            }
            ExpectationKind::Obligations { kind, names } => {
                for name in names {
                    self.known_obligation(*kind, name)?;
                }
                let names = names.iter().map(|it| it.text.clone()).collect();
                Some(Expected::Obligations { step: *kind == ObligationKind::Step, names })
            }
        }
    }

    fn known_obligation(&mut self, kind: ObligationKind, name: &ast::Name) -> Option<()> {
        let inside = self.decisions.iter().flat_map(|it| &it.ast.obligations);
        let top = self.file.items.iter().filter_map(|it| match it {
            Item::Obligation(it) => Some(it),
            _ => None,
        });
        let all: Vec<&str> =
            inside.chain(top).filter(|it| it.kind == kind).map(|it| it.name.text.as_str()).collect();
        if all.contains(&name.text.as_str()) || self.file.broken.iter().any(|it| it.name == name.text) {
            return Some(());
        }
        let what = if kind == ObligationKind::Step { "step" } else { "disclosure" };
        let message = format!("there is no {what} `{}`", name.text);
        let diagnostic = Diagnostic::new(&codes::UNKNOWN_NAME, name.span, message);
        let near = nearest(&name.text, all.iter().copied()).map(str::to_owned);
        self.report(match near {
            Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
            None => diagnostic,
        });
        None
    }

    fn decision_index(&mut self, name: &ast::Name) -> Option<usize> {
        let found = self.decisions.iter().position(|it| it.ast.name.text == name.text);
        if found.is_none() && !self.file.broken.iter().any(|it| it.name == name.text) {
            let message = format!("there is no decision `{}`", name.text);
            let names = self.decisions.iter().map(|it| it.ast.name.text.as_str());
            let near = nearest(&name.text, names).map(str::to_owned);
            let diagnostic = Diagnostic::new(&codes::UNKNOWN_NAME, name.span, message);
            self.report(match near {
                Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
                None => diagnostic,
            });
        }
        found
    }

    fn expected_rules(&mut self, decision: usize, by: &[ast::Name]) -> Option<Vec<Option<usize>>> {
        let ast = self.decisions.get(decision)?.ast;
        let mut rules = Vec::new();
        for name in by {
            if name.text == "otherwise" {
                rules.push(None);
                continue;
            }
            let Some(index) = ast.rules.iter().position(|it| it.name.text == name.text) else {
                self.unknown_rule(
                    ast,
                    name,
                    "`by` names rules of the decision that is expected, or `otherwise`",
                );
                return None;
            };
            rules.push(Some(index));
        }
        Some(rules)
    }

    fn expected_outcome(&mut self, decision: usize, it: &'a ast::Consequence) -> Option<ExpectedOutcome> {
        let outcome = self.outcome_named(decision, &it.outcome.text, it.outcome.span)?;
        let declared = self.decisions.get(decision)?.outcomes.get(outcome)?.parameters.clone();
        let mut parameters = Vec::new();
        for argument in &it.arguments {
            let Some(index) = declared.iter().position(|it| it.name == argument.name.text) else {
                let message =
                    format!("the outcome `{}` has no parameter `{}`", it.outcome.text, argument.name.text);
                self.report(Diagnostic::new(&codes::UNKNOWN_PARAMETER, argument.name.span, message));
                return None;
            };
            let ty = declared.get(index)?.ty;
            let Some(literal) = constant_literal(&argument.value) else {
                let message = "a test expects a constant";
                self.report(
                    Diagnostic::new(&codes::TYPE_MISMATCH, argument.value.span, message)
                        .with_help("write the value itself, as in `USD 49.99`"),
                );
                return None;
            };
            let value = match literal.kind {
                LiteralKind::Absent => None,
                _ => Some(self.typed_literal(&literal, ty)?),
            };
            parameters.push((index, value));
        }
        Some(ExpectedOutcome { outcome, parameters })
    }
}

/// A name of a test's facts.
pub(super) enum Found {
    Leaf(usize),
    Group { presence: Option<usize>, slots: Vec<usize> },
    List(usize),
}

fn leaves(entries: &BTreeMap<String, Entry>, schema: &Schema, slots: &mut Vec<usize>) {
    for entry in entries.values() {
        match entry {
            Entry::Leaf(slot) => slots.push(*slot),
            Entry::List(list, _) => {
                if let Some(list) = schema.lists.get(*list) {
                    slots.push(list.slot);
                    slots.extend(list.slots());
                }
            }
            Entry::Group { presence, entries, .. } => {
                slots.extend(presence);
                leaves(entries, schema, slots);
            }
        }
    }
}

pub(super) fn set(facts: &mut [Known], slot: usize, value: Known) {
    if let Some(it) = facts.get_mut(slot) {
        *it = value;
    }
}

/// The constant that an expression is: a literal, a negative one, or a bare word.
fn constant_literal(it: &ast::Expression) -> Option<ast::Literal> {
    use ast::ExpressionKind as Kind;
    let kind = match &it.kind {
        Kind::Literal(literal) => literal.kind.clone(),
        Kind::Reference(word) if !word.contains('.') => LiteralKind::Word(word.clone()),
        Kind::Parenthesis(inner) => return constant_literal(inner),
        Kind::Negate(inner) => {
            let mut kind = constant_literal(inner)?.kind;
            let number = match &mut kind {
                LiteralKind::Number(it)
                | LiteralKind::Percent(it)
                | LiteralKind::Money(_, it)
                | LiteralKind::Count(it, _)
                | LiteralKind::Duration(it, _)
                | LiteralKind::DaysOfHours(it, _)
                | LiteralKind::Business(it, _) => it,
                _ => return None,
            };
            number.text.insert(0, '-');
            kind
        }
        _ => return None,
    };
    Some(ast::Literal { kind, span: it.span })
}
