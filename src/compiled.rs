//! A policy made ready for deciding fast: its flat program, and facts bound to it.
//!
//! ```text
//!   Policy ── compiled ──▶ Compiled ── case ──▶ Case ── facts in ──▶ decide ──▶ Verdict
//!                          (shared)            (one for each thread, used again and again)
//! ```
//!
//! A [`Case`] holds the facts of one case in cells, and room to decide. Facts are checked when they are put in, as
//! everywhere; deciding then looks only at what it needs, and allocates nothing on the way to an outcome. It says
//! the outcome and its parameters; and the reasons where it is compiled with them; disclosures and
//! steps are those of [`Policy::decide`](crate::Policy::decide) on the same facts.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    compiled::quick::{Quick, Writer},
    eval::{Item, Slot},
    flat::{
        Flat,
        cells::{Cells, UNKNOWN, View},
        fast::spoken::{First, Found, Is},
        run::{self, Came, Failure as Failed, Reached, Room},
    },
    intake::{self, FactProblem},
    limits::Limits,
    schema::{Schema, Type},
    value::{Known, Value, date, host, normal_text},
};

#[cfg(feature = "arrow")]
pub mod arrow;
mod bytes;
mod cases;
mod fields;
mod json;
mod outcomes;
mod quick;
mod reasons;
mod refused;

pub use bytes::LoadError;
pub use cases::Cases;
pub use outcomes::{OutcomeWriter, Standing};
pub use reasons::{Because, Explained, Reason, Reasons, ReasonsIter};
pub use refused::Refused;

/// A policy made ready for deciding fast. Cheap to clone, immutable, usable from many threads at once.
#[derive(Clone)]
pub struct Compiled {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) about: About,
    pub(crate) flat: Flat,
    limits: Limits,
    quick: Vec<Quick>,
    /// Whether JSON text may be read quickly.
    plain: bool,
}

/// What a compiled policy says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct About {
    /// The policy's name.
    pub name: String,
    /// The digest of the policy.
    pub digest: Arc<str>,
    /// The edition of the language.
    pub edition: u32,
    /// Its decisions.
    pub decisions: Vec<Signature>,
    /// The names of its assumes.
    pub assumes: Vec<String>,
    /// The slot of the fact that says the day of the case, and the first and last days of the policy.
    pub in_force: Option<(usize, Option<i128>, Option<i128>)>,
}

/// What a decision may say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Signature {
    pub name: String,
    pub outcomes: Vec<OutcomeSignature>,
}

/// An outcome, with its parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OutcomeSignature {
    pub name: String,
    pub json: String,
    pub parameters: Vec<ParameterSignature>,
}

/// A parameter, with its bounds in steps, both inclusive: how a count is written depends on them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ParameterSignature {
    pub name: String,
    pub ty: Type,
    pub low: i128,
    pub high: i128,
}

/// A decision of a compiled policy. It means something to the policy that gave it, and to those compiled from the same
/// text; another has other decisions at the same place, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DecisionId(usize);

/// A fact of a compiled policy, and of no other, as a [`DecisionId`] is a decision of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FactId(usize);

impl Compiled {
    pub(crate) fn new(about: About, flat: Flat, limits: Limits) -> Compiled {
        let quick = quick::forms(&flat.schema, &flat.forms, &limits);
        let plain = json::plain(&flat.schema.keys);
        Compiled { inner: Arc::new(Inner { about, flat, limits, quick, plain }) }
    }

    /// The policy's name: `acme.refunds`.
    pub fn name(&self) -> &str {
        &self.inner.about.name
    }

    /// The digest of the policy that it was made of: see [`Policy::digest`](crate::Policy::digest).
    pub fn digest(&self) -> &str {
        &self.inner.about.digest
    }

    /// The edition of the language that the policy is written in.
    pub fn edition(&self) -> u32 {
        self.inner.about.edition
    }

    /// The facts that the policy declares.
    pub fn schema(&self) -> &Schema {
        &self.inner.flat.schema
    }

    /// The names of its decisions, in order of declaration.
    pub fn decisions(&self) -> impl Iterator<Item = &str> {
        self.inner.about.decisions.iter().map(|it| it.name.as_str())
    }

    /// The decision of this name.
    pub fn decision(&self, name: &str) -> Option<DecisionId> {
        self.decisions().position(|it| it == name).map(DecisionId)
    }

