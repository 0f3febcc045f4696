//! Runs the tests that stand in a policy, and says where one expects something else than what comes out.
//!
//! Every expectation of a test is compared with one answer to the test's facts. Of outcomes, only the
//! parameters that are named are compared; needs, rules, disclosures and steps are compared as sets. A
//! disclosure of which it is open whether it must be said is not among those expected, so a test that expects
//! `disclosures none` passes only where none can come.

use crate::eval::report::{By, DecisionReport, Report as Answer};
use crate::eval::{Failure, Item, Settled, Slot};
use crate::hir::{Decision, Expectation, Expected, ExpectedOutcome, Hir, Test};
use crate::json::Json;
use crate::policy::{Policy, Timeline};
use crate::schema::Type;
use crate::source::{Place, Source};
use crate::tools::written;
use crate::value::{Known, Scalar, form};
use std::collections::BTreeSet;

/// What the tests of one policy came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The name of the policy's file.
    pub path: String,
    /// One for each test, in order of writing.
    pub tests: Vec<TestReport>,
}

/// What one test came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestReport {
    /// Its name in words.
    pub name: String,
    /// Where it is declared.
    pub place: Place,
    /// Where it expects something else than what came out; empty where it passes.
    pub failures: Vec<Mismatch>,
}

/// An expectation that is not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Where the expectation is written.
    pub place: Place,
    /// What is expected, as a policy writes it.
    pub expected: String,
    /// What came out, likewise.
    pub got: String,
}

/// Runs all tests of `policy`, which was compiled from `source`.
pub fn run(policy: &Policy, source: &Source) -> Report {
    run_file(&[policy], source)
}

/// Runs the tests of a policy in all its versions: one report for each file of it.
pub fn run_versions(timeline: &Timeline) -> Vec<Report> {
    let mut files: Vec<Vec<&Policy>> = Vec::new();
    for policy in timeline.versions() {
        let base = policy.source().own().base();
        let same = |it: &&mut Vec<&Policy>| it.first().is_some_and(|it| it.source().own().base() == base);
        match files.iter_mut().find(same) {
            Some(file) => file.push(policy),
            None => files.push(vec![policy]),
        }
    }
    let sourced = files.iter().filter_map(|it| Some((it, it.first()?.source())));
    sourced.map(|(file, source)| run_file(file, source)).collect()
}

/// Runs the tests of one file, each in the versions of it that are in force on its day; in all of them where it
/// names no day.
fn run_file(versions: &[&Policy], source: &Source) -> Report {
    let tests = versions.first().map_or(&[][..], |it| it.hir().tests.as_slice()).iter().enumerate();
    let tests = tests.map(|(index, test)| TestReport {
        name: test.name.clone(),
        place: source.place(test.span.start),
        failures: failures_in(versions, index, source),
    });
    Report { path: source.name().to_owned(), tests: tests.collect() }
}

/// Where a test fails in one of the versions that govern its facts.
fn failures_in(versions: &[&Policy], index: usize, source: &Source) -> Vec<Mismatch> {
    let of = |policy: &&Policy| policy.hir().tests.get(index).cloned();
    let governing = versions.iter().filter(|it| of(it).is_some_and(|test| governs(it, &test)));
    let mut governing = governing.peekable();
    if governing.peek().is_none()
        && let Some(test) = versions.first().and_then(of)
    {
        let periods: Vec<String> = versions.iter().map(|it| it.in_force().to_string()).collect();
        let expected = format!("a case of a day on which this file is in force, {}", periods.join(" or "));
        let got = "a case of another day".to_owned();
        return vec![Mismatch { place: source.place(test.span.start), expected, got }];
    }
    let mut found: Vec<Mismatch> = Vec::new();
    for policy in governing {
        let Some(test) = of(policy) else { continue };
        let new = failures(&test, policy, source).into_iter().filter(|it| !found.contains(it));
        let new: Vec<Mismatch> = new.collect();
        found.extend(new);
    }
    found
}

