//! Clients that leave before they have their response, and how the application learns it.

use std::net::Shutdown;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use rustzeug::gateway::{Body, BoxApplication};
use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Request, Response, with_state};
use socket2::SockRef;

use super::fields::fields;
use super::frames::{Peer, reset};
use super::{Client, End, Served, counted, status, wait_for_none_open};
use crate::waiting::Guard;
use crate::waiting::PATIENCE;
use crate::waiting::pass;
use crate::waiting::pass_async;
use crate::waiting::until;
use crate::waiting::until_ok;
use crate::waiting::wait_for;

#[expect(dead_code, reason = "`main` is for `cargo run`")]
#[path = "../../../examples/events.rs"]
pub(crate) mod events;

const SHORT: Duration = Duration::from_millis(400);

const GET: &str = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// The progress of a handler.
#[derive(Clone, Default)]
struct Seen {
    entered: Arc<AtomicBool>,
    release: Arc<AtomicBool>,
    told: Arc<AtomicBool>,
    done: Arc<AtomicBool>,
}

impl Seen {
    /// A body that yields one chunk, and then waits for an event that never occurs.
    fn waiting_body(&self) -> Body {
        let (guard, mut given) = (Guard(Arc::clone(&self.done)), false);
        let entered = Arc::clone(&self.entered);
        Body::async_writer(async move |mut out| {
            let _guard = guard;
            while !given {
                given = true;
                out.write("one event").await?;
                entered.store(true, Ordering::SeqCst);
            }
            std::future::pending::<()>().await;
            Ok(())
        })
    }
}

/// An event stream.
fn body(seen: &Seen) -> BoxApplication {
    let handler =
        async |seen: &Seen, _: &Request| Response::text("").with_body(seen.waiting_body());
    BoxApplication::new(with_state(seen.clone(), handler).into_application())
}

/// A plain handler that blocks until it is released.
fn plain(seen: &Seen) -> BoxApplication {
    let seen = seen.clone();
    let handler = move |request: &Request| {
        let left = request.client_left();
        seen.entered.store(true, Ordering::SeqCst);
        wait_for(&seen.release);
        seen.told.store(left.is_set(), Ordering::SeqCst);
        seen.done.store(true, Ordering::SeqCst);
        "late"
    };
    BoxApplication::new(handler.into_application())
}

/// An asynchronous handler that waits until the client has left.
fn later(seen: &Seen) -> BoxApplication {
    let handler = async |seen: &Seen, request: &Request| {
        let left = request.client_left();
        seen.entered.store(true, Ordering::SeqCst);
        left.await;
        seen.told.store(true, Ordering::SeqCst);
        seen.done.store(true, Ordering::SeqCst);
        "late"
    };
    BoxApplication::new(with_state(seen.clone(), handler).into_application())
}

fn leave_by_reset(client: Client) {
    SockRef::from(&client.0)
        .set_linger(Some(Duration::ZERO))
        .unwrap();
    drop(client);
}

fn leave_by_fin(client: Client) {
    drop(client);
}

type Handler = fn(&Seen) -> BoxApplication;
type Leave = fn(Client);

#[test]
fn a_client_that_leaves_gives_its_place_back_and_the_handler_goes_on() {
    #[rustfmt::skip]
    let cases: [(&str, Handler, Leave, &str); 7] = [
        ("",  body,  leave_by_reset, "a body that waits, a reset"),
        ("",  body,  leave_by_fin,   "a body that waits, a close"),
        ("",  plain, leave_by_reset, "a fn, a reset"),
        ("",  plain, leave_by_fin,   "a fn, a close"),
        ("",  later, leave_by_reset, "an async fn, a reset"),
        ("",  later, leave_by_fin,   "an async fn, a close"),
        (GET, body,  leave_by_reset, "the next request had come already"),
    ];
    let limits = ServerLimits::default().with_half_closed(SHORT);
    thread::scope(|scope| {
        for (more, handler, leave, why) in cases {
            let limits = limits.clone();
            scope.spawn(move || {
                let seen = Seen::default();
                let served = Served::with_limits(handler(&seen), limits);
                let mut client = served.connect();
                client.send(&format!("{GET}{more}"));
                wait_for(&seen.entered);
                if why.contains("body") || !more.is_empty() {
                    // Otherwise the server might fail to write the head.
                    client.head();
                }
                leave(client);
                wait_for_none_open(&served, why);
                assert_eq!(served.monitor.counters().left, 1, "{why}");
                seen.release.store(true, Ordering::SeqCst);
                wait_for(&seen.done);
                // A body is dropped; that is how it learns that the client has left.
                let told = seen.told.load(Ordering::SeqCst);
                assert!(told || why.contains("body") || !more.is_empty(), "{why}");
            });
        }
    });
}

