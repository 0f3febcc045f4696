//! Words the errors of the grammar.
//!
//! A broken item or member is parsed again alone; where the grammar stops furthest is where the message
//! points. Quotes and brackets that were seen to be unclosed are reported instead, because the grammar stops
//! long after such a mistake. Two rooms: `expected` says what could have stood there, `habit` knows what
//! people write who come from other languages, from spreadsheets or from a word processor.

use pest::{Parser as _, error::ErrorVariant, error::InputLocation};

use crate::{
    diag::Diagnostic,
    source::Span,
    syntax::{
        Rule,
        ast::Broken,
        codes,
        grammar::Grammar,
        scan::{ITEM_KEYWORDS, MEMBER_KEYWORDS, MODIFIERS},
        tree::Builder,
    },
    words::{list, nearest},
};

mod expected;
mod habit;

/// Where the grammar stopped, and what stands there.
pub(super) struct Failure<'t> {
    /// The broken text, with the item before it where that goes on here.
    pub(super) item: &'t str,
    /// What `item` was read as.
    form: Rule,
    /// Where reading stopped, past blanks and comments.
    pub(super) at: usize,
    /// The word, number, text or sign at `at`; empty at the end.
    pub(super) token: &'t str,
    /// What the grammar tried to read at `at`.
    pub(super) tried: Vec<Rule>,
}

/// What could not be read.
pub(super) struct Explained {
    pub(super) broken: Broken,
    /// Whether it could only have gone on with what stands before it, which then is broken too.
    pub(super) goes_on: bool,
}

/// Reports why the item at `whole` did not parse, and says what it would have declared. `before` is the item
/// right before it.
pub(super) fn explain_item(
    builder: &mut Builder<'_, '_>,
    whole: Span,
    before: Option<Span>,
) -> Option<Explained> {
    explain(builder, whole, before, Rule::one_item, &ITEM_KEYWORDS)
}

/// The same for a member of a decision.
pub(super) fn explain_member(
    builder: &mut Builder<'_, '_>,
    whole: Span,
    before: Option<Span>,
) -> Option<Explained> {
    explain(builder, whole, before, Rule::one_member, &MEMBER_KEYWORDS)
}

fn explain(
    builder: &mut Builder<'_, '_>,
    whole: Span,
    before: Option<Span>,
    form: Rule,
    keywords: &[&str],
) -> Option<Explained> {
    // Everything here counts from the beginning of the file; what goes out counts from its base.
    let base = builder.base;
    let (whole, before) = (whole.back(base), before.map(|it| it.back(base)));
    let text = builder.text.get(whole.range())?;
    if leading_blank(text) == text.len() {
        return None;
    }
    let start = whole.start as usize + leading_blank(text);
    let item = &builder.text[start..whole.end as usize];
    let mut words = item.split(|it: char| !(it.is_alphanumeric() || it == '_' || it == '.'));
    let first = words.next().unwrap_or("");
    let mut after = words.clone().filter(|it| !it.is_empty());
    let follows = after.next().filter(|it| MODIFIERS.contains(&first) && keywords.contains(it));
    let keyword = follows.unwrap_or(first);
    if follows.is_some() {
        words.by_ref().find(|it| !it.is_empty());
    }
    let name = words.find(|it| !it.is_empty()).unwrap_or("").to_owned();
    let meant = nearest(keyword, keywords.iter().copied());
    let closely = builder.closely > 0;
    builder.closely = builder.closely.saturating_sub(1);
    let mut goes_on = false;
    let mut first = unclosed(builder, whole).or_else(|| strange(item, start));
    if first.is_none() && meant.is_none() {
        first = continued(builder.text, before, start..whole.end as usize, form, closely);
        goes_on = first.is_some();
    }
    let diagnostic = first
        .or_else(|| unknown_keyword(item, keyword, start, keywords))
        .unwrap_or_else(|| unexpected(item, start, form, closely));
    let known = |it: &usize| Span::new(*it, *it).start == diagnostic.span.start;
    if !builder.scanned.control_characters.iter().any(known) {
        builder.diagnostics.push(diagnostic.moved(base));
    }
    let mut broken = Broken {
        keyword: meant.unwrap_or(keyword).to_owned(),
        name,
        decision: None,
        span: Span::new(start, whole.end as usize).moved(base),
    };
    if let (true, Some(before)) = (goes_on, before) {
        let mut words = builder.text[before.range()].split(|it: char| !(is_word(it) || it == '.'));
        broken.keyword = words.next().unwrap_or("").to_owned();
        broken.name = words.find(|it| !it.is_empty()).unwrap_or("").to_owned();
    }
    Some(Explained { broken, goes_on })
}

