//! Finds keys that stand twice, and names places in a tree of data.
//!
//! JSON lets a key stand twice and every reader makes something else of it, so here it is a mistake at any
//! depth, known key or not. One ordered set an object: the cost is linear but for a logarithm.

use crate::datum::{DEEPEST, Datum, Kind};
use crate::value::form::clipped;
use std::collections::BTreeMap;

/// A key that stands twice in one object.
#[derive(Debug)]
pub(crate) struct Duplicate<'d> {
    /// The path of the key.
    pub(crate) path: String,
    /// The key.
    pub(crate) key: &'d str,
    /// Where it stands first.
    pub(crate) first: Option<u32>,
    /// Where it stands again.
    pub(crate) again: Option<u32>,
}

/// The first `most` keys that stand twice, down to [`DEEPEST`] levels.
pub(crate) fn duplicates(datum: &Datum, most: usize) -> Vec<Duplicate<'_>> {
    let mut found = Vec::new();
    collect(datum, most, &mut Vec::new(), &mut found);
    found
}

fn collect<'d>(datum: &'d Datum, most: usize, path: &mut Vec<Step<'d>>, found: &mut Vec<Duplicate<'d>>) {
    if path.len() > DEEPEST || found.len() >= most {
        return;
    }
    match &datum.kind {
        Kind::List(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(Step::Index(index));
                collect(item, most, path, found);
                path.pop();
            }
        }
        Kind::Object(members) => {
            let mut seen = BTreeMap::new();
            for member in members {
                path.push(Step::Key(&member.key));
                match seen.get(member.key.as_str()) {
                    Some(first) if found.len() < most => {
                        let (key, again) = (member.key.as_str(), member.offset);
                        found.push(Duplicate { path: join(path), key, first: *first, again });
                    }
                    Some(_) => {}
                    None => {
                        seen.insert(member.key.as_str(), member.offset);
                    }
                }
                collect(&member.value, most, path, found);
                path.pop();
            }
        }
        Kind::Null | Kind::Boolean(_) | Kind::Number(_) | Kind::Text(_) => {}
    }
}

/// One step from a value to one inside it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'d> {
    /// Into the value of a key.
    Key(&'d str),
    /// Into an element of a list, counted from 0.
    Index(usize),
}

/// Characters of one key in a path; a longer one is shortened, so that a path is never far longer than that.
const LONGEST_KEY: usize = 100;

/// `order.items[2].price`.
pub(crate) fn join(path: &[Step<'_>]) -> String {
    let mut out = String::new();
    for step in path {
        match step {
            Step::Key(key) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(&clipped(key, LONGEST_KEY));
            }
            Step::Index(index) => out.push_str(&format!("[{index}]")),
        }
    }
    out
}
