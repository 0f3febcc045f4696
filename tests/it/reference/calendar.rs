//! Calendars of the reference: every question answered by walking.
//!
//! Business days are looked at one by one. Opening time is cut at every moment at which anything can change, and
//! the pieces are looked at one after the other; whether a piece is open is asked afresh of the hours of the
//! days around it. Zones come straight from jiff, whose own rules say what skipped and repeated times are.
//! Nothing is sorted once, summed ahead or searched.
//!
//! Days and seconds are counted as in `evenhand::calendar`; outside what is covered the answer is `None`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

const DAY: i64 = 86_400;
/// Days around a moment whose hours can reach it: a clock was never put forward by more than a day.
const AROUND: i64 = 3;

/// What holds on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    Closed,
    Open,
    /// Opening hours in seconds of the day.
    Hours(Vec<(i64, i64)>),
}

/// The clock that a moment is read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    Local,
    Instant,
}

/// A calendar as it was written.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    /// First and last days, as written: a later range may touch an earlier one.
    pub(crate) covers: Vec<(i64, i64)>,
    pub(crate) zone: Option<TimeZone>,
    /// Monday first.
    pub(crate) week: [Kept; 7],
    pub(crate) special: BTreeMap<i64, Kept>,
}

/// The zone with an IANA name.
pub(crate) fn zone(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok()
}

fn on_the_wall(local: i64) -> Option<DateTime> {
    Some(Offset::UTC.to_datetime(Timestamp::from_second(local).ok()?))
}

fn shown(zone: &TimeZone, instant: i64) -> Option<i64> {
    let offset = zone.to_offset(Timestamp::from_second(instant).ok()?);
    Some(instant + i64::from(offset.seconds()))
}

fn read(zone: &TimeZone, local: i64) -> Option<i64> {
    let resolved = zone.to_ambiguous_timestamp(on_the_wall(local)?).compatible();
    Some(resolved.ok()?.as_second())
}

impl Calendar {
    fn kept(&self, day: i64) -> &Kept {
        let weekday = (day + 3).rem_euclid(7);
        self.special.get(&day).unwrap_or(&self.week[weekday as usize])
    }

    fn covered(&self, day: i64) -> bool {
        self.covers.iter().any(|it| it.0 <= day && day <= it.1)
    }

    /// The first and the last day that can be walked to from a day.
    fn range(&self, day: i64) -> Option<(i64, i64)> {
        if !self.covered(day) {
            return None;
        }
        let (mut first, mut last) = (day, day);
        // Ranges that touch are one; so the walk is from range to range.
        while let Some(it) = self.covers.iter().find(|it| it.0 < first && it.1 >= first - 1) {
            first = it.0;
        }
        while let Some(it) = self.covers.iter().find(|it| it.1 > last && it.0 <= last + 1) {
            last = it.1;
        }
        Some((first, last))
    }

    pub(crate) fn has_hours(&self) -> bool {
        let days = || self.covers.iter().flat_map(|it| it.0..=it.1).map(|it| self.kept(it));
        days().any(|it| matches!(it, Kept::Hours(_))) && days().all(|it| *it != Kept::Open)
    }

    pub(crate) fn is_business_day(&self, day: i64) -> Option<bool> {
        self.covered(day).then(|| *self.kept(day) != Kept::Closed)
    }

    pub(crate) fn add_business_days(&self, day: i64, count: i64) -> Option<i64> {
        let (first, last) = self.range(day)?;
        let (mut at, mut left) = (day, count.abs());
        while left > 0 {
            at += count.signum();
            if at < first || at > last {
                return None;
            }
            left -= i64::from(*self.kept(at) != Kept::Closed);
        }
        Some(at)
    }

    pub(crate) fn business_days_between(&self, from: i64, to: i64) -> Option<i64> {
        if self.range(from)? != self.range(to)? {
            return None;
        }
        let count = |low: i64, high: i64| {
            (low + 1..=high).filter(|it| *self.kept(*it) != Kept::Closed).count() as i64
        };
        Some(if from <= to { count(from, to) } else { -count(to, from) })
    }

    pub(crate) fn local_of(&self, instant: i64) -> Option<i64> {
        self.range_at(On::Instant, instant)?;
        shown(self.zone.as_ref()?, instant)
    }

    pub(crate) fn instant_of(&self, local: i64) -> Option<i64> {
        self.range_at(On::Local, local)?;
        let instant = read(self.zone.as_ref()?, local)?;
        self.range_at(On::Instant, instant).map(|_| instant)
    }

