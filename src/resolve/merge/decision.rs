//! What an overlay adds to a decision of its base, and what it changes in it.

use crate::{
    check::codes,
    diag::Diagnostic,
    resolve::{
        locks::{Lock, obligation_word},
        merge::{Merge, Name, Override},
        shape,
    },
    source::Span,
    syntax::ast::{self, ChangeKind, Decision, Item},
};

impl Merge<'_, '_> {
    /// Adds a decision of one's own, or joins what is said of a decision of the base.
    pub(super) fn decision(&mut self, own: &Decision) {
        let is = |it: &Item| matches!(it, Item::Decision(it) if it.name.text == own.name.text);
        let Some(at) = self.items.iter().take(self.base).position(is) else {
            for change in &own.changes {
                self.nothing_in(own, change.span);
            }
            let mut own = own.clone();
            own.rules.iter_mut().for_each(|it| it.level = self.parts.level);
            self.items.push(Item::Decision(own));
            return;
        };
        if let Some(lock) = self.locks.closed(&own.name.text).cloned() {
            return self.closed(&own.name.text, own.name.span, &lock);
        }
        // Taken out while it is worked on; put back below.
        let slot = self.items.get_mut(at).map(|it| std::mem::replace(it, Item::Stages(Vec::new(), own.span)));
        let Some(Item::Decision(mut decision)) = slot else { return };
        self.same_kind(&decision, own);
        let touched = !own.rules.is_empty()
            || own
                .changes
                .iter()
                .any(|it| !matches!(it.kind, ChangeKind::Obligation(_) | ChangeKind::NoObligation(..)))
            || !own.otherwise.is_empty();
        for change in &own.changes {
            self.part(&mut decision, change);
        }
        self.added(&mut decision, own);
        if touched {
            self.changed.insert(own.name.text.clone());
        }
        if let Some(slot) = self.items.get_mut(at) {
            *slot = Item::Decision(decision);
        }
    }

    fn nothing_in(&mut self, own: &Decision, span: Span) {
        let name = Name { text: own.name.text.clone(), span };
        self.nothing(&name, "decision", std::iter::empty());
    }

    /// `first` and `collect` are the base's to say.
    fn same_kind(&mut self, base: &Decision, own: &Decision) {
        let collect = own.collect.as_ref().map(|it| it.span).filter(|_| base.collect.is_none());
        let first = own.first.filter(|_| base.first.is_none());
        for (word, span) in [("first", first), ("collect", collect)] {
            let Some(span) = span else { continue };
            let message = format!(
                "the decision `{}` of the policy that is extended does not say `{word}`",
                own.name.text
            );
            let found = Diagnostic::new(&codes::ALREADY_THERE, span, message)
                .with_related(base.name.span, "there")
                .with_help("an overlay adds to a decision; how it decides stays as it is");
            self.report(found);
        }
    }

    /// Adds outcomes, rules, disclosures and steps.
    fn added(&mut self, decision: &mut Decision, own: &Decision) {
        for it in &own.outcomes {
            match decision.outcomes.iter().find(|there| there.name.text == it.name.text) {
                Some(there) => {
                    let message =
                        format!("the policy that is extended has the outcome `{}` already", it.name.text);
                    let found = Diagnostic::new(&codes::ALREADY_THERE, it.name.span, message)
                        .with_related(there.name.span, "there")
                        .with_help("use it as it is, or give this one another name");
                    self.report(found);
                }
                None => decision.outcomes.push(it.clone()),
            }
        }
        // In a decision that says `first` an overlay's rules come after the locked ones and before the rest.
        let locked = decision.rules.iter().take_while(|it| it.locked.is_some()).count();
        let at = if decision.first.is_some() { locked } else { decision.rules.len() };
        let mut own_rules = own.rules.clone();
        let mut tables = own.tables.clone();
        self.tables(decision, &mut tables, &mut own_rules);
        let mut new = Vec::with_capacity(own_rules.len());
        for it in own_rules {
            match shape::rule(decision, &it.name.text) {
                Some(there) => {
                    self.already("rule", &it.name, there.name.span);
                    // Its rows cannot be counted any more.
                    tables.clear();
                }
                None => new.push(ast::Rule { level: self.parts.level, ..it }),
            }
        }
        tables.iter_mut().for_each(|it| it.first += at);
        decision.tables.iter_mut().filter(|it| it.first >= at).for_each(|it| it.first += new.len());
        decision.tables.extend(tables);
        decision.rules.splice(at..at, new);
        for it in &own.obligations {
            match decision.obligations.iter().find(|there| there.name.text == it.name.text) {
                Some(there) => self.already(obligation_word(it.kind), &it.name, there.name.span),
                None => decision.obligations.push(it.clone()),
            }
        }
        for (own, there) in [(&own.otherwise, &mut decision.otherwise), (&own.always, &mut decision.always)] {
            let Some(it) = own.first() else { continue };
            match there.first() {
                Some(first) => {
                    let message = "the policy that is extended says already what decides when no rule does";
                    let found = Diagnostic::new(&codes::ALREADY_THERE, it.span, message)
                        .with_related(first.span, "there")
                        .with_help("write `replaces otherwise` to put another in its place");
                    self.report(found);
                }
                None => there.extend(own.iter().cloned()),
            }
        }
    }

