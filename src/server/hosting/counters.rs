//! What a server has done so far, in numbers.

use crate::server::hosting::watch::Verdict;
use crate::server::hosting::watch::Watch;

/// Numbers of a [`Server`](crate::Server) since it was made, read at one moment.
///
/// Keeping them costs nothing to speak of: every connection counts for itself, and reading
/// adds up. What is no HTTP counts as a request too, with the answer that it gets.
///
/// ```
/// use rustzeug::Server;
///
/// let server = Server::bind("127.0.0.1:0")?;
/// let monitor = server.monitor();
/// assert_eq!(monitor.counters().connections, 0);
/// # Ok::<(), rustzeug::ServeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Connections that were accepted.
    pub connections: u64,
    /// Connections that are open now.
    pub open: usize,
    /// Requests that were begun.
    pub requests: u64,
    /// Requests that are not answered yet to the last byte, or whose handlers are still at work;
    /// connections that have left HTTP among them.
    pub in_flight: u64,
    /// Responses by the first digit of their status: 1xx in the first place, 5xx in the last.
    pub responses: [u64; 5],
    /// Bytes of request bodies that are in memory now (limit
    /// [`budget_memory_bytes`](crate::gateway::Limits::budget_memory_bytes)).
    pub body_memory: u64,
    /// Bytes of request bodies that are in temporary files now (limit
    /// [`budget_disk_bytes`](crate::gateway::Limits::budget_disk_bytes)).
    pub body_disk: u64,
    /// Bytes received.
    pub received: u64,
    /// Bytes sent.
    pub sent: u64,
    /// Connections closed since a request head did not come in time.
    pub late_heads: u64,
    /// Connections closed since they were not used.
    pub idle: u64,
    /// Connections cut since the client did not read, or too slowly.
    pub stuck: u64,
    /// Connections closed since the client had left before the end of its answer.
    pub left: u64,
    /// Connections closed so that others were served, when there were as many as
    /// [`connections`](crate::server::ServerLimits::connections) allows.
    pub shed: u64,
    /// Lines for the error stream and the access log that were dropped since nobody read them.
    pub dropped_lines: u64,
}

impl Counters {
    /// Counts what a connection is closed for; clients that have left are counted when it is.
    pub(super) fn count(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Head => self.late_heads += 1,
            Verdict::Idle => self.idle += 1,
            Verdict::Write => self.stuck += 1,
            Verdict::None | Verdict::Linger | Verdict::Left | Verdict::Shed => {}
        }
    }

    pub(super) fn add(&mut self, watch: &Watch) {
        self.connections += 1;
        self.requests += watch.begun();
        self.in_flight += watch.in_flight();
        for (sum, count) in self.responses.iter_mut().zip(watch.statuses()) {
            *sum += count;
        }
        self.received += watch.received();
        self.sent += watch.sent();
    }
}
