//! Signals: the first stops the server gracefully, the second at once.

use std::process::Stdio;
use std::time::Duration;

use rustzeug::gateway::Limits;
use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Request, Server};

use super::AllLimits;
use super::processes::{Process, is_started, say, start};
use super::{Client, says_close, status, wait_until_refused};
use crate::waiting::PATIENCE;
use crate::waiting::pass;
use crate::waiting::until;

const HOUR: Duration = Duration::from_hours(1);

/// Longer than a busy machine needs, and shorter than the process is suspended.
const CLOCKS: Duration = Duration::from_secs(4);

/// Not a test: the server that the tests start.
#[test]
fn started_by_the_other_tests() {
    if !is_started() {
        return;
    }
    let handler = async |request: &Request| match request.bytes().await {
        Ok(bytes) => format!("{} bytes", bytes.len()),
        Err(error) => error.to_string(),
    };
    let mut limits = Limits::default().with_body_idle(HOUR).with_body_rate(0);
    let mut server_limits = ServerLimits::default()
        .with_closing_notice(Duration::from_millis(100))
        .with_grace_period(HOUR);
    if std::env::var_os("LAME_DUCK").is_some() {
        server_limits = server_limits.with_lame_duck(HOUR);
    }
    if std::env::var_os("CLOCKS").is_some() {
        limits = limits.with_body_idle(CLOCKS);
        server_limits = server_limits
            .with_head_timeout(CLOCKS)
            .with_keep_alive(CLOCKS)
            .with_write_idle(CLOCKS);
    }
    let server = AllLimits(limits, server_limits).of(Server::bind("127.0.0.1:0").unwrap());
    let server = server.with_health_path("/healthz");
    say(&server.local_addr().to_string());
    server.serve(handler.into_application()).unwrap();
}

/// That server, with these environment variables.
fn served(variables: &[(&str, &str)]) -> Process {
    let mut command = start("server::signals::started_by_the_other_tests");
    command
        .envs(variables.iter().copied())
        .stderr(Stdio::null());
    Process::new(command)
}

/// A client with a request in flight: the server waits for its body.
fn busy(process: &Process) -> Client {
    let mut client = process.connect();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    assert!(client.head().starts_with("http/1.1 100 "), "it is entered");
    client
}

#[test]
fn one_signal_ends_the_server_once_its_requests_are_answered() {
    for signal in ["TERM", "INT"] {
        let mut process = served(&[]);
        let mut client = busy(&process);
        process.signal(signal);
        wait_until_refused(process.address);
        let early = process.ended(Duration::from_millis(300));
        assert_eq!(early, None, "{signal}: a request is in flight");
        client.send("four");
        let answer = client.rest();
        assert!(answer.ends_with("4 bytes"), "{signal}: {answer}");
        assert!(says_close(&answer), "{signal}: {answer}");
        let ended = process.ended(PATIENCE);
        let ended = ended.unwrap_or_else(|| panic!("{signal}: the server does not end"));
        assert_eq!(ended.code(), Some(0), "{signal}: in good order");
    }
}

#[test]
fn a_second_signal_does_not_wait_for_requests() {
    #[rustfmt::skip]
    let cases = [
        ("TERM", "TERM", "the same signal again"),
        ("INT",  "INT",  "the same signal again, as from a user"),
        ("TERM", "INT",  "a user who does not wait for the platform"),
        ("INT",  "TERM", "a platform that does not wait for the user"),
    ];
    for (first, second, why) in cases {
        let mut process = served(&[]);
        let mut client = busy(&process);
        process.signal(first);
        // The first is taken.
        wait_until_refused(process.address);
        process.signal(second);
        let ended = process.ended(PATIENCE);
        let ended = ended.unwrap_or_else(|| panic!("{why}: {second} changes nothing"));
        assert_eq!(ended.code(), Some(0), "{why}: `serve` returns");
        assert_eq!(client.rest(), "", "{why}: the request is dropped");
    }
}

#[test]
fn a_second_signal_ends_a_lame_duck() {
    let mut process = served(&[("LAME_DUCK", "1")]);
    let mut client = busy(&process);
    process.signal("TERM");
    until("it serves, with a bad health", || {
        let mut client = process.connect();
        client.send("GET /healthz HTTP/1.0\r\n\r\n");
        status(&client.rest()) == 503
    });
    process.signal("TERM");
    let ended = process.ended(PATIENCE);
    assert_eq!(ended.and_then(|status| status.code()), Some(0));
    assert_eq!(client.rest(), "", "the request is dropped");
}

#[test]
fn no_limit_on_time_runs_out_while_the_process_is_stopped() {
    let process = served(&[("CLOCKS", "1")]);
    let mut kept = process.connect();
    kept.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    kept.until("0 bytes");
    let mut head = process.connect();
    head.send("GET / HTTP/1.1\r\n");
    let mut body = busy(&process);
    process.signal("STOP");
    pass(CLOCKS * 4 / 3);
    process.signal("CONT");
    let close = "Host: a\r\nConnection: close\r\n\r\n";
    kept.send(&format!("GET / HTTP/1.1\r\n{close}"));
    head.send(close);
    body.send("four");
    let idle = kept.rest();
    assert!(idle.ends_with("0 bytes"), "an idle connection: {idle}");
    let late = head.rest();
    assert!(late.ends_with("0 bytes"), "half a head: {late}");
    let answer = body.until("4 bytes");
    assert!(answer.ends_with("4 bytes"), "half a body: {answer}");
}
