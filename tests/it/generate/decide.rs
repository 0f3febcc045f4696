//! Definitions, decisions, disclosures and steps.

use std::fmt::Write as _;

use crate::generate::plan::{PlanDecision, PlanItem, PlanRule, PlanTable};
use crate::generate::terms::{Atom, Guard, Kind, Scope};
use crate::generate::time::ALL_TIMES;
use crate::generate::{Callable, Generator, Known, KnownOutcome, KnownParameter};

impl Generator {
    /// A type that some name of this policy has, so that expressions of it are of interest.
    fn lively_kind(&mut self) -> Kind {
        let lists = &self.lists;
        let speakable = |it: &Kind| match it {
            Kind::Items(_) => false,
            Kind::Choice(list) => lists[*list].name.is_some(),
            _ => true,
        };
        let kinds: Vec<Kind> = self.atoms.iter().map(|it| it.kind.clone()).filter(speakable).collect();
        if kinds.is_empty() { Kind::Boolean } else { self.rng.pick(&kinds).clone() }
    }

    /// Guards for some optional name, so that it can be read without more ado.
    fn some_guards(&mut self, percent: usize) -> Vec<Guard> {
        let optional: Vec<Vec<Guard>> = self
            .atoms
            .iter()
            .filter(|it| !it.needs.is_empty() && it.fact)
            .map(|it| it.needs.clone())
            .collect();
        if optional.is_empty() || !self.rng.chance(percent) {
            Vec::new()
        } else {
            self.rng.pick(&optional).clone()
        }
    }

    pub(crate) fn definition(&mut self) {
        let name = self.fresh("def");
        let kind = self.lively_kind();
        if self.rng.chance(15) {
            return self.callable(name, kind);
        }
        let needs = self.some_guards(20);
        let scope = Scope::default().with(&needs);
        self.read_risk = false;
        if needs.is_empty() && self.rng.chance(20) && self.lookup(&name, &kind) {
            let (risky, fact, positive) = (self.read_risk, false, false);
            self.atoms.push(Atom { text: name, kind, needs, fact, risky, positive });
            return;
        }
        let absent = self.rng.chance(12) && !matches!(kind, Kind::Boolean | Kind::Choice(_));
        // Words alone have no type.
        let kind = if matches!(kind, Kind::Choice(_)) && self.readable(&kind, &scope).is_empty() {
            Kind::Boolean
        } else {
            kind
        };
        let body = if absent || self.rng.chance(45) {
            self.cases(&kind, &scope, absent)
        } else {
            let notes = self.notes(&scope, 10);
            format!("  = {}{notes}\n", self.named(&kind, &scope))
        };
        let allowed = self.allowed();
        self.items.push(PlanItem::Text(format!("define {name}\n{body}{allowed}")));
        let (risky, fact, positive) = (self.read_risk, false, false);
        let mut atom = Atom { text: name.clone(), kind, needs, fact, risky, positive };
        if absent {
            self.presences.push(atom.clone());
            atom.needs.push(Guard::present(&name));
        }
        self.atoms.push(atom);
    }

    /// A value with a type of its own: a bare word has none.
    fn named(&mut self, kind: &Kind, scope: &Scope) -> String {
        if !matches!(kind, Kind::Choice(_)) {
            return self.exact(kind, scope, 2);
        }
        let readable = self.readable(kind, scope);
        let atom = self.rng.pick(&readable).clone();
        self.read_risk |= atom.risky;
        atom.text
    }

    /// Cases with guards, the last `otherwise`.
    fn cases(&mut self, kind: &Kind, scope: &Scope, absent: bool) -> String {
        let mut body = String::new();
        let (mut scope, count) = (scope.clone(), 1 + self.rng.below(2));
        for _ in 0..count {
            let guards: Vec<Guard> = self.some_guards(25);
            let missing: Vec<Guard> =
                guards.into_iter().filter(|it| !scope.present.contains(&it.yes)).collect();
            let inner = scope.with(&missing);
            let mut guard: Vec<String> = missing.iter().map(|it| it.yes.clone()).collect();
            if missing.len() == 1 && self.rng.chance(20) {
                // The opposite guard: later cases may read the name.
                let value = self.exact(kind, &scope, 1);
                let _ = writeln!(body, "  = {value} when {}", missing[0].no);
                scope = inner;
                continue;
            }
            if guard.is_empty() || self.rng.chance(50) {
                guard.push(format!("({})", self.boolean(&inner, 2)));
            }
            let value = self.exact(kind, &inner, 1);
            let notes = self.notes(&inner, 40);
            let _ = writeln!(body, "  = {value} when {}{notes}", guard.join(" and "));
        }
        let value = if absent { "absent".to_owned() } else { self.named(kind, &scope) };
        let notes = self.notes(&scope, 30);
        let _ = writeln!(body, "  = {value} otherwise{notes}");
        body
    }

