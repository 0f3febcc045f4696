//! Why facts were not taken.

use std::fmt;

use thiserror::Error;

use crate::{intake::FactProblem, value::form};

/// Why facts were not taken. Meant to be matched exhaustively.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// Facts are not what the policy declares, or the text is no JSON: all problems, in order.
    Facts(Vec<FactProblem>),
    /// The day of the case is not one of the policy's.
    NotInForce {
        /// The day of the case.
        day: String,
        /// The first day of the policy, where it has one.
        first: Option<String>,
        /// The last day of the policy, where it has one.
        last: Option<String>,
    },
    /// The facts break the assume of this name.
    Assumption(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::Facts(problems) => {
                for (index, problem) in problems.iter().enumerate() {
                    write!(out, "{}{problem}", if index == 0 { "" } else { "\n" })?;
                }
                Ok(())
            }
            Refused::NotInForce { day, first, last } => {
                write!(out, "the policy is not in force on {day}: it is")?;
                first.iter().try_for_each(|it| write!(out, " from {it}"))?;
                last.iter().try_for_each(|it| write!(out, " through {it}"))
            }
            Refused::Assumption(name) => {
                write!(out, "the facts break the assumption `{}`", form::escaped(name))
            }
        }
    }
}
