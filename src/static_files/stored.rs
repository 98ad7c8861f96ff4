//! One representation of a file: its path and its metadata.

use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use http::HeaderValue;

use super::regular;
use crate::headers::ETag;
use crate::headers::Header;
use crate::headers::HttpDate;
use crate::headers::LastModified;

/// The maximum length of a file whose content is cached in memory.
pub(super) const SMALL_BYTES: u64 = 64 << 10;

/// The content of one file as it was at one moment. It is cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    /// Empty for a file that is built into the program.
    pub(super) path: Arc<Path>,
    pub(super) length: u64,
    pub(super) etag: ETag,
    /// The time of the last change, and how it is written.
    pub(super) last_modified: Option<(HttpDate, HeaderValue)>,
    /// The whole content of a small file.
    pub(super) content: Option<Bytes>,
}

impl Stored {
    /// A file that is built into the program.
    pub(super) fn built_in(content: &'static [u8]) -> Self {
        Self {
            path: Path::new("").into(),
            length: content.len() as u64,
            etag: ETag::of(content),
            last_modified: None,
            content: Some(Bytes::from_static(content)),
        }
    }

    /// Reads the metadata of a file, and the content of a small file; `None` if it is not a regular file.
    pub(super) fn read(path: &Path) -> io::Result<Option<Self>> {
        let Some((mut stored, file)) = Self::open(path)? else {
            return Ok(None);
        };
        if stored.length <= SMALL_BYTES {
            let mut content = Vec::new();
            // One more byte, to notice that the file has grown. A file that is being changed is not cached.
            file.take(stored.length + 1).read_to_end(&mut content)?;
            if content.len() as u64 == stored.length {
                stored.content = Some(content.into());
            }
        }
        Ok(Some(stored))
    }

    /// Opens a file; `None` if it is not a regular file.
    pub(super) fn open(path: &Path) -> io::Result<Option<(Self, File)>> {
        let Some((file, metadata)) = regular::open(path)? else {
            return Ok(None);
        };
        let (length, modified) = (metadata.len(), metadata.modified().ok());
        let stored = Self {
            path: path.into(),
            length,
            etag: ETag::of_file(length, modified.unwrap_or(SystemTime::UNIX_EPOCH)),
            last_modified: modified.map(|time| {
                (
                    time.into(),
                    LastModified::from(HttpDate::from(time)).encode(),
                )
            }),
            content: None,
        };
        Ok(Some((stored, file)))
    }
}
