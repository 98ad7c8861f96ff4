//! Work that is done elsewhere, within the span of the request that it is for.

/// Has `work` run within the span in which this is called.
pub(super) fn within<T>(work: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let span = tracing::Span::current();
    move || span.in_scope(work)
}
