//! A long text is read in pieces, and the rules of a long decision are checked on several threads; what is made is
//! that of the whole.
//!
//! Every text is cut here as often as it can be, whatever its length: made-up policies, what is left of them when
//! signs are changed, and the policies of the repository.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::disallowed_methods, reason = "a test reads files")]

use std::path::Path;

use evenhand::{Limits, Source, check, diag::Diagnostics, syntax};

use crate::fuzz_bodies::mutated;
use crate::generate;
use crate::generate::rng::Rng;
use crate::laws::run::{cases, first_seed};
use crate::tidy::files;

/// Lengths of pieces: every place, and fewer.
const LENGTHS: [usize; 3] = [0, 200, 1_000];

/// Reads `text` in pieces and whole. How many of the lengths could be read in pieces.
fn compare(text: &str) -> usize {
    let mut found = Diagnostics::default();
    let whole = syntax::parse(text, &Limits::default(), &mut found);
    let whole = format!("{whole:?}");
    let in_pieces = LENGTHS.iter().filter_map(|it| syntax::parse_in_pieces(*it, text));
    let mut read = 0;
    for tree in in_pieces {
        assert!(found.is_empty(), "pieces are read of a text in which something is wrong:\n{text}");
        assert_eq!(format!("{tree:?}"), whole, "another tree in pieces:\n{text}");
        read += 1;
    }
    read
}

#[test]
fn a_text_read_in_pieces_gives_the_tree_of_the_whole() {
    let mut rng = Rng::new(first_seed());
    let (mut read, mut broken) = (0, 0);
    for round in 0..cases() {
        let text = generate::policy(rng.next()).text();
        read += compare(&text);
        broken += compare(&mutated(&text, &mut rng, 1 + round % 3));
    }
    // Most made-up policies can be cut somewhere, and some are still right when a sign is changed.
    assert!(read > cases() && broken > 0, "{read} and {broken} of {} could be cut", cases());
}

#[test]
fn the_policies_of_the_repository_read_in_pieces_are_those_read_whole() {
    let mut read = 0;
    for folder in ["examples", "tests/cases"] {
        for file in files(Path::new(folder), "policy") {
            let text = std::fs::read_to_string(&file).unwrap();
            read += compare(&text);
        }
    }
    assert!(read > 20, "{read} of them could be cut");
}

#[test]
fn rules_checked_on_several_threads_are_those_checked_one_after_the_other() {
    let mut rng = Rng::new(first_seed());
    let limits = Limits::default();
    for round in 0..cases() {
        let text = generate::policy(rng.next()).text();
        let text = if round % 2 == 0 { text } else { mutated(&text, &mut rng, 1) };
        let source = Source::new("made.policy", text.as_str());
        let tree = syntax::parse(&text, &limits, &mut Diagnostics::default());
        let check = |a_thread: usize| {
            let mut found = Diagnostics::default();
            let made = check::check_apart(a_thread, &tree, &source, &limits, &mut found);
            format!("{made:?}{:?}", found.into_sorted())
        };
        assert_eq!(check(1), check(usize::MAX), "{text}");
    }
}
