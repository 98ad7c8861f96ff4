//! Connections: kept open, limited, and closed.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use rustzeug::gateway::{Body, BoxApplication, Lint};
use rustzeug::middleware::render_errors;
use rustzeug::render::Format;
use rustzeug::server::ServerLimits;
use rustzeug::{Error, IntoApplication, Next, Request, Response, Router, Server, wrap};

use super::{Client, Served, status, tcp, wait_until_refused};
use crate::common::Log;
use crate::waiting::PATIENCE;
use crate::waiting::wait_for;

#[test]
fn a_connection_is_kept_for_the_next_request() {
    let served = Served::new((|| "fine").into_application());
    let mut client = served.connect();
    for _ in 0..3 {
        client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assert!(client.until("fine").starts_with("HTTP/1.1 200 OK\r\n"));
    }
    client.send("GET / HTTP/1.0\r\n\r\n");
    assert!(client.rest().ends_with("fine"), "HTTP/1.0 closes");
}

#[test]
fn one_date_is_sent_and_no_hop_by_hop_header_of_the_application() {
    let served = Served::new((|| "fine").into_application());
    let answer = served.get("/").to_ascii_lowercase();
    assert_eq!(answer.matches("\r\ndate: ").count(), 1, "{answer}");
}

#[test]
fn requests_in_flight_are_answered_when_the_server_is_stopped() {
    let entered = Arc::new(AtomicBool::new(false));
    let release = Arc::new(AtomicBool::new(false));
    let (arrived, go_on) = (Arc::clone(&entered), Arc::clone(&release));
    let handler = move || {
        arrived.store(true, Ordering::SeqCst);
        wait_for(&go_on);
        "finished"
    };
    let mut served = Served::new(handler.into_application());
    let mut idle = served.connect();
    let mut busy = served.connect();
    busy.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    wait_for(&entered);
    served.stopper.stop();
    assert_eq!(idle.rest(), "", "an idle connection is closed at once");
    wait_until_refused(served.address);
    release.store(true, Ordering::SeqCst);
    let answer = busy.rest();
    assert!(answer.ends_with("finished"), "{answer}");
    assert!(
        answer
            .to_ascii_lowercase()
            .contains("\r\nconnection: close\r\n"),
        "{answer}"
    );
    served.end();
}

#[test]
fn a_request_that_takes_too_long_does_not_hold_up_the_end() {
    let entered = Arc::new(AtomicBool::new(false));
    let release = Arc::new(AtomicBool::new(false));
    let (arrived, go_on) = (Arc::clone(&entered), Arc::clone(&release));
    let handler = move || {
        arrived.store(true, Ordering::SeqCst);
        wait_for(&go_on);
    };
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
fn connections_beyond_the_cap_wait_for_one_to_close() {
    let body = || Body::iterator(["fine"].into_iter().chain(std::iter::repeat("x")));
    let handler = move |request: &Request| match request.path() {
        "/endless" => Response::text("").with_body(body()),
        _ => Response::text("fine"),
    };
    let limits = ServerLimits::default().with_connections(1);
    let served = Served::with_limits(handler.into_application(), limits);
    let mut first = served.connect();
    first.send("GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(status(&first.until("fine")), 200);

    let mut second = served.connect();
    second.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    second
        .0
        .set_read_timeout(Some(Duration::from_millis(100)))
        .unwrap();
    assert_eq!(second.until("fine"), "", "not accepted yet");
    drop(first);
    second.0.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(status(&second.until("fine")), 200);
}

#[test]
fn what_keeps_a_server_from_starting_is_said_in_a_sentence() {
    let taken = Server::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().port();
    let taken_text = format!("port {port} is taken; set PORT to another one");
    for (address, want) in [
        (format!("127.0.0.1:{port}"), &*taken_text),
        (
            "192.0.2.1:8000".to_owned(),
            "192.0.2.1 is not an address of this machine",
        ),
        (
            "127.0.0.1".to_owned(),
            "this is not an address to listen on: invalid socket address",
        ),
    ] {
        let error = Server::bind(&*address).unwrap_err();
        assert_eq!(error.to_string(), want, "{address}");
        assert_eq!(format!("{error:?}"), want, "{address}: also from `main`");
    }
}

#[test]
fn an_application_that_says_it_is_wrong_is_not_served() {
    async fn pass(request: Request, next: Next) -> Response {
        next.run(request).await
    }
    let leave = |_: &Error, _: Format| None;
    let twice = || Router::new().get("/{a}", || "").get("/{b}", || "");
    let mount = Router::new().mount("/m", wrap(twice(), pass));
    let handler = Router::new().any("/h/{p:path}", render_errors(twice(), leave));
    let fallback = Router::new().nest("/f", Router::new().fallback(twice()));
    #[rustfmt::skip]
    let cases = [
        (BoxApplication::new(twice()), "`/{a}` and `/{b}`", "itself"),
        (BoxApplication::new(Arc::new(Lint::new(twice()))), "`/{a}` and `/{b}`", "in an `Arc`, under `Lint`"),
        (BoxApplication::new(wrap(render_errors(twice(), leave), pass)), "`/{a}` and `/{b}`", "in middleware"),
        (BoxApplication::new(mount), "`/m/{a}` and `/m/{b}`", "mounted, in middleware"),
        (BoxApplication::new(handler), "`/h/{p:path}/{a}` and `/h/{p:path}/{b}`", "as a handler"),
        (BoxApplication::new(fallback), "`/f/{a}` and `/f/{b}`", "as a fallback"),
    ];
    for (application, rules, why) in cases {
        let server = Server::bind("127.0.0.1:0").unwrap();
        let error = server.serve(application).unwrap_err();
        let want =
            format!("the application cannot be served: the rules {rules} match the same paths");
        assert_eq!(error.to_string(), want, "{why}");
    }
}

#[test]
fn what_is_not_finished_ends_with_the_future_that_serves() {
    let limits = ServerLimits::default()
        .with_closing_notice(Duration::from_millis(50))
        .with_grace_period(Duration::from_millis(200));
    let endless = || Response::bytes("").with_body(Body::iterator(std::iter::repeat("x")));
    for (stops, why) in [(true, "past the grace period"), (false, "dropped")] {
        let server = Server::bind("127.0.0.1:0").unwrap();
        let server = server
            .with_server_limits(limits.clone())
            .with_errors(Log::default().stream());
        let (address, stopper) = (server.local_addr(), server.stopper());
        // A client that has connected by then is still accepted.
        let mut client = Client(tcp(address));
        client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        thread::spawn(move || {
            runtime.block_on(async {
                if stops {
                    stopper.stop();
                }
                let serving = server.serve_async(endless);
                let _ = tokio::time::timeout(Duration::from_millis(500), serving).await;
                // The runtime does other work meanwhile.
                std::future::pending::<()>().await;
            });
        });
        let (start, mut buffer) = (Instant::now(), [0; 4096]);
        while matches!(client.0.read(&mut buffer), Ok(1..)) {
            assert!(start.elapsed() < PATIENCE, "{why}: the server does not end");
        }
    }
}
