//! Policies that a solver can say all of: small, their boundaries shared, and nearly without mistakes.
//!
//! The rules of a decision are the parts of a space that is split again and again, so that every case has one
//! answer; then something is moved by one, left out, or put in twice. Gaps, conflicts and dead rules are thus
//! about as often just there as just not there.

use std::fmt::Write as _;

use crate::generate::plan::{Plan, PlanDecision, PlanItem, PlanRow, PlanRule, PlanTable};
use crate::generate::rng::Rng;
use crate::reference::evaluate::Value;
use crate::reference::number::{date_text, parse_date};
use crate::reference::time::clock_text;

/// What a term counts.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Integer,
    Tenths,
    Percent,
    Cents,
    Days,
    Date,
    Seconds,
    /// Seconds of a local clock.
    Moment,
    /// Seconds of the day.
    Time,
}

/// Something that is compared with constants.
#[derive(Clone, Debug)]
struct Number {
    text: String,
    kind: Kind,
    /// Its least and greatest value in steps, about.
    low: i64,
    high: i64,
    /// Every value is a whole step.
    whole: bool,
    /// What must hold before it is read.
    needs: Option<String>,
    /// The constants with which it is compared.
    cuts: Vec<i64>,
}

/// A closed list of values.
#[derive(Clone, Debug)]
struct Word {
    text: String,
    names: Vec<String>,
    ordered: bool,
    needs: Option<String>,
}

/// A condition and its opposite.
#[derive(Clone, Debug)]
struct Split {
    yes: String,
    no: String,
}

/// A decision that later ones may read.
#[derive(Clone, Debug)]
struct Known {
    name: String,
    outcomes: Vec<String>,
    collect: bool,
    /// The outcomes that have a parameter `n`.
    amounts: Vec<String>,
    kind: Option<Kind>,
}

struct Maker {
    rng: Rng,
    items: Vec<PlanItem>,
    numbers: Vec<Number>,
    words: Vec<Word>,
    flags: Vec<String>,
    /// Other conditions: presence, texts, what is true of lists.
    others: Vec<Split>,
    known: Vec<Known>,
    serial: usize,
}

fn literal(kind: Kind, steps: i64) -> String {
    let sign = if steps < 0 { "-" } else { "" };
    let hundred = |steps: i64| format!("{sign}{}.{:02}", steps.abs() / 100, steps.abs() % 100);
    match kind {
        Kind::Integer => steps.to_string(),
        Kind::Tenths => format!("{sign}{}.{}", steps.abs() / 10, steps.abs() % 10),
        Kind::Percent => format!("{}%", hundred(steps.abs())),
        Kind::Cents => format!("USD {}", hundred(steps)),
        Kind::Days => format!("{steps} days"),
        Kind::Date => date_text(steps),
        Kind::Seconds => format!("{steps} seconds"),
        Kind::Moment => clock_text(&Value::DateTime(steps), false),
        Kind::Time => clock_text(&Value::Time(steps.clamp(0, 86_399)), false),
    }
}

fn absent_or(needs: &Option<String>, condition: &str) -> String {
    match needs {
        Some(needs) => format!("(not ({needs}) or {condition})"),
        None => format!("({condition})"),
    }
}

fn present_and(needs: &Option<String>, condition: &str) -> String {
    match needs {
        Some(needs) => format!("({needs} and {condition})"),
        None => format!("({condition})"),
    }
}

impl Maker {
    fn fresh(&mut self, stem: &str) -> String {
        self.serial += 1;
        format!("{stem}{}", self.serial)
    }

    // ── facts ──────────────────────────────────────────────────────────────────────────────────

    fn bounds(&mut self, kind: Kind) -> (i64, i64) {
        let wide = self.rng.below(3);
        match kind {
            Kind::Integer => {
                *self.rng.pick(&[(0, 6), (-3, 7), (1, 4), (0, 100), (-50, 1_000), (0, 1_000_000)])
            }
            Kind::Tenths => [(0, 9), (-5, 40), (0, 10_000)][wide],
            Kind::Percent => [(0, 7), (990, 1_010), (0, 10_000)][wide],
            Kind::Cents => [(0, 9), (0, 10_000), (-500, 100_000_000)][wide],
            Kind::Days => [(0, 5), (-2, 40), (0, 3_650)][wide],
            Kind::Seconds => [(0, 5), (-90, 90), (0, 172_800)][wide],
            Kind::Date => {
                let first = parse_date("2026-02-26").unwrap_or(0);
                [(first, first + 5), (first, first + 60), (first - 700, first + 700)][wide]
            }
            Kind::Moment => {
                let first = parse_date("2026-02-26").unwrap_or(0) * 86_400;
                [(first - 3, first + 3), (first, first + 200_000), (first, first + 30_000_000)][wide]
            }
            Kind::Time => [(36_000, 36_004), (0, 86_399), (80_000, 86_399)][wide],
        }
    }

