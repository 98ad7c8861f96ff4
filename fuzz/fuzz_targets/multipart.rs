//! Any boundary and any body, whole, in pieces and byte by byte.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../multipart_cuts.rs"]
mod cuts;

fuzz_target!(|input: &[u8]| cuts::check(input));