    /// The names of the outcomes of a decision, in order of declaration: [`Said::index`] is a place among them. A host
    /// that looks them up once need not compare names for each case.
    pub fn outcomes(&self, decision: DecisionId) -> impl Iterator<Item = &str> {
        let signature = self.inner.about.decisions.get(decision.0);
        signature.into_iter().flat_map(|it| &it.outcomes).map(|it| it.name.as_str())
    }

    /// The fact with this path in the policy: `order.total`.
    pub fn fact(&self, path: &str) -> Option<FactId> {
        self.schema().slot(path).map(FactId)
    }

    /// The path of a fact.
    pub fn path(&self, fact: FactId) -> &str {
        self.schema().slots.get(fact.0).map_or("", |it| &it.path)
    }

    /// Whether it can say which rules decide.
    pub fn has_reasons(&self) -> bool {
        self.inner.flat.whys.is_some()
    }

    /// A case of which nothing is known yet.
    pub fn case(&self) -> Case {
        let flat = &self.inner.flat;
        Case { cells: Cells::new(flat), room: Room::new(flat), compiled: self.clone() }
    }
}

impl fmt::Debug for Compiled {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Compiled").field("name", &self.name()).field("digest", &self.digest()).finish()
    }
}

/// The facts of one case, and room to decide on them. Made to be used again: see [`Case::clear`].
#[derive(Clone)]
pub struct Case {
    compiled: Compiled,
    cells: Cells,
    room: Room,
}

impl Case {
    /// The policy.
    pub fn compiled(&self) -> &Compiled {
        &self.compiled
    }

    /// Forgets all facts.
    pub fn clear(&mut self) {
        self.cells.clear(&self.compiled.inner.flat);
    }

    /// Takes what is known of each slot. The values are ones that intake has accepted.
    pub(crate) fn take(&mut self, known: &[Known]) {
        for (slot, known) in known.iter().enumerate() {
            self.cells.put(&self.compiled.inner.flat, slot, known);
        }
    }

    /// Reads facts from JSON text, in place of what is known: a value, `null` for absent, a missing key for unknown.
    ///
    /// # Errors
    ///
    /// [`Refused`], with everything that is wrong; then nothing is known.
    pub fn read_json(&mut self, text: &str) -> Result<(), Refused> {
        self.clear();
        let inner = &*self.compiled.inner;
        let mut writer = Writer { inner, cells: &mut self.cells };
        let quick = inner.plain && text.len() <= inner.limits.facts_bytes;
        match quick && json::read(text, &inner.flat.schema.keys, &mut writer).is_ok() {
            true => self.accept(),
            false => self.retake(intake::read_json(text, &inner.flat.schema, &inner.limits)),
        }
    }

    /// Reads facts from anything that serde can serialize, in place of what is known. `None` is absent; a field that
    /// is skipped is unknown.
    ///
    /// # Errors
    ///
    /// [`Refused`], with everything that is wrong; then nothing is known.
    pub fn read<T: Serialize + ?Sized>(&mut self, facts: &T) -> Result<(), Refused> {
        self.clear();
        let inner = &*self.compiled.inner;
        let mut writer = Writer { inner, cells: &mut self.cells };
        match fields::read(facts, &inner.flat.schema.keys, &mut writer) {
            Ok(()) => self.accept(),
            Err(_) => self.retake(intake::read_serialize(facts, &inner.flat.schema, &inner.limits)),
        }
    }

    /// Takes what intake found, which has the rules and the words for everything.
    fn retake(&mut self, read: Result<Vec<Known>, Vec<FactProblem>>) -> Result<(), Refused> {
        self.clear();
        self.take(&read.map_err(Refused::Facts)?);
        self.accept()
    }

