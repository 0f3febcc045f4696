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
mod tests {
    use super::*;
    use crate::json::read::parse;
    use crate::schema::{ChoiceName, Enumeration};

    const WIDE: i128 = 10_i128.pow(12);

    /// Reads `json` as a fact `f` of this type between `low` and `high`.
    fn read(json: &str, ty: Type, low: i128, high: i128) -> std::result::Result<Scalar, String> {
        let limits = Limits { text_length: 8, ..Limits::default() };
        let datum = parse(json, &limits).unwrap_or_else(|problem| panic!("{json}: {problem}"));
        let choices =
            ["new", "gift-card"].map(|json| ChoiceName { name: json.replace('-', "_"), json: json.into() });
        let enumerations = vec![Enumeration { name: String::new(), choices: choices.into(), ordered: true }];
        let schema = Schema { enumerations, ..Schema::default() };
        let (path, json_path) = ("f".to_owned(), "f".to_owned());
        let (optional, within, ask, doc) = (false, None, None, None);
        let slot = Slot { path, json_path, ty, low, high, optional, within, ask, doc };
        let leaf = Leaf { datum: &datum, slot: &slot, schema: &schema, limits: &limits };
        leaf.read().map_err(|problem| {
            let help = problem.help.map(|help| format!("; {help}")).unwrap_or_default();
            format!("{}: {}{help}", problem.code, problem.message)
        })
    }

    #[track_caller]
    fn number(json: &str, ty: Type, units: i128) {
        assert_eq!(read(json, ty, -WIDE, WIDE), Ok(Scalar::Number(units)), "{json}");
    }

    #[track_caller]
    fn refused(json: &str, ty: Type, message: &str) {
        assert_eq!(read(json, ty, -1000, 100_000), Err(message.to_owned()), "{json}");
    }

    #[test]
    fn whole_numbers_and_decimals() {
        let (integer, decimal) = (Type::Number { scale: 0 }, Type::Number { scale: 1 });
        for (json, units) in [("1e3", 1000), ("1.0", 1), ("\"12\"", 12), ("-0", 0), ("100e-2", 1)] {
            number(json, integer, units);
        }
        for (json, units) in [("0.10", 1), ("\"2.5\"", 25), ("7", 70)] {
            number(json, decimal, units);
        }
        refused("1.5", integer, "too-many-decimals: expected a whole number, found `1.5`");
        refused("1e-400", integer, "too-many-decimals: expected a whole number, found `1e-400`");
        refused("2.55", decimal, "too-many-decimals: expected at most 1 decimal, found `2.55`");
        refused("1e400", integer, "out-of-bounds: expected at least -1000 and at most 100000, found 1e400");
        refused(
            "10000.1",
            decimal,
            "out-of-bounds: expected at least -100.0 and at most 10000.0, found 10000.1",
        );
        refused("true", integer, "wrong-type: expected a whole number, found `true`");
        refused("\"twelve\"", integer, "wrong-type: expected a whole number, found the text `twelve`");
        refused("\"\"", decimal, "wrong-type: expected a number with at most 1 decimal, found the text ``");
    }

    #[test]
    fn percentages() {
        let ty = Type::Percent { scale: 2 };
        number("\"15%\"", ty, 1500);
        number("\"-12.50%\"", ty, -1250);
        refused(
            "15",
            ty,
            "wrong-type: expected a percentage such as `\"15%\"`, found the number `15`; write `\"15%\"`",
        );
        refused(
            "\"15\"",
            ty,
            "wrong-type: expected a percentage such as `\"15%\"`, found the text `15`; write `\"15%\"`",
        );
        refused("\"15 %\"", ty, "wrong-type: expected a percentage such as `\"15%\"`, found the text `15 %`");
        refused("\"0.001%\"", ty, "too-many-decimals: expected at most 2 decimals, found `0.001`");
        refused("\"1001%\"", ty, "out-of-bounds: expected at least -10% and at most 1000%, found 1001%");
    }

    #[test]
    fn money() {
        let ty = Type::Money { currency: Currency::from_code("USD").unwrap(), scale: 2 };
        let help = "; write `\"USD 49.99\"` or `{\"amount\": \"49.99\", \"currency\": \"USD\"}`";
        for json in [
            "\"USD 49.99\"",
            "{\"amount\": \"49.99\", \"currency\": \"USD\"}",
            "{\"currency\": \"USD\", \"amount\": 49.990}",
        ] {
            number(json, ty, 4999);
        }
        number("\"USD -5\"", ty, -500);
        refused("\"USD 5.001\"", ty, "too-many-decimals: expected at most 2 decimals, found `5.001`");
        refused("\"EUR 5\"", ty, "wrong-currency: expected an amount in USD, found one in `EUR`");
        refused(
            "{\"amount\": 1, \"currency\": \"usd\"}",
            ty,
            "wrong-currency: expected an amount in USD, found one in `usd`",
        );
        refused(
            "\"USD 1000.01\"",
            ty,
            "out-of-bounds: expected at least USD -10.00 and at most USD 1000.00, found USD 1000.01",
        );
        refused(
            "49.99",
            ty,
            &format!("wrong-type: expected an amount in USD, found the number `49.99`{help}"),
        );
        for text in ["49.99", "49.99 USD", "USD  49.99", "USD 1,000", "USD49.99", "$ 5", "USD "] {
            refused(
                &format!("\"{text}\""),
                ty,
                &format!("wrong-type: expected an amount in USD, found the text `{text}`{help}"),
            );
        }
        refused(
            "{\"amount\": 1}",
            ty,
            "wrong-type: expected the keys `amount` and `currency`, found no `currency`",
        );
        refused(
            "{\"currency\": \"USD\"}",
            ty,
            "wrong-type: expected the keys `amount` and `currency`, found no `amount`",
        );
        refused(
            "{\"amount\": 1, \"currency\": \"USD\", \"tax\": 1}",
            ty,
            "wrong-type: expected the keys `amount` and `currency` only, each with a text, found `tax` with the number `1`",
        );
        refused("[]", ty, &format!("wrong-type: expected an amount in USD, found a list{help}"));
    }

