//! The edge: the code that every server runs around an application.
//!
//! It catches panics, writes errors that were not rendered, sets the framing of the message, and gives
//! blocking bodies the server's workers. A server that uses [`call`] only has to send the result.

use std::pin::pin;
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
use crate::gateway::work::stall::noticed;
use crate::syntax::elements;

mod framing;
mod head_size;
pub(crate) mod report;

/// Calls an application and returns a response that is ready to be sent.
///
/// * These requests are refused before the application is called, and the server must close the connection
///   afterwards. `400`: a target that is neither a path nor a URL, a NUL in the path, an invalid `Host`, a
///   second `Host`, a missing `Host` in HTTP/1.1 over a connection, in HTTP/2 a `Host` that differs from
///   `:authority` or blanks around a value, and a `Transfer-Encoding` other than a single `chunked` in
///   HTTP/1.1. `417`: an `Expect` other than `100-continue`. `421`: a URL of another scheme (HTTP/2 allows
///   it). `501`: the method `CONNECT`, unless [`ServerInfo::connect`] offers it.
/// * So are requests that are too large. `414`: a target longer than
///   [`target_bytes`](crate::gateway::Limits::target_bytes). `431`: more fields than
///   [`header_fields`](crate::gateway::Limits::header_fields), or a field longer than
///   [`field_bytes`](crate::gateway::Limits::field_bytes). The response to a refused request has [`Refused`]
///   among its extensions.
/// * `OPTIONS *` asks about the server, not about the application: the answer is `204`.
/// * A panic is answered with `500`, an `Err` with its status, both as plain text. Causes are reported to the
///   environ's error stream.
/// * Hop-by-hop headers are dropped: framing belongs to the server. A repeated `Date` is dropped too, and the
///   server adds its own.
/// * A reply from [`StartResponse::switch`] keeps its status, and gets `Connection` and `Upgrade`.
/// * The body is dropped with `204`, `205` and `304`, and in the answer to `HEAD`; `Content-Length` stays
///   with `HEAD` and `304` only.
/// * A `Content-Length` that differs from the length of the body is dropped. The server must send
///   [`Body::length`] instead (hyper does). For a body of unknown length, the declared length is enforced: a
///   byte too many or too few is an error of the body, after which a server must cut the connection.
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
    answer(application, environ).await.into()
}

/// As [`call`], for a server that changes the reply before it converts it: a reply is one pointer wide, a response is
/// moved.
pub(crate) async fn answer<A: Application + ?Sized>(application: &A, environ: Environ) -> Reply {
    let server_info = Arc::clone(environ.server());
    let place = Place::of(&environ);
    let head_only = environ.method() == Method::HEAD;
    let outcome = match refuse_request(&environ) {
        Ok(None) => {
            let start_response = StartResponse::of(&environ);
            let called = catch_panic(|| application.call(environ, start_response));
            noticed(pin!(called), None, || place.to_string())
                .await
                .flatten()
        }
        Ok(Some(reply)) => Ok(reply),
        Err(error) => {
            let mut reply: Reply = write(&error, &server_info, head_only);
            reply.extensions_mut().insert(Refused);
            return reply;
        }
    };
    let framed = outcome.and_then(|reply| framed(reply, head_only, &server_info));
    framed.unwrap_or_else(|error| refuse(error, &place, &server_info, head_only))
}

/// Sets the framing of the reply. This also runs code of the application: destructors, and the length of a
/// body.
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
/// After such a request the message framing cannot be trusted, so a server must close the connection (RFC
/// 9112 §6.1, §11.2). In HTTP/2 only the stream ends.
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

/// Answers a request with an error. The error is reported if the server is at fault.
fn refuse(error: Error, place: &Place, server_info: &ServerInfo, head_only: bool) -> Reply {
    report(server_info.errors(), Some(place), &error);
    let mut reply: Reply = write(&error, server_info, head_only);
    note_route(reply.extensions_mut(), &error);
    discard(error, server_info.errors());
    reply
}

/// Converts an error to a reply or a response that can be sent.
pub(crate) fn write<R: From<Reply>>(error: &Error, server_info: &ServerInfo, head_only: bool) -> R {
    // Text in memory needs no workers, and the status of an error is valid: this does not fail.
    let mut reply = plain(error);
    let _ = frame(&mut reply, head_only, server_info);
    reply.into()
}

