//! Received bytes on disk: an unlinked temporary file, readable by its owner alone.

use std::fs::File;
use std::fs::Permissions;
use std::io;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use bytes::Bytes;

use crate::error::Result;
use crate::gateway::Body;

/// The first part of a body, on disk. Clones share the file and read it independently.
#[derive(Clone)]
pub(crate) struct Spool {
    file: Arc<File>,
    length: u64,
}

impl Spool {
    /// Whether received bytes can go to disk at all.
    pub(crate) const AVAILABLE: bool = true;

    pub(crate) fn create() -> Result<Self> {
        // Unlinked at once, so that it is gone with its last descriptor, whatever happens.
        let file = tempfile::tempfile()?;
        file.set_permissions(Permissions::from_mode(0o600))?;
        Ok(Self {
            file: Arc::new(file),
            length: 0,
        })
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Appends chunks; only the first owner writes, and only until the body has arrived.
    pub(crate) fn append(&mut self, chunks: &[Bytes]) -> io::Result<()> {
        for chunk in chunks {
            (&*self.file).write_all(chunk)?;
            self.length += chunk.len() as u64;
        }
        Ok(())
    }

    pub(crate) fn read(&self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(self.length).map_err(io::Error::other)?];
        self.file.read_exact_at(&mut bytes, 0)?;
        Ok(bytes)
    }

    pub(crate) fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize> {
        self.file.read_at(buffer, position)
    }

    /// What was written, from the start, as a body of its own.
    pub(crate) fn body(&self) -> Body {
        Body::sized_reader(
            Cursor {
                spool: self.clone(),
                position: 0,
            },
            self.length,
        )
    }
}

struct Cursor {
    spool: Spool,
    position: u64,
}

impl io::Read for Cursor {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.spool.read_at(buffer, self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}
