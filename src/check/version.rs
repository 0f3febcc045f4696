//! The fact that says which version of a policy governs a case.

use crate::{
    check::{Checker, codes, declare::Global, test::Found},
    diag::Diagnostic,
    schema::Type,
    syntax::ast,
    words::nearest,
};

impl Checker<'_> {
    /// The slot of the fact after `version chosen by`.
    pub(super) fn chosen_by(&mut self) -> Option<usize> {
        let header = self.file.headers.first()?;
        let decides = self.file.items.iter().any(|it| matches!(it, ast::Item::Decision(_)));
        let Some(name) = &header.chosen_by else {
            if let Some(period) = header.in_force.as_ref().filter(|_| decides) {
                let message = "nothing says which day of a case must lie in this period";
                self.report(Diagnostic::new(&codes::PERIOD_NOT_HELD, period.span, message).with_help(
                    "add `version chosen by` and a fact, as in `version chosen by order.purchased_on`",
                ));
            }
            return None;
        };
        let head = name.text.split('.').next().unwrap_or("");
        let wrong = match (self.find_entry(&name.text), self.globals.get(head).copied().as_ref()) {
            (Some(Found::Leaf(slot)), _) => {
                let fact = self.schema.slots.get(slot)?;
                match (fact.ty, fact.optional || fact.within.is_some()) {
                    (Type::Date, false) => return Some(slot),
                    (Type::Date, true) => {
                        format!("`{}` may be absent, and every case has its day", name.text)
                    }
                    _ => format!("`{}` is no date", name.text),
                }
            }
            (Some(_), _) => format!("`{}` is a group of facts, not a date", name.text),
            (None, Some(Global::Definition(index))) => {
                // It was meant to be used here.
                if let Some(it) = self.definitions.get_mut(*index) {
                    it.used = true;
                }
                format!("`{}` is a definition, and the day is read before the version is known", name.text)
            }
            (None, _) => {
                // What could not be read may have declared it.
                if self.file.broken.iter().any(|it| it.keyword == "facts") {
                    return None;
                }
                format!("there is no fact `{}`", name.text)
            }
        };
        let found = Diagnostic::new(&codes::DATING_FACT, name.span, wrong);
        let dates = self.schema.slots.iter().filter(|it| it.ty == Type::Date && !it.optional);
        let found = match nearest(&name.text, dates.map(|it| it.path.as_str())) {
            Some(near) => found.with_help(format!("did you mean `{near}`?")),
            None => found.with_help("name a fact that is a `date` and not `optional`"),
        };
        self.report(found);
        None
    }
}
