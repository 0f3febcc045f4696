//! What a piece of policy text may read: its words, taken from the text itself.
//!
//! A word in an expression, with its dots, may name a setting, a definition, a decision, a type, a calendar or
//! a fact. Whether it does, and which, is not asked: the answer may name more than is read and never less, and
//! it does not change when the language grows a new construct. Comments and the words of texts are left out;
//! what stands in the braces of a text counts.

use std::collections::BTreeSet;

/// All words of `text` with their dots: `order.total`, `refund_window`.
pub(super) fn words(text: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    let mut rest = text;
    // Inside a text in quotes, and inside a hole of one.
    let (mut quoted, mut hole) = (false, false);
    while let Some(first) = rest.chars().next() {
        let mut taken = first.len_utf8();
        match first {
            '\\' if quoted && !hole => taken += rest.chars().nth(1).map_or(0, char::len_utf8),
            '"' if hole => {}
            '"' => quoted = !quoted,
            '\n' => (quoted, hole) = (false, false),
            '{' if quoted => hole = true,
            '}' if quoted => hole = false,
            '#' if !quoted => taken = rest.find('\n').unwrap_or(rest.len()),
            it if (it.is_ascii_alphabetic() || it == '_') && (!quoted || hole) => {
                let end = rest.find(|it: char| !(it.is_ascii_alphanumeric() || it == '_' || it == '.'));
                taken = end.unwrap_or(rest.len());
                if let Some(word) = rest.get(..taken) {
                    found.insert(word.trim_end_matches('.'));
                }
            }
            it if it.is_ascii_digit() => {
                let end = rest.find(|it: char| !(it.is_ascii_alphanumeric() || it == '_'));
                taken = end.unwrap_or(rest.len());
            }
            _ => {}
        }
        rest = rest.get(taken..).unwrap_or("");
    }
    found
}

/// The first part of a word: the item that it may name.
pub(super) fn head(word: &str) -> &str {
    word.split('.').next().unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_comments_hold_no_words_but_holes() {
        let text =
            "when owned <= window # fee\n because \"the \\\" fee is {fee + order.total}, late\" 30 days";
        let found: Vec<&str> = words(text).into_iter().collect();
        assert_eq!(found, ["because", "days", "fee", "order.total", "owned", "when", "window"]);
    }

    #[test]
    fn an_unclosed_text_ends_with_its_line() {
        assert_eq!(words("a \"b {c\nd").into_iter().collect::<Vec<_>>(), ["a", "c", "d"]);
    }
}
