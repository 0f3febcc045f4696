//! A policy text cut into tokens: to write it with other spaces, and to change one of its words.

use crate::generate::rng::Rng;

/// A token and what stands between it and the one before.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    pub(crate) gap: String,
    pub(crate) text: String,
}

/// Cuts a text. Comments are part of the gaps; a quoted text with its holes is one token.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let letters: Vec<char> = text.chars().collect();
    let (mut tokens, mut at, mut gap) = (Vec::new(), 0, String::new());
    let word = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '.';
    while at < letters.len() {
        let start = at;
        match letters[at] {
            it if it.is_whitespace() => {
                gap.push(it);
                at += 1;
                continue;
            }
            '#' => {
                while at < letters.len() && letters[at] != '\n' {
                    gap.push(letters[at]);
                    at += 1;
                }
                continue;
            }
            '"' => {
                at += 1;
                while at < letters.len() && letters[at] != '"' {
                    at += if letters[at] == '\\' { 2 } else { 1 };
                }
                at += 1;
            }
            it if word(it) => {
                while at < letters.len() && word(letters[at]) {
                    at += 1;
                }
                // Dates and percentages are one word.
                let digits = letters[start..at].iter().all(char::is_ascii_digit);
                if digits && letters.get(at) == Some(&'-') && at - start == 4 {
                    at += 6;
                } else if letters[start].is_ascii_digit() && letters.get(at) == Some(&'%') {
                    at += 1;
                }
            }
            _ => {
                at += 1;
                let two: String = letters[start..letters.len().min(at + 1)].iter().collect();
                at += usize::from(matches!(two.as_str(), "<=" | ">="));
            }
        }
        let text = letters[start..at.min(letters.len())].iter().collect();
        tokens.push(Token { gap: std::mem::take(&mut gap), text });
    }
    tokens
}

/// The text of tokens.
pub(crate) fn joined(tokens: &[Token]) -> String {
    tokens.iter().map(|it| format!("{}{}", it.gap, it.text)).collect()
}

/// The same tokens with other spaces, line ends and comments between them.
pub(crate) fn respaced(text: &str, rng: &mut Rng) -> String {
    let mut tokens = tokens(text);
    // A row of a table is one line.
    let mut line = 0;
    let lines: Vec<usize> = tokens
        .iter()
        .map(|it| {
            line += it.gap.matches('\n').count();
            line
        })
        .collect();
    let rows: std::collections::BTreeSet<usize> =
        lines.iter().zip(&tokens).filter(|it| it.1.text == "|").map(|it| *it.0).collect();
    for at in 1..tokens.len() {
        let before = &tokens[at - 1].text;
        let number = before.starts_with(|it: char| it.is_ascii_digit());
        let currency = before.len() == 3 && before.chars().all(|it| it.is_ascii_uppercase());
        let minus = before == "-" || before == "of";
        // `USD 5`, `30 days`, `-5`, `14 days of 24 hours`, `a.b` hold their parts together.
        let counted = ["day", "month", "year", "hour", "minute", "second", "business"]
            .iter()
            .any(|it| before.starts_with(it));
        if tokens[at].gap.is_empty() || number || currency || minus || counted {
            continue;
        }
        if rows.contains(&lines[at]) && lines[at - 1] == lines[at] {
            tokens[at].gap = (*rng.pick(&[" ", "\t "])).to_owned();
            continue;
        }
        if rows.contains(&lines[at - 1]) {
            tokens[at].gap = (*rng.pick(&["\n", " # a comment\n", "\r\n\n  "])).to_owned();
            continue;
        }
        let gaps = [" ", "\n", "\t ", " # a comment\n", "\r\n\n  ", "  # decision facts { \" \n\t"];
        tokens[at].gap = (*rng.pick(&gaps)).to_owned();
    }
    joined(&tokens) + *rng.pick(&["", "\n", " # the end"])
}

/// The text with one name or literal changed; nothing where the drawn token is of no interest.
pub(crate) fn one_changed(text: &str, rng: &mut Rng) -> Option<(String, String)> {
    let mut tokens = tokens(text);
    let neutral = tokens.iter().position(|it| it.text == "owner").map(|it| it + 1);
    let at = rng.below(tokens.len());
    if Some(at) == neutral {
        return None;
    }
    let words: Vec<String> = tokens.iter().map(|it| it.text.clone()).collect();
    // Nothing times anything is nothing, and constants are computed when a policy is read.
    let times = |sign: Option<usize>, zero: &[Option<usize>]| {
        let is =
            |at: &Option<usize>, text: &str| at.and_then(|it| words.get(it)).is_some_and(|it| it == text);
        is(&sign, "*") && zero.iter().any(|it| is(it, "0"))
    };
    // `0 * 2`, `0 days * 2`; `2 * 0`, `2 days * 0`, `2 * USD 0`.
    let back = |by: usize| at.checked_sub(by);
    let zeros_after = |sign: usize| [Some(sign + 1), Some(sign + 2)];
    if times(back(1), &[back(2), back(3)])
        || times(Some(at + 1), &zeros_after(at + 1))
        || times(Some(at + 2), &zeros_after(at + 2))
    {
        return None;
    }
    // A table's name is that of its rows without one; where all have one, it is nobody's.
    if at > 0 && words[at - 1] == "table" {
        return None;
    }
    // What may be is said beside the policy, not in it.
    if words[at.saturating_sub(6)..at].iter().any(|it| it == "allow") {
        return None;
    }
    // What an item of a list is called is no part of the policy.
    if words.get(at + 1).is_some_and(|it| it == "in") {
        return None;
    }
    let old = &words[at];
    let first = old.chars().next()?;
    let new = if old.starts_with('"') {
        let inner = &old[..old.len() - 1];
        if inner.contains(['{', '\\']) { format!("{inner} changed\"") } else { format!("{inner}x\"") }
    } else if first.is_ascii_digit() {
        let changed: String = old
            .chars()
            .rev()
            .enumerate()
            .map(|(at, it)| match it {
                '0'..='8' if at <= 1 => char::from(it as u8 + 1),
                '9' if at <= 1 => '8',
                other => other,
            })
            .collect();
        changed.chars().rev().collect()
    } else if first.is_ascii_alphabetic() {
        let same_stem =
            |it: &&String| it.chars().next().is_some_and(|it| it.is_ascii_alphabetic()) && *it != old;
        let others: Vec<&String> = words.iter().filter(same_stem).collect();
        (*rng.pick(&others)).clone()
    } else {
        return None;
    };
    let told = format!("`{old}` to `{new}` (token {at})");
    tokens[at].text = new;
    Some((joined(&tokens), told))
}
