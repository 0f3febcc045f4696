//! One case for each limit: it is met with an error of its own, and a step below it nothing is.

use evenhand::{Limits, Policy, Rejected, Source};

fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits);
    limits
}

fn compile(text: &str, limits: &Limits) -> Result<Policy, Rejected> {
    Policy::compile_source(&Source::new("limits.policy", text), limits)
}

#[track_caller]
fn refused(text: &str, limits: &Limits, code: &str) {
    let rejected = compile(text, limits).expect_err("a limit is met");
    let codes: Vec<&str> = rejected.diagnostics().iter().map(|it| it.code.name).collect();
    assert_eq!(codes, [code]);
}

const SMALL: &str = "policy small language 1
facts { n: integer between 0 and 9  note: text }
decision d { outcome yes outcome no rule a { when n > 3 then yes } rule b { when n > 5 then yes } otherwise no }
";

fn nested(depth: usize) -> String {
    let (open, close) = ("(".repeat(depth), ")".repeat(depth));
    format!("policy deep language 1\nfacts {{ n: integer }}\nassume \"deep\": {open}n{close} is 1\n")
}

#[test]
fn source_bytes() {
    compile(SMALL, &limits(|it| it.source_bytes = SMALL.len())).expect("just as long as allowed");
    refused(SMALL, &limits(|it| it.source_bytes = SMALL.len() - 1), "text-too-long");
}

#[test]
fn nesting() {
    compile(&nested(8), &limits(|it| it.nesting = 8)).expect("just as deep as allowed");
    refused(&nested(9), &limits(|it| it.nesting = 8), "too-deep");
    // The host cannot raise it beyond what the parser's stack is sized for.
    refused(&nested(5_000), &limits(|it| it.nesting = 10_000), "too-deep");
}

/// The deepest text that is accepted compiles and decides in a thread with half of Rust's default stack,
/// whatever stands between the brackets.
#[test]
fn the_deepest_nesting_fits_a_small_stack() {
    let deepest = Limits::default().nesting;
    let shapes = [
        ("(", "n", ")"),
        ("(1 + ", "n", ")"),
        ("(not ", "n is 1", ")"),
        ("(n is 1 or n is 2 and ", "n is 1", ")"),
        ("highest of (1, ", "n", ")"),
    ];
    for (open, middle, close) in shapes {
        let depth = deepest - 1;
        let whole = format!("{}{middle}{}", open.repeat(depth), close.repeat(depth));
        let condition = if whole.contains("is") { whole } else { format!("{whole} is 1") };
        let text = format!(
            "policy deep language 1\nfacts {{ n: integer between 0 and 9 }}\n\
             decision d {{ outcome yes outcome no rule a {{ when {condition} then yes }} otherwise no }}\n"
        );
        // The rule's braces are two of the brackets.
        let text = text.replacen(&open.repeat(3), open, 1).replacen(&close.repeat(3), close, 1);
        let decide = move || {
            let policy = Policy::compile(&text).map_err(|it| it.to_string())?;
            let facts = policy.facts_from_json("{\"n\": 1}").map_err(|it| it.to_string())?;
            policy.decide(&facts).map(|it| it.body()).map_err(|it| it.to_string())
        };
        let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(decide).expect("a thread");
        thread.join().expect("no overflow").expect("decided");
    }
}

#[test]
fn rules() {
    compile(SMALL, &limits(|it| it.rules = 2)).expect("just as many as allowed");
    refused(SMALL, &limits(|it| it.rules = 1), "too-costly");
}

#[test]
fn steps() {
    refused(SMALL, &limits(|it| it.steps = 3), "too-costly");
}

#[test]
fn facts_bytes() {
    let policy = compile(SMALL, &limits(|it| it.facts_bytes = 8)).expect("compiles");
    policy.facts_from_json("{\"n\": 1}").expect("just as long as allowed");
    let error = policy.facts_from_json("{\"n\":  1}").expect_err("too long");
    assert_eq!(error.problems().iter().map(|it| it.name()).collect::<Vec<_>>(), ["too-large"]);
}

#[test]
fn facts_nesting() {
    let policy = compile(SMALL, &limits(|it| it.facts_nesting = 3)).expect("compiles");
    let error = policy.facts_from_json("{\"n\": [[[[1]]]]}").expect_err("too deep");
    assert_eq!(error.problems().iter().map(|it| it.name()).collect::<Vec<_>>(), ["too-large"]);
}

#[test]
fn list_length() {
    let policy = compile(SMALL, &limits(|it| it.list_length = 3)).expect("compiles");
    let error = policy.facts_from_json("{\"n\": [1, 2, 3, 4]}").expect_err("too long");
    assert_eq!(error.problems().iter().map(|it| it.name()).collect::<Vec<_>>(), ["too-large"]);
}

#[test]
fn text_length() {
    let policy = compile(SMALL, &limits(|it| it.text_length = 3)).expect("compiles");
    policy.facts_from_json("{\"note\": \"abc\"}").expect("just as long as allowed");
    let error = policy.facts_from_json("{\"note\": \"abcd\"}").expect_err("too long");
    assert_eq!(error.problems().iter().map(|it| it.name()).collect::<Vec<_>>(), ["text-too-long"]);
}

#[test]
fn findings() {
    let unknown: String = (0..20).map(|it| format!("assume \"a{it}\": x{it}\n")).collect();
    let text = format!("policy many language 1\n{unknown}");
    let rejected = compile(&text, &limits(|it| it.findings = 5)).expect_err("twenty unknown names");
    assert_eq!((rejected.diagnostics().len(), rejected.omitted()), (5, 15));
}
