//! The access log: one line for each request, written when its response has ended.
//!
//! What a line looks like is in `format`. When a response has ended, and how much of it was
//! sent, is for the connection to say.

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

/// So much is logged of the first line of what is not a request.
const LINE_BYTES: usize = 1024;

/// A log with one line for each request that a [`Server`](crate::Server) has answered: to stdout
/// unless [`with_writer`](Self::with_writer) says otherwise.
///
/// A line is written when the response has ended or was broken off, in one write, so that
/// lines are never mixed up. A clone writes to the same place. What a client sends is escaped,
/// so that it can neither end a line or a field, nor reach a terminal as a control sequence.
/// What is no request, as a malformed head, is in the log with its first line as it was sent.
///
/// An application or its middleware has the user and the route logged by a
/// [`LogNote`](crate::gateway::LogNote) on the reply's extensions.
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

/// Where lines go.
#[derive(Clone)]
enum Target {
    Stdout,
    Custom(Arc<Mutex<dyn Write + Send>>),
    /// By way of a queue, to one of the others.
    Queue(Lines),
}

impl Target {
    /// Writes a line in one piece.
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
    /// The time is that of the request, in UTC, and the number at the end that of the bytes in the
    /// body, `-` for none. As with Apache, `"` and `\` have a `\` before them, control characters
    /// are `\n`, `\t` or `\xhh`, and so are bytes beyond ASCII. A space in the name of a user is
    /// `\x20`, since nothing else would tell where the name ends.
    ///
    /// ```
    /// let log = rustzeug::server::AccessLog::common();
    /// assert_eq!(format!("{log:?}"), "AccessLog(Common, stdout)");
    /// ```
    #[must_use]
    pub fn common() -> Self {
        Self::new(Format::Common)
    }

    /// Lines in Apache's combined log format: the [common](Self::common) one, and then
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
    /// (Without the line ends.) What there is none of is left out: a peer at a unix socket, a
    /// header that was not sent, a user. What is no request has its first line as `request`, in place of `method`,
    /// `target` and `protocol`. `time` is that of the request, `duration_ms` counts
    /// from then to the end of the response, and `complete` is `false` where that was broken off.
    /// Bytes that are no UTF-8 are U+FFFD.
    ///
    /// ```
    /// let log = rustzeug::server::AccessLog::json();
    /// assert_eq!(format!("{log:?}"), "AccessLog(Json, stdout)");
    /// ```
    #[must_use]
    pub fn json() -> Self {
        Self::new(Format::Json)
    }

    /// Replaces where the lines go.
    ///
    /// A thread of the server's writes to it, one whole line at a time, so that no request waits for it. Lines
    /// that come faster than it takes them are dropped once a mebibyte of them is waiting, and the error stream is
    /// told how many. It is flushed at the end of the server, which waits for it a second at most; and it is left
    /// alone if it fails or panics, as there is nowhere to report that.
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

    /// The same log by way of a queue; `errors` are told of lines that are dropped.
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

    /// Begins the line of a request, and takes down the time: for servers outside of the crate. The embedded server does
    /// it by itself.
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
        let field = |name: HeaderName| request.headers().get(name).cloned();
        LogLine {
            log: self.clone(),
            began: Instant::now(),
            seen: Seen {
                time: SystemTime::now(),
                peer: peer.and_then(Address::ip),
                asked: Asked::Request {
                    method: request.method().clone(),
                    uri: request.uri().clone(),
                    version: request.version(),
                },
                host: field(header::HOST),
                referer: field(header::REFERER),
                user_agent: field(header::USER_AGENT),
            },
        }
    }

    /// Begins the line of what is not a request, such as a malformed head that a server answers with `400`: there is
    /// no method or target to be logged, but a line as it was sent.
    ///
    /// Of `line` the first 1024 bytes are logged, escaped; an empty one is `-`. `fields` is a request that has the
    /// header fields which could be read, if any: `Host`, `Referer` and `User-Agent` are logged, nothing else of it.
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
        // A panic too would come at a bad time: a line may be written while a response is dropped.
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

/// A line of an [`AccessLog`] in the making: what is known when a request has come. Nothing is formatted yet, and
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
    /// Writes it, once the response has ended.
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