/// Whether the version is in force on the day of the test, as far as it names one.
fn governs(policy: &Policy, test: &Test) -> bool {
    let hir = policy.hir();
    let day = hir.chosen_by.and_then(|slot| test.facts.get(slot));
    match (day, hir.in_force) {
        (Some(Known::Value(Scalar::Number(day))), Some((first, last))) => {
            first.is_none_or(|it| it <= *day) && last.is_none_or(|it| *day <= it)
        }
        _ => true,
    }
}

impl Report {
    /// How many tests passed.
    pub fn passed(&self) -> usize {
        self.tests.iter().filter(|it| it.failures.is_empty()).count()
    }

    /// How many tests failed.
    pub fn failed(&self) -> usize {
        self.tests.len() - self.passed()
    }

    /// A line for each test, and what a failed one expected and got. Ends with an empty line.
    pub fn words(&self) -> String {
        if self.tests.is_empty() {
            return format!("{}: no tests\n\n", self.path);
        }
        let mut text = format!("{}\n", self.path);
        for test in &self.tests {
            let verdict = if test.failures.is_empty() { "ok    " } else { "FAILED" };
            text.push_str(&format!("  {verdict}  {}\n", form::escaped(&test.name)));
            for failure in &test.failures {
                text.push_str(&format!("          {}:{}\n", self.path, failure.place.line));
                text.push_str(&format!("            expected  {}\n", failure.expected));
                text.push_str(&format!("            got       {}\n", failure.got));
            }
        }
        text.push('\n');
        text
    }

    /// The same as data.
    pub fn to_json(&self) -> Json {
        let place = |place: Place| {
            [("line", Json::integer(place.line.into())), ("column", Json::integer(place.column.into()))]
        };
        let failure = |it: &Mismatch| {
            let [line, column] = place(it.place);
            let expected = ("expected", Json::from(it.expected.as_str()));
            Json::object([line, column, expected, ("got", Json::from(it.got.as_str()))])
        };
        let test = |it: &TestReport| {
            let [line, column] = place(it.place);
            let failures = it.failures.iter().map(failure).collect();
            let passed = ("passed", Json::Bool(it.failures.is_empty()));
            let name = ("name", Json::from(it.name.as_str()));
            Json::object([line, column, name, passed, ("failures", Json::List(failures))])
        };
        let tests = self.tests.iter().map(test).collect();
        Json::object([("path", Json::from(self.path.as_str())), ("tests", Json::List(tests))])
    }
}

/// The data of a file that has no tests to run, with the reason in words.
pub fn untested(path: &str, reason: &str) -> Json {
    Json::object([
        ("path", Json::from(path)),
        ("error", Json::from(reason)),
        ("tests", Json::List(Vec::new())),
    ])
}

fn failures(test: &Test, policy: &Policy, source: &Source) -> Vec<Mismatch> {
    let hir = policy.hir();
    let mut refused = policy.violated(&test.facts);
    if refused.is_empty() {
        refused = policy.impossible(&test.facts);
    }
    let answer = refused.is_empty().then(|| policy.report(&test.facts));
    let mut failures = Vec::new();
    for expectation in &test.expect {
        let mismatch = match &answer {
            Some(answer) => Comparison { hir, test, answer }.mismatch(&expectation.kind),
            None => mismatch_of_refused(&expectation.kind, &refused, hir),
        };
        failures.extend(mismatch.map(|(expected, got)| Mismatch {
            place: source.place(expectation.span.start),
            expected,
            got,
        }));
    }
    failures
}

/// `error "nothing is bought in the future"`.
fn refusal(assume: usize, hir: &Hir) -> String {
    format!("error \"{}\"", hir.assumes.get(assume).map_or("", |it| it.name.as_str()))
}

