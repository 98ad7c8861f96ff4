//! Plain functions on lanes: whatever they do, others are served.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, Thread, ThreadId};
use std::time::{Duration, Instant};

use rustzeug::gateway::Application;
use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Router, Server};

use super::{Client, Served, status};
use crate::waiting::Guard;
use crate::waiting::PATIENCE;
use crate::waiting::pass;
use crate::waiting::until;

const MOMENT: Duration = Duration::from_millis(10);

/// A server with this number of lanes.
fn on(lanes: usize, application: impl Application) -> Served {
    Served::with_limits(application, ServerLimits::default().with_lanes(lanes))
}

/// Holds functions until it is opened, which is at the latest when the test ends.
#[derive(Clone, Default)]
pub(super) struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub(super) fn wait(&self) {
        let (open, changed) = &*self.0;
        drop(changed.wait_while(open.lock().unwrap(), |open| !*open));
    }

    pub(super) fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }
}

pub(super) struct OpenAtEnd(pub(super) Gate);

impl Drop for OpenAtEnd {
    fn drop(&mut self) {
        self.0.open();
    }
}

fn request(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")
}

fn ask(served: &Served, path: &str) -> Client {
    let mut client = served.connect();
    client.send(&request(path));
    client
}

/// Servers whose plain functions run on lanes, and one with a pool.
fn each_kind(gate: &Gate) -> Vec<(&'static str, Served)> {
    let app = || app(gate).into_application();
    let stealing = Server::bind("127.0.0.1:0").unwrap().work_stealing();
    vec![
        ("one lane", on(1, app())),
        ("two lanes", on(2, app())),
        ("work stealing", Served::by(stealing, app())),
    ]
}

/// `/stuck` waits at the gate, `/fn` and `/async` answer.
fn app(gate: &Gate) -> impl Application + use<> {
    let gate = gate.clone();
    let stuck = move || {
        gate.wait();
        "came back"
    };
    Router::new()
        .get("/stuck", stuck)
        .get("/fn", || "a fn")
        .get("/async", async || "an async fn")
}

#[test]
fn functions_that_block_for_ever_stop_nobody() {
    for count in [1, 8, 512] {
        let gate = Gate::default();
        let _end = OpenAtEnd(gate.clone());
        let mut servers = each_kind(&gate);
        let mut all_stuck = Vec::new();
        for (kind, served) in &mut servers {
            let mut early = served.connect();
            all_stuck.push((0..count).map(|_| ask(served, "/stuck")).collect());
            for path in ["/fn", "/async"] {
                early.send(&request(path));
                let why = format!("{path} beside {count}, {kind}");
                assert!(
                    early.until("fn").ends_with("fn"),
                    "{why}: an old connection"
                );
                for _ in 0..10 {
                    let answer = served.get(path);
                    assert!(answer.ends_with("fn"), "{why}: a new one: {answer}");
                }
            }
        }
        gate.open();
        for mut stuck in all_stuck {
            come_back(&mut stuck);
            for client in &mut stuck {
                client.send(&request("/stuck"));
            }
            come_back(&mut stuck);
        }
    }
}

fn come_back(stuck: &mut Vec<Client>) {
    for client in stuck {
        let answer = client.until("came back");
        assert_eq!(status(&answer), 200, "none is lost");
    }
}

#[test]
fn functions_run_although_no_event_loop_is_ever_idle() {
    let (stop, idle) = (Arc::new(AtomicBool::new(false)), AtomicUsize::new(0));
    let _end = Guard(Arc::clone(&stop));
    let spin = move || {
        let stop = Arc::clone(&stop);
        idle.fetch_add(1, Ordering::SeqCst);
        async move {
            tokio::spawn(async move {
                while !stop.load(Ordering::SeqCst) {
                    tokio::task::yield_now().await;
                }
            });
            "spins"
        }
    };
    let app = Router::new().get("/spin", spin).get("/fn", || "a fn");
    let stealing = Server::bind("127.0.0.1:0").unwrap().work_stealing();
    let served = Served::by(stealing, app.into_application());
    assert!(served.get("/fn").ends_with("a fn"));
    for _ in 0..16 {
        assert!(served.get("/spin").ends_with("spins"));
    }
    for _ in 0..10 {
        assert!(served.get("/fn").ends_with("a fn"), "the turn never ends");
    }
}

#[test]
fn a_parked_function_is_unparked_by_another_request() {
    let parked: Arc<Mutex<Option<Thread>>> = Arc::default();
    let (place, other) = (Arc::clone(&parked), parked);
    let woken = Arc::new(AtomicBool::new(false));
    let (seen, flag) = (Arc::clone(&woken), woken);
    let park = move || {
        *place.lock().unwrap() = Some(thread::current());
        while !seen.load(Ordering::SeqCst) {
            thread::park();
        }
        "unparked"
    };
    let unpark = move || {
        flag.store(true, Ordering::SeqCst);
        let thread = other.lock().unwrap().take();
        thread.map(|thread| {
            thread.unpark();
            "unparks"
        })
    };
    let app = Router::new().get("/park", park).get("/unpark", unpark);
    let served = on(1, app.into_application());
    let mut first = ask(&served, "/park");
    until("it is parked", || {
        served.get("/unpark").ends_with("unparks")
    });
    assert!(first.until("unparked").ends_with("unparked"));
}

