//! Puts the tree of one policy together: what it extends, what it uses, what it says itself.
//!
//! The result is an ordinary file. An overlay's parts stand where the parts of its base stand: a replaced rule
//! takes the place of its original and inherits its `overrides`, in both directions; where a rule is removed,
//! what stood above it stays above what stood below it. Settings have the value of the day.
//!
//! ```text
//!   base      rule a   rule b overrides a   rule c overrides b
//!   overlay            removes rule b                            + rule d
//!   tree      rule a                        rule c overrides a     rule d
//! ```
//!
//! Whatever does not fit is reported and left out; the rest is merged all the same, so that one mistake does not
//! hide another.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    check::codes,
    diag::{Diagnostic, Diagnostics},
    resolve::{
        locks::{self, Lock, Locks, obligation_word},
        reads::{head, words},
        shape,
        timeline::{self, Days},
    },
    source::{Source, Span},
    syntax::ast::{self, ChangeKind, Field, FieldKind, Item, Name, Override},
    words::nearest,
};

mod decision;

/// What a tree is put together from.
pub(super) struct Parts<'p> {
    pub(super) source: &'p Source,
    pub(super) own: &'p ast::File,
    /// The tree of the policy that is extended.
    pub(super) base: Option<&'p ast::File>,
    /// The trees of the files that are used.
    pub(super) used: Vec<(&'p ast::Use, &'p ast::File)>,
    pub(super) level: u32,
    /// A day of the stretch for which the tree is made.
    pub(super) day: i128,
    pub(super) days: Days,
}

/// The whole policy as one file.
pub(super) fn tree(parts: &Parts<'_>, diagnostics: &mut Diagnostics) -> ast::File {
    let mut items: Vec<Item> = parts.base.map(|it| it.items.clone()).unwrap_or_default();
    for item in &mut items {
        if let Item::Test(it) = item {
            it.inherited = true;
        }
    }
    let locks = Locks::of(parts.source, &items);
    let base = items.len();
    let mut merge = Merge { parts, diagnostics, items, base, given: base, locks, changed: BTreeSet::new() };
    for (item, from) in &parts.used {
        merge.bring(item, from);
    }
    merge.given = merge.items.len();
    for item in &parts.own.items {
        merge.own(item);
    }
    merge.take_out();
    merge.lock();
    let items = merge.items;
    let headers = header(parts).into_iter().chain(parts.own.headers.iter().skip(1).cloned()).collect();
    let mut broken = parts.own.broken.clone();
    broken.extend(parts.base.iter().flat_map(|it| it.broken.iter().cloned()));
    // What may be is said of a text, whatever is made of it: see `Allowances`.
    ast::File { headers, items, broken, allowances: Vec::new() }
}

/// Whether the tree of a policy is what is written in its file: it needs no other, and nothing in it depends on the day.
pub(super) fn says_everything(file: &ast::File) -> bool {
    let extends = file.headers.first().is_none_or(|it| it.extends.is_some());
    let plain = |item: &Item| match item {
        Item::Use(_) | Item::Turn(_) | Item::Change(_) => false,
        Item::Facts(fields, _) => !fields.is_empty(),
        Item::Setting(it) => it.dated.is_empty(),
        Item::Decision(it) => it.changes.is_empty(),
        Item::Stages(..) | Item::Type(_) | Item::Calendar(_) | Item::Assume(_) | Item::Define(_) => true,
        Item::Dated(_) | Item::Obligation(_) | Item::Property(_) | Item::Test(_) => true,
    };
    !extends && file.items.iter().all(plain)
}

/// The own header; what an overlay leaves out it has from its base.
fn header(parts: &Parts<'_>) -> Option<ast::Header> {
    let mut own = parts.own.headers.first()?.clone();
    if let Some(base) = parts.base.and_then(|it| it.headers.first()) {
        own.chosen_by = own.chosen_by.or_else(|| base.chosen_by.clone());
        own.title = own.title.or_else(|| base.title.clone());
        own.owner = own.owner.or_else(|| base.owner.clone());
    }
    Some(own)
}

struct Merge<'p, 'd> {
    parts: &'p Parts<'p>,
    diagnostics: &'d mut Diagnostics,
    items: Vec<Item>,
    /// How many of the items are the base's.
    base: usize,
    /// How many of the items come from other files.
    given: usize,
    locks: Locks<'p>,
    /// The names of settings, definitions and decisions that this overlay has changed.
    changed: BTreeSet<String>,
}

