//! Files as responses: one file with [`Response::file`](crate::Response::file), a folder of files with [`StaticFiles`].
//!
//! Both send a file without reading it whole, and answer conditional requests and ranges. The guide has a chapter about
//! [files](crate::guide::files).

mod answer;
mod application;
mod built_in;
mod cache;
mod directory;
mod entry;
mod file;
mod fingerprint;
mod hand_over;
mod listing;
mod media_type;
#[cfg(unix)]
mod open_options;
#[cfg(not(unix))]
#[path = "plain_open_options.rs"]
mod open_options;
mod regular;
mod settings;
mod stored;
mod target;
mod url;

pub use application::FilesOr;
pub use file::IntoFile;
pub use settings::StaticFiles;
