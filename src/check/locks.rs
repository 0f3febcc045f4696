//! Who may override a locked rule.
//!
//! A locked rule decides the same in every policy that extends the one that locked it. Whoever overrides it can
//! undo it; so that must be a locked rule of the same policy or of one below it. In a decision that says
//! `first` the order decides, and locked rules come first. Looks at each pair of rules of which one is locked.

use crate::{
    check::{Checker, codes},
    diag::Diagnostic,
    hir::Overrides,
    syntax::ast,
};

impl Checker<'_> {
    /// Reports rules that override a locked one and may not. `sets` is the closure of `overrides`.
    pub(super) fn locked_rules(&mut self, ast: &ast::Decision, sets: &[Overrides]) {
        if ast.rules.iter().all(|it| it.locked.is_none()) {
            return;
        }
        if ast.first.is_some() {
            return self.locked_first(ast);
        }
        let mut found = Vec::new();
        for (below, locked) in ast.rules.iter().enumerate().filter(|(_, it)| it.locked.is_some()) {
            for (above, set) in ast.rules.iter().zip(sets) {
                let may = above.locked.is_some() && above.level <= locked.level;
                if !may && set.contains(below) {
                    found.push(overridden(above, locked));
                }
            }
        }
        found.into_iter().for_each(|it| self.report(it));
    }

    fn locked_first(&mut self, ast: &ast::Decision) {
        let mut rules = ast.rules.iter();
        let Some(open) = rules.by_ref().find(|it| it.locked.is_none()) else { return };
        if let Some(locked) = rules.find(|it| it.locked.is_some()) {
            let message = format!(
                "the locked rule `{}` stands below `{}`, which is not locked",
                locked.name.text, open.name.text
            );
            self.report(
                Diagnostic::new(&codes::LOCK_NOT_FIRST, locked.name.span, message)
                    .with_related(open.name.span, "this rule is not locked")
                    .with_help("in a decision that says `first`, put the locked rules on top"),
            );
        }
    }
}

fn overridden(above: &ast::Rule, locked: &ast::Rule) -> Diagnostic {
    let (above_name, name) = (&above.name.text, &locked.name.text);
    let direct = above.overrides.iter().find_map(|it| match it {
        ast::Override::Rule(it) if it.text == *name => Some(it.span),
        _ => None,
    });
    let everything = above.overrides.iter().find_map(|it| match it {
        ast::Override::Everything(span) => Some(*span),
        ast::Override::Rule(_) => None,
    });
    let through = if direct.is_none() && everything.is_none() { ", through another rule" } else { "" };
    let message = format!("`{above_name}` overrides the locked rule `{name}`{through}");
    let help = match above.level > locked.level {
        true => "a rule of an overlay never overrides what its base has locked",
        false => "lock this rule too, or let it not override",
    };
    Diagnostic::new(&codes::LOCK_OVERRIDDEN, direct.or(everything).unwrap_or(above.name.span), message)
        .with_related(locked.locked.unwrap_or(locked.name.span), "locked here")
        .with_help(help)
}
