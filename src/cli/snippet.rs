//! Draws findings in the text they speak of.

use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};
use evenhand::diag::{Diagnostic, Severity};
use evenhand::source::{Source, SourceFile, Span};
use std::ops::Range;

/// The finding with the lines that it speaks of, in every file in which some of them lie. Ends with an empty
/// line. `weight` is what it weighs in this run.
pub(crate) fn draw(diagnostic: &Diagnostic, source: &Source, weight: Severity, colours: bool) -> String {
    let windows = windows(diagnostic, source);
    let level = match weight {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.id);
    let mut group = Group::with_title(title);
    for window in &windows {
        let mut snippet = window.snippet();
        if window.holds(diagnostic.span) {
            let primary = AnnotationKind::Primary.span(window.range(diagnostic.span));
            snippet = snippet.annotation(primary.label(diagnostic.label.as_deref()));
        }
        for label in diagnostic.related.iter().filter(|it| window.holds(it.span)) {
            let related = AnnotationKind::Context.span(window.range(label.span));
            snippet = snippet.annotation(related.label(label.text.as_str()));
        }
        group = group.element(snippet);
    }
    let mut groups = vec![group];
    let fixed = diagnostic.fix.as_ref().and_then(|fix| {
        let window = windows.iter().find(|it| it.holds(fix.span))?;
        Some(window.snippet().patch(Patch::new(window.range(fix.span), fix.replacement.as_str())))
    });
    match (&diagnostic.help, fixed) {
        (help, Some(patched)) => {
            let title = Level::HELP.secondary_title(help.as_deref().unwrap_or("write it like this"));
            groups.push(title.element(patched));
        }
        (Some(help), None) => append(&mut groups, help),
        (None, None) => {}
    }
    let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
    format!("{}\n\n", renderer.render(&groups))
}

/// A window for each file in which the finding has a place, the primary one first.
fn windows<'s>(diagnostic: &Diagnostic, source: &'s Source) -> Vec<Window<'s>> {
    let related = diagnostic.related.iter().map(|label| label.span);
    let fix = diagnostic.fix.iter().map(|fix| fix.span);
    let mut files: Vec<(&SourceFile, Span)> = Vec::new();
    for span in std::iter::once(diagnostic.span).chain(related).chain(fix) {
        let file = source.file_at(span.start);
        match files.iter_mut().find(|(known, _)| known.base() == file.base()) {
            Some((_, all)) => *all = all.to(span),
            None => files.push((file, span)),
        }
    }
    files.into_iter().map(|(file, all)| Window::around(file, all, source.place(all.start).line)).collect()
}

fn append<'a>(groups: &mut Vec<Group<'a>>, help: &'a str) {
    if let Some(last) = groups.pop() {
        groups.push(last.element(Level::HELP.message(help)));
    }
}

/// The lines of one file that a finding speaks of: only these are given to the renderer, so that a long text
/// costs nothing.
struct Window<'s> {
    file: &'s SourceFile,
    text: &'s str,
    start: usize,
    line: usize,
}

impl<'s> Window<'s> {
    /// The whole lines of `file` that `all` touches; the first of them has the number `line`.
    fn around(file: &'s SourceFile, all: Span, line: u32) -> Window<'s> {
        let text = file.text();
        let range = file.range(all);
        let first = boundary(text, range.start);
        let last = boundary(text, range.end.max(first));
        let start = text.get(..first).and_then(|before| before.rfind('\n')).map_or(0, |it| it + 1);
        let end = text.get(last..).and_then(|after| after.find('\n')).map_or(text.len(), |it| last + it);
        Window { file, text: text.get(start..end).unwrap_or(""), start, line: line as usize }
    }

    /// Whether `span` begins in this window's file.
    fn holds(&self, span: Span) -> bool {
        let start = self.file.base();
        let end = start.saturating_add(u32::try_from(self.file.text().len()).unwrap_or(u32::MAX));
        (start..=end).contains(&span.start)
    }

    /// The span as a range in the window's text, on the boundaries of characters.
    fn range(&self, span: Span) -> Range<usize> {
        let range = self.file.range(span);
        let start = boundary(self.text, range.start.saturating_sub(self.start));
        let end = boundary(self.text, range.end.saturating_sub(self.start));
        start..end.max(start)
    }

    fn snippet<T: Clone>(&self) -> Snippet<'s, T> {
        Snippet::source(self.text).line_start(self.line).path(self.file.name())
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
