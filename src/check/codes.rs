//! What can be wrong with the meaning of a policy: codes T101 to T999.
//!
//! T1 names, T2 types, T3 presence, T4 ranges and cost, T5 rounding, T6 decisions, T70 texts, T75 several files, T8 things unused,
//! T9 things that are easily misread.
//! The page of a code is the doc comment at its declaration: what it finds, why that matters, a policy that
//! reports it, how to mend it, and a policy that does not.

use crate::diag::Code;

mod decisions;
mod files;
mod names;
mod types;
mod values;

pub use crate::check::codes::{decisions::*, files::*, names::*, types::*, values::*};

/// Every code of this storey, in order of their ids.
pub fn all() -> impl Iterator<Item = &'static Code> {
    let mut all: Vec<&'static Code> = [names::ALL, types::ALL, values::ALL, decisions::ALL, files::ALL]
        .into_iter()
        .flatten()
        .copied()
        .collect();
    all.sort_by_key(|it| it.id);
    all.into_iter()
}
