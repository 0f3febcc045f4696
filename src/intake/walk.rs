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
use crate::words::nearest;

/// One walk over data along the schema.
pub(crate) struct Walk<'a> {
    schema: &'a Schema,
    limits: &'a Limits,
    /// Where the walk is, in JSON.
    pub(crate) path: Vec<&'a str>,
    found: Vec<(usize, Known)>,
    problems: Vec<FactProblem>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(schema: &'a Schema, limits: &'a Limits) -> Self {
        Walk { schema, limits, path: Vec::new(), found: Vec::new(), problems: Vec::new() }
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
        let prefix = self.path.join(".");
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
                    self.path.push(&key.json);
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
            Node::Leaf(slot) => self.leaf(*slot, datum),
            Node::Object { presence, keys } => match (&datum.kind, presence) {
                (Kind::Object(members), _) => {
                    self.found.extend(presence.map(|slot| (slot, Known::Value(Scalar::Boolean(true)))));
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
            Node::Leaf(slot) => self.found.push((*slot, Known::Absent)),
            Node::Object { presence, keys } if depth <= DEEPEST => {
                self.found.extend(presence.map(|slot| (slot, Known::Absent)));
                for key in keys {
                    self.absent(&key.node, depth + 1);
                }
            }
            Node::Object { .. } => {}
        }
    }

    fn problem(&self, code: FactCode, message: String, offset: Option<u32>) -> FactProblem {
        FactProblem::new(code, self.path.join("."), message).at(offset)
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
            path => format!(" in `{}`", path.join(".")),
        };
        let path = self.path.iter().copied().chain([key.as_str()]).collect::<Vec<_>>().join(".");
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
        let elsewhere = |slot: &&Slot| slot.json_path == key || slot.json_path.ends_with(&format!(".{key}"));
        let slot = self.schema.slots.iter().find(elsewhere)?;
        Some(format!(
            "`{}` is declared: one object stands in another, as in {}",
            slot.json_path,
            nested(slot)
        ))
    }
}

/// `{"order": {"total": …}}`.
fn nested(slot: &Slot) -> String {
    let parts: Vec<&str> = slot.json_path.split('.').collect();
    let open: Vec<String> = parts.iter().map(|part| format!("{{\"{part}\": ")).collect();
    format!("`{}…{}`", open.concat(), "}".repeat(parts.len()))
}
