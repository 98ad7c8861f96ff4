//! Records the error stream of the application under test, to show it.

use std::io;
use std::io::Write;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

/// The lines that were written to an error stream; clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The current length, for a later call of [`since`](Self::since).
    pub(super) fn position(&self) -> usize {
        self.bytes().len()
    }

    /// The text that was written after a position.
    pub(super) fn since(&self, position: usize) -> String {
        String::from_utf8_lossy(self.bytes().get(position..).unwrap_or_default()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
