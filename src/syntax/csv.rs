//! Reads comma-separated values (RFC 4180) and keeps the place of every field.
//!
//! Fields are separated by commas; a field in double quotes may hold commas, line ends and doubled quotes. Lines
//! end with LF or CRLF. Empty lines, and lines at the top that begin with `#`, are left out. White space around a
//! field without quotes is no part of it. Linear in the text; never fails without saying where.

use std::borrow::Cow;

/// A field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field<'t> {
    /// What it says, quotes taken away.
    pub(super) text: Cow<'t, str>,
    /// Where its text begins, in bytes.
    pub(super) start: usize,
    /// Where its text ends.
    pub(super) end: usize,
}

/// A line, or several where a field holds line ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record<'t> {
    /// Its fields, at least one.
    pub(super) fields: Vec<Field<'t>>,
    /// Where it begins.
    pub(super) start: usize,
    /// Where it ends, without the line end.
    pub(super) end: usize,
}

/// Why a text is no list of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unreadable {
    /// Where reading stopped, in bytes.
    pub(super) at: usize,
    /// In words.
    pub(super) message: &'static str,
    /// What to do.
    pub(super) help: &'static str,
}

/// The records of `text`.
pub(super) fn read(text: &str) -> Result<Vec<Record<'_>>, Unreadable> {
    let mut reader = Reader { text, at: if text.starts_with('\u{feff}') { 3 } else { 0 } };
    while reader.peek() == Some(b'#') {
        reader.line();
    }
    let mut records = Vec::new();
    while reader.at < text.len() {
        let start = reader.at;
        let fields = reader.record()?;
        let blank = matches!(fields.as_slice(), [only] if only.text.is_empty());
        let end = fields.last().map_or(start, |it| it.end);
        reader.line_end();
        if !blank {
            records.push(Record { fields, start, end });
        }
    }
    Ok(records)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn line(&mut self) {
        self.at += self.rest().find('\n').map_or(self.rest().len(), |it| it + 1);
    }

    fn line_end(&mut self) {
        if self.rest().starts_with("\r\n") {
            self.at += 2;
        } else if self.rest().starts_with('\n') {
            self.at += 1;
        }
    }

    fn record(&mut self) -> Result<Vec<Field<'t>>, Unreadable> {
        let mut fields = Vec::new();
        loop {
            fields.push(self.field()?);
            if self.peek() != Some(b',') {
                return Ok(fields);
            }
            self.at += 1;
        }
    }

    fn field(&mut self) -> Result<Field<'t>, Unreadable> {
        let blank = self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
        if self.text.as_bytes().get(self.at + blank) == Some(&b'"') {
            self.at += blank + 1;
            return self.quoted();
        }
        let rest = self.rest();
        let length = rest.find([',', '\n', '"']).unwrap_or(rest.len());
        if rest.as_bytes().get(length) == Some(&b'"') {
            return Err(Unreadable {
                at: self.at + length,
                message: "a quote stands inside a field that does not begin with one",
                help: "put the whole field in quotes, and write a quote inside it twice",
            });
        }
        let whole = rest.get(..length).unwrap_or("");
        let text = whole.trim();
        let start = self.at + (whole.len() - whole.trim_start().len());
        self.at += length;
        if whole.ends_with('\r') && self.peek() == Some(b'\n') {
            self.at -= 1;
        }
        Ok(Field { text: Cow::Borrowed(text), start, end: start + text.len() })
    }

    /// A field in quotes, after the first.
    fn quoted(&mut self) -> Result<Field<'t>, Unreadable> {
        let start = self.at;
        let mut doubled = false;
        loop {
            let Some(length) = self.rest().find('"') else {
                return Err(Unreadable {
                    at: start - 1,
                    message: "this field has no closing quote",
                    help: "close it with `\"`; write a quote inside it twice",
                });
            };
            self.at += length + 1;
            if self.peek() != Some(b'"') {
                break;
            }
            doubled = true;
            self.at += 1;
        }
        let end = self.at - 1;
        let text = self.text.get(start..end).unwrap_or("");
        let text = if doubled { Cow::Owned(text.replace("\"\"", "\"")) } else { Cow::Borrowed(text) };
        self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
        let ends = matches!(self.peek(), None | Some(b',' | b'\n')) || self.rest().starts_with("\r\n");
        if !ends {
            return Err(Unreadable {
                at: self.at,
                message: "something follows the closing quote of a field",
                help: "a comma separates the fields; write a quote inside a field twice",
            });
        }
        Ok(Field { text, start, end })
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use proptest::prelude::*;

    fn texts(text: &str) -> Vec<Vec<String>> {
        let records = read(text).expect("it can be read");
        records.into_iter().map(|it| it.fields.into_iter().map(|it| it.text.into_owned()).collect()).collect()
    }

    #[test]
    fn quotes_commas_and_line_ends() {
        let read = texts("\u{feff}# a comment\r\na, b ,c\r\n\r\n\"x, \"\"y\"\"\nz\",\"\",  \" q \" \n1,2");
        assert_eq!(read, [vec!["a", "b", "c"], vec!["x, \"y\"\nz", "", " q "], vec!["1", "2"]]);
    }

    #[test]
    fn places_are_those_of_the_texts() {
        let text = "a,\"b c\"\n d ,";
        for record in read(text).expect("it can be read") {
            for field in record.fields {
                assert_eq!(text[field.start..field.end], *field.text);
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_found() {
        assert_eq!(read("a,\"b").unwrap_err().at, 2);
        assert_eq!(read("a\"b").unwrap_err().at, 1);
        assert_eq!(read("\"a\"b").unwrap_err().at, 3);
    }

    proptest! {
        #[test]
        fn written_and_read_again(rows in prop::collection::vec(prop::collection::vec("[a,\"\n\r #é]{0,6}", 1..4), 0..5)) {
            let quoted = |it: &String| format!("\"{}\"", it.replace('"', "\"\""));
            let lines: Vec<String> = rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",")).collect();
            let kept: Vec<Vec<String>> = rows.into_iter().filter(|it| !matches!(it.as_slice(), [only] if only.is_empty())).collect();
            prop_assert_eq!(texts(&lines.join("\r\n")), kept);
        }

        #[test]
        fn any_text_ends(text in "[a,\"\n\r #é]{0,30}") {
            let _ = read(&text);
        }
    }
}
