//! Without the feature `tracing` there are no spans.

pub(super) fn within<T>(work: impl FnOnce() -> T) -> impl FnOnce() -> T {
    work
}
