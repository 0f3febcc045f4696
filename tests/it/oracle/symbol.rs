//! A value of the reference in all cases at once: an error, nothing, or something, each under its condition.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed};

use evenhand::syntax::ast::RoundingMode;
use evenhand::syntax::ast::time::ClockType;

use crate::oracle::term::{Store, Term};
use crate::reference::evaluate::Unit;
use crate::reference::model::Ty;

/// A value in all cases. `error` and `nothing` exclude each other; the value counts where neither holds.
#[derive(Clone, Debug)]
pub(crate) struct Symbol {
    pub(crate) error: Term,
    pub(crate) nothing: Term,
    pub(crate) value: Content,
}

/// What there is where there is something.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Boolean(Term),
    Number(Unit, Ratio),
    Date(Term),
    /// Seconds of a clock: of the day, local, or since 1970 in UTC.
    Clock(ClockType, Term),
    /// A number by a number that is not constant.
    Quotient(Unit, Ratio, Ratio),
    /// The code of a word.
    Choice(Term),
    /// The code of a text.
    Text(Term),
    /// Each item that may be in a set.
    Items(Vec<Thing>),
    Record(String),
    /// Never anything.
    Never,
}

/// A number over a positive one.
#[derive(Clone, Debug)]
pub(crate) struct Ratio {
    pub(crate) top: Term,
    pub(crate) bottom: BigInt,
}

/// An outcome with its parameters, where `there` holds.
#[derive(Clone, Debug)]
pub(crate) struct Thing {
    pub(crate) there: Term,
    pub(crate) outcome: String,
    pub(crate) parameters: Vec<(String, Symbol)>,
}

/// Parameters of the definition around an expression, and items of lists.
pub(crate) type Names = BTreeMap<String, (Symbol, Ty)>;

/// Why a policy cannot be said exactly; or a value.
pub(crate) type Said<T> = Result<T, String>;

/// What can be made of values; the formulas stand in one store.
#[derive(Clone, Copy)]
pub(crate) struct Algebra<'s> {
    pub(crate) store: &'s Store,
}

