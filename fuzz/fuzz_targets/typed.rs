//! Typed values read from any pairs.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../rules/typed.rs"]
mod rules;

fuzz_target!(|input: &[u8]| rules::check(input));
