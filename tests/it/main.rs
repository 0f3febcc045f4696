//! The integration tests: one binary, a module for each concern.

mod allowances;
mod architecture;
mod boundaries;
mod calendar;
mod cases;
mod catalogue;
mod ci;
mod cli;
mod compiled;
mod diagnostics;
mod documents;
mod exact;
mod facts_errors;
mod fuzz_bodies;
mod fuzz_smoke;
mod generate;
mod laws;
mod oracle;
mod reference;
mod sets;
mod tidy;
