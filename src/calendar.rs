//! Business days, business hours and the clocks of places: pure arithmetic over a calendar that says everything.
//!
//! A day is its number from 1970-01-01, a moment a number of seconds: on a local clock since
//! 1970-01-01T00:00 local, as an instant since 1970-01-01T00:00 UTC.
//!
//! ```text
//!   Plan: covers, zone, week, special days ── Calendar::new ──▶ for each covered range
//!                                                                 its business days
//!                                                                 its opening hours on the local clock
//!                                                                 its opening hours as instants
//! ```
//!
//! A [`Plan`] is what a policy author wrote, and what a digest is over. [`Calendar::new`] unrolls it once into
//! sorted lists ([`Plan::entries`] says how long), and every question is then a binary search or two.
//!
//! **Never a guess.** A calculation stays within one covered range: where an operand or the result is outside,
//! the answer is `None`. No operation panics or wraps, whatever the numbers.
//!
//! **Real time.** Opening hours are said on the local clock. As instants they are the local hours, each end
//! turned into an instant by the rules of [`Zone`]; so time that passes twice while it is open counts twice,
//! and skipped time does not count.

mod hours;
mod unroll;
mod zone;

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::calendar::hours::Hours;

pub use crate::calendar::zone::{UnknownZone, Zone};

/// The most weeks, business days and opening hours that the calendars of a policy may cover together: three
/// centuries of two openings a day.
pub(crate) const MOST_ENTRIES: i128 = 350_000;

/// Seconds of a day of the local clock.
pub(crate) const DAY: i128 = 86_400;

/// What a calendar says of one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Day {
    /// No business day.
    Closed,
    /// A business day of which no hours are said.
    Open,
    /// A business day with opening hours: seconds of the day, each from the opening until before the closing,
    /// in order, disjoint, and at most 86,400.
    Hours(Vec<(u32, u32)>),
}

/// What a calendar says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The first and last days of what is covered, in order and not touching.
    pub covers: Vec<(i128, i128)>,
    /// The clock of the place.
    pub zone: Option<Zone>,
    /// What holds for each day of the week, Monday first.
    pub week: [Day; 7],
    /// Days for which something else holds.
    #[serde(serialize_with = "pairs", deserialize_with = "from_pairs")]
    pub special: BTreeMap<i128, Day>,
}

/// A map with numbers as keys, as a list of pairs: JSON has no such map.
fn pairs<S: Serializer>(map: &BTreeMap<i128, Day>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(map)
}

fn from_pairs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<i128, Day>, D::Error> {
    Vec::deserialize(deserializer).map(BTreeMap::from_iter)
}

/// What a moment is counted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Clock {
    /// The clock on the wall, without a zone.
    Local,
    /// UTC.
    Instant,
}

/// A calendar that answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Calendar {
    /// Its name in the policy.
    pub name: String,
    /// What it says.
    pub plan: Plan,
    /// The covered ranges, in order: by day, on the local clock and, where there is a zone, as instants.
    #[serde(skip)]
    days: Vec<Span<Vec<i128>>>,
    #[serde(skip)]
    locals: Vec<Span<Hours>>,
    #[serde(skip)]
    instants: Vec<Span<Hours>>,
    #[serde(skip)]
    has_hours: bool,
}

/// A covered range, and what is open in it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Span<T> {
    /// The first day or moment.
    start: i128,
    /// The first after the last.
    end: i128,
    open: T,
}

impl Plan {
    /// How many weeks are covered, and how many business days and opening hours they have: about the length of
    /// the lists that [`Calendar::new`] makes, and of the changes of a zone. Found without making them.
    pub fn entries(&self) -> i128 {
        let length = |day: &Day| match day {
            Day::Closed => 0,
            Day::Open => 1,
            Day::Hours(hours) => 1 + i128::try_from(hours.len()).unwrap_or(i128::MAX / 8),
        };
        let week = self.week.iter().map(length).fold(1, i128::saturating_add);
        let weeks = unroll::covers(&self.covers).iter().fold(0, |sum: i128, it| sum + (it.1 - it.0) / 7 + 1);
        self.special.values().map(length).fold(week.saturating_mul(weeks), i128::saturating_add)
    }

    /// What holds on a day, covered or not.
    fn on(&self, day: i128) -> &Day {
        // 1970-01-01 was a Thursday.
        let weekday = usize::try_from(day.rem_euclid(7)).map_or(0, |it| (it + 3) % 7);
        self.special.get(&day).or_else(|| self.week.get(weekday)).unwrap_or(&Day::Closed)
    }
}

