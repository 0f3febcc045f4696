//! Holds a schema of columns against the facts of a policy.

use arrow_schema::{DataType, Field, Fields, Schema as ArrowSchema, TimeUnit};

use crate::{
    compiled::{
        Compiled,
        arrow::source::{Leaf, Source, There},
    },
    intake::{FactCode, FactProblem},
    schema::{Key, Node, Schema, Type},
    value::form::clipped,
    words::nearest,
};

/// What is bound: where facts come from, and the columns that are kept.
type Bound = (Vec<Source>, Vec<usize>);

/// Everything that is wrong is reported.
pub(super) fn bind(
    compiled: &Compiled,
    columns: &ArrowSchema,
    kept: &[&str],
) -> Result<Bound, Vec<FactProblem>> {
    let schema = compiled.schema();
    let mut binding = Binding { schema, problems: Vec::new() };
    let place = |name: &&str| columns.fields().iter().position(|it| it.name() == name);
    let mut places = Vec::new();
    for name in kept {
        match place(name) {
            Some(at) => places.push(at),
            None => {
                let near = nearest(name, columns.fields().iter().map(|it| it.name().as_str()));
                let message = format!("there is no column `{}`", clipped(name, 40));
                binding.report(
                    FactCode::UnknownFact,
                    name,
                    message,
                    near.map(|it| format!("did you mean `{it}`?")),
                );
            }
        }
    }
    let of_facts = columns.fields().iter().enumerate().filter(|it| !places.contains(&it.0));
    let columns: Vec<Column<'_>> = of_facts
        .map(|(at, field)| Column { name: field.name(), rest: field.name(), field, path: vec![at] })
        .collect();
    let sources = binding.keys(&schema.keys, "", &columns);
    match binding.problems.is_empty() {
        true => Ok((sources, places)),
        false => Err(binding.problems),
    }
}

/// A column, or a field of a struct column.
#[derive(Clone)]
struct Column<'a> {
    /// The whole name, for messages.
    name: &'a str,
    /// What is left of the name under the key that is looked at.
    rest: &'a str,
    field: &'a Field,
    /// Its place in the batch, and in the structs below.
    path: Vec<usize>,
}

struct Binding<'a> {
    schema: &'a Schema,
    problems: Vec<FactProblem>,
}

