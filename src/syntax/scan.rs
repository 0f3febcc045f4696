//! Reads brackets, quotes and comments before the grammar does.
//!
//! pest recurses where brackets do. With its feature `std` it guards that by the remaining stack of the calling
//! thread, so the same text could be accepted in one thread and refused in another. Here the depth of brackets
//! is counted first and refused at one documented number, and the guard is left out. The same pass notes quotes and brackets that are never closed, because the grammar can
//! only say where it stopped, not where the mistake began. One pass, linear.

/// What one pass over the characters saw. All offsets are bytes, in ascending order.
#[derive(Default)]
pub(crate) struct Scanned {
    /// Quotes that are not closed on their line.
    pub(crate) unclosed_quotes: Vec<usize>,
    /// Brackets that are not closed before the next item, or are closed by one of another kind.
    pub(crate) unclosed_brackets: Vec<usize>,
    /// Round and square brackets that close nothing.
    pub(crate) stray_brackets: Vec<usize>,
    /// Characters that no text may hold.
    pub(crate) control_characters: Vec<usize>,
    /// Where the text can be cut in two that are read apart; see `pieces`.
    pub(crate) cuts: Vec<Cut>,
    /// For each depth, from 1, where it is first reached; no deeper than [`DEEPEST_NOTED`].
    depths: Vec<usize>,
}

const DEEPEST_NOTED: usize = 1_000;

/// The beginning of a line on which an item begins, or a member of a decision, right after a closing brace.
#[derive(Clone, Copy)]
pub(crate) struct Cut {
    /// Where the line begins.
    pub(crate) at: usize,
    /// Whether a decision is open there.
    pub(crate) inside: bool,
}

impl Scanned {
    /// Whether all quotes and brackets are closed, and every character may stand in a text.
    pub(crate) fn is_closed(&self) -> bool {
        let Scanned { unclosed_quotes, unclosed_brackets, stray_brackets, control_characters, .. } = self;
        [unclosed_quotes, unclosed_brackets, stray_brackets, control_characters]
            .iter()
            .all(|it| it.is_empty())
    }

    /// Where brackets are first nested deeper than `limit`.
    pub(crate) fn too_deep(&self, limit: usize) -> Option<usize> {
        self.depths.get(limit).copied()
    }
}

/// Words that begin an item when they stand at the beginning of a line. The grammar's `item_start` has the
/// same list.
pub(crate) const ITEM_KEYWORDS: [&str; 14] = [
    "policy",
    "stages",
    "type",
    "setting",
    "facts",
    "assume",
    "define",
    "decision",
    "disclosure",
    "step",
    "property",
    "test",
    "calendar",
    "use",
];

/// Words that begin a part of a decision. The grammar's `member_start` has the same list.
pub(crate) const MEMBER_KEYWORDS: [&str; 7] =
    ["outcome", "rule", "table", "otherwise", "always", "disclosure", "step"];

/// Words that stand in front of an item's or a member's keyword.
pub(crate) const MODIFIERS: [&str; 3] = ["locked", "replaces", "removes"];

/// Reads the whole text once.
pub(crate) fn scan(text: &str) -> Scanned {
    let mut scanner = Scanner {
        bytes: text.as_bytes(),
        at: 0,
        open: Vec::new(),
        last_brace: None,
        in_decision: false,
        after_table: false,
        out: Scanned::empty(),
    };
    scanner.run();
    scanner.out.unclosed_brackets.sort_unstable();
    scanner.out
}

impl Scanned {
    fn empty() -> Self {
        Scanned {
            unclosed_quotes: Vec::new(),
            unclosed_brackets: Vec::new(),
            stray_brackets: Vec::new(),
            control_characters: Vec::new(),
            cuts: Vec::new(),
            depths: Vec::new(),
        }
    }
}

/// Whether a byte means something to this reader, somewhere.
const fn is_sign(byte: u8) -> bool {
    byte < 0x20 || matches!(byte, b'"' | b'#' | b'\\' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | 0x7f | 0xe2)
}

/// The same as a table: most bytes of a text are passed over.
static SIGNS: [bool; 256] = {
    let mut signs = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        signs[byte] = is_sign(byte as u8);
        byte += 1;
    }
    signs
};

struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
    /// Open brackets: offset and the byte that closes it.
    open: Vec<(usize, u8)>,
    /// Where the last `}` stands that is no part of a quoted text.
    last_brace: Option<usize>,
    /// Whether the item around is a decision.
    in_decision: bool,
    /// Whether a table has begun in it.
    after_table: bool,
    out: Scanned,
}

