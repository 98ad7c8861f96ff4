//! Serves requests that a web server in front has read: a connection, its request and the response, for any
//! [`Codec`](crate::wire::front::Codec).

mod answering;
mod connection;
mod exchange;
pub(super) mod host;
mod input;
mod link;
mod sending;
mod slot;
