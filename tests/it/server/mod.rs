//! The embedded server, seen from a socket.

use std::io::ErrorKind;
use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::ops::Deref;
use std::ops::DerefMut;
use std::thread::JoinHandle;

use rustzeug::gateway::Application;
use rustzeug::gateway::BoxApplication;
use rustzeug::gateway::Limits;
use rustzeug::gateway::Lint;
use rustzeug::{
    ServeError, Server,
    server::{Counters, Monitor, ServerLimits, Stopper},
};
use tokio::runtime::Runtime;

use crate::common::Log;
use crate::waiting::PATIENCE;
use crate::waiting::until;
use crate::waiting::until_ok;

mod access_log;
mod access_log_writing;
mod bodies;
#[cfg(feature = "spool")]
mod budget;
mod counters;
mod crowded;
mod descriptors;
mod destructors;
mod destructors_blocking;
mod ending;
mod failures;
mod fields;
mod forms;
mod frames;
mod framing;
mod framing_answers;
mod framing_bodies;
#[cfg(all(feature = "fastcgi", feature = "scgi", feature = "uwsgi"))]
mod front;
mod head_clocks;
mod head_limits;
mod health;
mod hostile;
mod http2;
mod http2_hostile;
mod http2_messages;
mod http2_slow;
mod http2_trailers;
mod http2_windows;
mod lanes;
mod lanes_clients;
mod lanes_signals;
mod leavers;
mod limits;
mod lingering;
mod listening;
mod notice;
mod outlived;
mod pieces;
mod platform;
mod processes;
mod proxy_protocol;
mod refused;
mod review;
mod runtime;
mod schedules;
mod signals;
mod slow_bodies;
mod slow_readers;
#[cfg(feature = "tracing")]
mod spans;
mod stalled;
#[cfg(feature = "tracing")]
mod subscriber;
mod unix_sockets;
mod unread_lines;
mod upgraded;
mod upgrades;
mod watchdog;
mod workers;

/// The limits of requests and those of the server; a test sets those that it needs.
struct AllLimits(Limits, ServerLimits);

impl From<Limits> for AllLimits {
    fn from(limits: Limits) -> Self {
        Self(limits, ServerLimits::default())
    }
}

impl From<ServerLimits> for AllLimits {
    fn from(limits: ServerLimits) -> Self {
        Self(Limits::default(), limits)
    }
}

impl From<(Limits, ServerLimits)> for AllLimits {
    fn from((limits, server_limits): (Limits, ServerLimits)) -> Self {
        Self(limits, server_limits)
    }
}

impl AllLimits {
    /// Applies the limits to a server.
    fn of(self, server: Server) -> Server {
        server.with_limits(self.0).with_server_limits(self.1)
    }
}

/// A running server, which is stopped on drop.
struct Running {
    stopper: Stopper,
    log: Log,
    serving: Option<JoinHandle<Result<(), ServeError>>>,
}

impl Running {
    fn new(server: Server, application: impl Application) -> Self {
        Self::unchecked(server, Lint::new(application))
    }

    /// A server without `Lint`, for applications that break the rules on purpose.
    fn unchecked(server: Server, application: impl Application) -> Self {
        // One type for all applications, so that the server is compiled once and not for each test.
        let application = BoxApplication::new(application);
        Self::by(server, move |server| server.serve(application))
    }

    /// A server that `serve` runs.
    fn by(
        server: Server,
        serve: impl FnOnce(Server) -> Result<(), ServeError> + Send + 'static,
    ) -> Self {
        let log = Log::default();
        let server = server.with_errors(log.stream());
        let stopper = server.stopper();
        let serving = std::thread::spawn(move || serve(server));
        Self {
            stopper,
            log,
            serving: Some(serving),
        }
    }

    /// Stops the server, waits for it, and returns its log.
    fn end(&mut self) -> String {
        self.stopper.stop();
        if let Some(serving) = self.serving.take() {
            serving.join().unwrap().unwrap();
        }
        self.log.text()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stopper.stop();
    }
}

/// A server on a free port.
struct Served {
    address: SocketAddr,
    monitor: Monitor,
    running: Running,
}

impl Deref for Served {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.running
    }
}

