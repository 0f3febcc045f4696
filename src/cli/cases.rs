//! Reads facts: one JSON document, or JSON Lines one line at a time.
//!
//! Which of the two it is, the content tells: where the first line that is not empty holds a whole value and
//! another line follows, every line is a case. No line is held longer than it takes to decide it, and none
//! beyond the limit is held at all, so memory does not grow with the number of cases.

use std::io::{self, BufRead, BufReader, Read};

/// The facts of a call.
pub(crate) enum Cases<R> {
    /// One document; `None` where it is longer than the limit.
    One(Option<Vec<u8>>),
    /// A case a line.
    Lines(Lines<R>),
}

/// One line of input that is not empty.
pub(crate) struct Line {
    /// Counted from 1, empty lines included.
    pub(crate) number: u64,
    /// Its bytes without the line end; `None` where they are more than the limit.
    pub(crate) bytes: Option<Vec<u8>>,
}

/// The lines of an input that are not empty.
pub(crate) struct Lines<R> {
    reader: BufReader<R>,
    most: usize,
    read: u64,
    ahead: Vec<Line>,
}

/// Finds out what `reader` gives. With `lines`, it is JSON Lines whatever it holds. At most `most` bytes of a
/// document or a line are kept.
pub(crate) fn cases<R: Read>(mut reader: BufReader<R>, most: usize, lines: bool) -> io::Result<Cases<R>> {
    let mut read = 0;
    if lines {
        return Ok(Cases::Lines(Lines { reader, most, read, ahead: Vec::new() }));
    }
    let mut document = Vec::new();
    let first = loop {
        match next_line(&mut reader, most, &mut read)? {
            None => return Ok(Cases::One(Some(document))),
            Some(Line { bytes: None, .. }) => return Ok(Cases::One(None)),
            Some(Line { number, bytes: Some(bytes) }) => {
                let blank = bytes.iter().all(u8::is_ascii_whitespace);
                document.extend_from_slice(&bytes);
                document.push(b'\n');
                match blank {
                    true if document.len() > most => return Ok(Cases::One(None)),
                    true => {}
                    false => break Line { number, bytes: Some(bytes) },
                }
            }
        }
    };
    if first.bytes.as_deref().is_some_and(is_whole) {
        let mut lines = Lines { reader, most, read, ahead: Vec::new() };
        return Ok(match lines.next()? {
            None => {
                // The line end was ours if the text did not have one.
                document.pop();
                Cases::One(Some(document))
            }
            Some(second) => {
                lines.ahead = vec![second, first];
                Cases::Lines(lines)
            }
        });
    }
    // One byte more than allowed is enough to see that it is too long.
    let left = most.saturating_add(1).saturating_sub(document.len());
    (&mut reader).take(left as u64).read_to_end(&mut document)?;
    Ok(Cases::One((document.len() <= most).then_some(document)))
}

impl<R: Read> Lines<R> {
    /// Whether another whole line has been read already, so that answers need not be passed on yet.
    pub(crate) fn has_more(&self) -> bool {
        !self.ahead.is_empty() || self.reader.buffer().contains(&b'\n')
    }

    /// The next line that is not empty.
    pub(crate) fn next(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.ahead.pop() {
            return Ok(Some(line));
        }
        while let Some(line) = next_line(&mut self.reader, self.most, &mut self.read)? {
            let blank = line.bytes.as_ref().is_some_and(|it| it.iter().all(u8::is_ascii_whitespace));
            if !blank {
                return Ok(Some(line));
            }
        }
        Ok(None)
    }
}

/// Reads up to the end of a line, keeping at most `most` bytes.
fn next_line(reader: &mut impl BufRead, most: usize, read: &mut u64) -> io::Result<Option<Line>> {
    let mut bytes = Some(Vec::new());
    let mut any = false;
    loop {
        let chunk = match reader.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
        let finished = end.is_some() || chunk.is_empty();
        any |= !chunk.is_empty();
        match &mut bytes {
            Some(kept) if kept.len() + part.len() <= most => kept.extend_from_slice(part),
            _ => bytes = None,
        }
        let used = part.len() + usize::from(end.is_some());
        reader.consume(used);
        if finished {
            *read += u64::from(any);
            return Ok(any.then_some(Line { number: *read, bytes }));
        }
    }
}

/// Whether a line holds a list or an object whose brackets are all closed, and nothing after it.
fn is_whole(line: &[u8]) -> bool {
    let (mut depth, mut quoted, mut escaped, mut closed) = (0_usize, false, false, false);
    for byte in line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            byte if byte.is_ascii_whitespace() => {}
            _ if closed => return false,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                closed = depth == 0;
            }
            _ if depth == 0 => return false,
            _ => {}
        }
    }
    closed && !quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `text` is read as: one document, or its lines with their numbers.
    fn read(text: &str, most: usize) -> Vec<(u64, Option<String>)> {
        let string = |bytes| String::from_utf8(bytes).unwrap();
        match cases(BufReader::with_capacity(3, text.as_bytes()), most, false).unwrap() {
            Cases::One(document) => vec![(0, document.map(string))],
            Cases::Lines(mut lines) => {
                let mut all = Vec::new();
                while let Some(line) = lines.next().unwrap() {
                    all.push((line.number, line.bytes.map(string)));
                }
                all
            }
        }
    }

    #[track_caller]
    fn one(text: &str) {
        let read = read(text, 100);
        assert_eq!(read.len(), 1, "{read:?}");
        assert!(read[0].0 == 0 && read[0].1.as_ref().is_some_and(|it| it.trim_end() == text.trim_end()));
    }

    fn lines(expected: &[(u64, &str)]) -> Vec<(u64, Option<String>)> {
        expected.iter().map(|(number, text)| (*number, Some((*text).to_owned()))).collect()
    }

    #[test]
    fn one_document() {
        for text in
            ["", "{}", "\n\n {\"a\":1}\n\n", "{\n\"a\": {}}\n", "{\"a\": \"}\n{}\n", "{}x\n{}", "12\n13"]
        {
            one(text);
        }
    }

    #[test]
    fn lines_of_documents() {
        assert_eq!(read("\n{}\n\n{\"a\":\"\\\"}{\"}", 100), lines(&[(2, "{}"), (4, "{\"a\":\"\\\"}{\"}")]));
        assert_eq!(read("\u{feff}{}\r\nbroken\r\n", 100), lines(&[(1, "\u{feff}{}\r"), (2, "broken\r")]));
    }

    #[test]
    fn too_long() {
        assert_eq!(read("{\"a\":\n1234567}", 10), [(0, None)]);
        assert_eq!(
            read("{}\n{\"a\":1234567}\n{}", 10),
            [(1, Some("{}".into())), (2, None), (3, Some("{}".into()))]
        );
        assert_eq!(read("\n\n\n\n\n\n\n\n\n\n\n\n\n", 10), [(0, None)]);
    }
}
