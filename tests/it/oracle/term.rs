//! Formulas over whole numbers and truth values: built, computed, and printed for a solver.
//!
//! Equal terms are one. What is said twice is therefore printed once, and a term is as long as what it was made
//! of. Nothing here knows policies.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};

/// A term of a [`Store`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Term(usize);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Truth(bool),
    Flag(String),
    Not(Term),
    And(Vec<Term>),
    Or(Vec<Term>),
    /// The number is at most 0.
    AtMostZero(Term),
    IsZero(Term),
    Unknown(String),
    /// Multiples of terms, sorted, and a constant.
    Sum(Vec<(Term, BigInt)>, BigInt),
    /// The greatest whole number that is not above the quotient by a positive number.
    Floor(Term, BigInt),
    /// The first number where the condition holds, else the second.
    Choose(Term, Term, Term),
}

/// What a term comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Computed {
    Truth(bool),
    Number(BigInt),
}

/// What the unknowns and flags are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Assignment {
    pub(crate) numbers: BTreeMap<String, BigInt>,
    pub(crate) flags: BTreeMap<String, bool>,
}

/// Terms, each once.
#[derive(Default)]
pub(crate) struct Store {
    nodes: RefCell<Vec<Node>>,
    index: RefCell<BTreeMap<Node, Term>>,
}

impl Store {
    fn put(&self, node: Node) -> Term {
        if let Some(known) = self.index.borrow().get(&node) {
            return *known;
        }
        let mut nodes = self.nodes.borrow_mut();
        let term = Term(nodes.len());
        nodes.push(node.clone());
        self.index.borrow_mut().insert(node, term);
        term
    }

    fn node(&self, term: Term) -> Node {
        self.nodes.borrow()[term.0].clone()
    }

    pub(crate) fn truth(&self, value: bool) -> Term {
        self.put(Node::Truth(value))
    }

    pub(crate) fn flag(&self, name: &str) -> Term {
        self.put(Node::Flag(name.to_owned()))
    }

    pub(crate) fn unknown(&self, name: &str) -> Term {
        self.put(Node::Unknown(name.to_owned()))
    }

    pub(crate) fn number(&self, value: &BigInt) -> Term {
        self.put(Node::Sum(Vec::new(), value.clone()))
    }

    pub(crate) fn small(&self, value: i64) -> Term {
        self.number(&BigInt::from(value))
    }

    /// The truth value of a term that is constant.
    pub(crate) fn known(&self, term: Term) -> Option<bool> {
        match self.node(term) {
            Node::Truth(value) => Some(value),
            _ => None,
        }
    }

    /// The number that a term is, where it is constant.
    pub(crate) fn constant(&self, term: Term) -> Option<BigInt> {
        match self.node(term) {
            Node::Sum(parts, value) if parts.is_empty() => Some(value),
            _ => None,
        }
    }

    pub(crate) fn not(&self, term: Term) -> Term {
        match self.node(term) {
            Node::Truth(value) => self.truth(!value),
            Node::Not(inner) => inner,
            _ => self.put(Node::Not(term)),
        }
    }

    fn gathered(&self, terms: impl IntoIterator<Item = Term>, or: bool) -> Term {
        let mut parts = Vec::new();
        for term in terms {
            match (self.node(term), or) {
                (Node::Truth(value), _) if value == or => return self.truth(or),
                (Node::Truth(_), _) => {}
                (Node::And(inner), false) | (Node::Or(inner), true) => parts.extend(inner),
                _ => parts.push(term),
            }
        }
        parts.sort_unstable();
        parts.dedup();
        match parts.as_slice() {
            [] => self.truth(!or),
            [one] => *one,
            _ if or => self.put(Node::Or(parts)),
            _ => self.put(Node::And(parts)),
        }
    }

    pub(crate) fn and(&self, terms: impl IntoIterator<Item = Term>) -> Term {
        self.gathered(terms, false)
    }

    pub(crate) fn or(&self, terms: impl IntoIterator<Item = Term>) -> Term {
        self.gathered(terms, true)
    }

    /// The first truth value where the condition holds, else the second.
    pub(crate) fn either(&self, condition: Term, yes: Term, no: Term) -> Term {
        if yes == no {
            return yes;
        }
        self.or([self.and([condition, yes]), self.and([self.not(condition), no])])
    }

    /// The first number where the condition holds, else the second.
    pub(crate) fn choose(&self, condition: Term, yes: Term, no: Term) -> Term {
        match self.known(condition) {
            Some(true) => yes,
            Some(false) => no,
            None if yes == no => yes,
            None => self.put(Node::Choose(condition, yes, no)),
        }
    }

