//! The front door on policies written by hand. The laws of partial facts are in [`partial`].

use crate::{
    limits::Limits,
    policy::{By, DecideError, Due, FactsProblem, Failure, Policy, Stage, Status},
    source::Source,
    value::Value,
};

mod partial;

const SHOP: &str = r#"
policy shop.refunds
  language 1
  title "Refunds"
stages telling, closing
facts {
  owned: days between 0 days and 10_000 days    ask "How many days ago was it bought?"
  total: money USD between USD 0 and USD 10_000
  opened: boolean
  delivered: optional date
  today: date
}
assume "nothing is delivered in the future": delivered is absent or delivered is no later than today
define fee = (10% of total) rounded half up to USD 0.01 when opened  because "Opened items cost {(10% of total) rounded half up to USD 0.01}."  cites "Terms 3"
           = USD 0 otherwise
decision refund {
  outcome approve(amount: money USD between USD 0 and USD 10_000)
  outcome deny
  rule in_time {
    when    owned <= 30 days
    then    approve(amount: total - fee but no less than USD 0)
    because "It was bought {owned} ago."
    cites   "Terms 2"
  }
  rule frail overrides in_time { when opened and total > USD 5_000 then deny }
  otherwise deny because "Too late."
  disclosure fee_taken {
    when refund is approve and opened
    before closing
    no later than today + 2 days
    say "We keep {fee}." say in de "Wir behalten {fee}."
    cites "Terms 7"
  }
  step check "Look at it" { when opened during telling }
}
decision offers collect {
  outcome voucher(worth: money USD between USD 0 and USD 10)
  outcome call
  rule late  { when owned > 30 days then call, voucher(worth: USD 5) }
  rule dear  { when total > USD 100 then voucher(worth: USD 10) }
}
decision twice {
  outcome a
  outcome b
  rule one { when opened then a }
  rule two { when owned > 10 days then b }
}
decision reader {
  outcome seen
  outcome unseen
  rule saw { when twice is a then seen }
  otherwise unseen
}
"#;

fn shop() -> Policy {
    Policy::compile(SHOP).unwrap_or_else(|rejected| panic!("{rejected}"))
}

#[test]
fn decided_with_reasons_and_duties() {
    let policy = shop();
    let facts = policy
        .facts()
        .set("owned", Value::Days(12))
        .set("total", "USD 49.99")
        .set("opened", true)
        .absent("delivered")
        .set("today", "2026-03-01")
        .build()
        .unwrap();
    let answer = policy.decide(&facts).unwrap();
    let refund = answer.decision("refund").unwrap();
    let outcome = refund.outcome().unwrap();
    assert_eq!(
        (outcome.name.as_str(), outcome.get("amount").unwrap().to_string()),
        ("approve", "USD 44.99".into())
    );
    assert_eq!(refund.reasons[0].by, By::Rule("shop.refunds/refund/in_time".into()));
    assert_eq!(refund.reasons[0].because, ["It was bought 12 days ago."]);
    let used = &refund.definitions[0];
    assert_eq!((used.definition.as_str(), used.case), ("fee", 1));
    assert_eq!(
        (used.because[0].as_str(), used.cites[0].as_str()),
        ("Opened items cost USD 5.00.", "Terms 3")
    );
    let Due::Required(required) = &refund.disclosures[0].status else { panic!("{refund:?}") };
    assert_eq!(required.stage, Some(Stage::Before("closing".into())));
    assert_eq!(required.deadline.as_ref().unwrap().to_string(), "2026-03-03");
    assert_eq!(
        (required.texts["en"].as_str(), required.texts["de"].as_str()),
        ("We keep USD 5.00.", "Wir behalten USD 5.00.")
    );
    let Due::Required(step) = &refund.steps[0].status else { panic!("{refund:?}") };
    assert_eq!(
        (step.text.as_deref(), &step.stage),
        (Some("Look at it"), &Some(Stage::During("telling".into())))
    );
    assert_eq!(answer.decision("offers").unwrap().status, Status::Collected(Vec::new()));
    let Status::Failed(Failure::Conflict(candidates)) = &answer.decision("twice").unwrap().status else {
        panic!("{answer:?}")
    };
    assert_eq!(candidates[1].rule, "shop.refunds/twice/two");
    let on = vec!["twice".to_owned()];
    assert_eq!(answer.decision("reader").unwrap().status, Status::Failed(Failure::Depends(on)));
    assert!(answer.is_settled());
}

