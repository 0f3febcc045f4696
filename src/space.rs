//! The space of cases.

#[cfg_attr(not(test), allow(dead_code, reason = "the questions that are asked of it stand above"))]
pub(crate) mod solve;
