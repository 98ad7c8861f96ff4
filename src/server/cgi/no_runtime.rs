//! Without the feature `server` there is no tokio.

pub(super) fn within<T>(work: impl FnOnce() -> T) -> T {
    work()
}