    /// Checks what relates facts to each other: that the policy is in force on the day of the case, and its assumes.
    /// Reading does it; who sets single facts asks for it when all are set.
    ///
    /// # Errors
    ///
    /// [`Refused::NotInForce`] and [`Refused::Assumption`]. What is unknown breaks nothing.
    pub fn check(&mut self) -> Result<(), Refused> {
        // The policy is shared by threads: to hold it once more for each case would make them wait for each other.
        let Case { compiled, cells, room } = self;
        let (inner, facts) = (&*compiled.inner, cells.view());
        if let Some((slot, first, last)) = inner.about.in_force {
            let day = match facts.slot(&inner.flat, slot) {
                Slot::Integer(day) => Some(day),
                _ => None,
            };
            let outside = |day: i128| first.is_some_and(|it| day < it) || last.is_some_and(|it| day > it);
            if let Some(day) = day.filter(|it| outside(*it)) {
                let days = (first.map(date::format), last.map(date::format));
                return Err(Refused::NotInForce { day: date::format(day), first: days.0, last: days.1 });
            }
        }
        match run::broken(&inner.flat, facts, room) {
            None => Ok(()),
            Some(index) => {
                Err(Refused::Assumption(inner.about.assumes.get(index).cloned().unwrap_or_default()))
            }
        }
    }

    fn accept(&mut self) -> Result<(), Refused> {
        let checked = self.check();
        if checked.is_err() {
            self.clear();
        }
        checked
    }

    /// Sets one fact, in place of what was known of it. A text is read as the fact's type asks: `"USD 49.99"`,
    /// `"2026-03-01"`, the JSON spelling of a choice. Setting a fact inside an optional record says that the record
    /// is there; [`Value::Absent`] says that there is none, of a record with everything in it.
    ///
    /// # Errors
    ///
    /// Where the value is none of the fact's type or out of its bounds; then what was known stays.
    pub fn set(&mut self, fact: FactId, value: impl Into<Value>) -> Result<(), Vec<FactProblem>> {
        let inner = Arc::clone(&self.compiled.inner);
        let schema = &inner.flat.schema;
        let slots = schema.slots.len();
        let known = |slot| self.cells.view().known(&inner.flat, slot);
        let mut all: Vec<Known> = (0..slots).map(known).collect();
        let path = schema.slots.get(fact.0).map_or("", |it| &it.path);
        intake::set_value(&mut all, path, &value.into(), schema, &inner.limits)?;
        self.take(&all);
        Ok(())
    }

    /// Sets a fact that counts something to so many steps of its type, without reading: USD 49.99 is 4999, a date its
    /// day number; a boolean is 0 or 1, a choice its place in the enumeration.
    ///
    /// # Errors
    ///
    /// [`OutOfBounds`] where the fact is none of these, stands in a list or an optional record, or has other bounds.
    pub fn set_steps(&mut self, fact: FactId, steps: i64) -> Result<(), OutOfBounds> {
        let inner = &*self.compiled.inner;
        match inner.quick.get(fact.0).is_some_and(|it| it.takes(steps)) {
            true => {
                self.cells.set(&inner.flat, fact.0, steps);
                Ok(())
            }
            false => Err(OutOfBounds),
        }
    }

    /// Sets a fact that is a text. One of ASCII characters alone costs no more than to look it up.
    ///
    /// # Errors
    ///
    /// [`OutOfBounds`] where the fact is no text, stands in a list or an optional record, or is too long.
    pub fn set_text(&mut self, fact: FactId, text: &str) -> Result<(), OutOfBounds> {
        let Case { compiled, cells, .. } = self;
        let inner = &*compiled.inner;
        let longest = inner.quick.get(fact.0).and_then(Quick::longest).ok_or(OutOfBounds)?;
        // What is ASCII is in normal form, and has as many characters as bytes.
        let normal = match text.is_ascii() {
            true => Cow::Borrowed(text),
            false => Cow::Owned(normal_text(text)),
        };
        if normal.len() > longest && normal.chars().count() > longest {
            return Err(OutOfBounds);
        }
        let number = cells.number_of(&inner.flat, fact.0, &normal).ok_or(OutOfBounds)?;
        cells.set(&inner.flat, fact.0, number);
        Ok(())
    }

    /// Forgets one fact.
    pub fn forget(&mut self, fact: FactId) {
        self.cells.set(&self.compiled.inner.flat, fact.0, UNKNOWN);
    }

    /// Decides, and says which rules decide, where the policy was compiled with reasons.
    pub fn explain(&mut self, decision: DecisionId) -> Explained<'_> {
        explained(&self.compiled.inner, self.cells.view(), &mut self.room, decision)
    }

    /// Decides on the facts as they stand.
    pub fn decide(&mut self, decision: DecisionId) -> Verdict<'_> {
        decided(&self.compiled.inner, self.cells.view(), &mut self.room, decision)
    }
}

