//! All policies of a folder: versions that the case's own day picks, clients on a shared base.
//!
//! ```text
//!   files ── PolicySet::load ──▶ PolicySet ── decide_json(name, facts) ──▶ SetAnswer
//!                     │              │
//!                  Rejected       Timeline ── on(day) ──▶ Policy
//! ```
//!
//! A [`PolicySet`] is loaded from named texts; it reads no files itself. It is immutable, cheap to clone and may
//! be used from many threads. Each policy of it has a [`Timeline`]: one [`Policy`] for each stretch of days on
//! which the same texts are in force, each with its own digest. A host that keeps a set while files change
//! holds it in a [`Live`]: a set takes the place of another at once or not at all.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use thiserror::Error;

use crate::{
    diag::Diagnostic,
    limits::Limits,
    policy::{Allowed, DecideError, FactsError, Policy, Rejected, compile, digest, proofs::Proofs},
    resolve::Days,
    source::Source,
    value::date::Date,
    words::nearest,
};

mod undated;

pub use undated::{Choice, SetAnswer, Undated};

pub(super) use undated::outside;

/// The days on which a version is in force, both ends included; an end that is `None` is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub through: Option<Date>,
}

impl Period {
    /// Whether `day` is one of its days.
    pub fn contains(&self, day: Date) -> bool {
        let day = day.day_number();
        let within =
            Days { first: self.from.map(Date::day_number), last: self.through.map(Date::day_number) };
        within.contain(day)
    }
}

/// `from 2026-03-01 through 2026-12-31`, `through 2026-02-28`, `on all days`.
impl fmt::Display for Period {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |it: Option<Date>| it.map(Date::day_number);
        Days { first: number(self.from), last: number(self.through) }.fmt(out)
    }
}

/// When a policy is in force.
impl Policy {
    /// The days on which it is in force; open at both ends where it does not say so.
    pub fn in_force(&self) -> Period {
        let (first, last) = self.inner.hir.in_force.unwrap_or_default();
        Period { from: first.and_then(Date::from_day_number), through: last.and_then(Date::from_day_number) }
    }

    /// The fact whose day says which version governs a case, by path in the policy.
    pub fn chosen_by(&self) -> Option<&str> {
        let slot = self.inner.hir.schema.slots.get(self.inner.hir.chosen_by?)?;
        Some(&slot.path)
    }
}

/// One policy of a set, in all its versions. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Timeline {
    name: Arc<str>,
    extends: Option<Arc<str>>,
    versions: Arc<[Policy]>,
    digest: Arc<str>,
}

impl Timeline {
    fn new(name: &str, extends: Option<&str>, versions: Vec<Policy>) -> Timeline {
        let mut text = format!("evenhand 1 timeline {name}\n");
        for it in &versions {
            text.push_str(&format!("{} {}\n", it.digest(), it.in_force()));
        }
        let digest = digest::of_text(&text).into();
        Timeline { name: name.into(), extends: extends.map(Into::into), versions: versions.into(), digest }
    }

    /// The policy's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The policy that it extends.
    pub fn extends(&self) -> Option<&str> {
        self.extends.as_deref()
    }

    /// Its versions in order of time, at least one. Each day lies in one of them at most.
    pub fn versions(&self) -> &[Policy] {
        &self.versions
    }

    /// The version that is in force on a day.
    pub fn on(&self, day: Date) -> Option<&Policy> {
        self.versions.iter().find(|it| it.in_force().contains(day))
    }

    /// `sha256:` and the digest over the versions, their days and their digests.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The fact whose day picks the version, by path in the policy.
    pub fn chosen_by(&self) -> Option<&str> {
        self.versions.first()?.chosen_by()
    }
}

/// All policies of a folder. Cheap to clone, immutable, usable from many threads at once.
#[derive(Clone)]
pub struct PolicySet {
    inner: Arc<Inner>,
}

struct Inner {
    source: Source,
    timelines: BTreeMap<String, Timeline>,
    warnings: Vec<Diagnostic>,
}

