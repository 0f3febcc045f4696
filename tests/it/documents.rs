//! The documents tell the truth: every policy, every facts and every command that they show is run.
//!
//! What is done with a fenced block, the word after its backticks says:
//!
//! | block | what is done |
//! |---|---|
//! | `policy` | begins a policy: it must be sound and pass its own tests |
//! | `policy,aside` | begins a policy of its own for the rest of the chapter (`##`); then the one before goes on |
//! | `policy,more` | its items join the policy, or take the place of those of the same name; an item whose first line inside is `…` joins its members to those that are there |
//! | `policy,reports=T204+T501` | the same, but exactly these codes must be reported; forgotten afterwards |
//! | `policy,file=house/a.policy` | a file of a folder of its own: all files of the folder so far must be sound together and pass their tests |
//! | `policy,file=…,reports=T757` | the same, but exactly these codes must be reported; forgotten afterwards |
//! | `policy,alone=old/a.policy` | a file that is sound by itself and passes its tests |
//! | `json,of=house/case.json` | facts in a file of that folder |
//! | `json` | the facts of the next commands; the policy must take them |
//! | `json,refused` | the same, but the policy must refuse them |
//! | `json,body`, `json,body=refund` | the body of the answer to these facts, laid out freely |
//! | `console` | each line after `$` is run, and its output compared; a line `…` stands for any lines |
//! | `toml` | the file of rules of the next commands of the chapter |
//! | `rust` | run by rustdoc, not here |
//! | `yaml` | shown; `ci.rs` holds it against what is in the repository |
//! | `text`, `sh` | shown, not run |
//!
//! The policy's file is the last part of its name and `.policy`, the facts' `case.json`. A wrong policy is
//! `wrong.policy`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]
#![allow(clippy::disallowed_methods, reason = "a test reads and writes files")]

use evenhand::policy::PolicySet;
use evenhand::tools::suite;
use evenhand::{Limits, Policy, Source};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

mod blocks;
mod growing;

use crate::documents::blocks::{Block, blocks, headings};
use crate::documents::growing::Growing;

#[allow(dead_code, reason = "only its work is run here")]
#[path = "../../examples/helpdesk.rs"]
mod helpdesk;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A document on its way through the tests.
struct Reading {
    document: &'static str,
    folder: PathBuf,
    policy: Growing,
    /// The policy that goes on after this chapter.
    aside: Option<(usize, Growing)>,
    /// The files of a folder.
    files: Vec<Source>,
    /// The chapter that has a file of rules.
    rules: Option<usize>,
    wrong: Vec<String>,
}

