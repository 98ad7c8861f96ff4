//! What everything else is made of: errors, names with values, URLs, HTML, names of files.

pub(crate) mod error;
pub mod filename;
#[cfg(any(feature = "json", feature = "query"))]
pub(crate) mod finite;
pub mod html;
pub(crate) mod multi_dict;
pub(crate) mod settings;
pub mod url;
