//! What each fuzz target does with its bytes. `fuzz/` runs these under the fuzzer; `fuzz_smoke` runs them in
//! every test run, over the seeds and some mutations of them.

// A test says what is wrong by panicking.
#![allow(clippy::panic, clippy::unwrap_used)]

use evenhand::Policy;
use serde_json::Value as Json;

use crate::generate;
use crate::generate::facts;
use crate::generate::rng::Rng;
use crate::reference;
use crate::reference::evaluate::Outside;
use crate::reference::intake::read_facts;
use crate::reference::model::Model;
use std::sync::LazyLock;

/// The policies that facts are read for, compiled once.
static ENGINES: LazyLock<Vec<Policy>> = LazyLock::new(|| {
    let compile = |text: &&str| Policy::compile(text).unwrap_or_else(|error| panic!("{error}"));
    POLICIES.iter().map(compile).collect()
});

/// Any text: parsing ends, and every span lies in the text.
pub(crate) fn parse(bytes: &[u8]) {
    spans_lie_in(&String::from_utf8_lossy(bytes));
}

/// Any text: compiling ends; what is accepted decides, and decides as the reference does.
pub(crate) fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match Policy::compile(&text) {
        Err(rejected) => {
            assert!(!rejected.diagnostics().is_empty(), "refused without a reason: {text}");
            for it in rejected.diagnostics() {
                assert!(text.get(it.span.range()).is_some(), "{:?} lies outside of {text:?}", it.span);
            }
        }
        Ok(engine) => agree(&engine, &text, &mut Rng::scripted(bytes)),
    }
}

/// A made-up policy with facts: the engine decides as the reference does.
pub(crate) fn decide(bytes: &[u8]) {
    let (facts_bytes, policy_bytes) = bytes.split_at(bytes.len().min(16));
    let text = generate::policy_from(Rng::scripted(policy_bytes)).text();
    if let Ok(engine) = Policy::compile(&text) {
        agree(&engine, &text, &mut Rng::scripted(facts_bytes));
    }
}

/// Any text as facts of some policies: what is accepted decides.
pub(crate) fn facts_json(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for engine in ENGINES.iter() {
        if let Ok(facts) = engine.facts_from_json(&text) {
            let answer = engine.decide(&facts).unwrap_or_else(|error| panic!("{error}: {text}"));
            assert!(serde_json::from_str::<Json>(&answer.body()).is_ok(), "{}", answer.body());
        }
    }
}

/// Decides a few cases, and one with facts unknown.
fn agree(engine: &Policy, text: &str, rng: &mut Rng) {
    let file = reference::parse(text);
    let model = Model::new(&file, text);
    let body = |facts: &Json| -> Option<Json> {
        let facts = engine.facts_from_json(&facts.to_string()).ok()?;
        let answer = engine.decide(&facts).unwrap_or_else(|error| panic!("{error}\n{text}"));
        Some(serde_json::from_str(&answer.body()).expect("a body is JSON"))
    };
    for _ in 0..3 {
        let case = facts::full(&model, rng);
        let json = facts::json(&model, &case);
        let read = read_facts(&model, &json).unwrap_or_else(|error| panic!("{error}: {json}\n{text}"));
        let accepted = reference::violated(&model, &read).is_none();
        let Some(answer) = body(&json) else {
            assert!(!accepted, "refused: {json}\n{text}");
            continue;
        };
        assert!(accepted, "accepted though an assumption is violated: {json}\n{text}");
        let expected = reference::decide(&model, &read, Outside::Nothing);
        assert_eq!(crate::reference::plain(&answer["decisions"]), expected.decisions, "{json}\n{text}");
        let some = facts::forget(&model, &case, 40, rng);
        let partly =
            body(&facts::json(&model, &some)).unwrap_or_else(|| panic!("{some:?} is refused\n{text}"));
        for (name, entry) in partly["decisions"].as_object().into_iter().flatten() {
            let keys = ["status", "outcome", "items"];
            let same = |key: &&str| entry.get(*key) == answer["decisions"][name].get(*key);
            assert!(
                entry["status"] == "undecided" || keys.iter().all(same),
                "{entry}\n{answer}\n{json}\n{text}"
            );
        }
    }
}

