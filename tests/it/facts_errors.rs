//! What the intake of facts says, one snapshot for each kind of mistake, against one small policy.

use std::fmt::Write as _;

use evenhand::policy::FactsProblem;
use evenhand::{FactProblem, Facts, FactsError, Policy};

const POLICY: &str = r#"policy demo.refunds language 1
facts {
  today: date
  order {
    "total-amount" as total: money USD between USD 0 and USD 100_000
    items: integer between 1 and 50
    weight: decimal to 0.1 between 0 and 1_000
    discount: percent
    category: one of (book, toy, "gift-card" as gift_card)
    delivered_on: optional date
    waited: duration in minutes
    window: days
    note: text up to 10
    paid: boolean
  }
  ticket {
    lines: list of record { sku: text up to 8  price: money EUR or GBP between 0 and 500  opened: optional boolean } up to 2
    ratings: optional list of integer between 1 and 5 up to 3
    opened_at: datetime to the minute
    closes: time
    seen_at: instant
    reply_in: business days between 0 business days and 10 business days
    worked: business hours
  }
}
assume "delivery is not in the future": order.delivered_on is absent or order.delivered_on is no later than today
decision refund {
  outcome approve
  outcome deny
  rule paid { when order.paid then approve }
  otherwise deny
}
"#;

fn policy() -> Policy {
    Policy::compile(POLICY).expect("the policy is sound")
}

/// The mistakes, each with its kind, place, path, message and help.
fn shown(read: Result<Facts, FactsError>) -> String {
    let error = match read {
        Ok(_) => return "accepted\n".to_owned(),
        Err(error) => error,
    };
    let mut out = String::new();
    for problem in error.problems() {
        let _ = writeln!(out, "{}", problem.name());
        let _ = writeln!(out, "  message  {problem}");
        if let FactsProblem::Fact(FactProblem { help: Some(help), .. }) = problem {
            let _ = writeln!(out, "  help     {help}");
        }
    }
    out
}

/// A character, or its escape where it cannot be seen.
fn visible(character: char) -> String {
    match character {
        '\n' => "\n".to_owned(),
        it if it.is_control() => it.escape_unicode().to_string(),
        it => it.to_string(),
    }
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("snapshots");
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("facts@{name}"), text));
}

/// Snapshots what is said about each of these texts.
fn refused(name: &str, texts: &[&str]) {
    let policy = policy();
    let mut out = String::new();
    for text in texts {
        let read = policy.facts_from_json(text);
        assert!(read.is_err(), "{name}: {text} is accepted");
        let text: String = text.chars().map(visible).collect();
        let _ = writeln!(out, "{}\n\n{}", text.trim_end(), shown(read));
    }
    snapshot(name, &out);
}

