//! The test client: calls an application, in process or over a socket, and checks the answers.
//!
//! [`Client`] calls a handler as a server would: behind the edge, under [`Lint`](crate::gateway::Lint), with cookies
//! kept from one call to the next. It needs no port, and the test needs no runtime: with the feature `server`, handlers
//! find a tokio runtime for timers and sockets. Use `Client::new_from` for an application that needs a runtime when it
//! is made. [`Client::connect`] makes the same calls over a connection. A [`TestResponse`] is a
//! [`Response`](crate::Response) with the request that it answers. Its expectations are chained; a failed one prints
//! the whole exchange.
//!
//! ```
//! use rustzeug::testing::Client;
//! use rustzeug::{Request, Result};
//!
//! fn greet(request: &Request) -> Result<String> {
//!     Ok(format!("Hello, {}!", request.text().wait()?))
//! }
//!
//! # fn main() -> Result<()> {
//! let client = Client::new(greet);
//! client.post("/").with_body("Ada").wait()?
//!     .expect_status(200)
//!     .expect_content_type("text/plain")
//!     .expect_text("Hello, Ada!");
//! # Ok(())
//! # }
//! ```
//!
//! In an `async fn`, write `.await` instead of `.wait()`.

mod base;
mod call;
mod client;
mod exchange;
mod expect;
mod html;
mod in_process;
mod jar;
mod log;
mod page;
#[cfg(feature = "multipart")]
mod page_form;
mod redirect;
#[cfg(feature = "server")]
mod runtime;
#[cfg(not(feature = "server"))]
#[path = "no_runtime.rs"]
mod runtime;
mod seen_error;
mod socket;
mod test_response;

pub use call::Call;
pub use client::Client;
pub use jar::StoredCookie;
#[cfg(feature = "multipart")]
pub use page_form::PageForm;
pub use test_response::TestResponse;
