//! Tests that need their own process: for its environment, or for something that exists once per process.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::Duration;

use super::{Client, tcp};
use crate::waiting::within;

const VARIABLE: &str = "STARTED_BY_A_TEST";

/// This program in an empty environment; it runs only one of its tests.
pub(super) fn start(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", test, "--nocapture"])
        .env_clear()
        .env(VARIABLE, "1");
    command
}

/// Returns whether this process was started so; if not, the test function does nothing.
pub(super) fn is_started() -> bool {
    std::env::var_os(VARIABLE).is_some()
}

/// Sends a text to the process that started this one.
pub(super) fn say(text: &str) {
    let mut out = std::io::stdout();
    writeln!(out, "<<{text}>>").unwrap();
    out.flush().unwrap();
}

/// The text that a process sent, in its output.
pub(super) fn said(output: &str) -> Option<&str> {
    let (_, said) = output.split_once("<<")?;
    Some(said.split_once(">>")?.0)
}

/// A server in its own process, which is killed on drop.
pub(super) struct Process {
    pub(super) child: Child,
    pub(super) address: SocketAddr,
    /// The output of the process after its address, kept open even if nobody reads it.
    pub(super) output: BufReader<ChildStdout>,
}

impl Process {
    /// Starts a server that says where it listens.
    pub(super) fn new(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let lines = output.by_ref().lines().map_while(Result::ok);
        let address = lines
            .take(100)
            .find_map(|line| said(&line)?.parse().ok())
            .expect("the server says where it listens");
        Self {
            child,
            address,
            output,
        }
    }

    pub(super) fn connect(&self) -> Client {
        Client(tcp(self.address))
    }

    pub(super) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.unwrap().success(), "{name}");
    }

    /// The exit status of the process, if it ends within a time.
    pub(super) fn ended(&mut self, time: Duration) -> Option<ExitStatus> {
        within(time, || self.child.try_wait().unwrap())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
