//! A small deterministic source of choices (splitmix64): a seed gives the same policy everywhere.

/// Choices from a seed, or from bytes as long as they last.
#[derive(Clone, Debug)]
pub(crate) struct Rng {
    state: u64,
    /// What a fuzzer wants chosen, the next choice last.
    script: Vec<u8>,
}

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Rng { state: seed, script: Vec::new() }
    }

    /// Each byte is a choice; so a fuzzer that changes a byte changes a part of the policy.
    pub(crate) fn scripted(bytes: &[u8]) -> Self {
        let state =
            bytes.iter().fold(0, |state: u64, it| state.wrapping_mul(257).wrapping_add(u64::from(*it)));
        Rng { state, script: bytes.iter().rev().copied().collect() }
    }

    pub(crate) fn next(&mut self) -> u64 {
        if let Some(byte) = self.script.pop() {
            return u64::from(byte);
        }
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `count` - 1.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        (self.next() % count.max(1) as u64) as usize
    }

    /// A number from `low` to `high`.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1).unsigned_abs()) as i64
    }

    /// True in `percent` of 100 cases.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for index in (1..list.len()).rev() {
            let other = self.below(index + 1);
            list.swap(index, other);
        }
    }
}
