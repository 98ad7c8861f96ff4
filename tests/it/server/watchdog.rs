//! The watchdog of a service manager, which restarts a server that does not say that it is alive.

use std::os::unix::net::UnixDatagram;
use std::process::Stdio;
use std::time::Duration;

use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Router, Server};

use super::lanes::Gate;
use super::processes::{Process, is_started, say, start};
use super::unix_sockets::Folder;
use super::{Client, status};
use crate::waiting::{PATIENCE, until};

/// The server says twice in this time that it is alive.
const WATCHDOG: Duration = Duration::from_millis(200);

/// Longer than it takes until a lane that is blocked is found out.
const SILENCE: Duration = Duration::from_secs(2);

/// Not a test: the server that the test starts.
#[test]
fn started_by_the_other_test() {
    if !is_started() {
        return;
    }
    let gate = Gate::default();
    let (held, stuck, opened) = (gate.clone(), gate.clone(), gate);
    let hang = move || {
        let gate = held.clone();
        async move {
            gate.wait();
            "came back"
        }
    };
    let app = Router::new()
        .get("/hang", hang)
        .get("/stuck", move || stuck.wait())
        .get("/fn", || "a fn")
        .get("/open", move || {
            opened.open();
            async {}
        });
    let server = Server::bind("127.0.0.1:0").unwrap();
    say(&server.local_addr().to_string());
    let limits = ServerLimits::default().with_lanes(2);
    let server = server.with_server_limits(limits);
    server.serve(app.into_application()).unwrap();
}

fn ask(process: &Process, path: &str) -> Client {
    let mut client = process.connect();
    client.send(&format!(
        "GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    ));
    client
}

/// Whether the manager hears that the server is alive, within a time.
fn hears(manager: &UnixDatagram, time: Duration) -> bool {
    manager.set_read_timeout(Some(time)).unwrap();
    let mut message = [0; 64];
    let heard = manager.recv(&mut message);
    heard.is_ok_and(|count| &message[..count] == b"WATCHDOG=1")
}

#[test]
fn a_lane_that_is_blocked_makes_the_server_silent_until_it_comes_back() {
    let folder = Folder::new();
    let path = folder.path("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    let mut command = start("server::watchdog::started_by_the_other_test");
    command
        .env("NOTIFY_SOCKET", &path)
        .env("WATCHDOG_USEC", WATCHDOG.as_micros().to_string())
        .stderr(Stdio::null());
    let process = Process::new(command);
    assert!(!hears(&manager, PATIENCE), "it is ready first");
    let _stuck = ask(&process, "/stuck");
    assert_eq!(status(&ask(&process, "/fn").rest()), 200);
    for _ in 0..10 {
        assert!(hears(&manager, PATIENCE), "a plain function blocks no lane");
    }
    let mut hangs = ask(&process, "/hang");
    until("it is silent", || !hears(&manager, SILENCE));
    assert_eq!(status(&ask(&process, "/open").rest()), 200, "another lane");
    assert!(hears(&manager, PATIENCE), "it is alive again");
    assert!(hangs.rest().ends_with("came back"));
}
