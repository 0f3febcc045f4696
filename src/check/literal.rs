//! Constants: their type, their value in steps, and whether they fit where they stand.

use crate::{
    check::{Checker, codes, range::Range, time::clock_mix, types::ty_of},
    diag::Diagnostic,
    hir::{Form, Measure, Ty},
    schema::Type,
    source::Span,
    syntax::ast::{CountUnit, Literal, LiteralKind, Name, Number, TimeUnit, time::BusinessUnit},
    value::{
        Scalar,
        clock::{self, ClockProblem},
        date,
        decimal::{self, DecimalProblem},
    },
    words::nearest,
};

/// Ten to the power of `scale`.
pub(super) const fn ten(scale: u8) -> i128 {
    10_i128.pow(if scale > 36 { 36 } else { scale as u32 })
}

/// Digits after the point.
fn written_decimals(number: &Number) -> u8 {
    let digits = number.text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    u8::try_from(digits).unwrap_or(u8::MAX)
}

/// A constant with its type and range.
pub(super) struct Constant {
    pub(super) value: Scalar,
    pub(super) ty: Ty,
}

impl Constant {
    pub(super) fn range(&self) -> Option<Range> {
        match self.value {
            Scalar::Number(it) => Some(Range::Whole(it, it)),
            _ => None,
        }
    }
}

