//! What people write who come from other languages, from spreadsheets or from a word processor, and what to
//! write here.
//!
//! A habit is recognised by the word or character where reading stopped or by the words right before it: the
//! grammar reads the `within` of `is within 30 days` as a name and stops only at the number. Where there is
//! one exact replacement, it is offered as a fix.

use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::{
    Rule, codes,
    message::{Failure, first_token, is_blank, leading_blank, shorten},
    scan::ITEM_KEYWORDS,
};

mod clock;
mod sign;
mod table;
mod word;

/// A habit that was recognised.
pub(super) struct Habit {
    /// The place in the broken text.
    from: usize,
    to: usize,
    /// What stands there, for the message.
    found: String,
    /// What was expected instead, where that is not what the grammar says.
    expected: Option<&'static str>,
    help: String,
    replacement: Option<String>,
}

impl Habit {
    /// A habit of the text from `from` to `to`.
    fn new(failure: &Failure<'_>, from: usize, to: usize, help: impl Into<String>) -> Habit {
        let text = failure.item.get(from..to).unwrap_or("");
        let found = format!("`{}`", shorten(text));
        Habit { from, to, found, expected: None, help: help.into(), replacement: None }
    }

    /// A habit of the token where reading stopped.
    fn here(failure: &Failure<'_>, help: impl Into<String>) -> Habit {
        Habit::new(failure, failure.at, failure.at + failure.token.len(), help)
    }

    fn expected(mut self, words: &'static str) -> Habit {
        self.expected = Some(words);
        self
    }

    fn becomes(mut self, text: impl Into<String>) -> Habit {
        self.replacement = Some(text.into());
        self
    }

    /// The finding. `start` is where the broken text begins in the policy.
    pub(super) fn report(self, expected: &str, start: usize) -> Diagnostic {
        let expected = self.expected.unwrap_or(expected);
        let span = Span::new(start + self.from, start + self.to);
        let message = format!("expected {expected}, found {}", self.found);
        let diagnostic = Diagnostic::new(&codes::UNEXPECTED_TEXT, span, message).with_help(self.help);
        match self.replacement {
            Some(text) => diagnostic.with_fix(span, text),
            None => diagnostic,
        }
    }
}

/// The habit that explains the failure, if one does.
pub(super) fn find(failure: &Failure<'_>) -> Option<Habit> {
    character(failure)
        .or_else(|| table::find(failure))
        .or_else(|| word::before(failure))
        .or_else(|| clock::find(failure))
        .or_else(|| number(failure))
        .or_else(|| sign::find(failure))
        .or_else(|| word::find(failure))
}

// ── characters ───────────────────────────────────────────────────────────────────────────────────

/// A character that looks like another one, or like none.
fn character(failure: &Failure<'_>) -> Option<Habit> {
    let character = failure.item.get(failure.at..)?.chars().next().filter(|it| !it.is_ascii())?;
    let code = format!("U+{:04X}", u32::from(character));
    let end = failure.at + character.len_utf8();
    let here = |help: &str| Habit::new(failure, failure.at, end, help);
    if character.is_whitespace() {
        let what = if matches!(character, '\u{a0}' | '\u{202f}' | '\u{2007}') {
            "a no-break space"
        } else {
            "a wide or narrow space"
        };
        let help = "put an ordinary space in its place; it looks the same and comes from word processors and web pages";
        let mut it = here(help).expected("a space").becomes(" ");
        it.found = format!("{what} ({code})");
        return Some(it);
    }
    if matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}') {
        let help = "remove it; it cannot be seen and comes from word processors and web pages";
        let mut it = here(help).expected("only what can be seen").becomes("");
        it.found = format!("an invisible character ({code})");
        return Some(it);
    }
    let becomes = match character {
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '‘' | '’' | '‚' | '′' => {
            return Some(curly(failure, end));
        }
        '–' | '—' | '−' | '‐' | '‑' => "-",
        '≤' => "<=",
        '≥' => ">=",
        '≠' => "is not",
        '×' | '·' => "*",
        '÷' => "/",
        '＝' => "is",
        '→' | '⇒' => return Some(here("write `then` in a rule, `implies` in a condition")),
        '…' => return Some(here("a list is written out: name every value")),
        '\u{ff01}'..='\u{ff5e}' => {
            let plain = char::from_u32(u32::from(character) - 0xfee0)?;
            return Some(here(&format!("write the ordinary `{plain}`")).becomes(plain));
        }
        it if it.is_alphanumeric() => return Some(foreign_letter(failure)),
        _ => return None,
    };
    Some(here(&format!("write `{becomes}`")).becomes(becomes))
}

