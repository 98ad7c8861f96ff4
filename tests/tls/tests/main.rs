//! The embedded server over TLS, seen by a client of rustls.
#![allow(clippy::unwrap_used, reason = "a test that unwraps says so by failing")]

mod certificates;
mod connections;
mod ends;
mod slow_readers;
mod support;