/// What is expected and what came out, where an assumption refuses the facts of the test.
fn mismatch_of_refused(expected: &Expected, refused: &[usize], hir: &Hir) -> Option<(String, String)> {
    match expected {
        Expected::Refused(assume) if refused.contains(assume) => None,
        _ => {
            let got: Vec<String> = refused.iter().map(|it| refusal(*it, hir)).collect();
            Some((written_expectation(expected, hir), got.join(", ")))
        }
    }
}

/// A test and the answer to its facts.
struct Comparison<'a> {
    hir: &'a Hir,
    test: &'a Test,
    answer: &'a Answer,
}

impl Comparison<'_> {
    /// What is expected and what came out, where they differ.
    fn mismatch(&self, expected: &Expected) -> Option<(String, String)> {
        let (met, got) = match expected {
            Expected::Outcome { decision, outcome, by } => self.about(*decision, |report| {
                let met = match &report.settled {
                    Settled::Decided { item, .. } => meets(outcome, item),
                    _ => false,
                };
                met && decided_by(report, by)
            }),
            Expected::Items { decision, items, by } => self.about(*decision, |report| {
                let met = match &report.settled {
                    Settled::Collected { items: got, .. } => all_meet(items, got),
                    _ => false,
                };
                met && decided_by(report, by)
            }),
            Expected::Undecided { decision, needs } => self.about(*decision, |report| {
                matches!(report.settled, Settled::Undecided(_))
                    && (needs.is_empty() || *needs == report.needs)
            }),
            Expected::Failed { decision, conflict } => self.about(*decision, |report| match report.settled {
                Settled::Failed(Failure::Conflict(_)) => *conflict,
                Settled::Failed(Failure::Gap) => !*conflict,
                _ => false,
            }),
            Expected::Refused(_) => (false, "facts that the policy takes".to_owned()),
            Expected::Obligations { step, names } => self.obligations(*step, names),
        };
        (!met).then(|| (written_expectation(expected, self.hir), got))
    }

    /// Whether a decision's report is as expected, and the report in words.
    fn about(&self, decision: usize, is_met: impl FnOnce(&DecisionReport) -> bool) -> (bool, String) {
        match self.answer.decisions.iter().find(|it| it.decision == decision) {
            Some(report) => (is_met(report), written::decision(report, self.hir)),
            None => (false, "no answer".to_owned()),
        }
    }

    fn obligations(&self, step: bool, names: &[String]) -> (bool, String) {
        let asked = asked(self.test);
        let is_asked = |it: &&DecisionReport| asked.is_empty() || asked.contains(&it.decision);
        let reports: Vec<&DecisionReport> = self.answer.decisions.iter().filter(is_asked).collect();
        let (required, open) = written::obligations(&reports, step, self.hir);
        let expected: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        let met = open.is_empty() && expected == required.iter().copied().collect();
        let perhaps = open.iter().map(|it| format!("perhaps {it}"));
        let all: Vec<String> = required.iter().map(|it| (*it).to_owned()).chain(perhaps).collect();
        (met, format!("{} {}", kind(step), none_or(&all)))
    }
}

/// The decisions that a test expects something of.
fn asked(test: &Test) -> BTreeSet<usize> {
    let decision = |it: &Expectation| match it.kind {
        Expected::Outcome { decision, .. }
        | Expected::Items { decision, .. }
        | Expected::Undecided { decision, .. }
        | Expected::Failed { decision, .. } => Some(decision),
        Expected::Refused(_) | Expected::Obligations { .. } => None,
    };
    test.expect.iter().filter_map(decision).collect()
}

fn kind(step: bool) -> &'static str {
    if step { "steps" } else { "disclosures" }
}

