//! Puts definitions and decisions in an order in which each reads only earlier ones, and reports cycles.
//!
//! What an item reads is taken from its names alone, before types are known: the first word of every
//! reference that is no parameter of its own. Depth-first without recursion; linear in the number of names.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::{
    check::{Checker, codes, declare::Global},
    diag::Diagnostic,
    hir::Unit,
    syntax::ast::{
        CellKind, Consequence, Decision, Define, Expression, ExpressionKind, Guard, Notes, Over, Part, Rule,
        Table, Template, TypeKind,
    },
    threads,
};

/// A thread looks at so many rules: fewer are done before it has begun.
const A_THREAD: usize = 2_000;

/// The first words of all references below a set of expressions.
#[derive(Default)]
struct Heads<'e> {
    names: FxHashSet<&'e str>,
    /// What is still to be looked at.
    open: Vec<&'e Expression>,
}

/// The first word of a path.
fn head(path: &str) -> &str {
    // Paths are short: to look for the dot is faster than to set up a search for it.
    path.bytes().position(|it| it == b'.').and_then(|it| path.get(..it)).unwrap_or(path)
}

impl<'e> Heads<'e> {
    fn sorted(self) -> Vec<&'e str> {
        let mut names: Vec<&str> = self.names.into_iter().collect();
        names.sort_unstable();
        names
    }

    fn expression(&mut self, whole: &'e Expression) {
        let mut open = std::mem::take(&mut self.open);
        open.push(whole);
        while let Some(it) = open.pop() {
            use ExpressionKind as Kind;
            match &it.kind {
                Kind::Literal(_) => {}
                Kind::Reference(path) => {
                    self.names.insert(head(path));
                }
                Kind::Call(name, arguments) => {
                    self.names.insert(&name.text);
                    open.extend(arguments);
                }
                Kind::Each(each) => {
                    match &each.over.over {
                        Over::List(name) => {
                            self.names.insert(head(&name.text));
                        }
                        Over::Days { from, through, .. } => open.extend([from, through]),
                    }
                    open.extend(each.value.iter().chain(&each.filter).chain(&each.default));
                }
                Kind::InCurrency { value: inner, .. }
                | Kind::Parenthesis(inner)
                | Kind::Not(inner)
                | Kind::Negate(inner)
                | Kind::CountIn(_, inner) => {
                    open.push(inner);
                }
                Kind::Presence { value, .. }
                | Kind::Empty { value, .. }
                | Kind::OrMore { value, .. }
                | Kind::Rounded { value, .. } => open.push(value),
                Kind::And(all) | Kind::Or(all) | Kind::Extremum(_, all) => open.extend(all),
                Kind::Row(row) => {
                    open.extend(row.columns.iter());
                    row.cells.iter().for_each(|cell| match &cell.kind {
                        CellKind::OneOf(all) | CellKind::NoneOf(all) => all.iter().for_each(|it| {
                            open.extend(it.values());
                        }),
                        CellKind::Any | CellKind::Bare => {}
                    });
                }
                Kind::Implies(a, b)
                | Kind::Compare(_, a, b)
                | Kind::Includes(a, b)
                | Kind::OnDay(a, b)
                | Kind::HasRow(a, b) => open.extend([&**a, &**b]),
                Kind::OneOf { value, choices, .. } => {
                    open.push(value);
                    open.extend(choices);
                }
                Kind::Sum(first, rest) => {
                    open.push(first);
                    open.extend(rest.iter().map(|it| &it.1));
                }
                Kind::Product(first, rest) => {
                    open.push(first);
                    open.extend(rest.iter().map(|it| &it.1));
                }
                Kind::Capped(first, rest) => {
                    open.push(first);
                    open.extend(rest.iter().map(|it| &it.1));
                }
                Kind::Time(it) => open.extend(it.children()),
                Kind::Shifted { distance, from, .. } => open.extend([&**distance, &**from]),
            }
        }
        self.open = open;
    }

    fn template(&mut self, template: &'e Template) {
        for part in &template.parts {
            if let Part::Hole(hole) = part {
                self.expression(hole);
            }
        }
    }

    fn notes(&mut self, notes: &'e Notes) {
        notes.because.iter().for_each(|it| self.template(it));
    }

    fn consequence(&mut self, consequence: &'e Consequence) {
        consequence.arguments.iter().for_each(|it| self.expression(&it.value));
    }

    /// Columns are checked even where every cell says `any`.
    fn columns(&mut self, tables: impl IntoIterator<Item = &'e Table>) {
        tables.into_iter().flat_map(|it| it.columns.iter()).for_each(|it| self.expression(it));
    }

    fn definition(define: &'e Define) -> Self {
        let mut heads = Heads::default();
        for case in &define.cases {
            heads.expression(&case.value);
            if let Guard::When(guard) = &case.guard {
                heads.expression(guard);
            }
            heads.notes(&case.notes);
        }
        heads.columns(&define.table);
        for parameter in &define.parameters {
            heads.names.remove(parameter.name.text.as_str());
        }
        heads
    }

    fn rules(rules: &'e [Rule]) -> Self {
        let mut heads = Heads::default();
        for rule in rules {
            rule.when.iter().chain(&rule.unless).for_each(|it| heads.expression(it));
            rule.then.iter().flatten().for_each(|it| heads.consequence(it));
            heads.notes(&rule.notes);
        }
        heads
    }

    fn decision(decision: &'e Decision) -> Self {
        let mut heads = Heads::default();
        heads.columns(&decision.tables);
        let runs: Vec<&[Rule]> = decision.rules.chunks(A_THREAD).collect();
        threads::each(&runs, |it| Heads::rules(it)).into_iter().for_each(|it| heads.names.extend(it.names));
        for fallback in decision.otherwise.iter().chain(&decision.always) {
            heads.consequence(&fallback.consequence);
            heads.notes(&fallback.notes);
        }
        for parameter in decision.outcomes.iter().flat_map(|it| &it.parameters) {
            if let TypeKind::Named(name) = &parameter.ty.kind {
                heads.names.insert(&name.text);
            }
        }
        heads
    }
}

