//! Typed headers: read, written, read again; offers chosen by them.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../rules/typed_headers.rs"]
mod rules;

fuzz_target!(|input: &[u8]| rules::check(input));
