//! A hundred thousand questions, drawn here as `tests/oracle/calendars.py` draws them, and the answers that it
//! recorded.

#![allow(clippy::disallowed_methods, reason = "a test reads files")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use evenhand::calendar::{Calendar, Clock, Day, Plan, Zone};
use evenhand::value::date;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::generate::rng::Rng;

const QUESTIONS: usize = 100_000;
const BLOCK: usize = 1_000;
const SAMPLE: usize = 50;
const DAY: i64 = 86_400;
const WEEK: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/calendar")
}

fn day_number(text: &str) -> i64 {
    i64::try_from(date::parse(text).unwrap()).unwrap()
}

/// `2026-03-08T02:00`.
fn moment_of(text: &str) -> i64 {
    let (day, time) = text.split_once('T').unwrap();
    let (hours, minutes) = time.split_once(':').unwrap();
    day_number(day) * DAY + hours.parse::<i64>().unwrap() * 3600 + minutes.parse::<i64>().unwrap() * 60
}

fn show_date(day: i128) -> String {
    date::format(day)
}

fn show_moment(at: i128, clock: Clock) -> String {
    let (day, second) = (at.div_euclid(DAY.into()), at.rem_euclid(DAY.into()));
    let zone = if clock == Clock::Instant { "Z" } else { "" };
    format!("{}T{:02}:{:02}:{:02}{zone}", date::format(day), second / 3600, second / 60 % 60, second % 60)
}

/// What `calendars.json` says of a day.
pub(crate) fn day_of(said: &Json) -> Day {
    let seconds = |it: &Json| {
        let (hours, minutes) = it.as_str().unwrap().split_once(':').unwrap();
        hours.parse::<u32>().unwrap() * 3600 + minutes.parse::<u32>().unwrap() * 60
    };
    match said.as_array() {
        Some(hours) => Day::Hours(hours.iter().map(|it| (seconds(&it[0]), seconds(&it[1]))).collect()),
        None if said == "open" => Day::Open,
        None => Day::Closed,
    }
}

struct Asked {
    written: Vec<(i64, i64)>,
    near: Vec<i64>,
    moments: Vec<i64>,
    engine: Calendar,
}

fn calendars() -> Vec<Asked> {
    let text = fs::read_to_string(folder().join("calendars.json")).unwrap();
    // In the order of their names.
    let data: BTreeMap<String, Json> = serde_json::from_str(&text).unwrap();
    data.iter().map(|(name, it)| asked(name, it)).collect()
}

fn asked(name: &str, data: &Json) -> Asked {
    let day = |it: &Json| day_number(it.as_str().unwrap());
    let list = |key: &str| data[key].as_array().unwrap();
    let written: Vec<(i64, i64)> = list("covers").iter().map(|it| (day(&it[0]), day(&it[1]))).collect();
    let covers: Vec<(i128, i128)> = written.iter().map(|it| (it.0.into(), it.1.into())).collect();
    let zone = data["zone"].as_str();
    let zone = zone.map(|it| Zone::named(it, covers[0].0, covers.last().unwrap().1).unwrap());
    let week = WEEK.map(|it| data["week"].get(it).map_or(Day::Closed, day_of));
    let special = data["special"].as_object().unwrap();
    let special = special.iter().map(|it| (day_number(it.0).into(), day_of(it.1))).collect();
    Asked {
        written,
        near: list("near").iter().map(day).collect(),
        moments: list("moments").iter().map(|it| moment_of(it.as_str().unwrap())).collect(),
        engine: Calendar::new(name.to_owned(), Plan { covers, zone, week, special }),
    }
}

/// Draws what a question is about.
struct Draw<'a> {
    rng: &'a mut Rng,
    calendar: &'a Asked,
}

impl Draw<'_> {
    fn day(&mut self) -> i64 {
        let (first, last) = *self.rng.pick(&self.calendar.written);
        if self.rng.chance(40) {
            return *self.rng.pick(&self.calendar.near) + self.rng.between(-3, 3);
        }
        self.rng.between(first - 2, last + 2)
    }

    fn moment(&mut self) -> i64 {
        if !self.calendar.moments.is_empty() && self.rng.chance(10) {
            let moment = *self.rng.pick(&self.calendar.moments);
            return moment + self.rng.pick(&[0, 0, -1, 1]);
        }
        let day = self.day();
        let quarter = self.rng.between(0, 95);
        day * DAY + quarter * 900 + self.rng.pick(&[0, 0, 0, 1, -1])
    }

    fn count(&mut self) -> i64 {
        if self.rng.chance(60) { self.rng.between(-12, 12) } else { self.rng.between(-300, 300) }
    }

    fn seconds(&mut self) -> i64 {
        let quarters =
            if self.rng.chance(60) { self.rng.between(-60, 60) } else { self.rng.between(-4000, 4000) };
        quarters * 900 + self.rng.pick(&[0, 0, 0, 1, -1])
    }

    fn other(&mut self, at: i64, step: i64, fresh: impl Fn(&mut Self) -> i64) -> i64 {
        if self.rng.chance(50) { at + self.rng.between(-20, 20) * step } else { fresh(self) }
    }
}

