//! What goes over the items of a list, or over days: `any … has`, `count of`, `sum of … for each` and the like.
//!
//! An item is a local of the scope around it while its condition or value is checked; the node that is made
//! holds the body once. Whether a list can be empty is a matter of the range of its length, which conditions
//! narrow as they narrow that of any number.

use crate::{
    check::{
        Checker, codes,
        declare::LocalInfo,
        expression::{Typed, negate},
        flow::{Flow, Known, Place},
        range::Range,
    },
    diag::Diagnostic,
    hir::{self, Assume, Expr, Extreme, Form, Kind, Measure, Order, Ty},
    schema::Type,
    source::Span,
    syntax::ast::{Each, Expression, ExpressionKind, ExtremumKind, Fold, Name, Number, Over},
    value::{Scalar, date},
};

/// The items that something goes over.
struct Items {
    over: hir::Over,
    locals: Vec<LocalInfo>,
    /// How many there are.
    count: (i128, i128),
    /// The length of a list, where it is one.
    length: Option<Typed>,
    /// How the author calls them.
    name: String,
}

/// The parts of a loop that are checked with the item in scope.
struct Body {
    filter: Option<Typed>,
    value: Option<Typed>,
}

fn number() -> Ty {
    Ty::Quantity(Measure::Number, Form::Steps(0))
}

fn whole(value: i128, span: Span) -> Typed {
    Typed::new(Kind::Constant(Scalar::Number(value)), number(), span)
        .with_range(Some(Range::Whole(value, value)))
}