/// A text between quotes of a word processor.
fn curly(failure: &Failure<'_>, after: usize) -> Habit {
    let help = "texts stand between straight double quotes: `\"…\"`; word processors make them curly";
    let line = failure.item.get(after..).and_then(|it| it.lines().next()).unwrap_or("");
    match line.find(['“', '”', '»', '«', '″', '’', '‘', '′', '"']) {
        Some(length) if !line[..length].contains('\\') => {
            let close = line[length..].chars().next().map_or(0, char::len_utf8);
            let text = format!("\"{}\"", &line[..length]);
            Habit::new(failure, failure.at, after + length + close, help).becomes(text)
        }
        _ => Habit::new(failure, failure.at, after, help).becomes("\""),
    }
}

/// A letter that no name can have. The whole word is shown.
fn foreign_letter(failure: &Failure<'_>) -> Habit {
    let before = failure.item.get(..failure.at).unwrap_or("");
    let begin = before.trim_end_matches(|it: char| it.is_alphanumeric() || it == '_').len();
    let letter: String = failure.token.chars().take(1).collect();
    let code = letter.chars().next().map_or(0, u32::from);
    let help = format!("`{letter}` (U+{code:04X}) is none of these; texts in quotes may hold any letter");
    Habit::new(failure, begin, failure.at + failure.token.len(), help)
        .expected("a word of the letters a to z, digits and `_`")
}

// ── numbers, amounts, dates ──────────────────────────────────────────────────────────────────────

fn is_number(token: &str) -> bool {
    token.starts_with(|it: char| it.is_ascii_digit())
        && token.bytes().all(|it| it.is_ascii_digit() || it == b'_')
}

fn is_unit(word: &str) -> bool {
    ["day", "month", "year", "hour", "minute", "second"].contains(&word.strip_suffix('s').unwrap_or(word))
}

