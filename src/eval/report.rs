//! Says what a run came to: for each decision asked, its result with reasons, disclosures and steps, and the
//! facts that are missing.
//!
//! Everything is by index, in the order of an answer; texts are rendered here, because what is missing for a
//! text is missing for the answer. A text with a value that is not known is not rendered: its template stands
//! in its place.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    eval::{
        Duty, Evaluation, Failure, Hold, Item, Settled, Sharper, Slot,
        needs::Needs,
        show,
        used::{failed_reads, is_told, used_cases},
    },
    hir::{Decision, Notes, Obligation, Part, Template},
    ir::{DecisionPlan, Holes, Named, NodeId, ObligationPlan, RulePlan},
};

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    /// One for each decision asked, in order of declaration.
    pub decisions: Vec<DecisionReport>,
    /// The slots of all facts that are missing, in order of declaration.
    pub open: Vec<usize>,
    /// Whether every decision is decided or in error, and nothing of them is open.
    pub settled: bool,
}

/// The answer to one decision.
#[derive(Clone, Debug)]
pub(crate) struct DecisionReport {
    /// Which.
    pub decision: usize,
    /// What it came to.
    pub settled: Settled,
    /// For a conflict: what each candidate says. Arguments may be unknown.
    pub candidates: Vec<(usize, Item)>,
    /// For one that depends on decisions in error: those.
    pub depends_on: Vec<usize>,
    /// The facts that it, or one of its texts, waits for.
    pub needs: Vec<usize>,
    /// What decides it, or the candidates of a conflict; in order of writing.
    pub reasons: Vec<Reason>,
    /// The cases of definitions that it used and that say something.
    pub definitions: Vec<UsedCase>,
    /// Rules that hold but are overridden, and the rules that hold and override them.
    pub set_aside: Vec<(usize, Vec<usize>)>,
    /// Rules that decide in some completions of the facts only.
    pub open_rules: Vec<usize>,
    /// Its disclosures.
    pub disclosures: Vec<ObligationReport>,
    /// Its steps.
    pub steps: Vec<ObligationReport>,
}

/// What decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The rule of this index.
    Rule(usize),
    /// `otherwise`.
    Otherwise,
    /// `always`.
    Always,
}

/// A rule that decides, with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reason {
    /// Which.
    pub by: By,
    /// Its texts.
    pub because: Vec<Rendered>,
    /// What it cites.
    pub cites: Vec<String>,
}

/// A case of a definition that was used, with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UsedCase {
    /// The definition.
    pub definition: usize,
    /// The case, counted from 0.
    pub case: usize,
    /// Its texts.
    pub because: Vec<Rendered>,
    /// What it cites.
    pub cites: Vec<String>,
}

/// A text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Rendered {
    /// With its values filled in.
    Text(String),
    /// As it is written, because a value is not known.
    Template(String),
}

/// A disclosure or step.
#[derive(Clone, Debug)]
pub(crate) struct ObligationReport {
    /// Its index: of those of the decision, or of those at the top.
    pub index: usize,
    /// Whether it stands at the top.
    pub top: bool,
    /// How it stands.
    pub due: Due,
}

/// How a disclosure or step stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// Its condition does not hold.
    NotRequired,
    /// Its condition depends on unknown facts. These are they, and those that its texts and its deadline wait
    /// for.
    Open(Vec<usize>),
    /// It reads a decision in error.
    Error,
    /// Its condition holds.
    Required {
        /// The day or the moment by which, in the steps of its type.
        deadline: Option<i128>,
        /// Language and text.
        texts: Vec<(String, Rendered)>,
        /// The facts that a text or the deadline waits for.
        needs: Vec<usize>,
    },
}

impl Due {
    /// The facts that are missing.
    pub(crate) fn needs(&self) -> &[usize] {
        match self {
            Due::Open(needs) | Due::Required { needs, .. } => needs,
            Due::NotRequired | Due::Error => &[],
        }
    }
}

/// Reports on the decisions of these indices, sorted.
pub(crate) fn report(evaluation: &Evaluation<'_>, asked: &[usize], sharper: &dyn Sharper) -> Report {
    let mut reporter = Reporter { evaluation, needs: Needs::new(evaluation), sharper };
    let mut top: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, obligation) in evaluation.hir.obligations.iter().enumerate() {
        for decision in &obligation.decisions {
            top.entry(*decision).or_default().push(index);
        }
    }
    let none = Vec::new();
    let decisions: Vec<DecisionReport> =
        asked.iter().filter_map(|it| reporter.decision(*it, top.get(it).unwrap_or(&none))).collect();
    let duties = |it: &DecisionReport| {
        it.disclosures.iter().chain(&it.steps).flat_map(|it| it.due.needs().to_vec()).collect::<Vec<_>>()
    };
    let open: BTreeSet<usize> =
        decisions.iter().flat_map(|it| it.needs.iter().copied().chain(duties(it))).collect();
    let is_open = |it: &DecisionReport| {
        matches!(it.settled, Settled::Undecided(_))
            || it.disclosures.iter().chain(&it.steps).any(|it| matches!(it.due, Due::Open(_)))
    };
    let settled = open.is_empty() && !decisions.iter().any(is_open);
    Report { decisions, open: open.into_iter().collect(), settled }
}

