//! Where a form is sent, and how.

/// Where a form goes, and how.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) url: String,
    pub(super) posts: bool,
    pub(super) multipart: bool,
}
