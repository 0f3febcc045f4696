//! What can be wrong with the meaning of a policy: codes T101 to T999.
//!
//! T1 names, T2 types, T3 presence, T4 ranges and cost, T5 rounding, T6 decisions, T70 texts, T75 several files, T78 what is allowed,
//! T8 things unused,
//! T9 things that are easily misread.
//! The page of a code is the doc comment at its declaration: what it finds, why that matters, a policy that
//! reports it, how to mend it, and a policy that does not.

use crate::diag::Code;

mod allowances;
mod decisions;
mod files;
mod lists;
mod names;
mod tables;
mod time;
mod types;
mod values;

pub use crate::check::codes::{
    allowances::*, decisions::*, files::*, lists::*, names::*, tables::*, time::*, types::*, values::*,
};

/// Every code of this storey, in order of its id.
pub fn all() -> impl Iterator<Item = &'static Code> {
    let facts = [names::ALL, types::ALL, values::ALL, decisions::ALL];
    let rooms = facts.into_iter().chain([allowances::ALL, files::ALL, lists::ALL, tables::ALL, time::ALL]);
    let mut codes: Vec<&'static Code> = rooms.into_iter().flatten().copied().collect();
    codes.sort_by_key(|it| it.id);
    codes.into_iter()
}
