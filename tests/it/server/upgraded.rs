//! Tunnels, and connections that have left HTTP: timeouts, failures, the end.

use std::future::poll_fn;
use std::net::Shutdown;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use std::time::Instant;

use rustzeug::gateway::{Application, Environ, Reply, StartResponse, Upgraded};
use rustzeug::server::ServerLimits;
use rustzeug::{Error, IntoApplication, Result, Server};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::frames::Peer;
use super::http2_slow::short;
use super::upgrades::{OFFER, assert_echoes, echo, raw};
use super::{Client, Served, status, wait_for_none_open};
use crate::waiting::Guard;
use crate::waiting::PATIENCE;
use crate::waiting::pass;
use crate::waiting::pass_async;
use crate::waiting::wait_for;

/// A connection that has left HTTP.
fn upgraded(served: &Served) -> Client {
    let mut client = served.connect();
    client.send(OFFER);
    assert_eq!(status(&client.head()), 101);
    client
}

#[test]
fn the_clocks_of_http_are_over() {
    let served = Served::with_limits(raw.into_application(), short());
    let mut client = upgraded(&served);
    pass(Duration::from_secs(1));
    assert_echoes(&mut client, "after a pause longer than any limit");
    let counters = served.monitor.counters();
    assert_eq!((counters.requests, counters.in_flight), (1, 1));
    assert_eq!(counters.responses, [1, 0, 0, 0, 0]);
    assert_eq!((counters.late_heads, counters.idle), (0, 0));
    client.0.shutdown(Shutdown::Write).unwrap();
    assert_eq!(client.rest(), "");
    wait_for_none_open(&served, "over");
    assert_eq!(served.monitor.counters().in_flight, 0);
}

#[test]
fn the_other_protocol_says_what_a_half_close_means() {
    let slow = async |environ: Environ, start_response: StartResponse| -> Result<Reply> {
        let upgrade = environ.upgrade("echo").expect("it is offered");
        // Long enough that the server checks meanwhile whether the client has left.
        pass_async(Duration::from_millis(400)).await;
        start_response.switch(upgrade, (), async |mut stream: Upgraded| {
            let mut buffer = [0; 16];
            while let Ok(1..) = stream.read(&mut buffer).await {
                let _ = stream.write_all(b"more? ").await;
            }
            let _ = stream.write_all(b"wait, ").await;
            // Longer than a client of HTTP may stay half-closed.
            pass_async(Duration::from_secs(1)).await;
            let _ = stream.write_all(b"that was all").await;
        })
    };
    let limits = ServerLimits::default().with_half_closed(Duration::from_millis(200));
    let served = Served::with_limits(slow.into_application(), limits);
    let mut client = upgraded(&served);
    client.send("x");
    assert!(client.until("more? ").ends_with("more? "));
    client.0.shutdown(Shutdown::Write).unwrap();
    assert_eq!(client.rest(), "wait, that was all");
    wait_for_none_open(&served, "over");
    assert_eq!(served.monitor.counters().left, 0);
}

#[test]
fn a_client_that_does_not_read_is_cut_off_all_the_same() {
    let over = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&over);
    let app = move |environ: Environ, start_response: StartResponse| {
        let guard = Guard(Arc::clone(&flag));
        let flood = async move |mut stream: Upgraded| {
            let _guard = guard;
            while stream.write_all(&[b'x'; 1 << 14]).await.is_ok() {}
        };
        async move { start_response.switch(environ.upgrade("echo").unwrap(), (), flood) }
    };
    let served = Served::with_limits(app.into_application(), short());
    let client = upgraded(&served);
    wait_for(&over);
    wait_for_none_open(&served, "cut off");
    assert_eq!(served.monitor.counters().stuck, 1);
    drop(client);
}

#[test]
fn the_end_waits_for_what_goes_on_after_http() {
    let limits = ServerLimits::default()
        .with_closing_notice(Duration::from_millis(100))
        .with_grace_period(Duration::from_hours(1));
    let mut served = Served::with_limits(raw.into_application(), limits);
    let mut client = upgraded(&served);
    assert_echoes(&mut client, "it has begun");
    let mut idle = served.connect();
    served.stopper.stop();
    assert_eq!(idle.rest(), "", "the notice is over");
    assert_echoes(&mut client, "longer than the notice");
    client.0.shutdown(Shutdown::Write).unwrap();
    assert_eq!(client.rest(), "");
    let start = Instant::now();
    let log = served.end();
    assert!(start.elapsed() < PATIENCE, "and no longer");
    assert!(log.contains("waiting up to 3600s for a request\n"), "{log}");
}

#[test]
fn but_no_longer_than_the_grace_period() {
    let grace = Duration::from_millis(300);
    let limits = ServerLimits::default().with_closing_notice(Duration::ZERO);
    let mut served = Served::with_limits(raw.into_application(), limits.with_grace_period(grace));
    let mut client = upgraded(&served);
    assert_echoes(&mut client, "it has begun");
    let start = Instant::now();
    let log = served.end();
    assert!(start.elapsed() >= grace, "it was waited for");
    assert!(
        log.contains("Stopped without waiting for a request\n"),
        "{log}"
    );
    assert_eq!(client.rest(), "", "and closed");
}

