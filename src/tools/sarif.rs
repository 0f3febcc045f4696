//! What `check` found as SARIF 2.1.0, which code hosts and editors read.
//!
//! One run, one result for each finding, with its rule (the page of its code), its other places, the mend where a
//! machine can make one, and a fingerprint that stays when lines are added above. What an author allows is there
//! too, as a suppressed result with the reason. Columns count UTF-16 code units, as `columnKind` says: that is
//! what readers assume who do not look at it.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::diag::{Code, Diagnostic, Fix, Severity};
use crate::json::Json;
use crate::policy::{Allowed, Examined};
use crate::source::{Source, Span};
use crate::tools::catalogue;
use crate::tools::checked::{Checked, Entry, omitted};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The whole document.
pub fn document(checked: &Checked) -> Json {
    let mut run = Run::default();
    let mut notes = Vec::new();
    let mut complete = true;
    for entry in checked.entries() {
        match entry {
            Entry::Policy(it) => {
                run.policy(it, checked);
                if let Some(base) = &it.waits_for {
                    let text = format!("not checked, because `{base}` has errors");
                    notes.push(notification("error", it.source.name(), &text));
                }
                if it.omitted > 0 {
                    notes.push(notification("note", it.source.name(), &omitted(it.omitted)));
                }
            }
            Entry::Unreadable { path, reason } => {
                complete = false;
                notes.push(notification("error", path, reason));
            }
        }
    }
    let invocation = Json::object([
        ("executionSuccessful", Json::Bool(complete)),
        ("toolExecutionNotifications", Json::List(notes)),
    ]);
    let driver = Json::object([
        ("name", Json::from("Evenhand")),
        ("semanticVersion", Json::from(env!("CARGO_PKG_VERSION"))),
        ("rules", Json::List(run.rules.iter().map(rule).collect())),
    ]);
    let run = Json::object([
        ("tool", Json::object([("driver", driver)])),
        ("columnKind", Json::from("utf16CodeUnits")),
        ("invocations", Json::List(vec![invocation])),
        ("results", Json::List(run.results)),
    ]);
    Json::object([
        ("$schema", Json::from(SCHEMA)),
        ("version", Json::from("2.1.0")),
        ("runs", Json::List(vec![run])),
    ])
}

/// The results so far, and the rules that they name.
#[derive(Default)]
struct Run {
    rules: Vec<&'static Code>,
    results: Vec<Json>,
    /// How many results of one fingerprint there were: equal ones are told apart by their order.
    seen: BTreeMap<String, i128>,
}

impl Run {
    fn policy(&mut self, it: &Examined, checked: &Checked) {
        for finding in &it.findings {
            let result = self.result(finding, checked.severity(finding.code), &it.source);
            self.results.push(Json::Object(result));
        }
        for Allowed { finding, reason, span } in &it.allowed {
            let mut result = self.result(finding, finding.code.severity, &it.source);
            let suppression = Json::object([
                ("kind", Json::from("inSource")),
                ("justification", Json::from(reason.as_str())),
                ("location", location(&it.source, *span)),
            ]);
            result.insert("suppressions".to_owned(), Json::List(vec![suppression]));
            self.results.push(Json::Object(result));
        }
    }

    fn result(&mut self, finding: &Diagnostic, weight: Severity, source: &Source) -> BTreeMap<String, Json> {
        let code = finding.code;
        let known = self.rules.iter().position(|it| std::ptr::eq(*it, code));
        let rule = known.unwrap_or_else(|| {
            self.rules.push(code);
            self.rules.len() - 1
        });
        let mut primary = placed(source, finding.span);
        if let Some(label) = &finding.label {
            primary.insert("message".to_owned(), message(label));
        }
        let related = finding.related.iter().zip(1..).map(|(it, id)| {
            let mut place = placed(source, it.span);
            place.insert("id".to_owned(), Json::Integer(id));
            place.insert("message".to_owned(), message(&it.text));
            Json::Object(place)
        });
        let mut text = finding.message.clone();
        if let Some(help) = &finding.help {
            text.push_str(&format!("\nhelp: {help}"));
        }
        let members = [
            ("ruleId", Json::from(code.id)),
            ("ruleIndex", Json::integer(rule as i128)),
            ("level", level(weight)),
            ("message", message(&text)),
            ("locations", Json::List(vec![Json::Object(primary)])),
            ("relatedLocations", Json::List(related.collect())),
            ("partialFingerprints", self.fingerprints(finding, source)),
        ];
        let mut result: BTreeMap<String, Json> =
            members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        if let Some(it) = &finding.fix {
            let help = finding.help.as_deref().unwrap_or("write it like this");
            result.insert("fixes".to_owned(), Json::List(vec![fix(it, help, source)]));
        }
        result
    }