    fn number_type(&mut self, kind: Kind) -> (String, i64, i64) {
        let (low, high) = self.bounds(kind);
        let name = match kind {
            Kind::Integer => "integer",
            Kind::Tenths => "decimal to 0.1",
            Kind::Percent => "percent",
            Kind::Cents => "money USD",
            Kind::Days => "days",
            Kind::Date => "date",
            Kind::Seconds => "duration",
            Kind::Moment => "datetime to the second",
            Kind::Time => "time to the second",
        };
        (format!("{name} between {} and {}", literal(kind, low), literal(kind, high)), low, high)
    }

    fn kind(&mut self) -> Kind {
        *self.rng.pick(&[
            Kind::Integer,
            Kind::Integer,
            Kind::Integer,
            Kind::Cents,
            Kind::Cents,
            Kind::Date,
            Kind::Date,
            Kind::Days,
            Kind::Percent,
            Kind::Tenths,
            Kind::Seconds,
            Kind::Moment,
            Kind::Time,
        ])
    }

    /// A number that is compared with a few constants.
    fn put_number(
        &mut self,
        text: String,
        kind: Kind,
        low: i64,
        high: i64,
        whole: bool,
        needs: Option<String>,
    ) {
        let count = 1 + self.rng.below(3);
        let mut cuts: Vec<i64> = (0..count)
            .map(|_| match self.rng.below(6) {
                0 => low,
                1 => high,
                2 => high - 1,
                _ => self.rng.between(low, high),
            })
            .collect();
        if kind == Kind::Percent {
            cuts.iter_mut().for_each(|it| *it = (*it).max(0));
        }
        cuts.sort_unstable();
        self.numbers.push(Number { text, kind, low, high, whole, needs, cuts });
    }

    fn field(&mut self, path: &str, optional: bool, outer: Option<&str>) -> String {
        let name = self.fresh("f");
        let full = format!("{path}{name}");
        let own = optional.then(|| format!("{full} is present"));
        let needs = match (outer, own) {
            (Some(outer), Some(own)) => Some(format!("{outer} and {own}")),
            (Some(outer), None) => Some(outer.to_owned()),
            (None, own) => own,
        };
        if optional {
            let mut split = Split { yes: format!("{full} is present"), no: format!("{full} is absent") };
            if let Some(outer) = outer {
                split = Split {
                    yes: format!("({outer} and {})", split.yes),
                    no: format!("(not ({outer}) or {})", split.no),
                };
            }
            self.others.push(split);
        }
        let ty = match self.rng.below(10) {
            0 | 1 if needs.is_none() => {
                self.flags.push(full);
                "boolean".to_owned()
            }
            0 | 1 => {
                let (yes, no) = (present_and(&needs, &full), absent_or(&needs, &format!("not {full}")));
                self.others.push(Split { yes, no });
                "boolean".to_owned()
            }
            2 | 3 => self.word_type(&full, needs),
            4 => {
                for text in ["a", "b"] {
                    let yes = present_and(&needs, &format!("{full} is \"{text}\""));
                    let no = absent_or(&needs, &format!("{full} is not \"{text}\""));
                    self.others.push(Split { yes, no });
                }
                "text up to 20".to_owned()
            }
            _ => {
                let kind = self.kind();
                let (ty, low, high) = self.number_type(kind);
                self.put_number(full, kind, low, high, true, needs);
                ty
            }
        };
        format!("{name}: {}{ty}\n", if optional { "optional " } else { "" })
    }

    fn word_type(&mut self, path: &str, needs: Option<String>) -> String {
        let count = 2 + self.rng.below(3);
        let ordered = self.rng.chance(40);
        let stem = self.fresh("w");
        let names: Vec<String> = (0..count).map(|it| format!("{stem}v{it}")).collect();
        let word = Word { text: path.to_owned(), names: names.clone(), ordered, needs };
        self.words.push(word);
        if ordered {
            format!("ordered {}", names.join(" < "))
        } else {
            format!("one of ({})", names.join(", "))
        }
    }

