//! Reads facts: one JSON document, or JSON Lines in blocks of whole lines.
//!
//! Which of the two it is, the content tells: where the first line that is not empty holds a whole value and
//! another line follows, every line is a case. No more is held than a block, and no line beyond the limit, so memory
//! does not grow with the number of cases.

use std::io::{self, Read};

/// Bytes that are read at once.
const AT_ONCE: usize = 1 << 18;
/// At most so many lines are in a block: its first answer does not wait for long.
const LINES_AT_ONCE: u64 = 2048;
/// Bytes whose line ends can be counted in one byte.
const RUN: usize = u8::MAX as usize;

/// The facts of a call.
pub(crate) enum Cases<R> {
    /// One document; `None` where it is longer than the limit.
    One(Option<Vec<u8>>),
    /// A case a line.
    Lines(Blocks<R>),
}

/// An input as blocks of lines.
pub(crate) struct Blocks<R> {
    reader: R,
    /// What has been read and given to nobody.
    ahead: Vec<u8>,
    room: Vec<u8>,
    most: usize,
    /// How many lines have been given.
    lines: u64,
    ended: bool,
}

/// Whole lines. Made to be filled again and again.
#[derive(Default)]
pub(crate) struct Block {
    bytes: Vec<u8>,
    /// The number of its first line, counted from 1, empty lines included.
    first: u64,
    /// Whether it stands for one line that was longer than the limit and is not held.
    too_long: bool,
    /// How many bytes of the input it stands for.
    pub(crate) read: u64,
}

/// One line that is not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line<'b> {
    /// Its text without the line end.
    Text(&'b str),
    /// It is not UTF-8: its first bad byte, counted from 1.
    NoText(usize),
    /// It is longer than the limit.
    TooLong,
}

/// Finds out what `reader` gives. With `lines`, it is JSON Lines whatever it holds. At most `most` bytes of a
/// document or a line are kept.
pub(crate) fn cases<R: Read>(reader: R, most: usize, lines: bool) -> io::Result<Cases<R>> {
    let mut blocks = Blocks { reader, ahead: Vec::new(), room: Vec::new(), most, lines: 0, ended: false };
    while !lines {
        match blocks.looks() {
            Looks::Lines => break,
            _ if blocks.ended => return Ok(Cases::One(Some(blocks.ahead).filter(|it| it.len() <= most))),
            // One byte more than allowed is enough to see that it is too long.
            _ if blocks.ahead.len() > most => return Ok(Cases::One(None)),
            Looks::One | Looks::Either => blocks.read()?,
        }
    }
    Ok(Cases::Lines(blocks))
}

/// What the beginning of an input looks like.
enum Looks {
    One,
    Lines,
    /// More has to be read to tell.
    Either,
}

impl<R: Read> Blocks<R> {
    fn looks(&self) -> Looks {
        let is_blank = |byte: &u8| byte.is_ascii_whitespace();
        let rest = self.ahead.trim_ascii_start();
        let Some(end) = end_of_line(rest) else { return Looks::Either };
        let (first, more) = rest.split_at(end);
        match is_whole(first) {
            false => Looks::One,
            true if more.iter().all(is_blank) => Looks::Either,
            true => Looks::Lines,
        }
    }

    /// Reads what is there, some of it at least, or comes to the end.
    fn read(&mut self) -> io::Result<()> {
        self.room.resize(AT_ONCE, 0);
        let read = loop {
            match self.reader.read(&mut self.room) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.ahead.extend_from_slice(self.room.get(..read).unwrap_or_default());
        self.ended = read == 0;
        Ok(())
    }

    /// The next lines, as many as have been read: whoever writes line by line is answered line by line.
    pub(crate) fn next(&mut self, block: &mut Block) -> io::Result<bool> {
        block.bytes.clear();
        (block.first, block.too_long, block.read) = (self.lines + 1, false, 0);
        loop {
            if let Some(end) = self.ahead.iter().rposition(|byte| *byte == b'\n') {
                let (length, lines) = first_lines(self.ahead.get(..=end).unwrap_or_default());
                self.give(length, block);
                self.lines += lines;
                return Ok(true);
            }
            if self.ended {
                self.give(self.ahead.len(), block);
                self.lines += 1;
                return Ok(!block.bytes.is_empty());
            }
            if self.ahead.len() > self.most {
                return self.pass_over(block);
            }
            self.read()?;
        }
    }

    /// Gives so many bytes of what has been read.
    fn give(&mut self, length: usize, block: &mut Block) {
        block.bytes.extend_from_slice(self.ahead.get(length..).unwrap_or_default());
        self.ahead.truncate(length);
        std::mem::swap(&mut block.bytes, &mut self.ahead);
        block.read += length as u64;
    }

    /// Reads to the end of a line that is too long, and forgets it.
    fn pass_over(&mut self, block: &mut Block) -> io::Result<bool> {
        block.too_long = true;
        self.lines += 1;
        loop {
            let end = end_of_line(&self.ahead);
            let length = end.map_or(self.ahead.len(), |it| it + 1);
            block.read += length as u64;
            self.ahead.drain(..length);
            if end.is_some() || self.ended {
                return Ok(true);
            }
            self.read()?;
        }
    }
}

impl Block {
    /// Whether as much was read at once as is ever read: then there is more to come.
    pub(crate) fn is_full(&self) -> bool {
        self.bytes.len() >= AT_ONCE / 8
    }

