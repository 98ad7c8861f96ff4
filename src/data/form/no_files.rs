//! The files of a form without the feature `multipart`: none.

/// The files of a form; always empty.
#[derive(Debug, Default)]
pub(super) struct Files {}
