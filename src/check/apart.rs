//! Checks the rules of a long decision on several threads.
//!
//! Rules of one decision do not read each other. What the check of a rule leaves behind besides the rule itself is
//! small: that a definition is used, and how wide the parameters of an outcome are, which is the widest of all rules
//! in whatever order. So each thread checks a run of rules with a checker of its own, and these two are put together.
//!
//! Where a rule has anything more to leave behind (a finding, a type that nothing named before it, something taken as
//! given), all that was made here is dropped and the rules are checked one after the other, as those of a short
//! decision are.

use crate::{
    check::{Checker, decision::RuleNames, expression::Scope},
    diag::Diagnostics,
    hir::{Outcome, Overrides, Rule},
    syntax::ast,
    threads,
};

/// A thread has at least so many rules, and one for each name that its checker has to know: it has its own.
const A_THREAD: usize = 1_000;
/// The most threads that are worth a checker.
const THREADS: usize = 8;

/// What the check of a run of rules gives.
struct Run {
    rules: Vec<Rule>,
    used: Vec<bool>,
    outcomes: Vec<Outcome>,
}

impl<'a> Checker<'a> {
    /// The rules of a long decision; `None` where they are to be checked one after the other.
    pub(super) fn rules_apart(
        &mut self,
        decision: usize,
        ast: &'a ast::Decision,
        overrides: &[Overrides],
        by_name: &RuleNames<'a>,
    ) -> Option<Vec<Rule>> {
        let values: usize = self.choices.iter().map(|it| it.len()).sum();
        let names = self.schema.slots.len() + self.globals.len() + values;
        let a_thread = self.a_thread.unwrap_or(A_THREAD + names).max(1);
        let runs = (ast.rules.len() / a_thread).min(THREADS);
        // The rows of a table are looked at as a whole afterwards.
        if runs < 2 || !ast.tables.is_empty() || !self.diagnostics.is_empty() {
            return None;
        }
        let whole = ast.rules.len();
        let ends = |run: usize| (run * whole / runs, (run + 1) * whole / runs);
        let runs: Vec<(usize, usize)> = (0..runs).map(ends).collect();
        let this = &*self;
        let made = threads::each(&runs, |(from, to)| {
            let own = ast.rules.get(*from..*to)?;
            let mut found = Diagnostics::default();
            let mut checker = this.fork(&mut found);
            let mut rules = Vec::with_capacity(own.len());
            for (rule, overrides) in own.iter().zip(overrides.get(*from..*to)?) {
                rules.push(checker.rule(decision, rule, overrides.clone(), by_name)?);
            }
            let nothing_else = checker.left_behind() == this.left_behind();
            let used = checker.definitions.iter().map(|it| it.used).collect();
            let outcomes = std::mem::take(&mut checker.decisions.get_mut(decision)?.outcomes);
            (nothing_else && found.is_empty()).then_some(Run { rules, used, outcomes })
        });
        let made = made.into_iter().collect::<Option<Vec<Run>>>()?;
        let mut rules = Vec::with_capacity(whole);
        for run in made {
            rules.extend(run.rules);
            for (info, used) in self.definitions.iter_mut().zip(run.used) {
                info.used |= used;
            }
            let own = &mut self.decisions.get_mut(decision)?.outcomes;
            for (own, wide) in own.iter_mut().zip(run.outcomes) {
                for (own, wide) in own.parameters.iter_mut().zip(wide.parameters) {
                    (own.low, own.high) = (own.low.min(wide.low), own.high.max(wide.high));
                }
            }
        }
        Some(rules)
    }

    /// A checker that knows what this one does.
    fn fork<'b>(&'b self, diagnostics: &'b mut Diagnostics) -> Checker<'b> {
        // The trees of other decisions are not asked for where one is checked.
        let decisions = self.decisions.iter().map(|it| it.without_tree()).collect();
        let definitions = self.definitions.clone();
        Checker {
            file: self.file,
            a_thread: self.a_thread,
            source: self.source,
            limits: self.limits,
            diagnostics,
            schema: self.schema.clone(),
            types: self.types.clone(),
            enumerations: self.enumerations.clone(),
            choices: self.choices.clone(),
            facts: self.facts.clone(),
            globals: self.globals.clone(),
            calendars: self.calendars.clone(),
            weekdays: self.weekdays,
            settings: self.settings.clone(),
            definitions,
            dated: self.dated.clone(),
            decisions,
            stages: self.stages.clone(),
            money_scales: self.money_scales.clone(),
            scope: Scope::default(),
            open_types: self.open_types.clone(),
            in_list: self.in_list,
            implied: self.implied.clone(),
            only_claims: self.only_claims,
            shapes: self.shapes.clone(),
            cell_texts: self.cell_texts.clone(),
        }
    }

    /// How much of everything there is that the check of a rule may add to.
    fn left_behind(&self) -> [usize; 10] {
        let Checker { schema, enumerations, choices, implied, money_scales, shapes, cell_texts, .. } = self;
        [
            schema.slots.len() + schema.lists.len(),
            schema.enumerations.len(),
            schema.currencies.len(),
            enumerations.len(),
            choices.len(),
            usize::from(self.weekdays.is_some()),
            implied.len(),
            money_scales.values().map(|it| usize::from(*it) + 1).sum(),
            shapes.len(),
            cell_texts.len(),
        ]
    }
}
