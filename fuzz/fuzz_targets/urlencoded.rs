//! Queries and forms, compared with another parser.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../rules/urlencoded.rs"]
mod rules;

fuzz_target!(|input: &[u8]| rules::check(input));
