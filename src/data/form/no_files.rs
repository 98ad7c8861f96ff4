//! The files of a form without the feature `multipart`: it has none.

/// The files of a form: none.
#[derive(Debug, Default)]
pub(super) struct Files {}
