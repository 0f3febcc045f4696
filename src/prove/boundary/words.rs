//! What a case tries, in words that do for the name of a test: `refund: not standard_window, owned 31 days`.

use crate::{
    prove::{
        Question,
        boundary::{Edge, Goal, Owner, Seeker},
        words::fact,
    },
    schema::{Schema, Slot, Type},
    space::{
        Key,
        linear::{Linear, Var},
        normal::{Form, Piece},
        point::Point,
    },
    value::{Known, Scalar, form},
};

/// The most characters of a term that are written out.
const LONGEST_TERM: usize = 60;

impl Seeker<'_, '_> {
    /// What a case with these facts tries.
    pub(super) fn words(&self, goal: &Goal, facts: &[Known]) -> String {
        let hir = self.prover.hir;
        let of = |decision: usize| hir.decisions.get(decision).map_or("", |it| it.name.as_str());
        let rule = |decision: usize, rule: usize| {
            hir.decisions.get(decision).and_then(|it| it.rules.get(rule)).map_or("", |it| it.name.as_str())
        };
        match goal {
            Goal::Ask(question) => match *question {
                Question::Decides(decision, it) => format!("{}: {}", of(decision), rule(decision, it)),
                Question::Together(decision, a, b) => {
                    format!("{}: {} over {}", of(decision), rule(decision, a), rule(decision, b))
                }
                Question::Otherwise(decision) => {
                    let always = hir.decisions.get(decision).is_some_and(|it| it.always);
                    format!("{}: {}", of(decision), if always { "always" } else { "otherwise" })
                }
                Question::Gap(decision) => format!("{}: no rule", of(decision)),
                Question::Conflict(decision) => format!("{}: a conflict", of(decision)),
                Question::Required(decision, it) => self.owner(Owner::Duty(decision, it)),
                Question::RequiredAtTop(it) => self.owner(Owner::DutyAtTop(it)),
                Question::Case
                | Question::Conflicting(..)
                | Question::Happens(..)
                | Question::Violates(_) => String::new(),
            },
            Goal::Overrides(decision, it) => {
                format!("{}: {} over others", of(*decision), rule(*decision, *it))
            }
            Goal::Edge(edge) => {
                let not = if edge.inside || !edge.own { "" } else { "not " };
                let owner = self.owner(edge.owner);
                let owner = match owner.split_once(": ") {
                    Some((decision, name)) => format!("{decision}: {not}{name}"),
                    None => format!("{not}{owner}"),
                };
                match self.side(edge, facts) {
                    Some(side) => format!("{owner}, {side}"),
                    None => owner,
                }
            }
        }
    }

    fn owner(&self, owner: Owner) -> String {
        let hir = self.prover.hir;
        let kind = |step: bool| if step { "step" } else { "disclosure" };
        match owner {
            Owner::Rule(decision, rule) => {
                let decision = hir.decisions.get(decision);
                let rule = decision.and_then(|it| it.rules.get(rule));
                format!("{}: {}", decision.map_or("", |it| &it.name), rule.map_or("", |it| &it.name))
            }
            Owner::Duty(decision, duty) => {
                let decision = hir.decisions.get(decision);
                let duty = decision.and_then(|it| it.obligations.get(duty));
                let words = duty.map(|it| format!("{} {}", kind(it.step), it.name)).unwrap_or_default();
                format!("{}: {words}", decision.map_or("", |it| &it.name))
            }
            Owner::DutyAtTop(duty) => hir
                .obligations
                .get(duty)
                .map_or_else(String::new, |it| format!("{} {}", kind(it.step), it.name)),
        }
    }

