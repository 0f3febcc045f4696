//! What can be wrong with a policy, as data.
//!
//! A pass pushes [`Diagnostic`]s into one [`Diagnostics`]; nothing is thrown, and the list is ordered by
//! place when it is read. Each kind of finding is a [`Code`], declared once with `codes!`: the doc comment
//! at the declaration is the page that `evenhand explain` prints.

use crate::source::Span;

/// How much a finding weighs. It belongs to the code, not to the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The policy is refused.
    Error,
    /// The policy is accepted; an author should look.
    Warning,
}

/// One kind of finding: its name, its weight and its page.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// A letter for the storey and three digits: `T201`. Never reused.
    pub id: &'static str,
    /// The name in words: `unknown-name`.
    pub name: &'static str,
    /// Its weight.
    pub severity: Severity,
    /// Markdown: what it finds, why it matters, a policy that reports it and one that does not.
    pub page: &'static [&'static str],
}

/// A second place that a finding speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What this place has to do with it.
    pub text: String,
}

/// A change of the text that mends the finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What to replace; empty to insert.
    pub span: Span,
    /// What to put there.
    pub replacement: String,
}

/// One finding in a policy text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its kind.
    pub code: &'static Code,
    /// The exact place.
    pub span: Span,
    /// What is wrong here: one clause, lower case, no full stop.
    pub message: String,
    /// What the primary place has to do with it, where the message does not say it.
    pub label: Option<String>,
    /// Other places that it speaks of.
    pub related: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// The mend, where a machine can make it.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A finding of kind `code` at `span`.
    pub fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        let message = message.into();
        Diagnostic { code, span, message, label: None, related: Vec::new(), help: None, fix: None }
    }

    /// Says what the primary place has to do with it.
    #[must_use]
    pub fn with_label(mut self, text: impl Into<String>) -> Self {
        self.label = Some(text.into());
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn with_related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn with_help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Offers a replacement of `span`.
    #[must_use]
    pub fn with_fix(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, replacement: replacement.into() });
        self
    }

    /// The same finding in a file that begins `by` bytes further on.
    #[must_use]
    pub(crate) fn moved(mut self, by: u32) -> Self {
        let related = self.related.iter_mut().map(|it| &mut it.span);
        let fix = self.fix.iter_mut().map(|it| &mut it.span);
        for span in related.chain(fix).chain(std::iter::once(&mut self.span)) {
            *span = span.moved(by);
        }
        self
    }
}

/// The findings of all passes over one policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds a finding. The same code at the same place is kept once.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let same = |it: &Diagnostic| std::ptr::eq(it.code, diagnostic.code) && it.span == diagnostic.span;
        if !self.found.iter().rev().take(8).any(same) {
            self.found.push(diagnostic);
        }
    }

    /// Whether a finding refuses the policy.
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|it| it.code.severity == Severity::Error)
    }

    /// How many findings there are.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All findings, ordered by place, then by code.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(|a, b| (a.span, a.code.id, &a.message).cmp(&(b.span, b.code.id, &b.message)));
        self.found
    }
}

/// Declares the codes of one storey: each a `static` whose doc comment is its page, all listed in `ALL`.
macro_rules! codes {
    ($( $(#[doc = $page:literal])+ $name:ident = $id:literal $words:literal $severity:ident; )+) => {
        $(
            $(#[doc = $page])+
            pub static $name: $crate::diag::Code = $crate::diag::Code {
                id: $id,
                name: $words,
                severity: $crate::diag::Severity::$severity,
                page: &[$($page),+],
            };
        )+
        /// Every code of this storey, in order of declaration.
        pub(crate) static ALL: &[&$crate::diag::Code] = &[$(&$name),+];
    };
}
pub(crate) use codes;
