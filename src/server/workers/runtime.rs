//! The tokio runtime in which a pool was made. Its threads use the same runtime.

use tokio::runtime::EnterGuard;
use tokio::runtime::Handle;

pub(super) struct Surrounding(Option<Handle>);

impl Surrounding {
    pub(super) fn current() -> Self {
        Self(Handle::try_current().ok())
    }

    /// Enters the runtime on this thread, until the result is dropped.
    pub(super) fn enter(&self) -> Option<EnterGuard<'_>> {
        self.0.as_ref().map(Handle::enter)
    }
}