#[test]
fn undecided_with_what_is_settled() {
    let policy = shop();
    let facts = policy.facts_from_json(r#"{"owned": 40, "opened": false}"#).unwrap();
    let answer = policy.decide(&facts).unwrap();
    assert_eq!(answer.decision("refund").unwrap().outcome().unwrap().name, "deny");
    assert_eq!(answer.decision("refund").unwrap().reasons[0].by, By::Otherwise);
    let Status::Undecided(offers) = &answer.decision("offers").unwrap().status else { panic!("{answer:?}") };
    let certain: Vec<&str> = offers.certain.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(
        (certain, offers.possible.clone(), offers.needs.clone()),
        (vec!["voucher", "call"], vec!["voucher".to_owned()], vec!["total".to_owned()])
    );
    assert!(!answer.is_settled());
    assert_eq!((answer.open(), answer.next()), (&["total".to_owned()][..], Some(("total", None))));

    let facts = policy.facts_from_json(r#"{"owned": 4, "opened": false}"#).unwrap();
    let answer = policy.decide_only(&["refund"], &facts).unwrap();
    let Status::Undecided(refund) = &answer.decision("refund").unwrap().status else { panic!("{answer:?}") };
    assert_eq!(
        refund.outcome.as_ref().map(|it| (it.name.as_str(), it.parameters.len())),
        Some(("approve", 0))
    );
    assert_eq!(refund.needs, ["total"]);
    assert!(answer.decision("offers").is_none());
}

#[test]
fn a_text_that_waits_keeps_the_answer_open() {
    let policy = Policy::compile(
        "policy a language 1\nfacts { b: boolean n: integer between 0 and 9 }\n\
         decision d { outcome o outcome p rule r { when b then o because \"it is {n}\" } otherwise p }",
    )
    .unwrap();
    let answer = policy.decide(&policy.facts().set("b", true).build().unwrap()).unwrap();
    let decision = answer.decision("d").unwrap();
    assert_eq!(decision.outcome().unwrap().name, "o");
    assert_eq!((decision.reasons[0].because.len(), &decision.reasons[0].templates[0][..]), (0, "it is {n}"));
    assert_eq!((decision.needs.clone(), answer.is_settled()), (vec!["n".to_owned()], false));
}

#[test]
fn facts_that_cannot_be() {
    let policy = shop();
    let error = policy.facts_from_json(r#"{"today": "2026-01-01", "delivered": "2026-02-01"}"#).unwrap_err();
    assert!(matches!(error.problems(), [FactsProblem::Assumption(_)]));
    assert_eq!(
        error.to_string(),
        "the facts break the assumption `nothing is delivered in the future`: `delivered` is 2026-02-01, `today` is 2026-01-01"
    );
    let error = policy.facts().set("owned", Value::Days(-1)).set("totl", "USD 1").build().unwrap_err();
    let names: Vec<&str> = error.problems().iter().map(FactsProblem::name).collect();
    assert_eq!(names, ["out-of-bounds", "unknown-fact"]);
    let error = policy.facts_from_deserializer(serde_json::Value::from(3)).unwrap_err();
    assert_eq!(error.problems()[0].name(), "wrong-type");
    assert!(policy.facts_from(&serde_json::json!({"owned": 3, "delivered": null})).is_ok());
}

#[test]
fn mistakes_of_a_call() {
    let policy = shop();
    let facts = policy.facts().build().unwrap();
    let error = policy.decide_only(&["refnd"], &facts).unwrap_err();
    assert_eq!(error.to_string(), "the policy has no decision `refnd`; did you mean `refund`?");
    let other = Policy::compile(&SHOP.replace("30 days", "31 days")).unwrap();
    assert_eq!(other.decide(&facts).unwrap_err(), DecideError::ForeignFacts);
    // Formatting makes no other policy.
    assert!(Policy::compile(&SHOP.replace("\n", "\n ")).unwrap().decide(&facts).is_ok());
}

#[test]
fn digests() {
    let policy = shop();
    let compile = |text: &str| Policy::compile(text).unwrap_or_else(|rejected| panic!("{rejected}\n{text}"));
    let same = compile(&format!("# a comment\n{SHOP}test \"t\" {{ expect refund undecided }}"));
    assert_eq!((policy.digest(), policy.logic_digest()), (same.digest(), same.logic_digest()));
    for (from, to) in [
        ("Too late", "Sorry"),
        ("Terms 7", "Terms 8"),
        ("\"Refunds\"", "\"Money back\""),
        ("Wir behalten", "Es bleiben"),
    ] {
        let other = compile(&SHOP.replace(from, to));
        assert_ne!(policy.digest(), other.digest(), "{to}");
        assert_eq!(policy.logic_digest(), other.logic_digest(), "{to}");
    }
    for (from, to) in
        [("owned <= 30 days", "owned < 30 days"), ("before closing", "during closing"), ("10%", "11%")]
    {
        let other = compile(&SHOP.replace(from, to));
        assert_ne!(policy.digest(), other.digest(), "{to}");
        assert_ne!(policy.logic_digest(), other.logic_digest(), "{to}");
    }
    assert!(policy.digest().starts_with("sha256:") && policy.digest().len() == 71);
    assert_ne!(policy.digest(), policy.logic_digest());
}

#[test]
fn the_body_and_the_envelope() {
    let policy = shop();
    let answer =
        policy.decide_only(&["twice"], &policy.facts().set("opened", true).build().unwrap()).unwrap();
    let body = answer.body();
    assert_eq!(
        body,
        format!(
            concat!(
                r#"{{"decisions":{{"twice":{{"definitions":[],"disclosures":[],"exactness":"exact","needs":["owned"],"#,
                r#""open_rules":["shop.refunds/twice/two"],"possible":["a"],"reasons":[],"set_aside":[],"#,
                r#""status":"undecided","steps":[]}}}},"edition":1,"open":["owned"],"policy":"shop.refunds","#,
                r#""policy_digest":"{}","schema":1,"settled":false}}"#
            ),
            policy.digest()
        )
    );
    let envelope = serde_json::to_value(&answer).unwrap();
    assert_eq!(envelope["body"], serde_json::from_str::<serde_json::Value>(&body).unwrap());
    assert_eq!(envelope["answer_digest"], answer.digest());
    assert_eq!(envelope["next"]["ask"], "How many days ago was it bought?");
    assert_eq!(envelope["places"]["shop.refunds/twice/two"], "policy:46:8");
}

/// A definition that reads an earlier one twice, twenty times over, costs twenty nodes.
#[test]
fn definitions_are_shared() {
    let chain = |length: usize| {
        let mut text =
            "policy a language 1\nfacts { n: integer between 0 and 1 }\ndefine a0 = n\n".to_owned();
        for index in 1..=length {
            text += &format!("define a{index} = a{} + a{}\n", index - 1, index - 1);
        }
        text + &format!(
            "decision d {{ outcome o outcome p rule r {{ when a{length} > 5 then o }} otherwise p }}"
        )
    };
    let (short, long) = (Policy::compile(&chain(10)).unwrap(), Policy::compile(&chain(20)).unwrap());
    assert_eq!(long.cost() - short.cost(), 10);
}

/// A definition with parameters that doubles at every level is refused, not waited for.
#[test]
fn what_costs_too_much_is_refused() {
    let mut text = "policy a language 1\nfacts { n: integer between 0 and 1 }\ndefine f0(x: integer between 0 and 1_000_000) = x > 7\n".to_owned();
    for index in 1..=40 {
        let before = index - 1;
        text += &format!(
            "define f{index}(x: integer between 0 and 100_000) = f{before}(x but no more than 5) or f{before}(x but no less than {index})\n"
        );
    }
    text += "decision d { outcome o outcome p rule r { when f40(n) then o } otherwise p }";
    let limits = Limits { steps: 5_000, ..Limits::default() };
    match Policy::compile_source(&Source::new("a.policy", &text), &limits) {
        Ok(policy) => assert!(policy.cost() <= 5_000 + 2),
        Err(rejected) => assert!(
            rejected.to_string().contains("too-costly") || rejected.to_string().contains("steps"),
            "{rejected}"
        ),
    }
}

/// Long chains of one level are refused with a reason; those of conditions stay flat and are read.
#[test]
fn long_chains() {
    let compile = |condition: &str| {
        Policy::compile(&format!(
            "policy a language 1\nfacts {{ n: integer between 0 and 9  d: date }}\n\
             decision d1 {{ outcome o outcome p rule r {{ when {condition} then o }} otherwise p }}"
        ))
    };
    let chains = [
        (" * ", "n", "1", "200"),
        (" + ", "n", "1", "200"),
        (" / ", "n", "1", "200"),
        (" - ", "n", "n", "200"),
        (" but no more than ", "n", "50", "200"),
        (" + ", "d", "1 month", "2026-01-01"),
    ];
    for (operator, first, operand, limit) in chains {
        let chain = vec![operand; 20_000].join(operator);
        let rejected = compile(&format!("{first}{operator}{chain} > {limit}")).expect_err("too long");
        assert!(rejected.to_string().contains("T405"), "{operator}: {rejected}");
    }
    for operator in [" and ", " or "] {
        compile(&vec!["n is 1"; 20_000].join(operator)).expect("flat");
    }
}

/// The deepest brackets, each with every level of precedence in it, on the 2 MiB of a thread, without optimisation too.
#[test]
fn deep_expressions() {
    let mut condition = "b".to_owned();
    for _ in 0..Limits::default().nesting - 2 {
        condition = format!("(b and not b or {condition} and b implies b)");
    }
    let mut number = "n".to_owned();
    for _ in 0..Limits::default().nesting - 2 {
        number = format!("(1 + {number} * 1 - 1 but no more than 100)");
    }
    let text = format!(
        "policy a language 1\nfacts {{ b: boolean n: integer between 0 and 9 }}\n\
         decision d {{ outcome o outcome p rule r {{ when {condition} then o }} rule s {{ when {number} > 200 then o }} otherwise p }}"
    );
    let policy = Policy::compile(&text).unwrap_or_else(|rejected| panic!("{rejected}"));
    assert!(policy.decide(&policy.facts().set("b", true).build().unwrap()).is_ok());
}

#[test]
fn findings_are_limited() {
    let mut text = "policy a language 1\nfacts { b: boolean }\n".to_owned();
    (0..300).for_each(|it| text += &format!("define x{it} = nothing{it}\n"));
    text += "decision d { outcome o always o }";
    let limits = Limits { findings: 20, ..Limits::default() };
    let rejected = Policy::compile_source(&Source::new("a.policy", &text), &limits).unwrap_err();
    assert_eq!((rejected.diagnostics().len(), rejected.omitted()), (20, 280));
    assert!(rejected.to_string().starts_with("a.policy:3:"), "{rejected}");
    assert!(rejected.to_string().ends_with("and 280 more"), "{rejected}");
}

#[test]
fn a_column_is_read_before_its_table_wherever_it_is_written() {
    let text = "policy demo language 1\nfacts { vip: boolean }\n\
        define fee by late {\n | any | USD 2 |\n}\ndefine late = not vip\n\
        decision d {\n outcome pay(fee: money USD)\n table by late {\n | any | pay(fee: fee) |\n }\n}\n";
    let policy = Policy::compile(text).unwrap_or_else(|it| panic!("{it}"));
    let facts = policy.facts_from_json(r#"{"vip": true}"#).unwrap();
    assert!(policy.decide(&facts).unwrap().is_settled());
}

#[test]
fn only_brackets_recurse() {
    let openings = [
        "number of days in ",
        "date of ",
        "last day of month of ",
        "weekday of ",
        "not ",
        "- ",
        "count of i in xs where ",
        "sum of ",
        "latest of ",
        "any i in ",
        "business days from ",
        "3 days after ",
        "x is in the ",
        "x on ",
        "x but no more than ",
        "x implies ",
        "x at ",
        "x or else ",
    ];
    for opening in openings {
        let text =
            format!("policy a language 1\nfacts {{ x: days }}\nassume \"a\": {}x\n", opening.repeat(4_000));
        assert!(Policy::compile(&text).is_err(), "{opening}");
    }
}