/// Why a set gave no answer. Meant to be matched exhaustively.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SetError {
    /// The set has no policy of this name.
    #[error("there is no policy `{name}`{}", .nearest.as_deref().map_or_else(String::new, |it| format!("; did you mean `{it}`?")))]
    UnknownPolicy {
        /// The name that was asked for.
        name: String,
        /// A policy that was probably meant.
        nearest: Option<String>,
    },
    /// The facts were not taken: among other reasons, because no version is in force on the day of the case.
    #[error(transparent)]
    Facts(#[from] FactsError),
    /// The decision was not made.
    #[error(transparent)]
    Decide(#[from] DecideError),
}

/// What became of one policy when a set was examined.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Examined {
    /// Its name; empty where the header cannot be read.
    pub name: String,
    /// The names of the files that it is written in, without those that it needs.
    pub files: Vec<String>,
    /// The policy that it extends.
    pub extends: Option<String>,
    /// Whether it has no decisions: others use its items.
    pub library: bool,
    /// It in all its versions; `None` where it is refused.
    pub timeline: Option<Timeline>,
    /// What was found, ordered by place. Errors refuse the policy.
    pub findings: Vec<Diagnostic>,
    /// What its author allows of what was found, with the reasons; ordered by place.
    pub allowed: Vec<Allowed>,
    /// How many findings are not listed.
    pub omitted: usize,
    /// The policy that it needs and that is refused, because of which it was not looked at.
    pub waits_for: Option<String>,
    /// The texts of the set, with a file of this policy as its own.
    pub source: Source,
    /// What was proved of each version; empty before [`Examined::prove`].
    pub proofs: Vec<Proofs>,
    /// Its files and those of their rows, by index in the source.
    pub(super) own: Vec<usize>,
}

impl PolicySet {
    /// Compiles all policies of some texts. They find each other by the names in their headers; the names of
    /// the sources are for findings alone, but for those that end in `.csv`, which hold data.
    ///
    /// # Errors
    ///
    /// Everything that was found in all of them, if one finding is an error.
    pub fn load(sources: impl IntoIterator<Item = Source>, limits: &Limits) -> Result<PolicySet, Rejected> {
        let (source, examined) = PolicySet::looked_at(sources, limits)?;
        let refused = examined.iter().any(compile::One::is_refused);
        let mut found: Vec<Diagnostic> = examined.iter().flat_map(|it| it.found.iter().cloned()).collect();
        compile::sort(&mut found);
        found.dedup();
        if refused {
            let omitted = examined.iter().map(|it| it.omitted).sum();
            return Err(Rejected { text: source, diagnostics: found, omitted });
        }
        let decide = examined.into_iter().filter(|it| !it.library && !it.versions.is_empty());
        let timelines = decide.map(|it| {
            let timeline = Timeline::new(&it.name, it.extends.as_deref(), it.versions);
            (it.name, timeline)
        });
        let inner = Inner { timelines: timelines.collect(), source, warnings: found };
        Ok(PolicySet { inner: Arc::new(inner) })
    }

    /// Compiles all policies of some texts and says of each what became of it; those that others need come
    /// first. For tools; a host loads a set.
    ///
    /// # Errors
    ///
    /// Where the texts are together too long.
    pub fn examine(
        sources: impl IntoIterator<Item = Source>,
        limits: &Limits,
    ) -> Result<Vec<Examined>, Rejected> {
        let (source, examined) = PolicySet::looked_at(sources, limits)?;
        let name = |index: &usize| source.files().get(*index).map(|it| it.name().to_owned());
        let entry = |it: compile::One| Examined {
            files: it.files.iter().filter_map(name).collect(),
            extends: it.extends.clone(),
            library: it.library,
            timeline: (!it.versions.is_empty())
                .then(|| Timeline::new(&it.name, it.extends.as_deref(), it.versions)),
            findings: it.found,
            allowed: it.allowed,
            omitted: it.omitted,
            waits_for: it.waits_for,
            own: it.own,
            source: it.files.first().map_or_else(|| source.clone(), |index| source.of_file(*index)),
            name: it.name,
            proofs: Vec::new(),
        };
        Ok(examined.into_iter().map(entry).collect())
    }