    /// Gives the rows of new tables names that the base's rows do not have.
    fn tables(&mut self, decision: &Decision, tables: &mut [ast::Table], rules: &mut [ast::Rule]) {
        for (index, table) in tables.iter_mut().enumerate() {
            if let Some(name) = &table.name {
                let same = |it: &&ast::Table| it.name.as_ref().is_some_and(|it| it.text == name.text);
                let first = decision.tables.iter().find(same).and_then(|it| it.name.as_ref());
                if let Some(first) = first {
                    let message = format!("the policy that is extended has a table `{}` already", name.text);
                    let found = Diagnostic::new(&codes::ALREADY_THERE, name.span, message)
                        .with_related(first.span, "there")
                        .with_help("give this one another name");
                    self.report(found);
                }
                continue;
            }
            let number = decision.tables.len() + index + 1;
            let rows = rules.iter_mut().skip(table.first).zip(&table.rows).enumerate();
            for (row, (rule, _)) in rows.filter(|(_, (_, layout))| layout.name.is_none()) {
                rule.name.text = format!("table_{number}_row_{}", row + 1);
            }
        }
    }

    /// One change of a part.
    fn part(&mut self, decision: &mut Decision, change: &ast::Change) {
        match &change.kind {
            ChangeKind::Rule(new) => {
                let Some(at) = self.changeable_rule(decision, &new.name) else { return };
                if let Some(slot) = decision.rules.get_mut(at) {
                    let inherited = std::mem::take(&mut slot.overrides);
                    // A row that is replaced keeps its place in its table.
                    let (level, table) = (self.parts.level, slot.table);
                    *slot = ast::Rule { level, table, ..new.clone() };
                    inherit(&mut slot.overrides, inherited);
                }
            }
            ChangeKind::NoRule(name) => {
                let Some(at) = self.changeable_rule(decision, name) else { return };
                let removed = decision.rules.remove(at);
                for table in &mut decision.tables {
                    match at.checked_sub(table.first) {
                        Some(row) if row < table.rows.len() => drop(table.rows.remove(row)),
                        Some(_) => {}
                        None => table.first -= 1,
                    }
                }
                for rule in &mut decision.rules {
                    let named = |it: &Override| matches!(it, Override::Rule(it) if it.text == name.text);
                    if rule.overrides.iter().any(named) {
                        rule.overrides.retain(|it| !named(it));
                        inherit(&mut rule.overrides, removed.overrides.clone());
                    }
                }
            }
            ChangeKind::Otherwise(new) => match decision.otherwise.first_mut() {
                Some(slot) => *slot = new.clone(),
                None => {
                    let message =
                        format!("the decision `{}` has no `otherwise` to replace", decision.name.text);
                    let found = Diagnostic::new(&codes::NOTHING_TO_CHANGE, change.span, message)
                        .with_related(decision.name.span, "the decision")
                        .with_help("write `otherwise` without `replaces`");
                    self.report(found);
                }
            },
            ChangeKind::Obligation(new) => {
                let Some(at) = self.changeable_obligation(decision, new.kind, &new.name) else { return };
                if let Some(slot) = decision.obligations.get_mut(at) {
                    *slot = new.clone();
                }
            }
            ChangeKind::NoObligation(kind, name) => {
                if let Some(at) = self.changeable_obligation(decision, *kind, name) {
                    decision.obligations.remove(at);
                }
            }
            // The grammar reads these at the top alone.
            ChangeKind::Define(_) | ChangeKind::Dated(_) | ChangeKind::NoDefine(_) => {}
        }
    }

    fn changeable_rule(&mut self, decision: &Decision, name: &Name) -> Option<usize> {
        let Some(at) = decision.rules.iter().position(|it| it.name.text == name.text) else {
            let known: Vec<&str> = decision.rules.iter().map(|it| it.name.text.as_str()).collect();
            self.nothing(name, "rule", known);
            return None;
        };
        let there = decision.rules.get(at);
        if there.is_some_and(|it| it.table.is_some() && it.name.span == it.span) {
            let message = format!("the row `{}` has no name of its own", name.text);
            let found = Diagnostic::new(&codes::NOTHING_TO_CHANGE, name.span, message)
                .with_help("its number changes with every row above it: let the base give it a name, as in `vip: | gold | … |`");
            self.report(found);
            return None;
        }
        let locked = there.and_then(|it| it.locked);
        self.unlocked(locked, "rule", name).then_some(at)
    }

    fn changeable_obligation(
        &mut self,
        decision: &Decision,
        kind: ast::ObligationKind,
        name: &Name,
    ) -> Option<usize> {
        let is = |it: &ast::Obligation| it.kind == kind && it.name.text == name.text;
        let Some(at) = decision.obligations.iter().position(is) else {
            let same = decision.obligations.iter().filter(|it| it.kind == kind);
            let known: Vec<&str> = same.map(|it| it.name.text.as_str()).collect();
            self.nothing(name, obligation_word(kind), known);
            return None;
        };
        let locked = decision.obligations.get(at).and_then(|it| it.locked);
        self.unlocked(locked, obligation_word(kind), name).then_some(at)
    }

    /// Reports that a part is locked; whether it is not.
    fn unlocked(&mut self, locked: Option<Span>, what: &str, name: &Name) -> bool {
        if let Some(span) = locked {
            self.closed(&name.text, name.span, &Lock::new(span, what, name, true));
        }
        locked.is_none()
    }
}

/// Adds `inherited` to what a rule overrides, each once.
fn inherit(own: &mut Vec<Override>, inherited: Vec<Override>) {
    for it in inherited {
        let there = own.iter().any(|own| match (own, &it) {
            (Override::Everything(_), Override::Everything(_)) => true,
            (Override::Rule(own), Override::Rule(it)) => own.text == it.text,
            _ => false,
        });
        if !there {
            own.push(it);
        }
    }
}
