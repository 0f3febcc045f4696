//! JSON text straight into cells, without a tree in between.

use crate::{
    compiled::quick::{Seen, Slow, Writer},
    schema::{Key, Node},
};

/// Reads a whole text.
pub(crate) fn read(text: &str, keys: &[Key], writer: &mut Writer<'_>) -> Result<(), Slow> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0 };
    reader.blanks();
    reader.object(keys, writer)?;
    reader.blanks();
    match reader.at == reader.bytes.len() {
        true => Ok(()),
        false => Err(Slow),
    }
}

/// Whether all keys stand in JSON text as they are, so that their bytes can be compared.
pub(crate) fn plain(keys: &[Key]) -> bool {
    let node = |mut node: &Node| loop {
        match node {
            Node::Leaf(_) => return true,
            Node::Object { keys, .. } => return plain(keys),
            Node::List { item, .. } => node = item,
        }
    };
    let is_plain = |byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f);
    keys.iter().all(|key| key.json.bytes().all(is_plain) && node(&key.node))
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
}

impl<'t> Reader<'t> {
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Slow> {
        match self.peek() == byte {
            true => {
                self.at += 1;
                Ok(())
            }
            false => Err(Slow),
        }
    }

    fn object(&mut self, keys: &[Key], writer: &mut Writer<'_>) -> Result<(), Slow> {
        self.expect(b'{')?;
        self.blanks();
        if self.peek() == b'}' {
            self.at += 1;
            return Ok(());
        }
        let (mut next, mut seen) = (0, Seen::default());
        loop {
            let place = self.key(keys, next)?;
            seen.once(place)?;
            next = place + 1;
            self.blanks();
            self.expect(b':')?;
            self.blanks();
            self.node(&keys.get(place).ok_or(Slow)?.node, writer)?;
            self.blanks();
            match self.peek() {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(Slow),
            }
            self.blanks();
        }
    }

    /// The place of the key that stands here. Hosts mostly write them in the order of their declaration.
    fn key(&mut self, keys: &[Key], next: usize) -> Result<usize, Slow> {
        self.expect(b'"')?;
        let rest = self.bytes.get(self.at..).ok_or(Slow)?;
        let is_here = |key: &Key| {
            let length = key.json.len();
            rest.starts_with(key.json.as_bytes()) && rest.get(length) == Some(&b'"')
        };
        let place = match keys.get(next).is_some_and(is_here) {
            true => next,
            false => keys.iter().position(is_here).ok_or(Slow)?,
        };
        self.at += keys.get(place).ok_or(Slow)?.json.len() + 1;
        Ok(place)
    }

    fn node(&mut self, node: &Node, writer: &mut Writer<'_>) -> Result<(), Slow> {
        match node {
            Node::Leaf(slot) => self.leaf(*slot, writer),
            Node::Object { presence, keys } => {
                // What is absent takes more than itself with it.
                if self.peek() != b'{' {
                    return Err(Slow);
                }
                if let Some(slot) = presence {
                    writer.there(*slot)?;
                }
                self.object(keys, writer)
            }
            Node::List { .. } => Err(Slow),
        }
    }

    fn leaf(&mut self, slot: usize, writer: &mut Writer<'_>) -> Result<(), Slow> {
        match self.peek() {
            b'"' => {
                let text = self.quoted()?;
                writer.text(slot, text)
            }
            b't' => self.word(b"true").and_then(|()| writer.boolean(slot, true)),
            b'f' => self.word(b"false").and_then(|()| writer.boolean(slot, false)),
            b'n' => self.word(b"null").and_then(|()| writer.null(slot)),
            _ => {
                let start = self.at;
                while matches!(self.peek(), b'0'..=b'9' | b'-' | b'.') {
                    self.at += 1;
                }
                // An exponent, or no number at all.
                if !matches!(self.peek(), b',' | b'}' | b' ' | b'\n' | b'\r' | b'\t') {
                    return Err(Slow);
                }
                writer.number(slot, self.bytes.get(start..self.at).ok_or(Slow)?)
            }
        }
    }

    fn word(&mut self, word: &[u8]) -> Result<(), Slow> {
        match self.bytes.get(self.at..).is_some_and(|it| it.starts_with(word)) {
            true => {
                self.at += word.len();
                Ok(())
            }
            false => Err(Slow),
        }
    }

    /// A text without escapes.
    fn quoted(&mut self) -> Result<&'t str, Slow> {
        let start = self.at + 1;
        let rest = self.bytes.get(start..).ok_or(Slow)?;
        let length = rest.iter().position(|it| matches!(it, b'"' | b'\\' | 0..=0x1f)).ok_or(Slow)?;
        if rest.get(length) != Some(&b'"') {
            return Err(Slow);
        }
        self.at = start + length + 1;
        self.text.get(start..start + length).ok_or(Slow)
    }
}
