//! Expressions of a wanted type, from names that may be read where they stand.
//!
//! Everything that is not one operand stands in parentheses, so that a part can be used anywhere.

use crate::generate::Generator;
use crate::generate::terms::{Atom, Guard, Kind, Scope, literal};

impl Generator {
    /// The names of a type that may be read here.
    pub(crate) fn readable(&self, kind: &Kind, scope: &Scope) -> Vec<Atom> {
        let named = self.atoms.iter().chain(&scope.locals);
        named.filter(|it| it.kind == *kind && scope.allows(it) && scope.has(&it.needs)).cloned().collect()
    }

    pub(crate) fn literal(&mut self, kind: &Kind) -> String {
        literal(kind, &self.lists, &mut self.rng)
    }

    /// A name or a literal of a type.
    pub(crate) fn operand(&mut self, kind: &Kind, scope: &Scope) -> String {
        let readable = self.readable(kind, scope);
        if let Kind::Items(decision) = kind {
            return decision.clone();
        }
        if readable.is_empty() || self.rng.chance(20) {
            return self.literal(kind);
        }
        let atom = self.rng.pick(&readable).clone();
        self.read_risk |= atom.risky;
        atom.text
    }

    /// A call of a definition with parameters that gives the type.
    fn call(&mut self, kind: &Kind, scope: &Scope) -> Option<String> {
        let fits = |it: &&crate::generate::Callable| {
            it.result == *kind && scope.has(&it.needs) && (!it.risky || !scope.safe_only) && !scope.facts_only
        };
        let found: Vec<_> = self.callables.iter().filter(fits).cloned().collect();
        if found.is_empty() {
            return None;
        }
        let callable = self.rng.pick(&found).clone();
        self.read_risk |= callable.risky;
        let arguments: Vec<String> = callable.parameters.iter().map(|it| self.argument(it, scope)).collect();
        Some(format!("{}({})", callable.name, arguments.join(", ")))
    }

    /// An argument for a parameter of a definition: within its bounds by construction.
    fn argument(&mut self, kind: &Kind, scope: &Scope) -> String {
        match kind {
            Kind::Integer => {
                format!("({} but no more than 100 but no less than -100)", self.operand(kind, scope))
            }
            Kind::Money(currency) => {
                let value = self.operand(kind, scope);
                format!("({value} but no more than {currency} 1_000 but no less than {currency} -1_000)")
            }
            _ => self.operand(kind, scope),
        }
    }

