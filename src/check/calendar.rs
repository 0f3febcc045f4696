//! Calendars: what they cover, their zone, their working hours and holidays, checked and put together.
//!
//! A line for a date beats the lines for days of the week, wherever it stands. What a calendar does not say is
//! closed. Everything that is in it goes into the policy's digest, but for the names of holidays.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{
    calendar::{Calendar, Day, MOST_ENTRIES, Plan, Zone},
    check::{Checker, codes},
    diag::Diagnostic,
    source::Span,
    syntax::ast::{
        self, Literal, LiteralKind,
        time::{CalendarDays, CalendarLine, Days, Hours},
    },
    value::{
        clock::{self, ClockProblem, DAY},
        date,
    },
    words::WEEKDAYS,
};

/// The most calendars of one policy.
const MOST_CALENDARS: usize = 1_000;

/// A calendar as the checker knows it.
#[derive(Clone)]
pub(super) struct CalendarInfo {
    pub(super) name: String,
    /// Where it is declared.
    pub(super) span: Span,
    /// The calendar; none where something was reported in it.
    pub(super) made: Option<Arc<Calendar>>,
    /// What it and all earlier ones count towards [`MOST_ENTRIES`].
    entries: i128,
}

/// What the lines of a calendar come to.
#[derive(Default)]
struct Lines {
    week: [Option<(Day, Span)>; 7],
    special: BTreeMap<i128, (Day, Span)>,
}

impl<'a> Checker<'a> {
    /// Declares a calendar.
    pub(super) fn calendar(&mut self, it: &'a ast::time::Calendar) {
        if let Some(first) = self.calendars.iter().find(|other| other.name == it.name.text) {
            let first = first.span;
            self.duplicate(&it.name, first, "calendar");
            return;
        }
        if self.calendars.len() >= MOST_CALENDARS {
            if self.calendars.len() == MOST_CALENDARS {
                let message = format!("a policy has at most {MOST_CALENDARS} calendars");
                self.report(
                    Diagnostic::new(&codes::TOO_COSTLY, it.name.span, message)
                        .with_help("share calendars: those with the same hours and holidays are one"),
                );
                let (name, span, entries) = (String::new(), it.name.span, self.entries());
                self.calendars.push(CalendarInfo { name, span, made: None, entries });
            }
            return;
        }
        let made = self.made_calendar(it).map(Arc::new);
        let entries = self.entries() + made.as_ref().map_or(0, |it| it.plan.entries());
        self.calendars.push(CalendarInfo { name: it.name.text.clone(), span: it.name.span, made, entries });
    }

    /// What the calendars so far count towards [`MOST_ENTRIES`].
    fn entries(&self) -> i128 {
        self.calendars.last().map_or(0, |it| it.entries)
    }

    fn made_calendar(&mut self, it: &'a ast::time::Calendar) -> Option<Calendar> {
        let covers = self.covers(it);
        let zone = self.zone(it, covers.as_deref());
        let mut lines = Lines::default();
        let mut sound = true;
        for line in &it.lines {
            sound &= self.line(line, &mut lines).is_some();
        }
        let covers = covers?;
        self.outside_covers(&lines, &covers);
        let open = |day: &Day| *day != Day::Closed;
        let any =
            lines.week.iter().flatten().any(|it| open(&it.0)) || lines.special.values().any(|it| open(&it.0));
        if !any && sound {
            let message = format!("the calendar `{}` has no business day", it.name.text);
            self.report(
                Diagnostic::new(&codes::CALENDAR_INCOMPLETE, it.name.span, message)
                    .with_help("say when it is open, as in `open monday through friday 09:00 to 17:00`"),
            );
            return None;
        }
        let week = lines.week.map(|it| it.map_or(Day::Closed, |it| it.0));
        let special = lines.special.into_iter().map(|(day, it)| (day, it.0)).collect();
        let plan = Plan { covers, zone: zone?, week, special };
        if self.entries().saturating_add(plan.entries()) > MOST_ENTRIES {
            let all = if self.entries() > 0 { ", with those before it," } else { "" };
            let name = &it.name.text;
            let message = format!("the calendar `{name}`{all} has more opening hours than can be kept");
            self.report(
                Diagnostic::new(&codes::TOO_COSTLY, it.name.span, message)
                    .with_help("cover fewer years: those that cases can be in"),
            );
            return None;
        }
        sound.then(|| Calendar::new(it.name.text.clone(), plan))
    }

    // ── covers, zone ─────────────────────────────────────────────────────────────────────────────