impl<T> Span<T> {
    /// `at`, where it is covered.
    fn holds(&self, at: i128) -> Option<i128> {
        (self.start..self.end).contains(&at).then_some(at)
    }
}

/// The span that a day or moment is in.
fn span<T>(spans: &[Span<T>], at: i128) -> Option<&Span<T>> {
    let begun = spans.partition_point(|it| it.start <= at);
    spans.get(begun.checked_sub(1)?).filter(|it| it.holds(at).is_some())
}

impl Calendar {
    /// Unrolls a plan. What is not in the form that [`Plan`] asks for is brought into it: ranges and hours are
    /// sorted and merged, what is empty or ends before it begins is dropped, and so is what lies outside years 1
    /// to 9999 or outside the day.
    pub fn new(name: String, plan: Plan) -> Calendar {
        let plan = unroll::orderly(plan);
        let days = unroll::days(&plan);
        let business_days = || days.iter().flat_map(|it| &it.open);
        let has_hours = business_days().next().is_some()
            && business_days().all(|it| matches!(plan.on(*it), Day::Hours(_)));
        let locals = unroll::locals(&plan, &days);
        let instants = plan.zone.as_ref().map(|it| unroll::instants(&plan, it, &days)).unwrap_or_default();
        Calendar { name, plan, days, locals, instants, has_hours }
    }

    /// Whether some covered day has opening hours, and no business day is without.
    pub fn has_hours(&self) -> bool {
        self.has_hours
    }

    /// Whether a day is a business day.
    pub fn is_business_day(&self, day: i128) -> Option<bool> {
        Some(span(&self.days, day)?.open.binary_search(&day).is_ok())
    }

    /// The `count`-th business day after a day, which itself never counts; before it, where `count` is negative;
    /// the day itself, business day or not, where it is 0.
    pub fn add_business_days(&self, day: i128, count: i128) -> Option<i128> {
        let days = &span(&self.days, day)?.open;
        let position = |index: usize| i128::try_from(index).ok()?.checked_add(count);
        let index = match count {
            0 => return Some(day),
            1.. => position(days.partition_point(|it| *it <= day))?.checked_sub(1)?,
            _ => position(days.partition_point(|it| *it < day))?,
        };
        days.get(usize::try_from(index).ok()?).copied()
    }

    /// The number of business days after `from` and not after `to`; with the sign reversed, where `to` is
    /// earlier.
    pub fn business_days_between(&self, from: i128, to: i128) -> Option<i128> {
        let span = span(&self.days, from)?;
        let until = |day| i128::try_from(span.open.partition_point(|it| *it <= day)).ok();
        until(span.holds(to)?)?.checked_sub(until(from)?)
    }

    /// Whether it is open at a moment: at the opening yes, at the closing no. `None` also where the calendar
    /// [has no hours](Calendar::has_hours); so for all opening time.
    pub fn is_open(&self, clock: Clock, at: i128) -> Option<bool> {
        Some(self.hours(clock, at)?.open.is_open(at))
    }

    /// The earliest moment, not before `at`, by which `by` seconds of opening time have passed since `at`; where
    /// `by` is negative, the latest moment, not after `at`, since which that many have passed; `at` where it is
    /// 0. A closing at the end of the last covered day is within reach.
    pub fn add_business_time(&self, clock: Clock, at: i128, by: i128) -> Option<i128> {
        let hours = &self.hours(clock, at)?.open;
        let goal = hours.before(at).checked_add(by)?;
        match by {
            0 => Some(at),
            1.. => hours.first_with(goal),
            _ if goal < 0 => None,
            _ => hours.last_with(goal),
        }
    }

    /// The seconds of opening time from `from` until `to`; with the sign reversed, where `to` is earlier.
    pub fn business_time_between(&self, clock: Clock, from: i128, to: i128) -> Option<i128> {
        let span = self.hours(clock, from)?;
        span.open.before(span.holds(to)?).checked_sub(span.open.before(from))
    }

    /// What the local clock shows at an instant.
    pub fn local_of(&self, instant: i128) -> Option<i128> {
        span(&self.instants, instant)?;
        self.plan.zone.as_ref()?.local_of(instant)
    }

