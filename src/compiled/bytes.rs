//! A compiled policy as bytes, and back.
//!
//! ```text
//!   evenhand ␀ │ format version, 2 bytes │ SHA-256 of the rest │ the rest, as postcard writes it
//! ```
//!
//! The bytes hold what decides and nothing else: no text of the policy, no words of its answers. They are checked when
//! they are read: the sum for bytes that were damaged, and then every index for bytes that were made by someone else.
//! Tests lead to earlier tests only, so that a walk over them ends.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::{
    calendar::{Calendar, DAY, Day, MOST_ENTRIES, Plan},
    compiled::{About, Compiled},
    flat::{Code, Decision, Dictionary, Flat, Leaf, Say, ScanRule, Target, Test, fast::Fast, why::Whys},
    hir::Overrides,
    ir::{NodeId, Op},
    limits::Limits,
    schema::{Currencies, Enumeration, Key, List, Node, Schema, Slot},
    value::{Scalar, date},
};

mod sound;

const MAGIC: [u8; 9] = *b"evenhand\0";

/// What the bytes mean. Every change of what is written here is another version.
const FORMAT: u16 = 2;

/// Where the sum and the rest begin.
const SUM: usize = MAGIC.len() + 2;
const REST: usize = SUM + 32;

/// Objects inside objects in facts.
const DEEPEST: usize = 64;

/// Why bytes are no compiled policy. Meant to be matched exhaustively.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LoadError {
    /// They were not written by `evenhand compile`.
    #[error("these bytes are no compiled policy")]
    Foreign,
    /// They were written for another version of the library.
    #[error(
        "this compiled policy has format {found}, and this library reads format {FORMAT}: compile the policy again"
    )]
    OtherFormat {
        /// The format that they have.
        found: u16,
    },
    /// They are not as they were written.
    #[error("this compiled policy is damaged: compile the policy again")]
    Damaged,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    about: About,
    slots: Vec<Slot>,
    enumerations: Vec<Enumeration>,
    lists: Vec<List>,
    currencies: Vec<Currencies>,
    keys: Vec<WireKey>,
    texts: Vec<Vec<Arc<str>>>,
    calendars: Vec<(String, Plan)>,
    constants: Vec<Scalar>,
    ops: Vec<Op>,
    codes: Vec<Code>,
    steps: Vec<NodeId>,
    sums: Vec<(u32, u32)>,
    terms: Vec<(u32, i64)>,
    tests: Vec<Test>,
    cuts: Vec<i64>,
    targets: Vec<Target>,
    leaves: Vec<Leaf>,
    says: Vec<Say>,
    rules: Vec<WireRule>,
    decisions: Vec<Decision>,
    assumes: Vec<Target>,
    whys: Option<Whys>,
}

/// A key, before those that stand below it.
#[derive(Serialize, Deserialize)]
struct WireKey {
    json: String,
    name: String,
    below: WireNode,
}

#[derive(Serialize, Deserialize)]
enum WireNode {
    Leaf(usize),
    /// The presence, and how many keys follow.
    Object(Option<usize>, usize),
    /// The list; its item follows as a key without a name.
    List(usize),
}

#[derive(Serialize, Deserialize)]
struct WireRule {
    rule: u32,
    condition: Option<u32>,
    says: Box<[u32]>,
    all_but: Option<Vec<usize>>,
    listed: Vec<usize>,
    runs: Vec<(usize, usize)>,
}

impl Compiled {
    /// The compiled policy as bytes, for [`Compiled::from_bytes`] of the same version of the library. The same policy
    /// gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let rest = postcard::to_allocvec(&wire(self)).unwrap_or_default();
        let mut bytes = Vec::with_capacity(REST + rest.len());
        bytes.extend(MAGIC);
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend(Sha256::digest(&rest));
        bytes.extend(rest);
        bytes
    }

    /// Reads what [`Compiled::to_bytes`] wrote, with the default limits for facts.
    ///
    /// # Errors
    ///
    /// [`LoadError`], whatever the bytes are: nothing that they say is trusted.
    pub fn from_bytes(bytes: &[u8]) -> Result<Compiled, LoadError> {
        if bytes.get(..MAGIC.len()) != Some(&MAGIC) {
            return Err(LoadError::Foreign);
        }
        let version = bytes.get(MAGIC.len()..SUM).and_then(|it| it.try_into().ok());
        match version.map(u16::from_le_bytes) {
            Some(FORMAT) => {}
            Some(found) => return Err(LoadError::OtherFormat { found }),
            None => return Err(LoadError::Damaged),
        }
        let (Some(sum), Some(rest)) = (bytes.get(SUM..REST), bytes.get(REST..)) else {
            return Err(LoadError::Damaged);
        };
        if *Sha256::digest(rest) != *sum {
            return Err(LoadError::Damaged);
        }
        let (wire, left) = postcard::take_from_bytes::<Wire>(rest).map_err(|_| LoadError::Damaged)?;
        let (about, flat) = read(wire).filter(|_| left.is_empty()).ok_or(LoadError::Damaged)?;
        match sound::is_sound(&about, &flat) {
            true => Ok(Compiled::new(about, flat.ready(), Limits::default())),
            false => Err(LoadError::Damaged),
        }
    }
}

