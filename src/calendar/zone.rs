//! The clock of a place: by how much it differs from UTC, and when that changes.
//!
//! A [`Zone`] holds what it needs of the zone data and no more: the offset at the beginning, and each moment
//! within the years asked for at which the offset changes. So it can stand in a digest, and newer zone data
//! that says the same of these years is the same zone. The data is bundled with the program; the machine's own
//! is never read. This is the only file that knows where the data comes from.
//!
//! **Two readings need a rule.** A local time that was skipped (clocks went forward) moves forward by the gap:
//! 02:30 is read as 03:30. A local time that happened twice (clocks went back) is its first occurrence.
//!
//! Both conversions are one binary search, total over every number, and never wrap.

use jiff::{Timestamp, tz::TimeZoneDatabase};
use serde::{Deserialize, Serialize};

use crate::{calendar::DAY, words};

/// Days before and after the years asked for of which the changes are kept too.
const MARGIN: i128 = 2;

/// Days around a moment in which a change can matter to it: no clock was ever put forward or back by more than a
/// day, and none differs from UTC by more than a day and a half.
const NEAR: i128 = 4;

/// Instants that lie before and after all others.
const BEGINNING: i128 = -END;
const END: i128 = 1 << 64;

/// The clock of one place over some years.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    name: String,
    /// Seconds that the local clock is ahead of UTC before the first change.
    first: i32,
    /// The changes of the offset, in order.
    changes: Vec<Change>,
}

/// A moment at which the offset of a zone changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Change {
    /// The first UTC second of the new offset.
    at: i128,
    old: i32,
    new: i32,
}

/// A name that is no time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownZone {
    /// The name that was probably meant.
    pub nearest: Option<String>,
}

impl Zone {
    /// The zone with this name of the IANA database, spelled as there, for the days `first_day` to
    /// `last_day` and two more at each end.
    ///
    /// # Errors
    ///
    /// Where there is no zone of exactly this name.
    pub fn named(name: &str, first_day: i128, last_day: i128) -> Result<Zone, UnknownZone> {
        let database = TimeZoneDatabase::bundled();
        let known = database.available().any(|it| it.as_str() == name);
        let Some(zone) = known.then(|| database.get(name).ok()).flatten() else {
            return Err(UnknownZone { nearest: nearest(&database, name) });
        };
        let start = moment(first_day.saturating_sub(MARGIN));
        let end = moment(last_day.saturating_add(1 + MARGIN));
        let first = zone.to_offset(start).seconds();
        let mut changes: Vec<Change> = Vec::new();
        for change in zone.following(start).take_while(|it| it.timestamp() <= end) {
            let (old, new) = (changes.last().map_or(first, |it| it.new), change.offset().seconds());
            // A change of the abbreviation alone moves no clock.
            if old != new {
                changes.push(Change { at: change.timestamp().as_second().into(), old, new });
            }
        }
        Ok(Zone { name: name.to_owned(), first, changes })
    }

    /// The name: `America/New_York`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the local clock shows at an instant.
    pub(super) fn local_of(&self, instant: i128) -> Option<i128> {
        let passed = self.changes.partition_point(|it| it.at <= instant);
        instant.checked_add(self.offset(passed))
    }

    /// The instant at which the local clock shows `local`, by the two rules above.
    pub(super) fn instant_of(&self, local: i128) -> Option<i128> {
        let passed = self.changes.partition_point(|it| it.turn() <= local);
        local.checked_sub(self.offset(passed))
    }

    /// The first instant at which the local clock shows `local` or later.
    pub(super) fn first_reaching(&self, local: i128) -> i128 {
        let reached = |it: &(i128, i128, i128)| (it.1 - 1 + it.2 >= local).then(|| it.0.max(local - it.2));
        self.stretches().filter_map(|it| reached(&it)).min().unwrap_or(i128::MAX)
    }

    /// The first instant from which on the local clock never shows less than `local`.
    pub(super) fn never_before(&self, local: i128) -> i128 {
        let left = |it: &(i128, i128, i128)| (it.0 + it.2 < local).then(|| it.1.min(local - it.2));
        self.stretches().filter_map(|it| left(&it)).max().unwrap_or(i128::MIN)
    }

    /// The instants of change.
    pub(super) fn changes(&self) -> impl Iterator<Item = i128> {
        self.changes.iter().map(|it| it.at)
    }

    /// The local times from which on readings are by the new offset.
    #[cfg(test)]
    pub(super) fn turns(&self) -> impl Iterator<Item = i128> {
        self.changes.iter().map(Change::turn)
    }

    /// The instants of change not far from one: near enough that a clock that goes back can reach it.
    pub(super) fn changes_near(&self, instant: i128) -> impl Iterator<Item = i128> {
        self.near(instant).iter().map(|it| it.at)
    }

    /// The local times not far from one from which on readings are by the new offset.
    pub(super) fn turns_near(&self, local: i128) -> impl Iterator<Item = i128> {
        self.near(local).iter().map(Change::turn)
    }

    /// The changes within some days.
    fn near(&self, at: i128) -> &[Change] {
        let far = NEAR * DAY;
        let first = self.changes.partition_point(|it| it.at < at.saturating_sub(far));
        let end = self.changes.partition_point(|it| it.at <= at.saturating_add(far));
        self.changes.get(first..end).unwrap_or_default()
    }

    /// The first instant, the first instant after and the offset of each time without a change.
    fn stretches(&self) -> impl Iterator<Item = (i128, i128, i128)> {
        let starts = std::iter::once(BEGINNING).chain(self.changes());
        let ends = self.changes().chain(std::iter::once(END));
        starts.zip(ends).enumerate().map(|(index, (start, end))| (start, end, self.offset(index)))
    }

    /// The offset after `passed` changes.
    fn offset(&self, passed: usize) -> i128 {
        let last = passed.checked_sub(1).and_then(|it| self.changes.get(it));
        last.map_or(self.first, |it| it.new).into()
    }
}

impl Change {
    /// The first local time that is read by the new offset: the later of the two that the clock shows at the
    /// change. What is skipped lies before it, and so does the first occurrence of what is repeated.
    fn turn(&self) -> i128 {
        self.at + i128::from(self.old.max(self.new))
    }
}

/// The beginning of a day as the zone data counts, or the nearest moment that it has.
fn moment(day: i128) -> Timestamp {
    let (least, most) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    let seconds = day.saturating_mul(DAY).clamp(least.into(), most.into());
    let seconds = i64::try_from(seconds).ok().and_then(|it| Timestamp::from_second(it).ok());
    seconds.unwrap_or(Timestamp::UNIX_EPOCH)
}

/// All names.
#[cfg(test)]
pub(super) fn names() -> Vec<String> {
    TimeZoneDatabase::bundled().available().map(|it| it.as_str().to_owned()).collect()
}

/// The name that was probably meant: the city alone (`New York`), or a slip of the fingers.
fn nearest(database: &TimeZoneDatabase, name: &str) -> Option<String> {
    let names: Vec<String> = database.available().map(|it| it.as_str().to_owned()).collect();
    let place = |it: &str| it.rsplit('/').next().unwrap_or(it).trim().replace(' ', "_").to_lowercase();
    let wanted = place(name);
    let alike = names.iter().find(|it| it.eq_ignore_ascii_case(name));
    let named = alike.or_else(|| names.iter().find(|it| place(it) == wanted));
    let slip = || words::nearest(name, names.iter().map(String::as_str)).map(str::to_owned);
    named.cloned().or_else(slip)
}
