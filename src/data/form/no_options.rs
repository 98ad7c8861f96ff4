//! What a reader of a form asks for, without the feature `multipart`: nothing of files.

/// What was asked for beside the limits of the request.
#[derive(Clone, Debug, Default)]
pub(super) struct Options {
    /// Bytes of the whole body.
    pub(super) limit: Option<u64>,
}