fn connecting(application: impl Application) -> Served {
    let server = Server::bind("127.0.0.1:0").unwrap().with_connect(true);
    Served::by(server, application)
}

#[test]
fn a_tunnel_is_a_matter_of_the_application() {
    async fn tunnel(environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let Some(tunnel) = environ.tunnel() else {
            return Err(Error::not_found());
        };
        match environ.uri().authority() {
            Some(to) if to.as_str() == "there:1" => start_response.switch(tunnel, (), echo),
            _ => Err(Error::forbidden()),
        }
    }
    let connect = "CONNECT there:1 HTTP/1.1\r\nHost: there:1\r\n\r\n";
    let served = connecting(tunnel.into_application());
    let mut client = served.connect();
    client.send(&format!("{connect}early"));
    let head = client.head();
    assert_eq!(status(&head), 200);
    for field in [
        "content-length",
        "transfer-encoding",
        "connection",
        "upgrade",
    ] {
        assert!(!head.contains(field), "{field}: {head}");
    }
    assert_eq!(client.until("early"), "early");
    assert_echoes(&mut client, "tunnel");

    #[rustfmt::skip]
    let cases = [
        (connect.replace("there", "elsewhere"), 403, "a destination that the application refuses"),
        (connect.replace("there:1", "/path"),   400, "a path is not a destination"),
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), 404, "another method than CONNECT"),
    ];
    for (sent, want, why) in cases {
        let mut client = served.connect();
        client.send(&sent);
        assert_eq!(status(&client.head()), want, "{why}");
    }
    let mut peer = Peer::new(served.address);
    peer.ask(1, &[(":method", "CONNECT"), (":authority", "there:1")]);
    assert_eq!(peer.answer(1).status, 501, "HTTP/2");

    let served = Served::new(tunnel.into_application());
    let mut client = served.connect();
    client.send(connect);
    assert_eq!(
        status(&client.head()),
        501,
        "the server does not offer tunnels"
    );
}

#[test]
fn an_ordinary_success_is_no_tunnel() {
    let served = connecting((|| "fine").into_application());
    let mut client = served.connect();
    client.send("CONNECT there:1 HTTP/1.1\r\nHost: there:1\r\n\r\nGET / HTTP/1.1\r\n\r\n");
    assert_eq!(status(&client.head()), 200);
    assert!(!client.rest().contains("HTTP/1.1"), "nothing after it");
}

#[test]
fn a_panic_afterwards_costs_the_connection_and_nothing_else() {
    async fn faulty(environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let Some(upgrade) = environ.upgrade("echo") else {
            return Ok(start_response
                .start(200, [("content-type", "text/plain")])?
                .body("fine"));
        };
        start_response.switch(upgrade, (), async |_| panic!("at the disco"))
    }
    let mut served = Served::new(faulty.into_application());
    let mut client = served.connect();
    client.send(OFFER);
    assert_eq!(status(&client.head()), 101);
    assert_eq!(client.rest(), "");
    assert!(served.get("/").ends_with("fine"));
    wait_for_none_open(&served, "the client has left");
    assert_eq!(served.monitor.counters().in_flight, 0);
    let log = served.end();
    assert!(
        log.contains("the application panicked: at the disco"),
        "{log}"
    );
}

#[test]
fn the_stream_is_one_of_tokio_too() {
    async fn answer(mut stream: Upgraded) {
        let mut bytes = [0; 16];
        let mut buffer = ReadBuf::new(&mut bytes);
        buffer.put_slice(b"> ");
        let read = poll_fn(|context| Pin::new(&mut stream).poll_read(context, &mut buffer));
        read.await.unwrap();
        let filled = buffer.filled().to_vec();
        let write = poll_fn(|context| Pin::new(&mut stream).poll_write(context, &filled));
        assert_eq!(write.await.unwrap(), filled.len());
        poll_fn(|context| Pin::new(&mut stream).poll_flush(context))
            .await
            .unwrap();
        poll_fn(|context| Pin::new(&mut stream).poll_shutdown(context))
            .await
            .unwrap();
        let mut buffer = ReadBuf::new(&mut bytes);
        let read = poll_fn(|context| Pin::new(&mut stream).poll_read(context, &mut buffer));
        read.await.unwrap();
        assert!(buffer.filled().is_empty(), "the other side has ended");
    }
    async fn app(environ: Environ, start_response: StartResponse) -> Result<Reply> {
        start_response.switch(environ.upgrade("echo").unwrap(), (), answer)
    }
    let mut served = Served::new(app.into_application());
    let mut client = served.connect();
    client.send(&format!("{OFFER}hello"));
    client.head();
    assert_eq!(client.rest(), "> hello");
    drop(client);
    assert!(!served.end().contains("panicked"));
}
