//! Any boundary and any body, compared with the crate `multer`.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../rules/multer.rs"]
mod rules;

fuzz_target!(|input: &[u8]| rules::check(input));
