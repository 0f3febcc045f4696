//! Conditions of a box in words: `customer.tier gold or platinum`, `owned 31 to 60 days`.
//!
//! A dimension that is a fact has the words of its type. A term has the name of a definition that it is, if
//! there is one; else it is written out, and where it only compares two facts it is said as the comparison.
//! What is not looked into is said as it is written in the policy.

use std::collections::BTreeMap;

use crate::{
    hir::Hir,
    ir::Op,
    schema::{Slot, Type},
    source::Span,
    space::{
        How, Key, Space,
        linear::{Linear, Var},
        normal::{Form, Normal, Piece},
    },
    value::{Scalar, form},
};

/// A definition whose value is `(term × by + constant) / divisor`.
#[derive(Clone, Debug)]
struct Named<'p> {
    name: String,
    by: i128,
    constant: i128,
    divisor: i128,
    ty: Type,
    hir: &'p Hir,
}

/// Says what dimensions are.
#[derive(Debug)]
pub(crate) struct Phrases<'p> {
    slots: BTreeMap<String, (&'p Slot, &'p Hir)>,
    named: BTreeMap<Vec<(Var, i128)>, Named<'p>>,
    /// Source of what is not looked into, by variable.
    pub written: BTreeMap<Var, String>,
}

/// A condition in words and in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Phrase {
    /// What it speaks of: `order.total`, `owned`.
    pub of: String,
    /// All of it.
    pub words: String,
    /// Of an enumeration, the names.
    pub names: Vec<String>,
}

