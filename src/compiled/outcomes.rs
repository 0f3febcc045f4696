//! What decisions come to as JSON, written straight from a case.
//!
//! ```text
//!   {"refund":{"outcome":"approve","parameters":{"amount":{"amount":"49.99","currency":"USD"}},"status":"decided"}}
//!    └─ text, made once ──────────────────────────────────────────┘ 4999 └─ text, made once ─┘
//! ```
//!
//! Statuses, names and values are those of the body of a whole answer. Everything between two values is made when a
//! writer is, so a decision costs what its digits cost, and allocates nothing on the way to one outcome.

use std::{borrow::Cow, fmt, fmt::Write as _, sync::Arc};

use crate::{
    compiled::{
        Case, Collected, Compiled, DecisionId, Failure, OutcomeSignature, ParameterSignature, Said, Verdict,
    },
    eval::{Item, Slot},
    flat::cells::UNKNOWN,
    json::{
        Json, LARGEST_INTEGER,
        write::{push_text, sort_key},
    },
    schema::Type,
    value::{digits, form},
};

/// Writes what decisions of a compiled policy come to. Cheap to clone, usable from many threads at once.
#[derive(Clone)]
pub struct OutcomeWriter {
    script: Arc<Script>,
}

struct Script {
    compiled: Compiled,
    /// The decisions that are asked, as their keys are sorted, each with the text that comes before it.
    asked: Vec<(String, DecisionId)>,
    /// For each decision of the policy its outcomes.
    outcomes: Vec<Vec<Pieces>>,
}

/// An outcome: `"outcome":"approve","parameters":{` with each parameter after the text that comes before it.
struct Pieces {
    parameters: Vec<(String, Piece)>,
    /// What comes after the last one.
    end: String,
}

/// A parameter.
struct Piece {
    /// Its place among the parameters as they are declared.
    place: usize,
    form: Form,
}

/// How a value is written.
enum Form {
    Boolean,
    /// A bare number.
    Integer,
    /// A number as a text, with all its decimals.
    Fixed(u8),
    /// `{"amount":"49.99"` with so many decimals, and what comes after the digits.
    Money(u8, String),
    Date,
    /// Each value, in quotes.
    Choice(Vec<String>),
    /// The set of this decision.
    Items(usize),
    /// What is rare, from its type and bounds.
    Other(ParameterSignature),
}

/// How decisions stand that were written, the worst of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// All are decided.
    Decided,
    /// One waits for a fact. The facts that are known may be enough all the same:
    /// [`Policy::outcomes`](crate::Policy::outcomes) can tell.
    Open,
    /// One is in error.
    Failed,
}

impl Compiled {
    /// A writer of what all decisions come to.
    ///
    /// ```
    /// # let policy = evenhand::Policy::compile("policy a language 1\nfacts { n: integer between 0 and 9 }\n\
    /// #     decision d { outcome yes(n: integer) outcome no rule r { when n > 4 then yes(n: n) } otherwise no }")?;
    /// let compiled = policy.compiled();
    /// let (writer, mut case, mut line) = (compiled.outcome_writer(), compiled.case(), String::new());
    /// case.read_json(r#"{"n": 7}"#)?;
    /// writer.write(&mut case, &mut line);
    /// assert_eq!(line, r#"{"d":{"outcome":"yes","parameters":{"n":7},"status":"decided"}}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn outcome_writer(&self) -> OutcomeWriter {
        let all: Vec<_> = (0..self.inner.about.decisions.len()).map(DecisionId).collect();
        self.outcome_writer_of(&all)
    }

    /// A writer of what these decisions come to.
    pub fn outcome_writer_of(&self, decisions: &[DecisionId]) -> OutcomeWriter {
        let all = &self.inner.about.decisions;
        let mut asked: Vec<_> = decisions.iter().filter_map(|it| Some((&all.get(it.0)?.name, *it))).collect();
        asked.sort_by(|a, b| sort_key(a.0).cmp(sort_key(b.0)));
        asked.dedup();
        let key = |(index, (name, id)): (usize, (&String, DecisionId))| {
            let mut text = if index == 0 { "{" } else { "," }.to_owned();
            push_text(name, &mut text);
            text.push(':');
            (text, id)
        };
        let outcomes = |it: &Vec<OutcomeSignature>| it.iter().map(|it| pieces(self, it)).collect();
        let script = Script {
            asked: asked.into_iter().enumerate().map(key).collect(),
            outcomes: all.iter().map(|it| outcomes(&it.outcomes)).collect(),
            compiled: self.clone(),
        };
        OutcomeWriter { script: Arc::new(script) }
    }
}

