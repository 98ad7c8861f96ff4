//! Telling the operator: the cause of every server error is written somewhere.
//!
//! With the feature `tracing` and a subscriber it goes there, else to the error stream.

use http::Method;
use http::Uri;

use crate::error::Error;
use crate::gateway::ErrorStream;

/// Reports an error that the client sees only the status of; client errors are not reported.
pub(crate) fn report(errors: &ErrorStream, request: Option<(&Method, &Uri)>, error: &Error) {
    if !error.status().is_server_error() {
        return;
    }
    let line = match request {
        Some((method, uri)) => format!("{method} {}: {error:?}", uri.path()),
        None => format!("{error:?}"),
    };
    if !traced(&line) {
        errors.line(&line);
    }
}

#[cfg(feature = "tracing")]
fn traced(line: &str) -> bool {
    let listening = tracing::dispatcher::has_been_set();
    if listening {
        tracing::error!(target: "rustzeug", "{line}");
    }
    listening
}

#[cfg(not(feature = "tracing"))]
fn traced(_line: &str) -> bool {
    false
}