    fn list(&mut self) -> String {
        let name = self.fresh("list");
        let most = 1 + self.rng.below(3);
        let (low, high) = *self.rng.pick(&[(0, 5), (-2, 9), (0, 1_000)]);
        let cut = self.rng.between(low, high);
        self.others.push(Split { yes: format!("{name} is empty"), no: format!("{name} is not empty") });
        let record = self.rng.chance(50);
        let own = if record { "it.n" } else { "it" };
        self.others.push(Split {
            yes: format!("(any it in {name} has ({own} > {cut}))"),
            no: format!("(every it in {name} has ({own} <= {cut}))"),
        });
        let filter = if record { " where it.b".to_owned() } else { format!(" where {own} >= {cut}") };
        let count = format!("(count of it in {name}{filter})");
        self.put_number(count, Kind::Integer, 0, most as i64, true, None);
        let sum = format!("(sum of {own} for each it in {name}{filter})");
        let most_low = low.min(0) * most as i64;
        self.put_number(sum, Kind::Integer, most_low, high * most as i64, true, None);
        let least = format!("(lowest of {own} for each it in {name} or else {cut})");
        self.put_number(least, Kind::Integer, low, high, true, None);
        let element = if record {
            format!("record {{ n: integer between {low} and {high} b: boolean }}")
        } else {
            format!("integer between {low} and {high}")
        };
        format!("{name}: list of {element} up to {most}\n")
    }

    fn facts(&mut self) {
        let mut text = String::from("facts {\n");
        for _ in 0..2 + self.rng.below(4) {
            let optional = self.rng.chance(20);
            text += &self.field("", optional, None);
        }
        if self.rng.chance(20) {
            let name = self.fresh("rec");
            let guard = format!("{name} is present");
            let (yes, no) = (guard.clone(), format!("{name} is absent"));
            self.others.push(Split { yes, no });
            let mut fields = String::new();
            for _ in 0..1 + self.rng.below(2) {
                let optional = self.rng.chance(30);
                fields += &self.field(&format!("{name}."), optional, Some(&guard));
            }
            let _ = writeln!(text, "{name}: optional record {{ {} }}", fields.replace('\n', " "));
        }
        if self.rng.chance(20) {
            text += &self.list();
        }
        text += "}\n";
        self.items.push(PlanItem::Text(text));
    }

    // ── terms ──────────────────────────────────────────────────────────────────────────────────

    fn joined(a: &Number, b: &Number) -> Option<String> {
        match (&a.needs, &b.needs) {
            (Some(x), Some(y)) if x == y => Some(x.clone()),
            (Some(x), Some(y)) => Some(format!("{x} and {y}")),
            (Some(x), None) | (None, Some(x)) => Some(x.clone()),
            (None, None) => None,
        }
    }

    /// A number made of others.
    fn term(&mut self) {
        let a = self.rng.pick(&self.numbers).clone();
        let same: Vec<Number> =
            self.numbers.iter().filter(|it| it.kind == a.kind && it.text != a.text).cloned().collect();
        let (x, y) = (self.rng.between(1, 5), self.rng.between(1, 5));
        if a.kind == Kind::Date && self.rng.chance(30) {
            self.day_conditions(&a, &same);
            return;
        }
        if a.kind == Kind::Date {
            let days: Vec<Number> =
                self.numbers.iter().filter(|it| it.kind == Kind::Days && it.whole).cloned().collect();
            match self.rng.below(3) {
                0 if !days.is_empty() => {
                    let b = self.rng.pick(&days).clone();
                    let text = format!("({} + {})", a.text, b.text);
                    self.put_number(
                        text,
                        Kind::Date,
                        a.low + b.low,
                        a.high + b.high,
                        true,
                        Self::joined(&a, &b),
                    );
                }
                _ if !same.is_empty() => {
                    let b = self.rng.pick(&same).clone();
                    let text = format!("({} - {})", a.text, b.text);
                    self.put_number(
                        text,
                        Kind::Days,
                        a.low - b.high,
                        a.high - b.low,
                        true,
                        Self::joined(&a, &b),
                    );
                }
                _ => {
                    let text = format!("({} + {x} days)", a.text);
                    self.put_number(text, Kind::Date, a.low + x, a.high + x, true, a.needs);
                }
            }
            return;
        }
        if let Kind::Moment | Kind::Time = a.kind {
            self.clock_term(&a, &same, x);
            return;
        }
        let needs = a.needs.clone();
        match self.rng.below(8) {
            0 if !same.is_empty() && matches!(a.kind, Kind::Cents | Kind::Integer) => {
                // A share: the divisor is guarded.
                let b = self.rng.pick(&same).clone();
                let positive = format!("{} > {}", b.text, literal(b.kind, 0));
                let needs = match Self::joined(&a, &b) {
                    Some(needs) => format!("{needs} and {positive}"),
                    None => positive,
                };
                let text = format!("({} / {})", a.text, b.text);
                self.put_number(text, Kind::Percent, 0, 15_000, false, Some(needs));
            }
            0..4 if !same.is_empty() && a.kind != Kind::Percent => {
                let b = self.rng.pick(&same).clone();
                let (needs, whole) = (Self::joined(&a, &b), a.whole && b.whole);
                match self.rng.below(5) {
                    0 => {
                        let text = format!("(lowest of ({}, {}))", a.text, b.text);
                        let (low, high) = (a.low.min(b.low), a.high.min(b.high));
                        self.put_number(text, a.kind, low, high, whole, needs);
                    }
                    1 => {
                        let text = format!("({} but no less than {})", a.text, b.text);
                        let (low, high) = (a.low.max(b.low), a.high.max(b.high));
                        self.put_number(text, a.kind, low, high, whole, needs);
                    }
                    2 => {
                        let text = format!("({x} * {} + {y} * {})", a.text, b.text);
                        let (low, high) = (x * a.low + y * b.low, x * a.high + y * b.high);
                        self.put_number(text, a.kind, low, high, whole, needs);
                    }
                    _ => {
                        let text = format!("({x} * {} - {y} * {})", a.text, b.text);
                        let (low, high) = (x * a.low - y * b.high, x * a.high - y * b.low);
                        self.put_number(text, a.kind, low, high, whole, needs);
                    }
                }
            }
            0..6 if a.kind == Kind::Cents || a.kind == Kind::Integer => {
                let percent = *self.rng.pick(&[15, 50, 7, 99]);
                let share = format!("({percent}% of {})", a.text);
                let (low, high) = (a.low * percent / 100, a.high * percent / 100);
                if self.rng.chance(60) {
                    let mode = *self.rng.pick(&["half up", "half even", "up", "down"]);
                    let (step, by) = match a.kind {
                        Kind::Cents => *self.rng.pick(&[("USD 0.01", 1), ("USD 0.05", 5), ("USD 1", 100)]),
                        _ => *self.rng.pick(&[("1", 1), ("5", 5)]),
                    };
                    let text = format!("({share} rounded {mode} to {step})");
                    self.put_number(text, a.kind, low - by, high + by, true, needs);
                } else {
                    self.put_number(share, a.kind, low, high, false, needs);
                }
            }
            0..7 if a.kind == Kind::Cents || a.kind == Kind::Integer => {
                let text = format!("({} / {})", a.text, x + 1);
                self.put_number(text, a.kind, a.low / (x + 1), a.high / (x + 1), false, needs);
            }
            _ if a.kind != Kind::Percent => {
                let cap = *self.rng.pick(&a.cuts);
                let text = format!("({} but no more than {})", a.text, literal(a.kind, cap));
                self.put_number(text, a.kind, a.low.min(cap), cap, a.whole, needs);
            }
            _ => {}
        }
    }