fn wire(compiled: &Compiled) -> Wire {
    let flat = &compiled.inner.flat;
    let mut keys = Vec::new();
    flat.schema.keys.iter().for_each(|it| put(it, &mut keys));
    let rule = |it: &ScanRule| WireRule {
        rule: it.rule,
        condition: it.condition,
        says: it.says.clone(),
        all_but: it.overrides.all_but.clone(),
        listed: it.overrides.listed.clone(),
        runs: it.overrides.runs.clone(),
    };
    Wire {
        about: compiled.inner.about.clone(),
        // Questions and docs are for people, who have the policy.
        slots: flat.schema.slots.iter().map(|it| Slot { ask: None, doc: None, ..it.clone() }).collect(),
        enumerations: flat.schema.enumerations.clone(),
        lists: flat.schema.lists.clone(),
        currencies: flat.schema.currencies.clone(),
        keys,
        texts: flat.texts.iter().map(|it| it.texts.clone()).collect(),
        calendars: flat.calendars.iter().map(|it| (it.name.clone(), it.plan.clone())).collect(),
        constants: flat.constants.clone(),
        ops: flat.ops.clone(),
        codes: flat.codes.clone(),
        steps: flat.steps.clone(),
        sums: flat.sums.clone(),
        terms: flat.terms.clone(),
        tests: flat.tests.clone(),
        cuts: flat.cuts.clone(),
        targets: flat.targets.clone(),
        leaves: flat.leaves.clone(),
        says: flat.says.clone(),
        rules: flat.rules.iter().map(rule).collect(),
        decisions: flat.decisions.clone(),
        assumes: flat.assumes.clone(),
        whys: flat.whys.clone(),
    }
}

fn put(key: &Key, keys: &mut Vec<WireKey>) {
    put_node(&key.json, &key.name, &key.node, keys);
}

fn put_node(json: &str, name: &str, node: &Node, keys: &mut Vec<WireKey>) {
    let mut push =
        |below: WireNode| keys.push(WireKey { json: json.to_owned(), name: name.to_owned(), below });
    match node {
        Node::Leaf(slot) => push(WireNode::Leaf(*slot)),
        Node::Object { presence, keys: inner } => {
            push(WireNode::Object(*presence, inner.len()));
            inner.iter().for_each(|it| put(it, keys));
        }
        Node::List { list, item } => {
            push(WireNode::List(*list));
            put_node("", "", item, keys);
        }
    }
}

/// What stands under the next key.
fn take(keys: &mut std::vec::IntoIter<WireKey>, depth: usize) -> Option<Key> {
    let WireKey { json, name, below } = keys.next().filter(|_| depth < DEEPEST)?;
    let node = match below {
        WireNode::Leaf(slot) => Node::Leaf(slot),
        WireNode::Object(presence, count) => {
            let mut inner = Vec::new();
            for _ in 0..count {
                inner.push(take(keys, depth + 1)?);
            }
            Node::Object { presence, keys: inner }
        }
        WireNode::List(list) => Node::List { list, item: Box::new(take(keys, depth + 1)?.node) },
    };
    Some(Key { json, name, node })
}

/// Calendars of plans that the checker would let pass: unrolling another could take all memory.
fn calendars(plans: Vec<(String, Plan)>) -> Option<Vec<Calendar>> {
    let is_day = |it: i128| date::to_ymd(it).is_some();
    let is_hours = |day: &Day| match day {
        Day::Closed | Day::Open => true,
        Day::Hours(hours) => hours.iter().all(|it| it.0 < it.1 && i128::from(it.1) <= DAY),
    };
    let is_plan = |plan: &Plan| {
        plan.covers.iter().all(|it| is_day(it.0) && is_day(it.1) && it.0 <= it.1)
            && plan.week.iter().chain(plan.special.values()).all(is_hours)
            && plan.special.keys().all(|it| is_day(*it))
    };
    let mut entries = 0;
    plans.iter().all(|it| is_plan(&it.1)).then_some(())?;
    plans.iter().for_each(|it| entries += it.1.entries());
    (entries <= MOST_ENTRIES)
        .then(|| plans.into_iter().map(|(name, plan)| Calendar::new(name, plan)).collect())
}

