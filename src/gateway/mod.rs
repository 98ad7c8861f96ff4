//! The gateway protocol: the contract between a server and an application.
//!
//! It is PEP 3333 for Rust. For each request, a server makes an [`Environ`] and calls the [`Application`]
//! once, with the environ and a [`StartResponse`]. The application answers with a [`Reply`]: it starts a
//! response (status and headers), then adds a [`Body`]. Middleware stands between the two: to the server it
//! is an application, to the application it is a server.
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
//! # Who checks what
//!
//! * **The types** ensure that an environ has a method, a server name and a port, that a response is started
//!   exactly once and before its body, that header names and values cannot split a response, and that
//!   everything is released exactly once.
//! * **The edge** ([`call`]) is the code that every server runs around the application. It catches panics,
//!   writes the errors that were not rendered, sets the framing (`Content-Length`, bodies that must not be
//!   sent, hop-by-hop headers) and runs blocking bodies on the server's workers.
//! * **[`Lint`]** checks the remaining rules, on both sides. Put it around an application in tests.
//!
//! # Errors and panics
//!
//! An application may return `Err`: the edge answers with the status of the error, in plain text. A panic
//! gets a `500`. If a body fails after the head was sent, the connection is cut, so that the client notices.

mod body;
mod contract;
mod edge;
mod input;
mod limits;
mod lint;
mod work;

pub use crate::base::error::BoxError;
pub use crate::wire::message::MessageError;
pub use crate::wire::variables::Variables;
pub use body::Body;
pub use body::BodyReader;
pub(crate) use body::ChunkStream;
pub use body::Collect;
pub use body::NextChunk;
pub(crate) use body::Piece;
pub use body::writer::AsyncBodyWriter;
pub use body::writer::BodyWriter;
pub use contract::address::Address;
pub use contract::application::Application;
pub use contract::application::BoxApplication;
pub use contract::entire::Entire;
pub use contract::environ::Environ;
pub use contract::error_stream::ErrorStream;
pub use contract::handover::Handover;
pub use contract::log_note::LogNote;
pub use contract::reply::Reply;
pub use contract::server_info::ServerInfo;
pub use contract::start_response::IntoHeaders;
pub use contract::start_response::StartResponse;
pub use contract::start_response::Started;
pub use contract::upgrade::Upgrade;
pub use contract::upgraded::Duplex;
pub use contract::upgraded::Upgraded;
pub use contract::variables::script_name_fix::ScriptNameFix;
pub use edge::Refused;
pub use edge::call;
pub use input::budget::Budget;
pub use limits::Limits;
pub use lint::Lint;
pub use work::blocking::Blocking;
pub use work::blocking::Job;
pub use work::blocking::Running;
pub use work::blocking::Workers;
pub use work::origin::Origin;
pub use work::signal::Signal;
pub use work::wait::AwaitOrWait;
pub use work::wait::block_on;

pub(crate) use contract::hop_by_hop::drop_hop_by_hop;
pub(crate) use contract::network::Network;
pub(crate) use contract::reply::Parts;
pub(crate) use contract::route::Callee;
pub(crate) use contract::route::Route;
pub(crate) use contract::route::note_route;
pub(crate) use contract::start_response::is_final;
pub(crate) use contract::variables::lossy;
#[cfg(feature = "tower")]
pub(crate) use edge::answer;
pub(crate) use edge::report::Place;
pub(crate) use edge::report::discard;
pub(crate) use edge::report::report;
#[cfg(any(feature = "hosting", feature = "tower"))]
pub(crate) use edge::report::report_cut;
#[cfg(any(
    feature = "cgi",
    feature = "front",
    feature = "server",
    feature = "tower"
))]
pub(crate) use edge::write;
#[cfg(feature = "multipart")]
pub(crate) use input::kept::Kept;
#[cfg(feature = "multipart")]
pub(crate) use input::store::Store;
#[cfg(feature = "multipart")]
pub(crate) use input::store::Terms;
pub(crate) use work::panics::attempt;
pub(crate) use work::panics::catch_panic;
#[cfg(feature = "hosting")]
pub(crate) use work::stall::EventLoop;
#[cfg(feature = "routing")]
pub(crate) use work::stall::Label;
#[cfg(feature = "hosting")]
pub(crate) use work::stall::name_of;
#[cfg(feature = "routing")]
pub(crate) use work::stall::noticed;
#[cfg(feature = "hosting")]
pub(crate) use work::stall::set_event_loop;
pub(crate) use work::wait::poll_now;
