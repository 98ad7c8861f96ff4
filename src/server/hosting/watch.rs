//! The counters of a connection, which its clock reads.
//!
//! The connection counts. At intervals, the server compares the counters of all connections with the time
//! ([`Clock`](crate::server::hosting::clock::Clock)). So the timeouts of a request need no timer, no lock and no clock
//! reading. In exchange they are late by up to one interval.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Acquire;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::Ordering::Release;

use http::StatusCode;

/// The counts of one connection.
#[derive(Debug, Default)]
pub(in crate::server) struct Watch {
    received: AtomicU64,
    sent: AtomicU64,
    /// Bytes that TLS has passed on to the kernel after it had held them.
    passed: AtomicU64,
    /// The number of bytes received when the last message was complete.
    whole: AtomicU64,
    /// The last four bytes that were received.
    tail: AtomicU32,
    /// The number of the request that arrived together with a part of the next one; 0 for none.
    followed: AtomicU64,
    begun: AtomicU64,
    ended: AtomicU64,
    /// Bodies of requests that may still be read.
    bodies: AtomicU32,
    statuses: [AtomicU32; 5],
    /// The number of these bodies that wait for the client.
    awaited: AtomicU32,
    /// The socket did not accept the last write.
    stuck: AtomicBool,
    /// The next write is tried even if the kernel has not reported the socket as writable.
    push: AtomicBool,
    /// The connection must check whether the client is still there.
    look: AtomicBool,
    /// The number of the request during which the kernel reports what the client does.
    guarded: AtomicU64,
    half_closed: AtomicBool,
    multiplexed: AtomicBool,
    fronted: AtomicBool,
    upgraded: AtomicBool,
    lingering: AtomicBool,
    verdict: AtomicU8,
}

/// Why a connection must be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(in crate::server) enum Verdict {
    /// No reason.
    None,
    /// A request head did not arrive.
    Head,
    /// There was no request for a long time.
    Idle,
    /// The client does not read.
    Write,
    /// The server has closed its side, and the client keeps its side open.
    Linger,
    /// The client has left, or closed its sending side long ago.
    Left,
    /// Another connection needs the slot, and this client sends slowly.
    Shed,
}

impl Watch {
    /// Counts received bytes. Only the task of the connection calls this, so no atomic addition is needed.
    pub(super) fn add_received(&self, piece: &[u8]) {
        let received = self.received.load(Relaxed);
        let received = received.wrapping_add(piece.len() as u64);
        self.received.store(received, Relaxed);
        let tail = match piece.last_chunk() {
            Some(last) => u32::from_be_bytes(*last),
            None => append(self.tail.load(Relaxed), piece),
        };
        self.tail.store(tail, Relaxed);
    }

    /// Records a write: `Some(n)` if `n` bytes were written, `None` if the socket was not writable.
    pub(super) fn add_sent(&self, count: Option<usize>) {
        self.add_written(&self.sent, count);
    }

    /// Records that TLS has passed bytes on that it held, as [`Self::add_sent`] does. They were counted as sent before.
    pub(super) fn add_passed(&self, count: Option<usize>) {
        self.add_written(&self.passed, count);
    }

    fn add_written(&self, counter: &AtomicU64, count: Option<usize>) {
        if let Some(count) = count {
            let sum = counter.load(Relaxed).wrapping_add(count as u64);
            counter.store(sum, Relaxed);
        }
        self.stuck.store(count.is_none(), Relaxed);
    }

