//! How a typed value is written: in words for people, in JSON for machines.
//!
//! Both are closed tables of the language edition. A [`Scalar`] is a bare count; here its type gives it its
//! unit, scale, currency or name. Every value of a type has exactly one form of each kind.

use crate::json::{Json, LARGEST_INTEGER};
use crate::schema::{ChoiceName, Schema, Type};
use crate::value::{Scalar, clock, date, decimal, duration};
use crate::words::counted;

/// The value as people read it: `USD 49.99`, `15%`, `30 days`, `1 hour 30 minutes`, `yes`.
pub fn words(value: &Scalar, ty: Type, schema: &Schema) -> String {
    match (value, ty) {
        (Scalar::Boolean(value), _) => if *value { "yes" } else { "no" }.to_owned(),
        (Scalar::Text(text), _) => escaped(text),
        (Scalar::Choice(index), _) => {
            choice(*index, ty, schema).map_or_else(|| format!("choice {index}"), |choice| choice.name.clone())
        }
        (Scalar::Number(units), Type::MoneyOf(index)) => money_of(*units, index, schema)
            .map_or_else(|| units.to_string(), |(amount, code)| format!("{code} {amount}")),
        (Scalar::Number(units), ty) => number_words(*units, ty),
    }
}

/// A bound of a value as people read it: that of an amount in one of several currencies is a plain number.
pub(crate) fn bound_words(bound: i128, ty: Type, schema: &Schema) -> String {
    let Type::MoneyOf(index) = ty else { return words(&Scalar::Number(bound), ty, schema) };
    match schema.currencies.get(index) {
        Some(it) => decimal::format(bound.div_euclid(it.count().max(1)), it.scale),
        None => bound.to_string(),
    }
}

/// The amount and the currency of an amount in one of several.
fn money_of(value: i128, index: usize, schema: &Schema) -> Option<(String, &'static str)> {
    let (amount, currency, digits) = schema.currencies.get(index)?.parts(value)?;
    Some((decimal::format(amount, digits), currency.code()))
}

/// A text in which control characters stand as `\u{a}`, so that it stays on its line.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character.is_control() {
            true => out.extend(character.escape_unicode()),
            false => out.push(character),
        }
    }
    out
}

/// At most `most` characters of a text, on one line.
pub(crate) fn clipped(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", escaped(text.get(..end).unwrap_or_default())),
        None => escaped(text),
    }
}

/// The value in an answer. `low` and `high` are the bounds of its type, in steps: counts whose bounds fit 53
/// bits are JSON numbers, all others texts, so that the kind of JSON depends on the type and not on the value.
pub fn to_json(value: &Scalar, ty: Type, low: i128, high: i128, schema: &Schema) -> Json {
    match (value, ty) {
        (Scalar::Boolean(value), _) => Json::Bool(*value),
        (Scalar::Text(text), _) => Json::from(&**text),
        (Scalar::Choice(index), _) => Json::Text(
            choice(*index, ty, schema)
                .map_or_else(|| format!("choice {index}"), |choice| choice.json.clone()),
        ),
        (Scalar::Number(units), Type::MoneyOf(index)) => match money_of(*units, index, schema) {
            Some((amount, code)) => {
                Json::object([("amount", Json::Text(amount)), ("currency", Json::from(code))])
            }
            None => Json::Null,
        },
        (Scalar::Number(units), ty) => number_json(*units, ty, low, high),
    }
}

fn choice(index: u32, ty: Type, schema: &Schema) -> Option<&ChoiceName> {
    let Type::Choice(enumeration) = ty else { return None };
    schema.enumerations.get(enumeration)?.choices.get(index as usize)
}

fn number_words(units: i128, ty: Type) -> String {
    match ty {
        Type::Number { scale } => decimal::format(units, scale),
        Type::Percent { scale } => format!("{}%", decimal::format_trimmed(units, scale)),
        Type::Money { currency, scale } => format!("{currency} {}", decimal::format(units, scale)),
        Type::Date => date::format(units),
        Type::Time { grain } => clock::format_time(units, grain),
        Type::DateTime { grain } => clock::format_datetime(units, grain),
        Type::Instant { grain } => clock::format_instant(units, grain),
        Type::Days => counted(units, "day", "days"),
        Type::Months => counted(units, "month", "months"),
        Type::Years => counted(units, "year", "years"),
        Type::Duration { .. } => duration::words(units),
        // The length of a list.
        Type::List(_) => counted(units, "item", "items"),
        Type::BusinessDays => counted(units, "business day", "business days"),
        Type::BusinessHours => duration::business_words(units),
        // No number has these types; the count itself is the least wrong thing to show.
        Type::Boolean
        | Type::Text { .. }
        | Type::Choice(_)
        | Type::Record
        | Type::Items(_)
        | Type::MoneyOf(_) => units.to_string(),
    }
}

