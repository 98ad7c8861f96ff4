//! Requests as spans, for `tracing`.

use std::time::Instant;

use http::StatusCode;
use tracing::Instrument;
use tracing::field::Empty;

use crate::gateway::Address;
use crate::gateway::LogNote;
use crate::server::hosting::request_head::RequestHead;

/// The span of one request: from its head to the last byte of its response. Events of the application in between are
/// inside the span, on workers too.
#[derive(Clone)]
pub(in crate::server) struct Span {
    span: tracing::Span,
    begun: Instant,
}

impl Span {
    /// Whether spans are available.
    pub(in crate::server) const AVAILABLE: bool = true;

    /// Begins a span, if a subscriber wants it.
    pub(super) fn begin(head: RequestHead<'_>, peer: Option<&Address>) -> Option<Self> {
        if !tracing::enabled!(target: "rustzeug", tracing::Level::INFO) {
            return None;
        }
        // The query may contain secrets.
        let span = tracing::info_span!(
            target: "rustzeug",
            "request",
            method = %head.method,
            path = head.uri.path(),
            version = ?head.version,
            peer = Empty,
            client = Empty,
            route = Empty,
            user = Empty,
            status = Empty,
            bytes = Empty,
            complete = Empty,
            duration_ms = Empty,
        );
        if let Some(peer) = peer {
            span.record("peer", tracing::field::display(peer));
        }
        Some(Self {
            span,
            begun: Instant::now(),
        })
    }

    /// Records how the request ended.
    pub(super) fn end(self, status: StatusCode, bytes: u64, whole: bool, note: Option<&LogNote>) {
        let route = note.and_then(LogNote::route);
        let user = note.and_then(LogNote::user);
        for (name, value) in [("route", route), ("user", user)] {
            if let Some(value) = value {
                self.span.record(name, value);
            }
        }
        if let Some(client) = note.and_then(LogNote::client) {
            self.span.record("client", tracing::field::display(client));
        }
        self.span.record("status", status.as_u16());
        self.span.record("bytes", bytes);
        self.span.record("complete", whole);
        let milliseconds = self.begun.elapsed().as_secs_f64() * 1000.0;
        self.span.record("duration_ms", milliseconds);
    }
}

/// Runs `work` within a span, if there is one.
pub(in crate::server) fn inside<T>(span: Option<&Span>, work: impl FnOnce() -> T) -> T {
    match span {
        Some(span) => span.span.in_scope(work),
        None => work(),
    }
}

/// Runs `future` within a span, if there is one.
pub(in crate::server) fn within<F: Future>(
    span: Option<&Span>,
    future: F,
) -> impl Future<Output = F::Output> + use<F> {
    let span = span.map_or_else(tracing::Span::none, |span| span.span.clone());
    future.instrument(span)
}