impl<'p> Phrases<'p> {
    /// The words of some policies; those of a later one go before.
    pub(crate) fn of(policies: &[Normal<'p>]) -> Phrases<'p> {
        let mut phrases =
            Phrases { slots: BTreeMap::new(), named: BTreeMap::new(), written: BTreeMap::new() };
        let mut known = Vec::new();
        for policy in policies {
            let hir: &'p Hir = policy.hir;
            for slot in &hir.schema.slots {
                phrases.slots.insert(policy.key_of(&slot.path), (slot, hir));
            }
            for (name, terms, named) in defined(policy) {
                known.push((policy.index, name, terms, named));
            }
        }
        for (index, name, terms, named) in &known {
            // Two policies have one name for different things: then it is said whose it is.
            let differs = known.iter().any(|it| {
                it.0 != *index
                    && it.1 == *name
                    && (&it.2, it.3.by, it.3.constant, it.3.divisor)
                        != (terms, named.by, named.constant, named.divisor)
            });
            let name = match (differs, index) {
                (false, _) => (*name).to_owned(),
                (true, 0) => format!("old {name}"),
                (true, _) => format!("new {name}"),
            };
            phrases.named.insert(terms.clone(), Named { name, ..named.clone() });
        }
        phrases
    }

    /// Takes what is rounded in a policy as it is written there, where no definition is that.
    pub(crate) fn write(&mut self, space: &Space, policy: &Normal<'p>, written: &dyn Fn(Span) -> String) {
        for (node, op) in (0..).zip(&policy.program.nodes) {
            let (Op::Round(..), Some(place)) = (op, policy.place(node)) else { continue };
            let Some(Form::Value(pieces)) = policy.form_of(node) else { continue };
            let [(_, Piece::Number(term, divisor))] = pieces.all.as_slice() else { continue };
            let Some((terms, by)) = term.normalised() else { continue };
            let [(var, 1)] = terms.as_slice() else { continue };
            if self.named.contains_key(&terms) {
                continue;
            }
            let ty = self.unit(space, &[(*var, 1)]);
            let (constant, divisor, hir) = (term.constant, *divisor, policy.hir);
            let name = format!("`{}`", written(place));
            self.named.insert(terms, Named { name, by, constant, divisor, ty, hir });
        }
    }

    /// That a dimension, of values `low..=high` in all, lies in one of these intervals.
    pub(crate) fn condition(
        &self,
        space: &Space,
        term: &[(Var, i128)],
        range: (i128, i128),
        intervals: &[(i128, i128)],
    ) -> Phrase {
        if let Some(named) = self.named.get(term)
            && let Some(phrase) = named.condition(range, intervals)
        {
            return phrase;
        }
        match term {
            [(var, 1)] => self.of_variable(space, *var, range, intervals),
            _ => self.of_term(space, term, range, intervals),
        }
    }

    fn of_variable(
        &self,
        space: &Space,
        var: Var,
        range: (i128, i128),
        intervals: &[(i128, i128)],
    ) -> Phrase {
        let has = |value: i128| intervals.iter().any(|it| it.0 <= value && value <= it.1);
        let plain = |of: String, words: String| Phrase { of, words, names: Vec::new() };
        match space.variables.get_index(var as usize).map(|it| it.0) {
            Some(Key::Present(path)) => {
                let words = format!("{path} {}", if has(1) { "present" } else { "absent" });
                plain(path.clone(), words)
            }
            Some(Key::Fact(key)) => {
                let Some((slot, hir)) = self.slots.get(key) else {
                    return plain(key.clone(), said(key, range, intervals, Type::Number { scale: 0 }, None));
                };
                match slot.ty {
                    Type::Boolean => {
                        let words = if has(1) { slot.path.clone() } else { format!("not {}", slot.path) };
                        plain(slot.path.clone(), words)
                    }
                    Type::Choice(_) => self.of_choice(space, key, slot, range, &has),
                    Type::Text { .. } | Type::Items(_) => {
                        plain(slot.path.clone(), text_words(space, &slot.path, &has))
                    }
                    ty => plain(slot.path.clone(), said(&slot.path, range, intervals, ty, Some(hir))),
                }
            }
            _ => {
                let of = self.variable(space, var);
                match range {
                    (0, 1) if has(1) => plain(of.clone(), of),
                    (0, 1) => plain(of.clone(), format!("not {of}")),
                    _ => {
                        let ty = self.unit(space, &[(var, 1)]);
                        let hir = self.slots.values().next().map(|it| it.1);
                        plain(of.clone(), said(&of, range, intervals, ty, hir))
                    }
                }
            }
        }
    }

    fn of_choice(
        &self,
        space: &Space,
        key: &str,
        slot: &Slot,
        range: (i128, i128),
        has: &impl Fn(i128) -> bool,
    ) -> Phrase {
        let Some(all) = space.names.get(key) else {
            return Phrase { of: slot.path.clone(), words: slot.path.clone(), names: Vec::new() };
        };
        let name = |value: i128| usize::try_from(value).ok().and_then(|it| all.get_index(it)).cloned();
        let values = |is: bool| -> Vec<String> {
            (range.0..=range.1).filter(|it| has(*it) == is).filter_map(name).collect()
        };
        let (names, others) = (values(true), values(false));
        let words = match others.len() < 3 && names.len() > 3 && !others.is_empty() {
            true => format!("{} not {}", slot.path, listed(&others)),
            false => format!("{} {}", slot.path, listed(&names)),
        };
        Phrase { of: slot.path.clone(), words, names }
    }

    /// A term of several variables.
    fn of_term(
        &self,
        space: &Space,
        term: &[(Var, i128)],
        range: (i128, i128),
        intervals: &[(i128, i128)],
    ) -> Phrase {
        let of = self.written_out(space, term);
        let words = self.comparison(space, term, range, intervals).unwrap_or_else(|| {
            let hir = self.slots.values().next().map(|it| it.1);
            said(&of, range, intervals, self.unit(space, term), hir)
        });
        Phrase { of, words, names: Vec::new() }
    }

    /// `refund at most order.total`, `refund more than 15% of order.total`: where two are compared, and nothing
    /// is added.
    fn comparison(
        &self,
        space: &Space,
        term: &[(Var, i128)],
        range: (i128, i128),
        intervals: &[(i128, i128)],
    ) -> Option<String> {
        let ([(a, x), (b, y)], [(low, high)]) = (term, intervals) else { return None };
        let (a, x, b, y, low, high, range) = match (*x > 0, *y < 0) {
            (true, true) => (*a, *x, *b, y.checked_neg()?, *low, *high, range),
            _ => return None,
        };
        let share = |of: &str, by: i128, divisor: i128| match by == divisor {
            true => Some(of.to_owned()),
            false => {
                let percent = by.checked_mul(10_000)?;
                (by < divisor && percent % divisor == 0).then(|| {
                    let ty = Type::Percent { scale: 2 };
                    let value = Scalar::Number(percent / divisor);
                    format!("{} of {of}", form::words(&value, ty, &crate::schema::Schema::default()))
                })
            }
        };
        let is_time = matches!(
            self.type_of_var(space, a),
            Some(Type::Date | Type::Time { .. } | Type::DateTime { .. } | Type::Instant { .. })
        );
        let (least, most) = (low <= range.0, high >= range.1);
        // The one with the larger share stands alone.
        let (left, right, turned) = match (share(&self.variable(space, b), y, x), x >= y) {
            (Some(right), true) => (self.variable(space, a), right, false),
            _ => (self.variable(space, b), share(&self.variable(space, a), x, y)?, true),
        };
        let word = |number: &'static str, time: &'static str| if is_time { time } else { number };
        let (at_most, less) = (word("at most", "no later than"), word("less than", "earlier than"));
        let (at_least, more) = (word("at least", "no earlier than"), word("more than", "later than"));
        let how = match (least, most, low, high) {
            (false, false, 0, 0) => word("equal to", "equal to"),
            (true, false, _, 0) => {
                if turned {
                    at_least
                } else {
                    at_most
                }
            }
            (true, false, _, -1) => {
                if turned {
                    more
                } else {
                    less
                }
            }
            (false, true, 0, _) => {
                if turned {
                    at_most
                } else {
                    at_least
                }
            }
            (false, true, 1, _) => {
                if turned {
                    less
                } else {
                    more
                }
            }
            _ => return None,
        };
        Some(format!("{left} {how} {right}"))
    }

    /// A term, written out: what is added first.
    pub(crate) fn written_out(&self, space: &Space, term: &[(Var, i128)]) -> String {
        let (plus, minus): (Vec<_>, Vec<_>) = term.iter().copied().partition(|it| it.1 > 0);
        let one = |(var, by): (Var, i128)| match by.unsigned_abs() {
            1 => self.variable(space, var),
            by => format!("{by} * {}", self.variable(space, var)),
        };
        let mut out = plus.into_iter().map(one).collect::<Vec<_>>().join(" + ");
        for it in minus {
            let join = if out.is_empty() { "-" } else { " - " };
            out.push_str(join);
            out.push_str(&one(it));
        }
        out
    }

    /// A linear term divided by a number, as an argument of this type says it.
    pub(crate) fn value(&self, space: &Space, term: &Linear, divisor: i128, ty: Type, hir: &Hir) -> String {
        let number = |it: i128, ty: Type| form::words(&Scalar::Number(it), ty, &hir.schema);
        if let Some(value) = term.as_constant() {
            return match value.checked_rem(divisor) {
                Some(0) => number(value / divisor, ty),
                _ => format!("{value}/{divisor}"),
            };
        }
        if let Some((terms, by)) = term.normalised() {
            if let Some(named) = self.named.get(&terms)
                && (named.by, named.constant, named.divisor) == (by, term.constant, divisor)
            {
                return named.name.clone();
            }
            if let ([(var, 1)], 0, true) = (terms.as_slice(), term.constant, divisor == by) {
                return self.variable(space, *var);
            }
            if let ([(var, 1)], 0, true) = (terms.as_slice(), term.constant, by > 0) {
                let percent = by.checked_mul(10_000).filter(|it| it % divisor == 0);
                if let Some(percent) = percent.filter(|_| by < divisor) {
                    let share = number(percent / divisor, Type::Percent { scale: 2 });
                    return format!("{share} of {}", self.variable(space, *var));
                }
            }
        }
        let mut out = self.written_out(space, &term.terms);
        let step = match ty {
            Type::Date => Type::Days,
            Type::DateTime { .. } | Type::Instant { .. } | Type::Time { .. } => {
                Type::Duration { json_unit: None }
            }
            other => other,
        };
        match term.constant {
            0 => {}
            it if it > 0 => out.push_str(&format!(" + {}", number(it, step))),
            it => out.push_str(&format!(" - {}", number(it.saturating_neg(), step))),
        }
        match divisor {
            1 => out,
            _ => format!("({out}) / {divisor}"),
        }
    }

    /// What a variable is called.
    pub(crate) fn variable(&self, space: &Space, var: Var) -> String {
        if let Some(named) = self.named.get(&vec![(var, 1)])
            && (named.by, named.constant, named.divisor) == (1, 0, 1)
        {
            return named.name.clone();
        }
        let terms = |all: &[Linear]| -> String {
            let all = all.iter().map(|it| self.linear(space, it));
            all.collect::<Vec<_>>().join(", ")
        };
        match space.variables.get_index(var as usize).map(|it| it.0) {
            Some(Key::Fact(key)) => self.slots.get(key).map_or(key.clone(), |it| it.0.path.clone()),
            Some(Key::Present(path)) => format!("{path} present"),
            Some(Key::Rounded(term, 1, _)) => format!("weekday of ({})", self.linear(space, term)),
            Some(Key::Rounded(term, by, how)) => {
                format!("(({}) / {by} rounded {})", self.linear(space, term), rounding(*how))
            }
            _ if self.written.contains_key(&var) => {
                self.written.get(&var).map_or_else(String::new, |it| format!("`{it}`"))
            }
            Some(Key::Product(a, b)) => {
                format!("({}) * ({})", self.linear(space, a), self.linear(space, b))
            }
            Some(Key::Opaque(what, operands)) if !operands.is_empty() => {
                format!("{what} of ({})", terms(operands))
            }
            _ => "a term that is not looked into".to_owned(),
        }
    }

    fn linear(&self, space: &Space, term: &Linear) -> String {
        let out = self.written_out(space, &term.terms);
        match (out.is_empty(), term.constant) {
            (true, constant) => constant.to_string(),
            (false, 0) => out,
            (false, constant) if constant > 0 => format!("{out} + {constant}"),
            (false, constant) => format!("{out} - {}", constant.unsigned_abs()),
        }
    }

    fn type_of_var(&self, space: &Space, var: Var) -> Option<Type> {
        if let Some(named) = self.named.get(&vec![(var, 1)]) {
            return Some(named.ty);
        }
        match space.variables.get_index(var as usize)?.0 {
            Key::Fact(key) => self.slots.get(key).map(|it| it.0.ty),
            Key::Rounded(term, ..) => match term.terms.as_slice() {
                [(inner, _)] => self.type_of_var(space, *inner),
                _ => None,
            },
            // So much of something, so many times.
            Key::Product(a, b) => {
                let factor = |it: &Linear| match (it.terms.as_slice(), it.constant) {
                    ([(var, 1)], 0) => self.type_of_var(space, *var),
                    _ => None,
                };
                match (factor(a)?, factor(b)?) {
                    (Type::Number { scale: 0 }, ty) | (ty, Type::Number { scale: 0 }) => Some(ty),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The type of a term's values: that of its facts, for a difference of days a number of them.
    fn unit(&self, space: &Space, term: &[(Var, i128)]) -> Type {
        let plain = Type::Number { scale: 0 };
        let mut types = term.iter().map(|it| self.type_of_var(space, it.0));
        let Some(Some(first)) = types.next() else { return plain };
        let total: i128 = term.iter().fold(0, |sum, it| sum.saturating_add(it.1.signum()));
        if !types.all(|it| it == Some(first)) || term.iter().any(|it| it.1.unsigned_abs() != 1) {
            return plain;
        }
        match (first, total) {
            (Type::Date, 0) => Type::Days,
            (Type::DateTime { .. } | Type::Instant { .. } | Type::Time { .. }, 0) => {
                Type::Duration { json_unit: None }
            }
            (Type::Date | Type::DateTime { .. } | Type::Instant { .. } | Type::Time { .. }, it)
                if it != 1 =>
            {
                plain
            }
            (Type::MoneyOf(_), _) => plain,
            (ty, _) => ty,
        }
    }
}

impl Named<'_> {
    /// The condition of the definition's value. None where an interval is no interval of whole steps of it.
    fn condition(&self, range: (i128, i128), intervals: &[(i128, i128)]) -> Option<Phrase> {
        let value = |it: i128| {
            let scaled = it.checked_mul(self.by)?.checked_add(self.constant)?;
            (scaled.checked_rem(self.divisor)? == 0).then(|| scaled / self.divisor)
        };
        let turned = |(low, high): (i128, i128)| {
            let (low, high) = (value(low)?, value(high)?);
            Some((low.min(high), low.max(high)))
        };
        // An end of the range is not said, so it need not be a whole step.
        let open = |(low, high): (i128, i128)| {
            let rough = |it: i128| it.saturating_mul(self.by).saturating_add(self.constant) / self.divisor;
            let own = match (low <= range.0, high >= range.1) {
                (false, false) => return turned((low, high)),
                (true, false) => (rough(low), value(high)?),
                (false, true) => (value(low)?, rough(high)),
                (true, true) => (rough(low), rough(high)),
            };
            Some((own.0.min(own.1), own.0.max(own.1)))
        };
        let mut all: Vec<(i128, i128)> = intervals.iter().map(|it| open(*it)).collect::<Option<_>>()?;
        all.sort_unstable();
        let words = said(&self.name, open(range)?, &all, self.ty, Some(self.hir));
        Some(Phrase { of: self.name.clone(), words, names: Vec::new() })
    }
}

/// The definitions of a policy that are linear terms, with their names.
#[allow(clippy::type_complexity, reason = "a name, a term, and what it is")]
fn defined<'p>(policy: &Normal<'p>) -> Vec<(&'p str, Vec<(Var, i128)>, Named<'p>)> {
    let hir: &'p Hir = policy.hir;
    let mut found = Vec::new();
    for instance in &policy.program.instances {
        let Some(definition) = hir.definitions.get(instance.definition) else { continue };
        let Some(Form::Value(pieces)) = policy.form_of(instance.value) else { continue };
        let ([(_, Piece::Number(term, divisor))], Some(ty), true) =
            (pieces.all.as_slice(), definition.ty.counted(), definition.locals.is_empty())
        else {
            continue;
        };
        let Some((terms, by)) = term.normalised() else { continue };
        let (constant, divisor) = (term.constant, *divisor);
        let name = String::new();
        found.push((definition.name.as_str(), terms, Named { name, by, constant, divisor, ty, hir }));
    }
    found
}

fn rounding(how: How) -> &'static str {
    match how {
        How::Floor => "down",
        How::Ceiling => "up",
        How::HalfUp | How::HalfDown => "half up",
        How::HalfEven => "half even",
    }
}

fn listed(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn text_words(space: &Space, path: &str, has: &impl Fn(i128) -> bool) -> String {
    let quoted = |is: bool| -> Vec<String> {
        let all = (0_i128..).zip(&space.texts).filter(|it| has(it.0) == is);
        all.map(|it| format!("\"{}\"", form::clipped(it.1, 40))).collect()
    };
    match has(crate::space::OTHER_TEXT) {
        true => format!("{path} not {}", listed(&quoted(false))),
        false => format!("{path} {}", listed(&quoted(true))),
    }
}

/// `owned 31 to 60 days`, `order.total at most USD 100.00`.
fn said(of: &str, range: (i128, i128), intervals: &[(i128, i128)], ty: Type, hir: Option<&Hir>) -> String {
    let words = |it: i128| match hir {
        Some(hir) => form::words(&Scalar::Number(it), ty, &hir.schema),
        None => it.to_string(),
    };
    let is_time = matches!(ty, Type::Date | Type::DateTime { .. } | Type::Instant { .. } | Type::Time { .. });
    let one = |(low, high): &(i128, i128)| {
        let (least, most) = (*low <= range.0, *high >= range.1);
        match (least, most) {
            _ if low == high => words(*low),
            (true, true) => "any".to_owned(),
            (true, false) if is_time => format!("no later than {}", words(*high)),
            (true, false) => format!("at most {}", words(*high)),
            (false, true) if is_time => format!("no earlier than {}", words(*low)),
            (false, true) => format!("at least {}", words(*low)),
            (false, false) => between(&words(*low), &words(*high)),
        }
    };
    let all: Vec<String> = intervals.iter().map(one).collect();
    format!("{of} {}", listed(&all))
}

/// `31 to 60 days`, where both have one unit; else `from A to B`.
fn between(low: &str, high: &str) -> String {
    let split = |text: &str| {
        let (number, unit) = text.split_once(' ')?;
        let is_number = number.bytes().all(|it| it.is_ascii_digit() || it == b'-');
        (is_number && !unit.contains(' ')).then(|| (number.to_owned(), unit.to_owned()))
    };
    let stem = |unit: &str| unit.trim_end_matches('s').to_owned();
    match (split(low), split(high)) {
        (Some((low, a)), Some((high, b))) if stem(&a) == stem(&b) => format!("{low} to {high} {b}"),
        _ => format!("from {low} to {high}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_in_words() {
        let all = (0, 100);
        let days = |intervals: &[(i128, i128)]| said("owned", all, intervals, Type::Days, None);
        assert_eq!(days(&[(31, 60)]), "owned from 31 to 60");
        assert_eq!(between("31 days", "60 days"), "31 to 60 days");
        assert_eq!(between("1 day", "60 days"), "1 to 60 days");
        assert_eq!(between("USD 1.00", "USD 2.00"), "from USD 1.00 to USD 2.00");
        assert_eq!(between("1 hour 30 minutes", "2 hours"), "from 1 hour 30 minutes to 2 hours");
        assert_eq!(days(&[(0, 30), (61, 61)]), "owned at most 30 or 61");
    }
}
