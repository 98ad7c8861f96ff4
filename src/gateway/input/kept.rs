//! Content that has been received, in memory or on disk.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use crate::gateway::Body;
use crate::gateway::input::memory::Memory;
use crate::gateway::input::spool::Spool;

/// Content in memory or on disk. Clones share it.
#[derive(Clone)]
pub(crate) enum Kept {
    Memory(Arc<Memory>),
    Disk(Spool),
}

impl Kept {
    pub(crate) fn is_in_memory(&self) -> bool {
        matches!(self, Self::Memory(_))
    }

    /// Returns a range as a body.
    pub(crate) fn body(&self, range: Range<u64>) -> Body {
        match self {
            Self::Memory(memory) => memory.body(range),
            Self::Disk(spool) => spool.body(range),
        }
    }

    /// Returns a range in one piece. Reading from disk blocks.
    pub(crate) fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        match self {
            Self::Memory(memory) => Ok(memory.read(range)),
            Self::Disk(spool) => spool.read(range).map(Into::into),
        }
    }

    /// Reads some bytes from a position on. In memory, it fills the buffer if there are enough bytes.
    pub(crate) fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize> {
        let memory = match self {
            Self::Memory(memory) => memory,
            Self::Disk(spool) => return spool.read_at(buffer, position),
        };
        let end = position.saturating_add(buffer.len() as u64);
        let mut count = 0;
        for piece in memory.pieces(position..end) {
            buffer[count..count + piece.len()].copy_from_slice(&piece);
            count += piece.len();
        }
        Ok(count)
    }
}
