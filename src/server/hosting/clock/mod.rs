//! Decides when a connection has taken too long, and which one is closed in favour of others.
//!
//! This is pure code: counts and the time are the input, a verdict is the output.

use std::time::Duration;

use crate::server::hosting::watch::Verdict;
use crate::server::hosting::watch::Watch;
use crate::server::limits::ServerLimits;

/// How long a client may be silent before its first request, or with the next piece of a body, while other clients wait
/// for a slot.
const PATIENCE: Duration = Duration::from_millis(500);

/// The state of a connection at the last check, and since when it is in that state. Times are those of
/// [`Uptime`](crate::server::hosting::uptime::Uptime).
#[derive(Debug)]
pub(super) struct Clock {
    body_rate: u64,
    ended: u64,
    received: u64,
    taken: u64,
    seen: Duration,
    /// The time at which the last request was found answered, or the connection was opened.
    quiet: Duration,
    /// The time at which a piece of a head was first found.
    head: Option<Duration>,
    /// The last time at which bytes were sent, or none had to be sent.
    moved: Duration,
    /// The remaining time that the client has earned by taking bytes; it decreases while the server waits for the
    /// client.
    credit: Duration,
    /// The last time at which an awaited body arrived fast enough.
    fed: Duration,
    /// Whether a body was awaited at the last check.
    waited: bool,
    lingering: Option<Duration>,
    /// The time since which the client has closed its sending side and taken nothing.
    half_closed: Option<Duration>,
}

/// How long finished connections are kept, which depends on the state of the server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waits {
    pub(super) linger: Duration,
    pub(super) half_closed: Duration,
}

/// The order in which connections are closed in favour of others: those that lose least come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// It was closed, or its client has closed its sending side and takes nothing.
    Over,
    /// It has no request.
    Idle,
    /// The head of a request does not arrive.
    Silent,
    /// The body of a request arrives too slowly.
    Slow,
}

impl Clock {
    /// `body_rate` is the required rate of request bodies, in bytes per second.
    pub(super) fn start(now: Duration, limits: &ServerLimits, body_rate: u64) -> Self {
        Self {
            body_rate,
            ended: 0,
            received: 0,
            taken: 0,
            seen: now,
            quiet: now,
            head: None,
            moved: now,
            credit: limits.write_idle(),
            fed: now,
            waited: false,
            lingering: None,
            half_closed: None,
        }
    }

    /// Returns whether the client has taken bytes since the last check.
    pub(super) fn has_moved(&self, watch: &Watch) -> bool {
        watch.taken() != self.taken
    }

    /// Checks a connection. Times count from the last change that a check has found.
    pub(super) fn judge(
        &mut self,
        watch: &Watch,
        now: Duration,
        limits: &ServerLimits,
        waits: Waits,
    ) -> Verdict {
        self.feed(watch, now);
        let passed = now.saturating_sub(self.seen);
        self.seen = now;
        let taken = watch.taken().wrapping_sub(self.taken);
        self.taken = watch.taken();
        if watch.is_done() {
            let since = *self.lingering.get_or_insert(now);
            return if_over(now, since, waits.linger, Verdict::Linger);
        }
        self.lingering = None;
        if watch.is_half_closed() && watch.is_busy() {
            let since = self.half_closed.filter(|_| taken == 0).unwrap_or(now);
            self.half_closed = Some(since);
            let verdict = if_over(now, since, waits.half_closed, Verdict::Left);
            if verdict != Verdict::None {
                return verdict;
            }
        }
        if watch.is_stuck() {
            return self.judge_reader(now, passed, taken, limits);
        }
        (self.moved, self.credit) = (now, limits.write_idle());
        self.judge_sender(watch, now, limits)
    }

    /// Checks that a client takes bytes, fast enough to be considered alive.
    fn judge_reader(
        &mut self,
        now: Duration,
        passed: Duration,
        taken: u64,
        limits: &ServerLimits,
    ) -> Verdict {
        if taken > 0 {
            self.moved = now;
        }
        let idle = limits.write_idle();
        self.credit = earn(self.credit, taken, limits.write_rate(), idle).saturating_sub(passed);
        if self.credit.is_zero() {
            return Verdict::Write;
        }
        if_over(now, self.moved, idle, Verdict::Write)
    }