    /// The day of the week, and reaches of days.
    fn day_conditions(&mut self, a: &Number, same: &[Number]) {
        let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        let names = names.map(str::to_owned).to_vec();
        let text = format!("(weekday of {})", a.text);
        self.words.push(Word { text, names, ordered: false, needs: a.needs.clone() });
        let Some(b) = same.first() else { return };
        let needs = Self::joined(a, b);
        let side = *self.rng.pick(&["beginning with", "ending with", "after", "before"]);
        let reach = self.rng.between(1, 9);
        let claim = |not: &str| format!("{} is {not}in the {reach} days {side} {}", a.text, b.text);
        self.others
            .push(Split { yes: present_and(&needs, &claim("")), no: absent_or(&needs, &claim("not ")) });
    }

    /// A number made of times.
    fn clock_term(&mut self, a: &Number, same: &[Number], x: i64) {
        let needs = a.needs.clone();
        match (self.rng.below(4), a.kind) {
            (0, Kind::Moment) if !same.is_empty() => {
                let b = self.rng.pick(same).clone();
                let text = format!("({} - {})", a.text, b.text);
                self.put_number(
                    text,
                    Kind::Seconds,
                    a.low - b.high,
                    a.high - b.low,
                    true,
                    Self::joined(a, &b),
                );
            }
            (1, Kind::Moment) => {
                let text = format!("(date of {})", a.text);
                let (low, high) = (a.low.div_euclid(86_400), a.high.div_euclid(86_400));
                self.put_number(text, Kind::Date, low, high, true, needs);
            }
            (2, Kind::Moment) => {
                let text = format!("(time of {})", a.text);
                self.put_number(text, Kind::Time, 0, 86_399, true, needs);
            }
            (_, Kind::Moment) => {
                let text = format!("({} + {x} minutes)", a.text);
                self.put_number(text, Kind::Moment, a.low + 60 * x, a.high + 60 * x, true, needs);
            }
            _ => {}
        }
    }

