//! All black-box tests, in one binary: one link step.
#![allow(clippy::unwrap_used, reason = "a test that unwraps says so by failing")]

mod common;
mod docs;
mod examples;
mod layering;
mod server;
