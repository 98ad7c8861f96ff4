//! Tests that need a process of their own: for its environment, for what is one per process.

use std::io::Write;
use std::process::Command;

const VARIABLE: &str = "STARTED_BY_A_TEST";

/// This program, to run one of its tests and nothing else, in an empty environment.
pub(super) fn start(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", test, "--nocapture"])
        .env_clear()
        .env(VARIABLE, "1");
    command
}

/// Whether this process was started so; if not, what stands here is no test.
pub(super) fn is_started() -> bool {
    std::env::var_os(VARIABLE).is_some()
}

/// Says something to whoever has started the process.
pub(super) fn say(text: &str) {
    let mut out = std::io::stdout();
    writeln!(out, "<<{text}>>").unwrap();
    out.flush().unwrap();
}

/// What a process has said, in what it has written.
pub(super) fn said(output: &str) -> Option<&str> {
    let (_, said) = output.split_once("<<")?;
    Some(said.split_once(">>")?.0)
}
