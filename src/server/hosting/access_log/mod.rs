//! The access log: one line for each request, written when its response has ended.
//!
//! The formats are in `format`. The connection reports when a response has ended, and how much of it was sent.

use std::fmt;
use std::io;
use std::io::Write;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Instant;
use std::time::SystemTime;

use http::HeaderName;
use http::header;

use crate::gateway::Address;
use crate::gateway::ErrorStream;
use crate::gateway::attempt;
use crate::server::hosting::lines::Lines;
use crate::server::hosting::open::Open;
use crate::server::hosting::request_head::RequestHead;

mod escape;
mod format;
mod line;
#[cfg(test)]
mod tests;
mod utc;

pub use line::LogOutcome;

use format::Format;
use line::Asked;
use line::Seen;

/// The maximum number of bytes that are logged of the first line of input that is not a request.
const LINE_BYTES: usize = 1024;

/// A log with one line for each request that a [`Server`](crate::Server) has answered. It writes to stdout unless
/// [`with_writer`](Self::with_writer) sets another target.
///
/// A line is written when the response has ended or was cut off, in a single write, so lines are never mixed. A clone
/// writes to the same target. Data from clients is escaped, so that it can neither end a line or a field, nor reach a
/// terminal as a control sequence. Input that is not a request, such as a malformed head, is logged with its first line
/// as it was sent.
///
/// To log the user, the route, and the client behind a proxy, an application or its middleware puts a
/// [`LogNote`](crate::gateway::LogNote) into the extensions of the reply.
///
/// # Examples
///
/// ```no_run
/// use rustzeug::{ServeError, Server, server::AccessLog};
///
/// fn main() -> Result<(), ServeError> {
///     Server::bind("127.0.0.1:8000")?
///         .with_access_log(AccessLog::combined())
///         .serve(|| "hello\n")
/// }
/// ```
#[derive(Clone)]
pub struct AccessLog {
    format: Format,
    target: Target,
}

/// The target of lines.
#[derive(Clone)]
enum Target {
    Stdout,
    Custom(Arc<Mutex<dyn Write + Send>>),
    /// A queue in front of one of the others.
    Queue(Lines),
}

impl Target {
    /// Writes a line in a single write.
    fn put(&self, line: &[u8]) -> io::Result<()> {
        match self {
            Self::Stdout => io::stdout().write_all(line),
            Self::Custom(writer) => lock(writer).write_all(line),
            Self::Queue(lines) => {
                lines.push(line);
                Ok(())
            }
        }
    }
}

/// For the thread behind a queue.
impl Write for Target {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.put(line).map(|()| line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout => io::stdout().flush(),
            Self::Custom(writer) => lock(writer).flush(),
            Self::Queue(lines) => lines.flush(),
        }
    }
}

fn lock<'w>(writer: &'w Mutex<dyn Write + Send>) -> MutexGuard<'w, dyn Write + Send + 'static> {
    writer.lock().unwrap_or_else(PoisonError::into_inner)
}

impl AccessLog {
    /// Lines in Apache's common log format, `%h %l %u %t "%r" %>s %b`:
    ///
    /// ```text
    /// 192.0.2.7 - ann [10/Oct/2000:13:55:36 +0000] "GET /notes?page=2 HTTP/1.1" 200 2326
    /// ```
    ///
    /// The time is that of the request, in UTC. The last number is the bytes of the body, `-` for none. As in Apache,
    /// `"` and `\` are preceded by `\`, and control characters and bytes beyond ASCII are written as `\n`, `\t` or
    /// `\xhh`. A space in the name of a user is written as `\x20`, because otherwise the end of the name would be
    /// ambiguous.
    ///
    /// ```
    /// let log = rustzeug::server::AccessLog::common();
    /// assert_eq!(format!("{log:?}"), "AccessLog(Common, stdout)");
    /// ```
    #[must_use]
    pub fn common() -> Self {
        Self::new(Format::Common)
    }

