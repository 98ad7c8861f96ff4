//! Files in a folder of the file system.

use std::fs;
use std::io;
use std::io::ErrorKind;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use super::cache::Bounds;
use super::cache::Cache;
use super::entry::CODINGS;
use super::entry::Entry;
use super::media_type;
use super::stored::Stored;
use crate::base::filename::safe_join;

/// A folder whose files are served.
#[derive(Debug)]
pub(super) struct Directory {
    root: PathBuf,
    cache: Cache,
}

/// The result of one lookup of a path, which follows symbolic links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
}

impl Directory {
    /// Makes a directory for an existing folder.
    pub(super) fn new(root: &Path) -> io::Result<Self> {
        if !root.metadata()?.is_dir() {
            return Err(ErrorKind::NotADirectory.into());
        }
        // The working directory may change later.
        let root = std::path::absolute(root)?;
        let cache = Cache::new();
        Ok(Self { root, cache })
    }

    /// Looks up a name. It does not check whether the result is inside the folder; [`inside`](Self::inside) does.
    pub(super) fn kind(&self, name: &str) -> io::Result<Option<Kind>> {
        let Some(path) = safe_join(&self.root, name) else {
            return Ok(None);
        };
        Ok(
            existing(fs::metadata(path))?.and_then(|metadata| match metadata.file_type() {
                kind if kind.is_file() => Some(Kind::File),
                kind if kind.is_dir() => Some(Kind::Folder),
                // Pipes, devices and sockets are not served.
                _ => None,
            }),
        )
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The entry for a file, if it was read within the last second.
    pub(super) fn cached(&self, name: &str) -> Option<Arc<Entry>> {
        self.cache.fresh(name)
    }

    /// Reads the entry for a file; `None` if there is no such file. It may block.
    pub(super) fn load(&self, name: &str, bounds: Bounds) -> io::Result<Option<Arc<Entry>>> {
        let Some(plain) = self.stored(name)? else {
            return Ok(None);
        };
        let mut coded = Vec::new();
        if !CODINGS.iter().any(|(suffix, _)| name.ends_with(suffix)) {
            for (suffix, coding) in CODINGS {
                if let Some(stored) = self.stored(&format!("{name}{suffix}"))? {
                    coded.push((coding, stored));
                }
            }
        }
        let entry = Entry::new(media_type::by_name(name), plain, coded);
        let entry = match self.cache.last(name) {
            Some(earlier) => entry.inherit(&earlier),
            None => entry,
        };
        let entry = Arc::new(entry);
        self.cache.keep(name, &entry, bounds);
        Ok(Some(entry))
    }

    fn stored(&self, name: &str) -> io::Result<Option<Stored>> {
        match self.inside(name)? {
            Some(path) => Ok(existing(Stored::read(&path))?.flatten()),
            None => Ok(None),
        }
    }

    /// The real path of a name, without symbolic links, if it exists and is inside the folder. It may block.
    pub(super) fn inside(&self, name: &str) -> io::Result<Option<PathBuf>> {
        match safe_join(&self.root, name) {
            Some(path) => inside(&self.root, &path),
            None => Ok(None),
        }
    }
}

/// The real path of `path`, if it exists and is inside `root`.
pub(super) fn inside(root: &Path, path: &Path) -> io::Result<Option<PathBuf>> {
    let Some(path) = existing(path.canonicalize())? else {
        return Ok(None);
    };
    // The root is resolved each time, because it may be a link that changes with each release.
    let root = existing(root.canonicalize())?;
    Ok(root.filter(|root| path.starts_with(root)).map(|_| path))
}

/// `None` if the error means that the name does not exist.
pub(super) fn existing<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) => match error.kind() {
            ErrorKind::NotFound
            | ErrorKind::NotADirectory
            | ErrorKind::InvalidFilename
            | ErrorKind::InvalidInput => Ok(None),
            // `FilesystemLoop` is not stable. A loop of links counts as not found.
            _ if error.raw_os_error() == Some(LOOP) => Ok(None),
            _ => Err(error),
        },
    }
}

/// `ELOOP` on Linux.
const LOOP: i32 = 40;
