//! One engine with one policy: held against hand-written Rust first, timed afterwards.

use crate::{engine::Engine, support::usd::Decided};
use std::{
    fmt::Debug,
    hint::black_box,
    time::{Duration, Instant},
};

/// How many cases a batch decides at least; all of them where that is quick.
const FEW: usize = 128;
/// What a batch should take.
const BATCH: Duration = Duration::from_millis(10);

/// What can be asked of an engine with a policy, whatever its type.
pub trait Contestant {
    /// What decides differently from hand-written Rust first, if something does: from facts, or from text.
    fn disagreement(&mut self) -> Option<String>;

    /// Prepares the timed cases.
    fn prepare(&mut self);

    /// Times a batch of decisions from facts: nanoseconds for each.
    fn facts(&mut self) -> f64;

    /// Times a batch of decisions from JSON text: nanoseconds for each.
    fn text(&mut self) -> f64;
}

/// An engine with the cases of the gate and the timed ones.
pub struct Column<Case: 'static, E: Engine<Case>> {
    engine: E,
    gate: &'static [(Case, Decided)],
    timed: &'static [Case],
    facts: Vec<E::Facts>,
    texts: Vec<String>,
    batches: [Option<usize>; 2],
}

impl<Case, E: Engine<Case>> Column<Case, E> {
    pub fn new(engine: E, gate: &'static [(Case, Decided)], timed: &'static [Case]) -> Self {
        Column { engine, gate, timed, facts: Vec::new(), texts: Vec::new(), batches: [None; 2] }
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
        let Column { engine, facts, batches: [batch, _], .. } = self;
        timed(batch, facts, |facts| engine.decide(facts))
    }

    fn text(&mut self) -> f64 {
        let Column { engine, texts, batches: [_, batch], .. } = self;
        timed(batch, texts, |text| engine.decide_text(text))
    }
}

/// Decides a batch of cases, always the same ones: nanoseconds for each. The first call finds how large a batch is.
fn timed<Case>(batch: &mut Option<usize>, cases: &[Case], mut decide: impl FnMut(&Case) -> Decided) -> f64 {
    let mut run = |count: usize| {
        let start = Instant::now();
        for case in cases.iter().cycle().take(count) {
            black_box(decide(black_box(case)));
        }
        start.elapsed()
    };
    let count = *batch.get_or_insert_with(|| {
        let once = run(FEW) / FEW as u32;
        let all = once * cases.len() as u32;
        match all > BATCH {
            true => FEW,
            false => cases.len() * (BATCH.as_nanos() / all.as_nanos().max(1)).max(1) as usize,
        }
    });
    run(count).as_secs_f64() * 1e9 / count as f64
}