    #[test]
    fn dates() {
        number("\"1970-01-02\"", Type::Date, 1);
        refused(
            "\"1970-02-30\"",
            Type::Date,
            "no-such-day: expected a day of the calendar, found `1970-02-30`",
        );
        refused(
            "\"1.3.2026\"",
            Type::Date,
            "wrong-type: expected a date such as `\"2026-03-01\"`, found the text `1.3.2026`",
        );
        refused(
            "20260301",
            Type::Date,
            "wrong-type: expected a date such as `\"2026-03-01\"`, found the number `20260301`",
        );
        refused(
            "\"1066-10-14\"",
            Type::Date,
            "out-of-bounds: expected a date from 1967-04-07 to 2243-10-17, found 1066-10-14",
        );
    }

    #[test]
    fn counts() {
        for json in ["30", "\"30\"", "\"30 days\"", "\"30 day\"", "3e1"] {
            number(json, Type::Days, 30);
        }
        number("\"-1 month\"", Type::Months, -1);
        refused(
            "\"30 days\"",
            Type::Months,
            "wrong-type: expected a number of months, found the text `30 days`",
        );
        refused("\"4 hours\"", Type::Days, "wrong-type: expected a number of days, found the text `4 hours`");
        refused("1.5", Type::Years, "too-many-decimals: expected a whole number, found `1.5`");
        refused(
            "-1001",
            Type::Days,
            "out-of-bounds: expected at least -1000 days and at most 100000 days, found -1001 days",
        );
    }

    #[test]
    fn durations() {
        let (plain, minutes) = (Type::Duration { json_unit: None }, Type::Duration { json_unit: Some(60) });
        number("\"PT4H\"", plain, 14_400);
        number("\"1 hour 30 minutes\"", minutes, 5_400);
        number("1.5", minutes, 90);
        refused(
            "90",
            plain,
            "wrong-type: expected a duration such as `\"PT4H\"` or `\"4 hours\"`, found the number `90`; say the unit: `\"90 minutes\"` or `\"90 hours\"`",
        );
        refused("0.01", minutes, "too-many-decimals: expected whole seconds, found `0.01`");
        refused(
            "\"P1D\"",
            plain,
            "wrong-type: expected a duration such as `\"PT4H\"` or `\"4 hours\"`, found the text `P1D`; a day is not 24 hours: write hours, minutes and seconds only",
        );
        refused(
            "\"90\"",
            minutes,
            "wrong-type: expected a number of minutes, found the text `90`; write the number of minutes or `\"PT4H\"`",
        );
        refused(
            "1e400",
            minutes,
            "out-of-bounds: expected at least -16 minutes 40 seconds and at most 27 hours 46 minutes 40 seconds, found 1e400",
        );
    }

    /// Reads `json` with bounds that hold every time of the years 1 to 9999.
    fn time(json: &str, ty: Type) -> std::result::Result<i128, String> {
        match read(json, ty, -WIDE, WIDE) {
            Ok(Scalar::Number(seconds)) => Ok(seconds),
            Ok(other) => panic!("{other:?}"),
            Err(problem) => Err(problem),
        }
    }

    #[test]
    fn times_of_day() {
        let (minutes, seconds) = (Type::Time { grain: Grain::Minute }, Type::Time { grain: Grain::Second });
        assert_eq!(time("\"17:00\"", minutes), Ok(61_200));
        assert_eq!(time("\"17:00:00\"", minutes), Ok(61_200), "zero seconds are whole minutes");
        assert_eq!(time("\"17:00\"", seconds), Ok(61_200));
        assert_eq!(time("\"17:00:30.00\"", seconds), Ok(61_230));
        let refused =
            |json: &str, ty, message: &str| assert_eq!(time(json, ty), Err(message.to_owned()), "{json}");
        refused(
            "\"17:00:30\"",
            minutes,
            "too-many-decimals: expected a time to the minute, found `17:00:30`",
        );
        refused("\"17:00:00.5\"", seconds, "too-many-decimals: expected whole seconds, found `17:00:00.5`");
        refused("\"24:00\"", minutes, "no-such-time: expected a time of day up to 23:59:59, found `24:00`");
        refused(
            "\"23:59:60\"",
            seconds,
            "no-such-time: expected a second up to 59, found `23:59:60`; leap seconds are not counted: give the last second of the minute",
        );
        refused(
            "\"9:00\"",
            minutes,
            "wrong-type: expected a time of day such as `\"17:00\"`, found the text `9:00`",
        );
        refused("9", minutes, "wrong-type: expected a time of day such as `\"17:00\"`, found the number `9`");
    }

