//! Applications inside axum and under layers of tower, and services of tower inside applications.

mod as_application;
mod as_service;
mod common;
mod examples;
