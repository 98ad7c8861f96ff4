//! Without the feature `tracing` there are no spans.

pub(in crate::gateway) fn within<T>(work: impl FnOnce() -> T) -> impl FnOnce() -> T {
    work
}
