//! How application code runs: waiting, workers off the event loop, and panics.

pub(super) mod blocking;
pub(super) mod origin;
pub(super) mod panics;
pub(super) mod signal;
#[cfg(feature = "tracing")]
mod span;
#[cfg(not(feature = "tracing"))]
#[path = "no_span.rs"]
mod span;
pub(super) mod stall;
pub(super) mod wait;
