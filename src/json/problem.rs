//! What can be wrong with a JSON text.

use crate::source::Place;
use thiserror::Error;

/// One thing that is wrong with a JSON text, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {}, column {}: {kind}", place.line, place.column)]
pub struct JsonProblem {
    /// What.
    pub kind: JsonProblemKind,
    /// The byte offset in the text.
    pub offset: u32,
    /// The same as line and column.
    pub place: Place,
    /// The keys and indices that lead there: `order.items[2]`; empty at the outermost level.
    pub path: String,
}

/// What is wrong with a JSON text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum JsonProblemKind {
    /// There is nothing but blanks.
    #[error("expected a JSON value, found an empty text")]
    Empty,
    /// A value is missing.
    #[error("expected a value, found {found}")]
    NoValue {
        /// What stands there instead.
        found: String,
    },
    /// A key is missing.
    #[error("expected a key in double quotes, found {found}")]
    NoKey {
        /// What stands there instead.
        found: String,
    },
    /// The colon after a key is missing.
    #[error("expected `:` after the key `{key}`, found {found}")]
    NoColon {
        /// The key.
        key: String,
        /// What stands there instead.
        found: String,
    },
    /// A list or object goes on without a comma.
    #[error("expected `,` or `{close}`, found {found}")]
    NoComma {
        /// The bracket that would close it.
        close: char,
        /// What stands there instead.
        found: String,
    },
    /// A comma stands before the closing bracket.
    #[error("nothing follows the `,` before `{close}`")]
    TrailingComma {
        /// The bracket.
        close: char,
    },
    /// The text ends inside a list or object, which begins here.
    #[error("this `{open}` is never closed")]
    NeverClosed {
        /// The bracket that opens it.
        open: char,
    },
    /// A text in quotes does not end on its line.
    #[error("this text is not closed by `\"` on its line")]
    UnclosedText,
    /// Digits and signs that are no number of JSON.
    #[error("expected a number, found `{found}`")]
    NotANumber {
        /// What stands there.
        found: String,
    },
    /// A word that some languages have for a value and JSON has not.
    #[error("`{word}` is no value in JSON")]
    Word {
        /// The word.
        word: String,
    },
    /// A text in single quotes.
    #[error("expected a text in double quotes, found `'`")]
    SingleQuotes,
    /// A comment.
    #[error("JSON has no comments")]
    Comment,
    /// A control character stands in a text as it is.
    #[error("the control character U+{code:04X} must be written as `\\u{code:04x}` in a text")]
    ControlCharacter {
        /// Its code point.
        code: u32,
    },
    /// A backslash with something after it that is no escape.
    #[error("`{found}` is no escape")]
    Escape {
        /// The backslash and what follows.
        found: String,
    },
    /// One half of a surrogate pair without the other.
    #[error("`{found}` is half a character without its other half")]
    LoneSurrogate {
        /// The escape.
        found: String,
    },
    /// A key stands twice in one object.
    #[error("the key `{key}` stands twice; the first one is on line {}", first.line)]
    DuplicateKey {
        /// The key.
        key: String,
        /// Where it stands first.
        first: Place,
    },
    /// Something follows the value.
    #[error("expected the end after the value, found {found}")]
    AfterTheEnd {
        /// What follows.
        found: String,
    },
    /// Lists and objects are nested too deep.
    #[error("lists and objects are nested more than {limit} deep")]
    TooDeep {
        /// The deepest that is allowed.
        limit: usize,
    },
    /// A list has too many elements.
    #[error("this list has more than {limit} elements")]
    ListTooLong {
        /// The most that are allowed.
        limit: usize,
    },
    /// The text has too many bytes.
    #[error("expected at most {limit} bytes, found {length}")]
    TooLong {
        /// The most that are allowed.
        limit: usize,
        /// How many there are.
        length: usize,
    },
}

impl JsonProblemKind {
    /// What to do about it, where that is not plain from the message.
    pub fn help(&self) -> Option<String> {
        match self {
            JsonProblemKind::TrailingComma { .. } => Some("leave out the last `,`".to_owned()),
            JsonProblemKind::UnclosedText => Some("a line break in a text is written `\\n`".to_owned()),
            JsonProblemKind::Word { word } => Some(match word.to_lowercase().as_str() {
                "true" | "yes" => "write `true`".to_owned(),
                "false" | "no" => "write `false`".to_owned(),
                "null" | "none" | "nil" => "write `null` where there is none".to_owned(),
                _ => "leave out the key where the value is not known".to_owned(),
            }),
            JsonProblemKind::NotANumber { found } => number_help(found),
            JsonProblemKind::DuplicateKey { .. } => Some("leave out one of them".to_owned()),
            _ => None,
        }
    }
}

/// The number that was probably meant.
fn number_help(found: &str) -> Option<String> {
    let (sign, digits) = match found.strip_prefix(['-', '+']) {
        Some(digits) => (if found.starts_with('-') { "-" } else { "" }, digits),
        None => ("", found),
    };
    let stripped = digits.trim_start_matches('0');
    let mended = match stripped.chars().next() {
        Some(first) if first.is_ascii_digit() => format!("{sign}{stripped}"),
        Some('.') => format!("{sign}0{stripped}"),
        _ if digits.len() > 1 && stripped.is_empty() => format!("{sign}0"),
        _ => return None,
    };
    let mended = mended.trim_end_matches('.').replace(['_', ','], "");
    (mended != found && crate::value::decimal::Decimal::parse(&mended).is_ok())
        .then(|| format!("write `{mended}`"))
}
