//! The one configuration type for every limit.

use std::time::Duration;

/// Declares the settings with their defaults, getters and `with_` setters. Holds no logic.
macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident, $with:ident: $type:ty = $default:expr;)*) => {
        /// Every limit there is, each with a default that suits a server on the open internet.
        ///
        /// Give it to a server (`Server::with_limits`) or, for what is below it, to
        /// [`Environ::set_limits`](crate::gateway::Environ::set_limits); single reads narrow or
        /// widen theirs by `.limit(…)`. An error that a limit causes names the setting.
        ///
        /// ```
        /// use rustzeug::gateway::Limits;
        ///
        /// let limits = Limits::default().with_body_bytes(64 * 1024);
        /// assert_eq!(limits.body_bytes(), 65_536);
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Limits {
            $($name: $type,)*
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }

        impl Limits {$(
            $(#[$doc])*
            #[must_use]
            pub fn $name(&self) -> $type {
                self.$name
            }

            #[doc = concat!("Sets what [`", stringify!($name), "`](Self::", stringify!($name), ") tells.")]
            #[must_use]
            pub fn $with(mut self, $name: $type) -> Self {
                self.$name = $name;
                self
            }
        )*}
    };
}

limits! {
    /// Bytes of a body read whole (`bytes`, `text`, `json`); beyond it `413`. Default 2 MiB.
    body_bytes, with_body_bytes: u64 = 2 << 20;

    /// Bytes of a request body received for a plain `fn` before it is called; beyond it `413`.
    /// Default 16 MiB.
    max_body, with_max_body: u64 = 16 << 20;

    /// Bytes of a received body kept in memory; what is longer goes to an unlinked temporary
    /// file (with the feature `spool`). Default 64 KiB.
    memory_bytes, with_memory_bytes: usize = 64 << 10;

    /// Threads for blocking work, started on demand. Default 512.
    workers, with_workers: usize = 512;

    /// Blocking jobs that may wait for a thread; beyond it `503` with `Retry-After`. Default 1024.
    queued_jobs, with_queued_jobs: usize = 1024;

    /// Time after which an idle worker thread ends. Default 10 s.
    worker_idle, with_worker_idle: Duration = Duration::from_secs(10);

    /// Threads for blocking body writers ([`Body::writer`](crate::gateway::Body::writer)), which
    /// are held as long as the client reads; beyond it `503`. Default 256.
    body_writers, with_body_writers: usize = 256;

    /// Time for a whole request head to arrive, on the embedded server. Default 30 s.
    head_timeout, with_head_timeout: Duration = Duration::from_secs(30);

    /// Bytes of a request head on the embedded server; beyond it `431`. Default 32 KiB.
    head_bytes, with_head_bytes: usize = 32 << 10;

    /// Fields in a request head on the embedded server; beyond it `431`. Default 100.
    header_fields, with_header_fields: usize = 100;

    /// Connections at a time on the embedded server; others wait to be accepted. Default 1024.
    connections, with_connections: usize = 1024;

    /// Time that requests in hand have after `SIGTERM` or `SIGINT`. Default 10 s.
    grace_period, with_grace_period: Duration = Duration::from_secs(10);
}
