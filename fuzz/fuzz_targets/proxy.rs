//! The header of the PROXY protocol. The rules are in `fuzz/rules/proxy.rs`, where `tests/it/fuzz_seeds.rs` finds them
//! too.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../rules/proxy.rs"]
mod rules;

fuzz_target!(|input: &[u8]| rules::check(input));
