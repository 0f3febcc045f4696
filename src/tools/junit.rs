//! What `check` found as JUnit XML, which nearly every build server reads.
//!
//! A suite is a policy and a case of it is one check that the policy went through, so that what passes is seen
//! too. A case fails where the check found errors; its warnings stand in its output. A path that gives no text is
//! a suite with one case in error, and a policy that waits for another is skipped. No times: nothing here knows
//! a clock.

use crate::diag::{Diagnostic, Severity};
use crate::policy::Examined;
use crate::source::Source;
use crate::tools::catalogue::severity;
use crate::tools::checked::{Check, Checked, Entry, omitted, words};
use crate::tools::findings::proved;
use crate::words::counted;

/// The document, line end included.
pub fn document(checked: &Checked) -> String {
    let suites: Vec<Suite> = checked.entries().iter().map(|it| suite(it, checked)).collect();
    let sum = |count: fn(&Suite) -> usize| suites.iter().map(count).sum::<usize>();
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    text.push_str(&format!(
        "<testsuites name=\"evenhand check\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n",
        sum(|it| it.cases.len()),
        sum(|it| it.count(Kind::Failure)),
        sum(|it| it.count(Kind::Error)),
    ));
    suites.iter().for_each(|it| it.write(&mut text));
    text.push_str("</testsuites>\n");
    text
}

struct Suite {
    name: String,
    cases: Vec<Case>,
}

struct Case {
    name: &'static str,
    /// What became of it, where it did not pass: a message, a type and a text.
    result: Option<(Kind, String, String, String)>,
    output: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Failure,
    Error,
    Skipped,
}

fn suite(entry: &Entry, checked: &Checked) -> Suite {
    match entry {
        Entry::Policy(it) => {
            // A header that cannot be read names nothing.
            let name = if it.name.is_empty() { it.source.name() } else { &it.name };
            let cases = match &it.waits_for {
                Some(base) => vec![waiting(base)],
                None => Check::of(it).map(|check| case(check, it, checked)).collect(),
            };
            Suite { name: name.to_owned(), cases }
        }
        Entry::Unreadable { path, reason } => {
            let result = Some((Kind::Error, reason.clone(), "unreadable".to_owned(), String::new()));
            let case = Case { name: "reading", result, output: String::new() };
            Suite { name: path.clone(), cases: vec![case] }
        }
    }
}

fn case(check: Check, it: &Examined, checked: &Checked) -> Case {
    let found = it.findings.iter().filter(|it| check.makes(it.code));
    let (errors, warnings): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
        found.partition(|it| checked.severity(it.code) == Severity::Error);
    let text = |all: &[&Diagnostic]| -> String {
        all.iter().map(|finding| report(finding, checked.severity(finding.code), &it.source)).collect()
    };
    let result = errors.first().map(|first| {
        let message = match errors.len() {
            1 => first.message.clone(),
            count => format!("{}: {}", counted(count as i128, "error", "errors"), first.message),
        };
        let kind = format!("{} {}", first.code.id, first.code.name);
        let more = if it.omitted > 0 { format!("{}\n", omitted(it.omitted)) } else { String::new() };
        (Kind::Failure, message, kind, text(&errors) + &more)
    });
    let mut output = text(&warnings);
    if check.says_what_holds() {
        let timeline = it.timeline.as_ref().map_or(&[][..], |it| it.versions());
        for (policy, proofs) in timeline.iter().zip(&it.proofs) {
            let proved =
                proved(policy, proofs).map(|it| format!("{}: proved: {it}\n", policy.source().name()));
            output.push_str(&proved.unwrap_or_default());
        }
    }
    Case { name: check.name, result, output }
}

/// The only case of a policy that was not looked at.
fn waiting(base: &str) -> Case {
    let reason = format!("not checked, because `{base}` has errors");
    let result = Some((Kind::Skipped, reason, String::new(), String::new()));
    Case { name: "all checks", result, output: String::new() }
}

/// `a.policy:9:21: error[T101]: there is no …`, and what else there is to say, indented.
fn report(finding: &Diagnostic, weight: Severity, source: &Source) -> String {
    let place = source.place(finding.span.start);
    let file = source.name_at(finding.span.start);
    let words = words(finding, source).replace('\n', "\n  ");
    let weight = severity(weight);
    format!("{file}:{}:{}: {weight}[{}]: {words}\n", place.line, place.column, finding.code.id)
}

impl Suite {
    fn count(&self, kind: Kind) -> usize {
        self.cases.iter().filter(|it| it.result.as_ref().is_some_and(|it| it.0 == kind)).count()
    }

    fn write(&self, text: &mut String) {
        text.push_str(&format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">\n",
            attribute(&self.name),
            self.cases.len(),
            self.count(Kind::Failure),
            self.count(Kind::Error),
            self.count(Kind::Skipped),
        ));
        self.cases.iter().for_each(|it| it.write(&self.name, text));
        text.push_str("  </testsuite>\n");
    }
}

impl Case {
    fn write(&self, suite: &str, text: &mut String) {
        let name = attribute(self.name);
        text.push_str(&format!("    <testcase classname=\"{}\" name=\"{name}\"", attribute(suite)));
        if self.result.is_none() && self.output.is_empty() {
            text.push_str("/>\n");
            return;
        }
        text.push_str(">\n");
        if let Some((kind, message, sort, body)) = &self.result {
            let (message, sort, body) = (attribute(message), attribute(sort), escaped(body));
            text.push_str(&match kind {
                Kind::Failure => {
                    format!("      <failure message=\"{message}\" type=\"{sort}\">{body}</failure>\n")
                }
                Kind::Error => format!("      <error message=\"{message}\" type=\"{sort}\"/>\n"),
                Kind::Skipped => format!("      <skipped message=\"{message}\"/>\n"),
            });
        }
        if !self.output.is_empty() {
            text.push_str(&format!("      <system-out>{}</system-out>\n", escaped(&self.output)));
        }
        text.push_str("    </testcase>\n");
    }
}

/// Text between tags. What XML cannot hold at all becomes U+FFFD.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => out.push(character),
            '\r' => out.push_str("&#13;"),
            _ => out.push('\u{fffd}'),
        }
    }
    out
}

/// A value of an attribute: there white space would become blanks.
fn attribute(text: &str) -> String {
    escaped(text).replace('"', "&quot;").replace('\t', "&#9;").replace('\n', "&#10;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold() {
        assert_eq!(
            escaped("a<b> & \"c\"\r\n\u{1b}[0m\u{ffff}é"),
            "a&lt;b&gt; &amp; \"c\"&#13;\n\u{fffd}[0m\u{fffd}é"
        );
        assert_eq!(attribute("a\n\"b\"\t"), "a&#10;&quot;b&quot;&#9;");
    }
}