fn none_or(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn meets(expected: &ExpectedOutcome, got: &Item) -> bool {
    let same = |(parameter, value): &(usize, Option<Scalar>)| match (got.arguments.get(*parameter), value) {
        (Some(Slot::Nothing), None) => true,
        (Some(slot), Some(value)) => slot.to_scalar().as_ref() == Some(value),
        _ => false,
    };
    expected.outcome == got.outcome && expected.parameters.iter().all(same)
}

/// Whether each expected item is another one of those that came out, and none is left.
fn all_meet(expected: &[ExpectedOutcome], got: &[Item]) -> bool {
    let mut left: Vec<&Item> = got.iter().collect();
    // An item that names more of its parameters has fewer to choose from.
    let mut expected: Vec<&ExpectedOutcome> = expected.iter().collect();
    expected.sort_by_key(|it| std::cmp::Reverse(it.parameters.len()));
    let found = expected.iter().all(|it| match left.iter().position(|item| meets(it, item)) {
        Some(index) => {
            left.remove(index);
            true
        }
        None => false,
    });
    found && left.is_empty()
}

/// Whether exactly these rules decided; not compared where none are named.
fn decided_by(report: &DecisionReport, by: &[Option<usize>]) -> bool {
    let rule = |it: By| match it {
        By::Rule(rule) => Some(rule),
        By::Otherwise | By::Always => None,
    };
    let got: BTreeSet<Option<usize>> = report.reasons.iter().map(|it| rule(it.by)).collect();
    by.is_empty() || by.iter().copied().collect::<BTreeSet<_>>() == got
}

/// An expectation as a policy writes it.
fn written_expectation(expected: &Expected, hir: &Hir) -> String {
    let name = |decision: &usize| written::decision_names(&[*decision], hir).join("");
    match expected {
        Expected::Outcome { decision, outcome, by } => {
            let Some(it) = hir.decisions.get(*decision) else { return String::new() };
            format!("{} is {}{}", it.name, written_outcome(outcome, it, hir), written_by(by, it))
        }
        Expected::Items { decision, items, by } => {
            let Some(it) = hir.decisions.get(*decision) else { return String::new() };
            let items: Vec<String> = items.iter().map(|item| written_outcome(item, it, hir)).collect();
            let items = if items.is_empty() { "empty".to_owned() } else { format!("({})", items.join(", ")) };
            format!("{} is {items}{}", it.name, written_by(by, it))
        }
        Expected::Undecided { decision, needs } => {
            format!("{} undecided{}", name(decision), written::needs(needs, hir))
        }
        Expected::Failed { decision, conflict: true } => format!("{} error conflict", name(decision)),
        Expected::Failed { decision, conflict: false } => format!("{} error gap", name(decision)),
        Expected::Refused(assume) => refusal(*assume, hir),
        Expected::Obligations { step, names } => {
            format!("{} {}", kind(*step), none_or(names))
        }
    }
}

fn written_outcome(expected: &ExpectedOutcome, decision: &Decision, hir: &Hir) -> String {
    let Some(outcome) = decision.outcomes.get(expected.outcome) else { return String::new() };
    let argument = |(index, value): &(usize, Option<Scalar>)| {
        let parameter = outcome.parameters.get(*index)?;
        let value = match value {
            Some(value) => words(value, parameter.ty, hir),
            None => "absent".to_owned(),
        };
        Some(format!("{}: {value}", parameter.name))
    };
    let arguments: Vec<String> = expected.parameters.iter().filter_map(argument).collect();
    match arguments.is_empty() {
        true => outcome.name.clone(),
        false => format!("{}({})", outcome.name, arguments.join(", ")),
    }
}

fn words(value: &Scalar, ty: Type, hir: &Hir) -> String {
    form::words(value, ty, &hir.schema)
}

fn written_by(by: &[Option<usize>], decision: &Decision) -> String {
    let name = |it: &Option<usize>| match it {
        Some(rule) => written::rule_names(&[*rule], decision).join(""),
        None => "otherwise".to_owned(),
    };
    let names: Vec<String> = by.iter().map(name).collect();
    if names.is_empty() { String::new() } else { format!(" by {}", names.join(", ")) }
}
