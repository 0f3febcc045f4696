//! Policies and facts from a seed.
//!
//! A policy is made in the order in which its parts may read each other (facts, settings, definitions and
//! decisions in turn, obligations), each expression from the names that may be read where it stands, so that
//! nearly every policy is accepted. Most facts have few values: what an answer with unknown facts must be is
//! told by trying them all.

// A test says what is wrong by panicking.
#![allow(clippy::panic, clippy::unwrap_used)]

pub(crate) mod decide;
pub(crate) mod declare;
pub(crate) mod expression;
pub(crate) mod facts;
pub(crate) mod list;
pub(crate) mod plan;
pub(crate) mod rng;
pub(crate) mod table;
pub(crate) mod terms;
pub(crate) mod time;

use crate::generate::plan::{Plan, PlanItem};
use crate::generate::rng::Rng;
use crate::generate::terms::{Atom, Guard, Kind, Listed};

/// A definition with parameters.
#[derive(Clone, Debug)]
pub(crate) struct Callable {
    pub(crate) name: String,
    pub(crate) parameters: Vec<Kind>,
    pub(crate) result: Kind,
    pub(crate) needs: Vec<Guard>,
    pub(crate) risky: bool,
}

/// A decision that later parts may read.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) outcomes: Vec<String>,
    pub(crate) collect: bool,
}

/// An outcome of the decision that is being made.
#[derive(Clone, Debug)]
pub(crate) struct KnownOutcome {
    pub(crate) name: String,
    pub(crate) parameters: Vec<KnownParameter>,
}

/// A parameter of an outcome.
#[derive(Clone, Debug)]
pub(crate) struct KnownParameter {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) optional: bool,
    pub(crate) bounded: bool,
}

/// What has been made so far.
pub(crate) struct Generator {
    pub(crate) rng: Rng,
    pub(crate) items: Vec<PlanItem>,
    pub(crate) lists: Vec<Listed>,
    pub(crate) atoms: Vec<Atom>,
    /// Lists that can be gone over.
    pub(crate) list_facts: Vec<crate::generate::list::ListFact>,
    /// What `is present` can be asked of.
    pub(crate) presences: Vec<Atom>,
    pub(crate) callables: Vec<Callable>,
    pub(crate) decisions: Vec<Known>,
    /// Names of calendars.
    pub(crate) calendars: Vec<String>,
    /// The days to which it is held what a calendar counts.
    pub(crate) season: [&'static str; 2],
    /// Whether the expression being made reads a decision.
    pub(crate) read_risk: bool,
    /// Whether a fact has more values than the default bounds of a parameter allow.
    pub(crate) huge: bool,
    serial: usize,
}

impl Generator {
    /// A name that no other part has.
    pub(crate) fn fresh(&mut self, stem: &str) -> String {
        self.serial += 1;
        format!("{stem}{}", self.serial)
    }
}

/// The policy of a seed.
pub(crate) fn policy(seed: u64) -> Plan {
    policy_from(Rng::new(seed))
}

/// The policy of a run of choices.
pub(crate) fn policy_from(rng: Rng) -> Plan {
    let mut generator = Generator {
        rng,
        items: Vec::new(),
        lists: Vec::new(),
        atoms: Vec::new(),
        list_facts: Vec::new(),
        presences: Vec::new(),
        callables: Vec::new(),
        decisions: Vec::new(),
        calendars: Vec::new(),
        season: ["2026-03-01", "2026-03-31"],
        read_risk: false,
        huge: false,
        serial: 0,
    };
    let it = &mut generator;
    it.items.push(PlanItem::Text("stages opening, closing\n".into()));
    it.calendars();
    it.enumerations();
    it.facts();
    it.settings();
    it.assumes();
    for _ in 0..1 + it.rng.below(3) {
        if it.rng.chance(15) {
            it.dated();
        }
        for _ in 0..it.rng.below(3) {
            it.definition();
        }
        it.decision();
    }
    for _ in 0..it.rng.below(3) {
        let known = it.rng.pick(&it.decisions).name.clone();
        let obligation = it.obligation(&known);
        it.items.push(PlanItem::Text(obligation));
    }
    let allowed = it.allowed();
    Plan {
        header: format!("policy made.up language 1 title \"Made up\" owner \"Nobody\"\n{allowed}"),
        items: generator.items,
    }
}

/// Every made-up policy parses.
#[test]
fn policies_parse() {
    for seed in 0..500 {
        let text = policy(seed).text();
        let file = crate::reference::parse(&text);
        assert!(file.broken.is_empty(), "{text}");
    }
}
