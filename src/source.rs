//! Policy texts and the places in them.
//!
//! [`Source`] owns the text of a file, or of several, and turns byte offsets into lines and columns. A [`Span`]
//! is a half-open range of byte offsets; it carries no file, so that a tree is small. Several files share one
//! space of offsets, each with a base, one after the other with one unused offset between them:
//!
//! ```text
//!   base.policy        client.policy
//!   0 ─────────── 120  121 ──────── 180
//! ```

use std::sync::Arc;

/// A half-open range of byte offsets in a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from `start` to `end`, both byte offsets.
    pub fn new(start: usize, end: usize) -> Self {
        let cap = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span { start: cap(start), end: cap(end) }
    }

    /// The empty span where this one begins.
    pub fn empty(self) -> Self {
        Span { start: self.start, end: self.start }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The smallest span that covers both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The same span in a file that begins `by` bytes further on.
    #[must_use]
    pub fn moved(self, by: u32) -> Span {
        Span { start: self.start.saturating_add(by), end: self.end.saturating_add(by) }
    }

    /// The same span counted from a file that begins at `by`.
    #[must_use]
    pub fn back(self, by: u32) -> Span {
        Span { start: self.start.saturating_sub(by), end: self.end.saturating_sub(by) }
    }

    /// The span as a range for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A line and a column, both counted from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// A text with its name, and where it begins in the offsets of the [`Source`] that holds it.
#[derive(Debug)]
pub struct SourceFile {
    name: Arc<str>,
    text: Arc<str>,
    line_starts: Arc<[u32]>,
    base: u32,
}

impl SourceFile {
    /// The file's name as the host gave it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The offset of its first byte. Spans of its tree begin to count here.
    pub fn base(&self) -> u32 {
        self.base
    }

    /// The span of this file's bytes from `start` to `end`, counted from the beginning of the file.
    pub fn span(&self, start: usize, end: usize) -> Span {
        Span::new(start, end).moved(self.base)
    }

    /// The offsets of `span` in this file's text. What lies outside the file is cut off.
    pub fn range(&self, span: Span) -> std::ops::Range<usize> {
        let local = |offset: u32| (offset.saturating_sub(self.base) as usize).min(self.text.len());
        local(span.start)..local(span.end).max(local(span.start))
    }

    fn place(&self, offset: u32) -> Place {
        let offset = offset.saturating_sub(self.base);
        let index = self.line_starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.line_starts.get(index).copied().unwrap_or(0) as usize;
        let end = (offset as usize).clamp(start, self.text.len().max(start));
        let column = self.text.get(start..end).map_or(end - start, |line| line.chars().count());
        let one_based = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
        Place { line: one_based(index), column: one_based(column) }
    }
}

/// The texts that a policy is written in: one file, or several in one space of offsets. Cheap to clone.
///
/// One of the files is the policy's own; [`Source::name`] and [`Source::text`] speak of it. An offset or a span
/// says by itself in which file it lies, so a finding can point into any of them.
#[derive(Clone, Debug)]
pub struct Source {
    /// By ascending base.
    files: Arc<[Arc<SourceFile>]>,
    own: Arc<SourceFile>,
}

impl Source {
    /// Wraps `text`. The name is shown in diagnostics and answers' envelopes; it is never opened. A byte order
    /// mark at the beginning is no part of the text.
    pub fn new(name: &str, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = newlines.map(|(offset, _)| u32::try_from(offset + 1).unwrap_or(u32::MAX));
        let line_starts = std::iter::once(0).chain(starts).collect();
        let own = Arc::new(SourceFile { name: name.into(), text: text.into(), line_starts, base: 0 });
        Source { files: Arc::new([own.clone()]), own }
    }

    /// One source of all files of `sources`, in this order; the first file is the own one. `None` where there is
    /// no file, or where they are together longer than offsets can count (4 GiB).
    pub fn joined<'s>(sources: impl IntoIterator<Item = &'s Source>) -> Option<Source> {
        let mut files = Vec::new();
        let mut base = 0_u32;
        for file in sources.into_iter().flat_map(|it| it.files.iter()) {
            let (name, text) = (file.name.clone(), file.text.clone());
            files.push(Arc::new(SourceFile { name, text, line_starts: file.line_starts.clone(), base }));
            // One more than its bytes: the end of a file is no place of the next one.
            base = u32::try_from(file.text.len()).ok()?.checked_add(1)?.checked_add(base)?;
        }
        let own = files.first()?.clone();
        Some(Source { files: files.into(), own })
    }

    /// The same source with another file as its own one. An index past the last file changes nothing.
    #[must_use]
    pub fn of_file(&self, index: usize) -> Source {
        let own = self.files.get(index).unwrap_or(&self.own).clone();
        Source { files: self.files.clone(), own }
    }

    /// All files, by ascending base.
    pub fn files(&self) -> &[Arc<SourceFile>] {
        &self.files
    }

    /// The file in which an offset lies. An offset past the end lies in the last one.
    pub fn file_at(&self, offset: u32) -> &SourceFile {
        let index = self.files.partition_point(|file| file.base <= offset).saturating_sub(1);
        self.files.get(index).unwrap_or(&self.own)
    }

    /// The policy's own file.
    pub fn own(&self) -> &SourceFile {
        &self.own
    }

    /// The own file's name as the host gave it.
    pub fn name(&self) -> &str {
        &self.own.name
    }

    /// The name of the file in which an offset lies.
    pub fn name_at(&self, offset: u32) -> &str {
        &self.file_at(offset).name
    }

    /// The whole text of the own file.
    pub fn text(&self) -> &str {
        &self.own.text
    }

    /// The text under `span`; empty where the span does not lie in one file of this source.
    pub fn slice(&self, span: Span) -> &str {
        let file = self.file_at(span.start);
        let local = |offset: u32| Some(offset.checked_sub(file.base)? as usize);
        match (local(span.start), local(span.end)) {
            (Some(start), Some(end)) => file.text.get(start..end).unwrap_or(""),
            _ => "",
        }
    }

    /// The line and column of an offset in its file. An offset past the end is the end.
    pub fn place(&self, offset: u32) -> Place {
        self.file_at(offset).place(offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_several_files() {
        let (first, second) = (Source::new("a", "ab\ncd"), Source::new("b", "é\nxyz"));
        let both = Source::joined([&first, &second]).unwrap();
        let file = &both.files()[1];
        assert_eq!((both.name(), both.of_file(1).name(), file.base()), ("a", "b", 6));
        assert_eq!((both.name_at(5), both.name_at(6)), ("a", "b"));
        assert_eq!(both.slice(file.span(3, 6)), "xyz");
        assert_eq!(both.slice(Span::new(3, 5)), "cd");
        assert_eq!(both.place(file.span(4, 6).start), Place { line: 2, column: 2 });
        assert_eq!(both.place(5), Place { line: 2, column: 3 });
        assert_eq!(both.place(u32::MAX), Place { line: 2, column: 4 });
        assert_eq!((both.slice(Span::new(4, 8)), file.range(Span::new(4, 8))), ("", 0..2));
        assert!(Source::joined([]).is_none());
    }

    #[test]
    fn an_empty_file_has_a_place() {
        let none = Source::new("none", "");
        let both = Source::joined([&none, &none]).unwrap();
        assert_eq!((both.files()[1].base(), both.name_at(0)), (1, "none"));
        assert_eq!(both.place(1), Place { line: 1, column: 1 });
    }
}
