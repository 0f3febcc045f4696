//! What people do with a policy beyond deciding: read its findings, its facts and its answers, run its
//! tests, begin a new one.
//!
//! Everything here is a function from values to values and text. Files, terminals and arguments are the
//! command's; a host that shows answers to its users can call the same functions.

pub mod boundary;
pub mod cases;
pub mod catalogue;
pub mod checked;
pub mod config;
pub mod diff;
pub mod facts;
pub mod files;
pub mod findings;
pub mod github;
pub mod junit;
pub mod levels;
pub mod outcomes;
pub mod render;
pub mod sarif;
pub mod starter;
pub mod suite;

mod written;