impl Checker<'_> {
    // ── lists as such ────────────────────────────────────────────────────────────────────────────

    /// The list that an expression names.
    pub(super) fn list_of(&self, it: &Expression) -> Option<usize> {
        match &it.kind {
            ExpressionKind::Reference(path) => self.list_named(path),
            ExpressionKind::Parenthesis(inner) => self.list_of(inner),
            _ => None,
        }
    }

    /// How many items a list has. It must be there.
    pub(super) fn list_length(&mut self, list: usize, span: Span, known: &Known) -> Option<Typed> {
        let slot = self.schema.lists.get(list)?.slot;
        self.slot_value(slot, span, known)
    }

    pub(super) fn list_is_no_value(&mut self, path: &str, span: Span) {
        let message = format!("`{path}` is a list, not a value");
        self.report(Diagnostic::new(&codes::TYPE_MISMATCH, span, message).with_help(format!(
            "go over its items, as in `any i in {path} has (…)` or `count of i in {path}`"
        )));
    }

    /// `items is empty`.
    pub(super) fn list_is_empty(
        &mut self,
        value: &Expression,
        negated: bool,
        span: Span,
        known: &Known,
    ) -> Option<Typed> {
        let list = self.list_of(value)?;
        let length = self.list_length(list, value.span, known)?;
        let length = self.present(length)?;
        let empty = self.numbers(Order::Equal, length, whole(0, span), span)?;
        Some(if negated { negate(empty) } else { empty })
    }

    /// `ratings includes 5`.
    pub(super) fn list_includes(
        &mut self,
        list: usize,
        value: &Expression,
        item: &Expression,
        span: Span,
        known: &Known,
    ) -> Option<Typed> {
        let declared = *self.schema.lists.get(list)?;
        let path = self.schema.slots.get(declared.slot)?.path.clone();
        if declared.record {
            let message = format!("the items of `{path}` are records, not values");
            self.report(
                Diagnostic::new(&codes::TYPE_MISMATCH, value.span, message)
                    .with_help(format!("ask for what the item has, as in `any i in {path} has (i.… is …)`")),
            );
            return None;
        }
        let length = self.list_length(list, value.span, known)?;
        self.present(length)?;
        let base = self.scope.locals.len();
        let locals = self.item_locals(&declared, &path, base);
        let ty = crate::check::types::ty_of(locals.first()?.ty);
        let wanted = self.value(item, known, Some(ty));
        // The item needs a name that no author can write, so that it hides nothing.
        let name = "(item)".to_owned();
        let hidden = locals.into_iter().map(|it| LocalInfo { name: name.clone(), ..it });
        self.scope.locals.extend(hidden);
        let own = self.local_reference(&name, value.span, known);
        self.scope.locals.truncate(base);
        let mut own = own?;
        own.place = None;
        let same = self.compared(Order::Equal, own, wanted?, span)?;
        let over = hir::Over::List(list);
        let each =
            hir::Each { fold: hir::Fold::Any, over, base, filter: None, value: same.expr, default: None };
        let flow = Flow {
            yes: Known::range(Place::Slot(declared.slot), 1, declared.most as i128),
            ..Flow::default()
        };
        Some(Typed::new(Kind::Each(Box::new(each)), Ty::Boolean, span).with_flow(flow))
    }

    // ── over items ───────────────────────────────────────────────────────────────────────────────

    /// Checks `any … has`, `count of`, `sum of … for each` and the like.
    pub(super) fn each(&mut self, it: &Each, span: Span, known: &Known) -> Option<Typed> {
        let named = self.item_name(&it.over.name);
        let items = match &it.over.over {
            Over::List(name) => self.list_items(name, &it.over.name.text, known),
            Over::Days { from, through, most, span } => {
                self.days(from, through, most, *span, &it.over.name.text, known)
            }
        };
        let default = match &it.default {
            Some(default) => Some(self.value(default, known, None)?),
            None => None,
        };
        let items = items?;
        named?;
        let base = self.scope.locals.len();
        self.scope.locals.extend(items.locals.iter().cloned());
        self.scope.parameters.push(it.over.name.text.clone());
        let body = self.body(it, known);
        self.scope.parameters.pop();
        self.scope.locals.truncate(base);
        let body = body?;
        match it.fold {
            Fold::Any | Fold::Every => self.has(it, items, base, body, span),
            Fold::Count | Fold::Sum => self.total(it, items, base, body, span),
            Fold::Extreme(kind) => self.extreme_each(kind, items, base, body, default, span),
        }
    }

    fn body(&mut self, it: &Each, known: &Known) -> Option<Body> {
        let filter = match &it.filter {
            Some(filter) => Some(self.condition(filter, known)?),
            None => None,
        };
        let inside = filter.as_ref().map_or(known.clone(), |it| known.clone().and(&it.flow.yes));
        let value = match (&it.value, it.fold) {
            (None, _) => None,
            (Some(value), Fold::Any | Fold::Every) => Some(self.condition(value, &inside)?),
            (Some(value), Fold::Sum) => Some(self.quantity(value, &inside)?.0),
            (Some(value), _) => Some(self.value(value, &inside, None)?),
        };
        Some(Body { filter, value })
    }

    /// Reports the name of an item that something else has.
    fn item_name(&mut self, name: &Name) -> Option<()> {
        let is_item = self.scope.parameters.contains(&name.text);
        if !is_item && !self.globals.contains_key(&name.text) {
            return Some(());
        }
        let what = if is_item { "a parameter or an item around it" } else { "another item of the policy" };
        let message = format!("`{}` is the name of {what}", name.text);
        self.report(
            Diagnostic::new(&codes::ITEM_NAME_TAKEN, name.span, message)
                .with_help("give the items of the list a name of their own"),
        );
        None
    }

    fn list_items(&mut self, list: &Name, name: &str, known: &Known) -> Option<Items> {
        let Some(index) = self.list_named(&list.text) else {
            self.report_no_list(list, known);
            return None;
        };
        let declared = *self.schema.lists.get(index)?;
        let length = self.list_length(index, list.span, known)?;
        let length = self.present(length)?;
        let Some(Range::Whole(low, high)) = length.range else { return None };
        Some(Items {
            over: hir::Over::List(index),
            locals: self.item_locals(&declared, name, self.scope.locals.len()),
            count: (low, high),
            length: Some(length),
            name: list.text.clone(),
        })
    }

    fn report_no_list(&mut self, list: &Name, known: &Known) {
        if self.scope.locals.iter().any(|it| it.name == list.text && matches!(it.ty, Type::List(_))) {
            return;
        }
        let typed = self.silent_list(&list.text);
        if !typed {
            // The name is unknown: that is the mistake.
            let _: Option<Typed> = self.reference(&list.text, list.span, known, None);
            return;
        }
        let message = format!("`{}` is no list", list.text);
        self.report(
            Diagnostic::new(&codes::NO_LIST, list.span, message)
                .with_help("declare it as `list of … up to …`, or name a list"),
        );
    }

    /// Whether `path` names something that is no list.
    fn silent_list(&self, path: &str) -> bool {
        let head = path.split('.').next().unwrap_or(path);
        if self.scope.parameters.iter().any(|it| it == head) {
            return self
                .scope
                .locals
                .iter()
                .any(|it| it.name == path || it.name.starts_with(&format!("{path}.")));
        }
        match Self::entry(&self.facts, path) {
            // A leaf that is out of place was reported where it is declared.
            Ok(crate::check::declare::Entry::Leaf(slot)) => *slot < self.schema.slots.len(),
            Ok(_) => true,
            Err(_) => self.globals.contains_key(path) && !self.facts.contains_key(path),
        }
    }

    // ── days ─────────────────────────────────────────────────────────────────────────────────────

    fn days(
        &mut self,
        from: &Expression,
        through: &Expression,
        most: &Number,
        span: Span,
        name: &str,
        known: &Known,
    ) -> Option<Items> {
        let first = self.day(from, known);
        let last = self.day(through, known);
        let most = self.list_bound(most)?;
        let (first, last) = (first?, last?);
        let (Some(Range::Whole(a, b)), Some(Range::Whole(c, d))) = (first.range, last.range) else {
            return None;
        };
        // The days that are looked at and not counted stay in the calendar too.
        if b.saturating_add(most as i128) > date::LAST {
            let message = "these days can leave the years 1 to 9999";
            self.report(
                Diagnostic::new(&codes::MAY_LEAVE_CALENDAR, span, message)
                    .with_help("lower what follows `up to`, or give the first day bounds"),
            );
            return None;
        }
        let widest = d.saturating_sub(a).saturating_add(1);
        if widest > most as i128 {
            self.imply_days(&first, &last, most, span)?;
        }
        let most_days = widest.clamp(0, most as i128);
        let least_days = c.saturating_sub(b).saturating_add(1).clamp(0, most_days);
        let day = LocalInfo {
            name: name.to_owned(),
            parameter: usize::MAX,
            ty: Type::Date,
            low: a,
            high: d.max(a),
            optional: false,
            within: None,
        };
        let text = |it: &Expression| one_line(self.source.slice(it.span));
        let name = format!("days from {} through {}", text(from), text(through));
        Some(Items {
            over: hir::Over::Days { from: first.expr, through: last.expr, most },
            locals: vec![day],
            count: (least_days, most_days),
            length: None,
            name,
        })
    }

    fn day(&mut self, it: &Expression, known: &Known) -> Option<Typed> {
        let typed = self.value(it, known, Some(Ty::Date))?;
        if typed.expr.ty == Ty::Date {
            return Some(typed);
        }
        self.mismatch(Ty::Date, typed.expr.ty, it.span);
        None
    }

    /// Takes as given that there are no more days than the author says.
    fn imply_days(&mut self, first: &Typed, last: &Typed, most: usize, span: Span) -> Option<()> {
        // The name is part of the policy, so it must not depend on spaces and comments.
        let words = |it: &Expr| one_line(self.source.slice(it.span));
        let (from, through) = (words(&first.expr), words(&last.expr));
        let days = crate::words::grouped(most as i128);
        let name = format!("at most {days} days from `{from}` through `{through}`");
        let count = Ty::Quantity(Measure::Days, Form::Steps(0));
        let terms = vec![(false, last.expr.clone()), (true, first.expr.clone())];
        let distance = Expr { kind: Kind::Sum(terms), ty: count, span };
        let limit = Expr { kind: Kind::Constant(Scalar::Number(most as i128 - 1)), ty: count, span };
        let boolean = |kind| Expr { kind, ty: Ty::Boolean, span };
        let condition = boolean(Kind::Compare(Order::AtMost, Box::new(distance), Box::new(limit)));
        let why = match (self.first_decision_read(&condition), reads_local(&condition)) {
            (Some(decision), _) => format!("this reads the decision `{decision}`"),
            (None, true) => "this reads a parameter or an item".to_owned(),
            (None, false) => {
                if self.implied.iter().any(|it| it.name == name) {
                    return Some(());
                }
                if !self.only_claims {
                    self.implied.push(Assume { name, condition, span });
                    return Some(());
                }
                "this is a property".to_owned()
            }
        };
        let message = format!("there can be more than {days} days here");
        self.report(Diagnostic::new(&codes::TOO_MANY_DAYS, span, message).with_help(format!(
            "give the dates bounds, as in `between … and …`: an assumption speaks of facts only, and {why}"
        )));
        None
    }

    // ── folds ────────────────────────────────────────────────────────────────────────────────────

    fn has(&mut self, it: &Each, items: Items, base: usize, body: Body, span: Span) -> Option<Typed> {
        let fold = if it.fold == Fold::Any { hir::Fold::Any } else { hir::Fold::Every };
        let value = body.value?.expr;
        let mut flow = Flow::default();
        // If an item has it, or has it not, there is an item.
        if let Some(Place::Slot(slot)) = items.length.as_ref().and_then(|it| it.place) {
            let some = Known::range(Place::Slot(slot), 1, items.count.1.max(1));
            match fold {
                hir::Fold::Any => flow.yes = some,
                _ => flow.no = some,
            }
        }
        let each = hir::Each { fold, over: items.over, base, filter: None, value, default: None };
        Some(Typed::new(Kind::Each(Box::new(each)), Ty::Boolean, span).with_flow(flow))
    }

    /// `count of` and `sum of`.
    fn total(&mut self, it: &Each, items: Items, base: usize, body: Body, span: Span) -> Option<Typed> {
        if let Some(default) = &it.default {
            let message = "the sum of no items is 0, so nothing else is needed";
            self.report(
                Diagnostic::new(&codes::TYPE_MISMATCH, default.span, message).with_help("remove `or else …`"),
            );
            return None;
        }
        let counts = it.fold == Fold::Count;
        if let (true, None, Some(length)) = (counts, &body.filter, &items.length) {
            // All items of a list: its length, with what conditions say of it.
            let mut length = length.clone();
            length.expr.span = span;
            return Some(length);
        }
        let value = match body.value {
            Some(value) => value,
            None => whole(1, span),
        };
        let range = match value.range? {
            Range::Whole(low, high) => {
                let most = items.count.1;
                let least = if body.filter.is_none() { items.count.0 } else { 0 };
                let low = low.checked_mul(if low < 0 { most } else { least });
                let high = high.checked_mul(if high < 0 { least } else { most });
                low.zip(high)
                    .filter(|(low, high)| {
                        crate::check::range::fits(*low).is_some()
                            && crate::check::range::fits(*high).is_some()
                    })
                    .map(|(low, high)| Range::Whole(low, high))
            }
            ratio => {
                let none = Range::Whole(0, 0).over(1)?;
                (0..items.count.1).try_fold(none, |sum, _| Some(none.hull(sum.plus(ratio)?)))
            }
        };
        let range = self.fitting(range, &value, span)?;
        let (ty, filter) = (value.expr.ty, body.filter.map(|it| it.expr));
        let each = hir::Each {
            fold: hir::Fold::Total,
            over: items.over,
            base,
            filter,
            value: value.expr,
            default: None,
        };
        Some(Typed::new(Kind::Each(Box::new(each)), ty, span).with_range(Some(range)))
    }

    fn extreme_each(
        &mut self,
        kind: ExtremumKind,
        items: Items,
        base: usize,
        body: Body,
        default: Option<Typed>,
        span: Span,
    ) -> Option<Typed> {
        let least = matches!(kind, ExtremumKind::Lowest | ExtremumKind::Earliest);
        let extreme = if least { Extreme::Least } else { Extreme::Greatest };
        let mut values = vec![body.value?];
        values.extend(default);
        self.extreme_types(kind, &values)?;
        if values.len() == 1 && (items.count.0 < 1 || body.filter.is_some()) {
            self.report_may_be_empty(kind, &items, body.filter.is_some(), span);
            return None;
        }
        let mut values = self.one_form(values)?.into_iter();
        let (value, default) = (values.next()?, values.next());
        let own = value.range?;
        if !own.comparable(own) {
            return self.too_wide(&value.expr, span);
        }
        let range = default.as_ref().map_or(Some(own), |it| Some(own.hull(it.range?)))?;
        let (ty, filter) = (value.expr.ty, body.filter.map(|it| it.expr));
        let fold = hir::Fold::Extreme(extreme);
        let default = default.map(|it| it.expr);
        let each = hir::Each { fold, over: items.over, base, filter, value: value.expr, default };
        Some(Typed::new(Kind::Each(Box::new(each)), ty, span).with_range(Some(range)))
    }

    fn report_may_be_empty(&mut self, kind: ExtremumKind, items: &Items, filtered: bool, span: Span) {
        let word = match kind {
            ExtremumKind::Lowest => "lowest",
            ExtremumKind::Highest => "highest",
            ExtremumKind::Earliest => "earliest",
            ExtremumKind::Latest => "latest",
        };
        let name = &items.name;
        let message = match filtered {
            true => format!("perhaps no item of `{name}` counts, and then there is no {word} value"),
            false => format!("`{name}` may be empty here, and then there is no {word} value"),
        };
        let help = match (filtered, &items.length) {
            (false, Some(_)) => {
                format!("ask first, as in `{name} is not empty and …`, or end it with `or else …`")
            }
            _ => "say what it is then: end it with `or else …`".to_owned(),
        };
        self.report(Diagnostic::new(&codes::MAY_BE_EMPTY, span, message).with_help(help));
    }
}

