//! Regression tests for subtle faults, one test for each.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use rustzeug::gateway::Body;
use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Request, Response, Server, with_state};

use super::{Served, counted, status, wait_until_refused};
use crate::waiting::PATIENCE;
use crate::waiting::pass;
use crate::waiting::wait_for;

#[test]
fn a_wait_within_a_wait_does_not_use_up_the_outer_wake_up() {
    let outer = move || async move {
        let waits = Arc::new(AtomicBool::new(false));
        let woken = Arc::new(AtomicBool::new(false));
        let (begins, goes_on) = (Arc::clone(&waits), Arc::clone(&woken));
        let inner = move || {
            let (begins, goes_on) = (Arc::clone(&begins), Arc::clone(&goes_on));
            let late = Body::writer(move |out| {
                begins.store(true, Ordering::SeqCst);
                wait_for(&goes_on);
                Ok(std::io::Write::write_all(out, b"late")?)
            });
            Response::bytes("").with_body(late).read_text().wait()
        };
        let inner = inner.into_application();
        let mut call = Some(Request::blank("/").send(&inner));
        let mut started = false;
        poll_fn(move |context| {
            let early = woken.load(Ordering::SeqCst);
            if !std::mem::replace(&mut started, true) {
                let (waits, woken) = (Arc::clone(&waits), Arc::clone(&woken));
                let waker = context.waker().clone();
                thread::spawn(move || {
                    wait_for(&waits);
                    waker.wake();
                    woken.store(true, Ordering::SeqCst);
                });
            }
            // The inner function waits here until the outer waker is woken.
            if let Some(mut sending) = call.take() {
                assert!(std::pin::Pin::new(&mut sending).poll(context).is_ready());
            }
            if early {
                Poll::Ready("both")
            } else {
                Poll::Pending
            }
        })
        .await
    };
    let (done, app) = (Arc::new(AtomicBool::new(false)), outer.into_application());
    let finished = Arc::clone(&done);
    thread::spawn(move || {
        let mut response = Request::blank("/").send(&app).wait().unwrap();
        assert_eq!(response.read_text().wait().unwrap(), "both");
        finished.store(true, Ordering::SeqCst);
    });
    wait_for(&done);
}

/// Chunks that panic when they are dropped. The second one arrives when the client has left.
#[derive(Clone, Default)]
struct Bomb {
    begun: bool,
    left: Arc<AtomicBool>,
    dropped: Arc<AtomicBool>,
}

impl Iterator for Bomb {
    type Item = &'static str;

    fn next(&mut self) -> Option<Self::Item> {
        if std::mem::replace(&mut self.begun, true) {
            wait_for(&self.left);
        }
        Some("chunk")
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        if self.begun {
            self.dropped.store(true, Ordering::SeqCst);
            panic!("in a destructor");
        }
    }
}

#[test]
fn a_panic_in_a_destructor_costs_no_worker() {
    let bomb = Bomb::default();
    let made = bomb.clone();
    let body = move |request: &Request| match request.path() {
        "/bomb" => Response::iterator(made.clone()),
        _ => Response::text("fine"),
    };
    let limits = ServerLimits::default().with_workers(1);
    let served = Served::with_limits(body.into_application(), limits);
    for _ in 0..3 {
        let mut client = served.connect();
        client.send("GET /bomb HTTP/1.1\r\nHost: localhost\r\n\r\n");
        client.head();
        drop(client);
        bomb.left.store(true, Ordering::SeqCst);
        wait_for(&bomb.dropped);
        bomb.left.store(false, Ordering::SeqCst);
        bomb.dropped.store(false, Ordering::SeqCst);
    }
    assert!(
        served.get("/").ends_with("fine"),
        "the only worker is still there"
    );
}

