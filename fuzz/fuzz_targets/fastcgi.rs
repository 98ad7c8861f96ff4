//! What a web server in front may send by fastcgi, and what it may not.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code, reason = "the other protocols have their own targets")]
#[path = "../rules/fronts.rs"]
mod rules;

fuzz_target!(|input: &[u8]| rules::fastcgi(input));
