//! The end of a server whose plain functions block.

use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Request, Router, Server};

use super::processes::{Process, is_started, say, start};
use super::{Client, status, wait_until_refused};
use crate::waiting::PATIENCE;
use crate::waiting::until;

/// Long enough for answers on a busy machine, short enough to wait for.
const GRACE: Duration = Duration::from_secs(2);

/// Not a test: the server that the tests start.
#[test]
fn started_by_the_other_tests() {
    if !is_started() {
        return;
    }
    let gate = Arc::new((Mutex::new(false), Condvar::new()));
    let (held, opened) = (Arc::clone(&gate), gate);
    let stuck = move || {
        let (open, changed) = &*held;
        drop(changed.wait_while(open.lock().unwrap(), |open| !*open));
        "came back"
    };
    let waits = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&waits);
    let open = move |request: Request| {
        let (stopping, opened) = (request.stopping(), Arc::clone(&opened));
        waits.store(true, Ordering::SeqCst);
        async move {
            stopping.await;
            *opened.0.lock().unwrap() = true;
            opened.1.notify_all();
            "opens"
        }
    };
    let app = Router::new()
        .get("/stuck", stuck)
        .get("/open", open)
        .get("/fn", || "a fn")
        .get("/waits", move || {
            format!("{}!", seen.load(Ordering::SeqCst))
        });
    let for_ever = std::env::var_os("FOR_EVER").is_some();
    let limits = ServerLimits::default()
        .with_lanes(1)
        .with_closing_notice(GRACE / 20)
        .with_grace_period(if for_ever { GRACE } else { PATIENCE });
    let mut server = Server::bind("127.0.0.1:0").unwrap();
    if std::env::var_os("STEALING").is_some() {
        server = server.work_stealing();
    }
    say(&server.local_addr().to_string());
    let server = server.with_server_limits(limits);
    server.serve(app.into_application()).unwrap();
}

fn served(kind: &str, variables: &[(&str, &str)]) -> Process {
    let mut command = start("server::lanes_signals::started_by_the_other_tests");
    command
        .env(kind, "1")
        .envs(variables.iter().copied())
        .stderr(Stdio::null());
    Process::new(command)
}

fn ask(process: &Process, path: &str) -> Client {
    let mut client = process.connect();
    client.send(&format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n"));
    client
}

/// So many requests that are stuck.
fn stuck(process: &Process, count: usize) -> Vec<Client> {
    let stuck = (0..count).map(|_| ask(process, "/stuck")).collect();
    let mut other = ask(process, "/fn");
    assert_eq!(status(&other.until("a fn")), 200, "beside {count}");
    stuck
}

const KINDS: [&str; 2] = ["LANES", "STEALING"];

#[test]
fn a_signal_ends_a_server_whose_functions_block_for_ever() {
    for kind in KINDS {
        for count in [1, 8, 512] {
            let mut process = served(kind, &[("FOR_EVER", "1")]);
            let clients = stuck(&process, count);
            process.signal("TERM");
            let ended = process.ended(PATIENCE);
            let ended = ended.unwrap_or_else(|| panic!("{count} stop the end, {kind}"));
            assert_eq!(ended.code(), Some(0), "{count}, {kind}: in good order");
            drop(clients);
        }
    }
}

#[test]
fn functions_that_come_back_after_a_signal_give_their_answers() {
    for kind in KINDS {
        for count in [1, 8, 512] {
            let mut process = served(kind, &[]);
            let clients = stuck(&process, count);
            let _opener = ask(&process, "/open");
            until("it waits", || {
                ask(&process, "/waits").until("!").contains("true")
            });
            process.signal("TERM");
            for mut client in clients {
                let answer = client.rest();
                assert!(answer.ends_with("came back"), "{count}, {kind}: {answer}");
            }
            let ended = process.ended(PATIENCE);
            let ended = ended.unwrap_or_else(|| panic!("{count} stop the end, {kind}"));
            assert_eq!(ended.code(), Some(0), "{count}, {kind}: in good order");
        }
    }
}

#[test]
fn a_second_signal_does_not_wait_for_functions() {
    for kind in KINDS {
        let mut process = served(kind, &[]);
        let _stuck = stuck(&process, 8);
        process.signal("TERM");
        wait_until_refused(process.address);
        process.signal("TERM");
        let ended = process.ended(PATIENCE / 2);
        let ended = ended.unwrap_or_else(|| panic!("{kind}: it waits for functions"));
        assert_eq!(ended.code(), Some(0), "{kind}");
    }
}
