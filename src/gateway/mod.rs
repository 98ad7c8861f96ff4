//! The gateway protocol: what a server and an application owe each other.
//!
//! It is PEP 3333 for Rust. A server makes an [`Environ`] of each request and calls
//! the [`Application`] once with it and a [`StartResponse`]. The application answers
//! with a [`Reply`]: it starts a response (status and headers), then gives it a
//! [`Body`]. Whoever stands between the two is an application to the server and a
//! server to the application: middleware.
//!
//! ```
//! use rustzeug::gateway::{Application, Environ, Reply, StartResponse, call};
//! use rustzeug::{Request, Result};
//!
//! struct Hello;
//!
//! impl Application for Hello {
//!     async fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
//!         let name = environ.var("PATH_INFO").unwrap_or_default().trim_matches('/').to_owned();
//!         let started = start_response.start(200, [("content-type", "text/plain")])?;
//!         Ok(started.body(format!("Hello, {name}!")))
//!     }
//! }
//!
//! let mut reply = Request::blank("/Ada").send(&Hello).wait()?;
//! assert_eq!(reply.read_text().wait()?, "Hello, Ada!");
//! # Ok::<(), rustzeug::Error>(())
//! ```
//!
//! # Who owes what
//!
//! * **The types** see to it that an environ has a method, a server name and a port, that
//!   a response is started exactly once and before its body, that names and values of
//!   headers cannot split a response, and that everything is released exactly once.
//! * **The edge** ([`call`]) is what every server puts around the application: it catches
//!   panics, writes the errors that nobody rendered, owns the framing (`Content-Length`,
//!   bodies that must not be sent, hop-by-hop headers) and binds blocking bodies to the
//!   server's workers.
//! * **[`Lint`]** checks what is left, on both sides; put it around an application in tests.
//!
//! # Errors and panics
//!
//! An application may return `Err`: the edge answers with its status in plain text.
//! A panic is a `500`. A body that fails after the head is out cuts the connection, so
//! that the client can tell.

mod address;
mod application;
mod blocking;
mod body;
mod budget;
mod edge;
mod entire;
mod environ;
mod error_stream;
mod facts;
mod framing;
mod head_size;
mod input;
mod limits;
mod lint;
mod log_note;
mod memory;
mod panics;
mod reply;
mod report;
mod signal;
mod start_response;
mod store;
mod upgrade;
mod variables;
mod wait;
mod writer;

#[cfg(feature = "multipart")]
mod kept;
#[cfg(feature = "multipart")]
mod peek;

#[cfg(feature = "spool")]
mod spool;
#[cfg(not(feature = "spool"))]
#[path = "spool_in_memory.rs"]
mod spool;

#[cfg(not(feature = "tracing"))]
#[path = "no_span.rs"]
mod span;
#[cfg(feature = "tracing")]
mod span;

pub use address::Address;
pub use application::Application;
pub use application::BoxApplication;
pub use blocking::Blocking;
pub use blocking::Job;
pub use blocking::Running;
pub use blocking::Workers;
pub use body::Body;
pub use body::BodyReader;
pub(crate) use body::ChunkStream;
pub use body::Collect;
pub use body::NextChunk;
pub use budget::Budget;
pub use edge::Refused;
pub use edge::call;
pub use entire::Entire;
pub use environ::Environ;
pub use error_stream::ErrorStream;
pub use facts::Facts;
pub use limits::Limits;
pub use lint::Lint;
pub use log_note::LogNote;
pub use reply::Reply;
pub use signal::Signal;
pub use start_response::IntoHeaders;
pub use start_response::StartResponse;
pub use start_response::Started;
pub use upgrade::Duplex;
pub use upgrade::Handover;
pub use upgrade::Upgrade;
pub use upgrade::Upgraded;
pub use wait::AwaitOrWait;
pub use wait::block_on;
pub use writer::AsyncBodyWriter;
pub use writer::BodyWriter;

#[cfg(feature = "server")]
pub(crate) use edge::write;
pub(crate) use environ::Found;
#[cfg(feature = "multipart")]
pub(crate) use kept::Kept;
pub(crate) use log_note::note_rule;
pub(crate) use panics::attempt;
pub(crate) use panics::catch_panic;
pub(crate) use reply::Parts;
pub(crate) use report::Place;
pub(crate) use report::discard;
pub(crate) use report::report;
pub(crate) use start_response::drop_hop_by_hop;
pub(crate) use start_response::is_final;
#[cfg(feature = "multipart")]
pub(crate) use store::Store;
#[cfg(feature = "multipart")]
pub(crate) use store::Terms;
pub(crate) use variables::lossy;
pub(crate) use wait::poll_now;