    pub(super) fn received(&self) -> u64 {
        self.received.load(Relaxed)
    }

    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Relaxed)
    }

    /// A number that grows whenever the client takes bytes, also those that TLS has held.
    pub(super) fn taken(&self) -> u64 {
        self.sent().wrapping_add(self.passed.load(Relaxed))
    }

    /// Records that the request is complete. `last` is the last piece of its body if the body ends by its length;
    /// otherwise the request ends with an empty line.
    ///
    /// Only hyper knows which bytes it has received after the request. But if there are any, the last received bytes
    /// are not the end of a request.
    pub(in crate::server) fn mark_whole(&self, last: Option<&[u8]>) {
        self.whole.store(self.received(), Relaxed);
        let tail = self.tail.load(Relaxed);
        let is_end = match last {
            Some(last) => ends_with(tail, last),
            None => tail & 0xFFFF == 0x0A0A || tail & 0xFF_FFFF == 0x0A_0D0A,
        };
        let followed = if is_end { 0 } else { self.begun() };
        self.followed.store(followed, Relaxed);
    }

    /// Returns whether a part of the next request arrived together with the last one. In HTTP/2 this is unknown.
    pub(super) fn is_followed(&self) -> bool {
        let followed = self.followed.load(Relaxed);
        followed != 0 && followed == self.begun() && !self.is_multiplexed()
    }

    /// Returns whether the client may be in the middle of a message.
    pub(super) fn is_mid_message(&self) -> bool {
        self.received() != self.whole.load(Relaxed) || self.is_followed()
    }

    pub(in crate::server) fn begin(&self) {
        let begun = self.begun.load(Relaxed).wrapping_add(1);
        self.begun.store(begun, Relaxed);
    }

    pub(in crate::server) fn end(&self) {
        self.ended.fetch_add(1, Relaxed);
    }

    /// Records that the last request is in flight again.
    pub(in crate::server) fn resume(&self) {
        self.ended.fetch_sub(1, Relaxed);
    }

    pub(in crate::server) fn begun(&self) -> u64 {
        self.begun.load(Relaxed)
    }

    pub(super) fn ended(&self) -> u64 {
        self.ended.load(Relaxed)
    }

    /// The number of requests in flight.
    pub(in crate::server) fn in_flight(&self) -> u64 {
        self.begun().saturating_sub(self.ended())
    }

    pub(in crate::server) fn begin_body(&self) {
        self.bodies.fetch_add(1, Relaxed);
    }

    pub(in crate::server) fn end_body(&self) {
        self.bodies.fetch_sub(1, Relaxed);
    }

    /// Records that a reader begins to wait for a piece of a body.
    pub(in crate::server) fn begin_wait(&self) {
        self.awaited.fetch_add(1, Relaxed);
    }

    pub(in crate::server) fn end_wait(&self) {
        self.awaited.fetch_sub(1, Relaxed);
    }

    /// Returns whether all requests wait for their bodies.
    pub(super) fn waits_for_bodies(&self) -> bool {
        let in_flight = self.in_flight();
        in_flight > 0 && u64::from(self.awaited.load(Relaxed)) >= in_flight
    }

    /// Returns whether the connection waits for more than the next request: a handler may go on reading after its
    /// response.
    pub(in crate::server) fn is_busy(&self) -> bool {
        self.in_flight() > 0 || self.bodies.load(Relaxed) > 0
    }

    pub(in crate::server) fn count_status(&self, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        self.statuses[class].fetch_add(1, Relaxed);
    }

    /// Responses by the first digit of their status.
    pub(super) fn statuses(&self) -> [u64; 5] {
        self.statuses
            .each_ref()
            .map(|count| count.load(Relaxed).into())
    }

    /// Returns whether the socket does not accept bytes.
    pub(in crate::server) fn is_stuck(&self) -> bool {
        self.stuck.load(Relaxed)
    }

    /// Returns whether the connection only waits until the client closes. In HTTP/2, a request may have crossed the
    /// `GOAWAY`, and the end of a response may still be unsent.
    pub(super) fn is_done(&self) -> bool {
        self.is_lingering() && self.in_flight() == 0 && !(self.is_multiplexed() && self.is_stuck())
    }

    pub(in crate::server) fn is_lingering(&self) -> bool {
        self.lingering.load(Relaxed)
    }

    /// Requests that writes are tried regardless of readiness, until the socket accepts nothing.
    pub(super) fn ask_for_push(&self) {
        self.push.store(true, Relaxed);
    }

    pub(super) fn wants_push(&self) -> bool {
        self.push.load(Relaxed)
    }

    /// Records that the kernel accepts no more bytes.
    pub(super) fn end_push(&self) {
        self.push.store(false, Relaxed);
    }

    /// Requests a check for the client, if a request of HTTP/1 is running and the kernel would not report that the
    /// client leaves. HTTP/2 reads all the time.
    pub(super) fn ask_for_look(&self) -> bool {
        let ask = self.is_busy()
            && self.guarded.load(Relaxed) != self.begun()
            && !self.is_multiplexed()
            && !self.upgraded.load(Relaxed);
        if ask {
            self.look.store(true, Relaxed);
        }
        ask
    }

    /// Returns whether to check for the client: a check was requested, or the kernel may have reported something.
    pub(super) fn wants_look(&self) -> bool {
        let asked = self.look.load(Relaxed) && self.look.swap(false, Relaxed);
        let guarded = self.guarded.load(Relaxed);
        (asked || (guarded != 0 && guarded == self.begun())) && self.is_busy()
    }

    /// Records whether the kernel reports what the client does during this request.
    pub(super) fn set_guarded(&self, guarded: bool) {
        let request = if guarded { self.begun() } else { 0 };
        self.guarded.store(request, Relaxed);
    }

    pub(in crate::server) fn set_half_closed(&self) {
        self.half_closed.store(true, Relaxed);
    }

    /// Returns whether the client has closed its sending side during a request.
    pub(super) fn is_half_closed(&self) -> bool {
        self.half_closed.load(Relaxed)
    }

    /// Records that the connection has left HTTP: the other protocol decides what the end of the client's sending side
    /// means.
    pub(in crate::server) fn set_upgraded(&self) {
        self.upgraded.store(true, Relaxed);
        self.set_guarded(false);
        self.look.store(false, Relaxed);
        self.half_closed.store(false, Relaxed);
    }

    pub(in crate::server) fn set_multiplexed(&self) {
        self.multiplexed.store(true, Relaxed);
    }

    pub(in crate::server) fn is_multiplexed(&self) -> bool {
        self.multiplexed.load(Relaxed)
    }

    /// Records that the client is a web server in front, which keeps connections for later requests.
    pub(in crate::server) fn set_fronted(&self) {
        self.fronted.store(true, Relaxed);
    }

    pub(super) fn is_fronted(&self) -> bool {
        self.fronted.load(Relaxed)
    }

    pub(in crate::server) fn set_lingering(&self) {
        self.lingering.store(true, Relaxed);
    }

    pub(in crate::server) fn verdict(&self) -> Verdict {
        match self.verdict.load(Acquire) {
            1 => Verdict::Head,
            2 => Verdict::Idle,
            3 => Verdict::Write,
            4 => Verdict::Linger,
            5 => Verdict::Left,
            6 => Verdict::Shed,
            _ => Verdict::None,
        }
    }

    pub(in crate::server) fn set_verdict(&self, verdict: Verdict) {
        self.verdict.store(verdict as u8, Release);
    }
}

