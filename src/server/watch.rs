//! What a connection has done so far, and when it has taken too long over it.
//!
//! The connection counts; once in a while somebody else looks at the counts of all
//! connections and at the clock. So a protection costs a request no timer, no lock and no
//! look at the clock, and is late by a tick at most.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Acquire;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::Ordering::Release;
use std::time::Duration;
use std::time::Instant;

use http::StatusCode;

use crate::gateway::Limits;

/// The counts of one connection.
#[derive(Debug, Default)]
pub(super) struct Watch {
    received: AtomicU64,
    sent: AtomicU64,
    /// How much had been received when the last message had come whole.
    whole: AtomicU64,
    begun: AtomicU64,
    ended: AtomicU64,
    /// Bodies of requests that somebody may be reading.
    bodies: AtomicU32,
    statuses: [AtomicU32; 5],
    /// The last write was not taken.
    stuck: AtomicBool,
    multiplexed: AtomicBool,
    lingering: AtomicBool,
    verdict: AtomicU8,
}

/// What a connection has to answer for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Verdict {
    /// Nothing.
    None,
    /// A request head did not come.
    Head,
    /// There was no request for a long time.
    Idle,
    /// The client does not read.
    Write,
    /// It was closed, and the client keeps its side open.
    Linger,
}

impl Watch {
    /// Bytes have come. Only the connection's task calls this, so that no locked add is needed.
    pub(super) fn add_received(&self, count: usize) {
        let received = self.received.load(Relaxed).wrapping_add(count as u64);
        self.received.store(received, Relaxed);
    }

    /// Bytes were taken by the socket, or (`None`) not.
    pub(super) fn add_sent(&self, count: Option<usize>) {
        match count {
            Some(count) => {
                let sent = self.sent.load(Relaxed).wrapping_add(count as u64);
                self.sent.store(sent, Relaxed);
                self.stuck.store(false, Relaxed);
            }
            None => self.stuck.store(true, Relaxed),
        }
    }

    pub(super) fn received(&self) -> u64 {
        self.received.load(Relaxed)
    }

    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Relaxed)
    }

    /// All that has come belongs to messages that are whole.
    pub(super) fn mark_whole(&self) {
        self.whole.store(self.received(), Relaxed);
    }

    /// Whether the client may be in the middle of sending something.
    pub(super) fn is_mid_message(&self) -> bool {
        self.received() != self.whole.load(Relaxed)
    }

    pub(super) fn begin(&self) {
        let begun = self.begun.load(Relaxed).wrapping_add(1);
        self.begun.store(begun, Relaxed);
    }

    pub(super) fn end(&self) {
        self.ended.fetch_add(1, Relaxed);
    }

    /// The last request is in hand again.
    pub(super) fn resume(&self) {
        self.ended.fetch_sub(1, Relaxed);
    }

    pub(super) fn begun(&self) -> u64 {
        self.begun.load(Relaxed)
    }

    /// Requests that are not answered yet.
    pub(super) fn in_hand(&self) -> u64 {
        let ended = self.ended.load(Relaxed);
        self.begun().saturating_sub(ended)
    }

    pub(super) fn begin_body(&self) {
        self.bodies.fetch_add(1, Relaxed);
    }

    pub(super) fn end_body(&self) {
        self.bodies.fetch_sub(1, Relaxed);
    }

    /// Whether there is more to wait for than the next request: some go on reading after they have
    /// answered.
    pub(super) fn is_busy(&self) -> bool {
        self.in_hand() > 0 || self.bodies.load(Relaxed) > 0
    }

    pub(super) fn count_status(&self, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        self.statuses[class].fetch_add(1, Relaxed);
    }

    /// Responses by the first digit of their status.
    pub(super) fn statuses(&self) -> [u64; 5] {
        self.statuses
            .each_ref()
            .map(|count| count.load(Relaxed).into())
    }

    /// Whether the socket takes nothing.
    pub(super) fn is_stuck(&self) -> bool {
        self.stuck.load(Relaxed)
    }

    pub(super) fn is_lingering(&self) -> bool {
        self.lingering.load(Relaxed)
    }

    pub(super) fn set_multiplexed(&self) {
        self.multiplexed.store(true, Relaxed);
    }

    pub(super) fn is_multiplexed(&self) -> bool {
        self.multiplexed.load(Relaxed)
    }

    pub(super) fn set_lingering(&self) {
        self.lingering.store(true, Relaxed);
    }

    pub(super) fn verdict(&self) -> Verdict {
        match self.verdict.load(Acquire) {
            1 => Verdict::Head,
            2 => Verdict::Idle,
            3 => Verdict::Write,
            4 => Verdict::Linger,
            _ => Verdict::None,
        }
    }

    pub(super) fn set_verdict(&self, verdict: Verdict) {
        self.verdict.store(verdict as u8, Release);
    }
}

/// What was seen of a connection when it was last looked at, and since when it is so.
#[derive(Debug)]
pub(super) struct Clock {
    ended: u64,
    received: u64,
    sent: u64,
    /// When the last request was seen to be answered, or the connection was opened.
    quiet: Instant,
    /// When a piece of a head was first seen.
    head: Option<Instant>,
    /// When something was last sent, or did not need to be.
    moved: Instant,
    lingering: Option<Instant>,
}

impl Clock {
    pub(super) fn start(now: Instant) -> Self {
        Self {
            ended: 0,
            received: 0,
            sent: 0,
            quiet: now,
            head: None,
            moved: now,
            lingering: None,
        }
    }

    /// Looks at a connection; the verdict counts from the last change that was seen.
    pub(super) fn judge(
        &mut self,
        watch: &Watch,
        now: Instant,
        limits: &Limits,
        linger: Duration,
    ) -> Verdict {
        let since = |then: Instant| now.saturating_duration_since(then);
        // In HTTP/2 a request may have crossed the farewell.
        if watch.is_lingering() && watch.in_hand() == 0 {
            let over = since(*self.lingering.get_or_insert(now)) >= linger;
            return if over { Verdict::Linger } else { Verdict::None };
        }
        if watch.is_stuck() && watch.sent() == self.sent {
            let over = since(self.moved) >= limits.write_idle();
            return if over { Verdict::Write } else { Verdict::None };
        }
        (self.sent, self.moved) = (watch.sent(), now);
        let ended = watch.ended.load(Relaxed);
        let received = watch.received();
        if watch.is_busy() || ended != self.ended {
            (self.ended, self.received, self.quiet, self.head) = (ended, received, now, None);
        } else if ended == 0 {
            if since(self.quiet) >= limits.head_timeout() {
                return Verdict::Head;
            }
        } else if received != self.received && !watch.is_multiplexed() {
            if since(*self.head.get_or_insert(now)) >= limits.head_timeout() {
                return Verdict::Head;
            }
        } else if since(self.quiet) >= limits.keep_alive() {
            return Verdict::Idle;
        }
        Verdict::None
    }
}

/// How often to look: often enough that a limit is passed by an eighth at most, and no more
/// than a second.
pub(super) fn tick(limits: &Limits) -> Duration {
    [
        limits.head_timeout(),
        limits.keep_alive(),
        limits.write_idle(),
        limits.linger(),
    ]
    .into_iter()
    .fold(Duration::from_secs(8), Duration::min)
    .div_f64(8.0)
    .max(Duration::from_millis(5))
}