/// A character at the beginning of an item that looks like another one.
fn strange(item: &str, start: usize) -> Option<Diagnostic> {
    let failure = Failure { item, form: Rule::one_item, at: 0, token: first_token(item), tried: Vec::new() };
    let character = item.chars().next().filter(|it| !it.is_ascii())?;
    if character.is_alphanumeric() {
        return None;
    }
    habit::find(&failure).map(|it| it.report("an item", start))
}

/// Whether `character` is white space of the language.
fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

/// Bytes of white space and comments at the beginning of `text`.
fn leading_blank(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or("");
        let trimmed = rest.trim_start_matches(is_blank);
        at += rest.len() - trimmed.len();
        if !trimmed.starts_with('#') {
            return at;
        }
        at += trimmed.find('\n').unwrap_or(trimmed.len());
    }
}

fn unclosed(builder: &Builder<'_, '_>, whole: Span) -> Option<Diagnostic> {
    if let Some(offset) = first_in(&builder.scanned.unclosed_quotes, whole) {
        let line = builder.text[offset..].lines().next().unwrap_or("");
        return Some(
            Diagnostic::new(
                &codes::UNCLOSED_TEXT,
                Span::new(offset, offset + line.trim_end().len()),
                "this text has no closing quote",
            )
            .with_help("close it with `\"` on the same line; write a quote inside a text as `\\\"`"),
        );
    }
    let unclosed = first_in(&builder.scanned.unclosed_brackets, whole);
    let stray = first_in(&builder.scanned.stray_brackets, whole);
    let (offset, open) = match (unclosed, stray) {
        (Some(offset), Some(stray)) if stray < offset => (stray, false),
        (Some(offset), _) => (offset, true),
        (None, stray) => (stray?, false),
    };
    let bracket = builder.text[offset..].chars().next()?;
    let (message, help) = if open {
        let closer = match bracket {
            '(' => ')',
            '[' => ']',
            _ => '}',
        };
        (format!("this `{bracket}` is not closed"), format!("add the `{closer}` that belongs to it"))
    } else {
        let help = format!("remove it, or add the bracket that it closes before it: `{}`", opener(bracket));
        (format!("this `{bracket}` closes nothing"), help)
    };
    Some(Diagnostic::new(&codes::UNCLOSED_BRACKET, Span::new(offset, offset + 1), message).with_help(help))
}

/// The first of sorted offsets that lies in `whole`. Searched by halves: a file may be nothing but such places.
fn first_in(offsets: &[usize], whole: Span) -> Option<usize> {
    let at = offsets.partition_point(|it| *it < whole.start as usize);
    offsets.get(at).copied().filter(|it| *it < whole.end as usize)
}

fn opener(bracket: char) -> char {
    match bracket {
        ')' => '(',
        ']' => '[',
        _ => '{',
    }
}

/// Reports what follows an item and could only be its continuation.
fn continued(
    text: &str,
    before: Option<Span>,
    broken: std::ops::Range<usize>,
    form: Rule,
    closely: bool,
) -> Option<Diagnostic> {
    let before = before?;
    let start = before.start as usize;
    let item = text.get(start..broken.end)?;
    let failure = Failure::read(item, form)?;
    let open = failure.tried.iter().any(|it| !matches!(it, Rule::EOI));
    if failure.at < broken.start - start || !open {
        return None;
    }
    // A word on a new line is rather meant to begin something of its own.
    let token = failure.token;
    let new_line = text.get(before.end as usize..broken.start)?.contains('\n');
    let misplaced = habit::misplaced(token, token, form == Rule::one_member).is_some();
    let known = || habit::find(&failure).is_some() || expected::keyword_meant(&failure).is_some();
    if new_line && token.starts_with(is_word) && (misplaced || !known()) {
        return None;
    }
    Some(failure.report(start, closely))
}

fn unknown_keyword(item: &str, keyword: &str, start: usize, keywords: &[&str]) -> Option<Diagnostic> {
    if keywords.contains(&keyword) {
        return None;
    }
    let found = if keyword.is_empty() { first_token(item) } else { keyword };
    let member = keywords.len() == MEMBER_KEYWORDS.len();
    let place = if member { "a part of a decision" } else { "an item" };
    let span = Span::new(start, start + found.len());
    let message = format!("expected {place}, found `{}`", shorten(found));
    let diagnostic = Diagnostic::new(&codes::UNEXPECTED_TEXT, span, message);
    Some(match nearest(keyword, keywords.iter().copied()) {
        Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(span, near),
        None => match habit::misplaced(found, item, member) {
            Some(help) => diagnostic.with_help(help),
            None => diagnostic.with_help(format!("{place} begins with {}", list(keywords, "or"))),
        },
    })
}