    /// The instant at which the local clock shows `local`: skipped time moves forward by the gap, and of a time
    /// that happens twice it is the first.
    pub fn instant_of(&self, local: i128) -> Option<i128> {
        span(&self.locals, local)?;
        let instant = self.plan.zone.as_ref()?.instant_of(local)?;
        span(&self.instants, instant).map(|_| instant)
    }

    /// The least and the greatest that [`Calendar::local_of`] gives for the instants from `from` to `to`, `None`
    /// where it has no answer for one of them. They need not be the answers for `from` and `to`: a clock that
    /// goes back shows an hour twice.
    pub fn locals_of(&self, from: i128, to: i128) -> Option<(i128, i128)> {
        span(&self.instants, from)?.holds(to)?;
        let zone = self.plan.zone.as_ref()?;
        // Elsewhere the clock only goes forward.
        let changes = [from, to].into_iter().flat_map(|it| zone.changes_near(it));
        let asked = changes.flat_map(|it| [it - 1, it]).filter(|it| (from..=to).contains(it));
        extremes([from, to].into_iter().chain(asked), |it| self.local_of(it))
    }

    /// The least and the greatest that [`Calendar::instant_of`] gives for the local times from `from` to `to`,
    /// `None` where it has no answer for one of them. They need not be the answers for `from` and `to`: skipped
    /// time moves past some of what follows it.
    pub fn instants_of(&self, from: i128, to: i128) -> Option<(i128, i128)> {
        span(&self.locals, from)?.holds(to)?;
        let zone = self.plan.zone.as_ref()?;
        let turns = [from, to].into_iter().flat_map(|it| zone.turns_near(it));
        let asked = turns.flat_map(|it| [it - 1, it]).filter(|it| (from..=to).contains(it));
        extremes([from, to].into_iter().chain(asked), |it| self.instant_of(it))
    }

    /// The first and the last day of the covered range that a day is in.
    pub fn reach_of_days(&self, day: i128) -> Option<(i128, i128)> {
        span(&self.days, day).map(|it| (it.start, it.end - 1))
    }

    /// The first and the last moment of the covered range that a moment is in.
    pub fn reach(&self, clock: Clock, at: i128) -> Option<(i128, i128)> {
        span(self.spans(clock), at).map(|it| (it.start, it.end - 1))
    }

    fn hours(&self, clock: Clock, at: i128) -> Option<&Span<Hours>> {
        span(self.spans(clock), at).filter(|_| self.has_hours)
    }

    fn spans(&self, clock: Clock) -> &[Span<Hours>] {
        match clock {
            Clock::Local => &self.locals,
            Clock::Instant => &self.instants,
        }
    }
}

