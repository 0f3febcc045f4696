//! What an expression can be made of: types, names with their guards, and literals.

use std::collections::BTreeSet;

use crate::generate::rng::Rng;

/// A type, as the generator thinks of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Boolean,
    Integer,
    Decimal,
    Percent,
    Money(&'static str),
    Text,
    Date,
    Days,
    Months,
    Years,
    Duration,
    Time,
    DateTime,
    Instant,
    BusinessDays,
    BusinessHours,
    /// An index into the enumerations.
    Choice(usize),
    /// The set of a `collect` decision.
    Items(String),
    /// An amount in one of several currencies: the type as it is written, without bounds.
    MoneyOf(&'static str),
}

/// A condition that makes a name readable, and its opposite.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Guard {
    pub(crate) yes: String,
    pub(crate) no: String,
}

impl Guard {
    pub(crate) fn present(path: &str) -> Self {
        Guard { yes: format!("{path} is present"), no: format!("{path} is absent") }
    }

    pub(crate) fn outcome(decision: &str, outcome: &str) -> Self {
        Guard { yes: format!("{decision} is {outcome}"), no: format!("not ({decision} is {outcome})") }
    }
}

/// A name that has a value.
#[derive(Clone, Debug)]
pub(crate) struct Atom {
    pub(crate) text: String,
    pub(crate) kind: Kind,
    /// What must hold before it may be read, outermost first.
    pub(crate) needs: Vec<Guard>,
    /// Whether it is a fact (an `assume` reads nothing else).
    pub(crate) fact: bool,
    /// Whether reading it can be an error: it reads decisions.
    pub(crate) risky: bool,
    /// Whether it is a number that is at least 1.
    pub(crate) positive: bool,
}

/// A closed list of values.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    /// Its name where it is declared.
    pub(crate) name: Option<String>,
    pub(crate) ordered: bool,
    pub(crate) names: Vec<String>,
    pub(crate) written: Vec<String>,
}

impl Listed {
    pub(crate) fn declared(&self) -> String {
        if self.ordered {
            format!("ordered {}", self.written.join(" < "))
        } else {
            format!("one of ({})", self.written.join(", "))
        }
    }

    pub(crate) fn written(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.declared())
    }
}

/// Where an expression stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    /// Guards that are known to hold, by their `yes`.
    pub(crate) present: BTreeSet<String>,
    /// Parameters of the definition around.
    pub(crate) locals: Vec<Atom>,
    /// Only facts may be read.
    pub(crate) facts_only: bool,
    /// Nothing that may be an error.
    pub(crate) safe_only: bool,
    /// How many lists are gone over around it.
    pub(crate) loops: usize,
}

impl Scope {
    pub(crate) fn with(&self, guards: &[Guard]) -> Scope {
        let mut scope = self.clone();
        scope.present.extend(guards.iter().map(|it| it.yes.clone()));
        scope
    }

    pub(crate) fn has(&self, guards: &[Guard]) -> bool {
        guards.iter().all(|it| self.present.contains(&it.yes))
    }

    pub(crate) fn allows(&self, atom: &Atom) -> bool {
        (atom.fact || !self.facts_only) && (!atom.risky || !self.safe_only)
    }
}

