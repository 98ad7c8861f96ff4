//! Any boundary and any body, whole, in pieces and byte by byte.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../rules/multipart.rs"]
mod rules;

fuzz_target!(|input: &[u8]| rules::check(input));
