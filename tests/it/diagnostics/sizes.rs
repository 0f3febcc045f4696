//! Texts that no author writes: very deep, very long, very many mistakes. They end quickly, with one plain
//! answer.

use super::{findings, findings_within, render, snapshot};
use evenhand::{Limits, Policy, Source};

fn shown(text: &str) -> String {
    let source = Source::new("policy", text);
    render::list(&source, &findings_within(&source, &Limits::default()))
}

#[test]
fn very_deep() {
    for (name, open, close) in [("parentheses", "(", ")"), ("braces", "{", "}"), ("unclosed", "(", "")] {
        let text = format!(
            "policy demo language 1\nfacts {{ n: integer }}\ndefine deep = {}n{}\n",
            open.repeat(5_000),
            close.repeat(5_000)
        );
        snapshot(&format!("sizes@five_thousand_{name}"), &shown(&text));
    }
}

#[test]
fn very_long() {
    let text = "# a comment\n".repeat(50_000_000 / 12);
    snapshot("sizes@fifty_megabytes", &shown(&text));
}

#[test]
fn more_rules_than_are_allowed() {
    let rules: String = (0..20).map(|it| format!("rule r{it} {{ when n is {it} then a }}\n")).collect();
    let text = format!(
        "policy demo language 1\nfacts {{ n: integer }}\ndecision d {{ outcome a\n{rules}otherwise a }}"
    );
    let mut limits = Limits::default();
    limits.rules = 10;
    let source = Source::new("policy", &text);
    snapshot("sizes@too_many_rules", &render::list(&source, &findings_within(&source, &limits)));
    let mut limits = Limits::default();
    limits.steps = 10;
    snapshot("sizes@too_many_steps", &render::list(&source, &findings_within(&source, &limits)));
}

/// One calendar of all years, and several that are too much together.
#[test]
fn calendars_of_many_years() {
    let calendar = |name: usize, covers: &str| {
        format!(
            "calendar c{name} {{ covers {covers} zone \"Europe/Berlin\" open monday through friday 09:00 to 17:00 }}\n"
        )
    };
    let rest = "facts { on: date }\ndecision d { outcome a always a }\n";
    let text = format!("policy demo language 1\n{}{rest}", calendar(0, "0001-01-01 through 9999-12-31"));
    snapshot("sizes@calendar_of_all_years", &shown(&text));
    let several: String = (0..5).map(|it| calendar(it, "1990-01-01 through 2149-12-31")).collect();
    snapshot("sizes@several_calendars", &shown(&format!("policy demo language 1\n{several}{rest}")));
}

#[test]
fn findings_are_limited() {
    let facts: String = (0..1_000).map(|it| format!("  f{it}: intger\n")).collect();
    let text = format!("policy demo language 1\nfacts {{\n{facts}}}\n");
    let rejected = Policy::compile(&text).unwrap_err();
    assert_eq!(rejected.diagnostics().len(), 200);
    assert_eq!(rejected.omitted(), 800);
}

/// Each of many broken items is reported, the first ones more closely than the rest.
#[test]
fn very_many_broken_items() {
    let items = "setting window days = 30 days\ndefine a = = 5\n".repeat(50);
    let found = findings(&format!("policy demo language 1\n{items}"));
    assert_eq!(found.len(), 100);
    assert!(found.iter().all(|it| it.code.name == "unexpected-text"));
}

/// `a20 = a19 + a19` is shared, not copied: its cost grows with its length.
#[test]
fn definitions_are_shared() {
    let chain = |length: usize| {
        let all: String = (1..=length).map(|it| format!("define a{it} = a{0} + a{0}\n", it - 1)).collect();
        format!(
            "policy demo language 1\nfacts {{ n: integer between 0 and 9 }}\ndefine a0 = n + 1\n{all}\
             decision d {{ outcome x\n outcome y\n rule r {{ when a{length} > 7 then x }}\n otherwise y }}\n"
        )
    };
    let (short, long) = (Policy::compile(&chain(20)).unwrap(), Policy::compile(&chain(80)).unwrap());
    assert!(long.cost() <= 5 * short.cost(), "{} and {}", short.cost(), long.cost());
    // Two hundred doublings of a number can leave every width: one report, where it can first happen.
    snapshot("sizes@two_hundred_doublings", &shown(&chain(200)));
}

/// A character that turns the direction of writing would let a text look like another one.
#[test]
fn direction_overrides_are_refused() {
    for turned in ["\u{202e}", "\u{2066}"] {
        let text = format!("policy demo language 1 title \"a{turned}b\"\n# c{turned}\n");
        let rejected = evenhand::Policy::compile(&text).expect_err("refused");
        let found: Vec<_> =
            rejected.diagnostics().iter().map(|it| (it.code.name, text.get(it.span.range()))).collect();
        assert_eq!(found, [("control-character", Some(turned)), ("control-character", Some(turned))]);
    }
}

/// Calendars that cover more than anybody needs, and more of them than anybody reads.
#[test]
fn very_many_days_and_calendars() {
    let calendar = |name: &str, last: &str| {
        format!("calendar {name} {{ covers 2000-01-01 through {last}  open monday through friday }}\n")
    };
    let long = format!("policy demo language 1\n{}", calendar("desk", "9999-12-31"));
    snapshot("sizes@too_many_days", &shown(&long));
    let many: String = (0..1_200).map(|it| calendar(&format!("c{it}"), "2000-01-31")).collect();
    snapshot("sizes@too_many_calendars", &shown(&format!("policy demo language 1\n{many}")));
}