impl DerefMut for Served {
    fn deref_mut(&mut self) -> &mut Running {
        &mut self.running
    }
}

impl Served {
    fn new(application: impl Application) -> Self {
        Self::with_limits(application, Limits::default())
    }

    fn with_limits(application: impl Application, limits: impl Into<AllLimits>) -> Self {
        Self::unchecked(Lint::new(application), limits)
    }

    /// A server without `Lint`, for applications that break the rules on purpose.
    fn unchecked(application: impl Application, limits: impl Into<AllLimits>) -> Self {
        let server = Server::bind("127.0.0.1:0").unwrap();
        Self::by(limits.into().of(server), application)
    }

    /// A server with further settings.
    fn by(server: Server, application: impl Application) -> Self {
        Self {
            address: server.local_addr(),
            monitor: server.monitor(),
            running: Running::unchecked(server, application),
        }
    }

    /// A server in the runtime of another program.
    fn within(runtime: Runtime, server: Server, application: impl Application) -> Self {
        let application = BoxApplication::new(application);
        Self {
            address: server.local_addr(),
            monitor: server.monitor(),
            running: Running::by(server, move |server| {
                runtime.block_on(server.serve_async(application))
            }),
        }
    }

    fn connect(&self) -> Client {
        Client(tcp(self.address))
    }

    /// The whole response on a new connection; the request asks the server to close it.
    fn get(&self, target: &str) -> String {
        let mut client = self.connect();
        client.send(&format!(
            "GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        ));
        client.rest()
    }
}

/// A connection with a time limit for each read.
fn tcp(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Waits until the server no longer listens.
fn wait_until_refused(address: SocketAddr) {
    until("nobody listens", || TcpStream::connect(address).is_err());
}

/// The counters once they satisfy `is`: the server counts a response a moment after the client has it.
fn counted(served: &Served, why: &str, is: impl Fn(&Counters) -> bool) -> Counters {
    until_ok(why, || {
        let counters = served.monitor.counters();
        if is(&counters) {
            Ok(counters)
        } else {
            Err(Box::new(counters))
        }
    })
}

/// Waits until no connection is open.
fn wait_for_none_open(served: &Served, why: &str) {
    counted(served, why, |counters| counters.open == 0);
}

/// How a connection ended, as its client sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The server has closed it after its last byte.
    Closed,
    /// It was reset; bytes in flight may be lost.
    Reset,
    /// It is open: nothing arrived for as long as a test waits.
    Open,
}

struct Client(TcpStream);

impl Client {
    fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).unwrap();
    }

    /// Sends as much as the server accepts, and returns whether it accepted everything.
    fn offer(&mut self, bytes: &[u8]) -> bool {
        self.0.write_all(bytes).is_ok()
    }

    /// Reads until `end` has arrived or the connection is closed.
    fn until(&mut self, end: &str) -> String {
        let (mut seen, mut byte) = (Vec::new(), [0]);
        while !seen.ends_with(end.as_bytes()) && matches!(self.0.read(&mut byte), Ok(1)) {
            seen.push(byte[0]);
        }
        String::from_utf8_lossy(&seen).into_owned()
    }

    /// The head of the next response.
    fn head(&mut self) -> String {
        self.until("\r\n\r\n").to_ascii_lowercase()
    }

    /// Everything that still arrives, until the connection is closed or reset.
    fn rest(&mut self) -> String {
        self.ending().0
    }

    /// Everything that still arrives, and how the connection ends.
    fn ending(&mut self) -> (String, End) {
        let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
        let end = loop {
            match self.0.read(&mut buffer) {
                Ok(0) => break End::Closed,
                Ok(count) => seen.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break End::Open,
                Err(_) => break End::Reset,
            }
        };
        (String::from_utf8_lossy(&seen).into_owned(), end)
    }
}

/// Returns whether a head, in any case, says that the connection will be closed.
fn says_close(head: &str) -> bool {
    head.to_ascii_lowercase()
        .contains("\r\nconnection: close\r\n")
}

fn status(answer: &str) -> u16 {
    answer
        .get(9..12)
        .and_then(|digits| digits.parse().ok())
        .unwrap_or_else(|| panic!("no status in {answer:?}"))
}