impl fmt::Debug for OutcomeWriter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.script.asked.iter().filter_map(|it| self.script.compiled.decisions().nth(it.1.0));
        out.debug_tuple("OutcomeWriter").field(&names.collect::<Vec<_>>()).finish()
    }
}

impl OutcomeWriter {
    /// Decides on the facts of a case as they stand, and appends what that comes to: an object with an entry for each
    /// decision. A decision that waits for a fact is written as `{"fact":"order.total","status":"open"}`, which no
    /// body has. The case is one of the policy that the writer is of; of a case of another policy nothing is known.
    pub fn write(&self, case: &mut Case, out: &mut String) -> Standing {
        let script = &*self.script;
        let is_own = Arc::ptr_eq(&case.compiled.inner, &script.compiled.inner);
        if !is_own && case.compiled.digest() != script.compiled.digest() {
            return self.write(&mut script.compiled.case(), out);
        }
        let mut worst = Standing::Decided;
        for (key, id) in &script.asked {
            out.push_str(key);
            worst = worst.max(script.verdict(*id, case.decide(*id), out));
        }
        out.push_str(if script.asked.is_empty() { "{}" } else { "}" });
        worst
    }
}

#[cfg(feature = "arrow")]
impl OutcomeWriter {
    /// Appends the set of a decision that collects.
    pub(crate) fn write_items(&self, decision: usize, items: &[Item], out: &mut String) {
        self.script.items(decision, items, out);
    }
}

impl Script {
    fn verdict(&self, decision: DecisionId, verdict: Verdict<'_>, out: &mut String) -> Standing {
        match verdict {
            Verdict::Decided(said) => {
                out.push('{');
                self.said(decision.0, &said, out);
                out.push_str(",\"status\":\"decided\"}");
                Standing::Decided
            }
            Verdict::Collected(Collected { items, .. }) => {
                out.push_str("{\"items\":");
                self.items(decision.0, items, out);
                out.push_str(",\"status\":\"decided\"}");
                Standing::Decided
            }
            Verdict::Open(fact) => {
                out.push_str("{\"fact\":");
                match fact {
                    Some(fact) => push_text(self.compiled.path(fact), out),
                    None => out.push_str("null"),
                }
                out.push_str(",\"status\":\"open\"}");
                Standing::Open
            }
            Verdict::Failed(failure) => {
                let _ = write!(out, "{{\"error\":{{\"kind\":\"{}\"}},\"status\":\"error\"}}", failure.kind());
                Standing::Failed
            }
        }
    }

    fn said(&self, decision: usize, said: &Said<'_>, out: &mut String) {
        self.outcome(decision, said.index, |place| said.argument(place), out);
    }

