//! How files are opened on systems other than Unix.

use std::fs::OpenOptions;

/// Options that read a file.
pub(super) fn reading() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    options
}
