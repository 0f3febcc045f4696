//! Generated policies to prove: the same text for the same size.

use super::numbers::Numbers;
use std::fmt::Write as _;

const CATEGORIES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

/// A policy of `rules` rules, ten for each client, and one that overrides them all. Some cases have no answer.
pub(crate) fn partitioned(rules: usize) -> String {
    let mut numbers = Numbers::new(0x9E37_79B9_7F4A_7C15);
    let clients = (rules / 10).max(1);
    let names: Vec<String> = (0..clients).map(|it| format!("c{it}")).collect();
    let mut text = format!(
        "policy bench.clients language 1\n\
         facts {{\n  client: one of ({})\n  category: one of (a, b, c, d, e, f, g, h)\n  \
         tier: one of (basic, silver, gold, platinum)\n  days: integer between 0 and 1000\n  \
         total: money USD between USD 0 and USD 10_000\n  refund: money USD between USD 0 and USD 10_000\n  \
         damaged: boolean\n  fraud: boolean\n}}\n\
         assume \"no more than paid\": refund <= total\n\
         decision result {{\n  outcome approve\n  outcome deny\n  outcome escalate\n",
        names.join(", ")
    );
    for client in 0..clients {
        let window = [14, 30, 45, 60][numbers.below(4) as usize];
        let longer = window + 15;
        let small = [50, 100, 200][numbers.below(3) as usize];
        let own = numbers.sample(&CATEGORIES, 3).join(", ");
        let of_own = format!("category is one of ({own})");
        let other = format!("category is not one of ({own})");
        let rules = [
            format!("{of_own} and days <= {window} then approve"),
            format!("{of_own} and days > {window} then deny"),
            format!("{other} and tier is gold and days <= {longer} then approve"),
            format!("{other} and tier is gold and days > {longer} then deny"),
            format!("{other} and tier is platinum and damaged then approve"),
            format!("{other} and tier is platinum and not damaged and refund <= 15% of total then approve"),
            format!("{other} and tier is platinum and not damaged and refund > 15% of total then escalate"),
            format!("{other} and tier is one of (basic, silver) and total <= USD {small} then approve"),
            format!("{other} and tier is silver and total > USD 200 then deny"),
            format!("{other} and tier is basic and total > USD 200 and refund > 50% of total then escalate"),
        ];
        for (index, rule) in rules.iter().enumerate() {
            let _ = writeln!(text, "  rule r{client}_{index} {{ when client is c{client} and {rule} }}");
        }
    }
    text.push_str("  rule fraud overrides everything { when fraud then escalate }\n}\n");
    text
}

/// A policy of `rules` rules at random over seven facts; with `relations`, a third of them compares two facts.
pub(crate) fn unpartitioned(rules: usize, relations: bool) -> String {
    let mut numbers = Numbers::new(0x2545_F491_4F6C_DD1D);
    let kinds = ["k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"];
    let mut text = "policy bench.global language 1\nfacts {\n  tier: one of (a, b, c, d)\n  \
         kind: one of (k0, k1, k2, k3, k4, k5, k6, k7)\n  x: integer between 0 and 999\n  \
         y: integer between 0 and 999\n  z: integer between 0 and 999\n  w: integer between 0 and 999\n  \
         flag: boolean\n}\ndecision result {\n  outcome p\n  outcome q\n  outcome s\n"
        .to_owned();
    for rule in 0..rules {
        let mut parts = Vec::new();
        if numbers.below(2) == 0 {
            parts.push(format!("tier is {}", numbers.pick(&["a", "b", "c", "d"])));
        }
        if numbers.below(2) == 0 {
            parts.push(format!("kind is one of ({})", numbers.sample(&kinds, 3).join(", ")));
        }
        for fact in numbers.sample(&["x", "y", "z", "w"], 2) {
            let from = numbers.below(900);
            let to = (from + 20 + numbers.below(280)).min(999);
            parts.push(format!("{fact} >= {from} and {fact} <= {to}"));
        }
        if relations && numbers.below(10) < 3 {
            let by = numbers.below(500);
            parts.push(format!("{} <= {by}", numbers.pick(&["x - y", "y - x"])));
        }
        let outcome = numbers.pick(&["p", "q", "s"]);
        let _ = writeln!(text, "  rule r{rule} {{ when {} then {outcome} }}", parts.join(" and "));
    }
    text.push_str("  otherwise p\n}\n");
    text
}