impl Binding<'_> {
    fn report(&mut self, code: FactCode, path: &str, message: String, help: Option<String>) {
        let mut problem = FactProblem::new(code, clipped(path, 80), message);
        problem.help = help;
        self.problems.push(problem);
    }

    /// Binds the columns that stand beside each other, each to a key.
    fn keys(&mut self, keys: &[Key], path: &str, columns: &[Column<'_>]) -> Vec<Source> {
        let named = |key: &Key, head: &str| key.json == head || key.name == head;
        let head = |it: &Column<'_>| it.rest.split('.').next().unwrap_or_default().to_owned();
        for column in columns {
            let head = head(column);
            if !keys.iter().any(|it| named(it, &head)) {
                let place = if path.is_empty() { String::new() } else { format!(" in `{path}`") };
                let near = nearest(&head, keys.iter().map(|it| it.json.as_str()));
                let help = near.map(|it| format!("did you mean `{it}`?"));
                let help =
                    help.unwrap_or_else(|| "leave out the column, or say that it is to be kept".to_owned());
                let message = format!("the policy declares no fact `{}`{place}", clipped(&head, 40));
                self.report(FactCode::UnknownFact, column.name, message, Some(help));
            }
        }
        let mut sources = Vec::new();
        for key in keys {
            let own: Vec<_> = columns.iter().filter(|it| named(key, &head(it))).cloned().collect();
            if !own.is_empty() {
                let path = if path.is_empty() { key.json.clone() } else { format!("{path}.{}", key.json) };
                sources.extend(self.node(key, &path, &own));
            }
        }
        sources
    }

    fn node(&mut self, key: &Key, path: &str, columns: &[Column<'_>]) -> Option<Source> {
        match (&key.node, columns) {
            (Node::Leaf(slot), [column]) if !column.rest.contains('.') => self.leaf(*slot, &key.json, column),
            (Node::Object { presence, keys }, [column]) if !column.rest.contains('.') => {
                let DataType::Struct(fields) = column.field.data_type() else {
                    let found = format!("expected a struct, found a column of {}", column.field.data_type());
                    let help = format!("give a struct, or a column for each fact: `{path}.…`");
                    self.report(FactCode::WrongType, column.name, found, Some(help));
                    return None;
                };
                let below = self.keys(keys, path, &inside(column, fields));
                let there = There::Struct(column.path.clone());
                Some(self.object(key, *presence, there, below))
            }
            (Node::Object { presence, keys }, columns) if columns.iter().all(|it| it.rest.contains('.')) => {
                let rest = |it: &Column<'_>| it.rest.split_once('.').map_or("", |it| it.1).len();
                let shorter = |it: &Column<'_>| it.rest.len() - rest(it);
                let below: Vec<Column<'_>> = columns
                    .iter()
                    .map(|it| Column { rest: it.rest.get(shorter(it)..).unwrap_or_default(), ..it.clone() })
                    .collect();
                let below = self.keys(keys, path, &below);
                Some(self.object(key, *presence, There::Any, below))
            }
            (Node::List { .. }, [first, ..]) => {
                let message = "lists are not read from columns".to_owned();
                let help = Some("give such cases as JSON Lines, or leave out the column".to_owned());
                self.report(FactCode::WrongType, first.name, message, help);
                None
            }
            (_, [first, second, ..]) => {
                let message =
                    format!("the columns `{}` and `{}` are about one fact", first.name, second.name);
                self.report(
                    FactCode::DuplicateKey,
                    second.name,
                    message,
                    Some("leave out one of them".to_owned()),
                );
                None
            }
            (_, columns) => {
                let name = columns.first().map_or("", |it| it.name);
                let message = format!("`{path}` has no facts inside it");
                self.report(FactCode::UnknownFact, name, message, None);
                None
            }
        }
    }

    fn object(&self, key: &Key, presence: Option<usize>, there: There, below: Vec<Source>) -> Source {
        let mut slots = Vec::new();
        all_slots(&key.node, self.schema, &mut slots);
        Source::Object { json: key.json.clone(), presence, there, below, slots }
    }

    fn leaf(&mut self, slot: usize, json: &str, column: &Column<'_>) -> Option<Source> {
        let own = self.schema.slots.get(slot)?;
        let found = column.field.data_type();
        match fits(own.ty, found) {
            Ok(()) => {
                let (path, optional) = (column.path.clone(), own.optional);
                Some(Source::Leaf(Leaf { json: json.to_owned(), slot, ty: own.ty, optional, path }))
            }
            Err((expected, help)) => {
                let message = format!("expected {expected}, found a column of {found}");
                self.report(FactCode::WrongType, column.name, message, help.map(str::to_owned));
                None
            }
        }
    }
}

fn inside<'a>(column: &Column<'a>, fields: &'a Fields) -> Vec<Column<'a>> {
    let below = |(at, field): (usize, &'a std::sync::Arc<Field>)| Column {
        name: field.name(),
        rest: field.name(),
        field,
        path: column.path.iter().copied().chain([at]).collect(),
    };
    fields.iter().enumerate().map(below).collect()
}

/// All slots under a node.
fn all_slots(node: &Node, schema: &Schema, slots: &mut Vec<usize>) {
    match node {
        Node::Leaf(slot) => slots.push(*slot),
        Node::Object { presence, keys } => {
            slots.extend(presence);
            keys.iter().for_each(|it| all_slots(&it.node, schema, slots));
        }
        Node::List { list, .. } => {
            let list = schema.lists.get(*list);
            slots.extend(list.into_iter().flat_map(|it| std::iter::once(it.slot).chain(it.slots())));
        }
    }
}

/// Whether a column of this type can hold a fact exactly; or what could, and why this one cannot.
fn fits(ty: Type, column: &DataType) -> Result<(), (&'static str, Option<&'static str>)> {
    let is_text = match column {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => **values == DataType::Utf8,
        _ => false,
    };
    let is_decimal = matches!(column, DataType::Decimal128(..));
    let is_float = matches!(column, DataType::Float16 | DataType::Float32 | DataType::Float64);
    let seconds = |zoned: bool| matches!(column, DataType::Timestamp(_, zone) if zone.is_some() == zoned);
    let (takes, expected) = match ty {
        Type::Boolean => (*column == DataType::Boolean, "booleans"),
        Type::Number { .. } => {
            (column.is_integer() || is_decimal || is_text, "integers, Decimal128 or texts")
        }
        Type::Days | Type::Months | Type::Years | Type::BusinessDays => {
            (column.is_integer() || is_decimal || is_text, "integers, Decimal128 or texts")
        }
        Type::Money { .. } => (is_decimal || is_text, "Decimal128 or texts such as `USD 49.99`"),
        Type::Date => (*column == DataType::Date32 || is_text, "Date32 or texts such as `2026-03-01`"),
        Type::DateTime { .. } => {
            (seconds(false) || is_text, "Timestamp without a zone, or texts such as `2026-03-01T17:00`")
        }
        Type::Instant { .. } => {
            (seconds(true) || is_text, "Timestamp with a zone, or texts such as `2026-03-01T17:00Z`")
        }
        Type::Time { .. } => (
            *column == DataType::Time32(TimeUnit::Second) || is_text,
            "Time32 in seconds, or texts such as `17:00`",
        ),
        Type::Percent { .. } => (is_text, "texts such as `15%`"),
        Type::MoneyOf(_) => (is_text, "texts such as `EUR 49.99`"),
        Type::Duration { json_unit: Some(_) } => {
            (column.is_integer() || is_text, "integers or texts such as `PT4H`")
        }
        Type::Duration { .. } | Type::BusinessHours => (is_text, "texts such as `PT4H`"),
        Type::Text { .. } | Type::Choice(_) => (is_text, "texts"),
        Type::Record | Type::Items(_) | Type::List(_) => (false, "no column"),
    };
    let help = match ty {
        _ if is_float => Some("floating-point numbers are not exact: give Decimal128 or texts"),
        Type::Money { .. } if column.is_integer() => {
            Some("whole numbers may be dollars or cents: give Decimal128, or texts with the currency")
        }
        Type::Percent { .. } if is_decimal || column.is_integer() => {
            Some("nobody can know whether 0.15 or 15 is meant: give texts with `%`")
        }
        _ => None,
    };
    // A column of nothing but nulls.
    if takes || *column == DataType::Null { Ok(()) } else { Err((expected, help)) }
}
