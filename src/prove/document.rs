//! Facts as the JSON that intake takes, and as a test of the policy gives them.

use crate::{
    json::Json,
    schema::{Key, Node, Schema},
    value::{Known, Scalar, form},
};

/// The document of facts. What is unknown is left out.
pub(crate) fn document(schema: &Schema, known: &[Known]) -> Json {
    Json::Object(members(&schema.keys, schema, known, 0))
}

fn members(
    keys: &[Key],
    schema: &Schema,
    known: &[Known],
    shift: usize,
) -> std::collections::BTreeMap<String, Json> {
    keys.iter().filter_map(|it| Some((it.json.clone(), member(&it.node, schema, known, shift)?))).collect()
}

/// What stands under a key. `shift` leads from the slots of a list's first item to those of another.
fn member(node: &Node, schema: &Schema, known: &[Known], shift: usize) -> Option<Json> {
    match node {
        Node::Leaf(slot) => {
            let declared = schema.slots.get(slot + shift)?;
            match known.get(slot + shift)? {
                Known::Unknown => None,
                Known::Absent => Some(Json::Null),
                Known::Value(value) => {
                    Some(form::to_json(value, declared.ty, declared.low, declared.high, schema))
                }
            }
        }
        Node::Object { presence, keys } => {
            match presence.map(|it| known.get(it + shift)) {
                Some(Some(Known::Absent)) => return Some(Json::Null),
                Some(Some(Known::Unknown)) => return None,
                _ => {}
            }
            Some(Json::Object(members(keys, schema, known, shift)))
        }
        Node::List { list, item } => {
            let list = schema.lists.get(*list)?;
            match known.get(list.slot)? {
                Known::Value(Scalar::Number(length)) => {
                    let length = usize::try_from(*length).ok()?.min(list.most);
                    let items = (0..length).filter_map(|it| member(item, schema, known, it * list.stride));
                    Some(Json::List(items.collect()))
                }
                Known::Value(_) => None,
                Known::Absent => Some(Json::Null),
                Known::Unknown => None,
            }
        }
    }
}
