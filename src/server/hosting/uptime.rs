//! The time during which the process has been running.
//!
//! A process can be suspended, by a signal or together with its machine. Such time must not count against clients.
//! Otherwise all timeouts would expire at once when the process continues.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

/// The longest time between two checks that counts. A server with connections checks at least once a second.
const LONGEST: Duration = Duration::from_secs(2);

/// A clock that is checked again and again, and stands still while it is not checked.
#[derive(Debug)]
pub(in crate::server) struct Uptime {
    start: Instant,
    /// The time of the last check, in nanoseconds since the start.
    looked: AtomicU64,
    /// The nanoseconds that do not count.
    lost: AtomicU64,
}

impl Default for Uptime {
    fn default() -> Self {
        Self {
            start: Instant::now(),
            looked: AtomicU64::new(0),
            lost: AtomicU64::new(0),
        }
    }
}

impl Uptime {
    /// The time that counts, since the start.
    pub(in crate::server) fn now(&self) -> Duration {
        self.at(self.start.elapsed())
    }

    /// The same, and records a check.
    pub(super) fn look(&self) -> Duration {
        self.look_at(self.start.elapsed())
    }

    fn at(&self, real: Duration) -> Duration {
        // Read in this order, so that the clock never runs ahead of a concurrent check.
        let looked = Duration::from_nanos(self.looked.load(Ordering::Acquire));
        let lost = Duration::from_nanos(self.lost.load(Ordering::Acquire));
        let unseen = real.saturating_sub(looked).saturating_sub(LONGEST);
        real.saturating_sub(lost).saturating_sub(unseen)
    }

    fn look_at(&self, real: Duration) -> Duration {
        let now = self.at(real);
        let nanos = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.lost
            .store(nanos(real.saturating_sub(now)), Ordering::Release);
        self.looked.store(nanos(real), Ordering::Release);
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_between_looks_counts_for_two_seconds_at_most() {
        let uptime = Uptime::default();
        #[rustfmt::skip]
        let rows = [
            // (real milliseconds, looked at, those that count, why)
            (700,    false, 700,   "it runs"),
            (1_000,  true,  1_000, "a tick"),
            (3_000,  false, 3_000, "as late as a tick may be"),
            (60_000, false, 3_000, "stopped since then"),
            (61_000, true,  3_000, "the first look after that"),
            (61_500, false, 3_500, "it runs again"),
            (62_000, true,  4_000, "and goes on"),
            (62_000, true,  4_000, "twice at once"),
        ];
        for (real, looked, want, why) in rows {
            let real = Duration::from_millis(real);
            let got = if looked {
                uptime.look_at(real)
            } else {
                uptime.at(real)
            };
            assert_eq!(got.as_millis(), want, "{why}");
        }
    }
}
