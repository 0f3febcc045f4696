//! Facts put into a compiled policy: by handle, and from text that is written in unusual ways.

// A test says what is wrong by panicking.
#![allow(clippy::unwrap_used, clippy::panic)]

use evenhand::compiled::{Case, Compiled, FactId, Failure, Refused, Verdict};
use evenhand::{Policy, Value};

const POLICY: &str = r#"policy shop.facts language 1
facts {
  order {
    total: money USD between USD 0 and USD 100
    price: money EUR or GBP
    kind: one of (new, used)
    note: text up to 5
    at: time
    only: integer between 5 and 5
    tags: list of text up to 3
  }
  delivery: optional record { on: date }
  wide: integer between -10_000_000_000_000_000_000_000 and 10_000_000_000_000_000_000_000
}
decision d {
  outcome yes(note: text)
  outcome no
  rule r { when order.kind is new and order.note is not "hello" then yes(note: order.note) }
  otherwise no
}"#;

fn policy(text: &str) -> Policy {
    Policy::compile(text).unwrap_or_else(|rejected| panic!("{rejected}"))
}

fn compiled() -> Compiled {
    policy(POLICY).compiled()
}

fn fact(compiled: &Compiled, path: &str) -> FactId {
    compiled.fact(path).unwrap_or_else(|| panic!("no fact {path}"))
}

/// What is known, as it prints.
fn known(case: &Case) -> String {
    format!("{case:?}")
}

#[test]
fn a_fact_that_is_set_is_the_fact_that_is_read() {
    let compiled = compiled();
    let (mut set, mut read) = (compiled.case(), compiled.case());
    set.set(fact(&compiled, "order.note"), "other").unwrap();
    set.set(fact(&compiled, "order.total"), "USD 49.99").unwrap();
    set.set(fact(&compiled, "order.price"), "GBP 3").unwrap();
    set.set(fact(&compiled, "delivery.on"), "2026-03-01").unwrap();
    set.set(fact(&compiled, "wide"), Value::Integer(10_i128.pow(22))).unwrap();
    let json = r#"{"order": {"note": "other", "total": "USD 49.99", "price": "GBP 3"},
        "delivery": {"on": "2026-03-01"}, "wide": 10000000000000000000000}"#;
    read.read_json(json).unwrap();
    assert_eq!(known(&set), known(&read));
    set.set(fact(&compiled, "delivery"), Value::Absent).unwrap();
    assert!(known(&set).contains("\"delivery.on\": Absent"), "{set:?}");
    let before = known(&set);
    set.set(fact(&compiled, "order.total"), "USD 101").unwrap_err();
    assert_eq!(known(&set), before, "a value that is refused changes nothing");
}

#[test]
fn steps_are_those_that_intake_would_give() {
    let compiled = compiled();
    let mut case = compiled.case();
    let mut takes = |path: &str, steps: i64| case.set_steps(fact(&compiled, path), steps).is_ok();
    assert!(takes("order.total", 4999) && takes("order.kind", 1) && takes("order.only", 5));
    assert!(takes("order.at", 8 * 3600 + 60));
    assert!(!takes("order.total", 10_001), "out of bounds");
    assert!(!takes("order.kind", 2), "no such choice");
    assert!(!takes("order.at", 61), "a time to the minute");
    assert!(!takes("order.price", 7), "an amount in one of several currencies");
    assert!(!takes("wide", 7), "a number that may have more than 64 bits");
    assert!(!takes("order.note", 0), "a text");
    assert!(!takes("order.tags", 1) && !takes("order.tags[0]", 0), "a list and what is in it");
    assert!(
        !takes("delivery", 1) && !takes("delivery.on", 3),
        "a record that may be absent and what is in it"
    );
}

