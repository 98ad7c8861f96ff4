//! A gateway protocol for web applications, `Request` and `Response` types over it, and optional modules for everything
//! else: what WebOb and Werkzeug are for Python.
//!
//! ```no_run
//! use rustzeug::{ServeError, chrono::Local, serve};
//!
//! fn main() -> Result<(), ServeError> {
//!     serve("127.0.0.1:8000", || Local::now().to_rfc2822())
//! }
//! ```
//!
//! The [guide] begins with a tour.
//!
//! # In order of use
//!
//! * A **handler** is a function from a [`Request`] to any [`IntoResponse`] type: `fn` or `async fn`, without macros.
//!   [`into_application`](IntoApplication::into_application) lists the forms. A plain `fn` may block: a server runs it
//!   outside of its event loop.
//! * [`Request`] and [`Response`] wrap the types of the protocol. They have almost no state of their own.
//! * [`Error`] takes any error by `?`, has a status, and is rendered as HTML, JSON or text, as the client prefers
//!   ([`render`]).
//! * The methods of [`Request`] read its data, raw or as typed values by serde: `query`, `form` and `multipart` with
//!   uploaded files, `json`, `cookies`. Each is an optional module, which also works on an
//!   [`Environ`](gateway::Environ). Values of the wrong type are reported field by field ([`FieldErrors`]).
//! * [`serve`] and [`Server`] are the embedded server.
//! * [`wrap`] puts [`middleware`] around a handler, [`with_state`] gives it state, [`Request::send`] calls it without a
//!   server.
//! * [`testing::Client`] calls an application in a test. A failed expectation reports what was expected and the whole
//!   response.
//! * The [`gateway`] is the protocol underneath, modelled on PEP 3333: [`Application`], [`Environ`](gateway::Environ),
//!   [`StartResponse`](gateway::StartResponse), [`Reply`](gateway::Reply), [`Body`](gateway::Body). Servers, middleware
//!   and frameworks can use it alone.
//!
//! ```
//! use rustzeug::{IntoApplication, Request, Response};
//!
//! async fn shout(request: &Request) -> rustzeug::Result<Response> {
//!     let text = request.text().limit(1000).await?;
//!     Ok(Response::text(text.to_uppercase()).with_header("cache-control", "no-store"))
//! }
//!
//! let app = shout.into_application();
//! let mut response = Request::blank("/").with_method("POST").with_body("hello").send(&app).wait()?;
//! assert_eq!(response.read_text().wait()?, "HELLO");
//! # Ok::<(), rustzeug::Error>(())
//! ```
//!
//! # Features
//!
//! | feature | gives | default |
//! |---|---|---|
//! | – | gateway, `Request`, `Response`, handlers, errors, middleware, URLs | always |
//! | `cgi` | `cgi::serve`: programs that a web server starts for each request; needs no tokio | no |
//! | `charsets` | forms and text in charsets other than UTF-8, where a client declares one | no |
//! | `chrono` | `rustzeug::chrono`: dates, with `serde` as fields of queries, forms, JSON and path parameters | yes |
//! | `compression` | [`middleware`]: `compress` for responses, `decode_requests` for requests: gzip, deflate and br | no |
//! | `cookies` | `Cookies`, `Request::cookies`, `Response::with_cookie`: the [`cookies`] module | yes |
//! | `fastcgi` | `Protocol::FastCgi` for a listener of `Server`; needs neither hyper nor h2 | no |
//! | `form` | `Request::form`: urlencoded forms, and multipart forms with the feature `multipart` | yes |
//! | `front` | what `fastcgi`, `scgi` and `uwsgi` have in common; each of them turns it on | no |
//! | `hosting` | `Server` and its listeners without a protocol; each protocol turns it on | no |
//! | `json` | `Request::json`, `Response::json`, `Json` | yes |
//! | `multer` | `Request::into_multer`, for code that was written for the crate `multer` or for axum | no |
//! | `multipart` | forms with files, whole, or part by part by `Request::multipart`; the decoder: [`multipart`] | yes |
//! | `private-cookies` | cookies that are encrypted, so that only the server can read them | no |
//! | `query` | `Request::query`, `query::link`: queries read and written | yes |
//! | `routing` | `Router`: rules with typed parameters, URL building, mounts, hosts: the [`routing`] module | yes |
//! | `scgi` | `Protocol::Scgi` for a listener of `Server`, as with `fastcgi` | no |
//! | `serde` | typed values out of queries, forms and cookies: `MultiDict::read_as` | yes |
//! | `server` | `serve`, `Server`: the embedded server for HTTP/1.1 and HTTP/2, on hyper, h2 and tokio | yes |
//! | `signed` | `signed::Keys`: cookies and tokens for links that only the server can make | no |
//! | `spool` | long request bodies go to a temporary file | yes |
//! | `static-files` | `Response::file`, `StaticFiles`: files and folders of them: the [`static_files`] module | yes |
//! | `testing` | [`testing`]: a client that calls an application in a test, in process or over a socket | yes |
//! | `tls` | `server::Tls`: certificates for the embedded server, so that it speaks HTTPS | no |
//! | `tower` | `tower::into_service`, `tower::from_service`: applications inside axum and under tower layers, and HTTP services as applications | no |
//! | `tracing` | a span for each request, and the causes of server errors as events, if there is a `tracing` subscriber | no |
//! | `uwsgi` | `Protocol::Uwsgi` for a listener of `Server`, as with `fastcgi` | no |
//! | `zstd` | the coding `zstd` for `compression`; needs a C compiler | no |
//! | `full` | all of these | no |
//!
//! The minimum Rust version is 1.95. `unsafe` is forbidden in this crate. Panics are caught only if they unwind: with
//! `panic = "abort"`, a panic ends the process.
//!
//! # What it does not do
//!
//! It is not a framework: it has no templates, no database, no project layout. Only the embedded server and the modules
//! built on it need a particular executor (tokio).
//!
#![cfg_attr(
    not(all(
        feature = "cookies",
        feature = "multipart",
        feature = "routing",
        feature = "server",
        feature = "static-files",
        feature = "testing"
    )),
    doc = include_str!("guide/front_page_links.md")
)]
#![cfg_attr(docsrs, feature(doc_cfg))]

