//! The edge: what every server puts around an application.
//!
//! Panics are caught, errors that nobody rendered are written, the framing of the message
//! is made true, and blocking bodies get the server's workers. A server that uses
//! [`call`] has nothing left to do but to send.

use std::any::Any;
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::header;

use crate::error::Error;
use crate::error::Result;
use crate::gateway::Application;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::Facts;
use crate::gateway::Reply;
use crate::gateway::StartResponse;
use crate::gateway::blocking::panic_text;
use crate::gateway::body::Exactly;
use crate::gateway::is_hop_by_hop;
use crate::gateway::report;
use crate::gateway::wait::refuse_waiting;
use crate::url::Host;

/// Calls an application as a server must, and gives a response that is ready to be sent.
///
/// * A `Host` that is none is `400` before the application is called.
/// * A panic is a `500`, an `Err` its status, both as plain text; causes are reported to the
///   environ's error stream.
/// * Hop-by-hop headers are dropped: framing is the server's.
/// * No body with `204` and `304`, nor in answer to `HEAD`; `Content-Length` stays with `HEAD`
///   and `304` only.
/// * `Content-Length` is the length of the body where that is known, whatever the application
///   says; a declared length of a body of unknown length is held to: a byte too many or too
///   few is an error of the body, upon which a server must cut the connection.
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
/// assert_eq!(response.headers()["content-length"], "5");
/// ```
pub async fn call<A: Application + ?Sized>(
    application: &A,
    environ: Environ,
) -> http::Response<Body> {
    let facts = Arc::clone(environ.facts());
    let head_only = environ.method() == Method::HEAD;
    let outcome = match check(&environ) {
        Ok(()) => catch_panic(|| application.call(environ, StartResponse::new()))
            .await
            .flatten(),
        Err(error) => Err(error),
    };
    let reply = outcome
        .and_then(|reply| frame(reply, head_only, &facts))
        .unwrap_or_else(|error| {
            report(facts.errors(), None, &error);
            // Text in memory needs no workers, and an error's status is one: this does not fail.
            frame(plain(&error), head_only, &facts).unwrap_or_else(|_| plain(&error))
        });
    reply.into()
}

/// What no application should have to check.
fn check(environ: &Environ) -> Result<()> {
    let Some(host) = environ.headers().get(header::HOST) else {
        return Ok(());
    };
    // RFC 9112 §3.2: an empty Host is sent where the target has no authority.
    match host
        .to_str()
        .ok()
        .filter(|host| host.is_empty() || Host::parse(host).is_ok())
    {
        Some(_) => Ok(()),
        None => Err(Error::bad_request().with_message("the Host header is no host")),
    }
}

/// Makes, then polls a future; a panic in either becomes a `500`.
pub(crate) async fn catch_panic<F: Future>(make: impl FnOnce() -> F) -> Result<F::Output> {
    let future = match catch_unwind(AssertUnwindSafe(make)) {
        Ok(future) => future,
        Err(panic) => return Err(panic_error(panic.as_ref())),
    };
    let mut future = pin!(future);
    poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| {
            refuse_waiting(|| future.as_mut().poll(context))
        }));
        match polled {
            Ok(polled) => polled.map(Ok),
            Err(panic) => Poll::Ready(Err(panic_error(panic.as_ref()))),
        }
    })
    .await
}

pub(crate) fn panic_error(panic: &(dyn Any + Send)) -> Error {
    Error::internal().with_source(format!("the application panicked: {}", panic_text(panic)))
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

/// Makes the framing true, whatever the application and its middleware left.
fn frame(mut reply: Reply, head_only: bool, facts: &Facts) -> Result<Reply> {
    if !(200..=599).contains(&reply.status.as_u16()) {
        return Err(Error::from(format!(
            "the status {} cannot be the last one of a response",
            reply.status.as_u16()
        )));
    }
    if reply.headers.keys().any(is_hop_by_hop) {
        let names: Vec<_> = reply
            .headers
            .keys()
            .filter(|name| is_hop_by_hop(name))
            .cloned()
            .collect();
        for name in names {
            reply.headers.remove(name);
        }
    }
    let declared = declared_length(&reply, facts);
    match reply.status {
        // RFC 9110 §8.6: no Content-Length with 204.
        StatusCode::NO_CONTENT => {
            reply.headers.remove(header::CONTENT_LENGTH);
            reply.body = Body::empty();
        }
        // RFC 9110 §8.6: the length that a 200 would have had, which only the application knows.
        StatusCode::NOT_MODIFIED => {
            if let (Some(length), true) = (
                reply.body.length(),
                declared.is_none() && !reply.body.is_empty(),
            ) {
                reply.headers.insert(header::CONTENT_LENGTH, length.into());
            }
            reply.body = Body::empty();
        }
        _ if head_only => {
            if let (Some(length), None) =
                (reply.body.length().filter(|length| *length > 0), declared)
            {
                reply.headers.insert(header::CONTENT_LENGTH, length.into());
            }
            reply.body = Body::empty();
        }
        _ => send_body(&mut reply, declared, facts)?,
    }
    Ok(reply)
}

fn send_body(reply: &mut Reply, declared: Option<u64>, facts: &Facts) -> Result<()> {
    match (reply.body.length(), declared) {
        (Some(length), Some(declared)) if length == declared => {}
        (Some(length), declared) => {
            if let Some(declared) = declared {
                facts.errors().line(&format!(
                    "the application said Content-Length {declared}, its body has {length} bytes"
                ));
            }
            reply.headers.insert(header::CONTENT_LENGTH, length.into());
        }
        (None, Some(left)) => {
            reply.body.bind(facts.blocking())?;
            let body = std::mem::take(&mut reply.body);
            reply.body = Body::new(Exactly {
                body,
                left,
                whose: "the application's body",
            });
            return Ok(());
        }
        (None, None) => {}
    }
    reply.body.bind(facts.blocking())
}

/// The application's `Content-Length`; one that is no number is dropped.
fn declared_length(reply: &Reply, facts: &Facts) -> Option<u64> {
    let value = reply.headers.get(header::CONTENT_LENGTH)?;
    let digits = value
        .to_str()
        .ok()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let length = digits.and_then(|text| text.parse().ok());
    if length.is_none() {
        facts
            .errors()
            .line("the application's Content-Length is no number");
    }
    length
}
