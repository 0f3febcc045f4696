//! Reads a long text in pieces, on as many threads as there are, and puts the tree together.
//!
//! A text is cut where a line begins with the keyword of an item, or of a member of a decision, right after the brace
//! that closes the one before it:
//!
//! ```text
//!   policy …  facts { … }                             outside   items, then the decision that is open at the end
//!   decision refund { outcome …  rule r1 { … }
//!   ───────────────────────────────────────────────
//!   rule r2 { … }  rule r3 { … }                      inside    members of the decision that is open
//!   ───────────────────────────────────────────────
//!   rule r4 { … } }  test "…" { … }                   inside    members, the brace that closes it, items
//! ```
//!
//! The tree is that of the whole text. The grammar takes the first alternative that fits, so what it makes of an item
//! depends on what comes after it only where it reads past its end. It does not: an item or a member that ends with
//! its own brace is over there, and nothing that is tried inside of it goes further, because every part of the
//! grammar takes as many closing braces as opening ones (but for `broken` ones, which no piece has) and no quoted text
//! goes beyond its line. That the last part of each piece ends with a brace is asked of the tree, not of the scan
//! that proposes the places. Only what an item says of its whole decision is put together afterwards: its span and
//! the scope of its `allow`.
//!
//! A text with any mistake in it is read again as a whole, so that no message depends on pieces. Short texts are not
//! cut at all.

use pest::Parser as _;

use crate::{
    diag::Diagnostics,
    source::Span,
    syntax::{
        Pair, Rule,
        ast::{Allowance, Decision, File, Item},
        grammar::Grammar,
        scan::{Cut, Scanned},
        tree::Builder,
    },
    threads,
};

/// A shorter text is read before a thread has begun.
const LONG: usize = 64 << 10;
/// What the grammar makes of so many bytes stays in the fast memory of a processor.
const PIECE: usize = 16 << 10;

/// Reads a text of which the first byte has the offset `base`. `None` where it is short, cannot be cut, or holds
/// anything that is to be reported.
pub(super) fn parse(base: u32, text: &str, scanned: &Scanned) -> Option<File> {
    if text.len() < LONG { None } else { parse_by(PIECE, base, text, scanned) }
}

/// The same with pieces of about so many bytes.
pub(super) fn parse_by(bytes: usize, base: u32, text: &str, scanned: &Scanned) -> Option<File> {
    if !scanned.is_closed() {
        return None;
    }
    let cuts = cuts(bytes, scanned);
    let whole = Span::new(0, text.len()).moved(base);
    let read = |(start, end): &(Cut, usize)| {
        let read = piece(text.get(start.at..*end)?, *start, base, whole, scanned)?;
        (read.ends_with_brace || *end == text.len()).then_some(read)
    };
    let ends = cuts.iter().skip(1).map(|it| it.at).chain([text.len()]);
    let parts: Vec<(Cut, usize)> = cuts.iter().copied().zip(ends).collect();
    if parts.len() < 2 {
        return None;
    }
    joined(threads::each(&parts, read))
}

/// The beginnings of the pieces: the first cut after each so many bytes.
fn cuts(bytes: usize, scanned: &Scanned) -> Vec<Cut> {
    let mut cuts = vec![Cut { at: 0, inside: false }];
    let mut next = bytes;
    for cut in scanned.cuts.iter().filter(|it| it.at > 0) {
        if cut.at >= next {
            cuts.push(*cut);
            next = cut.at + bytes;
        }
    }
    cuts
}

/// What one piece holds.
struct Piece {
    /// What it adds to the decision that is open where it begins.
    more: Option<Part>,
    /// The brace that closes that decision.
    closed: Option<Span>,
    /// The items.
    file: File,
    /// The decision that is open where it ends.
    opened: Option<Part>,
    /// Whether the last thing in it ends with its own brace.
    ends_with_brace: bool,
}

/// A part of a decision, and what is allowed in it.
struct Part {
    decision: Decision,
    /// What is allowed of the decision itself.
    direct: Vec<Allowance>,
    /// What is allowed of its members.
    inner: Vec<Allowance>,
}

