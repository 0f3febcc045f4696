//! What one run of `check` found, for whoever writes it down.
//!
//! Each format is a function of this: the findings of every policy, what their authors allow, how much each
//! weighs, and the paths that gave no text. What is left out of the run is left out here.

use crate::diag::{Code, Diagnostic, Severity};
use crate::policy::Examined;
use crate::source::Source;
use crate::tools::findings::Tally;
use crate::tools::levels::Levels;

/// What a run found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    entries: Vec<Entry>,
    levels: Levels,
}

/// What became of one path.
#[derive(Clone, Debug)]
pub enum Entry {
    /// A policy that was examined.
    Policy(Box<Examined>),
    /// A path that gives no text.
    Unreadable {
        /// The path.
        path: String,
        /// The reason, in words.
        reason: String,
    },
}

impl Checked {
    /// A run in which findings weigh this much.
    pub fn new(levels: Levels) -> Checked {
        Checked { entries: Vec::new(), levels }
    }

    /// Adds a policy.
    pub fn add(&mut self, mut policy: Examined) {
        policy.findings.retain(|it| self.levels.severity(it.code).is_some());
        self.entries.push(Entry::Policy(Box::new(policy)));
    }

    /// Adds a path that gives no text, with the reason in words.
    pub fn add_unreadable(&mut self, path: &str, reason: &str) {
        self.entries.push(Entry::Unreadable { path: path.to_owned(), reason: reason.to_owned() });
    }

    /// What became of each path, in the order in which they were added.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The policies among them.
    pub fn policies(&self) -> impl Iterator<Item = &Examined> {
        self.entries.iter().filter_map(|it| match it {
            Entry::Policy(it) => Some(it.as_ref()),
            Entry::Unreadable { .. } => None,
        })
    }

    /// How much findings weigh.
    pub fn levels(&self) -> &Levels {
        &self.levels
    }

    /// The weight of a finding that is reported.
    pub fn severity(&self, code: &Code) -> Severity {
        self.levels.severity(code).unwrap_or(code.severity)
    }

    /// Whether a policy fails the check: it is refused, or a finding of it is an error in this run.
    pub fn fails(&self, policy: &Examined) -> bool {
        policy.timeline.is_none() || policy.findings.iter().any(|it| self.levels.fails(it))
    }

    /// How many errors and warnings there are in all policies.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        self.policies().for_each(|it| tally.add(&it.findings, &self.levels));
        tally
    }
}

/// A part of what is checked: some codes, under one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name.
    pub name: &'static str,
    /// How the ids of its codes begin.
    begins: &'static [&'static str],
}

/// All checks, in the order in which a policy goes through them.
const CHECKS: [Check; 15] = [
    Check { name: "writing", begins: &["S"] },
    Check { name: "names", begins: &["T1"] },
    Check { name: "types", begins: &["T2"] },
    Check { name: "what may be absent", begins: &["T3"] },
    Check { name: "ranges and cost", begins: &["T4"] },
    Check { name: "rounding", begins: &["T5"] },
    Check { name: "decisions and tables", begins: &["T6"] },
    Check { name: "texts", begins: &["T70"] },
    Check { name: "times and calendars", begins: &["T72", "T73"] },
    Check { name: "files and versions", begins: &["T75", "T76"] },
    Check { name: "allowances", begins: &["T78"] },
    Check { name: "unused items", begins: &["T8"] },
    Check { name: "what is easily misread", begins: &["T9"] },
    Check { name: "one answer in every case, and properties", begins: &["P1"] },
    Check { name: "what does nothing", begins: &["P2"] },
];

impl Check {
    /// The checks that a policy went through: proofs are made only of one that is accepted.
    pub fn of(policy: &Examined) -> impl Iterator<Item = Check> {
        let proved = !policy.proofs.is_empty();
        CHECKS.into_iter().filter(move |it| proved || !it.is_proof())
    }

    /// Whether it says what happens in all cases.
    pub fn is_proof(&self) -> bool {
        self.begins.iter().all(|it| it.starts_with('P'))
    }

    /// Whether it is the one that proves what holds in every case.
    pub fn says_what_holds(&self) -> bool {
        self.begins.contains(&"P1")
    }

    /// Whether a finding comes from this check.
    pub fn makes(&self, code: &Code) -> bool {
        self.begins.iter().any(|it| code.id.starts_with(it))
    }
}

/// What a finding says in one text: the message, what to do about it, and the other places that it speaks of.
pub(crate) fn words(finding: &Diagnostic, source: &Source) -> String {
    let mut text = finding.message.clone();
    if let Some(label) = &finding.label {
        text.push_str(&format!("\n{label}"));
    }
    if let Some(help) = &finding.help {
        text.push_str(&format!("\nhelp: {help}"));
    }
    for it in &finding.related {
        let place = source.place(it.span.start);
        let file = source.name_at(it.span.start);
        text.push_str(&format!("\nsee {file}:{}:{}: {}", place.line, place.column, it.text));
    }
    text
}

/// That some findings are not listed.
pub(crate) fn omitted(count: usize) -> String {
    format!("{} not shown", crate::words::counted(count as i128, "more finding is", "more findings are"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::catalogue;

    #[test]
    fn every_finding_comes_from_one_check() {
        for code in catalogue::codes() {
            let makers: Vec<&str> = CHECKS.iter().filter(|it| it.makes(code)).map(|it| it.name).collect();
            assert_eq!(makers.len(), 1, "{}: {makers:?}", code.id);
        }
        assert!(CHECKS.iter().all(|it| catalogue::codes().any(|code| it.makes(code))));
    }
}
