//! One representation of a file: its path and its metadata.

use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::time::SystemTime;

use bytes::Bytes;

use crate::headers::ETag;
use crate::headers::HttpDate;

/// The maximum length of a file whose content is cached in memory.
pub(super) const SMALL_BYTES: u64 = 64 << 10;

/// The content of one file as it was at one moment.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    /// Empty for a file that is built into the program.
    pub(super) path: PathBuf,
    pub(super) length: u64,
    pub(super) modified: Option<SystemTime>,
    pub(super) etag: ETag,
    /// The whole content of a small file.
    pub(super) content: Option<Bytes>,
}

impl Stored {
    /// A file that is built into the program.
    pub(super) fn built_in(content: &'static [u8]) -> Self {
        Self {
            path: PathBuf::new(),
            length: content.len() as u64,
            modified: None,
            etag: ETag::of(content),
            content: Some(Bytes::from_static(content)),
        }
    }

    pub(super) fn last_modified(&self) -> Option<HttpDate> {
        self.modified.map(Into::into)
    }

    /// Reads the metadata of a file, and the content of a small file; `None` if it is not a regular file.
    pub(super) fn read(path: &Path) -> io::Result<Option<Self>> {
        let Some((mut stored, file)) = Self::open(path)? else {
            return Ok(None);
        };
        if stored.length <= SMALL_BYTES {
            let mut content = Vec::new();
            // One more byte, to notice that the file has grown.
            file.take(SMALL_BYTES + 1).read_to_end(&mut content)?;
            if content.len() as u64 <= SMALL_BYTES {
                stored.length = content.len() as u64;
                stored.etag = etag(stored.length, stored.modified);
                stored.content = Some(content.into());
            }
        }
        Ok(Some(stored))
    }

    /// Opens a file; `None` if it is not a regular file.
    pub(super) fn open(path: &Path) -> io::Result<Option<(Self, File)>> {
        // Checked before opening: opening a pipe waits for a writer, and opening a device may have any effect.
        if !path.metadata()?.is_file() {
            return Ok(None);
        }
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Ok(None);
        }
        let (length, modified) = (metadata.len(), metadata.modified().ok());
        let stored = Self {
            path: path.to_owned(),
            length,
            modified,
            etag: etag(length, modified),
            content: None,
        };
        Ok(Some((stored, file)))
    }
}

fn etag(length: u64, modified: Option<SystemTime>) -> ETag {
    ETag::of_file(length, modified.unwrap_or(SystemTime::UNIX_EPOCH))
}
