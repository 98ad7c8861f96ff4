//! The parts that every server over sockets needs, for any protocol: sockets, timeouts, stopping, logs.
//!
//! Nothing here names hyper or h2.

pub(super) mod accept;
pub(super) mod access_log;
pub(super) mod alarm;
pub(super) mod carrier;
pub(super) mod clock;
pub(super) mod counters;
pub(super) mod descriptors;
pub(super) mod ending;
pub(super) mod handshakes;
pub(super) mod health;
pub(super) mod in_flight;
pub(super) mod lanes;
pub(super) mod lines;
mod listen_text;
pub(super) mod listener;
mod listener_socket;
pub(super) mod logged;
pub(super) mod monitor;
pub(super) mod open;
mod open_table;
pub(super) mod opener;
pub(super) mod opening;
pub(super) mod pace;
pub(super) mod protocol;
pub(super) mod request_head;
pub(super) mod serve_error;
pub(super) mod service_manager;
pub(super) mod shared;
pub(super) mod signals;
mod socket_file;
#[cfg(feature = "tracing")]
pub(super) mod span;
#[cfg(not(feature = "tracing"))]
#[path = "no_span.rs"]
pub(super) mod span;
pub(super) mod stopper;
pub(super) mod stream;
#[cfg(feature = "tls")]
pub(super) mod tls;
#[cfg(not(feature = "tls"))]
#[path = "no_tls.rs"]
pub(super) mod tls;
pub(super) mod transport;
pub(super) mod uptime;
pub(super) mod watch;
