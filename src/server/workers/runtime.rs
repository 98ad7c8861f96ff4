//! The tokio runtime in which a pool was made, and the clock of threads. Its threads use the same runtime.

use std::time::Duration;

use rustix::time::ClockId;
use rustix::time::clock_gettime;
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

/// The time that this thread has spent on a processor, if that is known.
pub(super) fn processor_time() -> Option<Duration> {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let nanoseconds = u32::try_from(time.tv_nsec).ok()?;
    Some(Duration::new(time.tv_sec.try_into().ok()?, nanoseconds))
}
