//! Texts for people: the values in their holes must be there, be rounded, and have words in their language.

use crate::{
    check::{Checker, codes, flow::Known, types::type_of},
    diag::Diagnostic,
    hir::{Measure, Notes, Part, Template, Ty},
    syntax::ast,
};

/// The language of a text that names none.
pub(super) const DEFAULT_LANGUAGE: &str = "en";

impl Checker<'_> {
    /// Checks `because` and `cites`.
    pub(super) fn notes(&mut self, notes: &ast::Notes, known: &Known) -> Option<Notes> {
        let because: Vec<Option<Template>> =
            notes.because.iter().map(|it| self.template(it, known, DEFAULT_LANGUAGE)).collect();
        let because = because.into_iter().collect::<Option<_>>()?;
        Some(Notes { because, cites: notes.cites.iter().map(|it| it.text.clone()).collect() })
    }

    /// Checks a text in a language.
    pub(super) fn template(
        &mut self,
        text: &ast::Template,
        known: &Known,
        language: &str,
    ) -> Option<Template> {
        let mut parts = Vec::with_capacity(text.parts.len());
        let mut sound = true;
        for part in &text.parts {
            match part {
                ast::Part::Text(it) => parts.push(Part::Text(it.clone())),
                ast::Part::Hole(hole) => match self.hole(hole, known, language) {
                    Some(part) => parts.push(part),
                    None => sound = false,
                },
            }
        }
        sound.then_some(Template { parts })
    }

    fn hole(&mut self, hole: &ast::Expression, known: &Known, language: &str) -> Option<Part> {
        let typed = self.value(hole, known, None)?;
        if !self.shallow(&typed.expr) {
            return None;
        }
        let Some(ty) = type_of(typed.expr.ty) else {
            if let Ty::Quantity(unit, _) = typed.expr.ty {
                let scale = if let Measure::Money(currency) = unit { currency.digits() } else { 2 };
                self.unrounded(unit, scale, hole.span);
            }
            return None;
        };
        let wordless = match typed.expr.ty {
            Ty::Text | Ty::Date | Ty::Time | Ty::DateTime | Ty::Instant => true,
            Ty::Quantity(unit, _) => {
                matches!(unit, Measure::Number | Measure::Percent | Measure::Money(_))
            }
            Ty::Boolean | Ty::Choice(_) | Ty::Items(_) => false,
            Ty::MoneyOf(_) => true,
        };
        if !wordless && language.split('-').next() != Some(DEFAULT_LANGUAGE) {
            let message =
                format!("{} has no words in the language `{language}`", self.described(typed.expr.ty));
            self.report(Diagnostic::new(&codes::NO_WORDS, hole.span, message).with_help(
                "write one text for each value, in disclosures of their own; numbers, amounts, dates and \
                     texts can stand in any language",
            ));
            return None;
        }
        let written = self.source.slice(hole.span);
        let source = match written.contains(char::is_whitespace) {
            true => written.split_whitespace().collect::<Vec<_>>().join(" "),
            false => written.to_owned(),
        };
        Some(Part::Value { expr: typed.expr, ty, source })
    }
}
