//! The base of all other modules: errors, names with values, URLs, HTML, file names.

pub(crate) mod error;
pub mod filename;
#[cfg(any(feature = "json", feature = "query"))]
pub(crate) mod finite;
pub mod html;
pub(crate) mod multi_dict;
#[cfg(feature = "routing")]
pub(crate) mod nearest;
pub(crate) mod settings;
pub mod url;
