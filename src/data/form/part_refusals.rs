//! The errors with which a multipart form is refused.

use crate::base::error::Error;
use crate::wire::multipart::MultipartError;

pub(super) fn refused(error: &MultipartError) -> Error {
    Error::new(error.status(), format!("the form is refused: {error}"))
}

pub(super) fn too_long(limit: u64) -> Error {
    too_large("the body is", limit, "multipart_bytes")
}

pub(super) fn file_too_long(limit: u64) -> Error {
    too_large("a file is", limit, "file_bytes")
}

pub(super) fn too_large(what: &str, limit: u64, setting: &str) -> Error {
    Error::content_too_large().with_message(format!(
        "{what} longer than {limit} bytes (limit `{setting}`)"
    ))
}