fn piece(text: &str, start: Cut, base: u32, whole: Span, scanned: &Scanned) -> Option<Piece> {
    let form = if start.inside { Rule::inside } else { Rule::outside };
    let pair = Grammar::parse(form, text).ok()?.next()?;
    let mut diagnostics = Diagnostics::default();
    let base = base.checked_add(u32::try_from(start.at).ok()?)?;
    let (found, closely, allowances) = (&mut diagnostics, 0, Vec::new());
    let mut builder = Builder { text, base, whole, scanned, diagnostics: found, closely, allowances };
    let mut piece =
        Piece { more: None, closed: None, file: File::default(), opened: None, ends_with_brace: false };
    for it in pair.into_inner() {
        if it.as_rule() != Rule::EOI {
            let own = text.get(builder.span(&it).back(base).range());
            piece.ends_with_brace = own.is_some_and(|it| it.ends_with('}'));
        }
        match it.as_rule() {
            Rule::more => piece.more = Some(builder.part(it)),
            Rule::closing => piece.closed = Some(builder.span(&it)),
            Rule::opened => piece.opened = Some(builder.part(it)),
            Rule::header => {
                let header = builder.header(it);
                piece.file.headers.push(header);
            }
            Rule::EOI => {}
            _ => {
                let item = builder.item(it, &mut piece.file.broken);
                piece.file.items.extend(item);
            }
        }
        piece.file.allowances.append(&mut builder.allowances);
    }
    (diagnostics.is_empty() && piece.file.broken.is_empty()).then_some(piece)
}

impl<'i> Builder<'i, '_> {
    /// A part of a decision. Takes what is allowed in it.
    fn part(&mut self, pair: Pair<'i>) -> Part {
        let direct = pair.clone().into_inner().filter(|it| it.as_rule() == Rule::allow).count();
        let before = std::mem::take(&mut self.allowances);
        let mut broken = Vec::new();
        let decision = self.decision(pair, &mut broken);
        let mut direct_and_inner = std::mem::replace(&mut self.allowances, before);
        let inner = direct_and_inner.split_off(direct.min(direct_and_inner.len()));
        Part { decision, direct: direct_and_inner, inner }
    }
}

/// Puts the pieces together.
fn joined(pieces: Vec<Option<Piece>>) -> Option<File> {
    let mut file = File::default();
    let mut open: Option<Part> = None;
    for piece in pieces {
        let mut piece = piece?;
        if let Some(more) = piece.more {
            open.as_mut()?.add(more)?;
        }
        if let Some(closed) = piece.closed {
            let Part { mut decision, mut direct, mut inner } = open.take()?;
            decision.span = decision.span.to(closed);
            direct.iter_mut().for_each(|it| it.scope = decision.span);
            file.items.push(Item::Decision(decision));
            file.allowances.append(&mut direct);
            file.allowances.append(&mut inner);
        }
        file.headers.append(&mut piece.file.headers);
        file.items.append(&mut piece.file.items);
        file.allowances.append(&mut piece.file.allowances);
        if let Some(opened) = piece.opened
            && open.replace(opened).is_some()
        {
            return None;
        }
    }
    open.is_none().then_some(file)
}

impl Part {
    /// Adds what the next piece holds. The rows of a table are named by the tables before it, so only one part has
    /// some.
    fn add(&mut self, more: Part) -> Option<()> {
        let (own, mut next) = (&mut self.decision, more.decision);
        if !own.tables.is_empty() && !next.tables.is_empty() {
            return None;
        }
        next.tables.iter_mut().for_each(|it| it.first += own.rules.len());
        own.outcomes.append(&mut next.outcomes);
        own.rules.append(&mut next.rules);
        own.tables.append(&mut next.tables);
        own.otherwise.append(&mut next.otherwise);
        own.always.append(&mut next.always);
        own.obligations.append(&mut next.obligations);
        own.changes.append(&mut next.changes);
        self.direct.extend(more.direct);
        self.inner.extend(more.inner);
        Some(())
    }
}
