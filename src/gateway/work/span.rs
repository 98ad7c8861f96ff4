//! Runs work on another thread within the span of its request.

/// Wraps `work` so that it runs within the current span.
pub(super) fn within<T>(work: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let span = tracing::Span::current();
    move || span.in_scope(work)
}