#[test]
fn overload_refuses_new_requests_and_lets_responses_go_on() {
    let release = Arc::new(AtomicBool::new(false));
    let go_on = Arc::clone(&release);
    let body = move |request: &Request| {
        let chunk = |number| {
            // So slow that each is a job of its own.
            pass(Duration::from_millis(20));
            format!("{number};")
        };
        if request.path() == "/download" {
            return Response::iterator((0..10).map(chunk));
        }
        wait_for(&go_on);
        Response::text("done")
    };
    let limits = ServerLimits::default()
        .with_lanes(1)
        .with_workers(1)
        .with_queued_jobs(1);
    let served = Served::with_limits(body.into_application(), limits);
    let mut download = served.connect();
    download.send("GET /download HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    download.until("0;");
    let mut others: Vec<_> = (0..4).map(|_| served.connect()).collect();
    for client in &mut others {
        client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    counted(&served, "there are too many", |now| now.responses[4] > 0);
    release.store(true, Ordering::SeqCst);
    assert!(download.rest().ends_with("9;\r\n0\r\n\r\n"), "not cut off");
}

#[test]
fn a_handler_whose_client_has_left_is_waited_for_at_the_end() {
    let entered = Arc::new(AtomicBool::new(false));
    let release = Arc::new(AtomicBool::new(false));
    let done = Arc::new(AtomicBool::new(false));
    let (arrived, go_on, finished) = (
        Arc::clone(&entered),
        Arc::clone(&release),
        Arc::clone(&done),
    );
    let handler = move || {
        arrived.store(true, Ordering::SeqCst);
        wait_for(&go_on);
        finished.store(true, Ordering::SeqCst);
    };
    let mut served = Served::new(handler.into_application());
    let mut client = served.connect();
    client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    wait_for(&entered);
    drop(client);
    served.stopper.stop();
    wait_until_refused(served.address);
    release.store(true, Ordering::SeqCst);
    served.end();
    assert!(
        done.load(Ordering::SeqCst),
        "it was in flight, and was finished"
    );
}

#[test]
fn the_grace_period_is_a_bound_even_for_async_functions_that_block() {
    let entered = Arc::new(AtomicBool::new(false));
    let release = Arc::new(AtomicBool::new(false));
    let seen = (Arc::clone(&entered), Arc::clone(&release));
    let handler = async |(arrived, go_on): &(Arc<AtomicBool>, Arc<AtomicBool>), _: &Request| {
        arrived.store(true, Ordering::SeqCst);
        wait_for(go_on);
        "late"
    };
    let handler = with_state(seen, handler);
    let limits = ServerLimits::default().with_grace_period(Duration::from_millis(100));
    let mut served = Served::with_limits(handler.into_application(), limits);
    let mut client = served.connect();
    client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    wait_for(&entered);
    let start = Instant::now();
    served.end();
    assert!(start.elapsed() < PATIENCE / 2, "the handler takes longer");
    release.store(true, Ordering::SeqCst);
}

#[test]
fn what_is_wrong_about_the_host_or_the_target_is_refused_before_the_application() {
    let served = Served::new((|request: &Request| request.url()).into_application());
    #[rustfmt::skip]
    let cases = [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n",                      200, "as it should be"),
        ("GET http://a/x HTTP/1.1\r\nHost: b\r\n\r\n",             200, "absolute form has priority over `Host`"),
        ("GET / HTTP/1.1\r\n\r\n",                                 400, "no Host in HTTP/1.1"),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",           400, "two `Host` lines"),
        ("GET http://a/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",   400, "two `Host` lines, hidden by the target"),
        ("GET http://a/ HTTP/1.1\r\nHost: a/b c\r\n\r\n",          400, "an invalid `Host`, hidden by the target"),
        ("GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n",            400, "user info in the target"),
        ("GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n",             421, "https over plain http"),
        ("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n",               421, "another protocol"),
        ("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n",          501, "no tunnels"),
        ("GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n",                 400, "a NUL in the path"),
    ];
    for (head, want, why) in cases {
        let mut client = served.connect();
        client.send(head);
        assert_eq!(status(&client.head()), want, "{why}: {head}");
    }
    assert!(
        served.get("http://a?q").ends_with("http://a/?q"),
        "an empty path is a slash"
    );
}

#[test]
fn serving_inside_of_a_runtime_is_said_in_a_sentence() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let error = runtime.block_on(async { Server::bind("127.0.0.1:0").unwrap().serve(|| "x") });
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("serve_async(…).await")
    );
}
