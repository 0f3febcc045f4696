//! What a change of a policy changes.
//!
//! ```
//! # use evenhand::Policy;
//! let old = Policy::compile(r#"
//!   policy shop.refunds language 1
//!   facts { owned: days between 0 days and 1_000 days  gold: boolean }
//!   decision refund {
//!     outcome approve
//!     outcome deny
//!     rule in_time { when owned <= 30 days then approve }
//!     otherwise deny
//!   }
//! "#)?;
//! let new = Policy::compile(r#"
//!   policy shop.refunds language 1
//!   facts { owned: days between 0 days and 1_000 days  gold: boolean }
//!   decision refund {
//!     outcome approve
//!     outcome deny
//!     rule in_time { when owned <= 30 days then approve }
//!     rule gold    { when gold and owned <= 60 days then approve }
//!     otherwise deny
//!   }
//! "#)?;
//! let difference = old.diff(&new);
//! let [region] = difference.decisions[0].values.regions.as_slice() else { panic!("one region") };
//! let conditions: Vec<&str> = region.conditions.iter().map(|it| it.words.as_str()).collect();
//! assert_eq!(conditions, ["gold", "owned 31 to 60 days"]);
//! assert_eq!((&*region.from.words, &*region.to.words), ("deny", "approve"));
//! assert!(old.diff(&old).is_same());
//! # Ok::<(), evenhand::Rejected>(())
//! ```

use std::collections::BTreeSet;

use crate::{
    diff::{self, Request, Sided},
    policy::{Period, Policy, Timeline},
    prove::fuel,
    source::Span,
    value::date::Date,
};

pub use crate::diff::{
    Changes, Condition, DecisionDifference, Declared, Difference, DutyDifference, In, Open, Part, Region,
    Said, Witness,
};

/// What differs between two folders, of one policy.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PolicyDifference {
    /// Its name; of two of different names the new one's.
    pub name: String,
    /// Its versions, by days: in order of time, none overlap.
    pub segments: Vec<Segment>,
}

impl PolicyDifference {
    /// Whether it is proved that nothing differs.
    pub fn is_same(&self) -> bool {
        self.segments.iter().all(|it| it.difference.as_ref().is_some_and(Difference::is_same))
    }
}

/// Days on which one version was in force and one is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Segment {
    /// The days.
    pub days: Period,
    /// The version that was in force.
    pub old: Option<Policy>,
    /// The version that is.
    pub new: Option<Policy>,
    /// What differs, where there are both.
    pub difference: Option<Difference>,
}

/// Two policies, looked at together: what takes long is done.
pub struct Comparison<'p> {
    inner: diff::Comparing<'p>,
}

impl std::fmt::Debug for Comparison<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Comparison").finish_non_exhaustive()
    }
}

impl Comparison<'_> {
    /// What differs.
    pub fn difference(mut self) -> Difference {
        self.inner.difference()
    }
}

impl Policy {
    /// What differs between this policy and a new one of it, and for which cases.
    pub fn diff(&self, new: &Policy) -> Difference {
        self.diff_within(new, steps_for(self, new))
    }

    /// Prepares a comparison with a new policy.
    pub fn compare<'p>(&'p self, new: &'p Policy) -> Comparison<'p> {
        Comparison { inner: self.comparing(new, None, false, steps_for(self, new)) }
    }

    /// The same with at most so many steps. Fewer steps can only make more of it not shown.
    pub fn diff_within(&self, new: &Policy, steps: u64) -> Difference {
        self.diff_on(new, None, steps)
    }

    fn sided(&self) -> Sided<'_> {
        Sided { hir: &self.inner.hir, program: &self.inner.program }
    }

    fn comparing<'p>(
        &'p self,
        new: &'p Policy,
        days: diff::Span,
        whole: bool,
        fuel: u64,
    ) -> diff::Comparing<'p> {
        let old_text = |span: Span| folded(self.inner.source.slice(span));
        let new_text = |span: Span| folded(new.inner.source.slice(span));
        diff::Comparing::new(&Request {
            old: self.sided(),
            new: new.sided(),
            days,
            written: [&old_text, &new_text],
            whole,
            fuel,
        })
    }

    fn diff_on(&self, new: &Policy, days: diff::Span, fuel: u64) -> Difference {
        self.comparing(new, days, false, fuel).difference()
    }
}

/// What the project's own tests hold against single cases.
#[doc(hidden)]
pub mod probe {
    use crate::{
        diff, intake,
        policy::{Policy, diff::steps_for},
    };

    pub use crate::diff::probe::Held;

    /// What differs, found by looking at all cases, also those in which nothing that differs has a say.
    pub fn whole(old: &Policy, new: &Policy) -> diff::Difference {
        old.comparing(new, None, true, steps_for(old, new)).difference()
    }

