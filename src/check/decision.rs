//! Decisions: their rules, what follows, who overrides whom, and what decides when no rule does.

use std::collections::BTreeMap;

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::{
    check::{
        Checker, codes,
        definition::is_absent,
        flow::Known,
        overrides::{Says, closure},
        range::Range,
        types::ty_of,
    },
    diag::Diagnostic,
    hir::{Consequence, Decision, Expr, Fallback, Kind, Overrides, Rule},
    source::Span,
    syntax::ast::{self, Hit, Override},
    words::nearest,
};

/// The most rules of one decision that say `everything`: each pair of them is looked at.
const MOST_EVERYTHING: usize = 500;

/// The rules of one decision by name. Only looked up.
pub(super) type RuleNames<'a> = FxHashMap<&'a str, usize>;

impl<'a> Checker<'a> {
    /// Checks the decision of this index, after everything that it reads.
    pub(super) fn decision(&mut self, index: usize) {
        let Some(info) = self.decisions.get(index) else { return };
        let ast = info.ast;
        let names = self.rule_names(ast);
        self.fallbacks(ast);
        let mut sound = info_sound(self, index);
        let overrides = self.overrides(ast, &names);
        let left_out = self.table_words(ast);
        let apart = overrides.as_ref().and_then(|it| self.rules_apart(index, ast, it, &names));
        let rules = apart.unwrap_or_else(|| {
            let mut rules = Vec::with_capacity(ast.rules.len());
            for (at, rule) in ast.rules.iter().enumerate() {
                if rule.table.is_some_and(|it| left_out.contains(&it)) {
                    sound = false;
                    continue;
                }
                let own = overrides.as_ref().and_then(|it| it.get(at)).cloned().unwrap_or_default();
                match self.rule(index, rule, own, &names) {
                    Some(it) => rules.push(it),
                    None => sound = false,
                }
            }
            rules
        });
        let written = ast.otherwise.first().or(ast.always.first());
        let otherwise = written.map(|it| self.fallback(index, it));
        if matches!(otherwise, Some(None)) {
            sound = false;
        }
        let broken = self.file.broken.iter().any(|it| it.decision.as_deref() == Some(&ast.name.text));
        if broken || overrides.is_none() || !sound {
            return;
        }
        let otherwise = otherwise.flatten();
        self.decision_tables(ast, &rules);
        let Some(info) = self.decisions.get_mut(index) else { return };
        info.hir = Some(Decision {
            name: ast.name.text.clone(),
            doc: ast.doc.as_ref().map(|it| it.text.clone()),
            collect: ast.collect.is_some(),
            first: ast.first.is_some(),
            outcomes: info.outcomes.clone(),
            rules,
            otherwise,
            always: !ast.always.is_empty(),
            obligations: Vec::new(),
            span: ast.name.span,
        });
    }