/// Parses a text and looks at every span of the tree and of the findings.
pub(crate) fn spans_lie_in(text: &str) {
    let mut found = evenhand::diag::Diagnostics::default();
    let file = evenhand::syntax::parse(text, &evenhand::limits::Limits::default(), &mut found);
    let told = format!("{file:?}{:?}", found.into_sorted());
    for span in told.split("Span { start: ").skip(1) {
        let (start, rest) = span.split_once(", end: ").expect("a span has two ends");
        let (end, _) = rest.split_once(' ').expect("a span ends");
        let (start, end): (usize, usize) = (start.parse().unwrap(), end.parse().unwrap());
        assert!(start <= end && text.get(start..end).is_some(), "span {start}..{end} of {text:?}");
    }
}

/// A text with some mistakes in it.
pub(crate) fn mutated(text: &str, rng: &mut Rng, mistakes: usize) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for _ in 0..mistakes {
        let at = rng.below(letters.len());
        match rng.below(5) {
            0 => drop(letters.remove(at)),
            1 => letters
                .insert(at, *rng.pick(&['"', '{', '}', '(', ')', '#', '\n', 'é', '\\', '-', '%', '\u{0}'])),
            2 => letters.truncate(at.max(1)),
            3 => {
                let word = *rng.pick(&[
                    " decision ",
                    " rule ",
                    " is ",
                    " not ",
                    " facts {",
                    " = ",
                    " USD 5 ",
                    " or ",
                ]);
                letters.splice(at..at, word.chars());
            }
            _ => {
                let other = rng.below(letters.len());
                let (low, high) = (at.min(other), at.max(other).min(at.min(other) + 40));
                letters.drain(low..high);
            }
        }
        if letters.is_empty() {
            letters.push(' ');
        }
    }
    letters.into_iter().collect()
}

/// Policies that the facts of a fuzzer are tried on: every type, optional records, assumptions.
pub(crate) const POLICIES: [&str; 2] = [EVERY_TYPE, RELATIONS];

const EVERY_TYPE: &str = r#"
policy fuzz.types language 1
type Tier = ordered standard < gold < platinum
facts {
  flag: boolean
  count: integer between -5 and 1_000
  whole: integer
  ratio: decimal to 0.01 between -10 and 10
  share: percent between 0% and 100%
  total: money USD between USD 0 and USD 100_000
  yen: money JPY between JPY 0 and JPY 1_000
  note: optional text up to 20
  bought: date between 2020-01-01 and 2030-12-31
  wait: days between 0 days and 365 days
  term: months between 0 months and 24 months
  age: years between 0 years and 120 years
  delay: duration in minutes between 0 minutes and 10_000 minutes
  tier: Tier
  kind: one of ("gift-card" as gift_card, other)
  "extra-data" as extra: optional record {
    size: integer between 0 and 3
    gift: optional boolean
  }
}
decision d {
  outcome fine(until: date, fee: money USD, said: optional text)
  outcome poor
  rule one {
    when count > 3 and total >= USD 20 and (share of total) < USD 50 and tier is gold or above
    then fine(until: bought + wait + term + age, fee: (15% of total) rounded half up to USD 0.01, said: absent)
    because "{total}, {share}, {tier}, {bought}, {ratio}, {delay}, {wait}"
  }
  rule two {
    when note is present and note is not "" and not flag
    then fine(until: bought, fee: USD 1, said: note)
    because "{note}"
  }
  rule three overrides everything {
    when extra is present and extra.size > 1 and extra.gift is present and extra.gift and kind is gift_card
    then poor
  }
  otherwise poor because "{yen} {whole}"
}
"#;

const RELATIONS: &str = r#"
policy fuzz.relations language 1
facts {
  order { total: money EUR  paid: money EUR  bought: date  delivered: optional date }
}
assume "nothing is overpaid": order.paid <= order.total
assume "delivery comes after purchase": order.delivered is absent or order.delivered is no earlier than order.bought
decision late {
  outcome yes_late(days_late: days)
  outcome no_late
  rule late { when order.delivered is present and order.delivered - order.bought > 3 days
              then yes_late(days_late: order.delivered - order.bought) }
  otherwise no_late
}
disclosure open_amount {
  when late is yes_late and order.paid < order.total
  say "{order.total - order.paid} is open since {order.bought}."
}
"#;
