//! Error and access logs that are read late or never.

use std::io::{self, Read, Write};
use std::process::Stdio;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use rustzeug::gateway::ErrorStream;
use rustzeug::server::ServerLimits;
use rustzeug::{Error, IntoApplication, Request, Server, server::AccessLog};

use super::listening::ask;
use super::processes::{Process, is_started, say, start};
use super::{Client, status, tcp};
use crate::common::Log;
use crate::waiting::PATIENCE;
use crate::waiting::until;

/// Exceeds the size of a queue by several times the length of a line below, in bytes.
const MORE_THAN_WAITS: usize = 4 << 20;

/// A log that accepts no lines until it is opened, and records each write.
#[derive(Clone, Default)]
struct Unread(Arc<(Mutex<Kept>, Condvar)>);

#[derive(Default)]
struct Kept {
    open: bool,
    pieces: Vec<String>,
}

impl Unread {
    fn open(&self) {
        let (kept, changed) = &*self.0;
        kept.lock().unwrap().open = true;
        changed.notify_all();
    }

    fn pieces(&self) -> Vec<String> {
        self.0.0.lock().unwrap().pieces.clone()
    }
}

impl Write for Unread {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (kept, changed) = &*self.0;
        let closed = |kept: &mut Kept| !kept.open;
        let kept = changed.wait_while(kept.lock().unwrap(), closed);
        let piece = String::from_utf8(bytes.to_vec()).unwrap();
        kept.unwrap().pieces.push(piece);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Fails with a cause as long as the query says, or succeeds.
fn fails(request: &Request) -> Result<&'static str, Error> {
    match request.query_string().parse() {
        Ok(length) => Err(Error::internal().with_source("x".repeat(length))),
        Err(_) => Ok("fine"),
    }
}

/// The numbers of the requests of these lines, in the order of the lines.
fn numbers(lines: &[String]) -> Vec<usize> {
    let number = |line: &String| {
        let (_, rest) = line.split_once(" /n").unwrap_or_else(|| panic!("{line}"));
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap()
    };
    lines.iter().map(number).collect()
}

/// Sends requests until more lines were written than the queue holds. Every response arrives at once.
fn ask_until_full(mut client: Client, query: &str, headers: &str, line_bytes: usize) -> usize {
    let count = MORE_THAN_WAITS / line_bytes;
    for number in 0..count {
        client.send(&format!(
            "GET /n{number}{query} HTTP/1.1\r\nHost: h\r\n{headers}\r\n"
        ));
        let head = client.head();
        let length = head.split_once("content-length: ").expect("a length").1;
        let length: usize = length.split_once("\r\n").unwrap().0.parse().unwrap();
        let mut body = vec![0; length];
        client.0.read_exact(&mut body).unwrap();
        assert!(matches!(status(&head), 200 | 500), "{number}: {head}");
    }
    count
}

/// Asserts that the lines are complete and in order, that some are missing in the middle, and that a notice gives their
/// number.
fn assert_gap(mut lines: Vec<String>, notice: &str, asked: usize, dropped: u64) {
    for line in &lines {
        assert!(line.ends_with('\n'), "a whole line: {line}");
        assert_eq!(line.matches('\n').count(), 1, "one line: {line}");
    }
    lines.retain(|line| line != notice);
    let numbers = numbers(&lines);
    assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
    assert_eq!(numbers.len() + usize::try_from(dropped).unwrap(), asked);
}

#[test]
fn errors_that_nobody_reads_hold_up_no_request_and_are_counted() {
    let unread = Unread::default();
    let server = Server::bind("127.0.0.1:0")
        .unwrap()
        .with_errors(ErrorStream::new(unread.clone()));
    let (address, monitor, stopper) = (server.local_addr(), server.monitor(), server.stopper());
    let serving = thread::spawn(move || server.serve(fails.into_application()));
    let connect = || Client(tcp(address));
    let asked = ask_until_full(connect(), "?100000", "", 100_000);
    let dropped = monitor.counters().dropped_lines;
    assert!(dropped > 0, "{:?}", monitor.counters());
    unread.open();
    // The lines after the gap are written after its notice.
    let notice = format!(
        "{dropped} lines of the error stream were dropped, because they were not read in time\n"
    );
    until(&notice, || unread.pieces().last() == Some(&notice));
    let mut client = connect();
    client.send(&format!("GET /n{asked}?1 HTTP/1.1\r\nHost: h\r\n\r\n"));
    assert_eq!(status(&client.head()), 500);
    stopper.stop();
    serving.join().unwrap().unwrap();
    let mut lines = unread.pieces();
    assert!(lines.remove(0).starts_with("Listening on "));
    let at = lines.iter().position(|line| *line == notice).unwrap();
    assert!(numbers(&lines[..at]).len() > 8, "what had room is there");
    assert_eq!(numbers(&lines[at + 1..]), [asked], "then it goes on");
    assert_gap(lines, &notice, asked + 1, dropped);
}

