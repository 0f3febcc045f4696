//! What a policy is, in 32 bytes.
//!
//! The digest is the SHA-256 of the checked tree ([`Hir`](crate::hir::Hir)) as JSON text on one line, after
//! the line `evenhand 1`: structures as objects with their fields in order of declaration, variants as objects
//! of one key or as a text. Places, tests, properties and the owner are not in the tree that is written; so
//! formatting and comments move nothing, and whatever can change an answer does.
//!
//! The logic digest leaves out the fields that hold words for people. Two policies that differ in texts alone
//! share it.
//!
//! The text is hashed as it is written and never held. Recursion follows the tree, which is as deep as the
//! brackets of the policy allow ([`Limits::nesting`](crate::limits::Limits::nesting)).

use std::fmt::{self, Write};

use serde::ser::{self, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::json::Json;

/// Fields that hold words for people, wherever they stand.
const WORDS: [&str; 6] = ["title", "doc", "ask", "notes", "say", "cites"];

/// `sha256:` and the digest of `text` in hexadecimal.
pub(super) fn of_text(text: &str) -> String {
    let mut hash = Hash(Sha256::new());
    hash.0.update(text.as_bytes());
    hash.finish()
}

/// The digest of `tree`; without its words where `logic` is set.
pub(super) fn of_tree(tree: &impl Serialize, logic: bool) -> String {
    let mut hash = Hash(Sha256::new());
    hash.0.update(b"evenhand 1\n");
    // A hash takes everything, and the tree's own implementations are derived: neither fails.
    let _ = tree.serialize(&mut TreeWriter { out: &mut hash, logic });
    hash.finish()
}

struct Hash(Sha256);

impl Hash {
    fn finish(self) -> String {
        let mut text = String::from("sha256:");
        for byte in self.0.finalize() {
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

impl Write for Hash {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

/// Writes a tree as JSON text.
struct TreeWriter<'o, W> {
    out: &'o mut W,
    logic: bool,
}

/// A list or an object in the making.
struct Building<'w, 'o, W> {
    writer: &'w mut TreeWriter<'o, W>,
    first: bool,
    close: &'static str,
}

impl<'w, 'o, W: Write> Building<'w, 'o, W> {
    fn new(
        writer: &'w mut TreeWriter<'o, W>,
        variant: Option<&str>,
        open: &str,
        close: [&'static str; 2],
    ) -> Result<Self, fmt::Error> {
        let [bare, wrapped] = close;
        if let Some(variant) = variant {
            write!(writer.out, "{{\"{variant}\":")?;
        }
        writer.out.write_str(open)?;
        Ok(Building { writer, first: true, close: if variant.is_some() { wrapped } else { bare } })
    }

    fn comma(&mut self) -> fmt::Result {
        match std::mem::replace(&mut self.first, false) {
            true => Ok(()),
            false => self.writer.out.write_char(','),
        }
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> fmt::Result {
        self.comma()?;
        value.serialize(&mut *self.writer)
    }

    fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> fmt::Result {
        if self.writer.logic && WORDS.contains(&key) {
            return Ok(());
        }
        self.comma()?;
        write!(self.writer.out, "\"{key}\":")?;
        value.serialize(&mut *self.writer)
    }

    fn close(self) -> fmt::Result {
        self.writer.out.write_str(self.close)
    }
}

/// Methods for what is written as its decimal text.
macro_rules! plain {
    ($($method:ident $kind:ty),+) => {
        $(fn $method(self, value: $kind) -> fmt::Result {
            write!(self.out, "{value}")
        })+
    };
}

impl<'w, 'o, W: Write> Serializer for &'w mut TreeWriter<'o, W> {
    type Ok = ();
    type Error = fmt::Error;
    type SerializeSeq = Building<'w, 'o, W>;
    type SerializeTuple = Building<'w, 'o, W>;
    type SerializeTupleStruct = Building<'w, 'o, W>;
    type SerializeTupleVariant = Building<'w, 'o, W>;
    type SerializeMap = Building<'w, 'o, W>;
    type SerializeStruct = Building<'w, 'o, W>;
    type SerializeStructVariant = Building<'w, 'o, W>;

    plain! {
        serialize_bool bool,
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_i128 i128,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_u128 u128
    }

    /// The tree holds no floating-point numbers.
    fn serialize_f32(self, _: f32) -> fmt::Result {
        Err(fmt::Error)
    }

    /// The tree holds no floating-point numbers.
    fn serialize_f64(self, _: f64) -> fmt::Result {
        Err(fmt::Error)
    }

    fn serialize_char(self, value: char) -> fmt::Result {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> fmt::Result {
        self.out.write_str(&Json::from(value).canonical())
    }

    fn serialize_bytes(self, value: &[u8]) -> fmt::Result {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> fmt::Result {
        self.out.write_str("null")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> fmt::Result {
        value.serialize(self)
    }

    fn serialize_unit(self) -> fmt::Result {
        self.out.write_str("null")
    }

    fn serialize_unit_struct(self, name: &'static str) -> fmt::Result {
        self.serialize_str(name)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> fmt::Result {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> fmt::Result {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> fmt::Result {
        write!(self.out, "{{\"{variant}\":")?;
        value.serialize(&mut *self)?;
        self.out.write_char('}')
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Building<'w, 'o, W>, fmt::Error> {
        Building::new(self, None, "[", ["]", "]}"])
    }

    fn serialize_tuple(self, _: usize) -> Result<Building<'w, 'o, W>, fmt::Error> {
        Building::new(self, None, "[", ["]", "]}"])
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Building<'w, 'o, W>, fmt::Error> {
        Building::new(self, None, "[", ["]", "]}"])
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Building<'w, 'o, W>, fmt::Error> {
        Building::new(self, Some(variant), "[", ["]", "]}"])
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Building<'w, 'o, W>, fmt::Error> {
        Building::new(self, None, "[", ["]", "]}"])
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Building<'w, 'o, W>, fmt::Error> {
        Building::new(self, None, "{", ["}", "}}"])
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Building<'w, 'o, W>, fmt::Error> {
        Building::new(self, Some(variant), "{", ["}", "}}"])
    }
}

/// The traits of what has no field names.
macro_rules! lists {
    ($($name:ident $method:ident),+) => {
        $(impl<W: Write> ser::$name for Building<'_, '_, W> {
            type Ok = ();
            type Error = fmt::Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> fmt::Result {
                self.item(value)
            }

            fn end(self) -> fmt::Result {
                self.close()
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

/// A map is the list of its keys and values, in its own order.
impl<W: Write> ser::SerializeMap for Building<'_, '_, W> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> fmt::Result {
        self.item(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> fmt::Result {
        self.item(value)
    }

    fn end(self) -> fmt::Result {
        self.close()
    }
}

/// The traits of what has field names.
macro_rules! objects {
    ($($name:ident),+) => {
        $(impl<W: Write> ser::$name for Building<'_, '_, W> {
            type Ok = ();
            type Error = fmt::Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> fmt::Result {
                self.field(key, value)
            }

            fn end(self) -> fmt::Result {
                self.close()
            }
        })+
    };
}

objects! { SerializeStruct, SerializeStructVariant }

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Serialize)]
    struct Tree {
        name: &'static str,
        doc: Option<&'static str>,
        parts: Vec<Part>,
    }

    #[derive(serde::Serialize)]
    enum Part {
        Unit,
        One(i128),
        Two(bool, u8),
        Named { doc: u8, kept: Option<u8> },
    }

    fn text(logic: bool) -> String {
        let parts = vec![Part::Unit, Part::One(-1), Part::Two(true, 2), Part::Named { doc: 1, kept: None }];
        let tree = Tree { name: "a\"b", doc: Some("words"), parts };
        let mut out = String::new();
        tree.serialize(&mut TreeWriter { out: &mut out, logic }).unwrap();
        out
    }

    #[test]
    fn the_text_is_json() {
        assert_eq!(
            text(false),
            r#"{"name":"a\"b","doc":"words","parts":["Unit",{"One":-1},{"Two":[true,2]},{"Named":{"doc":1,"kept":null}}]}"#
        );
        assert_eq!(
            text(true),
            r#"{"name":"a\"b","parts":["Unit",{"One":-1},{"Two":[true,2]},{"Named":{"kept":null}}]}"#
        );
    }

    #[test]
    fn the_digest_of_a_text() {
        assert_eq!(of_text("abc"), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
