//! The edge: what every server puts around an application.
//!
//! Panics are caught, errors that nobody rendered are written, the framing of the message
//! is made true, and blocking bodies get the server's workers. A server that uses
//! [`call`] has nothing left to do but to send.

use std::sync::Arc;

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::Version;
use http::header;

use crate::error::Error;
use crate::error::Result;
use crate::gateway::Application;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::Facts;
use crate::gateway::Place;
use crate::gateway::Reply;
use crate::gateway::StartResponse;
use crate::gateway::framing::frame;
use crate::gateway::panics::catch_panic;
use crate::gateway::report;
use crate::url::is_host;

/// Calls an application as a server must, and gives a response that is ready to be sent.
///
/// * A `Host` that is none, a second one, none at all in HTTP/1.1, or a NUL in the path, is `400` before the application is called.
/// * A panic is a `500`, an `Err` its status, both as plain text; causes are reported to the
///   environ's error stream.
/// * Hop-by-hop headers are dropped: framing is the server's.
/// * No body with `204`, `205` and `304`, nor in answer to `HEAD`; `Content-Length` stays with `HEAD`
///   and `304` only.
/// * A `Content-Length` that is not the length of the body is dropped; what goes out is
///   [`Body::length`], which the server adds (hyper does). For a body of unknown length the
///   application is held to what it declared: a byte too many or too few is an error of the
///   body, upon which a server must cut the connection.
///
/// ```
/// use rustzeug::gateway::{Body, Environ, Facts, call};
/// use rustzeug::{IntoApplication, Request};
///
/// # fn block_on<F: Future>(future: F) -> F::Output {
/// #     let mut future = std::pin::pin!(future);
/// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// #     loop { if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) { return value } }
/// # }
/// let app = (async || "hello").into_application();
/// let response = block_on(call(&app, Request::blank("/").into_environ()));
/// assert_eq!(response.body().length(), Some(5));
/// ```
pub async fn call<A: Application + ?Sized>(
    application: &A,
    environ: Environ,
) -> http::Response<Body> {
    answer(application, environ, Ok(())).await
}

/// [`call`] for a server that may have found something wrong with the request itself.
pub(crate) async fn answer<A: Application + ?Sized>(
    application: &A,
    environ: Environ,
    found: Result<()>,
) -> http::Response<Body> {
    let facts = Arc::clone(environ.facts());
    let place = Place::of(&environ);
    let head_only = environ.method() == Method::HEAD;
    let outcome = match found.and_then(|()| check(&environ)) {
        Ok(()) => {
            let start_response = StartResponse::of(&environ);
            catch_panic(|| application.call(environ, start_response))
                .await
                .flatten()
        }
        Err(error) => Err(error),
    };
    let reply = outcome.and_then(|reply| frame(reply, head_only, &facts));
    reply.map_or_else(
        |error| refuse(&error, &place, &facts, head_only),
        Into::into,
    )
}

/// The answer to a request that could not be answered otherwise, reported if the server is
/// at fault.
fn refuse(error: &Error, place: &Place, facts: &Facts, head_only: bool) -> http::Response<Body> {
    report(facts.errors(), Some(place), error);
    // Text in memory needs no workers, and an error's status is one: this does not fail.
    frame(plain(error), head_only, facts)
        .unwrap_or_else(|_| plain(error))
        .into()
}

/// What no application should have to check.
fn check(environ: &Environ) -> Result<()> {
    let path = environ.raw_path();
    if path.as_bytes().contains(&b'%') && path.contains("%00") {
        return Err(Error::bad_request().with_message("the path has a NUL in it"));
    }
    if environ.uri().authority().is_some() || environ.method() == Method::CONNECT {
        check_absolute(environ)?;
    }
    let headers = environ.headers();
    match headers.get(header::HOST) {
        Some(_) if repeated(headers, &header::HOST) => {
            Err(Error::bad_request().with_message("there is more than one Host"))
        }
        // RFC 9112 §3.2: an empty Host is sent where the target has no authority.
        Some(host) if host.is_empty() || is_host(host.as_bytes()) => Ok(()),
        Some(_) => Err(Error::bad_request().with_message("the Host header is no host")),
        // RFC 9112 §3.2: who speaks HTTP/1.1 over a connection names the host.
        None if environ.version() == Version::HTTP_11 && environ.facts().peer().is_some() => {
            Err(Error::bad_request().with_message("the Host header is missing"))
        }
        None => Ok(()),
    }
}

/// A target that names a server.
fn check_absolute(environ: &Environ) -> Result<()> {
    let uri = environ.uri();
    if environ.method() == Method::CONNECT && !environ.facts().connect() {
        // RFC 9110 §9.3.6: a success would promise a tunnel.
        return Err(Error::not_implemented().with_message("CONNECT is not offered here"));
    }
    let other = |scheme: &str| scheme != environ.scheme();
    // In HTTP/2 a proxy passes on the scheme that its client used (RFC 9113 §8.3.1).
    if environ.version() < Version::HTTP_2 && uri.scheme_str().is_some_and(other) {
        // RFC 9110 §7.4.
        return Err(Error::misdirected_request().with_message("the scheme is another one here"));
    }
    match uri.authority() {
        Some(authority) if !is_host(authority.as_str().as_bytes()) => {
            Err(Error::bad_request().with_message("the target names no host"))
        }
        _ => Ok(()),
    }
}

/// Whether a field has several lines; most messages have no such field at all.
fn repeated(headers: &HeaderMap, name: &HeaderName) -> bool {
    headers.len() != headers.keys_len() && headers.get_all(name).iter().nth(1).is_some()
}

/// The error that nobody rendered, as plain text.
fn plain(error: &Error) -> Reply {
    let mut headers = error.headers().clone();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    Reply::new(
        error.status(),
        headers,
        format!("{}\n", error.message()).into(),
    )
}