impl Algebra<'_> {
    pub(crate) fn sure(self, value: Content) -> Symbol {
        let no = self.store.truth(false);
        Symbol { error: no, nothing: no, value }
    }

    pub(crate) fn truth(self, value: bool) -> Symbol {
        self.sure(Content::Boolean(self.store.truth(value)))
    }

    pub(crate) fn nothing(self) -> Symbol {
        Symbol { nothing: self.store.truth(true), ..self.sure(Content::Never) }
    }

    pub(crate) fn ratio(self, value: &BigRational) -> Ratio {
        Ratio { top: self.store.number(value.numer()), bottom: value.denom().clone() }
    }

    /// Where there is a value.
    pub(crate) fn there(self, it: &Symbol) -> Term {
        let store = self.store;
        store.and([store.not(it.error), store.not(it.nothing)])
    }

    /// Where it is the truth value `wanted`.
    pub(crate) fn is(self, it: &Symbol, wanted: bool) -> Term {
        let store = self.store;
        match &it.value {
            Content::Boolean(term) if wanted => store.and([self.there(it), *term]),
            Content::Boolean(term) => store.and([self.there(it), store.not(*term)]),
            Content::Never => store.truth(false),
            other => panic!("{other:?} is no truth value"),
        }
    }

    /// A value that is stopped by an error or nothing in an operand.
    pub(crate) fn stopped<'o>(
        self,
        operands: impl IntoIterator<Item = &'o Symbol>,
        value: Content,
    ) -> Symbol {
        let store = self.store;
        let (mut errors, mut nothings) = (Vec::new(), Vec::new());
        for it in operands {
            errors.push(it.error);
            nothings.push(it.nothing);
        }
        let error = store.or(errors);
        let nothing = store.and([store.or(nothings), store.not(error)]);
        Symbol { error, nothing, value }
    }

    /// `or` where `wanted` is true, `and` where it is false.
    pub(crate) fn all(self, operands: &[Symbol], wanted: bool) -> Symbol {
        let store = self.store;
        let settled = store.or(operands.iter().map(|it| self.is(it, wanted)));
        let some_error = store.or(operands.iter().map(|it| it.error));
        let some_nothing = store.or(operands.iter().map(|it| it.nothing));
        let error = store.and([store.not(settled), some_error]);
        let nothing = store.and([store.not(settled), store.not(some_error), some_nothing]);
        let value = if wanted { settled } else { store.not(settled) };
        Symbol { error, nothing, value: Content::Boolean(value) }
    }

    pub(crate) fn negated(self, it: Symbol) -> Symbol {
        let value = match it.value {
            Content::Boolean(term) => Content::Boolean(self.store.not(term)),
            other => other,
        };
        Symbol { value, ..it }
    }

    /// The first where the condition holds, else the second.
    pub(crate) fn choose(self, condition: Term, yes: &Symbol, no: &Symbol) -> Said<Symbol> {
        let store = self.store;
        match store.known(condition) {
            Some(true) => return Ok(yes.clone()),
            Some(false) => return Ok(no.clone()),
            None => {}
        }
        let value = match (&yes.value, &no.value) {
            (Content::Never, other) | (other, Content::Never) => other.clone(),
            (Content::Boolean(a), Content::Boolean(b)) => Content::Boolean(store.either(condition, *a, *b)),
            (Content::Number(unit, a), Content::Number(_, b)) => {
                let (a, b, bottom) = self.level(a, b);
                Content::Number(*unit, Ratio { top: store.choose(condition, a, b), bottom })
            }
            (Content::Date(a), Content::Date(b)) => Content::Date(store.choose(condition, *a, *b)),
            (Content::Clock(kind, a), Content::Clock(_, b)) => {
                Content::Clock(*kind, store.choose(condition, *a, *b))
            }
            (Content::Choice(a), Content::Choice(b)) => Content::Choice(store.choose(condition, *a, *b)),
            (Content::Text(a), Content::Text(b)) => Content::Text(store.choose(condition, *a, *b)),
            (Content::Items(a), Content::Items(b)) => {
                let only =
                    |it: &Thing, when: Term| Thing { there: store.and([it.there, when]), ..it.clone() };
                let yes = a.iter().map(|it| only(it, condition));
                let no = b.iter().map(|it| only(it, store.not(condition)));
                Content::Items(yes.chain(no).collect())
            }
            (a, b) => return Err(format!("one of {a:?} and {b:?}")),
        };
        let error = store.either(condition, yes.error, no.error);
        Ok(Symbol { error, nothing: store.either(condition, yes.nothing, no.nothing), value })
    }

    /// Two numbers over one.
    pub(crate) fn level(self, a: &Ratio, b: &Ratio) -> (Term, Term, BigInt) {
        if a.bottom == b.bottom {
            return (a.top, b.top, a.bottom.clone());
        }
        // The product serves as well as the least common multiple.
        let (top_a, top_b) = (self.store.times(&b.bottom, a.top), self.store.times(&a.bottom, b.top));
        (top_a, top_b, &a.bottom * &b.bottom)
    }

    /// `a + b`, or `a - b`.
    pub(crate) fn sum(self, a: &Symbol, b: &Symbol, minus: bool) -> Said<Symbol> {
        let store = self.store;
        let combine = |a, b| if minus { store.minus(a, b) } else { store.add(a, b) };
        let value = match (&a.value, &b.value) {
            (Content::Never, _) | (_, Content::Never) => Content::Never,
            (Content::Number(unit, a), Content::Number(_, b)) => {
                let (a, b, bottom) = self.level(a, b);
                Content::Number(*unit, Ratio { top: combine(a, b), bottom })
            }
            (Content::Date(a), Content::Date(b)) if minus => {
                Content::Number(Unit::Days, Ratio { top: store.minus(*a, *b), bottom: BigInt::one() })
            }
            (Content::Date(date), Content::Number(Unit::Days, count)) if count.bottom.is_one() => {
                Content::Date(combine(*date, count.top))
            }
            (Content::Number(Unit::Days, count), Content::Date(date)) if !minus && count.bottom.is_one() => {
                Content::Date(store.add(*date, count.top))
            }
            (Content::Clock(_, a), Content::Clock(_, b)) if minus => {
                Content::Number(Unit::One, Ratio { top: store.minus(*a, *b), bottom: BigInt::one() })
            }
            (Content::Clock(kind, time), Content::Number(Unit::One, by)) if by.bottom.is_one() => {
                Content::Clock(*kind, combine(*time, by.top))
            }
            (Content::Number(Unit::One, by), Content::Clock(kind, time)) if !minus && by.bottom.is_one() => {
                Content::Clock(*kind, store.add(*time, by.top))
            }
            (a, b) => return Err(format!("the sum of {a:?} and {b:?}")),
        };
        Ok(self.stopped([a, b], value))
    }

    /// `a · b`, or `a / b`, where one is constant.
    pub(crate) fn product(self, a: &Symbol, b: &Symbol, divide: bool) -> Said<Symbol> {
        let store = self.store;
        let (unit_a, unit_b, x, y) = match (&a.value, &b.value) {
            (Content::Quotient(unit, x, y), Content::Number(_, c)) => {
                let scaled = self.sure(Content::Number(*unit, x.clone()));
                let by = self.sure(Content::Number(Unit::One, c.clone()));
                let Content::Number(_, x) = self.product(&scaled, &by, divide)?.value else {
                    return Err("a product or quotient of two unknowns".into());
                };
                let it = self.stopped([a, b], Content::Quotient(*unit, x, y.clone()));
                return Ok(it);
            }
            (Content::Never, _) | (_, Content::Never) => return Ok(self.stopped([a, b], Content::Never)),
            (Content::Number(unit_a, x), Content::Number(unit_b, y)) => (*unit_a, *unit_b, x, y),
            (a, b) => return Err(format!("the product of {a:?} and {b:?}")),
        };
        let constant =
            |it: &Ratio| store.constant(it.top).map(|top| BigRational::new(top, it.bottom.clone()));
        let (factor, term, unit) = match (constant(x), constant(y), divide) {
            (_, Some(by), true) if by.numer() == &BigInt::from(0) => return Ok(self.nothing()),
            (_, Some(by), true) => (by.recip(), x, if unit_a == unit_b { Unit::One } else { unit_a }),
            (Some(by), _, false) => (by, y, unit_a.max(unit_b)),
            (_, Some(by), false) => (by, x, unit_a.max(unit_b)),
            (_, None, true) => {
                let unit = if unit_a == unit_b { Unit::One } else { unit_a };
                let by_zero = store.same(y.top, store.small(0));
                let it = self.stopped([a, b], Content::Quotient(unit, x.clone(), y.clone()));
                let nothing = store.or([it.nothing, store.and([store.not(it.error), by_zero])]);
                return Ok(Symbol { nothing, ..it });
            }
            _ => return Err("a product or quotient of two unknowns".into()),
        };
        let top = store.times(factor.numer(), term.top);
        let value = Content::Number(unit, Ratio { top, bottom: &term.bottom * factor.denom() });
        Ok(self.stopped([a, b], value))
    }

    /// A number rounded to a multiple of a step.
    pub(crate) fn rounded(self, it: &Ratio, step: &BigRational, mode: RoundingMode) -> Ratio {
        let store = self.store;
        assert!(step.is_positive(), "a step is positive");
        // The quotient by the step is `top / bottom`.
        let top = store.times(step.denom(), it.top);
        let bottom = &it.bottom * step.numer();
        let floor = store.floor(top, &bottom);
        let zero = store.small(0);
        let negative = store.below(top, zero);
        // What is left of the number above its floor, in parts of `bottom`.
        let rest = store.combine(&BigInt::one(), top, &-&bottom, floor);
        let exact = store.same(rest, zero);
        let up = store.add(floor, store.small(1));
        let twice = store.times(&BigInt::from(2), rest);
        let whole = store.number(&bottom);
        let count = match mode {
            // Toward zero: up from the floor where the number is negative.
            RoundingMode::Down => store.choose(store.and([negative, store.not(exact)]), up, floor),
            RoundingMode::Up => store.choose(store.or([negative, exact]), floor, up),
            RoundingMode::HalfUp => {
                // A tie goes away from zero: down to the floor where the number is negative.
                let tie = store.same(twice, whole);
                let above = store.below(whole, twice);
                store.choose(store.or([above, store.and([tie, store.not(negative)])]), up, floor)
            }
            RoundingMode::HalfEven => {
                let tie = store.same(twice, whole);
                let above = store.below(whole, twice);
                let half = store.floor(floor, &BigInt::from(2));
                let odd = store.same(floor, store.add(store.times(&BigInt::from(2), half), store.small(1)));
                store.choose(store.or([above, store.and([tie, odd])]), up, floor)
            }
        };
        Ratio { top: store.times(step.numer(), count), bottom: step.denom().clone() }
    }

    /// Where two values are the same; both are there.
    pub(crate) fn equal(self, a: &Content, b: &Content) -> Said<Term> {
        let store = self.store;
        Ok(match (a, b) {
            (Content::Never, _) | (_, Content::Never) => store.truth(false),
            (Content::Boolean(a), Content::Boolean(b)) => {
                store.or([store.and([*a, *b]), store.and([store.not(*a), store.not(*b)])])
            }
            (Content::Number(_, a), Content::Number(_, b)) => {
                let (a, b, _) = self.level(a, b);
                store.same(a, b)
            }
            (Content::Quotient(_, x, y), Content::Number(_, c))
            | (Content::Number(_, c), Content::Quotient(_, x, y)) => {
                let (x, y) = self.crossed(x, y, c)?;
                store.same(x, y)
            }
            (Content::Date(a), Content::Date(b))
            | (Content::Clock(_, a), Content::Clock(_, b))
            | (Content::Choice(a), Content::Choice(b))
            | (Content::Text(a), Content::Text(b)) => store.same(*a, *b),
            (Content::Items(a), Content::Items(b)) => {
                let mut parts = Vec::new();
                for (from, to) in [(a, b), (b, a)] {
                    for item in from {
                        let mut found = vec![store.not(item.there)];
                        for other in to {
                            found.push(store.and([other.there, self.same_thing(item, other)?]));
                        }
                        parts.push(store.or(found));
                    }
                }
                store.and(parts)
            }
            (a, b) => return Err(format!("{a:?} compared with {b:?}")),
        })
    }

    /// `x` and `c · y` over one, for the constant `c`.
    fn crossed(self, x: &Ratio, y: &Ratio, c: &Ratio) -> Said<(Term, Term)> {
        let store = self.store;
        let Some(factor) = store.constant(c.top) else { return Err("a quotient and an unknown".into()) };
        let product = Ratio { top: store.times(&factor, y.top), bottom: &y.bottom * &c.bottom };
        let (x, y, _) = self.level(x, &product);
        Ok((x, y))
    }

    /// Where two outcomes and all their parameters are the same; absent ones are the same.
    pub(crate) fn same_thing(self, a: &Thing, b: &Thing) -> Said<Term> {
        let store = self.store;
        if a.outcome != b.outcome {
            return Ok(store.truth(false));
        }
        let mut parts = Vec::new();
        for ((_, a), (_, b)) in a.parameters.iter().zip(&b.parameters) {
            let both = store.and([self.there(a), self.there(b), self.equal(&a.value, &b.value)?]);
            parts.push(store.or([store.and([a.nothing, b.nothing]), both]));
        }
        Ok(store.and(parts))
    }

    /// Where the first is below the second (`strict`) or at most as great.
    pub(crate) fn ordered(self, a: &Content, b: &Content, strict: bool) -> Said<Term> {
        let store = self.store;
        let (a, b) = match (a, b) {
            (Content::Never, _) | (_, Content::Never) => return Ok(store.truth(false)),
            (Content::Number(_, a), Content::Number(_, b)) => {
                let (a, b, _) = self.level(a, b);
                (a, b)
            }
            (Content::Date(a), Content::Date(b)) | (Content::Clock(_, a), Content::Clock(_, b)) => (*a, *b),
            (Content::Quotient(_, x, y), Content::Number(_, c)) => {
                // The order turns where the divisor is negative.
                let negative = store.below(y.top, store.small(0));
                let (x, y) = self.crossed(x, y, c)?;
                (store.choose(negative, y, x), store.choose(negative, x, y))
            }
            (Content::Number(_, c), Content::Quotient(_, x, y)) => {
                let negative = store.below(y.top, store.small(0));
                let (x, y) = self.crossed(x, y, c)?;
                (store.choose(negative, x, y), store.choose(negative, y, x))
            }
            (a, b) => return Err(format!("the order of {a:?} and {b:?}")),
        };
        Ok(if strict { store.below(a, b) } else { store.at_most(a, b) })
    }
}
