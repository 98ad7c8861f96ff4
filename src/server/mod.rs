//! Servers for applications: the embedded server, HTTP/1.1 on hyper and HTTP/2 on h2, both on tokio; and threads for
//! blocking work, which other servers can use too; and hosts for other protocols, such as [`cgi`](crate::cgi).
//!
//! [`serve`] is enough for most programs. Use [`Server`] to set limits, to listen at several addresses or on a Unix
//! socket, or to stop the server from the program.

#[cfg(feature = "cgi")]
pub mod cgi;
#[cfg(feature = "server")]
mod hosting;
#[cfg(feature = "server")]
mod http;
#[cfg(any(feature = "server", feature = "tower"))]
mod limits;
#[cfg(feature = "server")]
mod listen_at;
#[cfg(feature = "server")]
mod platform;
#[cfg(feature = "cgi")]
mod response_head;
#[cfg(feature = "server")]
mod run;
#[cfg(feature = "server")]
mod serve;
#[cfg(feature = "server")]
mod settings;
#[cfg(feature = "tower")]
pub mod tower;
#[cfg(any(feature = "server", feature = "tower"))]
mod workers;

#[cfg(feature = "server")]
pub use hosting::access_log::AccessLog;
#[cfg(feature = "server")]
pub use hosting::access_log::LogLine;
#[cfg(feature = "server")]
pub use hosting::access_log::LogOutcome;
#[cfg(feature = "server")]
pub use hosting::counters::Counters;
#[cfg(feature = "server")]
pub use hosting::health::Health;
#[cfg(feature = "server")]
pub use hosting::listener::Listener;
#[cfg(feature = "server")]
pub use hosting::monitor::Monitor;
#[cfg(feature = "server")]
pub use hosting::protocol::Protocol;
#[cfg(feature = "server")]
pub use hosting::serve_error::ServeError;
#[cfg(feature = "server")]
pub use hosting::stopper::Stopper;
#[cfg(any(feature = "server", feature = "tower"))]
pub use limits::ServerLimits;
#[cfg(feature = "server")]
pub use platform::address_from_port;
#[cfg(feature = "server")]
pub use serve::serve;
#[cfg(feature = "server")]
pub use serve::serve_async;
#[cfg(feature = "server")]
pub use serve::serve_from;
#[cfg(feature = "server")]
pub use settings::Server;
#[cfg(any(feature = "server", feature = "tower"))]
pub use workers::worker_pool::WorkerPool;
