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
use http::StatusCode;
use http::Version;
use http::header;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::url::is_host;
use crate::gateway::Application;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::Place;
use crate::gateway::Reply;
use crate::gateway::ServerInfo;
use crate::gateway::StartResponse;
use crate::gateway::discard;
use crate::gateway::edge::framing::frame;
use crate::gateway::edge::head_size::Fields;
use crate::gateway::edge::head_size::check_size;
use crate::gateway::note_route;
use crate::gateway::report;
use crate::gateway::work::panics::attempt;
use crate::gateway::work::panics::catch_panic;
use crate::syntax::elements;

mod framing;
mod head_size;
pub(crate) mod report;

/// Calls an application as a server must, and gives a response that is ready to be sent.
///
/// * Refused before the application is called, upon which the server is to close: with `400` a target
///   that is neither a path nor a URL, a NUL in the path, an invalid `Host`, a second one,
///   none at all in HTTP/1.1 over a connection, one that differs from `:authority` and blanks around
///   a value in HTTP/2, a `Transfer-Encoding` other than one `chunked` in HTTP/1.1; with `417` an `Expect` other than `100-continue`, with `421` a URL of another
///   scheme (in HTTP/2 it may have one), with `501` the method `CONNECT`, unless
///   [`ServerInfo::connect`] offers it.
/// * Refused likewise: with `414` a target longer than [`target_bytes`](crate::gateway::Limits::target_bytes), with
///   `431` more fields than [`header_fields`](crate::gateway::Limits::header_fields) and one longer than
///   [`field_bytes`](crate::gateway::Limits::field_bytes). Such a response has [`Refused`] among its extensions.
/// * `OPTIONS *` asks about the server, not about the application: `204`.
/// * A panic is a `500`, an `Err` its status, both as plain text; causes are reported to the
///   environ's error stream.
/// * Hop-by-hop headers are dropped: framing is the server's. So is a `Date` said twice, in
///   place of which the server says its own.
/// * A reply by [`StartResponse::switch`] keeps its status, and gets `Connection` and `Upgrade`.
/// * No body with `204`, `205` and `304`, nor in answer to `HEAD`; `Content-Length` stays with `HEAD`
///   and `304` only.
/// * A `Content-Length` that is not the length of the body is dropped; what goes out is
///   [`Body::length`], which the server adds (hyper does). For a body of unknown length the
///   application is held to what it declared: a byte too many or too few is an error of the
///   body, upon which a server must cut the connection.
///
/// ```
/// use rustzeug::gateway::{block_on, call};
/// use rustzeug::{IntoApplication, Request};
///
/// let app = (async || "hello").into_application();
/// let response = block_on(call(&app, Request::blank("/").into_environ()));
/// assert_eq!(response.body().length(), Some(5));
/// ```
#[doc(alias = "run_wsgi")]
#[doc(alias = "call_application")]
pub async fn call<A: Application + ?Sized>(
    application: &A,
    environ: Environ,
) -> http::Response<Body> {
    let server_info = Arc::clone(environ.server());
    let place = Place::of(&environ);
    let head_only = environ.method() == Method::HEAD;
    let outcome = match refuse_request(&environ) {
        Ok(None) => {
            let start_response = StartResponse::of(&environ);
            catch_panic(|| application.call(environ, start_response))
                .await
                .flatten()
        }
        Ok(Some(reply)) => Ok(reply),
        Err(error) => {
            let mut response = write(&error, &server_info, head_only);
            response.extensions_mut().insert(Refused);
            return response;
        }
    };
    match outcome.and_then(|reply| framed(reply, head_only, &server_info)) {
        Ok(reply) => reply.into(),
        Err(error) => refuse(error, &place, &server_info, head_only),
    }
}

/// The reply as it is sent. Code of the application runs here as well: what is dropped, and the length
/// of a body.
fn framed(mut reply: Reply, head_only: bool, server_info: &ServerInfo) -> Result<Reply> {
    if let Err(error) = attempt(|| frame(&mut reply, head_only, server_info)).flatten() {
        discard(reply, server_info.errors());
        return Err(error);
    }
    if let Some(error) = reply.parts.error.take() {
        discard(error, server_info.errors());
    }
    Ok(reply)
}

/// Marks the response to a request that [`call`] has refused, among the response's extensions.
///
/// After such a request the message framing cannot be trusted, so a server must close the connection
/// (RFC 9112 §6.1, §11.2). In HTTP/2 a stream ends by itself.
///
/// ```
/// use rustzeug::gateway::{Refused, block_on, call};
/// use rustzeug::{IntoApplication, Request};
///
/// let app = (async || "hello").into_application();
/// let bad = Request::blank("/").with_header("host", "a b").into_environ();
/// let response = block_on(call(&app, bad));
/// assert!(response.extensions().get::<Refused>().is_some());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Refused;

/// The answer to a request that could not be answered otherwise, reported if the server is
/// at fault.
fn refuse(
    error: Error,
    place: &Place,
    server_info: &ServerInfo,
    head_only: bool,
) -> http::Response<Body> {
    report(server_info.errors(), Some(place), &error);
    let mut response = write(&error, server_info, head_only);
    note_route(response.extensions_mut(), &error);
    discard(error, server_info.errors());
    response
}

/// An error as it is sent.
pub(crate) fn write(
    error: &Error,
    server_info: &ServerInfo,
    head_only: bool,
) -> http::Response<Body> {
    // Text in memory needs no workers, and an error's status is one: this does not fail.
    let mut reply = plain(error);
    let _ = frame(&mut reply, head_only, server_info);
    reply.into()
}

