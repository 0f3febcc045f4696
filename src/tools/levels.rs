//! How much each finding weighs in one run of `check`.
//!
//! A finding weighs what its code says: an error refuses the policy, a warning does not. A team may raise a
//! warning to an error or leave it out. An error stays an error: what it says is true of the policy, whoever
//! runs the check.
//!
//! What is said later counts over what was said before, so a file of rules is applied first and the arguments
//! of the command after it; within each, the general before the particular.

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic, Severity};
use crate::tools::catalogue;
use crate::words::nearest;

/// The word that stands for every warning.
pub const WARNINGS: &str = "warnings";
/// How the names of findings end that say that nothing was proved.
pub const NOT_SHOWN: &str = "-not-shown";

/// What is done with a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It fails the check.
    Error,
    /// It is reported.
    Warn,
    /// It is left out.
    Off,
}

impl Level {
    /// The words for them, as a file of rules has them.
    pub const WORDS: [(&'static str, Level); 3] =
        [("error", Level::Error), ("warn", Level::Warn), ("off", Level::Off)];
}

/// The weight of every finding. By itself that of its code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    changed: BTreeMap<&'static str, Level>,
}

impl Levels {
    /// The weight of a finding in this run; `None` where it is left out.
    pub fn severity(&self, code: &Code) -> Option<Severity> {
        match self.changed.get(code.name) {
            None => Some(code.severity),
            Some(Level::Error) => Some(Severity::Error),
            Some(Level::Warn) => Some(Severity::Warning),
            Some(Level::Off) => None,
        }
    }

    /// Whether a finding fails the check.
    pub fn fails(&self, finding: &Diagnostic) -> bool {
        self.severity(finding.code) == Some(Severity::Error)
    }

    /// Says what is done with the finding of this name.
    ///
    /// # Errors
    ///
    /// In words: there is no such finding, or it is an error and is to be less.
    pub fn set(&mut self, name: &str, level: Level) -> Result<(), String> {
        let Some(code) = catalogue::codes().find(|it| it.name == name) else {
            return Err(unknown(name, &[]));
        };
        match (code.severity, level) {
            (Severity::Error, Level::Error) => {}
            (Severity::Error, Level::Warn | Level::Off) => {
                return Err(format!(
                    "`{name}` is an error, and an error stays one; only warnings can be lowered"
                ));
            }
            (Severity::Warning, level) => drop(self.changed.insert(code.name, level)),
        }
        Ok(())
    }

    /// Makes an error of the finding of this name; of all that are reported as warnings for `warnings`.
    ///
    /// # Errors
    ///
    /// In words: there is no such finding.
    pub fn deny(&mut self, name: &str) -> Result<(), String> {
        if name == WARNINGS {
            self.raise(|_| true);
            return Ok(());
        }
        match catalogue::codes().any(|it| it.name == name) {
            true => self.set(name, Level::Error),
            false => Err(unknown(name, &[WARNINGS])),
        }
    }

    /// Makes errors of all warnings that say that nothing was proved.
    pub fn strict(&mut self) {
        self.raise(|code| code.name.ends_with(NOT_SHOWN));
    }

    fn raise(&mut self, wanted: impl Fn(&Code) -> bool) {
        for code in catalogue::codes().filter(|it| wanted(it)) {
            if self.severity(code) == Some(Severity::Warning) {
                self.changed.insert(code.name, Level::Error);
            }
        }
    }
}

fn unknown(name: &str, more: &[&'static str]) -> String {
    if let Some(code) = catalogue::codes().find(|it| it.id.eq_ignore_ascii_case(name)) {
        return format!("findings are named in words: write `{}` for `{name}`", code.name);
    }
    let names = catalogue::codes().map(|it| it.name).chain(more.iter().copied());
    match nearest(name, names) {
        Some(near) => format!("there is no finding `{name}`; did you mean `{near}`?"),
        None => format!("there is no finding `{name}`; `evenhand explain --list` lists all of them"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::codes::{ONE_SIDED_DAYS, UNKNOWN_NAME, UNUSED_DEFINITION};

    #[test]
    fn what_is_said_later_counts() {
        let mut levels = Levels::default();
        assert_eq!(levels.severity(&UNUSED_DEFINITION), Some(Severity::Warning));
        levels.deny(WARNINGS).unwrap();
        levels.set("one-sided-days", Level::Warn).unwrap();
        levels.set("unused-definition", Level::Off).unwrap();
        assert_eq!(levels.severity(&ONE_SIDED_DAYS), Some(Severity::Warning));
        assert_eq!(levels.severity(&UNUSED_DEFINITION), None);
        levels.deny(WARNINGS).unwrap();
        assert_eq!(levels.severity(&ONE_SIDED_DAYS), Some(Severity::Error));
        assert_eq!(levels.severity(&UNUSED_DEFINITION), None, "what is left out is no warning");
        levels.deny("unused-definition").unwrap();
        assert_eq!(levels.severity(&UNUSED_DEFINITION), Some(Severity::Error));
    }

    #[test]
    fn strict_fails_what_is_not_shown() {
        let mut levels = Levels::default();
        levels.strict();
        for code in catalogue::codes() {
            let raised = levels.severity(code) != Some(code.severity);
            assert_eq!(raised, code.name.ends_with("-not-shown") && code.severity == Severity::Warning);
        }
    }

    #[test]
    fn an_error_stays_one() {
        let mut levels = Levels::default();
        levels.set("unknown-name", Level::Error).unwrap();
        for level in [Level::Warn, Level::Off] {
            assert_eq!(
                levels.set("unknown-name", level).unwrap_err(),
                "`unknown-name` is an error, and an error stays one; only warnings can be lowered"
            );
        }
        assert_eq!(levels.severity(&UNKNOWN_NAME), Some(Severity::Error));
    }

    #[test]
    fn names_are_known() {
        let mut levels = Levels::default();
        let said = [
            ("unused-defintion", "there is no finding `unused-defintion`; did you mean `unused-definition`?"),
            ("warning", "there is no finding `warning`; did you mean `warnings`?"),
            ("t801", "findings are named in words: write `unused-definition` for `t801`"),
            ("x", "there is no finding `x`; `evenhand explain --list` lists all of them"),
        ];
        for (name, words) in said {
            assert_eq!(levels.deny(name).unwrap_err(), words);
        }
    }
}