fn yes(it: bool) -> String {
    if it { "yes" } else { "no" }.to_owned()
}

/// A question and the engine's answer, as the recorded line says them.
fn line(rng: &mut Rng, calendars: &[Asked]) -> String {
    let calendar = rng.pick(calendars);
    let kind = rng.below(12);
    let mut draw = Draw { rng, calendar };
    let (engine, clock) = (&calendar.engine, if kind >= 6 { Clock::Instant } else { Clock::Local });
    let days = |it: i64| show_date(it.into());
    let at_clock = |it: i64| show_moment(it.into(), clock);
    let number = |it: i128| it.to_string();
    let (asked, answer) = match kind {
        0 => {
            let day = draw.day();
            (format!("{} is a business day", days(day)), engine.is_business_day(day.into()).map(yes))
        }
        1 => {
            let (day, count) = (draw.day(), draw.count());
            let answer = engine.add_business_days(day.into(), count.into());
            (format!("{count} business days after {}", days(day)), answer.map(show_date))
        }
        2 => {
            let day = draw.day();
            let other = draw.other(day, 1, Draw::day);
            let answer = engine.business_days_between(day.into(), other.into());
            (format!("business days from {} to {}", days(day), days(other)), answer.map(number))
        }
        3 | 6 => {
            let at = draw.moment();
            (format!("{} is in business hours", at_clock(at)), engine.is_open(clock, at.into()).map(yes))
        }
        4 | 7 => {
            let (at, by) = (draw.moment(), draw.seconds());
            let answer = engine.add_business_time(clock, at.into(), by.into());
            let answer = answer.map(|it| show_moment(it, clock));
            (format!("{by} business seconds after {}", at_clock(at)), answer)
        }
        5 | 8 => {
            let at = draw.moment();
            let other = draw.other(at, 3600, Draw::moment);
            let answer = engine.business_time_between(clock, at.into(), other.into());
            let asked = format!("business seconds from {} to {}", at_clock(at), at_clock(other));
            (asked, answer.map(number))
        }
        9 => {
            let at = draw.moment();
            let answer = engine.local_of(at.into()).map(|it| show_moment(it, Clock::Local));
            (format!("datetime of {}", show_moment(at.into(), Clock::Instant)), answer)
        }
        10 => {
            let at = draw.moment();
            let answer = engine.instant_of(at.into()).map(|it| show_moment(it, Clock::Instant));
            (format!("instant of {}", show_moment(at.into(), Clock::Local)), answer)
        }
        _ => {
            let usual = draw.rng.chance(80);
            let (low, high) = if usual { (-25_000, 84_000) } else { (-719_162, 2_932_896) };
            let (day, months) = (draw.rng.between(low, high), draw.count());
            let answer = date::add_months(day.into(), months.into());
            let answer = answer.map_or("none".to_owned(), show_date);
            return format!("{} + {months} months -> {answer}", days(day));
        }
    };
    format!("{}: {asked} -> {}", engine.name, answer.unwrap_or("none".to_owned()))
}

#[test]
fn a_hundred_thousand_answers_are_as_recorded() {
    let calendars = calendars();
    let mut rng = Rng::new(2026);
    let lines: Vec<String> = (0..QUESTIONS).map(|_| line(&mut rng, &calendars)).collect();

    // The sample first: it shows what is wrong, where a hash only says that something is.
    let sample = fs::read_to_string(folder().join("sample.txt")).unwrap();
    let sample: Vec<&str> = sample.lines().collect();
    assert_eq!(sample.len(), QUESTIONS / SAMPLE);
    let differing = |(index, it): (usize, &&str)| {
        let here = &lines[index * SAMPLE];
        (here != *it).then(|| format!("recorded {it}\n    here {here}"))
    };
    let wrong: Vec<String> = sample.iter().enumerate().filter_map(differing).collect();
    assert!(wrong.is_empty(), "{} of the sample:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));

    let recorded = fs::read_to_string(folder().join("blocks.txt")).unwrap();
    let hash = |block: &[String]| {
        let mut text = String::new();
        for byte in Sha256::digest((block.join("\n") + "\n").as_bytes()) {
            let _ = write!(text, "{byte:02x}");
        }
        text
    };
    let hashes: Vec<String> = lines.chunks(BLOCK).map(hash).collect();
    let recorded: Vec<&str> = recorded.lines().collect();
    assert_eq!(recorded.len(), hashes.len());
    for (index, (here, recorded)) in hashes.iter().zip(recorded).enumerate() {
        assert_eq!(here, recorded, "questions {} and the next {BLOCK}", index * BLOCK);
    }
}
