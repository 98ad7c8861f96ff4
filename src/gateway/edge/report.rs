//! Reports to the operator: the cause of every server error is written somewhere.
//!
//! With the feature `tracing` and a subscriber it goes to the subscriber, else to the error stream.

use std::fmt;
use std::sync::Arc;

use http::Method;
use http::uri::PathAndQuery;

#[cfg(any(feature = "hosting", feature = "tower"))]
use crate::base::error::BoxError;
use crate::base::error::Error;
use crate::gateway::Callee;
use crate::gateway::Environ;
use crate::gateway::ErrorStream;
use crate::gateway::Route;
use crate::gateway::work::panics::attempt;
use crate::gateway::work::wait::refuse_waiting;

/// Identifies a request in a log line: the path, without the query, which may hold secrets; and the route
/// that was called.
pub(crate) struct Place {
    method: Method,
    target: Option<PathAndQuery>,
    callee: Option<Arc<dyn Callee>>,
}

impl Place {
    pub(crate) fn of(environ: &Environ) -> Self {
        Self {
            method: environ.method().clone(),
            target: environ.uri().path_and_query().cloned(),
            callee: environ.callee().cloned(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.target.as_ref().map_or("", PathAndQuery::path);
        write!(f, "{} {path}", self.method)
    }
}

/// Reports that a response was cut off in the middle, after its status was sent.
#[cfg(any(feature = "hosting", feature = "tower"))]
#[track_caller]
pub(crate) fn report_cut(errors: &ErrorStream, failure: &BoxError) {
    let line = format!("the response was cut off: {failure:?}");
    report(errors, None, &Error::from(line));
}

/// Reports an error of which the client sees only the status. Client errors are not reported.
pub(crate) fn report(errors: &ErrorStream, place: Option<&Place>, error: &Error) {
    if !error.status().is_server_error() {
        return;
    }
    let reported = match error.place() {
        Some(at) => format!("{error:?} (at {at})"),
        None => format!("{error:?}"),
    };
    let Some(Place {
        method,
        target,
        callee,
    }) = place
    else {
        return write(errors, &reported, None);
    };
    let path = target.as_ref().map_or("", PathAndQuery::path);
    // The error carries the name of an inner route that it has left.
    let route = match callee {
        Some(callee) => callee.route(Route::of(error)),
        None => Route::of(error).map(str::to_owned),
    };
    match route.as_deref() {
        Some(route) if route != path => write(
            errors,
            &format!("{method} {path} ({route}): {reported}"),
            Some(route),
        ),
        same => write(errors, &format!("{method} {path}: {reported}"), same),
    }
}

impl ErrorStream {
    /// Reports an error of which the client sees only the status: the cause of a `5xx` goes to `tracing` if a
    /// subscriber listens (feature `tracing`), else to this stream as one line. Other errors are not
    /// reported. It is for servers, which meet errors that [`call`](crate::gateway::call) cannot see, such as
    /// a body that fails half-way.
    ///
    /// ```
    /// use rustzeug::Error;
    /// use rustzeug::gateway::ErrorStream;
    ///
    /// let errors = ErrorStream::new(Vec::new());
    /// errors.report(&Error::internal().with_source("the disk is full"));
    /// ```
    pub fn report(&self, error: &Error) {
        report(self, None, error);
    }
}

/// Drops a value of the application on the event loop. A panic of its destructor is reported and caught,
/// since the caller still has work to do.
pub(crate) fn discard<T>(value: T, errors: &ErrorStream) {
    if let Err(error) = attempt(|| refuse_waiting(|| drop(value))) {
        report(errors, None, &error);
    }
}

fn write(errors: &ErrorStream, line: &str, route: Option<&str>) {
    if !traced(line, route) {
        errors.line(line);
    }
}

#[cfg(feature = "tracing")]
fn traced(line: &str, route: Option<&str>) -> bool {
    // Asks the subscriber of this thread, for this target.
    let listening = tracing::enabled!(target: "rustzeug", tracing::Level::ERROR);
    if listening {
        tracing::error!(target: "rustzeug", { http.route = route }, "{line}");
    }
    listening
}

#[cfg(not(feature = "tracing"))]
fn traced(_line: &str, _route: Option<&str>) -> bool {
    false
}