/// What no application should have to check: nothing, its answer, or why there is none.
fn refuse_request(environ: &Environ) -> Result<Option<Reply>> {
    let fields = check_size(environ)?;
    let path = environ.raw_path();
    if path.as_bytes().contains(&b'%') && path.contains("%00") {
        return Err(Error::bad_request().with_message("the path has a NUL in it"));
    }
    if environ.uri().authority().is_some() || environ.method() == Method::CONNECT {
        check_absolute(environ)?;
    }
    check_fields(environ, &fields)?;
    if path.starts_with('/') || environ.method() == Method::CONNECT {
        return Ok(None);
    }
    if path == "*" && environ.method() == Method::OPTIONS {
        // RFC 9110 §9.3.7: about the server as a whole, which has nothing to say of itself.
        let nothing = Reply::new(StatusCode::NO_CONTENT, HeaderMap::new(), Body::empty());
        return Ok(Some(nothing));
    }
    // RFC 9112 §3.2.4: the asterisk is for OPTIONS alone.
    Err(Error::bad_request().with_message("the target is no path"))
}

/// The fields upon which depends where a request goes and where it ends.
fn check_fields(environ: &Environ, fields: &Fields<'_>) -> Result<()> {
    if environ.version() >= Version::HTTP_2 {
        check_blanks(environ.headers())?;
    }
    if fields.is_framed {
        check_framing(environ)?;
    }
    match fields.host {
        Some(_) if fields.has_more_hosts => {
            Err(Error::bad_request().with_message("there is more than one Host"))
        }
        // RFC 9112 §3.2: an empty Host is sent where the target has no authority.
        Some(host) if host.is_empty() || is_host(host.as_bytes()) => Ok(()),
        Some(_) => Err(Error::bad_request().with_message("the Host header is no host")),
        // RFC 9112 §3.2: who speaks HTTP/1.1 over a connection names the host.
        None if environ.version() == Version::HTTP_11
            && environ.server().peer().is_some()
            && !environ.server().has_front() =>
        {
            Err(Error::bad_request().with_message("the Host header is missing"))
        }
        None => Ok(()),
    }
}

/// RFC 9113 §8.2.1: in HTTP/2 a blank at either end of a value makes the field malformed. HTTP/1 strips such
/// blanks, so a proxy that translates would show its backend another value.
#[cold]
fn check_blanks(headers: &HeaderMap) -> Result<()> {
    let is_blank = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    let is_padded = |(_, value): &(&HeaderName, &HeaderValue)| {
        is_blank(value.as_bytes().first()) || is_blank(value.as_bytes().last())
    };
    match headers.iter().find(is_padded) {
        Some((name, _)) => Err(Error::bad_request()
            .with_message(format!("the value of `{name}` begins or ends with a blank"))),
        None => Ok(()),
    }
}

/// One `chunked`, and no expectation that nobody here can meet.
fn check_framing(environ: &Environ) -> Result<()> {
    let headers = environ.headers();
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    // A Content-Length beside it is not refused: a front server may tell a gateway both once it
    // has read the body, and who reads the connection itself has dropped it (RFC 9112 §6.3).
    if let Some(coding) = codings.next() {
        // RFC 9112 §6.1: it came with HTTP/1.1 and went with HTTP/2.
        if environ.version() != Version::HTTP_11 {
            let message = "this version of HTTP has no Transfer-Encoding";
            return Err(Error::bad_request().with_message(message));
        }
        // A reader that takes a list or a second line differently sees another body (CVE-2024-1135).
        if codings.next().is_some() || !coding.as_bytes().eq_ignore_ascii_case(b"chunked") {
            let message = "the Transfer-Encoding is not `chunked` alone";
            return Err(Error::bad_request().with_message(message));
        }
    }
    let expected = headers.get_all(header::EXPECT);
    let mut expected = expected.iter().flat_map(|line| elements(line.as_bytes()));
    if !expected.all(|expectation| expectation.eq_ignore_ascii_case(b"100-continue")) {
        // RFC 9110 §10.1.1.
        return Err(Error::expectation_failed().with_message("only 100-continue is met here"));
    }
    Ok(())
}

/// A target that names a server.
fn check_absolute(environ: &Environ) -> Result<()> {
    let uri = environ.uri();
    let connects = environ.method() == Method::CONNECT;
    // RFC 9110 §9.3.6: a success would promise a tunnel. Over HTTP/2 that would be one stream of
    // a connection, which is not offered.
    let offered = environ.server().connect() && environ.version() < Version::HTTP_2;
    if connects && !offered {
        return Err(Error::not_implemented().with_message("CONNECT is not offered here"));
    }
    match uri.scheme_str() {
        // RFC 9112 §3.2.3: that form is for CONNECT, and the only one for it.
        None if !connects => {
            return Err(Error::bad_request().with_message("the target is an authority"));
        }
        Some(_) if connects => {
            return Err(Error::bad_request().with_message("the target is no authority"));
        }
        // RFC 9110 §7.4. In HTTP/2 a proxy passes on the scheme that its client used
        // (RFC 9113 §8.3.1).
        Some(scheme) if scheme != environ.scheme() && environ.version() < Version::HTTP_2 => {
            let message = "the scheme is another one here";
            return Err(Error::misdirected_request().with_message(message));
        }
        _ => {}
    }
    match uri.authority() {
        Some(authority) if !is_host(authority.as_str().as_bytes()) => {
            Err(Error::bad_request().with_message("the target names no host"))
        }
        // RFC 9113 §8.3.1: malformed. The environ has taken the Host for the same, if it is.
        Some(authority) if environ.version() >= Version::HTTP_2 => {
            match environ.headers().get(header::HOST) {
                Some(host) if host != authority.as_str() => {
                    Err(Error::bad_request().with_message("Host and `:authority` differ"))
                }
                _ => Ok(()),
            }
        }
        None => Err(Error::bad_request().with_message("the target is no authority")),
        _ => Ok(()),
    }
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
