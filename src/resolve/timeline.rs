//! Cuts time into stretches of days on which the same texts are in force.
//!
//! ```text
//!   base.refunds      ──────── 2026-02-28 │ 2026-03-01 ────────      two files
//!   setting window    ────────────────────────── 2026-06-30 │ ──     in the second file
//!   client.refunds    ── 1 ── │ ── 2 ──────────────────── │ 3 ──     three segments
//! ```
//!
//! Every day on which something begins is a cut; between two cuts nothing changes. A policy that extends
//! another is in force when that one is, unless it names days of its own.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::{
    check::codes,
    diag::{Diagnostic, Diagnostics},
    resolve::{File, Library, beginning, merge},
    source::Span,
    syntax::ast,
    value::date,
};

/// Days from the first to the last, both included; an end that is `None` is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Days {
    /// The first day.
    pub(crate) first: Option<i128>,
    /// The last day.
    pub(crate) last: Option<i128>,
}

impl Days {
    /// All days.
    pub(crate) const ALL: Days = Days { first: None, last: None };

    /// Whether `day` is one of them.
    pub(crate) fn contain(self, day: i128) -> bool {
        self.first.is_none_or(|it| it <= day) && self.last.is_none_or(|it| day <= it)
    }

    /// One of them.
    fn any(self) -> i128 {
        self.first.or(self.last).unwrap_or_default()
    }

    /// The days on which something begins or has just ended.
    fn cuts(self) -> impl Iterator<Item = i128> {
        self.first.into_iter().chain(self.last.map(|it| it + 1))
    }
}

/// `from 2026-03-01 through 2026-12-31`, `through 2026-02-28`, `on 2026-03-01`, `on all days`.
impl std::fmt::Display for Days {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.first.map(date::format), self.last.map(date::format)) {
            (None, None) => out.write_str("on all days"),
            (Some(first), Some(last)) if first == last => write!(out, "on {first}"),
            (Some(first), Some(last)) => write!(out, "from {first} through {last}"),
            (Some(first), None) => write!(out, "from {first}"),
            (None, Some(last)) => write!(out, "through {last}"),
        }
    }
}

/// A policy on a stretch of days on which the same texts are in force.
pub(crate) struct Segment<'l> {
    /// The days.
    pub(crate) days: Days,
    /// The policy's own file, by index in the source.
    pub(crate) file: usize,
    /// How many policies lie below it.
    pub(crate) level: u32,
    /// The whole policy as one file: the own one where that says everything.
    pub(crate) tree: Cow<'l, ast::File>,
}

/// The days of a clause; all of them where it is not written. `None` where a day is none, or they are in the
/// wrong order; that has been reported.
pub(super) fn days(period: Option<&ast::Period>, diagnostics: &mut Diagnostics) -> Option<Days> {
    let Some(period) = period else { return Some(Days::ALL) };
    let mut sound = true;
    let mut day = |name: &Option<ast::Name>| {
        let name = name.as_ref()?;
        let read = date::parse(&name.text);
        if let Err(problem) = read {
            sound = false;
            diagnostics.push(Diagnostic::new(&codes::NO_SUCH_DAY, name.span, problem.to_string()));
        }
        read.ok()
    };
    let (first, last) = (day(&period.from), day(&period.through));
    if let (Some(from), Some(through)) = (first, last)
        && through < from
    {
        let message = format!("these days end on {} before they begin", date::format(through));
        diagnostics.push(
            Diagnostic::new(&codes::EMPTY_PERIOD, period.span, message)
                .with_help("both days are included: `from` names the earlier one"),
        );
        return None;
    }
    sound.then_some(Days { first, last })
}

/// What is needed to resolve one version on a stretch of days.
struct Version<'l> {
    file: &'l File,
    days: Days,
    /// Whether its header names days.
    written: bool,
}

