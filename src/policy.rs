//! The front door: compile a policy once, decide many times.
//!
//! ```text
//!   text ── compile ──▶ Policy ── facts_from… ──▶ Facts ── decide ──▶ Answer
//!              │                       │                     │
//!           Rejected              FactsError            DecideError
//! ```
//!
//! A [`Policy`] is immutable, cheap to clone and may be used from many threads at once. There is nothing to
//! configure and nothing that mutates. Each step has its own error, and each error is complete: all findings,
//! all problems of the facts.

use std::fmt;
use std::sync::{Arc, OnceLock};

use thiserror::Error;

use crate::{
    compiled::Compiled,
    diag::{Diagnostic, Severity},
    eval::{self, report::Report},
    exact::Exact,
    hir::Hir,
    ir::Program,
    limits::Limits,
    policy::compile::Checked,
    schema::Schema,
    source::Source,
    value::Known,
    words::nearest,
};

pub mod answer;
pub mod boundary;
pub mod diff;
pub mod facts;
pub mod proofs;
pub mod set;

mod allow;
mod body;
mod compile;
mod compiled;
mod digest;
mod outcomes;
mod typed;

pub(crate) use allow::codes;
pub use allow::{Allowed, Silenced, silenced};
pub use answer::{
    Answer, By, Candidate, DecisionAnswer, Due, Failure, Obligation, Outcome, Reason, Required, SetAside,
    Stage, Status, Undecided, UsedDefinition,
};
pub use set::{Choice, Examined, Live, Period, PolicySet, SetAnswer, SetError, Timeline, Undated};

pub use crate::compiled::Standing;
pub use facts::{Facts, FactsBuilder, FactsError, FactsProblem, NoSuchCase, ViolatedAssumption};
pub use outcomes::Outcomes;

/// A compiled policy. Cheap to clone, immutable, usable from many threads at once.
#[derive(Clone)]
pub struct Policy {
    inner: Arc<Inner>,
}

struct Inner {
    source: Source,
    limits: Limits,
    hir: Hir,
    program: Program,
    digest: Arc<str>,
    logic_digest: String,
    warnings: Vec<Diagnostic>,
    allowed: Vec<Allowed>,
    allowances: Arc<allow::Allowances>,
    exact: Exact,
    compiled: OnceLock<Compiled>,
}

/// A policy that was not accepted, with everything that was found in it.
#[derive(Clone, Debug, Error)]
pub struct Rejected {
    text: Source,
    diagnostics: Vec<Diagnostic>,
    omitted: usize,
}

impl Rejected {
    /// What was found, errors and warnings, ordered by place; at least one is an error.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// How many findings are not listed because there were more than
    /// [`Limits::findings`](crate::limits::Limits::findings).
    pub fn omitted(&self) -> usize {
        self.omitted
    }

    /// The text that was read.
    pub fn source_text(&self) -> &Source {
        &self.text
    }
}

/// One line for each finding: `name:line:column: T201 message`.
impl fmt::Display for Rejected {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.diagnostics.iter().enumerate() {
            if index > 0 {
                out.write_str("\n")?;
            }
            let place = self.text.place(finding.span.start);
            let (line, column) = (place.line, place.column);
            let name = self.text.name_at(finding.span.start);
            write!(out, "{}:{line}:{column}: {} {}", name, finding.code.id, finding.message)?;
        }
        match self.omitted {
            0 => Ok(()),
            more => write!(out, "\nand {more} more"),
        }
    }
}

/// Why a call to decide gave no answer. Meant to be matched exhaustively.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecideError {
    /// The policy has no decision of this name.
    #[error("the policy has no decision `{name}`{}", did_you_mean(.nearest.as_deref()))]
    UnknownDecision {
        /// The name that was asked for.
        name: String,
        /// A decision that was probably meant.
        nearest: Option<String>,
    },
    /// The facts were read by another policy.
    #[error("the facts were read by another policy than the one that is to decide")]
    ForeignFacts,
}

fn unknown_decision(policy: &Policy, name: &str) -> DecideError {
    let nearest = nearest(name, policy.decisions()).map(str::to_owned);
    DecideError::UnknownDecision { name: name.to_owned(), nearest }
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |it| format!("; did you mean `{it}`?"))
}