/// Checks the request on behalf of all applications: `Ok(None)` to go on, an answer, or an error.
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
        // RFC 9110 §9.3.7: it asks about the server as a whole, which has nothing to report.
        let nothing = Reply::new(StatusCode::NO_CONTENT, HeaderMap::new(), Body::empty());
        return Ok(Some(nothing));
    }
    // RFC 9112 §3.2.4: only OPTIONS may use the asterisk.
    Err(Error::bad_request().with_message("the target is not a path"))
}

/// Checks the fields that decide where a request goes and where it ends.
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
        // RFC 9112 §3.2: `Host` is empty if the target has no authority.
        Some(host) if host.is_empty() || is_host(host.as_bytes()) => Ok(()),
        Some(_) => Err(Error::bad_request().with_message("the Host header is not a valid host")),
        // RFC 9112 §3.2: HTTP/1.1 over a connection requires `Host`.
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
/// blanks, so a translating proxy would send its backend a different value.
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

/// Allows only a single `chunked`, and only the expectation `100-continue`.
fn check_framing(environ: &Environ) -> Result<()> {
    let headers = environ.headers();
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    // A Content-Length in addition is not refused: a front server may pass both to a gateway after reading
    // the body, and a server that reads the connection itself has dropped it (RFC 9112 §6.3).
    if let Some(coding) = codings.next() {
        // RFC 9112 §6.1: only HTTP/1.1 has it.
        if environ.version() != Version::HTTP_11 {
            let message = "this version of HTTP has no Transfer-Encoding";
            return Err(Error::bad_request().with_message(message));
        }
        // A reader that interprets a list or a second line differently sees another body (CVE-2024-1135).
        if codings.next().is_some() || !coding.as_bytes().eq_ignore_ascii_case(b"chunked") {
            let message = "the Transfer-Encoding is not `chunked` alone";
            return Err(Error::bad_request().with_message(message));
        }
    }
    let expected = headers.get_all(header::EXPECT);
    let mut expected = expected.iter().flat_map(|line| elements(line.as_bytes()));
    if !expected.all(|expectation| expectation.eq_ignore_ascii_case(b"100-continue")) {
        // RFC 9110 §10.1.1.
        return Err(Error::expectation_failed()
            .with_message("the only expectation supported here is 100-continue"));
    }
    Ok(())
}

/// Checks a target with an authority.
fn check_absolute(environ: &Environ) -> Result<()> {
    let uri = environ.uri();
    let connects = environ.method() == Method::CONNECT;
    // RFC 9110 §9.3.6: a success would promise a tunnel. Over HTTP/2 the tunnel would be one stream of a
    // connection, which is not supported.
    let offered = environ.server().connect() && environ.version() < Version::HTTP_2;
    if connects && !offered {
        return Err(Error::not_implemented().with_message("CONNECT is not offered here"));
    }
    match uri.scheme_str() {
        // RFC 9112 §3.2.3: this form is for CONNECT only, and CONNECT has no other.
        None if !connects => {
            return Err(Error::bad_request().with_message("the target is an authority"));
        }
        Some(_) if connects => {
            return Err(Error::bad_request().with_message("the target is not an authority"));
        }
        // RFC 9110 §7.4. In HTTP/2 a proxy forwards the scheme that its client used (RFC 9113 §8.3.1).
        Some(scheme) if scheme != environ.scheme() && environ.version() < Version::HTTP_2 => {
            let message = "the target has another scheme than the server";
            return Err(Error::misdirected_request().with_message(message));
        }
        _ => {}
    }
    match uri.authority() {
        Some(authority) if !is_host(authority.as_str().as_bytes()) => {
            Err(Error::bad_request().with_message("the target names no host"))
        }
        // RFC 9113 §8.3.1: malformed. If the two agreed, the environ has replaced the Host.
        Some(authority) if environ.version() >= Version::HTTP_2 => {
            match environ.headers().get(header::HOST) {
                Some(host) if host != authority.as_str() => {
                    Err(Error::bad_request().with_message("Host and `:authority` differ"))
                }
                _ => Ok(()),
            }
        }
        None => Err(Error::bad_request().with_message("the target is not an authority")),
        _ => Ok(()),
    }
}

/// Renders an error as plain text.
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