    /// An expression whose value can be a parameter or stand in a text.
    pub(crate) fn exact(&mut self, kind: &Kind, scope: &Scope, depth: usize) -> String {
        if depth == 0 || self.rng.chance(40) {
            return self.operand(kind, scope);
        }
        if self.rng.chance(15)
            && let Some(call) = self.call(kind, scope)
        {
            return call;
        }
        let next = depth - 1;
        let folds = matches!(kind, Kind::Integer | Kind::Money("USD") | Kind::Date);
        if folds
            && self.rng.chance(35)
            && let Some(made) = self.list_value(kind, scope, next)
        {
            return made;
        }
        match kind {
            Kind::Boolean => self.boolean(scope, depth),
            Kind::Integer => match self.rng.below(6) {
                0 => format!("({} * {})", self.operand(kind, scope), self.rng.pick(&["2", "3", "-1"])),
                1 => {
                    let days = self.exact(&Kind::Days, scope, next);
                    format!("(number of days in {days})")
                }
                2 => {
                    let value = self.loose(kind, scope, next);
                    let mode = *self.rng.pick(&["half up", "half even", "up", "down"]);
                    let step = *self.rng.pick(&["1", "2", "5"]);
                    format!("(({value}) rounded {mode} to {step})")
                }
                _ => self.additive(kind, scope, next),
            },
            Kind::Decimal | Kind::Percent | Kind::Months | Kind::Years => self.additive(kind, scope, next),
            Kind::Money(currency) => match self.rng.below(5) {
                0 | 1 => {
                    let value = self.loose(kind, scope, next);
                    let mode = *self.rng.pick(&["half up", "half even", "up", "down"]);
                    let step = if *currency == "USD" { *self.rng.pick(&["0.01", "0.05", "1"]) } else { "1" };
                    format!("(({value}) rounded {mode} to {currency} {step})")
                }
                2 => format!("({} * {})", self.rng.pick(&["2", "3"]), self.operand(kind, scope)),
                _ => self.additive(kind, scope, next),
            },
            Kind::Duration => match self.rng.below(5) {
                4 => self.elapsed(scope, next),
                0 => {
                    let value = self.operand(kind, scope);
                    let mode = *self.rng.pick(&["half up", "half even", "up", "down"]);
                    let divisor = *self.rng.pick(&["2", "3", "7"]);
                    let step = *self.rng.pick(&["1 second", "15 minutes", "1 hour"]);
                    format!("(({value} / {divisor}) rounded {mode} to {step})")
                }
                _ => self.additive(kind, scope, next),
            },
            Kind::Days => match self.rng.below(3) {
                0 => {
                    let (a, b) = (self.exact(&Kind::Date, scope, next), self.exact(&Kind::Date, scope, next));
                    format!("({a} - {b})")
                }
                1 => format!("({} * 2)", self.operand(kind, scope)),
                _ => self.additive(kind, scope, next),
            },
            Kind::Date if self.rng.chance(30) => self.date_of_times(scope, next),
            Kind::Date => self.date(scope, next),
            Kind::Time | Kind::DateTime | Kind::Instant => self.timed(kind, scope, next),
            Kind::BusinessDays | Kind::BusinessHours if self.rng.chance(70) => {
                self.business_between(kind, scope, next)
            }
            Kind::BusinessDays | Kind::BusinessHours => self.additive(kind, scope, next),
            Kind::Text | Kind::Choice(_) | Kind::Items(_) | Kind::MoneyOf(_) => self.operand(kind, scope),
        }
    }

    fn date(&mut self, scope: &Scope, depth: usize) -> String {
        let count = self.rng.pick(&[Kind::Days, Kind::Months, Kind::Years, Kind::Days]).clone();
        let date = self.exact(&Kind::Date, scope, depth);
        match self.rng.below(5) {
            0 => {
                let other = self.exact(&Kind::Date, scope, depth);
                let kind = *self.rng.pick(&["earliest", "latest"]);
                format!("({kind} of ({date}, {other}))")
            }
            1 => format!("({} after {date})", self.operand(&count, scope)),
            2 => format!("({} before {date})", self.operand(&count, scope)),
            3 => format!("({date} - {})", self.operand(&count, scope)),
            _ => format!("({date} + {})", self.operand(&count, scope)),
        }
    }

    /// Sums, differences, caps, extremes.
    fn additive(&mut self, kind: &Kind, scope: &Scope, depth: usize) -> String {
        let (a, b) = (self.exact(kind, scope, depth), self.exact(kind, scope, depth));
        match self.rng.below(6) {
            0 | 1 => format!("({a} + {b})"),
            2 => format!("({a} - {b})"),
            3 => format!("({a} but no more than {b})"),
            4 => format!("({a} but no less than {b})"),
            _ => format!("({} of ({a}, {b}))", self.rng.pick(&["lowest", "highest"])),
        }
    }

    /// An expression that may be unrounded: to compare or to round.
    fn loose(&mut self, kind: &Kind, scope: &Scope, depth: usize) -> String {
        let positive: Vec<Atom> =
            self.readable(&Kind::Integer, scope).into_iter().filter(|it| it.positive).collect();
        match (kind, self.rng.below(4)) {
            (Kind::Money(_), 0) => {
                let (percent, money) = (self.operand(&Kind::Percent, scope), self.operand(kind, scope));
                format!("({percent} of {money})")
            }
            (Kind::Money(_), 1) => {
                let (percent, money) =
                    (self.operand(&Kind::Percent, scope), self.exact(kind, scope, depth.min(1)));
                format!("({money} * {percent})")
            }
            (Kind::Money(_) | Kind::Integer, 2) => {
                let value = self.operand(kind, scope);
                let divisor =
                    if positive.is_empty() { "3".to_owned() } else { self.rng.pick(&positive).text.clone() };
                format!("({value} / {divisor})")
            }
            _ => self.exact(kind, scope, depth),
        }
    }

