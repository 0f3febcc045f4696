//! What an overlay may not touch.
//!
//! A base marks rules, definitions, settings, decisions, disclosures and steps as `locked`. Where a locked rule
//! decides in the base, every policy that extends it gives the same outcome with the same parameters. That
//! takes three things:
//!
//! 1. What a locked item reads, directly or through others, is *closed*: definitions and decisions stay as they
//!    are, settings are not turned, and no new assumption speaks of its facts.
//! 2. Only locked rules override a locked rule (`check` looks at that, on the closure of all `overrides`).
//! 3. In a decision that an overlay touches, if only through something that a rule reads, a locked rule
//!    overrides every rule that is not locked. Where it holds, no changed rule can contradict it.
//!
//! In a decision that says `first`, locked rules come first, and in one that collects no rule contradicts
//! another; so the third is not needed there.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::{
    resolve::{
        reads::{head, words},
        shape,
    },
    source::{Source, Span},
    syntax::ast::{self, Decision, Item},
};

/// Why a name is closed.
#[derive(Clone)]
pub(super) struct Lock {
    /// Where `locked` is written.
    pub(super) span: Span,
    /// The locked item in words: ``the locked rule `open_chargeback` ``.
    pub(super) by: String,
    /// Whether it is a rule, or holds one: then the decisions that it reads are closed. A locked disclosure or step
    /// stays as it is written, whatever the decision that it reads becomes.
    pub(super) decides: bool,
}

impl Lock {
    /// Of the item `name`, which is a `what`.
    pub(super) fn new(span: Span, what: &str, name: &ast::Name, decides: bool) -> Lock {
        Lock { span, by: format!("the locked {what} `{}`", name.text), decides }
    }
}

/// What the locked items of a policy close.
pub(super) struct Locks<'s> {
    source: &'s Source,
    /// Settings, definitions and decisions that are locked or read by a locked item.
    closed: BTreeMap<&'s str, Lock>,
    /// The facts that a locked item reads, by path.
    facts: BTreeMap<&'s str, Lock>,
}

impl<'s> Locks<'s> {
    /// Of the items of a base.
    pub(super) fn of(source: &'s Source, items: &[Item]) -> Locks<'s> {
        let mut locks = Locks { source, closed: BTreeMap::new(), facts: BTreeMap::new() };
        let mut open: Vec<(Lock, Vec<Span>)> = Vec::new();
        for item in items {
            for (lock, texts) in locked_parts(item) {
                if let Some(name) = shape::readable(item).filter(|_| own_lock(item).is_some()) {
                    locks.closed.entry(source.slice(name.span)).or_insert_with(|| lock.clone());
                }
                open.push((lock, texts));
            }
        }
        if open.is_empty() {
            return locks;
        }
        let known = Known {
            readable: items.iter().filter_map(|it| Some((shape::readable(it)?.text.as_str(), it))).collect(),
            facts: items.iter().flat_map(fact_heads).collect(),
        };
        // First what decides: it closes more.
        open.sort_by_key(|it| !it.0.decides);
        for (lock, texts) in open {
            locks.close(&lock, texts, &known);
        }
        locks
    }

    /// Closes what is read by some texts, and what that reads.
    fn close(&mut self, lock: &Lock, texts: Vec<Span>, known: &Known<'_>) {
        let mut open: VecDeque<Span> = texts.into();
        while let Some(text) = open.pop_front() {
            for word in words(self.source.slice(text)) {
                let name = head(word);
                if known.facts.contains(name) {
                    self.facts.entry(word).or_insert_with(|| lock.clone());
                }
                if let Some(item) = known.readable.get(name)
                    && !self.closed.contains_key(name)
                    && (lock.decides || !matches!(item, Item::Decision(_)))
                {
                    self.closed.insert(name, lock.clone());
                    open.extend(shape::texts(item));
                }
            }
        }
    }

    /// Whether nothing is locked.
    pub(super) fn is_empty(&self) -> bool {
        self.closed.is_empty() && self.facts.is_empty()
    }

    /// Why this setting, definition or decision is closed, if it is.
    pub(super) fn closed(&self, name: &str) -> Option<&Lock> {
        self.closed.get(name)
    }

    /// A fact that an assumption speaks of and a locked item reads.
    pub(super) fn fact_in(&self, assume: Span) -> Option<(&'s str, &Lock)> {
        let within = |a: &str, b: &str| a == b || a.strip_prefix(b).is_some_and(|it| it.starts_with('.'));
        words(self.source.slice(assume)).into_iter().find_map(|word| {
            let found = self.facts.iter().find(|(fact, _)| within(fact, word) || within(word, fact));
            found.map(|(_, lock)| (word, lock))
        })
    }
}

/// The names of a base.
struct Known<'i> {
    readable: BTreeMap<&'i str, &'i Item>,
    facts: BTreeSet<&'i str>,
}

