//! The fuzz targets on stable: the seeds of `fuzz/seeds` and mutations of them with the words of
//! `fuzz/evenhand.dict`, the same in every run.

// A test says what is wrong by panicking.
#![allow(clippy::panic, clippy::unwrap_used)]

use std::path::PathBuf;

use crate::fuzz_bodies;
use crate::generate::rng::Rng;

#[allow(clippy::disallowed_methods)]
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(&directory).expect("seeds").map(|it| it.expect("a seed").path()).collect();
    paths.sort();
    paths.iter().map(|it| std::fs::read(it).expect("a seed")).collect()
}

/// The quoted words of the dictionary.
#[allow(clippy::disallowed_methods)]
fn words() -> Vec<Vec<u8>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/evenhand.dict");
    let text = std::fs::read_to_string(path).expect("a dictionary");
    let quoted =
        |line: &str| Some(line.split_once('"')?.1.rsplit_once('"')?.0.replace("\\\"", "\"").into_bytes());
    text.lines().filter(|it| !it.starts_with('#')).filter_map(quoted).collect()
}

fn mutated(seed: &[u8], words: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..1 + rng.below(4) {
        let at = rng.below(bytes.len() + 1);
        match rng.below(5) {
            0 if at < bytes.len() => bytes[at] = rng.next() as u8,
            1 => drop(bytes.splice(at..at, rng.pick(words).iter().copied())),
            2 if at < bytes.len() => {
                let end = (at + 1 + rng.below(12)).min(bytes.len());
                let word = rng.pick(words).clone();
                drop(bytes.splice(at..end, word));
            }
            3 if at < bytes.len() => {
                let end = (at + 1 + rng.below(20)).min(bytes.len());
                bytes.drain(at..end);
            }
            _ => {
                let from = rng.below(bytes.len() + 1);
                let part = bytes[from..(from + rng.below(30)).min(bytes.len())].to_vec();
                drop(bytes.splice(at..at, part));
            }
        }
    }
    bytes
}

fn smoke(target: &str, rounds: usize, body: fn(&[u8])) {
    let (seeds, words) = (seeds(target), words());
    let mut rng = Rng::new(7);
    for seed in &seeds {
        body(seed);
    }
    for _ in 0..rounds {
        let seed = rng.pick(&seeds).clone();
        body(&mutated(&seed, &words, &mut rng));
    }
    println!("{target}: {} seeds, {rounds} mutations", seeds.len());
}

#[test]
fn parse() {
    smoke("parse", 3000, fuzz_bodies::parse);
}

#[test]
fn check() {
    smoke("check", 3000, fuzz_bodies::check);
}

#[test]
fn decide() {
    smoke("decide", 2000, fuzz_bodies::decide);
}

#[test]
fn facts_json() {
    smoke("facts_json", 2000, fuzz_bodies::facts_json);
}
