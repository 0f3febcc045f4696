//! Calendars, and expressions of times and business days.
//!
//! What is counted in a calendar is first held to a few weeks that the calendar covers, so that every count has
//! an answer; in these weeks clocks change.

use crate::generate::Generator;
use crate::generate::plan::PlanItem;
use crate::generate::terms::{Kind, Scope};

/// What a date-time, or a moment with `Z`, is mostly bounded by where it stands in a parameter.
pub(crate) const ALL_TIMES: [&str; 2] = ["0001-01-01T00:00", "9999-12-31T23:59"];

impl Generator {
    /// A calendar or two.
    pub(crate) fn calendars(&mut self) {
        if self.rng.chance(35) {
            return;
        }
        self.season =
            if self.rng.chance(75) { ["2026-02-20", "2026-04-06"] } else { ["2026-10-16", "2026-11-12"] };
        for name in ["desk", "night"].into_iter().take(1 + self.rng.below(2)) {
            let zone = *self.rng.pick(&[
                "America/New_York",
                "Europe/Berlin",
                "Australia/Lord_Howe",
                "Asia/Kolkata",
                "UTC",
            ]);
            let week = *self.rng.pick(&[
                "open monday through friday 09:00 to 17:00",
                "open monday through friday 09:00 to 12:30, 13:15 to 17:00\n  open saturday 10:00 to 12:00",
                "open monday through sunday 00:00 to 24:00",
                "open sunday 01:30 to 02:30, 02:45 to 03:30\n  open tuesday, thursday 22:00 to 24:00",
                "open monday, wednesday through friday 08:00:30 to 16:00",
            ]);
            let special = *self.rng.pick(&[
                "",
                "  closed 2026-02-27, 2026-03-08 through 2026-03-10, 2026-11-01\n",
                "  closed 2026-03-02\n  open 2026-03-01 09:00 to 11:00\n  open 2026-03-06 09:00 to 17:00:01\n",
                "  closed 2026-12-25\n  open 2026-03-08, 2026-03-29 01:00 to 04:00\n",
            ]);
            self.items.push(PlanItem::Text(format!(
                "calendar {name} {{\n  covers 2026-01-01 through 2026-12-31\n  zone \"{zone}\"\n  {week}\n{special}}}\n"
            )));
            self.calendars.push(name.to_owned());
        }
    }

    /// ` in desk`; now and then nothing, where there is only one.
    fn in_calendar(&mut self) -> String {
        if self.calendars.len() == 1 && self.rng.chance(25) {
            return String::new();
        }
        format!(" in {}", self.rng.pick(&self.calendars))
    }

    /// A date or time of some weeks that every calendar covers.
    fn in_season(&mut self, kind: &Kind, scope: &Scope, depth: usize) -> String {
        let end = match kind {
            Kind::Date => "",
            Kind::Instant => "T12:00Z",
            _ => "T12:00",
        };
        let value = self.exact(kind, scope, depth);
        let [low, high] = self.season;
        format!("(latest of ({low}{end}, earliest of ({high}{end}, {value})))")
    }

    /// A time of some kind, other than a name or a constant.
    pub(crate) fn timed(&mut self, kind: &Kind, scope: &Scope, depth: usize) -> String {
        let calendars = !self.calendars.is_empty();
        let other = |it: &mut Self| {
            let (a, b) = (it.exact(kind, scope, depth), it.exact(kind, scope, depth));
            format!("({} of ({a}, {b}))", it.rng.pick(&["earliest", "latest"]))
        };
        match (kind, self.rng.below(8)) {
            (Kind::Time, 0..5) => format!("(time of ({}))", self.exact(&Kind::DateTime, scope, depth)),
            (Kind::Time, 5) if calendars => {
                let moment = self.in_season(&Kind::Instant, scope, depth);
                format!("(time of {moment}{})", self.in_calendar())
            }
            (Kind::DateTime, 0) => {
                let (day, time) = (self.exact(&Kind::Date, scope, depth), self.operand(&Kind::Time, scope));
                format!("({day} at {time})")
            }
            (Kind::DateTime, 1) if calendars => {
                let moment = self.in_season(&Kind::Instant, scope, depth);
                format!("(datetime of {moment}{})", self.in_calendar())
            }
            (Kind::Instant, 0 | 1) if calendars => {
                let local = self.in_season(&Kind::DateTime, scope, depth);
                format!("(instant of {local}{})", self.in_calendar())
            }
            (Kind::DateTime | Kind::Instant, 2 | 3) if calendars => {
                let from = self.in_season(kind, scope, depth);
                let count = self.operand(&Kind::BusinessHours, scope);
                let word = *self.rng.pick(&["after", "before"]);
                format!("({count} {word} {from}{})", self.in_calendar())
            }
            (Kind::DateTime | Kind::Instant, 4 | 5) => {
                let (from, by) = (self.exact(kind, scope, depth), self.operand(&Kind::Duration, scope));
                match self.rng.below(3) {
                    0 => format!("({by} after {from})"),
                    1 => format!("({from} + {by})"),
                    _ => format!("({from} - {by})"),
                }
            }
            _ => other(self),
        }
    }

