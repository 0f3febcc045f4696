//! The calendar engine, checked against three other things: the table of edge cases in the manual, a hundred
//! thousand answers that a program in another language computed with other libraries, and the plain walk of the
//! reference.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod recorded;
mod table;
mod walked;