fn number_json(units: i128, ty: Type, low: i128, high: i128) -> Json {
    match ty {
        Type::Number { scale: 0 } | Type::Days | Type::Months | Type::Years | Type::BusinessDays => {
            let fits = -LARGEST_INTEGER <= low && high <= LARGEST_INTEGER;
            if fits { Json::integer(units) } else { Json::Text(units.to_string()) }
        }
        Type::Money { currency, scale } => Json::object([
            ("amount", Json::Text(decimal::format(units, scale))),
            ("currency", Json::from(currency.code())),
        ]),
        Type::Duration { .. } | Type::BusinessHours => Json::Text(duration::iso(units)),
        _ => Json::Text(number_words(units, ty)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Enumeration;
    use crate::value::{Currency, clock::Grain};

    fn number(units: i128, ty: Type) -> (String, String) {
        let (value, schema) = (Scalar::Number(units), Schema::default());
        (words(&value, ty, &schema), to_json(&value, ty, 0, 1000, &schema).canonical())
    }

    #[track_caller]
    fn check(units: i128, ty: Type, in_words: &str, in_json: &str) {
        assert_eq!(number(units, ty), (in_words.to_owned(), in_json.to_owned()));
    }

    #[test]
    fn numbers() {
        let currency = Currency::from_code("USD").unwrap();
        let money = Type::Money { currency, scale: 2 };
        check(12, Type::Number { scale: 0 }, "12", "12");
        check(250, Type::Number { scale: 2 }, "2.50", "\"2.50\"");
        check(1500, Type::Percent { scale: 2 }, "15%", "\"15%\"");
        check(1250, Type::Percent { scale: 2 }, "12.5%", "\"12.5%\"");
        check(4999, money, "USD 49.99", r#"{"amount":"49.99","currency":"USD"}"#);
        check(-500, money, "USD -5.00", r#"{"amount":"-5.00","currency":"USD"}"#);
        check(0, Type::Date, "1970-01-01", "\"1970-01-01\"");
        check(1, Type::Days, "1 day", "1");
        check(-2, Type::Days, "-2 days", "-2");
        check(0, Type::Months, "0 months", "0");
        check(1, Type::Years, "1 year", "1");
        check(61_200, Type::Time { grain: Grain::Minute }, "17:00", "\"17:00\"");
        check(900, Type::DateTime { grain: Grain::Second }, "1970-01-01T00:15:00", "\"1970-01-01T00:15:00\"");
        check(900, Type::Instant { grain: Grain::Minute }, "1970-01-01T00:15Z", "\"1970-01-01T00:15Z\"");
        check(1, Type::BusinessDays, "1 business day", "1");
        check(5400, Type::BusinessHours, "1 business hour 30 minutes", "\"PT1H30M\"");
        check(5400, Type::Duration { json_unit: Some(60) }, "1 hour 30 minutes", "\"PT1H30M\"");
    }

    #[test]
    fn wide_bounds_make_counts_texts() {
        let schema = Schema::default();
        let json = to_json(&Scalar::Number(5), Type::Days, 0, LARGEST_INTEGER + 1, &schema);
        assert_eq!(json, Json::from("5"));
        let json = to_json(&Scalar::Number(5), Type::Days, -LARGEST_INTEGER, LARGEST_INTEGER, &schema);
        assert_eq!(json, Json::Integer(5));
    }

    #[test]
    fn names_and_texts() {
        let choices = vec![ChoiceName { name: "gift_card".into(), json: "gift-card".into() }];
        let enumerations = vec![Enumeration { name: String::new(), choices, ordered: false }];
        let schema = Schema { enumerations, ..Schema::default() };
        let both = |value, ty| (words(&value, ty, &schema), to_json(&value, ty, 0, 0, &schema));
        assert_eq!(both(Scalar::Choice(0), Type::Choice(0)), ("gift_card".into(), Json::from("gift-card")));
        assert_eq!(both(Scalar::Boolean(true), Type::Boolean), ("yes".into(), Json::Bool(true)));
        let text = Scalar::Text("a\nb\u{0}".into());
        assert_eq!(both(text, Type::Text { longest: 9 }), ("a\\u{a}b\\u{0}".into(), Json::from("a\nb\0")));
    }
}
