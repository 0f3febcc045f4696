//! Turns a host's [`Value`] into data, so that it is read by the same rules as JSON.
//!
//! A value says more of itself than JSON does: what JSON would let through because it can only be a text
//! there (a date for a fact that is a text) is refused here.

use crate::datum::Datum;
use crate::intake::problem::{FactCode, FactProblem, expected};
use crate::schema::{Schema, Slot, Type};
use crate::value::form::clipped;
use crate::value::{Value, duration};

/// `value` as data for `slot`; `None` is a group or record.
pub(crate) fn datum_of(value: &Value, slot: Option<&Slot>, schema: &Schema) -> Result<Datum, FactProblem> {
    let wrong_type = || {
        let found = format!("found `{}`", clipped(&value.to_string(), 40));
        match slot {
            Some(slot) => {
                let message = format!("expected {}, {found}", expected(slot.ty, schema));
                FactProblem::new(FactCode::WrongType, slot.json_path.as_str(), message)
            }
            None => FactProblem::new(FactCode::WrongType, "", format!("expected an object, {found}")),
        }
    };
    let is_text = slot.is_some_and(|slot| matches!(slot.ty, Type::Text { .. }));
    if is_text && !matches!(value, Value::Text(_) | Value::Absent) {
        return Err(wrong_type());
    }
    Ok(match value {
        Value::Boolean(value) => Datum::from(*value),
        Value::Integer(value) => Datum::from(*value),
        Value::Decimal(value) => Datum::number(value.to_string()),
        Value::Text(text) => Datum::from(&**text),
        Value::Choice(name) => Datum::from(spelling(name, slot, schema)),
        Value::Duration { seconds } | Value::BusinessHours { seconds } => {
            Datum::from(duration::iso(*seconds))
        }
        Value::Absent => Datum::null(),
        Value::Percent(_)
        | Value::Money(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::DateTime(_)
        | Value::Instant(_)
        | Value::BusinessDays(_)
        | Value::Days(_)
        | Value::Months(_)
        | Value::Years(_) => Datum::from(value.to_string()),
        Value::Items(_) => return Err(wrong_type()),
    })
}

/// The spelling in JSON of the choice with this name in the policy; the name itself where there is none.
fn spelling<'a>(name: &'a str, slot: Option<&Slot>, schema: &'a Schema) -> &'a str {
    let Some(Type::Choice(index)) = slot.map(|slot| slot.ty) else { return name };
    let choices = schema.enumerations.get(index).map(|it| it.choices.as_slice()).unwrap_or_default();
    choices.iter().find(|choice| choice.name == name).map_or(name, |choice| &choice.json)
}