    /// A condition.
    pub(crate) fn boolean(&mut self, scope: &Scope, depth: usize) -> String {
        if depth > 0
            && self.rng.chance(25)
            && let Some(made) = self.list_condition(scope, depth - 1)
        {
            return made;
        }
        match self.rng.below(if depth == 0 { 60 } else { 100 }) {
            0..12 => self.named_boolean(scope),
            12..48 => self.comparison(scope, depth),
            48..51 => self.question(scope),
            51..54 => self.time_question(scope, depth.min(1)),
            54..60 => self.decision_read(scope),
            60..72 => self.guarded(scope, depth - 1),
            72..76 => format!("not ({})", self.boolean(scope, depth - 1)),
            76..80 => {
                let (a, b) = (self.boolean(scope, depth - 1), self.boolean(scope, depth - 1));
                format!("(({a}) implies ({b}))")
            }
            pick => {
                let word = if pick < 90 { "and" } else { "or" };
                let parts: Vec<String> = (0..2 + self.rng.below(2))
                    .map(|_| format!("({})", self.boolean(scope, depth - 1)))
                    .collect();
                format!("({})", parts.join(&format!(" {word} ")))
            }
        }
    }

    fn named_boolean(&mut self, scope: &Scope) -> String {
        if self.readable(&Kind::Boolean, scope).is_empty() {
            return self.comparison(scope, 0);
        }
        let readable = self.readable(&Kind::Boolean, scope);
        let atom = self.rng.pick(&readable).clone();
        self.read_risk |= atom.risky;
        match self.rng.below(6) {
            0 => format!("{} is no", atom.text),
            1 => format!("not {}", atom.text),
            _ => atom.text,
        }
    }

    /// Whether something is there.
    fn question(&mut self, scope: &Scope) -> String {
        let open: Vec<Guard> = self
            .presences
            .iter()
            .filter(|it| scope.has(&it.needs) && scope.allows(it) && !it.text.contains(" is "))
            .map(|it| Guard::present(&it.text))
            .collect();
        if open.is_empty() {
            return self.comparison(scope, 0);
        }
        let guard = self.rng.pick(&open).clone();
        if self.rng.chance(50) { guard.yes } else { guard.no }
    }

    /// A comparison of a name that may be read here with something of its type.
    pub(crate) fn comparison(&mut self, scope: &Scope, depth: usize) -> String {
        let named = self.atoms.iter().chain(&scope.locals);
        let comparable = |it: &&Atom| {
            scope.allows(it) && scope.has(&it.needs) && !matches!(it.kind, Kind::Boolean | Kind::Items(_))
        };
        let readable: Vec<Atom> = named.filter(comparable).cloned().collect();
        if readable.is_empty() {
            let flags = self.readable(&Kind::Boolean, scope);
            return if flags.is_empty() { "1 < 2".into() } else { self.rng.pick(&flags).text.clone() };
        }
        let atom = self.rng.pick(&readable).clone();
        self.read_risk |= atom.risky;
        self.compared(&atom, scope, depth)
    }

