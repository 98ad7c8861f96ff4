//! Without the feature `tracing` there are no spans.

use http::StatusCode;

use crate::gateway::Address;
use crate::gateway::LogNote;

/// None.
#[derive(Clone)]
pub(super) enum Span {}

impl Span {
    /// Whether there is such a thing.
    pub(super) const AVAILABLE: bool = false;

    pub(super) fn begin<B>(_: &http::Request<B>, _: Option<&Address>) -> Option<Self> {
        None
    }

    pub(super) fn end(self, _: StatusCode, _: u64, _: bool, _: Option<&LogNote>) {
        match self {}
    }
}

pub(super) fn inside<T>(_: Option<&Span>, work: impl FnOnce() -> T) -> T {
    work()
}

pub(super) fn within<F: Future>(_: Option<&Span>, future: F) -> F {
    future
}
