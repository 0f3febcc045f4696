//! Makes a [`Datum`] of anything that implements `Serialize`.

use crate::datum::{DEEPEST, Datum, DatumError, DatumProblem, Kind, Member, object_of};
use serde::ser::{self, Serialize, Serializer};
use std::fmt::Display;

/// A serializer whose output is a [`Datum`].
#[derive(Clone, Copy)]
pub(super) struct ToDatum {
    /// How many lists and objects stand around this value.
    pub(super) depth: usize,
}

impl ToDatum {
    /// The serializer for what stands inside a list or object here.
    fn inside(self) -> Result<ToDatum, DatumError> {
        match self.depth < DEEPEST {
            true => Ok(ToDatum { depth: self.depth + 1 }),
            false => Err(DatumError::new(DatumProblem::TooDeep)),
        }
    }
}

impl ser::Error for DatumError {
    fn custom<T: Display>(message: T) -> Self {
        DatumError::new(DatumProblem::Other(message.to_string()))
    }
}

/// A list or object in the making. Inside a variant with content it is wrapped in an object of one key.
pub(super) struct Building {
    inside: ToDatum,
    variant: Option<&'static str>,
    items: Vec<Datum>,
    members: Vec<Member>,
    key: Option<String>,
}

impl Building {
    fn new(outer: ToDatum, variant: Option<&'static str>) -> Result<Building, DatumError> {
        let outer = if variant.is_some() { outer.inside()? } else { outer };
        Ok(Building { inside: outer.inside()?, variant, items: Vec::new(), members: Vec::new(), key: None })
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), DatumError> {
        let index = self.items.len();
        let datum = value.serialize(self.inside).map_err(|error| error.under(&format!("[{index}]")))?;
        self.items.push(datum);
        Ok(())
    }

    fn member<T: Serialize + ?Sized>(&mut self, key: String, value: &T) -> Result<(), DatumError> {
        let value = value.serialize(self.inside).map_err(|error| error.under(&key))?;
        self.members.push(Member { key, offset: None, value });
        Ok(())
    }

    fn list(self) -> Datum {
        wrapped(self.variant, Datum::new(Kind::List(self.items)))
    }

    fn object(self) -> Datum {
        wrapped(self.variant, Datum::new(object_of(self.members)))
    }
}

fn wrapped(variant: Option<&'static str>, datum: Datum) -> Datum {
    match variant {
        Some(variant) => Datum::object([(variant, datum)]),
        None => datum,
    }
}

/// Methods for numbers that fit 128 bits.
macro_rules! whole_numbers {
    ($($method:ident $kind:ty),+) => {
        $(fn $method(self, value: $kind) -> Result<Datum, DatumError> {
            Ok(Datum::number(value.to_string()))
        })+
    };
}

impl Serializer for ToDatum {
    type Ok = Datum;
    type Error = DatumError;
    type SerializeSeq = Building;
    type SerializeTuple = Building;
    type SerializeTupleStruct = Building;
    type SerializeTupleVariant = Building;
    type SerializeMap = Building;
    type SerializeStruct = Building;
    type SerializeStructVariant = Building;

    whole_numbers! {
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_i128 i128,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_u128 u128
    }

    fn serialize_bool(self, value: bool) -> Result<Datum, DatumError> {
        Ok(Datum::from(value))
    }

    fn serialize_f32(self, value: f32) -> Result<Datum, DatumError> {
        Datum::try_from(value)
    }

    fn serialize_f64(self, value: f64) -> Result<Datum, DatumError> {
        Datum::try_from(value)
    }

    fn serialize_char(self, value: char) -> Result<Datum, DatumError> {
        Ok(Datum::from(value.to_string()))
    }

