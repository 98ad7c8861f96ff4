//! Rules and paths.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../rules/routing.rs"]
mod rules;

fuzz_target!(|input: &[u8]| rules::check(input));
