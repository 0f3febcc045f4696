//! Tries a law on many policies and facts, counts, and shows the smallest failure.
//!
//! `EVENHAND_CASES` says how many pairs of a policy and facts each law is tried on, `EVENHAND_SEED` with
//! which seed to begin. Without them every run is the same.

use std::sync::atomic::{AtomicUsize, Ordering};

use evenhand::Policy;

use crate::generate;
use crate::generate::facts::{self, Saying};
use crate::generate::rng::Rng;
use crate::laws::subject::{Law, Subject, attempt, shrunk};
use crate::reference;
use crate::reference::model::Model;

/// Pairs of one policy.
const FACTS_A_POLICY: usize = 10;

/// At most so many of 100 made-up policies may be refused.
const REFUSED_AT_MOST: usize = 20;

#[allow(clippy::disallowed_methods)]
fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(otherwise)
}

/// How many pairs to try.
pub(crate) fn cases() -> usize {
    setting("EVENHAND_CASES", 2000) as usize
}

/// The seed of the first policy.
pub(crate) fn first_seed() -> u64 {
    setting("EVENHAND_SEED", 1)
}

/// How the facts of a pair are made.
pub(crate) type Make = fn(&Subject, &mut Rng) -> Option<Saying>;

/// Every fact known or absent.
pub(crate) fn full(subject: &Subject, rng: &mut Rng) -> Option<Saying> {
    subject.accepted(facts::full, rng)
}

/// Every fact at a bound.
pub(crate) fn corner(subject: &Subject, rng: &mut Rng) -> Option<Saying> {
    subject.accepted(facts::corner, rng)
}

/// Some facts unknown.
pub(crate) fn partial(subject: &Subject, rng: &mut Rng) -> Option<Saying> {
    let case = subject.base(rng)?;
    let percent = *rng.pick(&[10, 30, 60, 100]);
    Some(facts::forget(subject.model, &case, percent, rng))
}

/// Tries a law until it has been tried often enough.
pub(crate) fn run(name: &str, make: Make, law: &Law) {
    let (wanted, first) = (cases(), first_seed());
    let (mut pairs, mut accepted, mut refused, mut skipped) = (0, 0, 0, 0);
    let mut reasons = std::collections::BTreeMap::new();
    for seed in first.. {
        if pairs >= wanted {
            break;
        }
        let plan = generate::policy(seed);
        let text = plan.text();
        let engine = match Policy::compile(&text) {
            Ok(engine) => engine,
            Err(rejected) => {
                refused += 1;
                let error = |it: &&evenhand::Diagnostic| it.code.severity == evenhand::Severity::Error;
                let found = rejected.diagnostics().iter().find(error);
                let found = found.unwrap_or_else(|| panic!("seed {seed}: refused without an error\n{text}"));
                *reasons.entry(found.code.id).or_insert(0) += 1;
                assert!(
                    refused < 50 || refused * 100 <= REFUSED_AT_MOST * (accepted + refused),
                    "{reasons:?}"
                );
                continue;
            }
        };
        accepted += 1;
        let file = reference::parse(&text);
        let model = Model::new(&file, &text);
        let subject = Subject::new(&plan, &text, &engine, &model);
        let mut rng = Rng::new(seed.wrapping_mul(31));
        for _ in 0..FACTS_A_POLICY {
            let Some(saying) = make(&subject, &mut rng) else {
                skipped += 1;
                continue;
            };
            pairs += 1;
            let pair_seed = rng.next();
            if let Err(first) = law(&subject, &saying, &mut Rng::new(pair_seed)) {
                let plan = shrunk(&plan, &saying, pair_seed, law);
                let told = attempt(&plan, &saying, pair_seed, law).and_then(Result::err).unwrap_or(first);
                panic!(
                    "{name}, seed {seed}: {told}\nfacts: {}\n{}",
                    facts::json(&model, &saying),
                    plan.text()
                );
            }
        }
    }
    println!(
        "{name}: {pairs} pairs, {accepted} policies, {refused} refused {reasons:?}, {skipped} without facts"
    );
}

/// Counts over a run: how often something was seen, out of how often it could be.
#[derive(Default)]
pub(crate) struct Tally {
    seen: AtomicUsize,
    of: AtomicUsize,
}

impl Tally {
    pub(crate) fn count(&self, seen: bool) {
        self.of.fetch_add(1, Ordering::Relaxed);
        self.seen.fetch_add(usize::from(seen), Ordering::Relaxed);
    }

    pub(crate) fn print(&self, what: &str) {
        let (seen, of) = (self.seen.load(Ordering::Relaxed), self.of.load(Ordering::Relaxed));
        let per_mille = seen * 1000 / of.max(1);
        println!("{what}: {seen} of {of} ({}.{} %)", per_mille / 10, per_mille % 10);
    }
}
