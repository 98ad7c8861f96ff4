//! The file descriptors of a server process that may open only a few.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use rustzeug::server::ServerLimits;
use rustzeug::{IntoApplication, Request, Result, Server};

use super::processes::{Process, is_started, say, start};
use super::status;
use crate::waiting::until;

/// Not a test: the server that the tests start.
#[test]
fn started_by_the_other_tests() {
    if !is_started() {
        return;
    }
    let handler = |request: &Request| -> Result<String> {
        let bytes = request.bytes().limit(1 << 30).wait()?;
        Ok(format!("{} bytes", bytes.len()))
    };
    let mut limits = ServerLimits::default().with_closing_notice(Duration::from_millis(100));
    if let Some(connections) = std::env::var_os("CONNECTIONS") {
        let connections = connections.to_str().unwrap().parse().unwrap();
        limits = limits.with_connections(connections);
    }
    let server = Server::bind("127.0.0.1:0")
        .unwrap()
        .with_server_limits(limits);
    say(&server.local_addr().to_string());
    server.serve(handler.into_application()).unwrap();
}

/// That server, with these limits of descriptors.
fn served(soft: u32, hard: u32, variables: &[(&str, &str)]) -> Process {
    let own = start("server::descriptors::started_by_the_other_tests");
    let mut command = Command::new("/bin/sh");
    let script = format!("ulimit -Sn {soft} && ulimit -Hn {hard} && exec \"$0\" \"$@\"");
    command
        .args(["-c", &script])
        .arg(own.get_program())
        .args(own.get_args())
        .env_clear()
        .envs(
            own.get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .envs(variables.iter().copied())
        .stderr(Stdio::piped());
    Process::new(command)
}

/// The lines that a process writes to stderr before it says where it listens.
fn first_lines(process: &mut Process) -> Vec<String> {
    let stderr = BufReader::new(process.child.stderr.take().unwrap());
    let mut lines = stderr.lines().map_while(std::result::Result::ok);
    let mut before: Vec<_> = lines
        .by_ref()
        .take_while(|line| !line.starts_with("Listening on "))
        .collect();
    before.retain(|line| !line.is_empty());
    // Keep reading, so that a full pipe does not disturb the test.
    thread::spawn(move || lines.for_each(drop));
    before
}

fn open_files(process: &Process) -> usize {
    let folder = format!("/proc/{}/fd", process.child.id());
    fs::read_dir(folder).unwrap().count()
}

#[test]
fn the_soft_limit_is_raised_to_the_hard_one() {
    let mut process = served(40, 90, &[]);
    first_lines(&mut process);
    let limits = fs::read_to_string(format!("/proc/{}/limits", process.child.id())).unwrap();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let numbers: Vec<_> = line.unwrap().split_whitespace().skip(3).take(2).collect();
    assert_eq!(numbers, ["90", "90"], "{limits}");
}

#[test]
fn it_is_said_at_the_start_when_connections_cannot_be_had() {
    let mut process = served(100, 100, &[]);
    let [line] = &first_lines(&mut process)[..] else {
        panic!("a line is said")
    };
    assert!(line.starts_with("Only "), "{line}");
    for part in [
        "not 1024 (limit `connections`)",
        "100 open files",
        "LimitNOFILE=",
    ] {
        assert!(line.contains(part), "{line}");
    }
    let mut process = served(100, 100, &[("CONNECTIONS", "20")]);
    assert_eq!(first_lines(&mut process), [""; 0], "20 can be had");
}

#[test]
fn connections_do_not_take_the_descriptors_of_temporary_files() {
    let mut process = served(100, 100, &[]);
    first_lines(&mut process);
    let mut crowd: Vec<_> = (0..200).map(|_| process.connect()).collect();
    for client in &mut crowd {
        client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n1");
    }
    // They come last: of those who wait for a body, the server closes the oldest in favour of newcomers.
    let mut uploads: Vec<_> = (0..8).map(|_| process.connect()).collect();
    for client in &mut uploads {
        client.send(
            "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n",
        );
    }
    for client in &mut uploads {
        assert_eq!(status(&client.head()), 100, "it is accepted");
    }
    until("a part of the 100 descriptors is free", || {
        open_files(&process) < 80
    });
    for client in &mut uploads {
        client.send(&"x".repeat(1_000_000));
        let head = client.head();
        assert_eq!(status(&head), 200, "there is room for its file: {head}");
    }
}
