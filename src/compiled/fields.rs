//! A host's own struct straight into cells, through serde.
//!
//! Field names are looked up by their place first, so a struct whose fields stand in the order of the policy's facts
//! costs one comparison a field.

use std::fmt;

use serde::{
    Serialize,
    ser::{Impossible, SerializeStruct, Serializer},
};

use crate::{
    compiled::quick::{Seen, Slow, Writer},
    schema::{Key, Node},
};

impl fmt::Display for Slow {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("intake has to look at this")
    }
}

impl std::error::Error for Slow {}

impl serde::ser::Error for Slow {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Slow
    }
}

/// Where a value goes.
#[derive(Clone, Copy)]
enum Place<'s> {
    /// Into a cell.
    Cell(usize),
    /// Into the cells below these keys, and the presence of them all.
    Object(Option<usize>, &'s [Key]),
}

/// Takes one value.
struct Taker<'w, 'c, 's> {
    writer: &'w mut Writer<'c>,
    place: Place<'s>,
}

/// Reads a whole object of facts.
pub(crate) fn read<T: Serialize + ?Sized>(
    facts: &T,
    keys: &[Key],
    writer: &mut Writer<'_>,
) -> Result<(), Slow> {
    facts.serialize(Taker { writer, place: Place::Object(None, keys) })
}

impl<'w, 'c, 's> Taker<'w, 'c, 's> {
    fn cell(self) -> Result<(&'w mut Writer<'c>, usize), Slow> {
        match self.place {
            Place::Cell(slot) => Ok((self.writer, slot)),
            Place::Object(..) => Err(Slow),
        }
    }

    fn integer<N>(self, value: N) -> Result<(), Slow>
    where
        i64: TryFrom<N>,
    {
        let (writer, slot) = self.cell()?;
        writer.integer(slot, i64::try_from(value).map_err(|_| Slow)?)
    }

    fn fields(self) -> Result<Fields<'w, 'c, 's>, Slow> {
        let Place::Object(presence, keys) = self.place else { return Err(Slow) };
        if let Some(slot) = presence {
            self.writer.there(slot)?;
        }
        Ok(Fields { writer: self.writer, keys, next: 0, seen: Seen::default() })
    }
}

/// Takes the fields of an object.
struct Fields<'w, 'c, 's> {
    writer: &'w mut Writer<'c>,
    keys: &'s [Key],
    next: usize,
    seen: Seen,
}

impl<'s> Fields<'_, '_, 's> {
    fn find(&mut self, name: &str) -> Result<Place<'s>, Slow> {
        let is = |it: &Key| it.json == name;
        let place = match self.keys.get(self.next).is_some_and(is) {
            true => self.next,
            false => self.keys.iter().position(is).ok_or(Slow)?,
        };
        self.seen.once(place)?;
        self.next = place + 1;
        match &self.keys.get(place).ok_or(Slow)?.node {
            Node::Leaf(slot) => Ok(Place::Cell(*slot)),
            Node::Object { presence, keys } => Ok(Place::Object(*presence, keys)),
            Node::List { .. } => Err(Slow),
        }
    }

    fn take<T: Serialize + ?Sized>(&mut self, place: Place<'s>, value: &T) -> Result<(), Slow> {
        value.serialize(Taker { writer: self.writer, place })
    }
}

impl SerializeStruct for Fields<'_, '_, '_> {
    type Ok = ();
    type Error = Slow;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Slow> {
        let place = self.find(key)?;
        self.take(place, value)
    }

    fn end(self) -> Result<(), Slow> {
        Ok(())
    }
}

impl<'w, 'c, 's> Serializer for Taker<'w, 'c, 's> {
    type Ok = ();
    type Error = Slow;
    type SerializeSeq = Impossible<(), Slow>;
    type SerializeTuple = Impossible<(), Slow>;
    type SerializeTupleStruct = Impossible<(), Slow>;
    type SerializeTupleVariant = Impossible<(), Slow>;
    type SerializeMap = Impossible<(), Slow>;
    type SerializeStruct = Fields<'w, 'c, 's>;
    type SerializeStructVariant = Impossible<(), Slow>;

    fn serialize_bool(self, value: bool) -> Result<(), Slow> {
        let (writer, slot) = self.cell()?;
        writer.boolean(slot, value)
    }

    fn serialize_i8(self, value: i8) -> Result<(), Slow> {
        self.integer(value)
    }

    fn serialize_i16(self, value: i16) -> Result<(), Slow> {
        self.integer(value)
    }

    fn serialize_i32(self, value: i32) -> Result<(), Slow> {
        self.integer(value)
    }

    fn serialize_i64(self, value: i64) -> Result<(), Slow> {
        self.integer(value)
    }

    fn serialize_i128(self, value: i128) -> Result<(), Slow> {
        self.integer(value)
    }

    fn serialize_u8(self, value: u8) -> Result<(), Slow> {
        self.integer(value)
    }

    fn serialize_u16(self, value: u16) -> Result<(), Slow> {
        self.integer(value)
    }

    fn serialize_u32(self, value: u32) -> Result<(), Slow> {
        self.integer(value)
    }

    fn serialize_u64(self, value: u64) -> Result<(), Slow> {
        self.integer(value)
    }

    fn serialize_u128(self, value: u128) -> Result<(), Slow> {
        self.integer(value)
    }

    fn serialize_f32(self, _: f32) -> Result<(), Slow> {
        Err(Slow)
    }

    fn serialize_f64(self, _: f64) -> Result<(), Slow> {
        Err(Slow)
    }

    fn serialize_char(self, _: char) -> Result<(), Slow> {
        Err(Slow)
    }

    fn serialize_str(self, value: &str) -> Result<(), Slow> {
        let (writer, slot) = self.cell()?;
        writer.text(slot, value)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Slow> {
        Err(Slow)
    }

    fn serialize_none(self) -> Result<(), Slow> {
        let (writer, slot) = self.cell()?;
        writer.null(slot)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Slow> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Slow> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Slow> {
        Err(Slow)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Slow> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Slow> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Slow> {
        Err(Slow)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Slow> {
        Err(Slow)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Slow> {
        Err(Slow)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Slow> {
        Err(Slow)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Slow> {
        Err(Slow)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Slow> {
        Err(Slow)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Slow> {
        self.fields()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Slow> {
        Err(Slow)
    }
}