    /// The covered range that a moment is in. An instant is in it if its local day is, unless the clock has
    /// shown a day after the range before, or will show a day before the range again.
    fn range_at(&self, on: On, at: i64) -> Option<(i64, i64)> {
        if on == On::Local {
            return self.range(at.div_euclid(DAY));
        }
        let zone = self.zone.as_ref()?;
        let day = |at: i64| shown(zone, at).map(|it| it.div_euclid(DAY));
        let range = self.range(day(at)?)?;
        let near = self.turns(at);
        let earlier =
            near.iter().filter(|it| **it <= at).any(|it| day(it - 1).is_some_and(|it| it > range.1));
        let later = near.iter().filter(|it| **it > at).any(|it| day(*it).is_some_and(|it| it < range.0));
        (!earlier && !later).then_some(range)
    }

    /// The changes of the clock near a moment.
    fn turns(&self, at: i64) -> Vec<i64> {
        let (Some(zone), Ok(start)) = (&self.zone, Timestamp::from_second(at - AROUND * DAY)) else {
            return Vec::new();
        };
        let seconds = zone.following(start).map(|it| it.timestamp().as_second());
        seconds.take_while(|it| *it <= at + AROUND * DAY).collect()
    }

    /// The hours of a day, as moments.
    fn hours(&self, on: On, day: i64) -> Vec<(i64, i64)> {
        let Kept::Hours(hours) = self.kept(day) else {
            return Vec::new();
        };
        let moment = |second: i64| match (on, &self.zone) {
            (On::Instant, Some(zone)) => read(zone, day * DAY + second),
            _ => Some(day * DAY + second),
        };
        hours.iter().filter_map(|it| Some((moment(it.0)?, moment(it.1)?))).collect()
    }

    pub(crate) fn is_open(&self, on: On, at: i64) -> Option<bool> {
        let range = self.range_at(on, at)?;
        self.has_hours().then(|| self.open_in(on, at, range))
    }

    fn open_in(&self, on: On, at: i64, range: (i64, i64)) -> bool {
        let day = at.div_euclid(DAY);
        let days = (day - AROUND..=day + AROUND).filter(|it| range.0 <= *it && *it <= range.1);
        days.flat_map(|it| self.hours(on, it)).any(|it| it.0 <= at && at < it.1)
    }

    /// The moments from one to another at which anything can change, with these two.
    fn cuts(&self, on: On, from: i64, to: i64) -> Vec<i64> {
        let mut cuts = BTreeSet::from([from, to]);
        for day in from.div_euclid(DAY) - AROUND..=to.div_euclid(DAY) + AROUND {
            cuts.extend(self.hours(on, day).iter().flat_map(|it| [it.0, it.1]));
            let midnight = day * DAY;
            cuts.insert(midnight);
            if let (On::Instant, Some(zone)) = (on, &self.zone) {
                let turns = self.turns(midnight);
                let sides = turns.iter().flat_map(|it| [it - 1, *it]).chain([midnight]);
                let offsets = sides.filter_map(|it| Some(shown(zone, it)? - it));
                cuts.extend(offsets.map(|it| midnight - it).collect::<Vec<_>>());
                cuts.extend(turns);
            }
        }
        cuts.range(from..=to).copied().collect()
    }

    /// Whether it is open from one cut to the next, within a range.
    fn piece_is_open(&self, on: On, at: i64, range: (i64, i64)) -> bool {
        self.range_at(on, at) == Some(range) && self.open_in(on, at, range)
    }

    pub(crate) fn business_time_between(&self, on: On, from: i64, to: i64) -> Option<i64> {
        let range = self.range_at(on, from)?;
        if self.range_at(on, to)? != range || !self.has_hours() {
            return None;
        }
        let cuts = self.cuts(on, from.min(to), from.max(to));
        let open = cuts.windows(2).filter(|it| self.piece_is_open(on, it[0], range));
        let seconds: i64 = open.map(|it| it[1] - it[0]).sum();
        Some(if from <= to { seconds } else { -seconds })
    }

    pub(crate) fn add_business_time(&self, on: On, at: i64, by: i64) -> Option<i64> {
        let range = self.range_at(on, at)?;
        if !self.has_hours() {
            return None;
        }
        let (mut at, mut left) = (at, by.abs());
        while left > 0 {
            // A week of pieces at a time, away from where we are.
            let far = at + 7 * DAY * by.signum();
            let mut cuts = self.cuts(on, at.min(far), at.max(far));
            if by < 0 {
                cuts.reverse();
            }
            for piece in cuts.windows(2) {
                if left == 0 || !self.piece_is_open(on, piece[0].min(piece[1]), range) {
                    continue;
                }
                let used = left.min((piece[1] - piece[0]).abs());
                left -= used;
                at = piece[0] + used * by.signum();
            }
            if left > 0 {
                at = far;
                let day = at.div_euclid(DAY);
                if day < range.0 - AROUND || day > range.1 + AROUND {
                    return None;
                }
            }
        }
        Some(at)
    }
}