    /// A definition: of a term, by cases, or of a condition.
    fn define(&mut self) {
        let name = self.fresh("d");
        match self.rng.below(3) {
            0 if !self.numbers.is_empty() => {
                let index = self.rng.below(self.numbers.len());
                let text = self.numbers[index].text.clone();
                if self.numbers[index].needs.is_none() {
                    self.items.push(PlanItem::Text(format!("define {name} = {text}\n")));
                    self.numbers[index].text = name;
                }
            }
            1 => {
                let (one, two) = (self.split(), self.split());
                let kind = *self.rng.pick(&[Kind::Integer, Kind::Cents, Kind::Days]);
                let values: Vec<i64> = (0..3).map(|_| self.rng.between(0, 30)).collect();
                let written: Vec<String> = values.iter().map(|it| literal(kind, *it)).collect();
                self.items.push(PlanItem::Text(format!(
                    "define {name}\n  = {} when {}\n  = {} when {}\n  = {} otherwise\n",
                    written[0], one.yes, written[1], two.yes, written[2]
                )));
                let (low, high) = (values.iter().min().copied(), values.iter().max().copied());
                self.put_number(name, kind, low.unwrap_or(0), high.unwrap_or(0), true, None);
            }
            _ => {
                let split = self.split();
                self.items.push(PlanItem::Text(format!("define {name} = {}\n", split.yes)));
                self.others.push(Split { yes: name.clone(), no: format!("not {name}") });
            }
        }
    }

    // ── conditions ─────────────────────────────────────────────────────────────────────────────

    fn number_split(&mut self, number: &Number) -> Split {
        let cut = *self.rng.pick(&number.cuts);
        let cut = if number.kind == Kind::Percent { cut } else { cut + *self.rng.pick(&[0, 0, 0, 0, -1, 1]) };
        let text = &number.text;
        let at = |it: i64| literal(number.kind, it);
        let (yes, no) = match (self.rng.below(4), number.kind) {
            (0, _) => (format!("{text} is {}", at(cut)), format!("{text} is not {}", at(cut))),
            (1, Kind::Date | Kind::Moment | Kind::Time) => (
                format!("{text} is earlier than {}", at(cut)),
                format!("{text} is no earlier than {}", at(cut)),
            ),
            (_, Kind::Date | Kind::Moment | Kind::Time) => {
                (format!("{text} is no later than {}", at(cut)), format!("{text} is later than {}", at(cut)))
            }
            (1, _) => (format!("{text} < {}", at(cut)), format!("{text} >= {}", at(cut))),
            (2, _) if number.whole => {
                (format!("{text} <= {}", at(cut)), format!("{text} >= {}", at(cut + 1)))
            }
            _ => (format!("{text} <= {}", at(cut)), format!("{text} > {}", at(cut))),
        };
        Split { yes: present_and(&number.needs, &yes), no: absent_or(&number.needs, &no) }
    }

    fn word_split(&mut self, word: &Word) -> Split {
        let place = self.rng.below(word.names.len());
        let own = &word.names[place];
        let rest: Vec<&str> = word.names.iter().filter(|it| *it != own).map(String::as_str).collect();
        let text = &word.text;
        let (yes, no) = match self.rng.below(3) {
            0 => (format!("{text} is {own}"), format!("{text} is not {own}")),
            1 if word.ordered && place > 0 => {
                (format!("{text} is {own} or above"), format!("{text} is {} or below", word.names[place - 1]))
            }
            _ => (format!("{text} is {own}"), format!("{text} is one of ({})", rest.join(", "))),
        };
        Split { yes: present_and(&word.needs, &yes), no: absent_or(&word.needs, &no) }
    }

    /// Two numbers against each other.
    fn relation(&mut self) -> Option<Split> {
        let a = self.rng.pick(&self.numbers).clone();
        let same: Vec<&Number> =
            self.numbers.iter().filter(|it| it.kind == a.kind && it.text != a.text).collect();
        if same.is_empty() {
            return None;
        }
        let b = (*self.rng.pick(&same)).clone();
        let needs = Self::joined(&a, &b);
        let (kind, a, b) = (a.kind, &a.text, &b.text);
        let (yes, no) = if matches!(kind, Kind::Date | Kind::Moment | Kind::Time) {
            (format!("{a} is no later than {b}"), format!("{a} is later than {b}"))
        } else if self.rng.chance(50) {
            (format!("{a} < {b}"), format!("{a} >= {b}"))
        } else {
            (format!("{a} <= {b}"), format!("{a} > {b}"))
        };
        Some(Split { yes: present_and(&needs, &yes), no: absent_or(&needs, &no) })
    }