#[track_caller]
fn tells_the_truth(document: &'static str) {
    let text = fs::read_to_string(root().join(document)).unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("documents").join(document.replace('/', "-"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let mut reading = Reading {
        document,
        folder,
        policy: Growing::default(),
        aside: None,
        files: Vec::new(),
        rules: None,
        wrong: Vec::new(),
    };
    let all = blocks(&text);
    for block in &all {
        reading.block(block);
    }
    assert!(reading.wrong.is_empty(), "\n{}", reading.wrong.join("\n\n"));
    assert!(!all.is_empty(), "{document} shows nothing");
}

impl Reading {
    fn block(&mut self, block: &Block) {
        let (kind, of) = block.info.split_once('=').unwrap_or((block.info, ""));
        if self.aside.as_ref().is_some_and(|it| it.0 != block.chapter) {
            self.policy = self.aside.take().map(|it| it.1).unwrap_or_default();
        }
        if self.rules.is_some_and(|it| it != block.chapter) {
            self.rules = None;
            fs::remove_file(self.folder.join("evenhand.toml")).unwrap();
        }
        match kind {
            "toml" => {
                self.rules = Some(block.chapter);
                fs::write(self.folder.join("evenhand.toml"), block.text).unwrap();
            }
            "policy,aside" => {
                let before = std::mem::replace(&mut self.policy, Growing::begin(block.text));
                self.aside.get_or_insert((block.chapter, before));
                self.sound(block);
            }
            "policy" => {
                self.policy = Growing::begin(block.text);
                self.sound(block);
            }
            "policy,more" => {
                self.policy.join(block.text);
                self.sound(block);
            }
            "policy,file" => self.file_of_folder(block, of),
            "policy,alone" => self.alone(block, of),
            "json,of" => drop(fs::write(self.folder.join(of), block.text)),
            "policy,reports" => self.reports(block, of),
            "json" | "json,refused" => self.facts(block, kind == "json"),
            "json,body" => self.body(block, of),
            "console" => self.console(block),
            "rust" | "text" | "sh" | "yaml" => {}
            other => self.complain(block, &format!("there is no kind of block `{other}`")),
        }
    }

    fn complain(&mut self, block: &Block, what: &str) {
        self.wrong.push(format!("{}:{}: {what}", self.document, block.line));
    }

    fn file(&self) -> String {
        format!("{}.policy", self.policy.name())
    }

    fn compiled(&self) -> Option<Policy> {
        Policy::compile_source(&Source::new(&self.file(), &self.policy.text()), &Limits::default()).ok()
    }

    fn sound(&mut self, block: &Block) {
        let source = Source::new(&self.file(), &self.policy.text());
        fs::write(self.folder.join(self.file()), source.text()).unwrap();
        match Policy::compile_source(&source, &Limits::default()) {
            Err(rejected) => self.complain(block, &format!("{rejected}\n{}", source.text())),
            Ok(policy) => {
                if let Some(it) = policy.warnings().first() {
                    self.complain(block, &format!("{} {}", it.code.id, it.message));
                }
                let report = suite::run(&policy, &source);
                if report.failed() > 0 {
                    self.complain(block, &report.words());
                }
            }
        }
    }

    /// A file of a folder, and perhaps what must be found in it.
    fn file_of_folder(&mut self, block: &Block, of: &str) {
        let (name, codes) = of.split_once(",reports=").unwrap_or((of, ""));
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, block.text).unwrap();
        let mut files = self.files.clone();
        files.push(Source::new(name, block.text));
        match PolicySet::load(files.clone(), &Limits::default()) {
            Err(rejected) => {
                let found: BTreeSet<&str> = rejected.diagnostics().iter().map(|it| it.code.id).collect();
                if found.into_iter().collect::<Vec<_>>().join("+") != codes {
                    self.complain(block, &rejected.to_string());
                }
            }
            Ok(_) if !codes.is_empty() => self.complain(block, &format!("expected {codes}, found nothing")),
            Ok(set) => {
                self.files = files;
                if let Some(it) = set.warnings().first() {
                    self.complain(block, &format!("{} {}", it.code.id, it.message));
                }
                for report in set.timelines().flat_map(suite::run_versions).filter(|it| it.failed() > 0) {
                    self.complain(block, &report.words());
                }
            }
        }
    }

    /// A file that stands apart from all others.
    fn alone(&mut self, block: &Block, name: &str) {
        let others = std::mem::take(&mut self.files);
        self.file_of_folder(block, name);
        self.files = others;
    }

    fn reports(&mut self, block: &Block, codes: &str) {
        let text = match block.text.starts_with("policy ") {
            true => block.text.to_owned(),
            false => {
                let mut policy = self.policy.clone();
                policy.join(block.text);
                policy.text()
            }
        };
        fs::write(self.folder.join("wrong.policy"), &text).unwrap();
        let found: BTreeSet<&str> = match Policy::compile(&text) {
            Ok(policy) => policy.warnings().iter().map(|it| it.code.id).collect(),
            Err(rejected) => rejected.diagnostics().iter().map(|it| it.code.id).collect(),
        };
        let found = found.into_iter().collect::<Vec<_>>().join("+");
        if found != codes {
            self.complain(block, &format!("expected {codes}, found {found}"));
        }
    }

    fn facts(&mut self, block: &Block, taken: bool) {
        fs::write(self.folder.join("case.json"), block.text).unwrap();
        let Some(policy) = self.compiled() else { return };
        match policy.facts_from_json(block.text) {
            Err(error) if taken => self.complain(block, &error.to_string()),
            Ok(_) if !taken => self.complain(block, "the policy takes these facts"),
            _ => {}
        }
    }

    fn body(&mut self, block: &Block, decision: &str) {
        let Some(policy) = self.compiled() else { return };
        let text = fs::read_to_string(self.folder.join("case.json")).unwrap();
        let facts = policy.facts_from_json(&text).unwrap();
        let answer = match decision {
            "" => policy.decide(&facts),
            name => policy.decide_only(&[name], &facts),
        };
        let found: Value = serde_json::from_str(&without_digests(&answer.unwrap().body())).unwrap();
        if serde_json::from_str::<Value>(block.text).ok().as_ref() != Some(&found) {
            self.complain(block, &format!("found {found:#}"));
        }
    }

    fn console(&mut self, block: &Block) {
        for (command, expected) in block.commands() {
            match self.run(command) {
                None => self.complain(block, &format!("there is no way to run `{command}`")),
                Some(found) if fits(&expected, &found) => {}
                Some(found) => self.complain(block, &format!("$ {command}\n{found}")),
            }
        }
    }

    /// What a command prints, standard output first; then its exit code, if it is not 0.
    fn run(&self, command: &str) -> Option<String> {
        let output = Command::new(env!("CARGO_BIN_EXE_evenhand"))
            .args(words(command.strip_prefix("evenhand ")?))
            .current_dir(&self.folder)
            .output()
            .unwrap();
        let printed = [output.stdout, output.stderr].concat();
        let mut text = without_digests(&String::from_utf8(printed).unwrap());
        if let Some(code @ 1..) = output.status.code() {
            text.push_str(&format!("[exit code {code}]\n"));
        }
        Some(text)
    }
}

/// The words of a command; what stands between single quotes is one.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (index, part) in command.split('\'').enumerate() {
        let quoted = index % 2 == 1;
        for (index, piece) in part.split(|it| it == ' ' && !quoted).enumerate() {
            if index > 0 {
                words.push(String::new());
            }
            words.last_mut().unwrap().push_str(piece);
        }
    }
    words
}

