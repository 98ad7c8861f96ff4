//! Plain functions and their worker threads.

use std::path::Path;
use std::sync::Arc;
use std::sync::Barrier;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Request, Response, Result, Router, Server};

use super::{Served, status};
use crate::waiting::PATIENCE;
use crate::waiting::settled;
use crate::waiting::until;
use crate::waiting::wait_for;

fn on_thread() -> String {
    thread::current().name().unwrap_or("unnamed").to_owned()
}

#[test]
fn a_plain_function_runs_outside_of_the_runtime_and_an_async_one_inside() {
    // A runtime refuses to be entered twice.
    fn can_block() -> bool {
        let block = || tokio::runtime::Handle::current().block_on(async {});
        std::panic::catch_unwind(block).is_ok()
    }
    for server in [
        Server::bind("127.0.0.1:0").unwrap(),
        Server::bind("127.0.0.1:0").unwrap().work_stealing(),
    ] {
        let app = Router::new()
            .get("/plain", || format!("{} {}", can_block(), on_thread()))
            .get("/later", async || format!("{}", can_block()));
        let served = Served::by(server, app.into_application());
        assert!(
            served
                .get("/plain")
                .ends_with("\r\n\r\ntrue rustzeug-worker")
        );
        assert!(served.get("/later").ends_with("\r\n\r\nfalse"));
    }
}

#[test]
fn plain_functions_that_wait_for_each_other_all_run() {
    let together = Arc::new(Barrier::new(40));
    let handler = move || {
        together.wait();
        "met"
    };
    let served = Served::new(handler.into_application());
    let mut clients: Vec<_> = (0..40).map(|_| served.connect()).collect();
    for client in &mut clients {
        client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    for client in &mut clients {
        assert!(
            client.until("met").starts_with("HTTP/1.1 200 OK\r\n"),
            "forty workers at the same time"
        );
    }
}

#[test]
fn a_worker_may_call_a_plain_application_without_taking_another_worker() {
    fn outer(request: &Request) -> Result<Response> {
        request
            .copy_get()
            .send(&(|| on_thread()).into_application())
            .wait()
    }
    let served = Served::with_limits(
        outer.into_application(),
        ServerLimits::default().with_workers(1),
    );
    assert!(served.get("/").ends_with("rustzeug-worker"));
}

#[test]
fn work_beyond_the_queue_is_503_with_retry_after() {
    for lanes in [1, 2] {
        refuses_beyond_the_queue(lanes);
    }
}

fn refuses_beyond_the_queue(lanes: usize) {
    let entered = Arc::new(AtomicBool::new(false));
    let release = Arc::new(AtomicBool::new(false));
    let (arrived, go_on) = (Arc::clone(&entered), Arc::clone(&release));
    let handler = move || {
        arrived.store(true, Ordering::SeqCst);
        wait_for(&go_on);
        "done"
    };
    let app = Router::new()
        .get("/", handler)
        .get("/async", async || "free");
    let limits = ServerLimits::default()
        .with_lanes(lanes)
        .with_workers(1)
        .with_queued_jobs(1);
    let served = Served::with_limits(app.into_application(), limits);
    let mut first = served.connect();
    first.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    wait_for(&entered);
    assert_eq!(status(&served.get("/async")), 200, "the lane has moved on");
    let (tell, told) = mpsc::channel();
    thread::scope(|scope| {
        // Another lane runs one itself, if it is not known yet that the handler waits.
        for tell in vec![tell; lanes + 1] {
            let served = &served;
            scope.spawn(move || tell.send(served.get("/").to_ascii_lowercase()));
        }
        let answer = told.recv_timeout(PATIENCE).unwrap();
        assert_eq!(status(&answer), 503, "one runs, one waits, one is too many");
        assert!(answer.contains("\r\nretry-after: 1\r\n"), "{answer}");
        release.store(true, Ordering::SeqCst);
        let others: Vec<_> = told.iter().map(|answer| status(&answer)).collect();
        assert_eq!(others.len(), lanes);
        assert!(others.contains(&200), "one has waited: {others:?}");
        assert!(others.iter().all(|status| [200, 503].contains(status)));
    });
    assert!(first.until("done").starts_with("HTTP/1.1 200 OK\r\n"));
}

#[test]
fn half_sent_bodies_hold_no_worker() {
    let limits = ServerLimits::default().with_workers(2);
    let served = Served::with_limits(
        (|request: &Request| request.text().wait()).into_application(),
        limits,
    );
    let slow: Vec<_> = (0..200)
        .map(|_| {
            let mut client = served.connect();
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf");
            client
        })
        .collect();
    let start = Instant::now();
    assert_eq!(status(&served.get("/")), 200);
    assert!(
        start.elapsed() < PATIENCE / 2,
        "two workers, two hundred slow clients"
    );
    drop(slow);
}

#[test]
#[cfg(target_os = "linux")]
fn idle_workers_leave() {
    let names = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&names);
    let handler = move || {
        let status = std::fs::read_to_string("/proc/thread-self/status").unwrap_or_default();
        let id = status
            .lines()
            .find_map(|line| line.strip_prefix("Pid:"))
            .unwrap_or_default()
            .trim()
            .to_owned();
        seen.lock().unwrap().push(id);
    };
    let limits = ServerLimits::default().with_worker_idle(Duration::from_millis(20));
    let stealing = Server::bind("127.0.0.1:0").unwrap().work_stealing();
    let served = Served::by(
        stealing.with_server_limits(limits),
        handler.into_application(),
    );
    served.get("/");
    let first = format!("/proc/self/task/{}", names.lock().unwrap()[0]);
    until("the first worker leaves", || !Path::new(&first).exists());
    assert_eq!(status(&served.get("/")), 200, "another one is started");
}

#[test]
fn writers_have_a_cap_of_their_own() {
    let written = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&written);
    let handler = move || {
        let count = Arc::clone(&count);
        Response::writer(move |out| {
            // Until the client leaves.
            while std::io::Write::write_all(out, &[b'x'; 8192]).is_ok() {
                count.fetch_add(8192, Ordering::SeqCst);
            }
            count.store(usize::MAX, Ordering::SeqCst);
            Ok(())
        })
    };
    let served = Served::with_limits(
        handler.into_application(),
        ServerLimits::default().with_body_writers(1),
    );
    let mut reader = served.connect();
    reader.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert!(reader.head().starts_with("http/1.1 200 ok\r\n"));
    assert_eq!(status(&served.get("/")), 503, "the only writer is taken");

    // A writer waits for a client that does not read.
    let before = settled(|| written.load(Ordering::SeqCst), |count| *count > 0);
    assert!(before < 64 << 20, "and is not far ahead of it: {before}");
    drop(reader);
    until("the writer learns that the client has left", || {
        written.load(Ordering::SeqCst) == usize::MAX
    });
}
