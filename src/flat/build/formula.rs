//! Conditions over what can be looked at, shared where they are equal, and cut into pieces along one variable.
//!
//! A condition comes to one of four things, as in the evaluator: it holds, it does not, it reads a decision in
//! error, or it stands outside its guard, where nobody observes it. `and` and `or` are settled by one part,
//! else stopped by an error, else by a part outside its guard.

use std::rc::Rc;

use rustc_hash::FxHashMap;

/// A variable: an index into what the flat program reads.
pub(super) type Var = u32;

/// A condition, by index into the store.
pub(super) type F = u32;

pub(super) const FALSE: F = 0;
pub(super) const TRUE: F = 1;
/// Outside its guard.
pub(super) const NOTHING: F = 2;
pub(super) const FAILED: F = 3;

/// Deeper conditions are looked at as a whole, so that no walk over them runs out of stack.
pub(super) const DEEPEST: u32 = 100;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Node {
    Constant,
    /// Whether the variable is within one of these runs (sorted, apart), and what it is where there is no value.
    Atom {
        var: Var,
        runs: Box<[(i64, i64)]>,
        absent: F,
    },
    Not(F),
    And(Box<[F]>),
    Or(Box<[F]>),
    /// The condition, what holds where it does, what holds where it does not.
    If(F, F, F),
}

/// What a condition is for each value of one variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pieces {
    /// Greatest values and conditions, in order; the last goes on for all values.
    pub values: Vec<(i64, F)>,
    pub absent: F,
    pub failed: F,
}

/// All conditions.
#[derive(Default)]
pub(super) struct Store {
    nodes: Vec<Node>,
    vars: Vec<Rc<[Var]>>,
    depths: Vec<u32>,
    known: FxHashMap<Node, F>,
    pieces: FxHashMap<(F, Var), Rc<Pieces>>,
}

impl Store {
    pub(super) fn new() -> Self {
        let mut store = Store::default();
        for _ in [FALSE, TRUE, NOTHING, FAILED] {
            store.nodes.push(Node::Constant);
            store.vars.push(Rc::from([]));
            store.depths.push(0);
        }
        store
    }

    /// The variables of a condition, sorted.
    pub(super) fn vars(&self, f: F) -> &[Var] {
        self.vars.get(f as usize).map_or(&[], |it| it)
    }

    pub(super) fn depth(&self, f: F) -> u32 {
        self.depths.get(f as usize).copied().unwrap_or(0)
    }

    fn made(&mut self, node: Node) -> F {
        if let Some(known) = self.known.get(&node) {
            return *known;
        }
        let below: Vec<F> = match &node {
            Node::Constant | Node::Atom { .. } => Vec::new(),
            Node::Not(a) => vec![*a],
            Node::And(parts) | Node::Or(parts) => parts.to_vec(),
            Node::If(a, b, c) => vec![*a, *b, *c],
        };
        let vars: Rc<[Var]> = match (&node, below.as_slice()) {
            (Node::Atom { var, .. }, _) => Rc::from([*var]),
            (_, [one]) => self.vars.get(*one as usize).cloned().unwrap_or_default(),
            (_, below) => {
                let mut all: Vec<Var> = below.iter().flat_map(|it| self.vars(*it)).copied().collect();
                all.sort_unstable();
                all.dedup();
                all.into()
            }
        };
        let depth = below.iter().map(|it| self.depth(*it) + 1).max().unwrap_or(0);
        let f = self.nodes.len() as F;
        self.nodes.push(node.clone());
        self.vars.push(vars);
        self.depths.push(depth);
        self.known.insert(node, f);
        f
    }

    /// Whether a variable with a value is within one of these runs (sorted, apart).
    pub(super) fn atom(&mut self, var: Var, runs: Vec<(i64, i64)>, absent: F) -> F {
        self.made(Node::Atom { var, runs: runs.into(), absent })
    }

    pub(super) fn not(&mut self, a: F) -> F {
        match (a, self.nodes.get(a as usize)) {
            (FALSE, _) => TRUE,
            (TRUE, _) => FALSE,
            (NOTHING | FAILED, _) => a,
            (_, Some(Node::Not(inner))) => *inner,
            _ => self.made(Node::Not(a)),
        }
    }

    pub(super) fn and(&mut self, parts: impl IntoIterator<Item = F>) -> F {
        self.joined(parts, FALSE)
    }

    pub(super) fn or(&mut self, parts: impl IntoIterator<Item = F>) -> F {
        self.joined(parts, TRUE)
    }

