//! Destructors that block run on a worker, where they do not delay others.

use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use rustzeug::gateway::{Application, Limits};
use rustzeug::{IntoApplication, Request, Response, Result};

use super::pieces::{KINDS, body, kind_in};
use super::{Served, counted, status};
use crate::waiting::PATIENCE;

/// Blocks a destructor, and records its thread.
#[derive(Default)]
struct Gate {
    waiting: Mutex<Option<String>>,
    open: Mutex<bool>,
    changed: Condvar,
}

impl Gate {
    /// The name of the thread on which a destructor is blocked.
    fn waiting(&self) -> Option<String> {
        let none = |name: &mut Option<String>| name.is_none();
        let waiting = self.waiting.lock().unwrap();
        let waiting = self.changed.wait_timeout_while(waiting, PATIENCE, none);
        waiting.unwrap().0.clone()
    }

    fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.changed.notify_all();
    }
}

struct Waits(Arc<Gate>);

impl Drop for Waits {
    fn drop(&mut self) {
        let name = thread::current().name().unwrap_or_default().to_owned();
        *self.0.waiting.lock().unwrap() = Some(name);
        self.0.changed.notify_all();
        let open = self.0.open.lock().unwrap();
        let closed = |open: &mut bool| !*open;
        drop(self.0.changed.wait_timeout_while(open, PATIENCE, closed));
    }
}

fn answer(request: &Request, gate: &Arc<Gate>) -> Result<Response> {
    let Some(kind) = kind_in(request.path()) else {
        return Ok(Response::text("fine"));
    };
    let left = request.query_string().parse()?;
    let body = body(kind, left, Waits(Arc::clone(gate)));
    Ok(Response::text("").with_body(body))
}

fn plain(gate: &Arc<Gate>) -> impl Application + use<> {
    let gate = Arc::clone(gate);
    let handler = move |request: &Request| -> Result<Response> { answer(request, &gate) };
    handler.into_application()
}

fn later(gate: &Arc<Gate>) -> impl Application + use<> {
    let gate = Arc::clone(gate);
    let handler = move |request: Request| {
        let gate = Arc::clone(&gate);
        async move { answer(&request, &gate) }
    };
    handler.into_application()
}

/// Requests a body whose destructor blocks, and asserts that it blocks a worker while the server still responds.
fn assert_elsewhere(application: impl Application, gate: &Gate, request: &str, why: &str) {
    let served = Served::unchecked(application, Limits::default());
    let mut client = served.connect();
    client.send(&format!(
        "{request} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    ));
    assert_eq!(status(&client.head()), 200, "{why}");
    let leaves = request.ends_with(&usize::MAX.to_string());
    let mut client = Some(client);
    if leaves {
        client.take().unwrap().until("xxx");
    }
    let name = gate.waiting();
    let on_worker = matches!(name.as_deref(), Some("rustzeug-worker" | "rustzeug-writer"));
    assert!(on_worker, "{why}: dropped on {name:?}");
    assert_eq!(status(&served.get("/")), 200, "{why}: the server goes on");
    if leaves {
        counted(&served, why, |counters| {
            counters.open == 0 && counters.in_flight == 0
        });
    }
    gate.open();
    if let Some(mut client) = client {
        client.rest();
    }
}

#[test]
fn whatever_a_plain_fn_gives_is_dropped_on_a_worker() {
    for kind in KINDS {
        let requests = [
            format!("HEAD /{kind}?3"),
            format!("GET /{kind}?{}", usize::MAX),
            format!("GET /{kind}?3"),
        ];
        // An async writer is a future of the application: when it ends by itself, it drops its values where it runs.
        let count = if kind == "async_writer" { 2 } else { 3 };
        for request in &requests[..count] {
            let gate = Arc::default();
            assert_elsewhere(plain(&gate), &gate, request, request);
        }
    }
}

#[test]
fn what_blocks_is_dropped_on_a_worker_whoever_gives_it() {
    for kind in ["reader", "iterator", "writer"] {
        for request in [
            format!("GET /{kind}?3"),
            format!("HEAD /{kind}?3"),
            format!("GET /{kind}?{}", usize::MAX),
        ] {
            let gate = Arc::default();
            assert_elsewhere(later(&gate), &gate, &request, &request);
        }
    }
}
