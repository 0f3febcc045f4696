//! Reads JSON text into a [`Datum`], with the place of every key and value.
//!
//! Strict RFC 8259 over one text: numbers stay text, nothing is repaired. The first mistake of syntax ends the
//! reading; keys that stand twice are collected. One byte-order mark at the beginning is skipped. Descent is
//! by recursion of at most [`DEEPEST`] levels, so no text exhausts the stack; the cost
//! is linear in the text.

use crate::datum::{DEEPEST, Datum, Kind, Member};
use crate::json::duplicates::{Duplicate, Step, duplicates, join};
use crate::json::problem::{JsonProblem, JsonProblemKind};
use crate::limits::Limits;
use crate::source::Source;
use crate::value::form::{clipped, escaped};

/// Reads one JSON value. Every key stands once in its object.
///
/// # Errors
///
/// The first mistake of syntax or limit; or else all keys that stand twice, in order of writing, up to
/// [`Limits::findings`].
pub fn read(text: &str, limits: &Limits) -> Result<Datum, Vec<JsonProblem>> {
    let datum = parse(text, limits).map_err(|problem| vec![problem])?;
    let found = duplicates(&datum, limits.findings.max(1));
    if found.is_empty() {
        return Ok(datum);
    }
    let source = Source::new("", text);
    let problem = |duplicate: Duplicate<'_>| {
        let place = |offset: Option<u32>| source.place(offset.unwrap_or(0));
        let kind =
            JsonProblemKind::DuplicateKey { key: duplicate.key.to_owned(), first: place(duplicate.first) };
        let offset = duplicate.again.unwrap_or(0);
        JsonProblem { kind, offset, place: source.place(offset), path: duplicate.path }
    };
    Err(found.into_iter().map(problem).collect())
}

/// Reads one JSON value. A key that stands twice is there twice.
pub(crate) fn parse(text: &str, limits: &Limits) -> Result<Datum, JsonProblem> {
    let mut reader = Reader { text, at: 0, limits, path: Vec::new() };
    reader.document().map_err(|(kind, at)| {
        let offset = u32::try_from(at).unwrap_or(u32::MAX);
        let place = Source::new("", text).place(offset);
        JsonProblem { kind, offset, place, path: reader.path_text() }
    })
}

/// A mistake and its byte offset.
type Mistake = (JsonProblemKind, usize);

struct Reader<'t> {
    text: &'t str,
    at: usize,
    limits: &'t Limits,
    /// Where the reader is; it stays as it was where a mistake is found.
    path: Vec<OwnedStep>,
}

enum OwnedStep {
    Key(String),
    Index(usize),
}

impl<'t> Reader<'t> {
    fn path_text(&self) -> String {
        let steps: Vec<_> = self
            .path
            .iter()
            .map(|step| match step {
                OwnedStep::Key(key) => Step::Key(key),
                OwnedStep::Index(index) => Step::Index(*index),
            })
            .collect();
        join(&steps)
    }

