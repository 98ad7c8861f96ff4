//! Without the feature `tracing` there are no spans.

use http::StatusCode;

use crate::gateway::Address;
use crate::gateway::LogNote;
use crate::server::hosting::request_head::RequestHead;

/// Never exists.
#[derive(Clone)]
pub(in crate::server) enum Span {}

impl Span {
    /// Whether spans are available.
    pub(in crate::server) const AVAILABLE: bool = false;

    pub(super) fn begin(_: RequestHead<'_>, _: Option<&Address>) -> Option<Self> {
        None
    }

    pub(super) fn end(self, _: StatusCode, _: u64, _: bool, _: Option<&LogNote>) {
        match self {}
    }
}

pub(in crate::server) fn inside<T>(_: Option<&Span>, work: impl FnOnce() -> T) -> T {
    work()
}

pub(in crate::server) fn within<F: Future>(_: Option<&Span>, future: F) -> F {
    future
}
