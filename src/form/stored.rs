//! Where the content of an uploaded file is: in memory, or past a threshold in a temporary file that
//! has no name.

use std::fmt;
use std::io;
use std::pin::Pin;

use bytes::Bytes;

use crate::error::Error;
use crate::error::Result;
use crate::gateway::Blocking;
use crate::gateway::Body;
use crate::gateway::Chunks;
use crate::gateway::Spool;

/// What is done with files and parts, once it is awaited or waited for.
pub(super) type Doing<'r, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'r>>;

/// Bytes gathered in memory before they are written in one job.
const STEP_BYTES: u64 = 256 << 10;

/// Content that is being received.
#[derive(Default)]
pub(super) struct Receiving {
    spool: Option<Spool>,
    chunks: Chunks,
}

impl Receiving {
    /// Adds a chunk; what is more than `memory` bytes is written where it may block.
    pub(super) async fn add(
        &mut self,
        chunk: Bytes,
        memory: u64,
        blocking: &Blocking,
    ) -> Result<()> {
        self.chunks.push(chunk);
        let most = match self.spool {
            Some(_) => memory.max(STEP_BYTES),
            None => memory,
        };
        if Spool::AVAILABLE && self.chunks.length() > most {
            self.spool = Some(self.write(blocking).await?);
        }
        Ok(())
    }

    /// All is there.
    pub(super) async fn end(mut self, blocking: &Blocking) -> Result<Stored> {
        Ok(match self.spool {
            None => Stored::Memory(self.chunks.join()),
            Some(_) => Stored::Spooled(self.write(blocking).await?),
        })
    }

    async fn write(&mut self, blocking: &Blocking) -> Result<Spool> {
        let spool = self.spool.take();
        let chunks = std::mem::take(&mut self.chunks).into_list();
        let written = blocking.resume(move || {
            let mut spool = spool.map_or_else(Spool::create, Ok)?;
            spool.append(&chunks)?;
            Ok::<_, Error>(spool)
        });
        written.await?
    }
}

/// Content that has been received. Clones share it.
#[derive(Clone)]
pub(super) enum Stored {
    Memory(Bytes),
    Spooled(Spool),
}

impl Stored {
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Spooled(spool) => spool.length(),
        }
    }

    pub(super) fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize> {
        match self {
            Self::Memory(bytes) => {
                let start = usize::try_from(position).unwrap_or(usize::MAX);
                let rest = bytes.get(start..).unwrap_or_default();
                let count = rest.len().min(buffer.len());
                buffer[..count].copy_from_slice(&rest[..count]);
                Ok(count)
            }
            Self::Spooled(spool) => spool.read_at(buffer, position),
        }
    }

    /// All of it, which blocks where it was spooled.
    pub(super) fn read(&self) -> io::Result<Bytes> {
        match self {
            Self::Memory(bytes) => Ok(bytes.clone()),
            Self::Spooled(spool) => spool.read().map(Into::into),
        }
    }

    /// The content as a body, from its beginning.
    pub(super) fn body(&self) -> Body {
        match self {
            Self::Memory(bytes) => bytes.clone().into(),
            Self::Spooled(spool) => spool.body(),
        }
    }
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match self {
            Self::Memory(_) => "in memory",
            Self::Spooled(_) => "on disk",
        };
        write!(f, "{} bytes {place}", self.length())
    }
}
