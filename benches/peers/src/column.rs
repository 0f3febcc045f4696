//! One engine with one policy: held against hand-written Rust first, timed afterwards.

use crate::{engine::Engine, support::usd::Decided};
use std::{fmt::Debug, hint::black_box, time::Instant};

/// What a batch should take: less than what a busy machine gives at a time.
const BATCH: f64 = 250_000.0;
/// What a round should take.
const ROUND: f64 = 50_000_000.0;
/// How many cases are timed at least.
const FEW: usize = 32;

/// What can be asked of an engine with a policy, whatever its type.
pub trait Contestant {
    /// What decides differently from hand-written Rust first, if something does: from facts, or from text.
    fn disagreement(&mut self) -> Option<String>;

    /// Prepares the timed cases.
    fn prepare(&mut self);

    /// Times decisions from facts for a round. Nanoseconds a decision, by all rounds so far.
    fn facts(&mut self) -> f64;

    /// Times decisions from JSON text for a round. Nanoseconds a decision, by all rounds so far.
    fn text(&mut self) -> f64;
}

/// An engine with the cases of the gate and the timed ones.
pub struct Column<Case: 'static, E: Engine<Case>> {
    engine: E,
    gate: &'static [(Case, Decided)],
    timed: &'static [Case],
    facts: Vec<E::Facts>,
    texts: Vec<String>,
    clocks: [Clock; 2],
}

impl<Case, E: Engine<Case>> Column<Case, E> {
    pub fn new(engine: E, gate: &'static [(Case, Decided)], timed: &'static [Case]) -> Self {
        Column {
            engine,
            gate,
            timed,
            facts: Vec::new(),
            texts: Vec::new(),
            clocks: [Clock::new(), Clock::new()],
        }
    }
}

impl<Case: Debug, E: Engine<Case>> Contestant for Column<Case, E> {
    fn disagreement(&mut self) -> Option<String> {
        let engine = &mut self.engine;
        self.gate.iter().find_map(|(case, expected)| {
            let facts = engine.facts(case);
            let from_facts = engine.decide(&facts);
            let text = engine.text(case);
            let from_text = engine.decide_text(&text);
            (from_facts != *expected || from_text != *expected).then(|| {
                format!(
                    "{case:?}\n  by hand {expected:?}, from facts {from_facts:?}, from {text} {from_text:?}"
                )
            })
        })
    }

    fn prepare(&mut self) {
        self.facts = self.timed.iter().map(|case| self.engine.facts(case)).collect();
        self.texts = self.timed.iter().map(|case| self.engine.text(case)).collect();
    }

    fn facts(&mut self) -> f64 {
        let Column { engine, facts, clocks: [clock, _], .. } = self;
        clock.round(facts, |facts| engine.decide(facts))
    }

    fn text(&mut self) -> f64 {
        let Column { engine, texts, clocks: [_, clock], .. } = self;
        clock.round(texts, |text| engine.decide_text(text))
    }
}

/// The fastest time so far of each batch, in nanoseconds. A batch is always of the same cases.
struct Clock {
    /// How many cases a batch decides, and how many times over.
    batch: usize,
    passes: usize,
    fastest: Vec<f64>,
}

impl Clock {
    /// A clock that has not run yet.
    fn new() -> Clock {
        Clock { batch: 0, passes: 0, fastest: Vec::new() }
    }

    /// Times every batch once. Nanoseconds a decision, by the fastest time of each batch.
    fn round<Case>(&mut self, cases: &[Case], mut decide: impl FnMut(&Case) -> Decided) -> f64 {
        let mut run = |cases: &[Case], passes: usize| {
            let start = Instant::now();
            for _ in 0..passes {
                for case in cases {
                    black_box(decide(black_box(case)));
                }
            }
            start.elapsed().as_secs_f64() * 1e9
        };
        if self.batch == 0 {
            run(&cases[..FEW], 1);
            let once = run(&cases[..FEW], 1) / FEW as f64;
            let timed = ((ROUND / once) as usize).clamp(FEW, cases.len());
            let batch = ((BATCH / once) as usize).clamp(1, timed);
            let passes = ((BATCH / (once * batch as f64)) as usize).max(1);
            *self = Clock { batch, passes, fastest: vec![f64::INFINITY; timed / batch] };
        }
        for (cases, fastest) in cases.chunks_exact(self.batch).zip(&mut self.fastest) {
            *fastest = fastest.min(run(cases, self.passes));
        }
        let decisions = self.fastest.len() * self.batch * self.passes;
        self.fastest.iter().sum::<f64>() / decisions as f64
    }
}