/// The last four bytes after `piece` is appended to a text that ends with `tail`.
fn append(tail: u32, piece: &[u8]) -> u32 {
    let shifted = |tail: u32, byte: &u8| tail << 8 | u32::from(*byte);
    piece.iter().fold(tail, shifted)
}

/// Returns whether a text that ends with the four bytes of `tail` can end with `piece`.
fn ends_with(tail: u32, piece: &[u8]) -> bool {
    let last = &piece[piece.len().saturating_sub(4)..];
    tail.to_be_bytes().ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_behind_a_request_is_told_from_its_end() {
        type Pieces = &'static [&'static [u8]];
        #[rustfmt::skip]
        let cases: [(Pieces, Option<&[u8]>, bool, &str); 14] = [
            (&[b"GET / HTTP/1.1\r\n\r\n"],         None,            false, "a head"),
            (&[b"GET / HTTP/1.1\n\n"],             None,            false, "a head with bare line feeds"),
            (&[b"GET / HTTP/1.1\r\n\r", b"\n"],    None,            false, "its end in pieces"),
            (&[b"G\r", b"\n", b"\r", b"\n"],        None,            false, "byte by byte"),
            (&[b"GET / HTTP/1.1\r\n\r\nG"],        None,            true,  "a byte of the next one"),
            (&[b"GET / HTTP/1.1\r\n\r\nG / H\r\n"], None,          true,  "a line of the next one"),
            (&[b"A\r\n\r\nB\r\n\r\n"],            None,            false, "the next one is whole too"),
            (&[b"A\r\n\r\nfour"],                 Some(b"four"),   false, "a body"),
            (&[b"A\r\n\r\n", b"much more"],       Some(b"more"),   false, "the last piece of a body"),
            (&[b"A\r\n\r\nx"],                    Some(b"x"),      false, "a short body"),
            (&[b"A\r\n\r\nx"],                    Some(b""),       false, "nothing to compare"),
            (&[b"A\r\n\r\nfourG"],                Some(b"four"),   true,  "a byte behind a body"),
            (&[b"A\r\n\r\nxy"],                   Some(b"x"),      true,  "a byte behind a short body"),
            (&[b"A\r\n\r\nfour", b"GET / HT"],    Some(b"four"),   true,  "half a head behind a body"),
        ];
        for (pieces, last, want, why) in cases {
            let watch = Watch::default();
            for piece in pieces {
                watch.add_received(piece);
            }
            watch.begin();
            watch.mark_whole(last);
            assert_eq!(
                (watch.is_followed(), watch.is_mid_message()),
                (want, want),
                "{why}"
            );
            watch.begin();
            assert!(!watch.is_followed(), "{why}: that was the one before");
        }
    }
}