impl Library {
    /// The segments of one policy, in order of time; `needed` gives those of the policies that it needs. What is
    /// wrong is reported.
    pub(crate) fn segments<'l: 's, 's>(
        &'l self,
        name: &str,
        needed: impl Fn(&str) -> &'s [Segment<'l>],
        diagnostics: &mut Diagnostics,
    ) -> Vec<Segment<'l>> {
        let mut versions = Vec::new();
        for (_, file) in self.versions(name) {
            let written = file.header().and_then(|it| it.in_force.as_ref());
            let Some(days) = days(written, diagnostics) else { return Vec::new() };
            versions.push(Version { file, days, written: written.is_some() });
        }
        versions.sort_by_key(|it| it.days.first);
        if !self.in_sequence(name, &versions, diagnostics) {
            return Vec::new();
        }
        let mut cuts: BTreeSet<i128> = versions.iter().flat_map(|it| it.days.cuts()).collect();
        for file in versions.iter().map(|it| it.file) {
            let others = file.needs().flat_map(|it| needed(&it.text));
            cuts.extend(others.flat_map(|it| it.days.cuts()));
            for dated in file.tree.items.iter().flat_map(dated_values) {
                let Some(days) = days(dated.period.as_ref(), diagnostics) else { return Vec::new() };
                cuts.extend(days.cuts());
            }
        }
        let mut segments = Vec::new();
        for days in stretches(&cuts) {
            if let Some(version) = versions.iter().find(|it| it.days.contain(days.any())) {
                segments.extend(self.segment(version, days, &needed, diagnostics));
            }
        }
        segments
    }

    fn segment<'l: 's, 's>(
        &'l self,
        version: &Version<'l>,
        days: Days,
        needed: &impl Fn(&str) -> &'s [Segment<'l>],
        diagnostics: &mut Diagnostics,
    ) -> Option<Segment<'l>> {
        let file = version.file;
        if merge::says_everything(&file.tree) {
            return Some(Segment { days, file: file.index, level: 0, tree: Cow::Borrowed(&file.tree) });
        }
        let on = |name: &str| needed(name).iter().find(|it| it.days.contain(days.any()));
        let mut base = None;
        if let Some(extends) = file.header().and_then(|it| it.extends.as_ref()) {
            base = on(&extends.text);
            if base.is_none() {
                if version.written {
                    diagnostics.push(not_in_force(extends, days));
                }
                return None;
            }
        }
        let mut used = Vec::new();
        for item in &file.tree.items {
            let ast::Item::Use(it) = item else { continue };
            match on(&it.file.text) {
                Some(segment) => used.push((it, segment.tree.as_ref())),
                None => {
                    diagnostics.push(not_in_force(&it.file, days));
                    return None;
                }
            }
        }
        let level = base.map_or(0, |it| it.level.saturating_add(1));
        let parts = merge::Parts {
            source: &self.source,
            own: &file.tree,
            base: base.map(|it| it.tree.as_ref()),
            used,
            level,
            day: days.any(),
            days,
        };
        let tree = Cow::Owned(merge::tree(&parts, diagnostics));
        Some(Segment { days, file: file.index, level, tree })
    }

    /// Reports versions that share days, and warns of days between two versions. `false` where no version can
    /// be told from another.
    fn in_sequence(&self, name: &str, versions: &[Version<'_>], diagnostics: &mut Diagnostics) -> bool {
        let mut sound = true;
        for pair in versions.windows(2) {
            let [earlier, later] = pair else { continue };
            let (first, second) = (self.place(earlier), self.place(later));
            // The later in the order of files is the one that is reported.
            let (known, new) = if first < second { (first, second) } else { (second, first) };
            let next = earlier.days.last.map(|it| it + 1);
            match (next, later.days.first) {
                (Some(next), Some(begins)) if next == begins => {}
                (Some(next), Some(begins)) if next < begins => {
                    let gap = Days { first: Some(next), last: Some(begins - 1) };
                    let message = format!("no version of `{name}` is in force {gap}");
                    diagnostics.push(
                        Diagnostic::new(&codes::VERSIONS_GAP, second, message)
                            .with_related(first, "the version before it")
                            .with_help(
                                "a case of these days is an error: let one of the two reach the other",
                            ),
                    );
                }
                (_, begins) => {
                    sound = false;
                    let shared =
                        Days { first: begins.or(earlier.days.first), last: shared_end(earlier, later) };
                    let message = format!("two versions of `{name}` are in force {shared}");
                    diagnostics.push(
                        Diagnostic::new(&codes::VERSIONS_OVERLAP, new, message)
                            .with_related(known, "the other version")
                            .with_help("say when each is in force: `in force from DATE through DATE`"),
                    );
                }
            }
        }
        sound
    }

    /// Where a version says when it is in force, or its name.
    fn place(&self, version: &Version<'_>) -> Span {
        let written = version.file.header().and_then(|it| it.in_force.as_ref());
        written.map_or_else(|| beginning(&self.source, version.file), |it| it.span)
    }
}

fn shared_end(a: &Version<'_>, b: &Version<'_>) -> Option<i128> {
    match (a.days.last, b.days.last) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn not_in_force(name: &ast::Name, days: Days) -> Diagnostic {
    let message = format!("`{}` is not in force {days}", name.text);
    Diagnostic::new(&codes::NOT_IN_FORCE, name.span, message)
        .with_help("what a policy is written on must be in force as long as the policy is")
}

/// The values by day of an item that has some.
fn dated_values(item: &ast::Item) -> &[ast::Dated] {
    match item {
        ast::Item::Setting(it) => &it.dated,
        ast::Item::Turn(it) => &it.values,
        _ => &[],
    }
}

/// The stretches between cuts, in order; the first and the last are open.
fn stretches(cuts: &BTreeSet<i128>) -> Vec<Days> {
    let firsts = std::iter::once(None).chain(cuts.iter().map(|it| Some(*it)));
    let lasts = cuts.iter().map(|it| Some(*it - 1)).chain([None]);
    firsts.zip(lasts).map(|(first, last)| Days { first, last }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_is_in_exactly_one_stretch() {
        let all = stretches(&BTreeSet::from([3, 7]));
        for day in 0..10 {
            assert_eq!(all.iter().filter(|it| it.contain(day)).count(), 1);
        }
        assert_eq!(all.len(), 3);
        assert_eq!(stretches(&BTreeSet::new()), [Days::ALL]);
    }
}
