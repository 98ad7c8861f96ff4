//! What a request brings, a kind of data each: as it is, or as typed values.
//!
//! The modules are optional, and do not import one another, but for `cookies`, which may be signed.

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