    /// What a finding is, apart from its line: its code, its file, its message, and which of several it is.
    fn fingerprints(&mut self, finding: &Diagnostic, source: &Source) -> Json {
        let file = source.name_at(finding.span.start);
        let what = format!("{}\n{}\n{}", finding.code.id, uri(file), finding.message);
        let count = self.seen.entry(what.clone()).or_default();
        *count += 1;
        let hash = Sha256::digest(format!("{what}\n{count}"));
        let digits: String = hash.iter().take(16).map(|it| format!("{it:02x}")).collect();
        Json::object([("evenhandFinding/v1", Json::Text(digits))])
    }
}

fn level(weight: Severity) -> Json {
    Json::from(catalogue::severity(weight))
}

fn message(text: &str) -> Json {
    Json::object([("text", Json::from(text))])
}

fn rule(code: &&'static Code) -> Json {
    let (text, markdown) = (catalogue::page(code), catalogue::markdown(code));
    Json::object([
        ("id", Json::from(code.id)),
        ("name", Json::from(code.name)),
        ("shortDescription", message(&catalogue::summary(code))),
        ("help", Json::object([("text", Json::Text(text)), ("markdown", Json::Text(markdown))])),
        ("defaultConfiguration", Json::object([("level", level(code.severity))])),
    ])
}

fn notification(level: &str, path: &str, text: &str) -> Json {
    let place = Json::object([("physicalLocation", Json::object([("artifactLocation", artifact(path))]))]);
    Json::object([
        ("level", Json::from(level)),
        ("message", message(text)),
        ("locations", Json::List(vec![place])),
    ])
}

fn fix(fix: &Fix, description: &str, source: &Source) -> Json {
    let replacement = Json::object([
        ("deletedRegion", region(source, fix.span)),
        ("insertedContent", message(&fix.replacement)),
    ]);
    let change = Json::object([
        ("artifactLocation", artifact(source.name_at(fix.span.start))),
        ("replacements", Json::List(vec![replacement])),
    ]);
    Json::object([("description", message(description)), ("artifactChanges", Json::List(vec![change]))])
}

// ── places ───────────────────────────────────────────────────────────────────────────────────────

fn location(source: &Source, span: Span) -> Json {
    Json::Object(placed(source, span))
}

fn placed(source: &Source, span: Span) -> BTreeMap<String, Json> {
    let place = Json::object([
        ("artifactLocation", artifact(source.name_at(span.start))),
        ("region", region(source, span)),
    ]);
    BTreeMap::from([("physicalLocation".to_owned(), place)])
}

/// Lines and columns from 1; the end is one past the last character.
fn region(source: &Source, span: Span) -> Json {
    let (start_line, start_column) = place(source, span.start);
    let (end_line, end_column) = place(source, span.end);
    Json::object([
        ("startLine", start_line),
        ("startColumn", start_column),
        ("endLine", end_line),
        ("endColumn", end_column),
    ])
}

fn place(source: &Source, offset: u32) -> (Json, Json) {
    let file = source.file_at(offset);
    let end = file.range(Span { start: offset, end: offset }).start;
    let before = file.text().get(..end).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    let column = line.encode_utf16().count() + 1;
    (Json::integer(source.place(offset).line.into()), Json::integer(column as i128))
}

fn artifact(path: &str) -> Json {
    Json::object([("uri", Json::Text(uri(path)))])
}

/// A path as a URI: relative where the path is, so that it is found from the folder in which the check ran.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.' | b'_' | b'~' | b'/');
    let escaped = |path: &str| -> String {
        path.bytes()
            .map(|it| if plain(it) { char::from(it).to_string() } else { format!("%{it:02X}") })
            .collect()
    };
    let drive = path.as_bytes().get(1) == Some(&b':');
    match (path.starts_with('/'), drive) {
        (true, _) => format!("file://{}", escaped(&path)),
        (_, true) => format!("file:///{}", escaped(&path).replacen("%3A", ":", 1)),
        _ => escaped(&path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_as_uris() {
        assert_eq!(uri("a b/ü:c.policy"), "a%20b/%C3%BC%3Ac.policy");
        assert_eq!(uri("policies\\a.policy"), "policies/a.policy");
        assert_eq!(uri("/srv/a.policy"), "file:///srv/a.policy");
        assert_eq!(uri("C:\\a.policy"), "file:///C:/a.policy");
    }

    #[test]
    fn columns_count_utf_16() {
        let source = Source::new("a", "x\n𝄞é15");
        let end = u32::try_from(source.text().len()).unwrap();
        let canonical = |offset| place(&source, offset).1.canonical();
        assert_eq!((canonical(end), canonical(end - 2), canonical(0)), ("6".into(), "4".into(), "1".into()));
    }
}
