//! Decisions of RFC 9110, pure: headers in, a decision out; no request, no clock.

pub mod caching;
pub mod conditional;
pub(crate) mod content_coding;
pub mod negotiation;
pub mod range;
