//! The applications to compare: each does the same work, so that only the library differs.

pub mod by_axum;
pub mod by_hyper;
pub mod by_rustzeug;
pub mod counting;
pub mod work;

pub use work::time_body;
