//! How the tasks and plain functions of a server are spread over threads.

use tokio::runtime::Builder;

use crate::server::hosting::serve_error::ServeError;
use crate::server::workers::turns;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Schedule {
    /// On lanes: see [`lanes`](crate::server::hosting::lanes).
    #[default]
    Lanes,
    /// On a multi-thread runtime, with a pool for plain functions.
    WorkStealing,
    /// On the runtime of the caller, with a pool for plain functions.
    Current,
}

impl Schedule {
    /// Runs a server on a new runtime. With lanes, this is only the runtime that accepts connections and ends the
    /// server, which nothing on a lane delays.
    pub(super) fn run(
        self,
        serving: impl Future<Output = Result<(), ServeError>> + Send + 'static,
    ) -> Result<(), ServeError> {
        let mut builder = match self {
            Self::Lanes => Builder::new_current_thread(),
            Self::WorkStealing | Self::Current => Builder::new_multi_thread(),
        };
        if self == Self::WorkStealing {
            builder.on_thread_park(turns::end);
        }
        let runtime = builder.enable_all().build().map_err(ServeError::runtime)?;
        // Spawned, so that connections are accepted on a thread that also polls for I/O.
        let served =
            runtime.block_on(async { tokio::spawn(serving).await.map_err(ServeError::runtime)? });
        // Handlers that still run have had the grace period.
        runtime.shutdown_background();
        served
    }
}