impl Checker<'_> {
    /// The order in which definitions and decisions are checked and evaluated. Members of a cycle are
    /// reported and left out; so they stay unchecked, and what reads them stays silent.
    pub(super) fn order(&mut self) -> Vec<Unit> {
        let definitions = self.definitions.len();
        let count = definitions + self.decisions.len();
        let mut reads: Vec<Vec<usize>> = Vec::with_capacity(count);
        for index in 0..count {
            let heads = match self.definitions.get(index) {
                Some(it) => Heads::definition(it.ast),
                None => match self.decisions.get(index - definitions) {
                    Some(it) => Heads::decision(it.ast),
                    None => Heads::default(),
                },
            };
            let nodes = |name: &&str| match self.globals.get(*name) {
                Some(Global::Definition(it)) => vec![*it],
                Some(Global::Decision(it)) => vec![definitions + it],
                Some(Global::Dated(it)) => {
                    self.dated.get(*it).map_or(Vec::new(), |it| it.definitions.clone())
                }
                _ => Vec::new(),
            };
            reads.push(heads.sorted().iter().flat_map(nodes).collect());
        }
        let mut walk =
            Walk { reads: &reads, state: vec![State::New; count], sorted: Vec::new(), cycles: Vec::new() };
        (0..count).for_each(|start| walk.from(start));
        let (sorted, cycles) = (walk.sorted, walk.cycles);
        let mut in_cycle = BTreeSet::new();
        for cycle in &cycles {
            in_cycle.extend(cycle.iter().copied());
            self.report_cycle(cycle, definitions);
        }
        let unit = |it: usize| {
            if it < definitions { Unit::Definition(it) } else { Unit::Decision(it - definitions) }
        };
        sorted.into_iter().filter(|it| !in_cycle.contains(it)).map(unit).collect()
    }

    fn report_cycle(&mut self, cycle: &[usize], definitions: usize) {
        let name = |index: usize| match self.definitions.get(index) {
            Some(it) => Some(&it.ast.name),
            None => self.decisions.get(index - definitions).map(|it| &it.ast.name),
        };
        let names: Vec<_> = cycle.iter().filter_map(|it| name(*it)).cloned().collect();
        let Some((first, rest)) = names.split_first() else { return };
        let path: Vec<&str> = names.iter().chain([first]).map(|it| it.text.as_str()).collect();
        let message = match rest {
            [] => format!("`{}` is defined by itself", first.text),
            _ => format!("`{}` is defined by itself: {}", first.text, path.join(" → ")),
        };
        // What is read is taken from names alone, so a value of a list counts as what has its name.
        let is_choice = |name: &&str| self.choices.iter().any(|it| it.contains_key(*name));
        let help = match path.iter().find(|it| is_choice(it)) {
            Some(name) => format!(
                "nothing may depend on itself; if a value of a list is meant by `{name}`, rename one of the two"
            ),
            None => "nothing may depend on itself: take one of the steps out".to_owned(),
        };
        let mut diagnostic = Diagnostic::new(&codes::CYCLE, first.span, message).with_help(help);
        for it in rest {
            diagnostic = diagnostic.with_related(it.span, "a step of the circle");
        }
        self.report(diagnostic);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

struct Walk<'r> {
    reads: &'r [Vec<usize>],
    state: Vec<State>,
    sorted: Vec<usize>,
    cycles: Vec<Vec<usize>>,
}

impl Walk<'_> {
    fn state(&mut self, node: usize) -> State {
        self.state.get(node).copied().unwrap_or(State::Done)
    }

    fn set(&mut self, node: usize, state: State) {
        if let Some(it) = self.state.get_mut(node) {
            *it = state;
        }
    }

    fn from(&mut self, start: usize) {
        if self.state(start) != State::New {
            return;
        }
        // Each entry: a node and how many of its edges were followed.
        let mut path = vec![(start, 0)];
        self.set(start, State::Open);
        while let Some((node, next)) = path.last_mut() {
            let node = *node;
            match self.reads.get(node).and_then(|it| it.get(*next)).copied() {
                None => {
                    self.set(node, State::Done);
                    self.sorted.push(node);
                    path.pop();
                }
                Some(read) => {
                    *next += 1;
                    match self.state(read) {
                        State::New => {
                            self.set(read, State::Open);
                            path.push((read, 0));
                        }
                        State::Open => {
                            let from = path.iter().position(|it| it.0 == read).unwrap_or(0);
                            self.cycles.push(path.iter().skip(from).map(|it| it.0).collect());
                        }
                        State::Done => {}
                    }
                }
            }
        }
    }
}
