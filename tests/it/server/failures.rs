//! Failures of an application, as the client sees them.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rustzeug::gateway::{Body, Environ, Limits, Reply, StartResponse};
use rustzeug::server::ServerLimits;
use rustzeug::{Error, IntoApplication, Request, Response, Result};

use super::{Served, status};
use crate::waiting::wait_for;

#[test]
fn a_panic_before_the_head_is_500_and_the_connection_goes_on() {
    let plain = |request: &Request| {
        if request.path() == "/panic" {
            panic!("at the disco")
        } else {
            "fine"
        }
    };
    let later = async |request: &Request| {
        if request.path() == "/panic" {
            panic!("at the disco")
        } else {
            "fine"
        }
    };
    for (kind, mut served) in [
        ("fn", Served::new(plain.into_application())),
        ("async fn", Served::new(later.into_application())),
    ] {
        let mut client = served.connect();
        client.send("GET /panic HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let answer = client.until("Internal Server Error\n");
        assert_eq!(status(&answer), 500, "{kind}");
        assert!(
            !answer.contains("disco"),
            "{kind}: the client is not told why"
        );
        client.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assert!(
            client.rest().ends_with("fine"),
            "{kind}: the connection goes on"
        );
        drop(client);
        assert!(served.end().contains(
            "GET /panic: 500 Internal Server Error: the application panicked: at the disco"
        ));
    }
}

#[test]
fn a_failure_after_the_head_cuts_the_connection() {
    let body = |request: &Request| match request.path() {
        "/panic" => Response::iterator(
            (0..3).map(|number| if number == 2 { panic!("late") } else { "chunk" }),
        ),
        "/error" => Response::bytes("").with_body(Body::try_iterator([Ok("chunk"), Err("late")])),
        _ => Response::writer(|out| {
            std::io::Write::write_all(out, b"chunk")?;
            std::io::Write::flush(out)?;
            Err(Error::from("late"))
        }),
    };
    let mut served = Served::new(body.into_application());
    for path in ["/panic", "/error", "/writer"] {
        let answer = served.get(path);
        assert_eq!(status(&answer), 200, "{path}: the head had been sent");
        assert!(
            !answer.ends_with("0\r\n\r\n"),
            "{path}: the body does not end as if it were whole: {answer:?}"
        );
    }
    assert_eq!(
        served.end().matches("the response was cut off").count(),
        3,
        "each is logged"
    );
}

#[test]
fn a_false_content_length_never_reaches_the_client() {
    fn reply(environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let declared = environ.query_string().to_owned();
        let started = start_response.start(
            200,
            [
                ("content-type", "text/plain"),
                ("content-length", &*declared),
            ],
        )?;
        Ok(match environ.raw_path() {
            "/known" => started.body("four"),
            _ => started.body(Body::iterator(["fo", "ur"])),
        })
    }
    let mut served = Served::unchecked(reply.into_application(), Limits::default());
    for (target, want) in [
        ("/known?3", "four"),
        ("/known?5", "four"),
        ("/known?x", "four"),
        ("/unknown?4", "four"),
    ] {
        let answer = served.get(target);
        assert!(
            answer.contains("\r\ncontent-length: 4\r\n") && answer.ends_with(want),
            "{target}: {answer}"
        );
    }
    // Excess bytes are not sent, and missing bytes are not filled in, so the client can detect it. Both chunks may
    // arrive as one.
    let answer = served.get("/unknown?3");
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body);
    assert!(matches!(body, Some("" | "fo")), "{answer}");
    assert!(served.get("/unknown?5").ends_with("\r\n\r\nfour"));
    let log = served.end();
    assert!(log.contains("is longer than its length of 3"), "{log}");
    assert!(
        log.contains("ended 1 bytes before its length of 5"),
        "{log}"
    );
}

#[test]
fn a_status_that_is_none_is_500() {
    fn reply(environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let status: u16 = environ.query_string().parse()?;
        Ok(start_response.start(status, ())?.body(()))
    }
    let served = Served::new(reply.into_application());
    for status_given in [
        "0", "99", "100", "101", "199", "600", "999", "1000", "65535",
    ] {
        assert_eq!(
            status(&served.get(&format!("/?{status_given}"))),
            500,
            "{status_given}"
        );
    }
    assert_eq!(status(&served.get("/?299")), 299);
}

#[test]
fn waiting_on_the_event_loop_is_a_clear_500() {
    async fn wrong(request: &Request) -> Result<String> {
        request.text().wait()
    }
    let mut served = Served::new(wrong.into_application());
    assert_eq!(status(&served.get("/")), 500);
    assert!(served.end().contains("in an `async fn` write `.await`"));
}

#[test]
fn a_handler_is_not_cancelled_when_its_client_leaves() {
    let done = Arc::new(AtomicBool::new(false));
    let finished = Arc::clone(&done);
    let (entered, left) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicBool::new(false)),
    );
    let (arrived, gone) = (Arc::clone(&entered), Arc::clone(&left));
    let handler = move |request: Request| {
        let (finished, arrived, gone) = (
            Arc::clone(&finished),
            Arc::clone(&arrived),
            Arc::clone(&gone),
        );
        async move {
            arrived.store(true, Ordering::SeqCst);
            // The next read of the body reports that the client has left.
            let read = request.bytes().await;
            assert!(gone.load(Ordering::SeqCst) && read.is_err());
            finished.store(true, Ordering::SeqCst);
            "this is not read"
        }
    };
    let served = Served::new(handler.into_application());
    let mut client = served.connect();
    client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf");
    wait_for(&entered);
    left.store(true, Ordering::SeqCst);
    drop(client);
    wait_for(&done);
}

#[test]
fn a_request_head_beyond_its_limits_is_refused() {
    let served = Served::with_limits(
        (|| "fine").into_application(),
        Limits::default().with_header_fields(10),
    );
    for (fields, want) in [(9, 200), (10, 431)] {
        // The `Host` field counts too.
        let lines = "X-Filler: 1\r\n".repeat(fields);
        let mut client = served.connect();
        client.send(&format!("GET / HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n"));
        assert_eq!(status(&client.head()), want, "{fields} and a Host");
    }
}

#[test]
fn a_head_that_does_not_come_closes_the_connection() {
    let limits = ServerLimits::default().with_head_timeout(Duration::from_millis(100));
    let served = Served::with_limits((|| "fine").into_application(), limits);
    let mut client = served.connect();
    client.send("GET / HTTP/1.1\r\nHost: local");
    let answer = client.rest();
    assert!(answer.is_empty() || status(&answer) == 408, "{answer}");
}

#[test]
fn a_head_longer_than_its_limit_is_refused() {
    let limits = Limits::default().with_head_bytes(9_000);
    let served = Served::with_limits((|| "fine").into_application(), limits);
    for (filler, want) in [(8_000, 200), (9_000, 431)] {
        let mut client = served.connect();
        client.send(&format!(
            "GET / HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n",
            "x".repeat(filler)
        ));
        assert_eq!(status(&client.head()), want, "a field of {filler} bytes");
    }
}