#[test]
fn a_client_that_leaves_after_its_answer_frees_its_place_though_somebody_keeps_the_body() {
    for (leave, why) in [(leave_by_reset as Leave, "reset"), (leave_by_fin, "closed")] {
        let kept = Arc::<Mutex<Vec<Body>>>::default();
        let handler = async |kept: &Arc<Mutex<Vec<Body>>>, request: &Request| {
            kept.lock().unwrap().push(request.take_body());
            "answered"
        };
        let limits = ServerLimits::default().with_half_closed(SHORT);
        let app = with_state(Arc::clone(&kept), handler).into_application();
        let served = Served::with_limits(app, limits);
        let mut client = served.connect();
        client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf");
        client.until("answered");
        leave(client);
        wait_for_none_open(&served, why);
        drop(served);
        drop(kept);
    }
}

#[test]
fn a_client_that_has_sent_all_still_gets_its_answer() {
    let release = Arc::<AtomicBool>::default();
    let go_on = Arc::clone(&release);
    let handler = move |request: &Request| {
        match request.query_string().parse() {
            Ok(milliseconds) => pass(Duration::from_millis(milliseconds)),
            Err(_) => wait_for(&go_on),
        }
        "late"
    };
    let limits = ServerLimits::default().with_half_closed(SHORT * 4);
    let served = Served::with_limits(handler.into_application(), limits);
    for (takes, want, why) in [
        ("0", true, "at once"),
        ("700", true, "within the limit"),
        ("longer", false, "past it"),
    ] {
        let mut client = served.connect();
        client.send(&GET.replace("/ ", &format!("/?{takes} ")));
        client.0.shutdown(Shutdown::Write).unwrap();
        let (answer, end) = client.ending();
        assert_eq!(answer.ends_with("late"), want, "{why}: {answer}");
        assert_ne!(end, End::Open, "{why}");
    }
    release.store(true, Ordering::SeqCst);
}

