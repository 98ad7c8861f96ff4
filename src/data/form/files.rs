//! The files of a form.

use super::uploaded_file::UploadedFile;

/// The files of a form, each with the number of fields before it.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) list: Vec<(usize, UploadedFile)>,
    /// The length of the whole body.
    pub(super) body_bytes: u64,
}
