//! Reads one value as the type of its fact.
//!
//! Every type has its spellings in JSON; what is none of them is a problem that names them. Bounds are
//! checked here, so a value that comes out is one that the analyser has reckoned with.

use crate::datum::{Datum, Kind};
use crate::intake::problem::{
    FactCode, FactProblem, bounds, decimals, expected, found, spellings, unit_word,
};
use crate::limits::Limits;
use crate::schema::{Schema, Slot, Type};
use crate::value::clock::{self, ClockProblem, Grain};
use crate::value::date::DateProblem;
use crate::value::decimal::DecimalProblem;
use crate::value::duration::DurationProblem;
use crate::value::form::clipped;
use crate::value::{Currency, Scalar, date, decimal, duration, normal_text};
use crate::words::nearest;

/// One value on its way in: what it is, and the slot that it is meant for.
pub(crate) struct Leaf<'a> {
    pub(crate) datum: &'a Datum,
    pub(crate) slot: &'a Slot,
    pub(crate) schema: &'a Schema,
    pub(crate) limits: &'a Limits,
}

/// Boxed, because a problem is far larger than a value.
type Result<T> = std::result::Result<T, Box<FactProblem>>;

impl Leaf<'_> {
    /// The value in the steps of its type, within its bounds. Null is no value.
    pub(crate) fn read(&self) -> Result<Scalar> {
        match (self.slot.ty, &self.datum.kind) {
            (Type::Boolean, Kind::Boolean(value)) => Ok(Scalar::Boolean(*value)),
            (Type::Text { longest }, Kind::Text(text)) => self.text(text, longest),
            (Type::Choice(_), Kind::Text(text)) => self.choice(text),
            (Type::Number { scale }, Kind::Number(text) | Kind::Text(text)) => {
                self.bounded(self.number(text, scale))
            }
            (Type::Percent { scale }, kind) => self.bounded(self.percent(kind, scale)),
            (Type::Money { currency, scale }, kind) => self.bounded(self.money(kind, currency, scale)),
            (Type::MoneyOf(index), kind) => self.bounded(self.money_of(kind, index)),
            (Type::Date, Kind::Text(text)) => self.bounded(self.date(text)),
            (Type::Time { grain }, Kind::Text(text)) => self.bounded(self.clock(text, grain)),
            (Type::DateTime { grain }, Kind::Text(text)) => self.bounded(self.clock(text, grain)),
            (Type::Instant { grain }, Kind::Text(text)) => self.bounded(self.clock(text, grain)),
            (Type::Days, kind) => self.bounded(self.count(kind, ["day", "days"])),
            (Type::Months, kind) => self.bounded(self.count(kind, ["month", "months"])),
            (Type::Years, kind) => self.bounded(self.count(kind, ["year", "years"])),
            (Type::Duration { json_unit }, kind) => self.bounded(self.duration(kind, json_unit)),
            (Type::BusinessDays, kind) => self.bounded(self.count(kind, ["business day", "business days"])),
            (Type::BusinessHours, kind) => self.bounded(self.business_hours(kind)),
            _ => Err(self.wrong_type()),
        }
    }

    fn problem(&self, code: FactCode, message: impl Into<String>) -> Box<FactProblem> {
        Box::new(FactProblem::new(code, self.slot.json_path.as_str(), message).at(self.datum.offset))
    }

    fn wrong_type(&self) -> Box<FactProblem> {
        let expected = expected(self.slot.ty, self.schema);
        self.problem(FactCode::WrongType, format!("expected {expected}, found {}", found(self.datum)))
    }

    /// A wrong type, with what to write instead.
    fn rather(&self, help: String) -> Box<FactProblem> {
        let mut problem = self.wrong_type();
        problem.help = Some(help);
        problem
    }

    fn bounded(&self, units: Result<i128>) -> Result<Scalar> {
        let units = units?;
        match (self.slot.low..=self.slot.high).contains(&units) {
            true => Ok(Scalar::Number(units)),
            false => {
                let value = crate::value::form::words(&Scalar::Number(units), self.slot.ty, self.schema);
                Err(self.out_of_bounds(&value))
            }
        }
    }

    fn out_of_bounds(&self, found: &str) -> Box<FactProblem> {
        let bounds = bounds(self.slot, self.schema);
        self.problem(FactCode::OutOfBounds, format!("expected {bounds}, found {}", clipped(found, 40)))
    }

    fn number(&self, text: &str, scale: u8) -> Result<i128> {
        decimal::parse(text, scale).map_err(|problem| match problem {
            DecimalProblem::NotANumber => self.wrong_type(),
            DecimalProblem::TooLarge => self.out_of_bounds(text),
            DecimalProblem::TooManyDigits { scale: 0 } => {
                let message = format!("expected a whole number, found `{}`", clipped(text, 40));
                self.problem(FactCode::TooManyDecimals, message)
            }
            DecimalProblem::TooManyDigits { scale } => {
                let message = format!("expected at most {}, found `{}`", decimals(scale), clipped(text, 40));
                self.problem(FactCode::TooManyDecimals, message)
            }
        })
    }

    fn percent(&self, kind: &Kind, scale: u8) -> Result<i128> {
        match kind {
            Kind::Text(text) => match text.strip_suffix('%') {
                Some(number) => self.number(number, scale),
                None if decimal::is_number(text) => {
                    Err(self.rather(format!("write `\"{}%\"`", clipped(text, 40))))
                }
                None => Err(self.wrong_type()),
            },
            Kind::Number(text) => Err(self.rather(format!("write `\"{}%\"`", clipped(text, 40)))),
            _ => Err(self.wrong_type()),
        }
    }

    fn money(&self, kind: &Kind, currency: Currency, scale: u8) -> Result<i128> {
        let (code, amount) = self.currency_and_amount(kind, currency)?;
        self.in_currency(code, currency)?;
        self.number(amount, scale)
    }

    /// An amount in one of several currencies.
    fn money_of(&self, kind: &Kind, index: usize) -> Result<i128> {
        let Some(currencies) = self.schema.currencies.get(index) else { return Err(self.wrong_type()) };
        let Some((first, _)) = currencies.all.first() else { return Err(self.wrong_type()) };
        let (code, amount) = self.currency_and_amount(kind, *first)?;
        let Some(place) = currencies.all.iter().position(|it| it.0.code() == code) else {
            let expected = expected(self.slot.ty, self.schema);
            let message = format!("expected {expected}, found one in `{}`", clipped(code, 40));
            return Err(self.problem(FactCode::WrongCurrency, message));
        };
        let digits = currencies.all.get(place).map_or(0, |it| it.1);
        let steps = self.number(amount, digits)?;
        currencies.value(steps, place).ok_or_else(|| self.out_of_bounds(amount))
    }

    /// The code and the number of an amount; `currency` stands in the example.
    fn currency_and_amount<'d>(&self, kind: &'d Kind, currency: Currency) -> Result<(&'d str, &'d str)> {
        let help = || {
            format!(
                "write `\"{currency} 49.99\"` or `{{\"amount\": \"49.99\", \"currency\": \"{currency}\"}}`"
            )
        };
        match kind {
            Kind::Text(text) => {
                let Some((code, amount)) = text.split_once(' ') else { return Err(self.rather(help())) };
                let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
                if !is_code || !decimal::is_number(amount) {
                    return Err(self.rather(help()));
                }
                Ok((code, amount))
            }
            Kind::Object(members) => {
                let (mut amount, mut code) = (None, None);
                for member in members {
                    match (member.key.as_str(), &member.value.kind) {
                        ("amount", Kind::Text(text) | Kind::Number(text)) => amount = Some(text),
                        ("currency", Kind::Text(text)) => code = Some(text),
                        _ => {
                            let message = "expected the keys `amount` and `currency` only, each with a text";
                            let key = clipped(&member.key, 40);
                            let message = format!("{message}, found `{key}` with {}", found(&member.value));
                            return Err(Box::new(
                                self.problem(FactCode::WrongType, message).at(member.offset),
                            ));
                        }
                    }
                }
                let missing = |key: &str| {
                    let message = format!("expected the keys `amount` and `currency`, found no `{key}`");
                    self.problem(FactCode::WrongType, message)
                };
                let code = code.ok_or_else(|| missing("currency"))?;
                Ok((code, amount.ok_or_else(|| missing("amount"))?))
            }
            _ => Err(self.rather(help())),
        }
    }

    fn in_currency(&self, code: &str, currency: Currency) -> Result<()> {
        match code == currency.code() {
            true => Ok(()),
            false => {
                let message =
                    format!("expected an amount in {currency}, found one in `{}`", clipped(code, 40));
                Err(self.problem(FactCode::WrongCurrency, message))
            }
        }
    }

    fn date(&self, text: &str) -> Result<i128> {
        date::parse(text).map_err(|problem| match problem {
            DateProblem::NotADate => self.wrong_type(),
            DateProblem::NoSuchDay => {
                let message = format!("expected a day of the calendar, found `{text}`");
                self.problem(FactCode::NoSuchDay, message)
            }
        })
    }

    /// A time of day, a date-time or an instant.
    fn clock(&self, text: &str, grain: Grain) -> Result<i128> {
        let read = match self.slot.ty {
            Type::Time { .. } => clock::parse_time(text),
            Type::DateTime { .. } => clock::parse_datetime(text),
            _ => clock::parse_instant(text),
        };
        let shown = clipped(text, 40);
        let seconds = read.map_err(|problem| match problem {
            ClockProblem::OtherForm => self.wrong_type(),
            ClockProblem::Offset => {
                self.rather("a `datetime` is local and has no offset; with one the fact is an `instant`".to_owned())
            }
            ClockProblem::NoOffset => self.rather(format!(
                "an `instant` ends with its offset, as in `\"{shown}Z\"`; without one the fact is a `datetime`"
            )),
            ClockProblem::NoSuchDay => {
                self.problem(FactCode::NoSuchDay, format!("expected a day of the calendar, found `{shown}`"))
            }
            ClockProblem::NoSuchTime => {
                self.problem(FactCode::NoSuchTime, format!("expected a time of day up to 23:59:59, found `{shown}`"))
            }
            ClockProblem::LeapSecond => {
                let message = format!("expected a second up to 59, found `{shown}`");
                let mut problem = self.problem(FactCode::NoSuchTime, message);
                problem.help = Some("leap seconds are not counted: give the last second of the minute".to_owned());
                problem
            }
            ClockProblem::NotWholeSeconds => {
                self.problem(FactCode::TooManyDecimals, format!("expected whole seconds, found `{shown}`"))
            }
        })?;
        if grain == Grain::Minute && seconds % 60 != 0 {
            let message = format!("expected a time to the minute, found `{shown}`");
            return Err(self.problem(FactCode::TooManyDecimals, message));
        }
        Ok(seconds)
    }

    fn business_hours(&self, kind: &Kind) -> Result<i128> {
        match kind {
            Kind::Text(text) => duration::parse_business(text).map_err(|problem| match problem {
                DurationProblem::NotADuration => self.wrong_type(),
                DurationProblem::Days => self.rather(
                    "a day has no fixed number of business hours: write hours and minutes".to_owned(),
                ),
                DurationProblem::NotWholeSeconds => {
                    let message = format!("expected whole seconds, found `{}`", clipped(text, 40));
                    self.problem(FactCode::TooManyDecimals, message)
                }
                DurationProblem::TooLarge => self.out_of_bounds(text),
            }),
            Kind::Number(text) => {
                let text = clipped(text, 40);
                Err(self.rather(format!("say the unit: `\"{text} business hours\"` or `\"PT{text}H\"`")))
            }
            _ => Err(self.wrong_type()),
        }
    }

    fn count(&self, kind: &Kind, words: [&str; 2]) -> Result<i128> {
        match kind {
            Kind::Number(text) => self.number(text, 0),
            Kind::Text(text) => match text.split_once(' ') {
                Some((number, unit)) if words.contains(&unit) => self.number(number, 0),
                Some(_) => Err(self.wrong_type()),
                None => self.number(text, 0),
            },
            _ => Err(self.wrong_type()),
        }
    }

    fn duration(&self, kind: &Kind, json_unit: Option<u32>) -> Result<i128> {
        let (seconds, text) = match (kind, json_unit) {
            (Kind::Number(text), Some(unit)) => (duration::parse_number(text, unit), text),
            (Kind::Number(text), None) => {
                let text = clipped(text, 40);
                return Err(self.rather(format!("say the unit: `\"{text} minutes\"` or `\"{text} hours\"`")));
            }
            (Kind::Text(text), _) => (duration::parse(text), text),
            _ => return Err(self.wrong_type()),
        };
        seconds.map_err(|problem| match (problem, json_unit) {
            (DurationProblem::NotADuration, Some(unit)) => {
                self.rather(format!("write the number of {} or `\"PT4H\"`", unit_word(unit)))
            }
            (DurationProblem::NotADuration, None) => self.wrong_type(),
            (DurationProblem::Days, _) => {
                self.rather("a day is not 24 hours: write hours, minutes and seconds only".to_owned())
            }
            (DurationProblem::NotWholeSeconds, _) => {
                let message = format!("expected whole seconds, found `{}`", clipped(text, 40));
                self.problem(FactCode::TooManyDecimals, message)
            }
            (DurationProblem::TooLarge, _) => self.out_of_bounds(text),
        })
    }

    fn choice(&self, text: &str) -> Result<Scalar> {
        let spellings = spellings(self.slot.ty, self.schema);
        let index = spellings.iter().position(|spelling| *spelling == text);
        if let Some(index) = index.and_then(|index| u32::try_from(index).ok()) {
            return Ok(Scalar::Choice(index));
        }
        let expected = expected(self.slot.ty, self.schema);
        let message = format!("expected {expected}, found `{}`", clipped(text, 40));
        let mut problem = self.problem(FactCode::UnknownChoice, message);
        problem.help = nearest(text, spellings).map(|near| format!("did you mean `{near}`?"));
        Err(problem)
    }

    fn text(&self, text: &str, longest: u32) -> Result<Scalar> {
        let limit = self.limits.text_length.min(longest as usize);
        let normal = normal_text(text);
        let length = normal.chars().count();
        match length <= limit {
            true => Ok(Scalar::Text(normal.into())),
            false => {
                let message = format!("expected at most {limit} characters, found {length}");
                Err(self.problem(FactCode::TextTooLong, message))
            }
        }
    }
}

#[cfg(test)]
mod tests;