    /// Checks that a client sends its requests soon and completely.
    fn judge_sender(&mut self, watch: &Watch, now: Duration, limits: &ServerLimits) -> Verdict {
        let ended = watch.ended();
        let received = watch.received();
        if watch.is_busy() || ended != self.ended {
            (self.ended, self.received, self.quiet) = (ended, received, now);
            self.head = watch.is_followed().then_some(now);
        } else if ended == 0 {
            return if_over(now, self.quiet, limits.head_timeout(), Verdict::Head);
        } else if self.is_head_begun(watch) {
            let since = *self.head.get_or_insert(now);
            return if_over(now, since, limits.head_timeout(), Verdict::Head);
        } else {
            let keep = limits.keep_alive_of(watch.is_fronted());
            return if_over(now, self.quiet, keep, Verdict::Idle);
        }
        Verdict::None
    }

    /// Returns whether a part of the next head has arrived, after the last request was answered or together with it.
    fn is_head_begun(&self, watch: &Watch) -> bool {
        let has_come = watch.received() != self.received && !watch.is_multiplexed();
        (has_come && watch.is_mid_message()) || watch.is_followed()
    }

    /// Records whether the awaited body arrives fast enough.
    fn feed(&mut self, watch: &Watch, now: Duration) {
        if self.is_fed(watch, now) {
            self.fed = now;
        }
        self.waited = watch.waits_for_bodies();
    }

    /// Returns whether the awaited body has arrived fast enough since the last check. If it was not awaited then, the
    /// duration of the wait is unknown.
    fn is_fed(&self, watch: &Watch, now: Duration) -> bool {
        let passed = now.saturating_sub(self.seen).as_millis();
        let came = watch.received().saturating_sub(self.received);
        let wanted = u128::from(self.body_rate) * passed / 1000;
        !self.waited || !watch.waits_for_bodies() || u128::from(came) > wanted
    }

    /// Returns whether the connection may be closed in favour of others, and since when.
    pub(super) fn rank(&self, watch: &Watch, now: Duration) -> Option<(Rank, Duration)> {
        let late = |since: Duration| now.saturating_sub(since) >= PATIENCE;
        if watch.is_half_closed() && watch.is_busy() {
            // If the server waits for the client to take bytes, `judge_reader` decides.
            let since = self.half_closed.unwrap_or(now);
            let takes_nothing = watch.taken() == self.taken && !watch.is_stuck();
            return (takes_nothing && late(since)).then_some((Rank::Over, since));
        }
        if watch.in_flight() > 0 {
            let slow = late(self.fed) && !self.is_fed(watch, now) && !watch.is_stuck();
            return slow.then_some((Rank::Slow, self.fed));
        }
        if watch.is_done() {
            return Some((Rank::Over, self.lingering.unwrap_or(now)));
        }
        if watch.is_busy() || watch.is_stuck() {
            return None;
        }
        // Anything that arrived or was answered since the last check counts as recent.
        let ended = watch.ended();
        if ended == 0 {
            return late(self.quiet).then_some((Rank::Silent, self.quiet));
        }
        let quiet = if ended == self.ended { self.quiet } else { now };
        if watch.is_mid_message() && !watch.is_multiplexed() {
            let since = self.head.unwrap_or(now);
            return late(since).then_some((Rank::Silent, since));
        }
        Some((Rank::Idle, quiet))
    }
}

impl Rank {
    /// The verdict on a connection of this rank.
    pub(super) fn verdict(self, watch: &Watch) -> Verdict {
        match self {
            Self::Over if watch.is_busy() => Verdict::Left,
            Self::Over => Verdict::Linger,
            Self::Idle => Verdict::Idle,
            Self::Silent => Verdict::Head,
            Self::Slow => Verdict::Shed,
        }
    }
}

/// The remaining time of a client that must send or take `rate` bytes per second, after `bytes` more bytes; at most
/// `most`.
pub(in crate::server) fn earn(credit: Duration, bytes: u64, rate: u64, most: Duration) -> Duration {
    match bytes.saturating_mul(1000).checked_div(rate) {
        Some(milliseconds) => credit
            .saturating_add(Duration::from_millis(milliseconds))
            .min(most),
        None => Duration::MAX,
    }
}

fn if_over(now: Duration, since: Duration, limit: Duration, verdict: Verdict) -> Verdict {
    if now.saturating_sub(since) >= limit {
        verdict
    } else {
        Verdict::None
    }
}

/// The interval between checks: at most a second, and short enough that a limit is exceeded by at most a fifth. A limit
/// of zero takes effect at the next check, and does not shorten the interval.
pub(super) fn tick(limits: &ServerLimits) -> Duration {
    [
        limits.head_timeout(),
        limits.keep_alive(),
        limits.front_keep_alive(),
        limits.write_idle(),
        limits.linger(),
        limits.half_closed(),
    ]
    .into_iter()
    .filter(|limit| !limit.is_zero())
    .fold(Duration::from_secs(5), Duration::min)
    .div_f64(5.0)
    .max(Duration::from_millis(5))
}

#[cfg(test)]
mod tests;
