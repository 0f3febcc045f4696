//! Leaves of every type, taken and refused.

use crate::intake::leaf::*;
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
    refused("10000.1", decimal, "out-of-bounds: expected at least -100.0 and at most 10000.0, found 10000.1");
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
    refused("49.99", ty, &format!("wrong-type: expected an amount in USD, found the number `49.99`{help}"));
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
    refused("\"1970-02-30\"", Type::Date, "no-such-day: expected a day of the calendar, found `1970-02-30`");
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
    refused("\"30 days\"", Type::Months, "wrong-type: expected a number of months, found the text `30 days`");
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
    refused("\"17:00:30\"", minutes, "too-many-decimals: expected a time to the minute, found `17:00:30`");
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