#[test]
fn texts_are_set_in_normal_form() {
    let compiled = compiled();
    let (mut set, mut read) = (compiled.case(), compiled.case());
    for text in ["caf\u{e9}", "cafe\u{301}", "hello", "", "a\"b"] {
        set.set_text(fact(&compiled, "order.note"), text).unwrap();
        let json = serde_json::json!({"order": {"note": text}});
        read.read_json(&json.to_string()).unwrap();
        assert_eq!(known(&set), known(&read));
    }
    set.set_text(fact(&compiled, "order.note"), "too long").unwrap_err();
    set.set_text(fact(&compiled, "order.total"), "USD 3").unwrap_err();
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    let compiled = compiled();
    let mut case = compiled.case();
    for json in [
        r#"{"order": {"total": "USD 1"}, "order": {"note": "a"}}"#,
        r#"{"order": {}, "order": {"note": "a"}}"#,
        r#"{"order": {"total": "USD 1", "total": "USD 1"}}"#,
        r#"{"delivery": {}, "wide": 1, "delivery": {}}"#,
        r#"{"wide": 1, "order": {}, "wide": 1}"#,
    ] {
        let refused = case.read_json(json).expect_err(json);
        assert!(
            matches!(&refused, Refused::Facts(_)) && refused.to_string().contains("stands twice"),
            "{refused}"
        );
        assert_eq!(known(&case), "{}");
    }
}