    /// The rules by name; of two with one name, which is reported, the later one.
    fn rule_names(&mut self, ast: &'a ast::Decision) -> RuleNames<'a> {
        let mut names = RuleNames::with_capacity_and_hasher(ast.rules.len(), FxBuildHasher);
        for (index, rule) in ast.rules.iter().enumerate() {
            let before = names.insert(rule.name.text.as_str(), index);
            if let Some(first) = before.and_then(|it| ast.rules.get(it)) {
                self.duplicate(&rule.name, first.name.span, "rule");
            }
        }
        names
    }

    /// One `otherwise` or one `always`, and no rules beside `always`.
    fn fallbacks(&mut self, ast: &ast::Decision) {
        if let (Some(always), Some(rule)) = (ast.always.first(), ast.rules.first()) {
            self.report(
                Diagnostic::new(
                    &codes::ALWAYS_WITH_RULES,
                    always.span,
                    "`always` leaves nothing to choose, and there are rules",
                )
                .with_related(rule.name.span, "the first rule")
                .with_help("write `otherwise` instead of `always`, or remove the rules"),
            );
        }
        let mut all = ast.otherwise.iter().chain(&ast.always);
        if let Some(first) = all.next() {
            for again in all {
                self.report(
                    Diagnostic::new(&codes::REPEATED_CLAUSE, again.span, "a decision has one `otherwise`")
                        .with_related(first.span, "the first one"),
                );
            }
            if let Some(collect) = &ast.collect {
                self.report(
                    Diagnostic::new(
                        &codes::ALWAYS_WITH_RULES,
                        first.span,
                        "a decision that collects is empty when no rule holds",
                    )
                    .with_related(collect.span, "it collects")
                    .with_help("remove this clause, or ask whether the collection `is empty`"),
                );
            }
        }
        if let (Some(first), Some(collect)) = (ast.first, &ast.collect) {
            self.report(
                Diagnostic::new(
                    &codes::OVERRIDES_IN_FIRST,
                    first,
                    "a decision that collects takes every rule, not the first",
                )
                .with_related(collect.span, "it collects")
                .with_help("remove `first` or `collect`"),
            );
        }
    }

    fn overrides(&mut self, ast: &'a ast::Decision, names: &RuleNames<'a>) -> Option<Vec<Overrides>> {
        let mut says = Vec::with_capacity(ast.rules.len());
        let mut sound = true;
        for (own, rule) in ast.rules.iter().enumerate() {
            let mut it = Says { everything: false, names: Vec::new() };
            for written in &rule.overrides {
                let span = match written {
                    Override::Everything(span) => {
                        it.everything = true;
                        *span
                    }
                    Override::Rule(name) => {
                        match names.get(name.text.as_str()) {
                            Some(index) if *index == own => {
                                self.override_circle(ast, &[own]);
                                sound = false;
                            }
                            Some(index) => it.names.push(*index),
                            None => {
                                sound = false;
                                self.unknown_rule(ast, name, "`overrides` names rules of the same decision");
                            }
                        }
                        name.span
                    }
                };
                if let Some(first) = ast.first {
                    sound = false;
                    self.report(
                        Diagnostic::new(
                            &codes::OVERRIDES_IN_FIRST,
                            span,
                            "in a decision that says `first` the order decides, not `overrides`",
                        )
                        .with_related(first, "the first rule that holds decides")
                        .with_help("move the rule up, or remove `first`"),
                    );
                }
            }
            says.push(it);
        }
        for table in ast.tables.iter().filter(|it| it.hit == Hit::First && ast.first.is_none()) {
            // Each row names the next; the closure does the rest.
            let rows = ast.rules.iter().enumerate().filter(|it| it.1.table == Some(table.span));
            let rows: Vec<usize> = rows.map(|it| it.0).collect();
            for pair in rows.windows(2) {
                if let [above, below] = pair
                    && let Some(above) = says.get_mut(*above)
                {
                    above.names.push(*below);
                }
            }
        }
        let everything = says.iter().filter(|it| it.everything).count();
        if everything > MOST_EVERYTHING {
            let message =
                format!("{everything} rules say `overrides everything`; at most {MOST_EVERYTHING} can");
            self.report(
                Diagnostic::new(&codes::TOO_COSTLY, ast.name.span, message)
                    .with_help("they are unordered among each other: name what each overrides"),
            );
            return None;
        }
        if !sound {
            return None;
        }
        match closure(&says) {
            Ok(sets) => {
                self.locked_rules(ast, &sets);
                Some(sets)
            }
            Err(circle) => {
                self.override_circle(ast, &circle);
                None
            }
        }
    }

    /// Says that a decision has no rule of this name, unless it has one that could not be read.
    pub(super) fn unknown_rule(&mut self, ast: &ast::Decision, name: &ast::Name, help: &str) {
        let broken =
            |it: &ast::Broken| it.name == name.text && it.decision.as_deref() == Some(&ast.name.text);
        if self.file.broken.iter().any(broken) {
            return;
        }
        let message = format!("the decision `{}` has no rule `{}`", ast.name.text, name.text);
        let diagnostic = Diagnostic::new(&codes::UNKNOWN_RULE, name.span, message);
        let near = nearest(&name.text, ast.rules.iter().map(|it| it.name.text.as_str()));
        self.report(match near {
            Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(name.span, near),
            None => diagnostic.with_help(help),
        });
    }

    fn override_circle(&mut self, ast: &ast::Decision, circle: &[usize]) {
        let rules: Vec<&ast::Rule> = circle.iter().filter_map(|it| ast.rules.get(*it)).collect();
        let Some(first) = rules.first() else { return };
        let path: Vec<&str> = rules.iter().chain([first]).map(|it| it.name.text.as_str()).collect();
        let message = match rules.len() {
            1 => format!("the rule `{}` overrides itself", first.name.text),
            _ => format!("the rules override each other in a circle: {}", path.join(" → ")),
        };
        let help =
            "take one of the `overrides` out; one that says `everything` also overrides through others";
        let mut diagnostic =
            Diagnostic::new(&codes::OVERRIDE_CYCLE, first.name.span, message).with_help(help);
        for it in rules.iter().skip(1) {
            diagnostic = diagnostic.with_related(it.name.span, "a rule of the circle");
        }
        self.report(diagnostic);
    }

    pub(super) fn rule(
        &mut self,
        decision: usize,
        rule: &'a ast::Rule,
        overrides: Overrides,
        names: &RuleNames<'a>,
    ) -> Option<Rule> {
        self.one_clause(rule.when.iter().map(|it| it.span), "when");
        self.one_clause(rule.unless.iter().map(|it| it.span), "unless");
        let then_spans = rule.then.iter().filter_map(|it| it.first()).map(|it| it.span);
        self.one_clause(then_spans, "then");
        let (condition, known) = self.when_unless(&rule.when, &rule.unless)?;
        let Some(then) = rule.then.first() else {
            let message = format!("the rule `{}` does not say what follows", rule.name.text);
            self.report(
                Diagnostic::new(&codes::MISSING_CLAUSE, rule.name.span, message)
                    .with_help("add `then` and an outcome"),
            );
            return None;
        };
        let collects = self.decisions.get(decision).is_some_and(|it| it.ast.collect.is_some());
        if let (Some(second), false) = (then.get(1), collects) {
            self.report(
                Diagnostic::new(&codes::REPEATED_CLAUSE, second.span, "a rule has one outcome")
                    .with_help("only a decision that says `collect` lists several"),
            );
        }
        let then: Vec<Option<Consequence>> =
            then.iter().map(|it| self.consequence(decision, it, &known)).collect();
        let notes = self.notes(&rule.notes, &known);
        Some(Rule {
            name: rule.name.text.clone(),
            doc: rule.doc.as_ref().map(|it| it.text.clone()),
            condition,
            overrides,
            names: named(rule, names),
            row: rule.table.is_some(),
            then: then.into_iter().collect::<Option<_>>()?,
            notes: notes?,
            span: rule.name.span,
        })
    }

    /// Reports every clause after the first.
    pub(super) fn one_clause(&mut self, mut spans: impl Iterator<Item = Span>, word: &str) {
        let Some(first) = spans.next() else { return };
        for again in spans {
            let message = format!("`{word}` stands here twice");
            self.report(
                Diagnostic::new(&codes::REPEATED_CLAUSE, again, message)
                    .with_related(first, "the first one")
                    .with_help("join the two with `and` or `or`"),
            );
        }
    }

    /// `when A unless B`: the condition `A and not B`, and what it makes known.
    pub(super) fn when_unless(
        &mut self,
        when: &[ast::Expression],
        unless: &[ast::Expression],
    ) -> Option<(Option<Expr>, Known)> {
        let mut known = Known::default();
        let mut operands = Vec::with_capacity(when.len() + unless.len());
        let mut sound = true;
        for it in when.iter().take(1) {
            match self.condition(it, &known) {
                Some(condition) => {
                    known = known.and(&condition.flow.yes);
                    operands.push(condition.expr);
                }
                None => {
                    sound = false;
                    known = known.and_unread();
                }
            }
        }
        for it in unless.iter().take(1) {
            match self.condition(it, &known) {
                Some(condition) => {
                    known = known.and(&condition.flow.no);
                    // A `not` that is not written has an empty place.
                    let span = condition.expr.span.empty();
                    let ty = condition.expr.ty;
                    operands.push(Expr { kind: Kind::Not(Box::new(condition.expr)), ty, span });
                }
                None => sound = false,
            }
        }
        if !sound || operands.iter().any(|it| !self.shallow(it)) {
            return None;
        }
        let condition = if operands.len() > 1 {
            let span = operands.iter().map(|it| it.span).reduce(Span::to).unwrap_or_default();
            Some(Expr { kind: Kind::And(operands), ty: crate::hir::Ty::Boolean, span })
        } else {
            operands.pop()
        };
        Some((condition, known))
    }

    fn fallback(&mut self, decision: usize, it: &'a ast::Fallback) -> Option<Fallback> {
        let known = Known::default();
        let then = self.consequence(decision, &it.consequence, &known);
        let notes = self.notes(&it.notes, &known);
        Some(Fallback { then: then?, notes: notes? })
    }

    fn consequence(
        &mut self,
        decision: usize,
        it: &'a ast::Consequence,
        known: &Known,
    ) -> Option<Consequence> {
        let outcome = self.outcome_named(decision, &it.outcome.text, it.outcome.span)?;
        let parameters = self.decisions.get(decision)?.outcomes.get(outcome)?.parameters.clone();
        let mut written: BTreeMap<&str, &ast::Argument> = BTreeMap::new();
        let mut sound = true;
        for argument in &it.arguments {
            if let Some(first) = written.insert(&argument.name.text, argument) {
                let message = format!("`{}` is given twice", argument.name.text);
                self.report(
                    Diagnostic::new(&codes::REPEATED_CLAUSE, argument.name.span, message)
                        .with_related(first.name.span, "the first one"),
                );
            }
            if !parameters.iter().any(|it| it.name == argument.name.text) {
                let message =
                    format!("the outcome `{}` has no parameter `{}`", it.outcome.text, argument.name.text);
                let near = nearest(&argument.name.text, parameters.iter().map(|it| it.name.as_str()));
                let diagnostic = Diagnostic::new(&codes::UNKNOWN_PARAMETER, argument.name.span, message);
                sound = false;
                self.report(match near {
                    Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
                    None => diagnostic,
                });
            }
        }
        if !sound {
            // A slip in a parameter's name is also a parameter without a value: one cause, one report.
            return None;
        }
        let mut arguments = Vec::with_capacity(parameters.len());
        for (index, parameter) in parameters.iter().enumerate() {
            let absent = Expr { kind: Kind::Absent, ty: ty_of(parameter.ty), span: it.span };
            let Some(argument) = written.get(parameter.name.as_str()) else {
                if !parameter.optional {
                    let message =
                        format!("the outcome `{}` needs a value for `{}`", it.outcome.text, parameter.name);
                    self.report(
                        Diagnostic::new(&codes::MISSING_PARAMETER, it.span, message)
                            .with_help(format!("write `{}({}: …)`", it.outcome.text, parameter.name)),
                    );
                    sound = false;
                }
                arguments.push(absent);
                continue;
            };
            if parameter.optional && is_absent(&argument.value) {
                arguments.push(absent);
                continue;
            }
            match self.outcome_argument(decision, (outcome, index), argument, known) {
                Some(expr) => arguments.push(expr),
                None => sound = false,
            }
        }
        sound.then_some(Consequence { outcome, arguments, span: it.span })
    }

    fn outcome_argument(
        &mut self,
        decision: usize,
        (outcome, index): (usize, usize),
        argument: &ast::Argument,
        known: &Known,
    ) -> Option<Expr> {
        let parameter = self.decisions.get(decision)?.outcomes.get(outcome)?.parameters.get(index)?.clone();
        let written = self.decisions.get(decision)?.ast.outcomes.iter().find_map(|it| {
            let own = self.outcome_name(decision, outcome) == it.name.text;
            own.then(|| it.parameters.get(index)).flatten()
        });
        let bounded = written.is_some_and(|it| it.bounds.is_some());
        let mut typed = self.expression(&argument.value, known, Some(ty_of(parameter.ty)))?;
        if parameter.optional {
            let place = typed.place;
            typed.missing.retain(|it| Some(it.place) != place || it.needed_at.is_some());
        }
        let typed = self.present(typed)?;
        let bounds = bounded.then_some((parameter.low, parameter.high));
        let typed = self.fit(typed, parameter.ty, bounds, &parameter.name)?;
        if !self.shallow(&typed.expr) {
            return None;
        }
        // Without bounds of its own, a parameter is as wide as what it is given.
        if let (Some(Range::Whole(low, high)), false) = (typed.range, bounded)
            && let Some(it) = self.decisions.get_mut(decision)
            && let Some(it) = it.outcomes.get_mut(outcome)
            && let Some(it) = it.parameters.get_mut(index)
        {
            (it.low, it.high) = (it.low.min(low), it.high.max(high));
        }
        Some(typed.expr)
    }
}

fn info_sound(checker: &Checker<'_>, index: usize) -> bool {
    checker.decisions.get(index).is_some_and(|it| it.sound)
}

/// The rules that a rule says it overrides, each with the place where it says so.
fn named(rule: &ast::Rule, names: &RuleNames<'_>) -> Vec<(usize, Span)> {
    let mut named = Vec::new();
    for written in &rule.overrides {
        if let Override::Rule(name) = written {
            named.extend(names.get(name.text.as_str()).map(|it| (*it, name.span)));
        }
    }
    named
}
