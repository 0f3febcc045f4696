//! The engine and the walk of the reference say the same of made-up calendars.

use std::collections::BTreeMap;

use evenhand::calendar::{Calendar, Clock, Day, Plan, Zone};
use evenhand::value::date;

use crate::generate::rng::Rng;
use crate::reference::calendar::{self as walk, Kept, On};

const CALENDARS: u64 = 120;
const QUESTIONS: usize = 25;

/// Zones with every kind of change: by an hour, by half an hour, over midnight, by a whole day; and none.
const PLACES: &[(&str, &str)] = &[
    ("America/New_York", "2026-03-02"),
    ("America/New_York", "2026-10-26"),
    ("Europe/Berlin", "2026-03-23"),
    ("Europe/Berlin", "2025-10-20"),
    ("Australia/Lord_Howe", "2026-03-30"),
    ("Australia/Lord_Howe", "2026-09-28"),
    ("Asia/Kolkata", "2026-01-05"),
    ("America/St_Johns", "2009-10-27"),
    ("America/St_Johns", "2010-03-09"),
    ("America/Havana", "2024-10-29"),
    ("Asia/Beirut", "2024-03-25"),
    ("Africa/Cairo", "2024-04-22"),
    ("Pacific/Apia", "2011-12-26"),
    ("America/Asuncion", "2022-09-27"),
    ("UTC", "2026-06-01"),
];

fn moments(rng: &mut Rng) -> Vec<(i64, i64)> {
    let mut at = if rng.chance(30) { 0 } else { rng.between(0, 40) * 900 };
    let mut hours = Vec::new();
    for _ in 0..rng.between(1, 3) {
        let end = (at + rng.between(1, 40) * 900).min(86_400);
        if at < end {
            hours.push((at, if rng.chance(20) { 86_400 } else { end }));
        }
        at = hours.last().map_or(at, |it| it.1) + rng.between(0, 8) * 900;
    }
    if hours.is_empty() { vec![(0, 86_400)] } else { hours }
}

fn kept(rng: &mut Rng, hours: bool) -> Kept {
    match rng.chance(25) {
        true => Kept::Closed,
        false if hours => Kept::Hours(moments(rng)),
        false => Kept::Open,
    }
}

fn made_up(rng: &mut Rng) -> (walk::Calendar, Calendar) {
    let (zone, around) = rng.pick(PLACES);
    let monday = i64::try_from(date::parse(around).unwrap()).unwrap();
    let first = monday + rng.between(0, 5);
    let last = first + rng.between(0, 16);
    let mut covers = vec![(first, last)];
    if rng.chance(40) {
        let next = last + rng.between(1, 4);
        covers.push((next, next + rng.between(0, 6)));
    }
    let hours = rng.chance(85);
    let week = std::array::from_fn(|_| kept(rng, hours));
    let special: BTreeMap<i64, Kept> =
        (0..rng.below(6)).map(|_| (first + rng.between(-2, 20), kept(rng, hours))).collect();
    let far = covers.iter().map(|it| it.1).max().unwrap();
    let day = |it: &Kept| match it {
        Kept::Closed => Day::Closed,
        Kept::Open => Day::Open,
        Kept::Hours(hours) => Day::Hours(hours.iter().map(|it| (it.0 as u32, it.1 as u32)).collect()),
    };
    let plan = Plan {
        covers: covers.iter().map(|it| (it.0.into(), it.1.into())).collect(),
        zone: Some(Zone::named(zone, first.into(), far.into()).unwrap()),
        week: std::array::from_fn(|it| day(&Vec::from(week.clone())[it])),
        special: special.iter().map(|it| ((*it.0).into(), day(it.1))).collect(),
    };
    let walked = walk::Calendar { covers, zone: walk::zone(zone), week, special };
    (walked, Calendar::new("made_up".to_owned(), plan))
}

fn compare(walked: &walk::Calendar, engine: &Calendar, rng: &mut Rng) {
    let (first, last) = (walked.covers[0].0, walked.covers.iter().map(|it| it.1).max().unwrap());
    let wide = |it: Option<i64>| it.map(i128::from);
    for _ in 0..QUESTIONS {
        let (a, b, n) =
            (rng.between(first - 2, last + 2), rng.between(first - 2, last + 2), rng.between(-9, 9));
        let (from, to, count) = (a.into(), b.into(), n.into());
        let about = || format!("{a} {b} {n}\n{engine:?}\n{walked:?}");
        assert_eq!(engine.is_business_day(from), walked.is_business_day(a), "{}", about());
        assert_eq!(
            engine.add_business_days(from, count),
            wide(walked.add_business_days(a, n)),
            "{}",
            about()
        );
        assert_eq!(
            engine.business_days_between(from, to),
            wide(walked.business_days_between(a, b)),
            "{}",
            about()
        );

        let mut moment =
            || rng.between(first * 96 - 96, last * 96 + 192) * 900 + rng.pick(&[0, 0, -1, 1, 450]);
        let (a, b) = (moment(), moment());
        let n = rng.between(-200, 200) * 900 + rng.pick(&[0, 0, 0, 1, -1]);
        let (from, to, by) = (a.into(), b.into(), n.into());
        let about = || format!("{a} {b} {n}\n{engine:?}\n{walked:?}");
        assert_eq!(engine.local_of(from), wide(walked.local_of(a)), "{}", about());
        assert_eq!(engine.instant_of(from), wide(walked.instant_of(a)), "{}", about());
        for (clock, on) in [(Clock::Local, On::Local), (Clock::Instant, On::Instant)] {
            assert_eq!(engine.is_open(clock, from), walked.is_open(on, a), "{clock:?} {}", about());
            let added = engine.add_business_time(clock, from, by);
            assert_eq!(added, wide(walked.add_business_time(on, a, n)), "{clock:?} {}", about());
            let between = engine.business_time_between(clock, from, to);
            assert_eq!(between, wide(walked.business_time_between(on, a, b)), "{clock:?} {}", about());
        }
    }
}

#[test]
fn made_up_calendars_agree_with_the_walk() {
    for seed in 0..CALENDARS {
        let mut rng = Rng::new(seed);
        let (walked, engine) = made_up(&mut rng);
        assert_eq!(engine.has_hours(), walked.has_hours(), "{engine:?}");
        compare(&walked, &engine, &mut rng);
    }
}