/// One fact of the order.
fn fact(key: &str, value: &str) -> String {
    format!(r#"{{"order": {{"{key}": {value}}}}}"#)
}

fn facts(name: &str, all: &[(&str, &str)]) {
    let texts: Vec<String> = all.iter().map(|(key, value)| fact(key, value)).collect();
    refused(name, &texts.iter().map(String::as_str).collect::<Vec<_>>());
}

macro_rules! kinds {
    ($($name:ident: $all:expr;)+) => { $( #[test] fn $name() { facts(stringify!($name), &$all); } )+ };
}

macro_rules! texts {
    ($($name:ident: $all:expr;)+) => { $( #[test] fn $name() { refused(stringify!($name), &$all); } )+ };
}

kinds! {
    unknown_fact: [("itmes", "1"), ("total", "\"USD 5\""), ("colour", "\"red\"")];
    wrong_type: [("items", "true"), ("paid", "\"yes\""), ("note", "5"), ("category", "1"), ("delivered_on", "20260301")];
    group_expected: [("paid", "{}"), ("items", "[1]")];
    out_of_bounds: [("items", "51"), ("items", "0"), ("total-amount", "\"USD -5\""), ("weight", "1000.1")];
    unknown_choice: [("category", "\"Book\""), ("category", "\"gift_card\""), ("category", "\"furniture\"")];
    null_not_allowed: [("items", "null"), ("total-amount", "null")];
    no_such_day: [("delivered_on", "\"2026-02-30\""), ("delivered_on", "\"2027-02-29\"")];
    no_date: [("delivered_on", "\"1.3.2026\""), ("delivered_on", "\"2026-3-1\""), ("delivered_on", "\"2026-03-01T00:00:00Z\"")];
    too_many_decimals: [("total-amount", "\"USD 49.995\""), ("weight", "2.55"), ("items", "1.5"), ("discount", "\"12.345%\"")];
    wrong_currency: [("total-amount", "\"EUR 5\""), ("total-amount", r#"{"amount": "5", "currency": "EUR"}"#)];
    money_forms: [("total-amount", "5"), ("total-amount", "\"$5\""), ("total-amount", r#"{"amount": "5"}"#), ("total-amount", r#"{"amount": "5", "currency": "USD", "tax": 1}"#)];
    percent_as_number: [("discount", "15"), ("discount", "\"15\""), ("discount", "0.15"), ("discount", "\"15 %\"")];
    duration_forms: [("waited", "\"P1D\""), ("waited", "\"soon\""), ("waited", "0.001")];
    days_forms: [("window", "\"30 hours\""), ("window", "2.5")];
    text_too_long: [("note", "\"eleven char\"")];
    number_beyond_every_bound: [("items", "1e400"), ("items", "123456789012345678901234567890123456789012345678901234567890"), ("weight", "1e-400")];
    not_a_number: [("items", "NaN"), ("items", "Infinity"), ("items", "-"), ("items", "01"), ("items", "+1"), ("items", ".5")];
}

texts! {
    empty_input: ["", "  \n "];
    array_instead_of_object: ["[]", "[{\"today\": \"2026-03-01\"}]", "\"today\"", "null"];
    trailing_comma: ["{\"today\": \"2026-03-01\",}", "{\"order\": {\"items\": 1,},\n}"];
    single_quotes: ["{'today': '2026-03-01'}", "{\"today\": '2026-03-01'}"];
    key_without_quotes: ["{today: \"2026-03-01\"}"];
    unclosed: ["{\"today\": \"2026-03-01\"", "{\"order\": {\"items\": [1, 2}", "{\"today\": \"2026-03-01\n\"}", "{\"today\": \"2026"];
    lone_surrogate: [r#"{"order": {"note": "\ud800"}}"#, r#"{"order": {"note": "\udc00\ud800"}}"#];
    bad_escape: [r#"{"order": {"note": "a\qb"}}"#, r#"{"order": {"note": "\u12"}}"#];
    control_character: ["{\"order\": {\"note\": \"a\u{1}b\"}}", "{\u{0}}"];
    trailing_text: ["{} {}", "{\"today\": \"2026-03-01\"}\nand so on"];
    comment: ["{ // today\n}", "{ /* today */ }"];
    words_of_other_languages: ["{\"order\": {\"paid\": True}}", "{\"order\": {\"paid\": yes}}", "{\"today\": undefined}", "{\"today\": None}"];
    missing_colon_and_comma: ["{\"today\" \"2026-03-01\"}", "{\"today\": \"2026-03-01\" \"order\": {}}"];
    duplicate_keys: [
        "{\"today\": \"2026-03-01\",\n \"order\": {},\n \"today\": \"2026-03-02\"}",
        "{\"order\": {\"items\": 1,\n  \"items\": 1}}",
        "{\"order\": {\"total-amount\": {\"amount\": \"1\", \"currency\": \"USD\", \"amount\": \"2\"}}}"
    ];
    several_mistakes: ["{\"tody\": 1,\n \"order\": {\"items\": 99, \"paid\": null,\n   \"category\": \"bok\"}}"];
    list_too_long: [
        r#"{"ticket": {"ratings": [1, 2, 3, 4]}}"#,
        r#"{"ticket": {"lines": [{"sku": "a"}, {"sku": "b"}, {"sku": "c"}]}}"#
    ];
    items_of_lists: [
        r#"{"ticket": {"ratings": [1, 6]}}"#,
        r#"{"ticket": {"ratings": [1, null]}}"#,
        r#"{"ticket": {"ratings": 3}}"#,
        r#"{"ticket": {"lines": null}}"#,
        r#"{"ticket": {"lines": {"sku": "a"}}}"#,
        r#"{"ticket": {"lines": [{"sku": "a"}, {"skus": "b", "price": null}]}}"#
    ];
    amounts_in_several_currencies: [
        r#"{"ticket": {"lines": [{"price": "USD 5"}]}}"#,
        r#"{"ticket": {"lines": [{"price": "GBP 501"}]}}"#,
        r#"{"ticket": {"lines": [{"price": 5}]}}"#,
        r#"{"ticket": {"lines": [{"price": "EUR 4.999"}]}}"#
    ];
    times: [
        r#"{"ticket": {"opened_at": "2026-03-10T10:00:30"}}"#,
        r#"{"ticket": {"opened_at": "2026-03-10T10:00Z"}}"#,
        r#"{"ticket": {"opened_at": "2026-03-10"}}"#,
        r#"{"ticket": {"opened_at": "2026-03-10T24:00"}}"#,
        r#"{"ticket": {"seen_at": "2026-03-10T10:00"}}"#,
        r#"{"ticket": {"seen_at": "2026-03-10T10:00:00.5Z"}}"#,
        r#"{"ticket": {"seen_at": "2026-06-30T23:59:60Z"}}"#,
        r#"{"ticket": {"closes": "5pm"}}"#,
        r#"{"ticket": {"closes": "17:00:01"}}"#
    ];
    business_time: [
        r#"{"ticket": {"reply_in": "3 days"}}"#,
        r#"{"ticket": {"reply_in": 11}}"#,
        r#"{"ticket": {"worked": 4}}"#,
        r#"{"ticket": {"worked": "P1D"}}"#
    ];
    violated_assumption: [
        "{\"today\": \"2026-03-01\", \"order\": {\"delivered_on\": \"2026-03-02\"}}"
    ];
}

#[test]
fn deep_json() {
    let text = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    snapshot("deep_json", &shown(policy().facts_from_json(&text)));
}

#[test]
fn long_json() {
    let text = format!("{{\"order\": {{\"note\": \"{}\"}}}}", "x".repeat(2 << 20));
    snapshot("long_json", &shown(policy().facts_from_json(&text)));
}

#[derive(serde::Serialize)]
struct Host {
    order: Order,
}

#[derive(serde::Serialize)]
struct Order {
    weight: f64,
}

/// A tenth is a tenth, and what only looks like three tenths is refused.
#[test]
fn floating_point_numbers() {
    let policy = policy();
    let mut out = String::new();
    let sum = [0.1, 0.2].iter().sum();
    for (name, weight) in
        [("0.1", 0.1), ("0.1 + 0.2", sum), ("not a number", f64::NAN), ("infinity", f64::INFINITY)]
    {
        let read = policy.facts_from(&Host { order: Order { weight } });
        let _ = writeln!(out, "{name}\n\n{}", shown(read));
    }
    snapshot("floating_point_numbers", &out);
}

#[test]
fn facts_set_one_by_one() {
    let policy = policy();
    let mut out = String::new();
    let unknown = policy.facts().set("order.totl", "USD 5").build();
    let wrong = policy.facts().set("order.items", "many").build();
    let two = policy.facts().set("order.paid", 5).absent("order.items").build();
    let group = policy.facts().set("order", 5).build();
    for (name, read) in [
        ("a misspelt path", unknown),
        ("a word for a number", wrong),
        ("two mistakes", two),
        ("a group", group),
    ] {
        let _ = writeln!(out, "{name}\n\n{}", shown(read));
    }
    snapshot("facts_set_one_by_one", &out);
}

/// The spellings that look like mistakes and are none.
#[test]
fn accepted_spellings() {
    let policy = policy();
    let all = [
        ("items", "1e1"),
        ("items", "\"12\""),
        ("items", "1.0"),
        ("weight", "2.50"),
        ("weight", "-0"),
        ("total-amount", r#"{"amount": 49.9, "currency": "USD"}"#),
        ("discount", "\"12.50%\""),
        ("delivered_on", "null"),
        ("waited", "1.5"),
        ("waited", "\"PT4H\""),
        ("window", "\"30 days\""),
        ("note", r#""e\u0301""#),
    ];
    for (key, value) in all {
        let read = policy.facts_from_json(&fact(key, value));
        assert!(read.is_ok(), "{key} {value}: {}", shown(read));
    }
    assert!(policy.facts_from_json("\u{feff}{}\r\n").is_ok());
}
