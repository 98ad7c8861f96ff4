//! The counters of a server.

use crate::server::hosting::watch::Verdict;
use crate::server::hosting::watch::Watch;

/// Counters of a [`Server`](crate::Server) since it was made, read at one moment.
///
/// Counting is practically free: every connection counts for itself, and reading adds the numbers up. Input that is not
/// HTTP counts as a request too, with the response that it gets.
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
    /// Connections that are open.
    pub open: usize,
    /// Requests that have begun.
    pub requests: u64,
    /// Requests whose response is not sent completely, or whose handler still runs. Connections that have left HTTP
    /// count too.
    pub in_flight: u64,
    /// Responses by the first digit of their status: 1xx is first, 5xx is last.
    pub responses: [u64; 5],
    /// Bytes of request bodies in memory (limit [`budget_memory_bytes`](crate::gateway::Limits::budget_memory_bytes)).
    pub body_memory: u64,
    /// Bytes of request bodies in temporary files (limit
    /// [`budget_disk_bytes`](crate::gateway::Limits::budget_disk_bytes)).
    pub body_disk: u64,
    /// Bytes received.
    pub received: u64,
    /// Bytes sent.
    pub sent: u64,
    /// Connections that were closed because a request head did not arrive in time.
    pub late_heads: u64,
    /// Connections that were closed because they were idle.
    pub idle: u64,
    /// Connections that were cut because the client did not read, or read too slowly.
    pub stuck: u64,
    /// Connections that were closed because the client had left before the end of its response.
    pub left: u64,
    /// Connections that were closed in favour of others, when [`connections`](crate::server::ServerLimits::connections)
    /// was reached.
    pub shed: u64,
    /// Lines for the error stream and the access log that were dropped because they were not read fast enough.
    pub dropped_lines: u64,
}

impl Counters {
    /// Counts a verdict, except on clients that have left: those are counted when the connection is closed.
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