    /// `a · x + b · y`.
    pub(crate) fn combine(&self, a: &BigInt, x: Term, b: &BigInt, y: Term) -> Term {
        let mut parts: BTreeMap<Term, BigInt> = BTreeMap::new();
        let mut constant = BigInt::zero();
        for (factor, term) in [(a, x), (b, y)] {
            match self.node(term) {
                Node::Sum(inner, own) => {
                    constant += own * factor;
                    for (term, own) in inner {
                        *parts.entry(term).or_default() += own * factor;
                    }
                }
                _ => *parts.entry(term).or_default() += factor,
            }
        }
        parts.retain(|_, it| !it.is_zero());
        let lone = parts.len() == 1 && constant.is_zero() && parts.values().all(BigInt::is_one);
        match parts.keys().next() {
            Some(term) if lone => *term,
            _ => self.put(Node::Sum(parts.into_iter().collect(), constant)),
        }
    }

    pub(crate) fn times(&self, factor: &BigInt, term: Term) -> Term {
        self.combine(factor, term, &BigInt::zero(), term)
    }

    pub(crate) fn add(&self, a: Term, b: Term) -> Term {
        self.combine(&BigInt::one(), a, &BigInt::one(), b)
    }

    pub(crate) fn minus(&self, a: Term, b: Term) -> Term {
        self.combine(&BigInt::one(), a, &-BigInt::one(), b)
    }

    /// `floor(term / by)`; `by` is positive.
    pub(crate) fn floor(&self, term: Term, by: &BigInt) -> Term {
        match self.constant(term) {
            _ if by.is_one() => term,
            Some(value) => self.number(&floored(&value, by)),
            None => self.put(Node::Floor(term, by.clone())),
        }
    }

    /// `a <= b`.
    pub(crate) fn at_most(&self, a: Term, b: Term) -> Term {
        let rest = self.minus(a, b);
        match self.constant(rest) {
            Some(value) => self.truth(!value.is_positive()),
            None => self.put(Node::AtMostZero(rest)),
        }
    }

    /// `a < b`.
    pub(crate) fn below(&self, a: Term, b: Term) -> Term {
        self.not(self.at_most(b, a))
    }

    pub(crate) fn same(&self, a: Term, b: Term) -> Term {
        let rest = self.minus(a, b);
        match self.constant(rest) {
            Some(value) => self.truth(value.is_zero()),
            None => self.put(Node::IsZero(rest)),
        }
    }

    /// What each term comes to; nothing where an unknown is not assigned.
    pub(crate) fn compute(&self, assignment: &Assignment) -> Vec<Option<Computed>> {
        let nodes = self.nodes.borrow();
        let mut values: Vec<Option<Computed>> = Vec::with_capacity(nodes.len());
        for node in nodes.iter() {
            let value = computed(node, assignment, &values);
            values.push(value);
        }
        values
    }

    /// The value of a truth among computed values.
    pub(crate) fn held(values: &[Option<Computed>], term: Term) -> bool {
        match &values[term.0] {
            Some(Computed::Truth(value)) => *value,
            other => panic!("{other:?} is no truth value"),
        }
    }

    /// The value of a number among computed values.
    pub(crate) fn counted(values: &[Option<Computed>], term: Term) -> BigInt {
        match &values[term.0] {
            Some(Computed::Number(value)) => value.clone(),
            other => panic!("{other:?} is no number"),
        }
    }

    /// SMT-LIB text: declarations, an assertion of each of `given`, and a name for each of `named`.
    pub(crate) fn smt(&self, given: &[Term], named: &[(String, Term)]) -> String {
        let nodes = self.nodes.borrow();
        let mut uses = vec![0_usize; nodes.len()];
        for term in given.iter().chain(named.iter().map(|it| &it.1)) {
            uses[term.0] += 1;
        }
        for at in (0..nodes.len()).rev() {
            if uses[at] > 0 {
                children(&nodes[at]).into_iter().for_each(|it| uses[it.0] += 1);
            }
        }
        let mut text = String::new();
        let mut printed: Vec<String> = Vec::with_capacity(nodes.len());
        for (at, node) in nodes.iter().enumerate() {
            if uses[at] == 0 {
                printed.push(String::new());
                continue;
            }
            let own = print(node, &printed);
            match node {
                Node::Flag(_) => drop(writeln!(text, "(declare-const {own} Bool)")),
                Node::Unknown(_) => drop(writeln!(text, "(declare-const {own} Int)")),
                _ if uses[at] > 1 && !children(node).is_empty() => {
                    let sort = if is_number(node) { "Int" } else { "Bool" };
                    let _ = writeln!(text, "(define-fun n{at} () {sort} {own})");
                    printed.push(format!("n{at}"));
                    continue;
                }
                _ => {}
            }
            printed.push(own);
        }
        for term in given {
            let _ = writeln!(text, "(assert {})", printed[term.0]);
        }
        for (name, term) in named {
            let _ = writeln!(text, "(declare-const {name} Bool)\n(assert (= {name} {}))", printed[term.0]);
        }
        text
    }
}

