//! Servers for applications: the embedded server for HTTP/1.1 (on hyper), HTTP/2 (on h2), FastCGI, SCGI and uwsgi, all
//! on tokio; threads for blocking work, which other servers can use too; and hosts for other protocols, such as
//! `cgi`.
//!
//! [`serve()`] is enough for most programs. Use [`Server`] to set limits, to listen at several addresses or on a Unix
//! socket, or to stop the server from the program.

#[cfg(all(
    feature = "hosting",
    not(all(
        feature = "fastcgi",
        feature = "scgi",
        feature = "server",
        feature = "uwsgi"
    ))
))]
mod absent;
#[cfg(feature = "cgi")]
pub mod cgi;
#[cfg(feature = "fastcgi")]
mod fastcgi;
#[cfg(feature = "front")]
mod front;
#[cfg(feature = "hosting")]
#[cfg_attr(
    not(all(feature = "front", feature = "server")),
    allow(dead_code, reason = "each protocol uses a part of it")
)]
mod hosting;
#[cfg(feature = "hosting")]
mod hosts;
#[cfg(feature = "server")]
mod http;
#[cfg(any(feature = "hosting", feature = "tower"))]
mod limits;
#[cfg(feature = "hosting")]
mod listen_at;
#[cfg(feature = "hosting")]
mod platform;
#[cfg(any(feature = "cgi", feature = "front"))]
mod response_head;
#[cfg(feature = "hosting")]
mod run;
#[cfg(feature = "scgi")]
mod scgi;
#[cfg(feature = "hosting")]
mod schedule;
#[cfg(feature = "hosting")]
mod serve;
#[cfg(feature = "hosting")]
mod settings;
#[cfg(feature = "tower")]
pub mod tower;
#[cfg(feature = "uwsgi")]
mod uwsgi;
#[cfg(any(feature = "hosting", feature = "tower"))]
mod workers;

#[cfg(all(feature = "hosting", not(feature = "fastcgi")))]
use absent as fastcgi;
#[cfg(all(feature = "hosting", not(feature = "server")))]
use absent as http;
#[cfg(all(feature = "hosting", not(feature = "scgi")))]
use absent as scgi;
#[cfg(all(feature = "hosting", not(feature = "uwsgi")))]
use absent as uwsgi;

#[cfg(feature = "hosting")]
pub use hosting::access_log::AccessLog;
#[cfg(feature = "hosting")]
pub use hosting::access_log::LogLine;
#[cfg(feature = "hosting")]
pub use hosting::access_log::LogOutcome;
#[cfg(feature = "hosting")]
pub use hosting::counters::Counters;
#[cfg(feature = "hosting")]
pub use hosting::health::Health;
#[cfg(feature = "hosting")]
pub use hosting::listener::Listener;
#[cfg(feature = "hosting")]
pub use hosting::monitor::Monitor;
#[cfg(feature = "hosting")]
pub use hosting::protocol::Protocol;
#[cfg(feature = "hosting")]
pub use hosting::serve_error::ServeError;
#[cfg(feature = "hosting")]
pub use hosting::stopper::Stopper;
#[cfg(feature = "tls")]
pub use hosting::tls::Tls;
#[cfg(any(feature = "hosting", feature = "tower"))]
pub use limits::ServerLimits;
#[cfg(feature = "hosting")]
pub use platform::address_from_port;
#[cfg(feature = "hosting")]
pub use serve::serve;
#[cfg(feature = "hosting")]
pub use serve::serve_async;
#[cfg(feature = "hosting")]
pub use serve::serve_from;
#[cfg(feature = "hosting")]
pub use settings::Server;
#[cfg(any(feature = "hosting", feature = "tower"))]
pub use workers::worker_pool::WorkerPool;