    /// The value that a term has in this case.
    fn side(&self, edge: &Edge, facts: &[Known]) -> Option<String> {
        let cases = &self.prover.cases;
        let schema = &self.prover.hir.schema;
        let term = cases.space.dimensions.get_index(edge.dimension as usize)?.0;
        if let [(var, 1)] = term.as_slice() {
            let slot = self.slot_of(*var)?;
            return Some(fact(schema.slots.get(slot)?, facts.get(slot)?, schema));
        }
        let value = Point::new(cases, 0, facts).value(term)?;
        let slots: Option<Vec<(&Slot, i128)>> =
            term.iter().map(|(var, by)| Some((schema.slots.get(self.slot_of(*var)?)?, *by))).collect();
        let slots = slots?;
        let ty = unit(&slots)?;
        let (text, value) = match self.defined(term) {
            Some((name, sign)) => (name.to_owned(), value.checked_mul(sign)?),
            // `today - bought_on` reads better than the other way round.
            None if value < 0 => (sum(&slots, -1), value.checked_neg()?),
            None => (sum(&slots, 1), value),
        };
        let short = text.chars().count() <= LONGEST_TERM;
        short.then(|| format!("{text} {}", form::words(&Scalar::Number(value), ty, schema)))
    }

    /// The slot of the fact that a variable is about.
    fn slot_of(&self, var: Var) -> Option<usize> {
        let schema: &Schema = &self.prover.hir.schema;
        match self.prover.cases.space.variables.get_index(var as usize)?.0 {
            Key::Fact(path) | Key::Present(path) => schema.slots.iter().position(|it| it.path == *path),
            Key::Rounded(..) | Key::Product(..) | Key::Opaque(..) => None,
        }
    }

    /// The definition that is a term, and 1; or is the term turned round, and -1.
    fn defined(&self, term: &[(Var, i128)]) -> Option<(&str, i128)> {
        let normal = self.prover.cases.policies.first()?;
        let program = self.prover.program;
        program.instances.iter().find_map(|it| {
            let definition = self.prover.hir.definitions.get(it.definition)?;
            let Some(Form::Value(pieces)) = normal.form_of(it.value) else { return None };
            let [(_, Piece::Number(linear, 1))] = pieces.all.as_slice() else { return None };
            let Linear { constant: 0, .. } = linear else { return None };
            let (terms, sign) = linear.normalised()?;
            let plain = definition.locals.is_empty() && terms == term && matches!(sign, 1 | -1);
            plain.then_some((definition.name.as_str(), sign))
        })
    }
}

/// The type of a sum of facts: of one type, it is that; of points in time that are taken from each other, it is
/// the time between them.
fn unit(slots: &[(&Slot, i128)]) -> Option<Type> {
    let points: i128 = slots
        .iter()
        .filter(|it| {
            matches!(it.0.ty, Type::Date | Type::DateTime { .. } | Type::Instant { .. } | Type::Time { .. })
        })
        .map(|it| it.1)
        .sum();
    let between = |ty: Type| match ty {
        Type::Date => Type::Days,
        Type::DateTime { .. } | Type::Instant { .. } | Type::Time { .. } => {
            Type::Duration { json_unit: None }
        }
        Type::Duration { .. } => Type::Duration { json_unit: None },
        other => other,
    };
    let first = between(slots.first()?.0.ty);
    let counts = matches!(
        first,
        Type::Number { .. }
            | Type::Percent { .. }
            | Type::Money { .. }
            | Type::Days
            | Type::Months
            | Type::Years
            | Type::Duration { .. }
            | Type::BusinessDays
            | Type::BusinessHours
    );
    (counts && points == 0 && slots.iter().all(|it| between(it.0.ty) == first)).then_some(first)
}

/// `today - bought_on`.
fn sum(slots: &[(&Slot, i128)], sign: i128) -> String {
    let mut parts: Vec<(&str, i128)> =
        slots.iter().map(|(slot, by)| (slot.path.as_str(), by.saturating_mul(sign))).collect();
    parts.sort_by_key(|it| it.1 < 0);
    let mut text = String::new();
    for (path, by) in parts {
        let sign = match (text.is_empty(), by < 0) {
            (true, false) => "",
            (true, true) => "-",
            (false, false) => " + ",
            (false, true) => " - ",
        };
        text.push_str(sign);
        if by.abs() != 1 {
            text.push_str(&format!("{} × ", by.abs()));
        }
        text.push_str(path);
    }
    text
}