impl Scanner<'_> {
    fn run(&mut self) {
        let mut line_start = true;
        loop {
            if line_start {
                self.line_starts();
            }
            self.pass_over();
            let Some(&byte) = self.bytes.get(self.at) else { break };
            line_start = byte == b'\n';
            match byte {
                b'#' => self.skip_comment(),
                b'"' => self.quoted(),
                _ => {
                    if byte == b'}' {
                        self.last_brace = Some(self.at);
                    }
                    self.bracket(byte);
                    self.control(byte);
                    self.at += 1;
                }
            }
        }
        self.close_all();
    }

    /// Goes on to the next sign, or to the end.
    fn pass_over(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let is_sign = |byte: &u8| SIGNS.get(usize::from(*byte)).copied().unwrap_or(false);
        self.at += rest.iter().position(is_sign).unwrap_or(rest.len());
    }

    fn skip_comment(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at).filter(|byte| **byte != b'\n') {
            self.control(byte);
            self.at += 1;
        }
    }

    /// A quoted text. Braces in it count, because a hole holds an expression. A quote inside a hole is taken
    /// for the end: what follows can only be mistaken for an unclosed quote, which is then not used.
    fn quoted(&mut self) {
        let start = self.at;
        let depth = self.open.len();
        let mut closed = false;
        self.at += 1;
        loop {
            self.pass_over();
            let Some(&byte) = self.bytes.get(self.at) else { break };
            match byte {
                b'\n' => break,
                b'"' => {
                    closed = true;
                    self.at += 1;
                    break;
                }
                b'\\' => self.at += 1,
                b'{' => self.bracket(byte),
                b'(' | b'}' | b')' if self.open.len() > depth => self.bracket(byte),
                _ => self.control(byte),
            }
            self.at += 1;
        }
        if !closed {
            self.out.unclosed_quotes.push(start);
        }
        self.open.truncate(depth);
    }

    fn bracket(&mut self, byte: u8) {
        let closer = match byte {
            b'(' => b')',
            b'{' => b'}',
            b'[' => b']',
            b')' | b'}' | b']' => return self.close(byte),
            _ => return,
        };
        self.open.push((self.at, closer));
        if self.open.len() > self.out.depths.len() && self.out.depths.len() < DEEPEST_NOTED {
            self.out.depths.push(self.at);
        }
    }

    /// A closing bracket. A `)` never closes a `{`: there is one too many. A `}` closes its `{` even where a
    /// `(` inside is still open.
    fn close(&mut self, byte: u8) {
        match self.open.last() {
            Some((_, closer)) if *closer == byte => {
                self.open.pop();
            }
            Some((_, b'}')) | None if byte != b'}' => self.out.stray_brackets.push(self.at),
            Some((offset, _)) => {
                self.out.unclosed_brackets.push(*offset);
                let kept = self.open.iter().rposition(|it| it.1 == byte).unwrap_or(self.open.len() - 1);
                self.open.truncate(kept);
            }
            None => {}
        }
    }

    fn control(&mut self, byte: u8) {
        let allowed = matches!(byte, b'\n' | b'\r' | b'\t');
        if (byte < 0x20 && !allowed) || byte == 0x7f || (byte == 0xe2 && self.turns_direction()) {
            self.out.control_characters.push(self.at);
        }
    }

    /// Whether U+202A to U+202E or U+2066 to U+2069 stands here. They turn the direction of writing, so that a
    /// text can look like another one than it is.
    fn turns_direction(&self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        matches!(rest, [0xe2, 0x80, 0xaa..=0xae, ..] | [0xe2, 0x81, 0xa6..=0xa9, ..])
    }

    /// Before an item nothing is open, and before a member of a decision only the decision is.
    fn line_starts(&mut self) {
        let word = self.past_modifier(self.at);
        if self.word_at(&ITEM_KEYWORDS, word) {
            if self.open.is_empty() && self.follows_brace() {
                self.out.cuts.push(Cut { at: self.at, inside: false });
            }
            self.close_all();
            self.in_decision = self.word_at(&["decision"], word);
            self.after_table = false;
            return;
        }
        if !self.in_decision {
            return;
        }
        let member = self.past_modifier(self.at + self.blanks(self.at));
        match (self.open.as_slice(), self.word_at(&MEMBER_KEYWORDS, member)) {
            ([_, (offset, b'}'), ..], true) => {
                self.out.unclosed_brackets.push(*offset);
                self.open.truncate(1);
            }
            // The rows of a table are named by how many tables stand before it.
            ([_], true) if self.word_at(&["table"], member) => self.after_table = true,
            ([_], true) if !self.after_table && self.follows_brace() => {
                self.out.cuts.push(Cut { at: self.at, inside: true })
            }
            _ => {}
        }
    }

    /// Whether a `}` stands before this line, with nothing between but blanks and comments.
    fn follows_brace(&self) -> bool {
        let Some(mut rest) = self.last_brace.and_then(|it| self.bytes.get(it + 1..self.at)) else {
            return false;
        };
        loop {
            rest = rest.trim_ascii_start();
            match rest {
                [] => return true,
                [b'#', ..] => {
                    let end = rest.iter().position(|it| *it == b'\n').unwrap_or(rest.len());
                    rest = rest.get(end..).unwrap_or_default();
                }
                _ => return false,
            }
        }
    }

    /// How many blanks stand at `at`.
    fn blanks(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        rest.iter().take_while(|it| matches!(**it, b' ' | b'\t')).count()
    }

    /// Where the keyword stands that may follow `locked`, `replaces` or `removes`.
    fn past_modifier(&self, at: usize) -> usize {
        let found = MODIFIERS.iter().find(|word| self.word_at(&[word], at));
        found.map_or(at, |word| at + word.len() + self.blanks(at + word.len()))
    }

    /// Whether one of `words` stands at `at`, and a blank after it.
    fn word_at(&self, words: &[&str], at: usize) -> bool {
        let rest = self.bytes.get(at..).unwrap_or_default();
        words.iter().any(|word| {
            let after = rest.get(word.len()).copied().unwrap_or(b' ');
            rest.starts_with(word.as_bytes()) && matches!(after, b' ' | b'\t' | b'\r' | b'\n')
        })
    }

    fn close_all(&mut self) {
        if let Some((offset, _)) = self.open.first() {
            self.out.unclosed_brackets.push(*offset);
        }
        self.open.clear();
    }
}
