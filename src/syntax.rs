//! From text to tree: the grammar, and what it says when a text does not fit.
//!
//! [`parse`] never gives up on a file: an item that does not parse is reported and left out, and so is a
//! member of a decision. Five rooms: [`ast`] is the tree, `scan` reads brackets and quotes before the
//! grammar does, `tree` and `expression` build the tree, `pieces` reads long texts on several threads, `message` words the
//! errors.

use pest::Parser as _;

use crate::{
    diag::{Diagnostic, Diagnostics},
    limits::{DEEPEST_NESTING, Limits},
    source::Span,
};

use grammar::{Grammar, Rule};

pub mod ast;
pub mod codes;
mod csv;
mod expression;
pub(crate) mod fill;
mod grammar;
mod message;
mod pieces;
mod scan;
mod tree;

/// How many broken texts of one file are looked at closely: it takes several readings of each.
const EXPLAINED_CLOSELY: u32 = 20;

type Pair<'i> = pest::iterators::Pair<'i, Rule>;

/// Parses a policy text. Never fails: what is wrong is pushed to `diagnostics`, and what can be read is in
/// the tree. Linear in the length of the text.
pub fn parse(text: &str, limits: &Limits, diagnostics: &mut Diagnostics) -> ast::File {
    parse_at(0, text, limits, diagnostics)
}

/// The same for a file whose first byte has the offset `base`: all places count from there.
pub fn parse_at(base: u32, text: &str, limits: &Limits, diagnostics: &mut Diagnostics) -> ast::File {
    let whole = Span::new(0, text.len()).moved(base);
    if text.len() > limits.source_bytes || u32::try_from(text.len()).is_err() {
        let message =
            format!("the text has {} bytes; at most {} are allowed", text.len(), limits.source_bytes);
        diagnostics.push(
            Diagnostic::new(&codes::TEXT_TOO_LONG, Span::new(0, 0).moved(base), message)
                .with_help("split the policy, or raise the limit `source_bytes` in the host"),
        );
        return unread(whole);
    }
    let scanned = scan::scan(text);
    let deepest = limits.nesting.min(DEEPEST_NESTING);
    if let Some(offset) = scanned.too_deep(deepest) {
        let message = format!("brackets are nested more than {deepest} deep");
        diagnostics.push(
            Diagnostic::new(&codes::TOO_DEEP, Span::new(offset, offset + 1).moved(base), message)
                .with_help("name a part of it with `define` and use the name"),
        );
        return unread(whole);
    }
    for offset in &scanned.control_characters {
        let found = text[*offset..].chars().next().unwrap_or_default();
        let message = format!("a control character (`{}`) stands in the text", found.escape_unicode());
        diagnostics.push(
            Diagnostic::new(
                &codes::CONTROL_CHARACTER,
                Span::new(*offset, *offset + found.len_utf8()).moved(base),
                message,
            )
            .with_help("remove it; it is invisible in most editors"),
        );
    }
    if let Some(file) = pieces::parse(base, text, &scanned) {
        return file;
    }
    // `file` accepts every text. Where another crate of the host asks for pest's own guard of the stack, that can refuse.
    match Grammar::parse(Rule::file, text) {
        Ok(mut pairs) => match pairs.next() {
            Some(file) => {
                let closely = EXPLAINED_CLOSELY;
                let allowances = Vec::new();
                tree::Builder { text, base, whole, scanned: &scanned, diagnostics, closely, allowances }
                    .file(file)
            }
            None => ast::File::default(),
        },
        Err(error) => {
            diagnostics.push(Diagnostic::new(&codes::UNEXPECTED_TEXT, whole, error.variant.message()));
            ast::File::default()
        }
    }
}

/// The tree of a text that is cut into pieces of `bytes` bytes or more, where that is possible and nothing is wrong with
/// it: for the project's own tests.
pub fn parse_in_pieces(bytes: usize, text: &str) -> Option<ast::File> {
    let scanned = scan::scan(text);
    if scanned.too_deep(DEEPEST_NESTING).is_some() {
        return None;
    }
    pieces::parse_by(bytes, 0, text, &scanned)
}

/// A file of which nothing was read: that its header is missing is no second mistake.
fn unread(span: Span) -> ast::File {
    let (keyword, name) = ("policy".to_owned(), String::new());
    let broken = ast::Broken { keyword, name, decision: None, span };
    ast::File { broken: vec![broken], ..ast::File::default() }
}
