//! The options of a form reader without the feature `multipart`: none for files.

/// Options that replace the limits of the request.
#[derive(Clone, Debug, Default)]
pub(super) struct Options {
    /// The maximum length of the body, in bytes.
    pub(super) limit: Option<u64>,
}