    fn covers(&mut self, it: &'a ast::time::Calendar) -> Option<Vec<(i128, i128)>> {
        if it.covers.is_empty() {
            let message = format!("the calendar `{}` does not say what it covers", it.name.text);
            self.report(
                Diagnostic::new(&codes::CALENDAR_INCOMPLETE, it.name.span, message).with_help(
                    "say for which days it is right, as in `covers 2026-01-01 through 2026-12-31`",
                ),
            );
            return None;
        }
        let mut covers: Vec<((i128, i128), Span)> = Vec::new();
        let mut sound = true;
        for days in &it.covers {
            let Some(range) = self.day_range(days) else {
                sound = false;
                continue;
            };
            if let Some((_, first)) = covers.iter().find(|other| other.0.0 <= range.1 && range.0 <= other.0.1)
            {
                let first = *first;
                self.report(
                    Diagnostic::new(&codes::CALENDAR_DAYS, days.span, "some of these days are covered twice")
                        .with_related(first, "here too")
                        .with_help("let each day stand in one range"),
                );
                sound = false;
                continue;
            }
            covers.push((range, days.span));
        }
        covers.sort_unstable();
        sound.then(|| merged(covers.into_iter().map(|it| it.0)))
    }

    /// The days from the first through the last.
    fn day_range(&mut self, days: &Days) -> Option<(i128, i128)> {
        let first = self.calendar_day(&days.first);
        let last = match &days.last {
            Some(last) => self.calendar_day(last),
            None => first,
        };
        let (first, last) = (first?, last?);
        if first > last {
            self.report(
                Diagnostic::new(&codes::CALENDAR_DAYS, days.span, "no day lies between these two")
                    .with_help("write the earlier day first"),
            );
            return None;
        }
        Some((first, last))
    }

    fn calendar_day(&mut self, literal: &Literal) -> Option<i128> {
        let LiteralKind::Date(text) = &literal.kind else { return None };
        if let Ok(day) = date::parse(text) {
            return Some(day);
        }
        let message = format!("the calendar has no day `{text}`");
        self.report(
            Diagnostic::new(&codes::NO_SUCH_DAY, literal.span, message)
                .with_help("dates are written year-month-day, as in `2026-03-01`"),
        );
        None
    }

    /// The zone, where there is one; `None` where what is written is none.
    fn zone(&mut self, it: &'a ast::time::Calendar, covers: Option<&[(i128, i128)]>) -> Option<Option<Zone>> {
        let mut zones = it.zones.iter();
        let Some(written) = zones.next() else { return Some(None) };
        if let Some(again) = zones.next() {
            self.report(
                Diagnostic::new(
                    &codes::REPEATED_CLAUSE,
                    again.span,
                    "a calendar has one zone, this is a second",
                )
                .with_related(written.span, "the first")
                .with_help("a desk in two places is two calendars"),
            );
            return None;
        }
        if self.diagnostics.len() >= self.limits.findings {
            // Nobody sees what would be found.
            return None;
        }
        let first = covers.and_then(|it| it.first()).map_or(0, |it| it.0);
        let last = covers.and_then(|it| it.last()).map_or(0, |it| it.1);
        match Zone::named(&written.text, first, last) {
            Ok(zone) => Some(Some(zone)),
            Err(unknown) => {
                let message = format!("there is no time zone \"{}\"", written.text);
                let diagnostic = Diagnostic::new(&codes::UNKNOWN_ZONE, written.span, message);
                self.report(match unknown.nearest {
                    Some(near) => {
                        let help = format!(
                            "did you mean \"{near}\"? a zone is named after one city that has its clock"
                        );
                        // Another city may have another clock: only the same one is put in its place.
                        let city = |it: &str| it.rsplit('/').next().unwrap_or(it).replace(' ', "_").to_lowercase();
                        match city(&near) == city(&written.text) {
                            true => diagnostic.with_help(help).with_fix(written.span, format!("\"{near}\"")),
                            false => diagnostic.with_help(help),
                        }
                    }
                    None => diagnostic.with_help(
                        "zones have the names of the IANA time zone database, as in \"America/New_York\" or \"Europe/Berlin\"",
                    ),
                });
                None
            }
        }
    }

    // ── lines ────────────────────────────────────────────────────────────────────────────────────

    fn line(&mut self, line: &'a CalendarLine, lines: &mut Lines) -> Option<()> {
        let day = match &line.hours {
            None => Day::Closed,
            Some(hours) if hours.is_empty() => Day::Open,
            Some(hours) => Day::Hours(self.hours(hours)?),
        };
        match &line.days {
            CalendarDays::Week(parts) => {
                for part in parts {
                    if part.first > part.last {
                        let (first, last) = (weekday(part.first), weekday(part.last));
                        let message = format!("{first} comes after {last} in a week that begins on monday");
                        self.report(
                            Diagnostic::new(&codes::CALENDAR_DAYS, part.span, message)
                                .with_help(format!("write `{first} through sunday, monday through {last}`")),
                        );
                        return None;
                    }
                    for index in part.first..=part.last {
                        self.week_day(index, &day, part.span, lines)?;
                    }
                }
            }
            CalendarDays::Days(all) => {
                for days in all {
                    let (first, last) = self.day_range(days)?;
                    if last - first > 3_660 {
                        let message = "one line says something of more than ten years of days";
                        self.report(
                            Diagnostic::new(&codes::CALENDAR_DAYS, days.span, message)
                                .with_help("say what is covered with `covers`, and holidays day by day"),
                        );
                        return None;
                    }
                    for number in first..=last {
                        self.special_day(number, &day, days.span, lines)?;
                    }
                }
            }
        }
        Some(())
    }

