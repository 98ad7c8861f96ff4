//! A file that is written as its content arrives.

use std::io;
use std::io::Write;
use std::path::PathBuf;

/// A file that is removed on drop unless it is finished.
#[derive(Debug)]
pub(super) struct Unfinished {
    file: std::fs::File,
    path: Option<PathBuf>,
}

impl Unfinished {
    pub(super) fn create(path: PathBuf) -> io::Result<Self> {
        Ok(Self {
            file: std::fs::File::create_new(&path)?,
            path: Some(path),
        })
    }

    pub(super) fn write(mut self, chunk: &[u8]) -> io::Result<Self> {
        self.file.write_all(chunk)?;
        Ok(self)
    }

    pub(super) fn finish(mut self) {
        self.path = None;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            let _ = std::fs::remove_file(path);
        }
    }
}