/// A type with bounds for a fact or a parameter, mostly with few values.
pub(crate) fn bounded(kind: &Kind, wide: bool, rng: &mut Rng) -> String {
    match kind {
        Kind::Boolean => "boolean".into(),
        Kind::Integer if wide => (*rng.pick(&[
            "integer between 0 and 100_000",
            "integer",
            "integer between -9_007_199_254_740_991 and 9_007_199_254_740_991",
            "integer between 0 and 9_007_199_254_740_993",
            "integer between -7 and 1_000",
        ]))
        .into(),
        Kind::Integer => (*rng.pick(&[
            "integer between 0 and 3",
            "integer between -1 and 2",
            "integer between 1 and 3",
            "integer between 0 and 1",
        ]))
        .into(),
        Kind::Decimal if wide => "decimal to 0.01 between -100 and 1_000".into(),
        Kind::Decimal => (*rng
            .pick(&["decimal to 0.1 between 0 and 0.3", "decimal to 0.01 between -0.01 and 0.02"]))
        .into(),
        Kind::Percent if wide => "percent between 0% and 100%".into(),
        Kind::Percent => {
            (*rng.pick(&["percent between 10% and 10.02%", "percent to 1% between 0% and 3%"])).into()
        }
        Kind::Money("USD") if wide => (*rng.pick(&[
            "money USD between USD 0 and USD 100_000",
            "money USD",
            "money USD between USD -5 and USD 20.50",
        ]))
        .into(),
        Kind::Money("USD") => "money USD between USD 0.99 and USD 1.01".into(),
        Kind::Money(other) if wide => format!("money {other} between {other} 0 and {other} 100_000"),
        Kind::Money(other) => format!("money {other} between {other} 0 and {other} 3"),
        Kind::Text => (*rng.pick(&["text", "text up to 20"])).into(),
        Kind::Date if wide => (*rng.pick(&["date", "date between 2025-01-01 and 2027-12-31"])).into(),
        Kind::Date => (*rng.pick(&[
            "date between 2026-03-01 and 2026-03-03",
            "date between 2026-02-27 and 2026-03-01",
            "date between 2028-01-30 and 2028-02-01",
        ]))
        .into(),
        Kind::Days if wide => "days between 0 days and 3_650 days".into(),
        Kind::Days => "days between 0 days and 3 days".into(),
        Kind::Months => "months between 0 months and 2 months".into(),
        Kind::Years => "years between 0 years and 1 year".into(),
        Kind::Duration if wide => (*rng.pick(&[
            "duration between 0 hours and 48 hours",
            "duration in minutes between 0 minutes and 600 minutes",
        ]))
        .into(),
        Kind::Duration => "duration between -1 seconds and 2 seconds".into(),
        Kind::MoneyOf(written) if wide => (*written).into(),
        Kind::MoneyOf(written) => format!("{written} between 0 and 1"),
        Kind::Time if wide => (*rng.pick(&["time", "time to the second"])).into(),
        Kind::Time => (*rng
            .pick(&["time between 09:00 and 09:02", "time to the second between 16:59:59 and 17:00:01"]))
        .into(),
        Kind::DateTime if wide => (*rng.pick(&[
            "datetime",
            "datetime to the minute",
            "datetime between 2025-01-01T00:00 and 2027-12-31T00:00",
        ]))
        .into(),
        Kind::DateTime => (*rng.pick(&[
            "datetime between 2026-03-06T16:59:59 and 2026-03-06T17:00:01",
            "datetime to the minute between 2026-03-08T01:59 and 2026-03-08T02:01",
            "datetime to the minute between 2026-02-28T23:59 and 2026-03-01T00:01",
        ]))
        .into(),
        Kind::Instant if wide => (*rng
            .pick(&["instant", "instant to the minute between 2025-01-01T00:00Z and 2027-12-31T00:00Z"]))
        .into(),
        Kind::Instant => (*rng.pick(&[
            "instant between 2026-03-08T06:59:59Z and 2026-03-08T07:00:01Z",
            "instant to the minute between 2026-03-29T02:59+02:00 and 2026-03-29T01:01Z",
        ]))
        .into(),
        Kind::BusinessDays => "business days between -1 business days and 2 business days".into(),
        Kind::BusinessHours => "business hours between -2 business hours and 20 business hours".into(),
        Kind::Choice(_) | Kind::Items(_) => unreachable!("written by its list"),
    }
}

/// A literal of a type, near the bounds of facts with few values.
pub(crate) fn literal(kind: &Kind, lists: &[Listed], rng: &mut Rng) -> String {
    match kind {
        Kind::Boolean => (*rng.pick(&["yes", "no"])).into(),
        Kind::Integer => (*rng.pick(&["0", "1", "2", "3", "7", "1_000"])).into(),
        Kind::Decimal => (*rng.pick(&["0.1", "0.2", "0.5", "1.5", "0.25"])).into(),
        Kind::Percent => (*rng.pick(&["0%", "10.01%", "15%", "2%", "12.5%", "100%"])).into(),
        Kind::Money("USD") => {
            (*rng.pick(&["USD 1", "USD 0.99", "USD 1.01", "USD 20", "USD 500", "USD 1_000.50"])).into()
        }
        Kind::Money(other) => format!("{other} {}", rng.pick(&["0", "1", "2", "3", "500"])),
        Kind::Text => {
            (*rng.pick(&["\"\"", "\"a\"", "\"b\"", "\"Ünïcode\"", "\"with \\\"quotes\\\" \\{x\\}\""])).into()
        }
        Kind::Date => {
            (*rng.pick(&["2026-03-01", "2026-03-02", "2026-03-03", "2026-02-28", "2028-01-31", "2028-02-29"]))
                .into()
        }
        Kind::Days => (*rng.pick(&["0 days", "1 day", "2 days", "30 days"])).into(),
        Kind::Months => (*rng.pick(&["0 months", "1 month", "2 months"])).into(),
        Kind::Years => (*rng.pick(&["0 years", "1 year"])).into(),
        Kind::Duration => (*rng.pick(&[
            "0 seconds",
            "1 second",
            "90 seconds",
            "15 minutes",
            "4 hours",
            "2 days of 24 hours",
            "61 minutes",
        ]))
        .into(),
        Kind::Time => (*rng.pick(&["09:00", "17:00", "16:59:59", "00:00", "02:30", "23:59"])).into(),
        Kind::DateTime => (*rng.pick(&[
            "2026-03-06T17:00",
            "2026-03-06T16:59:59",
            "2026-03-08T02:00",
            "2026-03-01T00:00",
            "2026-03-09T09:00",
        ]))
        .into(),
        Kind::Instant => (*rng.pick(&[
            "2026-03-08T07:00Z",
            "2026-03-08T02:30-05:00",
            "2026-03-29T02:00+01:00",
            "2026-03-09T14:00:00Z",
        ]))
        .into(),
        Kind::BusinessDays => {
            (*rng.pick(&["0 business days", "1 business day", "2 business days", "5 business days"])).into()
        }
        Kind::BusinessHours => (*rng.pick(&[
            "0 business hours",
            "1 business hour",
            "4 business hours",
            "90 business minutes",
            "17 business hours",
        ]))
        .into(),
        Kind::Choice(list) => rng.pick(&lists[*list].names).clone(),
        Kind::MoneyOf(_) => (*rng.pick(&["JPY 0", "JPY 1", "KRW 1", "KRW 2"])).into(),
        Kind::Items(_) => unreachable!("a set has no literal"),
    }
}
