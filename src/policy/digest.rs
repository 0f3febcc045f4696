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
//! Both are made in one pass, and the texts are hashed as they are written: no more than a few pages of them are
//! held. Recursion follows the tree, which is as deep as the
//! brackets of the policy allow ([`Limits::nesting`](crate::limits::Limits::nesting)).

use std::fmt::{self, Write};

use serde::ser::{self, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::json::Json;

/// Whether a field holds words for people, wherever it stands.
fn holds_words(field: &str) -> bool {
    matches!(field, "title" | "doc" | "ask" | "notes" | "say" | "cites")
}

/// `sha256:` and the digest of `text` in hexadecimal.
pub(super) fn of_text(text: &str) -> String {
    written(Sha256::new_with_prefix(text.as_bytes()))
}

/// The digest of `tree`, and the one without its words.
pub(super) fn of_tree(tree: &impl Serialize) -> [String; 2] {
    let (mut all, mut logic) = (Sha256::new(), Sha256::new());
    let mut out = TreeWriter::new(|text: &[u8], is_logic: bool| {
        all.update(text);
        if is_logic {
            logic.update(text);
        }
    });
    out.text(b"evenhand 1\n");
    // A hash takes everything, and the tree's own implementations are derived: neither fails.
    let _ = tree.serialize(&mut out);
    out.flush();
    [written(all), written(logic)]
}

fn written(hash: Sha256) -> String {
    let mut text = String::from("sha256:");
    for byte in hash.finalize() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// How many bytes are held before they are given away: a hash takes many at once far faster than a few.
const PAGE: usize = 8 << 10;

/// Writes a tree as JSON text, and says of each piece of it whether it stands in the text without words too.
struct TreeWriter<F> {
    out: F,
    /// A piece that was not given away yet.
    held: Vec<u8>,
    /// Whether it stands in both texts.
    is_logic: bool,
    /// Whether what is written now belongs to words.
    in_words: bool,
}

impl<F: FnMut(&[u8], bool)> TreeWriter<F> {
    fn new(out: F) -> Self {
        TreeWriter { out, held: Vec::with_capacity(2 * PAGE), is_logic: true, in_words: false }
    }

    /// Gives away what is held.
    fn flush(&mut self) {
        (self.out)(&self.held, self.is_logic);
        self.held.clear();
    }

    /// What is written from here on stands in both texts, or in the whole one alone.
    fn is_logic(&mut self, is_logic: bool) {
        if self.is_logic != is_logic {
            self.flush();
            self.is_logic = is_logic;
        }
    }

    fn text(&mut self, text: &[u8]) {
        self.held.extend_from_slice(text);
        self.filled();
    }

    /// A name between two signs.
    fn name(&mut self, before: &[u8], name: &str, after: &[u8]) {
        self.held.extend_from_slice(before);
        self.held.extend_from_slice(name.as_bytes());
        self.held.extend_from_slice(after);
        self.filled();
    }

    fn filled(&mut self) {
        if self.held.len() >= PAGE {
            self.flush();
        }
    }

    fn number(&mut self, negative: bool, mut value: u128) {
        let mut digits = [b'0'; 40];
        let mut used = 0;
        for digit in digits.iter_mut().rev() {
            // Most numbers are indices: the division of a small number takes a tenth of the time.
            match u64::try_from(value) {
                Ok(small) => {
                    *digit += u8::try_from(small % 10).unwrap_or(0);
                    value = u128::from(small / 10);
                }
                Err(_) => {
                    *digit += u8::try_from(value % 10).unwrap_or(0);
                    value /= 10;
                }
            }
            used += 1;
            if value == 0 {
                break;
            }
        }
        let digits = digits.get(digits.len() - used..).unwrap_or_default();
        if negative {
            self.text(b"-");
        }
        self.text(digits);
    }
}

/// A list or an object in the making.
struct Building<'w, F> {
    writer: &'w mut TreeWriter<F>,
    /// Whether nothing stands in it yet, in the whole text.
    first: bool,
    /// The same for the text without words.
    first_logic: bool,
    close: &'static [u8],
}

impl<'w, F: FnMut(&[u8], bool)> Building<'w, F> {
    fn new(
        writer: &'w mut TreeWriter<F>,
        variant: Option<&str>,
        open: &[u8],
        close: [&'static [u8]; 2],
    ) -> Result<Self, fmt::Error> {
        let [bare, wrapped] = close;
        if let Some(variant) = variant {
            writer.variant(variant);
        }
        writer.text(open);
        let close = if variant.is_some() { wrapped } else { bare };
        Ok(Building { writer, first: true, first_logic: true, close })
    }

    /// Writes what stands before a part.
    fn comma(&mut self) {
        let first = std::mem::replace(&mut self.first, false);
        // Words may stand before the first part of the text without them.
        let only_here = !self.writer.in_words && std::mem::replace(&mut self.first_logic, false);
        if !first {
            self.writer.is_logic(!self.writer.in_words && !only_here);
            self.writer.text(b",");
        }
        self.writer.is_logic(!self.writer.in_words);
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> fmt::Result {
        self.comma();
        value.serialize(&mut *self.writer)
    }

    fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> fmt::Result {
        let around = self.writer.in_words;
        self.writer.in_words |= holds_words(key);
        self.comma();
        self.writer.name(b"\"", key, b"\":");
        let written = value.serialize(&mut *self.writer);
        self.writer.in_words = around;
        self.writer.is_logic(!around);
        written
    }

    fn close(self) -> fmt::Result {
        self.writer.text(self.close);
        Ok(())
    }
}

impl<F: FnMut(&[u8], bool)> TreeWriter<F> {
    /// Begins an object with one key.
    fn variant(&mut self, variant: &str) {
        self.name(b"{\"", variant, b"\":");
    }
}

/// Methods for numbers that may be negative.
macro_rules! whole {
    ($($method:ident $kind:ty),+) => {
        $(fn $method(self, value: $kind) -> fmt::Result {
            self.number(value < 0, u128::from(value.unsigned_abs()));
            Ok(())
        })+
    };
}

/// Methods for numbers that may not.
macro_rules! natural {
    ($($method:ident $kind:ty),+) => {
        $(fn $method(self, value: $kind) -> fmt::Result {
            self.number(false, u128::from(value));
            Ok(())
        })+
    };
}

impl<'w, F: FnMut(&[u8], bool)> Serializer for &'w mut TreeWriter<F> {
    type Ok = ();
    type Error = fmt::Error;
    type SerializeSeq = Building<'w, F>;
    type SerializeTuple = Building<'w, F>;
    type SerializeTupleStruct = Building<'w, F>;
    type SerializeTupleVariant = Building<'w, F>;
    type SerializeMap = Building<'w, F>;
    type SerializeStruct = Building<'w, F>;
    type SerializeStructVariant = Building<'w, F>;

    whole! {
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_i128 i128
    }

    natural! {
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_u128 u128
    }

    fn serialize_bool(self, value: bool) -> fmt::Result {
        self.text(if value { b"true" } else { b"false" });
        Ok(())
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
        if value.bytes().all(|it| it >= 0x20 && it != b'"' && it != b'\\') {
            self.name(b"\"", value, b"\"");
        } else {
            self.text(Json::from(value).canonical().as_bytes());
        }
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> fmt::Result {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> fmt::Result {
        self.text(b"null");
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> fmt::Result {
        value.serialize(self)
    }

    fn serialize_unit(self) -> fmt::Result {
        self.text(b"null");
        Ok(())
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
        self.variant(variant);
        value.serialize(&mut *self)?;
        self.text(b"}");
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Building<'w, F>, fmt::Error> {
        Building::new(self, None, b"[", [b"]", b"]}"])
    }

    fn serialize_tuple(self, _: usize) -> Result<Building<'w, F>, fmt::Error> {
        Building::new(self, None, b"[", [b"]", b"]}"])
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Building<'w, F>, fmt::Error> {
        Building::new(self, None, b"[", [b"]", b"]}"])
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Building<'w, F>, fmt::Error> {
        Building::new(self, Some(variant), b"[", [b"]", b"]}"])
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Building<'w, F>, fmt::Error> {
        Building::new(self, None, b"[", [b"]", b"]}"])
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Building<'w, F>, fmt::Error> {
        Building::new(self, None, b"{", [b"}", b"}}"])
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Building<'w, F>, fmt::Error> {
        Building::new(self, Some(variant), b"{", [b"}", b"}}"])
    }
}

/// The traits of what has no field names.
macro_rules! lists {
    ($($name:ident $method:ident),+) => {
        $(impl<F: FnMut(&[u8], bool)> ser::$name for Building<'_, F> {
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
impl<F: FnMut(&[u8], bool)> ser::SerializeMap for Building<'_, F> {
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
        $(impl<F: FnMut(&[u8], bool)> ser::$name for Building<'_, F> {
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
        let (mut all, mut without) = (String::new(), String::new());
        let parts = vec![Part::Unit, Part::One(-1), Part::Two(true, 2), Part::Named { doc: 1, kept: None }];
        let tree = Tree { name: "a\"b", doc: Some("words"), parts };
        let mut out = TreeWriter::new(|text: &[u8], is_logic: bool| {
            let text = str::from_utf8(text).unwrap();
            all.push_str(text);
            if is_logic {
                without.push_str(text);
            }
        });
        tree.serialize(&mut out).unwrap();
        out.flush();
        if logic { without } else { all }
    }

    #[test]
    fn numbers_are_written_in_full() {
        let mut found = Vec::new();
        for number in [0, 7, 10, -10, i128::from(u64::MAX) + 1, i128::MAX, i128::MIN] {
            let mut text = String::new();
            let mut out = TreeWriter::new(|piece: &[u8], _| text.push_str(str::from_utf8(piece).unwrap()));
            number.serialize(&mut out).unwrap();
            out.flush();
            found.push((text, number.to_string()));
        }
        assert!(found.iter().all(|(written, wanted)| written == wanted), "{found:?}");
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
