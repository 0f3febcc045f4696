//! Names in expressions: facts, settings, definitions, parameters, decisions and values of enumerations.
//!
//! A bare word is first looked up as a value of the enumeration that the other side has, then as a parameter,
//! then as an item. A word that is both is reported: the author must rename one.

use std::collections::BTreeMap;

use crate::{
    check::{
        Checker, codes,
        declare::{Entry, Global, LocalInfo},
        expression::{Missing, Typed},
        flow::{Known, Place},
        foreign::foreign_name,
        range::Range,
        types::{counts, ty_of},
    },
    diag::Diagnostic,
    hir::{Kind, Ty},
    schema::Type,
    source::Span,
    syntax::ast::{Expression, ExpressionKind, Name},
    value::{Currency, Scalar},
    words::{list, nearest},
};

impl Checker<'_> {
    /// Checks a reference with its dots.
    pub(super) fn reference(
        &mut self,
        path: &str,
        span: Span,
        known: &Known,
        expected: Option<Ty>,
    ) -> Option<Typed> {
        if let Some(Ty::Choice(enumeration)) = expected
            && let Some(choice) = self.choice_named(enumeration, path)
        {
            let also = self.named_value(path).is_some_and(|ty| ty == Ty::Choice(enumeration));
            if also {
                let message =
                    format!("`{path}` is both a value of the list and the name of a fact or definition");
                self.report(
                    Diagnostic::new(&codes::AMBIGUOUS_NAME, span, message).with_help(
                        "rename the fact or definition; its JSON name can stay, with `\"…\" as …`",
                    ),
                );
                return None;
            }
            return Some(Typed::new(Kind::Constant(Scalar::Choice(choice)), Ty::Choice(enumeration), span));
        }
        let (head, rest) = match path.split_once('.') {
            Some((head, rest)) => (head, Some(rest)),
            None => (path, None),
        };
        if self.scope.parameters.iter().any(|it| it == head) {
            return self.local_reference(path, span, known);
        }
        match self.globals.get(head).copied() {
            Some(Global::Fact) => self.fact_reference(path, span, known),
            Some(Global::Setting(index)) => match rest {
                None => self.setting_reference(index, span),
                Some(_) => self.no_parts(head, span),
            },
            Some(Global::Definition(index)) => match rest {
                None => self.definition_reference(index, span, known),
                Some(_) => self.no_parts(head, span),
            },
            Some(Global::Dated(index)) => self.dated_reference(index, span),
            Some(Global::Decision(index)) => match rest {
                None => self.decision_reference(index, span),
                Some(parameter) => self.parameter_reference(index, parameter, span, known),
            },
            None => self.unknown_name(path, head, span, expected),
        }
    }

    /// The type of the value that a bare word names, if it names one.
    fn named_value(&self, word: &str) -> Option<Ty> {
        if let Some(local) = self.scope.locals.iter().find(|it| it.name == word) {
            return Some(ty_of(local.ty));
        }
        match self.globals.get(word)? {
            Global::Fact => match self.facts.get(word)? {
                Entry::Leaf(slot) => self.slot_type(*slot).map(|it| it.0),
                Entry::Group { .. } | Entry::List(..) => None,
            },
            Global::Setting(index) => self.settings.get(*index).map(|it| ty_of(it.hir.ty)),
            Global::Definition(index) => self.definitions.get(*index).and_then(|it| it.ty),
            Global::Decision(_) | Global::Dated(_) => None,
        }
    }

    fn no_parts<T>(&mut self, head: &str, span: Span) -> Option<T> {
        let message = format!("`{head}` is one value and has no parts");
        self.report(Diagnostic::new(&codes::UNKNOWN_NAME, span, message));
        None
    }

    fn unknown_name<T>(&mut self, path: &str, head: &str, span: Span, expected: Option<Ty>) -> Option<T> {
        let broken = |it: &crate::syntax::ast::Broken| {
            it.name.split('.').next() == Some(head) || it.keyword == "facts" || it.keyword.is_empty()
        };
        if self.file.broken.iter().any(broken) {
            return None;
        }
        if let Some(Ty::Choice(enumeration)) = expected {
            self.choice(enumeration, path, span);
            return None;
        }
        let message = format!("there is no fact, definition or decision named `{head}`");
        let diagnostic = Diagnostic::new(&codes::UNKNOWN_NAME, span, message);
        if self.diagnostics.len() >= self.limits.findings {
            // Nobody sees it: what it could have been is not worth the search.
            self.report(diagnostic);
            return None;
        }
        let parameters = self.scope.parameters.iter().map(String::as_str);
        let near =
            nearest(head, self.globals.keys().map(String::as_str).chain(parameters)).map(str::to_owned);
        let inside = self.schema.slots.iter().find(|it| it.path.ends_with(&format!(".{path}")));
        self.report(match (inside, near.filter(|_| foreign_name(head).is_none())) {
            (Some(slot), _) => diagnostic.with_help(format!("did you mean `{}`?", slot.path)),
            (None, Some(near)) => {
                let name =
                    Span { start: span.start, end: span.start + u32::try_from(head.len()).unwrap_or(0) };
                diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(name, near)
            }
            (None, None) => diagnostic.with_help(self.unknown_help(head)),
        });
        None
    }

    /// What to do about a name that nothing near is called.
    fn unknown_help(&self, head: &str) -> String {
        if let Some(help) = foreign_name(head) {
            return help.to_owned();
        }
        let amount = head.get(3..).filter(|it| it.starts_with(|it: char| it.is_ascii_digit()));
        if let (Some(code), Some(amount)) =
            (head.get(..3).filter(|it| Currency::from_code(it).is_some()), amount)
        {
            return format!("an amount has a space after its currency: `{code} {amount}`");
        }
        if self.schema.enumerations.iter().any(|it| it.choices.iter().any(|it| it.name == head)) {
            return format!(
                "`{head}` is a value of a list: say of what, as in `X is {head}` or `X is one of (…, {head})`"
            );
        }
        "declare it under `facts`, or with `define`; a text stands in quotes".to_owned()
    }

    // ── facts ────────────────────────────────────────────────────────────────────────────────────

    pub(super) fn entry<'s>(entries: &'s BTreeMap<String, Entry>, path: &str) -> Result<&'s Entry, String> {
        let mut entries = entries;
        let mut parts = path.split('.').peekable();
        // How many of the signs of the path have been followed.
        let mut at = 0;
        while let Some(part) = parts.next() {
            let Some(found) = entries.get(part) else {
                let near = nearest(part, entries.keys().map(String::as_str));
                let near = near.map(|it| format!("{}{it}", path.get(..at).unwrap_or_default()));
                return Err(near.unwrap_or_default());
            };
            at += part.len() + 1;
            match (found, parts.peek()) {
                (_, None) => return Ok(found),
                (Entry::Group { entries: inner, .. }, Some(_)) => entries = inner,
                (Entry::Leaf(_) | Entry::List(..), Some(_)) => return Err(String::new()),
            }
        }
        Err(String::new())
    }

    fn fact_reference(&mut self, path: &str, span: Span, known: &Known) -> Option<Typed> {
        match Self::entry(&self.facts, path) {
            Ok(Entry::Leaf(slot)) => {
                let slot = *slot;
                self.slot_value(slot, span, known)
            }
            Ok(Entry::List(..)) => {
                self.list_is_no_value(path, span);
                None
            }
            Ok(Entry::Group { entries, .. }) => {
                let parts: Vec<&str> = entries.keys().map(String::as_str).take(6).collect();
                let message = format!("`{path}` is a group of facts, not a value");
                let help = format!("name one of its facts: {}", list(&parts, "or"));
                self.report(Diagnostic::new(&codes::UNKNOWN_NAME, span, message).with_help(help));
                None
            }
            Err(near) => {
                let diagnostic =
                    Diagnostic::new(&codes::UNKNOWN_NAME, span, format!("there is no fact `{path}`"));
                self.report(if near.is_empty() {
                    diagnostic.with_help("declare it under `facts`")
                } else {
                    diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(span, near)
                });
                None
            }
        }
    }

    pub(super) fn slot_value(&self, slot: usize, span: Span, known: &Known) -> Option<Typed> {
        let (ty, range) = self.slot_type(slot)?;
        let place = Place::Slot(slot);
        let mut typed = Typed::new(Kind::Fact(slot), ty, span).with_range(tightened(range, place, known));
        typed.place = Some(place);
        let declared = self.schema.slots.get(slot)?;
        let mut at = declared.optional.then_some(slot).or(declared.within);
        while let Some(it) = at {
            if !known.has(Place::Slot(it)) {
                typed.missing.push(Missing { place: Place::Slot(it), needed_at: None });
            }
            at = self.schema.slots.get(it).and_then(|it| it.within);
        }
        // The outermost record first: its absence explains the rest.
        typed.missing.reverse();
        if ty == Ty::Boolean {
            typed.flow = crate::check::flow::Flow::default();
        }
        Some(self.in_known_currency(typed, known))
    }

    /// A question for the presence of a record of facts or of a record parameter; `None` where the path is
    /// no record.
    pub(super) fn record_presence(&mut self, path: &str, span: Span, known: &Known) -> Option<Option<Typed>> {
        let head = path.split('.').next().unwrap_or(path);
        if self.scope.parameters.iter().any(|it| it == head) {
            let local = self.scope.locals.iter().position(|it| it.name == path && it.ty == Type::Record)?;
            let mut typed = Typed::new(Kind::Local(local), Ty::Boolean, span);
            typed.place = Some(Place::Local(local));
            // The local itself says whether the record is there.
            return Some(Some(typed));
        }
        let Ok(Entry::Group { presence, .. }) = Self::entry(&self.facts, path) else { return None };
        let Some(slot) = *presence else {
            let message = format!("`{path}` is never absent");
            self.report(
                Diagnostic::new(&codes::NEVER_ABSENT, span, message)
                    .with_help("only a fact that is `optional` can be absent"),
            );
            return Some(None);
        };
        let mut typed = Typed::new(Kind::RecordPresent(slot), Ty::Boolean, span);
        typed.place = Some(Place::Slot(slot));
        let _ = known;
        Some(Some(typed))
    }

    // ── settings, definitions, parameters ────────────────────────────────────────────────────────

    fn setting_reference(&mut self, index: usize, span: Span) -> Option<Typed> {
        let setting = &self.settings.get(index)?.hir;
        let value = setting.value.clone()?;
        let range = match value {
            Scalar::Number(it) => Some(Range::Whole(it, it)),
            _ => None,
        };
        Some(Typed::new(Kind::Constant(value), ty_of(setting.ty), span).with_range(range))
    }

    fn definition_reference(&mut self, index: usize, span: Span, known: &Known) -> Option<Typed> {
        let info = self.definitions.get_mut(index)?;
        info.used = true;
        let ty = info.ty?;
        if !info.ast.parameters.is_empty() {
            let name = info.ast.name.text.clone();
            let message = format!("`{name}` has parameters, and none are given");
            self.report(
                Diagnostic::new(&codes::WRONG_ARGUMENTS, span, message)
                    .with_help(format!("write `{name}(…)`")),
            );
            return None;
        }
        let place = Place::Definition(index);
        let mut typed = Typed::new(Kind::Definition(index), ty, span)
            .with_range(tightened(info.range, place, known))
            .with_flow(info.flow.clone());
        typed.missing = needed(&info.requires, known);
        if info.optional && !known.has(place) {
            typed.missing.push(Missing { place, needed_at: None });
        }
        typed.place = Some(place);
        Some(self.in_known_currency(typed, known))
    }

    pub(super) fn local_reference(&mut self, path: &str, span: Span, known: &Known) -> Option<Typed> {
        let found = self.scope.locals.iter().position(|it| it.name == path && it.ty != Type::Record);
        let Some(index) = found else {
            let names = self.scope.locals.iter().map(|it| it.name.as_str());
            let near = nearest(path, names).map(str::to_owned);
            let inside = self.scope.locals.iter().any(|it| it.name.starts_with(&format!("{path}.")));
            let message = if inside {
                format!("`{path}` is a record, not a value")
            } else {
                format!("there is no `{path}` among the parameters")
            };
            let diagnostic = Diagnostic::new(&codes::UNKNOWN_NAME, span, message);
            self.report(match near {
                Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
                None if inside => diagnostic.with_help("name one of its fields"),
                None => diagnostic,
            });
            return None;
        };
        let local = self.scope.locals.get(index)?.clone();
        let ty = ty_of(local.ty);
        let place = Place::Local(index);
        let range = counts(ty).then_some(Range::Whole(local.low, local.high));
        let mut typed = Typed::new(Kind::Local(index), ty, span).with_range(tightened(range, place, known));
        typed.place = Some(place);
        let mut at = local.optional.then_some(index).or(local.within);
        while let Some(it) = at {
            if !known.has(Place::Local(it)) {
                typed.missing.push(Missing { place: Place::Local(it), needed_at: None });
            }
            at = self.scope.locals.get(it).and_then(|it| it.within);
        }
        typed.missing.reverse();
        Some(self.in_known_currency(typed, known))
    }

    /// Checks `name(arguments)`.
    pub(super) fn call(
        &mut self,
        name: &Name,
        arguments: &[Expression],
        span: Span,
        known: &Known,
    ) -> Option<Typed> {
        let index = match self.globals.get(&name.text) {
            Some(Global::Definition(index)) => *index,
            Some(_) => {
                let message = format!("`{}` is no definition with parameters", name.text);
                self.report(Diagnostic::new(&codes::WRONG_ARGUMENTS, name.span, message));
                return None;
            }
            None => return self.unknown_name(&name.text, &name.text, name.span, None),
        };
        let info = self.definitions.get_mut(index)?;
        info.used = true;
        let (ast, locals) = (info.ast, info.locals.clone());
        let (ty, range, optional) = (info.ty?, info.range, info.optional);
        let missing = needed(&info.requires, known);
        if ast.parameters.len() != arguments.len() {
            let wants = crate::words::counted(ast.parameters.len() as i128, "parameter", "parameters");
            let given = match arguments.len() {
                1 => "1 value is given".to_owned(),
                more => format!("{more} values are given"),
            };
            let message = format!("`{}` has {wants}, and {given}", name.text);
            self.report(
                Diagnostic::new(&codes::WRONG_ARGUMENTS, span, message)
                    .with_related(ast.name.span, "it is defined here"),
            );
            return None;
        }
        let mut values = Vec::with_capacity(locals.len());
        for (parameter, argument) in arguments.iter().enumerate() {
            let leaves: Vec<&LocalInfo> = locals.iter().filter(|it| it.parameter == parameter).collect();
            let own = ast.parameters.get(parameter).map_or("", |it| it.name.text.as_str());
            match leaves.as_slice() {
                [leaf] if leaf.name == own && leaf.ty != Type::Record => {
                    values.push(self.argument(argument, leaf, known)?.expr);
                }
                _ => values.extend(self.record_argument(argument, &leaves, own, known)?),
            }
        }
        let mut typed = Typed::new(Kind::Call(index, values), ty, span).with_range(range);
        typed.missing = missing;
        if optional {
            let message = format!("`{}` may be absent, and it is used with arguments", name.text);
            self.report(
                Diagnostic::new(&codes::MAY_BE_ABSENT, span, message)
                    .with_help("give it a value in every case: a definition with parameters is never absent"),
            );
            return None;
        }
        Some(typed)
    }

    fn argument(&mut self, argument: &Expression, local: &LocalInfo, known: &Known) -> Option<Typed> {
        let mut typed = self.expression(argument, known, Some(ty_of(local.ty)))?;
        if local.optional {
            let place = typed.place;
            typed.missing.retain(|it| Some(it.place) != place);
        }
        let typed = self.present(typed)?;
        self.fit(typed, local.ty, Some((local.low, local.high)), &local.name)
    }

    /// The leaves of a record that is passed as an argument: fields of the same names and types.
    fn record_argument(
        &mut self,
        argument: &Expression,
        leaves: &[&LocalInfo],
        own: &str,
        known: &Known,
    ) -> Option<Vec<crate::hir::Expr>> {
        let ExpressionKind::Reference(path) = &argument.kind else {
            let found = self.source.slice(argument.span);
            let message = format!("expected a record for `{own}`, found `{found}`");
            self.report(
                Diagnostic::new(&codes::TYPE_MISMATCH, argument.span, message)
                    .with_help("name a group of facts or a fact of that record type"),
            );
            return None;
        };
        let mut values = Vec::with_capacity(leaves.len());
        for leaf in leaves {
            let suffix = leaf.name.strip_prefix(own).unwrap_or("");
            let whole = format!("{path}{suffix}");
            if leaf.ty == Type::Record {
                let optional =
                    matches!(Self::entry(&self.facts, &whole), Ok(Entry::Group { presence: Some(_), .. }))
                        || self.scope.locals.iter().any(|it| it.name == whole && it.ty == Type::Record);
                let typed = if optional {
                    self.record_presence(&whole, argument.span, known)??
                } else {
                    Typed::new(Kind::Constant(Scalar::Boolean(true)), Ty::Boolean, argument.span)
                };
                values.push(typed.expr);
                continue;
            }
            let mut typed = self.reference(&whole, argument.span, known, None)?;
            if leaf.optional || leaf.within.is_some() {
                typed.missing.clear();
            }
            let typed = self.present(typed)?;
            values.push(self.fit(typed, leaf.ty, Some((leaf.low, leaf.high)), &leaf.name)?.expr);
        }
        Some(values)
    }

    // ── decisions ────────────────────────────────────────────────────────────────────────────────

    /// The decision that an expression names, if it is the bare name of one.
    pub(super) fn decision_named(&self, it: &Expression) -> Option<usize> {
        match &it.kind {
            ExpressionKind::Reference(path) if !self.scope.parameters.contains(path) => {
                match self.globals.get(path) {
                    Some(Global::Decision(index)) => Some(*index),
                    _ => None,
                }
            }
            ExpressionKind::Parenthesis(inner) => self.decision_named(inner),
            _ => None,
        }
    }

    fn decision_reference(&mut self, index: usize, span: Span) -> Option<Typed> {
        let info = self.decisions.get(index)?;
        if info.ast.collect.is_some() {
            return Some(Typed::new(Kind::Collected(index), Ty::Items(index), span));
        }
        let name = &info.ast.name.text;
        let outcome = info.outcomes.first().map_or("…", |it| it.name.as_str());
        let message = format!("`{name}` is a decision, not a value");
        let help = format!("ask for its outcome, as in `{name} is {outcome}`");
        self.report(Diagnostic::new(&codes::TYPE_MISMATCH, span, message).with_help(help));
        None
    }

    fn parameter_reference(
        &mut self,
        decision: usize,
        name: &str,
        span: Span,
        known: &Known,
    ) -> Option<Typed> {
        let info = self.decisions.get(decision)?;
        let (ast, sound) = (info.ast, info.sound);
        if ast.collect.is_some() {
            return self.no_parts(&ast.name.text, span);
        }
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (outcome, it) in info.outcomes.iter().enumerate() {
            found.extend(it.parameters.iter().position(|it| it.name == name).map(|it| (outcome, it)));
        }
        let guarded = found.iter().find(|it| known.has(Place::Outcome(decision, it.0)));
        let Some(&(outcome, parameter)) = guarded.or(found.first()) else {
            let names = info.outcomes.iter().flat_map(|it| &it.parameters).map(|it| it.name.as_str());
            let near = nearest(name, names).map(|it| format!("did you mean `{}.{it}`?", ast.name.text));
            if sound {
                let message = format!("no outcome of `{}` has a parameter `{name}`", ast.name.text);
                let diagnostic = Diagnostic::new(&codes::UNKNOWN_PARAMETER, span, message);
                self.report(match near {
                    Some(near) => diagnostic.with_help(near),
                    None => diagnostic,
                });
            }
            return None;
        };
        if guarded.is_none() && found.len() > 1 {
            let message = format!("several outcomes of `{}` have a parameter `{name}`", ast.name.text);
            let outcome = self.outcome_name(decision, outcome).to_owned();
            self.report(
                Diagnostic::new(&codes::OUTCOME_NOT_KNOWN, span, message).with_help(format!(
                    "ask first which it is, as in `{} is {outcome} and …`",
                    ast.name.text
                )),
            );
            return None;
        }
        let only = info.outcomes.len() == 1;
        let it = info.outcomes.get(outcome)?.parameters.get(parameter)?;
        let ty = ty_of(it.ty);
        let range = counts(ty).then_some(Range::Whole(it.low, it.high));
        let place = Place::Parameter(decision, outcome, parameter);
        let mut typed = Typed::new(Kind::OutcomeParameter(decision, outcome, parameter), ty, span)
            .with_range(tightened(range, place, known));
        typed.place = Some(place);
        if guarded.is_none() && !only {
            typed.missing.push(Missing { place: Place::Outcome(decision, outcome), needed_at: None });
        }
        if it.optional && !known.has(place) {
            typed.missing.push(Missing { place, needed_at: None });
        }
        Some(self.in_known_currency(typed, known))
    }

    /// The `collect` decision that an expression names; reports anything else.
    pub(super) fn collecting(&mut self, it: &Expression) -> Option<usize> {
        let found = self.decision_named(it);
        match found.and_then(|index| self.decisions.get(index)) {
            Some(info) if info.ast.collect.is_some() => found,
            _ => {
                let text = self.source.slice(it.span);
                let message = format!("`{text}` is not a decision that collects");
                self.report(
                    Diagnostic::new(&codes::TYPE_MISMATCH, it.span, message)
                        .with_help("`is empty` and `includes` ask about a `decision … collect`"),
                );
                None
            }
        }
    }

    pub(super) fn includes(&mut self, value: &Expression, item: &Expression, span: Span) -> Option<Typed> {
        let decision = self.collecting(value)?;
        let ExpressionKind::Reference(word) = &item.kind else {
            let found = self.source.slice(item.span);
            let message = format!("expected an item of the collection, found `{found}`");
            self.report(Diagnostic::new(&codes::UNKNOWN_OUTCOME, item.span, message));
            return None;
        };
        let outcome = self.outcome_named(decision, word, item.span)?;
        Some(Typed::new(Kind::Includes(decision, outcome), Ty::Boolean, span))
    }

    /// The index of an outcome of a decision.
    pub(super) fn outcome_named(&mut self, decision: usize, word: &str, span: Span) -> Option<usize> {
        let info = self.decisions.get(decision)?;
        if let Some(index) = info.outcomes.iter().position(|it| it.name == word) {
            return Some(index);
        }
        if !info.sound {
            return None;
        }
        let name = &info.ast.name.text;
        let names: Vec<&str> = info.outcomes.iter().map(|it| it.name.as_str()).collect();
        let message = format!("the decision `{name}` has no outcome `{word}`");
        let diagnostic = Diagnostic::new(&codes::UNKNOWN_OUTCOME, span, message)
            .with_related(info.ast.name.span, "the decision");
        let near = nearest(word, names.iter().copied()).map(str::to_owned);
        let all = list(&names, "or");
        self.report(match near {
            Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(span, near),
            None => diagnostic.with_help(format!("its outcomes are {all}")),
        });
        None
    }
}

/// What a definition requires and `known` does not have.
fn needed(requires: &BTreeMap<Place, Span>, known: &Known) -> Vec<Missing> {
    let missing = requires.iter().filter(|it| !known.has(*it.0));
    missing.map(|(place, span)| Missing { place: *place, needed_at: Some(*span) }).collect()
}

/// The declared range, tightened by what conditions around it say.
fn tightened(range: Option<Range>, place: Place, known: &Known) -> Option<Range> {
    match (range, known.range_of(place)) {
        (Some(Range::Whole(low, high)), Some((least, most))) => {
            let (a, b) = (low.max(least), high.min(most));
            // A contradiction makes the place unreachable; any range is right there.
            Some(if a <= b { Range::Whole(a, b) } else { Range::Whole(low, high) })
        }
        (range, _) => range,
    }
}
