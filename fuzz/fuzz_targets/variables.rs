//! Requests from the variables of a gateway protocol. The rules are in `fuzz/rules/variables.rs`, where
//! `tests/it/fuzz_seeds.rs` finds them too.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../rules/variables.rs"]
mod rules;

fuzz_target!(|input: &[u8]| rules::check(input));