/// The facts that are known, by path.
impl fmt::Debug for Case {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flat = &self.compiled.inner.flat;
        let known = flat.schema.slots.iter().enumerate().filter_map(|(index, slot)| {
            let value = match self.cells.view().known(flat, index) {
                Known::Unknown => return None,
                Known::Absent => Value::Absent,
                Known::Value(_) if slot.ty == Type::Record => Value::Boolean(true),
                Known::Value(value) => Value::from_scalar(&value, slot.ty, &flat.schema),
            };
            Some((&slot.path, value))
        });
        out.debug_map().entries(known).finish()
    }
}

/// What a decision comes to.
#[inline]
fn decided<'c>(inner: &'c Inner, facts: View<'_>, room: &'c mut Room, decision: DecisionId) -> Verdict<'c> {
    match run::find(&inner.flat, facts.all, room, decision.0) {
        Some(found) => said(inner, found, decision),
        None => settled(inner, facts, room, decision),
    }
}

/// What was found quickly.
#[inline]
fn said<'c>(inner: &'c Inner, found: Found<'c>, decision: DecisionId) -> Verdict<'c> {
    let (index, first, arguments) = (found.outcome(), found.first(), found.arguments());
    Verdict::Decided(Said { inner, decision, index, first, arguments })
}

/// What a decision comes to, whatever there is to do for it.
#[inline(never)]
fn settled<'c>(inner: &'c Inner, facts: View<'_>, room: &'c mut Room, decision: DecisionId) -> Verdict<'c> {
    match run::decide(&inner.flat, facts, room, decision.0) {
        Some(reached) => verdict(inner, reached, decision),
        None => Verdict::Failed(Failure::Depends),
    }
}

/// The same with the rules that decide.
fn explained<'c>(
    inner: &'c Inner,
    facts: View<'_>,
    room: &'c mut Room,
    decision: DecisionId,
) -> Explained<'c> {
    let whys = inner.flat.whys.as_ref().and_then(|it| it.rules.get(decision.0));
    let Some(whys) = whys else {
        let verdict = decided(inner, facts, room, decision);
        return Explained { verdict, reasons: Reasons::none(inner) };
    };
    match run::explain(&inner.flat, facts, room, decision.0) {
        Some(run::Explained { reached, rules, told }) => Explained {
            verdict: match reached {
                Ok(found) => said(inner, found, decision),
                Err(reached) => verdict(inner, reached, decision),
            },
            reasons: Reasons { inner, whys, rules, told },
        },
        None => Explained { verdict: Verdict::Failed(Failure::Depends), reasons: Reasons::none(inner) },
    }
}

fn verdict<'c>(inner: &'c Inner, reached: Reached<'c>, decision: DecisionId) -> Verdict<'c> {
    let Reached { came, arguments, items } = reached;
    match came {
        Came::Decided(outcome) => {
            let (index, first) = (outcome as usize, First::WITHIN);
            Verdict::Decided(Said { inner, decision, index, first, arguments })
        }
        Came::Collected => Verdict::Collected(Collected { inner, decision, items }),
        Came::Failed(Failed::Conflict) => Verdict::Failed(Failure::Conflict),
        Came::Failed(Failed::Gap) => Verdict::Failed(Failure::Gap),
        Came::Failed(Failed::Depends) => Verdict::Failed(Failure::Depends),
        Came::Open(fact) => Verdict::Open(fact.map(|it| FactId(it as usize))),
    }
}

/// Steps that a fact cannot have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the fact cannot have this value")]
pub struct OutOfBounds;

/// What a decision comes to. Meant to be matched exhaustively.
#[derive(Clone, Copy, Debug)]
pub enum Verdict<'c> {
    /// One outcome.
    Decided(Said<'c>),
    /// The set that a `collect` decision gives.
    Collected(Collected<'c>),
    /// A test asks for this fact, of which nothing is known; none where that cannot be said. The facts that are
    /// known may be enough all the same: [`Policy::decide`](crate::Policy::decide) can tell.
    Open(Option<FactId>),
    /// It is in error.
    Failed(Failure),
}

/// Why a decision is in error. Which rules disagree, and on what, says
/// [`Policy::decide`](crate::Policy::decide).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Rules that hold disagree, and none overrides the others.
    Conflict,
    /// No rule holds, and there is no `otherwise`.
    Gap,
    /// It reads a decision in error.
    Depends,
}

