//! Where an application reports what no client should read.

use std::fmt;
use std::io;
use std::io::Write;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::gateway::work::panics::attempt;

/// The server's error stream (`wsgi.errors`): stderr unless the server says otherwise.
///
/// Writing takes any bytes; a clone writes to the same place. What one `write_all` or
/// `write!` of a whole line hands over is not interleaved with others' lines.
///
/// On the embedded server writing never waits: a thread of the server's does it, and what nobody reads
/// is dropped and counted once a mebibyte is waiting. Elsewhere it is written in place.
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
    /// An error stream that goes to `writer`.
    #[must_use]
    pub fn new(writer: impl Write + Send + 'static) -> Self {
        Self(Some(Arc::new(Mutex::new(writer))))
    }

    /// Writes `line` and a line end in one piece; a stream that fails or panics is left alone,
    /// since there is nowhere to report that.
    pub(crate) fn line(&self, line: &str) {
        let mut text = String::with_capacity(line.len() + 1);
        // A log line is one line, whatever a client put into it.
        text.extend(
            line.chars()
                .map(|c| if c.is_control() { '\u{fffd}' } else { c }),
        );
        text.push('\n');
        let _ = attempt(|| (&mut &*self).write_all(text.as_bytes()));
    }
}

/// What the test client needs.
#[cfg(feature = "testing")]
impl ErrorStream {
    /// Whether nobody has said where it goes.
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
        // One write per line: formatted in memory first.
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
