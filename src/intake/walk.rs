//! The walk over a host's data along the schema.
//!
//! Data leads and the schema answers, so problems come in the order of writing and unknown keys are found on
//! the way. The walk is as deep as the schema, never as deep as the data.

use crate::datum::{DEEPEST, Datum, Kind, Member};
use crate::intake::leaf::Leaf;
use crate::intake::problem::{self, FactCode, FactProblem};
use crate::json::duplicates::duplicates;
use crate::limits::Limits;
use crate::schema::{Key, Node, Schema, Slot};
use crate::value::form::clipped;
use crate::value::{Known, Scalar};
use crate::words::{counted, nearest};
use std::borrow::Cow;

/// One walk over data along the schema.
pub(crate) struct Walk<'a> {
    schema: &'a Schema,
    limits: &'a Limits,
    /// Where the walk is, in JSON.
    pub(crate) path: Vec<Cow<'a, str>>,
    /// How many slots the item that is being walked is behind the first item of its list.
    pub(crate) shift: usize,
    found: Vec<(usize, Known)>,
    problems: Vec<FactProblem>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(schema: &'a Schema, limits: &'a Limits) -> Self {
        Walk { schema, limits, path: Vec::new(), shift: 0, found: Vec::new(), problems: Vec::new() }
    }

    /// What every slot that was met was found to be.
    pub(crate) fn finish(self) -> Result<Vec<(usize, Known)>, Vec<FactProblem>> {
        if self.problems.is_empty() { Ok(self.found) } else { Err(self.problems) }
    }

    fn is_full(&self) -> bool {
        self.problems.len() >= self.limits.findings.max(1)
    }

    /// Adds a problem, unless there are too many already.
    fn report(&mut self, problem: FactProblem) {
        if !self.is_full() {
            self.problems.push(problem);
        }
    }

    /// The facts as a whole.
    pub(crate) fn whole(&mut self, datum: &Datum) {
        self.duplicates(datum);
        match &datum.kind {
            Kind::Object(members) => self.members(&self.schema.keys, members),
            _ => self.report(self.problem(
                FactCode::WrongType,
                format!("expected an object of facts, found {}", problem::found(datum)),
                datum.offset,
            )),
        }
    }

    /// Reports the keys that stand twice, below facts too.
    pub(crate) fn duplicates(&mut self, datum: &Datum) {
        let prefix = joined(&self.path);
        for duplicate in duplicates(datum, self.limits.findings.max(1)) {
            let path = match prefix.as_str() {
                "" => duplicate.path,
                prefix if duplicate.path.starts_with('[') => format!("{prefix}{}", duplicate.path),
                prefix => format!("{prefix}.{}", duplicate.path),
            };
            let message = format!("the key `{}` stands twice", clipped(duplicate.key, 40));
            let mut problem = FactProblem::new(FactCode::DuplicateKey, path, message).at(duplicate.again);
            problem.first = duplicate.first;
            problem.help = Some("leave out one of them".to_owned());
            self.report(problem);
        }
    }

    /// The members of an object against the keys that are declared for it.
    fn members(&mut self, keys: &'a [Key], members: &[Member]) {
        for (index, member) in members.iter().enumerate() {
            if self.is_full() {
                return;
            }
            // Hosts mostly write facts in the order of their declaration.
            let same_place = keys.get(index).filter(|key| key.json == member.key);
            match same_place.or_else(|| keys.iter().find(|key| key.json == member.key)) {
                Some(key) => {
                    self.path.push(Cow::Borrowed(&key.json));
                    self.node(&key.node, &member.value);
                    self.path.pop();
                }
                None => self.unknown_key(keys, member),
            }
        }
    }

    /// The data for one key.
    pub(crate) fn node(&mut self, node: &'a Node, datum: &Datum) {
        match node {
            Node::Leaf(slot) => self.leaf(*slot + self.shift, datum),
            Node::List { list, item } => self.list(node, *list, item, datum),
            Node::Object { presence, keys } => match (&datum.kind, presence) {
                (Kind::Object(members), _) => {
                    let here = presence.map(|slot| slot + self.shift);
                    self.found.extend(here.map(|slot| (slot, Known::Value(Scalar::Boolean(true)))));
                    self.members(keys, members);
                }
                (Kind::Null, Some(_)) => self.absent(node, 0),
                (Kind::Null, None) => self.null_not_allowed(datum),
                _ => self.report(self.problem(
                    FactCode::WrongType,
                    format!("expected an object, found {}", problem::found(datum)),
                    datum.offset,
                )),
            },
        }
    }

    fn leaf(&mut self, index: usize, datum: &Datum) {
        let Some(slot) = self.schema.slots.get(index) else { return };
        if datum.kind == Kind::Null {
            match slot.optional {
                true => self.found.push((index, Known::Absent)),
                false => self.null_not_allowed(datum),
            }
            return;
        }
        match (Leaf { datum, slot, schema: self.schema, limits: self.limits }).read() {
            Ok(value) => self.found.push((index, Known::Value(value))),
            Err(problem) => self.report(*problem),
        }
    }

    /// Makes everything under `node` absent.
    fn absent(&mut self, node: &Node, depth: usize) {
        match node {
            Node::Leaf(slot) => self.found.push((*slot + self.shift, Known::Absent)),
            Node::List { list, .. } => {
                if let Some(list) = self.schema.lists.get(*list) {
                    let slots = std::iter::once(list.slot).chain(list.slots());
                    self.found.extend(slots.map(|slot| (slot, Known::Absent)));
                }
            }
            Node::Object { presence, keys } if depth <= DEEPEST => {
                self.found.extend(presence.map(|slot| (slot + self.shift, Known::Absent)));
                for key in keys {
                    self.absent(&key.node, depth + 1);
                }
            }
            Node::Object { .. } => {}
        }
    }

    /// The items of a list. Places after the last one are absent.
    fn list(&mut self, node: &Node, index: usize, item: &'a Node, datum: &Datum) {
        let Some(list) = self.schema.lists.get(index) else { return };
        let optional = self.schema.slots.get(list.slot).is_some_and(|it| it.optional);
        match &datum.kind {
            Kind::Null if optional => self.absent(node, 0),
            Kind::Null => self.null_not_allowed(datum),
            Kind::List(items) if items.len() > list.most => {
                let most = counted(list.most as i128, "item", "items");
                let message = format!("expected at most {most}, found {}", items.len());
                self.report(self.problem(FactCode::ListTooLong, message, datum.offset));
            }
            Kind::List(items) => {
                self.found.push((list.slot, Known::Value(Scalar::Number(items.len() as i128))));
                for (index, value) in items.iter().enumerate() {
                    if self.is_full() {
                        return;
                    }
                    self.shift = index * list.stride;
                    self.path.push(Cow::Owned(format!("[{index}]")));
                    self.node(item, value);
                    self.path.pop();
                }
                self.shift = 0;
                let rest = list.slots().skip(items.len() * list.stride);
                self.found.extend(rest.map(|slot| (slot, Known::Absent)));
            }
            _ => {
                let found = problem::found(datum);
                let message = format!("expected a list, found {found}");
                self.report(self.problem(FactCode::WrongType, message, datum.offset));
            }
        }
    }

    fn problem(&self, code: FactCode, message: String, offset: Option<u32>) -> FactProblem {
        FactProblem::new(code, joined(&self.path), message).at(offset)
    }

    fn null_not_allowed(&mut self, datum: &Datum) {
        let message = "expected a value, found `null`: this fact is not optional".to_owned();
        let problem = self.problem(FactCode::NullNotAllowed, message, datum.offset);
        self.report(problem.with_help("leave out the key where the value is not known"));
    }

    fn unknown_key(&mut self, keys: &'a [Key], member: &Member) {
        let key = clipped(&member.key, 40);
        let place = match self.path.as_slice() {
            [] => String::new(),
            path => format!(" in `{}`", joined(path)),
        };
        self.path.push(Cow::Owned(key.clone()));
        let path = joined(&self.path);
        self.path.pop();
        let message = format!("the policy declares no fact `{key}`{place}");
        let mut problem = FactProblem::new(FactCode::UnknownFact, path, message).at(member.offset);
        problem.help = self.meant(keys, &member.key);
        self.report(problem);
    }

    /// What an unknown key was probably meant to be.
    fn meant(&self, keys: &[Key], key: &str) -> Option<String> {
        let by_name = keys.iter().find(|it| it.name == key);
        let near = || nearest(key, keys.iter().map(|it| it.json.as_str()));
        if let Some(near) = by_name.map(|it| it.json.as_str()).or_else(near) {
            return Some(format!("did you mean `{near}`?"));
        }
        let elsewhere = |slot: &&Slot| {
            !slot.json_path.contains('[')
                && (slot.json_path == key || slot.json_path.ends_with(&format!(".{key}")))
        };
        let slot = self.schema.slots.iter().find(elsewhere)?;
        Some(format!(
            "`{}` is declared: one object stands in another, as in {}",
            slot.json_path,
            nested(slot)
        ))
    }
}

/// `order.items[2].price`.
fn joined(path: &[Cow<'_, str>]) -> String {
    let mut text = String::new();
    for part in path {
        if !text.is_empty() && !part.starts_with('[') {
            text.push('.');
        }
        text.push_str(part);
    }
    text
}

/// `{"order": {"total": …}}`.
fn nested(slot: &Slot) -> String {
    let parts: Vec<&str> = slot.json_path.split('.').collect();
    let open: Vec<String> = parts.iter().map(|part| format!("{{\"{part}\": ")).collect();
    format!("`{}…{}`", open.concat(), "}".repeat(parts.len()))
}