impl Checker<'_> {
    /// The constant that a literal is wherever it stands. A bare word and `absent` are none.
    pub(super) fn constant(&mut self, literal: &Literal) -> Option<Constant> {
        let number = |value, unit, scale| {
            Some(Constant { value: Scalar::Number(value), ty: Ty::Quantity(unit, Form::Steps(scale)) })
        };
        match &literal.kind {
            LiteralKind::Number(it) => {
                let scale = self.written_scale(it)?;
                number(self.exact(it, scale)?, Measure::Number, scale)
            }
            LiteralKind::Percent(it) => {
                let scale = self.written_scale(it)?;
                number(self.exact(it, scale)?, Measure::Percent, scale)
            }
            LiteralKind::Money(code, amount) => self.money(code, amount),
            LiteralKind::Count(it, unit) => {
                let unit = match unit {
                    CountUnit::Days => Measure::Days,
                    CountUnit::Months => Measure::Months,
                    CountUnit::Years => Measure::Years,
                };
                number(self.exact(it, 0)?, unit, 0)
            }
            LiteralKind::Duration(it, unit) => {
                let seconds = match unit {
                    TimeUnit::Seconds => 1,
                    TimeUnit::Minutes => 60,
                    TimeUnit::Hours => 3_600,
                };
                number(self.seconds(it, seconds)?, Measure::Duration, 0)
            }
            LiteralKind::DaysOfHours(days, hours) => {
                let (days, seconds) = (self.exact(days, 0)?, self.seconds(hours, 3_600)?);
                let Some(product) = days.checked_mul(seconds) else {
                    return self.too_large(literal.span);
                };
                number(product, Measure::Duration, 0)
            }
            LiteralKind::Business(it, BusinessUnit::Days) => {
                number(self.exact(it, 0)?, Measure::BusinessDays, 0)
            }
            LiteralKind::Business(it, unit) => {
                let seconds = if *unit == BusinessUnit::Hours { 3_600 } else { 60 };
                number(self.seconds(it, seconds)?, Measure::BusinessHours, 0)
            }
            LiteralKind::Time(text) => self.clock_constant(text, literal.span),
            LiteralKind::DateTime(text) => self.clock_constant(text, literal.span),
            LiteralKind::Date(text) => match date::parse(text) {
                Ok(day) => Some(Constant { value: Scalar::Number(day), ty: Ty::Date }),
                Err(_) => {
                    let message = format!("the calendar has no day `{text}`");
                    self.report(
                        Diagnostic::new(&codes::NO_SUCH_DAY, literal.span, message)
                            .with_help("dates are written year-month-day, as in `2026-03-01`"),
                    );
                    None
                }
            },
            LiteralKind::Boolean(it) => Some(Constant { value: Scalar::Boolean(*it), ty: Ty::Boolean }),
            LiteralKind::Text(it) => {
                Some(Constant { value: Scalar::Text(crate::value::normal_text(it).into()), ty: Ty::Text })
            }
            LiteralKind::Absent => {
                self.report(
                    Diagnostic::new(&codes::ABSENT_NOT_ALLOWED, literal.span, "`absent` is no value here")
                        .with_help("to ask whether a fact is there, write `X is absent` or `X is present`"),
                );
                None
            }
            LiteralKind::Word(word) => {
                let message = format!("expected a constant, found `{word}`");
                self.report(Diagnostic::new(&codes::UNKNOWN_NAME, literal.span, message));
                None
            }
        }
    }

    /// A time of day, a date-time or an instant, by its form.
    fn clock_constant(&mut self, text: &str, span: Span) -> Option<Constant> {
        let (read, ty) = match (clock::parse_time(text), clock::parse_datetime(text)) {
            (Err(ClockProblem::OtherForm), Err(ClockProblem::Offset)) => {
                (clock::parse_instant(text), Ty::Instant)
            }
            (Err(ClockProblem::OtherForm), read) => (read, Ty::DateTime),
            (read, _) => (read, Ty::Time),
        };
        let (code, message, help) = match read {
            Ok(seconds) => return Some(Constant { value: Scalar::Number(seconds), ty }),
            Err(ClockProblem::NoSuchDay) => {
                let day = text.get(..10).unwrap_or(text);
                let help = "dates are written year-month-day, as in `2026-03-01`";
                (&codes::NO_SUCH_DAY, format!("the calendar has no day `{day}`"), help)
            }
            Err(ClockProblem::LeapSecond) => {
                let help = "leap seconds are not counted: the last second of a minute is 59";
                (&codes::NO_SUCH_TIME, format!("the clock has no time `{text}`"), help)
            }
            Err(_) => {
                let help = "times run from `00:00` to `23:59:59`; the end of a day is `00:00` of the next";
                (&codes::NO_SUCH_TIME, format!("the clock has no time `{text}`"), help)
            }
        };
        self.report(Diagnostic::new(code, span, message).with_help(help));
        None
    }

    fn money(&mut self, code: &Name, amount: &Number) -> Option<Constant> {
        let currency = self.currency(&code.text, code.span)?;
        let digits = self.money_scales.get(currency.code()).copied().unwrap_or(currency.digits());
        let written = written_decimals(amount);
        if written > digits {
            let decimals = crate::words::decimals;
            let message = format!("`{} {}` has {}", currency.code(), amount.text, decimals(written));
            let has = decimals(digits);
            self.report(
                Diagnostic::new(&codes::TOO_MANY_DECIMALS, amount.span, message)
                    .with_help(format!("amounts in {} have {has} here", currency.code())),
            );
            return None;
        }
        let scale = written.max(currency.digits());
        let value = self.exact(amount, scale)?;
        Some(Constant {
            value: Scalar::Number(value),
            ty: Ty::Quantity(Measure::Money(currency), Form::Steps(scale)),
        })
    }

    fn written_scale(&mut self, number: &Number) -> Option<u8> {
        let scale = written_decimals(number);
        if usize::from(scale) > crate::check::types::MOST_DECIMALS {
            let message = format!("`{}` has more than twelve decimals", number.text);
            self.report(Diagnostic::new(&codes::TOO_MANY_DECIMALS, number.span, message));
            return None;
        }
        Some(scale)
    }

    fn exact(&mut self, number: &Number, scale: u8) -> Option<i128> {
        match decimal::parse(&number.text, scale) {
            Ok(value) if value.unsigned_abs() < 10_u128.pow(27) => Some(value),
            Ok(_) | Err(DecimalProblem::TooLarge) => self.too_large(number.span),
            Err(_) => {
                let message = format!("expected a whole number, found `{}`", number.text);
                self.report(Diagnostic::new(&codes::TOO_MANY_DECIMALS, number.span, message));
                None
            }
        }
    }

    fn seconds(&mut self, number: &Number, unit: i128) -> Option<i128> {
        let scale = self.written_scale(number)?;
        let value = self.exact(number, scale)?;
        let total = value.checked_mul(unit)?;
        if total % ten(scale) != 0 {
            let message = format!("`{}` is not a whole number of seconds", self.source.slice(number.span));
            self.report(Diagnostic::new(&codes::TOO_MANY_DECIMALS, number.span, message));
            return None;
        }
        Some(total / ten(scale))
    }

    fn too_large<T>(&mut self, span: Span) -> Option<T> {
        self.report(
            Diagnostic::new(&codes::MAY_OVERFLOW, span, "this number is larger than any value can be")
                .with_help("values lie within 10^12 by default; check the number of zeros"),
        );
        None
    }

    /// A literal as a value of a numeric type, in its steps.
    pub(super) fn number_literal(&mut self, literal: &Literal, ty: Type) -> Option<i128> {
        match self.typed_literal(literal, ty)? {
            Scalar::Number(it) => Some(it),
            _ => None,
        }
    }

    /// A literal as a value of type `ty`. Reports one of another type, or too exact for it.
    pub(super) fn typed_literal(&mut self, literal: &Literal, ty: Type) -> Option<Scalar> {
        let wanted = ty_of(ty);
        if let (Type::MoneyOf(index), LiteralKind::Money(..)) = (ty, &literal.kind) {
            return self.money_of_literal(literal, index);
        }
        if let (Type::Choice(index), LiteralKind::Word(word)) = (ty, &literal.kind) {
            return self.choice(index, word, literal.span).map(Scalar::Choice);
        }
        if let LiteralKind::Word(word) = &literal.kind {
            let message = format!("expected {}, found `{word}`", self.described(wanted));
            self.report(Diagnostic::new(&codes::TYPE_MISMATCH, literal.span, message));
            return None;
        }
        let constant = self.constant(literal)?;
        let (Ty::Quantity(unit, Form::Steps(scale)), Scalar::Number(value)) = (constant.ty, &constant.value)
        else {
            if constant.ty == wanted {
                self.whole_minute_literal(&constant.value, ty, literal.span)?;
                return Some(constant.value);
            }
            self.mismatch(wanted, constant.ty, literal.span);
            return None;
        };
        let Ty::Quantity(wanted_unit, Form::Steps(wanted_scale)) = wanted else {
            self.mismatch(wanted, constant.ty, literal.span);
            return None;
        };
        if unit != wanted_unit {
            self.mismatch(wanted, constant.ty, literal.span);
            return None;
        }
        if scale > wanted_scale && value % ten(scale - wanted_scale) != 0 {
            let message = format!("`{}` has more decimals than its type", self.source.slice(literal.span));
            self.report(
                Diagnostic::new(&codes::TOO_MANY_DECIMALS, literal.span, message)
                    .with_help(format!("the type has {}", crate::words::decimals(wanted_scale))),
            );
            return None;
        }
        let steps = if scale > wanted_scale {
            value / ten(scale - wanted_scale)
        } else {
            value * ten(wanted_scale - scale)
        };
        Some(Scalar::Number(steps))
    }

    /// The index of a value of an enumeration.
    pub(super) fn choice(&mut self, enumeration: usize, word: &str, span: Span) -> Option<u32> {
        if let Some(index) = self.choice_named(enumeration, word) {
            return Some(index);
        }
        let choices = &self.schema.enumerations.get(enumeration)?.choices;
        let names: Vec<&str> = choices.iter().map(|it| it.name.as_str()).collect();
        let near = nearest(word, names.iter().copied()).map(str::to_owned);
        let shown: Vec<&str> = names.iter().copied().take(12).collect();
        let all = crate::words::list(&shown, "or");
        let by_json = choices.iter().find(|it| it.json == word).map(|it| it.name.clone());
        let message = match self.schema.enumerations.get(enumeration) {
            Some(it) if !it.name.is_empty() => format!("`{word}` is not a value of `{}`", it.name),
            _ => format!("`{word}` is not a value of this list"),
        };
        let diagnostic = Diagnostic::new(&codes::UNKNOWN_CHOICE, span, message);
        self.report(match by_json.or(near) {
            Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(span, near),
            None => diagnostic.with_help(format!("the values are {all}")),
        });
        None
    }

    /// Reports that a value has another type than is wanted, with the mend for the usual mix-ups.
    pub(super) fn mismatch(&mut self, wanted: Ty, found: Ty, span: Span) {
        if let Ty::MoneyOf(index) = found {
            return self.currency_not_known(index, span);
        }
        let message = format!("expected {}, found {}", self.described(wanted), self.described(found));
        let (code, help) = mixed(wanted, found, self.source.slice(span));
        let diagnostic = Diagnostic::new(code, span, message);
        self.report(match help {
            Some(help) => diagnostic.with_help(help),
            None => diagnostic,
        });
    }
}

