//! Findings as commands of GitHub's workflows, which show them beside the lines of a change.
//!
//! ```text
//!   ::error file=a.policy,line=9,col=21,endLine=9,endColumn=25,title=T101 unknown-name::there is no …
//! ```
//!
//! A line of output is one command. In a message `%`, carriage returns and line feeds are escaped, in a property
//! `:` and `,` too. Columns are left out where a finding spans lines: there they would be refused.

use crate::diag::{Diagnostic, Severity};
use crate::policy::Examined;
use crate::source::Source;
use crate::tools::checked::{Checked, Entry, omitted, words};

/// The commands, one a line, and the sum of it all on the last line.
pub fn text(checked: &Checked) -> String {
    let mut text = String::new();
    for entry in checked.entries() {
        match entry {
            Entry::Policy(it) => policy(it, checked, &mut text),
            Entry::Unreadable { path, reason } => text.push_str(&command("error", &[("file", path)], reason)),
        }
    }
    text.push_str(&checked.tally().words());
    text.push('\n');
    text
}

fn policy(it: &Examined, checked: &Checked, text: &mut String) {
    for finding in &it.findings {
        let kind = match checked.severity(finding.code) {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        text.push_str(&one(kind, finding, &it.source));
    }
    let path = it.source.name();
    if let Some(base) = &it.waits_for {
        let reason = format!("not checked, because `{base}` has errors");
        text.push_str(&command("error", &[("file", path)], &reason));
    }
    if it.omitted > 0 {
        text.push_str(&command("notice", &[("file", path)], &omitted(it.omitted)));
    }
}

fn one(kind: &str, finding: &Diagnostic, source: &Source) -> String {
    let span = finding.span;
    let (start, end) = (source.place(span.start), source.place(span.end));
    let title = format!("{} {}", finding.code.id, finding.code.name);
    let [line, column, end_line, end_column] =
        [start.line, start.column, end.line, end.column].map(|it| it.to_string());
    let mut properties = vec![("file", source.name_at(span.start)), ("line", line.as_str())];
    if line == end_line {
        properties.extend([("col", column.as_str()), ("endColumn", end_column.as_str())]);
    }
    properties.extend([("endLine", end_line.as_str()), ("title", title.as_str())]);
    command(kind, &properties, &words(finding, source))
}

/// One command, line end included.
fn command(kind: &str, properties: &[(&str, &str)], message: &str) -> String {
    let of = |(name, value): &(&str, &str)| {
        let value = if *name == "file" { value.replace('\\', "/") } else { (*value).to_owned() };
        format!("{name}={}", escaped(&value).replace(':', "%3A").replace(',', "%2C"))
    };
    let properties: Vec<String> = properties.iter().map(of).collect();
    format!("::{kind} {}::{}\n", properties.join(","), escaped(message))
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;
    use crate::syntax::codes::UNEXPECTED_TEXT;

    #[test]
    fn what_would_end_a_part_is_escaped() {
        let source = Source::new("a,b:c%.policy", "é15%\nof");
        let finding = Diagnostic::new(&UNEXPECTED_TEXT, Span::new(2, 5), "15% of, what: this?\rthat")
            .with_help("say so\n::set-output");
        assert_eq!(
            one("error", &finding, &source),
            "::error file=a%2Cb%3Ac%25.policy,line=1,col=2,endColumn=5,endLine=1,title=S001 unexpected-text\
             ::15%25 of, what: this?%0Dthat%0Ahelp: say so%0A::set-output\n"
        );
        let over_lines = Diagnostic::new(&UNEXPECTED_TEXT, Span::new(0, 8), "here");
        assert_eq!(
            one("warning", &over_lines, &source),
            "::warning file=a%2Cb%3Ac%25.policy,line=1,endLine=2,title=S001 unexpected-text::here\n"
        );
    }
}
