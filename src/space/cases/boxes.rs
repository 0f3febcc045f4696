//! Finds a case of several conditions by intervals alone, where that is easy: without drawing their diagrams.
//!
//! A condition that says of a few dimensions in which intervals they lie is a box. A case in it is found by
//! walking down a diagram that is there already, inside the box. Where a condition has parts of which one is
//! enough, these are tried in turn. What is found is certain in the way of [`crate::space::search`]; that
//! nothing is found says nothing.

use crate::space::{
    Space,
    cases::Cases,
    diagram::{Level, NO, Ref, Spent, Store, YES},
    formula::{Formula, Shape},
    search::{Taken, Tangles},
};

/// How many edges are looked at.
const TRIES: usize = 128;

/// How many conditions are taken apart of which one part is enough.
const CHOICES: usize = 6;

/// In which intervals dimensions lie: sorted by level, the intervals sorted and apart.
type Sides = Vec<(Level, Vec<(i128, i128)>)>;

/// A box on its way.
#[derive(Clone, Default)]
struct Boxed {
    sides: Sides,
    /// What is still to be so, or not.
    open: Vec<(Formula, bool)>,
    /// And one of each of these.
    either: Vec<(Formula, bool)>,
}

impl Cases<'_> {
    /// Whether a case of a set is found at once in which these formulas are as told. That there is none is no
    /// proof.
    pub(crate) fn shows(&mut self, set: Ref, told: &[(Formula, bool)]) -> Result<bool, Spent> {
        let mut tries = TRIES;
        let first = Boxed { open: told.to_vec(), ..Boxed::default() };
        self.shows_in(set, first, CHOICES, &mut tries)
    }

    fn shows_in(
        &mut self,
        set: Ref,
        mut boxed: Boxed,
        choices: usize,
        tries: &mut usize,
    ) -> Result<bool, Spent> {
        self.store.spend(1)?;
        if !self.narrowed(&mut boxed) {
            return Ok(false);
        }
        let Some((of, told)) = boxed.either.pop() else {
            let Cases { space, store, tangles, .. } = self;
            let mut walk = Walk { space, store, tangles, sides: &boxed.sides, tries };
            return walk.find(set, 0, &mut Vec::new());
        };
        if choices == 0 {
            return Ok(false);
        }
        let parts: Vec<Formula> = match self.space.formulas.shape(of) {
            Shape::And(parts) | Shape::Or(parts) => parts.to_vec(),
            _ => Vec::new(),
        };
        for part in parts {
            let mut next = boxed.clone();
            next.open.push((part, told));
            if self.shows_in(set, next, choices - 1, tries)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Takes what is open into the box. Whether something may be left in it.
    fn narrowed(&self, boxed: &mut Boxed) -> bool {
        while let Some((of, told)) = boxed.open.pop() {
            match (self.space.formulas.shape(of), told) {
                (Shape::Constant(value), _) if *value == told => {}
                (Shape::Constant(_) | Shape::Comes(..), _) => return false,
                (Shape::Not(inner), _) => boxed.open.push((*inner, !told)),
                (Shape::And(parts), true) | (Shape::Or(parts), false) => {
                    boxed.open.extend(parts.iter().map(|it| (*it, told)));
                }
                (Shape::Or(_), true) | (Shape::And(_), false) => boxed.either.push((of, told)),
                (Shape::Within(dimension, intervals), _) => {
                    let Some(Some(level)) = self.levels.get(*dimension as usize).copied() else {
                        return false;
                    };
                    let (low, high) = self.store.range(level);
                    let at = boxed.sides.partition_point(|it| it.0 < level);
                    if boxed.sides.get(at).is_none_or(|it| it.0 != level) {
                        boxed.sides.insert(at, (level, vec![(low, high)]));
                    }
                    let Some((_, own)) = boxed.sides.get_mut(at) else { return false };
                    *own = if told { common(own, intervals) } else { without(own, intervals) };
                    if own.is_empty() {
                        return false;
                    }
                }
            }
        }
        true
    }
}

/// What lies in both.
fn common(all: &[(i128, i128)], others: &[(i128, i128)]) -> Vec<(i128, i128)> {
    let mut found = Vec::with_capacity(all.len());
    for (low, high) in all {
        let start = others.partition_point(|it| it.1 < *low);
        let meeting = others.iter().skip(start).take_while(|it| it.0 <= *high);
        found.extend(meeting.map(|it| (it.0.max(*low), it.1.min(*high))));
    }
    found
}

/// What lies in one and not in the other.
fn without(all: &[(i128, i128)], others: &[(i128, i128)]) -> Vec<(i128, i128)> {
    let mut found = Vec::with_capacity(all.len() + 1);
    for (low, high) in all {
        let start = others.partition_point(|it| it.1 < *low);
        let mut next = Some(*low);
        for other in others.iter().skip(start).take_while(|it| it.0 <= *high) {
            match (next, other.0.checked_sub(1)) {
                (Some(from), Some(to)) if from <= to => found.push((from, to)),
                _ => {}
            }
            next = other.1.checked_add(1);
        }
        if let Some(from) = next.filter(|it| it <= high) {
            found.push((from, *high));
        }
    }
    found
}

/// A walk down a diagram, inside a box.
struct Walk<'w> {
    space: &'w Space,
    store: &'w mut Store,
    tangles: &'w mut Tangles,
    sides: &'w Sides,
    tries: &'w mut usize,
}

impl Walk<'_> {
    /// Whether a case lies below a node and in the sides from `next` on.
    fn find(&mut self, at: Ref, next: usize, taken: &mut Vec<Taken>) -> Result<bool, Spent> {
        let sides = self.sides;
        let side = sides.get(next);
        if at == NO || at == YES && side.is_none() {
            return Ok(at == YES);
        }
        let own = self.store.level(at);
        let level = side.map_or(own, |it| it.0.min(own));
        let inside = side.filter(|it| it.0 == level).map(|it| it.1.as_slice());
        let after = next + usize::from(inside.is_some());
        let edges: Vec<(i128, i128, Ref)> = match own == level {
            true => self.store.edges(at).filter(|it| it.2 != NO).collect(),
            false => vec![(i128::MIN, i128::MAX, at)],
        };
        for (low, high, child) in edges {
            let whole = [(low, high)];
            for (low, high) in inside.map_or_else(|| whole.to_vec(), |it| common(it, &whole)) {
                let Some(left) = self.tries.checked_sub(1) else { return Ok(false) };
                *self.tries = left;
                self.store.spend(1)?;
                taken.push((level, low, high));
                let found = self.tangles.allows(self.space, self.store, taken, level)?
                    && self.find(child, after, taken)?;
                taken.pop();
                if found {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}