#[test]
fn a_download_that_is_being_read_goes_on_for_a_client_that_has_sent_all() {
    const PIECES: usize = 12;
    let handler = async || {
        Response::text("").with_body(Body::async_writer(async |mut out| {
            for _ in 0..PIECES {
                out.write("piece").await?;
                pass_async(SHORT / 2).await;
            }
            Ok(())
        }))
    };
    let limits = ServerLimits::default().with_half_closed(SHORT * 2);
    let served = Served::with_limits(handler.into_application(), limits);
    let mut client = served.connect();
    client.send(&GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
    client.0.shutdown(Shutdown::Write).unwrap();
    let (answer, _) = client.ending();
    assert_eq!(
        answer.matches("piece").count(),
        PIECES,
        "for six times the pause"
    );
}

#[test]
fn a_job_is_not_begun_whose_client_has_left_the_queue() {
    let (begun, release) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
    let (count, go_on) = (Arc::clone(&begun), Arc::clone(&release));
    let handler = move || {
        count.fetch_add(1, Ordering::SeqCst);
        wait_for(&go_on);
        "done"
    };
    let limits = ServerLimits::default().with_lanes(1).with_workers(1);
    let mut served = Served::with_limits(handler.into_application(), limits);
    let mut first = served.connect();
    first.send(GET);
    until("one is begun", || begun.load(Ordering::SeqCst) > 0);
    let queued: Vec<_> = (0..5)
        .map(|_| {
            let mut client = served.connect();
            client.send(GET);
            client
        })
        .collect();
    counted(&served, "all have asked", |now| now.requests == 6);
    queued.into_iter().for_each(leave_by_reset);
    counted(&served, "the others have left", |now| now.open == 1);
    release.store(true, Ordering::SeqCst);
    assert_eq!(status(&first.until("done")), 200);
    let log = served.end();
    assert_eq!(begun.load(Ordering::SeqCst), 1, "{log}");
}

#[test]
fn in_http2_a_stream_that_is_reset_is_told_of_and_its_sibling_is_not() {
    let (entered, left) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let counts = (Arc::clone(&entered), Arc::clone(&left));
    let handler = async |counts: &(Arc<AtomicUsize>, Arc<AtomicUsize>), request: &Request| {
        counts.0.fetch_add(1, Ordering::SeqCst);
        request.client_left().await;
        counts.1.fetch_add(1, Ordering::SeqCst);
        "late"
    };
    let served = Served::new(with_state(counts, handler).into_application());
    let mut peer = Peer::new(served.address);
    for stream in [1, 3] {
        peer.ask(stream, &fields("GET", "/"));
    }
    until("both are in", || entered.load(Ordering::SeqCst) == 2);
    peer.send(&reset(1));
    until("one is told", || left.load(Ordering::SeqCst) == 1);
    // A while in which nothing else must happen.
    pass(SHORT / 4);
    assert_eq!(
        left.load(Ordering::SeqCst),
        1,
        "the other one is waited for"
    );
    drop(peer);
    until("both are told", || left.load(Ordering::SeqCst) == 2);
}

#[test]
fn a_stream_of_events_ends_when_the_server_stops() {
    let handler = async |request: &Request| {
        let mut stopping = request.stopping();
        Response::text("").with_body(Body::async_writer(async move |mut out| {
            out.write("first").await?;
            let event = stopping.race(std::future::pending::<()>()).await;
            assert!(event.is_none());
            out.write(" and last").await
        }))
    };
    let limits = ServerLimits::default()
        .with_lame_duck(Duration::from_millis(50))
        .with_grace_period(Duration::from_mins(1));
    let mut served = Served::with_limits(handler.into_application(), limits);
    let mut client = served.connect();
    client.send(GET);
    client.until("first");
    let start = Instant::now();
    served.end();
    assert!(start.elapsed() < PATIENCE, "not the grace period");
    assert!(client.rest().contains(" and last"));
}

#[test]
fn a_client_that_stays_is_not_taken_for_one_that_left() {
    let handler = |request: &Request| {
        let left = request.client_left();
        // Longer than a client that has left would be waited for.
        pass(SHORT * 2);
        if left.is_set() { "left" } else { "here" }
    };
    let served = Served::with_limits(
        handler.into_application(),
        ServerLimits::default().with_half_closed(SHORT),
    );
    let mut client = served.connect();
    client.send(GET);
    assert!(client.until("here").ends_with("here"));
    client.send(&format!("{GET}{GET}"));
    assert!(
        client.until("here").ends_with("here"),
        "with another behind it"
    );
    assert!(client.until("here").ends_with("here"));
}

#[test]
fn a_leaver_in_the_middle_of_a_body_that_nobody_reads_is_noticed() {
    let seen = Seen::default();
    let served = Served::with_limits(
        later(&seen),
        ServerLimits::default().with_half_closed(SHORT),
    );
    for (leave, why) in [(leave_by_reset as Leave, "reset"), (leave_by_fin, "closed")] {
        let mut client = served.connect();
        client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf");
        wait_for(&seen.entered);
        leave(client);
        wait_for_none_open(&served, why);
        wait_for(&seen.done);
        seen.entered.store(false, Ordering::SeqCst);
        seen.done.store(false, Ordering::SeqCst);
    }
}

#[test]
fn the_clock_of_the_examples_says_goodbye_when_the_server_stops() {
    let limits = ServerLimits::default().with_grace_period(Duration::from_hours(1));
    let mut served = Served::with_limits(events::app(), limits);
    let mut client = served.connect();
    client.send(GET);
    let head = client.head();
    assert!(
        head.contains("content-type: text/event-stream; charset=utf-8\r\n"),
        "{head}"
    );
    assert!(client.until(" UTC\n\n").contains("data: "));
    let start = Instant::now();
    served.end();
    assert!(
        start.elapsed() < PATIENCE,
        "before the grace period is over"
    );
    assert!(client.rest().contains("event: goodbye\n"));
}

/// The timer that runs on the server's socket: 2 is the keep-alive timer, 0 is none.
#[cfg(target_os = "linux")]
fn timer(client: &Client) -> u32 {
    let end = |address: std::net::SocketAddr| format!("0100007F:{:04X}", address.port());
    let (server, own) = (
        end(client.0.peer_addr().unwrap()),
        end(client.0.local_addr().unwrap()),
    );
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let rows = table
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>());
    let row = rows
        .into_iter()
        .find(|row| row[1] == server && row[2] == own);
    let timer = row.expect("the kernel knows the connection")[5].to_owned();
    timer[..2].parse().unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn clients_that_say_nothing_are_probed() {
    for (seconds, want, why) in [
        (60, 2, "by default"),
        (2, 2, "the minimum"),
        (0, 0, "never"),
    ] {
        let limits = ServerLimits::default().with_dead_peer(Duration::from_secs(seconds));
        let served = Served::with_limits((|| "fine").into_application(), limits);
        let mut client = served.connect();
        client.send(GET);
        assert_eq!(status(&client.until("fine")), 200);
        // Another timer may run until the sent bytes are acknowledged.
        until_ok(why, || {
            let timer = timer(&client);
            if timer == want { Ok(()) } else { Err(timer) }
        });
    }
}
