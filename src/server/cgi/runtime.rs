//! A tokio runtime for the handlers of the process, with one thread that drives timers and sockets.

use tokio::runtime::Builder;
use tokio::runtime::Handle;

/// Calls `work` inside the runtime. The work is not a task of the runtime, so a plain `fn` may block, or start another
/// runtime.
pub(super) fn within<T>(work: impl FnOnce() -> T) -> T {
    if Handle::try_current().is_ok() {
        return work();
    }
    let built = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("rustzeug-cgi")
        .enable_all()
        .build();
    let Ok(runtime) = built else { return work() };
    let result = {
        let _guard = runtime.enter();
        work()
    };
    // Tasks that the application has left behind do not delay the end of the process.
    runtime.shutdown_background();
    result
}
