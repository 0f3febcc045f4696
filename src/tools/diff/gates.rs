//! Gates: what a change must not do.
//!
//! A gate is told as `decision: from -> to`, each a name or `*`: `refund: * -> approve`. What is not shown does
//! not pass, for nobody knows that it would.

use thiserror::Error;

use crate::policy::diff::{Changes, DecisionDifference, DutyDifference, In, Open, PolicyDifference, Said};
use crate::tools::diff::{reason, where_it_is};

/// A change that is forbidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forbidden {
    decision: Option<String>,
    from: Option<String>,
    to: Option<String>,
    written: String,
}

/// Why a text is no gate.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("expected a gate like `refund: deny -> approve` or `*: * -> conflict`, found `{0}`")]
pub struct NoGate(pub String);

impl Forbidden {
    /// Reads a gate. Beside outcomes, `refused`, `gap`, `conflict`, `error` and `empty` can be named.
    ///
    /// # Errors
    ///
    /// [`NoGate`] where the text has another form.
    pub fn read(text: &str) -> Result<Forbidden, NoGate> {
        let wrong = || NoGate(text.to_owned());
        let (decision, change) = text.split_once(':').ok_or_else(wrong)?;
        let (from, to) = change.split_once("->").or_else(|| change.split_once('→')).ok_or_else(wrong)?;
        let name = |it: &str| -> Result<Option<String>, NoGate> {
            let it = it.trim();
            let fits = it.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
            match it {
                "*" => Ok(None),
                "" => Err(wrong()),
                _ if fits => Ok(Some(it.to_owned())),
                _ => Err(wrong()),
            }
        };
        let (decision, from, to) = (name(decision)?, name(from)?, name(to)?);
        Ok(Forbidden { decision, from, to, written: text.trim().to_owned() })
    }

    /// The changes that break this gate, each in words.
    pub fn broken(&self, all: &[PolicyDifference]) -> Vec<String> {
        let mut found = Vec::new();
        for policy in all {
            for segment in &policy.segments {
                let Some(difference) = &segment.difference else {
                    continue;
                };
                let own = difference.decisions.iter();
                let own = own.filter(|it| self.decision.as_ref().is_none_or(|name| *name == it.name));
                for decision in own {
                    self.in_decision(decision, &policy.name, &mut found);
                }
            }
        }
        found
    }

    fn in_decision(&self, decision: &DecisionDifference, policy: &str, found: &mut Vec<String>) {
        let gate = &self.written;
        let whole = format!("{policy}, {}", decision.name);
        if decision.found != In::Both {
            let what = if decision.found == In::Old { "removed" } else { "new" };
            found.push(format!(
                "`{gate}`: {whole}: the decision is {what}, so nothing is shown of its changes"
            ));
            return;
        }
        for it in decision.values.regions.iter().filter(|it| self.is_of(&it.from, &it.to)) {
            let may = if it.witness.is_some() { "" } else { " perhaps" };
            let place = where_it_is(&it.conditions);
            found.push(format!("`{gate}`: {whole}: {place}:{may} {} → {}", it.from.words, it.to.words));
        }
        // What turns on unseen terms stands among the regions, with what it would be.
        let whole_decision = |it: &&Open| matches!(it, Open::Steps | Open::Retyped(_));
        for it in decision.values.open.iter().filter(whole_decision) {
            found.push(format!("`{gate}`: {whole}: not shown, because {}", reason(it)));
        }
        if decision.values.more {
            found.push(format!("`{gate}`: {whole}: there are more changes than are looked at"));
        }
    }

    /// A name that only one side has was left or was reached. Where both have it, it is a change of parameters.
    fn is_of(&self, from: &Said, to: &Said) -> bool {
        let has = |name: &Option<String>, said: &Said| {
            name.as_ref().is_none_or(|name| said.names.iter().any(|it| it == name))
        };
        has(&self.from, from) && has(&self.to, to)
    }
}

/// The disclosures that were required in some case, and are not any more, each in words.
pub fn lost_disclosures(all: &[PolicyDifference]) -> Vec<String> {
    let mut found = Vec::new();
    for policy in all {
        for difference in policy.segments.iter().filter_map(|it| it.difference.as_ref()) {
            for duty in difference.duties.iter().filter(|it| !it.step) {
                lost(&policy.name, duty, &duty.required, &mut found);
            }
        }
    }
    found
}

fn lost(policy: &str, duty: &DutyDifference, changes: &Changes, found: &mut Vec<String>) {
    let whole = format!("lost disclosure: {policy}, {}", duty.name);
    for it in &changes.regions {
        if it.from.names.iter().any(|it| it == "required") && !it.to.names.iter().any(|it| it == "required") {
            let may = if it.witness.is_some() { "" } else { " perhaps" };
            found.push(format!(
                "{whole}: {}:{may} {} → {}",
                where_it_is(&it.conditions),
                it.from.words,
                it.to.words
            ));
        }
    }
    for it in &changes.open {
        found.push(format!("{whole}: not shown, because {}", reason(it)));
    }
    if changes.more {
        found.push(format!("{whole}: there are more changes than are looked at"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_are_read() {
        let gate = Forbidden::read("refund: * -> approve").unwrap();
        assert_eq!(
            (gate.decision.as_deref(), gate.from, gate.to.as_deref()),
            (Some("refund"), None, Some("approve"))
        );
        for wrong in
            ["", "refund", "refund: approve", "refund: -> approve", "re fund: * -> approve", ": a -> b"]
        {
            assert!(Forbidden::read(wrong).is_err(), "{wrong}");
        }
    }
}
