//! Cookies: read, edited, written, signed, encrypted.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../rules/cookies.rs"]
mod rules;

fuzz_target!(|input: &[u8]| rules::check(input));
