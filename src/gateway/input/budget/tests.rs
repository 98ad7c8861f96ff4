//! How much each body gets, which ones wait, and that all of them finish.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::task::Wake;

use arbtest::arbitrary;
use arbtest::arbitrary::Unstructured;
use arbtest::arbtest;

use super::*;
use crate::base::error::Result;
use crate::gateway::Limits;
use std::task::Context;
use std::task::Poll;

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;

fn limits(memory: u64, disk: u64) -> Limits {
    Limits::default()
        .with_budget_memory_bytes(memory)
        .with_budget_disk_bytes(disk)
}

fn known(length: u64) -> Need {
    Need {
        base: 0,
        length,
        most: length,
        memory_bytes: MIB,
    }
}

/// A body of which `length` bytes have arrived, and which may grow to `most`.
fn growing(length: u64, most: u64) -> Need {
    Need {
        most,
        ..known(length)
    }
}

#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Woken {
    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

fn poll(claim: &mut Claim, need: Need, limits: &Limits) -> Poll<Result<()>> {
    claim.poll(need, limits, &mut Context::from_waker(Waker::noop()))
}

/// The outcome for a new body: bytes in memory or on disk, or the status of its failure.
#[derive(Debug, PartialEq)]
enum Got {
    Memory(u64),
    Disk(u64),
    Refused(u16),
    Waits,
}

fn got(claim: &mut Claim, need: Need, limits: &Limits) -> Got {
    match poll(claim, need, limits) {
        Poll::Pending => Got::Waits,
        Poll::Ready(Err(error)) => Got::Refused(error.status().as_u16()),
        Poll::Ready(Ok(())) if claim.is_spooled() => Got::Disk(claim.held_on_disk()),
        Poll::Ready(Ok(())) => Got::Memory(claim.memory()),
    }
}

/// A budget of which other connections hold these amounts, each an eighth at most.
fn filled(memory: u64, disk: u64, limits: &Limits) -> (Budget, Vec<Claim>) {
    let (budget, mut claims) = (Budget::default(), Vec::new());
    while budget.memory() < memory {
        let mut claim = budget.for_connection().claim();
        let length = (memory - budget.memory()).min(64 * KIB);
        assert!(poll(&mut claim, known(length), limits).is_ready());
        claims.push(claim);
    }
    while budget.disk() < disk {
        let mut claim = budget.for_connection().claim();
        let length = (disk - budget.disk()).min(limits.budget_disk_bytes() / 8);
        let need = Need {
            memory_bytes: 0,
            ..known(length)
        };
        assert!(poll(&mut claim, need, limits).is_ready());
        let held = claim.held_on_disk();
        claim.settle(0, held);
        claims.push(claim);
    }
    assert_eq!((budget.memory(), budget.disk()), (memory, disk));
    (budget, claims)
}

#[cfg(feature = "spool")]
#[test]
fn a_body_is_where_there_is_room_for_it() {
    use Got::Disk;
    use Got::Memory;
    use Got::Refused;
    use Got::Waits;
    let (m, d) = (64 * MIB, 2 << 30);
    let none = Need {
        memory_bytes: 0,
        ..known(100)
    };
    #[rustfmt::skip]
    let cases = [
        (0,        0, known(MIB),           Memory(MIB),        "a photo, and all is free"),
        (0,        0, known(MIB + 1),       Disk(MIB + 1),      "one byte more"),
        (0,        0, none,                 Disk(100),          "no byte may stay in memory"),
        (m / 2,    0, known(MIB),           Memory(MIB),        "half is free"),
        (m / 2 + 1, 0, known(MIB),          Disk(MIB),          "less than half is free"),
        (m / 2 + 1, 0, known(64 * KIB),     Memory(64 * KIB),   "64 KiB with less than half free"),
        (m / 2 + 1, 0, known(64 * KIB + 1), Disk(64 * KIB + 1), "one byte more than 64 KiB"),
        (0,        0, growing(1, MIB),      Memory(64 * KIB),   "more than asked, so that not every chunk asks again"),
        (0,        0, growing(1, 100),      Memory(100),        "never more than its maximum length"),
        (0,        0, growing(100 * KIB, 16 * MIB), Memory(200 * KIB), "twice what has arrived"),
        (m / 2 + 1, 0, growing(1, MIB),     Memory(1),          "only what has arrived, with less than half free"),
        (0,        0, growing(MIB + 1, 16 * MIB), Disk(MIB + 256 * KIB), "on disk in steps"),
        (0,        0, growing(MIB + 1, MIB + 9), Disk(MIB + 9), "never more than its maximum length"),
        (m / 8 * 7, 0, known(64 * KIB),     Disk(64 * KIB),     "the last eighth is for connections that hold little"),
        (m / 8 * 7, 0, known(8 * KIB),      Memory(8 * KIB),    "this connection holds little"),
        (m / 8 * 7, 0, known(8 * KIB + 1),  Disk(8 * KIB + 1),  "too long for the last eighth"),
        (m / 8 * 7, d, known(8 * KIB),      Memory(8 * KIB),    "a small form is read though all is used up"),
        (m / 8 * 7, d, known(8 * KIB + 1),  Waits,              "a larger form waits"),
        (0,        d, known(MIB),           Memory(MIB),        "in memory, it needs no disk"),
        (0,        d, known(MIB + 1),       Waits,              "on disk, it waits"),
        (0,        d - MIB, known(2 * MIB), Waits,              "the free part of the disk is not enough"),
        (0,        0, known(d / 8),         Disk(d / 8),        "the eighth of one connection"),
        (0,        0, known(d / 8 + 1),     Refused(413),       "no connection ever gets more"),
        (0,        0, growing(d / 8 + 1, u64::MAX), Refused(413), "even if the length was unknown"),
    ];
    for (memory, disk, need, want, why) in cases {
        let limits = limits(m, d);
        let (budget, _claims) = filled(memory, disk, &limits);
        let mut claim = budget.for_connection().claim();
        assert_eq!(got(&mut claim, need, &limits), want, "{why}");
    }
}

