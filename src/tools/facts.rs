//! The facts of a policy in three forms: a table for people, a JSON Schema for hosts, and a template to fill
//! in.
//!
//! All three are read off the [`Schema`]; none decides anything. The table and the schema name what intake
//! takes; the template is one document that intake takes.

use crate::intake::problem::unit_word;
use crate::policy::Policy;
use crate::schema::{ChoiceName, Schema, Slot, Type};
use crate::value::{clock::Grain, form};
use crate::words::counted;

pub mod json_schema;
pub mod sample;

/// The widest that a cell of the table gets before it is wrapped, by column: type, question.
const WIDEST: [usize; 2] = [48, 52];

/// The facts as a table: path, type with bounds, question or description. Each line ends with a line feed.
pub fn table(policy: &Policy) -> String {
    let schema = policy.schema();
    if schema.slots.is_empty() {
        return "the policy declares no facts\n".to_owned();
    }
    let mut rows = vec![["fact", "type", "question"].map(|it| vec![it.to_owned()])];
    for (index, slot) in schema.slots.iter().enumerate() {
        // One line tells of all items of a list.
        let list = schema.list_around(index).and_then(|it| schema.list_at(it));
        if list.is_some_and(|it| !it.item(0).contains(&index)) {
            continue;
        }
        let mut path = vec![slot.path.replace("[0]", "[…]")];
        if slot.json_path != slot.path {
            path.push(format!("  in JSON {}", slot.json_path.replace("[0]", "[…]")));
        }
        let question = slot.ask.as_deref().or(slot.doc.as_deref()).unwrap_or("");
        rows.push([path, type_lines(slot, schema), wrapped(question, WIDEST[1])]);
    }
    aligned(&rows)
}

/// The type of a fact as the policy writes it: `optional money USD between USD 0.00 and USD 10.00`. Choices
/// stand in their JSON spelling; bounds that are those of every fact of the type are left out.
fn type_words(slot: &Slot, schema: &Schema) -> String {
    let bounds = bounds_words(slot, schema).map(|it| format!(" {it}"));
    format!("{}{}", type_without_bounds(slot, schema), bounds.unwrap_or_default())
}

/// The type in lines; the bounds stand on their own where one line does not hold both.
fn type_lines(slot: &Slot, schema: &Schema) -> Vec<String> {
    let together = type_words(slot, schema);
    if together.chars().count() <= WIDEST[0] {
        return vec![together];
    }
    let mut lines = wrapped(&type_without_bounds(slot, schema), WIDEST[0]);
    lines.extend(bounds_words(slot, schema));
    lines
}

fn type_without_bounds(slot: &Slot, schema: &Schema) -> String {
    let optional = if slot.optional { "optional " } else { "" };
    format!("{optional}{}", bare_type(slot.ty, schema))
}

fn bounds_words(slot: &Slot, schema: &Schema) -> Option<String> {
    let [low, high] = bounds(slot, schema)?.map(|bound| form::bound_words(bound, slot.ty, schema));
    Some(format!("between {low} and {high}"))
}

/// The bounds of a fact, where they are narrower than those that every fact of its type has.
pub(crate) fn bounds(slot: &Slot, schema: &Schema) -> Option<[i128; 2]> {
    let usual = match slot.ty {
        Type::List(_) => return None,
        Type::MoneyOf(index) => crate::check::default_money_of_bounds(schema.currencies.get(index)?),
        ty => crate::check::default_bounds(ty).into(),
    };
    ([slot.low, slot.high] != usual).then_some([slot.low, slot.high])
}