    /// A condition that reads an earlier decision.
    fn reading(&mut self) -> Option<Split> {
        if self.known.is_empty() {
            return None;
        }
        let known = self.rng.pick(&self.known).clone();
        let outcome = self.rng.pick(&known.outcomes).clone();
        let name = &known.name;
        Some(match known.kind {
            _ if known.collect => Split {
                yes: format!("{name} includes {outcome}"),
                no: format!("not ({name} includes {outcome})"),
            },
            Some(kind) if known.amounts.contains(&outcome) && self.rng.chance(50) => {
                let cut = literal(kind, self.rng.between(0, 20));
                let order =
                    if kind == Kind::Date { ("is no later than", "is later than") } else { ("<=", ">") };
                Split {
                    yes: format!("({name} is {outcome} and {name}.n {} {cut})", order.0),
                    no: format!("(not ({name} is {outcome}) or {name}.n {} {cut})", order.1),
                }
            }
            _ => Split { yes: format!("{name} is {outcome}"), no: format!("{name} is not {outcome}") },
        })
    }

    fn simple_split(&mut self) -> Split {
        for _ in 0..8 {
            match self.rng.below(12) {
                0..5 if !self.numbers.is_empty() => {
                    let number = self.rng.pick(&self.numbers).clone();
                    return self.number_split(&number);
                }
                5 | 6 if !self.words.is_empty() => {
                    let word = self.rng.pick(&self.words).clone();
                    return self.word_split(&word);
                }
                7 if !self.flags.is_empty() => {
                    let yes = self.rng.pick(&self.flags).clone();
                    return Split { no: format!("not {yes}"), yes };
                }
                8 if !self.others.is_empty() => return self.rng.pick(&self.others).clone(),
                9 | 10 if !self.numbers.is_empty() => {
                    if let Some(split) = self.relation() {
                        return split;
                    }
                }
                11 => {
                    if let Some(split) = self.reading() {
                        return split;
                    }
                }
                _ => {}
            }
        }
        Split { yes: "b0".into(), no: "not b0".into() }
    }

    fn split(&mut self) -> Split {
        let one = self.simple_split();
        let one = if self.rng.chance(50) { one } else { Split { yes: one.no, no: one.yes } };
        match self.rng.below(10) {
            0 => {
                let two = self.simple_split();
                Split {
                    yes: format!("({} or {})", one.yes, two.yes),
                    no: format!("({} and {})", one.no, two.no),
                }
            }
            1 => {
                let two = self.simple_split();
                Split {
                    yes: format!("({} implies {})", one.no, two.yes),
                    no: format!("not ({} or {})", one.yes, two.yes),
                }
            }
            _ => one,
        }
    }

    // ── decisions ──────────────────────────────────────────────────────────────────────────────

    /// The parts of a space that is split a few times.
    fn parts(&mut self) -> Vec<Vec<String>> {
        let mut parts: Vec<Vec<String>> = vec![Vec::new()];
        for _ in 0..1 + self.rng.below(4) {
            let at = self.rng.below(parts.len());
            let split = self.split();
            let mut other = parts[at].clone();
            parts[at].push(split.yes);
            other.push(split.no);
            parts.push(other);
        }
        parts
    }

    fn consequence(&mut self, outcome: &(String, Option<Kind>)) -> String {
        let Some(kind) = outcome.1 else { return outcome.0.clone() };
        let fits: Vec<&Number> =
            self.numbers.iter().filter(|it| it.kind == kind && it.whole && it.needs.is_none()).collect();
        let value = if fits.is_empty() || self.rng.chance(40) {
            let steps = self.rng.between(0, 3);
            literal(kind, if kind == Kind::Date { 20_510 + steps } else { steps })
        } else {
            self.rng.pick(&fits).text.clone()
        };
        format!("{}(n: {value})", outcome.0)
    }