#[cfg(feature = "spool")]
#[test]
fn sizes_that_are_odd_are_no_reason_to_panic() {
    let most = u64::MAX;
    #[rustfmt::skip]
    let cases = [
        (0,    0,    known(1),              Got::Refused(413), "an empty budget"),
        (7,    7,    known(1),              Got::Refused(413), "an eighth of it is zero"),
        (8,    0,    known(1),              Got::Memory(1),    "an eighth of it is one byte"),
        (0,    8,    known(1),              Got::Disk(1),      "the same on disk"),
        (8,    8,    known(2),              Got::Refused(413), "one past it"),
        (most, 0,    known(most / 8),       Got::Memory(most / 8), "the largest possible budget"),
        (most, most, known(most),           Got::Refused(413), "more than an eighth of it"),
        (most, most, growing(most / 8, most), Got::Disk(most / 8), "no overflow in steps"),
        (MIB,  0,    known(128 * KIB),      Got::Memory(128 * KIB), "no disk: in memory up to an eighth"),
        (MIB,  0,    known(128 * KIB + 1),  Got::Refused(413), "one past it"),
    ];
    for (memory, disk, need, want, why) in cases {
        let mut claim = Budget::default().claim();
        assert_eq!(got(&mut claim, need, &limits(memory, disk)), want, "{why}");
    }
}

#[test]
fn one_connection_holds_an_eighth_and_no_byte_more() {
    let limits = limits(8 * MIB, 0);
    let connection = Budget::default();
    let mut claims: Vec<_> = (0..3).map(|_| connection.claim()).collect();
    let half = Need {
        memory_bytes: 0,
        ..known(MIB / 2)
    };
    assert!(poll(&mut claims[0], half, &limits).is_ready());
    assert!(poll(&mut claims[1], half, &limits).is_ready());
    assert!(poll(&mut claims[2], known(1), &limits).is_pending());
    let mut other = connection.for_connection().claim();
    assert!(
        poll(&mut other, half, &limits).is_ready(),
        "no other body waits for it"
    );
    drop(claims.remove(0));
    assert!(poll(&mut claims[1], known(1), &limits).is_ready());
    assert_eq!(connection.memory(), MIB + 1);
}

#[test]
fn who_waits_is_woken_when_there_is_enough_the_oldest_first() {
    let limits = limits(8 * MIB, 0);
    let (budget, mut claims) = filled(7 * MIB, 0, &limits);
    let mut waiting: Vec<_> = (0..3)
        .map(|_| (budget.for_connection().claim(), Arc::<Woken>::default()))
        .collect();
    let need = known(96 * KIB);
    for (claim, woken) in &mut waiting {
        let waker = Waker::from(Arc::clone(woken));
        let mut context = Context::from_waker(&waker);
        assert!(claim.poll(need, &limits, &mut context).is_pending());
    }
    let woken = |waiting: &[(Claim, Arc<Woken>)]| -> Vec<usize> {
        waiting.iter().map(|(_, woken)| woken.count()).collect()
    };
    claims.pop();
    assert_eq!(woken(&waiting), [0, 0, 0], "64 KiB are not enough");
    let mut small = budget.for_connection().claim();
    assert!(
        poll(&mut small, known(32 * KIB), &limits).is_pending(),
        "no body overtakes another that waits for the same"
    );
    claims.pop();
    assert_eq!(
        woken(&waiting),
        [1, 0, 0],
        "128 KiB are enough for one body"
    );
    assert!(poll(&mut small, known(32 * KIB), &limits).is_pending());
    drop(waiting.remove(1));
    drop(waiting.pop());
    assert!(
        poll(&mut small, known(32 * KIB), &limits).is_ready(),
        "the bodies before it have given up"
    );
    assert!(poll(&mut waiting[0].0, need, &limits).is_ready());
    drop((claims, waiting, small));
    assert_eq!(budget.memory(), 0);
}