    /// A comparison of this name.
    pub(crate) fn compared(&mut self, atom: &Atom, scope: &Scope, depth: usize) -> String {
        let name = &atom.text;
        match &atom.kind {
            Kind::Boolean => name.clone(),
            Kind::Items(_) => format!("{name} is empty"),
            Kind::MoneyOf(_) => match self.rng.below(5) {
                0 => format!("{name} is in JPY"),
                1 => format!("{name} is not in KRW"),
                2 => format!("({name} is in JPY and {name} < JPY 1)"),
                3 => format!("({name} is in KRW or {name} * 2 >= JPY 1)"),
                _ => format!("{name} is {}", self.operand(&atom.kind, scope)),
            },
            Kind::Choice(list) => self.choice_comparison(name, *list, &atom.kind, scope),
            Kind::Text => match self.rng.below(3) {
                0 => {
                    format!("{name} is one of ({}, {})", self.literal(&Kind::Text), self.literal(&Kind::Text))
                }
                1 => format!("{name} is not {}", self.operand(&Kind::Text, scope)),
                _ => format!("{name} is {}", self.operand(&Kind::Text, scope)),
            },
            kind => {
                let left =
                    if self.rng.chance(70) { name.clone() } else { self.exact(kind, scope, depth.min(2)) };
                let right = self.loose(kind, scope, depth.min(2));
                let mut operators = vec!["<", "<=", ">", ">=", "is", "is not"];
                if matches!(kind, Kind::Date | Kind::Time | Kind::DateTime | Kind::Instant) {
                    operators = vec![
                        "is earlier than",
                        "is no later than",
                        "is later than",
                        "is no earlier than",
                        "is",
                        "<=",
                    ];
                }
                let operator = *self.rng.pick(&operators);
                format!("{left} {operator} {right}")
            }
        }
    }

    fn choice_comparison(&mut self, name: &str, list: usize, kind: &Kind, scope: &Scope) -> String {
        let (word, other) = (self.literal(kind), self.literal(kind));
        let ordered = self.lists[list].ordered;
        match self.rng.below(if ordered { 8 } else { 5 }) {
            0 => format!("{name} is not {word}"),
            1 if word != other => format!("{name} is one of ({word}, {other})"),
            2 if word != other => format!("{name} is not one of ({word}, {other})"),
            3 => format!("{name} is {}", self.operand(kind, scope)),
            5 => format!("{name} is {word} or above"),
            6 => format!("{name} is {word} or below"),
            7 => format!("{name} {} {word}", self.rng.pick(&["<", ">=", ">", "<="])),
            _ => format!("{name} is {word}"),
        }
    }

    /// What an earlier decision came to.
    fn decision_read(&mut self, scope: &Scope) -> String {
        if self.decisions.is_empty() || scope.facts_only || scope.safe_only {
            return self.comparison(scope, 0);
        }
        self.read_risk = true;
        let decision = self.rng.pick(&self.decisions).clone();
        let outcome = self.rng.pick(&decision.outcomes).clone();
        let other = self.rng.pick(&decision.outcomes).clone();
        let name = &decision.name;
        match (decision.collect, self.rng.below(4)) {
            (true, 0) => format!("{name} is empty"),
            (true, 1) => format!("{name} is not empty"),
            (true, _) => format!("{name} includes {outcome}"),
            (false, 0) => format!("{name} is not {outcome}"),
            (false, 1) if outcome != other => format!("{name} is one of ({outcome}, {other})"),
            (false, _) => format!("{name} is {outcome}"),
        }
    }

    /// A name that may not be read here, behind its guards.
    fn guarded(&mut self, scope: &Scope, depth: usize) -> String {
        let hidden: Vec<Atom> = self
            .atoms
            .iter()
            .chain(&scope.locals)
            .filter(|it| scope.allows(it) && !scope.has(&it.needs))
            .cloned()
            .collect();
        if hidden.is_empty() || scope.safe_only {
            return self.boolean(scope, depth);
        }
        let atom = self.rng.pick(&hidden).clone();
        let missing: Vec<Guard> =
            atom.needs.iter().filter(|it| !scope.present.contains(&it.yes)).cloned().collect();
        self.read_risk |= atom.risky || missing.iter().any(|it| !it.yes.ends_with("present"));
        let inner = scope.with(&missing);
        let body = if self.rng.chance(60) {
            self.compared(&atom, &inner, depth)
        } else {
            self.boolean(&inner, depth)
        };
        let yes: Vec<&str> = missing.iter().map(|it| it.yes.as_str()).collect();
        let no: Vec<&str> = missing.iter().map(|it| it.no.as_str()).collect();
        match self.rng.below(4) {
            0 => format!("({} or ({body}))", no.join(" or ")),
            1 => format!("(({}) implies ({body}))", yes.join(" and ")),
            _ => format!("({} and ({body}))", yes.join(" and ")),
        }
    }
}
