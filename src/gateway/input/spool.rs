//! Received bytes on disk: an unlinked temporary file that only its owner can read.

use std::fs::File;
use std::fs::Permissions;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use bytes::Bytes;

use crate::gateway::Body;
use crate::gateway::input::budget::Hold;

/// A temporary file and its share of the disk budget. Clones share both.
#[derive(Clone)]
pub(crate) struct Spool(Arc<Inner>);

struct Inner {
    file: File,
    // Released after the file is closed.
    _hold: Arc<Hold>,
}

impl Spool {
    pub(crate) fn create(hold: Arc<Hold>) -> io::Result<Self> {
        // Unlinked at once, so that it disappears with its last descriptor, even after a crash.
        let file = tempfile::tempfile()?;
        file.set_permissions(Permissions::from_mode(0o600))?;
        Ok(Self(Arc::new(Inner { file, _hold: hold })))
    }

    /// Writes chunks at `position`. After an error, a retry writes to the same position again.
    pub(crate) fn write_at(&self, chunks: &[Bytes], mut position: u64) -> io::Result<()> {
        for chunk in chunks {
            self.0.file.write_all_at(chunk, position)?;
            position += chunk.len() as u64;
        }
        Ok(())
    }

    pub(crate) fn read(&self, range: Range<u64>) -> io::Result<Vec<u8>> {
        let length = range.end.saturating_sub(range.start);
        let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        self.0.file.read_exact_at(&mut bytes, range.start)?;
        Ok(bytes)
    }

    pub(crate) fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize> {
        self.0.file.read_at(buffer, position)
    }

    /// Returns a written range as a body.
    pub(crate) fn body(&self, range: Range<u64>) -> Body {
        let length = range.end.saturating_sub(range.start);
        let cursor = Cursor {
            spool: self.clone(),
            position: range.start,
        };
        Body::sized_reader(cursor, length)
    }
}

#[cfg(all(test, target_os = "linux"))]
impl Spool {
    /// A file on a full disk.
    pub(super) fn full(hold: Arc<Hold>) -> Self {
        let file = File::options().write(true).open("/dev/full");
        let file = file.expect("`/dev/full` exists on Linux");
        Self(Arc::new(Inner { file, _hold: hold }))
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
