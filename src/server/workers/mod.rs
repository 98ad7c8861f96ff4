//! Threads for blocking work. They need no runtime, so that a server of any kind can use them.

#[cfg_attr(not(feature = "hosting"), allow(dead_code, reason = "lanes use it"))]
pub(super) mod history;
mod leaders;
#[cfg(feature = "hosting")]
mod runtime;
#[cfg(not(feature = "hosting"))]
#[path = "no_runtime.rs"]
mod runtime;
pub(super) mod stopwatch;
mod submitting;
pub(super) mod threads;
#[cfg_attr(not(feature = "hosting"), allow(dead_code, reason = "runtimes use it"))]
pub(super) mod turns;
mod watch;
pub(super) mod worker_pool;