    /// Lines in Apache's combined log format: the [common](Self::common) format, followed by
    /// `"%{Referer}i" "%{User-agent}i"`.
    ///
    /// ```text
    /// 192.0.2.7 - - [10/Oct/2000:13:55:36 +0000] "GET / HTTP/1.1" 304 - "-" "curl/8.5.0"
    /// ```
    ///
    /// ```
    /// let log = rustzeug::server::AccessLog::combined();
    /// assert_eq!(format!("{log:?}"), "AccessLog(Combined, stdout)");
    /// ```
    #[must_use]
    pub fn combined() -> Self {
        Self::new(Format::Combined)
    }

    /// Lines that are one JSON object each.
    ///
    /// ```text
    /// {"time":"2000-10-10T13:55:36.042Z","peer":"192.0.2.7","method":"GET","target":"/notes?page=2",
    ///  "protocol":"HTTP/1.1","host":"example.org","status":200,"bytes":2326,"duration_ms":1.250,
    ///  "referer":"http://example.org/","user_agent":"curl/8.5.0","user":"ann",
    ///  "route":"/notes","complete":true}
    /// ```
    ///
    /// (The log has no line breaks within an object.) Absent values are left out: the peer at a Unix socket, a header
    /// that was not sent, a user. Behind a trusted proxy `client` follows `peer`. Input that is not a request has its
    /// first line as `request`, instead of `method`, `target` and `protocol`. `time` is the time of the request.
    /// `duration_ms` counts from then to the end of the response. `complete` is `false` if the response was cut off.
    /// Bytes that are not valid UTF-8 become U+FFFD.
    ///
    /// ```
    /// let log = rustzeug::server::AccessLog::json();
    /// assert_eq!(format!("{log:?}"), "AccessLog(Json, stdout)");
    /// ```
    #[must_use]
    pub fn json() -> Self {
        Self::new(Format::Json)
    }

