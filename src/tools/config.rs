//! What the words of `evenhand.toml` mean.
//!
//! ```toml
//! [check]
//! deny = ["warnings"]     # or names of findings
//! strict = true
//!
//! [rules]
//! unused-definition = "off"     # or "warn", "error"
//! ```
//!
//! `[check]` says what the arguments of the command say, and `[rules]` what is done with single findings; what a
//! line of `[rules]` says counts over `[check]`. Whatever is not known is a problem, so that a slip of the fingers
//! does not switch off a rule. The file is read elsewhere; here come its entries, each with its place.

use crate::tools::levels::{Level, Levels};
use crate::words::{list, nearest};

/// A key and its value, with their places: offsets of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where it stands.
    pub key_at: usize,
    /// The value.
    pub value: Value,
    /// Where that stands.
    pub at: usize,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// True or false.
    Flag(bool),
    /// A number. None is asked for.
    Number,
    /// A list, each item with its place.
    List(Vec<(usize, Value)>),
    /// A table, its entries in order of writing.
    Table(Vec<Entry>),
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: an offset of bytes.
    pub at: usize,
    /// What is wrong and what to do, in one clause or two.
    pub words: String,
}

/// How much findings weigh by these entries.
///
/// # Errors
///
/// All that is not as it should be, in order of place.
pub fn levels(entries: &[Entry]) -> Result<Levels, Vec<Problem>> {
    let mut reading = Reading { levels: Levels::default(), problems: Vec::new() };
    let mut rules = None;
    for entry in entries {
        match (entry.key.as_str(), &entry.value) {
            ("check", Value::Table(entries)) => reading.check(entries),
            ("rules", Value::Table(entries)) => rules = Some(entries),
            ("check" | "rules", _) => {
                let key = &entry.key;
                reading
                    .problem(entry.at, format!("`{key}` is a table: write `[{key}]` on a line of its own"));
            }
            (key, _) => reading.unknown(entry.key_at, key, &["check", "rules"]),
        }
    }
    for entry in rules.into_iter().flatten() {
        reading.rule(entry);
    }
    match reading.problems.is_empty() {
        true => Ok(reading.levels),
        false => {
            reading.problems.sort_by_key(|it| it.at);
            Err(reading.problems)
        }
    }
}

struct Reading {
    levels: Levels,
    problems: Vec<Problem>,
}

impl Reading {
    fn problem(&mut self, at: usize, words: String) {
        self.problems.push(Problem { at, words });
    }

    fn unknown(&mut self, at: usize, key: &str, known: &[&'static str]) {
        let words = match nearest(key, known.iter().copied()) {
            Some(near) => format!("there is no key `{key}`; did you mean `{near}`?"),
            None => format!("there is no key `{key}` here; there are {}", list(known, "and")),
        };
        self.problem(at, words);
    }

    fn check(&mut self, entries: &[Entry]) {
        for entry in entries {
            match (entry.key.as_str(), &entry.value) {
                ("strict", Value::Flag(true)) => self.levels.strict(),
                ("strict", Value::Flag(false)) => {}
                ("strict", _) => self.problem(entry.at, "`strict` is `true` or `false`".to_owned()),
                ("deny", Value::List(names)) => self.deny(names),
                ("deny", _) => {
                    let words = "`deny` is a list, as in `deny = [\"warnings\"]`";
                    self.problem(entry.at, words.to_owned());
                }
                (key, _) => self.unknown(entry.key_at, key, &["deny", "strict"]),
            }
        }
    }

    fn deny(&mut self, names: &[(usize, Value)]) {
        for (at, name) in names {
            let denied = match name {
                Value::Text(name) => self.levels.deny(name),
                _ => Err("expected the name of a finding or `warnings`, in quotes".to_owned()),
            };
            if let Err(words) = denied {
                self.problem(*at, words);
            }
        }
    }

    fn rule(&mut self, entry: &Entry) {
        let words = Level::WORDS.map(|it| it.0);
        let level = match &entry.value {
            Value::Text(text) => Level::WORDS.iter().find(|it| it.0 == text).map(|it| it.1),
            _ => None,
        };
        match level {
            Some(level) => {
                if let Err(words) = self.levels.set(&entry.key, level) {
                    self.problem(entry.key_at, words);
                }
            }
            None => {
                let found = match &entry.value {
                    Value::Text(text) => match nearest(text, words) {
                        Some(near) => format!("; did you mean `\"{near}\"`?"),
                        None => String::new(),
                    },
                    _ => ", in quotes".to_owned(),
                };
                self.problem(entry.at, format!("expected {}{found}", list(&words, "or")));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::codes::{ONE_SIDED_DAYS, UNUSED_DEFINITION};
    use crate::diag::Severity;

    fn entry(at: usize, key: &str, value: Value) -> Entry {
        Entry { key: key.to_owned(), key_at: at, value, at: at + 100 }
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn rules_count_over_check_wherever_they_stand() {
        let rules = Value::Table(vec![entry(1, "one-sided-days", text("warn"))]);
        let check = Value::Table(vec![entry(3, "deny", Value::List(vec![(4, text("warnings"))]))]);
        let levels = levels(&[entry(0, "rules", rules), entry(2, "check", check)]).unwrap();
        assert_eq!(levels.severity(&ONE_SIDED_DAYS), Some(Severity::Warning));
        assert_eq!(levels.severity(&UNUSED_DEFINITION), Some(Severity::Error));
    }

    #[test]
    fn whatever_is_not_known_is_said() {
        let check = Value::Table(vec![
            entry(1, "strict", text("yes")),
            entry(2, "dney", Value::Number),
            entry(3, "deny", Value::List(vec![(4, Value::Number), (5, text("unused-defintion"))])),
            entry(6, "deny", text("warnings")),
        ]);
        let rules = Value::Table(vec![
            entry(11, "unused-definition", text("of")),
            entry(12, "unused-definition", Value::Flag(false)),
            entry(13, "unknown-name", text("off")),
            entry(14, "never-heard-of", text("off")),
        ]);
        let found = [
            entry(0, "check", check),
            entry(10, "rules", rules),
            entry(20, "rule", Value::Flag(true)),
            entry(21, "rules", Value::Flag(true)),
        ];
        let mut words: Vec<String> = levels(&found).unwrap_err().into_iter().map(|it| it.words).collect();
        words.sort();
        insta::assert_snapshot!(words.join("\n"), @r#"
        `deny` is a list, as in `deny = ["warnings"]`
        `rules` is a table: write `[rules]` on a line of its own
        `strict` is `true` or `false`
        `unknown-name` is an error, and an error stays one; only warnings can be lowered
        expected `error`, `warn` or `off`, in quotes
        expected `error`, `warn` or `off`; did you mean `"off"`?
        expected the name of a finding or `warnings`, in quotes
        there is no finding `never-heard-of`; `evenhand explain --list` lists all of them
        there is no finding `unused-defintion`; did you mean `unused-definition`?
        there is no key `dney`; did you mean `deny`?
        there is no key `rule`; did you mean `rules`?
        "#);
    }
}
