//! Telling the operator: the cause of every server error is written somewhere.
//!
//! With the feature `tracing` and a subscriber it goes there, else to the error stream.

use http::Method;
use http::uri::PathAndQuery;

use crate::error::Error;
use crate::gateway::Environ;
use crate::gateway::ErrorStream;

/// Which request it was, as far as a log line tells: the path, not the query, which may hold
/// secrets.
pub(crate) struct Place(Method, Option<PathAndQuery>);

impl Place {
    pub(crate) fn of(environ: &Environ) -> Self {
        Self(
            environ.method().clone(),
            environ.uri().path_and_query().cloned(),
        )
    }
}

/// Reports an error that the client sees only the status of; client errors are not reported.
pub(crate) fn report(errors: &ErrorStream, place: Option<&Place>, error: &Error) {
    if !error.status().is_server_error() {
        return;
    }
    let line = match place {
        Some(Place(method, target)) => {
            let path = target.as_ref().map_or("", PathAndQuery::path);
            format!("{method} {path}: {error:?}")
        }
        None => format!("{error:?}"),
    };
    if !traced(&line) {
        errors.line(&line);
    }
}

#[cfg(feature = "tracing")]
fn traced(line: &str) -> bool {
    // Not just anybody, somewhere: whoever listens here, and to this.
    let listening = tracing::enabled!(target: "rustzeug", tracing::Level::ERROR);
    if listening {
        tracing::error!(target: "rustzeug", "{line}");
    }
    listening
}

#[cfg(not(feature = "tracing"))]
fn traced(_line: &str) -> bool {
    false
}
