//! The router: what is declared, the same compiled, and requests on their way.

pub(super) mod application;
pub(super) mod bounds;
mod checks;
mod composition;
pub(super) mod declared;
mod dispatch;
pub(super) mod entry;
pub(super) mod listing;
pub(super) mod parameters;
pub(super) mod ready;
mod request;
pub(super) mod route;
pub(super) mod routed;
pub(super) mod scope;
mod settings;
pub(super) mod slashes;
#[cfg(feature = "serde")]
mod typed;
