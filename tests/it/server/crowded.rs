//! The maximum number of connections, and more clients that wait.

use std::net::Shutdown;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use rustzeug::gateway::Body;
use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Request, Response};

use super::{Client, Served, counted, status};
use crate::waiting::pass;
use crate::waiting::until;
use crate::waiting::wait_for;

const GET: &str = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Connects a client that occupies a connection slot.
type Occupy = fn(&Served) -> Client;

/// The kinds of client that occupy all slots.
fn occupants() -> [(&'static str, Occupy); 5] {
    fn say(served: &Served, text: &str) -> Client {
        let mut client = served.connect();
        client.send(text);
        client
    }
    [
        ("nothing was sent", |served| say(served, "")),
        ("half a head", |served| {
            say(served, "GET / HTTP/1.1\r\nHost:")
        }),
        ("half a body", |served| {
            say(
                served,
                "POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf",
            )
        }),
        ("an answered request", |served| {
            let mut client = say(served, GET);
            client.until("fine");
            client
        }),
        ("a stream whose client has closed its side", |served| {
            let client = say(served, &GET.replace("/ ", "/events "));
            client.0.shutdown(Shutdown::Write).unwrap();
            client
        }),
    ]
}

#[test]
fn a_newcomer_is_served_soon_whatever_fills_the_house() {
    const CAP: usize = 20;
    let handler = async |request: &Request| match request.path() {
        "/events" => Response::text("").with_body(Body::async_writer(async |mut out| {
            out.write("event").await?;
            std::future::pending().await
        })),
        "/read" => Response::text(request.text().await.unwrap_or_default()),
        _ => Response::text("fine"),
    };
    thread::scope(|scope| {
        for (what, occupy) in occupants() {
            scope.spawn(move || {
                let limits = ServerLimits::default().with_connections(CAP);
                let served = Served::with_limits(handler.into_application(), limits);
                let crowd: Vec<_> = (0..CAP).map(|_| occupy(&served)).collect();
                counted(&served, what, |now| now.open >= CAP);
                // It should take a second, but a busy machine is slower. Idle connections live for at least 30 s.
                let start = Instant::now();
                for _ in 0..CAP {
                    let mut client = served.connect();
                    client.send(GET);
                    assert_eq!(status(&client.until("fine")), 200, "{what}");
                }
                assert!(start.elapsed() < Duration::from_secs(15), "{what}");
                let counters = served.monitor.counters();
                assert!(
                    counters.shed > 0 && counters.open <= 2 * CAP,
                    "{what}: {counters:?}"
                );
                drop(crowd);
            });
        }
    });
}

#[test]
fn answers_in_flight_are_not_given_up_for_newcomers() {
    let (release, entered) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
    let (go_on, count) = (Arc::clone(&release), Arc::clone(&entered));
    let handler = move || {
        count.fetch_add(1, Ordering::SeqCst);
        wait_for(&go_on);
        "fine"
    };
    let limits = ServerLimits::default().with_connections(2);
    let served = Served::with_limits(handler.into_application(), limits);
    let ask = || {
        let mut client = served.connect();
        client.send(GET);
        client
    };
    // The others connect later, because a connection without a request may be closed in favour of them.
    let mut clients = vec![ask(), ask()];
    until("two are in", || entered.load(Ordering::SeqCst) == 2);
    clients.extend([ask(), ask()]);
    // The server looks for places many times meanwhile.
    pass(Duration::from_secs(1));
    assert_eq!(entered.load(Ordering::SeqCst), 2, "the others wait");
    release.store(true, Ordering::SeqCst);
    for mut client in clients {
        assert_eq!(status(&client.until("fine")), 200);
    }
}
