//! The stream for messages to the operator, which no client may see.

use std::fmt;
use std::io;
use std::io::Write;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::gateway::work::panics::attempt;

/// The server's error stream (`wsgi.errors`): stderr, unless the server sets another one.
///
/// Any bytes can be written. Clones write to the same place. A line that is written by one `write_all` or one
/// `write!` is not mixed with other lines.
///
/// On the embedded server, writing never waits: a thread of the server does it. Once 1 MiB is waiting,
/// further output is dropped and counted. Under other servers, writing happens in place.
///
/// ```
/// use rustzeug::Request;
/// use std::io::Write;
///
/// let request = Request::blank("/");
/// writeln!(request.environ().errors(), "disk almost full")?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct ErrorStream(Option<Arc<Mutex<dyn Write + Send>>>);

impl ErrorStream {
    /// Creates an error stream that writes to `writer`.
    #[must_use]
    pub fn new(writer: impl Write + Send + 'static) -> Self {
        Self(Some(Arc::new(Mutex::new(writer))))
    }

    /// Writes `line` and a line end in one piece. Errors and panics of the stream are ignored, since there is
    /// nowhere to report them.
    pub(crate) fn line(&self, line: &str) {
        let mut text = String::with_capacity(line.len() + 1);
        // A client must not be able to start a new log line.
        text.extend(
            line.chars()
                .map(|c| if c.is_control() { '\u{fffd}' } else { c }),
        );
        text.push('\n');
        let _ = attempt(|| (&mut &*self).write_all(text.as_bytes()));
    }
}

/// For the test client.
#[cfg(feature = "testing")]
impl ErrorStream {
    /// Whether it writes to stderr because no writer was set.
    pub(crate) fn is_stderr(&self) -> bool {
        self.0.is_none()
    }
}

impl Write for &ErrorStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &self.0 {
            Some(writer) => writer
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .write(bytes),
            None => io::stderr().write(bytes),
        }
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &self.0 {
            Some(writer) => writer
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .write_all(bytes),
            None => io::stderr().lock().write_all(bytes),
        }
    }

    fn write_fmt(&mut self, text: fmt::Arguments<'_>) -> io::Result<()> {
        // Format in memory first, so that a line is one write.
        self.write_all(text.to_string().as_bytes())
    }

    fn flush(&mut self) -> io::Result<()> {
        match &self.0 {
            Some(writer) => writer
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .flush(),
            None => io::stderr().flush(),
        }
    }
}

impl Write for ErrorStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&*self).write(bytes)
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        (&*self).write_all(bytes)
    }

    fn write_fmt(&mut self, text: fmt::Arguments<'_>) -> io::Result<()> {
        (&*self).write_fmt(text)
    }

    fn flush(&mut self) -> io::Result<()> {
        (&*self).flush()
    }
}

impl fmt::Debug for ErrorStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "ErrorStream(custom)"
        } else {
            "ErrorStream(stderr)"
        })
    }
}
