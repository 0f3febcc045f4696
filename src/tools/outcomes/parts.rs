//! The parts of a line `{"id": "C-17", "facts": {…}, "note": "…"}`, without a tree.
//!
//! What is found here is what reading the whole line would find. A line that is written in another way, with escapes,
//! with lists or objects beside the facts, with a key twice, is left to that.

/// A case's id as it is written in canonical JSON, and the text of its facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parts<'t> {
    pub(super) id: Option<&'t str>,
    pub(super) facts: &'t str,
}

/// Keys beside each other that are taken.
const MOST_KEYS: usize = 8;

/// The parts of a line.
pub(super) fn parts(text: &str) -> Option<Parts<'_>> {
    let mut cursor = Cursor { text, at: 0 };
    cursor.blanks();
    cursor.expect(b'{')?;
    let (mut id, mut facts) = (None, None);
    let mut keys = [""; MOST_KEYS];
    for index in 0..MOST_KEYS {
        cursor.blanks();
        let key = unquoted(cursor.quoted()?);
        if keys.get(..index)?.contains(&key) {
            return None;
        }
        *keys.get_mut(index)? = key;
        cursor.blanks();
        cursor.expect(b':')?;
        cursor.blanks();
        match key {
            "facts" => facts = Some(cursor.object()?),
            "id" => id = cursor.scalar().map(|it| (it != "null").then_some(it))?,
            _ => drop(cursor.scalar()?),
        }
        cursor.blanks();
        match cursor.next()? {
            b',' => {}
            b'}' => break,
            _ => return None,
        }
    }
    cursor.blanks();
    let parts = Parts { id, facts: facts? };
    (cursor.at == text.len() && keys.contains(&"facts")).then_some(parts)
}

/// A quoted text without its quotes.
fn unquoted(text: &str) -> &str {
    text.get(1..text.len().saturating_sub(1)).unwrap_or_default()
}

struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn blanks(&mut self) {
        self.at += self.rest().iter().take_while(|it| matches!(it, b' ' | b'\n' | b'\r' | b'\t')).count();
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.rest().first().copied()?;
        self.at += 1;
        Some(byte)
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }

    /// The next bytes as text.
    fn take(&mut self, length: usize) -> Option<&'t str> {
        let text = self.text.get(self.at..self.at + length)?;
        self.at += length;
        Some(text)
    }

    /// A text without escapes, with its quotes.
    fn quoted(&mut self) -> Option<&'t str> {
        let (first, rest) = self.rest().split_first()?;
        let length = rest.iter().position(|it| matches!(it, b'"' | b'\\' | 0..=0x1f))?;
        (*first == b'"' && rest.get(length) == Some(&b'"')).then(|| self.take(length + 2))?
    }

    /// A text, a whole number, a boolean or `null`, in canonical form.
    fn scalar(&mut self) -> Option<&'t str> {
        if self.rest().first() == Some(&b'"') {
            return self.quoted();
        }
        if let Some(word) =
            ["true", "false", "null"].into_iter().find(|it| self.rest().starts_with(it.as_bytes()))
        {
            return self.take(word.len());
        }
        let length = self
            .rest()
            .iter()
            .take_while(|it| matches!(it, b'0'..=b'9' | b'-' | b'.' | b'e' | b'E' | b'+'))
            .count();
        let text = self.take(length)?;
        let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
        let is_plain = match digits {
            [b'0'] => text == "0",
            // All of them fit 53 bits.
            [b'1'..=b'9', rest @ ..] => rest.len() < 15 && rest.iter().all(u8::is_ascii_digit),
            _ => false,
        };
        is_plain.then_some(text)
    }

    /// An object, as far as its brackets tell. Whoever reads it finds what is wrong inside.
    fn object(&mut self) -> Option<&'t str> {
        if self.rest().first() != Some(&b'{') {
            return None;
        }
        // Nearly always it stands last. If it does not, reading it fails, and the line goes the long way.
        let outer = self.text.trim_end_matches([' ', '\n', '\r', '\t']).strip_suffix('}')?;
        let inner = outer.trim_end_matches([' ', '\n', '\r', '\t']);
        if inner.ends_with('}') {
            return self.take(inner.len().checked_sub(self.at)?);
        }
        let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
        let end = self.rest().iter().position(|byte| {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                b'{' if !quoted => depth += 1,
                b'}' if !quoted => depth -= 1,
                _ => {}
            }
            depth == 0
        })?;
        self.take(end + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<(Option<&str>, &str)> {
        parts(text).map(|it| (it.id, it.facts))
    }

    #[test]
    fn usual_lines() {
        assert_eq!(of(r#"{"id": "C-1", "facts": {"a": 1}}"#), Some((Some("\"C-1\""), r#"{"a": 1}"#)));
        assert_eq!(of(" {\"facts\":{\"a\":{}} } \r"), Some((None, r#"{"a":{}}"#)));
        let id_last = r#"{"facts": {"a": "}\"{"}, "id": 17, "note": null}"#;
        assert_eq!(of(id_last), Some((Some("17"), r#"{"a": "}\"{"}"#)));
        assert_eq!(of(r#"{"id": null, "facts": {}}"#), Some((None, "{}")));
        assert_eq!(
            of(r#"{"id": -20, "by": "me", "n": 0, "b": false, "facts": {}}"#),
            Some((Some("-20"), "{}"))
        );
    }

    #[test]
    fn unusual_lines() {
        for text in [
            "",
            "{}",
            r#"{"id": "C-1"}"#,
            r#"{"id": "a\n", "facts": {}}"#,
            r#"{"id": 1.5, "facts": {}}"#,
            r#"{"id": -0, "facts": {}}"#,
            r#"{"id": 01, "facts": {}}"#,
            r#"{"id": 1234567890123456, "facts": {}}"#,
            r#"{"id": [], "facts": {}}"#,
            r#"{"id": 1, "id": 2, "facts": {}}"#,
            r#"{"id": 1, "facts": {}, "facts": 3}"#,
            r#"{"facts": {}, "id": 1"#,
            r#"{"facts": {}, "id": 1} x"#,
            r#"{"facts": [], "id": 1}"#,
            r#"{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"facts":{}}"#,
            "{\"id\": \"a\tb\", \"facts\": {}}",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