    /// Replaces the target of the lines.
    ///
    /// A thread of the server writes to it, one whole line at a time, so that requests do not wait for it. If lines
    /// arrive faster than they are written, up to 1 MiB of them waits; further lines are dropped, and their number is
    /// written to the error stream. The writer is flushed when the server ends, which waits at most a second for it. If
    /// the writer fails or panics, this is ignored, because there is nowhere to report it.
    ///
    /// ```
    /// use rustzeug::server::AccessLog;
    /// use std::fs::File;
    ///
    /// # let path = std::env::temp_dir().join(format!("access-{}.log", std::process::id()));
    /// let file = File::options().create(true).append(true).open(&path)?;
    /// let log = AccessLog::json().with_writer(file);
    /// assert_eq!(format!("{log:?}"), "AccessLog(Json, custom)");
    /// # std::fs::remove_file(path)?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn with_writer(mut self, writer: impl Write + Send + 'static) -> Self {
        self.target = Target::Custom(Arc::new(Mutex::new(writer)));
        self
    }

    /// The same log behind a queue; dropped lines are reported to `errors`.
    pub(in crate::server) fn queued(
        self,
        errors: &ErrorStream,
        open: &Open,
    ) -> io::Result<(Self, Lines)> {
        let lines = Lines::to(self.target, Some(errors.clone()), open.dropped_lines())?;
        let log = Self {
            format: self.format,
            target: Target::Queue(lines.clone()),
        };
        Ok((log, lines))
    }

    fn new(format: Format) -> Self {
        Self {
            format,
            target: Target::Stdout,
        }
    }

    /// Begins the line of a request and records the time: for servers outside the crate. The embedded server does it
    /// itself.
    ///
    /// ```
    /// use rustzeug::gateway::LogNote;
    /// use rustzeug::{http, server::{AccessLog, LogOutcome}};
    ///
    /// # let path = std::env::temp_dir().join(format!("line-{}.log", std::process::id()));
    /// let log = AccessLog::common().with_writer(std::fs::File::create(&path)?);
    /// let request = http::Request::get("/notes").body(())?;
    /// let line = log.begin(&request, None);
    /// // Here the request is answered.
    /// line.finish(&LogOutcome { status: http::StatusCode::OK, sent_bytes: 12, whole: true, note: None });
    /// assert!(std::fs::read_to_string(&path)?.ends_with("\"GET /notes HTTP/1.1\" 200 12\n"));
    /// # std::fs::remove_file(path)?;
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use = "the line is written by `finish`"]
    pub fn begin<B>(&self, request: &http::Request<B>, peer: Option<&Address>) -> LogLine {
        self.begin_head(request.into(), peer)
    }

    pub(super) fn begin_head(&self, head: RequestHead<'_>, peer: Option<&Address>) -> LogLine {
        let field = |name: HeaderName| head.headers.get(name).cloned();
        LogLine {
            log: self.clone(),
            began: Instant::now(),
            seen: Seen {
                time: SystemTime::now(),
                peer: peer.and_then(Address::ip),
                asked: Asked::Request {
                    method: head.method.clone(),
                    uri: head.uri.clone(),
                    version: head.version,
                },
                host: field(header::HOST),
                referer: field(header::REFERER),
                user_agent: field(header::USER_AGENT),
            },
        }
    }

    /// Begins the line of input that is not a request, such as a malformed head that a server answers with `400`. The
    /// line has no method and target, but the first line as it was sent.
    ///
    /// At most the first 1024 bytes of `line` are logged, escaped; an empty line is `-`. `fields` is a request with the
    /// header fields that could be parsed. Only its `Host`, `Referer` and `User-Agent` are logged.
    ///
    /// ```
    /// use rustzeug::{http, server::{AccessLog, LogOutcome}};
    ///
    /// # let path = std::env::temp_dir().join(format!("refused-{}.log", std::process::id()));
    /// let log = AccessLog::common().with_writer(std::fs::File::create(&path)?);
    /// let line = log.begin_refused(b"HELO \"there\"", &http::Request::new(()), None);
    /// line.finish(&LogOutcome { status: http::StatusCode::BAD_REQUEST, sent_bytes: 0, whole: true, note: None });
    /// assert!(std::fs::read_to_string(&path)?.ends_with("\"HELO \\\"there\\\"\" 400 -\n"));
    /// # std::fs::remove_file(path)?;
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use = "the line is written by `finish`"]
    pub fn begin_refused<B>(
        &self,
        line: &[u8],
        fields: &http::Request<B>,
        peer: Option<&Address>,
    ) -> LogLine {
        let line = &line[..line.len().min(LINE_BYTES)];
        let mut begun = self.begin(fields, peer);
        begun.seen.asked = Asked::Other(line.to_vec());
        begun
    }

    fn write(&self, line: &str) {
        // A panic must not escape: a line may be written while a response is dropped.
        let _ = attempt(|| self.target.put(line.as_bytes()));
    }
}

impl fmt::Debug for AccessLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to = match self.target {
            Target::Stdout => "stdout",
            Target::Custom(_) | Target::Queue(_) => "custom",
        };
        write!(f, "AccessLog({:?}, {to})", self.format)
    }
}

/// A line of an [`AccessLog`] that has begun: the facts of a request that has arrived. Nothing is formatted yet, and
/// nothing is written if it is dropped.
///
/// ```
/// use rustzeug::{http, server::AccessLog};
///
/// let request = http::Request::get("/notes?page=2").body(())?;
/// let line = AccessLog::common().begin(&request, None);
/// assert_eq!(format!("{line:?}"), "LogLine(GET /notes)");
/// # Ok::<(), http::Error>(())
/// ```
pub struct LogLine {
    log: AccessLog,
    began: Instant,
    seen: Seen,
}

impl LogLine {
    /// Writes the line, when the response has ended.
    pub fn finish(self, outcome: &LogOutcome<'_>) {
        let text = self
            .log
            .format
            .line(&self.seen, outcome, self.began.elapsed());
        self.log.write(&text);
    }
}

impl fmt::Debug for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.seen.asked {
            Asked::Request { method, uri, .. } => write!(f, "LogLine({method} {})", uri.path()),
            Asked::Other(line) => write!(f, "LogLine({})", line.escape_ascii()),
        }
    }
}
