//! Threads for blocking work. They need no runtime, so that a server of any kind can use them.

#[cfg(feature = "hosting")]
mod runtime;
#[cfg(not(feature = "hosting"))]
#[path = "no_runtime.rs"]
mod runtime;
pub(super) mod worker_pool;
