//! Reading the counters of a running server.

use std::fmt;
use std::sync::Arc;

use crate::server::hosting::counters::Counters;
use crate::server::hosting::open::Open;

/// Reads the counters of a server while it serves.
///
/// ```
/// use rustzeug::Server;
///
/// let server = Server::bind("127.0.0.1:0")?;
/// let monitor = server.monitor(); // for another thread, while the server serves
/// assert_eq!(monitor.counters().requests, 0);
/// # Ok::<(), rustzeug::ServeError>(())
/// ```
#[derive(Clone)]
pub struct Monitor(pub(in crate::server) Arc<Open>);

impl Monitor {
    /// The current counters.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.0.counters()
    }
}

impl fmt::Debug for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Monitor").field(&self.counters()).finish()
    }
}