impl Policy {
    /// Compiles a policy text with the default limits. In findings its name is `policy`.
    ///
    /// # Errors
    ///
    /// Everything that was found, if one finding is an error.
    pub fn compile(text: &str) -> Result<Policy, Rejected> {
        Policy::compile_source(&Source::new("policy", text), &Limits::default())
    }

    /// The files of rows that the tables of a policy name, as they are written, in order. The compiler opens no
    /// files: join them to the policy with [`Source::joined`], under names relative to the policy's own.
    pub fn data_files(source: &Source, limits: &Limits) -> Vec<String> {
        let mut found = crate::diag::Diagnostics::default();
        let tree = crate::syntax::parse(source.text(), limits, &mut found);
        crate::syntax::fill::files(&tree).into_iter().map(str::to_owned).collect()
    }

    /// Compiles a policy. A long text is read and checked on several threads, which end before this returns; what is
    /// made and what is found does not depend on how many there are.
    ///
    /// # Errors
    ///
    /// Everything that was found, if one finding is an error.
    pub fn compile_source(source: &Source, limits: &Limits) -> Result<Policy, Rejected> {
        let own = source.own().base();
        let index = source.files().iter().position(|it| it.base() == own);
        let mut compiled = compile::compile(source, index, limits).policies;
        let at = compiled.iter().position(|it| index.is_some_and(|index| it.files.contains(&index)));
        let Some(mut own) = at.map(|at| compiled.remove(at)) else {
            return Err(Rejected { text: source.clone(), diagnostics: Vec::new(), omitted: 0 });
        };
        let refused = own.is_refused();
        if let (false, [first, second, ..]) = (refused, own.versions.as_slice()) {
            own.found = vec![compile::several(first, second)];
            own.versions.clear();
        }
        match own.versions.pop() {
            Some(policy) => Ok(policy),
            None => {
                let mut found: Vec<Diagnostic> = compiled.into_iter().flat_map(|it| it.found).collect();
                found.extend(own.found);
                let (diagnostics, omitted) = shortened(found, limits.findings);
                Err(Rejected { text: source.clone(), diagnostics, omitted: omitted + own.omitted })
            }
        }
    }

    fn new(
        source: &Source,
        limits: &Limits,
        Checked { hir, program, digests: [digest, logic_digest] }: Checked,
        (warnings, allowed): (Vec<Diagnostic>, Vec<Allowed>),
        allowances: Arc<allow::Allowances>,
    ) -> Policy {
        let inner = Inner {
            source: source.clone(),
            limits: limits.clone(),
            digest: digest.into(),
            logic_digest,
            exact: Exact::new(&program),
            compiled: OnceLock::new(),
            hir,
            program,
            warnings,
            allowed,
            allowances,
        };
        Policy { inner: Arc::new(inner) }
    }

    /// Its name: `acme.refunds`.
    pub fn name(&self) -> &str {
        &self.inner.hir.name
    }

    /// Its title, where it has one.
    pub fn title(&self) -> Option<&str> {
        self.inner.hir.title.as_deref()
    }

    /// Who answers for it, where it says so.
    pub fn owner(&self) -> Option<&str> {
        self.inner.hir.owner.as_deref()
    }

    /// The edition of the language that it is written in.
    pub fn edition(&self) -> u32 {
        self.inner.hir.edition
    }

    /// `sha256:` and 64 hexadecimal digits: what the policy is. Formatting, comments, tests, properties and the
    /// owner do not move it; whatever can change an answer does.
    pub fn digest(&self) -> &str {
        &self.inner.digest
    }

    /// The same without the words for people: it moves only where outcomes, parameters or obligations can.
    pub fn logic_digest(&self) -> &str {
        &self.inner.logic_digest
    }

    /// The most steps that a call to [`Policy::decide`] takes.
    pub fn cost(&self) -> usize {
        self.inner.program.cost()
    }

