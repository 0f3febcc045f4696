//! An answer in words: what a support agent reads, and may read aloud.
//!
//! ```text
//!   refund: approve, amount USD 510.00
//!     because    Opened items are refunded less a fee of USD 90.00. [Returns 2.2] (opened)
//!     say        fee_taken, before closing, no later than 2026-03-27 [Terms 7.3]
//!                en: A fee of USD 90.00 has been taken off your refund.
//!     do         check_identity, before telling: Check the caller's identity
//!     set aside  damaged holds too, but opened overrides it
//!     ask        What was paid? (order.total)
//! ```
//!
//! The words are those of the policy; what stands around them is English. Nothing is decided here.

use crate::eval::decision::Undecided;
use crate::eval::report::{By, DecisionReport, Due, ObligationReport, Rendered, Report};
use crate::eval::{Failure, Item, Settled, show};
use crate::hir::{Decision, Hir, Obligation, Ty};
use crate::policy::{Answer, SetAnswer, Undated};
use crate::schema::Type;
use crate::tools::written;
use crate::value::{Scalar, form};
use crate::words::plain_list;
use std::collections::BTreeSet;

/// The whole answer. Ends with a line feed.
pub fn answer(answer: &Answer) -> String {
    report(answer.report(), answer.policy().hir())
}

/// The answer as a short paragraph: a line for each decision, and one each for what to say, do and ask.
pub fn in_brief(answer: &Answer) -> String {
    report_in_brief(answer.report(), answer.policy().hir())
}

/// The answer of a set. Ends with a line feed.
pub fn set_answer(answer: &SetAnswer) -> String {
    match answer {
        SetAnswer::Answer(it) => self::answer(it),
        SetAnswer::Undated(it) => undated(it),
    }
}

/// The answer of a set as a short paragraph.
pub fn set_answer_in_brief(answer: &SetAnswer) -> String {
    match answer {
        SetAnswer::Answer(it) => in_brief(it),
        SetAnswer::Undated(it) => undated_in_brief(it),
    }
}

/// What is said while the day that picks the version is not known. Ends with a line feed.
pub fn undated(undated: &Undated) -> String {
    let mut text = undated_in_brief(undated);
    text.push_str(&format!("\nNot settled yet: {} is still open.\n", undated.fact()));
    text
}

/// The same as a short paragraph.
pub fn undated_in_brief(undated: &Undated) -> String {
    let mut text = String::new();
    for (name, outcomes) in undated.decisions() {
        let outcomes = plain_list(&outcomes, "or");
        text.push_str(&format!("{name}: not decided yet; it can still be {outcomes}\n"));
    }
    let question = undated.ask().map_or_else(String::new, |it| format!("{it} "));
    text.push_str(&format!(
        "  ask        {question}({}): it picks the version of the policy\n",
        undated.fact()
    ));
    text
}

fn report(report: &Report, hir: &Hir) -> String {
    let mut text = String::new();
    for it in &report.decisions {
        if let Some(decision) = hir.decisions.get(it.decision) {
            text.push_str(&Words { hir, decision, report: it }.whole());
            text.push('\n');
        }
    }
    text.push_str(&closing(report, hir));
    text
}

/// What is left to do.
fn closing(report: &Report, hir: &Hir) -> String {
    let failed = report.decisions.iter().any(|it| matches!(it.settled, Settled::Failed(_)));
    let mut text = match (report.settled, failed) {
        (true, false) => "Settled: nothing is open.\n".to_owned(),
        (true, true) => String::new(),
        (false, _) => {
            let open = written::paths(&report.open, hir);
            format!("Not settled yet: {} still open.\n", is_or_are(&open))
        }
    };
    if failed {
        let who = hir.owner.as_deref().unwrap_or("whoever answers for the policy");
        text.push_str(&format!("Where there is no answer, the policy is at fault: ask {who}.\n"));
    }
    text
}

fn report_in_brief(report: &Report, hir: &Hir) -> String {
    let mut text = String::new();
    for it in &report.decisions {
        if let Some(decision) = hir.decisions.get(it.decision) {
            let words = Words { hir, decision, report: it };
            text.push_str(&format!("  {}: {}", decision.name, words.headline()));
            let reasons = it.reasons.iter().filter(|it| !it.because.is_empty());
            for reason in reasons.filter(|_| it.candidates.is_empty()) {
                let because = reason.because.iter().map(rendered).collect::<Vec<_>>().join(" ");
                text.push_str(&format!(". {because}{}", cited(&reason.cites)));
            }
            text.push('\n');
        }
    }
    let all: Vec<&DecisionReport> = report.decisions.iter().collect();
    for (label, step) in [("say", false), ("do", true)] {
        let (required, _) = written::obligations(&all, step, hir);
        if !required.is_empty() {
            text.push_str(&format!("  {label}: {}\n", required.join(", ")));
        }
    }
    if !report.open.is_empty() {
        let questions: Vec<String> = report.open.iter().filter_map(|it| question(*it, hir)).collect();
        text.push_str(&format!("  ask: {}\n", questions.join("; ")));
    }
    text
}