#[test]
fn an_access_log_that_nobody_reads_is_told_of_by_the_errors() {
    let (unread, errors) = (Unread::default(), Log::default());
    let server = Server::bind("127.0.0.1:0")
        .unwrap()
        .with_errors(errors.stream())
        .with_access_log(AccessLog::combined().with_writer(unread.clone()));
    let (address, monitor, stopper) = (server.local_addr(), server.monitor(), server.stopper());
    let serving = thread::spawn(move || server.serve(fails.into_application()));
    let client = Client(tcp(address));
    let referer = format!("Referer: {}\r\n", "x".repeat(15_000));
    let asked = ask_until_full(client, "", &referer, 15_000);
    // The last line is written a moment after its response.
    until("it is closed", || monitor.counters().open == 0);
    let dropped = monitor.counters().dropped_lines;
    assert!(dropped > 0, "{:?}", monitor.counters());
    unread.open();
    let notice = format!(
        "{dropped} lines of the access log were dropped, because they were not read in time\n"
    );
    errors.wait_for(&notice);
    stopper.stop();
    serving.join().unwrap().unwrap();
    assert_gap(unread.pieces(), "", asked, dropped);
    assert_eq!(monitor.counters().dropped_lines, dropped);
}

#[test]
fn a_server_does_not_wait_at_its_end_for_those_who_do_not_read() {
    let unread = Unread::default();
    let server = Server::bind("127.0.0.1:0")
        .unwrap()
        .with_errors(ErrorStream::new(unread.clone()))
        .with_access_log(AccessLog::common().with_writer(unread.clone()));
    let (address, stopper) = (server.local_addr(), server.stopper());
    let serving = thread::spawn(move || server.serve(fails.into_application()));
    assert_eq!(ask(tcp(address)), "fine");
    stopper.stop();
    // Otherwise it would wait forever.
    serving.join().unwrap().unwrap();
    assert_eq!(unread.pieces(), [""; 0]);
    unread.open();
}

#[test]
fn what_is_written_last_is_there_when_a_server_has_ended() {
    let (log, errors) = (Log::default(), Log::default());
    let buffered = io::BufWriter::with_capacity(1 << 20, log.clone());
    let server = Server::bind("127.0.0.1:0")
        .unwrap()
        .with_errors(ErrorStream::new(io::BufWriter::new(errors.clone())))
        .with_access_log(AccessLog::common().with_writer(buffered));
    let (address, stopper) = (server.local_addr(), server.stopper());
    let serving = thread::spawn(move || server.serve(fails.into_application()));
    for number in 0..100 {
        let mut client = Client(tcp(address));
        client.send(&format!("GET /n{number}?5 HTTP/1.0\r\n\r\n"));
        assert_eq!(status(&client.rest()), 500);
    }
    stopper.stop();
    serving.join().unwrap().unwrap();
    assert_eq!(log.text().lines().count(), 100, "{}", log.text());
    // One more line says where the server listens.
    assert_eq!(errors.text().lines().count(), 101, "{}", errors.text());
}

/// Not a test: a server with an access log, which ends with its process.
#[test]
fn started_by_the_other_tests() {
    if !is_started() {
        return;
    }
    let limits = ServerLimits::default().with_closing_notice(Duration::from_millis(100));
    let server = Server::bind("127.0.0.1:0")
        .unwrap()
        .with_server_limits(limits)
        .with_access_log(AccessLog::combined());
    say(&server.local_addr().to_string());
    let outcome = server.serve(fails.into_application());
    std::process::exit(i32::from(outcome.is_err()));
}

#[test]
fn pipes_that_nobody_reads_hold_up_neither_requests_nor_the_end_of_the_process() {
    let mut command = start("server::unread_lines::started_by_the_other_tests");
    command.stderr(Stdio::piped());
    let mut process = Process::new(command);
    // Both pipes are full: of errors and of access log lines for these requests.
    ask_until_full(process.connect(), "?100000", "", 100_000);
    let referer = format!("Referer: {}\r\n", "x".repeat(15_000));
    ask_until_full(process.connect(), "", &referer, 15_000);
    process.signal("TERM");
    let ended = process.ended(PATIENCE);
    let ended = ended.expect("the process ends");
    assert_eq!(ended.code(), Some(0), "in good order");
    let (mut errors, mut output) = (Vec::new(), Vec::new());
    let mut stderr = process.child.stderr.take().unwrap();
    stderr.read_to_end(&mut errors).unwrap();
    process.output.read_to_end(&mut output).unwrap();
    for (kept, name) in [(errors, "stderr"), (output, "stdout")] {
        assert!(kept.len() > 1000, "{name}: what had room is there");
    }
}