    /// A definition with parameters.
    fn callable(&mut self, name: String, result: Kind) {
        let result = if matches!(result, Kind::Choice(_)) { Kind::Boolean } else { result };
        let bounds = |kind: &Kind| match kind {
            Kind::Integer => Some("integer between -100 and 100".to_owned()),
            Kind::Money(currency) => {
                Some(format!("money {currency} between {currency} -1_000 and {currency} 1_000"))
            }
            Kind::Boolean => Some("boolean".to_owned()),
            Kind::Text => Some("text".to_owned()),
            Kind::Date => Some("date".to_owned()),
            Kind::DateTime => Some(format!("datetime between {} and {}", ALL_TIMES[0], ALL_TIMES[1])),
            Kind::Instant => Some(format!("instant between {}Z and {}Z", ALL_TIMES[0], ALL_TIMES[1])),
            Kind::Time => Some("time to the second".to_owned()),
            _ => None,
        };
        let (mut parameters, mut declared, mut scope) = (Vec::new(), Vec::new(), Scope::default());
        for index in 0..1 + self.rng.below(2) {
            let kind = self.lively_kind();
            let written = match &kind {
                Kind::Choice(list) if self.lists[*list].name.is_some() => self.lists[*list].name.clone(),
                other => bounds(other),
            };
            let Some(written) = written else { continue };
            let text = format!("{name}_arg{index}");
            declared.push(format!("{text}: {written}"));
            let (needs, positive) = (Vec::new(), false);
            scope.locals.push(Atom { text, kind: kind.clone(), needs, fact: false, risky: false, positive });
            parameters.push(kind);
        }
        if parameters.is_empty() {
            return;
        }
        self.read_risk = false;
        let body = if self.rng.chance(40) {
            let guard = self.comparison(&scope, 1);
            let (a, b) = (self.exact(&result, &scope, 1), self.exact(&result, &scope, 1));
            let cites = if self.rng.chance(40) { " cites \"clause\"" } else { "" };
            format!("  = {a} when {guard}{cites}\n  = {b} otherwise\n")
        } else {
            format!("  = {}\n", self.exact(&result, &scope, 2))
        };
        self.items.push(PlanItem::Text(format!("define {name}({})\n{body}", declared.join(", "))));
        let risky = self.read_risk;
        self.callables.push(Callable { name, parameters, result, needs: Vec::new(), risky });
    }

    /// A text with a hole or two.
    fn template(&mut self, scope: &Scope, english: bool) -> String {
        // A hole holds no quotes, and a condition about items may.
        let scope = Scope { safe_only: true, loops: 2, ..scope.clone() };
        let worded = |it: &Atom| {
            !matches!(
                it.kind,
                Kind::Integer
                    | Kind::Decimal
                    | Kind::Percent
                    | Kind::Money(_)
                    | Kind::Text
                    | Kind::Date
                    | Kind::Time
                    | Kind::DateTime
                    | Kind::Instant
            )
        };
        let mut text = String::from("Because");
        for _ in 0..self.rng.below(3) {
            let named = self.atoms.iter().chain(&scope.locals);
            let readable: Vec<Atom> = named
                .filter(|it| scope.allows(it) && scope.has(&it.needs) && (english || !worded(it)))
                .cloned()
                .collect();
            if readable.is_empty() {
                continue;
            }
            let atom = self.rng.pick(&readable).clone();
            let hole = match &atom.kind {
                Kind::Text | Kind::Choice(_) | Kind::Boolean | Kind::Decimal | Kind::Items(_) => atom.text,
                kind if self.rng.chance(30) => self.exact(kind, &scope, 1).replace('"', ""),
                _ => atom.text,
            };
            let _ = write!(text, " {{{hole}}} and");
        }
        text + " so."
    }

    /// `because` and `cites`, now and then.
    pub(crate) fn notes(&mut self, scope: &Scope, percent: usize) -> String {
        let mut notes = String::new();
        if self.rng.chance(percent) {
            let scope = Scope { locals: Vec::new(), ..scope.clone() };
            let _ = write!(notes, " because \"{}\"", self.template(&scope, true));
        }
        if self.rng.chance(percent / 2) {
            let _ = write!(notes, " cites \"Clause {}\"", self.rng.below(9));
        }
        notes
    }