fn bare_type(ty: Type, schema: &Schema) -> String {
    match ty {
        Type::Boolean => "boolean".to_owned(),
        Type::Number { scale: 0 } => "integer".to_owned(),
        Type::Number { scale } => format!("decimal to {}", step(scale)),
        Type::Percent { scale: 2 } => "percent".to_owned(),
        Type::Percent { scale } => format!("percent to {}%", step(scale)),
        Type::Money { currency, scale } if scale == currency.digits() => format!("money {currency}"),
        Type::Money { currency, scale } => format!("money {currency} to {}", step(scale)),
        Type::Text { longest } => {
            format!("text up to {}", counted(longest.into(), "character", "characters"))
        }
        Type::Date => "date".to_owned(),
        Type::Time { grain } => in_grain("time", grain, Grain::Minute),
        Type::DateTime { grain } => in_grain("datetime", grain, Grain::Second),
        Type::Instant { grain } => in_grain("instant", grain, Grain::Second),
        Type::Days => "days".to_owned(),
        Type::Months => "months".to_owned(),
        Type::Years => "years".to_owned(),
        Type::Duration { json_unit: None } => "duration".to_owned(),
        Type::Duration { json_unit: Some(unit) } => format!("duration in {}", unit_word(unit)),
        Type::BusinessDays => "business days".to_owned(),
        Type::BusinessHours => "business hours".to_owned(),
        Type::Choice(index) => choices(schema, index),
        Type::Record => "record".to_owned(),
        Type::Items(_) => "items".to_owned(),
        Type::List(index) => {
            let most = schema.lists.get(index).map_or(0, |it| it.most);
            format!("list up to {}", counted(most as i128, "item", "items"))
        }
        Type::MoneyOf(index) => {
            let all = schema.currencies.get(index).map_or(&[][..], |it| &it.all);
            let codes: Vec<&str> = all.iter().map(|it| it.0.code()).collect();
            format!("money {}", codes.join(" or "))
        }
    }
}

/// A type of times, with its step where that is not the usual one.
fn in_grain(name: &str, grain: Grain, usual: Grain) -> String {
    match grain {
        _ if grain == usual => name.to_owned(),
        Grain::Minute => format!("{name} to the minute"),
        Grain::Second => format!("{name} to the second"),
    }
}

/// `1`, `0.1`, `0.01`: the step of a scale.
fn step(scale: u8) -> String {
    crate::value::decimal::format(1, scale)
}

fn choices(schema: &Schema, index: usize) -> String {
    let Some(enumeration) = schema.enumerations.get(index) else { return "choice".to_owned() };
    let spelled = |it: &ChoiceName| match it.json == it.name {
        true => it.name.clone(),
        false => format!("\"{}\" as {}", it.json, it.name),
    };
    let names: Vec<String> = enumeration.choices.iter().map(spelled).collect();
    match enumeration.ordered {
        true => format!("ordered {}", names.join(" < ")),
        false => format!("one of ({})", names.join(", ")),
    }
}

/// `text` in lines of at most `width` characters, broken at blanks; a longer word has a line of its own.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        let used = line.chars().count();
        match used {
            0 => line.push_str(word),
            _ if used + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Rows of cells of lines, in columns two blanks apart, without blanks at the ends of lines.
pub(crate) fn aligned<const N: usize>(rows: &[[Vec<String>; N]]) -> String {
    let mut widths = [0; N];
    for (width, index) in widths.iter_mut().zip(0..) {
        let lines = rows.iter().filter_map(|row: &[Vec<String>; N]| row.get::<usize>(index)).flatten();
        *width = lines.map(|line| line.chars().count()).max().unwrap_or(0);
    }
    let mut text = String::new();
    for row in rows {
        let height = row.iter().map(Vec::len).max().unwrap_or(0);
        for index in 0..height {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(widths) {
                let part = cell.get(index).map_or("", String::as_str);
                line.push_str(&format!("{part:width$}  "));
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_wrap_and_align() {
        let cell = |text: &str| wrapped(text, 9);
        let rows = [[cell("a"), cell("one of two words"), cell("x")], [cell("long"), cell(""), cell("y")]];
        assert_eq!(aligned(&rows), "a     one of     x\n      two words\nlong             y\n");
    }
}
