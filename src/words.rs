//! Words for messages: lists, counts, and what was probably meant.

/// The days of the week, from Monday.
pub(crate) const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The most candidates that are looked at: a suggestion is not worth more.
const MOST_CANDIDATES: usize = 2_000;

/// The candidate that is nearest to `word`, if one is near enough to be a slip of the fingers: at most a
/// third of the letters differ (optimal string alignment distance, case ignored). Of very many candidates
/// only the first are looked at, so that a text full of slips is not read in quadratic time.
pub(crate) fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word: Vec<char> = word.to_lowercase().chars().take(64).collect();
    let limit = (word.len() / 3).max(1);
    let mut best: Option<(usize, &'c str)> = None;
    if word.is_empty() {
        return None;
    }
    for candidate in candidates.into_iter().take(MOST_CANDIDATES) {
        let other: Vec<char> = candidate.to_lowercase().chars().take(65).collect();
        if other.len().abs_diff(word.len()) > limit {
            continue;
        }
        let found = distance(&word, &other);
        if found <= limit && found < other.len() && best.is_none_or(|(least, _)| found < least) {
            best = Some((found, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&previous, j) + usize::from(x != y);
            let mut least = replaced.min(at(&previous, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                least = least.min(at(&before, j - 1) + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut previous, row);
    }
    previous.last().copied().unwrap_or(0)
}

/// `1,000,000`.
pub(crate) fn grouped(number: i128) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::from(if number < 0 { "-" } else { "" });
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `` `a`, `b` or `c` ``: each word in backticks.
pub(crate) fn list(words: &[&str], joint: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|it| format!("`{it}`")).collect();
    let quoted: Vec<&str> = quoted.iter().map(String::as_str).collect();
    plain_list(&quoted, joint)
}

/// `a, b or c`.
pub(crate) fn plain_list(words: &[&str], joint: &str) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [most @ .., last] => format!("{} {joint} {last}", most.join(", ")),
    }
}

/// `1 day`, `3 days`.
pub(crate) fn counted(count: i128, one: &str, many: &str) -> String {
    let word = if count == 1 || count == -1 { one } else { many };
    format!("{count} {word}")
}

/// `no decimals`, `1 decimal`, `2 decimals`.
pub(crate) fn decimals(count: u8) -> String {
    match count {
        0 => "no decimals".to_owned(),
        _ => counted(count.into(), "decimal", "decimals"),
    }
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn slips_are_found() {
        assert_eq!(nearest("delviered_on", ["delivered_on", "purchased_on"]), Some("delivered_on"));
        assert_eq!(nearest("Gold", ["gold", "silver"]), Some("gold"));
        assert_eq!(nearest("x", ["gold", "silver"]), None);
        assert_eq!(nearest("", ["a"]), None);
    }

    #[test]
    fn a_swap_is_one_step() {
        let letters = |it: &str| it.chars().collect::<Vec<_>>();
        assert_eq!(distance(&letters("ab"), &letters("ba")), 1);
        assert_eq!(distance(&letters(""), &letters("abc")), 3);
        assert_eq!(distance(&letters("kitten"), &letters("sitting")), 3);
    }
}