/// `floor(value / by)`; `by` is positive.
fn floored(value: &BigInt, by: &BigInt) -> BigInt {
    let quotient = value / by;
    if (&quotient * by) > *value { quotient - 1 } else { quotient }
}

fn computed(node: &Node, assignment: &Assignment, values: &[Option<Computed>]) -> Option<Computed> {
    let truth = |term: &Term| match values[term.0].as_ref()? {
        Computed::Truth(value) => Some(*value),
        Computed::Number(_) => None,
    };
    let number = |term: &Term| match values[term.0].as_ref()? {
        Computed::Number(value) => Some(value),
        Computed::Truth(_) => None,
    };
    Some(match node {
        Node::Truth(value) => Computed::Truth(*value),
        Node::Flag(name) => Computed::Truth(*assignment.flags.get(name)?),
        Node::Not(inner) => Computed::Truth(!truth(inner)?),
        Node::And(parts) => {
            Computed::Truth(parts.iter().map(truth).collect::<Option<Vec<bool>>>()?.iter().all(|it| *it))
        }
        Node::Or(parts) => {
            Computed::Truth(parts.iter().map(truth).collect::<Option<Vec<bool>>>()?.iter().any(|it| *it))
        }
        Node::AtMostZero(inner) => Computed::Truth(!number(inner)?.is_positive()),
        Node::IsZero(inner) => Computed::Truth(number(inner)?.is_zero()),
        Node::Unknown(name) => Computed::Number(assignment.numbers.get(name)?.clone()),
        Node::Sum(parts, constant) => {
            let mut sum = constant.clone();
            for (term, factor) in parts {
                sum += number(term)? * factor;
            }
            Computed::Number(sum)
        }
        Node::Floor(inner, by) => Computed::Number(floored(number(inner)?, by)),
        Node::Choose(condition, yes, no) => {
            Computed::Number(number(if truth(condition)? { yes } else { no })?.clone())
        }
    })
}

fn is_number(node: &Node) -> bool {
    matches!(node, Node::Unknown(_) | Node::Sum(..) | Node::Floor(..) | Node::Choose(..))
}

fn children(node: &Node) -> Vec<Term> {
    match node {
        Node::Truth(_) | Node::Flag(_) | Node::Unknown(_) => Vec::new(),
        Node::Not(it) | Node::AtMostZero(it) | Node::IsZero(it) | Node::Floor(it, _) => vec![*it],
        Node::And(parts) | Node::Or(parts) => parts.clone(),
        Node::Sum(parts, _) => parts.iter().map(|it| it.0).collect(),
        Node::Choose(condition, yes, no) => vec![*condition, *yes, *no],
    }
}

fn written(value: &BigInt) -> String {
    if value.is_negative() { format!("(- {})", value.abs()) } else { value.to_string() }
}

fn print(node: &Node, printed: &[String]) -> String {
    let many = |word: &str, parts: &[Term]| {
        let parts: Vec<&str> = parts.iter().map(|it| printed[it.0].as_str()).collect();
        format!("({word} {})", parts.join(" "))
    };
    match node {
        Node::Truth(value) => value.to_string(),
        Node::Flag(name) | Node::Unknown(name) => format!("|{name}|"),
        Node::Not(it) => many("not", &[*it]),
        Node::And(parts) => many("and", parts),
        Node::Or(parts) => many("or", parts),
        Node::AtMostZero(it) => format!("(<= {} 0)", printed[it.0]),
        Node::IsZero(it) => format!("(= {} 0)", printed[it.0]),
        Node::Sum(parts, constant) => {
            let mut terms: Vec<String> = parts
                .iter()
                .map(|(term, factor)| match factor.is_one() {
                    true => printed[term.0].clone(),
                    false => format!("(* {} {})", written(factor), printed[term.0]),
                })
                .collect();
            if terms.is_empty() || !constant.is_zero() {
                terms.push(written(constant));
            }
            if let [one] = terms.as_slice() { one.clone() } else { format!("(+ {})", terms.join(" ")) }
        }
        // For a positive divisor the `div` of SMT-LIB rounds towards minus infinity.
        Node::Floor(it, by) => format!("(div {} {by})", printed[it.0]),
        Node::Choose(condition, yes, no) => many("ite", &[*condition, *yes, *no]),
    }
}