/// `order.total is`, `order.total and today are`.
fn is_or_are(names: &[&str]) -> String {
    match names {
        [only] => format!("{only} is"),
        several => format!("{} are", plain_list(several, "and")),
    }
}

/// The question that asks for a fact, and its path: `What was paid? (order.total)`.
fn question(slot: usize, hir: &Hir) -> Option<String> {
    let slot = hir.schema.slots.get(slot)?;
    Some(match slot.ask.as_ref().or(slot.doc.as_ref()) {
        Some(words) => format!("{words} ({})", slot.path),
        None => slot.path.clone(),
    })
}

fn rendered(text: &Rendered) -> String {
    match text {
        Rendered::Text(text) => text.clone(),
        Rendered::Template(template) => format!("{template} (not all of it is known yet)"),
    }
}

/// ` [Terms 7.3; Terms 8]`, or nothing.
fn cited(cites: &[String]) -> String {
    if cites.is_empty() { String::new() } else { format!(" [{}]", cites.join("; ")) }
}

/// One decision's part of an answer.
struct Words<'a> {
    hir: &'a Hir,
    decision: &'a Decision,
    report: &'a DecisionReport,
}

impl Words<'_> {
    fn whole(&self) -> String {
        let mut text = format!("{}: {}\n", self.decision.name, self.headline());
        self.reasons(&mut text);
        for used in &self.report.definitions {
            let name = self.hir.definitions.get(used.definition).map_or("", |it| it.name.as_str());
            let because = used.because.iter().map(rendered).collect::<Vec<_>>().join(" ");
            let cites = cited(&used.cites);
            let words = if because.is_empty() {
                format!("{name}{cites}")
            } else {
                format!("{because}{cites} ({name})")
            };
            entry(&mut text, "given", &words);
        }
        for (label, duties) in [("say", &self.report.disclosures), ("do", &self.report.steps)] {
            duties.iter().for_each(|it| self.duty(&mut text, label, it));
        }
        for (rule, by) in &self.report.set_aside {
            let rule = written::rule_names(&[*rule], self.decision).join("");
            let by = written::rule_names(by, self.decision);
            let verb = if by.len() == 1 { "overrides" } else { "override" };
            let line = format!("{rule} holds too, but {} {verb} it", plain_list(&by, "and"));
            entry(&mut text, "set aside", &line);
        }
        for slot in self.asked() {
            entry(&mut text, "ask", &question(slot, self.hir).unwrap_or_default());
        }
        text
    }

    /// What the decision came to.
    fn headline(&self) -> String {
        match &self.report.settled {
            Settled::Decided { item, .. } => self.item(item),
            Settled::Collected { items, .. } => self.items(items),
            Settled::Undecided(undecided) => self.undecided(undecided),
            Settled::Failed(Failure::Conflict(rules)) => {
                let names = written::rule_names(rules, self.decision);
                let all = if names.len() == 2 { "both" } else { "all" };
                format!("no answer; the rules {} {all} hold and disagree", plain_list(&names, "and"))
            }
            Settled::Failed(Failure::Gap) => {
                "no answer; no rule holds, and the policy does not say what follows then".to_owned()
            }
            Settled::Failed(Failure::Depends) => {
                let on = written::decision_names(&self.report.depends_on, self.hir);
                let have = if on.len() == 1 { "has" } else { "have" };
                format!("no answer; it depends on {}, which {have} none", plain_list(&on, "and"))
            }
        }
    }

    /// `approve, amount USD 510.00`. What is not known of it is said to be open.
    fn item(&self, item: &Item) -> String {
        let Some(outcome) = self.decision.outcomes.get(item.outcome) else { return String::new() };
        let mut words = outcome.name.clone();
        for (parameter, slot) in outcome.parameters.iter().zip(&item.arguments) {
            let value = show::words_of(slot, parameter.ty, self.hir);
            words.push_str(&format!(", {} {}", parameter.name, value.as_deref().unwrap_or("still open")));
        }
        words
    }

    fn items(&self, items: &[Item]) -> String {
        let words: Vec<String> = items.iter().map(|it| self.item(it)).collect();
        if words.is_empty() { "nothing".to_owned() } else { words.join("; ") }
    }

    fn undecided(&self, undecided: &Undecided) -> String {
        let outcome = |it: &usize| self.decision.outcomes.get(*it).map_or("", |it| it.name.as_str());
        let possible: Vec<&str> = undecided.possible.iter().map(outcome).collect();
        if self.decision.collect {
            let certain = match undecided.certain.is_empty() {
                true => String::new(),
                false => format!("it has {}, and ", self.items(&undecided.certain)),
            };
            return format!("not decided yet; {certain}it can still get {}", plain_list(&possible, "and"));
        }
        let or_none = if undecided.can_fail { ", or have no answer" } else { "" };
        match undecided.only() {
            Some(item) => format!("not decided yet; it will be {}", self.item(&item)),
            None => format!("not decided yet; it can still be {}{or_none}", plain_list(&possible, "or")),
        }
    }

    /// Why; for a conflict, what each rule says.
    fn reasons(&self, text: &mut String) {
        for reason in &self.report.reasons {
            let name = written::by_name(reason.by, self.decision);
            let because = reason.because.iter().map(rendered).collect::<Vec<_>>().join(" ");
            let cites = cited(&reason.cites);
            match self.report.candidates.iter().find(|(rule, _)| reason.by == By::Rule(*rule)) {
                Some((_, item)) => {
                    let because = if because.is_empty() { because } else { format!(": {because}") };
                    entry(text, "rule", &format!("{name} gives {}{because}{cites}", self.item(item)));
                }
                None => entry(text, "because", &why(reason.by, name, &because, &cites)),
            }
        }
    }

    fn duty(&self, text: &mut String, label: &str, report: &ObligationReport) {
        let Some(obligation) = written::obligation(report, self.decision, self.hir) else { return };
        let name = &obligation.name;
        match &report.due {
            Due::NotRequired => {}
            Due::Open(_) => entry(text, label, &format!("perhaps {name}; that is still open")),
            Due::Error => {
                entry(text, label, &format!("perhaps {name}; a decision that it depends on has no answer"))
            }
            Due::Required { deadline, texts, .. } => {
                let when = self.when(obligation, *deadline);
                let cites = cited(&obligation.cites);
                match (texts.as_slice(), &obligation.doc) {
                    ([], doc) => {
                        let what = doc.as_deref().map_or(String::new(), |doc| format!(": {doc}"));
                        entry(text, label, &format!("{name}{when}{what}{cites}"));
                    }
                    (texts, _) => {
                        entry(text, label, &format!("{name}{when}{cites}"));
                        for (language, said) in texts {
                            entry(text, "", &format!("{language}: {}", rendered(said)));
                        }
                    }
                }
            }
        }
    }

    /// `, before closing, no later than 2026-03-27`.
    fn when(&self, obligation: &Obligation, deadline: Option<i128>) -> String {
        let stage = obligation.stage.and_then(|(stage, before)| {
            let word = if before { "before" } else { "during" };
            Some(format!(", {word} {}", self.hir.stages.get(stage)?))
        });
        let deadline = match (deadline, &obligation.deadline) {
            (Some(by), _) => {
                let ty = obligation.deadline_type.unwrap_or(Type::Date);
                format!(", no later than {}", form::words(&Scalar::Number(by), ty, &self.hir.schema))
            }
            (None, Some(it)) if it.ty == Ty::Date => ", by a day that is not known yet".to_owned(),
            (None, Some(_)) => ", by a time that is not known yet".to_owned(),
            (None, None) => String::new(),
        };
        format!("{}{deadline}", stage.unwrap_or_default())
    }

    /// The facts that the decision, its texts, its disclosures and its steps wait for.
    fn asked(&self) -> BTreeSet<usize> {
        let duties = self.report.disclosures.iter().chain(&self.report.steps);
        let needs = duties.flat_map(|it| it.due.needs());
        self.report.needs.iter().chain(needs).copied().collect()
    }
}

/// Why a rule decides: its words, or that it holds.
fn why(by: By, name: &str, because: &str, cites: &str) -> String {
    match (because, by) {
        ("", By::Rule(_)) => format!("the rule {name} holds{cites}"),
        ("", By::Otherwise) => format!("no rule holds{cites}"),
        ("", By::Always) => format!("it is always so{cites}"),
        (because, _) => format!("{because}{cites} ({name})"),
    }
}

/// Appends an entry under a label; further lines of it stand below its first.
fn entry(text: &mut String, label: &str, words: &str) {
    for (index, line) in words.lines().enumerate() {
        let label = if index == 0 { label } else { "" };
        let line = format!("  {label:9}  {line}");
        text.push_str(line.trim_end());
        text.push('\n');
    }
}