#[test]
fn what_was_given_to_somebody_who_has_left_is_given_back() {
    let limits = limits(8 * MIB, 0);
    let (budget, mut claims) = filled(7 * MIB, 0, &limits);
    let mut waiting = budget.for_connection().claim();
    assert!(poll(&mut waiting, known(32 * KIB), &limits).is_pending());
    claims.pop();
    assert_eq!(
        budget.memory(),
        7 * MIB - 32 * KIB,
        "the body has got its memory"
    );
    drop(waiting);
    assert_eq!(budget.memory(), 7 * MIB - 64 * KIB);
    drop(claims);
    assert_eq!(budget.memory(), 0);
}

#[test]
fn waiting_ends_after_a_while_and_names_the_setting() {
    let limits = limits(8 * MIB, 0).with_body_idle(Duration::from_millis(300));
    let (budget, _claims) = filled(7 * MIB, 0, &limits);
    let mut claim = budget.for_connection().claim();
    let waiting = crate::gateway::AwaitOrWait(Box::pin(std::future::poll_fn(|context| {
        claim.poll(known(32 * KIB), &limits, context)
    })));
    let error = waiting.wait().unwrap_err();
    assert_eq!(error.status(), 503);
    assert_eq!(error.headers()["retry-after"], "5");
    assert!(error.message().contains("`budget_memory_bytes`"), "{error}");
    assert!(
        poll(&mut claim, known(KIB), &limits).is_ready(),
        "it may try again"
    );
}

#[test]
fn more_do_not_wait_than_can_be_looked_at() {
    let limits = limits(8 * MIB, 0);
    let (budget, _claims) = filled(7 * MIB, 0, &limits);
    let mut waiting = Vec::new();
    for _ in 0..queue::MOST_WAITING {
        let mut claim = budget.for_connection().claim();
        assert!(poll(&mut claim, known(32 * KIB), &limits).is_pending());
        waiting.push(claim);
    }
    let mut late = budget.for_connection().claim();
    assert_eq!(got(&mut late, known(32 * KIB), &limits), Got::Refused(503));
    assert!(
        poll(&mut late, known(KIB), &limits).is_ready(),
        "a small form is still read"
    );
    assert!(poll(&mut waiting[0], known(32 * KIB), &limits).is_pending());
}

/// A body that arrives in steps, and how much of it has arrived.
struct Coming {
    claim: Claim,
    length: u64,
    arrived: u64,
    limit: Option<u64>,
}

impl Coming {
    fn is_whole(&self) -> bool {
        self.arrived == self.length
    }

    /// Receives another piece, if there is room for it.
    fn step(&mut self, piece: u64, limits: &Limits) -> bool {
        let need = match self.limit {
            None => known(self.length),
            Some(limit) => growing((self.arrived + piece).min(self.length).max(1), limit),
        };
        let need = Need {
            memory_bytes: 10,
            ..need
        };
        match poll(&mut self.claim, need, limits) {
            Poll::Pending => false,
            Poll::Ready(outcome) => {
                outcome.expect("no body is refused");
                self.arrived = (self.arrived + piece).min(self.length);
                true
            }
        }
    }
}

fn bodies(
    source: &mut Unstructured<'_>,
    connections: &[Budget],
    part: u64,
) -> arbitrary::Result<Vec<Coming>> {
    let count = source.int_in_range(1..=24)?;
    let body = |_| {
        let connection = source.choose(connections)?;
        let length = source.int_in_range(1..=part)?;
        let is_known: bool = source.arbitrary()?;
        let limit = source.int_in_range(length..=2 * part)?;
        Ok(Coming {
            claim: connection.claim(),
            length,
            arrived: 0,
            limit: (!is_known).then_some(limit),
        })
    };
    (0..count).map(body).collect()
}

/// The budget holds and every body finishes, in any order and at any length.
#[test]
fn everybody_finishes() {
    arbtest(|source| {
        let (part, disk): (u64, bool) = (40, source.arbitrary()?);
        // Either the whole budget is on disk, or there is no disk.
        let limits = if disk && cfg!(feature = "spool") {
            limits(0, 8 * part)
        } else {
            limits(8 * part, 0)
        };
        let budget = Budget::default();
        let connections: Vec<_> = (0..3).map(|_| budget.for_connection()).collect();
        let mut bodies = bodies(source, &connections, part)?;
        while !bodies.is_empty() {
            let index = source.int_in_range(0..=bodies.len() - 1)?;
            let piece = source.int_in_range(1..=part)?;
            bodies[index].step(piece, &limits);
            let held = budget.memory() + budget.disk();
            assert!(held <= 8 * part, "{held} bytes are held");
            for connection in &connections {
                let Usage { memory, disk, .. } = connection.0.usage();
                assert!(memory <= part && disk <= part, "{memory} {disk}");
            }
            let stuck = !bodies.iter_mut().any(|body| body.step(1, &limits));
            assert!(!stuck, "all {} of them wait", bodies.len());
            bodies.retain(|body| !body.is_whole());
        }
        assert_eq!(
            (budget.memory(), budget.disk()),
            (0, 0),
            "everything was released"
        );
        Ok(())
    })
    .budget_ms(3_000);
}
