//! Facts as columns of the types that facts have, so that they are decided column by column.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Int64Array, StringArray,
    types::Int32Type,
};
use evenhand::schema::{Schema, Slot, Type};
use evenhand::value::{date, decimal};
use serde_json::Value;

/// A column for each fact that one of the cases says; none where a fact is a record or a list, or a value an object,
/// which such columns cannot say. What a case does not say is null.
pub(super) fn columns(schema: &Schema, cases: &[Value]) -> Option<Vec<(String, ArrayRef)>> {
    let is_plain = |it: &Slot| !matches!(it.ty, Type::Record | Type::List(_)) && it.within.is_none();
    if !schema.slots.iter().all(is_plain) {
        return None;
    }
    let pairs = schema.slots.iter().map(|slot| {
        let values: Vec<Option<&Value>> = cases.iter().map(|it| said(it, &slot.json_path)).collect();
        (slot, values)
    });
    let pairs = pairs.filter(|it| it.1.iter().any(Option::is_some));
    pairs.map(|(slot, values)| Some((slot.json_path.clone(), array(slot.ty, &values)?))).collect()
}

fn said<'v>(facts: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(facts, |at, key| at.get(key))
}

/// Texts, where the fact's own type does not hold all values; none where a value is an amount in an object.
fn array(ty: Type, values: &[Option<&Value>]) -> Option<ArrayRef> {
    if let Some(array) = typed(ty, values) {
        return Some(array);
    }
    let text = |it: &Value| it.as_str().map_or_else(|| it.to_string(), str::to_owned);
    let known = values.iter().map(|it| it.filter(|it| !it.is_null()).map(text));
    let has_object = values.iter().flatten().any(|it| it.is_object());
    (!has_object).then(|| Arc::new(known.collect::<StringArray>()) as ArrayRef)
}

/// The column of the fact's own type; none where a value does not fit into one.
fn typed(ty: Type, values: &[Option<&Value>]) -> Option<ArrayRef> {
    let known = || values.iter().map(|it| it.filter(|it| !it.is_null()));
    let decimals = |scale: u8, of: fn(&Value) -> Option<String>| -> Option<ArrayRef> {
        let number = |it: Option<&Value>| match it {
            Some(value) => decimal::parse(&of(value)?, scale).ok().map(Some),
            None => Some(None),
        };
        let numbers = known().map(number).collect::<Option<Vec<Option<i128>>>>()?;
        let array = Decimal128Array::from(numbers).with_precision_and_scale(38, i8::try_from(scale).ok()?);
        Some(Arc::new(array.ok()?))
    };
    Some(match ty {
        Type::Boolean => {
            let flag = |it: Option<&Value>| it.map_or(Some(None), |it| it.as_bool().map(Some));
            Arc::new(known().map(flag).collect::<Option<BooleanArray>>()?)
        }
        Type::Choice(_) => {
            let text = |it: Option<&'_ Value>| it.and_then(Value::as_str).map(str::to_owned);
            let texts: Vec<Option<String>> = known().map(text).collect();
            Arc::new(texts.iter().map(Option::as_deref).collect::<DictionaryArray<Int32Type>>())
        }
        Type::Number { scale: 0 } | Type::Days | Type::Months | Type::Years => {
            let whole = |it: Option<&Value>| it.map_or(Some(None), |it| it.as_i64().map(Some));
            Arc::new(known().map(whole).collect::<Option<Int64Array>>()?)
        }
        Type::Number { scale } => {
            decimals(scale, |it| Some(it.as_str().map_or_else(|| it.to_string(), str::to_owned)))?
        }
        Type::Money { scale, .. } => {
            let amount = |it: &Value| match it.as_str() {
                Some(text) => text.split_once(' ').map(|it| it.1.to_owned()),
                None => it["amount"].as_str().map(str::to_owned),
            };
            decimals(scale, amount)?
        }
        Type::Date => {
            let day = |it: Option<&Value>| match it {
                Some(value) => i32::try_from(date::parse(value.as_str()?).ok()?).ok().map(Some),
                None => Some(None),
            };
            Arc::new(known().map(day).collect::<Option<Date32Array>>()?)
        }
        _ => return None,
    })
}