    fn week_day(&mut self, index: usize, day: &Day, span: Span, lines: &mut Lines) -> Option<()> {
        let place = lines.week.get_mut(index)?;
        if let Some((_, first)) = place {
            let first = *first;
            let message = format!("{} has its hours already", weekday(index));
            self.report(
                Diagnostic::new(&codes::CALENDAR_DAYS, span, message)
                    .with_related(first, "the first time")
                    .with_help(
                        "write all hours of a day in one line, as in `09:00 to 12:00, 13:00 to 17:00`",
                    ),
            );
            return None;
        }
        *place = Some((day.clone(), span));
        Some(())
    }

    fn special_day(&mut self, number: i128, day: &Day, span: Span, lines: &mut Lines) -> Option<()> {
        if let Some((_, first)) = lines.special.get(&number) {
            let message = format!("{} stands in this calendar twice", date::format(number));
            self.report(
                Diagnostic::new(&codes::DUPLICATE_HOLIDAY, span, message)
                    .with_related(*first, "the first time")
                    .with_help("remove one of the two"),
            );
            return None;
        }
        lines.special.insert(number, (day.clone(), span));
        Some(())
    }

    /// The opening hours of a line in seconds of the day, in order.
    fn hours(&mut self, hours: &'a [Hours]) -> Option<Vec<(u32, u32)>> {
        let mut all: Vec<((u32, u32), Span)> = Vec::new();
        for it in hours {
            let from = self.clock_time(&it.from, false, it.span)?;
            let to = self.clock_time(&it.to, true, it.span)?;
            if from >= to {
                let (message, help) = if from == to {
                    (
                        "this opening has no length".to_owned(),
                        "the closing time is later than the opening time; a whole day is `00:00 to 24:00`"
                            .to_owned(),
                    )
                } else {
                    (
                        "opening hours do not pass midnight".to_owned(),
                        format!(
                            "write two lines: `{} to 24:00` for the day, and `00:00 to {}` for the next",
                            it.from, it.to
                        ),
                    )
                };
                self.report(Diagnostic::new(&codes::CALENDAR_HOURS, it.span, message).with_help(help));
                return None;
            }
            if let Some((_, first)) = all.iter().find(|other| other.0.0 < to && from < other.0.1) {
                let first = *first;
                self.report(
                    Diagnostic::new(
                        &codes::CALENDAR_HOURS,
                        it.span,
                        "these hours overlap with others of the day",
                    )
                    .with_related(first, "these")
                    .with_help("let each opening begin after the one before it has closed"),
                );
                return None;
            }
            all.push(((from, to), it.span));
        }
        let mut hours: Vec<(u32, u32)> = all.into_iter().map(|it| it.0).collect();
        hours.sort_unstable();
        Some(hours)
    }

    /// A time of an opening in seconds of the day; a closing may be at 24:00.
    fn clock_time(&mut self, text: &str, closing: bool, span: Span) -> Option<u32> {
        let midnight = closing && matches!(text, "24:00" | "24:00:00");
        let read = if midnight { Ok(DAY) } else { clock::parse_time(text) };
        match read {
            Ok(seconds) => u32::try_from(seconds).ok(),
            Err(problem) => {
                let help = match problem {
                    ClockProblem::LeapSecond => {
                        "leap seconds are not counted: the last second of a minute is 59"
                    }
                    _ if text.starts_with("24") => {
                        "a day opens at the earliest at `00:00` and closes at the latest at `24:00`"
                    }
                    _ => "times run from `00:00` to `23:59:59`; a closing may be at `24:00`",
                };
                let message = format!("the clock has no time `{text}`");
                self.report(Diagnostic::new(&codes::NO_SUCH_TIME, span, message).with_help(help));
                None
            }
        }
    }

    /// Warns of days that the calendar says something of and does not cover.
    fn outside_covers(&mut self, lines: &Lines, covers: &[(i128, i128)]) {
        let outside = lines.special.iter().filter(|it| !covers.iter().any(|(a, b)| (a..=b).contains(&it.0)));
        let outside: Vec<(i128, Span)> = outside.map(|(day, it)| (*day, it.1)).collect();
        let mut before = None;
        for (day, span) in outside {
            // A range of days is one mistake.
            if before.replace(span) == Some(span) {
                continue;
            }
            let message = format!("{} lies outside what this calendar covers", date::format(day));
            self.report(
                Diagnostic::new(&codes::HOLIDAY_NOT_COVERED, span, message)
                    .with_help("widen `covers`, or remove the day"),
            );
        }
    }
}

fn weekday(index: usize) -> &'static str {
    WEEKDAYS.get(index).copied().unwrap_or_default()
}

/// Sorted ranges with those that touch made one.
fn merged(ranges: impl Iterator<Item = (i128, i128)>) -> Vec<(i128, i128)> {
    let mut all: Vec<(i128, i128)> = Vec::new();
    for (first, last) in ranges {
        match all.last_mut() {
            Some(before) if before.1 + 1 >= first => before.1 = before.1.max(last),
            _ => all.push((first, last)),
        }
    }
    all
}
