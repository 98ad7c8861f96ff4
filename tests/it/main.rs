//! All black-box tests, in one binary: one link step.
#![allow(clippy::unwrap_used, reason = "a test that unwraps says so by failing")]

mod common;
mod cookies;
mod docs;
mod errors;
mod errors_reported;
mod errors_seen;
mod examples;
mod examples_data;
mod failing;
mod form_again;
mod form_limits;
mod form_threats;
mod fuzz_seeds;
mod gateway;
mod handler;
mod handler_forms;
mod handler_more_forms;
mod handler_outcomes;
mod layering;
mod middleware;
mod middleware_errors;
mod recorded_forms;
mod recorded_multipart;
mod recorded_queries;
mod redirect;
mod request;
mod request_bytes;
mod request_host;
mod request_json;
mod request_making;
mod response;
mod response_values;
mod server;
mod testing;
