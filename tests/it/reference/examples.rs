//! The reference against answers that were worked out by hand.

use serde_json::json;

use crate::reference::decide_file;

const REFUNDS: &str = r#"
policy acme.refunds language 1
stages telling, closing
type Tier = ordered standard < gold < platinum
setting refund_window: days = 30 days between 14 days and 90 days
facts {
  today: date
  order {
    purchased_on: date
    total: money USD between USD 0 and USD 100_000
    category: one of (electronics, apparel, "gift-card" as gift_card)
    condition: one of (unopened, opened)
  }
  customer { tier: Tier  note: optional text }
  chargeback_open: boolean
}
define owned = today - order.purchased_on
define fee = (15% of order.total) rounded half up to USD 0.01
define class
  = small when order.total < USD 10 because "Below {fee}." cites "Tariff 1"
  = large otherwise cites "Tariff 2"
decision refund {
  outcome approve(amount: money USD, note: optional text)
  outcome deny
  outcome escalate(answer_in: duration)
  rule standard {
    when owned <= refund_window and order.condition is unopened
    then approve(amount: order.total, note: absent)
    because "Bought at most {refund_window} ago, {owned} in fact."
    cites "2.1"
  }
  rule opened {
    when order.condition is opened and class is large
    then approve(amount: order.total - fee, note: absent)
    because "Less {fee}, for {order.category}."
  }
  rule final_sale overrides standard { when order.category is gift_card then deny because "Final." }
  rule chargeback overrides everything {
    when chargeback_open
    then escalate(answer_in: 90 minutes)
  }
  otherwise deny because "None applies."
  disclosure told {
    when refund is approve and refund.amount > USD 1
    before closing
    no later than 1 month after today
    say "You get {refund.amount}."
    say in de "Sie erhalten {refund.amount}."
    cites "7.3"
  }
}
step check "Check it" { when refund is escalate and customer.tier is gold or above }
"#;

fn facts() -> serde_json::Value {
    json!({
        "today": "2026-01-31",
        "order": {"purchased_on": "2026-01-01", "total": "USD 49.99", "category": "apparel", "condition": "opened"},
        "customer": {"tier": "gold", "note": null},
        "chargeback_open": false
    })
}

#[test]
fn a_decision_with_reasons_definitions_and_obligations() {
    let expected = json!({"refund": {
        "status": "decided", "outcome": "approve",
        "parameters": {"amount": {"amount": "42.49", "currency": "USD"}, "note": null},
        "reasons": [{"rule": "acme.refunds/refund/opened", "because": ["Less USD 7.50, for apparel."], "cites": []}],
        "definitions": [{"definition": "class", "case": 2, "because": [], "cites": ["Tariff 2"]}],
        "set_aside": [], "open_rules": [],
        "disclosures": [{"name": "acme.refunds/refund/told", "status": "required", "stage": {"before": "closing"},
            "deadline": "2026-02-28", "cites": ["7.3"],
            "texts": {"en": "You get USD 42.49.", "de": "Sie erhalten USD 42.49."}}],
        "steps": [{"name": "acme.refunds/check", "status": "not_required"}]
    }});
    assert_eq!(decide_file(REFUNDS, &facts()), expected);
}

#[test]
fn everything_is_set_aside_whether_it_is_defeated_or_not() {
    let mut facts = facts();
    facts["order"]["condition"] = json!("unopened");
    facts["order"]["category"] = json!("gift-card");
    facts["chargeback_open"] = json!(true);
    let answer = decide_file(REFUNDS, &facts);
    let refund = &answer["refund"];
    assert_eq!(refund["parameters"], json!({"answer_in": "PT1H30M"}));
    let by = ["acme.refunds/refund/final_sale", "acme.refunds/refund/chargeback"];
    assert_eq!(
        refund["set_aside"],
        json!([{"rule": "acme.refunds/refund/standard", "by": by}, {"rule": by[0], "by": [by[1]]}])
    );
    assert_eq!(refund["steps"][0]["text"], json!("Check it"));
}

#[test]
fn what_nobody_can_decide() {
    let policy = "policy p language 1
        facts { a: boolean  b: boolean }
        decision one { outcome yes_it_is(n: integer)  outcome no_it_is
          rule r { when a then yes_it_is(n: 1) because \"A.\" }
          rule s { when b then yes_it_is(n: 2) } }
        decision two { outcome fine  outcome poor
          rule t { when one is yes_it_is then fine }
          rule u overrides t { when a and b then poor }
          otherwise poor }
        decision three { outcome fine  rule v { when one is yes_it_is or a then fine } otherwise fine }
        step w { when one is no_it_is }";
    let answer = decide_file(policy, &json!({"a": true, "b": true}));
    assert_eq!(
        answer["one"]["error"],
        json!({"kind": "conflict", "candidates": [
            {"rule": "p/one/r", "outcome": "yes_it_is", "parameters": {"n": 1}},
            {"rule": "p/one/s", "outcome": "yes_it_is", "parameters": {"n": 2}}]})
    );
    assert_eq!(answer["one"]["steps"], json!([{"name": "p/w", "status": "error"}]));
    assert_eq!(answer["two"]["outcome"], json!("poor"));
    assert_eq!(answer["three"]["outcome"], json!("fine"));
    let answer = decide_file(policy, &json!({"a": false, "b": false}));
    assert_eq!(answer["one"]["error"], json!({"kind": "gap"}));
    assert_eq!(answer["two"]["error"], json!({"kind": "depends", "on": ["one"]}));
}
