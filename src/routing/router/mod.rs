//! The router: what is declared, the same compiled, and requests on their way.

pub(super) mod application;
pub(super) mod bounds;
mod checks;
pub(super) mod compiled;
mod composition;
mod declared;
mod dispatch;
pub(super) mod entry;
pub(super) mod parameters;
mod request;
pub(super) mod route_list;
pub(super) mod route_match;
pub(super) mod scope;
mod settings;
pub(super) mod slashes;
#[cfg(feature = "serde")]
mod typed;
pub(super) mod typed_rule;