    #[test]
    fn date_times_and_instants() {
        let local = Type::DateTime { grain: Grain::Second };
        let moment = Type::Instant { grain: Grain::Second };
        assert_eq!(time("\"1970-01-02T00:00\"", local), Ok(86_400));
        assert_eq!(time("\"1970-01-01T02:00+02:00\"", moment), Ok(0));
        assert_eq!(time("\"1970-01-01T00:00:01Z\"", moment), Ok(1));
        let refused =
            |json: &str, ty, message: &str| assert_eq!(time(json, ty), Err(message.to_owned()), "{json}");
        refused(
            "\"1970-01-02T00:00Z\"",
            local,
            "wrong-type: expected a local date and time such as `\"2026-03-01T17:00\"`, found the text `1970-01-02T00:00Z`; a `datetime` is local and has no offset; with one the fact is an `instant`",
        );
        refused(
            "\"1970-01-02T00:00\"",
            moment,
            "wrong-type: expected a moment with its offset such as `\"2026-03-01T17:00+02:00\"` or `\"2026-03-01T15:00Z\"`, found the text `1970-01-02T00:00`; an `instant` ends with its offset, as in `\"1970-01-02T00:00Z\"`; without one the fact is a `datetime`",
        );
        refused(
            "\"2026-02-30T10:00\"",
            local,
            "no-such-day: expected a day of the calendar, found `2026-02-30T10:00`",
        );
        let early = read("\"1969-12-31T23:59\"", local, 0, 86_400);
        assert_eq!(
            early,
            Err("out-of-bounds: expected a date and time from 1970-01-01T00:00:00 to 1970-01-02T00:00:00, found 1969-12-31T23:59:00".into())
        );
    }

    #[test]
    fn business_time() {
        for json in ["3", "\"3\"", "\"3 business days\""] {
            number(json, Type::BusinessDays, 3);
        }
        for json in ["\"PT4H\"", "\"4 hours\"", "\"4 business hours\"", "\"240 business minutes\""] {
            number(json, Type::BusinessHours, 14_400);
        }
        refused(
            "\"3 days\"",
            Type::BusinessDays,
            "wrong-type: expected a number of business days, found the text `3 days`",
        );
        refused(
            "4",
            Type::BusinessHours,
            "wrong-type: expected business hours such as `\"PT4H\"` or `\"4 business hours\"`, found the number `4`; say the unit: `\"4 business hours\"` or `\"PT4H\"`",
        );
        refused(
            "\"P1D\"",
            Type::BusinessHours,
            "wrong-type: expected business hours such as `\"PT4H\"` or `\"4 business hours\"`, found the text `P1D`; a day has no fixed number of business hours: write hours and minutes",
        );
    }

    #[test]
    fn booleans_and_choices() {
        assert_eq!(read("true", Type::Boolean, 0, 0), Ok(Scalar::Boolean(true)));
        refused("\"true\"", Type::Boolean, "wrong-type: expected `true` or `false`, found the text `true`");
        refused("1", Type::Boolean, "wrong-type: expected `true` or `false`, found the number `1`");
        assert_eq!(read("\"gift-card\"", Type::Choice(0), 0, 0), Ok(Scalar::Choice(1)));
        refused(
            "\"New\"",
            Type::Choice(0),
            "unknown-choice: expected one of `new` or `gift-card`, found `New`; did you mean `new`?",
        );
        refused(
            "\"gift_card\"",
            Type::Choice(0),
            "unknown-choice: expected one of `new` or `gift-card`, found `gift_card`; did you mean `gift-card`?",
        );
        refused("{}", Type::Choice(0), "wrong-type: expected one of `new` or `gift-card`, found an object");
    }

    #[test]
    fn texts() {
        let ty = |longest| Type::Text { longest };
        let text = |json: &str, longest| read(json, ty(longest), 0, 0);
        assert_eq!(text("\"e\\u0301\"", 1), Ok(Scalar::Text("é".into())), "NFC comes before counting");
        assert_eq!(text("\" a\\u0000\\n\"", 4), Ok(Scalar::Text(" a\0\n".into())), "nothing is trimmed");
        assert_eq!(text("\"abc\"", 2), Err("text-too-long: expected at most 2 characters, found 3".into()));
        assert_eq!(
            text("\"123456789\"", 99),
            Err("text-too-long: expected at most 8 characters, found 9".into())
        );
        assert_eq!(text("1", 2), Err("wrong-type: expected a text, found the number `1`".into()));
        let long = format!("[\"{}\"]", "x".repeat(50));
        assert_eq!(text(&long, 2), Err("wrong-type: expected a text, found a list".into()));
    }
}
