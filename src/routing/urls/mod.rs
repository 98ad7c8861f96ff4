//! The way back: URLs from the names of routes and values for their parameters.

pub(super) mod build;
pub(super) mod build_error;
pub(super) mod link;
mod localhost;
pub(super) mod values;
