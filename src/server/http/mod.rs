//! HTTP/1.1 on hyper and HTTP/2 on h2: a connection, its requests and their responses.

mod answer;
mod connection;
mod date;
mod exchange;
pub(super) mod http1;
mod http2;
mod in_flight;
mod input;
mod output;
mod preface;
mod refusal;
mod source;
mod streams;
mod trailers;