impl Merge<'_, '_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports that something is locked or closed.
    fn closed(&mut self, name: &str, span: Span, lock: &Lock) {
        let itself = lock.by.ends_with(&format!(" `{name}`"));
        let message = match itself {
            true => format!("`{name}` is locked, and an overlay does not change it"),
            false => format!("`{name}` is closed to overlays: {} reads it", lock.by),
        };
        let found = Diagnostic::new(&codes::LOCKED, span, message)
            .with_related(lock.span, "locked here")
            .with_help("leave it as it is, or let the base take `locked` away");
        self.report(found);
    }

    /// Reports that a name is none of `known`.
    fn nothing<'k>(&mut self, name: &Name, what: &str, known: impl IntoIterator<Item = &'k str>) {
        let message = match self.parts.own.headers.first().and_then(|it| it.extends.as_ref()) {
            Some(base) => format!("`{}` has no {what} `{}`", base.text, name.text),
            None if what == "setting" => format!("no file that is used has a setting `{}`", name.text),
            None => format!("there is no {what} `{}` to change: this policy extends none", name.text),
        };
        let found = Diagnostic::new(&codes::NOTHING_TO_CHANGE, name.span, message);
        let found = match nearest(&name.text, known) {
            Some(near) => found.with_help(format!("did you mean `{near}`?")),
            None if what == "setting" => {
                found.with_help("to declare one, write its type: `setting NAME: TYPE = VALUE`")
            }
            None => found.with_help(format!(
                "only what the policy after `extends` has can be changed; to add a {what}, write it plainly"
            )),
        };
        self.report(found);
    }

    /// Reports that the base already has what is added; `keyword` begins such an item.
    fn already(&mut self, keyword: &str, name: &Name, first: Span) {
        let what = if keyword == "define" { "definition" } else { keyword };
        let message = format!("the policy that is extended has the {what} `{}` already", name.text);
        let found = Diagnostic::new(&codes::ALREADY_THERE, name.span, message)
            .with_related(first, "there")
            .with_help(format!(
                "write `replaces {keyword}` to put another in its place, or give it another name"
            ));
        self.report(found);
    }

    // ── use ──────────────────────────────────────────────────────────────────────────────────────

    /// Brings the items of another file.
    fn bring(&mut self, item: &ast::Use, from: &ast::File) {
        let source = self.parts.source;
        let shared: BTreeMap<&str, &Item> =
            from.items.iter().filter_map(|it| Some((shape::shared(it)?.0.text.as_str(), it))).collect();
        let unshared = unshared(from);
        let mut wanted: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = Vec::new();
        match &item.names {
            None => open.extend(shared.keys().filter(|it| self.obstacle(it, &shared, &unshared).is_none())),
            Some(names) => {
                for name in names {
                    if !shared.contains_key(name.text.as_str()) {
                        self.not_shared(item, name, &shared, &unshared);
                    } else if let Some((reader, fact)) = self.obstacle(&name.text, &shared, &unshared) {
                        let message = format!("`{}` cannot be shared: it reads `{fact}`", name.text);
                        let mut found = Diagnostic::new(&codes::NOT_SHARED, name.span, message).with_help(
                            "let a shared definition take what it needs as a parameter, as in `define late(d: date) = …`",
                        );
                        if let Some((at, _)) = shared.get(reader).and_then(|it| shape::shared(it)) {
                            found = found.with_related(at.span, format!("`{reader}` reads `{fact}`"));
                        }
                        self.report(found);
                    } else {
                        open.extend(shared.get_key_value(name.text.as_str()).map(|it| *it.0));
                    }
                }
            }
        }
        while let Some(name) = open.pop() {
            if let (true, Some(item)) = (wanted.insert(name), shared.get(name)) {
                let texts = shape::texts(item);
                let read = texts.iter().flat_map(|it| words(source.slice(*it))).map(head);
                open.extend(read.filter_map(|it| shared.get_key_value(it)).map(|it| *it.0));
            }
        }
        for it in &from.items {
            let Some((name, _)) = shape::shared(it).filter(|(name, _)| wanted.contains(name.text.as_str()))
            else {
                continue;
            };
            // What comes on two ways is one item.
            let there = |it: &Item| shape::shared(it).is_some_and(|(there, _)| there.span == name.span);
            if !self.items.iter().any(there) {
                self.items.push(it.clone());
            }
        }
    }

    /// A fact or decision that an item reads, directly or through other items, and the item that names it.
    fn obstacle<'f>(
        &self,
        name: &str,
        shared: &BTreeMap<&'f str, &'f Item>,
        unshared: &BTreeSet<&'f str>,
    ) -> Option<(&'f str, &'f str)> {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&str> = vec![shared.get_key_value(name)?.0];
        while let Some(name) = open.pop() {
            let (true, Some(item)) = (seen.insert(name), shared.get(name)) else { continue };
            let own: BTreeSet<&str> = match item {
                Item::Define(it) => it.parameters.iter().map(|it| it.name.text.as_str()).collect(),
                Item::Type(_) | Item::Setting(_) => continue,
                _ => BTreeSet::new(),
            };
            for text in shape::texts(item) {
                for word in words(self.parts.source.slice(text)).into_iter().map(head) {
                    match (own.contains(word), unshared.get(word)) {
                        (false, Some(fact)) => return Some((name, fact)),
                        _ => open.extend(shared.get_key_value(word).map(|it| *it.0)),
                    }
                }
            }
        }
        None
    }

    fn not_shared(
        &mut self,
        item: &ast::Use,
        name: &Name,
        shared: &BTreeMap<&str, &Item>,
        unshared: &BTreeSet<&str>,
    ) {
        let file = &item.file.text;
        let help = "shared are types, settings, definitions and calendars";
        let found = match unshared.contains(name.text.as_str()) {
            true => {
                let message = format!(
                    "`{}` of `{file}` is a fact or a decision, which stay in their policy",
                    name.text
                );
                Diagnostic::new(&codes::NOT_SHARED, name.span, message).with_help(help)
            }
            false => {
                let message = format!("`{file}` has nothing named `{}` to share", name.text);
                let found = Diagnostic::new(&codes::NOT_SHARED, name.span, message);
                match nearest(&name.text, shared.keys().copied()) {
                    Some(near) => found.with_help(format!("did you mean `{near}`?")),
                    None => found.with_help(help),
                }
            }
        };
        self.report(found);
    }

    // ── own items ────────────────────────────────────────────────────────────────────────────────

    fn own(&mut self, item: &Item) {
        match item {
            Item::Use(_) => {}
            Item::Turn(it) => self.turn(it),
            Item::Change(it) => self.change(it),
            Item::Facts(fields, span) => self.facts(fields, *span),
            Item::Setting(it) => {
                let mut it = it.clone();
                if !it.dated.is_empty() {
                    if let Some(value) = self.of_the_day(&it.name, &it.dated) {
                        it.value = value;
                    }
                    it.dated.clear();
                }
                self.items.push(Item::Setting(it));
            }
            Item::Define(ast::Define { name, .. }) | Item::Dated(ast::DatedTable { name, .. }) => {
                let there =
                    self.of_base(|it| defined(it).filter(|it| it.text == name.text).map(|it| it.span));
                match there {
                    Some(first) => self.already("define", name, first),
                    None => self.items.push(item.clone()),
                }
            }
            Item::Obligation(it) => {
                let there = self.of_base(|item| match item {
                    Item::Obligation(there) => (there.name.text == it.name.text).then_some(there.name.span),
                    _ => None,
                });
                match there {
                    Some(first) => self.already(obligation_word(it.kind), &it.name, first),
                    None => self.items.push(item.clone()),
                }
            }
            Item::Assume(it) => {
                if let Some((fact, lock)) = self.locks.fact_in(it.condition.span) {
                    let message = format!("no assumption can be added about `{fact}`: {} reads it", lock.by);
                    let found = Diagnostic::new(&codes::LOCKED, it.condition.span, message)
                        .with_related(lock.span, "locked here")
                        .with_help("an assumption refuses cases, and in these the locked item may decide");
                    self.report(found);
                    return;
                }
                self.items.push(item.clone());
            }
            Item::Decision(it) => self.decision(it),
            other => self.items.push(other.clone()),
        }
    }

    /// The first item of the base for which `found` gives something.
    fn of_base<T>(&self, found: impl FnMut(&Item) -> Option<T>) -> Option<T> {
        self.items.iter().take(self.base).find_map(found)
    }

    fn turn(&mut self, it: &ast::Turn) {
        if let Some(lock) = self.locks.closed(&it.name.text).cloned() {
            return self.closed(&it.name.text, it.name.span, &lock);
        }
        let value = match it.values.as_slice() {
            [ast::Dated { value, period: None }] => Some(value.clone()),
            dated => self.of_the_day(&it.name, dated),
        };
        let given = self.given;
        let settings = self.items.iter_mut().take(given).filter_map(|item| match item {
            Item::Setting(there) => Some(there),
            _ => None,
        });
        let mut known: Vec<String> = Vec::new();
        let mut locked = None;
        for there in settings {
            if there.name.text == it.name.text {
                locked = there.locked;
                if let (Some(value), None) = (value, locked) {
                    there.value = value;
                    self.changed.insert(it.name.text.clone());
                }
                // Locked in a file that is used: the locks of the base do not know of it.
                if let Some(span) = locked {
                    self.closed(&it.name.text, it.name.span, &Lock::new(span, "setting", &it.name, true));
                }
                return;
            }
            known.push(there.name.text.clone());
        }
        debug_assert!(locked.is_none());
        self.nothing(&it.name, "setting", known.iter().map(String::as_str));
    }

    /// The value that holds on the day of the tree. Reports days on which there is none, or more than one.
    fn of_the_day(&mut self, name: &Name, dated: &[ast::Dated]) -> Option<ast::Literal> {
        let mut found: Option<&ast::Dated> = None;
        for it in dated {
            // Days that are none have been reported where time was cut.
            let days = timeline::days(it.period.as_ref(), &mut Diagnostics::default())?;
            if !days.contain(self.parts.day) {
                continue;
            }
            if let Some(first) = found {
                let message = format!("`{}` has two values {}", name.text, self.parts.days);
                let diagnostic = Diagnostic::new(&codes::SETTING_DAYS, it.value.span, message)
                    .with_related(first.value.span, "the other value")
                    .with_help(
                        "say for each value on which days it holds: `from DATE`, `through DATE`, or both",
                    );
                self.report(diagnostic);
                return None;
            }
            found = Some(it);
        }
        if found.is_none() {
            let message = format!("`{}` has no value {}", name.text, self.parts.days);
            let diagnostic = Diagnostic::new(&codes::SETTING_DAYS, name.span, message).with_help(
                "let one of its values hold on these days, or say from when the policy is `in force`",
            );
            self.report(diagnostic);
        }
        found.map(|it| it.value.clone())
    }

    fn change(&mut self, change: &ast::Change) {
        match &change.kind {
            ChangeKind::Define(new) => {
                if let Some(at) = self.definition(&new.name)
                    && let Some(slot) = self.items.get_mut(at)
                {
                    *slot = Item::Define(new.clone());
                }
            }
            ChangeKind::Dated(new) => {
                if let Some(at) = self.definition(&new.name)
                    && let Some(slot) = self.items.get_mut(at)
                {
                    *slot = Item::Dated(new.clone());
                }
            }
            // Taken out at the end, if nothing reads it then.
            ChangeKind::NoDefine(name) => drop(self.definition(name)),
            ChangeKind::Obligation(new) => {
                if let Some(at) = self.obligation(new.kind, &new.name)
                    && let Some(slot) = self.items.get_mut(at)
                {
                    *slot = Item::Obligation(new.clone());
                }
            }
            ChangeKind::NoObligation(kind, name) => {
                if let Some(at) = self.obligation(*kind, name) {
                    self.items.remove(at);
                    self.base -= 1;
                    self.given -= 1;
                }
            }
            // The grammar reads these in decisions alone.
            ChangeKind::Rule(_) | ChangeKind::NoRule(_) | ChangeKind::Otherwise(_) => {}
        }
    }

    /// Where the base has the definition that is to be changed.
    fn definition(&mut self, name: &Name) -> Option<usize> {
        if let Some(lock) = self.locks.closed(&name.text).cloned() {
            self.closed(&name.text, name.span, &lock);
            return None;
        }
        let is = |it: &Item| defined(it).is_some_and(|it| it.text == name.text);
        let at = self.items.iter().take(self.base).position(is);
        if at.is_none() {
            let known: Vec<String> = self
                .items
                .iter()
                .take(self.base)
                .filter_map(|it| defined(it).map(|it| it.text.clone()))
                .collect();
            self.nothing(name, "definition", known.iter().map(String::as_str));
        }
        if at.is_some() {
            self.changed.insert(name.text.clone());
        }
        at
    }

    /// Where the base has the top-level disclosure or step that is to be changed.
    fn obligation(&mut self, kind: ast::ObligationKind, name: &Name) -> Option<usize> {
        let is =
            |it: &Item| matches!(it, Item::Obligation(it) if it.kind == kind && it.name.text == name.text);
        let at = self.items.iter().take(self.base).position(is);
        let Some(Item::Obligation(there)) = at.and_then(|it| self.items.get(it)) else {
            let named = |it: &Item| obligation_name(it, kind);
            let known: Vec<String> = self.items.iter().take(self.base).filter_map(named).collect();
            self.nothing(name, obligation_word(kind), known.iter().map(String::as_str));
            return None;
        };
        if let Some(span) = there.locked {
            self.closed(&name.text, name.span, &Lock::new(span, obligation_word(kind), name, false));
            return None;
        }
        at
    }

    // ── facts ────────────────────────────────────────────────────────────────────────────────────

    /// Adds facts, into the groups that are there.
    fn facts(&mut self, fields: &[Field], span: Span) {
        let base = self.base;
        let mut changed: Vec<Diagnostic> = Vec::new();
        let mut rest: Vec<Field> = Vec::new();
        for field in fields {
            let there = self.items.iter_mut().take(base).find_map(|item| match item {
                Item::Facts(fields, _) => fields.iter_mut().find(|it| it.name.text == field.name.text),
                _ => None,
            });
            match there {
                Some(there) => add_field(there, field, &mut changed),
                None => rest.push(field.clone()),
            }
        }
        changed.into_iter().for_each(|it| self.report(it));
        if !rest.is_empty() {
            self.items.push(Item::Facts(rest, span));
        }
    }

    // ── at the end ───────────────────────────────────────────────────────────────────────────────

    /// Takes removed definitions out; reports those that something still reads, and leaves them.
    fn take_out(&mut self) {
        for item in &self.parts.own.items {
            let Item::Change(ast::Change { kind: ChangeKind::NoDefine(name), .. }) = item else { continue };
            let is = |it: &Item| defined(it).is_some_and(|it| it.text == name.text);
            let Some(at) = self.items.iter().take(self.base).position(is) else { continue };
            if !self.changed.contains(&name.text) {
                continue;
            }
            let source = self.parts.source;
            let reads = |it: &Item| {
                let named =
                    |text: &Span| words(source.slice(*text)).into_iter().any(|word| head(word) == name.text);
                shape::texts(it).into_iter().filter(named).min()
            };
            let mut others = self.items.iter().enumerate().filter(|(index, _)| *index != at);
            if let Some(reader) = others.find_map(|(_, it)| reads(it)) {
                let message = format!("`{}` is removed, and something still reads it", name.text);
                let found = Diagnostic::new(&codes::STILL_READ, name.span, message)
                    .with_related(reader, "this reads it")
                    .with_help("replace or remove what reads it too, or write `replaces define` instead");
                self.report(found);
                continue;
            }
            self.items.remove(at);
            self.base -= 1;
            self.given -= 1;
        }
    }

    /// Puts locked rules on top in decisions that this overlay touches.
    fn lock(&mut self) {
        if self.locks.is_empty() || self.changed.is_empty() {
            return;
        }
        let touched = locks::affected(self.parts.source, &self.items, std::mem::take(&mut self.changed));
        let level = self.parts.level;
        for item in &mut self.items {
            let Item::Decision(it) = item else { continue };
            let locked: BTreeSet<String> = it
                .rules
                .iter()
                .filter(|it| it.locked.is_some() && it.level < level)
                .map(|it| it.name.text.clone())
                .collect();
            if touched.contains(&it.name.text) && !locked.is_empty() {
                locks::put_on_top(it, &locked);
            }
        }
    }
}