// Where code belongs. A folder is a layer, and imports go strictly downward; `tests/it/layering.rs` holds the table.
//
//   testing            the test client, which may start a server
//   routing            rules for paths, the router, URLs of routes
//   server             hosts: sockets, clocks and protocols; everything that only a server needs
//   static_files       files and folders of them as responses
//   middleware         applications around handlers
//   handler            functions -> applications;  error -> page;  request + application -> response
//   data               the data of a request, one kind each: query  form  json  cookies  signed
//   request  response  the wrappers; neither names the other
//   gateway  semantics the protocol, the edge, bodies, limits, Lint;  decisions of RFC 9110: pure
//   headers  wire      headers as types;  codecs: pure, no I/O
//   base               errors, names with values, URLs, HTML, names of files
//   syntax             grammar of RFCs on bytes
//
// One protocol noun per file. A method that needs a higher module is an `impl` block there (`Request::send` in
// `handler/send.rs`, `Request::json` in `data/json`). Optional modules of `data` do not import one another; each has a
// feature of the same name. Public paths stay short: public items are re-exported here.

mod base;
mod data;
pub mod gateway;
#[cfg(any(
    all(doc, not(doctest)),
    all(
        doctest,
        feature = "chrono",
        feature = "cookies",
        feature = "json",
        feature = "multipart",
        feature = "server",
        feature = "static-files",
        feature = "testing"
    )
))]
pub mod guide;
pub mod handler;
pub mod headers;
pub mod middleware;
mod request;
mod response;
#[cfg(feature = "routing")]
pub mod routing;
mod semantics;
#[cfg(any(feature = "cgi", feature = "hosting", feature = "tower"))]
pub mod server;
#[cfg(feature = "static-files")]
pub mod static_files;
mod syntax;
#[cfg(feature = "testing")]
pub mod testing;
mod wire;

pub use base::filename;
pub use base::html;
pub use base::url;
#[cfg(feature = "cookies")]
pub use data::cookies;
#[cfg(feature = "form")]
pub use data::form;
#[cfg(feature = "json")]
pub use data::json;
#[cfg(feature = "query")]
pub use data::query;
#[cfg(feature = "signed")]
pub use data::signed;
#[doc(inline)]
pub use handler::render;
pub use semantics::caching;
pub use semantics::conditional;
pub use semantics::negotiation;
pub use semantics::range;
#[cfg(feature = "cgi")]
#[doc(inline)]
pub use server::cgi;
#[cfg(feature = "tower")]
pub use server::tower;
#[cfg(feature = "front")]
#[doc(hidden)]
pub use wire::codecs;
#[cfg(feature = "multipart")]
pub use wire::multipart;

pub use base::error::Error;
pub use base::error::FieldError;
pub use base::error::FieldErrors;
pub use base::error::OptionExt;
pub use base::error::Result;
pub use base::error::ResultExt;
pub use base::multi_dict::MultiDict;
#[cfg(feature = "cookies")]
pub use data::cookies::Cookies;
#[cfg(feature = "json")]
pub use data::json::Json;
#[cfg(feature = "query")]
pub use data::query::Query;
pub use gateway::Application;
pub use handler::IntoApplication;
pub use handler::with_state;
pub use middleware::Next;
pub use middleware::wrap;
pub use request::Request;
pub use response::Html;
pub use response::IntoError;
pub use response::IntoResponse;
pub use response::Response;
#[cfg(feature = "routing")]
pub use routing::Router;
#[cfg(any(feature = "server", feature = "front"))]
pub use server::ServeError;
#[cfg(any(feature = "server", feature = "front"))]
pub use server::Server;
#[cfg(any(feature = "server", feature = "front"))]
pub use server::serve;
#[cfg(any(feature = "server", feature = "front"))]
pub use server::serve_async;

pub use bytes;
#[cfg(feature = "chrono")]
pub use chrono;
#[cfg(feature = "cookies")]
pub use cookie;
pub use http;
pub use mime;
#[cfg(feature = "multer")]
pub use multer;
