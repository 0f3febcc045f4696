//! Lists of facts: each item that there can be gets slots of its own.
//!
//! The items of a list are declared once, as the item of index 0, and copied: so what is wrong with an item's
//! type is reported once. Whatever reads facts by their slots then reads items too.

use crate::{
    check::{
        Checker, codes,
        declare::{Around, Entry, LocalInfo},
        types::Shape,
    },
    diag::Diagnostic,
    schema::{self, Node, Slot, Type},
    source::Span,
    syntax::ast::{self, Field, FieldKind, ListType, Number},
    words::grouped,
};

impl<'a> Checker<'a> {
    /// Declares a list of facts and all of its items.
    pub(super) fn list(
        &mut self,
        field: &'a Field,
        ty: &ast::TypeExpression,
        list: &'a ListType,
        bounds: Option<&ast::Bounds>,
        at: &Around<'_>,
    ) -> Option<(Node, Entry)> {
        if self.in_list {
            let message = "a list stands inside the items of another list";
            self.report(
                Diagnostic::new(&codes::LIST_NOT_HERE, ty.span, message)
                    .with_help("make it a list of its own, whose items say to what they belong"),
            );
            return None;
        }
        if let Some(bounds) = bounds {
            let message = "a list has no bounds";
            self.report(
                Diagnostic::new(&codes::EMPTY_BOUNDS, bounds.span, message)
                    .with_help("the bounds of its items stand before `up to`"),
            );
        }
        if list.element.optional {
            let message = "an item of a list is never absent";
            self.report(
                Diagnostic::new(&codes::ABSENT_NOT_ALLOWED, list.element.span, message)
                    .with_help("remove `optional`; an item that is not there is left out of the list"),
            );
        }
        let most = self.list_bound(&list.most)?;
        let slot = self.slot(field, Type::List(self.schema.lists.len()), at);
        if let Some(it) = self.schema.slots.last_mut() {
            (it.high, it.optional) = (most as i128, ty.optional);
            if let FieldKind::Leaf { ask, .. } = &field.kind {
                it.ask = ask.as_ref().map(|it| it.text.clone());
            }
        }
        let first = self.schema.slots.len();
        let index = self.schema.lists.len();
        self.schema.lists.push(schema::List { slot, first, stride: 0, most, record: false });
        let (path, json) = (format!("{}[0]", at.path), format!("{}[0]", at.json));
        let inner = Around { path: &path, json: &json, within: Some(slot) };
        self.in_list = true;
        let made = self.item(field, list, &inner);
        self.in_list = false;
        let (node, entry) = made?;
        let stride = self.schema.slots.len() - first;
        if let Some(it) = self.schema.lists.get_mut(index) {
            (it.stride, it.record) = (stride, matches!(entry, Entry::Group { .. }));
        }
        self.copies(slot, first, most, ty.span)?;
        Some((Node::List { list: index, item: Box::new(node) }, Entry::List(index, Box::new(entry))))
    }

    /// Declares the first item.
    fn item(&mut self, field: &'a Field, list: &'a ListType, at: &Around<'_>) -> Option<(Node, Entry)> {
        match self.shape(&list.element)? {
            Shape::Record(name, fields) => {
                if let Some(bounds) = &list.bounds {
                    let message = "a record has no bounds";
                    self.report(Diagnostic::new(&codes::EMPTY_BOUNDS, bounds.span, message));
                }
                self.record(field, false, name, fields, at)
            }
            Shape::List(_) => {
                let message = "a list stands inside the items of another list";
                self.report(
                    Diagnostic::new(&codes::LIST_NOT_HERE, list.element.span, message)
                        .with_help("make it a list of its own, whose items say to what they belong"),
                );
                None
            }
            Shape::Leaf(Type::Items(_)) => {
                let message = "what a decision collects is no fact";
                self.report(Diagnostic::new(&codes::UNKNOWN_TYPE, list.element.span, message));
                None
            }
            Shape::Leaf(ty) => {
                let (low, high) = self.bounds(ty, list.bounds.as_ref());
                let slot = self.slot(field, ty, at);
                if let Some(it) = self.schema.slots.last_mut() {
                    (it.low, it.high, it.doc) = (low, high, None);
                }
                Some((Node::Leaf(slot), Entry::Leaf(slot)))
            }
        }
    }

