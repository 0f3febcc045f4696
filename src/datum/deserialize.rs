//! Reads a [`Datum`] from any self-describing serde source: `serde_json::Value`, TOML, MessagePack.
//!
//! Such a source has already read its numbers; the rule for doubles holds for what it hands over. Where exact
//! decimals matter, read the JSON text instead.

use crate::datum::{DEEPEST, Datum, DatumError, DatumProblem, Member, object_of};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

impl<'de> Deserialize<'de> for Datum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        At { depth: 0 }.deserialize(deserializer)
    }
}

/// Reads one value at this depth.
#[derive(Clone, Copy)]
struct At {
    depth: usize,
}

impl At {
    fn inside<E: Error>(self) -> Result<At, E> {
        match self.depth < DEEPEST {
            true => Ok(At { depth: self.depth + 1 }),
            false => Err(E::custom(DatumProblem::TooDeep)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for At {
    type Value = Datum;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Datum, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Methods for numbers that fit 128 bits.
macro_rules! whole_numbers {
    ($($method:ident $kind:ty),+) => {
        $(fn $method<E: Error>(self, value: $kind) -> Result<Datum, E> {
            Ok(Datum::number(value.to_string()))
        })+
    };
}

impl<'de> Visitor<'de> for At {
    type Value = Datum;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("null, a boolean, a number, a text, a list or an object")
    }

    whole_numbers! { visit_i64 i64, visit_u64 u64, visit_i128 i128, visit_u128 u128 }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Datum, E> {
        Ok(Datum::from(value))
    }

    fn visit_f32<E: Error>(self, value: f32) -> Result<Datum, E> {
        Datum::try_from(value).map_err(|error: DatumError| E::custom(error.problem))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Datum, E> {
        Datum::try_from(value).map_err(|error: DatumError| E::custom(error.problem))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Datum, E> {
        Ok(Datum::from(text))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Datum, E> {
        Ok(Datum::from(text))
    }

    fn visit_unit<E: Error>(self) -> Result<Datum, E> {
        Ok(Datum::null())
    }

    fn visit_none<E: Error>(self) -> Result<Datum, E> {
        Ok(Datum::null())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Datum, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Datum, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Datum, A::Error> {
        let inside = self.inside()?;
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(inside)? {
            items.push(item);
        }
        Ok(Datum::from(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Datum, A::Error> {
        let inside = self.inside()?;
        let mut members = Vec::new();
        while let Some(key) = access.next_key::<String>()? {
            let value = access.next_value_seed(inside)?;
            members.push(Member { key, offset: None, value });
        }
        Ok(Datum::new(object_of(members)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_of_serde_json() {
        let value = json!({"a": [1, -2, 0.1, null, true], "b": {"c": "d"}});
        let items = vec![
            Datum::number("1"),
            Datum::number("-2"),
            Datum::number("0.1"),
            Datum::null(),
            Datum::from(true),
        ];
        let inner = Datum::object([("c", Datum::from("d"))]);
        let expected = Datum::object([("a", Datum::from(items)), ("b", inner)]);
        assert_eq!(serde_json::from_value::<Datum>(value.clone()).unwrap(), expected);
        assert_eq!(Datum::from_serialize(&value), Ok(expected));
    }

    #[test]
    fn inexact_numbers() {
        let error = serde_json::from_str::<Datum>("[0.30000000000000004]").unwrap_err();
        assert!(error.to_string().contains("is a rounded floating-point number"), "{error}");
    }

    #[test]
    fn wrapped_values() {
        let number = json!({"$serde_json::private::Number": "1e400"});
        assert_eq!(serde_json::from_value::<Datum>(number.clone()).unwrap(), Datum::number("1e400"));
        assert_eq!(Datum::from_serialize(&number), Ok(Datum::number("1e400")));
        let date = json!({"$__toml_private_datetime": "2026-03-01"});
        assert_eq!(serde_json::from_value::<Datum>(date).unwrap(), Datum::from("2026-03-01"));
    }

    #[test]
    fn depth_is_bounded() {
        let deep = |depth: usize| {
            let mut value = json!(null);
            for _ in 0..depth {
                value = json!([value]);
            }
            serde_json::from_value::<Datum>(value)
        };
        assert!(deep(DEEPEST).is_ok());
        assert!(deep(DEEPEST + 1).is_err());
    }
}