    /// What was found when it was compiled; no errors.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.inner.warnings
    }

    /// What its author allows of what was found when it was compiled.
    pub fn allowed(&self) -> &[Allowed] {
        &self.inner.allowed
    }

    /// The text that it was compiled from.
    pub fn source(&self) -> &Source {
        &self.inner.source
    }

    /// The limits that it was compiled with; they hold for its facts too.
    pub fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    /// The names of its decisions, in order of declaration.
    pub fn decisions(&self) -> impl Iterator<Item = &str> {
        self.inner.hir.decisions.iter().map(|it| it.name.as_str())
    }

    /// Whether the decision of this index is exact: decided whenever all cases agree that extend the known facts,
    /// with the facts that are needed and no others; and so of its disclosures and steps.
    pub(crate) fn is_exact(&self, decision: usize) -> bool {
        self.inner.exact.is_exact(&self.inner.hir, &self.inner.program, decision)
    }

    /// The checked tree.
    pub(crate) fn hir(&self) -> &Hir {
        &self.inner.hir
    }

    /// The facts that it declares.
    pub fn schema(&self) -> &Schema {
        &self.inner.hir.schema
    }

    /// Answers all decisions of facts that need no reading, by index. The assumes are not asked; see
    /// [`Policy::violated`].
    pub(crate) fn report(&self, known: &[Known]) -> Report {
        let all: Vec<usize> = (0..self.inner.hir.decisions.len()).collect();
        self.report_on(&all, known)
    }

    fn report_on(&self, asked: &[usize], known: &[Known]) -> Report {
        let inner = &self.inner;
        let look = inner.exact.look(&inner.hir, &inner.program, known);
        eval::report::report(&eval::run(&inner.hir, &inner.program, known, &look), asked, &look)
    }

    /// Answers all decisions.
    ///
    /// # Errors
    ///
    /// [`DecideError::ForeignFacts`] where another policy read the facts. What is wrong inside the policy, a
    /// conflict or a gap, is a [`Status`] of one decision and not an error of the call.
    pub fn decide(&self, facts: &Facts) -> Result<Answer, DecideError> {
        let all: Vec<usize> = (0..self.inner.hir.decisions.len()).collect();
        self.answer(&all, facts)
    }

    /// Answers only the decisions of these names. Each answer is what [`Policy::decide`] gives for it; `settled`
    /// and `open` speak of these alone.
    ///
    /// # Errors
    ///
    /// As [`Policy::decide`], and [`DecideError::UnknownDecision`].
    pub fn decide_only<N: AsRef<str>>(&self, names: &[N], facts: &Facts) -> Result<Answer, DecideError> {
        let mut asked = Vec::with_capacity(names.len());
        for name in names.iter().map(AsRef::as_ref) {
            match self.decisions().position(|it| it == name) {
                Some(index) => asked.push(index),
                None => return Err(unknown_decision(self, name)),
            }
        }
        asked.sort_unstable();
        asked.dedup();
        self.answer(&asked, facts)
    }

    fn answer(&self, asked: &[usize], facts: &Facts) -> Result<Answer, DecideError> {
        if !facts.belong_to(self) {
            return Err(DecideError::ForeignFacts);
        }
        Ok(typed::answer(self, self.report_on(asked, facts.known())))
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Policy").field("name", &self.name()).field("digest", &self.digest()).finish()
    }
}

/// At most so many findings, errors before warnings; and how many are left out.
fn shortened(found: Vec<Diagnostic>, most: usize) -> (Vec<Diagnostic>, usize) {
    let most = most.max(1);
    let omitted = found.len().saturating_sub(most);
    if omitted == 0 {
        return (found, 0);
    }
    let errors = found.iter().filter(|it| it.code.severity == Severity::Error).count();
    let (mut errors_left, mut warnings_left) = (most.min(errors), most - most.min(errors));
    let keep = |it: &Diagnostic| {
        let left = match it.code.severity {
            Severity::Error => &mut errors_left,
            Severity::Warning => &mut warnings_left,
        };
        let kept = *left > 0;
        *left = left.saturating_sub(1);
        kept
    };
    (found.into_iter().filter(keep).collect(), omitted)
}

const _: () = {
    const fn shared_between_threads<T: Clone + Send + Sync + 'static>() {}
    shared_between_threads::<Policy>();
    shared_between_threads::<Facts>();
    shared_between_threads::<Answer>();
};

#[cfg(test)]
mod tests;