/// The name of a definition.
fn defined(item: &Item) -> Option<&Name> {
    match item {
        Item::Define(it) => Some(&it.name),
        Item::Dated(it) => Some(&it.name),
        _ => None,
    }
}

fn obligation_name(item: &Item, kind: ast::ObligationKind) -> Option<String> {
    match item {
        Item::Obligation(it) if it.kind == kind => Some(it.name.text.clone()),
        _ => None,
    }
}

/// The facts and decisions of a file: they stay in it.
fn unshared(from: &ast::File) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for item in &from.items {
        match item {
            Item::Facts(fields, _) => names.extend(fields.iter().map(|it| it.name.text.as_str())),
            Item::Decision(it) => drop(names.insert(it.name.text.as_str())),
            _ => {}
        }
    }
    names
}

/// Adds the facts of `new` to the group `there`; a fact that is there stays as it is.
fn add_field(there: &mut Field, new: &Field, changed: &mut Vec<Diagnostic>) {
    let (FieldKind::Group(known), FieldKind::Group(added)) = (&mut there.kind, &new.kind) else {
        let message = format!("the policy that is extended declares `{}`", new.name.text);
        changed.push(
            Diagnostic::new(&codes::CHANGED_FACT, new.name.span, message)
                .with_related(there.name.span, "there")
                .with_help("an overlay adds facts and changes none; give it another name or leave it out"),
        );
        return;
    };
    for field in added {
        match known.iter_mut().find(|it| it.name.text == field.name.text) {
            Some(there) => add_field(there, field, changed),
            None => known.push(field.clone()),
        }
    }
}
