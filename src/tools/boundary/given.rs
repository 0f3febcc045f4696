//! Facts as a test gives them: `today 2026-11-21, order { total USD 49.99 }`, and constants as a policy writes
//! them.

use crate::schema::{Key, Node, Schema, Type};
use crate::value::duration::{HOUR, MINUTE};
use crate::value::{Known, Scalar, decimal, form};

/// Whether each value has a constant.
pub(super) fn is_written(schema: &Schema, known: &[Known]) -> bool {
    schema.slots.iter().zip(known).all(|(slot, known)| match (known, slot.ty) {
        (Known::Value(_), Type::Record | Type::List(_)) => true,
        (Known::Value(value), ty) => literal(value, ty, schema).is_some(),
        _ => true,
    })
}

/// All facts, one part for each key.
pub(super) fn whole(schema: &Schema, known: &[Known]) -> Vec<String> {
    let facts = Facts { schema, known };
    schema.keys.iter().filter_map(|it| facts.assigned(&it.name, &it.node, 0)).collect()
}

/// What must be given to make the facts `known` of the facts `before`.
pub(super) fn changes(schema: &Schema, before: &[Known], known: &[Known]) -> Vec<String> {
    let mut changes = Vec::new();
    Facts { schema, known }.changes(&schema.keys, "", before, &mut changes);
    changes
}

struct Facts<'f> {
    schema: &'f Schema,
    known: &'f [Known],
}

impl Facts<'_> {
    /// `total USD 49.99`, `order { … }`; none where nothing is known. `shift` leads from the slots of a list's
    /// first item to those of another.
    fn assigned(&self, path: &str, node: &Node, shift: usize) -> Option<String> {
        Some(format!("{path} {}", self.value(node, shift)?))
    }

    fn value(&self, node: &Node, shift: usize) -> Option<String> {
        match node {
            Node::Leaf(slot) => match self.known.get(slot + shift)? {
                Known::Unknown => None,
                Known::Absent => Some("absent".to_owned()),
                Known::Value(value) => literal(value, self.schema.slots.get(slot + shift)?.ty, self.schema),
            },
            Node::Object { presence, keys } => {
                match presence.map(|it| self.known.get(it + shift)) {
                    Some(Some(Known::Absent)) => return Some("absent".to_owned()),
                    Some(Some(Known::Unknown)) => return None,
                    _ => {}
                }
                let inner: Vec<String> =
                    keys.iter().filter_map(|it| self.assigned(&it.name, &it.node, shift)).collect();
                match inner.is_empty() {
                    true => presence.map(|_| "{ }".to_owned()),
                    false => Some(format!("{{ {} }}", inner.join(", "))),
                }
            }
            Node::List { list, item } => {
                let list = self.schema.lists.get(*list)?;
                match self.known.get(list.slot)? {
                    Known::Value(Scalar::Number(length)) => {
                        let length = usize::try_from(*length).ok()?.min(list.most);
                        let item = |it: usize| {
                            let value = self.value(item, it * list.stride);
                            value.unwrap_or_else(|| "unknown".to_owned())
                        };
                        let items: Vec<String> = (0..length).map(item).collect();
                        Some(format!("({})", items.join(", ")))
                    }
                    Known::Absent => Some("absent".to_owned()),
                    Known::Value(_) | Known::Unknown => None,
                }
            }
        }
    }

    fn changes(&self, keys: &[Key], around: &str, before: &[Known], changes: &mut Vec<String>) {
        for key in keys {
            let path = match around {
                "" => key.name.clone(),
                around => format!("{around}.{}", key.name),
            };
            let differs = |slot: usize| before.get(slot) != self.known.get(slot);
            let changed = match &key.node {
                Node::Leaf(slot) => differs(*slot),
                Node::Object { presence, keys } => match presence.is_some_and(differs) {
                    true => true,
                    false => {
                        self.changes(keys, &path, before, changes);
                        false
                    }
                },
                Node::List { list, .. } => {
                    self.schema.lists.get(*list).is_some_and(|it| differs(it.slot) || it.slots().any(differs))
                }
            };
            if changed {
                changes.extend(self.assigned(&path, &key.node, 0));
            }
        }
    }
}

/// A constant as a policy writes it; none where it has no words for it.
pub(super) fn literal(value: &Scalar, ty: Type, schema: &Schema) -> Option<String> {
    match (value, ty) {
        (Scalar::Text(text), _) => quoted(text),
        (Scalar::Number(seconds), Type::Duration { .. }) => {
            let seconds = *seconds;
            Some(whole_units(seconds, "").unwrap_or_else(|| format!("{seconds} seconds")))
        }
        (Scalar::Number(seconds), Type::BusinessHours) => {
            whole_units(*seconds, "business ").or_else(|| business_minutes(*seconds))
        }
        (_, Type::Record | Type::Items(_) | Type::List(_)) => None,
        _ => Some(form::words(value, ty, schema)),
    }
}

/// Seconds in hours or minutes, where they are a whole number of them.
fn whole_units(seconds: i128, business: &str) -> Option<String> {
    let units = [(i128::from(HOUR), "hour"), (i128::from(MINUTE), "minute")];
    let (unit, word) = units.into_iter().find(|it| seconds % it.0 == 0)?;
    let count = seconds / unit;
    let plural = if count.abs() == 1 { "" } else { "s" };
    Some(format!("{count} {business}{word}{plural}"))
}

/// There is no word for a second of opening time: three of them are 0.05 minutes, and one is nothing exact.
fn business_minutes(seconds: i128) -> Option<String> {
    let hundredths = seconds.checked_mul(100)?;
    let minute = i128::from(MINUTE);
    (hundredths % minute == 0)
        .then(|| format!("{} business minutes", decimal::format(hundredths / minute, 2)))
}

/// A text between quotes; none where it has a character that no text of a policy has.
fn quoted(text: &str) -> Option<String> {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' | '{' | '}' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            it if it.is_control() => return None,
            it => out.push(it),
        }
    }
    out.push('"');
    Some(out)
}
