//! The data of a request, one module for each kind: raw, or as typed values.
//!
//! The modules are optional and do not import one another, except that `cookies` uses `signed`.

#[cfg(feature = "cookies")]
pub mod cookies;
#[cfg(feature = "form")]
pub mod form;
#[cfg(feature = "json")]
pub mod json;
#[cfg(feature = "query")]
pub mod query;
#[cfg(feature = "signed")]
pub mod signed;