    fn document(&mut self) -> Result<Datum, Mistake> {
        let (limit, length) = (self.limits.facts_bytes, self.text.len());
        if length > limit {
            return Err((JsonProblemKind::TooLong { limit, length }, limit));
        }
        if self.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
        }
        self.skip_blanks();
        if self.at == self.text.len() {
            return Err((JsonProblemKind::Empty, self.at));
        }
        let datum = self.value()?;
        self.skip_blanks();
        match self.at == self.text.len() {
            true => Ok(datum),
            false => Err(self.unexpected(|found| JsonProblemKind::AfterTheEnd { found })),
        }
    }

    fn value(&mut self) -> Result<Datum, Mistake> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.object()?,
            Some(b'[') => self.list()?,
            Some(b'"') => Kind::Text(self.quoted()?),
            Some(b'-' | b'+' | b'.' | b'0'..=b'9') => self.number()?,
            Some(byte) if byte.is_ascii_alphabetic() => self.word()?,
            _ => return Err(self.unexpected(|found| JsonProblemKind::NoValue { found })),
        };
        Ok(Datum { kind, offset: u32::try_from(start).ok() })
    }

    fn list(&mut self) -> Result<Kind, Mistake> {
        let open = self.open()?;
        let mut items = Vec::new();
        while self.goes_on(open, b']', items.is_empty())? {
            if items.len() >= self.limits.list_length {
                return Err((JsonProblemKind::ListTooLong { limit: self.limits.list_length }, open));
            }
            self.path.push(OwnedStep::Index(items.len()));
            items.push(self.value()?);
            self.path.pop();
        }
        Ok(Kind::List(items))
    }

    fn object(&mut self) -> Result<Kind, Mistake> {
        let open = self.open()?;
        let mut members = Vec::new();
        while self.goes_on(open, b'}', members.is_empty())? {
            let offset = u32::try_from(self.at).ok();
            if self.peek() != Some(b'"') {
                return Err(self.unexpected(|found| JsonProblemKind::NoKey { found }));
            }
            let key = self.quoted()?;
            self.path.push(OwnedStep::Key(key.clone()));
            self.skip_blanks();
            if self.peek() != Some(b':') {
                return Err(self.unexpected(|found| JsonProblemKind::NoColon { key, found }));
            }
            self.at += 1;
            self.skip_blanks();
            let value = self.value()?;
            self.path.pop();
            members.push(Member { key, offset, value });
        }
        Ok(Kind::Object(members))
    }

    /// Goes past an opening bracket; gives its offset.
    fn open(&mut self) -> Result<usize, Mistake> {
        let limit = self.limits.facts_nesting.min(DEEPEST);
        if self.path.len() >= limit {
            return Err((JsonProblemKind::TooDeep { limit }, self.at));
        }
        self.at += 1;
        Ok(self.at - 1)
    }

    /// Goes past the comma or bracket before the next element; whether there is one.
    fn goes_on(&mut self, open: usize, close: u8, is_first: bool) -> Result<bool, Mistake> {
        self.skip_blanks();
        match self.peek() {
            Some(byte) if byte == close => {
                self.at += 1;
                return Ok(false);
            }
            None => return Err((self.never_closed(open), open)),
            Some(_) if is_first => return Ok(true),
            Some(b',') => self.at += 1,
            Some(_) => {
                let close = char::from(close);
                return Err(self.unexpected(|found| JsonProblemKind::NoComma { close, found }));
            }
        }
        let comma = self.at - 1;
        self.skip_blanks();
        match self.peek() {
            Some(byte) if byte == close => {
                Err((JsonProblemKind::TrailingComma { close: char::from(close) }, comma))
            }
            None => Err((self.never_closed(open), open)),
            Some(_) => Ok(true),
        }
    }

    fn never_closed(&self, open: usize) -> JsonProblemKind {
        let open = if self.text.as_bytes().get(open) == Some(&b'{') { '{' } else { '[' };
        JsonProblemKind::NeverClosed { open }
    }

    /// Reads the longest run of what numbers are made of, and then asks whether it is one.
    fn number(&mut self) -> Result<Kind, Mistake> {
        let start = self.at;
        let part_of_number =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_');
        let run = self.take_while(part_of_number);
        if is_number(run) {
            return Ok(Kind::Number(run.to_owned()));
        }
        let word = run.trim_start_matches(['-', '+']);
        let is_word = word.starts_with(|first: char| first.is_ascii_alphabetic());
        let kind = match is_word {
            true => JsonProblemKind::Word { word: clipped(run, 40) },
            false => JsonProblemKind::NotANumber { found: clipped(run, 40) },
        };
        Err((kind, start))
    }

    fn word(&mut self) -> Result<Kind, Mistake> {
        const FOREIGN: [&str; 9] =
            ["nan", "infinity", "inf", "undefined", "none", "nil", "yes", "no", "unknown"];
        let start = self.at;
        let word = self.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        match word {
            "null" => return Ok(Kind::Null),
            "true" => return Ok(Kind::Boolean(true)),
            "false" => return Ok(Kind::Boolean(false)),
            _ => {}
        }
        let lower = word.to_lowercase();
        if FOREIGN.contains(&lower.as_str()) || ["null", "true", "false"].contains(&lower.as_str()) {
            return Err((JsonProblemKind::Word { word: word.to_owned() }, start));
        }
        Err((JsonProblemKind::NoValue { found: format!("`{}`", clipped(word, 40)) }, start))
    }

    /// Reads a text in double quotes; the reader stands on the first of them.
    fn quoted(&mut self) -> Result<String, Mistake> {
        let start = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            out.push_str(self.take_while(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\'));
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                None | Some(b'\n' | b'\r') => return Err((JsonProblemKind::UnclosedText, start)),
                Some(byte) => {
                    return Err((JsonProblemKind::ControlCharacter { code: byte.into() }, self.at));
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Mistake> {
        let start = self.at;
        let character = match self.text.as_bytes().get(start + 1) {
            Some(b'u') => return self.unicode_escape(),
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            _ => return Err((JsonProblemKind::Escape { found: self.clip(start, 2) }, start)),
        };
        self.at += 2;
        Ok(character)
    }

    /// `\u` and four digits, or two such in a row for a character beyond U+FFFF.
    fn unicode_escape(&mut self) -> Result<char, Mistake> {
        let start = self.at;
        let first = self.code_unit(start)?;
        let lone = |reader: &Self| (JsonProblemKind::LoneSurrogate { found: reader.clip(start, 6) }, start);
        let code = match first {
            0xd800..=0xdbff => {
                let next = start + 6;
                if !self.text.get(next..).is_some_and(|rest| rest.starts_with("\\u")) {
                    return Err(lone(self));
                }
                match self.code_unit(next)? {
                    second @ 0xdc00..=0xdfff => 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00),
                    _ => return Err(lone(self)),
                }
            }
            _ => first,
        };
        self.at += if code > 0xffff { 12 } else { 6 };
        char::from_u32(code).ok_or_else(|| lone(self))
    }

    /// The four hexadecimal digits of the escape at `start`.
    fn code_unit(&self, start: usize) -> Result<u32, Mistake> {
        let digits = self.text.get(start + 2..start + 6).unwrap_or_default();
        let all = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let code = all.then(|| u32::from_str_radix(digits, 16).ok()).flatten();
        code.ok_or_else(|| (JsonProblemKind::Escape { found: self.clip(start, 6) }, start))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take_while(&mut self, belongs: impl Fn(u8) -> bool) -> &'t str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.bytes().position(|byte| !belongs(byte)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn skip_blanks(&mut self) {
        self.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    }

    /// Up to `length` characters from `start`, on one line.
    fn clip(&self, start: usize, length: usize) -> String {
        let rest = self.text.get(start..).unwrap_or_default();
        escaped(&rest.chars().take(length).collect::<String>())
    }

    /// A mistake here: one of two that people make often, or the one of `kind`.
    fn unexpected(&self, kind: impl FnOnce(String) -> JsonProblemKind) -> Mistake {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let kind = match rest.chars().next() {
            None => kind("the end".to_owned()),
            Some('\'') => JsonProblemKind::SingleQuotes,
            Some('#') => JsonProblemKind::Comment,
            Some('/') if rest.starts_with("//") || rest.starts_with("/*") => JsonProblemKind::Comment,
            Some(first) if first.is_alphanumeric() => {
                let word: String = rest.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect();
                kind(format!("`{}`", clipped(&word, 40)))
            }
            Some(_) => kind(format!("`{}`", self.clip(self.at, 1))),
        };
        (kind, self.at)
    }
}

/// Whether `text` is a number by the grammar of JSON.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let leading_zero =
        unsigned.starts_with('0') && unsigned.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    !leading_zero && crate::value::decimal::is_number(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;
    use proptest::prelude::*;

    fn ok(text: &str) -> Datum {
        read(text, &Limits::default()).unwrap_or_else(|problems| panic!("{text}: {problems:?}"))
    }

    fn problem(text: &str) -> JsonProblem {
        read(text, &Limits::default()).expect_err(text).remove(0)
    }

    #[track_caller]
    fn check(text: &str, message: &str, help: &str) {
        let problem = problem(text);
        assert_eq!(problem.to_string(), message, "{text}");
        assert_eq!(problem.kind.help().unwrap_or_default(), help, "{text}");
    }

    #[test]
    fn places() {
        let datum = ok("\u{feff} {\"ä\": [1e400,\n true]}");
        let Kind::Object(members) = &datum.kind else { panic!("{datum:?}") };
        let member = members.first().unwrap();
        assert_eq!((datum.offset, member.offset, member.value.offset), (Some(4), Some(5), Some(11)));
        let Kind::List(items) = &member.value.kind else { panic!("{datum:?}") };
        assert_eq!(items.first(), Some(&Datum { kind: Kind::Number("1e400".into()), offset: Some(12) }));
    }

    #[test]
    fn texts() {
        let text = |json: &str| match ok(json).kind {
            Kind::Text(text) => text,
            other => panic!("{other:?}"),
        };
        assert_eq!(text(r#""a\"\\\/\b\f\n\r\té""#), "a\"\\/\u{8}\u{c}\n\r\té");
        assert_eq!(text(r#""\u0000\u00e9\ud83d\ude00\uFB33""#), "\0é😀\u{fb33}");
        assert_eq!(text("\"\u{7f}\u{2028}\""), "\u{7f}\u{2028}");
    }

    #[test]
    fn mistakes_in_plain_words() {
        check("", "line 1, column 1: expected a JSON value, found an empty text", "");
        check("\u{feff}\n", "line 2, column 1: expected a JSON value, found an empty text", "");
        check(
            "{\"a\": 1,}",
            "line 1, column 8: nothing follows the `,` before `}`",
            "leave out the last `,`",
        );
        check("[1,\n2,\n]", "line 2, column 2: nothing follows the `,` before `]`", "leave out the last `,`");
        check("{\"a\" 1}", "line 1, column 6: expected `:` after the key `a`, found `1`", "");
        check("{\"a\":}", "line 1, column 6: expected a value, found `}`", "");
        check("{a: 1}", "line 1, column 2: expected a key in double quotes, found `a`", "");
        check("{'a': 1}", "line 1, column 2: expected a text in double quotes, found `'`", "");
        check("['a']", "line 1, column 2: expected a text in double quotes, found `'`", "");
        check("[1 2]", "line 1, column 4: expected `,` or `]`, found `2`", "");
        check("[1}", "line 1, column 3: expected `,` or `]`, found `}`", "");
        check("{\"a\": [1, 2", "line 1, column 7: this `[` is never closed", "");
        check("{\"a\": 1,", "line 1, column 1: this `{` is never closed", "");
        check(
            "{\"a",
            "line 1, column 2: this text is not closed by `\"` on its line",
            "a line break in a text is written `\\n`",
        );
        check("{} {}", "line 1, column 4: expected the end after the value, found `{`", "");
        check("{\"a\": 1} // x", "line 1, column 10: JSON has no comments", "");
        check("{ /* x */ }", "line 1, column 3: JSON has no comments", "");
        check("\0", "line 1, column 1: expected a value, found `\\u{0}`", "");
        check("[\u{a0}1]", "line 1, column 2: expected a value, found `\u{a0}`", "");
        check("wat", "line 1, column 1: expected a value, found `wat`", "");
    }

    #[test]
    fn words_of_other_languages() {
        let known = "leave out the key where the value is not known";
        check("NaN", "line 1, column 1: `NaN` is no value in JSON", known);
        check("-Infinity", "line 1, column 1: `-Infinity` is no value in JSON", known);
        check("[undefined]", "line 1, column 2: `undefined` is no value in JSON", known);
        check("True", "line 1, column 1: `True` is no value in JSON", "write `true`");
        check("FALSE", "line 1, column 1: `FALSE` is no value in JSON", "write `false`");
        check("None", "line 1, column 1: `None` is no value in JSON", "write `null` where there is none");
    }

    #[test]
    fn numbers() {
        for text in ["0", "-0", "10.50", "1e5", "1E+5", "1e-400", "-0.0e0"] {
            assert_eq!(ok(text).kind, Kind::Number(text.into()));
        }
        check("01", "line 1, column 1: expected a number, found `01`", "write `1`");
        check("+1", "line 1, column 1: expected a number, found `+1`", "write `1`");
        check(".5", "line 1, column 1: expected a number, found `.5`", "write `0.5`");
        check("-.5", "line 1, column 1: expected a number, found `-.5`", "write `-0.5`");
        check("5.", "line 1, column 1: expected a number, found `5.`", "write `5`");
        check("1_000", "line 1, column 1: expected a number, found `1_000`", "write `1000`");
        check("00", "line 1, column 1: expected a number, found `00`", "write `0`");
        check("0x1F", "line 1, column 1: expected a number, found `0x1F`", "");
        check("1e", "line 1, column 1: expected a number, found `1e`", "");
        check("-", "line 1, column 1: expected a number, found `-`", "");
        check("1.2.3", "line 1, column 1: expected a number, found `1.2.3`", "");
    }

    #[test]
    fn escapes() {
        check(r#""\x""#, r"line 1, column 2: `\x` is no escape", "");
        check(r#""\u12""#, r#"line 1, column 2: `\u12"` is no escape"#, "");
        check(r#""\u+123""#, r"line 1, column 2: `\u+123` is no escape", "");
        check(r#""\ud83d""#, r"line 1, column 2: `\ud83d` is half a character without its other half", "");
        check(r#""\ude00""#, r"line 1, column 2: `\ude00` is half a character without its other half", "");
        check(
            r#""\ud83d\ud83d""#,
            r"line 1, column 2: `\ud83d` is half a character without its other half",
            "",
        );
        check(r#""\ud83dA""#, r"line 1, column 2: `\ud83d` is half a character without its other half", "");
        check(
            "\"a\tb\"",
            r"line 1, column 3: the control character U+0009 must be written as `\u0009` in a text",
            "",
        );
        assert_eq!(problem("\"\\").kind, JsonProblemKind::Escape { found: "\\".into() });
        assert_eq!(problem("\"\\u00é0\"").kind, JsonProblemKind::Escape { found: "\\u00é0".into() });
    }

    #[test]
    fn keys_that_stand_twice() {
        let text = "{\"a\": 1,\n \"b\": [{\"c\": 1, \"c\": 2}],\n \"\\u0061\": {}, \"a\": 0}";
        let found = read(text, &Limits::default()).unwrap_err();
        let found: Vec<_> = found.iter().map(|it| (it.path.as_str(), it.to_string())).collect();
        assert_eq!(
            found,
            [
                (
                    "b[0].c",
                    "line 2, column 17: the key `c` stands twice; the first one is on line 2".to_owned()
                ),
                ("a", "line 3, column 2: the key `a` stands twice; the first one is on line 1".to_owned()),
                ("a", "line 3, column 16: the key `a` stands twice; the first one is on line 1".to_owned()),
            ]
        );
    }

    #[test]
    fn limits() {
        for text in ["[".repeat(1_000_000), "{\"a\":".repeat(100_000)] {
            assert_eq!(problem(&text).kind, JsonProblemKind::TooDeep { limit: 64 });
        }
        let wide = Limits { facts_nesting: usize::MAX, ..Limits::default() };
        let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(read(&deep(DEEPEST), &wide).is_ok());
        assert!(read(&deep(DEEPEST + 1), &wide).is_err());
        assert!(read(&deep(64), &Limits::default()).is_ok());
        let small = Limits { facts_bytes: 4, list_length: 1, ..Limits::default() };
        assert!(read("[10]", &small).is_ok());
        assert_eq!(
            read("[100]", &small).unwrap_err()[0].kind,
            JsonProblemKind::TooLong { limit: 4, length: 5 }
        );
        let small = Limits { list_length: 1, ..Limits::default() };
        assert_eq!(read("[1,2]", &small).unwrap_err()[0].kind, JsonProblemKind::ListTooLong { limit: 1 });
    }

    #[test]
    fn the_path_leads_to_the_mistake() {
        assert_eq!(problem("{\"order\": {\"items\": [1, {\"price\": .5}]}}").path, "order.items[1].price");
    }

    fn same(datum: &Datum, json: &serde_json::Value) -> bool {
        use serde_json::Value as Other;
        match (&datum.kind, json) {
            (Kind::Null, Other::Null) => true,
            (Kind::Boolean(a), Other::Bool(b)) => a == b,
            (Kind::Number(a), Other::Number(b)) => a.parse::<f64>().ok() == b.as_f64(),
            (Kind::Text(a), Other::String(b)) => a == b,
            (Kind::List(a), Other::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
            }
            (Kind::Object(a), Other::Object(b)) => {
                let found = |it: &Member| b.get(&it.key).is_some_and(|value| same(&it.value, value));
                a.len() == b.len() && a.iter().all(found)
            }
            _ => false,
        }
    }

    /// Serde's reader as the judge; numbers beyond a double are ours alone.
    fn agrees(text: &str) {
        let ours = read(text, &Limits::default());
        match (serde_json::from_str::<serde_json::Value>(text), ours) {
            (Ok(value), Ok(datum)) => assert!(same(&datum, &value), "{text}"),
            (Ok(_), Err(problems)) => {
                let twice = |it: &JsonProblem| matches!(it.kind, JsonProblemKind::DuplicateKey { .. });
                assert!(problems.iter().all(twice), "{text}: {problems:?}");
            }
            (Err(error), Ok(_)) => {
                assert!(error.to_string().contains("number out of range"), "{text}: {error}")
            }
            (Err(_), Err(_)) => {}
        }
    }

    proptest! {
        #[test]
        fn agrees_with_serde_on_texts_like_json(text in "[\\[\\]{}:,\"a\\\\u0-9.eE+\\- ntrufals\n]{0,24}") {
            agrees(&text);
        }

        #[test]
        fn agrees_with_serde_on_mutated_json(
            json in crate::json::write::tests::any_json(), at in any::<prop::sample::Index>(), with in "[\\[\\]{}:,\"\\\\u0-9. ]?"
        ) {
            let text = json.canonical();
            agrees(&text);
            let at = text.floor_char_boundary(at.index(text.len()));
            let rest = text[at..].chars().skip(1).collect::<String>();
            agrees(&format!("{}{with}{rest}", &text[..at]));
        }

        #[test]
        fn reading_takes_back_what_was_written(json in crate::json::write::tests::any_json()) {
            let depthless = Limits { facts_nesting: DEEPEST, ..Limits::default() };
            let (one, two) = (read(&json.canonical(), &depthless).unwrap(), read(&json.pretty(), &depthless).unwrap());
            prop_assert_eq!(back(&one), json.clone());
            prop_assert_eq!(back(&two), json);
        }

        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            agrees(&text);
        }
    }

    fn back(datum: &Datum) -> Json {
        match &datum.kind {
            Kind::Null => Json::Null,
            Kind::Boolean(value) => Json::Bool(*value),
            Kind::Number(text) => Json::Integer(text.parse().unwrap()),
            Kind::Text(text) => Json::from(text.as_str()),
            Kind::List(items) => Json::List(items.iter().map(back).collect()),
            Kind::Object(members) => {
                Json::Object(members.iter().map(|it| (it.key.clone(), back(&it.value))).collect())
            }
        }
    }
}