    /// What may be, now and then; whether it is found does not matter.
    pub(crate) fn allowed(&mut self) -> String {
        if !self.rng.chance(5) {
            return String::new();
        }
        let names = ["unused-definition", "one-sided-days", "row-never-reached", "repeated-row"];
        format!(" allow {} \"reason {}\"\n", self.rng.pick(&names), self.rng.below(9))
    }

    /// A decision with its rules; then later ones may read it.
    pub(crate) fn decision(&mut self) {
        let name = self.fresh("decision");
        let collect = self.rng.chance(20);
        let first = !collect && self.rng.chance(25);
        let (outcomes, head, declared) = self.outcomes(&name, collect);
        let always = !collect && self.rng.chance(6);
        let count = if always { 0 } else { 1 + self.rng.below(5) };
        let mut rules: Vec<PlanRule> = (0..count).map(|_| self.rule(&outcomes, collect)).collect();
        let tables: Vec<PlanTable> = match always {
            true => Vec::new(),
            false => (0..2).filter_map(|_| self.table(&outcomes, collect, first)).collect(),
        };
        if !first {
            self.overrides(&mut rules);
            // A rule may stand above a row that has a name.
            let rows = tables.iter().flat_map(|it| &it.rows).filter_map(|it| it.name.clone());
            for row in rows {
                if self.rng.chance(30) {
                    let above = self.rng.below(rules.len());
                    rules[above].overrides.push(row);
                }
            }
        }
        let scope = Scope::default();
        let fallback = if always || (!collect && self.rng.chance(80)) {
            let outcome = self.rng.pick(&outcomes).clone();
            let word = if always { "always" } else { "otherwise" };
            Some(format!("{word} {}{}", self.consequence(&outcome, &scope), self.notes(&scope, 50)))
        } else {
            None
        };
        self.register(&name, &outcomes, collect);
        let mut obligations = Vec::new();
        for _ in 0..self.rng.below(3) {
            let obligation = self.obligation(&name);
            obligations.push(obligation);
        }
        let decision =
            PlanDecision { name, first, head, outcomes: declared, rules, tables, fallback, obligations };
        self.items.push(PlanItem::Decision(decision));
    }

    fn outcomes(&mut self, name: &str, collect: bool) -> (Vec<KnownOutcome>, String, Vec<String>) {
        let letter = name.trim_start_matches("decision");
        let names = ["grant", "deny", "pass"].map(|it| format!("{it}{letter}"));
        let count = 1 + self.rng.below(3).max(usize::from(!collect));
        if collect && self.rng.chance(40) {
            let outcomes =
                names[..count].iter().map(|it| KnownOutcome { name: it.clone(), parameters: Vec::new() });
            return (
                outcomes.collect(),
                format!(" collect one of ({})", names[..count].join(", ")),
                Vec::new(),
            );
        }
        let (mut outcomes, mut declared) = (Vec::new(), Vec::new());
        for (index, outcome) in names[..count].iter().enumerate() {
            let (mut parameters, mut written) = (Vec::new(), Vec::new());
            for place in 0..self.rng.below(3).saturating_sub(usize::from(index > 1)) {
                let parameter = self.parameter(&format!("par{index}{place}"));
                written.push(parameter.1);
                parameters.push(parameter.0);
            }
            let list = if written.is_empty() { String::new() } else { format!("({})", written.join(", ")) };
            declared.push(format!("outcome {outcome}{list}"));
            outcomes.push(KnownOutcome { name: outcome.clone(), parameters });
        }
        (outcomes, if collect { " collect".into() } else { String::new() }, declared)
    }