    /// Copies the slots of the first item, from `first` to the end, for all others.
    fn copies(&mut self, list: usize, first: usize, most: usize, span: Span) -> Option<()> {
        let stride = self.schema.slots.len() - first;
        let total = stride.checked_mul(most).and_then(|it| it.checked_add(first));
        if total.is_none_or(|it| it > self.limits.facts) {
            let message = format!(
                "with all items of its lists, the policy has more than {} facts",
                grouped(self.limits.facts as i128)
            );
            self.report(
                Diagnostic::new(&codes::TOO_COSTLY, span, message)
                    .with_help("lower what follows `up to`, or raise the limit `facts` in the host"),
            );
            return None;
        }
        let names = self.schema.slots.get(list).map(|it| (it.path.clone(), it.json_path.clone()));
        let (path, json) = names?;
        let item: Vec<Slot> = self.schema.slots.get(first..)?.to_vec();
        for index in 1..most {
            for slot in &item {
                let rest = |whole: &str, list: &str| {
                    let rest = whole.get(list.len() + "[0]".len()..).unwrap_or_default();
                    format!("{list}[{index}]{rest}")
                };
                let within = slot.within.map(|it| if it == list { it } else { it + index * stride });
                self.schema.slots.push(Slot {
                    path: rest(&slot.path, &path),
                    json_path: rest(&slot.json_path, &json),
                    within,
                    ..slot.clone()
                });
            }
        }
        Some(())
    }

    /// The most items of a list, or the most days of a count.
    pub(super) fn list_bound(&mut self, most: &Number) -> Option<usize> {
        let limit = self.limits.list_length;
        match most.text.parse::<usize>() {
            Ok(value) if value > 0 && value <= limit => Some(value),
            _ => {
                let limit = grouped(limit as i128);
                let message = format!("a list has up to {limit} items, not {}", most.text);
                self.report(
                    Diagnostic::new(&codes::STEP, most.span, message)
                        .with_help("write a whole number of items, as in `up to 50`"),
                );
                None
            }
        }
    }

    /// Reports a list where only one value can stand.
    pub(super) fn list_not_here(&mut self, span: Span, what: &str) {
        let message = format!("{what} cannot be a list");
        self.report(
            Diagnostic::new(&codes::LIST_NOT_HERE, span, message)
                .with_help("only facts are lists; give the items of one a name where they are read, as in `any i in items has (…)`"),
        );
    }

    /// What an item of a list is to an expression that calls it `name`, the first local being `base`.
    pub(super) fn item_locals(&self, list: &schema::List, name: &str, base: usize) -> Vec<LocalInfo> {
        let around = self.schema.slots.get(list.slot).map_or(0, |it| it.path.len() + "[0]".len());
        let slots = self.schema.slots.get(list.item(0)).unwrap_or_default();
        let local = |slot: &Slot| LocalInfo {
            name: format!("{name}{}", slot.path.get(around..).unwrap_or_default()),
            parameter: usize::MAX,
            ty: slot.ty,
            low: slot.low,
            high: slot.high,
            optional: slot.optional,
            within: slot.within.filter(|it| *it != list.slot).map(|it| base + it - list.first),
        };
        slots.iter().map(local).collect()
    }

    /// The index of the list that `path` names, if it names one.
    pub(super) fn list_named(&self, path: &str) -> Option<usize> {
        let head = path.split('.').next().unwrap_or(path);
        if self.scope.parameters.iter().any(|it| it == head) {
            return None;
        }
        match Self::entry(&self.facts, path) {
            Ok(Entry::List(list, _)) => Some(*list),
            _ => None,
        }
    }
}
