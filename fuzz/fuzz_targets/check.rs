//! Any text is compiled, and decides where it is accepted. The body is shared with the tests.

#![no_main]
#![allow(dead_code)]

#[path = "../../tests/it/shared.rs"]
mod shared;

// The shared modules name each other from the root.
use shared::{fuzz_bodies, generate, reference};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_bodies::check(bytes));