    fn outcome<'s>(
        &self,
        decision: usize,
        outcome: usize,
        argument: impl Fn(usize) -> Option<Cow<'s, Slot>>,
        out: &mut String,
    ) {
        let Some(pieces) = self.outcomes.get(decision).and_then(|it| it.get(outcome)) else { return };
        for (before, piece) in &pieces.parameters {
            out.push_str(before);
            let argument = argument(piece.place).unwrap_or(Cow::Borrowed(&Slot::Nothing));
            self.value(&piece.form, &argument, out);
        }
        out.push_str(&pieces.end);
    }

    fn value(&self, form: &Form, argument: &Slot, out: &mut String) {
        match (form, argument) {
            (Form::Boolean, Slot::Boolean(value)) => out.push_str(if *value { "true" } else { "false" }),
            (Form::Integer, Slot::Integer(value)) => digits::integer(*value, out),
            (Form::Fixed(scale), Slot::Integer(value)) => {
                out.push('"');
                digits::fixed(*value, *scale, out);
                out.push('"');
            }
            (Form::Money(scale, end), Slot::Integer(value)) => {
                out.push_str("{\"amount\":\"");
                digits::fixed(*value, *scale, out);
                out.push_str(end);
            }
            (Form::Date, Slot::Integer(value)) => {
                out.push('"');
                digits::day(*value, out);
                out.push('"');
            }
            (Form::Choice(texts), Slot::Choice(index)) => {
                out.push_str(texts.get(*index as usize).map_or("null", String::as_str));
            }
            (Form::Items(decision), Slot::Items(items)) => self.items(*decision, items, out),
            (Form::Other(parameter), argument) => match argument.to_scalar() {
                Some(value) => {
                    let ParameterSignature { ty, low, high, .. } = parameter;
                    let schema = self.compiled.schema();
                    out.push_str(&form::to_json(&value, *ty, *low, *high, schema).canonical());
                }
                None => out.push_str("null"),
            },
            _ => out.push_str("null"),
        }
    }

    /// In order of declaration, then of the texts of the parameters.
    fn items(&self, decision: usize, items: &[Item], out: &mut String) {
        let text = |it: &Item| {
            let mut text = String::new();
            self.outcome(decision, it.outcome, |place| it.arguments.get(place).map(Cow::Borrowed), &mut text);
            (it.outcome, text)
        };
        let mut all: Vec<(usize, String)> = items.iter().map(text).collect();
        all.sort();
        out.push('[');
        for (index, (_, text)) in all.iter().enumerate() {
            out.push_str(if index == 0 { "{" } else { ",{" });
            out.push_str(text);
            out.push('}');
        }
        out.push(']');
    }
}

impl Failure {
    /// Its kind, as it stands in an answer: `conflict`, `gap` or `depends`.
    pub fn kind(self) -> &'static str {
        match self {
            Failure::Conflict => "conflict",
            Failure::Gap => "gap",
            Failure::Depends => "depends",
        }
    }
}

fn pieces(compiled: &Compiled, outcome: &OutcomeSignature) -> Pieces {
    let mut text = "\"outcome\":".to_owned();
    push_text(&outcome.json, &mut text);
    text.push_str(",\"parameters\":{");
    let mut places: Vec<_> = outcome.parameters.iter().enumerate().collect();
    places.sort_by(|a, b| sort_key(&a.1.name).cmp(sort_key(&b.1.name)));
    let mut parameters = Vec::new();
    for (index, (place, parameter)) in places.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        push_text(&parameter.name, &mut text);
        text.push(':');
        let form = form_of(compiled, parameter);
        parameters.push((std::mem::take(&mut text), Piece { place, form }));
    }
    Pieces { parameters, end: text + "}" }
}

fn form_of(compiled: &Compiled, parameter: &ParameterSignature) -> Form {
    let quoted = |text: &str| Json::from(text).canonical();
    let ParameterSignature { ty, low, high, .. } = parameter;
    match *ty {
        Type::Boolean => Form::Boolean,
        Type::Number { scale: 0 } | Type::Days | Type::Months | Type::Years | Type::BusinessDays
            if -LARGEST_INTEGER <= *low && *high <= LARGEST_INTEGER =>
        {
            Form::Integer
        }
        Type::Number { scale } if scale > 0 => Form::Fixed(scale),
        Type::Money { currency, scale } => {
            Form::Money(scale, format!("\",\"currency\":{}}}", quoted(currency.code())))
        }
        Type::Date => Form::Date,
        Type::Choice(index) => {
            let choices = compiled.schema().enumerations.get(index).map_or(&[][..], |it| &it.choices);
            Form::Choice(choices.iter().map(|it| quoted(&it.json)).collect())
        }
        Type::Items(decision) => Form::Items(decision),
        _ => Form::Other(parameter.clone()),
    }
}

impl Case {
    /// Whether it is known of every fact what it is, or that there is none.
    pub(crate) fn knows_all(&self) -> bool {
        (0..self.compiled.schema().slots.len()).all(|it| self.knows(it))
    }

    /// Whether that is known of a fact.
    pub(crate) fn knows(&self, slot: usize) -> bool {
        self.cells.get(slot).is_some_and(|it| it != UNKNOWN)
    }
}
