//! The target of a form.

/// Where and how a form is sent.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) url: String,
    pub(super) posts: bool,
    pub(super) multipart: bool,
}