    /// `or` where `settles` is [`TRUE`], `and` where it is [`FALSE`].
    fn joined(&mut self, parts: impl IntoIterator<Item = F>, settles: F) -> F {
        let neutral = if settles == TRUE { FALSE } else { TRUE };
        let parts = parts.into_iter();
        let mut left: Vec<F> = Vec::with_capacity(parts.size_hint().0);
        for part in parts {
            match (self.nodes.get(part as usize), settles) {
                _ if part == settles => return settles,
                _ if part == neutral => {}
                (Some(Node::And(inner)), FALSE) | (Some(Node::Or(inner)), TRUE) => left.extend(inner.iter()),
                _ => left.push(part),
            }
        }
        left.sort_unstable();
        left.dedup();
        // An error hides a part outside its guard.
        if left.contains(&FAILED) {
            left.retain(|it| *it != NOTHING);
        }
        match (left.as_slice(), settles) {
            ([], _) => neutral,
            ([one], _) => *one,
            (_, TRUE) => self.made(Node::Or(left.into())),
            _ => self.made(Node::And(left.into())),
        }
    }

    /// `then` where the condition holds, `other` where it does not.
    pub(super) fn choose(&mut self, condition: F, then: F, other: F) -> F {
        match (condition, then, other) {
            (TRUE, ..) => then,
            (FALSE, ..) => other,
            (NOTHING | FAILED, ..) => condition,
            (_, TRUE, FALSE) => condition,
            (_, FALSE, TRUE) => self.not(condition),
            _ => self.made(Node::If(condition, then, other)),
        }
    }

    /// What the condition is for each value of a variable that it reads.
    pub(super) fn pieces(&mut self, f: F, var: Var) -> Rc<Pieces> {
        if let Some(known) = self.pieces.get(&(f, var)) {
            return Rc::clone(known);
        }
        let made = Rc::new(self.cut(f, var));
        self.pieces.insert((f, var), Rc::clone(&made));
        made
    }

    fn cut(&mut self, f: F, var: Var) -> Pieces {
        let reads = self.vars(f).binary_search(&var).is_ok();
        let Some(node) = self.nodes.get(f as usize).filter(|_| reads).cloned() else {
            return Pieces { values: vec![(i64::MAX, f)], absent: f, failed: f };
        };
        match node {
            Node::Constant => Pieces { values: vec![(i64::MAX, f)], absent: f, failed: f },
            Node::Atom { runs, absent, .. } => {
                let mut values = Vec::with_capacity(runs.len() * 2 + 1);
                for (low, high) in &runs {
                    if let Some(before) = low.checked_sub(1) {
                        values.push((before, FALSE));
                    }
                    values.push((*high, TRUE));
                }
                if values.last().is_none_or(|it| it.0 != i64::MAX) {
                    values.push((i64::MAX, FALSE));
                }
                Pieces { values, absent, failed: FAILED }
            }
            Node::Not(a) => self.merged(&[a], var, |store, it| store.not(first(it))),
            Node::And(parts) => self.merged(&parts, var, |store, it| store.and(it.iter().copied())),
            Node::Or(parts) => self.merged(&parts, var, |store, it| store.or(it.iter().copied())),
            Node::If(a, b, c) => self.merged(&[a, b, c], var, |store, it| match it {
                [a, b, c] => store.choose(*a, *b, *c),
                _ => NOTHING,
            }),
        }
    }

    fn merged(&mut self, parts: &[F], var: Var, join: impl Fn(&mut Store, &[F]) -> F) -> Pieces {
        let pieces: Vec<Rc<Pieces>> = parts.iter().map(|it| self.pieces(*it, var)).collect();
        let mut uppers: Vec<i64> = pieces.iter().flat_map(|it| it.values.iter().map(|it| it.0)).collect();
        uppers.sort_unstable();
        uppers.dedup();
        let mut values: Vec<(i64, F)> = Vec::with_capacity(uppers.len());
        let mut parts: Vec<F> = Vec::with_capacity(pieces.len());
        for upper in uppers {
            parts.clear();
            parts.extend(pieces.iter().map(|it| at(&it.values, upper)));
            let joined = join(self, &parts);
            match values.last_mut() {
                Some(last) if last.1 == joined => last.0 = upper,
                _ => values.push((upper, joined)),
            }
        }
        let absent: Vec<F> = pieces.iter().map(|it| it.absent).collect();
        let failed: Vec<F> = pieces.iter().map(|it| it.failed).collect();
        Pieces { values, absent: join(self, &absent), failed: join(self, &failed) }
    }
}

fn first(parts: &[F]) -> F {
    parts.first().copied().unwrap_or(NOTHING)
}

/// The condition for this value.
fn at(values: &[(i64, F)], value: i64) -> F {
    let index = values.partition_point(|it| it.0 < value);
    values.get(index).map_or(NOTHING, |it| it.1)
}