/// Replaces the digits of each digest.
fn without_digests(text: &str) -> String {
    let mut parts = text.split("sha256:");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str("sha256:…");
        out.push_str(part.trim_start_matches(|it: char| it.is_ascii_hexdigit()));
    }
    out
}

/// Whether `found` is what is expected, where a line `…` stands for any lines.
fn fits(expected: &[&str], found: &str) -> bool {
    let found: Vec<&str> = found.trim_end().lines().collect();
    let mut parts = expected.split(|it| *it == "…");
    let first = parts.next().unwrap_or_default();
    if !found.starts_with(first) {
        return false;
    }
    let Some(mut rest) = found.get(first.len()..) else { return false };
    let mut last = None;
    for part in parts {
        let at = rest.windows(part.len().max(1)).position(|it| it.starts_with(part));
        match at {
            Some(at) => rest = &rest[at + part.len()..],
            None if part.is_empty() => {}
            None => return false,
        }
        last = Some(part);
    }
    last.map_or(rest.is_empty(), |part| part.is_empty() || rest.is_empty())
}

#[test]
fn readme() {
    tells_the_truth("README.md");
}

#[test]
fn manual() {
    tells_the_truth("grammar/MANUAL.md");
}

/// Links to files and to headings of the documents lead somewhere.
#[test]
fn links() {
    let mut wrong = Vec::new();
    for document in ["README.md", "CHANGELOG.md", "grammar/MANUAL.md"] {
        let path = root().join(document);
        let text = fs::read_to_string(&path).unwrap();
        for target in text.split("](").skip(1).filter_map(|it| it.split(')').next()) {
            if target.starts_with("https://") {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            let leads = match fs::read_to_string(&file) {
                Ok(text) => heading.is_empty() || headings(&text).iter().any(|it| it == heading),
                Err(_) => false,
            };
            if !leads {
                wrong.push(format!("{document}: {target}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn examples() {
    for name in ["refunds", "subscription", "escalation"] {
        let path = root().join("examples").join(format!("{name}.policy"));
        let source = Source::new(name, &fs::read_to_string(path).unwrap());
        let policy = Policy::compile_source(&source, &Limits::default()).unwrap_or_else(|it| panic!("{it}"));
        assert!(policy.warnings().is_empty(), "{name}: {:?}", policy.warnings());
        let report = suite::run(&policy, &source);
        assert!(report.failed() == 0, "{}", report.words());
        // Every rule and every `otherwise` decides in some test.
        let text = source.text().split("\ntest ").skip(1).collect::<String>();
        let rules = source.text().lines().filter_map(|it| it.trim().strip_prefix("rule ")?.split(' ').next());
        for rule in rules {
            let words = text.split(|it: char| !it.is_alphanumeric() && it != '_');
            assert!(words.into_iter().any(|it| it == rule), "{name}: no test of `{rule}`");
        }
    }
}

/// The help desk answers its tickets.
#[test]
fn helpdesk_answers_its_tickets() {
    let read = |name: &str| fs::read_to_string(root().join("examples").join(name)).unwrap();
    let policy = Policy::compile(&read("refunds.policy")).unwrap_or_else(|it| panic!("{it}"));
    let mut out = Vec::new();
    helpdesk::work(&policy, &read("tickets.jsonl"), &mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap());
}

#[test]
fn lines_left_out() {
    let found = "a\nb\nc\n";
    assert!(fits(&["a", "b", "c"], found));
    assert!(fits(&["a", "…"], found) && fits(&["…", "c"], found) && fits(&["a", "…", "c"], found));
    assert!(fits(&["a", "b", "c", "…"], found) && fits(&["…"], found));
    assert!(!fits(&["a", "b"], found) && !fits(&["…", "b"], found) && !fits(&["b", "…"], found));
    assert!(!fits(&["a", "…", "d"], found) && !fits(&["a", "…", "b"], found));
}
