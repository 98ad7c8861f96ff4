//! Without the feature `server` or another protocol of `Server`, there is no tokio.

use std::time::Duration;

pub(super) struct Surrounding;

impl Surrounding {
    pub(super) fn current() -> Self {
        Self
    }

    pub(super) fn enter(&self) -> Self {
        Self
    }
}

/// Only lanes need it.
pub(super) fn processor_time() -> Option<Duration> {
    None
}