fn fact_heads(item: &Item) -> Vec<&str> {
    match item {
        Item::Facts(fields, _) => fields.iter().map(|it| it.name.text.as_str()).collect(),
        _ => Vec::new(),
    }
}

/// Where an item as a whole is locked.
fn own_lock(item: &Item) -> Option<Span> {
    match item {
        Item::Setting(it) => it.locked,
        Item::Define(it) => it.locked,
        Item::Dated(it) => it.locked,
        Item::Decision(it) => it.locked,
        _ => None,
    }
}

/// The locked parts of an item, and the texts of what they read.
fn locked_parts(item: &Item) -> Vec<(Lock, Vec<Span>)> {
    let part = |locked: Option<Span>, what: &str, name: &ast::Name, texts: Vec<Span>| {
        let decides = !matches!(what, "disclosure" | "step");
        Some((Lock::new(locked?, what, name, decides), texts))
    };
    let obligation =
        |it: &ast::Obligation| part(it.locked, obligation_word(it.kind), &it.name, shape::of_obligation(it));
    match item {
        Item::Setting(it) => part(it.locked, "setting", &it.name, Vec::new()).into_iter().collect(),
        Item::Define(it) => part(it.locked, "definition", &it.name, vec![it.span]).into_iter().collect(),
        Item::Dated(it) => part(it.locked, "definition", &it.name, vec![it.span]).into_iter().collect(),
        Item::Obligation(it) => obligation(it).into_iter().collect(),
        Item::Decision(it) => {
            let whole = part(it.locked, "decision", &it.name, shape::texts(item));
            let rules =
                it.rules.iter().filter_map(|it| part(it.locked, "rule", &it.name, shape::of_rule(it)));
            let obligations = it.obligations.iter().filter_map(obligation);
            whole.into_iter().chain(rules).chain(obligations).collect()
        }
        _ => Vec::new(),
    }
}

/// The word for a disclosure or a step.
pub(super) fn obligation_word(kind: ast::ObligationKind) -> &'static str {
    match kind {
        ast::ObligationKind::Disclosure => "disclosure",
        ast::ObligationKind::Step => "step",
    }
}

/// The names of items whose meaning may have changed, beginning with `changed`: those that read them, and so
/// on.
pub(super) fn affected(source: &Source, items: &[Item], changed: BTreeSet<String>) -> BTreeSet<String> {
    let mut readers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for item in items {
        let Some(name) = shape::readable(item) else { continue };
        for text in shape::texts(item) {
            for word in words(source.slice(text)) {
                readers.entry(head(word)).or_default().push(&name.text);
            }
        }
    }
    let mut found = changed.clone();
    let mut open: Vec<String> = changed.into_iter().collect();
    while let Some(name) = open.pop() {
        for reader in readers.get(name.as_str()).into_iter().flatten() {
            if found.insert((*reader).to_owned()) {
                open.push((*reader).to_owned());
            }
        }
    }
    found
}

/// Lets the locked rules of a touched decision override all others. `locked` are the names of those that were
/// locked before this overlay.
pub(super) fn put_on_top(decision: &mut Decision, locked: &BTreeSet<String>) {
    if decision.first.is_some() || decision.collect.is_some() {
        return;
    }
    let named = |rule: &ast::Rule| -> BTreeSet<String> {
        let names = rule.overrides.iter().filter_map(|it| match it {
            ast::Override::Rule(name) => Some(name.text.clone()),
            ast::Override::Everything(_) => None,
        });
        names.collect()
    };
    let names: BTreeMap<String, BTreeSet<String>> =
        decision.rules.iter().map(|it| (it.name.text.clone(), named(it))).collect();
    for rule in decision.rules.iter_mut().filter(|it| locked.contains(&it.name.text)) {
        // A rule that overrides it is reported when the closure is known; a circle would hide that.
        let above = above(&rule.name.text, &names);
        let own = names.get(&rule.name.text);
        let span = rule.name.span;
        let others = names.keys().filter(|it| !locked.contains(*it) && !above.contains(*it));
        let new = others.filter(|it| !own.is_some_and(|own| own.contains(*it)));
        rule.overrides.extend(new.map(|it| ast::Override::Rule(ast::Name { text: it.clone(), span })));
    }
}

/// The rules that override `rule`, by name and through others.
fn above(rule: &str, names: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![rule.to_owned()];
    while let Some(below) = open.pop() {
        for (name, _) in names.iter().filter(|(_, named)| named.contains(&below)) {
            if found.insert(name.clone()) {
                open.push(name.clone());
            }
        }
    }
    found
}
