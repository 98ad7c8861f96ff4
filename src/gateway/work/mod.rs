//! How the code of an application is run: waited for, off the event loop, its panics caught.

pub(super) mod blocking;
pub(super) mod panics;
pub(super) mod signal;
#[cfg(feature = "tracing")]
mod span;
#[cfg(not(feature = "tracing"))]
#[path = "no_span.rs"]
mod span;
pub(super) mod wait;