struct Reporter<'e, 'p> {
    evaluation: &'e Evaluation<'p>,
    needs: Needs<'e, 'p>,
    sharper: &'e dyn Sharper,
}

impl<'p> Reporter<'_, 'p> {
    fn decision(&mut self, index: usize, top: &[usize]) -> Option<DecisionReport> {
        let state = self.evaluation.decision(index)?;
        let decision = self.evaluation.hir.decisions.get(index)?;
        let plan = self.evaluation.program.decisions.get(index)?;
        let mut waiting = Vec::new();
        let reasons = self.reasons(decision, plan, &state.settled, &mut waiting);
        let definitions = match state.settled {
            Settled::Decided { .. } | Settled::Collected { .. } => {
                self.definitions(plan, &reasons, &mut waiting)
            }
            Settled::Undecided(_) | Settled::Failed(_) => Vec::new(),
        };
        let needs = match state.settled {
            Settled::Undecided(_) => {
                let exact = self.sharper.needs(index);
                exact.unwrap_or_else(|| self.needs.of_decision(index))
            }
            _ => self.needs.of(waiting),
        };
        let depends_on = match state.settled {
            Settled::Failed(Failure::Depends) => failed_reads(self.evaluation, plan),
            _ => Vec::new(),
        };
        let rules = 0..state.holds.len();
        let duties = |it: &mut Self, step| it.obligations((index, decision), plan, top, step);
        Some(DecisionReport {
            decision: index,
            settled: state.settled.clone(),
            candidates: self.candidates(plan, &state.settled),
            depends_on,
            needs,
            reasons,
            definitions,
            set_aside: set_aside(decision, &state.holds, &state.defeated),
            open_rules: rules.filter(|it| state.is_open(*it)).collect(),
            disclosures: duties(self, false),
            steps: duties(self, true),
        })
    }

    fn candidates(&self, plan: &DecisionPlan, settled: &Settled) -> Vec<(usize, Item)> {
        let Settled::Failed(Failure::Conflict(rules)) = settled else { return Vec::new() };
        let said = |rule: &usize| {
            let then = plan.rules.get(*rule)?.then.first()?;
            let arguments = then.arguments.iter().map(|it| self.evaluation.slot(*it).clone()).collect();
            Some((*rule, Item { outcome: then.outcome, arguments }))
        };
        rules.iter().filter_map(said).collect()
    }

    /// What decides, in order of writing. Nodes that a text waits for go to `waiting`.
    fn reasons(
        &self,
        decision: &Decision,
        plan: &DecisionPlan,
        settled: &Settled,
        waiting: &mut Vec<NodeId>,
    ) -> Vec<Reason> {
        let (rules, fallback) = match settled {
            Settled::Decided { rules, fallback, .. } => (rules.as_slice(), *fallback),
            Settled::Collected { rules, .. } | Settled::Failed(Failure::Conflict(rules)) => {
                (rules.as_slice(), false)
            }
            _ => return Vec::new(),
        };
        let mut reason = |by, notes: &Notes, plan: &RulePlan| Reason {
            by,
            because: self.because(notes, &plan.because, waiting),
            cites: notes.cites.clone(),
        };
        let rule = |index: &usize| Some((*index, decision.rules.get(*index)?, plan.rules.get(*index)?));
        let mut reasons: Vec<Reason> = rules
            .iter()
            .filter_map(rule)
            .map(|(index, rule, plan)| reason(By::Rule(index), &rule.notes, plan))
            .collect();
        if let (true, Some(fallback), Some(plan)) = (fallback, &decision.otherwise, &plan.fallback) {
            let by = if decision.always { By::Always } else { By::Otherwise };
            reasons.push(reason(by, &fallback.notes, plan));
        }
        reasons
    }

    fn definitions(
        &self,
        plan: &DecisionPlan,
        reasons: &[Reason],
        waiting: &mut Vec<NodeId>,
    ) -> Vec<UsedCase> {
        let deciding = reasons.iter().filter_map(|it| match it.by {
            By::Rule(index) => plan.rules.get(index),
            By::Otherwise | By::Always => plan.fallback.as_ref(),
        });
        let names = deciding.flat_map(|it| it.names.iter().chain(&it.text_names));
        let names: BTreeSet<&Named> = names.collect();
        let mut used: Vec<UsedCase> = Vec::new();
        for (id, case) in used_cases(self.evaluation, names) {
            let Some(instance) = self.evaluation.program.instances.get(id as usize) else { continue };
            let definition = self.evaluation.hir.definitions.get(instance.definition);
            let Some(written) = definition.and_then(|it| it.cases.get(case)) else { continue };
            if written.notes.because.is_empty() && written.notes.cites.is_empty() {
                continue;
            }
            let holes = instance.cases.get(case).map_or(&[][..], |it| &it.because);
            let entry = UsedCase {
                definition: instance.definition,
                case,
                because: self.because(&written.notes, holes, waiting),
                cites: written.notes.cites.clone(),
            };
            if !is_told(self.evaluation, holes) {
                continue;
            }
            // The same definition of other arguments may say the same.
            let again = |it: &&UsedCase| it.definition == entry.definition && it.case == entry.case;
            if !used.iter().rev().take_while(again).any(|it| *it == entry) {
                used.push(entry);
            }
        }
        used
    }

    fn because(&self, notes: &Notes, holes: &[Holes], waiting: &mut Vec<NodeId>) -> Vec<Rendered> {
        let pairs = notes.because.iter().zip(holes);
        pairs.map(|(template, holes)| self.render(template, holes, waiting)).collect()
    }

    fn render(&self, template: &Template, holes: &Holes, waiting: &mut Vec<NodeId>) -> Rendered {
        let mut nodes = holes.iter();
        let mut text = String::new();
        let mut written = String::new();
        let mut complete = true;
        for part in &template.parts {
            match part {
                Part::Text(it) => {
                    text.push_str(it);
                    written.push_str(it);
                }
                Part::Value { ty, source, .. } => {
                    written.extend(["{", source, "}"]);
                    let Some(node) = nodes.next() else { continue };
                    match show::words_of(self.evaluation.slot(*node), *ty, self.evaluation.hir) {
                        Some(words) => text.push_str(&words),
                        None => {
                            waiting.push(*node);
                            complete = false;
                        }
                    }
                }
            }
        }
        if complete { Rendered::Text(text) } else { Rendered::Template(written) }
    }

    /// The decision's own disclosures (or steps), then those at the top that read it.
    fn obligations(
        &mut self,
        (of, decision): (usize, &Decision),
        plan: &DecisionPlan,
        top: &[usize],
        step: bool,
    ) -> Vec<ObligationReport> {
        let evaluation = self.evaluation;
        let mut reports = Vec::new();
        for (index, (obligation, plan)) in decision.obligations.iter().zip(&plan.obligations).enumerate() {
            if obligation.step == step {
                reports.push(ObligationReport {
                    index,
                    top: false,
                    due: self.due(Duty::Inside(of, index), obligation, plan),
                });
            }
        }
        for index in top {
            let written = evaluation.hir.obligations.get(*index).filter(|it| it.step == step);
            if let (Some(obligation), Some(plan)) = (written, evaluation.program.obligations.get(*index)) {
                reports.push(ObligationReport {
                    index: *index,
                    top: true,
                    due: self.due(Duty::Top(*index), obligation, plan),
                });
            }
        }
        reports
    }

    fn due(&mut self, duty: Duty, obligation: &Obligation, plan: &ObligationPlan) -> Due {
        let mut hold = self.evaluation.hold(plan.condition);
        let mut exact = None;
        if let Hold::Unknown { .. } = hold
            && let Some((known, needs)) = self.sharper.duty(duty)
        {
            hold = known;
            exact = Some(needs);
        }
        match hold {
            Hold::False => return Due::NotRequired,
            Hold::Failed => return Due::Error,
            Hold::True | Hold::Unknown { .. } => {}
        }
        let mut waiting = Vec::new();
        let mut deadline = None;
        if let Some(node) = plan.deadline {
            match self.evaluation.slot(node) {
                Slot::Integer(day) => deadline = Some(*day),
                _ => waiting.push(node),
            }
        }
        let mut texts = Vec::with_capacity(obligation.say.len());
        for ((language, template), holes) in obligation.say.iter().zip(&plan.say) {
            texts.push((language.clone(), self.render(template, holes, &mut waiting)));
        }
        if hold != Hold::True {
            // Once it is known to be required, what it says is wanted too.
            let Some(exact) = exact else {
                return Due::Open(self.needs.of(waiting.into_iter().chain(plan.condition)));
            };
            let all: BTreeSet<usize> = exact.into_iter().chain(self.needs.of(waiting)).collect();
            return Due::Open(all.into_iter().collect());
        }
        // What is to be said, or by when, reads a decision in error.
        if waiting.iter().any(|it| *self.evaluation.slot(*it) == Slot::Failed) {
            return Due::Error;
        }
        Due::Required { deadline, texts, needs: self.needs.of(waiting) }
    }
}

/// Rules that hold but are overridden, each with the rules that hold and override it.
fn set_aside(decision: &Decision, holds: &[Hold], defeated: &[bool]) -> Vec<(usize, Vec<usize>)> {
    let truly: Vec<usize> = (0..holds.len()).filter(|it| holds.get(*it) == Some(&Hold::True)).collect();
    let is_defeated = |rule: &&usize| defeated.get(**rule).copied().unwrap_or(false);
    let by = |rule: usize| truly.iter().copied().filter(|it| decision.overrides(*it, rule)).collect();
    truly.iter().filter(is_defeated).map(|rule| (*rule, by(*rule))).collect()
}