    /// A date-time that is to the minute by what it is made of.
    pub(crate) fn minute_time(&mut self, scope: &Scope) -> String {
        let day = self.exact(&Kind::Date, scope, 1);
        let time = *self.rng.pick(&["10:15", "16:59", "02:30"]);
        match self.rng.below(3) {
            0 => format!("({day} at {time})"),
            1 => format!("(90 minutes before ({day} at {time}))"),
            _ => format!("(earliest of ({day} at {time}, 2026-03-06T16:45))"),
        }
    }

    /// A date that a calendar or a time says; nothing where there is none.
    pub(crate) fn date_of_times(&mut self, scope: &Scope, depth: usize) -> String {
        let calendars = !self.calendars.is_empty();
        match self.rng.below(6) {
            0 | 1 if calendars => {
                let from = self.in_season(&Kind::Date, scope, depth);
                let count = self.operand(&Kind::BusinessDays, scope);
                let word = *self.rng.pick(&["after", "before"]);
                format!("({count} {word} {from}{})", self.in_calendar())
            }
            2 if calendars => {
                let moment = self.in_season(&Kind::Instant, scope, depth);
                format!("(date of {moment}{})", self.in_calendar())
            }
            3 => format!(
                "({} day of month of {})",
                *self.rng.pick(&["first", "last"]),
                self.operand(&Kind::Date, scope)
            ),
            _ => format!("(date of ({}))", self.exact(&Kind::DateTime, scope, depth)),
        }
    }

    /// Business days or hours from one day or time to another.
    pub(crate) fn business_between(&mut self, kind: &Kind, scope: &Scope, depth: usize) -> String {
        if self.calendars.is_empty() {
            return self.operand(kind, scope);
        }
        let ends = match kind {
            Kind::BusinessDays => Kind::Date,
            _ => self.rng.pick(&[Kind::DateTime, Kind::Instant]).clone(),
        };
        let (from, to) = (self.in_season(&ends, scope, depth), self.in_season(&ends, scope, depth));
        let word = if *kind == Kind::BusinessDays { "days" } else { "hours" };
        format!("(business {word} from {from} to {to}{})", self.in_calendar())
    }

    /// A duration between two times.
    pub(crate) fn elapsed(&mut self, scope: &Scope, depth: usize) -> String {
        let kind = self.rng.pick(&[Kind::DateTime, Kind::Instant]).clone();
        format!("({} - {})", self.in_season(&kind, scope, depth), self.in_season(&kind, scope, depth))
    }

    /// A question of days, times or a calendar.
    pub(crate) fn time_question(&mut self, scope: &Scope, depth: usize) -> String {
        let calendars = !self.calendars.is_empty();
        let not = if self.rng.chance(30) { "not " } else { "" };
        match self.rng.below(7) {
            0 if calendars => {
                let day = self.in_season(&Kind::Date, scope, depth);
                format!("{day} is {not}a business day{}", self.in_calendar())
            }
            1 if calendars => {
                let kind = self.rng.pick(&[Kind::DateTime, Kind::Instant]).clone();
                let time = self.in_season(&kind, scope, depth);
                format!("{time} is {not}in business hours{}", self.in_calendar())
            }
            2 if calendars => {
                let kind = self.rng.pick(&[Kind::Date, Kind::DateTime]).clone();
                let count = if kind == Kind::Date { Kind::BusinessDays } else { Kind::BusinessHours };
                let (value, anchor) = (self.operand(&kind, scope), self.in_season(&kind, scope, depth));
                let count = self.operand(&count, scope);
                let side = *self.rng.pick(&["after", "before"]);
                format!("{value} is {not}in the ({count}) {side} {anchor}{}", self.in_calendar())
            }
            3 => {
                let day = self.operand(&Kind::Date, scope);
                let weekday = *self.rng.pick(&["is sunday", "is not monday", "is one of (saturday, friday)"]);
                format!("weekday of {day} {weekday}")
            }
            pick => {
                let kind = if pick < 6 { Kind::Date } else { Kind::DateTime };
                let counts = [Kind::Days, Kind::Days, Kind::Months, Kind::Years];
                let count = if pick < 6 { self.rng.pick(&counts).clone() } else { Kind::Duration };
                let (value, anchor) = (self.operand(&kind, scope), self.exact(&kind, scope, depth));
                let count = self.operand(&count, scope);
                let side = *self.rng.pick(&["beginning with", "ending with", "after", "before"]);
                format!("{value} is {not}in the ({count}) {side} {anchor}")
            }
        }
    }
}