fn unexpected(item: &str, start: usize, form: Rule, closely: bool) -> Diagnostic {
    match Failure::read(item, form) {
        Some(failure) => failure.report(start, closely),
        None => {
            let span = Span::new(start, start + item.len());
            Diagnostic::new(&codes::UNEXPECTED_TEXT, span, "expected the end of the item before this")
        }
    }
}

impl<'t> Failure<'t> {
    /// Reads `item`; `None` where it fits the grammar.
    fn read(item: &'t str, form: Rule) -> Option<Failure<'t>> {
        let error = Grammar::parse(form, item).err()?;
        let stopped = match error.location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
        };
        let rest = item.get(stopped..).unwrap_or("");
        let at = stopped + leading_blank(rest);
        let token = first_token(item.get(at..).unwrap_or(""));
        let tried = match error.variant {
            ErrorVariant::ParsingError { positives, .. } => positives,
            ErrorVariant::CustomError { .. } => Vec::new(),
        };
        Some(Failure { item, form, at, token, tried })
    }

    /// The finding. `start` is where `item` begins in the policy's text.
    fn report(mut self, start: usize, closely: bool) -> Diagnostic {
        let signs = if closely { expected::signs(&mut self) } else { Vec::new() };
        let expected = expected::words(&self, &signs);
        if let Some(habit) = habit::find(&self) {
            return habit.report(&expected, start);
        }
        let (span, found) = if self.token.is_empty() {
            let end = start + self.item.trim_end().len();
            (Span::new(end.saturating_sub(1), end), "the end".to_owned())
        } else {
            let at = start + self.at;
            (Span::new(at, at + self.token.len()), format!("`{}`", shorten(self.token)))
        };
        let message = format!("expected {expected}, found {found}");
        let diagnostic = Diagnostic::new(&codes::UNEXPECTED_TEXT, span, message);
        match expected::keyword_meant(&self) {
            Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(span, near),
            None => match habit::clause(&self, &signs) {
                Some(help) => diagnostic.with_help(help),
                None => diagnostic,
            },
        }
    }

    /// The words and signs before `at`, the nearest first, each with its offset.
    pub(super) fn before(&self) -> impl Iterator<Item = (usize, &'t str)> {
        let item = self.item;
        let mut end = self.at;
        std::iter::from_fn(move || {
            let text = item.get(..end)?.trim_end_matches(is_blank);
            let start = last_token(text);
            end = start;
            (start < text.len()).then(|| (start, &text[start..]))
        })
    }

    /// The nearest word or sign before `at`; empty at the beginning.
    pub(super) fn last(&self) -> &'t str {
        self.before().next().map_or("", |it| it.1)
    }

    /// The word with which the item begins.
    pub(super) fn keyword(&self) -> &'t str {
        first_token(self.item)
    }

    /// Whether a value could have stood at `at`.
    pub(super) fn wants_value(&self) -> bool {
        // The dates and times of a calendar are constants of their own.
        self.keyword() != "calendar" && self.tried.iter().any(|it| expected::is_value(*it))
    }
}

pub(super) fn shorten(text: &str) -> String {
    let short: String = text.chars().take(24).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The word, number, quoted text or sign at the beginning of `text`.
pub(super) fn first_token(text: &str) -> &str {
    let Some(first) = text.chars().next() else { return "" };
    if is_word(first) {
        let end = text.find(|it| !is_word(it)).unwrap_or(text.len());
        return &text[..end];
    }
    if first == '"' {
        let line = text.lines().next().unwrap_or("");
        let close = line.match_indices('"').skip(1).find(|(at, _)| !line[..*at].ends_with('\\'));
        return close.map_or(&text[..1], |(at, _)| &text[..=at]);
    }
    let two = text
        .get(..2)
        .filter(|it| matches!(*it, "==" | "!=" | "&&" | "||" | "=>" | "=<" | "<>" | "//" | ".."));
    two.unwrap_or(&text[..first.len_utf8()])
}

/// Where the last word or sign of `text` begins.
fn last_token(text: &str) -> usize {
    let Some(last) = text.chars().next_back() else { return 0 };
    if is_word(last) {
        let from = text.char_indices().rev().find(|(_, it)| !is_word(*it));
        return from.map_or(0, |(at, it)| at + it.len_utf8());
    }
    text.len() - last.len_utf8()
}