#[test]
fn deposed_leaders_come_back() {
    let threads: Arc<Mutex<HashSet<ThreadId>>> = Arc::default();
    let (seen, count) = (Arc::clone(&threads), AtomicUsize::new(0));
    let rarely_slow = move || {
        seen.lock().unwrap().insert(thread::current().id());
        if count.fetch_add(1, Ordering::SeqCst) % 100 == 50 {
            // A busy machine may need long to find out.
            pass(MOMENT * 10);
        }
        "done"
    };
    let served = on(1, rarely_slow.into_application());
    let mut client = served.connect();
    for _ in 0..1000 {
        client.send(&request("/"));
        assert!(client.until("done").ends_with("done"));
    }
    let threads = threads.lock().unwrap().len();
    assert!(threads > 1, "the lane was led by several threads");
    // On a busy machine, functions seem to be slow that are not.
    assert!(threads < 25, "{threads} threads for ten slow runs");
}

#[test]
fn functions_that_wait_do_so_together() {
    const WAIT: Duration = Duration::from_millis(100);
    let wait = || {
        pass(WAIT);
        "waited"
    };
    let app = Router::new().get("/wait", wait).get("/fn", || "a fn");
    let served = on(1, app.into_application());
    let begun = Instant::now();
    let mut waiting: Vec<_> = (0..64).map(|_| ask(&served, "/wait")).collect();
    for client in &mut waiting {
        assert!(client.until("waited").ends_with("waited"));
    }
    assert!(
        begun.elapsed() < WAIT * 32,
        "64 of them, one after another, take twice as long"
    );
}

#[test]
fn a_server_ends_although_functions_are_stuck() {
    for count in [1, 8] {
        let gate = Gate::default();
        let _end = OpenAtEnd(gate.clone());
        let limits = ServerLimits::default()
            .with_lanes(1)
            .with_closing_notice(MOMENT)
            .with_grace_period(MOMENT);
        let mut served = Served::with_limits(app(&gate).into_application(), limits);
        let stuck: Vec<_> = (0..count).map(|_| ask(&served, "/stuck")).collect();
        assert_eq!(status(&served.get("/fn")), 200);
        let begun = Instant::now();
        served.end();
        assert!(
            begun.elapsed() < PATIENCE,
            "it does not wait for {count} stuck functions"
        );
        drop(stuck);
    }
}

#[test]
fn a_server_ends_while_a_function_runs_that_then_gives_its_answer() {
    let gate = Gate::default();
    let limits = ServerLimits::default().with_lanes(1);
    let mut served = Served::with_limits(app(&gate).into_application(), limits);
    let mut stuck = ask(&served, "/stuck");
    assert_eq!(status(&served.get("/async")), 200, "the loop has moved on");
    served.stopper.stop();
    let opener = {
        let gate = gate.clone();
        thread::spawn(move || {
            pass(MOMENT);
            gate.open();
        })
    };
    assert!(stuck.until("came back").ends_with("came back"));
    opener.join().unwrap();
    served.end();
}

#[test]
fn connections_are_spread_over_the_lanes() {
    let threads: Arc<Mutex<HashSet<ThreadId>>> = Arc::default();
    let seen = Arc::clone(&threads);
    let handler = move || {
        seen.lock().unwrap().insert(thread::current().id());
        async { "an async fn" }
    };
    let served = on(4, handler.into_application());
    let mut clients: Vec<_> = (0..4).map(|_| served.connect()).collect();
    for client in &mut clients {
        client.send(&request("/"));
        client.until("fn");
    }
    assert_eq!(
        threads.lock().unwrap().len(),
        4,
        "four connections on four lanes"
    );
    // The clients of two lanes leave; the next ones go where there are fewest, once the others have left.
    clients.truncate(2);
    until("uneven loads are evened out", || {
        threads.lock().unwrap().clear();
        let mut others: Vec<_> = (0..2).map(|_| served.connect()).collect();
        for client in clients.iter_mut().chain(&mut others) {
            client.send(&request("/"));
            client.until("fn");
        }
        threads.lock().unwrap().len() == 4
    });
}

#[test]
fn new_connections_keep_away_from_a_lane_that_is_blocked() {
    let gate = Gate::default();
    let _end = OpenAtEnd(gate.clone());
    let hang = move || {
        let gate = gate.clone();
        async move { gate.wait() }
    };
    let app = Router::new()
        .get("/hang", hang)
        .get("/async", async || "fn");
    let served = on(2, app.into_application());
    let _hangs = ask(&served, "/hang");
    // The server notices by those that are not served. The others stay, so the blocked lane has fewer connections.
    let mut kept: Vec<_> = (0..10).map(|_| ask(&served, "/async")).collect();
    // On a busy machine, the other lane is slow too, but not for so long.
    pass(MOMENT * 200);
    for _ in 0..10 {
        let mut client = ask(&served, "/async");
        assert!(client.until("fn").ends_with("fn"));
        kept.push(client);
    }
}

#[test]
fn an_async_function_that_blocks_for_ever_is_named_in_the_log() {
    let gate = Gate::default();
    let _end = OpenAtEnd(gate.clone());
    let hang = move || {
        let gate = gate.clone();
        async move { gate.wait() }
    };
    let inner = Router::new().get("/{page}", hang);
    let served = on(1, Router::new().nest("/below", inner).into_application());
    let _hangs = ask(&served, "/below/page");
    until("the log names the route", || {
        let log = served.running.log.text();
        log.contains("the route `/below/{page}` has blocked an event loop for at least ")
    });
}

#[test]
fn an_async_function_that_blocks_is_named_in_the_log() {
    // Longer than the time between two questions to the lane.
    const LONG: Duration = Duration::from_millis(1500);
    let blocks = async || {
        pass(LONG);
        "done"
    };
    let app = Router::new().get("/{page}", blocks);
    let served = on(2, app.into_application());
    // A server asks while it has connections.
    let _idle = served.connect();
    until("the log names the route", || {
        assert_eq!(status(&served.get("/slow")), 200);
        let log = served.running.log.text();
        log.contains("the route `/{page}` has blocked an event loop for at least ")
    });
}