#[test]
fn a_key_is_read_as_json_writes_it() {
    let text = "policy a.b language 1\nfacts { \"a\\\"b\" as quoted: boolean, \"c d\" as plain: boolean }\n\
                decision d { outcome o always o }";
    let policy = policy(text);
    let mut case = policy.compiled().case();
    case.read_json(r#"{"a\"b": true, "c d": true}"#).unwrap();
    case.read_json(r#"{"a"b": true}"#).unwrap_err();
}

#[test]
fn a_case_that_is_refused_does_not_stand_beside_the_others() {
    let compiled = compiled();
    let decision = compiled.decision("d").unwrap();
    let mut cases = compiled.cases();
    cases.read_json(r#"{"order": {"kind": "new", "note": "other"}}"#).unwrap();
    cases.read_json(r#"{"order": {"kind": "new", "note": "too long"}}"#).unwrap_err();
    cases.read_json(r#"{"order": {"kind": "used", "note": "hello"}}"#).unwrap();
    let mut said = |place| cases.decide(place, decision).map(|it| format!("{it:?}"));
    assert_eq!(said(0).as_deref(), Some("Decided(yes(note: other))"));
    assert_eq!(said(1).as_deref(), Some("Decided(no)"));
    assert_eq!(said(2), None);
    assert_eq!(cases.len(), 2);
    cases.clear();
    assert!(cases.is_empty() && cases.decide(0, decision).is_none());
}

#[test]
fn reasons_are_said_where_they_were_asked_for() {
    let policy = policy(POLICY);
    let (without, with) = (policy.compiled(), policy.compiled_with_reasons());
    assert!(!without.has_reasons() && with.has_reasons());
    for (compiled, expected) in [(without, &[][..]), (with, &["r"][..])] {
        let mut case = compiled.case();
        case.read_json(r#"{"order": {"kind": "new", "note": "other"}}"#).unwrap();
        let explained = case.explain(compiled.decision("d").unwrap());
        assert_eq!(format!("{:?}", explained.verdict), "Decided(yes(note: other))");
        let names: Vec<&str> = explained.reasons.into_iter().map(|it| it.name()).collect();
        assert_eq!(names, expected);
    }
}

#[test]
fn a_place_among_outcomes_is_that_of_the_name() {
    let compiled = compiled();
    let decision = compiled.decision("d").unwrap();
    assert_eq!(compiled.outcomes(decision).collect::<Vec<_>>(), ["yes", "no"]);
    let mut case = compiled.case();
    for (kind, place) in [("new", 0), ("used", 1)] {
        case.read_json(&format!(r#"{{"order": {{"kind": "{kind}", "note": "other"}}}}"#)).unwrap();
        let Verdict::Decided(said) = case.decide(decision) else { panic!("{kind} is decided") };
        assert_eq!((said.index(), compiled.outcomes(decision).nth(place)), (place, Some(said.name())));
    }
}

/// Cuts that lie near to each other and far from each other, some of them only behind another fact.
const CUTS: &str = r#"policy shop.cuts language 1
facts {
  total: money USD between USD 0 and USD 5_000
  weight: integer between 0 and 100_000
  days: integer between 0 and 400
  open: boolean
  kind: one of (a, b, c)
}
decision d {
  outcome pay(amount: money USD)
  outcome wait(step: integer between 0 and 9)
  rule first_kind { when open and kind is a and total <= USD 10 then pay(amount: total) }
  rule middle { when open and kind is a and total > USD 10 and total <= USD 990.50 then wait(step: 1) }
  rule large { when open and kind is a and total > USD 990.50 then wait(step: 2) }
  rule heavy { when open and kind is b and weight > 70_000 then wait(step: 3) }
  rule light { when open and kind is b and weight <= 70_000 and days > 3 and days <= 300 then wait(step: 4) }
  rule dear { when open and kind is b and weight <= 70_000 and days <= 3 and total > USD 2_000 then wait(step: 5) }
  rule old { when open and kind is c and days > 14 and total <= USD 40 then pay(amount: total) }
  otherwise wait(step: 9)
}"#;

#[test]
fn cuts_part_values_where_rules_do() {
    let policy = policy(CUTS);
    let compiled = policy.compiled();
    let decision = compiled.decision("d").unwrap();
    let (mut case, mut rows) = (compiled.case(), compiled.cases());
    let mut expected = Vec::new();
    for total in ["0", "10", "10.01", "40", "40.01", "990.50", "990.51", "2_000", "2000.01", "5000"] {
        let total = total.replace('_', "");
        for weight in [0, 69_999, 70_000, 70_001, 100_000] {
            for (days, kind) in
                [0, 3, 4, 14, 15, 300, 301].into_iter().flat_map(|it| ["a", "b", "c"].map(|kind| (it, kind)))
            {
                for open in [true, false] {
                    let text = format!(
                        r#"{{"total": "USD {total}", "weight": {weight}, "days": {days}, "open": {open}, "kind": "{kind}"}}"#
                    );
                    case.read_json(&text).unwrap();
                    rows.read_json(&text).unwrap();
                    let answer = policy.decide(&policy.facts_from_json(&text).unwrap()).unwrap();
                    let outcome = answer.decision("d").unwrap().outcome().unwrap();
                    let said: Vec<String> =
                        outcome.parameters.iter().map(|it| format!("{}: {}", it.0, it.1)).collect();
                    let Verdict::Decided(own) = case.decide(decision) else { panic!("{text} is decided") };
                    let told: Vec<String> =
                        own.parameters().map(|it| format!("{}: {}", it.0, it.1)).collect();
                    assert_eq!((own.name(), told), (&*outcome.name, said), "{text}");
                    expected.push(format!("{own:?}"));
                }
            }
        }
    }
    for (place, expected) in expected.iter().enumerate() {
        let Some(Verdict::Decided(said)) = rows.decide(place, decision) else { panic!("{place} is decided") };
        assert_eq!(format!("{said:?}"), *expected);
    }
}

/// Clients whose rules ask the same and say the same, but are not set aside alike.
const CLIENTS: &str = r#"policy shop.clients language 1
facts {
  client: one of (a, b, c, d, e)
  n: integer between 0 and 9
  m: integer between 0 and 9
}
decision refund {
  outcome yes
  outcome no
  outcome none
  rule a_first { when client is a and n > 3 then yes }
  rule a_second overrides a_first { when client is a and m > 5 then no }
  rule b_first overrides b_second { when client is b and n > 3 then yes }
  rule b_second { when client is b and m > 5 then no }
  rule c_first { when client is c and n > 3 then yes }
  rule c_second { when client is c and m > 5 then no }
  rule d_first { when client is d and n > 3 then yes }
  rule d_second { when client is d and m > 5 then no }
  otherwise none
}
decision ordered first {
  outcome yes
  outcome no
  outcome none
  rule a_first { when client is a and n > 3 then yes }
  rule a_second { when client is a and m > 5 then no }
  rule b_second { when client is b and m > 5 then no }
  rule b_first { when client is b and n > 3 then yes }
  rule c_first { when client is c and n > 3 then yes }
  rule c_second { when client is c and m > 5 then no }
  otherwise none
}"#;

#[test]
fn clients_whose_rules_look_alike_keep_their_own() {
    let policy = policy(CLIENTS);
    // With no room for tests, with room for some, and with room for all: what is left is asked rule by rule.
    for tests in 0..24 {
        let compiled = policy.compiled_within(tests, 0, false);
        let mut case = compiled.case();
        for (client, n, m) in ["a", "b", "c", "d", "e"]
            .into_iter()
            .flat_map(|it| [(it, 3, 5), (it, 4, 5), (it, 3, 6), (it, 4, 6)])
        {
            let text = format!(r#"{{"client": "{client}", "n": {n}, "m": {m}}}"#);
            case.read_json(&text).unwrap();
            let answer = policy.decide(&policy.facts_from_json(&text).unwrap()).unwrap();
            for name in ["refund", "ordered"] {
                let expected = answer.decision(name).unwrap().outcome().map(|it| it.name.to_string());
                let found = match case.decide(compiled.decision(name).unwrap()) {
                    Verdict::Decided(said) => Some(said.name().to_owned()),
                    Verdict::Failed(Failure::Conflict) => None,
                    other => panic!("{other:?}"),
                };
                assert_eq!(found, expected, "{tests} tests, {name} of {text}");
            }
        }
    }
}

/// Outcomes whose arguments come from everywhere.
const NUMBERS: &str = r#"policy shop.numbers language 1
facts {
  total: money USD between USD 0 and USD 5_000
  note: text up to 5
  kind: one of (cell, constant, computed, choice, truth, words, none, two, wide)
}
decision d {
  outcome paid(amount: money USD)
  outcome sent(queue: one of (first, second))
  outcome asked(again: boolean)
  outcome told(words: text up to 5)
  outcome nothing
  outcome both(words: text up to 5, count: integer between 0 and 9)
  outcome large(number: integer between 0 and 100_000_000_000_000_000_000)
  rule cell     { when kind is cell     then paid(amount: total) }
  rule constant { when kind is constant then paid(amount: USD 4.99) }
  rule computed { when kind is computed then paid(amount: (7.5% of total) rounded half up to USD 0.01) }
  rule choice   { when kind is choice   then sent(queue: second) }
  rule truth    { when kind is truth    then asked(again: yes) }
  rule words    { when kind is words    then told(words: note) }
  rule two      { when kind is two      then both(words: "a", count: 7) }
  rule wide     { when kind is wide     then large(number: 99_000_000_000_000_000_000) }
  otherwise nothing
}"#;

#[test]
fn an_argument_is_read_as_a_number_wherever_it_comes_from() {
    let policy = policy(NUMBERS);
    let compiled = policy.compiled_with_reasons();
    let decision = compiled.decision("d").unwrap();
    let (mut case, mut rows) = (compiled.case(), compiled.cases());
    // The kind, the first and the second argument as numbers, and how the outcome is written.
    let kinds = [
        ("cell", Some(3_333), None, "paid(amount: USD 33.33)"),
        ("constant", Some(499), None, "paid(amount: USD 4.99)"),
        ("computed", Some(250), None, "paid(amount: USD 2.50)"),
        ("choice", Some(1), None, "sent(queue: second)"),
        ("truth", Some(1), None, "asked(again: yes)"),
        ("words", None, None, "told(words: hello)"),
        ("none", None, None, "nothing"),
        ("two", None, Some(7), "both(words: a, count: 7)"),
        ("wide", Some(99_000_000_000_000_000_000), None, "large(number: 99000000000000000000)"),
    ];
    for (place, (kind, first, second, written)) in kinds.into_iter().enumerate() {
        let text = format!(r#"{{"total": "USD 33.33", "note": "hello", "kind": "{kind}"}}"#);
        case.read_json(&text).unwrap();
        rows.read_json(&text).unwrap();
        let seen = |verdict: Verdict<'_>| {
            let Verdict::Decided(said) = verdict else { panic!("{kind}: {verdict:?}") };
            let parameters: Vec<&str> = said.parameters().map(|it| it.0).collect();
            let by_name = |place: usize| parameters.get(place).and_then(|it| said.number(it));
            assert_eq!((by_name(0), by_name(1), said.number("other")), (first, second, None), "{kind}");
            (said.number_at(0), said.number_at(1), said.number_at(2), format!("{said:?}"))
        };
        let expected = (first, second, None, written.to_owned());
        assert_eq!(seen(case.decide(decision)), expected);
        assert_eq!(seen(case.explain(decision).verdict), expected);
        assert_eq!(seen(rows.decide(place, decision).unwrap()), expected);
    }
}