fn read(wire: Wire) -> Option<(About, Flat)> {
    let mut from = wire.keys.into_iter();
    let mut keys = Vec::new();
    while from.len() > 0 {
        keys.push(take(&mut from, 0)?);
    }
    let Wire { slots, enumerations, lists, currencies, .. } = wire;
    let schema = Schema { enumerations, slots, keys, lists, currencies };
    let rule = |it: WireRule| ScanRule {
        rule: it.rule,
        condition: it.condition,
        says: it.says,
        overrides: Overrides { all_but: it.all_but, listed: it.listed, runs: it.runs },
    };
    let flat = Flat {
        forms: crate::flat::cells::forms(&schema),
        schema,
        texts: wire.texts.into_iter().map(Dictionary::new).collect(),
        calendars: calendars(wire.calendars)?,
        constants: wire.constants,
        ops: wire.ops,
        codes: wire.codes,
        steps: wire.steps,
        sums: wire.sums,
        terms: wire.terms,
        tests: wire.tests,
        cuts: wire.cuts,
        targets: wire.targets,
        leaves: wire.leaves,
        says: wire.says,
        rules: wire.rules.into_iter().map(rule).collect(),
        decisions: wire.decisions,
        assumes: wire.assumes,
        whys: wire.whys,
        fast: Fast::default(),
    };
    Some((wire.about, flat))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Policy, flat::Target};

    const POLICY: &str = r#"policy a language 1
facts { n: integer between 0 and 9, t: optional text up to 9, on: date between 2026-01-01 and 2026-12-31 }
calendar desk {
  covers 2026-01-01 through 2026-12-31
  open monday through friday
}
decision d {
  outcome yes(n: integer between 0 and 9)
  outcome no
  rule low  { when n < 4 and on is a business day in desk then yes(n: n) }
  rule text { when t is present and t is "x" and n >= 4 then no }
  otherwise no
}"#;

    fn bytes() -> Vec<u8> {
        Policy::compile(POLICY).unwrap_or_else(|it| panic!("{it}")).compiled().to_bytes()
    }

    /// The same with another rest, and the sum that belongs to it.
    fn summed(rest: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend(MAGIC);
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend(Sha256::digest(rest));
        bytes.extend(rest);
        bytes
    }

    /// What bytes are read as is run on a case, and does not stop it.
    fn try_out(bytes: &[u8]) {
        let Ok(compiled) = Compiled::from_bytes(bytes) else { return };
        let mut case = compiled.case();
        let _ = case.read_json(r#"{"n": 3, "t": "x", "on": "2026-03-02"}"#);
        for name in compiled.decisions() {
            let _ = compiled.decision(name).map(|it| format!("{:?}", case.decide(it)));
        }
    }

    #[test]
    fn what_was_written_is_read() {
        let read = Compiled::from_bytes(&bytes()).unwrap();
        assert_eq!((read.name(), read.edition()), ("a", 1));
        assert_eq!(read.to_bytes(), bytes());
    }

    #[test]
    fn other_bytes_are_refused() {
        let whole = bytes();
        assert_eq!(Compiled::from_bytes(b"").unwrap_err(), LoadError::Foreign);
        assert_eq!(Compiled::from_bytes(b"policy a language 1").unwrap_err(), LoadError::Foreign);
        for length in MAGIC.len()..whole.len() {
            assert_eq!(Compiled::from_bytes(&whole[..length]).unwrap_err(), LoadError::Damaged, "{length}");
        }
        let mut newer = whole.clone();
        newer[MAGIC.len()] = 9;
        assert_eq!(Compiled::from_bytes(&newer).unwrap_err(), LoadError::OtherFormat { found: 9 });
        let mut longer = whole[REST..].to_vec();
        longer.push(0);
        assert_eq!(Compiled::from_bytes(&summed(&longer)).unwrap_err(), LoadError::Damaged);
    }

    #[test]
    fn one_changed_bit_is_damage() {
        let whole = bytes();
        for index in REST..whole.len() {
            let mut changed = whole.clone();
            changed[index] ^= 1 << (index % 8);
            assert_eq!(Compiled::from_bytes(&changed).unwrap_err(), LoadError::Damaged, "{index}");
        }
    }

    #[test]
    fn tests_that_lead_to_each_other_are_refused() {
        let compiled = Policy::compile(POLICY).unwrap().compiled();
        let mut wire = wire(&compiled);
        let here = Target::test(0);
        wire.tests[0].failed = here;
        let rest = postcard::to_allocvec(&wire).unwrap();
        assert_eq!(Compiled::from_bytes(&summed(&rest)).unwrap_err(), LoadError::Damaged);
    }

    proptest! {
        /// The sum is right and the rest is not: whoever makes such bytes can make nothing worse than an error.
        #[test]
        fn made_bytes_do_no_harm(changes in prop::collection::vec((any::<usize>(), any::<u8>()), 1..4)) {
            let mut rest = bytes()[REST..].to_vec();
            for (index, byte) in changes {
                let length = rest.len();
                rest[index % length] = byte;
            }
            try_out(&summed(&rest));
        }
    }
}