    fn serialize_str(self, value: &str) -> Result<Datum, DatumError> {
        Ok(Datum::from(value))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Datum, DatumError> {
        Err(DatumError::new(DatumProblem::Bytes))
    }

    fn serialize_none(self) -> Result<Datum, DatumError> {
        Ok(Datum::null())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Datum, DatumError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Datum, DatumError> {
        Ok(Datum::null())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Datum, DatumError> {
        Ok(Datum::null())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Datum, DatumError> {
        Ok(Datum::from(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Datum, DatumError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Datum, DatumError> {
        let datum = value.serialize(self.inside()?).map_err(|error| error.under(variant))?;
        Ok(wrapped(Some(variant), datum))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Building, DatumError> {
        Building::new(self, None)
    }

    fn serialize_tuple(self, _: usize) -> Result<Building, DatumError> {
        Building::new(self, None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Building, DatumError> {
        Building::new(self, None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Building, DatumError> {
        Building::new(self, Some(variant))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Building, DatumError> {
        Building::new(self, None)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Building, DatumError> {
        Building::new(self, None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Building, DatumError> {
        Building::new(self, Some(variant))
    }
}

/// The four kinds of lists differ in the name of the method only.
macro_rules! lists {
    ($($kind:ident $method:ident),+) => {
        $(impl ser::$kind for Building {
            type Ok = Datum;
            type Error = DatumError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), DatumError> {
                self.item(value)
            }

            fn end(self) -> Result<Datum, DatumError> {
                Ok(self.list())
            }
        })+
    };
}

lists! {
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
}

/// So do the two kinds of structs. A skipped field never comes here: it is a missing key.
macro_rules! structs {
    ($($kind:ident),+) => {
        $(impl ser::$kind for Building {
            type Ok = Datum;
            type Error = DatumError;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), DatumError> {
                self.member(key.to_owned(), value)
            }

            fn end(self) -> Result<Datum, DatumError> {
                Ok(self.object())
            }
        })+
    };
}

structs! { SerializeStruct, SerializeStructVariant }

impl ser::SerializeMap for Building {
    type Ok = Datum;
    type Error = DatumError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), DatumError> {
        self.key = match key.serialize(self.inside)?.kind {
            Kind::Text(text) | Kind::Number(text) => Some(text),
            _ => return Err(DatumError::new(DatumProblem::KeyIsNoText)),
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), DatumError> {
        let key = self.key.take().ok_or_else(|| DatumError::new(DatumProblem::KeyIsNoText))?;
        self.member(key, value)
    }

    fn end(self) -> Result<Datum, DatumError> {
        Ok(self.object())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[derive(serde::Serialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        GiftCard,
        Sized(u8, u8),
        Other { name: &'static str },
        Wrapped(i128),
    }

    #[derive(serde::Serialize)]
    struct Order {
        total: f64,
        count: u128,
        delivered: Option<&'static str>,
        kind: Kind,
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<char>,
    }

    fn order(total: f64, kind: Kind) -> Order {
        Order { total, count: u128::MAX, delivered: None, kind, note: None }
    }

    #[test]
    fn structs_and_enums() {
        let read = |kind| Datum::from_serialize(&order(0.1, kind)).unwrap();
        let expected = |kind| {
            Datum::object([
                ("total", Datum::number("0.1")),
                ("count", Datum::number(u128::MAX.to_string())),
                ("delivered", Datum::null()),
                ("kind", kind),
            ])
        };
        assert_eq!(read(Kind::GiftCard), expected(Datum::from("gift_card")));
        let sizes = Datum::from(vec![Datum::from(1_i64), Datum::from(2_i64)]);
        assert_eq!(read(Kind::Sized(1, 2)), expected(Datum::object([("sized", sizes)])));
        let other = Datum::object([("other", Datum::object([("name", Datum::from("x"))]))]);
        assert_eq!(read(Kind::Other { name: "x" }), expected(other));
        let wrapped = Datum::object([("wrapped", Datum::from(i128::MIN))]);
        assert_eq!(read(Kind::Wrapped(i128::MIN)), expected(wrapped));
    }

    #[test]
    fn errors_have_their_path() {
        let orders = BTreeMap::from([("orders", vec![order(0.1 + 0.2, Kind::GiftCard)])]);
        let error = Datum::from_serialize(&orders).unwrap_err();
        assert!(error.to_string().starts_with("`orders[0].total`: `0.30000000000000004` is"), "{error}");
        let keys = BTreeMap::from([(vec![1], 2)]);
        assert_eq!(Datum::from_serialize(&keys).unwrap_err().problem, DatumProblem::KeyIsNoText);
        let numbers = BTreeMap::from([(1, 2)]);
        assert_eq!(Datum::from_serialize(&numbers), Ok(Datum::object([("1", Datum::number("2"))])));
    }

    /// Serializes as so many lists in each other.
    struct Deep(usize);

    impl serde::Serialize for Deep {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match self.0 {
                0 => serializer.serialize_unit(),
                depth => serializer.collect_seq([Deep(depth - 1)]),
            }
        }
    }

    #[test]
    fn depth_is_bounded() {
        assert!(Datum::from_serialize(&Deep(DEEPEST)).is_ok());
        let error = Datum::from_serialize(&Deep(100_000)).unwrap_err();
        assert_eq!(error.problem, DatumProblem::TooDeep);
    }
}