    fn decision(&mut self) {
        let name = self.fresh("choice");
        let collect = self.rng.chance(12);
        let kind = (self.rng.chance(40) && !collect)
            .then(|| *self.rng.pick(&[Kind::Integer, Kind::Cents, Kind::Days, Kind::Date]));
        let count = 2 + self.rng.below(2);
        let mut outcomes = Vec::new();
        for place in 0..count {
            let own = if place == 0 || self.rng.chance(20) { kind } else { None };
            outcomes.push((format!("{name}o{place}"), own));
        }
        let declared = outcomes.iter().map(|(outcome, kind)| match kind {
            None => format!("outcome {outcome}"),
            Some(Kind::Integer) => format!("outcome {outcome}(n: integer)"),
            Some(Kind::Cents) => format!("outcome {outcome}(n: money USD)"),
            Some(Kind::Days) => {
                format!("outcome {outcome}(n: days between -400_000 days and 400_000 days)")
            }
            Some(_) => format!("outcome {outcome}(n: date)"),
        });
        let declared: Vec<String> = declared.collect();
        let as_table = self.rng.chance(15) && !self.words.is_empty() && !self.numbers.is_empty();
        let (mut rules, mut tables) = (Vec::new(), Vec::new());
        if as_table {
            tables.extend(self.table(&outcomes, collect));
        }
        if tables.is_empty() {
            rules = self.rules(&outcomes);
        }
        let first = self.rng.chance(12) && tables.is_empty() && !collect;
        if first {
            rules.iter_mut().for_each(|it| it.overrides.clear());
        }
        let fallback = (!collect && self.rng.chance(if tables.is_empty() { 35 } else { 70 })).then(|| {
            let outcome = self.rng.pick(&outcomes).clone();
            format!("otherwise {}", self.consequence(&outcome))
        });
        let amounts = outcomes.iter().filter(|it| it.1.is_some()).map(|it| it.0.clone()).collect();
        let names: Vec<String> = outcomes.iter().map(|it| it.0.clone()).collect();
        self.known.push(Known { name: name.clone(), outcomes: names.clone(), collect, amounts, kind });
        let mut obligations = Vec::new();
        for _ in 0..self.rng.below(2) {
            let due = self.fresh("due");
            let outcome = self.rng.pick(&names).clone();
            let reads =
                if collect { format!("{name} includes {outcome}") } else { format!("{name} is {outcome}") };
            let more = self.split().yes;
            obligations.push(format!("step {due} \"Do it\" {{ when {reads} and {more} }}"));
        }
        let head = if collect { " collect".into() } else { String::new() };
        self.items.push(PlanItem::Decision(PlanDecision {
            name,
            first,
            head,
            outcomes: declared,
            rules,
            tables,
            fallback,
            obligations,
        }));
    }

    fn rules(&mut self, outcomes: &[(String, Option<Kind>)]) -> Vec<PlanRule> {
        let mut parts = self.parts();
        match self.rng.below(10) {
            0 => drop(parts.remove(self.rng.below(parts.len()))),
            1 => {
                let again = self.rng.pick(&parts).clone();
                parts.push(again);
            }
            2 => {
                // One condition fewer.
                let at = self.rng.below(parts.len());
                if parts[at].len() > 1 {
                    let lost = self.rng.below(parts[at].len());
                    parts[at].remove(lost);
                }
            }
            3 => {
                // Another boundary for one part.
                let at = self.rng.below(parts.len());
                let other = self.split().yes;
                if let Some(last) = parts[at].last_mut() {
                    *last = other;
                }
            }
            4 | 5 => {
                let extra = vec![self.split().yes, self.split().yes];
                parts.push(extra);
            }
            _ => {}
        }
        if parts.is_empty() {
            parts.push(vec![self.split().yes]);
        }
        let mut rules: Vec<PlanRule> = Vec::new();
        for part in parts {
            let part = if part.is_empty() { vec![self.split().yes] } else { part };
            rules.push(self.rule(part, outcomes));
        }
        // Exceptions.
        let plain = rules.len();
        for _ in 0..self.rng.below(3) {
            let count = 1 + self.rng.below(2);
            let part = (0..count).map(|_| self.split().yes).collect();
            let mut rule = self.rule(part, outcomes);
            if self.rng.chance(40) {
                rule.overrides.push("everything".into());
            } else {
                let below = 1 + self.rng.below(2);
                for _ in 0..below {
                    let other = rules[self.rng.below(rules.len())].name.clone();
                    if !rule.overrides.contains(&other) {
                        rule.overrides.push(other);
                    }
                }
            }
            rules.push(rule);
        }
        if rules.len() == plain && self.rng.chance(30) && plain > 1 {
            let name = rules[0].name.clone();
            rules[1].overrides.push(name);
        }
        rules
    }

    fn rule(&mut self, conjuncts: Vec<String>, outcomes: &[(String, Option<Kind>)]) -> PlanRule {
        let name = self.fresh("r");
        let outcome = self.rng.pick(outcomes).clone();
        let mut rest = String::new();
        if self.rng.chance(10) {
            let _ = write!(rest, "unless {} ", self.split().yes);
        }
        let _ = write!(rest, "then {}", self.consequence(&outcome));
        PlanRule { name, overrides: Vec::new(), guards: Vec::new(), conjuncts, rest }
    }

