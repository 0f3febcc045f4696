//! Disclosures and steps: when they are due, until when, and what is said.

use std::collections::BTreeMap;

use crate::{
    check::{Checker, codes, flow::Known, template::DEFAULT_LANGUAGE, types::type_of},
    diag::Diagnostic,
    hir::{Expr, Obligation, Ty},
    source::Span,
    syntax::ast::{self, Item, ObligationKind},
    words::nearest,
};

fn word(kind: ObligationKind) -> &'static str {
    match kind {
        ObligationKind::Disclosure => "disclosure",
        ObligationKind::Step => "step",
    }
}

impl<'a> Checker<'a> {
    /// Checks the disclosures and steps inside decisions.
    pub(super) fn inner_obligations(&mut self) {
        for index in 0..self.decisions.len() {
            let Some(ast) = self.decisions.get(index).map(|it| it.ast) else { continue };
            let mut names: BTreeMap<&str, Span> = BTreeMap::new();
            let mut made = Vec::new();
            for it in &ast.obligations {
                if let Some(first) = names.insert(&it.name.text, it.name.span) {
                    self.duplicate(&it.name, first, word(it.kind));
                }
                made.extend(self.obligation(it));
            }
            if let Some(decision) = self.decisions.get_mut(index).and_then(|it| it.hir.as_mut()) {
                decision.obligations = made;
            }
        }
    }

    /// Checks the disclosures and steps at the top.
    pub(super) fn top_obligations(&mut self) -> Vec<Obligation> {
        let mut names: BTreeMap<&str, Span> = BTreeMap::new();
        let mut made = Vec::new();
        for item in &self.file.items {
            let Item::Obligation(it) = item else { continue };
            if let Some(first) = names.insert(&it.name.text, it.name.span) {
                self.duplicate(&it.name, first, word(it.kind));
            }
            let Some(mut obligation) = self.obligation(it) else { continue };
            obligation.decisions =
                obligation.condition.as_ref().map(|it| self.decisions_read(it)).unwrap_or_default();
            if obligation.decisions.is_empty() {
                let message = format!("the {} `{}` belongs to no decision", word(it.kind), it.name.text);
                self.report(Diagnostic::new(&codes::NO_DECISION, it.name.span, message).with_help(
                    "let its `when` read a decision, as in `when refund is approve`, or move it into one",
                ));
                continue;
            }
            made.push(obligation);
        }
        made
    }

    fn obligation(&mut self, it: &'a ast::Obligation) -> Option<Obligation> {
        self.one_clause(it.when.iter().map(|it| it.span), "when");
        self.one_clause(it.unless.iter().map(|it| it.span), "unless");
        self.one_clause(it.stages.iter().map(|it| it.name.span), "before");
        self.one_clause(it.deadlines.iter().map(|it| it.span), "no later than");
        let stage = it.stages.first().map(|stage| self.stage(stage));
        let (condition, known) = self.when_unless(&it.when, &it.unless)?;
        let deadline = it.deadlines.first().map(|it| self.deadline(it, &known));
        let say = self.say(it, &known);
        let stage = match stage {
            Some(found) => Some(found?),
            None => None,
        };
        let deadline = match deadline {
            Some(found) => Some(found?),
            None => None,
        };
        let deadline_type = deadline.as_ref().and_then(|it| type_of(it.ty));
        Some(Obligation {
            step: it.kind == ObligationKind::Step,
            name: it.name.text.clone(),
            doc: it.doc.as_ref().map(|it| it.text.clone()),
            condition,
            stage,
            deadline,
            deadline_type,
            say: say?,
            cites: it.cites.iter().map(|it| it.text.clone()).collect(),
            decisions: Vec::new(),
            span: it.name.span,
        })
    }

    fn stage(&mut self, stage: &ast::Stage) -> Option<(usize, bool)> {
        let name = &stage.name;
        if let Some(index) = self.stages.iter().position(|it| *it == name.text) {
            return Some((index, stage.before));
        }
        if self.file.broken.iter().any(|it| it.keyword == "stages") {
            return None;
        }
        let diagnostic =
            Diagnostic::new(&codes::UNKNOWN_STAGE, name.span, format!("there is no stage `{}`", name.text));
        let near = nearest(&name.text, self.stages.iter().map(String::as_str)).map(str::to_owned);
        let fact = self.globals.contains_key(&name.text);
        self.report(match near {
            Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(name.span, near),
            None if fact => diagnostic.with_help(
                "`before` names a stage here; if you mean a date, put it in parentheses: `(3 days before due)`",
            ),
            None if self.stages.is_empty() => {
                diagnostic.with_help("declare the stages of a conversation, as in `stages greeting, closing`")
            }
            None => {
                let all: Vec<&str> = self.stages.iter().map(String::as_str).collect();
                let help = format!("the stages are {}", crate::words::list(&all, "and"));
                diagnostic.with_help(help)
            }
        });
        None
    }

    fn deadline(&mut self, it: &ast::Expression, known: &Known) -> Option<Expr> {
        let typed = self.value(it, known, Some(Ty::Date))?;
        if !matches!(typed.expr.ty, Ty::Date | Ty::DateTime | Ty::Instant) {
            self.mismatch(Ty::Date, typed.expr.ty, it.span);
            return None;
        }
        self.shallow(&typed.expr).then_some(typed.expr)
    }

    fn say(&mut self, it: &'a ast::Obligation, known: &Known) -> Option<Vec<(String, crate::hir::Template)>> {
        if it.say.is_empty() && it.kind == ObligationKind::Disclosure {
            let message = format!("the disclosure `{}` says nothing", it.name.text);
            self.report(
                Diagnostic::new(&codes::MISSING_CLAUSE, it.name.span, message)
                    .with_help("add `say \"…\"`; something that is done, not said, is a `step`"),
            );
        }
        let mut said = Vec::new();
        let mut languages: BTreeMap<&str, Span> = BTreeMap::new();
        let mut sound = true;
        for say in &it.say {
            let language = say.language.as_ref().map_or(DEFAULT_LANGUAGE, |it| it.text.as_str());
            if let Some(first) = languages.insert(language, say.text.span) {
                let message = format!("there is another text in `{language}`");
                self.report(
                    Diagnostic::new(&codes::REPEATED_CLAUSE, say.text.span, message)
                        .with_related(first, "the first one")
                        .with_help("name another language, as in `say in de \"…\"`"),
                );
            }
            match self.template(&say.text, known, language) {
                Some(text) => said.push((language.to_owned(), text)),
                None => sound = false,
            }
        }
        sound.then_some(said)
    }
}
