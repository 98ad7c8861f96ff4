//! HTTP/1.1 on hyper and HTTP/2 on h2: a connection, its requests and their answers.

mod answer;
pub(super) mod connection;
mod date;
mod exchange;
pub(super) mod http2;
mod input;
mod output;
mod refusal;
mod source;
mod streams;
mod trailers;
