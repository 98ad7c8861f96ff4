//! Compressed bodies.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../rules/decoding.rs"]
mod rules;

fuzz_target!(|input: &[u8]| rules::check(input));
