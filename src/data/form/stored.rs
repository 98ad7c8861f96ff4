//! The content of an uploaded file: a range of the received body, in memory or in a temporary file without a name.

use std::fmt;
use std::io;
use std::ops::Range;
use std::pin::Pin;

use bytes::Bytes;

use crate::base::error::Result;
use crate::gateway::Body;
use crate::gateway::Kept;

/// An operation on a file or part, which runs when awaited.
pub(super) type Doing<'r, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'r>>;

/// Content that has been received. Clones share it.
#[derive(Clone)]
pub(super) struct Stored {
    kept: Kept,
    start: u64,
    length: u64,
}

impl Stored {
    pub(super) fn new(kept: Kept, start: u64, length: u64) -> Self {
        Self {
            kept,
            start,
            length,
        }
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn is_in_memory(&self) -> bool {
        self.kept.is_in_memory()
    }

    fn range(&self) -> Range<u64> {
        self.start..self.start + self.length
    }

    pub(super) fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize> {
        let left = self.length.saturating_sub(position);
        let count = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        if count == 0 {
            return Ok(0);
        }
        let position = self.start + position;
        self.kept.read_at(&mut buffer[..count], position)
    }

    /// Reads the whole content; this blocks if it is on disk.
    pub(super) fn read(&self) -> io::Result<Bytes> {
        self.kept.read(self.range())
    }

    /// The whole content as a body.
    pub(super) fn body(&self) -> Body {
        self.kept.body(self.range())
    }
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.is_in_memory() {
            "in memory"
        } else {
            "on disk"
        };
        write!(f, "{} bytes {place}", self.length)
    }
}
