//! The input of a CGI program: the body of the request, and the rest that nobody has read.

use std::io;
use std::io::ErrorKind;
use std::io::Read;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use crate::gateway::Body;

/// The input, shared by the body of the request and the host.
pub(super) struct Input {
    stream: Arc<Mutex<Stream>>,
}

struct Stream {
    reader: Box<dyn Read + Send>,
    /// The bytes that still belong to the body, if they are known.
    left: Option<u64>,
    /// How much of an unread body of unknown length may still be read. The length of other bodies is known, and the web
    /// server limits it.
    most: u64,
}

impl Input {
    /// The input whose first `length` bytes are a body. If the length is unknown, all of it is, and at most `most` bytes
    /// of it are read for nobody.
    pub(super) fn new(reader: impl Read + Send + 'static, length: Option<u64>, most: u64) -> Self {
        Self {
            stream: Arc::new(Mutex::new(Stream {
                reader: Box::new(reader),
                left: length,
                most,
            })),
        }
    }

    /// The body, which is read as it arrives.
    pub(super) fn body(&self) -> Body {
        if self.lock().left == Some(0) {
            return Body::empty();
        }
        Body::reader(Reader(Arc::clone(&self.stream)))
    }

    /// Reads what nobody has read, and nobody can read any more. A web server that writes a body to a process that
    /// does not read it may never read the response, or lose it.
    pub(super) fn drain(&self) {
        if Arc::strong_count(&self.stream) > 1 {
            return;
        }
        let mut stream = self.lock();
        let mut buffer = [0; 16 << 10];
        while stream.left.unwrap_or(stream.most) > 0 {
            let most = stream.left.unwrap_or(stream.most);
            let length = usize::try_from(most).unwrap_or(usize::MAX);
            let length = length.min(buffer.len());
            match stream.read(&mut buffer[..length]) {
                Ok(count @ 1..) => stream.most = stream.most.saturating_sub(count as u64),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                _ => break,
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Stream> {
        self.stream.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = self.left.map_or(usize::MAX, |left| {
            usize::try_from(left).unwrap_or(usize::MAX)
        });
        let length = buffer.len().min(most);
        let count = self.reader.read(&mut buffer[..length])?;
        self.left = self.left.map(|left| left.saturating_sub(count as u64));
        Ok(count)
    }
}

/// The body of the request.
struct Reader(Arc<Mutex<Stream>>);

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut stream = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stream.read(buffer)
    }
}