/// Whether the word is a usual currency code. The table of all of them belongs to the values, of which the
/// grammar knows nothing.
fn is_currency(word: &str) -> bool {
    ["USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "INR", "CNY", "SEK", "PLN", "BRL"].contains(&word)
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn number(failure: &Failure<'_>) -> Option<Habit> {
    let token = failure.token;
    let (last_at, last) = failure.before().next().unwrap_or((failure.at, ""));
    if let Some(end) = token.find(|it: char| !it.is_ascii_digit()).filter(|it| *it > 0) {
        let (digits, word) = token.split_at(end);
        return match word {
            _ if is_unit(word) => {
                let mended = format!("{digits} {word}");
                Some(Habit::here(failure, format!("write `{mended}`, with a space")).becomes(mended))
            }
            _ if failure.wants_value() => {
                Some(Habit::here(failure, "a number and a word have a space between them"))
            }
            _ => Some(Habit::here(failure, "a name begins with a letter")),
        };
    }
    if is_number(last) {
        return after_number(failure, last_at, last);
    }
    if MONTHS.iter().any(|it| it.get(..3).is_some_and(|short| last.starts_with(short))) && is_number(token) {
        let help = "a date is written year-month-day, as in `2026-03-01`";
        return Some(Habit::new(failure, last_at, failure.at + token.len(), help).expected("a value"));
    }
    if is_number(token) && last.len() == 3 && is_currency(&last.to_uppercase()) {
        let code = last.to_uppercase();
        let help = format!("write the code in capitals: `{code} {token}`");
        return Some(Habit::new(failure, last_at, last_at + 3, help).expected("a value").becomes(code));
    }
    if is_unit(token)
        && ["one", "two", "three", "seven", "ten", "fourteen", "thirty", "sixty", "ninety"].contains(&last)
    {
        let help = format!("write the number in digits, as in `30 {token}`");
        return Some(Habit::new(failure, last_at, failure.at + token.len(), help).expected("a value"));
    }
    None
}

/// What follows a number and belongs to it.
fn after_number(failure: &Failure<'_>, at: usize, number: &str) -> Option<Habit> {
    let item = failure.item;
    // The whole number: `1.3` of `1.3.2026`.
    let from = item
        .get(..at)
        .map_or(at, |it| it.trim_end_matches(|it: char| it.is_ascii_digit() || it == '.').len());
    let whole = item.get(from..failure.at)?.trim_end_matches(is_blank);
    let end = failure.at + failure.token.len();
    let joined = |text: String| {
        Habit::new(failure, from, end, format!("write `{text}`")).expected("a value").becomes(text)
    };
    Some(match failure.token {
        "%" | "percent" | "pct" => joined(format!("{whole}%")),
        "week" | "weeks" => match number.parse::<u32>() {
            Ok(weeks) if weeks < 1_000 && whole == number => joined(format!("{} days", weeks * 7)),
            _ => Habit::here(failure, "count days: one week is `7 days`"),
        },
        "working" | "work" => {
            Habit::here(failure, "write `business`, as in `3 business days`").becomes("business")
        }
        "hrs" | "hr" | "h" => Habit::here(failure, "write `hours`").becomes("hours"),
        "min" | "mins" => Habit::here(failure, "write `minutes`").becomes("minutes"),
        "sec" | "secs" => Habit::here(failure, "write `seconds`").becomes("seconds"),
        "$" | "€" | "£" | "¥" => {
            let code = code_of(failure.token);
            let help = format!("write an amount with its currency code first, as in `{code} {whole}`");
            Habit::new(failure, from, end, help).expected("a value")
        }
        token if token.len() == 3 && is_currency(token) => joined(format!("{token} {whole}")),
        "," => return comma_in_number(failure),
        "." if failure.item.get(end..).is_some_and(|it| it.starts_with(|it: char| it.is_ascii_digit())) => {
            let length = item.get(end..)?.find(|it: char| !it.is_ascii_digit()).unwrap_or(0);
            let help = "a date is written year-month-day, as in `2026-03-01`; a number has one point";
            Habit::new(failure, from, end + length, help).expected("a value")
        }
        _ => return None,
    })
}

fn comma_in_number(failure: &Failure<'_>) -> Option<Habit> {
    let after = first_token(failure.item.get(failure.at + 1..)?);
    let digits = is_number(after).then_some(after.len())?;
    Some(if digits == 3 {
        Habit::here(
            failure,
            "no comma stands in a number: write a thousand as `1_000` and a fraction as `0.125`",
        )
    } else {
        Habit::here(failure, "no comma stands in a number: a fraction is written with a point, as in `49.99`")
            .becomes(".")
    })
}

/// The usual code of a currency sign.
fn code_of(sign: &str) -> &'static str {
    match sign {
        "€" => "EUR",
        "£" => "GBP",
        "¥" => "JPY",
        _ => "USD",
    }
}

// ── the rest of a rule, an item or a test ────────────────────────────────────────────────────────

/// What helps where the word itself is no habit, but its place is.
pub(super) fn clause(failure: &Failure<'_>, signs: &[&str]) -> Option<String> {
    let word = failure.token.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
    let tried = |it: Rule| failure.tried.contains(&it);
    let last = failure.last();
    let named =
        failure.item.get(failure.keyword().len()..).map(|it| it.get(leading_blank(it)..).unwrap_or(""));
    let name_is_last =
        named.is_some_and(|it| first_token(it) == last) && failure.before().take(3).count() == 2;
    let one_line = failure.before().next().and_then(|it| failure.item.get(it.0..failure.at));
    let one_line = one_line.is_some_and(|it| !it.contains('\n'));
    if name_is_last
        && one_line
        && (word || failure.token == "-")
        && last.starts_with(|it: char| it.is_ascii_alphabetic())
    {
        return Some(format!(
            "a name is one word: join its parts with `_`, as in `{last}_{}`",
            if word { failure.token } else { "…" }
        ));
    }
    if failure.wants_value() {
        return match last {
            "and" | "or" | "not" | "is" | "implies" => {
                Some(format!("write what follows the `{last}`, or remove it"))
            }
            "when" | "unless" => Some(format!("write a condition after `{last}`, or remove it")),
            "{" if failure.token == "}" => Some(
                "a hole holds a value, as in `{order.total}`; a brace in a text is written `\\{`".to_owned(),
            ),
            "(" if failure.token == ")" => Some("a name that takes no values has no parentheses".to_owned()),
            _ => None,
        };
    }
    if signs.contains(&"}") {
        return Some("close the hole with `}`; a brace in a text is written `\\{`".to_owned());
    }
    if word && signs.contains(&",") {
        return Some("the parts of a list are separated by `,`".to_owned());
    }
    if word && tried(Rule::k_then) | tried(Rule::then) {
        let clause =
            |it: &str| failure.item.split(|it: char| !it.is_ascii_alphabetic()).any(|word| word == it);
        return match (clause("then"), clause("when")) {
            (false, _) => Some("the outcome of a rule begins with `then`, as in `then approve`".to_owned()),
            (_, false) => Some("the condition of a rule begins with `when`".to_owned()),
            _ => None,
        };
    }
    if failure.token.starts_with('"') && (tried(Rule::name) || tried(Rule::dotted)) {
        return Some("a name is one word without quotes, as in `fast_lane`".to_owned());
    }
    if signs.contains(&":")
        && matches!(last, "date" | "boolean" | "integer" | "text" | "money" | "days" | "percent")
    {
        return Some(format!(
            "the name comes first, as in `{}: {last}`",
            if word { failure.token } else { "today" }
        ));
    }
    if word && signs.contains(&":") && matches!(failure.keyword(), "facts" | "type") {
        return Some("a fact and its type are joined by `:`".to_owned());
    }
    if failure.tried == [Rule::k_as] {
        let help = "a value of a list is a word without quotes; one that is no word gets a name, as in `\"gift-card\" as gift_card`";
        return Some(help.to_owned());
    }
    if tried(Rule::rounding_mode) {
        return Some("say how and to what, as in `rounded half up to USD 0.01`".to_owned());
    }
    let text = tried(Rule::string) || tried(Rule::template);
    if word && text && failure.tried.len() == 1 && signs.is_empty() {
        return Some(format!("put the words in quotes: `{last} \"…\"`"));
    }
    None
}

/// What helps where an item or a part of a decision begins with a word that stands elsewhere.
pub(super) fn misplaced(found: &str, item: &str, member: bool) -> Option<String> {
    let help = match found {
        "/" | "//" | "--" | "'" | ";" | "%" => "a comment begins with `#`",
        "}" => "this `}` closes nothing: remove it, or look for one too many above",
        "if" | "when" | "unless" | "then" | "and" | "or" => {
            "a condition stands in a rule: `rule NAME { when … then … }`"
        }
        "else" | "default" | "elsif" | "elif" | "fallback" => {
            "what decides when no rule holds is `otherwise OUTCOME`, after the rules"
        }
        "rule" | "outcome" | "otherwise" | "always" if !member => {
            "it stands inside a decision: `decision NAME { … }`; is there a `}` too many above?"
        }
        "because" | "cites" => "it stands inside a rule, or after `otherwise`",
        "allow" if !member => {
            "it stands inside the item of which it speaks, or in the header, after `language 1`, for the whole file"
        }
        "let" | "var" | "const" | "def" | "set" | "function" | "variable" => {
            "name a value with `define NAME = …`"
        }
        "fact" | "input" | "inputs" | "field" | "fields" => "facts are declared in `facts { … }`",
        "import" | "include" | "require" => "a policy stands in one file in this version",
        _ if member && ITEM_KEYWORDS.contains(&found) => {
            return Some(format!("`{found}` stands at the top of the file, outside every decision"));
        }
        _ if !member && item.contains('?') => {
            "a question to the host is written behind its fact, as in `ask \"…\"`"
        }
        _ => return None,
    };
    Some(help.to_owned())
}
