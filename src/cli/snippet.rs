//! Draws findings in the text they speak of.

use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};
use evenhand::diag::{Diagnostic, Severity};
use evenhand::source::{Source, Span};
use std::ops::Range;

/// The finding with the lines that it speaks of. Ends with an empty line.
pub(crate) fn draw(diagnostic: &Diagnostic, source: &Source, colours: bool) -> String {
    let window = Window::around(diagnostic, source);
    let level = match diagnostic.code.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let primary = AnnotationKind::Primary.span(window.range(diagnostic.span));
    let related = diagnostic
        .related
        .iter()
        .map(|label| AnnotationKind::Context.span(window.range(label.span)).label(label.text.as_str()));
    let snippet = window.snippet(source).annotation(primary.label(diagnostic.label.as_deref()));
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.id);
    let mut groups = vec![title.element(snippet.annotations(related))];
    match (&diagnostic.help, &diagnostic.fix) {
        (help, Some(fix)) => {
            let patch = Patch::new(window.range(fix.span), fix.replacement.as_str());
            let title = Level::HELP.secondary_title(help.as_deref().unwrap_or("write it like this"));
            groups.push(title.element(window.snippet(source).patch(patch)));
        }
        (Some(help), None) => append(&mut groups, help),
        (None, None) => {}
    }
    let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
    format!("{}\n\n", renderer.render(&groups))
}

fn append<'a>(groups: &mut Vec<Group<'a>>, help: &'a str) {
    if let Some(last) = groups.pop() {
        groups.push(last.element(Level::HELP.message(help)));
    }
}

/// The lines that a finding speaks of: only these are given to the renderer, so that a long text costs
/// nothing.
struct Window<'s> {
    text: &'s str,
    start: usize,
    line: usize,
}

impl<'s> Window<'s> {
    fn around(diagnostic: &Diagnostic, source: &'s Source) -> Window<'s> {
        let related = diagnostic.related.iter().map(|label| label.span);
        let fix = diagnostic.fix.iter().map(|fix| fix.span);
        let all = related.chain(fix).fold(diagnostic.span, Span::to);
        let text = source.text();
        let first = boundary(text, all.range().start);
        let last = boundary(text, all.range().end.max(first));
        let start = text.get(..first).and_then(|before| before.rfind('\n')).map_or(0, |it| it + 1);
        let end = text.get(last..).and_then(|after| after.find('\n')).map_or(text.len(), |it| last + it);
        let line = source.place(all.start).line as usize;
        Window { text: text.get(start..end).unwrap_or(""), start, line }
    }

    /// The span as a range in the window's text, on the boundaries of characters.
    fn range(&self, span: Span) -> Range<usize> {
        let start = boundary(self.text, span.range().start.saturating_sub(self.start));
        let end = boundary(self.text, span.range().end.saturating_sub(self.start));
        start..end.max(start)
    }

    fn snippet<T: Clone>(&self, source: &'s Source) -> Snippet<'s, T> {
        Snippet::source(self.text).line_start(self.line).path(source.name())
    }
}

/// The nearest boundary of a character at or before `offset`.
fn boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
