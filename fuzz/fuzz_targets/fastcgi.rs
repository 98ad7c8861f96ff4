//! What a web server in front may send by fastcgi, and what it may not.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rustzeug::codecs::FastCgi;

#[path = "../rules/fronts.rs"]
mod rules;

fuzz_target!(|input: &[u8]| rules::check(input, || FastCgi::new(rules::MOST, 10)));