    fn looked_at(
        sources: impl IntoIterator<Item = Source>,
        limits: &Limits,
    ) -> Result<(Source, Vec<compile::One>), Rejected> {
        let sources: Vec<Source> = sources.into_iter().collect();
        match Source::joined(&sources) {
            Some(source) => {
                let policies = compile::compile(&source, None, limits).policies;
                Ok((source, policies))
            }
            None if sources.is_empty() => Ok((Source::new("", ""), Vec::new())),
            None => {
                let text = sources.first().cloned().unwrap_or_else(|| Source::new("", ""));
                let diagnostics = vec![compile::too_long(&text)];
                Err(Rejected { text, diagnostics, omitted: 0 })
            }
        }
    }

    /// The policies that decide something, by name. Files that only others use are none.
    pub fn timelines(&self) -> impl Iterator<Item = &Timeline> {
        self.inner.timelines.values()
    }

    /// The policy of this name in all its versions.
    pub fn timeline(&self, name: &str) -> Option<&Timeline> {
        self.inner.timelines.get(name)
    }

    /// The policies that extend this one, directly or through others, by name.
    pub fn clients_of(&self, name: &str) -> Vec<&str> {
        let below = |it: &&Timeline| {
            let mut base = it.extends();
            // No policy extends itself, so there are at most as many steps as policies.
            while let Some(next) = base {
                if next == name {
                    return true;
                }
                base = self.timeline(next).and_then(Timeline::extends);
            }
            false
        };
        self.timelines().filter(below).map(Timeline::name).collect()
    }

    /// The version of a policy that is in force on a day.
    pub fn policy_on(&self, name: &str, day: Date) -> Option<&Policy> {
        self.timeline(name)?.on(day)
    }

    /// What was found when it was loaded; no errors.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.inner.warnings
    }

    /// The texts that it was loaded from.
    pub fn source(&self) -> &Source {
        &self.inner.source
    }

    /// Answers all decisions of a policy for facts in JSON, by the version that the day of the case picks.
    ///
    /// # Errors
    ///
    /// [`SetError`]: no such policy, or facts that it does not take.
    pub fn decide_json(&self, name: &str, facts: &str) -> Result<SetAnswer, SetError> {
        let timeline = self.timeline(name).ok_or_else(|| {
            let nearest = nearest(name, self.inner.timelines.keys().map(String::as_str)).map(str::to_owned);
            SetError::UnknownPolicy { name: name.to_owned(), nearest }
        })?;
        timeline.decide_json(facts)
    }
}

impl fmt::Debug for PolicySet {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.timelines().map(|it| (it.name(), it.digest()))).finish()
    }
}

/// A set that a running host replaces. Usable from many threads at once.
///
/// A call sees one set from its beginning to its end: it takes [`Live::current`] once. A set that is refused
/// leaves the current one in its place.
#[derive(Debug)]
pub struct Live {
    current: RwLock<PolicySet>,
}

impl Live {
    /// Begins with a set.
    pub fn new(set: PolicySet) -> Live {
        Live { current: RwLock::new(set) }
    }

    /// The set that is current now.
    pub fn current(&self) -> PolicySet {
        // A lock is poisoned by a panic while it is held; the set in it is whole all the same.
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Loads a set and puts it in the place of the current one, which is returned. All threads go on deciding
    /// while it is compiled.
    ///
    /// # Errors
    ///
    /// Those of [`PolicySet::load`]; then the current set stays.
    pub fn replace(
        &self,
        sources: impl IntoIterator<Item = Source>,
        limits: &Limits,
    ) -> Result<PolicySet, Rejected> {
        let new = PolicySet::load(sources, limits)?;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        Ok(std::mem::replace(&mut current, new))
    }
}

const _: () = {
    const fn shared_between_threads<T: Send + Sync + 'static>() {}
    shared_between_threads::<PolicySet>();
    shared_between_threads::<Live>();
    shared_between_threads::<SetAnswer>();
};
