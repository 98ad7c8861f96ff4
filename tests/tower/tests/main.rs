//! Applications inside axum and under layers of tower, and services of tower inside applications.
#![allow(clippy::unwrap_used, reason = "a test that unwraps says so by failing")]
#![allow(clippy::too_many_lines, reason = "tables are long")]

mod as_application;
mod as_service;
mod blocking_client;
mod common;
mod examples;
