//! rustzeug
#![forbid(unsafe_code)]

mod error;
pub mod gateway;
pub mod handler;
pub mod html;
#[cfg(feature = "json")]
mod json;
mod message;
pub mod middleware;
mod negotiation;
pub mod render;
mod request;
mod response;
mod send;
#[cfg(feature = "server")]
mod server;
pub mod url;

pub use error::BoxError;
pub use error::Error;
pub use error::OptionExt;
pub use error::Result;
pub use error::ResultExt;
pub use gateway::Application;
pub use gateway::Body;
pub use gateway::Environ;
pub use gateway::Reply;
pub use gateway::StartResponse;
pub use handler::IntoApplication;
pub use handler::streaming;
pub use handler::with_state;
#[cfg(feature = "json")]
pub use json::Json;
pub use message::MessageError;
pub use middleware::Next;
pub use middleware::wrap;
pub use request::Request;
pub use response::Html;
pub use response::IntoError;
pub use response::IntoResponse;
pub use response::Response;
#[cfg(feature = "server")]
pub use server::ServeError;
#[cfg(feature = "server")]
pub use server::Server;
#[cfg(feature = "server")]
pub use server::Stopper;
#[cfg(feature = "server")]
pub use server::local_address;
#[cfg(feature = "server")]
pub use server::serve;
#[cfg(feature = "server")]
pub use server::serve_async;

pub use bytes;
#[cfg(feature = "chrono")]
pub use chrono;
pub use http;
