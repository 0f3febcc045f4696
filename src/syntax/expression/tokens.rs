//! What one expression holds, in the order in which it is written.

use crate::syntax::{Pair, Rule};

/// The operands and operators of one expression, read from left to right.
pub(super) struct Tokens<'i> {
    /// What is left, the next one last.
    list: Vec<Pair<'i>>,
}

impl<'i> Tokens<'i> {
    pub(super) fn new(mut list: Vec<Pair<'i>>) -> Self {
        list.reverse();
        Tokens { list }
    }

    /// What the next one is.
    pub(super) fn peek(&self) -> Option<Rule> {
        self.list.last().map(Pair::as_rule)
    }

    /// The next one, which stays.
    pub(super) fn first(&self) -> Option<&Pair<'i>> {
        self.list.last()
    }

    pub(super) fn next(&mut self) -> Option<Pair<'i>> {
        self.list.pop()
    }

    /// Whether what comes next is an operand to which nothing belongs that binds tighter than a comparison: most are.
    pub(super) fn is_alone(&self) -> bool {
        let mut next = self.list.iter().rev().map(Pair::as_rule);
        let is_operand = next.next().is_some_and(|it| it != Rule::prefix);
        is_operand && matches!(next.next(), None | Some(Rule::and | Rule::or | Rule::compare | Rule::implies))
    }

    /// Takes an `after` (true) or a `before`.
    pub(super) fn next_shift(&mut self) -> Option<bool> {
        let after = match self.peek() {
            Some(Rule::after) => true,
            Some(Rule::before) => false,
            _ => return None,
        };
        self.next();
        Some(after)
    }

    /// A list that begins with `first`, with room for what `operator` can join to it.
    pub(super) fn list<T>(&self, first: T, operator: Rule) -> Vec<T> {
        let joined = self.list.iter().filter(|it| it.as_rule() == operator).count();
        let mut list = Vec::with_capacity(1 + joined);
        list.push(first);
        list
    }

    pub(super) fn next_if(&mut self, wanted: Rule) -> Option<Pair<'i>> {
        if self.peek() == Some(wanted) { self.next() } else { None }
    }
}
