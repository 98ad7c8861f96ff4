//! The files that a form is kept with.

use super::uploaded_file::UploadedFile;

/// The files of a form, each with the number of fields before it.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) list: Vec<(usize, UploadedFile)>,
    /// How long the whole body was.
    pub(super) body_bytes: u64,
}