    fn parameter(&mut self, name: &str) -> (KnownParameter, String) {
        let sets: Vec<Kind> =
            self.atoms.iter().map(|it| it.kind.clone()).filter(|it| matches!(it, Kind::Items(_))).collect();
        let kind = if !sets.is_empty() && self.rng.chance(50) {
            self.rng.pick(&sets).clone()
        } else {
            self.lively_kind()
        };
        let optional = self.rng.chance(20) && !matches!(kind, Kind::Items(_));
        let huge = kind == Kind::Integer && self.huge;
        let bounded = matches!(kind, Kind::Integer | Kind::Money("USD") | Kind::Days | Kind::DateTime)
            && (huge || self.rng.chance(30));
        let ty = match &kind {
            Kind::Boolean => "boolean".into(),
            Kind::Integer if bounded => "integer between -5 and 9_007_199_254_740_992".into(),
            Kind::Integer => "integer".into(),
            Kind::Decimal => "decimal to 0.01".into(),
            Kind::Percent => "percent".into(),
            Kind::Money(_) if bounded => "money USD between USD 0 and USD 100".into(),
            Kind::Money(currency) => format!("money {currency}"),
            Kind::Text => "text".into(),
            Kind::Date => "date".into(),
            Kind::Days if bounded => "days between 0 days and 30 days".into(),
            Kind::Days => "days between -400_000 days and 400_000 days".into(),
            Kind::Months => "months between -1_200 months and 1_200 months".into(),
            Kind::Years => "years between -100 years and 100 years".into(),
            Kind::Duration => "duration".into(),
            Kind::Time => "time to the second".into(),
            Kind::DateTime if bounded => {
                format!("datetime to the minute between {} and {}", ALL_TIMES[0], ALL_TIMES[1])
            }
            Kind::DateTime => format!("datetime between {} and {}", ALL_TIMES[0], ALL_TIMES[1]),
            Kind::Instant => format!("instant between {}Z and {}Z", ALL_TIMES[0], ALL_TIMES[1]),
            Kind::BusinessDays => "business days".into(),
            Kind::BusinessHours => "business hours".into(),
            Kind::Choice(list) => self.lists[*list].written(),
            Kind::Items(decision) => decision.clone(),
            Kind::MoneyOf(written) => (*written).into(),
        };
        self.huge |= kind == Kind::Integer && bounded;
        let word = if optional { "optional " } else { "" };
        let written = format!("{name}: {word}{ty}");
        (KnownParameter { name: name.to_owned(), kind, optional, bounded }, written)
    }

    /// An outcome with arguments.
    pub(crate) fn consequence(&mut self, outcome: &KnownOutcome, scope: &Scope) -> String {
        let mut arguments = Vec::new();
        for parameter in &outcome.parameters {
            let value = match &parameter.kind {
                _ if parameter.optional && self.rng.chance(40) => "absent".to_owned(),
                Kind::Integer if parameter.bounded => {
                    let value = self.exact(&Kind::Integer, scope, 2);
                    format!("{value} but no more than 100 but no less than -5")
                }
                Kind::Money(_) if parameter.bounded => {
                    let value = self.exact(&parameter.kind, scope, 2);
                    format!("{value} but no more than USD 100 but no less than USD 0")
                }
                Kind::Days if parameter.bounded => {
                    let value = self.exact(&parameter.kind, scope, 1);
                    format!("{value} but no more than 30 days but no less than 0 days")
                }
                Kind::DateTime if parameter.bounded => self.minute_time(scope),
                kind => self.exact(&kind.clone(), scope, 2),
            };
            arguments.push(format!("{}: {value}", parameter.name));
        }
        if arguments.is_empty() {
            outcome.name.clone()
        } else {
            format!("{}({})", outcome.name, arguments.join(", "))
        }
    }

    fn rule(&mut self, outcomes: &[KnownOutcome], collect: bool) -> PlanRule {
        let name = self.fresh("rule");
        let mut guards = self.some_guards(20);
        if let Some((outcome, more)) = self.outcome_guard() {
            guards.push(outcome);
            guards.extend(more);
        }
        let scope = Scope::default().with(&guards);
        let mut conjuncts: Vec<String> =
            (0..self.rng.below(3)).map(|_| format!("({})", self.boolean(&scope, 2))).collect();
        if guards.is_empty() && conjuncts.is_empty() {
            conjuncts.push(self.boolean(&scope, 2));
        }
        let mut rest = String::new();
        if self.rng.chance(20) {
            let _ = write!(rest, "unless {} ", self.boolean(&scope, 1));
        }
        let count = if collect { 1 + self.rng.below(2) } else { 1 };
        let then: Vec<String> = (0..count)
            .map(|_| {
                // Mostly the first outcome, so that rules agree now and then.
                let outcome = if self.rng.chance(50) { &outcomes[0] } else { self.rng.pick(outcomes) };
                self.consequence(&outcome.clone(), &scope)
            })
            .collect();
        let (notes, allowed) = (self.notes(&scope, 40), self.allowed());
        let _ = write!(rest, "then {}{notes}{allowed}", then.join(", "));
        let guards = guards.into_iter().map(|it| it.yes).collect();
        PlanRule { name, overrides: Vec::new(), guards, conjuncts, rest }
    }