/// Whether the expression reads a parameter of a definition, or an item.
fn reads_local(expr: &Expr) -> bool {
    let mut open = vec![expr];
    while let Some(it) = open.pop() {
        if matches!(it.kind, Kind::Local(_)) {
            return true;
        }
        open.extend(it.children());
    }
    false
}

/// The tokens of a text on one line, spaced in one way and without comments. Texts in quotes stay as they are.
fn one_line(text: &str) -> String {
    let is_word = |it: char| it.is_alphanumeric() || matches!(it, '_' | '.');
    let mut out = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '#' {
            while letters.next_if(|it| *it != '\n').is_some() {}
            continue;
        }
        if letter.is_whitespace() {
            continue;
        }
        let call = letter == '(' && out.ends_with(is_word);
        if !out.is_empty() && !out.ends_with('(') && !call && !matches!(letter, ')' | ',') {
            out.push(' ');
        }
        out.push(letter);
        if letter == '"' {
            while let Some(next) = letters.next() {
                out.push(next);
                match next {
                    '\\' => out.extend(letters.next()),
                    '"' => break,
                    _ => {}
                }
            }
        } else if is_word(letter) {
            // A date and a percentage are one word.
            let digit = letter.is_ascii_digit();
            let mut length = 1;
            while let Some(next) = letters.next_if(|it| match it {
                '-' => digit && matches!(length, 4 | 7),
                '%' => digit,
                it => is_word(*it),
            }) {
                out.push(next);
                length += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn spaces_and_comments_make_no_difference() {
        let plain = "order.bought_on + 30 days";
        assert_eq!(one_line(plain), plain);
        assert_eq!(one_line("order.bought_on # why \" not\n  +\t30\n days"), plain);
        assert_eq!(one_line("latest of( a,b )"), "latest of(a, b)");
        assert_eq!(one_line("2026-03-01"), "2026-03-01");
        assert_eq!(one_line("f( \"a # b\" )- 2 days"), "f(\"a # b\") - 2 days");
        assert_eq!(one_line("a-2 days"), "a - 2 days");
    }
}