/// The least and the greatest answer, where there is one for each.
fn extremes(
    mut asked: impl Iterator<Item = i128>,
    answer: impl Fn(i128) -> Option<i128>,
) -> Option<(i128, i128)> {
    let first = answer(asked.next()?)?;
    asked.try_fold((first, first), |(least, most), it| {
        let found = answer(it)?;
        Some((least.min(found), most.max(found)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::date;

    const NINE_TO_FIVE: (u32, u32) = (9 * 3_600, 17 * 3_600);

    fn day(text: &str) -> i128 {
        date::parse(text).unwrap()
    }

    /// `2026-03-10T10:00` or with seconds.
    fn at(text: &str) -> i128 {
        let part = |from: usize| text.get(from..from + 2).map_or(0, |it| it.parse::<i128>().unwrap());
        day(&text[..10]) * DAY + part(11) * 3_600 + part(14) * 60 + part(17)
    }

    fn boston() -> Calendar {
        let covers = (day("2025-01-01"), day("2027-12-31"));
        let open = Day::Hours(vec![NINE_TO_FIVE]);
        let week = [open.clone(), open.clone(), open.clone(), open.clone(), open, Day::Closed, Day::Closed];
        let half = Day::Hours(vec![(9 * 3_600, 13 * 3_600)]);
        let special =
            [(day("2026-12-25"), Day::Closed), (day("2026-12-24"), half), (day("2026-01-01"), Day::Closed)];
        let zone = Zone::named("America/New_York", covers.0, covers.1).unwrap();
        let special = special.into_iter().collect();
        Calendar::new("boston".to_owned(), Plan { covers: vec![covers], zone: Some(zone), week, special })
    }

    #[test]
    fn business_days() {
        let boston = boston();
        let plus = |from: &str, count| boston.add_business_days(day(from), count).map(date::format);
        assert_eq!(plus("2026-12-23", 2).as_deref(), Some("2026-12-28"));
        assert_eq!(plus("2026-12-26", 0).as_deref(), Some("2026-12-26"));
        assert_eq!(plus("2026-12-26", 1).as_deref(), Some("2026-12-28"));
        assert_eq!(plus("2026-12-28", -1).as_deref(), Some("2026-12-24"));
        assert_eq!(plus("2027-12-31", 1), None);
        let between = |from: &str, to: &str| boston.business_days_between(day(from), day(to));
        assert_eq!(between("2026-12-23", "2026-12-28"), Some(2));
        assert_eq!(between("2026-12-28", "2026-12-23"), Some(-2));
        assert_eq!(boston.is_business_day(day("2026-12-25")), Some(false));
        assert_eq!(boston.is_business_day(day("2028-01-03")), None);
    }

    #[test]
    fn business_hours() {
        let boston = boston();
        let plus = |from: &str, hours: i128| boston.add_business_time(Clock::Local, at(from), hours * 3_600);
        assert_eq!(plus("2026-03-06T16:00", 1), Some(at("2026-03-06T17:00")));
        assert_eq!(plus("2026-03-06T16:00", 2), Some(at("2026-03-09T10:00")));
        assert_eq!(plus("2026-03-07T12:00", 0), Some(at("2026-03-07T12:00")));
        assert_eq!(plus("2026-03-09T09:00", -1), Some(at("2026-03-06T16:00")));
        assert_eq!(plus("2026-03-09T17:00", -8), Some(at("2026-03-09T09:00")));
        assert_eq!(plus("2026-03-10T09:00", -8), Some(at("2026-03-09T09:00")));
        let open = |text: &str| boston.is_open(Clock::Local, at(text));
        assert_eq!((open("2026-03-06T09:00"), open("2026-03-06T17:00")), (Some(true), Some(false)));
    }

    #[test]
    fn clocks_that_change() {
        let boston = boston();
        // 02:30 does not happen on 8 March 2026: it is read as 03:30, which is 07:30 UTC.
        assert_eq!(boston.instant_of(at("2026-03-08T02:30")), Some(at("2026-03-08T07:30")));
        assert_eq!(boston.local_of(at("2026-03-08T07:30")), Some(at("2026-03-08T03:30")));
        // 01:30 happens twice on 1 November 2026: first at 05:30 UTC.
        assert_eq!(boston.instant_of(at("2026-11-01T01:30")), Some(at("2026-11-01T05:30")));
        assert_eq!(boston.local_of(at("2026-11-01T06:30")), Some(at("2026-11-01T01:30")));
        let day = (at("2026-11-01T04:00"), at("2026-11-02T05:00") - 1);
        assert_eq!(
            boston.locals_of(day.0, day.1),
            Some((at("2026-11-01T00:00"), at("2026-11-02T00:00") - 1))
        );
        let hour = (at("2026-11-01T05:30"), at("2026-11-01T06:00"));
        assert_eq!(
            boston.locals_of(hour.0, hour.1),
            Some((at("2026-11-01T01:00"), at("2026-11-01T02:00") - 1))
        );
    }

    #[test]
    fn the_ends_of_conversions() {
        let zones = ["America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Havana"];
        for (zone, from) in zones.into_iter().zip(["2026-03-06", "2026-10-02", "2011-12-28", "2024-11-01"]) {
            let covers = (day(from), day(from) + 4);
            let zone = Zone::named(zone, covers.0, covers.1).unwrap();
            let week = std::array::from_fn(|_| Day::Open);
            let plan = Plan { covers: vec![covers], zone: Some(zone), week, special: BTreeMap::new() };
            let calendar = Calendar::new("it".to_owned(), plan);
            let steps = || (covers.0 * DAY - DAY..covers.1 * DAY + 2 * DAY).step_by(3 * 3_600);
            for (a, b) in steps().flat_map(|a| (a..a + 3 * DAY).step_by(5 * 3_600).map(move |b| (a, b - 1))) {
                for (both, one) in [
                    (
                        calendar.locals_of(a, b),
                        &(|it| calendar.local_of(it)) as &dyn Fn(i128) -> Option<i128>,
                    ),
                    (calendar.instants_of(a, b), &|it| calendar.instant_of(it)),
                ] {
                    // Clocks change at quarters of an hour.
                    let all: Option<Vec<i128>> = (a.div_euclid(900)..=b.div_euclid(900))
                        .flat_map(|it| [it * 900, it * 900 + 899])
                        .map(|it| one(it.clamp(a, b)))
                        .collect();
                    let all = all.filter(|it| !it.is_empty());
                    let expected = all.map(|it| (*it.iter().min().unwrap(), *it.iter().max().unwrap()));
                    assert_eq!(both.filter(|_| a <= b), expected.filter(|_| a <= b), "{a} {b} {calendar:?}");
                }
            }
        }
    }

    /// Every zone that there is: its changes lie so far apart that a local time has one place among them.
    #[test]
    fn changes_of_all_zones() {
        let mut count = 0;
        for name in zone::names() {
            let zone = Zone::named(&name, day("1850-01-01"), day("2199-12-31")).unwrap();
            let turns: Vec<i128> = zone.turns().collect();
            assert!(turns.is_sorted(), "{name}");
            for change in zone.changes() {
                for instant in [change - 1, change, change + 1] {
                    let local = zone.local_of(instant).unwrap();
                    let first = zone.instant_of(local).unwrap();
                    assert!(first <= instant && zone.local_of(first) == Some(local), "{name} {instant}");
                }
            }
            count += 1;
        }
        assert!(count > 500, "{count} zones");
    }

    #[test]
    fn any_number() {
        let calendars = [
            boston(),
            Calendar::new(
                "all".to_owned(),
                Plan {
                    covers: vec![(i128::MIN, i128::MIN), (5, 3), (i128::MAX, i128::MAX), (0, 0), (1, 30)],
                    zone: Zone::named("Asia/Kolkata", i128::MIN, i128::MAX).ok(),
                    week: std::array::from_fn(|it| {
                        Day::Hours(vec![(u32::MAX, 0), (7, it as u32), (9, u32::MAX)])
                    }),
                    special: [(i128::MAX, Day::Open), (i128::MIN, Day::Open)].into_iter().collect(),
                },
            ),
        ];
        let numbers = || {
            let edges = [i128::MIN, i128::MIN / DAY, -1, 0, 1, day("2026-03-08"), i128::MAX / DAY, i128::MAX];
            edges.into_iter().flat_map(|it| [it, it.saturating_mul(DAY), it.saturating_add(1)])
        };
        for calendar in &calendars {
            assert!(calendar.plan.entries() > 0 && calendar.has_hours());
            for a in numbers() {
                let _ = (calendar.is_business_day(a), calendar.local_of(a), calendar.instant_of(a));
                for b in numbers() {
                    let _ = (calendar.add_business_days(a, b), calendar.business_days_between(a, b));
                    let _ = (calendar.locals_of(a, b), calendar.instants_of(a, b));
                    for clock in [Clock::Local, Clock::Instant] {
                        let _ = (calendar.is_open(clock, a), calendar.business_time_between(clock, a, b));
                        if let Some(found) = calendar.add_business_time(clock, a, b) {
                            assert!((b >= 0 || found < a) && (b <= 0 || found > a) && (b != 0 || found == a));
                        }
                    }
                }
            }
        }
        assert_eq!(calendars[1].plan.covers, [(0, 30)]);
        assert_eq!(calendars[1].plan.week[0], Day::Hours(vec![(9, 86_400)]));
    }

    #[test]
    fn odd_names_of_zones() {
        let long = "x".repeat(100_000);
        for name in [
            "",
            " ",
            "/",
            "//",
            ":UTC",
            "../UTC",
            "UTC\0",
            "utc",
            "Europe/",
            "Etc/Unknown ",
            "\u{202e}",
            &long,
        ] {
            assert!(Zone::named(name, i128::MIN, i128::MAX).is_err(), "{name:.20}");
        }
        assert!(Zone::named("UTC", i128::MAX, i128::MIN).is_ok());
    }

    #[test]
    fn names_of_zones() {
        let nearest = |name: &str| Zone::named(name, 0, 1).map_err(|it| it.nearest).unwrap_err();
        assert_eq!(nearest("america/new_york").as_deref(), Some("America/New_York"));
        assert_eq!(nearest("New York").as_deref(), Some("America/New_York"));
        assert_eq!(nearest("Europe/Berlni").as_deref(), Some("Europe/Berlin"));
        assert_eq!((nearest(""), nearest("Middle-earth")), (None, None));
    }
}
