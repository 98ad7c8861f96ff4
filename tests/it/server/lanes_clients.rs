//! Plain functions on lanes that do what synchronous code does: block on timers and sockets, and be clients.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use rustzeug::gateway::Application;
use rustzeug::handler::streaming;
use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Request, Result, Router};
use tokio::runtime::Handle;

use super::{Served, status};
use crate::waiting::pass;
use crate::waiting::pass_async;

const MOMENT: Duration = Duration::from_millis(10);

/// A server with this number of lanes.
fn on(lanes: usize, application: impl Application) -> Served {
    Served::with_limits(application, ServerLimits::default().with_lanes(lanes))
}

/// The own address of a server, for handlers that are its clients.
fn own(request: &Request) -> String {
    request.host().into_owned()
}

fn get_blocking(address: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "GET /async HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn uses_its_timer() -> &'static str {
    Handle::current().block_on(pass_async(MOMENT));
    "done"
}

fn spawns_a_task() -> Result<&'static str> {
    let runtime = Handle::current();
    let task = runtime.spawn(async {
        pass_async(MOMENT).await;
        "done"
    });
    Ok(runtime.block_on(task)?)
}

fn spawns_and_leaves() -> &'static str {
    drop(Handle::current().spawn(pass_async(MOMENT)));
    "done"
}

/// A socket that is registered with the runtime of the lane, on which the answer comes from the same lane.
fn uses_its_socket(request: &Request) -> Result<&'static str> {
    let address = own(request);
    Handle::current().block_on(async {
        let stream = tokio::net::TcpStream::connect(&address).await?;
        let text = format!("GET /async HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        let mut sent = 0;
        while sent < text.len() {
            stream.writable().await?;
            sent += stream
                .try_write(&text.as_bytes()[sent..])
                .unwrap_or_default();
        }
        let mut answer = [0; 4096];
        loop {
            stream.readable().await?;
            match stream.try_read(&mut answer) {
                Ok(count) if count > 0 => return Ok("done"),
                Ok(_) => return Err("no answer".into()),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        }
    })
}

fn asks_its_own_server(request: &Request) -> Result<&'static str> {
    let answer = get_blocking(&own(request))?;
    assert!(answer.ends_with("an async fn"), "{answer}");
    Ok("done")
}

/// A runtime of its own, as synchronous clients have.
fn has_its_own_runtime() -> Result<&'static str> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(pass_async(MOMENT));
    Ok("done")
}

fn blocks_in_place() -> &'static str {
    tokio::task::block_in_place(|| "done")
}

fn waits_for_its_body(request: &Request) -> Result<&'static str> {
    request.bytes().wait()?;
    Ok("done")
}

fn sleeps() -> &'static str {
    pass(MOMENT);
    "done"
}

fn panics() -> &'static str {
    panic!("on purpose")
}

fn everything() -> Router {
    Router::new()
        .get("/timer", uses_its_timer)
        .get("/task", spawns_a_task)
        .get("/leave", spawns_and_leaves)
        .get("/socket", uses_its_socket)
        .get("/client", asks_its_own_server)
        .get("/runtime", has_its_own_runtime)
        .get("/in_place", blocks_in_place)
        .get("/sleep", sleeps)
        .get("/panic", panics)
        .post("/body", streaming(waits_for_its_body))
        .get("/async", async || "an async fn")
}

const ALL: [&str; 8] = [
    "/timer",
    "/task",
    "/leave",
    "/socket",
    "/client",
    "/runtime",
    "/in_place",
    "/sleep",
];

#[test]
fn functions_may_do_what_synchronous_code_does() {
    for lanes in [1, 2] {
        let served = on(lanes, everything().into_application());
        let host = served.address;
        for round in 0..3 {
            for path in ALL {
                let mut client = served.connect();
                client.send(&format!(
                    "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
                ));
                let answer = client.rest();
                assert!(
                    answer.ends_with("\r\n\r\ndone"),
                    "{path}, {lanes} lanes, round {round}: {answer}"
                );
            }
            assert_eq!(status(&served.get("/panic")), 500);
            let mut client = served.connect();
            client.send("POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nha");
            assert_eq!(
                status(&served.get("/async")),
                200,
                "others, while a function waits for its body"
            );
            client.send("lf");
            assert!(client.until("done").ends_with("done"), "the rest has come");
        }
    }
}

#[test]
fn all_of_it_at_the_same_time_loses_nothing() {
    for lanes in [1, 2] {
        let served = on(lanes, everything().into_application());
        let host = served.address;
        thread::scope(|scope| {
            for path in ALL.iter().cycle().take(ALL.len() * 4) {
                let served = &served;
                scope.spawn(move || {
                    let mut client = served.connect();
                    for _ in 0..5 {
                        client.send(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
                        let answer = client.until("done");
                        assert!(answer.ends_with("done"), "{path}: {answer}");
                    }
                });
            }
        });
        let log = served.running.log.text();
        assert!(!log.contains("panicked"), "{log}");
    }
}