    /// A comparison of two policies.
    #[allow(missing_debug_implementations, reason = "for tests alone")]
    pub struct Probe<'p> {
        old: &'p Policy,
        new: &'p Policy,
        inner: diff::probe::Probe<'p>,
    }

    impl<'p> Probe<'p> {
        /// Compares.
        pub fn new(old: &'p Policy, new: &'p Policy) -> Self {
            let written = |_| String::new();
            let request = diff::Request {
                old: old.sided(),
                new: new.sided(),
                days: None,
                written: [&written, &written],
                whole: false,
                fuel: steps_for(old, new),
            };
            Probe { old, new, inner: diff::probe::Probe::new(&request) }
        }

        /// Whether something was left out because the steps were spent.
        pub fn is_whole(&self) -> bool {
            self.inner.open.is_empty()
        }

        /// Holds it against the case of these facts.
        ///
        /// # Errors
        ///
        /// What disagrees.
        pub fn hold(&self, facts: &str) -> Result<Held, String> {
            let known = |it: &Policy| intake::read_json(facts, &it.inner.hir.schema, &it.inner.limits).ok();
            match [known(self.old), known(self.new)] {
                [None, None] => Ok(Held::default()),
                both => self.inner.hold(both),
            }
        }
    }
}

/// The steps that a comparison may take: those of the proofs of both, and some for what differs.
fn steps_for(old: &Policy, new: &Policy) -> u64 {
    fuel(&old.inner.hir) + fuel(&new.inner.hir) + STEPS
}

const STEPS: u64 = 8_000_000;

/// What is written, on one line.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Timeline {
    /// What differs between this policy, in all its versions, and a new one of it, day by day.
    pub fn diff(&self, new: &Timeline) -> PolicyDifference {
        compared(Some(self), Some(new), new.name())
    }
}

/// What differs between two folders: policies are compared by name. Where each has one alone, these are compared
/// whatever their names are.
pub fn timelines(old: &[Timeline], new: &[Timeline]) -> Vec<PolicyDifference> {
    if let ([old], [new]) = (old, new) {
        return vec![old.diff(new)];
    }
    let names: BTreeSet<&str> = old.iter().chain(new).map(Timeline::name).collect();
    let find = |all: &'_ [Timeline], name: &str| all.iter().position(|it| it.name() == name);
    let compare = |name: &str| {
        let one = find(old, name).and_then(|it| old.get(it));
        let other = find(new, name).and_then(|it| new.get(it));
        compared(one, other, name)
    };
    names.into_iter().map(compare).collect()
}

fn compared(old: Option<&Timeline>, new: Option<&Timeline>, name: &str) -> PolicyDifference {
    let versions =
        |it: Option<&Timeline>| -> Vec<Policy> { it.map_or(Vec::new(), |it| it.versions().to_vec()) };
    let (old, new) = (versions(old), versions(new));
    let segments = segments(&old, &new).into_iter().map(|(days, a, b)| {
        let (old, new) = (a.and_then(|it| old.get(it)), b.and_then(|it| new.get(it)));
        let difference = match (old, new) {
            (Some(old), Some(new)) => {
                let all = days.from.is_none() && days.through.is_none();
                let number = |it: Option<Date>| it.map(Date::day_number);
                let days = (number(days.from), number(days.through));
                Some(old.diff_on(new, (!all).then_some(days), steps_for(old, new)))
            }
            _ => None,
        };
        Segment { days, old: old.cloned(), new: new.cloned(), difference }
    });
    PolicyDifference { name: name.to_owned(), segments: segments.collect() }
}

/// The days, cut where a version of either begins or ends, with the versions in force on them.
fn segments(old: &[Policy], new: &[Policy]) -> Vec<(Period, Option<usize>, Option<usize>)> {
    let mut cuts: BTreeSet<i128> = BTreeSet::new();
    for it in old.iter().chain(new) {
        let days = it.in_force();
        cuts.extend(days.from.map(Date::day_number));
        cuts.extend(days.through.map(|it| it.day_number() + 1));
    }
    let starts = std::iter::once(None).chain(cuts.iter().copied().map(Some));
    let ends = cuts.iter().copied().map(|it| Some(it - 1)).chain(std::iter::once(None));
    let mut found: Vec<(Period, Option<usize>, Option<usize>)> = Vec::new();
    for (first, last) in starts.zip(ends) {
        let date = |it: Option<i128>| it.and_then(Date::from_day_number);
        let days = Period { from: date(first), through: date(last) };
        let inside = |it: &Policy| {
            let own = it.in_force();
            let low = own.from.map(Date::day_number).is_none_or(|own| first.is_some_and(|it| own <= it));
            let high = own.through.map(Date::day_number).is_none_or(|own| last.is_some_and(|it| it <= own));
            low && high
        };
        let (a, b) = (old.iter().position(inside), new.iter().position(inside));
        match found.last_mut() {
            _ if a.is_none() && b.is_none() => {}
            Some(before) if (before.1, before.2) == (a, b) => before.0.through = days.through,
            _ => found.push((days, a, b)),
        }
    }
    found
}