    /// Calls `with` for each line that is not empty, with its number, until that stops it.
    pub(crate) fn each<E>(
        &self,
        most: usize,
        mut with: impl FnMut(u64, Line<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.too_long {
            return with(self.first, Line::TooLong);
        }
        let mut give =
            |index: usize, bytes: &[u8], line: Line<'_>| match bytes.iter().all(u8::is_ascii_whitespace) {
                true => Ok(()),
                false if bytes.len() > most => with(self.first + index as u64, Line::TooLong),
                false => with(self.first + index as u64, line),
            };
        // Looking at the whole block at once is much faster than at each line.
        match std::str::from_utf8(&self.bytes) {
            Ok(text) => {
                text.split('\n').enumerate().try_for_each(|(at, it)| give(at, it.as_bytes(), Line::Text(it)))
            }
            Err(_) => self.bytes.split(|byte| *byte == b'\n').enumerate().try_for_each(|(at, bytes)| {
                let line = std::str::from_utf8(bytes);
                give(at, bytes, line.map_or_else(|error| Line::NoText(error.valid_up_to() + 1), Line::Text))
            }),
        }
    }
}

/// The length of the first lines, as many as are answered at once, and how many there are.
fn first_lines(bytes: &[u8]) -> (usize, u64) {
    let is_end = |byte: &&u8| **byte == b'\n';
    // Runs that are counted in one byte each are what a processor does at once.
    let of_run = |run: &[u8]| run.iter().fold(0_u8, |count, byte| count + u8::from(*byte == b'\n'));
    let mut lines = 0;
    for (index, run) in bytes.chunks(RUN).enumerate() {
        let more = u64::from(of_run(run));
        if lines + more > LINES_AT_ONCE {
            let left = (LINES_AT_ONCE - lines) as usize;
            let ends = run.iter().enumerate().filter(|it| is_end(&it.1)).map(|it| it.0 + 1);
            let length = ends.take(left).last().unwrap_or(0);
            return (index * RUN + length, LINES_AT_ONCE);
        }
        lines += more;
    }
    (bytes.len(), lines)
}

fn end_of_line(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| *byte == b'\n')
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

    /// Gives a few bytes at a time.
    struct Trickle<'t>(&'t [u8]);

    impl Read for Trickle<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let length = self.0.len().min(3).min(into.len());
            let (now, later) = self.0.split_at(length);
            into[..length].copy_from_slice(now);
            self.0 = later;
            Ok(length)
        }
    }

    fn read_from(reader: impl Read, most: usize) -> Vec<(u64, Option<String>)> {
        match cases(reader, most, false).unwrap() {
            Cases::One(document) => vec![(0, document.map(|it| String::from_utf8(it).unwrap()))],
            Cases::Lines(mut blocks) => {
                let (mut all, mut block) = (Vec::new(), Block::default());
                while blocks.next(&mut block).unwrap() {
                    let push = |number, line: Line<'_>| {
                        all.push((
                            number,
                            match line {
                                Line::Text(text) => Some(text.to_owned()),
                                Line::NoText(byte) => Some(format!("byte {byte}")),
                                Line::TooLong => None,
                            },
                        ));
                        Ok::<(), ()>(())
                    };
                    block.each(most, push).unwrap();
                }
                all
            }
        }
    }

    /// What `text` is read as: one document, or its lines with their numbers; however it comes.
    #[track_caller]
    fn read(text: &[u8], most: usize) -> Vec<(u64, Option<String>)> {
        let (slowly, at_once) = (read_from(Trickle(text), most), read_from(text, most));
        assert_eq!(slowly, at_once);
        slowly
    }

    #[track_caller]
    fn one(text: &str) {
        let read = read(text.as_bytes(), 100);
        assert_eq!(read, [(0, Some(text.to_owned()))]);
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
        let text = "\n{}\n\n{\"a\":\"\\\"}{\"}";
        assert_eq!(read(text.as_bytes(), 100), lines(&[(2, "{}"), (4, "{\"a\":\"\\\"}{\"}")]));
        let text = "\u{feff}{}\r\nbroken\r\n";
        assert_eq!(read(text.as_bytes(), 100), lines(&[(1, "\u{feff}{}\r"), (2, "broken\r")]));
        assert_eq!(read(b"{}\n{\"a\": \"\xff\"}\n\n{}", 100), lines(&[(1, "{}"), (2, "byte 8"), (4, "{}")]));
    }

    #[test]
    fn a_block_has_not_too_many_lines() {
        assert_eq!(first_lines(b"a\n\nb\n"), (5, 3));
        let many = b"ab\n".repeat(5_000);
        assert_eq!(first_lines(&many), (3 * 2048, 2048));
        let (text, count) = (String::from_utf8(many).unwrap(), 5_000);
        let read = read_from(("{}\n".to_owned() + &text).as_bytes(), 100);
        let numbers: Vec<u64> = read.iter().map(|it| it.0).collect();
        assert!(numbers == (1..=count + 1).collect::<Vec<_>>());
    }

    #[test]
    fn too_long() {
        assert_eq!(read(b"{\"a\":\n1234567}", 10), [(0, None)]);
        assert_eq!(
            read(b"{}\n{\"a\":1234567}\n{}", 10),
            [(1, Some("{}".into())), (2, None), (3, Some("{}".into()))]
        );
        assert_eq!(read(b"\n\n\n\n\n\n\n\n\n\n\n\n\n", 10), [(0, None)]);
    }
}