/// The code and the help for a mix-up of two types.
fn mixed(wanted: Ty, found: Ty, text: &str) -> (&'static crate::diag::Code, Option<String>) {
    use Measure::{BusinessDays, BusinessHours, Days, Duration, Money, Months, Number, Percent, Years};
    let (Ty::Quantity(wanted, _), Ty::Quantity(found, _)) = (wanted, found) else {
        let help = match (wanted, found) {
            _ if clock_mix(wanted, found).is_some() => clock_mix(wanted, found).map(str::to_owned),
            (Ty::Date, Ty::Text) => Some("write a date without quotes, as in `2026-03-01`".to_owned()),
            (Ty::Date, Ty::Quantity(Number, _)) => {
                Some("dates are written year-month-day, as in `2026-03-01`".to_owned())
            }
            (Ty::Choice(_), Ty::Text) => Some("write the value without quotes".to_owned()),
            (Ty::Boolean, _) => Some("compare it, as in `X is Y` or `X <= Y`".to_owned()),
            _ => None,
        };
        return (&codes::TYPE_MISMATCH, help);
    };
    match (wanted, found) {
        (Money(a), Money(b)) => {
            let help = format!(
                "amounts in {} and {} never mix: convert outside, and pass the amount as a fact",
                a.code(),
                b.code()
            );
            (&codes::MIXED_CURRENCIES, Some(help))
        }
        (Days | Months | Years | Duration | BusinessDays | BusinessHours | Money(_) | Percent, Number) => {
            if !text.starts_with(|it: char| it.is_ascii_digit()) {
                let help = "to give a number a unit, multiply it by one of that unit, as in `n * 1 day`";
                return (&codes::MISSING_UNIT, (wanted != Percent).then(|| help.to_owned()));
            }
            let unit = match wanted {
                Days => format!("{text} days"),
                Months => format!("{text} months"),
                Years => format!("{text} years"),
                Duration => format!("{text} hours"),
                BusinessDays => format!("{text} business days"),
                BusinessHours => format!("{text} business hours"),
                Percent => format!("{text}%"),
                Money(currency) => format!("{} {text}", currency.code()),
                Number => text.to_owned(),
            };
            (&codes::MISSING_UNIT, Some(format!("say what it counts, as in `{unit}`")))
        }
        (Duration, Days) => {
            let help = "a day has not always 24 hours: write `14 days of 24 hours` for a duration";
            (&codes::MIXED_UNITS, Some(help.to_owned()))
        }
        (Days, Duration) => (&codes::MIXED_UNITS, Some("count whole days, as in `14 days`".to_owned())),
        (Days, Months | Years) | (Months | Years, Days) => {
            let help = "a month has no fixed number of days: compare dates, as in `X is no later than 6 months after Y`";
            (&codes::MIXED_UNITS, Some(help.to_owned()))
        }
        (BusinessDays, Days) | (Days, BusinessDays) => {
            let help = "business days and calendar days never mix: say which are meant, `3 business days` or `3 days`";
            (&codes::MIXED_UNITS, Some(help.to_owned()))
        }
        (BusinessHours, Duration) | (Duration, BusinessHours) => {
            let help = "business hours and hours on the clock never mix: say which are meant, `4 business hours` or `4 hours`";
            (&codes::MIXED_UNITS, Some(help.to_owned()))
        }
        (BusinessDays, BusinessHours) | (BusinessHours, BusinessDays) => {
            let help = "a business day has no fixed number of hours: count one of the two";
            (&codes::MIXED_UNITS, Some(help.to_owned()))
        }
        _ => (&codes::MIXED_UNITS, None),
    }
}
