//! The types that a server and an application exchange.

pub(super) mod address;
pub(super) mod application;
pub(super) mod entire;
pub(super) mod environ;
pub(super) mod error_stream;
pub(super) mod handover;
pub(super) mod hop_by_hop;
pub(super) mod log_note;
pub(super) mod network;
pub(super) mod reply;
pub(super) mod route;
pub(super) mod server_info;
pub(super) mod start_response;
pub(super) mod upgrade;
pub(super) mod upgraded;
pub(super) mod variables;