    /// `refund is approve`, where an earlier decision has such an outcome with parameters.
    fn outcome_guard(&mut self) -> Option<(Guard, Vec<Guard>)> {
        if self.decisions.is_empty() || !self.rng.chance(25) {
            return None;
        }
        let decision = self.rng.pick(&self.decisions).clone();
        if decision.collect {
            return None;
        }
        let outcome = self.rng.pick(&decision.outcomes).clone();
        let path = format!("{}.", decision.name);
        let optional = self.atoms.iter().filter(|it| it.text.starts_with(&path) && it.needs.len() == 2);
        let optional: Vec<Guard> =
            optional.filter(|it| it.needs[0].yes.ends_with(&outcome)).map(|it| it.needs[1].clone()).collect();
        let more = if self.rng.chance(50) { optional } else { Vec::new() };
        Some((Guard::outcome(&decision.name, &outcome), more))
    }

    /// Overrides without a cycle: along a random order.
    fn overrides(&mut self, rules: &mut [PlanRule]) {
        let mut order: Vec<usize> = (0..rules.len()).collect();
        self.rng.shuffle(&mut order);
        let dense = *self.rng.pick(&[15, 40, 80]);
        for place in 0..order.len() {
            for below in place + 1..order.len() {
                if self.rng.chance(dense) {
                    let name = rules[order[below]].name.clone();
                    rules[order[place]].overrides.push(name);
                }
            }
            if self.rng.chance(15) {
                rules[order[place]].overrides.insert(0, "everything".into());
            }
        }
    }

    /// Makes a decision known to what comes later.
    fn register(&mut self, name: &str, outcomes: &[KnownOutcome], collect: bool) {
        let names = outcomes.iter().map(|it| it.name.clone()).collect();
        self.decisions.push(Known { name: name.to_owned(), outcomes: names, collect });
        if collect {
            let (text, kind) = (name.to_owned(), Kind::Items(name.to_owned()));
            self.atoms.push(Atom {
                text,
                kind,
                needs: Vec::new(),
                fact: false,
                risky: true,
                positive: false,
            });
            return;
        }
        for outcome in outcomes {
            for parameter in outcome.parameters.iter().filter(|it| !matches!(it.kind, Kind::Items(_))) {
                let text = format!("{name}.{}", parameter.name);
                let mut needs = vec![Guard::outcome(name, &outcome.name)];
                let (kind, fact, risky, positive) = (parameter.kind.clone(), false, false, false);
                if parameter.optional {
                    let (text, needs, kind) = (text.clone(), needs.clone(), kind.clone());
                    self.presences.push(Atom { text, kind, needs, fact, risky, positive });
                }
                if parameter.optional {
                    needs.push(Guard::present(&text));
                }
                self.atoms.push(Atom { text, kind, needs, fact, risky, positive });
            }
        }
    }

    /// A disclosure or a step whose condition reads this decision.
    pub(crate) fn obligation(&mut self, decision: &str) -> String {
        let known = self.decisions.iter().find(|it| it.name == decision).expect("a known decision").clone();
        let name = self.fresh("due");
        let outcome = self.rng.pick(&known.outcomes).clone();
        let guard = if known.collect {
            Guard { yes: format!("{decision} includes {outcome}"), no: String::new() }
        } else {
            Guard::outcome(decision, &outcome)
        };
        let mut guards = vec![guard];
        guards.extend(self.some_guards(20));
        let scope = Scope::default().with(&guards);
        let mut condition: Vec<String> = guards.iter().map(|it| it.yes.clone()).collect();
        if self.rng.chance(50) {
            condition.push(format!("({})", self.boolean(&scope, 1)));
        }
        let mut text = if self.rng.chance(60) {
            let mut text = format!("disclosure {name} {{ when {} ", condition.join(" and "));
            let english = if self.rng.chance(50) { "say" } else { "say in en" };
            let _ = write!(text, "{english} \"{}\" ", self.template(&scope, true));
            if self.rng.chance(30) {
                let _ = write!(text, "say in de \"{}\" ", self.template(&scope, false));
            }
            text
        } else {
            let doc = if self.rng.chance(70) { " \"Do it\"" } else { "" };
            format!("step {name}{doc} {{ when {} ", condition.join(" and "))
        };
        if self.rng.chance(20) {
            let _ = write!(text, "unless {} ", self.boolean(&scope, 1));
        }
        if self.rng.chance(40) {
            let _ = write!(
                text,
                "{} {} ",
                self.rng.pick(&["before", "during"]),
                self.rng.pick(&["opening", "closing"])
            );
        }
        if self.rng.chance(25) {
            let scope = Scope { safe_only: true, ..scope };
            let _ = write!(text, "no later than {} ", {
                let kind = self.rng.pick(&[Kind::Date, Kind::DateTime, Kind::Instant]).clone();
                self.exact(&kind, &scope, 2)
            });
        }
        if self.rng.chance(30) {
            text.push_str("cites \"Terms 7.3\" ");
        }
        text + &self.allowed() + "}\n"
    }
}