/// An outcome with its arguments.
#[derive(Clone, Copy)]
pub struct Said<'c> {
    inner: &'c Inner,
    decision: DecisionId,
    index: usize,
    first: First,
    arguments: &'c [Slot],
}

impl<'c> Said<'c> {
    /// Its name in the policy.
    pub fn name(&self) -> &'c str {
        self.signature().map_or("", |it| &it.name)
    }

    fn signature(&self) -> Option<&'c OutcomeSignature> {
        self.inner.about.decisions.get(self.decision.0)?.outcomes.get(self.index)
    }

    fn declared(&self) -> &'c [ParameterSignature] {
        self.signature().map_or(&[], |it| &it.parameters)
    }

    /// Its place among the outcomes of the decision, from 0.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The parameter of this name, in the steps of its type: USD 49.99 is 4999, a date its day number; a boolean is 0
    /// or 1, a choice its place in the enumeration. None for one that is absent, is a text or a set, or is not there.
    pub fn number(&self, parameter: &str) -> Option<i128> {
        let place = self.declared().iter().position(|it| it.name == parameter)?;
        self.number_at(place)
    }

    /// The same by the parameter's place, from 0.
    #[inline]
    pub fn number_at(&self, place: usize) -> Option<i128> {
        let First { is, number } = self.first;
        match place == 0 && is != Is::Within {
            true => (is <= Is::Constant).then_some(number.into()),
            false => self.arguments.get(place)?.number(),
        }
    }

    /// The argument of this place.
    fn argument(&self, place: usize) -> Option<Cow<'c, Slot>> {
        match place == 0 && self.first.is == Is::Alone {
            true => Some(Cow::Owned(Slot::Integer(self.first.number.into()))),
            false => self.arguments.get(place).map(Cow::Borrowed),
        }
    }

    /// Names and values of all parameters, in order of declaration.
    pub fn parameters(&self) -> impl Iterator<Item = (&'c str, Value)> {
        let said = *self;
        let declared = said.declared().iter().enumerate();
        declared.map_while(move |(place, it)| {
            Some((it.name.as_str(), value(said.inner, &*said.argument(place)?, it.ty)))
        })
    }
}

/// `approve(amount: USD 49.99)`.
impl fmt::Debug for Said<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())?;
        for (index, (name, value)) in self.parameters().enumerate() {
            write!(out, "{}{name}: {value}", if index == 0 { "(" } else { ", " })?;
        }
        if !self.arguments.is_empty() {
            out.write_str(")")?;
        }
        Ok(())
    }
}

/// An argument as the host sees it.
fn value(inner: &Inner, slot: &Slot, ty: Type) -> Value {
    if let (Slot::Items(items), Type::Items(decision)) = (slot, ty) {
        let outcomes = inner.about.decisions.get(decision).map_or(&[][..], |it| &it.outcomes);
        let item = |item: &Item| {
            let outcome = outcomes.get(item.outcome)?;
            let pairs = outcome.parameters.iter().zip(&item.arguments);
            let parameters = pairs.map(|(it, slot)| (it.name.as_str().into(), value(inner, slot, it.ty)));
            Some(host::Item { outcome: outcome.name.as_str().into(), parameters: parameters.collect() })
        };
        return Value::Items(items.iter().filter_map(item).collect());
    }
    slot.to_scalar().map_or(Value::Absent, |it| Value::from_scalar(&it, ty, &inner.flat.schema))
}

/// The set that a `collect` decision gives.
#[derive(Clone, Copy)]
pub struct Collected<'c> {
    inner: &'c Inner,
    decision: DecisionId,
    items: &'c [Item],
}

impl<'c> Collected<'c> {
    /// Its items, each once: those of an outcome that is declared earlier come first, and of one outcome those of
    /// lesser arguments.
    pub fn items(&self) -> impl Iterator<Item = Said<'c>> {
        let (inner, decision) = (self.inner, self.decision);
        self.items.iter().map(move |it| Said {
            inner,
            decision,
            index: it.outcome,
            first: First::WITHIN,
            arguments: &it.arguments,
        })
    }
}

impl fmt::Debug for Collected<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.items()).finish()
    }
}