    fn table(&mut self, outcomes: &[(String, Option<Kind>)], collect: bool) -> Option<PlanTable> {
        let word = self.rng.pick(&self.words).clone();
        let number = self.rng.pick(&self.numbers).clone();
        if !number.text.chars().all(|it| it.is_alphanumeric() || it == '_') || word.needs.is_some() {
            return None;
        }
        if number.needs.is_some() {
            return None;
        }
        let hit = if collect { "" } else { *self.rng.pick(&["", "first"]) };
        let mut rows = Vec::new();
        for _ in 0..2 + self.rng.below(4) {
            let value = self.rng.pick(&word.names).clone();
            let (left, asked) = match self.rng.below(4) {
                0 => ("any".to_owned(), None),
                1 if word.names.len() > 2 => {
                    (format!("not {value}"), Some(format!("{} is not {value}", word.text)))
                }
                2 if word.ordered => {
                    (format!("{value} or above"), Some(format!("{} is {value} or above", word.text)))
                }
                _ => (value.clone(), Some(format!("{} is {value}", word.text))),
            };
            let cut = *self.rng.pick(&number.cuts);
            let at = literal(number.kind, cut);
            let (right, more) = match (self.rng.below(4), number.kind) {
                (0, _) => ("any".to_owned(), None),
                (1, Kind::Date | Kind::Moment | Kind::Time) => {
                    (format!("no later than {at}"), Some(format!("{} is no later than {at}", number.text)))
                }
                (_, Kind::Date | Kind::Moment | Kind::Time) => {
                    (format!("later than {at}"), Some(format!("{} is later than {at}", number.text)))
                }
                (1, _) => (format!("<= {at}"), Some(format!("{} <= {at}", number.text))),
                (2, _) => (format!("> {at}"), Some(format!("{} > {at}", number.text))),
                _ => (format!(">= {at}"), Some(format!("{} >= {at}", number.text))),
            };
            let outcome = self.rng.pick(outcomes).clone();
            rows.push(PlanRow {
                name: None,
                cells: vec![left, right],
                conditions: asked.into_iter().chain(more).collect(),
                then: self.consequence(&outcome),
                notes: String::new(),
            });
        }
        Some(PlanTable { name: None, hit: hit.into(), columns: vec![word.text, number.text], rows })
    }

    // ── the rest ───────────────────────────────────────────────────────────────────────────────

    fn assume(&mut self) {
        let name = self.fresh("assumption ");
        let split = match self.rng.chance(60) {
            true => self.relation(),
            false => Some(self.simple_split()),
        };
        if let Some(split) = split {
            self.items.push(PlanItem::Text(format!("assume \"{name}\": {}\n", split.yes)));
        }
    }

    fn property(&mut self) {
        let name = self.fresh("property ");
        let known = self.rng.pick(&self.known).clone();
        let outcome = self.rng.pick(&known.outcomes).clone();
        let reads = if known.collect {
            format!("{} includes {outcome}", known.name)
        } else {
            format!("{} is {outcome}", known.name)
        };
        let rule: Option<PlanRule> = self.items.iter().rev().find_map(|it| match it {
            PlanItem::Decision(it) if it.name == known.name => it.rules.first().cloned(),
            _ => None,
        });
        let claim = match (self.rng.below(4), rule, known.kind) {
            (0, Some(rule), _) => {
                let then = rule.rest.split("then ").nth(1).unwrap_or("").to_owned();
                let then = then.split('(').next().unwrap_or("").to_owned();
                let what = if known.collect { "includes" } else { "is" };
                format!("({}) implies {} {what} {then}", rule.conjuncts.join(" and "), known.name)
            }
            (1, _, Some(kind)) if known.amounts.contains(&outcome) && kind != Kind::Date => {
                let at = literal(kind, self.rng.between(0, 40));
                format!("{reads} implies {}.n <= {at}", known.name)
            }
            _ => {
                let (one, two) = (self.split(), self.split());
                format!("{reads} implies ({} or {})", one.yes, two.yes)
            }
        };
        self.items.push(PlanItem::Text(format!("property \"{name}\": {claim}\n")));
    }
}

/// The policy of a seed.
pub(crate) fn policy(seed: u64) -> Plan {
    let mut maker = Maker {
        rng: Rng::new(seed),
        items: Vec::new(),
        numbers: Vec::new(),
        words: Vec::new(),
        flags: Vec::new(),
        others: Vec::new(),
        known: Vec::new(),
        serial: 0,
    };
    maker.facts();
    let facts = maker.items.pop();
    if let Some(PlanItem::Text(text)) = facts {
        maker.items.push(PlanItem::Text(text.replacen("facts {\n", "facts {\nb0: boolean\n", 1)));
        maker.flags.push("b0".into());
    }
    for _ in 0..maker.rng.below(3) {
        if !maker.numbers.is_empty() {
            maker.term();
        }
    }
    for _ in 0..maker.rng.below(2) {
        if !maker.numbers.is_empty() {
            maker.assume();
        }
    }
    for _ in 0..1 + maker.rng.below(2) {
        for _ in 0..maker.rng.below(2) {
            maker.define();
        }
        maker.decision();
    }
    for _ in 0..maker.rng.below(3) {
        maker.property();
    }
    let header = "policy made.up language 1 title \"Made up\" owner \"Nobody\"\n".into();
    Plan { header, items: maker.items }
}
